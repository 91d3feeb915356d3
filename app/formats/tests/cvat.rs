//! CVAT XML: as CVAT writes it, as we write it, and damaged.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{Memory, export_bytes, given, import_bytes, problem};
use limn_core::geometry::{Cuboid, Ellipse, Keypoint, Keypoints, RotatedBox, Sight};
use limn_core::schema::{Answer, AttributeId};
use limn_core::sequence::Motion;
use limn_core::{FileKind, FileStatus, Geometry, ImagePos, LabelId, Mark, Marks, Polygon, Rect, Role, Schema};
use limn_formats::{Effect, ExportOptions, FileItem, FormatError, InstanceItem, MemberItem, SequenceItem};
use proptest::prelude::*;

const LABELS: &str = r#"{"labels":[{"name":"car"},{"name":"bus & <co>"}],"attributes":[
    {"name":"parked","type":"boolean","per_frame":true},
    {"name":"colour","type":"select","options":["red","light blue"]},
    {"name":"doors","type":"integer","min":0,"max":9,"step":1,"per_frame":true},
    {"name":"note","type":"text","per_frame":true}]}"#;

fn video() -> FileItem {
    FileItem {
        answers: Vec::new(),
        id: None,
        name: "a.mp4".to_owned(),
        path: "a.mp4".to_owned(),
        kind: FileKind::Video,
        width: given::WIDTH,
        height: given::HEIGHT,
        frames: 1000,
        bytes: 0,
        hash: None,
        status: FileStatus::Open,
        looked: None,
        work_frames: Default::default(),
        clip: None,
        camera: None,
        extra: None,
    }
}

fn sequence(number: u32, label: u32) -> SequenceItem {
    let (name, exit, same_as, marks, extra) = (None, None, None, Marks::default(), None);
    SequenceItem { id: None, file: 0, number, label: LabelId(label), name, motion: Motion::Linear, exit, same_as, marks, extra }
}

fn keyframe(sequence: usize, frame: u64, geometry: Geometry, marks: Marks) -> InstanceItem {
    InstanceItem {
        id: None,
        file: 0,
        frame,
        label: LabelId(1),
        geometry,
        marks,
        run: None,
        confidence: None,
        author: None,
        created: None,
        extra: None,
        member: Some(MemberItem { sequence, part: 0 }),
    }
}

fn square() -> Geometry {
    Geometry::Box(Rect::from_xywh(1.0, 2.0, 3.0, 4.0))
}

fn memory(sequences: Vec<SequenceItem>, instances: Vec<InstanceItem>) -> Memory {
    let schema = Schema::from_document(LABELS).unwrap();
    Memory { project: "p".to_owned(), schema, files: vec![video()], runs: Vec::new(), sequences, events: Vec::new(), instances }
}

fn written(source: &mut Memory) -> (String, limn_formats::ExportReport) {
    let (bytes, report) = export_bytes("cvat", source, &ExportOptions::default());
    (String::from_utf8(bytes).unwrap(), report)
}

/// Shapes that come back bit by bit.
fn shape() -> impl Strategy<Value = Geometry> {
    let line = |least| prop::collection::vec(given::anywhere(), least..6);
    let ellipse = (given::drawn(), 0.0..9.0_f64, 0.0..9.0_f64, 0.0..360.0_f64);
    let corners = || prop::array::uniform4(given::anywhere());
    let keypoints =
        |points: Vec<ImagePos>| Keypoints { points: points.into_iter().map(|pos| Keypoint { pos, sight: Sight::Visible }).collect() };
    // Halves: the centre comes back from the corners.
    let turned = (0..40_u32, 0..40_u32, 1..20_u32, 1..20_u32, 0.0..360.0_f64).prop_map(|(x, y, width, height, angle)| RotatedBox {
        center: ImagePos::new(f64::from(x), f64::from(y)),
        width: f64::from(width),
        height: f64::from(height),
        angle,
    });
    prop_oneof![
        given::drawn_box(),
        turned.prop_map(Geometry::RotatedBox),
        line(3).prop_map(|points| Geometry::Polygon(Polygon::simple(points))),
        line(2).prop_map(|points| Geometry::Polyline(points.into())),
        given::anywhere().prop_map(Geometry::Point),
        line(2).prop_map(move |points| Geometry::Keypoints(keypoints(points))),
        ellipse.prop_map(|(center, rx, ry, angle)| Geometry::Ellipse(Ellipse { center, rx, ry, angle })),
        (corners(), corners()).prop_map(|(front, back)| Geometry::Cuboid(Box::new(Cuboid { front, back }))),
        given::mask().prop_filter("CVAT has no mask without pixels", |mask| mask.area() > 0.0),
    ]
}

