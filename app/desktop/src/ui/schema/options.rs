//! The options of a question: many at once by pasting, renamed in place, ordered, nested in a tree.

use super::{SchemaRoom, option};
use crate::app::LimnApp;
use crate::ui::widgets::{heading, icon_button};
use crate::{icons, theme};
use egui::{RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};
use limn_core::schema::attribute::AttributeOption;
use limn_core::schema::{Attribute, AttributeType, OptionId};
use limn_editor::schema_draft::Edit;

/// Width of the numbers, in points.
const NUMBERS: f32 = 36.0;
/// Options that a menu of parents names.
const MOST_PARENTS: usize = 200;

/// The list.
pub fn options_ui(app: &mut LimnApp, room: &mut SchemaRoom, attribute: &Attribute, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let count = attribute.offered().count();
    heading(ui, "Options", &count.to_string());
    if let Some(problem) = room.problem_of("options") {
        ui.label(RichText::new(problem).small().color(colors.error.0));
    }
    ui.horizontal_top(|ui| {
        let hint = if attribute.kind == AttributeType::Tree {
            "One a line; indented lines stand below"
        } else {
            "One a line; paste as many as you like"
        };
        let width = ui.available_width() - 70.0;
        let field = ui.add(TextEdit::multiline(&mut room.pasted).hint_text(hint).desired_rows(2).desired_width(width));
        field.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, "New options, one a line"));
        if room.focus == Some("options") {
            room.focus = None;
            field.request_focus();
        }
        let add = ui.add_enabled(!room.pasted.trim().is_empty(), egui::Button::new("Add"));
        add.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Add the options"));
        if add.clicked() {
            let pasted = std::mem::take(&mut room.pasted);
            room.edit(Edit::AddOptions(attribute.id, pasted));
        }
    });
    if count > 12 || !room.option_filter.is_empty() {
        let field = ui.add(TextEdit::singleline(&mut room.option_filter).hint_text("Find an option").desired_width(180.0));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find an option"));
    }
    let filter = room.option_filter.to_lowercase();
    let is_shown = |option: &&AttributeOption| filter.is_empty() || option.name.to_lowercase().contains(&filter);
    let (offered, retired): (Vec<_>, Vec<_>) = attribute.options.iter().filter(is_shown).partition(|option| !option.deprecated);
    let all: Vec<&AttributeOption> = offered.into_iter().chain(retired).collect();
    let height = theme::tokens().size.row + 6.0;
    ScrollArea::vertical().auto_shrink([false, true]).max_height(360.0).id_salt("schema-options").show_rows(
        ui,
        height,
        all.len(),
        |ui, range| {
            for option in all.get(range).unwrap_or_default() {
                ui.push_id(option.id.0, |ui| ui.horizontal(|ui| option_ui(app, room, attribute, option, ui)));
            }
        },
    );
    if let Some(open) = room.option.and_then(|id| attribute.option(id)).filter(|open| !open.deprecated) {
        option::option_ui(app, room, attribute.id, open, ui);
    }
}

fn option_ui(app: &mut LimnApp, room: &mut SchemaRoom, attribute: &Attribute, option: &AttributeOption, ui: &mut Ui) {
    let id = attribute.id;
    let colors = theme::colors(ui.ctx());
    ui.scope(|ui| {
        ui.set_width(NUMBERS);
        let number = ui.label(RichText::new(option.id.0.to_string()).small().color(colors.text_weak.0));
        number.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Number of {}: {}", option.name, option.id.0)));
        number.on_hover_text("What exports write. It never changes, and is never given to another option.");
    });
    let (place, _) = ui.allocate_exact_size(egui::Vec2::splat(theme::tokens().size.row), egui::Sense::hover());
    app.ui.option_pictures.paint(ui, place, &option.picture);
    if option.deprecated {
        ui.label(RichText::new(format!("{} (retired)", option.name)).color(colors.text_weak.0));
        let again = ui.button("Offer again");
        again.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Offer {} again", option.name)));
        if again.clicked() {
            room.edit(Edit::RestoreOption(id, option.id));
        }
        return;
    }
    let above = std::iter::successors(option.parent, |id| attribute.option(*id)?.parent).take(8).count();
    ui.add_space(14.0 * above as f32);
    let mut name = option.name.clone();
    let field = ui.add(TextEdit::singleline(&mut name).desired_width(220.0 - 14.0 * above as f32));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("Option {}", option.name)));
    if field.changed() {
        room.edit(Edit::RenameOption(id, option.id, name));
    }
    if attribute.kind == AttributeType::Tree {
        parent_ui(room, attribute, option, ui);
    }
    for (icon, angle, by, what) in [(icons::CHEVRON_RIGHT, -90.0_f32, -1, "up"), (icons::CHEVRON_RIGHT, 90.0, 1, "down")] {
        let name = format!("Move {} {what}", option.name);
        if crate::ui::widgets::icon_button_turned(ui, icon, angle.to_radians(), &name, &name, false, true).clicked() {
            room.edit(Edit::MoveOption(id, option.id, by));
        }
    }
    let is_open = room.option == Some(option.id);
    let name = format!("Guide and picture of {}", option.name);
    if icon_button(ui, icons::PENCIL, &name, "Guide and picture", is_open, true).clicked() {
        (room.option, room.shows_option) = (Some(option.id).filter(|_| !is_open), !is_open);
    }
    let name = format!("Remove {}", option.name);
    if icon_button(ui, icons::X, &name, "Remove; one that may have been taken is retired", false, true).clicked() {
        room.edit(Edit::RemoveOption(id, option.id));
    }
}

fn parent_ui(room: &mut SchemaRoom, attribute: &Attribute, option: &AttributeOption, ui: &mut Ui) {
    let mut value: Option<OptionId> = option.parent;
    let mut all = vec![(None, "at the top".to_owned())];
    let others = attribute.offered().filter(|other| other.id != option.id).take(MOST_PARENTS);
    all.extend(others.map(|other| (Some(other.id), format!("below {}", other.name))));
    if super::fields::combo(room, ui, &format!("Place of {}", option.name), "parent of an option", &mut value, &all) {
        room.edit(Edit::NestOption(attribute.id, option.id, value));
    }
}
