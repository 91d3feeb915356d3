//! How sequences stand in the log.

use super::change::{Change, DecodeError, EncodeError, SEQUENCE_ADD, SEQUENCE_SET, uuid};
use super::op::{definite, null};
use crate::ids::{FileId, LabelId, SequenceId};
use crate::marks::Mark;
use crate::sequence::{Motion, Sequence, SequenceSet};
use minicbor::{Decoder, Encoder};
use std::borrow::Cow;

/// `[20, id, file, number, label, options]`; options is a map of what is rarely there, keys in order.
pub(super) fn write_add(e: &mut Encoder<Vec<u8>>, sequence: &Sequence) -> Result<(), EncodeError> {
    e.array(6)?.u64(SEQUENCE_ADD)?.bytes(sequence.id.as_bytes())?.bytes(sequence.file.as_bytes())?;
    e.u32(sequence.number)?.u32(sequence.label.0)?;
    let mut options: Vec<Extra<'_>> = sequence.marks.set_ones().map(Extra::Mark).collect();
    options.extend(sequence.exit.map(Extra::Exit));
    options.extend(sequence.same_as.map(Extra::SameAs));
    options.extend(sequence.name.as_deref().map(|name| Extra::Text("name", name)));
    options.extend(sequence.extra.as_deref().map(|extra| Extra::Text("extra", extra)));
    options.extend((sequence.motion != Motion::Linear).then(|| Extra::Text("motion", sequence.motion.as_str())));
    options.sort_by_cached_key(|option| (option.key().len(), option.key()));
    e.map(options.len() as u64)?;
    for option in options {
        e.str(&option.key())?;
        match option {
            Extra::Mark(mark) => mark.write_value(e)?,
            Extra::Exit(exit) => drop(e.u64(exit)?),
            Extra::SameAs(other) => drop(e.bytes(other.as_bytes())?),
            Extra::Text(_, text) => drop(e.str(text)?),
        }
    }
    Ok(())
}

enum Extra<'a> {
    Mark(Mark),
    Exit(u64),
    SameAs(SequenceId),
    Text(&'static str, &'a str),
}

impl Extra<'_> {
    fn key(&self) -> Cow<'static, str> {
        match self {
            Self::Mark(mark) => mark.register(),
            Self::Exit(_) => "exit".into(),
            Self::SameAs(_) => "same as".into(),
            Self::Text(key, _) => (*key).into(),
        }
    }
}

pub(super) fn read_add(d: &mut Decoder<'_>) -> Result<Change, DecodeError> {
    let (id, file) = (SequenceId(uuid(d)?), FileId(uuid(d)?));
    let mut sequence = Sequence::new(id, file, d.u32()?, LabelId(d.u32()?));
    for _ in 0..definite(d.map()?)? {
        match d.str()? {
            "exit" => sequence.exit = Some(d.u64()?),
            "same as" => sequence.same_as = Some(SequenceId(uuid(d)?)),
            "name" => sequence.name = Some(d.str()?.to_owned()),
            "extra" => sequence.extra = Some(d.str()?.to_owned()),
            // One that this version does not know goes straight.
            "motion" => sequence.motion = Motion::from_name(d.str()?).unwrap_or_default(),
            register => {
                let start = d.position();
                match Mark::read_value(register, d)? {
                    Some(mark) => drop(sequence.marks.set(mark)),
                    None => {
                        d.set_position(start);
                        d.skip()?;
                    }
                }
            }
        }
    }
    Ok(Change::SequenceAdd(Box::new(sequence)))
}

pub(super) fn read_set(d: &mut Decoder<'_>) -> Result<Option<Change>, DecodeError> {
    let id = SequenceId(uuid(d)?);
    let set = match d.str()? {
        "number" => SequenceSet::Number(d.u32()?),
        "label" => SequenceSet::Label(LabelId(d.u32()?)),
        "name" if null(d)? => SequenceSet::Name(None),
        "name" => SequenceSet::Name(Some(d.str()?.to_owned())),
        "motion" => match Motion::from_name(d.str()?) {
            Some(motion) => SequenceSet::Motion(motion),
            None => return Ok(None),
        },
        "exit" if null(d)? => SequenceSet::Exit(None),
        "exit" => SequenceSet::Exit(Some(d.u64()?)),
        "same as" if null(d)? => SequenceSet::SameAs(None),
        "same as" => SequenceSet::SameAs(Some(SequenceId(uuid(d)?))),
        "deleted" => SequenceSet::Deleted(d.bool()?),
        register => match Mark::read_value(register, d)? {
            Some(mark) => SequenceSet::Mark(mark),
            None => return Ok(None),
        },
    };
    Ok(Some(Change::SequenceSet { id, set }))
}

/// `[21, id, register, value]`.
pub(super) fn write_set(e: &mut Encoder<Vec<u8>>, id: SequenceId, set: &SequenceSet) -> Result<(), EncodeError> {
    e.array(4)?.u64(SEQUENCE_SET)?.bytes(id.as_bytes())?.str(&set.register())?;
    match set {
        SequenceSet::Number(number) => drop(e.u32(*number)?),
        SequenceSet::Label(label) => drop(e.u32(label.0)?),
        SequenceSet::Name(Some(name)) => drop(e.str(name)?),
        SequenceSet::Motion(motion) => drop(e.str(motion.as_str())?),
        SequenceSet::Exit(Some(exit)) => drop(e.u64(*exit)?),
        SequenceSet::SameAs(Some(other)) => drop(e.bytes(other.as_bytes())?),
        SequenceSet::Name(None) | SequenceSet::Exit(None) | SequenceSet::SameAs(None) => drop(e.null()?),
        SequenceSet::Deleted(deleted) => drop(e.bool(*deleted)?),
        SequenceSet::Mark(mark) => mark.write_value(e)?,
    }
    Ok(())
}
