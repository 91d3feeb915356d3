//! A picture on the GPU: every mip level cut into tiles, each its own texture.
//!
//! A tile carries a border of one texel of its neighbours, so filtering across the cut is the same as
//! without a cut. Values stay sRGB-encoded in linear-format textures; alpha is multiplied in.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::sparse::{SparseLevels, TileId};
use crate::camera::Camera;
use crate::error::RenderError;
use crate::gpu;

/// Largest side of a tile texture. Smaller than most devices allow: large textures cannot be freed in parts.
pub(super) const MAX_TILE: u32 = 4096;

/// One size of a picture: RGBA8, sRGB-encoded, straight alpha, rows from the top without padding.
#[derive(Clone, Copy, Debug)]
pub struct MipLevel<'a> {
    /// Width in texels.
    pub width: u32,
    /// Height in texels.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: &'a [u8],
    /// The low bytes of samples of 16 bit, as many, where `rgba` has the high ones; all levels and tiles of a picture have them
    /// or none.
    pub fine: Option<&'a [u8]>,
}

/// A picture in graphics memory, with its mip levels.
///
/// Building needs the device and queue only, so it may happen on a worker thread.
#[derive(Debug)]
pub struct ImageTexture {
    id: u64,
    /// Levels that are there as a whole.
    levels: Vec<Level>,
    /// Larger ones of which only some tiles are there.
    sparse: Option<SparseLevels>,
}

#[derive(Debug)]
pub(super) struct Level {
    pub size: [u32; 2],
    pub tiles: Vec<Tile>,
}

/// A part of a level. All numbers are texels of the level.
#[derive(Debug)]
pub(super) struct Tile {
    /// The part this tile draws.
    pub drawn_min: [u32; 2],
    pub drawn_max: [u32; 2],
    /// The first texel its texture holds: what it draws and the border.
    pub held_min: [u32; 2],
    texture: wgpu::Texture,
    /// Low bytes of samples of 16 bit.
    fine: Option<wgpu::Texture>,
    pub view: wgpu::TextureView,
    pub bind_group: wgpu::BindGroup,
}

impl Tile {
    /// Where the first drawn texel lies in the texture.
    pub fn border(&self) -> [u32; 2] {
        std::array::from_fn(|i| self.drawn_min[i] - self.held_min[i])
    }

    /// Width and height of the texture.
    pub fn held_size(&self) -> [u32; 2] {
        [self.texture.width(), self.texture.height()]
    }

    /// Graphics memory that it takes.
    pub fn bytes(&self) -> u64 {
        let [width, height] = self.held_size();
        u64::from(width) * u64::from(height) * if self.fine.is_some() { 8 } else { 4 }
    }
}

impl ImageTexture {
    pub(super) const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

