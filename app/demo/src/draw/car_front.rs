//! Cars and trucks seen along the street. The body is a loft: many thin cross-sections,
//! each at its own distance, painted from far to near, so that perspective shows the
//! side, the roof and the bonnet as the camera would.

use tiny_skia::Transform;

use super::car_side::Finish;
use super::{Art, Rgb, across, clear, dark, disc, down, flat, halo, hex, mix, pale, pill, poly, rect, svg, wire};

/// What the upper side of the body is made of at one place along it.
#[derive(Clone, Copy, PartialEq)]
enum Skin {
    Paint,
    Glass,
}

struct Hull {
    length: f32,
    half: f32,
    belt: f32,
    /// (metres from the front, height, skin until the next station).
    stations: &'static [(f32, f32, Skin)],
    /// Where posts interrupt the side windows, metres from the front.
    posts: &'static [f32],
    cabin: (f32, f32),
    axles: &'static [f32],
    radius: f32,
    sill: f32,
    /// How far the panes lean inwards at the roof.
    lean: f32,
}

use Skin::{Glass, Paint};

const SEDAN: Hull = Hull {
    length: 4.5,
    half: 0.90,
    belt: 0.97,
    stations: &[
        (0.0, 0.62, Paint),
        (0.10, 0.76, Paint),
        (0.35, 0.84, Paint),
        (1.15, 0.97, Glass),
        (1.95, 1.42, Paint),
        (3.15, 1.42, Glass),
        (3.85, 1.06, Paint),
        (4.42, 1.00, Paint),
        (4.5, 0.70, Paint),
    ],
    posts: &[2.05, 2.60, 3.45],
    cabin: (1.2, 3.85),
    axles: &[0.88, 3.62],
    radius: 0.335,
    sill: 0.22,
    lean: 0.22,
};

const HATCH: Hull = Hull {
    length: 4.0,
    half: 0.87,
    belt: 0.98,
    stations: &[
        (0.0, 0.62, Paint),
        (0.08, 0.78, Paint),
        (0.30, 0.86, Paint),
        (0.95, 0.98, Glass),
        (1.70, 1.50, Paint),
        (3.40, 1.48, Glass),
        (3.85, 1.05, Paint),
        (4.0, 0.80, Paint),
    ],
    posts: &[1.85, 2.30, 3.20],
    cabin: (1.0, 3.8),
    axles: &[0.76, 3.24],
    radius: 0.33,
    sill: 0.22,
    lean: 0.20,
};

const SUV: Hull = Hull {
    length: 4.6,
    half: 0.95,
    belt: 1.12,
    stations: &[
        (0.0, 0.75, Paint),
        (0.08, 0.92, Paint),
        (0.30, 1.02, Paint),
        (1.05, 1.12, Glass),
        (1.85, 1.72, Paint),
        (3.95, 1.68, Glass),
        (4.40, 1.15, Paint),
        (4.6, 0.85, Paint),
    ],
    posts: &[1.95, 2.50, 3.60],
    cabin: (1.1, 4.3),
    axles: &[0.90, 3.66],
    radius: 0.39,
    sill: 0.28,
    lean: 0.18,
};

const TRUCK: Hull = Hull {
    length: 7.2,
    half: 1.18,
    belt: 1.5,
    stations: &[(0.0, 1.45, Paint), (0.06, 1.55, Glass), (0.35, 2.68, Paint), (1.95, 2.72, Paint), (2.05, 3.25, Paint), (7.2, 3.25, Paint)],
    posts: &[0.4, 1.35],
    cabin: (0.4, 1.35),
    axles: &[1.1, 5.1, 6.1],
    radius: 0.48,
    sill: 0.45,
    lean: 0.03,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sedan,
    Hatch,
    Suv,
    Taxi,
    Truck,
}

fn hull(kind: Kind) -> &'static Hull {
    match kind {
        Kind::Sedan | Kind::Taxi => &SEDAN,
        Kind::Hatch => &HATCH,
        Kind::Suv => &SUV,
        Kind::Truck => &TRUCK,
    }
}

