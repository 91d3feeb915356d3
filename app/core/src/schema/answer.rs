//! Answers: what a person said to an attribute.

use minicbor::{Decoder, Encoder};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// An attribute's number in its schema: never changed, never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeId(pub u32);

impl std::fmt::Display for AttributeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An option's number in its attribute: never changed, never used again, and the id that exports write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OptionId(pub u32);

/// An option that was taken, with its name as it was then: readable even when the option is renamed or retired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Which.
    pub option: OptionId,
    /// Its name when it was taken.
    pub text: String,
}

/// What was answered. Which of these an attribute takes follows from its type. As JSON, the value alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number that is finite; degrees for a direction.
    Float(f64),
    /// Text; a date as `2026-01-31`, a time as `23:59` or `23:59:59`.
    Text(String),
    /// One option.
    Choice(Choice),
    /// Several options, each once.
    Choices(Vec<Choice>),
}

// Numbers that are not finite are refused wherever answers come in.
impl Eq for Answer {}

const BOOL: u8 = 0;
const INTEGER: u8 = 1;
const FLOAT: u8 = 2;
const TEXT: u8 = 3;
const CHOICE: u8 = 4;
const CHOICES: u8 = 5;

impl Answer {
    /// The options that it names.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice(choice) => std::slice::from_ref(choice),
            Self::Choices(choices) => choices,
            _ => &[],
        }
    }

    /// Its number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// As a person reads it.
    pub fn text(&self) -> String {
        match self {
            Self::Bool(true) => "yes".to_owned(),
            Self::Bool(false) => "no".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Choice(choice) => choice.text.clone(),
            Self::Choices(choices) => choices.iter().map(|choice| choice.text.as_str()).collect::<Vec<_>>().join(", "),
        }
    }

    /// Its bytes, as they stand in the log.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::new());
        match self.write(&mut e) {
            Ok(()) => e.into_writer(),
            Err(error) => match error.into_write() {
                // Writing into a Vec cannot fail.
                None => Vec::new(),
            },
        }
    }

    /// The answer in bytes that [`Self::to_bytes`] wrote; `None` for a kind that this version does not know.
    ///
    /// # Errors
    /// When the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Option<Self>, minicbor::decode::Error> {
        Self::read(&mut Decoder::new(bytes))
    }

    /// `[code, value …]`
    pub(crate) fn write(&self, e: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>> {
        match self {
            Self::Bool(on) => e.array(2)?.u8(BOOL)?.bool(*on)?,
            Self::Integer(number) => e.array(2)?.u8(INTEGER)?.i64(*number)?,
            Self::Float(number) => e.array(2)?.u8(FLOAT)?.f64(*number)?,
            Self::Text(text) => e.array(2)?.u8(TEXT)?.str(text)?,
            Self::Choice(choice) => e.array(3)?.u8(CHOICE)?.u32(choice.option.0)?.str(&choice.text)?,
            Self::Choices(choices) => {
                e.array(1 + 2 * choices.len() as u64)?.u8(CHOICES)?;
                for choice in choices {
                    e.u32(choice.option.0)?.str(&choice.text)?;
                }
                e
            }
        };
        Ok(())
    }

    /// `None` (and all read) for a kind of answer that this version does not know.
    pub(crate) fn read(d: &mut Decoder<'_>) -> Result<Option<Self>, minicbor::decode::Error> {
        let start = d.position();
        let len = crate::log::definite(d.array()?)?;
        let code = if len == 0 { u8::MAX } else { d.u8()? };
        let answer = match (code, len) {
            (BOOL, 2) => Self::Bool(d.bool()?),
            (INTEGER, 2) => Self::Integer(d.i64()?),
            (FLOAT, 2) => {
                let number = d.f64()?;
                if !number.is_finite() {
                    return Err(minicbor::decode::Error::message("an answer that is no finite number"));
                }
                Self::Float(number)
            }
            (TEXT, 2) => Self::Text(d.str()?.to_owned()),
            (CHOICE, 3) => Self::Choice(choice(d)?),
            (CHOICES, len) if len % 2 == 1 => {
                let mut choices = Vec::new();
                for _ in 0..len / 2 {
                    choices.push(choice(d)?);
                }
                Self::Choices(choices)
            }
            _ => {
                d.set_position(start);
                d.skip()?;
                return Ok(None);
            }
        };
        Ok(Some(answer))
    }
}

fn choice(d: &mut Decoder<'_>) -> Result<Choice, minicbor::decode::Error> {
    Ok(Choice { option: OptionId(d.u32()?), text: d.str()?.to_owned() })
}
