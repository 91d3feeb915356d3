//! From text to a typed expression.

use super::{Arithmetic, Compare, FIELDS, Node, Type, type_of};
use crate::ids::LabelId;
use crate::schema::Schema;
use crate::schema::answer::AttributeId;
use crate::schema::attribute;

/// How deep parentheses, signs and negations may stand within one another.
const MAX_DEPTH: usize = 32;
/// Farther neighbours would make every change look at the whole frame. Image pixels.
const MAX_DISTANCE: f64 = 10_000.0;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Text(String),
    Word(String),
    Sign(&'static str),
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Word(word) => word.fmt(f),
            Self::Sign(sign) => sign.fmt(f),
        }
    }
}

/// What may be asked with something in parentheses.
const CALLS: [&str; 8] = ["is", "near", "overlap", "answered", "number", "text", "yes", "takes"];
/// The longer ones first.
const SIGNS: [&str; 18] = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "=", "!", "+", "-", "*", "/", "(", ")", ",", "≠"];

/// Reads an expression that says yes or no.
pub(super) fn parse(text: &str, schema: &Schema) -> Result<Node, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), schema, depth: 0 };
    let root = parser.any()?;
    if let Some(rest) = parser.tokens.next() {
        return Err(format!("goes on with \"{rest}\" where it should end. Join two conditions by \"and\" or \"or\""));
    }
    match root.kind() {
        Type::Truth => Ok(root),
        other => Err(format!("gives {}, not yes or no. Compare it with something", other.name())),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let len = if first == '"' {
            let (token, len) = quoted(rest)?;
            tokens.push(token);
            len
        } else if first.is_ascii_digit() {
            let len = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
            let number = &rest[..len];
            let value: f64 = number.parse().map_err(|_error| format!("has the number {number}, which is none"))?;
            tokens.push(Token::Number(value));
            len
        } else if first.is_alphabetic() || first == '_' {
            let len = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..len].to_owned()));
            len
        } else {
            let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) else {
                return Err(format!("has \"{}\", which means nothing in an expression", first.escape_default()));
            };
            tokens.push(Token::Sign(sign));
            sign.len()
        };
        rest = rest[len..].trim_start();
    }
    Ok(tokens)
}

/// A text in quotes, `\"` and `\\` for what else would end it; its length with the quotes.
fn quoted(rest: &str) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((Token::Text(text), at + 1)),
            '\\' => text.extend(letters.next().map(|(_, letter)| letter)),
            other => text.push(other),
        }
    }
    Err("has a text without an end. Put a quote behind it".into())
}

struct Parser<'a> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    schema: &'a Schema,
    depth: usize,
}

