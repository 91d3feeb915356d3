//! Pointer, wheel and pinch on the canvas as editor events. Every single event of the system counts, not one a frame:
//! a quick freehand line keeps all its points.

use egui::{PointerButton, Pos2, Rect, TouchPhase};
use limn_editor::{Event, View};
use limn_tools::{Modifiers, ToolEvent};

/// Seconds within which a second press is a double click.
const DOUBLE_CLICK_S: f64 = 0.4;
/// Points within which it must be.
const DOUBLE_CLICK_POINTS: f32 = 6.0;
/// Wheel points that double the size.
const WHEEL_PER_DOUBLING: f32 = 240.0;
/// How much larger a notch of the wheel makes the brush.
const BRUSH_A_NOTCH: f64 = 1.1;

/// What the hand was doing on the canvas.
#[derive(Debug, Default)]
pub struct CanvasInput {
    pressed: bool,
    panning: bool,
    last_press: Option<(f64, Pos2)>,
    last_pos: Option<Pos2>,
    inside: bool,
}

/// What an event is seen against.
pub struct InputCx {
    /// The canvas, in points.
    pub rect: Rect,
    /// Whether the pointer is over the canvas and nothing lies above it.
    pub hovered: bool,
    /// Seconds.
    pub time: f64,
    /// The key that makes the pointer move the picture is down.
    pub space: bool,
    /// Modifier keys now.
    pub modifiers: egui::Modifiers,
    /// Where the canvas looks now.
    pub view: View,
    /// Whether the wheel with Ctrl and Alt makes a brush larger.
    pub sizes_brush: bool,
}

impl CanvasInput {
    /// What one event of the system means to the editor.
    pub fn take(&mut self, event: &egui::Event, cx: &InputCx) -> Option<Event> {
        let at = |pos: Pos2| {
            let point = pos - cx.rect.min;
            cx.view.image_from_canvas([f64::from(point.x), f64::from(point.y)])
        };
        match *event {
            egui::Event::PointerButton { pos, button, pressed: true, modifiers } if cx.hovered && cx.rect.contains(pos) => {
                self.last_pos = Some(pos);
                match button {
                    PointerButton::Primary if !cx.space => {
                        self.pressed = true;
                        let clicks = self.count_clicks(cx.time, pos);
                        Some(Event::Tool(ToolEvent::Press { pos: at(pos), modifiers: held(modifiers), clicks }))
                    }
                    PointerButton::Primary | PointerButton::Middle => {
                        self.panning = true;
                        None
                    }
                    // Drops a drawing; with none under way, asks for a label.
                    PointerButton::Secondary => {
                        self.pressed = false;
                        Some(Event::SecondaryClick)
                    }
                    _ => None,
                }
            }
            egui::Event::PointerButton { button, pressed: false, .. } if self.panning && button != PointerButton::Secondary => {
                self.panning = false;
                None
            }
            egui::Event::PointerButton { pos, button: PointerButton::Primary, pressed: false, modifiers } if self.pressed => {
                self.pressed = false;
                Some(Event::Tool(ToolEvent::Release { pos: at(pos), modifiers: held(modifiers) }))
            }
            egui::Event::PointerMoved(pos) => {
                let before = self.last_pos.replace(pos).unwrap_or(pos);
                if self.panning {
                    let by = pos - before;
                    return Some(Event::Pan([f64::from(by.x), f64::from(by.y)]));
                }
                let inside = cx.hovered && cx.rect.contains(pos);
                let left = self.inside && !inside && !self.pressed;
                self.inside = inside;
                if self.pressed || inside {
                    let modifiers = held(cx.modifiers);
                    return Some(Event::Tool(ToolEvent::Move { pos: at(pos), modifiers, pressed: self.pressed }));
                }
                left.then_some(Event::Tool(ToolEvent::Leave))
            }
            // The system tells it before the press or move that it belongs to.
            egui::Event::Touch { phase: TouchPhase::Start | TouchPhase::Move, force: Some(force), .. } => {
                Some(Event::Pressure(f64::from(force)))
            }
            egui::Event::MouseWheel { delta, modifiers, .. } if cx.sizes_brush && cx.hovered && sizes(modifiers) && delta.y != 0.0 => {
                Some(Event::ScaleBrush(if delta.y > 0.0 { BRUSH_A_NOTCH } else { 1.0 / BRUSH_A_NOTCH }))
            }
            egui::Event::PointerGone if !self.pressed => Some(Event::Tool(ToolEvent::Leave)),
            _ => None,
        }
    }

    /// Wheel and pinch of this frame: zoom at the pointer, or move the picture sideways.
    pub fn zoom(&self, ui: &egui::Ui, rect: Rect, sizes_brush: bool) -> Option<Event> {
        if sizes_brush && ui.input(|input| sizes(input.modifiers)) {
            return None;
        }
        let (wheel, pinch, pointer, shift) =
            ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta(), input.pointer.hover_pos(), input.modifiers.shift));
        let anchor = pointer? - rect.min;
        let anchor = [f64::from(anchor.x), f64::from(anchor.y)];
        if pinch != 1.0 {
            Some(Event::Zoom { anchor, factor: f64::from(pinch) })
        } else if shift || wheel.x != 0.0 {
            (wheel != egui::Vec2::ZERO).then(|| Event::Pan([f64::from(wheel.x), f64::from(wheel.y)]))
        } else {
            (wheel.y != 0.0).then(|| Event::Zoom { anchor, factor: f64::from((wheel.y / WHEEL_PER_DOUBLING).exp2()) })
        }
    }

    fn count_clicks(&mut self, time: f64, pos: Pos2) -> u8 {
        let double = self.last_press.is_some_and(|(when, place)| time - when < DOUBLE_CLICK_S && place.distance(pos) < DOUBLE_CLICK_POINTS);
        // A third quick press begins anew.
        self.last_press = (!double).then_some((time, pos));
        if double { 2 } else { 1 }
    }

    /// Whether the picture is being dragged.
    pub fn is_panning(&self) -> bool {
        self.panning
    }
}

/// Whether the wheel means the size of the brush.
fn sizes(modifiers: egui::Modifiers) -> bool {
    (modifiers.ctrl || modifiers.command) && modifiers.alt
}

fn held(modifiers: egui::Modifiers) -> Modifiers {
    Modifiers { shift: modifiers.shift, ctrl: modifiers.ctrl || modifiers.command, alt: modifiers.alt }
}
