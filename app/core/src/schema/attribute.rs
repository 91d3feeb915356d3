//! Attributes: typed questions about an instance, a frame, a file.

use super::answer::{Answer, AttributeId, Choice, OptionId};
use super::condition::Condition;
use crate::ids::LabelId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Each instance of its labels.
    #[default]
    Instance,
    /// A file as a whole.
    File,
    /// Each frame of a file.
    Frame,
    /// Each event of its labels.
    Event,
    /// Each relation between instances.
    Relation,
}

/// What kind of answer it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeType {
    /// One of its options.
    Select,
    /// Any of its options.
    Multi,
    /// One of its options, which stand below each other.
    Tree,
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// Yes or no.
    Boolean,
    /// A day of the calendar.
    Date,
    /// A time of the day.
    Time,
    /// An angle in degrees, 0 to the right, clockwise, below 360: drawn as an arrow on the shape.
    Direction,
}

/// How it is answered; which ones make sense follows from the type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Control {
    /// What suits the type and the number of options.
    #[default]
    Auto,
    /// One button for each option.
    Buttons,
    /// A list that is searched while typing.
    List,
    /// A field to type into.
    Field,
    /// A slider from the least to the greatest value.
    Slider,
}

/// One of the answers to choose from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeOption {
    /// Its number.
    pub id: OptionId,
    /// Shown name.
    pub name: String,
    /// The option that it stands below, in a tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OptionId>,
    /// What belongs to it and what does not: Markdown, with pictures from the project's folder `guides`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guide: String,
    /// A picture of it below the project's folder `guides`, as in [`super::guide::local_path`]; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub picture: String,
    /// No longer offered; old answers stay readable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// Fields of newer versions and of other programs, kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A text that is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// The text, in any case.
    pub text: String,
    /// Why not, for the person who typed it.
    pub reason: String,
}

/// A typed question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its number.
    pub id: AttributeId,
    /// Shown name; unique among those of a label.
    pub name: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// What is asked about.
    #[serde(default, skip_serializing_if = "is_default")]
    pub of: Subject,
    /// The labels whose instances (or events) are asked about, with all that are below them; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelId>,
    /// It is asked only while this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Without an answer the work is not complete.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// In a sequence, each keyframe has its own answer; else one holds for all of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub per_frame: bool,
    /// The answer that a new instance begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Answer>,
    /// How it is answered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub control: Control,
    /// The key that goes to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// What is meant, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The answers to choose from, in the order in which they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<AttributeOption>,
    /// The project's catalogue whose entries are chosen from instead of options, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<String>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Numbers are the least one (or 0) and whole steps from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Of the number, as shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// A regular expression that the whole text must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The most characters of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The only texts that are taken; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Texts that are not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub block: Vec<Blocked>,
    /// No longer asked; old answers stay readable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// Fields of newer versions and of other programs, kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Why a name cannot be that of a catalogue, after "a catalogue": it is part of a file's name everywhere.
pub fn problem_of_catalogue(name: &str) -> Option<&'static str> {
    let is_good = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    let is_name = (1..=60).contains(&name.len()) && name.bytes().all(is_good);
    (!is_name).then_some("whose name is no name of a file. Use up to 60 letters a to z, digits, - and _")
}

/// Longest text of a choice from a catalogue, in characters.
pub const MOST_TEXT: usize = 400;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Longest compiled form of a pattern, in bytes.
const MAX_PATTERN: usize = 1 << 20;
/// How far from a step a number may lie, in steps: decimal fractions are not exact in binary.
const STEP_SLACK: f64 = 1e-6;

impl AttributeType {
    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Multi => "multi",
            Self::Tree => "tree",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::Direction => "direction",
        }
    }

    /// Whether it is answered by options.
    pub fn has_options(self) -> bool {
        matches!(self, Self::Select | Self::Multi | Self::Tree)
    }

    /// Whether it is answered by a number.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float | Self::Direction)
    }
}

impl AttributeOption {
    /// An option of this number and name.
    pub fn new(id: OptionId, name: &str) -> Self {
        Self { id, name: name.to_owned(), parent: None, guide: String::new(), picture: String::new(), deprecated: false, extra: Map::new() }
    }

    /// Why its picture cannot be shown, after "an option that"; whether the file is there is not looked at.
    pub fn problem_of_picture(&self) -> Option<&'static str> {
        let is_bad = !self.picture.is_empty() && super::guide::local_path(&self.picture).is_none();
        is_bad.then_some("has a picture outside of the project's folder \"guides\". Name a file below it, such as guides/red.png")
    }
}

impl Attribute {
    /// A question of this kind about every instance, with nothing else.
    pub fn new(id: AttributeId, name: &str, kind: AttributeType) -> Self {
        Self {
            id,
            name: name.to_owned(),
            kind,
            of: Subject::Instance,
            labels: Vec::new(),
            when: None,
            required: false,
            per_frame: false,
            default: None,
            control: Control::Auto,
            key: None,
            description: String::new(),
            options: Vec::new(),
            catalogue: None,
            min: None,
            max: None,
            step: None,
            unit: String::new(),
            pattern: None,
            max_length: None,
            allow: Vec::new(),
            block: Vec::new(),
            deprecated: false,
            extra: Map::new(),
        }
    }

