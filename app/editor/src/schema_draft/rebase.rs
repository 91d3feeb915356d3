//! A draft brought onto a schema that came into force after it was begun: what only one side changed is taken from that side,
//! what both changed stays as in the draft. New pieces of both sides that have the same number are told apart by their names.

use super::edit::find;
use super::references::{renumber_attribute, renumber_label, renumber_option};
use limn_core::schema::attribute::AttributeOption;
use limn_core::schema::{Attribute, AttributeId, OptionId, RuleId};
use limn_core::{LabelId, Schema};
use std::collections::HashMap;

/// The draft over `theirs`, which took the place of `base`.
pub(super) fn rebased(base: &Schema, draft: &Schema, theirs: &Schema) -> Schema {
    let mut ours = draft.clone();
    labels(base, &mut ours, theirs);
    attributes(base, &mut ours, theirs);
    rules(base, &mut ours, theirs);
    if ours.guide == base.guide {
        ours.guide.clone_from(&theirs.guide);
    }
    if ours.name == base.name {
        ours.name.clone_from(&theirs.name);
    }
    if ours.extra == base.extra {
        ours.extra.clone_from(&theirs.extra);
    }
    ours
}

fn labels(base: &Schema, ours: &mut Schema, theirs: &Schema) {
    let is_new = |id: LabelId| base.label(id).is_none();
    // Ours get out of the way first, then those of the same name become one.
    let mut last = ours.labels.iter().chain(&theirs.labels).map(|label| label.id.0).max().unwrap_or(0);
    let new: Vec<LabelId> = ours.labels.iter().map(|label| label.id).filter(|id| is_new(*id)).collect();
    let mut moved = Vec::new();
    for id in new {
        last += 1;
        renumber_label(ours, id, LabelId(last));
        moved.push((LabelId(last), id));
    }
    for (now, before) in moved {
        let name = ours.shown(now).0;
        let same = theirs.label_named(&name).map(|label| label.id).filter(|id| is_new(*id) && ours.label(*id).is_none());
        let free = Some(before).filter(|id| theirs.label(*id).is_none() && ours.label(*id).is_none());
        if let Some(to) = same.or(free) {
            renumber_label(ours, now, to);
        }
    }
    for label in &theirs.labels {
        match (base.label(label.id), ours.labels.iter_mut().find(|other| other.id == label.id)) {
            (_, None) => ours.labels.push(label.clone()),
            (Some(before), Some(own)) if *own == *before => *own = label.clone(),
            _ => {}
        }
    }
    // Two of one name cannot be published: the draft's yields.
    for at in 0..ours.labels.len() {
        let (id, name) = (ours.labels[at].id, ours.labels[at].name.clone());
        let is_theirs = theirs.label(id).is_some_and(|label| label.name == name);
        if !is_theirs
            && theirs.label_named(&name).is_some_and(|label| label.id != id && ours.label(label.id).is_some_and(|own| own.name == name))
        {
            ours.labels[at].name = format!("{name} ({id})");
        }
    }
}

fn attributes(base: &Schema, ours: &mut Schema, theirs: &Schema) {
    let mut last = ours.attributes.iter().chain(&theirs.attributes).map(|attribute| attribute.id.0).max().unwrap_or(0);
    let clashes = |id: AttributeId| find(base, id).is_none() && find(theirs, id).is_some();
    let new: Vec<AttributeId> = ours.attributes.iter().map(|attribute| attribute.id).filter(|id| clashes(*id)).collect();
    for id in new {
        last += 1;
        renumber_attribute(ours, id, AttributeId(last));
    }
    for attribute in &theirs.attributes {
        make_room(base, ours, attribute);
    }
    for attribute in &theirs.attributes {
        match (find(base, attribute.id), ours.attributes.iter_mut().find(|other| other.id == attribute.id)) {
            (_, None) => ours.attributes.push(attribute.clone()),
            (Some(before), Some(own)) if *own == *before => *own = attribute.clone(),
            (Some(before), Some(own)) if own.kind.has_options() => {
                take_explanations(own, before, attribute);
                // Options that came into force are never lost: answers may name them.
                let missing: Vec<_> = attribute.options.iter().filter(|option| own.option(option.id).is_none()).cloned().collect();
                own.options.extend(missing);
            }
            _ => {}
        }
    }
}

/// Guides and pictures of the options that are on all three sides: theirs where the draft left them alone.
fn take_explanations(own: &mut Attribute, before: &Attribute, theirs: &Attribute) {
    let by_number = |attribute: &'_ Attribute| -> HashMap<OptionId, (String, String)> {
        attribute.options.iter().map(|option| (option.id, (option.guide.clone(), option.picture.clone()))).collect()
    };
    let (before, mut theirs) = (by_number(before), by_number(theirs));
    for option in &mut own.options {
        let (Some(before), Some(theirs)) = (before.get(&option.id), theirs.remove(&option.id)) else { continue };
        if option.guide == before.0 {
            option.guide = theirs.0;
        }
        if option.picture == before.1 {
            option.picture = theirs.1;
        }
    }
}

fn rules(base: &Schema, ours: &mut Schema, theirs: &Schema) {
    let of = |schema: &Schema, id: RuleId| schema.rules.iter().find(|rule| rule.id == id).cloned();
    // New ones of the draft get out of the way of theirs.
    let mut last = ours.rules.iter().chain(&theirs.rules).map(|rule| rule.id.0).max().unwrap_or(0);
    for rule in &mut ours.rules {
        if of(base, rule.id).is_none() && of(theirs, rule.id).is_some() {
            last += 1;
            rule.id = RuleId(last);
        }
    }
    for rule in &theirs.rules {
        let before = of(base, rule.id);
        match ours.rules.iter_mut().find(|other| other.id == rule.id) {
            Some(own) if before.as_ref() == Some(own) => *own = rule.clone(),
            Some(_) => {}
            // What the draft removed stays away, unless they changed it.
            None if before.as_ref() == Some(rule) => {}
            None => ours.rules.push(rule.clone()),
        }
    }
    ours.rules.retain(|rule| of(theirs, rule.id).is_some() || of(base, rule.id).as_ref() != Some(rule));
    // Two of one name cannot be published: the draft's yields.
    for at in 0..ours.rules.len() {
        let (id, name) = (ours.rules[at].id, ours.rules[at].name.clone());
        let is_taken = theirs.rules.iter().any(|rule| rule.id != id && rule.name == name);
        if is_taken && of(theirs, id).is_none_or(|rule| rule.name != name) {
            ours.rules[at].name = format!("{name} ({})", id.0);
        }
    }
}

/// Gives new options of the draft other numbers where the schema in force has others under theirs.
fn make_room(base: &Schema, ours: &mut Schema, theirs: &Attribute) {
    let Some(own) = find(ours, theirs.id) else { return };
    let mut last = own.options.iter().chain(&theirs.options).map(|option| option.id.0).max().unwrap_or(0);
    let is_new = |id: OptionId| find(base, theirs.id).is_none_or(|before| before.option(id).is_none());
    let clashes = |option: &&AttributeOption| is_new(option.id) && theirs.option(option.id).is_some_and(|other| other.name != option.name);
    let moved: Vec<OptionId> = own.options.iter().filter(clashes).map(|option| option.id).collect();
    for from in moved {
        last += 1;
        renumber_option(ours, theirs.id, from, OptionId(last));
    }
}
