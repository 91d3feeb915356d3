//! How long shapes and answers took the people of a project, by the times in its log.

use crate::cx::JobCx;
use crate::error::JobError;
use limn_core::log::{Change, InstanceSet, Op, UndoLink, kind};
use limn_core::schema::advice::{Middle, Pace};
use limn_core::{DeviceId, Mark, SpatialType};
use limn_store::Project;
use std::collections::{BTreeMap, HashMap};

/// Whoever does nothing for longer, in milliseconds, is not at work.
const PAUSE: i64 = 60_000;
/// Times that are kept of one kind: the last ones.
const MOST: usize = 100_000;
/// Operations between two looks at whether to go on.
const STRETCH: u64 = 1_000;

/// The last so many times.
#[derive(Default)]
struct Times {
    list: Vec<u32>,
    count: usize,
}

impl Times {
    fn add(&mut self, millis: u32) {
        match self.list.get_mut(self.count % MOST) {
            Some(old) => *old = millis,
            None => self.list.push(millis),
        }
        self.count += 1;
    }
}

/// Medians of the time from a person's gesture before to the one that drew a shape, or gave an answer. What was imported, found by
/// a program, taken back or done again says nothing; neither does what came after a pause of more than a minute.
///
/// # Errors
/// The log cannot be read; the person stopped it.
pub fn pace(project: &Project, cx: &mut JobCx<'_>) -> Result<Pace, JobError> {
    let mut last: HashMap<(DeviceId, String), i64> = HashMap::new();
    let (mut answers, mut shapes, mut done) = (Times::default(), BTreeMap::<SpatialType, Times>::new(), 0);
    project.for_each_op(|row| {
        if done % STRETCH == 0 {
            cx.step("reading the log", done, None)?;
        }
        done += 1;
        // What a newer program wrote is not understood here.
        let Ok(op) = Op::from_bytes(&row.bytes) else { return Ok::<_, JobError>(()) };
        let before = last.insert((op.device, op.user.clone()), op.wall);
        let since = before.and_then(|before| op.wall.checked_sub(before)).filter(|millis| (0..=PAUSE).contains(millis));
        let is_own = op.kind == kind::EDIT && op.body.link == UndoLink::None && op.body.group.is_none();
        let Some(millis) = since.and_then(|millis| u32::try_from(millis).ok()).filter(|_| is_own) else { return Ok(()) };
        match did(&op.body.changes) {
            Some(Did::Drew(shape)) => shapes.entry(shape).or_default().add(millis),
            Some(Did::Answered) => answers.add(millis),
            None => {}
        }
        Ok(())
    })?;
    let shapes = shapes.into_iter().filter_map(|(shape, times)| Some((shape, Middle::new(times.list)?))).collect();
    Ok(Pace { answer: Middle::new(answers.list), shapes })
}

enum Did {
    Drew(SpatialType),
    Answered,
}

/// What a gesture did, if it was one new shape or one answer.
fn did(changes: &[Change]) -> Option<Did> {
    let mut added = changes.iter().filter_map(|change| match change {
        Change::InstanceAdd(instance) => Some(instance),
        _ => None,
    });
    if let Some(first) = added.next() {
        let is_new = first.member.is_none() || changes.iter().any(|change| matches!(change, Change::SequenceAdd(_)));
        let is_by_hand = first.run.is_none() && added.next().is_none();
        return (is_new && is_by_hand).then(|| Did::Drew(first.geometry.spatial_type()));
    }
    let answered = |change: &Change| match change {
        Change::InstanceSet { id, set: InstanceSet::Mark(Mark::Answer(_, Some(_))) } => Some(*id),
        _ => None,
    };
    let first = answered(changes.first()?)?;
    changes.iter().all(|change| answered(change) == Some(first)).then_some(Did::Answered)
}
