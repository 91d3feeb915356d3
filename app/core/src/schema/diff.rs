//! What differs between two versions of a schema, and whether old work still fits the newer one.

use super::attribute::{Attribute, AttributeOption, AttributeType};
use super::label::{Label, Outside, UsedFor};
use super::{Schema, answer::OptionId};
use crate::geometry::SpatialType;
use crate::template::Template;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    /// The schema itself.
    Schema,
    /// A label.
    Label,
    /// An attribute.
    Attribute,
    /// An option of an attribute.
    Option,
    /// A rule.
    Rule,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Happened {
    /// It is new, or offered again.
    Added,
    /// It is gone, or no longer offered.
    Removed,
    /// It has another name.
    Renamed,
    /// Something else about it changed.
    Changed,
}

/// What it means for work that is done already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bearing {
    /// All that was right stays right.
    Widening,
    /// Something that was right may not be any more: it has to be mapped, answered or looked at.
    Narrowing,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is about.
    pub piece: Piece,
    /// Its name in the newer version; for what is gone, in the older.
    pub name: String,
    /// Its number; 0 for the schema itself.
    pub id: u32,
    /// For an option: the attribute that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// For an option: the number of that attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_id: Option<u32>,
    /// What happened to it.
    pub happened: Happened,
    /// What it means for old work.
    pub bearing: Bearing,
    /// The end of a sentence that begins with its name, such as "was \"car\"".
    pub detail: String,
}

/// What differs from `old` to `new`, in the order of the newer one; what is gone comes last of its kind. Labels, attributes
/// and options are the same when their numbers are. A retired one counts as gone.
pub fn diff(old: &Schema, new: &Schema) -> Vec<Difference> {
    let mut found = Found::default();
    if old.name != new.name {
        found.about(Piece::Schema, (0, &new.name), None);
        found.add(Happened::Renamed, true, format!("was \"{}\"", old.name));
    }
    if old.guide != new.guide {
        found.about(Piece::Schema, (0, &new.name), None);
        found.changed(true, "has another guide");
    }
    if old.extra != new.extra {
        found.about(Piece::Schema, (0, &new.name), None);
        found.changed(true, "has other fields that Limn does not know");
    }
    labels(old, new, &mut found);
    attributes(old, new, &mut found);
    rules(old, new, &mut found);
    found.list
}

/// Whether something that was right of instances of a label may not be any more.
pub(super) fn narrows_label(old: (&Schema, &Label), new: (&Schema, &Label)) -> bool {
    let mut found = Found::of(Piece::Label);
    compare_labels(old, new, &mut found);
    found.narrows()
}

/// Whether an answer that was right may not be any more, but for its options.
pub(super) fn narrows_attribute(old: &Attribute, new: &Attribute) -> bool {
    let mut found = Found::of(Piece::Attribute);
    compare_attributes(old, new, &mut found);
    found.narrows()
}

/// What was found, and what is being looked at.
#[derive(Default)]
struct Found {
    list: Vec<Difference>,
    piece: Option<Piece>,
    id: u32,
    name: String,
    attribute: Option<(u32, String)>,
}

impl Found {
    fn of(piece: Piece) -> Self {
        Self { piece: Some(piece), ..Self::default() }
    }

    fn narrows(&self) -> bool {
        self.list.iter().any(|one| one.bearing == Bearing::Narrowing)
    }

    fn about(&mut self, piece: Piece, (id, name): (u32, &str), attribute: Option<&Attribute>) {
        let attribute = attribute.map(|attribute| (attribute.id.0, attribute.name.clone()));
        (self.piece, self.id, self.name, self.attribute) = (Some(piece), id, name.to_owned(), attribute);
    }

    fn add(&mut self, happened: Happened, is_free: bool, detail: impl Into<String>) {
        let Some(piece) = self.piece else { return };
        let bearing = if is_free { Bearing::Widening } else { Bearing::Narrowing };
        let (name, (attribute_id, attribute)) = (self.name.clone(), self.attribute.clone().unzip());
        self.list.push(Difference { piece, name, id: self.id, attribute, attribute_id, happened, bearing, detail: detail.into() });
    }

    fn changed(&mut self, is_free: bool, detail: impl Into<String>) {
        self.add(Happened::Changed, is_free, detail);
    }

