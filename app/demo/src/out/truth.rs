//! Ground truth: which pixels show which object, and outlines traced from them.

use std::sync::Arc;

use crate::TruthObject;
use crate::draw::stamp::{Part, Stamp, meet};

/// What a pixel shows: 0 for nothing labelled, else one more than the object's place in the table.
pub(crate) struct IdMask {
    pub width: usize,
    pub height: usize,
    pub ids: Vec<u16>,
    objects: Vec<Found>,
}

struct Found {
    label: &'static str,
    object: u32,
    /// The whole object, as if nothing stood in front, moved right by `dx` pixels.
    whole: Arc<Stamp>,
    dx: i32,
}

/// An object is left out when fewer of its pixels can be seen.
const LEAST_PIXELS: usize = 48;
/// Or when less than this part of it can be seen.
const LEAST_PART: f32 = 0.04;
/// Less than this part covered by others does not make an object "occluded".
const OCCLUDED_PART: f32 = 0.97;

impl IdMask {
    /// Lays the parts over one another, far ones first.
    pub(crate) fn new(width: u32, height: u32, parts: &[Part]) -> IdMask {
        let (w, h) = (width as usize, height as usize);
        let mut mask = IdMask { width: w, height: h, ids: vec![0; w * h], objects: Vec::new() };
        for part in parts {
            let slot = part.label.map_or(0, |label| mask.slot(label, part));
            mask.lay(part, slot);
        }
        mask
    }

    fn lay(&mut self, part: &Part, slot: u16) {
        let area = part.stamp.area;
        let here = [area[0] + part.dx, area[1], area[2] + part.dx, area[3]];
        let Some(seen) = meet(here, [0, 0, self.width as i32, self.height as i32]) else { return };
        let n = (seen[2] - seen[0]) as usize;
        for y in seen[1]..seen[3] {
            let from = ((y - here[1]) * (here[2] - here[0]) + seen[0] - here[0]) as usize;
            let to = y as usize * self.width + seen[0] as usize;
            for (id, cover) in self.ids[to..to + n].iter_mut().zip(&part.stamp.cover[from..from + n]) {
                if *cover {
                    *id = slot;
                }
            }
        }
    }

    fn slot(&mut self, label: &'static str, part: &Part) -> u16 {
        let known = self.objects.iter().position(|o| o.object == part.object && o.label == label);
        let index = match known {
            Some(index) => {
                let found = &mut self.objects[index];
                let joined = part.stamp.union(&found.whole, found.dx - part.dx);
                found.whole = Arc::new(joined);
                found.dx = part.dx;
                index
            }
            None => {
                self.objects.push(Found { label, object: part.object, whole: part.stamp.clone(), dx: part.dx });
                self.objects.len() - 1
            }
        };
        // A street has some hundred objects.
        u16::try_from(index + 1).unwrap_or(0)
    }

    /// Every object that can be seen well enough, in the order of the object ids.
    pub(crate) fn truth(&self, frame: u64) -> Vec<TruthObject> {
        let mut all: Vec<TruthObject> = (0..self.objects.len()).filter_map(|i| self.object(i, frame)).collect();
        all.sort_by_key(|o| o.object);
        all
    }

    fn object(&self, index: usize, frame: u64) -> Option<TruthObject> {
        let Found { label, object, whole, dx } = &self.objects[index];
        let area = [whole.area[0] + dx, whole.area[1], whole.area[2] + dx, whole.area[3]];
        let [left, top, right, bottom] = meet(area, [0, 0, self.width as i32, self.height as i32])?;
        let id = (index + 1) as u16;
        let (w, h) = ((right - left) as usize, (bottom - top) as usize);
        let mut seen = vec![false; w * h];
        let mut full = vec![false; w * h];
        let (mut count, mut total) = (0, 0);
        for y in 0..h {
            let ids = &self.ids[(top as usize + y) * self.width + left as usize..][..w];
            let cover = &whole.cover[((top - area[1]) as usize + y) * (area[2] - area[0]) as usize + (left - area[0]) as usize..][..w];
            for x in 0..w {
                seen[y * w + x] = ids[x] == id;
                full[y * w + x] = cover[x];
                count += usize::from(ids[x] == id);
                total += usize::from(cover[x]);
            }
        }
        if count < LEAST_PIXELS || (count as f32) < total as f32 * LEAST_PART {
            return None;
        }
        let origin = [f64::from(left), f64::from(top)];
        let bbox = extent(&seen, w, h, origin)?;
        // Most of the work is to trace outlines: an object that is wholly in the picture
        // keeps its own, whatever stands in front.
        let amodal = if total == whole.count {
            let ring = whole.ring.get_or_init(|| largest(&full, w, h, [f64::from(left - dx), f64::from(top)]));
            ring.iter().map(|p| [p[0] + f64::from(*dx), p[1]]).collect()
        } else {
            largest(&full, w, h, origin)
        };
        let (polygon, parts) = if count == total && total == whole.count {
            (amodal.clone(), Vec::new())
        } else {
            let mut rings = trace(&seen, w, h, origin);
            rings.sort_by_key(|r| std::cmp::Reverse(r.0));
            let mut rings = rings.into_iter().filter(|r| r.0 * 50 >= count).map(|r| clip(r.1, bbox));
            let first = rings.next()?;
            (first, rings.filter(|r| r.len() > 2).collect())
        };
        let b = whole.bounds;
        let (l, r) = (b[0] + *dx as f32, b[2] + *dx as f32);
        let truncated = l < -0.5 || b[1] < -0.5 || r > self.width as f32 + 0.5 || b[3] > self.height as f32 + 0.5;
        (polygon.len() > 2).then_some(TruthObject {
            label,
            object: *object,
            frame,
            bbox,
            polygon,
            parts,
            amodal,
            occluded: (count as f32) < total as f32 * OCCLUDED_PART,
            truncated,
        })
    }
}

