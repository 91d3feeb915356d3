//! Events in the editor: what happens at a frame or over a range of the open video, who takes part, and what is answered about it.
//!
//! An event that is begun is written at once, at the frame where it begins, and gets its end when the person says so: what was
//! seen is kept, whatever happens to the program meanwhile. Which ones have no end yet, only the editor knows.
//!
//! Keys that name, delete or answer are about the selected shapes; where none is selected, about the selected event.

use crate::answers::{Asked, title_of};
use crate::editor::{Editor, Tagged};
use crate::effect::{Dialog, Effect, Notice};
use crate::event::Reply;
use limn_core::event::{Event, EventSet};
use limn_core::log::{Change, kind};
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::About;
use limn_core::schema::{AttributeId, UsedFor};
use limn_core::{EventId, Events, Frames, LabelId, Mark, SequenceId};
use std::sync::Arc;

/// Said when a command is about an event and there is none.
const NONE: &str = "Select an event first: click its bar in the lanes, or ask for the event at this frame.";
/// The step that gives an event its end.
const END: &str = "End event";
/// Longest name of a role, in characters.
const MAX_ROLE: usize = 200;

/// The events of the open video, and what the person does with them.
#[derive(Default)]
pub(crate) struct VideoEvents {
    /// Of the file whose sequences are here.
    pub all: Events,
    /// Grows whenever they are others.
    pub revision: u64,
    pub selected: Option<EventId>,
    /// Begun and not ended, the last one last; also of other files.
    open: Vec<EventId>,
    /// What the next one is.
    label: Option<LabelId>,
}

/// What is told about events.
#[derive(Clone, Debug, PartialEq)]
pub enum EventEdit {
    /// Look at this one, or at none.
    Select(Option<EventId>),
    /// The same, and go to its first frame where it is not at this one.
    GoTo(EventId),
    /// It is at these frames.
    SetFrames(EventId, Frames),
    /// A sequence takes part in a role, or no longer.
    TakePart(EventId, String, SequenceId, bool),
    /// The selected sequences take part in the selected event, in this role.
    AddSelected(String),
    /// What is answered.
    Answer(EventId, AttributeId, Reply),
    /// Whether the person is unsure.
    Mark(EventId, Mark),
}

impl Editor {
    /// The events of the open video.
    pub fn events(&self) -> &Events {
        &self.happening.all
    }

    /// Grows whenever they are others: another file's, or changed.
    pub fn events_revision(&self) -> u64 {
        self.happening.revision
    }

    /// The event that is looked at.
    pub fn selected_event(&self) -> Option<&Arc<Event>> {
        self.events().live(self.happening.selected?)
    }

    /// Those of the open video that were begun and have no end yet, the last begun last.
    pub fn open_events(&self) -> impl DoubleEndedIterator<Item = &Arc<Event>> {
        self.happening.open.iter().filter_map(|id| self.events().live(*id))
    }

    /// The frames of an event as they are shown: one without an end reaches to the frame that is shown.
    pub fn event_frames(&self, event: &Event) -> Frames {
        let is_open = self.happening.open.contains(&event.id);
        if is_open { self.ended(event) } else { event.frames }
    }

    fn ended(&self, event: &Event) -> Frames {
        if self.frame < event.frames.first() {
            Frames::new(self.frame, event.frames.last())
        } else {
            Frames::new(event.frames.first(), self.frame)
        }
    }

    /// What happens at this frame; those without an end among them.
    pub fn events_here(&self) -> Vec<Arc<Event>> {
        let mut here: Vec<Arc<Event>> = self.events().at(self.frame).cloned().collect();
        here.extend(self.open_events().filter(|event| !event.frames.has(self.frame)).cloned());
        here
    }

    /// What the next event is.
    pub fn event_label(&self) -> Option<LabelId> {
        self.happening.label.filter(|label| self.schema.offered().any(|other| other.id == *label && other.takes_events()))
    }

    /// Whether a label that is chosen now is for an event.
    pub fn names_event(&self) -> bool {
        matches!(self.tagging, Some(Tagged::Event { .. })) || (self.selection.is_empty() && self.selected_event().is_some())
    }

    /// Whether a label is among those to choose from now.
    pub fn may_choose(&self, label: &limn_core::Label) -> bool {
        if self.names_event() { label.takes_events() } else { label.used_for != UsedFor::Events }
    }

    pub(crate) fn show_events(&mut self, changes: &[Change]) {
        let Some(file) = self.sequences_of else { return };
        for change in changes {
            if self.happening.all.apply(file, change).is_some() {
                self.happening.revision += 1;
            }
        }
    }

