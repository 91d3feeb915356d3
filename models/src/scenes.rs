//! Where another scene begins: frames on which the whole picture changes at once.
//!
//! Each frame is made small, and a cut is a frame that differs from the one before it much more than the frames around differ
//! from theirs. So neither a camera that is swung nor a crowd that runs is one, and a flash, after which the picture is what it
//! was, is none either.

/// Cells across and down, in which colours are averaged.
const CELLS: [usize; 2] = [16, 12];
/// Samples of a cell across and down.
const SAMPLES: usize = 5;
/// Steps of each colour channel that are counted.
const BINS: usize = 16;
/// Frames on each side with which a change is compared.
const AROUND: usize = 8;
/// A cut changes so much at least: of black to white, 1.5.
const LEAST: f32 = 0.10;
/// And so many times as much as the frames around it.
const TIMES: f32 = 3.0;

/// A frame made small.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallFrame {
    /// Mean of each channel in each cell.
    cells: Vec<[f32; 3]>,
    /// Share of the samples in each step of each channel.
    counts: Vec<[f32; 3]>,
}

impl SmallFrame {
    /// Of a picture of so many pixels; `color` gives that of column and row as red, green and blue.
    pub fn of(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 3]) -> Self {
        let [across, down] = CELLS;
        let (mut cells, mut counts) = (vec![[0.0; 3]; across * down], vec![[0.0; 3]; BINS]);
        let share = 1.0 / (across * down * SAMPLES * SAMPLES) as f32;
        let at = |number: usize, of: usize, size: u32| ((number as f64 + 0.5) / (of * SAMPLES) as f64 * f64::from(size)) as u32;
        for row in 0..down * SAMPLES {
            for column in 0..across * SAMPLES {
                let sample = color(at(column, across, width), at(row, down, height));
                let cell = &mut cells[row / SAMPLES * across + column / SAMPLES];
                for (channel, value) in sample.into_iter().enumerate() {
                    cell[channel] += f32::from(value) / (SAMPLES * SAMPLES) as f32;
                    counts[usize::from(value) * BINS / 256][channel] += share;
                }
            }
        }
        Self { cells, counts }
    }

    /// How different two are, 0 to 1.5: by what is where, and by how much there is of each colour.
    pub fn distance(&self, other: &Self) -> f32 {
        let sum = |a: &[[f32; 3]], b: &[[f32; 3]]| {
            let all = a.iter().flatten().zip(b.iter().flatten());
            all.map(|(a, b)| (a - b).abs()).sum::<f32>()
        };
        let places = sum(&self.cells, &other.cells) / (255.0 * 3.0 * self.cells.len() as f32);
        // What went and what came, of three channels.
        places + 0.5 * sum(&self.counts, &other.counts) / 6.0
    }
}

/// Finds cuts in frames that come one by one.
#[derive(Debug, Default)]
pub struct CutFinder {
    /// The frames around the one that is judged next, each with its number and its difference to the one before.
    held: std::collections::VecDeque<(u64, SmallFrame, f32)>,
    /// How many of them were judged.
    judged: usize,
    cuts: Vec<u64>,
}

impl CutFinder {
    /// The next frame; numbers rise.
    pub fn see(&mut self, number: u64, frame: SmallFrame) {
        let change = self.held.back().map_or(0.0, |(_, last, _)| last.distance(&frame));
        self.held.push_back((number, frame, change));
        if self.held.len() > self.judged + AROUND {
            self.judge();
        }
        while self.judged > AROUND + 1 {
            self.held.pop_front();
            self.judged -= 1;
        }
    }

    /// The first frame of each scene but the first one.
    pub fn finish(mut self) -> Vec<u64> {
        while self.judged < self.held.len() {
            self.judge();
        }
        self.cuts
    }

    fn judge(&mut self) {
        let at = self.judged;
        self.judged += 1;
        let Some((number, _, change)) = self.held.get(at).filter(|_| at > 0) else { return };
        if *change < LEAST {
            return;
        }
        let first = at.saturating_sub(AROUND).max(1);
        let mut around: Vec<f32> = self
            .held
            .iter()
            .enumerate()
            .skip(first)
            .take(at + AROUND + 1 - first)
            .filter(|(other, _)| *other != at)
            .map(|(_, it)| it.2)
            .collect();
        around.sort_by(f32::total_cmp);
        // What a third of them exceed: other cuts near by do not hide this one.
        let usual = around.get(around.len() * 2 / 3).copied().unwrap_or(0.0);
        if *change >= usual * TIMES && self.stays(at, *change) {
            self.cuts.push(*number);
        }
    }

