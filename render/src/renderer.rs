//! The renderer: pipelines made once, a camera written once per frame, draw calls into somebody's pass.

use std::sync::Arc;

use wgpu::util::DeviceExt as _;

use crate::camera::Camera;
use crate::gpu::{self, Sampling, ViewUniform};
use crate::image::{ImagePlan, ImageTexture, TileQuad};
use crate::masks::{Cell, MaskLayer, Side};
use crate::options::CanvasOptions;
use crate::shapes::{ShapeLayer, ShapePipelines, Vertex};

/// Draws one canvas.
///
/// Each frame: [`Self::prepare`], then, within a render pass whose viewport is the canvas rectangle,
/// [`Self::paint`] with the same picture and layers. The target keeps what it held outside the picture.
#[derive(Debug)]
pub struct CanvasRenderer {
    /// Colours and switches, read by the next [`Self::prepare`].
    pub options: CanvasOptions,
    pipelines: Pipelines,
    view: View,
    /// The same for what is dimmed.
    faint_view: View,
    tone: Tone,
    quads: wgpu::Buffer,
    frame: Option<Frame>,
}

/// What is shown for each value.
#[derive(Debug)]
struct Tone {
    texture: wgpu::Texture,
    /// The one in the texture.
    table: Option<Arc<[u8]>>,
    is_on: bool,
}

/// Handles: cloning shares the pipelines.
#[derive(Clone, Debug)]
struct Pipelines {
    view_layout: wgpu::BindGroupLayout,
    /// For pictures that are shown as they are, by how they are sampled.
    tiles: [wgpu::RenderPipeline; Sampling::ALL.len()],
    adjusted_tile: wgpu::RenderPipeline,
    border: wgpu::RenderPipeline,
    shapes: ShapePipelines,
    /// For layers without patterns, dashes and markers.
    plain_shapes: ShapePipelines,
    mask: wgpu::RenderPipeline,
}

/// What `prepare` found out for `paint`.
#[derive(Debug)]
struct Frame {
    camera: Camera,
    image: Option<ImageFrame>,
}

#[derive(Debug)]
struct ImageFrame {
    id: u64,
    /// Handles, so that a tile that leaves graphics memory meanwhile is still drawn.
    tiles: Vec<(wgpu::BindGroup, Sampling)>,
    as_it_is: bool,
    num_borders: u32,
}

/// Values in a row of the table of tones, and rows.
const TONE_ROW: u32 = 256;
const QUAD_BYTES: u64 = size_of::<TileQuad>() as u64;

/// The camera and the options on the GPU.
#[derive(Debug)]
struct View {
    buffer: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
}

impl CanvasRenderer {
    /// Makes the pipelines for targets of one format, without depth buffer and multisampling.
    ///
    /// Pixel values reach a plain target (`Rgba8Unorm`, `Bgra8Unorm`) unchanged; a `*Srgb` target gets them in
    /// linear light and stores the same values, but blends in linear light.
    #[must_use]
    pub fn new(device: &wgpu::Device, target_format: wgpu::TextureFormat) -> Self {
        Self::with_pipelines(device, Pipelines::new(device, target_format))
    }

    /// A renderer for a second canvas of the same window, sharing the pipelines.
    #[must_use]
    pub fn second(&self, device: &wgpu::Device) -> Self {
        Self { options: self.options, ..Self::with_pipelines(device, self.pipelines.clone()) }
    }

