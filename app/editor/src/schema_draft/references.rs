//! What refers to a label, attribute or option by its number: forgotten or renumbered with it.

use limn_core::schema::condition::Condition;
use limn_core::schema::rule::Check;
use limn_core::schema::{Answer, AttributeId, OptionId};
use limn_core::{LabelId, Schema};

/// Takes a label out of attributes' labels and conditions.
pub(super) fn forget_label(schema: &mut Schema, id: LabelId) {
    let mut homeless = Vec::new();
    for attribute in &mut schema.attributes {
        let before = attribute.labels.len();
        attribute.labels.retain(|other| *other != id);
        // Without labels it would be asked about all of them.
        if before > 0 && attribute.labels.is_empty() {
            homeless.push(attribute.id);
        }
        attribute.when = attribute.when.take().and_then(|when| without_label(when, id));
    }
    for attribute in &mut schema.attributes {
        if homeless.contains(&attribute.id) {
            attribute.deprecated = true;
        }
    }
    for rule in &mut schema.rules {
        let before = rule.labels.len();
        rule.labels.retain(|other| *other != id);
        // Without labels it would be about all of them, and without others it would compare with none.
        rule.off |= before > 0 && rule.labels.is_empty();
        if let Check::Overlap(overlap) = &mut rule.check {
            overlap.with.retain(|other| *other != id);
        }
    }
}

/// Takes an attribute out of conditions.
pub(super) fn forget_attribute(schema: &mut Schema, id: AttributeId) {
    for attribute in &mut schema.attributes {
        attribute.when = attribute.when.take().and_then(|when| without(when, &|one| one.attribute() == Some(id)));
    }
}

/// Takes an option out of the default and of conditions.
pub(super) fn forget_option(schema: &mut Schema, id: AttributeId, option: OptionId) {
    for attribute in &mut schema.attributes {
        if attribute.id == id && attribute.default.as_ref().is_some_and(|answer| answer.choices().iter().any(|one| one.option == option)) {
            attribute.default = None;
        }
        attribute.when = attribute.when.take().and_then(|when| without_option(when, id, option));
    }
}

fn without_label(when: Condition, id: LabelId) -> Option<Condition> {
    let when = mapped(when, &mut |one| {
        if let Condition::Label { label } = one {
            label.retain(|other| *other != id);
        }
    });
    without(when, &|one| matches!(one, Condition::Label { label } if label.is_empty()))
}

fn without_option(when: Condition, id: AttributeId, option: OptionId) -> Option<Condition> {
    let when = mapped(when, &mut |one| {
        if let Condition::Is { attribute, is } = one
            && *attribute == id
        {
            is.retain(|other| *other != option);
        }
    });
    without(when, &|one| matches!(one, Condition::Is { is, .. } if is.is_empty()))
}

/// The condition without the parts that `is_gone` names; `None` when nothing is left.
pub(super) fn without(when: Condition, is_gone: &dyn Fn(&Condition) -> bool) -> Option<Condition> {
    if is_gone(&when) {
        return None;
    }
    let left = |parts: Vec<Condition>| -> Vec<Condition> { parts.into_iter().filter_map(|part| without(part, is_gone)).collect() };
    match when {
        Condition::All { all } => Some(left(all)).filter(|all| !all.is_empty()).map(|all| Condition::All { all }),
        Condition::Any { any } => Some(left(any)).filter(|any| !any.is_empty()).map(|any| Condition::Any { any }),
        Condition::Not { not } => without(*not, is_gone).map(|not| Condition::Not { not: Box::new(not) }),
        other => Some(other),
    }
}

/// The condition with every part changed in place.
pub(super) fn mapped(mut when: Condition, change: &mut dyn FnMut(&mut Condition)) -> Condition {
    change(&mut when);
    match when {
        Condition::All { all } => Condition::All { all: all.into_iter().map(|part| mapped(part, change)).collect() },
        Condition::Any { any } => Condition::Any { any: any.into_iter().map(|part| mapped(part, change)).collect() },
        Condition::Not { not } => Condition::Not { not: Box::new(mapped(*not, change)) },
        other => other,
    }
}

/// Gives a label another number, everywhere.
pub(super) fn renumber_label(schema: &mut Schema, from: LabelId, to: LabelId) {
    let put = |id: &mut LabelId| {
        if *id == from {
            *id = to;
        }
    };
    for label in &mut schema.labels {
        put(&mut label.id);
        label.parent.iter_mut().for_each(put);
    }
    for rule in &mut schema.rules {
        rule.labels.iter_mut().for_each(put);
        if let Check::Overlap(overlap) = &mut rule.check {
            overlap.with.iter_mut().for_each(put);
        }
    }
    for attribute in &mut schema.attributes {
        attribute.labels.iter_mut().for_each(put);
        attribute.when = attribute.when.take().map(|when| {
            mapped(when, &mut |one| {
                if let Condition::Label { label } = one {
                    label.iter_mut().for_each(put);
                }
            })
        });
    }
}

/// Gives an attribute another number, everywhere.
pub(super) fn renumber_attribute(schema: &mut Schema, from: AttributeId, to: AttributeId) {
    for attribute in &mut schema.attributes {
        if attribute.id == from {
            attribute.id = to;
        }
        attribute.when = attribute.when.take().map(|when| {
            mapped(when, &mut |one| match one {
                Condition::Is { attribute, .. }
                | Condition::Says { attribute, .. }
                | Condition::Between { attribute, .. }
                | Condition::Text { attribute, .. }
                | Condition::Answered { attribute, .. }
                    if *attribute == from =>
                {
                    *attribute = to;
                }
                _ => {}
            })
        });
    }
}

/// Gives an option another number, everywhere.
pub(super) fn renumber_option(schema: &mut Schema, id: AttributeId, from: OptionId, to: OptionId) {
    let put = |option: &mut OptionId| {
        if *option == from {
            *option = to;
        }
    };
    for attribute in &mut schema.attributes {
        if attribute.id == id {
            for option in &mut attribute.options {
                put(&mut option.id);
                option.parent.iter_mut().for_each(put);
            }
            match &mut attribute.default {
                Some(Answer::Choice(choice)) => put(&mut choice.option),
                Some(Answer::Choices(choices)) => choices.iter_mut().for_each(|choice| put(&mut choice.option)),
                _ => {}
            }
        }
        attribute.when = attribute.when.take().map(|when| {
            mapped(when, &mut |one| {
                if let Condition::Is { attribute, is } = one
                    && *attribute == id
                {
                    is.iter_mut().for_each(put);
                }
            })
        });
    }
}
