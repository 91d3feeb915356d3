//! Dependencies point one way only; see the crate table in README.md.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The window's kit, the network's and SQL: what most crates must never reach, not even through others.
const WINDOW: [&str; 4] = ["egui", "eframe", "egui-wgpu", "winit"];
const GPU: [&str; 1] = ["wgpu"];
const MEDIA: [&str; 3] = ["ffmpeg-next", "ffmpeg-sys-next", "image"];
const NET: [&str; 2] = ["tokio", "reqwest"];
const SQL: [&str; 1] = ["rusqlite"];

/// What nobody may reach: TLS is rustls with ring.
const NEVER: [&str; 4] = ["openssl", "openssl-sys", "native-tls", "aws-lc-sys"];

/// A crate of the workspace, the crates of the workspace that it may name, and the families that it must never reach.
type Rule = (&'static str, &'static [&'static str], &'static [&'static [&'static str]]);

const RULES: &[Rule] = &[
    ("limn-core", &[], &[&WINDOW, &GPU, &MEDIA, &NET, &SQL]),
    ("limn-tools", &["limn-core"], &[&WINDOW, &GPU, &MEDIA, &NET, &SQL]),
    ("limn-editor", &["limn-core", "limn-tools"], &[&WINDOW, &GPU, &MEDIA, &NET, &SQL]),
    ("limn-store", &["limn-core"], &[&WINDOW, &GPU, &MEDIA, &NET]),
    ("limn-media", &["limn-core"], &[&WINDOW, &GPU, &NET, &SQL]),
    ("limn-formats", &["limn-core"], &[&WINDOW, &GPU, &MEDIA, &NET, &SQL]),
    ("limn-render", &["limn-core"], &[&WINDOW, &MEDIA, &NET, &SQL]),
    ("limn-demo", &["limn-core"], &[&WINDOW, &GPU, &NET, &SQL]),
    ("limn-models", &["limn-core"], &[&WINDOW, &GPU, &MEDIA, &NET, &SQL]),
    (
        "limn-jobs",
        &["limn-core", "limn-store", "limn-media", "limn-formats", "limn-demo", "limn-models", "limn-tools"],
        &[&WINDOW, &GPU, &NET],
    ),
    (
        "limn-cli",
        // Render only for `limn bench`; tools also for the rules of `limn validate`.
        &["limn-core", "limn-store", "limn-media", "limn-formats", "limn-demo", "limn-jobs", "limn-render", "limn-tools"],
        &[&WINDOW, &NET],
    ),
    (
        "limn",
        &[
            "limn-core",
            "limn-store",
            "limn-media",
            "limn-formats",
            "limn-demo",
            "limn-jobs",
            "limn-render",
            "limn-tools",
            "limn-editor",
            "limn-cli",
        ],
        &[],
    ),
    ("limn-tests", &["limn-core", "limn-store", "limn-media", "limn-formats", "limn-jobs", "limn-tools", "limn-editor"], &[]),
];

/// Who names whom, by package name; without what is only there for tests.
struct Graph {
    members: BTreeSet<String>,
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Of this checkout, for this machine's kind of system.
    fn read() -> Self {
        let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
        let host = String::from_utf8_lossy(&rustc.stdout);
        let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let asked = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host])
            .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")])
            .output()
            .expect("cargo runs");
        assert!(asked.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&asked.stderr));
        Self::from_metadata(&serde_json::from_slice(&asked.stdout).unwrap())
    }

    fn from_metadata(metadata: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name_of: BTreeMap<String, String> =
            list(&metadata["packages"]).iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let members = list(&metadata["workspace_members"]).iter().map(|id| name_of[&text(id)].clone()).collect();
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let from = names.entry(name_of[&text(&node["id"])].clone()).or_default();
            for dependency in list(&node["deps"]) {
                if list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev") {
                    from.insert(name_of[&text(&dependency["pkg"])].clone());
                }
            }
        }
        Self { members, names }
    }

    /// The chain from one package to another, if there is one.
    fn path(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut seen = BTreeSet::from([from.to_owned()]);
        let mut chains = vec![vec![from.to_owned()]];
        while let Some(chain) = chains.pop() {
            let last = chain.last()?;
            if last == to {
                return Some(chain);
            }
            for next in self.names.get(last).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    chains.push(chain.iter().chain([next]).cloned().collect());
                }
            }
        }
        None
    }

    fn faults(&self, rules: &[Rule]) -> Vec<String> {
        let mut faults = Vec::new();
        for member in &self.members {
            let Some((_, may, never)) = rules.iter().find(|(name, ..)| name == member) else {
                faults.push(format!("{member} has no rule: say in tests/tests/layers.rs what it may depend on"));
                continue;
            };
            for named in self.names.get(member).into_iter().flatten() {
                if self.members.contains(named) && !may.contains(&named.as_str()) {
                    faults.push(format!("{member} names {named}, which is not below it"));
                }
            }
            for far in never.iter().copied().flatten().chain(&NEVER) {
                if let Some(chain) = self.path(member, far) {
                    faults.push(format!("{member} must not reach {far}: {}", chain.join(" -> ")));
                }
            }
        }
        faults
    }
}

#[test]
fn dependencies_point_one_way() {
    let faults = Graph::read().faults(RULES);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_check_finds_what_it_is_for() {
    let to = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let graph = Graph {
        members: to(&["limn-core", "limn-tools", "limn-new"]),
        names: [("limn-core", to(&["helper"])), ("helper", to(&["rusqlite"])), ("limn-tools", to(&["limn-core", "limn-new"]))]
            .map(|(name, named)| (name.to_owned(), named))
            .into(),
    };
    let faults = graph.faults(RULES);
    let expected = [
        "limn-core must not reach rusqlite: limn-core -> helper -> rusqlite",
        "limn-new has no rule: say in tests/tests/layers.rs what it may depend on",
        "limn-tools names limn-new, which is not below it",
        "limn-tools must not reach rusqlite: limn-tools -> limn-core -> helper -> rusqlite",
    ];
    assert_eq!(faults, expected);
}
