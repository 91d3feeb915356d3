//! The page of a rule: whom it is about, what is looked at, how bad it is; tried out on the picture or video that is open.

mod sequence;

use super::fields::{self, choice, long_text, note, number, row, switch, text};
use super::{SchemaRoom, labels_ui};
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{Role, TextEdit, Ui};
use limn_core::schema::rule::{Check, Count, Overlap, PLACEHOLDERS, Per, Size};
use limn_core::schema::sequence_check::SequenceCheck;
use limn_core::schema::{Rule, RuleId, Severity};
use limn_core::{Rect, Schema, Sequences};
use limn_editor::schema_draft::Edit;
use limn_tools::problems::{Frame, Problems, Rules, SequenceProblems, Video};
use std::sync::Arc;

/// Problems of a trial that are told in full.
const MOST_TOLD: usize = 5;

const SEVERITIES: [(Severity, &str); 3] = [
    (Severity::Blocks, "blocks: the file cannot be complete"),
    (Severity::Warns, "warns: it should be looked at"),
    (Severity::Informs, "informs: it is worth knowing"),
];

/// What can be looked at, and what a check of it begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Answered,
    Inside,
    Simple,
    Count,
    Size,
    Duplicates,
    Overlap,
    Covered,
    Expression,
    Sequence,
}

const KINDS: [(Kind, &str); 10] = [
    (Kind::Answered, "required questions are answered"),
    (Kind::Inside, "lies inside the picture"),
    (Kind::Simple, "does not cross itself"),
    (Kind::Count, "how many there are"),
    (Kind::Size, "how large it is"),
    (Kind::Duplicates, "is not there twice"),
    (Kind::Overlap, "how much another covers of it"),
    (Kind::Covered, "how much of the picture is covered"),
    (Kind::Expression, "an expression holds"),
    (Kind::Sequence, "how it goes through a video"),
];

fn kind_of(check: &Check) -> Kind {
    match check {
        Check::Answered => Kind::Answered,
        Check::Inside => Kind::Inside,
        Check::Simple => Kind::Simple,
        Check::Count(_) => Kind::Count,
        Check::Size(_) => Kind::Size,
        Check::Duplicates { .. } => Kind::Duplicates,
        Check::Overlap(_) => Kind::Overlap,
        Check::Covered { .. } => Kind::Covered,
        Check::Expression(_) => Kind::Expression,
        Check::Sequence(_) => Kind::Sequence,
    }
}

fn first_of(kind: Kind, schema: &Schema) -> Check {
    match kind {
        Kind::Answered => Check::Answered,
        Kind::Inside => Check::Inside,
        Kind::Simple => Check::Simple,
        Kind::Count => Check::Count(Count { max: Some(1), ..Count::default() }),
        Kind::Size => Check::Size(Size { min_side: Some(4.0), ..Size::default() }),
        Kind::Duplicates => Check::Duplicates { iou: 0.9 },
        Kind::Overlap => Check::Overlap(Overlap { with: schema.offered().take(1).map(|label| label.id).collect(), most: 0.5 }),
        Kind::Covered => Check::Covered { least: 0.99 },
        Kind::Expression => Check::Expression("area > 0".to_owned()),
        Kind::Sequence => Check::Sequence(SequenceCheck::Always),
    }
}

/// What a rule finds on the open picture.
#[derive(Default)]
pub struct Trial {
    /// The draft's revision and the rule that it is of.
    of: Option<(u64, RuleId)>,
    /// What it told; `None` while it is being looked for.
    told: Option<Vec<String>>,
}

/// The page.
pub fn rule_ui(app: &LimnApp, room: &mut SchemaRoom, id: RuleId, ui: &mut Ui) {
    let Some(old) = room.draft.schema().rules.iter().find(|rule| rule.id == id).cloned() else { return };
    let (schema, mut new) = (room.draft.parts().1, old.clone());
    ui.heading(if old.name.is_empty() { "Rule" } else { &old.name });
    ui.add_space(6.0);
    let mut changed = text(room, ui, "Name", "name", &mut new.name, "Not too small");
    changed |= choice(room, ui, "Severity", "severity", &mut new.severity, &SEVERITIES.map(|(one, name)| (one, name.to_owned())));
    changed |= row(room, ui, "About", "labels", |room, ui| labels_ui(room, &mut new.labels, Some("all labels"), ui));
    let mut kind = kind_of(&new.check);
    if choice(room, ui, "Looks at", "check", &mut kind, &KINDS.map(|(one, name)| (one, name.to_owned()))) {
        new.check = first_of(kind, &schema);
        changed = true;
    }
    changed |= check_ui(room, ui, &mut new.check);
    let hint = "empty: what suits the check";
    changed |= long_text(room, ui, "Tells", "message", &mut new.message, hint);
    let names = PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(" ");
    note(ui, &format!("Filled in: {names}"), theme::colors(ui.ctx()).text_weak.0);
    let mut on = !new.off;
    if switch(room, ui, "On", "off", &mut on, "it is asked") {
        (new.off, changed) = (!on, true);
    }
    if changed {
        room.edit(Edit::SetRule(Box::new(new)));
    }
    trial_ui(app, room, &old, ui);
    ui.separator();
    if ui.button("Remove the rule").clicked() {
        room.edit(Edit::RemoveRule(id));
    }
}

