//! Before the next version: the labels that it retires, and what their instances become with it.

use super::publish::PublishSheet;
use crate::theme;
use egui::{ComboBox, RichText, Role, Ui, WidgetInfo};
use limn_core::query::Query;
use limn_core::schema::diff::{Difference, Happened, Piece};
use limn_core::schema::mapping::{Plan, PlannedStep};
use limn_core::{LabelId, Schema};
use std::collections::BTreeMap;

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

/// The merges as a plan that makes a schema.
pub fn plan_of(schema: Schema, merges: &Merges) -> Plan {
    let relabel = |(from, into): (&LabelId, &LabelId)| PlannedStep::Relabel {
        from: vec![*from],
        into: *into,
        query: Query::default(),
        asked: String::new(),
    };
    Plan { schema, steps: merges.iter().map(relabel).collect() }
}
