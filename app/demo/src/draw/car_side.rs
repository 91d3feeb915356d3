//! Cars seen from the side, facing right, wheels on y = 0, in metres.

use super::{Art, Ink, Rgb, clear, dark, disc, down, flat, halo, hex, mix, oval, pale, pill, poly, rect, svg, wire};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Sedan,
    Hatch,
    Suv,
    Van,
    Taxi,
}

/// What a road vehicle carries besides its form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finish {
    pub paint: Rgb,
    pub lamps: bool,
    pub brake: bool,
    pub snow: bool,
    /// Sky colour that panes and paint mirror.
    pub mirror: Rgb,
}

struct Form {
    body: &'static str,
    glass: &'static str,
    /// Centres of the pillars between the panes.
    pillars: &'static [f32],
    wheels: [f32; 2],
    radius: f32,
    top: f32,
    belt: f32,
    /// Rear end, front end.
    ends: [f32; 2],
    roof: [f32; 2],
    driver: f32,
}

const SEDAN: Form = Form {
    body: "M -2.22 -0.34 C -2.30 -0.50 -2.29 -0.80 -2.23 -0.93 C -2.14 -1.01 -1.92 -1.04 -1.62 -1.05 \
           C -1.28 -1.24 -0.98 -1.44 -0.42 -1.46 C 0.02 -1.475 0.34 -1.44 0.56 -1.34 C 0.86 -1.20 1.08 -1.05 1.24 -0.965 \
           C 1.66 -0.925 1.98 -0.86 2.14 -0.75 C 2.26 -0.65 2.29 -0.48 2.25 -0.32 C 2.22 -0.24 2.1 -0.22 1.9 -0.21 \
           L -1.95 -0.21 C -2.12 -0.21 -2.19 -0.26 -2.22 -0.34 Z",
    glass: "M -1.36 -1.01 C -1.10 -1.21 -0.86 -1.375 -0.42 -1.385 C 0.0 -1.395 0.28 -1.36 0.48 -1.275 \
            C 0.72 -1.17 0.92 -1.06 1.04 -0.975 L 0.96 -0.95 L -1.28 -0.975 Z",
    pillars: &[-0.24, -0.98],
    wheels: [-1.38, 1.40],
    radius: 0.335,
    top: -1.46,
    belt: -0.97,
    ends: [-2.27, 2.27],
    roof: [-0.62, 0.42],
    driver: 0.18,
};

const HATCH: Form = Form {
    body: "M -1.92 -0.34 C -2.0 -0.55 -1.98 -0.8 -1.92 -0.95 C -1.86 -1.12 -1.74 -1.36 -1.54 -1.46 \
           C -1.2 -1.54 -0.6 -1.545 -0.2 -1.53 C 0.15 -1.51 0.42 -1.43 0.64 -1.29 C 0.84 -1.16 0.98 -1.06 1.12 -0.98 \
           C 1.5 -0.93 1.78 -0.86 1.9 -0.75 C 2.0 -0.65 2.03 -0.48 2.0 -0.32 C 1.97 -0.24 1.87 -0.22 1.7 -0.21 \
           L -1.7 -0.21 C -1.85 -0.22 -1.9 -0.27 -1.92 -0.34 Z",
    glass: "M -1.66 -1.03 C -1.60 -1.2 -1.52 -1.37 -1.38 -1.42 C -1.1 -1.465 -0.6 -1.47 -0.22 -1.455 \
            C 0.1 -1.44 0.36 -1.36 0.55 -1.235 C 0.72 -1.12 0.82 -1.04 0.9 -0.98 L -1.6 -0.99 Z",
    pillars: &[-0.30, -1.14],
    wheels: [-1.22, 1.26],
    radius: 0.33,
    top: -1.54,
    belt: -0.98,
    ends: [-1.97, 2.01],
    roof: [-1.35, 0.25],
    driver: 0.08,
};

