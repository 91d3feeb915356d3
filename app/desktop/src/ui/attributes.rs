//! What the schema asks about the selected: one row of buttons, list or field for each question that applies now.

use super::catalogue::{CatalogueLists, Wish};
use super::option_pictures::{Look, OptionPictures};
use super::widgets::{focus_ring, heading};
use crate::app::LimnApp;
use crate::catalogues::{Asker, Details, Found};
use crate::theme;
use egui::{Button, Context, Key, Rect, Response, RichText, Role, ScrollArea, Sense, Slider, TextEdit, Ui, Vec2, WidgetInfo};
use limn_core::InstanceId;
use limn_core::document::Stamp;
use limn_core::event::Event as Happening;
use limn_core::schema::attribute::{AttributeOption, Control, Subject};
use limn_core::schema::search::OptionSearch;
use limn_core::schema::{Answer, Attribute, AttributeId, AttributeType, OptionId};
use limn_editor::{Asked, Command, Event, EventEdit, Notice, Place, Reply, Said, typed_reply};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most options that stand as buttons where the schema does not say how they are shown.
const MOST_BUTTONS: usize = 8;
/// Rows of a list that are seen at once.
const ROWS: f32 = 6.0;
/// Side of the picture of an option, in points.
const PICTURE: f32 = 28.0;
/// Options taken last that are remembered for each attribute.
const MOST_RECENT: usize = 20;

/// What is typed into the panel and found by it.
#[derive(Default)]
pub struct AttributesPanel {
    /// What the rows tell of.
    about: Option<Seen>,
    rows: Vec<Row>,
    /// What stands in the fields but is not answered yet.
    typed: BTreeMap<AttributeId, String>,
    /// The field that was typed into last.
    field: Option<Rect>,
    lists: BTreeMap<AttributeId, List>,
    recent: BTreeMap<AttributeId, Vec<OptionId>>,
    /// Of questions that are answered from catalogues.
    pub catalogues: CatalogueLists,
}

impl AttributesPanel {
    /// See [`CatalogueLists::take_found`].
    pub fn take_found(&mut self, id: AttributeId, typed: &str, found: (Found, Details)) {
        self.catalogues.take_found(id, typed, found);
    }

    /// See [`CatalogueLists::forget_found`].
    pub fn forget_found(&mut self) {
        self.catalogues.forget_found();
    }
}

/// What the rows were made of.
#[derive(Clone, PartialEq)]
struct Seen {
    selection: Vec<InstanceId>,
    /// The event that is asked about where nothing is selected.
    event: Option<Arc<Happening>>,
    place: Option<Place>,
    document: Stamp,
    place_revision: u64,
    schema_revision: u64,
}

/// A question as it is shown.
struct Row {
    attribute: AttributeId,
    of: Subject,
    said: Said,
    is_open: bool,
}

/// A list that is searched.
struct List {
    search: OptionSearch,
    typed: String,
    found: Vec<usize>,
    /// Others are asked about: what was taken last comes first now. Not before, since rows must not move under the pointer.
    is_stale: bool,
    /// Some options have a picture: all rows leave room for one.
    has_pictures: bool,
}

/// What a row of the panel wants: nothing, or a reply.
type Wanted = Option<Reply>;

/// The panel.
pub fn attributes_ui(app: &mut LimnApp, ui: &mut Ui) {
    look_again(app);
    let mut panel = std::mem::take(&mut app.ui.attributes);
    let mut pictures = std::mem::take(&mut app.ui.option_pictures);
    let rows = std::mem::take(&mut panel.rows);
    panel.catalogues.recent = app.editor.recent().clone();
    let (mut told, mut points) = (None, false);
    if !rows.is_empty() {
        ui.add_space(6.0);
        let open = open_text(rows.iter().filter(|row| row.is_open).count());
        let mut of = rows.first().map(|row| row.of);
        heading(ui, of.map_or("", title_of), &open);
        // Not more than half of the column: the list above stays usable.
        let most = (ui.ctx().content_rect().height() * 0.4).max(120.0);
        ScrollArea::vertical().id_salt("attributes").max_height(most).min_scrolled_height(most).show(ui, |ui| {
            for row in &rows {
                let Some(attribute) = app.editor.attribute(row.attribute) else { continue };
                ui.add_space(4.0);
                if of.replace(row.of) != Some(row.of) {
                    heading(ui, title_of(row.of), "");
                }
                let row_ui = |ui: &mut Ui| row_ui(&mut panel, &mut pictures, ui, attribute, &row.said, row.is_open);
                let wanted = ui.push_id(attribute.id, row_ui).inner;
                if let Some(reply) = wanted {
                    told = Some((row.of, attribute.id, reply));
                }
                if attribute.kind == AttributeType::Direction {
                    points |= point_ui(ui, attribute);
                }
            }
        });
    }
    panel.rows = rows;
    for Wish { id, catalogue, typed, also } in panel.catalogues.take_wanted() {
        app.search_catalogue(Asker::Panel(id), catalogue, typed, also);
    }
    (app.ui.attributes, app.ui.option_pictures) = (panel, pictures);
    if let Some((of, attribute, reply)) = told {
        let whom = app.ui.attributes.about.clone();
        app.tell(event(of, whom.as_ref(), attribute, reply));
    }
    if points {
        app.tell(Event::Command(Command::SetDirection));
        app.ui.focus_canvas = true;
    }
}

