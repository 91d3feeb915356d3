//! The texture that holds the slots of all tiles of a layer.

use super::MaskTile;
use super::slot::{SLOT_WORDS, Slot, slot_of};
use crate::error::RenderError;
use crate::gpu;

/// Slots side by side. Six make a texture 2,046 texels wide, which every device allows.
const PER_ROW: u32 = 6;
/// Rows that a new texture has; it doubles as needed.
const FIRST_ROWS: u32 = 16;
/// Most rows, where the device allows as many: 134 MB.
const MAX_ROWS: u32 = 16_384;

/// A slot in the texture: its left texel and, from bit 16 on, its row.
pub(super) type Place = u32;

/// Shared by all tiles without a pixel; the shader knows this number.
pub(super) const EMPTY: Place = 0;
/// Shared by all tiles of which every pixel is in the mask.
pub(super) const SOLID: Place = SLOT_WORDS as u32;

#[derive(Debug)]
pub(super) struct Atlas {
    texture: wgpu::Texture,
    pub bind_group: wgpu::BindGroup,
    /// Slots that were taken at some time, from the first on.
    num_used: u32,
    free: Vec<u32>,
    max_slots: u32,
    /// What the next flush writes.
    pending: Vec<(u32, Slot)>,
}

impl Atlas {
    /// An atlas that takes at most about `max_bytes`.
    pub fn new(device: &wgpu::Device, max_bytes: u64) -> Result<Self, RenderError> {
        let rows = (max_bytes / u64::from(row_bytes())).clamp(1, u64::from(MAX_ROWS)) as u32;
        let rows = rows.min(device.limits().max_texture_dimension_2d);
        let (texture, bind_group) = gpu::catching_out_of_memory(device, || with_rows(device, rows.min(FIRST_ROWS)))?;
        let pending = vec![(0, [0; SLOT_WORDS]), (1, slot_of(&[u64::MAX; 64]))];
        Ok(Self { texture, bind_group, num_used: 2, free: Vec::new(), max_slots: rows * PER_ROW, pending })
    }

    /// Graphics memory in bytes.
    pub fn bytes(&self) -> u64 {
        u64::from(self.texture.height()) * u64::from(row_bytes())
    }

    /// A place for a tile; `None`: all are taken.
    pub fn take(&mut self) -> Option<Place> {
        let number = self.free.pop().or_else(|| {
            let number = self.num_used;
            (number < self.max_slots).then(|| {
                self.num_used += 1;
                number
            })
        });
        number.map(place)
    }

    /// Gives a place back; shared ones stay.
    pub fn give_back(&mut self, place: Place) {
        if place != EMPTY && place != SOLID {
            self.free.push(number(place));
        }
    }

    /// Fills a place with the next flush.
    pub fn write(&mut self, place: Place, tile: &MaskTile) {
        self.pending.push((number(place), slot_of(tile)));
    }

    /// Sends what was written to the GPU and makes room for it; gives the bytes. After an error nothing was sent, and the
    /// next flush tries again.
    pub fn flush(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<u64, RenderError> {
        let rows = self.num_used.div_ceil(PER_ROW);
        if rows > self.texture.height() {
            self.grow(device, queue, rows)?;
        }
        // The last one written to a place counts.
        self.pending.sort_by_key(|(number, _)| *number);
        let mut bytes = 0;
        let mut rest = self.pending.as_slice();
        let mut words: Vec<u32> = Vec::new();
        while let Some((first, _)) = rest.first() {
            let row = first / PER_ROW;
            let (mut next, mut taken) = (*first, 0);
            words.clear();
            for (at, (number, slot)) in rest.iter().enumerate() {
                if *number == next && number / PER_ROW == row {
                    words.extend_from_slice(slot);
                    next += 1;
                } else if at > 0 && number + 1 == next {
                    let from = words.len() - SLOT_WORDS;
                    words[from..].copy_from_slice(slot);
                } else {
                    break;
                }
                taken = at + 1;
            }
            self.write_run(queue, *first, &words);
            bytes += size_of_val(words.as_slice()) as u64;
            rest = &rest[taken..];
        }
        self.pending.clear();
        Ok(bytes)
    }

    fn write_run(&self, queue: &wgpu::Queue, first: u32, words: &[u32]) {
        let (x, y) = ((first % PER_ROW) * SLOT_WORDS as u32, first / PER_ROW);
        queue.write_texture(
            wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..self.texture.as_image_copy() },
            bytemuck::cast_slice(words),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(words.len() as u32 * 4), rows_per_image: None },
            wgpu::Extent3d { width: words.len() as u32, height: 1, depth_or_array_layers: 1 },
        );
    }

    fn grow(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, rows: u32) -> Result<(), RenderError> {
        let rows = rows.next_power_of_two().min(self.max_slots.div_ceil(PER_ROW));
        let (texture, bind_group) = gpu::catching_out_of_memory(device, || with_rows(device, rows))?;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_texture_to_texture(self.texture.as_image_copy(), texture.as_image_copy(), self.texture.size());
        queue.submit([encoder.finish()]);
        self.texture = texture;
        self.bind_group = bind_group;
        Ok(())
    }
}

fn place(number: u32) -> Place {
    ((number % PER_ROW) * SLOT_WORDS as u32) | ((number / PER_ROW) << 16)
}

fn number(place: Place) -> u32 {
    (place & 0xffff) / SLOT_WORDS as u32 + (place >> 16) * PER_ROW
}

const fn row_bytes() -> u32 {
    PER_ROW * SLOT_WORDS as u32 * 4
}

fn with_rows(device: &wgpu::Device, rows: u32) -> (wgpu::Texture, wgpu::BindGroup) {
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some("mask tiles"),
        size: wgpu::Extent3d { width: PER_ROW * SLOT_WORDS as u32, height: rows, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::R32Uint,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("mask tiles"),
        layout: &gpu::mask_layout(device),
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) }],
    });
    (texture, bind_group)
}
