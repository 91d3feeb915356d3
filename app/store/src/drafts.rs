//! What is not in the log: half-drawn shapes, so that a crash loses none, and settings of this place.

use crate::error::StoreError;
use crate::project::Project;
use limn_core::FileId;
use rusqlite::{OptionalExtension as _, params};

impl Project {
    /// Keeps a half-drawn shape of a tool; an empty content forgets it.
    pub fn save_draft(&mut self, file: FileId, frame: u64, tool: &str, content: &str) -> Result<(), StoreError> {
        let key = file.as_bytes();
        if content.is_empty() {
            self.db.prepare_cached("DELETE FROM draft WHERE file = ?1 AND frame = ?2")?.execute(params![key, frame])?;
        } else {
            self.db
                .prepare_cached(
                    "INSERT INTO draft VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET tool = excluded.tool, content = excluded.content",
                )?
                .execute(params![key, frame, tool, content])?;
        }
        Ok(())
    }

    /// The half-drawn shape kept for a frame: tool and content.
    pub fn draft(&self, file: FileId, frame: u64) -> Result<Option<(String, String)>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT tool, content FROM draft WHERE file = ?1 AND frame = ?2")?;
        Ok(statement.query_row(params![file.as_bytes(), frame], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Keeps a setting of this project on this machine (the file that was open, say).
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")?
            .execute([key, value])?;
        Ok(())
    }

    /// A setting kept earlier.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.db.query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| row.get(0)).optional()?)
    }
}
