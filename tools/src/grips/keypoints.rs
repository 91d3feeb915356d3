//! Keypoints one by one.

use super::{Grip, nearest};
use crate::consts::{LOOSE_HIT, LOOSE_SPACING, PARK_DISTANCE, PARK_SPACING};
use crate::event::ToolCx;
use limn_core::geometry::{ImageVec, Keypoints, Sight};
use limn_core::{Geometry, ImagePos};

/// Where the handle of a point is. Of an absent one: where it would come back, or in a row below the others when that is
/// far from them.
pub(super) fn pos(keypoints: &Keypoints, at: usize, px: f64) -> Option<ImagePos> {
    let point = keypoints.points.get(at)?;
    if point.sight != Sight::Absent {
        return Some(point.pos);
    }
    let bounds = keypoints.bounds()?;
    if bounds.grown(bounds.width().max(bounds.height()) / 2.0).contains(point.pos) && point.pos != ImagePos::default() {
        return Some(point.pos);
    }
    let before = keypoints.points[..at].iter().filter(|point| point.sight == Sight::Absent).count() as f64;
    let corner = ImagePos::new(bounds.min.x, bounds.max.y);
    Some(corner + ImageVec::new(before * PARK_SPACING, PARK_DISTANCE) * px)
}

/// The handles to show, the present ones first: where two lie at one place, the present one is taken.
pub(super) fn shown(keypoints: &Keypoints, px: f64) -> Vec<(Grip, ImagePos)> {
    let mut all: Vec<usize> = (0..keypoints.points.len()).collect();
    all.sort_by_key(|at| keypoints.points[*at].sight == Sight::Absent);
    all.into_iter().filter_map(|at| Some((Grip::Keypoint(at), pos(keypoints, at, px)?))).collect()
}

/// The point that a press at `pos` takes hold of though the shape is not selected: a present one that leaves room around it.
pub(super) fn loose_at(keypoints: &Keypoints, pos: ImagePos, px: f64) -> Option<Grip> {
    let found = nearest(keypoints.present().map(|(at, point)| (Grip::Keypoint(at), point.pos)), pos, LOOSE_HIT * px)?;
    let Grip::Keypoint(at) = found else { return None };
    let here = keypoints.points.get(at)?.pos;
    keypoints.present().all(|(other, point)| other == at || point.pos.distance(here) >= LOOSE_SPACING * px).then_some(found)
}

/// How a point is seen.
pub(super) fn sight(geometry: &Geometry, at: usize) -> Option<Sight> {
    let Geometry::Keypoints(keypoints) = geometry else { return None };
    keypoints.points.get(at).map(|point| point.sight)
}

/// A point moved; an absent one is back with that.
pub(super) fn moved(keypoints: &Keypoints, at: usize, target: ImagePos, cx: &ToolCx<'_>) -> Option<Geometry> {
    let mut keypoints = keypoints.clone();
    let point = keypoints.points.get_mut(at)?;
    point.pos = cx.placed(target);
    if point.sight == Sight::Absent {
        point.sight = Sight::Visible;
    }
    Some(Geometry::Keypoints(keypoints))
}

/// A point seen in another way. One at least stays in the picture.
fn with_sight(keypoints: &Keypoints, at: usize, sight: Sight, px: f64, cx: &ToolCx<'_>) -> Option<Geometry> {
    let pos = pos(keypoints, at, px)?;
    let mut keypoints = keypoints.clone();
    let point = keypoints.points.get_mut(at)?;
    if point.sight == Sight::Absent {
        point.pos = cx.rounded(pos);
    }
    point.sight = sight;
    let is_somewhere = keypoints.present().next().is_some();
    is_somewhere.then_some(Geometry::Keypoints(keypoints))
}

/// Visible, occluded, absent, and round again.
pub(crate) fn cycled(geometry: &Geometry, at: usize, cx: &ToolCx<'_>) -> Option<Geometry> {
    let Geometry::Keypoints(keypoints) = geometry else { return None };
    let next = match keypoints.points.get(at)?.sight {
        Sight::Visible => Sight::Occluded,
        Sight::Occluded => Sight::Absent,
        Sight::Absent => Sight::Visible,
    };
    // The last one cannot go; it is visible again.
    with_sight(keypoints, at, next, cx.px, cx).or_else(|| with_sight(keypoints, at, Sight::Visible, cx.px, cx))
}

/// A point taken out of the picture, or an absent one brought back.
pub(crate) fn removed(geometry: &Geometry, at: usize, cx: &ToolCx<'_>) -> Option<Geometry> {
    let Geometry::Keypoints(keypoints) = geometry else { return None };
    let sight = if keypoints.points.get(at)?.sight == Sight::Absent { Sight::Visible } else { Sight::Absent };
    with_sight(keypoints, at, sight, cx.px, cx)
}
