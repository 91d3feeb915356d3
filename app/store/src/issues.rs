//! Issues in the store.

use crate::error::StoreError;
use crate::events::ends;
use crate::project::Project;
use limn_core::issue::{Comment, Issue, IssueSet, Target};
use limn_core::log::Op;
use limn_core::{CommentId, FileId, Frames, IssueId, Issues};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// Adds an issue that stands at row `n` of the log.
pub(crate) fn add(db: &Connection, issue: &Issue, op: &Op, n: i64) -> Result<(), StoreError> {
    let (first, last) = ends(issue.frames)?;
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO issue (id, file, first, last, target, resolved, op, deleted)
             SELECT ?1, n, ?3, ?4, ?5, 0, ?6, 0 FROM file WHERE id = ?2",
        )?
        .execute(params![issue.id.as_bytes(), issue.file.as_bytes(), first, last, issue.target.to_bytes(), n])?;
    if added == 0 {
        return Err(StoreError::Refused(format!("an issue {} exists already, or its file is not in the project", issue.id)));
    }
    let row = db.last_insert_rowid();
    issue.comments.iter().try_for_each(|(id, comment)| set_comment(db, row, *id, Some(comment), op))
}

/// Who said it is the operation's user.
fn set_comment(db: &Connection, issue: i64, id: CommentId, comment: Option<&Comment>, op: &Op) -> Result<(), StoreError> {
    match comment {
        Some(comment) => db
            .prepare_cached("INSERT INTO comment VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET text = excluded.text")?
            .execute(params![issue, id.as_bytes(), comment.text, op.user])?,
        None => db.prepare_cached("DELETE FROM comment WHERE issue = ?1 AND id = ?2")?.execute(params![issue, id.as_bytes()])?,
    };
    Ok(())
}

/// Sets a register; gives the value before, and the issue as it is now.
pub(crate) fn set(db: &Connection, id: IssueId, set: &IssueSet, op: &Op, n: i64) -> Result<(IssueSet, Issue), StoreError> {
    let key = id.as_bytes();
    let row: Option<i64> = db.prepare_cached("SELECT n FROM issue WHERE id = ?1")?.query_row([key], |row| row.get(0)).optional()?;
    let row = row.ok_or_else(|| StoreError::Refused(format!("there is no issue {id}")))?;
    let mut found = select(db, "issue.n = ?1", row)?;
    let mut issue = found.pop().ok_or_else(|| StoreError::Refused(format!("there is no issue {id}")))?;
    let old = issue.set(set.clone());
    match set {
        IssueSet::Frames(frames) => {
            let (first, last) = ends(*frames)?;
            db.execute("UPDATE issue SET first = ?2, last = ?3 WHERE n = ?1", params![row, first, last])?;
        }
        IssueSet::Resolved(on) => {
            db.execute("UPDATE issue SET resolved = ?2 WHERE n = ?1", params![row, on])?;
        }
        IssueSet::Deleted(on) => {
            db.execute("UPDATE issue SET deleted = ?2 WHERE n = ?1", params![row, on])?;
        }
        IssueSet::Comment(comment, said) => set_comment(db, row, *comment, said.as_ref(), op)?,
    }
    crate::apply::set_register(db, key, &set.register(), n)?;
    db.prepare_cached("INSERT OR IGNORE INTO edit VALUES (?1, ?2)")?.execute(params![key, n])?;
    Ok((old, issue))
}

/// Issues for which a condition holds, in the order in which they were added; those about what this version does not know are
/// left out.
fn select(db: &Connection, condition: &str, with: impl rusqlite::ToSql) -> Result<Vec<Issue>, StoreError> {
    let sql = format!(
        "SELECT issue.n, issue.id, file.id, first, last, target, resolved, issue.deleted FROM issue JOIN file ON file.n = issue.file
         WHERE {condition} ORDER BY issue.n"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([with])?;
    let mut issues = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(mut issue) = read(row)? {
            let mut statement = db.prepare_cached("SELECT id, text, author FROM comment WHERE issue = ?1")?;
            let mut comments = statement.query([row.get::<_, i64>(0)?])?;
            while let Some(row) = comments.next()? {
                let comment = Comment { text: row.get(1)?, author: Some(row.get(2)?) };
                issue.comments.insert(crate::read::id(row, 0, CommentId::from_slice)?, comment);
            }
            issues.push(issue);
        }
    }
    Ok(issues)
}

fn read(row: &Row<'_>) -> Result<Option<Issue>, StoreError> {
    let id = crate::read::id(row, 1, IssueId::from_slice)?;
    let target = Target::from_bytes(row.get_ref(5)?.as_blob().unwrap_or_default());
    let target = target.map_err(|error| StoreError::Damaged { what: format!("what issue {id} is about: {error}") })?;
    let Some(target) = target else { return Ok(None) };
    let frames = Frames::new(row.get(3)?, row.get(4)?);
    let mut issue = Issue::new(id, crate::read::id(row, 2, FileId::from_slice)?, frames, target);
    (issue.is_resolved, issue.is_deleted) = (row.get(6)?, row.get(7)?);
    Ok(Some(issue))
}

impl Project {
    /// The issues of a file; deleted ones among them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn issues(&self, file: FileId) -> Result<Issues, StoreError> {
        Ok(Issues::new(select(&self.db, "file.id = ?1", file.as_bytes())?))
    }

    /// Every live issue of live files, in the order in which they were opened.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn all_issues(&self) -> Result<Vec<Issue>, StoreError> {
        select(&self.db, "issue.deleted = ?1 AND file.deleted = 0", false)
    }
}
