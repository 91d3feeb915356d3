//! Sky, clouds and the skyline behind the street.

use super::camera::Camera;
use super::mood::{Mood, Weather};
use crate::draw::{Art, Ink, Light, Rng, clear, dark, disc, flat, halo, hex, mix, oval, pale, poly, rect};

pub(crate) fn sky(art: &mut Art, camera: &Camera, mood: &Mood, seed: u64) {
    let (w, low) = (camera.width, camera.horizon + camera.height * 0.02);
    let mut rng = Rng::fork(seed, 20);
    art.light = Light { tint: [1.0; 3], haze: mood.haze, haze_amount: 0.0 };
    let stops = (0..=8).map(|i| (i as f32 / 8.0, mood.sky_at(i as f32 / 8.0), 1.0)).collect();
    art.fill(rect(0.0, 0.0, w, low), Ink::Linear([0.0, 0.0, 0.0, low], stops));
    if mood.stars {
        for _ in 0..220 {
            let (x, y, r) = (rng.unit() * w, rng.unit().powf(1.4) * low * 0.8, w * rng.range(0.00025, 0.0009));
            art.emit(disc(x, y, r), clear(hex(0xFFFBEA), rng.range(0.3, 1.0)));
        }
    }
    if let Some((sx, sy, c)) = mood.sun {
        let (x, y) = (sx * w, super::weather::sun_row(camera, sy));
        if mood.stars {
            let r = w.min(camera.height) * 0.028;
            art.glow(disc(x, y, r * 7.0), halo(x, y, r * 7.0, hex(0xBFC8F0), 0.55));
            art.emit(disc(x, y, r), flat(c));
            for (dx, dy, k) in [(-0.3, -0.2, 0.22), (0.25, 0.3, 0.16), (0.1, -0.4, 0.12)] {
                art.emit(disc(x + r * dx, y + r * dy, r * k), clear(hex(0xCFCBB4), 0.6));
            }
        } else {
            let r = w.min(camera.height);
            art.glow(disc(x, y, r * 0.75), halo(x, y, r * 0.75, c, 0.75));
            art.glow(disc(x, y, r * 0.22), halo(x, y, r * 0.22, pale(c, 0.3), 0.9));
            if mood.weather == Weather::Clear {
                art.emit(disc(x, y, r * 0.032), flat(pale(c, 0.7)));
            }
        }
    }
    clouds(art, camera, mood, &mut rng);
}

fn puff(art: &mut Art, x: f32, y: f32, r: f32, c: [f32; 3], alpha: f32) {
    art.fill(disc(x, y, r), Ink::Radial([x, y, r], vec![(0.0, c, alpha), (0.4, c, alpha * 0.78), (0.72, c, alpha * 0.26), (1.0, c, 0.0)]));
}

fn clouds(art: &mut Art, camera: &Camera, mood: &Mood, rng: &mut Rng) {
    let (w, low) = (camera.width, camera.horizon);
    if matches!(mood.weather, Weather::Overcast | Weather::Rain | Weather::Snow) {
        for i in 0..60 {
            let depth = i as f32 / 60.0;
            let y = low * (0.02 + 0.75 * (1.0 - depth)) + rng.range(-0.05, 0.05) * low;
            let r = w * rng.range(0.07, 0.17) * (0.45 + 0.55 * depth);
            let c = if rng.chance(0.5) { mood.cloud } else { mood.cloud_shade };
            let x = rng.range(-0.1, 1.1) * w;
            let before = art.tf;
            art.tf = art.tf.pre_translate(x, y).pre_scale(1.0, 0.34);
            puff(art, 0.0, 0.0, r, c, 0.34);
            art.tf = before;
        }
        return;
    }
    let n = (mood.clouds * 11.0) as usize;
    let k = if mood.stars { 0.35 } else { 1.0 };
    for i in 0..n {
        let far = 1.0 - i as f32 / n.max(1) as f32;
        let x = (i as f32 * 0.618 + rng.range(0.0, 0.25)).fract() * w * 1.1 - w * 0.05;
        let y = low * (0.12 + 0.55 * far) + rng.range(-0.06, 0.06) * low;
        let size = w.max(camera.height) * rng.range(0.05, 0.10) * (1.2 - 0.85 * far);
        let humps: [(f32, f32, f32); 3] = std::array::from_fn(|_| (rng.range(-0.75, 0.75), rng.range(0.35, 1.0), rng.range(0.18, 0.40)));
        let profile = |t: f32| {
            humps.iter().map(|(c, a, s)| a * (-((t - c) / s).powi(2)).exp()).fold(0.12, f32::max) * (1.0 - t * t).max(0.0).powf(0.4)
        };
        let spots: Vec<(f32, f32, f32)> = (0..64)
            .map(|_| {
                let t = rng.range(-1.0, 1.0);
                let up = profile(t);
                let r = size * rng.range(0.22, 0.40) * (0.55 + 0.6 * up);
                (x + t * size * 1.5, y - size * 0.85 * up * rng.unit().powf(0.8), r)
            })
            .collect();
        for &(cx, cy, r) in &spots {
            puff(art, cx, cy + r * 0.35, r * 1.15, mood.cloud_shade, 0.40 * k);
        }
        for &(cx, cy, r) in &spots {
            puff(art, cx, cy - r * 0.10, r * 0.95, mood.cloud, 0.55 * k);
        }
        for &(cx, cy, r) in &spots {
            puff(art, cx - r * 0.2, cy - r * 0.40, r * 0.6, pale(mood.cloud, 0.6), 0.40 * k);
        }
    }
}

