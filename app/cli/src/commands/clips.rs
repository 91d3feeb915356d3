//! `limn clips`

use super::work_frames::{count, frames_of};
use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::clip::cuts::{self, CutError};
use limn_core::{FileKind, FileRecord};
use limn_store::{Access, Project};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[group(id = "way", required = true, multiple = false)]
pub(crate) struct Way {
    /// Clips of so many frames; the last one may be shorter
    #[arg(long, value_name = "FRAMES")]
    length: Option<u64>,
    /// One clip for each scene
    #[arg(long)]
    at_scenes: bool,
    /// These clips, such as 0-299,270-599
    #[arg(long, value_name = "RANGES")]
    list: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Name or path of the video, as `limn list PROJECT files` tells it
    file: String,
    #[command(flatten)]
    way: Way,
    /// With --length: frames that a clip shares with the next one
    #[arg(long, default_value_t = 0, value_name = "FRAMES", requires = "length")]
    overlap: u64,
    /// Tell the clips and make none
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Json {
    source: String,
    frames: u64,
    clips: Vec<ClipJson>,
}

#[derive(Serialize)]
struct ClipJson {
    /// None of one that is only told.
    id: Option<String>,
    name: Option<String>,
    first: u64,
    last: u64,
    frames: u64,
    /// It was there already.
    known: bool,
}

impl ClipJson {
    fn new(file: &FileRecord, known: bool) -> Self {
        let (first, last) = (file.global_frame(0), file.global_frame(file.frames.saturating_sub(1)));
        Self { id: Some(file.id.to_string()), name: Some(file.name.clone()), first, last, frames: file.frames, known }
    }
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let mut project = open_project(&args.project, if args.dry_run { Access::Read } else { Access::Write })?;
    let file = file_named(&project, &args.file)?;
    if file.kind == FileKind::Image {
        return Err(CliError::Failed(format!("{} is one image, which has no frames to cut. Choose a video", file.name)));
    }
    let path = limn_store::resolve(project.dir(), &file.path);
    let frames = count(&file, &path)?;
    let refused = |error: CutError| CliError::Failed(format!("{}: {error}. Nothing was cut", file.name));
    let cuts = match (args.way.length, &args.way.list) {
        (Some(length), _) => cuts::by_length(frames, length, args.overlap).map_err(refused)?,
        (None, Some(list)) => cuts::listed(frames, list).map_err(refused)?,
        (None, None) => {
            let source = frames_of(&file, &path)?;
            let begins = output.job(|cx| limn_jobs::find_scenes(&source, cx))?;
            cuts::at_scenes(frames, &begins).map_err(refused)?
        }
    };
    let clips = if args.dry_run {
        let told = |first, last| (file.global_frame(first), file.global_frame(last));
        let bounds = cuts.iter().map(|cut| (told(cut.first(), cut.last()), cut.count()));
        bounds.map(|((first, last), frames)| ClipJson { id: None, name: None, first, last, frames, known: false }).collect()
    } else {
        let done = limn_jobs::cut_clips(&mut project, file.id, frames, &cuts)?;
        let known = done.known.iter().map(|clip| ClipJson::new(clip, true));
        let mut clips: Vec<ClipJson> = done.added.iter().map(|clip| ClipJson::new(clip, false)).chain(known).collect();
        clips.sort_by_key(|clip| (clip.first, clip.last));
        clips
    };
    let json = Json { source: file.name.clone(), frames, clips };
    output.result(&json, || {
        let line = |clip: &ClipJson| {
            let known = if clip.known { "\tthere already" } else { "" };
            let name = clip.name.as_deref().unwrap_or("would be cut");
            format!("{name}\tframes {} to {}\t{}{known}\n", clip.first, clip.last, plural(clip.frames, "frame", "frames"))
        };
        json.clips.iter().map(line).collect()
    })
}

/// The one file of this name or path; where clips lie at the path, the file that is none.
pub(super) fn file_named(project: &Project, name: &str) -> Result<FileRecord, CliError> {
    let mut files: Vec<FileRecord> = project.files()?.into_iter().map(|row| row.file).collect();
    files.retain(|file| file.name == name || (file.path == name && file.clip.is_none()));
    let mut files = files.into_iter();
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(file),
        (Some(_), Some(_)) => Err(CliError::Failed(format!("several files are called \"{name}\". Say the path of the one that is meant"))),
        (None, _) => Err(CliError::Failed(format!("no file is called \"{name}\". limn list PROJECT files tells their names"))),
    }
}
