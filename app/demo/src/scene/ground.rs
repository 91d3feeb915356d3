//! Road, kerbs, pavements and marks, in perspective.

use tiny_skia::Pixmap;

use super::Layout;
use super::camera::{Camera, NEAR};
use super::mood::Mood;
use crate::draw::{Art, Ink, Rgb, Rng, clear, dark, flat, hex, mix, oval, pale, poly, rect};

/// Kerbs and the house line of the street that runs across the picture, metres from the camera.
pub(crate) const NEAR_KERB: f32 = 11.6;
pub(crate) const FAR_KERB: f32 = 21.6;
pub(crate) const HOUSES: f32 = 26.4;
/// Half widths of the street that runs away from the camera.
pub(crate) const ROAD_HALF: f32 = 5.6;
pub(crate) const WALK_HALF: f32 = 9.6;
const FAR: f32 = 240.0;

struct Tones {
    road: Rgb,
    walk: Rgb,
    kerb: Rgb,
    paint: Rgb,
}

fn tones(mood: &Mood) -> Tones {
    if mood.snowy() {
        return Tones { road: hex(0x9DA4AB), walk: hex(0xE6EBF0), kerb: hex(0xF2F5F8), paint: hex(0xD5DADE) };
    }
    let wet = if mood.wet > 0.0 { 0.34 } else { 0.0 };
    Tones {
        road: dark(hex(0x5F6266), wet),
        walk: dark(hex(0xB8B0A4), wet * 0.8),
        kerb: dark(hex(0xCBC7BF), wet * 0.6),
        paint: hex(0xEDEBE2),
    }
}

/// A ground strip filled with haze towards the distance.
fn strip(art: &mut Art, camera: &Camera, mood: &Mood, (x0, z0, x1, z1): (f32, f32, f32, f32), c: Rgb) {
    let (near, far) = (camera.point(0.0, 0.0, z0).1, camera.point(0.0, 0.0, z1).1);
    let stops = (0..=5)
        .map(|i| {
            let t = i as f32 / 5.0;
            // Row between near and far, back to a distance.
            let row = near + (far - near) * t;
            let z = camera.focal * camera.eye / (row - camera.horizon).max(1e-3);
            let light = mood.light(z);
            (t, light.tone(c), 1.0)
        })
        .collect();
    art.emit(camera.ground(x0, z0, x1, z1), Ink::Linear([0.0, near, 0.0, far], stops));
}

fn mark(art: &mut Art, camera: &Camera, mood: &Mood, (x0, z0, x1, z1): (f32, f32, f32, f32), c: Rgb, a: f32) {
    art.light = mood.light((z0 + z1) / 2.0);
    art.light.haze_amount = art.light.haze_amount.min(0.97);
    art.fill(camera.ground(x0, z0.max(NEAR), x1, z1), clear(c, a));
}

/// A flat oval on the ground.
fn patch(art: &mut Art, camera: &Camera, mood: &Mood, (x, z, rx, rz): (f32, f32, f32, f32), c: Rgb, a: f32) {
    art.light = mood.light(z);
    let p = camera.point(x, 0.0, z);
    let s = camera.scale(z);
    let up = (camera.point(x, 0.0, z - rz).1 - camera.point(x, 0.0, z + rz).1) / 2.0;
    art.fill(oval(p.0, p.1, rx * s, up.abs().max(0.3)), clear(c, a));
}

fn paving(art: &mut Art, camera: &Camera, mood: &Mood, (x0, z0, x1, z1): (f32, f32, f32, f32), step: (f32, f32), seed: u64) {
    if mood.snowy() {
        return;
    }
    let mut rng = Rng::fork(seed, 61);
    let cols = ((x1 - x0) / step.0) as i32;
    let rows = ((z1 - z0) / step.1) as i32;
    for i in 0..cols {
        for j in 0..rows {
            if !rng.chance(0.38) {
                continue;
            }
            let (x, z) = (x0 + i as f32 * step.0, z0 + j as f32 * step.1);
            if z < NEAR || camera.scale(z) * step.1 * camera.eye / z < 0.7 {
                continue;
            }
            let (c, a) = if rng.chance(0.5) { (hex(0xFFFFFF), 0.08) } else { (hex(0x14100C), 0.07) };
            mark(art, camera, mood, (x, z, x + step.0, z + step.1), c, a);
        }
    }
    for j in 0..=rows {
        let z = z0 + j as f32 * step.1;
        if z > NEAR && camera.scale(z) * 0.025 * camera.eye / z > 0.12 {
            mark(art, camera, mood, (x0, z, x1, z + 0.025), hex(0x000000), 0.20);
        }
    }
    for i in 0..=cols {
        let x = x0 + i as f32 * step.0;
        mark(art, camera, mood, (x, z0, x + 0.022, z1.min(60.0)), hex(0x000000), 0.17);
    }
}

