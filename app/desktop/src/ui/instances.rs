//! The list of instances of the frame, in step with the canvas, and the label for what is drawn next.

use super::widgets::{focus_ring, heading};
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Align2, CornerRadius, FontFamily, FontId, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use limn_core::{InstanceId, LabelId};
use limn_editor::{Command, Editor, Event};

/// One row of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A label and how many instances have it.
    Label(LabelId, usize),
    /// An instance: number among its label's.
    Instance(InstanceId, usize),
}

/// The rows, made again when the document changes: 100,000 of them are sorted once, not every frame.
#[derive(Default)]
pub struct Rows {
    made_of: Option<(u64, u64)>,
    rows: Vec<Row>,
}

impl Rows {
    fn sync(&mut self, editor: &Editor) {
        let stamp = (editor.document().revision(), editor.appearance());
        if self.made_of == Some(stamp) {
            return;
        }
        self.made_of = Some(stamp);
        let mut instances: Vec<_> = editor.document().instances().iter().map(|instance| (instance.label, instance.id)).collect();
        instances.sort_by_key(|(label, _)| *label);
        self.rows.clear();
        let mut from = 0;
        while from < instances.len() {
            let label = instances[from].0;
            let count = instances[from..].iter().take_while(|(other, _)| *other == label).count();
            self.rows.push(Row::Label(label, count));
            self.rows.extend(instances[from..from + count].iter().enumerate().map(|(at, (_, id))| Row::Instance(*id, at + 1)));
            from += count;
        }
    }
}

/// The panel.
pub fn instances_ui(app: &mut LimnApp, ui: &mut Ui) {
    labels_ui(app, ui);
    ui.add_space(4.0);
    ui.separator();
    let count = app.editor.document().instances().len();
    let selected = app.editor.selection().len();
    let note = if selected > 0 { format!("{selected} of {count} selected") } else { count.to_string() };
    heading(ui, "Instances", &note);
    if count == 0 {
        let colors = theme::colors(ui.ctx());
        let keys = (app.caps.first(&app.keymap, Command::ToolBox), app.caps.first(&app.keymap, Command::ToolPolygon));
        ui.label(egui::RichText::new(format!("Nothing here yet. {} draws boxes, {} polygons.", keys.0, keys.1)).color(colors.text_weak.0));
        return;
    }
    app.ui.instance_rows.sync(&app.editor);
    let rows = std::mem::take(&mut app.ui.instance_rows.rows);
    let height = theme::tokens().size.row;
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().auto_shrink(false).id_salt("instances");
    let last = app.editor.selection().last().copied();
    if app.ui.scrolled_to != last {
        app.ui.scrolled_to = last;
        let at = last.and_then(|id| rows.iter().position(|row| matches!(row, Row::Instance(other, _) if *other == id)));
        if let Some(at) = at {
            let (top, room) = (at as f32 * height, ui.available_height());
            let offset = ui.ctx().data(|data| data.get_temp::<f32>(egui::Id::unique("instances-offset"))).unwrap_or(0.0);
            if top < offset || top + height > offset + room {
                area = area.vertical_scroll_offset((top - room / 2.0).max(0.0));
            }
        }
    }
    let mut events = Vec::new();
    let output = area.show_rows(ui, height, rows.len(), |ui, range| {
        for at in range {
            match &rows[at] {
                Row::Label(label, count) => label_row_ui(app, ui, *label, *count, &rows, at, &mut events),
                Row::Instance(id, number) => instance_row_ui(app, ui, *id, *number, &mut events),
            }
        }
    });
    ui.ctx().data_mut(|data| data.insert_temp(egui::Id::unique("instances-offset"), output.state.unclamped_offset().y));
    app.ui.instance_rows.rows = rows;
    for event in events {
        if let Event::Select(ids) = &event {
            app.ui.scrolled_to = ids.last().copied();
        }
        app.tell(event);
    }
}