    /// Uploads a picture. `levels[0]` is the full size; each further level is smaller, usually by half.
    /// Zoomed-out views are smooth only with levels down to about the size of the screen.
    ///
    /// # Errors
    /// No levels, a level whose bytes do not fit its size, or no graphics memory left.
    pub fn upload(device: &wgpu::Device, queue: &wgpu::Queue, levels: &[MipLevel<'_>]) -> Result<Self, RenderError> {
        Self::upload_with_tile(device, queue, levels, MAX_TILE)
    }

    /// As [`Self::upload`] with another tile size, so that tests see many tiles in a small picture.
    pub(crate) fn upload_with_tile(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        levels: &[MipLevel<'_>],
        max_tile: u32,
    ) -> Result<Self, RenderError> {
        check(levels)?;
        let sizes = levels.iter().map(|level| [level.width, level.height]);
        let image = Self::empty(device, sizes, max_tile, wgpu::TextureUsages::empty(), levels[0].fine.is_some())?;
        gpu::catching_out_of_memory(device, || image.write(queue, levels))?;
        Ok(image)
    }

    /// A picture without pixels yet, whose tiles may be drawn into. At least one size, none of them zero.
    pub(super) fn drawable(device: &wgpu::Device, sizes: impl Iterator<Item = [u32; 2]>, max_tile: u32) -> Result<Self, RenderError> {
        Self::empty(device, sizes, max_tile, wgpu::TextureUsages::RENDER_ATTACHMENT, false)
    }

    fn empty(
        device: &wgpu::Device,
        sizes: impl Iterator<Item = [u32; 2]>,
        max_tile: u32,
        usage: wgpu::TextureUsages,
        is_fine: bool,
    ) -> Result<Self, RenderError> {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);
        let max_tile = max_tile.min(device.limits().max_texture_dimension_2d);
        let levels = gpu::catching_out_of_memory(device, || {
            let maker = TileMaker::new(device, usage, is_fine);
            sizes.map(|size| maker.level(device, size, max_tile)).collect()
        })?;
        Ok(Self { id: NEXT_ID.fetch_add(1, Ordering::Relaxed), levels, sparse: None })
    }

    /// A picture of `size` of which only `coarse` and the levels after it are there: the first one of `coarse` stands for the
    /// level of that size in the chain of halves, rounded up. All larger levels come as tiles of `side` texels a side, by
    /// [`Self::insert`]; they take at most `max_bytes` of graphics memory, and those seen longest ago go first.
    ///
    /// # Errors
    /// As [`Self::upload`]; `LevelSize` when the first of `coarse` is no level of a picture of that size.
    pub fn upload_sparse(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        size: [u32; 2],
        coarse: &[MipLevel<'_>],
        side: u32,
        max_bytes: u64,
    ) -> Result<Self, RenderError> {
        check(coarse)?;
        let first = [coarse[0].width, coarse[0].height];
        let halves = std::iter::successors(Some(size), |size| (size[0].max(size[1]) > 1).then(|| size.map(|side| side.div_ceil(2))));
        let sizes: Vec<[u32; 2]> = halves.take_while(|size| size[0] > first[0] || size[1] > first[1]).collect();
        if sizes.last().unwrap_or(&size).map(|side| side.div_ceil(2)) != first && size != first {
            return Err(RenderError::LevelSize { level: sizes.len(), width: first[0], height: first[1], found: coarse[0].rgba.len() });
        }
        let side = side.clamp(1, device.limits().max_texture_dimension_2d - 2);
        let mut image = Self::upload(device, queue, coarse)?;
        image.sparse = Some(SparseLevels::new(device, sizes, side, max_bytes, coarse[0].fine.is_some()));
        Ok(image)
    }

    /// Puts a tile with its border of one texel, where it has neighbours, into graphics memory, and others out of it. May be
    /// called on a worker thread.
    ///
    /// # Errors
    /// `LevelSize` when there is no such tile or its pixels do not fit it; no graphics memory left.
    pub fn insert(&self, device: &wgpu::Device, queue: &wgpu::Queue, tile: TileId, pixels: &MipLevel<'_>) -> Result<(), RenderError> {
        match &self.sparse {
            Some(sparse) => sparse.insert(device, queue, tile, pixels),
            None => {
                let found = pixels.rgba.len();
                Err(RenderError::LevelSize { level: tile.level as usize, width: pixels.width, height: pixels.height, found })
            }
        }
    }

    /// What a tile holds, its border included, in texels of its level: left, top, width, height. `None`: there is no such tile.
    #[must_use]
    pub fn tile_rect(&self, id: TileId) -> Option<[u32; 4]> {
        let sparse = self.sparse.as_ref()?;
        let (min, max) = sparse.span(id)?;
        let (held_min, held_max) = held(sparse.sizes[id.level as usize], min, max);
        Some([held_min[0], held_min[1], held_max[0] - held_min[0], held_max[1] - held_min[1]])
    }

    /// Fills the levels that are there as a whole with other pixels.
    ///
    /// # Errors
    /// `LevelSize` when they are of another size; no graphics memory left.
    pub fn rewrite(&self, device: &wgpu::Device, queue: &wgpu::Queue, levels: &[MipLevel<'_>]) -> Result<(), RenderError> {
        check(levels)?;
        for (index, (level, pixels)) in self.levels.iter().zip(levels).enumerate() {
            if level.size != [pixels.width, pixels.height] {
                let (width, height, found) = (pixels.width, pixels.height, pixels.rgba.len());
                return Err(RenderError::LevelSize { level: index, width, height, found });
            }
        }
        gpu::catching_out_of_memory(device, || self.write(queue, levels))
    }

    /// The tiles that a camera would like to have and that are not there, the most needed first: coarser ones that quickly
    /// give a picture, those in sight from the middle outward, then those around. Empty for pictures that are there as a whole.
    #[must_use]
    pub fn wanted_tiles(&self, camera: &Camera) -> Vec<TileId> {
        match &self.sparse {
            Some(_) if camera.is_drawable() => super::plan::wanted_tiles(self, camera),
            _ => Vec::new(),
        }
    }

    /// Graphics memory that it takes, bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let whole: u64 = self.levels.iter().flat_map(|level| &level.tiles).map(Tile::bytes).sum();
        whole + self.sparse.as_ref().map_or(0, SparseLevels::bytes)
    }

    /// Width and height of the full-size level in image px.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        let largest = self.sparse.as_ref().and_then(|sparse| sparse.sizes.first());
        largest.copied().unwrap_or(self.levels[0].size)
    }

    /// Sizes of all levels, the largest first.
    pub(super) fn level_sizes(&self) -> Vec<[u32; 2]> {
        let sparse = self.sparse.iter().flat_map(|sparse| sparse.sizes.iter().copied());
        sparse.chain(self.levels.iter().map(|level| level.size)).collect()
    }

    pub(super) fn sparse(&self) -> Option<&SparseLevels> {
        self.sparse.as_ref()
    }

    /// Whether samples have 16 bit.
    pub(super) fn has_low_bytes(&self) -> bool {
        self.levels.first().and_then(|level| level.tiles.first()).is_some_and(|tile| tile.fine.is_some())
    }

    /// Tells pictures apart: a plan made for one must not draw another.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn write(&self, queue: &wgpu::Queue, levels: &[MipLevel<'_>]) {
        for (level, pixels) in self.levels.iter().zip(levels) {
            let [rgba, fine] = premultiplied(pixels);
            for tile in &level.tiles {
                write_tile(queue, tile, tile.held_min, [&rgba, &fine], pixels.width);
                if level.tiles.len() > 1 {
                    // Starts the copy, so that the staging memory of a large picture is freed as it goes.
                    queue.submit([]);
                }
            }
        }
    }
}

