//! The command line without the window, to try and to test it.

use limn_cli::{CanvasPlan, CanvasTimes, PlayPlan, PlayTimes, Window, WindowArgs, WindowPlan, WindowTimes};
use std::process::ExitCode;

struct NoWindow;

impl Window for NoWindow {
    fn open(&self, args: WindowArgs) -> ExitCode {
        println!("window: {args:?}");
        ExitCode::SUCCESS
    }

    fn measure(&self, _plan: &WindowPlan) -> Result<WindowTimes, String> {
        Err("this program has no window to measure. Run limn itself".into())
    }

    fn measure_canvas(&self, _plan: &CanvasPlan) -> Result<CanvasTimes, String> {
        Err("this program has no window to measure. Run limn itself".into())
    }

    fn measure_play(&self, _plan: &PlayPlan) -> Result<PlayTimes, String> {
        Err("this program has no window to measure. Run limn itself".into())
    }
}

fn main() -> ExitCode {
    limn_cli::run(std::env::args_os(), &NoWindow)
}
