//! What is marked on an instance beside label and geometry. Nearly all instances have no mark.

use crate::accepted::Accepted;
use crate::ids::{GroupId, InstanceId, SequenceId};
use crate::schema::questions::Answers;
use crate::schema::{Answer, AttributeId, RuleId};
use crate::sequence::Tie;
use minicbor::{Decoder, Encoder};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::ops::Deref;

/// What an instance stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// One thing of its label.
    #[default]
    Object,
    /// An area that nobody should learn from or be scored on.
    Ignore,
    /// Many things of the label that are not told apart (COCO's `iscrowd`).
    Crowd,
}

impl Role {
    /// The name in the log, in listings and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Ignore => "ignore",
            Self::Crowd => "crowd",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Object, Self::Ignore, Self::Crowd].into_iter().find(|role| role.as_str() == name)
    }
}

/// A typed link from an instance to another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// What the link means, such as "rides" or "part of".
    pub kind: String,
    /// The other instance; it may be gone.
    pub to: InstanceId,
}

/// A register of an instance that marks something, with its value; as JSON, the value alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Mark {
    /// What it stands for.
    Role(Role),
    /// Something hides a part of it.
    Occluded(bool),
    /// It goes on outside the picture.
    Truncated(bool),
    /// Hard to recognise even for a person.
    Difficult(bool),
    /// It is not moved as a whole; its points can still be edited.
    Pinned(bool),
    /// From this keyframe of a sequence on it is not in the picture.
    Outside(bool),
    /// How much of it is seen, in per cent.
    Visible(Option<u8>),
    /// Painted above all that have less (0 for most), below those that have more.
    Order(i32),
    /// Those that belong together.
    Group(Option<GroupId>),
    /// The person is not sure, and why ("" is a reason not told).
    Unsure(Option<String>),
    /// Its links to others, in the order in which they were made.
    Relations(Vec<Relation>),
    /// Of a keyframe: which of its vertices are which ones of the next keyframe; the later in the list goes before the earlier.
    Ties(Vec<Tie>),
    /// Somebody looked it over and takes it as it is. A later change of the thing takes it back.
    Approved(bool),
    /// What is answered to an attribute, or no longer.
    Answer(AttributeId, Option<Answer>),
    /// That it may break a rule, or no longer.
    Accepted(RuleId, Option<Accepted>),
    /// Of a sequence: whether a person said that it is not one object with this other one.
    NotSame(SequenceId, bool),
}

/// Before the number of an attribute in the name of its register.
const ANSWER: &str = "attribute ";
/// Before the number of a rule.
const ACCEPTED: &str = "accepted ";
/// Before the id of a sequence.
const NOT_SAME: &str = "not same ";

