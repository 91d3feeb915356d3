//! Colours, sizes and fonts of the window, from `assets/themes/limn.toml`. No other file names a colour.

use egui::{Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle, Vec2};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

/// Name of the icon font's family.
pub const ICON_FAMILY: &str = "icons";
/// Name of the semibold family for headings.
pub const STRONG_FAMILY: &str = "strong";

/// Which colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeKind {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
    /// White on black with strong lines.
    HighContrast,
}

impl ThemeKind {
    /// Every theme with its shown name.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Dark, "Dark"), (Self::Light, "Light"), (Self::HighContrast, "High contrast")];
}

/// The colours of one theme.
#[derive(Clone, Debug, Deserialize)]
pub struct Colors {
    pub canvas: Color,
    pub panel: Color,
    pub panel_low: Color,
    pub field: Color,
    pub hairline: Color,
    pub text: Color,
    pub text_weak: Color,
    pub accent: Color,
    pub accent_ground: Color,
    pub hover: Color,
    pub pressed: Color,
    pub ok: Color,
    pub warn: Color,
    pub error: Color,
    pub shadow: Color,
    pub label_ground: Color,
    pub label_text: Color,
}

/// An sRGB colour written as `#rrggbb`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Color(pub Color32);

impl TryFrom<String> for Color {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Color32::from_hex(&text).map(Self).map_err(|error| format!("{text}: {error:?}"))
    }
}

/// Sizes in points.
#[derive(Clone, Debug, Deserialize)]
pub struct Sizes {
    pub small: f32,
    pub body: f32,
    pub large: f32,
    pub title: f32,
    pub row: f32,
    pub grid: f32,
    pub corner: u8,
    pub rail: f32,
    pub handle: f32,
    pub outline: f32,
    pub outline_hovered: f32,
    pub outline_selected: f32,
}

/// Durations in milliseconds.
#[derive(Clone, Debug, Deserialize)]
pub struct Durations {
    pub tooltip_ms: u64,
    pub animation_ms: u64,
    pub toast_ms: u64,
    pub progress_after_ms: u64,
}

/// How shapes are filled.
#[derive(Clone, Debug, Deserialize)]
pub struct ShapeLook {
    pub fill_percent: u8,
    pub fill_selected_percent: u8,
}

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    pub size: Sizes,
    pub duration: Durations,
    pub shape: ShapeLook,
    pub dark: Colors,
    pub light: Colors,
    pub high_contrast: Colors,
}

static TOKENS: LazyLock<Tokens> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    toml::from_str(include_str!("../../../assets/themes/limn.toml")).expect("assets/themes/limn.toml is read by a test")
});

/// All tokens.
pub fn tokens() -> &'static Tokens {
    &TOKENS
}

/// The colours of a theme.
pub fn colors_of(kind: ThemeKind) -> &'static Colors {
    match kind {
        ThemeKind::Dark => &TOKENS.dark,
        ThemeKind::Light => &TOKENS.light,
        ThemeKind::HighContrast => &TOKENS.high_contrast,
    }
}

/// What the window is cleared with: the colour of the panels, which then paint no ground of their own, since software drivers
/// feel every pixel.
pub fn ground(visuals: &egui::Visuals) -> [f32; 4] {
    visuals.panel_fill.to_normalized_gamma_f32()
}

/// The theme in use, kept in egui's memory so that every panel finds it.
pub fn kind(ctx: &egui::Context) -> ThemeKind {
    ctx.data(|data| data.get_temp(egui::Id::unique("theme"))).unwrap_or_default()
}

/// The colours in use.
pub fn colors(ctx: &egui::Context) -> &'static Colors {
    colors_of(kind(ctx))
}

