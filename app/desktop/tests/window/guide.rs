//! The guide beside the picture.

use super::{Place, draw_first_box, identity, press, wait_for};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;
use limn_core::Schema;
use limn_editor::Command;
use limn_store::{Access, Project};

/// What the schema tells of the label at hand stands beside the picture, a selected shape becomes an example in it, and
/// headings are found.
#[test]
fn a_guide_is_read_searched_and_given_an_example() {
    let place = Place::new();
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let text = r###"{"guide":"## Night\n\nDo not guess.","labels":[
        {"name":"car","guide":"Four wheels.\n\n![a lost one](guides/gone.png)\n\n![outside](../a.png)"},
        {"name":"person","description":"All who walk.","guide":"## Bicycles\n\nThe rider alone."}]}"###;
    let mut schema = Schema::from_document(text).unwrap();
    schema.fill_keys();
    project.publish_schema(&schema).unwrap();
    drop(project);
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::F10);
    wait_for(&mut harness, "Guide of car");
    wait_for(&mut harness, "Four wheels.");
    wait_for(&mut harness, "Do not guess.");
    wait_for(&mut harness, "No picture \"a lost one\"");
    wait_for(&mut harness, "No picture \"outside\": only pictures in the project's folder");

    // By the palette: the command has no key.
    press(&mut harness, Modifiers::COMMAND, Key::K);
    harness.event(egui::Event::Text(Command::GoodExample.info().title.into()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "Added to the guide of \"car\" as a good example.");
    wait_for(&mut harness, "Good examples");
    harness.get_by_label_contains("Good examples").scroll_to_me();
    wait_for(&mut harness, "Picture: a.png");

    let field = harness.get_by_label("Search the guide").rect();
    harness.drag_at(field.center());
    harness.step();
    harness.drop_at(field.center());
    harness.step();
    harness.event(egui::Event::Text("bicyc".into()));
    wait_for(&mut harness, "person › Bicycles");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "The rider alone.");
    assert!(harness.query_by_label("Four wheels.").is_none());
    harness.get_by_label_contains("Back to the label at hand").click_accesskit();
    wait_for(&mut harness, "Four wheels.");
    press(&mut harness, Modifiers::NONE, Key::Num2);
    wait_for(&mut harness, "Guide of person");
    press(&mut harness, Modifiers::NONE, Key::F10);
    assert!(harness.query_by_label("Search the guide").is_none());
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let guide = &project.schema().labels[0].guide;
    let kept = limn_core::schema::guide::pictures(guide).into_iter().filter(|path| place.project().join("guides").join(path).is_file());
    assert_eq!(kept.count(), 1, "{guide}");
}
