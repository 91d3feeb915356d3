//! The instances of one frame of one file, as the window shows them: a fold of changes.

use crate::ids::{FileId, InstanceId};
use crate::instance::Instance;
use crate::log::{Change, InstanceSet};
use std::collections::VecDeque;
use std::sync::Arc;

/// Instances in one chunk: few enough that a change moves and copies little, many enough that a million are soon walked
/// through and shared.
const CHUNK: usize = 256;
/// Changes that are remembered; whoever is further behind looks at everything again.
const MAX_TOUCHED: usize = 4096;

/// The live instances of one frame in painting order: later ones lie on top.
///
/// Painting order is the order of the ids, which is the order of creation (UUIDv7): an instance that is deleted and
/// restored comes back where it was.
#[derive(Debug)]
pub struct Document {
    instances: Instances,
    stamp: Stamp,
    /// What each of the last changes touched, the newest last.
    touched: VecDeque<InstanceId>,
}

/// Which state of which document.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// Held by everyone who compares, so that no other document gets the same address.
    document: Arc<()>,
    revision: u64,
}

impl PartialEq for Stamp {
    fn eq(&self, other: &Self) -> bool {
        self.is_of_same_document(other) && self.revision == other.revision
    }
}

impl Eq for Stamp {}

impl Stamp {
    /// Whether both are states of one document.
    pub fn is_of_same_document(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.document, &other.document)
    }
}

/// Instances sorted by id. Cloning shares them: a million cost a thread that wants them as they are now some thousand
/// counts, and the next change copies a chunk.
#[derive(Clone, Default)]
pub struct Instances {
    /// None is empty.
    chunks: Vec<Arc<Vec<Instance>>>,
    len: usize,
}

impl Default for Document {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

/// The copy is another document: its changes are not those of this one.
impl Clone for Document {
    fn clone(&self) -> Self {
        Self { instances: self.instances.clone(), ..Self::default() }
    }
}

impl Document {
    /// The document of some instances, in any order.
    pub fn new(mut instances: Vec<Instance>) -> Self {
        instances.sort_by_key(|instance| instance.id);
        let len = instances.len();
        let mut chunks = Vec::with_capacity(len.div_ceil(CHUNK));
        let mut rest = instances.into_iter();
        loop {
            let chunk: Vec<Instance> = rest.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            chunks.push(Arc::new(chunk));
        }
        Self { instances: Instances { chunks, len }, stamp: Stamp { document: Arc::new(()), revision: 0 }, touched: VecDeque::new() }
    }

    /// In painting order.
    pub fn instances(&self) -> &Instances {
        &self.instances
    }

    /// The instance with this id.
    pub fn get(&self, id: InstanceId) -> Option<&Instance> {
        self.instances.get(id)
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.stamp.revision
    }

