//! Several cameras that saw the same at one time: videos that are linked, each with an offset, so that they go together.

use crate::ids::FileId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most videos that go together.
pub const MAX_LINKED: usize = 4;
/// How long a video of one frame shows it, microseconds.
const ONE_FRAME: i64 = 40_000;

/// A video's place among the cameras that it is linked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Camera {
    /// The file whose clock all of them go by: the first of them, which names itself here too.
    pub clock: FileId,
    /// What the clock shows at this video's own time 0, in microseconds; may be negative.
    pub offset_us: i64,
}

impl Camera {
    /// What the clock shows at a time of this video, in microseconds.
    pub fn clock_at(&self, own_us: i64) -> i64 {
        own_us.saturating_add(self.offset_us)
    }

    /// The time of this video at which the clock shows this, in microseconds; before its beginning when negative.
    pub fn own_at(&self, clock_us: i64) -> i64 {
        clock_us.saturating_sub(self.offset_us)
    }
}

/// What a video shows at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing yet: it begins so many microseconds later.
    Before(i64),
    /// This frame.
    At(u64),
    /// Nothing any more: it has ended so many microseconds ago.
    After(i64),
}

impl Moment {
    /// The frame that is shown, if there is one.
    pub fn frame(self) -> Option<u64> {
        if let Self::At(frame) = self { Some(frame) } else { None }
    }

    /// The frame that is shown, or the one nearest to the moment in a video of so many frames.
    pub fn nearest(self, frames: u64) -> u64 {
        match self {
            Self::Before(_) => 0,
            Self::At(frame) => frame,
            Self::After(_) => frames.saturating_sub(1),
        }
    }
}

/// The frame of a video whose span holds a time of its own. `time_us`: when each frame begins, microseconds from the first one; a
/// frame stays until the next one begins, and the last one as long as the one before it. `slack_us`: how coarsely times are known;
/// a frame that begins so little later, and at most a quarter of the frame before it, has begun.
pub fn frame_at(frames: u64, own_us: i64, slack_us: i64, time_us: impl Fn(u64) -> i64) -> Moment {
    let Some(last) = frames.checked_sub(1) else { return Moment::After(0) };
    let span = |frame: u64| if frame < last { time_us(frame + 1).saturating_sub(time_us(frame)) } else { last_span(last, &time_us) };
    let slack = |frame: u64| slack_us.min(span(frame) / 4).max(0);
    let early = time_us(0).saturating_sub(own_us);
    if early > slack(0) {
        return Moment::Before(early);
    }
    let (mut low, mut high) = (0, last);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if time_us(middle) <= own_us { low = middle } else { high = middle - 1 }
    }
    let end = time_us(low).saturating_add(span(low));
    let has_ended = end.saturating_sub(own_us) <= slack(low);
    match has_ended {
        true if low < last => Moment::At(low + 1),
        true => Moment::After(own_us.saturating_sub(end).max(0)),
        false => Moment::At(low),
    }
}

fn last_span(last: u64, time_us: impl Fn(u64) -> i64) -> i64 {
    let before = last.checked_sub(1).map(|before| time_us(last).saturating_sub(time_us(before)));
    before.filter(|span| *span > 0).unwrap_or(ONE_FRAME)
}

/// A file, and which cameras it is linked with.
pub type Seat = (FileId, Option<Camera>);

/// The videos that go together with one of them and that one, in the order of the list, each with what the clock shows at its time
/// 0; at most [`MAX_LINKED`]. None unless there are two.
pub fn linked(all: impl IntoIterator<Item = Seat>, of: FileId, camera: Camera) -> Vec<(FileId, i64)> {
    let same = all.into_iter().filter_map(|(id, other)| Some((id, other.filter(|other| other.clock == camera.clock)?.offset_us)));
    let mut list: Vec<(FileId, i64)> = same.collect();
    // The one that is asked of is never left out.
    while list.len() > MAX_LINKED {
        let last = if list.last().is_some_and(|(id, _)| *id == of) { list.len() - 2 } else { list.len() - 1 };
        list.remove(last);
    }
    if list.len() < 2 { Vec::new() } else { list }
}

/// Why videos cannot be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// More than go together.
    #[error("at most {MAX_LINKED} videos go together, not {0}")]
    TooMany(usize),
    /// One is named twice.
    #[error("a video is named twice")]
    Twice,
}

