//! Going through questions: by keys alone, instance by instance, or one question for one instance after the other; or by
//! pointing at those that an answer holds for.
//!
//! The canvas looks at the instance that is asked about, all others are faint, and each answer leads to the next question.
//! Leaving gives the view back as it was.

mod choices;
mod entries;
mod keys;
mod pointing;

pub use choices::AskChoice;
pub use entries::{Recent, recent_first};
pub use keys::{AskKey, KeyUse};

use crate::answers::Whom;
use crate::editor::{Editor, Place};
use crate::effect::{Effect, Notice};
use crate::view::View;
use entries::Entries;
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::About;
use limn_core::schema::search::OptionSearch;
use limn_core::schema::{Attribute, AttributeId, OptionId};
use limn_core::{EventId, InstanceId};
use limn_tools::ToolKind;
use pointing::Pointing;
use std::collections::BTreeSet;

/// Most instances of a frame that are looked at for questions.
const MOST_LOOKED_AT: usize = 100_000;

/// In which order questions come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskOrder {
    /// All questions about an instance, then those about the next one.
    Instances,
    /// One question, with those that follow from its answer, for one instance after the other.
    Attribute(AttributeId),
    /// One question; its answers are given to instances by pointing at them.
    Pointing(AttributeId),
}

/// The ways to go through questions, whatever the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskWay {
    /// See [`AskOrder::Instances`].
    Instances,
    /// See [`AskOrder::Attribute`].
    Attribute,
    /// See [`AskOrder::Pointing`].
    Pointing,
}

impl AskOrder {
    /// Its way.
    pub fn way(self) -> AskWay {
        match self {
            Self::Instances => AskWay::Instances,
            Self::Attribute(_) => AskWay::Attribute,
            Self::Pointing(_) => AskWay::Pointing,
        }
    }

    /// The question, where it is one.
    fn attribute(self) -> Option<AttributeId> {
        match self {
            Self::Instances => None,
            Self::Attribute(id) | Self::Pointing(id) => Some(id),
        }
    }
}

/// Which questions come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AskFilter {
    /// Those without an answer.
    #[default]
    Unanswered,
    /// Required ones without an answer.
    Required,
    /// All that apply.
    All,
}

impl AskFilter {
    /// In the order in which a key goes through them.
    pub const ALL: [Self; 3] = [Self::Unanswered, Self::Required, Self::All];

    /// Shown name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::Required => "required",
            Self::All => "all",
        }
    }

    fn wants(self, attribute: &Attribute, about: About<'_>) -> bool {
        let is_answered = about.answers.contains_key(&attribute.id);
        match self {
            Self::Unanswered => !is_answered,
            Self::Required => attribute.required && !is_answered,
            Self::All => true,
        }
    }
}

/// What the person tells while questions are gone through.
#[derive(Clone, Debug, PartialEq)]
pub enum AskEvent {
    /// A key with a meaning of its own.
    Key(AskKey),
    /// Letters that were typed.
    Write(String),
    /// An option of the page that is shown was chosen: 0 for the first.
    Choose(usize),
    /// The answer in hand holds for all that have none.
    GiveRest,
    /// Other questions are wanted.
    Filter(AskFilter),
    /// Another order; a question is asked about all.
    Order(AskOrder),
}

/// Where the person is among the questions.
#[derive(Debug)]
pub struct Asking {
    order: AskOrder,
    /// The attribute of the order and those that follow from it; `None`: all.
    family: Option<BTreeSet<AttributeId>>,
    /// What was asked when the list was made: the frame and the schema.
    made_for: (Option<Place>, u64),
    /// Who has questions.
    list: Vec<Whom>,
    /// Place in the list; its length when all is done.
    at: usize,
    question: Option<AttributeId>,
    /// What was gone through: place in the list and question.
    trail: Vec<(usize, AttributeId)>,
    typed: String,
    /// Why what is typed was not taken.
    problem: Option<String>,
    /// The option of a tree whose children are offered.
    branch: Option<OptionId>,
    page: usize,
    /// Where the options that are offered stand among those of the attribute.
    found: Vec<usize>,
    search: Option<(AttributeId, OptionSearch)>,
    entries: Entries,
    pointing: Pointing,
    before: Before,
}

/// What leaving gives back.
#[derive(Debug)]
struct Before {
    place: Option<Place>,
    view: View,
    selection: Vec<InstanceId>,
    event: Option<EventId>,
    isolated: bool,
    tool: ToolKind,
}

/// How far the person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskProgress {
    /// The instance that is asked about, from 1.
    pub instance: usize,
    /// How many have questions.
    pub instances: usize,
    /// The question among those about it, from 1.
    pub question: usize,
    /// How many there are; an answer may bring more.
    pub questions: usize,
}

