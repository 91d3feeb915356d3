//! Exact frames by number.
//!
//! Times in files are not trusted to find frames: each packet is fed to the decoder under its ordinal
//! (its place in the file), so the frame that comes out says which packet it is. Where a seek landed is
//! found by looking the packet up in the index, and a seek that landed too late is tried from earlier keys.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ffmpeg_next::frame::Video as VideoFrame;

use super::convert::Converter;
use super::damage::{self, Damage, DamageMap, Owed};
use super::decode::{Care, FrameDecoder, Output};
use super::demux::{Demuxer, SeekBy, VideoPacket};
use super::disposable::{self, Units};
use super::hardware::{self, Hardware};
use super::index::{PacketEntry, VideoIndex};
use super::trial;
use crate::error::MediaError;
use crate::info::FileStamp;
use crate::picture::Picture;

/// How often a seek is repeated from an earlier key before the file is read from its start.
const SEEK_TRIES: usize = 5;
/// A damaged frame is looked for from the start of the file only when that is so few packets away.
const FROM_START: u32 = 2000;
/// A frame whose packet was decoded so often, from different keys, and did not come is damaged.
const MAX_PASSED: u32 = 2;
/// Packets read after a seek to find one that the index knows.
const LANDING_PACKETS: usize = 400;
/// Reading on over so many packets is cheaper than a seek.
const READ_ON: u32 = 48;
/// Frames after the wanted one whose packets are never left out, so that stepping on finds them.
const STEP_AHEAD: u64 = 16;
/// Most frames that are held decoded while a run is given newest first.
const MAX_HELD: u64 = 64;

/// Decodes frames of one video by number. One reader is used by one thread at a time.
pub struct VideoReader {
    path: PathBuf,
    index: Arc<VideoIndex>,
    /// Ordinal by time, size and hash; `None` where several packets look the same.
    identities: Arc<Identities>,
    care: Care,
    demuxer: Demuxer,
    decoder: FrameDecoder,
    converter: Converter,
    /// Ordinal of the packet that [`Self::next_packet`] gives next, where known.
    pub(super) next: Option<u32>,
    /// A packet read to find out where a seek landed, to be used next.
    held: Option<VideoPacket>,
    run: Option<Run>,
    /// A later frame than the one that was looked for, which did not come.
    overshot: Option<(u64, VideoFrame)>,
    damage: DamageMap,
    units: Units,
    /// Errors of the decoder that were looked into.
    pub(super) heard: u64,
    /// For looking into them: another reader of the same file, on one thread.
    pub(super) strict: Option<Box<VideoReader>>,
    /// Packets that were looked through last, from and to.
    pub(super) surveyed: Option<(u32, u32)>,
    /// How often in a row nothing was found that way.
    pub(super) idle_surveys: u32,
    retries: u64,
    /// Nothing is left out on the way to a frame.
    decodes_all: bool,
    /// Set from another thread to give up the frame being decoded.
    abort: Option<Arc<AtomicBool>>,
}

type Identities = HashMap<(Option<i64>, u32, u64), Option<u32>>;

/// An unbroken feed of packets to the decoder.
struct Run {
    /// Ordinal of the first packet.
    start: u32,
    /// Last frame that came out.
    last_out: Option<u64>,
    owed: Owed,
    /// The key or a later frame came out: pictures before it, which may lack what they are built on, are behind.
    settled: bool,
}

/// How a search for a frame ended.
enum Found {
    Frame(VideoFrame),
    /// Its packet was decoded, and later frames came instead.
    Passed,
    /// The feed ended or cannot be trusted.
    Lost,
}

/// In which order [`VideoReader::frames`] gives its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOrder {
    /// As they are shown.
    Forward,
    /// The last one first: the one to show now when going back. Frames are held until the last one is decoded.
    NewestFirst {
        /// Only the last one and every so many-th before it are held and given; 1 for all.
        step: u64,
    },
}

fn identity(packet: &PacketEntry) -> (Option<i64>, u32, u64) {
    (packet.pts.or(packet.dts), packet.size, packet.hash)
}

fn identities_of(index: &VideoIndex) -> Identities {
    let mut identities = HashMap::with_capacity(index.packets().len());
    for (ordinal, packet) in index.packets().iter().enumerate() {
        identities.entry(identity(packet)).and_modify(|o| *o = None).or_insert(Some(ordinal as u32));
    }
    identities
}

