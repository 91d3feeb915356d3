//! Vertex and index buffers that are filled bit by bit.

use super::mesh::Vertex;

/// The shaders read four vertices in a row.
const VERTEX_BYTES: u64 = size_of::<Vertex>() as u64;

/// A run of vertices, and the triangles between them.
#[derive(Debug)]
pub(super) struct Buffers {
    vertices: wgpu::Buffer,
    indices: Option<wgpu::Buffer>,
    format: wgpu::IndexFormat,
    /// In use; the buffers may hold more.
    num_vertices: u32,
    num_indices: u32,
}

/// So many vertices and indices.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Room {
    pub vertices: usize,
    pub indices: usize,
}

impl Buffers {
    /// Empty ones.
    pub fn new(device: &wgpu::Device, room: Room) -> Self {
        let buffer = |label, usage, bytes: u64| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.next_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT),
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let format = match room.vertices {
            0..=0x1_0000 => wgpu::IndexFormat::Uint16,
            _ => wgpu::IndexFormat::Uint32,
        };
        let vertex_bytes = room.vertices.max(4) as u64 * VERTEX_BYTES;
        let index_bytes = room.indices as u64 * index_size(format);
        Self {
            vertices: buffer("shape vertices", wgpu::BufferUsages::VERTEX, vertex_bytes),
            indices: (index_bytes > 0).then(|| buffer("shape triangles", wgpu::BufferUsages::INDEX, index_bytes)),
            format,
            num_vertices: 0,
            num_indices: 0,
        }
    }

    /// What it can hold.
    pub fn room(&self) -> Room {
        Room {
            vertices: (self.vertices.size() / VERTEX_BYTES) as usize,
            indices: self.indices.as_ref().map_or(0, |buffer| (buffer.size() / index_size(self.format)) as usize),
        }
    }

    /// What is in use of that.
    pub fn used(&self) -> Room {
        Room { vertices: self.num_vertices as usize, indices: self.num_indices as usize }
    }

    /// Empties them; what they hold stays where it is until it is written over.
    pub fn clear(&mut self) {
        (self.num_vertices, self.num_indices) = (0, 0);
    }

    /// Puts vertices and indices after the others. The caller has made sure that there is room.
    pub fn append(&mut self, queue: &wgpu::Queue, vertices: &[Vertex], indices: &[u32]) -> u64 {
        let bytes = self.write(queue, self.num_vertices, vertices, self.num_indices, indices);
        self.num_vertices += vertices.len() as u32;
        self.num_indices += indices.len() as u32;
        bytes
    }

    /// Overwrites a part; gives the bytes that went to the GPU, as the others do. Positions and numbers of indices are even, so that writes of 16-bit ones stay aligned.
    pub fn write(&self, queue: &wgpu::Queue, first_vertex: u32, vertices: &[Vertex], first_index: u32, indices: &[u32]) -> u64 {
        let vertex_bytes = size_of_val(vertices) as u64;
        if !vertices.is_empty() {
            let offset = u64::from(first_vertex) * VERTEX_BYTES;
            queue.write_buffer(&self.vertices, offset, bytemuck::cast_slice(vertices));
        }
        let Some(buffer) = self.indices.as_ref().filter(|_| !indices.is_empty()) else { return vertex_bytes };
        let offset = u64::from(first_index) * index_size(self.format);
        if self.format == wgpu::IndexFormat::Uint16 {
            let short: Vec<u16> = indices.iter().map(|&i| i as u16).collect();
            queue.write_buffer(buffer, offset, bytemuck::cast_slice(&short));
        } else {
            queue.write_buffer(buffer, offset, bytemuck::cast_slice(indices));
        }
        vertex_bytes + indices.len() as u64 * index_size(self.format)
    }

    /// Binds what fills are read from.
    pub fn bind_fill(&self, pass: &mut wgpu::RenderPass<'_>) {
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        if let Some(indices) = &self.indices {
            pass.set_index_buffer(indices.slice(..), self.format);
        }
    }

    /// Binds what outlines are read from beside that.
    pub fn bind_lines(&self, pass: &mut wgpu::RenderPass<'_>) {
        for slot in 1..4 {
            pass.set_vertex_buffer(slot, self.vertices.slice(u64::from(slot) * VERTEX_BYTES..));
        }
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
