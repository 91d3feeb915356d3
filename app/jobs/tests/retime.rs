//! Work on a coded video in whose place another one lies: noticed, and taken over to the frames that show the same.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the videos of the media tests")]
#[path = "../../media/tests/media/clips.rs"]
mod numbered;

use limn_core::event::Event;
use limn_core::issue::{Issue, Target};
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::schema::{Answer, AttributeId};
use limn_core::sequence::Member;
use limn_core::{
    FileId, FileRecord, FileStatus, Frames, Geometry, IdSource, Instance, LabelId, Mark, Rect, Schema, Sequence, SequenceId, WorkFrames,
};
use limn_jobs::{AddOptions, ExportOptions, Footage, JobCx, JobError, Replaced, RetimeBy, cut_clips, replaced};
use limn_media::VideoIndex;
use limn_store::{Identity, Project};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

static GO_ON: AtomicBool = AtomicBool::new(false);
const CODED: &str = "-c:v libx264 -pix_fmt yuv420p -g 12 -bf 2";

fn quietly<R>(run: impl FnOnce(&mut JobCx<'_>) -> R) -> R {
    run(&mut JobCx { progress: &mut |_| {}, cancel: &GO_ON })
}

fn schema() -> Schema {
    let text =
        r#"{"labels":[{"name":"car"},{"name":"turn","used_for":"events"}],"attributes":[{"name":"wet","type":"boolean","of":"frame"}]}"#;
    Schema::from_document(text).unwrap()
}

/// A project with a video of 60 numbered frames, worked on: keyframes on 4, 11, 12 (outside) and 40, gone from 50 on; shapes on
/// 20 and 21; a turn over 10 to 19; an issue on 30; frames to 29 looked through; frame 6 wet; every fifth frame is annotated.
fn worked(dir: &Path) -> (Project, FileRecord, PathBuf, IdSource) {
    let video = numbered::encode(dir, "street.mp4", 60, CODED);
    let mut project = Project::create(&dir.join("p.limn"), "p", &schema(), Identity::from_seed([7; 32], "ada")).unwrap();
    let report = quietly(|cx| limn_jobs::add_paths(&mut project, std::slice::from_ref(&video), AddOptions::default(), cx)).unwrap();
    quietly(|cx| limn_jobs::hash_files(&mut project, cx)).unwrap();
    let file = project.file(report.added[0].id).unwrap().unwrap().file;
    VideoIndex::load_or_build(&video, &dir.join("index"), &|_, _| {}, &GO_ON).unwrap();
    let mut ids = IdSource::new([4; 32]);
    let changes = work(&mut ids, file.id);
    project.commit(Gesture { kind: kind::EDIT, title: "Work".into(), target: None, changes }).unwrap();
    (project, file, video, ids)
}

fn work(ids: &mut IdSource, file: FileId) -> Vec<Change> {
    let mut sequence = Sequence::new(SequenceId(ids.instance(1).0), file, 1, LabelId(1));
    sequence.exit = Some(50);
    let member = Some(Member { sequence: sequence.id, part: 0 });
    let shape = |ids: &mut IdSource, frame: u64| {
        Instance::new(ids.instance(1), file, frame, LabelId(1), Geometry::Box(Rect::from_xywh(frame as f64, 5.0, 9.0, 9.0)))
    };
    let mut changes = vec![Change::SequenceAdd(Box::new(sequence))];
    for frame in [4, 11, 12, 40] {
        let mut keyframe = Instance { member, ..shape(ids, frame) };
        keyframe.marks.set(Mark::Outside(frame == 12));
        changes.push(Change::InstanceAdd(Box::new(keyframe)));
    }
    changes.extend([20, 21].map(|frame| Change::InstanceAdd(Box::new(shape(ids, frame)))));
    changes.push(Change::EventAdd(Box::new(Event::new(limn_core::EventId(ids.instance(1).0), file, Frames::new(10, 19), LabelId(2)))));
    let issue = Issue::new(limn_core::IssueId(ids.instance(1).0), file, Frames::new(30, 30), Target::File);
    changes.push(Change::IssueAdd(Box::new(issue)));
    for set in [
        FileSet::Stretch { first: 0, looked: Some((29, 0)) },
        FileSet::Answer { frame: Some(6), attribute: AttributeId(1), answer: Some(Answer::Bool(true)) },
        FileSet::WorkFrames(WorkFrames::every(5, 0).unwrap()),
    ] {
        changes.push(Change::FileSet { id: file, set });
    }
    changes
}

fn look(project: &Project, file: FileId, dir: &Path, thorough: bool) -> Option<Replaced> {
    let record = project.file(file).unwrap().unwrap().file;
    quietly(|cx| replaced(&record, project.dir(), &dir.join("index"), thorough, cx)).unwrap()
}

/// Where everything lies: keyframes, exit, shapes, events, issues, stretches, answers.
fn told(project: &Project, file: FileId) -> String {
    let state = project.file_state(file).unwrap();
    let row = project.file(file).unwrap().unwrap();
    let track = state.sequences.tracks().next().unwrap();
    let keyframes: Vec<u64> = track.keyframes(0).map(|(frame, _)| frame).collect();
    let events: Vec<Frames> = project.events(file).unwrap().iter().map(|event| event.frames).collect();
    let issues: Vec<Frames> = project.issues(file).unwrap().iter().map(|issue| issue.frames).collect();
    let stretches: Vec<(u64, u64)> = row.looked.stretches.iter().map(|it| (it.first, it.last)).collect();
    let answers: Vec<Option<u64>> = project.answers_of(file).unwrap().into_iter().map(|row| row.frame).collect();
    let work: Vec<u64> = row.work_frames.within(0..row.file.frames).collect();
    format!(
        "{} frames: {keyframes:?} to {:?}, {:?}, {events:?} {issues:?} {stretches:?} {answers:?} {work:?}",
        row.file.frames,
        track.sequence.exit,
        state.single.keys().collect::<Vec<_>>()
    )
}

/// Puts another video in the place of one.
fn replace(video: &Path, way: &str) {
    let other = numbered::convert(video, "", &format!("{way} {CODED}"), "other.mp4");
    std::fs::rename(other, video).unwrap();
}

#[test]
fn work_goes_to_the_frames_that_show_the_same() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, file, video, _) = worked(dir.path());
    assert_eq!(look(&project, file.id, dir.path(), true), None);
    let (before, ids_before) = (told(&project, file.id), ids(&project, file.id));
    replace(&video, "-vf fps=50");
    let other = look(&project, file.id, dir.path(), false).unwrap();
    assert_eq!((other.before.as_ref().map(Vec::len), other.now.len()), (Some(60), 120));
    let seen = quietly(|cx| other.preview(&project, RetimeBy::Times, cx)).unwrap();
    assert_eq!(told(&project, file.id), before, "a look changes nothing");
    let report = quietly(|cx| other.take_over(&mut project, RetimeBy::Times, cx)).unwrap();
    assert_eq!((report.clone(), report.keyframes, report.shapes, report.left, report.behind), (seen, 4, 2, 0, 0));
    let work: Vec<u64> = (0..12).map(|n| n * 10).collect();
    assert_eq!(
        told(&project, file.id),
        format!(
            "120 frames: [8, 22, 24, 80] to Some(100), [40, 42], {:?} {:?} [(0, 59)] [Some(12)] {work:?}",
            [Frames::new(20, 39)],
            [Frames::new(60, 61)]
        )
    );
    assert_eq!(ids(&project, file.id), ids_before, "everything is what it was");
    // And those frames show what was annotated.
    let index = Arc::new(VideoIndex::build(&video, &|_, _| {}, &GO_ON).unwrap());
    let mut reader = Footage::new(&video, index, file.media_frames()).open().unwrap();
    for (old, new) in [(4, 8), (11, 22), (12, 24), (40, 80), (20, 40)] {
        assert_eq!(numbered::number_in(&reader.frame(new).unwrap()), Some(old));
    }
    assert_eq!(look(&project, file.id, dir.path(), true), None, "it is the video of this work now");
    assert_eq!(project.file(file.id).unwrap().unwrap().file.bytes, std::fs::metadata(&video).unwrap().len());
    let undone = project.undo().unwrap().unwrap();
    assert_eq!(told(&project, file.id), before);
    // Who shows the frame gets those that come back to it whole.
    let is_whole =
        |change: &Change| matches!(change, Change::InstanceAdd(shape) if shape.member.is_none() && [20, 21].contains(&shape.frame));
    assert_eq!(undone.changes.iter().filter(|change| is_whole(change)).count(), 2);
    assert!(look(&project, file.id, dir.path(), false).is_some());
    project.redo().unwrap().unwrap();
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
    drop(project);
    let again = Project::open(&dir.path().join("p.limn"), Identity::from_seed([7; 32], "ada"), limn_store::Access::Read).unwrap();
    assert!(told(&again, file.id).contains("[8, 22, 24, 80]"));
}

