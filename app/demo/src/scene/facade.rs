//! Houses: one facade on a wall plane, frontal or receding.

use tiny_skia::Path;

use super::camera::{Camera, Wall};
use super::mood::Mood;
use crate::draw::{Art, Ink, Rgb, Rng, clear, dark, flat, hex, mix, pale, poly, smooth};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
    Shop,
    Cafe,
    Home,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Roof {
    Parapet,
    Mansard,
    Gable,
}

/// One house.
#[derive(Clone, Debug)]
pub(crate) struct House {
    seed: u64,
    pub width: f32,
    floors: usize,
    storey: f32,
    base: f32,
    wall: Rgb,
    trim: Rgb,
    accent: Rgb,
    ground: Ground,
    roof: Roof,
    brick: bool,
    balcony: bool,
    shutters: bool,
}

const WALLS: [Rgb; 12] = [
    hex(0xD9C3A0),
    hex(0xC98F6B),
    hex(0xB5533C),
    hex(0xE5D9C3),
    hex(0x9FB0B5),
    hex(0xC7B299),
    hex(0xA86A50),
    hex(0xDDB98A),
    hex(0x8FA08C),
    hex(0xCBB8B0),
    hex(0xB98A78),
    hex(0xE3CBA8),
];
const ACCENTS: [Rgb; 9] =
    [hex(0xB23A34), hex(0x1F5C57), hex(0x28456E), hex(0xD98A2E), hex(0x7A3552), hex(0x3B6B3C), hex(0x23282E), hex(0xC25B7A), hex(0x4A7FA5)];

impl House {
    pub(crate) fn random(rng: &mut Rng) -> House {
        let wall = rng.pick(&WALLS);
        let brick = wall[0] > wall[2] * 1.7 || rng.chance(0.2);
        House {
            seed: rng.next(),
            width: rng.range(6.8, 11.5),
            floors: rng.pick(&[1, 2, 2, 2, 3]),
            storey: rng.range(2.9, 3.4),
            base: rng.range(3.6, 4.1),
            wall,
            trim: if rng.chance(0.7) { pale(wall, 0.62) } else { dark(wall, 0.35) },
            accent: rng.pick(&ACCENTS),
            ground: rng.pick(&[Ground::Shop, Ground::Shop, Ground::Cafe, Ground::Home]),
            roof: rng.pick(&[Roof::Parapet, Roof::Mansard, Roof::Gable, Roof::Parapet, Roof::Mansard]),
            brick,
            balcony: rng.chance(0.4),
            shutters: rng.chance(0.3),
        }
    }
}

/// A facade in the making: the wall's own metres to pixels.
struct Face<'a, 'b, 'c> {
    art: &'a mut Art<'b>,
    camera: &'c Camera,
    wall: Wall,
    /// Sunlit or in shade: multiplied with colours.
    shade: f32,
}

impl Face<'_, '_, '_> {
    fn quad(&self, u0: f32, v0: f32, u1: f32, v1: f32) -> Option<Path> {
        self.wall.quad(self.camera, u0, v0, u1, v1)
    }

    fn tone(&self, c: Rgb) -> Rgb {
        dark(c, self.shade)
    }

    fn rect(&mut self, u0: f32, v0: f32, u1: f32, v1: f32, c: Rgb) {
        let (path, c) = (self.quad(u0, v0, u1, v1), self.tone(c));
        self.art.fill(path, flat(c));
    }

    fn tint(&mut self, u0: f32, v0: f32, u1: f32, v1: f32, c: Rgb, a: f32) {
        let path = self.quad(u0, v0, u1, v1);
        self.art.fill(path, clear(c, a));
    }

    /// From the top colour down to the bottom colour.
    fn fade(&mut self, u0: f32, v0: f32, u1: f32, v1: f32, top: (Rgb, f32), bottom: (Rgb, f32)) {
        let (a, b) = (self.wall.at(self.camera, (u0 + u1) / 2.0, v1, 0.0), self.wall.at(self.camera, (u0 + u1) / 2.0, v0, 0.0));
        let path = self.quad(u0, v0, u1, v1);
        self.art.fill(path, Ink::Linear([a.0, a.1, a.0, b.1], vec![(0.0, top.0, top.1), (1.0, bottom.0, bottom.1)]));
    }

    fn shape(&mut self, points: &[(f32, f32, f32)], c: Rgb, alpha: f32) {
        let points: Vec<(f32, f32)> = points.iter().map(|p| self.wall.at(self.camera, p.0, p.1, p.2)).collect();
        let c = self.tone(c);
        self.art.fill(poly(&points), clear(c, alpha));
    }

    /// A ledge that stands out: top, front and the shadow beneath.
    fn ledge(&mut self, (u0, u1): (f32, f32), v: f32, (thick, out): (f32, f32), c: Rgb, snow: bool) {
        self.tint(u0, v - thick - out * 1.1, u1, v - thick, hex(0x0A0A14), 0.20);
        self.shape(&[(u0, v, 0.0), (u1, v, 0.0), (u1, v, out), (u0, v, out)], if snow { hex(0xF4F8FC) } else { pale(c, 0.25) }, 1.0);
        self.shape(&[(u0, v - thick, out), (u1, v - thick, out), (u1, v, out), (u0, v, out)], c, 1.0);
        if snow {
            self.shape(&[(u0, v - 0.02, out), (u1, v - 0.02, out), (u1, v + 0.09, out), (u0, v + 0.09, out)], hex(0xF6FAFD), 1.0);
        }
    }

    fn px(&self, metres: f32) -> f32 {
        let (a, b) = (self.wall.at(self.camera, 0.0, 0.0, 0.0), self.wall.at(self.camera, 0.0, metres, 0.0));
        (a.1 - b.1).abs()
    }
}