/// Whether the schema asks about the open file or frame.
pub fn asks_about_place(app: &LimnApp) -> bool {
    [true, false].into_iter().any(|of_file| !app.editor.asked_of_place(of_file).is_empty())
}

fn title_of(of: Subject) -> &'static str {
    match of {
        Subject::File => "This file",
        Subject::Frame => "This frame",
        Subject::Event => "Asked of the event",
        _ => "Attributes",
    }
}

fn event(of: Subject, seen: Option<&Seen>, attribute: AttributeId, reply: Reply) -> Event {
    match (of, seen.and_then(|seen| seen.event.as_ref())) {
        (Subject::File | Subject::Frame, _) => Event::AnswerPlace(of, attribute, reply),
        (Subject::Event, Some(event)) => Event::EditEvent(EventEdit::Answer(event.id, attribute, reply)),
        _ => Event::Answer(seen.map(|seen| seen.selection.clone()).unwrap_or_default(), attribute, reply),
    }
}

/// The button beside a direction by which it is drawn on the picture.
fn point_ui(ui: &mut Ui, attribute: &Attribute) -> bool {
    let response = ui.add(Button::new(RichText::new("Point it on the picture").small()));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Point {} on the picture", attribute.name)));
    response.on_hover_text("Then press where it is heading, or drag the arrow").clicked()
}

/// Before anything else of the frame: a press beside the field that is typed into answers for those it was typed about, since
/// it may select others or open another file.
pub fn settle(app: &mut LimnApp, ctx: &Context) {
    let panel = &app.ui.attributes;
    if panel.typed.is_empty() {
        return;
    }
    let pressed = ctx.input(|input| input.pointer.any_pressed().then(|| input.pointer.interact_pos()).flatten());
    if pressed.is_some_and(|pos| panel.field.is_some_and(|field| !field.contains(pos))) {
        answer_typed(app);
    }
}

/// Answers with what is typed; what cannot be taken is told.
fn answer_typed(app: &mut LimnApp) {
    let typed = std::mem::take(&mut app.ui.attributes.typed);
    let Some(seen) = app.ui.attributes.about.clone().filter(|_| !typed.is_empty()) else { return };
    for (id, text) in typed {
        let Some(attribute) = app.editor.attribute(id) else { continue };
        let of = attribute.of;
        // What was typed about another file or frame is not said about this one.
        if matches!(of, Subject::File | Subject::Frame) && seen.place != app.editor.place() {
            continue;
        }
        match typed_reply(attribute, &text) {
            Ok(reply) => app.tell(event(of, Some(&seen), id, reply)),
            Err(problem) => app.ui.toasts.add(&Notice::info(format!("Not taken: {problem}."))),
        }
    }
}

