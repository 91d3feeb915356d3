//! Labels from elsewhere joined to those of a project: a label's number never changes its meaning.

use crate::error::JobError;
use limn_core::{Label, LabelId, Schema};
use serde_json::Value;

/// The schema to publish for a document that a person wrote, over the one in force.
///
/// A label without a number takes that of the label of the same name, else the next one never used. Labels in force
/// that the document leaves out stay as deprecated ones, so that their instances keep their meaning.
///
/// # Errors
/// [`JobError::Schema`] with the sentence to show.
pub fn schema_from_document(text: &str, in_force: &Schema) -> Result<Schema, JobError> {
    let mut schema = Schema::from_document(text)?;
    let given: Value = serde_json::from_str(text).unwrap_or_default();
    let is_numbered = |at: usize| given["labels"][at]["id"].as_u64().is_some_and(|id| id != 0);
    let highest = |schema: &Schema| schema.labels.iter().map(|label| label.id.0).max().unwrap_or(0);
    for at in 0..schema.labels.len() {
        if !is_numbered(at) {
            schema.labels[at].id = LabelId(0);
        }
    }
    for at in 0..schema.labels.len() {
        if schema.labels[at].id.0 != 0 {
            continue;
        }
        let known = in_force.label_named(&schema.labels[at].name).map(|label| label.id);
        let free = known.filter(|id| schema.label(*id).is_none());
        schema.labels[at].id = free.unwrap_or(LabelId(highest(&schema).max(highest(in_force)) + 1));
    }
    for label in &in_force.labels {
        if schema.label(label.id).is_none() {
            let mut kept = Label { deprecated: true, key: None, ..label.clone() };
            if schema.label_named(&kept.name).is_some() {
                kept.name = format!("{} (label {})", kept.name, kept.id);
            }
            schema.labels.push(kept);
        }
    }
    schema.fill_keys();
    Ok(schema)
}

/// The label of the project that a label from elsewhere is; added when there is none of its name. It keeps its number
/// and key where they are free.
pub(crate) fn adopt(schema: &mut Schema, label: &Label) -> LabelId {
    if let Some(known) = schema.label_named(&label.name) {
        return known.id;
    }
    let highest = schema.labels.iter().map(|label| label.id.0).max().unwrap_or(0);
    let id = if label.id.0 != 0 && schema.label(label.id).is_none() { label.id } else { LabelId(highest + 1) };
    let key = label.key.filter(|key| schema.labels.iter().all(|other| other.key != Some(*key)));
    schema.labels.push(Label { id, key, ..label.clone() });
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(schema: &Schema) -> Vec<(u32, &str, bool)> {
        schema.labels.iter().map(|label| (label.id.0, label.name.as_str(), label.deprecated)).collect()
    }

    #[test]
    fn a_number_never_changes_its_meaning() {
        let mut old = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).unwrap();
        old.fill_keys();
        let new = schema_from_document(r#"{"labels":[{"name":"dog"},{"name":"person"}]}"#, &old).unwrap();
        assert_eq!(ids(&new), [(3, "dog", false), (2, "person", false), (1, "car", true)]);
        let renamed = schema_from_document(r#"{"labels":[{"name":"auto","id":1}]}"#, &old).unwrap();
        assert_eq!(ids(&renamed), [(1, "auto", false), (2, "person", true)]);
        let moved = schema_from_document(r#"{"labels":[{"name":"car","id":9}]}"#, &old).unwrap();
        assert_eq!(ids(&moved), [(9, "car", false), (1, "car (label 1)", true), (2, "person", true)]);
        assert_eq!(schema_from_document(&old.to_document(), &old).unwrap(), old);
    }

    #[test]
    fn labels_from_elsewhere_keep_their_number_where_it_is_free() {
        let mut schema = Schema::from_document(r#"{"labels":[{"name":"car"}]}"#).unwrap();
        let other = Schema::from_document(r#"{"labels":[{"name":"cat","id":1},{"name":"dog","id":18},{"name":"car","id":3}]}"#).unwrap();
        let got: Vec<_> = other.labels.iter().map(|label| adopt(&mut schema, label).0).collect();
        assert_eq!(got, [2, 18, 1]);
    }
}