    fn with_pipelines(device: &wgpu::Device, pipelines: Pipelines) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("tone"),
            size: wgpu::Extent3d { width: TONE_ROW, height: TONE_ROW, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let tone = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let view = || {
            let buffer = device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("canvas view"),
                size: size_of::<ViewUniform>() as u64,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("canvas view"),
                layout: &pipelines.view_layout,
                entries: &[
                    wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() },
                    wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&tone) },
                ],
            });
            View { buffer, bind_group }
        };
        let (view, faint_view) = (view(), view());
        Self {
            options: CanvasOptions::default(),
            pipelines,
            view,
            faint_view,
            tone: Tone { texture, table: None, is_on: false },
            quads: quad_buffer(device, &[0; 16 * QUAD_BYTES as usize]),
            frame: None,
        }
    }

    /// What is shown for each value of the picture's samples from the next [`Self::prepare`] on: 65,536 bytes, for values of 16
    /// bit; samples of 8 bit count 257 each. `None`, or a table of another length: they are shown as they are.
    pub fn set_tone(&mut self, queue: &wgpu::Queue, table: Option<&Arc<[u8]>>) {
        let table = table.filter(|table| table.len() == (TONE_ROW * TONE_ROW) as usize);
        self.tone.is_on = table.is_some();
        if let Some(table) = table.filter(|table| self.tone.table.as_ref().is_none_or(|old| !Arc::ptr_eq(old, table))) {
            queue.write_texture(
                self.tone.texture.as_image_copy(),
                table,
                wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(TONE_ROW), rows_per_image: None },
                self.tone.texture.size(),
            );
            self.tone.table = Some(table.clone());
        }
    }

    /// Writes what the next [`Self::paint`] needs. Costs microseconds: geometry is already on the GPU.
    ///
    /// A camera without a viewport or with a zoom that is not a positive number draws nothing.
    pub fn prepare(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, camera: &Camera, image: Option<&ImageTexture>) {
        self.frame = None;
        if !camera.is_drawable() {
            return;
        }
        let plan = image.map(|image| (image.id(), ImagePlan::new(image, camera)));
        let view = ViewUniform::new(camera, &self.options).with_tone(self.tone.is_on);
        queue.write_buffer(&self.view.buffer, 0, bytemuck::bytes_of(&view));
        if self.options.others_opacity < 1.0 {
            let faint = view.with_opacity(self.options.others_opacity.max(0.0));
            queue.write_buffer(&self.faint_view.buffer, 0, bytemuck::bytes_of(&faint));
        }
        let image = plan.map(|(id, plan)| self.write_quads(device, queue, id, plan, view.is_image_as_it_is()));
        self.frame = Some(Frame { camera: *camera, image });
    }

    fn write_quads(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, id: u64, plan: ImagePlan, as_it_is: bool) -> ImageFrame {
        let borders: &[[f32; 4]] = match self.options.border[3] {
            0 => &[],
            _ => &plan.border,
        };
        let mut bytes: Vec<u8> = Vec::new();
        for (_, quad) in &plan.tiles {
            bytes.extend_from_slice(bytemuck::bytes_of(quad));
        }
        bytes.extend_from_slice(bytemuck::cast_slice(borders));
        if bytes.len() as u64 > self.quads.size() {
            self.quads = quad_buffer(device, &bytes);
        } else if !bytes.is_empty() {
            queue.write_buffer(&self.quads, 0, &bytes);
        }
        let num_borders = borders.len() as u32;
        let tiles = plan.tiles.into_iter().map(|(tile, quad)| (tile, quad.sampling())).collect();
        ImageFrame { id, tiles, as_it_is, num_borders }
    }

    /// Draws the picture, then each layer, in the order of `layers`.
    ///
    /// `image` must be the one given to [`Self::prepare`]; another one is left out until it was prepared.
    pub fn paint(&self, pass: &mut wgpu::RenderPass<'_>, image: Option<&ImageTexture>, layers: &[&ShapeLayer]) {
        self.paint_with_masks(pass, image, &[], layers);
    }

    /// As [`Self::paint`], with masks above the picture and below all shapes, or above the shapes of the first layer where
    /// their level is higher than that of the shapes ([`MaskLayer::set_shapes_level`]).
    pub fn paint_with_masks(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        image: Option<&ImageTexture>,
        masks: &[&MaskLayer],
        layers: &[&ShapeLayer],
    ) {
        let Some(frame) = &self.frame else { return };
        pass.set_bind_group(0, &self.view.bind_group, &[]);
        if let (Some(planned), Some(image)) = (&frame.image, image)
            && planned.id == image.id()
        {
            self.paint_image(pass, planned);
        }
        let view = |faint: bool| {
            let view = if faint && self.options.others_opacity < 1.0 { &self.faint_view } else { &self.view };
            &view.bind_group
        };
        let paint_masks = |pass: &mut wgpu::RenderPass<'_>, side: Side| {
            pass.set_bind_group(0, view(self.options.dim_masks), &[]);
            for layer in masks.iter().filter(|layer| !layer.is_empty()) {
                pass.set_pipeline(&self.pipelines.mask);
                layer.paint(pass, &frame.camera, side);
            }
        };
        paint_masks(pass, Side::BelowShapes);
        for (at, layer) in layers.iter().enumerate() {
            if !layer.is_empty() {
                pass.set_bind_group(0, view(at + 1 < layers.len()), &[]);
                let pipelines = if layer.is_plain() { &self.pipelines.plain_shapes } else { &self.pipelines.shapes };
                layer.paint(pass, pipelines, &frame.camera);
            }
            if at == 0 {
                paint_masks(pass, Side::AboveShapes);
            }
        }
        if layers.is_empty() {
            paint_masks(pass, Side::AboveShapes);
        }
    }

    fn paint_image(&self, pass: &mut wgpu::RenderPass<'_>, planned: &ImageFrame) {
        let mut last = None;
        // A slice per draw, not a first instance: OpenGL ES has none.
        let mut offset = 0;
        for (tile, sampling) in &planned.tiles {
            if last.replace(*sampling) != Some(*sampling) {
                let (of, pipelines) = (*sampling as usize, &self.pipelines);
                pass.set_pipeline(if planned.as_it_is { &pipelines.tiles[of] } else { &pipelines.adjusted_tile });
            }
            pass.set_bind_group(1, tile, &[]);
            pass.set_vertex_buffer(0, self.quads.slice(offset..offset + QUAD_BYTES));
            pass.draw(0..4, 0..1);
            offset += QUAD_BYTES;
        }
        if planned.num_borders > 0 {
            pass.set_pipeline(&self.pipelines.border);
            pass.set_vertex_buffer(0, self.quads.slice(offset..));
            pass.draw(0..4, 0..planned.num_borders);
        }
    }
}

