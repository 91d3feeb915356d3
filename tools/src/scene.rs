//! The frame's shapes with a spatial index, so that looking under the cursor costs the same among a hundred thousand.

use crate::overlap::{geometry_meets_loop, geometry_meets_rect};
use limn_core::document::Stamp;
use limn_core::geometry::segment_distance;
use limn_core::{Document, Geometry, ImagePos, Instance, InstanceId, LabelId, Polygon, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, Envelope as _, RTree, RTreeObject as _, SelectionFunction};
use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// Coordinates beyond this many pixels are indexed as if they were here: no image reaches so far, and the index must
/// not meet areas that overflow (a damaged import may hold 1e300).
const FARTHEST_PX: f64 = 1e9;
/// More changed shapes than this, and than an eighth of all, are indexed anew together instead of one by one.
const MANY_CHANGES: usize = 64;
/// Nodes of the index and shapes that one question after shapes in sight may look at: some tenths of a millisecond.
const MOST_LOOKED_AT: usize = 3_000;

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
    skeletons: Arc<Skeletons>,
}

/// The edges of keypoint templates by label: pairs of numbers of points.
pub type Skeletons = HashMap<LabelId, Vec<[usize; 2]>>;

impl Scene {
    /// The index of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The lines between keypoints, which can be clicked like borders.
    pub fn set_skeletons(&mut self, skeletons: Arc<Skeletons>) {
        self.skeletons = skeletons;
    }

    /// Distance in pixels to the nearest border, line or point of an instance.
    fn distance(&self, instance: &Instance, pos: ImagePos) -> f64 {
        let nearest = instance.geometry.border_distance(pos);
        let Geometry::Keypoints(keypoints) = &instance.geometry else { return nearest };
        let edges = self.skeletons.get(&instance.label).into_iter().flatten();
        let lines = edges.filter_map(|[a, b]| Some(segment_distance(pos, keypoints.pos(*a)?, keypoints.pos(*b)?)));
        lines.fold(nearest, f64::min)
    }

    /// Brings the index up to the document; only shapes that changed since the last call are moved in it.
    pub fn sync(&mut self, document: &Document) {
        if self.stamp.as_ref() == Some(document.stamp()) {
            return;
        }
        let then = self.stamp.replace(document.stamp().clone());
        let most = MANY_CHANGES.max(self.entries.len() / 8);
        let touched = then.and_then(|then| Some(document.touched_since(&then)?.take(most + 1).collect::<Vec<_>>()));
        match touched.filter(|touched| touched.len() <= most) {
            Some(touched) => touched.into_iter().for_each(|id| self.renew(id, document.get(id).and_then(entry))),
            None => {
                self.entries = document.instances().iter().filter_map(entry).collect();
                self.tree = RTree::bulk_load(self.entries.clone());
            }
        }
    }

    /// Puts an instance where it is now.
    fn renew(&mut self, id: InstanceId, now: Option<Entry>) {
        let place = self.entries.binary_search_by_key(&id, |entry| entry.data);
        if let Ok(at) = place {
            if now == Some(self.entries[at]) {
                return;
            }
            self.tree.remove(&self.entries[at]);
        }
        if let Some(entry) = now {
            self.tree.insert(entry);
        }
        match (place, now) {
            (Ok(at), Some(entry)) => self.entries[at] = entry,
            (Ok(at), None) => drop(self.entries.remove(at)),
            (Err(at), Some(entry)) => self.entries.insert(at, entry),
            (Err(_), None) => {}
        }
    }

    /// Makes the next [`Self::sync`] look at every shape, whatever the document says.
    pub fn invalidate(&mut self) {
        self.stamp = None;
    }

