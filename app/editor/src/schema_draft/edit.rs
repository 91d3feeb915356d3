//! What can be done to a draft.

use super::order::{self, Spot};
use super::references;
use limn_core::schema::attribute::{AttributeOption, AttributeType, Control};
use limn_core::schema::rule::Check;
use limn_core::schema::{Attribute, AttributeId, OptionId, Rule, RuleId};
use limn_core::{Label, LabelId, Schema};
use std::collections::HashSet;

/// Most options that one text adds.
const MAX_PASTED: usize = 100_000;

/// One change of a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// The schema's name.
    Name(String),
    /// The schema's guide.
    Guide(String),
    /// A new label with the next number, colour and free key.
    AddLabel {
        /// Shown name.
        name: String,
        /// The label that it is a kind of.
        parent: Option<LabelId>,
    },
    /// The fields of a label, found by its number.
    SetLabel(Box<Label>),
    /// A label goes: a new one altogether, one that instances may have as retired. Labels below it move up.
    RemoveLabel(LabelId),
    /// A retired label is offered again.
    RestoreLabel(LabelId),
    /// A label goes elsewhere in the tree, with all below it.
    MoveLabel(LabelId, Spot),
    /// A new attribute with the next number.
    AddAttribute {
        /// Shown name.
        name: String,
        /// What kind of answer it takes.
        kind: AttributeType,
        /// The label that it is asked about; all when `None`.
        label: Option<LabelId>,
    },
    /// The fields of an attribute, found by its number; its options stay as they are.
    SetAttribute(Box<Attribute>),
    /// An attribute goes: a new one altogether, one that may have answers as retired.
    RemoveAttribute(AttributeId),
    /// A retired attribute is asked again.
    RestoreAttribute(AttributeId),
    /// An attribute goes so many places down the list; up when negative.
    MoveAttribute(AttributeId, isize),
    /// New options: one for each line that has a name which is not there yet. In a tree, lines that are indented stand below
    /// the one before them.
    AddOptions(AttributeId, String),
    /// Another name of an option.
    RenameOption(AttributeId, OptionId, String),
    /// What belongs to an option and what does not, as Markdown.
    GuideOption(AttributeId, OptionId, String),
    /// The file of an option's picture below the project's folder `guides`; empty: none.
    PictureOption(AttributeId, OptionId, String),
    /// An option stands below another one, in a tree.
    NestOption(AttributeId, OptionId, Option<OptionId>),
    /// An option goes: a new one altogether, one that may have been taken as retired.
    RemoveOption(AttributeId, OptionId),
    /// A retired option is offered again.
    RestoreOption(AttributeId, OptionId),
    /// An option goes so many places down the list; up when negative.
    MoveOption(AttributeId, OptionId, isize),
    /// A new rule with the next number, of this name.
    AddRule(String),
    /// The fields of a rule, found by its number.
    SetRule(Box<Rule>),
    /// A rule goes.
    RemoveRule(RuleId),
    /// A rule goes so many places down the list; up when negative.
    MoveRule(RuleId, isize),
    /// Another schema as a whole, from a file or a starter.
    Replace(Box<Schema>),
}