/// The outline of the largest piece; empty when there is none.
fn largest(seen: &[bool], w: usize, h: usize, origin: [f64; 2]) -> Vec<[f64; 2]> {
    trace(seen, w, h, origin).into_iter().max_by_key(|r| r.0).map_or(Vec::new(), |r| r.1)
}

/// The box of the pixels that are set: x, y, width, height.
fn extent(seen: &[bool], w: usize, h: usize, origin: [f64; 2]) -> Option<[f64; 4]> {
    let (mut l, mut t, mut r, mut b) = (w, h, 0, 0);
    for (y, row) in seen.chunks_exact(w).enumerate() {
        if let (Some(first), Some(last)) = (row.iter().position(|s| *s), row.iter().rposition(|s| *s)) {
            (l, r) = (l.min(first), r.max(last + 1));
            (t, b) = (t.min(y), b.max(y + 1));
        }
    }
    (l < r && t < b).then(|| [origin[0] + l as f64, origin[1] + t as f64, (r - l) as f64, (b - t) as f64])
}

/// Keeps a ring inside its box: simplifying moves no point, but be certain.
fn clip(ring: Vec<[f64; 2]>, [x, y, w, h]: [f64; 4]) -> Vec<[f64; 2]> {
    ring.into_iter().map(|p| [p[0].clamp(x, x + w), p[1].clamp(y, y + h)]).collect()
}

/// The outer outline of each connected piece, with its number of pixels.
fn trace(seen: &[bool], w: usize, h: usize, origin: [f64; 2]) -> Vec<(usize, Vec<[f64; 2]>)> {
    let mut piece = vec![0u32; w * h];
    let mut rings = Vec::new();
    let mut stack = Vec::new();
    let mut next = 0;
    for start in 0..w * h {
        if !seen[start] || piece[start] != 0 {
            continue;
        }
        next += 1;
        let mut count = 0;
        stack.push(start);
        piece[start] = next;
        while let Some(at) = stack.pop() {
            count += 1;
            let (x, y) = (at % w, at / w);
            let mut visit = |to: usize| {
                if seen[to] && piece[to] == 0 {
                    piece[to] = next;
                    stack.push(to);
                }
            };
            if x > 0 {
                visit(at - 1);
            }
            if x + 1 < w {
                visit(at + 1);
            }
            if y > 0 {
                visit(at - w);
            }
            if y + 1 < h {
                visit(at + w);
            }
        }
        if count >= 16 {
            let inside = |x: i64, y: i64| x >= 0 && y >= 0 && x < w as i64 && y < h as i64 && piece[y as usize * w + x as usize] == next;
            let ring = outline((start % w) as i64, (start / w) as i64, inside);
            let ring = ring.into_iter().map(|p| [p[0] + origin[0], p[1] + origin[1]]).collect();
            rings.push((count, simplify(ring)));
        }
    }
    rings
}

/// Follows the cracks between pixels clockwise from the top-left one of a piece. Long
/// straight runs keep their corners; of the short ones, which are the steps of a slope, the
/// middle is taken.
fn outline(x0: i64, y0: i64, inside: impl Fn(i64, i64) -> bool) -> Vec<[f64; 2]> {
    const STEP: [(i64, i64); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];
    // The pixel ahead on the left and on the right of the corner, for each direction.
    const LEFT: [(i64, i64); 4] = [(0, -1), (0, 0), (-1, 0), (-1, -1)];
    const RIGHT: [(i64, i64); 4] = [(0, 0), (-1, 0), (-1, -1), (0, -1)];
    const LONG: i64 = 3;
    let mut ring = Vec::new();
    let (mut x, mut y, mut d) = (x0, y0, 0usize);
    let (mut from_x, mut from_y) = (x, y);
    loop {
        x += STEP[d].0;
        y += STEP[d].1;
        let at = |o: (i64, i64)| inside(x + o.0, y + o.1);
        // Pieces are joined by edges, not corners: keep to the right where two corners meet.
        let turned = if !at(RIGHT[d]) {
            (d + 1) % 4
        } else if at(LEFT[d]) {
            (d + 3) % 4
        } else {
            d
        };
        if turned != d {
            if (x - from_x).abs() + (y - from_y).abs() >= LONG {
                ring.push([from_x as f64, from_y as f64]);
                ring.push([x as f64, y as f64]);
            } else {
                ring.push([(from_x + x) as f64 / 2.0, (from_y + y) as f64 / 2.0]);
            }
            (from_x, from_y, d) = (x, y, turned);
        }
        if (x, y, d) == (x0, y0, 0) {
            return ring;
        }
    }
}

