//! The room in which the schema is changed: labels and questions on the left, the one at hand in the middle, what an annotator
//! will see of it on the right. It works on a draft; nothing counts until it is published.

mod advice;
mod attribute;
mod catalogue;
mod condition;
mod coverage;
mod fields;
mod files;
mod guide;
mod label;
pub(super) mod lookup;
mod mapping;
mod merge;
mod option;
mod options;
mod preview;
mod problems;
mod publish;
mod rule;
mod tree;

use super::options::choice as toggle;
use super::widgets::{icon_button, sheet};
use crate::app::LimnApp;
use crate::session::Message;
use crate::{icons, theme};
use egui::{CentralPanel, Context, Frame, Key, Margin, Modifiers, Panel, RichText, Ui};
use limn_core::LabelId;
use limn_core::schema::advice::{Hint, hints};
use limn_core::schema::{AttributeId, OptionId, Place, Problem, RuleId};
use limn_editor::schema_draft::{Clash, Edit, SchemaDraft, Spot, clashes};
use limn_editor::{Event, Keymap, Notice};
use limn_store::writer::StoreRequest;

/// Problems that are listed at once.
const MOST_PROBLEMS: usize = 100;
/// Where the draft is kept in the project.
pub(crate) const DRAFT_KEY: &str = "schema-draft";

/// What is at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Page {
    #[default]
    Nothing,
    Schema,
    Coverage,
    Mapping,
    Advice,
    Label(LabelId),
    Attribute(AttributeId),
    Rule(RuleId),
}

/// The open room.
#[derive(Default)]
pub struct SchemaRoom {
    draft: SchemaDraft,
    page: Page,
    /// The field that gets the keyboard.
    focus: Option<&'static str>,
    /// What is to be done to the draft when all of this frame is laid out.
    edits: Vec<Edit>,
    new_label: String,
    new_attribute: String,
    new_rule: String,
    pasted: String,
    option_filter: String,
    /// The option whose guide and picture are at hand; it comes in sight once.
    option: Option<OptionId>,
    shows_option: bool,
    tried: String,
    /// What is known of a catalogue, by its name.
    pub(crate) catalogue_info: Option<(String, lookup::Lookup<String>)>,
    catalogue_query: String,
    preview: preview::Preview,
    trial: rule::Trial,
    coverage: lookup::Lookup<limn_jobs::SchemaCoverage>,
    pace: lookup::Lookup<limn_core::schema::advice::Pace>,
    advice: advice::Advice,
    mapping: mapping::MappingPage,
    publish: Option<publish::PublishSheet>,
    asks_discard: bool,
    /// It was begun before and comes back.
    was_kept: bool,
    kept_revision: u64,
    found: Found,
    /// The page to go to when the edits are done.
    pending: Option<(Page, &'static str)>,
    close: bool,
}

/// What was found in the draft, for its revision.
#[derive(Default)]
struct Found {
    revision: Option<u64>,
    problems: Vec<Problem>,
    clashes: Vec<Clash>,
    hints: Vec<Hint>,
}

impl SchemaRoom {
    /// A room over a draft.
    pub fn new(draft: SchemaDraft, was_kept: bool) -> Self {
        let page = draft.schema().offered().next().map_or(Page::Nothing, |label| Page::Label(label.id));
        Self { kept_revision: draft.revision(), draft, page, was_kept, ..Self::default() }
    }

    fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    fn go(&mut self, page: Page, focus: Option<&'static str>) {
        if self.page != page {
            (self.pasted, self.option_filter, self.tried, self.option) = Default::default();
            (self.catalogue_info, self.catalogue_query) = Default::default();
            self.draft.settle();
        }
        (self.page, self.focus) = (page, focus);
    }

    /// A name that no question has yet.
    fn free_name(&self, stem: &str) -> String {
        let taken = |name: &str| self.draft.schema().attributes.iter().any(|attribute| attribute.name == name);
        let mut numbered = (2..).map(|number| format!("{stem} {number}"));
        let plain = Some(stem.to_owned()).filter(|name| !taken(name));
        plain.or_else(|| numbered.find(|name| !taken(name))).unwrap_or_default()
    }

