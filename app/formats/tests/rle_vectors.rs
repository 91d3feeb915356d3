//! Masks against what pycocotools 2.0.11 makes of the same pixels (`data/rle_vectors.json`).
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{Memory, export_bytes, import_bytes, label};
use limn_core::{FileKind, FileStatus, Geometry, LabelId, Mask, Schema};
use limn_formats::{ExportOptions, FileItem, InstanceItem, RleForm};

#[derive(serde::Deserialize)]
struct Vector {
    name: String,
    /// Height, width.
    size: [u32; 2],
    counts: Vec<u32>,
    compressed: String,
    area: u64,
    /// x, y, width, height.
    bbox: [f64; 4],
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("data/rle_vectors.json")).unwrap();
    assert_eq!(vectors.len(), 40);
    vectors
}

#[test]
fn both_forms_read_as_the_reference_writes_them() {
    for vector in vectors() {
        let [height, width] = vector.size;
        for counts in [serde_json::json!(vector.compressed), serde_json::json!(vector.counts)] {
            let document = serde_json::json!({
                "images": [{"id": 1, "file_name": "a.png", "width": width, "height": height}],
                "categories": [{"id": 1, "name": "a"}],
                "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 1, "segmentation": {"size": [height, width], "counts": counts}}],
            });
            let (memory, report, done) = import_bytes("coco", document.to_string().as_bytes());
            done.unwrap();
            if vector.area == 0 {
                assert_eq!(common::problem(&report.problems, "no pixels").0, 1);
                continue;
            }
            let Geometry::Mask(mask) = &memory.instances[0].geometry else { panic!("{}", vector.name) };
            // Zero runs at the end say nothing and are not compared.
            assert_eq!(mask.counts(), vector.counts, "{}", vector.name);
            assert_eq!(mask.area(), vector.area, "{}", vector.name);
            assert!(memory.instances[0].marks.role == limn_core::Role::Crowd);
        }
    }
}

#[test]
fn both_forms_are_written_as_the_reference_writes_them() {
    for vector in vectors().into_iter().filter(|vector| vector.area > 0) {
        let [height, width] = vector.size;
        let mut source = Memory {
            schema: Schema { labels: vec![label(1, "a")], ..Schema::default() },
            files: vec![FileItem {
                answers: Vec::new(),
                id: None,
                name: "a.png".to_owned(),
                path: "a.png".to_owned(),
                kind: FileKind::Image,
                width,
                height,
                frames: 1,
                bytes: 0,
                hash: None,
                status: FileStatus::Open,
                looked: None,
                work_frames: Default::default(),
                clip: None,
                camera: None,
                extra: None,
            }],
            instances: vec![InstanceItem {
                id: None,
                file: 0,
                frame: 0,
                label: LabelId(1),
                geometry: Geometry::Mask(Mask::from_counts(width, height, vector.counts.clone()).unwrap()),
                marks: limn_core::Marks::default(),
                run: None,
                confidence: None,
                author: None,
                created: None,
                extra: None,
                member: None,
            }],
            ..Memory::default()
        };
        for (rle, counts) in
            [(RleForm::Compressed, serde_json::json!(vector.compressed)), (RleForm::Uncompressed, serde_json::json!(vector.counts))]
        {
            let (bytes, report) = export_bytes("coco", &mut source, &ExportOptions { rle, ..ExportOptions::default() });
            assert!(report.losses.is_empty(), "{}", report.losses);
            let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let annotation = &document["annotations"][0];
            assert_eq!(annotation["segmentation"], serde_json::json!({"size": vector.size, "counts": counts}), "{}", vector.name);
            assert_eq!(annotation["area"].as_f64(), Some(vector.area as f64), "{}", vector.name);
            let bbox: Vec<f64> = serde_json::from_value(annotation["bbox"].clone()).unwrap();
            assert_eq!(bbox, vector.bbox, "{}", vector.name);
        }
    }
}
