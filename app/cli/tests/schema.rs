//! `limn schema` as a person uses it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::json;

#[test]
fn a_starter_becomes_a_file_and_a_project() {
    let ada = Person::new();
    ada.fails("schema new s.json", 2, &["--starter", "street", "documents"]);
    ada.fails("schema new s.json --starter streat", 2, &["no starter called \"streat\""]);
    ada.ok("schema new s.json --starter street");
    ada.fails("schema new s.json --starter pose", 1, &["is there already"]);
    assert!(ada.ok("schema check s.json").stdout.contains("can be used: 14 labels, 16 attributes (limn)"));
    ada.ok("new p.limn --starter street");
    ada.ok("new q.limn --schema s.json");
    assert_eq!(ada.ok_json("schema show p.limn"), ada.ok_json("schema show q.limn"));
    let shown = ada.ok("schema show s.json").stdout;
    assert!(shown.contains("car\t#e69f00\t2\tall shapes\tbelow vehicle"), "{shown}");
    assert!(shown.contains("speed limit\tinteger\tof traffic sign\trequired\tunder a condition"), "{shown}");
}

#[test]
fn toml_is_a_schema_file_too() {
    let ada = Person::new();
    ada.write(
        "s.toml",
        "name = \"Road\"\n[[labels]]\nname = \"car\"\nmin_size = 4.0\n[[attributes]]\nname = \"seen\"\ntype = \"checkbox\"\n",
    );
    ada.ok("new p.limn --schema s.toml");
    let schema = ada.ok_json("schema show p.limn");
    assert_eq!((&schema["labels"][0]["min_size"], &schema["attributes"][0]["type"]), (&4.0.into(), &"boolean".into()));
}

