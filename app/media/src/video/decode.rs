//! The decoder: opening it with limits, and a loop that feeds it.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::{self, threading};
use ffmpeg_next::ffi;
use ffmpeg_next::frame::Video as VideoFrame;
use ffmpeg_next::{Discard, decoder};

use super::complaints::Notes;
use super::demux::{self, Demuxer, VideoPacket};
use super::hardware::{self, Device};
use crate::error::MediaError;
use crate::limits::MAX_VIDEO_PIXELS;

/// What came out of the decoder.
pub(crate) enum Output {
    /// A frame, and the ordinal of its packet.
    Frame(u32, VideoFrame),
    /// It needs another packet.
    Hungry,
    /// Nothing will come any more.
    Ended,
}

pub(crate) struct FrameDecoder {
    // Dropped before what counts its errors.
    decoder: decoder::Video,
    notes: Arc<Notes>,
    device: Option<&'static Device>,
    skipping: bool,
    /// The end was announced; frames still inside come out now.
    draining: bool,
}

/// How a decoder works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// As fast as it can be.
    Fast,
    /// On one thread and with an eye on every error, so that each is told with its own packet.
    Strict,
}

impl FrameDecoder {
    pub fn open(demuxer: &Demuxer) -> Result<FrameDecoder, MediaError> {
        FrameDecoder::open_with(demuxer, Care::Fast)
    }

    pub fn open_with(demuxer: &Demuxer, care: Care) -> Result<FrameDecoder, MediaError> {
        FrameDecoder::open_for(demuxer, care, None)
    }

    /// A decoder that works on `device`.
    ///
    /// # Errors
    /// `NoDecoder` when the device cannot decode this codec.
    pub fn open_on(demuxer: &Demuxer, device: &'static Device) -> Result<FrameDecoder, MediaError> {
        FrameDecoder::open_for(demuxer, Care::Fast, Some(device))
    }

    fn open_for(demuxer: &Demuxer, care: Care, device: Option<&'static Device>) -> Result<FrameDecoder, MediaError> {
        let path = demuxer.path();
        let stream = demuxer.stream()?;
        let parameters = stream.parameters();
        let id = parameters.id();
        let broken = |e: ffmpeg::Error| MediaError::broken_video(path, e);
        let no_decoder = || MediaError::NoDecoder { path: path.to_path_buf(), codec: id.name().to_owned() };
        let found = decoder::find(id).ok_or_else(no_decoder)?;
        if !demux::is_allowed_decoder(found.name()) {
            return Err(no_decoder());
        }
        let mut context = codec::Context::from_parameters(parameters).map_err(broken)?;
        // Frame threads halve the time of long runs between keys; where every frame is a key they only add delay.
        let count = if is_intra_only(id) || care == Care::Strict || device.is_some() { 1 } else { 2 };
        context.set_threading(threading::Config { kind: threading::Type::Frame, count, ..Default::default() });
        #[expect(unsafe_code, reason = "no safe setters for these fields of AVCodecContext")]
        // SAFETY: the context is owned here and not yet open; plain fields are set.
        unsafe {
            (*context.as_mut_ptr()).max_pixels = MAX_VIDEO_PIXELS;
            // The HEVC decoder keeps quiet about damaged slices unless it is told to stop at them.
            if care == Care::Strict && id == codec::Id::HEVC {
                (*context.as_mut_ptr()).err_recognition |= ffi::AV_EF_EXPLODE;
            }
        }
        let format = device.map(|device| device.format_for(&found).ok_or_else(no_decoder)).transpose()?;
        let notes = Notes::attach(&mut context, format);
        if device.is_some_and(|device| !device.attach(&mut context)) {
            return Err(no_decoder());
        }
        let mut decoder = context.decoder();
        decoder.set_packet_time_base(stream.time_base());
        let decoder = decoder.open_as(found).and_then(|opened| opened.video()).map_err(|e| match e {
            ffmpeg::Error::DecoderNotFound => no_decoder(),
            other => broken(other),
        })?;
        Ok(FrameDecoder { decoder, notes, device, skipping: false, draining: false })
    }

    /// The device that it works on; `None` in software.
    pub fn device(&self) -> Option<&'static Device> {
        self.device
    }

    /// Errors that the decoder logged so far.
    pub fn num_complaints(&self) -> u64 {
        self.notes.num_errors()
    }

    /// From the next packet on, leave out pictures that no other picture refers to (or do not).
    pub fn skip_unreferenced(&mut self, skip: bool) {
        if skip != self.skipping {
            self.decoder.skip_frame(if skip { Discard::NonReference } else { Discard::Default });
            self.skipping = skip;
        }
    }

    /// Feeds a packet under its ordinal. A packet that the decoder refuses is lost, as in a player. False when there was an
    /// error: in this packet with [`Care::Strict`], else in it or one before it.
    pub fn send(&mut self, packet: &mut VideoPacket, ordinal: u32) -> bool {
        packet.number(ordinal);
        let sent = self.decoder.send_packet(packet.as_packet());
        if let Err(error) = &sent {
            tracing::debug!(ordinal, %error, "the decoder refused a packet");
        }
        sent.is_ok()
    }

    /// Tells the decoder that no packet follows.
    pub fn send_end(&mut self) {
        self.draining = true;
        if let Err(error) = self.decoder.send_eof() {
            tracing::debug!(%error, "the decoder refused the end");
        }
    }

    pub fn receive(&mut self) -> Output {
        // While draining, errors must not put off the end for ever.
        const MAX_DRAIN_ERRORS: u32 = 64;
        let mut errors = 0;
        loop {
            let mut frame = VideoFrame::empty();
            match self.decoder.receive_frame(&mut frame) {
                // A frame without its packet's number cannot be told apart from others: leave it out.
                Ok(()) => match frame.pts().and_then(|n| u32::try_from(n).ok()).zip(self.in_memory(frame)) {
                    Some((ordinal, frame)) => return Output::Frame(ordinal, frame),
                    None => continue,
                },
                Err(ffmpeg::Error::Eof) => return Output::Ended,
                Err(_) if !self.draining => return Output::Hungry,
                Err(_) => errors += 1,
            }
            if errors > MAX_DRAIN_ERRORS {
                return Output::Ended;
            }
        }
    }

    /// The frame itself, or what a device holds of it.
    fn in_memory(&self, frame: VideoFrame) -> Option<VideoFrame> {
        match self.notes.format() {
            Some(format) if frame.format() == format.into() => hardware::fetched(&frame),
            _ => Some(frame),
        }
    }

    /// Forgets everything fed so far; needed after each seek.
    pub fn flush(&mut self) {
        self.decoder.flush();
        self.draining = false;
    }
}

fn is_intra_only(id: codec::Id) -> bool {
    #[expect(unsafe_code, reason = "no safe wrapper of the codec's properties")]
    // SAFETY: the descriptor is static memory of FFmpeg, or null for an unknown id.
    let properties = unsafe { ffi::avcodec_descriptor_get(id.into()).as_ref().map(|d| d.props) };
    properties.is_some_and(|p| p & ffi::AV_CODEC_PROP_INTRA_ONLY != 0)
}
