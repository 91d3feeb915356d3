//! The page of a label.

use super::SchemaRoom;
use super::fields::{choice, long_text, note, number, row, switch, text};
use super::guide::guide_ui;
use crate::theme;
use crate::ui::options::choice as toggle;
use egui::{RichText, Role, Ui, WidgetInfo};
use limn_core::built_in::BUILT_IN;
use limn_core::schema::{Outside, UsedFor};
use limn_core::{LabelId, Schema, SpatialType};
use limn_editor::schema_draft::Edit;

/// The page.
pub fn label_ui(room: &mut SchemaRoom, id: LabelId, ui: &mut Ui) {
    let Some(label) = room.draft.schema().label(id).cloned() else { return };
    let (schema, mut new) = (room.draft.parts().1, label.clone());
    let colors = theme::colors(ui.ctx());
    ui.heading(if label.name.is_empty() { "Label" } else { &label.name });
    ui.add_space(6.0);
    if label.deprecated {
        ui.label("This label is retired: it is not offered any more, and its old instances stay readable.");
        if ui.button("Offer it again").clicked() {
            room.edit(Edit::RestoreLabel(id));
        }
        return;
    }
    let mut changed = text(room, ui, "Name", "name", &mut new.name, "car");
    row(room, ui, "Number", "id", |_, ui| {
        let number = ui.label(RichText::new(id.0.to_string()).color(colors.text_weak.0));
        number.on_hover_text("What exports write beside the name. It never changes, and is never given to another label.");
    });
    changed |= row(room, ui, "Colour", "color", |_, ui| {
        let response = ui.color_edit_button_srgb(&mut new.color);
        response.widget_info(|| WidgetInfo::labeled(Role::ColorWell, true, "Colour"));
        response.changed()
    });
    changed |= choice(room, ui, "Key", "key", &mut new.key, &keys(&schema, id));
    if let Some(clash) = room.clash().map(str::to_owned) {
        note(ui, &clash, colors.warn.0);
    }
    changed |= choice(room, ui, "Kind of", "parent", &mut new.parent, &parents(&schema, id));
    changed |= long_text(room, ui, "Description", "description", &mut new.description, "What belongs to it, and what does not");
    changed |= guide_ui(room, ui, &mut new.guide, "How it is drawn, with examples; shown beside the canvas (F10)");
    let uses = [(UsedFor::Both, "shapes and events"), (UsedFor::Shapes, "shapes"), (UsedFor::Events, "events")];
    changed |= choice(room, ui, "Used for", "used_for", &mut new.used_for, &uses.map(|(one, name)| (one, name.to_owned())));
    if new.takes_events() {
        let mut roles = new.roles.join(", ");
        if text(room, ui, "Roles in events", "roles", &mut roles, "who, target") {
            // While a comma stands at the end, another name is on its way.
            new.roles = roles.split(',').map(|role| role.trim_start().to_owned()).collect();
            new.roles.retain(|role| !role.is_empty());
            changed = true;
        }
    }
    changed |= row(room, ui, "Shapes", "shapes", |_, ui| shapes_ui(&mut new.shapes, ui));
    let drawn = new.shapes.clone();
    let mut kinds = vec![(None, "the tool in the hand".to_owned())];
    kinds.extend(
        SpatialType::ALL
            .into_iter()
            .filter(|kind| drawn.is_empty() || drawn.contains(kind))
            .map(|kind| (Some(kind), kind.title().to_owned())),
    );
    if new.default_shape.is_some_and(|kind| !new.takes(kind)) {
        new.default_shape = None;
        changed = true;
    }
    changed |= choice(room, ui, "Drawn with", "default_shape", &mut new.default_shape, &kinds);
    let outside = [(Outside::Clip, "is cut off"), (Outside::Allow, "stays"), (Outside::Refuse, "is refused")];
    let outside = outside.map(|(one, name)| (one, name.to_owned()));
    changed |= choice(room, ui, "Outside the picture", "outside", &mut new.outside, &outside);
    changed |= number(room, ui, "Least size", "min_size", &mut new.min_size, 4.0, " px");
    let mut most = new.max_count.map(f64::from);
    if number(room, ui, "Most on one frame", "max_count", &mut most, 1.0, "") {
        new.max_count = most.map(|most| most.clamp(0.0, 1e6).round() as u32);
        changed = true;
    }
    changed |= switch(room, ui, "In sequences", "several_parts", &mut new.several_parts, "may have several parts on one frame");
    changed |= row(room, ui, "Keypoints", "keypoints", |_, ui| {
        let mut changed = false;
        ui.horizontal_wrapped(|ui| match &new.keypoints {
            Some(template) => {
                ui.label(format!("{} points, {} lines", template.points.len(), template.edges.len()));
                ui.label(RichText::new("Change them with \"Keypoints of the label…\" (Shift+J)").small().color(colors.text_weak.0));
            }
            None => {
                let menu = ui.menu_button("Take a template", |ui| {
                    for built_in in &BUILT_IN {
                        if ui.button(built_in.name).clicked() {
                            new.keypoints = Some(built_in.template());
                            changed = true;
                            ui.close();
                        }
                    }
                });
                menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Take a keypoint template"));
            }
        });
        changed
    });
    if changed {
        room.edit(Edit::SetLabel(Box::new(new)));
    }
    ui.separator();
    ui.horizontal(|ui| {
        if ui.button("Add a question about it").clicked() {
            let name = room.free_name("question");
            room.edit(Edit::AddAttribute { name, kind: limn_core::schema::AttributeType::Select, label: Some(id) });
            room.go_to_new_attribute();
        }
        if ui.button("Remove the label").on_hover_text("A label that instances may have is retired: they stay readable").clicked() {
            room.edit(Edit::RemoveLabel(id));
        }
    });
}

/// The keys, each with who has it.
fn keys(schema: &Schema, id: LabelId) -> Vec<(Option<char>, String)> {
    let mut all = vec![(None, "none".to_owned())];
    for key in '1'..='9' {
        let holder = schema.offered().find(|label| label.id != id && label.key == Some(key));
        let text = holder.map_or_else(|| key.to_string(), |holder| format!("{key}   taken by {}", holder.name));
        all.push((Some(key), text));
    }
    all
}

/// The labels that it may stand below: not itself, nor those below it.
fn parents(schema: &Schema, id: LabelId) -> Vec<(Option<LabelId>, String)> {
    let mut all = vec![(None, "nothing: it stands at the top".to_owned())];
    let rows = limn_editor::schema_draft::branches(schema);
    let mut below = None;
    for row in rows {
        if below.is_some_and(|depth| row.depth > depth) {
            continue;
        }
        below = (row.id == id).then_some(row.depth);
        if row.id != id {
            all.push((Some(row.id), format!("{}{}", "    ".repeat(row.depth), schema.shown(row.id).0)));
        }
    }
    all
}

fn shapes_ui(shapes: &mut Vec<SpatialType>, ui: &mut Ui) -> bool {
    let before = shapes.clone();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let mut all = shapes.is_empty();
        toggle(ui, &mut all, "all", "Every kind of shape");
        if all && !shapes.is_empty() {
            shapes.clear();
        }
        for kind in SpatialType::ALL {
            let mut on = shapes.contains(&kind);
            toggle(ui, &mut on, kind.title(), "");
            if on != shapes.contains(&kind) {
                if on { shapes.push(kind) } else { shapes.retain(|other| *other != kind) }
            }
        }
    });
    *shapes != before
}
