//! The geometry of an annotation, with everything that may be wrong about it.

use super::annotation::{Annotation, Counts, Ring, Segmentation};
use super::keypoints::keypoints;
use crate::json::number::sum;
use crate::problems::Effect;
use limn_core::geometry::Keypoints;
use limn_core::{Geometry, ImagePos, Mask, Part, Polygon, Rect, Template};
use serde_json::Value;

/// Size of an image in pixels; 0 when the file does not say.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Something wrong: what became of the annotation, the sentence, and what to show.
pub(super) struct Wrong(pub(super) Effect, pub(super) &'static str, pub(super) String);

/// A bbox may be off by rounding; by more than this, in pixels, it belongs to another shape.
const BBOX_TOLERANCE: f64 = 1.0;

/// Takes the geometry out of an annotation. `Err` when it has none that can be used; `tell` hears what is odd but kept.
pub(super) fn geometry(
    annotation: &mut Annotation,
    template: Option<&Template>,
    image: Size,
    tell: &mut dyn FnMut(Wrong),
) -> Result<Geometry, Wrong> {
    let left = |text, shown: String| Wrong(Effect::Left, text, shown);
    if let Some(keypoints) = keypoints_of(annotation, template, tell) {
        let geometry = Geometry::Keypoints(keypoints);
        tell_outside(&geometry, image, tell);
        return Ok(geometry);
    }
    let geometry = match std::mem::take(&mut annotation.segmentation) {
        Segmentation::None => Geometry::Box(bbox(annotation)?),
        Segmentation::Polygon(rings) => Geometry::Polygon(polygon(rings, tell)?),
        Segmentation::Rle([height, width], counts) => {
            let given = image.width > 0 && image.height > 0;
            if given && (width, height) != (image.width, image.height) {
                return Err(left(
                    "the run lengths are of another size than the image; left out",
                    format!("{width} by {height} instead of {} by {}", image.width, image.height),
                ));
            }
            let mask = match counts {
                Counts::Compressed(text) => Mask::from_compressed(width, height, &text),
                Counts::Plain(counts) => Mask::from_counts(width, height, counts),
            };
            let mask = mask.map_err(|error| left("the run lengths are wrong; left out", error.to_string()))?;
            if mask.area() == 0 {
                return Err(left("the mask has no pixels; left out", String::new()));
            }
            return Ok(Geometry::Mask(mask));
        }
    };
    let Some(bounds) = geometry.bounds() else { return Ok(geometry) };
    tell_outside(&geometry, image, tell);
    if let (Geometry::Polygon(_), Some([x, y, width, height])) = (&geometry, annotation.bbox.as_deref()) {
        let pairs = [(bounds.min.x, *x), (bounds.min.y, *y), (bounds.width(), *width), (bounds.height(), *height)];
        if pairs.iter().any(|(real, told)| (real - told).abs() > BBOX_TOLERANCE) {
            tell(Wrong(Effect::Changed, "the bbox is not that of the segmentation; the segmentation counts", String::new()));
        }
    }
    Ok(geometry)
}

fn tell_outside(geometry: &Geometry, image: Size, tell: &mut dyn FnMut(Wrong)) {
    let Some(bounds) = geometry.bounds() else { return };
    let outside = |low: f64, high: f64, len: u32| len > 0 && (low < 0.0 || high > f64::from(len));
    if outside(bounds.min.x, bounds.max.x, image.width) || outside(bounds.min.y, bounds.max.y, image.height) {
        tell(Wrong(Effect::Kept, "the shape reaches outside its image; kept as it is", String::new()));
    }
}

/// The keypoints, if the category names some and any is labelled. The box and the segmentation are those of the whole thing:
/// they stay as foreign fields, which an export gives back.
fn keypoints_of(annotation: &mut Annotation, template: Option<&Template>, tell: &mut dyn FnMut(Wrong)) -> Option<Keypoints> {
    let list = annotation.keypoints.take()?;
    let Some(template) = template else {
        annotation.extra.insert("keypoints".to_owned(), list.into());
        return None;
    };
    annotation.extra.remove("num_keypoints");
    let keypoints = keypoints(&list, template, tell)?;
    let segmentation = std::mem::take(&mut annotation.segmentation);
    let has_segmentation = !matches!(segmentation, Segmentation::None);
    let has_bbox = annotation.bbox.as_ref().is_some_and(|bbox| bbox.len() == 4);
    if has_segmentation || has_bbox {
        tell(Wrong(Effect::Kept, "box and segmentation of an annotation with keypoints kept as foreign fields", String::new()));
    }
    if has_segmentation {
        annotation.extra.insert("segmentation".to_owned(), segmentation.to_value());
    }
    for (name, value) in
        [("bbox", annotation.bbox.take().filter(|_| has_bbox).map(Value::from)), ("area", annotation.area.map(Value::from))]
    {
        if let Some(value) = value {
            annotation.extra.insert(name.to_owned(), value);
        }
    }
    Some(keypoints)
}

fn bbox(annotation: &Annotation) -> Result<Rect, Wrong> {
    let left = |text, shown| Err(Wrong(Effect::Left, text, shown));
    match annotation.bbox.as_deref() {
        None | Some([]) => left("the annotation has neither a segmentation nor a bbox; left out", String::new()),
        Some([x, y, width, height]) => {
            let rect = Rect { min: ImagePos::new(*x, *y), max: ImagePos::new(sum(*x, *width), sum(*y, *height)) };
            let sound = *width > 0.0 && *height > 0.0 && rect.is_finite() && rect.width() > 0.0 && rect.height() > 0.0;
            if sound { Ok(rect) } else { left("the bbox has no area; left out", format!("{width} by {height}")) }
        }
        Some(other) => left("the bbox is not x, y, width, height; left out", format!("{} numbers", other.len())),
    }
}

fn polygon(rings: Vec<Ring>, tell: &mut dyn FnMut(Wrong)) -> Result<Polygon, Wrong> {
    let mut parts = Vec::with_capacity(rings.len());
    for Ring { mut points, odd } in rings {
        if odd {
            let shown = format!("{} coordinates", points.len() * 2 + 1);
            tell(Wrong(Effect::Left, "a polygon has an odd number of coordinates; this part left out", shown));
            continue;
        }
        if points.len() > 3 && points.first() == points.last() {
            points.pop();
            tell(Wrong(Effect::Changed, "a polygon repeats its first point at the end; the repetition left out", String::new()));
        }
        if points.len() < 3 {
            tell(Wrong(Effect::Left, "a polygon has fewer than three points; this part left out", format!("{} points", points.len())));
            continue;
        }
        parts.push(Part { outer: points.into(), holes: Vec::new() });
    }
    if parts.is_empty() {
        return Err(Wrong(Effect::Left, "no part of the polygon can be used; left out", String::new()));
    }
    Ok(Polygon { parts })
}