    /// A field that says nothing about whether old work is right.
    fn look<T: PartialEq>(&mut self, old: &T, new: &T, detail: &str) {
        if old != new {
            self.changed(true, detail);
        }
    }

    /// A switch that widens when it goes on (`on_is_free`) or when it goes off.
    fn switch(&mut self, old: bool, new: bool, on_is_free: bool, on: &str, off: &str) {
        if old != new {
            self.changed(new == on_is_free, if new { on } else { off });
        }
    }

    /// A bound of which `raised` says whether a greater value takes in more; without one, everything is taken.
    fn bound(&mut self, old: Option<f64>, new: Option<f64>, greater_is_free: bool, what: &str) {
        if old == new {
            return;
        }
        let is_free = match (old, new) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(old), Some(new)) => (new > old) == greater_is_free,
        };
        self.changed(is_free, format!("{what}: {} became {}", shown(old), shown(new)));
    }
}

fn shown(number: Option<f64>) -> String {
    number.map_or_else(|| "none".to_owned(), |number| number.to_string())
}

/// Those that are offered in a version, by number.
fn by_number<T, Id: Eq + Hash>(all: &[T], id: impl Fn(&T) -> Id, is_gone: impl Fn(&T) -> bool) -> HashMap<Id, &T> {
    all.iter().filter(|one| !is_gone(one)).map(|one| (id(one), one)).collect()
}

fn labels(old: &Schema, new: &Schema, found: &mut Found) {
    let before = by_number(&old.labels, |label| label.id, |label| label.deprecated);
    for label in new.offered() {
        found.about(Piece::Label, (label.id.0, &label.name), None);
        match before.get(&label.id) {
            None => found.add(Happened::Added, true, format!("is new, with the number {}", label.id)),
            Some(old_label) => compare_labels((old, old_label), (new, label), found),
        }
    }
    let after = by_number(&new.labels, |label| label.id, |label| label.deprecated);
    for label in old.offered().filter(|label| !after.contains_key(&label.id)) {
        found.about(Piece::Label, (label.id.0, &label.name), None);
        let kept = if new.label(label.id).is_some() { "is retired: old instances stay readable" } else { "is gone" };
        found.add(Happened::Removed, false, kept);
    }
}

fn compare_labels((old_schema, old): (&Schema, &Label), (schema, new): (&Schema, &Label), found: &mut Found) {
    if old.name != new.name {
        found.add(Happened::Renamed, true, format!("was \"{}\"", old.name));
    }
    if old.parent != new.parent {
        let name =
            |schema: &Schema, label: &Label| label.parent.map_or_else(|| "no label".to_owned(), |id| format!("\"{}\"", schema.shown(id).0));
        let (from, to) = (name(old_schema, old), name(schema, new));
        found.changed(old.parent.is_none(), format!("stands below {to}, not {from}: other questions are asked about it"));
    }
    if old.shapes != new.shapes {
        let lost: Vec<&str> =
            SpatialType::ALL.iter().filter(|shape| old.takes(**shape) && !new.takes(**shape)).map(|shape| shape.title()).collect();
        let detail =
            if lost.is_empty() { "takes more kinds of shapes".to_owned() } else { format!("takes no {} any more", lost.join(", ")) };
        found.changed(lost.is_empty(), detail);
    }
    if old.used_for != new.used_for {
        let (widens, detail) = match new.used_for {
            UsedFor::Both => (true, "is for shapes and events"),
            UsedFor::Shapes => (false, "is for shapes only"),
            UsedFor::Events => (false, "is for events only"),
        };
        found.changed(widens, detail.to_owned());
    }
    if old.outside != new.outside {
        let is_free = old.outside == Outside::Refuse || new.outside == Outside::Allow;
        let word = |outside: Outside| match outside {
            Outside::Clip => "clip",
            Outside::Allow => "allow",
            Outside::Refuse => "refuse",
        };
        found.changed(is_free, format!("outside the picture: {} became {}", word(old.outside), word(new.outside)));
    }
    found.bound(old.min_size, new.min_size, false, "least size in pixels");
    found.bound(old.max_count.map(f64::from), new.max_count.map(f64::from), true, "most on one frame");
    found.switch(
        old.several_parts,
        new.several_parts,
        true,
        "may have several parts on one frame",
        "may not have several parts on one frame any more",
    );
    keypoints(old.keypoints.as_ref(), new.keypoints.as_ref(), found);
    found.look(&old.color, &new.color, "has another colour");
    found.look(&old.key, &new.key, "has another key");
    found.look(&old.description, &new.description, "has another description");
    found.look(&old.guide, &new.guide, "has another guide");
    found.look(&old.default_shape, &new.default_shape, "is drawn as another kind of shape");
    found.look(&old.roles, &new.roles, "names other roles of those who take part in its events");
    found.look(&old.extra, &new.extra, "has other fields that Limn does not know");
}

