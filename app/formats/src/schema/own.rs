//! Limn's own form, as JSON or TOML.

use super::SchemaFileError;
use serde_json::{Map, Value};

const FORMAT: &str = "Limn schema";

pub(super) fn read(text: &str) -> Result<Value, SchemaFileError> {
    if text.trim_start().starts_with(['{', '[']) {
        // A TOML file may begin with a table in brackets; a JSON schema never does.
        return match serde_json::from_str(text) {
            Ok(value) => Ok(value),
            Err(_) if is_toml(text) => table(text),
            Err(error) => Err(SchemaFileError::syntax(FORMAT, error)),
        };
    }
    table(text)
}

/// Whether it is TOML with a list of labels.
pub(super) fn is_toml(text: &str) -> bool {
    text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("labels") || table.contains_key("attributes"))
}

fn table(text: &str) -> Result<Value, SchemaFileError> {
    let table = text.parse::<toml::Table>().map_err(|error| SchemaFileError::syntax(FORMAT, error.to_string().trim_end()))?;
    Ok(value(toml::Value::Table(table)))
}

fn value(toml: toml::Value) -> Value {
    match toml {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(yes) => yes.into(),
        toml::Value::Datetime(when) => when.to_string().into(),
        toml::Value::Array(list) => Value::Array(list.into_iter().map(value).collect()),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, one)| (key, value(one))).collect::<Map<_, _>>()),
    }
}
