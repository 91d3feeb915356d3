//! Heads with hair and hats, and umbrellas.

use super::person::{Hair, Person, round};
use super::{Art, Ink, Rgb, across, clear, dark, flat, hex, limb, mix, oval, pale, smooth, svg, wire};

pub(super) fn umbrella(art: &mut Art, hand: (f32, f32), c: Rgb) {
    let (x, y) = (hand.0 * 0.45, -2.02);
    art.body_line(wire(&[hand, (x, y - 0.10)]), 0.026, flat(hex(0x33302E)));
    let dome = svg(&format!(
        "M {} {y} C {} {} {} {} {x} {} C {} {} {} {} {} {y} Q {} {} {} {y} Q {} {} {x} {y} Q {} {} {} {y} Q {} {} {} {y} Z",
        x - 0.60,
        x - 0.52,
        y - 0.30,
        x - 0.25,
        y - 0.42,
        y - 0.43,
        x + 0.25,
        y - 0.42,
        x + 0.52,
        y - 0.30,
        x + 0.60,
        x + 0.45,
        y - 0.09,
        x + 0.30,
        x + 0.15,
        y - 0.09,
        x - 0.15,
        y - 0.09,
        x - 0.30,
        x - 0.45,
        y - 0.09,
        x - 0.60
    ));
    art.body(dome, across(x - 0.6, x + 0.6, &[(0.0, dark(c, 0.35)), (0.45, c), (0.65, pale(c, 0.18)), (1.0, dark(c, 0.2))]));
    for dx in [-0.30f32, 0.0, 0.30] {
        art.line(
            svg(&format!("M {x} {} Q {} {} {} {}", y - 0.43, x + dx * 0.9, y - 0.36, x + dx, y - 0.01)),
            0.012,
            clear(hex(0x000000), 0.28),
        );
    }
    art.body_line(wire(&[(x, y - 0.42), (x, y - 0.49)]), 0.022, flat(hex(0x33302E)));
}

/// The side view's head; `c` is its centre.
pub(super) fn head_side(art: &mut Art, p: &Person, c: (f32, f32)) {
    let (x, y) = c;
    art.body(limb((x - 0.02, y + 0.09), 0.052, (x - 0.035, y + 0.19), 0.058), flat(dark(p.skin, 0.14)));
    if p.style == Hair::Long {
        art.body(
            smooth(&[
                (x - 0.02, y - 0.13),
                (x - 0.13, y - 0.06),
                (x - 0.15, y + 0.12),
                (x - 0.14, y + 0.30),
                (x - 0.05, y + 0.29),
                (x - 0.01, y + 0.05),
            ]),
            flat(p.hair),
        );
    }
    if p.style == Hair::Bun {
        art.body(oval(x - 0.125, y - 0.08, 0.055, 0.055), flat(p.hair));
    }
    art.body(
        smooth(&[
            (x, y - 0.125),
            (x + 0.085, y - 0.09),
            (x + 0.100, y - 0.02),
            (x + 0.122, y + 0.018),
            (x + 0.098, y + 0.040),
            (x + 0.092, y + 0.095),
            (x + 0.04, y + 0.125),
            (x - 0.05, y + 0.09),
            (x - 0.10, y + 0.02),
            (x - 0.085, y - 0.08),
        ]),
        across(x - 0.1, x + 0.11, &[(0.0, dark(p.skin, 0.22)), (0.5, p.skin), (1.0, pale(p.skin, 0.12))]),
    );
    art.fill(oval(x + 0.066, y - 0.012, 0.010, 0.014), flat(hex(0x2A211C)));
    art.line(wire(&[(x + 0.048, y - 0.038), (x + 0.086, y - 0.036)]), 0.011, flat(p.hair));
    art.line(wire(&[(x + 0.060, y + 0.070), (x + 0.092, y + 0.066)]), 0.010, flat(mix(p.skin, hex(0x7A2A28), 0.5)));
    art.fill(oval(x - 0.02, y + 0.012, 0.020, 0.030), flat(dark(p.skin, 0.14)));
    let cap = |low: f32| {
        smooth(&[
            (x + 0.085, y - 0.075),
            (x + 0.05, y - 0.135),
            (x - 0.03, y - 0.150),
            (x - 0.105, y - 0.10),
            (x - 0.118, y - 0.01),
            (x - 0.09, y + low),
            (x - 0.045, y + low - 0.03),
            (x - 0.035, y - 0.03),
            (x + 0.02, y - 0.055),
        ])
    };
    let ink = Ink::Linear([x - 0.1, y - 0.15, x + 0.06, y], vec![(0.0, pale(p.hair, 0.16), 1.0), (1.0, dark(p.hair, 0.15), 1.0)]);
    match p.style {
        Hair::Short | Hair::Bun => art.body(cap(0.06), ink),
        Hair::Bob => art.body(cap(0.15), ink),
        Hair::Long => art.body(cap(0.16), ink),
        Hair::Bald => art.fill(smooth(&[(x - 0.06, y - 0.01), (x - 0.108, y - 0.03), (x - 0.1, y + 0.06), (x - 0.05, y + 0.04)]), ink),
        Hair::Cap => {
            art.fill(cap(0.06), flat(p.hair));
            let c = p.bag_colour;
            art.body(
                smooth(&[
                    (x + 0.10, y - 0.06),
                    (x + 0.06, y - 0.145),
                    (x - 0.03, y - 0.165),
                    (x - 0.11, y - 0.11),
                    (x - 0.118, y - 0.04),
                    (x, y - 0.058),
                ]),
                flat(c),
            );
            art.body(
                smooth(&[(x + 0.06, y - 0.085), (x + 0.20, y - 0.055), (x + 0.195, y - 0.038), (x + 0.06, y - 0.052)]),
                flat(dark(c, 0.2)),
            );
        }
        Hair::Beanie => {
            art.fill(cap(0.07), flat(p.hair));
            let c = p.bag_colour;
            art.body(
                smooth(&[
                    (x + 0.105, y - 0.045),
                    (x + 0.07, y - 0.16),
                    (x - 0.03, y - 0.19),
                    (x - 0.12, y - 0.12),
                    (x - 0.125, y - 0.02),
                    (x, y - 0.035),
                ]),
                flat(c),
            );
            art.fill(
                smooth(&[
                    (x + 0.11, y - 0.075),
                    (x + 0.108, y - 0.035),
                    (x, y - 0.022),
                    (x - 0.125, y - 0.008),
                    (x - 0.125, y - 0.055),
                    (x, y - 0.068),
                ]),
                flat(dark(c, 0.2)),
            );
            art.body(oval(x - 0.04, y - 0.205, 0.032, 0.03), flat(pale(c, 0.3)));
        }
    }
}

