//! What breaks the schema's rules in a whole file: on every frame on which something is shown, in its sequences, and in its numbers.
//!
//! A frame is looked at when something on it may be otherwise than on the one before. How much of a picture is covered takes
//! longer than all else and is looked at only where somebody drew something: on keyframes, and on frames with instances of
//! their own. A frame of a video on which nothing is shown breaks no rule.

use super::{Counts, Frame, Problem, Problems, Rules, SequenceProblems, Video};
use limn_core::document::Instances;
use limn_core::schema::rule::{Check, Per, RuleId};
use limn_core::sequence::{Motion, Track};
use limn_core::{Document, Instance, InstanceId, Rect, Role, Sequences};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Frames up to which what lies between keyframes is looked at: four days of video. Keyframes themselves always are.
const MOST_FRAMES: u64 = 10_000_000;

/// The file that is looked at.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// The picture, in image pixels; empty when nobody knows its size.
    pub picture: Rect,
    /// How many frames it has.
    pub frames: u64,
    /// Its sequences; `None`: it is a still picture.
    pub sequences: Option<&'a Sequences>,
    /// The frames with instances that are in no sequence, in order.
    pub own: &'a [u64],
}

/// Where the instances come from.
pub trait Source {
    /// Why they do not come.
    type Error;

    /// Those of a frame that are in no sequence.
    ///
    /// # Errors
    /// They cannot be read.
    fn instances_at(&mut self, frame: u64) -> Result<Vec<Instance>, Self::Error>;

    /// Takes out what is not to be told of a frame, on which these are shown.
    ///
    /// # Errors
    /// What it takes to know cannot be read.
    fn choose(&mut self, _frame: u64, _shown: &Instances, _problems: &mut Vec<Arc<Problem>>) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Told how many frames of how many were looked at; says whether to go on.
    fn goes_on(&mut self, done: u64, total: u64) -> bool;
}

/// What is wrong in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// On frames, each with the row of frames on which it is so, and in sequences: the worst first, then by rule and frame.
    pub problems: Vec<Arc<Problem>>,
    /// Wrong numbers in the whole file.
    pub counted: Vec<Arc<Problem>>,
}

/// Looks at all of a file; `None` when the source said not to go on.
///
/// # Errors
/// What the source says.
pub fn look<S: Source>(rules: &Rules, file: File<'_>, source: &mut S) -> Result<Option<Found>, S::Error> {
    let places = Places::new(rules, file);
    let total: u64 = places.ranges.iter().map(|range| range.end - range.start).sum();
    let (mut rows, mut counts, mut covered, mut done) = (Rows::default(), Counts::new(), Vec::new(), 0);
    let none = Sequences::default();
    let sequences = file.sequences.unwrap_or(&none);
    for at in places.ranges.iter().flat_map(Clone::clone) {
        if !source.goes_on(done, total) {
            return Ok(None);
        }
        done += 1;
        let is_own = file.own.binary_search(&at).is_ok();
        let own = if is_own { source.instances_at(at)? } else { Vec::new() };
        for instance in own.iter().filter(|instance| instance.marks.role == Role::Object) {
            *counts.entry(instance.label).or_default() += 1;
        }
        let document = Document::new(own.into_iter().chain(sequences.at(at)).collect());
        let frame = Frame { instances: document.instances(), picture: file.picture, is_file: false, sequences: file.sequences };
        let mut problems = Problems::default();
        let is_empty = document.instances().is_empty();
        if !is_empty || file.sequences.is_none() {
            problems.update(rules, frame, None);
            if rules.asks_cover() && places.points.binary_search(&at).is_ok() {
                problems.look_at_cover(rules, frame, &|| false);
                covered = std::mem::take(&mut problems.covered);
            }
        } else {
            covered.clear();
        }
        let mut list = problems.list();
        list.extend(covered.iter().cloned());
        source.choose(at, document.instances(), &mut list)?;
        rows.take(at, !is_own && !is_empty, list);
    }
    let mut problems = rows.end(file.frames);
    if let Some(sequences) = file.sequences {
        let mut of_sequences = SequenceProblems::default();
        let video = Video { sequences, picture: file.picture, frames: file.frames };
        if !of_sequences.update(rules, video, || source.goes_on(total, total)) {
            return Ok(None);
        }
        problems.extend(of_sequences.list().cloned());
        for track in sequences.tracks().filter(|track| is_counted(track)) {
            *counts.entry(track.sequence.label).or_default() += 1;
        }
    }
    problems.sort_by_key(|problem| (problem.severity, problem.rule, problem.frames, problem.instance, problem.other));
    let counted = rules.miscounts(&counts, Per::File).into_iter().map(Arc::new).collect();
    Ok(Some(Found { problems, counted }))
}

