//! Images and video: probing, exact frames by number, decoding in the background, thumbnails, hashing.
//!
//! Everything here takes untrusted files: sizes are checked before memory is taken, a codec that panics
//! becomes an error, and errors are sentences. Coordinates are image pixels, (0, 0) at the top left;
//! frames are counted from 0 in the order in which they are shown.

mod background;
mod deep;
mod error;
mod hash;
mod info;
mod jpeg;
mod kind;
mod limits;
mod memory;
mod mips;
mod picture;
mod pool;
mod proxy;
mod pyramid;
mod scan;
mod still;
mod thumb;
mod tone;
mod turn;
mod video;
mod yuv;
mod zune;

pub use background::go_behind_others;
pub use deep::DeepLevel;
pub use error::MediaError;
pub use hash::hash_file;
pub use info::{FRAMES_ESTIMATED, MediaInfo, probe};
pub use jpeg::{JpegRows, Photo};
pub use kind::{MediaKind, is_media_path};
pub use picture::{Deep, Level, Picture, PixelValue, Pixels};
pub use pool::{MediaEvent, MediaPool, PictureKey, PictureReady, PoolOptions, Request, RequestKind};
pub use proxy::{Proxies, ProxyMade, ProxyReader, wants_proxy};
pub use pyramid::{Pyramid, Tile, TileId};
pub use scan::{Scan, ScanProblem, Sequence, detect_sequence, scan_folder};
pub use still::{decode_image, decode_image_staged};
pub use thumb::{ThumbCache, thumbnail};
pub use tone::Tone;
pub use video::{Damage, Hardware, PacketEntry, RunOrder, VideoIndex, VideoReader, ffmpeg_version, find_damage};
pub use yuv::{YuvFrame, YuvMatrix};
