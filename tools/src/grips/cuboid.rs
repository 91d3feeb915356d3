//! Cuboids by their corners, edges and faces.

use super::{Grip, last_allowed, nearest, nearest_on};
use crate::consts::{EDGE_HANDLE_MIN_SIDE, FACE_HANDLE_MIN, HANDLE_HIT};
use crate::event::ToolCx;
use limn_core::geometry::{Cuboid, ImageVec};
use limn_core::{Geometry, ImagePos};

/// The corners that a grip moves, as bits: 0 to 3 of the front face, 4 to 7 of the back face.
pub(crate) type Corners = u8;

/// In the order of [`Cuboid::faces`].
const FACES: [Corners; 6] = [0b0000_1111, 0b1111_0000, 0b0011_0011, 0b0110_0110, 0b1100_1100, 0b1001_1001];
/// Front, back, and from front to back.
const EDGES: [[usize; 2]; 12] = [[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6], [3, 7]];

fn corner(cuboid: &Cuboid, at: usize) -> ImagePos {
    if at < 4 { cuboid.front[at] } else { cuboid.back[at % 4] }
}

/// The middle of the corners.
pub(super) fn pos(cuboid: &Cuboid, corners: Corners) -> ImagePos {
    let held: Vec<ImagePos> = (0..8).filter(|at| corners & (1 << at) != 0).map(|at| corner(cuboid, at)).collect();
    let sum = held.iter().fold(ImageVec::default(), |sum, pos| sum + (*pos - ImagePos::default()));
    ImagePos::default() + sum * (1.0 / held.len().max(1) as f64)
}

/// The handles to show: corners, edges with room, and the faces that are seen.
pub(super) fn shown(cuboid: &Cuboid, px: f64) -> Vec<(Grip, ImagePos)> {
    let grip = |corners: Corners| (Grip::Corners(corners), pos(cuboid, corners));
    let mut shown: Vec<(Grip, ImagePos)> = (0..8).map(|at| grip(1 << at)).collect();
    let roomy = |[a, b]: &[usize; 2]| corner(cuboid, *a).distance(corner(cuboid, *b)) >= EDGE_HANDLE_MIN_SIDE * px;
    shown.extend(EDGES.iter().filter(|edge| roomy(edge)).map(|[a, b]| grip(1 << a | 1 << b)));
    let faces = cuboid.faces();
    let area = |at: usize| signed_area(&faces[at]);
    // The rings of top and right go round the other way where those faces are seen.
    let front = area(0).signum();
    let seen = [1.0, 0.0, -1.0, -1.0, 1.0, 1.0].map(|way: f64| way * front);
    let min = (FACE_HANDLE_MIN * px).powi(2);
    let is_shown = |at: &usize| *at < 2 && area(*at).abs() >= min || *at >= 2 && area(*at) * seen[*at] >= min;
    shown.extend((0..6).filter(is_shown).map(|at| grip(FACES[at])));
    shown
}

fn signed_area(ring: &[ImagePos; 4]) -> f64 {
    let next = |at: usize| ring[(at + 1) % 4];
    (0..4).map(|at| ring[at].x * next(at).y - next(at).x * ring[at].y).sum::<f64>() / 2.0
}

/// What a press takes hold of: handles first, then any edge.
pub(super) fn grip_at(cuboid: &Cuboid, pos: ImagePos, px: f64) -> Option<Grip> {
    nearest(shown(cuboid, px), pos, HANDLE_HIT * px).or_else(|| {
        let on = |[a, b]: [usize; 2]| nearest_on(pos, corner(cuboid, a), corner(cuboid, b));
        nearest(EDGES.map(|edge| (Grip::Corners(1 << edge[0] | 1 << edge[1]), on(edge))), pos, HANDLE_HIT / 2.0 * px)
    })
}

/// The cuboid with some corners moved as far towards `target` as it stays one.
pub(super) fn moved(cuboid: &Cuboid, corners: Corners, target: ImagePos, cx: &ToolCx<'_>) -> Option<Geometry> {
    let by = cx.placed(target) - pos(cuboid, corners);
    last_allowed(cx, |share| {
        let mut moved = *cuboid;
        for at in (0..8).filter(|at| corners & (1 << at) != 0) {
            let place = if at < 4 { &mut moved.front[at] } else { &mut moved.back[at % 4] };
            *place = (*place + by * share).rounded();
        }
        Geometry::Cuboid(Box::new(moved))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::Rect;

    #[test]
    fn the_seen_faces_have_handles() {
        let at = |x: f64, y: f64, w: f64, h: f64| Rect::from_xywh(x, y, w, h).corners();
        let cuboid = Cuboid { front: at(0., 120., 400., 300.), back: at(120., 0., 400., 300.) };
        let shown: Vec<Grip> = shown(&cuboid, 1.0).into_iter().map(|(grip, _)| grip).collect();
        let has = |at: usize| shown.contains(&Grip::Corners(FACES[at]));
        assert_eq!([0, 1, 2, 3, 4, 5].map(has), [true, true, true, true, false, false], "front, back, top, right");
        assert_eq!(pos(&cuboid, FACES[0]), ImagePos::new(200., 270.));
        assert_eq!(pos(&cuboid, 0b10), ImagePos::new(400., 120.));
    }
}
