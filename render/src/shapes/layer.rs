//! A layer: many shapes, drawn together, of which single ones can change cheaply.

use super::mesh::{Mesh, Tessellator, Vertex};
use super::page::{LOOSE_VERTICES, PAGE_VERTICES, Page, Room};
use super::style::StyleTable;
use super::{Shape, ShapeStyle};
use crate::camera::{Bounds, Camera};
use crate::error::RenderError;
use crate::gpu;
use std::borrow::Cow;

/// Shapes on the GPU.
///
/// All fills are painted before all outlines. Up to two thousand shapes are painted in the order given; a
/// layer of more than 32,768 points is grouped by place, and the order given holds within a group. A large
/// layer can be built on a worker thread and then swapped in: the device and queue may be shared.
#[derive(Debug)]
pub struct ShapeLayer {
    /// First those that were built together, then those of single shapes, of which the last may have room.
    pages: Vec<Page>,
    num_built: usize,
    slots: Vec<Slot>,
    styles: StyleTable,
    /// The furthest any style paints outside its points, in screen px.
    reach_px: f32,
    uploaded: u64,
}

/// Where a shape lies in its page, with the room it may grow into.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    page: u32,
    first_vertex: u32,
    num_vertices: u32,
    first_index: u32,
    num_indices: u32,
}

/// Between submits at most about this much is staged, so that a large layer is not in memory twice.
const FLUSH_BYTES: u64 = 32 << 20;
/// Styles written in one go.
const STYLES_AT_ONCE: usize = 64 * 1024;

impl ShapeLayer {
    /// An empty layer.
    ///
    /// # Errors
    /// No graphics memory left.
    pub fn new(device: &wgpu::Device) -> Result<Self, RenderError> {
        Ok(Self { pages: Vec::new(), num_built: 0, slots: Vec::new(), styles: StyleTable::new(device, 0)?, reach_px: 1.0, uploaded: 0 })
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
    /// cheaper.
    #[must_use]
    pub fn is_scattered(&self) -> bool {
        self.pages.len() - self.num_built > 8 + self.num_built / 4
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
        let mut builder = Builder::new(device, queue, len);
        for index in drawing_order(len, &shape) {
            builder.add(index, &shape(index))?;
        }
        // What moves with the hand is set every frame: its page is written again instead of made again.
        let mut spare = if self.pages.len() == 1 { self.pages.pop() } else { None };
        let built = builder.finish(&mut spare);
        self.pages.extend(spare);
        let Built { pages, slots, reach_px, uploaded } = built?;
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
        self.num_built = pages.len();
        self.pages = pages;
        self.slots = slots;
        Ok(())
    }

    /// Adds a shape and gives its index; it is painted after the others. Only this shape goes to the GPU.
    ///
    /// # Errors
    /// The layer or the shape is too large for the device, or no graphics memory is left.
    pub fn push(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, shape: &Shape) -> Result<usize, RenderError> {
        let index = self.slots.len();
        if !self.styles.holds(index + 1) {
            self.styles = self.styles.grown(device, queue, index + 1)?;
        }
        self.slots.push(Slot::default());
        let done = self.update_shape(device, queue, index, shape);
        if done.is_err() {
            self.slots.pop();
        }
        done.map(|()| index)
    }

    /// Changes how one shape looks.
    ///
    /// # Errors
    /// There is no such shape.
    pub fn set_style(&mut self, queue: &wgpu::Queue, index: usize, style: ShapeStyle) -> Result<(), RenderError> {
        self.set_styles(queue, index, &[style])
    }

    /// Changes how `styles.len()` shapes from `first` on look; far cheaper than one by one.
    ///
    /// # Errors
    /// The range is not inside the layer.
    pub fn set_styles(&mut self, queue: &wgpu::Queue, first: usize, styles: &[ShapeStyle]) -> Result<(), RenderError> {
        if first.checked_add(styles.len()).is_none_or(|end| end > self.slots.len()) {
            return Err(RenderError::NoSuchShape { index: first.saturating_add(styles.len()).saturating_sub(1), len: self.slots.len() });
        }
        self.reach_px = styles.iter().map(ShapeStyle::reach_px).fold(self.reach_px, f32::max);
        self.uploaded += self.styles.write(queue, first, styles.iter().copied());
        Ok(())
    }

    /// Changes one shape, points and style. A shape with about as many points as before is written in place;
    /// one that outgrows its room moves and is painted after the others.
    ///
    /// # Errors
    /// There is no such shape, it is too large, or no graphics memory is left.
    pub fn update_shape(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, index: usize, shape: &Shape) -> Result<(), RenderError> {
        self.set_style(queue, index, shape.style)?;
        let mut mesh = Mesh::default();
        let bounds = Tessellator::new().add(index as u32, shape, &mut mesh);
        check_size(device, index, &mesh)?;
        let slot = self.slots[index];
        let fits = mesh.vertices.len() <= slot.num_vertices as usize && mesh.indices.len() <= slot.num_indices as usize;
        if !fits {
            self.write_slot(queue, slot, Mesh::default());
            return self.move_to_loose_page(device, queue, index, mesh, bounds);
        }
        if slot.num_vertices > 0 {
            self.pages[slot.page as usize].bounds.union(&bounds);
            self.write_slot(queue, slot, mesh);
        }
        Ok(())
    }

    /// Fills a slot with `mesh`, whose indices count from its own first vertex, and blanks the rest of it.
    fn write_slot(&mut self, queue: &wgpu::Queue, slot: Slot, mut mesh: Mesh) {
        let Some(page) = self.pages.get(slot.page as usize) else { return };
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
        let page = &mut self.pages[number];
        let first = page.used();
        mesh.indices.iter_mut().for_each(|i| *i += first.vertices as u32);
        self.uploaded += page.append(queue, &mesh.vertices, &mesh.indices);
        page.bounds.union(&bounds);
        self.slots[index] = Slot {
            page: number as u32,
            first_vertex: first.vertices as u32,
            num_vertices: need.vertices as u32,
            first_index: first.indices as u32,
            num_indices: need.indices as u32,
        };
        Ok(())
    }

    /// Paints the fills that may be seen; the caller has set the fill pipeline and the view.
    pub(crate) fn paint_fills(&self, pass: &mut wgpu::RenderPass<'_>, camera: &Camera) {
        pass.set_bind_group(1, &self.styles.bind_group, &[]);
        self.visible_pages(camera).for_each(|page| page.paint_fill(pass));
    }

    /// Paints the outlines that may be seen; the caller has set the line pipeline and the view.
    pub(crate) fn paint_lines(&self, pass: &mut wgpu::RenderPass<'_>, camera: &Camera) {
        pass.set_bind_group(1, &self.styles.bind_group, &[]);
        self.visible_pages(camera).for_each(|page| page.paint_lines(pass));
    }

    fn visible_pages(&self, camera: &Camera) -> impl Iterator<Item = &Page> {
        let seen = camera.visible(f64::from(self.reach_px));
        self.pages.iter().filter(move |page| page.bounds.overlaps(&seen))
    }

    /// The number of all pages and of those this camera may see.
    #[cfg(test)]
    pub(crate) fn num_pages(&self, camera: &Camera) -> (usize, usize) {
        (self.pages.len(), self.visible_pages(camera).count())
    }
}

/// Collects meshes into pages.
struct Builder<'a> {
    device: &'a wgpu::Device,
    queue: &'a wgpu::Queue,
    tessellator: Tessellator,
    mesh: Mesh,
    bounds: Bounds,
    built: Built,
    staged_bytes: u64,
}

