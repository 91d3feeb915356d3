//! The list of instances of the frame, in step with the canvas, and the label for what is drawn next.

use super::attributes::{asks_about_place, attributes_ui, open_text};
use super::event_panel::{event_list_ui, event_ui};
use super::issues::issues_ui;
use super::looked::{looked_ui, tells_of_file};
use super::selected::selected_ui;
use super::widgets::{focus_ring, heading};
use crate::app::LimnApp;
use crate::settings::ListColumn;
use crate::{icons, theme};
use egui::{Align2, CornerRadius, FontFamily, FontId, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use limn_core::document::Stamp;
use limn_core::schema::UsedFor;
use limn_core::{Document, Instance, InstanceId, LabelId, Role as InstanceRole, SpatialType};
use limn_editor::{Command, Event};
use std::collections::HashMap;

/// One row of the list.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Row<'a> {
    /// A label and the instances that have it.
    Label(&'a Group),
    /// An instance: number among its label's.
    Instance(InstanceId, usize),
}

/// What the list can tell beside the names.
const COLUMNS: [(ListColumn, &str); 4] =
    [(ListColumn::Size, "size"), (ListColumn::Area, "area"), (ListColumn::Percent, "% of picture"), (ListColumn::Points, "points")];

/// Points of height that the list keeps: what it tells, and some rows.
const ROOM_OF_LIST: f32 = 90.0;
/// Most instances whose areas are added up whenever one changes: some milliseconds.
const MOST_SUMMED: usize = 20_000;

/// The instances of a label, sorted.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    label: LabelId,
    ids: Vec<InstanceId>,
}

/// The rows, kept in step with the document: a change moves one of 100,000, not all.
#[derive(Default)]
pub struct Rows {
    made_of: Option<Stamp>,
    /// Sorted by label; none is empty.
    groups: Vec<Group>,
    /// Areas of each label's instances added up, in square pixels, and for which state.
    sums: Option<(Stamp, HashMap<LabelId, f64>)>,
}

impl Rows {
    fn sync(&mut self, document: &Document) {
        if self.made_of.as_ref() == Some(document.stamp()) {
            return;
        }
        let then = self.made_of.replace(document.stamp().clone());
        if let Some(touched) = then.and_then(|then| document.touched_since(&then)) {
            for id in touched {
                self.put(id, document.get(id).map(|instance| instance.label));
            }
            return;
        }
        self.groups.clear();
        for instance in document.instances().iter() {
            self.group(instance.label).ids.push(instance.id);
        }
    }

    /// Adds the areas up, if the column shows them and there are not too many.
    fn sum(&mut self, document: &Document, column: ListColumn) {
        let wanted = matches!(column, ListColumn::Area | ListColumn::Percent) && document.instances().len() <= MOST_SUMMED;
        if !wanted {
            self.sums = None;
        } else if self.sums.as_ref().is_none_or(|(stamp, _)| stamp != document.stamp()) {
            let mut sums = HashMap::new();
            for instance in document.instances().iter() {
                *sums.entry(instance.label).or_default() += instance.geometry.area();
            }
            self.sums = Some((document.stamp().clone(), sums));
        }
    }

    fn sum_of(&self, label: LabelId) -> Option<f64> {
        self.sums.as_ref().and_then(|(_, sums)| sums.get(&label).copied())
    }

    /// The group of a label, made if there is none.
    fn group(&mut self, label: LabelId) -> &mut Group {
        let at = self.groups.binary_search_by_key(&label, |group| group.label).unwrap_or_else(|at| {
            self.groups.insert(at, Group { label, ids: Vec::new() });
            at
        });
        &mut self.groups[at]
    }

