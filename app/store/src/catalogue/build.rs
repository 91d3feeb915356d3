//! Making a catalogue, or making it anew from its source: a file aside, put in place of the old one when it is whole.

use super::error::CatalogueError;
use super::ids::{MANY, PIECE, encode};
use super::open::{Catalogue, Entry, Kind, MAGIC, TABLES, VERSION, entry_of};
use super::sorted::Sorter;
use limn_core::schema::OptionId;
use limn_core::schema::search::fold;
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::collections::hash_map::Entry as HashEntry;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Most rows of a source.
pub const MOST_ENTRIES: u64 = 5_000_000;

/// What the names of files in the making begin with.
const ASIDE: &str = ".catalogue-";

/// What a refresh did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Entries that are offered now.
    pub offered: u64,
    /// Those that were not there before.
    pub added: u64,
    /// Those whose text or second line is another now.
    pub changed: u64,
    /// Those that left the source, and were offered before.
    pub retired: u64,
    /// Those that came back.
    pub returned: u64,
    /// Rows left out because an earlier one has the same key.
    pub doubled: u64,
}

/// A catalogue in the making. Dropped before its end, it leaves everything as it was.
pub struct Builder {
    path: PathBuf,
    /// Goes away by itself unless it is put in place.
    aside: tempfile::TempPath,
    new: Connection,
    old: Option<Catalogue>,
    /// Entries by the beginning of their key's hash.
    by_key: HashMap<u64, u32>,
    /// Keys whose hashes begin like that of another.
    clashes: HashMap<String, u32>,
    seen: Vec<u64>,
    last: u32,
    rows: u64,
    most: u64,
    told: Refreshed,
    sorter: Sorter,
    /// Two that refresh at once would give one number to two entries.
    _lock: File,
}

fn lock(path: &Path) -> Result<File, CatalogueError> {
    let file = File::options().write(true).create(true).truncate(false).open(path).map_err(CatalogueError::io("lock", path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CatalogueError::Busy),
        Err(TryLockError::Error(source)) => Err(CatalogueError::io("lock", path)(source)),
    }
}