fn speckle(art: &mut Art, camera: &Camera, mood: &Mood, (x0, z0, x1, z1): (f32, f32, f32, f32), n: usize, seed: u64) {
    let mut rng = Rng::fork(seed, 62);
    for _ in 0..n {
        // Nearer spots are more: they are what one sees.
        let z = z0 * (z1 / z0).powf(rng.unit());
        let x = rng.range(x0, x1);
        let (c, a) = if rng.chance(0.5) { (hex(0xFFFFFF), 0.07) } else { (hex(0x000000), 0.09) };
        patch(art, camera, mood, (x, z, rng.range(0.005, 0.022), rng.range(0.006, 0.03)), c, a);
    }
    for _ in 0..7 {
        // Repairs and cracks.
        let z = z0 * (z1 / z0).powf(rng.unit());
        let x = rng.range(x0, x1);
        if rng.chance(0.5) {
            mark(art, camera, mood, (x, z, x + rng.range(0.6, 2.6), z + rng.range(0.4, 1.2)), hex(0x0A0A10), 0.10);
        } else {
            let mut p = (x, z);
            for _ in 0..7 {
                let q = (p.0 + rng.range(-0.1, 0.35), p.1 + rng.range(-0.12, 0.2));
                let (a, b) = (camera.point(p.0, 0.0, p.1.max(NEAR)), camera.point(q.0, 0.0, q.1.max(NEAR)));
                art.line(poly(&[a, b]), camera.scale(p.1) * 0.012, clear(hex(0x0A0A10), 0.35));
                p = q;
            }
        }
    }
}

pub(crate) fn draw(art: &mut Art, camera: &Camera, mood: &Mood, layout: &Layout, seed: u64) {
    let bottom = camera.height;
    let nearest = (camera.focal * camera.eye / (bottom - camera.horizon).max(1.0) * 0.94).max(NEAR);
    match *layout {
        Layout::Across { crossing, gap } => across(art, camera, mood, crossing, gap, nearest, seed),
        Layout::Along => along(art, camera, mood, nearest, seed),
    }
}

