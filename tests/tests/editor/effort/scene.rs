//! What there is to annotate: the same pictures and the same things in them, whatever tool is used.

use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, Rect, Schema, built_in};
use limn_store::Project;
use limn_tests::identity;
use std::path::Path;

/// Width and height of the pictures in pixels, shown one pixel to a screen point.
pub const PICTURE: [u32; 2] = [1200, 900];
/// The picture's top left corner in the window of a peer, which has 1920 by 1080 points: tools at the left, lists at the right.
pub const PICTURE_AT: [f64; 2] = [300.0, 100.0];
/// Files of the project.
const FILES: usize = 6;

/// The same with boxes in the first picture, in rows of ten, about which these attributes ask.
pub fn make_asked(dir: &Path, shapes: usize, attributes: &str) -> Project {
    let mut project = make(dir);
    let text = format!(r#"{{"labels":[{{"name":"car","key":"1"}}],"attributes":[{attributes}]}}"#);
    let schema = Schema::from_written(serde_json::from_str(&text).unwrap(), project.schema()).unwrap();
    project.publish_schema(&schema).unwrap();
    let file = project.files().unwrap()[0].file.id;
    let mut ids = IdSource::new([2; 32]);
    let mut shape = |at: usize| {
        let rect = Rect::from_xywh(40.0 + 110.0 * (at % 10) as f64, 40.0 + 80.0 * (at / 10) as f64, 80.0, 60.0);
        Change::InstanceAdd(Box::new(Instance::new(ids.instance(at as u64 + 1), file, 0, schema.labels[0].id, Geometry::Box(rect))))
    };
    let changes = (0..shapes).map(&mut shape).collect();
    project.commit(Gesture { kind: kind::EDIT, title: "Draw".into(), target: None, changes }).unwrap();
    project
}

/// A project with the labels car, person (with 17 keypoints) and sign, which have the keys 1 to 3, and six pictures.
pub fn make(dir: &Path) -> Project {
    let schema = r#"{"labels":[{"name":"car","key":"1"},{"name":"person","key":"2"},{"name":"sign","key":"3"}]}"#;
    let mut schema = Schema::from_document(schema).unwrap();
    schema.labels[1].keypoints = Some(built_in::BUILT_IN[0].template());
    let mut project = Project::create(dir, "effort", &schema, identity()).unwrap();
    let mut ids = IdSource::new([1; 32]);
    let file = |at: usize| FileRecord {
        id: ids.file(1),
        name: format!("{at}.png"),
        path: format!("media/{at}.png"),
        kind: FileKind::Image,
        width: PICTURE[0],
        height: PICTURE[1],
        frames: 1,
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let changes = (1..=FILES).map(file).map(|file| Change::FileAdd(Box::new(file))).collect();
    project.commit(Gesture { kind: kind::FILES, title: "Add files".into(), target: None, changes }).unwrap();
    project
}

/// Points that go with a name, as x, y.
type Points = Vec<[i32; 2]>;

/// Opposite corners of box 1 to 20: rows of five, 160 by 120 pixels each.
fn box_corners(number: usize) -> Points {
    let (column, row) = ((number as i32 - 1) % 5, (number as i32 - 1) / 5);
    let [x, y] = [60 + 230 * column, 60 + 210 * row];
    vec![[x, y], [x + 160, y + 120]]
}

/// The 30 points of star 1 to 5.
pub fn star(number: usize) -> Points {
    let [x, y] = [[200, 225], [600, 225], [1000, 225], [350, 675], [850, 675]][number - 1];
    let point = |at: i32| {
        let (radius, turn) = (if at % 2 == 0 { 150.0 } else { 110.0 }, f64::from(at * 12).to_radians());
        [x + (radius * turn.cos()).round() as i32, y + (radius * turn.sin()).round() as i32]
    };
    (0..30).map(point).collect()
}

/// The outlines of six regions that fill the picture, three above three.
const REGIONS: [&str; 6] = [
    "0,0 400,0 380,150 420,300 400,450 260,470 130,430 0,450",
    "400,0 800,0 780,150 820,300 800,450 660,470 530,430 400,450 420,300 380,150",
    "800,0 1200,0 1200,450 1060,470 930,430 800,450 820,300 780,150",
    "0,450 130,430 260,470 400,450 380,600 420,750 400,900 0,900",
    "400,450 530,430 660,470 800,450 780,600 820,750 800,900 400,900 420,750 380,600",
    "800,450 930,430 1060,470 1200,450 1200,900 800,900 820,750 780,600",
];

/// The same for tools that leave to others what others have: each border is drawn once, then crossed.
const SWEEPS: [&str; 6] = [
    REGIONS[0],
    "300,0 800,0 780,150 820,300 800,450 660,470 530,430 400,450",
    "700,0 1200,0 1200,450 1060,470 930,430 800,450",
    "0,300 400,450 380,600 420,750 400,900 0,900",
    "300,900 400,450 600,300 800,450 780,600 820,750 800,900",
    "700,300 1200,300 1200,900 700,900",
];

/// An object of 12 corners, and a hole of 8 in it.
const OBJECT: &str = "400,200 700,200 700,300 900,300 900,600 700,600 700,700 400,700 400,600 200,600 200,300 400,300";
const HOLE: &str = "450,350 650,350 650,450 600,450 600,550 500,550 500,450 450,450";

/// Two areas side by side, and one that is to be cut in two.
const PAIR: [&str; 2] = ["100,100 400,100 400,400 100,400", "400,100 700,100 700,400 400,400"];
const WHOLE: &str = "100,500 700,500 700,800 100,800";

/// Where the 17 joints of the person are, in the template's order.
const JOINTS: [[i32; 2]; 17] = [
    [600, 156],
    [616, 135],
    [584, 135],
    [636, 149],
    [564, 149],
    [664, 240],
    [536, 240],
    [744, 322],
    [456, 322],
    [770, 434],
    [430, 434],
    [640, 471],
    [560, 471],
    [684, 595],
    [556, 625],
    [648, 779],
    [552, 779],
];

fn parse(text: &str) -> Points {
    let point = |word: &str| {
        let (x, y) = word.split_once(',').unwrap();
        [x.parse().unwrap(), y.parse().unwrap()]
    };
    text.split(' ').map(point).collect()
}

/// The points of a thing by its name.
fn points(thing: &str, number: usize) -> Points {
    match thing {
        "box" => box_corners(number),
        "star" => star(number),
        "region" => parse(REGIONS[number - 1]),
        "sweep" => parse(SWEEPS[number - 1]),
        "pair" => parse(PAIR[number - 1]),
        "joint" => vec![JOINTS[number - 1]],
        "object" => parse(OBJECT),
        "hole" => parse(HOLE),
        "whole" => parse(WHOLE),
        _ => panic!("nothing in the picture has the name {thing}"),
    }
}

/// Writes out the words that begin with `$`: `$star2` clicks the points of a thing, `$star2.sides` drags from each second one to
/// the next (of an odd number, from the last one to the first), `$star2.drag` drags from the first one through all, `$star2.loop`
/// back to it, too, `$star2.start` clicks the first one, `$star2.follow` then goes round without the button, and `$star1-5` stands for
/// five of them. After a colon come modifiers:
/// `$hole:alt`.
pub fn written_out(script: &str) -> String {
    script.split_whitespace().map(|word| word.strip_prefix('$').map_or_else(|| word.to_owned(), stretch)).collect::<Vec<_>>().join(" ")
}

fn stretch(word: &str) -> String {
    let (word, held) = word.split_once(':').map_or((word, String::new()), |(word, held)| (word, format!("+{held}")));
    let (thing, how) = word.split_once('.').unwrap_or((word, "click"));
    let digits = thing.find(|letter: char| letter.is_ascii_digit()).unwrap_or(thing.len());
    let (name, numbers) = thing.split_at(digits);
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let number = |text: &str| if text.is_empty() { 1 } else { text.parse().unwrap() };
    let one = |at: usize| {
        let places: Vec<String> = points(name, at).iter().map(|[x, y]| format!("{x},{y}")).collect();
        match how {
            "click" => places.iter().map(|place| format!("click{held} {place}")).collect::<Vec<_>>().join(" "),
            "start" => format!("click{held} {}", places[0]),
            "follow" => format!("click{held} {} move {} move {}", places[0], places[1..].join(" move "), places[0]),
            "sides" => {
                let next = |at: usize| &places[(at + 1) % places.len()];
                let sides = (0..places.len()).step_by(2).map(|at| format!("drag{held} {}>{}", places[at], next(at)));
                sides.collect::<Vec<_>>().join(" ")
            }
            "loop" => format!("drag{held} {}>{}", places.join(">"), places[0]),
            "drag" => format!("drag{held} {}", places.join(">")),
            _ => panic!("{how} is no way to draw {thing}"),
        }
    };
    (number(first)..=number(last)).map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn regions_fill_the_picture() {
    let twice = |points: &Points| {
        let next = points.iter().cycle().skip(1);
        points.iter().zip(next).map(|(a, b)| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1])).sum::<i64>().abs()
    };
    let all: i64 = REGIONS.iter().map(|text| twice(&parse(text))).sum();
    assert_eq!(all, 2 * i64::from(PICTURE[0]) * i64::from(PICTURE[1]));
}
