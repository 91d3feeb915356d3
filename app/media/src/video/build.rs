//! Making an index: one pass over the packets, and one over the frames where that is needed.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::decode::{FrameDecoder, Output};
use super::demux::{Demuxer, SeekBy, VideoPacket};
use super::fields::FieldWatch;
use super::index::{PacketEntry, VideoIndex};
use super::info::info_of;
use crate::error::MediaError;
use crate::info::FileStamp;
use crate::limits::MAX_PACKETS;

struct Pass<'a> {
    path: &'a Path,
    progress: &'a dyn Fn(u64, u64),
    cancel: &'a AtomicBool,
    /// Length of the file.
    bytes: u64,
}

pub(super) fn build(path: &Path, progress: &dyn Fn(u64, u64), cancel: &AtomicBool) -> Result<VideoIndex, MediaError> {
    let stamp = FileStamp::of(path)?;
    let mut demuxer = Demuxer::open(path)?;
    let mut info = info_of(&demuxer)?;
    let pass = Pass { path, progress, cancel, bytes: stamp.bytes };
    let mut fields = FieldWatch::of(&demuxer);
    let mut packets = pass.read_packets(&mut demuxer, &info.codec, &mut fields)?;
    if packets.is_empty() {
        return Err(MediaError::NoDecodableFrame { path: path.to_path_buf() });
    }
    let corrupt = packets.iter().filter(|packet| packet.corrupt).count();
    if corrupt > 0 {
        info.marks.push(format!("Bytes may be lost at {corrupt} frames, which are marked. Frames that are lost whole are not counted."));
    }
    let torn = demuxer.num_torn();
    let order = presentation_order(&packets);
    let make = |packets, order, reasons| {
        VideoIndex::from_parts(stamp, info.clone(), packets, order, reasons)
            .ok_or_else(|| MediaError::broken_video(path, "the decoder gave a frame twice"))
    };
    let mut reasons = reasons_to_decode(&packets, &info.format, &info.codec);
    if fields.is_some_and(|fields| fields.is_split()) {
        reasons.push("The two fields of a frame stand in packets of their own; frames were counted by decoding.".to_owned());
    }
    if torn > 0 {
        reasons.push(format!(
            "The container is damaged in {torn} places; frames may be lost there, and those behind them are counted without the lost ones."
        ));
    }
    let index = if reasons.is_empty() { Some(make(packets.clone(), order, Vec::new())?) } else { None };
    let index = match index {
        Some(index) if index.all_frames_have_keys() => {
            pass.any_frame_decodes(demuxer, &index)?;
            index
        }
        other => {
            if other.is_some() {
                reasons.push("Some frames at the beginning refer to frames that were cut off; they are left out.".to_owned());
            }
            let order = pass.decoded_order(&mut packets, is_mpeg4_family(&info.codec))?;
            let uncounted = packets.iter().filter(|packet| !packet.discard).count().saturating_sub(order.len());
            if uncounted > 0 {
                reasons.push(format!("{uncounted} packets give no frame of their own, by their kind or by damage, and are not counted."));
            }
            make(packets, order, reasons)?
        }
    };
    progress(stamp.bytes, stamp.bytes);
    Ok(index)
}

/// Packets that are shown, by presentation time.
fn presentation_order(packets: &[PacketEntry]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..packets.len() as u32).filter(|&o| !packets[o as usize].discard).collect();
    order.sort_by_key(|&o| packets[o as usize].pts);
    order
}

/// Sentences why the packets' own times cannot be trusted for the order of frames.
fn reasons_to_decode(packets: &[PacketEntry], format: &str, codec: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    let shown = || packets.iter().filter(|p| !p.discard);
    let without = shown().filter(|p| p.pts.is_none()).count();
    if without > 0 {
        reasons.push(format!("{without} packets have no presentation time; the order of frames was found by decoding."));
    }
    let mut times: Vec<i64> = shown().filter_map(|p| p.pts).collect();
    times.sort_unstable();
    let twice = times.windows(2).filter(|w| w[0] == w[1]).count();
    if twice > 0 {
        reasons.push(format!("{twice} presentation times occur more than once; the order of frames was found by decoding."));
    }
    let decoding: Vec<i64> = packets.iter().filter_map(|p| p.dts).collect();
    if decoding.windows(2).any(|w| w[1] < w[0]) {
        reasons.push("Times jump back in the middle of the file; the order of frames was found by decoding.".to_owned());
    }
    if reasons.is_empty() && format == "avi" && is_mpeg4_family(codec) {
        reasons.push("AVI files of this codec mark frames as keys that are none; the file was decoded once to check.".to_owned());
    }
    reasons
}

