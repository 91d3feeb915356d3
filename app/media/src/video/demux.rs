//! The demuxer: opening a file with limits, reading the packets of its video stream, seeking.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Once;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::packet;
use ffmpeg_next::ffi;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream::Disposition;
use ffmpeg_next::packet::Ref;
use ffmpeg_next::{Discard, Packet, Stream, media};

use crate::error::MediaError;
use crate::limits::MAX_FFMPEG_ALLOC;
use crate::still::regular_file_len;
use crate::turn::Turn;

/// Containers that are opened. Left out on purpose: playlists and lists that name other files or
/// addresses (hls, dash, concat, image2), and formats with no recognisable beginning.
const FORMATS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,flv,gif,ivf,obu,av1,\
    ogg,asf,mxf,dv,nut,mjpeg,yuv4mpegpipe";

/// Decoders that may run on a file's data, with the common sound codecs that FFmpeg looks at when it opens a file.
const CODECS: &str = "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg1video,mpeg2video,mpegvideo,mpeg4,\
    msmpeg4v1,msmpeg4v2,msmpeg4,h263,h263p,h263i,flv,wmv1,wmv2,wmv3,vc1,mjpeg,gif,png,prores,dnxhd,ffv1,huffyuv,ffvhuff,\
    utvideo,rawvideo,v210,theora,dvvideo,cfhd,libopenjpeg,jpeg2000,qtrle,\
    aac,aac_fixed,aac_latm,mp3,mp3float,mp2,mp2float,ac3,ac3_fixed,eac3,dca,opus,libopus,vorbis,libvorbis,flac,alac,\
    wmav1,wmav2,wmapro,truehd,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,pcm_alaw,pcm_mulaw";

/// Read errors after which a file is given up.
const MAX_TORN: u32 = 1000;

/// How a container is best taken to a key packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeekBy {
    /// By presentation time: lands on the key exactly in mp4, mov, mkv, webm, avi, gif.
    Pts,
    /// By decoding time: the presentation time always lands too late in MPEG-TS and MPEG-PS.
    Dts,
}

/// An open file with one chosen video stream.
pub(crate) struct Demuxer {
    path: PathBuf,
    input: Input,
    stream: usize,
    seek_by: SeekBy,
    /// Read errors so far.
    torn: u32,
}

/// One packet of the video stream.
pub(crate) struct VideoPacket(Packet);

pub(crate) fn init() {
    static INIT: Once = Once::new();
    INIT.call_once(|| {
        // Only fails where FFmpeg's network layer does; files are all that is used.
        if let Err(error) = ffmpeg::init() {
            tracing::warn!(%error, "FFmpeg could not be initialised");
        }
        ffmpeg::log::set_level(ffmpeg::log::Level::Quiet);
        super::complaints::listen();
        #[expect(unsafe_code, reason = "no safe wrapper; bounds what a damaged header can make FFmpeg allocate")]
        // SAFETY: sets one global number; called once, before any other use of FFmpeg here.
        unsafe {
            ffi::av_max_alloc(MAX_FFMPEG_ALLOC);
        }
    });
}

impl Demuxer {
    pub fn open(path: &Path) -> Result<Demuxer, MediaError> {
        init();
        regular_file_len(path)?;
        let mut input = open_input(path)?;
        let (stream, seek_by) = {
            let best = input.streams().best(media::Type::Video);
            let stream = best.filter(|s| !s.disposition().contains(Disposition::ATTACHED_PIC));
            let stream = stream.ok_or_else(|| MediaError::NoVideo { path: path.to_path_buf() })?;
            let name = input.format().name().to_owned();
            let by_dts = name.split(',').any(|n| matches!(n, "mpegts" | "mpeg" | "flv"));
            (stream.index(), if by_dts { SeekBy::Dts } else { SeekBy::Pts })
        };
        for mut other in input.streams_mut() {
            if other.index() != stream {
                #[expect(unsafe_code, reason = "no safe setter for AVStream.discard")]
                // SAFETY: the stream belongs to `input`, which is borrowed mutably here; a plain field is set.
                unsafe {
                    (*other.as_mut_ptr()).discard = Discard::All.into();
                }
            }
        }
        Ok(Demuxer { path: path.to_path_buf(), input, stream, seek_by, torn: 0 })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How often reading met damage in the container; packets were lost there.
    pub fn num_torn(&self) -> u32 {
        self.torn
    }

    pub fn seek_by(&self) -> SeekBy {
        self.seek_by
    }

    pub fn stream(&self) -> Result<Stream<'_>, MediaError> {
        self.input.stream(self.stream).ok_or_else(|| MediaError::NoVideo { path: self.path.clone() })
    }

