//! Sequences carried on through the frames of a video by what the pictures show.

mod keep;

use crate::{Frames, JobCx, JobError};
use keep::{kept, steady};
use limn_core::sequence::carry::{Carried, CarryEnd, CarryOrder, CarryTask};
use limn_core::{Geometry, WorkFrames};
use limn_media::{Picture, Pixels, RunOrder};
use limn_models::{FlowTracker, Gray, PointsTracker, Seen, Step, Tracker};

/// Most frames that are decoded at once on the way back, and the memory that they may take, in bytes.
const RUN: u64 = 32;
const RUN_BYTES: u64 = 384 << 20;

/// Carries sequences on through a video; nothing is written. All tasks in one pass.
///
/// # Errors
/// `Cancelled`: nothing is kept by half. A frame that cannot be read ends it as `Media`, one of another size as `Refused`.
pub fn track(video: &Frames, order: &CarryOrder, cx: &mut JobCx<'_>) -> Result<Vec<Carried>, JobError> {
    let (frames, mut reader) = (video.count(), video.open()?);
    let first = reader.frame(order.start)?;
    let run = (RUN_BYTES / first.bytes().max(1)).clamp(1, RUN);
    let size = [first.width, first.height];
    let first = gray(&first)?;
    let mut followers: Vec<Follower> =
        order.tasks.iter().map(|task| Follower::new(&first, order.start, task.clone(), order.forward)).collect();
    let way: Vec<u64> = order.way(frames).collect();
    let total = Some(way.len() as u64);
    let mut problem = Ok(());
    let mut done = 0;
    let mut see = |number: u64, picture: Picture| {
        done += 1;
        let is_as_large = [picture.width, picture.height] == size;
        let seen = cx.step("tracking", done, total).and_then(|()| match is_as_large {
            true => gray(&picture),
            false => {
                Err(JobError::Refused(format!("frame {number} is of another size, and only frames of one size can be tracked through")))
            }
        });
        match seen {
            Ok(frame) => followers.iter_mut().for_each(|follower| follower.see(number, &frame)),
            Err(error) => problem = Err(error),
        }
        problem.is_ok() && followers.iter().any(|follower| !follower.is_done())
    };
    if order.forward {
        if let (Some(first), Some(last)) = (way.first(), way.last()) {
            reader.frames(*first, *last, RunOrder::Forward, &mut see)?;
        }
    } else {
        for run in way.chunks(run as usize) {
            let (Some(newest), Some(oldest)) = (run.first(), run.last()) else { continue };
            let (mut goes_on, mut expected) = (true, *newest);
            let mut in_order = |number: u64, picture: Picture| {
                // What cannot be decoded is left out on the way back.
                goes_on = number == expected && see(number, picture);
                expected = number.saturating_sub(1);
                goes_on
            };
            reader.frames(*oldest, *newest, RunOrder::NewestFirst { step: 1 }, &mut in_order)?;
            if !goes_on {
                break;
            }
        }
    }
    problem?;
    let is_all = way.last().is_none_or(|last| *last == if order.forward { frames.saturating_sub(1) } else { 0 });
    let end = if is_all { CarryEnd::Video } else { CarryEnd::Asked };
    Ok(followers.into_iter().map(|follower| follower.finish(end, &order.on)).collect())
}

/// A frame in 8-bit luma.
///
/// # Errors
/// `Refused` for a picture without planes or pixels in memory.
pub fn gray(picture: &Picture) -> Result<Gray, JobError> {
    let samples = match &picture.pixels {
        Pixels::Planes(planes) => planes.luma(),
        Pixels::Photo(photo) => photo.luma(),
        Pixels::Levels(levels) => {
            let rgba = levels.first().map_or(&[][..], |level| &level.rgba).as_chunks::<4>().0;
            rgba.iter().map(|[r, g, b, _]| ((u32::from(*r) * 77 + u32::from(*g) * 150 + u32::from(*b) * 29) >> 8) as u8).collect()
        }
        Pixels::Tiles(_) => Vec::new(),
    };
    let gray = Gray::new(picture.width as usize, picture.height as usize, samples);
    gray.ok_or_else(|| JobError::Refused("frames of this size cannot be tracked".into()))
}

