//! The rows of a query to a SQLite file, as a source of a catalogue. The file is only read.

use super::error::CatalogueError;
use super::open::uri;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Longest query, in bytes.
const MOST_SQL: usize = 64 << 10;
/// How often the watch looks up.
const WATCH: Duration = Duration::from_millis(50);

/// What a query may take.
#[derive(Clone, Copy, Debug)]
pub struct QueryLimits {
    /// The longest time without a row.
    pub wait: Duration,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { wait: Duration::from_secs(120) }
    }
}

/// Runs one SELECT on a SQLite file that is opened for reading only. `take` is told the names of the columns first, then each
/// row's fields as text; an error of it ends the query.
///
/// # Errors
/// `Query` when the file is no SQLite file or not there, when the text is not one SELECT, when it gives an error, or no row for
/// too long; `Cancelled`.
pub fn read_query(
    file: &Path,
    sql: &str,
    limits: QueryLimits,
    cancel: &AtomicBool,
    take: &mut dyn FnMut(&[String]) -> Result<(), CatalogueError>,
) -> Result<(), CatalogueError> {
    let refused = |why: String| CatalogueError::Query(format!("the query to {} {why}", file.display()));
    if !file.is_file() {
        return Err(CatalogueError::Query(format!("there is no file {}. Check the path", file.display())));
    }
    if sql.len() > MOST_SQL {
        return Err(refused("is longer than 64 KiB. Make a view in the database, and select from it".to_owned()));
    }
    let failed = |error: rusqlite::Error| refused(format!("failed: {}. Try it in another program first", plain(&error)));
    // A file beside which nobody keeps a journal does not change while it is read, and may lie where nothing can be written.
    let has_journal = ["-wal", "-journal"].iter().any(|end| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        std::fs::metadata(Path::new(&name)).is_ok_and(|journal| journal.len() > 0)
    });
    let setting = if has_journal { "mode=ro" } else { "mode=ro&immutable=1" };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(uri(file, setting), flags).map_err(failed)?;
    db.execute_batch("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY").map_err(failed)?;
    let mut batch = Batch::new(&db, sql);
    let only = "is no single SELECT. Write one, such as: SELECT id, name FROM products";
    let mut statement = batch.next().map_err(failed)?.ok_or_else(|| refused(only.to_owned()))?;
    let reads = statement.readonly() && statement.column_count() > 0 && is_select(sql);
    if !reads || batch.next().map_or(true, |more| more.is_some()) {
        return Err(refused(only.to_owned()));
    }
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    take(&names)?;
    let watch = Watch::start(&db, limits, cancel);
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| watch.run());
        let answer = each(&mut statement, names.len(), &watch, take);
        watch.is_over.store(true, Ordering::Release);
        answer
    });
    answer.map_err(|error| match error {
        Stopped::Caller(error) => error,
        Stopped::Sql(_) if cancel.load(Ordering::Relaxed) => CatalogueError::Cancelled,
        Stopped::Sql(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            refused(format!("gave no row for {} seconds. Make it simpler, or give its tables an index", limits.wait.as_secs_f32()))
        }
        Stopped::Sql(error) => failed(error),
    })
}

enum Stopped {
    Caller(CatalogueError),
    Sql(rusqlite::Error),
}

fn each(
    statement: &mut rusqlite::Statement<'_>,
    columns: usize,
    watch: &Watch<'_>,
    take: &mut dyn FnMut(&[String]) -> Result<(), CatalogueError>,
) -> Result<(), Stopped> {
    let mut rows = statement.query([]).map_err(Stopped::Sql)?;
    let mut fields = vec![String::new(); columns];
    while let Some(row) = rows.next().map_err(Stopped::Sql)? {
        watch.rows.fetch_add(1, Ordering::Relaxed);
        for (at, field) in fields.iter_mut().enumerate() {
            field.clear();
            match row.get_ref(at).map_err(Stopped::Sql)? {
                ValueRef::Null => {}
                ValueRef::Integer(number) => *field = number.to_string(),
                ValueRef::Real(number) => *field = number.to_string(),
                ValueRef::Text(text) | ValueRef::Blob(text) => *field += &String::from_utf8_lossy(text),
            }
        }
        take(&fields).map_err(Stopped::Caller)?;
    }
    Ok(())
}

/// Ends a query from another thread.
struct Watch<'a> {
    handle: rusqlite::InterruptHandle,
    limits: QueryLimits,
    cancel: &'a AtomicBool,
    rows: Arc<AtomicU64>,
    is_over: AtomicBool,
}

impl<'a> Watch<'a> {
    fn start(db: &Connection, limits: QueryLimits, cancel: &'a AtomicBool) -> Self {
        let (rows, is_over) = (Arc::new(AtomicU64::new(0)), AtomicBool::new(false));
        Self { handle: db.get_interrupt_handle(), limits, cancel, rows, is_over }
    }

    fn run(&self) {
        let (mut rows, mut since) = (0, Instant::now());
        while !self.is_over.load(Ordering::Acquire) {
            let now = self.rows.load(Ordering::Relaxed);
            if now != rows {
                (rows, since) = (now, Instant::now());
            }
            // Again and again: an interrupt counts only while the query runs.
            if self.cancel.load(Ordering::Relaxed) || since.elapsed() > self.limits.wait {
                self.handle.interrupt();
            }
            std::thread::sleep(WATCH);
        }
    }
}

/// Whether a text begins as a query does; what else only reads (PRAGMA, EXPLAIN, ATTACH) is refused.
fn is_select(sql: &str) -> bool {
    let mut rest = sql.trim_start();
    loop {
        let after = if let Some(line) = rest.strip_prefix("--") {
            line.split_once('\n').map(|(_, after)| after)
        } else if let Some(block) = rest.strip_prefix("/*") {
            block.split_once("*/").map(|(_, after)| after)
        } else {
            break;
        };
        rest = after.unwrap_or_default().trim_start();
    }
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    ["select", "with", "values"].contains(&word.to_ascii_lowercase().as_str())
}

/// What SQLite says, without the text of the query.
fn plain(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}