impl Builder {
    /// Begins to make the file; one that is there is the catalogue to be refreshed. `most`: rows that are taken.
    ///
    /// # Errors
    /// `Io` and `DiskFull`; `Damaged` when the file that is there cannot be read.
    pub fn new(path: &Path, most: u64) -> Result<Self, CatalogueError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(CatalogueError::io("make the folder", folder))?;
        let lock = lock(&folder.join(".lock"))?;
        // What a program that was killed has left: nobody else is at work.
        for left in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if left.file_name().as_encoded_bytes().starts_with(ASIDE.as_bytes()) {
                let _ = std::fs::remove_file(left.path());
            }
        }
        let old = if path.exists() { Some(Catalogue::open(path)?) } else { None };
        let aside = tempfile::Builder::new().prefix(ASIDE).tempfile_in(folder);
        let aside = aside.map_err(CatalogueError::io("make a file in", folder))?.into_temp_path();
        let new = (|| {
            let new = Connection::open(&aside)?;
            new.execute_batch("PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;")?;
            new.execute_batch(TABLES)?;
            new.execute_batch(&format!("PRAGMA application_id = {MAGIC}; PRAGMA user_version = {VERSION}; BEGIN"))?;
            Ok(new)
        })();
        let new = new.map_err(|error| unwritten(path, error))?;
        let sorter = Sorter::new(folder);
        let (by_key, clashes, seen) = (HashMap::new(), HashMap::new(), Vec::new());
        let path = path.to_owned();
        let mut builder =
            Self { path, aside, new, old, by_key, clashes, seen, last: 0, rows: 0, most, told: Refreshed::default(), sorter, _lock: lock };
        builder.learn()?;
        Ok(builder)
    }

    /// The keys that are there, and the last number that was used.
    fn learn(&mut self) -> Result<(), CatalogueError> {
        let Some(old) = self.old.take() else { return Ok(()) };
        old.told((|| {
            let mut all = old.db.prepare("SELECT id, key FROM entry")?;
            let mut rows = all.query([])?;
            while let Some(row) = rows.next()? {
                let id: u32 = row.get(0)?;
                self.last = self.last.max(id);
                self.know(row.get_ref(1)?.as_str()?, id);
            }
            Ok(())
        })())?;
        self.last = self.last.max(old.meta("last")?.unwrap_or_default());
        self.old = Some(old);
        Ok(())
    }

    fn know(&mut self, key: &str, id: u32) {
        match self.by_key.entry(hash(key)) {
            HashEntry::Vacant(free) => drop(free.insert(id)),
            HashEntry::Occupied(_) => drop(self.clashes.insert(key.to_owned(), id)),
        }
    }

    /// Takes a row of the source. `key` names the entry in the source, `text` is what is shown.
    ///
    /// # Errors
    /// `TooMany`, `Full`, `Io`, `DiskFull`; `Damaged` of the catalogue that is refreshed.
    pub fn add(&mut self, key: &str, text: &str, detail: &str) -> Result<(), CatalogueError> {
        self.rows += 1;
        if self.rows > self.most {
            return Err(CatalogueError::TooMany(self.most));
        }
        let known = match self.clashes.get(key).copied() {
            Some(id) => Some(id),
            None => self.by_key.get(&hash(key)).copied(),
        };
        let mut known = known.map(|id| Ok((id, self.entry(id)?))).transpose()?;
        known = known.filter(|(_, entry)| entry.as_ref().is_none_or(|entry| entry.key == key));
        let id = match &known {
            Some((id, _)) if self.is_seen(*id) => {
                self.told.doubled += 1;
                return Ok(());
            }
            Some((id, _)) => *id,
            None => {
                self.last = self.last.checked_add(1).ok_or(CatalogueError::Full)?;
                self.know(key, self.last);
                self.last
            }
        };
        match known.and_then(|(_, entry)| entry) {
            None => self.told.added += 1,
            Some(old) => {
                self.told.returned += u64::from(old.retired);
                self.told.changed += u64::from(old.text != text || old.detail != detail);
            }
        }
        self.see(id);
        self.told.offered += 1;
        self.put(&Entry { id: OptionId(id), key: key.to_owned(), text: text.to_owned(), detail: detail.to_owned(), retired: false })?;
        let folded = fold(text);
        let mut count = 0u32;
        let sort = (|| {
            for word in folded.split(' ').filter(|word| !word.is_empty()) {
                self.sorter.add(Kind::Word as u8, word, id)?;
                if count == 0 {
                    self.sorter.add(Kind::First as u8, word, id)?;
                }
                count += 1;
            }
            if key != text {
                for word in fold(key).split(' ').filter(|word| !word.is_empty()) {
                    self.sorter.add(Kind::Word as u8, word, id)?;
                }
            }
            self.sorter.add(Kind::Count as u8, &count.to_string(), id)
        })();
        sort.map_err(|source| self.unsorted(source))
    }

    /// The entry as the source had it before, or as an earlier row of it has it.
    fn entry(&self, id: u32) -> Result<Option<Entry>, CatalogueError> {
        if self.is_seen(id) {
            let sql = "SELECT id, key, text, detail, retired FROM entry WHERE id = ?1";
            let read = self.new.prepare_cached(sql).and_then(|mut one| one.query_row([id], entry_of));
            return read.map(Some).map_err(|error| unwritten(&self.path, error));
        }
        self.old.as_ref().map_or(Ok(None), |old| old.entry(OptionId(id)))
    }

    fn put(&self, entry: &Entry) -> Result<(), CatalogueError> {
        let sql = "INSERT INTO entry (id, key, text, detail, retired) VALUES (?1, ?2, ?3, ?4, ?5)";
        let put = self
            .new
            .prepare_cached(sql)
            .and_then(|mut one| one.execute(params![entry.id.0, entry.key, entry.text, entry.detail, entry.retired]));
        put.map(drop).map_err(|error| unwritten(&self.path, error))
    }

    fn is_seen(&self, id: u32) -> bool {
        self.seen.get(id as usize / 64).is_some_and(|bits| bits >> (id % 64) & 1 == 1)
    }

    fn see(&mut self, id: u32) {
        let at = id as usize / 64;
        if at >= self.seen.len() {
            self.seen.resize(at + 1, 0);
        }
        self.seen[at] |= 1 << (id % 64);
    }

    fn unsorted(&self, source: io::Error) -> CatalogueError {
        CatalogueError::io("write beside", &self.path)(source)
    }

    /// Retires what did not come, writes the lists of words, and puts the file in place. `source`: where it was taken from, in
    /// words; `now`: seconds since 1970 UTC; `step` is told how much is done of how much, and says whether to go on.
    ///
    /// # Errors
    /// `Cancelled`, `Io`, `DiskFull`; `Damaged` of the catalogue that is refreshed.
    pub fn finish(self, source: &str, now: i64, step: &mut dyn FnMut(u64, u64) -> bool) -> Result<Refreshed, CatalogueError> {
        let retired = self.retire()?;
        // Most memory of the refresh is in what is dropped here, and the lists need some.
        let Self { path, aside, new, mut told, sorter, last, _lock, .. } = self;
        told.retired = retired.1;
        let total = sorter.num;
        let (mut done, mut is_cancelled) = (0, false);
        let mut lists = Lists::new(&new);
        let sorted = sorter.each(&mut |pair| {
            done += 1;
            if done % 65_536 == 0 && !step(done, total) {
                is_cancelled = true;
                return Err(io::Error::other("stopped"));
            }
            lists.take(&pair.word, pair.id).map_err(io::Error::other)
        });
        if is_cancelled {
            return Err(CatalogueError::Cancelled);
        }
        sorted.map_err(|source| match source.downcast::<rusqlite::Error>() {
            Ok(error) => unwritten(&path, error),
            Err(source) => CatalogueError::io("write beside", &path)(source),
        })?;
        let written = lists.finish().and_then(|()| {
            let mut meta = new.prepare("INSERT INTO meta (key, value) VALUES (?1, ?2)")?;
            meta.execute(params!["source", source])?;
            for (key, value) in
                [("offered", told.offered as i64), ("retired", retired.0 as i64), ("last", i64::from(last)), ("refreshed", now)]
            {
                meta.execute(params![key, value])?;
            }
            drop(meta);
            new.execute_batch("COMMIT")
        });
        written.and_then(|()| new.close().map_err(|(_, error)| error)).map_err(|error| unwritten(&path, error))?;
        if !step(total, total) {
            return Err(CatalogueError::Cancelled);
        }
        // What is in place of the old one is on the disk before.
        let file = File::options().read(true).write(true).open(&aside);
        file.and_then(|file| file.sync_all()).map_err(CatalogueError::io("write", &path))?;
        aside.persist(&path).map_err(|error| CatalogueError::io("put in place", &path)(error.error))?;
        if let Some(folder) = path.parent().filter(|_| cfg!(unix)) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(CatalogueError::io("write", folder))?;
        }
        Ok(told)
    }

    /// Takes over what did not come: how many there are, and how many of them were offered until now.
    fn retire(&self) -> Result<(u64, u64), CatalogueError> {
        let Some(old) = &self.old else { return Ok((0, 0)) };
        let (mut all, mut newly) = (0, 0);
        let mut failed = None;
        old.told((|| {
            let mut rows = old.db.prepare("SELECT id, key, text, detail, retired FROM entry")?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let entry = entry_of(row)?;
                if self.is_seen(entry.id.0) {
                    continue;
                }
                (all, newly) = (all + 1, newly + u64::from(!entry.retired));
                if let Err(error) = self.put(&Entry { retired: true, ..entry }) {
                    failed = Some(error);
                    break;
                }
            }
            Ok(())
        })())?;
        failed.map_or(Ok((all, newly)), Err)
    }
}