/// Draws a house; `shade` darkens a wall that the sun does not reach.
pub(crate) fn house(art: &mut Art, camera: &Camera, wall: Wall, shade: f32, h: &House, mood: &Mood) {
    let mut rng = Rng::fork(h.seed, 1);
    let receding = matches!(wall, Wall::Side { .. });
    let top = h.base + h.floors as f32 * h.storey;
    let w = h.width;
    let mut f = Face { art, camera, wall, shade };
    if receding {
        // The end wall above a lower neighbour, and the loft's end.
        f.shape(&[(0.0, 0.0, 0.0), (0.0, top, 0.0), (0.0, top, -9.0), (0.0, 0.0, -9.0)], dark(mix(h.wall, hex(0x8A8078), 0.35), 0.16), 1.0);
        if h.roof == Roof::Mansard {
            f.shape(&[(0.0, top, 0.0), (0.55, top + 2.0, -0.6), (0.55, top + 2.0, -9.0), (0.0, top, -9.0)], hex(0x4A5058), 1.0);
        }
    }
    roof(&mut f, h, top, mood, receding, &mut rng);
    f.fade(0.0, 0.0, w, top, (f.tone(pale(h.wall, 0.06)), 1.0), (f.tone(dark(h.wall, 0.10)), 1.0));
    texture(&mut f, h, top, &mut rng);
    // Corner stones, or plain edges in shade.
    f.tint(0.0, 0.0, 0.10, top, hex(0xFFFFFF), 0.10);
    f.tint(w - 0.22, 0.0, w, top, hex(0x05050C), 0.16);

    let columns = ((w - 1.0) / 2.15).floor().max(2.0) as usize;
    let pitch = w / columns as f32;
    let (ww, wh) = (pitch.min(2.2) * 0.46, h.storey * 0.56);
    for floor in 0..h.floors {
        let sill = h.base + floor as f32 * h.storey + h.storey * 0.26;
        for column in 0..columns {
            let u = pitch * (column as f32 + 0.5) - ww / 2.0;
            let door = h.balcony && floor > 0 && column % 2 == (h.seed % 2) as usize;
            window(&mut f, h, mood, &mut rng, (u, if door { sill - h.storey * 0.2 } else { sill }, u + ww, sill + wh), door);
        }
        if floor == 0 || h.roof == Roof::Parapet {
            let v = h.base + floor as f32 * h.storey;
            f.ledge((0.0, w), v + 0.08, (0.14, 0.10), mix(h.trim, h.wall, 0.3), mood.snowy());
        }
    }
    f.ledge((-0.05, w + 0.05), top + 0.12, (0.32, 0.28), h.trim, mood.snowy());
    if f.px(1.0) > 12.0 {
        for i in 0..(w / 0.42) as usize {
            let u = 0.1 + i as f32 * 0.42;
            f.rect(u, top - 0.40, u + 0.16, top - 0.20, h.trim);
        }
    }
    match h.ground {
        Ground::Home => home(&mut f, h, mood, &mut rng),
        _ => shop(&mut f, h, mood, &mut rng),
    }
    // Drainpipe.
    f.rect(w - 0.16, 0.0, w - 0.07, top - 0.2, dark(h.wall, 0.45));
    f.tint(w - 0.15, 0.0, w - 0.13, top - 0.2, hex(0xFFFFFF), 0.25);
    // The foot of the wall is darker: dirt and less sky.
    f.fade(0.0, 0.0, w, 0.9, (hex(0x0A0A12), 0.0), (hex(0x0A0A12), 0.34));
}

