//! Lists of entries: rising numbers, in pieces that are read when a search comes to them.

use super::error::CatalogueError;
use super::open::{Catalogue, Kind};
use rusqlite::OptionalExtension as _;

/// Most entries in a piece of a list.
pub(super) const PIECE: usize = 4096;
/// Most words that begin alike and are read one by one; of more, the entries are kept together.
pub(super) const MANY: usize = 128;

/// Most pieces that are looked at for words that begin alike: more than the lists of [`MANY`] words have in any file of ours
/// that is found in time, and a limit to files of others.
const MOST_ROWS: u32 = 1 << 14;

/// What follows the first of a piece: each step up, seven bits in a byte, the lowest first.
pub(super) fn encode(ids: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ids.len());
    for pair in ids.windows(2) {
        let mut step = pair[1].wrapping_sub(pair[0]);
        while step >= 0x80 {
            bytes.push(step as u8 | 0x80);
            step >>= 7;
        }
        bytes.push(step as u8);
    }
    bytes
}

/// The entries of a piece; `None` when the bytes are none.
pub(super) fn decode(first: u32, bytes: &[u8], into: &mut Vec<u32>) -> Option<()> {
    into.clear();
    into.push(first);
    let (mut last, mut step, mut shift) = (first, 0u32, 0);
    for byte in bytes {
        // Five bytes hold the greatest step.
        if shift > 28 {
            return None;
        }
        step |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            last = last.checked_add(step).filter(|_| step > 0)?;
            into.push(last);
            (step, shift) = (0, 0);
        }
    }
    (shift == 0).then_some(())
}

/// Rising numbers of entries.
pub(super) enum Ids {
    /// All at hand; the place of the next.
    Ready(Vec<u32>, usize),
    /// In pieces of a table.
    Stored(Stored),
    /// Those of any of these.
    Any(Vec<Ids>),
}

/// A list in a table, and the piece that is at hand.
pub(super) struct Stored {
    /// Beginnings, or whole words.
    starts: bool,
    kind: Kind,
    word: String,
    piece: Vec<u32>,
    at: usize,
    is_done: bool,
}

impl Ids {
    pub fn of_word(kind: Kind, word: &str) -> Self {
        Self::Stored(Stored { starts: false, kind, word: word.to_owned(), piece: Vec::new(), at: 0, is_done: false })
    }

    /// Of all words that begin so.
    pub fn of_beginning(catalogue: &Catalogue, kind: Kind, beginning: &str) -> Result<Self, CatalogueError> {
        let sql = "SELECT 1 FROM start WHERE kind = ?1 AND word = ?2 LIMIT 1";
        let asked = catalogue.db.prepare_cached(sql).and_then(|mut one| one.exists((kind as u8, beginning)));
        if catalogue.told(asked)? {
            let word = beginning.to_owned();
            return Ok(Self::Stored(Stored { starts: true, kind, word, piece: Vec::new(), at: 0, is_done: false }));
        }
        let mut lists = Vec::new();
        let mut ready = Vec::new();
        catalogue.told((|| {
            let sql = "SELECT word, first, ids FROM list WHERE kind = ?1 AND word >= ?2 AND word < ?3 ORDER BY word, first LIMIT ?4";
            let mut rows = catalogue.db.prepare_cached(sql)?;
            let mut rows = rows.query((kind as u8, beginning, format!("{beginning}\u{10ffff}"), MOST_ROWS))?;
            let (mut piece, mut long) = (Vec::new(), String::new());
            while let Some(row) = rows.next()? {
                let word = row.get_ref(0)?.as_str()?;
                // The list of a word that has several pieces is read when it is its turn.
                if long == word {
                    continue;
                }
                if decode(row.get(1)?, row.get_ref(2)?.as_blob()?, &mut piece).is_some() && piece.len() < PIECE {
                    ready.append(&mut piece);
                } else {
                    long = word.to_owned();
                    lists.push(Self::of_word(kind, word));
                }
            }
            Ok(())
        })())?;
        ready.sort_unstable();
        ready.dedup();
        if lists.is_empty() || !ready.is_empty() {
            lists.push(Self::Ready(ready, 0));
        }
        Ok(if lists.len() == 1 { lists.remove(0) } else { Self::Any(lists) })
    }

