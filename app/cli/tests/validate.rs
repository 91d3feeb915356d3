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