fn texture(f: &mut Face, h: &House, top: f32, rng: &mut Rng) {
    if f.px(1.0) < 14.0 {
        return;
    }
    let n = (h.width * top * if h.brick { 4.2 } else { 0.8 }) as usize;
    for _ in 0..n {
        let v = h.base + (rng.range(0.0, top - h.base) / 0.13).floor() * 0.13;
        let u = rng.range(0.1, h.width - 0.5);
        let len = if h.brick { 0.24 } else { rng.range(0.3, 1.1) };
        let (c, a) = if rng.chance(0.5) { (hex(0xFFFFFF), 0.07) } else { (hex(0x1A0A08), if h.brick { 0.11 } else { 0.035 }) };
        f.tint(u, v, u + len, v + if h.brick { 0.085 } else { 0.25 }, c, a);
    }
}

fn roof(f: &mut Face, h: &House, top: f32, mood: &Mood, receding: bool, rng: &mut Rng) {
    let w = h.width;
    let slate = rng.pick(&[hex(0x55606B), hex(0x6A4A40), hex(0x8C4B38), hex(0x4A5058)]);
    let cover = if mood.snowy() { hex(0xEEF3F8) } else { slate };
    for k in 0..1 + rng.below(2) {
        let u = w * (0.18 + 0.55 * k as f32) + rng.range(0.0, 0.8);
        let high = top + rng.range(2.2, 2.9);
        let brick = mix(h.wall, hex(0x7A4A3A), 0.6);
        f.shape(&[(u, top, 0.0), (u, top, -0.8), (u, high, -0.8), (u, high, 0.0)], dark(brick, 0.25), 1.0);
        f.rect(u, top, u + 0.75, high, brick);
        f.tint(u + 0.5, top, u + 0.75, high, hex(0x000000), 0.2);
        f.rect(u - 0.06, high, u + 0.81, high + 0.14, if mood.snowy() { hex(0xF4F8FC) } else { hex(0x5A4A44) });
    }
    // A gable would stand across its own ridge when the wall recedes.
    let form = if receding && h.roof == Roof::Gable { Roof::Parapet } else { h.roof };
    match form {
        Roof::Parapet => {
            f.rect(0.0, top, w, top + 0.62, mix(h.wall, h.trim, 0.35));
            f.ledge((-0.04, w + 0.04), top + 0.72, (0.12, 0.10), h.trim, mood.snowy());
        }
        Roof::Mansard => {
            let high = top + 2.0;
            f.shape(&[(0.0, top, 0.0), (w, top, 0.0), (w - 0.55, high, -0.6), (0.55, high, -0.6)], cover, 1.0);
            f.shape(&[(w * 0.6, top, 0.0), (w, top, 0.0), (w - 0.55, high, -0.6), (w * 0.7, high, -0.6)], hex(0x000000), 0.10);
            for i in 1..6 {
                let v = top + i as f32 * 0.33;
                f.tint(0.1 * i as f32, v, w - 0.1 * i as f32, v + 0.03, hex(0x000000), 0.16);
            }
            let n = (w / 2.8) as usize;
            for i in 0..n {
                let u = w * (i as f32 + 0.5) / n as f32 - 0.5;
                f.rect(u - 0.1, top + 0.28, u + 1.1, top + 1.55, h.trim);
                let lit = rng.chance(mood.lit);
                f.rect(u + 0.08, top + 0.36, u + 0.92, top + 1.40, hex(0x2B3642));
                if lit {
                    let path = f.quad(u + 0.08, top + 0.36, u + 0.92, top + 1.40);
                    f.art.emit(path, clear(hex(0xFFD890), 0.9));
                }
                f.rect(u + 0.47, top + 0.36, u + 0.53, top + 1.40, h.trim);
                f.shape(
                    &[(u - 0.25, top + 1.5, 0.12), (u + 1.25, top + 1.5, 0.12), (u + 0.5, top + 2.0, 0.12)],
                    if mood.snowy() { hex(0xF4F8FC) } else { dark(slate, 0.2) },
                    1.0,
                );
            }
        }
        Roof::Gable => {
            let high = top + w * 0.30;
            f.shape(&[(-0.25, top, 0.25), (w + 0.25, top, 0.25), (w / 2.0, high + 0.28, 0.25)], cover, 1.0);
            f.shape(&[(0.15, top, 0.0), (w - 0.15, top, 0.0), (w / 2.0, high - 0.12, 0.0)], h.wall, 1.0);
            f.shape(&[(w / 2.0, top, 0.0), (w - 0.15, top, 0.0), (w / 2.0, high - 0.12, 0.0)], hex(0x000000), 0.07);
            let u = w / 2.0;
            f.rect(u - 0.48, top + 0.45, u + 0.48, top + 1.55, h.trim);
            f.rect(u - 0.38, top + 0.53, u + 0.38, top + 1.47, hex(0x2B3642));
            f.rect(u - 0.03, top + 0.53, u + 0.03, top + 1.47, h.trim);
        }
    }
}

