//! Trucks seen from the side, facing right.

use super::car_side::{Finish, wheel};
use super::{Art, Ink, clear, dark, disc, down, flat, halo, hex, mix, oval, pale, pill, poly, rect, svg, wire};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    Box,
    Tipper,
    Crates,
}

pub(crate) const LENGTH: f32 = 7.3;
/// Of a wheel, in metres.
pub(crate) const RADIUS: f32 = 0.48;

/// Rear end at -3.7, front at 3.6.
pub(crate) fn draw(art: &mut Art, load: Load, finish: &Finish, roll: f32) {
    let paint = finish.paint;
    art.body(rect(-3.55, -0.95, 3.3, -0.55), flat(hex(0x1B1D21)));
    art.body(rect(-3.6, -0.62, -3.5, -0.35), flat(hex(0x15161A)));
    match load {
        Load::Box => cargo_box(art, finish),
        Load::Tipper => {
            let bed = "M -3.7 -2.05 L 1.35 -2.05 L 1.35 -0.86 L -3.5 -0.86 Z";
            art.body(
                svg("M -3.3 -2.0 C -2.6 -2.62 -1.9 -2.5 -1.4 -2.72 C -0.6 -2.95 0.2 -2.5 1.1 -2.0 Z"),
                down(-2.9, -2.0, &[(0.0, hex(0xCDA873)), (1.0, hex(0x94713F))]),
            );
            art.body(svg(bed), down(-2.05, -0.86, &[(0.0, pale(paint, 0.2)), (0.2, paint), (1.0, dark(paint, 0.4))]));
            for i in 0..7 {
                let x = -3.3 + i as f32 * 0.72;
                art.fill(rect(x, -2.0, x + 0.12, -0.9), clear(hex(0x000000), 0.16));
                art.fill(rect(x + 0.12, -2.0, x + 0.15, -0.9), clear(hex(0xFFFFFF), 0.25));
            }
            art.body(rect(-3.72, -2.14, 1.4, -2.02), flat(dark(paint, 0.25)));
        }
        Load::Crates => {
            art.body(rect(-3.7, -1.08, 1.4, -0.86), flat(hex(0x5A4632)));
            for (i, (x, w, h, c)) in
                [(-3.5, 1.3, 1.1, 0xB98B52), (-2.1, 1.1, 1.35, 0x8FA3A8), (-0.9, 1.0, 0.95, 0xC49A62), (0.2, 1.05, 1.25, 0xA87B48)]
                    .into_iter()
                    .enumerate()
            {
                let c = hex(c);
                art.body(rect(x, -1.08 - h, x + w, -1.06), down(-1.08 - h, -1.08, &[(0.0, pale(c, 0.15)), (1.0, dark(c, 0.3))]));
                for k in 1..4 {
                    let y = -1.08 - h * k as f32 / 4.0;
                    art.line(wire(&[(x, y), (x + w, y)]), 0.02, clear(hex(0x000000), 0.3));
                }
                if i % 2 == 0 {
                    art.line(wire(&[(x + 0.05, -1.1), (x + w - 0.05, -1.05 - h)]), 0.06, clear(hex(0x6B4A26), 0.7));
                }
            }
            art.body(rect(1.3, -2.3, 1.4, -0.9), flat(hex(0x3A3D42)));
        }
    }
    cab(art, finish);
    // Fenders, tank, wheels.
    art.fill(pill(-0.3, -0.92, 0.75, -0.45, 0.1), down(-0.92, -0.45, &[(0.0, hex(0xC6CBD0)), (1.0, hex(0x62686E))]));
    for x in [-2.75, -1.72, 2.45] {
        art.fill(svg(&format!("M {} -0.50 C {} -1.16 {} -1.16 {} -0.50 Z", x - 0.58, x - 0.5, x + 0.5, x + 0.58)), flat(hex(0x111215)));
        wheel(art, x, RADIUS, roll / RADIUS);
    }
    art.fill(rect(-3.66, -0.86, -3.52, -0.66), flat(hex(0xB3262A)));
    if finish.lamps || finish.brake {
        art.emit(rect(-3.66, -0.86, -3.52, -0.66), flat(hex(0xFF4036)));
        art.glow(disc(-3.6, -0.76, 0.6), halo(-3.6, -0.76, 0.6, hex(0xFF2A20), 0.7));
    }
}

