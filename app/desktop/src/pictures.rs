//! Pictures on their way to the screen: decoded by the media pool, uploaded by a thread of our own, kept on the GPU for
//! the files and frames around the one shown. The window only asks and looks.

use crate::tiles::Tiles;
use crate::upload::{self, Done, Job, Table, ToShow, Upload};
use crossbeam_channel::{Receiver, Sender};
use limn_media::{
    Hardware, Level, MediaError, MediaEvent, MediaPool, Picture, PictureKey, PictureReady, PoolOptions, Proxies, Request, RequestKind,
    Tone, VideoIndex,
};
use limn_render::{Camera, ImageTexture};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Bytes of decoded pictures that are kept in memory.
const CACHE_BYTES: u64 = 512 << 20;
/// Bytes of pictures that are kept on the GPU; the one shown is always kept.
const GPU_BYTES: u64 = 512 << 20;
/// The same with a software driver, whose graphics memory is the program's own.
const SOFTWARE_BYTES: u64 = 256 << 20;
/// Pixels of a side of thumbnails.
pub const THUMB_SIDE: u32 = 96;

/// A picture that can be shown.
#[derive(Clone)]
pub struct Shown {
    /// On the GPU; `None` in a window without one (tests of panels).
    pub texture: Option<Arc<ImageTexture>>,
    /// In memory, for reading single pixels.
    pub picture: Arc<Picture>,
    /// How its values are shown: what was asked for, and what is shown for each of them.
    pub tone: Tone,
    pub table: Table,
}

/// What happened, for the window.
pub enum PictureNews {
    /// The wanted picture cannot be shown, and why.
    Failed(PictureKey, String),
    /// A video's frames are known.
    Index(Arc<Path>, Arc<VideoIndex>),
    /// A video's index is under way: bytes done and in all.
    IndexProgress(u64, u64),
    /// The tiles of a large picture are under way: parts done and in all.
    TilesProgress(u64, u64),
    /// They are made, or cannot be, and why.
    TilesMade(Option<String>),
    /// A small picture of a frame; `None`: there is none.
    Thumbnail(PictureKey, Option<egui::ColorImage>),
    /// The small picture that stands for a file; `None`: there is none.
    Poster(Arc<Path>, Option<egui::ColorImage>),
}

/// Bytes of pictures that are kept on this device.
pub fn bytes_on(gpu: &egui_wgpu::RenderState) -> u64 {
    if upload::is_hardware(gpu) { GPU_BYTES } else { SOFTWARE_BYTES }
}

fn small(level: &Level) -> egui::ColorImage {
    egui::ColorImage::from_rgba_unmultiplied([level.width as usize, level.height as usize], &level.rgba)
}

