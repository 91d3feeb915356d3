//! Decoded pictures, bounded by bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::PictureKey;
use crate::picture::Picture;

/// Keeps the pictures that were used last. Wanted pictures go last, the least needed of them first.
pub(super) struct PictureCache {
    max_bytes: u64,
    bytes: u64,
    clock: u64,
    entries: BTreeMap<PictureKey, Entry>,
}

struct Entry {
    picture: Arc<Picture>,
    used: u64,
}

impl PictureCache {
    pub fn new(max_bytes: u64) -> PictureCache {
        PictureCache { max_bytes, bytes: 0, clock: 0, entries: BTreeMap::new() }
    }

    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    pub fn contains(&self, key: &PictureKey) -> bool {
        self.entries.contains_key(key)
    }

    pub fn get(&mut self, key: &PictureKey) -> Option<Arc<Picture>> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.clock;
        Some(entry.picture.clone())
    }

    /// The frame of the same file nearest to that of `key`; of two the earlier one.
    pub fn nearest(&self, key: &PictureKey) -> Option<u64> {
        let before = self.entries.range(..=key).next_back();
        let after = self.entries.range(key..).next();
        let found = before.into_iter().chain(after).map(|(found, _)| found).filter(|found| found.path == key.path);
        found.map(|found| found.frame).min_by_key(|frame| frame.abs_diff(key.frame))
    }

    /// Puts a picture in and others out. `rank` is the place of a key among the wanted ones, 0 the most needed.
    /// False when the picture would put out something more needed: then it is not kept.
    pub fn insert(&mut self, key: PictureKey, picture: Arc<Picture>, rank: impl Fn(&PictureKey) -> Option<usize>) -> bool {
        let size = picture.bytes();
        // Unwanted pictures count as needed less than any wanted one.
        let need = |key: &PictureKey| rank(key).map_or(usize::MAX, |r| r);
        let own = need(&key);
        self.remove(&key);
        while self.bytes + size > self.max_bytes {
            let victim = self.entries.iter().max_by_key(|(k, entry)| (need(k), u64::MAX - entry.used)).map(|(k, _)| k.clone());
            match victim {
                None => break,
                Some(victim) if need(&victim) > own || own == usize::MAX && need(&victim) == own => self.remove(&victim),
                Some(_) if own == 0 => break,
                Some(_) => return false,
            }
        }
        if self.bytes + size > self.max_bytes && own != 0 && !self.entries.is_empty() {
            return false;
        }
        self.clock += 1;
        self.bytes += size;
        self.entries.insert(key, Entry { picture, used: self.clock });
        true
    }

    fn remove(&mut self, key: &PictureKey) {
        if let Some(entry) = self.entries.remove(key) {
            self.bytes -= entry.picture.bytes();
        }
    }

    pub fn forget(&mut self, path: &Path) {
        let keys: Vec<PictureKey> = self.entries.keys().filter(|k| &*k.path == path).cloned().collect();
        keys.iter().for_each(|key| self.remove(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(frame: u64) -> PictureKey {
        PictureKey::new(Path::new("v"), frame)
    }

    /// A picture of 4,000 bytes: too small for further levels.
    fn picture() -> Arc<Picture> {
        Arc::new(Picture::from_rgba(40, 25, Vec::new()))
    }

    #[test]
    fn the_one_used_longest_ago_goes_first() {
        let mut cache = PictureCache::new(12_000);
        for n in 0..3 {
            assert!(cache.insert(key(n), picture(), |_| None));
        }
        assert!(cache.get(&key(0)).is_some());
        assert!(cache.insert(key(3), picture(), |_| None));
        assert_eq!((0..4).map(|n| cache.contains(&key(n))).collect::<Vec<_>>(), [true, false, true, true]);
        assert_eq!(cache.bytes, 12_000);
    }

    #[test]
    fn what_is_needed_more_is_never_put_out() {
        let mut cache = PictureCache::new(8_000);
        let rank = |k: &PictureKey| (k.frame < 10).then_some(k.frame as usize);
        assert!(cache.insert(key(50), picture(), rank));
        assert!(cache.insert(key(1), picture(), rank));
        assert!(cache.insert(key(2), picture(), rank));
        assert!(!cache.contains(&key(50)));
        assert!(!cache.insert(key(3), picture(), rank) && !cache.insert(key(60), picture(), rank));
        assert!(cache.insert(key(0), picture(), rank));
        assert!(cache.contains(&key(0)) && cache.contains(&key(1)) && !cache.contains(&key(2)));
    }

    #[test]
    fn the_shown_picture_is_kept_however_large() {
        let mut cache = PictureCache::new(10);
        assert!(cache.insert(key(0), picture(), |k| (k.frame == 0).then_some(0)));
        assert!(!cache.insert(key(1), picture(), |k| Some(k.frame as usize)));
        assert!(cache.contains(&key(0)));
    }

    #[test]
    fn the_nearest_frame_is_of_the_same_file() {
        let mut cache = PictureCache::new(100_000);
        assert_eq!(cache.nearest(&key(5)), None);
        for frame in [10, 20, 90] {
            cache.insert(key(frame), picture(), |_| None);
        }
        cache.insert(PictureKey::new(Path::new("u"), 50), picture(), |_| None);
        cache.insert(PictureKey::new(Path::new("w"), 50), picture(), |_| None);
        let nearest = [0, 14, 15, 16, 20, 56, 1000].map(|frame| cache.nearest(&key(frame)));
        assert_eq!(nearest, [10, 10, 10, 20, 20, 90, 90].map(Some));
    }

    #[test]
    fn a_file_can_be_forgotten() {
        let mut cache = PictureCache::new(100_000);
        cache.insert(key(0), picture(), |_| None);
        cache.insert(PictureKey::new(Path::new("w"), 0), picture(), |_| None);
        cache.forget(Path::new("v"));
        assert!(!cache.contains(&key(0)) && cache.bytes == 4_000);
    }
}
