//! A picture larger than memory: the first picture, and how soon it is sharp where the person looks.

use super::input::Random;
use super::{Measured, Row};
use crate::error::CliError;
use limn_media::{MediaEvent, MediaPool, PictureKey, Pixels, PoolOptions, Pyramid};
use limn_render::headless::HeadlessTarget;
use limn_render::{Camera, CanvasRenderer, ImageTexture, MipLevel, TileId};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tiff::encoder::compression::{CompressionAlgorithm, Deflate, DeflateLevel};

/// The canvas of a full HD screen.
const VIEW: [u32; 2] = [1600, 1000];
/// Bytes on the GPU that tiles may take; as in the window.
const TILE_BYTES: u64 = 384 << 20;
/// Places that are jumped to.
const JUMPS: usize = 40;
/// Pixels of a side of the file's own tiles.
const FILE_TILE: u32 = 512;
/// Longer than any machine takes for a view.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) fn run(size: u64) -> Result<Measured, CliError> {
    // Below, pictures are held whole; beyond, nothing opens them.
    let side = size.clamp(10_100, 131_072) as u32;
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("large.tif");
    write_tiff(&path, side)?;
    let bytes = path.metadata()?.len();
    let failed = |error: &dyn std::fmt::Display| CliError::Failed(error.to_string());
    let target = HeadlessTarget::new(VIEW[0], VIEW[1]).map_err(|error| failed(&error))?;
    let mut stage = Stage { renderer: CanvasRenderer::new(target.device(), target.format()), target };

    let begun = Instant::now();
    let options =
        PoolOptions { threads: 2, cache_bytes: 512 << 20, cache_dir: Some(dir.path().join("cache")), hardware: limn_media::Hardware::Off };
    let pool = MediaPool::new(options, Arc::new(|| {}))?;
    pool.set_wanted(vec![PictureKey::new(path.as_path(), 0)], 1);
    let picture = loop {
        match pool.try_recv() {
            Some(MediaEvent::Picture(ready)) => break ready.result.map_err(|error| failed(&error))?,
            _ if begun.elapsed() > PATIENCE => return Err(CliError::Failed("the picture never came".into())),
            _ => std::thread::sleep(Duration::from_micros(200)),
        }
    };
    let Pixels::Tiles(pyramid) = &picture.pixels else { return Err(CliError::Failed("the picture is not in tiles".into())) };
    let levels = picture.as_ref().clone().into_levels();
    let levels: Vec<MipLevel<'_>> = levels.iter().map(mip_level).collect();
    let (device, queue) = (stage.target.device(), stage.target.queue());
    let image = ImageTexture::upload_sparse(device, queue, [side, side], &levels, Pyramid::TILE_SIDE, TILE_BYTES);
    let image = image.map_err(|error| failed(&error))?;
    stage.draw(&image, &Camera::fit([f64::from(side); 2], VIEW.map(|v| v as f32), 16.0))?;
    let first = begun.elapsed().as_secs_f64() * 1e3;

    let mut view = Viewing { pool: &pool, pyramid, image: &image, pass: 0.0 };
    let mut random = Random(17);
    let (mut sharp, mut most_bytes) = (Vec::new(), 0);
    for _ in 0..JUMPS {
        let mut place = |extent: u32| f64::from(extent) / 2.0 + random.below(u64::from(side - extent)) as f64;
        let camera = Camera { center: [place(VIEW[0]), place(VIEW[1])], zoom: 1.0, viewport_px: VIEW.map(|v| v as f32) }.snapped();
        let begun = Instant::now();
        view.until_sharp(&mut stage, &camera)?;
        sharp.push(begun.elapsed().as_secs_f64() * 1e3);
        most_bytes = most_bytes.max(image.bytes());
    }
    let passed = view.pass * f64::from(side).powi(2) / 1e6 / begun.elapsed().as_secs_f64();
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let rows = vec![
        Row::new("first picture, coarse, until drawn, wall", "ms", vec![first], &[]),
        Row::new("sharp after a jump at zoom 1, until drawn, wall", "ms", sharp, &[]),
        Row::new("on the GPU at most, bound 512", "MiB", vec![mib(most_bytes)], &[]),
        Row::new("pass for the coarser levels, beside the jumps", "MP/s", vec![passed], &[]),
    ];
    let notes = vec![
        format!(
            "{side}×{side} pixels, deflate tiles of {FILE_TILE}, {:.1} MB in the file, {} jumps on {}",
            bytes as f64 / 1e6,
            JUMPS,
            stage.target.adapter_name()
        ),
        "A software driver keeps what is on the GPU in this process, and draws in it".into(),
    ];
    Ok((rows, notes))
}

fn mip_level(level: &limn_media::Level) -> MipLevel<'_> {
    MipLevel { width: level.width, height: level.height, rgba: &level.rgba, fine: None }
}

struct Stage {
    target: HeadlessTarget,
    renderer: CanvasRenderer,
}

