//! The videos of the jobs about sequences: what moves in them is known on every frame, and painted there.

use limn_core::geometry::{ImageVec, RotatedBox};
use limn_core::{Geometry, ImagePos};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Width and height of the frames in pixels.
pub const SIZE: [usize; 2] = [640, 360];
/// Frames of a video.
pub const FRAMES: u64 = 300;

/// What is in a video on a frame, from the farthest to the nearest.
pub type Things = fn(u64) -> Vec<RotatedBox>;

/// A car from above: straight on, a quarter turn to the right, straight on, one to the left, straight on, at one speed.
pub fn car(frame: u64) -> Vec<RotatedBox> {
    const BEND: f64 = 50.0;
    let stretches = [190.0, 25.0 * std::f64::consts::PI, 60.0, 25.0 * std::f64::consts::PI, 190.0];
    let (mut center, mut heading) = (ImagePos::new(80.0, 90.0), 0.0_f64);
    let mut left = stretches.iter().sum::<f64>() * frame as f64 / (FRAMES - 1) as f64;
    for (at, length) in stretches.into_iter().enumerate() {
        let gone = left.min(length);
        left -= gone;
        let bend = [0.0, 1.0, 0.0, -1.0, 0.0][at] / BEND;
        let turn = gone * bend;
        center = center
            + if turn == 0.0 {
                ImageVec::new(gone * heading.cos(), gone * heading.sin())
            } else {
                ImageVec::new((heading + turn).sin() - heading.sin(), heading.cos() - (heading + turn).cos()) * (1.0 / bend)
            };
        heading += turn;
    }
    vec![RotatedBox { center, width: 72.0, height: 34.0, angle: heading.to_degrees() }]
}

/// Frames on which the people set out, change their ways and speeds, and stop.
pub const CORNERS: [u64; 4] = [0, 100, 200, 299];

/// Five people who cross each other's ways, each straight from place to place.
pub fn people(frame: u64) -> Vec<RotatedBox> {
    let ways = [
        [[60.0, 130.0], [170.0, 136.0], [330.0, 132.0], [440.0, 136.0]],
        [[580.0, 156.0], [440.0, 160.0], [300.0, 154.0], [130.0, 160.0]],
        [[150.0, 184.0], [260.0, 186.0], [400.0, 182.0], [510.0, 188.0]],
        [[490.0, 212.0], [370.0, 214.0], [190.0, 210.0], [50.0, 216.0]],
        [[240.0, 240.0], [340.0, 238.0], [460.0, 242.0], [590.0, 240.0]],
    ];
    let at = CORNERS.iter().rposition(|corner| *corner <= frame).unwrap().min(CORNERS.len() - 2);
    let t = (frame - CORNERS[at]) as f64 / (CORNERS[at + 1] - CORNERS[at]) as f64;
    let place = |way: [[f64; 2]; 4]| ImagePos::new(mixed(way[at][0], way[at + 1][0], t), mixed(way[at][1], way[at + 1][1], t));
    ways.into_iter().map(|way| RotatedBox { center: place(way), width: 30.0, height: 76.0, angle: 0.0 }).collect()
}

fn mixed(a: f64, b: f64, t: f64) -> f64 {
    a + (b - a) * t
}

/// Where a place of the picture lies on a thing: from -1 to 1 along both of its sides, if it is on it.
fn on(thing: &RotatedBox, x: f64, y: f64) -> Option<[f64; 2]> {
    let (sin, cos) = thing.angle.to_radians().sin_cos();
    let (x, y) = (x - thing.center.x, y - thing.center.y);
    let there = [(x * cos + y * sin) / thing.width * 2.0, (y * cos - x * sin) / thing.height * 2.0];
    there.iter().all(|part| part.abs() <= 1.0).then_some(there)
}

/// Places spread evenly over a thing.
fn samples(thing: &RotatedBox) -> impl Iterator<Item = ImagePos> + use<> {
    let RotatedBox { center, width, height, angle } = *thing;
    let (sin, cos) = angle.to_radians().sin_cos();
    let along = |at: usize| (at as f64 + 0.5) / SAMPLES as f64 - 0.5;
    (0..SAMPLES * SAMPLES).map(move |at| {
        let (u, v) = (along(at % SAMPLES) * width, along(at / SAMPLES) * height);
        ImagePos::new(center.x + u * cos - v * sin, center.y + u * sin + v * cos)
    })
}

