//! Pictures on their way to the screen: decoded by the media pool, uploaded by a thread of our own, kept on the GPU for
//! the files and frames around the one shown. The window only asks and looks.

use crossbeam_channel::{Receiver, Sender};
use limn_media::{
    Hardware, Level, MediaEvent, MediaPool, Picture, PictureKey, Pixels, PoolOptions, Request, RequestKind, Tone, VideoIndex,
};
use limn_render::{ImageTexture, MipLevel, YuvConverter, YuvFrame, YuvMatrix, YuvPlane};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Bytes of decoded pictures that are kept in memory.
const CACHE_BYTES: u64 = 512 << 20;
/// Bytes of pictures that are kept on the GPU; the one shown is always kept.
const GPU_BYTES: u64 = 512 << 20;
/// Pixels of a side of thumbnails.
pub const THUMB_SIDE: u32 = 96;

/// A picture that can be shown.
#[derive(Clone)]
pub struct Shown {
    /// On the GPU; `None` in a window without one (tests of panels).
    pub texture: Option<Arc<ImageTexture>>,
    /// In memory, for reading single pixels.
    pub picture: Arc<Picture>,
    /// What the texture was made with.
    pub tone: Tone,
}

/// What happened, for the window.
pub enum PictureNews {
    /// The wanted picture cannot be shown, and why.
    Failed(PictureKey, String),
    /// A video's frames are known.
    Index(Arc<Path>, Arc<VideoIndex>),
    /// A video's index is under way: bytes done and in all.
    IndexProgress(Arc<Path>, u64, u64),
    /// A small picture of a frame; `None`: there is none.
    Thumbnail(PictureKey, Option<egui::ColorImage>),
    /// The small picture that stands for a file; `None`: there is none.
    Poster(Arc<Path>, Option<egui::ColorImage>),
}

struct Upload {
    key: PictureKey,
    picture: Arc<Picture>,
    tone: Tone,
}

fn mip_level(level: &Level) -> MipLevel<'_> {
    MipLevel { width: level.width, height: level.height, rgba: &level.rgba }
}

fn small(level: &Level) -> egui::ColorImage {
    egui::ColorImage::from_rgba_unmultiplied([level.width as usize, level.height as usize], &level.rgba)
}

/// The same frame in the words of the renderer, which knows nothing of files.
fn yuv_frame(frame: &limn_media::YuvFrame) -> YuvFrame<'_> {
    let limn_media::YuvMatrix { kr, kb, full_range } = frame.matrix();
    YuvFrame {
        width: frame.stored_width(),
        height: frame.stored_height(),
        planes: frame.planes().map(|(bytes, stride)| YuvPlane { bytes, stride: stride as u32 }),
        shift: frame.chroma_shift(),
        bits: frame.bits(),
        matrix: YuvMatrix { kr, kb, full_range },
        turn: frame.orientation(),
    }
}

/// What became of an upload; `None`: it was no longer wanted.
type Uploaded = Option<Result<ImageTexture, String>>;

/// Which pictures are to be on the GPU, as the uploading thread sees it.
#[derive(Default)]
struct ToShow {
    keys: Vec<PictureKey>,
    /// So many of them are shown as soon as they are there; the others wait for their turn and wake nobody.
    awaited: usize,
}

