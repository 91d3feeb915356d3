//! From points to what the GPU reads: triangles for the fill and a row of vertices for the outline.
//!
//! One row of vertices serves both. The outline shader looks at four vertices in a row (before, a, b, after),
//! so a closed ring `p0 .. pn` is written as `pn p0 .. pn p0 p1` and an open one as `p0 p0 .. pn pn`; the
//! vertices that start a segment are marked.

use earcut::Earcut;

use super::nesting::{Group, doubled_area, groups};
use super::{EdgeLook, FillRule, MarkerKind, Shape, sweep};
use crate::camera::Bounds;
use crate::gpu::fixed_from_px;

pub(super) const STARTS_SEGMENT: u32 = 1 << 31;
pub(super) const OPEN: u32 = 1 << 30;
/// The segment has dashes of its own.
const DASHED: u32 = 1 << 29;
/// The segment before, or after, is not drawn: the end is round.
const FREE_START: u32 = 1 << 28;
const FREE_END: u32 = 1 << 27;
/// A marker at this vertex instead of a segment; its kind begins at bit 24. Below that is the row of the style table.
const MARKER: u32 = 1 << 26;
const KIND_SHIFT: u32 = 24;

/// One point of a ring.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct Vertex {
    /// In 1/2048 image px.
    pub pos: [i32; 2],
    /// The shape's row of the style table and the marks.
    pub tag: u32,
    /// Image px along the ring from its first point.
    pub distance: f32,
}

/// Vertices and triangles of one or more shapes; indices count from the first vertex.
#[derive(Debug, Default)]
pub(super) struct Mesh {
    pub vertices: Vec<Vertex>,
    pub indices: Vec<u32>,
}

/// Builds meshes and keeps its memory between shapes.
pub(super) struct Tessellator {
    earcut: Earcut<f64>,
    /// The cleaned rings of the shape at hand, and memory for more.
    rings: Vec<Vec<[f64; 2]>>,
    spare: Vec<Vec<[f64; 2]>>,
    /// How the edges of each of `rings` look; empty where no edge of the shape is marked.
    looks: Vec<Vec<EdgeLook>>,
    points: Vec<[f64; 2]>,
    /// The mesh vertex of each of `points`.
    vertex_of: Vec<u32>,
    hole_starts: Vec<u32>,
    triangles: Vec<u32>,
}

/// The triangulation addresses its nodes with 32 bits; well below that, and far above any real outline.
const MAX_FILLED_POINTS: usize = 8_000_000;

impl Tessellator {
    pub fn new() -> Self {
        Self {
            earcut: Earcut::new(),
            rings: Vec::new(),
            spare: Vec::new(),
            looks: Vec::new(),
            points: Vec::new(),
            vertex_of: Vec::new(),
            hole_starts: Vec::new(),
            triangles: Vec::new(),
        }
    }

    /// Appends a shape that has this row of the style table to `mesh` and returns its bounds.
    pub fn add_shape(&mut self, style: u32, shape: &Shape, mesh: &mut Mesh) -> Bounds {
        let rings = shape.rings.iter().map(Vec::as_slice);
        let mut bounds = match shape.edges.is_empty() {
            true => self.add(style, rings, shape.closed, shape.rule, mesh),
            false => self.add_marked(style, shape, mesh),
        };
        for marker in shape.markers.iter().filter(|marker| marker.pos.iter().all(|v| v.is_finite())) {
            bounds.include(marker.pos);
            let before = match marker.kind {
                MarkerKind::Arrow { from } if from.iter().all(|v| v.is_finite()) => from,
                _ => marker.pos,
            };
            mesh.vertices.push(vertex(before, style, 0.0));
            mesh.vertices.push(vertex(marker.pos, style | STARTS_SEGMENT | MARKER | marker.kind.number() << KIND_SHIFT, 0.0));
        }
        if !shape.markers.is_empty() {
            // The last one, too, is read with two after it.
            mesh.vertices.extend([Vertex { tag: style, ..Vertex::default() }; 2]);
        }
        bounds
    }