fn ids(project: &Project, file: FileId) -> Vec<String> {
    let state = project.file_state(file).unwrap();
    let keyframes = state.sequences.tracks().flat_map(|track| track.keyframes(0).map(|(_, keyframe)| keyframe.id.to_string()));
    keyframes.chain(state.single.values().flatten().map(|shape| shape.id.to_string())).collect()
}

#[test]
fn of_two_on_a_frame_one_stays_and_what_is_behind_the_end_is_kept() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, file, video, _) = worked(dir.path());
    replace(&video, "-vf fps=12.5 -frames:v 18");
    let other = look(&project, file.id, dir.path(), false).unwrap();
    let report = quietly(|cx| other.take_over(&mut project, RetimeBy::Times, cx)).unwrap();
    // 11 and 12 lie on frame 6, and it goes out of the picture on the second of them: that is not lost.
    let places = told(&project, file.id);
    assert!(places.starts_with("18 frames: [2, 6, 7, 20] to Some(25), [10, 11],"), "{places}");
    assert_eq!((report.left, report.behind), (0, 1));

    // By numbers nothing moves, and it is not asked about again.
    project.undo().unwrap().unwrap();
    let other = look(&project, file.id, dir.path(), false).unwrap();
    let report = quietly(|cx| other.take_over(&mut project, RetimeBy::Numbers, cx)).unwrap();
    assert_eq!((report.keyframes, report.shapes, report.others, report.left), (0, 0, 0, 0));
    assert!(told(&project, file.id).starts_with("18 frames: [4, 11, 12, 40] to Some(50), [20, 21],"));
    assert_eq!(look(&project, file.id, dir.path(), false), None);
}

