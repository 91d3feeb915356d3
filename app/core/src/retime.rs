//! Work on a video that was replaced by one of another length or rate: which frame of the new one shows what a frame of the old
//! one showed.

use crate::event::Frames;

/// For each frame of the old video its place among those of the new one.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameMap {
    way: Way,
    /// Frames of the new video.
    new: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Way {
    /// Between which frames of the new video the time of each old one lies, never less than the one before.
    Times(Vec<f64>),
    /// So many old frames take as long as all new ones.
    Evenly(u64),
    Numbers,
}

impl FrameMap {
    /// By the seconds at which frames are shown, from 0 on, in order. `None` where one of the videos has no frames.
    pub fn by_time(old: &[f64], new: &[f64]) -> Option<Self> {
        let (last, count) = (new.last()?, new.len());
        old.first()?;
        let usual = if count > 1 { (last - new[0]).max(0.0) / (count - 1) as f64 } else { 0.0 };
        let position = |time: f64| {
            let after = new.partition_point(|other| *other <= time);
            let Some(before) = after.checked_sub(1) else { return 0.0 };
            let length = new.get(after).map_or(usual, |next| next - new[before]);
            let share = if length > 0.0 { (time - new[before]) / length } else { 0.0 };
            before as f64 + share
        };
        let mut least = 0.0_f64;
        let way = old.iter().map(|time| {
            least = least.max(position(*time));
            least
        });
        Some(Self { way: Way::Times(way.collect()), new: count as u64 })
    }

    /// Where it is not known when the old frames were shown: as if both videos took as long. `None` where one has no frames.
    pub fn evenly(old: u64, new: u64) -> Option<Self> {
        (old > 0 && new > 0).then_some(Self { way: Way::Evenly(old), new })
    }

    /// Each frame keeps its number.
    pub fn numbers(new: u64) -> Self {
        Self { way: Way::Numbers, new }
    }

    fn position(&self, frame: u64) -> f64 {
        match &self.way {
            Way::Times(places) => match usize::try_from(frame).ok().and_then(|at| places.get(at)) {
                Some(place) => *place,
                None => {
                    let (first, last) = (places.first().copied().unwrap_or(0.0), places.last().copied().unwrap_or(0.0));
                    let steps = places.len().saturating_sub(1) as u64;
                    let step = if steps > 0 { (last - first) / steps as f64 } else { 1.0 };
                    last + step * frame.saturating_sub(steps) as f64
                }
            },
            Way::Evenly(old) => frame as f64 * self.new as f64 / *old as f64,
            Way::Numbers => frame as f64,
        }
    }

    /// The frame of the new video that shows the time of an old one; behind its end what goes on at its rate.
    pub fn to(&self, frame: u64) -> u64 {
        if self.way == Way::Numbers { frame } else { self.position(frame).round() as u64 }
    }

    /// Whether the new video ended before this frame of the old one.
    pub fn is_behind(&self, frame: u64) -> bool {
        self.to(frame) >= self.new
    }

    /// A stretch of the old one: it lasts up to where the frame behind it begins.
    pub fn range(&self, frames: Frames) -> Frames {
        let first = self.to(frames.first());
        Frames::new(first, self.to(frames.last().saturating_add(1)).saturating_sub(1).max(first))
    }

