//! Which clip counts on which frame of the source: that in which the frame lies farthest from an end. Where two follow each other and
//! overlap, the earlier one counts up to the middle of the overlap.

use crate::event::Frames;
use std::ops::Range;

/// Frames of the source, and the clip that counts there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// As the source counts; the end is the frame behind the last.
    pub frames: Range<u64>,
    /// Number of the clip; `None`: none holds these frames.
    pub clip: Option<usize>,
}

/// The zones of clips over a source of so many frames, in order and without a gap; `clips` as the source counts. What lies behind the
/// last frame counts as the zone before it.
pub fn zones(clips: &[Frames], frames: u64) -> Vec<Zone> {
    let mut bounds = vec![0];
    for (at, clip) in clips.iter().enumerate() {
        bounds.extend([clip.first(), clip.last().saturating_add(1)]);
        for other in clips[..at].iter().filter(|other| other.meets(*clip)) {
            for (first, last) in [(clip.first(), other.last()), (other.first(), clip.last())] {
                let middle = first / 2 + last / 2 + (first % 2 + last % 2) / 2;
                bounds.extend([middle, middle.saturating_add(1)]);
            }
        }
    }
    bounds.retain(|bound| *bound < frames);
    bounds.sort_unstable();
    bounds.dedup();
    let ends: Vec<u64> = bounds.iter().skip(1).copied().chain([frames]).collect();
    let mut zones: Vec<Zone> = Vec::new();
    for (start, end) in bounds.into_iter().zip(ends).filter(|(start, end)| start < end) {
        let clip = counts(clips, start);
        match zones.last_mut() {
            Some(last) if last.clip == clip => last.frames.end = end,
            _ => zones.push(Zone { frames: start..end, clip }),
        }
    }
    zones
}

fn counts(clips: &[Frames], frame: u64) -> Option<usize> {
    let there = clips.iter().enumerate().filter(|(_, clip)| clip.has(frame));
    let within = |clip: &Frames| (frame - clip.first()).min(clip.last() - frame);
    there.max_by_key(|(at, clip)| (within(clip), std::cmp::Reverse((clip.first(), *at)))).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(clips: &[(u64, u64)], frames: u64) -> Vec<(u64, u64, Option<usize>)> {
        let clips: Vec<Frames> = clips.iter().map(|(first, last)| Frames::new(*first, *last)).collect();
        zones(&clips, frames).into_iter().map(|zone| (zone.frames.start, zone.frames.end, zone.clip)).collect()
    }

    #[test]
    fn the_earlier_counts_up_to_the_middle() {
        assert_eq!(told(&[(0, 299), (270, 599)], 600), [(0, 285, Some(0)), (285, 600, Some(1))]);
        assert_eq!(told(&[(270, 599), (0, 299)], 600), [(0, 285, Some(1)), (285, 600, Some(0))], "in any order");
        assert_eq!(told(&[(0, 4), (4, 9)], 10), [(0, 5, Some(0)), (5, 10, Some(1))], "of one frame, the earlier");
        assert_eq!(told(&[(10, 19), (30, 39)], 50), [(0, 10, None), (10, 20, Some(0)), (20, 30, None), (30, 40, Some(1)), (40, 50, None)]);
        assert_eq!(told(&[(0, 99), (40, 59)], 100), [(0, 100, Some(0))], "one within the other never lies farther from an end");
        assert_eq!(told(&[], 10), [(0, 10, None)]);
        assert_eq!(told(&[(0, 9)], 0), []);
        assert_eq!(told(&[(u64::MAX - 9, u64::MAX), (0, u64::MAX)], 10), [(0, 10, Some(1))]);
    }

    proptest! {
        #[test]
        fn every_frame_has_the_clip_that_counts(given in proptest::collection::vec((0..60_u64, 0..30_u64), 0..6), frames in 0..80_u64) {
            let clips: Vec<Frames> = given.iter().map(|(first, more)| Frames::new(*first, first + more)).collect();
            let zones = zones(&clips, frames);
            let mut next = 0;
            for zone in &zones {
                prop_assert_eq!(zone.frames.start, next);
                next = zone.frames.end;
                for frame in zone.frames.clone() {
                    prop_assert_eq!(zone.clip, counts(&clips, frame));
                }
            }
            prop_assert_eq!(next, frames);
            prop_assert!(zones.windows(2).all(|two| two[0].clip != two[1].clip));
        }
    }
}
