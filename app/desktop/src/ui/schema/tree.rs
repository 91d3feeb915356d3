//! The lists: the tree of labels, ordered and nested by dragging or by keys, and the questions.

use super::{Page, SchemaRoom};
use crate::theme;
use crate::ui::widgets::{focus_ring, heading};
use egui::{Align2, CornerRadius, FontFamily, FontId, Key, Rect, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, Vec2, WidgetInfo};
use limn_core::LabelId;
use limn_core::schema::attribute::AttributeType;
use limn_core::schema::{Place, RuleId};
use limn_editor::schema_draft::{Edit, Spot, branches};

/// Room for each level, in points.
const INDENT: f32 = 14.0;

/// Both lists.
pub fn lists_ui(room: &mut SchemaRoom, ui: &mut Ui) {
    let whole = ui.available_height();
    let half = whole * 0.45;
    ui.scope(|ui| {
        ui.set_max_height(half);
        labels_ui(room, ui, half);
    });
    ui.separator();
    attributes_ui(room, ui, whole * 0.3);
    ui.separator();
    rules_ui(room, ui);
}

fn labels_ui(room: &mut SchemaRoom, ui: &mut Ui, height: f32) {
    let rows = branches(room.draft.schema());
    heading(ui, "Labels", &format!("{}   Alt+arrows move", rows.len()));
    add_field(ui, &mut room.new_label, "New label").into_iter().for_each(|name| {
        // Beside the one at hand, so that a family is written in one go.
        let parent = match room.page {
            Page::Label(id) => room.draft.schema().label(id).and_then(|label| label.parent),
            _ => None,
        };
        let schema = room.draft.schema();
        match schema.label_named(&name).map(|label| label.id) {
            Some(id) => room.go(Page::Label(id), None),
            None => {
                let last = schema.labels.iter().chain(&room.draft.base().labels).map(|label| label.id.0).max().unwrap_or(0);
                room.edit(Edit::AddLabel { name, parent });
                // The field keeps the keyboard: the next name follows.
                room.pending = Some((Page::Label(LabelId(last + 1)), ""));
            }
        }
    });
    let row_height = theme::tokens().size.row + 2.0;
    let retired: Vec<(LabelId, String)> =
        room.draft.schema().labels.iter().filter(|label| label.deprecated).map(|label| (label.id, label.name.clone())).collect();
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut spots = Vec::new();
    let mut dragged = None;
    ScrollArea::vertical().auto_shrink([false, true]).max_height(height - 76.0).id_salt("schema-labels").show_rows(
        ui,
        row_height,
        rows.len() + retired.len(),
        |ui, range| {
            for at in range {
                let (id, name, depth, is_retired) = match rows.get(at) {
                    Some(row) => (row.id, room.draft.schema().shown(row.id).0, row.depth, false),
                    None => {
                        let Some((id, name)) = retired.get(at - rows.len()) else { continue };
                        (*id, name.clone(), 0, true)
                    }
                };
                let response = label_row(room, ui, id, &name, depth, is_retired, row_height);
                if !is_retired {
                    if response.dragged() || response.drag_stopped() {
                        dragged = Some((id, response.drag_stopped()));
                    }
                    spots.push((id, response.rect));
                }
            }
        },
    );
    let pos = ui.ctx().pointer_latest_pos();
    if let (Some((id, dropped)), Some(pos)) = (dragged, pos)
        && let Some((spot, mark)) =
            spot_at(&spots, pos).filter(|(spot, _)| !matches!(spot, Spot::Before(o) | Spot::After(o) | Spot::Below(o) if *o == id))
    {
        let color = theme::colors(ui.ctx()).accent.0;
        ui.painter().rect_stroke(mark, CornerRadius::same(2), Stroke::new(1.5, color), egui::StrokeKind::Inside);
        if dropped {
            room.edit(Edit::MoveLabel(id, spot));
        }
    }
}