/// What only some checks have.
fn check_ui(room: &mut SchemaRoom, ui: &mut Ui, check: &mut Check) -> bool {
    match check {
        Check::Answered | Check::Inside | Check::Simple => false,
        Check::Count(count) => {
            let mut changed = whole(room, ui, "At least", "min", &mut count.min);
            changed |= whole(room, ui, "At most", "max", &mut count.max);
            let all = [(Per::Frame, "on each frame".to_owned()), (Per::File, "in each file".to_owned())];
            changed | choice(room, ui, "Counted", "per", &mut count.per, &all)
        }
        Check::Size(size) => {
            let mut changed = number(room, ui, "Least side", "min_side", &mut size.min_side, 4.0, " px");
            changed |= number(room, ui, "Greatest side", "max_side", &mut size.max_side, 1000.0, " px");
            changed |= number(room, ui, "Least area", "min_area", &mut size.min_area, 16.0, " px²");
            changed | number(room, ui, "Greatest area", "max_area", &mut size.max_area, 1e6, " px²")
        }
        Check::Duplicates { iou } => share(room, ui, "Shared, at least", "iou", iou),
        Check::Overlap(overlap) => {
            let changed = row(room, ui, "By", "with", |room, ui| labels_ui(room, &mut overlap.with, None, ui));
            changed | share(room, ui, "Covered, at most", "most", &mut overlap.most)
        }
        Check::Covered { least } => share(room, ui, "Covered, at least", "least", least),
        Check::Sequence(check) => sequence::check_ui(room, ui, check),
        Check::Expression(text) => row(room, ui, "Holds", "expression", |room, ui| {
            let hint = "width > height or overlap(\"road\") > 0.2";
            let field = ui.add(TextEdit::multiline(text).hint_text(hint).code_editor().desired_rows(2).desired_width(f32::INFINITY));
            fields::named(room, &field, Role::MultilineTextInput, "Expression", "expression");
            field.changed()
        }),
    }
}

fn whole(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &'static str, value: &mut Option<u64>) -> bool {
    let mut shown = value.map(|value| value as f64);
    let changed = number(room, ui, name, field, &mut shown, 1.0, "");
    if changed {
        *value = shown.map(|value| value.clamp(0.0, 1e9).round() as u64);
    }
    changed
}

/// A share, in per cent for the person.
fn share(room: &mut SchemaRoom, ui: &mut Ui, name: &str, field: &'static str, value: &mut f64) -> bool {
    row(room, ui, name, field, |room, ui| {
        let mut shown = *value * 100.0;
        let drag = ui.add(egui::DragValue::new(&mut shown).range(0.0..=100.0).speed(0.5).suffix(" %"));
        fields::named(room, &drag, Role::SpinButton, name, field);
        if drag.changed() {
            *value = (shown * 100.0).round() / 1e4;
        }
        drag.changed()
    })
}

/// What the rule finds on the picture that is open: looked for on a thread, anew after each change.
fn trial_ui(app: &LimnApp, room: &mut SchemaRoom, rule: &Rule, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let is_sound = room.found.problems.is_empty() && !rule.off;
    let Some(file) = app.editor.file().filter(|_| app.editor.is_ready() && is_sound) else { return };
    let of = (room.draft.revision(), rule.id);
    // While one is looked for, nothing else is.
    if room.trial.of != Some(of) && (room.trial.of.is_none() || room.trial.told.is_some()) {
        room.trial = Trial { of: Some(of), told: None };
        look(app, room.draft.parts().1, rule, of);
    }
    let Some(told) = room.trial.told.as_ref().filter(|_| room.trial.of == Some(of)) else { return };
    let (text, color) = match told.len() {
        0 => (format!("Nothing on {} breaks it.", file.file.name), colors.ok.0),
        1 => (format!("On {}: {}", file.file.name, told[0]), colors.warn.0),
        count => (format!("On {}, {count} times: {}", file.file.name, told[..count.min(MOST_TOLD)].join("; ")), colors.warn.0),
    };
    note(ui, &text, color);
}

fn look(app: &LimnApp, schema: Arc<Schema>, rule: &Rule, of: (u64, RuleId)) {
    let instances = app.editor.document().instances().clone();
    let [width, height] = app.editor.image();
    let is_video = app.editor.is_video();
    let (sequences, frames) = (if is_video { app.editor.sequences().to_look_at() } else { Sequences::default() }, app.editor.num_frames());
    let (mailbox, rule) = (app.mailbox.clone(), rule.clone());
    let work = move || {
        let rules = Rules::new(&Schema { rules: vec![rule], ..(*schema).clone() });
        let picture = Rect::from_xywh(0.0, 0.0, width, height);
        let frame = Frame { instances: &instances, picture, is_file: !is_video, sequences: is_video.then_some(&sequences) };
        let mut problems = Problems::default();
        problems.update(&rules, frame, None);
        problems.look_at_cover(&rules, frame, &|| false);
        let mut in_sequences = SequenceProblems::default();
        in_sequences.update(&rules, Video { sequences: &sequences, picture, frames }, || true);
        let told = problems.list().iter().chain(in_sequences.list()).map(|problem| problem.message.clone()).collect();
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
            if let Some(room) = app.ui.schema.as_mut().filter(|room| room.trial.of == Some(of)) {
                room.trial.told = Some(told);
            }
        })));
    };
    if let Err(error) = std::thread::Builder::new().name("limn-rule".into()).spawn(work) {
        tracing::error!("the system gives no thread to try a rule: {error}");
    }
}
