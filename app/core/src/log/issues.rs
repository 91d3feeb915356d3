//! How issues stand in the log.

use super::change::{Change, DecodeError, EncodeError, ISSUE_ADD, ISSUE_SET, uuid};
use super::events::frames;
use super::op::{definite, null};
use crate::geometry::ImagePos;
use crate::ids::{CommentId, FileId, InstanceId, IssueId, SequenceId};
use crate::issue::{COMMENT, Comment, Issue, IssueSet, Target};
use minicbor::{Decoder, Encoder};

/// `[24, id, file, first, last, target, registers]`; keys in order.
pub(super) fn write_add(e: &mut Encoder<Vec<u8>>, issue: &Issue) -> Result<(), EncodeError> {
    e.array(7)?.u64(ISSUE_ADD)?.bytes(issue.id.as_bytes())?.bytes(issue.file.as_bytes())?;
    e.u64(issue.frames.first())?.u64(issue.frames.last())?;
    write_target(e, issue.target)?;
    e.map(issue.comments.len() as u64)?;
    // All are of one length.
    for (id, comment) in &issue.comments {
        e.str(&format!("{COMMENT}{id}"))?.str(&comment.text)?;
    }
    Ok(())
}

/// `[0]` a file, `[1, id]` a sequence, `[2, id]` an instance, `[3, x, y]` a place.
pub(crate) fn write_target(e: &mut Encoder<Vec<u8>>, target: Target) -> Result<(), EncodeError> {
    match target {
        Target::File => drop(e.array(1)?.u8(0)?),
        Target::Sequence(id) => drop(e.array(2)?.u8(1)?.bytes(id.as_bytes())?),
        Target::Instance(id) => drop(e.array(2)?.u8(2)?.bytes(id.as_bytes())?),
        Target::Place(pos) => drop(e.array(3)?.u8(3)?.f64(pos.x)?.f64(pos.y)?),
    }
    Ok(())
}

/// `None`, all of it read, for a kind that this version does not know.
pub(crate) fn read_target(d: &mut Decoder<'_>) -> Result<Option<Target>, DecodeError> {
    let len = definite(d.array()?)?;
    let kind = d.u8()?;
    Ok(Some(match (kind, len) {
        (0, 1) => Target::File,
        (1, 2) => Target::Sequence(SequenceId(uuid(d)?)),
        (2, 2) => Target::Instance(InstanceId(uuid(d)?)),
        (3, 3) => Target::Place(ImagePos::new(d.f64()?, d.f64()?)),
        _ => {
            for _ in 1..len {
                d.skip()?;
            }
            return Ok(None);
        }
    }))
}

/// `[25, id, register, value]`.
pub(super) fn write_set(e: &mut Encoder<Vec<u8>>, id: IssueId, set: &IssueSet) -> Result<(), EncodeError> {
    e.array(4)?.u64(ISSUE_SET)?.bytes(id.as_bytes())?.str(&set.register())?;
    match set {
        IssueSet::Frames(frames) => drop(e.array(2)?.u64(frames.first())?.u64(frames.last())?),
        IssueSet::Resolved(on) | IssueSet::Deleted(on) => drop(e.bool(*on)?),
        IssueSet::Comment(_, Some(comment)) => drop(e.str(&comment.text)?),
        IssueSet::Comment(_, None) => drop(e.null()?),
    }
    Ok(())
}

pub(super) fn read_add(d: &mut Decoder<'_>) -> Result<Option<Change>, DecodeError> {
    let (id, file) = (IssueId(uuid(d)?), FileId(uuid(d)?));
    let (Some(frames), Some(target)) = (frames(d)?, read_target(d)?) else { return Ok(None) };
    let mut issue = Issue::new(id, file, frames, target);
    for _ in 0..definite(d.map()?)? {
        match comment_id(d.str()?) {
            Some(id) => drop(issue.set(IssueSet::Comment(id, Some(Comment { text: d.str()?.to_owned(), author: None })))),
            None => d.skip()?,
        }
    }
    Ok(Some(Change::IssueAdd(Box::new(issue))))
}

fn comment_id(register: &str) -> Option<CommentId> {
    register.strip_prefix(COMMENT)?.parse().ok()
}

pub(super) fn read_set(d: &mut Decoder<'_>) -> Result<Option<Change>, DecodeError> {
    let id = IssueId(uuid(d)?);
    let set = match d.str()? {
        "frames" => {
            if definite(d.array()?)? != 2 {
                return Ok(None);
            }
            let Some(frames) = frames(d)? else { return Ok(None) };
            IssueSet::Frames(frames)
        }
        "resolved" => IssueSet::Resolved(d.bool()?),
        "deleted" => IssueSet::Deleted(d.bool()?),
        register => {
            let Some(comment) = comment_id(register) else { return Ok(None) };
            let text = if null(d)? { None } else { Some(d.str()?.to_owned()) };
            IssueSet::Comment(comment, text.map(|text| Comment { text, author: None }))
        }
    };
    Ok(Some(Change::IssueSet { id, set }))
}
