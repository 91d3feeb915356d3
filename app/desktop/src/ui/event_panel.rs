//! Events in the right column: the list of those of the video, and the selected one with its frames and who takes part.

use super::widgets::{focus_ring, heading};
use crate::app::LimnApp;
use crate::theme;
use egui::{
    Align2, CollapsingHeader, Color32, CornerRadius, DragValue, FontFamily, FontId, Rect, RichText, Role, ScrollArea, Sense, TextEdit, Ui,
    Vec2, WidgetInfo,
};
use limn_core::event::Event as Happening;
use limn_core::{EventId, Frames, Mark};
use limn_editor::{Command, Event, EventEdit};

/// Rows of the list that are seen at once.
const ROWS: f32 = 7.0;
/// Participants that are named in a line.
const MOST_NAMED: usize = 4;

/// What is typed and found, and of which events that is.
#[derive(Default)]
pub struct EventList {
    typed: String,
    made_of: Option<(u64, u64, String)>,
    found: Vec<EventId>,
}

/// "frames 10 to 20".
pub fn frames_text(frames: Frames) -> String {
    match frames.count() {
        1 => format!("frame {}", frames.first()),
        _ => format!("frames {} to {}", frames.first(), frames.last()),
    }
}

/// "who car 1, target person 2".
pub fn participants_text(app: &LimnApp, event: &Happening) -> String {
    let mut parts: Vec<String> =
        event.takes_part().take(MOST_NAMED).map(|(role, id)| format!("{role} {}", sequence_text(app, id))).collect();
    let more = event.takes_part().count().saturating_sub(MOST_NAMED);
    parts.extend((more > 0).then(|| format!("{more} more")));
    parts.join(", ")
}

fn sequence_text(app: &LimnApp, id: limn_core::SequenceId) -> String {
    match app.editor.sequences().get(id) {
        Some(track) if !track.sequence.is_deleted => app.editor.sequence_name(&track.sequence),
        _ => "one that is gone".to_owned(),
    }
}

