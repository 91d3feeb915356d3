//! What image and shapes share: bind group layouts, the view uniform, fixed-point positions, error scopes.

use crate::camera::Camera;
use crate::error::RenderError;
use crate::options::{CanvasOptions, ChannelView, ImageAdjust};

/// Image positions on the GPU are whole numbers of 1/2048 px: as exact at 100,000 px as at 0, because the
/// shader subtracts the camera's position in integers before anything becomes a float.
const FIXED_PER_PX: f64 = 2048.0;
/// Positions further from the origin are moved to here, so that the difference of two fits an i32.
const MAX_PX: f64 = 524_000.0;

/// A position in 1/2048 px.
pub(crate) fn fixed_from_px(px: f64) -> i32 {
    let fixed = px.clamp(-MAX_PX, MAX_PX) * FIXED_PER_PX;
    // Half away from zero, as `round`, which is a slow call on the oldest x86-64.
    (fixed + 0.5_f64.copysign(fixed)) as i32
}

pub(crate) fn packed(colour: [u8; 4]) -> u32 {
    u32::from_le_bytes(colour)
}

/// How the image shader reads texels; the numbers are those of `image.wgsl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sampling {
    /// The texel under the pixel centre.
    Nearest = 0,
    /// Bilinear with edges one screen px wide.
    Sharpened = 1,
    /// Four taps over the pixel.
    Minified = 2,
}

impl Sampling {
    /// Each at its number.
    pub const ALL: [Self; 3] = [Self::Nearest, Self::Sharpened, Self::Minified];
}

/// `View` of `view.wgsl`, byte for byte.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct ViewUniform {
    center_fixed: [i32; 2],
    center_frac: [f32; 2],
    viewport_px: [f32; 2],
    zoom: f32,
    hatch_px: f32,
    checker_phase: [f32; 2],
    hatch_phase: [f32; 2],
    checker: [u32; 2],
    border: u32,
    checker_px: f32,
    grid_alpha: f32,
    channel: u32,
    brightness: f32,
    contrast: f32,
    inverse_gamma: f32,
    adjusted: u32,
    opacity: f32,
    toned: u32,
    unused: [u32; 2],
}

impl ViewUniform {
    pub fn new(camera: &Camera, options: &CanvasOptions) -> Self {
        let center = camera.center.map(|c| c.clamp(-MAX_PX, MAX_PX));
        let center_fixed = center.map(|c| (c * FIXED_PER_PX).floor() as i32);
        let checker_px = f64::from(options.checker_px.max(1.0));
        let hatch_px = f64::from(options.hatch_px.max(3.0));
        // Anchored to the image, so that patterns move with it; reduced here, where f64 keeps it exact.
        let phase = |period: f64| camera.center.map(|c| (c * camera.zoom).rem_euclid(period) as f32);
        let adjust = &options.adjust;
        Self {
            center_fixed,
            center_frac: std::array::from_fn(|i| (center[i] - f64::from(center_fixed[i]) / FIXED_PER_PX) as f32),
            viewport_px: camera.viewport_px,
            zoom: camera.zoom as f32,
            hatch_px: hatch_px as f32,
            checker_phase: phase(2.0 * checker_px),
            hatch_phase: phase(hatch_px),
            checker: options.checker.map(packed),
            border: packed(options.border),
            checker_px: checker_px as f32,
            grid_alpha: if options.pixel_grid { grid_alpha(camera.zoom) } else { 0.0 },
            channel: match adjust.channel {
                ChannelView::Rgb => 0,
                ChannelView::Red => 1,
                ChannelView::Green => 2,
                ChannelView::Blue => 3,
                ChannelView::Alpha => 4,
                ChannelView::Luma => 5,
            },
            brightness: adjust.brightness,
            contrast: adjust.contrast,
            inverse_gamma: 1.0 / adjust.gamma.max(0.01),
            adjusted: u32::from(*adjust != ImageAdjust::default()),
            opacity: 1.0,
            toned: 0,
            unused: [0; 2],
        }
    }

