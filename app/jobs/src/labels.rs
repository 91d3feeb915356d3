//! Labels from elsewhere joined to those of a project: a label's number never changes its meaning.

use crate::error::JobError;
use limn_core::geometry::{Keypoint, Keypoints, Sight};
use limn_core::{Label, LabelId, Schema, Template};

/// The schema to publish for a document that a person wrote, over the one in force.
///
/// See [`Schema::from_written`].
///
/// # Errors
/// [`JobError::Schema`] with the sentence to show.
pub fn schema_from_written(document: serde_json::Value, in_force: &Schema) -> Result<Schema, JobError> {
    let mut schema = Schema::from_written(document, in_force)?;
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

/// Gives a label of the project the keypoints of one from elsewhere that it has not, by their names and at the end. `Some`:
/// the number in the project of each of theirs, where it is another.
pub(crate) fn join_keypoints(schema: &mut Schema, id: LabelId, given: &Template) -> Option<Vec<usize>> {
    let own = &mut schema.labels.iter_mut().find(|label| label.id == id)?.keypoints;
    let own = own.get_or_insert_with(|| given.clone());
    let mut order = Vec::with_capacity(given.points.len());
    let before = own.points.len();
    for point in &given.points {
        let known = own.points.iter().position(|other| other.name == point.name);
        order.push(known.unwrap_or_else(|| {
            own.points.push(point.clone());
            own.points.len() - 1
        }));
    }
    let at = |[a, b]: &[usize; 2]| Some([*order.get(*a)?, *order.get(*b)?]);
    // What is said of the points that are new here.
    let is_new = |ends: &[usize; 2]| ends.iter().any(|end| *end >= before);
    own.edges.extend(given.edges.iter().filter_map(at).filter(is_new));
    own.pairs.extend(given.pairs.iter().filter_map(at).filter(is_new));
    order.iter().enumerate().any(|(given, own)| given != *own).then_some(order)
}

/// Keypoints at other numbers; those between are absent.
pub(crate) fn reordered(keypoints: &Keypoints, order: &[usize]) -> Keypoints {
    let len = order.iter().take(keypoints.points.len()).max().map_or(0, |last| last + 1);
    let mut points = vec![Keypoint { sight: Sight::Absent, ..Keypoint::default() }; len];
    for (point, at) in keypoints.points.iter().zip(order) {
        points[*at] = *point;
    }
    Keypoints { points }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::{ImagePos, TemplatePoint};

    fn template(names: &[&str], edges: &[[usize; 2]]) -> Template {
        let point = |name: &&str| TemplatePoint { name: (*name).to_owned(), x: 0.0, y: 0.0, color: None };
        Template { points: names.iter().map(point).collect(), edges: edges.to_vec(), pairs: Vec::new() }
    }

    #[test]
    fn keypoints_are_joined_by_name_and_nothing_of_the_project_moves() {
        let mut schema = Schema::from_document(r#"{"labels":[{"name":"person"}]}"#).unwrap();
        let id = schema.labels[0].id;
        let first = template(&["nose", "hand"], &[[0, 1]]);
        assert_eq!(join_keypoints(&mut schema, id, &first), None);
        assert_eq!(join_keypoints(&mut schema, id, &first), None, "the same again");
        let order = join_keypoints(&mut schema, id, &template(&["hand", "foot", "nose"], &[[0, 1], [0, 2]])).unwrap();
        assert_eq!(order, [1, 2, 0]);
        assert_eq!(schema.labels[0].keypoints, Some(template(&["nose", "hand", "foot"], &[[0, 1], [1, 2]])));
        let at = |x: f64| Keypoint { pos: ImagePos::new(x, 0.0), sight: Sight::Visible };
        let got = reordered(&Keypoints { points: vec![at(1.0), at(2.0)] }, &order);
        assert_eq!(
            got.points.iter().map(|point| (point.pos.x, point.sight)).collect::<Vec<_>>(),
            [(0.0, Sight::Absent), (1.0, Sight::Visible), (2.0, Sight::Visible)]
        );
    }

    fn ids(schema: &Schema) -> Vec<(u32, &str, bool)> {
        schema.labels.iter().map(|label| (label.id.0, label.name.as_str(), label.deprecated)).collect()
    }

    #[test]
    fn a_number_never_changes_its_meaning() {
        let mut old = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).unwrap();
        old.fill_keys();
        let new = schema_from_written(serde_json::json!({"labels":[{"name":"dog"},{"name":"person"}]}), &old).unwrap();
        assert_eq!(ids(&new), [(3, "dog", false), (2, "person", false), (1, "car", true)]);
        let renamed = schema_from_written(serde_json::json!({"labels":[{"name":"auto","id":1}]}), &old).unwrap();
        assert_eq!(ids(&renamed), [(1, "auto", false), (2, "person", true)]);
        let moved = schema_from_written(serde_json::json!({"labels":[{"name":"car","id":9}]}), &old).unwrap();
        assert_eq!(ids(&moved), [(9, "car", false), (1, "car (label 1)", true), (2, "person", true)]);
        assert_eq!(schema_from_written(serde_json::to_value(&old).unwrap(), &old).unwrap(), old);
    }

    #[test]
    fn labels_from_elsewhere_keep_their_number_where_it_is_free() {
        let mut schema = Schema::from_document(r#"{"labels":[{"name":"car"}]}"#).unwrap();
        let other = Schema::from_document(r#"{"labels":[{"name":"cat","id":1},{"name":"dog","id":18},{"name":"car","id":3}]}"#).unwrap();
        let got: Vec<_> = other.labels.iter().map(|label| adopt(&mut schema, label).0).collect();
        assert_eq!(got, [2, 18, 1]);
    }
}
