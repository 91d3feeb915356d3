//! Video frames become pictures on the GPU: planes are uploaded, drawn into the tiles of the full-size level,
//! and every smaller level is drawn from the one above.

use std::sync::{Mutex, PoisonError};

use super::texture::{ImageTexture, Level, MAX_TILE, Tile};
use super::yuv::{Conversion, YuvFrame};
use crate::error::RenderError;
use crate::gpu;

/// Levels end when the longer side is at most this many texels.
const SMALLEST_SIDE: u32 = 64;
/// Kinds of planes kept for the next frame: two videos may be shown side by side.
const MAX_KEPT: usize = 2;
const DRAW_BYTES: u64 = size_of::<Draw>() as u64;

/// Makes pictures of video frames: pipelines, made once per device, and the planes' textures, kept from frame to frame.
///
/// Works through a shared reference, so one converter serves all threads; they wait for each other while a frame is
/// handed over (not while the GPU draws).
#[derive(Debug)]
pub struct YuvConverter {
    convert: wgpu::RenderPipeline,
    halve: wgpu::RenderPipeline,
    planes_layout: wgpu::BindGroupLayout,
    /// Locked from the first write to the submit: both belong to one frame.
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Last used first.
    planes: Vec<Planes>,
    draws: Option<wgpu::Buffer>,
}

/// The planes of one kind of frame on the GPU.
#[derive(Debug)]
struct Planes {
    textures: [wgpu::Texture; 3],
    bind_group: wgpu::BindGroup,
}

/// `Draw` of `yuv.wgsl`, byte for byte.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct Draw {
    offset: [i32; 2],
    conversion: Conversion,
}

/// A draw into a rectangle of a tile.
#[derive(Debug, PartialEq)]
struct Part {
    /// The tile of the level above that is read; none for the full-size level.
    from: Option<usize>,
    /// Texels of the tile's texture: left, top, width, height.
    rect: [u32; 4],
    offset: [i32; 2],
}

impl YuvConverter {
    /// Makes the pipelines.
    #[must_use]
    pub fn new(device: &wgpu::Device) -> Self {
        let planes_layout = planes_layout(device);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("video frame"),
            source: wgpu::ShaderSource::Wgsl(include_str!("../shaders/yuv.wgsl").into()),
        });
        Self {
            convert: pipeline(device, &module, "fs_convert", &planes_layout),
            halve: pipeline(device, &module, "fs_halve", &gpu::tile_layout(device)),
            planes_layout,
            kept: Mutex::default(),
        }
    }

    /// A new picture of `frame` as it is shown, with smaller levels. May be called on a worker thread.
    ///
    /// The answer comes as soon as the work is handed to the GPU; what is submitted later sees the finished picture.
    ///
    /// # Errors
    /// The frame contradicts itself, has too short planes, or is larger than the device's textures; no graphics memory left.
    pub fn convert(&self, device: &wgpu::Device, queue: &wgpu::Queue, frame: &YuvFrame<'_>) -> Result<ImageTexture, RenderError> {
        self.convert_with_tile(device, queue, frame, MAX_TILE)
    }

    /// As [`Self::convert`] with another tile size, so that tests see many tiles in a small picture.
    pub(crate) fn convert_with_tile(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        frame: &YuvFrame<'_>,
        max_tile: u32,
    ) -> Result<ImageTexture, RenderError> {
        frame.check(device.limits().max_texture_dimension_2d)?;
        let image = ImageTexture::drawable(device, level_sizes(frame.shown_size()), max_tile)?;
        self.draw(device, queue, &image, frame)?;
        Ok(image)
    }

    fn draw(&self, device: &wgpu::Device, queue: &wgpu::Queue, image: &ImageTexture, frame: &YuvFrame<'_>) -> Result<(), RenderError> {
        let parts = parts_of(image.levels());
        let conversion = frame.conversion();
        let draws = parts.iter().flat_map(|(_, parts)| parts).map(|part| Draw { offset: part.offset, conversion });
        let draws: Vec<Draw> = draws.collect();
        // A panic elsewhere leaves nothing half done in here: textures are written anew for every frame.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let drawn = gpu::catching_out_of_memory(device, || {
            kept.planes_for(device, &self.planes_layout, frame);
            let Kept { planes, draws: buffer } = &mut *kept;
            let buffer = draws_buffer(device, buffer, draws.len());
            queue.write_buffer(buffer, 0, bytemuck::cast_slice(&draws));
            let Some(planes) = planes.first() else { return };
            planes.write(queue, frame);
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("video frame") });
            self.encode(&mut encoder, image.levels(), &parts, planes, buffer);
            queue.submit([encoder.finish()]);
        });
        if drawn.is_err() {
            // Some of it may not have been made.
            *kept = Kept::default();
        }
        drawn
    }

    fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        levels: &[Level],
        parts: &[([usize; 2], Vec<Part>)],
        planes: &Planes,
        draws: &wgpu::Buffer,
    ) {
        let mut at = 0;
        for ([level, tile], parts) in parts {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("video frame"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &levels[*level].tiles[*tile].view,
                    depth_slice: None,
                    resolve_target: None,
                    // Every texel is drawn; clearing saves loading what was there.
                    ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store },
                })],
                ..Default::default()
            });
            for part in parts {
                match part.from {
                    None => {
                        pass.set_pipeline(&self.convert);
                        pass.set_bind_group(0, &planes.bind_group, &[]);
                    }
                    Some(from) => {
                        pass.set_pipeline(&self.halve);
                        pass.set_bind_group(0, &levels[*level - 1].tiles[from].bind_group, &[]);
                    }
                }
                let [left, top, width, height] = part.rect;
                pass.set_scissor_rect(left, top, width, height);
                // A slice per draw, not a first instance: OpenGL ES has none.
                pass.set_vertex_buffer(0, draws.slice(at..at + DRAW_BYTES));
                pass.draw(0..3, 0..1);
                at += DRAW_BYTES;
            }
        }
    }
}