/// Writes the lists of words in their order, and those of beginnings that many words share.
struct Lists<'a> {
    new: &'a Connection,
    word: Vec<u8>,
    ids: Vec<u32>,
    /// The beginnings of the word, each one letter longer, with the words that begin so.
    open: Vec<Begun>,
}

struct Begun {
    /// Bytes of the word.
    len: usize,
    words: usize,
    ids: Vec<u32>,
}

impl<'a> Lists<'a> {
    fn new(new: &'a Connection) -> Self {
        Self { new, word: Vec::new(), ids: Vec::new(), open: Vec::new() }
    }

    fn take(&mut self, word: &[u8], id: u32) -> rusqlite::Result<()> {
        if self.word != word {
            self.end_word()?;
            let same = self.word.iter().zip(word).take_while(|(a, b)| a == b).count();
            self.close(same)?;
            self.word = word.to_vec();
            if self.word.first() != Some(&(Kind::Count as u8)) {
                let text = str::from_utf8(word.get(1..).unwrap_or_default()).unwrap_or_default();
                let ends = text.char_indices().map(|(at, letter)| 1 + at + letter.len_utf8());
                let deep = self.open.last().map_or(1, |begun| begun.len);
                self.open.extend(ends.filter(|len| *len > deep).map(|len| Begun { len, words: 0, ids: Vec::new() }));
            }
        }
        self.ids.push(id);
        Ok(())
    }

