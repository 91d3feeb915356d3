//! Import, export and listing of many polygons.

use super::clock::timed;
use super::{Measured, Row, input, scaled};
use crate::error::CliError;
use crate::output::Output;
use limn_core::Schema;
use limn_jobs::{ExportOptions, ImportOptions};
use limn_store::{Access, Identity, Project};
use std::path::Path;
use std::time::{Duration, Instant};

/// At most so many samples, and no further one after this time.
const MAX_SAMPLES: usize = 5;
const ENOUGH: Duration = Duration::from_secs(15);
/// The peers were measured with so many polygons.
const PEER_SIZE: u64 = 1_000_000;

fn identity() -> Identity {
    Identity::from_seed([1; 32], "bench")
}

/// A new project with the polygons of a COCO file: CPU and wall seconds.
fn filled(dir: &Path, coco: &Path, output: &mut Output) -> Result<(Project, f64, f64), CliError> {
    let mut project = Project::create(dir, "bench", &Schema::default(), identity())?;
    let (done, cpu, wall) = timed(|| output.job(|cx| limn_jobs::import(&mut project, "coco", coco, &ImportOptions::default(), cx)));
    match done?.stopped_by {
        Some(error) => Err(error.into()),
        None => Ok((project, cpu, wall)),
    }
}

/// A project with so many polygons in `dir`, to be read.
fn many_polygons(dir: &Path, size: u64, output: &mut Output) -> Result<Project, CliError> {
    let (coco, path) = (dir.join("coco.json"), dir.join("p.limn"));
    input::write_coco(&coco, size)?;
    drop(filled(&path, &coco, output)?);
    Ok(Project::open(&path, identity(), Access::Read)?)
}

fn samples(mut sample: impl FnMut(usize) -> Result<(f64, f64), CliError>) -> Result<(Vec<f64>, Vec<f64>), CliError> {
    let start = Instant::now();
    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    while cpu.len() < MAX_SAMPLES && (cpu.is_empty() || start.elapsed() < ENOUGH) {
        let (one_cpu, one_wall) = sample(cpu.len())?;
        cpu.push(one_cpu);
        wall.push(one_wall);
    }
    Ok((cpu, wall))
}

/// CPU seconds that Python, where there is one, needs to parse a file into memory.
fn python_load(path: &Path) -> Option<f64> {
    const CODE: &str =
        "import gc,json,sys,time\ngc.disable()\nt=time.process_time()\nd=json.load(open(sys.argv[1]))\nprint(time.process_time()-t)";
    let out = std::process::Command::new("python3").args(["-c", CODE]).arg(path).output().ok()?;
    String::from_utf8(out.stdout).ok()?.trim().parse().ok()
}

pub(super) fn import(size: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let coco = dir.path().join("coco.json");
    let bytes = input::write_coco(&coco, size)?;
    let mut stored = 0;
    let mut load = Vec::new();
    let (cpu, wall) = samples(|number| {
        // In turn with ours, so that both meet the machine in the same mood.
        load.extend(python_load(&coco));
        let path = dir.path().join(format!("{number}.limn"));
        let (project, cpu, wall) = filled(&path, &coco, output)?;
        drop(project);
        stored = path.join("project.db").metadata()?.len();
        Ok((cpu, wall))
    })?;
    // pycocotools 2.0.11 and orjson 3.13.0 with the cycle collector off: both only load the file into memory.
    let mut peers = vec![
        ("pycocotools: load only", scaled(9.16, PEER_SIZE, size)),
        ("json.load without collector", scaled(3.32, PEER_SIZE, size)),
        ("goal, at most, where that takes 3.32 s", scaled(4.0, PEER_SIZE, size)),
    ];
    load.sort_by(f64::total_cmp);
    if let Some(now) = load.get(load.len() / 2) {
        peers.push(("json.load without collector, here and now", *now));
        peers.push(("goal, at most, at the speed of here and now", *now * 4.0 / 3.32));
    }
    let rows = vec![
        Row::new("COCO into log and tables, CPU", "s", cpu, &peers),
        Row::new("the same, wall", "s", wall, &[("pycocotools: load only", scaled(12.4, PEER_SIZE, size))]),
    ];
    Ok((
        rows,
        vec![format!(
            "{} MB of COCO became {} MB of project; the log is on the disk after each 10,000 instances",
            bytes / 1_000_000,
            stored / 1_000_000
        )],
    ))
}

pub(super) fn export(size: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let project = many_polygons(dir.path(), size, output)?;
    let mut rows = Vec::new();
    for (format, extension) in [("coco", "json"), ("limn", "jsonl")] {
        let (cpu, wall) = samples(|number| {
            let out = dir.path().join(format!("{number}.{extension}"));
            let options = ExportOptions { incomplete: true, ..ExportOptions::default() };
            let (done, cpu, wall) = timed(|| output.job(|cx| limn_jobs::export(&project, format, &out, &options, cx)));
            done?;
            Ok((cpu, wall))
        })?;
        // Both write what they hold in memory already.
        let peers = [("json.dumps: write only", scaled(7.80, PEER_SIZE, size)), ("orjson: write only", scaled(1.02, PEER_SIZE, size))];
        rows.push(Row::new(format!("project to {format}, CPU"), "s", cpu, &peers));
        rows.push(Row::new("the same, wall", "s", wall, &[]));
    }
    Ok((rows, Vec::new()))
}

pub(super) fn list(size: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let project = many_polygons(dir.path(), size, output)?;
    let (cpu, wall) = samples(|_| {
        let mut sink = Output::discarding();
        let (done, cpu, wall) = timed(|| crate::commands::list_instances(&project, &mut sink));
        done?;
        Ok((cpu, wall))
    })?;
    let rows = vec![
        // Nobody else streams: the nearest is to have the file loaded.
        Row::new("list instances --json, CPU", "s", cpu, &[("pycocotools: load only", scaled(9.16, PEER_SIZE, size))]),
        Row::new("the same, wall", "s", wall, &[]),
    ];
    Ok((rows, Vec::new()))
}
