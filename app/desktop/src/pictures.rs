//! Pictures on their way to the screen: decoded by the media pool, uploaded by a thread of our own, kept on the GPU for
//! the files and frames around the one shown. The window only asks and looks.

use crossbeam_channel::{Receiver, Sender};
use limn_media::{Level, MediaEvent, MediaPool, Picture, PictureKey, Pixels, PoolOptions, Request, RequestKind, VideoIndex};
use limn_render::{ImageTexture, MipLevel, YuvConverter, YuvFrame, YuvMatrix, YuvPlane};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

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
}

/// What happened, for the window.
pub enum PictureNews {
    /// The wanted picture cannot be shown, and why.
    Failed(PictureKey, String),
    /// A video's frames are known.
    Index(Arc<Path>, Arc<VideoIndex>),
    /// A video's index is under way: bytes done and in all.
    IndexProgress(Arc<Path>, u64, u64),
    /// A small picture.
    Thumbnail(Arc<Path>, egui::ColorImage),
    /// There is no small picture.
    NoThumbnail(Arc<Path>),
}

struct Upload {
    key: PictureKey,
    picture: Arc<Picture>,
}

fn mip_level(level: &Level) -> MipLevel<'_> {
    MipLevel { width: level.width, height: level.height, rgba: &level.rgba }
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

/// The service.
pub struct Pictures {
    pool: MediaPool,
    uploads: Option<Sender<Upload>>,
    uploaded: Receiver<(PictureKey, Arc<Picture>, Result<ImageTexture, String>)>,
    ready: HashMap<PictureKey, Shown>,
    uploading: Vec<PictureKey>,
    /// Those that are to be on the GPU, the one shown first.
    wanted: Vec<PictureKey>,
    /// Those that the pool is to have decoded: the same and more.
    decoded_ahead: Vec<PictureKey>,
}

impl Pictures {
    /// Starts the threads; `wake` is called when there is something to look at.
    ///
    /// # Errors
    /// A sentence when the system gives no threads.
    pub fn new(home: &Path, gpu: Option<&egui_wgpu::RenderState>, wake: impl Fn() + Send + Sync + 'static) -> Result<Self, String> {
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
        let options = PoolOptions { threads, cache_bytes: CACHE_BYTES, cache_dir: Some(home.join("cache")) };
        let pool = MediaPool::new(options, wake.clone()).map_err(|error| error.to_string())?;
        let (done, uploaded) = crossbeam_channel::bounded(64);
        let mut uploads = None;
        if let Some((device, queue)) = gpu.map(|state| (state.device.clone(), state.queue.clone())) {
            // A software driver converts several times slower than we do.
            let is_hardware = gpu.is_some_and(|state| state.adapter.get_info().device_type != egui_wgpu::wgpu::DeviceType::Cpu);
            let converter = is_hardware.then(|| YuvConverter::new(&device));
            let (send, jobs) = crossbeam_channel::bounded::<Upload>(64);
            let run = move || {
                let upload = |levels: &[Level]| ImageTexture::upload(&device, &queue, &levels.iter().map(mip_level).collect::<Vec<_>>());
                for Upload { key, picture } in jobs {
                    let result = match (&picture.pixels, &converter) {
                        (Pixels::Levels(levels), _) => upload(levels),
                        (Pixels::Planes(frame), Some(converter)) => converter.convert(&device, &queue, &yuv_frame(frame)),
                        (Pixels::Planes(_), None) => upload(&picture.as_ref().clone().into_levels()),
                    };
                    let result = result.map_err(|error| error.to_string());
                    if done.send((key, picture, result)).is_err() {
                        return;
                    }
                    wake();
                }
            };
            std::thread::Builder::new().name("limn-upload".into()).spawn(run).map_err(|error| error.to_string())?;
            uploads = Some(send);
        }
        Ok(Self { pool, uploads, uploaded, ready: HashMap::new(), uploading: Vec::new(), wanted: Vec::new(), decoded_ahead: Vec::new() })
    }

    /// What is shown now, first, and what will be next; the first `near` go to the GPU.
    pub fn want(&mut self, mut wanted: Vec<PictureKey>, near: usize) {
        if wanted == self.decoded_ahead {
            return;
        }
        self.decoded_ahead.clone_from(&wanted);
        self.pool.set_wanted(wanted.clone(), near);
        wanted.truncate(near);
        self.wanted = wanted;
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

    fn upload(&mut self, key: PictureKey, picture: Arc<Picture>) {
        if self.ready.contains_key(&key) || self.uploading.contains(&key) || !self.wanted.contains(&key) {
            return;
        }
        match &self.uploads {
            // A full queue means that enough is under way; the picture is asked for again when it is needed.
            Some(uploads) => {
                if uploads.try_send(Upload { key: key.clone(), picture }).is_ok() {
                    self.uploading.push(key);
                }
            }
            None => drop(self.ready.insert(key, Shown { texture: None, picture })),
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

    /// Asks for a small picture.
    pub fn ask_thumbnail(&self, path: &Arc<Path>) -> bool {
        self.pool.request(Request {
            key: PictureKey::new(path.clone(), 0),
            kind: RequestKind::Thumbnail { max_side: THUMB_SIDE },
            priority: 0,
        })
    }

    /// Takes what came since the last look.
    pub fn receive(&mut self) -> Vec<PictureNews> {
        let mut news = Vec::new();
        while let Some(event) = self.pool.try_recv() {
            match event {
                MediaEvent::Picture(ready) => match ready.result {
                    Ok(picture) => self.upload(ready.key, picture),
                    Err(error) => news.push(PictureNews::Failed(ready.key, error.to_string())),
                },
                MediaEvent::Thumbnail { key, result, .. } => news.push(match result {
                    Ok(level) => PictureNews::Thumbnail(
                        key.path,
                        egui::ColorImage::from_rgba_unmultiplied([level.width as usize, level.height as usize], &level.rgba),
                    ),
                    Err(_unreadable) => PictureNews::NoThumbnail(key.path),
                }),
                MediaEvent::IndexProgress { path, done, total } => news.push(PictureNews::IndexProgress(path, done, total)),
                MediaEvent::Index { path, result } => match result {
                    Ok(index) => news.push(PictureNews::Index(path, index)),
                    Err(error) => news.push(PictureNews::Failed(PictureKey::new(path, 0), error.to_string())),
                },
            }
        }
        while let Ok((key, picture, result)) = self.uploaded.try_recv() {
            self.uploading.retain(|other| *other != key);
            match result {
                Ok(texture) => drop(self.ready.insert(key, Shown { texture: Some(Arc::new(texture)), picture })),
                Err(error) => news.push(PictureNews::Failed(key, error)),
            }
        }
        self.make_room();
        news
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
