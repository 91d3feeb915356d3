//! The panels beside and over the picture: questions, coverage, borders.

use super::{Place, drag, draw_first_box, identity, press, wait_for};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;
use limn_core::{Geometry, Schema};
use limn_store::{Access, Project};

/// What is asked stands beside the list, and what was typed about one is of that one, whatever is clicked next.
#[test]
fn questions_are_answered_in_the_panel() {
    let place = Place::new();
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let text = r#"{"labels":["car","person"],"attributes":[{"name":"note","type":"text"},
        {"name":"colour","type":"radio","required":true,"options":["red","blue"]}]}"#;
    let mut schema = Schema::from_document(text).unwrap();
    schema.fill_keys();
    project.publish_schema(&schema).unwrap();
    drop(project);
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::V);
    wait_for(&mut harness, "1 question open");
    harness.get_by_label("colour: blue").click_accesskit();
    harness.run_steps(4);
    assert!(harness.query_all_by_label_contains("1 question open").next().is_none());
    // The history tells what an answer was before.
    press(&mut harness, Modifiers::COMMAND, Key::H);
    wait_for(&mut harness, "Answer colour: blue");
    harness.get_by_label_contains("Draw box").click_accesskit();
    wait_for(&mut harness, "colour: no answer → blue");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(2);
    let field = harness.get_by(|node| node.label().as_deref() == Some("note") && node.role() == egui::accesskit::Role::TextInput).rect();
    harness.drag_at(field.center());
    harness.step();
    harness.drop_at(field.center());
    harness.step();
    harness.event(egui::Event::Text("seen from behind".into()));
    harness.step();
    // The next file is opened by a press, with the field still in hand.
    let row = harness.get_by_label_contains("b.png, new").rect();
    harness.drag_at(row.center());
    harness.step();
    harness.drop_at(row.center());
    wait_for(&mut harness, "Canvas, b.png");
    wait_for(&mut harness, "Save state: saved here");
    harness.run_steps(4);
    assert!(harness.query_by_label("colour: blue").is_none());
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let stored = project.instances_at(project.files().unwrap()[0].file.id, 0).unwrap();
    let said: Vec<String> = stored[0].marks.answers.values().map(|answer| answer.text()).collect();
    assert_eq!((stored.len(), said), (1, vec!["seen from behind".to_owned(), "blue".to_owned()]));
}

/// What nobody drew on is told, shown and filled.
#[test]
fn the_rest_of_the_picture_is_found_and_filled() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::ALT | Modifiers::SHIFT, Key::C);
    wait_for(&mut harness, "1 place to look at");
    harness.get_by_label_contains("uncovered, ").click_accesskit();
    harness.run_steps(3);
    harness.get_by_label("Fill with the active label").click_accesskit();
    wait_for(&mut harness, "All of the picture is covered, and nothing twice.");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(2);
    assert!(harness.query_by_label("Fill with the active label").is_none());
    wait_for(&mut harness, "Save state: saved here");
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let stored = project.instances_at(project.files().unwrap()[0].file.id, 0).unwrap();
    let areas: f64 = stored.iter().map(|instance| instance.geometry.area()).sum();
    assert_eq!((stored.len(), areas), (2, 400.0 * 300.0));
}