impl Parser<'_> {
    fn takes(&mut self, words: &[&str]) -> bool {
        let fits = |token: &Token| match token {
            Token::Word(word) => words.contains(&word.as_str()),
            Token::Sign(sign) => words.contains(sign),
            _ => false,
        };
        self.tokens.next_if(fits).is_some()
    }

    fn any(&mut self) -> Result<Node, String> {
        self.joined(&["or", "||"], Self::all, Node::Any)
    }

    fn all(&mut self) -> Result<Node, String> {
        self.joined(&["and", "&&"], Self::one, Node::All)
    }

    fn joined(
        &mut self,
        by: &[&str],
        part: impl Fn(&mut Self) -> Result<Node, String>,
        join: fn(Vec<Node>) -> Node,
    ) -> Result<Node, String> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.takes(by) {
            parts.push(part(self)?);
        }
        if parts.len() == 1 {
            return parts.pop().ok_or_else(|| "is empty".into());
        }
        for part in &parts {
            want(part, Type::Truth, by.first().unwrap_or(&""))?;
        }
        Ok(join(parts))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("goes more than {MAX_DEPTH} deep. Make several rules of it"));
        }
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn one(&mut self) -> Result<Node, String> {
        if self.takes(&["not", "!"]) {
            let one = self.deeper(Self::one)?;
            want(&one, Type::Truth, "not")?;
            return Ok(Node::Not(Box::new(one)));
        }
        let left = self.sum()?;
        let compares = [
            (&["==", "="][..], Compare::Equal),
            (&["!=", "≠"], Compare::NotEqual),
            (&["<="], Compare::LessEqual),
            (&[">="], Compare::GreaterEqual),
            (&["<"], Compare::Less),
            (&[">"], Compare::Greater),
        ];
        for (signs, compare) in compares {
            if self.takes(signs) {
                let right = self.sum()?;
                if left.kind() != right.kind() {
                    return Err(format!("compares {} with {}", left.kind().name(), right.kind().name()));
                }
                return Ok(Node::Compare(compare, Box::new(left), Box::new(right)));
            }
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Node, String> {
        self.arithmetic(&[("+", Arithmetic::Add), ("-", Arithmetic::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Node, String> {
        self.arithmetic(&[("*", Arithmetic::Multiply), ("/", Arithmetic::Divide)], Self::factor)
    }

    fn arithmetic(
        &mut self,
        signs: &[(&'static str, Arithmetic)],
        part: impl Fn(&mut Self) -> Result<Node, String>,
    ) -> Result<Node, String> {
        let mut left = part(self)?;
        // A long chain makes a deep tree, which asking walks down.
        for _ in 0..=MAX_DEPTH {
            let Some((sign, operation)) = signs.iter().find(|(sign, _)| self.takes(&[sign])) else { return Ok(left) };
            let right = part(self)?;
            want(&left, Type::Number, sign)?;
            want(&right, Type::Number, sign)?;
            left = Node::Arithmetic(*operation, Box::new(left), Box::new(right));
        }
        Err(format!("reckons with more than {MAX_DEPTH} numbers in a row. Make several rules of it"))
    }

    fn factor(&mut self) -> Result<Node, String> {
        if self.takes(&["-"]) {
            let one = self.deeper(Self::factor)?;
            want(&one, Type::Number, "-")?;
            return Ok(Node::Negative(Box::new(one)));
        }
        if self.takes(&["("]) {
            let inner = self.deeper(Self::any)?;
            return if self.takes(&[")"]) { Ok(inner) } else { Err("has a parenthesis that is not closed".into()) };
        }
        match self.tokens.next() {
            Some(Token::Number(number)) => Ok(Node::Number(number)),
            Some(Token::Text(text)) => Ok(Node::Text(text)),
            Some(Token::Word(word)) if self.takes(&["("]) => self.call(&word),
            Some(Token::Word(word)) => match (word.as_str(), FIELDS.iter().find(|(name, ..)| *name == word)) {
                ("true", _) => Ok(Node::Truth(true)),
                ("false", _) => Ok(Node::Truth(false)),
                (_, Some((_, field, kind))) => Ok(Node::Field(*field, *kind)),
                _ => {
                    let names: Vec<&str> = FIELDS.iter().map(|(name, ..)| *name).collect();
                    Err(format!("names \"{word}\", which is nothing. There are: {}", names.join(" ")))
                }
            },
            Some(Token::Sign(sign)) => Err(format!("has \"{sign}\" where a value should stand")),
            None => Err("ends where a value should stand".into()),
        }
    }

    /// The rest of `name(…)`. What it takes is written out, so that labels and attributes can be looked up now.
    fn call(&mut self, name: &str) -> Result<Node, String> {
        if !CALLS.contains(&name) {
            return Err(format!("asks {name}(…), which is nothing. There are: {}", CALLS.join(" ")));
        }
        let mut given = Vec::new();
        while !self.takes(&[")"]) {
            let comma = given.is_empty() || self.takes(&[","]);
            match self.tokens.next() {
                Some(token @ (Token::Text(_) | Token::Number(_))) if comma => given.push(token),
                _ => return Err(format!("has {name}(…) with something that is no text in quotes and no number")),
            }
        }
        match (name, given.as_slice()) {
            ("is", [Token::Text(label)]) => Ok(Node::Is(self.label(label)?)),
            ("near", [Token::Text(label), Token::Number(px)]) if *px <= MAX_DISTANCE => Ok(Node::Near(self.label(label)?, *px)),
            ("near", [Token::Text(_), Token::Number(px)]) => {
                Err(format!("looks {px} pixels far for neighbours; {MAX_DISTANCE} are allowed"))
            }
            ("overlap", [Token::Text(label)]) => Ok(Node::Overlap(self.label(label)?)),
            ("answered", [Token::Text(attribute)]) => Ok(Node::Answered(self.attribute(attribute, None)?)),
            ("number", [Token::Text(attribute)]) => Ok(Node::NumberOf(self.attribute(attribute, Some(Type::Number))?)),
            ("text", [Token::Text(attribute)]) => Ok(Node::TextOf(self.attribute(attribute, Some(Type::Text))?)),
            ("yes", [Token::Text(attribute)]) => Ok(Node::Yes(self.attribute(attribute, Some(Type::Truth))?)),
            ("takes", [Token::Text(attribute), Token::Text(option)]) => {
                let attributes = self.attribute(attribute, Some(Type::Text))?;
                let has = |id: &AttributeId| {
                    self.schema
                        .attributes
                        .iter()
                        .any(|one| one.id == *id && (one.catalogue.is_some() || one.options.iter().any(|other| other.name == *option)))
                };
                if !attributes.iter().any(has) {
                    return Err(format!("asks for \"{option}\", which is no option of \"{attribute}\""));
                }
                Ok(Node::Takes(attributes, option.clone()))
            }
            _ => Err(format!(
                "gives {name}(…) something else than it takes. Write is(\"label\"), near(\"label\", pixels), overlap(\"label\"), answered(\"question\"), number(\"question\"), text(\"question\"), yes(\"question\") or takes(\"question\", \"option\")"
            )),
        }
    }

    fn label(&self, name: &str) -> Result<LabelId, String> {
        let label = self.schema.label_named(name).map(|label| label.id);
        label.ok_or_else(|| format!("names the label \"{name}\", which the schema has not"))
    }

    fn attribute(&self, name: &str, wanted: Option<Type>) -> Result<Vec<AttributeId>, String> {
        let all = self.schema.attributes.iter().filter(|one| one.name == name && one.of == attribute::Subject::Instance);
        let found: Vec<_> = all.collect();
        if found.is_empty() {
            return Err(format!("names the question \"{name}\", which the schema does not ask about instances"));
        }
        let other = found.iter().find(|one| wanted.is_some_and(|wanted| type_of(one.kind) != wanted));
        match (other, wanted) {
            (Some(other), Some(wanted)) => {
                Err(format!("takes the answer to \"{name}\" for {}, but it is {}", wanted.name(), type_of(other.kind).name()))
            }
            _ => Ok(found.into_iter().map(|one| one.id).collect()),
        }
    }
}

fn want(node: &Node, wanted: Type, by: &str) -> Result<(), String> {
    let kind = node.kind();
    if kind == wanted { Ok(()) } else { Err(format!("has {} beside \"{by}\", which takes {}", kind.name(), wanted.name())) }
}
