//! Videos with damaged frames on the command line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::json;
use std::process::Command;

/// Ten pictures in JPEG, of which the data of number 4 is gone; `None` without the ffmpeg command line.
fn damaged(ada: &Person) -> Option<()> {
    let whole = ada.path("whole.mov");
    let made =
        Command::new("ffmpeg").args(["-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=5:d=2", "-c:v", "mjpeg"]).arg(&whole).status();
    let is_made = made.is_ok_and(|status| status.success());
    assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    if !is_made {
        return None;
    }
    let mut bytes = std::fs::read(&whole).unwrap();
    let begins: Vec<usize> = (0..bytes.len() - 2).filter(|at| bytes[*at..].starts_with(&[0xff, 0xd8, 0xff])).collect();
    assert_eq!(begins.len(), 10);
    bytes[begins[4]..begins[5]].fill(0);
    std::fs::write(ada.path("a.mov"), bytes).unwrap();
    Some(())
}

#[test]
fn a_damaged_frame_is_told_and_its_neighbours_are_written() {
    let ada = Person::new();
    if damaged(&ada).is_none() {
        return;
    }
    let sound = ada.ok_json("probe whole.mov --frames --check");
    assert_eq!((&sound["num_frames"], &sound["damaged"]), (&json!(10), &json!([])));
    assert!(sound["frames"][4].get("damage").is_none());
    assert_eq!(sound["decoder"], "mjpeg in software");
    let probe = ada.ok_json("probe a.mov --frames --check");
    assert_eq!(probe["num_frames"], 10);
    assert_eq!((&probe["damaged"][0]["number"], &probe["damaged"][0]["damage"]), (&json!(4), &json!({ "kind": "missing" })));
    assert_eq!((probe["damaged"].as_array().unwrap().len(), &probe["frames"][4]["damage"]), (1, &json!({ "kind": "missing" })));
    assert!(ada.ok("probe a.mov --check").stdout.contains("4\tThe data of this frame is damaged"));
    assert!(ada.ok("probe whole.mov --check").stdout.contains("No damaged frame was found."));

    let done = ada.limn("frame a.mov 3 4 5 --out out --json");
    assert_eq!(done.code, 1);
    assert!(done.stderr.contains("frame 4 of") && done.stderr.contains("neighbours"), "{}", done.stderr);
    let json = done.json();
    assert_eq!((json["frames"].as_array().unwrap().len(), &json["missing"][0]["number"]), (2, &json!(4)));
    let written = |number: u64| ada.path("out").join(format!("{number:06}.png")).exists();
    assert!(written(3) && !written(4) && written(5));
}
