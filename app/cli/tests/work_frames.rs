//! Work frames on the command line: chosen, listed, exported.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};
use std::process::Command;

/// A project with a video of 40 frames at 10 a second, which changes its scene at frame 25; `None` without ffmpeg.
fn project() -> Option<Person> {
    let ada = Person::new();
    let film = "[0:v]trim=end_frame=25[a];[1:v]trim=end_frame=15[b];[a][b]concat=n=2[v]";
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=4", "-f", "lavfi", "-i", "mandelbrot=s=160x120:r=10"]);
    ffmpeg.args(["-filter_complex", film, "-map", "[v]", "-c:v", "mpeg4", "-g", "50"]).arg(ada.path("v.mp4"));
    let is_made = ffmpeg.status().is_ok_and(|status| status.success());
    assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    if !is_made {
        eprintln!("there is no ffmpeg: left out");
        return None;
    }
    let mut still = Command::new("ffmpeg");
    still.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=16x12", "-frames:v", "1"]).arg(ada.path("still.png"));
    assert!(still.status().unwrap().success());
    ada.ok("new p.limn");
    ada.ok("add p.limn v.mp4 still.png");
    Some(ada)
}

fn chosen(ada: &Person, how: &str) -> Value {
    let told = ada.ok_json(format!("work-frames p.limn v.mp4 {how}").trim());
    told[0].clone()
}

#[test]
fn each_way_of_choosing() {
    let Some(ada) = project() else { return };
    assert_eq!(chosen(&ada, "")["work_frames"], Value::Null);
    let every = chosen(&ada, "--every 10 --from 3 --frames");
    assert_eq!((&every["count"], &every["frames"], &every["numbers"]), (&json!(4), &json!(40), &json!([3, 13, 23, 33])));
    assert_eq!(every["work_frames"], json!({ "every": 10, "offset": 3 }));
    assert_eq!(chosen(&ada, "--rate 2")["work_frames"], json!({ "every": 5, "offset": 0, "made": "2 per second" }));
    assert_eq!(chosen(&ada, "--scenes")["work_frames"], json!({ "frames": "0,25", "made": "scene changes" }));
    assert_eq!(chosen(&ada, "--list 9-11,2")["work_frames"], json!({ "frames": "2,9-11" }));
    assert!(ada.ok("work-frames p.limn v.mp4").stdout.contains("4 work frames of 40 frames: 4 listed"));
    let files = ada.ok_json("list p.limn files");
    assert_eq!((&files[0]["work_frame_count"], &files[1]["work_frames"]), (&json!(4), &Value::Null));
    // One step each.
    ada.ok("undo p.limn");
    assert_eq!(chosen(&ada, "")["work_frames"]["made"], json!("scene changes"));
    assert_eq!(chosen(&ada, "--all")["count"], json!(40));
    ada.ok("verify p.limn");
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let Some(ada) = project() else { return };
    chosen(&ada, "--every 7");
    for (how, told) in [
        ("--every 0", "every 0th frame is no frame"),
        ("--every 5 --from 40", "there is no frame 40: the last one is 39"),
        ("--list 3,40", "there is no frame 40: the last one is 39"),
        ("--list 9-2", "the range 9-2 ends before it begins"),
        ("--list a", "\"a\" is neither a frame nor a range"),
        ("--list 0-99999999999", "there is no frame 99999999999"),
        ("--rate 0", "\"0\" is no number of frames in a second"),
        ("--rate nan", "is no number of frames in a second"),
    ] {
        ada.fails(&format!("work-frames p.limn v.mp4 {how}"), 1, &["v.mp4", told, "Nothing was written"]);
    }
    ada.fails("work-frames p.limn v.mp4 --every 2 --scenes", 2, &["cannot be used with"]);
    ada.fails("work-frames p.limn still.png --every 2", 1, &["still.png is one image"]);
    ada.fails("work-frames p.limn w.mp4 --every 2", 1, &["no file is called \"w.mp4\""]);
    assert_eq!(chosen(&ada, "")["work_frames"]["every"], json!(7));
}