pub(crate) fn length(kind: Kind) -> f32 {
    hull(kind).length
}

fn station(h: &Hull, s: f32) -> (f32, Skin) {
    for pair in h.stations.windows(2) {
        let ((s0, h0, skin), (s1, h1, _)) = (pair[0], pair[1]);
        if s <= s1 {
            let t = ((s - s0) / (s1 - s0)).clamp(0.0, 1.0);
            return (h0 + (h1 - h0) * t, skin);
        }
    }
    (h.stations.last().map_or(1.0, |s| s.1), Skin::Paint)
}

/// `place` gives the transform of a cut-out at a distance behind the near end;
/// `from_behind` when the rear is nearer.
pub(crate) fn draw(art: &mut Art, kind: Kind, finish: &Finish, from_behind: bool, place: &dyn Fn(f32) -> Transform) {
    let h = hull(kind);
    let before = art.tf;
    art.tf = place(0.0);
    let n = ((art.scale() * 0.8) as usize).clamp(24, 220);
    let box_start = if kind == Kind::Truck { 2.0 } else { f32::MAX };
    for i in (0..=n).rev() {
        let back = h.length * i as f32 / n as f32;
        let s = if from_behind { h.length - back } else { back };
        art.tf = place(back);
        slice(art, h, finish, s, back, s > box_start, i == 0 || i == n || i % 6 == 0);
    }
    if kind != Kind::Truck {
        screen(art, h, from_behind, place);
    }
    art.tf = place(0.0);
    if kind == Kind::Truck {
        truck_face(art, finish, from_behind);
    } else if from_behind {
        rear(art, h, finish);
    } else {
        front(art, h, finish);
    }
    if kind == Kind::Taxi {
        art.tf = place(if from_behind { 2.3 } else { 2.2 });
        art.body(pill(-0.30, -1.60, 0.30, -1.41, 0.05), flat(hex(0xF7F2DC)));
        art.fill(pill(-0.22, -1.56, 0.22, -1.46, 0.02), flat(hex(0x24262B)));
        if finish.lamps {
            art.glow(disc(0.0, -1.5, 0.5), halo(0.0, -1.5, 0.5, hex(0xFFE9A0), 0.7));
        }
    }
    art.tf = before;
}

