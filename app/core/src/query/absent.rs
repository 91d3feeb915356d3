//! Conditions on labels that were looked for, or are said to be absent: `absent.cyclist`, `not looked."traffic light"`.

use super::{Context, QueryError};
use crate::ids::LabelId;
use crate::schema::Schema;

/// What can be asked of a label and a file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asks {
    /// It is said not to be there.
    Absent,
    /// It was looked for all over.
    Looked,
}

const WORDS: [(&str, Asks); 2] = [("absent.", Asks::Absent), ("looked.", Asks::Looked)];

/// Whether a label was looked for, or is said not to be on the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AbsentCondition {
    asks: Asks,
    name: String,
    is_wanted: bool,
}

/// The same with the label's number.
#[derive(Debug)]
pub(super) struct Resolved {
    asks: Asks,
    label: LabelId,
    is_wanted: bool,
}

impl AbsentCondition {
    /// `None` when the text is a condition on something else.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, QueryError> {
        let (is_wanted, own) = text.strip_prefix("not ").map_or((true, text), |rest| (false, rest.trim_start()));
        let found = WORDS.iter().find_map(|(word, asks)| Some((own.strip_prefix(word)?, *asks)));
        let Some((name, asks)) = found else { return Ok(None) };
        let name = name.trim();
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        if name.is_empty() {
            return Err(QueryError::Form(text.to_owned()));
        }
        Ok(Some(Self { asks, name: name.to_owned(), is_wanted }))
    }

    pub(super) fn resolve(&self, schema: &Schema) -> Result<Resolved, QueryError> {
        let label = schema.label_named(&self.name).ok_or_else(|| QueryError::Label(self.name.clone()))?;
        Ok(Resolved { asks: self.asks, label: label.id, is_wanted: self.is_wanted })
    }
}

impl Resolved {
    pub(super) fn holds(&self, context: Context<'_>) -> bool {
        let holds = context.looked.is_some_and(|(status, looked)| match self.asks {
            Asks::Absent => looked.absent.contains(&self.label),
            Asks::Looked => looked.has_looked_for(status, self.label),
        });
        holds == self.is_wanted
    }
}