    /// The same for the rings of a shape without marked edges and markers.
    pub fn add<'a>(
        &mut self,
        style: u32,
        rings: impl Iterator<Item = &'a [[f64; 2]]>,
        closed: bool,
        rule: FillRule,
        mesh: &mut Mesh,
    ) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for points in rings {
            let mut ring = self.spare.pop().unwrap_or_default();
            clean(points, closed, &mut ring, &mut |_| {});
            ring.iter().for_each(|&p| bounds.include(p));
            if !closed || ring.len() < 3 {
                add_open(style, &ring, &[], mesh);
                self.spare.push(ring);
            } else {
                self.rings.push(ring);
            }
        }
        self.add_closed(style, rule, mesh);
        bounds
    }

    fn add_marked(&mut self, style: u32, shape: &Shape, mesh: &mut Mesh) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for (number, points) in shape.rings.iter().enumerate() {
            let mut given = vec![EdgeLook::Plain; points.len()];
            for mark in shape.edges.iter().filter(|mark| mark.ring as usize == number) {
                if let Some(look) = given.get_mut(mark.edge as usize) {
                    *look = mark.look;
                }
            }
            let (mut ring, mut looks) = (Vec::new(), Vec::new());
            clean(points, shape.closed, &mut ring, &mut |change| match change {
                Cleaned::Kept(at) => looks.push(given[at]),
                // The edge to it has no length: the one from it counts.
                Cleaned::Doubled(at) => looks.last_mut().into_iter().for_each(|look| *look = given[at]),
            });
            looks.truncate(ring.len());
            ring.iter().for_each(|&p| bounds.include(p));
            if !shape.closed || ring.len() < 3 {
                add_open(style, &ring, &looks, mesh);
            } else {
                self.rings.push(ring);
                self.looks.push(looks);
            }
        }
        self.add_closed(style, shape.rule, mesh);
        self.looks.clear();
        bounds
    }

    fn add_closed(&mut self, index: u32, rule: FillRule, mesh: &mut Mesh) {
        let mut rings = std::mem::take(&mut self.rings);
        match rings.as_mut_slice() {
            [] => {}
            // Nearly all shapes.
            [ring] => {
                turn(ring, self.looks.first_mut(), false);
                let first = add_ring(index, ring, self.looks.first(), mesh);
                if ring.len() <= MAX_FILLED_POINTS {
                    self.earcut.earcut_slice(ring, &[], &mut self.triangles);
                    let crosses = !covers(&self.triangles, ring, doubled_area(ring).abs());
                    if !(crosses && sweep_into(index, &[ring], rule, mesh)) {
                        mesh.indices.extend(self.triangles.iter().map(|&i| first + i));
                    }
                }
            }
            rings => self.add_nested(index, rings, rule, mesh),
        }
        self.spare.append(&mut rings);
        self.rings = rings;
    }

    fn add_nested(&mut self, index: u32, rings: &mut [Vec<[f64; 2]>], rule: FillRule, mesh: &mut Mesh) {
        let views: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
        let found = groups(&views);
        // Filled before the rings are turned: their directions count.
        let swept = overlap(&views, &found, rule) && sweep_into(index, &views, rule, mesh);
        let num_swept = mesh.indices.len();
        for group in &found {
            for (&ring, is_hole) in std::iter::once((&group.outer, false)).chain(group.holes.iter().map(|hole| (hole, true))) {
                turn(&mut rings[ring], self.looks.get_mut(ring), is_hole);
            }
        }
        let first_points: Vec<u32> = rings.iter().enumerate().map(|(at, ring)| add_ring(index, ring, self.looks.get(at), mesh)).collect();
        let num_points: usize = rings.iter().map(Vec::len).sum();
        if swept || num_points > MAX_FILLED_POINTS {
            return;
        }
        let mut crosses = false;
        for group in &found {
            crosses |= !self.fill(group, rings, &first_points, mesh);
        }
        if crosses {
            let triangles = mesh.indices.split_off(num_swept);
            let views: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
            if !sweep_into(index, &views, rule, mesh) {
                mesh.indices.extend(triangles);
            }
        }
    }

    /// Fills an outline but its holes. `false`: something crosses, and the triangles are wrong.
    fn fill(&mut self, group: &Group, rings: &[Vec<[f64; 2]>], first_points: &[u32], mesh: &mut Mesh) -> bool {
        self.points.clear();
        self.vertex_of.clear();
        self.hole_starts.clear();
        for &ring in std::iter::once(&group.outer).chain(&group.holes) {
            if ring != group.outer {
                self.hole_starts.push(self.points.len() as u32);
            }
            self.points.extend_from_slice(&rings[ring]);
            self.vertex_of.extend((0..rings[ring].len() as u32).map(|i| first_points[ring] + i));
        }
        self.earcut.earcut_slice(&self.points, &self.hole_starts, &mut self.triangles);
        mesh.indices.extend(self.triangles.iter().map(|&i| self.vertex_of[i as usize]));
        let area = |ring: usize| doubled_area(&rings[ring]).abs();
        covers(&self.triangles, &self.points, area(group.outer) - group.holes.iter().map(|&hole| area(hole)).sum::<f64>())
    }
}

/// Whether triangles have the area that what they fill has; else it crosses itself.
fn covers(triangles: &[u32], points: &[[f64; 2]], doubled: f64) -> bool {
    let mut sum = 0.0;
    for corners in triangles.chunks_exact(3) {
        let [a, b, c] = [0, 1, 2].map(|at| points[corners[at] as usize]);
        sum += ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs();
    }
    (sum - doubled).abs() <= 1e-6 * sum.max(doubled) + 1e-3
}

