//! COCO instances: `{"images":[…],"categories":[…],"annotations":[…]}`.
//!
//! **In.** An annotation with a segmentation becomes a polygon (one part for each list of coordinates) or a mask
//! (run lengths, compressed or not); one without becomes a box. `area` is computed, and so is the `bbox` of what has a
//! segmentation: both are read past. The category's number becomes the label's number when it is 1 or more. Fields that
//! COCO does not define stay in `extra`, together with `coco_id`, the number in the file, of annotations and images.
//! Annotations of the same order as images or categories may come first: then their list is stepped over and read at
//! the end.
//!
//! An annotation with labelled keypoints, of a category that names them, becomes keypoints; its box and segmentation, which are
//! those of the whole thing, stay in `extra` and are given back.
//!
//! **Out.** `images` number from 1 in the order of the files, unless a file came with a `coco_id`; likewise
//! `annotations`. `segmentation` is `[]` for a box. A polygon with holes is written as a mask. A frame of a video is an
//! image named `clip.mp4#frame=374` with the fields `video`, `frame` (0-based), `frames` and `kind`, which an import
//! puts together again. `bbox` and `area` are rounded to four decimals where they are not exact.
//!
//! Source: <https://cocodataset.org/#format-data>, COCO API `common/maskApi.c`.

mod annotation;
mod attributes;
mod fast;
mod header;
mod keypoints;
mod names;
mod read;
mod shape;
mod survey;
pub(crate) mod tracks;
pub(crate) mod vis;
mod write;

pub(crate) use read::import;
pub(crate) use write::export;

/// Where the number of an image or annotation in its COCO file is kept.
const COCO_ID: &str = "coco_id";

/// What `extra` says of the number in the COCO file, if it can be given back.
fn coco_id(extra: Option<&str>) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct Id {
        coco_id: Option<serde_json::Number>,
    }
    // Beyond this, programs that read numbers as f64 (JavaScript, R) would confuse ids.
    const MAX: u64 = 1 << 53;
    let extra = extra.filter(|extra| extra.contains(COCO_ID))?;
    // What an import leaves where there are no foreign fields needs no parser.
    let id = match only_coco_id(extra) {
        Some(id) => id.parse().ok()?,
        None => serde_json::from_str::<Id>(extra).ok()?.coco_id?.as_i64()?,
    };
    (id.unsigned_abs() <= MAX).then_some(id)
}

/// The digits of the number, where there is nothing else.
fn only_coco_id(extra: &str) -> Option<&str> {
    let id = extra.strip_prefix("{\"coco_id\":")?.strip_suffix('}')?;
    id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-').then_some(id)
}