pub(super) fn head_details(art: &mut Art, p: &Person, y: f32, back: bool) {
    let hair = Ink::Linear([-0.1, y - 0.15, 0.08, y], vec![(0.0, pale(p.hair, 0.16), 1.0), (1.0, dark(p.hair, 0.12), 1.0)]);
    if back {
        let low = match p.style {
            Hair::Long => 0.30,
            Hair::Bob => 0.15,
            _ => 0.06,
        };
        art.body(
            smooth(&[
                (0.0, y - 0.145),
                (0.088, y - 0.10),
                (0.102, y),
                (0.085, y + low),
                (0.0, y + low + 0.02),
                (-0.085, y + low),
                (-0.102, y),
                (-0.088, y - 0.10),
            ]),
            hair,
        );
    } else {
        for side in [-1.0f32, 1.0] {
            art.fill(oval(side * 0.035, y - 0.008, 0.010, 0.012), flat(hex(0x2A211C)));
            art.line(wire(&[(side * 0.020, y - 0.034), (side * 0.052, y - 0.035)]), 0.010, flat(p.hair));
        }
        art.line(wire(&[(0.0, y + 0.005), (0.006, y + 0.035), (-0.006, y + 0.037)]), 0.008, clear(dark(p.skin, 0.4), 0.8));
        art.line(wire(&[(-0.024, y + 0.072), (0.024, y + 0.072)]), 0.011, flat(mix(p.skin, hex(0x7A2A28), 0.5)));
        let low = match p.style {
            Hair::Long | Hair::Bob => 0.13,
            _ => 0.0,
        };
        if p.style != Hair::Bald {
            art.body(
                smooth(&[
                    (0.0, y - 0.148),
                    (0.088, y - 0.105),
                    (0.104, y - 0.01),
                    (0.098, y + low),
                    (0.080, y + low),
                    (0.074, y - 0.04),
                    (0.02, y - 0.078),
                    (-0.05, y - 0.065),
                    (-0.076, y - 0.03),
                    (-0.080, y + low),
                    (-0.098, y + low),
                    (-0.104, y - 0.01),
                    (-0.088, y - 0.105),
                ]),
                hair,
            );
        }
    }
    if p.style == Hair::Bun {
        art.body(oval(0.0, y - 0.165, 0.055, 0.05), flat(p.hair));
    }
    if matches!(p.style, Hair::Cap | Hair::Beanie) {
        let c = p.bag_colour;
        art.body(
            smooth(&[(0.0, y - 0.185), (0.09, y - 0.13), (0.108, y - 0.04), (0.0, y - 0.055), (-0.108, y - 0.04), (-0.09, y - 0.13)]),
            round(-0.11, 0.11, c),
        );
        art.fill(
            smooth(&[(0.112, y - 0.075), (0.110, y - 0.035), (0.0, y - 0.042), (-0.110, y - 0.035), (-0.112, y - 0.075), (0.0, y - 0.085)]),
            flat(dark(c, 0.22)),
        );
        if p.style == Hair::Beanie {
            art.body(oval(0.0, y - 0.20, 0.035, 0.032), flat(pale(c, 0.3)));
        }
    }
}
