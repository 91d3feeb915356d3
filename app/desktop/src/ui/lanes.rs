//! The lanes of sequences over the timeline: where each is in the picture, its keyframes, and the frame that is shown.

use super::identity::picture;
use super::lane_filter::{Asked, Filter, asked, filter_ui};
use super::selected::keyframes;
use super::widgets::focus_ring;
use crate::app::LimnApp;
use crate::canvas::object_color;
use crate::theme::{self, Colors};
use egui::{Align2, Color32, CornerRadius, FontFamily, FontId, Pos2, Rangef, Rect, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo};
use limn_core::sequence::carry::FLOW_RUN;
use limn_core::sequence::{Member, Track};
use limn_core::{LabelId, Sequences};
use limn_editor::{Command, Event};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// Height of a lane in points.
const LANE: f32 = 20.0;
/// Points within which a keyframe is meant.
const NEAR: f32 = 6.0;
/// Least number of frames that fill the width.
const LEAST: f64 = 20.0;

/// What is shown of the lanes.
pub struct Lanes {
    /// Where the timeline below has its first and last frame, in points.
    pub(super) axis: Rangef,
    /// The frames that fill the width; `None`: all.
    pub(super) span: Option<[f64; 2]>,
    /// Where the lanes of sequences and those of events were last: the pointer is in neither when it is elsewhere.
    places: [Rect; 2],
    closed: BTreeSet<LabelId>,
    /// The rows, of which sequences they are, and what was asked of them: to sort thousands anew for each picture costs more than
    /// to paint those in sight.
    rows: (Sequences, Asked, Rc<[Row]>),
    pub(super) filter: Filter,
    /// The field of the filter gets the keyboard.
    pub(super) focus_filter: bool,
    /// A keyframe in hand: whose, and its frame.
    dragged: Option<(Member, u64)>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            axis: Rangef::new(0.0, 1.0),
            span: None,
            places: [Rect::NOTHING; 2],
            closed: BTreeSet::new(),
            rows: Default::default(),
            filter: Filter::default(),
            focus_filter: false,
            dragged: None,
        }
    }
}

enum Row {
    Label(LabelId, usize),
    Lane(Arc<Track>, u16),
}

/// The frames of the lanes as places.
pub(super) struct Axis {
    pub x: Rangef,
    pub span: [f64; 2],
    pub last: u64,
}

impl Axis {
    /// As the lanes show them now.
    pub fn of(app: &LimnApp) -> Self {
        let last = app.editor.num_frames().saturating_sub(1);
        Self { x: app.ui.lanes.axis, span: app.ui.lanes.span.unwrap_or([0.0, last as f64]), last }
    }

    pub fn x(&self, frame: f64) -> f32 {
        let part = (frame - self.span[0]) / (self.span[1] - self.span[0]).max(1.0);
        self.x.min + self.x.span() * part as f32
    }

    pub fn frame(&self, x: f32) -> u64 {
        let part = f64::from((x - self.x.min) / self.x.span().max(1.0));
        let frame = (self.span[0] + part * (self.span[1] - self.span[0])).round();
        (frame.max(0.0) as u64).min(self.last)
    }
}

/// The panel.
pub fn lanes_ui(app: &mut LimnApp, ui: &mut Ui) {
    zoom(app, ui, 0);
    let axis = Axis::of(app);
    let rows = rows(app);
    let mut events = Vec::new();
    let first = rows.iter().find_map(|row| match row {
        Row::Lane(track, part) => {
            let member = Member { sequence: track.sequence.id, part: *part };
            let is_here = track.shown(*part, app.editor.frame()).is_some();
            Some((member, if is_here { app.editor.frame() } else { track.first_frame().unwrap_or(0) }))
        }
        Row::Label(..) => None,
    });
    head_ui(app, ui, first, &mut events);
    let below_head = ui.cursor().top();
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().auto_shrink(false).id_salt("lanes");
    area.show_rows(ui, LANE, rows.len(), |ui, range| {
        for row in rows.iter().skip(range.start).take(range.len()) {
            match row {
                Row::Label(label, count) => label_ui(app, ui, *label, *count),
                Row::Lane(track, part) => lane_ui(app, ui, track, *part, &axis, &mut events),
            }
        }
    });
    let x = axis.x(app.editor.frame() as f64);
    if axis.x.contains(x) {
        let colors = theme::colors(ui.ctx());
        ui.painter().vline(x, below_head..=ui.max_rect().bottom(), Stroke::new(1.5, colors.accent.0));
    }
    for event in events {
        app.tell(event);
    }
}

