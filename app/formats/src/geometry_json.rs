//! Geometry as JSON: the form of the `limn` format and of listings. Image pixels, every bit of every number kept.
//!
//! | type | form |
//! | --- | --- |
//! | box | `{"xyxy":[left, top, right, bottom]}` |
//! | polygon | `{"parts":[{"outer":[[x, y], …],"holes":[[[x, y], …], …]}]}`; `holes` is left out when there are none |
//! | rotated box | `{"rotated":[centre x, centre y, width, height, degrees clockwise]}` |
//! | ellipse | `{"ellipse":[centre x, centre y, radius, radius, degrees clockwise]}` |
//! | polyline | `{"line":[[x, y], …]}` |
//! | keypoints | `{"keypoints":[[x, y, sight], …]}`; sight as COCO's: 2 visible, 1 occluded, 0 absent |
//! | cuboid | `{"front":[[x, y] × 4],"back":[[x, y] × 4]}`, corners from the top left one on, clockwise |
//! | point | `{"point":[x, y]}` |
//! | tag | `{"tag":true}` |
//! | mask | `{"size":[height, width],"counts":"…"}`, COCO's compressed run lengths |
//!
//! A point of a ring or line that has a third element, `{"bend":[[x, y], …],"inferred":true}`, is left by an edge that is
//! curved (one control point: quadratic, two: cubic), or inferred, or both.

use crate::json::number::{write_f64, write_u64};
use crate::json::write;
use limn_core::geometry::{Bend, Cuboid, Edge, Ellipse, Keypoint, Keypoints, Path, RleError, RotatedBox, Sight};
use limn_core::{Geometry, ImagePos, Mask, Part, Polygon, Rect};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Writes the geometry's JSON (see the module). A number that is not finite, which no sound geometry has, becomes `null`.
pub fn write_geometry(out: &mut Vec<u8>, geometry: &Geometry) {
    match geometry {
        Geometry::Box(rect) => {
            out.extend_from_slice(b"{\"xyxy\":");
            write_list(out, &[rect.min.x, rect.min.y, rect.max.x, rect.max.y], |out, value| write_f64(out, *value));
            out.push(b'}');
        }
        Geometry::Polygon(polygon) => {
            out.extend_from_slice(b"{\"parts\":");
            write_list(out, &polygon.parts, write_part);
            out.push(b'}');
        }
        Geometry::RotatedBox(r) => write_numbers(out, "rotated", &[r.center.x, r.center.y, r.width, r.height, r.angle]),
        Geometry::Ellipse(e) => write_numbers(out, "ellipse", &[e.center.x, e.center.y, e.rx, e.ry, e.angle]),
        Geometry::Point(pos) => write_numbers(out, "point", &[pos.x, pos.y]),
        Geometry::Polyline(line) => {
            out.extend_from_slice(b"{\"line\":");
            write_ring(out, line);
            out.push(b'}');
        }
        Geometry::Keypoints(keypoints) => {
            out.extend_from_slice(b"{\"keypoints\":");
            write_list(out, &keypoints.points, |out, point| {
                out.push(b'[');
                write_f64(out, point.pos.x);
                out.push(b',');
                write_f64(out, point.pos.y);
                out.extend_from_slice([b",2]", b",1]", b",0]"][point.sight as usize]);
            });
            out.push(b'}');
        }
        Geometry::Cuboid(cuboid) => {
            out.extend_from_slice(b"{\"front\":");
            write_list(out, &cuboid.front, write_pos);
            out.extend_from_slice(b",\"back\":");
            write_list(out, &cuboid.back, write_pos);
            out.push(b'}');
        }
        Geometry::Tag => out.extend_from_slice(b"{\"tag\":true}"),
        Geometry::Mask(mask) => {
            out.extend_from_slice(b"{\"size\":");
            write_list(out, &[mask.height(), mask.width()], |out, value| write_u64(out, u64::from(*value)));
            out.extend_from_slice(b",\"counts\":");
            write::text(out, &mask.to_compressed());
            out.push(b'}');
        }
    }
}

