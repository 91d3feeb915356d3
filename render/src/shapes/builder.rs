//! Building the pages of a layer.

use super::Shape;
use super::buffers::Room;
use super::depth::{Cover, MAX_DEPTHS, depths};
use super::layer::Slot;
use super::mesh::{Mesh, Tessellator, Vertex};
use super::page::{LOOSE_VERTICES, PART_VERTICES, Page, Part, SMALL_LAYER, page_vertices};
use super::steps::{Piece, Steps};
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
    parts: Vec<Part>,
    /// Where the part at hand begins, and what it will be.
    first: Part,
    piece: Piece,
    /// How deep it lies, once there was one.
    depth: Option<u8>,
    built: Built,
    staged_bytes: u64,
}

/// What becomes of it.
#[derive(Default)]
pub(super) struct Built {
    pub pages: Vec<Page>,
    pub slots: Vec<Slot>,
    pub steps: Steps,
    pub reach_px: f32,
    pub is_plain: bool,
    pub uploaded: u64,
}

/// In which order shapes are painted.
pub(super) struct Order {
    pub indices: Vec<u32>,
    depths: Vec<u8>,
    /// Whether those of one depth are ordered by place.
    by_place: bool,
    /// How many shapes are in all pages up to each; the last page takes the rest.
    page_ends: Vec<usize>,
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
            parts: Vec::new(),
            first: Part::default(),
            piece: Piece { page: 0, part: 0, bounds: Bounds::EMPTY, members: Vec::new() },
            depth: None,
            built: Built { slots: vec![Slot::default(); num_shapes], reach_px: 1.0, is_plain: true, ..Built::default() },
            staged_bytes: 0,
        }
    }

    /// Adds all shapes in the order given.
    pub fn add_all<'b>(&mut self, order: &Order, shape: &impl Fn(usize) -> Cow<'b, Shape>) -> Result<(), RenderError> {
        let mut ends = order.page_ends.iter().peekable();
        for (at, index) in order.indices.iter().map(|index| *index as usize).enumerate() {
            if ends.next_if_eq(&&at).is_some() {
                self.flush()?;
            }
            self.add(index, order.depths[index], &shape(index))?;
        }
        Ok(())
    }

    fn add(&mut self, index: usize, depth: u8, shape: &Shape) -> Result<(), RenderError> {
        if self.depth != Some(depth) {
            self.end_part();
            self.depth = Some(depth);
            self.built.steps.build(usize::from(depth) + 1 == MAX_DEPTHS);
        }
        let first_vertex = self.mesh.vertices.len();
        if self.thins && first_vertex >= self.first.vertices.start as usize + PART_VERTICES {
            self.end_part();
        }
        let first_index = self.mesh.indices.len();
        let bounds = self.tessellator.add_shape(index as u32, shape, &mut self.mesh);
        check_size(self.device, index, &self.mesh)?;
        // Whole triangles, and an even number of indices: each slot can be written alone.
        let even = self.mesh.indices.len().next_multiple_of(6);
        self.mesh.indices.resize(even, first_vertex as u32);
        self.piece.bounds.union(&bounds);
        self.piece.members.push((index as u32, Cover::of(&bounds)));
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
            rank: self.built.steps.all.last().map_or(0, |step| step.rank),
        };
        self.built.reach_px = self.built.reach_px.max(shape.style.reach_px());
        self.built.is_plain &= shape.is_plain();
        Ok(())
    }

    /// What comes from now on is another part.
    fn end_part(&mut self) {
        let end = Part { vertices: self.mesh.vertices.len() as u32..0, indices: self.mesh.indices.len() as u32..0 };
        let first = std::mem::replace(&mut self.first, end.clone());
        let next = Piece { page: 0, part: 0, bounds: Bounds::EMPTY, members: Vec::new() };
        if first == end {
            self.piece = next;
            return;
        }
        let piece =
            Piece { page: self.built.pages.len() as u32, part: self.parts.len() as u32, ..std::mem::replace(&mut self.piece, next) };
        if let Some(step) = self.built.steps.all.last_mut() {
            step.pieces.push(piece);
        }
        self.parts.push(Part { vertices: first.vertices.start..end.vertices.start, indices: first.indices.start..end.indices.start });
        self.outlines.end_part();
    }

    fn flush(&mut self) -> Result<(), RenderError> {
        self.end_part();
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
        let bytes = page.set(self.queue, &self.mesh, std::mem::take(&mut self.parts)) + self.add_coarser(&mut page)?;
        self.built.uploaded += bytes;
        self.staged_bytes += bytes;
        if self.staged_bytes > FLUSH_BYTES {
            self.queue.submit([]);
            self.staged_bytes = 0;
        }
        self.built.pages.push(page);
        self.mesh.vertices.clear();
        self.mesh.indices.clear();
        self.first = Part::default();
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
            let (mesh, parts) = outlines.mesh(&mut self.tessellator);
            bytes += gpu::catching_out_of_memory(self.device, || page.add_coarser(self.device, self.queue, error, &mesh, parts))?;
        }
        outlines.clear();
        self.outlines = outlines;
        Ok(bytes)
    }

    /// Puts the rest into a page; into the one to spare if all goes into it.
    pub fn finish(mut self, spare: &mut Option<Page>) -> Result<Built, RenderError> {
        self.end_part();
        let need = Room { vertices: self.mesh.vertices.len(), indices: self.mesh.indices.len() };
        match spare.take_if(|page| !self.thins && self.built.pages.is_empty() && is_about_right(page.room(), need)) {
            Some(mut page) => {
                self.built.uploaded += page.set(self.queue, &self.mesh, self.parts);
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

/// The deepest first. Of those of one depth the order given, or in layers that are not small by place, along a Z-order curve
/// through the middles; where shapes of one depth may overlap, within a page the order given.
pub(super) fn drawing_order<'a>(len: usize, shape: &impl Fn(usize) -> Cow<'a, Shape>) -> Order {
    let (mut points, mut all) = (Vec::with_capacity(len), Bounds::EMPTY);
    let (mut covers, mut middles): (Vec<Cover>, Vec<[f64; 2]>) = (Vec::with_capacity(len), Vec::with_capacity(len));
    for index in 0..len {
        let shape = shape(index);
        points.push(shape.rings.iter().map(|ring| ring.len() + 3).sum::<usize>() as u32);
        let bounds = bounds(&shape);
        let middle = std::array::from_fn(|i| match bounds.min[i] <= bounds.max[i] {
            true => bounds.min[i] / 2.0 + bounds.max[i] / 2.0,
            false => 0.0,
        });
        all.include(middle);
        middles.push(middle);
        covers.push(Cover::of(&bounds));
    }
    let depths = depths(&covers);
    drop(covers);
    let mut indices: Vec<u32> = (0..len as u32).collect();
    let depth = |index: u32| std::cmp::Reverse(depths[index as usize]);
    let mut page_ends = Vec::new();
    let num_points = points.iter().map(|points| *points as usize).sum::<usize>();
    let by_place = num_points > SMALL_LAYER;
    if !by_place {
        indices.sort_by_key(|index| depth(*index));
    } else {
        let places: Vec<u32> = middles.iter().map(|p| z_order(&all, *p)).collect();
        indices.sort_by_key(|index| (depth(*index), places[*index as usize]));
        let mut on_page = 0;
        for (at, index) in indices.iter().enumerate() {
            let more = points[*index as usize] as usize;
            if on_page > 0 && on_page + more > page_vertices(num_points) {
                page_ends.push(at);
                on_page = 0;
            }
            on_page += more;
        }
        let mut start = 0;
        for end in page_ends.iter().copied().chain([len]) {
            // The deepest come first; only they may overlap each other.
            let is_mixed = |index: &u32| usize::from(depths[*index as usize]) + 1 == MAX_DEPTHS;
            let mixed = indices[start..end].partition_point(is_mixed);
            indices[start..start + mixed].sort_unstable();
            start = end;
        }
    }
    Order { indices, depths, by_place, page_ends }
}

/// What lies in a shape's rings and markers.
fn bounds(shape: &Shape) -> Bounds {
    let mut bounds = Bounds::EMPTY;
    let points = shape.rings.iter().flatten().chain(shape.markers.iter().map(|marker| &marker.pos));
    points.filter(|p| p.iter().all(|v| v.is_finite())).for_each(|&p| bounds.include(p));
    bounds
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
