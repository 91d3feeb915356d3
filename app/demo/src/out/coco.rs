//! The stills' ground truth in COCO form.

use serde_json::{Value, json};

use crate::{DemoFile, LABELS, TruthObject};

/// Images, annotations and categories; videos are left out, COCO has no frames.
pub(crate) fn document(files: &[DemoFile]) -> Value {
    let stills: Vec<&DemoFile> = files.iter().filter(|f| !f.video).collect();
    let mut annotations = Vec::new();
    for (i, file) in stills.iter().enumerate() {
        for object in &file.truth {
            let rings = rings(object);
            annotations.push(json!({
                "id": annotations.len() + 1,
                "image_id": i + 1,
                "category_id": LABELS.iter().position(|l| l.0 == object.label).map_or(0, |p| p + 1),
                "bbox": object.bbox,
                "area": rings.iter().map(|r| area(r)).sum::<f64>(),
                "iscrowd": 0,
                "segmentation": rings.iter().map(|r| r.iter().flatten().copied().collect::<Vec<f64>>()).collect::<Vec<_>>(),
                "attributes": { "occluded": object.occluded, "truncated": object.truncated },
            }));
        }
    }
    json!({
        "info": { "description": "Limn demo: generated street scenes with their ground truth", "version": "1" },
        "images": stills.iter().enumerate().map(|(i, f)| json!({ "id": i + 1, "file_name": f.name, "width": f.width, "height": f.height })).collect::<Vec<_>>(),
        "annotations": annotations,
        "categories": LABELS.iter().enumerate().map(|(i, l)| json!({ "id": i + 1, "name": l.0, "supercategory": "street" })).collect::<Vec<_>>(),
    })
}

fn rings(object: &TruthObject) -> Vec<&[[f64; 2]]> {
    std::iter::once(object.polygon.as_slice()).chain(object.parts.iter().map(Vec::as_slice)).collect()
}

fn area(ring: &[[f64; 2]]) -> f64 {
    let n = ring.len();
    let twice: f64 = (0..n).map(|i| ring[i][0] * ring[(i + 1) % n][1] - ring[(i + 1) % n][0] * ring[i][1]).sum();
    twice.abs() / 2.0
}
