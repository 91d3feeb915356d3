//! What keys choose about brush, wand and masks.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_tools::raster::ColourArea;
use limn_tools::{BrushMode, Overlap, ToolKind, ToolOptions};

/// How much larger the brush gets by a key.
pub(crate) const BRUSH_STEP: f64 = 1.2;
/// How much more tolerant the wand gets by a key.
const TOLERANCE_STEP: u8 = 4;
/// Parts of a mask with fewer pixels are specks.
pub(crate) const SPECK_PIXELS: u64 = 64;

impl Editor {
    fn change_options(&mut self, change: impl FnOnce(&mut ToolOptions)) {
        let mut options = self.options.clone();
        change(&mut options);
        self.set_options(options);
    }

    /// Takes the eraser, or the brush when the eraser is in hand.
    pub(crate) fn toggle_eraser(&mut self, out: &mut Vec<Effect>) {
        let erases = self.tool_kind != ToolKind::Brush || !self.options.brush.erases;
        self.take_tool(ToolKind::Brush, out);
        self.change_options(|options| options.brush.erases = erases);
    }

    /// Lets the brush work in another way, or along its way again.
    pub(crate) fn toggle_brush_mode(&mut self, mode: BrushMode, out: &mut Vec<Effect>) {
        let was = self.tool_kind == ToolKind::Brush && self.options.brush.mode == mode;
        self.take_tool(ToolKind::Brush, out);
        self.change_options(|options| options.brush.mode = if was { BrushMode::Stroke } else { mode });
    }

    /// Makes the brush larger (above 1) or smaller; with the wand in hand, its tolerance.
    pub(crate) fn scale_brush(&mut self, factor: f64) {
        let wand = self.tool_kind == ToolKind::Wand;
        self.change_options(|options| {
            let tolerance = options.wand.tolerance;
            match (wand, factor > 1.0) {
                (true, true) => options.wand.tolerance = tolerance.saturating_add(TOLERANCE_STEP).min(ColourArea::MOST),
                (true, false) => options.wand.tolerance = tolerance.saturating_sub(TOLERANCE_STEP),
                (false, _) => options.brush = options.brush.scaled(factor),
            }
        });
    }

    /// Free, under, over, and free again.
    pub(crate) fn next_overlap(&mut self, out: &mut Vec<Effect>) {
        let (next, text) = match self.options.overlap {
            Overlap::Free => (Overlap::Under, "Masks go under others: nothing is painted where others are."),
            Overlap::Under => (Overlap::Over, "Masks go over others: others lose what is painted over."),
            Overlap::Over => (Overlap::Free, "Masks overlap freely."),
        };
        self.change_options(|options| options.overlap = next);
        out.push(Effect::Notify(Notice::info(text)));
    }
}
