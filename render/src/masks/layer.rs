//! A layer of masks, each of which can change cheaply.

use super::atlas::{Atlas, EMPTY, Place, SOLID};
use super::cells::{CELL_BYTES, Cell, Cells, Range};
use super::{MASK_TILE, MaskTile, MaskTilePos};
use crate::camera::{Bounds, Camera};
use crate::error::RenderError;
use crate::shapes::{ShapeStyle, StyleTable};
use std::collections::HashMap;
use std::sync::Arc;

/// Tiles from this column or row on lie further out than positions on the GPU go, at 524,000 px; they are left out.
const END_TILE: u32 = 8_180;

/// Masks on the GPU.
///
/// Each is painted with fill, outline and halo before the next one, by their ranks ([`Self::set_rank`]) or else in the order
/// they came. Outlines run along the borders of pixels and, from afar, along what is partly covered; then a fill is
/// as strong as the part of a screen px that it covers. Dashes are stripes across the outline.
///
/// Graphics memory is bounded: tiles that find no place are shown as a whole, full if half of their pixels are in the
/// mask, else empty ([`Self::num_coarse`]), until the mask is set again and there is room. Full tiles need none. A layer
/// can be built on a worker thread and then swapped in.
#[derive(Debug)]
pub struct MaskLayer {
    atlas: Atlas,
    cells: Cells,
    masks: Vec<Mask>,
    /// Indices of masks as they are painted, by rank.
    painted: Vec<usize>,
    /// Masks of higher levels are painted above shapes.
    shapes_level: i32,
    styles: StyleTable,
    /// The furthest any style paints outside its pixels, in screen px.
    reach_px: f32,
    uploaded: u64,
}

/// Where a mask lies among the others: level, then a number that tells those of one level apart. Higher ones lie above.
pub type MaskRank = (i32, u128);

/// Which of the masks are painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    BelowShapes,
    AboveShapes,
}

#[derive(Debug, Default)]
struct Mask {
    rank: MaskRank,
    /// In column order.
    tiles: Vec<Held>,
    /// Place in the range of each cell that shows something: tiles and those around them.
    cell_of: HashMap<Spot, u32>,
    range: Range,
    /// Around all tiles, in tiles.
    bounds: Option<[[u32; 2]; 2]>,
    hidden: bool,
}

/// Column and row of tiles; -1 is around the first.
type Spot = [i32; 2];

#[derive(Debug)]
struct Held {
    pos: MaskTilePos,
    tile: Arc<MaskTile>,
    place: Place,
    /// Shown as a whole for want of room.
    coarse: bool,
}

impl MaskLayer {
    /// Graphics memory that the tiles of a layer take at most, unless said otherwise: 98,304 tiles.
    pub const MAX_BYTES: u64 = 136 << 20;

    /// An empty layer.
    ///
    /// # Errors
    /// No graphics memory left.
    pub fn new(device: &wgpu::Device) -> Result<Self, RenderError> {
        Self::with_max_bytes(device, Self::MAX_BYTES)
    }

    /// An empty layer whose tiles take at most `max_bytes` of graphics memory, and no more than [`Self::MAX_BYTES`].
    ///
    /// # Errors
    /// No graphics memory left.
    pub fn with_max_bytes(device: &wgpu::Device, max_bytes: u64) -> Result<Self, RenderError> {
        Ok(Self {
            atlas: Atlas::new(device, max_bytes)?,
            cells: Cells::new(device)?,
            masks: Vec::new(),
            painted: Vec::new(),
            shapes_level: 0,
            styles: StyleTable::new(device, 0)?,
            reach_px: 1.0,
            uploaded: 0,
        })
    }

