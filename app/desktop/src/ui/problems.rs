//! What breaks the schema's rules on the frame, in the sequences of a video or on all its frames, the worst first; each is gone to
//! by a click or Enter.

use super::corner::{Corner, corner_ui};
use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::problems::Reach;
use crate::{icons, theme};
use egui::{Color32, Context, Pos2, RichText, Role, ScrollArea, Stroke, StrokeKind, Ui, WidgetInfo};
use limn_core::schema::Severity;
use limn_core::{ImagePos, Rect};
use limn_tools::problems::Problem;
use std::sync::Arc;

/// Outlines that are drawn: more could not be told apart.
const MOST_OUTLINES: usize = 300;
/// Between a shape and the outline around it, in screen points.
const ROOM: f32 = 4.0;

/// The open panel.
#[derive(Default)]
pub struct ProblemsPanel {
    /// Why the one that was gone to may stand.
    note: String,
    /// Whether those that may stand are listed.
    shows_accepted: bool,
    /// The keyboard was given to it.
    is_focused: bool,
}

enum Asked {
    Close,
    Show(usize),
    List(Reach),
    /// Let it stand, or no longer.
    Accept(Arc<Problem>, Option<String>),
}

/// The colour of a severity.
pub fn color(severity: Severity, colors: &theme::Colors) -> Color32 {
    match severity {
        Severity::Blocks => colors.error.0,
        Severity::Warns => colors.warn.0,
        Severity::Informs => colors.accent.0,
    }
}

/// The small window at the canvas's top right.
pub fn problems_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut panel) = app.ui.problems.take() else { return };
    let mut asked = app.editor.file().is_none().then_some(Asked::Close);
    let look = Corner { name: "Problems", title: "Problems", close: ["Close the problems", "Close   Esc"], width: 380.0 };
    let is_closed = corner_ui(ctx, app.ui.adjust_offset, &look, |ui| {
        asked = list_ui(app, &mut panel, ui).or(asked.take());
    });
    match is_closed.then_some(Asked::Close).or(asked) {
        Some(Asked::Close) => {
            app.ui.focus_canvas = true;
            return;
        }
        Some(Asked::Show(at)) => app.go_to_problem(at),
        Some(Asked::List(reach)) => app.set_reach_of_problems(reach),
        Some(Asked::Accept(problem, note)) => {
            panel.note.clear();
            if let Some(id) = problem.instance {
                app.tell(limn_editor::Event::Accept(id, problem.rule, note));
            }
        }
        None => {}
    }
    app.ui.problems = Some(panel);
}

fn list_ui(app: &LimnApp, panel: &mut ProblemsPanel, ui: &mut Ui) -> Option<Asked> {
    let colors = theme::colors(ui.ctx());
    let list = app.problems.list();
    let text = if !app.problems.has_rules() {
        "The schema has no rules. Add some in its editor: menu Label, \"Edit schema…\".".to_owned()
    } else if list.is_empty() && app.problems.is_late() {
        "Looking…".to_owned()
    } else if list.is_empty() {
        "Nothing breaks a rule here.".to_owned()
    } else {
        told(app.problems.numbers())
    };
    let mut asked = if app.editor.is_video() && app.problems.has_rules() { reach_ui(app, ui) } else { None };
    ui.label(RichText::new(&text).color(colors.text_weak.0)).widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    let row = ui.spacing().interact_size.y;
    ScrollArea::vertical().max_height(12.0 * row).auto_shrink([false, true]).show_rows(ui, row, list.len(), |ui, rows| {
        for at in rows {
            let Some(problem) = list.get(at) else { continue };
            ui.horizontal(|ui| {
                let (dot, _) = ui.allocate_exact_size(egui::vec2(10.0, row), egui::Sense::hover());
                mark(ui.painter(), dot.center(), problem.severity, color(problem.severity, colors));
                let is_shown = app.problems.shown() == Some(at);
                let text = row_text(problem);
                let button = egui::Button::selectable(is_shown, &text).truncate();
                let response = ui.add(button).on_hover_text(format!("{text}\n{}", problem.severity.as_str()));
                response
                    .widget_info(|| WidgetInfo::selected(Role::Button, true, is_shown, format!("{}: {text}", problem.severity.as_str())));
                if at == 0 && !std::mem::replace(&mut panel.is_focused, true) {
                    response.request_focus();
                }
                if response.clicked() {
                    asked = Some(Asked::Show(at));
                }
            });
        }
    });
    accept_ui(app, panel, ui).or(asked)
}