    /// Shows the attribute that is being added.
    fn go_to_new_attribute(&mut self) {
        let all = self.draft.schema().attributes.iter().chain(&self.draft.base().attributes);
        let last = all.map(|attribute| attribute.id.0).max().unwrap_or(0);
        self.pending = Some((Page::Attribute(AttributeId(last + 1)), "name"));
    }

    /// Whether this field gets the keyboard now.
    fn takes_focus(&mut self, field: &str) -> bool {
        let is_it = self.focus == Some(field);
        if is_it {
            self.focus = None;
        }
        is_it
    }

    fn look_again(&mut self, keymap: &Keymap) {
        let revision = self.draft.revision();
        if self.found.revision == Some(revision) {
            return;
        }
        let schema = self.draft.schema();
        self.found = Found {
            revision: Some(revision),
            problems: schema.problems(MOST_PROBLEMS),
            clashes: clashes(schema, keymap),
            hints: hints(schema),
        };
        let is_there = match self.page {
            Page::Nothing | Page::Schema | Page::Coverage | Page::Mapping | Page::Advice => true,
            Page::Label(id) => schema.label(id).is_some(),
            Page::Attribute(id) => schema.attributes.iter().any(|attribute| attribute.id == id),
            Page::Rule(id) => schema.rules.iter().any(|rule| rule.id == id),
        };
        if !is_there {
            self.page = Page::Nothing;
        }
    }

    /// The page and what is wrong with one of its fields.
    fn problem_of(&self, field: &str) -> Option<String> {
        let place = self.place()?;
        let problem = self.found.problems.iter().find(|problem| problem.place == place && problem.field == field);
        problem.map(|problem| problem.error.to_string())
    }

    fn clash(&self) -> Option<&str> {
        let place = self.place()?;
        self.found.clashes.iter().find(|clash| clash.place == place).map(|clash| clash.text.as_str())
    }

    fn place(&self) -> Option<Place> {
        let schema = self.draft.schema();
        match self.page {
            Page::Nothing | Page::Coverage | Page::Mapping | Page::Advice => None,
            Page::Schema => Some(Place::Schema),
            Page::Rule(id) => schema.rules.iter().position(|rule| rule.id == id).map(Place::Rule),
            Page::Label(id) => schema.labels.iter().position(|label| label.id == id).map(Place::Label),
            Page::Attribute(id) => schema.attributes.iter().position(|one| one.id == id).map(Place::Attribute),
        }
    }
}

impl LimnApp {
    /// Opens the room over the draft that is kept in the project, or a new one.
    pub(crate) fn open_schema_room(&mut self) {
        if self.ui.schema.is_some() {
            return;
        }
        self.tell(Event::Paused);
        let mailbox = self.mailbox.clone();
        self.ask_store(StoreRequest::Run(Box::new(move |project| {
            let kept = project.setting(DRAFT_KEY).ok().flatten().filter(|text| !text.is_empty());
            let kept = kept.and_then(|text| SchemaDraft::from_kept(&text, project.schema())).filter(SchemaDraft::is_changed);
            let was_kept = kept.is_some();
            let draft = kept.unwrap_or_else(|| SchemaDraft::new(project.schema().clone()));
            let room = Box::new(SchemaRoom::new(draft, was_kept));
            mailbox.send(Message::Answer(Box::new(move |app| app.ui.schema = Some(room))));
        })));
    }