/// Lanes under their labels, by number.
fn rows(app: &mut LimnApp) -> Rc<[Row]> {
    let now = asked(app);
    let (of, then, rows) = &app.ui.lanes.rows;
    if app.editor.sequences().is_same(of) && now == *then {
        return rows.clone();
    }
    let rows: Rc<[Row]> = sorted(app, &now).into();
    app.ui.lanes.rows = (app.editor.sequences().clone(), now, rows.clone());
    rows
}

fn sorted(app: &LimnApp, asked: &Asked) -> Vec<Row> {
    let mut tracks: Vec<&Arc<Track>> = app.editor.sequences().tracks().collect();
    tracks.sort_by_key(|track| (track.sequence.label, track.sequence.number));
    let mut rows = Vec::with_capacity(tracks.len() + 8);
    for group in tracks.chunk_by(|a, b| a.sequence.label == b.sequence.label) {
        let Some(label) = group.first().map(|track| track.sequence.label) else { continue };
        let shown =
            |(track, part): &(&Arc<Track>, u16)| !asked.is_any() || asked.shows(track, *part, &app.editor.sequence_name(&track.sequence));
        let all = group.iter().flat_map(|track| track.parts().map(move |part| (*track, part)));
        let lanes: Vec<Row> = all.filter(shown).map(|(track, part)| Row::Lane(track.clone(), part)).collect();
        // What is looked for is shown also where its label is folded.
        if asked.is_any() && lanes.is_empty() {
            continue;
        }
        rows.push(Row::Label(label, if asked.is_any() { lanes.len() } else { group.len() }));
        if asked.is_any() || !app.ui.lanes.closed.contains(&label) {
            rows.extend(lanes);
        }
    }
    rows
}

/// Ctrl and the wheel make time wider at the pointer; the wheel aside moves it. What is shown stays in sight. `which`: the lanes of
/// sequences, or those of events.
pub(super) fn zoom(app: &mut LimnApp, ui: &Ui, which: usize) {
    let last = app.editor.num_frames().saturating_sub(1);
    let (axis, whole) = (app.ui.lanes.axis, [0.0, last as f64]);
    app.ui.lanes.places[which] = ui.max_rect();
    let places = app.ui.lanes.places;
    let is_in_lanes = ui.input(|input| input.pointer.hover_pos()).is_some_and(|pos| places.iter().any(|place| place.contains(pos)));
    let mut span = app.ui.lanes.span.unwrap_or(whole);
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|pos| ui.max_rect().contains(*pos));
    if let Some(pointer) = pointer {
        let (factor, aside) = ui.input(|input| (f64::from(input.zoom_delta()), f64::from(input.smooth_scroll_delta().x)));
        let at = span[0] + (span[1] - span[0]) * f64::from(((pointer.x - axis.min) / axis.span().max(1.0)).clamp(0.0, 1.0));
        span = span.map(|end| at + (end - at) / factor);
        let by = -aside / f64::from(axis.span().max(1.0)) * (span[1] - span[0]);
        span = span.map(|end| end + by);
    }
    let length = (span[1] - span[0]).max(LEAST);
    let frame = app.editor.frame() as f64;
    if !is_in_lanes && (frame < span[0] || frame > span[1]) {
        span[0] = frame - length / 2.0;
    }
    let start = span[0].clamp(0.0, (whole[1] - length).max(0.0));
    app.ui.lanes.span = (length < whole[1] * 0.999).then_some([start, start + length]);
}

