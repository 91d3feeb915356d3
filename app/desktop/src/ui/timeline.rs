//! Below the canvas for what has frames: play, step, speed, go to a frame, scrub.

use super::strip::{self, strip_ui};
use super::widgets::{focus_ring, icon_button_turned};
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{Align, CornerRadius, DragValue, Layout, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use limn_editor::{Command, Event, Speed, Stops};

/// Width of the part left of the bar, where it stands in two lines.
const LEFT: f32 = 282.0;

/// The timeline.
pub fn timeline_ui(app: &mut LimnApp, ui: &mut Ui) {
    let mut events = Vec::new();
    ui.horizontal(|ui| {
        if app.settings.show_strip {
            let size = Vec2::new(LEFT, strip::HEIGHT + theme::tokens().size.row);
            ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                ui.set_width(LEFT);
                ui.horizontal(|ui| transport_ui(app, ui, &mut events));
                ui.horizontal(|ui| place_ui(app, ui, &mut events));
            });
        } else {
            transport_ui(app, ui, &mut events);
            place_ui(app, ui, &mut events);
        }
        scrub_ui(app, ui, &mut events);
    });
    for event in events {
        app.tell(event);
    }
}

/// Play, step, speed.
fn transport_ui(app: &mut LimnApp, ui: &mut Ui, events: &mut Vec<Event>) {
    ui.spacing_mut().item_spacing.x = 4.0;
    let (plays, plays_backward) = (app.editor.is_playing(), app.editor.plays_backward());
    let play = if plays && !plays_backward { icons::PAUSE } else { icons::PLAY };
    let backward = if plays_backward { icons::PAUSE } else { icons::PLAY };
    let buttons = [
        (icons::FIRST, Command::FirstFrame),
        (icons::STEP_BACK, Command::Previous),
        (backward, Command::PlayBackward),
        (play, Command::Play),
        (icons::STEP_FORWARD, Command::Next),
        (icons::LAST, Command::LastFrame),
    ];
    for (icon, command) in buttons {
        let name = if icon == icons::PAUSE { "Pause" } else { command.info().title };
        let tooltip = app.caps.tooltip(&app.keymap, command);
        // Turned round, playing points backward.
        let angle = if command == Command::PlayBackward { std::f32::consts::PI } else { 0.0 };
        let response = icon_button_turned(ui, icon, angle, name, &tooltip, false, true);
        if command == Command::FirstFrame {
            app.ui.add_pane(response.id);
        }
        if response.clicked() {
            // The button of the way that plays pauses; the other one turns round.
            let turns = command == Command::Play && plays_backward;
            events.extend(turns.then_some(Event::Command(Command::PlayBackward)));
            events.push(Event::Command(command));
        }
    }
    speed_ui(app, ui, events);
}

/// The speed, and a menu of all of them.
fn speed_ui(app: &LimnApp, ui: &mut Ui, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let speed = app.editor.speed();
    let color = if speed == Speed::NORMAL && app.editor.stops() == Stops::Frames { colors.text_weak.0 } else { colors.accent.0 };
    let stops = app.editor.stops();
    let sign = match stops {
        Stops::Frames => "",
        Stops::Keyframes => " k",
        Stops::WorkFrames => " w",
        Stops::Differences => " d",
    };
    let text = RichText::new(format!("{speed}{sign}")).monospace().color(color);
    let button = egui::Button::new(text).min_size(Vec2::new(52.0, 0.0));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        for other in Speed::all() {
            if ui.selectable_label(other == speed, other.to_string()).clicked() {
                events.push(Event::SetSpeed(other));
                ui.close();
            }
        }
        ui.separator();
        for other in Stops::ALL {
            if ui.selectable_label(other == stops, other.title()).clicked() {
                events.push(Event::SetStops(other));
                ui.close();
            }
        }
    });
    let told = if stops == Stops::Frames { format!("Speed: {speed}") } else { format!("Speed: {speed}, {}", stops.title()) };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &told));
    let keys =
        [Command::Slower, Command::NormalSpeed, Command::Faster, Command::PlayStops].map(|command| app.caps.tooltip(&app.keymap, command));
    response.on_hover_text(keys.join("\n"));
}

