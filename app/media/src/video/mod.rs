//! Video: an index of every packet made once, and exact frames by number.

mod build;
mod convert;
mod decode;
mod demux;
mod index;
mod index_file;
mod info;
mod reader;

pub use index::{PacketEntry, VideoIndex};
pub use info::ffmpeg_version;
pub use reader::{RunOrder, VideoReader};

pub(crate) use info::{first_frame, poster_frame, stream_info};
