//! Issues on the disk: what is written, undone and built again.

#![allow(clippy::unwrap_used, reason = "a test")]

use limn_core::issue::{Comment, Issue, IssueSet, Target};
use limn_core::log::{Change, Gesture, kind};
use limn_core::{CommentId, FileId, FileKind, FileRecord, FileStatus, Frames, IdSource, ImagePos, IssueId, Schema};
use limn_store::{Access, Identity, Project, StoreError};
use std::path::Path;

fn new_project(dir: &Path) -> (Project, FileId) {
    let mut project = Project::create(dir, "test", &Schema::default(), Identity::from_seed([7; 32], "ada")).unwrap();
    let id = IdSource::new([1; 32]).file(1);
    let (name, path, kind, status) = ("a.mp4".to_owned(), "a.mp4".to_owned(), FileKind::Video, FileStatus::Open);
    let file =
        FileRecord { id, name, path, kind, width: 400, height: 300, frames: 100, bytes: 1, hash: None, status, clip: None, camera: None };
    commit(&mut project, vec![Change::FileAdd(Box::new(file))]).unwrap();
    (project, id)
}

fn commit(project: &mut Project, changes: Vec<Change>) -> Result<(), StoreError> {
    project.commit(Gesture { kind: kind::EDIT, title: "Edit".into(), target: None, changes }).map(drop)
}

fn comment(at: u64) -> CommentId {
    CommentId::from_parts(at, [2; 10])
}

#[test]
fn a_thread_is_kept_undone_and_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p.limn");
    let (mut project, file) = new_project(&dir);
    let id = IssueId::from_parts(5, [5; 10]);
    let mut issue = Issue::new(id, file, Frames::new(10, 20), Target::Place(ImagePos::new(1.5, 2.0)));
    issue.set(IssueSet::Comment(comment(1), Comment::written("too loose")));
    commit(&mut project, vec![Change::IssueAdd(Box::new(issue))]).unwrap();
    let set = |set| Change::IssueSet { id, set };
    commit(&mut project, vec![set(IssueSet::Comment(comment(2), Comment::written("better?")))]).unwrap();
    commit(&mut project, vec![set(IssueSet::Resolved(true)), set(IssueSet::Frames(Frames::new(0, 99)))]).unwrap();
    drop(project);

    // Somebody else, later.
    let mut project = Project::open(&dir, Identity::from_seed([8; 32], "eve"), Access::Write).unwrap();
    commit(&mut project, vec![set(IssueSet::Comment(comment(3), Comment::written("not yet"))), set(IssueSet::Resolved(false))]).unwrap();
    let told = |project: &Project| {
        let issues = project.issues(file).unwrap();
        let issue = issues.get(id).cloned();
        issue.map(|issue| {
            let said: Vec<_> =
                issue.comments.values().map(|one| format!("{}: {}", one.author.as_deref().unwrap_or("-"), one.text)).collect();
            (issue.frames, issue.is_resolved, said)
        })
    };
    let all = ["ada: too loose", "ada: better?", "eve: not yet"].map(String::from);
    assert_eq!(told(&project).unwrap(), (Frames::new(0, 99), false, all.to_vec()));
    project.undo().unwrap();
    assert_eq!(told(&project).unwrap(), (Frames::new(0, 99), true, all[..2].to_vec()));
    project.redo().unwrap();
    assert_eq!(told(&project).unwrap(), (Frames::new(0, 99), false, all.to_vec()));
    commit(&mut project, vec![set(IssueSet::Deleted(true))]).unwrap();
    assert_eq!((told(&project), project.all_issues().unwrap().len()), (None, 0));
    project.undo().unwrap();
    assert_eq!(project.all_issues().unwrap().len(), 1);
    assert!(project.verify(true).unwrap().problems.is_empty(), "the tables are what the log says");
}

#[test]
fn what_is_nowhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (mut project, file) = new_project(&folder.path().join("p.limn"));
    let id = IssueId::from_parts(5, [5; 10]);
    let issue = |file, last| Change::IssueAdd(Box::new(Issue::new(id, file, Frames::new(0, last), Target::File)));
    assert!(commit(&mut project, vec![issue(FileId::from_parts(9, [9; 10]), 0)]).is_err());
    assert!(commit(&mut project, vec![issue(file, u64::MAX)]).is_err());
    assert!(commit(&mut project, vec![Change::IssueSet { id, set: IssueSet::Resolved(true) }]).is_err());
    assert!(project.all_issues().unwrap().is_empty());
}