    /// Keeps the draft in the project, or forgets it; written on the store's thread.
    fn keep_draft(&mut self, draft: Option<&SchemaDraft>) {
        let parts = draft.filter(|draft| draft.is_changed()).map(SchemaDraft::parts);
        let mailbox = self.mailbox.clone();
        let is_end = parts.is_none();
        let request = StoreRequest::Run(Box::new(move |project| {
            let text = parts.map_or_else(String::new, |(base, now)| SchemaDraft::kept_text(&base, &now));
            if let Err(error) = project.set_setting(DRAFT_KEY, &text) {
                mailbox.send(Message::Notice(Notice::error(format!("The draft of the schema is not kept: {error}"))));
            }
        }));
        self.hold_schema_draft(request, is_end);
    }
}

/// The room; it fills the window.
pub fn room_ui(app: &mut LimnApp, ui: &mut Ui) {
    let Some(mut room) = app.ui.schema.take() else { return };
    let ctx = ui.ctx().clone();
    // What was published or imported meanwhile is joined to the draft.
    if app.editor.schema != *room.draft.base() && app.editor.num_unsaved() == 0 {
        room.draft.rebase(&app.editor.schema);
    }
    room.look_again(&app.keymap);
    let is_free = room.publish.is_none() && !room.asks_discard && app.ui.path_prompt.is_none();
    if is_free {
        keys(&mut room, &ctx);
        room.look_again(&app.keymap);
    }
    let page = room.page;
    let colors = theme::colors(&ctx);
    let bar = Frame::NONE.inner_margin(Margin::symmetric(12, 6));
    let side = Frame::NONE.inner_margin(Margin::symmetric(10, 8));
    Panel::top("schema-top").frame(bar).show(ui, |ui| header_ui(app, &mut room, ui));
    Panel::bottom("schema-problems").frame(bar).show(ui, |ui| problems::problems_ui(&mut room, ui));
    Panel::left("schema-lists").frame(side).default_size(300.0).size_range(220.0..=420.0).show(ui, |ui| tree::lists_ui(&mut room, ui));
    Panel::right("schema-preview")
        .frame(side)
        .default_size(320.0)
        .size_range(240.0..=460.0)
        .show(ui, |ui| preview::preview_ui(app, &mut room, ui));
    CentralPanel::default().frame(Frame::NONE.fill(colors.panel_low.0).inner_margin(Margin::symmetric(20, 12))).show(ui, |ui| {
        egui::ScrollArea::vertical().auto_shrink(false).id_salt("schema-page").show(ui, |ui| {
            ui.set_max_width(620.0);
            match room.page {
                Page::Nothing => drop(ui.label(RichText::new("Choose a label or a question, or add one.").color(colors.text_weak.0))),
                Page::Schema => guide::schema_ui(&mut room, ui),
                Page::Coverage => coverage::coverage_ui(app, &mut room, ui),
                Page::Mapping => mapping::mapping_ui(app, &mut room, ui),
                Page::Advice => advice::advice_ui(app, &mut room, ui),
                Page::Rule(id) => rule::rule_ui(app, &mut room, id, ui),
                Page::Label(id) => label::label_ui(&mut room, id, ui),
                Page::Attribute(id) => attribute::attribute_ui(app, &mut room, id, ui),
            }
        });
    });
    discard_ui(app, &mut room, &ctx);
    publish::publish_ui(app, &mut room, &ctx);
    let edits = std::mem::take(&mut room.edits);
    for edit in edits {
        room.draft.apply(edit);
    }
    if let Some((page, field)) = room.pending.take() {
        room.go(page, Some(field));
    }
    if room.draft.revision() != room.kept_revision {
        room.kept_revision = room.draft.revision();
        app.keep_draft(Some(&room.draft));
        // The problems of what was just typed are told in the next frame.
        ctx.request_repaint();
    }
    if room.page != page {
        // The lists were laid out before the page was chosen.
        ctx.request_repaint();
    }
    if room.close {
        app.ui.focus_canvas = true;
    } else {
        app.ui.schema = Some(room);
    }
}

fn keys(room: &mut SchemaRoom, ctx: &Context) {
    let pressed = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.consume_key(modifiers, key));
    let again = pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y);
    if again {
        room.draft.redo();
    } else if pressed(Modifiers::COMMAND, Key::Z) {
        room.draft.undo();
    }
    for (key, spot) in [(Key::ArrowUp, Spot::Up), (Key::ArrowDown, Spot::Down), (Key::ArrowRight, Spot::In), (Key::ArrowLeft, Spot::Out)] {
        if pressed(Modifiers::ALT, key) {
            match (room.page, spot) {
                (Page::Label(id), spot) => room.edit(Edit::MoveLabel(id, spot)),
                (Page::Attribute(id), Spot::Up) => room.edit(Edit::MoveAttribute(id, -1)),
                (Page::Attribute(id), Spot::Down) => room.edit(Edit::MoveAttribute(id, 1)),
                (Page::Rule(id), Spot::Up) => room.edit(Edit::MoveRule(id, -1)),
                (Page::Rule(id), Spot::Down) => room.edit(Edit::MoveRule(id, 1)),
                _ => {}
            }
        }
    }
    let has_popup = egui::Popup::is_any_open(ctx);
    if !has_popup && pressed(Modifiers::NONE, Key::Escape) {
        if ctx.text_edit_focused() {
            ctx.memory_mut(|memory| memory.focused().map(|id| memory.surrender_focus(id)));
        } else {
            room.close = true;
        }
    }
}