    /// Where things go of which there is one on a frame, in order, each with the state that goes on from it: `None` for one that
    /// would lie on the frame of another that is nearer to it. One that begins another state is put on the next frame instead.
    pub fn one_each<S: PartialEq>(&self, things: &[(u64, S)]) -> Vec<Option<u64>> {
        let mut places: Vec<Option<u64>> = Vec::with_capacity(things.len());
        let mut last: Option<(usize, u64)> = None;
        let off = |at: usize, place: u64| (self.position(things[at].0) - place as f64).abs();
        for (at, (frame, state)) in things.iter().enumerate() {
            let mut place = self.to(*frame);
            if let Some((before, taken)) = last.filter(|(_, taken)| place <= *taken) {
                if *state != things[before].1 {
                    place = taken.saturating_add(1);
                } else if off(at, taken) < off(before, taken) {
                    places[before] = None;
                    place = taken;
                } else {
                    places.push(None);
                    continue;
                }
            }
            places.push(Some(place));
            last = Some((at, place));
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(frames: usize, rate: f64) -> Vec<f64> {
        (0..frames).map(|frame| frame as f64 / rate).collect()
    }

    #[test]
    fn a_frame_goes_where_its_time_is_shown() {
        let denser = FrameMap::by_time(&rate(50, 25.0), &rate(60, 30.0)).unwrap();
        assert_eq!([0, 5, 25, 49].map(|frame| denser.to(frame)), [0, 6, 30, 59]);
        assert!(!denser.is_behind(49));
        let shorter = FrameMap::by_time(&rate(50, 25.0), &rate(20, 25.0)).unwrap();
        assert_eq!(
            [0, 19, 20, 49, 60].map(|frame| (shorter.to(frame), shorter.is_behind(frame))),
            [(0, false), (19, false), (20, true), (49, true), (60, true)]
        );
        // A video that is shown at times of its own.
        let varying = FrameMap::by_time(&[0.0, 0.1, 0.5, 0.6], &rate(16, 25.0)).unwrap();
        assert_eq!([0, 1, 2, 3].map(|frame| varying.to(frame)), [0, 3, 13, 15]);
        assert_eq!(FrameMap::evenly(100, 120).unwrap().to(99), 119);
        assert_eq!(FrameMap::numbers(10).to(u64::MAX), u64::MAX);
        for (old, new) in [(vec![], rate(3, 1.0)), (rate(3, 1.0), vec![])] {
            assert!(FrameMap::by_time(&old, &new).is_none());
        }
        assert!(FrameMap::evenly(0, 5).is_none() && FrameMap::evenly(5, 0).is_none());
        // Times that do not grow, and one frame alone.
        assert_eq!(FrameMap::by_time(&[0.0, f64::NAN, -1.0], &[0.0]).unwrap().to(2), 0);
    }

    #[test]
    fn of_two_on_a_frame_the_nearer_stays_and_no_change_of_state_is_lost() {
        let half = FrameMap::by_time(&rate(50, 50.0), &rate(25, 25.0)).unwrap();
        assert_eq!(half.one_each(&[(0, 0), (10, 0), (11, 0), (12, 0)]), [Some(0), Some(5), None, Some(6)]);
        assert_eq!(half.one_each(&[(9, false), (10, false)]), [None, Some(5)], "the later one lies nearer");
        assert_eq!(half.one_each(&[(11, false), (12, true), (14, true)]), [Some(6), None, Some(7)], "it is outside from then on");
        assert_eq!(half.range(Frames::new(10, 19)), Frames::new(5, 9));
        let double = FrameMap::by_time(&rate(25, 25.0), &rate(50, 50.0)).unwrap();
        assert_eq!(double.range(Frames::new(5, 9)), Frames::new(10, 19), "what lasted to a frame lasts until the next begins");
    }

    proptest! {
        #[test]
        fn order_is_kept_and_no_frame_is_taken_twice(
            old in 1.0..120_f64, new in 1.0..120_f64, count in 1..200_usize, frames in prop::collection::btree_set(0..250_u64, 0..80), seed in any::<u64>()
        ) {
            let map = FrameMap::by_time(&rate(200, old), &rate(count, new)).unwrap();
            let things: Vec<(u64, bool)> = frames.iter().map(|frame| (*frame, (seed >> (frame % 64)) & 1 == 1)).collect();
            let places = map.one_each(&things);
            prop_assert_eq!(places.len(), things.len());
            let kept: Vec<u64> = places.iter().flatten().copied().collect();
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
            // The states come in the same order, none left out.
            let runs = |states: Vec<bool>| { let mut runs = states; runs.dedup(); runs };
            let stay = things.iter().zip(&places).filter(|(_, place)| place.is_some()).map(|((_, state), _)| *state).collect();
            prop_assert_eq!(runs(things.iter().map(|(_, state)| *state).collect()), runs(stay));
            let there_and_back = FrameMap::by_time(&rate(200, 25.0), &rate(400, 50.0)).unwrap();
            let back = FrameMap::by_time(&rate(400, 50.0), &rate(200, 25.0)).unwrap();
            prop_assert!((0..200).all(|frame| back.to(there_and_back.to(frame)) == frame));
        }
    }
}
