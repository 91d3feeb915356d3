//! Outlines with fewer points, for views so far out that the points left out cannot be told from a straight line.

use super::mesh::{Mesh, Tessellator};
use super::page::Part;
use super::{FillRule, Shape};

/// The most that a thinned outline may be off, screen px. Lines are antialiased over one px; half of that is not seen.
const MAX_ERROR_PX: f64 = 0.4;

/// How far off the coarser copies of a page may be, image px. Four steps apart: a view has at most four times the
/// accuracy it needs, and all copies together take less memory than the page itself. The first is for curves, whose points are
/// dense enough for the nearest view.
pub(super) const ERRORS: [f64; 7] = [0.05, 0.5, 2.0, 8.0, 32.0, 128.0, 512.0];

/// Whether a copy that is off by `error` image px looks the same at this zoom.
pub(super) fn is_fine_enough(error: f64, zoom: f64) -> bool {
    error * zoom <= MAX_ERROR_PX
}

/// The outlines of a page, one after the other in three lists: a page has a thousand of them.
#[derive(Debug, Default)]
pub(super) struct Outlines {
    points: Vec<[f64; 2]>,
    /// Where each ring ends in `points`.
    ring_ends: Vec<usize>,
    shapes: Vec<Outline>,
    /// With marked edges or markers: few, and they stay as they are.
    whole: Vec<(u32, Shape)>,
    /// Where each part ends in `shapes` and `whole`.
    part_ends: Vec<(usize, usize)>,
}

#[derive(Clone, Copy, Debug)]
struct Outline {
    style: u32,
    closed: bool,
    rule: FillRule,
    /// Where its rings end in `ring_ends`.
    rings_end: usize,
}

impl Outlines {
    pub fn add(&mut self, style: u32, shape: &Shape) {
        if !shape.edges.is_empty() || !shape.markers.is_empty() {
            self.whole.push((style, shape.clone()));
            return;
        }
        for ring in &shape.rings {
            self.points.extend(ring.iter().filter(|p| p.iter().all(|v| v.is_finite())));
            self.ring_ends.push(self.points.len());
        }
        self.shapes.push(Outline { style, closed: shape.closed, rule: shape.rule, rings_end: self.ring_ends.len() });
    }

    pub fn clear(&mut self) {
        self.points.clear();
        self.ring_ends.clear();
        self.shapes.clear();
        self.whole.clear();
        self.part_ends.clear();
    }

    /// What comes from now on belongs to another part.
    pub fn end_part(&mut self) {
        self.part_ends.push((self.shapes.len(), self.whole.len()));
    }

    pub fn num_points(&self) -> usize {
        self.points.len()
    }

    /// The same with points left out where that moves no border by more than `error`. What is smaller becomes a dot.
    pub fn thinned(&self, error: f64) -> Self {
        let mut thin = Self { whole: self.whole.clone(), part_ends: self.part_ends.clone(), ..Self::default() };
        let mut scratch = Scratch::default();
        let (mut point, mut ring) = (0, 0);
        for shape in &self.shapes {
            for end in &self.ring_ends[ring..shape.rings_end] {
                scratch.thin(&self.points[point..*end], shape.closed, error, &mut thin.points);
                thin.ring_ends.push(thin.points.len());
                point = *end;
            }
            ring = shape.rings_end;
            thin.shapes.push(*shape);
        }
        thin
    }

    /// Their mesh, and what of it is which part.
    pub fn mesh(&self, tessellator: &mut Tessellator) -> (Mesh, Vec<Part>) {
        let (mut mesh, mut parts) = (Mesh::default(), Vec::with_capacity(self.part_ends.len()));
        let (mut point, mut ring, mut first) = (0, 0, (0, 0));
        for end in &self.part_ends {
            let (vertices, indices) = (mesh.vertices.len() as u32, mesh.indices.len() as u32);
            for shape in &self.shapes[first.0..end.0] {
                let rings = self.ring_ends[ring..shape.rings_end].iter().map(|end| {
                    let points = &self.points[point..*end];
                    point = *end;
                    points
                });
                tessellator.add(shape.style, rings, shape.closed, shape.rule, &mut mesh);
                ring = shape.rings_end;
            }
            for (style, shape) in &self.whole[first.1..end.1] {
                tessellator.add_shape(*style, shape, &mut mesh);
            }
            first = *end;
            parts.push(Part { vertices: vertices..mesh.vertices.len() as u32, indices: indices..mesh.indices.len() as u32 });
        }
        (mesh, parts)
    }
}

/// Memory kept between rings.
#[derive(Default)]
struct Scratch {
    kept: Vec<bool>,
    open: Vec<(usize, usize)>,
}

