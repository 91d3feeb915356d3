//! The jobs, and how they are done in Limn: these scripts are played, and what they leave in the project is looked at.

use super::scene::{star, written_out};
use crate::editor::session::Session;
use limn_core::schema::Answer;
use limn_core::{Geometry, ImagePos, Instance};
use std::collections::BTreeMap;

/// Something to do.
pub struct Job {
    /// As in the files of the peers.
    pub name: &'static str,
    /// What was there, or chosen, before the counting begins.
    pub before: &'static str,
    /// How it is done in Limn.
    pub limn: &'static str,
    /// What must be there then, as [`summary`] tells it.
    pub want: &'static str,
    /// What else must be true.
    pub exact: fn(&[Instance]) -> bool,
}

/// The setting by which a drag draws a side of an outline: a point where it begins and one where it ends.
const SIDES: &str = "Alt+Shift+D";
/// The one by which it draws freehand.
const FREEHAND: &str = "Alt+Shift+D Alt+Shift+D";

/// The ten jobs whose places are given: each corner is put where it is.
pub const JOBS: [Job; 10] = [
    Job {
        name: "20 boxes of 3 labels",
        before: "",
        // A digit names the box that was just drawn and those that come after it.
        limn: "B $box1-8.drag 2 $box9-15.drag 3 $box16-20.drag",
        want: "1: 7 car Box 134400, 7 person Box 134400, 6 sign Box 115200",
        exact: |_| true,
    },
    Job {
        name: "5 polygons of 30 points",
        before: SIDES,
        limn: "P $star1.sides Enter $star2.sides Enter $star3.sides Enter $star4.sides Enter $star5.sides Enter",
        want: "1: 5 car Polygon 257285",
        exact: |all| (1..=5).all(|number| all.iter().any(|one| is_star(one, number, &[]))),
    },
    Job {
        name: "6 adjoining regions, no gap",
        before: SIDES,
        // Drawing over others cuts to their borders: a border is drawn once, and the next region is swept across it.
        // The fifth has an odd number of points: its last side ends where it began, which closes it.
        limn: "P Alt+Shift+B $sweep1.sides Enter $sweep2.sides Enter $sweep3.sides Enter $sweep4.sides Enter $sweep5.sides $sweep6.sides Enter",
        want: "1: 6 car Polygon 1080000",
        exact: |all| is_split_evenly(all),
    },
    Job {
        name: "a person of 17 keypoints, 5 corrected",
        // The label that is used is the active one.
        before: "2",
        limn: "J drag 400,100>800,800 drag 704,352>744,322 drag 496,352>456,322 drag 720,464>770,434 drag 480,464>430,434 drag 644,625>684,595",
        want: "1: 1 person Keypoints 0",
        exact: |all| {
            let joints = written_out("$joint1-17");
            let placed = |one: &Instance| match &one.geometry {
                Geometry::Keypoints(keypoints) => {
                    keypoints.points.iter().map(|point| format!("click {},{}", point.pos.x, point.pos.y)).collect()
                }
                _ => Vec::new(),
            };
            all.iter().all(|one| placed(one).join(" ") == joints)
        },
    },
    Job { name: "a cuboid", before: "", limn: "U drag 300,300>600,600 click 700,200", want: "1: 1 car Cuboid 150000", exact: |_| true },
    Job {
        name: "10 shapes get another label",
        before: "B $box1-10.drag $box16-19.drag V Escape",
        limn: "drag 20,30>1180,420 3",
        want: "1: 4 car Box 76800, 10 sign Box 192000",
        exact: |_| true,
    },
    Job {
        name: "5 points of a polygon moved",
        before: "P $star2 Enter V Escape",
        limn: "drag 750,225>770,225 drag 646,368>655,390 drag 479,313>460,330 drag 479,137>460,120 drag 646,82>655,62",
        want: "1: 1 car Polygon 54112",
        exact: |all| {
            let moved = [
                ([750, 225], [770, 225]),
                ([646, 368], [655, 390]),
                ([479, 313], [460, 330]),
                ([479, 137], [460, 120]),
                ([646, 82], [655, 62]),
            ];
            all.iter().all(|one| is_star(one, 2, &moved))
        },
    },
    Job {
        name: "8 shapes copied to the next 5 files",
        before: "B $box1-4.drag 2 $box5-8.drag V Escape",
        limn: "Ctrl+Alt+V ahead 5",
        want: "1: 3 car Box 57600, 5 person Box 96000; 2: 3 car Box 57600, 5 person Box 96000; 3: 3 car Box 57600, 5 person Box 96000; \
               4: 3 car Box 57600, 5 person Box 96000; 5: 3 car Box 57600, 5 person Box 96000; 6: 3 car Box 57600, 5 person Box 96000",
        exact: |_| true,
    },
    Job {
        name: "a mask with a hole",
        before: SIDES,
        limn: "Shift+L $object.sides Enter $hole.sides:alt Enter",
        want: "1: 1 car Mask 240000",
        exact: |_| true,
    },
    Job {
        name: "two areas merged, one cut in two",
        before: "P $pair1 Enter $pair2 Enter $whole Enter V Escape",
        limn: "drag 50,50>750,450 Alt+J T drag 400,480>400,820",
        want: "1: 3 car Polygon 360000",
        exact: |all| {
            let mut areas: Vec<f64> = all.iter().map(|one| one.geometry.area()).collect();
            areas.sort_by(f64::total_cmp);
            areas == [90_000.0, 90_000.0, 180_000.0]
        },
    },
];

