//! Strategies for everything that a project may hold.

use super::{Memory, label};
use limn_core::geometry::{Bend, Cuboid, Edge, Ellipse, Keypoint, Keypoints, Path, RotatedBox, Sight};
use limn_core::schema::{Answer, AttributeId, Choice, OptionId};
use limn_core::sequence::{Motion, Tie};
use limn_core::{
    Camera, Clip, EventId, FileId, FileKind, FileStatus, Frames, Geometry, GroupId, ImagePos, InstanceId, LabelId, Looked, Mark, Marks,
    Mask, Part, Polygon, Rect, Role, RunId, Schema, SequenceId, SpatialType, WorkFrames,
};
use limn_formats::{EventItem, FileAnswer, FileItem, InstanceItem, MemberItem, RunItem, SequenceItem};
use proptest::prelude::*;
use proptest::{collection, option};

pub const WIDTH: u32 = 40;
pub const HEIGHT: u32 = 30;

/// Hundredths of a pixel, as people draw, inside the frame.
pub fn drawn() -> impl Strategy<Value = ImagePos> + Clone {
    (0..=WIDTH * 100, 0..=HEIGHT * 100).prop_map(|(x, y)| ImagePos::new(f64::from(x) / 100.0, f64::from(y) / 100.0))
}

/// Any finite place.
pub fn anywhere() -> impl Strategy<Value = ImagePos> + Clone {
    let finite = any::<f64>().prop_filter("finite", |value| value.is_finite());
    let coordinate = prop_oneof![finite, Just(-0.0), -1e4..1e4_f64];
    (coordinate.clone(), coordinate).prop_map(|(x, y)| ImagePos::new(x, y))
}

pub fn mask() -> impl Strategy<Value = Geometry> {
    collection::vec(any::<bool>(), (WIDTH * HEIGHT) as usize).prop_filter_map("pixels", |pixels| {
        let mut counts = vec![0_u32];
        let mut current = false;
        for pixel in &pixels {
            if *pixel != current {
                counts.push(0);
                current = *pixel;
            }
            *counts.last_mut().unwrap() += 1;
        }
        let mask = Mask::from_counts(WIDTH, HEIGHT, counts).unwrap();
        (mask.area() > 0).then_some(Geometry::Mask(mask))
    })
}

pub fn polygon(pos: impl Strategy<Value = ImagePos> + Clone, holes: usize) -> impl Strategy<Value = Geometry> {
    let ring = collection::vec(pos, 3..9).prop_filter("not closed twice", |ring| ring.first() != ring.last());
    let part = (ring.clone(), collection::vec(ring, 0..=holes))
        .prop_map(|(outer, holes)| Part { outer: outer.into(), holes: holes.into_iter().map(Path::from).collect() });
    collection::vec(part, 1..4).prop_map(|parts| Geometry::Polygon(Polygon { parts }))
}

pub fn drawn_box() -> impl Strategy<Value = Geometry> {
    (drawn(), drawn()).prop_filter_map("area", |(a, b)| {
        let rect = Rect::from_corners(a, b);
        (rect.width() > 0.0 && rect.height() > 0.0).then_some(Geometry::Box(rect))
    })
}

fn geometry_of_any_kind() -> impl Strategy<Value = Geometry> {
    let any_box = (anywhere(), anywhere()).prop_map(|(a, b)| Geometry::Box(Rect { min: a, max: b }));
    let bend = prop_oneof![
        2 => Just(Bend::Straight),
        1 => anywhere().prop_map(Bend::Quadratic),
        1 => (anywhere(), anywhere()).prop_map(|(a, b)| Bend::Cubic(a, b)),
    ];
    let edge = (bend, any::<bool>()).prop_map(|(bend, inferred)| Edge { bend, inferred });
    let path = collection::vec((anywhere(), edge), 3..8).prop_map(|both| {
        let (points, edges) = both.into_iter().unzip();
        Path::with_edges(points, edges)
    });
    let curved = path.clone().prop_map(|outer| Geometry::Polygon(Polygon::of_ring(outer)));
    let turned = (anywhere(), 0.5..900.0_f64, 0.5..900.0_f64, -180.0..180.0_f64);
    let sight = prop_oneof![Just(Sight::Visible), Just(Sight::Occluded), Just(Sight::Absent)];
    let keypoint = (anywhere(), sight).prop_map(|(pos, sight)| Keypoint { pos, sight });
    let cuboid = (prop::array::uniform4(anywhere()), prop::array::uniform4(anywhere()));
    prop_oneof![
        any_box,
        drawn_box(),
        polygon(anywhere(), 2),
        polygon(drawn(), 2),
        mask(),
        curved,
        path.prop_map(Geometry::Polyline),
        turned.clone().prop_map(|(center, width, height, angle)| Geometry::RotatedBox(RotatedBox { center, width, height, angle })),
        turned.prop_map(|(center, rx, ry, angle)| Geometry::Ellipse(Ellipse { center, rx, ry, angle })),
        collection::vec(keypoint, 1..18).prop_map(|points| Geometry::Keypoints(Keypoints { points })),
        cuboid.prop_map(|(front, back)| Geometry::Cuboid(Box::new(Cuboid { front, back }))),
        anywhere().prop_map(Geometry::Point),
        Just(Geometry::Tag),
    ]
}

