//! `limn demo`

use crate::WindowArgs;
use crate::error::CliError;
use crate::output::Output;
use limn_jobs::DemoOptions;
use limn_jobs::home;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder; by default `demo.limn` in LIMN_HOME
    dir: Option<PathBuf>,
    /// Only make it
    #[arg(long)]
    no_open: bool,
    /// Size of the scenes, 0.05 to 1
    #[arg(long, default_value_t = 1.0, hide = true)]
    scale: f32,
    /// Seconds of the first video
    #[arg(long, default_value_t = 20.0, hide = true)]
    seconds: f32,
}

#[derive(Serialize)]
struct Json<'a> {
    project: String,
    new: bool,
    files: u64,
    instances: u64,
    warnings: &'a [String],
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<Option<WindowArgs>, CliError> {
    let dir = args.dir.unwrap_or_else(|| home::dir().join("demo.limn"));
    let options = DemoOptions { scale: args.scale, seconds: args.seconds, ..DemoOptions::default() };
    let made = output.job(|cx| limn_jobs::make_demo(&dir, &options, cx))?;
    for warning in &made.warnings {
        output.message(warning);
    }
    let json = Json {
        project: made.project.display().to_string(),
        new: made.is_new,
        files: made.num_files,
        instances: made.num_instances,
        warnings: &made.warnings,
    };
    let text = || format!("{}: {} files, {} instances", made.project.display(), made.num_files, made.num_instances);
    output.result(&json, text)?;
    Ok((!args.no_open).then(|| WindowArgs { project: Some(made.project.clone()), ..WindowArgs::default() }))
}
