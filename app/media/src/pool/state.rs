//! What is wanted, what is known, and what to do next. No file is touched and no thread is known here.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::cache::PictureCache;
use super::proxies::{ProxyJob, ProxyQueue};
use super::tiles::{PassJob, TileJob, TileQueue};
use super::{MediaEvent, PictureKey, PictureReady, Request, RequestKind};
use crate::error::MediaError;
use crate::picture::Picture;
use crate::pyramid::{Pyramid, Tile, TileId};
use crate::thumb::ThumbOf;
use crate::video::{RunOrder, VideoIndex, VideoReader};

/// Longest list of wanted pictures, and of single wishes.
const MAX_QUEUED: usize = 4096;
/// Most events that wait; older ones are dropped, since the cache can be asked instead.
const MAX_EVENTS: usize = 8192;

/// What a path turned out to be.
pub(super) enum Source {
    Image,
    /// A video whose index is being made.
    Indexing,
    Video(Arc<VideoIndex>),
    Broken(Arc<MediaError>),
}

/// Work for a decoding thread.
pub(super) enum Job {
    /// Find out what the file is, and decode it if it is an image.
    Still(PictureKey, Arc<AtomicBool>),
    /// Decode frames `first` to `last` of a video.
    Run(RunJob),
    /// Make a tile of a large picture.
    Tile(TileJob),
    /// Read a frame out of a stepping proxy.
    Proxy(ProxyJob),
}

pub(super) struct RunJob {
    pub path: Arc<Path>,
    pub index: Arc<VideoIndex>,
    pub reader: Option<Box<VideoReader>>,
    pub first: u64,
    pub last: u64,
    pub order: RunOrder,
    pub abort: Arc<AtomicBool>,
}

impl RunJob {
    /// The frame that the run is made for.
    pub fn target(&self) -> u64 {
        if self.order == RunOrder::Forward { self.first } else { self.last }
    }
}

pub(super) struct IndexJob {
    pub path: Arc<Path>,
    pub cancel: Arc<AtomicBool>,
    /// Asked for by itself, not only for a frame: not cancelled when the frame is no longer wanted.
    explicit: bool,
}

struct Wish {
    request: Request,
    number: u64,
}

pub(super) struct State {
    pub(super) stopping: bool,
    pub(super) wanted: Vec<PictureKey>,
    /// So many of the wanted ones are told when they come; the others only have to be in the cache.
    pub(super) told: usize,
    /// Of the small pictures of whole files that were asked for last, pixels.
    poster_side: Option<u32>,
    /// Those that are told and were looked at by their small pictures.
    glanced_at: BTreeSet<PictureKey>,
    wishes: Vec<Wish>,
    num_wishes: u64,
    pub(super) sources: BTreeMap<Arc<Path>, Source>,
    /// Open videos that no thread uses now, the last used at the end.
    pub(super) readers: Vec<(Arc<Path>, Box<VideoReader>)>,
    /// Pictures being decoded, with the flag that stops it.
    pub(super) in_work: BTreeMap<PictureKey, Arc<AtomicBool>>,
    /// Files that one thread works on and others must leave alone.
    pub(super) busy: BTreeSet<Arc<Path>>,
    /// Wanted pictures that failed, or did not fit into the cache: not tried again until the list changes.
    pub(super) given_up: BTreeSet<PictureKey>,
    index_queue: VecDeque<IndexJob>,
    index_in_work: Option<IndexJob>,
    tiles: TileQueue,
    pub(super) proxies: ProxyQueue,
    /// Whether there is a folder that proxies may be in.
    pub(super) reads_proxies: bool,
    pub(super) cache: PictureCache,
    /// Size of the last decoded picture: what others will take, too.
    pub(super) typical_bytes: u64,
    events: VecDeque<MediaEvent>,
}