fn keypoints(old: Option<&Template>, new: Option<&Template>, found: &mut Found) {
    if old == new {
        return;
    }
    let (before, after) = (old.map_or(&[][..], |template| &template.points), new.map_or(&[][..], |template| &template.points));
    if after.len() < before.len() {
        return found.changed(false, format!("has {} keypoints, not {}", after.len(), before.len()));
    }
    let renamed = before.iter().zip(after).filter(|(old, new)| old.name != new.name).count();
    if renamed > 0 {
        // A point's place in the list is its identity: another name there may be another point.
        found.changed(false, format!("has {renamed} keypoints of another name at the same place of the list"));
    }
    if after.len() > before.len() {
        found.changed(true, format!("has {} more keypoints at the end", after.len() - before.len()));
    } else if renamed == 0 {
        found.changed(true, "has its keypoints drawn otherwise");
    }
}

fn attributes(old: &Schema, new: &Schema, found: &mut Found) {
    let before = by_number(&old.attributes, |attribute| attribute.id, |attribute| attribute.deprecated);
    for attribute in new.attributes.iter().filter(|attribute| !attribute.deprecated) {
        found.about(Piece::Attribute, (attribute.id.0, &attribute.name), None);
        match before.get(&attribute.id) {
            None if attribute.required => found.add(Happened::Added, false, "is new and required: old work has no answer to it"),
            None => found.add(Happened::Added, true, format!("is new, with the number {}", attribute.id)),
            Some(old) => {
                compare_attributes(old, attribute, found);
                options(old, attribute, found);
            }
        }
    }
    let after = by_number(&new.attributes, |attribute| attribute.id, |attribute| attribute.deprecated);
    for attribute in old.attributes.iter().filter(|attribute| !attribute.deprecated && !after.contains_key(&attribute.id)) {
        found.about(Piece::Attribute, (attribute.id.0, &attribute.name), None);
        let is_kept = new.attributes.iter().any(|other| other.id == attribute.id);
        found.add(Happened::Removed, false, if is_kept { "is retired: it is not asked any more" } else { "is gone" });
    }
}

/// Whether every answer of one type is one of the other.
/// A rule that is new, stricter or asked again may find something in old work; any other change of what is looked at, too.
fn rules(old: &Schema, new: &Schema, found: &mut Found) {
    let before = by_number(&old.rules, |rule| rule.id, |_| false);
    let after = by_number(&new.rules, |rule| rule.id, |_| false);
    for rule in &new.rules {
        found.about(Piece::Rule, (rule.id.0, &rule.name), None);
        let Some(was) = before.get(&rule.id) else {
            found.add(Happened::Added, rule.off, if rule.off { "is new, and off" } else { "is new" });
            continue;
        };
        if was.name != rule.name {
            found.add(Happened::Renamed, true, format!("was \"{}\"", was.name));
        }
        found.switch(was.off, rule.off, true, "is off", "is on again");
        if was.severity != rule.severity {
            let is_free = rule.severity > was.severity;
            found.changed(is_free, format!("{}, where it said {}", rule.severity.as_str(), was.severity.as_str()));
        }
        if (&was.labels, &was.check) != (&rule.labels, &rule.check) {
            found.changed(rule.off, "looks at something else");
        }
        found.look(&was.message, &rule.message, "has another message");
        found.look(&was.extra, &rule.extra, "has other fields that Limn does not know");
    }
    for rule in old.rules.iter().filter(|rule| !after.contains_key(&rule.id)) {
        found.about(Piece::Rule, (rule.id.0, &rule.name), None);
        found.add(Happened::Removed, true, "is gone");
    }
}