impl Mark {
    /// The register's name.
    pub fn register(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Role(_) => "role",
            Self::Occluded(_) => "occluded",
            Self::Truncated(_) => "truncated",
            Self::Difficult(_) => "difficult",
            Self::Pinned(_) => "pinned",
            Self::Outside(_) => "outside",
            Self::Approved(_) => "approved",
            Self::Visible(_) => "visible",
            Self::Order(_) => "order",
            Self::Group(_) => "group",
            Self::Unsure(_) => "unsure",
            Self::Relations(_) => "relations",
            Self::Ties(_) => "ties",
            Self::Answer(attribute, _) => return Cow::Owned(format!("{ANSWER}{attribute}")),
            Self::Accepted(rule, _) => return Cow::Owned(format!("{ACCEPTED}{}", rule.0)),
            Self::NotSame(other, _) => return Cow::Owned(format!("{NOT_SAME}{}", other.0.simple())),
        })
    }

    pub(crate) fn write_value(&self, e: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>> {
        match self {
            Self::Role(role) => e.str(role.as_str())?,
            Self::Occluded(on) | Self::Truncated(on) | Self::Difficult(on) | Self::Pinned(on) | Self::Outside(on) | Self::Approved(on) => {
                e.bool(*on)?
            }
            Self::NotSame(_, on) => e.bool(*on)?,
            Self::Visible(Some(percent)) => e.u8(*percent)?,
            Self::Order(order) => e.i32(*order)?,
            Self::Group(Some(group)) => e.bytes(group.as_bytes())?,
            Self::Unsure(Some(note)) => e.str(note)?,
            Self::Relations(relations) => {
                e.array(relations.len() as u64)?;
                for relation in relations {
                    e.array(2)?.str(&relation.kind)?.bytes(relation.to.as_bytes())?;
                }
                return Ok(());
            }
            Self::Ties(ties) => return Tie::write_all(ties, e),
            Self::Answer(_, Some(answer)) => return answer.write(e),
            Self::Accepted(_, Some(accepted)) => e.array(2)?.str(&accepted.note)?.u64(accepted.look)?,
            Self::Visible(None) | Self::Group(None) | Self::Unsure(None) | Self::Answer(_, None) | Self::Accepted(_, None) => e.null()?,
        };
        Ok(())
    }

    /// The value of a register that marks something; `None` (and nothing read) for any other register, or a role that this
    /// version does not know.
    pub(crate) fn read_value(register: &str, d: &mut Decoder<'_>) -> Result<Option<Self>, minicbor::decode::Error> {
        let null = d.datatype()? == minicbor::data::Type::Null;
        let mark = match register {
            "role" => return Ok(Role::from_name(d.str()?).map(Self::Role)),
            "occluded" => Self::Occluded(d.bool()?),
            "truncated" => Self::Truncated(d.bool()?),
            "difficult" => Self::Difficult(d.bool()?),
            "pinned" => Self::Pinned(d.bool()?),
            "outside" => Self::Outside(d.bool()?),
            "approved" => Self::Approved(d.bool()?),
            "order" => Self::Order(d.i32()?),
            "visible" | "group" | "unsure" if null => {
                d.null()?;
                match register {
                    "visible" => Self::Visible(None),
                    "group" => Self::Group(None),
                    _ => Self::Unsure(None),
                }
            }
            "visible" => Self::Visible(Some(d.u8()?)),
            "group" => {
                let group = GroupId::from_slice(d.bytes()?);
                Self::Group(Some(group.ok_or_else(|| minicbor::decode::Error::message("a group's id has 16 bytes"))?))
            }
            "unsure" => Self::Unsure(Some(d.str()?.to_owned())),
            "relations" => {
                let mut relations = Vec::new();
                for _ in 0..crate::log::definite(d.array()?)? {
                    crate::log::definite(d.array()?)?;
                    let kind = d.str()?.to_owned();
                    let to = InstanceId::from_slice(d.bytes()?);
                    let to = to.ok_or_else(|| minicbor::decode::Error::message("an instance's id has 16 bytes"))?;
                    relations.push(Relation { kind, to });
                }
                Self::Relations(relations)
            }
            "ties" => Self::Ties(Tie::read_all(d)?),
            register if register.starts_with(ACCEPTED) => {
                let number = register.strip_prefix(ACCEPTED).and_then(|number| number.parse().ok());
                let Some(rule) = number.map(RuleId) else { return Ok(None) };
                if null {
                    d.null()?;
                    return Ok(Some(Self::Accepted(rule, None)));
                }
                if crate::log::definite(d.array()?)? != 2 {
                    return Err(minicbor::decode::Error::message("what is accepted is a note and a number"));
                }
                Self::Accepted(rule, Some(Accepted { note: d.str()?.to_owned(), look: d.u64()? }))
            }
            register if register.starts_with(NOT_SAME) => {
                let other = register.strip_prefix(NOT_SAME).and_then(|id| uuid::Uuid::try_parse(id).ok());
                let Some(other) = other.map(SequenceId) else { return Ok(None) };
                Self::NotSame(other, d.bool()?)
            }
            register => {
                let number = register.strip_prefix(ANSWER).and_then(|number| number.parse().ok());
                let Some(attribute) = number.map(AttributeId) else { return Ok(None) };
                if null {
                    d.null()?;
                    return Ok(Some(Self::Answer(attribute, None)));
                }
                return Ok(Answer::read(d)?.map(|answer| Self::Answer(attribute, Some(answer))));
            }
        };
        Ok(Some(mark))
    }
}

