//! A shape followed through drawn frames of which it is known where it is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod drawn;

use drawn::noise;
use limn_core::geometry::{Ellipse, MaskTiles, RotatedBox};
use limn_core::{Geometry, ImagePos, Mask, Polygon, Rect};
use limn_models::{FlowTracker, Gray, Pose, Seen, Step, Tracker};

const SIZE: [usize; 2] = [320, 240];

/// The object of 60 × 40 pixels at a pose from (100, 100), before a still background; `hidden`: something stands before it.
fn frame(pose: &Pose, light: f64, hidden: bool) -> Gray {
    let (sine, cosine) = pose.degrees.to_radians().sin_cos();
    let value = |at: usize| {
        let (x, y) = ((at % SIZE[0]) as f64 + 0.5, (at / SIZE[0]) as f64 + 0.5);
        let (dx, dy) = ((x - 100.0 - pose.x) / pose.scale, (y - 100.0 - pose.y) / pose.scale);
        let (u, v) = (cosine * dx + sine * dy, cosine * dy - sine * dx);
        let on = u.abs() <= 30.0 && v.abs() <= 20.0;
        let lit = if hidden && (x - 160.0).abs() < 45.0 {
            40.0 + 90.0 * noise(9, x, y)
        } else if on {
            30.0 + 200.0 * noise(1, u + 500.0, v + 500.0)
        } else {
            60.0 + 120.0 * noise(2, x, y)
        };
        (lit * light).clamp(0.0, 255.0) as u8
    };
    Gray::new(SIZE[0], SIZE[1], (0..SIZE[0] * SIZE[1]).map(value).collect()).unwrap()
}

fn start() -> Geometry {
    Geometry::Box(Rect::from_xywh(70.0, 80.0, 60.0, 40.0))
}

fn follow(shape: Geometry, poses: &[Pose], light: impl Fn(usize) -> f64) -> (FlowTracker, Vec<Step>) {
    let mut tracker = FlowTracker::new(&frame(&Pose::STILL, light(0), false), shape).unwrap();
    let steps = poses.iter().enumerate().map(|(at, pose)| tracker.step(&frame(pose, light(at + 1), false))).collect();
    (tracker, steps)
}

fn off(step: &Step, truth: &Pose) -> f64 {
    (step.pose.x - truth.x).hypot(step.pose.y - truth.y)
}

#[test]
fn a_box_that_moves_and_grows_is_followed_within_a_pixel() {
    let poses: Vec<Pose> =
        (1..=30).map(f64::from).map(|at| Pose { x: 3.3 * at, y: 1.2 * at, scale: 1.012_f64.powf(at), degrees: 0.0 }).collect();
    let (tracker, steps) = follow(start(), &poses, |at| 1.0 - 0.01 * at as f64);
    for (step, truth) in steps.iter().zip(&poses) {
        assert!(step.seen == Seen::Surely && off(step, truth) < 1.0, "{step:?} {truth:?}");
        assert!((step.pose.scale / truth.scale - 1.0).abs() < 0.03, "{step:?} {truth:?}");
        assert!(step.disagreement < 1.0);
    }
    let last = tracker.shape(&steps[29]).unwrap().bounds().unwrap();
    assert!((last.center().x - 199.0).abs() < 1.0 && (last.width() - 60.0 * poses[29].scale).abs() < 2.0, "{last:?}");
}

#[test]
fn what_turns_turns() {
    let poses: Vec<Pose> = (1..=20).map(f64::from).map(|at| Pose { x: 2.0 * at, y: 0.0, scale: 1.0, degrees: 2.5 * at }).collect();
    let ring = vec![ImagePos::new(70., 80.), ImagePos::new(130., 80.), ImagePos::new(130., 120.), ImagePos::new(70., 120.)];
    let shapes = [
        Geometry::Polygon(Polygon::simple(ring)),
        Geometry::RotatedBox(RotatedBox { center: ImagePos::new(100., 100.), width: 60., height: 40., angle: 0. }),
        Geometry::Ellipse(Ellipse { center: ImagePos::new(100., 100.), rx: 28., ry: 18., angle: 0. }),
    ];
    for shape in shapes {
        let area = shape.area();
        let (tracker, steps) = follow(shape, &poses, |_| 1.0);
        let (step, truth) = (&steps[19], &poses[19]);
        assert!(off(step, truth) < 1.0 && (step.pose.degrees - truth.degrees).abs() < 2.0, "{step:?} {truth:?}");
        let moved = tracker.shape(step).unwrap();
        assert!((moved.area() / area - 1.0).abs() < 0.06, "{moved:?}");
    }
}

