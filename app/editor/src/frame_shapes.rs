//! The shapes of a frame, ready to be shown.

use limn_core::{Document, Instance, InstanceId};
use limn_tools::Scene;

/// A frame's instances with their index. Making it of a hundred thousand takes longer than a frame of the window has, and so
/// does letting go of it: both are for a thread.
#[derive(Clone, Debug, Default)]
pub struct FrameShapes {
    pub(crate) document: Document,
    pub(crate) scene: Scene,
    /// Those that have relations.
    pub(crate) related: Vec<InstanceId>,
}

impl From<Vec<Instance>> for FrameShapes {
    fn from(instances: Vec<Instance>) -> Self {
        let related = instances.iter().filter(|instance| !instance.marks.relations.is_empty()).map(|instance| instance.id).collect();
        let mut shapes = Self { document: Document::new(instances), scene: Scene::new(), related };
        shapes.scene.sync(&shapes.document);
        shapes
    }
}

impl FrameShapes {
    /// Adds what sequences are at the frame.
    pub(crate) fn add(&mut self, instances: impl Iterator<Item = Instance>) {
        for instance in instances {
            if !instance.marks.relations.is_empty() {
                self.related.push(instance.id);
            }
            self.document.put(instance);
        }
        self.scene.sync(&self.document);
    }

    /// The number of instances.
    pub fn len(&self) -> usize {
        self.document.instances().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The index is made of the instances.
impl PartialEq for FrameShapes {
    fn eq(&self, other: &Self) -> bool {
        self.document.instances() == other.document.instances()
    }
}
