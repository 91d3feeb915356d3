//! From the decoder's frame to a picture: planar YUV is kept as it is, with the matrix and range that the stream says;
//! everything else becomes RGBA by swscale.

use std::path::Path;

use ffmpeg_next::color::{Range, Space};
use ffmpeg_next::ffi;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame::Video as VideoFrame;
use ffmpeg_next::software::scaling::{Context, Flags};

use super::info::StreamInfo;
use crate::error::MediaError;
use crate::picture::Picture;
use crate::still::check_size;
use crate::turn::Turn;
use crate::yuv::{Layout, Plane, YuvFrame, YuvMatrix};

/// Everything that a scaler is made for; a stream may change any of it in its middle.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Setup {
    format: Pixel,
    width: u32,
    height: u32,
    /// Pixels across and down of what comes out.
    to: (u32, u32),
    /// One of swscale's `SWS_CS_` numbers.
    matrix: i32,
    full_range: bool,
}

/// Converts frames; keeps the scaler and its output between frames.
pub(crate) struct Converter {
    scaler: Option<(Setup, Context, VideoFrame)>,
}

#[expect(unsafe_code, reason = "SwsContext is a raw pointer, which is not Send by itself")]
// SAFETY: the scaler is owned by this value alone and used through `&mut self`; swscale keeps no thread-local state.
unsafe impl Send for Converter {}

impl Converter {
    pub fn new() -> Converter {
        Converter { scaler: None }
    }

    /// The picture of `frame`, turned upright, with its smaller levels. A frame of another size than the stream's is scaled
    /// to it, so that coordinates mean the same in every frame, and the picture is marked.
    pub fn picture(&mut self, path: &Path, frame: &VideoFrame, info: &StreamInfo) -> Result<Picture, MediaError> {
        let (turn, bit_depth) = (info.turn, info.bit_depth);
        let (stored_width, stored_height) = (frame.width(), frame.height());
        check_size(path, stored_width, stored_height)?;
        let (width, height) = turn.size(info.width, info.height);
        let is_scaled = (stored_width, stored_height) != (width, height);
        let setup = Setup::of(frame, (width, height));
        if let Some(planes) = Some(setup).filter(|_| !is_scaled).and_then(|setup| setup.planar(frame, turn)) {
            return Ok(Picture { bit_depth, ..Picture::from_planes(planes) });
        }
        let rgba = self.rgba(path, frame, setup)?;
        let (pixels, _) = rgba.as_chunks::<4>();
        let rgba = if turn == Turn::NONE { rgba } else { turn.apply(pixels, width, height).into_flattened() };
        let (width, height) = turn.size(width, height);
        let mut picture = Picture::from_rgba(width, height, rgba);
        picture.source_channels = channels(frame.format());
        picture.bit_depth = bit_depth;
        if is_scaled {
            picture.marks.push(format!(
                "This frame is stored with {stored_width} x {stored_height} pixels and shown scaled to the size of the video, {width} x {height}."
            ));
        }
        Ok(picture)
    }

    fn rgba(&mut self, path: &Path, frame: &VideoFrame, setup: Setup) -> Result<Vec<u8>, MediaError> {
        if self.scaler.as_ref().is_none_or(|(made_for, _, _)| *made_for != setup) {
            self.scaler = Some((setup, scaler(path, setup)?, VideoFrame::new(Pixel::RGBA, setup.to.0, setup.to.1)));
        }
        let Some((_, scaler, out)) = &mut self.scaler else {
            return Err(MediaError::broken_video(path, "no scaler"));
        };
        // FFmpeg pads the rows of `out`: its fast paths may write past the end of a row.
        scaler.run(frame, out).map_err(|e| MediaError::broken_video(path, e))?;
        let (width, height) = (setup.to.0 as usize, setup.to.1 as usize);
        let mut rgba = Vec::with_capacity(width * height * 4);
        for row in out.data(0).chunks(out.stride(0)).take(height) {
            rgba.extend_from_slice(row.get(..width * 4).unwrap_or(row));
        }
        Ok(rgba)
    }
}