fn header_ui(app: &mut LimnApp, room: &mut SchemaRoom, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.heading("Schema");
        let mut name = room.draft.schema().name.clone();
        let field = ui.add(egui::TextEdit::singleline(&mut name).hint_text("Name of the schema").desired_width(200.0));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Name of the schema"));
        if field.changed() {
            room.edit(Edit::Name(name));
        }
        let (undo, redo) = (room.draft.undo_title().map(str::to_owned), room.draft.redo_title().map(str::to_owned));
        let tip = |title: &Option<String>, none: &str| title.clone().unwrap_or_else(|| none.to_owned());
        if icon_button(ui, icons::UNDO, "Undo", &tip(&undo, "Nothing to take back"), false, undo.is_some()).clicked() {
            room.draft.undo();
        }
        if icon_button(ui, icons::REDO, "Redo", &tip(&redo, "Nothing to do again"), false, redo.is_some()).clicked() {
            room.draft.redo();
        }
        files::menu_ui(app, room, ui);
        let pages = [
            (Page::Schema, "Guide", "Guide for all labels", "What holds for all labels"),
            (Page::Coverage, "Coverage", "Coverage of files", "Which files were looked through for which labels"),
            (
                Page::Mapping,
                "Old work",
                "What becomes of old work",
                "Split and merge labels, and make shapes another kind, with all that was drawn",
            ),
            (Page::Advice, "Advice", "Advice about the schema", "What it costs to answer it, and what it is good for"),
        ];
        for (page, title, name, tip) in pages {
            let is_on = room.page == page;
            let response = ui.selectable_label(is_on, title);
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_on, name));
            if response.on_hover_text(tip).clicked() {
                room.go(page, (page == Page::Schema).then_some("guide"));
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icon_button(ui, icons::X, "Close", "Close   Esc; the draft is kept", false, true).clicked() {
                room.close = true;
            }
            let is_changed = room.draft.is_changed();
            let can = is_changed && room.found.problems.is_empty();
            let button = egui::Button::new(RichText::new("Publish…").strong());
            let why = if is_changed { "Mend the problems first" } else { "Nothing is changed yet" };
            if ui.add_enabled(can, button).on_disabled_hover_text(why).clicked() {
                publish::open(app, room);
            }
            if ui.add_enabled(is_changed, egui::Button::new("Discard…")).clicked() {
                room.asks_discard = true;
            }
            let text = match (is_changed, room.was_kept) {
                (false, _) => "as published",
                (true, true) => "your draft from before",
                (true, false) => "draft, kept in the project",
            };
            ui.label(RichText::new(text).small().color(colors.text_weak.0));
        });
    });
}

/// Labels to choose from; `all`: what none of them means. Says whether it changed.
fn labels_ui(room: &SchemaRoom, chosen: &mut Vec<LabelId>, all: Option<&str>, ui: &mut Ui) -> bool {
    let before = chosen.clone();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if let Some(all) = all {
            let mut on = chosen.is_empty();
            toggle(ui, &mut on, all, "");
            if on {
                chosen.clear();
            }
        }
        for label in room.draft.schema().offered() {
            let mut on = chosen.contains(&label.id);
            toggle(ui, &mut on, &label.name, "With all labels below it");
            if on != chosen.contains(&label.id) {
                if on { chosen.push(label.id) } else { chosen.retain(|other| *other != label.id) }
            }
        }
    });
    *chosen != before
}

fn discard_ui(app: &mut LimnApp, room: &mut SchemaRoom, ctx: &Context) {
    if !room.asks_discard {
        return;
    }
    let mut discard = false;
    let mut keep = false;
    let open = sheet(ctx, "schema-discard", "Discard the draft?", 380.0, |ui| {
        ui.label("All changes since the version in force are dropped. This cannot be taken back.");
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            keep = ui.button("Keep it").clicked();
            discard = ui.button("Discard").clicked();
        });
    });
    room.asks_discard = open && !keep && !discard;
    if discard {
        let fresh = SchemaRoom::new(SchemaDraft::new(app.editor.schema.clone()), false);
        *room = fresh;
        app.keep_draft(None);
    }
}
