//! What becomes of a shape when a grip is dragged.

use crate::consts::MIN_BOX_SIDE_PX;
use crate::event::{Modifiers, ToolCx};
use crate::grips::{Grip, Side};
use limn_core::{Geometry, ImagePos, Polygon, Rect};

/// The geometry with its grip dragged to `target`; `None` when it has no such grip. Only what was dragged is moved and
/// rounded: the rest keeps its stored coordinates exactly.
pub(crate) fn reshaped(geometry: &Geometry, grip: Grip, target: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
    match (grip, geometry) {
        (Grip::Box { x, y }, Geometry::Box(rect)) => Some(Geometry::Box(resized(*rect, x, y, target, modifiers, cx))),
        (Grip::Vertex { ring, at }, Geometry::Polygon(polygon)) => {
            let mut polygon = polygon.clone();
            *polygon.rings_mut().nth(ring)?.get_mut(at)? = cx.placed(target);
            Some(Geometry::Polygon(polygon))
        }
        (Grip::Edge { ring, at }, Geometry::Polygon(polygon)) => {
            let mut polygon = polygon.clone();
            let points = polygon.rings_mut().nth(ring).filter(|points| at < points.len())?;
            points.insert(at + 1, cx.placed(target));
            Some(Geometry::Polygon(polygon))
        }
        _ => None,
    }
}

/// The polygon without a point. A hole that would keep only two goes as a whole; `None` when an outer border would.
pub(crate) fn without_vertex(polygon: &Polygon, ring: usize, at: usize) -> Option<Polygon> {
    let mut polygon = polygon.clone();
    let mut number = ring;
    for part in &mut polygon.parts {
        // Among the rings of this part 0 is the outer one.
        if number > part.holes.len() {
            number -= 1 + part.holes.len();
            continue;
        }
        let points = if number == 0 { &mut part.outer } else { &mut part.holes[number - 1] };
        if at >= points.len() || (number == 0 && points.len() <= 3) {
            return None;
        }
        if points.len() > 3 {
            points.remove(at);
        } else {
            part.holes.remove(number - 1);
        }
        return Some(polygon);
    }
    None
}

/// A box whose sides `x` and `y` follow `target`. Past the opposite side it turns over; Shift keeps the proportions,
/// Alt the centre.
fn resized(rect: Rect, x: Option<Side>, y: Option<Side>, target: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> Rect {
    let target = cx.clamped(target);
    let pull_x = Pull::new(rect.min.x, rect.max.x, x, target.x, cx.image[0], modifiers.alt);
    let pull_y = Pull::new(rect.min.y, rect.max.y, y, target.y, cx.image[1], modifiers.alt);
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
    /// Reach as far as the image.
    room: f64,
    limit: f64,
}

impl Pull {
    fn new(low: f64, high: f64, side: Option<Side>, target: f64, limit: f64, centered: bool) -> Self {
        let middle = (low + high) / 2.0;
        let (base, both, outward) = match side {
            None => (middle, true, 1.0),
            Some(Side::Min) => (if centered { middle } else { high }, centered, -1.0),
            Some(Side::Max) => (if centered { middle } else { low }, centered, 1.0),
        };
        let unit = if both { (high - low) / 2.0 } else { high - low };
        let room = |direction: f64| match (both, direction < 0.0) {
            (true, _) => base.min(limit - base),
            (false, true) => base,
            (false, false) => limit - base,
        };
        let mut pull = Self { side, base, both, direction: outward, unit, wanted: unit, room: 0.0, limit };
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
        let moved = |at: f64| ((at * 100.0).round() / 100.0).max(0.0).min(self.limit);
        match (self.both, self.direction < 0.0) {
            (true, _) => (moved(self.base - reach), moved(self.base + reach)),
            (false, true) => (moved(self.base - reach), self.base),
            (false, false) => (self.base, moved(self.base + reach)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::Part;

    fn ring(len: usize) -> Vec<ImagePos> {
        (0..len).map(|at| ImagePos::new(at as f64, (at * at) as f64)).collect()
    }

    fn rings(polygon: Option<Polygon>) -> Option<Vec<usize>> {
        polygon.map(|polygon| polygon.rings().map(Vec::len).collect())
    }

    #[test]
    fn points_go_down_to_three_and_holes_go_away() {
        let parts = vec![
            Part { outer: ring(4), holes: vec![ring(3), ring(5)] },
            Part { outer: ring(3), holes: vec![] },
            Part { outer: ring(6), holes: vec![ring(3)] },
        ];
        let polygon = Polygon { parts };
        let rows: [(usize, usize, Option<&[usize]>); 9] = [
            (0, 3, Some(&[3, 3, 5, 3, 6, 3])),
            (1, 0, Some(&[4, 5, 3, 6, 3])),
            (2, 4, Some(&[4, 3, 4, 3, 6, 3])),
            (3, 0, None),
            (4, 5, Some(&[4, 3, 5, 3, 5, 3])),
            (5, 1, Some(&[4, 3, 5, 3, 6])),
            (6, 0, None),
            (0, 4, None),
            (5, 9, None),
        ];
        for (ring, at, want) in rows {
            assert_eq!(rings(without_vertex(&polygon, ring, at)).as_deref(), want, "ring {ring} point {at}");
        }
    }
}
