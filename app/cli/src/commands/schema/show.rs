//! `limn schema show`

use crate::error::CliError;
use crate::output::Output;
use limn_core::Schema;
use limn_core::schema::UsedFor;
use limn_core::schema::attribute::{Attribute, Subject};
use std::io::Write as _;

/// Options that are named; the rest is counted.
const SHOWN: usize = 8;

/// A line for each label, then one for each attribute.
pub(super) fn show(schema: &Schema, output: &mut Output) -> Result<(), CliError> {
    if output.is_json() {
        return output.result(schema, String::new);
    }
    let writer = output.writer();
    for label in &schema.labels {
        let key = label.key.map_or_else(|| "-".to_owned(), String::from);
        let shapes: Vec<_> = label.shapes.iter().map(|shape| shape.as_str()).collect();
        let shapes = match label.used_for {
            UsedFor::Events => "events".to_owned(),
            _ if shapes.is_empty() => "all shapes".to_owned(),
            _ => shapes.join(", "),
        };
        let above = label.parent.map_or_else(String::new, |parent| format!("\tbelow {}", schema.shown(parent).0));
        let old = if label.deprecated { "\tdeprecated" } else { "" };
        writeln!(writer, "{}\t{}\t#{}\t{key}\t{shapes}{above}{old}", label.id, label.name, limn_core::ids::hex(&label.color))?;
    }
    for attribute in &schema.attributes {
        writeln!(writer, "{}", line(schema, attribute))?;
    }
    Ok(())
}

/// `? colour  select of vehicle  required  red, blue`
fn line(schema: &Schema, attribute: &Attribute) -> String {
    let of = match attribute.of {
        Subject::File => "files".to_owned(),
        Subject::Frame => "frames".to_owned(),
        Subject::Event => "events".to_owned(),
        Subject::Relation => "relations".to_owned(),
        Subject::Instance if attribute.labels.is_empty() => "every label".to_owned(),
        Subject::Instance => attribute.labels.iter().map(|id| schema.shown(*id).0).collect::<Vec<_>>().join(", "),
    };
    let mut text = format!("? {}\t{}\t{}\tof {of}", attribute.id, attribute.name, attribute.kind.as_str());
    let notes = [
        (attribute.required, "required"),
        (attribute.per_frame, "per frame"),
        (attribute.when.is_some(), "under a condition"),
        (attribute.deprecated, "deprecated"),
    ];
    for (_, note) in notes.iter().filter(|(is_so, _)| *is_so) {
        text += &format!("\t{note}");
    }
    let count = attribute.offered().count();
    if count > 0 {
        let names: Vec<&str> = attribute.offered().take(SHOWN).map(|option| option.name.as_str()).collect();
        text += &format!("\t{}", names.join(", "));
        if count > SHOWN {
            text += &format!(" and {} more", count - SHOWN);
        }
    }
    text
}
