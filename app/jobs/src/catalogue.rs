//! Catalogues from tables and queries.

use crate::{JobCx, JobError};
use limn_core::schema::attribute::MOST_TEXT;
use limn_formats::{TableError, TableReader};
use limn_store::catalogue::{Builder, Catalogue, CatalogueError, MOST_ENTRIES, QueryLimits, Refreshed, path_of, read_query};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Rows between two looks at whether to go on.
const ROWS: u64 = 4096;

/// Where a catalogue is taken from; it remembers, so that it can be refreshed by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueSource {
    /// A table (CSV), or a SQLite file where there is a query.
    pub file: PathBuf,
    /// One SELECT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The column by which an entry is known again. By default `id` or `key`; of a query with several, the first; else the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The column that is shown and searched. By default `name`, `text` or `title`; of a query the second, or the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The column with a second line. By default `detail` or `description`; of a query the third.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What a refresh did, and what it could not take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueReport {
    /// What became of the entries.
    pub refreshed: Refreshed,
    /// Rows left out: why, how many, and the first one's number.
    pub left_out: Vec<(&'static str, u64, u64)>,
}

/// Makes or refreshes a catalogue of a project. The one that is there stays in use until the new one is whole.
///
/// # Errors
/// `Catalogue` of the file and the query, `Refused` of a table that is none; the catalogue is what it was then.
pub fn refresh_catalogue(project: &Path, name: &str, source: &CatalogueSource, cx: &mut JobCx<'_>) -> Result<CatalogueReport, JobError> {
    refresh_within(project, name, source, MOST_ENTRIES, cx)
}

