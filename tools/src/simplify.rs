//! Fewer points for a line drawn freehand.

use limn_core::ImagePos;
use limn_core::geometry::segment_distance;

/// The open line with points left out, such that none that was left out lies farther than `tolerance` pixels from what
/// remains; both ends stay. Source: Douglas and Peucker, 1973.
pub fn simplified(line: &[ImagePos], tolerance: f64) -> Vec<ImagePos> {
    if line.len() < 3 {
        return line.to_vec();
    }
    let mut kept = vec![false; line.len()];
    kept[0] = true;
    kept[line.len() - 1] = true;
    // A stack instead of recursion: a long scribble must not overflow it.
    let mut open = vec![(0, line.len() - 1)];
    while let Some((first, last)) = open.pop() {
        let distance = |at: usize| segment_distance(line[at], line[first], line[last]);
        let farthest = (first + 1..last).map(|at| (at, distance(at))).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, distance)) = farthest
            && distance > tolerance
        {
            kept[at] = true;
            open.extend([(first, at), (at, last)]);
        }
    }
    line.iter().zip(kept).filter_map(|(pos, keep)| keep.then_some(*pos)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn straight_runs_lose_their_points_and_corners_stay() {
        let line: Vec<ImagePos> = [[0., 0.], [1., 0.1], [2., 0.], [5., 0.], [5., 2.], [5.1, 3.], [5., 9.]].map(ImagePos::from).into();
        let want: Vec<ImagePos> = [[0., 0.], [5., 0.], [5., 9.]].map(ImagePos::from).into();
        assert_eq!(simplified(&line, 0.5), want);
        assert_eq!(simplified(&line[..2], 0.5), line[..2]);
        assert!(simplified(&[], 0.5).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_strays_farther_than_the_tolerance(points in prop::collection::vec((0.0..50.0, 0.0..50.0), 2..60), tolerance in 0.1..10.0) {
            let line: Vec<ImagePos> = points.iter().map(|(x, y)| ImagePos::new(*x, *y)).collect();
            let less = simplified(&line, tolerance);
            prop_assert!(less.len() <= line.len());
            for pos in &line {
                let nearest = less.windows(2).map(|pair| segment_distance(*pos, pair[0], pair[1])).fold(f64::INFINITY, f64::min);
                prop_assert!(nearest <= tolerance + 1e-9);
            }
        }
    }
}
