//! The subcommands as a person uses them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};

fn names(rows: &[Value], field: &str) -> Vec<String> {
    rows.iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn files_are_added_in_natural_order_and_once() {
    let ada = Person::new();
    ada.street();
    let files = ada.list("files");
    assert_eq!(names(&files, "name"), ["1.png", "2.png", "10.png"]);
    let first = &files[0];
    assert_eq!(
        (&first["kind"], &first["width"], &first["height"], &first["frames"], &first["path"], &first["status"]),
        (&json!("image"), &json!(64), &json!(48), &json!(1), &json!("../pics/1.png"), &json!("open"))
    );
    assert_eq!((&first["present"], &first["hash"], &first["instances"]), (&json!(true), &Value::Null, &json!(0)));
    let again = ada.ok_json("add p pics");
    assert_eq!((again["added"].as_array().unwrap().len(), again["known"].as_array().unwrap().len()), (0, 3));
}

#[test]
fn a_bad_path_is_told_and_the_rest_is_added() {
    let ada = Person::new();
    ada.ok("new p.limn");
    ada.image("good.png", 8, 8);
    ada.write("empty.png", "");
    ada.write("text.png", "no picture at all, only words");
    let done = ada.limn("add p.limn none.png good.png empty.png text.png --json");
    assert_eq!(done.code, 1);
    let json = done.json();
    assert_eq!(names(json["added"].as_array().unwrap(), "name"), ["good.png"]);
    assert_eq!(names(json["skipped"].as_array().unwrap(), "path"), ["none.png", "empty.png", "text.png"]);
    assert!(done.stderr.contains("none.png") && done.stderr.contains("is empty"), "{}", done.stderr);
}

#[test]
fn copies_are_named_apart_and_taken_once() {
    let ada = Person::new();
    ada.ok("new p.limn");
    ada.image("a/x.png", 8, 8);
    ada.image("b/x.png", 9, 9);
    ada.ok("add p.limn a b --copy");
    assert_eq!(names(&ada.list("files"), "path"), ["media/x.png", "media/x-2.png"]);
    assert!(ada.path("p.limn/media/x-2.png").is_file());
    let again = ada.ok_json("add p.limn a/x.png --copy");
    assert_eq!(again["known"].as_array().unwrap().len(), 1);
    assert_eq!(ada.ok_json("verify p.limn")["files_checked"], 2);
}

#[test]
fn a_moved_file_is_found_again_by_its_content() {
    let ada = Person::new();
    ada.ok("new p.limn");
    ada.image("a/x.png", 8, 8);
    ada.ok("add p.limn a --copy");
    let id = ada.list("files")[0]["id"].clone();
    std::fs::create_dir(ada.path("b")).unwrap();
    std::fs::rename(ada.path("p.limn/media/x.png"), ada.path("b/renamed.png")).unwrap();
    assert_eq!(ada.list("files")[0]["present"], false);
    let added = ada.ok_json("add p.limn b");
    assert_eq!((added["found"].as_array().unwrap().len(), added["added"].as_array().unwrap().len()), (1, 0));
    let file = &ada.list("files")[0];
    assert_eq!((&file["id"], &file["path"], &file["present"]), (&id, &json!("../b/renamed.png"), &json!(true)));
}

#[test]
fn annotations_come_in_as_one_step() {
    let ada = Person::new();
    ada.street();
    let dry = ada.ok_json("import p.limn coco.json --format coco --dry-run");
    assert_eq!((&dry["instances"], &dry["files_known"], &dry["operations"]), (&json!(3), &json!(2), &json!(0)));
    assert!(ada.list("instances").is_empty());

    let done = ada.ok_json("import p.limn coco.json --format coco");
    assert_eq!((&done["instances"], &done["labels_added"], &done["files_added"]), (&json!(3), &json!(["car", "person"]), &json!(0)));
    let rows = ada.list("instances");
    assert_eq!(names(&rows, "file"), ["1.png", "1.png", "2.png"]);
    assert_eq!(names(&rows, "label"), ["car", "person", "car"]);
    assert_eq!(names(&rows, "spatial_type"), ["box", "polygon", "mask"]);
    assert_eq!(rows[0]["geometry"], json!({"xyxy": [2, 3, 12, 15]}));
    assert_eq!(rows[1]["geometry"], json!({"parts": [{"outer": [[20, 20], [30, 20], [30, 30.5]]}]}));
    assert_eq!((&rows[1]["confidence"], &rows[0]["confidence"], &rows[2]["crowd"]), (&json!(0.9), &Value::Null, &json!(true)));
    assert_eq!((&rows[0]["author"], &rows[0]["frame"], &rows[0]["run"]), (&json!("ada"), &json!(0), &Value::Null));
    assert!(rows[0]["created"].as_str().unwrap().ends_with('Z') && rows[0]["operation"].as_str().unwrap().len() == 64);

    let undone = ada.ok_json("undo p.limn");
    assert_eq!((&undone["done"], &undone["title"]), (&json!(true), &json!("Import coco.json")));
    assert!(ada.list("instances").is_empty());
    assert_eq!(ada.ok_json("undo p.limn")["done"], false);
    assert_eq!(ada.ok_json("redo p.limn")["done"], true);
    assert_eq!(ada.list("instances").len(), 3);
    assert_eq!(ada.ok_json("verify p.limn")["ok"], true);
}

#[test]
fn predictions_make_a_run_and_labels_are_mapped() {
    let ada = Person::new();
    ada.street();
    ada.write("map.toml", "[labels]\ncar = \"vehicle\"\nperson = false\n");
    let done = ada.ok_json("import p.limn coco.json --format coco --run yolo --map map.toml");
    assert_eq!((&done["instances"], &done["instances_skipped"], &done["runs_added"]), (&json!(2), &json!(1), &json!(1)));
    assert!(done["problems"].to_string().contains("the map leaves out"));
    let rows = ada.list("instances");
    assert_eq!((names(&rows, "label"), names(&rows, "run")), (vec!["vehicle".to_owned(); 2], vec!["yolo".to_owned(); 2]));
    assert_eq!(names(&ada.list("runs"), "name"), ["yolo"]);
}

#[test]
fn what_is_exported_comes_in_the_same() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco --run yolo");
    let out = ada.ok_json("export p.limn out.jsonl --format limn");
    assert_eq!((&out["outputs"][0]["instances"], &out["outputs"][0]["files"]), (&json!(3), &json!(3)));
    ada.ok("new q.limn");
    ada.ok("import q.limn out.jsonl --format limn");
    let state = |project: &str, what: &str| {
        let mut rows = ada.ok_json(&format!("list {project} {what}"));
        // The operation is another one, of course.
        rows.as_array_mut().unwrap().iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("operation")));
        rows
    };
    for what in ["files", "instances", "runs"] {
        assert_eq!(state("q.limn", what), state("p.limn", what), "{what}");
    }
    assert_eq!(ada.ok_json("schema show q.limn")["labels"], ada.ok_json("schema show p.limn")["labels"]);
    ada.ok("export q.limn again.jsonl --format limn");
    let read = |name: &str| std::fs::read_to_string(ada.path(name)).unwrap();
    let (first, second) = (read("out.jsonl"), read("again.jsonl"));
    assert_eq!(first.lines().skip(1).collect::<Vec<_>>(), second.lines().skip(1).collect::<Vec<_>>());

    // Again into the same project: nothing twice; after undo all comes back.
    let again = ada.ok_json("import q.limn out.jsonl --format limn");
    assert_eq!((&again["instances"], &again["instances_skipped"]), (&json!(0), &json!(3)));
    ada.ok("undo q.limn");
    assert_eq!(state("q.limn", "files"), json!([]));
    assert_eq!(ada.ok_json("import q.limn out.jsonl --format limn")["instances"], 3);
    assert_eq!(state("q.limn", "instances"), state("p.limn", "instances"));
    assert_eq!(ada.ok_json("verify q.limn")["ok"], true);
}

