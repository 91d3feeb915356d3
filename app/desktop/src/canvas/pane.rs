//! Other cameras beside the canvas: each has a renderer of its own, which shares the canvas's pipelines, and a layer of shapes.

use super::callback::CanvasGpu;
use crate::upload::Table;
use egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};
use limn_render::{Camera, CanvasRenderer, ImageAdjust, ImageTexture, Shape, ShapeLayer};
use std::sync::Arc;

/// What the panes have on the GPU, in egui's resources.
#[derive(Default)]
pub struct PanesGpu(Vec<PaneGpu>);

struct PaneGpu {
    renderer: CanvasRenderer,
    layer: ShapeLayer,
}

impl PanesGpu {
    /// Makes room for so many panes.
    pub fn install(state: &egui_wgpu::RenderState, count: usize) {
        let mut renderer = state.renderer.write();
        let resources = &mut renderer.callback_resources;
        let mut panes = resources.remove::<Self>().unwrap_or_default();
        while panes.0.len() < count {
            let Some(renderer) = resources.get::<CanvasGpu>().map(|gpu| gpu.second(&state.device)) else { break };
            match ShapeLayer::new(&state.device) {
                Ok(layer) => panes.0.push(PaneGpu { renderer, layer }),
                Err(error) => {
                    tracing::error!("{error}");
                    break;
                }
            }
        }
        resources.insert(panes);
    }

    /// Replaces the shapes of a pane.
    pub fn set(state: &egui_wgpu::RenderState, at: usize, shapes: &[Shape]) {
        let mut renderer = state.renderer.write();
        let panes = renderer.callback_resources.get_mut::<Self>();
        if let Some(pane) = panes.and_then(|panes| panes.0.get_mut(at))
            && let Err(error) = pane.layer.set(&state.device, &state.queue, shapes)
        {
            tracing::error!("{error}");
        }
    }
}

/// One frame of a pane.
pub struct PanePaint {
    /// Which one.
    pub at: usize,
    /// Where it looks, in physical pixels.
    pub camera: Camera,
    /// The picture.
    pub image: Option<Arc<ImageTexture>>,
    /// What is shown for each of its values.
    pub table: Table,
    /// Adjustments of the view.
    pub adjust: ImageAdjust,
    /// The colour of the picture's border.
    pub border: [u8; 4],
}

impl CallbackTrait for PanePaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(pane) = resources.get_mut::<PanesGpu>().and_then(|panes| panes.0.get_mut(self.at)) {
            (pane.renderer.options.border, pane.renderer.options.adjust) = (self.border, self.adjust);
            pane.renderer.set_tone(queue, self.table.as_ref());
            pane.renderer.prepare(device, queue, &self.camera, self.image.as_deref());
        }
        Vec::new()
    }

    fn paint(&self, _info: egui::PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        if let Some(pane) = resources.get::<PanesGpu>().and_then(|panes| panes.0.get(self.at)) {
            pane.renderer.paint(pass, self.image.as_deref(), &[&pane.layer]);
        }
    }
}
