//! What lies outside the image: where a hand may put points, and what is cut off.
//!
//! The label says what happens (see [`Outside`]): of a shape that is there its own label, of one that is being drawn the label
//! that is drawn next. Where it is cut off, points put by hand stay at the border, since everybody sees that; whole shapes that
//! come from elsewhere are cut by [`fitted`]. Else a hand may go outside by as much as the image is large.

use crate::area::{AreaOp, combined, sliced_line};
use crate::event::ToolCx;
use limn_core::geometry::{CURVE_TOLERANCE, Keypoint, Keypoints, Path, Sight};
use limn_core::schema::Outside;
use limn_core::{Geometry, ImagePos, InstanceId, LabelId, Polygon, Rect};

/// How far what is turned may reach out by the rounding of its numbers. Pixels.
const ROUNDING: f64 = 0.01;

/// What of a shape lies inside the image.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit {
    /// All of it, or it is of a kind that cannot be cut and is mainly inside.
    Whole,
    /// This.
    Cut(Geometry),
    /// Nothing that could be kept.
    Gone,
}

/// Whether any of it lies outside an image of this width and height.
pub fn reaches_outside(geometry: &Geometry, image: [f64; 2]) -> bool {
    let is_curved = |path: &Path| !path.is_straight();
    let tolerance = match geometry {
        Geometry::Polygon(polygon) if polygon.rings().any(is_curved) => CURVE_TOLERANCE,
        Geometry::Polyline(line) if is_curved(line) => CURVE_TOLERANCE,
        Geometry::RotatedBox(_) | Geometry::Ellipse(_) => ROUNDING,
        Geometry::Mask(_) | Geometry::Tag => return false,
        _ => 0.0,
    };
    let inside = frame(image);
    let has_point_outside = match geometry {
        Geometry::Polygon(polygon) => polygon.rings().flat_map(Path::points).any(|pos| !inside.contains(*pos)),
        Geometry::Polyline(line) => line.points().iter().any(|pos| !inside.contains(*pos)),
        _ => false,
    };
    let room = inside.grown(tolerance);
    has_point_outside || geometry.bounds().is_some_and(|bounds| !(room.contains(bounds.min) && room.contains(bounds.max)))
}

/// The shape cut at the border of an image of this width and height. Of a line the longest stretch inside is kept; keypoints
/// outside become absent. What is turned and cuboids would be something else if they were cut: they stay whole while their
/// middle, or any of the cuboid, is inside.
#[must_use]
pub fn fitted(geometry: &Geometry, image: [f64; 2]) -> Fit {
    if !reaches_outside(geometry, image) {
        return Fit::Whole;
    }
    let inside = frame(image);
    let held = |pos: ImagePos| at_most(pos, inside);
    let cut = match geometry {
        Geometry::Box(rect) => Some(Geometry::Box(Rect { min: held(rect.min), max: held(rect.max) })),
        Geometry::Polygon(polygon) => {
            let mut cut = combined(AreaOp::Intersect, polygon, &[&Polygon::simple(inside.corners().to_vec())]);
            cut.rings_mut().for_each(|ring| hold(ring, inside));
            Some(Geometry::Polygon(cut))
        }
        Geometry::Polyline(line) => longest_inside(line, inside).map(Geometry::Polyline),
        Geometry::Keypoints(keypoints) => {
            let point = |point: &Keypoint| match inside.contains(point.pos) || point.sight == Sight::Absent {
                true => *point,
                false => Keypoint { pos: held(point.pos), sight: Sight::Absent },
            };
            Some(Geometry::Keypoints(Keypoints { points: keypoints.points.iter().map(point).collect() }))
        }
        Geometry::RotatedBox(turned) if inside.contains(turned.center) => return Fit::Whole,
        Geometry::Ellipse(ellipse) if inside.contains(ellipse.center) => return Fit::Whole,
        Geometry::Cuboid(_) if geometry.bounds().is_some_and(|bounds| bounds.intersects(inside)) => return Fit::Whole,
        _ => None,
    };
    match cut.filter(|cut| cut.is_sound() && (cut.area() > 0.0 || geometry.area() == 0.0)) {
        Some(cut) => Fit::Cut(cut),
        None => Fit::Gone,
    }
}