const SUV: Form = Form {
    body: "M -2.22 -0.42 C -2.3 -0.7 -2.27 -0.95 -2.2 -1.1 C -2.12 -1.32 -1.98 -1.6 -1.74 -1.68 \
           C -1.3 -1.75 -0.5 -1.76 0.0 -1.73 C 0.38 -1.7 0.62 -1.58 0.82 -1.42 C 0.98 -1.29 1.1 -1.18 1.22 -1.12 \
           C 1.66 -1.07 1.98 -1.0 2.12 -0.88 C 2.26 -0.76 2.29 -0.55 2.25 -0.38 C 2.2 -0.3 2.08 -0.28 1.9 -0.27 \
           L -1.95 -0.27 C -2.12 -0.28 -2.19 -0.34 -2.22 -0.42 Z",
    glass: "M -1.90 -1.16 C -1.84 -1.4 -1.74 -1.56 -1.58 -1.6 C -1.2 -1.665 -0.5 -1.67 -0.02 -1.645 \
            C 0.3 -1.62 0.54 -1.5 0.72 -1.36 C 0.84 -1.26 0.92 -1.18 0.98 -1.12 L -1.86 -1.12 Z",
    pillars: &[-0.34, -1.24],
    wheels: [-1.38, 1.40],
    radius: 0.39,
    top: -1.75,
    belt: -1.12,
    ends: [-2.27, 2.27],
    roof: [-1.55, 0.15],
    driver: 0.12,
};

const VAN: Form = Form {
    body: "M -2.4 -0.4 L -2.43 -1.45 C -2.41 -1.78 -2.3 -1.93 -2.0 -1.95 L 0.4 -1.95 C 0.85 -1.93 1.1 -1.78 1.35 -1.5 \
           C 1.5 -1.33 1.62 -1.2 1.75 -1.1 C 2.1 -1.05 2.35 -0.95 2.44 -0.8 C 2.52 -0.65 2.52 -0.5 2.48 -0.36 \
           C 2.44 -0.28 2.3 -0.26 2.1 -0.25 L -2.2 -0.25 C -2.34 -0.26 -2.4 -0.32 -2.4 -0.4 Z",
    glass: "M -2.2 -1.18 L -2.2 -1.62 C -2.2 -1.74 -2.14 -1.8 -2.0 -1.8 L 0.38 -1.8 C 0.76 -1.78 0.96 -1.66 1.18 -1.42 \
            C 1.3 -1.29 1.38 -1.2 1.46 -1.12 L -2.2 -1.12 Z",
    pillars: &[0.36, -0.58, -1.45],
    wheels: [-1.5, 1.62],
    radius: 0.36,
    top: -1.95,
    belt: -1.13,
    ends: [-2.43, 2.5],
    roof: [-2.1, 0.4],
    driver: 0.78,
};

fn form(style: Style) -> &'static Form {
    match style {
        Style::Sedan | Style::Taxi => &SEDAN,
        Style::Hatch => &HATCH,
        Style::Suv => &SUV,
        Style::Van => &VAN,
    }
}

/// From bumper to bumper, in metres.
pub(crate) fn length(style: Style) -> f32 {
    let f = form(style);
    f.ends[1] - f.ends[0]
}

/// Of a wheel, in metres.
pub(crate) fn radius(style: Style) -> f32 {
    form(style).radius
}

/// A wheel whose rim has turned by `angle`.
pub(crate) fn wheel(art: &mut Art, x: f32, r: f32, angle: f32) {
    art.body(disc(x, -r, r), flat(hex(0x17181B)));
    art.fill(disc(x, -r, r * 0.93), flat(hex(0x26272B)));
    art.fill(disc(x, -r, r * 0.70), down(-r * 1.7, -r * 0.3, &[(0.0, hex(0xE4E8EC)), (0.5, hex(0xA9AFB6)), (1.0, hex(0x72787F))]));
    for i in 0..5 {
        let a = angle + i as f32 * std::f32::consts::TAU / 5.0;
        let at = |t: f32, k: f32| (x + r * k * t.cos(), -r + r * k * t.sin());
        let (p, q, s) = (at(a - 0.42, 0.60), at(a + 0.42, 0.60), at(a, 0.20));
        art.fill(poly(&[p, q, s]), flat(hex(0x2E3136)));
    }
    art.fill(disc(x, -r, r * 0.17), flat(hex(0xC9CED3)));
    art.line(disc(x, -r, r * 0.70), r * 0.05, flat(hex(0x8B9197)));
}

