//! What files of Limn's own format hold, good and bad.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{import_bytes, problem};
use limn_formats::{Effect, FormatError};

const HEADER: &str = r#"{"limn":1,"project":"p"}"#;
const SCHEMA: &str = r#"{"schema":{"labels":[{"id":1,"name":"car"}]}}"#;
const FILE: &str = r#"{"file":{"number":4,"name":"a.jpg","kind":"image"}}"#;
const GOOD: &str = r#"{"instance":{"file":4,"label":1,"geometry":{"xyxy":[1,2,3,4]}}}"#;
const END: &str = r#"{"end":{"files":1,"instances":1}}"#;

#[test]
fn a_file_written_by_hand_is_taken() {
    let text = format!("\u{feff}{HEADER}\r\n{SCHEMA}\n\n  {FILE} \n{GOOD}\n{END}");
    let (memory, report, done) = import_bytes("limn", text.as_bytes());
    done.unwrap();
    assert!(report.problems.is_empty(), "{}", report.problems);
    assert_eq!((memory.project.as_str(), memory.files[0].frames, memory.instances.len()), ("p", 1, 1));
}

#[test]
fn bad_lines_are_told_and_the_rest_is_taken() {
    let cases = [
        ("nonsense", "a line cannot be read"),
        ("[]", "a line cannot be read"),
        (r#"{"instance":{"file":4,"label":1}}"#, "a line cannot be read"),
        (r#"{"instance":{"file":4,"label":1,"geometry":{"xyxy":[1,2,NaN,4]}}}"#, "a line cannot be read"),
        (r#"{"instance":{"file":5,"label":1,"geometry":{"xyxy":[1,2,3,4]}}}"#, "a file that no line before names"),
        (r#"{"instance":{"file":4,"label":2,"geometry":{"xyxy":[1,2,3,4]}}}"#, "a label that the schema does not name"),
        (r#"{"track":{"id":1}}"#, "a line is a \"track\""),
        ("{}", "a line is a \"\""),
        (HEADER, "a second header"),
        (SCHEMA, "a second schema"),
        (FILE, "two files have one number"),
    ];
    for (line, text) in cases {
        let (memory, report, done) = import_bytes("limn", format!("{HEADER}\n{SCHEMA}\n{FILE}\n{line}\n{GOOD}\n").as_bytes());
        done.unwrap();
        assert_eq!(problem(&report.problems, text), (1, Effect::Left), "{line}");
        assert_eq!((memory.files.len(), memory.instances.len()), (1, 1), "{line}");
    }
    let newer = GOOD.replace("\"label\"", "\"mood\":{\"a\":[1]},\"run\":3,\"label\"");
    let (memory, report, _) = import_bytes("limn", format!("{HEADER}\n{SCHEMA}\n{FILE}\n{newer}\n{END}\n").as_bytes());
    assert_eq!(memory.instances.len(), 1);
    assert_eq!(problem(&report.problems, "\"mood\" of an instance"), (1, Effect::Left));
    assert_eq!(problem(&report.problems, "a run that no line before names"), (1, Effect::Left));
}

#[test]
fn a_file_cut_off_is_noticed() {
    let whole = format!("{HEADER}\n{SCHEMA}\n{FILE}\n{GOOD}\n{END}\n");
    for len in 1..whole.len() - 1 {
        let (_, report, done) = import_bytes("limn", &whole.as_bytes()[..len]);
        let told = match done {
            Ok(()) => problem(&report.problems, "no end line").0 == 1,
            Err(error) => matches!(error, FormatError::Cut { .. } | FormatError::Syntax { .. }),
        };
        assert!(told, "{len}: {}", report.problems);
    }
    let (_, report, _) = import_bytes("limn", whole.replace(GOOD, "").as_bytes());
    assert_eq!(report.problems.kinds()[0].examples, ["1 files and 1 instances, now 1 and 0"]);
}

#[test]
fn files_that_are_not_limn_say_so() {
    let error = |text: &str| import_bytes("limn", text.as_bytes()).2.unwrap_err();
    assert!(matches!(error(""), FormatError::Empty { .. }));
    assert!(matches!(error("\n\n"), FormatError::Syntax { .. }));
    assert!(matches!(error(r#"{"images":[]}"#), FormatError::Syntax { position: 0, .. }));
    assert!(matches!(error("hello"), FormatError::Syntax { .. }));
    assert!(matches!(error(r#"{"limn":2}"#), FormatError::Newer { version: 2, .. }));
    assert!(matches!(error(&format!("{HEADER}\n{}", SCHEMA.replace("car", ""))), FormatError::Schema { .. }));
}

/// Writes a line of 70 MiB.
#[test]
fn an_endless_line_is_left_out() {
    let huge = format!(r#"{{"instance":{{"extra":"{}"}}}}"#, "x".repeat(70 << 20));
    let (memory, report, done) = import_bytes("limn", format!("{HEADER}\n{SCHEMA}\n{FILE}\n{huge}\n{GOOD}\n").as_bytes());
    done.unwrap();
    assert_eq!(memory.instances.len(), 1);
    assert_eq!(problem(&report.problems, "longer than 64 MiB"), (1, Effect::Left));
}
