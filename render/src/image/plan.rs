//! Which level and which tiles a camera sees, and where they lie on the screen.

use super::texture::{ImageTexture, Level};
use crate::camera::Camera;
use crate::gpu::Sampling;

/// `Quad` of `image.wgsl`: a visible part of a tile.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct TileQuad {
    /// Screen px from the middle of the viewport: left, top, right, bottom.
    p: [f32; 4],
    /// The same rectangle in texels from `base`.
    local: [f32; 4],
    /// A texel of the tile's texture near the rectangle.
    base: [i32; 2],
}

/// What to draw of one picture in one frame.
#[derive(Debug)]
pub(crate) struct ImagePlan {
    pub level: usize,
    /// Screen px per texel of that level.
    pub texel_px: f64,
    pub sampling: Sampling,
    pub tiles: Vec<(usize, TileQuad)>,
    /// Four thin rectangles around the picture, in screen px from the middle of the viewport.
    pub border: Vec<[f32; 4]>,
}

impl ImagePlan {
    pub fn new(image: &ImageTexture, camera: &Camera) -> Self {
        let full = image.size().map(f64::from);
        let (level, texel_px) = choose_level(image.levels(), camera.zoom);
        let chosen = &image.levels()[level];
        // Texels per image px; not exactly a power of two when sizes are odd.
        let scale: [f64; 2] = std::array::from_fn(|i| f64::from(chosen.size[i]) / full[i]);
        let tiles = chosen.tiles.iter().enumerate().filter_map(|(index, tile)| {
            let drawn_min = tile.drawn_min.map(f64::from);
            let drawn_max = tile.drawn_max.map(f64::from);
            Some((index, quad(camera, scale, drawn_min, drawn_max, tile.border())?))
        });
        Self { level, texel_px, sampling: sampling(texel_px), tiles: tiles.collect(), border: border(camera, full) }
    }
}

/// The coarsest level that still has a texel for every screen px; then a pixel covers one to two texels.
fn choose_level(levels: &[Level], zoom: f64) -> (usize, f64) {
    let full = levels[0].size.map(f64::from);
    let texel_px = |level: &Level| {
        let scale = (f64::from(level.size[0]) / full[0]).max(f64::from(level.size[1]) / full[1]);
        zoom / scale
    };
    // A level of an odd size is a little off its power of two: let it through.
    let mut fine_enough = levels.iter().map(texel_px).enumerate().skip(1).filter(|(_, texel_px)| *texel_px <= 1.02);
    fine_enough.next_back().unwrap_or((0, zoom))
}

fn sampling(texel_px: f64) -> Sampling {
    if texel_px >= 2.0 || (texel_px - 1.0).abs() < 1e-6 {
        Sampling::Nearest
    } else if texel_px > 1.0 {
        Sampling::Sharpened
    } else {
        Sampling::Minified
    }
}

/// The part of a tile inside the viewport, or none. Cut in f64: a tile's own corners may be 100,000 screen px away.
fn quad(camera: &Camera, scale: [f64; 2], drawn_min: [f64; 2], drawn_max: [f64; 2], border: [u32; 2]) -> Option<TileQuad> {
    // A little beyond the viewport, on whole texels: inner edges are then the same for both neighbours.
    let seen = camera.visible(1.0);
    let from: [f64; 2] = std::array::from_fn(|i| drawn_min[i].max((seen.min[i] * scale[i]).floor()));
    let to: [f64; 2] = std::array::from_fn(|i| drawn_max[i].min((seen.max[i] * scale[i]).ceil()));
    if from[0] >= to[0] || from[1] >= to[1] {
        return None;
    }
    let p = |texel: f64, i: usize| ((texel / scale[i] - camera.center[i]) * camera.zoom) as f32;
    let size: [f64; 2] = std::array::from_fn(|i| to[i] - from[i]);
    Some(TileQuad {
        p: [p(from[0], 0), p(from[1], 1), p(to[0], 0), p(to[1], 1)],
        local: [0.0, 0.0, size[0] as f32, size[1] as f32],
        base: std::array::from_fn(|i| (from[i] - drawn_min[i]) as i32 + border[i] as i32),
    })
}

fn border(camera: &Camera, size: [f64; 2]) -> Vec<[f32; 4]> {
    let half = camera.viewport_px.map(|v| v / 2.0 + 2.0);
    // Cut to just outside the viewport, so that far edges stay far and near ones are exact.
    let edge = |px: f64, i: usize| (((px - camera.center[i]) * camera.zoom) as f32).clamp(-half[i], half[i]);
    let (left, top) = (edge(0.0, 0), edge(0.0, 1));
    let (right, bottom) = (edge(size[0], 0), edge(size[1], 1));
    vec![
        [left - 1.0, top - 1.0, right + 1.0, top],
        [left - 1.0, bottom, right + 1.0, bottom + 1.0],
        [left - 1.0, top, left, bottom],
        [right, top, right + 1.0, bottom],
    ]
}