/// The value of every mark of one instance. As JSON: an object of those that differ from an unmarked instance's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MarkSet {
    /// See [`Mark::Role`].
    #[serde(skip_serializing_if = "is_default")]
    pub role: Role,
    /// See [`Mark::Occluded`].
    #[serde(skip_serializing_if = "is_default")]
    pub occluded: bool,
    /// See [`Mark::Truncated`].
    #[serde(skip_serializing_if = "is_default")]
    pub truncated: bool,
    /// See [`Mark::Difficult`].
    #[serde(skip_serializing_if = "is_default")]
    pub difficult: bool,
    /// See [`Mark::Pinned`].
    #[serde(skip_serializing_if = "is_default")]
    pub pinned: bool,
    /// See [`Mark::Outside`].
    #[serde(skip_serializing_if = "is_default")]
    pub outside: bool,
    /// See [`Mark::Approved`].
    #[serde(skip_serializing_if = "is_default")]
    pub approved: bool,
    /// See [`Mark::Visible`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<u8>,
    /// See [`Mark::Order`].
    #[serde(skip_serializing_if = "is_default")]
    pub order: i32,
    /// See [`Mark::Group`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// See [`Mark::Unsure`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsure: Option<String>,
    /// See [`Mark::Relations`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// See [`Mark::Ties`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<Tie>,
    /// See [`Mark::Answer`].
    #[serde(skip_serializing_if = "Answers::is_empty")]
    pub answers: Answers,
    /// See [`Mark::Accepted`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: BTreeMap<RuleId, Accepted>,
    /// See [`Mark::NotSame`].
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub not_same: BTreeSet<SequenceId>,
}

static NOTHING: MarkSet = MarkSet {
    role: Role::Object,
    occluded: false,
    truncated: false,
    difficult: false,
    pinned: false,
    outside: false,
    approved: false,
    visible: None,
    order: 0,
    group: None,
    unsure: None,
    relations: Vec::new(),
    ties: Vec::new(),
    answers: Answers::new(),
    accepted: BTreeMap::new(),
    not_same: BTreeSet::new(),
};

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The marks of an instance; a null pointer when there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(Option<Box<MarkSet>>);

impl Deref for Marks {
    type Target = MarkSet;

    fn deref(&self) -> &MarkSet {
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl From<MarkSet> for Marks {
    fn from(set: MarkSet) -> Self {
        if set == NOTHING { Self(None) } else { Self(Some(Box::new(set))) }
    }
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MarkSet::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        MarkSet::deserialize(deserializer).map(Self::from)
    }
}

impl Marks {
    /// One mark alone.
    pub fn one(mark: Mark) -> Self {
        let mut marks = Self::default();
        marks.set(mark);
        marks
    }

    /// Whether nothing is marked.
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Sets a mark; gives what it was before.
    pub fn set(&mut self, mark: Mark) -> Mark {
        let set = self.0.get_or_insert_default();
        let before = match mark {
            Mark::Role(new) => Mark::Role(std::mem::replace(&mut set.role, new)),
            Mark::Occluded(new) => Mark::Occluded(std::mem::replace(&mut set.occluded, new)),
            Mark::Truncated(new) => Mark::Truncated(std::mem::replace(&mut set.truncated, new)),
            Mark::Difficult(new) => Mark::Difficult(std::mem::replace(&mut set.difficult, new)),
            Mark::Pinned(new) => Mark::Pinned(std::mem::replace(&mut set.pinned, new)),
            Mark::Outside(new) => Mark::Outside(std::mem::replace(&mut set.outside, new)),
            Mark::Approved(new) => Mark::Approved(std::mem::replace(&mut set.approved, new)),
            Mark::Visible(new) => Mark::Visible(std::mem::replace(&mut set.visible, new)),
            Mark::Order(new) => Mark::Order(std::mem::replace(&mut set.order, new)),
            Mark::Group(new) => Mark::Group(std::mem::replace(&mut set.group, new)),
            Mark::Unsure(new) => Mark::Unsure(std::mem::replace(&mut set.unsure, new)),
            Mark::Relations(new) => Mark::Relations(std::mem::replace(&mut set.relations, new)),
            Mark::Ties(new) => Mark::Ties(std::mem::replace(&mut set.ties, new)),
            Mark::Answer(attribute, Some(new)) => Mark::Answer(attribute, set.answers.insert(attribute, new)),
            Mark::Answer(attribute, None) => Mark::Answer(attribute, set.answers.remove(&attribute)),
            Mark::Accepted(rule, Some(new)) => Mark::Accepted(rule, set.accepted.insert(rule, new)),
            Mark::Accepted(rule, None) => Mark::Accepted(rule, set.accepted.remove(&rule)),
            Mark::NotSame(other, true) => Mark::NotSame(other, !set.not_same.insert(other)),
            Mark::NotSame(other, false) => Mark::NotSame(other, set.not_same.remove(&other)),
        };
        if *set.as_ref() == NOTHING {
            self.0 = None;
        }
        before
    }

