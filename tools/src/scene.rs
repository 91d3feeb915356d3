//! The frame's shapes with a spatial index, so that looking under the cursor costs the same among a hundred thousand.

use crate::overlap::geometry_meets_rect;
use limn_core::{Document, FileId, Geometry, ImagePos, Instance, InstanceId, Polygon, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::cmp::Reverse;

/// Coordinates beyond this many pixels are indexed as if they were here: no image reaches so far, and the index must
/// not meet areas that overflow (a damaged import may hold 1e300).
const FARTHEST_PX: f64 = 1e9;
/// More changed shapes than this, and than an eighth of all, are indexed anew together instead of one by one.
const MANY_CHANGES: usize = 64;

type Entry = GeomWithData<Rectangle<[f64; 2]>, InstanceId>;

/// A spatial index over the shapes of one [`Document`].
///
/// Call [`Self::sync`] before every event and every drawing; it does nothing while the document is unchanged.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    tree: RTree<Entry>,
    /// What is in the tree, by id.
    entries: Vec<Entry>,
    stamp: Option<Stamp>,
}

/// What tells one state of one document from another without looking at every shape.
///
/// The revision alone does not: a document starts at 0, and the window shows another one after every change of frame.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stamp {
    revision: u64,
    len: usize,
    ends: Option<[(FileId, u64, InstanceId); 2]>,
    address: usize,
}

impl Stamp {
    fn of(document: &Document) -> Self {
        let instances = document.instances();
        let name = |instance: &Instance| (instance.file, instance.frame, instance.id);
        let ends = instances.first().zip(instances.last()).map(|(first, last)| [name(first), name(last)]);
        Self { revision: document.revision(), len: instances.len(), ends, address: instances.as_ptr().addr() }
    }
}

impl Scene {
    /// The index of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the index up to the document; only shapes that changed since the last call are moved in it.
    ///
    /// Does nothing when the document has not changed. After putting *another* document of the same file and frame in
    /// the place of the last one (a reload), call [`Self::invalidate`] first.
    pub fn sync(&mut self, document: &Document) {
        let stamp = Stamp::of(document);
        if self.stamp == Some(stamp) {
            return;
        }
        self.stamp = Some(stamp);
        let entries: Vec<Entry> = document.instances().iter().filter_map(entry).collect();
        let (removed, added) = difference(&self.entries, &entries);
        if removed.len() + added.len() > MANY_CHANGES.max(entries.len() / 8) {
            self.tree = RTree::bulk_load(entries.clone());
        } else {
            for entry in removed {
                self.tree.remove(&entry);
            }
            for entry in added {
                self.tree.insert(entry);
            }
        }
        self.entries = entries;
    }

    /// Makes the next [`Self::sync`] look at every shape, whatever the document's revision says.
    pub fn invalidate(&mut self) {
        self.stamp = None;
    }

    /// The shapes that `pos` lies in, or whose border is at most `tolerance` image pixels away, if `filter` lets them:
    /// the smallest area first, of equal ones the topmost first. A mask is hit by its pixels only.
    ///
    /// `document` must be the one of the last [`Self::sync`].
    pub fn hits(&self, document: &Document, pos: ImagePos, tolerance: f64, filter: &dyn Fn(InstanceId) -> bool) -> Vec<InstanceId> {
        if !pos.is_finite() || !tolerance.is_finite() {
            return Vec::new();
        }
        let reach = Rect { min: pos, max: pos }.grown(tolerance.max(0.0));
        let mut hits: Vec<(f64, Reverse<InstanceId>)> = self
            .candidates(document, reach, filter)
            .filter(|instance| instance.geometry.contains(pos) || instance.geometry.border_distance(pos) <= tolerance)
            .map(|instance| (instance.geometry.area(), Reverse(instance.id)))
            .collect();
        hits.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        hits.dedup();
        hits.into_iter().map(|(_, Reverse(id))| id).collect()
    }

