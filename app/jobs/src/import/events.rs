//! Events of an annotation file.

use super::sink::Sink;
use crate::door::ProjectDoor;
use crate::error::JobError;
use limn_core::event::Event;
use limn_core::log::Change;
use limn_core::{EventId, FileKind};
use limn_formats::{Effect, EventItem, MemberItem};

impl<D: ProjectDoor> Sink<'_, '_, D> {
    /// One that the project has already stays as it is there; a deleted one comes back with what the file says.
    pub(super) fn take_event(&mut self, item: EventItem) -> Result<(), JobError> {
        let place = || format!("frames {} to {}", item.frames.first(), item.frames.last());
        let target = self.files.get(item.file).copied().flatten();
        let label = self.labels.get(&item.label).copied().flatten();
        let refused = match (target, label) {
            (None, _) => Some("an event lies on a file that was left out"),
            (_, None) => Some("an event has a label that the map leaves out"),
            (Some(target), _) if target.kind == FileKind::Image => Some("an event lies on an image; left out"),
            _ => None,
        };
        let (Some(target), Some(label), None) = (target, label, refused) else {
            self.problems.add(Effect::Left, refused.unwrap_or_default(), place);
            return Ok(());
        };
        let known = match item.id {
            Some(id) => self.door.with(move |project| project.event(id))??,
            None => None,
        };
        if known.as_ref().is_some_and(|known| !known.is_deleted) || item.id.is_some_and(|id| !self.events.insert(id)) {
            self.problems.add(Effect::Left, "the event is in the project already; left as it is there", place);
            return Ok(());
        }
        let wanted = item.id.filter(|_| known.as_ref().is_none_or(|known| known.file == target.id));
        if wanted.is_none() && item.id.is_some() {
            self.problems.add(Effect::Changed, "the id of an event is that of another one; it got a new one", place);
        }
        let id = wanted.unwrap_or_else(|| EventId(self.ids.sequence().0));
        let mut event = Event::new(id, target.id, item.frames, label);
        for (role, numbers) in &item.participants {
            let member = |number: &usize| self.sequences.member(MemberItem { sequence: *number, part: 0 }, target.id);
            let sequences: Vec<_> = numbers.iter().filter_map(member).map(|member| member.sequence).collect();
            if sequences.len() < numbers.len() {
                self.problems.add(Effect::Changed, "a sequence that takes part in an event was left out, and is not named by it", place);
            }
            if !sequences.is_empty() {
                event.participants.insert(role.clone(), sequences);
            }
        }
        event.run = item.run.and_then(|number| self.runs.get(number).copied()).or(self.own_run);
        event.marks = self.answers.translate(item.marks.clone(), &mut self.problems);
        event.extra = item.extra.clone();
        self.summary.events += 1;
        match known.filter(|known| known.id == id) {
            Some(known) => known.sets_to(&event).into_iter().try_for_each(|set| self.push(Change::EventSet { id, set })),
            None => self.push(Change::EventAdd(Box::new(event))),
        }
    }
}
