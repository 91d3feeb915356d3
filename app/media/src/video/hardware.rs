//! Decoding by the machine's video hardware, where it gives exactly the pictures that the software decoder gives.
//!
//! Devices are looked for once in a process, by whichever thread first opens a large video. Before a file is decoded by one,
//! the first frames of the file are decoded by both and compared sample by sample; any difference, error or complaint leaves
//! the file to software for good, and several such files end the use of hardware until the program starts again.
//!
//! This was written without such hardware at hand: comparing, remembering and falling back are tested with software decoders
//! in its place, what is behind [`Device`] is not.

use std::ffi::CStr;
use std::path::Path;
use std::ptr;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi::{self, AVHWDeviceType, AVPixelFormat};
use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame::Video as VideoFrame;

use super::complaints::Notes;
use super::decode::FrameDecoder;
use super::demux::Demuxer;
use super::index::VideoIndex;
use super::trial::{self, Decision, Feed, FileKey, Record, Verdict};

/// Below so many pixels a frame is sooner decoded than fetched from a device.
const MIN_PIXELS: u64 = 1280 * 720;

/// Whether video hardware may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hardware {
    /// Where there is some, and it gives the same pictures as software.
    #[default]
    Auto,
    /// Never.
    Off,
}

impl Hardware {
    /// `Off` when the environment says `LIMN_HARDWARE=off`.
    pub fn from_env() -> Hardware {
        match std::env::var_os("LIMN_HARDWARE") {
            Some(value) if value.eq_ignore_ascii_case("off") => Hardware::Off,
            _ => Hardware::Auto,
        }
    }
}

/// An open device; it stays open until the program ends.
pub(super) struct Device {
    kind: AVHWDeviceType,
    name: String,
    buffer: *mut ffi::AVBufferRef,
}

#[expect(unsafe_code, reason = "AVBufferRef is a raw pointer, which is neither Send nor Sync by itself")]
// SAFETY: the reference is never changed after it was made; new references are taken with av_buffer_ref, which counts
// atomically, and FFmpeg's device contexts may be used by several decoders at a time.
unsafe impl Send for Device {}
#[expect(unsafe_code, reason = "as above")]
// SAFETY: as above.
unsafe impl Sync for Device {}

impl Device {
    pub fn name(&self) -> &str {
        &self.name
    }

    #[expect(unsafe_code, reason = "no safe wrapper of hardware devices")]
    fn open(kind: AVHWDeviceType) -> Option<Device> {
        let mut buffer = ptr::null_mut();
        // SAFETY: the out pointer is valid; the default device is meant by a null name, and there are no options.
        let answer = unsafe { ffi::av_hwdevice_ctx_create(&raw mut buffer, kind, ptr::null(), ptr::null_mut(), 0) };
        if answer < 0 || buffer.is_null() {
            tracing::debug!(?kind, error = %ffmpeg::Error::from(answer), "no video hardware of this kind");
            return None;
        }
        // SAFETY: the name is static memory of FFmpeg, or null.
        let name = unsafe { ffi::av_hwdevice_get_type_name(kind).as_ref().map(|name| CStr::from_ptr(name).to_string_lossy().into_owned()) };
        Some(Device { kind, name: name.unwrap_or_default(), buffer })
    }

    /// The format of frames on this device, if `codec` can be decoded by it.
    #[expect(unsafe_code, reason = "no safe wrapper of a codec's hardware")]
    pub fn format_for(&self, codec: &ffmpeg::Codec) -> Option<AVPixelFormat> {
        let direct = ffi::AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX as i32;
        // SAFETY: the codec is static memory of FFmpeg; the list of its hardware ends with null.
        (0..)
            .map_while(|i| unsafe { ffi::avcodec_get_hw_config(codec.as_ptr(), i).as_ref() })
            .find_map(|config| (config.methods & direct != 0 && config.device_type == self.kind).then_some(config.pix_fmt))
    }

