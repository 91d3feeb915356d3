//! Keypoints followed one by one through drawn frames of which it is known where each is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod drawn;

use drawn::noise;
use limn_core::geometry::{Keypoint, Keypoints, Sight};
use limn_core::{Geometry, ImagePos};
use limn_models::{Gray, PointsTracker, Seen, Tracker};

const SIZE: [usize; 2] = [640, 400];

/// Spots that go their ways before a ground: a body of six, and a limb that swings about the last of them.
fn places(at: f64) -> [[f64; 2]; 7] {
    let (x, angle) = (120.0 + 3.0 * at, (at * 0.12).sin());
    let body = [[0.0, 80.0], [80.0, 80.0], [0.0, 130.0], [80.0, 130.0], [40.0, 50.0], [40.0, 180.0]].map(|[right, y]| [x + right, y]);
    let [a, b, c, d, e, f] = body;
    [a, b, c, d, e, f, [x + 40.0 + 90.0 * angle.sin(), 180.0 + 90.0 * angle.cos()]]
}

fn frame(at: f64, hidden: Option<usize>) -> Gray {
    let places = places(at);
    let value = |pixel: usize| {
        let (x, y) = ((pixel % SIZE[0]) as f64 + 0.5, (pixel / SIZE[0]) as f64 + 0.5);
        let spot = places.iter().enumerate().find(|(_, place)| (x - place[0]).hypot(y - place[1]) < 20.0);
        match spot {
            Some((which, _)) if hidden == Some(which) => 70,
            Some((which, place)) => (255.0 * noise(which as u32 + 1, x - place[0] + 500.0, y - place[1] + 500.0)) as u8,
            None => (80.0 + 90.0 * noise(9, x, y)) as u8,
        }
    };
    Gray::new(SIZE[0], SIZE[1], (0..SIZE[0] * SIZE[1]).map(value).collect()).unwrap()
}

fn start(sights: [Sight; 7]) -> Keypoints {
    let points = places(0.0).into_iter().zip(sights).map(|([x, y], sight)| Keypoint { pos: ImagePos::new(x, y), sight });
    Keypoints { points: points.collect() }
}

#[test]
fn each_point_goes_its_own_way() {
    let mut tracker = PointsTracker::new(&frame(0.0, None), start([Sight::Visible; 7])).unwrap();
    for at in 1..30 {
        let step = tracker.step(&frame(f64::from(at), None));
        assert_eq!(step.seen, Seen::Surely);
        for (number, (point, [x, y])) in step.points.iter().zip(places(f64::from(at))).enumerate() {
            // The limb is the hardest.
            let most = if number == 6 { 8.0 } else { 2.0 };
            assert!(point.pos.distance(ImagePos::new(x, y)) < most, "frame {at}: {point:?} {x} {y}");
            assert!(number == 6 || point.sight == Sight::Visible);
        }
        assert_eq!(tracker.shape(&step), Some(Geometry::Keypoints(Keypoints { points: step.points.clone() })));
    }
}

#[test]
fn what_is_hidden_is_said_to_be_goes_with_the_others_and_is_found_again() {
    let mut tracker = PointsTracker::new(&frame(0.0, None), start([Sight::Visible; 7])).unwrap();
    for at in 1..40 {
        let is_hidden = (15..21).contains(&at);
        let step = tracker.step(&frame(f64::from(at), is_hidden.then_some(1)));
        let [x, y] = places(f64::from(at))[1];
        assert!(
            step.points[1].pos.distance(ImagePos::new(x, y)) < if is_hidden { 6.0 } else { 2.0 },
            "frame {at}: {:?} {x} {y}",
            step.points[1]
        );
        let sight = if is_hidden { Sight::Occluded } else { Sight::Visible };
        assert!((21..24).contains(&at) || step.points[1].sight == sight, "frame {at}: {:?}", step.points[1]);
        assert!(!is_hidden || step.disagreement > 2.0, "it may be off: {}", step.disagreement);
    }
}

#[test]
fn hidden_ones_stay_hidden_and_absent_ones_absent() {
    let mut sights = [Sight::Visible; 7];
    (sights[2], sights[3]) = (Sight::Occluded, Sight::Absent);
    let mut tracker = PointsTracker::new(&frame(0.0, None), start(sights)).unwrap();
    for at in 1..15 {
        let step = tracker.step(&frame(f64::from(at), None));
        let [x, y] = places(f64::from(at))[2];
        assert!(step.points[2].pos.distance(ImagePos::new(x, y)) < 3.0, "{:?}", step.points[2]);
        assert_eq!((step.points[2].sight, step.points[3].sight), (Sight::Occluded, Sight::Absent));
    }
}

#[test]
fn nothing_to_see_and_odd_places_do_no_harm() {
    let flat = Gray::new(SIZE[0], SIZE[1], vec![90; SIZE[0] * SIZE[1]]).unwrap();
    assert!(PointsTracker::new(&flat, start([Sight::Visible; 7])).is_none(), "nothing can be told from its surroundings");
    let mut tracker = PointsTracker::new(&frame(0.0, None), start([Sight::Visible; 7])).unwrap();
    assert!((0..30).map(|_| tracker.step(&flat).seen).all(|seen| seen != Seen::Surely));
    assert_eq!(tracker.step(&flat).seen, Seen::Lost);
    let small = Gray::new(16, 16, vec![0; 256]).unwrap();
    assert_eq!(tracker.step(&small).seen, Seen::Lost, "a frame of another size");
    for odd in [f64::NAN, f64::MAX, -1e12, 1e9, -50.0] {
        let mut points = start([Sight::Visible; 7]);
        points.points[0].pos.x = odd;
        let Some(mut tracker) = PointsTracker::new(&frame(0.0, None), points) else { continue };
        let step = tracker.step(&frame(1.0, None));
        assert!(step.disagreement.is_finite());
    }
    assert!(PointsTracker::new(&frame(0.0, None), Keypoints::default()).is_none());
}