#[test]
fn coco_there_and_back_keeps_numbers_and_shapes() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    ada.ok("export p.limn out.json --format coco --incomplete");
    let out: Value = serde_json::from_str(&std::fs::read_to_string(ada.path("out.json")).unwrap()).unwrap();
    assert_eq!(names(out["images"].as_array().unwrap(), "file_name"), ["pics/1.png", "pics/2.png", "pics/10.png"]);
    let ids: Vec<_> = out["annotations"].as_array().unwrap().iter().map(|a| (a["id"].clone(), a["category_id"].clone())).collect();
    assert_eq!(ids, [(json!(11), json!(3)), (json!(12), json!(5)), (json!(13), json!(3))]);
    ada.ok("convert out.json direct.jsonl --from coco --to limn");
    assert!(std::fs::read_to_string(ada.path("direct.jsonl")).unwrap().contains("person"));
}

#[test]
fn images_that_are_nowhere_are_added_as_missing() {
    let ada = Person::new();
    ada.ok("new p.limn");
    ada.write("coco.json", common::COCO.replace("\"width\": 64, \"height\": 48}\n", "\"width\": 0, \"height\": 0}\n"));
    let done = ada.ok_json("import p.limn coco.json --format coco");
    assert_eq!((&done["files_missing"], &done["files_skipped"], &done["instances"]), (&json!(1), &json!(1), &json!(2)));
    assert_eq!(done["instances_skipped"], 1);
    assert!(done["problems"].to_string().contains("neither in the project nor on the disk"));
    assert_eq!(ada.list("files")[0]["present"], false);
    // They turn up later, and are known by their name and size.
    ada.image("there/pics/1.png", 64, 48);
    let added = ada.ok_json("add p.limn there");
    assert_eq!(added["found"].as_array().unwrap().len(), 1);
    assert_eq!((&ada.list("files")[0]["present"], &ada.list("files")[0]["instances"]), (&json!(true), &json!(2)));
}