/// Time and frame, and which frame's picture stands in while the right one is awaited.
fn place_ui(app: &LimnApp, ui: &mut Ui, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let last = app.editor.num_frames().saturating_sub(1);
    let seconds = app.frame_times().seconds(app.editor.frame());
    let time = format!("{:02}:{:05.2}", (seconds / 60.0) as u64, seconds % 60.0);
    ui.label(RichText::new(time).monospace().color(colors.text_weak.0));
    let mut frame = app.editor.frame();
    let response = ui.add(DragValue::new(&mut frame).range(0..=last).speed(0.2));
    response.widget_info(|| WidgetInfo { value: Some(frame as f64), ..WidgetInfo::labeled(Role::SpinButton, true, "Frame number") });
    if response.changed() {
        events.push(Event::GoToFrame(frame));
    }
    ui.label(RichText::new(format!("/ {last}")).monospace().color(colors.text_weak.0));
    work_frame_ui(app, ui, events);
    if let Some(stand_in) = app.stand_in() {
        let text = RichText::new(format!("picture of {stand_in}")).small().color(colors.warn.0);
        let response = ui.label(text);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("For now the picture of frame {stand_in}")));
        response.on_hover_text("The frame itself comes when the pointer rests. Until then no shapes are shown.");
    } else if app.on_canvas.as_ref().is_some_and(|(_, shown)| shown.picture.is_coarse()) {
        let response = ui.label(RichText::new("proxy").small().color(colors.text_weak.0));
        response.on_hover_text("This picture is out of the stepping proxy. The frame itself comes when you stay.");
    } else if let Some((_, shown)) = app.on_canvas.as_ref().filter(|(_, shown)| !shown.picture.marks.is_empty()) {
        let marks = shown.picture.marks.join("\n");
        let response = ui.label(RichText::new("see note").small().color(colors.warn.0));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("About this frame: {marks}")));
        response.on_hover_text(&marks);
    }
}

/// Which of the work frames this is; a click asks which there are.
fn work_frame_ui(app: &LimnApp, ui: &mut Ui, events: &mut Vec<Event>) {
    let Some((number, last)) = app.editor.work_frame() else { return };
    let colors = theme::colors(ui.ctx());
    let (text, told, color) = match number {
        Some(number) => (format!("w {number} / {last}"), format!("Work frame {number} of {last}"), colors.accent.0),
        None => (format!("w – / {last}"), format!("Between two work frames; the last one is {last}"), colors.text_weak.0),
    };
    let response = ui.add(egui::Button::new(RichText::new(text).monospace().color(color)).frame(false));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &told));
    let how = app.editor.work_frames().describe();
    let keys = [Command::WorkFrames, Command::WorkSteps].map(|command| app.caps.tooltip(&app.keymap, command));
    if response.on_hover_text(format!("{told}: {how}\n{}", keys.join("\n"))).clicked() {
        events.push(Event::Command(Command::WorkFrames));
    }
}

/// Points between two marks of work frames; where there are more, a mark stands for several.
const MARK_EVERY: f32 = 4.0;

/// A mark under the bar for each work frame.
fn work_marks(app: &LimnApp, ui: &Ui, track: Rect, x_of: impl Fn(u64) -> f32, color: egui::Color32) {
    let frames = app.editor.num_frames();
    let all = app.editor.work_frames();
    if all.is_all() || frames == 0 {
        return;
    }
    let least = (f64::from(MARK_EVERY) * frames as f64 / f64::from(track.width().max(1.0))).ceil().max(1.0) as u64;
    let mut next = all.nth(0);
    while let Some(frame) = next.filter(|frame| *frame < frames) {
        let mark = Rect::from_center_size(egui::pos2(x_of(frame), track.bottom() + 4.0), Vec2::new(1.5, 4.0));
        ui.painter().rect_filled(mark, CornerRadius::ZERO, color);
        next = frame.checked_add(least - 1).and_then(|behind| all.after(behind));
    }
}

