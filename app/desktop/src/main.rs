//! `limn` alone opens the workstation; with a subcommand it is the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    limn_cli::run(std::env::args_os(), |args| {
        limn_desktop::open_window(limn_desktop::Start { project: args.project, file: args.file, frame: args.frame })
    })
}