#[test]
fn the_past_is_listed_and_exported() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    ada.ok("snapshot p.limn v1");
    ada.ok("export p.limn now.jsonl --format limn");
    ada.ok("undo p.limn");
    assert_eq!(ada.ok_json("list p.limn instances --at v1").as_array().unwrap().len(), 3);
    ada.ok("export p.limn then.jsonl --format limn --at v1");
    let read = |name: &str| std::fs::read(ada.path(name)).unwrap();
    assert_eq!(read("now.jsonl"), read("then.jsonl"));
    ada.fails("list p.limn files --at v2", 1, &["no snapshot called \"v2\"", "v1"]);
    ada.fails("snapshot p.limn v1", 1, &["exists already"]);
    assert_eq!(names(&ada.list("snapshots"), "name"), ["v1"]);
}

#[test]
fn queries_choose_instances_and_files() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    let rows = |query: &str| ada.args(&["list", "p.limn", "instances", "--where", query, "--json"]).json().as_array().unwrap().len();
    assert_eq!((rows("label = car"), rows("label = car and area > 100"), rows("file = 2.png"), rows("author = bob")), (2, 1, 1, 0));
    let done = ada.args(&["export", "p.limn", "out.json", "--format", "coco", "--incomplete", "--where", "type = mask", "--json"]).json();
    assert_eq!((&done["outputs"][0]["files"], &done["outputs"][0]["instances"]), (&json!(1), &json!(1)));
    let split = ada.ok_json("export p.limn out.json --format coco --incomplete --split a=0.5,b=0.5");
    let counted: u64 = split["outputs"].as_array().unwrap().iter().map(|out| out["files"].as_u64().unwrap()).sum();
    assert_eq!((counted, ada.path("out.a.json").is_file(), ada.path("out.b.json").is_file()), (3, true, true));
    ada.fails("list p.limn instances --where colour=red", 2, &["nothing is called"]);
    ada.fails("export p.limn o --format coco --split a=0.5", 2, &["do not add up"]);
}

#[test]
fn the_log_tells_who_did_what() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    let log = ada.ok_json("log p.limn");
    let log = log.as_array().unwrap();
    assert_eq!(names(log, "kind"), ["project", "schema", "files", "schema", "import"]);
    assert_eq!((&log[4]["changes"], &log[4]["user"], &log[4]["seq"]), (&json!({"instance_add": 3}), &json!("ada"), &json!(5)));
    assert_eq!(log[4]["prev"], log[3]["id"]);
    let id = ada.list("instances")[0]["id"].as_str().unwrap().to_owned();
    let own = ada.ok_json(&format!("log p.limn --entity {id}"));
    assert_eq!((own.as_array().unwrap().len(), &own[0]["entity_changes"][0]["change"]), (1, &json!("instance_add")));
    ada.fails("log p.limn --entity x", 2, &["is no id"]);
}