/// A line over the bar where frames were looked through; in the colour of warnings where labels came later.
fn looked_marks(app: &LimnApp, ui: &Ui, track: Rect, x_of: impl Fn(u64) -> f32) {
    let (colors, last) = (theme::colors(ui.ctx()), app.editor.num_frames().saturating_sub(1));
    for stretch in app.editor.looked_stretches().iter().filter(|stretch| stretch.first <= last) {
        let (from, to) = (x_of(stretch.first), x_of(stretch.last.min(last)));
        let rect = Rect::from_x_y_ranges(from..=to.max(from + 2.0), track.top() - 4.0..=track.top() - 1.5);
        let color = if stretch.is_behind { colors.warn.0 } else { colors.ok.0 };
        ui.painter().rect_filled(rect, CornerRadius::ZERO, color);
    }
}

/// The bar with the small pictures over it.
fn scrub_ui(app: &mut LimnApp, ui: &mut Ui, events: &mut Vec<Event>) {
    let colors = theme::colors(ui.ctx());
    let last = app.editor.num_frames().saturating_sub(1);
    let strip_height = if app.settings.show_strip { strip::HEIGHT } else { 0.0 };
    let size = Vec2::new(ui.available_width().max(40.0), theme::tokens().size.row + strip_height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let frame = app.editor.frame();
    response.widget_info(|| WidgetInfo::slider(true, frame as f64, "Timeline"));
    let (strip, bar) = rect.split_top_bottom_at_y(rect.top() + strip_height);
    let track = Rect::from_center_size(bar.center(), Vec2::new(bar.width() - 16.0, 4.0));
    app.ui.lanes.axis = track.x_range();
    let x_of = |frame: u64| track.left() + track.width() * (frame as f32 / last.max(1) as f32);
    let pointed = |x: f32| ((((x - track.left()) / track.width()).clamp(0.0, 1.0)) * last as f32).round() as u64;
    if app.settings.show_strip {
        strip_ui(app, ui, Rect::from_x_y_ranges(track.x_range(), strip.y_range()), pointed);
    }
    focus_ring(ui, &response, rect);
    ui.painter().rect_filled(track, CornerRadius::same(2), colors.hairline.0);
    work_marks(app, ui, track, x_of, colors.text_weak.0);
    looked_marks(app, ui, track, x_of);
    let done = Rect::from_min_max(track.min, egui::pos2(x_of(frame), track.bottom()));
    ui.painter().rect_filled(done, CornerRadius::same(2), colors.accent.0.gamma_multiply(0.6));
    super::issue_pins::marks_ui(app, ui, track, x_of);
    if app.settings.show_strip {
        ui.painter().vline(x_of(frame), strip.top()..=track.top(), egui::Stroke::new(1.5, colors.accent.0));
    }
    ui.painter().circle(egui::pos2(x_of(frame), track.center().y), 6.0, colors.accent.0, egui::Stroke::new(1.5, colors.panel.0));
    if let Some(pos) = response.hover_pos() {
        ui.painter().vline(pos.x, rect.top()..=track.bottom() + 5.0, egui::Stroke::new(1.0, colors.text.0.gamma_multiply(0.7)));
        let frame = pointed(pos.x);
        let work = app.editor.work_frames();
        let number = work.number_of(frame).filter(|_| !work.is_all());
        let told = number.map(|number| format!(", work frame {number}")).unwrap_or_default();
        response.clone().on_hover_text_at_pointer(format!("frame {frame}{told}"));
    }
    if let Some(pos) = response.interact_pointer_pos().filter(|_| response.is_pointer_button_down_on()) {
        let frame = pointed(pos.x);
        if let Some(place) = app.editor.place() {
            app.scrub.hold(limn_editor::Place { frame, ..place });
        }
        events.push(Event::GoToFrame(frame));
    } else {
        app.scrub.let_go();
    }
}