/// The field that an edit writes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    Name,
    Guide,
    Label(LabelId, &'static str),
    Attribute(AttributeId, &'static str),
    Option(AttributeId, OptionId, &'static str),
    Rule(RuleId, &'static str),
}

impl Edit {
    /// For the undo button.
    pub(super) fn title(&self, schema: &Schema) -> String {
        let label = |id: &LabelId| schema.shown(*id).0;
        let attribute = |id: &AttributeId| find(schema, *id).map_or("", |attribute| &attribute.name).to_owned();
        let rule = |id: &RuleId| schema.rules.iter().find(|rule| rule.id == *id).map_or("", |rule| &rule.name).to_owned();
        let option = |id: &AttributeId, option: &OptionId| {
            find(schema, *id).and_then(|attribute| attribute.option(*option)).map_or("", |option| &option.name).to_owned()
        };
        match self {
            Self::Name(_) => "Rename the schema".into(),
            Self::Guide(_) => "Change the guide".into(),
            Self::AddLabel { name, .. } => format!("Add label {name}"),
            Self::SetLabel(new) => format!("Change label {}", label(&new.id)),
            Self::RemoveLabel(id) => format!("Remove label {}", label(id)),
            Self::RestoreLabel(id) => format!("Restore label {}", label(id)),
            Self::MoveLabel(id, _) => format!("Move label {}", label(id)),
            Self::AddAttribute { name, .. } => format!("Add attribute {name}"),
            Self::SetAttribute(new) => format!("Change attribute {}", attribute(&new.id)),
            Self::RemoveAttribute(id) => format!("Remove attribute {}", attribute(id)),
            Self::RestoreAttribute(id) => format!("Restore attribute {}", attribute(id)),
            Self::MoveAttribute(id, _) => format!("Move attribute {}", attribute(id)),
            Self::AddOptions(id, _) => format!("Add options to {}", attribute(id)),
            Self::GuideOption(id, one, _) => format!("Change the guide of {}", option(id, one)),
            Self::PictureOption(id, one, _) => format!("Change the picture of {}", option(id, one)),
            Self::RenameOption(id, one, _) => format!("Rename option {}", option(id, one)),
            Self::NestOption(id, one, _) | Self::MoveOption(id, one, _) => format!("Move option {}", option(id, one)),
            Self::RemoveOption(id, one) => format!("Remove option {}", option(id, one)),
            Self::RestoreOption(id, one) => format!("Restore option {}", option(id, one)),
            Self::AddRule(name) => format!("Add rule {name}"),
            Self::SetRule(new) => format!("Change rule {}", rule(&new.id)),
            Self::RemoveRule(id) => format!("Remove rule {}", rule(id)),
            Self::MoveRule(id, _) => format!("Move rule {}", rule(id)),
            Self::Replace(_) => "Take another schema".into(),
        }
    }

    /// The one field that is typed or dragged in, if it is only one.
    pub(super) fn touch(&self, schema: &Schema) -> Option<Touch> {
        match self {
            Self::Name(_) => Some(Touch::Name),
            Self::Guide(_) => Some(Touch::Guide),
            Self::SetRule(new) => {
                let old = schema.rules.iter().find(|rule| rule.id == new.id)?;
                Some(Touch::Rule(new.id, typed_of_rule(old, new)?))
            }
            Self::SetLabel(new) => Some(Touch::Label(new.id, typed_of_label(schema.label(new.id)?, new)?)),
            Self::SetAttribute(new) => Some(Touch::Attribute(new.id, typed_of_attribute(find(schema, new.id)?, new)?)),
            Self::RenameOption(id, option, _) => Some(Touch::Option(*id, *option, "name")),
            Self::GuideOption(id, option, _) => Some(Touch::Option(*id, *option, "guide")),
            _ => None,
        }
    }

    /// Does it. `base`: the schema in force, whose labels, attributes and options never go altogether.
    pub(super) fn carry_out(self, schema: &mut Schema, base: &Schema) {
        match self {
            Self::Name(name) => schema.name = name,
            Self::Guide(guide) => schema.guide = guide,
            Self::AddLabel { name, parent } => add_label(schema, base, &name, parent),
            Self::SetLabel(new) => {
                if let Some(label) = schema.labels.iter_mut().find(|label| label.id == new.id) {
                    *label = *new;
                }
            }
            Self::RemoveLabel(id) => remove_label(schema, base, id),
            Self::RestoreLabel(id) => {
                if let Some(label) = schema.labels.iter_mut().find(|label| label.id == id) {
                    label.deprecated = false;
                }
            }
            Self::MoveLabel(id, spot) => order::move_label(schema, id, spot),
            Self::AddAttribute { name, kind, label } => {
                let last = schema.attributes.iter().chain(&base.attributes).map(|attribute| attribute.id.0).max().unwrap_or(0);
                let mut attribute = Attribute::new(AttributeId(last + 1), &name, kind);
                attribute.labels.extend(label);
                schema.attributes.push(attribute);
            }
            Self::SetAttribute(mut new) => {
                if let Some(attribute) = schema.attributes.iter_mut().find(|attribute| attribute.id == new.id) {
                    new.options = std::mem::take(&mut attribute.options);
                    let is_other_kind = new.kind != attribute.kind;
                    *attribute = *new;
                    if is_other_kind {
                        fit_kind(attribute);
                    }
                }
            }
            Self::RemoveAttribute(id) => {
                if find(base, id).is_none() {
                    schema.attributes.retain(|attribute| attribute.id != id);
                    references::forget_attribute(schema, id);
                } else if let Some(attribute) = schema.attributes.iter_mut().find(|attribute| attribute.id == id) {
                    (attribute.deprecated, attribute.key) = (true, None);
                }
            }
            Self::RestoreAttribute(id) => {
                if let Some(attribute) = schema.attributes.iter_mut().find(|attribute| attribute.id == id) {
                    attribute.deprecated = false;
                }
            }
            Self::MoveAttribute(id, by) => {
                if let Some(at) = schema.attributes.iter().position(|attribute| attribute.id == id) {
                    order::shift(&mut schema.attributes, at, by, |attribute| !attribute.deprecated);
                }
            }
            Self::AddRule(name) => {
                let last = schema.rules.iter().chain(&base.rules).map(|rule| rule.id.0).max().unwrap_or(0);
                schema.rules.push(Rule::new(RuleId(last + 1), &name, Check::Answered));
            }
            Self::SetRule(new) => {
                if let Some(rule) = schema.rules.iter_mut().find(|rule| rule.id == new.id) {
                    *rule = *new;
                }
            }
            Self::RemoveRule(id) => schema.rules.retain(|rule| rule.id != id),
            Self::MoveRule(id, by) => {
                if let Some(at) = schema.rules.iter().position(|rule| rule.id == id) {
                    order::shift(&mut schema.rules, at, by, |_| true);
                }
            }
            Self::Replace(new) => *schema = *new,
            Self::AddOptions(id, ..)
            | Self::RenameOption(id, ..)
            | Self::GuideOption(id, ..)
            | Self::PictureOption(id, ..)
            | Self::NestOption(id, ..)
            | Self::RemoveOption(id, ..)
            | Self::RestoreOption(id, ..)
            | Self::MoveOption(id, ..) => self.carry_out_on_options(schema, base, id),
        }
    }

    fn carry_out_on_options(self, schema: &mut Schema, base: &Schema, id: AttributeId) {
        let before = find(base, id);
        let Some(attribute) = schema.attributes.iter_mut().find(|attribute| attribute.id == id) else { return };
        let place = |attribute: &Attribute, option: OptionId| attribute.options.iter().position(|other| other.id == option);
        match self {
            Self::AddOptions(_, text) => {
                let used = before.map_or(0, |before| before.options.iter().map(|option| option.id.0).max().unwrap_or(0));
                add_options(attribute, used, &text);
            }
            Self::RenameOption(_, option, name) => {
                if let Some(at) = place(attribute, option) {
                    attribute.options[at].name = name;
                }
            }
            Self::GuideOption(_, option, guide) => {
                if let Some(at) = place(attribute, option) {
                    attribute.options[at].guide = guide;
                }
            }
            Self::PictureOption(_, option, picture) => {
                if let Some(at) = place(attribute, option) {
                    attribute.options[at].picture = picture;
                }
            }
            Self::NestOption(_, option, parent) => {
                let is_circle = std::iter::successors(parent, |id| attribute.option(*id)?.parent).take(attribute.options.len() + 1);
                if let (Some(at), false) = (place(attribute, option), is_circle.into_iter().any(|above| above == option)) {
                    attribute.options[at].parent = parent;
                }
            }
            Self::RemoveOption(_, option) => {
                let Some(at) = place(attribute, option) else { return };
                if before.is_some_and(|before| before.option(option).is_some()) {
                    attribute.options[at].deprecated = true;
                } else {
                    let gone = attribute.options.remove(at);
                    let below = attribute.options.iter_mut().filter(|other| other.parent == Some(option));
                    below.for_each(|other| other.parent = gone.parent);
                    references::forget_option(schema, id, option);
                }
            }
            Self::RestoreOption(_, option) => {
                if let Some(at) = place(attribute, option) {
                    attribute.options[at].deprecated = false;
                }
            }
            Self::MoveOption(_, option, by) => {
                if let Some(at) = place(attribute, option) {
                    let parent = attribute.options[at].parent;
                    order::shift(&mut attribute.options, at, by, |other| !other.deprecated && other.parent == parent);
                }
            }
            _ => {}
        }
    }
}

/// Drops what another kind of answer cannot have.
fn fit_kind(attribute: &mut Attribute) {
    if !attribute.kind.has_options() {
        attribute.options.clear();
    }
    if !matches!(attribute.kind, AttributeType::Select | AttributeType::Multi) {
        attribute.catalogue = None;
    }
    if attribute.kind != AttributeType::Tree {
        attribute.options.iter_mut().for_each(|option| option.parent = None);
    }
    if attribute.default.as_ref().is_some_and(|answer| attribute.problem_of(answer).is_some()) {
        attribute.default = None;
    }
    let fits = match attribute.control {
        Control::Auto => true,
        Control::Buttons | Control::List => attribute.kind.has_options(),
        Control::Slider => matches!(attribute.kind, AttributeType::Integer | AttributeType::Float),
        Control::Field => !attribute.kind.has_options() && attribute.kind != AttributeType::Boolean,
    };
    if !fits {
        attribute.control = Control::Auto;
    }
}

/// The attribute of this number.
pub(super) fn find(schema: &Schema, id: AttributeId) -> Option<&Attribute> {
    schema.attributes.iter().find(|attribute| attribute.id == id)
}

fn add_label(schema: &mut Schema, base: &Schema, name: &str, parent: Option<LabelId>) {
    let last = schema.labels.iter().chain(&base.labels).map(|label| label.id.0).max().unwrap_or(0);
    let mut label = Label::new(LabelId(last + 1), name);
    label.key = ('1'..='9').find(|key| schema.offered().all(|other| other.key != Some(*key)));
    label.parent = parent;
    // Behind the last of its family, so that the list stays in the order of the tree.
    let at = parent.and_then(|parent| order::end_of(schema, parent)).unwrap_or(schema.labels.len());
    schema.labels.insert(at, label);
}

fn remove_label(schema: &mut Schema, base: &Schema, id: LabelId) {
    let Some(at) = schema.labels.iter().position(|label| label.id == id) else { return };
    let parent = schema.labels[at].parent;
    let below = schema.labels.iter_mut().filter(|label| label.parent == Some(id));
    below.for_each(|label| label.parent = parent);
    if base.label(id).is_some() {
        let label = &mut schema.labels[at];
        (label.deprecated, label.key) = (true, None);
    } else {
        schema.labels.remove(at);
        references::forget_label(schema, id);
    }
}

fn add_options(attribute: &mut Attribute, used: u32, text: &str) {
    let is_tree = attribute.kind == AttributeType::Tree;
    let mut last = attribute.options.iter().map(|option| option.id.0).max().unwrap_or(0).max(used);
    let mut known: HashSet<(String, Option<OptionId>)> = attribute.offered().map(|option| (option.name.clone(), option.parent)).collect();
    // The options above the line at hand, each with its indent.
    let mut above: Vec<(usize, OptionId)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(MAX_PASTED) {
        let name: String = line.trim().chars().filter(|letter| !letter.is_control()).collect();
        let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
        while above.last().is_some_and(|(other, _)| *other >= indent) {
            above.pop();
        }
        let parent = above.last().map(|(_, id)| *id).filter(|_| is_tree);
        if !known.insert((name.clone(), parent)) {
            let same = attribute.options.iter().find(|option| option.name == name && option.parent == parent);
            above.extend(same.map(|option| (indent, option.id)));
            continue;
        }
        let again = attribute.options.iter_mut().find(|option| option.deprecated && option.name == name && option.parent == parent);
        let id = match again {
            Some(option) => {
                option.deprecated = false;
                option.id
            }
            None => {
                last += 1;
                let option = AttributeOption { parent, ..AttributeOption::new(OptionId(last), &name) };
                attribute.options.push(option);
                OptionId(last)
            }
        };
        above.push((indent, id));
    }
}

/// A field by its name, and how it is taken over from another of its kind.
type Field<T> = (&'static str, fn(&mut T, &T));

/// The name of the field when only one that is typed or dragged in differs.
fn typed_of_label(old: &Label, new: &Label) -> Option<&'static str> {
    let like = |change: fn(&mut Label, &Label)| {
        let mut like = old.clone();
        change(&mut like, new);
        like == *new
    };
    let fields: [Field<Label>; 6] = [
        ("name", |to, from| to.name.clone_from(&from.name)),
        ("description", |to, from| to.description.clone_from(&from.description)),
        ("guide", |to, from| to.guide.clone_from(&from.guide)),
        ("color", |to, from| to.color = from.color),
        ("min_size", |to, from| to.min_size = from.min_size),
        ("max_count", |to, from| to.max_count = from.max_count),
    ];
    fields.into_iter().find(|(_, change)| like(*change)).map(|(name, _)| name)
}

fn typed_of_rule(old: &Rule, new: &Rule) -> Option<&'static str> {
    let like = |change: fn(&mut Rule, &Rule)| {
        let mut like = old.clone();
        change(&mut like, new);
        like == *new
    };
    let fields: [Field<Rule>; 2] =
        [("name", |to, from| to.name.clone_from(&from.name)), ("message", |to, from| to.message.clone_from(&from.message))];
    let typed = fields.into_iter().find(|(_, change)| like(*change)).map(|(name, _)| name);
    // Numbers and expressions of one kind of check are dragged and typed, too.
    let is_same_kind = std::mem::discriminant(&old.check) == std::mem::discriminant(&new.check);
    typed.or_else(|| (is_same_kind && like(|to, from| to.check = from.check.clone())).then_some("check"))
}

fn typed_of_attribute(old: &Attribute, new: &Attribute) -> Option<&'static str> {
    // Options are no part of it: there may be very many.
    let bare = |attribute: &Attribute| Attribute { options: Vec::new(), ..shallow(attribute) };
    let (old, new) = (bare(old), bare(new));
    let like = |change: fn(&mut Attribute, &Attribute)| {
        let mut like = old.clone();
        change(&mut like, &new);
        like == new
    };
    let fields: [Field<Attribute>; 8] = [
        ("name", |to, from| to.name.clone_from(&from.name)),
        ("description", |to, from| to.description.clone_from(&from.description)),
        ("unit", |to, from| to.unit.clone_from(&from.unit)),
        ("pattern", |to, from| to.pattern.clone_from(&from.pattern)),
        ("min", |to, from| to.min = from.min),
        ("max", |to, from| to.max = from.max),
        ("step", |to, from| to.step = from.step),
        ("max_length", |to, from| to.max_length = from.max_length),
    ];
    fields.into_iter().find(|(_, change)| like(*change)).map(|(name, _)| name)
}

/// A copy without the options.
pub(super) fn shallow(attribute: &Attribute) -> Attribute {
    let mut copy = Attribute::new(attribute.id, &attribute.name, attribute.kind);
    copy.of = attribute.of;
    copy.labels.clone_from(&attribute.labels);
    copy.when.clone_from(&attribute.when);
    copy.required = attribute.required;
    copy.per_frame = attribute.per_frame;
    copy.default.clone_from(&attribute.default);
    copy.control = attribute.control;
    copy.key = attribute.key;
    copy.description.clone_from(&attribute.description);
    (copy.min, copy.max, copy.step) = (attribute.min, attribute.max, attribute.step);
    copy.unit.clone_from(&attribute.unit);
    copy.pattern.clone_from(&attribute.pattern);
    copy.max_length = attribute.max_length;
    copy.allow.clone_from(&attribute.allow);
    copy.block.clone_from(&attribute.block);
    copy.deprecated = attribute.deprecated;
    copy.extra.clone_from(&attribute.extra);
    copy
}