/// What shines behind a window at night.
const WARM: [Rgb; 4] = [hex(0xFFD58A), hex(0xFFE3AE), hex(0xF8BE6A), hex(0xDDE8F0)];

fn window(f: &mut Face, h: &House, mood: &Mood, rng: &mut Rng, (u0, v0, u1, v1): (f32, f32, f32, f32), door: bool) {
    let (lit, warm) = (rng.chance(mood.lit), rng.pick(&WARM));
    let curtain = rng.below(4);
    let glass = mix(hex(0x2C3946), mood.sky_at(0.6), if mood.night() { 0.10 } else { 0.26 });
    let w = u1 - u0;
    if h.shutters && !door {
        for (a, b) in [(u0 - w * 0.42, u0 - 0.05), (u1 + 0.05, u1 + w * 0.42)] {
            f.rect(a, v0 - 0.02, b, v1 + 0.02, h.accent);
            for i in 0..8 {
                let v = v0 + (v1 - v0) * (i as f32 + 0.3) / 8.0;
                f.tint(a + 0.04, v, b - 0.04, v + 0.05, hex(0x000000), 0.22);
            }
        }
    }
    f.rect(u0 - 0.12, v0 - 0.05, u1 + 0.12, v1 + 0.16, h.trim);
    f.rect(u0, v0, u1, v1, dark(glass, 0.45));
    let bright = f.tone(glass);
    if lit {
        let path = f.quad(u0 + 0.05, v0 + 0.05, u1 - 0.05, v1 - 0.05);
        let k = if mood.night() { 1.0 } else { 0.72 };
        f.art.emit(path, clear(warm, k));
        f.fade(u0, v0, u1, v1, (hex(0x7A4410), 0.0), (hex(0x7A4410), 0.30));
        if rng.chance(0.35) {
            let c = u0 + w * rng.range(0.3, 0.7);
            f.tint(c - 0.14, v0 + 0.05, c + 0.14, v0 + 0.75, hex(0x3A2410), 0.75);
            f.tint(c - 0.08, v0 + 0.75, c + 0.08, v0 + 0.98, hex(0x3A2410), 0.75);
        }
    } else {
        f.fade(u0 + 0.05, v0 + 0.05, u1 - 0.05, v1 - 0.05, (pale(bright, 0.18), 1.0), (dark(bright, 0.25), 1.0));
        f.shape(
            &[
                (u0 + w * 0.12, v0 + 0.05, 0.0),
                (u0 + w * 0.45, v0 + 0.05, 0.0),
                (u0 + w * 0.85, v1 - 0.05, 0.0),
                (u0 + w * 0.52, v1 - 0.05, 0.0),
            ],
            hex(0xFFFFFF),
            0.13,
        );
    }
    match curtain {
        0 | 1 => {
            let c = if lit { hex(0xF3D9A8) } else { mix(hex(0xE6E0D6), glass, 0.35) };
            for (a, b, m) in [(u0 + 0.05, u0 + w * 0.30, u0 + w * 0.16), (u1 - 0.05, u1 - w * 0.30, u1 - w * 0.16)] {
                f.shape(&[(a, v1 - 0.05, 0.0), (b, v1 - 0.05, 0.0), (m, v0 + 0.05, 0.0), (a, v0 + 0.05, 0.0)], c, 0.78);
            }
        }
        2 => {
            let low = v1 - (v1 - v0) * rng.range(0.25, 0.6);
            f.tint(u0 + 0.05, low, u1 - 0.05, v1 - 0.05, if lit { hex(0xF6DFB4) } else { mix(hex(0xDCD6CC), glass, 0.4) }, 0.85);
        }
        _ => {}
    }
    f.tint(u0, v1 - 0.13, u1, v1, hex(0x05050A), 0.35);
    f.rect((u0 + u1) / 2.0 - 0.035, v0, (u0 + u1) / 2.0 + 0.035, v1, h.trim);
    let cross = v0 + (v1 - v0) * 0.66;
    f.rect(u0, cross - 0.03, u1, cross + 0.03, h.trim);
    if door {
        balcony(f, h, u0 - 0.45, u1 + 0.45, v0 - 0.02, mood);
    } else {
        f.ledge((u0 - 0.18, u1 + 0.18), v0 - 0.02, (0.09, 0.12), h.trim, mood.snowy());
        if rng.chance(0.22) && !mood.snowy() && f.px(1.0) > 12.0 {
            flowers(f, rng, u0, u1, v0);
        }
    }
}