impl Asking {
    /// In which order questions come.
    pub fn order(&self) -> AskOrder {
        self.order
    }

    /// Whom is asked about; `None` when all is done, and while answers are given by pointing.
    pub fn whom(&self) -> Option<Whom> {
        self.list.get(self.at).copied()
    }

    pub(crate) fn is_pointing(&self) -> bool {
        self.order.way() == AskWay::Pointing
    }

    /// What is typed and not answered yet.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Why what is typed was not taken.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    fn seen(&self) -> impl Iterator<Item = AttributeId> + '_ {
        self.trail.iter().rev().take_while(|(at, _)| *at == self.at).map(|(_, question)| *question)
    }

    fn is_of_order(&self, attribute: &Attribute) -> bool {
        self.family.as_ref().is_none_or(|family| family.contains(&attribute.id))
    }
}

impl Editor {
    /// Where the person is among the questions, while they are gone through.
    pub fn asking(&self) -> Option<&Asking> {
        self.asking.as_ref()
    }

    /// The question that is asked.
    pub fn question(&self) -> Option<&Attribute> {
        self.asking.as_ref().and_then(|asking| asking.question).and_then(|id| self.attribute(id))
    }

    /// How far the person is; `None` when all is done.
    pub fn ask_progress(&self) -> Option<AskProgress> {
        let asking = self.asking.as_ref()?;
        let (whom, question) = (asking.whom()?, asking.question?);
        let open = self.wanted(asking, whom);
        let seen = asking.seen().filter(|id| *id != question).count();
        let rest = open.iter().filter(|attribute| attribute.id != question).count();
        Some(AskProgress { instance: asking.at + 1, instances: asking.list.len(), question: seen + 1, questions: seen + 1 + rest })
    }

    /// The command: begins, changes to this order, or leaves when it is this order already.
    pub(crate) fn ask(&mut self, way: AskWay, out: &mut Vec<Effect>) {
        let one = || {
            let question = self.question().filter(|attribute| way != AskWay::Pointing || attribute.of == Subject::Instance);
            question.map(|attribute| attribute.id).or_else(|| self.first_attribute(way))
        };
        let order = match way {
            AskWay::Instances => Some(AskOrder::Instances),
            AskWay::Attribute => one().map(AskOrder::Attribute),
            AskWay::Pointing => one().map(AskOrder::Pointing),
        };
        let is_same = self.asking.as_ref().is_some_and(|asking| asking.order.way() == way);
        match order {
            _ if is_same => self.stop_asking(out),
            Some(order) => self.start_asking(order, out),
            None => out.push(Effect::Notify(Notice::info("The schema asks nothing here."))),
        }
    }

    /// The question to begin with where one is asked about all: the first that is wanted of anyone, else the first that applies.
    fn first_attribute(&self, way: AskWay) -> Option<AttributeId> {
        let filter = self.preferences.ask_filter;
        let may_be_asked = || self.may_be_asked().filter(|whom| way != AskWay::Pointing || whom.instance().is_some());
        let all = || may_be_asked().flat_map(|whom| self.asked_of(whom).into_iter().map(move |asked| (asked, whom)));
        let wanted = all().find(|(attribute, whom)| self.about(*whom).is_some_and(|about| filter.wants(attribute, about)));
        wanted.or_else(|| all().next()).map(|(attribute, _)| attribute.id)
    }

    /// The file, the frame, what happens at it, and its instances.
    fn may_be_asked(&self) -> impl Iterator<Item = Whom> {
        let all = self.document.instances().iter().take(MOST_LOOKED_AT).map(|instance| instance.id);
        let open = all.filter(|id| !self.hidden.contains(id) && !self.locked.contains(id));
        let events = self.events_here().into_iter().map(|event| Whom::Event(event.id));
        [Whom::File, Whom::Frame].into_iter().chain(events).chain(open.map(Whom::Instance))
    }

    fn is_asked(&self, whom: Whom, id: AttributeId) -> bool {
        self.asked_of(whom).iter().any(|attribute| attribute.id == id)
    }

    fn asked_of(&self, whom: Whom) -> Vec<&Attribute> {
        self.about(whom).map(|about| self.questions.asked(&self.schema, about)).unwrap_or_default()
    }