/// The panel shows what would come of it before it is done; the bar says what a drawn polygon does.
#[test]
fn a_border_is_grown_by_a_panel_and_a_hole_is_drawn() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::ALT, Key::L);
    wait_for(&mut harness, "Greatest error in pixels");
    wait_for(&mut harness, "This changes nothing.");
    // Esc closes the panel first, and leaves the selection.
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(2);
    assert!(harness.query_by_label("Greatest error in pixels").is_none());
    press(&mut harness, Modifiers::ALT, Key::L);
    wait_for(&mut harness, "This changes nothing.");
    harness.get_by_label("grow").click_accesskit();
    wait_for(&mut harness, "points instead of 4");
    harness.get_by_label("Apply").click_accesskit();
    wait_for(&mut harness, "car 1, polygon");
    assert!(harness.query_by_label("Apply").is_none());
    press(&mut harness, Modifiers::NONE, Key::P);
    wait_for(&mut harness, "follow borders");
    harness.get_by_label("subtract").click_accesskit();
    harness.step();
    for corner in [[-20.0, -15.0], [20.0, -15.0], [20.0, 15.0], [-20.0, 15.0], [-20.0, -15.0]] {
        drag(&mut harness, corner.into(), corner.into());
    }
    wait_for(&mut harness, "Save state: saved here");
    harness.run_steps(4);
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let stored = project.instances_at(project.files().unwrap()[0].file.id, 0).unwrap();
    let [Geometry::Polygon(polygon)] = stored.iter().map(|instance| &instance.geometry).collect::<Vec<_>>()[..] else {
        panic!("{stored:?}")
    };
    assert_eq!((polygon.parts.len(), polygon.parts[0].holes.len()), (1, 1), "{polygon:?}");
    assert!(polygon.parts[0].outer.len() > 4, "rounded corners");
}

/// Questions are gone through by keys alone; the panel stands where the list was.
#[test]
fn questions_are_gone_through_by_keys() {
    let place = Place::new();
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let text = r#"{"labels":["car"],"attributes":[{"name":"colour","type":"radio","options":["red","blue"]},
        {"name":"note","type":"text"},{"name":"moves","type":"boolean"}]}"#;
    project.publish_schema(&Schema::from_document(text).unwrap()).unwrap();
    drop(project);
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::F7);
    wait_for(&mut harness, "Question: colour");
    assert!(harness.query_by_label("1: red").is_some());
    press(&mut harness, Modifiers::NONE, Key::Num2);
    harness.event(egui::Event::Text("2".into()));
    wait_for(&mut harness, "Question: note");
    harness.event(egui::Event::Text("seen 2 times".into()));
    wait_for(&mut harness, "Typed: seen 2 times");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "Question: moves");
    harness.get_by_label("2: no").click_accesskit();
    wait_for(&mut harness, "All done here");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    wait_for(&mut harness, "Save state: saved here");
    assert!(harness.query_by_label("All done here").is_none());
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let stored = project.instances_at(project.files().unwrap()[0].file.id, 0).unwrap();
    let said: Vec<String> = stored[0].marks.answers.values().map(|answer| answer.text()).collect();
    assert_eq!(said, ["blue", "seen 2 times", "no"]);
}

/// What was taken last stands first in the list when the next shape is asked about, and no row moves before.
#[test]
fn options_that_were_taken_last_come_first() {
    let place = Place::new();
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let options: Vec<String> = (1..=12).map(|number| format!("\"o{number}\"")).collect();
    let text = format!(r#"{{"labels":["car"],"attributes":[{{"name":"kind","type":"select","options":[{}]}}]}}"#, options.join(","));
    project.publish_schema(&Schema::from_document(&text).unwrap()).unwrap();
    drop(project);
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "kind: o4");
    harness.get_by_label("kind: o4").click_accesskit();
    harness.run_steps(4);
    let is_first = |harness: &egui_kittest::Harness<'static, limn_desktop::LimnApp>| {
        harness.get_by_label("kind: o4").rect().top() < harness.get_by_label("kind: o1").rect().top()
    };
    assert!(!is_first(&harness));
    drag(&mut harness, Vec2::new(80.0, -40.0), Vec2::new(140.0, 40.0));
    wait_for(&mut harness, "car 2, box");
    harness.run_steps(4);
    assert!(is_first(&harness));
}

#[test]
fn the_palette_says_why_a_command_cannot_be_done() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    press(&mut harness, Modifiers::COMMAND, Key::K);
    wait_for(&mut harness, "Command palette");
    harness.event(egui::Event::Text("duplicate".into()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "cannot be done now: nothing is selected.");
    // What is typed next is another wish.
    harness.event(egui::Event::Text("x".into()));
    harness.run_steps(2);
    assert!(harness.query_all_by_label_contains("cannot be done now").next().is_none());
}
