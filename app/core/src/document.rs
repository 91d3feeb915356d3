//! The instances of one frame of one file, as the window shows them: a fold of changes.

use crate::ids::{FileId, InstanceId};
use crate::instance::Instance;
use crate::log::{Change, InstanceSet};

/// The live instances of one frame in painting order: later ones lie on top.
///
/// Painting order is the order of the ids, which is the order of creation (UUIDv7): an instance that is deleted and
/// restored comes back where it was.
#[derive(Clone, Debug, Default)]
pub struct Document {
    instances: Vec<Instance>,
    revision: u64,
}

impl Document {
    /// The document of some instances, in any order.
    pub fn new(mut instances: Vec<Instance>) -> Self {
        instances.sort_by_key(|instance| instance.id);
        Self { instances, revision: 0 }
    }

    /// In painting order.
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// The instance with this id.
    pub fn get(&self, id: InstanceId) -> Option<&Instance> {
        self.place(id).ok().map(|at| &self.instances[at])
    }

    /// Grows with every change, so that whoever draws knows when to look again.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Applies a change as far as it concerns this file and frame; says whether anything here changed.
    ///
    /// A restored instance must come as [`Change::InstanceAdd`], since only the store knows what it was.
    pub fn apply(&mut self, file: FileId, frame: u64, change: &Change) -> bool {
        let changed = match change {
            Change::InstanceAdd(instance) if instance.file == file && instance.frame == frame => {
                let place = self.place(instance.id);
                if let Err(at) = place {
                    self.instances.insert(at, (**instance).clone());
                }
                place.is_err()
            }
            Change::InstanceSet { id, set } => self.place(*id).is_ok_and(|at| {
                match set {
                    InstanceSet::Label(label) => self.instances[at].label = *label,
                    InstanceSet::Geometry(geometry) => self.instances[at].geometry = geometry.clone(),
                    InstanceSet::Deleted(true) => drop(self.instances.remove(at)),
                    InstanceSet::Deleted(false) => return false,
                }
                true
            }),
            _ => false,
        };
        self.revision += u64::from(changed);
        changed
    }

    fn place(&self, id: InstanceId) -> Result<usize, usize> {
        self.instances.binary_search_by_key(&id, |instance| instance.id)
    }
}
