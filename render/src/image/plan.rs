//! Which level and which tiles a camera sees, and where they lie on the screen.

use super::sparse::{SparseLevels, TileId};
use super::texture::{ImageTexture, Level, Tile};
use crate::camera::Camera;
use crate::gpu::Sampling;

/// `Quad` of `image.wgsl`: a visible part of a tile.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct TileQuad {
    /// Screen px from the middle of the viewport: left, top, right, bottom.
    p: [f32; 4],
    /// The same rectangle in texels from `base`.
    local: [f32; 4],
    /// A texel of the tile's texture near the rectangle.
    base: [i32; 2],
    /// Screen px per texel.
    texel_px: f32,
    sampling: u32,
}

impl TileQuad {
    /// How its texels become pixels.
    pub fn sampling(&self) -> Sampling {
        Sampling::ALL[(self.sampling & !DEEP) as usize]
    }
}

/// Added to the sampling where a picture has low bytes; see `image.wgsl`.
const DEEP: u32 = 4;

/// What to draw of one picture in one frame.
#[derive(Debug)]
pub(crate) struct ImagePlan {
    pub tiles: Vec<(wgpu::BindGroup, TileQuad)>,
    /// Four thin rectangles around the picture, in screen px from the middle of the viewport.
    pub border: Vec<[f32; 4]>,
}

impl ImagePlan {
    pub fn new(image: &ImageTexture, camera: &Camera) -> Self {
        let sizes = image.level_sizes();
        let view = View::new(&sizes, camera);
        let mut tiles: Vec<(wgpu::BindGroup, TileQuad)> = match image.sparse().filter(|sparse| view.level < sparse.sizes.len()) {
            Some(sparse) => view.sparse_quads(image, sparse),
            None => {
                let first_whole = sizes.len() - image.levels().len();
                let tiles = image.levels()[view.level - first_whole].tiles.iter();
                tiles.filter_map(|tile| Some((tile.bind_group.clone(), view.quad(tile)?))).collect()
            }
        };
        if image.has_low_bytes() {
            tiles.iter_mut().for_each(|(_, quad)| quad.sampling |= DEEP);
        }
        Self { tiles, border: border(camera, image.size().map(f64::from)) }
    }
}

/// A camera and the level that it is best served by.
struct View<'a> {
    camera: &'a Camera,
    sizes: &'a [[u32; 2]],
    level: usize,
    /// Texels of that level per image px; not exactly a power of two when sizes are odd.
    scale: [f64; 2],
    /// Screen px per texel of that level.
    texel_px: f64,
}

impl<'a> View<'a> {
    fn new(sizes: &'a [[u32; 2]], camera: &'a Camera) -> Self {
        let (level, texel_px) = choose_level(sizes, camera.zoom);
        let scale = std::array::from_fn(|i| f64::from(sizes[level][i]) / f64::from(sizes[0][i]));
        Self { camera, sizes, level, scale, texel_px }
    }

    /// What is seen, in texels: a little beyond the viewport, on whole texels, so that inner edges are the same for both
    /// neighbours. Cut in f64: a tile's own corners may be 100,000 screen px away.
    fn cut(&self, min: [f64; 2], max: [f64; 2]) -> Option<([f64; 2], [f64; 2])> {
        let seen = self.camera.visible(1.0);
        let from: [f64; 2] = std::array::from_fn(|i| min[i].max((seen.min[i] * self.scale[i]).floor()));
        let to: [f64; 2] = std::array::from_fn(|i| max[i].min((seen.max[i] * self.scale[i]).ceil()));
        (from[0] < to[0] && from[1] < to[1]).then_some((from, to))
    }

    /// Where texels lie on the screen.
    fn p(&self, from: [f64; 2], to: [f64; 2]) -> [f32; 4] {
        let p = |texel: f64, i: usize| ((texel / self.scale[i] - self.camera.center[i]) * self.camera.zoom) as f32;
        [p(from[0], 0), p(from[1], 1), p(to[0], 0), p(to[1], 1)]
    }

