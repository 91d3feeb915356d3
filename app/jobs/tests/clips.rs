//! Clips of a real coded video: which pictures they show, and what becomes of them when their source is moved, cut or added again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the videos of the media tests")]
#[path = "../../media/tests/media/clips.rs"]
mod numbered;

use limn_core::camera::Moment;
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{Clip, FileRecord, Frames, Schema, WorkFrames};
use limn_jobs::{AddOptions, Footage, JobCx, JobError, cut_clips};
use limn_media::{MediaError, RunOrder, VideoIndex};
use limn_store::{Identity, Project};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

static GO_ON: AtomicBool = AtomicBool::new(false);

fn quietly<R>(run: impl FnOnce(&mut JobCx<'_>) -> R) -> R {
    run(&mut JobCx { progress: &mut |_| {}, cancel: &GO_ON })
}

fn index(path: &Path) -> Arc<VideoIndex> {
    Arc::new(VideoIndex::build(path, &|_, _| {}, &GO_ON).unwrap())
}

/// A project with a coded video of so many numbered frames.
fn project(dir: &Path, frames: u64, options: &str) -> (Project, FileRecord, PathBuf) {
    let video = numbered::encode(dir, "street.mp4", frames, options);
    let mut project = Project::create(&dir.join("p.limn"), "p", &Schema::default(), Identity::from_seed([7; 32], "ada")).unwrap();
    let report = quietly(|cx| limn_jobs::add_paths(&mut project, std::slice::from_ref(&video), AddOptions::default(), cx)).unwrap();
    quietly(|cx| limn_jobs::hash_files(&mut project, cx)).unwrap();
    let source = project.file(report.added[0].id).unwrap().unwrap().file;
    (project, source, video)
}

fn cuts(bounds: &[(u64, u64)]) -> Vec<Frames> {
    bounds.iter().map(|(first, last)| Frames::new(*first, *last)).collect()
}

fn clips(project: &Project) -> Vec<FileRecord> {
    project.files().unwrap().into_iter().map(|row| row.file).filter(|file| file.clip.is_some()).collect()
}

#[test]
fn every_frame_of_a_clip_is_that_frame_of_its_source() {
    if !numbered::have_ffmpeg() {
        return;
    }
    // Groups of pictures that begin before, at and behind the cuts; frames that refer to the group before.
    for options in [
        "-c:v libx264 -pix_fmt yuv420p -sc_threshold 0 -g 250 -bf 3",
        "-c:v libx264 -pix_fmt yuv420p -sc_threshold 0 -g 12 -bf 2",
        "-c:v libx264 -pix_fmt yuv420p -sc_threshold 0 -g 30 -bf 3 -x264-params open-gop=1",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (mut project, source, video) = project(dir.path(), 90, options);
        let bounds = [(0, 35), (30, 60), (60, 60), (59, 89), (36, 47)];
        let done = cut_clips(&mut project, source.id, 90, &cuts(&bounds)).unwrap();
        let index = index(&video);
        for (clip, (first, last)) in done.added.iter().zip(bounds) {
            let footage = Footage::new(&video, index.clone(), clip.media_frames());
            assert_eq!((footage.count(), clip.frames), (last - first + 1, last - first + 1), "{}", clip.name);
            let mut reader = footage.open().unwrap();
            for frame in (0..footage.count()).rev() {
                assert_eq!(numbered::number_in(&reader.frame(frame).unwrap()), Some(first + frame), "{} {options}", clip.name);
            }
            for order in [RunOrder::Forward, RunOrder::NewestFirst { step: 1 }] {
                let mut seen = Vec::new();
                let mut see = |frame, picture: limn_media::Picture| {
                    seen.push(frame);
                    numbered::number_in(&picture) == Some(first + frame)
                };
                reader.frames(0, footage.count() - 1, order, &mut see).unwrap();
                seen.sort_unstable();
                assert_eq!(seen, (0..footage.count()).collect::<Vec<_>>(), "{order:?} {options}");
            }
            let beyond = reader.frame(footage.count()).unwrap_err();
            assert!(matches!(beyond, MediaError::FrameOutOfRange { .. }), "{beyond}");
            assert!(reader.frames(0, footage.count(), RunOrder::Forward, &mut |_, _| true).is_err());
            assert_eq!(footage.time_s(0), Some(0.0));
            let end = footage.time_s(footage.count() - 1).unwrap();
            assert!((end - (footage.count() - 1) as f64 / 25.0).abs() < 0.001, "{end}");
            assert_eq!(footage.time_s(footage.count()), None);
        }
    }
}

#[test]
fn a_cut_is_one_step_and_the_source_stays() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, source, _) = project(dir.path(), 60, "-c:v libx264 -pix_fmt yuv420p -g 12");
    let work = Change::FileSet { id: source.id, set: FileSet::WorkFrames(WorkFrames::every(10, 5).unwrap()) };
    project.commit(Gesture { kind: kind::EDIT, title: "Work frames".into(), target: None, changes: vec![work] }).unwrap();
    let done = cut_clips(&mut project, source.id, 60, &cuts(&[(0, 29), (20, 49), (40, 59)])).unwrap();
    let names: Vec<&str> = done.added.iter().map(|clip| clip.name.as_str()).collect();
    assert_eq!(names, ["street 0–29", "street 20–49", "street 40–59"]);
    let there = clips(&project);
    assert_eq!(there, done.added);
    assert_eq!(there[1].clip, Some(Clip { of: source.id, first: 20 }));
    assert_eq!((&there[1].path, there[1].hash), (&source.path, source.hash));
    assert!(source.hash.is_some());
    let row = project.file(there[1].id).unwrap().unwrap();
    assert_eq!(row.work_frames.within(0..30).collect::<Vec<_>>(), [5, 15, 25], "25, 35 and 45 of the source");
    assert_eq!(project.file(source.id).unwrap().unwrap().file, source);

    // Again, and a clip cut once more: clips of the source.
    let again = cut_clips(&mut project, source.id, 60, &cuts(&[(0, 29), (50, 59)])).unwrap();
    assert_eq!((again.added.len(), again.known.len()), (1, 1));
    let of_clip = cut_clips(&mut project, there[1].id, 30, &cuts(&[(10, 19)])).unwrap();
    assert_eq!(of_clip.added[0].clip, Some(Clip { of: source.id, first: 30 }));
    assert_eq!(of_clip.added[0].name, "street 30–39");
    project.undo().unwrap().unwrap();
    project.undo().unwrap().unwrap();
    assert_eq!(clips(&project), done.added);
    project.undo().unwrap().unwrap();
    assert_eq!(clips(&project), []);
    assert_eq!(project.files().unwrap().len(), 1);
    project.redo().unwrap().unwrap();
    assert_eq!(clips(&project), done.added);
    assert_eq!(project.verify(true).unwrap().problems, Vec::<String>::new());
    assert_eq!(clips(&project), done.added);

    let beyond = cut_clips(&mut project, source.id, 60, &cuts(&[(50, 60)])).unwrap_err();
    assert!(matches!(beyond, JobError::Refused(_)), "{beyond}");
}

