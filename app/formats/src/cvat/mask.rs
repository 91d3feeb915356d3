//! CVAT's run lengths: row by row within a box of the mask's own, beginning with a run that is not of the mask.

use limn_core::Mask;

/// Most pixels of a mask's box.
const MAX_AREA: u64 = 1 << 26;

/// Where a mask's box stands, in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

/// The mask of a picture of this size. `Err`: what is wrong.
pub(super) fn read(runs: &str, frame: Frame, size: (u32, u32)) -> Result<Mask, &'static str> {
    if size.0 == 0 || size.1 == 0 {
        return Err("the size of the picture is not known");
    }
    let fits = |from: u32, len: u32, whole: u32| from.checked_add(len).is_some_and(|end| end <= whole);
    let area = u64::from(frame.width) * u64::from(frame.height);
    if area == 0 || area > MAX_AREA || !fits(frame.left, frame.width, size.0) || !fits(frame.top, frame.height, size.1) {
        return Err("its box is empty, too large or not within the picture");
    }
    let mut pixels = Vec::new();
    let mut is_on = false;
    for run in runs.split(',') {
        let run: usize = run.trim().parse().map_err(|_no| "its run lengths are no whole numbers")?;
        if run as u64 > area - pixels.len() as u64 {
            return Err("its run lengths are longer than its box");
        }
        pixels.resize(pixels.len() + run, is_on);
        is_on = !is_on;
    }
    if pixels.len() as u64 != area {
        return Err("its run lengths do not fill its box");
    }
    // Down columns of the whole picture, as Limn keeps it.
    let (width, height) = (frame.width as usize, size.1);
    let mut counts = Counts::default();
    counts.add(false, u64::from(frame.left) * u64::from(height));
    for column in 0..width {
        counts.add(false, u64::from(frame.top));
        for row in 0..frame.height as usize {
            counts.add(pixels[row * width + column], 1);
        }
        counts.add(false, u64::from(height - frame.top - frame.height));
    }
    counts.add(false, u64::from(size.0 - frame.left - frame.width) * u64::from(height));
    let counts = counts.finish().ok_or("the picture is too large")?;
    Mask::from_counts(size.0, size.1, counts).map_err(|_wrong| "its run lengths are wrong")
}

/// Runs that are joined where they are alike.
#[derive(Default)]
struct Counts {
    done: Vec<u64>,
    is_on: bool,
    run: u64,
}

impl Counts {
    fn add(&mut self, is_on: bool, len: u64) {
        if len > 0 && is_on != self.is_on {
            self.done.push(std::mem::take(&mut self.run));
            self.is_on = is_on;
        }
        self.run += len;
    }

    fn finish(mut self) -> Option<Vec<u32>> {
        self.done.push(self.run);
        self.done.into_iter().map(|run| u32::try_from(run).ok()).collect()
    }
}

/// The run lengths of a mask and its box; `None` for one without pixels, or too large a one.
pub(super) fn write(mask: &Mask) -> Option<(String, Frame)> {
    let bounds = mask.bounds()?;
    let frame = Frame { left: bounds.min.x as u32, top: bounds.min.y as u32, width: bounds.width() as u32, height: bounds.height() as u32 };
    let area = u64::from(frame.width) * u64::from(frame.height);
    if area == 0 || area > MAX_AREA {
        return None;
    }
    let width = frame.width as usize;
    let mut pixels = vec![false; area as usize];
    // Stretches go down columns: x, from y, to y.
    for (x, from, to) in mask.stretches() {
        for y in from..to {
            pixels[(y - frame.top) as usize * width + (x - frame.left) as usize] = true;
        }
    }
    let mut counts = Counts::default();
    pixels.into_iter().for_each(|is_on| counts.add(is_on, 1));
    let runs: Vec<String> = counts.finish()?.iter().map(u32::to_string).collect();
    Some((runs.join(", "), frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { left: 1, top: 2, width: 3, height: 2 };

    #[test]
    fn rows_of_a_box_become_columns_of_the_picture() {
        // . X X
        // X . .
        let mask = read("1,3,2", FRAME, (5, 6)).unwrap();
        let on: Vec<(u32, u32, u32)> = mask.stretches().collect();
        assert_eq!(on, [(1, 3, 4), (2, 2, 3), (3, 2, 3)]);
        assert_eq!(write(&mask), Some(("1, 3, 2".to_owned(), FRAME)));
    }

    #[test]
    fn runs_that_do_not_fit_are_refused() {
        for runs in ["", "1,2", "1,3,3", "1,-3,2", "99999999999999999999", "1,3,x"] {
            read(runs, FRAME, (5, 6)).unwrap_err();
        }
        read("1,3,2", FRAME, (3, 6)).unwrap_err();
        read("1,3,2", FRAME, (0, 0)).unwrap_err();
        let huge = Frame { left: 0, top: 0, width: u32::MAX, height: u32::MAX };
        read("1", huge, (u32::MAX, u32::MAX)).unwrap_err();
        read("1", Frame { left: u32::MAX, ..FRAME }, (5, 6)).unwrap_err();
    }
}