    /// The number of masks, empty ones with them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// True if there is no mask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.masks.is_empty()
    }

    /// Graphics memory of tiles and quads, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.atlas.bytes() + self.cells.buffer().size()
    }

    /// Bytes that have gone to the GPU since the layer was made.
    #[must_use]
    pub fn uploaded_bytes(&self) -> u64 {
        self.uploaded
    }

    /// Tiles that are shown as a whole because there is no room for them.
    #[must_use]
    pub fn num_coarse(&self) -> usize {
        self.masks.iter().flat_map(|mask| &mask.tiles).filter(|held| held.coarse).count()
    }

    /// Adds a mask and gives its index; `tiles` as for [`Self::set_tiles`].
    ///
    /// # Errors
    /// The layer is too large for the device, or no graphics memory is left.
    pub fn push<'a>(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        tiles: impl IntoIterator<Item = (MaskTilePos, &'a Arc<MaskTile>)>,
        style: ShapeStyle,
    ) -> Result<usize, RenderError> {
        let index = self.masks.len();
        if !self.styles.holds(index + 1) {
            self.styles = self.styles.grown(device, queue, index + 1)?;
        }
        let rank = (0, index as u128);
        self.painted.insert(self.painted_at((rank, index)), index);
        self.masks.push(Mask { rank, ..Mask::default() });
        self.set_style(queue, index, style)?;
        self.set_tiles(device, queue, index, tiles)?;
        Ok(index)
    }

    /// Changes how a mask looks.
    ///
    /// # Errors
    /// There is no such mask.
    pub fn set_style(&mut self, queue: &wgpu::Queue, index: usize, style: ShapeStyle) -> Result<(), RenderError> {
        let len = self.masks.len();
        let mask = self.masks.get_mut(index).ok_or(RenderError::NoSuchMask { index, len })?;
        mask.hidden = style.is_hidden();
        self.reach_px = self.reach_px.max(style.reach_px());
        self.uploaded += self.styles.write(queue, index, [style].into_iter());
        Ok(())
    }

    /// Puts a mask below those of higher and above those of lower rank. A new one has level 0 and its index as number.
    ///
    /// # Errors
    /// There is no such mask.
    pub fn set_rank(&mut self, index: usize, rank: MaskRank) -> Result<(), RenderError> {
        let len = self.masks.len();
        let before = self.masks.get(index).ok_or(RenderError::NoSuchMask { index, len })?.rank;
        if before == rank {
            return Ok(());
        }
        let from = self.painted_at((before, index));
        self.painted.remove(from);
        let to = self.painted_at((rank, index));
        self.painted.insert(to, index);
        if let Some(mask) = self.masks.get_mut(index) {
            mask.rank = rank;
        }
        Ok(())
    }

    /// Says above which level masks are painted after the shapes, instead of before them; 0 in a new layer.
    pub fn set_shapes_level(&mut self, level: i32) {
        self.shapes_level = level;
    }

    /// The first place in `painted` whose mask does not lie below this one.
    fn painted_at(&self, key: (MaskRank, usize)) -> usize {
        self.painted.partition_point(|index| self.masks.get(*index).is_some_and(|mask| (mask.rank, *index) < key))
    }

    /// Replaces the pixels of a mask. `tiles` come in the order of columns, then rows; one out of order is left out. Only
    /// those go to the GPU that are neither the same allocation nor hold the same pixels as before. Giving none frees
    /// what the mask took.
    ///
    /// # Errors
    /// There is no such mask, or no graphics memory left; then the next change tries again.
    pub fn set_tiles<'a>(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        index: usize,
        tiles: impl IntoIterator<Item = (MaskTilePos, &'a Arc<MaskTile>)>,
    ) -> Result<(), RenderError> {
        let len = self.masks.len();
        let mask = self.masks.get_mut(index).ok_or(RenderError::NoSuchMask { index, len })?;
        let moved = mask.replace_tiles(tiles, &mut self.atlas);
        mask.refresh_cells(&moved, index as u32 + 1, &mut self.cells);
        if self.cells.is_scattered() {
            self.cells.tidy(self.masks.iter_mut().map(|mask| &mut mask.range));
        }
        self.uploaded += self.atlas.flush(device, queue)?;
        self.uploaded += self.cells.flush(device, queue)?;
        Ok(())
    }

    /// Paints the masks of one side that may be seen; the caller has set the pipeline and the view.
    pub(crate) fn paint(&self, pass: &mut wgpu::RenderPass<'_>, camera: &Camera, side: Side) {
        let split = self.painted.partition_point(|index| self.masks.get(*index).is_some_and(|mask| mask.rank.0 <= self.shapes_level));
        let (below, above) = self.painted.split_at(split);
        let painted = if side == Side::BelowShapes { below } else { above };
        if painted.is_empty() {
            return;
        }
        pass.set_bind_group(1, &self.styles.bind_group, &[]);
        pass.set_bind_group(2, &self.atlas.bind_group, &[]);
        let seen = camera.visible(f64::from(self.reach_px));
        // Masks that lie one after the other are drawn together.
        let (mut from, mut to) = (0, 0);
        for mask in painted.iter().filter_map(|index| self.masks.get(*index)).filter(|mask| mask.is_seen(&seen)) {
            if mask.range.first != to {
                self.draw(pass, from, to);
                from = mask.range.first;
            }
            to = mask.range.first + mask.range.room;
        }
        self.draw(pass, from, to);
    }

    fn draw(&self, pass: &mut wgpu::RenderPass<'_>, from: u32, to: u32) {
        let buffer = self.cells.buffer();
        // After an error the buffer may lack the last ones.
        let to = to.min((buffer.size() / CELL_BYTES) as u32);
        if from < to {
            // A slice, not a first instance: OpenGL ES has none.
            pass.set_vertex_buffer(0, buffer.slice(u64::from(from) * CELL_BYTES..u64::from(to) * CELL_BYTES));
            pass.draw(0..4, 0..to - from);
        }
    }
}

impl Mask {
    fn is_seen(&self, seen: &Bounds) -> bool {
        let Some([min, max]) = self.bounds else { return false };
        let px = |tile: [u32; 2], more: u32| tile.map(|at| f64::from(at + more) * f64::from(MASK_TILE));
        !self.hidden && Bounds { min: px(min, 0), max: px(max, 1) }.overlaps(seen)
    }

