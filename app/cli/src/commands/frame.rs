//! `limn frame`

use super::open_project;
use super::probe::index_of;
use crate::error::CliError;
use crate::output::Output;
use limn_core::clip::MediaFrames;
use limn_jobs::{Footage, JobError};
use limn_media::{MediaError, MediaKind, Picture};
use limn_store::Access;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Video, folder of numbered images, or image; with --project the name of a file in it
    video: PathBuf,
    /// Frame numbers, counted from 0
    #[arg(required = true)]
    frames: Vec<u64>,
    /// Folder for the pictures, made if it is not there
    #[arg(long)]
    out: PathBuf,
    /// Project folder: VIDEO is a file of it, and frames count as in that file, from 0 in a clip, too
    #[arg(long)]
    project: Option<PathBuf>,
}

#[derive(Serialize)]
struct Json {
    frames: Vec<FrameJson>,
    /// Frames whose data is damaged so that they give no picture.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<MissingJson>,
}

#[derive(Serialize)]
struct FrameJson {
    number: u64,
    path: String,
    width: u32,
    height: u32,
    /// What the person should know about the picture, such as damage.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<String>,
}

#[derive(Serialize)]
struct MissingJson {
    number: u64,
    error: String,
}

pub(crate) fn run(mut args: Args, output: &mut Output) -> Result<(), CliError> {
    let mut shown = MediaFrames::default();
    if let Some(dir) = &args.project {
        let project = open_project(dir, Access::Read)?;
        let file = super::clips::file_named(&project, &args.video.to_string_lossy())?;
        (args.video, shown) = (limn_store::resolve(project.dir(), &file.path), file.media_frames());
    }
    let info = limn_media::probe(&args.video)?;
    // In order, each once: going on is cheaper than seeking.
    let wanted: BTreeSet<u64> = args.frames.iter().copied().collect();
    let make_out = || {
        std::fs::create_dir_all(&args.out)
            .map_err(|source| CliError::from(JobError::Io { action: "make the folder", path: args.out.clone(), source }))
    };
    let out_of_range = |frame, frames| MediaError::FrameOutOfRange { path: args.video.clone(), frame, frames };
    let (mut frames, mut missing) = (Vec::new(), Vec::new());
    let mut write = |number: u64, picture: &Picture| {
        let path = args.out.join(format!("{number:06}.png"));
        picture.write_png(&path)?;
        let (width, height, marks) = (picture.width, picture.height, picture.marks.clone());
        frames.push(FrameJson { number, path: path.display().to_string(), width, height, marks });
        Ok::<_, CliError>(())
    };
    match info.kind {
        MediaKind::Video => {
            let full = args.video.canonicalize().unwrap_or_else(|_missing| args.video.clone());
            let index = Arc::new(index_of(&full)?);
            let footage = Footage::new(full, index, shown);
            refuse_beyond(&wanted, footage.count(), &out_of_range)?;
            make_out()?;
            let mut reader = footage.open()?;
            for number in wanted {
                match reader.frame(number) {
                    Ok(picture) => write(number, &picture)?,
                    // Its neighbours can still be had.
                    Err(error @ MediaError::FrameMissing { .. }) => missing.push(MissingJson { number, error: error.to_string() }),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        MediaKind::Image => {
            refuse_beyond(&wanted, 1, &out_of_range)?;
            make_out()?;
            write(0, &limn_media::decode_image(&args.video)?)?;
        }
        MediaKind::Sequence => {
            let files = sequence_files(&args.video, shown)?;
            refuse_beyond(&wanted, files.len() as u64, &out_of_range)?;
            make_out()?;
            for number in wanted {
                write(number, &limn_media::decode_image(&files[number as usize])?)?;
            }
        }
    }
    let json = Json { frames, missing };
    output.result(&json, || {
        let marks = |frame: &FrameJson| frame.marks.iter().map(|mark| format!("\t{mark}")).collect::<String>();
        json.frames.iter().map(|frame| format!("{}{}\n", frame.path, marks(frame))).collect()
    })?;
    match json.missing.first() {
        None => Ok(()),
        Some(first) if json.missing.len() == 1 => Err(CliError::Failed(first.error.clone())),
        Some(first) => Err(CliError::Failed(format!("{} frames are damaged and were not written. {}", json.missing.len(), first.error))),
    }
}

/// Refused before anything is written, so that a script gets all of its frames or none.
fn refuse_beyond(wanted: &BTreeSet<u64>, frames: u64, error: &dyn Fn(u64, u64) -> MediaError) -> Result<(), CliError> {
    match wanted.last().filter(|last| **last >= frames) {
        Some(last) => Err(error(*last, frames).into()),
        None => Ok(()),
    }
}

fn sequence_files(folder: &Path, shown: MediaFrames) -> Result<Vec<PathBuf>, CliError> {
    let files = limn_media::detect_sequence(folder)?.map(|sequence| sequence.files).unwrap_or_default();
    Ok((0..).zip(files).filter(|(at, _)| shown.own(*at).is_some()).map(|(_, file)| file).collect())
}