/// A sequence is one object, on however many frames it is, and in however many parts.
fn is_counted(track: &Track) -> bool {
    track.sequence.marks.role == Role::Object
        && track.parts().any(|part| track.keyframes(part).any(|(_, keyframe)| !keyframe.marks.outside))
}

/// Which frames are looked at.
#[derive(Debug, Default)]
struct Places {
    /// All, in order, without overlaps.
    ranges: Vec<Range<u64>>,
    /// Those on which something was drawn, in order.
    points: Vec<u64>,
}

impl Places {
    fn new(rules: &Rules, file: File<'_>) -> Self {
        let Some(sequences) = file.sequences else { return Self::of_pictures(file.own) };
        let limit = file.frames.min(MOST_FRAMES);
        let every = rules.ask_frame_number();
        let (mut ranges, mut points): (Vec<Range<u64>>, Vec<u64>) = (Vec::new(), file.own.to_vec());
        // Behind a frame with instances of its own the sequences are alone again.
        let has_tracks = sequences.tracks().next().is_some();
        ranges.extend(file.own.iter().map(|at| {
            let next = at.saturating_add(1);
            *at..next.saturating_add(u64::from(has_tracks && next < limit))
        }));
        for track in sequences.tracks() {
            let exit = track.sequence.exit.filter(|exit| *exit < limit);
            points.extend(exit);
            ranges.extend(exit.map(|exit| exit..exit.saturating_add(1)));
            for part in track.parts() {
                let mut keyframes = track.keyframes(part).peekable();
                while let Some((at, keyframe)) = keyframes.next() {
                    let next = keyframes.peek();
                    let moves = next.is_some_and(|(_, next)| match track.sequence.motion {
                        Motion::Still => false,
                        Motion::Linear => next.geometry != keyframe.geometry,
                        // A curve may leave where both its ends lie.
                        Motion::Smooth => true,
                    });
                    let until = next.map_or(limit, |(next, _)| *next).min(limit);
                    let is_otherwise = (moves && !keyframe.marks.outside) || every;
                    points.push(at);
                    ranges.push(at..if is_otherwise { until.max(at.saturating_add(1)) } else { at.saturating_add(1) });
                }
            }
        }
        points.sort_unstable();
        points.dedup();
        Self { ranges: joined(ranges), points }
    }
}

/// Those that meet as one.
fn joined(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut all: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

impl Places {
    /// A picture is looked at also when nothing is on it: that may be what is wrong.
    fn of_pictures(own: &[u64]) -> Self {
        let mut points: Vec<u64> = std::iter::once(0).chain(own.iter().copied()).collect();
        points.dedup();
        Self { ranges: joined(points.iter().map(|at| *at..at.saturating_add(1)).collect()), points }
    }
}

impl Rules {
    /// Whether some expression may tell one frame from the next by its number alone.
    fn ask_frame_number(&self) -> bool {
        self.all().any(|(rule, _)| matches!(&rule.check, Check::Expression(text) if text.contains("frame")))
    }
}

type Key = (RuleId, Option<InstanceId>, Option<InstanceId>);

/// Problems that are there on frame after frame, each told once.
#[derive(Default)]
struct Rows {
    open: BTreeMap<Key, (u64, Arc<Problem>)>,
    ended: Vec<Arc<Problem>>,
    /// The last frame, and whether those up to the next one that is looked at are the same.
    last: Option<(u64, bool)>,
}

impl Rows {
    fn take(&mut self, at: u64, holds: bool, list: Vec<Arc<Problem>>) {
        let until = self.last.map(|(last, held)| if held { at.saturating_sub(1).max(last) } else { last });
        let is_next = until.is_some_and(|until| until.checked_add(1) == Some(at));
        let before = std::mem::take(&mut self.open);
        let mut now: BTreeMap<Key, (u64, Arc<Problem>)> =
            list.into_iter().map(|problem| ((problem.rule, problem.instance, problem.other), (at, problem))).collect();
        for (key, (first, problem)) in before {
            match now.get_mut(&key).filter(|_| is_next) {
                Some(same) => *same = (first, problem),
                None => self.ended.push(over(first, until.unwrap_or(first), &problem)),
            }
        }
        (self.open, self.last) = (now, Some((at, holds)));
    }

    fn end(mut self, frames: u64) -> Vec<Arc<Problem>> {
        let last = self.last.map_or(0, |(last, held)| if held { frames.saturating_sub(1).max(last) } else { last });
        self.ended.extend(self.open.values().map(|(first, problem)| over(*first, last, problem)));
        self.ended
    }
}

fn over(first: u64, last: u64, problem: &Problem) -> Arc<Problem> {
    Arc::new(Problem { frames: Some((first, last)), ..problem.clone() })
}
