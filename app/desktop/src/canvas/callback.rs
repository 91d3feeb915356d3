//! The door between egui's render pass and the canvas renderer. The only file that touches both.

use super::shapes::StoredUpdate;
use egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};
use limn_render::{Camera, CanvasRenderer, ImageTexture, Shape, ShapeLayer};
use std::sync::Arc;

/// The canvas's long-lived GPU things, kept in egui's resources.
pub struct CanvasGpu {
    renderer: CanvasRenderer,
    stored: Option<ShapeLayer>,
    live: Option<ShapeLayer>,
}

impl CanvasGpu {
    /// Makes the pipelines and puts them where the callback finds them.
    pub fn install(state: &egui_wgpu::RenderState) {
        let renderer = CanvasRenderer::new(&state.device, state.target_format);
        let layer = || ShapeLayer::new(&state.device).inspect_err(|error| tracing::error!("{error}")).ok();
        let gpu = Self { renderer, stored: layer(), live: layer() };
        state.renderer.write().callback_resources.insert(gpu);
    }

    /// Brings the shapes that change rarely in step.
    pub fn set_stored(state: &egui_wgpu::RenderState, update: StoredUpdate) {
        match update {
            StoredUpdate::All(shapes) => Self::set(state, &shapes, |gpu| &mut gpu.stored),
            StoredUpdate::Styles(styles) if styles.is_empty() => {}
            StoredUpdate::Styles(styles) => {
                let mut renderer = state.renderer.write();
                let Some(layer) = renderer.callback_resources.get_mut::<Self>().and_then(|gpu| gpu.stored.as_mut()) else { return };
                for (at, style) in styles {
                    if let Err(error) = layer.set_style(&state.queue, at, style) {
                        tracing::error!("{error}");
                    }
                }
            }
        }
    }

    /// Replaces the shapes that change with every move of the hand.
    pub fn set_live(state: &egui_wgpu::RenderState, shapes: &[Shape]) {
        Self::set(state, shapes, |gpu| &mut gpu.live);
    }

    fn set(state: &egui_wgpu::RenderState, shapes: &[Shape], layer: impl Fn(&mut Self) -> &mut Option<ShapeLayer>) {
        let mut renderer = state.renderer.write();
        if let Some(gpu) = renderer.callback_resources.get_mut::<Self>()
            && let Some(layer) = layer(gpu)
            && let Err(error) = layer.set(&state.device, &state.queue, shapes)
        {
            tracing::error!("{error}");
        }
    }
}

/// One frame of the canvas.
pub struct CanvasPaint {
    /// Where it looks, in physical pixels.
    pub camera: Camera,
    /// The picture.
    pub image: Option<Arc<ImageTexture>>,
    /// Whether the shapes belong to this picture.
    pub shapes: bool,
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
            gpu.renderer.prepare(device, queue, &self.camera, self.image.as_deref());
        }
        Vec::new()
    }

    fn paint(&self, _info: egui::PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        let Some(gpu) = resources.get::<CanvasGpu>() else { return };
        let layers: Vec<&ShapeLayer> = if self.shapes { gpu.stored.iter().chain(&gpu.live).collect() } else { Vec::new() };
        gpu.renderer.paint(pass, self.image.as_deref(), &layers);
    }
}
