//! Styles and the table of them on the GPU, where one can change without touching geometry.

use crate::error::RenderError;
use crate::gpu;

/// What the inside of a shape is drawn with; the numbers are those of `shapes.wgsl`. Patterns lie on the image and keep
/// their size on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pattern {
    /// An even colour.
    #[default]
    Plain = 0,
    /// Lines that rise to the right.
    Rising = 1,
    /// Lines that fall to the right.
    Falling = 2,
    /// Lying lines.
    Lying = 3,
    /// Standing lines.
    Standing = 4,
    /// Lying and standing lines.
    Grid = 5,
    /// Dots.
    Dots = 6,
    /// Lines that rise and lines that fall.
    Crossed = 7,
}

/// How a dashed line goes on and off, in steps of its `dash_px`; the numbers are those of `shapes.wgsl`. Each begins in the
/// middle of a dash and keeps its size on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dash {
    /// Dashes and gaps of one step.
    #[default]
    Even = 0,
    /// Dashes of three steps, gaps of one.
    Long = 1,
    /// Dots of half a step, gaps of one.
    Dots = 2,
    /// A dash and a dot by turns.
    DashDot = 3,
    /// A dash and two dots by turns.
    DashDotDot = 4,
}

/// How a shape looks. Colours are `[r, g, b, a]`, sRGB, straight alpha; widths are screen px and do not grow
/// with the zoom. With fill, stroke and halo all at alpha 0 the shape is hidden and costs next to nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapeStyle {
    /// Inside.
    pub fill: [u8; 4],
    /// The outline.
    pub stroke: [u8; 4],
    /// Width of the outline, half of it inside the shape.
    pub stroke_px: f32,
    /// The rim just outside the outline (both sides of a polyline) that shows it on any picture.
    pub halo: [u8; 4],
    /// Width of that rim.
    pub halo_px: f32,
    /// The step of the dashes, for even ones the length of each dash and of each gap; 0 is a solid line.
    pub dash_px: f32,
    /// How dashes and gaps follow one another.
    pub dash: Dash,
    /// The length of each dash and of each gap of edges that are marked as dashed.
    pub edge_dash_px: f32,
    /// Size of markers across.
    pub marker_px: f32,
    /// What the fill is drawn with.
    pub pattern: Pattern,
}

impl Default for ShapeStyle {
    fn default() -> Self {
        Self {
            fill: [0; 4],
            stroke: [255; 4],
            stroke_px: 1.5,
            halo: [0, 0, 0, 150],
            halo_px: 1.0,
            dash_px: 0.0,
            dash: Dash::Even,
            edge_dash_px: 5.0,
            marker_px: 7.0,
            pattern: Pattern::Plain,
        }
    }
}

/// Widths beyond this are drawn at this; a finite bound keeps page culling honest.
const MAX_WIDTH_PX: f32 = 256.0;

fn width(px: f32) -> f32 {
    if px.is_nan() { 0.0 } else { px.clamp(0.0, MAX_WIDTH_PX) }
}

impl ShapeStyle {
    /// Nothing is seen of the shape.
    pub const HIDDEN: Self = Self {
        fill: [0; 4],
        stroke: [0; 4],
        stroke_px: 0.0,
        halo: [0; 4],
        halo_px: 0.0,
        dash_px: 0.0,
        dash: Dash::Even,
        edge_dash_px: 0.0,
        marker_px: 0.0,
        pattern: Pattern::Plain,
    };

    /// Whether nothing is seen of what has it.
    pub(crate) fn is_hidden(&self) -> bool {
        self.fill[3] == 0 && self.stroke[3] == 0 && self.halo[3] == 0
    }

    /// Whether it has neither a pattern nor dashes along the whole outline.
    pub(super) fn is_plain(&self) -> bool {
        self.pattern == Pattern::Plain && self.dash_px == 0.0
    }

    /// How far outside its points a shape may paint, in screen px.
    pub(crate) fn reach_px(&self) -> f32 {
        // The tip of an arrow is ahead of its point by the stroke, its base as far behind as a marker is wide.
        (width(self.stroke_px) / 2.0).max(0.5).max(width(self.marker_px)) + width(self.stroke_px) + width(self.halo_px) + 1.0
    }