    /// Whether values are shown as they are.
    pub fn is_image_as_it_is(&self) -> bool {
        self.adjusted == 0 && self.toned == 0
    }

    /// The same view, with values shown by the table.
    pub fn with_tone(self, is_toned: bool) -> Self {
        Self { toned: u32::from(is_toned), ..self }
    }

    /// The same view, with shapes and masks as faint as this.
    pub fn with_opacity(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }
}

/// The pixel grid is invisible below zoom 12 and at its full (still faint) strength from 24.
fn grid_alpha(zoom: f64) -> f32 {
    (((zoom - 12.0) / 12.0).clamp(0.0, 1.0) * 0.18) as f32
}

pub(crate) fn view_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("canvas view"),
        entries: &[
            wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: wgpu::BufferSize::new(size_of::<ViewUniform>() as u64),
                },
                count: None,
            },
            texture_entry(1, wgpu::TextureSampleType::Float { filterable: false }, wgpu::ShaderStages::FRAGMENT),
        ],
    })
}

pub(crate) fn tile_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("image tile"),
        entries: &[
            texture_entry(0, wgpu::TextureSampleType::Float { filterable: true }, wgpu::ShaderStages::FRAGMENT),
            wgpu::BindGroupLayoutEntry {
                binding: 1,
                visibility: wgpu::ShaderStages::FRAGMENT,
                ty: wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering),
                count: None,
            },
            texture_entry(2, wgpu::TextureSampleType::Float { filterable: true }, wgpu::ShaderStages::FRAGMENT),
        ],
    })
}

/// Styles are a texture, not a storage buffer: OpenGL ES level devices have none of those.
pub(crate) fn style_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("shape styles"),
        entries: &[texture_entry(0, wgpu::TextureSampleType::Uint, wgpu::ShaderStages::VERTEX)],
    })
}

/// Tiles of masks, as whole numbers: no filtering could read across their borders.
pub(crate) fn mask_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("mask tiles"),
        entries: &[texture_entry(0, wgpu::TextureSampleType::Uint, wgpu::ShaderStages::FRAGMENT)],
    })
}

fn texture_entry(binding: u32, sample_type: wgpu::TextureSampleType, visibility: wgpu::ShaderStages) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility,
        ty: wgpu::BindingType::Texture { sample_type, view_dimension: wgpu::TextureViewDimension::D2, multisampled: false },
        count: None,
    }
}

/// Runs `make` and turns a full graphics memory, or whatever else the device refuses, into an error instead of the
/// process's end.
pub(crate) fn catching_out_of_memory<T>(device: &wgpu::Device, make: impl FnOnce() -> T) -> Result<T, RenderError> {
    let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    // What could not be made is refused by all that uses it.
    let refusals = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let made = make();
    let refused = pollster::block_on(refusals.pop());
    match (pollster::block_on(memory.pop()), refused) {
        (None, None) => Ok(made),
        (Some(error), _) => Err(RenderError::OutOfMemory { detail: error.to_string() }),
        (None, Some(error)) => Err(RenderError::Refused { detail: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_point_is_as_fine_far_out_as_at_the_origin() {
        assert_eq!(fixed_from_px(0.0), 0);
        assert_eq!(fixed_from_px(99_999.0 + 1.0 / 2048.0), 99_999 * 2048 + 1);
    }

    #[test]
    fn differences_of_the_furthest_positions_fit() {
        assert!(fixed_from_px(f64::INFINITY).checked_sub(fixed_from_px(-1e300)).is_some());
    }

    #[test]
    fn the_camera_is_its_fixed_part_and_a_small_rest() {
        let camera = Camera { center: [99_000.123_456, 3.0], zoom: 32.0, viewport_px: [100.0, 100.0] };
        let view = ViewUniform::new(&camera, &CanvasOptions::default());
        let back = f64::from(view.center_fixed[0]) / FIXED_PER_PX + f64::from(view.center_frac[0]);
        assert!((back - camera.center[0]).abs() < 1e-9);
        assert!(view.center_frac[0] >= 0.0 && f64::from(view.center_frac[0]) <= 1.0 / FIXED_PER_PX);
    }
}
