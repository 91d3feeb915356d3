//! What is in the picture on each frame of a video.

use crate::error::FormatError;
use crate::exchange::{ExportProgress, ExportSource, FileItem, InstanceItem, SequenceItem};
use crate::problems::{Effect, Problems};
use limn_core::sequence::{Member, Presence, Track};
use limn_core::{
    FileId, FileKind, Geometry, Instance, InstanceId, LabelId, Mark, Marks, Progress, Rect, Sequence, SequenceId, Sequences, WorkFrames,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Most rows that an export writes: a number of frames may be told wrong.
const MAX_ROWS: u64 = 20_000_000;

/// What a format has a place for.
#[derive(Clone, Copy)]
pub(crate) struct Keeps {
    pub confidence: bool,
    pub extra: bool,
    pub mark: fn(&Mark) -> bool,
    /// Numbers are of the whole export, so that one object has one number in all its videos.
    pub objects: bool,
    /// Files and what belongs to no sequence are read and told here, too; else that is up to the format.
    pub plain: bool,
}

/// One object, or one part of it.
pub(crate) struct Thing {
    /// Unique in its video; that of the sequence where it can be.
    pub number: u64,
    pub label: LabelId,
    /// It was drawn on one frame alone and belongs to no sequence.
    pub is_plain: bool,
    /// The object that its sequence is, where the source tells.
    object: Option<SequenceId>,
    track: Arc<Track>,
    part: u16,
}

/// A thing on a frame.
pub(crate) struct Shape {
    /// Where it stands in [`Video::things`].
    pub thing: usize,
    pub instance: Instance,
    pub is_keyframe: bool,
}

/// A video with what is on it.
pub(crate) struct Video {
    pub item: FileItem,
    /// As [`InstanceItem::file`].
    pub file: usize,
    /// How many frames there are, as far as that is known.
    pub frames: u64,
    /// Those of them that are written.
    pub on: WorkFrames,
    pub things: Vec<Thing>,
}

impl Thing {
    /// The frames on which it is in the picture.
    fn stretches(&self, frames: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
        self.track.stretches(self.part, frames).into_iter().filter(|stretch| !stretch.is_outside).map(|stretch| stretch.frames)
    }

    fn shape(&self, thing: usize, frame: u64) -> Option<Shape> {
        let shown = self.track.shown(self.part, frame)?;
        Some(Shape { thing, is_keyframe: matches!(shown.presence, Presence::Keyframe(_)), instance: shown.instance })
    }
}

impl Video {
    /// Calls `each` with every frame on which something is, in order, and what is there, in the order of the things.
    pub fn for_each_frame(&self, mut each: impl FnMut(u64, &[Shape]) -> Result<(), FormatError>) -> Result<(), FormatError> {
        let mut starts: BTreeMap<u64, Vec<(usize, u64)>> = BTreeMap::new();
        for (at, thing) in self.things.iter().enumerate() {
            thing.stretches(self.frames).for_each(|frames| starts.entry(frames.start).or_default().push((at, frames.end)));
        }
        let mut open: BTreeMap<usize, u64> = BTreeMap::new();
        let mut shapes = Vec::new();
        let mut frame = 0;
        loop {
            open.retain(|_, end| *end > frame);
            if open.is_empty() {
                let Some((next, _)) = starts.first_key_value() else { return Ok(()) };
                frame = *next;
            }
            open.extend(starts.remove(&frame).into_iter().flatten());
            if !self.on.contains(frame) {
                frame += 1;
                continue;
            }
            shapes.clear();
            shapes.extend(open.keys().filter_map(|at| self.things[*at].shape(*at, frame)));
            each(frame, &shapes)?;
            frame += 1;
        }
    }

    /// Calls `each` with every frame on which one thing is in the picture, in order.
    pub fn for_each_shape(&self, thing: usize, mut each: impl FnMut(u64, Shape) -> Result<(), FormatError>) -> Result<(), FormatError> {
        let Some(of) = self.things.get(thing) else { return Ok(()) };
        for frame in of.stretches(self.frames).flatten().filter(|frame| self.on.contains(*frame)) {
            if let Some(shape) = of.shape(thing, frame) {
                each(frame, shape)?;
            }
        }
        Ok(())
    }

    fn num_rows(&self) -> u64 {
        let length = |frames: std::ops::Range<u64>| self.on.count_before(frames.end) - self.on.count_before(frames.start);
        let lengths = self.things.iter().flat_map(|thing| thing.stretches(self.frames)).map(length);
        lengths.fold(0, u64::saturating_add)
    }
}

/// The box around a shape, as a format of boxes has it; told when it was another shape. `None`: it has none that can be written.
pub(crate) fn boxed(instance: &Instance, losses: &mut Problems, place: impl Fn() -> String) -> Option<Rect> {
    let bounds = instance.geometry.bounds().filter(|rect| instance.geometry.is_finite() && rect.width() > 0.0 && rect.height() > 0.0);
    let kind = instance.geometry.spatial_type().title();
    match bounds {
        None => losses.add(Effect::Left, &format!("a {kind} without an area or with a number that is not finite left out"), place),
        Some(_) if matches!(instance.geometry, Geometry::Box(_)) => {}
        Some(_) => losses.add(Effect::Changed, &format!("a {kind} written as the box around it"), place),
    }
    bounds
}

/// The one video of the source.
///
/// # Errors
/// [`FormatError::NotOneVideo`], and those of [`read`].
pub(crate) fn read_one(
    source: &mut dyn ExportSource,
    format: &'static str,
    keeps: Keeps,
    losses: &mut Problems,
    progress: &mut ExportProgress<'_>,
) -> Result<Video, FormatError> {
    let mut files = 0_u64;
    let mut is_video = false;
    source.for_each_file(&mut |file| {
        files += 1;
        is_video = file.kind != FileKind::Image;
        Ok(())
    })?;
    if files == 1 && is_video {
        let mut videos = read(source, keeps, losses, progress)?;
        if let Some(video) = videos.pop() {
            return Ok(video);
        }
    }
    Err(FormatError::NotOneVideo { format, files: if files == 1 { 0 } else { files } })
}

/// Every video of the source, in order, with what is on it. Images are left out.
///
/// # Errors
/// [`FormatError::TooManyRows`], those of the source, [`FormatError::Cancelled`].
pub(crate) fn read(
    source: &mut dyn ExportSource,
    keeps: Keeps,
    losses: &mut Problems,
    progress: &mut ExportProgress<'_>,
) -> Result<Vec<Video>, FormatError> {
    // Where a file's video stands.
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut videos: Vec<Video> = Vec::new();
    source.for_each_file(&mut |item| {
        if keeps.plain {
            told_file(&item, losses);
        }
        if item.kind == FileKind::Image {
            if keeps.plain {
                losses.add(Effect::Left, "an image left out with what is on it, since the format holds videos", || item.name.clone());
            }
            places.push(None);
            return Ok(());
        }
        let file = places.len();
        places.push(Some(videos.len()));
        videos.push(Video { item, file, frames: 0, on: WorkFrames::default(), things: Vec::new() });
        Ok(())
    })?;
    for video in &mut videos {
        video.on = source.written_frames(video.file);
    }
    let place = |file: usize| places.get(file).copied().flatten();

    // Those whose number is above this are plain instances.
    let (mut list, mut objects) = (Vec::new(), Vec::new());
    let mut last = HashMap::new();
    source.for_each_sequence(&mut |item| {
        told_sequence(&item, keeps, losses);
        let next: &mut u32 = last.entry(item.file).or_default();
        *next = (*next).max(item.number);
        objects.push(item.same_as.or(item.id));
        list.push(own_sequence(list.len(), item));
        Ok(())
    })?;
    let num_sequences = list.len();
    let mut plain = Vec::new();
    let mut done = 0;
    // First what belongs to no sequence: each becomes one of its own, which is gone on the next frame.
    source.for_each_instance(&mut |item| {
        if keeps.plain && item.member.is_none() && place(item.file).is_some() {
            step(&mut done, progress)?;
            told_instance(&item, keeps, losses);
            let id = sequence_id(num_sequences + plain.len());
            let next: &mut u32 = last.entry(item.file).or_default();
            *next = next.saturating_add(1);
            let exit = Some(item.frame.saturating_add(1));
            list.push(Sequence { exit, ..Sequence::new(id, file_id(item.file), *next, item.label) });
            plain.push(own_instance(item, id, 0, done));
        }
        Ok(())
    })?;
    let mut builder = Sequences::builder(list);
    plain.into_iter().for_each(|instance| builder.keyframe(instance));
    source.for_each_instance(&mut |item| {
        if let Some(member) = item.member.filter(|_| place(item.file).is_some()) {
            step(&mut done, progress)?;
            told_instance(&item, keeps, losses);
            builder.keyframe(own_instance(item, sequence_id(member.sequence), member.part, done));
        }
        Ok(())
    })?;
    let sequences = builder.build();
    for (at, track) in sequences.tracks().enumerate() {
        let Some(video) = file_number(track.sequence.file).and_then(place).and_then(|at| videos.get_mut(at)) else { continue };
        if track.num_keyframes() == 0 {
            losses.add(Effect::Left, "a sequence without keyframes left out", || format!("number {}", track.sequence.number));
        }
        if track.parts().count() > 1 {
            let text = "the parts of a sequence written as objects of their own";
            losses.add(Effect::Changed, text, || format!("number {}", track.sequence.number));
        }
        for part in track.parts() {
            let (number, label) = (u64::from(track.sequence.number), track.sequence.label);
            let object = objects.get(at).copied().flatten().filter(|_| part == 0);
            video.things.push(Thing { number, label, is_plain: at >= num_sequences, object, track: track.clone(), part });
        }
    }
    videos.iter_mut().try_for_each(|video| finish(video, losses))?;
    if keeps.objects {
        number_objects(&mut videos, losses);
    }
    Ok(videos)
}

/// Gives things of several videos that are one object one number: that of the first one, where it is free in all of them.
fn number_objects(videos: &mut [Video], losses: &mut Problems) {
    let mut objects: BTreeMap<SequenceId, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, video) in videos.iter().enumerate() {
        for (thing, object) in video.things.iter().enumerate().filter_map(|(thing, of)| Some((thing, of.object?))) {
            let places = objects.entry(object).or_default();
            if places.last().is_some_and(|(last, _)| *last == at) {
                let text = "sequences that are one object in one video written as several objects";
                losses.add(Effect::Changed, text, || format!("number {}", video.things[thing].number));
            } else {
                places.push((at, thing));
            }
        }
    }
    let mut taken: Vec<HashSet<u64>> = videos.iter().map(|video| video.things.iter().map(|thing| thing.number).collect()).collect();
    let mut last = taken.iter().flatten().copied().max().unwrap_or(0);
    let mut shared: Vec<Vec<(usize, usize)>> = objects.into_values().filter(|places| places.len() > 1).collect();
    shared.sort_unstable();
    for places in shared {
        for (at, thing) in &places {
            taken[*at].remove(&videos[*at].things[*thing].number);
        }
        let wanted = places.first().map(|(at, thing)| videos[*at].things[*thing].number);
        let is_free = |number: &u64| places.iter().all(|(at, _)| !taken[*at].contains(number));
        let number = wanted.filter(is_free).unwrap_or_else(|| {
            last += 1;
            last
        });
        for (at, thing) in places {
            videos[at].things[thing].number = number;
            taken[at].insert(number);
        }
    }
}

