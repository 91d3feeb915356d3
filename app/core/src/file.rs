//! Files: what is annotated. A file is referenced where it lies and known by its content hash; its pixels are never changed.

use crate::camera::Camera;
use crate::clip::{Clip, MediaFrames, global_frame};
use crate::ids::FileId;
use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// One still picture.
    Image,
    /// A video; its frames are numbered in presentation order.
    Video,
    /// A folder of numbered images; its frames are those images in natural order of their names.
    Sequence,
}

impl FileKind {
    /// The name in listings and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Sequence => "sequence",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Image, Self::Video, Self::Sequence].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Whether a person called the file finished. "In progress" is not stored: it is a file with instances that is not complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// Nobody has called it finished.
    #[default]
    Open,
    /// Finished, also if it holds nothing.
    Complete,
}

/// A file of the project, as the log knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its identity, made by the client that added it.
    pub id: FileId,
    /// Shown name; unique in nothing.
    pub name: String,
    /// Where it lies: absolute, or relative to the project folder with `/` between parts.
    pub path: String,
    /// Image, video or image sequence.
    pub kind: FileKind,
    /// Width in pixels after EXIF orientation.
    pub width: u32,
    /// Height in pixels after EXIF orientation.
    pub height: u32,
    /// Number of frames; 1 for an image. For a video it is an estimate until its index is made.
    pub frames: u64,
    /// Size in bytes when it was added.
    pub bytes: u64,
    /// BLAKE3 hash of its content; `None` until hashed in the background.
    pub hash: Option<[u8; 32]>,
    /// Finished or not.
    pub status: FileStatus,
    /// Which stretch of a source it is; the log says so after it was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<Clip>,
    /// Which cameras it is linked with; the log says so after it was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<Camera>,
}

impl FileRecord {
    /// Which frames of its media it shows.
    pub fn media_frames(&self) -> MediaFrames {
        MediaFrames::new(self.clip.as_ref(), self.frames)
    }

    /// The path under which formats tell of it that know no clips: of a clip its name beside its source, with the ending of that.
    pub fn told_path(&self) -> String {
        if self.clip.is_none() {
            return self.path.clone();
        }
        let (folder, name) = match self.path.rfind(['/', '\\']) {
            Some(at) => self.path.split_at(at + 1),
            None => ("", self.path.as_str()),
        };
        let end = name.rfind('.').map_or("", |at| &name[at..]);
        format!("{folder}{}{end}", self.name)
    }

    /// The frame of the source video that one of its frames is; of a file that is no clip, the frame itself.
    pub fn global_frame(&self, frame: u64) -> u64 {
        global_frame(self.clip.as_ref(), frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_is_told_of_by_its_name() {
        let file = |path: &str, clip: bool| FileRecord {
            id: FileId::from_parts(1, [1; 10]),
            name: "street 270–299".into(),
            path: path.into(),
            kind: FileKind::Video,
            width: 1,
            height: 1,
            frames: 30,
            bytes: 0,
            hash: None,
            status: FileStatus::Open,
            clip: clip.then(|| Clip { of: FileId::from_parts(1, [2; 10]), first: 270 }),
            camera: None,
        };
        assert_eq!(file("../a.b/street.mp4", true).told_path(), "../a.b/street 270–299.mp4");
        assert_eq!(file("frames", true).told_path(), "street 270–299");
        assert_eq!(file("../a/street.mp4", false).told_path(), "../a/street.mp4");
    }
}
