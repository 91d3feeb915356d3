//! Sorting more pairs of word and entry than memory should hold: pieces are sorted and put on the disk, and read together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Longest word, in bytes: what is longer is known by its beginning.
pub(super) const MOST_WORD: usize = 60;
/// Pairs that are sorted in memory; of 24 bytes each, and their words.
const IN_MEMORY: usize = 1 << 21;

/// A word and an entry that holds it. The word begins with what it is to the entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub word: Vec<u8>,
    pub id: u32,
}

/// See the module.
pub(super) struct Sorter {
    folder: PathBuf,
    words: Vec<u8>,
    /// The first eight bytes of the word, where it is among the words, its length, the entry.
    pairs: Vec<(u64, u32, u32, u8)>,
    pieces: Vec<File>,
    pub num: u64,
}

impl Sorter {
    /// With pieces in this folder; they have no names and go with the process.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), words: Vec::new(), pairs: Vec::new(), pieces: Vec::new(), num: 0 }
    }

    /// Adds a pair; of a long word the beginning.
    pub fn add(&mut self, kind: u8, word: &str, id: u32) -> io::Result<()> {
        let word = &word.as_bytes()[..word.floor_char_boundary(MOST_WORD)];
        let start = self.words.len() as u32;
        self.words.push(kind);
        self.words.extend_from_slice(word);
        let mut head = [0; 8];
        let taken = &self.words[start as usize..];
        let len = taken.len().min(8);
        head[..len].copy_from_slice(&taken[..len]);
        self.pairs.push((u64::from_be_bytes(head), start, id, taken.len() as u8));
        self.num += 1;
        if self.pairs.len() >= IN_MEMORY { self.put_away() } else { Ok(()) }
    }

    fn put_away(&mut self) -> io::Result<()> {
        let words = std::mem::take(&mut self.words);
        let word = |start: u32, len: u8| &words[start as usize..start as usize + usize::from(len)];
        self.pairs.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| word(a.1, a.3).cmp(word(b.1, b.3))).then(a.2.cmp(&b.2)));
        let mut out = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(&self.folder)?);
        for (_, start, id, len) in self.pairs.drain(..) {
            out.write_all(&[len])?;
            out.write_all(word(start, len))?;
            out.write_all(&id.to_le_bytes())?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.pieces.push(file);
        self.words = words;
        self.words.clear();
        Ok(())
    }

    /// All pairs in order, those that are the same once.
    pub fn each(mut self, take: &mut dyn FnMut(&Pair) -> io::Result<()>) -> io::Result<()> {
        self.put_away()?;
        drop((self.words, self.pairs));
        let mut pieces: Vec<BufReader<File>> = self.pieces.into_iter().map(|file| BufReader::with_capacity(1 << 17, file)).collect();
        let mut heap = BinaryHeap::new();
        for (at, piece) in pieces.iter_mut().enumerate() {
            heap.extend(next(piece)?.map(|pair| Reverse((pair, at))));
        }
        let mut last: Option<Pair> = None;
        while let Some(Reverse((pair, at))) = heap.pop() {
            heap.extend(next(&mut pieces[at])?.map(|pair| Reverse((pair, at))));
            if last.as_ref() != Some(&pair) {
                take(&pair)?;
                last = Some(pair);
            }
        }
        Ok(())
    }
}

fn next(piece: &mut BufReader<File>) -> io::Result<Option<Pair>> {
    let mut len = [0];
    if piece.read(&mut len)? == 0 {
        return Ok(None);
    }
    let mut word = vec![0; usize::from(len[0])];
    let mut id = [0; 4];
    piece.read_exact(&mut word)?;
    piece.read_exact(&mut id)?;
    Ok(Some(Pair { word, id: u32::from_le_bytes(id) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_come_in_order_and_once_from_several_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path());
        for (word, id) in [("zinc", 3), ("bolt", 2), ("a word of more than eight", 1)] {
            sorter.add(0, word, id).unwrap();
        }
        sorter.put_away().unwrap();
        for (word, id) in [("bolt", 1), ("a word of more than ten", 1), ("bolt", 2), (&"ä".repeat(40), 4)] {
            sorter.add(0, word, id).unwrap();
        }
        let mut told = Vec::new();
        sorter
            .each(&mut |pair| {
                told.push((String::from_utf8(pair.word[1..].to_vec()).unwrap(), pair.id));
                Ok(())
            })
            .unwrap();
        let want = [("a word of more than eight", 1), ("a word of more than ten", 1), ("bolt", 1), ("bolt", 2), ("zinc", 3)];
        let mut want: Vec<(String, u32)> = want.map(|(word, id)| (word.to_owned(), id)).to_vec();
        want.push(("ä".repeat(30), 4));
        assert_eq!(told, want);
    }
}