fn slice(art: &mut Art, h: &Hull, finish: &Finish, s: f32, back: f32, cargo: bool, outline: bool) {
    let (top, skin) = station(h, s);
    let paint = if cargo { hex(0xE4E7EA) } else { finish.paint };
    // The ends are drawn in a little, as bumpers are.
    let end = (s.min(h.length - s) / 0.35).clamp(0.0, 1.0);
    let w = h.half * (0.93 + 0.07 * end.sqrt());
    let waist = top.min(h.belt);
    let sky = mix(pale(paint, 0.30), finish.mirror, 0.30);
    // Tyres.
    for &axle in h.axles {
        let d = (s - axle).abs();
        if d < h.radius {
            let chord = (h.radius * h.radius - d * d).sqrt();
            for side in [-1.0f32, 1.0] {
                let (a, b) = (side * (w - 0.24), side * (w - 0.02));
                let tyre = pill(a.min(b), -h.radius - chord, a.max(b), -h.radius + chord, 0.05);
                if outline || back < 1.2 { art.body(tyre, flat(hex(0x17181B))) } else { art.fill(tyre, flat(hex(0x17181B))) }
            }
        }
    }
    let body = svg(&format!(
        "M {} {} C {} {} {} {} {} {} L {} {} L {} {} L {} {} C {} {} {} {} {} {} Z",
        -w + 0.05,
        -h.sill,
        -w - 0.01,
        -h.sill - 0.15,
        -w - 0.01,
        -waist + 0.25,
        -w + 0.05,
        -waist + 0.04,
        -w + 0.12,
        -waist,
        w - 0.12,
        -waist,
        w - 0.05,
        -waist + 0.04,
        w + 0.01,
        -waist + 0.25,
        w + 0.01,
        -h.sill - 0.15,
        w - 0.05,
        -h.sill
    ));
    let near_arch = h.axles.iter().any(|a| (s - a).abs() < h.radius + 0.05);
    let low = if near_arch { hex(0x0F1013) } else { dark(paint, 0.55) };
    let ink = down(
        -waist,
        -h.sill,
        &[
            (0.0, if skin == Skin::Paint && top <= h.belt + 0.02 { sky } else { pale(paint, 0.12) }),
            (0.08, if skin == Skin::Paint && top <= h.belt + 0.02 { sky } else { pale(paint, 0.12) }),
            (0.16, dark(paint, 0.04)),
            (0.5, dark(paint, 0.16)),
            (0.62, dark(paint, 0.26)),
            (1.0, low),
        ],
    );
    if outline {
        art.body(body, ink)
    } else {
        art.fill(body, ink)
    }
    if cargo {
        let shell = rect(-w, -top, w, -0.9);
        let ink = across(-w, w, &[(0.0, dark(paint, 0.18)), (0.5, paint), (1.0, dark(paint, 0.22))]);
        if outline {
            art.body(shell, ink)
        } else {
            art.fill(shell, ink)
        }
        art.fill(rect(-w, -1.45, w, -1.15), flat(finish.paint));
        art.fill(rect(-w, -top, w, -top + 0.05), flat(hex(0xF3F5F6)));
        return;
    }
    if top <= h.belt + 0.02 {
        return;
    }
    let k = ((top - h.belt) / 0.5).clamp(0.0, 1.0);
    let (foot, head) = (w - 0.09, w - 0.09 - h.lean * k);
    let cabin = svg(&format!(
        "M {} {} L {} {} Q {} {} {} {} L {} {} Q {} {} {} {} L {} {} Z",
        -foot,
        -h.belt + 0.02,
        -head,
        -top + 0.09,
        -head + 0.02,
        -top,
        -head + 0.14,
        -top,
        head - 0.14,
        -top,
        head - 0.02,
        -top,
        head,
        -top + 0.09,
        foot,
        -h.belt + 0.02
    ));
    let post = h.posts.iter().any(|p| (s - p).abs() < 0.055) || s < h.cabin.0 || s > h.cabin.1;
    let glass = mix(hex(0x2B3642), finish.mirror, 0.30);
    let ink = if post && skin == Skin::Paint {
        flat(dark(paint, 0.22))
    } else {
        // One tone per slice: a gradient would repeat in every visible strip.
        flat(if skin == Skin::Glass { mix(dark(glass, 0.40), mix(glass, finish.mirror, 0.30), k) } else { dark(glass, 0.30) })
    };
    if outline {
        art.body(cabin, ink)
    } else {
        art.fill(cabin, ink)
    }
    if skin == Skin::Paint {
        // The roof, seen from above as the strip that each nearer slice leaves free.
        art.fill(
            svg(&format!(
                "M {} {} Q {} {} {} {} L {} {} Q {} {} {} {} L {} {} L {} {} Z",
                -head,
                -top + 0.10,
                -head + 0.02,
                -top,
                -head + 0.14,
                -top,
                head - 0.14,
                -top,
                head - 0.02,
                -top,
                head,
                -top + 0.10,
                head - 0.06,
                -top + 0.08,
                -head + 0.06,
                -top + 0.08
            )),
            flat(if finish.snow { hex(0xF7FAFD) } else { mix(sky, paint, 0.35) }),
        );
    } else {
        for side in [-1.0f32, 1.0] {
            art.line(wire(&[(side * (foot - 0.01), -h.belt), (side * (head - 0.01), -top + 0.04)]), 0.05, flat(dark(paint, 0.18)));
        }
    }
}

