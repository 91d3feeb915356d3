//! One entry of `annotations` as it stands in the file. Hand-written, since the three forms of a segmentation would
//! otherwise be parsed by trying.

use crate::json::ids::WholeNumber;
use limn_core::ImagePos;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Annotation {
    pub(super) id: Option<i64>,
    pub(super) image: Option<i64>,
    pub(super) category: Option<i64>,
    /// x, y, width, height.
    pub(super) bbox: Option<Vec<f64>>,
    pub(super) segmentation: Segmentation,
    /// x, y, v of each keypoint.
    pub(super) keypoints: Option<Vec<f64>>,
    pub(super) area: Option<f64>,
    pub(super) crowd: bool,
    pub(super) score: Option<f64>,
    /// What COCO does not define.
    pub(super) extra: Map<String, Value>,
}

/// The forms of a segmentation.
#[derive(Debug, Default)]
pub(super) enum Segmentation {
    /// Absent, `null` or `[]`.
    #[default]
    None,
    /// Parts of a polygon.
    Polygon(Vec<Ring>),
    /// Run lengths of a frame of height and width.
    Rle([u32; 2], Counts),
}

/// A flat list of coordinates.
#[derive(Debug)]
pub(super) struct Ring {
    pub(super) points: Vec<ImagePos>,
    /// A last x had no y.
    pub(super) odd: bool,
}

/// The forms of run lengths.
#[derive(Debug)]
pub(super) enum Counts {
    Compressed(String),
    Plain(Vec<u32>),
}

enum Field {
    Id,
    Image,
    Category,
    Bbox,
    Segmentation,
    Area,
    Keypoints,
    Crowd,
    Score,
    Other(String),
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor;
        impl Visitor<'_> for FieldVisitor {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Field, E> {
                Ok(match name {
                    "id" => Field::Id,
                    "image_id" => Field::Image,
                    "category_id" => Field::Category,
                    "bbox" => Field::Bbox,
                    "segmentation" => Field::Segmentation,
                    "area" => Field::Area,
                    "keypoints" => Field::Keypoints,
                    "iscrowd" => Field::Crowd,
                    "score" => Field::Score,
                    other => Field::Other(other.to_owned()),
                })
            }
        }
        deserializer.deserialize_str(FieldVisitor)
    }
}

impl<'de> Deserialize<'de> for Annotation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnnotationVisitor;
        impl<'de> Visitor<'de> for AnnotationVisitor {
            type Value = Annotation;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an annotation")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Annotation, A::Error> {
                let mut annotation = Annotation::default();
                let whole = |number: Option<WholeNumber>| number.map(|number| number.0);
                while let Some(field) = map.next_key()? {
                    match field {
                        Field::Id => annotation.id = whole(map.next_value()?),
                        Field::Image => annotation.image = whole(map.next_value()?),
                        Field::Category => annotation.category = whole(map.next_value()?),
                        Field::Bbox => annotation.bbox = map.next_value()?,
                        Field::Segmentation => annotation.segmentation = map.next_value()?,
                        Field::Area => annotation.area = map.next_value::<Value>()?.as_f64(),
                        Field::Keypoints => {
                            let given = map.next_value::<Value>()?;
                            annotation.keypoints = Vec::deserialize(&given).ok();
                            if annotation.keypoints.is_none() {
                                annotation.extra.insert("keypoints".to_owned(), given);
                            }
                        }
                        Field::Crowd => annotation.crowd = whole(map.next_value()?).is_some_and(|crowd| crowd != 0),
                        Field::Score => annotation.score = map.next_value()?,
                        Field::Other(name) => drop(annotation.extra.insert(name, map.next_value()?)),
                    }
                }
                Ok(annotation)
            }
        }
        deserializer.deserialize_map(AnnotationVisitor)
    }
}