/// The light that a headlamp throws ahead and on the road, drawn before the vehicle.
pub(crate) fn beam(art: &mut Art, x: f32, y: f32, strength: f32) {
    let before = art.tf;
    let warm = hex(0xFFEFC0);
    art.tf = before.pre_translate(x + 1.7, -0.02).pre_scale(1.0, 0.13);
    art.glow(disc(0.0, 0.0, 2.3), halo(0.0, 0.0, 2.3, warm, 0.75 * strength));
    art.tf = before.pre_translate(x + 1.1, y + 0.12).pre_scale(1.0, 0.20);
    art.glow(disc(0.0, 0.0, 1.5), halo(0.0, 0.0, 1.5, warm, 0.45 * strength));
    art.tf = before;
}

pub(crate) fn draw(art: &mut Art, style: Style, finish: &Finish, roll: f32) {
    let f = form(style);
    let paint = finish.paint;
    let [rear, front] = f.ends;
    // Far-side wheels and the dark underneath, so that the car stands on the road.
    art.body(rect(f.wheels[0], -0.34, f.wheels[1], -0.13), flat(hex(0x101114)));
    for &x in &f.wheels {
        art.fill(disc(x + 0.10, -f.radius - 0.02, f.radius * 0.92), flat(hex(0x0D0E10)));
    }
    let sheen = mix(pale(paint, 0.35), finish.mirror, 0.35);
    art.body(
        svg(f.body),
        down(
            f.top,
            -0.2,
            &[
                (0.0, sheen),
                (0.16, pale(paint, 0.10)),
                (0.36, paint),
                (0.46, sheen),
                (0.56, pale(paint, 0.06)),
                (0.74, dark(paint, 0.18)),
                (1.0, dark(paint, 0.55)),
            ],
        ),
    );
    let span = front - rear;
    // Shoulder light, crease and sill.
    art.fill(
        svg(&format!(
            "M {} {} C {} {} {} {} {} {} C {} {} {} {} {} {} Z",
            rear + 0.12,
            f.belt + 0.10,
            rear + span * 0.3,
            f.belt + 0.02,
            rear + span * 0.7,
            f.belt + 0.03,
            front - 0.22,
            f.belt + 0.25,
            rear + span * 0.7,
            f.belt + 0.13,
            rear + span * 0.3,
            f.belt + 0.11,
            rear + 0.12,
            f.belt + 0.17
        )),
        clear(hex(0xFFFFFF), 0.28),
    );
    art.line(wire(&[(rear + 0.10, -0.52), (front - 0.14, -0.50)]), 0.018, clear(hex(0x000000), 0.22));
    art.fill(pill(f.wheels[0] + 0.3, -0.30, f.wheels[1] - 0.3, -0.19, 0.05), flat(hex(0x1D1F23)));
    art.fill(
        svg(&format!("M {front} -0.42 L {} -0.42 L {} -0.21 L {} -0.21 Z", front - 0.34, front - 0.42, front - 0.14)),
        clear(hex(0x15171A), 0.8),
    );
    art.fill(
        svg(&format!("M {} -0.42 L {} -0.42 L {} -0.21 L {} -0.21 Z", rear + 0.02, rear + 0.34, rear + 0.44, rear + 0.16)),
        clear(hex(0x15171A), 0.8),
    );

    panes(art, f, style, finish);

    // Doors.
    let seam = clear(hex(0x000000), 0.38);
    for (i, &x) in f.pillars.iter().enumerate() {
        if i < 2 {
            let foot = if i == 1 { f.wheels[0] + 0.42 } else { x + 0.03 };
            art.line(svg(&format!("M {} {} L {} -0.62 L {foot} -0.30", x + 0.02, f.belt, x + 0.05)), 0.014, seam.clone());
            art.fill(pill(x + 0.12, f.belt + 0.10, x + 0.32, f.belt + 0.145, 0.02), clear(pale(paint, 0.5), 0.9));
            art.line(wire(&[(x + 0.12, f.belt + 0.155), (x + 0.32, f.belt + 0.155)]), 0.012, clear(hex(0x000000), 0.35));
        }
    }
    let hinge = f.wheels[1] - 0.52;
    art.line(svg(&format!("M {} {} L {} -0.60 L {} -0.30", hinge + 0.02, f.belt, hinge, hinge + 0.06)), 0.014, seam.clone());
    art.line(
        svg(&format!("M {} {} Q {} {} {} {}", hinge + 0.1, f.belt + 0.07, front - 0.5, f.belt + 0.09, front - 0.1, f.belt + 0.27)),
        0.012,
        clear(hex(0x000000), 0.25),
    );

    // Arches, then wheels.
    for &x in &f.wheels {
        let r = f.radius + 0.075;
        art.fill(
            svg(&format!(
                "M {} -0.20 L {} {} C {} {} {} {} {x} {} C {} {} {} {} {} {} L {} -0.20 Z",
                x - r,
                x - r,
                -f.radius,
                x - r,
                -f.radius - r * 0.55,
                x - r * 0.55,
                -f.radius - r,
                -f.radius - r,
                x + r * 0.55,
                -f.radius - r,
                x + r,
                -f.radius - r * 0.55,
                x + r,
                -f.radius,
                x + r
            )),
            flat(hex(0x0E0F12)),
        );
        wheel(art, x, f.radius, roll / f.radius);
    }
    lamps(art, f, finish);

    // Mirror, plate, roof gear.
    art.body(pill(f.driver + 0.52, f.belt - 0.07, f.driver + 0.72, f.belt + 0.06, 0.05), flat(dark(paint, 0.15)));
    match style {
        Style::Taxi => {
            art.body(pill(-0.32, f.top - 0.17, 0.16, f.top + 0.01, 0.05), flat(hex(0xF7F2DC)));
            art.fill(pill(-0.24, f.top - 0.13, 0.08, f.top - 0.05, 0.02), flat(hex(0x22252B)));
            if finish.lamps {
                art.glow(disc(-0.08, f.top - 0.08, 0.6), halo(-0.08, f.top - 0.08, 0.6, hex(0xFFE9A0), 0.8));
            }
            for i in 0..16 {
                let x = -1.02 + i as f32 * 0.13;
                let y = -0.66 + (i % 2) as f32 * 0.05;
                art.fill(rect(x, y, x + 0.13, y + 0.05), flat(hex(0x1C1D20)));
            }
        }
        Style::Suv => art.body_line(wire(&[(-1.45, f.top - 0.035), (0.05, f.top - 0.03)]), 0.035, flat(hex(0x3A3D42))),
        _ => {}
    }
    if finish.snow {
        let [a, b] = f.roof;
        art.body(
            svg(&format!(
                "M {} {} C {} {} {} {} {} {} L {} {} Z",
                a - 0.2,
                f.top + 0.07,
                a,
                f.top - 0.16,
                b,
                f.top - 0.14,
                b + 0.22,
                f.top + 0.09,
                b,
                f.top + 0.05
            )),
            flat(hex(0xF7FAFD)),
        );
        art.body(
            svg(&format!(
                "M {} {} C {} {} {} {} {} {} L {} {} Z",
                hinge + 0.2,
                f.belt + 0.03,
                hinge + 0.5,
                f.belt - 0.07,
                front - 0.5,
                f.belt - 0.02,
                front - 0.15,
                f.belt + 0.22,
                hinge + 0.4,
                f.belt + 0.07
            )),
            flat(hex(0xEEF3F8)),
        );
    }
}