/// Heads and streaks of sky on the sloping pane that faces the camera.
fn screen(art: &mut Art, h: &Hull, from_behind: bool, place: &dyn Fn(f32) -> Transform) {
    let find = |pair: &&[(f32, f32, Skin)]| pair[0].2 == Skin::Glass;
    let pane = if from_behind { h.stations.windows(2).rfind(find) } else { h.stations.windows(2).find(find) };
    let Some(pane) = pane else { return };
    let (foot, head) = if from_behind { (pane[1], pane[0]) } else { (pane[0], pane[1]) };
    // `k` runs up the pane.
    let at = |x: f32, k: f32| {
        let s = foot.0 + (head.0 - foot.0) * k;
        let back = if from_behind { h.length - s } else { s };
        let mut p = tiny_skia::Point::from_xy(x, -(foot.1 + (head.1 - foot.1) * k));
        place(back).map_point(&mut p);
        (p.x, p.y)
    };
    art.tf = Transform::identity();
    for (x, tone) in [(-0.34f32, 0.0), (0.34, if from_behind { 0.0 } else { 0.5 })] {
        let (low, mid, high) = (at(x, 0.10), at(x, 0.45), at(x, 0.74));
        let r = (low.1 - high.1).abs() * 0.24;
        art.fill(super::oval(mid.0, mid.1, r * 0.85, r), clear(mix(hex(0x14181D), hex(0x8A6048), tone), 0.70));
        art.fill(
            poly(&[(low.0 - r * 1.8, low.1), (mid.0 - r, mid.1 + r * 0.7), (mid.0 + r, mid.1 + r * 0.7), (low.0 + r * 1.8, low.1)]),
            clear(hex(0x14181D), 0.65),
        );
    }
    for (x, w, a) in [(-0.46f32, 0.26, 0.16), (-0.12, 0.08, 0.13)] {
        art.fill(poly(&[at(x, 0.03), at(x + w, 0.03), at(x + w + 0.20, 0.95), at(x + 0.20, 0.95)]), clear(hex(0xFFFFFF), a));
    }
}

fn plate(art: &mut Art, y: f32) {
    art.fill(pill(-0.26, -y - 0.055, 0.26, -y + 0.055, 0.015), flat(hex(0xF0EFE6)));
    for i in 0..6 {
        let x = -0.19 + i as f32 * 0.066;
        art.fill(rect(x, -y - 0.03, x + 0.04, -y + 0.03), flat(hex(0x3A3D44)));
    }
}

fn front(art: &mut Art, h: &Hull, finish: &Finish) {
    let w = h.half * 0.93;
    let paint = finish.paint;
    let top = h.stations[0].1 + 0.08;
    let face = svg(&format!(
        "M {} {} C {} {} {} {} {} {} L {} {} C {} {} {} {} {} {} Z",
        -w + 0.06,
        -h.sill,
        -w - 0.02,
        -0.4,
        -w,
        -top + 0.1,
        -w + 0.16,
        -top,
        w - 0.16,
        -top,
        w,
        -top + 0.1,
        w + 0.02,
        -0.4,
        w - 0.06,
        -h.sill
    ));
    art.body(face, down(-top, -h.sill, &[(0.0, pale(paint, 0.16)), (0.5, paint), (1.0, dark(paint, 0.40))]));
    art.fill(pill(-0.44, -top + 0.05, 0.44, -top + 0.20, 0.06), flat(hex(0x15171A)));
    for i in 0..3 {
        let y = -top + 0.09 + i as f32 * 0.04;
        art.line(wire(&[(-0.40, y), (0.40, y)]), 0.010, clear(hex(0xC9CFD4), 0.8));
    }
    art.fill(disc(0.0, -top + 0.12, 0.05), flat(hex(0xD9DEE2)));
    art.fill(
        svg(&format!(
            "M {} {} L {} {} L {} {} L {} {} Z",
            -0.62,
            -h.sill - 0.14,
            0.62,
            -h.sill - 0.14,
            0.52,
            -h.sill - 0.02,
            -0.52,
            -h.sill - 0.02
        )),
        flat(hex(0x101114)),
    );
    for side in [-1.0f32, 1.0] {
        let x = side * (w - 0.24);
        let lamp = svg(&format!(
            "M {} {} Q {} {} {} {} L {} {} Q {} {} {} {} Z",
            x - side * 0.16,
            -top + 0.08,
            x + side * 0.1,
            -top + 0.02,
            x + side * 0.19,
            -top + 0.06,
            x + side * 0.20,
            -top + 0.17,
            x,
            -top + 0.22,
            x - side * 0.16,
            -top + 0.16
        ));
        art.fill(lamp.clone(), flat(hex(0xDDE6EC)));
        art.fill(disc(x, -top + 0.12, 0.05), flat(hex(0xFFFFFF)));
        if finish.lamps {
            art.emit(lamp, flat(hex(0xFFFBEA)));
            art.glow(disc(x, -top + 0.12, 0.95), halo(x, -top + 0.12, 0.95, hex(0xFFF1C8), 0.85));
        }
        art.fill(disc(side * (w - 0.22), -h.sill - 0.12, 0.045), flat(hex(0xC9CFD4)));
        art.body(
            pill(
                (side * (h.half + 0.10)).min(side * (h.half - 0.06)),
                -h.belt - 0.06,
                (side * (h.half + 0.10)).max(side * (h.half - 0.06)),
                -h.belt + 0.06,
                0.05,
            ),
            flat(dark(paint, 0.2)),
        );
    }
    plate(art, h.sill + 0.22);
}