/// Samples across and down.
const SAMPLES: usize = 40;

/// The share of samples for which it is so.
fn share(thing: &RotatedBox, is_so: impl Fn(ImagePos) -> bool) -> f64 {
    samples(thing).filter(|pos| is_so(*pos)).count() as f64 / (SAMPLES * SAMPLES) as f64
}

/// How much of both is common to both, from 0 to 1.
pub fn overlap(truth: &RotatedBox, found: &Geometry) -> f64 {
    let found = match found {
        Geometry::Box(rect) => RotatedBox::from(*rect),
        Geometry::RotatedBox(turned) => *turned,
        other => panic!("{other:?}"),
    };
    let (a, b) = (truth.width * truth.height, found.width * found.height);
    let both = a * share(truth, |pos| found.contains(pos));
    (both / (a + b - both)).min(1.0)
}

/// How much of one of the things is behind nearer ones, from 0 to 1.
pub fn hidden(things: &[RotatedBox], at: usize) -> f64 {
    share(&things[at], |pos| things[at + 1..].iter().any(|nearer| nearer.contains(pos)))
}

/// Gray of a surface with its own pattern of spots, large and small ones; `x` and `y` in pixels.
fn pattern(number: usize, x: f64, y: f64) -> u8 {
    let spots = |size: f64, layer: u32| {
        let (x, y) = (x / size + 1000.0, y / size + 1000.0);
        let (left, top) = (x.floor(), y.floor());
        let knot = |dx: f64, dy: f64| random((left + dx) as u32, (top + dy) as u32, number as u32 * 3 + layer);
        mixed(mixed(knot(0.0, 0.0), knot(1.0, 0.0), x - left), mixed(knot(0.0, 1.0), knot(1.0, 1.0), x - left), y - top)
    };
    let brightness = [0.0, 60.0, 20.0, 80.0, 40.0][number % 5];
    (brightness + 110.0 * spots(11.0, 0) + 70.0 * spots(4.0, 1)) as u8
}

/// The same number from 0 to 1 for the same place, like no other one.
fn random(x: u32, y: u32, layer: u32) -> f64 {
    let mut bits = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b) ^ layer.wrapping_mul(0xc2b2_ae35);
    for _ in 0..2 {
        bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
        bits ^= bits >> 13;
    }
    f64::from(bits) / f64::from(u32::MAX)
}

/// Writes the video; `false` where there is no ffmpeg.
pub fn write(path: &Path, things: Things) -> bool {
    let [width, height] = SIZE;
    let size = format!("{width}x{height}");
    let raw = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", &size, "-r", "25", "-i", "-"];
    let coded = ["-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p", "-crf", "18", "-g", "25"];
    let started = Command::new("ffmpeg").args(["-v", "error"]).args(raw).args(coded).arg(path).stdin(Stdio::piped()).spawn();
    assert!(started.is_ok() || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    let Ok(mut ffmpeg) = started else { return false };
    let mut input = ffmpeg.stdin.take().unwrap();
    let ground: Vec<u8> = (0..width * height).map(|at| pattern(7, (at % width) as f64 * 0.6, (at / width) as f64 * 0.6) / 2 + 60).collect();
    for frame in 0..FRAMES {
        let mut picture = ground.clone();
        for (number, thing) in things(frame).iter().enumerate() {
            paint(&mut picture, number, thing);
        }
        input.write_all(&picture).unwrap();
    }
    drop(input);
    assert!(ffmpeg.wait().unwrap().success());
    true
}

/// With rounded corners, in which the ground is seen.
fn paint(picture: &mut [u8], number: usize, thing: &RotatedBox) {
    let reach = thing.width.max(thing.height);
    let span = |middle: f64, end: usize| (middle - reach).max(0.0) as usize..((middle + reach) as usize).min(end);
    for y in span(thing.center.y, SIZE[1]) {
        for x in span(thing.center.x, SIZE[0]) {
            let Some([u, v]) = on(thing, x as f64 + 0.5, y as f64 + 0.5) else { continue };
            if u.powi(4) + v.powi(4) <= 1.2 {
                picture[y * SIZE[0] + x] = pattern(number, u * thing.width / 2.0, v * thing.height / 2.0);
            }
        }
    }
}