/// The project's export in Limn's own format with a sequence of two keyframes, at 0 and 30, put in.
fn add_sequence(ada: &Person) {
    ada.ok("export p.limn bare.jsonl --format limn");
    let text = std::fs::read_to_string(ada.path("bare.jsonl")).unwrap();
    let mut lines: Vec<String> = text.lines().filter(|line| !line.starts_with("{\"end\"")).map(str::to_owned).collect();
    lines[1] = r##"{"schema":{"name":"","labels":[{"id":1,"name":"car","color":"#56b4e9"}]}}"##.into();
    lines.push(r#"{"sequence":{"number":0,"file":0,"shown":1,"label":1}}"#.into());
    for (frame, x) in [(0, 10), (30, 40)] {
        let geometry = format!(r#"{{"xyxy":[{x},10,{},30]}}"#, x + 20);
        lines.push(format!(r#"{{"instance":{{"file":0,"frame":{frame},"label":1,"geometry":{geometry},"sequence":0}}}}"#));
    }
    lines.push(r#"{"end":{"files":2,"sequences":1,"instances":2}}"#.into());
    std::fs::write(ada.path("with.jsonl"), lines.join("\n") + "\n").unwrap();
    ada.ok("import p.limn with.jsonl --format limn");
}

#[test]
fn both_numbers_are_listed_and_work_frames_alone_are_exported() {
    let Some(ada) = project() else { return };
    chosen(&ada, "--every 10");
    add_sequence(&ada);
    let listed = ada.ok_json("list p.limn instances");
    let numbers = |at: usize| (listed[at]["frame"].as_u64(), listed[at]["work_frame"].as_u64());
    assert_eq!((numbers(0), numbers(1)), ((Some(0), Some(0)), (Some(30), Some(3))));
    // MOT is of one video.
    let mot = |choice: &str| {
        ada.ok(format!("export p.limn gt.txt --format mot --incomplete --where file=v.mp4 {choice}").trim());
        let text = std::fs::read_to_string(ada.path("gt.txt")).unwrap();
        text.lines().map(|line| line.split(',').next().unwrap().parse().unwrap()).collect::<Vec<u64>>()
    };
    assert_eq!(mot(""), (1..=40).collect::<Vec<_>>());
    assert_eq!(mot("--work-frames"), [1, 11, 21, 31], "the numbers of the source, counted from 1 as MOT does");
    ada.ok("export p.limn vis.json --format youtube-vis --incomplete --work-frames");
    let vis: Value = serde_json::from_str(&std::fs::read_to_string(ada.path("vis.json")).unwrap()).unwrap();
    assert_eq!(vis["videos"][0]["file_names"], json!(["v/00000.jpg", "v/00010.jpg", "v/00020.jpg", "v/00030.jpg"]));
    assert_eq!(vis["annotations"][0]["bboxes"].as_array().unwrap().len(), 4);
    ada.ok("export p.limn tracks.json --format coco-tracks --incomplete --work-frames");
    let tracks: Value = serde_json::from_str(&std::fs::read_to_string(ada.path("tracks.json")).unwrap()).unwrap();
    let frames: Vec<u64> = tracks["images"].as_array().unwrap().iter().filter_map(|image| image["frame_id"].as_u64()).collect();
    assert_eq!(frames, [0, 10, 20, 30]);
    ada.fails("export p.limn a.zip --format cvat --incomplete --work-frames", 1, &["holds keyframes"]);
    // A copy of the project has the choice, too.
    ada.ok("export p.limn copy.jsonl --format limn");
    ada.ok("new q.limn");
    ada.ok("import q.limn copy.jsonl --format limn");
    let copy = ada.ok_json("list q.limn files");
    let video = copy.as_array().unwrap().iter().find(|file| file["kind"] == "video").unwrap();
    assert_eq!(video["work_frames"], json!({ "every": 10, "offset": 0 }));
}