impl Stage {
    fn draw(&mut self, image: &ImageTexture, camera: &Camera) -> Result<(), CliError> {
        self.renderer.prepare(self.target.device(), self.target.queue(), camera, Some(image));
        self.target.submit([0; 4], |pass| self.renderer.paint(pass, Some(image), &[]));
        self.target.wait().map_err(|error| CliError::Failed(error.to_string()))
    }
}

/// What the window does when the camera has moved.
struct Viewing<'a> {
    pool: &'a MediaPool,
    pyramid: &'a Arc<Pyramid>,
    image: &'a ImageTexture,
    /// Part of the pass that is done.
    pass: f64,
}

impl Viewing<'_> {
    fn until_sharp(&mut self, stage: &mut Stage, camera: &Camera) -> Result<(), CliError> {
        let begun = Instant::now();
        let wanted = self.image.wanted_tiles(camera);
        self.pool.set_tiles(
            self.pyramid.clone(),
            wanted.iter().map(|id| limn_media::TileId { level: id.level, column: id.column, row: id.row }).collect(),
        );
        while self.image.wanted_tiles(camera).iter().any(|id| is_seen(*id, camera)) {
            match self.pool.try_recv() {
                Some(MediaEvent::Tile { id, result, .. }) => {
                    let tile = result.map_err(|error| CliError::Failed(error.to_string()))?;
                    let id = TileId { level: id.level, column: id.column, row: id.row };
                    let inserted = self.image.insert(stage.target.device(), stage.target.queue(), id, &mip_level(&tile.pixels));
                    inserted.map_err(|error| CliError::Failed(error.to_string()))?;
                }
                Some(MediaEvent::TilesProgress { done, total, .. }) => self.pass = done as f64 / total.max(1) as f64,
                Some(MediaEvent::TilesMade { .. }) => self.pass = 1.0,
                Some(_) => {}
                None if begun.elapsed() > PATIENCE => return Err(CliError::Failed("the view never became sharp".into())),
                None => std::thread::sleep(Duration::from_micros(200)),
            }
        }
        stage.draw(self.image, camera)
    }
}

/// Whether a tile of the full size is in sight at zoom 1.
fn is_seen(id: TileId, camera: &Camera) -> bool {
    let overlaps = |cell: u32, i: usize| {
        let (from, side, half) =
            (f64::from(cell * Pyramid::TILE_SIDE), f64::from(Pyramid::TILE_SIDE), f64::from(camera.viewport_px[i]) / 2.0);
        from < camera.center[i] + half && from + side > camera.center[i] - half
    };
    id.level == 0 && overlaps(id.column, 0) && overlaps(id.row, 1)
}

/// A tiled BigTIFF. A few different tiles stand for all: each is decoded anew wherever it is, and the file stays small.
fn write_tiff(path: &Path, side: u32) -> Result<(), CliError> {
    const DIFFERENT: u32 = 16;
    let num = u64::from(side.div_ceil(FILE_TILE)).pow(2);
    let mut random = Random(19);
    let grain: Vec<u8> = (0..4096).map(|_| random.below(12) as u8).collect();
    let mut out = b"II\x2b\0\x08\0\0\0".to_vec();
    out.extend([0; 8]);
    let mut tiles = Vec::new();
    for number in 0..DIFFERENT {
        let mut rgb = Vec::new();
        for (x, y) in (0..FILE_TILE).flat_map(|y| (0..FILE_TILE).map(move |x| (x, y))) {
            let grain = grain[(x as usize * 7 + y as usize * 131 + number as usize) % grain.len()];
            let wave = |scale: f64| ((f64::from(x) / scale).sin() * (f64::from(y) / scale).cos() * 80.0 + 110.0) as u8;
            rgb.extend([wave(40.0 + f64::from(number)) + grain, wave(61.0) + grain, (number * 15) as u8 + grain]);
        }
        let at = out.len() as u64;
        Deflate::with_level(DeflateLevel::Balanced).write_to(&mut out, &rgb)?;
        tiles.push((at, out.len() as u64 - at));
    }
    let tile = |n: u64| tiles[(n * 7 + n / 5) as usize % tiles.len()];
    let lists_at = out.len() as u64;
    (0..num).for_each(|n| out.extend(tile(n).0.to_le_bytes()));
    (0..num).for_each(|n| out.extend(tile(n).1.to_le_bytes()));
    let directory_at = out.len() as u64;
    let bits = 8 | 8 << 16 | 8 << 32;
    let entries: [(u16, u16, u64, u64); 10] = [
        (256, 4, 1, side.into()),
        (257, 4, 1, side.into()),
        (258, 3, 3, bits),
        (259, 3, 1, 8),
        (262, 3, 1, 2),
        (277, 3, 1, 3),
        (322, 4, 1, FILE_TILE.into()),
        (323, 4, 1, FILE_TILE.into()),
        (324, 16, num, lists_at),
        (325, 16, num, lists_at + num * 8),
    ];
    out.extend((entries.len() as u64).to_le_bytes());
    for (tag, kind, count, value) in entries {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend(0_u64.to_le_bytes());
    out.splice(8..16, directory_at.to_le_bytes());
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&out)?;
    Ok(file.flush()?)
}
