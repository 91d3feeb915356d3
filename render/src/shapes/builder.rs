//! Building the pages of a layer.

use super::Shape;
use super::buffers::Room;
use super::layer::Slot;
use super::mesh::{Mesh, Tessellator, Vertex};
use super::page::{LOOSE_VERTICES, PAGE_VERTICES, Page};
use super::thin::{ERRORS, Outlines};
use crate::camera::Bounds;
use crate::error::RenderError;
use crate::gpu;
use std::borrow::Cow;

/// Between submits at most about this much is staged, so that a large layer is not in memory twice.
const FLUSH_BYTES: u64 = 32 << 20;
/// A coarser copy is kept if it has at most this part of the points of the one before: all copies of a page then have
/// at most one and a half times its points.
const WORTH_A_COPY: f64 = 0.6;

/// Collects meshes into pages.
pub(super) struct Builder<'a> {
    device: &'a wgpu::Device,
    queue: &'a wgpu::Queue,
    /// Whether pages get coarser copies.
    thins: bool,
    outlines: Outlines,
    tessellator: Tessellator,
    mesh: Mesh,
    bounds: Bounds,
    built: Built,
    staged_bytes: u64,
}

/// What becomes of it.
pub(super) struct Built {
    pub pages: Vec<Page>,
    pub slots: Vec<Slot>,
    pub reach_px: f32,
    pub uploaded: u64,
}

/// In which order shapes are painted.
pub(super) struct Order {
    pub indices: Vec<usize>,
    /// Whether they fill more than one page, and are ordered by place.
    by_place: bool,
}

impl<'a> Builder<'a> {
    pub fn new(device: &'a wgpu::Device, queue: &'a wgpu::Queue, order: &Order) -> Self {
        let num_shapes = order.indices.len();
        Self {
            device,
            queue,
            thins: order.by_place,
            outlines: Outlines::default(),
            tessellator: Tessellator::new(),
            mesh: Mesh::default(),
            bounds: Bounds::EMPTY,
            built: Built { pages: Vec::new(), slots: vec![Slot::default(); num_shapes], reach_px: 1.0, uploaded: 0 },
            staged_bytes: 0,
        }
    }

    pub fn add(&mut self, index: usize, shape: &Shape) -> Result<(), RenderError> {
        let points: usize = shape.rings.iter().map(|ring| ring.len().saturating_add(3)).sum();
        if !self.mesh.vertices.is_empty() && self.mesh.vertices.len().saturating_add(points) > PAGE_VERTICES {
            self.flush()?;
        }
        let first_vertex = self.mesh.vertices.len();
        let first_index = self.mesh.indices.len();
        let bounds = self.tessellator.add_shape(index as u32, shape, &mut self.mesh);
        check_size(self.device, index, &self.mesh)?;
        // Whole triangles, and an even number of indices: each slot can be written alone.
        let even = self.mesh.indices.len().next_multiple_of(6);
        self.mesh.indices.resize(even, first_vertex as u32);
        self.bounds.union(&bounds);
        if self.thins {
            self.outlines.add(index as u32, shape);
        }
        self.built.slots[index] = Slot {
            style: index as u32,
            page: self.built.pages.len() as u32,
            first_vertex: first_vertex as u32,
            num_vertices: (self.mesh.vertices.len() - first_vertex) as u32,
            first_index: first_index as u32,
            num_indices: (self.mesh.indices.len() - first_index) as u32,
        };
        self.built.reach_px = self.built.reach_px.max(shape.style.reach_px());
        Ok(())
    }

    fn flush(&mut self) -> Result<(), RenderError> {
        if self.mesh.vertices.is_empty() {
            return Ok(());
        }
        let need = Room { vertices: self.mesh.vertices.len(), indices: self.mesh.indices.len() };
        // A page alone will perhaps be set again with a little more in it.
        let room = match need.vertices {
            1..LOOSE_VERTICES if self.built.pages.is_empty() => {
                Room { vertices: need.vertices.next_power_of_two(), indices: need.indices.next_multiple_of(768) }
            }
            _ => need,
        };
        let mut page = gpu::catching_out_of_memory(self.device, || Page::new(self.device, room))?;
        let bytes = page.set(self.queue, &self.mesh, self.bounds) + self.add_coarser(&mut page)?;
        self.built.uploaded += bytes;
        self.staged_bytes += bytes;
        if self.staged_bytes > FLUSH_BYTES {
            self.queue.submit([]);
            self.staged_bytes = 0;
        }
        self.built.pages.push(page);
        self.mesh.vertices.clear();
        self.mesh.indices.clear();
        self.bounds = Bounds::EMPTY;
        Ok(())
    }