    /// The marks that differ from those of an unmarked instance, in the order of the deterministic CBOR of their
    /// registers' names (shorter first, then bytewise).
    pub fn set_ones(&self) -> impl Iterator<Item = Mark> + '_ {
        let set: &MarkSet = self;
        let mut marks = vec![
            Mark::Role(set.role),
            Mark::Ties(set.ties.clone()),
            Mark::Group(set.group),
            Mark::Order(set.order),
            Mark::Pinned(set.pinned),
            Mark::Unsure(set.unsure.clone()),
            Mark::Outside(set.outside),
            Mark::Visible(set.visible),
            Mark::Approved(set.approved),
            Mark::Occluded(set.occluded),
            Mark::Difficult(set.difficult),
            Mark::Relations(set.relations.clone()),
            Mark::Truncated(set.truncated),
        ];
        let none = self.is_none();
        marks.retain(|mark| {
            !none
                && match mark {
                    Mark::Role(role) => *role != Role::Object,
                    Mark::Occluded(on)
                    | Mark::Truncated(on)
                    | Mark::Difficult(on)
                    | Mark::Pinned(on)
                    | Mark::Outside(on)
                    | Mark::Approved(on) => *on,
                    Mark::Visible(value) => value.is_some(),
                    Mark::Order(order) => *order != 0,
                    Mark::Group(group) => group.is_some(),
                    Mark::Unsure(note) => note.is_some(),
                    Mark::Relations(relations) => !relations.is_empty(),
                    Mark::Ties(ties) => !ties.is_empty(),
                    Mark::Answer(..) | Mark::Accepted(..) | Mark::NotSame(..) => true,
                }
        });
        if !set.answers.is_empty() || !set.accepted.is_empty() || !set.not_same.is_empty() {
            marks.extend(set.not_same.iter().map(|other| Mark::NotSame(*other, true)));
            marks.extend(set.accepted.iter().map(|(rule, accepted)| Mark::Accepted(*rule, Some(accepted.clone()))));
            marks.extend(set.answers.iter().map(|(attribute, answer)| Mark::Answer(*attribute, Some(answer.clone()))));
            marks.sort_by_cached_key(|mark| (mark.register().len(), mark.register()));
        }
        marks.into_iter()
    }

