//! The page on which old work is taken over into the draft: labels are split and merged, and shapes made another kind. It is looked at
//! first, with counts and examples, and done as one step with the publishing of the draft.

use super::SchemaRoom;
use super::lookup::{Lookup, look_up};
use crate::app::LimnApp;
use crate::session::Message;
use crate::ui::widgets::icon_button;
use crate::{icons, theme};
use egui::{Button, Checkbox, Color32, ComboBox, RichText, Role, TextEdit, Ui, WidgetInfo};
use limn_core::schema::mapping::{Mapping, MappingStep, Plan};
use limn_core::{Schema, SpatialType};
use limn_editor::schema_draft::SchemaDraft;
use limn_editor::{Event, Notice};
use limn_jobs::{JobCx, JobError, MigrationExample, MigrationReport, ProjectDoor as _, Tally};
use std::sync::atomic::AtomicBool;

/// Name of the looking in the tray.
const LOOK: &str = "What becomes of old work";
/// Name of the doing.
const DO: &str = "Take old work over";
/// Title of the step for what came late.
const LATE: &str = "Take late work over";

/// The open page.
#[derive(Default)]
pub struct MappingPage {
    mapping: Mapping,
    report: Lookup<MigrationReport>,
    /// The mapping and the revision of the draft that the report is of.
    asked: Option<(Mapping, u64)>,
}

/// What a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Split,
    Merge,
    Convert,
}

impl Kind {
    const ALL: [(Self, &str, &str); 3] = [
        (Self::Split, "Split a label", "Those for which a condition holds become another label"),
        (Self::Merge, "Merge a label", "All of a label become another one, and it is retired"),
        (Self::Convert, "Convert shapes", "The shapes of a label become another kind, the only one that it takes from then on"),
    ];

    fn step(self) -> MappingStep {
        let none = MappingStep::default();
        match self {
            Self::Split => MappingStep { split: Some(String::new()), query: Some(String::new()), into: Some(String::new()), ..none },
            Self::Merge => MappingStep { merge: vec![String::new()], into: Some(String::new()), ..none },
            Self::Convert => MappingStep { convert: Some(String::new()), to: Some(SpatialType::Box), ..none },
        }
    }
}

/// The page.
pub fn mapping_ui(app: &mut LimnApp, room: &mut SchemaRoom, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    ui.heading("Old work");
    let text = "What was drawn goes on under the draft. Labels that come new are added on the left first. Nothing is changed until you have seen what would happen; then it is one step, and undo takes all of it back, the version too.";
    ui.label(RichText::new(text).color(colors.text_weak.0));
    ui.add_space(6.0);
    let mut removed = None;
    for (at, step) in room.mapping.mapping.steps.iter_mut().enumerate() {
        ui.push_id(("step", at), |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(format!("{}.", at + 1)).color(colors.text_weak.0));
                step_ui(step, room.draft.schema(), ui);
                if icon_button(ui, icons::X, &format!("Remove step {}", at + 1), "Remove the step", false, true).clicked() {
                    removed = Some(at);
                }
            });
        });
    }
    if let Some(at) = removed {
        room.mapping.mapping.steps.remove(at);
    }
    ui.horizontal(|ui| {
        for (kind, title, tip) in Kind::ALL {
            if ui.button(title).on_hover_text(tip).clicked() {
                room.mapping.mapping.steps.push(kind.step());
            }
        }
    });
    if room.mapping.mapping.steps.is_empty() {
        return;
    }
    ui.add_space(8.0);
    if room.mapping.mapping.steps.iter().any(is_open) {
        ui.label(RichText::new("Choose the labels of each step.").color(colors.text_weak.0));
        return;
    }
    match room.mapping.mapping.plan(room.draft.schema()) {
        Err(error) => drop(ui.label(RichText::new(error.to_string()).color(colors.warn.0))),
        Ok(plan) => plan_ui(app, room, plan, ui),
    }
}

