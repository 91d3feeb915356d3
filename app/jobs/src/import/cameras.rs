//! Videos that go together, and sequences that are one object: told by identities of the annotation file, which may have become
//! others here. What names them is written last, when all of them are known.

use super::sink::{Sink, Target};
use crate::door::ProjectDoor;
use crate::error::JobError;
use limn_core::log::{Change, FileSet};
use limn_core::sequence::SequenceSet;
use limn_core::{Camera, FileId, FileKind, SequenceId};
use limn_formats::Effect;
use std::collections::HashMap;

/// See the module.
#[derive(Default)]
pub(super) struct Together {
    files: HashMap<FileId, FileId>,
    cameras: Vec<(Target, Camera)>,
    sequences: HashMap<SequenceId, SequenceId>,
    objects: Vec<(SequenceId, SequenceId)>,
}

impl Together {
    /// A file of the project, the identity that it came with, and with whom it goes there.
    pub fn file(&mut self, said: Option<FileId>, target: Target, camera: Option<Camera>) {
        self.files.extend(said.map(|said| (said, target.id)));
        self.cameras.extend(camera.map(|camera| (target, camera)));
    }

    /// A sequence of the project, the identity that it came with, and what it is one with.
    pub fn sequence(&mut self, said: Option<SequenceId>, id: SequenceId, same_as: Option<SequenceId>) {
        self.sequences.extend(said.map(|said| (said, id)));
        self.objects.extend(same_as.map(|same_as| (id, same_as)));
    }
}

impl<D: ProjectDoor> Sink<'_, '_, D> {
    /// Writes with whom files go, where nobody has said it here yet, and which sequences are one object.
    pub(super) fn link(&mut self) -> Result<(), JobError> {
        let together = std::mem::take(&mut self.together);
        for (Target { id, kind }, said) in together.cameras {
            if kind != FileKind::Video {
                self.problems.add(Effect::Left, "a file that is no video goes with videos; left out", || id.to_string());
                continue;
            }
            let camera = Camera { clock: together.files.get(&said.clock).copied().unwrap_or(said.clock), ..said };
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
        if !together.objects.is_empty() {
            // What is set of a sequence stands in a later operation than the sequence itself.
            self.close_operation();
        }
        for (id, said) in together.objects {
            let object = together.sequences.get(&said).copied().unwrap_or(said);
            if object != id {
                self.push(Change::SequenceSet { id, set: SequenceSet::SameAs(Some(object)) })?;
            }
        }
        Ok(())
    }
}