    /// What tells this state from every other one of this and of other documents, so that whoever draws knows when to
    /// look again.
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// What was added, changed or deleted since then, some of it perhaps several times. `None`: that is not known any
    /// more, or was another document; everything may be different.
    pub fn touched_since<'a>(&'a self, then: &Stamp) -> Option<impl Iterator<Item = InstanceId> + use<'a>> {
        let count = self.stamp.revision.checked_sub(then.revision).and_then(|count| usize::try_from(count).ok())?;
        let first = self.touched.len().checked_sub(count)?;
        self.stamp.is_of_same_document(then).then(|| self.touched.range(first..).copied())
    }

    /// Applies a change as far as it concerns this file and frame; says whether anything here changed.
    ///
    /// Keyframes are not shown here; what their sequences look like is put in by [`Self::put`]. A restored instance must come as [`Change::InstanceAdd`], since only the store knows what it was.
    pub fn apply(&mut self, file: FileId, frame: u64, change: &Change) -> bool {
        let touched = match change {
            Change::InstanceAdd(instance) if instance.file == file && instance.frame == frame && instance.member.is_none() => {
                self.instances.insert((**instance).clone()).then_some(instance.id)
            }
            Change::InstanceSet { id, set: InstanceSet::Deleted(true) } => self.instances.remove(*id).then_some(*id),
            Change::InstanceSet { set: InstanceSet::Deleted(false), .. } => None,
            // One that comes from another frame is shown once the frame is read again.
            Change::InstanceSet { id, set: InstanceSet::Frame(to) } => (*to != frame && self.instances.remove(*id)).then_some(*id),
            Change::InstanceSet { id, set } => self.instances.get_mut(*id).map(|instance| {
                match set {
                    InstanceSet::Label(label) => instance.label = *label,
                    InstanceSet::Geometry(geometry) => instance.geometry = geometry.clone(),
                    InstanceSet::Mark(mark) => drop(instance.marks.set(mark.clone())),
                    InstanceSet::Member(member) => instance.member = *member,
                    InstanceSet::Deleted(_) | InstanceSet::Frame(_) => {}
                }
                *id
            }),
            _ => None,
        };
        let Some(id) = touched else { return false };
        self.touch(id);
        true
    }

    /// Shows an instance as it is now, whatever it was: what a sequence looks like follows from more than one change.
    pub fn put(&mut self, instance: Instance) {
        let id = instance.id;
        match self.instances.get_mut(id) {
            Some(there) => *there = instance,
            None => drop(self.instances.insert(instance)),
        }
        self.touch(id);
    }

    /// No longer shows an instance.
    pub fn take_away(&mut self, id: InstanceId) {
        if self.instances.remove(id) {
            self.touch(id);
        }
    }

    fn touch(&mut self, id: InstanceId) {
        self.stamp.revision += 1;
        if self.touched.len() == MAX_TOUCHED {
            self.touched.pop_front();
        }
        self.touched.push_back(id);
    }
}

impl Instances {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// In painting order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Instance> + Clone {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// The instance with this id.
    pub fn get(&self, id: InstanceId) -> Option<&Instance> {
        let (chunk, at) = self.place(id).ok()?;
        Some(&self.chunks[chunk][at])
    }

    fn get_mut(&mut self, id: InstanceId) -> Option<&mut Instance> {
        let (chunk, at) = self.place(id).ok()?;
        Some(&mut Arc::make_mut(&mut self.chunks[chunk])[at])
    }

    /// Says whether it was new.
    fn insert(&mut self, instance: Instance) -> bool {
        let Err((chunk, at)) = self.place(instance.id) else { return false };
        self.len += 1;
        if chunk == self.chunks.len() {
            self.chunks.push(Arc::new(vec![instance]));
            return true;
        }
        let full = Arc::make_mut(&mut self.chunks[chunk]);
        full.insert(at, instance);
        // New ones come last as a rule, and fill a chunk of their own.
        if full.len() > CHUNK {
            let rest = full.split_off(if at == CHUNK { CHUNK } else { CHUNK / 2 });
            self.chunks.insert(chunk + 1, Arc::new(rest));
        }
        true
    }

    /// Says whether it was there.
    fn remove(&mut self, id: InstanceId) -> bool {
        let Ok((chunk, at)) = self.place(id) else { return false };
        self.len -= 1;
        let shared = Arc::make_mut(&mut self.chunks[chunk]);
        shared.remove(at);
        if shared.is_empty() {
            self.chunks.remove(chunk);
        }
        true
    }

    /// Chunk and place in it; as an error, where it would have to be.
    fn place(&self, id: InstanceId) -> Result<(usize, usize), (usize, usize)> {
        let after = self.chunks.partition_point(|chunk| chunk[0].id <= id);
        let Some(chunk) = after.checked_sub(1) else { return Err((0, 0)) };
        let place = self.chunks[chunk].binary_search_by_key(&id, |instance| instance.id);
        place.map(|at| (chunk, at)).map_err(|at| (chunk, at))
    }
}

