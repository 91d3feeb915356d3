//! Catalogues: lists of options that live outside the schema, in files of the project of their own, with millions of entries.
//!
//! `PROJECT/catalogues/NAME.catalogue` is a SQLite file that is only ever written whole, beside the old one, and put in its
//! place. It holds the entries, and for each word (folded, see [`limn_core::schema::search`]) the entries that hold it, so that
//! a search reads a few pages and never the list. Where very many words begin alike, the entries of all of them are kept for
//! that beginning, too.
//!
//! An entry keeps its number for ever: a refresh knows it again by the key that the source has for it. What left the source is
//! retired: it keeps its number and is never found.

mod build;
mod error;
mod ids;
mod open;
mod query;
mod search;
mod slips;
mod sorted;

pub use build::{Builder, MOST_ENTRIES, Refreshed};
pub use error::CatalogueError;
pub use open::{Catalogue, CatalogueInfo, Entry};
pub use query::{QueryLimits, read_query};

use std::path::{Path, PathBuf};

/// The folder of a project that holds its catalogues.
pub const CATALOGUES: &str = "catalogues";
/// What the files' names end in.
const SUFFIX: &str = "catalogue";

/// The file of a project's catalogue.
///
/// # Errors
/// When the name is none, see [`limn_core::schema::attribute::problem_of_catalogue`].
pub fn path_of(project: &Path, name: &str) -> Result<PathBuf, CatalogueError> {
    match limn_core::schema::attribute::problem_of_catalogue(name) {
        Some(_) => Err(CatalogueError::Name(name.to_owned())),
        None => Ok(project.join(CATALOGUES).join(format!("{name}.{SUFFIX}"))),
    }
}

/// The names of a project's catalogues, sorted. None when the folder cannot be read.
pub fn names(project: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(project.join(CATALOGUES)).into_iter().flatten().flatten();
    let name = |path: PathBuf| {
        let name = path.file_stem()?.to_str()?.to_owned();
        (path.extension()? == SUFFIX && path_of(project, &name).is_ok()).then_some(name)
    };
    let mut names: Vec<String> = entries.filter_map(|entry| name(entry.path())).collect();
    names.sort_unstable();
    names
}