/// Numbers its things, and counts its frames where the project does not know them.
fn finish(video: &mut Video, losses: &mut Problems) -> Result<(), FormatError> {
    let behind = video.things.iter().filter_map(|thing| thing.track.last_frame()).max().map_or(1, |last| last.saturating_add(1));
    // One that was never counted is 1.
    video.frames = Some(video.item.frames).filter(|frames| *frames > 1).unwrap_or(behind);
    for thing in &video.things {
        let end = thing.track.sequence.exit.map_or(video.frames, |exit| exit.min(video.frames));
        for (frame, _) in thing.track.keyframes(thing.part).filter(|(frame, _)| *frame >= end) {
            let text = "keyframes behind the end of their sequence or video left out";
            losses.add(Effect::Left, text, || format!("number {}, frame {frame}", thing.number));
        }
    }
    let mut taken = HashSet::new();
    let mut next = video.things.iter().map(|thing| thing.number).max().unwrap_or(0);
    for thing in &mut video.things {
        if thing.number == 0 || !taken.insert(thing.number) {
            next += 1;
            thing.number = next;
        }
    }
    let rows = video.num_rows();
    if rows > MAX_ROWS { Err(FormatError::TooManyRows { file: video.item.name.clone(), rows, most: MAX_ROWS }) } else { Ok(()) }
}

