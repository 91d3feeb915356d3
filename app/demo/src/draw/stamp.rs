//! The pixels that a part of the picture covers, and soft shadows made from such pixels.

use std::sync::{Arc, OnceLock};

use tiny_skia::{FillRule, Mask, Path, Pixmap, Transform};

use super::Layer;

/// A rectangle of whole pixels: left, top, right, bottom. May reach beyond the picture.
pub(crate) type Area = [i32; 4];

pub(crate) fn meet(a: Area, b: Area) -> Option<Area> {
    let c = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    (c[0] < c[2] && c[1] < c[3]).then_some(c)
}

/// The union of some paths as pixels.
#[derive(Debug)]
pub(crate) struct Stamp {
    pub area: Area,
    /// The paths' exact bounds, which may be larger than `area`.
    pub bounds: [f32; 4],
    /// Row by row over `area`.
    pub cover: Vec<bool>,
    /// Number of covered pixels.
    pub count: usize,
    /// The outline, made when first asked for.
    pub ring: OnceLock<Vec<[f64; 2]>>,
}

pub(crate) fn bounds(paths: &[Path]) -> Option<[f32; 4]> {
    paths.iter().map(Path::bounds).fold(None, |sum: Option<[f32; 4]>, q| {
        Some(match sum {
            None => [q.left(), q.top(), q.right(), q.bottom()],
            Some([l, t, r, b]) => [q.left().min(l), q.top().min(t), q.right().max(r), q.bottom().max(b)],
        })
    })
}

impl Stamp {
    /// `None` when nothing of it lies within `clip`.
    pub(crate) fn new(paths: &[Path], clip: Area) -> Option<Stamp> {
        let bounds = bounds(paths)?;
        let [l, t, r, b] = bounds;
        let area = meet([l.floor() as i32, t.floor() as i32, r.ceil() as i32, b.ceil() as i32], clip)?;
        let mask = fill(paths, area, 1)?;
        let cover: Vec<bool> = mask.data().iter().map(|c| *c >= 128).collect();
        let count = cover.iter().filter(|c| **c).count();
        Some(Stamp { area, bounds, cover, count, ring: OnceLock::new() })
    }

    /// Both together.
    pub(crate) fn union(&self, other: &Stamp, other_dx: i32) -> Stamp {
        let (a, mut b, mut bounds) = (self.area, other.area, other.bounds);
        b = [b[0] + other_dx, b[1], b[2] + other_dx, b[3]];
        bounds = [bounds[0] + other_dx as f32, bounds[1], bounds[2] + other_dx as f32, bounds[3]];
        let area = [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
        let width = (area[2] - area[0]) as usize;
        let mut cover = vec![false; width * (area[3] - area[1]) as usize];
        for (stamp, part) in [(self, a), (other, b)] {
            let w = (part[2] - part[0]) as usize;
            for (y, row) in stamp.cover.chunks_exact(w).enumerate() {
                let start = ((part[1] - area[1]) as usize + y) * width + (part[0] - area[0]) as usize;
                for (to, from) in cover[start..start + w].iter_mut().zip(row) {
                    *to |= from;
                }
            }
        }
        let s = self.bounds;
        let bounds = [s[0].min(bounds[0]), s[1].min(bounds[1]), s[2].max(bounds[2]), s[3].max(bounds[3])];
        let count = cover.iter().filter(|c| **c).count();
        Stamp { area, bounds, cover, count, ring: OnceLock::new() }
    }
}

/// A stamp at a place: moved right by whole pixels.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub label: Option<&'static str>,
    pub object: u32,
    pub stamp: Arc<Stamp>,
    pub dx: i32,
}

/// Turns outlines into stamps.
pub(crate) fn parts(layers: &[Layer], clip: Area) -> Vec<Part> {
    layers
        .iter()
        .filter_map(|l| Stamp::new(&l.paths, clip).map(|s| Part { label: l.label, object: l.object, stamp: Arc::new(s), dx: 0 }))
        .collect()
}

