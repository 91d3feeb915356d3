//! Clips on the command line: cut, listed, looked at, stitched, exported.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[allow(dead_code, reason = "the videos of the media tests")]
#[path = "../../media/tests/media/clips.rs"]
mod numbered;

use common::Person;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// A project with a coded video of 60 numbered frames; `None` without ffmpeg.
fn project() -> Option<Person> {
    if !numbered::have_ffmpeg() {
        return None;
    }
    let ada = Person::new();
    numbered::encode(ada.dir.path(), "street.mp4", 60, "-c:v libx264 -pix_fmt yuv420p -g 12");
    ada.ok("new p.limn");
    ada.ok("add p.limn street.mp4");
    Some(ada)
}

fn names(told: &Value) -> Vec<String> {
    told["clips"].as_array().unwrap().iter().map(|clip| clip["name"].as_str().unwrap().to_owned()).collect()
}

/// The number in a picture that `limn frame` wrote.
fn number(path: &Path) -> u64 {
    let picture = image::open(path).unwrap().to_luma8();
    let bits = (0..16).map(|bit| u16::from(picture.get_pixel(bit * 20 + 10, 10).0[0] > 125) << bit);
    u64::from(bits.sum::<u16>() & 0xff)
}

#[test]
fn a_video_is_cut_in_each_way_and_each_is_a_step() {
    let Some(ada) = project() else { return };
    let told = ada.ok_json("clips p.limn street.mp4 --length 25 --overlap 5 --dry-run");
    assert_eq!((told["frames"].as_u64(), told["clips"].as_array().unwrap().len()), (Some(60), 3));
    assert_eq!(ada.list("files").len(), 1, "nothing was cut");
    assert_eq!(names(&ada.ok_json("clips p.limn street.mp4 --length 25 --overlap 5")), ["street 0–24", "street 20–44", "street 40–59"]);
    let files = ada.list("files");
    assert_eq!(files.len(), 4);
    assert_eq!((&files[2]["clip_of"], &files[2]["clip_first"], &files[2]["frames"]), (&files[0]["id"], &json!(20), &json!(25)));
    assert_eq!((&files[2]["present"], &files[2]["path"]), (&json!(true), &files[0]["path"]));
    let again = ada.ok_json("clips p.limn street.mp4 --list 20-44,50-59");
    assert_eq!((&again["clips"][0]["known"], &again["clips"][1]["known"]), (&json!(true), &json!(false)));
    ada.ok("undo p.limn");
    ada.ok("undo p.limn");
    assert_eq!(ada.list("files").len(), 1);
    ada.ok("redo p.limn");
    assert_eq!(ada.list("files").len(), 4);
    ada.ok("add p.limn street.mp4");
    assert_eq!(ada.list("files").len(), 4, "neither hidden nor doubled");
    ada.ok("verify p.limn");
    for (how, told) in [
        ("--length 0", "a clip has at least 1 frame"),
        ("--length 5 --overlap 5", "cannot share 5 with the next one"),
        ("--list 50-60", "there is no frame 60: the last one is 59"),
        ("--list 9", "\"9\" is no range of frames"),
        ("--list 9-3", "the range 9-3 ends before it begins"),
    ] {
        ada.fails(&format!("clips p.limn street.mp4 {how}"), 1, &["street.mp4", told, "Nothing was cut"]);
    }
    ada.fails("clips p.limn street.mp4", 2, &["required"]);
    ada.fails("clips p.limn street.mp4 --length 5 --at-scenes", 2, &["cannot be used with"]);
    ada.fails("clips p.limn lane.mp4 --length 5", 1, &["no file is called \"lane.mp4\""]);
}

#[test]
fn scenes_become_clips() {
    let ada = Person::new();
    let film = "[0:v]trim=end_frame=25[a];[1:v]trim=end_frame=15[b];[a][b]concat=n=2[v]";
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=4", "-f", "lavfi", "-i", "mandelbrot=s=160x120:r=10"]);
    ffmpeg.args(["-filter_complex", film, "-map", "[v]", "-c:v", "mpeg4", "-g", "50"]).arg(ada.path("v.mp4"));
    let is_made = ffmpeg.status().is_ok_and(|status| status.success());
    assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    if !is_made {
        return;
    }
    ada.ok("new p.limn");
    ada.ok("add p.limn v.mp4");
    assert_eq!(names(&ada.ok_json("clips p.limn v.mp4 --at-scenes")), ["v 0–24", "v 25–39"]);
    // Scenes of a clip are looked for in the clip alone.
    let within = ada.args(&["clips", "p.limn", "v 25–39", "--at-scenes", "--dry-run", "--json"]).json();
    assert_eq!((&within["clips"][0]["first"], &within["clips"][0]["last"]), (&json!(25), &json!(39)));
}