/// Fills a tile with the part of a level of `width` texels that begins at `first`: high bytes, low bytes.
pub(super) fn write_tile(queue: &wgpu::Queue, tile: &Tile, first: [u32; 2], bytes: [&[u8]; 2], width: u32) {
    let at = (first[1] as usize * width as usize + first[0] as usize) * 4;
    for (texture, bytes) in [Some(&tile.texture), tile.fine.as_ref()].into_iter().zip(bytes) {
        if let (Some(texture), Some(bytes)) = (texture, bytes.get(at..)) {
            queue.write_texture(
                texture.as_image_copy(),
                bytes,
                wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
                texture.size(),
            );
        }
    }
}

fn check(levels: &[MipLevel<'_>]) -> Result<(), RenderError> {
    if levels.is_empty() {
        return Err(RenderError::NoLevels);
    }
    for (index, level) in levels.iter().enumerate() {
        let row_bytes = level.width.checked_mul(4);
        let expected = row_bytes.map_or(0, |row| u64::from(row) * u64::from(level.height));
        let has_all = |bytes: &[u8]| bytes.len() as u64 == expected;
        let fits = has_all(level.rgba) && level.fine.is_none_or(has_all) && level.fine.is_some() == levels[0].fine.is_some();
        if expected == 0 || !fits {
            return Err(RenderError::LevelSize { level: index, width: level.width, height: level.height, found: level.rgba.len() });
        }
    }
    Ok(())
}

/// Filtering mixes texels, and only premultiplied ones mix right. Opaque pictures, nearly all, are not copied. The second answer
/// are the low bytes, empty where there are none.
pub(super) fn premultiplied<'a>(level: &MipLevel<'a>) -> [Cow<'a, [u8]>; 2] {
    let (rgba, fine) = (level.rgba, level.fine.unwrap_or_default());
    let row = 4096;
    let opaque = rgba.chunks(row).all(|part| part.chunks_exact(4).fold(255, |all, texel| all & texel[3]) == 255);
    if opaque {
        return [rgba, fine].map(Cow::Borrowed);
    }
    if level.fine.is_some() {
        let (mut high, mut low) = (rgba.to_vec(), fine.to_vec());
        for (high, low) in high.chunks_exact_mut(4).zip(low.chunks_exact_mut(4)) {
            let value = |n: usize| u32::from(high[n]) << 8 | u32::from(low[n]);
            let alpha = value(3);
            // At most 65,535 squared and half of it, which fits.
            let [r, g, b] = [0, 1, 2].map(|n| ((value(n) * alpha + 32_767) / 65_535) as u16);
            for (n, value) in [r, g, b].into_iter().enumerate() {
                [high[n], low[n]] = value.to_be_bytes();
            }
        }
        return [high, low].map(Cow::Owned);
    }
    let mut texels = rgba.to_vec();
    for texel in texels.chunks_exact_mut(4) {
        let alpha = u16::from(texel[3]);
        for value in &mut texel[..3] {
            *value = ((u16::from(*value) * alpha + 127) / 255) as u8;
        }
    }
    [Cow::Owned(texels), Cow::Borrowed(fine)]
}

/// What the tiles of a picture share.
#[derive(Debug)]
pub(super) struct TileMaker {
    layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
    usage: wgpu::TextureUsages,
    is_fine: bool,
}

