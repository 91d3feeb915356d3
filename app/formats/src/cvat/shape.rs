//! Shapes of CVAT and geometry.

use super::mask;
use super::xml::Element;
use crate::json::number::write_f64;
use crate::{Effect, Problems};
use limn_core::geometry::{Cuboid, Ellipse, Keypoint, Keypoints, RotatedBox, Sight};
use limn_core::{Geometry, ImagePos, Polygon, Rect, Template};

/// How far from a curve the points lie that stand for it, in pixels.
const TOLERANCE: f64 = 0.05;
/// CVAT's names of the corners of a cuboid, clockwise from the top left one. It counts the far left edge last.
const FRONT: [&str; 4] = ["tl1", "tr1", "br1", "bl1"];
const BACK: [&str; 4] = ["tr2", "tl2", "bl2", "br2"];

/// The geometry of a shape. `Err`: what is wrong, for a sentence.
pub(super) fn read(shape: &Element, template: Option<&Template>, size: (u32, u32)) -> Result<Geometry, &'static str> {
    let pos = |x: &str, y: &str| Ok::<_, &'static str>(ImagePos::new(number(shape, x)?, number(shape, y)?));
    let turned = || if shape.get("rotation").is_some() { number(shape, "rotation") } else { Ok(0.0) };
    match shape.name.as_str() {
        "box" => {
            let rect = Rect::from_corners(pos("xtl", "ytl")?, pos("xbr", "ybr")?);
            if shape.get("rotation").is_none() {
                return Ok(Geometry::Box(rect));
            }
            let angle = turned()?;
            let center = ImagePos::new((rect.min.x + rect.max.x) / 2.0, (rect.min.y + rect.max.y) / 2.0);
            Ok(Geometry::RotatedBox(RotatedBox { center, width: rect.width(), height: rect.height(), angle }))
        }
        "ellipse" => Ok(Geometry::Ellipse(Ellipse {
            center: pos("cx", "cy")?,
            rx: number(shape, "rx")?,
            ry: number(shape, "ry")?,
            angle: turned()?,
        })),
        "polygon" => match points(shape)? {
            points if points.len() < 3 => Err("it has fewer than three points"),
            points => Ok(Geometry::Polygon(Polygon::simple(points))),
        },
        "polyline" => match points(shape)? {
            points if points.len() < 2 => Err("it has fewer than two points"),
            points => Ok(Geometry::Polyline(points.into())),
        },
        "points" => match points(shape)?.as_slice() {
            [] => Err("it has no points"),
            [one] => Ok(Geometry::Point(*one)),
            points => {
                let points = points.iter().map(|pos| Keypoint { pos: *pos, sight: Sight::Visible }).collect();
                Ok(Geometry::Keypoints(Keypoints { points }))
            }
        },
        "cuboid" => {
            let corners = |names: [&str; 4]| -> Result<[ImagePos; 4], &'static str> {
                let mut corners = [ImagePos::default(); 4];
                for (corner, name) in corners.iter_mut().zip(names) {
                    *corner = pos(&format!("x{name}"), &format!("y{name}"))?;
                }
                Ok(corners)
            };
            Ok(Geometry::Cuboid(Box::new(Cuboid { front: corners(FRONT)?, back: corners(BACK)? })))
        }
        "mask" => {
            let whole = |name: &str| match number(shape, name)? {
                value if value >= 0.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0 => Ok(value as u32),
                _ => Err("the box of the mask is not in whole pixels"),
            };
            let frame = mask::Frame { left: whole("left")?, top: whole("top")?, width: whole("width")?, height: whole("height")? };
            mask::read(shape.get("rle").unwrap_or_default(), frame, size).map(Geometry::Mask)
        }
        "skeleton" => skeleton(shape, template),
        "tag" => Ok(Geometry::Tag),
        _ => Err("it is of an unknown kind"),
    }
}

fn number(shape: &Element, name: &str) -> Result<f64, &'static str> {
    let value = shape.get(name).and_then(|text| text.trim().parse::<f64>().ok());
    value.filter(|value| value.is_finite()).ok_or("a coordinate is missing or is no number")
}

/// `x,y;x,y;…`
fn points(shape: &Element) -> Result<Vec<ImagePos>, &'static str> {
    let text = shape.get("points").unwrap_or_default();
    let pairs = text.split(';').filter(|pair| !pair.trim().is_empty());
    pairs
        .map(|pair| {
            let (x, y) = pair.split_once(',').ok_or("a point is no pair of numbers")?;
            let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
            Ok(ImagePos::new(number(x).ok_or("a coordinate is no number")?, number(y).ok_or("a coordinate is no number")?))
        })
        .collect()
}

fn skeleton(shape: &Element, template: Option<&Template>) -> Result<Geometry, &'static str> {
    let template = template.ok_or("the label of a skeleton has no points")?;
    let mut keypoints = vec![Keypoint { pos: ImagePos::default(), sight: Sight::Absent }; template.points.len()];
    for point in shape.children.iter().filter(|child| child.name == "points") {
        let name = point.get("label").unwrap_or_default();
        let at = template.points.iter().position(|known| known.name == name).ok_or("a point of a skeleton has an unknown label")?;
        let Some(pos) = points(point)?.first().copied() else { continue };
        let sight = match (point.is("outside") && !is_outside(shape), point.is("occluded")) {
            (true, _) => Sight::Absent,
            (false, true) => Sight::Occluded,
            (false, false) => Sight::Visible,
        };
        keypoints[at] = Keypoint { pos, sight };
    }
    if keypoints.iter().all(|point| point.sight == Sight::Absent) {
        return Err("a skeleton has no points");
    }
    Ok(Geometry::Keypoints(Keypoints { points: keypoints }))
}

