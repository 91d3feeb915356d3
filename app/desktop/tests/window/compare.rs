//! What several people left on a file, compared with now and with each other.

use super::{Place, press, wait_for, window};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;
use limn_core::log::{Change, Gesture, InstanceSet, kind};
use limn_core::{Geometry, Instance, InstanceId, LabelId, Rect};
use limn_desktop::Start;
use limn_store::{Access, Identity, Project};

#[test]
fn what_two_people_left_is_compared_with_now_and_with_each_other() {
    let place = Place::new();
    let square = |x: f64| Geometry::Box(Rect::from_xywh(x, 50.0, 40.0, 40.0));
    let id = |number: u64| InstanceId::from_parts(number, [3; 10]);
    let work = |seed: u8, name: &str, changes: &dyn Fn(limn_core::FileId) -> Vec<Change>| {
        let mut project = Project::open(&place.project(), Identity::from_seed([seed; 32], name), Access::Write).unwrap();
        let file = project.files().unwrap()[0].file.id;
        project.commit(Gesture { kind: kind::EDIT, title: "Work".into(), target: None, changes: changes(file) }).unwrap();
    };
    let add = |file, number: u64, x: f64| Change::InstanceAdd(Box::new(Instance::new(id(number), file, 0, LabelId(1), square(x))));
    work(9, "ada", &|file| vec![add(file, 1, 10.0), add(file, 2, 80.0)]);
    work(8, "bob", &|file| {
        let gone = Change::InstanceSet { id: id(2), set: InstanceSet::Deleted(true) };
        vec![Change::InstanceSet { id: id(1), set: InstanceSet::Geometry(square(60.0)) }, gone, add(file, 3, 200.0)]
    });
    work(7, "cleo", &|file| vec![add(file, 4, 300.0), add(file, 5, 330.0)]);

    let start = Start { project: Some(place.project()), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, a.png");
    press(&mut harness, Modifiers::ALT | Modifiers::SHIFT, Key::U);
    wait_for(&mut harness, "Earlier state: As bob left it");
    wait_for(&mut harness, "2 added");
    wait_for(&mut harness, "0 changed");
    harness.get_by_label("Compared with: Now").click();
    harness.step();
    wait_for(&mut harness, "As ada left it");
    assert_eq!(harness.query_all_by_label("As bob left it").count(), 0, "nothing is compared with itself");
    harness.get_by_label("As ada left it").click();
    harness.step();
    wait_for(&mut harness, "Compared with: As ada left it");
    wait_for(&mut harness, "1 changed");
    for told in ["1 added", "1 removed"] {
        harness.get_by_label(told);
    }
    harness.get_by_label("Compared with: As ada left it").click();
    harness.run_steps(3);
    harness.get_by_label("Now").click();
    harness.step();
    wait_for(&mut harness, "2 added");
}