impl Kept {
    /// Puts planes that fit `frame` first; others are made only when there are none.
    fn planes_for(&mut self, device: &wgpu::Device, layout: &wgpu::BindGroupLayout, frame: &YuvFrame<'_>) {
        match self.planes.iter().position(|planes| planes.fit(frame)) {
            Some(index) => self.planes[..=index].rotate_right(1),
            None => {
                self.planes.truncate(MAX_KEPT - 1);
                self.planes.insert(0, Planes::new(device, layout, frame));
            }
        }
    }
}

impl Planes {
    fn new(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, frame: &YuvFrame<'_>) -> Self {
        let textures: [wgpu::Texture; 3] = std::array::from_fn(|plane| {
            let [width, height] = frame.plane_size(plane);
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some("video plane"),
                size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: format_of(frame),
                usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
                view_formats: &[],
            })
        });
        let views = textures.each_ref().map(|texture| texture.create_view(&wgpu::TextureViewDescriptor::default()));
        let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("video planes"),
            layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&views[0]) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&views[1]) },
                wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::TextureView(&views[2]) },
            ],
        });
        Self { textures, bind_group }
    }

    fn fit(&self, frame: &YuvFrame<'_>) -> bool {
        let fits = |(plane, texture): (usize, &wgpu::Texture)| {
            [texture.width(), texture.height()] == frame.plane_size(plane) && texture.format() == format_of(frame)
        };
        self.textures.iter().enumerate().all(fits)
    }

    fn write(&self, queue: &wgpu::Queue, frame: &YuvFrame<'_>) {
        for (texture, plane) in self.textures.iter().zip(&frame.planes) {
            queue.write_texture(
                texture.as_image_copy(),
                plane.bytes,
                wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(plane.stride), rows_per_image: None },
                texture.size(),
            );
        }
    }
}

fn format_of(frame: &YuvFrame<'_>) -> wgpu::TextureFormat {
    if frame.sample_bytes() == 1 { wgpu::TextureFormat::R8Uint } else { wgpu::TextureFormat::R16Uint }
}

