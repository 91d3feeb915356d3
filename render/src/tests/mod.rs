//! Pictures drawn on a software adapter and looked at pixel by pixel.

mod image;
mod marks;
mod masks;
mod order;
mod plain;
mod scene;
mod shapes;
mod sparse;
mod thin;
mod yuv;

use crate::headless::HeadlessTarget;
use crate::{Camera, CanvasRenderer, ImageTexture, MipLevel, Pattern, Shape, ShapeLayer, ShapeStyle};

const BACKGROUND: [u8; 4] = [28, 28, 30, 255];

/// A small target with its renderer.
struct Stage {
    target: HeadlessTarget,
    renderer: CanvasRenderer,
    size: [u32; 2],
}

/// The pixels of one drawing.
#[derive(PartialEq)]
struct Picture {
    rgba: Vec<u8>,
    width: u32,
}

impl Picture {
    fn at(&self, x: u32, y: u32) -> [u8; 4] {
        let first = ((y * self.width + x) * 4) as usize;
        self.rgba[first..first + 4].try_into().unwrap()
    }

    fn height(&self) -> u32 {
        self.rgba.len() as u32 / 4 / self.width
    }

    fn num_different(&self, other: &Self) -> usize {
        self.rgba.chunks(4).zip(other.rgba.chunks(4)).filter(|(a, b)| a != b).count()
    }

    /// The largest difference of any channel.
    fn max_difference(&self, other: &Self) -> u8 {
        self.rgba.iter().zip(&other.rgba).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    }
}

impl Stage {
    fn new(width: u32, height: u32) -> Self {
        Self::with_format(width, height, wgpu::TextureFormat::Rgba8Unorm)
    }

    fn with_format(width: u32, height: u32, format: wgpu::TextureFormat) -> Self {
        let target = HeadlessTarget::with_format(width, height, format).unwrap();
        let renderer = CanvasRenderer::new(target.device(), target.format());
        Self { target, renderer, size: [width, height] }
    }

    fn camera(&self, center: [f64; 2], zoom: f64) -> Camera {
        Camera { center, zoom, viewport_px: self.size.map(|v| v as f32) }
    }

    fn upload(&self, levels: &[MipLevel<'_>]) -> ImageTexture {
        ImageTexture::upload(self.target.device(), self.target.queue(), levels).unwrap()
    }

    fn upload_tiled(&self, levels: &[MipLevel<'_>], max_tile: u32) -> ImageTexture {
        ImageTexture::upload_with_tile(self.target.device(), self.target.queue(), levels, max_tile).unwrap()
    }

    fn layer(&self, shapes: &[Shape]) -> ShapeLayer {
        let mut layer = ShapeLayer::new(self.target.device()).unwrap();
        layer.set(self.target.device(), self.target.queue(), shapes).unwrap();
        layer
    }

    fn draw(&mut self, camera: Camera, image: Option<&ImageTexture>, layers: &[&ShapeLayer]) -> Picture {
        self.renderer.prepare(self.target.device(), self.target.queue(), &camera, image);
        let renderer = &self.renderer;
        let rgba = self.target.render(BACKGROUND, |pass| renderer.paint(pass, image, layers)).unwrap();
        Picture { rgba, width: self.size[0] }
    }
}

/// Opaque pixels that all differ from their neighbours.
fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    (0..width * height).flat_map(|_| [next() as u8, next() as u8, next() as u8, 255]).collect()
}

/// A smooth picture, in which a seam would show.
fn gradient(width: u32, height: u32) -> Vec<u8> {
    let value = |x: u32, y: u32| [(x * 255 / width) as u8, (y * 255 / height) as u8, ((x + y) * 2) as u8, 255];
    (0..height).flat_map(|y| (0..width).flat_map(move |x| value(x, y))).collect()
}

/// Half the size, each texel the mean of four.
fn halved(rgba: &[u8], width: u32, height: u32) -> Vec<u8> {
    let at = |x: u32, y: u32, c: u32| u32::from(rgba[((y * width + x) * 4 + c) as usize]);
    let mean = |x: u32, y: u32, c: u32| (at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c) + 2) / 4;
    let texels = (0..height / 2).flat_map(|y| (0..width / 2).map(move |x| (2 * x, 2 * y)));
    texels.flat_map(|(x, y)| [0, 1, 2, 3].map(|c| mean(x, y, c) as u8)).collect()
}

fn level(rgba: &[u8], width: u32, height: u32) -> MipLevel<'_> {
    MipLevel { width, height, rgba, fine: None }
}

/// A closed ring with nothing but a fill.
fn filled(ring: &[[f64; 2]], fill: [u8; 4]) -> Shape {
    let style = ShapeStyle { fill, stroke: [0; 4], halo: [0; 4], ..Default::default() };
    Shape { rings: vec![ring.to_vec()], closed: true, style, ..Default::default() }
}

fn rect(left: f64, top: f64, right: f64, bottom: f64) -> Vec<[f64; 2]> {
    vec![[left, top], [right, top], [right, bottom], [left, bottom]]
}