    /// The shapes that share any point with the rectangle, if `filter` lets them, in painting order.
    ///
    /// `document` must be the one of the last [`Self::sync`].
    pub fn in_rect(&self, document: &Document, rect: Rect, filter: &dyn Fn(InstanceId) -> bool) -> Vec<InstanceId> {
        if !rect.is_finite() {
            return Vec::new();
        }
        let mut found: Vec<InstanceId> = self
            .candidates(document, rect, filter)
            .filter(|instance| geometry_meets_rect(&instance.geometry, rect))
            .map(|instance| instance.id)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn candidates<'a>(
        &'a self,
        document: &'a Document,
        rect: Rect,
        filter: &'a dyn Fn(InstanceId) -> bool,
    ) -> impl Iterator<Item = &'a Instance> {
        let [min, max] = indexed(rect);
        self.tree
            .locate_in_envelope_intersecting(AABB::from_corners(min, max))
            .filter(|entry| filter(entry.data))
            .filter_map(|entry| document.get(entry.data))
    }
}

fn indexed(rect: Rect) -> [[f64; 2]; 2] {
    let near = |pos: ImagePos| [pos.x.clamp(-FARTHEST_PX, FARTHEST_PX), pos.y.clamp(-FARTHEST_PX, FARTHEST_PX)];
    [near(rect.min), near(rect.max)]
}

/// `None` for what cannot be seen: empty shapes and such with coordinates that are no numbers.
fn entry(instance: &Instance) -> Option<Entry> {
    let bounds = match &instance.geometry {
        Geometry::Polygon(polygon) => finite_bounds(polygon)?,
        other => other.bounds().filter(|bounds| bounds.is_finite())?,
    };
    let [min, max] = indexed(bounds);
    Some(Entry::new(Rectangle::from_corners(min, max), instance.id))
}

/// Like [`Polygon::bounds`], but `None` if any number is not finite. A plain loop, since every change of the document
/// runs it over every point of the frame.
fn finite_bounds(polygon: &Polygon) -> Option<Rect> {
    let mut low = ImagePos::new(f64::INFINITY, f64::INFINITY);
    let mut high = ImagePos::new(f64::NEG_INFINITY, f64::NEG_INFINITY);
    // Stays 0.0 while all numbers are finite, and becomes NaN with the first that is not.
    let mut zero = 0.0;
    for part in &polygon.parts {
        for ring in std::iter::once(&part.outer).chain(&part.holes) {
            for pos in ring {
                low = ImagePos::new(low.x.min(pos.x), low.y.min(pos.y));
                high = ImagePos::new(high.x.max(pos.x), high.y.max(pos.y));
                zero += pos.x * 0.0 + pos.y * 0.0;
            }
        }
    }
    (zero == 0.0 && low.x <= high.x).then_some(Rect { min: low, max: high })
}

/// What is only in `before` and what is only in `after`; both are sorted by id.
fn difference(before: &[Entry], after: &[Entry]) -> (Vec<Entry>, Vec<Entry>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    loop {
        match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if a.data == b.data => {
                if a != b {
                    removed.push(**a);
                    added.push(**b);
                }
                old.next();
                new.next();
            }
            (Some(a), b) if b.is_none_or(|b| a.data < b.data) => {
                removed.push(**a);
                old.next();
            }
            (_, Some(b)) => {
                added.push(**b);
                new.next();
            }
            (_, None) => return (removed, added),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::LabelId;
    use limn_core::log::{Change, InstanceSet};

    #[test]
    fn few_changes_leave_no_old_places_in_the_index() {
        let id = |at: u8| InstanceId::from_parts(u64::from(at), [0; 10]);
        let file = FileId::from_parts(0, [0; 10]);
        let shape = |x: f64| Geometry::Box(Rect::from_xywh(x, 0.0, 10.0, 10.0));
        let instance = |at: u8| {
            let (id, label, geometry) = (id(at), LabelId(1), shape(f64::from(at)));
            Instance { id, file, frame: 0, label, geometry, crowd: false, run: None, confidence: None, extra: None }
        };
        let mut document = Document::new((0..50).map(instance).collect());
        let mut scene = Scene::new();
        scene.sync(&document);
        document.apply(file, 0, &Change::InstanceSet { id: id(7), set: InstanceSet::Geometry(shape(500.0)) });
        document.apply(file, 0, &Change::InstanceSet { id: id(8), set: InstanceSet::Deleted(true) });
        scene.sync(&document);
        assert_eq!(scene.tree.size(), 49);
        let place = |wanted: InstanceId| scene.tree.iter().find(|entry| entry.data == wanted).map(|entry| entry.geom().lower());
        assert_eq!(place(id(7)), Some([500.0, 0.0]));
        assert_eq!(place(id(8)), None);
    }
}
