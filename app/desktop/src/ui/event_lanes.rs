//! The lanes of events over the timeline: when each of them is, under its label. Where some of a label are at the same time, the
//! label has several lanes.

use super::event_panel::{frames_text, participants_text};
use super::lanes::{Axis, zoom};
use super::widgets::focus_ring;
use crate::app::LimnApp;
use crate::theme;
use egui::{
    Align2, Color32, CornerRadius, FontFamily, FontId, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};
use limn_core::schema::UsedFor;
use limn_core::{EventId, Events, Frames, LabelId};
use limn_editor::{Command, Event, EventEdit};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// Height of a lane in points.
const LANE: f32 = 20.0;
/// Points within which the end of a bar is meant.
const NEAR: f32 = 5.0;
/// Least width of a bar in points.
const LEAST: f32 = 3.0;

/// What is shown of the lanes of events.
#[derive(Default)]
pub struct EventLanes {
    /// The rows, and of which state of the events they are.
    rows: Option<(u64, Rc<[Row]>)>,
    dragged: Option<Dragged>,
    /// The selected event whose lane was brought in sight.
    shown: Option<EventId>,
    /// How far the lanes are scrolled, in points.
    offset: f32,
}

/// Events of a label that do not meet, by their frames.
struct Row {
    label: LabelId,
    /// Of the label's rows, which.
    at: usize,
    events: Vec<(Frames, EventId)>,
}

/// An event in hand.
#[derive(Clone, Copy)]
struct Dragged {
    id: EventId,
    grip: Grip,
    /// The frame at which it was taken.
    from: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Grip {
    First,
    Last,
    Whole,
}

impl Dragged {
    /// The frames that it has when it is let go at a frame.
    fn frames(self, before: Frames, to: u64, last: u64) -> Frames {
        match self.grip {
            Grip::First => Frames::new(to.min(before.last()), before.last()),
            Grip::Last => Frames::new(before.first(), to.max(before.first())),
            Grip::Whole => {
                let length = before.count() - 1;
                let first = if to >= self.from {
                    (before.first() + (to - self.from)).min(last.saturating_sub(length).max(before.first()))
                } else {
                    before.first().saturating_sub(self.from - to)
                };
                Frames::new(first, first.saturating_add(length))
            }
        }
    }
}

/// Whether there is anything to show: an event, or a label that is for nothing else.
pub fn has_lanes(app: &LimnApp) -> bool {
    !app.editor.events().is_empty() || app.editor.schema.offered().any(|label| label.used_for == UsedFor::Events)
}

/// The panel.
pub fn event_lanes_ui(app: &mut LimnApp, ui: &mut Ui) {
    zoom(app, ui, 1);
    let axis = Axis::of(app);
    let rows = rows(app);
    let mut events = Vec::new();
    head_ui(app, ui, &mut events);
    let below_head = ui.cursor().top();
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().auto_shrink(false).id_salt("event-lanes");
    if let Some(top) = newly_selected(app, &rows) {
        let (offset, room) = (app.ui.event_lanes.offset, ui.available_height());
        if top < offset || top + LANE > offset + room {
            area = area.vertical_scroll_offset((top - room / 2.0).max(0.0));
        }
    }
    let output = area.show_rows(ui, LANE, rows.len(), |ui, range| {
        for row in rows.get(range).unwrap_or_default() {
            row_ui(app, ui, row, &axis, &mut events);
        }
    });
    app.ui.event_lanes.offset = output.state.unclamped_offset().y;
    let x = axis.x(app.editor.frame() as f64);
    if axis.x.contains(x) {
        ui.painter().vline(x, below_head..=ui.max_rect().bottom(), Stroke::new(1.5, theme::colors(ui.ctx()).accent.0));
    }
    for event in events {
        app.tell(event);
    }
}

/// To sort thousands anew for each picture costs more than to paint those in sight.
fn rows(app: &mut LimnApp) -> Rc<[Row]> {
    let now = app.editor.events_revision();
    if let Some((then, rows)) = &app.ui.event_lanes.rows
        && *then == now
    {
        return rows.clone();
    }
    let rows: Rc<[Row]> = packed(app.editor.events()).into();
    app.ui.event_lanes.rows = Some((now, rows.clone()));
    rows
}

/// Each event in the first row of its label that is free again.
fn packed(events: &Events) -> Vec<Row> {
    let mut all: Vec<(LabelId, Frames, EventId)> = events.iter().map(|event| (event.label, event.frames, event.id)).collect();
    // By first frame they come already.
    all.sort_by_key(|(label, ..)| *label);
    let mut rows: Vec<Row> = Vec::new();
    for group in all.chunk_by(|a, b| a.0 == b.0) {
        let first = rows.len();
        // The rows by the last frame that is taken in them, and those that are free by their number.
        let (mut busy, mut free) = (BinaryHeap::new(), BinaryHeap::new());
        for (label, frames, id) in group {
            while let Some(Reverse((last, at))) = busy.peek().copied()
                && last < frames.first()
            {
                busy.pop();
                free.push(Reverse(at));
            }
            let at = match free.pop() {
                Some(Reverse(at)) => at,
                None => {
                    rows.push(Row { label: *label, at: rows.len() - first, events: Vec::new() });
                    rows.len() - 1
                }
            };
            rows[at].events.push((*frames, *id));
            busy.push(Reverse((frames.last(), at)));
        }
    }
    rows
}

/// Where the lane of the selected event begins, in points, if it was not brought in sight yet.
fn newly_selected(app: &mut LimnApp, rows: &[Row]) -> Option<f32> {
    let selected = app.editor.selected_event().map(|event| event.id);
    if std::mem::replace(&mut app.ui.event_lanes.shown, selected) == selected {
        return None;
    }
    let at = rows.iter().position(|row| row.events.iter().any(|(_, id)| Some(*id) == selected))?;
    Some(at as f32 * LANE)
}

/// Heading, and the key that begins and ends.
fn head_ui(app: &LimnApp, ui: &mut Ui, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let font = FontId::new(theme::tokens().size.body, FontFamily::Name(theme::STRONG_FAMILY.into()));
        ui.label(RichText::new("Events").font(font));
        ui.label(RichText::new(app.editor.events().len().to_string()).small().color(colors.text_weak.0));
        let open = app.editor.open_events().next_back().map(|event| app.editor.schema.shown(event.label).0);
        let toggle = match (&open, app.editor.event_label()) {
            (Some(name), _) => format!("end {name} here"),
            (None, Some(label)) => format!("begin {} here", app.editor.schema.shown(label).0),
            (None, None) => "begin one here…".to_owned(),
        };
        for (text, on, command) in
            [(toggle.as_str(), open.is_some(), Command::ToggleEvent), ("this frame alone", false, Command::EventHere)]
        {
            let response = ui.add(egui::Button::selectable(on, RichText::new(text).small()));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Event: {text}")));
            if response.on_hover_text(app.caps.tooltip(&app.keymap, command)).clicked() {
                events.push(Event::Command(command));
            }
        }
    });
}

