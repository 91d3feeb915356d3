//! `limn schema json-schema`: the form of a schema file, for editors and other programs.

use crate::error::CliError;
use crate::output::Output;
use serde_json::Value;

/// Kept by hand beside the code that reads it; the tests hold both together.
const TEXT: &str = include_str!("../../../../../assets/json-schema/schema.json");

pub(super) fn show(output: &mut Output) -> Result<(), CliError> {
    let value: Value = serde_json::from_str(TEXT)?;
    output.result(&value, || TEXT.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::STARTERS;
    use limn_core::Schema;

    /// Says where a value does not fit. It knows the words that the document uses, and takes none that it does not know; a
    /// field that the document does not name is told, too.
    fn misfit(whole: &Value, form: &Value, value: &Value, at: &str) -> Option<String> {
        let Value::Object(words) = form else { return None };
        for (word, wanted) in words {
            let fits = match word.as_str() {
                "$schema" | "$defs" | "title" | "description" | "properties" => true,
                "$ref" => {
                    let form = &whole["$defs"][wanted.as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default()];
                    assert!(form.is_object(), "{wanted} leads nowhere");
                    if let Some(why) = misfit(whole, form, value, at) {
                        return Some(why);
                    }
                    true
                }
                "type" => match wanted.as_str().unwrap_or_default() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "number" => value.is_number(),
                    other => panic!("type {other}"),
                },
                "enum" => wanted.as_array().is_some_and(|all| all.contains(value)),
                "anyOf" => wanted.as_array().is_some_and(|all| all.iter().any(|form| misfit(whole, form, value, at).is_none())),
                "required" => {
                    wanted.as_array().is_some_and(|all| all.iter().all(|name| value.get(name.as_str().unwrap_or_default()).is_some()))
                }
                "pattern" => {
                    let text = value.as_str().unwrap_or_default();
                    match wanted.as_str().unwrap_or_default() {
                        "^#[0-9A-Fa-f]{6}$" => {
                            text.len() == 7 && text.starts_with('#') && text.chars().skip(1).all(|c| c.is_ascii_hexdigit())
                        }
                        "^[1-9]$" => text.len() == 1 && matches!(text.as_bytes(), [b'1'..=b'9']),
                        other => panic!("the test does not know the pattern {other}"),
                    }
                }
                "minimum" => value.as_f64() >= wanted.as_f64(),
                "maximum" => value.as_f64() <= wanted.as_f64(),
                "minLength" => value.as_str().map(|text| text.chars().count() as u64) >= wanted.as_u64(),
                "maxLength" => value.as_str().map(|text| text.chars().count() as u64) <= wanted.as_u64(),
                "minItems" => value.as_array().map(|all| all.len() as u64) >= wanted.as_u64(),
                "maxItems" => value.as_array().map(|all| all.len() as u64) <= wanted.as_u64(),
                "items" => {
                    let all = value.as_array().into_iter().flatten().enumerate();
                    if let Some(why) = all.filter_map(|(n, item)| misfit(whole, wanted, item, &format!("{at}/{n}"))).next() {
                        return Some(why);
                    }
                    true
                }
                other => panic!("the test does not know \"{other}\""),
            };
            if !fits {
                return Some(format!("{at}: {word} {wanted}, not {value}"));
            }
        }
        let (Some(known), Some(fields)) = (words.get("properties"), value.as_object()) else { return None };
        fields.iter().find_map(|(name, field)| match known.get(name) {
            Some(form) => misfit(whole, form, field, &format!("{at}/{name}")),
            None => Some(format!("{at}: \"{name}\" is not named")),
        })
    }

    fn check(text: &str) -> Option<String> {
        let whole: Value = serde_json::from_str(TEXT).unwrap_or_default();
        let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        misfit(&whole, &whole, &value, "")
    }

    /// Everything that a schema can hold.
    const ALL: &str = r##"{"name": "all", "guide": "# all", "labels": [
        {"name": "a", "key": "1", "parent": "b", "description": "d", "guide": "g", "shapes": ["box"], "default_shape": "box",
         "used_for": "shapes", "roles": ["who"],
         "outside": "refuse", "min_size": 2.5, "max_count": 3, "several_parts": true, "deprecated": false},
        {"name": "b", "deprecated": true},
        {"name": "c", "keypoints": {"points": [{"name": "l", "x": 0, "y": 0, "color": "#00ff00"}, {"name": "r", "x": 1, "y": 0}],
         "edges": [[0, 1]], "pairs": [[0, 1]]}}, "d"],
      "attributes": [
        {"name": "kind", "type": "tree", "labels": ["a"], "required": true, "per_frame": true, "control": "list", "key": "k",
         "description": "d", "default": "x", "options": [{"name": "x", "guide": "g", "picture": "guides/x.png"}, {"name": "y", "parent": "x"}, {"name": "z", "deprecated": true}]},
        {"name": "part", "type": "select", "catalogue": "parts"},
        {"name": "n", "type": "integer", "of": "file", "min": 0, "max": 9, "step": 1, "unit": "m", "deprecated": true},
        {"name": "t", "type": "text", "pattern": "^a", "max_length": 3, "allow": ["ab"], "block": [{"text": "abc", "reason": "no"}],
         "when": {"all": [{"label": ["a"]}, {"shape": ["box"]}, {"attribute": "kind", "is": ["x"]}]}},
        {"name": "u", "type": "boolean", "when": {"any": [{"attribute": "n", "between": [1, 2]}, {"not": {"attribute": "t", "text": "ab"}}]}},
        {"name": "v", "type": "date", "when": {"all": [{"attribute": "u", "says": true}, {"attribute": "t", "answered": true}]}}],
      "rules": [
        {"name": "1", "check": "answered", "severity": "blocks", "labels": ["a"], "message": "m", "off": true}, {"name": "2", "check": "inside"},
        {"name": "3", "check": {"count": {"min": 1, "max": 2, "per": "file"}}},
        {"name": "4", "check": {"size": {"min_side": 1, "max_side": 2, "min_area": 1, "max_area": 2}}},
        {"name": "5", "check": {"duplicates": {"iou": 0.9}}}, {"name": "6", "check": {"overlap": {"with": ["a"], "most": 0.5}}},
        {"name": "7", "check": {"covered": {"least": 0.5}}}, {"name": "8", "check": {"expression": "width > 1"}},
        {"name": "9", "check": {"sequence": "always"}}, {"name": "10", "check": {"sequence": {"frames": {"min": 1, "max": 2}}}},
        {"name": "11", "check": {"sequence": {"gaps": {"min": 1}}}}, {"name": "12", "check": {"sequence": {"keyframes": {"most": 9}}}},
        {"name": "13", "check": {"sequence": {"speed": {"most": 1.5}}}}, {"name": "14", "check": {"sequence": {"growth": {"most": 2}}}},
        {"name": "15", "check": {"sequence": {"doubles": {"iou": 0.8}}}}, {"name": "16", "check": {"sequence": "marked"}}]}"##;

    #[test]
    fn starters_and_a_schema_with_everything_fit_as_written_and_as_published() {
        for text in STARTERS.iter().map(|starter| starter.text).chain([ALL]) {
            assert_eq!(check(text), None);
            let schema = Schema::from_document(text).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!(check(&schema.to_document()), None);
        }
    }

    #[test]
    fn what_is_no_schema_does_not_fit() {
        for (text, why) in [
            (r#"{"labels": [{"nam": "car"}]}"#, "/labels/0"),
            (r#"{"labels": [{"name": "car", "shapes": ["square"]}]}"#, "/labels/0"),
            (r#"{"labels": [], "attributes": [{"name": "a", "type": "colour"}]}"#, "/attributes/0/type"),
            (r#"{"rules": [{"name": "a", "check": "all"}]}"#, "/rules/0/check"),
            (r#"{"rules": [{"name": "a", "check": {"sequence": "all"}}]}"#, "/rules/0/check"),
        ] {
            assert!(check(text).is_some_and(|told| told.starts_with(why)), "{text}: {:?}", check(text));
        }
    }
}
