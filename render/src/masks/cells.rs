//! The quads of all masks of a layer, one a tile, in one buffer in which each mask has a range.

use crate::error::RenderError;
use crate::gpu;

/// What `masks.wgsl` reads for each tile that may show something. All zero: nothing is drawn.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct Cell {
    /// Column of tiles and, from bit 16 on, the row.
    pub tile: u32,
    /// The mask's row of the style table and 1.
    pub style: u32,
    /// Places in the atlas: this tile's and, around it, its neighbours', row by row.
    pub places: [u32; 9],
    /// Keeps the size even.
    pub unused: u32,
}

pub(super) const CELL_BYTES: u64 = size_of::<Cell>() as u64;
/// Gaps of so many cells are written with what is around them: a call costs more.
const SMALL_GAP: u32 = 8;

/// A run of cells: the first one, those in use, and those that it may grow into.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub first: u32,
    pub len: u32,
    pub room: u32,
}

#[derive(Debug)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    buffer: wgpu::Buffer,
    /// Cells that the buffer does not have yet.
    dirty: Vec<u32>,
    /// Cells of ranges that were left.
    num_left: u32,
}

impl Cells {
    pub fn new(device: &wgpu::Device) -> Result<Self, RenderError> {
        let buffer = gpu::catching_out_of_memory(device, || buffer(device, 64))?;
        Ok(Self { cells: Vec::new(), buffer, dirty: Vec::new(), num_left: 0 })
    }

    pub fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }

    /// Whether most of it lies idle, so that the ranges should move together.
    pub fn is_scattered(&self) -> bool {
        self.num_left as usize > 4096.max(self.cells.len() / 2)
    }

    /// Moves all ranges together, in their order.
    pub fn tidy<'a>(&mut self, ranges: impl Iterator<Item = &'a mut Range>) {
        let mut cells: Vec<Cell> = Vec::with_capacity(self.cells.len());
        for range in ranges {
            let first = cells.len();
            cells.extend_from_slice(&self.cells[range.first as usize..(range.first + range.room) as usize]);
            range.first = first as u32;
        }
        self.dirty = (0..cells.len() as u32).collect();
        self.cells = cells;
        self.num_left = 0;
    }

    pub fn set(&mut self, range: &Range, at: u32, cell: Cell) {
        let at = range.first + at;
        if self.cells[at as usize] != cell {
            self.cells[at as usize] = cell;
            self.dirty.push(at);
        }
    }

    pub fn get(&self, range: &Range, at: u32) -> Cell {
        self.cells[(range.first + at) as usize]
    }

    /// Adds an empty cell to a range, which may move to the end for that; gives its place in the range.
    pub fn push(&mut self, range: &mut Range) -> u32 {
        if range.len == range.room {
            let old = *range;
            // One that grew will probably grow again.
            *range = Range { first: self.cells.len() as u32, len: old.len, room: (old.room + old.room / 2).max(16) };
            self.cells.resize((range.first + range.room) as usize, Cell::default());
            for at in 0..old.len {
                let cell = self.get(&old, at);
                self.set(range, at, cell);
                self.set(&old, at, Cell::default());
            }
            self.dirty.extend(range.first + range.len..range.first + range.room);
            self.num_left += old.room;
        }
        range.len += 1;
        range.len - 1
    }

    /// Sends what changed to the GPU; gives the bytes. After an error the next flush tries again.
    pub fn flush(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<u64, RenderError> {
        let need = self.cells.len() as u64 * CELL_BYTES;
        if need > self.buffer.size() {
            let room = (self.cells.len() + self.cells.len() / 2).min((device.limits().max_buffer_size / CELL_BYTES) as usize);
            if room < self.cells.len() {
                return Err(RenderError::TooManyMaskTiles { found: self.cells.len(), limit: room });
            }
            self.buffer = gpu::catching_out_of_memory(device, || buffer(device, room as u64))?;
            self.dirty = vec![];
            queue.write_buffer(&self.buffer, 0, bytemuck::cast_slice(&self.cells));
            return Ok(need);
        }
        self.dirty.sort_unstable();
        let mut bytes = 0;
        let mut rest = self.dirty.as_slice();
        while let Some(first) = rest.first() {
            let mut last = *first;
            let end = rest.iter().position(|at| {
                let near = *at <= last + SMALL_GAP;
                last = if near { *at } else { last };
                !near
            });
            let run = &self.cells[*first as usize..=last as usize];
            queue.write_buffer(&self.buffer, u64::from(*first) * CELL_BYTES, bytemuck::cast_slice(run));
            bytes += size_of_val(run) as u64;
            rest = end.map_or(&[], |end| &rest[end..]);
        }
        self.dirty.clear();
        Ok(bytes)
    }
}

fn buffer(device: &wgpu::Device, cells: u64) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("mask quads"),
        size: cells * CELL_BYTES,
        usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}
