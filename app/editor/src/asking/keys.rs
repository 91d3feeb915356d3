//! What keys and letters mean while questions are gone through.

use super::{AskEvent, AskFilter, AskOrder, AskWay};
use crate::answers::{Whom, typed_reply};
use crate::editor::Editor;
use crate::effect::Effect;
use crate::event::Reply;
use crate::keymap::Chord;
use limn_core::schema::attribute::Subject;
use limn_core::schema::{Answer, AttributeType};

/// Most characters that are typed into one answer.
const MOST_TYPED: usize = 10_000;

/// A key with a meaning of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskKey {
    /// 0 to 9.
    Digit(u8),
    /// Takes what is typed, or goes on.
    Enter,
    /// Takes a letter away; with none, goes back.
    Erase,
    /// To the question before.
    Back,
    /// On without an answer.
    Skip,
    /// Where one question is asked about all: the one before it in the schema.
    Up,
    /// The one after it.
    Down,
    /// To the page of options before.
    PageBack,
    /// To the next page of options.
    PageOn,
    /// Takes the answer back.
    TakeBack,
    /// Other questions: unanswered, required, all.
    Filter,
    /// Ends it.
    Leave,
}

/// Who a chord is for while questions are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// For the questions.
    Key(AskKey),
    /// It writes: the letter comes by itself.
    Writes,
    /// For the commands.
    Command,
}

impl KeyUse {
    /// Of a chord; `takes_digits`: digits take options and are not written.
    fn of(chord: &Chord, takes_digits: bool) -> Self {
        if chord.ctrl || chord.alt {
            return Self::Command;
        }
        let key = match chord.key.as_str() {
            "Enter" => AskKey::Enter,
            "Backspace" => AskKey::Erase,
            "Tab" if chord.shift => AskKey::Back,
            "Tab" => AskKey::Skip,
            "Up" => AskKey::Up,
            "Down" => AskKey::Down,
            "Left" => AskKey::PageBack,
            "Right" => AskKey::PageOn,
            "Delete" => AskKey::TakeBack,
            "F3" => AskKey::Filter,
            "Escape" => AskKey::Leave,
            digit if takes_digits && digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => AskKey::Digit(digit.as_bytes()[0] - b'0'),
            key if key.len() > 1 && (key.starts_with('F') || ["PageUp", "PageDown", "Home", "End", "Insert"].contains(&key)) => {
                return Self::Command;
            }
            _ => return Self::Writes,
        };
        Self::Key(key)
    }
}

impl Editor {
    /// Whom a chord is for; `None` when no questions are gone through.
    pub fn ask_key(&self, chord: &Chord) -> Option<KeyUse> {
        self.asking.as_ref().map(|_| KeyUse::of(chord, self.takes_digits()))
    }

    fn takes_digits(&self) -> bool {
        // What a catalogue holds has numbers that are typed; the first key decides.
        !self.is_typing_entry()
            && self.question().is_none_or(|attribute| attribute.kind.has_options() || attribute.kind == AttributeType::Boolean)
    }

    pub(crate) fn take_ask(&mut self, event: AskEvent, out: &mut Vec<Effect>) {
        if self.asking.is_none() || self.loaded.is_none() {
            return;
        }
        match event {
            AskEvent::Key(key) => self.take_ask_key(key, out),
            AskEvent::Write(text) => self.write(&text, out),
            AskEvent::Choose(place) => self.choose(place, out),
            AskEvent::GiveRest => self.give_rest(out),
            AskEvent::Filter(filter) => self.set_ask_filter(filter),
            AskEvent::Order(order) => self.start_asking(order, out),
        }
    }

    fn take_ask_key(&mut self, key: AskKey, out: &mut Vec<Effect>) {
        let is_pointing = self.asking.as_ref().is_some_and(super::Asking::is_pointing);
        match key {
            AskKey::Up if self.mark(-1) => {}
            AskKey::Down if self.mark(1) => {}
            AskKey::Back | AskKey::Up if is_pointing => self.ask_another(-1, out),
            AskKey::Skip | AskKey::Down if is_pointing => self.ask_another(1, out),
            AskKey::TakeBack if is_pointing => self.take_in_hand(Reply::TakeBack),
            // All that apply are asked.
            AskKey::Filter if is_pointing => {}
            AskKey::Digit(digit) => self.choose(usize::from(digit).checked_sub(1).unwrap_or(9), out),
            AskKey::Enter => self.enter(out),
            AskKey::Erase => {
                if let Some(asking) = self.asking.as_mut().filter(|asking| !asking.typed.is_empty()) {
                    asking.typed.pop();
                    asking.problem = None;
                    self.find_choices();
                    self.look += 1;
                } else if !self.leave_branch() {
                    self.go_back();
                }
            }
            AskKey::Back => self.go_back(),
            AskKey::Skip => self.pass(),
            AskKey::Up => self.ask_another(-1, out),
            AskKey::Down => self.ask_another(1, out),
            AskKey::PageBack => self.turn_page(-1),
            AskKey::PageOn => self.turn_page(1),
            AskKey::TakeBack => self.reply_asked(&Reply::TakeBack, out),
            AskKey::Filter => {
                let at = AskFilter::ALL.iter().position(|filter| *filter == self.preferences.ask_filter).unwrap_or(0);
                self.set_ask_filter(AskFilter::ALL[(at + 1) % AskFilter::ALL.len()]);
            }
            AskKey::Leave => self.stop_asking(out),
        }
    }

