//! Clips: a stretch of a source video that is a file of its own in the project, so that it can be given to somebody, completed and
//! reviewed by itself. Nothing is written anew: a clip lies where its source lies and has its hash.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_a_clip_is_one_of_its_source() {
        let clip = Clip { of: FileId::from_parts(1, [1; 10]), first: 270 };
        assert_eq!(clip.global(0), 270);
        assert_eq!(global_frame(Some(&clip), 30), 300);
        assert_eq!(global_frame(None, 30), 30);
        assert_eq!(clip.global(u64::MAX), u64::MAX, "a foreign number does not wrap around");
    }
}