/// One task on its way.
pub struct Follower {
    task: CarryTask,
    start: u64,
    forward: bool,
    tracker: Option<Box<dyn Tracker>>,
    /// Frames on which it was surely seen.
    seen: Vec<(u64, Step)>,
    disagreement: Vec<(u64, f32)>,
    end: Option<CarryEnd>,
}

impl Follower {
    /// From the frame on which its shape is.
    pub fn new(frame: &Gray, start: u64, task: CarryTask, forward: bool) -> Self {
        let tracker = tracker(frame, &task.shape);
        let next = if forward { start.saturating_add(1) } else { start.saturating_sub(1) };
        let end = if tracker.is_none() { Some(CarryEnd::Lost(next)) } else { None };
        Self { task, start, forward, tracker, seen: Vec::new(), disagreement: Vec::new(), end }
    }

    /// Whether it goes no further.
    pub fn is_done(&self) -> bool {
        self.end.is_some()
    }

    /// Where it was last surely seen, as a shape.
    pub fn shape(&self) -> Option<Geometry> {
        let (_, step) = self.seen.last()?;
        self.tracker.as_ref()?.shape(step)
    }

    /// The next frame of the way.
    pub fn see(&mut self, number: u64, frame: &Gray) {
        let Some(tracker) = self.tracker.as_mut().filter(|_| self.end.is_none()) else { return };
        let step = tracker.step(frame);
        let disagreement = step.disagreement as f32;
        if let Some((barrier, there)) = &self.task.barrier
            && *barrier == number
        {
            let shape = tracker.shape(&step).filter(|_| step.seen == Seen::Surely);
            let off = shape.and_then(|shape| farthest(&shape, there));
            self.end = Some(CarryEnd::Barrier { frame: number, off });
            return;
        }
        match step.seen {
            Seen::Surely => self.seen.push((number, step)),
            Seen::Guessed => {}
            Seen::Left => {
                self.end = Some(CarryEnd::Left(number));
                return;
            }
            Seen::Lost => {
                let last = self.seen.last().map_or(self.start, |(frame, _)| *frame);
                self.end = Some(CarryEnd::Lost(if self.forward { last.saturating_add(1) } else { last.saturating_sub(1) }));
                return;
            }
        }
        self.disagreement.push((number, disagreement));
    }

    /// What came of it; `end`: why there are no more frames. `on`: where keyframes are made.
    pub fn finish(self, end: CarryEnd, on: &WorkFrames) -> Carried {
        let until = self.seen.last().map_or(self.start, |(frame, _)| *frame);
        let mut disagreement = self.disagreement;
        // What was only guessed to the very end is not kept.
        disagreement.retain(|(frame, _)| if self.forward { *frame <= until } else { *frame >= until });
        disagreement.sort_by_key(|(frame, _)| *frame);
        let keyframes = match &self.tracker {
            Some(tracker) => {
                let mut seen = self.seen;
                steady(&self.task.shape, &mut seen);
                seen.retain(|(frame, _)| on.contains(*frame));
                let kept = kept(&self.task, self.start, &seen);
                let keyframe = |(frame, step): &(u64, Step)| Some((*frame, tracker.shape(step)?, step.likeness as f32));
                kept.into_iter().filter_map(|at| seen.get(at)).filter_map(keyframe).collect()
            }
            None => Vec::new(),
        };
        Carried { member: self.task.member, keyframes, until, disagreement, end: self.end.unwrap_or(end) }
    }
}

/// Keypoints are followed one by one where that can be done, all else as a whole.
fn tracker(frame: &Gray, shape: &Geometry) -> Option<Box<dyn Tracker>> {
    if let Geometry::Keypoints(points) = shape
        && let Some(tracker) = PointsTracker::new(frame, points.clone())
    {
        return Some(Box::new(tracker));
    }
    Some(Box::new(FlowTracker::new(frame, shape.clone())?))
}

/// The largest distance of corners of the bounds; of keypoints, of a point that both have in the picture.
fn farthest(a: &Geometry, b: &Geometry) -> Option<f64> {
    if let (Geometry::Keypoints(a), Geometry::Keypoints(b)) = (a, b) {
        let far = (0..a.points.len()).filter_map(|at| Some(a.pos(at)?.distance(b.pos(at)?)));
        return far.max_by(f64::total_cmp);
    }
    let (a, b) = (a.bounds()?.corners(), b.bounds()?.corners());
    Some(a.iter().zip(b).map(|(a, b)| a.distance(b)).fold(0.0, f64::max))
}