    /// The option of this number. At once where options are numbered 1, 2, 3 …, as they are from a list.
    pub fn option(&self, id: OptionId) -> Option<&AttributeOption> {
        let guess = self.options.get((id.0 as usize).wrapping_sub(1)).filter(|option| option.id == id);
        guess.or_else(|| self.options.iter().find(|option| option.id == id))
    }

    /// The options that are offered for new answers.
    pub fn offered(&self) -> impl Iterator<Item = &AttributeOption> {
        self.options.iter().filter(|option| !option.deprecated)
    }

    /// The answer that takes this option, with its name as it is now.
    pub fn choice(&self, id: OptionId) -> Option<Choice> {
        self.option(id).map(|option| Choice { option: id, text: option.name.clone() })
    }

    /// The pattern, ready to match whole texts.
    ///
    /// # Errors
    /// Why it is no regular expression, or too large a one.
    pub fn compiled_pattern(&self) -> Result<Option<regex::Regex>, String> {
        let Some(pattern) = &self.pattern else { return Ok(None) };
        let whole = format!("^(?:{pattern})$");
        regex::RegexBuilder::new(&whole).size_limit(MAX_PATTERN).build().map(Some).map_err(|error| error.to_string())
    }

    /// What is wrong with an answer, as a sentence for the person who gave it; `None` when nothing is.
    pub fn problem_of(&self, answer: &Answer) -> Option<String> {
        let name = &self.name;
        match (self.kind, answer) {
            (AttributeType::Boolean, Answer::Bool(_)) => None,
            (AttributeType::Integer, Answer::Integer(_)) => self.problem_of_number(answer.number()?),
            (AttributeType::Float, Answer::Float(_) | Answer::Integer(_)) => self.problem_of_number(answer.number()?),
            (AttributeType::Direction, Answer::Float(_) | Answer::Integer(_)) => {
                let degrees = answer.number()?;
                (!(0.0..360.0).contains(&degrees)).then(|| format!("\"{name}\" is an angle from 0 to below 360 degrees, not {degrees}"))
            }
            (AttributeType::Text, Answer::Text(text)) => self.problem_of_text(text),
            (AttributeType::Date, Answer::Text(text)) => {
                (!is_date(text)).then(|| format!("\"{text}\" is no date for \"{name}\". Write it as 2026-01-31"))
            }
            (AttributeType::Time, Answer::Text(text)) => {
                (!is_time(text)).then(|| format!("\"{text}\" is no time for \"{name}\". Write it as 23:59 or 23:59:59"))
            }
            (AttributeType::Select | AttributeType::Tree, Answer::Choice(choice)) => self.problem_of_choice(choice),
            (AttributeType::Multi, Answer::Choices(choices)) => {
                let twice = choices.iter().enumerate().find(|(at, one)| choices[..*at].iter().any(|other| other.option == one.option));
                match twice {
                    Some((_, choice)) => Some(format!("\"{}\" is taken twice for \"{name}\"", choice.text)),
                    None => choices.iter().find_map(|choice| self.problem_of_choice(choice)),
                }
            }
            _ => Some(format!("\"{name}\" takes another kind of answer than \"{}\"", answer.text())),
        }
    }

    fn problem_of_choice(&self, choice: &Choice) -> Option<String> {
        if self.catalogue.is_some() {
            // What the catalogue holds is not known here; an answer is readable by its text alone.
            let text = choice.text.as_str();
            let is_text = !text.trim().is_empty() && text.chars().count() <= MOST_TEXT && !text.chars().any(char::is_control);
            return (!is_text).then(|| format!("\"{}\" takes an entry of its catalogue, with a text", self.name));
        }
        self.option(choice.option).is_none().then(|| format!("\"{}\" is no option of \"{}\"", choice.text, self.name))
    }

