//! What is wrong gets a sentence and an exit status; nothing saved is lost.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{COCO, Person};
use serde_json::json;

#[test]
fn wrong_usage_ends_with_2() {
    let ada = Person::new();
    for words in ["fly", "new", "list p.limn cats", "import p.limn x", "add p.limn", "frame a.mp4 x --out o", "manual none", "bench none"] {
        assert_eq!(ada.limn(words).code, 2, "limn {words}");
    }
    ada.fails("import p.limn x --format voc", 2, &["no format called \"voc\"", "coco"]);
    assert_eq!((ada.limn("--help").code, ada.limn("--version").code), (0, 0));
}

#[test]
fn projects_that_cannot_be_opened() {
    let ada = Person::new();
    ada.street();
    ada.fails("list none.limn files", 1, &["no Limn project at none.limn", "limn new"]);
    ada.fails("list pics files", 1, &["no Limn project"]);
    ada.fails("new p.limn", 1, &["exists already"]);
    std::fs::create_dir(ada.path("junk.limn")).unwrap();
    ada.write("junk.limn/project.db", "this is no database, only a text that is long enough to look like something");
    ada.fails("list junk.limn files", 1, &["no Limn project"]);

    let identity = limn_store::Identity::from_seed([9; 32], "bob");
    let held = limn_store::Project::open(&ada.path("p.limn"), identity, limn_store::Access::Write).unwrap();
    ada.fails("undo p.limn", 1, &["open in another Limn", &std::process::id().to_string()]);
    assert_eq!(ada.list("files").len(), 3, "reading goes on beside a writer");
    drop(held);

    rusqlite::Connection::open(ada.path("p.limn/project.db")).unwrap().pragma_update(None, "user_version", 9).unwrap();
    ada.fails("list p.limn files", 1, &["newer version of Limn", "Update"]);
}

#[test]
fn a_damaged_log_is_told() {
    let ada = Person::new();
    ada.street();
    let db = rusqlite::Connection::open(ada.path("p.limn/project.db")).unwrap();
    db.execute_batch("UPDATE file SET name = 'x'").unwrap();
    drop(db);
    ada.fails("verify p.limn", 1, &["\"file\" differs", "--rebuild"]);
    ada.ok("verify p.limn --rebuild");
    assert_eq!(ada.ok_json("verify p.limn")["problems"], json!([]));
}

#[test]
fn media_that_changed_is_told() {
    let ada = Person::new();
    ada.ok("new p.limn");
    ada.image("a.png", 8, 8);
    ada.ok("add p.limn a.png --copy");
    ada.image("p.limn/media/a.png", 9, 9);
    let done = ada.limn("verify p.limn --json");
    assert_eq!((done.code, done.json()["files_changed"].as_array().unwrap().len()), (1, 1));
    ada.ok("verify p.limn --no-media");
    std::fs::remove_file(ada.path("p.limn/media/a.png")).unwrap();
    assert_eq!(ada.ok_json("verify p.limn")["files_missing"].as_array().unwrap().len(), 1);
}

#[test]
fn media_that_cannot_be_read() {
    let ada = Person::new();
    ada.write("empty.png", "");
    ada.write("words.jpg", "these are only words, and not few of them, but no picture");
    ada.fails("probe none.mp4", 1, &["none.mp4"]);
    ada.fails("probe empty.png", 1, &["is empty"]);
    ada.fails("probe words.jpg", 1, &["words.jpg"]);
    ada.fails("frame words.jpg 0 --out o", 1, &["words.jpg"]);
    // A JPEG that says PNG: the content counts.
    ada.image("true.jpg", 8, 8);
    std::fs::rename(ada.path("true.jpg"), ada.path("false.png")).unwrap();
    let probe = ada.ok_json("probe false.png");
    assert_eq!(probe["codec"], "jpeg");
    assert!(probe["marks"][0].as_str().unwrap().contains(".png"));
}

#[test]
fn annotation_files_that_stop_early() {
    let ada = Person::new();
    ada.street();
    ada.fails("import p.limn none.json --format coco", 1, &["none.json"]);
    ada.write("empty.json", "");
    ada.fails("import p.limn empty.json --format coco", 1, &["is empty"]);
    ada.write("words.json", "words");
    ada.fails("import p.limn words.json --format coco", 1, &["words.json"]);
    ada.write("results.json", "[]");
    ada.fails("import p.limn results.json --format coco", 1, &["results"]);
    assert!(ada.list("instances").is_empty());
    // Cut in the third annotation: the first two are kept, and it is told.
    ada.write("cut.json", &COCO[..COCO.find("\"id\": 13").unwrap() + 20]);
    let done = ada.limn("import p.limn cut.json --format coco --json");
    assert_eq!((done.code, &done.json()["instances"]), (1, &json!(2)));
    assert!(done.stderr.contains("cut off") && done.stderr.contains("limn undo"), "{}", done.stderr);
    assert_eq!(ada.list("instances").len(), 2);
    ada.ok("undo p.limn");
    assert!(ada.list("instances").is_empty());
}

#[test]
fn annotations_that_make_no_sense_are_counted() {
    let ada = Person::new();
    ada.street();
    let bad = r#"
    {"id": 20, "image_id": 99, "category_id": 3, "bbox": [1, 1, 2, 2]},
    {"id": 21, "image_id": 1, "category_id": 99, "bbox": [1, 1, 2, 2]},
    {"id": 22, "image_id": 1, "category_id": 3, "segmentation": {"size": [48, 64], "counts": [5]}},
    {"id": 11, "image_id": 1, "category_id": 3, "bbox": [900, 900, 5, 5]},"#;
    ada.write("bad.json", COCO.replace("\"annotations\": [", &format!("\"annotations\": [{bad}")));
    let done = ada.ok_json("import p.limn bad.json --format coco");
    let problems = done["problems"].to_string();
    for part in ["image that the file does not name", "category that the file does not name", "two annotations have one id"] {
        assert!(problems.contains(part), "{part}: {problems}");
    }
    assert!(done["instances"].as_u64().unwrap() >= 3);
    assert_eq!(ada.list("instances").len() as u64, done["instances"].as_u64().unwrap());
    assert_eq!(ada.ok_json("verify p.limn")["ok"], true);
}

#[test]
fn an_export_that_cannot_be_written_leaves_what_was_there() {
    let ada = Person::new();
    ada.street();
    ada.fails("export p.limn none/out.json --format coco --incomplete", 1, &["none/out.json"]);
    ada.write("out.json", "old");
    ada.fails("export p.limn out.json --format coco --at none", 1, &["no snapshot"]);
    assert_eq!(std::fs::read_to_string(ada.path("out.json")).unwrap(), "old");
}
