//! Encodes frames as H.264 in mp4 through libavcodec.

use std::path::Path;

use ff::codec::encoder;
use ff::format::Pixel;
use ff::software::scaling;
use ff::util::color;
use ffmpeg_next as ff;

use crate::DemoError;

/// Seconds of one tick of the presentation times that `Writer::push` takes.
pub(crate) const TICKS_PER_SECOND: i32 = 30;
const GOP: u32 = 250;
const B_FRAMES: usize = 3;

pub(crate) struct Writer {
    output: ff::format::context::Output,
    encoder: encoder::video::Encoder,
    scaler: scaling::Context,
    rgb: ff::frame::Video,
    yuv: ff::frame::Video,
    /// Name of libavcodec's encoder that was found.
    pub codec: String,
    path: std::path::PathBuf,
}

impl Writer {
    /// `width` and `height` must be even.
    pub(crate) fn create(path: &Path, width: u32, height: u32) -> Result<Writer, DemoError> {
        let bad = |reason: String| DemoError::Video { path: path.to_path_buf(), reason };
        ff::init().map_err(|e| bad(e.to_string()))?;
        // What goes wrong comes back as an error; the encoder's own chatter is not for the person.
        ff::log::set_level(ff::log::Level::Error);
        let mut tried = Vec::new();
        for name in ["libx264", "libopenh264", "h264_videotoolbox", "mpeg4"] {
            let Some(codec) = encoder::find_by_name(name) else { continue };
            match Self::open(path, width, height, name, codec) {
                Ok(writer) => return Ok(writer),
                Err(error) => tried.push(format!("{name}: {error}")),
            }
        }
        Err(bad(if tried.is_empty() { "libavcodec has no H.264 or MPEG-4 encoder".to_owned() } else { tried.join("; ") }))
    }

    fn open(path: &Path, width: u32, height: u32, name: &str, codec: ff::Codec) -> Result<Writer, ff::Error> {
        let mut output = ff::format::output(path)?;
        let global = output.format().flags().contains(ff::format::Flags::GLOBAL_HEADER);
        let mut video = ff::codec::context::Context::new_with_codec(codec).encoder().video()?;
        video.set_width(width);
        video.set_height(height);
        video.set_format(Pixel::YUV420P);
        video.set_time_base(ff::Rational(1, TICKS_PER_SECOND));
        video.set_frame_rate(Some(ff::Rational(TICKS_PER_SECOND, 1)));
        video.set_gop(GOP);
        video.set_max_b_frames(B_FRAMES);
        video.set_colorspace(color::Space::BT709);
        video.set_color_range(color::Range::MPEG);
        video.set_color_primaries(color::Primaries::BT709);
        video.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
        // Closed groups: each key frame is one that decoding can start from.
        let mut flags = ff::codec::Flags::CLOSED_GOP;
        if global {
            flags |= ff::codec::Flags::GLOBAL_HEADER;
        }
        video.set_flags(flags);
        let mut options = ff::Dictionary::new();
        if name == "libx264" {
            options.set("preset", "veryfast");
            options.set("crf", "20");
            options.set("bf", "3");
            options.set("g", "250");
            options.set("keyint_min", "250");
            options.set("sc_threshold", "0");
            options.set("threads", "2");
            // Warnings only: its statistics would go to the standard error stream.
            options.set("x264-params", "log=1");
        } else {
            video.set_bit_rate(width as usize * height as usize * 4);
        }
        let encoder = video.open_with(options)?;
        {
            let mut stream = output.add_stream(codec)?;
            stream.set_parameters(&encoder);
            stream.set_time_base(ff::Rational(1, TICKS_PER_SECOND));
        }
        let mut movie = ff::Dictionary::new();
        movie.set("movflags", "+faststart");
        output.write_header_with(movie)?;
        let scaler = scaler(width, height)?;
        let mut yuv = ff::frame::Video::new(Pixel::YUV420P, width, height);
        yuv.set_color_space(color::Space::BT709);
        yuv.set_color_range(color::Range::MPEG);
        yuv.set_color_primaries(color::Primaries::BT709);
        Ok(Writer {
            output,
            encoder,
            scaler,
            rgb: ff::frame::Video::new(Pixel::RGB24, width, height),
            yuv,
            codec: name.to_owned(),
            path: path.to_path_buf(),
        })
    }

    fn error(&self, error: ff::Error) -> DemoError {
        DemoError::Video { path: self.path.clone(), reason: error.to_string() }
    }

    /// Encodes one frame of packed RGB shown at `tick`.
    pub(crate) fn push(&mut self, rgb: &[u8], tick: i64) -> Result<(), DemoError> {
        let (w, stride) = (self.rgb.width() as usize * 3, self.rgb.stride(0));
        for (to, from) in self.rgb.data_mut(0).chunks_mut(stride).zip(rgb.chunks_exact(w)) {
            to[..w].copy_from_slice(from);
        }
        // The encoder may still hold the last frame's planes: a new frame each time.
        let mut yuv = ff::frame::Video::new(Pixel::YUV420P, self.rgb.width(), self.rgb.height());
        self.scaler.run(&self.rgb, &mut yuv).map_err(|e| self.error(e))?;
        yuv.set_color_space(color::Space::BT709);
        yuv.set_color_range(color::Range::MPEG);
        yuv.set_pts(Some(tick));
        self.yuv = yuv;
        self.encoder.send_frame(&self.yuv).map_err(|e| self.error(e))?;
        self.drain()
    }

    fn drain(&mut self) -> Result<(), DemoError> {
        let mut packet = ff::Packet::empty();
        while self.encoder.receive_packet(&mut packet).is_ok() {
            packet.set_stream(0);
            // The last frame's length is known from nothing else.
            packet.set_duration(1);
            let to = self.output.stream(0).map_or(ff::Rational(1, TICKS_PER_SECOND), |s| s.time_base());
            packet.rescale_ts(ff::Rational(1, TICKS_PER_SECOND), to);
            packet.write_interleaved(&mut self.output).map_err(|e| self.error(e))?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<(), DemoError> {
        self.encoder.send_eof().map_err(|e| self.error(e))?;
        self.drain()?;
        self.output.write_trailer().map_err(|e| self.error(e))
    }
}

/// From full-range RGB to limited-range BT.709.
fn scaler(width: u32, height: u32) -> Result<scaling::Context, ff::Error> {
    let mut scaler = scaling::Context::get(
        Pixel::RGB24,
        width,
        height,
        Pixel::YUV420P,
        width,
        height,
        scaling::Flags::BILINEAR | scaling::Flags::ACCURATE_RND,
    )?;
    #[expect(unsafe_code, reason = "ffmpeg-next has no safe call that sets swscale's matrix")]
    // SAFETY: the context is live and owned here; the coefficient tables are libswscale's
    // own constants, valid for the program's life, and are copied by the call.
    unsafe {
        let table = ff::ffi::sws_getCoefficients(ff::ffi::SWS_CS_ITU709 as _);
        ff::ffi::sws_setColorspaceDetails(scaler.as_mut_ptr(), table, 1, table, 0, 0, 1 << 16, 1 << 16);
    }
    Ok(scaler)
}