    /// FFmpeg's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    pub fn format_name(&self) -> String {
        self.input.format().name().to_owned()
    }

    /// The codec's parameters as they stand in the container.
    pub fn extradata(&self) -> Result<Vec<u8>, MediaError> {
        let parameters = self.stream()?.parameters();
        #[expect(unsafe_code, reason = "no safe getter for the codec's parameters")]
        // SAFETY: `parameters` keeps the AVCodecParameters alive; its extradata holds extradata_size bytes, or is null.
        let bytes = unsafe {
            let raw = &*parameters.as_ptr();
            let length = usize::try_from(raw.extradata_size).unwrap_or(0);
            if raw.extradata.is_null() { Vec::new() } else { std::slice::from_raw_parts(raw.extradata, length).to_vec() }
        };
        Ok(bytes)
    }

    /// Duration of the whole file in microseconds, where the container says it.
    pub fn duration_us(&self) -> Option<i64> {
        Some(self.input.duration()).filter(|d| *d > 0)
    }

    /// The turn that the file asks for, and whether it asks for one that is not a quarter turn.
    pub fn turn(&self) -> Result<(Turn, bool), MediaError> {
        let stream = self.stream()?;
        let matrix = stream.side_data().find(|data| data.kind() == packet::side_data::Type::DisplayMatrix);
        let Some(matrix) = matrix else { return Ok((Turn::NONE, false)) };
        Ok(Turn::from_display_matrix(matrix.data()).map_or((Turn::NONE, true), |turn| (turn, false)))
    }

    /// The next packet of the video stream; `None` at the end, or at a read error behind which nothing can be read.
    pub fn read(&mut self) -> Option<VideoPacket> {
        let mut retries = 0;
        loop {
            let mut packet = Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.stream => return Some(VideoPacket(packet)),
                Ok(()) => {}
                Err(ffmpeg::Error::Other { errno: ffmpeg::error::EAGAIN }) if retries < 16 => retries += 1,
                Err(ffmpeg::Error::Eof) => return None,
                // Damage in the container: most can find their way behind it.
                Err(ffmpeg::Error::InvalidData) if self.torn < MAX_TORN => self.torn += 1,
                Err(error) => {
                    self.torn += 1;
                    tracing::debug!(path = %self.path.display(), %error, "reading ended with an error");
                    return None;
                }
            }
        }
    }

    /// Asks to go to the last place at or before `timestamp` (stream time base). Where it really
    /// landed must be found from the packets that follow.
    pub fn seek(&mut self, timestamp: i64) -> bool {
        let Ok(stream) = i32::try_from(self.stream) else { return false };
        #[expect(unsafe_code, reason = "Input::seek knows neither a stream nor its time base")]
        // SAFETY: the context is valid as long as `self.input` lives and is borrowed mutably; the
        // stream index was taken from it.
        let answer = unsafe { ffi::avformat_seek_file(self.input.as_mut_ptr(), stream, i64::MIN, timestamp, timestamp, 0) };
        answer >= 0
    }
}

impl VideoPacket {
    pub fn pts(&self) -> Option<i64> {
        self.0.pts()
    }

    pub fn dts(&self) -> Option<i64> {
        self.0.dts()
    }

    pub fn size(&self) -> u32 {
        u32::try_from(self.0.size()).unwrap_or(u32::MAX)
    }

    pub fn is_key(&self) -> bool {
        self.0.is_key()
    }

    /// True when the container says that some of its bytes are lost.
    pub fn is_corrupt(&self) -> bool {
        self.0.is_corrupt()
    }

    pub fn data(&self) -> &[u8] {
        self.0.data().unwrap_or(&[])
    }

