//! Saves as fast as it can until it is killed or told to stop, and says on stdout what it may rely on:
//! `ready`, `saved SEQ ID` for a gesture, an undo or a redo, `draft N` for the Nth state of a half-drawn polygon,
//! `notsaved KEPT SENTENCE`.
//!
//! `saver PROJECT [--seed N] [--ballast FILE] [--copy-to DIR]`: makes the project if it is not there. On stdin: `free`
//! deletes the ballast and tries again at once, `retry` only tries again, both for a last few gestures; `stop` (or the end) writes what is queued, copies the project's files and
//! ends. `saver --look PROJECT` opens for writing, then for reading, and says how each went.

use limn_core::{FileId, IdSource};
use limn_store::writer::{StoreEvent, StoreRequest, StoreThread};
use limn_store::{Access, Project, StoreError};
use limn_tests::{draw_box, identity, new_project};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Gestures that may be under way at once.
const IN_FLIGHT: u64 = 8;
/// Requests after the disk had room again.
const LAST_FEW: u64 = 40;

/// One write per line: a kill leaves whole lines or a torn last one.
fn tell(line: &str) {
    // Whoever listens may be gone; then nothing is relied upon.
    let _ = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let mut project = None;
    let (mut seed, mut ballast, mut copy_to, mut look) = (0, None, None, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--look" => look = true,
            "--seed" => seed = args.next().and_then(|seed| seed.parse().ok()).unwrap_or(0),
            "--ballast" => ballast = args.next().map(PathBuf::from),
            "--copy-to" => copy_to = args.next().map(PathBuf::from),
            dir => project = Some(PathBuf::from(dir)),
        }
    }
    let Some(dir) = project else {
        tell("usage: saver PROJECT");
        return ExitCode::from(2);
    };
    if look {
        look_at(&dir);
        return ExitCode::SUCCESS;
    }
    match save(&dir, seed, ballast.as_deref()).map(|()| copy_to.map(|to| copy(&dir, &to))) {
        Ok(None | Some(Ok(()))) => ExitCode::SUCCESS,
        Ok(Some(Err(error))) => {
            tell(&format!("failed {error}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            tell(&format!("failed {error}"));
            ExitCode::FAILURE
        }
    }
}

fn look_at(dir: &Path) {
    match Project::open(dir, identity(), Access::Write) {
        Ok(_) => tell("write ok"),
        Err(error) => tell(&format!("write {error}")),
    }
    match Project::open(dir, identity(), Access::Read).and_then(|project| project.num_instances()) {
        Ok(count) => tell(&format!("read {count}")),
        Err(error) => tell(&format!("read {error}")),
    }
}

fn save(dir: &Path, seed: u64, ballast: Option<&Path>) -> Result<(), StoreError> {
    let project = if dir.exists() { Project::open(dir, identity(), Access::Write)? } else { new_project(dir)?.0 };
    let file = project.files()?.first().map(|row| row.file.id).ok_or(StoreError::Refused("no file".into()))?;
    let waiting = Arc::new(AtomicU64::new(0));
    let answered = Arc::clone(&waiting);
    let store = StoreThread::spawn(project, move |event| {
        if let Some(line) = line_of(&event) {
            tell(&line);
        }
        if !matches!(event, StoreEvent::NotSaved { .. }) {
            answered.fetch_sub(1, Ordering::SeqCst);
        }
    })?;
    tell("ready");
    let (left, stop) = (AtomicU64::new(u64::MAX), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| obey(&store, ballast, &left, &stop));
        draw(&store, file, seed, &waiting, &left, &stop);
    });
    // Dropping the thread's handle writes what is queued.
    Ok(())
}

fn draw(store: &StoreThread, file: FileId, seed: u64, waiting: &AtomicU64, left: &AtomicU64, stop: &AtomicBool) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut ids = IdSource::new(bytes);
    let mut number = 0;
    while !stop.load(Ordering::SeqCst) {
        if waiting.load(Ordering::SeqCst) >= IN_FLIGHT || left.load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_micros(100));
            continue;
        }
        let request = match number % 8 {
            5 => StoreRequest::Undo,
            6 => StoreRequest::Redo,
            _ => StoreRequest::Commit { ticket: number, gesture: draw_box(&mut ids, file, seed * 100_000 + number) },
        };
        waiting.fetch_add(1, Ordering::SeqCst);
        if store.send(request).is_err() {
            waiting.fetch_sub(1, Ordering::SeqCst);
        }
        if number % 4 == 0 {
            keep_draft(store, file, number);
        }
        number += 1;
        left.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A drawing that grows by a point each time; the job behind it runs only when it is kept.
fn keep_draft(store: &StoreThread, file: FileId, number: u64) {
    let content = (0..=number / 4 % 40).map(|at| format!("{at},{number}")).collect::<Vec<_>>().join(" ");
    let _ = store.send(StoreRequest::SaveDraft { file, frame: 0, tool: "polygon".into(), content });
    let _ = store.send(StoreRequest::Run(Box::new(move |_project| tell(&format!("draft {number}")))));
}

fn line_of(event: &StoreEvent) -> Option<String> {
    match event {
        StoreEvent::Saved { committed, .. } => Some(format!("saved {} {}", committed.seq, committed.id)),
        StoreEvent::Undone(Some(done)) | StoreEvent::Redone(Some(done)) => Some(format!("saved {} -", done.seq)),
        StoreEvent::NotSaved { error, kept, .. } => Some(format!("notsaved {kept} {error}")),
        StoreEvent::Failed(error) => Some(format!("failed {error}")),
        StoreEvent::Undone(None) | StoreEvent::Redone(None) | StoreEvent::Loaded { .. } => None,
    }
}

/// Obeys stdin until it ends. `free` and `stop` come while a gesture may be waiting for room.
fn obey(store: &StoreThread, ballast: Option<&Path>, left: &AtomicU64, stop: &AtomicBool) {
    for line in std::io::stdin().lines() {
        match line.as_deref().map(str::trim) {
            Ok("free") => {
                if let Some(Err(error)) = ballast.map(std::fs::remove_file) {
                    tell(&format!("failed {error}"));
                }
                left.store(LAST_FEW, Ordering::SeqCst);
                let _ = store.send(StoreRequest::Retry);
            }
            Ok("retry") => {
                left.store(LAST_FEW, Ordering::SeqCst);
                let _ = store.send(StoreRequest::Retry);
            }
            _ => break,
        }
    }
    stop.store(true, Ordering::SeqCst);
}

fn copy(dir: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
