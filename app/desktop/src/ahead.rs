//! Which pictures are needed next: neighbours in the list, frames in the direction of the last steps.

use crate::app::LimnApp;
use limn_core::FileKind;
use limn_editor::Place;
use limn_media::PictureKey;

/// Frames that are decoded ahead in the direction of travel: at ten steps a second, time enough to come back from the key
/// frame before them.
const AHEAD: u64 = 48;
/// Frames on the other side, for a step back.
const BEHIND: u64 = 2;
/// Pictures that go to the GPU before they are shown.
const NEAR: usize = 4;

/// Where the person goes in a video.
#[derive(Debug, Default)]
pub struct Heading {
    last: Option<Place>,
    is_back: bool,
}

impl Heading {
    fn turn_to(&mut self, place: Place) {
        if let Some(last) = self.last.filter(|last| last.file == place.file && last.frame != place.frame) {
            self.is_back = place.frame < last.frame;
        }
        self.last = Some(place);
    }

    /// The frames of a video to have, the most needed first.
    fn frames(&self, frame: u64, last: u64) -> impl Iterator<Item = u64> + use<> {
        let on = move |steps: u64| frame.checked_add(steps).filter(|frame| *frame <= last);
        let back = move |steps: u64| frame.checked_sub(steps);
        let is_back = self.is_back;
        let with = (1..=AHEAD).filter_map(move |steps| if is_back { back(steps) } else { on(steps) });
        let against = (1..=BEHIND).filter_map(move |steps| if is_back { on(steps) } else { back(steps) });
        std::iter::once(frame).chain(with).chain(against)
    }
}

impl LimnApp {
    /// The pictures to have, the one to show first, and how many of them are to go to the GPU.
    pub(crate) fn wanted_pictures(&mut self, at: usize, place: Place) -> (Vec<PictureKey>, usize) {
        self.heading.turn_to(place);
        if self.editor.is_video() {
            let last = self.editor.num_frames().saturating_sub(1);
            let frames = self.heading.frames(place.frame, last);
            let is_sequence = self.editor.files.get(at).is_some_and(|entry| entry.file.kind == FileKind::Sequence);
            let keys = match self.picture_key(at, place.frame) {
                // Each frame is a file of its own.
                _ if is_sequence => frames.filter_map(|frame| self.picture_key(at, frame)).collect(),
                Some(shown) => frames.map(|frame| PictureKey { frame, ..shown.clone() }).collect(),
                None => Vec::new(),
            };
            return (keys, NEAR);
        }
        let neighbours = [Some(at), Some(at + 1), at.checked_sub(1), Some(at + 2)];
        (neighbours.into_iter().flatten().filter_map(|at| self.picture_key(at, 0)).collect(), NEAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::FileId;

    #[test]
    fn frames_lie_in_the_direction_of_the_last_step() {
        let file = FileId::from_parts(1, [1; 10]);
        let mut heading = Heading::default();
        let mut first = |frame| {
            heading.turn_to(Place { file, frame });
            heading.frames(frame, 200).take(3).collect::<Vec<_>>()
        };
        assert_eq!(first(100), [100, 101, 102]);
        assert_eq!(first(99), [99, 98, 97]);
        assert_eq!(first(99), [99, 98, 97], "standing still keeps the direction");
        assert_eq!(first(0), [0, 1, 2], "nothing lies before the first frame");
        assert_eq!(first(199), [199, 200, 198]);
    }
}