/// Whether outlines and holes do not tell what is filled, since rings cross or go round the same way.
fn overlap(rings: &[&[[f64; 2]]], found: &[Group], rule: FillRule) -> bool {
    let is_same_way = |group: &Group| {
        let outer = doubled_area(rings[group.outer]) > 0.0;
        group.holes.iter().any(|hole| (doubled_area(rings[*hole]) > 0.0) == outer)
    };
    let checked: Vec<usize> = match rule {
        // The area of the triangles tells whether holes cross their outlines.
        FillRule::EvenOdd => found.iter().map(|group| group.outer).collect(),
        FillRule::NonZero if found.iter().any(is_same_way) => return true,
        FillRule::NonZero => (0..rings.len()).collect(),
    };
    if checked.len() > MAX_CHECKED {
        return rule == FillRule::NonZero;
    }
    let around = |ring: usize| {
        let mut bounds = Bounds::EMPTY;
        rings[ring].iter().for_each(|&p| bounds.include(p));
        (rings[ring], bounds)
    };
    let checked: Vec<(&[[f64; 2]], Bounds)> = checked.into_iter().map(around).collect();
    let later = |at: usize| checked.iter().skip(at + 1);
    checked.iter().enumerate().any(|(at, a)| later(at).any(|b| a.1.overlaps(&b.1) && sweep::cross(a.0, b.0)))
}

/// Rings of a shape among which crossings are looked for.
const MAX_CHECKED: usize = 64;

/// Appends trapezoids with vertices of their own. `false`: too many points.
fn sweep_into(index: u32, rings: &[&[[f64; 2]]], rule: FillRule, mesh: &mut Mesh) -> bool {
    let (num_vertices, num_indices) = (mesh.vertices.len(), mesh.indices.len());
    let filled = sweep::fill(rings.iter().copied(), rule, |corners| {
        let first = mesh.vertices.len() as u32;
        mesh.vertices.extend(corners.map(|p| vertex(p, index, 0.0)));
        mesh.indices.extend([0, 1, 2, 0, 2, 3].map(|at| first + at));
    });
    if !filled {
        mesh.vertices.truncate(num_vertices);
        mesh.indices.truncate(num_indices);
    }
    filled
}

/// What becomes of a point.
enum Cleaned {
    Kept(usize),
    /// It lies on the one kept last.
    Doubled(usize),
}

/// Copies a ring without points that are not finite and points on top of the one before.
fn clean(points: &[[f64; 2]], closed: bool, ring: &mut Vec<[f64; 2]>, tell: &mut impl FnMut(Cleaned)) {
    ring.clear();
    let mut last = None;
    for (at, &p) in points.iter().enumerate().filter(|(_, p)| p.iter().all(|v| v.is_finite())) {
        let fixed = Some(p.map(fixed_from_px));
        if fixed == last {
            tell(Cleaned::Doubled(at));
        } else {
            ring.push(p);
            last = fixed;
            tell(Cleaned::Kept(at));
        }
    }
    while closed && ring.len() > 1 && ring[0].map(fixed_from_px) == ring[ring.len() - 1].map(fixed_from_px) {
        ring.pop();
    }
}

/// The halo lies right of the direction of travel: turns a ring so that this is the outside.
fn turn(ring: &mut [[f64; 2]], looks: Option<&mut Vec<EdgeLook>>, inside_right: bool) {
    if (doubled_area(ring) > 0.0) != inside_right {
        // The first point stays first: dashes start there.
        ring[1..].reverse();
        looks.into_iter().for_each(|looks| looks.reverse());
    }
}

/// The marks of a segment by the looks of it and its neighbours.
fn segment_tag(before: EdgeLook, own: EdgeLook, after: EdgeLook) -> u32 {
    let free = |look: EdgeLook, tag: u32| if look == EdgeLook::Invisible { tag } else { 0 };
    let tag = match own {
        EdgeLook::Plain => STARTS_SEGMENT,
        EdgeLook::Dashed => STARTS_SEGMENT | DASHED,
        EdgeLook::Invisible => return 0,
    };
    tag | free(before, FREE_START) | free(after, FREE_END)
}

fn vertex(p: [f64; 2], tag: u32, distance: f64) -> Vertex {
    Vertex { pos: p.map(fixed_from_px), tag, distance: distance as f32 }
}

fn length(a: [f64; 2], b: [f64; 2]) -> f64 {
    let d = [b[0] - a[0], b[1] - a[1]];
    (d[0] * d[0] + d[1] * d[1]).sqrt()
}

