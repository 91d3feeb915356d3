//! The cheapest way along the edges of the picture: what the scissors follow.
//!
//! From an anchor, the tree of cheapest ways grows outwards, cheap places first (Dijkstra's algorithm over a ring of buckets,
//! since costs are small whole numbers). It grows no farther than the pointer asks for, and only once: moving the pointer
//! inside the tree merely reads a way back. Source of the idea: Mortensen and Barrett, Intelligent scissors, 1995.

use super::gradient::{BLOCK, steps};
use crate::pixels::Pixels;
use crate::simplify::simplified;
use limn_core::ImagePos;

/// Cells from the anchor to each side of its window.
const REACH: u32 = 384;
/// What crossing a cell without any edge costs, and one on the clearest edge.
const FLAT: f64 = 60.0;
const EDGE: f64 = 2.0;
/// The step in value that makes a cell cheaper by two thirds.
const CLEAR_STEP: f64 = 22.0;
/// Weights of a step to the side and of one to a corner: near enough to one and the root of two.
const SIDEWAYS: u32 = 5;
const CORNERWAYS: u32 = 7;
/// More than the dearest step.
const NUM_BUCKETS: usize = 512;
/// Largest cell, in pixels.
const MAX_SCALE: u32 = 64;
/// How far a way may be made simpler, in cells.
const SIMPLER: f64 = 0.8;

/// Steps to the eight neighbours and their weights.
const NEAR: [(i32, i32, u32); 8] = [
    (1, 0, SIDEWAYS),
    (0, 1, SIDEWAYS),
    (-1, 0, SIDEWAYS),
    (0, -1, SIDEWAYS),
    (1, 1, CORNERWAYS),
    (-1, 1, CORNERWAYS),
    (-1, -1, CORNERWAYS),
    (1, -1, CORNERWAYS),
];
/// No way is known yet, or the anchor itself.
const NOWHERE: u8 = 15;
/// The cheapest way is known for good.
const SETTLED: u8 = 128;

/// The tree of cheapest ways from one anchor.
#[derive(Clone, Debug)]
pub struct LiveWire {
    /// Pixels along each side of a cell.
    scale: u32,
    /// First cell of the window; a whole number of blocks.
    first: [u32; 2],
    /// Cells of the window; those behind the picture are never entered.
    num: [usize; 2],
    /// Cells of the window that lie in the picture.
    inside: [usize; 2],
    anchor: usize,
    costs: Vec<u8>,
    /// Blocks whose costs are known.
    known: Vec<bool>,
    ways: Vec<u32>,
    /// Which neighbour of [`NEAR`] the way came along, and [`SETTLED`].
    from: Vec<u8>,
    buckets: Vec<Vec<u32>>,
    /// The cost up to which everything is settled.
    settled: u32,
    /// Entries in the buckets.
    num_open: usize,
    /// Costs by step in value.
    table: [u8; 256],
}

impl LiveWire {
    /// A tree that has not grown yet. `px`: image pixels a screen point; the ways are as exact as the screen shows them.
    pub fn new(pixels: &dyn Pixels, anchor: ImagePos, px: f64) -> Option<Self> {
        let [width, height] = pixels.size();
        if width == 0 || height == 0 || !anchor.is_finite() {
            return None;
        }
        let scale = Self::scale_at(px);
        let cells = [width.div_ceil(scale), height.div_ceil(scale)];
        let block = BLOCK as u32;
        let place = [anchor.x, anchor.y].map(|at| at as u32 / scale);
        let at = [0, 1].map(|axis: usize| place[axis].min(cells[axis] - 1));
        let first = at.map(|at| at.saturating_sub(REACH) / block * block);
        let inside = [0, 1].map(|axis: usize| ((at[axis] + REACH + 1).min(cells[axis]) - first[axis]) as usize);
        let num = inside.map(|len| len.next_multiple_of(BLOCK));
        let count = num[0] * num[1];
        let anchor = (at[1] - first[1]) as usize * num[0] + (at[0] - first[0]) as usize;
        let mut wire = Self {
            scale,
            first,
            num,
            inside,
            anchor,
            costs: vec![0; count],
            known: vec![false; count / (BLOCK * BLOCK)],
            ways: vec![u32::MAX; count],
            from: vec![NOWHERE; count],
            buckets: vec![Vec::new(); NUM_BUCKETS],
            settled: 0,
            num_open: 1,
            table: std::array::from_fn(|step| (EDGE + (FLAT - EDGE) * (-(step as f64) / CLEAR_STEP).exp()).round() as u8),
        };
        wire.ways[anchor] = 0;
        wire.buckets[0].push(anchor as u32);
        Some(wire)
    }