/// Rows of distant buildings and trees; `z` decides size and haze.
pub(crate) fn skyline(art: &mut Art, camera: &Camera, mood: &Mood, seed: u64) {
    for (row, (z, low, high)) in [(420.0f32, 26.0f32, 78.0f32), (230.0, 16.0, 46.0), (130.0, 9.0, 24.0)].into_iter().enumerate() {
        let mut rng = Rng::fork(seed, 40 + row as u64);
        let light = mood.light(z);
        let base = mix(hex(0x6E7F92), mood.sky_at(0.8), 0.25);
        art.light =
            Light { haze_amount: light.haze_amount.max([0.72, 0.55, 0.38][row]), haze: mix(mood.haze, mood.sky_at(0.9), 0.4), ..light };
        let reach = camera.half_view(z) + 20.0;
        let mut x = camera.x - reach;
        while x < camera.x + reach {
            let (bw, bh) = (rng.range(0.06, 0.16) * z.sqrt() * 8.0, rng.range(low, high) * rng.range(0.6, 1.0));
            let (p, q) = (camera.point(x, bh, z), camera.point(x + bw, -2.0, z));
            let c = mix(base, rng.pick(&[hex(0x7A6F7C), hex(0x5F7488), hex(0x8A7F78)]), 0.5);
            art.fill(rect(p.0, p.1, q.0, q.1), flat(c));
            art.fill(rect(p.0 + (q.0 - p.0) * 0.62, p.1, q.0, q.1), clear(dark(c, 0.4), 0.35));
            match rng.below(5) {
                0 => art.fill(poly(&[(p.0, p.1), (q.0, p.1), ((p.0 + q.0) / 2.0, p.1 - (q.0 - p.0) * 0.45)]), flat(c)),
                1 => art.fill(rect((p.0 + q.0) * 0.5 - 1.0, p.1 - (q.0 - p.0) * 0.8, (p.0 + q.0) * 0.5 + 1.0, p.1), flat(c)),
                2 => art.fill(rect(p.0 + (q.0 - p.0) * 0.2, p.1 - (q.0 - p.0) * 0.15, q.0 - (q.0 - p.0) * 0.3, p.1), flat(dark(c, 0.1))),
                _ => {}
            }
            let (cols, rows) = ((bw / 3.2) as usize, (bh / 3.6) as usize);
            if camera.scale(z) * 1.6 > 1.6 {
                for i in 0..cols {
                    for j in 0..rows {
                        let lit = rng.chance(mood.lit * 0.7);
                        if !lit && rng.chance(0.25) {
                            continue;
                        }
                        let a = camera.point(x + 0.9 + i as f32 * 3.2, bh - 1.4 - j as f32 * 3.6, z);
                        let b = camera.point(x + 2.5 + i as f32 * 3.2, bh - 3.2 - j as f32 * 3.6, z);
                        let pane = rect(a.0, a.1, b.0, b.1);
                        if lit { art.emit(pane, clear(hex(0xFFD68A), 0.8)) } else { art.fill(pane, clear(dark(c, 0.35), 0.45)) }
                    }
                }
            }
            x += bw + rng.range(-1.0, 6.0);
        }
    }
    // Park trees in front of the nearest row.
    let mut rng = Rng::fork(seed, 50);
    let z = 95.0;
    art.light = Light { haze_amount: mood.light(z).haze_amount.max(0.30), ..mood.light(z) };
    let reach = camera.half_view(z) + 10.0;
    let leaf = if mood.snowy() { hex(0xC9D2D8) } else { mix(hex(0x4F7A45), hex(0xB07A38), mood.autumn * 0.8) };
    let n = (reach / 1.6) as usize;
    for _ in 0..n {
        let x = camera.x + rng.range(-reach, reach);
        let (r, up) = (rng.range(2.0, 4.2), rng.range(1.5, 4.5));
        let s = camera.scale(z);
        let p = camera.point(x, up, z);
        let c = mix(leaf, hex(0x2E4A3A), rng.range(0.0, 0.4));
        art.fill(oval(p.0, p.1, r * s, r * s * 0.9), flat(dark(c, 0.2)));
        art.fill(oval(p.0 - r * s * 0.2, p.1 - r * s * 0.25, r * s * 0.7, r * s * 0.55), clear(pale(c, 0.12), 0.8));
    }
    let p = camera.point(0.0, 2.2, z);
    art.fill(rect(0.0, p.1, camera.width, camera.point(0.0, -3.0, z).1), flat(dark(leaf, 0.3)));
}
