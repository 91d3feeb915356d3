//! Polygons as directed edges on a grid of whole numbers, where crossings are found exactly. Every edge knows from which edge
//! of the input it comes.

use i_overlay::core::edge_data::{EdgeDataMerge, OverlayEdgeData};
use i_overlay::core::edge_overlay::{EdgeOverlay, InputEdge};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::ShapeType;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::segm::boolean::ShapeCountBoolean;
use i_overlay::vector::edge::DataVectorShape;
use limn_core::geometry::{Edge, Path};
use limn_core::{ImagePos, Part, Polygon};
use std::collections::HashMap;

/// Steps of the grid in a pixel: 64 in each hundredth, so that stored points lie on it exactly.
pub(super) const STEPS: f64 = 6400.0;
/// Coordinates beyond this many pixels are taken for this.
const FARTHEST: f64 = 1e9;
/// How far, in pixels, the straight pieces of a curve may lie from it: less than points are rounded by.
const FINE: f64 = 0.005;

pub(super) type Cell = IntPoint<i64>;
pub(super) type Shapes = Vec<DataVectorShape<i64, Origin>>;
/// An area by its directed border.
pub(super) type Region = Vec<InputEdge<i64, Origin>>;

/// Where a piece of a border comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    /// Number of the edge in [`Sources::edges`].
    pub edge: u32,
    /// Which of its straight pieces.
    pub step: u32,
}

impl OverlayEdgeData for Origin {
    type Store = ();

    /// Of borders that lie on one another, what was given first counts.
    fn merge(both: EdgeDataMerge<ShapeCountBoolean, Self>, (): &mut ()) -> Self {
        both.lhs_data.min(both.rhs_data)
    }
}

/// An edge of the input.
pub(super) struct SourceEdge {
    pub from: ImagePos,
    pub to: ImagePos,
    pub edge: Edge,
    /// Number of its ring among all.
    pub ring: u32,
    /// Straight pieces that it was cut into, at even steps of its parameter.
    pub steps: u32,
}

/// Everything that was given.
#[derive(Default)]
pub(super) struct Sources {
    pub edges: Vec<SourceEdge>,
    points: HashMap<[i64; 2], ImagePos>,
    num_rings: u32,
}

/// The place of the grid that is nearest.
pub(super) fn cell(pos: ImagePos) -> Cell {
    let step = |at: f64| (at.clamp(-FARTHEST, FARTHEST) * STEPS).round() as i64;
    IntPoint::new(step(pos.x), step(pos.y))
}

pub(super) fn pos_of(cell: Cell) -> ImagePos {
    ImagePos::new(cell.x as f64 / STEPS, cell.y as f64 / STEPS)
}

impl Sources {
    /// The point of the input that lies here.
    pub fn point(&self, cell: Cell) -> Option<ImagePos> {
        self.points.get(&[cell.x, cell.y]).copied()
    }

    /// The area of a polygon. Rings with coordinates that are no numbers are left out.
    pub fn region(&mut self, polygon: &Polygon) -> Region {
        polygon.parts.iter().flat_map(|part| self.part(part)).collect()
    }

    fn part(&mut self, part: &Part) -> Region {
        let outer = even_odd(self.ring(&part.outer));
        let holes: Region = part.holes.iter().flat_map(|hole| even_odd(self.ring(hole))).collect();
        if holes.is_empty() { outer } else { edges_of(&overlaid(outer, holes, OverlayRule::Difference, FillRule::NonZero)) }
    }

    fn ring(&mut self, ring: &Path) -> Region {
        if ring.len() < 2 || !ring.all_positions().all(ImagePos::is_finite) {
            return Region::new();
        }
        let mut ring = std::borrow::Cow::Borrowed(ring);
        if ring.all_positions().any(|pos| pos.x.abs() > FARTHEST || pos.y.abs() > FARTHEST) {
            ring.to_mut().map_in_place(|pos| ImagePos::new(pos.x.clamp(-FARTHEST, FARTHEST), pos.y.clamp(-FARTHEST, FARTHEST)));
        }
        for pos in ring.points() {
            let at = cell(*pos);
            self.points.entry([at.x, at.y]).or_insert(*pos);
        }
        let first = self.edges.len();
        self.num_rings += 1;
        for (at, from) in ring.points().iter().enumerate() {
            let to = ring.points()[(at + 1) % ring.len()];
            self.edges.push(SourceEdge { from: *from, to, edge: ring.edge(at), ring: self.num_rings, steps: 0 });
        }
        let mut region = Region::with_capacity(ring.len());
        for (from, to, at) in ring.segments(true, FINE) {
            let Some(source) = self.edges.get_mut(first + at) else { continue };
            // More than four thousand million edges do not fit into memory.
            let data = Origin { edge: (first + at) as u32, step: source.steps };
            source.steps += 1;
            region.push(InputEdge { a: cell(from), b: cell(to), data });
        }
        region
    }
}

impl Sources {
    /// The border of a ring of the grid, whose points are no points of the input.
    pub fn cells(&mut self, ring: &[Cell]) -> Region {
        let next = ring.iter().cycle().skip(1);
        let mut region = Region::with_capacity(ring.len());
        self.num_rings += 1;
        for (a, b) in ring.iter().zip(next) {
            let data = Origin { edge: self.edges.len() as u32, step: 0 };
            self.edges.push(SourceEdge { from: pos_of(*a), to: pos_of(*b), edge: Edge::default(), ring: self.num_rings, steps: 1 });
            region.push(InputEdge { a: *a, b: *b, data });
        }
        region
    }
}

/// The area inside a ring that may cross itself.
fn even_odd(ring: Region) -> Region {
    edges_of(&overlaid(ring, Region::new(), OverlayRule::Subject, FillRule::EvenOdd))
}

/// Two areas laid over each other.
pub(super) fn overlaid(first: Region, second: Region, rule: OverlayRule, fill: FillRule) -> Shapes {
    let mut overlay = EdgeOverlay::new(first.len() + second.len());
    overlay.add_edges(first, ShapeType::Subject);
    overlay.add_edges(second, ShapeType::Clip);
    overlay.build_vector_shapes(rule, fill)
}

/// The border of shapes, ready to be laid over others.
pub(super) fn edges_of(shapes: &Shapes) -> Region {
    let edges = shapes.iter().flatten().flatten();
    edges.map(|edge| InputEdge { a: edge.a, b: edge.b, data: edge.data }).collect()
}