    /// What [`Self::scale`] is at a zoom of so many image pixels a screen point.
    pub fn scale_at(px: f64) -> u32 {
        // A conversion of what is no number gives 0.
        (px.clamp(1.0, f64::from(MAX_SCALE)) as u32).max(1)
    }

    /// Pixels along each side of a cell: how exact the ways are.
    pub fn scale(&self) -> u32 {
        self.scale
    }

    /// Lets the tree grow until it reaches a place (the nearest in its window), but by no more than `most` cells; says whether
    /// it got there.
    pub fn grow(&mut self, pixels: &dyn Pixels, to: ImagePos, most: usize) -> bool {
        let target = self.cell(to);
        let mut left = most;
        while self.from[target] & SETTLED == 0 && self.num_open > 0 {
            let bucket = self.settled as usize % NUM_BUCKETS;
            let Some(cell) = self.buckets[bucket].pop() else {
                self.settled += 1;
                continue;
            };
            self.num_open -= 1;
            let cell = cell as usize;
            // A cheaper way was found after it had been put here.
            if self.from[cell] & SETTLED != 0 {
                continue;
            }
            if left == 0 {
                self.buckets[bucket].push(cell as u32);
                self.num_open += 1;
                return false;
            }
            left -= 1;
            self.settle(pixels, cell);
        }
        self.from[target] & SETTLED != 0
    }

    fn settle(&mut self, pixels: &dyn Pixels, cell: usize) {
        self.from[cell] |= SETTLED;
        let (x, y) = (cell % self.num[0], cell / self.num[0]);
        self.learn_around(pixels, x, y);
        let here = self.ways[cell];
        for (way, (dx, dy, weight)) in NEAR.iter().enumerate() {
            // What lies before the window becomes a very large number.
            let (to_x, to_y) = (x.wrapping_add_signed(*dx as isize), y.wrapping_add_signed(*dy as isize));
            if to_x >= self.inside[0] || to_y >= self.inside[1] {
                continue;
            }
            let next = to_y * self.num[0] + to_x;
            let cost = here + u32::from(self.costs[next]) * weight;
            if cost < self.ways[next] {
                self.ways[next] = cost;
                self.from[next] = way as u8;
                self.buckets[cost as usize % NUM_BUCKETS].push(next as u32);
                self.num_open += 1;
            }
        }
    }

    /// Makes sure that the costs around a cell are known.
    fn learn_around(&mut self, pixels: &dyn Pixels, x: usize, y: usize) {
        let blocks = |at: usize, len: usize| at.saturating_sub(1) / BLOCK..=(at + 1).min(len - 1) / BLOCK;
        for down in blocks(y, self.num[1]) {
            for across in blocks(x, self.num[0]) {
                if !self.known[down * (self.num[0] / BLOCK) + across] {
                    self.learn(pixels, across, down);
                }
            }
        }
    }

    fn learn(&mut self, pixels: &dyn Pixels, across: usize, down: usize) {
        self.known[down * (self.num[0] / BLOCK) + across] = true;
        let (left, top) = (across * BLOCK, down * BLOCK);
        let steps = steps(pixels, self.first[0] + left as u32, self.first[1] + top as u32, self.scale);
        for (row, steps) in steps.chunks_exact(BLOCK).enumerate() {
            let start = (top + row) * self.num[0] + left;
            for (cost, step) in self.costs[start..start + BLOCK].iter_mut().zip(steps) {
                *cost = self.table[usize::from(*step)];
            }
        }
    }

