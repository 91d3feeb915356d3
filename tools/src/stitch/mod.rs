//! Sequences of two clips that overlap, matched: which of the one and which of the other are one object.
//!
//! On each frame that both clips have, what is in the picture of one label is compared shape by shape. Two sequences are as much alike
//! as their shapes on average, over the frames on which at least one of them is seen: where only one is, that counts as 0.

mod assign;
mod likeness;

pub use likeness::likeness;

use limn_core::sequence::Track;
use limn_core::{Geometry, Sequence, SequenceId, Sequences};
use std::collections::{BTreeMap, BTreeSet};

/// Most frames that are compared; of longer overlaps, so many evenly.
pub const MOST_FRAMES: u64 = 300;

/// A clip with its sequences.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Of this clip.
    pub sequences: &'a Sequences,
    /// Its first frame, as the source counts; 0 of the source itself.
    pub first: u64,
    /// How many it has.
    pub frames: u64,
}

impl Side<'_> {
    /// The frames that both have, as the source counts: the first, and the one behind the last; empty where there is none.
    pub fn overlap(&self, other: &Self) -> std::ops::Range<u64> {
        let end = |side: &Self| side.first.saturating_add(side.frames);
        let first = self.first.max(other.first);
        first..end(self).min(end(other)).max(first)
    }
}

/// Two sequences that may be one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Of the first clip.
    pub a: SequenceId,
    /// Of the second.
    pub b: SequenceId,
    /// How much alike they are, 0 to 1; see the module, and [`likeness`] for single shapes.
    pub likeness: f64,
    /// On how many frames both are in the picture and were compared.
    pub frames: u64,
    /// A frame, as the source counts, on which both are in the picture: the middle one of these.
    pub seen_at: u64,
}

/// The best choice of pairs that are at least so much alike, the most alike first; each sequence is in one at most. Those that are one
/// object with a sequence of the other clip already are left out, and pairs of which a person said that they are not. `go_on` hears
/// how many frames are done, of how many; where it says no, the answer is `None`.
pub fn pairs(a: Side<'_>, b: Side<'_>, least: f64, go_on: &mut dyn FnMut(u64, u64) -> bool) -> Option<Vec<Pair>> {
    let overlap = a.overlap(&b);
    let frames = overlap.end - overlap.start;
    let looks = frames.min(MOST_FRAMES);
    let (of_a, of_b) = (open(a.sequences, b.sequences), open(b.sequences, a.sequences));
    let mut seen: [Vec<u64>; 2] = [vec![0; of_a.len()], vec![0; of_b.len()]];
    let mut met: BTreeMap<(usize, usize), (f64, Vec<u64>)> = BTreeMap::new();
    for look in 0..looks {
        if !go_on(look, looks) {
            return None;
        }
        let frame = overlap.start + (u128::from(look) * u128::from(frames) / u128::from(looks.max(1))) as u64;
        let there = [shown(&of_a, frame - a.first), shown(&of_b, frame - b.first)];
        for (seen, there) in seen.iter_mut().zip(&there) {
            there.iter().for_each(|(at, _)| seen[*at] += 1);
        }
        for (one, shapes) in &there[0] {
            let own = &of_a[*one].sequence;
            let may_be = |other: &Sequence| other.label == own.label && !own.is_not_same(other);
            for (other, others) in there[1].iter().filter(|(other, _)| may_be(&of_b[*other].sequence)) {
                let (sum, frames) = met.entry((*one, *other)).or_default();
                *sum += alike(shapes, others);
                frames.push(frame);
            }
        }
    }
    let mut found: Vec<(usize, usize, f64)> = Vec::new();
    let mut pairs = Vec::new();
    for ((one, other), (sum, frames)) in met {
        let either = seen[0][one] + seen[1][other] - frames.len() as u64;
        let likeness = sum / either as f64;
        // What is not alike at all is no pair, whatever is asked for.
        if likeness >= least && likeness > 0.0 {
            found.push((one, other, likeness));
            let (a, b) = (of_a[one].sequence.id, of_b[other].sequence.id);
            pairs.push(Pair { a, b, likeness, frames: frames.len() as u64, seen_at: frames[frames.len() / 2] });
        }
    }
    let mut chosen: Vec<Pair> = assign::best(&found).into_iter().map(|at| pairs[at].clone()).collect();
    chosen.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
    Some(chosen)
}

/// Those that are not one object with one of the others.
fn open<'a>(sequences: &'a Sequences, others: &Sequences) -> Vec<&'a Track> {
    let known: BTreeSet<SequenceId> = others.tracks().map(|track| track.sequence.identity()).collect();
    sequences.tracks().map(|track| &**track).filter(|track| !known.contains(&track.sequence.identity())).collect()
}

/// Parts of sequences in the picture, by the places of the sequences.
type There = Vec<(usize, Vec<(u16, Geometry)>)>;

fn shown(tracks: &[&Track], frame: u64) -> There {
    let parts = |track: &Track| -> Vec<(u16, Geometry)> {
        track.parts().filter_map(|part| Some((part, track.shown(part, frame)?.instance.geometry))).collect()
    };
    tracks.iter().enumerate().map(|(at, track)| (at, parts(track))).filter(|(_, parts)| !parts.is_empty()).collect()
}

/// Part by part; one that is seen on one side alone counts as 0.
fn alike(one: &[(u16, Geometry)], other: &[(u16, Geometry)]) -> f64 {
    let of = |number: u16| other.iter().find(|(part, _)| *part == number).map(|(_, geometry)| geometry);
    let both: Vec<f64> = one.iter().filter_map(|(part, geometry)| Some(likeness(geometry, of(*part)?))).collect();
    both.iter().sum::<f64>() / (one.len() + other.len() - both.len()) as f64
}

#[cfg(test)]
mod tests;