    /// Bytes into the file, where the container says it.
    pub fn position(&self) -> Option<u64> {
        u64::try_from(self.0.position()).ok()
    }

    /// True when the decoder needs the packet but its picture is not shown (cut by an edit list).
    pub fn is_discarded(&self) -> bool {
        #[expect(unsafe_code, reason = "packet::Flags lacks the DISCARD flag")]
        // SAFETY: the packet owns a valid AVPacket; a plain field is read.
        let flags = unsafe { (*self.0.as_ptr()).flags };
        flags & ffi::AV_PKT_FLAG_DISCARD != 0
    }

    /// First eight bytes of the BLAKE3 of the data: part of a packet's identity.
    pub fn hash(&self) -> u64 {
        hash_of(self.data())
    }

    /// Replaces both times by the packet's ordinal, so that the decoded frame says which packet it is.
    pub fn number(&mut self, ordinal: u32) {
        self.0.set_pts(Some(i64::from(ordinal)));
        self.0.set_dts(Some(i64::from(ordinal)));
    }

    pub fn as_packet(&self) -> &Packet {
        &self.0
    }
}

pub(crate) fn hash_of(data: &[u8]) -> u64 {
    let hash = blake3::hash(data);
    hash.as_bytes().iter().take(8).rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// True when the decoder is one of those allowed here.
pub(crate) fn is_allowed_decoder(name: &str) -> bool {
    CODECS.split(',').any(|allowed| allowed.trim() == name)
}

/// `format::input` is not used: it panics on a path that is not UTF-8, and takes no options.
fn open_input(path: &Path) -> Result<Input, MediaError> {
    // The prefix keeps a name such as "concat:a|b" from being taken for a protocol.
    let mut url = b"file:".to_vec();
    #[cfg(unix)]
    url.extend_from_slice(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()));
    #[cfg(not(unix))]
    url.extend_from_slice(path.to_string_lossy().as_bytes());
    let not_media = || MediaError::NotMedia { path: path.to_path_buf() };
    let url = CString::new(url).map_err(|_nul| not_media())?;
    let mut options = ffmpeg::Dictionary::new();
    options.set("format_whitelist", &FORMATS.replace(' ', ""));
    options.set("codec_whitelist", &CODECS.replace(' ', ""));
    options.set("protocol_whitelist", "file");

    let mut context = ptr::null_mut();
    #[expect(unsafe_code, reason = "opening with options and a path of any bytes")]
    // SAFETY: `url` lives through the call; `options` is handed over and taken back, so that what
    // FFmpeg did not use is freed; on failure FFmpeg frees the context and leaves it null.
    let opened = unsafe {
        let mut raw = options.disown();
        let answer = ffi::avformat_open_input(&raw mut context, url.as_ptr(), ptr::null_mut(), &raw mut raw);
        drop(ffmpeg::Dictionary::own(raw));
        answer
    };
    if opened < 0 {
        return Err(match ffmpeg::Error::from(opened) {
            ffmpeg::Error::Other { errno } if errno != ffmpeg::error::EINVAL => {
                MediaError::io(path)(std::io::Error::from_raw_os_error(errno))
            }
            // Not one of the formats: FFmpeg answers "invalid data" or, for one left out, "invalid argument".
            _ => not_media(),
        });
    }
    #[expect(unsafe_code, reason = "the context was opened by hand")]
    // SAFETY: the context is open and owned by nobody else; `Input` closes it when dropped.
    let mut input = unsafe { Input::wrap(context) };
    #[expect(unsafe_code, reason = "the context was opened by hand")]
    // SAFETY: the context is valid while `input` lives.
    let found = unsafe { ffi::avformat_find_stream_info(input.as_mut_ptr(), ptr::null_mut()) };
    if found < 0 {
        return Err(MediaError::broken_video(path, ffmpeg::Error::from(found)));
    }
    Ok(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_hold_plain_names() {
        for list in [FORMATS, CODECS] {
            for name in list.split(',') {
                let name = name.trim();
                assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'), "{name}");
            }
        }
        assert!(is_allowed_decoder("h264") && is_allowed_decoder("utvideo") && !is_allowed_decoder("flic"));
    }
}
