//! Long work over a project, shared by the command line and the window: adding and finding files, hashing, import,
//! export, the demo. Plain blocking functions that tell their progress and can be stopped.
//!
//! Who owns the project differs: the command line holds a [`limn_store::Project`], the window's one lives on the store's
//! thread. A job reaches either through a [`ProjectDoor`] and passes it in short stretches, so that a person's gestures
//! get in between.

mod add;
mod cameras;
mod catalogue;
mod clips;
mod coverage;
mod cx;
mod demo;
mod door;
mod error;
mod export;
mod frames;
mod guide;
mod hash;
pub mod home;
mod ids;
mod import;
mod labels;
mod late;
mod locate;
mod migrate;
mod origin;
mod pace;
mod pieces;
mod problems;
mod retime;
mod scenes;
mod selection;
mod stitch;
mod track;

pub use add::{ADDING, AddOptions, AddReport, add_paths};
pub use cameras::{frame_time_us, moment_in, offset_by_frames};
pub use catalogue::{CatalogueReport, CatalogueSource, catalogue_source, refresh_catalogue};
pub use clips::{CutReport, cut_clips};
pub use coverage::{LabelCoverage, QuestionCoverage, SchemaCoverage, VersionCoverage, schema_coverage};
pub use cx::{JobCx, Progress};
pub use demo::{DemoSummary, make_demo};
pub use door::ProjectDoor;
pub use error::JobError;
pub use export::{ExportOptions, ExportSummary, ExportedFile, JoinReport, Split, export, is_copy, is_frame_by_frame};
pub use frames::{Footage, FootageReader, Frames, FramesReader, time_s};
pub use guide::{Example, GUIDES, add_example, copy_option_picture, cut_option_picture, guide_picture};
pub use hash::{FoundReport, HashReport, find_moved, hash_content, hash_files};
pub use import::{ImportOptions, ImportSummary, LabelMap, import};
pub use labels::schema_from_written;
pub use late::{LateWork, late_work, take_late_over};
pub use limn_demo::DemoOptions;
pub use migrate::{Example as MigrationExample, MigrationReport, Tally, migrate, preview_migration};
pub use origin::Origin;
pub use pace::pace;
pub use pieces::{Cutter, Piece};
pub use problems::{Chooser, FileProblems, file_problems};
pub use retime::{Replaced, RetimeBy, RetimeReport, replaced, retimed_told};
pub use scenes::find_scenes;
pub use selection::Selection;
pub use stitch::{StitchPair, StitchReport, join_sequences, overlapping, refuse_pair, stitch_pairs};
pub use track::{Follower, gray, track};