/// Asks the editor only when the selection, its instances, the file's answers or the schema are others.
fn look_again(app: &mut LimnApp) {
    let editor = &app.editor;
    let now = Seen {
        selection: editor.selection().to_vec(),
        event: editor.selected_event().filter(|_| editor.selection().is_empty()).cloned(),
        place: editor.place(),
        document: editor.document().stamp().clone(),
        place_revision: editor.place_revision(),
        schema_revision: editor.schema_revision(),
    };
    let seen = app.ui.attributes.about.as_ref();
    if seen == Some(&now) {
        return;
    }
    let (is_other, is_other_schema) = seen.map_or((false, false), |seen| {
        (
            seen.selection != now.selection
                || seen.event.as_ref().map(|event| event.id) != now.event.as_ref().map(|event| event.id)
                || (now.event.is_none() && seen.place != now.place),
            seen.schema_revision != now.schema_revision,
        )
    });
    if is_other {
        answer_typed(app);
        app.ui.attributes.lists.values_mut().for_each(|list| list.is_stale = true);
        app.ui.attributes.forget_found();
    }
    if is_other_schema {
        // Options keep their numbers.
        let recent = std::mem::take(&mut app.ui.attributes.recent);
        app.ui.attributes = AttributesPanel { recent, ..AttributesPanel::default() };
    }
    let row = |asked: Asked<'_>, of| Row { attribute: asked.attribute.id, of, said: asked.said, is_open: asked.is_open };
    let editor = &app.editor;
    let rows = if let Some(event) = &now.event {
        editor.asked_of_event(event).into_iter().map(|asked| row(asked, Subject::Event)).collect()
    } else if now.selection.is_empty() {
        let of_file = editor.asked_of_place(true).into_iter().map(|asked| row(asked, Subject::File));
        of_file.chain(editor.asked_of_place(false).into_iter().map(|asked| row(asked, Subject::Frame))).collect()
    } else {
        editor.asked().into_iter().map(|asked| row(asked, Subject::Instance)).collect()
    };
    app.ui.attributes.rows = rows;
    app.ui.attributes.about = Some(now);
}

/// "2 questions open", or nothing.
pub fn open_text(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "1 question open".to_owned(),
        count => format!("{count} questions open"),
    }
}

/// The name of a question and what it is answered with.
pub fn row_ui(
    panel: &mut AttributesPanel,
    pictures: &mut OptionPictures,
    ui: &mut Ui,
    attribute: &Attribute,
    said: &Said,
    is_open: bool,
) -> Wanted {
    let colors = theme::colors(ui.ctx());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let name = ui.label(RichText::new(&attribute.name).color(colors.text.0));
        if !attribute.description.is_empty() {
            name.on_hover_text(&attribute.description);
        }
        if is_open {
            ui.label(RichText::new("required").small().color(colors.warn.0));
        }
        if *said == Said::Mixed {
            ui.label(RichText::new("mixed").small().color(colors.text_weak.0));
        }
    });
    if let Some(catalogue) = attribute.catalogue.as_ref().filter(|_| attribute.kind.has_options()) {
        return panel.catalogues.list_ui(ui, attribute, catalogue, said);
    }
    let count = attribute.offered().take(MOST_BUTTONS + 1).count();
    match (attribute.kind, attribute.control) {
        (AttributeType::Boolean, _) => boolean_ui(ui, attribute, said),
        (AttributeType::Tree, _) | (AttributeType::Select | AttributeType::Multi, Control::List) => {
            list_ui(panel, pictures, ui, attribute, said)
        }
        (AttributeType::Select | AttributeType::Multi, control) if count > MOST_BUTTONS && control != Control::Buttons => {
            list_ui(panel, pictures, ui, attribute, said)
        }
        (AttributeType::Select | AttributeType::Multi, _) => buttons_ui(panel, pictures, ui, attribute, said),
        (AttributeType::Integer | AttributeType::Float, Control::Slider) => match (attribute.min, attribute.max) {
            (Some(min), Some(max)) if min < max => slider_ui(panel, ui, attribute, said, min, max),
            _ => field_ui(panel, ui, attribute, said),
        },
        _ => field_ui(panel, ui, attribute, said),
    }
}

fn boolean_ui(ui: &mut Ui, attribute: &Attribute, said: &Said) -> Wanted {
    let mut wanted = None;
    ui.horizontal(|ui| {
        for (value, name) in [(true, "yes"), (false, "no")] {
            let on = *said == Said::Same(Answer::Bool(value));
            if option_button(ui, attribute, name, Look::Nothing, Role::RadioButton, on).clicked() {
                wanted = Some(if on { Reply::TakeBack } else { Reply::Set(Answer::Bool(value)) });
            }
        }
    });
    wanted
}

