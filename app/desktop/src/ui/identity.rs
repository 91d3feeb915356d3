//! Which one is it? The other sequences of a label as pictures, the most alike first, to mend an identity from this frame on.

use super::widgets::{focus_ring, sheet};
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, Key, Modifiers, Rect, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use limn_core::sequence::Track;
use limn_core::{Instance, SequenceId};
use limn_editor::{Dialog, Event, Repair};
use std::sync::Arc;

/// Most that are compared; a label seldom has more near by.
const MOST: usize = 60;
/// Side of a picture in points.
const SIDE: f32 = 52.0;
const DIGITS: [Key; 9] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// What is asked.
pub(crate) struct IdentityPanel {
    of: SequenceId,
}

/// Another sequence, and how unlike it is.
struct Candidate {
    track: Arc<Track>,
    /// Where it is seen: on this frame, or nearest to it.
    seen: Instance,
    unlike: f32,
}

impl LimnApp {
    /// Asks something about the selected sequence, or about all of them.
    pub(crate) fn ask_about_sequence(&mut self, dialog: Dialog) {
        let selected = self.editor.selection().iter().find_map(|id| self.editor.member(*id)).or(self.editor.followed());
        let track = selected.and_then(|member| self.editor.sequences().get(member.sequence)).cloned();
        match (dialog, track) {
            (Dialog::SequenceName, Some(track)) => {
                self.ui.sequence_name = Some((track.sequence.id, track.sequence.name.clone().unwrap_or_default()));
            }
            (Dialog::Identity, Some(track)) => self.ui.identity = Some(IdentityPanel { of: track.sequence.id }),
            (Dialog::SameObject, Some(track)) => self.open_same_object(&track.sequence),
            (Dialog::FilterLanes, _) => {
                self.settings.show_lanes = true;
                self.ui.lanes.focus_filter = true;
            }
            _ => {}
        }
    }
}

/// The panel, if it is open.
pub(super) fn identity_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(panel) = app.ui.identity.take() else { return };
    let Some(own) = app.editor.sequences().get(panel.of).cloned() else { return };
    let Some(own_seen) = seen(&own, app.editor.frame()) else { return };
    let candidates = candidates(app, &own, &own_seen);
    let name = app.editor.sequence_name(&own.sequence);
    let mut chosen = ctx.input_mut(|input| {
        let pressed = |key: &Key| input.consume_key(Modifiers::NONE, *key);
        DIGITS.iter().position(pressed).map(|at| (at, Repair::Continue))
    });
    let open = sheet(ctx, "identity", &format!("Which one is {name} from this frame on?"), 480.0, |ui| {
        let colors = theme::colors(ui.ctx());
        ui.horizontal(|ui| {
            picture(app, ui, &own_seen, &name);
            let text =
                "Others of its label, the most alike first. The frames before this one stay as they are. A digit chooses \"is this one\".";
            ui.add(egui::Label::new(RichText::new(text).color(colors.text_weak.0)).wrap());
        });
        ui.separator();
        if candidates.is_empty() {
            ui.label("There is no other sequence of its label.");
        }
        ScrollArea::vertical().max_height(ui.ctx().content_rect().height() * 0.6).show(ui, |ui| {
            for (at, candidate) in candidates.iter().enumerate() {
                ui.horizontal(|ui| row(app, ui, at, candidate, &mut chosen));
            }
        });
    });
    match chosen.and_then(|(at, how)| Some((candidates.get(at)?, how))) {
        Some((candidate, how)) => {
            let with = candidate.track.sequence.id;
            app.tell(Event::Repair(panel.of, with, how));
            app.ui.focus_canvas = true;
        }
        None if open => app.ui.identity = Some(panel),
        None => app.ui.focus_canvas = true,
    }
}

fn row(app: &mut LimnApp, ui: &mut Ui, at: usize, candidate: &Candidate, chosen: &mut Option<(usize, Repair)>) {
    let colors = theme::colors(ui.ctx());
    let name = app.editor.sequence_name(&candidate.track.sequence);
    let digit = if at < DIGITS.len() { (at + 1).to_string() } else { String::new() };
    ui.add_sized([14.0, SIDE], egui::Label::new(RichText::new(digit).monospace().color(colors.text_weak.0)));
    picture(app, ui, &candidate.seen, &name);
    let here = app.editor.frame();
    let told = match candidate.seen.frame.cmp(&here) {
        std::cmp::Ordering::Equal => "in the picture here".to_owned(),
        std::cmp::Ordering::Less => format!("last seen {} frames before", here - candidate.seen.frame),
        std::cmp::Ordering::Greater => format!("first seen {} frames later", candidate.seen.frame - here),
    };
    ui.vertical(|ui| {
        ui.set_width(170.0);
        ui.label(RichText::new(&name).strong());
        ui.label(RichText::new(told).small().color(colors.text_weak.0));
    });
    let buttons = [
        ("is this one", Repair::Continue, "From this frame on, what was followed is this one"),
        ("exchange", Repair::Exchange, "The two were mixed up: they change places from this frame on"),
    ];
    for (text, how, tip) in buttons {
        let response = ui.button(text);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {tip}")));
        if response.on_hover_text(tip).clicked() {
            *chosen = Some((at, how));
        }
    }
}

