//! Which keypoints the active label has: a square to put them in, their names and colours, the lines between them, and
//! which of them are left and right of each other.

use super::options::choice;
use super::widgets::{icon_button, sheet};
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Color32, ComboBox, Context, DragValue, Key, Modifiers, Pos2, Rect, Response, RichText, ScrollArea, Sense, Stroke, TextEdit};
use egui::{Role, Ui, Vec2, WidgetInfo};
use limn_core::built_in::BUILT_IN;
use limn_core::{LabelId, Template, TemplatePoint};
use limn_editor::Event;

/// Side of the square in points, and the room around it in which points can still be seen.
const SIDE: f32 = 340.0;
const MARGIN: f32 = 14.0;
/// How near the pointer must be to a point. Points.
const NEAR: f32 = 10.0;
/// Steps that can be taken back.
const MAX_UNDO: usize = 100;

/// What is being changed; nothing of it counts until it is saved.
#[derive(Default)]
pub struct TemplatePanel {
    label: Option<LabelId>,
    template: Template,
    /// So many points are in the schema already: they stay.
    fixed: usize,
    selected: Option<usize>,
    /// A point that is dragged, and where it was.
    dragged: Option<(usize, [f64; 2])>,
    mirrored: bool,
    edge: [usize; 2],
    undo: Vec<Template>,
}

/// The panel.
pub fn template_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut panel) = app.ui.template.take() else { return };
    let Some(label) = app.editor.active_label().and_then(|id| app.editor.schema.label(id)) else { return };
    let (id, name, color) = (label.id, label.name.clone(), label.color);
    if panel.label != Some(id) {
        let template = label.keypoints.clone().unwrap_or_default();
        panel = TemplatePanel { label: Some(id), fixed: template.points.len(), template, ..TemplatePanel::default() };
    }
    let before = panel.template.clone();
    let mut save = false;
    let mut open = sheet(ctx, "template", &format!("Keypoints of {name}"), 840.0, |ui| {
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                square_ui(&mut panel, color, ui);
                below_square_ui(&mut panel, ui);
            });
            ui.add_space(12.0);
            ui.vertical(|ui| lists_ui(&mut panel, color, ui));
        });
        ui.separator();
        save = bottom_ui(&panel, ui);
    });
    let undo = ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Z));
    if undo && let Some(template) = panel.undo.pop() {
        panel.template = template;
        panel.selected = None;
    } else if panel.template != before && panel.dragged.is_none() {
        panel.remember(before);
    }
    if save {
        app.tell(Event::SetTemplate(id, Box::new(panel.template.clone())));
        open = false;
    }
    if open {
        app.ui.template = Some(panel);
    } else {
        app.ui.focus_canvas = true;
    }
}

impl TemplatePanel {
    fn remember(&mut self, before: Template) {
        self.undo.push(before);
        if self.undo.len() > MAX_UNDO {
            self.undo.remove(0);
        }
    }

    fn add(&mut self, x: f64, y: f64) {
        let number = self.template.points.len() + 1;
        let free = |number: &usize| self.template.points.iter().all(|point| point.name != format!("point {number}"));
        let number = (number..number + 1000).find(free).unwrap_or(number);
        self.template.points.push(TemplatePoint { name: format!("point {number}"), x: hundredths(x), y: hundredths(y), color: None });
        self.selected = Some(self.template.points.len() - 1);
    }

    /// Takes a point away that is not in the schema yet.
    fn remove(&mut self, at: usize) {
        if at < self.fixed || at >= self.template.points.len() {
            return;
        }
        self.template.points.remove(at);
        for ends in [&mut self.template.edges, &mut self.template.pairs] {
            ends.retain(|[a, b]| *a != at && *b != at);
            ends.iter_mut().flatten().filter(|end| **end > at).for_each(|end| *end -= 1);
        }
        self.selected = None;
    }

    /// A line between two points, or none where there is one.
    fn toggle_edge(&mut self, a: usize, b: usize) {
        let same = |edge: &[usize; 2]| *edge == [a, b] || *edge == [b, a];
        match self.template.edges.iter().position(same) {
            Some(at) => drop(self.template.edges.remove(at)),
            None if a != b => self.template.edges.push([a, b]),
            None => {}
        }
    }