/// The list, folded away until it is wanted.
pub fn event_list_ui(app: &mut LimnApp, ui: &mut Ui) {
    let count = app.editor.events().len();
    if count == 0 {
        return;
    }
    let header = CollapsingHeader::new(format!("Events  {count}")).id_salt("event-list");
    header.show(ui, |ui| {
        let field =
            ui.add(TextEdit::singleline(&mut app.ui.event_list.typed).hint_text("Label or who takes part").desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search events"));
        find(app);
        let height = theme::tokens().size.row;
        let mut told = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        let found = std::mem::take(&mut app.ui.event_list.found);
        let area = ScrollArea::vertical().id_salt("events").max_height(height * ROWS).auto_shrink([false, true]);
        area.show_rows(ui, height, found.len(), |ui, range| {
            for id in found.get(range).unwrap_or_default() {
                if let Some(event) = app.editor.events().live(*id).cloned()
                    && row_ui(app, ui, &event, height)
                {
                    told = Some(event.id);
                }
            }
        });
        if found.is_empty() {
            ui.label(RichText::new("No event has this text").small().color(theme::colors(ui.ctx()).text_weak.0));
        }
        app.ui.event_list.found = found;
        if let Some(id) = told {
            app.tell(Event::EditEvent(EventEdit::GoTo(id)));
            app.ui.focus_canvas = true;
        }
    });
    ui.separator();
}

/// Looks again only when events, names or the text are others.
fn find(app: &mut LimnApp) {
    let typed = app.ui.event_list.typed.trim().to_lowercase();
    let events = app.editor.events();
    let made_of = Some((app.editor.events_revision(), app.editor.schema_revision(), typed));
    if app.ui.event_list.made_of == made_of {
        return;
    }
    let typed = made_of.as_ref().map_or("", |(.., typed)| typed);
    let holds = |event: &Happening| {
        typed.is_empty()
            || app.editor.schema.shown(event.label).0.to_lowercase().contains(typed)
            || event
                .takes_part()
                .any(|(role, id)| role.to_lowercase().contains(typed) || sequence_text(app, id).to_lowercase().contains(typed))
    };
    let found = events.iter().filter(|event| holds(event)).map(|event| event.id).collect();
    app.ui.event_list.found = found;
    app.ui.event_list.made_of = made_of;
}

fn row_ui(app: &LimnApp, ui: &mut Ui, event: &Happening, height: f32) -> bool {
    let (colors, sizes) = (theme::colors(ui.ctx()), &theme::tokens().size);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
    let (name, [r, g, b]) = app.editor.schema.shown(event.label);
    let selected = app.editor.selected_event().is_some_and(|other| other.id == event.id);
    let (frames, who) = (app.editor.event_frames(event), participants_text(app, event));
    response.widget_info(|| {
        let comma = if who.is_empty() { "" } else { ", " };
        WidgetInfo::selected(Role::ListBoxOption, true, selected, format!("{name}, {}{comma}{who}", frames_text(frames)))
    });
    if selected || response.hovered() {
        let ground = if selected { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(sizes.corner), ground);
    }
    focus_ring(ui, &response, rect);
    let mark = Rect::from_center_size(rect.left_center() + Vec2::new(10.0, 0.0), Vec2::splat(9.0));
    ui.painter().rect_filled(mark, CornerRadius::same(2), Color32::from_rgb(r, g, b));
    let numbers = if frames.count() == 1 { frames.first().to_string() } else { format!("{}–{}", frames.first(), frames.last()) };
    let font = FontId::new(sizes.small, FontFamily::Monospace);
    let numbers = ui.painter().text(rect.right_center() - Vec2::new(4.0, 0.0), Align2::RIGHT_CENTER, numbers, font, colors.text_weak.0);
    let room = Rect::from_x_y_ranges(rect.left() + 22.0..=numbers.left() - 6.0, rect.y_range()).intersect(ui.clip_rect());
    let painter = ui.painter().with_clip_rect(room);
    let font = FontId::new(sizes.body, FontFamily::Proportional);
    let drawn = painter.text(rect.left_center() + Vec2::new(22.0, 0.0), Align2::LEFT_CENTER, name, font, colors.text.0);
    let font = FontId::new(sizes.small, FontFamily::Proportional);
    painter.text(drawn.right_center() + Vec2::new(6.0, 0.0), Align2::LEFT_CENTER, who, font, colors.text_weak.0);
    response.clicked()
}

/// The selected event.
pub fn event_ui(app: &mut LimnApp, ui: &mut Ui) {
    let Some(event) = app.editor.selected_event().cloned() else { return };
    let colors = theme::colors(ui.ctx());
    let name = app.editor.schema.shown(event.label).0;
    let is_open = app.editor.open_events().any(|other| other.id == event.id);
    if !app.editor.selection().is_empty() {
        return beside_ui(app, ui, &event);
    }
    heading(ui, &format!("Event: {name}"), if is_open { "has no end yet" } else { "" });
    let mut told = Vec::new();
    frames_ui(app, ui, &event, is_open, &mut told);
    for (role, id) in event.takes_part() {
        ui.horizontal(|ui| {
            ui.label(RichText::new(role).small().color(colors.text_weak.0));
            let who = sequence_text(app, id);
            let member = limn_core::sequence::Member { sequence: id, part: 0 };
            let response = ui.add(egui::Button::new(RichText::new(&who).small()).frame(false));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Select {who}")));
            if response.on_hover_text("Select it; the event stays the one that is meant").clicked() {
                told.push(Event::Follow(member));
            }
            let response = ui.add(egui::Button::new(crate::icons::X.text(11.0)).frame(false));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{who} takes no part as {role}")));
            if response.on_hover_text("Takes no part").clicked() {
                told.push(Event::EditEvent(EventEdit::TakePart(event.id, role.to_owned(), id, false)));
            }
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(4.0);
        let is_unsure = event.marks.unsure.is_some();
        let response = ui.add(egui::Button::selectable(is_unsure, RichText::new("unsure").small()));
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_unsure, "Event: unsure"));
        if response.clicked() {
            let mark = Mark::Unsure((!is_unsure).then(String::new));
            told.push(Event::EditEvent(EventEdit::Mark(event.id, mark)));
        }
        let buttons = [("starts here", Command::EventStart), ("ends here", Command::EventEnd), ("split", Command::SplitEvent)];
        let more = [("add the selected…", Command::TakePart), ("delete", Command::DeleteEvent)];
        for (text, command) in buttons.into_iter().chain(more) {
            let response = ui.add(egui::Button::new(RichText::new(text).small()));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Event: {text}")));
            if response.on_hover_text(app.caps.tooltip(&app.keymap, command)).clicked() {
                told.push(Event::Command(command));
            }
        }
    });
    for event in told {
        app.tell(event);
    }
}