    /// Puts an instance where it is now.
    fn put(&mut self, id: InstanceId, label: Option<LabelId>) {
        for group in self.groups.iter_mut().filter(|group| Some(group.label) != label) {
            if let Ok(at) = group.ids.binary_search(&id) {
                group.ids.remove(at);
            }
        }
        if let Some(label) = label {
            let ids = &mut self.group(label).ids;
            if let Err(at) = ids.binary_search(&id) {
                ids.insert(at, id);
            }
        }
        self.groups.retain(|group| !group.ids.is_empty());
    }

    fn len(&self) -> usize {
        self.groups.iter().map(|group| group.ids.len() + 1).sum()
    }

    fn row(&self, mut at: usize) -> Option<Row<'_>> {
        for group in &self.groups {
            match at {
                0 => return Some(Row::Label(group)),
                _ if at <= group.ids.len() => return Some(Row::Instance(group.ids[at - 1], at)),
                _ => at -= group.ids.len() + 1,
            }
        }
        None
    }

    fn place(&self, id: InstanceId) -> Option<usize> {
        let mut before = 0;
        for group in &self.groups {
            if let Ok(at) = group.ids.binary_search(&id) {
                return Some(before + 1 + at);
            }
            before += group.ids.len() + 1;
        }
        None
    }
}

/// The panel.
pub fn instances_ui(app: &mut LimnApp, ui: &mut Ui) {
    labels_ui(app, ui);
    ui.add_space(4.0);
    ui.separator();
    issues_ui(app, ui);
    event_list_ui(app, ui);
    let count = app.editor.document().instances().len();
    let selected = app.editor.selection().len();
    let note = if selected > 0 { format!("{selected} of {count} selected") } else { count.to_string() };
    heading(ui, "Instances", &note);
    let (of_place, of_file) = (app.editor.selection().is_empty() && asks_about_place(app), tells_of_file(app));
    let of_event = app.editor.selected_event().is_some();
    if !app.editor.selection().is_empty() || of_place || of_file || of_event {
        // In a low window the list keeps some rows, and what is below it scrolls.
        let most = (ui.available_height() - ROOM_OF_LIST).max(ROOM_OF_LIST);
        egui::Panel::bottom("selected").frame(egui::Frame::NONE).show(ui, |ui| {
            ScrollArea::vertical().id_salt("selected").max_height(most).min_scrolled_height(most).auto_shrink([false, true]).show(
                ui,
                |ui| {
                    ui.add_space(6.0);
                    if !app.editor.selection().is_empty() {
                        selected_ui(app, ui);
                    }
                    event_ui(app, ui);
                    attributes_ui(app, ui);
                    if of_file && !of_event {
                        looked_ui(app, ui);
                    }
                },
            );
        });
    }
    if count == 0 {
        let colors = theme::colors(ui.ctx());
        let keys = (app.caps.first(&app.keymap, Command::ToolBox), app.caps.first(&app.keymap, Command::ToolPolygon));
        ui.label(egui::RichText::new(format!("Nothing here yet. {} draws boxes, {} polygons.", keys.0, keys.1)).color(colors.text_weak.0));
        return;
    }
    columns_ui(app, ui);
    let mut rows = std::mem::take(&mut app.ui.instance_rows);
    rows.sync(app.editor.document());
    rows.sum(app.editor.document(), app.settings.list_column);
    let height = theme::tokens().size.row;
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().auto_shrink(false).id_salt("instances");
    let last = app.editor.selection().last().copied();
    if app.ui.scrolled_to != last {
        app.ui.scrolled_to = last;
        if let Some(at) = last.and_then(|id| rows.place(id)) {
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
            match rows.row(at) {
                Some(Row::Label(group)) => label_row_ui(app, ui, group, rows.sum_of(group.label), &mut events),
                Some(Row::Instance(id, number)) => instance_row_ui(app, ui, id, number, &mut events),
                None => {}
            }
        }
    });
    ui.ctx().data_mut(|data| data.insert_temp(egui::Id::unique("instances-offset"), output.state.unclamped_offset().y));
    app.ui.instance_rows = rows;
    for event in events {
        if let Event::Select(ids) = &event {
            app.ui.scrolled_to = ids.last().copied();
        }
        app.tell(event);
    }
}