/// Whether a label of it is not chosen yet.
fn is_open(step: &MappingStep) -> bool {
    let labels = [&step.split, &step.convert, &step.into].into_iter().flatten().chain(&step.merge);
    labels.into_iter().any(String::is_empty)
}

/// Looking at what a plan does, and doing it.
fn plan_ui(app: &mut LimnApp, room: &mut SchemaRoom, plan: Plan, ui: &mut Ui) {
    let asked = (room.mapping.mapping.clone(), room.draft.revision());
    let is_of_this = room.mapping.asked.as_ref() == Some(&asked);
    let (mut looks, mut does) = (false, false);
    ui.horizontal(|ui| {
        let is_waiting = is_of_this && matches!(room.mapping.report, Lookup::Waiting);
        looks = ui.add_enabled(!is_waiting, Button::new("See what would happen")).clicked();
        let can = is_of_this && matches!(room.mapping.report, Lookup::Found(_)) && room.found.problems.is_empty();
        let button = Button::new(RichText::new("Publish and take over").strong());
        does = ui
            .add_enabled(can, button)
            .on_disabled_hover_text("See first what would happen; problems of the draft are mended first")
            .clicked();
    });
    if looks {
        let plan = plan.clone();
        room.mapping.asked = Some(asked.clone());
        room.mapping.report = look_up(
            app,
            LOOK,
            move |project, cx| limn_jobs::preview_migration(project, &plan, cx),
            move |app, found| {
                let page = app.ui.schema.as_mut().map(|room| &mut room.mapping);
                if let Some(page) = page.filter(|page| page.asked.as_ref() == Some(&asked)) {
                    page.report = found;
                }
            },
        );
    }
    if does {
        return app.take_over(plan, "Take old work over".to_owned());
    }
    if !is_of_this {
        return;
    }
    let Some(report) = room.mapping.report.found(ui) else { return };
    let colors = theme::colors(ui.ctx());
    let mut shown = None;
    for (number, tally) in (1..).zip(&report.steps) {
        tally_ui(&format!("Step {number} changes"), tally, colors.text.0, &mut shown, ui);
    }
    if report.redo.is_empty() {
        ui.label(RichText::new("Nobody has to do anything again.").color(colors.ok.0));
    } else {
        ui.label(RichText::new("What a person has to look at:").strong());
    }
    for (why, tally) in &report.redo {
        tally_ui(why, tally, colors.warn.0, &mut shown, ui);
    }
    if let Some(example) = shown {
        room.close |= app.go_to_example(&example);
    }
}

/// How many, with links to the first of them.
fn tally_ui(what: &str, tally: &Tally, color: Color32, shown: &mut Option<MigrationExample>, ui: &mut Ui) {
    ui.horizontal_wrapped(|ui| {
        let instances = if tally.count == 1 { "instance" } else { "instances" };
        ui.label(RichText::new(format!("{what}: {} {instances}", tally.count)).color(color));
        for example in &tally.examples {
            let link = ui.link(RichText::new(format!("{} · {}", example.file, example.frame)).small());
            if link.on_hover_text("Show it; the draft is kept").clicked() {
                *shown = Some(example.clone());
            }
        }
    });
}

fn step_ui(step: &mut MappingStep, schema: &Schema, ui: &mut Ui) {
    if let Some(from) = &mut step.split {
        ui.label("Split");
        label_ui("from", "Label to split", from, schema, ui);
        ui.label("where");
        let query = step.query.get_or_insert_default();
        let field = ui.add(TextEdit::singleline(query).hint_text("area < 400, attribute.colour = red").desired_width(150.0));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Condition"));
        ui.label("becomes");
        label_ui("into", "Label that they become", step.into.get_or_insert_default(), schema, ui);
    } else if let Some(from) = step.merge.first_mut() {
        ui.label("Merge");
        label_ui("from", "Label that goes", from, schema, ui);
        ui.label("into");
        label_ui("into", "Label that they become", step.into.get_or_insert_default(), schema, ui);
    } else if let Some(label) = &mut step.convert {
        ui.label("Shapes of");
        label_ui("from", "Label whose shapes change", label, schema, ui);
        ui.label("become");
        let to = step.to.get_or_insert(SpatialType::Box);
        let combo = ComboBox::from_id_salt("to").selected_text(to.title()).show_ui(ui, |ui| {
            for other in SpatialType::ALL {
                ui.selectable_value(to, other, other.title());
            }
        });
        let told = format!("Kind of shape: {}", to.title());
        combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &told));
        ui.add(Checkbox::new(&mut step.lossy, "also where something is lost"))
            .on_hover_text("A polygon becomes the box around it, for example");
    }
}

