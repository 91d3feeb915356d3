//! The command line of Limn. Every subcommand can print one JSON value on stdout; messages and progress go to stderr.
//!
//! Exit status: 0 done, 1 failed (a sentence on stderr says what, why and what next), 2 wrong usage. The names of
//! subcommands, options and JSON fields are relied upon by scripts: they are documented in the manual and stay.

mod bench;
mod commands;
mod error;
mod instant;
mod manual;
mod output;
mod records;
mod window;

pub use commands::schema::starters::{STARTERS, Starter};
pub use manual::MANUAL;
pub use window::{
    CanvasPlan, CanvasTimes, PlayPlan, PlayTimes, PlayedRun, Window, WindowArgs, WindowIdle, WindowPlan, WindowStep, WindowTimes,
};

use clap::Parser;
use commands::Command;
use error::CliError;
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;

/// Annotate images and video. Without a subcommand the window opens.
#[derive(Debug, Parser)]
#[command(
    name = "limn",
    version,
    about,
    disable_help_subcommand = true,
    after_help = "limn manual command-line describes every subcommand and its JSON."
)]
struct Cli {
    /// Print one JSON value on stdout
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Runs the command line; `window` does what needs a screen.
///
/// `args` begins with the program's name, as [`std::env::args_os`] gives it.
pub fn run(args: impl Iterator<Item = OsString>, window: &dyn Window) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(wrong) => {
            // Help and version are no mistakes: they go to stdout and end with 0.
            let _ = wrong.print();
            return ExitCode::from(u8::try_from(wrong.exit_code()).unwrap_or(2));
        }
    };
    let Some(command) = cli.command else { return window.open(WindowArgs::default()) };
    let mut output = Output::new(cli.json);
    let done = commands::run(command, window, &mut output);
    let done = done.and_then(|shown| output.finish().map(|()| shown).map_err(CliError::from));
    match done {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(shown)) => window.open(shown),
        // Whoever reads has seen enough (`limn list … | head`).
        Err(CliError::ClosedPipe) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = output.finish();
            output.message(&format!("limn: {}", error.sentence()));
            ExitCode::from(error.exit_code())
        }
    }
}