/// Where a drop would put a label, and what to mark: the upper quarter of a row is before it, the lower one behind it.
fn spot_at(rows: &[(LabelId, Rect)], pos: egui::Pos2) -> Option<(Spot, Rect)> {
    let (id, rect) = rows.iter().find(|(_, rect)| rect.y_range().contains(pos.y))?;
    let part = (pos.y - rect.top()) / rect.height();
    let line = |y: f32| Rect::from_min_max(egui::pos2(rect.left(), y - 1.0), egui::pos2(rect.right(), y + 1.0));
    Some(match part {
        part if part < 0.25 => (Spot::Before(*id), line(rect.top())),
        part if part > 0.75 => (Spot::After(*id), line(rect.bottom())),
        _ => (Spot::Below(*id), *rect),
    })
}

fn label_row(room: &mut SchemaRoom, ui: &mut Ui, id: LabelId, name: &str, depth: usize, is_retired: bool, height: f32) -> egui::Response {
    let on = room.page == Page::Label(id);
    let label = room.draft.schema().label(id);
    let (color, key) = label.map_or(([0; 3], None), |label| (label.color, label.key));
    let place = room.draft.schema().labels.iter().position(|label| label.id == id).map(Place::Label);
    let is_wrong = room.found.problems.iter().any(|problem| Some(problem.place) == place);
    let key = key.map_or_else(String::new, String::from);
    let said = match (is_retired, is_wrong) {
        (true, _) => format!("{name}, retired label"),
        (_, true) => format!("{name}, label with a problem"),
        _ => format!("{name}, label"),
    };
    let response = list_row(ui, ("schema-label", id.0), on, &said, height);
    let (rect, left) = (response.rect, response.rect.left() + 6.0 + INDENT * depth as f32);
    let colors = theme::colors(ui.ctx());
    let swatch = Rect::from_center_size(egui::pos2(left + 5.0, rect.center().y), Vec2::splat(10.0));
    let [r, g, b] = color;
    ui.painter().rect_filled(swatch, CornerRadius::same(2), egui::Color32::from_rgb(r, g, b));
    let ink = if is_wrong {
        colors.error.0
    } else if is_retired {
        colors.text_weak.0
    } else {
        colors.text.0
    };
    let shown = if name.is_empty() { "(no name)" } else { name };
    let shown = if is_retired { format!("{shown} (retired)") } else { shown.to_owned() };
    line(ui, egui::pos2(left + 16.0, rect.center().y), rect.right() - 26.0, shown, ink);
    let font = FontId::new(theme::tokens().size.small, FontFamily::Monospace);
    ui.painter().text(egui::pos2(rect.right() - 8.0, rect.center().y), Align2::RIGHT_CENTER, key, font, colors.text_weak.0);
    if response.clicked() {
        room.go(Page::Label(id), None);
    }
    response
}

fn attributes_ui(room: &mut SchemaRoom, ui: &mut Ui, most: f32) {
    let schema = room.draft.schema();
    let rows: Vec<_> = schema
        .attributes
        .iter()
        .enumerate()
        .map(|(at, attribute)| (at, attribute.id, attribute.name.clone(), attribute.kind.as_str(), attribute.deprecated))
        .collect();
    heading(ui, "Questions", &rows.iter().filter(|row| !row.4).count().to_string());
    if let Some(name) = add_field(ui, &mut room.new_attribute, "New question") {
        room.edit(Edit::AddAttribute { name, kind: AttributeType::Select, label: None });
        room.go_to_new_attribute();
    }
    let height = theme::tokens().size.row + 2.0;
    let area = ScrollArea::vertical().auto_shrink([false, true]).max_height(most - 76.0).id_salt("schema-attributes");
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, height, rows.len(), |ui, range| {
        for (at, id, name, kind, is_retired) in rows.get(range).unwrap_or_default() {
            let on = room.page == Page::Attribute(*id);
            let is_wrong = room.found.problems.iter().any(|problem| problem.place == Place::Attribute(*at));
            let state = if *is_retired {
                ", retired"
            } else if is_wrong {
                ", with a problem"
            } else {
                ""
            };
            let response = list_row(ui, ("schema-attribute", id.0), on, &format!("{name}, question{state}"), height);
            let (rect, colors) = (response.rect, theme::colors(ui.ctx()));
            let ink = if is_wrong {
                colors.error.0
            } else if *is_retired {
                colors.text_weak.0
            } else {
                colors.text.0
            };
            let shown = if name.is_empty() { "(no name)".to_owned() } else { name.clone() };
            line(ui, egui::pos2(rect.left() + 6.0, rect.center().y), rect.right() - 70.0, shown, ink);
            let note = if *is_retired { "retired" } else { kind };
            let font = FontId::new(theme::tokens().size.small, FontFamily::Proportional);
            ui.painter().text(egui::pos2(rect.right() - 8.0, rect.center().y), Align2::RIGHT_CENTER, note, font, colors.text_weak.0);
            if response.clicked() {
                room.go(Page::Attribute(*id), None);
            }
        }
    });
}