    /// Takes over the tiles; gives where another place is shown now.
    fn replace_tiles<'a>(
        &mut self,
        tiles: impl IntoIterator<Item = (MaskTilePos, &'a Arc<MaskTile>)>,
        atlas: &mut Atlas,
    ) -> Vec<MaskTilePos> {
        let mut moved = Vec::new();
        let mut now: Vec<Held> = Vec::with_capacity(self.tiles.len() + 16);
        let mut old = std::mem::take(&mut self.tiles).into_iter().peekable();
        self.bounds = None;
        for (pos, tile) in tiles {
            let out_of_order = now.last().is_some_and(|last| last.pos >= pos);
            if out_of_order || pos.0 >= END_TILE || pos.1 >= END_TILE {
                continue;
            }
            while let Some(gone) = old.next_if(|held| held.pos < pos) {
                moved.push(gone.pos);
                atlas.give_back(gone.place);
            }
            let before = old.next_if(|held| held.pos == pos);
            let mut held = before.unwrap_or_else(|| Held { pos, tile: Arc::new([0; 64]), place: EMPTY, coarse: false });
            if !Arc::ptr_eq(&held.tile, tile) || held.coarse {
                let place = held.place;
                held.show(tile, atlas);
                if held.place != place {
                    moved.push(pos);
                }
            }
            let [min, max] = self.bounds.get_or_insert([[pos.0, pos.1]; 2]);
            *min = [min[0].min(pos.0), min[1].min(pos.1)];
            *max = [max[0].max(pos.0), max[1].max(pos.1)];
            now.push(held);
        }
        for gone in old {
            moved.push(gone.pos);
            atlas.give_back(gone.place);
        }
        self.tiles = now;
        moved
    }

    /// Makes the quads fit after places changed there.
    fn refresh_cells(&mut self, moved: &[MaskTilePos], style: u32, cells: &mut Cells) {
        let mut spots: Vec<Spot> = moved.iter().flat_map(|pos| around([pos.0 as i32, pos.1 as i32])).collect();
        spots.sort_unstable();
        spots.dedup();
        for spot in spots {
            let places = around(spot).map(|spot| self.place_at(spot));
            if places == [EMPTY; 9] {
                self.remove_cell(spot, cells);
                continue;
            }
            let at = match self.cell_of.get(&spot) {
                Some(at) => *at,
                None => {
                    let at = cells.push(&mut self.range);
                    self.cell_of.insert(spot, at);
                    at
                }
            };
            cells.set(&self.range, at, Cell { tile: packed(spot), style, places, unused: 0 });
        }
    }

    fn place_at(&self, [column, row]: Spot) -> Place {
        let (Ok(column), Ok(row)) = (u32::try_from(column), u32::try_from(row)) else { return EMPTY };
        let found = self.tiles.binary_search_by_key(&(column, row), |held| held.pos);
        found.ok().and_then(|at| self.tiles.get(at)).map_or(EMPTY, |held| held.place)
    }

    /// The last cell takes the place of the one that goes.
    fn remove_cell(&mut self, spot: Spot, cells: &mut Cells) {
        let Some(at) = self.cell_of.remove(&spot) else { return };
        self.range.len -= 1;
        let last = cells.get(&self.range, self.range.len);
        cells.set(&self.range, self.range.len, Cell::default());
        if at != self.range.len {
            self.cell_of.insert(unpacked(last.tile), at);
            cells.set(&self.range, at, last);
        }
    }
}

impl Held {
    /// Shows other pixels.
    fn show(&mut self, tile: &Arc<MaskTile>, atlas: &mut Atlas) {
        let same = *self.tile == **tile;
        self.tile = tile.clone();
        if same && !self.coarse {
            return;
        }
        self.coarse = false;
        let shared = match tile {
            tile if tile.iter().all(|word| *word == 0) => Some(EMPTY),
            tile if tile.iter().all(|word| *word == u64::MAX) => Some(SOLID),
            _ => None,
        };
        if shared.is_none() && (self.place == EMPTY || self.place == SOLID) {
            match atlas.take() {
                Some(place) => self.place = place,
                None => {
                    let pixels: u32 = tile.iter().map(|word| word.count_ones()).sum();
                    self.coarse = true;
                    self.place = if pixels >= MASK_TILE * MASK_TILE / 2 { SOLID } else { EMPTY };
                    return;
                }
            }
        }
        match shared {
            Some(shared) => {
                atlas.give_back(self.place);
                self.place = shared;
            }
            None => atlas.write(self.place, tile),
        }
    }
}

/// The nine around a spot, row by row.
fn around([column, row]: Spot) -> [Spot; 9] {
    std::array::from_fn(|at| [column + at as i32 % 3 - 1, row + at as i32 / 3 - 1])
}

fn packed(spot: Spot) -> u32 {
    let [column, row] = spot.map(|at| (at + 1) as u32);
    column | row << 16
}

fn unpacked(tile: u32) -> Spot {
    [(tile & 0xffff) as i32 - 1, (tile >> 16) as i32 - 1]
}