fn quad_buffer(device: &wgpu::Device, contents: &[u8]) -> wgpu::Buffer {
    device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: Some("image quads"),
        contents,
        usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
    })
}

const VIEW_WGSL: &str = include_str!("shaders/view.wgsl");
const IMAGE_WGSL: &str = include_str!("shaders/image.wgsl");
const STYLE_WGSL: &str = include_str!("shaders/style.wgsl");
const SHAPES_WGSL: &str = include_str!("shaders/shapes.wgsl");
const MASKS_WGSL: &str = include_str!("shaders/masks.wgsl");

const QUAD_ATTRIBUTES: [wgpu::VertexAttribute; 5] =
    wgpu::vertex_attr_array![0 => Float32x4, 1 => Float32x4, 2 => Sint32x2, 3 => Float32, 4 => Uint32];
const BORDER_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![0 => Float32x4];
const FILL_ATTRIBUTES: [wgpu::VertexAttribute; 2] = wgpu::vertex_attr_array![0 => Sint32x2, 1 => Uint32];
const CELL_ATTRIBUTES: [wgpu::VertexAttribute; 3] = wgpu::vertex_attr_array![0 => Uint32x4, 1 => Uint32x4, 2 => Uint32x4];
const BEFORE_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![0 => Sint32x2];
const A_ATTRIBUTES: [wgpu::VertexAttribute; 3] = wgpu::vertex_attr_array![1 => Sint32x2, 2 => Uint32, 3 => Float32];
const B_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![4 => Sint32x2];
const AFTER_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![5 => Sint32x2];