/// Heading and switches.
fn head_ui(app: &mut LimnApp, ui: &mut Ui, first: Option<(Member, u64)>, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let font = FontId::new(theme::tokens().size.body, FontFamily::Name(theme::STRONG_FAMILY.into()));
        ui.label(egui::RichText::new("Sequences").font(font));
        let count = app.editor.sequences().tracks().count();
        ui.label(egui::RichText::new(count.to_string()).small().color(colors.text_weak.0));
        filter_ui(app, ui, first, events);
        let switches = [
            ("draw sequences", app.editor.draws_sequences(), Command::DrawSequences),
            ("own colours", app.settings.sequence_colors, Command::SequenceColors),
            ("ghosts", app.settings.keyframe_ghosts, Command::Ghosts),
        ];
        for (text, on, command) in switches {
            let response = ui.add(egui::Button::selectable(on, egui::RichText::new(text).small()));
            response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, format!("Sequences: {text}")));
            if response.on_hover_text(app.caps.tooltip(&app.keymap, command)).clicked() {
                events.push(Event::Command(command));
            }
        }
        if app.ui.lanes.span.is_some() && ui.button("all frames").clicked() {
            app.ui.lanes.span = None;
        }
    });
}

fn label_ui(app: &mut LimnApp, ui: &mut Ui, label: LabelId, count: usize) {
    let colors = theme::colors(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LANE), Sense::click());
    let (name, [r, g, b]) = app.editor.schema.shown(label);
    let is_open = !app.ui.lanes.closed.contains(&label);
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, is_open, format!("{name}: {count} sequences")));
    focus_ring(ui, &response, rect);
    let font = FontId::new(theme::tokens().size.small, FontFamily::Name(theme::STRONG_FAMILY.into()));
    let sign = if is_open { "\u{25be}" } else { "\u{25b8}" };
    let left = rect.left_center();
    ui.painter().text(left + Vec2::new(4.0, 0.0), Align2::LEFT_CENTER, sign, FontId::proportional(11.0), colors.text_weak.0);
    ui.painter().rect_filled(
        Rect::from_center_size(left + Vec2::new(24.0, 0.0), Vec2::splat(9.0)),
        CornerRadius::same(3),
        Color32::from_rgb(r, g, b),
    );
    ui.painter().text(left + Vec2::new(34.0, 0.0), Align2::LEFT_CENTER, format!("{name}  {count}"), font, colors.text.0);
    if response.clicked() {
        let closed = &mut app.ui.lanes.closed;
        if !closed.remove(&label) {
            closed.insert(label);
        }
        app.ui.lanes.rows = Default::default();
    }
}