fn marks() -> impl Strategy<Value = Marks> {
    let answers = (prop::option::of(any::<bool>()), prop::option::of(0..10_i64), prop::option::of("[a-z&<>\"\\n ]{1,9}"));
    (any::<bool>(), any::<bool>(), any::<i32>(), answers).prop_map(|(occluded, outside, order, (parked, doors, note))| {
        let mut marks = Marks::default();
        marks.set(Mark::Occluded(occluded));
        marks.set(Mark::Outside(outside));
        marks.set(Mark::Order(order));
        marks.set(Mark::Answer(AttributeId(1), parked.map(Answer::Bool)));
        marks.set(Mark::Answer(AttributeId(3), doors.map(Answer::Integer)));
        marks.set(Mark::Answer(AttributeId(4), note.map(Answer::Text)));
        marks
    })
}

proptest! {
    // Each case writes files to the disk.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_cvat_holds_comes_back(
        tracks in prop::collection::vec((1..3_u32, any::<bool>(), prop::collection::vec((shape(), marks()), 1..5)), 1..4),
    ) {
        let mut source = memory(Vec::new(), Vec::new());
        for (at, (label, is_red, keyframes)) in tracks.into_iter().enumerate() {
            let mut sequence = sequence(at as u32 * 3 + 1, label);
            let colour = source.schema.attributes[1].choice(source.schema.attributes[1].options[usize::from(is_red)].id);
            sequence.marks.set(Mark::Answer(AttributeId(2), colour.map(Answer::Choice)));
            source.sequences.push(sequence);
            let keyframes = keyframes.into_iter().enumerate();
            let keyframes = keyframes.map(|(step, (geometry, marks))| InstanceItem { label: LabelId(label), ..keyframe(at, step as u64 * 7, geometry, marks) });
            source.instances.extend(keyframes);
        }
        let (text, report) = written(&mut source);
        prop_assert_eq!(report.instances, source.instances.len() as u64);
        let (mut again, report, done) = import_bytes("cvat", text.as_bytes());
        done.unwrap();
        prop_assert!(report.problems.is_empty(), "{}\n{}", report.problems, text);
        prop_assert_eq!(&again.files, &source.files);
        prop_assert_eq!(&again.sequences, &source.sequences);
        prop_assert_eq!(&again.instances, &source.instances);
        prop_assert_eq!(written(&mut again).0, text);
    }
}

/// As CVAT 2 writes a task of a video, shortened.
const FROM_CVAT: &str = r##"<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <id>5</id><name>street</name><size>100</size><mode>interpolation</mode><overlap>5</overlap>
      <start_frame>0</start_frame><stop_frame>99</stop_frame>
      <labels>
        <label><name>car</name><color>#ff6037</color><type>any</type>
          <attributes>
            <attribute><name>parked</name><mutable>True</mutable><input_type>checkbox</input_type><default_value>false</default_value><values>false</values></attribute>
            <attribute><name>colour</name><mutable>False</mutable><input_type>select</input_type><default_value>red</default_value><values>red
