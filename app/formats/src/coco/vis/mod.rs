//! YouTube-VIS: `{"videos":[…],"categories":[…],"annotations":[…]}`, where an annotation is an object on all frames of a video.
//!
//! ```text
//! {"id":1,"video_id":1,"category_id":2,"iscrowd":0,"segmentations":[null,{"size":[h,w],"counts":"…"},…],"bboxes":[null,[x,y,w,h],…],
//!  "areas":[null,12,…]}
//! ```
//!
//! Each of the three lists has a place for every frame, which is `null` where the object is not there. Segmentations are run lengths or
//! polygons, as in COCO. A box has no segmentation, so that it comes back as one. Two fields are ours: `track_id`, the number of the
//! sequence, since `id` is unique in the file, and `keyframes`, the frames of its keyframes. The frames of a video are called as they
//! are when it is written as pictures: `clip/00000.jpg`.

mod read;
mod write;

pub(crate) use read::import;
pub(crate) use write::export;

const FORMAT: &str = "YouTube-VIS";