    /// The point that takes the place of this one in the mirror.
    fn set_pair(&mut self, at: usize, other: Option<usize>) {
        self.template.pairs.retain(|[a, b]| ![*a, *b].contains(&at) && other.is_none_or(|other| ![*a, *b].contains(&other)));
        if let Some(other) = other.filter(|other| *other != at) {
            self.template.pairs.push([at, other]);
        }
    }

    /// Where a point is shown in the unit square.
    fn shown(&self, at: usize) -> [f64; 2] {
        let point = &self.template.points[if self.mirrored { self.template.mirrored(at) } else { at }];
        [if self.mirrored { 1.0 - point.x } else { point.x }, point.y]
    }
}

fn hundredths(value: f64) -> f64 {
    (value.clamp(0.0, 1.0) * 1000.0).round() / 1000.0
}

/// The square: a click adds, a drag moves, a drag from point to point draws a line.
fn square_ui(panel: &mut TemplatePanel, color: [u8; 3], ui: &mut Ui) {
    let (outer, response) = ui.allocate_exact_size(Vec2::splat(SIDE + 2.0 * MARGIN), Sense::click_and_drag());
    let rect = outer.shrink(MARGIN);
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, format!("Square of {} keypoints", panel.template.points.len())));
    let screen = |[x, y]: [f64; 2]| rect.min + Vec2::new(x as f32, y as f32) * SIDE;
    let places: Vec<Pos2> = (0..panel.template.points.len()).map(|at| screen(panel.shown(at))).collect();
    let near = |pos: Pos2, but: Option<usize>| {
        let others = places.iter().enumerate().filter(|(at, place)| Some(*at) != but && place.distance(pos) <= NEAR);
        others.min_by(|a, b| a.1.distance(pos).total_cmp(&b.1.distance(pos))).map(|(at, _)| at)
    };
    if !panel.mirrored {
        take_pointer(panel, &response, rect, near);
    }
    let colors = theme::colors(ui.ctx());
    let painter = ui.painter().with_clip_rect(outer);
    painter.rect_filled(outer, 4.0, colors.panel_low.0);
    painter.rect_stroke(rect, 0.0, Stroke::new(1.0, colors.hairline.0), egui::StrokeKind::Inside);
    let places: Vec<Pos2> = (0..panel.template.points.len()).map(|at| screen(panel.shown(at))).collect();
    for [a, b] in &panel.template.edges {
        painter.line_segment([places[*a], places[*b]], Stroke::new(2.0, color_of(panel, *b, color).gamma_multiply(0.8)));
    }
    let hovered = response.hover_pos().and_then(|pos| near(pos, panel.dragged.map(|(at, _)| at)));
    for (at, place) in places.iter().enumerate() {
        let radius = if panel.selected == Some(at) || hovered == Some(at) { 6.0 } else { 4.5 };
        painter.circle(*place, radius, color_of(panel, at, color), Stroke::new(1.5, colors.text.0));
        if panel.selected == Some(at) || hovered == Some(at) {
            let font = egui::FontId::new(theme::tokens().size.small, egui::FontFamily::Proportional);
            let name = panel.template.points[at].name.clone();
            painter.text(*place + Vec2::new(9.0, -9.0), egui::Align2::LEFT_BOTTOM, name, font, colors.text.0);
        }
    }
    if places.is_empty() {
        let font = egui::FontId::new(theme::tokens().size.body, egui::FontFamily::Proportional);
        painter.text(rect.center(), egui::Align2::CENTER_CENTER, "Click to add the first keypoint", font, colors.text_weak.0);
    }
    let hint = "Click adds a point, a drag moves it. Drag a point onto another for a line between them.";
    ui.label(RichText::new(hint).small().color(colors.text_weak.0));
}

