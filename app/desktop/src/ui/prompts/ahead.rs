//! To how many frames or files something is pasted.

use crate::ui::widgets::sheet;
use egui::{Context, Event, Id, Key, Modifiers, Role, TextEdit, WidgetInfo};
use limn_editor::Ahead;

const DIGITS: [Key; 9] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// Asks; the first of the answer is the text while it goes on, the second what was chosen. A digit is an answer; other numbers are
/// typed into the field, which Tab or a click goes to.
pub fn ask_ahead(ctx: &Context, ahead: Ahead, is_video: bool, mut text: String) -> (Option<String>, Option<u64>) {
    let (place, places) = if is_video { ("frame", "frames") } else { ("file", "files") };
    let field_id = Id::unique("how many to paste to");
    let typing = ctx.memory(|memory| memory.has_focus(field_id));
    let tab = !typing && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Tab));
    let mut count = if typing { None } else { ctx.input_mut(|input| taken_digit(&mut input.events)) };
    let enter = typing && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    let mut accept = enter;
    let title = format!("Paste to the next {places}");
    let open = sheet(ctx, &title, &title, 340.0, |ui| {
        ui.label(told(ahead, place));
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for number in 1..=DIGITS.len() as u64 {
                let button = ui.button(format!("  {number}  ")).on_hover_text(format!("To the next {number}   {number}"));
                count = count.or(button.clicked().then_some(number));
            }
        });
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            let field = ui.add(TextEdit::singleline(&mut text).id(field_id).hint_text("More").desired_width(80.0));
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("Number of {places}")));
            if tab {
                field.request_focus();
            }
            accept |= ui.button("OK").clicked();
            ui.weak("A digit answers; Tab for other numbers");
        });
    });
    let count = count.or_else(|| text.trim().parse().ok().filter(|_| accept));
    match (count, open && !accept) {
        (Some(count), _) => (None, Some(count)),
        (None, true) => (Some(text), None),
        (None, false) => (None, None),
    }
}

/// "8 shapes of this file".
fn told(ahead: Ahead, place: &str) -> String {
    let shapes = |count: usize| if count == 1 { "1 shape".to_owned() } else { format!("{count} shapes") };
    match ahead {
        Ahead::Selected(count) => format!("{}, selected", shapes(count)),
        Ahead::Copied(count) => format!("{}, copied before", shapes(count)),
        Ahead::All(count) => format!("{}: all of this {place} that are neither hidden nor locked", shapes(count)),
    }
}

/// The digit of the keyboard or the number pad that was pressed, which nobody else gets then.
fn taken_digit(events: &mut Vec<Event>) -> Option<u64> {
    let digit = |event: &Event| {
        let Event::Key { key, physical_key, pressed: true, repeat: false, modifiers } = event else { return None };
        let at = DIGITS.iter().position(|digit| digit == key || Some(digit) == physical_key.as_ref()).filter(|_| modifiers.is_none());
        at.map(|at| at as u64 + 1)
    };
    let found = events.iter().find_map(digit)?;
    events.retain(|event| digit(event).is_none() && !matches!(event, Event::Text(_)));
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_answers_and_is_gone() {
        let press = |key, physical_key, modifiers| Event::Key { key, physical_key, pressed: true, repeat: false, modifiers };
        let mut events = vec![press(Key::Num5, None, Modifiers::NONE), Event::Text("5".into()), press(Key::Tab, None, Modifiers::NONE)];
        assert_eq!(taken_digit(&mut events), Some(5));
        assert_eq!(events, [press(Key::Tab, None, Modifiers::NONE)]);
        // The key where a US keyboard has 2.
        assert_eq!(taken_digit(&mut vec![press(Key::Quote, Some(Key::Num2), Modifiers::NONE)]), Some(2));
        for other in [press(Key::Num5, None, Modifiers::CTRL), press(Key::Num0, None, Modifiers::NONE), Event::Text("5".into())] {
            assert_eq!(taken_digit(&mut vec![other.clone()]), None);
        }
    }
}
