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
        #[allow(dead_code)]
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
icon!(ROTATED_BOX, 0xe2d2, "diamond");
icon!(POLYLINE, 0xe38b, "spline");
icon!(ELLIPSE, 0xe6b2, "ellipse");
icon!(CUBOID, 0xe061, "box");
icon!(KEYPOINTS, 0xe21e, "person-standing");
icon!(POINT, 0xe111, "map-pin");
icon!(TAG, 0xe17f, "tag");
icon!(ERASER, 0xe28f, "eraser");
icon!(WAND, 0xe357, "wand-sparkles");
icon!(SCISSORS, 0xe14e, "scissors");
icon!(SLICE, 0xe2f0, "slice");
icon!(FILL, 0xe2e6, "paint-bucket");
icon!(STAMP, 0xe3bb, "stamp");
icon!(MAGNET, 0xe2b5, "magnet");
icon!(RULER, 0xe14b, "ruler");
icon!(GRID, 0xe0e9, "grid-3x3");
icon!(CROSSHAIR, 0xe0ac, "crosshair");
icon!(HISTORY, 0xe1f5, "history");
icon!(LAYERS, 0xe529, "layers");
icon!(PIN, 0xe259, "pin");
icon!(GROUP, 0xe464, "group");
icon!(BAN, 0xe051, "ban");
icon!(USERS, 0xe1a4, "users");
icon!(FUNNEL, 0xe0dc, "funnel");
icon!(UNITE, 0xe65a, "squares-unite");
icon!(SUBTRACT, 0xe659, "squares-subtract");
icon!(INTERSECT, 0xe658, "squares-intersect");
icon!(EXCLUDE, 0xe657, "squares-exclude");
icon!(LINK, 0xe102, "link");
icon!(ARROW, 0xe04d, "arrow-up-right");
icon!(PLUS, 0xe13d, "plus");
icon!(MINUS, 0xe11c, "minus");
icon!(TRASH, 0xe18e, "trash-2");
icon!(PENCIL, 0xe1f9, "pencil");
icon!(LASSO, 0xe1ce, "lasso");
icon!(ROTATE, 0xe149, "rotate-cw");
icon!(MIRROR, 0xe35e, "flip-horizontal-2");
icon!(ASK, 0xe568, "message-circle-question-mark");