    /// The part of a tile of the level that is seen.
    fn quad(&self, tile: &Tile) -> Option<TileQuad> {
        let drawn_min = tile.drawn_min.map(f64::from);
        let (from, to) = self.cut(drawn_min, tile.drawn_max.map(f64::from))?;
        let border = tile.border();
        Some(TileQuad {
            p: self.p(from, to),
            local: [0.0, 0.0, (to[0] - from[0]) as f32, (to[1] - from[1]) as f32],
            base: std::array::from_fn(|i| (from[i] - drawn_min[i]) as i32 + border[i] as i32),
            texel_px: self.texel_px as f32,
            sampling: sampling(self.texel_px) as u32,
        })
    }

    /// A tile of a coarser level of that size, in the place of the texels from `min` to `max`.
    fn stand_in(&self, tile: &Tile, size: [u32; 2], min: [f64; 2], max: [f64; 2]) -> Option<TileQuad> {
        let ratio: [f64; 2] = std::array::from_fn(|i| f64::from(size[i]) / f64::from(self.sizes[self.level][i]));
        let (from, to) = self.cut(min, max)?;
        let coarse = |texel: f64, i: usize| texel * ratio[i] - f64::from(tile.held_min[i]);
        let base: [f64; 2] = std::array::from_fn(|i| coarse(from[i], i).floor());
        let local = |texel: f64, i: usize| (coarse(texel, i) - base[i]) as f32;
        Some(TileQuad {
            p: self.p(from, to),
            local: [local(from[0], 0), local(from[1], 1), local(to[0], 0), local(to[1], 1)],
            base: base.map(|v| v as i32),
            // Between texels plainly mixed: it is to look blurred, not like large pixels.
            texel_px: 1.0,
            sampling: Sampling::Sharpened as u32,
        })
    }

    fn sparse_quads(&self, image: &ImageTexture, sparse: &SparseLevels) -> Vec<(wgpu::BindGroup, TileQuad)> {
        let mut kept = sparse.lock();
        kept.begin();
        let mut quads = Vec::new();
        for id in self.seen(sparse.side, 0) {
            if let Some(tile) = kept.see(id) {
                quads.extend(self.quad(tile).map(|quad| (tile.bind_group.clone(), quad)));
                continue;
            }
            let Some((min, max)) = sparse.span(id).map(|(min, max)| (min.map(f64::from), max.map(f64::from))) else { continue };
            let mut coarser = (1..sparse.sizes.len() as u32 - id.level).map(|steps| parent(id, steps));
            let stand_in = coarser.find_map(|parent| {
                let tile = kept.see(parent)?;
                Some(self.stand_in(tile, sparse.sizes[parent.level as usize], min, max).map(|quad| (tile.bind_group.clone(), quad)))
            });
            match stand_in {
                Some(quad) => quads.extend(quad),
                None => self.whole_stand_ins(&image.levels()[0], min, max, &mut quads),
            }
        }
        quads
    }

    /// The tiles of the largest level that is there as a whole, in the place of the texels from `min` to `max`.
    fn whole_stand_ins(&self, level: &Level, min: [f64; 2], max: [f64; 2], quads: &mut Vec<(wgpu::BindGroup, TileQuad)>) {
        let fine = self.sizes[self.level];
        for tile in &level.tiles {
            let at = |texel: u32, i: usize| f64::from(texel) * f64::from(fine[i]) / f64::from(level.size[i]);
            let from = std::array::from_fn(|i| min[i].max(at(tile.drawn_min[i], i)));
            let to = std::array::from_fn(|i| max[i].min(at(tile.drawn_max[i], i)));
            quads.extend(self.stand_in(tile, level.size, from, to).map(|quad| (tile.bind_group.clone(), quad)));
        }
    }

    /// The tiles of the level in sight, and so many more on each side.
    fn seen(&self, side: u32, around: u32) -> Vec<TileId> {
        let seen = self.camera.visible(1.0);
        let span = |i: usize| {
            let last = (self.sizes[self.level][i] - 1) / side;
            let cell = |px: f64| (px * self.scale[i] / f64::from(side)).floor();
            let (from, to) = (cell(seen.min[i]), cell(seen.max[i]));
            if to < 0.0 || from > f64::from(last) {
                return 1..1;
            }
            (from.max(0.0) as u32).saturating_sub(around)..(to as u32).saturating_add(around).min(last) + 1
        };
        let (columns, rows) = (span(0), span(1));
        let level = self.level as u32;
        rows.flat_map(|row| columns.clone().map(move |column| TileId { level, column, row })).collect()
    }
}