    fn problem_of_number(&self, number: f64) -> Option<String> {
        let (name, unit) = (&self.name, if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) });
        if !number.is_finite() {
            return Some(format!("\"{name}\" takes a number"));
        }
        if let Some(min) = self.min.filter(|min| number < *min) {
            return Some(format!("\"{name}\" is {min}{unit} at least, not {number}"));
        }
        if let Some(max) = self.max.filter(|max| number > *max) {
            return Some(format!("\"{name}\" is {max}{unit} at most, not {number}"));
        }
        let step = self.step.filter(|step| *step > 0.0)?;
        let steps = (number - self.min.unwrap_or(0.0)) / step;
        ((steps - steps.round()).abs() > STEP_SLACK).then(|| format!("\"{name}\" goes in steps of {step}{unit}; {number} is between two"))
    }

    fn problem_of_text(&self, text: &str) -> Option<String> {
        let name = &self.name;
        if let Some(most) = self.max_length.filter(|most| text.chars().count() > *most as usize) {
            return Some(format!("\"{name}\" has at most {most} characters"));
        }
        if let Some(blocked) = self.block.iter().find(|blocked| blocked.text.to_lowercase() == text.to_lowercase()) {
            return Some(format!("\"{text}\" is not taken for \"{name}\": {}", blocked.reason));
        }
        if !self.allow.is_empty() && !self.allow.iter().any(|allowed| allowed == text) {
            return Some(format!("\"{name}\" takes only {}", shortened(&self.allow)));
        }
        match self.compiled_pattern() {
            Ok(Some(pattern)) if !pattern.is_match(text) => {
                Some(format!("\"{text}\" does not have the form of \"{name}\" ({})", self.pattern.as_deref().unwrap_or_default()))
            }
            _ => None,
        }
    }
}

/// The first few of a list of texts.
fn shortened(list: &[String]) -> String {
    let mut shown = list.iter().take(5).map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
    if list.len() > 5 {
        shown.push_str(" …");
    }
    shown
}

/// The parts between separators, each of its number of digits.
fn digits<const N: usize>(text: &str, separator: char, lengths: [usize; N]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for (number, len) in numbers.iter_mut().zip(lengths) {
        let part = parts.next().filter(|part| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = digits(text, '-', [4, 2, 2]) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let seconds = digits(text, ':', [2, 2, 2]);
    let minutes = digits(text, ':', [2, 2]).map(|[hour, minute]| [hour, minute, 0]);
    seconds.or(minutes).is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: AttributeType) -> Attribute {
        Attribute::new(AttributeId(1), "thing", kind)
    }

    #[test]
    fn numbers_keep_their_range_and_steps() {
        let float = Attribute { min: Some(0.1), max: Some(0.9), step: Some(0.1), unit: "m".into(), ..of(AttributeType::Float) };
        for good in [0.1, 0.2, 0.3, 0.7, 0.9] {
            assert_eq!(float.problem_of(&Answer::Float(good)), None);
        }
        assert!(float.problem_of(&Answer::Float(0.0)).unwrap().contains("0.1 m at least"));
        assert!(float.problem_of(&Answer::Float(1.0)).unwrap().contains("0.9 m at most"));
        assert!(float.problem_of(&Answer::Float(0.25)).unwrap().contains("steps of 0.1 m"));
        assert!(of(AttributeType::Integer).problem_of(&Answer::Float(1.0)).is_some());
        assert!(of(AttributeType::Direction).problem_of(&Answer::Float(360.0)).is_some());
    }

    #[test]
    fn texts_keep_their_form() {
        let plate = Attribute { pattern: Some("[A-Z]{2}|[0-9]+".into()), max_length: Some(3), ..of(AttributeType::Text) };
        let text = |text: &str| Answer::Text(text.into());
        assert_eq!(plate.problem_of(&text("AB")), None);
        // The whole text, not a part of it, and not one side of the alternative alone.
        assert!(plate.problem_of(&text("ABC")).is_some() && plate.problem_of(&text("A1")).is_some());
        assert!(plate.problem_of(&text("1234")).unwrap().contains("3 characters"));
        let listed = Attribute {
            allow: vec!["a".into(), "b".into()],
            block: vec![Blocked { text: "B".into(), reason: "write a".into() }],
            ..of(AttributeType::Text)
        };
        assert_eq!(listed.problem_of(&text("a")), None);
        assert!(listed.problem_of(&text("b")).unwrap().contains("write a"));
        assert!(listed.problem_of(&text("c")).unwrap().contains("takes only"));
    }

    #[test]
    fn dates_and_times_are_those_of_the_calendar() {
        for good in ["2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in
            ["2023-02-29", "1900-02-29", "2026-13-01", "2026-1-01", "2026-04-31", "2026-01-00", "+026-01-01", "2026-01-01-01", "२०२६-०१-०१"]
        {
            assert!(!is_date(bad), "{bad}");
        }
        assert!(is_time("00:00") && is_time("23:59:59") && !is_time("24:00") && !is_time("12:60") && !is_time("1:00"));
    }

    #[test]
    fn options_are_taken_once_and_must_exist() {
        let mut colors = of(AttributeType::Multi);
        colors.options = vec![AttributeOption::new(OptionId(7), "red"), AttributeOption::new(OptionId(2), "blue")];
        let take = |ids: &[u32]| Answer::Choices(ids.iter().map(|id| Choice { option: OptionId(*id), text: "x".into() }).collect());
        assert_eq!(colors.problem_of(&take(&[7, 2])), None);
        assert!(colors.problem_of(&take(&[7, 7])).unwrap().contains("twice"));
        assert!(colors.problem_of(&take(&[1])).unwrap().contains("no option"));
        assert_eq!(colors.choice(OptionId(2)).unwrap().text, "blue");
    }
}
