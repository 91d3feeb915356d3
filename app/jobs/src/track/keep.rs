//! Which frames of what was tracked become keyframes: as few as show all the others.

use limn_core::geometry::{Keypoint, Sight};
use limn_core::sequence::carry::CarryTask;
use limn_core::{Geometry, ImagePos};
use limn_models::{Pose, Step};

/// Pixels by which what lies between two keyframes may differ from what was seen.
const TOLERANCE: f64 = 0.5;
/// The same as a share of width and height: large shapes are not seen more exactly.
const SHARE: f64 = 0.0025;
/// A single point is seen less exactly than a shape.
const OF_POINTS: f64 = 2.0;
/// A point is seen otherwise for so many frames at least, or it is not said.
const LEAST: usize = 4;

/// Which of the frames have to be keyframes so that straight lines between them show all the others, too.
pub(super) fn kept(task: &CarryTask, start: u64, seen: &[(u64, Step)]) -> Vec<usize> {
    let Some(bounds) = task.shape.bounds().filter(|_| !task.keeps_all) else { return (0..seen.len()).collect() };
    let middle = bounds.center();
    let corners = |pose: &Pose| {
        bounds.corners().map(|corner| {
            let [x, y] = pose.place([corner.x - middle.x, corner.y - middle.y]);
            Some(ImagePos::new(x + middle.x, y + middle.y))
        })
    };
    let places_of =
        |points: &[Keypoint]| -> Vec<_> { points.iter().map(|point| Some(point.pos).filter(|_| point.sight != Sight::Absent)).collect() };
    let is_points = seen.iter().any(|(_, step)| !step.points.is_empty());
    // The first is what was there.
    let first = points_of(&task.shape);
    let mut places = vec![(start as f64, if is_points { places_of(first) } else { corners(&Pose::STILL).to_vec() })];
    places.extend(
        seen.iter().map(|(frame, step)| (*frame as f64, if is_points { places_of(&step.points) } else { corners(&step.pose).to_vec() })),
    );
    let tolerance = TOLERANCE.max(SHARE * (bounds.width() + bounds.height())) * if is_points { OF_POINTS } else { 1.0 };
    let mut is_kept = vec![false; places.len()];
    is_kept.iter_mut().rev().take(1).for_each(|last| *last = true);
    let is_forward = seen.first().is_some_and(|(frame, _)| *frame > start);
    // How a point is seen is that of the earlier keyframe, and one that is not in the picture at one end stays where it was.
    let sights = std::iter::once(first).chain(seen.iter().map(|(_, step)| &step.points[..])).collect::<Vec<_>>();
    for (at, pair) in sights.windows(2).enumerate().filter(|_| is_points) {
        let changed = |(a, b): (&Keypoint, &Keypoint)| (a.sight != b.sight).then_some([a.sight, b.sight]);
        for change in pair[0].iter().zip(pair[1]).filter_map(changed) {
            let is_gone = change.contains(&Sight::Absent);
            is_kept[at + 1] |= is_forward || is_gone;
            is_kept[at] |= !is_forward || is_gone;
        }
    }
    let ends: Vec<usize> = std::iter::once(0).chain((1..places.len()).filter(|at| is_kept[*at])).collect();
    let mut open: Vec<(usize, usize)> = ends.windows(2).map(|pair| (pair[0], pair[1])).collect();
    while let Some((from, to)) = open.pop() {
        let ((start, a), (end, b)) = (&places[from], &places[to]);
        let off = |at: usize| {
            let (frame, there) = &places[at];
            let t = (frame - start) / (end - start);
            let far = |((a, b), there): ((&Option<ImagePos>, &Option<ImagePos>), &Option<ImagePos>)| {
                let (a, b, there) = ((*a)?, (*b)?, (*there)?);
                Some((a + (b - a) * t).distance(there))
            };
            a.iter().zip(b).zip(there).filter_map(far).fold(0.0, f64::max)
        };
        let worst = (from + 1..to).map(|at| (at, off(at))).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, off)) = worst
            && off > tolerance
        {
            is_kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    (1..places.len()).filter(|at| is_kept[*at]).map(|at| at - 1).collect()
}

fn points_of(shape: &Geometry) -> &[Keypoint] {
    match shape {
        Geometry::Keypoints(keypoints) => &keypoints.points,
        _ => &[],
    }
}

/// A point that is hidden for a moment only, or seen for a moment only, is not said to be: each change of that is a keyframe.
pub(super) fn steady(shape: &Geometry, seen: &mut [(u64, Step)]) {
    for (at, first) in points_of(shape).iter().enumerate() {
        let mut before = first.sight;
        let mut start = 0;
        while start < seen.len() {
            let Some(sight) = seen[start].1.points.get(at).map(|point| point.sight) else { return };
            let length = seen[start..].iter().take_while(|(_, step)| step.points.get(at).is_some_and(|it| it.sight == sight)).count();
            if sight != before && length < LEAST {
                let points = seen[start..start + length].iter_mut().filter_map(|(_, step)| step.points.get_mut(at));
                points.for_each(|point| point.sight = before);
            } else {
                before = sight;
            }
            start += length;
        }
    }
}