impl State {
    pub fn new(cache_bytes: u64, reads_proxies: bool) -> State {
        State {
            stopping: false,
            wanted: Vec::new(),
            told: 0,
            poster_side: None,
            glanced_at: BTreeSet::new(),
            wishes: Vec::new(),
            num_wishes: 0,
            sources: BTreeMap::new(),
            readers: Vec::new(),
            in_work: BTreeMap::new(),
            busy: BTreeSet::new(),
            given_up: BTreeSet::new(),
            index_queue: VecDeque::new(),
            index_in_work: None,
            tiles: TileQueue::default(),
            proxies: ProxyQueue::default(),
            reads_proxies,
            cache: PictureCache::new(cache_bytes),
            typical_bytes: 0,
            events: VecDeque::new(),
        }
    }

    pub fn stop(&mut self) {
        self.stopping = true;
        self.tiles.stop();
        self.in_work.values().for_each(|abort| abort.store(true, Ordering::Relaxed));
        if let Some(job) = &self.index_in_work {
            job.cancel.store(true, Ordering::Relaxed);
        }
    }

    pub fn stopping(&self) -> bool {
        self.stopping
    }

    pub fn set_wanted(&mut self, mut wanted: Vec<PictureKey>, told: usize) {
        wanted.truncate(MAX_QUEUED);
        self.wanted = wanted;
        self.told = told;
        self.given_up.clear();
        self.glanced_at.retain(|key| self.wanted.iter().take(told).any(|wanted| wanted == key));
        self.proxies.keep_only(&self.wanted[..told.min(self.wanted.len())]);
        // The first one must be the last to leave the cache.
        for key in self.wanted.iter().rev() {
            self.cache.get(key);
        }
        let needed: BTreeSet<&PictureKey> = self.wanted.iter().chain(self.wishes.iter().map(|w| &w.request.key)).collect();
        for (key, abort) in &self.in_work {
            abort.store(!needed.contains(key), Ordering::Relaxed);
        }
        let paths: BTreeSet<&Arc<Path>> = needed.iter().map(|key| &key.path).collect();
        if let Some(job) = self.index_in_work.as_ref().filter(|job| !job.explicit) {
            job.cancel.store(!paths.contains(&job.path), Ordering::Relaxed);
        }
        let sources = &mut self.sources;
        self.index_queue.retain(|job| {
            let keep = job.explicit || paths.contains(&job.path);
            if !keep {
                sources.remove(&job.path);
            }
            keep
        });
    }

    pub fn request(&mut self, request: Request) -> bool {
        if request.kind == RequestKind::Picture
            && let Some(picture) = self.cache.get(&request.key)
        {
            self.push(MediaEvent::Picture(PictureReady { key: request.key, result: Ok(picture) }));
            return true;
        }
        if let RequestKind::Poster { max_side } = request.kind {
            self.poster_side = Some(max_side);
        }
        if request.kind == RequestKind::Index {
            return self.request_index(&request.key.path);
        }
        self.wishes.retain(|w| (&w.request.key, w.request.kind) != (&request.key, request.kind));
        if self.wishes.len() >= MAX_QUEUED {
            let least = self.wishes.iter().enumerate().min_by_key(|(_, w)| (w.request.priority, w.number));
            match least.map(|(i, w)| (i, w.request.priority)) {
                Some((i, priority)) if priority < request.priority => drop(self.wishes.swap_remove(i)),
                _ => return false,
            }
        }
        self.num_wishes += 1;
        self.wishes.push(Wish { request, number: self.num_wishes });
        true
    }

    fn request_index(&mut self, path: &Arc<Path>) -> bool {
        match self.sources.get(path) {
            Some(Source::Video(index)) => {
                let result = Ok(index.clone());
                self.push(MediaEvent::Index { path: path.clone(), result });
            }
            Some(Source::Indexing) => {
                let queued = self.index_queue.iter_mut().chain(self.index_in_work.as_mut());
                queued.filter(|job| job.path == *path).for_each(|job| job.explicit = true);
            }
            Some(Source::Image | Source::Broken(_)) | None => {
                if self.index_queue.len() >= MAX_QUEUED {
                    return false;
                }
                self.queue_index(path.clone(), true);
            }
        }
        true
    }

