//! The question that is asked, large, with its options under their digits: in place of the list of instances while
//! questions are gone through.

use super::attributes::unit;
use super::option_pictures::OptionPictures;
use super::widgets::{focus_ring, icon_button, key_cap};
use crate::app::LimnApp;
use crate::{icons, theme};
use egui::{CornerRadius, FontFamily, FontId, Key, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use limn_core::schema::{Answer, Attribute, AttributeType};
use limn_editor::{AskEvent, AskFilter, AskKey, AskWay, Command, Event, KeyUse, Reply, Whom};

/// Side of the picture of an option, in points.
const PICTURE: f32 = 40.0;

/// What a click asked for.
type Wanted = Option<Event>;

/// The panel.
pub fn asking_ui(app: &mut LimnApp, ui: &mut Ui) {
    let mut wanted = head_ui(app, ui);
    let question = app.editor.question().cloned();
    match &question {
        Some(attribute) => {
            let mut pictures = std::mem::take(&mut app.ui.option_pictures);
            wanted = question_ui(app, &mut pictures, ui, attribute).or(wanted);
            app.ui.option_pictures = pictures;
        }
        None => {
            ui.add_space(24.0);
            ui.label(large("All done here", theme::colors(ui.ctx()).text.0));
            ui.add_space(8.0);
            help(ui, &[("Enter", "next frame or file"), ("F3", "other questions"), ("Esc", "back to the picture")]);
        }
    }
    if let Some(event) = wanted {
        app.tell(event);
        app.ui.focus_canvas = true;
    }
}

fn way(app: &LimnApp) -> Option<AskWay> {
    app.editor.asking().map(|asking| asking.order().way())
}

fn large(text: &str, color: egui::Color32) -> RichText {
    RichText::new(text).font(FontId::new(theme::tokens().size.body * 1.5, FontFamily::Name(theme::STRONG_FAMILY.into()))).color(color)
}

/// Order, filter, how far the person is.
fn head_ui(app: &LimnApp, ui: &mut Ui) -> Wanted {
    let colors = theme::colors(ui.ctx());
    let mut wanted = None;
    let way = way(app);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let ways = [
            (AskWay::Instances, "Shapes", Command::AskInstances),
            (AskWay::Attribute, "Question", Command::AskAttribute),
            (AskWay::Pointing, "Pointing", Command::AskPointing),
        ];
        for (other, name, command) in ways {
            let on = way == Some(other);
            let button = ui.selectable_label(on, name).on_hover_text(app.caps.tooltip(&app.keymap, command));
            if button.clicked() && !on {
                wanted = Some(Event::Command(command));
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icon_button(ui, icons::X, "Leave the questions", "Leave   Esc", false, true).clicked() {
                wanted = Some(Event::Ask(AskEvent::Key(AskKey::Leave)));
            }
        });
    });
    if let Some((asked, answered)) = app.editor.pointed() {
        ui.add_space(6.0);
        ui.add(egui::ProgressBar::new(answered as f32 / asked.max(1) as f32).desired_height(4.0));
        ui.label(RichText::new(format!("{answered} of {asked} answered")).color(colors.text_weak.0));
        return wanted;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for filter in AskFilter::ALL {
            let on = app.editor.preferences.ask_filter == filter;
            let button = ui.selectable_label(on, RichText::new(filter.title()).small()).on_hover_text("Which questions come   F3");
            button.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, format!("Questions: {}", filter.title())));
            if button.clicked() {
                wanted = Some(Event::Ask(AskEvent::Filter(filter)));
            }
        }
    });
    ui.add_space(6.0);
    if let Some(progress) = app.editor.ask_progress() {
        let done = (progress.instance - 1) as f32 / progress.instances.max(1) as f32;
        ui.add(egui::ProgressBar::new(done).desired_height(4.0));
        let mut text = format!("{} of {}", progress.instance, progress.instances);
        if progress.questions > 1 {
            text += &format!(" · question {} of {}", progress.question, progress.questions);
        }
        ui.label(RichText::new(text).color(colors.text_weak.0));
    }
    wanted
}

