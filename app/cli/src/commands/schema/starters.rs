//! The schemas to begin with, built into the program.

use super::{plural, save};
use crate::error::CliError;
use crate::output::Output;
use limn_core::Schema;
use serde::Serialize;
use std::path::Path;

/// A schema to begin with.
pub struct Starter {
    /// What `--starter` takes.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// As it stands in its file.
    pub text: &'static str,
}

/// Every starter.
pub const STARTERS: &[Starter] = &[
    Starter {
        name: "street",
        purpose: "traffic scenes from a vehicle: road users, signs, lanes",
        text: include_str!("../../../../../assets/schemas/street.json"),
    },
    Starter {
        name: "retail-shelf",
        purpose: "products, price tags and gaps on shop shelves",
        text: include_str!("../../../../../assets/schemas/retail-shelf.json"),
    },
    Starter { name: "pose", purpose: "people with 17 keypoints", text: include_str!("../../../../../assets/schemas/pose.json") },
    Starter {
        name: "medical-slices",
        purpose: "organs and findings on slices",
        text: include_str!("../../../../../assets/schemas/medical-slices.json"),
    },
    Starter {
        name: "aerial",
        purpose: "vehicles, buildings and land from above",
        text: include_str!("../../../../../assets/schemas/aerial.json"),
    },
    Starter {
        name: "sports",
        purpose: "players, ball and field of team games",
        text: include_str!("../../../../../assets/schemas/sports.json"),
    },
    Starter {
        name: "industrial-defects",
        purpose: "flaws on surfaces and parts",
        text: include_str!("../../../../../assets/schemas/industrial-defects.json"),
    },
    Starter {
        name: "documents",
        purpose: "layout of pages: text, tables, figures, fields",
        text: include_str!("../../../../../assets/schemas/documents.json"),
    },
];

/// The starter of this name.
pub(crate) fn find(name: &str) -> Result<&'static Starter, CliError> {
    STARTERS.iter().find(|starter| starter.name == name).ok_or_else(|| {
        let names: Vec<&str> = STARTERS.iter().map(|starter| starter.name).collect();
        CliError::Usage(format!("there is no starter called \"{name}\"; there are {}", names.join(", ")))
    })
}

/// The schema of a starter.
pub(crate) fn schema(name: &str) -> Result<Schema, CliError> {
    let starter = find(name)?;
    let mut schema =
        Schema::from_document(starter.text).map_err(|error| CliError::Failed(format!("the starter {name} cannot be used: {error}")))?;
    schema.fill_keys();
    Ok(schema)
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    purpose: &'static str,
}

/// Writes a starter to a new file; without a name, lists them.
pub(super) fn write(file: &Path, name: Option<&str>, output: &mut Output) -> Result<(), CliError> {
    let Some(name) = name else {
        let list: String = STARTERS.iter().map(|starter| format!("  {:<20} {}\n", starter.name, starter.purpose)).collect();
        return Err(CliError::Usage(format!("name one: limn schema new {} --starter NAME. There are:\n{list}", file.display())));
    };
    let starter = find(name)?;
    if file.exists() {
        return Err(CliError::Failed(format!("{} is there already. Give another name, or take it away first", file.display())));
    }
    save(file, starter.text)?;
    let count = schema(name)?.labels.len() as u64;
    let row = Row { name: starter.name, purpose: starter.purpose };
    output.result(&row, || {
        format!("Made {} with {}. Change it, then: limn new PROJECT --schema {0}", file.display(), plural(count, "label", "labels"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_starter_is_a_whole_schema() {
        for starter in STARTERS {
            let schema = schema(starter.name).unwrap_or_else(|error| panic!("{}: {}", starter.name, error.sentence()));
            assert!(schema.labels.len() >= 3 && !schema.name.is_empty(), "{}", starter.name);
            // Read again, it is the same: names became numbers, and nothing else is left to complete.
            assert_eq!(Schema::from_document(&schema.to_document()).ok().as_ref(), Some(&schema), "{}", starter.name);
            // No field is misspelt: what Limn does not know would stay as a foreign one.
            assert!(schema.extra.is_empty(), "{}: {:?}", starter.name, schema.extra);
            for label in &schema.labels {
                assert!(label.extra.is_empty(), "{}: {:?}", starter.name, label.extra);
                assert!(!label.description.is_empty(), "{}: {} says nothing", starter.name, label.name);
                assert!(label.default_shape.is_some() || !label.shapes.is_empty(), "{}: {} is drawn as what?", starter.name, label.name);
            }
            for attribute in &schema.attributes {
                assert!(attribute.extra.is_empty(), "{}: {:?}", starter.name, attribute.extra);
            }
            let colors: std::collections::BTreeSet<_> = schema.labels.iter().map(|label| label.color).collect();
            assert_eq!(colors.len(), schema.labels.len(), "{}: two labels have the same colour", starter.name);
        }
    }
}