    /// The way from the anchor to a place, both of which it ends in exactly: straight on from where the tree ends. Vertices in
    /// image pixels, no more than the line needs.
    pub fn path(&self, anchor: ImagePos, to: ImagePos) -> Vec<ImagePos> {
        let mut cell = self.reached(to);
        let mut line = vec![to];
        while cell != self.anchor {
            line.push(self.middle(cell));
            let Some((dx, dy, _)) = NEAR.get(usize::from(self.from[cell] & !SETTLED)) else { break };
            cell = cell.wrapping_add_signed(-(*dy as isize * self.num[0] as isize + *dx as isize));
        }
        line.push(anchor);
        line.reverse();
        simplified(&line, SIMPLER * f64::from(self.scale))
    }

    /// The clearest edge within a few cells of a place: where a hand that aims at an edge means. Costs are looked up there.
    pub fn nearest_edge(&mut self, pixels: &dyn Pixels, pos: ImagePos, cells: usize) -> ImagePos {
        let target = self.cell(pos);
        let (x, y) = (target % self.num[0], target / self.num[0]);
        let to = [0, 1].map(|axis: usize| ([x, y][axis] + cells + 1).min(self.inside[axis]));
        let (xs, ys) = (x.saturating_sub(cells)..to[0], y.saturating_sub(cells)..to[1]);
        let mut best = ((FLAT / 2.0) as u8, usize::MAX, None);
        for (x, y) in ys.flat_map(|y| xs.clone().map(move |x| (x, y))) {
            self.learn_around(pixels, x, y);
            let (cell, far) = (y * self.num[0] + x, x.abs_diff(target % self.num[0]) + y.abs_diff(target / self.num[0]));
            if (self.costs[cell], far) < (best.0, best.1) {
                best = (self.costs[cell], far, Some(cell));
            }
        }
        best.2.map_or(pos, |cell| self.middle(cell))
    }

    /// The settled cell at the place, or nearest to it on the straight line back to the anchor.
    fn reached(&self, to: ImagePos) -> usize {
        let (from, target) = (self.anchor, self.cell(to));
        let at = |cell: usize| ((cell % self.num[0]) as f64, (cell / self.num[0]) as f64);
        let ((x, y), (ax, ay)) = (at(target), at(from));
        let num_steps = (x - ax).abs().max((y - ay).abs()) as usize;
        let on_line = (0..=num_steps).map(|step| {
            let share = step as f64 / num_steps.max(1) as f64;
            let (x, y) = (x + (ax - x) * share, y + (ay - y) * share);
            y.round() as usize * self.num[0] + x.round() as usize
        });
        on_line.into_iter().find(|cell| self.from[*cell] & SETTLED != 0).unwrap_or(from)
    }

    /// The cell of the window that is nearest to a place.
    fn cell(&self, pos: ImagePos) -> usize {
        let [x, y] = [(pos.x, 0), (pos.y, 1)]
            .map(|(at, axis)| ((at as u32 / self.scale).saturating_sub(self.first[axis]) as usize).min(self.inside[axis] - 1));
        y * self.num[0] + x
    }