fn question_ui(app: &LimnApp, pictures: &mut OptionPictures, ui: &mut Ui, attribute: &Attribute) -> Wanted {
    let colors = theme::colors(ui.ctx());
    let label = |id| app.editor.document().get(id).map(|instance| app.editor.schema.shown(instance.label).0);
    let of_event = |id| app.editor.events().live(id).map(|event| format!("Event: {}", app.editor.schema.shown(event.label).0));
    let whom = match app.editor.asking().and_then(limn_editor::Asking::whom) {
        Some(Whom::File) => "This file".to_owned(),
        Some(Whom::Frame) => "This frame".to_owned(),
        Some(Whom::Instance(id)) => label(id).unwrap_or_default(),
        Some(Whom::Event(id)) => of_event(id).unwrap_or_default(),
        None => "Point at those that the answer holds for".to_owned(),
    };
    ui.add_space(12.0);
    ui.label(RichText::new(whom).color(colors.accent.0));
    let name = ui.label(large(&attribute.name, colors.text.0));
    name.widget_info(|| WidgetInfo::labeled(Role::Heading, true, format!("Question: {}", attribute.name)));
    if attribute.required {
        ui.label(RichText::new("required").small().color(colors.warn.0));
    }
    if !attribute.description.is_empty() {
        ui.label(RichText::new(&attribute.description).color(colors.text_weak.0));
    }
    ui.add_space(8.0);
    let takes_options = attribute.kind.has_options() || attribute.kind == AttributeType::Boolean;
    let wanted = takes_options.then(|| options_ui(app, pictures, ui, attribute)).flatten();
    if !takes_options {
        written_ui(app, ui, attribute);
    }
    ui.add_space(10.0);
    if way(app) == Some(AskWay::Pointing) {
        return wanted.or(pointing_ui(app, ui));
    }
    let mut keys = vec![("Tab", "skip"), ("⌫", "back"), ("Del", "take the answer back"), ("Esc", "leave")];
    match attribute.kind {
        AttributeType::Multi => keys.insert(0, ("Enter", "on")),
        AttributeType::Boolean => keys.insert(0, ("y n", "yes, no")),
        AttributeType::Tree => keys.insert(0, ("Enter", "takes the branch itself")),
        _ if !takes_options => keys.insert(0, ("Enter", "answers")),
        _ => {}
    }
    if way(app) == Some(AskWay::Attribute) {
        keys.push(("↑ ↓", "other question"));
    }
    help(ui, &keys);
    wanted
}

/// What is in hand, and what gives it.
fn pointing_ui(app: &LimnApp, ui: &mut Ui) -> Wanted {
    let hand = app.editor.asking().and_then(limn_editor::Asking::in_hand);
    let mut wanted = None;
    match hand {
        Some(reply) => {
            let erases = matches!(reply, Reply::TakeBack);
            let text = if erases { "In hand: no answer. Pointing takes answers back." } else { "Who has the answer in hand is selected." };
            ui.label(RichText::new(text).color(theme::colors(ui.ctx()).text_weak.0));
            ui.add_space(6.0);
            if !erases && ui.button("Give it to all without an answer").on_hover_text("Give it to all without an answer   Enter").clicked()
            {
                wanted = Some(Event::Ask(AskEvent::GiveRest));
            }
        }
        None => drop(ui.label(RichText::new("Choose an answer.").color(theme::colors(ui.ctx()).warn.0))),
    }
    ui.add_space(6.0);
    let is_typing = app.editor.asking().is_some_and(|asking| !asking.typed().is_empty());
    let enter = if is_typing { "takes it in hand" } else { "all without an answer" };
    help(ui, &[("Enter", enter), ("↑ ↓", "other question"), ("Del", "take answers back"), ("Esc", "leave")]);
    wanted
}

fn help(ui: &mut Ui, keys: &[(&str, &str)]) {
    let colors = theme::colors(ui.ctx());
    for (key, does) in keys {
        ui.horizontal(|ui| {
            key_cap(ui, key);
            ui.label(RichText::new(*does).small().color(colors.text_weak.0));
        });
    }
}