    /// The bounds of the shapes that meet `rect` and are at least `side` pixels wide or high, in no order. `None`: there
    /// are so many that looking for them would take longer than a frame has.
    pub fn large_in(&self, rect: Rect, side: f64) -> Option<Vec<(InstanceId, Rect)>> {
        let [min, max] = indexed(rect);
        let sight = Sight { rect: AABB::from_corners(min, max), side, left: Cell::new(MOST_LOOKED_AT) };
        let found = self.tree.locate_with_selection_function(&sight).map(|entry| {
            let (lower, upper) = (entry.geom().lower(), entry.geom().upper());
            (entry.data, Rect { min: ImagePos::from(lower), max: ImagePos::from(upper) })
        });
        let found = found.collect();
        (sight.left.get() > 0).then_some(found)
    }

    /// The shapes that `pos` lies in, or whose border is at most `tolerance` image pixels away, if `filter` lets them:
    /// those that a person raised in the painting order first, then the smallest area, of equal ones
    /// the topmost. A mask is hit by its pixels only.
    ///
    /// `document` must be the one of the last [`Self::sync`].
    pub fn hits(&self, document: &Document, pos: ImagePos, tolerance: f64, filter: &dyn Fn(InstanceId) -> bool) -> Vec<InstanceId> {
        if !pos.is_finite() || !tolerance.is_finite() {
            return Vec::new();
        }
        let reach = Rect { min: pos, max: pos }.grown(tolerance.max(0.0));
        let mut hits: Vec<(Reverse<i32>, f64, Reverse<InstanceId>)> = self
            .candidates(document, reach, filter)
            .filter(|instance| instance.geometry.contains(pos) || self.distance(instance, pos) <= tolerance)
            .map(|instance| (Reverse(instance.marks.order), instance.geometry.area(), Reverse(instance.id)))
            .collect();
        hits.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        hits.dedup();
        hits.into_iter().map(|(_, _, Reverse(id))| id).collect()
    }

    /// The shapes that share any point with the rectangle, if `filter` lets them, in painting order.
    ///
    /// `document` must be the one of the last [`Self::sync`].
    pub fn in_rect(&self, document: &Document, rect: Rect, filter: &dyn Fn(InstanceId) -> bool) -> Vec<InstanceId> {
        self.meeting(document, rect, filter, |geometry| geometry_meets_rect(geometry, rect))
    }

    /// The shapes that share any point with the area inside a closed loop, if `filter` lets them, in painting order.
    ///
    /// `document` must be the one of the last [`Self::sync`].
    pub fn in_loop(&self, document: &Document, area: &Polygon, filter: &dyn Fn(InstanceId) -> bool) -> Vec<InstanceId> {
        let Some(bounds) = finite_bounds(area) else { return Vec::new() };
        self.meeting(document, bounds, filter, |geometry| geometry_meets_loop(geometry, area))
    }

    fn meeting(
        &self,
        document: &Document,
        reach: Rect,
        filter: &dyn Fn(InstanceId) -> bool,
        meets: impl Fn(&Geometry) -> bool,
    ) -> Vec<InstanceId> {
        if !reach.is_finite() {
            return Vec::new();
        }
        let meeting = self.candidates(document, reach, filter).filter(|instance| meets(&instance.geometry));
        let mut found: Vec<InstanceId> = meeting.map(|instance| instance.id).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The shapes whose bounds meet the rectangle, if `filter` lets them, in no order.
    ///
    /// `document` must be the one of the last [`Self::sync`].
    pub fn near<'a>(
        &'a self,
        document: &'a Document,
        rect: Rect,
        filter: &'a dyn Fn(InstanceId) -> bool,
    ) -> impl Iterator<Item = &'a Instance> {
        self.candidates(document, rect, filter)
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
/// runs it over every point of the frame. Of a curve, its control points count: they may reach farther than the curve.
fn finite_bounds(polygon: &Polygon) -> Option<Rect> {
    let mut bounds = FiniteBounds { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2], zero: 0.0 };
    for ring in polygon.rings() {
        ring.points().iter().for_each(|pos| bounds.take(*pos));
        ring.special_edges().flat_map(|(_, edge)| edge.bend.controls()).for_each(|pos| bounds.take(pos));
    }
    let FiniteBounds { low, high, zero } = bounds;
    (zero == 0.0 && low[0] <= high[0]).then_some(Rect { min: low.into(), max: high.into() })
}