fn flowers(f: &mut Face, rng: &mut Rng, u0: f32, u1: f32, v: f32) {
    f.shape(&[(u0, v - 0.02, 0.16), (u1, v - 0.02, 0.16), (u1, v + 0.18, 0.16), (u0, v + 0.18, 0.16)], hex(0x7A4A34), 1.0);
    for _ in 0..26 {
        let (u, dv) = (rng.range(u0, u1), rng.range(0.10, 0.36));
        let c = rng.pick(&[hex(0x4F7F3A), hex(0x5F9444), hex(0x4F7F3A), hex(0xE0485E), hex(0xF2B8C6)]);
        let (x, y) = f.wall.at(f.camera, u, v + dv, 0.18);
        let r = f.px(0.055);
        let c = f.tone(c);
        f.art.fill(crate::draw::oval(x, y, r, r * 0.8), flat(c));
    }
}

fn balcony(f: &mut Face, h: &House, u0: f32, u1: f32, v: f32, mood: &Mood) {
    f.tint(u0 + 0.1, v - 0.65, u1 + 0.1, v - 0.12, hex(0x05050A), 0.20);
    f.ledge((u0, u1), v, (0.14, 0.75), mix(h.trim, hex(0x9A9A9A), 0.3), mood.snowy());
    let iron = hex(0x24272B);
    let n = ((u1 - u0) / 0.14) as usize;
    for i in 0..=n {
        let u = u0 + (u1 - u0) * i as f32 / n as f32;
        f.shape(&[(u - 0.014, v, 0.75), (u + 0.014, v, 0.75), (u + 0.014, v + 0.95, 0.75), (u - 0.014, v + 0.95, 0.75)], iron, 0.9);
    }
    f.shape(&[(u0, v + 0.93, 0.75), (u1, v + 0.93, 0.75), (u1, v + 1.0, 0.75), (u0, v + 1.0, 0.75)], iron, 1.0);
}

fn home(f: &mut Face, h: &House, mood: &Mood, rng: &mut Rng) {
    let w = h.width;
    let door = w * if h.seed.is_multiple_of(2) { 0.24 } else { 0.74 };
    f.rect(0.0, 0.0, w, 0.75, mix(h.wall, hex(0x5A5550), 0.55));
    f.rect(door - 0.80, 0.0, door + 0.80, 2.95, h.trim);
    f.rect(door - 0.55, 0.0, door + 0.55, 2.20, h.accent);
    f.rect(door - 0.55, 2.26, door + 0.55, 2.75, hex(0x33404B));
    if mood.lamps {
        let path = f.quad(door - 0.55, 2.26, door + 0.55, 2.75);
        f.art.emit(path, clear(hex(0xFFDD9A), 0.95));
    }
    for (a, b) in [(-0.43, -0.06), (0.06, 0.43)] {
        for (lo, hi) in [(0.25, 0.95), (1.15, 2.0)] {
            f.tint(door + a, lo, door + b, hi, hex(0x000000), 0.2);
            f.tint(door + a, hi - 0.04, door + b, hi, hex(0xFFFFFF), 0.18);
        }
    }
    f.rect(door + 0.40, 1.02, door + 0.47, 1.14, hex(0xD8B860));
    f.ledge((door - 0.95, door + 0.95), 3.05, (0.14, 0.35), h.trim, mood.snowy());
    f.shape(&[(door - 0.8, 0.0, 0.0), (door + 0.8, 0.0, 0.0), (door + 0.8, 0.15, 0.45), (door - 0.8, 0.15, 0.45)], hex(0xB0ACA5), 1.0);
    f.shape(&[(door - 0.8, 0.0, 0.45), (door + 0.8, 0.0, 0.45), (door + 0.8, 0.15, 0.45), (door - 0.8, 0.15, 0.45)], hex(0x8E8A84), 1.0);
    let n = (w / 2.6) as usize;
    for i in 0..n {
        let u = w * (i as f32 + 0.5) / n as f32;
        if (u - door).abs() > 1.6 {
            window(f, h, mood, rng, (u - 0.6, 1.1, u + 0.6, 2.9), false);
        }
    }
}

