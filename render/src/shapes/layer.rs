//! A layer: many shapes, drawn together, of which single ones can change cheaply.

use super::buffers::Room;
use super::builder::{Builder, Built, check_size, drawing_order};
use super::depth::Cover;
use super::mesh::{Mesh, Tessellator, Vertex};
use super::page::{LOOSE_VERTICES, Page};
use super::steps::{self, Pipelines, Steps};
use super::style::StyleTable;
use super::{Shape, ShapeStyle};
use crate::camera::{Bounds, Camera};
use crate::error::RenderError;
use crate::gpu;
use std::borrow::Cow;

/// Shapes on the GPU.
///
/// Shapes are painted in the order given, each with its fill and its outline over all before it, also after changes. Two
/// things are left to chance, since nobody can tell: how outlines meet where shapes only touch, and, where more than 128 shapes lie
/// over one another, what is below the topmost 127 there (its fills lie below its outlines, and in a layer of more than 32,768
/// points what comes first depends on the place). A change that no longer fits between its neighbours is painted above what
/// belongs below it, and [`Self::is_scattered`] says that the layer should be built anew.
///
/// A large layer can be built on a worker thread and then swapped in: the device and queue may be shared.
#[derive(Debug)]
pub struct ShapeLayer {
    /// First those that were built together, then those of single shapes, of which the last may have room.
    pages: Vec<Page>,
    num_built: usize,
    slots: Vec<Slot>,
    steps: Steps,
    /// Whether a shape is not painted where it belongs.
    is_twisted: bool,
    styles: StyleTable,
    /// Rows of it that are taken: one for each shape, and those that were left behind.
    num_styles: usize,
    /// The furthest any style paints outside its points, in screen px.
    reach_px: f32,
    /// Whether there are no patterns, dashes and markers, nor were since all were set.
    is_plain: bool,
    uploaded: u64,
}

/// Where a shape lies in its page, with the room it may grow into.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    /// Its row of the style table.
    pub style: u32,
    pub page: u32,
    pub first_vertex: u32,
    pub num_vertices: u32,
    pub first_index: u32,
    pub num_indices: u32,
    /// Of the step that paints it.
    pub rank: u32,
}

/// Styles written in one go.
const STYLES_AT_ONCE: usize = 64 * 1024;
/// Steps of single shapes beyond which drawing takes noticeably longer.
const MANY_STEPS: usize = 128;

impl ShapeLayer {
    /// An empty layer.
    ///
    /// # Errors
    /// No graphics memory left.
    pub fn new(device: &wgpu::Device) -> Result<Self, RenderError> {
        let styles = StyleTable::new(device, 0)?;
        Ok(Self {
            pages: Vec::new(),
            num_built: 0,
            slots: Vec::new(),
            steps: Steps::default(),
            is_twisted: false,
            styles,
            num_styles: 0,
            reach_px: 1.0,
            is_plain: true,
            uploaded: 0,
        })
    }

    /// The number of shapes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// True if there is no shape.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Graphics memory of the geometry, in bytes.
    #[must_use]
    pub fn geometry_bytes(&self) -> u64 {
        self.pages.iter().map(Page::bytes).sum()
    }

    /// Bytes of shapes and styles that have gone to the GPU since the layer was made.
    #[must_use]
    pub fn uploaded_bytes(&self) -> u64 {
        self.uploaded
    }

    /// Whether so many shapes were added and outgrew their places one by one that building anew would make drawing
    /// cheaper, or one is not painted where it belongs.
    #[must_use]
    pub fn is_scattered(&self) -> bool {
        self.is_twisted || self.pages.len() - self.num_built > 8 + self.num_built / 4 || self.steps.num_loose() > MANY_STEPS
    }

    /// Replaces all shapes. After an error the layer is as it was.
    ///
    /// # Errors
    /// Too many shapes or points for the device, or no graphics memory left.
    pub fn set(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, shapes: &[Shape]) -> Result<(), RenderError> {
        self.set_with(device, queue, shapes.len(), |index| Cow::Borrowed(&shapes[index]))
    }

