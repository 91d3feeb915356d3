//! A person at a terminal: the example binary, in a home and a folder of its own.

#![allow(dead_code, reason = "each test file uses some of it")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Person {
    pub dir: tempfile::TempDir,
}

pub struct Done {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {} / {}", self.stdout, self.stderr))
    }
}

fn program() -> PathBuf {
    // target/debug/deps/commands-… → target/debug/examples/limn-cli, which Cargo builds with the tests.
    let test = std::env::current_exe().unwrap();
    let name = format!("limn-cli{}", std::env::consts::EXE_SUFFIX);
    test.parent().unwrap().parent().unwrap().join("examples").join(name)
}

impl Person {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs `limn` with these words; relative paths begin in this person's folder.
    pub fn limn(&self, words: &str) -> Done {
        self.args(&words.split(' ').collect::<Vec<_>>())
    }

    pub fn args(&self, args: &[&str]) -> Done {
        let mut command = Command::new(program());
        command.args(args).current_dir(self.dir.path()).env("LIMN_HOME", self.path("home")).env("LIMN_USER", "ada");
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Done { code: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// As [`Self::limn`], and it must succeed.
    pub fn ok(&self, words: &str) -> Done {
        let done = self.limn(words);
        assert_eq!(done.code, 0, "limn {words}: {}", done.stderr);
        done
    }

    pub fn ok_json(&self, words: &str) -> Value {
        self.ok(&format!("{words} --json")).json()
    }

    /// It must fail with a sentence that holds all of these words.
    pub fn fails(&self, words: &str, code: i32, say: &[&str]) {
        let done = self.limn(words);
        assert_eq!(done.code, code, "limn {words}: {} {}", done.stdout, done.stderr);
        for part in say {
            assert!(done.stderr.contains(part), "limn {words} does not say \"{part}\": {}", done.stderr);
        }
    }

    pub fn image(&self, name: &str, width: u32, height: u32) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let shade = name.bytes().fold(0_u8, u8::wrapping_add);
        image::RgbImage::from_pixel(width, height, image::Rgb([shade, 20, 30])).save(path).unwrap();
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// A project with three images and a COCO file on two of them.
    pub fn street(&self) -> PathBuf {
        self.ok("new p.limn");
        for name in ["pics/1.png", "pics/2.png", "pics/10.png"] {
            self.image(name, 64, 48);
        }
        self.write("coco.json", COCO);
        self.ok("add p.limn pics");
        self.path("p.limn")
    }

    pub fn list(&self, what: &str) -> Vec<Value> {
        self.ok_json(&format!("list p.limn {what}")).as_array().unwrap().clone()
    }
}

pub fn exists(path: &Path) -> bool {
    path.exists()
}

pub const COCO: &str = r#"{
  "images": [
    {"id": 1, "file_name": "pics/1.png", "width": 64, "height": 48},
    {"id": 2, "file_name": "pics/2.png", "width": 64, "height": 48}
  ],
  "categories": [{"id": 3, "name": "car"}, {"id": 5, "name": "person"}],
  "annotations": [
    {"id": 11, "image_id": 1, "category_id": 3, "iscrowd": 0, "bbox": [2, 3, 10, 12], "area": 120, "segmentation": []},
    {"id": 12, "image_id": 1, "category_id": 5, "iscrowd": 0, "bbox": [20, 20, 10, 10], "area": 50,
     "segmentation": [[20, 20, 30, 20, 30, 30.5]], "score": 0.9},
    {"id": 13, "image_id": 2, "category_id": 3, "iscrowd": 1, "bbox": [0, 0, 1, 3], "area": 3,
     "segmentation": {"size": [48, 64], "counts": [0, 3, 3069]}}
  ]
}"#;
