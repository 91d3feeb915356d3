//! `limn catalogue`

use super::plural;
use crate::error::CliError;
use crate::instant;
use crate::output::Output;
use limn_core::Schema;
use limn_jobs::{CatalogueReport, CatalogueSource, catalogue_source, home, refresh_catalogue};
use limn_store::Access;
use limn_store::catalogue::{Catalogue, CatalogueInfo, Entry, names, path_of};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Entries that --find tells.
const MOST_FOUND: usize = 50;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Project folder
    project: PathBuf,
    /// Name of a catalogue; without it, they are listed
    name: Option<String>,
    /// Make or refresh it from this table (CSV), or from a SQLite file with --query
    #[arg(long, value_name = "FILE", requires = "name")]
    from: Option<PathBuf>,
    /// What to take from a SQLite file: one SELECT
    #[arg(long, value_name = "SELECT", requires = "from")]
    query: Option<String>,
    /// Column by which an entry is known again at the next refresh
    #[arg(long, value_name = "COLUMN", requires = "from")]
    id_column: Option<String>,
    /// Column that is shown and searched
    #[arg(long, value_name = "COLUMN", requires = "from")]
    text_column: Option<String>,
    /// Column with a second line about it
    #[arg(long, value_name = "COLUMN", requires = "from")]
    detail_column: Option<String>,
    /// Refresh it from where it was taken last
    #[arg(long, requires = "name", conflicts_with = "from")]
    refresh: bool,
    /// Tell which entries are found by what is typed
    #[arg(long, value_name = "TEXT", requires = "name", conflicts_with_all = ["from", "refresh"])]
    find: Option<String>,
}

#[derive(Serialize)]
struct CatalogueJson {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    offered: u64,
    retired: u64,
    refreshed: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<CatalogueSource>,
    /// Attributes of the schema that choose from it.
    attributes: Vec<String>,
}

#[derive(Serialize)]
struct RefreshedJson<'a> {
    name: &'a str,
    offered: u64,
    added: u64,
    changed: u64,
    retired: u64,
    returned: u64,
    left_out: Vec<LeftOutJson>,
}

#[derive(Serialize)]
struct LeftOutJson {
    why: &'static str,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_line: Option<u64>,
}

#[derive(Serialize)]
struct EntryJson {
    id: u32,
    key: String,
    text: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let project = super::open_project(&args.project, Access::Read)?;
    let dir = home::project_dir(&args.project);
    let Some(name) = args.name else {
        // Those that the schema names and the project has not are told, too.
        let asked = project.schema().attributes.iter().filter(|attribute| !attribute.deprecated);
        let mut names = names(&dir);
        names.extend(asked.filter_map(|attribute| attribute.catalogue.clone()));
        names.sort_unstable();
        names.dedup();
        return list(&dir, project.schema(), names, output);
    };
    let name = name.as_str();
    if let Some(typed) = &args.find {
        return find(&dir, name, typed, output);
    }
    let source = match args.from {
        Some(file) => CatalogueSource { file, query: args.query, id: args.id_column, text: args.text_column, detail: args.detail_column },
        None if args.refresh => catalogue_source(&dir, name)?,
        None => return list(&dir, project.schema(), vec![name.to_owned()], output),
    };
    let report = output.job(|cx| refresh_catalogue(&dir, name, &source, cx))?;
    tell(name, &report, source.query.is_none(), output)
}

fn tell(name: &str, report: &CatalogueReport, has_lines: bool, output: &mut Output) -> Result<(), CliError> {
    let done = &report.refreshed;
    let mut left_out: Vec<LeftOutJson> = report
        .left_out
        .iter()
        .map(|(why, count, line)| LeftOutJson { why, count: *count, first_line: Some(*line).filter(|_| has_lines) })
        .collect();
    if done.doubled > 0 {
        left_out.push(LeftOutJson { why: "with the id of an earlier one", count: done.doubled, first_line: None });
    }
    for left in &left_out {
        let line = left.first_line.map_or_else(String::new, |line| format!(", first in line {line}"));
        output.message(&format!("{} left out {}{line}", plural(left.count, "row", "rows"), left.why));
    }
    let (offered, added, changed) = (done.offered, done.added, done.changed);
    let json = RefreshedJson { name, offered, added, changed, retired: done.retired, returned: done.returned, left_out };
    output.result(&json, || {
        let entries = plural(offered, "entry", "entries");
        format!("\"{name}\" offers {entries} now: {added} new, {changed} changed, {} retired, {} back", done.retired, done.returned)
    })
}

fn find(dir: &Path, name: &str, typed: &str, output: &mut Output) -> Result<(), CliError> {
    let found = path_of(dir, name).and_then(|path| Catalogue::open(&path)?.search(typed, MOST_FOUND, &|| false));
    let found = found.map_err(|error| CliError::Job(error.into()))?;
    let json = |entry: &Entry| EntryJson { id: entry.id.0, key: entry.key.clone(), text: entry.text.clone(), detail: entry.detail.clone() };
    output.result(&found.iter().map(json).collect::<Vec<_>>(), || {
        found.iter().map(|entry| format!("{}\t{}\t{}\n", entry.id.0, entry.key, entry.text)).collect()
    })
}

fn list(dir: &Path, schema: &Schema, names: Vec<String>, output: &mut Output) -> Result<(), CliError> {
    let json = |name: String| {
        let info = path_of(dir, &name).and_then(|path| Catalogue::open(&path)?.info());
        let uses = |attribute: &&limn_core::schema::Attribute| attribute.catalogue.as_ref() == Some(&name) && !attribute.deprecated;
        let attributes = schema.attributes.iter().filter(uses).map(|attribute| attribute.name.clone()).collect();
        let problem = info.as_ref().err().map(ToString::to_string);
        let CatalogueInfo { offered, retired, source, refreshed } = info.unwrap_or_default();
        let refreshed = instant::rfc3339(refreshed.saturating_mul(1000));
        CatalogueJson { name, problem, offered, retired, refreshed, source: serde_json::from_str(&source).ok(), attributes }
    };
    let all: Vec<CatalogueJson> = names.into_iter().map(json).collect();
    output.result(&all, || {
        if all.is_empty() {
            return "No catalogues. Make one: limn catalogue PROJECT NAME --from list.csv".to_owned();
        }
        let line = |one: &CatalogueJson| match &one.problem {
            Some(problem) => format!("{}: {problem}\n", one.name),
            None => {
                let asked = if one.attributes.is_empty() { String::new() } else { format!(", for {}", one.attributes.join(", ")) };
                let source = one.source.as_ref().map_or_else(String::new, |source| format!(" from {}", source.file.display()));
                let entries = plural(one.offered, "entry", "entries");
                format!("{}: {entries}, {} retired{asked}; refreshed {}{source}\n", one.name, one.retired, one.refreshed)
            }
        };
        all.iter().map(line).collect()
    })
}
