//! The pure core of Limn: what is annotated (files, schema, instances), where (geometry in image pixels) and how it
//! changes (operations). No input, output, clock, thread or random source lives here, so that all of it can be
//! tested as plain functions and every layer above shares one meaning.
//!
//! Data flows one way: a person's gesture becomes a list of [`log::Change`]s, the store wraps them into one
//! [`log::Op`] and appends it; everything shown is a fold of such operations.

pub mod accepted;
pub mod built_in;
pub mod camera;
pub mod clip;
pub mod compare;
pub mod document;
pub mod event;
pub mod file;
pub mod geometry;
pub mod ids;
pub mod instance;
pub mod issue;
pub mod log;
pub mod looked;
pub mod marks;
pub mod palette;
pub mod query;
pub mod retime;
pub mod schema;
pub mod sequence;
pub mod template;
pub mod work_frames;

pub use accepted::Accepted;
pub use camera::Camera;
pub use clip::Clip;
pub use document::{Document, Instances};
pub use event::{Events, Frames};
pub use file::{FileKind, FileRecord, FileStatus};
pub use geometry::{Geometry, ImagePos, Mask, Part, Polygon, Rect, SpatialType};
pub use ids::{CommentId, DeviceId, EventId, FileId, GroupId, IdSource, InstanceId, IssueId, LabelId, OpId, ProjectId, RunId, SequenceId};
pub use instance::Instance;
pub use issue::{Issue, Issues};
pub use looked::{Looked, LookedStretch, Progress};
pub use marks::{Mark, Marks, Relation, Role};
pub use schema::{Label, Schema};
pub use sequence::{Sequence, Sequences};
pub use template::{Template, TemplatePoint};
pub use work_frames::WorkFrames;
