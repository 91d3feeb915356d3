//! What is remembered of sequences to see that keyframes fit them.

use limn_core::FileKind;
use std::collections::HashSet;

/// Sixteen bytes for each keyframe, and a few for each file and sequence.
#[derive(Default)]
pub(super) struct Keyframes {
    /// By number in the order of giving: frames, where that is known.
    frames: Vec<Option<u64>>,
    /// The file of each sequence, its line, and whether a keyframe came.
    sequences: Vec<(usize, u64, bool)>,
    /// Frame, sequence, part.
    places: HashSet<(u64, u32, u16)>,
}

/// What is odd about a keyframe that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// Another one is on that frame.
    Twice,
    /// The file ends before.
    BeyondEnd,
}

impl Keyframes {
    pub fn file(&mut self, kind: FileKind, frames: u64) {
        // One frame is what stands where nobody counted them.
        self.frames.push((kind == FileKind::Image || frames > 1).then_some(frames));
    }

    pub fn sequence(&mut self, file: usize, line: u64) {
        self.sequences.push((file, line, false));
    }

    /// Whether a frame lies behind the last one of its file.
    pub fn is_beyond(&self, file: usize, frame: u64) -> bool {
        self.frames.get(file).copied().flatten().is_some_and(|frames| frame >= frames)
    }

    /// Whether a sequence lies on this file.
    pub fn is_on(&self, sequence: usize, file: usize) -> bool {
        self.sequences.get(sequence).is_some_and(|(of, ..)| *of == file)
    }

    /// Notes a keyframe.
    pub fn keyframe(&mut self, sequence: usize, part: u16, frame: u64) -> Option<Odd> {
        let (file, _, has_keyframe) = self.sequences.get_mut(sequence)?;
        *has_keyframe = true;
        let frames = self.frames.get(*file).copied().flatten();
        if !self.places.insert((frame, sequence as u32, part)) {
            return Some(Odd::Twice);
        }
        frames.filter(|frames| frame >= *frames).map(|_| Odd::BeyondEnd)
    }

    /// Lines of the sequences that have no keyframe.
    pub fn empty(&self) -> impl Iterator<Item = u64> + '_ {
        self.sequences.iter().filter(|(.., has_keyframe)| !has_keyframe).map(|(_, line, _)| *line)
    }
}