impl Pipelines {
    fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Self {
        let view_layout = gpu::view_layout(device);
        let image = PipelineMaker::new(device, format, &[IMAGE_WGSL], &[&view_layout, &gpu::tile_layout(device)]);
        let border = PipelineMaker::new(device, format, &[IMAGE_WGSL], &[&view_layout]);
        let style_layout = gpu::style_layout(device);
        let shapes = PipelineMaker::new(device, format, &[STYLE_WGSL, SHAPES_WGSL], &[&view_layout, &style_layout]);
        let mask_groups = [&view_layout, &style_layout, &gpu::mask_layout(device)];
        let masks = PipelineMaker::new(device, format, &[STYLE_WGSL, MASKS_WGSL], &mask_groups);
        let strip = wgpu::PrimitiveTopology::TriangleStrip;
        let triangles = wgpu::PrimitiveTopology::TriangleList;
        let per_instance = |stride: usize, attributes| vertex_buffer(stride, wgpu::VertexStepMode::Instance, attributes);
        let point = size_of::<Vertex>();
        let segment = [
            per_instance(point, &BEFORE_ATTRIBUTES),
            per_instance(point, &A_ATTRIBUTES),
            per_instance(point, &B_ATTRIBUTES),
            per_instance(point, &AFTER_ATTRIBUTES),
        ];
        let quad = [per_instance(QUAD_BYTES as usize, &QUAD_ATTRIBUTES)];
        let fill = [vertex_buffer(point, wgpu::VertexStepMode::Vertex, &FILL_ATTRIBUTES)];
        let shape_pipelines = |plain: f64| ShapePipelines {
            fill: shapes.pipeline_with("fill", triangles, &fill, &[("plain", plain)]),
            line: shapes.pipeline_with("line", strip, &segment, &[("plain", plain)]),
        };
        Self {
            tiles: Sampling::ALL.map(|sampling| {
                let constants = [("sampled", f64::from(sampling as u32)), ("as_they_are", 1.0)];
                image.pipeline_with("tile", strip, &quad, &constants)
            }),
            adjusted_tile: image.pipeline("tile", strip, &quad),
            border: border.pipeline("border", strip, &[per_instance(16, &BORDER_ATTRIBUTES)]),
            shapes: shape_pipelines(0.0),
            plain_shapes: shape_pipelines(1.0),
            mask: masks.pipeline("mask", strip, &[per_instance(size_of::<Cell>(), &CELL_ATTRIBUTES)]),
            view_layout,
        }
    }
}

fn vertex_buffer(
    stride: usize,
    step_mode: wgpu::VertexStepMode,
    attributes: &[wgpu::VertexAttribute],
) -> Option<wgpu::VertexBufferLayout<'_>> {
    Some(wgpu::VertexBufferLayout { array_stride: stride as u64, step_mode, attributes })
}

struct PipelineMaker<'a> {
    device: &'a wgpu::Device,
    format: wgpu::TextureFormat,
    module: wgpu::ShaderModule,
    layout: wgpu::PipelineLayout,
}

impl<'a> PipelineMaker<'a> {
    fn new(device: &'a wgpu::Device, format: wgpu::TextureFormat, sources: &[&str], groups: &[&wgpu::BindGroupLayout]) -> Self {
        let groups: Vec<Option<&wgpu::BindGroupLayout>> = groups.iter().map(|group| Some(*group)).collect();
        Self {
            device,
            format,
            module: device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some("canvas"),
                source: wgpu::ShaderSource::Wgsl(format!("{VIEW_WGSL}\n{}", sources.join("\n")).into()),
            }),
            layout: device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some("canvas"),
                bind_group_layouts: &groups,
                immediate_size: 0,
            }),
        }
    }

    fn pipeline(
        &self,
        name: &str,
        topology: wgpu::PrimitiveTopology,
        buffers: &[Option<wgpu::VertexBufferLayout<'_>>],
    ) -> wgpu::RenderPipeline {
        self.pipeline_with(name, topology, buffers, &[])
    }

    /// With constants of its shaders beside those that all have.
    fn pipeline_with(
        &self,
        name: &str,
        topology: wgpu::PrimitiveTopology,
        buffers: &[Option<wgpu::VertexBufferLayout<'_>>],
        constants: &[(&str, f64)],
    ) -> wgpu::RenderPipeline {
        let of_all = ("srgb_target", f64::from(u8::from(self.format.is_srgb())));
        let constants = [&[of_all], constants].concat();
        let compilation_options = wgpu::PipelineCompilationOptions { constants: &constants, ..Default::default() };
        self.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(name),
            layout: Some(&self.layout),
            vertex: wgpu::VertexState {
                module: &self.module,
                entry_point: Some(&format!("vs_{name}")),
                compilation_options: compilation_options.clone(),
                buffers,
            },
            primitive: wgpu::PrimitiveState { topology, ..Default::default() },
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &self.module,
                entry_point: Some(&format!("fs_{name}")),
                compilation_options,
                targets: &[Some(wgpu::ColorTargetState {
                    format: self.format,
                    blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}
