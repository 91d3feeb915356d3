//! A question that is answered from a catalogue, in the panel: a field to search in, and what was found when it comes.

use super::attributes::{is_taken, role_of};
use super::widgets::focus_ring;
use crate::catalogues::{Details, Found};
use crate::theme;
use egui::{Key, RichText, Role, ScrollArea, Sense, TextEdit, Ui, Vec2, WidgetInfo};
use limn_core::schema::{Answer, Attribute, AttributeId, AttributeType, Choice, OptionId};
use limn_editor::{Recent, Reply, Said, recent_first};
use std::collections::BTreeMap;

/// Details that are kept for a question.
const MOST_DETAILS: usize = 2000;
/// Rows that are seen at once.
const ROWS: f32 = 6.0;

/// What is typed and found for each question.
#[derive(Default)]
pub struct CatalogueLists {
    lists: BTreeMap<AttributeId, CatalogueList>,
    /// What was taken lately; from the editor, each frame.
    pub recent: Recent,
    /// What is to be searched.
    wanted: Vec<Wish>,
}

/// What is to be searched.
pub struct Wish {
    /// For which question.
    pub id: AttributeId,
    /// In which catalogue.
    pub catalogue: String,
    /// What is typed.
    pub typed: String,
    /// What is answered, whose details are told, too.
    pub also: Vec<OptionId>,
}

#[derive(Default)]
struct CatalogueList {
    typed: String,
    /// What was searched last; `None`: it is to be searched again.
    asked: Option<String>,
    details: Details,
    /// What is shown, and for what.
    found: Vec<Choice>,
    of: Option<String>,
    problem: Option<String>,
    /// Enter came before the answer.
    takes_best: bool,
}

/// What a catalogue tells of an entry beside its name: a line, all of it when pointed at.
pub fn detail_ui(ui: &mut Ui, detail: &str) {
    let text = RichText::new(detail).small().color(theme::colors(ui.ctx()).text_weak.0);
    let label = ui.add(egui::Label::new(text).truncate());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, detail));
}

impl CatalogueLists {
    /// What is to be searched since it was asked last.
    pub fn take_wanted(&mut self) -> Vec<Wish> {
        std::mem::take(&mut self.wanted)
    }

    /// Others are asked about, or the catalogue is another: everything is searched again, with what was taken last first.
    pub fn forget_found(&mut self) {
        self.lists.values_mut().for_each(|list| list.asked = None);
    }

    /// What a search found; a late answer to what is no longer typed is dropped.
    pub fn take_found(&mut self, id: AttributeId, typed: &str, (found, details): (Found, Details)) {
        let recent = self.recent.get(&id).map(Vec::as_slice).unwrap_or_default();
        let Some(list) = self.lists.get_mut(&id).filter(|list| list.asked.as_deref() == Some(typed)) else { return };
        (list.found, list.problem) = match found {
            Ok(found) => (recent_first(typed, recent, found), None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        list.of = Some(typed.to_owned());
        // Those of what was taken from an earlier search are still wanted.
        if list.details.len() > MOST_DETAILS {
            list.details.clear();
        }
        list.details.extend(details);
    }

    /// The field and the rows.
    pub fn list_ui(&mut self, ui: &mut Ui, attribute: &Attribute, catalogue: &str, said: &Said) -> Option<Reply> {
        let colors = theme::colors(ui.ctx());
        let list = self.lists.entry(attribute.id).or_default();
        let mut also = Vec::new();
        if let Said::Same(answer) = said {
            ui.label(RichText::new(answer.text()).small());
            also.extend(answer.choices().iter().map(|choice| choice.option));
            for detail in also.iter().filter_map(|id| list.details.get(id)) {
                detail_ui(ui, detail);
            }
        }
        let field = ui.add(TextEdit::singleline(&mut list.typed).hint_text("Type to search").desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &attribute.name));
        if field.changed() {
            list.takes_best = false;
        }
        if list.asked.as_ref() != Some(&list.typed) {
            list.asked = Some(list.typed.clone());
            self.wanted.push(Wish { id: attribute.id, catalogue: catalogue.to_owned(), typed: list.typed.clone(), also });
        }
        // Enter takes the best of what is typed, now or as soon as it is found.
        if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) && !list.typed.is_empty() {
            list.takes_best = true;
        }
        // Enter takes the first; who is pointed at or has the keyboard is looked at.
        let mut looked_at = list.found.first().filter(|_| !list.typed.is_empty()).map(|choice| choice.option);
        let mut clicked = None;
        if list.takes_best && list.of.as_ref() == Some(&list.typed) {
            list.takes_best = false;
            clicked = list.found.first().cloned();
        }
        let height = theme::tokens().size.row;
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("entries").max_height(height * ROWS).auto_shrink([false, true]);
        area.show_rows(ui, height, list.found.len(), |ui, range| {
            for choice in list.found.get(range).unwrap_or_default() {
                let on = is_taken(said, choice.option);
                let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
                response.widget_info(|| WidgetInfo::selected(role_of(attribute), true, on, format!("{}: {}", attribute.name, choice.text)));
                if on || response.hovered() {
                    let ground = if on { colors.accent_ground.0 } else { colors.hover.0 };
                    ui.painter().rect_filled(rect, egui::CornerRadius::same(theme::tokens().size.corner), ground);
                }
                focus_ring(ui, &response, rect);
                let text = if on { format!("✓ {}", choice.text) } else { choice.text.clone() };
                let font = egui::FontId::new(theme::tokens().size.body, egui::FontFamily::Proportional);
                let at = egui::pos2(rect.left() + 6.0, rect.center().y);
                ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())).text(at, egui::Align2::LEFT_CENTER, text, font, colors.text.0);
                let response = match list.details.get(&choice.option) {
                    Some(detail) => response.on_hover_text(detail),
                    None => response,
                };
                if response.hovered() || response.has_focus() {
                    looked_at = Some(choice.option);
                }
                if response.clicked() {
                    clicked = Some(choice.clone());
                }
            }
        });
        // A line is kept for it, so that nothing jumps under the pointer.
        if list.found.iter().any(|choice| list.details.contains_key(&choice.option)) {
            detail_ui(ui, looked_at.and_then(|id| list.details.get(&id)).map_or(" ", String::as_str));
        }
        let note = match (&list.problem, list.found.is_empty(), list.of == list.asked) {
            (Some(problem), ..) => Some((format!("{problem}."), colors.error.0)),
            (None, true, true) => Some(("No entry fits this text".to_owned(), colors.text_weak.0)),
            _ => None,
        };
        if let Some((text, color)) = note {
            ui.add(egui::Label::new(RichText::new(text).small().color(color)).wrap());
        }
        let choice = clicked?;
        let on = is_taken(said, choice.option);
        Some(match attribute.kind {
            AttributeType::Multi => Reply::Take(choice, !on),
            _ if on => Reply::TakeBack,
            _ => Reply::Set(Answer::Choice(choice)),
        })
    }
}