#[test]
fn a_schema_is_shown_published_and_saved() {
    let ada = Person::new();
    ada.write("s.json", r#"{"labels":[{"name":"car"},{"name":"person"}]}"#);
    ada.ok("new p.limn --schema s.json --name Street");
    ada.write("t.json", r#"{"labels":[{"name":"dog"},{"name":"person"}]}"#);
    ada.ok("schema import p.limn t.json");
    let schema = ada.ok_json("schema show p.limn");
    let ids: Vec<_> = schema["labels"].as_array().unwrap().iter().map(|l| (l["name"].clone(), l["id"].clone())).collect();
    assert_eq!(ids, [(json!("dog"), json!(3)), (json!("person"), json!(2)), (json!("car"), json!(1))]);
    ada.ok("schema export p.limn u.json");
    ada.ok("schema import p.limn u.json");
    assert_eq!(ada.ok_json("log p.limn").as_array().unwrap().len(), 3, "the same schema is no new version");
    ada.write("bad.json", r#"{"labels":[{"name":"a"},{"name":"a"}]}"#);
    ada.fails("schema import p.limn bad.json", 1, &["stands twice"]);
    ada.fails("schema import p.limn", 2, &["needs a file"]);
}

#[test]
fn pictures_are_probed_and_written() {
    let ada = Person::new();
    ada.image("a.png", 33, 21);
    let probe = ada.ok_json("probe a.png --frames");
    assert_eq!(
        (&probe["width"], &probe["height"], &probe["num_frames"], &probe["kind"]),
        (&json!(33), &json!(21), &json!(1), &json!("image"))
    );
    assert_eq!(probe["frames"], json!([{"number": 0, "pts": null, "time": null, "key": true}]));
    let frames = ada.ok_json("frame a.png 0 --out out");
    assert_eq!(frames["frames"][0]["width"], 33);
    assert!(ada.path("out/000000.png").is_file());
    ada.fails("frame a.png 0 1 --out other", 1, &["frame 1 does not exist", "1 frames"]);
    assert!(!ada.path("other").exists(), "all frames or none");
}

#[test]
fn the_window_is_asked_for() {
    let ada = Person::new();
    ada.ok("new p.limn");
    assert!(ada.args(&[]).stdout.contains("project: None"));
    let opened = ada.ok("open p --file a.png --frame 3").stdout;
    assert!(opened.contains("p.limn") && opened.contains("a.png") && opened.contains("Some(3)"), "{opened}");
    ada.fails("open none.limn", 1, &["no Limn project"]);
}

#[test]
fn the_manual_and_the_formats_are_there() {
    let ada = Person::new();
    let pages = ada.ok_json("manual");
    assert!(names(pages.as_array().unwrap(), "name").contains(&"command-line".to_owned()));
    assert!(ada.ok("manual command-line").stdout.contains("limn import PROJECT"));
    let formats = ada.ok_json("formats");
    assert!(["coco", "limn"].iter().all(|id| names(formats.as_array().unwrap(), "id").contains(&(*id).to_owned())));
}

/// A file of Limn's own format with a video that is nowhere, and two objects followed through it.
const FOLLOWED: &str = r#"{"limn":1,"project":"p"}
{"schema":{"labels":[{"id":1,"name":"car"},{"id":2,"name":"bus"}]}}
{"file":{"number":0,"name":"a.mp4","path":"a.mp4","kind":"video","width":640,"height":480,"frames":100}}
{"sequence":{"number":0,"file":0,"shown":1,"label":1}}
{"sequence":{"number":1,"file":0,"shown":7,"label":2,"name":"red","motion":"smooth","exit":80}}
{"instance":{"file":0,"frame":10,"label":1,"sequence":0,"geometry":{"xyxy":[1,2,3,4]}}}
{"instance":{"file":0,"frame":50,"label":1,"sequence":0,"geometry":{"xyxy":[1,2,3,4]},"marks":{"outside":true}}}
{"instance":{"file":0,"frame":5,"label":2,"sequence":1,"part":2,"geometry":{"xyxy":[1,2,3,4]}}}
{"end":{"files":1,"sequences":2,"instances":3}}
"#;

/// Of a video that is not complete the frames leave that were looked through, and stay marked when Limn's own format is read again.
#[test]
fn frames_that_were_looked_through_leave_before_the_whole_video_does() {
    let person = Person::new();
    person.ok("new p.limn");
    person.write("in.jsonl", FOLLOWED);
    person.ok("import p.limn in.jsonl --format limn");
    person.fails("export p.limn out.json --format coco-tracks", 1, &["none of the 1 files"]);
    person.fails("complete p.limn a.mp4 --frames 100-120", 1, &["a.mp4 has no frame 100"]);
    person.fails("complete p.limn a.mp4 --frames 9-3", 2, &["the last frame comes before the first"]);
    person.ok("complete p.limn a.mp4 --frames 8-500");
    person.ok("complete p.limn a.mp4 --frames 12-500 --reopen");
    let looked = json!([{ "first": 8, "last": 11, "version": 2, "behind": false }]);
    assert_eq!(person.list("files")[0]["looked_frames"], looked);
    let done = person.ok_json("export p.limn out.json --format coco-tracks");
    assert_eq!((&done["partly"], &done["left_incomplete"]), (&json!(1), &json!(0)));
    let coco: Value = serde_json::from_slice(&std::fs::read(person.path("out.json")).unwrap()).unwrap();
    let frames: Vec<u64> = coco["images"].as_array().unwrap().iter().map(|image| image["frame"].as_u64().unwrap()).collect();
    assert_eq!(frames, [8, 9, 10, 11]);
    assert!(coco["images"].as_array().unwrap().iter().all(|image| image["incomplete"].is_null()), "{coco}");
    // The keyframes of CVAT cannot be cut.
    person.fails("export p.limn out.xml --format cvat", 1, &["none of the 1 files"]);
    person.ok("export p.limn out.jsonl --format limn");
    person.ok("convert out.jsonl again.jsonl --from limn --to limn");
    let [out, again] = ["out.jsonl", "again.jsonl"].map(|name| std::fs::read_to_string(person.path(name)).unwrap());
    assert_eq!(out, again);
    person.ok("new q.limn");
    person.ok("import q.limn out.jsonl --format limn");
    let row = &person.args(&["list", "q.limn", "files", "--json"]).json()[0];
    assert_eq!((&row["looked_frames"][0]["first"], &row["looked_frames"][0]["last"]), (&json!(8), &json!(11)), "{row}");
    person.ok("undo p.limn");
    assert_eq!(person.list("files")[0]["looked_frames"][0]["last"], 99);
}

#[test]
fn sequences_are_listed() {
    let person = Person::new();
    person.ok("new p.limn");
    person.write("in.jsonl", FOLLOWED);
    let done = person.ok_json("import p.limn in.jsonl --format limn");
    assert_eq!((&done["sequences"], &done["instances"]), (&json!(2), &json!(3)), "{done}");
    let list = person.list("sequences");
    assert_eq!(list.len(), 2);
    let wanted = json!({"number": 7, "name": "red", "label": "bus", "label_id": 2, "file": "a.mp4", "first": 5, "last": 5, "exit": 80,
        "global_first": 5, "global_last": 5, "motion": "smooth", "parts": 1, "keyframes": 1, "id": list[1]["id"], "identity": list[1]["id"],
        "same_as": null, "file_id": list[0]["file_id"]});
    assert_eq!(list[1], wanted);
    assert_eq!((&list[0]["first"], &list[0]["last"], &list[0]["keyframes"]), (&json!(10), &json!(50), &json!(2)));
    assert!(list[0]["exit"].is_null() && list[0]["name"].is_null());
    let numbers = |query: &str| {
        let done = person.args(&["list", "p.limn", "sequences", "--json", "--where", query]).json();
        done.as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers("label = bus"), [7]);
    assert_eq!(numbers("file = a.mp4"), [1, 7]);
    assert_eq!(numbers("frame = 10"), [1]);
    let text = person.ok("list p.limn sequences").stdout;
    assert_eq!(text, "1\t\tcar\ta.mp4\tframes 10 to 50\t2 keyframes\n7\tred\tbus\ta.mp4\tframes 5 to 5, gone from 80\t1 keyframe\n");
    let done = person.ok_json("export p.limn out.jsonl --format limn");
    assert_eq!(done["outputs"][0]["sequences"], 2);
    person.ok("convert out.jsonl again.jsonl --from limn --to limn");
    let [out, again] = ["out.jsonl", "again.jsonl"].map(|name| std::fs::read_to_string(person.path(name)).unwrap());
    assert_eq!(out, again);
}
