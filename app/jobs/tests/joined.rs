//! Work on clips, stitched and exported as that on the whole video.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::event::Event;
use limn_core::log::{Change, Gesture, kind};
use limn_core::query::Query;
use limn_core::sequence::identity::Identities;
use limn_core::sequence::{Member, Motion, Presence, Track};
use limn_core::{
    EventId, FileId, FileKind, FileRecord, FileStatus, Frames, Geometry, IdSource, Instance, LabelId, Rect, Schema, Sequence, SequenceId,
    Sequences,
};
use limn_jobs::{ExportOptions, ImportOptions, JobCx, cut_clips};
use limn_store::{Identity, Project};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;

static GO_ON: AtomicBool = AtomicBool::new(false);
const FRAMES: u64 = 60;
const CUTS: [(u64, u64); 3] = [(0, 25), (18, 40), (35, 59)];

fn quietly<R>(run: impl FnOnce(&mut JobCx<'_>) -> R) -> R {
    run(&mut JobCx { progress: &mut |_| {}, cancel: &GO_ON })
}

fn schema() -> Schema {
    Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"},{"name":"turn","used_for":"events"}]}"#).unwrap()
}

fn project(dir: &Path, name: &str) -> Project {
    Project::create(&dir.join(name), "p", &schema(), Identity::from_seed([7; 32], "ada")).unwrap()
}

fn commit(project: &mut Project, changes: Vec<Change>) {
    project.commit(Gesture { kind: kind::EDIT, title: "Test".into(), target: None, changes }).unwrap();
}

/// The video, which lies nowhere.
fn add_video(project: &mut Project, ids: &mut IdSource) -> FileId {
    let record = FileRecord {
        id: ids.file(1),
        name: "street.mp4".into(),
        path: "/nowhere/street.mp4".into(),
        kind: FileKind::Video,
        width: 640,
        height: 480,
        frames: FRAMES,
        bytes: 5,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let id = record.id;
    commit(project, vec![Change::FileAdd(Box::new(record))]);
    id
}

/// A sequence of the whole: label, motion, keyframes (frame, left, top), the frame on which it is gone.
#[derive(Clone, Debug)]
struct Given {
    label: u32,
    motion: Motion,
    keyframes: Vec<(u64, f64, f64)>,
    exit: Option<u64>,
}

fn square(left: f64, top: f64) -> Geometry {
    Geometry::Box(Rect::from_xywh(left, top, 20.0, 30.0))
}

/// The changes that make a sequence on a file, and its track.
fn made(ids: &mut IdSource, file: FileId, number: u32, given: &Given, same_as: Option<SequenceId>) -> (Sequence, Vec<Change>) {
    let (motion, exit) = (given.motion, given.exit);
    let sequence = Sequence { motion, exit, same_as, ..Sequence::new(SequenceId(ids.instance(1).0), file, number, LabelId(given.label)) };
    let mut changes = vec![Change::SequenceAdd(Box::new(sequence.clone()))];
    for (frame, left, top) in &given.keyframes {
        let member = Some(Member { sequence: sequence.id, part: 0 });
        let plain = Instance::new(ids.instance(1), file, *frame, LabelId(given.label), square(*left, *top));
        changes.push(Change::InstanceAdd(Box::new(Instance { member, ..plain })));
    }
    (sequence, changes)
}

fn track(given: &Given) -> Track {
    let mut ids = IdSource::new([9; 32]);
    let (sequence, changes) = made(&mut ids, FileId::from_parts(1, [1; 10]), 1, given, None);
    let keyframes = changes.into_iter().filter_map(|change| match change {
        Change::InstanceAdd(instance) => Some(*instance),
        _ => None,
    });
    let sequences = Sequences::new(vec![sequence.clone()], keyframes);
    (**sequences.get(sequence.id).unwrap()).clone()
}

/// What a clip has of a sequence of the whole; `None` where that is nothing.
fn piece(given: &Given, first: u64, last: u64) -> Option<Given> {
    let whole = track(given);
    let mut keyframes: Vec<(u64, f64, f64)> = given.keyframes.iter().filter(|it| (first..=last).contains(&it.0)).copied().collect();
    // Where it ends within, too: it may be on its way to a keyframe that lies in the next clip.
    let end = given.exit.and_then(|exit| exit.checked_sub(1)).filter(|end| (first..=last).contains(end));
    for frame in [first, last].into_iter().chain(end) {
        let Some(shown) = whole.shown(0, frame) else { continue };
        // Behind the last keyframe nothing has to be said but where the clip begins.
        let is_end = frame != first && shown.presence == Presence::Held;
        if !is_end && keyframes.iter().all(|it| it.0 != frame) {
            let bounds = shown.instance.geometry.bounds().unwrap();
            keyframes.push((frame, bounds.min.x, bounds.min.y));
        }
    }
    let keyframes: Vec<_> = keyframes.into_iter().map(|(frame, left, top)| (frame - first, left, top)).collect();
    let exit = given.exit.filter(|exit| *exit <= last).map(|exit| exit.saturating_sub(first));
    (!keyframes.is_empty()).then(|| Given { keyframes, exit, ..given.clone() })
}

/// The work as an export of it gives it to another project: what is seen on each frame, single shapes, and events.
fn told(project: &Project, dir: &Path, join_clips: bool) -> (Vec<BTreeSet<String>>, BTreeSet<String>, BTreeSet<String>) {
    let out = dir.join(format!("{join_clips}.jsonl"));
    let options = ExportOptions { join_clips, incomplete: true, ..ExportOptions::default() };
    quietly(|cx| limn_jobs::export(project, "limn", &out, &options, cx)).unwrap();
    let mut other = self::project(dir, &format!("{join_clips}.limn"));
    let done = quietly(|cx| limn_jobs::import(&mut other, "limn", &out, &ImportOptions::default(), cx)).unwrap();
    assert!(done.stopped_by.is_none(), "{done:?}");
    let files = other.files().unwrap();
    let worked = files.iter().find(|row| row.file.clip.is_none()).unwrap();
    assert!(!join_clips || files.len() == 1, "the clips are one file");
    assert_eq!((worked.file.name.as_str(), worked.file.frames), ("street.mp4", FRAMES));
    let sequences = other.sequences(worked.file.id).unwrap();
    let shown = |instance: &Instance| {
        let bounds = instance.geometry.bounds().unwrap();
        format!("{} {:.3} {:.3}", instance.label, bounds.min.x, bounds.min.y)
    };
    let frames = (0..FRAMES).map(|frame| sequences.at(frame).iter().map(shown).collect()).collect();
    let mut single = BTreeSet::new();
    other
        .for_each_instance(|row| {
            if row.instance.member.is_none() {
                assert!(single.insert(format!("{} {}", row.instance.frame, shown(&row.instance))), "twice");
            }
            Ok::<_, limn_store::StoreError>(())
        })
        .unwrap();
    let events = other.events(worked.file.id).unwrap();
    let events = events.all().map(|event| format!("{}-{} {}", event.frames.first(), event.frames.last(), event.takes_part().count()));
    (frames, single, events.collect())
}

/// The same work on the whole video, and on clips of it.
fn both(dir: &Path, given: &[Given], shapes: &[(u64, f64)], happened: &[(u64, u64)]) -> (Project, Project) {
    let mut ids = IdSource::new([3; 32]);
    let mut whole = project(dir, "whole.limn");
    let video = add_video(&mut whole, &mut ids);
    let mut changes = Vec::new();
    let mut of_whole = Vec::new();
    for (number, one) in (1..).zip(given) {
        let (sequence, made) = made(&mut ids, video, number, one, None);
        changes.extend(made);
        of_whole.push(sequence.id);
    }
    let shape = |ids: &mut IdSource, file, frame, left| {
        Change::InstanceAdd(Box::new(Instance::new(ids.instance(1), file, frame, LabelId(2), square(left, 300.0))))
    };
    let event = |file, (first, last): (u64, u64), at: u8, who: Option<SequenceId>| {
        let mut event = Event::new(EventId::from_parts(u64::from(at) + 1, [at; 10]), file, Frames::new(first, last), LabelId(3));
        event.participants.extend(who.map(|who| ("who".to_owned(), vec![who])));
        Change::EventAdd(Box::new(event))
    };
    changes.extend(shapes.iter().map(|(frame, left)| shape(&mut ids, video, *frame, *left)));
    changes.extend((0..).zip(happened).map(|(at, frames)| event(video, *frames, at, of_whole.first().copied())));
    commit(&mut whole, changes);

    let mut cut = project(dir, "cut.limn");
    let video = add_video(&mut cut, &mut ids);
    let cuts: Vec<Frames> = CUTS.iter().map(|(first, last)| Frames::new(*first, *last)).collect();
    let clips = cut_clips(&mut cut, video, FRAMES, &cuts).unwrap().added;
    let mut stands: Vec<Option<SequenceId>> = vec![None; given.len()];
    for ((clip, (first, last)), round) in clips.iter().zip(CUTS).zip(1_u8..) {
        let mut changes = Vec::new();
        let mut who = None;
        for (number, one) in (1..).zip(given) {
            let Some(piece) = piece(one, first, last) else { continue };
            let stand = &mut stands[number as usize - 1];
            let (sequence, made) = made(&mut ids, clip.id, number, &piece, *stand);
            stand.get_or_insert(sequence.id);
            if number == 1 {
                who = Some(sequence.id);
            }
            changes.extend(made);
        }
        let here = shapes.iter().filter(|(frame, _)| (first..=last).contains(frame));
        changes.extend(here.map(|(frame, left)| shape(&mut ids, clip.id, frame - first, *left)));
        for (at, (from, to)) in (0_u8..).zip(happened) {
            if *from <= last && *to >= first {
                let frames = (from.max(&first) - first, to.min(&last) - first);
                changes.push(event(clip.id, frames, at + 50 * round, who));
            }
        }
        commit(&mut cut, changes);
    }
    (whole, cut)
}

#[test]
fn clips_that_were_stitched_are_exported_as_the_work_on_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let given = [
        Given { label: 1, motion: Motion::Linear, keyframes: vec![(3, 0.0, 0.0), (30, 54.0, 9.0), (52, 200.0, 9.0)], exit: Some(56) },
        Given { label: 1, motion: Motion::Still, keyframes: vec![(0, 300.0, 100.0), (38, 310.0, 100.0)], exit: None },
        Given { label: 2, motion: Motion::Linear, keyframes: vec![(20, 500.0, 200.0), (24, 510.0, 200.0)], exit: Some(25) },
    ];
    let (whole, cut) = both(dir.path(), &given, &[(5, 1.0), (22, 2.0), (37, 3.0), (59, 4.0)], &[(2, 58), (20, 24), (38, 39)]);
    let (expected, found) = (told(&whole, dir.path(), false), told(&cut, dir.path(), true));
    assert_eq!(found, expected);
    let sequences = |project: &Project| {
        let (out, options) = (dir.path().join("x.jsonl"), ExportOptions { join_clips: true, incomplete: true, ..ExportOptions::default() });
        quietly(|cx| limn_jobs::export(project, "limn", &out, &options, cx)).unwrap()
    };
    let summary = sequences(&cut);
    assert_eq!((summary.files[0].report.sequences, summary.files[0].report.instances), (3, 3 + 2 + 2 + 4), "no keyframe beside theirs");
    // The video goes with its clips, though it has no work.
    assert_eq!((summary.joined.clips, summary.joined.videos, summary.joined.rough), (4, 1, 0));
    assert!(summary.joined.stitched > 0 && summary.joined.doubled > 0);
    let plain = sequences(&whole);
    assert_eq!((plain.joined.clips, plain.files[0].report.sequences), (0, 3));
}

#[test]
fn formats_with_one_video_get_the_whole_in_its_own_frames() {
    let dir = tempfile::tempdir().unwrap();
    let given = [Given { label: 1, motion: Motion::Linear, keyframes: vec![(3, 0.0, 0.0), (52, 98.0, 9.0)], exit: Some(56) }];
    let (whole, cut) = both(dir.path(), &given, &[], &[]);
    let rows = |project: &Project, format: &str, name: &str, join_clips: bool| -> Vec<String> {
        let out = dir.path().join(name);
        let options = ExportOptions { join_clips, incomplete: true, ..ExportOptions::default() };
        quietly(|cx| limn_jobs::export(project, format, &out, &options, cx)).unwrap();
        std::fs::read_to_string(out).unwrap().lines().map(str::to_owned).collect()
    };
    assert_eq!(rows(&cut, "mot", "a.txt", true), rows(&whole, "mot", "b.txt", false));
    assert_eq!(rows(&cut, "mot", "a.txt", true).len(), 53);
    assert_eq!(rows(&cut, "cvat", "a.xml", true), rows(&whole, "cvat", "b.xml", false));
    // Not joined, each clip is a video of its own, with the frame of the source beside its own.
    let apart = rows(&cut, "coco-tracks", "c.json", false).join("\n");
    for wanted in ["street 18–40", r#""frame":0,"#, r#""global_frame":18"#, r#""global_frame":40"#] {
        assert!(apart.contains(wanted), "{wanted}");
    }
}

#[test]
fn limns_own_format_keeps_clips_and_identities_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let given = [Given { label: 1, motion: Motion::Linear, keyframes: vec![(3, 0.0, 0.0), (52, 98.0, 9.0)], exit: Some(56) }];
    let (_, cut) = both(dir.path(), &given, &[(20, 5.0)], &[(20, 24)]);
    let out = dir.path().join("all.jsonl");
    quietly(|cx| limn_jobs::export(&cut, "limn", &out, &ExportOptions::default(), cx)).unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains(r#""frame":2,"global_frame":20"#) && text.contains(r#""global_first":20,"global_last":24"#), "{text}");
    let mut other = project(dir.path(), "other.limn");
    let done = quietly(|cx| limn_jobs::import(&mut other, "limn", &out, &ImportOptions::default(), cx)).unwrap();
    assert_eq!(done.files_added, 4);
    let files = |project: &Project| project.files().unwrap().into_iter().map(|row| row.file).collect::<Vec<_>>();
    assert_eq!(files(&other), files(&cut));
    let sequences = |project: &Project| {
        let mut all = Vec::new();
        project
            .for_each_sequence(|sequence| {
                all.push(sequence);
                Ok::<_, limn_store::StoreError>(())
            })
            .unwrap();
        all
    };
    assert_eq!(sequences(&other), sequences(&cut));
    assert_eq!(sequences(&other).iter().map(Sequence::identity).collect::<BTreeSet<_>>().len(), 1);
    // Again: all is known, nothing comes twice.
    let again = quietly(|cx| limn_jobs::import(&mut other, "limn", &out, &ImportOptions::default(), cx)).unwrap();
    assert_eq!((again.files_added, again.files_known), (0, 4));
    assert_eq!((files(&other), sequences(&other)), (files(&cut), sequences(&cut)));
}

#[test]
fn a_clip_goes_to_cvat_in_frames_of_its_source_and_comes_back_as_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let given = [Given { label: 1, motion: Motion::Linear, keyframes: vec![(3, 0.0, 0.0), (52, 98.0, 9.0)], exit: Some(56) }];
    let (mut whole, mut cut) = both(dir.path(), &given, &[], &[]);
    let rows = cut.files().unwrap();
    let middle = rows.iter().find(|row| row.file.clip.is_some_and(|clip| clip.first == 18)).unwrap().file.clone();
    let out = dir.path().join("middle.xml");
    let one = ExportOptions {
        query: Query::parse(&format!("file = \"{}\"", middle.name)).unwrap(),
        incomplete: true,
        ..ExportOptions::default()
    };
    quietly(|cx| limn_jobs::export(&cut, "cvat", &out, &one, cx)).unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    for wanted in ["<size>23</size>", "<start_frame>18</start_frame>", "<stop_frame>40</stop_frame>", "frame=\"18\"", "frame=\"40\""] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let frames = |project: &Project, file: FileId| {
        let sequences = project.sequences(file).unwrap();
        let last = sequences.tracks().max_by_key(|track| track.sequence.number).unwrap();
        last.keyframes(0).map(|(frame, _)| frame).collect::<Vec<_>>()
    };
    // On the clip, they are its own frames; on the source, those of the source.
    quietly(|cx| limn_jobs::import(&mut cut, "cvat", &out, &ImportOptions::default(), cx)).unwrap();
    assert_eq!(frames(&cut, middle.id), [0, 22]);
    let source = text.replace(&format!("<source>{}", middle.told_path()), "<source>street.mp4");
    std::fs::write(&out, source).unwrap();
    quietly(|cx| limn_jobs::import(&mut whole, "cvat", &out, &ImportOptions::default(), cx)).unwrap();
    let street = whole.files().unwrap()[0].file.id;
    assert_eq!(frames(&whole, street), [18, 40]);
}