/// What becomes of it.
struct Built {
    pages: Vec<Page>,
    slots: Vec<Slot>,
    reach_px: f32,
    uploaded: u64,
}

impl<'a> Builder<'a> {
    fn new(device: &'a wgpu::Device, queue: &'a wgpu::Queue, num_shapes: usize) -> Self {
        Self {
            device,
            queue,
            tessellator: Tessellator::new(),
            mesh: Mesh::default(),
            bounds: Bounds::EMPTY,
            built: Built { pages: Vec::new(), slots: vec![Slot::default(); num_shapes], reach_px: 1.0, uploaded: 0 },
            staged_bytes: 0,
        }
    }

    fn add(&mut self, index: usize, shape: &Shape) -> Result<(), RenderError> {
        let points: usize = shape.rings.iter().map(|ring| ring.len().saturating_add(3)).sum();
        if !self.mesh.vertices.is_empty() && self.mesh.vertices.len().saturating_add(points) > PAGE_VERTICES {
            self.flush()?;
        }
        let first_vertex = self.mesh.vertices.len();
        let first_index = self.mesh.indices.len();
        let bounds = self.tessellator.add(index as u32, shape, &mut self.mesh);
        check_size(self.device, index, &self.mesh)?;
        // Whole triangles, and an even number of indices: each slot can be written alone.
        let even = self.mesh.indices.len().next_multiple_of(6);
        self.mesh.indices.resize(even, first_vertex as u32);
        self.bounds.union(&bounds);
        self.built.slots[index] = Slot {
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
        let bytes = page.set(self.queue, &self.mesh, self.bounds);
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

    /// Puts the rest into a page; into the one to spare if all goes into it.
    fn finish(mut self, spare: &mut Option<Page>) -> Result<Built, RenderError> {
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

fn check_size(device: &wgpu::Device, index: usize, mesh: &Mesh) -> Result<(), RenderError> {
    // Twice: a moved shape gets room to grow.
    let bytes = 2 * (mesh.vertices.len() * size_of::<Vertex>()).max(mesh.indices.len() * 4) as u64;
    if bytes > device.limits().max_buffer_size {
        return Err(RenderError::ShapeTooLarge { index, points: mesh.vertices.len() });
    }
    Ok(())
}

/// The order given, or for layers of several pages by place, along a Z-order curve through the middles.
fn drawing_order<'a>(len: usize, shape: &impl Fn(usize) -> Cow<'a, Shape>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
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
        return order;
    }
    let keys: Vec<u32> = middles.iter().map(|p| z_order(&all, *p)).collect();
    order.sort_by_key(|&index| keys[index]);
    order
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