    fn texels(&self) -> [u32; 8] {
        [
            gpu::packed(self.fill),
            gpu::packed(self.stroke),
            gpu::packed(self.halo),
            self.pattern as u32 | (self.dash as u32) << 8 | ((width(self.marker_px) * 16.0) as u32) << 16,
            width(self.stroke_px).to_bits(),
            width(self.halo_px).to_bits(),
            width(self.dash_px).to_bits(),
            width(self.edge_dash_px).to_bits(),
        ]
    }
}

/// Shapes per row of the texture; two texels each. `shapes.wgsl` knows these numbers too.
const PER_ROW: usize = 1024;

/// All styles of a layer, one after the other in a texture.
#[derive(Debug)]
pub(crate) struct StyleTable {
    texture: wgpu::Texture,
    pub bind_group: wgpu::BindGroup,
    rows: u32,
}

impl StyleTable {
    /// A table with room for these and some that may be added.
    pub fn new(device: &wgpu::Device, num_shapes: usize) -> Result<Self, RenderError> {
        // Vertices have 24 bits for the row.
        let max_rows = device.limits().max_texture_dimension_2d.min(((1 << 24) / PER_ROW) as u32);
        let limit = max_rows as usize * PER_ROW;
        if num_shapes > limit {
            return Err(RenderError::TooManyShapes { found: num_shapes, limit });
        }
        let rows = num_shapes.div_ceil(PER_ROW).max(1);
        let rows = ((rows + rows / 8 + usize::from(num_shapes > 0)) as u32).min(max_rows);
        gpu::catching_out_of_memory(device, || Self::with_rows(device, rows))
    }

    /// A larger table with the same styles, copied by the GPU.
    pub fn grown(&self, device: &wgpu::Device, queue: &wgpu::Queue, num_shapes: usize) -> Result<Self, RenderError> {
        let larger = Self::new(device, num_shapes)?;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let size = wgpu::Extent3d { height: self.rows.min(larger.rows), ..self.texture.size() };
        encoder.copy_texture_to_texture(self.texture.as_image_copy(), larger.texture.as_image_copy(), size);
        queue.submit([encoder.finish()]);
        Ok(larger)
    }

    fn with_rows(device: &wgpu::Device, rows: u32) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("shape styles"),
            size: wgpu::Extent3d { width: 2 * PER_ROW as u32, height: rows, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba32Uint,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("shape styles"),
            layout: &gpu::style_layout(device),
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) }],
        });
        Self { texture, bind_group, rows }
    }

    pub fn holds(&self, num_shapes: usize) -> bool {
        num_shapes <= self.rows as usize * PER_ROW
    }

    /// Writes styles from shape `first` on; gives the bytes. The caller has checked that they fit.
    pub fn write(&self, queue: &wgpu::Queue, first: usize, styles: impl ExactSizeIterator<Item = ShapeStyle>) -> u64 {
        let mut styles = styles;
        let bytes = styles.len() as u64 * size_of::<[u32; 8]>() as u64;
        let mut at = first;
        let mut texels: Vec<[u32; 8]> = Vec::new();
        while styles.len() > 0 {
            let column = at % PER_ROW;
            let row = at / PER_ROW;
            // Whole rows go together; a part of a row alone.
            let count = match (column, styles.len()) {
                (0, left) if left >= PER_ROW => left - left % PER_ROW,
                (_, left) => left.min(PER_ROW - column),
            };
            texels.clear();
            texels.extend(styles.by_ref().take(count).map(|style| style.texels()));
            self.write_rect(queue, column, row, &texels);
            at += count;
        }
        bytes
    }

    fn write_rect(&self, queue: &wgpu::Queue, column: usize, row: usize, texels: &[[u32; 8]]) {
        let per_row = texels.len().min(PER_ROW);
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                origin: wgpu::Origin3d { x: 2 * column as u32, y: row as u32, z: 0 },
                ..self.texture.as_image_copy()
            },
            bytemuck::cast_slice(texels),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(per_row as u32 * 32), rows_per_image: None },
            wgpu::Extent3d { width: 2 * per_row as u32, height: texels.len().div_ceil(PER_ROW) as u32, depth_or_array_layers: 1 },
        );
    }
}