fn option_button(ui: &mut Ui, attribute: &Attribute, name: &str, picture: Look, role: Role, on: bool) -> Response {
    let text = RichText::new(name).small();
    let button = match picture.atom(PICTURE) {
        Some(picture) => Button::selectable(on, (picture, text)),
        None => Button::selectable(on, text),
    };
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(role, true, on, format!("{}: {name}", attribute.name)));
    if on { response.on_hover_text("Click again to take the answer back") } else { response }
}

pub fn is_taken(said: &Said, option: OptionId) -> bool {
    matches!(said, Said::Same(answer) if answer.choices().iter().any(|choice| choice.option == option))
}

/// The reply when an option was clicked.
fn taken(panel: &mut AttributesPanel, attribute: &Attribute, said: &Said, option: OptionId) -> Wanted {
    let choice = attribute.choice(option)?;
    let recent = panel.recent.entry(attribute.id).or_default();
    recent.retain(|other| *other != option);
    recent.insert(0, option);
    recent.truncate(MOST_RECENT);
    let on = is_taken(said, option);
    Some(match attribute.kind {
        AttributeType::Multi => Reply::Take(choice, !on),
        _ if on => Reply::TakeBack,
        _ => Reply::Set(Answer::Choice(choice)),
    })
}

pub fn role_of(attribute: &Attribute) -> Role {
    if attribute.kind == AttributeType::Multi { Role::CheckBox } else { Role::RadioButton }
}

fn buttons_ui(panel: &mut AttributesPanel, pictures: &mut OptionPictures, ui: &mut Ui, attribute: &Attribute, said: &Said) -> Wanted {
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(4.0);
        for option in attribute.offered() {
            let look = pictures.look(ui.ctx(), &option.picture);
            let response = option_button(ui, attribute, &option.name, look, role_of(attribute), is_taken(said, option.id));
            pictures.want(ui, response.rect, &option.picture, look);
            if response.clicked() {
                clicked = Some(option.id);
            }
        }
    });
    clicked.and_then(|option| taken(panel, attribute, said, option))
}

/// A field to search in, and the rows found; only those that are seen are laid out.
fn list_ui(panel: &mut AttributesPanel, pictures: &mut OptionPictures, ui: &mut Ui, attribute: &Attribute, said: &Said) -> Wanted {
    if let Said::Same(answer) = said {
        ui.label(RichText::new(answer.text()).small());
    }
    let recent = panel.recent.get(&attribute.id).map(Vec::as_slice).unwrap_or_default();
    let list = panel.lists.entry(attribute.id).or_insert_with(|| {
        let search = OptionSearch::new(attribute);
        let found = search.find(attribute, "", recent);
        List {
            search,
            typed: String::new(),
            found,
            is_stale: false,
            has_pictures: attribute.offered().any(|option| !option.picture.is_empty()),
        }
    });
    let field = ui.add(TextEdit::singleline(&mut list.typed).hint_text("Type to search").desired_width(f32::INFINITY));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &attribute.name));
    if field.changed() || std::mem::take(&mut list.is_stale) {
        list.found = list.search.find(attribute, &list.typed, recent);
    }
    let mut clicked = None;
    // Enter takes the first that was found.
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) && !list.typed.is_empty() {
        clicked = list.found.first().and_then(|at| attribute.options.get(*at)).map(|option| option.id);
    }
    let picture = if list.has_pictures { PICTURE } else { 0.0 };
    let height = theme::tokens().size.row.max(picture + 4.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("options").max_height(height * ROWS).auto_shrink([false, true]).show_rows(
        ui,
        height,
        list.found.len(),
        |ui, range| {
            let seen = list.found.get(range).unwrap_or_default().iter().filter_map(|at| attribute.options.get(*at));
            for option in seen {
                if option_row(pictures, ui, attribute, option, is_taken(said, option.id), Vec2::new(picture, height)) {
                    clicked = Some(option.id);
                }
            }
        },
    );
    if list.found.is_empty() {
        ui.label(RichText::new("No option holds this text").small().color(theme::colors(ui.ctx()).text_weak.0));
    }
    clicked.and_then(|option| taken(panel, attribute, said, option))
}