    /// The events of a step that was taken back or done again.
    pub(crate) fn follow_undone_events(&mut self, title: &str, changes: &[Change]) {
        let id = |change: &Change| match change {
            Change::EventAdd(event) => Some(event.id),
            Change::EventSet { id, .. } => Some(*id),
            _ => None,
        };
        let Some(event) = changes.iter().filter_map(id).find_map(|id| self.events().live(id)).cloned() else { return };
        self.select_event(Some(event.id));
        if title == END {
            // Its end taken back, it goes on.
            self.happening.open.retain(|id| *id != event.id);
            self.happening.open.extend((event.frames.count() == 1).then_some(event.id));
        }
    }

    pub(crate) fn select_event(&mut self, id: Option<EventId>) {
        self.happening.selected = id.filter(|id| self.events().live(*id).is_some());
        if self.happening.selected.is_some() {
            self.followed = None;
            self.select(Vec::new());
        }
        self.look += 1;
    }

    pub(crate) fn take_event_edit(&mut self, edit: EventEdit, out: &mut Vec<Effect>) {
        match edit {
            EventEdit::Select(id) => self.select_event(id),
            EventEdit::GoTo(id) => {
                let Some(event) = self.events().live(id).cloned() else { return };
                self.select_event(Some(id));
                if !self.event_frames(&event).has(self.frame) {
                    self.playback.is_playing = false;
                    self.go_to_frame(event.frames.first(), out);
                }
            }
            EventEdit::SetFrames(id, frames) => self.set_event_frames("Move event", id, frames, out),
            EventEdit::TakePart(id, role, sequence, on) => self.take_part(id, &role, &[sequence], on, out),
            EventEdit::AddSelected(role) => {
                let Some(id) = self.happening.selected else { return out.push(Effect::Notify(Notice::info(NONE))) };
                let sequences = self.chosen_sequences();
                self.take_part(id, role.trim(), &sequences, true, out);
            }
            EventEdit::Answer(id, attribute, reply) => self.answer_event(id, attribute, &reply, out),
            EventEdit::Mark(id, mark) => {
                let Some(event) = self.events().live(id) else { return };
                if event.marks.clone().set(mark.clone()) != mark {
                    self.commit_event("Mark event", vec![(id, EventSet::Mark(mark))], out);
                }
            }
        }
    }

    fn commit_event(&mut self, title: &str, sets: Vec<(EventId, EventSet)>, out: &mut Vec<Effect>) {
        let changes = sets.into_iter().map(|(id, set)| Change::EventSet { id, set }).collect();
        self.commit(kind::EDIT, title, changes, out);
    }

    /// The selected sequences, each once, in the order of selecting.
    fn chosen_sequences(&self) -> Vec<SequenceId> {
        let mut ids: Vec<SequenceId> = Vec::new();
        let members = self.selection.iter().filter_map(|id| self.sequences.member(*id));
        for member in members {
            if !ids.contains(&member.sequence) {
                ids.push(member.sequence);
            }
        }
        ids
    }

    /// The key that begins an event and ends it.
    pub(crate) fn toggle_event(&mut self, out: &mut Vec<Effect>) {
        let selected = self.selected_event().filter(|event| self.happening.open.contains(&event.id));
        let Some(event) = selected.or_else(|| self.open_events().next_back()).cloned() else {
            return self.begin_event(true, out);
        };
        self.happening.open.retain(|id| *id != event.id);
        self.select_event(Some(event.id));
        self.set_event_frames(END, event.id, self.ended(&event), out);
    }

    /// An event that begins here and is open, or is at this frame alone. Asks for its label where none is known.
    pub(crate) fn begin_event(&mut self, is_open: bool, out: &mut Vec<Effect>) {
        match self.event_label() {
            Some(label) => self.make_event(label, self.frame, is_open, out),
            None => {
                self.playback.is_playing = false;
                self.tagging = Some(Tagged::Event { frame: self.frame, is_open });
                self.asking_label = Some(self.view.visible().min);
            }
        }
    }