fn rules_ui(room: &mut SchemaRoom, ui: &mut Ui) {
    let schema = room.draft.schema();
    let rows: Vec<_> = schema.rules.iter().map(|rule| (rule.id, rule.name.clone(), rule.severity.as_str(), rule.off)).collect();
    ui.spacing_mut().item_spacing.y = theme::tokens().size.grid;
    heading(ui, "Rules", &rows.len().to_string());
    if let Some(name) = add_field(ui, &mut room.new_rule, "New rule") {
        let all = room.draft.schema().rules.iter().chain(&room.draft.base().rules);
        let last = all.map(|rule| rule.id.0).max().unwrap_or(0);
        room.edit(Edit::AddRule(name));
        room.pending = Some((Page::Rule(RuleId(last + 1)), "name"));
    }
    let height = theme::tokens().size.row + 2.0;
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink([false, true]).id_salt("schema-rules").show_rows(ui, height, rows.len(), |ui, range| {
        for (at, (id, name, severity, off)) in rows.iter().enumerate().take(range.end).skip(range.start) {
            let is_wrong = room.found.problems.iter().any(|problem| problem.place == Place::Rule(at));
            let state = if is_wrong { ", with a problem" } else { "" };
            let response = list_row(ui, ("schema-rule", id.0), room.page == Page::Rule(*id), &format!("{name}, rule{state}"), height);
            let (rect, colors) = (response.rect, theme::colors(ui.ctx()));
            let ink = if is_wrong { colors.error.0 } else { colors.text.0 };
            let shown = if name.is_empty() { "(no name)".to_owned() } else { name.clone() };
            line(ui, egui::pos2(rect.left() + 6.0, rect.center().y), rect.right() - 70.0, shown, ink);
            let font = FontId::new(theme::tokens().size.small, FontFamily::Proportional);
            let note = if *off { "off" } else { severity };
            ui.painter().text(egui::pos2(rect.right() - 8.0, rect.center().y), Align2::RIGHT_CENTER, note, font, colors.text_weak.0);
            if response.clicked() {
                room.go(Page::Rule(*id), None);
            }
        }
    });
}

/// A row that can be clicked, dragged and reached by keys.
fn list_row(ui: &mut Ui, id: (&str, u32), on: bool, said: &str, height: f32) -> egui::Response {
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), height));
    let response = ui.interact(rect, ui.scope_id().with(id), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, on, said));
    let colors = theme::colors(ui.ctx());
    if on || response.hovered() {
        let ground = if on { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(theme::tokens().size.corner), ground);
    }
    focus_ring(ui, &response, rect);
    response
}

/// One line of text, cut where the room ends.
fn line(ui: &Ui, left: egui::Pos2, right: f32, text: String, color: egui::Color32) {
    let font = FontId::new(theme::tokens().size.body, FontFamily::Proportional);
    let mut job = egui::text::LayoutJob::simple_singleline(text, font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width((right - left.x).max(10.0));
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(left - egui::vec2(0.0, galley.size().y / 2.0), galley, color);
}

/// A field whose text is taken with Enter or the button beside it.
fn add_field(ui: &mut Ui, text: &mut String, name: &str) -> Option<String> {
    let mut taken = false;
    ui.horizontal(|ui| {
        let width = ui.available_width() - 52.0;
        let field = ui.add(TextEdit::singleline(text).hint_text(name).desired_width(width));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
        taken = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if taken {
            field.request_focus();
        }
        let add = ui.add_enabled(!text.trim().is_empty(), egui::Button::new("Add"));
        add.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Add: {name}")));
        taken |= add.clicked();
    });
    ui.add_space(4.0);
    let name = text.trim().to_owned();
    (taken && !name.is_empty()).then(|| {
        text.clear();
        name
    })
}