    /// Whether the picture is still another one a frame later, and was a frame before.
    fn stays(&self, at: usize, change: f32) -> bool {
        let frame = |at: Option<usize>| at.and_then(|at| self.held.get(at)).map(|(_, frame, _)| frame);
        let differs = |a: Option<&SmallFrame>, b: Option<&SmallFrame>| match a.zip(b) {
            Some((a, b)) => a.distance(b) >= (change * 0.5).max(LEAST),
            None => true,
        };
        differs(frame(at.checked_sub(1)), frame(at.checked_add(1))) && differs(frame(at.checked_sub(2)), frame(Some(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [u64; 0] = [];

    /// A textured scene of its own colours, moved by so many pixels.
    fn scene(kind: u32, moved: f64) -> SmallFrame {
        SmallFrame::of(160, 120, |x, y| {
            let (u, v) = (f64::from(x) + moved, f64::from(y) + moved * 0.3);
            let wave = |a: f64, b: f64| (127.0 + 60.0 * ((u * a).sin() + (v * b).cos())) as u8;
            let k = f64::from(kind);
            [wave(0.05 + 0.013 * k, 0.07), wave(0.11, 0.03 + 0.017 * k), (40 * kind % 255) as u8 ^ wave(0.02, 0.02)]
        })
    }

    fn cuts(frames: impl IntoIterator<Item = SmallFrame>) -> Vec<u64> {
        let mut finder = CutFinder::default();
        frames.into_iter().enumerate().for_each(|(number, frame)| finder.see(number as u64, frame));
        finder.finish()
    }

    #[test]
    fn a_cut_is_found_and_motion_is_none() {
        let film = (0..60).map(|at| scene(at / 20, f64::from(at % 20) * 2.0));
        assert_eq!(cuts(film), [20, 40]);
        // A camera that is swung so that nothing stays where it was.
        let swung = (0..60).map(|at| scene(1, f64::from(at) * 15.0));
        assert_eq!(cuts(swung), NONE);
        // It begins to be swung.
        let sudden = (0..60).map(|at| scene(1, if at < 30 { 0.0 } else { f64::from(at - 29) * 12.0 }));
        assert_eq!(cuts(sudden), NONE);
    }

    #[test]
    fn scenes_of_a_few_frames_and_cuts_at_the_ends() {
        let film = (0..40).map(|at| scene(at / 4, f64::from(at % 4)));
        assert_eq!(cuts(film), (1..10).map(|cut| cut * 4).collect::<Vec<_>>());
        assert_eq!(cuts((0..10).map(|at| scene(u32::from(at > 0), 0.0))), [1]);
        assert_eq!(cuts((0..10).map(|at| scene(u32::from(at > 8), 0.0))), [9]);
        assert_eq!(cuts([]), NONE);
        assert_eq!(cuts([scene(1, 0.0)]), NONE);
    }

    #[test]
    fn a_flash_and_a_fade_are_no_cuts() {
        let white = || SmallFrame::of(160, 120, |_, _| [255; 3]);
        assert_eq!(cuts((0..40).map(|at| if at == 20 { white() } else { scene(1, f64::from(at)) })), NONE);
        let fade = (0..60).map(|at| SmallFrame::of(160, 120, |x, _| [((x + 95) * (60 - at) / 60) as u8; 3]));
        assert_eq!(cuts(fade), NONE);
    }

    #[test]
    fn a_picture_of_one_pixel_and_none() {
        let dot = SmallFrame::of(1, 1, |x, y| [(x + y) as u8; 3]);
        assert_eq!(dot.distance(&dot), 0.0);
        let (black, white) = (SmallFrame::of(3, 2, |_, _| [0; 3]), SmallFrame::of(3, 2, |_, _| [255; 3]));
        assert!((black.distance(&white) - 1.5).abs() < 1e-3);
    }
}
