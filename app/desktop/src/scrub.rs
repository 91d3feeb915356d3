//! Scrubbing: while the pointer is dragged along the timeline the nearest picture that is quickly there stands in; the
//! frame itself comes when the pointer rests.

use crate::app::LimnApp;
use limn_editor::{Event, Place};
use limn_media::PictureKey;
use std::time::{Duration, Instant};

/// The pointer rests when it has stayed at a frame for so long.
const REST: Duration = Duration::from_millis(120);
/// A frame so few frames after a picture that is there costs little, and is decoded even while the pointer moves.
const NEAR: u64 = 32;

/// A hand on the timeline.
#[derive(Debug, Default)]
pub struct Scrub {
    held: bool,
    /// Where the hand was last, and since when.
    at: Option<(Place, Instant)>,
}

impl Scrub {
    /// The hand holds the timeline at this place.
    pub fn hold(&mut self, place: Place) {
        self.held = true;
        if self.at.is_none_or(|(at, _)| at != place) {
            self.at = Some((place, Instant::now()));
        }
    }

    /// The hand let go.
    pub fn let_go(&mut self) {
        self.held = false;
    }

    /// Whether the hand holds the timeline.
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// How long until the pointer counts as resting; `None` when it does, or was let go.
    fn rests_in(&self) -> Option<Duration> {
        let (_, since) = self.at.filter(|_| self.held)?;
        Some(REST.saturating_sub(since.elapsed())).filter(|wait| !wait.is_zero())
    }

    /// Whether the hand went to this place, and nothing else did since.
    fn went_to(&self, place: Place) -> bool {
        self.at.is_some_and(|(at, _)| at == place)
    }
}

/// What to decode for a frame that was scrubbed to and is not there yet.
pub struct ScrubWish {
    /// The picture that stands in.
    pub stand_in: PictureKey,
    /// Whether the frame itself is to be decoded, too.
    pub with_exact: bool,
    /// Whether the frames after it are.
    pub with_ahead: bool,
}

impl LimnApp {
    /// What stands in for a frame of a video that was scrubbed to: the nearest picture that is decoded, or the key frame
    /// before it, which is decoded soonest. `None` when there is no need, or a stepping proxy.
    pub(crate) fn scrub_wish(&self, place: Place, exact: &PictureKey) -> Option<ScrubWish> {
        if !self.scrub.went_to(place) || self.pictures.get(exact).is_some() || self.pictures.has_proxy(&exact.path) {
            return None;
        }
        // All in frames of the media; what stands in is a frame of the clip, too.
        let frames = self.media_frames();
        let key = self.pictures.index(&exact.path)?.key_frame_before(exact.frame)?.max(frames.media(0)?);
        let there = self.pictures.nearest(exact).filter(|frame| frame.abs_diff(exact.frame) <= exact.frame - key);
        let frame = there.filter(|frame| frames.own(*frame).is_some()).unwrap_or(key);
        let moves = self.scrub.rests_in().is_some();
        let is_near = frame <= exact.frame && exact.frame - frame <= NEAR;
        (frame != exact.frame).then(|| ScrubWish {
            stand_in: PictureKey { frame, ..exact.clone() },
            with_exact: !moves || is_near,
            with_ahead: !moves,
        })
    }

    /// Whether frames ahead are of no use, because the pointer moves.
    pub(crate) fn scrub_moves(&self) -> bool {
        self.scrub.rests_in().is_some()
    }

    /// Puts a picture that stands in on the canvas. Nothing is drawn over it: the shapes are another frame's.
    pub(crate) fn show_stand_in(&mut self, place: Place, stand_in: &PictureKey) {
        let Some(frame) = self.media_frames().own(stand_in.frame) else { return };
        let there = Place { frame, ..place };
        if self.on_canvas.as_ref().is_some_and(|(on, _)| *on == there) {
            return;
        }
        let Some(picture) = self.pictures.get(stand_in) else { return };
        // The view is that of the file's pictures, which are all of one size.
        if [f64::from(picture.picture.width), f64::from(picture.picture.height)] == self.editor.image() {
            self.on_canvas = Some((there, picture.clone()));
            self.tell(Event::StandInShown);
        }
    }

    /// The frame whose picture stands in for the one that was scrubbed to.
    pub(crate) fn stand_in(&self) -> Option<u64> {
        let place = self.editor.place().filter(|place| self.scrub.went_to(*place))?;
        let (on, _) = self.on_canvas.as_ref()?;
        (on.file == place.file && on.frame != place.frame).then_some(on.frame)
    }

    /// Wakes the window when the pointer begins to rest.
    pub(crate) fn await_rest(&self, ctx: &egui::Context) {
        if let Some(wait) = self.scrub.rests_in() {
            ctx.request_repaint_after(wait);
        }
    }
}