/// What the list tells beside the names.
fn columns_ui(app: &mut LimnApp, ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (column, name) in COLUMNS {
            let on = app.settings.list_column == column;
            let response = ui.add(egui::Button::selectable(on, egui::RichText::new(name).small()));
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, format!("List: {name}")));
            if response.clicked() {
                app.settings.list_column = column;
            }
        }
    });
}

fn column_text(app: &LimnApp, instance: &Instance) -> String {
    let geometry = &instance.geometry;
    match app.settings.list_column {
        ListColumn::Size => match geometry.bounds() {
            Some(rect) if rect.width() + rect.height() > 0.0 => format!("{:.0}×{:.0}", rect.width(), rect.height()),
            _ => String::new(),
        },
        ListColumn::Area | ListColumn::Percent => area_text(app, geometry.area()),
        ListColumn::Points => geometry.num_points().to_string(),
    }
}

/// An area in square pixels as the chosen column tells it.
fn area_text(app: &LimnApp, area: f64) -> String {
    let (scale, [width, height]) = (&app.editor.options().scale, app.editor.image());
    match app.settings.list_column {
        ListColumn::Percent => format!("{:.2} %", area / (width * height).max(1.0) * 100.0),
        _ if scale.per_pixel > 0.0 => format!("{:.1} {}²", area * scale.per_pixel * scale.per_pixel, scale.unit),
        _ => format!("{area:.0}"),
    }
}

/// Buttons for the labels: what is drawn next, or the selection's label.
fn labels_ui(app: &mut LimnApp, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let keys = app.caps.first(&app.keymap, Command::AskLabel);
    heading(ui, "Labels", &format!("{keys} to search"));
    let (active, of_event) = (app.editor.active_label(), app.editor.event_label());
    let is_for_events = |id: LabelId| app.editor.schema.label(id).is_some_and(|label| label.used_for == UsedFor::Events);
    let labels: Vec<_> = app.editor.schema.offered().map(|label| (label.id, label.name.clone(), label.color, label.key)).collect();
    let mut chosen = None;
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("labels").max_height(sizes.row * 10.0).show(ui, |ui| {
        for (at, (id, name, [r, g, b], key)) in labels.iter().enumerate() {
            let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), sizes.row), Sense::click());
            let is_active = active == Some(*id) || (of_event == Some(*id) && is_for_events(*id));
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
            let painter = ui.painter().with_clip_rect(rect.with_max_x(rect.right() - 24.0));
            let drawn = painter.text(egui::pos2(rect.left() + 26.0, rect.center().y), Align2::LEFT_CENTER, name, font, colors.text.0);
            if is_for_events(*id) {
                let font = FontId::new(sizes.small, FontFamily::Proportional);
                painter.text(drawn.right_center() + Vec2::new(8.0, 0.0), Align2::LEFT_CENTER, "event", font, colors.text_weak.0);
            }
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

fn label_row_ui(app: &LimnApp, ui: &mut Ui, group: &Group, area: Option<f64>, events: &mut Vec<Event>) {
    let (label, count) = (group.label, group.ids.len());
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), sizes.row), Sense::click());
    let (name, [r, g, b]) = app.editor.schema.shown(label);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}, {count} instances")));
    swatch(ui, rect.left() + 10.0, rect.center().y, egui::Color32::from_rgb(r, g, b));
    let font = FontId::new(sizes.body, FontFamily::Name(theme::STRONG_FAMILY.into()));
    ui.painter().text(egui::pos2(rect.left() + 22.0, rect.center().y), Align2::LEFT_CENTER, &name, font, colors.text.0);
    let font = FontId::new(sizes.small, FontFamily::Monospace);
    let note = area.map_or_else(|| count.to_string(), |area| format!("{count} · {}", area_text(app, area)));
    ui.painter().text(egui::pos2(rect.right() - 52.0, rect.center().y), Align2::RIGHT_CENTER, note, font, colors.text_weak.0);
    // The first one speaks for all: reading every flag of 100,000 each frame would not do.
    if let Some(first) = group.ids.first().copied() {
        let (hidden, locked) = (app.editor.is_hidden(first), app.editor.is_locked(first));
        if small_button(ui, rect, 36.0, if hidden { icons::EYE_OFF } else { icons::EYE }, &format!("Hide all: {name}"), hidden) {
            events.push(Event::SetHidden(group.ids.clone(), !hidden));
        } else if small_button(ui, rect, 14.0, if locked { icons::LOCK } else { icons::UNLOCK }, &format!("Lock all: {name}"), locked) {
            events.push(Event::SetLocked(group.ids.clone(), !locked));
        } else if response.on_hover_text("Select all of this label").clicked() {
            events.push(Event::Select(group.ids.clone()));
        }
    }
}