/// The service.
pub struct Pictures {
    pool: MediaPool,
    uploads: Option<Sender<Job>>,
    uploaded: Receiver<Done>,
    /// What the uploading thread works for.
    to_show: Arc<Mutex<ToShow>>,
    ready: HashMap<PictureKey, Shown>,
    /// How values are shown.
    tone: Tone,
    uploading: Vec<PictureKey>,
    /// Whether it is being found out how a picture's values are shown: while a slider moves, only the last place of the hand counts.
    is_toning: bool,
    /// Those that are to be on the GPU, the one shown first.
    wanted: Vec<PictureKey>,
    /// So many of these are shown now.
    awaited: usize,
    /// Those that the pool is to have decoded: the same and more.
    decoded_ahead: Vec<PictureKey>,
    /// Uploads that failed, to be told at the next look.
    failed: Vec<PictureNews>,
    tiles: Tiles,
    /// Bytes of pictures that are kept on the GPU.
    gpu_bytes: u64,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Pictures {
    fn drop(&mut self) {
        // A thread that still uploads while the program ends works on a driver that is being taken down.
        self.uploads = None;
        self.uploaded = crossbeam_channel::never();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Pictures {
    /// Starts the threads; `wake` is called when there is something to look at.
    ///
    /// # Errors
    /// A sentence when the system gives no threads.
    pub fn new(home: &Path, gpu: Option<&egui_wgpu::RenderState>, wake: impl Fn() + Send + Sync + 'static) -> Result<Self, String> {
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
        let cache_dir = Some(home.join("cache"));
        let options = PoolOptions { threads, cache_bytes: CACHE_BYTES, cache_dir, hardware: Hardware::from_env() };
        let pool = MediaPool::new(options, wake.clone()).map_err(|error| error.to_string())?;
        let (done, uploaded) = crossbeam_channel::bounded(64);
        let to_show = Arc::<Mutex<ToShow>>::default();
        let started = gpu.map(|gpu| upload::start(gpu, to_show.clone(), done, wake)).transpose()?;
        let (uploads, thread) = started.unzip();
        Ok(Self {
            pool,
            uploads,
            uploaded,
            to_show,
            ready: HashMap::new(),
            tone: Tone::default(),
            uploading: Vec::new(),
            is_toning: false,
            wanted: Vec::new(),
            awaited: 1,
            decoded_ahead: Vec::new(),
            failed: Vec::new(),
            tiles: Tiles::default(),
            gpu_bytes: gpu.map_or(0, bytes_on),
            thread,
        })
    }

    /// What is to be decoded, what is shown now first; and what is to be on the GPU, the first `awaited` of it to be shown
    /// as soon as it is there.
    pub fn want(&mut self, wanted: Vec<PictureKey>, gpu: Vec<PictureKey>, awaited: usize) {
        if wanted == self.decoded_ahead && gpu == self.wanted {
            return;
        }
        self.pool.set_wanted(wanted.clone(), gpu.len());
        self.decoded_ahead = wanted;
        *self.to_show.lock().unwrap_or_else(PoisonError::into_inner) = ToShow { keys: gpu.clone(), awaited };
        (self.wanted, self.awaited) = (gpu, awaited);
        // What came since the last look woke nobody, if it was not awaited then.
        let failed = self.take_uploaded();
        self.failed.extend(failed);
        // What the pool has already comes without an event.
        for key in self.wanted.clone() {
            if self.ready.get(&key).is_none_or(|shown| shown.picture.is_coarse())
                && let Some(picture) = self.pool.get(&key)
            {
                self.upload(key, picture);
            }
        }
        self.make_room();
    }

    /// Shows values otherwise from now on.
    pub fn set_tone(&mut self, tone: Tone) {
        self.tone = tone;
        self.renew();
    }

    /// Asks how values are shown of those pictures that were made for another tone, the one shown first.
    fn renew(&mut self) {
        for key in &self.wanted {
            if let Some(shown) = self.ready.get_mut(key).filter(|shown| shown.tone != self.tone) {
                let (picture, tone) = (shown.picture.clone(), self.tone);
                match &self.uploads {
                    // A full queue means that enough is under way; this is asked for again at the next look.
                    Some(uploads) if !self.is_toning => {
                        self.is_toning = uploads.try_send(Job::Tone(Upload { key: key.clone(), picture, tone })).is_ok();
                    }
                    Some(_) => {}
                    None => shown.tone = tone,
                }
            }
        }
    }

    fn upload(&mut self, key: PictureKey, picture: Arc<Picture>) {
        let as_good = |shown: &Shown| shown.picture.is_coarse() <= picture.is_coarse();
        let is_ready = self.ready.get(&key).is_some_and(as_good);
        if is_ready || self.uploading.contains(&key) || !self.wanted.contains(&key) {
            return;
        }
        match &self.uploads {
            // A full queue means that enough is under way; the picture is asked for again when it is needed.
            Some(uploads) => {
                if uploads.try_send(Job::Picture(Upload { key: key.clone(), picture, tone: self.tone })).is_ok() {
                    self.uploading.push(key);
                }
            }
            None => drop(self.ready.insert(key, Shown { texture: None, picture, tone: self.tone, table: None })),
        }
    }

    /// The picture, if it can be shown now.
    pub fn get(&self, key: &PictureKey) -> Option<&Shown> {
        self.ready.get(key)
    }

    /// Says what the canvas shows and from where, so that the tiles of a large picture come that are seen.
    pub fn look(&mut self, shown: &Shown, camera: &Camera) {
        self.tiles.look(&self.pool, shown, camera, self.uploads.as_ref());
    }

    /// The index of a video, if it is made.
    pub fn index(&self, path: &Path) -> Option<Arc<VideoIndex>> {
        self.pool.index(path)
    }

    /// Asks for the index of a video of which no frame is shown.
    pub fn ask_index(&self, path: &Arc<Path>) -> bool {
        self.pool.request(Request { key: PictureKey::new(path.clone(), 0), kind: RequestKind::Index, priority: 0 })
    }

    /// The stepping proxies that are read.
    pub fn proxies(&self) -> Option<Proxies> {
        self.pool.proxies()
    }

    /// Looks for stepping proxies anew.
    pub fn renew_proxies(&self) {
        self.pool.renew_proxies();
    }

    /// Whether a stepping proxy is in use for a video: each frame can be shown at once, coarsely.
    pub fn has_proxy(&self, path: &Path) -> bool {
        self.pool.has_proxy(path)
    }

    /// The frame nearest to that of `key` that is decoded.
    pub fn nearest(&self, key: &PictureKey) -> Option<u64> {
        self.pool.nearest(key)
    }

    /// Asks for the small picture that stands for a file.
    pub fn ask_poster(&self, path: &Arc<Path>) -> bool {
        let key = PictureKey::new(path.clone(), 0);
        self.pool.request(Request { key, kind: RequestKind::Poster { max_side: THUMB_SIDE }, priority: 1 })
    }

    /// Asks for a small picture of a frame.
    pub fn ask_thumbnail(&self, key: &PictureKey) -> bool {
        self.pool.request(Request { key: key.clone(), kind: RequestKind::Thumbnail { max_side: THUMB_SIDE }, priority: 0 })
    }

    /// Takes what came since the last look.
    pub fn receive(&mut self) -> Vec<PictureNews> {
        let mut news = std::mem::take(&mut self.failed);
        while let Some(event) = self.pool.try_recv() {
            match event {
                // A large picture, or a frame out of a proxy, coarsely; all of it follows.
                MediaEvent::Coarse(PictureReady { key, result: Ok(coarse) }) => self.upload(key, coarse),
                MediaEvent::Coarse(_) => {}
                MediaEvent::Picture(ready) => match ready.result {
                    Ok(picture) => self.upload(ready.key, picture),
                    // One that is only decoded ahead tells when its turn comes.
                    Err(error) if self.wanted.is_empty() || self.wanted.iter().take(self.awaited).any(|shown| *shown == ready.key) => {
                        news.push(PictureNews::Failed(ready.key, error.to_string()));
                    }
                    Err(_) => {}
                },
                MediaEvent::Thumbnail { key, result, .. } => news.push(PictureNews::Thumbnail(key, result.ok().map(|level| small(&level)))),
                MediaEvent::Poster { path, result, .. } => news.push(PictureNews::Poster(path, result.ok().map(|level| small(&level)))),
                MediaEvent::IndexProgress { done, total, .. } => news.push(PictureNews::IndexProgress(done, total)),
                MediaEvent::Tile { path, id, result } => self.tiles.take(&path, id, result, self.uploads.as_ref()),
                MediaEvent::TilesProgress { path, done, total } => {
                    self.renew_coarse(&path);
                    news.push(PictureNews::TilesProgress(done, total));
                }
                MediaEvent::TilesMade { path, result } => {
                    self.renew_coarse(&path);
                    let problem = result.err().filter(|error| !matches!(**error, MediaError::Cancelled { .. }));
                    news.push(PictureNews::TilesMade(problem.map(|error| error.to_string())));
                }
                MediaEvent::Index { path, result } => match result {
                    Ok(index) => news.push(PictureNews::Index(path, index)),
                    Err(error) => news.push(PictureNews::Failed(PictureKey::new(path, 0), error.to_string())),
                },
            }
        }
        news.extend(self.take_uploaded());
        self.renew();
        self.make_room();
        news
    }

    /// The coarse level of a picture in tiles is better known: it is shown, and its values are counted again.
    fn renew_coarse(&mut self, path: &Path) {
        self.tiles.renew_coarse(path, self.uploads.as_ref());
        if self.tone.equalise {
            let of_path = self.ready.iter_mut().filter(|(key, _)| *key.path == *path);
            // What it is shown by was made for less than is known now; it stays until the new table is there.
            of_path.for_each(|(_, shown)| shown.tone = Tone::default());
        }
    }

    fn take_uploaded(&mut self) -> Vec<PictureNews> {
        let mut failed = Vec::new();
        while let Ok(done) = self.uploaded.try_recv() {
            let (Upload { key, picture, tone }, result) = match done {
                Done::Picture(upload, result) => (upload, result),
                Done::Tile(texture, id, result) => {
                    self.tiles.uploaded(&texture, id, result);
                    continue;
                }
                Done::Tone(Upload { key, picture, tone }, table) => {
                    self.is_toning = false;
                    if let Some(shown) = self.ready.get_mut(&key).filter(|shown| Arc::ptr_eq(&shown.picture, &picture)) {
                        (shown.tone, shown.table) = (tone, table);
                    }
                    continue;
                }
            };
            self.uploading.retain(|other| *other != key);
            match result {
                Some(Ok((texture, table))) => {
                    let better = self.pool.get(&key).filter(|_| picture.is_coarse());
                    self.ready.insert(key.clone(), Shown { texture: Some(Arc::new(texture)), picture, tone, table });
                    // It came while the coarse one was on its way.
                    if let Some(better) = better {
                        self.upload(key, better);
                    }
                }
                Some(Err(error)) => failed.push(PictureNews::Failed(key, error)),
                // Wanted again since: it is still decoded.
                None => self.upload(key, picture),
            }
        }
        failed
    }

    /// Lets go of what is not wanted, and of the least wanted while there is too much.
    fn make_room(&mut self) {
        self.ready.retain(|key, _| self.wanted.contains(key));
        let bytes = |shown: &Shown| shown.texture.as_ref().map_or(0, |texture| texture.bytes());
        let mut total = 0;
        for (rank, key) in self.wanted.iter().enumerate() {
            if let Some(shown) = self.ready.get(key) {
                total += bytes(shown);
                if total > self.gpu_bytes && rank > 0 {
                    self.ready.remove(key);
                }
            }
        }
    }
}