fn bar(axis: &Axis, frames: Frames, lane: Rect) -> Rect {
    let (left, right) = (axis.x(frames.first() as f64 - 0.5), axis.x(frames.last() as f64 + 0.5));
    let middle = (left + right) / 2.0;
    let half = ((right - left) / 2.0).max(LEAST / 2.0);
    Rect::from_x_y_ranges(middle - half..=middle + half, lane.top() + 2.0..=lane.bottom() - 2.0)
}

/// The event at a place of a lane, and by what it would be taken there.
fn event_at(app: &LimnApp, row: &Row, axis: &Axis, lane: Rect, x: f32) -> Option<(EventId, Frames, Grip)> {
    // One without an end reaches farther than where it stands.
    let open = app.editor.open_events().map(|event| (app.editor.event_frames(event), event.id));
    let open: Vec<_> = open.filter(|(_, id)| row.events.iter().any(|(_, other)| other == id)).collect();
    let frame = axis.frame(x);
    let at = row.events.partition_point(|(frames, _)| frames.first() <= frame);
    // A bar that is thinner than a finger is found from beside it.
    let near = row.events.get(at.saturating_sub(2)..(at + 2).min(row.events.len())).unwrap_or_default();
    let far = |frames: Frames| {
        let bar = bar(axis, frames, lane);
        (bar.left() - x).max(x - bar.right()).max(0.0)
    };
    let (frames, id) = near.iter().copied().chain(open.iter().copied()).min_by(|a, b| far(a.0).total_cmp(&far(b.0)))?;
    if far(frames) > NEAR {
        return None;
    }
    let bar = bar(axis, frames, lane);
    let grip = match () {
        () if open.iter().any(|(_, other)| *other == id) => Grip::Whole,
        () if (bar.right() - x).abs() <= NEAR && x > bar.center().x => Grip::Last,
        () if (bar.left() - x).abs() <= NEAR => Grip::First,
        () => Grip::Whole,
    };
    Some((id, frames, grip))
}