fn panes(art: &mut Art, f: &Form, style: Style, finish: &Finish) {
    let inside = hex(0x18202A);
    let sky = mix(hex(0x5B7488), finish.mirror, 0.45);
    art.fill(
        svg(f.glass),
        Ink::Linear([-0.6, f.top, 0.2, f.belt], vec![(0.0, sky, 1.0), (0.45, mix(sky, inside, 0.6), 1.0), (1.0, inside, 1.0)]),
    );
    // Driver, seats.
    let y = f.belt;
    let seat = hex(0x2E3138);
    for dx in [-0.16, -1.0] {
        art.fill(pill(f.driver + dx - 0.12, y - 0.30, f.driver + dx + 0.08, y, 0.07), flat(seat));
    }
    art.fill(oval(f.driver + 0.06, y - 0.20, 0.085, 0.105), flat(hex(0xB98B6C)));
    art.fill(
        svg(&format!(
            "M {} {y} C {} {} {} {} {} {y} Z",
            f.driver - 0.16,
            f.driver - 0.1,
            y - 0.14,
            f.driver + 0.2,
            y - 0.16,
            f.driver + 0.3
        )),
        flat(hex(0x49566B)),
    );
    art.fill(
        svg(&format!(
            "M {} {} C {} {} {} {} {} {} Z",
            f.driver - 0.03,
            y - 0.18,
            f.driver - 0.05,
            y - 0.34,
            f.driver + 0.14,
            y - 0.34,
            f.driver + 0.13,
            y - 0.24
        )),
        flat(hex(0x2A2119)),
    );
    // Streaks of sky across the panes.
    let h = f.belt - f.top - 0.12;
    for (x, w, a) in [(f.pillars[0] + 0.30, 0.20, 0.20), (f.pillars[0] + 0.56, 0.06, 0.15), (f.pillars[0] - 0.50, 0.16, 0.18)] {
        art.fill(
            poly(&[(x, y - 0.03), (x + w, y - 0.03), (x + w + h * 0.35, y - h * 0.86), (x + h * 0.35, y - h * 0.86)]),
            clear(hex(0xFFFFFF), a),
        );
    }
    let post = if style == Style::Suv || style == Style::Hatch { hex(0x15171A) } else { dark(finish.paint, 0.25) };
    for &x in f.pillars {
        art.fill(poly(&[(x - 0.045, y + 0.01), (x + 0.045, y + 0.01), (x + 0.06, f.top + 0.07), (x - 0.02, f.top + 0.07)]), flat(post));
    }
    art.line(svg(f.glass), 0.022, clear(hex(0x0B0D10), 0.75));
    art.line(wire(&[(-1.25, y + 0.015), (f.driver + 0.7, y + 0.02)]), 0.016, clear(hex(0xE8EDF2), 0.55));
}

