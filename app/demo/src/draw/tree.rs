//! Trees and shrubs: a trunk and a crown of leaf clusters in three tones.

use super::{Art, Rgb, Rng, across, clear, dark, flat, hex, limb, mix, oval, pale, smooth};

/// One tree's looks; the same seed gives the same tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tree {
    pub seed: u64,
    pub height: f32,
    pub crown: f32,
    pub leaf: Rgb,
    /// Bare branches, white when it snows.
    pub bare: bool,
    pub snow: bool,
}

pub(crate) fn leaf_colour(rng: &mut Rng, autumn: f32) -> Rgb {
    let green = rng.pick(&[hex(0x5E8C3A), hex(0x4B7F41), hex(0x76983F), hex(0x3F7448)]);
    let gold = rng.pick(&[hex(0xD98A2B), hex(0xC65B27), hex(0xE0B040), hex(0xB8432C), hex(0xA88A3A)]);
    mix(green, gold, autumn)
}

pub(crate) fn draw(art: &mut Art, t: &Tree) {
    let mut rng = Rng::fork(t.seed, 7);
    let bark = hex(0x5D4A3C);
    let h = t.height;
    let fork = -h * 0.42;
    let trunk = smooth(&[(-0.17, 0.0), (-0.11, -0.5), (-0.09, fork), (0.0, fork - 0.4), (0.09, fork), (0.10, -0.5), (0.19, 0.0)]);
    let bark_ink = across(-0.15, 0.15, &[(0.0, dark(bark, 0.45)), (0.4, pale(bark, 0.14)), (1.0, dark(bark, 0.35))]);
    art.body(trunk, bark_ink);
    let centre = (0.0, -h + t.crown * 0.85);
    let limbs = if t.bare { 11 } else { 6 };
    for i in 0..limbs {
        let a = -2.75 + 2.36 * (i as f32 + rng.range(0.2, 0.8)) / limbs as f32;
        let reach = t.crown * rng.range(0.65, 0.98);
        let base = (0.0, fork - 0.2 - 0.1 * (i % 3) as f32);
        let tip = (centre.0 + reach * a.cos(), centre.1 + reach * 0.85 * a.sin() + 0.2);
        let mid = ((base.0 + tip.0) * 0.5 + rng.range(-0.15, 0.15), (base.1 + tip.1) * 0.5 - 0.15);
        art.body(limb(base, 0.065, mid, 0.04), flat(dark(bark, 0.15)));
        art.body(limb(mid, 0.04, tip, 0.012), flat(dark(bark, 0.1)));
        if t.bare {
            for _ in 0..5 {
                let k = rng.range(0.15, 0.95);
                let from = (mid.0 + (tip.0 - mid.0) * k, mid.1 + (tip.1 - mid.1) * k);
                let b = a + rng.range(-0.9, 0.9);
                let r = rng.range(0.3, 0.7);
                let to = (from.0 + r * b.cos(), from.1 + r * b.sin() - 0.1);
                art.body(limb(from, 0.016, to, 0.006), flat(dark(bark, 0.05)));
                if t.snow {
                    art.fill(limb((from.0, from.1 - 0.02), 0.012, (to.0, to.1 - 0.015), 0.008), clear(hex(0xF6F9FC), 0.9));
                }
            }
            if t.snow {
                art.fill(limb((mid.0, mid.1 - 0.035), 0.022, (tip.0, tip.1 - 0.012), 0.010), flat(hex(0xF6F9FC)));
            }
        }
    }
    if t.bare {
        return;
    }
    // Big lobes make the outline; clusters of leaves make the tone.
    let mut lobes = Vec::new();
    for i in 0..11 {
        let a = i as f32 * 0.571 * std::f32::consts::PI + rng.range(-0.2, 0.2);
        let d = t.crown * if i == 0 { 0.0 } else { rng.range(0.42, 0.68) };
        lobes.push((centre.0 + d * a.cos(), centre.1 + d * a.sin() * 0.82, t.crown * rng.range(0.38, 0.50)));
    }
    for &(x, y, r) in &lobes {
        art.body(blob(&mut rng, x, y, r), flat(dark(t.leaf, 0.42)));
    }
    // Leaves keep their size in pixels: a nearer tree has more, not larger ones.
    let detail = (art.scale() * t.crown / 90.0).clamp(0.35, 4.0);
    let (count, fine) = ((190.0 * detail) as usize, detail.max(1.0).sqrt());
    for (tone, shift, n, size) in
        [(0.24f32, 0.10f32, count, 0.15f32), (0.0, 0.0, count, 0.12), (-0.16, -0.16, count * 2 / 3, 0.095), (-0.34, -0.26, count / 4, 0.06)]
    {
        for _ in 0..n {
            let (lx, ly, lr) = rng.pick(&lobes);
            let a = rng.range(0.0, std::f32::consts::TAU);
            let d = lr * rng.unit().sqrt() * 0.92;
            let x = lx + d * a.cos() + shift * lr * 0.7;
            let y = ly + d * a.sin() * 0.92 + shift * lr * 0.8;
            let r = t.crown * size / fine * rng.range(0.6, 1.25);
            let base = mix(t.leaf, hex(0xE8D060), rng.range(0.0, 0.10));
            let c = if tone >= 0.0 { dark(base, tone + rng.range(-0.05, 0.05).max(0.0)) } else { mix(base, hex(0xF2EFA0), -tone) };
            art.fill(oval(x, y, r, r * rng.range(0.55, 0.8)), clear(c, 0.80));
        }
    }
    if t.snow {
        for &(x, y, r) in &lobes {
            art.fill(oval(x, y - r * 0.5, r * 0.7, r * 0.35), clear(hex(0xF4F8FC), 0.85));
        }
    }
}

