use super::*;
use crate::clip::zones::zones;
use crate::event::Frames;
use crate::geometry::{Polygon, Rect};
use crate::ids::{FileId, LabelId, SequenceId};
use crate::sequence::Keyframe;
use proptest::prelude::*;

fn keyframe(number: u64, geometry: Geometry, outside: bool, occluded: bool) -> Keyframe {
    let mut keyframe: Keyframe =
        Instance::new(InstanceId::from_parts(number, [7; 10]), FileId::from_parts(1, [1; 10]), 0, LabelId(1), geometry).into();
    keyframe.marks.set(Mark::Outside(outside));
    keyframe.marks.set(Mark::Occluded(occluded));
    keyframe
}

fn track(keyframes: Vec<(u64, u16, Keyframe)>, motion: Motion, exit: Option<u64>) -> Track {
    let sequence = Sequence::new(SequenceId::from_parts(1, [1; 10]), FileId::from_parts(1, [1; 10]), 1, LabelId(1));
    let mut track = Track::new(Sequence { motion, exit, ..sequence });
    track.extend(keyframes);
    track
}

fn square(left: f64) -> Geometry {
    Geometry::Box(Rect::from_xywh(left, 0.0, 10.0, 10.0))
}

/// What a clip has of the work on the whole: its keyframes, and where it begins and ends one more if it is in the picture there.
fn cut(whole: &Track, frames: Frames, number: u64) -> Track {
    let (first, last) = (frames.first(), frames.last());
    let mut keyframes = Vec::new();
    for part in whole.parts() {
        for (frame, keyframe) in whole.keyframes(part).filter(|(frame, _)| frames.has(*frame)) {
            keyframes.push((frame - first, part, keyframe.clone()));
        }
        // Where it ends within, too: it may be on its way to a keyframe that lies in the next clip.
        let end = whole.sequence.exit.and_then(|exit| exit.checked_sub(1)).filter(|end| frames.has(*end));
        let ends: BTreeSet<u64> = [first, last].into_iter().chain(end).collect();
        for frame in ends {
            let Some(shown) = whole.shown(part, frame) else { continue };
            if whole.keyframe_at(part, frame).is_none() && (frame == first || !matches!(shown.presence, crate::sequence::Presence::Held)) {
                let number = number * 100_000 + 50_000 + frame * 7 + u64::from(part);
                keyframes.push((frame - first, part, keyframe(number, shown.instance.geometry, false, shown.instance.marks.occluded)));
            }
        }
    }
    let exit = whole.sequence.exit.filter(|exit| *exit <= last).map(|exit| exit.saturating_sub(first));
    track(keyframes, whole.sequence.motion, exit)
}

