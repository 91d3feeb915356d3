//! Polygons with holes and several parts: parts and holes are paired by the distance of their middles.

use super::contour::ContourBlend;
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
    pub fn new(a: &Polygon, b: &Polygon) -> Self {
        let middle = |part: &Part| middle(&part.outer);
        let (pairs, early, late) = paired(&a.parts, &b.parts, middle);
        Self { parts: pairs.into_iter().map(|(a, b)| PartBlend::new(a, b)).collect(), early, late }
    }

    pub fn at(&self, t: f64) -> Polygon {
        let parts = self.parts.iter().map(|part| part.at(t));
        let (early, late) = (held(&self.early, t <= 0.5), held(&self.late, t >= 0.5));
        Polygon { parts: parts.chain(early).chain(late).collect() }
    }
}

impl PartBlend {
    fn new(a: &Part, b: &Part) -> Self {
        let (pairs, early, late) = paired(&a.holes, &b.holes, middle);
        let holes = pairs.into_iter().map(|(a, b)| ContourBlend::new(a, b, true)).collect();
        Self { outer: ContourBlend::new(&a.outer, &b.outer, true), holes, early, late }
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

type Paired<'a, T> = (Vec<(&'a T, &'a T)>, Vec<T>, Vec<T>);

/// The nearest first; what is left over of either side.
fn paired<'a, T: Clone>(a: &'a [T], b: &'a [T], middle: impl Fn(&T) -> ImagePos) -> Paired<'a, T> {
    if let ([a], [b]) = (a, b) {
        return (vec![(a, b)], Vec::new(), Vec::new());
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
    for (_, i, j) in by_distance {
        if !taken_a[i] && !taken_b[j] {
            (taken_a[i], taken_b[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs.sort_unstable();
    let left = |list: &[T], taken: &[bool]| list.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(one, _)| one.clone()).collect();
    (pairs.iter().map(|(i, j)| (&a[*i], &b[*j])).collect(), left(a, &taken_a), left(b, &taken_b))
}

/// Beyond it rings are no longer paired: a thousand against a thousand.
const MOST_PAIRS: usize = 1 << 20;
