//! The icons: a subset of the Lucide font (ISC), one stroke weight, made by `assets/fonts/subset.py`.

/// One icon: a character of the icon font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(pub char);

impl Icon {
    /// The icon as text of the icon font at a size in points.
    pub fn text(self, size: f32) -> egui::RichText {
        egui::RichText::new(self.0).font(egui::FontId::new(size, egui::FontFamily::Name(crate::theme::ICON_FAMILY.into())))
    }
}

macro_rules! icon {
    ($name:ident, $code:literal, $lucide:literal) => {
        #[doc = $lucide]
        pub const $name: Icon = Icon(match char::from_u32($code) {
            Some(code) => code,
            None => ' ',
        });
    };
}

icon!(SELECT, 0xe1c3, "mouse-pointer-2");
icon!(BOX, 0xe1cb, "square-dashed");
icon!(POLYGON, 0xe52b, "pentagon");
icon!(EYE, 0xe0ba, "eye");
icon!(EYE_OFF, 0xe0bb, "eye-off");
icon!(LOCK, 0xe10b, "lock");
icon!(UNLOCK, 0xe10c, "lock-open");
icon!(CHECK, 0xe06c, "check");
icon!(CIRCLE, 0xe076, "circle");
icon!(CIRCLE_DOT, 0xe345, "circle-dot");
icon!(CIRCLE_CHECK, 0xe226, "circle-check");
icon!(PLAY, 0xe13c, "play");
icon!(PAUSE, 0xe12e, "pause");
icon!(STEP_BACK, 0xe3e9, "step-back");
icon!(STEP_FORWARD, 0xe3ea, "step-forward");
icon!(FIRST, 0xe15f, "skip-back");
icon!(LAST, 0xe160, "skip-forward");
icon!(SEARCH, 0xe151, "search");
icon!(SETTINGS, 0xe154, "settings");
icon!(UNDO, 0xe2a1, "undo-2");
icon!(REDO, 0xe2a0, "redo-2");
icon!(FIT, 0xe112, "maximize");
icon!(ONE, 0xe4e8, "ratio");
icon!(ZOOM_IN, 0xe1b6, "zoom-in");
icon!(ZOOM_OUT, 0xe1b7, "zoom-out");
icon!(IMAGE, 0xe0f6, "image");
icon!(VIDEO, 0xe0d0, "film");
icon!(X, 0xe1b2, "x");
icon!(WARN, 0xe193, "triangle-alert");
icon!(INFO, 0xe0f9, "info");
icon!(IMPORT, 0xe0b2, "download");
icon!(KEYBOARD, 0xe284, "keyboard");
icon!(HELP, 0xe082, "circle-question-mark");
icon!(CHEVRON_RIGHT, 0xe06f, "chevron-right");
icon!(MASK, 0xe1d3, "brush");
icon!(SEQUENCE, 0xe5c4, "images");
icon!(LOADER, 0xe10a, "loader-circle");
