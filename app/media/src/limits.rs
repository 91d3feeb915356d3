//! Bounds on what an untrusted file may make this program do.

/// Most pixels of one picture that is decoded whole.
pub const MAX_PIXELS: u64 = 400_000_000;
/// Most pixels on one side of a picture.
pub const MAX_SIDE: u64 = 131_072;
/// Pictures of more pixels are shown as tiles, where their kind can be read in parts.
pub const WHOLE_PIXELS: u64 = 100_000_000;
/// Bytes of kept tiles that are left when a pool starts.
pub const MAX_TILE_FILE_BYTES: u64 = 8 << 30;
/// Bytes of stepping proxies that are kept.
pub const MAX_PROXY_FILE_BYTES: u64 = 32_000_000_000;
/// Bytes of the disk that stepping proxies leave free.
pub const MIN_FREE_BYTES: u64 = 2_000_000_000;
/// Most bytes that the decoded samples of one image may take.
pub const MAX_DECODED_BYTES: u64 = 2 << 30;
/// Longest image file that is read.
pub const MAX_IMAGE_FILE_BYTES: u64 = 2 << 30;
/// Most pixels of one video frame (16,384 x 8,192).
pub const MAX_VIDEO_PIXELS: i64 = 1 << 27;
/// Most packets of one video (92 hours at 60 frames a second).
pub const MAX_PACKETS: usize = 20_000_000;
/// Largest single allocation inside FFmpeg, bytes.
pub const MAX_FFMPEG_ALLOC: usize = 1 << 30;
/// How deep a folder scan goes.
pub const MAX_FOLDER_DEPTH: usize = 64;