/// Three of them once more, with outlines that follow the hand: quicker, and as exact as the hand is.
pub const TRACED: [Job; 3] = [
    Job {
        name: "5 outlines, traced",
        before: FREEHAND,
        // Back at its start, an outline closes and is done.
        limn: "P $star1.loop $star2.loop $star3.loop $star4.loop $star5.loop",
        want: "1: 5 car Polygon 257285",
        exact: |_| true,
    },
    Job {
        name: "6 adjoining regions, traced",
        before: "",
        limn: "Shift+L Shift+U $sweep1.drag Enter $sweep2.drag Enter $sweep3.drag Enter $sweep4.drag Enter $sweep5.drag Enter $sweep6.drag",
        want: "1: 6 car Mask 1080000",
        exact: |all| is_split_evenly(all),
    },
    Job {
        name: "a mask with a hole, traced",
        before: "",
        limn: "Shift+L $object.drag $hole.drag:alt",
        want: "1: 1 car Mask 240000",
        exact: |_| true,
    },
];

/// Questions of a schema about boxes that are there: how many, what is asked, and how it is done. The answers are random: each of
/// an attribute's options as often as the others; of the nested ones the last.
pub const QUESTIONS: [(usize, &str, Job); 3] = [
    (
        20,
        r#"{"name":"colour","type":"select","options":["red","green","blue"]},{"name":"moves","type":"boolean"},
           {"name":"seen","type":"select","options":["whole","part"]},{"name":"size","type":"select","options":["small","large","huge"]}"#,
        Job {
            name: "4 questions about each of 20 shapes",
            before: "",
            // The most frequent answer goes to all; the others to those in a row that a sweep comes over.
            limn: "Ctrl+F7 1 Enter 3 drag 630,70>740,70 click 960,70 click 190,150 click 520,150 drag 850,150>960,150 2 click 410,70 drag \
                630,150>740,150 click 1070,150 Down 1 Enter 2 click 80,70 click 300,70 click 740,70 click 1070,70 click 80,150 click \
                300,150 click 630,150 drag 850,150>960,150 Down 2 Enter 1 drag 300,70>410,70 click 630,70 click 80,150 drag \
                300,150>410,150 drag 740,150>850,150 Down 1 Enter 2 click 190,70 click 630,70 click 960,70 click 80,150 click 300,150 \
                click 850,150 3 click 80,70 click 410,70 click 740,70 click 1070,70 click 630,150",
            want: "80 answers: 12231122121121131121311232231121312212231212312112121111312122232111321232212121",
            exact: |_| true,
        },
    ),
    (
        100,
        r#"{"name":"seen","type":"select","options":["whole","part","hidden"]},{"name":"note","type":"text"}"#,
        Job {
            name: "one question about 100 shapes",
            before: "",
            limn: "Ctrl+F7 3 Enter 2 click 190,70 click 740,70 drag 960,150>1070,150 click 80,230 click 300,230 click 520,230 click 740,230 \
                click 1070,230 drag 80,310>190,310 drag 520,310>630,310 click 1070,310 click 300,390 click 850,390 click 1070,390 drag \
                80,470>300,470 drag 740,470>850,470 click 1070,470 click 300,550 click 630,550 click 1070,550 click 630,630 drag \
                80,710>190,710 drag 850,710>960,710 click 190,790 click 410,790 click 740,790 1 click 80,70 click 300,70 click 850,70 \
                click 1070,70 click 80,150 click 300,150 click 630,150 click 850,150 click 190,230 click 410,230 click 960,230 click \
                300,310 click 960,310 drag 80,390>190,390 click 410,390 click 960,390 drag 80,550>190,550 click 410,550 drag \
                740,550>850,550 drag 80,630>300,630 click 520,630 click 740,630 drag 300,710>410,710 drag 850,790>960,790",
            want: "100 answers: 1213332131131331312221212323122213223312112133321222233322321121321132111312133322113332233232332113",
            exact: |_| true,
        },
    ),
    (
        10,
        r#"{"name":"kind","type":"select","options":["animal",{"name":"vehicle","attributes":[
             {"name":"of","type":"select","options":[{"name":"road","attributes":[
               {"name":"form","type":"select","options":["car",{"name":"lorry","attributes":[
                 {"name":"load","type":"select","options":["wood","sand","milk"]}]}]}]},"rail"]}]}]}"#,
        Job {
            name: "a choice 4 deep for each of 10 shapes",
            before: "",
            // What follows from an answer is the next question.
            limn: "Ctrl+F7 2 Enter Down 1 Enter Down 2 Enter Down 1 Enter 3 click 80,70 drag 410,70>630,70",
            want: "40 answers: 2123212121212123212321232121212121212121",
            exact: |_| true,
        },
    ),
];