fn frame([width, height]: [f64; 2]) -> Rect {
    Rect::from_xywh(0.0, 0.0, width, height)
}

/// The nearest place in the rectangle.
fn at_most(pos: ImagePos, room: Rect) -> ImagePos {
    // Not `clamp`: that one panics when a size is negative or no number.
    ImagePos::new(pos.x.max(room.min.x).min(room.max.x), pos.y.max(room.min.y).min(room.max.y))
}

/// New points lie on hundredths, which may be a hair outside.
fn hold(path: &mut Path, inside: Rect) {
    for at in 0..path.len() {
        let pos = path.points()[at];
        path.set_point(at, at_most(pos, inside));
    }
}

fn longest_inside(line: &Path, inside: Rect) -> Option<Path> {
    let mut border = inside.corners().to_vec();
    border.push(inside.min);
    let room = inside.grown(CURVE_TOLERANCE);
    let length = |path: &Path| -> f64 { path.segments(false, CURVE_TOLERANCE).iter().map(|(a, b, _)| a.distance(*b)).sum() };
    let is_inside = |piece: &Path| piece.flattened(false, CURVE_TOLERANCE).iter().all(|pos| room.contains(*pos));
    let inner = sliced_line(line, &border)?.into_iter().filter(is_inside);
    let mut longest = inner.max_by(|a, b| length(a).total_cmp(&length(b)))?;
    hold(&mut longest, inside);
    Some(longest)
}

