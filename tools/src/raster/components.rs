//! Connected parts of a mask and of its background: holes to be filled, specks to be removed. The work follows the
//! vertical stretches, not the pixels.

use limn_core::geometry::MaskTiles;

/// A vertical stretch `(column, first row, row behind the last)`.
type Stretch = (u32, u32, u32);

/// The mask with all its holes filled: background that no way over pixel sides leads out of.
pub fn filled_holes(mask: &MaskTiles) -> MaskTiles {
    let mut stretches = holes(mask).concat();
    stretches.sort_unstable();
    let mut filled = mask.clone();
    filled.union(&MaskTiles::from_stretches(mask.width(), mask.height(), stretches));
    filled
}

/// The hole that this pixel lies in; `None` when it lies in none.
pub fn hole_at(mask: &MaskTiles, x: u32, y: u32) -> Option<MaskTiles> {
    let hole = holes(mask).into_iter().find(|hole| hole.iter().any(|stretch| holds(stretch, x, y)))?;
    Some(MaskTiles::from_stretches(mask.width(), mask.height(), hole))
}

/// The part that this pixel lies in; pixels that touch at a corner belong together. `None` outside the mask.
pub fn part_at(mask: &MaskTiles, x: u32, y: u32) -> Option<MaskTiles> {
    let stretches: Vec<Stretch> = mask.stretches().collect();
    let here = stretches.iter().position(|stretch| holds(stretch, x, y))?;
    let mut parts = Parts::of(&stretches, 1);
    let root = parts.root(here);
    let part = stretches.iter().enumerate().filter(|(at, _)| parts.root(*at) == root).map(|(_, stretch)| *stretch);
    Some(MaskTiles::from_stretches(mask.width(), mask.height(), part))
}

fn holds(stretch: &Stretch, x: u32, y: u32) -> bool {
    stretch.0 == x && (stretch.1..stretch.2).contains(&y)
}

/// The mask without the parts that have fewer than `least` pixels; pixels that touch at a corner belong together.
pub fn despeckled(mask: &MaskTiles, least: u64) -> MaskTiles {
    let stretches: Vec<Stretch> = mask.stretches().collect();
    let mut parts = Parts::of(&stretches, 1);
    let mut sizes = vec![0_u64; stretches.len()];
    for (at, stretch) in stretches.iter().enumerate() {
        sizes[parts.root(at)] += u64::from(stretch.2 - stretch.1);
    }
    let kept = stretches.iter().enumerate().filter(|(at, _)| sizes[parts.root(*at)] >= least).map(|(_, stretch)| *stretch);
    MaskTiles::from_stretches(mask.width(), mask.height(), kept)
}

/// The holes, each as its stretches.
fn holes(mask: &MaskTiles) -> Vec<Vec<Stretch>> {
    let Some(bounds) = mask.bounds() else { return Vec::new() };
    let [left, top, right, bottom] = [bounds.min.x, bounds.min.y, bounds.max.x, bounds.max.y].map(|side| side as u32);
    let gaps = gaps(mask, [left, top, right, bottom]);
    let mut parts = Parts::of(&gaps, 0);
    // What reaches the bounds goes on outside them.
    let mut open = vec![false; gaps.len()];
    for (at, gap) in gaps.iter().enumerate() {
        if gap.0 == left || gap.0 + 1 == right || gap.1 == top || gap.2 == bottom {
            open[parts.root(at)] = true;
        }
    }
    let mut place = vec![usize::MAX; gaps.len()];
    let mut holes: Vec<Vec<Stretch>> = Vec::new();
    for (at, gap) in gaps.iter().enumerate() {
        let root = parts.root(at);
        if open[root] {
            continue;
        }
        if place[root] == usize::MAX {
            place[root] = holes.len();
            holes.push(Vec::new());
        }
        holes[place[root]].push(*gap);
    }
    holes
}

/// The background inside the bounds, column after column.
fn gaps(mask: &MaskTiles, [left, top, right, bottom]: [u32; 4]) -> Vec<Stretch> {
    let mut gaps = Vec::new();
    let (mut x, mut y) = (left, top);
    let mut up_to = |column: u32, row: u32, x: &mut u32, y: &mut u32| {
        while *x < column {
            if *y < bottom {
                gaps.push((*x, *y, bottom));
            }
            (*x, *y) = (*x + 1, top);
        }
        if *y < row {
            gaps.push((*x, *y, row));
        }
    };
    for (column, first, behind) in mask.stretches() {
        up_to(column, first, &mut x, &mut y);
        y = behind;
    }
    up_to(right, top, &mut x, &mut y);
    gaps
}

