//! Conditions on labels that are said to be absent: `absent.cyclist`, `not absent."traffic light"`.

use super::{Context, QueryError};
use crate::ids::LabelId;
use crate::schema::Schema;

const ABSENT: &str = "absent.";

/// Whether a label was looked for and is not on the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AbsentCondition {
    name: String,
    is_wanted: bool,
}

/// The same with the label's number.
#[derive(Debug)]
pub(super) struct Resolved {
    label: LabelId,
    is_wanted: bool,
}

impl AbsentCondition {
    /// `None` when the text is a condition on something else.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, QueryError> {
        let (is_wanted, own) = text.strip_prefix("not ").map_or((true, text), |rest| (false, rest.trim_start()));
        let Some(name) = own.strip_prefix(ABSENT) else { return Ok(None) };
        let name = name.trim();
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        if name.is_empty() {
            return Err(QueryError::Form(text.to_owned()));
        }
        Ok(Some(Self { name: name.to_owned(), is_wanted }))
    }

    pub(super) fn resolve(&self, schema: &Schema) -> Result<Resolved, QueryError> {
        let label = schema.label_named(&self.name).ok_or_else(|| QueryError::Label(self.name.clone()))?;
        Ok(Resolved { label: label.id, is_wanted: self.is_wanted })
    }
}

impl Resolved {
    pub(super) fn holds(&self, context: Context<'_>) -> bool {
        context.looked.is_some_and(|(_, looked)| looked.absent.contains(&self.label)) == self.is_wanted
    }
}
