//! Several cameras on the command line: linked, listed, carried out and in.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};
use std::process::Command;

/// A project with two videos of 25 and of uneven frames, a third one and an image; `None` without ffmpeg.
fn project() -> Option<Person> {
    let ada = Person::new();
    let uneven = "settb=1/60000,setpts=1000*(7*floor(N/4)+if(eq(mod(N\\,4)\\,3)\\,4\\,mod(N\\,4)))";
    for (name, filter, count) in [("a.mp4", "null", 50), ("b.mp4", uneven, 48), ("c.mp4", "null", 10)] {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=25", "-vf", filter, "-frames:v", &count.to_string()]);
        ffmpeg.args(["-fps_mode", "passthrough", "-enc_time_base", "1/60000", "-video_track_timescale", "60000", "-c:v", "libx264"]);
        let is_made = ffmpeg.arg(ada.path(name)).status().is_ok_and(|status| status.success());
        assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
        if !is_made {
            eprintln!("there is no ffmpeg: left out");
            return None;
        }
    }
    ada.image("still.png", 16, 12);
    ada.ok("new p.limn");
    ada.ok("add p.limn a.mp4 b.mp4 c.mp4 still.png");
    Some(ada)
}

fn offsets(told: &Value) -> Vec<(String, i64)> {
    let file = |file: &Value| (file["file"].as_str().unwrap().to_owned(), file["offset_us"].as_i64().unwrap());
    told[0]["files"].as_array().into_iter().flatten().map(file).collect()
}

fn named(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(name, offset)| ((*name).to_owned(), *offset)).collect()
}

#[test]
fn videos_are_linked_by_seconds_and_by_frames_and_unlinked() {
    let Some(ada) = project() else { return };
    assert!(ada.ok("cameras p.limn").stdout.contains("No videos go together"));
    let told = ada.ok_json("cameras p.limn a.mp4 b.mp4 --offset 1.5");
    assert_eq!(offsets(&told), named(&[("a.mp4", 0), ("b.mp4", 1_500_000)]));
    let told = ada.ok_json("cameras p.limn a.mp4 b.mp4 c.mp4 --offset -0.25,0.04");
    assert_eq!(offsets(&told), named(&[("a.mp4", 0), ("b.mp4", -250_000), ("c.mp4", 40_000)]));
    // Frame 25 of a is at 1 s; frame 7 of b at 11/60 s, whatever its rate is on average.
    let told = ada.ok_json("cameras p.limn a.mp4 b.mp4 --frames 25,7");
    assert_eq!(offsets(&told), named(&[("a.mp4", 0), ("b.mp4", 816_667)]));
    assert!(ada.ok("cameras p.limn").stdout.contains("a.mp4 +0.000000 s, b.mp4 +0.816667 s"));
    ada.ok("undo p.limn");
    assert_eq!(offsets(&ada.ok_json("cameras p.limn")).len(), 3, "linking is one step");
    let told = ada.ok_json("cameras p.limn a.mp4 --unlink");
    assert_eq!(offsets(&told), named(&[("b.mp4", 0), ("c.mp4", 290_000)]), "the others stay as far apart");
    ada.ok("cameras p.limn c.mp4 --unlink");
    assert_eq!(ada.ok_json("cameras p.limn"), json!([]));
    ada.ok("verify p.limn");
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let Some(ada) = project() else { return };
    ada.ok("cameras p.limn a.mp4 b.mp4 --offset 2");
    for (words, told) in [
        ("a.mp4 still.png", "still.png is no video"),
        ("a.mp4 z.mp4", "no file is called \"z.mp4\""),
        ("a.mp4 a.mp4", "a video is named twice"),
        ("a.mp4", "Name 2 to 4 videos"),
        ("a.mp4 b.mp4 --offset 1,2", "2 offsets for 2 videos, not 1"),
        ("a.mp4 b.mp4 --offset nan", "no number of seconds"),
        ("a.mp4 b.mp4 --frames 1", "1 frames for 2 videos, not 2"),
        ("a.mp4 b.mp4 --frames 1,48", "b.mp4 has no frame 48: the last one is 47"),
        ("still.png --unlink", "still.png is no video"),
    ] {
        ada.fails(&format!("cameras p.limn {words}"), 1, &[told, "Nothing was written"]);
    }
    ada.fails("cameras p.limn --offset 1", 2, &["required"]);
    assert_eq!(offsets(&ada.ok_json("cameras p.limn")), named(&[("a.mp4", 0), ("b.mp4", 2_000_000)]));
}

