//! Measurements, beside the figures of other tools on the same machine. Each makes its own input in a new temporary
//! folder: on ext4, files made just after many were deleted cost ten times as much.
//!
//! The peers' figures are medians of CPU time (all threads) on 2 cores of an AMD EPYC VM, Debian 12, no GPU,
//! 2026-11-20, with the same kind of input: labelme 6.3.1, X-AnyLabeling 4.2.1, pycocotools 2.0.11, orjson 3.13.0,
//! PyAV 18.1.0, Pillow 13.0.0, SQLite 3.40.1. On another machine only the ratios between them mean something.

mod areas;
mod canvas;
mod catalogue;
mod clock;
mod folder;
mod input;
mod masks;
mod media;
mod memory;
mod open;
mod painting;
mod pan;
mod play;
mod playing;
mod project;
mod proxy;
mod rules;
mod save;
mod schema;
mod seek;
mod sequences;
mod tiles;
mod window;

use crate::error::CliError;
use crate::output::Output;
use crate::window::Window;
use serde::Serialize;
use std::path::PathBuf;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Name {
    /// COCO polygons into a project's log and tables (size: polygons, 1000000)
    Import,
    /// The same out again (size: polygons, 1000000)
    Export,
    /// `limn list instances --json` (size: polygons, 1000000)
    List,
    /// From a gesture to its being on the disk (size: gestures, 2000)
    Save,
    /// Drawing polygons (size: polygons, 10000)
    Render,
    /// Painting on a large mask, and panning over many small ones (size: megapixels, 48)
    Masks,
    /// Finding the polygon under the cursor (size: polygons, 10000)
    HitTest,
    /// Painting a mask (size: megapixels, 48)
    Brush,
    /// Following edges and colours of a picture (size: megapixels, 24)
    Livewire,
    /// Frames of a 1080p video, beside their limits (size: frames of the video, 300)
    Seek,
    /// Playing it by the clock, without a screen and, where there is one, in the window (size: frames of the video, 300)
    Play,
    /// Most memory with a long 4K video open, in a process of its own (size: seconds of video, 3600)
    Memory,
    /// Decoding a JPEG to be shown: a coarse picture, then all of it (size: megapixels, 48)
    Open,
    /// A picture larger than memory, as tiles (size: pixels of a side, 100000)
    Tiles,
    /// A folder of very many images: until its list is there, and memory (size: images, 100000)
    Folder,
    /// The window itself: first picture, next file, idling; needs a screen (size: windows opened, 5)
    Window,
    /// Areas united, subtracted, intersected, excluded, beside their true size (size: random pairs, 100000)
    Boolean,
    /// Editing an area of many points (size: points, 100000)
    Vertices,
    /// A long video with very many sequences: opening it, and what is at a frame (size: sequences of 200 keyframes, 10,000)
    Sequences,
    /// Reading a schema of very many labels, attributes and options, and asking about an instance (size: labels, 2000)
    Schema,
    /// A list of options outside the schema: making it, refreshing it, searching while typing (size: entries, 5000000)
    Catalogue,
    /// What breaks a schema's rules on one frame, at first and after each change (size: instances, 10000)
    Rules,
    /// Work on the canvas of the window: panning, dragging, drawing, undo; needs a screen (size: polygons, 100000)
    Pan,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    bench: &'static str,
    size: u64,
    rows: Vec<Row>,
    peak_rss_mib: Option<f64>,
    notes: Vec<String>,
}

/// One figure.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    what: String,
    unit: &'static str,
    median: f64,
    p95: f64,
    n: usize,
    peers: Vec<Peer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Limit>,
}

/// What a figure must not exceed.
#[derive(Debug, Serialize)]
pub(crate) struct Limit {
    /// Which figure: `median` or `p95`.
    of: &'static str,
    value: f64,
    /// Ours as a part of it: above 1 it is exceeded.
    ratio: f64,
}

/// Another tool's figure in the unit of the row.
#[derive(Debug, Serialize)]
pub(crate) struct Peer {
    tool: &'static str,
    value: f64,
    /// How many times as much as ours.
    ratio: f64,
}

impl Row {
    /// A row of samples in the unit given; peers by name and figure.
    fn new(what: impl Into<String>, unit: &'static str, mut samples: Vec<f64>, peers: &[(&'static str, f64)]) -> Self {
        samples.sort_by(f64::total_cmp);
        let at = |fraction: f64| {
            let last = samples.len().saturating_sub(1) as f64;
            samples.get((last * fraction).round() as usize).copied().unwrap_or(0.0)
        };
        let median = at(0.5);
        let peers = peers.iter().map(|(tool, value)| Peer { tool, value: *value, ratio: if median > 0.0 { value / median } else { 0.0 } });
        Self { what: what.into(), unit, median, p95: at(0.95), n: samples.len(), peers: peers.collect(), limit: None }
    }

    /// With a limit for the median.
    fn within(self, value: f64) -> Self {
        let limit = Limit { of: "median", value, ratio: self.median / value };
        Self { limit: Some(limit), ..self }
    }

    /// With a limit for the 95th percentile.
    fn p95_within(self, value: f64) -> Self {
        let limit = Limit { of: "p95", value, ratio: self.p95 / value };
        Self { limit: Some(limit), ..self }
    }
}

