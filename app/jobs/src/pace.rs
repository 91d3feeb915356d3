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
    let (mut tally, mut done) = (Tally::default(), 0);
    project.for_each_op(|row| {
        if done % STRETCH == 0 {
            cx.step("reading the log", done, None)?;
        }
        done += 1;
        // What a newer program wrote is not understood here.
        if let Ok(op) = Op::from_bytes(&row.bytes) {
            tally.take(&op);
        }
        Ok::<_, JobError>(())
    })?;
    Ok(tally.pace())
}

/// What was measured so far.
#[derive(Default)]
struct Tally {
    /// When somebody did something last.
    last: HashMap<(DeviceId, String), i64>,
    answers: Times,
    shapes: BTreeMap<SpatialType, Times>,
}

impl Tally {
    fn take(&mut self, op: &Op) {
        let before = self.last.insert((op.device, op.user.clone()), op.wall);
        let since = before.and_then(|before| op.wall.checked_sub(before)).filter(|millis| (0..=PAUSE).contains(millis));
        let is_own = op.kind == kind::EDIT && op.body.link == UndoLink::None && op.body.group.is_none();
        let Some(millis) = since.and_then(|millis| u32::try_from(millis).ok()).filter(|_| is_own) else { return };
        match did(&op.body.changes) {
            Some(Did::Drew(shape)) => self.shapes.entry(shape).or_default().add(millis),
            Some(Did::Answered) => self.answers.add(millis),
            None => {}
        }
    }

    fn pace(self) -> Pace {
        let shapes = self.shapes.into_iter().filter_map(|(shape, times)| Some((shape, Middle::new(times.list)?)));
        Pace { answer: Middle::new(self.answers.list), shapes: shapes.collect() }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::log::OpBody;
    use limn_core::schema::{Answer, AttributeId};
    use limn_core::{FileId, Geometry, ImagePos, Instance, InstanceId, LabelId, ProjectId, Rect, RunId};

    fn op(wall: i64, changes: Vec<Change>) -> Op {
        Op {
            project: ProjectId::from_parts(1, [0; 10]),
            device: DeviceId([1; 16]),
            seq: 1,
            prev: None,
            lamport: 1,
            wall,
            user: "ada".into(),
            kind: kind::EDIT.into(),
            target: None,
            base: Vec::new(),
            schema: None,
            task: None,
            claim: None,
            body: OpBody { changes, ..OpBody::default() },
        }
    }

    fn drawn(geometry: Geometry, run: Option<RunId>) -> Change {
        let (id, file) = (InstanceId::from_parts(1, [0; 10]), FileId::from_parts(1, [0; 10]));
        Change::InstanceAdd(Box::new(Instance { run, ..Instance::new(id, file, 0, LabelId(1), geometry) }))
    }

    fn answered(answer: Option<Answer>) -> Change {
        let mark = Mark::Answer(AttributeId(1), answer);
        Change::InstanceSet { id: InstanceId::from_parts(1, [0; 10]), set: InstanceSet::Mark(mark) }
    }

    fn boxed() -> Geometry {
        Geometry::Box(Rect::from_xywh(0.0, 0.0, 9.0, 9.0))
    }

    #[test]
    fn only_what_a_person_drew_or_answered_without_a_pause_is_measured() {
        let mut tally = Tally::default();
        let yes = || answered(Some(Answer::Bool(true)));
        for (wall, changes) in [
            // Nothing came before.
            (0, vec![drawn(boxed(), None)]),
            (3_000, vec![drawn(boxed(), None)]),
            (4_000, vec![yes()]),
            // An answer that is taken back is none.
            (4_100, vec![answered(None)]),
            (6_100, vec![yes()]),
            // After coffee.
            (900_000, vec![drawn(boxed(), None)]),
            (901_000, vec![drawn(boxed(), Some(RunId::from_parts(1, [0; 10])))]),
            (902_000, vec![drawn(boxed(), None), drawn(boxed(), None)]),
            (907_000, vec![drawn(boxed(), None)]),
            // The clock was set back.
            (10, vec![drawn(boxed(), None)]),
            (60_000, vec![drawn(Geometry::Point(ImagePos::new(1.0, 1.0)), None)]),
        ] {
            tally.take(&op(wall, changes));
        }
        // Another person's gestures say nothing of the first one's.
        tally.take(&Op { user: "bo".into(), ..op(60_500, vec![yes()]) });
        tally.take(&Op { kind: kind::IMPORT.into(), ..op(61_000, vec![drawn(boxed(), None)]) });
        let pace = tally.pace();
        assert_eq!(pace.answer, Some(Middle { seconds: 2.0, of: 2 }));
        assert_eq!(pace.shapes[&SpatialType::Box], Middle { seconds: 5.0, of: 2 });
        assert_eq!(pace.shapes[&SpatialType::Point], Middle { seconds: 59.99, of: 1 });
    }
}
