//! The text of a query: where its parts begin and end.

use super::answers::{AnswerCondition, Ask};
use super::{Compare, QueryError};

const COMPARES: [(&str, Compare); 7] = [
    ("!=", Compare::NotEqual),
    ("<=", Compare::LessEqual),
    (">=", Compare::GreaterEqual),
    ("=", Compare::Equal),
    ("<", Compare::Less),
    (">", Compare::Greater),
    ("~", Compare::Contains),
];

const OPERATORS: [char; 5] = ['!', '<', '>', '=', '~'];
const ATTRIBUTE: &str = "attribute.";
const AND: &str = " and ";

/// What stands between `and`s, those within quotes left alone.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = end_of_part(text);
        rest = end.and_then(|at| text.get(at + AND.len()..));
        text.get(..end.unwrap_or(text.len()))
    })
}

fn end_of_part(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    // A quote opens only where a name or a value begins: `24" screen` has none.
    let mut may_open = true;
    for (at, letter) in text.char_indices() {
        if letter == '"' && (is_quoted || may_open) {
            is_quoted = !is_quoted;
        } else if !is_quoted && text.get(at..).is_some_and(|rest| rest.starts_with(AND)) {
            return Some(at);
        }
        if letter != ' ' {
            may_open = letter == '.' || OPERATORS.contains(&letter);
        }
    }
    None
}

/// Where the comparison of a condition begins.
pub(super) fn operator_at(text: &str) -> Option<usize> {
    text.find(OPERATORS)
}

/// `= car` as the comparison and the value.
pub(super) fn comparison(text: &str) -> Option<(Compare, String)> {
    let (sign, compare) = COMPARES.iter().find(|(sign, _)| text.starts_with(sign))?;
    Some((*compare, text.get(sign.len()..)?.trim().trim_matches('"').to_owned()))
}

/// A condition on answers; `None` when the text is one on something else.
pub(super) fn answer_condition(text: &str) -> Result<Option<AnswerCondition>, QueryError> {
    let (is_wanted, own) = text.strip_prefix("not ").map_or((true, text), |rest| (false, rest.trim_start()));
    let Some(own) = own.strip_prefix(ATTRIBUTE) else { return Ok(None) };
    let form = || QueryError::Form(text.to_owned());
    let (name, rest) = match own.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or_else(form)?,
        None => own.split_at(operator_at(own).unwrap_or(own.len())),
    };
    let (name, rest) = (name.trim().to_owned(), rest.trim());
    if name.is_empty() {
        return Err(form());
    }
    if rest.is_empty() {
        return Ok(Some(AnswerCondition { name, ask: Ask::Answered(is_wanted), value: String::new() }));
    }
    let (compare, value) = comparison(rest).filter(|_| is_wanted).ok_or_else(form)?;
    // As for a group: what equals nothing has none.
    let ask = match compare {
        Compare::Equal | Compare::NotEqual if value.is_empty() => Ask::Answered(compare == Compare::NotEqual),
        compare => Ask::Compare(compare),
    };
    Ok(Some(AnswerCondition { name, ask, value }))
}