fn options_ui(app: &LimnApp, pictures: &mut OptionPictures, ui: &mut Ui, attribute: &Attribute) -> Wanted {
    let colors = theme::colors(ui.ctx());
    let typed = app.editor.asking().map_or("", limn_editor::Asking::typed);
    let branches = app.editor.ask_branches();
    if !branches.is_empty() {
        ui.label(RichText::new(format!("{} ›", branches.join(" › "))).color(colors.text_weak.0));
    }
    let choices = app.editor.ask_choices();
    let (page, pages) = app.editor.ask_pages();
    if !typed.is_empty() {
        let found = ui.label(RichText::new(format!("Search: {typed}")).color(colors.accent.0));
        found.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Search: {typed}")));
    } else if pages > 1 {
        ui.label(RichText::new("Type to search").small().color(colors.text_weak.0));
    }
    let mut wanted = None;
    // All rows leave room for a picture when one has any.
    let has_pictures = choices.iter().any(|choice| !choice.picture.is_empty());
    for (place, choice) in choices.iter().enumerate() {
        let height = if has_pictures { PICTURE + 6.0 } else { theme::tokens().size.row + 8.0 };
        let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
        let role = if attribute.kind == AttributeType::Multi { Role::CheckBox } else { Role::RadioButton };
        response.widget_info(|| {
            WidgetInfo::selected(role, true, choice.taken, format!("{}: {}", choice.key, choice.name).trim_start_matches(" : "))
        });
        if choice.taken || choice.key == '↵' || response.hovered() {
            let ground = if choice.taken { colors.accent_ground.0 } else { colors.hover.0 };
            ui.painter().rect_filled(rect, CornerRadius::same(theme::tokens().size.corner), ground);
        }
        focus_ring(ui, &response, rect);
        let mut row = ui.new_child(
            egui::UiBuilder::new().max_rect(rect.shrink2(Vec2::new(6.0, 0.0))).layout(egui::Layout::left_to_right(egui::Align::Center)),
        );
        if choice.key == ' ' {
            row.add_space(22.0);
        } else {
            key_cap(&mut row, &choice.key.to_string());
        }
        if has_pictures {
            let (place, _) = row.allocate_exact_size(Vec2::splat(PICTURE), Sense::hover());
            pictures.paint(&row, place, choice.picture);
        }
        let mut name = choice.name.to_owned();
        if choice.opens {
            name += "  ›";
        }
        row.add(egui::Label::new(RichText::new(name).color(colors.text.0)).truncate().selectable(false));
        let detail = choice.option.filter(|_| attribute.catalogue.is_some()).and_then(|id| app.catalogues.details.get(&id));
        if let Some(detail) = detail.filter(|_| choice.key == '↵' || choice.taken) {
            ui.indent("detail", |ui| super::catalogue::detail_ui(ui, detail));
        }
        let response = detail.map_or(response.clone(), |detail| response.on_hover_text(detail));
        if response.clicked() {
            wanted = Some(Event::Ask(AskEvent::Choose(place)));
        }
    }
    if let Some(problem) = app.editor.asking().and_then(limn_editor::Asking::catalogue_problem) {
        ui.label(RichText::new(format!("{problem}.")).color(colors.error.0));
    } else if choices.is_empty() {
        ui.label(RichText::new("No option holds this text").color(colors.text_weak.0));
    }
    if pages > 1 {
        ui.horizontal(|ui| {
            for (key, turn, icon) in [("←", AskKey::PageBack, "Page of options before"), ("→", AskKey::PageOn, "Next page of options")]
            {
                if ui.small_button(key).on_hover_text(icon).clicked() {
                    wanted = Some(Event::Ask(AskEvent::Key(turn)));
                }
            }
            ui.label(RichText::new(format!("page {page} of {pages}")).small().color(colors.text_weak.0));
        });
    }
    wanted
}

/// What is typed, as a field shows it; letters come to the canvas, so that no click is needed.
fn written_ui(app: &LimnApp, ui: &mut Ui, attribute: &Attribute) {
    let colors = theme::colors(ui.ctx());
    let Some(asking) = app.editor.asking() else { return };
    let before = app.editor.ask_answer().map(Answer::text);
    let hint = match attribute.kind {
        AttributeType::Date => "2026-01-31",
        AttributeType::Time => "23:59",
        AttributeType::Direction => "0 to below 360",
        AttributeType::Integer | AttributeType::Float => "type a number",
        _ => "type the answer",
    };
    egui::Frame::NONE.fill(colors.panel_low.0).inner_margin(8.0).corner_radius(4.0).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        let text = if asking.typed().is_empty() {
            RichText::new(hint).color(colors.text_weak.0)
        } else {
            RichText::new(format!("{}▏", asking.typed())).color(colors.text.0)
        };
        let field = ui.add(egui::Label::new(text).wrap());
        field.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Typed: {}", asking.typed())));
    });
    let unit = unit(attribute);
    if !unit.is_empty() {
        ui.label(RichText::new(unit.trim()).small());
    }
    if let Some(problem) = asking.problem() {
        ui.label(RichText::new(problem).color(colors.warn.0));
    }
    if let Some(before) = before {
        ui.label(RichText::new(format!("Answered: {before}")).color(colors.text_weak.0));
    }
}

impl LimnApp {
    /// Keys and letters that are for the questions, as long as the keyboard is the canvas's; says whether it was one of them.
    pub(crate) fn take_answer(&mut self, ctx: &egui::Context, event: &egui::Event) -> bool {
        if self.editor.asking().is_none() || self.ui.is_modal() || self.ui.rebinding.is_some() {
            return false;
        }
        let focused = ctx.memory(|memory| memory.focused());
        if focused.is_some_and(|id| id != crate::canvas::canvas_id()) || ctx.text_edit_focused() {
            return false;
        }
        match event {
            // The digit that took an option is not written into the next question as well.
            egui::Event::Text(_) if std::mem::take(&mut self.ui.digit_taken) => {}
            egui::Event::Text(text) => self.tell(Event::Ask(AskEvent::Write(text.clone()))),
            egui::Event::Paste(text) => self.tell(Event::Ask(AskEvent::Write(text.clone()))),
            egui::Event::Key { key, physical_key, pressed: true, repeat, modifiers } => {
                let chord = self.caps.chord(*key, *physical_key, *modifiers);
                let key_use = self.editor.ask_key(&chord);
                self.ui.digit_taken = matches!(key_use, Some(KeyUse::Key(AskKey::Digit(_))));
                match key_use {
                    // A key that is held answers once.
                    Some(KeyUse::Key(pressed)) if !repeat || *key == Key::Backspace => self.tell(Event::Ask(AskEvent::Key(pressed))),
                    Some(KeyUse::Key(_) | KeyUse::Writes) => {}
                    _ => return false,
                }
            }
            _ => return false,
        }
        true
    }
}
