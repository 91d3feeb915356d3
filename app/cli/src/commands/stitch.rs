//! `limn stitch`

use super::clips::file_named;
use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_jobs::StitchPair;
use limn_store::Access;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Name of a clip, as `limn list PROJECT files` tells it
    a: String,
    /// Name of a clip that overlaps with it
    b: String,
    /// How much alike two sequences are at least, 0 to 1: the mean IoU of their shapes
    #[arg(long, default_value_t = 0.5, value_name = "SHARE")]
    min: f64,
    /// Tell the pairs and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Json<'a> {
    a: &'a str,
    b: &'a str,
    /// Frames that both have, as their source counts; both belong to it.
    first: u64,
    last: u64,
    pairs: Vec<PairJson>,
    /// How many were written.
    joined: usize,
}

#[derive(Serialize)]
struct PairJson {
    label: String,
    a: u32,
    b: u32,
    a_id: String,
    b_id: String,
    likeness: f64,
    frames: u64,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    if !(0.0..=1.0).contains(&args.min) {
        return Err(CliError::Usage(format!("--min is a share from 0 to 1, and not {}", args.min)));
    }
    let mut project = open_project(&args.project, if args.dry_run { Access::Read } else { Access::Write })?;
    let (a, b) = (file_named(&project, &args.a)?, file_named(&project, &args.b)?);
    let found = output.job(|cx| limn_jobs::stitch_pairs(&mut project, a.id, b.id, args.min, cx))?;
    let ids = found.pairs.iter().map(|one| (one.pair.a, one.pair.b)).collect();
    let joined = if args.dry_run { 0 } else { limn_jobs::join_sequences(&mut project, ids)? };
    let pair = |one: &StitchPair| PairJson {
        label: project.schema().shown(one.a.label).0,
        a: one.a.number,
        b: one.b.number,
        a_id: one.a.id.to_string(),
        b_id: one.b.id.to_string(),
        likeness: (one.pair.likeness * 1e4).round() / 1e4,
        frames: one.pair.frames,
    };
    let pairs = found.pairs.iter().map(pair).collect();
    let last = found.overlap.end.saturating_sub(1);
    let json = Json { a: &a.name, b: &b.name, first: found.overlap.start, last, pairs, joined };
    output.result(&json, || {
        let line = |one: &PairJson| {
            let (like, frames) = (one.likeness * 100.0, plural(one.frames, "frame", "frames"));
            format!("{} {}\t= {} {}\t{like:.0} % alike on {frames}\n", one.label, one.a, one.label, one.b)
        };
        let mut text: String = json.pairs.iter().map(line).collect();
        let done = if args.dry_run { "would become one object each" } else { "are one object each now" };
        let pairs = plural(json.pairs.len() as u64, "pair", "pairs");
        text += &format!("{pairs} of frames {} to {} of the source {done}\n", json.first, json.last);
        text
    })
}