fn rear(art: &mut Art, h: &Hull, finish: &Finish) {
    let w = h.half * 0.93;
    let paint = finish.paint;
    let top = h.stations.last().map_or(0.7, |s| s.1) + 0.16;
    let face = svg(&format!(
        "M {} {} C {} {} {} {} {} {} L {} {} C {} {} {} {} {} {} Z",
        -w + 0.06,
        -h.sill,
        -w - 0.02,
        -0.4,
        -w,
        -top + 0.1,
        -w + 0.12,
        -top,
        w - 0.12,
        -top,
        w,
        -top + 0.1,
        w + 0.02,
        -0.4,
        w - 0.06,
        -h.sill
    ));
    art.body(face, down(-top, -h.sill, &[(0.0, pale(paint, 0.20)), (0.35, paint), (0.6, dark(paint, 0.1)), (1.0, dark(paint, 0.5))]));
    art.line(wire(&[(-w + 0.1, -top + 0.34), (w - 0.1, -top + 0.34)]), 0.014, clear(hex(0x000000), 0.35));
    art.fill(pill(-w + 0.12, -h.sill - 0.16, w - 0.12, -h.sill, 0.05), flat(hex(0x141518)));
    for side in [-1.0f32, 1.0] {
        let (a, b) = (side * (w - 0.34), side * (w - 0.02));
        let lamp = pill(a.min(b), -top + 0.05, a.max(b), -top + 0.20, 0.05);
        art.fill(lamp.clone(), flat(hex(0xA81E22)));
        art.fill(pill(a.min(b) + 0.05, -top + 0.09, a.max(b) - 0.12, -top + 0.13, 0.02), clear(hex(0xFF9A90), 0.7));
        if finish.lamps || finish.brake {
            let k = if finish.brake { 1.0 } else { 0.6 };
            let x = (a + b) / 2.0;
            art.emit(lamp, clear(hex(0xFF3B30), k));
            art.glow(disc(x, -top + 0.12, 0.9), halo(x, -top + 0.12, 0.9, hex(0xFF2A20), 0.75 * k));
        }
        art.fill(
            pill((side * 0.60).min(side * 0.42), -h.sill - 0.03, (side * 0.60).max(side * 0.42), -h.sill + 0.03, 0.02),
            flat(hex(0x6B7076)),
        );
    }
    plate(art, top - 0.24);
}