fn across(art: &mut Art, camera: &Camera, mood: &Mood, crossing: f32, gap: Option<f32>, nearest: f32, seed: u64) {
    let t = tones(mood);
    let wide = camera.half_view(FAR_KERB + 8.0) + 4.0;
    let (x0, x1) = (camera.x - wide, camera.x + wide);
    if let Some(g) = gap {
        strip(art, camera, mood, (g - 7.0, HOUSES - 0.2, g + 7.0, 110.0), t.walk);
        strip(art, camera, mood, (g - 3.6, FAR_KERB - 0.1, g + 3.6, FAR), t.road);
        for i in 0..14 {
            let z = HOUSES + 3.0 + i as f32 * 5.0;
            mark(art, camera, mood, (g - 0.06, z, g + 0.06, z + 2.2), t.paint, 0.8);
        }
        for s in [-3.7, 3.55] {
            mark(art, camera, mood, (g + s, HOUSES, g + s + 0.16, 110.0), t.kerb, 0.9);
        }
    }
    strip(art, camera, mood, (x0, NEAR_KERB, x1, FAR_KERB), t.road);
    // Worn wheel tracks along the lanes.
    for lane in [13.5f32, 17.0] {
        for d in [-0.75, 0.75] {
            mark(
                art,
                camera,
                mood,
                (x0, lane + d - 0.22, x1, lane + d + 0.22),
                if mood.snowy() { hex(0x5E646A) } else { hex(0x0A0A10) },
                if mood.snowy() { 0.55 } else { 0.09 },
            );
        }
    }
    speckle(art, camera, mood, (x0, NEAR_KERB, x1, FAR_KERB), 1500, seed);
    // Far pavement with the corner left open where the side street joins.
    let walk = |art: &mut Art, a: f32, b: f32| {
        strip(art, camera, mood, (a, FAR_KERB, b, HOUSES + 0.05), t.walk);
        paving(art, camera, mood, (a, FAR_KERB + 0.25, b, HOUSES), (0.9, 0.75), seed);
        let (p, q) = (camera.point(a, 0.0, FAR_KERB), camera.point(b, 0.0, FAR_KERB));
        let h = camera.scale(FAR_KERB) * 0.13;
        art.light = mood.light(FAR_KERB);
        art.fill(rect(p.0, p.1, q.0, q.1 + h), flat(dark(t.kerb, 0.35)));
        mark(art, camera, mood, (a, FAR_KERB, b, FAR_KERB + 0.22), t.kerb, 1.0);
        art.fill(rect(p.0, p.1 + h, q.0, p.1 + h * 2.2), clear(hex(0x000000), 0.20));
    };
    match gap {
        Some(g) => {
            walk(art, x0, g - 3.6);
            walk(art, g + 3.6, x1);
        }
        None => walk(art, x0, x1),
    }
    // Lane marks.
    let mid = 15.25;
    let mut x = (x0 / 5.0).floor() * 5.0;
    while x < x1 {
        if (x - crossing).abs() > 3.6 && (x + 2.4 - crossing).abs() > 3.6 {
            mark(art, camera, mood, (x, mid - 0.07, x + 2.4, mid + 0.07), t.paint, 0.85);
        }
        x += 5.0;
    }
    mark(art, camera, mood, (x0, 19.0, x1, 19.08), t.paint, 0.55);
    // Zebra: bars along the traffic.
    let mut z = NEAR_KERB + 0.35;
    while z + 0.5 < FAR_KERB {
        mark(art, camera, mood, (crossing - 1.9, z, crossing + 1.9, z + 0.52), t.paint, 0.92);
        mark(art, camera, mood, (crossing - 1.5, z + 0.1, crossing - 0.2, z + 0.4), t.road, 0.14);
        z += 1.04;
    }
    for (stop, a, b) in [(crossing - 3.0, NEAR_KERB + 0.3, mid - 0.2), (crossing + 2.7, mid + 0.2, 18.9)] {
        mark(art, camera, mood, (stop, a, stop + 0.35, b), t.paint, 0.85);
    }
    // Near pavement.
    strip(
        art,
        camera,
        mood,
        (camera.x - camera.half_view(NEAR_KERB) - 1.0, nearest, camera.x + camera.half_view(NEAR_KERB) + 1.0, NEAR_KERB),
        t.walk,
    );
    paving(
        art,
        camera,
        mood,
        (x0.max(camera.x - 14.0), NEAR_KERB - 0.3 - 6.0 * 0.75, camera.x + 14.0, NEAR_KERB - 0.25),
        (0.9, 0.75),
        seed ^ 5,
    );
    mark(art, camera, mood, (x0, NEAR_KERB - 0.25, x1, NEAR_KERB), t.kerb, 1.0);
    mark(art, camera, mood, (x0, NEAR_KERB, x1, NEAR_KERB + 0.12), hex(0x000000), 0.30);
    // Lids and drains.
    for (x, z, r) in [(crossing - 5.2, 14.2, 0.34), (crossing + 6.4, 17.3, 0.34)] {
        patch(art, camera, mood, (x, z, r, r), hex(0x2C2E31), 0.9);
        patch(art, camera, mood, (x, z, r * 0.85, r * 0.85), hex(0x44474B), 0.9);
        patch(art, camera, mood, (x, z, r * 0.55, r * 0.55), hex(0x303236), 0.9);
    }
    mark(art, camera, mood, (crossing + 4.0, FAR_KERB - 0.38, crossing + 4.7, FAR_KERB - 0.06), hex(0x1B1C1F), 0.9);
    puddles(art, camera, mood, (camera.x - 9.0, NEAR_KERB, camera.x + 9.0, FAR_KERB - 0.5), seed);
}

fn along(art: &mut Art, camera: &Camera, mood: &Mood, nearest: f32, seed: u64) {
    let t = tones(mood);
    strip(art, camera, mood, (-WALK_HALF - 0.4, nearest, WALK_HALF + 0.4, FAR), t.walk);
    for (a, b) in [(-WALK_HALF, -ROAD_HALF - 0.2), (ROAD_HALF + 0.2, WALK_HALF)] {
        paving(art, camera, mood, (a, nearest.floor(), b, 46.0), (0.95, 1.1), seed);
    }
    strip(art, camera, mood, (-ROAD_HALF, nearest, ROAD_HALF, FAR), t.road);
    for lane in [-1.7f32, 1.7] {
        for d in [-0.75, 0.75] {
            mark(
                art,
                camera,
                mood,
                (lane + d - 0.2, nearest, lane + d + 0.2, 120.0),
                if mood.snowy() { hex(0x5E646A) } else { hex(0x0A0A10) },
                if mood.snowy() { 0.5 } else { 0.08 },
            );
        }
    }
    speckle(art, camera, mood, (-ROAD_HALF, nearest, ROAD_HALF, 60.0), 1700, seed);
    let (z0, z1) = ZEBRA;
    let mut z = nearest.floor();
    while z < 150.0 {
        if z + 2.6 < z0 - 1.5 || z > z1 + 1.5 {
            mark(art, camera, mood, (-0.07, z, 0.07, z + 2.6), t.paint, 0.85);
        }
        z += 6.0;
    }
    for x in [-3.45f32, 3.37] {
        for (a, b) in [(nearest, z0 - 2.0), (z1 + 2.0, 140.0)] {
            if b > a {
                mark(art, camera, mood, (x, a, x + 0.09, b), t.paint, 0.55);
            }
        }
    }
    let mut x = -ROAD_HALF + 0.45;
    while x + 0.5 < ROAD_HALF {
        mark(art, camera, mood, (x, z0, x + 0.52, z1), t.paint, 0.92);
        mark(art, camera, mood, (x + 0.1, z0 + 0.6, x + 0.4, z0 + 1.7), t.road, 0.14);
        x += 1.06;
    }
    mark(art, camera, mood, (0.2, z0 - 1.3, ROAD_HALF - 2.3, z0 - 0.9), t.paint, 0.85);
    mark(art, camera, mood, (-ROAD_HALF + 2.3, z1 + 0.9, -0.2, z1 + 1.3), t.paint, 0.85);
    for s in [-1.0f32, 1.0] {
        let (a, b) = (s * ROAD_HALF, s * (ROAD_HALF + 0.2));
        mark(art, camera, mood, (a.min(b), nearest, a.max(b), 140.0), t.kerb, 1.0);
        let (p, q) = (s * ROAD_HALF, s * (ROAD_HALF - 0.16));
        mark(art, camera, mood, (p.min(q), nearest, p.max(q), 120.0), hex(0x000000), 0.28);
    }
    for (x, z) in [(-0.9f32, 8.0f32), (2.3, 17.0), (-2.6, 26.0)] {
        patch(art, camera, mood, (x, z, 0.34, 0.34), hex(0x2C2E31), 0.9);
        patch(art, camera, mood, (x, z, 0.28, 0.28), hex(0x44474B), 0.9);
    }
    puddles(art, camera, mood, (-ROAD_HALF, nearest + 1.0, ROAD_HALF, 30.0), seed);
}

