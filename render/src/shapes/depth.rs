//! How many shapes lie over each other one. Those of one depth overlap nowhere: they can be painted together, fills before
//! outlines and ordered by place, and look as if each had been painted by itself in the order given.

use crate::camera::Bounds;

/// So many depths are told apart. What has more shapes over it than that lies in the last of them.
pub(super) const MAX_DEPTHS: usize = 128;
/// Halvings of the whole area into cells.
const MAX_HALVINGS: u32 = 18;
/// Shapes that are looked at for one. Where more lie near each other, it may be put deeper than it is, which is no mistake.
const MOST_LOOKED_AT: usize = 2_000;
const NONE: u32 = u32::MAX;

/// What a shape covers in image px: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cover([f32; 4]);

impl Default for Cover {
    /// Nothing.
    fn default() -> Self {
        Self::of(&Bounds::EMPTY)
    }
}

impl Cover {
    pub fn of(bounds: &Bounds) -> Self {
        let side = |axis: usize| {
            let (min, max) = (bounds.min[axis] as f32, bounds.max[axis] as f32);
            // A line has a width on the screen.
            if min == max { [min - 0.5, max + 0.5] } else { [min, max] }
        };
        let [x, y] = [side(0), side(1)];
        Self([x[0], y[0], x[1], y[1]])
    }

    /// Whether both cover the same place. Those that only touch do not.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ([left, top, right, bottom], of) = (self.0, other.0);
        left < of[2] && right > of[0] && top < of[3] && bottom > of[1]
    }

    fn is_empty(&self) -> bool {
        let [left, top, right, bottom] = self.0;
        !(left <= right && top <= bottom)
    }

    fn contains(&self, other: &Self) -> bool {
        let ([left, top, right, bottom], of) = (self.0, other.0);
        left <= of[0] && right >= of[2] && top <= of[1] && bottom >= of[3]
    }
}

/// The depth of each shape: of what nothing lies over, 0; each is deeper than all later ones that overlap it, as long as
/// there are depths.
pub(super) fn depths(covers: &[Cover]) -> Vec<u8> {
    let mut depths = vec![0; covers.len()];
    let mut tree = Tree::around(covers);
    for (cover, depth) in covers.iter().zip(&mut depths).rev().filter(|(cover, _)| !cover.is_empty()) {
        *depth = tree.num_depths_over(cover).min(MAX_DEPTHS as u8 - 1);
        tree.add(*cover, *depth);
    }
    depths
}

/// Square cells, each with up to four of half the size in it. A shape belongs to the smallest that is as large as it and
/// has its middle; so it reaches at most half a cell beyond.
struct Tree {
    nodes: Vec<Node>,
    cell: Cell,
}

struct Node {
    children: [u32; 4],
    shapes: Vec<(Cover, u8)>,
    /// One more than the greatest depth in it and its children.
    num_depths: u8,
}

impl Node {
    const EMPTY: Self = Self { children: [NONE; 4], shapes: Vec::new(), num_depths: 0 };
}

#[derive(Clone, Copy)]
struct Cell {
    min: [f32; 2],
    side: f32,
}

impl Cell {
    /// The children are numbered in reading order.
    fn child(&self, number: usize) -> Self {
        let side = self.side / 2.0;
        Self { min: [self.min[0] + side * (number & 1) as f32, self.min[1] + side * (number >> 1) as f32], side }
    }

    /// All that its shapes may cover; a little more, for what rounding takes.
    fn reach(&self) -> Cover {
        let (more, [x, y]) = (self.side * 0.51, self.min);
        Cover([x - more, y - more, x + self.side + more, y + self.side + more])
    }
}

impl Tree {
    fn around(covers: &[Cover]) -> Self {
        let mut all = Cover::default().0;
        for Cover(of) in covers.iter().filter(|cover| !cover.is_empty()) {
            all = [all[0].min(of[0]), all[1].min(of[1]), all[2].max(of[2]), all[3].max(of[3])];
        }
        let side = (all[2] - all[0]).max(all[3] - all[1]).max(1.0);
        Self { nodes: vec![Node::EMPTY], cell: Cell { min: [all[0], all[1]], side } }
    }