fn truck_face(art: &mut Art, finish: &Finish, from_behind: bool) {
    let paint: Rgb = finish.paint;
    if from_behind {
        let white = hex(0xDDE1E5);
        art.body(rect(-1.18, -3.25, 1.18, -0.9), across(-1.18, 1.18, &[(0.0, dark(white, 0.1)), (0.5, white), (1.0, dark(white, 0.14))]));
        art.line(wire(&[(0.0, -3.2), (0.0, -0.95)]), 0.03, clear(hex(0x000000), 0.5));
        for x in [-0.95, -0.25, 0.25, 0.95] {
            art.line(wire(&[(x, -3.15), (x, -1.0)]), 0.035, flat(hex(0x9AA1A8)));
            art.fill(rect(x - 0.06, -1.65, x + 0.06, -1.55), flat(hex(0x50565C)));
        }
        art.fill(rect(-1.18, -3.27, 1.18, -3.15), flat(hex(0xB0B6BC)));
        art.fill(poly(&[(-1.0, -2.6), (1.0, -2.6), (1.0, -2.2), (-1.0, -2.2)]), clear(paint, 0.9));
        art.body(rect(-1.12, -0.92, 1.12, -0.62), flat(hex(0x26292D)));
        for i in 0..8 {
            let x = -1.1 + i as f32 * 0.28;
            art.fill(
                poly(&[(x, -0.62), (x + 0.14, -0.62), (x + 0.24, -0.74), (x + 0.10, -0.74)]),
                flat(if i % 2 == 0 { hex(0xE8B020) } else { hex(0xC42B2B) }),
            );
        }
        for side in [-1.0f32, 1.0] {
            let x = side * 0.92;
            art.fill(rect(x - 0.16, -0.90, x + 0.16, -0.78), flat(hex(0xB3262A)));
            if finish.lamps || finish.brake {
                art.emit(rect(x - 0.16, -0.90, x + 0.16, -0.78), flat(hex(0xFF4036)));
                art.glow(disc(x, -0.84, 0.9), halo(x, -0.84, 0.9, hex(0xFF2A20), 0.7));
            }
        }
        return;
    }
    art.body(pill(-1.15, -1.55, 1.15, -0.42, 0.10), down(-1.55, -0.42, &[(0.0, pale(paint, 0.2)), (0.4, paint), (1.0, dark(paint, 0.35))]));
    art.fill(pill(-0.72, -1.42, 0.72, -1.02, 0.06), flat(hex(0x15171A)));
    for i in 0..4 {
        let y = -1.36 + i as f32 * 0.09;
        art.line(wire(&[(-0.68, y), (0.68, y)]), 0.018, clear(hex(0xC2C8CE), 0.85));
    }
    art.fill(pill(-1.15, -0.68, 1.15, -0.40, 0.06), flat(hex(0x24272B)));
    for side in [-1.0f32, 1.0] {
        let x = side * 0.90;
        art.fill(pill(x - 0.17, -0.96, x + 0.17, -0.76, 0.05), flat(hex(0xE4EBEF)));
        if finish.lamps {
            art.emit(pill(x - 0.17, -0.96, x + 0.17, -0.76, 0.05), flat(hex(0xFFFBEA)));
            art.glow(disc(x, -0.86, 1.6), halo(x, -0.86, 1.6, hex(0xFFF1C8), 0.95));
        }
        art.body(pill((side * 1.42).min(side * 1.22), -2.45, (side * 1.42).max(side * 1.22), -1.85, 0.05), flat(hex(0x1A1C20)));
    }
    // Sun visor and wipers give the flat pane some depth.
    art.fill(pill(-1.0, -2.66, 1.0, -2.50, 0.04), flat(dark(paint, 0.3)));
    art.line(wire(&[(-0.6, -1.60), (-0.1, -1.72)]), 0.02, flat(hex(0x101215)));
    art.line(wire(&[(0.3, -1.60), (0.8, -1.72)]), 0.02, flat(hex(0x101215)));
    plate(art, 0.54);
}
