//! How well each format holds what the labels of a schema may be.

use crate::info::{Carries, FORMATS, FormatInfo};
use limn_core::schema::UsedFor;
use limn_core::schema::advice::Served;
use limn_core::{Label, Schema, SpatialType};

/// What a format does for a schema.
#[derive(Clone, Copy, Debug)]
pub struct FormatServed {
    /// The format.
    pub format: &'static FormatInfo,
    /// Labels of which some kind of shape is written as it is.
    pub directly: usize,
    /// Those of which every kind that can be written becomes another one.
    pub converted: usize,
    /// Those of which nothing can be written.
    pub lost: usize,
}

impl FormatServed {
    /// How well the best of them are written.
    pub fn served(&self) -> Served {
        match (self.directly, self.converted) {
            (1.., _) => Served::Directly,
            (0, 1..) => Served::Converted,
            (0, 0) => Served::Not,
        }
    }
}

/// How well each format holds the labels that are offered.
pub fn formats_served(schema: &Schema) -> Vec<FormatServed> {
    let written = FORMATS.iter().filter(|format| format.export);
    written
        .map(|format| {
            let mut found = FormatServed { format, directly: 0, converted: 0, lost: 0 };
            for label in schema.offered() {
                match best(format, label) {
                    Served::Directly => found.directly += 1,
                    Served::Converted => found.converted += 1,
                    Served::Not => found.lost += 1,
                }
            }
            found
        })
        .collect()
}

fn best(format: &FormatInfo, label: &Label) -> Served {
    if label.used_for == UsedFor::Events {
        return if format.carries.contains(&("events", Carries::Yes)) { Served::Directly } else { Served::Not };
    }
    let shapes = SpatialType::ALL.into_iter().filter(|shape| label.takes(*shape));
    let has_points = |shape: &SpatialType| *shape != SpatialType::Keypoints || label.keypoints.is_some();
    shapes.filter(has_points).map(|shape| holds(format, shape)).max().unwrap_or(Served::Not)
}

/// How a format writes a kind of shape: by what it says of itself, and where that has no row, by what its writer does.
pub fn holds(format: &FormatInfo, shape: SpatialType) -> Served {
    use SpatialType as S;
    let row = match shape {
        S::Box => "boxes",
        S::Polygon => "polygons with several parts",
        S::Mask => "masks",
        S::Keypoints => "keypoints",
        S::RotatedBox | S::Ellipse | S::Cuboid | S::Polyline | S::Point | S::Tag => return unlisted(format.id, shape),
    };
    let carries = format.carries.iter().find(|(name, _)| *name == row).map_or(Carries::No, |(_, carries)| *carries);
    match carries {
        Carries::Yes => Served::Directly,
        // A polygon is written; of several parts, not all of it. Keypoints are, by the names that their label gives them.
        Carries::Partly(_) if shape == S::Polygon && format.id == "cvat" => Served::Directly,
        Carries::Partly(_) if shape == S::Keypoints && (format.id.starts_with("coco") || format.id == "yolo-pose") => Served::Directly,
        Carries::Partly(_) if shape == S::Polygon && format.id == "yolo-seg" => Served::Directly,
        Carries::Partly(_) => Served::Converted,
        Carries::No => Served::Not,
    }
}

fn unlisted(format: &str, shape: SpatialType) -> Served {
    use SpatialType as S;
    match (format, shape) {
        ("limn", _) => Served::Directly,
        (_, S::Tag) => Served::Not,
        ("yolo-obb", S::RotatedBox) => Served::Directly,
        // The box around a line is one.
        ("yolo" | "yolo-obb" | "yolo-pose", S::Polyline) => Served::Converted,
        ("cvat", _) => Served::Directly,
        (_, S::Polyline | S::Point) => Served::Not,
        _ => Served::Converted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::format_info;

    fn served(format: &str, label: &str) -> Served {
        let schema = Schema::from_document(&format!(r#"{{"labels": [{label}]}}"#)).unwrap_or_else(|error| panic!("{error}"));
        let found = formats_served(&schema).into_iter().find(|found| found.format.id == format);
        found.map_or(Served::Not, |found| found.served())
    }

    #[test]
    fn a_label_is_written_as_the_best_that_it_may_be() {
        let label = |shapes: &str| format!(r#"{{"name": "a", "shapes": [{shapes}]}}"#);
        for (format, shapes, wanted) in [
            ("coco", r#""box""#, Served::Directly),
            ("coco", r#""polyline", "ellipse""#, Served::Converted),
            ("coco", r#""polyline""#, Served::Not),
            // Keypoints without names are nothing that can be written.
            ("coco", r#""keypoints""#, Served::Not),
            ("mot", r#""mask""#, Served::Converted),
            ("cvat", r#""polyline""#, Served::Directly),
            ("cvat", r#""tag""#, Served::Not),
            ("limn", r#""tag""#, Served::Directly),
            ("yolo", r#""polygon""#, Served::Converted),
            ("yolo-seg", r#""polygon""#, Served::Directly),
            ("yolo-seg", r#""mask""#, Served::Converted),
            ("yolo-obb", r#""rotated-box""#, Served::Directly),
            ("yolo", r#""point""#, Served::Not),
        ] {
            assert_eq!(served(format, &label(shapes)), wanted, "{format} {shapes}");
        }
    }

    #[test]
    fn every_format_says_what_it_does_with_the_kinds_that_it_lists() {
        for format in FORMATS {
            for row in ["boxes", "polygons with several parts", "masks", "keypoints"] {
                let info = format_info(format.id);
                assert!(info.is_some_and(|info| info.carries.iter().any(|(name, _)| *name == row)), "{} {row}", format.id);
            }
        }
    }
}
