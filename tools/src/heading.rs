//! Where things point: the arrow of a direction attribute on its shape.
//!
//! A direction is an angle in degrees from 0 to below 360: 0 points to the right of the picture, and it grows clockwise as
//! seen, since y points down (90 is straight down).

use crate::consts::{ARROW_BEYOND, ARROW_INSIDE, ARROW_MIN, ARROW_ROOM, TURN_STEP};
use crate::event::{Modifiers, ToolCx};
use crate::grips::own_box;
use limn_core::geometry::{ImageVec, own_coordinates, rounded_angle};
use limn_core::schema::AttributeId;
use limn_core::{Geometry, ImagePos, InstanceId};

/// A direction that is asked about an instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heading {
    /// By which attribute.
    pub attribute: AttributeId,
    /// The answer in degrees, if there is one.
    pub degrees: Option<f64>,
}

/// The direction that an instance answers to one of its attributes.
pub type Headed = (InstanceId, AttributeId, f64);

/// "60°", and which direction it is where a shape is asked about several: two arrows look alike.
pub(crate) fn told((id, attribute, degrees): &Headed, cx: &ToolCx<'_>) -> String {
    let name = cx.schema.attributes.iter().find(|known| known.id == *attribute).map(|known| known.name.as_str());
    match name.filter(|_| (cx.headings)(*id).len() > 1) {
        Some(name) => format!("{name} {degrees}°"),
        None => format!("{degrees}°"),
    }
}

/// An angle as a direction: from 0 to below 360, in hundredths of a degree.
pub(crate) fn normal(degrees: f64) -> f64 {
    // Adding zero makes a zero of -0.
    let angle = rounded_angle(degrees) + 0.0;
    if angle < 0.0 { ((angle + 360.0) * 100.0).round() / 100.0 } else { angle }
}

/// The direction from one place to another; `None` where they are the same.
pub(crate) fn towards(from: ImagePos, to: ImagePos, modifiers: Modifiers) -> Option<f64> {
    let by = to - from;
    let angle = by.y.atan2(by.x).to_degrees();
    let length = by.length();
    (length > 0.0 && length.is_finite()).then(|| normal(if modifiers.shift { (angle / TURN_STEP).round() * TURN_STEP } else { angle }))
}

/// The arrow of a direction on a shape, from its middle to the tip, at a scale of `px` image pixels per point; `None` for what
/// has no place.
///
/// In a large shape the tip lies inside, clear of the border and its handles; at a small one it lies just beyond the border.
pub fn arrow(geometry: &Geometry, degrees: f64, px: f64) -> Option<[ImagePos; 2]> {
    let (center, width, height, angle) = match own_box(geometry) {
        Some(own) => (own.center, own.width, own.height, own.angle),
        None => geometry.bounds().map(|bounds| (bounds.center(), bounds.width(), bounds.height(), 0.0))?,
    };
    let (sin, cos) = degrees.to_radians().sin_cos();
    let way = ImageVec::new(cos, sin);
    let half = width.min(height) / 2.0;
    let length = if half >= ARROW_ROOM * px {
        half * ARROW_INSIDE
    } else {
        // As far as the border of the own box in this direction.
        let own = own_coordinates(center + way, center, angle);
        let reach = |half: f64, by: f64| if by.abs() > 1e-9 { half / by.abs() } else { f64::INFINITY };
        let border = reach(width / 2.0, own.x).min(reach(height / 2.0, own.y));
        (border + ARROW_BEYOND * px).max(ARROW_MIN * px)
    };
    Some([center, center + way * length])
}

/// How whole shapes, and so the things in them, are turned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Turn {
    /// By so many degrees, clockwise as seen.
    By(f64),
    /// From left to right.
    Mirror,
}

impl Turn {
    fn apply(self, degrees: f64) -> f64 {
        match self {
            Self::By(by) => normal(degrees + by),
            Self::Mirror => normal(180.0 - degrees),
        }
    }

    /// The directions that go with the shapes, as far as they become others.
    pub(crate) fn headings(self, ids: impl IntoIterator<Item = InstanceId>, cx: &ToolCx<'_>) -> Vec<Headed> {
        let of = |id: InstanceId| {
            let answered = (cx.headings)(id).into_iter().filter_map(|heading| Some((heading.attribute, heading.degrees?)));
            let turned = answered.map(move |(attribute, degrees)| (attribute, degrees, self.apply(degrees)));
            turned
                .filter(|(_, before, after)| before != after && after.is_finite())
                .map(move |(attribute, _, after)| (id, attribute, after))
        };
        ids.into_iter().flat_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::Rect;

    #[test]
    fn directions_go_clockwise_from_the_right() {
        let from = ImagePos::new(10., 10.);
        let at = |x: f64, y: f64| towards(from, ImagePos::new(10. + x, 10. + y), Modifiers::default());
        let rows = [(5., 0., 0.), (5., 5., 45.), (0., 5., 90.), (-5., 0., 180.), (0., -5., 270.), (5., -5., 315.)];
        for (x, y, want) in rows {
            assert_eq!(at(x, y), Some(want), "{x},{y}");
        }
        assert_eq!(at(5., -1e-7), Some(0.), "never 360");
        assert_eq!(at(0., 0.), None);
        let stepped = towards(from, ImagePos::new(20., 12.), Modifiers { shift: true, ..Modifiers::default() });
        assert_eq!(stepped, Some(15.));
    }

    #[test]
    fn turns_and_mirrors_stay_directions() {
        assert_eq!([Turn::By(90.).apply(300.), Turn::By(-30.).apply(10.), Turn::By(360.).apply(7.5)], [30., 340., 7.5]);
        assert_eq!([0., 90., 180., 200., 270.].map(|degrees| Turn::Mirror.apply(degrees)), [180., 90., 0., 340., 270.]);
        assert!((0..36_000).all(|at| (0.0..360.0).contains(&Turn::By(f64::from(at) / 100.0).apply(359.99))));
    }

    #[test]
    fn the_tip_lies_clear_of_the_border() {
        let tip = |width: f64, height: f64, degrees: f64, px: f64| {
            let rect = Geometry::Box(Rect::from_xywh(100., 100., width, height));
            let [from, to] = arrow(&rect, degrees, px).unwrap();
            from.distance(to)
        };
        assert_eq!(tip(200., 100., 0., 1.0), 30.0, "inside, the same whichever way");
        assert!((tip(200., 100., 77., 1.0) - 30.0).abs() < 1e-9);
        assert_eq!(tip(200., 20., 0., 1.0), 112.0, "beyond the border");
        assert!((tip(200., 20., 90., 1.0) - ARROW_MIN).abs() < 1e-9);
        assert_eq!(tip(200., 100., 0., 4.0), 148.0, "as small on the screen when zoomed out");
        assert_eq!(arrow(&Geometry::Tag, 0., 1.0), None);
        let point = Geometry::Point(ImagePos::new(3., 4.));
        assert_eq!(arrow(&point, 90., 1.0), Some([ImagePos::new(3., 4.), ImagePos::new(3. + 24. * 90_f64.to_radians().cos(), 28.)]));
    }
}
