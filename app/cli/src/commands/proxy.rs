//! `limn proxy`

use super::plural;
use super::probe::index_of;
use crate::error::CliError;
use crate::output::Output;
use limn_jobs::{JobError, Progress, home};
use limn_media::{Proxies, ProxyReader};
use serde::Serialize;
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Video
    video: PathBuf,
    /// Delete the proxy
    #[arg(long)]
    delete: bool,
}

#[derive(Serialize)]
struct Json {
    path: String,
    /// Frames of the video.
    num_frames: u64,
    /// What the proxy takes on the disk; `None`: there is none.
    bytes: Option<u64>,
    /// Frames that are damaged and have no picture; `None` when it was made before, or is deleted.
    missing: Option<u64>,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let full = args.video.canonicalize().unwrap_or_else(|_missing| args.video.clone());
    let index = Arc::new(index_of(&full)?);
    let dir = home::proxy_dir();
    let proxies = Proxies::new(&dir);
    let mut json = Json { path: args.video.display().to_string(), num_frames: index.frames(), bytes: None, missing: None };
    if args.delete {
        let was_there = proxies.remove(&full, &index)?;
        let what = if was_there { "the stepping proxy is deleted" } else { "there is no stepping proxy" };
        return output.result(&json, || format!("{}: {what}", json.path));
    }
    let kept = ProxyReader::open(&full, &index, &dir).ok().flatten();
    if let Some(kept) = kept {
        json.bytes = Some(kept.bytes());
    } else {
        let made = output.job(|cx| {
            let progress = RefCell::new(&mut *cx.progress);
            let step = |done, total| (progress.borrow_mut())(Progress { stage: "making a stepping proxy", done, total: Some(total) });
            proxies.make(&full, &index, &step, cx.cancel).map_err(JobError::from)
        })?;
        (json.bytes, json.missing) = (Some(made.bytes), Some(made.missing));
    }
    output.result(&json, || {
        let megabytes = json.bytes.unwrap_or(0) as f64 / 1e6;
        let damaged = match json.missing {
            Some(missing) if missing > 0 => format!("; {} damaged and without a picture", plural(missing, "frame is", "frames are")),
            _ => String::new(),
        };
        format!("{}: stepping proxy of {}, {megabytes:.1} MB{damaged}", json.path, plural(json.num_frames, "frame", "frames"))
    })
}