    /// The first that is this one or above.
    pub fn seek(&mut self, catalogue: &Catalogue, target: u32) -> Result<Option<u32>, CatalogueError> {
        match self {
            Self::Ready(ids, at) => {
                if let Some(id) = ids.get(*at).filter(|id| **id >= target) {
                    return Ok(Some(*id));
                }
                *at += ids.get(*at..).map_or(0, |rest| rest.partition_point(|id| *id < target));
                Ok(ids.get(*at).copied())
            }
            Self::Stored(stored) => stored.seek(catalogue, target),
            Self::Any(lists) => {
                let mut least = None;
                for list in lists {
                    let next = list.seek(catalogue, target)?;
                    least = match (least, next) {
                        (Some(least), Some(next)) => Some(std::cmp::min(least, next)),
                        (least, next) => least.or(next),
                    };
                }
                Ok(least)
            }
        }
    }
}

impl Stored {
    fn seek(&mut self, catalogue: &Catalogue, target: u32) -> Result<Option<u32>, CatalogueError> {
        if self.is_done {
            return Ok(None);
        }
        if let Some(id) = self.piece.get(self.at).filter(|id| **id >= target) {
            return Ok(Some(*id));
        }
        if self.piece.last().is_none_or(|last| *last < target) {
            self.load(catalogue, target)?;
        }
        // Lists that are gone through together are mostly near each other.
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let near = rest.iter().take(8).position(|id| *id >= target);
        self.at += near.unwrap_or_else(|| rest.partition_point(|id| *id < target));
        let found = self.piece.get(self.at).copied();
        self.is_done = found.is_none();
        Ok(found)
    }

    /// The piece that holds what is sought, or the one after it.
    fn load(&mut self, catalogue: &Catalogue, target: u32) -> Result<(), CatalogueError> {
        let below = "AND first <= ?3 ORDER BY first DESC LIMIT 1";
        self.read(catalogue, below, target)?;
        if self.piece.last().is_none_or(|last| *last < target) {
            self.read(catalogue, "AND first > ?3 ORDER BY first LIMIT 1", target)?;
        }
        Ok(())
    }

    fn read(&mut self, catalogue: &Catalogue, which: &str, target: u32) -> Result<(), CatalogueError> {
        let table = if self.starts { "start" } else { "list" };
        let sql = format!("SELECT first, ids FROM {table} WHERE kind = ?1 AND word = ?2 {which}");
        let piece = &mut self.piece;
        self.at = 0;
        let read = catalogue.db.prepare_cached(&sql).and_then(|mut one| {
            let decoded = |row: &rusqlite::Row<'_>| Ok(decode(row.get(0)?, row.get_ref(1)?.as_blob()?, piece));
            one.query_row((self.kind as u8, &self.word, target), decoded).optional()
        });
        match catalogue.told(read)? {
            Some(Some(())) => Ok(()),
            Some(None) => Err(catalogue.damaged(format!("the list of \"{}\" is broken", self.word))),
            None => {
                self.piece.clear();
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_piece_is_read_as_it_was_written(mut ids in proptest::collection::btree_set(any::<u32>(), 1..50)) {
            ids.insert(u32::MAX);
            let ids: Vec<u32> = ids.into_iter().collect();
            let mut read = Vec::new();
            prop_assert!(decode(ids[0], &encode(&ids), &mut read).is_some());
            prop_assert_eq!(read, ids);
        }

        #[test]
        fn any_bytes_are_read_or_refused(first in any::<u32>(), bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut read = Vec::new();
            if decode(first, &bytes, &mut read).is_some() {
                prop_assert!(read.is_sorted() && read.len() <= bytes.len() + 1);
            }
        }
    }
}
