//! YAML as a value: no anchors are followed, no tags are obeyed, one document is read.

use super::SchemaFileError;
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// How deep lists and maps may lie in each other.
const MAX_DEPTH: usize = 32;

/// What is being filled.
enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// Reads the first document.
pub(super) fn read(text: &str, format: &'static str) -> Result<Value, SchemaFileError> {
    let wrong = |why: String| SchemaFileError::Syntax { format, why };
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, place) = event.map_err(|error| wrong(error.to_string()))?;
        let line = place.start.line();
        let done = match event {
            Event::Scalar(text, style, ..) => scalar(text.into_owned(), style == ScalarStyle::Plain),
            Event::Alias(_) => return Err(wrong(format!("line {line} refers to another place (an alias). Write it out"))),
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= MAX_DEPTH => {
                return Err(wrong(format!("line {line} lies more than {MAX_DEPTH} deep")));
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(list)) => Value::Array(list),
                Some(Open::Map(map, _)) => Value::Object(map),
                None => return Err(wrong(format!("line {line} ends what did not begin"))),
            },
            Event::DocumentEnd => break,
            _ => continue,
        };
        match open.last_mut() {
            None => return Ok(done),
            Some(Open::List(list)) => list.push(done),
            Some(Open::Map(map, key)) => match key.take() {
                Some(key) => {
                    if map.insert(key.clone(), done).is_some() {
                        return Err(wrong(format!("line {line}: \"{key}\" stands twice")));
                    }
                }
                None => match done {
                    Value::Array(_) | Value::Object(_) => return Err(wrong(format!("line {line} has a list or map as a key"))),
                    Value::String(text) => *key = Some(text),
                    other => *key = Some(other.to_string()),
                },
            },
        }
    }
    Err(wrong("it is empty".to_owned()))
}

/// A plain word may be a number or yes and no; what is in quotes is text. Words such as `no` stay text, as in YAML 1.2.
fn scalar(text: String, is_plain: bool) -> Value {
    if !is_plain {
        return text.into();
    }
    match text.as_str() {
        "" | "~" | "null" => Value::Null,
        "true" | "True" => true.into(),
        "false" | "False" => false.into(),
        // Numbers in other forms (hexadecimal, with a point) name nothing here; names such as 1.0 keep their form.
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => number.into(),
            _ => text.into(),
        },
    }
}