    /// Makes an event in which the selected sequences take part, in the roles that its label names.
    pub(crate) fn make_event(&mut self, label: LabelId, frame: u64, is_open: bool, out: &mut Vec<Effect>) {
        let Some(file) = self.sequences_of else { return };
        if !self.may_be_event(label, out) {
            return;
        }
        self.happening.label = Some(label);
        let (millis, random) = self.ids.next_parts(self.now);
        let mut event = Event::new(EventId::from_parts(millis, random), file, Frames::new(frame, frame), label);
        let roles: Vec<String> = match self.schema.label(label) {
            Some(label) => label.roles().map(str::to_owned).collect(),
            None => limn_core::event::ROLES.map(str::to_owned).to_vec(),
        };
        for (at, sequence) in self.chosen_sequences().into_iter().enumerate() {
            // More than there are roles: all of them have the last.
            if let Some(role) = roles.get(at).or(roles.last()) {
                event.participants.entry(role.clone()).or_default().push(sequence);
            }
        }
        for (attribute, answer) in self.with_defaults(Subject::Event, Some(label), Default::default()) {
            event.marks.set(Mark::Answer(attribute, Some(answer)));
        }
        let id = event.id;
        let title = if is_open { "Begin event" } else { "Event at this frame" };
        self.commit(kind::EDIT, title, vec![Change::EventAdd(Box::new(event))], out);
        if self.events().live(id).is_some() {
            self.happening.open.extend(is_open.then_some(id));
            self.select_event(Some(id));
        }
    }

    /// Whether an event may have a label; the person is told why not.
    fn may_be_event(&self, label: LabelId, out: &mut Vec<Effect>) -> bool {
        let is_for_shapes = self.schema.label(label).filter(|label| !label.takes_events());
        if let Some(label) = is_for_shapes {
            let text = format!("\"{}\" is for shapes, not for events. Take another label.", label.name);
            out.push(Effect::Notify(Notice::info(text)));
        }
        is_for_shapes.is_none()
    }

    /// A chosen label, where it is for the selected event, or for the next one. Says whether it was.
    pub(crate) fn choose_event_label(&mut self, label: LabelId, out: &mut Vec<Effect>) -> bool {
        if !self.selection.is_empty() {
            return false;
        }
        let Some(event) = self.selected_event().cloned() else {
            let is_for_events = self.schema.label(label).is_some_and(|label| label.used_for == UsedFor::Events);
            if is_for_events {
                self.happening.label = Some(label);
                self.look += 1;
            }
            return is_for_events;
        };
        if event.label == label || !self.may_be_event(label, out) {
            return true;
        }
        self.happening.label = Some(label);
        let mut sets = vec![(event.id, EventSet::Label(label))];
        let answers = self.with_defaults(Subject::Event, Some(label), event.marks.answers.clone());
        let new = answers.into_iter().filter(|(attribute, _)| !event.marks.answers.contains_key(attribute));
        sets.extend(new.map(|(attribute, answer)| (event.id, EventSet::Mark(Mark::Answer(attribute, Some(answer))))));
        let title = format!("Label event {}", self.schema.shown(label).0);
        self.commit_event(&title, sets, out);
        true
    }

    /// What begins or ends at a frame, as far as the video goes.
    fn set_event_frames(&mut self, title: &str, id: EventId, frames: Frames, out: &mut Vec<Effect>) {
        let last = self.num_frames().saturating_sub(1);
        let Some(event) = self.events().live(id) else { return };
        // What lay behind the end before may stay there.
        let last = last.max(event.frames.last());
        let frames = Frames::new(frames.first().min(last), frames.last().min(last));
        if event.frames != frames {
            self.commit_event(title, vec![(id, EventSet::Frames(frames))], out);
        }
    }

    fn told_event(&self, out: &mut Vec<Effect>) -> Option<Arc<Event>> {
        let event = self.selected_event().cloned();
        if event.is_none() {
            out.push(Effect::Notify(Notice::info(NONE)));
        }
        event
    }

    /// The selected event begins at this frame, or has its last frame here.
    pub(crate) fn event_from_here(&mut self, begins: bool, out: &mut Vec<Effect>) {
        let Some(event) = self.told_event(out) else { return };
        let (first, last) = (event.frames.first(), event.frames.last());
        // Behind its other end, that one comes along.
        let frames = if begins { Frames::new(self.frame, last.max(self.frame)) } else { Frames::new(first.min(self.frame), self.frame) };
        if !begins {
            self.happening.open.retain(|id| *id != event.id);
        }
        self.set_event_frames(if begins { "Event starts here" } else { END }, event.id, frames, out);
    }