fn takes_answers_of(old: AttributeType, new: AttributeType) -> bool {
    matches!(
        (old, new),
        (AttributeType::Integer | AttributeType::Direction, AttributeType::Float)
            | (AttributeType::Select, AttributeType::Tree)
            | (AttributeType::Date | AttributeType::Time, AttributeType::Text)
    )
}

fn compare_attributes(old: &Attribute, new: &Attribute, found: &mut Found) {
    if old.name != new.name {
        found.add(Happened::Renamed, true, format!("was \"{}\"", old.name));
    }
    if old.kind != new.kind {
        found.changed(takes_answers_of(old.kind, new.kind), format!("has the type {}, not {}", new.kind.as_str(), old.kind.as_str()));
    }
    if old.of != new.of {
        found.changed(false, "is asked about something else (of)");
    }
    if old.labels != new.labels {
        let kept: HashSet<_> = new.labels.iter().collect();
        let loses = !new.labels.is_empty() && (old.labels.is_empty() || old.labels.iter().any(|label| !kept.contains(label)));
        found.changed(!loses, if loses { "is asked of fewer labels" } else { "is asked of more labels" });
    }
    if old.when != new.when {
        let is_free = new.when.is_none();
        found.changed(is_free, if is_free { "is always asked" } else { "is asked under another condition" });
    }
    found.switch(old.required, new.required, false, "must be answered", "need not be answered any more");
    found.switch(old.per_frame, new.per_frame, true, "has an answer for each frame", "has one answer for all frames");
    found.bound(old.min, new.min, false, "least value");
    found.bound(old.max, new.max, true, "greatest value");
    if old.step != new.step {
        found.changed(new.step.is_none(), format!("step: {} became {}", shown(old.step), shown(new.step)));
    }
    if old.unit != new.unit {
        // The same number means another amount; only giving a name to what had none leaves all as it is.
        found.changed(old.unit.is_empty(), format!("unit: \"{}\" became \"{}\"", old.unit, new.unit));
    }
    if old.pattern != new.pattern {
        found.changed(new.pattern.is_none(), "has another pattern");
    }
    found.bound(old.max_length.map(f64::from), new.max_length.map(f64::from), true, "most characters");
    if old.allow != new.allow {
        let kept: HashSet<&String> = new.allow.iter().collect();
        let is_free = new.allow.is_empty() || (!old.allow.is_empty() && old.allow.iter().all(|text| kept.contains(text)));
        found.changed(is_free, if is_free { "takes more texts" } else { "takes fewer texts" });
    }
    if old.block != new.block {
        let before: HashSet<String> = old.block.iter().map(|blocked| blocked.text.to_lowercase()).collect();
        let is_free = new.block.iter().all(|blocked| before.contains(&blocked.text.to_lowercase()));
        found.changed(is_free, "refuses other texts");
    }
    if old.catalogue != new.catalogue {
        let from =
            |catalogue: &Option<String>| catalogue.as_ref().map_or("its options".to_owned(), |name| format!("the catalogue \"{name}\""));
        found.changed(false, format!("chooses from {}, not from {}", from(&new.catalogue), from(&old.catalogue)));
    }
    found.look(&old.default, &new.default, "begins with another answer");
    found.look(&old.control, &new.control, "is answered with another control");
    found.look(&old.key, &new.key, "has another key");
    found.look(&old.description, &new.description, "has another description");
    found.look(&old.extra, &new.extra, "has other fields that Limn does not know");
}