/// For [`Name::Memory`]: what is there already, measured in this process.
#[derive(Debug)]
pub(crate) enum Given {
    /// A video, without a window.
    Video(PathBuf),
    /// A project, in a window.
    Project(PathBuf),
}

/// Runs one measurement.
pub(crate) fn run(
    name: Name,
    size: Option<u64>,
    given: Option<Given>,
    window: &dyn Window,
    output: &mut Output,
) -> Result<Report, CliError> {
    if cfg!(debug_assertions) {
        output.message("This is a development build; its figures mean nothing. Build with --release to measure.");
    }
    let default = match name {
        Name::Import | Name::Export | Name::List => 1_000_000,
        Name::Catalogue => 5_000_000,
        Name::Save | Name::Schema => 2_000,
        Name::Render | Name::HitTest | Name::Rules | Name::Sequences => 10_000,
        Name::Brush => 48,
        Name::Livewire => 24,
        Name::Seek | Name::Play => 300,
        Name::Memory => 3_600,
        Name::Open | Name::Masks => 48,
        Name::Tiles => 100_000,
        Name::Window => 5,
        Name::Pan | Name::Boolean | Name::Vertices | Name::Folder => 100_000,
    };
    let size = size.unwrap_or(default).max(1);
    let (bench, (rows, notes)) = match name {
        Name::Import => ("import", project::import(size, output)?),
        Name::Export => ("export", project::export(size, output)?),
        Name::List => ("list", project::list(size, output)?),
        Name::Save => ("save", save::run(size)?),
        Name::Render => ("render", canvas::render(size)?),
        Name::Masks => ("masks", masks::run(size)?),
        Name::HitTest => ("hit-test", canvas::hit_test(size)?),
        Name::Brush => ("brush", painting::brush(size)?),
        Name::Livewire => ("livewire", painting::livewire(size)?),
        Name::Seek => ("seek", seek::run(size, output)?),
        Name::Memory => ("memory", memory::measure(size, given, window, output)?),
        Name::Play => ("play", play::play(size, window, output)?),
        Name::Open => ("open", open::open(size)?),
        Name::Tiles => ("tiles", tiles::run(size)?),
        Name::Folder => ("folder", folder::run(size, output)?),
        Name::Window => ("window", window::run(size, window, output)?),
        Name::Boolean => ("boolean", areas::boolean(size)),
        Name::Vertices => ("vertices", areas::vertices(size)),
        Name::Sequences => ("sequences", sequences::run(size, output)?),
        Name::Schema => ("schema", schema::run(size)?),
        Name::Catalogue => ("catalogue", catalogue::run(size, output)?),
        Name::Rules => ("rules", rules::run(size)?),
        Name::Pan => ("pan", pan::run(size, window, output)?),
    };
    Ok(Report { bench, size, rows, peak_rss_mib: clock::peak_rss_mib(), notes })
}

/// Rows and notes of a measurement.
type Measured = (Vec<Row>, Vec<String>);

/// The peer's figure for another size, where it grows in step with the size.
fn scaled(value: f64, at: u64, size: u64) -> f64 {
    value * size as f64 / at as f64
}

impl Report {
    /// As a table.
    pub fn text(&self) -> String {
        let mut text = format!("{} at {}\n", self.bench, self.size);
        for row in &self.rows {
            text +=
                &format!("  {:<44} median {:>10} p95 {:>10} {} (n = {})\n", row.what, digits(row.median), digits(row.p95), row.unit, row.n);
            if let Some(limit) = &row.limit {
                let said = if limit.ratio <= 1.0 { "kept" } else { "EXCEEDED" };
                let (value, ratio) = (digits(limit.value), digits(limit.ratio));
                text +=
                    &format!("      {:<40}        {value:>10} {}, {ratio} of it: {said}\n", format!("limit of the {}", limit.of), row.unit);
            }
            for peer in &row.peers {
                text += &format!("      {:<40}        {:>10} {}, {} × ours\n", peer.tool, digits(peer.value), row.unit, digits(peer.ratio));
            }
        }
        if let Some(rss) = self.peak_rss_mib {
            text += &format!("  peak memory of this process {rss:.0} MiB\n");
        }
        for note in &self.notes {
            text += &format!("  {note}\n");
        }
        text
    }
}

/// Three significant digits.
fn digits(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
