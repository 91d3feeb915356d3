//! Decoding in the background: say what is wanted, ask now and then what has come.
//!
//! No call here waits for a file or a codec. Pictures come as events and lie in a cache of bounded size;
//! `wake` is called, from a worker thread, whenever there is something to receive.

mod cache;
mod heap;
mod jobs;
mod proxies;
mod runs;
mod state;
mod tiles;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crate::error::MediaError;
use crate::picture::{Level, Picture};
use crate::proxy::Proxies;
use crate::pyramid::{Pyramid, Tile, TileId};
use crate::video::{Hardware, VideoIndex};
use state::State;

/// A picture: an image file with frame 0, or a frame of a video.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PictureKey {
    /// The file.
    pub path: Arc<Path>,
    /// 0-based frame in presentation order; 0 for images.
    pub frame: u64,
}

impl PictureKey {
    /// Frame `frame` of `path`.
    pub fn new(path: impl Into<Arc<Path>>, frame: u64) -> PictureKey {
        PictureKey { path: path.into(), frame }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// The decoded picture, beside what is wanted for showing.
    Picture,
    /// A small copy of at most `max_side` pixels a side; made on the low-priority thread.
    Thumbnail {
        /// Pixels.
        max_side: u32,
    },
    /// A small copy of a picture that stands for the whole file: of a video, a frame about a tenth in, where few films are
    /// still black. The frame of the key does not matter.
    Poster {
        /// Pixels.
        max_side: u32,
    },
    /// The index of a video, without any frame yet. The frame of the key does not matter.
    Index,
}

/// A single wish, which stays until it is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Which picture.
    pub key: PictureKey,
    /// What of it.
    pub kind: RequestKind,
    /// Higher first; among equals the newest first.
    pub priority: u8,
}

/// A picture that has come, or why it will not.
#[derive(Clone, Debug)]
pub struct PictureReady {
    /// Which picture.
    pub key: PictureKey,
    /// The picture, shared with the cache.
    pub result: Result<Arc<Picture>, Arc<MediaError>>,
}

/// News from the pool.
#[derive(Clone, Debug)]
pub enum MediaEvent {
    /// Smaller levels of a picture that is wanted and told, before it: of a large image, the small picture that is kept of its
    /// file, or out of the stepping proxy of a video; see [`Picture::is_coarse`]. May come more than once, and does not lie in
    /// the cache. The picture, or why it will not come, follows unless it is no longer wanted.
    Coarse(PictureReady),
    /// A wanted or requested picture.
    Picture(PictureReady),
    /// A requested thumbnail.
    Thumbnail {
        /// Which picture.
        key: PictureKey,
        /// The size asked for.
        max_side: u32,
        /// The small copy.
        result: Result<Arc<Level>, Arc<MediaError>>,
    },
    /// A requested picture for the whole file.
    Poster {
        /// The file.
        path: Arc<Path>,
        /// The size asked for.
        max_side: u32,
        /// The small copy.
        result: Result<Arc<Level>, Arc<MediaError>>,
    },
    /// How far the index of a video is, in bytes of the file.
    IndexProgress {
        /// The video.
        path: Arc<Path>,
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The index of a video is made, or cannot be.
    Index {
        /// The video.
        path: Arc<Path>,
        /// The index.
        result: Result<Arc<VideoIndex>, Arc<MediaError>>,
    },
    /// A wanted tile of a large picture.
    Tile {
        /// The picture.
        path: Arc<Path>,
        /// Which tile.
        id: TileId,
        /// Its pixels.
        result: Result<Arc<Tile>, Arc<MediaError>>,
    },
    /// How far the tiles of a large picture are made; its coarse level may be another one since.
    TilesProgress {
        /// The picture.
        path: Arc<Path>,
        /// Parts done.
        done: u64,
        /// Parts in all.
        total: u64,
    },
    /// All tiles of a large picture are made, or cannot be. Tiles that were awaited come as they did before.
    TilesMade {
        /// The picture.
        path: Arc<Path>,
        /// Why not.
        result: Result<(), Arc<MediaError>>,
    },
}

/// How a pool works.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// Threads that decode pictures and tiles, at least one. Indexes, thumbnails, the first look by what is kept of
    /// those, and passes over large pictures have a thread each beside them.
    pub threads: usize,
    /// Most bytes of decoded pictures that are kept; one picture is always kept, however large.
    pub cache_bytes: u64,
    /// Folder for indexes, thumbnails, tiles and stepping proxies ([`MediaPool::proxies`]); without it they are made again each time, and large pictures that can only
    /// be decoded from top to bottom are decoded whole.
    pub cache_dir: Option<PathBuf>,
    /// Whether frames may be decoded by video hardware.
    pub hardware: Hardware,
}

/// Threads that decode what is wanted, and the cache of what they made.
pub struct MediaPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// Where stepping proxies are kept in the cache folder of a pool.
const PROXY_DIR: &str = "proxies";

type Wake = Arc<dyn Fn() + Send + Sync>;