/// Buttons for the labels: what is drawn next, or the selection's label.
fn labels_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let keys = app.caps.first(&app.keymap, Command::AskLabel);
    heading(ui, "Labels", &format!("{keys} to search"));
    let active = app.editor.active_label();
    let labels: Vec<_> = app.editor.schema.offered().map(|label| (label.id, label.name.clone(), label.color, label.key)).collect();
    let mut chosen = None;
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("labels").max_height(sizes.row * 10.0).show(ui, |ui| {
        for (at, (id, name, [r, g, b], key)) in labels.iter().enumerate() {
            let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), sizes.row), Sense::click());
            let is_active = active == Some(*id);
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_active, format!("Label: {name}")));
            if at == 0 {
                app.ui.add_pane(response.id);
            }
            if is_active || response.hovered() {
                let ground = if is_active { colors.accent_ground.0 } else { colors.hover.0 };
                ui.painter().rect_filled(rect, CornerRadius::same(sizes.corner), ground);
            }
            focus_ring(ui, &response, rect);
            swatch(ui, rect.left() + 12.0, rect.center().y, egui::Color32::from_rgb(*r, *g, *b));
            let font = FontId::new(sizes.body, FontFamily::Proportional);
            ui.painter().with_clip_rect(rect.with_max_x(rect.right() - 24.0)).text(
                egui::pos2(rect.left() + 26.0, rect.center().y),
                Align2::LEFT_CENTER,
                name,
                font,
                colors.text.0,
            );
            if let Some(key) = key {
                let font = FontId::new(sizes.small, FontFamily::Monospace);
                ui.painter().text(egui::pos2(rect.right() - 8.0, rect.center().y), Align2::RIGHT_CENTER, key, font, colors.text_weak.0);
            }
            if response.clicked() {
                chosen = Some(*id);
            }
        }
    });
    if labels.is_empty() {
        ui.label(egui::RichText::new(format!("No labels yet. Press {keys} and type a name.")).color(colors.text_weak.0));
    }
    if let Some(label) = chosen {
        app.tell(Event::ChooseLabel(label));
        app.ui.focus_canvas = true;
    }
}

fn swatch(ui: &Ui, x: f32, y: f32, color: egui::Color32) {
    let colors = theme::colors(ui.ctx());
    let rect = Rect::from_center_size(egui::pos2(x, y), Vec2::splat(10.0));
    ui.painter().rect(rect, CornerRadius::same(3), color, egui::Stroke::new(1.0, colors.hairline.0), egui::StrokeKind::Outside);
}

fn label_row_ui(app: &LimnApp, ui: &mut Ui, label: LabelId, count: usize, rows: &[Row], at: usize, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), sizes.row), Sense::click());
    let (name, [r, g, b]) = app.editor.schema.shown(label);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}, {count} instances")));
    swatch(ui, rect.left() + 10.0, rect.center().y, egui::Color32::from_rgb(r, g, b));
    let font = FontId::new(sizes.body, FontFamily::Name(theme::STRONG_FAMILY.into()));
    ui.painter().text(egui::pos2(rect.left() + 22.0, rect.center().y), Align2::LEFT_CENTER, &name, font, colors.text.0);
    let font = FontId::new(sizes.small, FontFamily::Monospace);
    ui.painter().text(egui::pos2(rect.right() - 52.0, rect.center().y), Align2::RIGHT_CENTER, count, font, colors.text_weak.0);
    let ids = || -> Vec<InstanceId> {
        rows[at + 1..].iter().take(count).filter_map(|row| if let Row::Instance(id, _) = row { Some(*id) } else { None }).collect()
    };
    // The first one speaks for all: reading every flag of 100,000 each frame would not do.
    let first = ids().first().copied();
    if let Some(first) = first {
        let (hidden, locked) = (app.editor.is_hidden(first), app.editor.is_locked(first));
        if small_button(ui, rect, 36.0, if hidden { icons::EYE_OFF } else { icons::EYE }, &format!("Hide all: {name}"), hidden) {
            events.push(Event::SetHidden(ids(), !hidden));
        } else if small_button(ui, rect, 14.0, if locked { icons::LOCK } else { icons::UNLOCK }, &format!("Lock all: {name}"), locked) {
            events.push(Event::SetLocked(ids(), !locked));
        } else if response.on_hover_text("Select all of this label").clicked() {
            events.push(Event::Select(ids()));
        }
    }
}

