//! From pictures to files.

pub(crate) mod coco;
pub(crate) mod stills;
pub(crate) mod truth;
pub(crate) mod video;