fn label_ui(salt: &str, what: &str, chosen: &mut String, schema: &Schema, ui: &mut Ui) {
    let shown = if chosen.is_empty() { "choose a label".to_owned() } else { chosen.clone() };
    let combo = ComboBox::from_id_salt(salt).selected_text(&shown).show_ui(ui, |ui| {
        for label in schema.offered() {
            ui.selectable_value(chosen, label.name.clone(), &label.name);
        }
    });
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{what}: {shown}")));
}

impl LimnApp {
    /// Publishes a version with the work taken over into it, as one step; the draft stays until it is on the disk.
    pub(super) fn take_over(&mut self, plan: Plan, title: String) {
        let mailbox = self.mailbox.clone();
        self.job(DO, move |mut door, _cx| {
            let (report, schema) = door.with(move |project| {
                let (mut progress, cancel) = (|_| {}, AtomicBool::new(false));
                let report = limn_jobs::migrate(project, &plan, &title, &mut JobCx { progress: &mut progress, cancel: &cancel })?;
                Ok::<_, JobError>((report, project.schema().clone()))
            })??;
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| app.took_over(schema))));
            Ok(told(&report))
        });
    }

    /// Takes over what arrived after a migration and is still as it was before it.
    pub(super) fn take_late_over(&mut self) {
        let mailbox = self.mailbox.clone();
        self.job(DO, move |mut door, _cx| {
            let done = door.with(move |project| {
                let (mut progress, cancel) = (|_| {}, AtomicBool::new(false));
                limn_jobs::take_late_over(project, LATE, &mut JobCx { progress: &mut progress, cancel: &cancel })
            });
            mailbox.send(Message::Answer(Box::new(|app: &mut LimnApp| {
                if let Some(room) = &mut app.ui.schema {
                    room.coverage = Lookup::Unknown;
                }
            })));
            let count: u64 = done??.steps.iter().map(|step| step.count).sum();
            let are = if count == 1 { "instance was" } else { "instances were" };
            Ok(Notice::info(format!("{count} {are} taken over. Undo takes it back.")))
        });
    }

    /// Opens the file and frame of an example; says whether it is there.
    pub(super) fn go_to_example(&mut self, example: &MigrationExample) -> bool {
        let Some(at) = self.editor.files.iter().position(|entry| entry.file.id == example.file_id) else { return false };
        self.tell(Event::OpenFile(at));
        self.tell(Event::GoToFrame(example.frame));
        true
    }

    fn took_over(&mut self, schema: Schema) {
        self.keep_draft(None);
        if let Some(room) = &mut self.ui.schema {
            **room = SchemaRoom { page: room.page, ..SchemaRoom::new(SchemaDraft::new(schema), false) };
        }
    }
}

fn told(report: &MigrationReport) -> Notice {
    let count: u64 = report.steps.iter().map(|step| step.count).sum();
    let redo: u64 = report.redo.values().map(|tally| tally.count).sum();
    let mut text = format!("The schema is published; {count} instances were changed. Undo takes it all back.");
    for why in report.redo.keys().take(3) {
        text += &format!(" {why}.");
    }
    if redo == 0 { Notice::info(text) } else { Notice::error(text) }
}