fn shop(f: &mut Face, h: &House, mood: &Mood, rng: &mut Rng) {
    let w = h.width;
    let high = h.base - 0.35;
    let glow = mood.lamps || mood.lit > 0.3;
    f.rect(0.12, 0.0, w - 0.12, high, dark(h.accent, 0.25));
    let door = if h.seed.is_multiple_of(3) { w * 0.5 } else { w * 0.8 };
    let mut u = 0.35;
    while u + 1.2 < w - 0.2 {
        let mut end = (u + 2.6).min(w - 0.35);
        let is_door = u <= door && door < end;
        if is_door {
            end = (u + 1.15).min(w - 0.35);
        }
        let low = if is_door { 0.08 } else { 0.55 };
        let top = high - 0.75;
        display(f, mood, rng, (u, low, end, top), is_door, glow);
        if is_door {
            f.rect(u, 0.0, u + 0.09, top, h.accent);
            f.rect(end - 0.09, 0.0, end, top, h.accent);
            f.rect(u, 0.0, end, 0.30, h.accent);
            f.rect(u + 0.14, 0.95, u + 0.19, 1.45, hex(0xD9C78A));
        } else {
            f.tint(u, 0.12, end, 0.47, hex(0xFFFFFF), 0.07);
            f.tint(u, 0.44, end, 0.47, hex(0x000000), 0.3);
        }
        f.rect(u - 0.06, 0.0, u, top, pale(h.accent, 0.12));
        u = end + 0.18;
    }
    // Sign board with a row of blocks for letters: nothing to read, nothing to mirror.
    f.rect(0.12, high - 0.62, w - 0.12, high + 0.02, h.accent);
    f.tint(0.12, high - 0.04, w - 0.12, high + 0.02, hex(0xFFFFFF), 0.25);
    let letters = 5 + rng.below(6);
    let size = 0.30;
    let start = w / 2.0 - letters as f32 * size * 0.5;
    for i in 0..letters {
        if i == 3 && letters > 7 {
            continue;
        }
        let a = start + i as f32 * size;
        let path = f.quad(a, high - 0.46, a + size * (0.45 + 0.25 * rng.unit()), high - 0.16);
        if glow {
            f.art.emit(path, flat(hex(0xFFF1CC)))
        } else {
            f.art.fill(path, flat(hex(0xF4EAD2)))
        }
        if rng.chance(0.6) {
            f.rect(a + 0.06, high - 0.36, a + 0.13, high - 0.26, h.accent);
        }
    }
    if h.ground == Ground::Cafe || rng.chance(0.5) {
        awning(f, h, mood, high - 0.66);
    }
    if glow {
        let (x, y) = f.wall.at(f.camera, w / 2.0, 1.2, 0.3);
        let r = f.px(w * 0.62);
        f.art.glow(crate::draw::disc(x, y, r), crate::draw::halo(x, y, r, hex(0xFFC070), if mood.night() { 0.42 } else { 0.16 }));
    }
}

