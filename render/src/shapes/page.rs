//! Pages: runs of shapes that lie near each other, each with its own buffers and bounds.

use super::buffers::{Buffers, Room};
use super::mesh::{Mesh, Vertex};
use super::thin;
use crate::camera::Bounds;

/// Vertices per page: few enough that a zoomed-in view skips most of a large layer, many enough that draw
/// calls cost nothing. A larger shape has a page of its own.
pub(super) const PAGE_VERTICES: usize = 32_768;

/// Room of a page for shapes that come one by one.
pub(super) const LOOSE_VERTICES: usize = 4096;

/// Shapes in one place.
#[derive(Debug)]
pub(super) struct Page {
    pub bounds: Bounds,
    full: Buffers,
    /// Copies with fewer points: how far off in image px, the finest first.
    coarser: Vec<(f64, Buffers)>,
}

impl Page {
    /// An empty page.
    pub fn new(device: &wgpu::Device, room: Room) -> Self {
        Self { bounds: Bounds::EMPTY, full: Buffers::new(device, room), coarser: Vec::new() }
    }

    /// What it can hold.
    pub fn room(&self) -> Room {
        self.full.room()
    }

    /// What is in use of that.
    pub fn used(&self) -> Room {
        self.full.used()
    }

    /// Whether so much more goes in.
    pub fn has_room_for(&self, more: Room) -> bool {
        let (room, used) = (self.room(), self.used());
        !self.is_thinned() && used.vertices + more.vertices <= room.vertices && used.indices + more.indices <= room.indices
    }

    /// Whether it has coarser copies: then none of its shapes can change in place.
    pub fn is_thinned(&self) -> bool {
        !self.coarser.is_empty()
    }

    /// Replaces all that it holds by a mesh for which it has room.
    pub fn set(&mut self, queue: &wgpu::Queue, mesh: &Mesh, bounds: Bounds) -> u64 {
        self.bounds = bounds;
        self.coarser.clear();
        self.full.clear();
        self.full.append(queue, &mesh.vertices, &mesh.indices)
    }

    /// Adds a copy that is off by up to `error` image px; coarser than all before.
    pub fn add_coarser(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, error: f64, mesh: &Mesh) -> u64 {
        let mut indices = mesh.indices.clone();
        // Whole triangles, and whole words of 16-bit ones.
        indices.resize(indices.len().next_multiple_of(6), 0);
        let mut copy = Buffers::new(device, Room { vertices: mesh.vertices.len(), indices: indices.len() });
        let bytes = copy.append(queue, &mesh.vertices, &indices);
        self.coarser.push((error, copy));
        bytes
    }

    /// Puts vertices and indices after the others. The caller has made sure that there is room.
    pub fn append(&mut self, queue: &wgpu::Queue, vertices: &[Vertex], indices: &[u32]) -> u64 {
        self.full.append(queue, vertices, indices)
    }

    /// Overwrites a part; gives the bytes that went to the GPU, as the others do.
    pub fn write(&self, queue: &wgpu::Queue, first_vertex: u32, vertices: &[Vertex], first_index: u32, indices: &[u32]) -> u64 {
        self.full.write(queue, first_vertex, vertices, first_index, indices)
    }

    pub fn paint_fill(&self, pass: &mut wgpu::RenderPass<'_>, zoom: f64) {
        self.at(zoom).paint_fill(pass);
    }

    pub fn paint_lines(&self, pass: &mut wgpu::RenderPass<'_>, zoom: f64) {
        self.at(zoom).paint_lines(pass);
    }

    /// The coarsest copy that looks the same.
    fn at(&self, zoom: f64) -> &Buffers {
        let copy = self.coarser.iter().rev().find(|(error, _)| thin::is_fine_enough(*error, zoom));
        copy.map_or(&self.full, |(_, copy)| copy)
    }

    /// Vertices that are drawn at this zoom.
    #[cfg(test)]
    pub fn num_vertices_at(&self, zoom: f64) -> usize {
        self.at(zoom).used().vertices
    }

    pub fn bytes(&self) -> u64 {
        self.full.bytes() + self.coarser.iter().map(|(_, copy)| copy.bytes()).sum::<u64>()
    }
}