/// Loads the fonts; once at start.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::empty();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("inter", include_bytes!("../../../assets/fonts/Inter-Regular.otf"));
    add("inter-strong", include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"));
    add("mono", include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"));
    add("lucide", include_bytes!("../../../assets/fonts/lucide-subset.ttf"));
    let mut family =
        |family: FontFamily, names: &[&str]| fonts.families.insert(family, names.iter().map(|name| (*name).to_owned()).collect());
    family(FontFamily::Proportional, &["inter", "mono", "lucide"]);
    family(FontFamily::Monospace, &["mono", "inter", "lucide"]);
    family(FontFamily::Name(STRONG_FAMILY.into()), &["inter-strong", "mono", "lucide"]);
    family(FontFamily::Name(ICON_FAMILY.into()), &["lucide", "inter"]);
    ctx.set_fonts(fonts);
}

/// Makes the window look so.
pub fn apply(ctx: &egui::Context, kind: ThemeKind, reduced_motion: bool) {
    ctx.data_mut(|data| data.insert_temp(egui::Id::unique("theme"), kind));
    let theme = if kind == ThemeKind::Light { egui::Theme::Light } else { egui::Theme::Dark };
    ctx.set_theme(theme);
    let (colors, sizes) = (colors_of(kind), &TOKENS.size);
    ctx.style_mut_of(theme, |style| {
        style.text_styles = [
            (TextStyle::Small, FontId::new(sizes.small, FontFamily::Proportional)),
            (TextStyle::Body, FontId::new(sizes.body, FontFamily::Proportional)),
            (TextStyle::Button, FontId::new(sizes.body, FontFamily::Proportional)),
            (TextStyle::Monospace, FontId::new(sizes.body - 1.0, FontFamily::Monospace)),
            (TextStyle::Heading, FontId::new(sizes.large, FontFamily::Name(STRONG_FAMILY.into()))),
        ]
        .into();
        style.animation_time = if reduced_motion { 0.0 } else { TOKENS.duration.animation_ms as f32 / 1000.0 };
        style.interaction.tooltip_delay = TOKENS.duration.tooltip_ms as f32 / 1000.0;
        style.interaction.selectable_labels = false;
        let spacing = &mut style.spacing;
        spacing.item_spacing = Vec2::new(sizes.grid, sizes.grid / 2.0);
        spacing.button_padding = Vec2::new(sizes.grid, 3.0);
        spacing.interact_size = Vec2::new(sizes.row, sizes.row);
        spacing.menu_margin = Margin::same(4);
        spacing.window_margin = Margin::same(16);
        spacing.combo_width = 120.0;
        style.visuals = visuals(kind, colors, sizes);
    });
}

fn visuals(kind: ThemeKind, colors: &Colors, sizes: &Sizes) -> egui::Visuals {
    let mut visuals = if kind == ThemeKind::Light { egui::Visuals::light() } else { egui::Visuals::dark() };
    let corner = CornerRadius::same(sizes.corner);
    visuals.panel_fill = colors.panel.0;
    visuals.window_fill = colors.panel.0;
    visuals.window_stroke = Stroke::new(1.0, colors.hairline.0);
    visuals.window_corner_radius = CornerRadius::same(sizes.corner * 2);
    visuals.menu_corner_radius = corner;
    visuals.extreme_bg_color = colors.field.0;
    visuals.text_edit_bg_color = Some(colors.field.0);
    visuals.faint_bg_color = colors.panel_low.0;
    visuals.code_bg_color = colors.panel_low.0;
    visuals.weak_text_color = Some(colors.text_weak.0);
    visuals.hyperlink_color = colors.accent.0;
    visuals.warn_fg_color = colors.warn.0;
    visuals.error_fg_color = colors.error.0;
    visuals.selection.bg_fill = colors.accent_ground.0;
    visuals.selection.stroke = Stroke::new(1.0, colors.text.0);
    let shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: colors.shadow.0.gamma_multiply(0.5) };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    // A blinking cursor would draw the whole window twice a second for nothing.
    visuals.text_cursor.blink = false;
    let widget = |fill: Color32, line: Color32, text: Color32| egui::style::WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: corner,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let text = colors.text.0;
    visuals.widgets.noninteractive = widget(colors.panel.0, colors.hairline.0, text);
    visuals.widgets.inactive = widget(colors.hover.0, Color32::TRANSPARENT, text);
    visuals.widgets.hovered = widget(colors.pressed.0, colors.hairline.0, text);
    visuals.widgets.active = widget(colors.accent_ground.0, colors.accent.0, text);
    visuals.widgets.open = widget(colors.hover.0, colors.hairline.0, text);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        for (kind, name) in ThemeKind::ALL {
            let least = if kind == ThemeKind::HighContrast { 7.0 } else { 4.5 };
            let colors = colors_of(kind);
            for text in [colors.text, colors.text_weak, colors.ok, colors.warn, colors.error, colors.accent] {
                for ground in [colors.panel, colors.panel_low, colors.field] {
                    let found = contrast(text.0, ground.0);
                    assert!(found >= least, "{name}: {:?} on {:?} is {found:.2}", text.0, ground.0);
                }
            }
            assert!(contrast(colors.text.0, colors.accent_ground.0) >= least, "{name}: selected rows");
            assert!(contrast(colors.label_text.0, colors.label_ground.0) >= 7.0, "{name}: labels on the picture");
        }
    }
}
