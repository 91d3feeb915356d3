//! What rules find on a frame, and that looking only where something changed finds the same.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::log::{Change, InstanceSet};
use limn_core::schema::rule::Per;
use limn_core::{Document, FileId, Geometry, ImagePos, Instance, InstanceId, LabelId, Mark, Mask, Polygon, Rect, Role, Schema};
use limn_tools::problems::{Frame, Problems, Rules};

const PICTURE: Rect = Rect { min: ImagePos { x: 0.0, y: 0.0 }, max: ImagePos { x: 400.0, y: 300.0 } };

fn rules(rules: &str) -> Rules {
    let text = format!(
        r#"{{"labels":["vehicle",{{"name":"car","parent":"vehicle"}},"road","дерево"],
            "attributes":[{{"name":"colour","type":"text","required":true,"labels":["car"]}}],"rules":[{rules}]}}"#
    );
    Rules::new(&Schema::from_document(&text).unwrap())
}

fn file() -> FileId {
    FileId::from_parts(0, [0; 10])
}

fn id(at: u64) -> InstanceId {
    InstanceId::from_parts(at, [0; 10])
}

fn rect(x: f64, y: f64, width: f64, height: f64) -> Geometry {
    Geometry::Box(Rect::from_xywh(x, y, width, height))
}

fn polygon(points: &[(f64, f64)]) -> Geometry {
    Geometry::Polygon(Polygon::simple(points.iter().map(|(x, y)| ImagePos::new(*x, *y)).collect()))
}

fn document(shapes: Vec<(u32, Geometry)>) -> Document {
    let instance = |(at, (label, geometry))| Instance::new(id(at), file(), 0, LabelId(label), geometry);
    Document::new((1..).zip(shapes).map(instance).collect())
}

fn frame(document: &Document) -> Frame<'_> {
    Frame { instances: document.instances(), picture: PICTURE, is_file: true, sequences: None }
}

fn told_of(rules: &Rules, document: &Document) -> Vec<String> {
    let mut problems = Problems::default();
    problems.update(rules, frame(document), None);
    assert!(problems.look_at_cover(rules, frame(document), &|| false));
    problems.list().iter().map(|problem| problem.message.clone()).collect()
}