fn take_pointer(panel: &mut TemplatePanel, response: &Response, rect: Rect, near: impl Fn(Pos2, Option<usize>) -> Option<usize>) {
    let unit = |pos: Pos2| [f64::from((pos.x - rect.min.x) / SIDE), f64::from((pos.y - rect.min.y) / SIDE)];
    let Some(pos) = response.interact_pointer_pos() else { return };
    if response.drag_started() {
        let from = response.ctx.input(|input| input.pointer.press_origin()).unwrap_or(pos);
        if let Some(at) = near(from, None) {
            let point = &panel.template.points[at];
            panel.dragged = Some((at, [point.x, point.y]));
            panel.selected = Some(at);
            panel.remember(panel.template.clone());
        }
    }
    if let Some((at, [x, y])) = panel.dragged {
        let [to_x, to_y] = unit(pos);
        if let Some(point) = panel.template.points.get_mut(at) {
            (point.x, point.y) = (hundredths(to_x), hundredths(to_y));
        }
        if response.drag_stopped() {
            panel.dragged = None;
            if let Some(other) = near(pos, Some(at)) {
                // It was led to another point, not moved.
                (panel.template.points[at].x, panel.template.points[at].y) = (x, y);
                panel.toggle_edge(at, other);
            }
        }
    } else if response.clicked() {
        match near(pos, None) {
            Some(at) => panel.selected = Some(at),
            None => {
                let [x, y] = unit(pos);
                panel.add(x, y);
            }
        }
    }
}

fn color_of(panel: &TemplatePanel, at: usize, label: [u8; 3]) -> Color32 {
    let [r, g, b] = panel.template.points[at].color.unwrap_or(label);
    Color32::from_rgb(r, g, b)
}

fn below_square_ui(panel: &mut TemplatePanel, ui: &mut Ui) {
    ui.horizontal(|ui| {
        choice(ui, &mut panel.mirrored, "mirrored", "How it looks when it is mirrored: left and right change places");
        let named = panel.template.pairs_by_name();
        let text = "Pair points whose names differ in left and right alone";
        let response = ui.add_enabled(!named.is_empty() && named != panel.template.pairs, egui::Button::new("Pairs by name"));
        if response.on_hover_text(text).clicked() {
            panel.template.pairs = named;
        }
        ui.add_enabled_ui(panel.fixed == 0, |ui| {
            let combo = ComboBox::from_id_salt("template-start").selected_text("Start from…").width(150.0).show_ui(ui, |ui| {
                for built_in in &BUILT_IN {
                    if ui.selectable_label(false, built_in.name).clicked() {
                        panel.template = built_in.template();
                        panel.selected = None;
                        ui.close();
                    }
                }
            });
            combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Start from a known template"));
        });
    });
}

fn lists_ui(panel: &mut TemplatePanel, color: [u8; 3], ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let mut removed = None;
    let names: Vec<String> = panel.template.points.iter().map(|point| point.name.clone()).collect();
    ScrollArea::vertical().max_height(SIDE - 40.0).id_salt("template-points").show(ui, |ui| {
        for at in 0..panel.template.points.len() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let is_fixed = at < panel.fixed;
                let partner = panel.template.mirrored(at);
                let point = &mut panel.template.points[at];
                let mut shown = point.color.unwrap_or(color);
                let swatch = ui.color_edit_button_srgb(&mut shown);
                swatch.widget_info(|| WidgetInfo::labeled(Role::ColorWell, true, format!("Colour of {}", names[at])));
                if swatch.changed() {
                    point.color = Some(shown);
                }
                let field = ui.add(TextEdit::singleline(&mut point.name).desired_width(110.0));
                field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("Name of point {}", at + 1)));
                if field.gained_focus() {
                    panel.selected = Some(at);
                }
                for (value, axis) in [(&mut point.x, "across"), (&mut point.y, "down")] {
                    let drag = ui.add(DragValue::new(value).range(0.0..=1.0).speed(0.005).max_decimals(2));
                    drag.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, format!("{} {axis}", names[at])));
                }
                let text = if partner == at { "no pair" } else { names[partner].as_str() };
                let combo = ComboBox::from_id_salt(("template-pair", at)).selected_text(RichText::new(text).small()).width(96.0);
                let mut chosen = None;
                let combo = combo.show_ui(ui, |ui| {
                    if ui.selectable_label(partner == at, "no pair").clicked() {
                        chosen = Some(None);
                        ui.close();
                    }
                    for (other, name) in names.iter().enumerate().filter(|(other, _)| *other != at) {
                        if ui.selectable_label(partner == other, name).clicked() {
                            chosen = Some(Some(other));
                            ui.close();
                        }
                    }
                });
                combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("Mirror partner of {}", names[at])));
                if let Some(other) = chosen {
                    panel.set_pair(at, other);
                }
                let why = if is_fixed { "Instances may have it: it stays" } else { "Remove" };
                if icon_button(ui, icons::X, &format!("Remove {}", names[at]), why, false, !is_fixed).clicked() {
                    removed = Some(at);
                }
            });
        }
        if names.is_empty() {
            ui.label(RichText::new("No keypoints yet. Click in the square, or start from a known template.").color(colors.text_weak.0));
        }
    });
    if let Some(at) = removed {
        panel.remove(at);
    }
    if ui.button("Add a point").clicked() {
        panel.add(0.5, 0.5);
    }
    edges_ui(panel, ui);
}