/// The tile that covers a tile so many levels further up.
fn parent(id: TileId, steps: u32) -> TileId {
    TileId { level: id.level + steps, column: id.column >> steps, row: id.row >> steps }
}

/// So many levels up lie the tiles that are asked for first: one of them covers 64.
const FIRST_LOOK: u32 = 3;

/// See [`ImageTexture::wanted_tiles`].
pub(super) fn wanted_tiles(image: &ImageTexture, camera: &Camera) -> Vec<TileId> {
    let sizes = image.level_sizes();
    let view = View::new(&sizes, camera);
    let Some(sparse) = image.sparse().filter(|sparse| view.level < sparse.sizes.len()) else { return Vec::new() };
    // Asked for more than fits, tiles would put out one another for ever.
    let most = sparse.capacity() * 3 / 4;
    let far = |id: &TileId| {
        let middle = |cell: u32, i: usize| (f64::from(cell) + 0.5) * f64::from(sparse.side) / view.scale[i] - camera.center[i];
        (middle(id.column, 0).powi(2) + middle(id.row, 1).powi(2)).sqrt()
    };
    let in_order = |mut ids: Vec<TileId>| {
        ids.sort_by(|a, b| far(a).total_cmp(&far(b)));
        ids
    };
    let seen = in_order(view.seen(sparse.side, 0));
    let around = in_order(view.seen(sparse.side, 1));
    let mut kept = sparse.lock();
    let mut wanted: Vec<TileId> = Vec::new();
    for id in &seen {
        let first = parent(*id, FIRST_LOOK);
        if (first.level as usize) < sparse.sizes.len() && kept.see(*id).is_none() && kept.see(first).is_none() && !wanted.contains(&first) {
            wanted.push(first);
        }
    }
    let num_first = wanted.len();
    for id in seen.iter().chain(around.iter().filter(|id| !seen.contains(id))).take(most) {
        if kept.see(*id).is_none() {
            wanted.push(*id);
        }
    }
    wanted.truncate(most.max(num_first));
    wanted
}

/// The coarsest level that still has a texel for every screen px; then a pixel covers one to two texels.
fn choose_level(sizes: &[[u32; 2]], zoom: f64) -> (usize, f64) {
    let full = sizes[0].map(f64::from);
    let texel_px = |size: &[u32; 2]| {
        let scale = (f64::from(size[0]) / full[0]).max(f64::from(size[1]) / full[1]);
        zoom / scale
    };
    // A level of an odd size is a little off its power of two: let it through.
    let mut fine_enough = sizes.iter().map(texel_px).enumerate().skip(1).filter(|(_, texel_px)| *texel_px <= 1.02);
    fine_enough.next_back().unwrap_or((0, zoom))
}

fn sampling(texel_px: f64) -> Sampling {
    if texel_px >= 2.0 || (texel_px - 1.0).abs() < 1e-6 {
        Sampling::Nearest
    } else if texel_px > 1.0 {
        Sampling::Sharpened
    } else {
        Sampling::Minified
    }
}

fn border(camera: &Camera, size: [f64; 2]) -> Vec<[f32; 4]> {
    let half = camera.viewport_px.map(|v| v / 2.0 + 2.0);
    // Cut to just outside the viewport, so that far edges stay far and near ones are exact.
    let edge = |px: f64, i: usize| (((px - camera.center[i]) * camera.zoom) as f32).clamp(-half[i], half[i]);
    let (left, top) = (edge(0.0, 0), edge(0.0, 1));
    let (right, bottom) = (edge(size[0], 0), edge(size[1], 1));
    vec![
        [left - 1.0, top - 1.0, right + 1.0, top],
        [left - 1.0, bottom, right + 1.0, bottom + 1.0],
        [left - 1.0, top, left, bottom],
        [right, top, right + 1.0, bottom],
    ]
}