    fn end_word(&mut self) -> rusqlite::Result<()> {
        if self.ids.is_empty() {
            return Ok(());
        }
        self.write("list", &self.word, &self.ids)?;
        match self.open.last_mut() {
            Some(begun) => {
                begun.words += 1;
                begun.ids.append(&mut self.ids);
            }
            None => self.ids.clear(),
        }
        Ok(())
    }

    /// Ends the beginnings that are longer than so many bytes.
    fn close(&mut self, len: usize) -> rusqlite::Result<()> {
        while let Some(mut begun) = self.open.pop_if(|begun| begun.len > len) {
            if begun.words > MANY {
                begun.ids.sort_unstable();
                begun.ids.dedup();
                self.write("start", &self.word[..begun.len], &begun.ids)?;
            }
            if let Some(above) = self.open.last_mut() {
                above.words += begun.words;
                if above.ids.is_empty() {
                    above.ids = begun.ids;
                } else {
                    above.ids.append(&mut begun.ids);
                }
            }
        }
        Ok(())
    }

    fn write(&self, table: &str, word: &[u8], ids: &[u32]) -> rusqlite::Result<()> {
        let (kind, text) =
            (word.first().copied().unwrap_or_default(), str::from_utf8(word.get(1..).unwrap_or_default()).unwrap_or_default());
        let sql = format!("INSERT INTO {table} (kind, word, first, ids) VALUES (?1, ?2, ?3, ?4)");
        let mut put = self.new.prepare_cached(&sql)?;
        for piece in ids.chunks(PIECE) {
            put.execute(params![kind, text, piece.first(), encode(piece)])?;
        }
        Ok(())
    }

    fn finish(&mut self) -> rusqlite::Result<()> {
        self.end_word()?;
        self.close(0)
    }
}

/// Of a key, so many bits that two that clash are known by their keys.
fn hash(key: &str) -> u64 {
    let mut head = [0; 8];
    head.copy_from_slice(&blake3::hash(key.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(head)
}

fn unwritten(path: &Path, error: rusqlite::Error) -> CatalogueError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => CatalogueError::DiskFull,
        _ => CatalogueError::io("write beside", path)(io::Error::other(error)),
    }
}
