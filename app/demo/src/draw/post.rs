//! What stands on a pole: signs, traffic lights, street lamps.

use std::f32::consts::FRAC_PI_8;

use super::{Art, Rgb, across, clear, dark, disc, flat, halo, hex, pale, pill, poly, rect, svg, wire};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Limit,
    Stop,
    Yield,
    NoEntry,
    Crossing,
    Parking,
    Ahead,
    Works,
    NoParking,
}

pub(crate) const SIGNS: [Sign; 9] =
    [Sign::Limit, Sign::Stop, Sign::Yield, Sign::NoEntry, Sign::Crossing, Sign::Parking, Sign::Ahead, Sign::Works, Sign::NoParking];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Red,
    Amber,
    Green,
}

pub(crate) fn pole(art: &mut Art, height: f32, radius: f32, c: Rgb) {
    art.body(
        rect(-radius, -height, radius, 0.0),
        across(-radius, radius, &[(0.0, dark(c, 0.45)), (0.35, pale(c, 0.3)), (1.0, dark(c, 0.35))]),
    );
    art.body(
        pill(-radius * 2.0, -0.12, radius * 2.0, 0.01, 0.02),
        across(-radius * 2.0, radius * 2.0, &[(0.0, dark(c, 0.5)), (0.4, pale(c, 0.15)), (1.0, dark(c, 0.4))]),
    );
}

const RED: Rgb = hex(0xC8202C);
const BLUE: Rgb = hex(0x1559A6);
const WHITE: Rgb = hex(0xF6F6F4);
const BLACK: Rgb = hex(0x1A1A1C);

fn ring(cy: f32, r: f32, n: usize, turn: f32) -> Vec<(f32, f32)> {
    (0..n)
        .map(|i| {
            let a = turn + i as f32 * std::f32::consts::TAU / n as f32;
            (r * a.cos(), cy + r * a.sin())
        })
        .collect()
}