/// Lines by names, for those who do not drag.
fn edges_ui(panel: &mut TemplatePanel, ui: &mut Ui) {
    let names: Vec<String> = panel.template.points.iter().map(|point| point.name.clone()).collect();
    if names.len() < 2 {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.label(format!("{} lines", panel.template.edges.len()));
        for (at, what) in ["Line from", "Line to"].into_iter().enumerate() {
            panel.edge[at] = panel.edge[at].min(names.len() - 1);
            let combo = ComboBox::from_id_salt(("template-edge", at)).selected_text(&names[panel.edge[at]]).width(104.0);
            let combo = combo.show_index(ui, &mut panel.edge[at], names.len(), |at| names[at].clone());
            combo.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, what));
        }
        let [a, b] = panel.edge;
        let is_there = panel.template.edges.iter().any(|edge| *edge == [a, b] || *edge == [b, a]);
        if ui.add_enabled(a != b, egui::Button::new(if is_there { "Remove the line" } else { "Add a line" })).clicked() {
            panel.toggle_edge(a, b);
        }
    });
}

/// Says whether it is to be saved.
fn bottom_ui(panel: &TemplatePanel, ui: &mut Ui) -> bool {
    let colors = theme::colors(ui.ctx());
    let nameless = panel.template.points.iter().any(|point| point.name.trim().is_empty());
    let problem = panel.template.problem().or_else(|| nameless.then(|| "a keypoint without a name".to_owned()));
    let mut save = false;
    ui.horizontal(|ui| {
        let ready = problem.is_none() && !panel.template.points.is_empty();
        save = ui.add_enabled(ready, egui::Button::new("Save")).clicked();
        match (&problem, panel.fixed) {
            (Some(problem), _) => ui.label(RichText::new(format!("There is {problem}.")).color(colors.warn.0)),
            (None, 0) => ui.label(RichText::new("Ctrl+Z takes a step back.").small().color(colors.text_weak.0)),
            (None, _) => {
                let text = "Points may be renamed, moved and added. Their order stays, since instances count them.";
                ui.label(RichText::new(text).small().color(colors.text_weak.0))
            }
        };
    });
    save
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel() -> TemplatePanel {
        let mut panel = TemplatePanel { fixed: 1, ..TemplatePanel::default() };
        (0..4).for_each(|at| panel.add(f64::from(at) / 4.0, 0.5));
        panel
    }

    #[test]
    fn a_removed_point_takes_its_lines_with_it() {
        let mut panel = panel();
        panel.toggle_edge(0, 1);
        panel.toggle_edge(2, 3);
        panel.set_pair(1, Some(3));
        panel.remove(0);
        assert_eq!(panel.template.points.len(), 4, "the first is in the schema");
        panel.remove(1);
        assert_eq!((panel.template.edges.as_slice(), panel.template.pairs.as_slice()), (&[[1, 2]][..], &[][..]));
        assert_eq!(panel.template.problem(), None);
        panel.toggle_edge(2, 1);
        assert!(panel.template.edges.is_empty());
    }

    #[test]
    fn a_point_has_one_partner() {
        let mut panel = panel();
        panel.set_pair(0, Some(1));
        panel.set_pair(2, Some(1));
        assert_eq!(panel.template.pairs, [[2, 1]]);
        panel.mirrored = true;
        assert_eq!(panel.shown(2), [0.75, 0.5]);
        panel.set_pair(1, None);
        assert!(panel.template.pairs.is_empty());
    }
}