    fn set_ask_filter(&mut self, filter: AskFilter) {
        self.preferences.ask_filter = filter;
        let whom = self.asking.as_ref().and_then(super::Asking::whom);
        self.collect(whom);
    }

    /// Another question about all, of those that apply to anyone.
    fn ask_another(&mut self, by: isize, out: &mut Vec<Effect>) {
        let Some(order) = self.asking.as_ref().map(super::Asking::order) else { return };
        let Some(id) = order.attribute() else { return };
        let (of, is_pointing) = (|whom: &Whom| whom.instance().is_some(), order.way() == AskWay::Pointing);
        let applies = |id| self.may_be_asked().filter(|whom| !is_pointing || of(whom)).any(|whom| self.is_asked(whom, id));
        let ids = self.schema.attributes.iter().filter(|attribute| !attribute.deprecated).map(|attribute| attribute.id);
        let ids: Vec<_> = ids.filter(|other| *other == id || applies(*other)).collect();
        let next = ids.iter().position(|other| *other == id).map(|at| (at as isize + by).rem_euclid(ids.len() as isize) as usize);
        if let Some(next) = next.and_then(|at| ids.get(at)).filter(|next| **next != id) {
            self.start_asking(if is_pointing { AskOrder::Pointing(*next) } else { AskOrder::Attribute(*next) }, out);
        }
    }

    fn write(&mut self, text: &str, out: &mut Vec<Effect>) {
        let Some(kind) = self.question().map(|attribute| attribute.kind) else { return };
        if kind == AttributeType::Boolean {
            match text.to_lowercase().as_str() {
                "y" => self.say(Reply::Set(Answer::Bool(true)), out),
                "n" => self.say(Reply::Set(Answer::Bool(false)), out),
                _ => {}
            }
            return;
        }
        let takes_digits = self.takes_digits();
        let Some(asking) = &mut self.asking else { return };
        let room = MOST_TYPED.saturating_sub(asking.typed.chars().count());
        let is_no_letter = |letter: &char| letter.is_control() || takes_digits && letter.is_ascii_digit();
        let letters = text.chars().filter(|letter| !is_no_letter(letter));
        asking.typed.extend(letters.take(room));
        asking.problem = None;
        self.find_choices();
        self.look += 1;
        if self.preferences.answers_advance && self.is_complete_number() {
            self.enter(out);
        }
    }

    /// A whole number is typed to which no further digit can be added.
    fn is_complete_number(&self) -> bool {
        let (Some(asking), Some(attribute)) = (&self.asking, self.question()) else { return false };
        let number: Option<i64> = asking.typed.trim().parse().ok().filter(|_| attribute.kind == AttributeType::Integer);
        let (Some(number), Some(max)) = (number, attribute.max) else { return false };
        number > 0 && number as f64 * 10.0 > max && attribute.problem_of(&Answer::Integer(number)).is_none()
    }

    fn enter(&mut self, out: &mut Vec<Effect>) {
        let Some(asking) = &self.asking else { return };
        let Some(attribute) = self.question() else { return self.step(true, out) };
        let is_pointing = asking.is_pointing();
        if asking.typed.trim().is_empty() {
            match (self.choose_branch(out), is_pointing) {
                (true, _) => {}
                (false, true) => self.give_rest(out),
                (false, false) => self.pass(),
            }
        } else if attribute.catalogue.is_some() {
            self.choose_marked(out);
        } else if attribute.kind.has_options() {
            self.choose(0, out);
        } else {
            match typed_reply(attribute, &asking.typed) {
                Ok(reply) => self.say(reply, out),
                Err(problem) => {
                    if let Some(asking) = &mut self.asking {
                        asking.problem = Some(problem);
                    }
                    self.look += 1;
                }
            }
        }
    }

    /// Answers, and goes on unless more may be chosen.
    pub(super) fn say(&mut self, reply: Reply, out: &mut Vec<Effect>) {
        if self.asking.as_ref().is_some_and(super::Asking::is_pointing) {
            return self.take_in_hand(reply);
        }
        self.reply_asked(&reply, out);
        if self.preferences.answers_advance && !matches!(reply, Reply::Take(..)) {
            self.pass();
        } else if let Some(asking) = &mut self.asking {
            asking.typed.clear();
        }
    }

    fn reply_asked(&mut self, reply: &Reply, out: &mut Vec<Effect>) {
        let asking = self.asking.as_ref();
        if let Some((whom, question)) = asking.and_then(|asking| asking.whom().zip(asking.question)) {
            match whom {
                Whom::Instance(id) => self.answer(&[id], question, reply, out),
                Whom::Event(id) => self.answer_event(id, question, reply, out),
                Whom::File => self.answer_place(Subject::File, question, reply, out),
                Whom::Frame => self.answer_place(Subject::Frame, question, reply, out),
            }
            self.look += 1;
        }
    }
}