/// Whether a shape is not in the picture; a skeleton is not where none of its points is.
pub(super) fn is_outside(shape: &Element) -> bool {
    let mut points = shape.children.iter().filter(|child| child.name == "points").peekable();
    shape.is("outside") || (shape.name == "skeleton" && points.peek().is_some() && points.all(|point| point.is("outside")))
}

/// A shape as it is written: the name of its element and the attributes that say where it is.
pub(super) struct Written {
    pub name: &'static str,
    pub fields: Vec<u8>,
}

/// `None` for what CVAT has no shape for; that and what is written otherwise is told.
pub(super) fn write(geometry: &Geometry, place: impl Fn() -> String, losses: &mut Problems) -> Option<Written> {
    let mut written = Written { name: "box", fields: Vec::new() };
    let out = &mut written.fields;
    let mut tell = |effect, text: &str| losses.add(effect, text, &place);
    match geometry {
        Geometry::Box(rect) => corners(out, rect),
        Geometry::RotatedBox(turned) => {
            let half = (turned.width / 2.0, turned.height / 2.0);
            let (x, y) = (turned.center.x, turned.center.y);
            corners(out, &Rect { min: ImagePos::new(x - half.0, y - half.1), max: ImagePos::new(x + half.0, y + half.1) });
            field(out, "rotation", turned.angle);
        }
        Geometry::Ellipse(ellipse) => {
            written.name = "ellipse";
            for (name, value) in [("cx", ellipse.center.x), ("cy", ellipse.center.y), ("rx", ellipse.rx), ("ry", ellipse.ry)] {
                field(out, name, value);
            }
            if ellipse.angle != 0.0 {
                field(out, "rotation", ellipse.angle);
            }
        }
        Geometry::Polygon(polygon) => {
            written.name = "polygon";
            if !polygon.is_straight() {
                tell(Effect::Changed, "curved edges written as points along them");
            }
            let polygon = polygon.flattened(TOLERANCE);
            if polygon.parts.len() > 1 {
                tell(Effect::Left, "parts of a polygon but the first left out");
            }
            let first = polygon.parts.first()?;
            if !first.holes.is_empty() {
                tell(Effect::Left, "holes of a polygon left out");
            }
            write_points(out, first.outer.points().iter().copied());
        }
        Geometry::Polyline(line) => {
            written.name = "polyline";
            if !line.is_straight() {
                tell(Effect::Changed, "curved edges written as points along them");
            }
            write_points(out, line.flattened(false, TOLERANCE).iter().copied());
        }
        Geometry::Point(pos) => {
            written.name = "points";
            write_points(out, [*pos].into_iter());
        }
        Geometry::Keypoints(keypoints) => {
            written.name = "points";
            if keypoints.points.iter().any(|point| point.sight != Sight::Visible) {
                tell(Effect::Changed, "which keypoints are hidden left out, and absent ones with it");
            }
            keypoints.present().next()?;
            write_points(out, keypoints.present().map(|(_, point)| point.pos));
        }
        Geometry::Cuboid(cuboid) => {
            written.name = "cuboid";
            for (name, corner) in FRONT.iter().chain(&BACK).zip(cuboid.front.iter().chain(&cuboid.back)) {
                field(out, &format!("x{name}"), corner.x);
                field(out, &format!("y{name}"), corner.y);
            }
        }
        Geometry::Mask(own) => {
            written.name = "mask";
            let Some((runs, frame)) = mask::write(own) else {
                tell(Effect::Left, "a mask without pixels or of too many left out");
                return None;
            };
            out.extend_from_slice(format!(" rle=\"{runs}\"").as_bytes());
            for (name, value) in [("left", frame.left), ("top", frame.top), ("width", frame.width), ("height", frame.height)] {
                field(out, name, f64::from(value));
            }
        }
        Geometry::Tag => {
            tell(Effect::Left, "tags left out, since a track has none");
            return None;
        }
    }
    Some(written)
}

fn field(out: &mut Vec<u8>, name: &str, value: f64) {
    out.extend_from_slice(format!(" {name}=\"").as_bytes());
    write_f64(out, value);
    out.push(b'"');
}

fn corners(out: &mut Vec<u8>, rect: &Rect) {
    for (name, value) in [("xtl", rect.min.x), ("ytl", rect.min.y), ("xbr", rect.max.x), ("ybr", rect.max.y)] {
        field(out, name, value);
    }
}

fn write_points(out: &mut Vec<u8>, points: impl Iterator<Item = ImagePos>) {
    out.extend_from_slice(b" points=\"");
    for (at, pos) in points.enumerate() {
        if at > 0 {
            out.push(b';');
        }
        write_f64(out, pos.x);
        out.push(b',');
        write_f64(out, pos.y);
    }
    out.push(b'"');
}
