//! People: side view facing right, or seen from the front or the back; feet on y = 0.

use super::head::{head_details, head_side, umbrella};
use super::{Art, Ink, Rgb, Rng, across, clear, dark, flat, hex, limb, pale, pill, poly, smooth, wire};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hair {
    Short,
    Bob,
    Long,
    Bun,
    Cap,
    Beanie,
    Bald,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Top {
    Shirt,
    Jacket,
    Coat,
    Dress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bag {
    None,
    Backpack,
    Handbag,
    Shopping,
}

/// One person's looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Metres.
    pub height: f32,
    pub build: f32,
    pub skin: Rgb,
    pub hair: Rgb,
    pub style: Hair,
    pub top: Top,
    pub cloth: Rgb,
    pub legs: Rgb,
    pub shoes: Rgb,
    pub bag: Bag,
    pub bag_colour: Rgb,
    pub umbrella: Option<Rgb>,
    pub scarf: Option<Rgb>,
}

const SKIN: [Rgb; 6] = [hex(0xF2CDAE), hex(0xE3B48D), hex(0xC98F64), hex(0x9C6842), hex(0x6F4630), hex(0xEABF9F)];
const HAIR: [Rgb; 6] = [hex(0x231A15), hex(0x4A3222), hex(0x7A5230), hex(0xB98B4E), hex(0x8C8A88), hex(0x6E2F1D)];
const CLOTH: [Rgb; 14] = [
    hex(0xC8413A),
    hex(0x2F5D8A),
    hex(0xE7B23E),
    hex(0x3F7F5F),
    hex(0xF1ECE2),
    hex(0x2B2F3A),
    hex(0x8C4F7D),
    hex(0xDD7B4C),
    hex(0x6FA3B8),
    hex(0x9AA05A),
    hex(0xD9A5A0),
    hex(0x4B5D73),
    hex(0xB8733F),
    hex(0x1F6F78),
];
const LEGS: [Rgb; 7] = [hex(0x2D3A55), hex(0x3C4657), hex(0x23252B), hex(0x6B6F78), hex(0x8A7458), hex(0x4A5A78), hex(0xB7A98C)];

impl Person {
    pub(crate) fn random(rng: &mut Rng, cold: bool, rain: bool) -> Person {
        let child = rng.chance(0.10);
        let height = if child { rng.range(1.15, 1.40) } else { rng.range(1.60, 1.88) };
        let top = if cold {
            rng.pick(&[Top::Coat, Top::Jacket, Top::Jacket, Top::Coat])
        } else {
            rng.pick(&[Top::Shirt, Top::Shirt, Top::Jacket, Top::Dress, Top::Coat])
        };
        let style = if child {
            rng.pick(&[Hair::Short, Hair::Bob, Hair::Cap, Hair::Long])
        } else if cold {
            rng.pick(&[Hair::Beanie, Hair::Beanie, Hair::Long, Hair::Short, Hair::Bob])
        } else {
            rng.pick(&[Hair::Short, Hair::Short, Hair::Bob, Hair::Long, Hair::Bun, Hair::Cap, Hair::Bald])
        };
        Person {
            height,
            build: rng.range(0.92, 1.14),
            skin: rng.pick(&SKIN),
            hair: if child { rng.pick(&HAIR[..4]) } else { rng.pick(&HAIR) },
            style,
            top: if child && top == Top::Coat { Top::Jacket } else { top },
            cloth: rng.pick(&CLOTH),
            legs: rng.pick(&LEGS),
            shoes: rng.pick(&[hex(0x26221F), hex(0xE9E6E0), hex(0x6B4226), hex(0x8F2F2B)]),
            bag: rng.pick(&[Bag::None, Bag::Backpack, Bag::Handbag, Bag::Shopping, Bag::None]),
            bag_colour: rng.pick(&CLOTH),
            umbrella: (rain && rng.chance(0.72)).then(|| rng.pick(&CLOTH)),
            scarf: (cold && rng.chance(0.6)).then(|| rng.pick(&CLOTH)),
        }
    }
}

/// Round form: light from one side.
pub(super) fn round(x0: f32, x1: f32, c: Rgb) -> Ink {
    across(x0, x1, &[(0.0, dark(c, 0.26)), (0.35, c), (0.7, pale(c, 0.10)), (1.0, dark(c, 0.10))])
}

struct Leg {
    knee: (f32, f32),
    ankle: (f32, f32),
    shin: f32,
}

fn leg(hip: (f32, f32), phase: f32, stride: f32) -> Leg {
    let thigh = 0.44 * phase.sin() * stride;
    let bend = 0.08 + stride * 0.85 * phase.cos().max(0.0).powf(1.4);
    let shin = thigh - bend;
    let knee = (hip.0 + 0.43 * thigh.sin(), hip.1 + 0.43 * thigh.cos());
    let ankle = (knee.0 + 0.40 * shin.sin(), knee.1 + 0.40 * shin.cos());
    Leg { knee, ankle, shin }
}

fn shoe(art: &mut Art, ankle: (f32, f32), pitch: f32, c: Rgb) {
    let (s, k) = pitch.sin_cos();
    let at = |x: f32, y: f32| (ankle.0 + x * k - y * s, ankle.1 + x * s + y * k);
    art.body(smooth(&[at(-0.07, 0.0), at(-0.075, 0.065), at(0.06, 0.075), at(0.175, 0.072), at(0.17, 0.03), at(0.07, -0.02)]), flat(c));
    art.line(wire(&[at(-0.07, 0.072), at(0.17, 0.076)]), 0.014, clear(pale(c, 0.5), 0.8));
}

fn draw_leg(art: &mut Art, p: &Person, hip: (f32, f32), l: &Leg, shade: f32) {
    let c = dark(p.legs, shade);
    let bare = p.top == Top::Dress;
    let (thigh, shin) = if bare { (dark(p.skin, shade), dark(p.skin, shade)) } else { (c, c) };
    let b = p.build;
    shoe(art, l.ankle, (-l.shin * 0.75).max(-0.1) * if l.shin < -0.3 { 1.0 } else { 0.25 }, dark(p.shoes, shade));
    let w = if bare { 0.050 } else { 0.064 };
    // One gradient for the whole leg, so that no seam shows at the knee.
    let (x0, x1) = (hip.0.min(l.knee.0).min(l.ankle.0) - 0.09, hip.0.max(l.knee.0).max(l.ankle.0) + 0.09);
    art.body(limb(l.knee, w * b, l.ankle, w * 0.80), round(x0, x1, shin));
    art.body(limb(hip, 0.092 * b, l.knee, w * 1.08 * b), round(x0, x1, thigh));
}

fn draw_arm(art: &mut Art, p: &Person, shoulder: (f32, f32), upper: f32, bend: f32, shade: f32) -> (f32, f32) {
    let elbow = (shoulder.0 + 0.27 * upper.sin(), shoulder.1 + 0.27 * upper.cos());
    let fore = upper + bend;
    let wrist = (elbow.0 + 0.24 * fore.sin(), elbow.1 + 0.24 * fore.cos());
    let hand = (wrist.0 + 0.05 * fore.sin(), wrist.1 + 0.05 * fore.cos());
    let c = dark(p.cloth, shade);
    let short = matches!(p.top, Top::Shirt | Top::Dress);
    let lower = if short { dark(p.skin, shade) } else { c };
    art.body(limb(wrist, 0.036, hand, 0.036), flat(dark(p.skin, shade)));
    art.body(limb(elbow, 0.046, wrist, 0.036), round(elbow.0 - 0.06, elbow.0 + 0.06, lower));
    art.body(limb(shoulder, 0.066, elbow, 0.052), round(shoulder.0 - 0.07, shoulder.0 + 0.07, c));
    hand
}

/// Walking (or standing when `stride` is 0), side view. `phase` runs with the steps.
pub(crate) fn side(art: &mut Art, p: &Person, phase: f32, stride: f32) {
    let k = p.height / 1.77;
    let before = art.tf;
    art.tf = art.tf.pre_scale(k, k);
    let (near, far) = (leg((0.0, 0.0), phase, stride), leg((0.0, 0.0), phase + std::f32::consts::PI, stride));
    // The lower foot stands on the ground.
    let hip_y = -(near.ankle.1.max(far.ankle.1)) - 0.072;
    let hip = (0.0, hip_y);
    let place = |l: Leg| Leg { knee: (l.knee.0, l.knee.1 + hip_y), ankle: (l.ankle.0, l.ankle.1 + hip_y), shin: l.shin };
    let (near, far) = (place(near), place(far));
    let chest = (0.035 * stride, hip_y - 0.50);
    let swing = 0.42 * phase.sin() * stride;
    let held = p.umbrella.is_some();

    draw_arm(art, p, chest, swing, 0.22 + 0.2 * stride, 0.34);
    draw_leg(art, p, hip, &far, 0.34);
    if p.bag == Bag::Backpack {
        let c = p.bag_colour;
        art.body(
            smooth(&[
                (chest.0 - 0.06, chest.1 - 0.06),
                (chest.0 - 0.24, chest.1 + 0.0),
                (chest.0 - 0.29, chest.1 + 0.24),
                (chest.0 - 0.22, chest.1 + 0.40),
                (chest.0 - 0.06, chest.1 + 0.38),
            ]),
            round(chest.0 - 0.3, chest.0, c),
        );
        art.fill(pill(chest.0 - 0.28, chest.1 + 0.18, chest.0 - 0.16, chest.1 + 0.36, 0.04), flat(dark(c, 0.22)));
    }
    draw_leg(art, p, hip, &near, 0.0);
    let b = p.build;
    let (cx, cy, hy) = (chest.0, chest.1, hip_y);
    let torso = |hem: f32, flare: f32| {
        smooth(&[
            (cx + 0.03, cy - 0.075),
            (cx + 0.125 * b, cy + 0.06),
            (cx + 0.125 * b, cy + 0.24),
            (0.105 * b + flare * 0.4, hy - 0.06),
            (0.115 * b + flare, hy + hem),
            (-0.115 * b - flare, hy + hem),
            (-0.115 * b - flare * 0.4, hy - 0.06),
            (cx - 0.115 * b, cy + 0.24),
            (cx - 0.13 * b, cy + 0.06),
            (cx - 0.06, cy - 0.075),
        ])
    };
    let ink = round(-0.14, 0.16, p.cloth);
    match p.top {
        Top::Shirt => art.body(torso(0.05, 0.0), ink),
        Top::Jacket => {
            art.body(torso(0.10, 0.02), ink);
            art.line(wire(&[(-0.12, hy + 0.03), (0.125, hy + 0.03)]), 0.02, clear(hex(0x000000), 0.25));
            art.line(wire(&[(0.10 * b, cy), (0.10 * b, hy + 0.06)]), 0.012, clear(hex(0x000000), 0.3));
        }
        Top::Coat => {
            art.body(torso(0.42, 0.07 + 0.05 * stride * phase.sin().abs()), ink);
            art.line(wire(&[(-0.13, hy - 0.10), (0.12, hy - 0.10)]), 0.03, flat(dark(p.cloth, 0.4)));
        }
        Top::Dress => {
            art.body(torso(0.36, 0.11 + 0.05 * stride * phase.sin().abs()), ink);
            art.line(wire(&[(-0.11, hy - 0.12), (0.105, hy - 0.12)]), 0.025, flat(dark(p.cloth, 0.3)));
        }
    }
    head_side(art, p, (cx + 0.02, cy - 0.25));
    if let Some(c) = p.scarf {
        art.body(smooth(&[(cx - 0.09, cy - 0.11), (cx + 0.10, cy - 0.12), (cx + 0.10, cy - 0.03), (cx - 0.08, cy - 0.02)]), flat(c));
        art.body(limb((cx + 0.06, cy - 0.05), 0.035, (cx + 0.08, cy + 0.18), 0.035), flat(dark(c, 0.15)));
    }
    let (upper, bend) = if held { (0.35, 1.75) } else { (-swing, 0.22 + 0.2 * stride) };
    if p.bag == Bag::Handbag {
        art.line(wire(&[(cx - 0.02, cy - 0.06), (-0.10, hy - 0.06)]), 0.02, flat(dark(p.bag_colour, 0.35)));
        art.body(pill(-0.19, hy - 0.10, 0.05, hy + 0.12, 0.04), round(-0.19, 0.05, p.bag_colour));
        art.fill(pill(-0.19, hy - 0.10, 0.05, hy, 0.04), flat(dark(p.bag_colour, 0.18)));
    }
    let hand = draw_arm(art, p, (cx - 0.01, cy), upper, bend, 0.05);
    if p.bag == Bag::Shopping && !held {
        art.line(wire(&[(hand.0 - 0.07, hand.1 + 0.14), (hand.0, hand.1), (hand.0 + 0.07, hand.1 + 0.14)]), 0.012, flat(hex(0x4A3A2A)));
        art.body(
            poly(&[
                (hand.0 - 0.12, hand.1 + 0.12),
                (hand.0 + 0.12, hand.1 + 0.12),
                (hand.0 + 0.10, hand.1 + 0.42),
                (hand.0 - 0.10, hand.1 + 0.42),
            ]),
            round(hand.0 - 0.12, hand.0 + 0.12, p.bag_colour),
        );
    }
    if let Some(c) = p.umbrella {
        umbrella(art, hand, c);
    }
    art.tf = before;
}

/// Seen from the front, or from behind when `back`.
pub(crate) fn facing(art: &mut Art, p: &Person, phase: f32, stride: f32, back: bool) {
    let k = p.height / 1.77;
    let before = art.tf;
    art.tf = art.tf.pre_scale(k, k);
    let hy = -0.90;
    let cy = -1.40;
    let b = p.build;
    let bare = p.top == Top::Dress;
    for side in [-1.0f32, 1.0] {
        let lift = (side * phase.sin()).max(0.0) * 0.16 * stride;
        let hip = (side * 0.085 * b, hy);
        let knee = (side * 0.095 * b, hy + 0.43 - lift * 0.6);
        let ankle = (side * 0.095, -0.07 - lift);
        let c = if bare { p.skin } else { p.legs };
        let shade = if lift > 0.02 { 0.18 } else { 0.0 };
        art.body(
            smooth(&[
                (ankle.0 - 0.055, ankle.1 - 0.01),
                (ankle.0 - 0.06, ankle.1 + 0.06),
                (ankle.0, ankle.1 + 0.075),
                (ankle.0 + 0.06, ankle.1 + 0.06),
                (ankle.0 + 0.055, ankle.1 - 0.01),
            ]),
            flat(p.shoes),
        );
        let w = if bare { 0.050 } else { 0.066 };
        art.body(limb(knee, w * b, ankle, w * 0.78), round(knee.0 - 0.08, knee.0 + 0.08, dark(c, shade)));
        art.body(limb(hip, 0.092 * b, knee, w * 1.08 * b), round(hip.0 - 0.1, hip.0 + 0.1, dark(c, shade)));
    }
    if p.style == Hair::Long && !back {
        art.body(
            smooth(&[(-0.12, cy - 0.30), (0.12, cy - 0.30), (0.14, cy + 0.08), (0.05, cy + 0.06), (-0.05, cy + 0.06), (-0.14, cy + 0.08)]),
            flat(dark(p.hair, 0.2)),
        );
    }
    let held = p.umbrella.is_some();
    let mut hands = [(0.0, 0.0); 2];
    for (i, side) in [-1.0f32, 1.0].into_iter().enumerate() {
        let swing = side * phase.sin() * stride;
        let shoulder = (side * 0.175 * b, cy + 0.02);
        let (elbow, wrist) = if held && i == 1 {
            ((side * 0.25 * b, cy + 0.24), (side * 0.14, cy + 0.10))
        } else {
            ((side * 0.225 * b, cy + 0.27), (side * (0.225 - 0.03 * swing.max(0.0)) * b, cy + 0.50 - 0.07 * swing.max(0.0)))
        };
        let short = matches!(p.top, Top::Shirt | Top::Dress);
        art.body(limb(wrist, 0.036, (wrist.0, wrist.1 + if held && i == 1 { -0.04 } else { 0.05 }), 0.036), flat(p.skin));
        art.body(limb(elbow, 0.045, wrist, 0.036), round(elbow.0 - 0.06, elbow.0 + 0.06, if short { p.skin } else { dark(p.cloth, 0.08) }));
        art.body(limb(shoulder, 0.064, elbow, 0.050), round(shoulder.0 - 0.07, shoulder.0 + 0.07, dark(p.cloth, 0.08)));
        hands[i] = wrist;
    }
    let (hem, flare) = match p.top {
        Top::Shirt => (0.04, 0.0),
        Top::Jacket => (0.10, 0.02),
        Top::Coat => (0.42, 0.05),
        Top::Dress => (0.38, 0.09),
    };
    art.body(
        smooth(&[
            (0.06, cy - 0.085),
            (0.185 * b, cy - 0.02),
            (0.185 * b, cy + 0.14),
            (0.155 * b, cy + 0.30),
            (0.165 * b + flare, hy + hem),
            (-0.165 * b - flare, hy + hem),
            (-0.155 * b, cy + 0.30),
            (-0.185 * b, cy + 0.14),
            (-0.185 * b, cy - 0.02),
            (-0.06, cy - 0.085),
        ]),
        round(-0.2, 0.2, p.cloth),
    );
    if !back && matches!(p.top, Top::Jacket | Top::Coat) {
        art.fill(poly(&[(-0.055, cy - 0.08), (0.055, cy - 0.08), (0.0, cy + 0.16)]), flat(pale(p.legs, 0.5)));
        art.line(wire(&[(0.0, cy + 0.16), (0.0, hy + hem - 0.01)]), 0.012, clear(hex(0x000000), 0.35));
    }
    art.body(limb((0.0, cy - 0.13), 0.05, (0.0, cy - 0.06), 0.056), flat(dark(p.skin, 0.15)));
    let y = cy - 0.25;
    art.body(
        smooth(&[
            (0.0, y - 0.125),
            (0.078, y - 0.08),
            (0.090, y + 0.0),
            (0.062, y + 0.095),
            (0.0, y + 0.128),
            (-0.062, y + 0.095),
            (-0.090, y + 0.0),
            (-0.078, y - 0.08),
        ]),
        round(-0.1, 0.1, p.skin),
    );
    head_details(art, p, y, back);
    if let Some(c) = p.scarf {
        art.body(smooth(&[(-0.10, cy - 0.12), (0.10, cy - 0.12), (0.115, cy - 0.04), (0.0, cy - 0.005), (-0.115, cy - 0.04)]), flat(c));
        art.body(limb((0.04, cy - 0.03), 0.035, (0.05, cy + 0.2), 0.035), flat(dark(c, 0.15)));
    }
    match p.bag {
        Bag::Backpack if back => {
            art.body(pill(-0.155, cy - 0.02, 0.155, cy + 0.42, 0.09), round(-0.16, 0.16, p.bag_colour));
            art.fill(pill(-0.11, cy + 0.20, 0.11, cy + 0.38, 0.04), flat(dark(p.bag_colour, 0.2)));
        }
        Bag::Backpack => {
            for side in [-1.0, 1.0] {
                art.line(wire(&[(side * 0.10, cy - 0.06), (side * 0.13, cy + 0.26)]), 0.035, flat(dark(p.bag_colour, 0.2)));
            }
        }
        Bag::Handbag | Bag::Shopping => {
            let hand = hands[0];
            art.line(
                wire(&[(hand.0 - 0.06, hand.1 + 0.17), (hand.0, hand.1 + 0.03), (hand.0 + 0.06, hand.1 + 0.17)]),
                0.012,
                flat(hex(0x4A3A2A)),
            );
            art.body(
                poly(&[
                    (hand.0 - 0.11, hand.1 + 0.15),
                    (hand.0 + 0.11, hand.1 + 0.15),
                    (hand.0 + 0.09, hand.1 + 0.40),
                    (hand.0 - 0.09, hand.1 + 0.40),
                ]),
                round(hand.0 - 0.1, hand.0 + 0.1, p.bag_colour),
            );
        }
        Bag::None => {}
    }
    if let Some(c) = p.umbrella {
        umbrella(art, (hands[1].0, hands[1].1), c);
    }
    art.tf = before;
}

/// Seated on a bicycle facing right; the pedals at `crank`. Two passes, so that the
/// frame lies between the legs.
pub(crate) fn rider(art: &mut Art, p: &Person, crank: f32, far_side: bool) {
    let saddle = (-0.24, -0.98);
    let hub = (-0.02, -0.30);
    let leg_at = |a: f32| {
        let foot = (hub.0 + 0.17 * a.cos(), hub.1 + 0.17 * a.sin() - 0.06);
        let (dx, dy) = (foot.0 - saddle.0, foot.1 - saddle.1);
        let d = (dx * dx + dy * dy).sqrt().min(0.85);
        // Knee forward of the line from hip to foot; thigh and shin are equally long.
        let half = (0.43f32 * 0.43 - d * d / 4.0).max(0.0).sqrt();
        let mid = (saddle.0 + dx / 2.0, saddle.1 + dy / 2.0);
        ((mid.0 + dy / d * half, mid.1 - dx / d * half), foot)
    };
    let draw = |art: &mut Art, a: f32, shade: f32| {
        let (knee, foot) = leg_at(a);
        shoe(art, (foot.0 - 0.02, foot.1 - 0.02), 0.1, dark(p.shoes, shade));
        art.body(limb(knee, 0.062, foot, 0.050), flat(dark(p.legs, shade)));
        art.body(limb(saddle, 0.098, knee, 0.068), round(saddle.0, knee.0, dark(p.legs, shade)));
    };
    if far_side {
        draw(art, crank + std::f32::consts::PI, 0.34);
        return;
    }
    let chest = (0.06, -1.42);
    art.body(limb((chest.0, chest.1 + 0.04), 0.055, (0.30, -1.16), 0.045), flat(dark(p.cloth, 0.34)));
    draw(art, crank, 0.0);
    if p.bag == Bag::Backpack {
        art.body(
            smooth(&[(-0.02, -1.50), (-0.20, -1.48), (-0.34, -1.26), (-0.30, -1.08), (-0.16, -1.08)]),
            round(-0.34, 0.0, p.bag_colour),
        );
    }
    art.body(
        smooth(&[
            (0.06, -1.50),
            (0.16, -1.40),
            (0.09, -1.20),
            (-0.10, -0.95),
            (-0.30, -0.92),
            (-0.34, -1.02),
            (-0.20, -1.24),
            (-0.06, -1.45),
        ]),
        round(-0.3, 0.2, p.cloth),
    );
    head_side(art, p, (chest.0 + 0.09, chest.1 - 0.24));
    if matches!(p.style, Hair::Short | Hair::Bald | Hair::Bun | Hair::Bob) {
        let (x, y) = (chest.0 + 0.09, chest.1 - 0.24);
        let c = p.bag_colour;
        art.body(
            smooth(&[
                (x + 0.13, y - 0.055),
                (x + 0.08, y - 0.165),
                (x - 0.05, y - 0.185),
                (x - 0.14, y - 0.10),
                (x - 0.13, y - 0.05),
                (x, y - 0.07),
            ]),
            round(x - 0.14, x + 0.14, c),
        );
        art.line(wire(&[(x - 0.07, y - 0.13), (x + 0.06, y - 0.14)]), 0.018, flat(dark(c, 0.5)));
    }
    let elbow = (0.22, -1.20);
    art.body(limb(elbow, 0.046, (0.42, -1.06), 0.036), flat(if p.top == Top::Shirt { p.skin } else { p.cloth }));
    art.body(limb((0.42, -1.06), 0.038, (0.46, -1.05), 0.034), flat(p.skin));
    art.body(limb((chest.0 + 0.01, chest.1 + 0.03), 0.064, elbow, 0.050), round(0.0, 0.25, p.cloth));
}
