//! One sequence of the source made of those of its clips that are one object: on each frame it is what it is in the clip that counts
//! there.
//!
//! Keyframes stay as they are where their clip counts. Where another clip begins to count, a keyframe is made on either side, unless
//! what lies between the keyframes around is right without them: so it is where both clips were annotated alike, or are pieces of
//! one work.

use super::zones::Zone;
use crate::geometry::{Geometry, ImagePos};
use crate::ids::InstanceId;
use crate::instance::Instance;
use crate::marks::{Mark, Marks};
use crate::sequence::{Member, Motion, Sequence, Shown, Track};
use std::collections::BTreeSet;

/// Pixels by which what lies between keyframes may differ: numbers are rounded.
const NEARLY: f64 = 1e-6;
/// Most frames that are compared one by one, and made keyframes where nothing else is exact.
const MOST_FRAMES: u64 = 50_000;

/// The sequence of a clip.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// Its keyframes, by the clip's frames.
    pub track: &'a Track,
    /// The clip's first frame, as the source counts.
    pub first: u64,
}

/// A keyframe that no clip has.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// As the source counts.
    pub frame: u64,
    /// See [`Member::part`].
    pub part: u16,
    /// Where it is, image pixels.
    pub geometry: Geometry,
    /// Flags and answers that hold from here on.
    pub marks: Marks,
}

/// What the sequence of the source is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Joined {
    /// Keyframes of the clips, by their ids.
    pub kept: BTreeSet<InstanceId>,
    /// Those beside them.
    pub made: Vec<Made>,
    /// How it moves between them: straight where curves would not be exact.
    pub motion: Motion,
    /// The first frame on which it is gone, as the source counts.
    pub exit: Option<u64>,
    /// Frames on which it is not exactly what it is in its clip: only where it is too long to be made exact.
    pub is_rough: bool,
}

/// Joins the pieces, by the numbers of their clips; `zones` as [`super::zones::zones`] gives them. What holds on all frames of each
/// sequence is no concern of this: give the pieces without.
pub fn join(pieces: &[Option<Piece<'_>>], zones: &[Zone]) -> Joined {
    let motions: BTreeSet<&str> = pieces.iter().flatten().map(|piece| piece.track.sequence.motion.as_str()).collect();
    let motion = pieces.iter().flatten().next().map(|piece| piece.track.sequence.motion).unwrap_or_default();
    let mut work = Work { pieces, zones, motion };
    let parts: BTreeSet<u16> = pieces.iter().flatten().flat_map(|piece| piece.track.parts()).collect();
    let mut lines: Vec<Vec<At>> = parts.iter().map(|part| work.line(*part)).collect();
    // A curve goes on through several keyframes: where a piece of it is not right, all of it has a keyframe on every frame.
    let is_even = motion != Motion::Smooth && motions.len() <= 1;
    if !is_even && !parts.iter().zip(&lines).all(|(part, line)| work.gaps(line).all(|gap| work.is_exact_on(line, *part, gap))) {
        work.motion = Motion::Linear;
    }
    let mut is_rough = false;
    for (part, line) in parts.iter().zip(&mut lines) {
        is_rough |= !work.fill(line, *part, is_even);
    }
    let exit = take_exit(&mut lines);
    let mut joined = Joined { motion: work.motion, exit, is_rough, ..Joined::default() };
    for (part, line) in parts.into_iter().zip(lines) {
        for at in line {
            match at.id {
                Some(id) => drop(joined.kept.insert(id)),
                None => joined.made.push(Made { frame: at.frame, part, geometry: at.geometry, marks: at.marks }),
            }
        }
    }
    joined
}

/// A keyframe of the source.
#[derive(Clone, Debug)]
struct At {
    frame: u64,
    /// Of a clip; `None`: it was made.
    id: Option<InstanceId>,
    geometry: Geometry,
    marks: Marks,
}

/// Where all parts go out of the picture for good at one frame, that is where the sequence ends.
fn take_exit(lines: &mut [Vec<At>]) -> Option<u64> {
    let goes = |line: &Vec<At>| line.last().filter(|at| at.id.is_none() && at.marks.outside).map(|at| at.frame);
    let last = lines.iter().map(goes).collect::<Option<Vec<u64>>>()?;
    let exit = *last.first()?;
    if last.iter().any(|other| *other != exit) {
        return None;
    }
    for line in lines {
        line.pop();
    }
    Some(exit)
}

#[derive(Clone, Copy)]
struct Work<'a> {
    pieces: &'a [Option<Piece<'a>>],
    zones: &'a [Zone],
    motion: Motion,
}