/// Coverage of paths over an area, at one sample for `coarse` x `coarse` pixels.
fn fill(paths: &[Path], area: Area, coarse: i32) -> Option<Mask> {
    let size = |n: i32| u32::try_from((n + coarse - 1) / coarse).ok();
    let mut mask = Mask::new(size(area[2] - area[0])?, size(area[3] - area[1])?)?;
    let k = 1.0 / coarse as f32;
    let tf = Transform::from_row(k, 0.0, 0.0, k, -area[0] as f32 * k, -area[1] as f32 * k);
    for path in paths {
        mask.fill_path(path, FillRule::Winding, true, tf);
    }
    Some(mask)
}

/// A soft shadow, ready to be laid on a picture.
#[derive(Debug)]
pub(crate) struct Shade {
    area: Area,
    coarse: i32,
    width: usize,
    dark: Vec<u8>,
    strength: f32,
}

impl Shade {
    /// `strength` 1 is black; `blur` is a radius in pixels.
    pub(crate) fn new(paths: &[Path], strength: f32, blur: usize, clip: Area) -> Option<Shade> {
        let [l, t, r, b] = bounds(paths)?;
        // What is blurred needs no fine grid.
        let coarse = (blur as i32 / 2).clamp(1, 4);
        let pad = 2 * blur as i32 + coarse;
        let area = meet([l.floor() as i32 - pad, t.floor() as i32 - pad, r.ceil() as i32 + pad, b.ceil() as i32 + pad], clip)?;
        let mask = fill(paths, area, coarse)?;
        let (width, height) = (mask.width() as usize, mask.height() as usize);
        let mut dark = mask.take();
        let radius = (blur / coarse as usize).max(1);
        for _ in 0..2 {
            box_blur(&mut dark, width, height, radius);
        }
        Some(Shade { area, coarse, width, dark, strength })
    }

    pub(crate) fn put(&self, picture: &mut Pixmap, dx: i32) {
        let (w, h) = (picture.width() as i32, picture.height() as i32);
        let here = [self.area[0] + dx, self.area[1], self.area[2] + dx, self.area[3]];
        let Some(seen) = meet(here, [0, 0, w, h]) else { return };
        let data = picture.data_mut();
        for y in seen[1]..seen[3] {
            let row = ((y - here[1]) / self.coarse) as usize * self.width;
            let line = ((y * w + seen[0]) * 4) as usize;
            let n = ((seen[2] - seen[0]) * 4) as usize;
            for (x, px) in (seen[0] - here[0]..).zip(data[line..line + n].chunks_exact_mut(4)) {
                let dark = self.dark[row + (x / self.coarse) as usize];
                if dark == 0 {
                    continue;
                }
                let k = 256 - (f32::from(dark) * self.strength) as u32;
                // Shadows in the open are a little blue.
                px[0] = ((u32::from(px[0]) * k) >> 8) as u8;
                px[1] = ((u32::from(px[1]) * (k + 2).min(256)) >> 8) as u8;
                px[2] = ((u32::from(px[2]) * (k + (256 - k) / 7).min(256)) >> 8) as u8;
            }
        }
    }
}

fn box_blur(data: &mut [u8], w: usize, h: usize, r: usize) {
    let mut line = Vec::new();
    let mut pass = |data: &mut [u8], start: usize, step: usize, n: usize| {
        line.clear();
        line.extend((0..n).map(|i| data[start + i * step]));
        let span = 2 * r + 1;
        let mut sum: usize = line.iter().take(r).map(|v| usize::from(*v)).sum();
        for i in 0..n {
            if i + r < n {
                sum += usize::from(line[i + r]);
            }
            if i > r {
                sum -= usize::from(line[i - r - 1]);
            }
            data[start + i * step] = (sum / span) as u8;
        }
    };
    for y in 0..h {
        pass(data, y * w, 1, w);
    }
    for x in 0..w {
        pass(data, x, w, h);
    }
}