    fn start_asking(&mut self, order: AskOrder, out: &mut Vec<Effect>) {
        let asks_any = self.may_be_asked().any(|whom| !self.asked_of(whom).is_empty());
        if !asks_any && self.asking.is_none() {
            out.push(Effect::Notify(Notice::info("The schema asks nothing here.")));
            return;
        }
        let before = match self.asking.take() {
            Some(asking) => asking.before,
            None => {
                let (selection, isolated, tool) = (self.selection.clone(), self.isolated, self.tool_kind);
                let event = self.selected_event().map(|event| event.id);
                Before { place: self.place(), view: self.view, selection, event, isolated, tool }
            }
        };
        self.take_tool(ToolKind::Select, out);
        if order.way() == AskWay::Pointing && before.place == self.place() && self.view != before.view {
            self.view = before.view;
            self.look += 1;
        }
        // To point at one of them, a person must see it.
        self.isolated = order.way() != AskWay::Pointing;
        let first = self.selection.last().copied().map(Whom::Instance);
        self.asking = Some(Asking {
            order,
            family: match order {
                AskOrder::Instances => None,
                AskOrder::Attribute(id) => Some(self.family_of(id)),
                AskOrder::Pointing(id) => Some(BTreeSet::from([id])),
            },
            made_for: (None, 0),
            list: Vec::new(),
            at: 0,
            question: None,
            trail: Vec::new(),
            typed: String::new(),
            problem: None,
            branch: None,
            page: 0,
            found: Vec::new(),
            search: None,
            entries: Entries::default(),
            pointing: Pointing::default(),
            before,
        });
        self.collect(first);
    }

    /// An attribute and all that are asked because of its answer, or of theirs.
    fn family_of(&self, id: AttributeId) -> BTreeSet<AttributeId> {
        let mut family = BTreeSet::from([id]);
        loop {
            let of_family = |attribute: &&Attribute| {
                let looks_at = attribute.when.as_ref().map(|when| when.attributes()).unwrap_or_default();
                !family.contains(&attribute.id) && looks_at.iter().any(|id| family.contains(id))
            };
            let more: Vec<_> = self.schema.attributes.iter().filter(of_family).map(|attribute| attribute.id).collect();
            if more.is_empty() {
                return family;
            }
            family.extend(more);
        }
    }

    /// Makes the list of who has questions, and goes to the first, or to `first` if it has some.
    fn collect(&mut self, first: Option<Whom>) {
        let Some(mut asking) = self.asking.take() else { return };
        (asking.trail, asking.question) = (Vec::new(), None);
        asking.made_for = (self.loaded, self.schema_revision);
        if let AskOrder::Pointing(id) = asking.order {
            asking.list = self.may_be_asked().filter(|whom| whom.instance().is_some() && self.is_asked(*whom, id)).collect();
            (asking.at, asking.question) = (asking.list.len(), Some(id));
            asking.pointing.forget();
            self.asking = Some(asking);
            self.show_question();
            return self.show_pointed();
        }
        asking.list = self.may_be_asked().filter(|whom| !self.wanted(&asking, *whom).is_empty()).collect();
        asking.at = first.and_then(|first| asking.list.iter().position(|id| *id == first)).unwrap_or(0);
        self.asking = Some(asking);
        self.advance(None);
        self.look_at_asked();
    }

    /// The questions that are still to come about someone.
    fn wanted(&self, asking: &Asking, whom: Whom) -> Vec<&Attribute> {
        let Some(about) = self.about(whom) else { return Vec::new() };
        let is_seen = |attribute: &Attribute| asking.whom() == Some(whom) && asking.seen().any(|seen| seen == attribute.id);
        let mut asked = self.asked_of(whom);
        asked.retain(|attribute| {
            asking.is_of_order(attribute) && !is_seen(attribute) && self.preferences.ask_filter.wants(attribute, about)
        });
        asked
    }

    /// Goes to the question after this one: what follows from its answer, what stands behind it, what is left, and then to the
    /// next instance.
    fn advance(&mut self, after: Option<AttributeId>) {
        let Some(mut asking) = self.asking.take() else { return };
        let mut after = after;
        let place = |id: AttributeId| self.schema.attributes.iter().position(|attribute| attribute.id == id);
        asking.question = loop {
            let Some(whom) = asking.whom() else { break None };
            let wanted = self.wanted(&asking, whom);
            let follows = |attribute: &&&Attribute| {
                let looks_at = attribute.when.as_ref().map(|when| when.attributes()).unwrap_or_default();
                after.is_some_and(|after| looks_at.contains(&after))
            };
            let is_behind = |attribute: &&&Attribute| after.is_some_and(|after| place(attribute.id) > place(after));
            let next = wanted.iter().find(follows).or_else(|| wanted.iter().find(is_behind)).or_else(|| wanted.first());
            if let Some(next) = next {
                break Some(next.id);
            }
            asking.at += 1;
            after = None;
        };
        self.asking = Some(asking);
        self.show_question();
    }