fn scaler(path: &Path, setup: Setup) -> Result<Context, MediaError> {
    // Exact rounding and full chroma: the default fast path is up to 3 of 255 darker.
    let flags = Flags::BILINEAR | Flags::ACCURATE_RND | Flags::FULL_CHR_H_INT | Flags::FULL_CHR_H_INP;
    let Setup { format, width, height, to, .. } = setup;
    let mut scaler = Context::get(format, width, height, Pixel::RGBA, to.0, to.1, flags)
        .map_err(|_invalid| MediaError::Unsupported { path: path.to_path_buf(), what: format!("the pixel format {format:?}") })?;
    #[expect(unsafe_code, reason = "no safe wrapper of sws_setColorspaceDetails")]
    // SAFETY: the context is valid and owned; the coefficient table is static memory of swscale.
    unsafe {
        let table = ffi::sws_getCoefficients(setup.matrix);
        let range = i32::from(setup.full_range);
        // Answers -1 for formats without a matrix (RGB), where there is nothing to set.
        ffi::sws_setColorspaceDetails(scaler.as_mut_ptr(), table, range, table, 1, 0, 1 << 16, 1 << 16);
    }
    Ok(scaler)
}

impl Setup {
    fn of(frame: &VideoFrame, to: (u32, u32)) -> Setup {
        let (width, height) = (frame.width(), frame.height());
        let matrix = match frame.color_space() {
            Space::BT709 => ffi::SWS_CS_ITU709,
            Space::BT470BG | Space::SMPTE170M => ffi::SWS_CS_ITU601,
            Space::FCC => ffi::SWS_CS_FCC,
            Space::SMPTE240M => ffi::SWS_CS_SMPTE240M,
            Space::BT2020NCL | Space::BT2020CL => ffi::SWS_CS_BT2020,
            // Not said: what players assume, HD is BT.709 and everything smaller BT.601.
            _ if width >= 1280 || height >= 720 => ffi::SWS_CS_ITU709,
            _ => ffi::SWS_CS_ITU601,
        };
        let format = frame.format();
        let full_range = match frame.color_range() {
            Range::JPEG => true,
            Range::MPEG => false,
            _ => is_full_by_name(format),
        };
        Setup { format, width, height, to, matrix, full_range }
    }

    /// The planes of a frame that has three; `None` for other layouts.
    fn planar(&self, frame: &VideoFrame, turn: Turn) -> Option<YuvFrame> {
        let (shift_x, shift_y, bits) = match self.format {
            Pixel::YUV420P | Pixel::YUVJ420P => (1, 1, 8),
            Pixel::YUV422P | Pixel::YUVJ422P => (1, 0, 8),
            Pixel::YUV444P | Pixel::YUVJ444P => (0, 0, 8),
            Pixel::YUV420P10LE => (1, 1, 10),
            Pixel::YUV422P10LE => (1, 0, 10),
            Pixel::YUV444P10LE => (0, 0, 10),
            Pixel::YUV420P12LE => (1, 1, 12),
            Pixel::YUV422P12LE => (1, 0, 12),
            Pixel::YUV444P12LE => (0, 0, 12),
            _ => return None,
        };
        let (kr, kb) = match self.matrix {
            ffi::SWS_CS_ITU709 => (0.2126, 0.0722),
            ffi::SWS_CS_ITU601 => (0.299, 0.114),
            ffi::SWS_CS_BT2020 => (0.2627, 0.0593),
            _ => return None,
        };
        if !rows_run_down(frame) {
            return None;
        }
        let plane = |i| Plane { bytes: frame.data(i), stride: frame.stride(i) };
        let planes = [plane(0), plane(1), plane(2)];
        let matrix = YuvMatrix { kr, kb, full_range: self.full_range };
        YuvFrame::copy(Layout { size: [self.width, self.height], shift: [shift_x, shift_y], bits, matrix, turn }, planes)
    }
}

/// True when there are three planes whose rows lie one below the other. Some raw videos are stored
/// upside down, with a negative distance from row to row, which `frame.data` cannot express.
fn rows_run_down(frame: &VideoFrame) -> bool {
    #[expect(unsafe_code, reason = "the safe getter turns a negative distance into a huge one")]
    // SAFETY: the frame owns a valid AVFrame; plain fields are read.
    let (distances, planes) = unsafe { ((*frame.as_ptr()).linesize, (*frame.as_ptr()).data) };
    distances.iter().zip(planes).take(3).all(|(distance, plane)| *distance > 0 && !plane.is_null())
}

/// The old `yuvj` formats mean full range; gray without a word is full, as in images.
fn is_full_by_name(format: Pixel) -> bool {
    let name = format.descriptor().map_or("", |d| d.name());
    name.starts_with("yuvj") || name.starts_with("gray")
}

fn channels(format: Pixel) -> u8 {
    let Some(descriptor) = format.descriptor() else { return 3 };
    // Palette formats count one component but hold colours.
    match descriptor.nb_components() {
        n @ (1 | 2 | 4) if !descriptor.name().starts_with("pal") => n,
        _ => 3,
    }
}
