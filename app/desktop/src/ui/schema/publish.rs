//! Before the next version: what differs, what it means for old work, and a few words about it.

use super::SchemaRoom;
use super::merge::{Merges, merges_ui, plan_of};
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use crate::ui::widgets::sheet;
use egui::{Context, RichText, Role, ScrollArea, TextEdit, WidgetInfo};
use limn_core::schema::diff::{Bearing, Difference, Piece, diff};
use limn_core::schema::touched::Touched;
use limn_core::{Instance, Schema};
use limn_editor::schema_draft::SchemaDraft;
use limn_editor::{Event, Notice};
use limn_store::{Access, Project, StoreError};
use std::path::Path;
use std::sync::Arc;

/// Differences that are listed.
const MOST_LISTED: usize = 400;

/// The open sheet.
pub struct PublishSheet {
    note: String,
    pub(super) differences: Vec<Difference>,
    /// What the instances of retired labels become.
    pub(super) merges: Merges,
    /// The draft that they are of.
    revision: u64,
    /// Instances that each touches, once they are counted.
    counts: Option<Result<Vec<Option<u64>>, String>>,
}

/// Opens the sheet and has the instances counted.
pub fn open(app: &mut LimnApp, room: &mut SchemaRoom) {
    let (old, new) = room.draft.parts();
    let differences = diff(&old, &new);
    let revision = room.draft.revision();
    let narrows = differences.iter().any(|one| one.bearing == Bearing::Narrowing);
    let counts = (!narrows).then(|| Ok(vec![None; differences.len()]));
    room.publish = Some(PublishSheet { note: String::new(), merges: Merges::new(), differences: differences.clone(), revision, counts });
    let Some(dir) = app.session.as_ref().map(|session| session.dir.clone()).filter(|_| narrows) else { return };
    let mailbox = app.mailbox.clone();
    app.tasks.start("Count what the schema touches", Arc::new(app.mailbox.waker()), move |_task| {
        let counts = count(&dir, &old, &new, &differences);
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
            let sheet = app.ui.schema.as_mut().and_then(|room| room.publish.as_mut());
            if let Some(sheet) = sheet.filter(|sheet| sheet.revision == revision) {
                sheet.counts = Some(counts);
            }
        })));
    });
}

fn count(dir: &Path, old: &Schema, new: &Schema, differences: &[Difference]) -> Result<Vec<Option<u64>>, String> {
    let counted = || -> Result<Vec<Option<u64>>, StoreError> {
        let identity = limn_jobs::home::identity().map_err(|error| StoreError::Refused(error.to_string()))?;
        let project = Project::open(dir, identity, Access::Read)?;
        let mut touched = Touched::new(old, new, differences);
        project.frozen(|project| {
            project.for_each_instance(|row| -> Result<(), StoreError> {
                let instance: Instance = row.instance;
                touched.take(&instance);
                Ok(())
            })
        })??;
        Ok(differences.iter().map(|one| touched.count(one)).collect())
    };
    counted().map_err(|error| error.to_string())
}

/// The sheet.
pub fn publish_ui(app: &mut LimnApp, room: &mut SchemaRoom, ctx: &Context) {
    let Some(mut publish) = room.publish.take() else { return };
    let mut go = false;
    let open = sheet(ctx, "schema-publish", "Publish the schema", 640.0, |ui| {
        // Each as one: widgets are known by how many stand before them, and a click on the button must not be lost because the
        // counts come in that moment.
        ui.vertical(|ui| list_ui(&publish, ui));
        ui.vertical(|ui| merges_ui(&mut publish, room.draft.schema(), ui));
        ui.add_space(6.0);
        let field =
            ui.add(TextEdit::singleline(&mut publish.note).hint_text("A few words about this version").desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "A few words about this version"));
        ui.add_space(6.0);
        let text = "Drawings and answers that are under way are saved as they were begun. What is removed is retired: it stays readable.";
        ui.label(RichText::new(text).small().color(theme::colors(ui.ctx()).text_weak.0));
        go = ui.add(egui::Button::new(RichText::new("Publish").strong())).clicked();
    });
    if go && !publish.merges.is_empty() {
        let merges = std::mem::take(&mut publish.merges);
        let title = if publish.note.is_empty() { "Merge labels".to_owned() } else { format!("Merge labels: {}", publish.note) };
        app.take_over(plan_of(room.draft.schema().clone(), &merges), title);
    } else if go {
        let before = app.editor.num_unsaved();
        let schema = room.draft.schema().clone();
        app.tell(Event::PublishSchema(Box::new(schema.clone()), publish.note.clone()));
        if app.editor.num_unsaved() > before {
            app.ui.toasts.add(&Notice::info("The schema is published."));
            app.keep_draft(None);
            *room = SchemaRoom { page: room.page, ..SchemaRoom::new(SchemaDraft::new(schema), false) };
        }
    } else if open {
        room.publish = Some(publish);
    }
}

fn list_ui(publish: &PublishSheet, ui: &mut egui::Ui) {
    let colors = theme::colors(ui.ctx());
    let narrowing = publish.differences.iter().filter(|one| one.bearing == Bearing::Narrowing).count();
    let text = match narrowing {
        0 => "All that was right stays right.".to_owned(),
        1 => "1 change narrows the schema: some old work may have to be looked at.".to_owned(),
        count => format!("{count} changes narrow the schema: some old work may have to be looked at."),
    };
    ui.label(RichText::new(text).color(if narrowing == 0 { colors.ok.0 } else { colors.warn.0 }));
    match &publish.counts {
        None => drop(ui.label(RichText::new("Counting the instances…").small().color(colors.text_weak.0))),
        Some(Err(problem)) => {
            drop(ui.label(RichText::new(format!("The instances were not counted: {problem}")).small().color(colors.warn.0)))
        }
        Some(Ok(_)) => {}
    }
    ScrollArea::vertical().max_height(320.0).auto_shrink([false, true]).show(ui, |ui| {
        // What narrows comes first.
        let (narrow, wide): (Vec<_>, Vec<_>) =
            publish.differences.iter().enumerate().partition(|(_, one)| one.bearing == Bearing::Narrowing);
        for (at, one) in narrow.into_iter().chain(wide).take(MOST_LISTED) {
            let count = publish.counts.as_ref().and_then(|counts| counts.as_ref().ok()?.get(at).copied().flatten());
            let color = if one.bearing == Bearing::Narrowing { colors.warn.0 } else { colors.text.0 };
            ui.add(egui::Label::new(RichText::new(line(one, count)).color(color)).wrap());
        }
        if publish.differences.len() > MOST_LISTED {
            ui.label(format!("… and {} more", publish.differences.len() - MOST_LISTED));
        }
    });
}

fn line(one: &Difference, count: Option<u64>) -> String {
    let piece = match one.piece {
        Piece::Schema => "schema",
        Piece::Label => "label",
        Piece::Attribute => "question",
        Piece::Option => "option",
        Piece::Rule => "rule",
    };
    let sign = if one.bearing == Bearing::Narrowing { '−' } else { '+' };
    let of = one.attribute.as_ref().map(|attribute| format!(" of \"{attribute}\"")).unwrap_or_default();
    let touched = match count {
        None => String::new(),
        Some(0) => "   no instance is touched".to_owned(),
        Some(1) => "   1 instance is touched".to_owned(),
        Some(count) => format!("   {count} instances are touched"),
    };
    format!("{sign} {piece} \"{}\"{of} {}{touched}", one.name, one.detail)
}
