//! Who made an instance, and when, if that was elsewhere.
//!
//! An operation carries one author and one time: of an import, those of the importer. Where an annotation file says who
//! drew an instance and when, that is kept in the instance's foreign fields under names of our own.

use limn_store::InstanceRow;
use serde_json::{Map, Value};

const AUTHOR: &str = "limn:author";
const CREATED: &str = "limn:created";

/// Author, time and foreign fields of an instance, as they are to be shown and exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who made it.
    pub author: String,
    /// When, in milliseconds since 1970.
    pub created: i64,
    /// Foreign fields without those of our own, as a JSON object.
    pub extra: Option<String>,
}

impl Origin {
    /// The origin of an instance, which an import may have carried along.
    pub fn of(row: &InstanceRow) -> Self {
        let extra = row.instance.extra.clone();
        let own = || Self { author: row.author.clone(), created: row.created, extra: extra.clone() };
        let carried = row.instance.extra.as_deref().filter(|text| text.contains("\"limn:"));
        let Some(mut fields) = carried.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok()) else { return own() };
        let author = fields.remove(AUTHOR).and_then(|value| Some(value.as_str()?.to_owned()));
        let created = fields.remove(CREATED).and_then(|value| value.as_i64());
        Self {
            author: author.unwrap_or_else(|| row.author.clone()),
            created: created.unwrap_or(row.created),
            extra: (!fields.is_empty()).then(|| Value::Object(fields).to_string()),
        }
    }
}

/// Foreign fields with author and time put in.
pub(crate) fn carry(extra: Option<String>, author: Option<String>, created: Option<i64>) -> Option<String> {
    if author.is_none() && created.is_none() {
        return extra;
    }
    let mut fields = extra.and_then(|text| serde_json::from_str::<Map<String, Value>>(&text).ok()).unwrap_or_default();
    if let Some(author) = author {
        fields.insert(AUTHOR.to_owned(), author.into());
    }
    if let Some(created) = created {
        fields.insert(CREATED.to_owned(), created.into());
    }
    Some(Value::Object(fields).to_string())
}
