//! Instances: one annotation each.

use crate::geometry::Geometry;
use crate::ids::{FileId, InstanceId, LabelId, RunId};
use crate::marks::Marks;
use crate::sequence::Member;

/// One annotation: label and geometry on one frame of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Its identity for ever.
    pub id: InstanceId,
    /// The file that it lies on.
    pub file: FileId,
    /// 0-based frame in presentation order; 0 for an image.
    pub frame: u64,
    /// What it is.
    pub label: LabelId,
    /// Where it is, in image pixels.
    pub geometry: Geometry,
    /// Role, flags, order, group.
    pub marks: Marks,
    /// The model run or import of predictions that it came from.
    pub run: Option<RunId>,
    /// The run's confidence, 0 to 1.
    pub confidence: Option<f32>,
    /// Foreign fields kept as a JSON object, so that an export can give them back.
    pub extra: Option<String>,
    /// The sequence that it is part of: in the log and the store it is a keyframe of it then.
    pub member: Option<Member>,
}

impl Instance {
    /// A person's annotation without marks.
    pub fn new(id: InstanceId, file: FileId, frame: u64, label: LabelId, geometry: Geometry) -> Self {
        let (marks, run, confidence, extra, member) = (Marks::default(), None, None, None, None);
        Self { id, file, frame, label, geometry, marks, run, confidence, extra, member }
    }
}