fn marks() -> impl Strategy<Value = Marks> {
    let mark = prop_oneof![
        Just(Mark::Role(Role::Crowd)),
        Just(Mark::Role(Role::Ignore)),
        Just(Mark::Occluded(true)),
        any::<i32>().prop_map(Mark::Order),
        (0..=100_u8).prop_map(|percent| Mark::Visible(Some(percent))),
        text().prop_map(|note| Mark::Unsure(Some(note))),
        collection::vec((drawn(), drawn()), 1..4)
            .prop_map(|ties| Mark::Ties(ties.into_iter().map(|(from, to)| Tie { from, to }).collect())),
        any::<[u8; 10]>().prop_map(|random| Mark::Group(Some(GroupId::from_parts(4, random)))),
    ];
    collection::vec(mark, 0..4).prop_map(|list| {
        let mut marks = Marks::default();
        list.into_iter().for_each(|mark| drop(marks.set(mark)));
        marks
    })
}

/// Texts that are awkward in JSON and in lines.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", "[\\x00-\\x7f]{0,12}", "\\PC{0,8}"]
}

fn extra() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(r#"{"coco_id":17}"#.to_owned()),
        Just(r#"{"b":1, "a":[1.50,{"x":null}]}"#.to_owned()),
        Just("no JSON\n at all".to_owned()),
        text().prop_map(|text| serde_json::json!({ "note": text }).to_string()),
    ]
}

/// What is answered about a file or a frame.
fn file_answer() -> impl Strategy<Value = FileAnswer> {
    let choice = || (any::<u32>(), text()).prop_map(|(option, text)| Choice { option: OptionId(option), text });
    let answer = prop_oneof![
        any::<bool>().prop_map(Answer::Bool),
        any::<i64>().prop_map(Answer::Integer),
        text().prop_map(Answer::Text),
        choice().prop_map(Answer::Choice),
        collection::vec(choice(), 1..3).prop_map(Answer::Choices),
    ];
    (option::of(any::<u64>()), any::<u32>(), answer).prop_map(|(frame, attribute, answer)| FileAnswer {
        frame,
        attribute: AttributeId(attribute),
        answer,
    })
}