/// In few lines, while shapes are selected: which event it is that they may take part in.
fn beside_ui(app: &mut LimnApp, ui: &mut Ui, event: &Happening) {
    let colors = theme::colors(ui.ctx());
    let name = app.editor.schema.shown(event.label).0;
    heading(ui, &format!("Event: {name}"), &frames_text(app.editor.event_frames(event)));
    let mut asked = false;
    ui.horizontal_wrapped(|ui| {
        let response = ui.add(egui::Button::new(RichText::new("add the selected…").small()));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Event: add the selected…"));
        asked = response.on_hover_text(app.caps.tooltip(&app.keymap, Command::TakePart)).clicked();
        ui.label(RichText::new(participants_text(app, event)).small().color(colors.text_weak.0));
    });
    if asked {
        app.tell(Event::Command(Command::TakePart));
    }
}

/// First and last frame, to be typed or dragged, and how long that is.
fn frames_ui(app: &LimnApp, ui: &mut Ui, event: &Happening, is_open: bool, told: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let frames = app.editor.event_frames(event);
    ui.horizontal(|ui| {
        let most = app.editor.num_frames().saturating_sub(1).max(frames.last());
        let (mut first, mut last) = (frames.first(), frames.last());
        let field = |ui: &mut Ui, frame: &mut u64, name: &str| {
            let response = ui.add_enabled(!is_open, DragValue::new(frame).range(0..=most).speed(0.2).update_while_editing(false));
            let value = *frame as f64;
            response.widget_info(|| WidgetInfo { value: Some(value), ..WidgetInfo::labeled(Role::SpinButton, !is_open, name) });
            // One step, when the hand lets go.
            (response.drag_stopped() || (response.changed() && !response.dragged())).then_some(*frame)
        };
        let id = ui.scope_id().with("event-frames");
        // What is dragged is written when it ends; until then it is only shown.
        let dragged: Option<(EventId, u64, u64)> = ui.data(|data| data.get_temp(id));
        if let Some((_, from, to)) = dragged.filter(|(of, ..)| *of == event.id) {
            (first, last) = (from, to);
        }
        ui.label(RichText::new("frames").small().color(colors.text_weak.0));
        let first_done = field(ui, &mut first, "First frame of the event");
        ui.label(RichText::new("to").small().color(colors.text_weak.0));
        let last_done = field(ui, &mut last, "Last frame of the event");
        if first_done.is_some() || last_done.is_some() {
            // The end that was not touched comes along.
            let frames = if first_done.is_some() { Frames::new(first, last.max(first)) } else { Frames::new(first.min(last), last) };
            told.push(Event::EditEvent(EventEdit::SetFrames(event.id, frames)));
            ui.data_mut(|data| data.remove::<(EventId, u64, u64)>(id));
        } else if (first, last) != (frames.first(), frames.last()) && ui.input(|input| input.pointer.any_down()) {
            ui.data_mut(|data| data.insert_temp(id, (event.id, first, last)));
        } else {
            ui.data_mut(|data| data.remove::<(EventId, u64, u64)>(id));
        }
        let times = app.frame_times();
        let seconds = times.seconds(frames.last().saturating_add(1)) - times.seconds(frames.first());
        ui.label(RichText::new(format!("{seconds:.2} s")).small().color(colors.text_weak.0));
    });
}