impl Work<'_> {
    fn piece(&self, zone: &Zone) -> Option<&Piece<'_>> {
        self.pieces.get(zone.clip?)?.as_ref()
    }

    /// What a part is at a frame of the source, where it is in the picture.
    fn state(&self, zone: &Zone, part: u16, frame: u64) -> Option<Shown> {
        let piece = self.piece(zone)?;
        piece.track.shown(part, frame.checked_sub(piece.first)?)
    }

    fn zone_at(&self, frame: u64) -> Option<&Zone> {
        self.zones.get(self.zones.partition_point(|zone| zone.frames.end <= frame))
    }

    /// Keyframes that are exact for all motions but curves, as few as there may be.
    fn line(&self, part: u16) -> Vec<At> {
        let mut line: Vec<At> = Vec::new();
        for zone in self.zones {
            self.add_zone(zone, part, &mut line);
        }
        self.thinned(line, part)
    }

    fn add_zone(&self, zone: &Zone, part: u16, line: &mut Vec<At>) {
        let (start, last) = (zone.frames.start, zone.frames.end - 1);
        let made = |frame: u64, shown: &Shown| At {
            frame,
            id: None,
            geometry: shown.instance.geometry.clone(),
            marks: shown.instance.marks.clone(),
        };
        let outside = |frame: u64, before: &At| {
            let mut at = At { frame, id: None, ..before.clone() };
            at.marks.set(Mark::Outside(true));
            at
        };
        let exit = self.piece(zone).and_then(|piece| piece.track.sequence.exit?.checked_add(piece.first));
        if exit.is_some_and(|exit| exit <= start) {
            // Gone on all of its frames, whatever keyframes lie behind.
            if let Some(before) = line.last().filter(|before| !before.marks.outside).cloned() {
                line.push(outside(start, &before));
            }
            return;
        }
        let kept = self.kept(zone, part);
        let begins = self.state(zone, part, start);
        if kept.first().is_none_or(|first| first.frame != start) {
            match (&begins, line.last()) {
                (Some(shown), _) => line.push(made(start, shown)),
                (None, Some(before)) if !before.marks.outside => line.push(outside(start, before)),
                _ => {}
            }
        }
        line.extend(kept);
        // It may end within.
        if let Some(exit) = exit.filter(|exit| *exit <= last) {
            line.retain(|at| at.frame < exit);
            if let Some(shown) = self.state(zone, part, exit - 1) {
                if line.last().is_none_or(|at| at.frame + 1 < exit) {
                    line.push(made(exit - 1, &shown));
                }
                if let Some(before) = line.last() {
                    line.push(outside(exit, &before.clone()));
                }
            }
        } else if let Some(shown) = self.state(zone, part, last)
            && line.last().is_none_or(|at| at.frame != last)
        {
            line.push(made(last, &shown));
        }
    }

    /// The keyframes of a part in a zone.
    fn kept(&self, zone: &Zone, part: u16) -> Vec<At> {
        let Some(piece) = self.piece(zone) else { return Vec::new() };
        let mut kept: Vec<At> = Vec::new();
        for (own, keyframe) in piece.track.keyframes(part) {
            let Some(frame) = own.checked_add(piece.first).filter(|frame| zone.frames.contains(frame)) else { continue };
            // Of several at one frame the last counts.
            if kept.last().is_some_and(|last| last.frame == frame) {
                kept.pop();
            }
            kept.push(At { frame, id: Some(keyframe.id), geometry: keyframe.geometry.clone(), marks: keyframe.marks.clone() });
        }
        kept
    }

    /// Without keyframes that were made and change nothing.
    fn thinned(&self, line: Vec<At>, part: u16) -> Vec<At> {
        let mut line = line;
        let bare = |line: &[At], from: usize, to: usize| -> Vec<At> {
            let inside = line[from + 1..to].iter().filter(|at| at.id.is_some() || at.marks.outside).cloned();
            line[..=from].iter().cloned().chain(inside).chain(line[to..].iter().cloned()).collect()
        };
        let stays = |at: &At| at.id.is_some() || at.marks.outside;
        let mut from = 0;
        while from < line.len() {
            // From one that stays to the next one.
            let to = (from + 1..line.len()).find(|to| stays(&line[*to])).unwrap_or(line.len());
            if to > from + 1 {
                let lean = bare(&line, from, to);
                let end = line.get(to).map_or(u64::MAX, |at| at.frame);
                // Behind the last one it stays as it is: to the end of its zone.
                let end = if end == u64::MAX { line[to - 1].frame + 1 } else { end };
                if self.is_exact_on(&lean, part, line[from].frame..end) {
                    line = lean;
                    from += 1;
                    continue;
                }
            }
            from = to;
        }
        // What was made before the first keyframe is needed: there is nothing without it.
        line
    }

    /// From each keyframe to the next one.
    fn gaps(&self, line: &[At]) -> impl Iterator<Item = std::ops::Range<u64>> {
        let frames: Vec<u64> = line.iter().map(|at| at.frame).collect();
        (1..frames.len()).map(move |at| frames[at - 1]..frames[at])
    }

    /// Keyframes on every frame between two of which one was made, where nothing else is exact; of curves between all. Whether it is
    /// exact then.
    fn fill(&self, line: &mut Vec<At>, part: u16, is_even: bool) -> bool {
        let mut is_exact = true;
        let mut filled: Vec<At> = Vec::new();
        let gaps: Vec<_> = self.gaps(line).collect();
        for (at, gap) in gaps.into_iter().enumerate() {
            filled.push(line[at].clone());
            let is_touched = !is_even || line[at].id.is_none() || line[at + 1].id.is_none();
            if !is_touched || self.is_exact_on(line, part, gap.clone()) {
                continue;
            }
            if gap.end - gap.start > MOST_FRAMES {
                is_exact = false;
                continue;
            }
            for frame in gap.start + 1..gap.end {
                let Some(shown) = self.zone_at(frame).and_then(|zone| self.state(zone, part, frame)) else { continue };
                filled.push(At { frame, id: None, geometry: shown.instance.geometry, marks: shown.instance.marks });
            }
        }
        filled.extend(line.last().cloned());
        *line = filled;
        is_exact
    }

    /// Whether keyframes give on these frames what the clips that count show; of very many frames, so many evenly.
    fn is_exact_on(&self, line: &[At], part: u16, frames: std::ops::Range<u64>) -> bool {
        let Some(track) = self.track(line, part) else { return false };
        let step = (frames.end - frames.start).div_ceil(MOST_FRAMES).max(1);
        let mut looks = std::iter::successors(Some(frames.start), |frame| frame.checked_add(step)).take_while(|frame| *frame < frames.end);
        looks.all(|frame| {
            let wanted = self.zone_at(frame).and_then(|zone| self.state(zone, part, frame));
            match (wanted, track.shown(part, frame)) {
                (None, None) => true,
                (Some(wanted), Some(found)) => {
                    wanted.instance.marks == found.instance.marks && nearly(&wanted.instance.geometry, &found.instance.geometry)
                }
                _ => false,
            }
        })
    }

    fn track(&self, line: &[At], part: u16) -> Option<Track> {
        let any = &self.pieces.iter().flatten().next()?.track.sequence;
        let sequence = Sequence { motion: self.motion, exit: None, marks: Marks::default(), ..any.clone() };
        let member = Some(Member { sequence: sequence.id, part });
        let mut track = Track::new(sequence);
        let keyframe = |(number, at): (u64, &At)| {
            let id = InstanceId::from_parts(number, [0; 10]);
            let plain = Instance::new(id, any.file, at.frame, any.label, at.geometry.clone());
            (at.frame, part, Instance { marks: at.marks.clone(), member, ..plain }.into())
        };
        track.extend((0..).zip(line).map(keyframe).collect());
        Some(track)
    }
}

/// The same but for rounding.
fn nearly(a: &Geometry, b: &Geometry) -> bool {
    if a == b {
        return true;
    }
    let positions = |geometry: &Geometry| {
        let mut all: Vec<ImagePos> = geometry.bounds().map(|bounds| vec![bounds.min, bounds.max]).unwrap_or_default();
        let _ = geometry.map(|pos| {
            all.push(pos);
            pos
        });
        all
    };
    let is_mask = matches!(a, Geometry::Mask(_)) || matches!(b, Geometry::Mask(_));
    let (one, other) = (positions(a), positions(b));
    !is_mask
        && a.spatial_type() == b.spatial_type()
        && one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| (a.x - b.x).abs() <= NEARLY && (a.y - b.y).abs() <= NEARLY)
}

#[cfg(test)]
mod tests;