    fn queue_index(&mut self, path: Arc<Path>, explicit: bool) {
        self.sources.insert(path.clone(), Source::Indexing);
        // The newest first: it is what the user looks at.
        self.index_queue.push_front(IndexJob { path, cancel: Arc::default(), explicit });
    }

    pub fn num_events(&self) -> usize {
        self.events.len()
    }

    pub fn next_event(&mut self) -> Option<MediaEvent> {
        self.events.pop_front()
    }

    fn push(&mut self, event: MediaEvent) {
        // Only the newest progress of a file is of interest.
        match &event {
            MediaEvent::IndexProgress { path, .. } => {
                self.events.retain(|e| !matches!(e, MediaEvent::IndexProgress { path: p, .. } if p == path));
            }
            MediaEvent::TilesProgress { path, .. } => {
                self.events.retain(|e| !matches!(e, MediaEvent::TilesProgress { path: p, .. } if p == path));
            }
            _ => {}
        }
        if self.events.len() >= MAX_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    pub fn cached(&mut self, key: &PictureKey) -> Option<Arc<Picture>> {
        self.cache.get(key)
    }

    pub fn nearest(&self, key: &PictureKey) -> Option<u64> {
        self.cache.nearest(key)
    }

    pub fn index(&self, path: &Path) -> Option<Arc<VideoIndex>> {
        match self.sources.get(path)? {
            Source::Video(index) => Some(index.clone()),
            _ => None,
        }
    }

    pub fn forget(&mut self, path: &Path) {
        self.cache.forget(path);
        self.readers.retain(|(open, _)| **open != *path);
        self.proxies.forget(path);
        self.given_up.retain(|key| &*key.path != path);
        let in_work = self.in_work.iter().filter(|(key, _)| &*key.path == path);
        in_work.for_each(|(_, abort)| abort.store(true, Ordering::Relaxed));
        if !matches!(self.sources.get(path), Some(Source::Indexing)) {
            self.sources.remove(path);
        }
    }

    /// The next work for a decoding thread: what is wanted in its order, then single wishes.
    pub fn next_job(&mut self) -> Option<Job> {
        // More than fits would be put out of the cache again before it is seen.
        let fits = (self.cache.max_bytes() / self.typical_bytes.max(1)).max(1);
        let fits = usize::try_from(fits).unwrap_or(usize::MAX);
        let mut wishes: Vec<&Wish> = self.wishes.iter().filter(|w| w.request.kind == RequestKind::Picture).collect();
        wishes.sort_by_key(|w| std::cmp::Reverse((w.request.priority, w.number)));
        let candidates: Vec<PictureKey> = self.wanted.iter().take(fits).chain(wishes.iter().map(|w| &w.request.key)).cloned().collect();
        let mut candidates = candidates.into_iter();
        // The picture to show, then what is looked at of it, then what may be shown next. What a proxy has of these comes first:
        // it takes a tenth of the time.
        let quick = self.proxy_job_at(0).map(Job::Proxy);
        if quick.is_none() && self.wanted.first().is_some_and(|key| self.proxies.is_reading(key)) {
            // Decoding from the key beside it would keep the processor from it.
            return None;
        }
        let shown = quick.or_else(|| candidates.next().and_then(|key| self.job_for(&key)));
        let shown = shown.or_else(|| (1..self.told.min(self.wanted.len())).find_map(|place| self.proxy_job_at(place)).map(Job::Proxy));
        let shown = shown.or_else(|| self.tiles.next_tile().map(Job::Tile));
        shown.or_else(|| candidates.find_map(|key| self.job_for(&key)))
    }

    pub(super) fn is_open(&self, key: &PictureKey) -> bool {
        !self.cache.contains(key) && !self.in_work.contains_key(key) && !self.given_up.contains(key)
    }

    fn job_for(&mut self, key: &PictureKey) -> Option<Job> {
        if !self.is_open(key) || self.busy.contains(&key.path) {
            return None;
        }
        match self.sources.get(&key.path) {
            Some(Source::Indexing) => None,
            Some(Source::Broken(error)) => {
                let error = error.clone();
                self.failed(key.clone(), error);
                None
            }
            Some(Source::Image) => {
                let abort = Arc::<AtomicBool>::default();
                self.in_work.insert(key.clone(), abort.clone());
                Some(Job::Still(key.clone(), abort))
            }
            None => {
                // One thread finds out what the file is.
                self.busy.insert(key.path.clone());
                let abort = Arc::<AtomicBool>::default();
                self.in_work.insert(key.clone(), abort.clone());
                Some(Job::Still(key.clone(), abort))
            }
            Some(Source::Video(index)) => {
                let index = index.clone();
                let reader = self.take_reader(key, &index);
                let (first, last, order) = self.plan_run(key, &index, reader.as_deref());
                let abort = Arc::<AtomicBool>::default();
                let flows = order == RunOrder::Forward && reader.as_ref().is_some_and(|reader| reader.is_near(first, 1));
                self.proxies.set_flowing(&key.path, flows.then_some((first..=last, order)));
                self.busy.insert(key.path.clone());
                self.in_work.insert(key.clone(), abort.clone());
                Some(Job::Run(RunJob { path: key.path.clone(), index, reader, first, last, order, abort }))
            }
        }
    }

    /// A thread found that the file is an image.
    pub fn is_image(&mut self, path: &Arc<Path>) {
        self.sources.insert(path.clone(), Source::Image);
        self.busy.remove(path);
    }

    /// A thread found that the file is no image: its frames wait for its index.
    pub fn is_video(&mut self, key: &PictureKey) {
        self.busy.remove(&key.path);
        self.in_work.remove(key);
        if !self.sources.contains_key(&key.path) {
            self.queue_index(key.path.clone(), false);
        }
    }

    /// A picture was decoded.
    pub fn decoded(&mut self, key: PictureKey, picture: Picture) {
        let picture = Arc::new(picture);
        self.typical_bytes = picture.bytes();
        self.in_work.remove(&key);
        let wanted = &self.wanted;
        let rank = |key: &PictureKey| wanted.iter().position(|k| k == key);
        let place = rank(&key);
        if !self.cache.insert(key.clone(), picture.clone(), rank) && place.is_some() {
            self.given_up.insert(key.clone());
        }
        if self.take_wish(&key) || place.is_some_and(|place| place < self.told) {
            self.push(MediaEvent::Picture(PictureReady { key, result: Ok(picture) }));
        }
    }

    /// The smaller levels of a picture are there; it is still being decoded. Only whoever waits for it now is told.
    pub fn coarse(&mut self, key: &PictureKey, picture: Picture) {
        if self.cache.get(key).is_none() && self.wanted.iter().take(self.told).any(|wanted| wanted == key) {
            self.push(MediaEvent::Coarse(PictureReady { key: key.clone(), result: Ok(Arc::new(picture)) }));
        }
    }

    /// A picture that somebody waits for, and the side of the small one that may be kept of its file.
    pub fn next_glance(&mut self) -> Option<(PictureKey, u32)> {
        let side = self.poster_side?;
        let awaited: Vec<PictureKey> = self.wanted.iter().take(self.told).filter(|key| key.frame == 0).cloned().collect();
        for key in awaited {
            let may_be_image = matches!(self.sources.get(&key.path), None | Some(Source::Image));
            if may_be_image && self.cache.get(&key).is_none() && self.glanced_at.insert(key.clone()) {
                return Some((key, side));
            }
        }
        None
    }

    /// Decoding stopped because nobody wanted the picture any more. If somebody does again, it is begun anew.
    pub fn cancelled(&mut self, key: &PictureKey) {
        self.in_work.remove(key);
    }

    /// A picture could not be decoded.
    pub fn failed(&mut self, key: PictureKey, error: Arc<MediaError>) {
        self.in_work.remove(&key);
        let is_wanted = self.wanted.contains(&key);
        if is_wanted {
            self.given_up.insert(key.clone());
        }
        if self.take_wish(&key) || is_wanted {
            self.push(MediaEvent::Picture(PictureReady { key, result: Err(error) }));
        }
    }

    fn take_wish(&mut self, key: &PictureKey) -> bool {
        let before = self.wishes.len();
        self.wishes.retain(|w| !(w.request.kind == RequestKind::Picture && w.request.key == *key));
        self.wishes.len() < before
    }

    pub fn next_index_job(&mut self) -> Option<(Arc<Path>, Arc<AtomicBool>)> {
        let job = self.index_queue.pop_front()?;
        let parts = (job.path.clone(), job.cancel.clone());
        self.index_in_work = Some(job);
        Some(parts)
    }

    pub fn index_progress(&mut self, path: Arc<Path>, done: u64, total: u64) {
        self.push(MediaEvent::IndexProgress { path, done, total });
    }

    pub fn index_ended(&mut self, path: Arc<Path>, result: Result<VideoIndex, MediaError>) {
        let explicit = self.index_in_work.take().is_some_and(|job| job.explicit);
        let result = match result {
            Ok(index) => {
                let index = Arc::new(index);
                self.sources.insert(path.clone(), Source::Video(index.clone()));
                Ok(index)
            }
            Err(MediaError::Cancelled { .. }) => {
                // Wanted again later, it is begun again; asked for meanwhile, at once.
                self.sources.remove(&path);
                if explicit && !self.stopping {
                    self.queue_index(path, true);
                }
                return;
            }
            Err(error) => {
                let error = Arc::new(error);
                self.sources.insert(path.clone(), Source::Broken(error.clone()));
                Err(error)
            }
        };
        self.push(MediaEvent::Index { path, result });
    }

    pub fn set_tiles(&mut self, pyramid: Arc<Pyramid>, wanted: Vec<TileId>) {
        self.tiles.set(pyramid, wanted);
    }

    pub fn clear_tiles(&mut self) {
        self.tiles.clear();
    }

    /// A thread is done with a tile; `None`: it is not made yet.
    pub fn tile_ended(&mut self, pyramid: &Arc<Pyramid>, id: TileId, result: Option<Result<Arc<Tile>, Arc<MediaError>>>) {
        if self.tiles.ended(pyramid, id, result.is_some())
            && let Some(result) = result
        {
            self.push(MediaEvent::Tile { path: pyramid.path().clone(), id, result });
        }
    }

    pub fn tile_stopped(&mut self, pyramid: &Arc<Pyramid>, id: TileId) {
        self.tiles.stopped(pyramid, id);
    }

    pub fn next_pass(&mut self) -> Option<PassJob> {
        self.tiles.next_pass()
    }

    pub fn pass_progress(&mut self, pyramid: &Pyramid, done: u64, total: u64) {
        self.tiles.grew();
        self.push(MediaEvent::TilesProgress { path: pyramid.path().clone(), done, total });
    }

    pub fn pass_ended(&mut self, pyramid: &Arc<Pyramid>, result: Result<(), MediaError>) {
        let has_failed = !matches!(result, Ok(()) | Err(MediaError::Cancelled { .. }));
        self.tiles.pass_ended(pyramid, has_failed);
        self.push(MediaEvent::TilesMade { path: pyramid.path().clone(), result: result.map_err(Arc::new) });
    }

    /// The next thumbnail to make.
    pub fn next_thumb(&mut self) -> Option<(PictureKey, ThumbOf, u32)> {
        let thumb = |wish: &Wish| match wish.request.kind {
            RequestKind::Thumbnail { max_side } => Some((ThumbOf::Frame(wish.request.key.frame), max_side)),
            RequestKind::Poster { max_side } => Some((ThumbOf::File, max_side)),
            RequestKind::Picture | RequestKind::Index => None,
        };
        let thumbs = self.wishes.iter().enumerate().filter(|(_, wish)| thumb(wish).is_some());
        let (i, _) = thumbs.max_by_key(|(_, wish)| (wish.request.priority, wish.number))?;
        let wish = self.wishes.swap_remove(i);
        let (of, max_side) = thumb(&wish)?;
        Some((wish.request.key, of, max_side))
    }

    pub fn thumb_ended(&mut self, event: MediaEvent) {
        self.push(event);
    }
}
