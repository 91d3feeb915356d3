//! KITTI tracking (`label_02/0000.txt`): objects in a row for each frame.
//!
//! ```text
//! frame id type truncated occluded alpha left top right bottom height width length x y z rotation_y [score]
//! 0 2 Car 0 0 -1.79 296.7 161.8 455.2 292.4 2.0 1.8 4.4 -4.6 1.9 13.4 -2.1
//! 0 -1 DontCare -1 -1 -10 219.3 188.5 245.5 218.6 -1000 -1000 -1000 -10 -1 -1 -1
//! ```
//!
//! Frames, ids and places count from 0. A frame without a row is one on which the object is not there. `truncated` (0, 1, 2) and
//! `occluded` (0 seen, 1 partly and 2 largely hidden, 3 not known) become marks. The numbers in space (`alpha`, the size, the
//! place, the turn), and degrees of hiding that are more than yes or no, stay as foreign fields of the keyframe and are given back;
//! where there are none, placeholders are written, as the format wants them for what is not known. `DontCare` areas have the role
//! "ignore" and belong to no object.
//!
//! The format names no video and no size: the name of the file without its ending is that of the video or folder.

mod read;
mod write;

pub(crate) use read::import;
pub(crate) use write::export;

const FORMAT: &str = "KITTI tracking";
/// The type of areas that nobody is scored on.
const DONT_CARE: &str = "DontCare";

/// `alpha`, height, width, length, x, y, z, `rotation_y` where they are not known.
const UNKNOWN: [f64; 8] = [-10.0, -1.0, -1.0, -1.0, -1000.0, -1000.0, -1000.0, -10.0];

/// What stays of a row beside the box and the marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    truncated: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    occluded: Option<u8>,
    /// As [`UNKNOWN`] has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space: Option<[f64; 8]>,
}

/// The field of the foreign fields in which [`Kept`] stands.
#[derive(serde::Serialize, serde::Deserialize)]
struct Extra {
    kitti: Kept,
}

impl Kept {
    fn to_extra(self) -> Option<String> {
        (self != Self::default()).then(|| serde_json::to_string(&Extra { kitti: self }).unwrap_or_default())
    }

    /// What is kept; the default, and `false`, where there is something else.
    fn from_extra(extra: Option<&str>) -> (Self, bool) {
        let Some(extra) = extra else { return (Self::default(), true) };
        serde_json::from_str::<Extra>(extra).map_or((Self::default(), false), |extra| (extra.kitti, true))
    }
}