/// Most vertices of an outline; a larger picture gets a coarser one rather than more.
const MOST_POINTS: usize = 80;

/// Douglas-Peucker on a ring: within a pixel, unless that takes too many vertices.
fn simplify(ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let mut tolerance = 0.72;
    loop {
        let out = simplify_within(&ring, tolerance);
        if out.len() <= MOST_POINTS || tolerance > 12.0 {
            return out;
        }
        tolerance *= 1.25;
    }
}

fn simplify_within(ring: &[[f64; 2]], tolerance: f64) -> Vec<[f64; 2]> {
    let n = ring.len();
    if n < 4 {
        return ring.to_vec();
    }
    // Two far points split the ring into lines.
    let far = |from: usize| {
        (0..n)
            .max_by(|&a, &b| {
                let d = |i: usize| (ring[i][0] - ring[from][0]).powi(2) + (ring[i][1] - ring[from][1]).powi(2);
                d(a).total_cmp(&d(b))
            })
            .unwrap_or(0)
    };
    let a = far(0);
    let b = far(a);
    let (a, b) = (a.min(b), a.max(b));
    let mut keep = vec![false; n];
    (keep[a], keep[b]) = (true, true);
    let mut work = vec![(a, b), (b, a + n)];
    while let Some((i, j)) = work.pop() {
        let (p, q) = (ring[i % n], ring[j % n]);
        let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
        let len = dx.hypot(dy);
        let mut worst = (tolerance, None);
        for k in i + 1..j {
            let r = ring[k % n];
            let d = if len > 1e-9 { ((r[0] - p[0]) * dy - (r[1] - p[1]) * dx).abs() / len } else { (r[0] - p[0]).hypot(r[1] - p[1]) };
            if d > worst.0 {
                worst = (d, Some(k));
            }
        }
        if let Some(k) = worst.1 {
            keep[k % n] = true;
            work.push((i, k));
            work.push((k, j));
        }
    }
    (0..n).filter(|i| keep[*i]).map(|i| ring[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&str]) -> (Vec<bool>, usize, usize) {
        (rows.iter().flat_map(|r| r.bytes().map(|b| b == b'#')).collect(), rows[0].len(), rows.len())
    }

    fn area(ring: &[[f64; 2]]) -> f64 {
        let n = ring.len();
        (0..n).map(|i| ring[i][0] * ring[(i + 1) % n][1] - ring[(i + 1) % n][0] * ring[i][1]).sum::<f64>() / 2.0
    }

    #[test]
    fn a_rectangle_is_traced_once_clockwise_and_without_its_hole() {
        let rows = ["..........", ".########.", ".########.", ".###..###.", ".########.", ".########.", ".........."];
        let (seen, w, h) = grid(&rows);
        let rings = trace(&seen, w, h, [10.0, 20.0]);
        assert_eq!(rings.len(), 1);
        let a = area(&rings[0].1);
        assert_eq!(a, 40.0);
        assert_eq!(extent(&seen, w, h, [10.0, 20.0]), Some([11.0, 21.0, 8.0, 5.0]));
    }

    #[test]
    fn pieces_that_touch_at_a_corner_are_two() {
        let rows = ["####....", "####....", "####....", "####....", "....####", "....####", "....####", "....####"];
        let (seen, w, h) = grid(&rows);
        assert_eq!(trace(&seen, w, h, [0.0, 0.0]).len(), 2);
    }

    #[test]
    fn simplifying_stays_within_a_pixel() {
        let ring: Vec<[f64; 2]> = (0..2000)
            .map(|i| {
                let t = f64::from(i) / 2000.0 * std::f64::consts::TAU;
                [100.0 + 60.0 * t.cos(), 100.0 + 40.0 * t.sin()]
            })
            .collect();
        let simple = simplify(ring.clone());
        assert!(simple.len() < 40, "{}", simple.len());
        for p in &ring {
            let near = (0..simple.len())
                .map(|i| {
                    let (a, b) = (simple[i], simple[(i + 1) % simple.len()]);
                    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
                    let t = (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                    (p[0] - a[0] - t * dx).hypot(p[1] - a[1] - t * dy)
                })
                .fold(f64::MAX, f64::min);
            assert!(near <= 1.0, "{near}");
        }
    }
}
