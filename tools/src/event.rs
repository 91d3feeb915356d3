//! What tools are told.

use crate::heading::Heading;
use crate::options::ToolOptions;
use crate::pixels::Pixels;
use crate::scene::Scene;
use crate::snap::Guide;
use limn_core::geometry::ImageVec;
use limn_core::template::Template;
use limn_core::{Document, Geometry, ImagePos, InstanceId, LabelId, Rect, Schema};

/// Modifier keys held down. On macOS the editor passes Command as `ctrl`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Control.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
}

/// One thing that happened. Pointer events are of the primary button; all places are image pixels and may lie outside
/// the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ToolEvent {
    /// The button went down.
    Press {
        /// Where.
        pos: ImagePos,
        /// With which keys.
        modifiers: Modifiers,
        /// 1, or 2 for the second press of a double click.
        clicks: u8,
    },
    /// The pointer moved, or the picture moved under it.
    Move {
        /// Where it is now.
        pos: ImagePos,
        /// With which keys.
        modifiers: Modifiers,
        /// Whether the button is down. `false` while a gesture needs it tells the tool that it missed the release: what
        /// was dragged until then counts.
        pressed: bool,
    },
    /// The button went up.
    Release {
        /// Where.
        pos: ImagePos,
        /// With which keys.
        modifiers: Modifiers,
    },
    /// The pointer left the canvas.
    Leave,
    /// A key that the tool understands.
    Command(ToolCommand),
    /// Esc, or the tool is about to be switched. Drops what is under way; with nothing under way, the selection (so an
    /// idle tool need not be told of a switch).
    Cancel,
}

/// Keys by meaning; the keymap says which they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ToolCommand {
    /// Finish the drawing (Enter).
    Finish,
    /// Take back the last point (Backspace).
    RemoveLast,
    /// Remove the point under the pointer (Delete). No action at all means that the tool had no use for the key: the
    /// editor then deletes the selection.
    Delete,
    /// Select the next shape under the pointer (Tab).
    NextHit,
    /// Select the one before.
    PreviousHit,
    /// Move the selection by this many image pixels (arrow keys).
    Nudge(ImageVec),
    /// The next point of the drawing is not in the picture.
    SkipPoint,
    /// Another form for the edge under the pointer: straight, a curve with one control point, with two.
    Bend,
    /// The next press points where the selected are heading.
    Aim,
}

/// What tools see while they handle an event or tell what to show.
#[derive(Clone, Copy)]
pub struct ToolCx<'a> {
    /// The shapes of the frame.
    pub document: &'a Document,
    /// Their index, in step with the document.
    pub scene: &'a Scene,
    /// What is selected, in the order of selecting.
    pub selection: &'a [InstanceId],
    /// Whether a shape may be clicked and changed: neither locked nor hidden.
    pub editable: &'a dyn Fn(InstanceId) -> bool,
    /// Width and height of the image in pixels.
    pub image: [f64; 2],
    /// Image pixels per screen point: 2.0 when zoomed out to a half.
    pub px: f64,
    /// The labels.
    pub schema: &'a Schema,
    /// What is drawn next.
    pub label: Option<LabelId>,
    /// What the person chose.
    pub options: &'a ToolOptions,
    /// Whether points may stick now: false while Ctrl is held.
    pub snaps: bool,
    /// Which shapes are not seen.
    pub hidden: &'a dyn Fn(InstanceId) -> bool,
    /// Lines that the person put across the image.
    pub guides: &'a [Guide],
    /// The shape whose handle is held.
    pub held: Option<InstanceId>,
    /// The directions that are asked about a shape, in the schema's order; empty for one that is not there.
    pub headings: &'a dyn Fn(InstanceId) -> Vec<Heading>,
    /// The picture, when it is at hand.
    pub pixels: Option<&'a dyn Pixels>,
}

impl ToolCx<'_> {
    /// Where a point that the hand puts at `pos` is stored: where it sticks, else the nearest place where the label lets
    /// it be, in hundredths of a pixel.
    pub(crate) fn placed(&self, pos: ImagePos) -> ImagePos {
        match self.snapped(pos) {
            // Exactly: points that are the same are to stay the same.
            Some(at) if self.clamped(at) == at => at,
            at => self.clamped(self.clamped(at.unwrap_or(pos)).rounded()),
        }
    }

    /// The nearest place where the label lets it be, in hundredths of a pixel, whatever is near.
    pub(crate) fn rounded(&self, pos: ImagePos) -> ImagePos {
        self.clamped(self.clamped(pos).rounded())
    }

    /// The place where the label lets it be that is farthest on the way from one such place to another.
    pub(crate) fn clamped_towards(&self, from: ImagePos, to: ImagePos) -> ImagePos {
        let way = to - from;
        let Rect { min, max } = self.room();
        let room = |at: f64, by: f64, low: f64, high: f64| match by {
            by if by > 0.0 => (high - at) / by,
            by if by < 0.0 => (low - at) / by,
            _ => 1.0,
        };
        let share = room(from.x, way.x, min.x, max.x).min(room(from.y, way.y, min.y, max.y)).clamp(0.0, 1.0);
        self.clamped(from + way * share)
    }

    /// The keypoints of the active label.
    pub(crate) fn template(&self) -> Option<&Template> {
        self.schema.label(self.label?)?.keypoints.as_ref()
    }

    /// The keypoints of a shape's label.
    pub(crate) fn template_of(&self, id: InstanceId) -> Option<&Template> {
        self.schema.label(self.document.get(id)?.label)?.keypoints.as_ref()
    }

    /// The geometry of a shape that exists and may be changed.
    pub(crate) fn editable_geometry(&self, id: InstanceId) -> Option<&Geometry> {
        self.document.get(id).filter(|instance| (self.editable)(instance.id)).map(|instance| &instance.geometry)
    }

    /// The shape whose handles are shown: the selected one if it is the only one.
    pub(crate) fn sole_selected(&self) -> Option<(InstanceId, &Geometry)> {
        let [id] = self.selection else { return None };
        self.editable_geometry(*id).map(|geometry| (*id, geometry))
    }

    /// What a click at this place can mean, the likeliest first.
    pub(crate) fn hits(&self, pos: ImagePos) -> Vec<InstanceId> {
        self.scene.hits(self.document, pos, crate::consts::HIT_TOLERANCE * self.px, self.editable)
    }
}