fn told(check: &str, shapes: Vec<(u32, Geometry)>) -> Vec<String> {
    told_of(&rules(&format!(r#"{{"name":"a","check":{check}}}"#)), &document(shapes))
}

#[test]
fn each_check_tells_what_breaks_it_and_nothing_else() {
    let fine = || (3, rect(10.0, 10.0, 50.0, 40.0));
    assert_eq!(told(r#""answered""#, vec![(2, rect(0.0, 0.0, 9.0, 9.0)), fine()]), ["car has no answer to: colour"]);
    assert_eq!(told(r#""inside""#, vec![(4, rect(395.0, 0.0, 9.0, 9.0)), fine()]), ["дерево reaches outside the picture"]);
    let bow = polygon(&[(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)]);
    let touching = polygon(&[(0.0, 0.0), (10.0, 0.0), (5.0, 5.0), (10.0, 10.0), (0.0, 10.0), (5.0, 5.0)]);
    assert_eq!(told(r#""simple""#, vec![(1, bow), (1, touching), fine()]), ["vehicle crosses itself"]);
    let small = || vec![(1, rect(0.0, 0.0, 3.0, 90.0)), (1, Geometry::Point(ImagePos::new(1.0, 1.0))), fine()];
    assert_eq!(told(r#"{"size":{"min_side":4}}"#, small()), ["vehicle has a side of 3 px, at least 4 px wanted"]);
    assert_eq!(told(r#"{"size":{"max_side":80}}"#, small()), ["vehicle has a side of 90 px, at most 80 px wanted"]);
    assert_eq!(told(r#"{"size":{"min_area":300}}"#, small()), ["vehicle has an area of 270 px², at least 300 px² wanted"]);
    assert_eq!(told(r#"{"size":{"max_area":1999}}"#, small()), ["road has an area of 2000 px², at most 1999 px² wanted"]);
    assert_eq!(told(r#"{"expression":"width < 40 or points = 4 and is(\"vehicle\")"}"#, small()), ["road: a"]);
    let twice = vec![(2, rect(0.0, 0.0, 100.0, 10.0)), (2, rect(0.0, 0.0, 95.0, 10.0)), (3, rect(0.0, 0.0, 100.0, 10.0))];
    assert_eq!(told(r#"{"duplicates":{"iou":0.95}}"#, twice.clone()), ["car is there twice: 95 % the same"]);
    assert!(told(r#"{"duplicates":{"iou":0.951}}"#, twice).is_empty());
    let point = || Geometry::Point(ImagePos::new(7.0, 7.0));
    assert_eq!(told(r#"{"duplicates":{"iou":0.9}}"#, vec![(1, point()), (1, point())]).len(), 1);
}

#[test]
fn overlap_is_a_share_of_the_one_that_the_rule_is_about() {
    let rule = |most: &str| {
        rules(&format!(
            r#"{{"name":"a","labels":["road"],"check":{{"overlap":{{"with":["vehicle"],"most":{most}}}}},"message":"{{found}} of {{label}} under {{other}}"}}"#
        ))
    };
    let triangle = polygon(&[(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)]);
    let shapes = document(vec![(2, rect(0.0, 0.0, 50.0, 50.0)), (3, triangle), (3, rect(300.0, 0.0, 9.0, 9.0))]);
    assert_eq!(told_of(&rule("0.49"), &shapes), ["50 % of road under car"]);
    assert!(told_of(&rule("0.5"), &shapes).is_empty());
    let mask = |x: usize| {
        let tiles = limn_core::geometry::MaskTiles::from_stretches(400, 300, (x as u32..x as u32 + 10).map(|x| (x, 5, 25)));
        Geometry::Mask(Mask::from(&tiles))
    };
    let masks = document(vec![(3, mask(20)), (1, mask(26)), (1, rect(22.0, 5.0, 4.0, 10.0))]);
    assert_eq!(told_of(&rule("0.1"), &masks), ["40 % of road under vehicle", "20 % of road under vehicle"]);
}

#[test]
fn numbers_are_told_of_frames_and_files_and_of_labels_below() {
    let rules = rules(
        r#"{"name":"a","labels":["vehicle"],"check":{"count":{"min":1,"max":2}}},
           {"name":"b","labels":["road"],"check":{"count":{"min":1,"per":"file"}},"severity":"blocks"},
           {"name":"c","labels":["vehicle"],"check":{"count":{"max":0}},"off":true}"#,
    );
    let car = || (2, rect(0.0, 0.0, 9.0, 9.0));
    let none = told_of(&rules, &document(vec![]));
    assert_eq!(none, ["0 of road in the file, at least 1 wanted", "0 of vehicle on the frame, at least 1 wanted"]);
    assert_eq!(told_of(&rules, &document(vec![car(), car(), (1, car().1), (3, car().1)])), ["3 of vehicle on the frame, at most 2 wanted"]);
    assert!(rules.miscounts(&[(LabelId(3), 1)].into(), Per::File).is_empty());
    let mut crowd = document(vec![car(), car(), car(), (3, car().1)]);
    crowd.apply(file(), 0, &Change::InstanceSet { id: id(1), set: InstanceSet::Mark(Mark::Role(Role::Crowd)) });
    assert!(told_of(&rules, &crowd).is_empty());
}

#[test]
fn cover_is_looked_at_as_a_whole_and_shown_where_it_is_worst() {
    let rules = rules(r#"{"name":"a","labels":["road","дерево"],"check":{"covered":{"least":1}}}"#);
    let left = || (3, rect(0.0, 0.0, 300.0, 300.0));
    assert!(told_of(&rules, &document(vec![left(), (4, rect(300.0, 0.0, 100.0, 300.0))])).is_empty());
    let open = document(vec![left(), (4, rect(300.0, 0.0, 100.0, 270.0)), (1, rect(0.0, 0.0, 400.0, 300.0))]);
    assert_eq!(told_of(&rules, &open), ["97.5 % of the picture is covered by road, дерево, 100 % wanted"]);
    let mut problems = Problems::default();
    assert!(!problems.look_at_cover(&rules, frame(&open), &|| true));
    problems.look_at_cover(&rules, frame(&open), &|| false);
    assert_eq!(problems.list()[0].area, Some(Rect::from_xywh(300.0, 270.0, 100.0, 30.0)));
}

/// A sequence without order.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn after_any_changes_the_same_is_found_as_by_looking_at_everything() {
    let rules = rules(
        r#"{"name":"a","check":"answered"},{"name":"b","check":"inside","severity":"blocks"},
           {"name":"c","check":{"duplicates":{"iou":0.5}}},{"name":"d","check":{"overlap":{"with":["road"],"most":0.3}}},
           {"name":"e","check":{"expression":"near(\"car\", 20) < 2 or overlap(\"road\") < 0.2"}},
           {"name":"f","labels":["vehicle"],"check":{"count":{"max":25}}},{"name":"g","check":{"size":{"min_side":6}}}"#,
    );
    let mut state = 7;
    let shape = |state: &mut u64| {
        rect(next(state) as f64 % 390.0, next(state) as f64 % 290.0, 1.0 + next(state) as f64 % 40.0, 1.0 + next(state) as f64 % 30.0)
    };
    let mut document = document((0..60).map(|at| (1 + at % 4, shape(&mut state))).collect());
    let mut problems = Problems::default();
    problems.update(&rules, frame(&document), None);
    let mut seen = 0;
    for step in 0..150 {
        let then = document.stamp().clone();
        for _ in 0..=next(&mut state) % 3 {
            let at = id(1 + next(&mut state) % 70);
            let change = match next(&mut state) % 6 {
                0 => Change::InstanceSet { id: at, set: InstanceSet::Deleted(true) },
                1 => Change::InstanceSet { id: at, set: InstanceSet::Label(LabelId(1 + next(&mut state) as u32 % 4)) },
                2 => Change::InstanceSet {
                    id: at,
                    set: InstanceSet::Mark(Mark::Role([Role::Object, Role::Ignore][next(&mut state) as usize % 2])),
                },
                3 => Change::InstanceAdd(Box::new(Instance::new(at, file(), 0, LabelId(2), shape(&mut state)))),
                _ => Change::InstanceSet { id: at, set: InstanceSet::Geometry(shape(&mut state)) },
            };
            document.apply(file(), 0, &change);
        }
        let touched: Vec<InstanceId> = document.touched_since(&then).unwrap().collect();
        problems.update(&rules, frame(&document), Some(&touched));
        let mut whole = Problems::default();
        whole.update(&rules, frame(&document), None);
        assert_eq!(problems.list(), whole.list(), "after step {step}");
        assert_eq!(problems.counts().values().sum::<u64>(), whole.counts().values().sum::<u64>());
        seen += whole.list().len();
    }
    assert!(seen > 3000, "{seen}");
}
