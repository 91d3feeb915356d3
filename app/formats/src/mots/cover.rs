//! Masks that do not overlap.

use limn_core::Mask;

/// A stretch of pixels in the order of COCO's run lengths (column by column): the first, and the one behind the last.
type Stretch = (u64, u64);

/// What is covered already.
#[derive(Default)]
pub(super) struct Cover(Vec<Stretch>);

impl Cover {
    /// What of a mask is free, and covers it. `None`: nothing.
    pub fn take(&mut self, mask: &Mask) -> Option<Mask> {
        let own = stretches(mask);
        let free = subtract(&own, &self.0);
        self.0 = union(&self.0, &own);
        let pixels = u64::from(mask.width()) * u64::from(mask.height());
        if free.is_empty() { None } else { Mask::from_counts(mask.width(), mask.height(), counts(&free, pixels)?).ok() }
    }

    /// Everything that is covered, as a mask of this size.
    pub fn into_mask(self, width: u32, height: u32) -> Option<Mask> {
        let pixels = u64::from(width) * u64::from(height);
        if self.0.is_empty() { None } else { Mask::from_counts(width, height, counts(&self.0, pixels)?).ok() }
    }
}

fn stretches(mask: &Mask) -> Vec<Stretch> {
    let mut at = 0;
    let mut list = Vec::new();
    for (number, count) in mask.counts().iter().enumerate() {
        let end = at + u64::from(*count);
        if number % 2 == 1 && end > at {
            list.push((at, end));
        }
        at = end;
    }
    list
}

fn counts(stretches: &[Stretch], pixels: u64) -> Option<Vec<u32>> {
    let mut counts = Vec::new();
    let mut at = 0;
    for (start, end) in stretches {
        counts.push(u32::try_from(start - at).ok()?);
        counts.push(u32::try_from(end - start).ok()?);
        at = *end;
    }
    if at < pixels {
        counts.push(u32::try_from(pixels - at).ok()?);
    }
    Some(counts)
}

fn union(a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    let mut joined: Vec<Stretch> = Vec::with_capacity(all.len());
    for (start, end) in all {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// Both in order, and neither touches itself.
fn subtract(from: &[Stretch], what: &[Stretch]) -> Vec<Stretch> {
    let mut left = Vec::new();
    let mut next = 0;
    for (start, end) in from {
        let mut at = *start;
        while what.get(next).is_some_and(|other| other.1 <= *start) {
            next += 1;
        }
        for other in what[next..].iter().take_while(|other| other.0 < *end) {
            if other.0 > at {
                left.push((at, other.0));
            }
            at = at.max(other.1);
        }
        if at < *end {
            left.push((at, *end));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mask(pixels: &[bool]) -> Mask {
        let mut counts = vec![0_u32];
        let mut current = false;
        for pixel in pixels {
            if *pixel != current {
                counts.push(0);
                current = *pixel;
            }
            *counts.last_mut().unwrap() += 1;
        }
        Mask::from_counts(6, 5, counts).unwrap()
    }

    fn pixels(mask: &Mask) -> Vec<bool> {
        mask.counts().iter().enumerate().flat_map(|(at, count)| vec![at % 2 == 1; *count as usize]).collect()
    }

    proptest! {
        #[test]
        fn each_pixel_goes_to_the_first_that_has_it(list in prop::collection::vec(prop::collection::vec(any::<bool>(), 30), 1..5)) {
            let mut cover = Cover::default();
            let mut covered = vec![false; 30];
            for wanted in &list {
                let got = cover.take(&mask(wanted)).map_or(vec![false; 30], |mask| pixels(&mask));
                let free: Vec<bool> = wanted.iter().zip(&covered).map(|(own, covered)| *own && !covered).collect();
                prop_assert_eq!(got, free);
                covered.iter_mut().zip(wanted).for_each(|(covered, own)| *covered |= own);
            }
            prop_assert_eq!(cover.into_mask(6, 5).map_or(vec![false; 30], |mask| pixels(&mask)), covered);
        }
    }
}
