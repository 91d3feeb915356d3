//! Problems that somebody looked at and lets stand: until what they are about changes.

use crate::instance::Instance;
use crate::marks::{Mark, Marks};
use crate::schema::RuleId;
use crate::sequence::Track;
use serde::{Deserialize, Serialize};

/// That a rule may be broken here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Why, in a person's words; may be empty.
    pub note: String,
    /// What it looked like then, see [`look_of`] and [`look_of_track`]: when it looks otherwise, this means nothing any more.
    pub look: u64,
}

/// What an instance looks like: who it is, its label, shape and marks, as a number.
pub fn look_of(instance: &Instance) -> u64 {
    let mut hash = blake3::Hasher::new();
    hash.update(instance.id.as_bytes()).update(&instance.label.0.to_le_bytes()).update(&instance.geometry.to_bytes());
    add_marks(&mut hash, &instance.marks);
    number(&hash)
}

/// What a sequence looks like with all its keyframes.
pub fn look_of_track(track: &Track) -> u64 {
    let sequence = &track.sequence;
    let mut hash = blake3::Hasher::new();
    hash.update(sequence.id.as_bytes()).update(&sequence.label.0.to_le_bytes()).update(sequence.motion.as_str().as_bytes());
    hash.update(&sequence.exit.unwrap_or(u64::MAX).to_le_bytes());
    add_marks(&mut hash, &sequence.marks);
    for part in track.parts() {
        for (frame, keyframe) in track.keyframes(part) {
            hash.update(&part.to_le_bytes()).update(&frame.to_le_bytes()).update(&keyframe.geometry.to_bytes());
            add_marks(&mut hash, &keyframe.marks);
        }
    }
    number(&hash)
}

/// But for what is said of problems and of others.
fn add_marks(hash: &mut blake3::Hasher, marks: &Marks) {
    let rest = marks.set_ones().filter(|mark| !matches!(mark, Mark::Accepted(..) | Mark::NotSame(..)));
    let mut alone = Marks::default();
    rest.for_each(|mark| drop(alone.set(mark)));
    hash.update(&alone.to_bytes().unwrap_or_default());
}

/// Numbers of 53 bits keep their value in every program that reads JSON.
fn number(hash: &blake3::Hasher) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first) >> 11
}

impl Marks {
    /// Why a rule may be broken by what looks like this now; `look` is asked only where somebody accepted it once.
    pub fn accepts(&self, rule: RuleId, look: impl FnOnce() -> Option<u64>) -> Option<&str> {
        let accepted = self.accepted.get(&rule)?;
        (look()? == accepted.look).then_some(accepted.note.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, Rect};
    use crate::ids::{FileId, InstanceId, LabelId, SequenceId};
    use crate::sequence::{Member, Sequence, Sequences};

    fn instance(x: f64) -> Instance {
        let (id, file) = (InstanceId::from_parts(1, [1; 10]), FileId::from_parts(1, [1; 10]));
        Instance::new(id, file, 0, LabelId(1), Geometry::Box(Rect::from_xywh(x, 0.0, 9.0, 9.0)))
    }

    fn accepted(look: u64) -> Mark {
        Mark::Accepted(RuleId(3), Some(Accepted { note: "why".into(), look }))
    }

    #[test]
    fn it_stands_until_the_instance_changes() {
        let mut one = instance(1.0);
        one.marks.set(accepted(look_of(&one)));
        let told = |one: &Instance, rule: u32| one.marks.accepts(RuleId(rule), || Some(look_of(one))).map(str::to_owned);
        assert_eq!((told(&one, 3).as_deref(), told(&one, 4)), (Some("why"), None));
        let mut moved = one.clone();
        moved.geometry = instance(2.0).geometry;
        assert_eq!(told(&moved, 3), None);
        let mut relabelled = one.clone();
        relabelled.label = LabelId(2);
        assert_eq!(told(&relabelled, 3), None);
        let mut hidden = one.clone();
        hidden.marks.set(Mark::Occluded(true));
        assert_eq!(told(&hidden, 3), None);
        // Another frame of it, and another rule that is accepted, change nothing.
        one.frame = 7;
        one.marks.set(Mark::Accepted(RuleId(9), Some(Accepted { note: String::new(), look: 1 })));
        assert!(told(&one, 3).is_some());
    }

    #[test]
    fn a_sequence_looks_otherwise_when_a_keyframe_does() {
        let id = SequenceId::from_parts(1, [2; 10]);
        let look = |x: f64, mark: Option<Mark>| {
            let mut sequence = Sequence::new(id, FileId::from_parts(1, [1; 10]), 1, LabelId(1));
            mark.into_iter().for_each(|mark| drop(sequence.marks.set(mark)));
            let keyframe = Instance { member: Some(Member { sequence: id, part: 0 }), ..instance(x) };
            Sequences::new(vec![sequence], vec![keyframe]).get(id).map(|track| look_of_track(track))
        };
        assert_eq!(look(1.0, None), look(1.0, Some(accepted(5))));
        assert_ne!(look(1.0, None), look(2.0, None));
        assert_ne!(look(1.0, None), look(1.0, Some(Mark::Pinned(true))));
    }
}