/// Appends a closed ring of three points or more; returns the mesh vertex of its first point.
fn add_ring(index: u32, ring: &[[f64; 2]], looks: Option<&Vec<EdgeLook>>, mesh: &mut Mesh) -> u32 {
    let last = ring[ring.len() - 1];
    mesh.vertices.push(vertex(last, index, 0.0));
    let first = mesh.vertices.len() as u32;
    let mut distance = 0.0;
    let look = |at: usize| looks.and_then(|looks| looks.get(at % ring.len())).copied().unwrap_or_default();
    for (i, &p) in ring.iter().enumerate() {
        let tag = match looks {
            None => STARTS_SEGMENT,
            Some(_) => segment_tag(look(i + ring.len() - 1), look(i), look(i + 1)),
        };
        mesh.vertices.push(vertex(p, index | tag, distance));
        distance += length(p, ring[(i + 1) % ring.len()]);
    }
    mesh.vertices.push(vertex(ring[0], index, distance));
    mesh.vertices.push(vertex(ring[1], index, distance));
    first
}

fn add_open(index: u32, line: &[[f64; 2]], looks: &[EdgeLook], mesh: &mut Mesh) {
    let index = index | OPEN;
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else { return };
    mesh.vertices.push(vertex(first, index, 0.0));
    let mut distance = 0.0;
    let look = |at: Option<usize>| at.and_then(|at| looks.get(at)).copied().unwrap_or_default();
    for (at, pair) in line.windows(2).enumerate() {
        let tag = segment_tag(look(at.checked_sub(1)), look(Some(at)), look(Some(at + 1)));
        mesh.vertices.push(vertex(pair[0], index | tag, distance));
        distance += length(pair[0], pair[1]);
    }
    if line.len() == 1 {
        mesh.vertices.push(vertex(first, index | STARTS_SEGMENT, 0.0));
    }
    mesh.vertices.push(vertex(last, index, distance));
    mesh.vertices.push(vertex(last, index, distance));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mesh_of(closed: bool, rings: &[&[[f64; 2]]]) -> (Mesh, Bounds) {
        let shape = Shape { rings: rings.iter().map(|ring| ring.to_vec()).collect(), closed, ..Default::default() };
        let mut mesh = Mesh::default();
        let bounds = Tessellator::new().add_shape(7, &shape, &mut mesh);
        (mesh, bounds)
    }

    fn num_segments(mesh: &Mesh) -> usize {
        mesh.vertices.iter().filter(|v| v.tag & STARTS_SEGMENT != 0).count()
    }

    #[test]
    fn a_closed_ring_has_as_many_segments_as_points() {
        let (mesh, bounds) = mesh_of(true, &[&[[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]]]);
        assert_eq!((mesh.vertices.len(), num_segments(&mesh), mesh.indices.len()), (6, 3, 3));
        assert_eq!(mesh.vertices[4].distance, 12.0);
        assert_eq!((bounds.min, bounds.max), ([0.0, 0.0], [4.0, 3.0]));
    }

    #[test]
    fn the_outside_is_right_of_every_ring() {
        let outer: &[[f64; 2]] = &[[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]];
        let hole: &[[f64; 2]] = &[[3.0, 3.0], [3.0, 6.0], [6.0, 6.0], [6.0, 3.0]];
        let (mesh, _) = mesh_of(true, &[outer, hole]);
        let ring = |from: usize| -> Vec<[f64; 2]> { mesh.vertices[from..from + 4].iter().map(|v| v.pos.map(f64::from)).collect() };
        assert!(doubled_area(&ring(1)) < 0.0);
        assert!(doubled_area(&ring(8)) > 0.0);
        assert_eq!(mesh.vertices[1].pos, [0, 0]);
    }

    #[test]
    fn bad_and_double_points_are_left_out() {
        let (mesh, _) = mesh_of(true, &[&[[0.0, 0.0], [f64::NAN, 1.0], [0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 0.0]]]);
        assert_eq!(num_segments(&mesh), 3);
        let (mesh, bounds) = mesh_of(true, &[&[[f64::INFINITY, 0.0]], &[]]);
        assert!(mesh.vertices.is_empty() && bounds.min[0] > bounds.max[0]);
    }

    #[test]
    fn lines_and_dots_have_no_fill() {
        let (line, _) = mesh_of(false, &[&[[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]]]);
        assert_eq!((num_segments(&line), line.indices.len(), line.vertices.len()), (2, 0, 5));
        let (dot, _) = mesh_of(true, &[&[[1.0, 1.0]]]);
        assert_eq!((num_segments(&dot), dot.indices.len(), dot.vertices.len()), (1, 0, 4));
    }

    #[test]
    fn a_ring_that_crosses_itself_does_not_panic() {
        let (mesh, _) = mesh_of(true, &[&[[0.0, 0.0], [9.0, 9.0], [9.0, 0.0], [0.0, 9.0], [4.0, -3.0], [4.0, 20.0]]]);
        assert_eq!(num_segments(&mesh), 6);
    }
}
