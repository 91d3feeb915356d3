//! `limn probe`

use crate::error::CliError;
use crate::output::Output;
use limn_jobs::{JobError, Progress, home};
use limn_media::{Damage, Hardware, MediaInfo, MediaKind, VideoIndex, VideoReader};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Image, video, or folder of numbered images
    media: PathBuf,
    /// Number, time and key flag of each frame of a video
    #[arg(long)]
    frames: bool,
    /// Decode every frame of a video once and tell those that damage touches
    #[arg(long)]
    check: bool,
}

#[derive(Serialize)]
struct Json<'a> {
    path: String,
    kind: &'static str,
    width: u32,
    height: u32,
    num_frames: u64,
    codec: &'a str,
    pixel_format: &'a str,
    bit_depth: u8,
    bytes: u64,
    rate: Option<(i32, i32)>,
    time_base: Option<(i32, i32)>,
    duration: Option<f64>,
    marks: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    decoder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frames: Option<Vec<FrameJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged: Option<Vec<DamagedJson>>,
}

#[derive(Serialize)]
struct DamagedJson {
    number: u64,
    damage: Damage,
    message: String,
}

#[derive(Serialize)]
struct FrameJson {
    number: u64,
    pts: Option<i64>,
    time: Option<f64>,
    key: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    damage: Option<Damage>,
}

/// The index of a video, out of the cache or made now.
pub(crate) fn index_of(path: &Path) -> Result<VideoIndex, CliError> {
    // The cache knows files by their full path.
    let full = path.canonicalize().unwrap_or_else(|_missing| path.to_owned());
    Ok(VideoIndex::load_or_build(&full, &home::index_dir(), &|_, _| {}, &AtomicBool::new(false))?)
}

/// The name of a kind, as in listings.
fn kind_name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Sequence => "sequence",
    }
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let mut info: MediaInfo = limn_media::probe(&args.media)?;
    let index = if info.kind == MediaKind::Video { Some(Arc::new(index_of(&args.media)?)) } else { None };
    if let Some(index) = &index {
        // The container's own count is an estimate.
        info.frames = index.frames();
        info.marks.retain(|mark| mark != limn_media::FRAMES_ESTIMATED);
        let more: Vec<String> = index.marks().iter().chain(index.reasons()).filter(|mark| !info.marks.contains(mark)).cloned().collect();
        info.marks.extend(more);
    }
    let damaged = match &index {
        Some(index) if args.check => Some(check(&args.media, index, output)?),
        _ => None,
    };
    let known: BTreeMap<u64, Damage> = damaged.iter().flatten().copied().collect();
    let frames = args.frames.then(|| frames_of(&info, index.as_deref(), &known));
    let damaged = damaged
        .map(|damaged| damaged.into_iter().map(|(number, damage)| DamagedJson { number, damage, message: damage.sentence() }).collect());
    let decoder = index.as_ref().and_then(|index| {
        let full = args.media.canonicalize().ok()?;
        Some(VideoReader::open_with_hardware(&full, index.clone(), Hardware::from_env()).ok()?.decoder_name())
    });
    let json = Json {
        path: args.media.display().to_string(),
        kind: kind_name(info.kind),
        width: info.width,
        height: info.height,
        num_frames: info.frames,
        codec: &info.codec,
        pixel_format: &info.pixel_format,
        bit_depth: info.bit_depth,
        bytes: info.bytes,
        rate: info.rate,
        time_base: info.time_base,
        duration: info.duration_s,
        marks: &info.marks,
        decoder,
        frames,
        damaged,
    };
    output.result(&json, || text(&json))
}

/// Every frame that damage touches.
fn check(path: &Path, index: &Arc<VideoIndex>, output: &mut Output) -> Result<Vec<(u64, Damage)>, CliError> {
    let full = path.canonicalize().unwrap_or_else(|_missing| path.to_owned());
    let found = output.job(|cx| {
        let progress = RefCell::new(&mut *cx.progress);
        let step = |done, total| (progress.borrow_mut())(Progress { stage: "looking for damage", done, total: Some(total) });
        limn_media::find_damage(&full, index, &step, cx.cancel).map_err(JobError::from)
    });
    Ok(found?)
}

/// `damaged`: what is known by decoding.
fn frames_of(info: &MediaInfo, index: Option<&VideoIndex>, damaged: &BTreeMap<u64, Damage>) -> Vec<FrameJson> {
    let frame = |number| match index {
        Some(index) => FrameJson {
            number,
            pts: index.frame_pts(number),
            time: index.frame_time_s(number),
            key: index.is_key(number),
            damage: damaged.get(&number).copied().or_else(|| index.is_doubtful(number).then_some(Damage::Doubtful)),
        },
        None => FrameJson { number, pts: None, time: None, key: true, damage: None },
    };
    (0..info.frames).map(frame).collect()
}

fn text(json: &Json<'_>) -> String {
    let mut text = format!("{}: {}, {} × {}, {} {}\n", json.path, json.kind, json.width, json.height, json.codec, json.pixel_format);
    if json.kind != "image" {
        text += &format!("{} frames", json.num_frames);
        if let Some((num, den)) = json.rate {
            text += &format!(", {:.3} frames/s ({num}/{den})", f64::from(num) / f64::from(den.max(1)));
        }
        if let Some(duration) = json.duration {
            text += &format!(", {duration:.3} s");
        }
        text.push('\n');
    }
    for mark in json.marks {
        text += &format!("{mark}\n");
    }
    match &json.damaged {
        Some(damaged) if damaged.is_empty() => text += "No damaged frame was found.\n",
        // Each is told in the list of frames, where there is one.
        Some(damaged) if json.frames.is_none() => {
            damaged.iter().for_each(|frame| text += &format!("{}\t{}\n", frame.number, frame.message));
        }
        _ => {}
    }
    for frame in json.frames.iter().flatten() {
        let pts = frame.pts.map_or_else(|| "-".to_owned(), |pts| pts.to_string());
        let time = frame.time.map_or_else(|| "-".to_owned(), |time| format!("{time:.6}"));
        text += &format!("{}\t{pts}\t{time}\t{}", frame.number, if frame.key { "key" } else { "" });
        text += &frame.damage.map_or_else(String::new, |damage| format!("\t{}", damage.sentence()));
        text.push('\n');
    }
    text
}
