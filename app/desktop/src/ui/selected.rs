//! What is selected: its measures, and its marks to be set by a click.

use super::widgets::heading;
use crate::app::LimnApp;
use crate::theme;
use egui::{RichText, Role, Ui, WidgetInfo};
use limn_core::marks::MarkSet;
use limn_core::{Instance, Role as InstanceRole};
use limn_editor::{Command, Event};
use limn_tools::Scale;

/// Name, command, and whether a mark is set.
type MarkChoice = (&'static str, Command, fn(&MarkSet) -> bool);

/// Marks that a click sets on all that is selected, and how to see whether one has it.
const MARKS: [MarkChoice; 7] = [
    ("occluded", Command::MarkOccluded, |marks| marks.occluded),
    ("truncated", Command::MarkTruncated, |marks| marks.truncated),
    ("difficult", Command::MarkDifficult, |marks| marks.difficult),
    ("ignore", Command::MarkIgnore, |marks| marks.role == InstanceRole::Ignore),
    ("crowd", Command::MarkCrowd, |marks| marks.role == InstanceRole::Crowd),
    ("pinned", Command::Pin, |marks| marks.pinned),
    ("unsure", Command::MarkUnsure, |marks| marks.unsure.is_some()),
];

/// Most selected instances that are looked at for what they have in common.
const MOST_LOOKED_AT: usize = 2000;

/// The panel.
pub fn selected_ui(app: &mut LimnApp, ui: &mut Ui) {
    let ids = app.editor.selection();
    let chosen: Vec<&Instance> = ids.iter().take(MOST_LOOKED_AT).filter_map(|id| app.editor.document().get(*id)).collect();
    let Some(first) = chosen.first() else { return };
    let colors = theme::colors(ui.ctx());
    let name = app.editor.schema.shown(first.label).0;
    let title = if ids.len() == 1 { format!("Selected: {name}") } else { format!("Selected: {}", ids.len()) };
    heading(ui, &title, &if ids.len() == 1 { first.geometry.spatial_type().title().to_owned() } else { String::new() });
    if ids.len() == 1 {
        ui.label(RichText::new(measures(first, &app.editor.options().scale)).small().color(colors.text_weak.0));
    }
    let mut asked = sequence_ui(app, ui, first);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
        for (name, command, is_on) in MARKS {
            let count = chosen.iter().filter(|instance| is_on(&instance.marks)).count();
            let (all, some) = (count == chosen.len(), count > 0);
            // Some of several: a mixed value is told as such.
            let text = if some && !all { format!("{name} ±") } else { name.to_owned() };
            let response = ui.add(egui::Button::selectable(all, RichText::new(text).small()));
            response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, all, format!("Mark: {name}")));
            if response.on_hover_text(app.caps.tooltip(&app.keymap, command)).clicked() {
                asked = Some(command);
            }
        }
        let visible = first.marks.visible;
        let same = chosen.iter().all(|instance| instance.marks.visible == visible);
        let text = match visible {
            Some(percent) if same => format!("visible {percent} %"),
            None if same => "visible: not told".to_owned(),
            _ => "visible ±".to_owned(),
        };
        let response = ui.add(egui::Button::selectable(same && visible.is_some(), RichText::new(text).small()));
        if response.on_hover_text(app.caps.tooltip(&app.keymap, Command::MarkVisible)).clicked() {
            asked = Some(Command::MarkVisible);
        }
    });
    if let (1, Some(note)) = (ids.len(), first.marks.unsure.as_deref().filter(|note| !note.is_empty())) {
        ui.label(RichText::new(format!("Unsure: {note}")).color(colors.warn.0));
    }
    if let Some(command) = asked {
        app.tell(Event::Command(command));
    }
}

/// So many keyframes, in words.
pub(super) fn keyframes(count: usize) -> String {
    if count == 1 { "1 keyframe".to_owned() } else { format!("{count} keyframes") }
}

/// What is known of the sequence that is selected, and what can be done with it here.
fn sequence_ui(app: &LimnApp, ui: &mut Ui, instance: &Instance) -> Option<Command> {
    let member = instance.member?;
    let track = app.editor.sequences().get(member.sequence)?;
    let colors = theme::colors(ui.ctx());
    let frame = app.editor.frame();
    let (before, after) = (track.previous_keyframe(frame), track.next_keyframe(frame));
    let here = track.keyframe_at(member.part, frame).is_some();
    let place = match (here, before, after) {
        (true, ..) => "keyframe here".to_owned(),
        (false, Some(before), Some(after)) => format!("between {before} and {after}"),
        (false, Some(before), None) => format!("as at {before}"),
        (false, None, _) => String::new(),
    };
    let exit = track.sequence.exit.map(|exit| format!(" · last frame {}", exit.saturating_sub(1))).unwrap_or_default();
    let text = format!("{} · {} · {place}{exit}", app.editor.sequence_name(&track.sequence), keyframes(track.num_keyframes()));
    ui.label(RichText::new(text).small().color(colors.text_weak.0));
    let mut asked = None;
    if let Some(same) = app.same_told(&track.sequence) {
        ui.horizontal_wrapped(|ui| {
            let response = ui.label(RichText::new(&same).small());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("One object: {same}")));
            let response = ui.add(egui::Button::new(RichText::new("not the same").small()));
            if response.on_hover_text(app.caps.tooltip(&app.keymap, Command::NotSame)).clicked() {
                asked = Some(Command::NotSame);
            }
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
        let motion = format!("motion: {}", track.sequence.motion.as_str());
        let buttons = [
            ("keyframe", here, Command::Keyframe),
            ("outside", false, Command::Outside),
            ("ends here", track.sequence.exit == Some(frame.saturating_add(1)), Command::EndHere),
            (motion.as_str(), false, Command::Motion),
            ("split", false, Command::SplitSequence),
        ];
        for (text, on, command) in buttons {
            let response = ui.add(egui::Button::selectable(on, RichText::new(text).small()));
            response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, format!("Sequence: {text}")));
            if response.on_hover_text(app.caps.tooltip(&app.keymap, command)).clicked() {
                asked = Some(command);
            }
        }
    });
    asked
}

/// "324 × 120 px · 38 880 px² · 4 points".
fn measures(instance: &Instance, scale: &Scale) -> String {
    let geometry = &instance.geometry;
    let mut parts = Vec::new();
    if let Some(bounds) = geometry.bounds() {
        parts.push(format!("{:.1} × {:.1} px", bounds.width(), bounds.height()));
    }
    let area = geometry.area();
    if area > 0.0 {
        parts.push(scale.area_text(area));
    }
    match geometry.num_points() {
        0 => {}
        1 => parts.push("1 point".into()),
        count => parts.push(format!("{count} points")),
    }
    parts.join(" · ")
}
