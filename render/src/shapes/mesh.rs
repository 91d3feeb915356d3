//! From points to what the GPU reads: triangles for the fill and a row of vertices for the outline.
//!
//! One row of vertices serves both. The outline shader looks at four vertices in a row (before, a, b, after),
//! so a closed ring `p0 .. pn` is written as `pn p0 .. pn p0 p1` and an open one as `p0 p0 .. pn pn`; the
//! vertices that start a segment are marked.

use earcut::Earcut;

use super::Shape;
use super::nesting::{Group, doubled_area, groups};
use crate::camera::Bounds;
use crate::gpu::fixed_from_px;

pub(super) const STARTS_SEGMENT: u32 = 1 << 31;
pub(super) const OPEN: u32 = 1 << 30;

/// One point of a ring.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct Vertex {
    /// In 1/2048 image px.
    pub pos: [i32; 2],
    /// The shape's row of the style table and the two marks.
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
            points: Vec::new(),
            vertex_of: Vec::new(),
            hole_starts: Vec::new(),
            triangles: Vec::new(),
        }
    }

    /// Appends a shape that has this row of the style table to `mesh` and returns its bounds.
    pub fn add_shape(&mut self, style: u32, shape: &Shape, mesh: &mut Mesh) -> Bounds {
        self.add(style, shape.rings.iter().map(Vec::as_slice), shape.closed, mesh)
    }

    /// The same for the rings of a shape.
    pub fn add<'a>(&mut self, style: u32, rings: impl Iterator<Item = &'a [[f64; 2]]>, closed: bool, mesh: &mut Mesh) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for points in rings {
            let mut ring = self.spare.pop().unwrap_or_default();
            clean(points, closed, &mut ring);
            ring.iter().for_each(|&p| bounds.include(p));
            if !closed || ring.len() < 3 {
                add_open(style, &ring, mesh);
                self.spare.push(ring);
            } else {
                self.rings.push(ring);
            }
        }
        self.add_closed(style, mesh);
        bounds
    }

    fn add_closed(&mut self, index: u32, mesh: &mut Mesh) {
        let mut rings = std::mem::take(&mut self.rings);
        match rings.as_mut_slice() {
            [] => {}
            // Nearly all shapes.
            [ring] => {
                turn(ring, false);
                let first = add_ring(index, ring, mesh);
                if ring.len() <= MAX_FILLED_POINTS {
                    self.earcut.earcut_slice(ring, &[], &mut self.triangles);
                    mesh.indices.extend(self.triangles.iter().map(|&i| first + i));
                }
            }
            rings => self.add_nested(index, rings, mesh),
        }
        self.spare.append(&mut rings);
        self.rings = rings;
    }

    fn add_nested(&mut self, index: u32, rings: &mut [Vec<[f64; 2]>], mesh: &mut Mesh) {
        let views: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
        let found = groups(&views);
        for group in &found {
            turn(&mut rings[group.outer], false);
            group.holes.iter().for_each(|&hole| turn(&mut rings[hole], true));
        }
        let first_points: Vec<u32> = rings.iter().map(|ring| add_ring(index, ring, mesh)).collect();
        let num_points: usize = rings.iter().map(Vec::len).sum();
        if num_points <= MAX_FILLED_POINTS {
            for group in &found {
                self.fill(group, rings, &first_points, mesh);
            }
        }
    }

    fn fill(&mut self, group: &Group, rings: &[Vec<[f64; 2]>], first_points: &[u32], mesh: &mut Mesh) {
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
    }
}

/// Copies a ring without points that are not finite and points on top of the one before.
fn clean(points: &[[f64; 2]], closed: bool, ring: &mut Vec<[f64; 2]>) {
    ring.clear();
    let mut last = None;
    for &p in points.iter().filter(|p| p.iter().all(|v| v.is_finite())) {
        let fixed = Some(p.map(fixed_from_px));
        if fixed != last {
            ring.push(p);
            last = fixed;
        }
    }
    while closed && ring.len() > 1 && ring[0].map(fixed_from_px) == ring[ring.len() - 1].map(fixed_from_px) {
        ring.pop();
    }
}

/// The halo lies right of the direction of travel: turns a ring so that this is the outside.
fn turn(ring: &mut [[f64; 2]], inside_right: bool) {
    if (doubled_area(ring) > 0.0) != inside_right {
        // The first point stays first: dashes start there.
        ring[1..].reverse();
    }
}

fn vertex(p: [f64; 2], tag: u32, distance: f64) -> Vertex {
    Vertex { pos: p.map(fixed_from_px), tag, distance: distance as f32 }
}

fn length(a: [f64; 2], b: [f64; 2]) -> f64 {
    let d = [b[0] - a[0], b[1] - a[1]];
    (d[0] * d[0] + d[1] * d[1]).sqrt()
}

/// Appends a closed ring of three points or more; returns the mesh vertex of its first point.
fn add_ring(index: u32, ring: &[[f64; 2]], mesh: &mut Mesh) -> u32 {
    let last = ring[ring.len() - 1];
    mesh.vertices.push(vertex(last, index, 0.0));
    let first = mesh.vertices.len() as u32;
    let mut distance = 0.0;
    for (i, &p) in ring.iter().enumerate() {
        mesh.vertices.push(vertex(p, index | STARTS_SEGMENT, distance));
        distance += length(p, ring[(i + 1) % ring.len()]);
    }
    mesh.vertices.push(vertex(ring[0], index, distance));
    mesh.vertices.push(vertex(ring[1], index, distance));
    first
}

fn add_open(index: u32, line: &[[f64; 2]], mesh: &mut Mesh) {
    let index = index | OPEN;
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else { return };
    mesh.vertices.push(vertex(first, index, 0.0));
    let mut distance = 0.0;
    for pair in line.windows(2) {
        mesh.vertices.push(vertex(pair[0], index | STARTS_SEGMENT, distance));
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