#[test]
fn a_complete_file_whose_new_video_goes_on_is_in_progress_again() {
    if !numbered::have_ffmpeg() {
        return;
    }
    for by in [RetimeBy::Times, RetimeBy::Numbers] {
        let dir = tempfile::tempdir().unwrap();
        let (mut project, file, video, _) = worked(dir.path());
        let done = FileSet::Status(FileStatus::Complete);
        let changes = vec![Change::FileSet { id: file.id, set: done }];
        project.commit(Gesture { kind: kind::FILES, title: "Complete".into(), target: None, changes }).unwrap();
        replace(&video, "-vf tpad=stop_mode=clone:stop=30");
        let other = look(&project, file.id, dir.path(), false).unwrap();
        assert_eq!(quietly(|cx| other.take_over(&mut project, by, cx)).unwrap().reopened, 1);
        let row = project.file(file.id).unwrap().unwrap();
        let stretches: Vec<(u64, u64)> = row.looked.stretches.iter().map(|it| (it.first, it.last)).collect();
        assert_eq!((row.file.frames, row.file.status, stretches), (90, FileStatus::Open, vec![(0, 59)]));
    }
}

#[test]
fn where_the_old_times_are_not_known_it_goes_by_length_or_by_the_old_video() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, file, video, _) = worked(dir.path());
    let old = dir.path().join("old.mp4");
    std::fs::copy(&video, &old).unwrap();
    replace(&video, "-vf fps=50");
    std::fs::remove_dir_all(dir.path().join("index")).unwrap();
    let other = look(&project, file.id, dir.path(), false).unwrap();
    assert_eq!(other.before, None);
    let refused = quietly(|cx| other.take_over(&mut project, RetimeBy::Times, cx)).unwrap_err();
    assert!(matches!(&refused, JobError::Refused(why) if why.contains("where the old video lies")), "{refused}");
    assert!(told(&project, file.id).starts_with("60 frames"), "nothing is done by half");
    let by_length = quietly(|cx| other.preview(&project, RetimeBy::Length, cx)).unwrap();
    assert_eq!((by_length.keyframes, by_length.left), (4, 0));
    let other = quietly(|cx| other.with_old(&old, &dir.path().join("index"), cx)).unwrap();
    quietly(|cx| other.take_over(&mut project, RetimeBy::Times, cx)).unwrap();
    assert!(told(&project, file.id).starts_with("120 frames: [8, 22, 24, 80] to Some(100)"));
}

