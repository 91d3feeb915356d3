//! Before the next version: the labels that it retires, and what their instances become with it.

use super::publish::PublishSheet;
use crate::app::LimnApp;
use crate::session::Message;
use crate::theme;
use egui::{ComboBox, RichText, Role, Ui, WidgetInfo};
use limn_core::query::Query;
use limn_core::schema::diff::{Difference, Happened, Piece};
use limn_core::schema::mapping::{Plan, PlannedStep};
use limn_core::{LabelId, Schema};
use limn_editor::Notice;
use limn_editor::schema_draft::SchemaDraft;
use limn_jobs::{JobCx, ProjectDoor as _};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

/// Labels that are asked about.
const MOST: usize = 40;

/// For each label that goes: what its instances become; none, they stay as they are.
pub type Merges = BTreeMap<LabelId, LabelId>;

/// A line for each label that is retired.
pub fn merges_ui(publish: &mut PublishSheet, schema: &Schema, ui: &mut Ui) {
    let is_retired = |one: &&Difference| one.piece == Piece::Label && one.happened == Happened::Removed;
    let retired: Vec<(LabelId, String)> =
        publish.differences.iter().filter(is_retired).take(MOST).map(|one| (LabelId(one.id), one.name.clone())).collect();
    if retired.is_empty() {
        return;
    }
    ui.add_space(6.0);
    ui.label(RichText::new("What was drawn as a label that goes:").color(theme::colors(ui.ctx()).text_weak.0));
    for (id, name) in retired {
        ui.horizontal(|ui| {
            ui.label(format!("\"{name}\""));
            let chosen = publish.merges.get(&id).copied();
            let shown = chosen.map_or_else(|| "stays as it is".to_owned(), |into| format!("becomes {}", schema.shown(into).0));
            let combo = ComboBox::from_id_salt(("merge", id.0)).selected_text(&shown).width(240.0).show_ui(ui, |ui| {
                let mut picked = chosen;
                ui.selectable_value(&mut picked, None, "stays as it is");
                for label in schema.offered() {
                    ui.selectable_value(&mut picked, Some(label.id), format!("becomes {}", label.name));
                }
                match picked {
                    Some(into) => drop(publish.merges.insert(id, into)),
                    None => drop(publish.merges.remove(&id)),
                }
            });
            combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{name}: {shown}")));
        });
    }
}

impl LimnApp {
    /// Publishes a version with the work taken over into it, as one step; the draft stays until it is on the disk.
    pub(super) fn publish_merging(&mut self, schema: Schema, note: &str, merges: &Merges) {
        let relabel = |(from, into): (&LabelId, &LabelId)| PlannedStep::Relabel { from: vec![*from], into: *into, query: Query::default() };
        let plan = Plan { schema: schema.clone(), steps: merges.iter().map(relabel).collect() };
        let title = if note.is_empty() { "Merge labels".to_owned() } else { format!("Merge labels: {note}") };
        let mailbox = self.mailbox.clone();
        self.job("Merge labels", move |mut door, _cx| {
            let report = door.with(move |project| {
                let (mut progress, cancel) = (|_| {}, AtomicBool::new(false));
                let mut cx = JobCx { progress: &mut progress, cancel: &cancel };
                // Only labels change here.
                limn_jobs::migrate(project, &plan, &title, false, &|_, _, _, _| Err(String::new()), &mut cx)
            })??;
            let count: u64 = report.steps.iter().map(|step| step.count).sum();
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| app.take_merged(schema))));
            let redo: u64 = report.redo.values().map(|tally| tally.count).sum();
            let mut text = format!("The schema is published; {count} instances have another label. Undo takes it all back.");
            for why in report.redo.keys().take(3) {
                text += &format!(" {why}.");
            }
            Ok(if redo == 0 { Notice::info(text) } else { Notice::error(text) })
        });
    }

    fn take_merged(&mut self, schema: Schema) {
        self.keep_draft(None);
        if let Some(room) = &mut self.ui.schema {
            **room = super::SchemaRoom { page: room.page, ..super::SchemaRoom::new(SchemaDraft::new(schema), false) };
        }
    }
}
