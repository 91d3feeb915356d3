//! Even-odd nesting of rings: which are outlines and which are holes in which outline.

use crate::camera::Bounds;

/// An outer ring and the holes directly inside it, as indices of rings.
#[derive(Debug, PartialEq)]
pub(super) struct Group {
    pub outer: usize,
    pub holes: Vec<usize>,
}

/// Twice the signed area; negative where, seen with y down, the inside lies left of the direction of travel.
pub(super) fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let Some(&last) = ring.last() else { return 0.0 };
    let mut before = last;
    let mut sum = 0.0;
    for &p in ring {
        sum += before[0] * p[1] - p[0] * before[1];
        before = p;
    }
    sum
}

/// Sorts rings into groups by how many others each lies in: even is an outline, odd a hole.
pub(super) fn groups(rings: &[&[[f64; 2]]]) -> Vec<Group> {
    let bounds: Vec<Bounds> = rings.iter().map(|ring| bounds_of(ring)).collect();
    let areas: Vec<f64> = rings.iter().map(|ring| doubled_area(ring).abs()).collect();
    // Rings may touch in a point, seldom along an edge: the middle of an edge tells inside from outside.
    let probes: Vec<[f64; 2]> = rings.iter().map(|ring| middle_of_first_edge(ring)).collect();
    let mut depths = vec![0_usize; rings.len()];
    let mut parents = vec![None; rings.len()];
    for (inner, probe) in probes.iter().enumerate() {
        for (outer, ring) in rings.iter().enumerate() {
            let may_hold = outer != inner && areas[outer] >= areas[inner] && holds(&bounds[outer], *probe);
            if !may_hold || !contains(ring, *probe) {
                continue;
            }
            depths[inner] += 1;
            if parents[inner].is_none_or(|parent: usize| areas[outer] < areas[parent]) {
                parents[inner] = Some(outer);
            }
        }
    }
    let mut group_of = vec![None; rings.len()];
    let mut found = Vec::new();
    for ring in (0..rings.len()).filter(|&ring| depths[ring].is_multiple_of(2)) {
        group_of[ring] = Some(found.len());
        found.push(Group { outer: ring, holes: Vec::new() });
    }
    for ring in (0..rings.len()).filter(|&ring| !depths[ring].is_multiple_of(2)) {
        if let Some(group) = parents[ring].and_then(|parent| group_of[parent]) {
            found[group].holes.push(ring);
        }
    }
    found
}

fn bounds_of(ring: &[[f64; 2]]) -> Bounds {
    let mut bounds = Bounds::EMPTY;
    ring.iter().for_each(|&p| bounds.include(p));
    bounds
}

fn holds(bounds: &Bounds, p: [f64; 2]) -> bool {
    (0..2).all(|axis| bounds.min[axis] <= p[axis] && p[axis] <= bounds.max[axis])
}

fn middle_of_first_edge(ring: &[[f64; 2]]) -> [f64; 2] {
    match ring {
        [a, b, ..] => [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0],
        [a] => *a,
        [] => [f64::NAN; 2],
    }
}

fn contains(ring: &[[f64; 2]], p: [f64; 2]) -> bool {
    let Some(&last) = ring.last() else { return false };
    let mut before = last;
    let mut inside = false;
    for &at in ring {
        if (at[1] > p[1]) != (before[1] > p[1]) {
            let crossing = at[0] + (p[1] - at[1]) / (before[1] - at[1]) * (before[0] - at[0]);
            inside ^= p[0] < crossing;
        }
        before = at;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(from: f64, to: f64) -> Vec<[f64; 2]> {
        vec![[from, from], [to, from], [to, to], [from, to]]
    }

    #[test]
    fn a_hole_an_island_in_it_and_a_second_part() {
        let far = square(100.0, 110.0);
        let rings = [square(0.0, 50.0), square(20.0, 30.0), square(10.0, 40.0), far];
        let rings: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
        let found = groups(&rings);
        assert_eq!(found, [Group { outer: 0, holes: vec![2] }, Group { outer: 1, holes: vec![] }, Group { outer: 3, holes: vec![] },]);
    }

    #[test]
    fn a_hole_that_touches_the_outline_in_a_corner_is_a_hole() {
        let rings = [square(0.0, 10.0), vec![[0.0, 0.0], [5.0, 2.0], [2.0, 5.0]]];
        let rings: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
        assert_eq!(groups(&rings), [Group { outer: 0, holes: vec![1] }]);
    }

    #[test]
    fn area_tells_the_direction() {
        assert_eq!(doubled_area(&square(0.0, 2.0)), 8.0);
        let back: Vec<_> = square(0.0, 2.0).into_iter().rev().collect();
        assert_eq!(doubled_area(&back), -8.0);
    }
}
