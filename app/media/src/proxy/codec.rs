//! Planes to JPEG and back, by FFmpeg. The planes' values are kept as they are, whatever their range: what they mean is told
//! beside them.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::{self, Flags, Id};
use ffmpeg_next::ffi;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame::Video as VideoFrame;
use ffmpeg_next::{Packet, Rational, decoder, encoder};

use super::planes::Small;
use crate::limits::MAX_VIDEO_PIXELS;
use crate::video::init_ffmpeg;

/// FFmpeg's scale of quality, 1 the best of 31.
const QUALITY: i32 = 3;

/// Makes JPEGs of one size.
pub(super) struct Encoder {
    encoder: encoder::video::Encoder,
    count: i64,
    size: [u32; 2],
}

impl Encoder {
    /// `Err` says in words what is wrong.
    pub fn new(size: [u32; 2]) -> Result<Encoder, String> {
        init_ffmpeg();
        let found = encoder::find(Id::MJPEG).ok_or("this build of FFmpeg cannot encode JPEG")?;
        let mut context = codec::Context::new_with_codec(found);
        context.set_flags(Flags::QSCALE);
        let mut video = context.encoder().video().map_err(|e| e.to_string())?;
        video.set_width(size[0]);
        video.set_height(size[1]);
        video.set_format(Pixel::YUVJ420P);
        video.set_color_range(ffmpeg::color::Range::JPEG);
        video.set_time_base(Rational::new(1, 25));
        video.set_global_quality(QUALITY * ffi::FF_QP2LAMBDA);
        let opened = video.open_as(found).map_err(|e| e.to_string())?;
        Ok(Encoder { encoder: opened, count: 0, size })
    }

    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    pub fn pack(&mut self, small: &Small) -> Result<Vec<u8>, String> {
        let mut frame = VideoFrame::new(Pixel::YUVJ420P, self.size[0], self.size[1]);
        // The encoder takes no two of the same time.
        frame.set_pts(Some(self.count));
        self.count += 1;
        for (number, plane) in small.planes.iter().enumerate() {
            let row_bytes = if number == 0 { self.size[0] } else { self.size[0].div_ceil(2) } as usize;
            let stride = frame.stride(number).max(1);
            for (to, from) in frame.data_mut(number).chunks_mut(stride).zip(plane.chunks_exact(row_bytes.max(1))) {
                to.get_mut(..row_bytes).ok_or("a row is too short")?.copy_from_slice(from);
            }
        }
        #[expect(unsafe_code, reason = "no safe setter of a frame's quality")]
        // SAFETY: the frame is owned here; a plain field is set.
        unsafe {
            (*frame.as_mut_ptr()).quality = QUALITY * ffi::FF_QP2LAMBDA;
        }
        let mut packet = Packet::empty();
        self.encoder.send_frame(&frame).and_then(|()| self.encoder.receive_packet(&mut packet)).map_err(|e| e.to_string())?;
        packet.data().map(<[u8]>::to_vec).ok_or_else(|| "the encoder gave nothing".to_owned())
    }
}

/// Decodes JPEGs, one at a time.
pub(super) struct Decoder(decoder::Video);

impl Decoder {
    pub fn new() -> Result<Decoder, String> {
        init_ffmpeg();
        let found = decoder::find(Id::MJPEG).ok_or("this build of FFmpeg cannot decode JPEG")?;
        let mut context = codec::Context::new_with_codec(found);
        #[expect(unsafe_code, reason = "no safe setters for these fields of AVCodecContext")]
        // SAFETY: the context is owned here and not yet open; plain fields are set.
        unsafe {
            (*context.as_mut_ptr()).max_pixels = MAX_VIDEO_PIXELS;
            // What FFmpeg would mend is not what was written.
            (*context.as_mut_ptr()).err_recognition |= ffi::AV_EF_EXPLODE;
        }
        let opened = context.decoder().open_as(found).and_then(|opened| opened.video()).map_err(|e| e.to_string())?;
        Ok(Decoder(opened))
    }

    /// A frame of planes, 4:2:0, 8 bits.
    pub fn unpack(&mut self, jpeg: &[u8]) -> Result<VideoFrame, String> {
        let mut frame = VideoFrame::empty();
        let decoded = self.0.send_packet(&Packet::copy(jpeg)).and_then(|()| self.0.receive_frame(&mut frame));
        if let Err(error) = decoded {
            self.0.flush();
            return Err(error.to_string());
        }
        match frame.format() {
            Pixel::YUVJ420P | Pixel::YUV420P => Ok(frame),
            other => Err(format!("its samples are {other:?}")),
        }
    }
}
