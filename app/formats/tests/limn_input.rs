//! What files of Limn's own format hold, good and bad.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{export_bytes, import_bytes, problem};
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

const VIDEO: &str = r#"{"file":{"number":9,"name":"a.mp4","kind":"video","frames":100}}"#;
const SEQUENCE: &str = r#"{"sequence":{"number":3,"file":9,"shown":7,"label":1,"name":"bus","motion":"smooth","exit":80}}"#;

fn keyframe(sequence: u64, frame: u64, more: &str) -> String {
    format!(r#"{{"instance":{{"file":9,"frame":{frame},"label":1,"sequence":{sequence},"geometry":{{"xyxy":[1,2,3,4]}}{more}}}}}"#)
}

#[test]
fn sequences_are_read_in_any_order_of_keyframes() {
    let lines = [HEADER, SCHEMA, VIDEO, SEQUENCE, &keyframe(3, 50, ""), &keyframe(3, 10, r#","part":2,"marks":{"outside":true}"#)];
    let (memory, report, done) = import_bytes("limn", lines.join("\n").as_bytes());
    done.unwrap();
    assert_eq!(report.problems.kinds().len(), 1, "no end line: {}", report.problems);
    let sequence = &memory.sequences[0];
    assert_eq!((sequence.file, sequence.number, sequence.name.as_deref(), sequence.exit), (0, 7, Some("bus"), Some(80)));
    let members: Vec<_> = memory.instances.iter().map(|item| (item.member.unwrap().sequence, item.member.unwrap().part)).collect();
    assert_eq!(members, [(0, 0), (0, 2)]);
}

#[test]
fn sequences_that_do_not_fit_are_told() {
    let other = FILE.replace("\"image\"", "\"video\"");
    let elsewhere = GOOD.replace("\"label\"", "\"sequence\":3,\"label\"");
    let outside = |sequence| keyframe(sequence, 5, r#","marks":{"outside":true}"#);
    let cases = [
        (keyframe(4, 5, ""), "an instance is of a sequence that no line before names; taken as a plain one", Effect::Changed),
        (outside(4), "an outside keyframe is of a sequence that no line before names; left out", Effect::Left),
        (elsewhere, "lies on another file than its sequence; taken as a plain one", Effect::Changed),
        (keyframe(3, 8, ""), "two keyframes of a sequence are on one frame", Effect::Kept),
        (keyframe(3, 100, ""), "behind the last frame", Effect::Kept),
        (keyframe(3, u64::MAX, ""), "behind the last frame", Effect::Kept),
        (SEQUENCE.to_owned(), "two sequences have one number", Effect::Left),
        (SEQUENCE.replace("\"number\":3", "\"number\":5"), "a sequence has no keyframes", Effect::Kept),
        (SEQUENCE.replace("\"number\":3", "\"number\":5").replace(":9", ":1"), "a sequence lies on a file that no line", Effect::Left),
        (SEQUENCE.replace("\"number\":3", "\"number\":5").replace("\"label\":1", "\"label\":8"), "a sequence has a label", Effect::Left),
        (SEQUENCE.replace("smooth", "wild").replace("\"number\":3", "\"number\":5"), "a line cannot be read", Effect::Left),
        (SEQUENCE.replace("\"shown\":7", "\"shown\":-7"), "a line cannot be read", Effect::Left),
        (keyframe(3, 5, r#","part":70000"#), "a line cannot be read", Effect::Left),
    ];
    for (line, text, effect) in cases {
        let lines = [HEADER, SCHEMA, &other, VIDEO, SEQUENCE, &keyframe(3, 8, ""), &line, GOOD];
        let (memory, report, done) = import_bytes("limn", lines.join("\n").as_bytes());
        done.unwrap();
        assert_eq!(problem(&report.problems, text), (1, effect), "{line}");
        assert_eq!(report.problems.kinds().len(), 2, "besides that there is no end line: {}", report.problems);
        assert!(memory.instances.iter().all(|item| item.member.is_none() || item.file == 1));
    }
    let odd = SEQUENCE.replace("\"exit\"", "\"mood\":[1],\"exit\"");
    let (_, report, _) = import_bytes("limn", [HEADER, SCHEMA, VIDEO, &odd, &keyframe(3, 8, "")].join("\n").as_bytes());
    assert_eq!(problem(&report.problems, "the field \"mood\" of a sequence"), (1, Effect::Left));
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
    assert_eq!(report.problems.kinds()[0].examples, ["1 files, 0 sequences, 0 events and 1 instances, now 1, 0, 0 and 0"]);
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

#[test]
fn events_that_cannot_be_are_told() {
    let lines = |events: &[&str]| {
        let head = r#"{"limn":1,"project":"p"}
{"schema":{"labels":[{"id":1,"name":"car"}]}}
{"file":{"number":0,"name":"a.mp4","kind":"video","width":4,"height":4,"frames":50}}
{"file":{"number":1,"name":"b.mp4","kind":"video","width":4,"height":4,"frames":50}}
{"sequence":{"number":0,"file":1,"shown":1,"label":1}}
"#;
        let end = format!(r#"{{"end":{{"files":2,"sequences":1,"events":{},"instances":0}}}}"#, events.len());
        format!("{head}{}\n{end}\n", events.join("\n"))
    };
    let text = lines(&[
        r#"{"event":{"file":0,"first":9,"last":3,"label":1}}"#,
        r#"{"event":{"file":7,"first":0,"last":3,"label":1}}"#,
        r#"{"event":{"file":0,"first":0,"last":3,"label":8}}"#,
        r#"{"event":{"file":0,"first":0,"last":-3,"label":1}}"#,
        r#"{"event":{"file":0,"first":0,"last":99999,"label":1,"participants":{"who":[0,44]},"run":3,"new":true}}"#,
    ]);
    let (memory, report, done) = import_bytes("limn", text.as_bytes());
    done.unwrap();
    assert_eq!(memory.events.len(), 1);
    assert!(memory.events[0].participants.is_empty(), "one is of another file, the other nowhere");
    let left = ["ends before it begins", "file that no line before names", "label that the schema does not name", "cannot be read"];
    for text in left.into_iter().chain(["run that no line before names", "the field \"new\" of an event"]) {
        assert_eq!(problem(&report.problems, text), (1, Effect::Left), "{text}");
    }
    assert_eq!(problem(&report.problems, "behind the last frame"), (1, Effect::Kept));
    assert_eq!(problem(&report.problems, "takes part in an event"), (1, Effect::Changed));
    assert!(!report.problems.to_string().contains("other numbers of lines"), "{}", report.problems);
}

#[test]
fn other_formats_count_the_events_that_they_cannot_hold() {
    let text = r#"{"limn":1,"project":"p"}
{"schema":{"labels":[{"id":1,"name":"car"}]}}
{"file":{"number":0,"name":"a.mp4","kind":"video","width":40,"height":40,"frames":50,"status":"complete"}}
{"sequence":{"number":0,"file":0,"shown":1,"label":1}}
{"event":{"file":0,"first":3,"last":9,"label":1,"participants":{"who":[0]}}}
{"event":{"file":0,"first":9,"last":9,"label":1}}
{"instance":{"file":0,"frame":0,"label":1,"geometry":{"xyxy":[1,2,3,4]},"sequence":0}}
{"end":{"files":1,"sequences":1,"events":2,"instances":1}}
"#;
    let (mut memory, _, done) = import_bytes("limn", text.as_bytes());
    done.unwrap();
    for format in limn_formats::FORMATS
        .iter()
        .filter(|format| !["limn", "mot", "mots", "mots-png", "kitti-tracking"].contains(&format.id) && !format.id.starts_with("yolo"))
    {
        let (_, report) = export_bytes(format.id, &mut memory, &Default::default());
        assert_eq!(problem(&report.losses, "an event left out"), (2, Effect::Left), "{}", format.id);
    }
    let (_, report) = export_bytes("limn", &mut memory, &Default::default());
    assert_eq!((report.events, report.losses.kinds().len()), (2, 0));
}