fn options(old: &Attribute, new: &Attribute, found: &mut Found) {
    if old.options == new.options {
        return;
    }
    let id = |option: &AttributeOption| option.id;
    let before: HashMap<OptionId, &AttributeOption> = by_number(&old.options, id, |option| option.deprecated);
    for option in new.offered() {
        found.about(Piece::Option, (option.id.0, &option.name), Some(new));
        match before.get(&option.id) {
            None => found.add(Happened::Added, true, "is a new option"),
            Some(old) => {
                if old.name != option.name {
                    found.add(Happened::Renamed, true, format!("was \"{}\"", old.name));
                }
                if old.parent != option.parent {
                    // Conditions and filters that name the option above it meet other answers now.
                    found.changed(old.parent.is_none(), "stands elsewhere in the tree");
                }
                found.look(&old.guide, &option.guide, "has another guide");
                found.look(&old.picture, &option.picture, "has another picture");
                found.look(&old.extra, &option.extra, "has other fields that Limn does not know");
            }
        }
    }
    let after: HashMap<OptionId, &AttributeOption> = by_number(&new.options, id, |option| option.deprecated);
    for option in old.offered().filter(|option| !after.contains_key(&option.id)) {
        found.about(Piece::Option, (option.id.0, &option.name), Some(new));
        let is_kept = new.option(option.id).is_some();
        found.add(Happened::Removed, false, if is_kept { "is retired: old answers stay readable" } else { "is gone" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn schema(written: Value, over: &Schema) -> Schema {
        Schema::from_written(written, over).unwrap()
    }

    /// `name happened bearing` of each difference of two documents, the second written over the first.
    fn rows(old: Value, new: Value) -> Vec<String> {
        let old = schema(old, &Schema::default());
        let new = schema(new, &old);
        let bearing = |one: &Difference| if one.bearing == Bearing::Widening { "+" } else { "-" };
        diff(&old, &new).iter().map(|one| format!("{} {} {:?}: {}", bearing(one), one.name, one.happened, one.detail)).collect()
    }

    #[track_caller]
    fn label(old: Value, new: Value, want: &str) {
        let with = |mut fields: Value| {
            fields["name"] = json!("car");
            json!({ "labels": [fields] })
        };
        let rows = rows(with(old), with(new));
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].starts_with(want), "{rows:?}");
    }

    #[track_caller]
    fn attribute(kind: &str, old: Value, new: Value, want: &str) {
        let with = |mut fields: Value| {
            fields["name"] = json!("q");
            if fields.get("type").is_none() {
                fields["type"] = json!(kind);
            }
            json!({ "labels": ["car", "bus"], "attributes": [fields] })
        };
        let rows = rows(with(old), with(new));
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].starts_with(want), "{rows:?}");
    }

    #[test]
    fn what_came_went_and_was_renamed_is_told_by_number() {
        let rows = rows(
            json!({"name": "A", "labels": ["car", "bus", "tram"]}),
            json!({"name": "B", "labels": [{"id": 1, "name": "auto"}, "bus", "bike"]}),
        );
        assert_eq!(
            rows,
            [
                "+ B Renamed: was \"A\"",
                "+ auto Renamed: was \"car\"",
                "+ bike Added: is new, with the number 4",
                "- tram Removed: is retired: old instances stay readable"
            ]
        );
    }

    #[test]
    fn the_same_schema_differs_in_nothing() {
        let one = json!({"labels": ["car"], "attributes": [{"name": "c", "type": "select", "options": ["a", "b"]}]});
        assert!(rows(one.clone(), one).is_empty());
    }

    #[test]
    fn what_a_label_may_be_widens_and_narrows() {
        label(json!({}), json!({"shapes": ["box"]}), "- car Changed: takes no rotated box, polygon");
        label(json!({"shapes": ["box"]}), json!({"shapes": ["box", "mask"]}), "+ car Changed: takes more");
        label(json!({"shapes": ["box"]}), json!({"shapes": ["mask"]}), "- car Changed: takes no box");
        label(json!({}), json!({"used_for": "events"}), "- car Changed: is for events only");
        label(json!({"used_for": "shapes"}), json!({}), "+ car Changed: is for shapes and events");
        label(json!({}), json!({"roles": ["from", "to"]}), "+ car Changed: names other roles");
        label(json!({}), json!({"outside": "allow"}), "+ car");
        label(json!({}), json!({"outside": "refuse"}), "- car");
        label(json!({"outside": "allow"}), json!({}), "- car");
        label(json!({"outside": "refuse"}), json!({}), "+ car");
        label(json!({"min_size": 4}), json!({"min_size": 8}), "- car Changed: least size in pixels: 4 became 8");
        label(json!({"min_size": 4}), json!({}), "+ car");
        label(json!({}), json!({"max_count": 1}), "- car");
        label(json!({"max_count": 1}), json!({"max_count": 2}), "+ car");
        label(json!({"several_parts": true}), json!({}), "- car");
        label(json!({"guide": "a"}), json!({"guide": "b"}), "+ car Changed: has another guide");
        label(json!({"color": "#000000"}), json!({"color": "#000001"}), "+ car Changed: has another colour");
        let points = |names: &[&str]| {
            let points: Vec<Value> = names.iter().map(|name| json!({"name": name, "x": 0, "y": 0})).collect();
            json!({ "keypoints": { "points": points } })
        };
        label(points(&["a"]), points(&["a", "b"]), "+ car Changed: has 1 more");
        label(points(&["a", "b"]), points(&["a"]), "- car Changed: has 1 keypoints, not 2");
        label(points(&["a", "b"]), points(&["b", "a"]), "- car Changed: has 2 keypoints of another name");
    }

    #[test]
    fn what_an_attribute_takes_widens_and_narrows() {
        attribute("integer", json!({}), json!({"type": "float"}), "+ q");
        attribute("float", json!({}), json!({"type": "integer"}), "- q");
        attribute("boolean", json!({}), json!({"required": true}), "- q");
        attribute("boolean", json!({"required": true}), json!({}), "+ q");
        attribute("boolean", json!({}), json!({"labels": ["car"]}), "- q Changed: is asked of fewer");
        attribute("boolean", json!({"labels": ["car"]}), json!({"labels": ["bus", "car"]}), "+ q");
        attribute("boolean", json!({"labels": ["car"]}), json!({}), "+ q");
        attribute("boolean", json!({}), json!({"when": {"shape": ["box"]}}), "- q");
        attribute("boolean", json!({"per_frame": true}), json!({}), "- q");
        attribute("float", json!({"max": 3}), json!({"max": 4}), "+ q Changed: greatest value: 3 became 4");
        attribute("float", json!({"min": 3}), json!({"min": 4}), "- q");
        attribute("float", json!({}), json!({"step": 0.5}), "- q");
        attribute("float", json!({"unit": "m"}), json!({"unit": "cm"}), "- q");
        attribute("text", json!({}), json!({"pattern": "a+"}), "- q");
        attribute("text", json!({}), json!({"max_length": 3}), "- q");
        attribute("text", json!({"allow": ["a"]}), json!({"allow": ["a", "b"]}), "+ q");
        attribute("text", json!({}), json!({"allow": ["a"]}), "- q");
        attribute("text", json!({}), json!({"block": [{"text": "a", "reason": "no"}]}), "- q");
        attribute("boolean", json!({}), json!({"control": "buttons"}), "+ q");
        attribute(
            "select",
            json!({}),
            json!({"catalogue": "parts"}),
            "- q Changed: chooses from the catalogue \"parts\", not from its options",
        );
        attribute("select", json!({"options": ["a"]}), json!({"options": ["a", "b"]}), "+ b Added");
        attribute("select", json!({"options": ["a", "b"]}), json!({"options": ["b"]}), "- a Removed: is retired");
        attribute("select", json!({"options": ["a"]}), json!({"options": [{"id": 1, "name": "A"}]}), "+ A Renamed: was \"a\"");
        let seen = |path: &str| json!({"options": [{"name": "a", "picture": path}]});
        attribute("select", seen("a.png"), seen("guides/b.png"), "+ a Changed: has another picture");
        attribute("select", json!({"options": ["a"]}), seen("a.png"), "+ a Changed: has another picture");
        let tree = |parent: &str| json!({"options": ["a", "b", {"name": "c", "parent": parent}]});
        attribute("tree", tree("a"), tree("b"), "- c Changed: stands elsewhere");
    }

    #[test]
    fn a_new_question_narrows_only_when_it_must_be_answered() {
        let with = |attributes: Value| json!({ "labels": ["car"], "attributes": attributes });
        let free = rows(with(json!([])), with(json!([{"name": "q", "type": "text"}])));
        assert_eq!(free, ["+ q Added: is new, with the number 1"]);
        let must = rows(with(json!([])), with(json!([{"name": "q", "type": "text", "required": true}])));
        assert!(must[0].starts_with("- q Added"), "{must:?}");
        let gone = rows(with(json!([{"name": "q", "type": "text"}])), with(json!([])));
        assert_eq!(gone, ["- q Removed: is retired: it is not asked any more"]);
    }
}
