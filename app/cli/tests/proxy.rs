//! Stepping proxies on the command line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Person;
use serde_json::{Value, json};
use std::process::Command;

/// False without the ffmpeg command line.
fn video(ada: &Person, name: &str, size: &str) -> bool {
    let source = format!("testsrc2=s={size}:r=5:d=4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", &source, "-c:v", "mpeg4", "-g", "50"]).arg(ada.path(name));
    let is_made = ffmpeg.status().is_ok_and(|status| status.success());
    assert!(is_made || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    is_made
}

#[test]
fn a_proxy_is_made_once_found_again_and_deleted() {
    let ada = Person::new();
    if !video(&ada, "a.mp4", "320x240") || !video(&ada, "small.mp4", "32x32") {
        return;
    }
    let made = ada.ok_json("proxy a.mp4");
    assert_eq!((&made["num_frames"], &made["missing"]), (&json!(20), &json!(0)));
    let bytes = made["bytes"].as_u64().unwrap();
    let again = ada.ok_json("proxy a.mp4");
    assert_eq!((again["bytes"].as_u64(), &again["missing"]), (Some(bytes), &Value::Null), "it was there");
    assert!(ada.ok("proxy a.mp4").stdout.contains("stepping proxy of 20 frames"));
    assert_eq!(ada.ok_json("proxy a.mp4 --delete")["bytes"], Value::Null);
    assert!(ada.ok("proxy a.mp4 --delete").stdout.contains("there is no stepping proxy"));
    assert_eq!(ada.ok_json("proxy a.mp4")["missing"], json!(0), "made anew");
    ada.fails("proxy small.mp4", 1, &["small.mp4", "needs no stepping proxy"]);
    ada.fails("proxy none.mp4", 1, &["none.mp4"]);
}