#[test]
fn a_video_of_as_many_bytes_is_known_by_its_content_and_clips_go_along() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, file, video, mut source) = worked(dir.path());
    let cut = cut_clips(&mut project, file.id, 60, &[Frames::new(20, 59)]).unwrap();
    let clip = cut.added[0].clone();
    let member_free = Instance::new(source.instance(1), clip.id, 7, LabelId(1), Geometry::Box(Rect::from_xywh(1.0, 1.0, 5.0, 5.0)));
    let change = vec![Change::InstanceAdd(Box::new(member_free))];
    project.commit(Gesture { kind: kind::EDIT, title: "Work".into(), target: None, changes: change }).unwrap();
    // Written again with the same bytes: it is the same video.
    let bytes = std::fs::read(&video).unwrap();
    std::fs::write(&video, &bytes).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::File::options().append(true).open(&video).unwrap().set_modified(later).unwrap();
    assert_eq!(look(&project, clip.id, dir.path(), false), None);
    replace(&video, "-vf fps=50");
    let other = look(&project, clip.id, dir.path(), false).unwrap();
    let report = quietly(|cx| other.take_over(&mut project, RetimeBy::Times, cx)).unwrap();
    assert_eq!(report.files, 2);
    let row = project.file(clip.id).unwrap().unwrap();
    assert_eq!((row.file.clip.unwrap().first, row.file.frames), (40, 80));
    let shapes: Vec<u64> = project.file_state(clip.id).unwrap().single.keys().copied().collect();
    assert_eq!(shapes, [14]);
    for file in [file.id, clip.id] {
        assert_eq!(look(&project, file, dir.path(), true), None);
    }
    // As many bytes, other content.
    let mut bytes = std::fs::read(&video).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&video, &bytes).unwrap();
    std::fs::File::options().append(true).open(&video).unwrap().set_modified(later + std::time::Duration::from_secs(5)).unwrap();
    assert!(look(&project, file.id, dir.path(), false).is_some());
}

#[test]
fn a_video_that_is_gone_or_of_unknown_size_is_not_called_another() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (project, file, video, _) = worked(dir.path());
    let unknown = FileRecord { bytes: 0, hash: None, ..file.clone() };
    let at = |record: &FileRecord| quietly(|cx| replaced(record, project.dir(), &dir.path().join("index"), true, cx));
    assert_eq!(at(&unknown).unwrap(), None);
    std::fs::remove_file(&video).unwrap();
    assert_eq!(at(&file).unwrap(), None);
    // What lies there is no video: that is an error with a sentence.
    std::fs::write(&video, b"no video").unwrap();
    assert!(at(&file).unwrap_err().to_string().contains("street.mp4"));
}

#[test]
fn an_export_of_a_video_whose_rate_varies_tells_the_times_of_its_frames() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, file, video, _) = worked(dir.path());
    let index_dir = Some(dir.path().join("index"));
    let export = |project: &Project, format: &str, name: &str, join_clips: bool| {
        let options = ExportOptions { incomplete: true, join_clips, index_dir: index_dir.clone(), ..ExportOptions::default() };
        quietly(|cx| limn_jobs::export(project, format, &dir.path().join(name), &options, cx)).unwrap().times
    };
    assert_eq!(export(&project, "mot", "even.txt", false), Vec::<PathBuf>::new(), "a constant rate is known by its number");
    // Its second half is shown half as fast.
    replace(&video, &format!("-vf setpts=(N+max(0\\,N-30))/25/TB {} vfr -video_track_timescale 25000", numbered::sync_option()));
    let times = export(&project, "mot", "out.txt", false);
    assert_eq!(times, [dir.path().join("out.txt.times.csv")]);
    let text = std::fs::read_to_string(&times[0]).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (61, "video,frame,seconds"));
    assert_eq!([lines[1], lines[31], lines[41]], ["street.mp4,0,0.000000", "street.mp4,30,1.200000", "street.mp4,40,2.000000"]);
    assert_eq!(export(&project, "limn", "own.jsonl", false), Vec::<PathBuf>::new());
    // A clip has frames of its own; joined, they are those of its video, which is told once.
    cut_clips(&mut project, file.id, 60, &[Frames::new(20, 59)]).unwrap();
    let [apart, joined] = [false, true].map(|join| {
        let times = export(&project, "coco-tracks", "clips.json", join);
        std::fs::read_to_string(&times[0]).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    });
    assert_eq!((apart.len(), joined.len()), (1 + 60 + 40, 61));
    assert!(apart.contains(&"street 20–59,20,2.000000".to_owned()), "{apart:?}");
    // Without the video the export is what it was.
    std::fs::remove_file(&video).unwrap();
    assert_eq!(export(&project, "coco-tracks", "gone.json", false), Vec::<PathBuf>::new());
}
