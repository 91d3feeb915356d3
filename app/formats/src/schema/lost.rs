//! What a foreign schema file cannot hold, told field by field.

use crate::{Effect, Problems};
use limn_core::Schema;
use limn_core::schema::attribute::{Attribute, Subject};
use limn_core::schema::{Label, Outside, UsedFor};

/// What a format holds of a schema.
#[derive(Clone, Copy, Default)]
pub(super) struct Holds {
    pub colors: bool,
    pub parents: bool,
    pub descriptions: bool,
    /// Which kinds of geometry a label may have.
    pub shapes: bool,
    pub keypoints: bool,
    /// Whole attributes: their own fields are told by the format itself.
    pub attributes: bool,
    /// Digits that choose labels.
    pub keys: bool,
}

/// Tells what is left out of the labels, and of attributes as a whole.
pub(super) fn tell(schema: &Schema, holds: Holds, problems: &mut Problems) {
    for label in &schema.labels {
        tell_label(label, holds, problems);
    }
    for rule in &schema.rules {
        problems.add(Effect::Left, "rules are left out", || rule.name.clone());
    }
    if !holds.attributes {
        for attribute in schema.attributes.iter().filter(|attribute| !attribute.deprecated) {
            problems.add(Effect::Left, "attributes are left out", || attribute.name.clone());
        }
    }
}

fn tell_label(label: &Label, holds: Holds, problems: &mut Problems) {
    let mut left = |is_lost: bool, text: &str| {
        if is_lost {
            problems.add(Effect::Left, text, || label.name.clone());
        }
    };
    if label.deprecated {
        return left(true, "retired labels are left out");
    }
    left(!holds.colors, "colours of labels are left out");
    left(!holds.keys && label.key.is_some(), "keys of labels are left out");
    left(!holds.parents && label.parent.is_some(), "which label stands below which is left out");
    left(!holds.descriptions && !label.description.is_empty(), "descriptions of labels are left out");
    left(!holds.shapes && !label.shapes.is_empty(), "the kinds of shapes that a label may have are left out");
    left(!holds.keypoints && label.keypoints.is_some(), "keypoints of labels are left out");
    left(label.used_for != UsedFor::Both || !label.roles.is_empty(), "what labels say about events is left out");
    left(label.default_shape.is_some(), "the kind of shape that a label is drawn as is left out");
    let rules = label.outside != Outside::Clip || label.min_size.is_some() || label.max_count.is_some() || label.several_parts;
    left(rules, "rules of labels (outside, least size, most on a frame, several parts) are left out");
}

/// Tells what every foreign format leaves out of an attribute that it takes.
pub(super) fn tell_attribute(attribute: &Attribute, holds_condition: bool, holds_description: bool, problems: &mut Problems) {
    let mut left = |is_lost: bool, text: &str| {
        if is_lost {
            problems.add(Effect::Left, text, || attribute.name.clone());
        }
    };
    left(!holds_condition && attribute.when.is_some(), "conditions of attributes are left out: they are always asked");
    left(!holds_description && !attribute.description.is_empty(), "descriptions of attributes are left out");
    left(!attribute.unit.is_empty(), "units of attributes are left out");
    let rules = attribute.pattern.is_some() || attribute.max_length.is_some() || !attribute.allow.is_empty() || !attribute.block.is_empty();
    left(rules, "rules for texts (pattern, length, allowed and blocked texts) are left out");
    left(attribute.options.iter().any(|option| option.deprecated), "retired options are left out");
    left(attribute.catalogue.is_some(), "catalogues are left out: the attribute has no options there");
    left(attribute.key.is_some(), "keys of attributes are left out");
    left(matches!(attribute.of, Subject::Event | Subject::Relation), "attributes of events and relations are left out");
}

/// Tells of the guides and the pictures of options, which no foreign format holds.
pub(super) fn tell_guides(schema: &Schema, problems: &mut Problems) {
    const LEFT: &str = "guides are left out";
    if !schema.guide.is_empty() {
        problems.add(Effect::Left, LEFT, || schema.name.clone());
    }
    for label in schema.offered().filter(|label| !label.guide.is_empty()) {
        problems.add(Effect::Left, LEFT, || label.name.clone());
    }
    for attribute in &schema.attributes {
        for option in attribute.offered().filter(|option| !option.guide.is_empty()) {
            problems.add(Effect::Left, LEFT, || format!("{}: {}", attribute.name, option.name));
        }
        for option in attribute.offered().filter(|option| !option.picture.is_empty()) {
            problems.add(Effect::Left, "pictures of options are left out", || format!("{}: {}", attribute.name, option.name));
        }
    }
}