impl std::fmt::Debug for Instances {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Instances {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl PartialEq<Vec<Instance>> for &Instances {
    fn eq(&self, other: &Vec<Instance>) -> bool {
        self.len == other.len() && self.iter().eq(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, Rect};
    use crate::ids::LabelId;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn file() -> FileId {
        FileId::from_parts(0, [0; 10])
    }

    fn id(at: u16) -> InstanceId {
        InstanceId::from_parts(u64::from(at), [0; 10])
    }

    fn instance(at: u16) -> Instance {
        let (id, geometry) = (id(at), Geometry::Box(Rect::from_xywh(f64::from(at), 0.0, 1.0, 1.0)));
        Instance::new(id, file(), 0, LabelId(1), geometry)
    }

    fn add(at: u16) -> Change {
        Change::InstanceAdd(Box::new(instance(at)))
    }

    fn set(at: u16, set: InstanceSet) -> Change {
        Change::InstanceSet { id: id(at), set }
    }

    #[derive(Clone, Debug)]
    enum Edit {
        Add(u16),
        Delete(u16),
        Label(u16, u32),
    }

    fn edits() -> impl Strategy<Value = Vec<Edit>> {
        let edit = prop_oneof![
            (0..1200_u16).prop_map(Edit::Add),
            (0..1200_u16).prop_map(Edit::Delete),
            (0..1200_u16, 1..5_u32).prop_map(|(at, label)| Edit::Label(at, label))
        ];
        prop::collection::vec(edit, 0..600)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn chunks_hold_what_a_sorted_map_holds(start in prop::collection::btree_set(0..1200_u16, 0..900), edits in edits()) {
            let mut document = Document::new(start.iter().rev().map(|at| instance(*at)).collect());
            let mut want: BTreeMap<InstanceId, Instance> = start.iter().map(|at| (id(*at), instance(*at))).collect();
            let (before, shared, then) = (want.clone(), document.instances().clone(), document.stamp().clone());
            let mut touched = BTreeSet::new();
            for edit in edits {
                let (at, change) = match edit {
                    Edit::Add(at) => (at, add(at)),
                    Edit::Delete(at) => (at, set(at, InstanceSet::Deleted(true))),
                    Edit::Label(at, label) => (at, set(at, InstanceSet::Label(LabelId(label)))),
                };
                let changes = match edit {
                    Edit::Add(at) => !want.contains_key(&id(at)) && want.insert(id(at), instance(at)).is_none(),
                    Edit::Delete(at) => want.remove(&id(at)).is_some(),
                    Edit::Label(at, label) => want.get_mut(&id(at)).map(|instance| instance.label = LabelId(label)).is_some(),
                };
                prop_assert_eq!(document.apply(file(), 0, &change), changes);
                if changes {
                    touched.insert(id(at));
                }
            }
            prop_assert!(document.instances().iter().eq(want.values()));
            prop_assert!(document.instances().iter().rev().eq(want.values().rev()));
            prop_assert_eq!(document.instances().len(), want.len());
            prop_assert!(want.iter().all(|(id, instance)| document.get(*id) == Some(instance)));
            prop_assert!(shared.iter().eq(before.values()), "what was shared has not changed");
            prop_assert_eq!(document.touched_since(&then).unwrap().collect::<BTreeSet<_>>(), touched);
        }
    }

    #[test]
    fn who_is_too_far_behind_or_looked_at_another_document_is_told_so() {
        let mut document = Document::new(vec![instance(1)]);
        let first = document.stamp().clone();
        assert_eq!(document.touched_since(&first).unwrap().count(), 0);
        document.apply(file(), 0, &add(2));
        let second = document.stamp().clone();
        assert_ne!(first, second);
        assert_eq!(document.touched_since(&first).unwrap().collect::<Vec<_>>(), [id(2)]);
        for label in 0..MAX_TOUCHED as u32 {
            document.apply(file(), 0, &set(1, InstanceSet::Label(LabelId(label))));
        }
        assert!(document.touched_since(&first).is_none());
        assert!(document.touched_since(&second).is_some());
        let mut copy = document.clone();
        assert_eq!(copy.instances(), document.instances());
        assert!(copy.touched_since(document.stamp()).is_none());
        copy.apply(file(), 0, &add(3));
        assert!(document.touched_since(copy.stamp()).is_none());
        assert_eq!(document.instances().len(), 2);
    }

    #[test]
    fn what_lies_elsewhere_changes_nothing_here() {
        let mut document = Document::new(vec![instance(1)]);
        let then = document.stamp().clone();
        assert!(!document.apply(file(), 1, &add(2)));
        assert!(!document.apply(file(), 0, &add(1)));
        assert!(!document.apply(file(), 0, &set(9, InstanceSet::Deleted(true))));
        assert!(!document.apply(file(), 0, &set(1, InstanceSet::Deleted(false))));
        assert_eq!(document.stamp(), &then);
    }
}