/// The plate only, its middle `y` metres up.
pub(crate) fn sign(art: &mut Art, kind: Sign, y: f32) {
    let c = -y;
    match kind {
        Sign::Limit => {
            art.body(disc(0.0, c, 0.32), flat(WHITE));
            art.fill(disc(0.0, c, 0.31), flat(RED));
            art.fill(disc(0.0, c, 0.235), flat(WHITE));
            art.line(
                svg(&format!(
                    "M -0.13 {} Q -0.02 {} -0.03 {} Q -0.03 {} -0.09 {c} Q -0.02 {c} -0.02 {} Q -0.03 {} -0.14 {}",
                    c - 0.11,
                    c - 0.16,
                    c - 0.06,
                    c - 0.01,
                    c + 0.06,
                    c + 0.15,
                    c + 0.10
                )),
                0.042,
                flat(BLACK),
            );
            art.line(super::oval(0.09, c, 0.055, 0.11), 0.042, flat(BLACK));
        }
        Sign::Stop => {
            art.body(poly(&ring(c, 0.35, 8, FRAC_PI_8)), flat(WHITE));
            art.fill(poly(&ring(c, 0.325, 8, FRAC_PI_8)), flat(RED));
            for (i, glyph) in [
                "M 0.10 -0.10 C -0.02 -0.13 -0.02 0 0.05 0 C 0.13 0 0.13 0.13 0 0.10",
                "M 0 -0.11 L 0.12 -0.11 M 0.06 -0.11 L 0.06 0.11",
                "M 0.06 -0.11 C 0.13 -0.11 0.13 0.11 0.06 0.11 C -0.01 0.11 -0.01 -0.11 0.06 -0.11",
                "M 0.01 0.11 L 0.01 -0.11 C 0.14 -0.11 0.14 0.01 0.01 0.01",
            ]
            .iter()
            .enumerate()
            {
                let before = art.tf;
                art.tf = art.tf.pre_translate(-0.265 + i as f32 * 0.143, c);
                art.line(svg(glyph), 0.030, flat(WHITE));
                art.tf = before;
            }
        }
        Sign::Yield | Sign::Works => {
            let down = kind == Sign::Yield;
            let turn = if down { std::f32::consts::FRAC_PI_2 } else { -std::f32::consts::FRAC_PI_2 };
            let cy = if down { c - 0.06 } else { c + 0.08 };
            art.body(poly(&ring(cy, 0.44, 3, turn)), flat(RED));
            art.fill(poly(&ring(cy, 0.29, 3, turn)), flat(if down { WHITE } else { hex(0xF7D548) }));
            if !down {
                art.fill(disc(-0.01, cy - 0.10, 0.035), flat(BLACK));
                art.line(
                    svg(&format!(
                        "M -0.02 {} L 0.03 {} L -0.07 {} M 0.03 {} L 0.07 {} M -0.0 {} L 0.11 {}",
                        cy - 0.05,
                        cy + 0.03,
                        cy + 0.12,
                        cy + 0.03,
                        cy + 0.12,
                        cy - 0.02,
                        cy + 0.02
                    )),
                    0.032,
                    flat(BLACK),
                );
            }
        }
        Sign::NoEntry => {
            art.body(disc(0.0, c, 0.32), flat(WHITE));
            art.fill(disc(0.0, c, 0.305), flat(RED));
            art.fill(rect(-0.22, c - 0.055, 0.22, c + 0.055), flat(WHITE));
        }
        Sign::Crossing => {
            art.body(pill(-0.31, c - 0.31, 0.31, c + 0.31, 0.04), flat(WHITE));
            art.fill(pill(-0.29, c - 0.29, 0.29, c + 0.29, 0.03), flat(BLUE));
            art.fill(poly(&[(0.0, c - 0.24), (0.25, c + 0.20), (-0.25, c + 0.20)]), flat(WHITE));
            art.fill(disc(0.01, c - 0.075, 0.032), flat(BLACK));
            art.line(
                svg(&format!(
                    "M 0.005 {} L 0.0 {} L -0.06 {} M 0.0 {} L 0.06 {} M -0.05 {} L 0.005 {} L 0.06 {}",
                    c - 0.03,
                    c + 0.06,
                    c + 0.15,
                    c + 0.06,
                    c + 0.15,
                    c + 0.02,
                    c - 0.02,
                    c + 0.03
                )),
                0.028,
                flat(BLACK),
            );
            for i in 0..4 {
                let x = -0.17 + i as f32 * 0.10;
                art.fill(rect(x, c + 0.165, x + 0.055, c + 0.195), flat(BLACK));
            }
        }
        Sign::Parking => {
            art.body(pill(-0.30, c - 0.32, 0.30, c + 0.32, 0.04), flat(WHITE));
            art.fill(pill(-0.28, c - 0.30, 0.28, c + 0.30, 0.03), flat(BLUE));
            art.line(
                svg(&format!(
                    "M -0.08 {} L -0.08 {} L 0.03 {} C 0.15 {} 0.15 {} 0.03 {} L -0.08 {}",
                    c + 0.18,
                    c - 0.18,
                    c - 0.18,
                    c - 0.18,
                    c + 0.03,
                    c + 0.03,
                    c + 0.03
                )),
                0.065,
                flat(WHITE),
            );
        }
        Sign::Ahead => {
            art.body(disc(0.0, c, 0.31), flat(WHITE));
            art.fill(disc(0.0, c, 0.295), flat(BLUE));
            art.line(wire(&[(0.0, c + 0.18), (0.0, c - 0.10)]), 0.065, flat(WHITE));
            art.fill(poly(&[(0.0, c - 0.22), (0.13, c - 0.06), (-0.13, c - 0.06)]), flat(WHITE));
        }
        Sign::NoParking => {
            art.body(disc(0.0, c, 0.30), flat(WHITE));
            art.fill(disc(0.0, c, 0.29), flat(RED));
            art.fill(disc(0.0, c, 0.225), flat(BLUE));
            art.line(wire(&[(-0.17, c - 0.17), (0.17, c + 0.17)]), 0.055, flat(RED));
        }
    }
    // A soft shine, so that the plate is metal and not paper.
    art.fill(poly(&[(-0.20, c - 0.20), (-0.02, c - 0.24), (-0.16, c + 0.20), (-0.22, c + 0.10)]), clear(hex(0xFFFFFF), 0.10));
}

/// The housing with its three lamps; the bottom edge is `y` metres up.
pub(crate) fn signal(art: &mut Art, state: Signal, y: f32) {
    let (top, bottom) = (-y - 1.0, -y);
    art.body(
        pill(-0.175, top, 0.175, bottom, 0.07),
        across(-0.175, 0.175, &[(0.0, hex(0x0F1114)), (0.4, hex(0x33373C)), (1.0, hex(0x17191D))]),
    );
    for (i, (kind, on, off)) in [
        (Signal::Red, hex(0xFF3A2E), hex(0x4A1714)),
        (Signal::Amber, hex(0xFFB52B), hex(0x4A3612)),
        (Signal::Green, hex(0x37E27C), hex(0x123C26)),
    ]
    .into_iter()
    .enumerate()
    {
        let cy = top + 0.19 + i as f32 * 0.31;
        art.fill(disc(0.0, cy, 0.125), flat(hex(0x08090B)));
        if kind == state {
            art.emit(disc(0.0, cy, 0.11), flat(on));
            art.emit(disc(-0.02, cy - 0.02, 0.055), clear(hex(0xFFFFFF), 0.55));
            art.glow(disc(0.0, cy, 0.62), halo(0.0, cy, 0.62, on, 0.75));
        } else {
            art.fill(disc(0.0, cy, 0.11), flat(off));
            art.fill(disc(-0.03, cy - 0.04, 0.03), clear(hex(0xFFFFFF), 0.16));
        }
        art.fill(
            svg(&format!(
                "M -0.14 {} C -0.13 {} 0.13 {} 0.14 {} C 0.1 {} -0.1 {} -0.14 {} Z",
                cy,
                cy - 0.20,
                cy - 0.20,
                cy,
                cy - 0.13,
                cy - 0.13,
                cy
            )),
            flat(hex(0x0B0C0E)),
        );
    }
}

