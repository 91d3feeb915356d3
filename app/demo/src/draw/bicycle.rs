//! Bicycles from the side, facing right, wheels on y = 0.

use super::{Art, Rgb, clear, dark, disc, flat, halo, hex, pale, pill, poly, smooth, wire};

const REAR: (f32, f32) = (-0.54, -0.34);
const FRONT: (f32, f32) = (0.52, -0.34);

fn bike_wheel(art: &mut Art, c: (f32, f32), angle: f32) {
    for i in 0..9 {
        let a = angle + i as f32 * std::f32::consts::TAU / 9.0;
        art.line(wire(&[c, (c.0 + 0.31 * a.cos(), c.1 + 0.31 * a.sin())]), 0.006, clear(hex(0xB9BFC4), 0.8));
    }
    art.line(disc(c.0, c.1, 0.320), 0.044, flat(hex(0x1B1B1D)));
    art.line(disc(c.0, c.1, 0.286), 0.016, flat(hex(0xB6BCC2)));
    art.fill(disc(c.0, c.1, 0.035), flat(hex(0x6D7379)));
    // Annotators outline a wheel, not its spokes.
    art.hull(disc(c.0, c.1, 0.34));
}

pub(crate) fn draw(art: &mut Art, paint: Rgb, basket: bool, roll: f32, crank: f32, lamps: bool) {
    let angle = roll / 0.34;
    bike_wheel(art, REAR, angle);
    bike_wheel(art, FRONT, angle);
    art.hull(poly(&[REAR, (-0.24, -0.92), (0.36, -0.90), FRONT, (-0.02, -0.28)]));
    let tube = |art: &mut Art, a: (f32, f32), b: (f32, f32), w: f32, c: Rgb| {
        art.body_line(wire(&[a, b]), w, flat(c));
        art.line(wire(&[(a.0, a.1 - w * 0.2), (b.0, b.1 - w * 0.2)]), w * 0.25, clear(pale(c, 0.7), 0.6));
    };
    let hub = (-0.02, -0.30);
    let seat = (-0.19, -0.76);
    let steer = (0.36, -0.80);
    // Mudguards.
    art.line(smooth_arc(REAR, 0.37, -2.9, -0.9), 0.026, flat(dark(paint, 0.35)));
    art.line(smooth_arc(FRONT, 0.37, -2.2, -0.5), 0.026, flat(dark(paint, 0.35)));
    tube(art, REAR, hub, 0.028, dark(paint, 0.15));
    tube(art, REAR, seat, 0.024, dark(paint, 0.15));
    tube(art, hub, seat, 0.036, paint);
    tube(art, hub, (0.38, -0.70), 0.042, paint);
    tube(art, seat, steer, 0.036, paint);
    tube(art, (0.33, -0.88), FRONT, 0.032, dark(paint, 0.1));
    tube(art, seat, (-0.22, -0.93), 0.026, hex(0x9AA0A6));
    art.body(
        smooth(&[(-0.38, -0.97), (-0.24, -0.985), (-0.06, -0.955), (-0.08, -0.93), (-0.24, -0.92), (-0.37, -0.92)]),
        flat(hex(0x24211F)),
    );
    art.body_line(wire(&[(0.33, -0.86), (0.32, -1.00), (0.44, -1.05), (0.50, -1.03)]), 0.026, flat(hex(0x3A3D42)));
    // Chain and cranks.
    art.line(disc(hub.0, hub.1, 0.075), 0.022, flat(hex(0x55595F)));
    art.line(wire(&[(hub.0, hub.1 - 0.07), (REAR.0, REAR.1 - 0.035)]), 0.010, flat(hex(0x3A3D42)));
    art.line(wire(&[(hub.0, hub.1 + 0.07), (REAR.0, REAR.1 + 0.035)]), 0.010, flat(hex(0x3A3D42)));
    for a in [crank, crank + std::f32::consts::PI] {
        let foot = (hub.0 + 0.17 * a.cos(), hub.1 + 0.17 * a.sin());
        art.line(wire(&[hub, foot]), 0.024, flat(hex(0x44484E)));
        art.fill(pill(foot.0 - 0.06, foot.1 - 0.018, foot.0 + 0.06, foot.1 + 0.018, 0.01), flat(hex(0x1E1F22)));
    }
    if basket {
        art.body(poly(&[(0.42, -1.00), (0.80, -1.00), (0.74, -0.74), (0.47, -0.74)]), flat(hex(0x8A633A)));
        for i in 0..4 {
            let y = -0.95 + i as f32 * 0.06;
            art.line(wire(&[(0.44, y), (0.77, y)]), 0.012, clear(hex(0x4A3216), 0.6));
        }
    }
    if lamps {
        art.emit(disc(0.45, -0.86, 0.035), flat(hex(0xFFFBE6)));
        art.glow(disc(0.45, -0.86, 0.5), halo(0.45, -0.86, 0.5, hex(0xFFF3CC), 0.8));
        art.emit(disc(-0.46, -0.72, 0.03), flat(hex(0xFF4A40)));
        art.glow(disc(-0.46, -0.72, 0.3), halo(-0.46, -0.72, 0.3, hex(0xFF2A20), 0.8));
    }
}

fn smooth_arc(c: (f32, f32), r: f32, from: f32, to: f32) -> Option<tiny_skia::Path> {
    let points: Vec<(f32, f32)> = (0..=14)
        .map(|i| {
            let a = from + (to - from) * i as f32 / 14.0;
            (c.0 + r * a.cos(), c.1 + r * a.sin())
        })
        .collect();
    wire(&points)
}
