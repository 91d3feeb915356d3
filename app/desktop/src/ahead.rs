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

    /// A playing video leads where it plays, whatever came before.
    fn play(&mut self, is_back: bool) {
        self.is_back = is_back;
    }

    /// The frames of a video to have, the most needed first; every `stride`-th only.
    fn frames(&self, frame: u64, last: u64, stride: u64) -> impl Iterator<Item = u64> + use<> {
        let on = move |steps: u64| frame.checked_add(steps * stride).filter(|frame| *frame <= last);
        let back = move |steps: u64| frame.checked_sub(steps * stride);
        let is_back = self.is_back;
        // Where frames are left out nobody steps back by one.
        let behind = if stride == 1 { BEHIND } else { 0 };
        let with = (1..=AHEAD).filter_map(move |steps| if is_back { back(steps) } else { on(steps) });
        let against = (1..=behind).filter_map(move |steps| if is_back { on(steps) } else { back(steps) });
        std::iter::once(frame).chain(with).chain(against)
    }
}

/// The pictures to have.
pub struct Wanted {
    /// The one to show.
    pub shown: PictureKey,
    /// The one to show until that one is there.
    pub stand_in: Option<PictureKey>,
    /// Those to decode, the most needed first.
    pub keys: Vec<PictureKey>,
    /// Those to have on the GPU, the most needed first.
    pub gpu: Vec<PictureKey>,
    /// So many of these are shown as soon as they are there.
    pub awaited: usize,
}

impl LimnApp {
    /// The pictures to have for a place.
    pub(crate) fn wanted_pictures(&mut self, at: usize, place: Place) -> Option<Wanted> {
        self.heading.turn_to(place);
        if self.editor.is_playing() {
            self.heading.play(self.editor.plays_backward());
        }
        let shown = self.picture_key(at, place.frame)?;
        if !self.editor.is_video() {
            let neighbours = [Some(at), Some(at + 1), at.checked_sub(1), Some(at + 2)];
            let keys: Vec<_> = neighbours.into_iter().flatten().filter_map(|at| self.picture_key(at, 0)).collect();
            return Some(Wanted { shown, stand_in: None, gpu: keys.clone(), keys, awaited: 1 });
        }
        let last = self.editor.num_frames().saturating_sub(1);
        let (decoded, on_screen) = self.player.strides();
        let mut frames = self.heading.frames(place.frame, last, decoded);
        let next = self.heading.frames(place.frame, last, on_screen).take(NEAR);
        if self.editor.files.get(at).is_some_and(|entry| entry.file.kind == FileKind::Sequence) {
            // Each frame is a file of its own.
            let many = if self.scrub_moves() { 1 } else { usize::MAX };
            let keys = frames.take(many).filter_map(|frame| self.picture_key(at, frame)).collect();
            let gpu = next.take(many).filter_map(|frame| self.picture_key(at, frame)).collect();
            return Some(Wanted { shown, stand_in: None, keys, gpu, awaited: 1 });
        }
        // Frames of the file are frames of its media so much further on.
        let first = shown.frame - place.frame;
        let key = |frame: u64| PictureKey { frame: first + frame, ..shown.clone() };
        if self.scrub_moves() && self.pictures.has_proxy(&shown.path) {
            // Each frame can be shown at once; what lies around it is decoded when the pointer rests.
            let keys = vec![shown.clone()];
            return Some(Wanted { shown, stand_in: None, gpu: keys.clone(), keys, awaited: 1 });
        }
        if let Some(wish) = self.scrub_wish(place, &shown) {
            let mut keys = vec![wish.stand_in.clone()];
            keys.extend(frames.next().filter(|_| wish.with_exact).map(key));
            keys.extend(frames.filter(|_| wish.with_ahead).map(key));
            let gpu = vec![shown.clone(), wish.stand_in.clone()];
            return Some(Wanted { shown, stand_in: Some(wish.stand_in), keys, gpu, awaited: 2 });
        }
        let (keys, gpu) = (frames.map(key).collect(), next.map(key).collect());
        Some(Wanted { shown, stand_in: None, keys, gpu, awaited: 1 })
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
            heading.frames(frame, 200, 1).take(3).collect::<Vec<_>>()
        };
        assert_eq!(first(100), [100, 101, 102]);
        assert_eq!(first(99), [99, 98, 97]);
        assert_eq!(first(99), [99, 98, 97], "standing still keeps the direction");
        assert_eq!(first(0), [0, 1, 2], "nothing lies before the first frame");
        assert_eq!(first(199), [199, 200, 198]);
    }

    #[test]
    fn playing_leads_the_way_at_once_and_further_ahead_when_fast() {
        let file = FileId::from_parts(1, [1; 10]);
        let mut heading = Heading::default();
        heading.turn_to(Place { file, frame: 99 });
        heading.turn_to(Place { file, frame: 100 });
        heading.play(true);
        assert_eq!(heading.frames(100, 200, 1).take(3).collect::<Vec<_>>(), [100, 99, 98]);
        let fast: Vec<u64> = heading.frames(100, 200, 4).collect();
        assert_eq!((fast[1], fast.last().copied(), fast.len()), (96, Some(0), 26));
        heading.play(false);
        assert_eq!(heading.frames(100, 1000, 4).last(), Some(100 + 4 * AHEAD));
    }
}