/// A street lamp with an arm to the right; its light when it burns.
pub(crate) fn lamp(art: &mut Art, burning: bool, snow: bool) {
    let c = hex(0x3E4A4A);
    pole(art, 5.4, 0.062, c);
    art.body(rect(-0.10, -0.9, 0.10, 0.0), across(-0.1, 0.1, &[(0.0, dark(c, 0.4)), (0.4, pale(c, 0.2)), (1.0, dark(c, 0.4))]));
    art.body_line(svg("M 0 -5.35 C 0.05 -5.75 0.35 -5.85 0.95 -5.80"), 0.075, flat(c));
    art.body(svg("M 0.80 -5.86 L 1.45 -5.80 C 1.55 -5.76 1.52 -5.68 1.44 -5.68 L 0.86 -5.70 Z"), flat(dark(c, 0.2)));
    if snow {
        art.fill(svg("M 0.78 -5.86 C 0.9 -5.96 1.4 -5.94 1.5 -5.79 Z"), flat(hex(0xF7FAFD)));
    }
    if burning {
        art.emit(svg("M 0.90 -5.70 L 1.42 -5.68 C 1.3 -5.60 1.02 -5.60 0.90 -5.70 Z"), flat(hex(0xFFF4D0)));
        art.glow(disc(1.16, -5.64, 2.4), halo(1.16, -5.64, 2.4, hex(0xFFDFA0), 0.9));
        for i in 0..5 {
            let spread = 0.6 + 0.35 * i as f32;
            let cone = poly(&[(1.0, -5.66), (1.33, -5.66), (1.16 + spread, 0.0), (1.16 - spread, 0.0)]);
            art.glow(cone, super::Ink::Linear([0.0, -5.6, 0.0, 0.0], vec![(0.0, hex(0xFFDFA0), 0.045), (1.0, hex(0xFFDFA0), 0.008)]));
        }
    } else {
        art.fill(svg("M 0.90 -5.70 L 1.42 -5.68 C 1.3 -5.62 1.02 -5.62 0.90 -5.70 Z"), flat(hex(0xC8D0CC)));
    }
}

pub(crate) fn bollard(art: &mut Art) {
    art.body(pill(-0.07, -0.85, 0.07, 0.0, 0.06), across(-0.07, 0.07, &[(0.0, hex(0x20262A)), (0.4, hex(0x5C666C)), (1.0, hex(0x1B2024))]));
    art.fill(rect(-0.07, -0.72, 0.07, -0.64), flat(hex(0xD9DDDD)));
}

pub(crate) fn bin(art: &mut Art) {
    art.body(
        svg("M -0.24 -0.85 L 0.24 -0.85 L 0.20 0 L -0.20 0 Z"),
        across(-0.24, 0.24, &[(0.0, hex(0x1E3B2E)), (0.35, hex(0x4C7A63)), (1.0, hex(0x1B3529))]),
    );
    art.body(pill(-0.27, -0.95, 0.27, -0.83, 0.05), flat(hex(0x2B4A3B)));
    art.fill(rect(-0.14, -0.72, 0.14, -0.62), flat(hex(0x10201A)));
}

pub(crate) fn bench(art: &mut Art) {
    let wood = hex(0x9A6A3C);
    for x in [-0.72f32, 0.66] {
        art.body(rect(x, -0.46, x + 0.07, 0.0), flat(hex(0x2A2D30)));
        art.body(rect(x, -0.92, x + 0.05, -0.40), flat(hex(0x2A2D30)));
    }
    for (y, h) in [(-0.92, 0.10), (-0.78, 0.10), (-0.64, 0.10), (-0.47, 0.07), (-0.41, 0.05)] {
        art.body(
            pill(-0.85, y, 0.85, y + h, 0.02),
            across(-0.85, 0.85, &[(0.0, dark(wood, 0.15)), (0.5, pale(wood, 0.15)), (1.0, dark(wood, 0.2))]),
        );
    }
}
