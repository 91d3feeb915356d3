//! The running session without a window: `update(event) -> effects`.
//!
//! Everything a person does arrives here as an [`Event`]; what the rest of the program has to do about it leaves as
//! [`Effect`]s, whose answers come back as events. There is no clock, file, thread or GPU in here, so that a whole day's
//! work can be a script in a test. The editor echoes a gesture at once and counts it as saved only when the store says so.

mod answers;
mod appearance;
mod areas;
mod arrange;
mod asking;
mod cameras;
mod carry;
mod clipboard;
mod command;
mod commands;
mod complete;
mod editor;
mod effect;
mod event;
mod frame_shapes;
mod guide;
mod issues;
mod keymap;
mod looked;
mod marks;
mod matching;
mod navigate;
mod painting;
mod playback;
mod pointer;
mod reads;
mod reshape;
mod reuse;
mod rules;
pub mod schema_draft;
mod sequence_edits;
mod sequence_repair;
mod sequences;
mod stretches;
mod ties;
mod unmade;
mod video_events;
mod view;
mod work_frames;

pub use answers::{Asked, Said, Whom, typed_reply};
pub use appearance::Appearance;
pub use asking::{AskChoice, AskEvent, AskFilter, AskKey, AskOrder, AskProgress, AskWay, Asking, KeyUse, Recent, recent_first};
pub use cameras::{CameraEffect, CameraEvent, InHand};
pub use command::{COMMANDS, Command, CommandInfo, Group, When};
pub use editor::{Editor, FileEntry, Place, Preferences, ProjectInfo};
pub use effect::{Aid, Dialog, Effect, Notice};
pub use event::{AreaEvent, Event, Reply, UndoneStep};
pub use frame_shapes::FrameShapes;
pub use issues::IssueEdit;
pub use keymap::{Chord, Keymap, Keys, PROFILES, Press, Profile};
pub use matching::{Matched, MatchedVertex};
pub use playback::{Speed, Stops};
pub use reuse::Ahead;
pub use sequence_repair::Repair;
pub use video_events::EventEdit;
pub use view::View;
