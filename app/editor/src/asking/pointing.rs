//! Answers by pointing: one answer is in hand, and who is clicked or swept over gets it. Who has it is selected.

use super::Asking;
use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use crate::event::Reply;
use limn_core::document::Stamp;
use limn_core::{ImagePos, InstanceId};
use limn_tools::ToolEvent;
use std::collections::BTreeSet;

/// How far apart a sweep looks for shapes, in screen points.
const SWEEP_STEP: f64 = 3.0;
/// Most places of one move of the pointer that are looked at.
const MOST_STEPS: usize = 512;
/// How near a border a click means it, in screen points.
const REACH: f64 = 4.0;

/// What is in hand, and the sweep under way.
#[derive(Debug, Default)]
pub(super) struct Pointing {
    hand: Option<Reply>,
    /// Where the pointer was last while the button is down.
    last: Option<ImagePos>,
    /// Whom it came over since then.
    swept: BTreeSet<InstanceId>,
    /// What was shown last: to ask all of very many again at each move of the pointer would be seen.
    shown: Option<(Stamp, Option<Reply>, usize)>,
    answered: usize,
}

impl Pointing {
    /// Others may be asked now.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }
}

impl Asking {
    /// The answer that pointing gives; `None`: none was chosen yet.
    pub fn in_hand(&self) -> Option<&Reply> {
        self.pointing.hand.as_ref()
    }

    fn instances(&self) -> impl Iterator<Item = InstanceId> + '_ {
        self.list.iter().filter_map(|whom| whom.instance())
    }
}

impl Editor {
    /// How many the question is asked of that is answered by pointing, and how many of them have an answer.
    pub fn pointed(&self) -> Option<(usize, usize)> {
        let asking = self.asking.as_ref().filter(|asking| asking.is_pointing())?;
        Some((asking.list.len(), asking.pointing.answered))
    }

    pub(super) fn take_in_hand(&mut self, reply: Reply) {
        if let Some(asking) = &mut self.asking {
            asking.pointing.hand = Some(reply);
            asking.typed.clear();
        }
        self.find_choices();
        self.look += 1;
    }

    /// All that have no answer get the one in hand, as one step.
    pub(super) fn give_rest(&mut self, out: &mut Vec<Effect>) {
        let Some((asking, question)) = self.asking.as_ref().and_then(|asking| Some((asking, asking.question?))) else { return };
        let is_open = |id: &InstanceId| self.document.get(*id).is_some_and(|one| !one.marks.answers.contains_key(&question));
        let ids: Vec<InstanceId> = asking.instances().filter(is_open).collect();
        self.give(&ids, out);
    }

    fn give(&mut self, ids: &[InstanceId], out: &mut Vec<Effect>) {
        let Some((asking, question)) = self.asking.as_ref().and_then(|asking| Some((asking, asking.question?))) else { return };
        match asking.pointing.hand.clone() {
            Some(reply) => self.answer(ids, question, &reply, out),
            None => out.push(Effect::Notify(Notice::info("Choose an answer first; then point at those that it holds for."))),
        }
    }

    /// Takes what the pointer does while answers are given by pointing; says whether they are.
    pub(crate) fn point_answers(&mut self, event: &ToolEvent, out: &mut Vec<Effect>) -> bool {
        if !self.asking.as_ref().is_some_and(Asking::is_pointing) || self.loaded.is_none() {
            return false;
        }
        match event {
            ToolEvent::Press { pos, .. } => self.sweep(*pos, true),
            ToolEvent::Move { pos, pressed: true, .. } => self.sweep(*pos, false),
            ToolEvent::Release { pos, .. } => {
                self.sweep(*pos, false);
                self.end_sweep(out);
            }
            // The release was missed: what was swept over until then counts.
            ToolEvent::Move { pressed: false, .. } => self.end_sweep(out),
            _ => return false,
        }
        true
    }

    /// From where the pointer was to here: the topmost of those that are asked, at each place on the way.
    fn sweep(&mut self, to: ImagePos, begins: bool) {
        let Some(mut asking) = self.asking.take() else { return };
        let from = asking.pointing.last.filter(|_| !begins);
        if begins || from.is_some() {
            let px = self.view.px();
            let steps = from.map_or(0.0, |from| (to - from).length() / (SWEEP_STEP * px)).ceil().clamp(0.0, MOST_STEPS as f64) as usize;
            let is_asked = |id: InstanceId| asking.list.binary_search_by_key(&Some(id), |whom| whom.instance()).is_ok();
            for step in 0..=steps {
                let at = from.map_or(to, |from| from + (to - from) * (step as f64 / steps.max(1) as f64));
                let hit = self.scene.hits(&self.document, at, REACH * px, &is_asked).first().copied();
                asking.pointing.swept.extend(hit);
            }
            asking.pointing.last = Some(to);
        }
        self.asking = Some(asking);
    }

    fn end_sweep(&mut self, out: &mut Vec<Effect>) {
        let Some(asking) = &mut self.asking else { return };
        asking.pointing.last = None;
        let ids: Vec<InstanceId> = std::mem::take(&mut asking.pointing.swept).into_iter().collect();
        if !ids.is_empty() {
            self.give(&ids, out);
        }
    }

    /// Those that have the answer in hand, or get it when the button goes up, are selected.
    pub(super) fn show_pointed(&mut self) {
        let Some((asking, question)) = self.asking.as_ref().and_then(|asking| Some((asking, asking.question?))) else { return };
        let pointing = &asking.pointing;
        let now = Some((self.document.stamp().clone(), pointing.hand.clone(), pointing.swept.len()));
        if pointing.shown == now {
            return;
        }
        let has_it = |id: &InstanceId| {
            let Some(instance) = self.document.get(*id) else { return false };
            let answer = instance.marks.answers.get(&question);
            match asking.in_hand() {
                None => false,
                // Nothing would change.
                Some(reply) => reply.after(answer).as_ref() == answer,
            }
        };
        let has_it = |id: &InstanceId| asking.pointing.swept.contains(id) || has_it(id);
        let is_answered = |id: &InstanceId| self.document.get(*id).is_some_and(|one| one.marks.answers.contains_key(&question));
        let answered = asking.instances().filter(is_answered).count();
        let ids: Vec<InstanceId> = asking.instances().filter(has_it).collect();
        if let Some(asking) = &mut self.asking {
            (asking.pointing.shown, asking.pointing.answered) = (now, answered);
        }
        self.select(ids);
    }
}
