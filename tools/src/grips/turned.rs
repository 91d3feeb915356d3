//! Turned boxes and ellipses by the corners and sides of their own box, and the handle that turns.

use super::{Grip, Side};
use crate::consts::{EDGE_HANDLE_MIN_SIDE, HANDLE_HIT, MIN_BOX_SIDE_PX, TURN_DISTANCE, TURN_STEP};
use crate::event::{Modifiers, ToolCx};
use limn_core::geometry::{Ellipse, ImageVec, RotatedBox, from_own_coordinates, own_coordinates, rounded_angle};
use limn_core::{Geometry, ImagePos};

/// The turned box that a shape is, or that lies around it; `None` for what cannot be turned by a handle.
pub(crate) fn own_box(geometry: &Geometry) -> Option<RotatedBox> {
    match geometry {
        Geometry::Box(rect) => Some(RotatedBox::from(*rect)),
        Geometry::RotatedBox(turned) => Some(*turned),
        Geometry::Ellipse(e) => Some(RotatedBox { center: e.center, width: 2.0 * e.rx, height: 2.0 * e.ry, angle: e.angle }),
        _ => None,
    }
}

/// Where the handle that turns is, and the middle of the side that it belongs to: above the own top side, or below the own
/// lower one where it would lie above or left of the image.
pub(crate) fn turn_handle(own: &RotatedBox, px: f64) -> (ImagePos, ImagePos) {
    let at = |y: f64| from_own_coordinates(ImageVec::new(0.0, y), own.center, own.angle);
    let (half, away) = (own.height / 2.0, TURN_DISTANCE * px);
    let above = at(-half - away);
    if above.x < 0.0 || above.y < 0.0 { (at(half + away), at(half)) } else { (above, at(-half)) }
}

/// Whether there is room for the handle that turns.
pub(super) fn shows_turn(own: &RotatedBox, px: f64) -> bool {
    own.width.max(own.height) >= EDGE_HANDLE_MIN_SIDE * px
}

fn along(side: Option<Side>, half: f64) -> f64 {
    match side {
        Some(Side::Min) => -half,
        Some(Side::Max) => half,
        None => 0.0,
    }
}

/// Where a corner or the middle of a side is.
pub(super) fn pos(own: &RotatedBox, x: Option<Side>, y: Option<Side>) -> ImagePos {
    let to = ImageVec::new(along(x, own.width / 2.0), along(y, own.height / 2.0));
    from_own_coordinates(to, own.center, own.angle)
}

/// What a press near the border of a turned box takes hold of.
pub(super) fn grip_at(own: &RotatedBox, pos: ImagePos, px: f64) -> Option<Grip> {
    let rect = limn_core::Rect::from_xywh(-own.width / 2.0, -own.height / 2.0, own.width, own.height);
    let to = own_coordinates(pos, own.center, own.angle);
    super::bbox::grip_at(rect, ImagePos::new(to.x, to.y), px)
}

/// What a press near the shown handles of an ellipse takes hold of: the sides of its box are not its border.
pub(super) fn ellipse_grip_at(geometry: &Geometry, pos: ImagePos, px: f64) -> Option<Grip> {
    super::nearest(super::shown_grips(geometry, px, Some(pos)), pos, HANDLE_HIT * px)
}

/// The own box whose sides `x` and `y` follow `target`; the opposite ones stay, or with Alt the middle. Shift keeps the
/// proportions.
pub(super) fn resized(own: &RotatedBox, x: Option<Side>, y: Option<Side>, target: ImagePos, modifiers: Modifiers) -> RotatedBox {
    let to = own_coordinates(target, own.center, own.angle);
    let pull_x = Pull::new(own.width, x, to.x, modifiers.alt);
    let pull_y = Pull::new(own.height, y, to.y, modifiers.alt);
    let (mut width, mut height) = (pull_x.wanted, pull_y.wanted);
    if modifiers.shift && own.width > 0.0 && own.height > 0.0 {
        let wanted = [(x, width / own.width), (y, height / own.height)].into_iter().filter(|(side, _)| side.is_some());
        let least = (MIN_BOX_SIDE_PX / own.width).max(MIN_BOX_SIDE_PX / own.height);
        let scale = wanted.map(|(_, scale)| scale).fold(least, f64::max);
        (width, height) = (own.width * scale, own.height * scale);
    }
    let hundredths = |length: f64| (length * 100.0).round() / 100.0;
    let middle = ImageVec::new(pull_x.middle(width), pull_y.middle(height));
    RotatedBox {
        center: from_own_coordinates(middle, own.center, own.angle).rounded(),
        width: hundredths(width),
        height: hundredths(height),
        angle: own.angle,
    }
}

/// One own axis while it is resized.
struct Pull {
    /// What stays, from the middle before.
    base: f64,
    /// -1.0 or 1.0: where it reaches from there; 0.0 to both sides.
    direction: f64,
    /// Length as far as the pointer.
    wanted: f64,
}

impl Pull {
    fn new(length: f64, side: Option<Side>, target: f64, centered: bool) -> Self {
        let base = match side {
            Some(Side::Min) if !centered => length / 2.0,
            Some(Side::Max) if !centered => -length / 2.0,
            None | Some(_) => 0.0,
        };
        let reach = target - base;
        match side {
            None => Self { base, direction: 0.0, wanted: length },
            Some(_) if centered => Self { base, direction: 0.0, wanted: (2.0 * reach.abs()).max(MIN_BOX_SIDE_PX) },
            Some(_) => Self { base, direction: 1.0_f64.copysign(reach), wanted: reach.abs().max(MIN_BOX_SIDE_PX) },
        }
    }

    fn middle(&self, length: f64) -> f64 {
        self.base + self.direction * length / 2.0
    }
}

/// The angle at which the handle that turns points at `target`; with Shift in steps.
pub(super) fn angle_to(own: &RotatedBox, target: ImagePos, px: f64, modifiers: Modifiers) -> Option<f64> {
    let (handle, _) = turn_handle(own, px);
    let rest = own_coordinates(handle, own.center, own.angle);
    let to = target - own.center;
    if to.length() == 0.0 || rest.length() == 0.0 {
        return None;
    }
    let angle = (to.y.atan2(to.x) - rest.y.atan2(rest.x)).to_degrees();
    Some(rounded_angle(if modifiers.shift { (angle / TURN_STEP).round() * TURN_STEP } else { angle }))
}

/// The shape with another own box.
pub(super) fn with_own_box(geometry: &Geometry, own: RotatedBox) -> Geometry {
    match geometry {
        Geometry::Ellipse(_) => {
            Geometry::Ellipse(Ellipse { center: own.center, rx: own.width / 2.0, ry: own.height / 2.0, angle: own.angle })
        }
        _ => Geometry::RotatedBox(own),
    }
}

/// Draws only what stays allowed on the way from one own box to another.
pub(super) fn last_allowed(geometry: &Geometry, from: RotatedBox, to: RotatedBox, cx: &ToolCx<'_>) -> Geometry {
    let mix = |a: f64, b: f64, share: f64| ((a + (b - a) * share) * 100.0).round() / 100.0;
    super::last_allowed(cx, |share| {
        let center = (from.center + (to.center - from.center) * share).rounded();
        let own =
            RotatedBox { center, width: mix(from.width, to.width, share), height: mix(from.height, to.height, share), angle: to.angle };
        with_own_box(geometry, if share >= 1.0 { to } else { own })
    })
    .unwrap_or_else(|| geometry.clone())
}
