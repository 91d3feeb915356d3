//! Video: an index of every packet made once, and exact frames by number.

mod build;
mod check;
mod convert;
mod damage;
mod decode;
mod demux;
mod disposable;
mod index;
mod index_file;
mod info;
mod reader;

pub use check::find_damage;
pub use damage::Damage;
pub use index::{PacketEntry, VideoIndex};
pub use info::ffmpeg_version;
pub use reader::{RunOrder, VideoReader};

pub(crate) use info::{first_frame, poster_frame, stream_info};