fn lane_ui(app: &mut LimnApp, ui: &mut Ui, track: &Track, part: u16, axis: &Axis, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let member = Member { sequence: track.sequence.id, part };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LANE), Sense::click_and_drag());
    let followed = app.editor.followed() == Some(member);
    let name = match part {
        0 => app.editor.sequence_name(&track.sequence),
        part => format!("{} part {part}", app.editor.sequence_name(&track.sequence)),
    };
    let (first, end) = (track.first_frame().unwrap_or(0), track.sequence.exit.unwrap_or(axis.last + 1).saturating_sub(1));
    response.widget_info(|| {
        let count = track.keyframes(part).count();
        WidgetInfo::selected(Role::ListBoxOption, true, followed, format!("{name}, frames {first} to {end}, {}", keyframes(count)))
    });
    if followed || response.hovered() {
        let ground = if followed { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, CornerRadius::same(theme::tokens().size.corner), ground);
    }
    focus_ring(ui, &response, rect);
    let room = Rect::from_x_y_ranges(rect.left() + 34.0..=(axis.x.min - 12.0).max(rect.left() + 60.0), rect.y_range());
    let font = FontId::new(theme::tokens().size.small, FontFamily::Proportional);
    ui.painter().with_clip_rect(room.intersect(ui.clip_rect())).text(room.left_center(), Align2::LEFT_CENTER, &name, font, colors.text.0);
    let color = match app.settings.sequence_colors {
        true => object_color(track.sequence.identity()),
        false => app.editor.schema.shown(track.sequence.label).1,
    };
    let pointer = response.interact_pointer_pos().or(response.hover_pos());
    let hot = pointer.and_then(|pos| keyframe_near(track, part, axis, pos.x));
    paint_lane(ui, rect, track, part, axis, Color32::from_rgb(color[0], color[1], color[2]), hot, colors);
    let disagreement = app.editor.disagreement(member);
    paint_disagreement(ui, rect, axis, disagreement, colors);
    let hovered = pointer.filter(|pos| axis.x.contains(pos.x)).map(|pos| axis.frame(pos.x));
    if let Some((frame, off)) =
        hovered.and_then(|frame| disagreement.get(disagreement.partition_point(|it| it.0 < frame)).filter(|it| it.0 == frame))
    {
        response.clone().on_hover_text_at_pointer(format!("frame {frame}: there and back differ by {off:.1} pixels"));
    }
    lane_menu(app, &response, member, events);
    if let Some(frame) = hot.filter(|_| app.ui.lanes.dragged.is_none())
        && let Some(shown) = track.state(part, frame)
    {
        response.clone().on_hover_ui_at_pointer(|ui| {
            picture(app, ui, &shown.instance, &name);
            ui.label(format!("keyframe {frame}"));
        });
    }
    if response.drag_started() {
        app.ui.lanes.dragged = ui
            .input(|input| input.pointer.press_origin())
            .and_then(|pos| keyframe_near(track, part, axis, pos.x))
            .map(|frame| (member, frame));
        events.push(Event::Follow(member));
    }
    if let (Some((of, from)), Some(pos)) = (app.ui.lanes.dragged.filter(|(of, _)| *of == member), pointer) {
        let to = app.editor.frame_meant(axis.frame(pos.x));
        diamond(ui, Pos2::new(axis.x(to as f64), rect.center().y), 5.0, colors.accent.0, colors.text.0);
        response.clone().on_hover_text_at_pointer(format!("keyframe {from} to {to}"));
        if response.drag_stopped() {
            app.ui.lanes.dragged = None;
            events.push(Event::MoveKeyframe(of, from, to));
            events.push(Event::GoToFrame(to));
        }
    }
    if response.double_clicked() && pointer.is_some_and(|pos| pos.x < axis.x.min - NEAR) {
        events.push(Event::Follow(member));
        events.push(Event::Command(Command::NameSequence));
    } else if response.clicked() {
        events.push(Event::Follow(member));
        match pointer.filter(|pos| pos.x >= axis.x.min - NEAR) {
            Some(pos) => events.push(Event::GoToFrame(hot.unwrap_or_else(|| axis.frame(pos.x)))),
            // By its name, or by key: where it can be seen.
            None if track.shown(part, app.editor.frame()).is_none() => events.push(Event::GoToFrame(first)),
            None => {}
        }
        app.ui.focus_canvas = true;
    }
}

/// What a person does with a sequence, by the other button.
fn lane_menu(app: &LimnApp, response: &egui::Response, member: Member, events: &mut Vec<Event>) {
    let commands = [
        Command::NameSequence,
        Command::Identify,
        Command::LabelFromHere,
        Command::SplitSequence,
        Command::MergeSequences,
        Command::EndHere,
        Command::DeleteFromHere,
        Command::DeleteSequence,
    ];
    response.context_menu(|ui| {
        for command in commands {
            let keys = app.caps.first(&app.keymap, command);
            if ui.add(egui::Button::new(command.info().title).shortcut_text(keys)).clicked() {
                events.push(Event::Follow(member));
                events.push(Event::Command(command));
                ui.close();
            }
        }
    });
}

fn keyframe_near(track: &Track, part: u16, axis: &Axis, x: f32) -> Option<u64> {
    let far = |frame: u64| (axis.x(frame as f64) - x).abs();
    let nearest = track.keyframes(part).map(|(frame, _)| frame).min_by(|a, b| far(*a).total_cmp(&far(*b)))?;
    (far(nearest) <= NEAR).then_some(nearest)
}

