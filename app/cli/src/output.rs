//! What a subcommand says: results on stdout, everything else on stderr.

use crate::error::CliError;
use limn_jobs::{JobCx, Progress};
use serde::Serialize;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Between two lines of progress.
const TICK: Duration = Duration::from_millis(200);

/// Nothing stops a subcommand but the end of its process, which the log survives.
static NEVER: AtomicBool = AtomicBool::new(false);

/// See the module.
pub(crate) struct Output {
    json: bool,
    stdout: BufWriter<Box<dyn Write>>,
    progress: ProgressLine,
}

struct ProgressLine {
    is_shown: bool,
    width: usize,
    last: Option<Instant>,
}

impl Output {
    pub fn new(json: bool) -> Self {
        let progress = ProgressLine { is_shown: std::io::stderr().is_terminal(), width: 0, last: None };
        Self { json, stdout: BufWriter::with_capacity(1 << 16, Box::new(std::io::stdout())), progress }
    }

    /// Writes JSON to nowhere, to measure what making it costs.
    pub fn discarding() -> Self {
        let progress = ProgressLine { is_shown: false, width: 0, last: None };
        Self { json: true, stdout: BufWriter::with_capacity(1 << 16, Box::new(std::io::sink())), progress }
    }

    /// Whether one JSON value is wanted instead of text.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Where results go.
    pub fn writer(&mut self) -> &mut impl Write {
        &mut self.stdout
    }

    /// The result: the value as JSON, or the text.
    pub fn result(&mut self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), CliError> {
        if self.json {
            serde_json::to_writer(&mut self.stdout, value)?;
            self.stdout.write_all(b"\n")?;
        } else {
            let text = text();
            self.stdout.write_all(text.as_bytes())?;
            if !text.is_empty() && !text.ends_with('\n') {
                self.stdout.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// A sentence on stderr.
    pub fn message(&mut self, text: &str) {
        self.progress.clear();
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// Runs a job with its progress shown where a person looks.
    pub fn job<R>(&mut self, run: impl FnOnce(&mut JobCx<'_>) -> R) -> R {
        let line = &mut self.progress;
        let mut show = |progress| line.show(progress);
        let answer = run(&mut JobCx { progress: &mut show, cancel: &NEVER });
        self.progress.clear();
        answer
    }

    /// As [`Self::job`] for libraries that ask whether to go on.
    pub fn counting<R>(&mut self, stage: &'static str, run: impl FnOnce(&mut dyn FnMut(u64, u64) -> bool) -> R) -> R {
        let line = &mut self.progress;
        let answer = run(&mut |done, total| {
            line.show(Progress { stage, done, total: Some(total).filter(|total| *total > 0) });
            true
        });
        self.progress.clear();
        answer
    }

    /// Writes what is still held back.
    pub fn finish(&mut self) -> std::io::Result<()> {
        self.progress.clear();
        self.stdout.flush()
    }
}

impl ProgressLine {
    fn show(&mut self, progress: Progress) {
        if !self.is_shown || self.last.is_some_and(|last| last.elapsed() < TICK) {
            return;
        }
        self.last = Some(Instant::now());
        let text = match progress.total {
            Some(total) if total > 0 => format!("{} {:.0} %", progress.stage, 100.0 * progress.done as f64 / total as f64),
            _ => format!("{} {}", progress.stage, progress.done),
        };
        let padding = self.width.saturating_sub(text.len());
        let _ = write!(std::io::stderr(), "\r{text}{:padding$}", "");
        self.width = text.len();
    }

    fn clear(&mut self) {
        if self.width > 0 {
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "", width = self.width);
            self.width = 0;
        }
    }
}