fn refresh_within(
    project: &Path,
    name: &str,
    source: &CatalogueSource,
    most: u64,
    cx: &mut JobCx<'_>,
) -> Result<CatalogueReport, JobError> {
    let path = path_of(project, name)?;
    // Remembered for a refresh from another folder.
    let source = CatalogueSource { file: std::path::absolute(&source.file).unwrap_or_else(|_| source.file.clone()), ..source.clone() };
    let mut taking = Taking { builder: Builder::new(&path, most)?, columns: None, rows: 0, report: CatalogueReport::default() };
    match &source.query {
        Some(sql) => query(&source, sql, &mut taking, cx)?,
        None => table(&source, &mut taking, cx)?,
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let remembered = serde_json::to_string(&source).unwrap_or_default();
    let mut step = |done, total| cx.step("sorting words", done, Some(total)).is_ok();
    taking.report.refreshed = taking.builder.finish(&remembered, now, &mut step)?;
    Ok(taking.report)
}

/// Where a catalogue of a project was taken from last.
///
/// # Errors
/// `Catalogue` when it is not there or not whole.
pub fn catalogue_source(project: &Path, name: &str) -> Result<CatalogueSource, JobError> {
    let info = Catalogue::open(&path_of(project, name)?)?.info()?;
    let unknown = |_| JobError::Refused(format!("the catalogue \"{name}\" does not say where it was taken from. Name its source (--from)"));
    serde_json::from_str(&info.source).map_err(unknown)
}

fn table(source: &CatalogueSource, taking: &mut Taking, cx: &mut JobCx<'_>) -> Result<(), JobError> {
    let file = File::open(&source.file).map_err(JobError::io("read", &source.file))?;
    if !file.metadata().is_ok_and(|about| about.is_file()) {
        return Err(JobError::Refused(format!("{} is no file. Name a table (CSV), or a SQLite file with a query", source.file.display())));
    }
    let total = file.metadata().map(|about| about.len()).ok();
    let mut begin = [0; 16];
    if (&file).take(16).read(&mut begin).is_ok_and(|len| begin[..len].starts_with(b"SQLite format 3")) {
        let text = "is a SQLite file. Say what to take from it, such as --query \"SELECT id, name FROM products\"";
        return Err(JobError::Refused(format!("{} {text}", source.file.display())));
    }
    let failed = |error: TableError| JobError::Refused(format!("{} was not taken: {error}", source.file.display()));
    let file = File::open(&source.file).map_err(JobError::io("read", &source.file))?;
    let mut reader = TableReader::new(BufReader::with_capacity(1 << 18, file)).map_err(failed)?;
    loop {
        let done = reader.bytes();
        let Some(row) = reader.next_row().map_err(failed)? else { break };
        match taking.columns {
            None => taking.columns = Some(Columns::find(source, &row.fields)?),
            // Lines without any letter are none.
            Some(_) if row.fields.iter().all(|field| field.trim().is_empty()) => {}
            Some(_) => taking.take(row.line as u64, &row.fields)?,
        }
        if taking.rows.is_multiple_of(ROWS) {
            stopped(cx.step("reading", done, total))?;
        }
    }
    match taking.columns {
        Some(_) => Ok(()),
        None => Err(JobError::Refused(format!("{} is empty. Its first line names the columns, such as id,name", source.file.display()))),
    }
}

fn query(source: &CatalogueSource, sql: &str, taking: &mut Taking, cx: &mut JobCx<'_>) -> Result<(), JobError> {
    // What ended it, where that is no matter of the query.
    let mut ended = None;
    let cancel = cx.cancel;
    let mut take = |fields: &[String]| {
        let taken = match taking.columns {
            None => Columns::find(source, fields).map(|columns| taking.columns = Some(columns)),
            Some(_) => taking.take(taking.rows + 1, fields),
        };
        if taking.rows.is_multiple_of(ROWS) {
            let _ = cx.step("reading", taking.rows, None);
        }
        taken.map_err(|error| {
            ended = Some(error);
            CatalogueError::Cancelled
        })
    };
    let read = read_query(&source.file, sql, QueryLimits::default(), cancel, &mut take);
    match (ended, read) {
        (Some(error), _) => Err(error),
        (None, read) => {
            stopped(cx.check())?;
            Ok(read?)
        }
    }
}

/// Nothing stays of a refresh that is stopped, other than of the other jobs.
fn stopped(step: Result<(), JobError>) -> Result<(), JobError> {
    step.map_err(|_stopped| CatalogueError::Cancelled.into())
}

/// Where in a row the fields stand.
#[derive(Clone, Copy, Debug)]
struct Columns {
    key: usize,
    text: usize,
    detail: Option<usize>,
}

impl Columns {
    fn find(source: &CatalogueSource, names: &[String]) -> Result<Self, JobError> {
        let at = |name: &str| names.iter().position(|own| own.trim().eq_ignore_ascii_case(name));
        let told = || names.iter().map(|name| format!("\"{}\"", name.trim())).take(20).collect::<Vec<_>>().join(", ");
        let asked = |name: &Option<String>| match name {
            None => Ok(None),
            Some(name) => {
                let none = || JobError::Refused(format!("there is no column \"{name}\". There are {}", told()));
                at(name.trim()).map(Some).ok_or_else(none)
            }
        };
        let first = |known: &[&str]| known.iter().find_map(|name| at(name));
        let is_query = source.query.is_some();
        let by_place = |place: usize| Some(place).filter(|place| is_query && *place < names.len());
        let text = asked(&source.text)?.or_else(|| first(&["name", "text", "title"]));
        let text = text.or_else(|| by_place(usize::from(names.len() > 1))).or_else(|| (names.len() == 1).then_some(0));
        let none = || {
            let text = "no column is called name, text or title. Say which is shown and searched (--text-column)";
            JobError::Refused(format!("{text}; there are {}", told()))
        };
        let text = text.ok_or_else(none)?;
        let other = |at: Option<usize>, others: &[usize]| at.filter(|at| !others.contains(at));
        let key = asked(&source.id)?.or_else(|| other(first(&["id", "key"]).or_else(|| by_place(0)), &[text])).unwrap_or(text);
        let detail = asked(&source.detail)?;
        let detail = detail.or_else(|| other(first(&["detail", "description"]).or_else(|| by_place(2)), &[text, key]));
        Ok(Self { key, text, detail })
    }
}

struct Taking {
    builder: Builder,
    columns: Option<Columns>,
    rows: u64,
    report: CatalogueReport,
}

impl Taking {
    fn take(&mut self, number: u64, fields: &[String]) -> Result<(), JobError> {
        let Some(columns) = self.columns else { return Ok(()) };
        self.rows += 1;
        let field = |at: usize| clean(fields.get(at).map_or("", String::as_str));
        let (key, text) = (field(columns.key), field(columns.text));
        let is_long = |field: &str| field.len() > MOST_TEXT && field.chars().count() > MOST_TEXT;
        let why = match () {
            () if text.is_empty() => "without a text",
            () if key.is_empty() => "without an id",
            () if is_long(&text) => "with a text of more than 400 characters",
            () if is_long(&key) => "with an id of more than 400 characters",
            () => {
                let mut detail = columns.detail.map(field).unwrap_or_default();
                if is_long(&detail) {
                    // Only shown, and nobody's answer.
                    detail = detail.chars().take(MOST_TEXT - 1).chain(['…']).collect();
                }
                return Ok(self.builder.add(&key, &text, &detail)?);
            }
        };
        match self.report.left_out.iter_mut().find(|(known, ..)| *known == why) {
            Some((_, count, _)) => *count += 1,
            None => self.report.left_out.push((why, 1, number)),
        }
        Ok(())
    }
}

/// Without what surrounds it, and with spaces for control characters.
fn clean(field: &str) -> String {
    field.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect::<String>().trim().to_owned()
}