#[test]
fn a_source_that_was_moved_is_found_with_its_clips_and_added_again_it_doubles_nothing() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, source, video) = project(dir.path(), 60, "-c:v libx264 -pix_fmt yuv420p -g 12");
    cut_clips(&mut project, source.id, 60, &cuts(&[(0, 29), (30, 59)])).unwrap();
    let before = project.files().unwrap();
    let add = |project: &mut Project, path: &Path| {
        quietly(|cx| limn_jobs::add_paths(project, &[path.to_owned()], AddOptions::default(), cx)).unwrap()
    };
    let again = add(&mut project, &video);
    assert_eq!((again.added.len(), again.known.len()), (0, 1));
    assert_eq!(project.files().unwrap(), before);

    let moved = dir.path().join("elsewhere.mp4");
    std::fs::rename(&video, &moved).unwrap();
    let found = add(&mut project, &moved);
    assert_eq!((found.added.len(), found.found.len()), (0, 3));
    let now: Vec<FileRecord> = project.files().unwrap().into_iter().map(|row| row.file).collect();
    let expected: Vec<FileRecord> = before.iter().map(|row| FileRecord { path: "../elsewhere.mp4".into(), ..row.file.clone() }).collect();
    assert_eq!(now, expected, "frames, names and hashes as they were");

    // The same by a search, of files that never were hashed.
    std::fs::rename(&moved, &video).unwrap();
    let search = quietly(|cx| limn_jobs::find_moved(&mut project, &[dir.path().to_owned()], cx)).unwrap();
    assert_eq!((search.found.len(), search.missing.len()), (3, 0));
    let now: Vec<FileRecord> = project.files().unwrap().into_iter().map(|row| row.file).collect();
    assert_eq!(now, before.into_iter().map(|row| row.file).collect::<Vec<_>>());
}