fn row_ui(app: &mut LimnApp, ui: &mut Ui, row: &Row, axis: &Axis, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let (lane, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LANE), Sense::click_and_drag());
    let (name, [r, g, b]) = app.editor.schema.shown(row.label);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ListBoxOption, true, format!("Events {name}, lane {}: {}", row.at + 1, row.events.len()))
    });
    focus_ring(ui, &response, lane);
    if row.at == 0 {
        let mark = Rect::from_center_size(lane.left_center() + Vec2::new(24.0, 0.0), Vec2::splat(9.0));
        ui.painter().rect_filled(mark, CornerRadius::same(2), Color32::from_rgb(r, g, b));
        let room = Rect::from_x_y_ranges(lane.left() + 34.0..=(axis.x.min - 12.0).max(lane.left() + 60.0), lane.y_range());
        let font = FontId::new(theme::tokens().size.small, FontFamily::Proportional);
        ui.painter().with_clip_rect(room.intersect(ui.clip_rect())).text(
            room.left_center(),
            Align2::LEFT_CENTER,
            &name,
            font,
            colors.text.0,
        );
    }
    let pointer = response.interact_pointer_pos().or(response.hover_pos()).filter(|pos| pos.x >= axis.x.min - NEAR);
    let hot = pointer.and_then(|pos| event_at(app, row, axis, lane, pos.x));
    if response.drag_started()
        && let Some(pos) = ui.input(|input| input.pointer.press_origin())
        && let Some((id, _, grip)) = event_at(app, row, axis, lane, pos.x)
    {
        let is_open = app.editor.open_events().any(|event| event.id == id);
        app.ui.event_lanes.dragged = (!is_open).then(|| Dragged { id, grip, from: axis.frame(pos.x) });
        events.push(Event::EditEvent(EventEdit::Select(Some(id))));
    }
    let dragged = app.ui.event_lanes.dragged.filter(|dragged| row.events.iter().any(|(_, id)| *id == dragged.id));
    let moved = dragged.and_then(|dragged| {
        let event = app.editor.events().live(dragged.id)?;
        Some((dragged.id, dragged.frames(event.frames, axis.frame(pointer?.x), axis.last)))
    });
    paint(app, ui, row, axis, lane, hot.map(|(id, ..)| id), moved);
    if let Some((id, frames)) = moved {
        response.clone().on_hover_text_at_pointer(frames_text(frames));
        if response.drag_stopped() {
            events.push(Event::EditEvent(EventEdit::SetFrames(id, frames)));
        }
    } else if let Some((id, _, grip)) = hot
        && let Some(event) = app.editor.events().live(id)
    {
        let icon = if grip == Grip::Whole { egui::CursorIcon::PointingHand } else { egui::CursorIcon::ResizeHorizontal };
        ui.ctx().set_cursor_icon(icon);
        let who = participants_text(app, event);
        let comma = if who.is_empty() { "" } else { "\n" };
        response.clone().on_hover_text_at_pointer(format!("{name}, {}{comma}{who}", frames_text(app.editor.event_frames(event))));
    }
    if response.drag_stopped() {
        app.ui.event_lanes.dragged = None;
    }
    if response.clicked() {
        if let Some((id, ..)) = hot {
            events.push(Event::EditEvent(EventEdit::Select(Some(id))));
        }
        events.extend(pointer.map(|pos| Event::GoToFrame(axis.frame(pos.x))));
        app.ui.focus_canvas = true;
    }
}