/// Which stretches belong together: a forest in which each points towards the root of its part.
struct Parts {
    parents: Vec<usize>,
}

impl Parts {
    /// Stretches in column order belong together when they share rows in neighbouring columns. `reach`: 1 when touching at a
    /// corner is enough, else 0.
    fn of(stretches: &[Stretch], reach: u32) -> Self {
        let mut parts = Self { parents: (0..stretches.len()).collect() };
        // The first stretch of the column before that may still meet what comes.
        let mut before = 0;
        for (at, (x, top, bottom)) in stretches.iter().enumerate() {
            while before < at {
                let (column, _, end) = stretches[before];
                if column + 1 < *x || (column + 1 == *x && end + reach <= *top) {
                    before += 1;
                } else {
                    break;
                }
            }
            let near = stretches[before..at].iter().take_while(|(column, first, _)| column + 1 == *x && *first < bottom + reach);
            for other in before..before + near.count() {
                parts.join(at, other);
            }
        }
        parts
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // The later joins the earlier, so that a root is the first stretch of its part.
        self.parents[a.max(b)] = a.min(b);
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDTH: u32 = 68;
    const HEIGHT: u32 = 21;

    fn mask() -> impl Strategy<Value = MaskTiles> {
        prop::collection::vec(prop::bool::weighted(0.55), (WIDTH * HEIGHT) as usize).prop_map(|bits| {
            let mut tiles = MaskTiles::new(WIDTH, HEIGHT);
            for (at, _) in bits.iter().enumerate().filter(|(_, bit)| **bit) {
                let (x, y) = (at as u32 % WIDTH, at as u32 / WIDTH);
                tiles.set_column(x, y, y + 1, true);
            }
            tiles
        })
    }

    type Part = Vec<(u32, u32)>;

    /// For each pixel, column after column, the number of its part and the pixels of all parts, by walking.
    fn walked(mask: &MaskTiles, inside: bool, corners: bool) -> (Vec<Option<usize>>, Vec<Part>) {
        let mut numbers = vec![None; (WIDTH * HEIGHT) as usize];
        let mut parts: Vec<Part> = Vec::new();
        for start in (0..WIDTH).flat_map(|x| (0..HEIGHT).map(move |y| (x, y))) {
            let mut open = vec![start];
            let mut part = Vec::new();
            while let Some((x, y)) = open.pop() {
                if x >= WIDTH || y >= HEIGHT || mask.contains(x, y) != inside || numbers[(x * HEIGHT + y) as usize].is_some() {
                    continue;
                }
                numbers[(x * HEIGHT + y) as usize] = Some(parts.len());
                part.push((x, y));
                for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
                    if corners || dx == 0 || dy == 0 {
                        open.push((x.wrapping_add_signed(dx), y.wrapping_add_signed(dy)));
                    }
                }
            }
            if !part.is_empty() {
                parts.push(part);
            }
        }
        (numbers, parts)
    }

    fn is_hole(pixels: &[(u32, u32)]) -> bool {
        pixels.iter().all(|(x, y)| (1..WIDTH - 1).contains(x) && (1..HEIGHT - 1).contains(y))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn parts_are_what_walking_finds(mask in mask(), least in 1..12_u64) {
            let (all, without) = (filled_holes(&mask), despeckled(&mask, least));
            let (specks, holes) = (walked(&mask, true, true), walked(&mask, false, false));
            for (x, y) in (0..WIDTH).flat_map(|x| (0..HEIGHT).map(move |y| (x, y))) {
                let at = (x * HEIGHT + y) as usize;
                let speck = specks.0[at].map(|number| &specks.1[number]);
                let hole = holes.0[at].map(|number| &holes.1[number]).filter(|hole| is_hole(hole));
                prop_assert_eq!(without.contains(x, y), speck.is_some_and(|speck| speck.len() as u64 >= least));
                prop_assert_eq!(all.contains(x, y), speck.is_some() || hole.is_some());
                if (x + y) % 7 == 0 {
                    let same = |found: Option<MaskTiles>, want: Option<&Part>| {
                        found.map(|found| found.area()) == want.map(|want| want.len() as u64)
                    };
                    prop_assert!(same(hole_at(&mask, x, y), hole) && same(part_at(&mask, x, y), speck));
                }
            }
        }
    }

    #[test]
    fn nothing_has_no_parts() {
        let empty = MaskTiles::new(9, 9);
        assert_eq!(filled_holes(&empty), empty);
        assert_eq!(despeckled(&empty, 5), empty);
        assert_eq!((hole_at(&empty, 3, 3), part_at(&empty, 3, 3)), (None, None));
    }
}