fn instance_row_ui(app: &LimnApp, ui: &mut Ui, id: InstanceId, number: usize, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), sizes.row), Sense::click());
    let Some(instance) = app.editor.document().get(id) else { return };
    let name = app.editor.schema.shown(instance.label).0;
    let bounds = instance.geometry.bounds();
    let (width, height) = bounds.map_or((0.0, 0.0), |rect| (rect.width(), rect.height()));
    let (selected, hidden, locked) = (app.editor.selection().contains(&id), app.editor.is_hidden(id), app.editor.is_locked(id));
    let kind = instance.geometry.spatial_type().as_str();
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListBoxOption, true, selected, format!("{name} {number}, {kind}, {width:.0} by {height:.0}"))
    });
    if selected || response.hovered() {
        let ground = if selected { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(sizes.corner), ground);
    }
    focus_ring(ui, &response, rect);
    let text = if hidden { colors.text_weak.0.gamma_multiply(0.6) } else { colors.text.0 };
    let mut icon = match kind {
        "box" => icons::BOX,
        "polygon" => icons::POLYGON,
        _ => icons::MASK,
    };
    if instance.run.is_some() {
        icon = icons::IMPORT;
    }
    let font = FontId::new(13.0, FontFamily::Name(theme::ICON_FAMILY.into()));
    ui.painter().text(egui::pos2(rect.left() + 28.0, rect.center().y), Align2::CENTER_CENTER, icon.0, font, colors.text_weak.0);
    let font = FontId::new(sizes.body, FontFamily::Proportional);
    ui.painter().text(egui::pos2(rect.left() + 42.0, rect.center().y), Align2::LEFT_CENTER, format!("{name} {number}"), font, text);
    let font = FontId::new(sizes.small, FontFamily::Monospace);
    ui.painter().text(
        egui::pos2(rect.right() - 52.0, rect.center().y),
        Align2::RIGHT_CENTER,
        format!("{width:.0}×{height:.0}"),
        font,
        colors.text_weak.0,
    );
    let mut on_button = false;
    if hidden || response.hovered() || response.contains_pointer() {
        on_button |=
            toggle(ui, rect, 36.0, if hidden { icons::EYE_OFF } else { icons::EYE }, &format!("Hide {name} {number}"), hidden, || {
                events.push(Event::SetHidden(vec![id], !hidden));
            });
    }
    if locked || response.hovered() || response.contains_pointer() {
        on_button |=
            toggle(ui, rect, 14.0, if locked { icons::LOCK } else { icons::UNLOCK }, &format!("Lock {name} {number}"), locked, || {
                events.push(Event::SetLocked(vec![id], !locked));
            });
    }
    if response.clicked() && !on_button {
        let modifiers = ui.input(|input| input.modifiers);
        let mut ids = app.editor.selection().to_vec();
        if modifiers.command || modifiers.shift {
            match ids.iter().position(|other| *other == id) {
                Some(at) => drop(ids.remove(at)),
                None => ids.push(id),
            }
        } else {
            ids = vec![id];
        }
        events.push(Event::Select(ids));
        events.push(Event::Reveal(id));
    }
}

fn toggle(ui: &Ui, row: Rect, from_right: f32, icon: icons::Icon, name: &str, on: bool, mut clicked: impl FnMut()) -> bool {
    let hit = small_button(ui, row, from_right, icon, name, on);
    if hit {
        clicked();
    }
    hit
}

fn small_button(ui: &Ui, row: Rect, from_right: f32, icon: icons::Icon, name: &str, on: bool) -> bool {
    let colors = theme::colors(ui.ctx());
    let rect = Rect::from_center_size(egui::pos2(row.right() - from_right, row.center().y), Vec2::splat(20.0));
    let response = ui.interact(rect, ui.scope_id().with((name, from_right as i32)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    let color = if on || response.hovered() { colors.text.0 } else { colors.text_weak.0.gamma_multiply(0.7) };
    let font = FontId::new(14.0, FontFamily::Name(theme::ICON_FAMILY.into()));
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon.0, font, color);
    response.on_hover_text(name).clicked()
}