/// What can be done about the one that was gone to, and those that may stand.
fn accept_ui(app: &LimnApp, panel: &mut ProblemsPanel, ui: &mut Ui) -> Option<Asked> {
    let colors = theme::colors(ui.ctx());
    let mut asked = None;
    let at_hand = app.problems.shown().and_then(|at| app.problems.list().get(at));
    // What blocks has to be mended; what is about a frame as a whole is about nobody who could be marked.
    if let Some(problem) = at_hand.filter(|problem| problem.severity != Severity::Blocks && problem.instance.is_some()) {
        ui.separator();
        ui.horizontal(|ui| {
            let field = ui.add(egui::TextEdit::singleline(&mut panel.note).hint_text("Why it may stand").desired_width(210.0));
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Why it may stand"));
            let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            let button = ui.button("Accept as it is").on_hover_text("It is not told again until what it is about changes");
            if button.clicked() || is_entered {
                asked = Some(Asked::Accept(problem.clone(), Some(panel.note.trim().to_owned())));
            }
        });
    }
    let accepted = app.problems.accepted();
    if accepted.is_empty() {
        return asked;
    }
    ui.toggle_value(&mut panel.shows_accepted, format!("{} accepted", accepted.len()));
    if panel.shows_accepted {
        let row = ui.spacing().interact_size.y;
        ScrollArea::vertical().id_salt("accepted").max_height(5.0 * row).auto_shrink([false, true]).show_rows(
            ui,
            row,
            accepted.len(),
            |ui, rows| {
                for problem in rows.filter_map(|at| accepted.get(at)) {
                    ui.horizontal(|ui| {
                        let back = icon_button(ui, icons::X, "No longer accepted", "It is told again", false, true);
                        if back.clicked() {
                            asked = Some(Asked::Accept(problem.clone(), None));
                        }
                        let text = row_text(problem);
                        let note = problem.accepted.as_deref().unwrap_or_default();
                        let label = egui::Label::new(RichText::new(&text).color(colors.text_weak.0)).truncate();
                        ui.add(label).on_hover_text(if note.is_empty() { text.clone() } else { format!("{text}\n{note}") });
                    });
                }
            },
        );
    }
    asked
}

/// Whether the frame or all of the video is listed.
fn reach_ui(app: &LimnApp, ui: &mut Ui) -> Option<Asked> {
    let mut asked = None;
    let now = app.reach_of_problems();
    ui.horizontal(|ui| {
        let all = [
            (Reach::Frame, "This frame", "And all sequences, as you work"),
            (Reach::File, "All frames", "Every frame on which something is shown; renewed when you pause"),
        ];
        for (reach, name, tip) in all {
            let response = ui.selectable_label(now == reach, name).on_hover_text(tip);
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, now == reach, name));
            if response.clicked() {
                asked = Some(Asked::List(reach));
            }
        }
        if now == Reach::File && app.is_renewed_soon() {
            ui.label(RichText::new("Renewed in a moment").small().color(theme::colors(ui.ctx()).text_weak.0));
        }
    });
    asked
}

/// The message, behind the frames on which it holds.
fn row_text(problem: &Problem) -> String {
    match problem.frames {
        None => problem.message.clone(),
        Some((first, last)) if first == last => format!("{first}: {}", problem.message),
        Some((first, last)) => format!("{first} to {last}: {}", problem.message),
    }
}

/// Where it is on the frame on the canvas, if it is there.
fn area_of(app: &LimnApp, problem: &Problem) -> Option<Rect> {
    let frame = app.editor.frame();
    match problem.frames {
        Some((first, last)) if app.editor.is_video() && frame != first => {
            let there = problem.instance.filter(|_| (first..=last).contains(&frame));
            app.editor.document().get(there?)?.geometry.bounds()
        }
        _ => problem.area,
    }
}

/// The numbers of the severities that there are.
pub fn told(numbers: [usize; Severity::ALL.len()]) -> String {
    let parts = Severity::ALL.iter().zip(numbers).filter(|(_, number)| *number > 0).map(|(severity, number)| {
        let word = match (severity, number) {
            (Severity::Blocks, 1) => "blocks",
            (Severity::Blocks, _) => "block",
            (Severity::Warns, 1) => "warns",
            (Severity::Warns, _) => "warn",
            (Severity::Informs, 1) => "informs",
            (Severity::Informs, _) => "inform",
        };
        format!("{number} {word}")
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// A square, a triangle or a dot: told apart without colours, too.
fn mark(painter: &egui::Painter, at: Pos2, severity: Severity, color: Color32) {
    match severity {
        Severity::Blocks => drop(painter.rect_filled(egui::Rect::from_center_size(at, egui::vec2(8.0, 8.0)), 0.0, color)),
        Severity::Warns => {
            let corner = |x: f32, y: f32| at + egui::vec2(x, y);
            let corners = vec![corner(0.0, -5.0), corner(5.0, 4.0), corner(-5.0, 4.0)];
            painter.add(egui::Shape::convex_polygon(corners, color, Stroke::NONE));
        }
        Severity::Informs => drop(painter.circle_filled(at, 4.0, color)),
    }
}

/// Around what breaks a rule, while the panel is open; the one that was gone to alone when it is closed.
pub fn outlines(app: &LimnApp, painter: &egui::Painter, rect: egui::Rect, colors: &theme::Colors) {
    let list = app.problems.list();
    let shown = app.problems.shown();
    let is_open = app.ui.problems.is_some();
    let view = app.editor.view();
    let screen = |pos: ImagePos| {
        let [x, y] = view.canvas_from_image(pos);
        rect.min + egui::vec2(x as f32, y as f32)
    };
    let seen = |area: Rect| egui::Rect::from_two_pos(screen(area.min), screen(area.max)).expand(ROOM);
    let open = list.iter().enumerate().filter(|(at, _)| is_open || shown == Some(*at));
    let areas = open.filter_map(|(at, problem)| Some((at, problem, seen(area_of(app, problem)?))));
    for (at, problem, area) in areas.filter(|(_, _, area)| area.intersects(rect)).take(MOST_OUTLINES) {
        let width = if shown == Some(at) { 2.0 } else { 1.0 };
        let color = color(problem.severity, colors);
        painter.rect_stroke(area, 2.0, Stroke::new(width + 2.0, colors.label_ground.0.gamma_multiply(0.6)), StrokeKind::Middle);
        painter.rect_stroke(area, 2.0, Stroke::new(width, color), StrokeKind::Middle);
        mark(painter, area.right_top(), problem.severity, color);
    }
}