/// The geometry's JSON (see the module).
pub fn geometry_to_json(geometry: &Geometry) -> serde_json::Value {
    let mut out = Vec::with_capacity(256);
    write_geometry(&mut out, geometry);
    // What was just written is JSON.
    serde_json::from_slice(&out).unwrap_or_default()
}

/// The geometry in this JSON.
///
/// # Errors
/// The sentence that says what is wrong.
pub fn geometry_from_json(value: serde_json::Value) -> Result<Geometry, serde_json::Error> {
    serde_json::from_value::<JsonGeometry>(value).map(|json| json.0)
}

/// Writes `[a,b,c]`.
pub(crate) fn write_list<T>(out: &mut Vec<u8>, items: &[T], mut each: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        each(out, item);
    }
    out.push(b']');
}

fn write_part(out: &mut Vec<u8>, part: &Part) {
    out.extend_from_slice(b"{\"outer\":");
    write_ring(out, &part.outer);
    if !part.holes.is_empty() {
        out.extend_from_slice(b",\"holes\":");
        write_list(out, &part.holes, write_ring);
    }
    out.push(b'}');
}

fn write_numbers(out: &mut Vec<u8>, key: &str, numbers: &[f64]) {
    out.extend_from_slice(b"{\"");
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
    write_list(out, numbers, |out, number| write_f64(out, *number));
    out.push(b'}');
}

fn write_pos(out: &mut Vec<u8>, pos: &ImagePos) {
    out.push(b'[');
    write_f64(out, pos.x);
    out.push(b',');
    write_f64(out, pos.y);
    out.push(b']');
}

fn write_ring(out: &mut Vec<u8>, ring: &Path) {
    let mut special = ring.special_edges().peekable();
    let mut at = 0;
    write_list(out, ring.points(), |out, pos| {
        write_pos(out, pos);
        if let Some((_, edge)) = special.next_if(|(number, _)| *number == at) {
            out.pop();
            write_edge(out, edge);
            out.push(b']');
        }
        at += 1;
    });
}

fn write_edge(out: &mut Vec<u8>, edge: Edge) {
    let controls: Vec<ImagePos> = edge.bend.controls().collect();
    out.extend_from_slice(b",{");
    if !controls.is_empty() {
        out.extend_from_slice(b"\"bend\":");
        write_list(out, &controls, write_pos);
    }
    if edge.inferred {
        out.extend_from_slice(if controls.is_empty() { b"\"inferred\":true".as_slice() } else { b",\"inferred\":true" });
    }
    out.push(b'}');
}

/// For reading with serde.
pub(crate) struct JsonGeometry(pub(crate) Geometry);

#[derive(serde::Deserialize)]
struct JsonPart {
    outer: JsonRing,
    #[serde(default)]
    holes: Vec<JsonRing>,
}

struct JsonRing(Path);

impl<'de> Deserialize<'de> for JsonRing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let nodes = Vec::<JsonNode>::deserialize(deserializer)?;
        let points: Vec<ImagePos> = nodes.iter().map(|node| node.pos).collect();
        if nodes.iter().all(|node| node.edge.is_none()) {
            return Ok(Self(points.into()));
        }
        let edges = nodes.into_iter().map(|node| node.edge.unwrap_or_default().edge().map_err(D::Error::custom));
        Ok(Self(Path::with_edges(points, edges.collect::<Result<_, _>>()?)))
    }
}

/// A point and the edge that leaves it.
struct JsonNode {
    pos: ImagePos,
    edge: Option<JsonEdge>,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonEdge {
    #[serde(default)]
    bend: Vec<ImagePos>,
    #[serde(default)]
    inferred: bool,
}

impl JsonEdge {
    fn edge(self) -> Result<Edge, &'static str> {
        let bend = match self.bend[..] {
            [] => Bend::Straight,
            [control] => Bend::Quadratic(control),
            [first, second] => Bend::Cubic(first, second),
            _ => return Err("an edge has more than two control points"),
        };
        Ok(Edge { bend, inferred: self.inferred })
    }
}

impl<'de> Deserialize<'de> for JsonNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;
        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = JsonNode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a point: x, y and perhaps how its edge goes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<JsonNode, A::Error> {
                let x = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let y = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                let edge = seq.next_element()?;
                if seq.next_element::<IgnoredAny>()?.is_some() {
                    return Err(A::Error::invalid_length(4, &self));
                }
                Ok(JsonNode { pos: ImagePos::new(x, y), edge })
            }
        }
        deserializer.deserialize_seq(NodeVisitor)
    }
}