    /// As [`Self::set`] with `len` shapes that are made when they are needed, each more than once: a million of them
    /// need not be in memory together.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn set_with<'a>(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        len: usize,
        shape: impl Fn(usize) -> Cow<'a, Shape>,
    ) -> Result<(), RenderError> {
        let styles = match self.styles.holds(len) {
            true => None,
            false => Some(StyleTable::new(device, len)?),
        };
        let order = drawing_order(len, &shape);
        let mut builder = Builder::new(device, queue, &order);
        builder.add_all(&order, &shape)?;
        // What moves with the hand is set every frame: its page is written again instead of made again.
        let mut spare = if self.pages.len() == 1 { self.pages.pop() } else { None };
        let built = builder.finish(&mut spare);
        self.pages.extend(spare);
        let Built { pages, slots, steps, reach_px, is_plain, uploaded } = built?;
        if let Some(styles) = styles {
            self.styles = styles;
        }
        let mut index = 0;
        while index < len {
            let end = len.min(index + STYLES_AT_ONCE);
            self.uploaded += self.styles.write(queue, index, (index..end).map(|index| shape(index).style));
            index = end;
        }
        self.uploaded += uploaded;
        self.reach_px = reach_px;
        self.is_plain = is_plain;
        self.num_styles = len;
        self.num_built = pages.len();
        self.pages = pages;
        self.slots = slots;
        self.steps = steps;
        self.is_twisted = false;
        Ok(())
    }

    /// Adds a shape and gives its index; it is painted after the others. Only this shape goes to the GPU.
    ///
    /// # Errors
    /// The layer or the shape is too large for the device, or no graphics memory is left.
    pub fn push(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, shape: &Shape) -> Result<usize, RenderError> {
        let index = self.slots.len();
        let style = self.new_style(device, queue)?;
        self.slots.push(Slot { style, ..Slot::default() });
        let done = self.update_shape(device, queue, index, shape);
        if done.is_err() {
            self.slots.pop();
        }
        done.map(|()| index)
    }

    /// A row of the style table that no shape has.
    fn new_style(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<u32, RenderError> {
        if !self.styles.holds(self.num_styles + 1) {
            self.styles = self.styles.grown(device, queue, self.num_styles + 1)?;
        }
        self.num_styles += 1;
        Ok((self.num_styles - 1) as u32)
    }

    /// Changes how one shape looks.
    ///
    /// # Errors
    /// There is no such shape.
    pub fn set_style(&mut self, queue: &wgpu::Queue, index: usize, style: ShapeStyle) -> Result<(), RenderError> {
        let row = self.slot(index)?.style;
        self.reach_px = self.reach_px.max(style.reach_px());
        self.is_plain &= style.is_plain();
        self.uploaded += self.styles.write(queue, row as usize, [style].into_iter());
        Ok(())
    }

    fn slot(&self, index: usize) -> Result<Slot, RenderError> {
        self.slots.get(index).copied().ok_or(RenderError::NoSuchShape { index, len: self.slots.len() })
    }

    /// Changes one shape, points and style. It is written in place if it has about as many points as before and may stay in
    /// its place of the painting order; else it moves.
    ///
    /// # Errors
    /// There is no such shape, it is too large, or no graphics memory is left.
    pub fn update_shape(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, index: usize, shape: &Shape) -> Result<(), RenderError> {
        let slot = self.slot(index)?;
        let mut mesh = Mesh::default();
        // It is in the coarser copies, too: there it stays, with a style that is not seen.
        let stays_behind = slot.num_vertices > 0 && self.pages[slot.page as usize].is_thinned();
        let style = if stays_behind { self.new_style(device, queue)? } else { slot.style };
        let bounds = Tessellator::new().add_shape(style, shape, &mut mesh);
        check_size(device, index, &mesh)?;
        let room = self.steps.room(index, &bounds);
        if stays_behind {
            self.uploaded += self.styles.write(queue, slot.style as usize, [ShapeStyle::HIDDEN].into_iter());
            self.slots[index] = Slot { style, ..Slot::default() };
        }
        self.set_style(queue, index, shape.style)?;
        self.is_plain &= shape.is_plain();
        let fits = mesh.vertices.len() <= slot.num_vertices as usize && mesh.indices.len() <= slot.num_indices as usize;
        if !stays_behind && fits && (room.has(slot.rank) || mesh.vertices.is_empty()) {
            if let Some(piece) = self.steps.piece_mut(slot.rank, slot.page) {
                piece.bounds.union(&bounds);
                piece.set_cover(index, Cover::of(&bounds));
                self.write_slot(queue, slot, mesh);
            }
            return Ok(());
        }
        if !stays_behind {
            self.write_slot(queue, slot, Mesh::default());
        }
        if let Some(piece) = self.steps.piece_mut(slot.rank, slot.page) {
            piece.set_cover(index, Cover::default());
        }
        self.is_twisted |= room.is_twisted();
        self.move_to_loose_page(device, queue, index, mesh, bounds, room)
    }

    /// Fills a slot with `mesh`, whose indices count from its own first vertex, and blanks the rest of it.
    fn write_slot(&mut self, queue: &wgpu::Queue, slot: Slot, mut mesh: Mesh) {
        let Some(page) = self.pages.get(slot.page as usize).filter(|_| slot.num_vertices > 0) else { return };
        mesh.vertices.resize(slot.num_vertices as usize, Vertex::default());
        mesh.indices.resize(slot.num_indices as usize, 0);
        mesh.indices.iter_mut().for_each(|i| *i += slot.first_vertex);
        self.uploaded += page.write(queue, slot.first_vertex, &mesh.vertices, slot.first_index, &mesh.indices);
    }

    fn move_to_loose_page(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        index: usize,
        mut mesh: Mesh,
        bounds: Bounds,
        order: steps::Room,
    ) -> Result<(), RenderError> {
        // One that outgrew its room will probably grow again.
        let growth = if self.slots[index].num_vertices > 0 { 2 } else { 1 };
        mesh.vertices.resize(mesh.vertices.len() * growth, Vertex::default());
        mesh.indices.resize((mesh.indices.len() * growth).next_multiple_of(6), 0);
        let need = Room { vertices: mesh.vertices.len(), indices: mesh.indices.len() };
        let has_room = self.pages.len() > self.num_built && self.pages.last().is_some_and(|page| page.has_room_for(need));
        if !has_room {
            // Three indices a point, as good as; never more.
            let room = Room { vertices: LOOSE_VERTICES.max(need.vertices), indices: (3 * LOOSE_VERTICES).max(need.indices) };
            self.pages.push(gpu::catching_out_of_memory(device, || Page::new(device, room))?);
        }
        let number = self.pages.len() - 1;
        let (rank, is_new) = self.steps.for_loose(order, &self.pages);
        let page = &mut self.pages[number];
        let first = page.used();
        mesh.indices.iter_mut().for_each(|i| *i += first.vertices as u32);
        self.uploaded += page.append(queue, &mesh.vertices, &mesh.indices, is_new);
        if let Some(piece) = self.steps.piece_mut(rank, number as u32) {
            piece.bounds.union(&bounds);
            piece.members.push((index as u32, Cover::of(&bounds)));
        }
        self.slots[index] = Slot {
            style: self.slots[index].style,
            page: number as u32,
            first_vertex: first.vertices as u32,
            num_vertices: need.vertices as u32,
            first_index: first.indices as u32,
            num_indices: need.indices as u32,
            rank,
        };
        Ok(())
    }

    /// Whether there are no patterns, dashes and markers.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Paints what may be seen; the caller has set the view.
    pub(crate) fn paint(&self, pass: &mut wgpu::RenderPass<'_>, pipelines: &Pipelines, camera: &Camera) {
        pass.set_bind_group(1, &self.styles.bind_group, &[]);
        self.steps.paint(pass, pipelines, &self.pages, &camera.visible(f64::from(self.reach_px)), camera);
    }

    /// The number of all parts that are painted one by one, and of those this camera may see.
    #[cfg(test)]
    pub(crate) fn num_parts(&self, camera: &Camera) -> (usize, usize) {
        self.steps.num_parts(&camera.visible(f64::from(self.reach_px)))
    }

    /// Vertices that are drawn at this zoom, all pages together.
    #[cfg(test)]
    pub(crate) fn num_vertices_at(&self, zoom: f64) -> usize {
        self.pages.iter().map(|page| page.num_vertices_at(zoom)).sum()
    }
}
