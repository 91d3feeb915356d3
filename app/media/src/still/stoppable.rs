//! Bytes that are no longer given once nobody wants what is made of them: decoders that know of no stopping end with an error.

use std::cell::Cell;
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};

/// Given at once at most, so that a stop is soon noticed.
const AT_ONCE: usize = 1 << 16;

pub(super) struct Stoppable<'a> {
    bytes: Cursor<&'a [u8]>,
    cancel: &'a AtomicBool,
    stopped: &'a Cell<bool>,
}

impl<'a> Stoppable<'a> {
    /// `stopped` becomes true with the first bytes that are not given: `cancel` may be taken back before the decoder ends, and
    /// some decoders end without an error.
    pub fn new(bytes: &'a [u8], cancel: &'a AtomicBool, stopped: &'a Cell<bool>) -> Self {
        Self { bytes: Cursor::new(bytes), cancel, stopped }
    }
}

impl Read for Stoppable<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut given = self.fill_buf()?;
        let count = given.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Stoppable<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.stopped.get() || self.cancel.load(Ordering::Relaxed) {
            self.stopped.set(true);
            return Err(io::Error::other("nobody wants the picture any more"));
        }
        let left = self.bytes.fill_buf()?;
        Ok(&left[..left.len().min(AT_ONCE)])
    }

    fn consume(&mut self, count: usize) {
        self.bytes.consume(count);
    }
}

impl Seek for Stoppable<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_whole_until_they_are_no_longer_wanted() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|at| at as u8).collect();
        let (cancel, stopped) = (AtomicBool::new(false), Cell::new(false));
        let mut all = Vec::new();
        Stoppable::new(&bytes, &cancel, &stopped).read_to_end(&mut all).unwrap();
        assert_eq!(all, bytes);
        let mut reader = Stoppable::new(&bytes, &cancel, &stopped);
        reader.seek(SeekFrom::Start(70_000)).unwrap();
        let mut some = vec![0; 1000];
        reader.read_exact(&mut some).unwrap();
        assert_eq!(some, bytes[70_000..71_000]);
        cancel.store(true, Ordering::Relaxed);
        assert!(!stopped.get() && reader.read(&mut some).is_err());
        cancel.store(false, Ordering::Relaxed);
        assert!(stopped.get() && reader.fill_buf().is_err(), "it goes on in the middle");
    }
}
