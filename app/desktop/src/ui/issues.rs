//! Issues in the right column: those of the file, what was said about the selected one, and the question for a new one.

use super::event_panel::frames_text;
use super::widgets::{focus_ring, sheet};
use crate::app::LimnApp;
use crate::theme;
use egui::{
    Align2, Button, CollapsingHeader, Context, CornerRadius, DragValue, FontFamily, FontId, Key, RichText, Role, ScrollArea, Sense,
    TextEdit, Ui, Vec2, WidgetInfo,
};
use limn_core::issue::{Issue, Target};
use limn_core::{Frames, IssueId};
use limn_editor::{Command, Event, IssueEdit};

/// Rows of the list that are seen at once.
const ROWS: f32 = 6.0;
/// What is said most often.
const QUICK: [&str; 5] = ["wrong label", "not exact", "missing", "should not be here", "wrong identity"];

/// What is written for the list.
#[derive(Default)]
pub struct IssueList {
    /// Resolved ones, too.
    all: bool,
    reply: String,
    /// To which one.
    reply_to: Option<IssueId>,
}

/// An issue that is being written.
#[derive(Clone)]
pub struct NewIssue {
    text: String,
    first: u64,
    last: u64,
    /// The field has the keyboard from the beginning.
    is_focused: bool,
}

impl NewIssue {
    /// One about a frame.
    pub fn at(frame: u64) -> Self {
        Self { text: String::new(), first: frame, last: frame, is_focused: false }
    }
}

/// "car 7", "person", "the file".
pub fn target_text(app: &LimnApp, issue: &Issue) -> String {
    match issue.target {
        Target::File => "the file".to_owned(),
        Target::Place(_) => "a place".to_owned(),
        Target::Sequence(id) => match app.editor.sequences().get(id) {
            Some(track) if !track.sequence.is_deleted => app.editor.sequence_name(&track.sequence),
            _ => "one that is gone".to_owned(),
        },
        Target::Instance(_) => match app.editor.target_of(issue) {
            Some(instance) => app.editor.schema.shown(instance.label).0,
            None if app.editor.is_video() && !issue.frames.has(app.editor.frame()) => "a shape".to_owned(),
            None => "one that is gone".to_owned(),
        },
    }
}

/// The list, and what was said about the selected one.
pub fn issues_ui(app: &mut LimnApp, ui: &mut Ui) {
    let count = app.editor.issues().iter().count();
    if count == 0 {
        return;
    }
    let open = app.editor.issues().open().count();
    let title = if open > 0 { format!("Issues  {open} open") } else { format!("Issues  {count} resolved") };
    CollapsingHeader::new(title).id_salt("issues").default_open(true).show(ui, |ui| {
        let mut told = Vec::new();
        if open < count {
            let mut all = app.ui.issue_list.all;
            ui.checkbox(&mut all, RichText::new("resolved ones, too").small());
            app.ui.issue_list.all = all;
        }
        let all = app.ui.issue_list.all;
        let mut rows: Vec<_> = app.editor.issues().iter().filter(|issue| all || !issue.is_resolved).cloned().collect();
        rows.sort_by_key(|issue| (issue.frames.first(), issue.id));
        let height = theme::tokens().size.row;
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("issue-rows").max_height(height * ROWS).auto_shrink([false, true]);
        area.show_rows(ui, height, rows.len(), |ui, range| {
            for issue in rows.get(range).unwrap_or_default() {
                if row_ui(app, ui, issue, height) {
                    told.push(IssueEdit::GoTo(issue.id));
                }
            }
        });
        if let Some(issue) = app.editor.selected_issue().cloned() {
            thread_ui(app, ui, &issue, &mut told);
        }
        for edit in told {
            app.ui.focus_canvas |= matches!(edit, IssueEdit::GoTo(_) | IssueEdit::Resolve(..));
            app.tell(Event::EditIssue(edit));
        }
    });
    ui.separator();
}

fn row_ui(app: &LimnApp, ui: &mut Ui, issue: &Issue, height: f32) -> bool {
    let (colors, sizes) = (theme::colors(ui.ctx()), &theme::tokens().size);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
    let selected = app.editor.selected_issue().is_some_and(|other| other.id == issue.id);
    let (about, state) = (target_text(app, issue), if issue.is_resolved { "resolved" } else { "open" });
    let place = if app.editor.is_video() { frames_text(issue.frames) } else { String::new() };
    response.widget_info(|| {
        let told = format!("Issue, {state}: {}, about {about} {place}", issue.title());
        WidgetInfo::selected(Role::ListBoxOption, true, selected, told.trim_end())
    });
    if selected || response.hovered() {
        let ground = if selected { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(sizes.corner), ground);
    }
    focus_ring(ui, &response, rect);
    let color = if issue.is_resolved { colors.text_weak.0 } else { colors.warn.0 };
    ui.painter().circle_filled(rect.left_center() + Vec2::new(10.0, 0.0), 4.0, color);
    let font = FontId::new(sizes.small, FontFamily::Proportional);
    let note = match (app.editor.is_video(), issue.frames.count()) {
        (false, _) => about,
        (true, 1) => format!("{about} · {}", issue.frames.first()),
        (true, _) => format!("{about} · {}–{}", issue.frames.first(), issue.frames.last()),
    };
    let note = ui.painter().text(rect.right_center() - Vec2::new(4.0, 0.0), Align2::RIGHT_CENTER, note, font, colors.text_weak.0);
    let room = egui::Rect::from_x_y_ranges(rect.left() + 22.0..=note.left() - 6.0, rect.y_range()).intersect(ui.clip_rect());
    let font = FontId::new(sizes.body, FontFamily::Proportional);
    let color = if issue.is_resolved { colors.text_weak.0 } else { colors.text.0 };
    ui.painter().with_clip_rect(room).text(rect.left_center() + Vec2::new(22.0, 0.0), Align2::LEFT_CENTER, issue.title(), font, color);
    response.on_hover_text(issue.title()).clicked()
}