impl ToolCx<'_> {
    /// What happens to what lies outside, of the shape that is held or else of the one being drawn.
    pub(crate) fn outside(&self) -> Outside {
        let label = match self.held {
            Some(id) => self.document.get(id).map(|instance| instance.label),
            None => self.label,
        };
        self.outside_of(label)
    }

    fn outside_of(&self, label: Option<LabelId>) -> Outside {
        label.and_then(|label| self.schema.label(label)).map(|label| label.outside).unwrap_or_default()
    }

    /// Where a hand may put the points of the shape that is held, or else of the one being drawn. Image pixels.
    pub(crate) fn room(&self) -> Rect {
        self.room_for(self.outside())
    }

    /// Where a hand may put the points of a shape that is there.
    pub(crate) fn room_of(&self, id: InstanceId) -> Rect {
        self.room_for(self.outside_of(self.document.get(id).map(|instance| instance.label)))
    }

    fn room_for(&self, outside: Outside) -> Rect {
        let [width, height] = self.image;
        match outside {
            Outside::Clip => frame(self.image),
            Outside::Allow | Outside::Refuse => Rect { min: ImagePos::new(-width, -height), max: ImagePos::new(2.0 * width, 2.0 * height) },
        }
    }

    /// The same with a shape held, so that its label counts and not the one that is drawn next.
    pub(crate) fn holding(&self, id: InstanceId) -> Self {
        Self { held: Some(id), ..*self }
    }

    /// The nearest place where a hand may put a point.
    pub(crate) fn clamped(&self, pos: ImagePos) -> ImagePos {
        at_most(pos, self.room())
    }

    /// The nearest place inside the image, whatever the label says: where there are pixels.
    pub(crate) fn in_image(&self, pos: ImagePos) -> ImagePos {
        at_most(pos, frame(self.image))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::geometry::{Ellipse, RotatedBox};

    const IMAGE: [f64; 2] = [100.0, 50.0];

    fn at(points: &[[f64; 2]]) -> Vec<ImagePos> {
        points.iter().map(|pos| ImagePos::from(*pos)).collect()
    }

    fn cut(geometry: Geometry) -> Geometry {
        match fitted(&geometry, IMAGE) {
            Fit::Cut(cut) => cut,
            other => panic!("{other:?} of {geometry:?}"),
        }
    }

    #[test]
    fn an_area_is_cut_where_its_border_crosses() {
        let triangle = Geometry::Polygon(Polygon::simple(at(&[[80., 10.], [120., 25.], [80., 40.]])));
        let want = Geometry::Polygon(Polygon::simple(at(&[[80., 10.], [100., 17.5], [100., 32.5], [80., 40.]])));
        let got = cut(triangle);
        assert_eq!((got.area(), got.num_points(), got.bounds()), (want.area(), 4, want.bounds()), "{got:?}");
        let mask_like = Geometry::Polygon(Polygon::simple(at(&[[-10., 5.], [110., 5.], [110., 10.], [-10., 10.]])));
        assert_eq!(cut(mask_like).area(), 500.0);
        assert_eq!(cut(Geometry::Box(Rect::from_xywh(90., -10., 30., 30.))), Geometry::Box(Rect::from_xywh(90., 0., 10., 20.)));
        assert_eq!(fitted(&Geometry::Box(Rect::from_xywh(100., 0., 30., 30.)), IMAGE), Fit::Gone, "only its side is there");
        assert_eq!(fitted(&Geometry::Box(Rect::from_xywh(70., 20., 30., 30.)), IMAGE), Fit::Whole, "up to the border");
    }

    #[test]
    fn an_area_may_become_several_parts() {
        let clip = [[10., 40.], [20., 40.], [20., 60.], [80., 60.], [80., 40.], [90., 40.], [90., 70.], [10., 70.]];
        let Geometry::Polygon(parts) = cut(Geometry::Polygon(Polygon::simple(at(&clip)))) else { panic!() };
        assert_eq!((parts.parts.len(), parts.area()), (2, 200.0));
    }

    #[test]
    fn of_a_line_the_longest_stretch_stays() {
        let line = Geometry::Polyline(Path::from(at(&[[10., 40.], [10., 60.], [40., 60.], [40., 20.], [60., 20.]])));
        assert_eq!(cut(line), Geometry::Polyline(Path::from(at(&[[40., 50.], [40., 20.], [60., 20.]]))));
        assert_eq!(fitted(&Geometry::Polyline(Path::from(at(&[[-10., 5.], [-5., 50.]]))), IMAGE), Fit::Gone);
    }

    #[test]
    fn what_cannot_be_cut_stays_whole_or_goes() {
        let turned = |x: f64| Geometry::RotatedBox(RotatedBox { center: ImagePos::new(x, 20.), width: 30., height: 10., angle: 20. });
        assert_eq!([fitted(&turned(95.), IMAGE), fitted(&turned(101.), IMAGE)], [Fit::Whole, Fit::Gone]);
        let ellipse = Geometry::Ellipse(Ellipse { center: ImagePos::new(2., 20.), rx: 9., ry: 5., angle: 0. });
        assert!(reaches_outside(&ellipse, IMAGE) && fitted(&ellipse, IMAGE) == Fit::Whole);
        let point = |x: f64| Geometry::Point(ImagePos::new(x, 20.));
        assert_eq!([fitted(&point(100.), IMAGE), fitted(&point(100.5), IMAGE)], [Fit::Whole, Fit::Gone]);
        let seen = |x: f64| Keypoint { pos: ImagePos::new(x, 20.), sight: Sight::Visible };
        let want = vec![seen(10.), Keypoint { pos: ImagePos::new(100., 20.), sight: Sight::Absent }];
        let got = cut(Geometry::Keypoints(Keypoints { points: vec![seen(10.), seen(120.)] }));
        assert_eq!(got, Geometry::Keypoints(Keypoints { points: want }));
        assert_eq!(fitted(&Geometry::Keypoints(Keypoints { points: vec![seen(120.)] }), IMAGE), Fit::Gone);
    }
}