impl VideoReader {
    pub(super) fn open_strict(&self) -> Result<VideoReader, MediaError> {
        VideoReader::open_with(&self.path, self.index.clone(), Care::Strict, Some(self.identities.clone()))
    }

    pub(super) fn take_damage_of(&mut self, other: &VideoReader) -> bool {
        self.damage.merge(&other.damage)
    }

    pub(super) fn care(&self) -> Care {
        self.care
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn complaints(&self) -> u64 {
        self.decoder.num_complaints()
    }

    pub(super) fn receive(&mut self) -> Output {
        self.decoder.receive()
    }

    /// A frame came out of the feed: what that says about damage. Its number, if it has one.
    pub(super) fn note(&mut self, ordinal: u32, guessed: bool) -> Option<u64> {
        // A frame that is not in the order was never counted.
        let at = self.index.position(ordinal)?;
        if let Some(run) = &mut self.run {
            run.last_out = Some(at);
            self.damage.came(&self.index, &mut run.owed, run.start, at, guessed);
            if !run.settled && self.index.position(run.start).is_none_or(|key| key <= at) {
                run.settled = true;
                if self.index.leads_pictures(run.start) {
                    // Complaints about those pictures say nothing about the file.
                    self.heard = self.decoder.num_complaints();
                }
            }
        }
        Some(at)
    }

    /// Opens `path`, which must be the file that `index` was made of.
    ///
    /// # Errors
    /// `Changed` when it is not; otherwise any of the video variants of [`MediaError`].
    pub fn open(path: &Path, index: Arc<VideoIndex>) -> Result<VideoReader, MediaError> {
        VideoReader::open_with(path, index, Care::Fast, None)
    }

    /// As [`Self::open`], and decoded by the machine's video hardware where `hardware` allows it and it gives the same
    /// pictures; may take a moment longer.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with_hardware(path: &Path, index: Arc<VideoIndex>, hardware: Hardware) -> Result<VideoReader, MediaError> {
        let mut reader = VideoReader::open(path, index)?;
        if hardware == Hardware::Auto
            && let Some(decoder) = hardware::decoder_for(path, &reader.index)
        {
            reader.decoder = decoder;
        }
        tracing::debug!(path = %path.display(), decoder = reader.decoder_name(), "a video is open");
        Ok(reader)
    }

    /// Which decoder is in use, such as `h264 in software` or `hevc on vaapi`.
    pub fn decoder_name(&self) -> String {
        match self.decoder.device() {
            Some(device) => format!("{} on {}", self.index.codec(), device.name()),
            None => format!("{} in software", self.index.codec()),
        }
    }

    pub(super) fn open_with(
        path: &Path,
        index: Arc<VideoIndex>,
        care: Care,
        identities: Option<Arc<Identities>>,
    ) -> Result<VideoReader, MediaError> {
        if FileStamp::of(path)? != index.stamp {
            return Err(MediaError::Changed { path: path.to_path_buf() });
        }
        let demuxer = Demuxer::open(path)?;
        let decoder = FrameDecoder::open_with(&demuxer, care)?;
        let units = Units::of(index.codec(), &demuxer.extradata()?);
        let identities = identities.unwrap_or_else(|| Arc::new(identities_of(&index)));
        Ok(VideoReader {
            path: path.to_path_buf(),
            damage: DamageMap::default(),
            overshot: None,
            units,
            index,
            identities,
            care,
            heard: 0,
            strict: None,
            surveyed: None,
            idle_surveys: 0,
            demuxer,
            decoder,
            converter: Converter::new(),
            next: Some(0),
            held: None,
            run: None,
            retries: 0,
            decodes_all: false,
            abort: None,
        })
    }

    /// The index that the reader works by.
    pub fn index(&self) -> &Arc<VideoIndex> {
        &self.index
    }

    /// Frame `n`, exactly. The frame after the last one given is decoded without a seek.
    ///
    /// # Errors
    /// `FrameOutOfRange`; `FrameMissing` when the data of the frame is damaged.
    pub fn frame(&mut self, n: u64) -> Result<Picture, MediaError> {
        let frame = self.fetch(n, n)?;
        self.convert(n, &frame)
    }

