//! The thread that brings pictures and tiles to the GPU, so that the window never waits for a copy.

use crossbeam_channel::{Receiver, Sender};
use limn_media::{Level, Picture, PictureKey, Pixels, Pyramid, Tile, Tone};
use limn_render::{ImageTexture, MipLevel, TileId, YuvConverter, YuvFrame, YuvMatrix, YuvPlane};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A picture that is to be shown.
pub struct Upload {
    pub key: PictureKey,
    pub picture: Arc<Picture>,
    pub tone: Tone,
}

/// A tile of a picture that is shown.
pub struct TileUpload {
    pub texture: Arc<ImageTexture>,
    pub picture: Arc<Picture>,
    pub tone: Tone,
    pub tile: Arc<Tile>,
}

/// What the thread is to do.
pub enum Job {
    Picture(Upload),
    Tile(TileUpload),
    /// The coarse level of a large picture is better known than before.
    Coarse {
        texture: Arc<ImageTexture>,
        picture: Arc<Picture>,
        tone: Tone,
    },
}

/// What became of it.
pub enum Done {
    /// `None`: it was no longer wanted.
    Picture(Upload, Option<Result<ImageTexture, String>>),
    Tile(Arc<ImageTexture>, TileId, Result<(), String>),
}

/// Which pictures are to be on the GPU, as the uploading thread sees it.
#[derive(Default)]
pub struct ToShow {
    pub keys: Vec<PictureKey>,
    /// So many of them are shown as soon as they are there; the others wait for their turn and wake nobody.
    pub awaited: usize,
}

fn mip_levels(levels: &[Level]) -> Vec<MipLevel<'_>> {
    levels.iter().map(mip_level).collect()
}

fn mip_level(level: &Level) -> MipLevel<'_> {
    MipLevel { width: level.width, height: level.height, rgba: &level.rgba }
}

/// The same tile in the words of the renderer, which knows nothing of files.
pub fn tile_id(id: limn_media::TileId) -> TileId {
    TileId { level: id.level, column: id.column, row: id.row }
}

/// The same frame.
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

struct Uploader {
    device: egui_wgpu::wgpu::Device,
    queue: egui_wgpu::wgpu::Queue,
    converter: Option<YuvConverter>,
    /// Bytes on the GPU that the tiles of a large picture may take.
    tile_bytes: u64,
    to_show: Arc<Mutex<ToShow>>,
}

impl Uploader {
    /// The place of a picture among those to be shown, and how many of these are awaited.
    fn rank(&self, key: &PictureKey) -> Option<(usize, usize)> {
        let to_show = self.to_show.lock().unwrap_or_else(PoisonError::into_inner);
        to_show.keys.iter().position(|other| other == key).map(|rank| (rank, to_show.awaited))
    }

    fn picture(&self, picture: &Picture, tone: Tone) -> Result<ImageTexture, String> {
        let (device, queue) = (&self.device, &self.queue);
        let upload = |levels: &[Level]| ImageTexture::upload(device, queue, &mip_levels(levels));
        let made = match (&picture.pixels, &self.converter) {
            _ if picture.is_coarse() || matches!(picture.pixels, Pixels::Tiles(_)) => {
                let size = [picture.width, picture.height];
                ImageTexture::upload_sparse(device, queue, size, &mip_levels(&coarse(picture, tone)), Pyramid::TILE_SIDE, self.tile_bytes)
            }
            _ if !tone.is_plain() => upload(&picture.toned(tone)),
            (Pixels::Levels(levels), _) => upload(levels),
            (Pixels::Planes(frame), Some(converter)) => converter.convert(device, queue, &yuv_frame(frame)),
            (Pixels::Planes(_) | Pixels::Tiles(_), _) => upload(&picture.clone().into_levels()),
        };
        made.map_err(|error| error.to_string())
    }

    fn tile(&self, job: &TileUpload) -> Result<(), String> {
        let toned;
        let pixels = if job.tone.is_plain() {
            &job.tile.pixels
        } else {
            toned = job.picture.toned_tile(job.tone, &job.tile);
            &toned
        };
        let inserted = job.texture.insert(&self.device, &self.queue, tile_id(job.tile.id), &mip_level(pixels));
        inserted.map_err(|error| error.to_string())
    }

    fn run(self, jobs: &Receiver<Job>, done: &Sender<Done>, wake: &dyn Fn()) {
        for job in jobs {
            match job {
                Job::Picture(job) => {
                    // On a slow machine the person has gone on meanwhile.
                    let result = self.rank(&job.key).map(|_| self.picture(&job.picture, job.tone));
                    let key = job.key.clone();
                    if done.send(Done::Picture(job, result)).is_err() {
                        return;
                    }
                    // Asked after the answer was sent: whoever begins to wait for it now finds it.
                    if self.rank(&key).is_some_and(|(rank, awaited)| rank < awaited) {
                        wake();
                    }
                }
                Job::Tile(job) => {
                    let result = self.tile(&job);
                    if done.send(Done::Tile(job.texture, tile_id(job.tile.id), result)).is_err() {
                        return;
                    }
                    wake();
                }
                Job::Coarse { texture, picture, tone } => {
                    if let Err(error) = texture.rewrite(&self.device, &self.queue, &mip_levels(&coarse(&picture, tone))) {
                        tracing::error!("{error}");
                    }
                    wake();
                }
            }
        }
    }
}

/// The coarse level of a large picture, and those after it.
fn coarse(picture: &Picture, tone: Tone) -> Vec<Level> {
    if tone.is_plain() { picture.clone().into_levels() } else { picture.toned(tone) }
}

/// Whether a graphics card draws, or software.
pub fn is_hardware(gpu: &egui_wgpu::RenderState) -> bool {
    gpu.adapter.get_info().device_type != egui_wgpu::wgpu::DeviceType::Cpu
}

/// Starts the thread; it ends when nobody sends jobs any more.
///
/// # Errors
/// A sentence when the system gives no thread.
pub fn start(
    gpu: &egui_wgpu::RenderState,
    to_show: Arc<Mutex<ToShow>>,
    done: Sender<Done>,
    wake: Arc<dyn Fn() + Send + Sync>,
) -> Result<(Sender<Job>, JoinHandle<()>), String> {
    // A software driver converts several times slower than we do.
    let converter = is_hardware(gpu).then(|| YuvConverter::new(&gpu.device));
    let tile_bytes = super::pictures::bytes_on(gpu) / 4 * 3;
    let uploader = Uploader { device: gpu.device.clone(), queue: gpu.queue.clone(), converter, tile_bytes, to_show };
    let (send, jobs) = crossbeam_channel::bounded::<Job>(64);
    let run = move || uploader.run(&jobs, &done, &*wake);
    let thread = std::thread::Builder::new().name("limn-upload".into()).spawn(run).map_err(|error| error.to_string())?;
    Ok((send, thread))
}