/// What all threads of a pool share.
struct Shared {
    state: Mutex<State>,
    /// Signalled whenever there may be work for any thread.
    work: Condvar,
    wake: Wake,
    hardware: Hardware,
    index_dir: Option<PathBuf>,
    thumb_dir: Option<PathBuf>,
    tile_dir: Option<PathBuf>,
    proxy_dir: Option<PathBuf>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is changed in small steps that do not panic; a poisoned lock is still good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MediaPool {
    /// Starts the threads. `wake` is called from them whenever [`Self::try_recv`] has something new.
    ///
    /// # Errors
    /// `Thread` when one cannot be started.
    pub fn new(options: PoolOptions, wake: Wake) -> Result<MediaPool, MediaError> {
        heap::keep_small();
        let dir = |name| options.cache_dir.as_ref().map(|d: &PathBuf| d.join(name));
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(options.cache_bytes, options.cache_dir.is_some())),
            work: Condvar::new(),
            wake,
            hardware: options.hardware,
            index_dir: dir("index"),
            thumb_dir: dir("thumbs"),
            tile_dir: dir("tiles"),
            proxy_dir: dir(PROXY_DIR),
        });
        let mut pool = MediaPool { shared, threads: Vec::new() };
        for n in 0..options.threads.max(1) {
            pool.spawn(format!("limn-decode-{n}"), jobs::decode_thread)?;
        }
        pool.spawn("limn-index".to_owned(), jobs::index_thread)?;
        pool.spawn("limn-thumbs".to_owned(), jobs::thumb_thread)?;
        pool.spawn("limn-glance".to_owned(), jobs::glance_thread)?;
        pool.spawn("limn-tiles".to_owned(), jobs::pass_thread)?;
        Ok(pool)
    }

    fn spawn(&mut self, name: String, body: fn(&Shared)) -> Result<(), MediaError> {
        let shared = self.shared.clone();
        let thread = thread::Builder::new().name(name).spawn(move || body(&shared));
        self.threads.push(thread.map_err(|source| MediaError::Thread { source })?);
        Ok(())
    }

    /// Says what is to be shown: first the picture shown now, then its neighbours in order of need.
    /// Pictures of an earlier list that are not in this one are no longer decoded. The first `told` make an event when
    /// they come; the others are decoded ahead into the cache, and nobody is woken for them.
    pub fn set_wanted(&self, wanted: Vec<PictureKey>, told: usize) {
        self.shared.lock().set_wanted(wanted, told);
        self.shared.work.notify_all();
    }

    /// Says which tiles of a large picture are to be shown, the most needed first; they come as events, each once, and those
    /// of an earlier list that are not in this one are no longer made. Tiles of one picture at a time: naming another one
    /// lets go of what was decoded of the one before. While a picture is named here, the pass that it may need is made.
    pub fn set_tiles(&self, pyramid: Arc<Pyramid>, wanted: Vec<TileId>) {
        self.shared.lock().set_tiles(pyramid, wanted);
        self.shared.work.notify_all();
    }

    /// No tiles are wanted any more.
    pub fn clear_tiles(&self) {
        self.shared.lock().clear_tiles();
    }

    /// Adds a single wish. False when the queue is full of wishes of the same or higher priority.
    pub fn request(&self, request: Request) -> bool {
        let (accepted, news) = {
            let mut state = self.shared.lock();
            let before = state.num_events();
            let accepted = state.request(request);
            (accepted, state.num_events() > before)
        };
        self.shared.work.notify_all();
        if news {
            (self.shared.wake)();
        }
        accepted
    }

    /// The next piece of news, if any. Call until it gives `None`.
    pub fn try_recv(&self) -> Option<MediaEvent> {
        self.shared.lock().next_event()
    }

    /// The picture, if it is in the cache.
    pub fn get(&self, key: &PictureKey) -> Option<Arc<Picture>> {
        self.shared.lock().cached(key)
    }

    /// The frame nearest to that of `key` whose picture is in the cache; of two the earlier one.
    pub fn nearest(&self, key: &PictureKey) -> Option<u64> {
        self.shared.lock().nearest(key)
    }

    /// The index of a video, if it is made.
    pub fn index(&self, path: &Path) -> Option<Arc<VideoIndex>> {
        self.shared.lock().index(path)
    }

    /// The stepping proxies that this pool reads; `None` without a cache folder. Making one takes long: not on a thread that
    /// something waits for. [`Self::renew_proxies`] then has it used.
    pub fn proxies(&self) -> Option<Proxies> {
        self.shared.proxy_dir.as_deref().map(Proxies::new)
    }

    /// Looks for stepping proxies anew, after one was made or taken away.
    pub fn renew_proxies(&self) {
        self.shared.lock().renew_proxies();
        self.shared.work.notify_all();
    }

    /// Whether a stepping proxy is in use for a video: its wanted frames come coarsely at once ([`MediaEvent::Coarse`]).
    pub fn has_proxy(&self, path: &Path) -> bool {
        self.shared.lock().has_proxy(path)
    }

    /// Forgets everything about a file, for when it has changed on disk.
    pub fn forget(&self, path: &Path) {
        self.shared.lock().forget(path);
        self.shared.work.notify_all();
    }
}

impl Drop for MediaPool {
    fn drop(&mut self) {
        self.shared.lock().stop();
        self.shared.work.notify_all();
        for thread in self.threads.drain(..) {
            // A worker's panic was already reported as an error of its picture.
            let _ = thread.join();
        }
    }
}
