//! Videos that go together: the clock is named by its identity in the annotation file, which may have become another one here. It is
//! written last, when all files are known.

use super::sink::Sink;
use crate::door::ProjectDoor;
use crate::error::JobError;
use limn_core::log::{Change, FileSet};
use limn_core::{Camera, FileKind};
use limn_formats::Effect;

impl<D: ProjectDoor> Sink<'_, '_, D> {
    /// Writes with whom files go, where nobody has said it here yet.
    pub(super) fn link_cameras(&mut self) -> Result<(), JobError> {
        for (target, said) in std::mem::take(&mut self.cameras) {
            let id = target.id;
            if target.kind != FileKind::Video {
                self.problems.add(Effect::Left, "a file that is no video goes with videos; left out", || id.to_string());
                continue;
            }
            let camera = Camera { clock: self.file_ids.get(&said.clock).copied().unwrap_or(said.clock), ..said };
            let known = self.door.with(move |project| project.file(id))??.and_then(|row| row.file.camera);
            match known {
                None => self.push(Change::FileSet { id, set: FileSet::Camera(Some(camera)) })?,
                Some(known) if known == camera => {}
                Some(_) => {
                    let text = "a video goes with others in the project already; what the import says of it left out";
                    self.problems.add(Effect::Left, text, || id.to_string());
                }
            }
        }
        Ok(())
    }
}
