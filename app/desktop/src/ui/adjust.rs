//! How the picture is shown: brightness, contrast, gamma, one channel, a window of values. The pixels and the work on them
//! never change.

use super::corner::{Corner, headed_corner_ui};
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, DragValue, RichText, Slider, Ui, WidgetInfo};
use limn_media::{Picture, Tone};
use limn_render::{ChannelView, ImageAdjust};

/// What the person has set; kept from file to file until it is taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Adjust {
    /// What the shader does.
    pub view: ImageAdjust,
    /// What is done to the values before.
    pub tone: Tone,
}

impl Adjust {
    /// Whether the picture is shown otherwise than it is.
    pub fn is_on(&self) -> bool {
        *self != Self::default()
    }
}

const CHANNELS: [(ChannelView, &str); 6] = [
    (ChannelView::Rgb, "Colour"),
    (ChannelView::Red, "Red"),
    (ChannelView::Green, "Green"),
    (ChannelView::Blue, "Blue"),
    (ChannelView::Luma, "Luma"),
    (ChannelView::Alpha, "Opacity"),
];

/// The small window at the picture's top right.
pub fn adjust_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(picture) = app.on_canvas.as_ref().map(|(_, shown)| shown.picture.clone()).filter(|_| app.ui.adjust_open) else { return };
    let colors = theme::colors(ctx);
    let mut adjust = app.adjust;
    let (is_on, mut is_reset) = (adjust.is_on(), false);
    let reset =
        |ui: &mut Ui| is_reset = ui.add_enabled(is_on, egui::Button::new("Reset")).on_hover_text("Show the picture as it is").clicked();
    let look = Corner { name: "Picture view", title: "Picture view", close: ["Close the picture view", "Close"], width: 300.0 };
    let is_closed = headed_corner_ui(ctx, app.ui.adjust_offset, &look, reset, |ui| {
        sliders_ui(ui, &mut adjust.view);
        ui.add_space(4.0);
        channels_ui(ui, &mut adjust.view, picture.source_channels);
        ui.add_space(4.0);
        tone_ui(ui, &mut adjust.tone, &picture);
        ui.label(RichText::new("Only the view changes, never the file.").small().color(colors.text_weak.0));
    });
    if is_reset {
        adjust = Adjust::default();
    }
    if adjust.tone != app.adjust.tone {
        app.pictures.set_tone(adjust.tone);
    }
    app.adjust = adjust;
    if is_closed {
        app.ui.adjust_open = false;
        app.ui.focus_canvas = true;
    }
}

fn sliders_ui(ui: &mut Ui, view: &mut ImageAdjust) {
    egui::Grid::new("adjust").num_columns(2).show(ui, |ui| {
        let mut row = |name: &str, value: &mut f32, range, logarithmic| {
            ui.label(name);
            let slider = ui.add(Slider::new(value, range).logarithmic(logarithmic).fixed_decimals(2));
            slider.widget_info(|| WidgetInfo::slider(true, f64::from(*value), name));
            ui.end_row();
        };
        row("Brightness", &mut view.brightness, -1.0..=1.0, false);
        row("Contrast", &mut view.contrast, 0.1..=10.0, true);
        row("Gamma", &mut view.gamma, 0.1..=10.0, true);
    });
}

fn channels_ui(ui: &mut Ui, view: &mut ImageAdjust, source_channels: u8) {
    ui.horizontal_wrapped(|ui| {
        for (channel, name) in CHANNELS {
            let is_there = match channel {
                ChannelView::Alpha => source_channels.is_multiple_of(2),
                ChannelView::Rgb => true,
                _ => source_channels >= 3,
            };
            let button = egui::Button::selectable(view.channel == channel, name);
            if ui.add_enabled(is_there || view.channel == channel, button).clicked() {
                view.channel = channel;
            }
        }
    });
}

fn tone_ui(ui: &mut Ui, tone: &mut Tone, picture: &Picture) {
    // In the values of this picture's own samples.
    let step = picture.window_step();
    let max = u16::MAX / step;
    let [mut low, mut high] = tone.window.unwrap_or([0, u16::MAX]).map(|value| value / step);
    ui.horizontal(|ui| {
        ui.label("Values from");
        let from = ui.add(DragValue::new(&mut low).range(0..=max - 1).speed(f64::from(max) / 400.0));
        from.widget_info(|| WidgetInfo::slider(true, f64::from(low), "Value shown black"));
        ui.label("to");
        let to = ui.add(DragValue::new(&mut high).range(1..=max).speed(f64::from(max) / 400.0));
        to.widget_info(|| WidgetInfo::slider(true, f64::from(high), "Value shown white"));
        if ui.button("Auto").on_hover_text("Leave out the darkest and brightest half percent").clicked() {
            [low, high] = picture.auto_window().map(|value| value / step);
        }
    });
    high = high.max(low.saturating_add(1));
    let window = (low > 0 || high < max).then(|| [low, high].map(|value| value * step));
    // Looking at an 8-bit picture must not round what was set on a deep one.
    if window.map(|ends| ends.map(|value| value / step)) != tone.window.map(|ends| ends.map(|value| value / step)) {
        tone.window = window;
    }
    ui.checkbox(&mut tone.equalise, "Equalise the histogram");
}
