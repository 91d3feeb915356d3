//! Sequences of clips that overlap, made one object each.

use crate::cx::JobCx;
use crate::door::ProjectDoor;
use crate::error::JobError;
use limn_core::log::{Change, Gesture, kind};
use limn_core::sequence::SequenceSet;
use limn_core::sequence::identity::Identities;
use limn_core::{FileId, FileRecord, Mark, Rect, Sequence, SequenceId, Sequences};
use limn_store::{Project, StoreError};
use limn_tools::stitch::{Pair, Side, pairs};
use std::collections::BTreeSet;

/// Two sequences that may be one object, with what a person sees of them.
#[derive(Clone, Debug)]
pub struct StitchPair {
    /// How alike they are, and where.
    pub pair: Pair,
    /// The one of the first clip.
    pub a: Sequence,
    /// The one of the second.
    pub b: Sequence,
    /// Where each is on the frame [`Pair::seen_at`], image pixels; `None` where it has no place.
    pub bounds: [Option<Rect>; 2],
}

/// What [`stitch_pairs`] found.
#[derive(Clone, Debug, Default)]
pub struct StitchReport {
    /// The frames that both clips have, as their source counts; the end is the frame behind the last.
    pub overlap: std::ops::Range<u64>,
    /// The most alike first; each sequence is in one at most.
    pub pairs: Vec<StitchPair>,
    /// Those of which a person said that they are not one object.
    pub refused: Vec<(Sequence, Sequence)>,
}

/// The source of a file: of one that is no clip, itself.
fn source(file: &FileRecord) -> FileId {
    file.clip.map_or(file.id, |clip| clip.of)
}

/// The other files that show frames of the same source which this one shows, too, with how many: the most first.
pub fn overlapping(file: &FileRecord, all: &[FileRecord]) -> Vec<(FileRecord, u64)> {
    let none = Sequences::default();
    let side = |file: &FileRecord| Side { sequences: &none, first: file.global_frame(0), frames: file.frames };
    let shared = |other: &FileRecord| {
        let overlap = side(file).overlap(&side(other));
        overlap.end - overlap.start
    };
    let others = all.iter().filter(|other| other.id != file.id && source(other) == source(file));
    let mut found: Vec<(FileRecord, u64)> = others.map(|other| (other.clone(), shared(other))).filter(|(_, frames)| *frames > 0).collect();
    found.sort_by_key(|(other, frames)| (other.clip.is_none(), std::cmp::Reverse(*frames), other.global_frame(0)));
    found
}

/// Which sequences of two clips of one source may be one object, at least so much alike (0 to 1). Nothing is written.
///
/// # Errors
/// `Refused`: they are not of one source or share no frame. `Cancelled`.
pub fn stitch_pairs(door: &mut impl ProjectDoor, a: FileId, b: FileId, least: f64, cx: &mut JobCx<'_>) -> Result<StitchReport, JobError> {
    let read = move |project: &mut Project| {
        let one = |id| -> Result<Option<(FileRecord, Sequences)>, StoreError> {
            let Some(row) = project.file(id)? else { return Ok(None) };
            Ok(Some((row.file, project.sequences(id)?)))
        };
        Ok::<_, StoreError>(one(a)?.zip(one(b)?))
    };
    let Some(((file_a, of_a), (file_b, of_b))) = door.with(read)?? else {
        return Err(JobError::Refused("one of the clips is not in the project any more. Choose another one".into()));
    };
    let side = |file: &FileRecord, sequences| Side { sequences, first: file.global_frame(0), frames: file.frames };
    let (side_a, side_b) = (side(&file_a, &of_a), side(&file_b, &of_b));
    let overlap = side_a.overlap(&side_b);
    if a == b || source(&file_a) != source(&file_b) || overlap.is_empty() {
        let (a, b) = (&file_a.name, &file_b.name);
        let text = format!("{a} and {b} have no frames of one video in common. Choose clips of one video that overlap, or cut them so");
        return Err(JobError::Refused(text));
    }
    let mut problem = Ok(());
    let found = pairs(side_a, side_b, least, &mut |done, total| {
        problem = cx.step("comparing sequences", done, Some(total));
        problem.is_ok()
    });
    problem?;
    let shown = |pair: Pair| {
        let place = |side: &Side<'_>, id: SequenceId| {
            let track = side.sequences.get(id)?;
            let frame = pair.seen_at.checked_sub(side.first)?;
            let seen = track.parts().find_map(|part| track.shown(part, frame));
            Some((track.sequence.clone(), seen.and_then(|seen| seen.instance.geometry.bounds())))
        };
        let ((a, at_a), (b, at_b)) = place(&side_a, pair.a).zip(place(&side_b, pair.b))?;
        Some(StitchPair { pair, a, b, bounds: [at_a, at_b] })
    };
    let said = |one: &Sequences| -> Vec<(SequenceId, SequenceId)> {
        one.tracks().flat_map(|track| track.sequence.marks.not_same.iter().map(|other| (track.sequence.id, *other))).collect()
    };
    let both: BTreeSet<_> = said(&of_a).into_iter().chain(said(&of_b).into_iter().map(|(b, a)| (a, b))).collect();
    let refused = both.iter().filter_map(|(a, b)| Some((of_a.get(*a)?.sequence.clone(), of_b.get(*b)?.sequence.clone()))).collect();
    Ok(StitchReport { refused, pairs: found.unwrap_or_default().into_iter().filter_map(shown).collect(), overlap })
}

/// Makes each of these pairs one object, and all that are one with either; as one step that undo takes back. Says how many pairs were
/// not one before.
///
/// # Errors
/// `Store`: the log cannot be written.
pub fn join_sequences(door: &mut impl ProjectDoor, pairs: Vec<(SequenceId, SequenceId)>) -> Result<usize, JobError> {
    say(door, move |identities| {
        let changes: Vec<Vec<Change>> = pairs.iter().map(|(a, b)| identities.join(*a, *b)).filter(|changes| !changes.is_empty()).collect();
        let title =
            if changes.len() == 1 { "One object of two sequences".to_owned() } else { format!("Stitch {} sequences", changes.len()) };
        (changes.len(), title, changes.concat())
    })
}

/// Keeps in mind that these two are not one object (`not`), or forgets it; as one step that undo takes back.
///
/// # Errors
/// `Store`: the log cannot be written.
pub fn refuse_pair(door: &mut impl ProjectDoor, a: SequenceId, b: SequenceId, not: bool) -> Result<(), JobError> {
    let set = move |id, other| Change::SequenceSet { id, set: SequenceSet::Mark(Mark::NotSame(other, not)) };
    // It stands with one of them; it may have been said from either side.
    let changes = if not { vec![set(a, b)] } else { vec![set(a, b), set(b, a)] };
    let title = if not { "Two sequences are not one object" } else { "Two sequences may be one object" }.to_owned();
    door.with(move |project| project.commit(Gesture { kind: kind::EDIT, title, target: None, changes }).map(drop))??;
    Ok(())
}

fn say(
    door: &mut impl ProjectDoor,
    change: impl FnOnce(&mut Identities) -> (usize, String, Vec<Change>) + Send + 'static,
) -> Result<usize, JobError> {
    Ok(door.with(move |project| {
        let mut identities = Identities::new(&project.linked_sequences()?);
        let (count, title, changes) = change(&mut identities);
        if !changes.is_empty() {
            project.commit(Gesture { kind: kind::EDIT, title, target: None, changes })?;
        }
        Ok::<_, StoreError>(count)
    })??)
}
