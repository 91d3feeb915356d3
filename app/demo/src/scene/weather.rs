//! What lies between the camera and the street: rain, flakes, mist; and the film itself.

use tiny_skia::Pixmap;

use super::camera::Camera;
use super::mood::{Mood, Weather};
use crate::draw::{Art, Ink, Light, Rgb, Rng, clear, disc, hex, rect, wire};

/// Drawn over everything. `t` in seconds.
pub(crate) fn veil(art: &mut Art, camera: &Camera, mood: &Mood, seed: u64, t: f32) {
    art.light = Light { tint: [1.0; 3], haze: mood.haze, haze_amount: 0.0 };
    let (w, h) = (camera.width, camera.height);
    let unit = h.min(w) / 1080.0;
    match mood.weather {
        Weather::Rain => {
            let mut rng = Rng::fork(seed, 80);
            for _ in 0..520 {
                let depth = rng.unit();
                let len = (16.0 + 44.0 * depth) * unit;
                let speed = h * (1.1 + depth);
                let x = (rng.unit() * 1.2 - 0.1) * w - 0.12 * t * h;
                let y = (rng.unit() * (h + 2.0 * len) + t * speed).rem_euclid(h + 2.0 * len) - len;
                let x = (x + y * -0.10).rem_euclid(w * 1.1) - 0.05 * w;
                art.line(wire(&[(x, y), (x - len * 0.14, y + len)]), (0.7 + 0.9 * depth) * unit, clear(hex(0xE8F0F6), 0.12 + 0.18 * depth));
            }
            art.fill(rect(0.0, 0.0, w, h), clear(mood.haze, 0.06));
        }
        Weather::Snow => {
            let mut rng = Rng::fork(seed, 81);
            for _ in 0..620 {
                let depth = rng.unit();
                let r = (1.0 + 3.6 * depth * depth) * unit;
                let (x0, y0, sway) = (rng.unit() * w, rng.unit() * h, rng.unit() * 6.0);
                let x = (x0 + (t * 0.8 + sway).sin() * 18.0 * unit + t * 20.0 * unit).rem_euclid(w);
                let y = (y0 + t * (60.0 + 130.0 * depth) * unit).rem_euclid(h);
                art.emit(disc(x, y, r), clear(hex(0xFFFFFF), 0.45 + 0.4 * depth));
            }
        }
        Weather::Fog => {
            let y = camera.horizon;
            let c = mood.haze;
            art.emit(
                rect(0.0, 0.0, w, h),
                Ink::Linear([0.0, y - h * 0.55, 0.0, y + h * 0.5], vec![(0.0, c, 0.28), (0.5, c, 0.40), (1.0, c, 0.06)]),
            );
        }
        Weather::Clear | Weather::Overcast => {}
    }
}

/// The look of the film: the sun's glare in the lens, contrast, colour, vignette and grain.
/// Made once per picture size.
pub(crate) struct Film {
    curves: [[f32; 256]; 3],
    /// Darkening per column and per row, joined by multiplication.
    columns: Vec<f32>,
    rows: Vec<f32>,
    /// The glare, a Gaussian: part per column and per row, joined by multiplication.
    glare: Option<(Vec<f32>, Vec<f32>, Rgb)>,
    grain: Vec<f32>,
    strength: f32,
}

const GRAIN: usize = 1 << 16;

impl Film {
    pub(crate) fn new(mood: &Mood, camera: &Camera, seed: u64, strength: f32) -> Film {
        let (width, height) = (camera.width as u32, camera.height as u32);
        let curve = |gain: f32| -> [f32; 256] {
            std::array::from_fn(|i| {
                let v = i as f32 / 255.0 * gain;
                let s = v * v * (3.0 - 2.0 * v);
                (v + (s - v) * mood.contrast * 2.2) * 255.0
            })
        };
        let fall = |n: u32| -> Vec<f32> {
            (0..n)
                .map(|i| {
                    let d = (i as f32 + 0.5) / n as f32 * 2.0 - 1.0;
                    1.0 - 0.13 * d.abs().powf(2.6)
                })
                .collect()
        };
        let mut rng = Rng::fork(seed, 90);
        let grain = (0..GRAIN).map(|_| rng.unit() + rng.unit() + rng.unit() - 1.5).collect();
        let shines = mood.weather == Weather::Clear && !mood.stars;
        let glare = mood.sun.filter(|_| shines).map(|(x, y, c)| {
            let r = camera.width.max(camera.height) * 0.26;
            let bell = |n: u32, at: f32| (0..n).map(|i| (-((i as f32 - at) / r).powi(2)).exp()).collect::<Vec<f32>>();
            (bell(width, x * camera.width), bell(height, sun_row(camera, y)), c.map(|v| v * 0.34))
        });
        Film { glare, curves: mood.grade.map(curve), columns: fall(width), rows: fall(height), grain, strength }
    }

    /// Fills `out` with red, green and blue of each pixel, made by `convert` from `0..=255`.
    pub(crate) fn develop<T>(&self, picture: &Pixmap, frame: u64, out: &mut [T], convert: impl Fn(f32) -> T) {
        let width = picture.width() as usize;
        let mut rng = Rng::fork(frame, 91);
        let rows = picture.data().chunks_exact(width * 4).zip(out.chunks_exact_mut(width * 3));
        for (row, (line, to)) in rows.enumerate() {
            let mut at = rng.below(GRAIN);
            let k = self.rows[row];
            for (x, (px, to)) in line.chunks_exact(4).zip(to.chunks_exact_mut(3)).enumerate() {
                let v = k * self.columns[x];
                let g = self.grain[at] * self.strength;
                at = (at + 1) & (GRAIN - 1);
                for c in 0..3 {
                    let mut seen = self.curves[c][px[c] as usize];
                    if let Some((columns, rows, tone)) = &self.glare {
                        seen += (255.0 - seen) * columns[x] * rows[row] * tone[c];
                    }
                    to[c] = convert((seen * v + g).clamp(0.0, 255.0));
                }
            }
        }
    }
}

/// The sun's row; its place in a mood is a part of the sky, not of the picture.
pub(crate) fn sun_row(camera: &Camera, y: f32) -> f32 {
    y * camera.height.min(camera.horizon * 1.9)
}