    fn add(&mut self, cover: Cover, depth: u8) {
        let [left, top, right, bottom] = cover.0;
        let (size, middle) = ((right - left).max(bottom - top), [left / 2.0 + right / 2.0, top / 2.0 + bottom / 2.0]);
        let (mut at, mut cell) = (0, self.cell);
        for halving in 0.. {
            let next = self.nodes.len();
            let node = &mut self.nodes[at];
            node.num_depths = node.num_depths.max(depth + 1);
            if cell.side / 2.0 < size || halving == MAX_HALVINGS {
                return node.shapes.push((cover, depth));
            }
            let half = cell.side / 2.0;
            let number = usize::from(middle[0] >= cell.min[0] + half) + 2 * usize::from(middle[1] >= cell.min[1] + half);
            let child = node.children[number];
            cell = cell.child(number);
            at = if child == NONE { next } else { child as usize };
            if child == NONE {
                node.children[number] = next as u32;
                self.nodes.push(Node::EMPTY);
            }
        }
    }

    /// One more than the greatest depth of what overlaps.
    fn num_depths_over(&self, cover: &Cover) -> u8 {
        let mut found = 0;
        self.look(0, self.cell, cover, &mut found, &mut MOST_LOOKED_AT.clone());
        found
    }

    fn look(&self, at: usize, cell: Cell, cover: &Cover, found: &mut u8, left: &mut usize) {
        let (node, reach) = (&self.nodes[at], cell.reach());
        if node.num_depths <= *found || !reach.overlaps(cover) {
            return;
        }
        if cover.contains(&reach) || *left == 0 {
            *found = node.num_depths;
            return;
        }
        // The later ones are the deeper ones.
        for (other, depth) in node.shapes.iter().rev() {
            if *left == 0 {
                *found = node.num_depths;
                return;
            }
            *left -= 1;
            if depth + 1 > *found && other.overlaps(cover) {
                *found = depth + 1;
                if *found == node.num_depths {
                    return;
                }
            }
        }
        for (number, child) in node.children.iter().enumerate().filter(|(_, child)| **child != NONE) {
            self.look(*child as usize, cell.child(number), cover, found, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(count: usize, spread: f32, most: f32) -> Vec<Cover> {
        let fraction = |at: usize, seed: f32| (at as f32 * seed).fract();
        let cover = |at: usize| {
            let (x, y) = (fraction(at, 0.754_877_7) * spread, fraction(at, 0.569_840_3) * spread);
            let (w, h) = (1.0 + fraction(at, 0.381_966) * most, 1.0 + fraction(at, 0.236_068) * most);
            Cover([x, y, x + w, y + h])
        };
        (0..count).map(cover).collect()
    }

    #[test]
    fn each_shape_is_deeper_than_what_lies_over_it_and_no_deeper_than_needed() {
        for (spread, most) in [(300.0, 20.0), (1000.0, 300.0), (5000.0, 3.0)] {
            let covers = boxes(600, spread, most);
            let found = depths(&covers);
            for (at, cover) in covers.iter().enumerate() {
                let over = covers.iter().zip(&found).skip(at + 1).filter(|(other, _)| other.overlaps(cover));
                let need = over.map(|(_, depth)| depth + 1).max().unwrap_or(0).min(MAX_DEPTHS as u8 - 1);
                assert_eq!(found[at], need, "shape {at}, {spread} {most}");
            }
        }
    }

    #[test]
    fn a_pile_has_a_last_depth_and_neighbours_that_touch_are_equally_deep() {
        let pile = vec![Cover([0.0, 0.0, 9.0, 9.0]); 300];
        let found = depths(&pile);
        assert_eq!((found[299], found[298], found[172], found[0]), (0, 1, 127, 127));
        let tiles: Vec<Cover> =
            (0..100).map(|at| ((at % 10) as f32, (at / 10) as f32)).map(|(x, y)| Cover([x, y, x + 1.0, y + 1.0])).collect();
        assert!(depths(&tiles).iter().all(|depth| *depth == 0));
        assert_eq!(depths(&[Cover::default(), pile[0], Cover::default()]), [0, 0, 0]);
    }

    #[test]
    fn a_hundred_thousand_in_one_place_do_not_take_the_square_of_it() {
        let mut covers = vec![Cover([0.0, 0.0, 1e6, 1.0])];
        covers.extend((0..100_000).map(|at| Cover([5.0 + (at % 300) as f32 * 1e-3, 5.0, 5.0 + (at % 300) as f32 * 1e-3 + 1e-4, 5.1])));
        assert_eq!(depths(&covers).len(), 100_001);
    }
}
