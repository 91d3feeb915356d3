//! egui's key events as chords of the keymap, and chords as the person's own keyboard names them.

use limn_editor::{Chord, Command, Keymap, Keys};
use std::collections::BTreeMap;

/// What the caps of this keyboard say where they differ from a US keyboard; learned from presses.
#[derive(Debug, Default)]
pub struct KeyCaps {
    cap_of: BTreeMap<&'static str, &'static str>,
}

impl KeyCaps {
    /// The chord of a key event. The physical key counts, so that a keymap means the same place on every layout.
    pub fn chord(&mut self, key: egui::Key, physical: Option<egui::Key>, modifiers: egui::Modifiers) -> Chord {
        let place = physical.unwrap_or(key);
        if place != key && !modifiers.shift {
            self.cap_of.insert(place.name(), key.name());
        }
        Chord { ctrl: modifiers.command || modifiers.ctrl, alt: modifiers.alt, shift: modifiers.shift, key: place.name().to_owned() }
    }

    /// Keys in words, as the caps of this keyboard have them.
    pub fn shown(&self, keys: &Keys) -> String {
        let mut keys = keys.clone();
        for chord in &mut keys.0 {
            if let Some(cap) = self.cap_of.get(chord.key.as_str()) {
                chord.key = (*cap).to_owned();
            }
            chord.key = match chord.key.as_str() {
                "Left" => "←".into(),
                "Right" => "→".into(),
                "Up" => "↑".into(),
                "Down" => "↓".into(),
                "Escape" => "Esc".into(),
                "Backtick" => "`".into(),
                "Plus" => "+".into(),
                "Minus" => "−".into(),
                "Equals" => "=".into(),
                "Comma" => ",".into(),
                "Period" => ".".into(),
                "Slash" => "/".into(),
                "Semicolon" => ";".into(),
                "Quote" => "'".into(),
                "Backslash" => "\\".into(),
                "OpenBracket" => "[".into(),
                "CloseBracket" => "]".into(),
                other => other.into(),
            };
        }
        keys.to_string()
    }

    /// The first key of a command, in words; empty when it has none.
    pub fn first(&self, keymap: &Keymap, command: Command) -> String {
        keymap.keys(command).first().map(|keys| self.shown(keys)).unwrap_or_default()
    }

    /// Name and key for a tooltip: "Undo  (Ctrl+Z)".
    pub fn tooltip(&self, keymap: &Keymap, command: Command) -> String {
        let keys = self.first(keymap, command);
        if keys.is_empty() { command.info().title.to_owned() } else { format!("{}   {keys}", command.info().title) }
    }
}

/// Keys that a text field has a use for.
pub fn is_for_text(chord: &Chord) -> bool {
    let is_function = chord.key.len() > 1 && chord.key.starts_with('F');
    let edits = ["A", "C", "V", "X", "Z", "Y", "Left", "Right", "Backspace", "Delete"].contains(&chord.key.as_str());
    (!chord.ctrl && !chord.alt && !is_function) || edits
}

/// Keys that press a button or go to the next one.
pub fn moves_focus(chord: &Chord) -> bool {
    ["Tab", "Enter", "Space", "Left", "Right", "Up", "Down", "Escape"].contains(&chord.key.as_str())
}