struct FiniteBounds {
    low: [f64; 2],
    high: [f64; 2],
    /// Stays 0.0 while all numbers are finite, and becomes NaN with the first that is not.
    zero: f64,
}

impl FiniteBounds {
    fn take(&mut self, pos: ImagePos) {
        self.low = [self.low[0].min(pos.x), self.low[1].min(pos.y)];
        self.high = [self.high[0].max(pos.x), self.high[1].max(pos.y)];
        self.zero += pos.x * 0.0 + pos.y * 0.0;
    }
}

/// What is in sight and large enough. A node that is smaller holds nothing that is larger.
struct Sight {
    rect: AABB<[f64; 2]>,
    side: f64,
    left: Cell<usize>,
}

impl Sight {
    fn takes(&self, envelope: &AABB<[f64; 2]>) -> bool {
        let ([left, top], [right, bottom]) = (envelope.lower(), envelope.upper());
        self.left.set(self.left.get().saturating_sub(1));
        self.left.get() > 0 && (right - left).max(bottom - top) >= self.side && envelope.intersects(&self.rect)
    }
}

impl SelectionFunction<Entry> for &Sight {
    fn should_unpack_parent(&self, envelope: &AABB<[f64; 2]>) -> bool {
        self.takes(envelope)
    }

    fn should_unpack_leaf(&self, leaf: &Entry) -> bool {
        self.takes(&leaf.envelope())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::FileId;
    use limn_core::log::{Change, InstanceSet};

    #[test]
    fn few_changes_leave_no_old_places_in_the_index() {
        let id = |at: u8| InstanceId::from_parts(u64::from(at), [0; 10]);
        let file = FileId::from_parts(0, [0; 10]);
        let shape = |x: f64| Geometry::Box(Rect::from_xywh(x, 0.0, 10.0, 10.0));
        let instance = |at: u8| {
            let (id, label, geometry) = (id(at), LabelId(1), shape(f64::from(at)));
            Instance::new(id, file, 0, label, geometry)
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

    #[test]
    fn large_shapes_in_sight_are_those_that_looking_at_all_finds() {
        let file = FileId::from_parts(0, [0; 10]);
        let shape = |at: usize| Rect::from_xywh((at % 60) as f64 * 10.0, (at / 60) as f64 * 10.0, 1.0 + (at * 7 % 30) as f64, 3.0);
        let instance = |at: usize| Instance {
            id: InstanceId::from_parts(at as u64, [0; 10]),
            file,
            frame: 0,
            label: LabelId(1),
            geometry: Geometry::Box(shape(at)),
            marks: limn_core::Marks::default(),
            run: None,
            confidence: None,
            extra: None,
            member: None,
        };
        let mut scene = Scene::new();
        scene.sync(&Document::new((0..3000).map(instance).collect()));
        let view = Rect::from_xywh(95.0, 40.0, 200.0, 150.0);
        let mut found = scene.large_in(view, 20.0).unwrap();
        found.sort_by_key(|(id, _)| *id);
        let want = (0..3000).map(|at| (instance(at).id, shape(at))).filter(|(_, rect)| rect.width() >= 20.0 && rect.intersects(view));
        assert_eq!(found, want.collect::<Vec<_>>());
        // Twenty thousand are more than a frame has time for.
        scene.sync(&Document::new((0..20_000).map(instance).collect()));
        assert!(scene.large_in(Rect::from_xywh(0.0, 0.0, 1e6, 1e6), 1.0).is_none());
        assert_eq!(scene.large_in(Rect::from_xywh(0.0, 0.0, 1e6, 1e6), 5000.0), Some(Vec::new()));
    }
}