#[test]
fn a_mask_is_moved_pixel_by_pixel() {
    let stretches = (70..130).map(|x| (x, 80, 120));
    let mask = Mask::from(&MaskTiles::from_stretches(320, 240, stretches));
    let poses: Vec<Pose> = (1..=10).map(f64::from).map(|at| Pose { x: 4.0 * at, y: -at, ..Pose::STILL }).collect();
    let (tracker, steps) = follow(Geometry::Mask(mask.clone()), &poses, |_| 1.0);
    let Some(Geometry::Mask(moved)) = tracker.shape(&steps[9]) else { panic!("no mask") };
    assert!((moved.area() as f64 / mask.area() as f64 - 1.0).abs() < 0.05, "{} {}", moved.area(), mask.area());
    assert!((moved.bounds().unwrap().center().x - 140.0).abs() < 1.5);
}

#[test]
fn what_is_hidden_for_five_frames_is_found_again() {
    let poses: Vec<Pose> = (1..=40).map(f64::from).map(|at| Pose { x: 3.0 * at, y: 0.0, ..Pose::STILL }).collect();
    let mut tracker = FlowTracker::new(&frame(&Pose::STILL, 1.0, false), start()).unwrap();
    let mut guessed = 0;
    for (at, pose) in poses.iter().enumerate() {
        let hidden = (18..23).contains(&at);
        let step = tracker.step(&frame(pose, 1.0, hidden));
        guessed += usize::from(step.seen == Seen::Guessed);
        assert!(step.seen != Seen::Lost, "frame {at}: {step:?}");
        assert!(hidden || off(&step, pose) < 1.5, "frame {at}: {step:?} {pose:?}");
    }
    assert!((4..=6).contains(&guessed), "{guessed} frames were said to be guesses");
}

#[test]
fn nothing_to_see_is_lost_and_not_guessed() {
    let flat = Gray::new(320, 240, vec![90; 320 * 240]).unwrap();
    let mut tracker = FlowTracker::new(&flat, start()).unwrap();
    assert_eq!(tracker.step(&flat).seen, Seen::Lost);
    // It was there, and then the scene was cut.
    let mut tracker = FlowTracker::new(&frame(&Pose::STILL, 1.0, false), start()).unwrap();
    assert!((0..30).map(|_| tracker.step(&flat).seen).all(|seen| seen != Seen::Surely));
    assert_eq!(tracker.step(&flat).seen, Seen::Lost);
}

#[test]
fn odd_shapes_do_no_harm() {
    let first = frame(&Pose::STILL, 1.0, false);
    let boxes = [
        [0.0, 0.0, 0.0, 0.0],
        [319.5, 239.5, 0.2, 0.1],
        [-50.0, -50.0, 60.0, 60.0],
        [-1e9, -1e9, 2e9, 2e9],
        [900.0, 900.0, 50.0, 50.0],
        [-10.0, 100.0, 400.0, 1.0],
        [f64::NAN, 0.0, 1.0, 1.0],
        [f64::MAX, f64::MAX, 1.0, 1.0],
    ];
    for [x, y, width, height] in boxes {
        let Some(mut tracker) = FlowTracker::new(&first, Geometry::Box(Rect::from_xywh(x, y, width, height))) else { continue };
        for at in 0..3 {
            let step = tracker.step(&frame(&Pose { x: f64::from(at), ..Pose::STILL }, 1.0, false));
            assert!(step.pose.x.is_finite() && step.disagreement.is_finite());
            let _shape = tracker.shape(&step);
        }
    }
    assert!(FlowTracker::new(&first, Geometry::Tag).is_none());
    let mut tracker = FlowTracker::new(&first, start()).unwrap();
    let other = Gray::new(16, 16, vec![0; 256]).unwrap();
    assert_eq!(tracker.step(&other).seen, Seen::Lost, "a frame of another size");
    assert!(Gray::new(10, 10, vec![0; 99]).is_none() && Gray::new(0, 0, Vec::new()).is_none());
}