#[test]
fn where_clips_alone_are_left_their_source_can_be_added_again() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, source, video) = project(dir.path(), 40, "-c:v libx264 -pix_fmt yuv420p -g 12");
    cut_clips(&mut project, source.id, 40, &cuts(&[(0, 19)])).unwrap();
    let gone = Change::FileSet { id: source.id, set: FileSet::Deleted(true) };
    project.commit(Gesture { kind: kind::FILES, title: "Remove".into(), target: None, changes: vec![gone] }).unwrap();
    let again = quietly(|cx| limn_jobs::add_paths(&mut project, &[video], AddOptions::default(), cx)).unwrap();
    assert_eq!((again.added.len(), again.added[0].frames), (1, 40));
    let files: Vec<(u64, bool)> = project.files().unwrap().iter().map(|row| (row.file.frames, row.file.clip.is_some())).collect();
    assert_eq!(files, [(20, true), (40, false)]);
}

#[test]
fn a_source_that_was_cut_shorter_has_fewer_frames_and_says_so() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, source, video) = project(dir.path(), 60, "-c:v libx264 -pix_fmt yuv420p -g 12");
    let done = cut_clips(&mut project, source.id, 60, &cuts(&[(20, 49), (40, 59)])).unwrap();
    numbered::encode(dir.path(), "street.mp4", 30, "-c:v libx264 -pix_fmt yuv420p -g 12");
    let index = index(&video);
    let footage = |at: usize| Footage::new(&video, index.clone(), done.added[at].media_frames());
    assert_eq!([footage(0).count(), footage(1).count()], [10, 0]);
    let mut reader = footage(0).open().unwrap();
    assert_eq!(numbered::number_in(&reader.frame(9).unwrap()), Some(29));
    for (at, frame) in [(0, 10), (1, 0)] {
        let error = footage(at).open().unwrap().frame(frame).unwrap_err();
        assert!(matches!(error, MediaError::FrameOutOfRange { .. }), "{error}");
    }
    let frames = limn_jobs::Frames::of(&done.added[1], &video, Some(index.clone())).unwrap();
    let mut seen = 0;
    frames
        .each(&mut |_, _| {
            seen += 1;
            true
        })
        .unwrap();
    assert_eq!((frames.count(), seen), (0, 0));
}

/// Cameras may be clips: what one shows while the other shows a frame is told in frames of the clip, by times of its own stretch.
#[test]
fn clips_go_together_by_the_times_of_their_own_frames() {
    if !numbered::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut project, source, video) = project(dir.path(), 90, "-c:v libx264 -pix_fmt yuv420p -g 30");
    let done = cut_clips(&mut project, source.id, 90, &cuts(&[(0, 59), (20, 79)])).unwrap();
    let index = index(&video);
    let [a, b] = [0, 1].map(|at: usize| Footage::new(&video, index.clone(), done.added[at].media_frames()));
    let offset = limn_jobs::offset_by_frames((&a, 0), 20, &b, 0);
    for frame in 0..60 {
        let there = limn_jobs::moment_in((&a, 0), frame, (&b, offset));
        match frame.checked_sub(20) {
            None => assert!(matches!(there, Moment::Before(_)), "{frame}: {there:?}"),
            Some(own) => assert_eq!(there, Moment::At(own)),
        }
        let back = limn_jobs::moment_in((&b, offset), frame, (&a, 0));
        match frame {
            0..40 => assert_eq!(back, Moment::At(frame + 20)),
            _ => assert!(matches!(back, Moment::After(_)), "{frame}: {back:?}"),
        }
    }
}
