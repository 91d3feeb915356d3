//! Pictures, guides and numbers of options.

use super::{Place, draw_first_box, identity, press, wait_for};
use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use limn_core::Schema;
use limn_desktop::LimnApp;
use limn_store::{Access, Project};
use std::time::{Duration, Instant};

fn width(harness: &Harness<'static, LimnApp>, name: &str) -> f32 {
    harness.get_by_label(name).rect().width()
}

/// A picture stands before its option in the panel and among the questions, a missing one leaves nothing, and the schema's room
/// gives an option a picture and a guide.
#[test]
fn options_have_pictures_guides_and_numbers() {
    let place = Place::new();
    let guides = place.project().join("guides");
    std::fs::create_dir_all(&guides).unwrap();
    image::RgbImage::from_pixel(300, 200, image::Rgb([200, 40, 40])).save(guides.join("red.png")).unwrap();
    let mut project = Project::open(&place.project(), identity(), Access::Write).unwrap();
    let text = r#"{"labels":["car"],"attributes":[{"name":"paint","type":"select","options":[
        {"name":"red","picture":"guides/red.png"},{"name":"tan","picture":"gone.png"},{"id":7,"name":"mud"}]}]}"#;
    project.publish_schema(&Schema::from_document(text).unwrap()).unwrap();
    drop(project);
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    wait_for(&mut harness, "paint: red");
    let end = Instant::now() + Duration::from_secs(30);
    while width(&harness, "paint: tan") > width(&harness, "paint: mud") + 10.0 {
        assert!(Instant::now() < end, "the missing picture still has a place");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    assert!(width(&harness, "paint: red") > width(&harness, "paint: mud") + 20.0);
    press(&mut harness, Modifiers::NONE, Key::F7);
    wait_for(&mut harness, "Question: paint");
    assert!(harness.get_by_label("1: red").rect().height() > 40.0);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    wait_for(&mut harness, "paint: mud");

    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    wait_for(&mut harness, "paint, question");
    harness.get_by_label("paint, question").click_accesskit();
    wait_for(&mut harness, "Number of mud: 7");
    harness.get_by_label("Guide and picture of mud").click_accesskit();
    wait_for(&mut harness, "Cut out the selected shape as the picture");
    harness.run_steps(2);
    harness.get_by_label("Guide").focus();
    harness.step();
    harness.event(egui::Event::Text("Brown and dull.".into()));
    harness.step();
    harness.get_by_label("Cut out the selected shape as the picture").click_accesskit();
    wait_for(&mut harness, "Picture of mud");
    wait_for(&mut harness, "guides/option-");
    wait_for(&mut harness, "No problems");
    harness.get_by_label("Publish…").click_accesskit();
    wait_for(&mut harness, "has another picture");
    harness.get_by_label("Publish").click_accesskit();
    wait_for(&mut harness, "The schema is published.");
    harness.run_steps(3);
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let mud = &project.schema().attributes[0].options[2];
    assert_eq!((mud.id.0, mud.guide.as_str()), (7, "Brown and dull."));
    assert!(place.project().join(&mud.picture).is_file(), "{}", mud.picture);
}
