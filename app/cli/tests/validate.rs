//! `limn validate` as a person and a script use it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};

fn told(problems: &Value) -> Vec<String> {
    let text = |problem: &Value, key: &str| problem[key].as_str().map_or_else(|| problem[key].to_string(), str::to_owned);
    let line = |problem: &Value| ["severity", "rule", "file", "frame", "message"].map(|key| text(problem, key)).join(" | ");
    problems.as_array().unwrap().iter().map(line).collect()
}

#[test]
fn rules_are_asked_of_every_file_and_only_blocking_ones_fail() {
    let ada = Person::new();
    ada.street();
    ada.ok("import p.limn coco.json --format coco");
    assert_eq!(ada.ok_json("validate p.limn"), json!([]));
    let schema = |severity: &str| {
        format!(
            r#"{{"labels":["car","person"],"rules":[
            {{"name":"Länge","labels":["car"],"severity":"{severity}","check":{{"size":{{"min_side":11}}}},"message":"{{label}}: {{width}}"}},
            {{"name":"people","labels":["person"],"check":{{"count":{{"min":1,"per":"file"}}}}}},
            {{"name":"near","labels":["person"],"severity":"informs","check":{{"expression":"near(\"car\", 10) = 0"}}}}]}}"#
        )
    };
    ada.write("s.json", schema("warns"));
    assert!(ada.ok("schema check s.json").stdout.contains("2 labels, 0 attributes, 3 rules"));
    ada.ok("schema import p.limn s.json");
    let found = ada.ok_json("validate p.limn");
    let want = [
        "warns | Länge | 1.png | 0 | car: 10",
        "informs | near | 1.png | 0 | person: near",
        "warns | people | 2.png | null | 0 of person in the file, at least 1 wanted",
        "warns | people | 10.png | null | 0 of person in the file, at least 1 wanted",
    ];
    assert_eq!(told(&found), want);
    assert_eq!(found[0]["instance"], ada.list("instances")[0]["id"]);
    // What a query leaves out is neither told nor counted.
    assert_eq!(told(&ada.ok_json("validate p.limn --where label=person"))[..], want[1..2]);
    ada.ok("snapshot p.limn before");
    ada.write("s.json", schema("blocks"));
    ada.ok("schema import p.limn s.json");
    ada.fails("validate p.limn", 1, &["1 problem must be mended", "1 block, 2 warn, 1 inform"]);
    ada.ok("validate p.limn --where label=person");
    let done = ada.limn("validate p.limn --json");
    assert_eq!((done.code, told(&done.json()).len()), (1, 4), "the JSON is whole all the same");
}

#[test]
fn a_rule_that_cannot_be_asked_is_told_when_the_schema_is_checked() {
    let ada = Person::new();
    let rule = |check: &str| ada.write("s.json", format!(r#"{{"labels":["car"],"rules":[{{"name":"правило","check":{check}}}]}}"#));
    rule(r#"{"expression":"near(\"lorry\", 5) = 0"}"#);
    ada.fails(
        "schema check s.json",
        1,
        &["the rule \"правило\" has an expression that names the label \"lorry\", which the schema has not"],
    );
    rule(r#"{"expression":"while (true) width"}"#);
    ada.fails("schema check s.json", 1, &["asks while(…), which is nothing"]);
    rule(&format!(r#"{{"expression":"{}"}}"#, "(".repeat(4000)));
    ada.fails("schema check s.json", 1, &["more than 32 deep"]);
    rule(&format!(r#"{{"expression":"{}"}}"#, "width > 1 and ".repeat(100_000)));
    ada.fails("schema check s.json", 1, &["is 1400000 bytes long; 4096 are allowed"]);
    rule(r#"{"overlap":{"with":["lorry"],"most":0.1}}"#);
    ada.fails("schema check s.json", 1, &["is about the label \"lorry\", which the schema has not"]);
}

/// A video that is nowhere: a car that leaves the picture between two keyframes, another one that is seen on three frames, and a
/// box that is in no sequence.
const FOLLOWED: &str = r#"{"limn":1,"project":"p"}
{"schema":{"labels":[{"id":1,"name":"car"},{"id":2,"name":"person"}]}}
{"file":{"number":0,"name":"a.mp4","path":"a.mp4","kind":"video","width":100,"height":100,"frames":100}}
{"sequence":{"number":0,"file":0,"shown":1,"label":1}}
{"sequence":{"number":1,"file":0,"shown":7,"label":1}}
{"instance":{"file":0,"frame":0,"label":1,"sequence":0,"geometry":{"xyxy":[80,10,100,20]}}}
{"instance":{"file":0,"frame":10,"label":1,"sequence":0,"geometry":{"xyxy":[90,10,110,20]}}}
{"instance":{"file":0,"frame":20,"label":1,"sequence":0,"geometry":{"xyxy":[80,10,100,20]}}}
{"instance":{"file":0,"frame":40,"label":1,"sequence":1,"geometry":{"xyxy":[10,10,20,20]}}}
{"instance":{"file":0,"frame":43,"label":1,"sequence":1,"geometry":{"xyxy":[10,10,20,20]},"marks":{"outside":true}}}
{"instance":{"file":0,"frame":60,"label":2,"geometry":{"xyxy":[50,50,60,60]}}}
{"end":{"files":1,"sequences":2,"instances":6}}
"#;

#[test]
fn a_video_is_asked_on_all_its_frames_and_in_its_sequences() {
    let ada = Person::new();
    ada.ok("new p.limn");
    ada.write("in.jsonl", FOLLOWED);
    ada.ok("import p.limn in.jsonl --format limn");
    ada.write(
        "s.json",
        r#"{"labels":["car","person"],"rules":[
            {"name":"in","severity":"blocks","check":"inside"}, {"name":"followed","check":{"sequence":"always"}},
            {"name":"long","check":{"sequence":{"frames":{"min":5}}}},
            {"name":"few","severity":"informs","labels":["car"],"check":{"count":{"max":1,"per":"file"}}}]}"#,
    );
    ada.ok("schema import p.limn s.json");
    let done = ada.limn("validate p.limn --json");
    let found = done.json();
    assert_eq!(
        told(&found),
        [
            "blocks | in | a.mp4 | 1 | car reaches outside the picture",
            "warns | followed | a.mp4 | 60 | person is in no sequence",
            "warns | long | a.mp4 | 40 | car 7 is in the picture on 3 frames, at least 5 frames wanted",
            "informs | few | a.mp4 | null | 2 of car in the file, at most 1 wanted",
        ]
    );
    assert_eq!(done.code, 1);
    assert_eq!((&found[0]["last_frame"], &found[0]["sequence"]), (&json!(19), &json!(1)));
    assert_eq!((&found[2]["sequence"], &found[1]["sequence"]), (&json!(7), &Value::Null));
    let lines = ada.limn("validate p.limn").stdout;
    assert!(lines.starts_with("blocks\tin\ta.mp4\t1-19\t"), "{lines}");
    assert_eq!(told(&ada.ok_json("validate p.limn --where label=person")).len(), 2);
}
