//! `limn` alone opens the workstation; with a subcommand it is the command line.

use limn_cli::{CanvasPlan, CanvasTimes, PlayPlan, PlayTimes, Window, WindowArgs, WindowPlan, WindowTimes};
use std::process::ExitCode;

struct Desktop;

impl Window for Desktop {
    fn open(&self, args: WindowArgs) -> ExitCode {
        limn_desktop::open_window(limn_desktop::Start { project: args.project, file: args.file, frame: args.frame })
    }

    fn measure(&self, plan: &WindowPlan) -> Result<WindowTimes, String> {
        limn_desktop::measure(plan)
    }

    fn measure_canvas(&self, plan: &CanvasPlan) -> Result<CanvasTimes, String> {
        limn_desktop::measure_canvas(plan)
    }

    fn measure_play(&self, plan: &PlayPlan) -> Result<PlayTimes, String> {
        limn_desktop::measure_play(plan)
    }
}

fn main() -> ExitCode {
    limn_cli::run(std::env::args_os(), &Desktop)
}