/// The object as it is seen there; an empty place until it is cut out.
pub(super) fn picture(app: &mut LimnApp, ui: &mut Ui, seen: &Instance, name: &str) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(SIDE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("{name} at frame {}", seen.frame)));
    focus_ring(ui, &response, rect);
    ui.painter().rect_filled(rect, egui::CornerRadius::same(3), theme::colors(ui.ctx()).panel_low.0);
    if let Some(crop) = app.crop(seen) {
        let texture = crop.texture(ui.ctx());
        let size = texture.size_vec2();
        let fitted = Rect::from_center_size(rect.center(), size * (SIDE / size.x.max(size.y)));
        let whole = Rect::from_min_max(egui::Pos2::ZERO, egui::Pos2::new(1.0, 1.0));
        ui.painter().image(texture.id(), fitted, whole, egui::Color32::WHITE);
    }
}

/// A sequence on this frame, else at its keyframe nearest to it.
fn seen(track: &Track, frame: u64) -> Option<Instance> {
    let part = track.parts().next()?;
    if let Some(shown) = track.shown(part, frame) {
        return Some(shown.instance);
    }
    let keyframes = track.keyframes(part).filter(|(_, keyframe)| !keyframe.marks.outside).map(|(at, _)| at);
    let nearest = keyframes.min_by_key(|at| at.abs_diff(frame))?;
    Some(track.shown(part, nearest)?.instance)
}

/// The others of the label, the most alike first: by colours where both pictures are there, by place and size, and by how long ago.
fn candidates(app: &mut LimnApp, own: &Track, own_seen: &Instance) -> Vec<Candidate> {
    let frame = app.editor.frame();
    let others =
        app.editor.sequences().tracks().filter(|track| track.sequence.id != own.sequence.id && track.sequence.label == own.sequence.label);
    let mut near: Vec<Candidate> = others
        .filter_map(|track| {
            let seen = seen(track, frame)?;
            let unlike = apart(own_seen, &seen, frame);
            Some(Candidate { track: track.clone(), seen, unlike })
        })
        .collect();
    near.sort_by(|a, b| a.unlike.total_cmp(&b.unlike));
    near.truncate(MOST);
    let own_piece = app.crop(own_seen).map(|crop| crop.piece.clone());
    for candidate in &mut near {
        let piece = app.crop(&candidate.seen).map(|crop| &crop.piece);
        // Not known yet: as unlike as most are.
        candidate.unlike += own_piece.as_ref().zip(piece).map_or(0.4, |(own, other)| own.distance(other));
    }
    near.sort_by(|a, b| a.unlike.total_cmp(&b.unlike));
    near
}

/// How far apart two are, as they are seen: in lengths of the object, in size, and in time.
fn apart(a: &Instance, b: &Instance, frame: u64) -> f32 {
    let Some((one, other)) = a.geometry.bounds().zip(b.geometry.bounds()) else { return 2.0 };
    let size = |rect: limn_core::Rect| (rect.width() * rect.height()).sqrt().max(1.0);
    let far = (one.center().distance(other.center()) / size(one)).min(8.0);
    let grown = (size(other) / size(one)).ln().abs().min(3.0);
    let ago = (b.frame.abs_diff(frame) as f64 / 100.0).min(3.0);
    (0.06 * far + 0.15 * grown + 0.05 * ago) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::{FileId, Geometry, InstanceId, LabelId};

    #[test]
    fn what_is_near_of_its_size_and_seen_lately_is_more_alike() {
        let at = |x: f64, side: f64, frame: u64| {
            let geometry = Geometry::Box(limn_core::Rect::from_xywh(x, 0.0, side, side));
            Instance::new(InstanceId::from_parts(1, [1; 10]), FileId::from_parts(1, [1; 10]), frame, LabelId(1), geometry)
        };
        let own = at(0.0, 20.0, 50);
        let near = apart(&own, &at(5.0, 20.0, 50), 50);
        for other in [at(200.0, 20.0, 50), at(-20.0, 60.0, 50), at(5.0, 20.0, 0), at(5.0, 20.0, 100)] {
            assert!(near < apart(&own, &other, 50));
        }
    }
}