fn keypoint((x, y, sight): (f64, f64, u8)) -> Result<Keypoint, &'static str> {
    let sight = match sight {
        0 => Sight::Absent,
        1 => Sight::Occluded,
        2 => Sight::Visible,
        _ => return Err("the sight of a keypoint is none of 0, 1, 2"),
    };
    Ok(Keypoint { pos: ImagePos::new(x, y), sight })
}

impl<'de> Deserialize<'de> for JsonGeometry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(GeometryVisitor)
    }
}

struct GeometryVisitor;

impl<'de> Visitor<'de> for GeometryVisitor {
    type Value = JsonGeometry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonGeometry, A::Error> {
        let mut found: Option<Geometry> = None;
        let (mut size, mut counts, mut front, mut back) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            let geometry = match key.as_str() {
                "xyxy" => {
                    let [x0, y0, x1, y1] = map.next_value::<[f64; 4]>()?;
                    Geometry::Box(Rect { min: ImagePos::new(x0, y0), max: ImagePos::new(x1, y1) })
                }
                "rotated" => {
                    let [x, y, width, height, angle] = map.next_value::<[f64; 5]>()?;
                    Geometry::RotatedBox(RotatedBox { center: ImagePos::new(x, y), width, height, angle })
                }
                "ellipse" => {
                    let [x, y, rx, ry, angle] = map.next_value::<[f64; 5]>()?;
                    Geometry::Ellipse(Ellipse { center: ImagePos::new(x, y), rx, ry, angle })
                }
                "parts" => {
                    let parts = map.next_value::<Vec<JsonPart>>()?.into_iter();
                    let part = |part: JsonPart| Part { outer: part.outer.0, holes: part.holes.into_iter().map(|hole| hole.0).collect() };
                    Geometry::Polygon(Polygon { parts: parts.map(part).collect() })
                }
                "line" => Geometry::Polyline(map.next_value::<JsonRing>()?.0),
                "keypoints" => {
                    let points = map.next_value::<Vec<(f64, f64, u8)>>()?.into_iter().map(keypoint);
                    Geometry::Keypoints(Keypoints { points: points.collect::<Result<_, _>>().map_err(A::Error::custom)? })
                }
                "point" => Geometry::Point(map.next_value()?),
                "tag" if map.next_value()? => Geometry::Tag,
                "size" => {
                    size = Some(map.next_value::<[u32; 2]>()?);
                    continue;
                }
                "counts" => {
                    counts = Some(map.next_value::<String>()?);
                    continue;
                }
                "front" => {
                    front = Some(map.next_value::<[ImagePos; 4]>()?);
                    continue;
                }
                "back" => {
                    back = Some(map.next_value::<[ImagePos; 4]>()?);
                    continue;
                }
                other => return Err(A::Error::custom(format!("a geometry has the field \"{other}\", which this version does not know"))),
            };
            if found.replace(geometry).is_some() {
                return Err(A::Error::custom("a geometry is of two kinds at once"));
            }
        }
        let geometry = match (found, size.zip(counts), front.zip(back)) {
            (Some(geometry), None, None) => geometry,
            (None, Some(([height, width], counts)), None) => {
                let mask: Result<Mask, RleError> = Mask::from_compressed(width, height, &counts);
                Geometry::Mask(mask.map_err(A::Error::custom)?)
            }
            (None, None, Some((front, back))) => Geometry::Cuboid(Box::new(Cuboid { front, back })),
            _ => {
                return Err(A::Error::custom(
                    "a geometry is neither a box (xyxy) nor a polygon (parts) nor a mask (size, counts) nor any other kind",
                ));
            }
        };
        Ok(JsonGeometry(geometry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pos(x: f64, y: f64) -> ImagePos {
        ImagePos::new(x, y)
    }

    #[test]
    fn each_type_has_its_form() {
        let cases = [
            (Geometry::Box(Rect { min: pos(1.5, -0.0), max: pos(30.0, 4.0) }), r#"{"xyxy":[1.5,-0.0,30,4]}"#),
            (
                Geometry::Polygon(Polygon {
                    parts: vec![
                        Part {
                            outer: vec![pos(0., 0.), pos(9., 0.), pos(0., 9.)].into(),
                            holes: vec![vec![pos(1., 1.), pos(2., 1.), pos(1., 2.)].into()],
                        },
                        Part::default(),
                    ],
                }),
                r#"{"parts":[{"outer":[[0,0],[9,0],[0,9]],"holes":[[[1,1],[2,1],[1,2]]]},{"outer":[]}]}"#,
            ),
            (
                Geometry::Polyline(Path::with_edges(
                    vec![pos(0., 0.), pos(9., 0.), pos(0., 9.), pos(1., 1.)],
                    vec![
                        Edge { bend: Bend::Quadratic(pos(4., 5.)), inferred: true },
                        Edge { bend: Bend::Cubic(pos(4., 5.), pos(6., 7.)), inferred: false },
                        Edge { bend: Bend::Straight, inferred: true },
                    ],
                )),
                r#"{"line":[[0,0,{"bend":[[4,5]],"inferred":true}],[9,0,{"bend":[[4,5],[6,7]]}],[0,9,{"inferred":true}],[1,1]]}"#,
            ),
            (
                Geometry::RotatedBox(RotatedBox { center: pos(1., 2.), width: 3.5, height: 4., angle: -30. }),
                r#"{"rotated":[1,2,3.5,4,-30]}"#,
            ),
            (Geometry::Ellipse(Ellipse { center: pos(1., 2.), rx: 3.5, ry: 4., angle: 0. }), r#"{"ellipse":[1,2,3.5,4,0]}"#),
            (
                Geometry::Keypoints(Keypoints {
                    points: vec![keypoint((1., 2., 2)).unwrap(), keypoint((3., 4., 1)).unwrap(), keypoint((0., 0., 0)).unwrap()],
                }),
                r#"{"keypoints":[[1,2,2],[3,4,1],[0,0,0]]}"#,
            ),
            (
                Geometry::Cuboid(Box::new(Cuboid { front: [pos(0., 1.); 4], back: [pos(2., 3.); 4] })),
                r#"{"front":[[0,1],[0,1],[0,1],[0,1]],"back":[[2,3],[2,3],[2,3],[2,3]]}"#,
            ),
            (Geometry::Point(pos(1.25, 2.)), r#"{"point":[1.25,2]}"#),
            (Geometry::Tag, r#"{"tag":true}"#),
            (Geometry::Mask(Mask::from_counts(3, 4, vec![2, 4, 4, 1, 1]).unwrap()), r#"{"size":[4,3],"counts":"244MM"}"#),
        ];
        for (geometry, wanted) in cases {
            let mut out = Vec::new();
            write_geometry(&mut out, &geometry);
            assert_eq!(String::from_utf8(out).unwrap(), wanted);
            let again = geometry_from_json(geometry_to_json(&geometry)).unwrap();
            assert_eq!(format!("{again:?}"), format!("{geometry:?}"));
        }
    }

    #[test]
    fn mistakes_are_named() {
        let error = |text: &str| serde_json::from_str::<JsonGeometry>(text).err().unwrap().to_string();
        assert!(error(r#"{"xyxy":[1,2,3]}"#).contains("invalid length 3"));
        assert!(error(r#"{"size":[4,3]}"#).contains("neither a box"));
        assert!(error(r#"{"size":[4,3],"counts":"24"}"#).contains("add up to 6"));
        assert!(error(r#"{"curve":[]}"#).contains("\"curve\""));
        assert!(error(r#"{"point":[1,2],"tag":true}"#).contains("two kinds"));
        assert!(error(r#"{"line":[[1]]}"#).contains("invalid length 1"));
        assert!(error(r#"{"line":[[1,2,{"bend":[[1,2],[1,2],[1,2]]}]]}"#).contains("more than two"));
        assert!(error(r#"{"keypoints":[[1,2,3]]}"#).contains("none of 0, 1, 2"));
        assert!(error(r#"{"tag":false}"#).contains("\"tag\""));
    }
}
