//! The thread that brings pictures and tiles to the GPU, so that the window never waits for a copy.

use crossbeam_channel::{Receiver, Sender};
use limn_media::{DeepLevel, Level, Picture, PictureKey, Pixels, Pyramid, Tile, Tone};
use limn_render::{ImageTexture, MipLevel, TileId, YuvConverter, YuvFrame, YuvMatrix, YuvPlane};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Longest side, in pixels, of what is always on the GPU of a picture that goes up in tiles.
const COARSE_SIDE: u32 = 2048;
/// Pictures of more pixels go up in tiles, where they are looked at.
const WHOLE_PIXELS: u64 = 4_000_000;

/// What is shown for each value of 16 bit; `None`: what is there.
pub type Table = Option<Arc<[u8]>>;

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
    pub id: TileId,
    /// Its pixels; `None`: they are cut out of the picture.
    pub tile: Option<Arc<Tile>>,
}

/// What the thread is to do.
pub enum Job {
    Picture(Upload),
    /// Only how its values are shown.
    Tone(Upload),
    Tile(TileUpload),
    /// The coarse level of a large picture is better known than before.
    Coarse {
        texture: Arc<ImageTexture>,
        picture: Arc<Picture>,
    },
}

/// What became of it.
pub enum Done {
    /// `None`: it was no longer wanted.
    Picture(Upload, Option<Result<(ImageTexture, Table), String>>),
    Tone(Upload, Table),
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
    MipLevel { width: level.width, height: level.height, rgba: &level.rgba, fine: None }
}

fn deep_mip_levels(levels: &[DeepLevel]) -> Vec<MipLevel<'_>> {
    levels.iter().map(deep_mip_level).collect()
}

fn deep_mip_level(level: &DeepLevel) -> MipLevel<'_> {
    MipLevel { fine: Some(&level.low), ..mip_level(&level.high) }
}

/// Whether a picture goes up in tiles that are cut out of it.
pub fn is_cut(picture: &Picture) -> bool {
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    pixels > WHOLE_PIXELS && !picture.is_coarse() && matches!(picture.pixels, Pixels::Levels(_) | Pixels::Photo(_))
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

    fn picture(&self, picture: &Picture) -> Result<ImageTexture, String> {
        let (device, queue) = (&self.device, &self.queue);
        let upload = |levels: &[MipLevel<'_>]| ImageTexture::upload(device, queue, levels);
        let upload_coarse = |levels: &[MipLevel<'_>]| {
            let size = [picture.width, picture.height];
            ImageTexture::upload_sparse(device, queue, size, levels, Pyramid::TILE_SIDE, self.tile_bytes)
        };
        let made = match (&picture.pixels, &self.converter) {
            _ if is_cut(picture) => {
                let (first, levels) = coarse_part(picture);
                match &picture.deep {
                    Some(_) => upload_coarse(&deep_mip_levels(&picture.deep_levels(first))),
                    None => upload_coarse(&mip_levels(levels)),
                }
            }
            _ if picture.is_coarse() || matches!(picture.pixels, Pixels::Tiles(_)) => {
                upload_coarse(&mip_levels(&picture.clone().into_levels()))
            }
            _ if picture.deep.is_some() => upload(&deep_mip_levels(&picture.deep_levels(0))),
            (Pixels::Levels(levels), _) => upload(&mip_levels(levels)),
            (Pixels::Planes(frame), Some(converter)) => converter.convert(device, queue, &yuv_frame(frame)),
            (Pixels::Planes(_) | Pixels::Photo(_) | Pixels::Tiles(_), _) => upload(&mip_levels(&picture.clone().into_levels())),
        };
        made.map_err(|error| error.to_string())
    }

    fn tile(&self, TileUpload { texture, picture, id, tile }: &TileUpload) -> Result<(), String> {
        let insert = |pixels: MipLevel<'_>| {
            let inserted = texture.insert(&self.device, &self.queue, *id, &pixels);
            inserted.map_err(|error| error.to_string())
        };
        if let Some(tile) = tile {
            return insert(mip_level(&tile.pixels));
        }
        let rect = texture.tile_rect(*id).ok_or("the picture has no such part")?;
        let none = "this part of the picture is not in memory";
        match picture.deep {
            Some(_) => insert(deep_mip_level(&picture.deep_region(id.level, rect).ok_or(none)?)),
            None => insert(mip_level(&picture.region(id.level, rect).ok_or(none)?)),
        }
    }

    fn run(self, jobs: &Receiver<Job>, done: &Sender<Done>, wake: &dyn Fn()) {
        for job in jobs {
            match job {
                Job::Picture(job) => {
                    // On a slow machine the person has gone on meanwhile.
                    let made = || self.picture(&job.picture).map(|texture| (texture, table(&job)));
                    let result = self.rank(&job.key).map(|_| made());
                    let key = job.key.clone();
                    if done.send(Done::Picture(job, result)).is_err() {
                        return;
                    }
                    // Asked after the answer was sent: whoever begins to wait for it now finds it.
                    if self.rank(&key).is_some_and(|(rank, awaited)| rank < awaited) {
                        wake();
                    }
                }
                Job::Tone(job) => {
                    let table = table(&job);
                    if done.send(Done::Tone(job, table)).is_err() {
                        return;
                    }
                    wake();
                }
                Job::Tile(job) => {
                    let result = self.tile(&job);
                    if done.send(Done::Tile(job.texture, job.id, result)).is_err() {
                        return;
                    }
                    wake();
                }
                Job::Coarse { texture, picture } => {
                    let levels = picture.as_ref().clone().into_levels();
                    if let Err(error) = texture.rewrite(&self.device, &self.queue, &mip_levels(&levels)) {
                        tracing::error!("{error}");
                    }
                    wake();
                }
            }
        }
    }
}

/// How the values of a picture are shown.
fn table(of: &Upload) -> Table {
    of.picture.tone_table(of.tone).map(Arc::from)
}

/// The levels of a picture in memory that are always on the GPU, and the number of the first of them.
fn coarse_part(picture: &Picture) -> (u32, &[Level]) {
    let (first, levels) = picture.levels();
    let is_small = |level: &Level| level.width.max(level.height) <= COARSE_SIDE;
    let skipped = levels.iter().position(is_small).unwrap_or(levels.len().saturating_sub(1));
    (first + skipped as u32, &levels[skipped.min(levels.len())..])
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

#[cfg(test)]
mod tests;