impl<'de> Deserialize<'de> for Segmentation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SegmentationVisitor;
        impl<'de> Visitor<'de> for SegmentationVisitor {
            type Value = Segmentation;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of polygons or run lengths as a segmentation")
            }

            fn visit_unit<E: Error>(self) -> Result<Segmentation, E> {
                Ok(Segmentation::None)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Segmentation, A::Error> {
                let mut rings = Vec::new();
                loop {
                    match seq.next_element::<RingOrNumber>()? {
                        None if rings.is_empty() => return Ok(Segmentation::None),
                        None => return Ok(Segmentation::Polygon(rings)),
                        Some(RingOrNumber::Ring(ring)) => rings.push(ring),
                        // Some programs write the one polygon without the list around it.
                        Some(RingOrNumber::Number(first)) if rings.is_empty() => {
                            return Ok(Segmentation::Polygon(vec![read_ring(Some(first), &mut seq)?]));
                        }
                        Some(RingOrNumber::Number(_)) => {
                            return Err(A::Error::custom("a number stands between the polygons of a segmentation"));
                        }
                    }
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Segmentation, A::Error> {
                let (mut size, mut counts) = (None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "size" => size = Some(map.next_value::<[WholeNumber; 2]>()?),
                        "counts" => counts = Some(map.next_value()?),
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                let size = size.ok_or_else(|| A::Error::missing_field("size"))?;
                let [height, width] = size.map(|WholeNumber(len)| u32::try_from(len).ok());
                let (Some(height), Some(width)) = (height, width) else {
                    return Err(A::Error::custom("the size of the run lengths is negative or larger than any image"));
                };
                Ok(Segmentation::Rle([height, width], counts.ok_or_else(|| A::Error::missing_field("counts"))?))
            }
        }
        deserializer.deserialize_any(SegmentationVisitor)
    }
}

enum RingOrNumber {
    Ring(Ring),
    Number(f64),
}

impl<'de> Deserialize<'de> for RingOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RingVisitor;
        impl<'de> Visitor<'de> for RingVisitor {
            type Value = RingOrNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of coordinates")
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<RingOrNumber, E> {
                Ok(RingOrNumber::Number(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<RingOrNumber, E> {
                Ok(RingOrNumber::Number(value as f64))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<RingOrNumber, E> {
                Ok(RingOrNumber::Number(value as f64))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RingOrNumber, A::Error> {
                read_ring(None, &mut seq).map(RingOrNumber::Ring)
            }
        }
        deserializer.deserialize_any(RingVisitor)
    }
}

/// Reads the rest of a list of coordinates, of which the first may have been read.
fn read_ring<'de, A: SeqAccess<'de>>(first: Option<f64>, seq: &mut A) -> Result<Ring, A::Error> {
    let mut points = Vec::with_capacity(16);
    let mut x = first;
    loop {
        x = if x.is_some() { x } else { seq.next_element()? };
        let Some(left) = x.take() else { return Ok(Ring { points, odd: false }) };
        match seq.next_element()? {
            Some(y) => points.push(ImagePos::new(left, y)),
            None => return Ok(Ring { points, odd: true }),
        }
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountsVisitor;
        impl<'de> Visitor<'de> for CountsVisitor {
            type Value = Counts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("run lengths as a text or a list")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Counts, E> {
                Ok(Counts::Compressed(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Counts, A::Error> {
                let mut counts = Vec::new();
                while let Some(WholeNumber(count)) = seq.next_element()? {
                    let count = u32::try_from(count).ok().ok_or_else(|| A::Error::custom(format!("{count} is no run length")))?;
                    counts.push(count);
                }
                Ok(Counts::Plain(counts))
            }
        }
        deserializer.deserialize_any(CountsVisitor)
    }
}

impl Segmentation {
    /// As it stands in a file.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::None => Value::Array(Vec::new()),
            Self::Polygon(rings) => {
                let flat = |ring: &Ring| ring.points.iter().flat_map(|pos| [Value::from(pos.x), Value::from(pos.y)]).collect();
                Value::Array(rings.iter().map(flat).collect())
            }
            Self::Rle(size, Counts::Compressed(text)) => serde_json::json!({ "size": size, "counts": text }),
            Self::Rle(size, Counts::Plain(counts)) => serde_json::json!({ "size": size, "counts": counts }),
        }
    }
}