/// Sequences 1 and 2 of a, 1 of b; the second of a is one object with that of b.
fn add_sequences(ada: &Person) {
    ada.ok("export p.limn bare.jsonl --format limn");
    let text = std::fs::read_to_string(ada.path("bare.jsonl")).unwrap();
    let mut lines: Vec<String> = text.lines().filter(|line| !line.starts_with("{\"end\"")).map(str::to_owned).collect();
    lines[1] = r##"{"schema":{"name":"","labels":[{"id":1,"name":"car","color":"#56b4e9"}]}}"##.into();
    for (number, (file, shown)) in [(0, 1), (0, 2), (1, 1)].into_iter().enumerate() {
        let same = if number == 1 { format!(r#","same_as":"{}""#, object(2)) } else { String::new() };
        let id = object(number);
        lines.push(format!(r#"{{"sequence":{{"id":"{id}","number":{number},"file":{file},"shown":{shown},"label":1{same}}}}}"#));
    }
    for (number, file) in [(0, 0), (1, 0), (2, 1)] {
        let geometry = r#"{"xyxy":[10,10,30,30]}"#;
        lines.push(format!(r#"{{"instance":{{"file":{file},"frame":0,"label":1,"geometry":{geometry},"sequence":{number}}}}}"#));
    }
    lines.push(r#"{"end":{"files":4,"sequences":3,"instances":3}}"#.into());
    std::fs::write(ada.path("with.jsonl"), lines.join("\n") + "\n").unwrap();
    ada.ok("import p.limn with.jsonl --format limn");
}

fn object(number: usize) -> String {
    format!("00000000-000{number}-7000-8000-000000000001")
}

#[test]
fn links_and_objects_go_out_and_come_in_again() {
    let Some(ada) = project() else { return };
    ada.ok("cameras p.limn a.mp4 b.mp4 --offset -0.5");
    add_sequences(&ada);
    let identities = |project: &str| {
        let list = ada.ok_json(&format!("list {project} sequences"));
        let of = |it: &Value| {
            (it["file"].as_str().unwrap().to_owned(), it["number"].as_u64().unwrap(), it["identity"].as_str().unwrap().to_owned())
        };
        list.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let wanted = [("a.mp4", 1, 0), ("a.mp4", 2, 2), ("b.mp4", 1, 2)].map(|(file, number, of)| (file.to_owned(), number, object(of)));
    assert_eq!(identities("p.limn"), wanted);
    ada.ok("export p.limn all.jsonl --format limn");
    ada.ok("new q.limn");
    ada.ok("import q.limn all.jsonl --format limn");
    assert_eq!(identities("q.limn"), wanted);
    assert_eq!(offsets(&ada.ok_json("cameras q.limn")), offsets(&ada.ok_json("cameras p.limn")));
    ada.ok("export q.limn again.jsonl --format limn");
    let read = |name: &str| std::fs::read_to_string(ada.path(name)).unwrap();
    let linked = |text: &str| text.lines().filter(|line| line.contains("same_as") || line.contains("camera")).count();
    assert_eq!((linked(&read("again.jsonl")), linked(&read("all.jsonl"))), (3, 3));
    // What the project says of a file already counts.
    ada.ok("cameras q.limn a.mp4 b.mp4 --offset 3");
    assert!(ada.ok("import q.limn all.jsonl --format limn").stderr.contains("goes with others in the project already"));
    assert_eq!(offsets(&ada.ok_json("cameras q.limn"))[1].1, 3_000_000);

    // One object has one track id over both videos, which no other object of them has.
    ada.ok("export p.limn tracks.json --format coco-tracks --incomplete");
    let tracks: Value = serde_json::from_str(&read("tracks.json")).unwrap();
    let video_of = |image: &Value| tracks["images"].as_array().unwrap().iter().find(|it| it["id"] == *image).unwrap()["video_id"].clone();
    let all = tracks["annotations"].as_array().unwrap().iter();
    let pairs: std::collections::BTreeSet<(i64, i64)> =
        all.map(|it| (video_of(&it["image_id"]).as_i64().unwrap(), it["track_id"].as_i64().unwrap())).collect();
    let (first, second): (Vec<_>, Vec<_>) = pairs.iter().copied().partition(|(video, _)| *video == pairs.first().unwrap().0);
    assert_eq!((first.len(), second.len()), (2, 1), "{pairs:?}");
    assert_eq!(first[1].1, second[0].1, "{pairs:?}");
    // Where ids are those of one video, it is told.
    let told = ada.ok("export p.limn gt.txt --format mot --incomplete --where file=a.mp4").stderr;
    assert!(told.contains("that a sequence is one object with another one left out"), "{told}");
    assert!(told.contains("which videos go together left out"), "{told}");
}