    /// Gives a page the copies that are drawn from afar.
    fn add_coarser(&mut self, page: &mut Page) -> Result<u64, RenderError> {
        let mut outlines = std::mem::take(&mut self.outlines);
        let (mut num_points, mut bytes) = (outlines.num_points(), 0);
        for error in ERRORS.into_iter().filter(|_| self.thins) {
            // From the copy before, which is off by a quarter: what is off in all of them adds up to a third more.
            outlines = outlines.thinned(error * 0.75);
            if outlines.num_points() as f64 > WORTH_A_COPY * num_points as f64 {
                continue;
            }
            num_points = outlines.num_points();
            let mesh = outlines.mesh(&mut self.tessellator);
            bytes += gpu::catching_out_of_memory(self.device, || page.add_coarser(self.device, self.queue, error, &mesh))?;
        }
        outlines.clear();
        self.outlines = outlines;
        Ok(bytes)
    }

    /// Puts the rest into a page; into the one to spare if all goes into it.
    pub fn finish(mut self, spare: &mut Option<Page>) -> Result<Built, RenderError> {
        let need = Room { vertices: self.mesh.vertices.len(), indices: self.mesh.indices.len() };
        match spare.take_if(|page| self.built.pages.is_empty() && is_about_right(page.room(), need)) {
            Some(mut page) => {
                self.built.uploaded += page.set(self.queue, &self.mesh, self.bounds);
                self.built.pages.push(page);
            }
            None => self.flush()?,
        }
        Ok(self.built)
    }
}

/// Whether a page has the room, and not far too much.
fn is_about_right(room: Room, need: Room) -> bool {
    need.vertices <= room.vertices && need.indices <= room.indices && room.vertices <= LOOSE_VERTICES.max(4 * need.vertices)
}

pub(super) fn check_size(device: &wgpu::Device, index: usize, mesh: &Mesh) -> Result<(), RenderError> {
    // Twice: a moved shape gets room to grow.
    let bytes = 2 * (mesh.vertices.len() * size_of::<Vertex>()).max(mesh.indices.len() * 4) as u64;
    if bytes > device.limits().max_buffer_size {
        return Err(RenderError::ShapeTooLarge { index, points: mesh.vertices.len() });
    }
    Ok(())
}

/// The order given, or for layers of several pages by place, along a Z-order curve through the middles.
pub(super) fn drawing_order<'a>(len: usize, shape: &impl Fn(usize) -> Cow<'a, Shape>) -> Order {
    let mut indices: Vec<usize> = (0..len).collect();
    let mut points = 0;
    let mut all = Bounds::EMPTY;
    let mut middles: Vec<[f64; 2]> = Vec::with_capacity(len);
    for index in 0..len {
        let shape = shape(index);
        points += shape.rings.iter().map(|ring| ring.len() + 3).sum::<usize>();
        let middle = middle(&shape);
        all.include(middle);
        middles.push(middle);
    }
    if points <= PAGE_VERTICES {
        return Order { indices, by_place: false };
    }
    let keys: Vec<u32> = middles.iter().map(|p| z_order(&all, *p)).collect();
    indices.sort_by_key(|&index| keys[index]);
    Order { indices, by_place: true }
}

fn middle(shape: &Shape) -> [f64; 2] {
    let mut bounds = Bounds::EMPTY;
    let points = shape.rings.iter().flatten();
    points.filter(|p| p.iter().all(|v| v.is_finite())).for_each(|&p| bounds.include(p));
    std::array::from_fn(|i| match bounds.min[i] <= bounds.max[i] {
        true => bounds.min[i] / 2.0 + bounds.max[i] / 2.0,
        false => 0.0,
    })
}

fn z_order(all: &Bounds, p: [f64; 2]) -> u32 {
    let spread = |axis: usize| {
        let size = (all.max[axis] - all.min[axis]).max(f64::MIN_POSITIVE);
        let mut bits = ((p[axis] - all.min[axis]) / size * 65_535.0) as u32;
        bits = (bits | bits << 8) & 0x00ff_00ff;
        bits = (bits | bits << 4) & 0x0f0f_0f0f;
        bits = (bits | bits << 2) & 0x3333_3333;
        (bits | bits << 1) & 0x5555_5555
    };
    spread(0) | spread(1) << 1
}
