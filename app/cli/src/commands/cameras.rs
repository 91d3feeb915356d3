//! `limn cameras`

use super::open_project;
use super::probe::index_of;
use crate::error::CliError;
use crate::output::Output;
use limn_core::camera::{MAX_LINKED, Seat, linked, regroup};
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{FileId, FileKind, FileRecord};
use limn_jobs::Footage;
use limn_store::{Access, Project};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Names or paths of 2 to 4 videos that go together; without any, those that do are listed
    files: Vec<String>,
    /// Seconds by which each further video begins after the first one; negative: before it
    #[arg(long, value_name = "SECONDS", value_delimiter = ',', allow_hyphen_values = true, requires = "files")]
    offset: Vec<f64>,
    /// A frame of each video; all of them show one moment
    #[arg(long, value_name = "FRAMES", value_delimiter = ',', conflicts_with = "offset", requires = "files")]
    frames: Vec<u64>,
    /// These videos go with no other any more
    #[arg(long, conflicts_with_all = ["offset", "frames"], requires = "files")]
    unlink: bool,
}

#[derive(Serialize)]
struct Json {
    clock: String,
    files: Vec<FileJson>,
    /// Those that go by the same clock and are more than go together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

#[derive(Serialize)]
struct FileJson {
    file: String,
    file_id: String,
    offset: f64,
    offset_us: i64,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let access = if args.files.is_empty() { Access::Read } else { Access::Write };
    let mut project = open_project(&args.project, access)?;
    if !args.files.is_empty() {
        let changes = changes(&args, &project)?;
        if !changes.is_empty() {
            let title = if args.unlink { "Unlink cameras" } else { "Link cameras" };
            let changes = changes.into_iter().map(|(id, camera)| Change::FileSet { id, set: FileSet::Camera(camera) }).collect();
            project.commit(Gesture { kind: kind::EDIT, title: title.into(), target: None, changes })?;
        }
    }
    let groups = groups(&project)?;
    output.result(&groups, || match groups.is_empty() {
        true => "No videos go together.\n".to_owned(),
        false => groups.iter().map(text).collect(),
    })
}

fn changes(args: &Args, project: &Project) -> Result<Vec<Seat>, CliError> {
    let rows: Vec<FileRecord> = project.files()?.into_iter().map(|row| row.file).collect();
    let files = args.files.iter().map(|name| named(&rows, name)).collect::<Result<Vec<_>, _>>()?;
    let seats: Vec<Seat> = rows.iter().map(|file| (file.id, file.camera)).collect();
    let refused = |text: String| CliError::Failed(format!("{text}. Nothing was written"));
    if args.unlink {
        let mut all = seats.clone();
        for file in &files {
            for (id, camera) in regroup(&all, &[(file.id, 0)]).map_err(|error| refused(error.to_string()))? {
                all.iter_mut().filter(|seat| seat.0 == id).for_each(|seat| seat.1 = camera);
            }
        }
        return Ok(all.into_iter().zip(seats).filter(|(now, then)| now != then).map(|(now, _)| now).collect());
    }
    if files.len() < 2 {
        return Err(refused(format!("Name 2 to {MAX_LINKED} videos")));
    }
    let told = |given: usize, wanted: usize, what: &str| refused(format!("{given} {what} for {} videos, not {wanted}", files.len()));
    let offsets: Vec<i64> = if !args.frames.is_empty() {
        if args.frames.len() != files.len() {
            return Err(told(args.frames.len(), files.len(), "frames"));
        }
        by_frames(project, &files, &args.frames)?
    } else if args.offset.is_empty() {
        vec![0; files.len()]
    } else {
        if args.offset.len() + 1 != files.len() {
            return Err(told(args.offset.len(), files.len() - 1, "offsets"));
        }
        if let Some(offset) = args.offset.iter().find(|offset| !offset.is_finite()) {
            return Err(refused(format!("{offset} is no number of seconds")));
        }
        std::iter::once(0).chain(args.offset.iter().map(|seconds| (seconds * 1e6).round() as i64)).collect()
    };
    let group: Vec<(FileId, i64)> = files.iter().map(|file| file.id).zip(offsets).collect();
    regroup(&seats, &group).map_err(|error| refused(error.to_string()))
}

/// The one video of this name.
fn named<'a>(rows: &'a [FileRecord], name: &str) -> Result<&'a FileRecord, CliError> {
    let refused = |text: String| Err(CliError::Failed(format!("{text}. Nothing was written")));
    let named: Vec<&FileRecord> = rows.iter().filter(|file| file.name == name || file.path == name).collect();
    match named[..] {
        [file] if file.kind == FileKind::Video => Ok(file),
        [_] => refused(format!("{name} is no video: only frames of a video have times of their own")),
        [] => refused(format!("no file is called \"{name}\". limn list PROJECT files tells their names")),
        _ => refused(format!("several files are called \"{name}\". Say the path of the one that is meant")),
    }
}

/// What the first video's clock shows at the beginning of each, when these frames show one moment.
fn by_frames(project: &Project, files: &[&FileRecord], frames: &[u64]) -> Result<Vec<i64>, CliError> {
    let mut first = None;
    let mut offsets = Vec::with_capacity(files.len());
    for (file, frame) in files.iter().zip(frames) {
        let path = limn_store::resolve(project.dir(), &file.path);
        let there = Footage::new(&*path, Arc::new(index_of(&path)?), file.media_frames());
        if *frame >= there.count() {
            let last = there.count().saturating_sub(1);
            return Err(CliError::Failed(format!("{} has no frame {frame}: the last one is {last}. Nothing was written", file.name)));
        }
        let (first, first_frame) = first.get_or_insert((there.clone(), *frame));
        offsets.push(limn_jobs::offset_by_frames((first, 0), *first_frame, &there, *frame));
    }
    Ok(offsets)
}

fn groups(project: &Project) -> Result<Vec<Json>, CliError> {
    let rows: Vec<FileRecord> = project.files()?.into_iter().map(|row| row.file).collect();
    let mut groups: Vec<(FileId, Json)> = Vec::new();
    for file in &rows {
        let Some(camera) = file.camera.filter(|camera| groups.iter().all(|(clock, _)| *clock != camera.clock)) else { continue };
        let seats = rows.iter().filter(|file| file.kind == FileKind::Video).map(|file| (file.id, file.camera));
        let together = linked(seats, file.id, camera);
        let of_clock = rows.iter().filter(|file| file.camera.is_some_and(|other| other.clock == camera.clock));
        let (inside, outside): (Vec<&FileRecord>, Vec<&FileRecord>) =
            of_clock.partition(|file| together.iter().any(|(id, _)| *id == file.id));
        let json = |file: &&FileRecord| {
            let offset_us = file.camera.map_or(0, |camera| camera.offset_us);
            FileJson { file: file.name.clone(), file_id: file.id.to_string(), offset: offset_us as f64 / 1e6, offset_us }
        };
        let left_out = outside.iter().map(|file| file.name.clone()).collect();
        groups.push((camera.clock, Json { clock: camera.clock.to_string(), files: inside.iter().map(json).collect(), left_out }));
    }
    Ok(groups.into_iter().map(|(_, json)| json).collect())
}

fn text(group: &Json) -> String {
    let of = |file: &FileJson| format!("{} {:+.6} s", file.file, file.offset);
    let mut line = group.files.iter().map(of).collect::<Vec<_>>().join(", ");
    if group.files.is_empty() {
        line = "Linked with no video that is in the project".to_owned();
    }
    if !group.left_out.is_empty() {
        line += &format!(" (not shown with them: {})", group.left_out.join(", "));
    }
    line + "\n"
}