    /// The marks as a CBOR map; `None` when there is none.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let marks: Vec<Mark> = self.set_ones().collect();
        if marks.is_empty() {
            return None;
        }
        let mut e = Encoder::new(Vec::new());
        let written = e.map(marks.len() as u64).map(drop).and_then(|()| {
            marks.iter().try_for_each(|mark| {
                e.str(&mark.register())?;
                mark.write_value(&mut e)
            })
        });
        match written {
            Ok(()) => Some(e.into_writer()),
            Err(error) => match error.into_write() {
                // Writing into a Vec cannot fail.
                None => None,
            },
        }
    }

    /// The marks in bytes that [`Self::to_bytes`] wrote; those that this version does not know are left out.
    ///
    /// # Errors
    /// When the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        let mut d = Decoder::new(bytes);
        let mut marks = Self::default();
        for _ in 0..crate::log::definite(d.map()?)? {
            let register = d.str()?;
            let start = d.position();
            match Mark::read_value(register, &mut d)? {
                Some(mark) => drop(marks.set(mark)),
                None => {
                    d.set_position(start);
                    d.skip()?;
                }
            }
        }
        Ok(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::ImagePos;
    use crate::schema::{Choice, OptionId};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn answer() -> impl Strategy<Value = Answer> {
        let choice = || (any::<u32>(), any::<String>()).prop_map(|(option, text)| Choice { option: OptionId(option), text });
        prop_oneof![
            any::<bool>().prop_map(Answer::Bool),
            any::<i64>().prop_map(Answer::Integer),
            prop::num::f64::NORMAL.prop_map(Answer::Float),
            any::<String>().prop_map(Answer::Text),
            choice().prop_map(Answer::Choice),
            prop::collection::vec(choice(), 0..4).prop_map(Answer::Choices),
        ]
    }

    fn mark() -> impl Strategy<Value = Mark> {
        prop_oneof![
            prop_oneof![Just(Role::Object), Just(Role::Ignore), Just(Role::Crowd)].prop_map(Mark::Role),
            any::<bool>().prop_map(Mark::Occluded),
            any::<bool>().prop_map(Mark::Truncated),
            any::<bool>().prop_map(Mark::Difficult),
            any::<bool>().prop_map(Mark::Pinned),
            any::<bool>().prop_map(Mark::Outside),
            any::<bool>().prop_map(Mark::Approved),
            any::<Option<u8>>().prop_map(Mark::Visible),
            any::<i32>().prop_map(Mark::Order),
            any::<Option<u128>>().prop_map(|id| Mark::Group(id.map(|id| GroupId(Uuid::from_u128(id))))),
            any::<Option<String>>().prop_map(Mark::Unsure),
            prop::collection::vec((any::<String>(), any::<u128>()), 0..3).prop_map(|list| {
                let relation = |(kind, to)| Relation { kind, to: InstanceId(Uuid::from_u128(to)) };
                Mark::Relations(list.into_iter().map(relation).collect())
            }),
            prop::collection::vec([prop::num::f64::NORMAL; 4], 0..3).prop_map(|list| {
                let tie = |[x, y, to_x, to_y]: [f64; 4]| Tie { from: ImagePos::new(x, y), to: ImagePos::new(to_x, to_y) };
                Mark::Ties(list.into_iter().map(tie).collect())
            }),
            (0u32..300, prop::option::of(answer())).prop_map(|(attribute, answer)| Mark::Answer(AttributeId(attribute), answer)),
            (0u32..300, prop::option::of((any::<String>(), 0..1u64 << 53)))
                .prop_map(|(rule, accepted)| { Mark::Accepted(RuleId(rule), accepted.map(|(note, look)| Accepted { note, look })) }),
            (any::<u128>(), any::<bool>()).prop_map(|(id, on)| Mark::NotSame(SequenceId(Uuid::from_u128(id)), on)),
        ]
    }

    proptest! {
        #[test]
        fn what_was_set_is_there_and_can_be_taken_back(list in prop::collection::vec(mark(), 0..20)) {
            let mut marks = Marks::default();
            let before: Vec<Mark> = list.iter().map(|mark| marks.set(mark.clone())).collect();
            let bytes = marks.to_bytes();
            prop_assert_eq!(bytes.is_none(), marks.is_none());
            let json = serde_json::to_string(&marks).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Marks>(&json).unwrap(), &marks);
            prop_assert_eq!(&bytes.map(|bytes| Marks::from_bytes(&bytes).unwrap()).unwrap_or_default(), &marks);
            for mark in marks.clone().set_ones() {
                prop_assert_eq!(&marks.set(mark.clone()), &mark);
            }
            for mark in before.into_iter().rev() {
                marks.set(mark);
            }
            prop_assert!(marks.is_none());
        }
    }

    #[test]
    fn damaged_ties_are_refused() {
        let ties = |numbers: &[f64]| {
            let mut e = Encoder::new(Vec::new());
            e.map(1).unwrap().str("ties").unwrap().array(1).unwrap().array(numbers.len() as u64).unwrap();
            for number in numbers {
                e.f64(*number).unwrap();
            }
            Marks::from_bytes(&e.into_writer())
        };
        assert_eq!(ties(&[1., 2., 3., 4.]).unwrap().ties.len(), 1);
        assert!(ties(&[1., 2., 3.]).is_err() && ties(&[1., 2., 3., f64::NAN]).is_err() && ties(&[f64::INFINITY, 2., 3., 4.]).is_err());
        // A number of them that nobody wrote.
        let mut e = Encoder::new(Vec::new());
        e.map(1).unwrap().str("ties").unwrap().array(u64::MAX).unwrap();
        assert!(Marks::from_bytes(&e.into_writer()).is_err());
    }

    #[test]
    fn what_a_newer_version_marked_is_passed_over() {
        let mut e = Encoder::new(Vec::new());
        e.map(3).unwrap().str("shine").unwrap().array(1).unwrap().u8(3).unwrap();
        e.str("role").unwrap().str("queen").unwrap().str("occluded").unwrap().bool(true).unwrap();
        assert_eq!(Marks::from_bytes(&e.into_writer()).unwrap(), Marks::one(Mark::Occluded(true)));
        assert!(Marks::from_bytes(&[0x81]).is_err());
    }
}
