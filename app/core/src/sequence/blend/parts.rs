//! Polygons with holes and several parts: parts and holes are paired by the distance of their middles.

use super::contour::ContourBlend;
use super::tied::TiedPair;
use crate::geometry::{ImagePos, Part, Path, Polygon, Rect};

#[derive(Clone, Debug)]
pub struct PolygonBlend {
    parts: Vec<PartBlend>,
    /// Parts of one end only are there for the half of the time that is nearer to it.
    early: Vec<Part>,
    late: Vec<Part>,
}

#[derive(Clone, Debug)]
struct PartBlend {
    outer: ContourBlend,
    holes: Vec<ContourBlend>,
    early: Vec<Path>,
    late: Vec<Path>,
}

impl PolygonBlend {
    /// `ties`: vertices that are partners whatever the way.
    pub fn new(a: &Polygon, b: &Polygon, ties: &[TiedPair]) -> Self {
        let fixed: Vec<(usize, usize)> = ties.iter().map(|(a, b)| (a.part, b.part)).collect();
        let (pairs, early, late) = paired(&a.parts, &b.parts, &fixed, |part| middle(&part.outer));
        let of_part = |part: usize| ties.iter().filter(move |(vertex, _)| vertex.part == part).copied().collect::<Vec<_>>();
        Self { parts: pairs.into_iter().map(|(i, j)| PartBlend::new(&a.parts[i], &b.parts[j], &of_part(i))).collect(), early, late }
    }

    /// The contours that are blended: each with its part and its number there, as [`Self::at`] gives them.
    pub fn contours(&self) -> impl Iterator<Item = (usize, usize, &ContourBlend)> {
        self.parts.iter().enumerate().flat_map(|(part, it)| {
            std::iter::once(&it.outer).chain(&it.holes).enumerate().map(move |(ring, contour)| (part, ring, contour))
        })
    }

    pub fn at(&self, t: f64) -> Polygon {
        let parts = self.parts.iter().map(|part| part.at(t));
        let (early, late) = (held(&self.early, t <= 0.5), held(&self.late, t >= 0.5));
        Polygon { parts: parts.chain(early).chain(late).collect() }
    }
}

impl PartBlend {
    fn new(a: &Part, b: &Part, ties: &[TiedPair]) -> Self {
        let of_ring =
            |ring: usize| ties.iter().filter(move |(vertex, _)| vertex.ring == ring).map(|(a, b)| (a.at, b.at)).collect::<Vec<_>>();
        let of_holes = ties.iter().filter(|(vertex, _)| vertex.ring > 0);
        let fixed: Vec<(usize, usize)> = of_holes.map(|(a, b)| (a.ring - 1, b.ring - 1)).collect();
        let (pairs, early, late) = paired(&a.holes, &b.holes, &fixed, middle);
        let hole = |(i, j): (usize, usize)| ContourBlend::tied(&a.holes[i], &b.holes[j], true, &of_ring(i + 1));
        let holes = pairs.into_iter().map(hole).collect();
        Self { outer: ContourBlend::tied(&a.outer, &b.outer, true, &of_ring(0)), holes, early, late }
    }

    fn at(&self, t: f64) -> Part {
        let holes = self.holes.iter().map(|hole| hole.at(t));
        let (early, late) = (held(&self.early, t <= 0.5), held(&self.late, t >= 0.5));
        Part { outer: self.outer.at(t), holes: holes.chain(early).chain(late).collect() }
    }
}

fn held<T: Clone>(list: &[T], is_there: bool) -> impl Iterator<Item = T> + '_ {
    list.iter().filter(move |_| is_there).cloned()
}

fn middle(path: &Path) -> ImagePos {
    Rect::around(path.points()).map_or_else(ImagePos::default, Rect::center)
}

type Paired<T> = (Vec<(usize, usize)>, Vec<T>, Vec<T>);

/// What is fixed, then the nearest first; what is left over of either side.
fn paired<T: Clone>(a: &[T], b: &[T], fixed: &[(usize, usize)], middle: impl Fn(&T) -> ImagePos) -> Paired<T> {
    if let ([_], [_]) = (a, b) {
        return (vec![(0, 0)], Vec::new(), Vec::new());
    }
    let mut by_distance: Vec<(f64, usize, usize)> = Vec::with_capacity(a.len().saturating_mul(b.len()).min(MOST_PAIRS));
    for (i, one) in a.iter().enumerate() {
        for (j, other) in b.iter().enumerate() {
            if by_distance.len() < MOST_PAIRS {
                by_distance.push((middle(one).distance(middle(other)), i, j));
            }
        }
    }
    by_distance.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut taken_a, mut taken_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut pairs = Vec::new();
    let nearest = by_distance.into_iter().map(|(_, i, j)| (i, j));
    for (i, j) in fixed.iter().copied().chain(nearest) {
        if !taken_a[i] && !taken_b[j] {
            (taken_a[i], taken_b[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs.sort_unstable();
    let left = |list: &[T], taken: &[bool]| list.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(one, _)| one.clone()).collect();
    (pairs, left(a, &taken_a), left(b, &taken_b))
}

/// Beyond it rings are no longer paired: a thousand against a thousand.
const MOST_PAIRS: usize = 1 << 20;