    /// Has a decoder use this device. The context must not be open yet and must have its notes.
    #[expect(unsafe_code, reason = "no safe setters of these fields")]
    pub fn attach(&self, context: &mut ffmpeg::codec::Context) -> bool {
        // SAFETY: the context is owned by the caller and not open; it owns the new reference and frees it.
        unsafe {
            let raw = context.as_mut_ptr();
            (*raw).hw_device_ctx = ffi::av_buffer_ref(self.buffer);
            (*raw).get_format = Some(take_format);
            !(*raw).hw_device_ctx.is_null()
        }
    }
}

/// Answers a decoder that asks in which format it is to give frames.
#[expect(unsafe_code, reason = "called by FFmpeg")]
unsafe extern "C" fn take_format(context: *mut ffi::AVCodecContext, offered: *const AVPixelFormat) -> AVPixelFormat {
    // SAFETY: FFmpeg passes a valid context, whose `opaque` was set by `Notes::attach`, and a list that ends with NONE (-1).
    // The list is read as plain numbers: it may hold formats of a newer FFmpeg.
    unsafe {
        let wanted = (*context).opaque.cast::<Notes>().as_ref().and_then(Notes::format);
        let numbers = offered.cast::<i32>();
        let is_offered = |wanted: AVPixelFormat| (0..).map(|i| *numbers.add(i)).take_while(|n| *n >= 0).any(|n| n == wanted as i32);
        match wanted {
            Some(wanted) if is_offered(wanted) => wanted,
            // The device cannot do this stream: in software, which the trial then finds out.
            _ => ffi::avcodec_default_get_format(context, offered),
        }
    }
}

/// The kinds that are tried, the most wanted first.
fn kinds() -> &'static [AVHWDeviceType] {
    if cfg!(target_os = "macos") {
        &[AVHWDeviceType::AV_HWDEVICE_TYPE_VIDEOTOOLBOX]
    } else if cfg!(windows) {
        &[AVHWDeviceType::AV_HWDEVICE_TYPE_CUDA, AVHWDeviceType::AV_HWDEVICE_TYPE_D3D11VA]
    } else {
        &[AVHWDeviceType::AV_HWDEVICE_TYPE_CUDA, AVHWDeviceType::AV_HWDEVICE_TYPE_VAAPI]
    }
}

/// The devices of this machine; the first call looks for them, which may take a moment: not for the window's thread.
fn devices() -> &'static [Device] {
    static DEVICES: OnceLock<Vec<Device>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        super::demux::init();
        let found: Vec<Device> = kinds().iter().filter_map(|kind| Device::open(*kind)).collect();
        tracing::info!(devices = ?found.iter().map(Device::name).collect::<Vec<_>>(), "video hardware");
        found
    })
}

static RECORD: LazyLock<Mutex<Record>> = LazyLock::new(Mutex::default);

/// Remembers how a file did with hardware.
pub(super) fn note(key: FileKey, good: bool) {
    RECORD.lock().unwrap_or_else(PoisonError::into_inner).note(key, good);
}

/// A decoder of the machine's hardware for this file, if there is one that gives the same first frames as software.
pub(super) fn decoder_for(path: &Path, index: &VideoIndex) -> Option<FrameDecoder> {
    let (width, height) = index.size();
    if u64::from(width) * u64::from(height) < MIN_PIXELS || devices().is_empty() {
        return None;
    }
    let key = trial::key_of(path, index);
    let decision = RECORD.lock().unwrap_or_else(PoisonError::into_inner).decide(&key);
    if decision == Decision::Software {
        return None;
    }
    let open = |device| Demuxer::open(path).and_then(|demuxer| FrameDecoder::open_on(&demuxer, device)).ok();
    for device in devices() {
        let Some(decoder) = open(device) else { continue };
        if decision == Decision::Use {
            return Some(decoder);
        }
        let verdict = match (Feed::software(path), Feed::of(path, decoder)) {
            (Ok(mut ours), Ok(mut other)) => trial::compare(&mut ours, &mut other, trial::FRAMES),
            (Err(error), _) | (_, Err(error)) => Verdict::Failed(error.to_string()),
        };
        match verdict {
            Verdict::Same => {
                note(key, true);
                return open(device);
            }
            other => tracing::warn!(path = %path.display(), device = device.name(), ?other, "video hardware is not used for this file"),
        }
        note(key.clone(), false);
        return None;
    }
    None
}

