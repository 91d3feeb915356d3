//! Opening a large JPEG, in turns with libjpeg-turbo's own program.

use super::clock::process_cpu;
use super::media::{waves, write_jpeg};
use super::{Measured, Row};
use crate::error::CliError;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// So often each is measured.
const TURNS: usize = 15;
/// The goals: so many times as long as `djpeg` needs for the whole picture.
const GOALS: [f64; 2] = [0.8, 1.3];

/// CPU and wall milliseconds.
type Cost = [f64; 2];

pub(super) fn open(size: u64) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    // 4 to 3, as cameras have it.
    let height = ((size.min(250) as f64 * 1e6 * 0.75).sqrt() as u32).max(8);
    let width = height / 3 * 4;
    let (halved, whole) = (dir.path().join("halved.jpg"), dir.path().join("whole.jpg"));
    let is_halved = write_halved(&halved, width, height)?;
    write_jpeg(&whole, width, height)?;
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (colours, path) in [("colours halved", is_halved.then_some(&halved)), ("all colours", Some(&whole))] {
        match path {
            Some(path) => measure(path, colours, size, &mut rows, &mut notes)?,
            None => notes.push("cjpeg is missing, so no picture has halved colours, as those of cameras do".into()),
        }
    }
    notes.push(format!("{width}×{height} pixels"));
    Ok((rows, notes))
}

/// A JPEG with half as many samples of colour across and down, as cameras and Pillow write it, by libjpeg-turbo's own program;
/// false where that is not installed.
fn write_halved(path: &Path, width: u32, height: u32) -> Result<bool, CliError> {
    let source = path.with_extension("ppm");
    let head = format!("P6 {width} {height} 255\n");
    std::fs::write(&source, [head.as_bytes(), waves(width, height).as_raw()].concat())?;
    let made = Command::new("cjpeg").args(["-quality", "85", "-sample", "2x2", "-outfile"]).arg(path).arg(&source).status();
    std::fs::remove_file(&source)?;
    Ok(made.is_ok_and(|status| status.success()))
}

fn measure(path: &Path, colours: &str, size: u64, rows: &mut Vec<Row>, notes: &mut Vec<String>) -> Result<(), CliError> {
    let (mut coarse, mut sharp, mut djpeg) = (Vec::new(), Vec::new(), Vec::new());
    // The first turn warms the caches.
    for turn in 0..=TURNS {
        let theirs = djpeg_cost(path);
        let (first, all) = our_cost(path)?;
        if turn > 0 {
            coarse.extend(first);
            sharp.push(all);
            djpeg.extend(theirs);
        }
    }
    notes.push(format!("{colours}: {:.1} MB", path.metadata()?.len() as f64 / 1e6));
    let of = |costs: &[Cost], n: usize| costs.iter().map(|cost| cost[n]).collect::<Vec<_>>();
    // 48 megapixels with halved colours, 11.8 MB: Pillow 13.0.0 only decodes; labelme 6.3.1 and X-AnyLabeling 4.2.1 until painted.
    // CPU.
    let scale = |value: f64| super::scaled(value, 48, size);
    let others =
        [("Pillow: decode only", scale(210.0)), ("labelme: until painted", scale(674.0)), ("X-AnyLabeling: until painted", scale(424.0))];
    for (n, clock) in ["CPU", "wall"].into_iter().enumerate() {
        let peers = if n == 0 { &others[..] } else { &[] };
        for (what, costs, peers) in [("coarse picture", &coarse, &[][..]), ("all sharp", &sharp, peers)] {
            if !costs.is_empty() {
                rows.push(Row::new(format!("{colours}: {what}, {clock}"), "ms", of(costs, n), peers));
            }
        }
        // Not every system tells what a child has used.
        let theirs: Vec<f64> = of(&djpeg, n).into_iter().filter(|ms| *ms > 0.0).collect();
        if theirs.is_empty() {
            rows.push(Row::new(format!("{colours}: djpeg, {clock}: not to be had here"), "ms", Vec::new(), &[]));
            continue;
        }
        for (what, costs, goal) in [("coarse picture", &coarse, GOALS[0]), ("all sharp", &sharp, GOALS[1])] {
            let ratios: Vec<f64> = of(costs, n).iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect();
            if !ratios.is_empty() {
                rows.push(Row::new(format!("{colours}: {what} against djpeg, {clock}, goal {goal}"), "×", ratios, &[]));
            }
        }
        rows.push(Row::new(format!("{colours}: djpeg, {clock}"), "ms", theirs, &[]));
    }
    if djpeg.is_empty() {
        notes.push("djpeg is missing, so nothing is compared with it. Debian has it in the package libjpeg-turbo-progs".into());
    }
    if coarse.is_empty() {
        notes.push("A picture of this size is shown sharp at once".into());
    }
    Ok(())
}

/// Until the coarse picture is there, where there is one, and until all is.
fn our_cost(path: &Path) -> Result<(Option<Cost>, Cost), CliError> {
    let (cpu, wall) = (process_cpu(), Instant::now());
    let so_far = || [process_cpu().saturating_sub(cpu).as_secs_f64() * 1e3, wall.elapsed().as_secs_f64() * 1e3];
    let mut first = None;
    let picture = limn_media::decode_image_staged(path, &AtomicBool::new(false), &mut |_| first = Some(so_far()))?;
    let all = so_far();
    drop(picture);
    Ok((first, all))
}

/// What `djpeg`, where it is installed, needs to decode a file; it has one thread.
fn djpeg_cost(path: &Path) -> Option<Cost> {
    let begun = Instant::now();
    let mut child = Command::new("djpeg").args(["-outfile", "/dev/null"]).arg(path).stdin(Stdio::null()).spawn().ok()?;
    let cpu = cpu_ms_at_end(&child);
    let done = child.wait().ok()?;
    let wall = begun.elapsed().as_secs_f64() * 1e3;
    done.success().then_some([cpu.unwrap_or(0.0), wall])
}

/// Waits until the child has ended, but leaves it there; then reads what it used.
#[cfg(target_os = "linux")]
fn cpu_ms_at_end(child: &std::process::Child) -> Option<f64> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let pid = Pid::from_child(child);
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).ok()?;
    let stat = std::fs::read_to_string(format!("/proc/{}/schedstat", child.id())).ok()?;
    let ns: f64 = stat.split_whitespace().next()?.parse().ok()?;
    Some(ns / 1e6)
}

#[cfg(not(target_os = "linux"))]
fn cpu_ms_at_end(_child: &std::process::Child) -> Option<f64> {
    None
}