/// A row of a list; `size`: the width of its picture, and its height.
fn option_row(pictures: &mut OptionPictures, ui: &mut Ui, attribute: &Attribute, option: &AttributeOption, on: bool, size: Vec2) -> bool {
    let colors = theme::colors(ui.ctx());
    let sizes = &theme::tokens().size;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size.y), Sense::click());
    response.widget_info(|| WidgetInfo::selected(role_of(attribute), true, on, format!("{}: {}", attribute.name, option.name)));
    if on || response.hovered() {
        let ground = if on { colors.accent_ground.0 } else { colors.hover.0 };
        ui.painter().rect_filled(rect, egui::CornerRadius::same(sizes.corner), ground);
    }
    focus_ring(ui, &response, rect);
    let above = std::iter::successors(option.parent, |id| attribute.option(*id)?.parent).take(8).count();
    let text = if on { format!("✓ {}", option.name) } else { option.name.clone() };
    let font = egui::FontId::new(sizes.body, egui::FontFamily::Proportional);
    let mut at = egui::pos2(rect.left() + 6.0 + 14.0 * above as f32, rect.center().y);
    if size.x > 0.0 {
        let place = Rect::from_min_size(egui::pos2(at.x, at.y - size.x / 2.0), Vec2::splat(size.x));
        pictures.paint(ui, place, &option.picture);
        at.x = place.right() + 6.0;
    }
    ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())).text(at, egui::Align2::LEFT_CENTER, text, font, colors.text.0);
    response.clicked()
}

fn slider_ui(panel: &mut AttributesPanel, ui: &mut Ui, attribute: &Attribute, said: &Said, min: f64, max: f64) -> Wanted {
    let before = match said {
        Said::Same(answer) => answer.number(),
        _ => None,
    };
    let dragged = panel.typed.get(&attribute.id).and_then(|text| text.parse().ok());
    let mut number: f64 = dragged.or(before).unwrap_or(min);
    let step = attribute.step.unwrap_or(if attribute.kind == AttributeType::Integer { 1.0 } else { 0.0 });
    let slider = Slider::new(&mut number, min..=max).step_by(step).suffix(unit(attribute));
    let response = ui.add(slider);
    response.widget_info(|| WidgetInfo::slider(true, number, &attribute.name));
    if *said == Said::Nothing && dragged.is_none() {
        // The slider must stand somewhere.
        ui.label(RichText::new("not answered").small().color(theme::colors(ui.ctx()).text_weak.0));
    }
    if response.changed() {
        panel.typed.insert(attribute.id, number.to_string());
    }
    // While it is dragged nothing is answered: one drag is one step.
    if response.dragged() || !panel.typed.contains_key(&attribute.id) {
        return None;
    }
    let text = panel.typed.remove(&attribute.id)?;
    typed_reply(attribute, &text).ok()
}

pub fn unit(attribute: &Attribute) -> String {
    match attribute.kind {
        AttributeType::Direction => "°".to_owned(),
        _ if attribute.unit.is_empty() => String::new(),
        _ => format!(" {}", attribute.unit),
    }
}

/// A field; what is typed counts with Enter or when the field is left. An empty field takes the answer back.
fn field_ui(panel: &mut AttributesPanel, ui: &mut Ui, attribute: &Attribute, said: &Said) -> Wanted {
    let stored = match said {
        Said::Same(answer) => answer.text(),
        _ => String::new(),
    };
    let mut text = panel.typed.get(&attribute.id).unwrap_or(&stored).clone();
    let hint = match (said, attribute.kind) {
        (Said::Mixed, _) => "mixed",
        (_, AttributeType::Date) => "2026-01-31",
        (_, AttributeType::Time) => "23:59",
        (_, AttributeType::Direction) => "0 to below 360",
        _ => "",
    };
    let unit = unit(attribute);
    let response = ui
        .horizontal(|ui| {
            let width = if unit.is_empty() { f32::INFINITY } else { (ui.available_width() - 60.0).max(40.0) };
            let response = ui.add(TextEdit::singleline(&mut text).hint_text(hint).desired_width(width));
            ui.label(RichText::new(unit.trim()).small());
            response
        })
        .inner;
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &attribute.name));
    if response.changed() {
        panel.typed.insert(attribute.id, text.clone());
        panel.field = Some(response.rect);
    }
    let typed = panel.typed.get(&attribute.id)?;
    match typed_reply(attribute, typed) {
        Err(problem) => {
            ui.label(RichText::new(problem).small().color(theme::colors(ui.ctx()).warn.0));
            None
        }
        Ok(reply) if response.lost_focus() => {
            panel.typed.remove(&attribute.id);
            Some(reply)
        }
        Ok(_) => None,
    }
}
