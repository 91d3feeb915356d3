//! Frames whose two fields are pictures of their own. Some containers have each field in a packet of its own, with a time of
//! its own; no count of packets and no order of times is then one of frames.

use std::ptr;

use ffmpeg_next::codec;
use ffmpeg_next::ffi;

use super::demux::{Demuxer, VideoPacket};

/// Looks at the headers of pictures for packets that hold one field.
pub(super) struct FieldWatch {
    // Closed before the context that it reads the parameter sets of.
    parser: Parser,
    context: codec::Context,
    top: bool,
    bottom: bool,
}

impl FieldWatch {
    /// `None` where no packet can be a field: only H.264 has them so, and a stream whose beginning is progressive is not
    /// looked at.
    pub fn of(demuxer: &Demuxer) -> Option<FieldWatch> {
        let parameters = demuxer.stream().ok()?.parameters();
        #[expect(unsafe_code, reason = "no safe getter for the order of fields")]
        // SAFETY: `parameters` keeps the AVCodecParameters alive; a plain field is read.
        let order = unsafe { (*parameters.as_ptr()).field_order };
        if parameters.id() != codec::Id::H264 || order == ffi::AVFieldOrder::AV_FIELD_PROGRESSIVE {
            return None;
        }
        let context = codec::Context::from_parameters(parameters).ok()?;
        Some(FieldWatch { parser: Parser::open(ffi::AVCodecID::AV_CODEC_ID_H264)?, context, top: false, bottom: false })
    }

    pub fn look(&mut self, packet: &VideoPacket) {
        use ffi::AVPictureStructure::{AV_PICTURE_STRUCTURE_BOTTOM_FIELD, AV_PICTURE_STRUCTURE_TOP_FIELD};
        if self.is_split() {
            return;
        }
        match self.parser.structure(&mut self.context, packet) {
            Some(AV_PICTURE_STRUCTURE_TOP_FIELD) => self.top = true,
            Some(AV_PICTURE_STRUCTURE_BOTTOM_FIELD) => self.bottom = true,
            _ => {}
        }
    }

    /// Whether fields have packets of their own: of a packet with both fields only the first one's header is looked at, which
    /// is then always of the same kind.
    pub fn is_split(&self) -> bool {
        self.top && self.bottom
    }
}

struct Parser(ptr::NonNull<ffi::AVCodecParserContext>);

impl Parser {
    fn open(id: ffi::AVCodecID) -> Option<Parser> {
        #[expect(unsafe_code, reason = "no safe wrapper of the parsers")]
        // SAFETY: gives a new parser, or null; plain fields of it are set before its first use.
        unsafe {
            let parser = ptr::NonNull::new(ffi::av_parser_init(id as i32))?;
            (*parser.as_ptr()).flags |= ffi::PARSER_FLAG_COMPLETE_FRAMES;
            Some(Parser(parser))
        }
    }

    /// What the first picture in a packet is.
    fn structure(&mut self, context: &mut codec::Context, packet: &VideoPacket) -> Option<ffi::AVPictureStructure> {
        let data = packet.data();
        let length = i32::try_from(data.len()).ok().filter(|length| *length > 0)?;
        let (mut out, mut out_length) = (ptr::null_mut(), 0);
        #[expect(unsafe_code, reason = "no safe wrapper of the parsers")]
        // SAFETY: parser and context are open and borrowed mutably. The data is a packet's, which FFmpeg pads as its parsers
        // ask for, and outlives the call; what comes out points into it and is not looked at.
        unsafe {
            let parser = self.0.as_ptr();
            let none = ffi::AV_NOPTS_VALUE;
            ffi::av_parser_parse2(parser, context.as_mut_ptr(), &raw mut out, &raw mut out_length, data.as_ptr(), length, none, none, -1);
            Some((*parser).picture_structure)
        }
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "no safe wrapper of the parsers")]
        // SAFETY: opened by `open` and closed only here.
        unsafe {
            ffi::av_parser_close(self.0.as_ptr());
        }
    }
}
