//! YOLO on the command line: a project out and into another one, and a folder of another program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};

/// What is on the files: name, frame, label, geometry.
fn shapes(ada: &Person, project: &str) -> Vec<Value> {
    let list = ada.ok_json(&format!("list {project} instances"));
    let mut shapes: Vec<Value> =
        list.as_array().unwrap().iter().map(|it| json!([it["file"], it["frame"], it["label"], it["geometry"]])).collect();
    shapes.sort_by_key(Value::to_string);
    shapes
}

#[test]
fn a_demo_project_goes_out_and_comes_into_another() {
    let ada = Person::new();
    ada.ok("demo --no-open --scale 0.1 --seconds 2 demo.limn");
    let files = ada.ok_json("list demo.limn files");
    for (format, out) in [("yolo", "boxes"), ("yolo-seg", "areas"), ("yolo-obb", "turned"), ("yolo-pose", "poses")] {
        let done = ada.ok_json(&format!("export demo.limn {out} --format {format} --incomplete"));
        let written = done["outputs"][0]["instances"].as_u64().unwrap();
        assert_eq!(done["outputs"][0]["files"], json!(files.as_array().unwrap().len()));
        assert!(ada.path(&format!("{out}/data.yaml")).is_file());
        let read = ada.ok_json(&format!("convert {out} {out}.jsonl --from {format} --to limn"));
        assert_eq!(read["instances"], json!(written), "{format}: {read}");
    }
    // Back into the project of the same files, with the numbers of the objects.
    ada.ok("export demo.limn tracked --format yolo --incomplete --track-ids");
    let before = shapes(&ada, "demo.limn").len();
    let done = ada.ok_json("import demo.limn tracked --format yolo");
    assert_eq!((&done["files_added"], &done["files_skipped"]), (&json!(0), &json!(0)), "{done}");
    assert!(shapes(&ada, "demo.limn").len() > before);
    ada.ok("verify demo.limn");
}

#[test]
fn parts_lie_in_one_folder() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    let done = ada.ok_json("export p.limn set --format yolo --incomplete --split train=0.5,val=0.5");
    assert_eq!(done["outputs"].as_array().unwrap().len(), 2);
    let count = |part: &str| std::fs::read_dir(ada.path(&format!("set/labels/{part}"))).unwrap().count();
    assert_eq!(count("train") + count("val"), 3);
    let data = std::fs::read_to_string(ada.path("set/data.yaml")).unwrap();
    assert!(data.contains("train: images/train\nval: images/val\n"), "{data}");
    ada.ok("new q.limn");
    ada.ok("add q.limn pics");
    ada.ok("import q.limn set --format yolo");
    let of_boxes = |project: &str| shapes(&ada, project).iter().filter(|it| it[3].get("xyxy").is_some()).count();
    assert!(of_boxes("q.limn") >= of_boxes("p.limn") && of_boxes("q.limn") > 0);
    ada.fails("export p.limn out.json --format coco --incomplete --track-ids", 1, &["only YOLO has"]);
}

#[test]
fn a_folder_of_another_program_brings_its_pictures() {
    let ada = Person::new();
    ada.ok("new p.limn");
    ada.image("set/train/images/a.png", 40, 20);
    ada.image("set/train/images/b.png", 40, 20);
    std::fs::create_dir_all(ada.path("set/train/labels")).unwrap();
    ada.write("set/data.yaml", "train: ../train/images\nnc: 2\nnames: ['car', 'bus']\n");
    ada.write("set/train/labels/a.txt", "1 0.5 0.5 0.5 0.5\n0 0.1 0.1 0.1\n");
    ada.write("set/train/labels/none.txt", "1 0.5 0.5 0.5 0.5\n");
    for input in ["set", "set/data.yaml"] {
        let done = ada.limn(&format!("import p.limn {input} --format yolo --json"));
        assert_eq!(done.code, 0, "{}", done.stderr);
        assert!(done.stderr.contains("train/labels/a.txt, line 2") && done.stderr.contains("train/labels/none.txt"), "{}", done.stderr);
    }
    let files = ada.list("files");
    assert_eq!((files.len(), &files[0]["width"]), (1, &json!(40)));
    let boxes = ada.list("instances");
    assert_eq!((boxes.len(), &boxes[0]["label"], &boxes[0]["geometry"]["xyxy"]), (2, &json!("bus"), &json!([10, 5, 30, 15])));
}