    /// Cuts the selected event in two: the second begins at this frame.
    pub(crate) fn split_event(&mut self, out: &mut Vec<Effect>) {
        let Some(event) = self.told_event(out) else { return };
        if self.frame <= event.frames.first() || self.frame > event.frames.last() {
            return out.push(Effect::Notify(Notice::info("Go to a frame within the event, behind its first, to cut it there.")));
        }
        let (millis, random) = self.ids.next_parts(self.now);
        let rest = Frames::new(self.frame, event.frames.last());
        let second = Event { id: EventId::from_parts(millis, random), frames: rest, ..(*event).clone() };
        let id = second.id;
        let set = EventSet::Frames(Frames::new(event.frames.first(), self.frame - 1));
        let changes = vec![Change::EventSet { id: event.id, set }, Change::EventAdd(Box::new(second))];
        self.commit(kind::EDIT, "Split event", changes, out);
        self.select_event(Some(id));
    }

    pub(crate) fn delete_event(&mut self, out: &mut Vec<Effect>) {
        let Some(event) = self.told_event(out) else { return };
        self.commit_event("Delete event", vec![(event.id, EventSet::Deleted(true))], out);
        self.select_event(None);
    }

    /// The event at this frame, or the next one of those at it.
    pub(crate) fn event_at_hand(&mut self, out: &mut Vec<Effect>) {
        let here = self.events_here();
        let at = here.iter().position(|event| Some(event.id) == self.happening.selected).map_or(0, |at| at + 1);
        match here.get(at).or_else(|| here.first()).map(|event| event.id) {
            Some(id) => self.select_event(Some(id)),
            None => out.push(Effect::Notify(Notice::info("No event is at this frame."))),
        }
    }

    pub(crate) fn go_to_event_end(&mut self, forward: bool, out: &mut Vec<Effect>) {
        self.playback.is_playing = false;
        let events = self.events();
        let last = self.num_frames().saturating_sub(1);
        let frame = if forward { events.boundary_after(self.frame) } else { events.boundary_before(self.frame) };
        match frame.filter(|frame| !forward || *frame <= last) {
            Some(frame) => self.go_to_frame(frame, out),
            None => {
                let text = if forward { "after this frame" } else { "before this frame" };
                out.push(Effect::Notify(Notice::info(format!("No event begins or ends {text}."))));
            }
        }
    }

    pub(crate) fn ask_role(&self, out: &mut Vec<Effect>) {
        if self.told_event(out).is_none() {
            return;
        }
        if self.chosen_sequences().is_empty() {
            return out
                .push(Effect::Notify(Notice::info("Select the sequences that take part first: the event stays the one that is meant.")));
        }
        out.push(Effect::Ask(Dialog::Role));
    }

    fn take_part(&mut self, id: EventId, role: &str, sequences: &[SequenceId], on: bool, out: &mut Vec<Effect>) {
        let Some(event) = self.events().live(id) else { return };
        if role.is_empty() || role.chars().count() > MAX_ROLE {
            return out.push(Effect::Notify(Notice::info("A role needs a name, such as who or target.")));
        }
        let before = event.participants.get(role).cloned().unwrap_or_default();
        let mut after = before.clone();
        match on {
            true => after.extend(sequences.iter().filter(|id| !before.contains(id))),
            false => after.retain(|id| !sequences.contains(id)),
        }
        if after != before {
            let title = if on { format!("Takes part as {role}") } else { format!("No longer takes part as {role}") };
            self.commit_event(&title, vec![(id, EventSet::Participants(role.to_owned(), after))], out);
        }
    }

    /// The questions about an event, in the schema's order.
    pub fn asked_of_event(&self, event: &Event) -> Vec<Asked<'_>> {
        self.asked_about(about(event))
    }

    /// What an event answers, if it is asked: one step. A wrong answer changes nothing.
    pub(crate) fn answer_event(&mut self, id: EventId, attribute: AttributeId, reply: &Reply, out: &mut Vec<Effect>) {
        let (Some(event), Some(asked)) = (self.events().live(id), self.attribute(attribute)) else { return };
        if let Reply::Set(answer) = reply
            && let Some(problem) = asked.problem_of(answer)
        {
            return out.push(Effect::Notify(Notice::error(format!("{problem}."))));
        }
        let before = event.marks.answers.get(&attribute);
        let after = reply.after(before);
        let is_asked = self.questions.asked(&self.schema, about(event)).iter().any(|other| other.id == attribute);
        if is_asked && before != after.as_ref() {
            let title = title_of(asked, reply);
            self.remember_choice(attribute, reply);
            self.commit_event(&title, vec![(id, EventSet::Mark(Mark::Answer(attribute, after)))], out);
        }
    }
}

pub(crate) fn about(event: &Event) -> About<'_> {
    About { subject: Subject::Event, label: Some(event.label), shape: None, answers: &event.marks.answers }
}