#[test]
fn a_frame_of_a_clip_is_written_by_its_own_number() {
    let Some(ada) = project() else { return };
    ada.ok("clips p.limn street.mp4 --list 20-44");
    let clip = |frames: &[&str]| {
        let mut args = vec!["frame", "street 20–44", "--project", "p.limn", "--out", "out"];
        args.extend(frames);
        ada.args(&args)
    };
    assert_eq!(clip(&["0", "24", "7"]).code, 0);
    let numbers = [0, 7, 24].map(|frame| number(&ada.path(&format!("out/{frame:06}.png"))));
    assert_eq!(numbers, [20, 27, 44]);
    let beyond = clip(&["25"]);
    assert!(beyond.code == 1 && beyond.stderr.contains("has 25 frames"), "{}", beyond.stderr);
    // The source was replaced by a shorter one: told, and what is there can still be seen.
    numbered::encode(ada.dir.path(), "street.mp4", 30, "-c:v libx264 -pix_fmt yuv420p -g 12");
    let short = clip(&["12"]);
    assert!(short.code == 1 && short.stderr.contains("has 10 frames"), "{}", short.stderr);
    assert_eq!(clip(&["9"]).code, 0);
    assert_eq!(number(&ada.path("out/000009.png")), 29);
}

/// A car on both clips where they overlap, and a mark of a moment on the second.
fn annotate(ada: &Person) {
    ada.ok("export p.limn bare.jsonl --format limn");
    let text = std::fs::read_to_string(ada.path("bare.jsonl")).unwrap();
    let mut lines: Vec<String> = text.lines().filter(|line| !line.starts_with("{\"end\"")).map(str::to_owned).collect();
    lines[1] = r##"{"schema":{"name":"","labels":[{"id":1,"name":"car","color":"#56b4e9"}]}}"##.into();
    for (number, file) in [(0, 1), (1, 2)] {
        lines.push(format!(r#"{{"sequence":{{"number":{number},"file":{file},"shown":{},"label":1}}}}"#, number + 3));
    }
    // 2 pixels a frame: at frame 0 of the source 10, at 59 of it 128.
    for (sequence, file, frame, x) in [(0, 1, 0, 10), (0, 1, 29, 68), (1, 2, 0, 50), (1, 2, 39, 128)] {
        let geometry = format!(r#"{{"xyxy":[{x},40,{},80]}}"#, x + 40);
        lines.push(format!(r#"{{"instance":{{"file":{file},"frame":{frame},"label":1,"geometry":{geometry},"sequence":{sequence}}}}}"#));
    }
    std::fs::write(ada.path("with.jsonl"), lines.join("\n") + "\n").unwrap();
    ada.ok("import p.limn with.jsonl --format limn");
}

#[test]
fn clips_are_stitched_and_joined() {
    let Some(ada) = project() else { return };
    ada.ok("clips p.limn street.mp4 --list 0-29,20-59");
    annotate(&ada);
    let listed = ada.list("sequences");
    assert_eq!((listed[0]["number"].as_u64(), listed[1]["number"].as_u64()), (Some(3), Some(4)));
    assert_eq!((listed[1]["global_first"].as_u64(), listed[1]["global_last"].as_u64()), (Some(20), Some(59)));
    assert_ne!(listed[0]["identity"], listed[1]["identity"]);
    let instances = ada.list("instances");
    let frames: Vec<_> = instances.iter().map(|one| (one["frame"].as_u64(), one["global_frame"].as_u64())).collect();
    assert_eq!(frames, [(0, 0), (29, 29), (0, 20), (39, 59)].map(|(own, global)| (Some(own), Some(global))));
    assert!(ada.ok("list p.limn instances").stdout.contains("\t39 (59 of the source)\t"));
    assert!(ada.ok("list p.limn sequences").stdout.contains("frames 0 to 39 (20 to 59 of the source)"));

    let stitch = |more: &[&str]| {
        let mut args = vec!["stitch", "p.limn", "street 0–29", "street 20–59", "--json"];
        args.extend(more);
        ada.args(&args)
    };
    let dry = stitch(&["--dry-run"]).json();
    assert_eq!((&dry["first"], &dry["last"], &dry["joined"]), (&json!(20), &json!(29), &json!(0)));
    assert_eq!((&dry["pairs"][0]["a"], &dry["pairs"][0]["b"], &dry["pairs"][0]["frames"]), (&json!(3), &json!(4), &json!(10)));
    assert!(dry["pairs"][0]["likeness"].as_f64().unwrap() > 0.99);
    assert_eq!(stitch(&["--min", "0.5"]).json()["joined"], json!(1));
    let listed = ada.list("sequences");
    assert_eq!(listed[0]["identity"], listed[1]["identity"]);
    assert_eq!(stitch(&[]).json()["pairs"], json!([]), "they are one already");
    let wrong = stitch(&["--min", "2"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("a share from 0 to 1"), "{}", wrong.stderr);

    let told = ada.ok_json("export p.limn whole.txt --format mot --incomplete --join-clips");
    assert_eq!((&told["joined"]["clips"], &told["joined"]["videos"]), (&json!(3), &json!(1)));
    let rows = std::fs::read_to_string(ada.path("whole.txt")).unwrap();
    let rows: Vec<Vec<f64>> = rows.lines().map(|line| line.split(',').map(|field| field.parse().unwrap_or(0.0)).collect()).collect();
    assert_eq!(rows.len(), 60);
    for (frame, row) in (0_u32..).zip(&rows) {
        assert_eq!((row[0], row[1]), (f64::from(frame) + 1.0, 3.0));
        assert!((row[2] - f64::from(10 + 2 * frame)).abs() < 1.01, "{row:?}");
    }
    ada.ok("undo p.limn");
    let listed = ada.list("sequences");
    assert_ne!(listed[0]["identity"], listed[1]["identity"]);
}