light blue</values></attribute>
          </attributes>
        </label>
        <label><name>person</name><color>#0000ff</color><type>skeleton</type><attributes></attributes></label>
        <label><name>head</name><color>#0000ff</color><type>points</type><attributes></attributes><parent>person</parent></label>
        <label><name>foot</name><color>#0000ff</color><type>points</type><attributes></attributes><parent>person</parent></label>
      </labels>
      <original_size><width>640</width><height>480</height></original_size>
    </task>
    <dumped>2024-05-01 10:00:00+00:00</dumped>
    <source>clip.mp4</source>
  </meta>
  <track id="0" label="car" source="manual">
    <box frame="3" keyframe="1" outside="0" occluded="0" xtl="10.00" ytl="20.50" xbr="30.25" ybr="40.00" z_order="2">
      <attribute name="parked">true</attribute><attribute name="colour">light blue</attribute>
    </box>
    <box frame="4" keyframe="0" outside="0" occluded="0" xtl="11.00" ytl="20.50" xbr="31.25" ybr="40.00" z_order="2"/>
    <box frame="20" keyframe="1" outside="0" occluded="1" xtl="10.00" ytl="20.50" xbr="30.25" ybr="40.00" rotation="30.0" z_order="0">
      <attribute name="parked">false</attribute><attribute name="colour">light blue</attribute>
    </box>
    <box frame="21" keyframe="1" outside="1" occluded="1" xtl="10.00" ytl="20.50" xbr="30.25" ybr="40.00" z_order="0"></box>
  </track>
  <track id="7" label="person" source="manual">
    <skeleton frame="0" keyframe="1" z_order="0">
      <points label="foot" keyframe="1" outside="0" occluded="1" points="5.00,6.00"></points>
      <points label="head" keyframe="1" outside="0" occluded="0" points="1.00,2.00"></points>
    </skeleton>
    <skeleton frame="9" keyframe="1" z_order="0">
      <points label="head" outside="1" occluded="0" points="1.00,2.00"></points>
      <points label="foot" outside="1" occluded="0" points="5.00,6.00"></points>
    </skeleton>
  </track>
</annotations>
"##;

#[test]
fn a_file_of_cvat_is_taken() {
    let (memory, report, done) = import_bytes("cvat", FROM_CVAT.as_bytes());
    done.unwrap();
    let only = report.problems.kinds().iter().map(|kind| kind.text.as_str()).collect::<Vec<_>>();
    assert_eq!(only, ["places of a skeleton's points and the lines between them (svg) are left out"]);
    let file = &memory.files[0];
    assert_eq!((file.path.as_str(), file.kind, file.width, file.height, file.frames), ("clip.mp4", FileKind::Video, 640, 480, 100));
    assert_eq!((memory.project.as_str(), memory.schema.labels.len()), ("street", 2));
    assert_eq!(memory.sequences.iter().map(|sequence| sequence.number).collect::<Vec<_>>(), [1, 8]);
    assert_eq!(memory.sequences[0].marks.answers[&AttributeId(2)].text(), "light blue");
    let frames: Vec<_> = memory.instances.iter().map(|item| (item.frame, item.marks.outside, item.marks.occluded)).collect();
    assert_eq!(frames, [(3, false, false), (20, false, true), (21, true, true), (0, false, false), (9, true, false)]);
    assert_eq!(memory.instances[0].geometry, Geometry::Box(Rect::from_xywh(10.0, 20.5, 20.25, 19.5)));
    assert_eq!((memory.instances[0].marks.order, &memory.instances[0].marks.answers[&AttributeId(1)]), (2, &Answer::Bool(true)));
    let Geometry::RotatedBox(turned) = &memory.instances[1].geometry else { panic!() };
    assert_eq!((turned.center, turned.angle), (ImagePos::new(20.125, 30.25), 30.0));
    let Geometry::Keypoints(keypoints) = &memory.instances[3].geometry else { panic!() };
    let points: Vec<_> = keypoints.points.iter().map(|point| (point.pos.x, point.sight)).collect();
    assert_eq!(points, [(1.0, Sight::Visible), (5.0, Sight::Occluded)]);
}