/// The frame in memory, in the layout that the software decoder gives; `None` when the device does not hand it out.
#[expect(unsafe_code, reason = "no safe wrapper of av_hwframe_transfer_data")]
pub(super) fn fetched(frame: &VideoFrame) -> Option<VideoFrame> {
    let mut out = VideoFrame::empty();
    // SAFETY: both frames are valid; the target is empty, and FFmpeg gives it memory and size.
    let answer = unsafe {
        match ffi::av_hwframe_transfer_data(out.as_mut_ptr(), frame.as_ptr(), 0) {
            0 => ffi::av_frame_copy_props(out.as_mut_ptr(), frame.as_ptr()),
            error => error,
        }
    };
    (answer >= 0).then(|| in_planes(out))
}

/// Chroma in planes of its own, where devices give it interleaved; 10-bit samples in the low bits.
#[expect(unsafe_code, reason = "no safe wrapper of av_frame_copy_props")]
fn in_planes(frame: VideoFrame) -> VideoFrame {
    let (layout, bytes) = match frame.format() {
        Pixel::NV12 => (Pixel::YUV420P, 1),
        Pixel::P010LE => (Pixel::YUV420P10LE, 2),
        _ => return frame,
    };
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let mut out = VideoFrame::new(layout, frame.width(), frame.height());
    // SAFETY: both frames are valid.
    if unsafe { ffi::av_frame_copy_props(out.as_mut_ptr(), frame.as_ptr()) } < 0 {
        return frame;
    }
    let (chroma_width, chroma_height) = (width.div_ceil(2), height.div_ceil(2));
    // Of each group of `step` samples in a row, number `nth`.
    let mut take = |plane: usize, from: usize, [columns, rows]: [usize; 2], step: usize, nth: usize| {
        let (from_stride, to_stride) = (frame.stride(from), out.stride(plane));
        let rows = frame.data(from).chunks(from_stride).zip(out.data_mut(plane).chunks_mut(to_stride)).take(rows);
        for (source, target) in rows {
            let samples = source.chunks_exact(bytes).skip(nth).step_by(step).take(columns);
            for (sample, place) in samples.zip(target.chunks_exact_mut(bytes)) {
                match (sample, place) {
                    ([low, high], [to_low, to_high]) => {
                        [*to_low, *to_high] = (u16::from_le_bytes([*low, *high]) >> 6).to_le_bytes();
                    }
                    (sample, place) => place.copy_from_slice(sample),
                }
            }
        }
    };
    take(0, 0, [width, height], 1, 0);
    take(1, 1, [chroma_width, chroma_height], 2, 0);
    take(2, 1, [chroma_width, chroma_height], 2, 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaved_chroma_comes_in_planes() {
        for (format, bytes, shift) in [(Pixel::NV12, 1, 0), (Pixel::P010LE, 2, 6)] {
            let mut frame = VideoFrame::new(format, 6, 4);
            frame.set_pts(Some(77));
            for plane in 0..2 {
                let stride = frame.stride(plane);
                for (y, row) in frame.data_mut(plane).chunks_mut(stride).enumerate() {
                    for (x, sample) in row.chunks_exact_mut(bytes).enumerate() {
                        let value = ((plane * 100 + y * 10 + x) as u16) << shift;
                        sample.copy_from_slice(&value.to_le_bytes()[..bytes]);
                    }
                }
            }
            let out = in_planes(frame);
            assert_eq!((out.width(), out.height(), out.pts()), (6, 4, Some(77)));
            let at = |plane: usize, x: usize, y: usize| {
                let place = y * out.stride(plane) + x * bytes;
                out.data(plane)[place..place + bytes].iter().rev().fold(0_u16, |value, byte| value << 8 | u16::from(*byte))
            };
            assert_eq!([at(0, 0, 0), at(0, 5, 3), at(1, 0, 0), at(1, 2, 1), at(2, 0, 0), at(2, 2, 1)], [0, 35, 100, 114, 101, 115]);
        }
    }

    #[test]
    fn looking_for_devices_costs_little_the_second_time() {
        let first = devices();
        assert!(ptr::eq(first, devices()));
    }
}