/// Where people cross the street that runs away, metres from the camera.
pub(crate) const ZEBRA: (f32, f32) = (11.0, 14.2);

fn puddles(art: &mut Art, camera: &Camera, mood: &Mood, (x0, z0, x1, z1): (f32, f32, f32, f32), seed: u64) {
    if mood.wet <= 0.0 {
        return;
    }
    let mut rng = Rng::fork(seed, 64);
    for _ in 0..9 {
        let z = z0 * (z1 / z0).powf(rng.unit());
        let x = rng.range(x0, x1);
        let c = pale(mix(mood.sky_at(0.7), mood.sky_at(1.0), rng.unit()), 0.1);
        let r = rng.range(0.5, 1.5);
        art.light = mood.light(z);
        for (k, a) in [(1.0, 0.16), (0.8, 0.18)] {
            let p = camera.point(x, 0.0, z);
            let s = camera.scale(z);
            let up = r * k * 0.5 * camera.eye / z;
            art.emit(oval(p.0, p.1, r * k * s, up * s), clear(c, a));
            art.emit(oval(p.0 + r * s * 0.5, p.1 + up * s * 0.4, r * k * 0.7 * s, up * s * 0.7), clear(c, a));
        }
    }
    for _ in 0..90 {
        let z = z0 * (z1 / z0).powf(rng.unit());
        let (p, s) = (camera.point(rng.range(x0 - 3.0, x1 + 3.0), 0.0, z), camera.scale(z));
        let r = rng.range(0.05, 0.16);
        art.line(oval(p.0, p.1, r * s, r * s * camera.eye / z), s * 0.010, clear(hex(0xFFFFFF), 0.22));
    }
}

/// Mirrors what stands above the line `row` into the wet ground below it, broken up a
/// little by the rough surface.
pub(crate) fn mirror(out: &mut Pixmap, row: f32, strength: f32) {
    let (w, h) = (out.width() as usize, out.height() as usize);
    let row = row.max(1.0) as usize;
    if row >= h || strength <= 0.0 {
        return;
    }
    let data = out.data_mut();
    let (above, below) = data.split_at_mut(row * w * 4);
    for y in 0..h - row {
        let depth = y as f32 / (h - row) as f32;
        let alpha = strength * (0.62 - 0.30 * depth);
        let a = (alpha * 256.0) as u32;
        let wobble = ((y as f32 * 0.9).sin() * 1.5 + (y as f32 * 0.37).sin() * 2.5) * (w as f32 / 1600.0);
        let rows: Vec<usize> = [0.85f32, 1.1, 1.4, 1.75].iter().map(|k| (row as f32 - 1.0 - y as f32 * k).max(0.0) as usize).collect();
        for x in 0..w {
            let sx = (x as f32 + wobble).clamp(0.0, w as f32 - 1.0) as usize;
            let at = (y * w + x) * 4;
            for c in 0..3 {
                let sum: u32 = rows.iter().map(|r| u32::from(above[(r * w + sx) * 4 + c])).sum();
                let mirrored = sum / 4;
                let old = u32::from(below[at + c]);
                below[at + c] = ((old * (256 - a) + mirrored * a) >> 8) as u8;
            }
        }
    }
}
