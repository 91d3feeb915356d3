//! Keys to commands: layers of data, the registry's defaults at the bottom, a profile over them, the person's own file on
//! top. A key given in a later layer is taken from the command that had it.
//!
//! Keys are physical: `A` is the key where a US keyboard has A, whatever its cap says. The window shows the cap.

use crate::command::{COMMANDS, Command};
use std::collections::BTreeMap;
use std::fmt;

/// One key with modifiers: `Ctrl+Shift+Z`. On macOS `Ctrl` means Command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    /// Control.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// Name of the key ("A", "1", "Left", "PageDown").
    pub key: String,
}

/// One chord, or two pressed one after the other ("T L").
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Keys(pub Vec<Chord>);

/// Names that a key may have, beside letters, digits and F1 to F24.
const NAMED_KEYS: [&str; 29] = [
    "Left",
    "Right",
    "Up",
    "Down",
    "Escape",
    "Tab",
    "Backspace",
    "Enter",
    "Space",
    "Insert",
    "Delete",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Minus",
    "Plus",
    "Equals",
    "Comma",
    "Period",
    "Slash",
    "Backslash",
    "Semicolon",
    "Quote",
    "Backtick",
    "OpenBracket",
    "CloseBracket",
    "Colon",
    "Pipe",
];

fn is_key(name: &str) -> bool {
    let single = name.len() == 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let function = name.strip_prefix('F').and_then(|number| number.parse::<u8>().ok()).is_some_and(|number| (1..=24).contains(&number));
    single || function || NAMED_KEYS.contains(&name)
}

impl Chord {
    /// Control and a key.
    pub fn ctrl(key: &str) -> Self {
        Self { ctrl: true, alt: false, shift: false, key: key.to_owned() }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut chord = Self { ctrl: false, alt: false, shift: false, key: String::new() };
        for part in text.split('+') {
            match part {
                "Ctrl" => chord.ctrl = true,
                "Alt" => chord.alt = true,
                "Shift" => chord.shift = true,
                key if chord.key.is_empty() && is_key(key) => chord.key = key.to_owned(),
                _ => return None,
            }
        }
        (!chord.key.is_empty()).then_some(chord)
    }
}

impl Keys {
    /// Reads "Ctrl+K" or "T L".
    pub fn parse(text: &str) -> Option<Self> {
        let chords: Vec<_> = text.split_whitespace().map(Chord::parse).collect::<Option<_>>()?;
        (1..=2).contains(&chords.len()).then_some(Self(chords))
    }

    /// Whether both cannot mean something at once: they are the same, or one begins the other.
    fn clashes(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if held {
                f.write_str(name)?;
            }
        }
        f.write_str(&self.key)
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, chord) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            chord.fmt(f)?;
        }
        Ok(())
    }
}

/// A built-in set of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Name in settings.
    pub id: &'static str,
    /// Shown name.
    pub title: &'static str,
    /// One sentence for the first start.
    pub about: &'static str,
    layer: &'static str,
}

/// The profiles, the default first.
pub const PROFILES: [Profile; 6] = [
    Profile { id: "limn", title: "Limn", about: "Left hand on A, D and the digits; right hand on the mouse.", layer: "" },
    Profile {
        id: "cvat",
        title: "CVAT",
        about: "D and F step, N draws again, Ctrl+digit sets a label.",
        layer: include_str!("../../../assets/keymaps/cvat.toml"),
    },
    Profile {
        id: "labelme",
        title: "labelme",
        about: "A and D step, Ctrl+N polygon, Ctrl+R box.",
        layer: include_str!("../../../assets/keymaps/labelme.toml"),
    },
    Profile {
        id: "x-anylabeling",
        title: "X-AnyLabeling",
        about: "A and D step, P polygon, R box, digits label.",
        layer: include_str!("../../../assets/keymaps/x-anylabeling.toml"),
    },
    Profile {
        id: "left-handed",
        title: "Left-handed",
        about: "The mouse in the left hand; J and L step, I box, P polygon, 7 8 9 0 label.",
        layer: include_str!("../../../assets/keymaps/left-handed.toml"),
    },
    Profile {
        id: "one-hand",
        title: "One hand",
        about: "Single keys for what is needed all day; none has to be held.",
        layer: include_str!("../../../assets/keymaps/one-hand.toml"),
    },
];

