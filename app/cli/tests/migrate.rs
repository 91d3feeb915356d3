//! `limn schema migrate` as a person uses it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};

/// Cars as a box and a mask, a person as a polygon; the first file is complete.
fn project() -> Person {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    ada.ok("complete p.limn 1.png");
    ada
}

fn migrate(ada: &Person, mapping: &Value, more: &str) -> Value {
    ada.write("m.json", mapping.to_string());
    ada.ok_json(format!("schema migrate p.limn m.json {more}").trim_end())
}

/// Label and kind of every instance, and how far the first file is.
fn state(ada: &Person) -> (Vec<String>, Value) {
    let told = |row: &Value| format!("{} {}", row["label"].as_str().unwrap(), row["spatial_type"].as_str().unwrap());
    (ada.list("instances").iter().map(told).collect(), ada.list("files")[0]["complete"].clone())
}

fn offered(ada: &Person) -> Vec<String> {
    let schema = ada.ok_json("schema show p.limn");
    let labels = schema["labels"].as_array().unwrap().iter().filter(|label| label["deprecated"] != true);
    labels.map(|label| label["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_migration_is_looked_at_done_and_taken_back_as_one_step() {
    let ada = project();
    let (before, labels) = (state(&ada), offered(&ada));
    let mapping = json!({ "new_labels": ["object", "small"], "steps": [
        { "split": "car", "where": "area < 10", "into": "small" },
        { "merge": ["car", "person"], "into": "object" },
        { "convert": "object", "to": "polygon" }] });
    let looked = migrate(&ada, &mapping, "--dry-run");
    assert_eq!(state(&ada), before);
    let counts =
        |report: &Value| report["steps"].as_array().unwrap().iter().map(|step| step["count"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!((counts(&looked), &looked["version"], &looked["still_complete"]), (vec![1, 2, 1], &Value::Null, &json!(1)));
    assert_eq!((&looked["steps"][0]["examples"][0]["file"], &looked["steps"][0]["step"]["into"]), (&json!("2.png"), &json!("small")));
    let done = migrate(&ada, &mapping, "");
    assert_eq!((counts(&done), &done["redo"]), (counts(&looked), &looked["redo"]));
    let after = (vec!["object polygon".to_owned(), "object polygon".to_owned(), "small mask".to_owned()], json!("yes"));
    assert_eq!((state(&ada), offered(&ada)), (after.clone(), vec!["object".to_owned(), "small".to_owned()]));
    assert_eq!(ada.ok_json("undo p.limn")["title"], "Migrate to the next schema");
    assert_eq!((state(&ada), offered(&ada)), (before, labels));
    ada.ok("redo p.limn");
    assert_eq!(state(&ada), after);
    assert_eq!(ada.ok_json("verify p.limn")["problems"], json!([]));
}

#[test]
fn what_a_person_must_do_again_is_listed() {
    let ada = project();
    let report = migrate(&ada, &json!({ "steps": [{ "remove": "person" }, { "convert": "car", "to": "rotated-box" }] }), "");
    let redo: Vec<(&str, &Value)> =
        report["redo"].as_array().unwrap().iter().map(|one| (one["why"].as_str().unwrap(), &one["count"])).collect();
    assert!(redo.iter().any(|(why, count)| why.starts_with("\"person\" is retired") && **count == 1), "{redo:?}");
    assert!(redo.iter().any(|(why, count)| why.starts_with("\"car\" stays mask") && **count == 1), "{redo:?}");
    assert_eq!(state(&ada).0, ["car rotated-box", "person polygon", "car mask"]);
    // Lossy, the mask goes, too.
    ada.ok("undo p.limn");
    migrate(&ada, &json!({ "steps": [{ "convert": "car", "to": "box", "lossy": true }] }), "");
    assert_eq!(state(&ada).0, ["car box", "person polygon", "car box"]);
}

#[test]
fn a_mapping_that_makes_no_sense_changes_nothing() {
    let ada = project();
    let before = ada.ok_json("log p.limn").as_array().unwrap().len();
    for (mapping, say) in [
        (r#"{"steps":[]}"#, "maps nothing"),
        (r#"{"steps":[{"merge":["tram"],"into":"car"}]}"#, "no label called \"tram\""),
        (r#"{"steps":[{"merge":["car"],"into":"car"}]}"#, "to itself"),
        (r#"{"steps":[{"split":"car","where":"area > 1000000","into":"person"}]}"#, "changes nothing"),
        (r#"{"stepz":[]}"#, "cannot be read"),
    ] {
        ada.write("m.json", mapping);
        ada.fails("schema migrate p.limn m.json", 1, &[say]);
        ada.fails("schema migrate p.limn m.json --dry-run", 1, &[say]);
    }
    assert_eq!(ada.ok_json("log p.limn").as_array().unwrap().len(), before);
}