impl Scratch {
    /// Appends the thinned ring to `out` (Ramer, Douglas and Peucker).
    fn thin(&mut self, ring: &[[f64; 2]], closed: bool, error: f64, out: &mut Vec<[f64; 2]>) {
        let (Some(first), true) = (ring.first(), ring.len() > 2) else { return out.extend_from_slice(ring) };
        let (low, high) = ring
            .iter()
            .fold((*first, *first), |(low, high), p| ([low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])]));
        if (high[0] - low[0]).max(high[1] - low[1]) <= 2.0 * error {
            return out.push([low[0] / 2.0 + high[0] / 2.0, low[1] / 2.0 + high[1] / 2.0]);
        }
        self.kept.clear();
        self.kept.resize(ring.len(), false);
        self.kept[0] = true;
        let last = ring.len() - 1;
        if closed {
            // Two paths between two points that stay: the first and the one farthest from it.
            let far = |at: &usize| (ring[*at][0] - first[0]).powi(2) + (ring[*at][1] - first[1]).powi(2);
            let farthest = (0..ring.len()).max_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(last);
            self.kept[farthest] = true;
            // The second one ends where the ring began.
            self.open.extend([(0, farthest), (farthest, ring.len())]);
        } else {
            self.kept[last] = true;
            self.open.push((0, last));
        }
        let square = error * error;
        while let Some((from, to)) = self.open.pop() {
            let (a, b) = (ring[from], ring[to % ring.len()]);
            let off = |at: usize| square_to_segment(ring[at], a, b);
            let worst = (from + 1..to).map(|at| (at, off(at))).max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((at, off)) = worst.filter(|(_, off)| *off > square) {
                debug_assert!(off.is_finite());
                self.kept[at] = true;
                self.open.extend([(from, at), (at, to)]);
            }
        }
        out.extend(ring.iter().zip(&self.kept).filter(|(_, kept)| **kept).map(|(p, _)| *p));
    }
}

/// Square of the distance from `p` to the segment from `a` to `b`.
fn square_to_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (d, from) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let square = d[0] * d[0] + d[1] * d[1];
    let t = if square > 0.0 { ((from[0] * d[0] + from[1] * d[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
    let off = [from[0] - t * d[0], from[1] - t * d[1]];
    off[0] * off[0] + off[1] * off[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(points: usize, radius: f64) -> Vec<[f64; 2]> {
        let corner = |at: usize| {
            let (sin, cos) = (at as f64 / points as f64 * std::f64::consts::TAU).sin_cos();
            [500.0 + radius * cos, 300.0 + radius * sin]
        };
        (0..points).map(corner).collect()
    }

    fn thin(ring: &[[f64; 2]], closed: bool, error: f64) -> Vec<[f64; 2]> {
        let mut out = Vec::new();
        Scratch::default().thin(ring, closed, error, &mut out);
        out
    }

    #[test]
    fn no_point_left_out_is_farther_off_than_allowed() {
        let ring = circle(400, 90.0);
        for error in ERRORS {
            let thin = thin(&ring, true, error);
            let off = |p: &[f64; 2]| {
                let near = (0..thin.len()).map(|at| square_to_segment(*p, thin[at], thin[(at + 1) % thin.len()]));
                near.fold(f64::INFINITY, f64::min).sqrt()
            };
            let worst = ring.iter().map(off).fold(0.0, f64::max);
            let most = if error < 0.1 { 130 } else { 60 };
            assert!(worst <= error * 2.0_f64.sqrt() + 1e-9 && thin.len() < most, "{error}: {worst}, {} points", thin.len());
        }
    }

    #[test]
    fn what_is_smaller_than_the_error_is_a_dot_and_ends_of_lines_stay() {
        assert_eq!(thin(&circle(12, 2.0), true, 2.0).len(), 1);
        let line = [[0.0, 0.0], [10.0, 0.3], [20.0, -0.3], [30.0, 0.0], [30.0, 40.0]];
        assert_eq!(thin(&line, false, 0.5), [[0.0, 0.0], [30.0, 0.0], [30.0, 40.0]]);
        assert_eq!(thin(&line[..2], false, 50.0), line[..2]);
    }

    #[test]
    fn rings_of_a_shape_stay_together() {
        let shape = |rings: Vec<Vec<[f64; 2]>>| Shape { rings, closed: true, ..Shape::default() };
        let mut outlines = Outlines::default();
        outlines.add(3, &shape(vec![circle(100, 80.0), circle(50, 20.0)]));
        outlines.add(9, &shape(vec![vec![], circle(30, 1.0)]));
        outlines.end_part();
        outlines.add(4, &shape(vec![circle(10, 1.0)]));
        outlines.end_part();
        let thin = outlines.thinned(2.0);
        assert_eq!(thin.ring_ends.len(), 5);
        let (mesh, parts) = thin.mesh(&mut Tessellator::new());
        let last = parts[1].vertices.clone();
        assert_eq!((parts[0].vertices.end, last.end as usize, last.len()), (last.start, mesh.vertices.len(), 4));
        assert!(mesh.vertices[last.start as usize..].iter().all(|v| v.tag & 0xff == 4));
        let of = |style: u32| mesh.vertices.iter().filter(|v| v.tag & 0xff == style).count();
        assert_eq!(of(9), 4);
        assert!((20..60).contains(&of(3)), "{}", of(3));
    }
}
