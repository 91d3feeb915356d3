//! The subcommands, one file each.

mod add;
mod bench;
mod cameras;
mod catalogue;
mod clips;
mod complete;
mod convert;
mod demo;
mod export;
mod formats;
mod frame;
mod import;
mod list;
mod log;
mod manual;
mod new;
mod open;
mod probe;
mod proxy;
pub(crate) mod retime;
pub mod schema;
mod snapshot;
mod stitch;
mod undo;
mod validate;
mod verify;
mod work_frames;

use crate::error::CliError;
use crate::output::Output;
use crate::window::{Window, WindowArgs};
use clap::Subcommand;
use limn_jobs::home;
use limn_store::{Access, Project};
use std::path::Path;

/// A subcommand with its arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the demo project (our own street scenes) and open it
    Demo(demo::Args),
    /// Open a project in the window
    Open(open::Args),
    /// Make a project
    New(new::Args),
    /// Add images, videos and folders to a project
    Add(add::Args),
    /// Make, show, check, compare, publish and convert schemas
    Schema(schema::Args),
    /// Lists of options outside the schema: made and refreshed from a table or a query, listed, searched
    Catalogue(catalogue::Args),
    /// Bring annotations from a file into a project
    Import(import::Args),
    /// Write the annotations of a project to a file
    Export(export::Args),
    /// Call files complete, or say which labels are absent from them
    Complete(complete::Args),
    /// Choose which frames of videos are annotated: every n-th, so many a second, at scene changes, a list
    WorkFrames(work_frames::Args),
    /// Cut a long video into clips: by length with overlap, at scene changes, a list
    Clips(clips::Args),
    /// Take the work on a video over to another one that lies in its place now, of another length or rate
    Retime(retime::Args),
    /// Make sequences of two clips that overlap one object each, where they are alike
    Stitch(stitch::Args),
    /// Link videos that several cameras took at one time, or list those that are linked
    Cameras(cameras::Args),
    /// Convert an annotation file without a project
    Convert(convert::Args),
    /// What each format can and cannot carry
    Formats,
    /// Size, codec, rate and frames of an image or video
    Probe(probe::Args),
    /// Write exact frames of a video as PNG
    Frame(frame::Args),
    /// Make a stepping proxy of a video, from which every frame is shown at once
    Proxy(proxy::Args),
    /// List what a project holds
    List(list::Args),
    /// The operations of a project
    Log(log::Args),
    /// Name the present position of the log, for later exports
    Snapshot(snapshot::Args),
    /// Take the last step back
    Undo(undo::Args),
    /// Do the step that was last taken back again
    Redo(undo::Args),
    /// What breaks the schema's rules, in all files
    Validate(validate::Args),
    /// Check a project: the log, the tables built from it, the media
    Verify(verify::Args),
    /// Read the manual
    Manual(manual::Args),
    /// Measure, beside the figures of other tools
    Bench(bench::Args),
}

/// Runs a subcommand; the answer is the window to open, for those that need one.
pub(crate) fn run(command: Command, window: &dyn Window, output: &mut Output) -> Result<Option<WindowArgs>, CliError> {
    let done = match command {
        Command::Demo(args) => return demo::run(args, output),
        Command::Open(args) => return open::run(args),
        Command::New(args) => new::run(args, output),
        Command::Add(args) => add::run(args, output),
        Command::Schema(args) => schema::run(args, output),
        Command::Catalogue(args) => catalogue::run(args, output),
        Command::Import(args) => import::run(args, output),
        Command::Export(args) => export::run(args, output),
        Command::Complete(args) => complete::run(args, output),
        Command::WorkFrames(args) => work_frames::run(args, output),
        Command::Clips(args) => clips::run(args, output),
        Command::Retime(args) => retime::run(args, output),
        Command::Stitch(args) => stitch::run(args, output),
        Command::Cameras(args) => cameras::run(args, output),
        Command::Convert(args) => convert::run(args, output),
        Command::Formats => formats::run(output),
        Command::Probe(args) => probe::run(args, output),
        Command::Frame(args) => frame::run(args, output),
        Command::Proxy(args) => proxy::run(args, output),
        Command::List(args) => list::run(args, output),
        Command::Log(args) => log::run(args, output),
        Command::Snapshot(args) => snapshot::run(args, output),
        Command::Undo(args) => undo::run(args, output, undo::Direction::Back),
        Command::Redo(args) => undo::run(args, output, undo::Direction::Again),
        Command::Validate(args) => validate::run(args, output),
        Command::Verify(args) => verify::run(args, output),
        Command::Manual(args) => manual::run(args, output),
        Command::Bench(args) => bench::run(args, window, output),
    };
    done.map(|()| None)
}

/// Opens the project that the person means.
fn open_project(given: &Path, access: Access) -> Result<Project, CliError> {
    Ok(Project::open(&home::project_dir(given), home::identity()?, access)?)
}

/// As [`open_project`] for reading, as of a snapshot if one is named.
fn open_state(given: &Path, at: Option<&str>) -> Result<Project, CliError> {
    let project = open_project(given, Access::Read)?;
    Ok(match at {
        Some(name) => project.at_snapshot(name)?,
        None => project,
    })
}

/// `limn list PROJECT instances`, for the measurements.
pub(crate) fn list_instances(project: &Project, output: &mut Output) -> Result<(), CliError> {
    list::instances::list(project, &limn_core::query::Query::default(), output)
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