/// A wavy disc.
fn blob(rng: &mut Rng, x: f32, y: f32, r: f32) -> Option<tiny_skia::Path> {
    let n = 14;
    let points: Vec<(f32, f32)> = (0..n)
        .map(|i| {
            let a = i as f32 * std::f32::consts::TAU / n as f32;
            let k = r * rng.range(0.86, 1.10);
            (x + k * a.cos(), y + k * a.sin() * 0.92)
        })
        .collect();
    smooth(&points)
}

/// A planter with a shrub.
pub(crate) fn planter(art: &mut Art, seed: u64, leaf: Rgb, snow: bool) {
    let mut rng = Rng::fork(seed, 9);
    for _ in 0..9 {
        let (x, y, r) = (rng.range(-0.38, 0.38), rng.range(-0.95, -0.60), rng.range(0.16, 0.28));
        art.body(blob(&mut rng, x, y, r), flat(dark(leaf, 0.3)));
    }
    for _ in 0..70 {
        let c = mix(leaf, hex(0xF2EFA0), rng.range(0.0, 0.3));
        art.fill(oval(rng.range(-0.48, 0.48), rng.range(-1.08, -0.58), 0.06, 0.04), clear(c, 0.85));
    }
    for _ in 0..9 {
        let c = rng.pick(&[hex(0xE8556B), hex(0xF5C04A), hex(0xF4EEF0)]);
        art.fill(oval(rng.range(-0.42, 0.42), rng.range(-1.0, -0.6), 0.035, 0.035), flat(if snow { hex(0xF6F9FC) } else { c }));
    }
    let pot = hex(0x7A7C80);
    art.body(
        super::svg("M -0.52 -0.55 L 0.52 -0.55 L 0.46 0 L -0.46 0 Z"),
        across(-0.5, 0.5, &[(0.0, dark(pot, 0.3)), (0.35, pale(pot, 0.2)), (1.0, dark(pot, 0.3))]),
    );
    art.body(super::pill(-0.56, -0.60, 0.56, -0.50, 0.03), flat(pale(pot, 0.1)));
}