#[test]
fn differences_are_told_between_files_projects_and_versions() {
    let ada = Person::new();
    ada.write("a.json", r#"{"labels":["car","bus"],"attributes":[{"name":"kind","type":"select","options":["x","y"]}]}"#);
    ada.write("b.json", r#"{"labels":[{"id":1,"name":"auto"},"tram"],"attributes":[{"name":"kind","type":"select","options":["x","z"]}]}"#);
    let text = ada.ok("schema diff a.json b.json").stdout;
    for line in [
        "+ label \"auto\" was \"car\"",
        "+ label \"tram\" is new, with the number 3",
        "- label \"bus\" is retired",
        "+ option \"z\" of \"kind\" is a new option",
        "- option \"y\" of \"kind\" is retired",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    ada.ok("new p.limn --schema a.json");
    assert!(ada.ok("schema diff p.limn a.json").stdout.contains("Nothing differs"));
    assert!(ada.ok("schema publish p.limn b.json").stdout.contains("changes narrow it"));
    let rows = ada.ok_json("schema diff p.limn");
    let bus = rows.as_array().unwrap().iter().find(|row| row["name"] == "bus").unwrap();
    assert_eq!((&bus["piece"], &bus["happened"], &bus["bearing"]), (&"label".into(), &"removed".into(), &"narrowing".into()));
}

#[test]
fn files_of_other_programs_are_known_by_their_content_and_written() {
    let ada = Person::new();
    ada.write("data.yaml", "path: x\nnames:\n  0: car\n  1: person\n");
    ada.write("labels.xml", "<View><RectangleLabels name=\"l\" toName=\"i\"><Label value=\"car\"/></RectangleLabels></View>");
    ada.write("cvat.json", r#"[{"name":"car","attributes":[{"name":"seen","input_type":"checkbox","mutable":true,"values":["false"]}]}]"#);
    ada.write("labels.txt", "car\nperson\n");
    for (file, format) in [("data.yaml", "yolo"), ("labels.xml", "label-studio"), ("cvat.json", "cvat"), ("labels.txt", "labelme")] {
        assert_eq!(ada.ok_json(&format!("schema check {file}"))["format"], format);
    }
    ada.ok("new p.limn");
    ada.ok("schema import p.limn cvat.json");
    ada.ok("schema import p.limn data.yaml --from yolo");
    let told = ada.ok("schema export p.limn out.xml --to label-studio");
    assert!(told.stderr.contains("retired") || told.stderr.contains("any shape"), "{}", told.stderr);
    assert!(std::fs::read_to_string(ada.path("out.xml")).unwrap().contains("<Label value=\"car\""));
    assert_eq!(ada.ok_json("schema show out.xml")["labels"][0]["name"], "car");
    ada.fails("schema import p.limn labels.txt --from cvat", 1, &["no CVAT label file"]);
    ada.fails("schema import p.limn labels.txt --from vott", 2, &["there is no such format"]);
    ada.write("odd.txt", "a: b: c = d {");
    ada.fails("schema check odd.txt", 1, &["of no known form"]);
    ada.fails("schema check missing.json", 1, &["missing.json"]);
}

#[test]
fn options_come_from_a_table_and_keep_their_numbers() {
    let ada = Person::new();
    ada.write("s.json", r#"{"labels":["bird"],"attributes":[{"name":"main species","type":"tree","options":["owl","gull"]}]}"#);
    ada.write("birds.csv", "id,name,parent\n9,eagle owl,owls\n1,owls,\n,tern,\n");
    ada.ok("new p.limn --schema s.json");
    let done = ada.args(&["schema", "options", "p.limn", "main species", "birds.csv"]);
    assert_eq!(done.stdout.trim(), "\"main species\" has 3 options now: 2 new, 1 renamed, 1 retired", "{}", done.stderr);
    let told = ada.ok_json("schema options p.limn 1 birds.csv");
    assert_eq!((&told["options"], &told["added"], &told["attribute"]), (&3.into(), &0.into(), &"main species".into()));
    let schema = ada.ok_json("schema show p.limn");
    let options = schema["attributes"][0]["options"].as_array().unwrap();
    let ids: Vec<_> = options.iter().map(|option| (option["id"].as_u64().unwrap(), option["deprecated"] == true)).collect();
    assert_eq!(ids, [(9, false), (1, false), (10, false), (2, true)]);
    ada.write("bad.csv", "id,name\n1,a\n1,b\n");
    ada.fails("schema options p.limn 1 bad.csv", 1, &["cannot take options from bad.csv", "line 3: the id 1 stands twice"]);
    ada.fails("schema options p.limn hue birds.csv", 1, &["no attribute \"hue\""]);
    ada.fails("schema options p.limn 1 none.csv", 1, &["cannot read none.csv"]);
}

#[test]
fn a_list_is_asked_by_answer() {
    let ada = Person::new();
    ada.write("s.json", r#"{"labels":["car"],"attributes":[{"name":"top speed","type":"integer"}]}"#);
    ada.ok("new p.limn --schema s.json");
    let list = |query: &str| ada.args(&["list", "p.limn", "instances", "--where", query, "--json"]);
    assert_eq!(list("attribute.\"top speed\" > 50 and label = car").json(), serde_json::json!([]));
    for (query, why) in [("attribute.top = 5", "no attribute called \"top\""), ("attribute.top speed = x", "\"x\" is no number")] {
        let done = list(query);
        assert_eq!((done.code, done.stderr.contains(why)), (2, true), "{}", done.stderr);
    }
}

#[test]
fn a_check_tells_what_a_schema_costs_and_serves() {
    let ada = Person::new();
    ada.write(
        "s.json",
        r#"{"labels": [{"name": "car", "shapes": ["box"]}, {"name": "Cars", "shapes": ["mask"]}], "attributes": [
            {"name": "kind", "type": "select", "options": ["a", "b"], "required": true, "labels": ["car"]},
            {"name": "more", "type": "text", "labels": ["car"], "when": {"attribute": "kind", "is": ["a"]}}]}"#,
    );
    let advice = &ada.ok_json("schema check s.json")["advice"];
    let car = json!({"id": 1, "label": "car", "least_questions": 1, "most_questions": 2, "required_questions": 1});
    assert_eq!(advice["labels"][0], car);
    let served = |list: &str, name: &str, id: &str| {
        let rows = advice[list].as_array().unwrap().iter();
        rows.filter(|row| row[name] == id).map(|row| row["served"].as_str().unwrap().to_owned()).next().unwrap()
    };
    assert_eq!((served("tasks", "task", "detection"), served("tasks", "task", "lines")), ("directly".into(), "no".into()));
    assert_eq!((served("formats", "format", "coco"), served("formats", "format", "mots")), ("directly".into(), "by conversion".into()));
    let text = ada.ok("schema check s.json").stdout;
    assert!(text.contains("car: 1 to 2 questions, 1 required") && text.contains("easily taken for each other"), "{text}");
}
