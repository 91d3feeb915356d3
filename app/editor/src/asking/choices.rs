//! The options of the question that is asked, ten to a page, and what choosing one does.

use super::Asking;
use crate::editor::Editor;
use crate::effect::Effect;
use crate::event::Reply;
use limn_core::schema::attribute::AttributeOption;
use limn_core::schema::search::OptionSearch;
use limn_core::schema::{Answer, Attribute, AttributeType, OptionId};

/// Options that have a digit: 1 to 9, then 0.
pub(super) const PAGE: usize = 10;

/// An option as it is shown, in the order of the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskChoice<'a> {
    /// The key that takes it.
    pub key: char,
    /// Its name.
    pub name: &'a str,
    /// Its number, where it is an option.
    pub option: Option<OptionId>,
    /// The file of its picture below the folder `guides`; empty: none.
    pub picture: &'a str,
    /// Whether it is the answer, or one of several.
    pub taken: bool,
    /// Whether it opens further ones.
    pub opens: bool,
}

impl Editor {
    /// The options of the page that is shown; none for questions that are answered by writing.
    pub fn ask_choices(&self) -> Vec<AskChoice<'_>> {
        let (Some(asking), Some(attribute)) = (&self.asking, self.question()) else { return Vec::new() };
        let answer = self.ask_answer();
        if attribute.kind == AttributeType::Boolean {
            let choice = |key, name, value| AskChoice {
                key,
                name,
                option: None,
                picture: "",
                taken: answer == Some(&Answer::Bool(value)),
                opens: false,
            };
            return vec![choice('1', "yes", true), choice('2', "no", false)];
        }
        let in_hand = asking.in_hand();
        let taken = |id: OptionId| {
            matches!(in_hand, Some(Reply::Take(choice, _)) if choice.option == id)
                || answer.is_some_and(|answer| answer.choices().iter().any(|choice| choice.option == id))
        };
        if attribute.catalogue.is_some() {
            let is_typing = !asking.typed.is_empty();
            let page = asking.entries.found.iter().skip(asking.page * PAGE).take(PAGE).enumerate();
            let choices = page.zip("1234567890".chars()).map(|((at, choice), digit)| {
                // Digits are typed, too.
                let key = match (is_typing, at == asking.entries.marked) {
                    (false, _) => digit,
                    (true, true) => '↵',
                    (true, false) => ' ',
                };
                AskChoice { key, name: &choice.text, option: Some(choice.option), picture: "", taken: taken(choice.option), opens: false }
            });
            return choices.collect();
        }
        let page = asking.found.iter().skip(asking.page * PAGE).take(PAGE).filter_map(|at| attribute.options.get(*at));
        let mut choices = Vec::with_capacity(PAGE);
        for (option, key) in page.zip("1234567890".chars()) {
            let (taken, opens) = (taken(option.id), has_children(attribute, option.id));
            choices.push(AskChoice { key, name: &option.name, option: Some(option.id), picture: &option.picture, taken, opens });
        }
        choices
    }

    /// The page that is shown, from 1, and how many there are.
    pub fn ask_pages(&self) -> (usize, usize) {
        let is_catalogue = self.question().is_some_and(|attribute| attribute.catalogue.is_some());
        self.asking.as_ref().map_or((1, 1), |asking| {
            let num = if is_catalogue { asking.entries.found.len() } else { asking.found.len() };
            (asking.page + 1, num.div_ceil(PAGE).max(1))
        })
    }

    /// What is answered to the question by now, or in hand to be given.
    pub fn ask_answer(&self) -> Option<&Answer> {
        let asking = self.asking.as_ref()?;
        if let Some(Reply::Set(answer)) = asking.in_hand() {
            return Some(answer);
        }
        self.about(asking.whom()?)?.answers.get(&asking.question?)
    }

    /// The names of the tree's options that were gone through to what is offered.
    pub fn ask_branches(&self) -> Vec<&str> {
        let (Some(asking), Some(attribute)) = (&self.asking, self.question()) else { return Vec::new() };
        let above = std::iter::successors(asking.branch, |id| attribute.option(*id)?.parent).take(attribute.options.len());
        let mut names: Vec<&str> = above.filter_map(|id| attribute.option(id)).map(|option| option.name.as_str()).collect();
        names.reverse();
        names
    }

    /// A question is asked anew: nothing is typed, its first options are offered.
    pub(super) fn show_question(&mut self) {
        if let Some(asking) = &mut self.asking {
            asking.typed.clear();
            asking.problem = None;
            asking.branch = None;
        }
        self.find_choices();
        self.look += 1;
    }

    /// The options that are offered now: those found by what is typed, else all, of a tree those below the branch.
    pub(super) fn find_choices(&mut self) {
        let Some(mut asking) = self.asking.take() else { return };
        asking.page = 0;
        asking.found.clear();
        let attribute = asking.question.and_then(|id| self.attribute(id)).filter(|attribute| attribute.kind.has_options());
        if let Some(attribute) = attribute {
            asking.entries.begin(attribute.id);
            asking.found = found(&mut asking, attribute);
        }
        self.asking = Some(asking);
    }

    /// Takes the option at a place of the page.
    pub(super) fn choose(&mut self, place: usize, out: &mut Vec<Effect>) {
        let (Some(asking), Some(attribute)) = (&self.asking, self.question()) else { return };
        if attribute.kind == AttributeType::Boolean {
            if place < 2 {
                self.say(Reply::Set(Answer::Bool(place == 0)), out);
            }
            return;
        }
        if attribute.catalogue.is_some() {
            let attribute = (attribute.id, attribute.kind);
            return self.choose_entry(place, attribute, out);
        }
        let option = asking.found.get(asking.page * PAGE + place).filter(|_| place < PAGE).and_then(|at| attribute.options.get(*at));
        let Some(option) = option else { return };
        let (id, kind) = (option.id, attribute.kind);
        if kind == AttributeType::Tree && has_children(attribute, id) {
            if let Some(asking) = &mut self.asking {
                asking.branch = Some(id);
                asking.typed.clear();
            }
            self.find_choices();
            self.look += 1;
        } else if let Some(choice) = attribute.choice(id).filter(|_| kind == AttributeType::Multi) {
            let is_taken = self.ask_answer().is_some_and(|answer| answer.choices().iter().any(|choice| choice.option == id));
            if let Some(asking) = self.asking.as_mut().filter(|asking| !asking.typed.is_empty()) {
                asking.typed.clear();
                self.find_choices();
            }
            self.say(Reply::Take(choice, !is_taken), out);
        } else if let Some(choice) = attribute.choice(id) {
            self.say(Reply::Set(Answer::Choice(choice)), out);
        }
    }

    /// The branch of a tree that was gone into, as the answer; says whether there is one.
    pub(super) fn choose_branch(&mut self, out: &mut Vec<Effect>) -> bool {
        let branch = self.asking.as_ref().and_then(|asking| asking.branch);
        let choice = branch.and_then(|branch| self.question()?.choice(branch));
        choice.map(|choice| self.say(Reply::Set(Answer::Choice(choice)), out)).is_some()
    }

    /// Up to the options that the branch is one of; says whether there was one.
    pub(super) fn leave_branch(&mut self) -> bool {
        let Some(branch) = self.asking.as_ref().and_then(|asking| asking.branch) else { return false };
        let above = self.question().and_then(|attribute| attribute.option(branch)?.parent);
        if let Some(asking) = &mut self.asking {
            asking.branch = above;
        }
        self.find_choices();
        self.look += 1;
        true
    }

    pub(super) fn turn_page(&mut self, by: isize) {
        let (_, pages) = self.ask_pages();
        if let Some(asking) = &mut self.asking {
            asking.page = asking.page.saturating_add_signed(by).min(pages - 1);
        }
        if let Some(asking) = &mut self.asking {
            asking.entries.marked = 0;
        }
        self.look += 1;
    }
}

fn found(asking: &mut Asking, attribute: &Attribute) -> Vec<usize> {
    if !asking.typed.is_empty() {
        if asking.search.as_ref().is_none_or(|(id, _)| *id != attribute.id) {
            asking.search = Some((attribute.id, OptionSearch::new(attribute)));
        }
        return asking.search.as_ref().map(|(_, search)| search.find(attribute, &asking.typed, &[])).unwrap_or_default();
    }
    let offered = attribute.options.iter().enumerate().filter(|(_, option)| !option.deprecated);
    let is_shown = |option: &AttributeOption| attribute.kind != AttributeType::Tree || option.parent == asking.branch;
    offered.filter(|(_, option)| is_shown(option)).map(|(at, _)| at).collect()
}

fn has_children(attribute: &Attribute, id: OptionId) -> bool {
    attribute.kind == AttributeType::Tree && attribute.offered().any(|option| option.parent == Some(id))
}