impl TileMaker {
    /// `usage` is what the textures are for besides being filled and shown; `is_fine`: there are low bytes, too.
    pub fn new(device: &wgpu::Device, usage: wgpu::TextureUsages, is_fine: bool) -> Self {
        Self {
            layout: gpu::tile_layout(device),
            sampler: device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("image tile"),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            }),
            usage,
            is_fine,
        }
    }

    fn level(&self, device: &wgpu::Device, size: [u32; 2], max_tile: u32) -> Level {
        let columns = spans(size[0], max_tile);
        let rows = spans(size[1], max_tile);
        let mut tiles = Vec::with_capacity(columns.len() * rows.len());
        for &(top, bottom) in &rows {
            for &(left, right) in &columns {
                tiles.push(self.tile(device, size, [left, top], [right, bottom]));
            }
        }
        Level { size, tiles }
    }

    pub fn tile(&self, device: &wgpu::Device, level: [u32; 2], drawn_min: [u32; 2], drawn_max: [u32; 2]) -> Tile {
        let (held_min, held_max) = held(level, drawn_min, drawn_max);
        let texture = || {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some("image tile"),
                size: wgpu::Extent3d { width: held_max[0] - held_min[0], height: held_max[1] - held_min[1], depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: ImageTexture::FORMAT,
                usage: self.usage | wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
                view_formats: &[],
            })
        };
        let (texture, fine) = (texture(), self.is_fine.then(texture));
        let view = |of: &wgpu::Texture| of.create_view(&wgpu::TextureViewDescriptor::default());
        // Where there are no low bytes, something has to be bound all the same.
        let fine_view = view(fine.as_ref().unwrap_or(&texture));
        let view = view(&texture);
        let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("image tile"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&self.sampler) },
                wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::TextureView(&fine_view) },
            ],
        });
        Tile { drawn_min, drawn_max, held_min, texture, fine, view, bind_group }
    }
}

/// What a tile holds: what it draws and a border of one texel where it has neighbours.
fn held(level: [u32; 2], drawn_min: [u32; 2], drawn_max: [u32; 2]) -> ([u32; 2], [u32; 2]) {
    (drawn_min.map(|v| v.saturating_sub(1)), std::array::from_fn(|i| (drawn_max[i] + 1).min(level[i])))
}

/// Cuts `0..len` into parts that, with a border of one on both sides, are at most `max_tile` long.
fn spans(len: u32, max_tile: u32) -> Vec<(u32, u32)> {
    if len <= max_tile {
        return vec![(0, len)];
    }
    let step = max_tile.saturating_sub(2).max(1);
    (0..len.div_ceil(step)).map(|i| (i * step, (i * step).saturating_add(step).min(len))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_without_gap_and_fit_with_borders() {
        assert_eq!(spans(16, 16), [(0, 16)]);
        assert_eq!(spans(17, 16), [(0, 14), (14, 17)]);
        assert_eq!(spans(29, 16), [(0, 14), (14, 28), (28, 29)]);
    }

    #[test]
    fn opaque_pixels_are_not_copied_and_others_are_multiplied() {
        let level = |rgba, fine| MipLevel { width: 1, height: 1, rgba, fine };
        assert!(matches!(premultiplied(&level(&[1, 2, 3, 255], None)), [Cow::Borrowed(_), Cow::Borrowed(&[])]));
        assert_eq!(premultiplied(&level(&[200, 100, 0, 128, 9, 9, 9, 0], None))[0].as_ref(), [100, 50, 0, 128, 0, 0, 0, 0]);
        // Of 16 bit: half of 0x0102 is 0x0081, of 0xffff 0x8000.
        let [high, low] = premultiplied(&level(&[1, 0xff, 0, 0x80], Some(&[2, 0xff, 0, 0])));
        assert_eq!([high.as_ref(), low.as_ref()], [&[0, 0x80, 0, 0x80], &[0x81, 0, 0, 0]]);
    }

    #[test]
    fn wrong_sizes_are_refused() {
        let level = |width, height, rgba| MipLevel { width, height, rgba, fine: None };
        assert!(matches!(check(&[]), Err(RenderError::NoLevels)));
        assert!(matches!(check(&[level(2, 2, &[0; 15])]), Err(RenderError::LevelSize { found: 15, .. })));
        assert!(matches!(check(&[level(0, 2, &[])]), Err(RenderError::LevelSize { .. })));
        assert!(matches!(check(&[level(u32::MAX, u32::MAX, &[])]), Err(RenderError::LevelSize { .. })));
        assert!(check(&[level(1, 1, &[0; 4])]).is_ok());
        let fine = |bytes| MipLevel { fine: Some(bytes), ..level(1, 1, &[0; 4]) };
        assert!(check(&[fine(&[0; 4]), fine(&[0; 4])]).is_ok());
        assert!(check(&[fine(&[0; 3])]).is_err() && check(&[fine(&[0; 4]), level(1, 1, &[0; 4])]).is_err());
    }
}