#[test]
fn an_exit_is_an_element_that_is_outside_and_the_rest_is_told() {
    let mut gone = SequenceItem { exit: Some(50), name: Some("red".into()), motion: Motion::Smooth, ..sequence(5, 1) };
    gone.marks.set(Mark::Role(Role::Ignore));
    let mut source = memory(
        vec![gone, sequence(2, 2), sequence(9, 1)],
        vec![
            keyframe(0, 10, square(), Marks::default()),
            keyframe(0, 60, square(), Marks::default()),
            InstanceItem { member: Some(MemberItem { sequence: 1, part: 3 }), ..keyframe(1, 4, square(), Marks::default()) },
            keyframe(1, 5, square(), Marks::default()),
            InstanceItem { member: None, author: Some("ada".into()), ..keyframe(0, 999, square(), Marks::default()) },
            InstanceItem { member: None, ..keyframe(0, 7, Geometry::Tag, Marks::default()) },
        ],
    );
    let (text, report) = written(&mut source);
    let track = "<track id=\"4\" label=\"car\" source=\"manual\">
<box frame=\"10\" keyframe=\"1\" outside=\"0\" occluded=\"0\" xtl=\"1\" ytl=\"2\" xbr=\"4\" ybr=\"6\" z_order=\"0\">
</box>
<box frame=\"50\" keyframe=\"1\" outside=\"1\" occluded=\"0\" xtl=\"1\" ytl=\"2\" xbr=\"4\" ybr=\"6\" z_order=\"0\">
</box>
</track>
";
    assert!(text.contains(track), "{text}");
    let ids: Vec<&str> = text.lines().filter(|line| line.starts_with("<track")).collect();
    let wanted = ["4\" label=\"car", "1\" label=\"bus &amp; &lt;co&gt;", "9\" label=\"bus &amp; &lt;co&gt;", "10\" label=\"car"];
    assert_eq!(
        ids,
        wanted.map(|part| format!("<track id=\"{part}\" source=\"manual\">")),
        "the last is on the last frame, so that nothing follows"
    );
    assert!(!text.contains("frame=\"1000\""));
    for (part, count, effect) in [
        ("name of a sequence", 1, Effect::Left),
        ("smooth motion", 1, Effect::Changed),
        ("behind the exit", 1, Effect::Left),
        ("parts of a sequence", 1, Effect::Changed),
        ("without keyframes", 1, Effect::Left),
        ("mark \"role\"", 2, Effect::Left),
        ("author", 1, Effect::Left),
        ("on one frame alone", 2, Effect::Changed),
        ("tags left out", 1, Effect::Left),
    ] {
        assert_eq!(problem(&report.losses, part), (count, effect), "{part}");
    }
    assert_eq!((report.sequences, report.instances), (2, 4));
}

#[test]
fn one_video_is_written_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.xml");
    let refused = |files: Vec<FileItem>| {
        let mut source = Memory { files, ..memory(Vec::new(), Vec::new()) };
        let error = limn_formats::export("cvat", &mut source, &out, &ExportOptions::default(), &mut |_, _| true).unwrap_err();
        assert!(matches!(error, FormatError::NotOneVideo { .. }), "{error}");
        assert!(!out.exists());
    };
    refused(vec![video(), video()]);
    refused(vec![FileItem { kind: FileKind::Image, ..video() }]);
    refused(Vec::new());
}

