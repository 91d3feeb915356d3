//! Killed without warning while saving, a hundred times: what was said to be saved is there.

use crate::helper::{SAVER, Saver};
use limn_store::{Access, Project, StoreError};
use limn_tests::identity;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const ROUNDS: u64 = 100;
/// A new project now and then keeps the check of the whole log short.
const ROUNDS_PER_PROJECT: u64 = 10;

/// A fixed sequence of moments that look random (SplitMix64).
struct Moments(u64);

impl Moments {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// What a killed saver had promised.
#[derive(Default)]
struct Promised {
    last_seq: u64,
    ids: BTreeSet<String>,
    draft: Option<u64>,
}

impl Promised {
    fn take(&mut self, line: &str) {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("saved"), Some(seq), Some(id)) => {
                self.last_seq = seq.parse().unwrap();
                if id != "-" {
                    self.ids.insert(id.to_owned());
                }
            }
            (Some("draft"), Some(number), None) => self.draft = Some(number.parse().unwrap()),
            (Some("ready"), None, None) => {}
            _ => panic!("the saver said {line:?}"),
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut moments = Moments(20);
    let mut num_saved = 0;
    for round in 0..ROUNDS {
        let dir = folder.path().join(format!("{}.limn", round / ROUNDS_PER_PROJECT));
        let mut saver = Saver::start(Command::new(SAVER).arg(&dir).args(["--seed", &(round + 1).to_string()]));
        let mut promised = Promised::default();
        // After so many promises and a moment more. One in ten dies while it starts: opening the project is saving, too.
        if round % ROUNDS_PER_PROJECT != ROUNDS_PER_PROJECT - 1 {
            for _ in 0..1 + moments.below(40) {
                promised.take(&saver.line().expect("it goes on"));
            }
        }
        std::thread::sleep(Duration::from_micros(moments.below(5_000)));
        saver.child.kill().unwrap();
        while let Some(line) = saver.line() {
            promised.take(&line);
        }
        saver.child.wait().unwrap();
        num_saved += promised.ids.len();
        check(&dir, &promised, round);
    }
    assert!(num_saved > 500, "only {num_saved} gestures were saved at all: the kills came too early to mean anything");
}

fn check(dir: &Path, promised: &Promised, round: u64) {
    let mut project = Project::open(dir, identity(), Access::Write).unwrap_or_else(|error| panic!("round {round}: {error}"));
    let report = project.verify(false).unwrap();
    assert_eq!(report.problems, Vec::<String>::new(), "round {round}");
    assert!(project.last_seq() >= promised.last_seq, "round {round}: {} is lost", promised.last_seq);
    let mut missing = promised.ids.clone();
    project
        .for_each_op::<StoreError>(|op| {
            missing.remove(&op.id.to_string());
            Ok(())
        })
        .unwrap();
    assert!(missing.is_empty(), "round {round}: {missing:?}");
    if let Some(promised) = promised.draft {
        let file = project.files().unwrap()[0].file.id;
        let (tool, content) = project.draft(file, 0).unwrap().expect("the half-drawn polygon is there");
        let kept: u64 = content.rsplit(',').next().unwrap().parse().unwrap();
        // Whole, and no older than promised.
        assert_eq!((tool.as_str(), content.split(' ').count() as u64), ("polygon", kept / 4 % 40 + 1), "round {round}");
        assert!(kept >= promised, "round {round}: draft {kept} is older than {promised}");
    }
}