/// A project with everything in it.
pub fn project() -> impl Strategy<Value = Memory> {
    let kind = prop_oneof![Just(FileKind::Image), Just(FileKind::Video), Just(FileKind::Sequence)];
    let file = (
        (option::of(any::<[u8; 10]>()), text(), text(), kind, any::<u32>(), any::<u32>()),
        (any::<u64>(), any::<u64>(), option::of(any::<[u8; 32]>()), any::<bool>(), option::of(extra())),
        collection::vec(file_answer(), 0..3),
    );
    let file = file.prop_map(|((id, name, path, kind, width, height), (frames, bytes, hash, complete, extra), answers)| FileItem {
        answers,
        id: id.map(|random| FileId::from_parts(1, random)),
        name,
        path,
        kind,
        width,
        height,
        frames,
        bytes,
        hash,
        status: if complete { FileStatus::Complete } else { FileStatus::Open },
        camera: hash.filter(|_| bytes % 2 == 0).map(|_| Camera { clock: FileId::from_parts(1, [9; 10]), offset_us: bytes as i64 }),
        work_frames: if bytes % 3 == 0 { WorkFrames::default() } else { WorkFrames::every(bytes % 7 + 2, bytes % 5).unwrap() },
        clip: (bytes % 4 == 1).then(|| Clip { of: FileId::from_parts(9, [frames as u8; 10]), first: bytes }),
        looked: complete.then(|| Looked { under: Some(frames), absent: vec![LabelId(2)], later: vec![LabelId(1)], ..Looked::default() }),
        extra,
    });
    let run =
        (option::of(any::<[u8; 10]>()), text()).prop_map(|(id, name)| RunItem { id: id.map(|random| RunId::from_parts(2, random)), name });
    let instance = (
        (option::of(any::<[u8; 10]>()), any::<prop::sample::Index>(), any::<u64>(), 1..4_u32, geometry_of_any_kind(), marks()),
        (option::of(0..2_usize), option::of(0.0..=1.0_f32), option::of(text()), option::of(any::<i64>()), option::of(extra())),
    );
    let motion = prop_oneof![Just(Motion::Linear), Just(Motion::Smooth), Just(Motion::Still)];
    let sequence = (
        (option::of(any::<[u8; 10]>()), any::<prop::sample::Index>(), any::<u32>(), 1..4_u32),
        (option::of(text()), motion, option::of(any::<u64>()), marks(), option::of(extra())),
    );
    let sequences = collection::vec(sequence, 0..3);
    (text(), collection::vec(file, 1..4), collection::vec(run, 2), sequences, collection::vec(instance, 0..8), events()).prop_map(
        |(project, mut files, runs, mut sequences, instances, events)| {
            let instance = |((id, file, frame, label, geometry, marks), (run, confidence, author, created, extra)): (
                (Option<[u8; 10]>, prop::sample::Index, _, _, _, _),
                (_, _, _, _, _),
            )| InstanceItem {
                id: id.map(|random| InstanceId::from_parts(3, random)),
                file: file.index(files.len()),
                frame,
                label: LabelId(label),
                geometry,
                marks,
                run,
                confidence,
                author,
                created,
                extra,
                member: None,
            };
            let mut instances: Vec<InstanceItem> = instances.into_iter().map(instance).collect();
            sequences.truncate(instances.len());
            let sequence =
                |((id, file, number, label), (name, motion, exit, marks, extra)): ((Option<[u8; 10]>, _, _, _), _)| SequenceItem {
                    id: id.map(|random| SequenceId::from_parts(5, random)),
                    file: prop::sample::Index::index(&file, files.len()),
                    number,
                    label: LabelId(label),
                    name,
                    motion,
                    exit,
                    same_as: (number % 2 == 1).then(|| SequenceId::from_parts(5, [number as u8; 10])),
                    marks,
                    extra,
                };
            let sequences: Vec<SequenceItem> = sequences.into_iter().map(sequence).collect();
            // Each has a keyframe, on a frame of its own that the file has.
            for (at, instance) in instances.iter_mut().enumerate().filter(|(at, _)| at % 3 != 2) {
                let Some(sequence) = at.checked_rem(sequences.len()) else { break };
                instance.member = Some(MemberItem { sequence, part: at as u16 % 2 });
                (instance.file, instance.frame) = (sequences[sequence].file, 70 - 7 * at as u64);
                files[instance.file].frames = files[instance.file].frames.max(100);
            }
            let event = |(id, at, (one, other), label, participants, marks, run, extra): Given| {
                let file = at.index(files.len());
                files[file].frames = files[file].frames.max(100);
                let mut known: std::collections::BTreeMap<String, Vec<usize>> = Default::default();
                for (role, at) in participants {
                    if let Some(at) = sequences.iter().position(|sequence: &SequenceItem| sequence.file == file && at.index(2) == 0) {
                        known.entry(role).or_default().push(at);
                    }
                }
                let (id, frames) = (id.map(|random| EventId::from_parts(6, random)), Frames::new(one, other));
                EventItem { id, file, frames, label: LabelId(label), participants: known, missing: 0, marks, run, extra }
            };
            let events = events.into_iter().map(event).collect();
            Memory { project, schema: schema(), files, runs, sequences, events, instances }
        },
    )
}

type Given =
    (Option<[u8; 10]>, prop::sample::Index, (u64, u64), u32, Vec<(String, prop::sample::Index)>, Marks, Option<usize>, Option<String>);

fn events() -> impl Strategy<Value = Vec<Given>> {
    let participants = collection::vec((text(), any::<prop::sample::Index>()), 0..3);
    let event = (
        option::of(any::<[u8; 10]>()),
        any::<prop::sample::Index>(),
        (0..100_u64, 0..100_u64),
        1..4_u32,
        participants,
        marks(),
        option::of(0..2_usize),
        option::of(extra()),
    );
    collection::vec(event, 0..4)
}

pub fn schema() -> Schema {
    let mut labels = vec![label(1, "car"), label(2, "Straße \"x\""), label(3, "old")];
    labels[0].key = Some('4');
    labels[1].shapes = vec![SpatialType::Polygon];
    labels[2].deprecated = true;
    labels[2].extra.insert("supercategory".to_owned(), "thing".into());
    let mut schema = Schema { name: "streets".to_owned(), labels, ..Schema::default() };
    schema.extra.insert("owner".to_owned(), serde_json::json!({"since": 2020.5}));
    schema
}