/// Room for `num` draws; the buffer only grows.
fn draws_buffer<'a>(device: &wgpu::Device, buffer: &'a mut Option<wgpu::Buffer>, num: usize) -> &'a wgpu::Buffer {
    let size = (num as u64 * DRAW_BYTES).next_multiple_of(1024);
    let large_enough = buffer.take_if(|buffer| buffer.size() >= size);
    buffer.insert(large_enough.unwrap_or_else(|| {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("video draws"),
            size,
            usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }))
}

/// The full size and all smaller ones, each half of the one before, rounded up.
fn level_sizes(full: [u32; 2]) -> impl Iterator<Item = [u32; 2]> {
    std::iter::successors(Some(full), |size| (size[0].max(size[1]) > SMALLEST_SIDE).then(|| size.map(|side| side.div_ceil(2))))
}

/// All draws by level and tile, in an order in which what is read was drawn before.
fn parts_of(levels: &[Level]) -> Vec<([usize; 2], Vec<Part>)> {
    let mut all = Vec::new();
    for (index, level) in levels.iter().enumerate() {
        let above = index.checked_sub(1).map(|above| levels[above].tiles.as_slice());
        for (number, tile) in level.tiles.iter().enumerate() {
            let parts = match above {
                None => vec![whole(tile)],
                Some(above) => above.iter().enumerate().filter_map(|(from, source)| half_of(from, source, tile)).collect(),
            };
            all.push(([index, number], parts));
        }
    }
    all
}

fn whole(tile: &Tile) -> Part {
    let [width, height] = tile.held_size();
    Part { from: None, rect: [0, 0, width, height], offset: tile.held_min.map(|v| v as i32) }
}

/// What of `tile` the tile `source` of the level above gives, or none. It gives those texels whose first of two is drawn
/// by it; the second may be in its border.
fn half_of(from: usize, source: &Tile, tile: &Tile) -> Option<Part> {
    let held = tile.held_size();
    let min: [u32; 2] = std::array::from_fn(|i| source.drawn_min[i].div_ceil(2).max(tile.held_min[i]));
    let max: [u32; 2] = std::array::from_fn(|i| source.drawn_max[i].div_ceil(2).min(tile.held_min[i] + held[i]));
    if min[0] >= max[0] || min[1] >= max[1] {
        return None;
    }
    Some(Part {
        from: Some(from),
        rect: [min[0] - tile.held_min[0], min[1] - tile.held_min[1], max[0] - min[0], max[1] - min[1]],
        offset: std::array::from_fn(|i| 2 * tile.held_min[i] as i32 - source.held_min[i] as i32),
    })
}

fn planes_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::FRAGMENT, ty, count: None };
    let plane = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Uint,
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("video planes"),
        entries: &[entry(0, plane), entry(1, plane), entry(2, plane)],
    })
}

fn pipeline(device: &wgpu::Device, module: &wgpu::ShaderModule, fragment: &str, layout: &wgpu::BindGroupLayout) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("video frame"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    let mut attributes = vec![wgpu::VertexAttribute { format: wgpu::VertexFormat::Sint32x2, offset: 0, shader_location: 0 }];
    for (format, location) in Conversion::ATTRIBUTES.into_iter().zip(1..) {
        let offset = attributes.last().map_or(0, |last| last.offset + last.format.size());
        attributes.push(wgpu::VertexAttribute { format, offset, shader_location: location });
    }
    let draw = wgpu::VertexBufferLayout { array_stride: DRAW_BYTES, step_mode: wgpu::VertexStepMode::Instance, attributes: &attributes };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("video frame"),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module,
            entry_point: Some("vs_part"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[Some(draw)],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module,
            entry_point: Some(fragment),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(wgpu::ColorTargetState { format: ImageTexture::FORMAT, blend: None, write_mask: wgpu::ColorWrites::ALL })],
        }),
        multiview_mask: None,
        cache: None,
    })
}
