//! The door between egui's render pass and the canvas renderer. The only file that touches both.

use super::stored::LayerCx;
use crate::upload::Table;
use egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};
use limn_render::{Camera, CanvasRenderer, ImageAdjust, ImageTexture, MaskLayer, Shape, ShapeLayer};
use std::sync::Arc;

/// The canvas's long-lived GPU things, kept in egui's resources.
pub struct CanvasGpu {
    renderer: CanvasRenderer,
    stored: Option<ShapeLayer>,
    masks: Option<MaskLayer>,
    live: Option<ShapeLayer>,
    /// What the live layer shows.
    live_shapes: Vec<Shape>,
}

impl CanvasGpu {
    /// Makes the pipelines and puts them where the callback finds them.
    pub fn install(state: &egui_wgpu::RenderState) {
        let renderer = CanvasRenderer::new(&state.device, state.target_format);
        let layer = || ShapeLayer::new(&state.device).inspect_err(|error| tracing::error!("{error}")).ok();
        let masks = MaskLayer::new(&state.device).inspect_err(|error| tracing::error!("{error}")).ok();
        let gpu = Self { renderer, stored: layer(), masks, live: layer(), live_shapes: Vec::new() };
        state.renderer.write().callback_resources.insert(gpu);
    }

    /// A renderer for another canvas.
    pub(super) fn second(&self, device: &wgpu::Device) -> CanvasRenderer {
        self.renderer.second(device)
    }

    /// Lets the shapes that change rarely be brought in step.
    pub fn with_stored(state: &egui_wgpu::RenderState, change: impl FnOnce(&mut LayerCx<'_>)) {
        let mut renderer = state.renderer.write();
        if let Some(gpu) = renderer.callback_resources.get_mut::<Self>()
            && let (Some(layer), Some(masks)) = (&mut gpu.stored, &mut gpu.masks)
        {
            change(&mut LayerCx { device: &state.device, queue: &state.queue, layer, masks });
        }
    }

    /// Replaces the shapes that change with every move of the hand.
    pub fn set_live(state: &egui_wgpu::RenderState, shapes: Vec<Shape>) {
        let mut renderer = state.renderer.write();
        if let Some(gpu) = renderer.callback_resources.get_mut::<Self>().filter(|gpu| gpu.live_shapes != shapes)
            && let Some(layer) = &mut gpu.live
        {
            if let Err(error) = layer.set(&state.device, &state.queue, &shapes) {
                tracing::error!("{error}");
            }
            gpu.live_shapes = shapes;
        }
    }
}

/// One frame of the canvas.
pub struct CanvasPaint {
    /// Where it looks, in physical pixels.
    pub camera: Camera,
    /// The picture.
    pub image: Option<Arc<ImageTexture>>,
    /// Whether the shapes in hand belong to this picture.
    pub live: bool,
    /// Whether the stored ones do.
    pub stored: bool,
    /// What is shown for each of its values.
    pub table: Table,
    /// Adjustments of the view.
    pub adjust: ImageAdjust,
    /// Opacity of what is not in hand.
    pub others_opacity: f32,
    /// Whether that goes for masks, too.
    pub dim_masks: bool,
    /// Colours of what is behind and around the picture.
    pub border: [u8; 4],
}

impl CallbackTrait for CanvasPaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(gpu) = resources.get_mut::<CanvasGpu>() {
            gpu.renderer.options.border = self.border;
            gpu.renderer.options.adjust = self.adjust;
            gpu.renderer.options.others_opacity = self.others_opacity;
            gpu.renderer.options.dim_masks = self.dim_masks;
            gpu.renderer.set_tone(queue, self.table.as_ref());
            gpu.renderer.prepare(device, queue, &self.camera, self.image.as_deref());
        }
        Vec::new()
    }

    fn paint(&self, _info: egui::PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        let Some(gpu) = resources.get::<CanvasGpu>() else { return };
        let stored = gpu.stored.iter().filter(|_| self.stored);
        let layers: Vec<&ShapeLayer> = stored.chain(gpu.live.iter().filter(|_| self.live)).collect();
        let masks: Vec<&MaskLayer> = gpu.masks.iter().filter(|_| self.stored).collect();
        gpu.renderer.paint_with_masks(pass, self.image.as_deref(), &masks, &layers);
    }
}