#[test]
fn images_are_read_too() {
    let head = &FROM_CVAT[..FROM_CVAT.find("  <track").unwrap()];
    let text = format!(
        r#"{head}<image id="0" name="a/1.jpg" width="20" height="10">
        <polygon label="car" source="manual" occluded="1" points="1.00,2.00;3.00,4.00;5.00,0.00" z_order="0"><attribute name="colour">red</attribute></polygon>
        <mask label="car" source="manual" occluded="0" rle="1, 3, 2" left="1" top="2" width="3" height="2" z_order="0"/>
        <tag label="car" source="manual"></tag><cube label="car"/><box label="cat" xtl="1" ytl="1" xbr="2" ybr="2"/>
        <points label="car" points="1,nan"/></image></annotations>"#
    );
    let (memory, report, done) = import_bytes("cvat", text.as_bytes());
    done.unwrap();
    assert_eq!((memory.files[0].path.as_str(), memory.files[0].kind, memory.files[0].width), ("a/1.jpg", FileKind::Image, 20));
    assert!(memory.sequences.is_empty());
    let kinds: Vec<_> = memory.instances.iter().map(|item| item.geometry.spatial_type().as_str()).collect();
    assert_eq!(kinds, ["polygon", "mask", "tag"]);
    assert_eq!(memory.instances[0].marks.answers[&AttributeId(2)].text(), "red");
    for part in ["unknown kind", "a shape has a label", "is no number"] {
        assert_eq!(problem(&report.problems, part), (1, Effect::Left));
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let with = |from: &str, to: &str| {
        let text = FROM_CVAT.replacen(from, to, 1);
        assert_ne!(text, FROM_CVAT, "{from}");
        let (memory, report, done) = import_bytes("cvat", text.as_bytes());
        done.unwrap();
        (memory, report.problems)
    };
    for (from, to, part, effect) in [
        ("<track id=\"0\" label=\"car\"", "<track id=\"0\" label=\"cat\"", "a label that the meta does not name", Effect::Left),
        ("frame=\"3\"", "frame=\"x\"", "names no frame", Effect::Left),
        ("frame=\"21\"", "frame=\"20\"", "two shapes on one frame", Effect::Kept),
        ("frame=\"21\"", "frame=\"100\"", "behind the last frame", Effect::Kept),
        ("xtl=\"10.00\"", "xtl=\"inf\"", "a shape was left out", Effect::Left),
        ("z_order=\"2\"", "z_order=\"2.5\"", "z_order", Effect::Left),
        ("<attribute name=\"parked\">true", "<attribute name=\"parked\">maybe", "does not fit the attribute", Effect::Left),
        ("<attribute name=\"parked\">true", "<attribute name=\"shine\">true", "an attribute \"shine\"", Effect::Left),
        ("<track id=\"0\"", "<track group_id=\"4\" id=\"0\"", "groups", Effect::Left),
        ("<version>1.1", "<version>2.0", "another version", Effect::Kept),
        ("<track id=\"0\"", "<extra><a/></extra><track id=\"0\"", "<extra>", Effect::Left),
        (
            "false</attribute><attribute name=\"colour\">light blue",
            "false</attribute><attribute name=\"colour\">red",
            "answers that hold for a whole track differ",
            Effect::Changed,
        ),
    ] {
        let (_, problems) = with(from, to);
        assert_eq!(problem(&problems, part), (1, effect), "{from}");
    }
    let (from, to) = (FROM_CVAT.find("<meta>").unwrap(), FROM_CVAT.find("  <track").unwrap());
    let (memory, problems) = with(&FROM_CVAT[from..to], "");
    assert!(memory.instances.is_empty());
    assert_eq!(problem(&problems, "has no meta"), (1, Effect::Left));
    assert_eq!(problem(&problems, "a label that the meta does not name"), (2, Effect::Left));
}

#[test]
fn what_is_no_cvat_file_says_so() {
    let error = |text: &str| import_bytes("cvat", text.as_bytes()).2.unwrap_err();
    assert!(matches!(error(""), FormatError::Empty { .. }));
    assert!(matches!(error("hello"), FormatError::Syntax { .. } | FormatError::Cut { .. }));
    assert!(matches!(error("<dataset/>"), FormatError::Syntax { .. }));
    let doctype = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]>\n";
    assert!(error(&FROM_CVAT.replacen("<annotations>", &format!("{doctype}<annotations>"), 1)).to_string().contains("a document type"));
    assert!(error(&FROM_CVAT.replacen("street", "&b;", 1)).to_string().contains("&b;"));
    assert!(matches!(error(&FROM_CVAT.replacen("label=\"car\"", "label=\"&b;\"", 1)), FormatError::Syntax { .. }));
    assert!(error(&format!("<annotations>{}", "<a>".repeat(5000))).to_string().contains("32 deep"));
    for len in 1..FROM_CVAT.trim_end().len() {
        let done = import_bytes("cvat", FROM_CVAT.as_bytes().get(..len).unwrap()).2;
        assert!(matches!(done, Err(FormatError::Cut { .. } | FormatError::Syntax { .. })), "{len}: {done:?}");
    }
}

/// Writes 70 MiB.
#[test]
fn an_endless_tag_is_refused() {
    let huge = format!("<annotations><version a=\"{}\"/></annotations>", "x".repeat(70 << 20));
    let error = import_bytes("cvat", huge.as_bytes()).2.unwrap_err();
    assert!(error.to_string().contains("64 MiB"), "{error}");
}
