//! Questions that are answered from a catalogue: entries are searched outside, and shown when they come.

use super::Asking;
use crate::editor::Editor;
use crate::effect::Effect;
use crate::event::Reply;
use limn_core::schema::search::{Typed, fold};
use limn_core::schema::{Answer, AttributeId, AttributeType, Choice};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Entries taken last that are remembered for each attribute.
const MOST_RECENT: usize = 20;

/// What was taken from catalogues lately, the last first.
pub type Recent = Arc<BTreeMap<AttributeId, Vec<Choice>>>;

/// What is known of a catalogue's entries for the question that is asked.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// What was searched last: whose question, which catalogue, and for what.
    asked: Option<(AttributeId, String, String)>,
    /// Whose entries these are.
    of: Option<AttributeId>,
    pub found: Vec<Choice>,
    pub problem: Option<String>,
    /// The answer to the last search has not come.
    is_waiting: bool,
    /// Enter came before what is typed was searched: the best is taken when it comes.
    takes_best: bool,
    /// Which of the page Enter takes.
    pub marked: usize,
}

impl Entries {
    /// Other letters, or another question.
    pub fn begin(&mut self, attribute: AttributeId) {
        (self.marked, self.takes_best, self.problem) = (0, false, None);
        if self.of != Some(attribute) {
            self.found.clear();
            self.of = Some(attribute);
        }
    }
}

/// The entries that fit what is typed, those taken lately first.
pub fn recent_first(typed: &str, recent: &[Choice], found: Vec<Choice>) -> Vec<Choice> {
    let typed = Typed::new(typed);
    let mut all: Vec<Choice> = recent.iter().filter(|choice| typed.fit(&fold(&choice.text)).is_some()).cloned().collect();
    let num_recent = all.len();
    // What was renamed since has its present text.
    for choice in found {
        match all[..num_recent].iter_mut().find(|other| other.option == choice.option) {
            Some(other) => *other = choice,
            None => all.push(choice),
        }
    }
    all
}

impl Asking {
    /// Why the catalogue cannot be searched.
    pub fn catalogue_problem(&self) -> Option<&str> {
        self.entries.problem.as_deref()
    }

    /// Which of the options shown Enter takes.
    pub fn marked(&self) -> usize {
        self.entries.marked
    }
}

impl Editor {
    /// What was taken from catalogues lately.
    pub fn recent(&self) -> &Recent {
        &self.recent
    }

    /// After a refresh: what was taken lately may be retired now.
    pub(crate) fn catalogue_changed(&mut self, catalogue: &str) {
        let of = |id: &AttributeId| self.attribute(*id).and_then(|attribute| attribute.catalogue.as_deref()) == Some(catalogue);
        let kept = self.recent.iter().filter(|(id, _)| !of(id)).map(|(id, recent)| (*id, recent.clone())).collect();
        self.recent = Arc::new(kept);
        if let Some(asking) = &mut self.asking {
            asking.entries.asked = None;
        }
    }

    /// Remembers what is taken from a catalogue.
    pub(crate) fn remember_choice(&mut self, attribute: AttributeId, reply: &Reply) {
        let choice = match reply {
            Reply::Set(Answer::Choice(choice)) | Reply::Take(choice, true) => choice.clone(),
            _ => return,
        };
        if self.attribute(attribute).is_none_or(|attribute| attribute.catalogue.is_none()) {
            return;
        }
        let recent = Arc::make_mut(&mut self.recent).entry(attribute).or_default();
        recent.retain(|other| other.option != choice.option);
        recent.insert(0, choice);
        recent.truncate(MOST_RECENT);
    }

    /// After every event: what is typed is searched, if it is not already.
    pub(super) fn follow_entries(&mut self, out: &mut Vec<Effect>) {
        let Some((id, catalogue)) = self.question().and_then(|one| Some((one.id, one.catalogue.clone()?))) else { return };
        let Some(asking) = &mut self.asking else { return };
        let wanted = (id, catalogue, asking.typed.clone());
        if asking.entries.asked.as_ref() != Some(&wanted) {
            out.push(Effect::SearchCatalogue { catalogue: wanted.1.clone(), typed: wanted.2.clone() });
            (asking.entries.asked, asking.entries.is_waiting) = (Some(wanted), true);
        }
    }

    /// Takes what a search found; late answers are dropped.
    pub(crate) fn take_entries(&mut self, catalogue: &str, typed: &str, found: Result<Vec<Choice>, String>, out: &mut Vec<Effect>) {
        let Some(asking) = &mut self.asking else { return };
        let is_it = |(_, of, what): &(AttributeId, String, String)| of == catalogue && what == typed;
        let Some((id, ..)) = asking.entries.asked.as_ref().filter(|asked| is_it(asked)) else { return };
        let recent = self.recent.get(id).map(Vec::as_slice).unwrap_or_default();
        let entries = &mut asking.entries;
        entries.is_waiting = false;
        (entries.found, entries.problem) = match found {
            Ok(found) => (recent_first(typed, recent, found), None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        (asking.page, entries.marked) = (0, 0);
        self.look += 1;
        if std::mem::take(&mut asking.entries.takes_best) {
            self.choose(0, out);
        }
    }

    /// Enter: the entry that is marked, as soon as what is typed was searched.
    pub(super) fn choose_marked(&mut self, out: &mut Vec<Effect>) {
        let Some(asking) = &mut self.asking else { return };
        let is_searched = asking.entries.asked.as_ref().is_some_and(|(_, _, typed)| *typed == asking.typed) && !asking.entries.is_waiting;
        if is_searched {
            let marked = asking.entries.marked;
            self.choose(marked, out);
        } else {
            asking.entries.takes_best = true;
        }
    }

    /// Marks another entry of the page; says whether there are any to be marked.
    pub(super) fn mark(&mut self, by: isize) -> bool {
        let is_marking = self.is_typing_entry();
        if let Some(asking) = self.asking.as_mut().filter(|_| is_marking) {
            let last = asking.entries.found.len().saturating_sub(asking.page * super::choices::PAGE + 1).min(super::choices::PAGE - 1);
            asking.entries.marked = asking.entries.marked.saturating_add_signed(by).min(last);
            self.look += 1;
        }
        is_marking
    }

    /// Letters and digits go to the search of a catalogue.
    pub(super) fn is_typing_entry(&self) -> bool {
        self.question().is_some_and(|one| one.catalogue.is_some()) && self.asking.as_ref().is_some_and(|one| !one.typed.is_empty())
    }

    /// The entry at a place of the page is the answer, or one of several.
    pub(super) fn choose_entry(&mut self, place: usize, attribute: (AttributeId, AttributeType), out: &mut Vec<Effect>) {
        let Some(asking) = &mut self.asking else { return };
        let place = asking.page * super::choices::PAGE + place;
        let Some(choice) = asking.entries.found.get(place).cloned() else { return };
        if attribute.1 == AttributeType::Multi {
            asking.typed.clear();
            let is_taken = self.ask_answer().is_some_and(|answer| answer.choices().iter().any(|other| other.option == choice.option));
            self.find_choices();
            self.say(Reply::Take(choice, !is_taken), out);
        } else {
            self.say(Reply::Set(Answer::Choice(choice)), out);
        }
    }
}
