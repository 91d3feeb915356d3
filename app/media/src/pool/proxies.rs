//! Which frames of stepping proxies are to be shown until the frames themselves come. No file is touched and no thread is
//! known here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use super::PictureKey;
use super::state::{Source, State};
use crate::picture::Picture;
use crate::proxy::ProxyReader;
use crate::video::{RunOrder, VideoIndex, VideoReader};

/// A frame that comes within so many by going on is not worth a frame of the proxy.
const SOON: u64 = 3;

/// What is known about the proxy of a video. A video that is not in the map was not looked at.
enum Proxy {
    None,
    /// A thread opens it or reads this frame of it.
    Busy(u64),
    Open(Box<ProxyReader>),
}

/// Work for a decoding thread: a frame out of a proxy.
pub(super) struct ProxyJob {
    pub key: PictureKey,
    pub index: Arc<VideoIndex>,
    /// `None`: it is to be opened, if there is one.
    pub reader: Option<Box<ProxyReader>>,
}

#[derive(Default)]
pub(super) struct ProxyQueue {
    of: BTreeMap<Arc<Path>, Proxy>,
    /// Frames of the wanted list that were given, or have none.
    given: BTreeSet<PictureKey>,
    /// Frames that a run under way gives next.
    flowing: BTreeMap<Arc<Path>, RangeInclusive<u64>>,
}

impl ProxyQueue {
    /// Forgets the given frames that are no longer among those to be told.
    pub fn keep_only(&mut self, told: &[PictureKey]) {
        self.given.retain(|key| told.contains(key));
    }

    /// What a run gives from now on, in which order; `None`: nothing any more.
    pub fn set_flowing(&mut self, path: &Arc<Path>, frames: Option<(RangeInclusive<u64>, RunOrder)>) {
        let Some((frames, order)) = frames else {
            self.flowing.remove(path);
            return;
        };
        let (first, last) = frames.into_inner();
        let soon = match order {
            RunOrder::Forward => first..=last.min(first.saturating_add(SOON - 1)),
            // Decoded already.
            RunOrder::NewestFirst { step } => first.max(last.saturating_sub(SOON * 2 * step))..=last,
        };
        self.flowing.insert(path.clone(), soon);
    }

    /// The proxy is another one now, or gone. One that is being read goes when it comes back.
    pub fn forget(&mut self, path: &Path) {
        self.of.remove(path);
        self.given.retain(|key| *key.path != *path);
    }

    /// Whether this frame is being read out of a proxy.
    pub fn is_reading(&self, key: &PictureKey) -> bool {
        matches!(self.of.get(&key.path), Some(Proxy::Busy(frame)) if *frame == key.frame)
    }

    pub fn has(&self, path: &Path) -> bool {
        self.of.get(path).is_some_and(|proxy| !matches!(proxy, Proxy::None))
    }
}

impl State {
    /// The frame to read out of a proxy for the wanted picture at `place`, where that is worth it.
    pub(super) fn proxy_job_at(&mut self, place: usize) -> Option<ProxyJob> {
        let key = self.wanted.get(place).filter(|_| place < self.told && self.reads_proxies)?;
        let Some(Source::Video(index)) = self.sources.get(&key.path) else { return None };
        let soon = |(path, reader): &(Arc<Path>, Box<VideoReader>)| *path == key.path && reader.is_near(key.frame, SOON);
        let comes = self.proxies.flowing.get(&key.path).is_some_and(|frames| frames.contains(&key.frame)) || self.readers.iter().any(soon);
        if comes || self.cache.contains(key) || self.given_up.contains(key) || self.proxies.given.contains(key) {
            return None;
        }
        let (key, index) = (key.clone(), index.clone());
        let slot = self.proxies.of.get_mut(&key.path);
        let reader = match slot {
            None => None,
            Some(Proxy::Open(_)) => match std::mem::replace(slot?, Proxy::Busy(key.frame)) {
                Proxy::Open(reader) => Some(reader),
                Proxy::None | Proxy::Busy(_) => None,
            },
            Some(Proxy::None | Proxy::Busy(_)) => return None,
        };
        self.proxies.of.insert(key.path.clone(), Proxy::Busy(key.frame));
        self.proxies.given.insert(key.clone());
        Some(ProxyJob { key, index, reader })
    }

    /// A thread is done with a proxy: its reader, if it can be used further, and the frame, if there is one.
    pub fn proxy_ended(&mut self, key: &PictureKey, index: &Arc<VideoIndex>, reader: Option<Box<ProxyReader>>, picture: Option<Picture>) {
        let is_same = matches!(self.sources.get(&key.path), Some(Source::Video(now)) if Arc::ptr_eq(now, index));
        match self.proxies.of.get_mut(&key.path) {
            Some(slot) if is_same => *slot = reader.map_or(Proxy::None, Proxy::Open),
            // Forgotten meanwhile: it is looked at anew.
            _ => self.proxies.forget(&key.path),
        }
        // The frame itself may have come sooner.
        if let Some(picture) = picture.filter(|_| is_same && !self.cache.contains(key)) {
            self.coarse(key, picture);
        }
    }

    /// Proxies were made or taken away.
    pub fn renew_proxies(&mut self) {
        self.proxies.of.clear();
        self.proxies.given.clear();
    }

    /// Whether a file has a proxy that is in use.
    pub fn has_proxy(&self, path: &Path) -> bool {
        self.proxies.has(path)
    }
}