fn cargo_box(art: &mut Art, finish: &Finish) {
    let white = hex(0xE9ECEF);
    let band = finish.paint;
    art.body(
        rect(-3.7, -3.25, 1.45, -0.86),
        down(-3.25, -0.86, &[(0.0, white), (0.7, mix(white, hex(0xB8C0C8), 0.5)), (1.0, hex(0xA3ABB3))]),
    );
    // A sweep of the firm's colour with a plain emblem: no letters, so it may be mirrored.
    art.fill(svg("M -3.7 -1.35 C -2.2 -1.6 -0.9 -2.5 1.45 -2.62 L 1.45 -1.75 C -0.6 -1.6 -2.0 -1.0 -3.7 -0.95 Z"), flat(band));
    art.fill(
        svg("M -3.7 -0.95 C -2.0 -1.0 -0.6 -1.6 1.45 -1.75 L 1.45 -1.60 C -0.6 -1.45 -2.0 -0.88 -3.2 -0.86 L -3.7 -0.86 Z"),
        flat(dark(band, 0.35)),
    );
    art.fill(disc(-2.35, -2.35, 0.48), flat(band));
    art.fill(svg("M -2.62 -2.28 L -2.35 -2.68 L -2.08 -2.28 L -2.20 -2.28 L -2.20 -2.06 L -2.50 -2.06 L -2.50 -2.28 Z"), flat(white));
    for i in 1..6 {
        let x = -3.7 + i as f32 * 0.86;
        art.line(wire(&[(x, -3.2), (x, -0.9)]), 0.014, clear(hex(0x000000), 0.10));
    }
    art.fill(rect(-3.7, -3.27, 1.45, -3.17), flat(hex(0xC3C9CF)));
    art.fill(rect(-3.7, -0.92, 1.45, -0.84), flat(hex(0x7E868E)));
    art.fill(rect(-3.72, -3.25, -3.64, -0.86), flat(hex(0x8E969E)));
    if finish.snow {
        art.body(svg("M -3.75 -3.22 C -3.6 -3.42 1.2 -3.42 1.5 -3.22 Z"), flat(hex(0xF7FAFD)));
    }
}

fn cab(art: &mut Art, finish: &Finish) {
    let paint = finish.paint;
    let shell = svg("M 1.52 -0.55 L 1.52 -2.55 C 1.54 -2.68 1.64 -2.74 1.8 -2.75 L 2.75 -2.75 C 3.0 -2.74 3.1 -2.66 3.18 -2.45 \
                     L 3.5 -1.55 C 3.58 -1.42 3.62 -1.3 3.62 -1.1 L 3.62 -0.5 C 3.6 -0.42 3.55 -0.4 3.45 -0.4 L 1.9 -0.4 Z");
    let sheen = mix(pale(paint, 0.3), finish.mirror, 0.3);
    art.body(shell, down(-2.75, -0.4, &[(0.0, sheen), (0.25, paint), (0.55, pale(paint, 0.12)), (0.75, paint), (1.0, dark(paint, 0.45))]));
    if finish.snow {
        art.body(svg("M 1.5 -2.70 C 1.7 -2.90 2.8 -2.90 3.05 -2.66 Z"), flat(hex(0xF7FAFD)));
    }
    let sky = mix(hex(0x5B7488), finish.mirror, 0.45);
    let glass = svg(
        "M 2.05 -1.62 L 2.05 -2.4 C 2.06 -2.48 2.1 -2.52 2.2 -2.52 L 2.75 -2.52 C 2.9 -2.52 2.96 -2.46 3.0 -2.36 L 3.24 -1.66 L 3.0 -1.50 L 2.5 -1.56 Z",
    );
    art.fill(glass.clone(), Ink::Linear([2.1, -2.5, 2.9, -1.5], vec![(0.0, sky, 1.0), (1.0, hex(0x18202A), 1.0)]));
    art.fill(oval(2.52, -1.92, 0.11, 0.14), flat(hex(0xA97C5D)));
    art.fill(svg("M 2.25 -1.58 C 2.3 -1.85 2.7 -1.85 2.82 -1.56 Z"), flat(hex(0x3F5A48)));
    art.fill(poly(&[(2.6, -1.6), (2.75, -1.6), (2.95, -2.48), (2.8, -2.48)]), clear(hex(0xFFFFFF), 0.2));
    art.line(glass, 0.03, flat(hex(0x16181C)));
    art.fill(svg("M 3.1 -2.42 L 3.2 -2.42 L 3.5 -1.56 L 3.36 -1.58 Z"), flat(mix(sky, hex(0x18202A), 0.5)));
    art.line(wire(&[(1.96, -2.6), (1.96, -0.6)]), 0.016, clear(hex(0x000000), 0.35));
    art.line(svg("M 3.28 -1.5 L 3.2 -1.0 L 3.02 -0.9"), 0.016, clear(hex(0x000000), 0.35));
    art.fill(pill(2.08, -1.36, 2.34, -1.29, 0.03), flat(hex(0x24262A)));
    art.fill(rect(1.6, -0.62, 3.62, -0.38), clear(hex(0x15171A), 0.75));
    art.body(pill(3.36, -2.3, 3.52, -1.75, 0.05), flat(hex(0x1A1C20)));
    art.fill(pill(3.36, -1.0, 3.62, -0.72, 0.06), flat(if finish.lamps { hex(0xFFF7DA) } else { hex(0xDCE6EC) }));
    art.fill(rect(3.42, -1.06, 3.62, -1.01), flat(hex(0xF0A030)));
    if finish.lamps {
        art.glow(disc(3.5, -0.86, 0.9), halo(3.5, -0.86, 0.9, hex(0xFFF0C0), 0.95));
    }
}
