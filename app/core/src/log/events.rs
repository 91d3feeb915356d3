//! How events stand in the log.

use super::change::{Change, DecodeError, EVENT_ADD, EVENT_SET, EncodeError, uuid};
use super::op::definite;
use crate::event::{Event, EventSet, Frames, PARTICIPANTS};
use crate::ids::{EventId, FileId, LabelId, RunId, SequenceId};
use crate::marks::Mark;
use minicbor::{Decoder, Encoder};

/// `[22, id, file, first, last, label, options]`; options is a map of registers and what is rarely there, keys in order.
pub(super) fn write_add(e: &mut Encoder<Vec<u8>>, event: &Event) -> Result<(), EncodeError> {
    e.array(7)?.u64(EVENT_ADD)?.bytes(event.id.as_bytes())?.bytes(event.file.as_bytes())?;
    e.u64(event.frames.first())?.u64(event.frames.last())?.u32(event.label.0)?;
    let mut options: Vec<(String, Extra<'_>)> = Vec::new();
    options.extend(event.run.map(|run| ("run".to_owned(), Extra::Run(run))));
    options.extend(event.extra.as_deref().map(|extra| ("extra".to_owned(), Extra::Text(extra))));
    options.extend(event.participants.iter().map(|(role, list)| (format!("{PARTICIPANTS}{role}"), Extra::Sequences(list))));
    options.extend(event.marks.set_ones().map(|mark| (mark.register().into_owned(), Extra::Mark(mark))));
    options.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
    e.map(options.len() as u64)?;
    for (key, option) in options {
        e.str(&key)?;
        match option {
            Extra::Run(run) => drop(e.bytes(run.as_bytes())?),
            Extra::Text(text) => drop(e.str(text)?),
            Extra::Sequences(list) => write_sequences(e, list)?,
            Extra::Mark(mark) => mark.write_value(e)?,
        }
    }
    Ok(())
}

enum Extra<'a> {
    Run(RunId),
    Text(&'a str),
    Sequences(&'a [SequenceId]),
    Mark(Mark),
}

/// `[23, id, register, value]`.
pub(super) fn write_set(e: &mut Encoder<Vec<u8>>, id: EventId, set: &EventSet) -> Result<(), EncodeError> {
    e.array(4)?.u64(EVENT_SET)?.bytes(id.as_bytes())?.str(&set.register())?;
    match set {
        EventSet::Frames(frames) => drop(e.array(2)?.u64(frames.first())?.u64(frames.last())?),
        EventSet::Label(label) => drop(e.u32(label.0)?),
        EventSet::Participants(_, sequences) => write_sequences(e, sequences)?,
        EventSet::Mark(mark) => mark.write_value(e)?,
        EventSet::Deleted(deleted) => drop(e.bool(*deleted)?),
    }
    Ok(())
}

pub(crate) fn write_sequences(e: &mut Encoder<Vec<u8>>, sequences: &[SequenceId]) -> Result<(), EncodeError> {
    e.array(sequences.len() as u64)?;
    sequences.iter().try_for_each(|id| e.bytes(id.as_bytes()).map(drop))
}

pub(crate) fn read_sequences(d: &mut Decoder<'_>) -> Result<Vec<SequenceId>, DecodeError> {
    let mut sequences = Vec::new();
    for _ in 0..definite(d.array()?)? {
        sequences.push(SequenceId(uuid(d)?));
    }
    Ok(sequences)
}

/// Both frames; `None` where the last is before the first: no version writes that.
pub(super) fn frames(d: &mut Decoder<'_>) -> Result<Option<Frames>, DecodeError> {
    let (first, last) = (d.u64()?, d.u64()?);
    Ok((first <= last).then(|| Frames::new(first, last)))
}

pub(super) fn read_add(d: &mut Decoder<'_>) -> Result<Option<Change>, DecodeError> {
    let (id, file) = (EventId(uuid(d)?), FileId(uuid(d)?));
    let Some(frames) = frames(d)? else { return Ok(None) };
    let mut event = Event::new(id, file, frames, LabelId(d.u32()?));
    for _ in 0..definite(d.map()?)? {
        match d.str()? {
            "run" => event.run = Some(RunId(uuid(d)?)),
            "extra" => event.extra = Some(d.str()?.to_owned()),
            register => {
                let start = d.position();
                match value(register, d)? {
                    Some(set) => drop(event.set(set)),
                    None => {
                        d.set_position(start);
                        d.skip()?;
                    }
                }
            }
        }
    }
    Ok(Some(Change::EventAdd(Box::new(event))))
}

pub(super) fn read_set(d: &mut Decoder<'_>) -> Result<Option<Change>, DecodeError> {
    let id = EventId(uuid(d)?);
    let set = match d.str()? {
        "frames" => {
            if definite(d.array()?)? != 2 {
                return Ok(None);
            }
            let Some(frames) = frames(d)? else { return Ok(None) };
            EventSet::Frames(frames)
        }
        "label" => EventSet::Label(LabelId(d.u32()?)),
        "deleted" => EventSet::Deleted(d.bool()?),
        register => match value(register, d)? {
            Some(set) => set,
            None => return Ok(None),
        },
    };
    Ok(Some(Change::EventSet { id, set }))
}

/// The value of a register that an added event may come with; `None` for one that this version does not know.
fn value(register: &str, d: &mut Decoder<'_>) -> Result<Option<EventSet>, DecodeError> {
    if let Some(role) = register.strip_prefix(PARTICIPANTS) {
        return Ok(Some(EventSet::Participants(role.to_owned(), read_sequences(d)?)));
    }
    Ok(Mark::read_value(register, d)?.map(EventSet::Mark))
}
