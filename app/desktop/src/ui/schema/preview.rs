//! What an annotator will be asked, live: answers given here try the questions out and are stored nowhere.

use super::{Page, SchemaRoom};
use crate::app::LimnApp;
use crate::catalogues::Asker;
use crate::theme;
use crate::ui::attributes::{AttributesPanel, row_ui};
use crate::ui::catalogue::Wish;
use crate::ui::widgets::heading;
use egui::{RichText, ScrollArea, Ui};
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::{About, Answers, Questions};
use limn_core::{LabelId, SpatialType};
use limn_editor::Said;

/// What is tried.
#[derive(Default)]
pub struct Preview {
    panel: AttributesPanel,
    answers: Answers,
    /// The draft's revision that the questions are of, and the label.
    about: Option<(u64, Option<LabelId>)>,
    label: Option<LabelId>,
    subject: Subject,
    questions: Questions,
}

/// The preview.
pub fn preview_ui(app: &mut LimnApp, room: &mut SchemaRoom, ui: &mut Ui) {
    let schema = room.draft.parts().1;
    choose_subject(room);
    let mut preview = std::mem::take(&mut room.preview);
    let mut pictures = std::mem::take(&mut app.ui.option_pictures);
    let about = (room.draft.revision(), preview.label);
    if preview.about != Some(about) {
        // What is typed and searched belongs to the questions as they were.
        preview.panel = AttributesPanel::default();
        preview.questions = Questions::new(&schema);
        preview.answers.retain(|id, answer| schema.attributes.iter().any(|one| one.id == *id && one.problem_of(answer).is_none()));
        preview.about = Some(about);
    }
    let label = schema.label(preview.label.unwrap_or(LabelId(0)));
    let shape = label.and_then(|label| label.default_shape.or(label.shapes.first().copied())).unwrap_or(SpatialType::Box);
    let is_instance = preview.subject == Subject::Instance;
    let of = About {
        subject: preview.subject,
        label: preview.label.filter(|_| is_instance),
        shape: Some(shape).filter(|_| is_instance),
        answers: &preview.answers,
    };
    let asked: Vec<_> = preview.questions.asked(&schema, of).into_iter().cloned().collect();
    let most = preview.questions.possible(&schema, of.subject, of.label).count();
    let name = match (preview.subject, label) {
        (Subject::Instance, Some(label)) => format!("a new \"{}\"", label.name),
        (Subject::Instance, None) => "a new instance".to_owned(),
        (Subject::File, _) => "a file".to_owned(),
        (Subject::Frame, _) => "a frame".to_owned(),
        (Subject::Event, _) => "an event".to_owned(),
        (Subject::Relation, _) => "a relation".to_owned(),
    };
    let colors = theme::colors(ui.ctx());
    heading(ui, "Preview", &format!("{} of {most} asked", asked.len()));
    ui.label(RichText::new(format!("Try it: what is asked about {name}. Nothing of it is stored.")).small().color(colors.text_weak.0));
    let mut reply = None;
    ScrollArea::vertical().auto_shrink(false).id_salt("schema-preview-rows").show(ui, |ui| {
        for attribute in &asked {
            ui.add_space(6.0);
            let answer = preview.answers.get(&attribute.id);
            let said = answer.map_or(Said::Nothing, |answer| Said::Same(answer.clone()));
            let is_open = attribute.required && answer.is_none();
            let wanted =
                ui.push_id(("preview", attribute.id), |ui| row_ui(&mut preview.panel, &mut pictures, ui, attribute, &said, is_open)).inner;
            if let Some(wanted) = wanted {
                reply = Some((attribute.id, wanted.after(answer)));
            }
        }
        if asked.is_empty() {
            ui.add_space(6.0);
            ui.label(RichText::new("Nothing is asked.").color(colors.text_weak.0));
        }
        ui.add_space(8.0);
        if !preview.answers.is_empty() && ui.button("Clear the answers").clicked() {
            preview.answers.clear();
        }
    });
    match reply {
        Some((id, Some(answer))) => drop(preview.answers.insert(id, answer)),
        Some((id, None)) => drop(preview.answers.remove(&id)),
        None => {}
    }
    for Wish { id, catalogue, typed, also } in preview.panel.catalogues.take_wanted() {
        app.search_catalogue(Asker::Preview(id), catalogue, typed, also);
    }
    app.ui.option_pictures = pictures;
    room.preview = preview;
}

impl SchemaRoom {
    /// What is typed and found in the preview.
    pub fn preview_panel(&mut self) -> &mut AttributesPanel {
        &mut self.preview.panel
    }
}

/// The label at hand, or one that the question at hand is asked about.
fn choose_subject(room: &mut SchemaRoom) {
    let schema = room.draft.schema();
    let first = schema.offered().next().map(|label| label.id);
    (room.preview.subject, room.preview.label) = match room.page {
        Page::Label(id) => (Subject::Instance, Some(id)),
        Page::Attribute(id) => {
            let attribute = schema.attributes.iter().find(|attribute| attribute.id == id);
            let of = attribute.map_or(Subject::Instance, |attribute| attribute.of);
            let labels = attribute.map(|attribute| attribute.labels.as_slice()).unwrap_or_default();
            let is_asked = |label: LabelId| labels.is_empty() || room.preview.questions.is_below(label, labels);
            let kept = room.preview.label.filter(|label| is_asked(*label));
            (of, kept.or(labels.first().copied()).or(first))
        }
        Page::Nothing | Page::Schema | Page::Coverage | Page::Mapping | Page::Advice | Page::Rule(_) => (Subject::Instance, first),
    };
}