#[test]
fn sequences_of_clips_that_overlap_are_found_joined_and_parted() {
    let dir = tempfile::tempdir().unwrap();
    let given = [
        Given { label: 1, motion: Motion::Linear, keyframes: vec![(0, 0.0, 0.0), (59, 118.0, 0.0)], exit: None },
        Given { label: 1, motion: Motion::Linear, keyframes: vec![(0, 400.0, 200.0)], exit: None },
    ];
    let (_, mut cut) = both(dir.path(), &given, &[], &[]);
    let clips: Vec<FileRecord> = cut.files().unwrap().into_iter().map(|row| row.file).collect();
    let known = cut.linked_sequences().unwrap();
    for sequence in &known {
        let changes = Identities::new(&cut.linked_sequences().unwrap()).part(sequence.id);
        if !changes.is_empty() {
            commit(&mut cut, changes);
        }
    }
    assert_eq!(cut.linked_sequences().unwrap().len(), 0);
    let names =
        |of: &FileRecord| limn_jobs::overlapping(of, &clips).into_iter().map(|(file, frames)| (file.name, frames)).collect::<Vec<_>>();
    assert_eq!(names(&clips[1]), [("street 18–40".into(), 8), ("street.mp4".into(), 26)], "clips before the whole");

    let mut find = |a: usize, b: usize| quietly(|cx| limn_jobs::stitch_pairs(&mut cut, clips[a].id, clips[b].id, 0.5, cx));
    let (one, two) = (find(1, 2).unwrap(), find(2, 3).unwrap());
    assert_eq!((one.overlap.clone(), one.pairs.len()), (18..26, 2));
    assert!(one.pairs.iter().all(|pair| pair.pair.frames == 8 && pair.pair.likeness > 0.99 && pair.a.number == pair.b.number));
    assert!(find(1, 3).is_err() && find(1, 1).is_err(), "nothing in common");
    // A pair that a person refuses does not come back, from either side, until it is asked for.
    let (a, b) = (one.pairs[0].pair.a, one.pairs[0].pair.b);
    limn_jobs::refuse_pair(&mut cut, a, b, true).unwrap();
    let find =
        |cut: &mut Project, a: usize, b: usize| quietly(|cx| limn_jobs::stitch_pairs(cut, clips[a].id, clips[b].id, 0.5, cx)).unwrap();
    let (there, back) = (find(&mut cut, 1, 2), find(&mut cut, 2, 1));
    assert_eq!((there.pairs.len(), back.pairs.len(), there.refused.len()), (1, 1, 1));
    assert_eq!((there.refused[0].0.id, there.refused[0].1.id), (a, b));
    assert_eq!((back.refused[0].0.id, back.refused[0].1.id), (b, a));
    limn_jobs::refuse_pair(&mut cut, b, a, false).unwrap();
    assert_eq!((find(&mut cut, 1, 2).pairs.len(), find(&mut cut, 1, 2).refused.len()), (2, 0));
    cut.undo().unwrap().unwrap();
    assert_eq!(find(&mut cut, 1, 2).pairs.len(), 1, "one step");
    cut.redo().unwrap().unwrap();
    let ids = |report: &limn_jobs::StitchReport| report.pairs.iter().map(|pair| (pair.pair.a, pair.pair.b)).collect::<Vec<_>>();
    // The later ones first: then two groups are joined to one.
    assert_eq!(limn_jobs::join_sequences(&mut cut, ids(&two)).unwrap(), 2);
    assert_eq!(limn_jobs::join_sequences(&mut cut, ids(&one)).unwrap(), 2);
    assert_eq!(limn_jobs::join_sequences(&mut cut, ids(&one)).unwrap(), 0);
    let groups = |cut: &Project| cut.linked_sequences().unwrap().iter().map(Sequence::identity).collect::<BTreeSet<_>>().len();
    assert_eq!((cut.linked_sequences().unwrap().len(), groups(&cut)), (6, 2));
    cut.undo().unwrap().unwrap();
    assert_eq!(cut.linked_sequences().unwrap().len(), 4, "one step");
    cut.redo().unwrap().unwrap();
    assert_eq!(groups(&cut), 2);
    let report = quietly(|cx| limn_jobs::stitch_pairs(&mut cut, clips[1].id, clips[2].id, 0.5, cx)).unwrap();
    assert_eq!(report.pairs.len(), 0, "they are one already");
    assert_eq!(cut.verify(true).unwrap().problems, Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]
    #[test]
    fn any_work_cut_into_clips_and_joined_is_that_work(
        given in proptest::collection::vec(
            (1..3_u32, any::<bool>(), proptest::collection::btree_map(0..FRAMES, (0..400_u32, 0..200_u32), 1..6), proptest::option::of(1..FRAMES)),
            1..5,
        ),
        shapes in proptest::collection::btree_map(0..FRAMES, 0..300_u32, 0..6),
        event in (0..FRAMES, 0..FRAMES),
    ) {
        let given: Vec<Given> = given.into_iter().map(|(label, still, keyframes, exit)| Given {
            label,
            motion: if still { Motion::Still } else { Motion::Linear },
            keyframes: keyframes.into_iter().map(|(frame, (left, top))| (frame, f64::from(left) / 3.0, f64::from(top))).collect(),
            exit,
        }).collect();
        let shapes: Vec<(u64, f64)> = shapes.into_iter().map(|(frame, left)| (frame, f64::from(left))).collect();
        let dir = tempfile::tempdir().unwrap();
        let (whole, cut) = both(dir.path(), &given, &shapes, &[(event.0.min(event.1), event.0.max(event.1))]);
        let ((frames, single, _), (wanted, wanted_single, _)) = (told(&cut, dir.path(), true), told(&whole, dir.path(), false));
        for (frame, (found, wanted)) in frames.iter().zip(&wanted).enumerate() {
            prop_assert_eq!(found, wanted, "frame {}", frame);
        }
        prop_assert_eq!(single, wanted_single);
    }
}
