//! `limn complete`, `limn schema coverage` and what an export leaves out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};

/// Three files with cars and persons: the first complete for both, the second not; then a label comes.
fn later_label() -> Person {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    ada.ok("complete p.limn 1.png");
    ada.ok("complete p.limn 2.png --absent person");
    let mut schema = ada.ok_json("schema export p.limn");
    schema["labels"].as_array_mut().unwrap().push(json!({ "name": "cyclist" }));
    ada.write("s.json", schema.to_string());
    ada.ok("schema publish p.limn s.json");
    ada
}

fn names(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn coverage_tells_what_needs_a_second_look() {
    let ada = later_label();
    let told = ada.ok_json("schema coverage p.limn");
    let old = told["version"].as_u64().unwrap() - 1;
    assert_eq!([&told["files"], &told["open"], &told["complete"], &told["behind"]], [3, 2, 0, 1]);
    assert_eq!(
        told["versions"],
        json!([{ "version": old, "files": 1, "missing": ["cyclist"], "narrower": [], "touched_files": 0, "touched": 0 }])
    );
    let counts =
        |at: usize| ["complete_for", "with_instances", "absent", "not_looked_for"].map(|name| told["labels"][at][name].as_u64().unwrap());
    // Car is on both, person on the first; the second is said to have no person.
    assert_eq!((counts(0), counts(1), counts(2)), ([1, 2, 0, 0], [2, 1, 1, 0], [0, 0, 0, 1]));
    let text = ada.ok("schema coverage p.limn").stdout;
    assert!(text.contains("0 complete, 1 behind, 0 unknown, 2 open\n"), "{text}");
    assert!(text.contains("cyclist\tcomplete for 0\twith instances 0\tchecked and absent 0\tnot looked for 1\n"), "{text}");
    // Looked at again.
    ada.ok("complete p.limn 1.png");
    assert_eq!(ada.ok_json("schema coverage p.limn")["complete"], 1);
    ada.ok("complete p.limn 1.png --reopen");
    assert_eq!(ada.ok_json("schema coverage p.limn")["open"], 3);
}

#[test]
fn coverage_tells_what_became_narrower_for_work_that_was_complete() {
    let ada = later_label();
    let mut schema = ada.ok_json("schema export p.limn");
    // Cars lie on two files, of which one is complete.
    schema["attributes"] = json!([{ "name": "colour", "type": "text", "labels": ["car"], "required": true }]);
    ada.write("s.json", schema.to_string());
    ada.ok("schema publish p.limn s.json");
    let told = &ada.ok_json("schema coverage p.limn")["versions"][0];
    assert_eq!((&told["touched_files"], &told["touched"]), (&json!(1), &json!(1)));
    assert!(told["narrower"].as_array().unwrap().iter().any(|line| line.as_str().unwrap().starts_with("colour ")), "{told}");
    let text = ada.ok("schema coverage p.limn").stdout;
    assert!(text.contains("not right any more: 1 instance on 1 file, since colour "), "{text}");
    // Optional, it asks nothing of what was done.
    schema["attributes"][0]["required"] = json!(false);
    ada.write("s.json", schema.to_string());
    ada.ok("schema publish p.limn s.json");
    assert_eq!(ada.ok_json("schema coverage p.limn")["versions"][0]["touched"], 0);
}

#[test]
fn a_required_question_that_came_later_leaves_files_behind() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    ada.ok("complete p.limn 1.png");
    let publish = |required: bool| {
        let mut schema = ada.ok_json("schema export p.limn");
        schema["attributes"] = json!([{ "name": "colour", "type": "text", "labels": ["car"], "required": required }]);
        ada.write("s.json", schema.to_string());
        ada.ok("schema publish p.limn s.json");
    };
    publish(false);
    assert_eq!(ada.list("files")[0]["complete"], "yes");
    publish(true);
    let first = &ada.list("files")[0];
    assert_eq!((&first["complete"], &first["not_answered"]), (&json!("behind"), &json!({ "1": 1 })));
    let told = ada.ok_json("schema coverage p.limn");
    assert_eq!([&told["complete"], &told["behind"]], [0, 1]);
    assert_eq!(told["questions"], json!([{ "id": 1, "question": "colour", "files": 1, "missing": 1 }]));
    let text = ada.ok("schema coverage p.limn").stdout;
    assert!(text.contains("colour\tcame later: 1 answer missing on 1 complete file\n"), "{text}");
    let done = ada.ok("validate p.limn");
    assert!(done.stderr.contains("1 file is complete as of an earlier version"), "{}", done.stderr);
    let done = ada.ok("export p.limn out.json --format coco");
    assert!(done.stderr.contains("1 file is complete, but not for every label and question of today"), "{}", done.stderr);
    // A copy says so, and who takes it in has to look again.
    ada.ok("export p.limn out.jsonl --format limn");
    ada.ok("new q.limn");
    ada.ok("import q.limn out.jsonl --format limn");
    assert_eq!(ada.ok_json("list q.limn files")[0]["complete"], "unknown");
    ada.ok("complete p.limn 1.png");
    assert_eq!(ada.list("files")[0]["complete"], "yes");
}