    fn middle(&self, cell: usize) -> ImagePos {
        let at = |cell: usize, axis: usize| (f64::from(self.first[axis]) + cell as f64 + 0.5) * f64::from(self.scale);
        ImagePos::new(at(cell % self.num[0], 0), at(cell / self.num[0], 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::tests::Painted;
    use limn_core::geometry::segment_distance;
    use proptest::prelude::*;

    /// Costs of the cheapest ways, by looking at every step until nothing gets cheaper.
    fn plain(wire: &LiveWire) -> Vec<u32> {
        let [width, height] = wire.inside;
        let mut ways = vec![u32::MAX; wire.num[0] * wire.num[1]];
        ways[wire.anchor] = 0;
        let mut changed = true;
        while changed {
            changed = false;
            for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                let here = ways[y * wire.num[0] + x];
                for (dx, dy, weight) in NEAR {
                    let (x, y) = (x as i32 + dx, y as i32 + dy);
                    if here == u32::MAX || !(0..width as i32).contains(&x) || !(0..height as i32).contains(&y) {
                        continue;
                    }
                    let next = y as usize * wire.num[0] + x as usize;
                    let cost = here + u32::from(wire.costs[next]) * weight;
                    if cost < ways[next] {
                        ways[next] = cost;
                        changed = true;
                    }
                }
            }
        }
        ways
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn ways_are_the_cheapest(seed: u32, coarse in 1..9_u32, x in 0.0..70.0, y in 0.0..50.0, most in 1..900_usize, px in 0.3..3.9) {
            let picture = Painted::noise(70, 50, seed, coarse);
            let mut wire = LiveWire::new(&picture, ImagePos::new(x, y), px).unwrap();
            // In small steps, as moving the pointer does.
            let corners = [[69.0, 49.0], [0.0, 49.0], [69.0, 0.0], [0.0, 0.0]].map(ImagePos::from);
            for corner in corners {
                while !wire.grow(&picture, corner, most) {}
            }
            let want = plain(&wire);
            for ((from, way), want) in wire.from.iter().zip(&wire.ways).zip(&want) {
                prop_assert!(from & SETTLED == 0 || way == want);
            }
            let path = wire.path(ImagePos::new(x, y), corners[0]);
            prop_assert_eq!((path[0], path[path.len() - 1]), (ImagePos::new(x, y), corners[0]));
        }
    }

    #[test]
    fn the_wire_follows_a_circle() {
        let centre = ImagePos::new(300.0, 250.0);
        for (scale, contrast) in [(1.0, 90), (1.0, 25), (3.0, 90)] {
            let radius = 60.0 * scale;
            let centre = ImagePos::new(centre.x * scale, centre.y * scale);
            let picture = Painted::new((600.0 * scale) as u32, (500.0 * scale) as u32, move |x, y| {
                let inside = centre.distance(ImagePos::new(f64::from(x) + 0.5, f64::from(y) + 0.5)) < radius;
                // Some grain that must not lead astray.
                let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) as u8 % 8;
                [if inside { 60 + contrast } else { 60 } + grain; 3]
            });
            let at = |degrees: f64| {
                let (sin, cos) = degrees.to_radians().sin_cos();
                ImagePos::new(centre.x + cos * radius, centre.y + sin * radius)
            };
            let mut wire = LiveWire::new(&picture, at(0.0), scale).unwrap();
            let to = at(150.0);
            assert!(wire.grow(&picture, to, 1_000_000));
            let path = wire.path(at(0.0), to);
            assert!((4..60).contains(&path.len()), "{} points", path.len());
            for pos in &path {
                assert!((pos.distance(centre) - radius).abs() < 2.5 * scale, "{pos:?} strays, scale {scale}, contrast {contrast}");
            }
            for degrees in (0..=150).step_by(5) {
                let near =
                    path.windows(2).map(|pair| segment_distance(at(f64::from(degrees)), pair[0], pair[1])).fold(f64::INFINITY, f64::min);
                assert!(near < 2.5 * scale, "{degrees}° is {near} away");
            }
            let beside = at(200.0);
            let beside = ImagePos::new(beside.x + 3.0 * scale, beside.y);
            assert!((wire.nearest_edge(&picture, beside, 4).distance(centre) - radius).abs() < 2.0 * scale);
        }
    }

    #[test]
    fn beyond_the_tree_the_way_is_straight() {
        let picture = Painted::noise(3000, 40, 3, 50);
        let (from, to) = (ImagePos::new(10.2, 20.0), ImagePos::new(2500.0, 20.0));
        let mut wire = LiveWire::new(&picture, from, 1.0).unwrap();
        assert!(!wire.grow(&picture, to, 50));
        assert_eq!(wire.path(from, to).last(), Some(&to));
        // The window ends before: its nearest cell is reached.
        assert!(wire.grow(&picture, to, 10_000_000));
        let path = wire.path(from, to);
        assert_eq!((path[0], path[path.len() - 1]), (from, to));
        for odd in [[-1e300, 5.0], [1e300, 1e300], [f64::NAN, 1.0]] {
            wire.grow(&picture, odd.into(), 100);
            assert!(!wire.path(from, odd.into()).is_empty());
        }
        assert!(LiveWire::new(&Painted::noise(0, 9, 1, 1), from, 1.0).is_none());
        assert!(LiveWire::new(&picture, ImagePos::new(9e9, -4.0), f64::NAN).is_some());
    }
}
