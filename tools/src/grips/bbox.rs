//! Boxes by their corners and sides.

use super::{Grip, Side};
use crate::consts::{EDGE_HANDLE_MIN_SIDE, HANDLE_HIT, HANDLE_SHARE, MIN_BOX_SIDE_PX};
use crate::event::{Modifiers, ToolCx};
use limn_core::{ImagePos, Rect};

/// In the order of angle, corners and sides in turn.
const BOX_GRIPS: [(Option<Side>, Option<Side>); 8] = [
    (Some(Side::Min), Some(Side::Min)),
    (None, Some(Side::Min)),
    (Some(Side::Max), Some(Side::Min)),
    (Some(Side::Max), None),
    (Some(Side::Max), Some(Side::Max)),
    (None, Some(Side::Max)),
    (Some(Side::Min), Some(Side::Max)),
    (Some(Side::Min), None),
];

/// Where a corner or the middle of a side is.
pub(super) fn pos(rect: Rect, x: Option<Side>, y: Option<Side>) -> ImagePos {
    let along = |side, min, max| match side {
        Some(Side::Min) => min,
        Some(Side::Max) => max,
        None => (min + max) / 2.0,
    };
    ImagePos::new(along(x, rect.min.x, rect.max.x), along(y, rect.min.y, rect.max.y))
}

/// The handles to show.
pub(super) fn shown(rect: Rect, px: f64) -> Vec<(Grip, ImagePos)> {
    let roomy = |length: f64| length >= EDGE_HANDLE_MIN_SIDE * px;
    let shown = BOX_GRIPS.into_iter().filter(|(x, y)| match (x, y) {
        (None, _) => roomy(rect.width()),
        (_, None) => roomy(rect.height()),
        _ => true,
    });
    shown.map(|(x, y)| (Grip::Box { x, y }, pos(rect, x, y))).collect()
}

/// What a press near its border takes hold of.
pub(super) fn grip_at(rect: Rect, pos: ImagePos, px: f64) -> Option<Grip> {
    let outside = HANDLE_HIT * px;
    if !rect.grown(outside).contains(pos) {
        return None;
    }
    let side = |at: f64, min: f64, max: f64| {
        let inside = outside.min((max - min) * HANDLE_SHARE);
        match at {
            at if at <= min + inside => Some(Side::Min),
            at if at >= max - inside => Some(Side::Max),
            _ => None,
        }
    };
    match (side(pos.x, rect.min.x, rect.max.x), side(pos.y, rect.min.y, rect.max.y)) {
        (None, None) => None,
        (x, y) => Some(Grip::Box { x, y }),
    }
}

/// A box whose sides `x` and `y` follow `target`. Past the opposite side it turns over; Shift keeps the proportions,
/// Alt the centre.
pub(super) fn resized(rect: Rect, x: Option<Side>, y: Option<Side>, target: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> Rect {
    let (target, room) = (cx.clamped(target), cx.room());
    let pull_x = Pull::new(rect.min.x, rect.max.x, x, target.x, (room.min.x, room.max.x), modifiers.alt);
    let pull_y = Pull::new(rect.min.y, rect.max.y, y, target.y, (room.min.y, room.max.y), modifiers.alt);
    let (x_range, y_range) = if modifiers.shift && pull_x.unit > 0.0 && pull_y.unit > 0.0 {
        let wanted = [&pull_x, &pull_y].into_iter().filter(|pull| pull.side.is_some()).map(|pull| pull.wanted / pull.unit);
        let least = (pull_x.least() / pull_x.unit).max(pull_y.least() / pull_y.unit);
        let room = (pull_x.room / pull_x.unit).min(pull_y.room / pull_y.unit);
        let scale = wanted.fold(least, f64::max).min(room);
        (pull_x.range(scale * pull_x.unit), pull_y.range(scale * pull_y.unit))
    } else {
        let free = |pull: &Pull, low, high| match pull.side {
            Some(_) => pull.range(pull.wanted.min(pull.room).max(pull.least())),
            None => (low, high),
        };
        (free(&pull_x, rect.min.x, rect.max.x), free(&pull_y, rect.min.y, rect.max.y))
    };
    Rect { min: ImagePos::new(x_range.0, y_range.0), max: ImagePos::new(x_range.1, y_range.1) }
}

/// How far a box reaches along one axis, from a place that stays.
struct Pull {
    side: Option<Side>,
    /// What stays: the opposite side, or the middle.
    base: f64,
    /// Grows to both sides of `base`.
    both: bool,
    /// -1.0 or 1.0.
    direction: f64,
    /// Reach before.
    unit: f64,
    /// Reach as far as the pointer.
    wanted: f64,
    /// Reach as far as the label lets it be.
    room: f64,
    limits: (f64, f64),
}

impl Pull {
    fn new(low: f64, high: f64, side: Option<Side>, target: f64, limits: (f64, f64), centered: bool) -> Self {
        let middle = (low + high) / 2.0;
        let (base, both, outward) = match side {
            None => (middle, true, 1.0),
            Some(Side::Min) => (if centered { middle } else { high }, centered, -1.0),
            Some(Side::Max) => (if centered { middle } else { low }, centered, 1.0),
        };
        let unit = if both { (high - low) / 2.0 } else { high - low };
        let room = |direction: f64| match (both, direction < 0.0) {
            (true, _) => (base - limits.0).min(limits.1 - base),
            (false, true) => base - limits.0,
            (false, false) => limits.1 - base,
        };
        let mut pull = Self { side, base, both, direction: outward, unit, wanted: unit, room: 0.0, limits };
        if side.is_some() {
            pull.wanted = (target - base).abs();
            if target != base {
                pull.direction = (target - base).signum();
            }
            // At the border of the image there is no room to turn over.
            if !both && room(pull.direction) < MIN_BOX_SIDE_PX {
                pull.direction = -pull.direction;
                pull.wanted = 0.0;
            }
        }
        pull.room = room(pull.direction);
        pull
    }

    /// The least reach that leaves a visible box.
    fn least(&self) -> f64 {
        if self.both { MIN_BOX_SIDE_PX / 2.0 } else { MIN_BOX_SIDE_PX }
    }

    fn range(&self, reach: f64) -> (f64, f64) {
        let moved = |at: f64| ((at * 100.0).round() / 100.0).max(self.limits.0).min(self.limits.1);
        match (self.both, self.direction < 0.0) {
            (true, _) => (moved(self.base - reach), moved(self.base + reach)),
            (false, true) => (moved(self.base - reach), self.base),
            (false, false) => (self.base, moved(self.base + reach)),
        }
    }
}