    /// The question was answered or skipped.
    fn pass(&mut self) {
        let Some(asking) = &mut self.asking else { return };
        let (whom, question) = (asking.whom(), asking.question);
        asking.trail.extend(question.map(|question| (asking.at, question)));
        self.advance(question);
        if self.asking.as_ref().and_then(Asking::whom) != whom {
            self.look_at_asked();
        }
    }

    /// Back to the question before.
    fn go_back(&mut self) {
        let Some(asking) = &mut self.asking else { return };
        let whom = asking.whom();
        let Some((at, question)) = asking.trail.pop() else { return };
        (asking.at, asking.question) = (at, Some(question));
        let is_other = asking.whom() != whom;
        self.show_question();
        if is_other {
            self.look_at_asked();
        }
    }

    /// To another instance of the list, at this question if it is asked about it.
    fn jump(&mut self, whom: Whom, question: Option<AttributeId>) {
        let Some(asking) = &mut self.asking else { return };
        let Some(at) = asking.list.iter().position(|other| *other == whom) else { return };
        if asking.at != at {
            // What was passed of it earlier may be asked again.
            asking.trail.retain(|(passed, _)| *passed != at);
        }
        asking.trail.retain(|(passed, passed_question)| *passed != at || Some(*passed_question) != question);
        asking.at = at;
        let question = question.filter(|question| self.is_asked(whom, *question));
        if let Some(asking) = self.asking.as_mut().filter(|_| question.is_some()) {
            asking.question = question;
            self.show_question();
        } else {
            self.advance(None);
        }
        self.look_at_asked();
    }

    /// The view goes to the instance that is asked about; an event is selected in its lane.
    fn look_at_asked(&mut self) {
        let Some(whom) = self.asking.as_ref().map(Asking::whom) else { return };
        let id = whom.and_then(Whom::instance);
        if let Some(Whom::Event(event)) = whom {
            self.select_event(Some(event));
        } else {
            self.select(id.into_iter().collect());
        }
        match id.and_then(|id| self.document.get(id)?.geometry.bounds()) {
            Some(bounds) => self.look_at(bounds),
            None => {
                self.view.fit(self.image);
                self.look += 1;
            }
        }
    }

    /// Ends it; view, selection and tool are what they were.
    pub(crate) fn stop_asking(&mut self, out: &mut Vec<Effect>) {
        let Some(asking) = self.asking.take() else { return };
        self.isolated = asking.before.isolated;
        if asking.before.place == self.place() {
            self.view = asking.before.view;
            self.select_event(asking.before.event);
            self.select(asking.before.selection);
        } else {
            self.view.fit(self.image);
            self.select(Vec::new());
        }
        self.take_tool(asking.before.tool, out);
        self.look += 1;
    }

    /// After every event: the questions follow what happened to frame, schema, instances and selection.
    pub(crate) fn follow_asking(&mut self, undone: &[(Whom, AttributeId)], out: &mut Vec<Effect>) {
        self.follow_what_happened(undone, out);
        self.follow_entries(out);
    }

    fn follow_what_happened(&mut self, undone: &[(Whom, AttributeId)], out: &mut Vec<Effect>) {
        let Some(asking) = &self.asking else { return };
        if self.place().is_none() {
            return self.stop_asking(out);
        }
        if self.loaded.is_none() {
            return;
        }
        if asking.made_for != (self.loaded, self.schema_revision) {
            let lost = asking.order.attribute().is_some_and(|id| self.attribute(id).is_none());
            return if lost { self.stop_asking(out) } else { self.collect(None) };
        }
        if asking.is_pointing() {
            return if undone.is_empty() { self.show_pointed() } else { self.collect(None) };
        }
        let whom = asking.whom();
        // What came as a default was not asked about.
        let is_asked = |(_, id): &&(Whom, AttributeId)| self.attribute(*id).is_some_and(|attribute| attribute.default.is_none());
        if let Some((whom, attribute)) = undone.iter().find(is_asked).or(undone.first()) {
            return self.jump(*whom, Some(*attribute));
        }
        let id = whom.and_then(Whom::instance);
        match (id, self.selection.as_slice()) {
            (_, [chosen]) if Some(*chosen) != id && asking.list.contains(&Whom::Instance(*chosen)) => {
                self.jump(Whom::Instance(*chosen), None);
            }
            _ if whom.is_some_and(|whom| self.about(whom).is_none()) => {
                self.advance(None);
                self.look_at_asked();
            }
            (Some(id), chosen) if chosen != [id] => self.select(vec![id]),
            _ => {}
        }
    }
}