/// What was said, and what can be done.
fn thread_ui(app: &mut LimnApp, ui: &mut Ui, issue: &Issue, told: &mut Vec<IssueEdit>) {
    let colors = theme::colors(ui.ctx());
    ui.add_space(6.0);
    ui.spacing_mut().item_spacing.y = 4.0;
    for comment in issue.comments.values() {
        let author = comment.author.as_deref().unwrap_or("you, just now");
        ui.label(RichText::new(author).small().color(colors.accent.0));
        ui.add(egui::Label::new(RichText::new(&comment.text).color(colors.text.0)).wrap());
    }
    let list = &mut app.ui.issue_list;
    if list.reply_to != Some(issue.id) {
        (list.reply_to, list.reply) = (Some(issue.id), String::new());
    }
    let field = ui.add(TextEdit::singleline(&mut list.reply).hint_text("Reply").desired_width(f32::INFINITY));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Reply to the issue"));
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) && !list.reply.trim().is_empty() {
        told.push(IssueEdit::Reply(issue.id, std::mem::take(&mut list.reply)));
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(4.0);
        let mut button = |text: &str, tooltip: String| {
            let response = ui.add(Button::new(RichText::new(text).small()));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Issue: {text}")));
            response.on_hover_text(tooltip).clicked()
        };
        let name = if issue.is_resolved { "open again" } else { "resolve" };
        if button(name, app.caps.tooltip(&app.keymap, Command::ResolveIssue)) {
            told.push(IssueEdit::Resolve(issue.id, !issue.is_resolved));
        }
        if app.editor.is_video()
            && !issue.frames.has(app.editor.frame())
            && button("up to this frame", "Its frames reach to this one".into())
        {
            let frame = app.editor.frame();
            let frames = Frames::new(issue.frames.first().min(frame), issue.frames.last().max(frame));
            told.push(IssueEdit::SetFrames(issue.id, frames));
        }
        if button("delete", "It was none. Undo brings it back".into()) {
            told.push(IssueEdit::Delete(issue.id));
        }
    });
    ui.add_space(4.0);
}

/// The question for a new issue.
pub fn new_issue_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut new) = app.ui.issue.take() else { return };
    let mut accept = false;
    let about = match (app.editor.issue_target(), app.editor.selection().last()) {
        (Target::File, _) => "the file".to_owned(),
        (Target::Place(pos), _) => format!("the place {:.0}, {:.0}", pos.x, pos.y),
        (_, id) => {
            let shown = id.and_then(|id| app.editor.document().get(*id));
            shown.map_or_else(|| "the selected".to_owned(), |one| app.editor.schema.shown(one.label).0)
        }
    };
    let title = format!("Issue about {about}");
    let open = sheet(ctx, "new-issue", &title, 380.0, |ui| {
        let field = ui.add(TextEdit::singleline(&mut new.text).hint_text("What is to be looked at again").desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &title));
        accept |= field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if !std::mem::replace(&mut new.is_focused, true) || (accept && new.text.trim().is_empty()) {
            field.request_focus();
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(4.0);
            for quick in QUICK {
                if ui.small_button(quick).clicked() {
                    new.text = if new.text.is_empty() { quick.to_owned() } else { format!("{}, {quick}", new.text) };
                    field.request_focus();
                }
            }
        });
        if app.editor.is_video() {
            let most = app.editor.num_frames().saturating_sub(1);
            ui.horizontal(|ui| {
                for (text, frame) in [("frames", &mut new.first), ("to", &mut new.last)] {
                    ui.label(text);
                    let response = ui.add(DragValue::new(frame).range(0..=most));
                    let value = *frame as f64;
                    let name = if text == "to" { "Last frame of the issue" } else { "First frame of the issue" };
                    response.widget_info(|| WidgetInfo { value: Some(value), ..WidgetInfo::labeled(Role::SpinButton, true, name) });
                }
            });
        }
        accept |= ui.button("Open the issue").clicked();
    });
    if accept && !new.text.trim().is_empty() {
        app.tell(Event::EditIssue(IssueEdit::Open(Frames::new(new.first, new.last), new.text)));
        app.ui.focus_canvas = true;
    } else if open {
        app.ui.issue = Some(new);
    } else {
        app.ui.focus_canvas = true;
    }
}
