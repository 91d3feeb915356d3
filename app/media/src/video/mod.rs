//! Video: an index of every packet made once, and exact frames by number.

mod build;
mod complaints;
mod convert;
mod damage;
mod decode;
mod demux;
mod disposable;
mod fields;
mod hardware;
mod index;
mod index_file;
mod info;
mod reader;
mod survey;
#[cfg(test)]
mod swscale;
mod trial;

pub use damage::Damage;
pub use hardware::Hardware;
pub use index::{PacketEntry, VideoIndex};
pub use info::ffmpeg_version;
pub use reader::{RunOrder, VideoReader};
pub use survey::find_damage;

pub(crate) use demux::init as init_ffmpeg;
pub(crate) use info::{first_frame, poster_frame, stream_info};
