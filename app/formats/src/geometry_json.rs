//! Geometry as JSON: the form of the `limn` format and of listings. Image pixels, every bit of every number kept.
//!
//! | type | form |
//! | --- | --- |
//! | box | `{"xyxy":[left, top, right, bottom]}` |
//! | polygon | `{"parts":[{"outer":[[x, y], …],"holes":[[[x, y], …], …]}]}`; `holes` is left out when there are none |
//! | mask | `{"size":[height, width],"counts":"…"}`, COCO's compressed run lengths |

use crate::json::number::{write_f64, write_u64};
use crate::json::write;
use limn_core::geometry::RleError;
use limn_core::{Geometry, ImagePos, Mask, Part, Polygon, Rect};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
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
        write_list(out, &part.holes, |out, hole| write_ring(out, hole));
    }
    out.push(b'}');
}

fn write_ring(out: &mut Vec<u8>, ring: &[ImagePos]) {
    write_list(out, ring, |out, pos| {
        out.push(b'[');
        write_f64(out, pos.x);
        out.push(b',');
        write_f64(out, pos.y);
        out.push(b']');
    });
}

/// For reading with serde.
pub(crate) struct JsonGeometry(pub(crate) Geometry);

#[derive(serde::Deserialize)]
struct JsonPart {
    outer: Vec<ImagePos>,
    #[serde(default)]
    holes: Vec<Vec<ImagePos>>,
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
        let (mut xyxy, mut parts, mut size, mut counts) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "xyxy" => xyxy = Some(map.next_value::<[f64; 4]>()?),
                "parts" => parts = Some(map.next_value::<Vec<JsonPart>>()?),
                "size" => size = Some(map.next_value::<[u32; 2]>()?),
                "counts" => counts = Some(map.next_value::<String>()?),
                other => return Err(A::Error::custom(format!("a geometry has the field \"{other}\", which this version does not know"))),
            }
        }
        let geometry = match (xyxy, parts, size, counts) {
            (Some([x0, y0, x1, y1]), None, None, None) => Geometry::Box(Rect { min: ImagePos::new(x0, y0), max: ImagePos::new(x1, y1) }),
            (None, Some(parts), None, None) => {
                let parts = parts.into_iter().map(|part| Part { outer: part.outer, holes: part.holes });
                Geometry::Polygon(Polygon { parts: parts.collect() })
            }
            (None, None, Some([height, width]), Some(counts)) => {
                let mask: Result<Mask, RleError> = Mask::from_compressed(width, height, &counts);
                Geometry::Mask(mask.map_err(A::Error::custom)?)
            }
            _ => return Err(A::Error::custom("a geometry is neither a box (xyxy) nor a polygon (parts) nor a mask (size, counts)")),
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
                            outer: vec![pos(0., 0.), pos(9., 0.), pos(0., 9.)],
                            holes: vec![vec![pos(1., 1.), pos(2., 1.), pos(1., 2.)]],
                        },
                        Part::default(),
                    ],
                }),
                r#"{"parts":[{"outer":[[0,0],[9,0],[0,9]],"holes":[[[1,1],[2,1],[1,2]]]},{"outer":[]}]}"#,
            ),
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
    }
}