fn step(done: &mut u64, progress: &mut ExportProgress<'_>) -> Result<(), FormatError> {
    *done += 1;
    if done.is_multiple_of(4096) && !progress(*done, 0) { Err(FormatError::Cancelled) } else { Ok(()) }
}

/// Ids that sort as the source gave its items.
fn sequence_id(number: usize) -> SequenceId {
    SequenceId::from_parts(number as u64, [0; 10])
}

fn file_id(number: usize) -> FileId {
    FileId::from_parts(number as u64, [0; 10])
}

/// The number of a file, which stands where the time does elsewhere.
fn file_number(id: FileId) -> Option<usize> {
    let time = id.as_bytes().first_chunk::<6>()?;
    usize::try_from(time.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))).ok()
}

fn own_sequence(number: usize, item: SequenceItem) -> Sequence {
    let sequence = Sequence::new(sequence_id(number), file_id(item.file), item.number, item.label);
    Sequence { motion: item.motion, exit: item.exit, marks: item.marks, ..sequence }
}

fn own_instance(item: InstanceItem, sequence: SequenceId, part: u16, number: u64) -> Instance {
    let id = InstanceId::from_parts(number, [0; 10]);
    Instance {
        marks: item.marks,
        confidence: item.confidence,
        extra: item.extra,
        member: Some(Member { sequence, part }),
        ..Instance::new(id, file_id(item.file), item.frame, item.label, item.geometry)
    }
}