fn instance_row_ui(app: &LimnApp, ui: &mut Ui, id: InstanceId, number: usize, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), sizes.row), Sense::click());
    let Some(instance) = app.editor.document().get(id) else { return };
    let track = instance.member.and_then(|member| app.editor.sequences().get(member.sequence));
    let name = match track {
        Some(track) => app.editor.sequence_name(&track.sequence),
        None => format!("{} {number}", app.editor.schema.shown(instance.label).0),
    };
    let bounds = instance.geometry.bounds();
    let (width, height) = bounds.map_or((0.0, 0.0), |rect| (rect.width(), rect.height()));
    let (selected, hidden, locked) = (app.editor.selection().contains(&id), app.editor.is_hidden(id), app.editor.is_locked(id));
    let (kind, column) = (instance.geometry.spatial_type().title(), column_text(app, instance));
    let (mut marks, open) = (marks_text(instance), app.editor.num_open(instance));
    let open_note = open_text(open);
    response.widget_info(|| {
        let comma = if marks.is_empty() { "" } else { ", " };
        WidgetInfo::selected(
            Role::ListBoxOption,
            true,
            selected,
            format!("{name}, {kind}, {width:.0} by {height:.0}{comma}{marks}{}{open_note}", if open > 0 { ", " } else { "" }),
        )
    });
    if open > 0 {
        marks = format!("?{open} {marks}");
    }
    let response = if open > 0 { response.on_hover_text(open_note) } else { response };
    if selected || response.hovered() {
        let ground = if selected { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(sizes.corner), ground);
    }
    focus_ring(ui, &response, rect);
    let text = if hidden { colors.text_weak.0.gamma_multiply(0.6) } else { colors.text.0 };
    let mut icon = kind_icon(instance.geometry.spatial_type());
    if instance.run.is_some() {
        icon = icons::IMPORT;
    }
    let font = FontId::new(13.0, FontFamily::Name(theme::ICON_FAMILY.into()));
    ui.painter().text(egui::pos2(rect.left() + 28.0, rect.center().y), Align2::CENTER_CENTER, icon.0, font, colors.text_weak.0);
    let font = FontId::new(sizes.body, FontFamily::Proportional);
    let drawn = ui.painter().text(egui::pos2(rect.left() + 42.0, rect.center().y), Align2::LEFT_CENTER, &name, font, text);
    let room = rect.with_max_x(rect.right() - 52.0 - 7.0 * column.chars().count() as f32);
    let font_small = FontId::new(sizes.small, FontFamily::Proportional);
    ui.painter().with_clip_rect(room.intersect(ui.clip_rect())).text(
        egui::pos2(drawn.right() + 6.0, rect.center().y),
        Align2::LEFT_CENTER,
        &marks,
        font_small,
        colors.warn.0,
    );
    let font = FontId::new(sizes.small, FontFamily::Monospace);
    ui.painter().text(egui::pos2(rect.right() - 52.0, rect.center().y), Align2::RIGHT_CENTER, column, font, colors.text_weak.0);
    let mut on_button = false;
    if hidden || response.hovered() || response.contains_pointer() {
        on_button |= toggle(ui, rect, 36.0, if hidden { icons::EYE_OFF } else { icons::EYE }, &format!("Hide {name}"), hidden, || {
            events.push(Event::SetHidden(vec![id], !hidden));
        });
    }
    if locked || response.hovered() || response.contains_pointer() {
        on_button |= toggle(ui, rect, 14.0, if locked { icons::LOCK } else { icons::UNLOCK }, &format!("Lock {name}"), locked, || {
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

/// What is marked that a person should see at a glance.
fn marks_text(instance: &Instance) -> String {
    let marks = &instance.marks;
    let set = [
        (marks.role != InstanceRole::Object, marks.role.as_str()),
        (marks.occluded, "occluded"),
        (marks.truncated, "truncated"),
        (marks.difficult, "difficult"),
        (marks.unsure.is_some(), "unsure"),
        (marks.approved, "approved"),
        (marks.pinned, "pinned"),
    ];
    let names: Vec<&str> = set.into_iter().filter_map(|(on, name)| on.then_some(name)).collect();
    names.join(", ")
}

/// The icon of a kind of geometry.
pub fn kind_icon(spatial_type: SpatialType) -> icons::Icon {
    match spatial_type {
        SpatialType::Box => icons::BOX,
        SpatialType::RotatedBox => icons::ROTATED_BOX,
        SpatialType::Polygon => icons::POLYGON,
        SpatialType::Polyline => icons::POLYLINE,
        SpatialType::Keypoints => icons::KEYPOINTS,
        SpatialType::Ellipse => icons::ELLIPSE,
        SpatialType::Cuboid => icons::CUBOID,
        SpatialType::Mask => icons::MASK,
        SpatialType::Point => icons::POINT,
        SpatialType::Tag => icons::TAG,
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

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::log::{Change, InstanceSet};
    use limn_core::{FileId, Geometry, Instance};

    #[test]
    fn rows_kept_in_step_are_those_made_anew() {
        let file = FileId::from_parts(0, [0; 10]);
        let instance = |at: u64| Instance {
            id: InstanceId::from_parts(at, [0; 10]),
            file,
            frame: 0,
            label: LabelId(1 + (at % 3) as u32),
            geometry: Geometry::Box(limn_core::Rect::from_xywh(0.0, 0.0, 1.0, 1.0)),
            marks: limn_core::Marks::default(),
            run: None,
            confidence: None,
            extra: None,
            member: None,
        };
        let mut document = Document::new((0..40).map(instance).collect());
        let mut rows = Rows::default();
        let mut seed = 3_u64;
        for _ in 0..300 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (at, kind) = ((seed >> 33) % 50, (seed >> 40) % 3);
            let id = instance(at).id;
            let change = match kind {
                0 => Change::InstanceAdd(Box::new(instance(at))),
                1 => Change::InstanceSet { id, set: InstanceSet::Deleted(true) },
                _ => Change::InstanceSet { id, set: InstanceSet::Label(LabelId((seed >> 45) as u32 % 5)) },
            };
            document.apply(file, 0, &change);
            rows.sync(&document);
            let mut anew = Rows::default();
            anew.sync(&document);
            assert_eq!(rows.groups, anew.groups);
        }
        for at in 0..rows.len() {
            let Some(Row::Instance(id, number)) = rows.row(at) else { continue };
            assert_eq!(rows.place(id), Some(at));
            let label = document.get(id).unwrap().label;
            let before = document.instances().iter().filter(|other| other.label == label && other.id <= id).count();
            assert_eq!(number, before);
        }
        assert_eq!(rows.row(rows.len()), None);
    }
}
