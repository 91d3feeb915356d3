//! Clips: a stretch of a source video that is a file of its own in the project, so that it can be given to somebody, completed and
//! reviewed by itself. Nothing is written anew: a clip lies where its source lies and has its hash.

pub mod cuts;
pub mod join;
pub mod zones;

use crate::ids::FileId;
use serde::{Deserialize, Serialize};

/// Which stretch of which video a file is. Its frame 0 is frame `first` of the source; it is as long as its file has frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    /// The file that it was cut from; it need not be in the project any more.
    pub of: FileId,
    /// Its first frame, as the source counts.
    pub first: u64,
}

impl Clip {
    /// The global frame number: the frame of the source that a frame of the clip is. Saturates at the last number that there is.
    pub fn global(&self, frame: u64) -> u64 {
        self.first.saturating_add(frame)
    }
}

/// The frame of the source video that a frame of a file is; of a file that is no clip, the frame itself.
pub fn global_frame(clip: Option<&Clip>, frame: u64) -> u64 {
    clip.map_or(frame, |clip| clip.global(frame))
}

/// Which frames of its media a file shows: the one place where frames of a file become frames of a video, and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaFrames {
    first: u64,
    /// `None`: it is no clip, and shows all that there are.
    count: Option<u64>,
}

impl MediaFrames {
    /// Of a file with so many frames; of one that is no clip, all frames of its media.
    pub fn new(clip: Option<&Clip>, frames: u64) -> Self {
        Self { first: clip.map_or(0, |clip| clip.first), count: clip.map(|_| frames) }
    }

    /// The frame of the media that a frame of the file is; `None` outside of a clip.
    pub fn media(&self, frame: u64) -> Option<u64> {
        if self.count.is_some_and(|count| frame >= count) { None } else { self.first.checked_add(frame) }
    }

    /// The frame of the file that a frame of the media is; `None` outside of a clip.
    pub fn own(&self, media: u64) -> Option<u64> {
        media.checked_sub(self.first).filter(|frame| self.count.is_none_or(|count| *frame < count))
    }

    /// How many of them there are in media of so many frames: fewer than the file has, where its source was cut shorter.
    pub fn there(&self, media: u64) -> u64 {
        let left = media.saturating_sub(self.first);
        self.count.map_or(left, |count| count.min(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_shows_its_stretch_and_nothing_else() {
        let clip = Clip { of: FileId::from_parts(1, [1; 10]), first: 270 };
        let frames = MediaFrames::new(Some(&clip), 30);
        assert_eq!([0, 29, 30, u64::MAX].map(|frame| frames.media(frame)), [Some(270), Some(299), None, None]);
        assert_eq!([269, 270, 299, 300].map(|media| frames.own(media)), [None, Some(0), Some(29), None]);
        assert_eq!([0, 270, 280, 300, 9000].map(|media| frames.there(media)), [0, 0, 10, 30, 30]);
        let whole = MediaFrames::new(None, 30);
        assert_eq!((whole.media(31), whole.own(31), whole.there(40)), (Some(31), Some(31), 40), "an estimate does not cut it off");
        let strange = MediaFrames::new(Some(&Clip { first: u64::MAX, ..clip }), 5);
        assert_eq!((strange.media(0), strange.media(1), strange.there(10)), (Some(u64::MAX), None, 0));
    }

    #[test]
    fn a_frame_of_a_clip_is_one_of_its_source() {
        let clip = Clip { of: FileId::from_parts(1, [1; 10]), first: 270 };
        assert_eq!(clip.global(0), 270);
        assert_eq!(global_frame(Some(&clip), 30), 300);
        assert_eq!(global_frame(None, 30), 30);
        assert_eq!(clip.global(u64::MAX), u64::MAX, "a foreign number does not wrap around");
    }
}