#[allow(clippy::too_many_arguments, reason = "what a lane is, and how it looks")]
fn paint_lane(ui: &Ui, rect: Rect, track: &Track, part: u16, axis: &Axis, color: Color32, hot: Option<u64>, colors: &Colors) {
    let painter =
        ui.painter().with_clip_rect(Rect::from_x_y_ranges(axis.x.min - NEAR..=axis.x.max + NEAR, rect.y_range()).intersect(ui.clip_rect()));
    let y = rect.center().y;
    painter.hline(axis.x, y, Stroke::new(1.0, colors.hairline.0));
    let held_from = track.keyframes(part).next_back().map_or(0, |(frame, _)| frame);
    for stretch in track.stretches(part, axis.last + 1) {
        let (from, to) = (stretch.frames.start as f64, stretch.frames.end as f64);
        if stretch.is_outside || to < axis.span[0] || from > axis.span[1] {
            continue;
        }
        let half = if stretch.is_occluded { 2.0 } else { 4.5 };
        let bar = |from: f64, to: f64, faint: f32| {
            let (left, right) = (axis.x(from - 0.5), axis.x(to - 0.5));
            let rect = Rect::from_x_y_ranges(left..=right.max(left + 1.5), y - half..=y + half);
            painter.rect_filled(rect, CornerRadius::same(2), color.gamma_multiply(faint));
        };
        // What only stays as it was is fainter than what a person went through.
        let split = (held_from as f64 + 1.0).clamp(from, to);
        if split > from {
            bar(from, split, 0.75);
        }
        if to > split {
            bar(split, to, 0.45);
        }
    }
    let mut last = f32::NEG_INFINITY;
    for (frame, keyframe) in track.keyframes(part) {
        let x = axis.x(frame as f64);
        // Those that would cover each other are one.
        if x - last < 1.5 || !(axis.x.min - NEAR..=axis.x.max + NEAR).contains(&x) {
            continue;
        }
        last = x;
        let size = if hot == Some(frame) { 5.5 } else { 4.0 };
        let fill = if keyframe.marks.outside { colors.panel.0 } else { color };
        // A person's are whole, those that were tracked are smaller and have no border.
        match keyframe.run() == Some(FLOW_RUN) {
            true => diamond(ui, Pos2::new(x, y), size - 1.0, colors.text_weak.0, colors.text_weak.0),
            false => diamond(ui, Pos2::new(x, y), size, fill, colors.text.0),
        }
    }
}

/// Pixels of disagreement that fill the lane.
const WHOLE: f32 = 4.0;

/// How far tracking disagreed with itself, as a curve that grows from the lane's lower border.
fn paint_disagreement(ui: &Ui, rect: Rect, axis: &Axis, list: &[(u64, f32)], colors: &Colors) {
    let shown = list.partition_point(|it| (it.0 as f64) < axis.span[0])..list.partition_point(|it| it.0 as f64 <= axis.span[1]);
    let list = &list[shown.start.min(shown.end)..shown.end];
    let painter = ui.painter().with_clip_rect(Rect::from_x_y_ranges(axis.x, rect.y_range()).intersect(ui.clip_rect()));
    let mut points: Vec<Pos2> = Vec::new();
    let stroke = Stroke::new(1.0, colors.warn.0);
    for pair in list.chunk_by(|a, b| a.0 + 1 == b.0) {
        points.clear();
        for (frame, off) in pair {
            let (x, y) = (axis.x(*frame as f64), rect.bottom() - 1.0 - (off / WHOLE).clamp(0.0, 1.0) * (rect.height() - 2.0));
            match points.last_mut() {
                // Of frames that share a point of the screen, the worst.
                Some(last) if x - last.x < 1.0 => last.y = last.y.min(y),
                _ => points.push(Pos2::new(x, y)),
            }
        }
        painter.line(points.clone(), stroke);
    }
}

fn diamond(ui: &Ui, center: Pos2, size: f32, fill: Color32, line: Color32) {
    let corners = [Vec2::new(0.0, -size), Vec2::new(size, 0.0), Vec2::new(0.0, size), Vec2::new(-size, 0.0)];
    ui.painter().add(egui::Shape::convex_polygon(corners.map(|to| center + to).to_vec(), fill, Stroke::new(1.0, line)));
}
