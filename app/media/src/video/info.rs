//! What the headers of a video say, without decoding it.

use std::path::Path;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec;
use ffmpeg_next::ffi;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::{Rational, Rescale};
use serde::{Deserialize, Serialize};

use super::convert::Converter;
use super::decode::{FrameDecoder, Output};
use super::demux::Demuxer;
use crate::error::MediaError;
use crate::picture::Picture;
use crate::still::check_size;
use crate::turn::Turn;

/// Facts about a video stream that its headers give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StreamInfo {
    pub format: String,
    pub codec: String,
    pub pixel_format: String,
    pub bit_depth: u8,
    /// Pixels across, after the turn.
    pub width: u32,
    /// Pixels down, after the turn.
    pub height: u32,
    pub turn: Turn,
    pub time_base: (i32, i32),
    pub rate: Option<(i32, i32)>,
    pub duration_s: Option<f64>,
    /// Number of frames that the container claims; the index knows better.
    pub claimed_frames: Option<u64>,
    pub marks: Vec<String>,
}

pub(crate) fn stream_info(path: &Path) -> Result<StreamInfo, MediaError> {
    info_of(&Demuxer::open(path)?)
}

pub(crate) fn info_of(demuxer: &Demuxer) -> Result<StreamInfo, MediaError> {
    let path = demuxer.path();
    let stream = demuxer.stream()?;
    let parameters = stream.parameters();
    let codec = parameters.id().name().to_owned();
    let context = codec::Context::from_parameters(parameters).map_err(|e| MediaError::broken_video(path, e))?;
    #[expect(unsafe_code, reason = "no safe getters before the decoder is open")]
    // SAFETY: the context is owned here; plain fields are read.
    let (width, height, pixel, aspect) = unsafe {
        let c = &*context.as_ptr();
        (c.width, c.height, Pixel::from(c.pix_fmt), Rational::from(c.sample_aspect_ratio))
    };
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err(MediaError::broken_video(path, "it claims a negative size"));
    };
    if width == 0 || height == 0 {
        // The size of such a stream is only in packets that were not found: nothing can be decoded.
        return Err(MediaError::NoDecodableFrame { path: path.to_path_buf() });
    }
    check_size(path, width, height)?;
    let (pixel_format, bit_depth) = pixel_layout(pixel);

    let mut marks = Vec::new();
    let (turn, odd_turn) = demuxer.turn()?;
    if odd_turn {
        marks.push("The file asks for a turn that is no quarter turn; it is not applied.".to_owned());
    }
    if aspect.numerator() > 0 && aspect.numerator() != aspect.denominator() {
        marks.push(format!("Pixels are not square ({}:{}); coordinates are in stored pixels.", aspect.numerator(), aspect.denominator()));
    }
    // Its transparency is a second stream in the packets, which no decoder here reads.
    if codec.starts_with("vp") && stream.metadata().get("alpha_mode") == Some("1") {
        marks.push("The video has transparency, which is not shown.".to_owned());
    }
    let time_base = stream.time_base();
    let positive = |r: Rational| (r.numerator() > 0 && r.denominator() > 0).then(|| (r.numerator(), r.denominator()));
    let rate = positive(stream.avg_frame_rate()).or_else(|| positive(stream.rate()));
    let microseconds = Rational::new(1, 1_000_000);
    let duration_us = (stream.duration() > 0).then(|| stream.duration().rescale(time_base, microseconds));
    let (width, height) = turn.size(width, height);
    Ok(StreamInfo {
        format: demuxer.format_name(),
        codec,
        pixel_format,
        bit_depth,
        width,
        height,
        turn,
        time_base: (time_base.numerator(), time_base.denominator()),
        rate,
        duration_s: duration_us.filter(|d| *d > 0).or_else(|| demuxer.duration_us()).map(|us| us as f64 / 1e6),
        claimed_frames: u64::try_from(stream.frames()).ok().filter(|n| *n > 0),
        marks,
    })
}

fn pixel_layout(pixel: Pixel) -> (String, u8) {
    #[expect(unsafe_code, reason = "no safe getter for the depth of a pixel format")]
    // SAFETY: a descriptor is static memory of FFmpeg, or null for an unknown format.
    let depth = unsafe { ffi::av_pix_fmt_desc_get(pixel.into()).as_ref().map(|d| d.comp[0].depth) };
    let name = pixel.descriptor().map_or("unknown", |d| d.name()).to_owned();
    (name, depth.and_then(|d| u8::try_from(d).ok()).unwrap_or(8))
}

/// The first frame that can be decoded, without an index: enough for a thumbnail.
pub(crate) fn first_frame(path: &Path) -> Result<Picture, MediaError> {
    let mut demuxer = Demuxer::open(path)?;
    let info = info_of(&demuxer)?;
    let mut found = None;
    decode_on(&mut demuxer, |_, frame| {
        found = Some(frame);
        false
    })?;
    let frame = found.ok_or_else(|| MediaError::NoDecodableFrame { path: path.to_path_buf() })?;
    Converter::new().picture(path, &frame, &info)
}

/// A frame about a tenth in, without an index: from the key before that place so many frames on as cost little. Which
/// frame it is does not matter. The first one where the file cannot be entered there.
pub(crate) fn poster_frame(path: &Path) -> Result<Picture, MediaError> {
    const MAX_DECODED: usize = 64;
    let mut demuxer = Demuxer::open(path)?;
    let info = info_of(&demuxer)?;
    let begin = Some(demuxer.stream()?.start_time()).filter(|time| *time != ffi::AV_NOPTS_VALUE).unwrap_or(0);
    let (num, den) = info.time_base;
    let tenth = info.duration_s.filter(|_| num > 0).map(|seconds| seconds / 10.0 * f64::from(den) / f64::from(num));
    let mut found = None;
    if let Some(aim) = tenth.map(|units| begin.saturating_add(units as i64))
        && demuxer.seek(aim)
    {
        let mut left = MAX_DECODED;
        decode_on(&mut demuxer, |time, frame| {
            left -= 1;
            // Before the first whole picture there may be torn ones.
            if found.is_some() || frame.kind() == ffmpeg::picture::Type::I {
                found = Some(frame);
            }
            left > 0 && !(found.is_some() && time.is_none_or(|time| time >= aim))
        })?;
    }
    match found {
        Some(frame) => Converter::new().picture(path, &frame, &info),
        None => first_frame(path),
    }
}

/// Decodes from where the file stands; `each` gets a frame with its time in units of the time base, and says whether to
/// go on.
fn decode_on(demuxer: &mut Demuxer, mut each: impl FnMut(Option<i64>, ffmpeg::frame::Video) -> bool) -> Result<(), MediaError> {
    let mut decoder = FrameDecoder::open(demuxer)?;
    let mut times = Vec::new();
    loop {
        match decoder.receive() {
            Output::Frame(ordinal, frame) => {
                if !each(times.get(ordinal as usize).copied().flatten(), frame) {
                    return Ok(());
                }
            }
            Output::Hungry => match demuxer.read() {
                Some(mut packet) => {
                    let ordinal = u32::try_from(times.len()).unwrap_or(u32::MAX);
                    times.push(packet.pts().or(packet.dts()));
                    decoder.send(&mut packet, ordinal);
                }
                None => decoder.send_end(),
            },
            Output::Ended => return Ok(()),
        }
    }
}

/// FFmpeg's version of the library that is loaded, for reports.
pub fn ffmpeg_version() -> String {
    let version = ffmpeg::format::version();
    format!("libavformat {}.{}.{}", version >> 16, version >> 8 & 255, version & 255)
}
