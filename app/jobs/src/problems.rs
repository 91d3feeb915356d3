//! What breaks the schema's rules in a file, on all its frames.

use crate::cx::JobCx;
use crate::error::JobError;
use limn_core::document::Instances;
use limn_core::{FileKind, FileRecord, Instance, Rect, Sequences};
use limn_store::Project;
use limn_tools::problems::whole::{self, File, Found, Source};
use limn_tools::problems::{Problem, Rules};
use std::sync::Arc;

/// Takes out what is not to be told of a frame, on which these are shown.
pub type Chooser<'a> = &'a mut dyn FnMut(u64, &Instances, &mut Vec<Arc<Problem>>) -> Result<(), JobError>;

/// What is wrong in a file.
#[derive(Debug, Default)]
pub struct FileProblems {
    /// On its frames, in its sequences, in its numbers.
    pub found: Found,
    /// Those of which it is told; empty for a still picture.
    pub sequences: Sequences,
}

/// Asks the rules of every frame on which something is shown. `frames`: how many the file has, as far as that is known.
///
/// # Errors
/// The database cannot be read; the person stopped it; what `choose` says.
pub fn file_problems(
    project: &Project,
    rules: &Rules,
    (file, frames): (&FileRecord, u64),
    choose: Option<Chooser<'_>>,
    cx: &mut JobCx<'_>,
) -> Result<FileProblems, JobError> {
    let is_video = file.kind != FileKind::Image;
    let sequences = if is_video { project.sequences(file.id)? } else { Sequences::default() };
    let own = project.own_frames(file.id)?;
    let picture = Rect::from_xywh(0.0, 0.0, f64::from(file.width), f64::from(file.height));
    let of = File { picture, frames, sequences: is_video.then_some(&sequences), own: &own };
    let mut source = Stored { project, file, choose, cx };
    let found = whole::look(rules, of, &mut source)?.ok_or(JobError::Cancelled)?;
    Ok(FileProblems { found, sequences })
}

struct Stored<'a, 'b, 'c> {
    project: &'a Project,
    file: &'a FileRecord,
    choose: Option<Chooser<'b>>,
    cx: &'a mut JobCx<'c>,
}

impl Source for Stored<'_, '_, '_> {
    type Error = JobError;

    fn instances_at(&mut self, frame: u64) -> Result<Vec<Instance>, JobError> {
        Ok(self.project.instances_at(self.file.id, frame)?)
    }

    fn choose(&mut self, frame: u64, shown: &Instances, problems: &mut Vec<Arc<Problem>>) -> Result<(), JobError> {
        match &mut self.choose {
            Some(choose) => choose(frame, shown, problems),
            None => Ok(()),
        }
    }

    fn goes_on(&mut self, done: u64, total: u64) -> bool {
        self.cx.step("asking the rules", done, Some(total)).is_ok()
    }
}
