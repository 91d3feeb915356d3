//! Pages: runs of shapes that lie near each other, each with its own buffers and bounds.

use super::mesh::{Mesh, Vertex};
use crate::camera::Bounds;

/// Vertices per page: few enough that a zoomed-in view skips most of a large layer, many enough that draw
/// calls cost nothing. A larger shape has a page of its own.
pub(super) const PAGE_VERTICES: usize = 32_768;

/// The shaders read four vertices in a row.
const VERTEX_BYTES: u64 = size_of::<Vertex>() as u64;

#[derive(Debug)]
pub(super) struct Page {
    pub bounds: Bounds,
    vertices: wgpu::Buffer,
    indices: Option<wgpu::Buffer>,
    format: wgpu::IndexFormat,
    num_vertices: u32,
    num_indices: u32,
}

impl Page {
    /// Uploads a mesh of four vertices or more.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, mesh: &Mesh, bounds: Bounds) -> Self {
        let buffer = |label, usage, bytes: u64| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.next_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT),
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let format = match mesh.vertices.len() {
            0..=0x1_0000 => wgpu::IndexFormat::Uint16,
            _ => wgpu::IndexFormat::Uint32,
        };
        let vertex_bytes = mesh.vertices.len() as u64 * VERTEX_BYTES;
        let index_bytes = mesh.indices.len() as u64 * index_size(format);
        let page = Self {
            bounds,
            vertices: buffer("shape vertices", wgpu::BufferUsages::VERTEX, vertex_bytes),
            indices: (index_bytes > 0).then(|| buffer("shape triangles", wgpu::BufferUsages::INDEX, index_bytes)),
            format,
            num_vertices: mesh.vertices.len() as u32,
            num_indices: mesh.indices.len() as u32,
        };
        page.write(queue, 0, &mesh.vertices, 0, &mesh.indices);
        page
    }

    /// Overwrites a part. Positions and numbers of indices are even, so that writes of 16-bit ones stay aligned.
    pub fn write(&self, queue: &wgpu::Queue, first_vertex: u32, vertices: &[Vertex], first_index: u32, indices: &[u32]) {
        if !vertices.is_empty() {
            let offset = u64::from(first_vertex) * VERTEX_BYTES;
            queue.write_buffer(&self.vertices, offset, bytemuck::cast_slice(vertices));
        }
        let Some(buffer) = self.indices.as_ref().filter(|_| !indices.is_empty()) else { return };
        let offset = u64::from(first_index) * index_size(self.format);
        if self.format == wgpu::IndexFormat::Uint16 {
            let short: Vec<u16> = indices.iter().map(|&i| i as u16).collect();
            queue.write_buffer(buffer, offset, bytemuck::cast_slice(&short));
        } else {
            queue.write_buffer(buffer, offset, bytemuck::cast_slice(indices));
        }
    }

    pub fn paint_fill(&self, pass: &mut wgpu::RenderPass<'_>) {
        if let Some(indices) = &self.indices {
            pass.set_vertex_buffer(0, self.vertices.slice(..));
            pass.set_index_buffer(indices.slice(..), self.format);
            pass.draw_indexed(0..self.num_indices, 0, 0..1);
        }
    }

    pub fn paint_lines(&self, pass: &mut wgpu::RenderPass<'_>) {
        for slot in 0..4 {
            pass.set_vertex_buffer(slot, self.vertices.slice(u64::from(slot) * VERTEX_BYTES..));
        }
        pass.draw(0..4, 0..self.num_vertices.saturating_sub(3));
    }

    pub fn bytes(&self) -> u64 {
        self.vertices.size() + self.indices.as_ref().map_or(0, wgpu::Buffer::size)
    }
}

fn index_size(format: wgpu::IndexFormat) -> u64 {
    match format {
        wgpu::IndexFormat::Uint16 => 2,
        wgpu::IndexFormat::Uint32 => 4,
    }
}
