//! Pages: runs of shapes that lie near each other, each with its own buffers and bounds.

use super::buffers::{Buffers, Room};
use super::mesh::{Mesh, Vertex};
use super::thin;
use std::ops::Range;

/// Vertices per page: as many as indices of 16 bits can tell apart. A larger shape has a page of its own.
const PAGE_VERTICES: usize = 65_536;

/// So many pages of that size are bound one by one in a frame; larger layers have larger pages.
const MOST_PAGES: usize = 32;

/// Vertices per page in a layer of so many.
pub(super) fn page_vertices(of_layer: usize) -> usize {
    if of_layer > MOST_PAGES * PAGE_VERTICES { 8 * PAGE_VERTICES } else { PAGE_VERTICES }
}

/// Points of a layer that is drawn as it is: larger ones are ordered by place, in parts, and have coarser copies.
pub(super) const SMALL_LAYER: usize = 32_768;

/// Vertices of a part of a page in a layer of several: a view of a small place skips most of a page, too.
pub(super) const PART_VERTICES: usize = 4096;

/// Room of a page for shapes that come one by one.
pub(super) const LOOSE_VERTICES: usize = 4096;

/// A stretch of a page that is drawn in one go.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Part {
    pub vertices: Range<u32>,
    pub indices: Range<u32>,
}

/// Shapes in one place.
#[derive(Debug)]
pub(super) struct Page {
    full: Detail,
    /// Copies with fewer points: how far off in image px, the finest first. They have as many parts.
    coarser: Vec<(f64, Detail)>,
}

#[derive(Debug)]
struct Detail {
    buffers: Buffers,
    parts: Vec<Part>,
}

impl Detail {
    /// Parts that follow on one another, as one.
    fn together(&self, parts: Range<u32>) -> Option<Part> {
        let (first, last) = (self.parts.get(parts.start as usize)?, self.parts.get(parts.end.checked_sub(1)? as usize)?);
        Some(Part { vertices: first.vertices.start..last.vertices.end, indices: first.indices.start..last.indices.end })
    }
}

impl Page {
    /// An empty page.
    pub fn new(device: &wgpu::Device, room: Room) -> Self {
        Self { full: Detail { buffers: Buffers::new(device, room), parts: Vec::new() }, coarser: Vec::new() }
    }

    /// What it can hold.
    pub fn room(&self) -> Room {
        self.full.buffers.room()
    }

    /// What is in use of that.
    pub fn used(&self) -> Room {
        self.full.buffers.used()
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
    pub fn set(&mut self, queue: &wgpu::Queue, mesh: &Mesh, parts: Vec<Part>) -> u64 {
        self.coarser.clear();
        self.full.buffers.clear();
        self.full.parts = parts;
        self.full.buffers.append(queue, &mesh.vertices, &mesh.indices)
    }

    /// Adds a copy that is off by up to `error` image px; coarser than all before.
    pub fn add_coarser(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, error: f64, mesh: &Mesh, parts: Vec<Part>) -> u64 {
        let mut indices = mesh.indices.clone();
        // Whole triangles, and whole words of 16-bit ones.
        indices.resize(indices.len().next_multiple_of(6), 0);
        let mut buffers = Buffers::new(device, Room { vertices: mesh.vertices.len(), indices: indices.len() });
        let bytes = buffers.append(queue, &mesh.vertices, &indices);
        self.coarser.push((error, Detail { buffers, parts }));
        bytes
    }

    /// Puts vertices and indices after the others, in the last part or in a new one. The caller has made sure that there is room.
    pub fn append(&mut self, queue: &wgpu::Queue, vertices: &[Vertex], indices: &[u32], in_new_part: bool) -> u64 {
        let first = self.used();
        let bytes = self.full.buffers.append(queue, vertices, indices);
        let end = self.used();
        if in_new_part {
            let start = first.vertices as u32..0;
            self.full.parts.push(Part { vertices: start, indices: first.indices as u32..0 });
        }
        if let Some(part) = self.full.parts.last_mut() {
            (part.vertices.end, part.indices.end) = (end.vertices as u32, end.indices as u32);
        }
        bytes
    }

    /// Number of stretches that are drawn in one go.
    pub fn num_parts(&self) -> usize {
        self.full.parts.len()
    }

    /// Overwrites a stretch; gives the bytes that went to the GPU, as the others do.
    pub fn write(&self, queue: &wgpu::Queue, first_vertex: u32, vertices: &[Vertex], first_index: u32, indices: &[u32]) -> u64 {
        self.full.buffers.write(queue, first_vertex, vertices, first_index, indices)
    }

    /// Whether there is anything to fill in a part.
    pub fn has_fill(&self, part: u32) -> bool {
        self.full.parts.get(part as usize).is_some_and(|part| !part.indices.is_empty())
    }

    pub fn bind_fill(&self, pass: &mut wgpu::RenderPass<'_>, zoom: f64) {
        self.at(zoom).buffers.bind_fill(pass);
    }

    pub fn bind_lines(&self, pass: &mut wgpu::RenderPass<'_>, zoom: f64) {
        self.at(zoom).buffers.bind_lines(pass);
    }

    pub fn paint_fill(&self, pass: &mut wgpu::RenderPass<'_>, parts: Range<u32>, zoom: f64) {
        if let Some(part) = self.at(zoom).together(parts).filter(|part| !part.indices.is_empty()) {
            pass.draw_indexed(part.indices, 0, 0..1);
        }
    }

    pub fn paint_lines(&self, pass: &mut wgpu::RenderPass<'_>, parts: Range<u32>, zoom: f64) {
        if let Some(part) = self.at(zoom).together(parts) {
            // Each is read with the three after it.
            pass.draw(0..4, part.vertices.start..part.vertices.end.saturating_sub(3).max(part.vertices.start));
        }
    }

    /// The coarsest copy that looks the same.
    fn at(&self, zoom: f64) -> &Detail {
        let copy = self.coarser.iter().rev().find(|(error, _)| thin::is_fine_enough(*error, zoom));
        copy.map_or(&self.full, |(_, copy)| copy)
    }

    /// Vertices that are drawn at this zoom.
    #[cfg(test)]
    pub fn num_vertices_at(&self, zoom: f64) -> usize {
        self.at(zoom).buffers.used().vertices
    }

    pub fn bytes(&self) -> u64 {
        self.full.buffers.bytes() + self.coarser.iter().map(|(_, copy)| copy.buffers.bytes()).sum::<u64>()
    }
}