/// The sequence that comes of it.
fn built(joined: &Joined, pieces: &[Option<Piece<'_>>]) -> Track {
    let mut keyframes = Vec::new();
    for piece in pieces.iter().flatten() {
        for part in piece.track.parts() {
            let kept = piece.track.keyframes(part).filter(|(_, keyframe)| joined.kept.contains(&keyframe.id));
            // The same keyframe lies in both clips where they overlap: once.
            keyframes.extend(kept.map(|(frame, keyframe)| (frame + piece.first, part, keyframe.clone())));
        }
    }
    keyframes.sort_by_key(|(frame, part, keyframe)| (*frame, *part, keyframe.id));
    keyframes.dedup_by_key(|(frame, part, keyframe)| (*frame, *part, keyframe.id));
    for (number, made) in (0..).zip(&joined.made) {
        let mut one = keyframe(90_000_000 + number, made.geometry.clone(), false, false);
        one.marks = made.marks.clone();
        keyframes.push((made.frame, made.part, one));
    }
    track(keyframes, joined.motion, joined.exit)
}

fn same(whole: &Track, found: &Track, frames: u64) -> Result<(), String> {
    for frame in 0..frames {
        for part in whole.parts().chain(found.parts()) {
            match (whole.shown(part, frame), found.shown(part, frame)) {
                (None, None) => {}
                (Some(a), Some(b)) if nearly(&a.instance.geometry, &b.instance.geometry) && a.instance.marks == b.instance.marks => {}
                (a, b) => return Err(format!("frame {frame}, part {part}: {a:?}, joined {b:?}")),
            }
        }
    }
    Ok(())
}

const FRAMES: u64 = 60;

fn clips() -> [Frames; 3] {
    [Frames::new(0, 25), Frames::new(18, 40), Frames::new(35, 59)]
}

/// Whether on each frame it is what it is in the clip that counts.
fn as_in_clips(found: &Track, pieces: &[Option<Piece<'_>>]) -> Result<(), String> {
    for zone in zones(&clips(), FRAMES) {
        let Some(piece) = zone.clip.and_then(|clip| pieces[clip]) else { continue };
        for (frame, part) in zone.frames.flat_map(|frame| [(frame, 0), (frame, 1)]) {
            match (piece.track.shown(part, frame - piece.first), found.shown(part, frame)) {
                (None, None) => {}
                (Some(a), Some(b)) if nearly(&a.instance.geometry, &b.instance.geometry) && a.instance.marks == b.instance.marks => {}
                (a, b) => return Err(format!("frame {frame}, part {part}: {a:?}, joined {b:?}")),
            }
        }
    }
    Ok(())
}

fn rejoin(whole: &Track) -> (Joined, Track) {
    let tracks: Vec<Track> = (0..).zip(clips()).map(|(number, clip)| cut(whole, clip, number)).collect();
    let pieces: Vec<Option<Piece<'_>>> =
        tracks.iter().zip(clips()).map(|(track, clip)| Some(Piece { track, first: clip.first() })).collect();
    let joined = join(&pieces, &zones(&clips(), FRAMES));
    let found = built(&joined, &pieces);
    if let Err(text) = as_in_clips(&found, &pieces) {
        panic!("{text}");
    }
    (joined, found)
}

#[test]
fn pieces_of_one_work_give_it_back_keyframe_by_keyframe() {
    let keyframes = [(3, 0.0, false), (30, 54.0, false), (50, 94.0, true)];
    let keyframes = (0..).zip(keyframes).map(|(n, (frame, left, outside))| (frame, 0, keyframe(n, square(left), outside, false))).collect();
    let whole = track(keyframes, Motion::Linear, None);
    let (joined, found) = rejoin(&whole);
    same(&whole, &found, FRAMES).unwrap();
    assert_eq!((joined.made.len(), joined.kept.len(), joined.exit, joined.is_rough), (0, 3, None, false));
    let gone = track(vec![(3, 0, keyframe(1, square(0.0), false, false))], Motion::Linear, Some(45));
    let (joined, found) = rejoin(&gone);
    same(&gone, &found, FRAMES).unwrap();
    assert_eq!((joined.made.len(), joined.kept.len(), joined.exit), (0, 1, Some(45)));
}

#[test]
fn where_clips_differ_each_is_right_where_it_counts() {
    // 3 px apart from each other: up to 21 the first counts, from 22 on the second.
    let [a, b] = [0.0, 3.0].map(|by| track(vec![(0, 0, keyframe(by as u64, square(by), false, false))], Motion::Linear, None));
    let pieces = [Some(Piece { track: &a, first: 0 }), Some(Piece { track: &b, first: 18 }), None];
    let joined = join(&pieces, &zones(&clips(), FRAMES));
    let found = built(&joined, &pieces);
    let left = |frame| found.shown(0, frame).map(|shown| shown.instance.geometry.bounds().unwrap().min.x);
    assert_eq!([0, 21, 22, 37].map(left), [Some(0.0), Some(0.0), Some(3.0), Some(3.0)]);
    assert_eq!((left(38), joined.exit), (None, Some(38)), "the third clip counts, and it is not in it");
}

fn polygon(left: f64, points: usize) -> Geometry {
    let place = |at: usize| {
        let turn = at as f64 / points as f64 * std::f64::consts::TAU;
        ImagePos::new(left + 20.0 * turn.cos(), 30.0 + 15.0 * turn.sin())
    };
    Geometry::Polygon(Polygon::simple((0..points).map(place).collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_is_cut_and_joined_is_what_it_was(
        given in proptest::collection::btree_map((0..FRAMES, 0..2_u16), (0..300_u32, any::<bool>(), 0..4_u8, 3..7_usize), 1..9),
        motion in prop_oneof![Just(Motion::Linear), Just(Motion::Linear), Just(Motion::Smooth), Just(Motion::Still)],
        exit in proptest::option::of(1..FRAMES),
        is_polygon in any::<bool>(),
    ) {
        let keyframes = (0..).zip(given).map(|(number, ((frame, part), (left, occluded, outside, points)))| {
            let left = f64::from(left) / 3.0;
            let geometry = if is_polygon { polygon(left, points) } else { square(left) };
            (frame, part, keyframe(number, geometry, outside == 0, occluded))
        });
        let whole = track(keyframes.collect(), motion, exit);
        let (joined, found) = rejoin(&whole);
        prop_assert!(!joined.is_rough);
        // A keyframe in the middle of a change of outlines, or of a curve, changes it: the clip is not the work then.
        if !is_polygon && motion != Motion::Smooth && let Err(text) = same(&whole, &found, FRAMES) {
            prop_assert!(false, "{text}");
        }
    }
}