/// What changes when these videos go together from now on, and with no others; a single one is linked with none. `group`: each with
/// what a common clock shows at its time 0, microseconds; the first one's time becomes the clock's. Those that some of them were
/// linked with stay with each other.
///
/// # Errors
/// See [`LinkError`].
pub fn regroup(all: &[Seat], group: &[(FileId, i64)]) -> Result<Vec<Seat>, LinkError> {
    let members: BTreeSet<FileId> = group.iter().map(|(id, _)| *id).collect();
    if group.len() > MAX_LINKED {
        return Err(LinkError::TooMany(group.len()));
    }
    if members.len() < group.len() {
        return Err(LinkError::Twice);
    }
    let Some((clock, zero)) = group.first().copied() else { return Ok(Vec::new()) };
    let is_linked = group.len() > 1;
    let camera = |offset: i64| Camera { clock, offset_us: offset.saturating_sub(zero) };
    let mut after: Vec<Seat> = group.iter().map(|(id, offset)| (*id, is_linked.then(|| camera(*offset)))).collect();
    let clocks = all.iter().filter(|(id, _)| members.contains(id)).filter_map(|(_, camera)| Some(camera.as_ref()?.clock));
    let clocks: BTreeSet<FileId> = clocks.chain(is_linked.then_some(clock)).collect();
    for old in clocks {
        let of_old = |seat: &&Seat| !members.contains(&seat.0) && seat.1.is_some_and(|camera| camera.clock == old);
        let rest: Vec<(FileId, i64)> =
            all.iter().filter(of_old).filter_map(|(id, camera)| Some((*id, camera.as_ref()?.offset_us))).collect();
        match &rest[..] {
            [(alone, _)] => after.push((*alone, None)),
            // Their clock is in another company now.
            [(first, zero), ..] if members.contains(&old) => {
                let moved = rest.iter().map(|(id, offset)| (*id, Some(Camera { clock: *first, offset_us: offset.saturating_sub(*zero) })));
                after.extend(moved);
            }
            _ => {}
        }
    }
    let before = |id: FileId| all.iter().find(|seat| seat.0 == id).and_then(|seat| seat.1);
    after.retain(|(id, camera)| before(*id) != *camera);
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_go_there_and_back_by_the_clock() {
        let clock = FileId::from_parts(1, [1; 10]);
        let (left, right) = (Camera { clock, offset_us: 0 }, Camera { clock, offset_us: -1_500_000 });
        assert_eq!(right.own_at(left.clock_at(2_000_000)), 3_500_000, "it began a second and a half earlier");
        assert_eq!(left.own_at(right.clock_at(0)), -1_500_000);
        assert_eq!(Camera { clock, offset_us: i64::MIN }.own_at(1), i64::MAX, "a foreign offset does not overflow");
    }

    fn id(n: u64) -> FileId {
        FileId::from_parts(n, [1; 10])
    }

    /// Variable rate: ten frames of 40 ms, then ten of 100 ms.
    fn time(frame: u64) -> i64 {
        40_000 * frame.min(10) as i64 + 100_000 * frame.saturating_sub(10) as i64
    }

    #[test]
    fn a_frame_is_shown_as_long_as_its_own_times_say() {
        let at = |own| frame_at(20, own, 0, time);
        assert_eq!([0, 39_999, 40_000, 399_999, 400_000, 499_999, 500_000].map(at), [0, 0, 1, 9, 10, 10, 11].map(Moment::At));
        assert_eq!(at(-1), Moment::Before(1));
        assert_eq!(at(i64::MIN), Moment::Before(i64::MAX));
        assert_eq!([at(1_399_999), at(1_400_000), at(1_400_007)], [Moment::At(19), Moment::After(0), Moment::After(7)]);
        assert_eq!(at(i64::MAX), Moment::After(i64::MAX - 1_400_000));
        assert_eq!([frame_at(1, 39_999, 0, |_| 0), frame_at(1, 40_000, 0, |_| 0)], [Moment::At(0), Moment::After(0)]);
        assert_eq!(frame_at(0, 5, 0, |_| 0), Moment::After(0));
        assert_eq!([Moment::Before(4), Moment::At(7), Moment::After(2)].map(|moment| moment.nearest(20)), [0, 7, 19]);
    }

    #[test]
    fn times_that_are_known_coarsely_do_not_lose_a_frame() {
        // 30 frames a second in milliseconds, and one frame apart.
        let rounded = |frame: u64| (frame as f64 * 1000.0 / 30.0).round() as i64 * 1000;
        let (left, right) = (Camera { clock: id(1), offset_us: 0 }, Camera { clock: id(1), offset_us: rounded(2) });
        for frame in 2..300 {
            let own = right.own_at(left.clock_at(rounded(frame)));
            assert_eq!(frame_at(300, own, 2_002, rounded), Moment::At(frame - 2), "{frame}");
            assert_eq!(frame_at(300, left.own_at(right.clock_at(rounded(frame - 2))), 2_002, rounded), Moment::At(frame), "back {frame}");
        }
        // However coarse: never more than a quarter of a frame.
        assert_eq!([29_999, 30_000].map(|own| frame_at(20, own, i64::MAX, time)), [Moment::At(0), Moment::At(1)]);
    }

    proptest! {
        #[test]
        fn the_frame_whose_span_holds_the_time(spans in prop::collection::vec(1..200_000_i64, 2..60), own in -300_000..9_000_000_i64) {
            let mut times = vec![0];
            times.extend(spans.iter().scan(0, |sum, span| { *sum += span; Some(*sum) }));
            let time = |frame: u64| times[frame as usize];
            let frames = times.len() as u64;
            let end = times[times.len() - 1] + spans[spans.len() - 1];
            match frame_at(frames, own, 0, time) {
                Moment::Before(wait) => prop_assert_eq!(own + wait, 0),
                Moment::After(ago) => prop_assert_eq!(own - ago, end),
                Moment::At(frame) => {
                    prop_assert!(time(frame) <= own);
                    let next = if frame + 1 < frames { time(frame + 1) } else { end };
                    prop_assert!(own < next);
                }
            }
            for frame in 0..frames {
                prop_assert_eq!(frame_at(frames, time(frame), 500, time), Moment::At(frame));
            }
        }

        /// Whatever is linked and linked anew: nobody goes with whom nobody linked them, and nobody is linked alone.
        #[test]
        fn companies_stay_companies(steps in prop::collection::vec(prop::collection::vec((0..7_u64, -9..9_i64), 1..6), 1..12)) {
            let mut all: Vec<Seat> = (0..7).map(|n| (id(n), None)).collect();
            for step in steps {
                let before = all.clone();
                let group: Vec<(FileId, i64)> = step.iter().map(|(n, offset)| (id(*n), *offset)).collect();
                let Ok(changes) = regroup(&all, &group) else { continue };
                for (id, camera) in changes {
                    all.iter_mut().find(|seat| seat.0 == id).unwrap().1 = camera;
                }
                let together = |all: &[Seat], id: FileId| {
                    let camera = all.iter().find(|seat| seat.0 == id).unwrap().1;
                    camera.map_or(Vec::new(), |camera| linked(all.iter().copied(), id, camera))
                };
                for (id, camera) in &all {
                    let now = together(&all, *id);
                    prop_assert_eq!(camera.is_some(), now.len() > 1);
                    let apart = |list: &[(FileId, i64)], a: FileId, b: FileId| {
                        let of = |id| list.iter().find(|(other, _)| *other == id).map(|(_, offset)| *offset);
                        Some(of(a)? - of(b)?)
                    };
                    for (other, _) in &now {
                        let was = if group.iter().any(|(member, _)| member == id) { group.clone() } else { together(&before, *id) };
                        prop_assert_eq!(apart(&now, *id, *other), apart(&was, *id, *other));
                    }
                }
                if group.len() > 1 {
                    prop_assert_eq!(together(&all, group[0].0).len(), group.len());
                }
            }
        }
    }

    #[test]
    fn what_cannot_go_together() {
        let all: Vec<Seat> = (0..9).map(|n| (id(n), None)).collect();
        let five: Vec<_> = (0..5).map(|n| (id(n), 0)).collect();
        assert_eq!(regroup(&all, &five), Err(LinkError::TooMany(5)));
        assert_eq!(regroup(&all, &[(id(1), 0), (id(1), 5)]), Err(LinkError::Twice));
        assert_eq!(regroup(&all, &[]), Ok(vec![]));
        assert_eq!(regroup(&all, &[(id(1), 0)]), Ok(vec![]), "it was linked with none");
        // A log of elsewhere: each names the other as its clock, or one that is not in the project.
        let (a, b) = (Camera { clock: id(2), offset_us: 0 }, Camera { clock: id(1), offset_us: 0 });
        let odd = [(id(1), Some(a)), (id(2), Some(b))];
        assert_eq!(linked(odd, id(1), a), []);
        let mended = regroup(&odd, &[(id(1), 0), (id(2), 7)]).unwrap();
        assert_eq!(mended, [1, 2].map(|n| (id(n), Some(Camera { clock: id(1), offset_us: if n == 1 { 0 } else { 7 } }))));
        // Five that go by one clock, also one that is gone: the one that is asked of is among four.
        let five: Vec<Seat> = (1..6).map(|n| (id(n), Some(Camera { clock: id(0), offset_us: 0 }))).collect();
        let shown: Vec<FileId> = linked(five, id(5), Camera { clock: id(0), offset_us: 0 }).into_iter().map(|(id, _)| id).collect();
        assert_eq!(shown, [1, 2, 3, 5].map(id));
    }
}