fn display(f: &mut Face, mood: &Mood, rng: &mut Rng, (u0, v0, u1, v1): (f32, f32, f32, f32), door: bool, glow: bool) {
    let glass = mix(hex(0x2A343D), mood.sky_at(0.7), 0.20);
    if glow {
        let path = f.quad(u0, v0, u1, v1);
        f.art.emit(path, flat(mix(hex(0xFFDFA2), hex(0xF2F2EA), rng.unit() * 0.5)));
        f.fade(u0, v0, u1, v1, (hex(0x8A4A10), 0.0), (hex(0x6A3408), 0.42));
    } else {
        let g = f.tone(glass);
        f.fade(u0, v0, u1, v1, (pale(g, 0.10), 1.0), (mix(g, hex(0x6A5A48), 0.45), 1.0));
    }
    if !door {
        // Goods in the window.
        let shelf = v0 + 0.06;
        let mut u = u0 + 0.12;
        while u < u1 - 0.35 {
            let (gw, gh) = (rng.range(0.16, 0.36), rng.range(0.25, 0.95));
            let c = rng.pick(&ACCENTS);
            let c = mix(c, hex(0xE8D8B8), rng.range(0.1, 0.7));
            f.tint(u, shelf, u + gw, shelf + gh, c, 0.85);
            f.tint(u, shelf, u + gw * 0.3, shelf + gh, hex(0xFFFFFF), 0.18);
            if rng.chance(0.4) {
                f.tint(u + gw * 0.3, shelf + gh, u + gw * 0.7, shelf + gh + 0.14, pale(c, 0.2), 0.85);
            }
            u += gw + rng.range(0.06, 0.3);
        }
        for k in 0..2 {
            let lamp = u0 + (u1 - u0) * (0.3 + 0.4 * k as f32);
            f.tint(lamp - 0.01, v1 - 0.35, lamp + 0.01, v1, hex(0x101010), 0.8);
            f.tint(lamp - 0.10, v1 - 0.46, lamp + 0.10, v1 - 0.35, if glow { hex(0xFFF6DC) } else { hex(0x3A3A3A) }, 0.95);
        }
    }
    let w = u1 - u0;
    f.shape(&[(u0 + w * 0.10, v0, 0.0), (u0 + w * 0.30, v0, 0.0), (u0 + w * 0.62, v1, 0.0), (u0 + w * 0.42, v1, 0.0)], hex(0xFFFFFF), 0.14);
    f.shape(&[(u0 + w * 0.36, v0, 0.0), (u0 + w * 0.41, v0, 0.0), (u0 + w * 0.73, v1, 0.0), (u0 + w * 0.68, v1, 0.0)], hex(0xFFFFFF), 0.12);
    f.tint(u0, v1 - 0.12, u1, v1, hex(0x000000), 0.3);
}

fn awning(f: &mut Face, h: &House, mood: &Mood, v: f32) {
    let (u0, u1) = (0.30, h.width - 0.30);
    let n = ((u1 - u0) / 0.42).round().max(4.0) as usize;
    let out = 1.15;
    f.tint(u0 + 0.05, v - 1.5, u1 + 0.1, v - 0.3, hex(0x05050A), 0.22);
    for i in 0..n {
        let (a, b) = (u0 + (u1 - u0) * i as f32 / n as f32, u0 + (u1 - u0) * (i + 1) as f32 / n as f32);
        let c = if mood.snowy() {
            hex(0xF1F5F9)
        } else if i % 2 == 0 {
            h.accent
        } else {
            hex(0xF3EBDD)
        };
        f.shape(&[(a, v, 0.05), (b, v, 0.05), (b, v - 0.62, out), (a, v - 0.62, out)], c, 1.0);
        let flap = if i % 2 == 0 { h.accent } else { hex(0xF3EBDD) };
        let (p, q) = (f.wall.at(f.camera, a, v - 0.62, out), f.wall.at(f.camera, b, v - 0.62, out));
        let (r, s) = (f.wall.at(f.camera, a, v - 0.84, out), f.wall.at(f.camera, b, v - 0.84, out));
        let c = f.tone(dark(flap, 0.14));
        f.art.fill(
            smooth(&[
                p,
                q,
                ((q.0 + s.0) / 2.0, s.1 - (s.1 - q.1) * 0.35),
                ((r.0 + s.0) / 2.0, (r.1 + s.1) / 2.0),
                ((p.0 + r.0) / 2.0, r.1 - (r.1 - p.1) * 0.35),
            ]),
            flat(c),
        );
    }
    f.shape(&[(u0, v - 0.56, out), (u1, v - 0.56, out), (u1, v - 0.62, out), (u0, v - 0.62, out)], hex(0x000000), 0.12);
}
