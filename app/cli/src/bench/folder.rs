//! A folder of very many images: added to a new project, and that project opened.

use super::clock::peak_rss_mib;
use super::media::write_jpeg;
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use limn_core::Schema;
use limn_jobs::{AddOptions, JobCx, Progress};
use limn_store::{Access, Identity, Project};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Files after which the window looks at the list for the first time.
const FIRST_LOOK: u64 = 100;
/// The list is to be there after so many seconds.
const MOST_SECONDS: f64 = 1.0;
/// Memory that 100,000 files may take, MiB.
const MOST_MIB: f64 = 200.0;

pub(super) fn run(size: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path().join("images");
    output.message(&format!("Writing {size} images."));
    make_folder(&folder, size)?;
    let project = dir.path().join("p.limn");
    let identity = || Identity::from_seed([4; 32], "bench");
    let before = peak_rss_mib();
    let (first, all) = add(&mut Project::create(&project, "bench", &Schema::default(), identity())?, &folder)?;
    let added = peak_rss_mib();
    let mut opens = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        let files = Project::open(&project, identity(), Access::Read)?.files()?;
        opens.push(start.elapsed().as_secs_f64());
        if files.len() as u64 != size {
            return Err(CliError::Failed(format!("{} of {size} images are in the project. The folder may have been changed", files.len())));
        }
    }
    let mut rows = vec![
        Row::new(format!("folder added until its first {FIRST_LOOK} are listed, wall"), "s", vec![first.as_secs_f64()], &[])
            .within(MOST_SECONDS),
        Row::new("the same until all are", "s", vec![all.as_secs_f64()], &[]),
        Row::new("project opened until its list is there, wall", "s", opens, &[]).within(MOST_SECONDS),
    ];
    if let (Some(before), Some(added), Some(opened)) = (before, added, peak_rss_mib()) {
        rows.push(Row::new("memory beyond that of the empty project, adding", "MiB", vec![added - before], &[]).within(MOST_MIB));
        rows.push(Row::new("the same, opened three times", "MiB", vec![opened - before], &[]).within(MOST_MIB));
    }
    Ok((rows, vec![format!("{size} images of 64×48 pixels in one folder")]))
}

fn make_folder(folder: &Path, size: u64) -> Result<(), CliError> {
    std::fs::create_dir(folder)?;
    let first = folder.join("image 1.jpg");
    write_jpeg(&first, 64, 48)?;
    let bytes = std::fs::read(&first)?;
    for number in 2..=size {
        std::fs::write(folder.join(format!("image {number}.jpg")), &bytes)?;
    }
    Ok(())
}

/// Until the first of the folder are in, and until all are.
fn add(project: &mut Project, folder: &Path) -> Result<(Duration, Duration), CliError> {
    let (start, mut first) = (Instant::now(), None);
    let mut progress = |progress: Progress| {
        if progress.stage == limn_jobs::ADDING && progress.done >= FIRST_LOOK {
            first.get_or_insert_with(|| start.elapsed());
        }
    };
    let mut cx = JobCx { progress: &mut progress, cancel: &AtomicBool::new(false) };
    limn_jobs::add_paths(project, &[folder.to_owned()], AddOptions::default(), &mut cx)?;
    let all = start.elapsed();
    Ok((first.unwrap_or(all), all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_is_added_and_has_its_figures() {
        let (rows, notes) = run(150, &mut Output::new(false)).unwrap();
        assert!(rows.len() >= 3 && rows[0].median > 0.0 && rows[0].median <= rows[1].median);
        assert_eq!(notes, ["150 images of 64×48 pixels in one folder"]);
    }
}
