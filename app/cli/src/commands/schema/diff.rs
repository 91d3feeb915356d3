//! `limn schema diff`

use crate::error::CliError;
use crate::output::Output;
use limn_core::schema::diff::{Bearing, Difference, Piece};

/// A line for each difference: `+` for what widens, `-` for what narrows.
pub(super) fn show(found: &[Difference], output: &mut Output) -> Result<(), CliError> {
    output.result(&found, || {
        if found.is_empty() {
            return "Nothing differs".to_owned();
        }
        let mut text: String = found.iter().map(line).collect();
        let narrowing = found.iter().filter(|one| one.bearing == Bearing::Narrowing).count();
        text += &format!(
            "{} widening (free), {narrowing} narrowing (old work has to be mapped, answered or looked at)",
            found.len() - narrowing
        );
        text
    })
}

fn line(one: &Difference) -> String {
    let sign = if one.bearing == Bearing::Widening { '+' } else { '-' };
    let piece = match one.piece {
        Piece::Schema => "schema",
        Piece::Label => "label",
        Piece::Attribute => "attribute",
        Piece::Option => "option",
        Piece::Rule => "rule",
    };
    let of = one.attribute.as_ref().map(|attribute| format!(" of \"{attribute}\"")).unwrap_or_default();
    format!("{sign} {piece} \"{}\"{of} {}\n", one.name, one.detail)
}