fn paint(app: &LimnApp, ui: &Ui, row: &Row, axis: &Axis, lane: Rect, hot: Option<EventId>, moved: Option<(EventId, Frames)>) {
    let colors = theme::colors(ui.ctx());
    let clip = Rect::from_x_y_ranges(axis.x.min - NEAR..=axis.x.max + NEAR, lane.y_range()).intersect(ui.clip_rect());
    let painter = ui.painter().with_clip_rect(clip);
    painter.hline(axis.x, lane.center().y, Stroke::new(1.0, colors.hairline.0));
    let (name, [r, g, b]) = app.editor.schema.shown(row.label);
    let color = Color32::from_rgb(r, g, b);
    let selected = app.editor.selected_event().map(|event| event.id);
    let font = FontId::new(theme::tokens().size.small, FontFamily::Proportional);
    let draw = |frames: Frames, id: EventId, is_open: bool| {
        let bar = bar(axis, frames, lane);
        let is_lit = hot == Some(id) || selected == Some(id);
        painter.rect_filled(bar, CornerRadius::same(3), color.gamma_multiply(if is_lit { 0.75 } else { 0.45 }));
        if selected == Some(id) {
            painter.rect_stroke(bar, CornerRadius::same(3), Stroke::new(1.5, colors.accent.0), StrokeKind::Inside);
        } else if is_open {
            painter.rect_stroke(bar, CornerRadius::same(3), Stroke::new(1.0, colors.text.0), StrokeKind::Inside);
        }
        let seen = bar.intersect(clip);
        if seen.width() > 24.0 {
            let text = if is_open { format!("{name} …") } else { name.clone() };
            let inside = painter.with_clip_rect(seen.shrink2(Vec2::new(3.0, 0.0)));
            inside.text(seen.left_center() + Vec2::new(5.0, 0.0), Align2::LEFT_CENTER, text, font.clone(), colors.text.0);
        }
        bar.right()
    };
    let from = axis.span[0].max(0.0) as u64;
    let mut at = row.events.partition_point(|(frames, _)| frames.last() < from);
    // None of them meets another, so that what ends within the point of the screen that is painted already needs no bar.
    while let Some((frames, id)) = row.events.get(at).copied() {
        if frames.first() as f64 > axis.span[1] + 1.0 {
            break;
        }
        let is_open = app.editor.open_events().any(|event| event.id == id);
        at += 1;
        if is_open || moved.is_some_and(|(other, _)| other == id) {
            continue;
        }
        let painted = axis.frame(draw(frames, id, false).max(axis.x.min) - LEAST + 1.0);
        at += row.events[at..].partition_point(|(frames, _)| frames.last() < painted);
    }
    for event in app.editor.open_events().filter(|event| row.events.iter().any(|(_, id)| *id == event.id)) {
        draw(app.editor.event_frames(event), event.id, true);
    }
    if let Some((id, frames)) = moved {
        draw(frames, id, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::FileId;
    use limn_core::event::Event as Happening;

    fn id(at: u64) -> EventId {
        EventId::from_parts(at, [0; 10])
    }

    #[test]
    fn rows_hold_all_and_none_meets_another() {
        let file = FileId::from_parts(0, [0; 10]);
        let mut seed = 7_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let all: Vec<Happening> = (0..400)
            .map(|at| {
                let first = random(300);
                Happening::new(id(at), file, Frames::new(first, first + random(20)), LabelId(1 + random(3) as u32))
            })
            .collect();
        let rows = packed(&Events::new(all.clone()));
        assert_eq!(rows.iter().map(|row| row.events.len()).sum::<usize>(), all.len());
        for row in &rows {
            assert!(row.events.windows(2).all(|pair| pair[0].0.last() < pair[1].0.first()));
        }
        // No label has more rows than there are events at one frame.
        for label in 1..4 {
            let most = (0..330).map(|frame| all.iter().filter(|event| event.label.0 == label && event.frames.has(frame)).count()).max();
            assert_eq!(rows.iter().filter(|row| row.label.0 == label).count(), most.unwrap());
        }
    }

    #[test]
    fn ends_stop_at_each_other_and_the_whole_stays_as_long_as_it_is() {
        let before = Frames::new(10, 20);
        let to = |grip, from, to| {
            let frames = Dragged { id: id(1), grip, from }.frames(before, to, 99);
            (frames.first(), frames.last())
        };
        assert_eq!(to(Grip::First, 10, 15), (15, 20));
        assert_eq!(to(Grip::First, 10, 40), (20, 20));
        assert_eq!(to(Grip::Last, 20, 5), (10, 10));
        assert_eq!(to(Grip::Whole, 12, 17), (15, 25));
        assert_eq!(to(Grip::Whole, 12, 0), (0, 10));
        assert_eq!(to(Grip::Whole, 12, 99), (89, 99));
    }
}