#[test]
fn files_are_found_by_how_far_they_are() {
    let ada = later_label();
    let files = |query: &str| {
        let rows = ada.args(&["list", "p.limn", "files", "--where", query, "--json"]).json();
        names(&rows).join(" ")
    };
    assert_eq!(files("complete = behind"), "1.png");
    // Also one without instances.
    assert_eq!(files("complete = no"), "2.png 10.png");
    assert_eq!(files("absent.person"), "2.png");
    assert_eq!(files("complete != no and not looked.cyclist"), "1.png");
    assert_eq!(files("looked.person"), "1.png 2.png");
    assert_eq!(files("not absent.person and file != 10.png"), "1.png");
    ada.fails("list p.limn files --where absent.tram", 2, &["no label called \"tram\""]);
    let first = &ada.list("files")[0];
    assert_eq!((&first["complete"], &first["not_looked_for"]), (&json!("behind"), &json!([6])));
}

#[test]
fn what_is_there_is_not_absent() {
    let ada = later_label();
    ada.fails("complete p.limn 1.png --absent car", 1, &["\"car\" is on 1.png", "Nothing was written"]);
    ada.fails("complete p.limn none.png", 1, &["no file is called \"none.png\""]);
    ada.ok("complete p.limn 2.png --not-absent person");
    assert_eq!(ada.list("files")[1]["absent"], json!([]));
    ada.ok("undo p.limn");
    assert_eq!(ada.list("files")[1]["absent"], json!([5]));
}

#[test]
fn an_export_leaves_out_what_is_not_complete_unless_asked() {
    let ada = later_label();
    let done = ada.ok("export p.limn out.json --format coco");
    assert!(
        done.stderr.contains("2 files are not complete and left out") && done.stderr.contains("1 file is complete, but"),
        "{}",
        done.stderr
    );
    let written = |name: &str| -> Value { serde_json::from_slice(&std::fs::read(ada.path(name)).unwrap()).unwrap() };
    let images = written("out.json")["images"].clone();
    assert_eq!(images.as_array().unwrap().len(), 1);
    assert_eq!((&images[0]["incomplete"], &images[0]["not_looked_for_category_ids"]), (&Value::Null, &json!([6])));
    ada.ok("export p.limn out.json --format coco --incomplete");
    let images = written("out.json")["images"].clone();
    assert_eq!([0, 1, 2].map(|at: usize| images[at]["incomplete"] == true), [false, true, true]);
    assert_eq!(images[1]["neg_category_ids"], json!([5]));
    // Nothing at all is complete: a sentence, and no file.
    ada.ok("complete p.limn 1.png --reopen");
    std::fs::remove_file(ada.path("out.json")).unwrap();
    ada.fails("export p.limn out.json --format coco", 1, &["none of the 3 files", "--incomplete"]);
    assert!(!ada.path("out.json").exists());
    // A copy holds everything.
    let copy = ada.ok_json("export p.limn out.jsonl --format limn");
    assert_eq!((&copy["outputs"][0]["files"], &copy["left_incomplete"]), (&json!(3), &json!(0)));
}

#[test]
fn a_copy_knows_what_was_looked_for() {
    let ada = later_label();
    let state = |project: &str| -> Vec<Value> {
        let rows = ada.ok_json(&format!("list {project} files"));
        rows.as_array().unwrap().iter().map(|row| json!([row["name"], row["complete"], row["absent"]])).collect()
    };
    ada.ok("export p.limn behind.jsonl --format limn");
    ada.ok("complete p.limn 1.png");
    ada.ok("export p.limn now.jsonl --format limn");
    for project in ["now.limn", "behind.limn", "more.limn"] {
        ada.ok(&format!("new {project}"));
    }
    ada.ok("import now.limn now.jsonl --format limn");
    assert_eq!(state("now.limn"), state("p.limn"));
    // What labels came later is not known where it comes to, nor is a label of that project alone looked for.
    let done = ada.ok("import behind.limn behind.jsonl --format limn");
    assert!(done.stderr.contains("has to be looked at again"), "{}", done.stderr);
    assert_eq!(state("behind.limn")[0], json!(["1.png", "unknown", []]));
    ada.write("tram.json", r#"{"labels":["tram"]}"#);
    ada.ok("schema publish more.limn tram.json");
    ada.ok("import more.limn now.jsonl --format limn");
    assert_eq!(state("more.limn")[0][1], "unknown");
}
