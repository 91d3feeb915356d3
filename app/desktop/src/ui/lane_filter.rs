//! Which lanes are shown: by a text, those in the picture here, those of the selected one's label.

use super::widgets::focus_ring;
use crate::app::LimnApp;
use egui::{Key, Modifiers, RichText, Role, TextEdit, Ui, WidgetInfo};
use limn_core::LabelId;
use limn_core::sequence::{Member, Track};
use limn_editor::{Command, Event};

/// What is asked of lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// In the name, or the number itself.
    text: String,
    /// In the picture on this frame.
    here: bool,
    /// Of the label of the followed one.
    one_label: bool,
}

/// What the filter means now: the rows are the same while this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    text: String,
    frame: Option<u64>,
    label: Option<LabelId>,
}

impl Asked {
    /// Whether a lane is shown. `name`: as it stands before the lane.
    pub fn shows(&self, track: &Track, part: u16, name: &str) -> bool {
        let is_named = || match self.text.parse::<u32>() {
            Ok(number) if track.sequence.number == number => true,
            // "7" in a name counts, in another number it does not.
            Ok(_) => track.sequence.name.as_deref().is_some_and(|name| name.to_lowercase().contains(&self.text)),
            Err(_) => name.to_lowercase().contains(&self.text),
        };
        self.label.is_none_or(|label| track.sequence.label == label)
            && (self.text.is_empty() || is_named())
            && self.frame.is_none_or(|frame| track.shown(part, frame).is_some())
    }

    /// Whether anything is asked.
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// What the filter of the lanes means on this frame.
pub(super) fn asked(app: &LimnApp) -> Asked {
    let filter = &app.ui.lanes.filter;
    let label_of = |member: Member| app.editor.sequences().get(member.sequence).map(|track| track.sequence.label);
    Asked {
        text: filter.text.trim().to_lowercase(),
        frame: filter.here.then(|| app.editor.frame()),
        label: app.editor.followed().filter(|_| filter.one_label).and_then(label_of),
    }
}

/// Field and switches. `first`: the first lane that is shown, which Enter goes to.
pub(super) fn filter_ui(app: &mut LimnApp, ui: &mut Ui, first: Option<(Member, u64)>, events: &mut Vec<Event>) {
    let hint = format!("Find   {}", app.caps.first(&app.keymap, Command::FilterLanes));
    let filter = &mut app.ui.lanes.filter;
    let field = ui.add(TextEdit::singleline(&mut filter.text).hint_text(hint).desired_width(130.0));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find a sequence by number, name or label"));
    focus_ring(ui, &field, field.rect);
    if std::mem::take(&mut app.ui.lanes.focus_filter) {
        field.request_focus();
    }
    if field.has_focus() || field.lost_focus() {
        let (enter, escape) =
            ui.input_mut(|input| (input.consume_key(Modifiers::NONE, Key::Enter), input.consume_key(Modifiers::NONE, Key::Escape)));
        if escape {
            filter.text.clear();
        }
        if let Some((member, frame)) = first.filter(|_| enter) {
            events.push(Event::Follow(member));
            events.push(Event::GoToFrame(frame));
        }
        if enter || escape {
            field.surrender_focus();
            app.ui.focus_canvas = true;
        }
    }
    let filter = &mut app.ui.lanes.filter;
    let switches = [
        ("here", &mut filter.here, "Only sequences that are in the picture on this frame"),
        ("this label", &mut filter.one_label, "Only sequences of the label of the followed one"),
    ];
    for (text, on, told) in switches {
        let response = ui.add(egui::Button::selectable(*on, RichText::new(text).small()));
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *on, format!("Lanes: {told}")));
        if response.on_hover_text(told).clicked() {
            *on = !*on;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::{FileId, Sequence, SequenceId};

    #[test]
    fn a_number_is_the_number_and_words_are_in_the_name() {
        let mut track = Track::new(Sequence::new(SequenceId::from_parts(1, [1; 10]), FileId::from_parts(1, [1; 10]), 17, LabelId(1)));
        let shows = |track: &Track, text: &str| Asked { text: text.into(), ..Asked::default() }.shows(track, 0, "car 17");
        assert!(shows(&track, "17") && shows(&track, "car") && shows(&track, ""));
        assert!(!shows(&track, "7") && !shows(&track, "bus"));
        track.sequence.name = Some("Number 7".into());
        assert!(shows(&track, "7"));
        // It has no keyframe, so it is not in the picture.
        assert!(!Asked { frame: Some(3), ..Asked::default() }.shows(&track, 0, "car 17"));
        assert!(!Asked { label: Some(LabelId(2)), ..Asked::default() }.shows(&track, 0, "car 17"));
    }
}
