//! The command line without the window, to try and to test it.

use std::process::ExitCode;

fn main() -> ExitCode {
    limn_cli::run(std::env::args_os(), |window| {
        println!("window: {window:?}");
        ExitCode::SUCCESS
    })
}