/// Counts what formats other than Limn's own have no place for.
pub(crate) fn told_file(file: &FileItem, losses: &mut Problems) {
    let mut left = |is_lost: bool, text: &str| {
        if is_lost {
            losses.add(Effect::Left, text, || file.name.clone());
        }
    };
    let progress = file.looked.as_ref().map(|looked| looked.progress(file.status));
    left(matches!(progress, Some(Progress::Open | Progress::Unknown)), "mark of a file as not complete left out");
    left(progress == Some(Progress::Behind), "labels that a file was not looked through for left out");
    left(file.looked.as_ref().is_some_and(|looked| !looked.absent.is_empty()), "labels that are absent from a file left out");
    left(file.hash.is_some(), "content hash of a file left out");
    left(!file.work_frames.is_all(), "which frames of a video are annotated left out");
    left(file.clip.is_some(), "which stretch of its source a clip is left out");
    left(file.camera.is_some(), "which videos go together left out");
    left(!file.answers.is_empty(), "answers about files and frames left out");
    left(file.extra.is_some(), "foreign fields of a file left out");
}

fn told_marks(marks: &Marks, keeps: Keeps, losses: &mut Problems, place: impl Fn() -> String) {
    for mark in marks.set_ones().filter(|mark| !matches!(mark, Mark::Outside(_)) && !(keeps.mark)(mark)) {
        let text = match &mark {
            Mark::Answer(..) => "answers left out".to_owned(),
            mark => format!("mark \"{}\" left out", mark.register()),
        };
        losses.add(Effect::Left, &text, &place);
    }
}

/// Counts that sequences are one object, which formats of one video or of keyframes have no place for.
pub(crate) fn told_object(item: &SequenceItem, losses: &mut Problems) {
    if item.same_as.is_some() {
        losses.add(Effect::Left, "that a sequence is one object with another one left out", || format!("number {}", item.number));
    }
}

fn told_sequence(item: &SequenceItem, keeps: Keeps, losses: &mut Problems) {
    let place = || format!("number {}", item.number);
    if item.name.is_some() {
        losses.add(Effect::Left, "name of a sequence left out", place);
    }
    if !keeps.objects {
        told_object(item, losses);
    }
    if item.extra.is_some() {
        losses.add(Effect::Left, "foreign fields of a sequence left out", place);
    }
    told_marks(&item.marks, keeps, losses, place);
}

/// As [`told_file`], of an instance.
pub(crate) fn told_instance(item: &InstanceItem, keeps: Keeps, losses: &mut Problems) {
    let place = || item.id.map_or_else(|| format!("frame {}", item.frame), |id| format!("instance {id}"));
    let mut left = |is_lost: bool, text: &str| {
        if is_lost {
            losses.add(Effect::Left, text, place);
        }
    };
    left(item.author.is_some(), "author left out");
    left(item.created.is_some(), "time of making left out");
    left(item.run.is_some(), "run left out");
    left(item.confidence.is_some() && !keeps.confidence, "confidence left out");
    left(item.extra.is_some() && !keeps.extra, "foreign fields left out");
    told_marks(&item.marks, keeps, losses, place);
}