    /// What is known by now about damage in frame `n`. A frame that was given says all there is to know about it; of
    /// others only what the container says, and what was met on the way.
    pub fn damage(&self, n: u64) -> Option<Damage> {
        self.damage.damage(&self.index, n)
    }

    /// Frames `first` to `last` in one run of the decoder. `sink` gets each with its number and says
    /// whether to go on. With [`RunOrder::NewestFirst`] frames other than `last` that cannot be
    /// decoded are left out, and only the last 64 of more are given.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub fn frames(&mut self, first: u64, last: u64, order: RunOrder, sink: &mut dyn FnMut(u64, Picture) -> bool) -> Result<(), MediaError> {
        match order {
            RunOrder::Forward => {
                for n in first..=last {
                    let frame = self.fetch(n, last)?;
                    let picture = self.convert(n, &frame)?;
                    if !sink(n, picture) {
                        break;
                    }
                }
            }
            RunOrder::NewestFirst { step } => {
                let step = step.max(1);
                let before = (last.saturating_sub(first) / step).min(MAX_HELD - 1);
                let mut held = Vec::new();
                for n in (0..=before).rev().map(|steps| last - steps * step) {
                    match self.fetch(n, last) {
                        Ok(frame) => held.push((n, frame)),
                        Err(error) if n == last || matches!(error, MediaError::Cancelled { .. }) => return Err(error),
                        Err(_) => {}
                    }
                }
                while let Some((n, frame)) = held.pop() {
                    let picture = self.convert(n, &frame)?;
                    if !sink(n, picture) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// How often a frame did not come the fast way and was decoded again from further back.
    /// 0 on files that keep to their format; many in a damaged one.
    pub fn retries(&self) -> u64 {
        self.retries
    }

    /// About what its decoder holds, bytes: the pictures that others refer to, and one for each thread.
    pub(crate) fn held_bytes(&self) -> u64 {
        const PICTURES: u64 = 8;
        let (width, height) = self.index.size();
        let sample_bytes = if self.index.info().bit_depth > 8 { 2 } else { 1 };
        u64::from(width) * u64::from(height) * 3 / 2 * sample_bytes * PICTURES
    }

    /// True when frame `n` is reached by going on, without a seek.
    pub fn continues_to(&self, n: u64) -> bool {
        let (Some(run), Some(next), Some(start)) = (&self.run, self.next, self.index.start_for(n, 0)) else { return false };
        if self.overshot.as_ref().is_some_and(|(at, _)| *at == n) {
            return true;
        }
        // A key further on than the next packet is reached sooner by a seek.
        run.start <= start && start <= next && run.last_out.is_none_or(|out| out < n)
    }

    /// True when frame `n` is reached by going on, by at most so many frames.
    pub(crate) fn is_near(&self, n: u64, frames: u64) -> bool {
        let last = self.run.as_ref().and_then(|run| run.last_out);
        self.continues_to(n) && last.is_some_and(|last| n.saturating_sub(last) <= frames)
    }

    /// Whether pictures that nothing refers to are decoded, too, on the way to a frame: as any decoder does, and slower. The
    /// frames are the same.
    pub fn decode_all(&mut self, all: bool) {
        self.decodes_all = all;
    }

    /// While `abort` is set, decoding gives up with `Cancelled`; the reader can be used further.
    pub fn set_abort(&mut self, abort: Option<Arc<AtomicBool>>) {
        self.abort = abort;
    }

    pub(super) fn check_abort(&self) -> Result<(), MediaError> {
        match &self.abort {
            Some(abort) if abort.load(Ordering::Relaxed) => Err(MediaError::Cancelled { path: self.path.clone() }),
            _ => Ok(()),
        }
    }

    fn convert(&mut self, n: u64, frame: &VideoFrame) -> Result<Picture, MediaError> {
        self.look_into_complaints(n)?;
        let mut picture = self.converter.picture(&self.path, frame, self.index.info())?;
        picture.marks.extend(self.damage(n).map(Damage::sentence));
        Ok(picture)
    }

    /// Why frame `n` does not come: the file is another one by now, or its data is damaged.
    fn missing(&mut self, n: u64) -> MediaError {
        if let Err(error) = self.check_file() {
            return error;
        }
        self.damage.give_up(n);
        MediaError::FrameMissing { path: self.path.clone(), frame: n }
    }

    /// # Errors
    /// `Io` or `Empty` when the file is gone, `Changed` when it is not the one that was indexed.
    fn check_file(&self) -> Result<(), MediaError> {
        if FileStamp::of(&self.path)? == self.index.stamp { Ok(()) } else { Err(MediaError::Changed { path: self.path.clone() }) }
    }

    /// Frame `n`; frames up to `last` will be asked for next.
    fn fetch(&mut self, n: u64, last: u64) -> Result<VideoFrame, MediaError> {
        let answer = self.look_for(n, last);
        // A device that errs once is not asked again, and what it gave with the error is not shown.
        let erred = self.complaints() > 0 || matches!(answer, Err(MediaError::FrameMissing { .. }));
        if self.decoder.device().is_none() || !erred {
            return answer;
        }
        tracing::warn!(path = %self.path.display(), decoder = self.decoder_name(), "video hardware erred; on in software");
        hardware::note(trial::key_of(&self.path, &self.index), false);
        self.decoder = FrameDecoder::open(&self.demuxer)?;
        (self.run, self.overshot, self.damage) = (None, None, DamageMap::default());
        self.look_for(n, last)
    }

    fn look_for(&mut self, n: u64, last: u64) -> Result<VideoFrame, MediaError> {
        if n >= self.index.frames() {
            return Err(MediaError::FrameOutOfRange { path: self.path.clone(), frame: n, frames: self.index.frames() });
        }
        if let Some((_, frame)) = self.overshot.take_if(|(at, _)| *at == n) {
            return Ok(frame);
        }
        if self.damage.is_given_up(n) {
            return Err(self.missing(n));
        }
        if self.continues_to(n) {
            if let Found::Frame(frame) = self.run_to(n, last, true)? {
                return Ok(frame);
            }
            self.retries += 1;
        }
        let (mut tried, mut passed) = (None, 0);
        for try_number in 0..=SEEK_TRIES {
            // First the fast way; then everything is decoded; then from keys further and further back.
            let start = match try_number {
                SEEK_TRIES if self.index.ordinal(n).is_some_and(|ordinal| ordinal < FROM_START) => 0,
                _ => self.index.start_for(n, try_number.saturating_sub(1)).unwrap_or(0),
            };
            let skip = try_number == 0;
            if tried == Some((start, skip)) {
                continue;
            }
            self.retries += u64::from(tried.is_some());
            tried = Some((start, skip));
            self.go_to(start)?;
            match self.run_to(n, last, skip)? {
                Found::Frame(frame) => return Ok(frame),
                Found::Passed => passed += u32::from(!skip),
                Found::Lost => {}
            }
            if passed >= MAX_PASSED || passed > 0 && start == 0 {
                break;
            }
        }
        Err(self.missing(n))
    }

    /// Feeds the decoder until frame `n` comes out.
    fn run_to(&mut self, n: u64, last: u64, skip: bool) -> Result<Found, MediaError> {
        self.overshot = None;
        // Pictures before the wanted ones that nothing refers to need not be decoded.
        let ahead = n..=last.max(n + STEP_AHEAD);
        let skip_below = if skip && !self.decodes_all { ahead.map_while(|f| self.index.ordinal(f)).min().unwrap_or(0) } else { 0 };
        loop {
            self.check_abort()?;
            match self.decoder.receive() {
                Output::Frame(ordinal, frame) => {
                    let Some(at) = self.note(ordinal, damage::is_guessed(&frame)) else { continue };
                    if at == n {
                        return Ok(Found::Frame(frame));
                    }
                    if at > n {
                        self.overshot = Some((at, frame));
                        return Ok(Found::Passed);
                    }
                }
                Output::Hungry => {
                    if !self.feed(skip_below) {
                        return Ok(Found::Lost);
                    }
                }
                Output::Ended => {
                    // The file may have ended too early.
                    let whole = self.next.is_some_and(|next| next as usize == self.index.packets().len());
                    if whole {
                        self.end_run();
                    }
                    self.run = None;
                    return Ok(if whole { Found::Passed } else { Found::Lost });
                }
            }
        }
    }

    /// Sends the next packet, or the end; packets before `skip_below` only for what others refer to. False when it is not the
    /// packet that was indexed: the feed cannot be trusted any more.
    pub(super) fn feed(&mut self, skip_below: u32) -> bool {
        let Some((ordinal, mut packet)) = self.next_packet() else {
            self.decoder.send_end();
            return true;
        };
        if self.index.packets().get(ordinal as usize).is_none_or(|entry| entry.size != packet.size()) {
            (self.run, self.next) = (None, None);
            return false;
        }
        let skipping = ordinal < skip_below;
        let disposable = disposable::is_disposable(self.index.codec(), self.units, packet.data());
        if disposable::is_torn(self.units, packet.data()) {
            self.damage.refused(ordinal, disposable);
        }
        if let (Some(run), Some(at), false) = (&mut self.run, self.index.position(ordinal), skipping) {
            run.owed.sent(at, disposable);
        }
        self.decoder.skip_unreferenced(skipping);
        if !self.decoder.send(&mut packet, ordinal) && self.care == Care::Strict {
            self.damage.refused(ordinal, disposable);
        }
        true
    }

    /// The decoder has given everything: what the feed still owes is missing.
    pub(super) fn end_run(&mut self) {
        if let Some(mut run) = self.run.take() {
            self.damage.ended(&self.index, &mut run.owed, run.start);
        }
    }

    fn next_packet(&mut self) -> Option<(u32, VideoPacket)> {
        let ordinal = self.next?;
        let packet = self.held.take().or_else(|| self.demuxer.read())?;
        self.next = ordinal.checked_add(1);
        Some((ordinal, packet))
    }

    /// Begins a new run at packet `start`.
    pub(super) fn go_to(&mut self, start: u32) -> Result<(), MediaError> {
        (self.run, self.overshot) = (None, None);
        self.check_file()?;
        let reached = self.read_on_to(start) || self.seek_to(start);
        if !reached {
            self.demuxer = Demuxer::open(&self.path)?;
            self.held = None;
            self.next = Some(0);
            if !self.skip_to(start) {
                return Err(MediaError::Changed { path: self.path.clone() });
            }
        }
        self.decoder.flush();
        self.run = Some(Run { start, last_out: None, owed: Owed::default(), settled: false });
        Ok(())
    }

    /// Reads on to `start` where that is near, or where a seek cannot work.
    fn read_on_to(&mut self, start: u32) -> bool {
        let Some(next) = self.next.filter(|next| *next <= start) else { return false };
        (start - next <= READ_ON || self.timestamp(start).is_none()) && self.skip_to(start)
    }

    fn timestamp(&self, ordinal: u32) -> Option<i64> {
        let packet = self.index.packets().get(ordinal as usize)?;
        match self.demuxer.seek_by() {
            SeekBy::Pts => packet.pts.or(packet.dts),
            SeekBy::Dts => packet.dts.or(packet.pts),
        }
    }

    /// Seeks so that `start` is the next packet; from earlier keys when the container lands too late.
    fn seek_to(&mut self, start: u32) -> bool {
        let mut aim = Some(start);
        for _ in 0..=SEEK_TRIES {
            let Some(key) = aim else { return false };
            let Some(timestamp) = self.timestamp(key) else { return false };
            (self.held, self.next) = (None, None);
            if self.demuxer.seek(timestamp) && self.find_place() && self.skip_to(start) {
                return true;
            }
            aim = self.index.key_before(key);
        }
        false
    }

    /// After a seek: reads until the index knows a packet.
    fn find_place(&mut self) -> bool {
        for _ in 0..LANDING_PACKETS {
            let Some(packet) = self.demuxer.read() else { return false };
            let key = (packet.pts().or(packet.dts()), packet.size(), packet.hash());
            if let Some(Some(ordinal)) = self.identities.get(&key) {
                self.next = Some(*ordinal);
                self.held = Some(packet);
                return true;
            }
        }
        false
    }

    /// Throws packets away until `start` is next; false when it was passed or is not what was indexed.
    fn skip_to(&mut self, start: u32) -> bool {
        while self.next.is_some_and(|next| next < start) {
            if self.next_packet().is_none() {
                self.next = None;
                return false;
            }
        }
        if self.next != Some(start) {
            return false;
        }
        if self.held.is_none() {
            self.held = self.demuxer.read();
        }
        let entry = self.index.packets().get(start as usize);
        let same = self.held.as_ref().zip(entry).is_some_and(|(packet, entry)| packet.size() == entry.size && packet.hash() == entry.hash);
        if !same {
            self.next = None;
        }
        same
    }
}