fn lamps(art: &mut Art, f: &Form, finish: &Finish) {
    let [rear, front] = f.ends;
    let y = f.belt + 0.26;
    let head = svg(&format!(
        "M {} {} Q {} {} {} {} L {} {} Q {} {} {} {} Z",
        front - 0.42,
        y - 0.06,
        front - 0.2,
        y - 0.07,
        front - 0.05,
        y + 0.02,
        front - 0.03,
        y + 0.12,
        front - 0.25,
        y + 0.12,
        front - 0.42,
        y - 0.06
    ));
    art.fill(head, flat(if finish.lamps { hex(0xFFF7DA) } else { hex(0xDCE6EC) }));
    art.line(wire(&[(front - 0.36, y - 0.03), (front - 0.08, y + 0.05)]), 0.02, clear(hex(0xFFFFFF), 0.8));
    let y2 = f.belt + 0.10;
    let tail = svg(&format!(
        "M {} {} L {} {} Q {} {} {} {} L {} {} Z",
        rear + 0.01,
        y2,
        rear + 0.24,
        y2,
        rear + 0.26,
        y2 + 0.12,
        rear + 0.18,
        y2 + 0.22,
        rear - 0.01,
        y2 + 0.20
    ));
    art.fill(tail.clone(), flat(hex(0xA81E22)));
    art.fill(rect(rear + 0.02, y2 + 0.04, rear + 0.16, y2 + 0.08), clear(hex(0xFF8A80), 0.7));
    if finish.brake || finish.lamps {
        let strength = if finish.brake { 0.95 } else { 0.5 };
        art.emit(tail, clear(hex(0xFF3B30), strength));
        art.glow(disc(rear + 0.05, y2 + 0.1, 0.55), halo(rear + 0.05, y2 + 0.1, 0.55, hex(0xFF2A20), strength * 0.8));
    }
    if finish.lamps {
        art.glow(disc(front - 0.12, y + 0.05, 0.8), halo(front - 0.12, y + 0.05, 0.8, hex(0xFFF0C0), 0.95));
    }
}