/// All answers in the order of shapes and questions, each by the digit that gives it.
pub fn answers(all: &[Instance]) -> String {
    let options = |instance: &Instance| {
        let digit = |answer: &Answer| match answer {
            Answer::Bool(yes) => if *yes { "1" } else { "2" }.to_owned(),
            answer => answer.choices().iter().map(|choice| choice.option.0.to_string()).collect(),
        };
        instance.marks.answers.values().map(digit).collect::<String>()
    };
    let digits: String = all.iter().map(options).collect();
    format!("{} answers: {digits}", digits.len())
}

/// Whether it is this star, with these points moved.
fn is_star(one: &Instance, number: usize, moved: &[([i32; 2], [i32; 2])]) -> bool {
    let mut want: Vec<[i32; 2]> = star(number);
    for (from, to) in moved {
        let at = want.iter().position(|point| point == from).expect("a point of the star");
        want[at] = *to;
    }
    let want: Vec<ImagePos> = want.iter().map(|[x, y]| ImagePos::new(f64::from(*x), f64::from(*y))).collect();
    matches!(&one.geometry, Geometry::Polygon(polygon) if polygon.parts.len() == 1 && polygon.parts[0].outer.points() == want)
}

/// Whether no region is missing or has eaten another: each is a sixth of the picture, give or take its wavy border.
fn is_split_evenly(all: &[Instance]) -> bool {
    let sixth = 180_000.0;
    all.iter().all(|one| (one.geometry.area() - sixth).abs() < sixth / 20.0)
}

/// Of each file that has any: how many of each label and kind, and the sum of their areas in square pixels.
pub fn summary(session: &Session, all: &[Instance]) -> String {
    let mut files: BTreeMap<usize, BTreeMap<String, (usize, f64)>> = BTreeMap::new();
    for one in all {
        let file = session.editor.files.iter().position(|entry| entry.file.id == one.file).unwrap();
        let what = format!("{} {:?}", session.editor.schema.shown(one.label).0, one.geometry.spatial_type());
        let sum = files.entry(file + 1).or_default().entry(what).or_default();
        *sum = (sum.0 + 1, sum.1 + one.geometry.area());
    }
    let told = |(what, (number, area)): (&String, &(usize, f64))| format!("{number} {what} {area:.0}");
    let files = files.iter().map(|(file, sums)| format!("{file}: {}", sums.iter().map(told).collect::<Vec<_>>().join(", ")));
    files.collect::<Vec<_>>().join("; ")
}