/// What a press means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// A command.
    Command(Command),
    /// The first of two chords; wait for the second.
    Pending,
    /// Nothing.
    None,
}

/// Keys of every command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    bindings: BTreeMap<Command, Vec<Keys>>,
    pending: Option<Chord>,
}

impl Keymap {
    /// The keys of a profile with the person's file (TOML, see the manual) over them. What cannot be understood is left
    /// out with a warning; the rest counts.
    pub fn load(profile: &str, own: &str) -> (Self, Vec<String>) {
        let defaults = COMMANDS.iter().map(|info| (info.command, info.keys.iter().filter_map(|keys| Keys::parse(keys)).collect()));
        let mut keymap = Self { bindings: defaults.collect(), pending: None };
        let mut warnings = Vec::new();
        match PROFILES.iter().find(|known| known.id == profile) {
            Some(known) => keymap.lay_over(known.layer, &mut warnings),
            None => warnings.push(format!("There is no key profile \"{profile}\"; Limn's own keys are used.")),
        }
        keymap.lay_over(own, &mut warnings);
        (keymap, warnings)
    }

    fn lay_over(&mut self, text: &str, warnings: &mut Vec<String>) {
        // Line by line where the whole does not parse, so that one mistake costs one line.
        let table = text.parse::<toml::Table>().unwrap_or_else(|_whole| {
            let mut table = toml::Table::new();
            for (number, line) in text.lines().enumerate().filter(|(_, line)| line.trim() != "[keys]") {
                match line.parse::<toml::Table>() {
                    Ok(entries) => table.extend(entries),
                    Err(error) => warnings.push(format!("keymap.toml, line {}: {}. The line is left out.", number + 1, error.message())),
                }
            }
            table
        });
        let entries = match table.get("keys") {
            Some(toml::Value::Table(keys)) => keys.clone(),
            _ => table,
        };
        for (id, value) in entries {
            let Some(command) = Command::from_id(&id) else {
                warnings.push(format!("keymap.toml: there is no command \"{id}\"."));
                continue;
            };
            let texts = match &value {
                toml::Value::String(text) if text == "none" => Vec::new(),
                toml::Value::String(text) => vec![text.as_str()],
                toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_str).collect(),
                _ => {
                    warnings.push(format!("keymap.toml: \"{id}\" needs a key like \"Ctrl+K\", a list of keys, or \"none\"."));
                    continue;
                }
            };
            let mut all = Vec::new();
            for text in texts {
                match Keys::parse(text) {
                    Some(keys) => all.push(keys),
                    None => warnings.push(format!("keymap.toml: \"{text}\" for \"{id}\" is no key. Write it like Ctrl+Shift+K.")),
                }
            }
            self.bind(command, all);
        }
    }

    /// Gives a command these keys and takes them from whoever had them, or had one that begins the other: "T L" cannot be
    /// pressed while "T" alone means something.
    pub fn bind(&mut self, command: Command, keys: Vec<Keys>) {
        for (other, bound) in &mut self.bindings {
            if *other != command {
                bound.retain(|had| !keys.iter().any(|new| new.clashes(had)));
            }
        }
        self.bindings.insert(command, keys);
    }

    /// The keys of a command.
    pub fn keys(&self, command: Command) -> &[Keys] {
        self.bindings.get(&command).map_or(&[], Vec::as_slice)
    }

    /// The command that has these keys now, or one of whose keys begins with them.
    pub fn holder(&self, keys: &Keys) -> Option<Command> {
        self.bindings.iter().find(|(_, all)| all.iter().any(|bound| bound.clashes(keys))).map(|(command, _)| *command)
    }

    /// What pressing this chord means now.
    pub fn press(&mut self, chord: &Chord) -> Press {
        let sequence = Keys(self.pending.take().into_iter().chain([chord.clone()]).collect());
        if let Some((command, _)) = self.bindings.iter().find(|(_, all)| all.contains(&sequence)) {
            return Press::Command(*command);
        }
        if sequence.0.len() == 1 && self.bindings.values().flatten().any(|keys| keys.0.len() == 2 && keys.0[0] == *chord) {
            self.pending = Some(chord.clone());
            return Press::Pending;
        }
        if sequence.0.len() == 2 { self.press(chord) } else { Press::None }
    }

    /// The person's file that makes this keymap out of a profile: only what differs.
    pub fn to_own_file(&self, profile: &str) -> String {
        let (base, _) = Self::load(profile, "");
        let mut text = String::from(
            "# Keys of your own, over the profile that is set in Settings. One line a command; \"none\" takes its key.\n[keys]\n",
        );
        for (command, keys) in &self.bindings {
            if base.keys(*command) != keys.as_slice() {
                let list: Vec<String> = keys.iter().map(|keys| format!("\"{keys}\"")).collect();
                let value = if list.is_empty() { "\"none\"".to_owned() } else { format!("[{}]", list.join(", ")) };
                text.push_str(&format!("\"{}\" = {value}\n", command.info().id));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        Chord::parse(text).unwrap()
    }

    #[test]
    fn every_profile_loads_without_warning_and_no_key_has_two_commands() {
        for profile in PROFILES {
            let (keymap, warnings) = Keymap::load(profile.id, "");
            assert_eq!(warnings, Vec::<String>::new(), "{}", profile.id);
            let mut seen: BTreeMap<&Keys, Command> = BTreeMap::new();
            for (command, all) in &keymap.bindings {
                for keys in all {
                    assert_eq!(seen.insert(keys, *command), None, "{keys} twice in {}", profile.id);
                    let first = Keys(vec![keys.0[0].clone()]);
                    assert!(
                        keys.0.len() == 1 || keymap.bindings.values().all(|all| !all.contains(&first)),
                        "{first} begins {keys} in {}",
                        profile.id
                    );
                }
            }
        }
        for info in COMMANDS {
            assert!(info.keys.iter().all(|keys| Keys::parse(keys).is_some()), "{}", info.id);
        }
    }

    #[test]
    fn a_file_counts_line_by_line() {
        let own = "[keys]\n\"tool.box\" = \"R\"\n\"tool.polygon\" = \"none\"\n\"go.next\" = [\"Right\", \"Hyper+X\"]\n\"no.such\" = \"A\"\nbroken line\n";
        let (mut keymap, warnings) = Keymap::load("limn", own);
        assert_eq!(warnings.len(), 3, "{warnings:?}");
        assert_eq!(keymap.press(&chord("R")), Press::Command(Command::ToolBox));
        assert_eq!(keymap.press(&chord("P")), Press::None);
        assert_eq!(keymap.press(&chord("Right")), Press::Command(Command::Next));
        assert!(keymap.keys(Command::NudgeRight).is_empty(), "the key was taken");
    }

    #[test]
    fn chords_of_two() {
        let (mut keymap, _) = Keymap::load("limn", "\"instance.unlock_all\" = \"T L\"");
        assert_eq!(keymap.press(&chord("T")), Press::Pending);
        assert_eq!(keymap.press(&chord("L")), Press::Command(Command::UnlockAll));
        assert_eq!(keymap.press(&chord("T")), Press::Pending);
        assert_eq!(keymap.press(&chord("D")), Press::Command(Command::Next), "a wrong second key counts by itself");
        assert_eq!(keymap.holder(&Keys::parse("T").unwrap()), Some(Command::UnlockAll));
        assert_eq!(keymap.keys(Command::ToolSlice), [Keys::parse("Shift+X").unwrap()], "its other key begins the two");
        keymap.bind(Command::Fit, vec![Keys::parse("T").unwrap()]);
        assert!(keymap.keys(Command::UnlockAll).is_empty());
    }

    #[test]
    fn the_own_file_gives_the_same_keys_again() {
        let (mut keymap, _) = Keymap::load("cvat", "");
        keymap.bind(Command::Fit, vec![Keys::parse("Ctrl+Alt+F").unwrap(), Keys::parse("Y").unwrap()]);
        keymap.bind(Command::ToolBox, Vec::new());
        let (again, warnings) = Keymap::load("cvat", &keymap.to_own_file("cvat"));
        assert_eq!((again, warnings), (keymap, Vec::new()));
    }
}
