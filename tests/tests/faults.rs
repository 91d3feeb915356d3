//! A full disk, a disk that answers with an error, two programs on one project, a folder that cannot be written.

use crate::helper::{SAVER, Saver};
use limn_store::{Access, Project, StoreError};
use limn_tests::{draw_box, identity, new_project};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A shell script in a mount namespace of its own, where it may mount; `None` where the system allows none.
fn with_mounts(script: &str) -> Option<Command> {
    let sandbox = |inside: &str| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-ec", inside]);
        command
    };
    let works = sandbox("mount -t tmpfs none /mnt").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if works.is_ok_and(|status| status.success()) {
        return Some(sandbox(script));
    }
    eprintln!("left out: this system lets nobody mount in a namespace of their own");
    None
}

/// Everything that the saver said is saved is in the project, and the project is whole.
fn check(dir: &Path, said: &[String], at_least: u64) {
    let mut project = Project::open(dir, identity(), Access::Write).unwrap();
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
    let mut missing: BTreeSet<&str> =
        said.iter().filter_map(|line| line.strip_prefix("saved ")?.split_once(' ')).map(|(_, id)| id).filter(|id| *id != "-").collect();
    project
        .for_each_op::<StoreError>(|op| {
            missing.remove(op.id.to_string().as_str());
            Ok(())
        })
        .unwrap();
    assert!(missing.is_empty(), "said to be saved and lost: {missing:?}");
    assert!(project.last_seq() >= at_least);
}

/// Saves until a gesture is not saved, makes room, and sees that the same gesture and those behind it come through.
fn fill_and_go_on(mut saver: Saver, sentence: &str, make_room: impl FnOnce(&mut Saver)) -> Vec<String> {
    saver.wait_for("ready");
    let mut said = Vec::new();
    let problem = loop {
        let line = saver.line().expect("the saver goes on");
        match line.strip_prefix("notsaved ") {
            Some(problem) => break problem.to_owned(),
            None => said.push(line),
        }
    };
    assert!(problem.starts_with("true "), "the gesture is kept: {problem}");
    assert!(problem.contains(sentence), "{problem}");
    make_room(&mut saver);
    for _ in 0..20 {
        let (saved, _) = saver.wait_for("saved ");
        said.push(format!("saved {saved}"));
    }
    said.extend(saver.stop());
    // A draft or an undo that meets the fault first is told of it, and is not tried again; a gesture never goes that way.
    let is_lost = |line: &String| line.starts_with("notsaved false") || (line.starts_with("failed") && !line.contains(sentence));
    assert!(!said.iter().any(is_lost), "{said:?}");
    let seqs: Vec<u64> = said.iter().filter_map(|line| line.strip_prefix("saved ")?.split(' ').next()?.parse().ok()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "each is saved once, in order");
    said
}

#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, copy) = (folder.path().join("disk"), folder.path().join("copy.limn"));
    std::fs::create_dir(&disk).unwrap();
    // The ballast is several times what the last few gestures take: the disk is full once, not twice.
    let script = format!(
        "mount -t tmpfs -o size=9m none {disk}; head -c 6500000 /dev/zero >{disk}/ballast
        exec {SAVER} {disk}/p.limn --ballast {disk}/ballast --copy-to {copy}",
        disk = disk.display(),
        copy = copy.display(),
    );
    let Some(mut command) = with_mounts(&script) else { return };
    let said = fill_and_go_on(Saver::start(&mut command), "the disk is full", |saver| saver.tell("free"));
    check(&copy, &said, said.len() as u64 / 2);
}

#[test]
fn a_write_error_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    // Writes beyond 400 KiB of a file fail; the signal for it is ignored, as it would be on a network disk's quota.
    let script = format!("trap '' XFSZ; ulimit -S -f 400; exec {SAVER} {}", dir.display());
    let saver = Saver::start(Command::new("bash").args(["-ec", &script]));
    let process = saver.child.id().to_string();
    let said = fill_and_go_on(saver, "the project's database answered", |saver| {
        let raised = Command::new("prlimit").args(["--pid", &process, "--fsize=unlimited"]).status();
        assert!(raised.expect("prlimit of util-linux").success());
        saver.tell("retry");
    });
    check(&dir, &said, said.len() as u64 / 2);
}

#[test]
fn the_second_program_is_told_who_has_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let mut saver = Saver::start(Command::new(SAVER).arg(&dir));
    saver.wait_for("saved ");
    let process = saver.child.id();
    let error = Project::open(&dir, identity(), Access::Write).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the project is open in another Limn (process {process}). Close it there first, or open a copy of the folder")
    );
    // Looking is allowed beside the writer, and sees whole gestures.
    assert!(Project::open(&dir, identity(), Access::Read).unwrap().num_instances().unwrap() > 0);
    drop(saver);
    Project::open(&dir, identity(), Access::Write).expect("the lock went with the process");
}

#[test]
fn a_folder_that_cannot_be_written_opens_for_reading() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let (mut project, files) = new_project(&dir).unwrap();
    project.commit(draw_box(&mut limn_core::IdSource::new([3; 32]), files[0], 1)).unwrap();
    drop(project);
    let look = format!("{SAVER} --look {}", dir.display());
    let bound = format!("mount --bind {dir} {dir}; mount -o remount,bind,ro {dir}; {look}", dir = dir.display());
    let mut command = match with_mounts(&bound) {
        Some(command) => command,
        None => {
            for entry in std::fs::read_dir(&dir).unwrap() {
                std::fs::set_permissions(entry.unwrap().path(), PermissionsExt::from_mode(0o444)).unwrap();
            }
            std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o555)).unwrap();
            // Rights do not bind root.
            if std::fs::write(dir.join("try"), "").is_ok() {
                return;
            }
            let mut command = Command::new("sh");
            command.args(["-ec", &look]);
            command
        }
    };
    let said = command.output().unwrap();
    let _ = std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o755));
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let (write, read) = said.split_once('\n').unwrap();
    assert!(write.contains("cannot lock") && write.contains("Check that"), "{write}");
    assert_eq!(read.trim(), "read 1");
}