fn is_mpeg4_family(codec: &str) -> bool {
    codec == "mpeg4" || codec.starts_with("msmpeg4") || codec.starts_with("h263")
}

/// VP8 keeps reference frames that are never shown in packets of their own; the bit is in their first byte.
fn is_hidden(packet: &VideoPacket, codec: &str) -> bool {
    codec == "vp8" && packet.data().first().is_some_and(|first| first & 0x10 == 0)
}

impl Pass<'_> {
    fn check_cancel(&self) -> Result<(), MediaError> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(MediaError::Cancelled { path: self.path.to_path_buf() });
        }
        Ok(())
    }

    fn read_packets(&self, demuxer: &mut Demuxer, codec: &str, fields: &mut Option<FieldWatch>) -> Result<Vec<PacketEntry>, MediaError> {
        let mut packets = Vec::new();
        let mut done = 0;
        while let Some(packet) = demuxer.read() {
            self.check_cancel()?;
            if packets.len() >= MAX_PACKETS {
                return Err(MediaError::TooManyPackets { path: self.path.to_path_buf(), limit: MAX_PACKETS });
            }
            if let Some(fields) = fields {
                fields.look(&packet);
            }
            packets.push(PacketEntry {
                pts: packet.pts(),
                dts: packet.dts(),
                size: packet.size(),
                hash: packet.hash(),
                key: packet.is_key(),
                discard: packet.is_discarded() || is_hidden(&packet, codec),
                corrupt: packet.is_corrupt(),
            });
            done = packet.position().unwrap_or(done).min(self.bytes);
            if packets.len() % 64 == 0 {
                (self.progress)(done, self.bytes);
            }
        }
        Ok(packets)
    }

    /// The order in which the decoder gives frames when it is fed the whole file.
    ///
    /// With `keys_are_intra`, the key flags of packets whose picture refers to others are taken away.
    fn decoded_order(&self, packets: &mut [PacketEntry], keys_are_intra: bool) -> Result<Vec<u32>, MediaError> {
        let mut order = Vec::with_capacity(packets.len());
        let mut seen = vec![false; packets.len()];
        self.decode(Demuxer::open(self.path)?, |ordinal, is_intra| {
            if let Some(seen) = seen.get_mut(ordinal as usize).filter(|seen| !**seen) {
                *seen = true;
                order.push(ordinal);
                if keys_are_intra && !is_intra {
                    packets[ordinal as usize].key = false;
                }
            }
            true
        })?;
        if order.is_empty() {
            return Err(MediaError::NoDecodableFrame { path: self.path.to_path_buf() });
        }
        Ok(order)
    }

    /// Tries the first key; the whole file where that gives nothing.
    fn any_frame_decodes(&self, mut demuxer: Demuxer, index: &VideoIndex) -> Result<(), MediaError> {
        let key = index.packets().iter().find(|packet| packet.key);
        let time = key.and_then(|key| if demuxer.seek_by() == SeekBy::Pts { key.pts } else { key.dts });
        let decodes = |demuxer| {
            let mut any = false;
            self.decode(demuxer, |_, _| {
                any = true;
                false
            })?;
            Ok(any)
        };
        // Opening a file anew costs as much as the packets of a short one.
        if time.is_some_and(|time| demuxer.seek(time)) && decodes(demuxer)? || decodes(Demuxer::open(self.path)?)? {
            return Ok(());
        }
        Err(MediaError::NoDecodableFrame { path: self.path.to_path_buf() })
    }

    /// Decodes what follows; `each` gets a frame's ordinal and whether it is an intra picture, and says whether to go on.
    fn decode(&self, mut demuxer: Demuxer, mut each: impl FnMut(u32, bool) -> bool) -> Result<(), MediaError> {
        let mut decoder = FrameDecoder::open(&demuxer)?;
        let mut ordinal = 0;
        loop {
            match decoder.receive() {
                Output::Frame(of, frame) => {
                    if !each(of, frame.kind() == ffmpeg_next::picture::Type::I) {
                        return Ok(());
                    }
                }
                Output::Hungry => match demuxer.read() {
                    Some(mut packet) => {
                        self.check_cancel()?;
                        if let Some(at) = packet.position().filter(|_| ordinal % 64 == 0) {
                            (self.progress)(self.bytes + at.min(self.bytes), self.bytes * 2);
                        }
                        decoder.send(&mut packet, ordinal);
                        ordinal += 1;
                    }
                    None => decoder.send_end(),
                },
                Output::Ended => return Ok(()),
            }
        }
    }
}