/// The service.
pub struct Pictures {
    pool: MediaPool,
    uploads: Option<Sender<Upload>>,
    uploaded: Receiver<(Upload, Uploaded)>,
    /// What the uploading thread works for.
    to_show: Arc<Mutex<ToShow>>,
    ready: HashMap<PictureKey, Shown>,
    /// How values are shown.
    tone: Tone,
    uploading: Vec<PictureKey>,
    /// Those that are to be on the GPU, the one shown first.
    wanted: Vec<PictureKey>,
    /// Those that the pool is to have decoded: the same and more.
    decoded_ahead: Vec<PictureKey>,
    /// Uploads that failed, to be told at the next look.
    failed: Vec<PictureNews>,
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
        let (mut uploads, mut thread) = (None, None);
        let to_show = Arc::<Mutex<ToShow>>::default();
        if let Some((device, queue)) = gpu.map(|state| (state.device.clone(), state.queue.clone())) {
            // A software driver converts several times slower than we do.
            let is_hardware = gpu.is_some_and(|state| state.adapter.get_info().device_type != egui_wgpu::wgpu::DeviceType::Cpu);
            let converter = is_hardware.then(|| YuvConverter::new(&device));
            let (send, jobs) = crossbeam_channel::bounded::<Upload>(64);
            let to_show = to_show.clone();
            let rank = move |key: &PictureKey| {
                let to_show = to_show.lock().unwrap_or_else(PoisonError::into_inner);
                to_show.keys.iter().position(|other| other == key).map(|rank| (rank, to_show.awaited))
            };
            let run = move || {
                let upload = |levels: &[Level]| ImageTexture::upload(&device, &queue, &levels.iter().map(mip_level).collect::<Vec<_>>());
                for job in jobs {
                    let Upload { key, picture, tone } = &job;
                    let convert = || match (&picture.pixels, &converter) {
                        _ if !tone.is_plain() => upload(&picture.toned(*tone)),
                        (Pixels::Levels(levels), _) => upload(levels),
                        (Pixels::Planes(frame), Some(converter)) => converter.convert(&device, &queue, &yuv_frame(frame)),
                        (Pixels::Planes(_), None) => upload(&picture.as_ref().clone().into_levels()),
                    };
                    // On a slow machine the person has gone on meanwhile.
                    let result = rank(key).map(|_| convert().map_err(|error| error.to_string()));
                    let key = key.clone();
                    if done.send((job, result)).is_err() {
                        return;
                    }
                    // Asked after the answer was sent: whoever begins to wait for it now finds it.
                    if rank(&key).is_some_and(|(rank, awaited)| rank < awaited) {
                        wake();
                    }
                }
            };
            let spawned = std::thread::Builder::new().name("limn-upload".into()).spawn(run);
            thread = Some(spawned.map_err(|error| error.to_string())?);
            uploads = Some(send);
        }
        Ok(Self {
            pool,
            uploads,
            uploaded,
            to_show,
            ready: HashMap::new(),
            tone: Tone::default(),
            uploading: Vec::new(),
            wanted: Vec::new(),
            decoded_ahead: Vec::new(),
            failed: Vec::new(),
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
        self.wanted = gpu;
        // What came since the last look woke nobody, if it was not awaited then.
        let failed = self.take_uploaded();
        self.failed.extend(failed);
        // What the pool has already comes without an event.
        for key in self.wanted.clone() {
            if !self.ready.contains_key(&key)
                && let Some(picture) = self.pool.get(&key)
            {
                self.upload(key, picture);
            }
        }
        self.make_room();
    }

    /// Shows values otherwise from now on; what is shown changes when it is made again.
    pub fn set_tone(&mut self, tone: Tone) {
        self.tone = tone;
        self.renew();
    }

    /// Makes the pictures again that were made for another tone, the one shown first.
    fn renew(&mut self) {
        for key in self.wanted.clone() {
            if let Some(shown) = self.ready.get(&key).filter(|shown| shown.tone != self.tone) {
                let picture = shown.picture.clone();
                self.upload(key, picture);
            }
        }
    }

    fn upload(&mut self, key: PictureKey, picture: Arc<Picture>) {
        let is_ready = self.ready.get(&key).is_some_and(|shown| shown.tone == self.tone);
        if is_ready || self.uploading.contains(&key) || !self.wanted.contains(&key) {
            return;
        }
        match &self.uploads {
            // A full queue means that enough is under way; the picture is asked for again when it is needed.
            Some(uploads) => {
                if uploads.try_send(Upload { key: key.clone(), picture, tone: self.tone }).is_ok() {
                    self.uploading.push(key);
                }
            }
            None => drop(self.ready.insert(key, Shown { texture: None, picture, tone: self.tone })),
        }
    }

    /// The picture, if it can be shown now.
    pub fn get(&self, key: &PictureKey) -> Option<&Shown> {
        self.ready.get(key)
    }

    /// The index of a video, if it is made.
    pub fn index(&self, path: &Path) -> Option<Arc<VideoIndex>> {
        self.pool.index(path)
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
                MediaEvent::Picture(ready) => match ready.result {
                    Ok(picture) => self.upload(ready.key, picture),
                    // One that is only decoded ahead tells when its turn comes.
                    Err(error) if self.wanted.first().is_none_or(|shown| *shown == ready.key) => {
                        news.push(PictureNews::Failed(ready.key, error.to_string()));
                    }
                    Err(_) => {}
                },
                MediaEvent::Thumbnail { key, result, .. } => news.push(PictureNews::Thumbnail(key, result.ok().map(|level| small(&level)))),
                MediaEvent::Poster { path, result, .. } => news.push(PictureNews::Poster(path, result.ok().map(|level| small(&level)))),
                MediaEvent::IndexProgress { path, done, total } => news.push(PictureNews::IndexProgress(path, done, total)),
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

    fn take_uploaded(&mut self) -> Vec<PictureNews> {
        let mut failed = Vec::new();
        while let Ok((Upload { key, picture, tone }, result)) = self.uploaded.try_recv() {
            self.uploading.retain(|other| *other != key);
            match result {
                Some(Ok(texture)) => drop(self.ready.insert(key, Shown { texture: Some(Arc::new(texture)), picture, tone })),
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
        // Four bytes a pixel and a third more for the smaller levels.
        let bytes = |shown: &Shown| u64::from(shown.picture.width) * u64::from(shown.picture.height) * 16 / 3;
        let mut total = 0;
        for (rank, key) in self.wanted.iter().enumerate() {
            if let Some(shown) = self.ready.get(key) {
                total += bytes(shown);
                if total > GPU_BYTES && rank > 0 {
                    self.ready.remove(key);
                }
            }
        }
    }
}
