//! Sequences carried on through the frames of a video by what the pictures show.

use crate::{Frames, JobCx, JobError};
use limn_core::sequence::carry::{Carried, CarryEnd, CarryOrder, CarryTask};
use limn_core::{Geometry, ImagePos, WorkFrames};
use limn_media::{Picture, Pixels, RunOrder};
use limn_models::{FlowTracker, Gray, Pose, Seen, Step, Tracker};

/// Most frames that are decoded at once on the way back, and the memory that they may take, in bytes.
const RUN: u64 = 32;
const RUN_BYTES: u64 = 384 << 20;
/// Pixels by which what lies between two keyframes may differ from what was seen.
const TOLERANCE: f64 = 0.5;
/// The same as a share of width and height: large shapes are not seen more exactly.
const SHARE: f64 = 0.0025;

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
    tracker: Option<FlowTracker>,
    /// Frames on which it was surely seen.
    seen: Vec<(u64, Step)>,
    disagreement: Vec<(u64, f32)>,
    end: Option<CarryEnd>,
}

impl Follower {
    /// From the frame on which its shape is.
    pub fn new(frame: &Gray, start: u64, task: CarryTask, forward: bool) -> Self {
        let tracker = FlowTracker::new(frame, task.shape.clone());
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
        self.disagreement.push((number, step.disagreement as f32));
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
                let seen: Vec<(u64, Step)> = self.seen.iter().filter(|(frame, _)| on.contains(*frame)).cloned().collect();
                let kept = kept(&self.task, self.start, &seen);
                let keyframe = |(frame, step): &(u64, Step)| Some((*frame, tracker.shape(step)?, step.likeness as f32));
                kept.into_iter().filter_map(|at| seen.get(at)).filter_map(keyframe).collect()
            }
            None => Vec::new(),
        };
        Carried { member: self.task.member, keyframes, until, disagreement, end: self.end.unwrap_or(end) }
    }
}

/// The largest distance of corners of the bounds.
fn farthest(a: &Geometry, b: &Geometry) -> Option<f64> {
    let (a, b) = (a.bounds()?.corners(), b.bounds()?.corners());
    Some(a.iter().zip(b).map(|(a, b)| a.distance(b)).fold(0.0, f64::max))
}

/// Which of the frames have to be keyframes so that straight lines between them show all the others, too.
fn kept(task: &CarryTask, start: u64, seen: &[(u64, Step)]) -> Vec<usize> {
    let Some(bounds) = task.shape.bounds().filter(|_| !task.keeps_all) else { return (0..seen.len()).collect() };
    let middle = bounds.center();
    let corners = |pose: &Pose| {
        bounds.corners().map(|corner| {
            let [x, y] = pose.place([corner.x - middle.x, corner.y - middle.y]);
            ImagePos::new(x + middle.x, y + middle.y)
        })
    };
    // The first is what was there.
    let mut places = vec![(start as f64, corners(&Pose::STILL))];
    places.extend(seen.iter().map(|(frame, step)| (*frame as f64, corners(&step.pose))));
    let tolerance = TOLERANCE.max(SHARE * (bounds.width() + bounds.height()));
    let mut is_kept = vec![false; places.len()];
    is_kept.iter_mut().rev().take(1).for_each(|last| *last = true);
    let mut open = vec![(0, places.len() - 1)];
    while let Some((from, to)) = open.pop() {
        let ((start, a), (end, b)) = (places[from], places[to]);
        let off = |at: usize| {
            let (frame, there) = places[at];
            let t = (frame - start) / (end - start);
            let far = |corner: usize| (a[corner] + (b[corner] - a[corner]) * t).distance(there[corner]);
            (0..4).map(far).fold(0.0, f64::max)
        };
        let worst = (from + 1..to).map(|at| (at, off(at))).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, off)) = worst
            && off > tolerance
        {
            is_kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    (1..places.len()).filter(|at| is_kept[*at]).map(|at| at - 1).collect()
}
