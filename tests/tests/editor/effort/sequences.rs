//! The jobs about sequences: real videos, in which Limn's own tracker follows what is drawn, and what comes of it is laid over the
//! truth on every frame.

use super::video::{self, CORNERS, FRAMES, SIZE, Things};
use crate::editor::session::Session;
use limn_core::clip::MediaFrames;
use limn_core::geometry::RotatedBox;
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileKind, FileRecord, FileStatus, IdSource, ImagePos, Schema};
use limn_editor::Event;
use limn_jobs::{Footage, Frames, JobCx};
use limn_media::VideoIndex;
use limn_store::Project;
use limn_tests::identity;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How well boxes and truth must overlap: on the mean over all frames, and on the worst one of those on which at least half of the
/// thing is in sight.
const MEAN: f64 = 0.9;
const WORST: f64 = 0.7;
/// At the end of the name of a job that is done without tracking: in the peers it is the same job.
pub const BY_KEYFRAMES: &str = ", keyframes alone";
/// The fewest keyframes that overlap with the car well enough when it goes straight between them, found by trying: before, in the
/// middle of and behind each turn.
const CAR_KEYFRAMES: [u64; 7] = [92, 114, 136, 160, 182, 204, 299];
/// Where two of the people are in one place, and were mixed up.
const MIXED_UP: u64 = 190;

/// Something to do in a video.
pub struct SequenceJob {
    /// As in the files of the peers.
    pub name: String,
    pub things: Things,
    /// What was there before the counting begins.
    pub before: String,
    /// How it is done in Limn. `frame 92` is a click on the timeline; `wait`: until Limn has tracked what it was asked to.
    pub limn: String,
}

pub fn jobs() -> Vec<SequenceJob> {
    let draw_people = format!("B {}", boxes(&video::people(0)));
    // Of one of them Limn says on which frame it was lost behind another one: it is set right before that, where it had been held for
    // the other one, and where nobody is before it any more, and goes on.
    let set_right = "V frame 136 click 300,160 drag 300,160>310,160 frame 185 drag 310,205>379,203 Ctrl+Shift+Right wait";
    let draw_car = "Shift+B click 44,73 click 116,73 click 80,107";
    let job = |name: &str, things: Things, before: String, limn: String| SequenceJob { name: name.to_owned(), things, before, limn };
    let car = "a car with two turns";
    let crossing = "5 people crossing";
    vec![
        job(car, video::car, String::new(), format!("{draw_car} Ctrl+Shift+Right wait")),
        job(crossing, video::people, String::new(), format!("{draw_people} Ctrl+A Ctrl+Shift+Right wait {set_right}")),
        job("two exchanged, mended", pair, exchanged(), "drag 280,80>370,215 Alt+Shift+Z".to_owned()),
        job(&format!("{car}{BY_KEYFRAMES}"), video::car, String::new(), format!("{draw_car} V {}", moves(video::car, &CAR_KEYFRAMES))),
        job(
            &format!("{crossing}{BY_KEYFRAMES}"),
            video::people,
            String::new(),
            format!("{draw_people} V {}", moves(video::people, &CORNERS[1..])),
        ),
    ]
}

/// Two of the people.
fn pair(frame: u64) -> Vec<RotatedBox> {
    video::people(frame)[..2].to_vec()
}

/// They are followed, but from where they meet each is taken for the other.
fn exchanged() -> String {
    let both = "drag 280,80>370,215";
    let drawn = format!("B {} V {}", boxes(&pair(0)), moves(pair, &CORNERS[1..]));
    format!("{drawn} Escape frame {MIXED_UP} {both} Alt+Shift+Z Escape")
}

/// Drags that draw what stands upright.
fn boxes(things: &[RotatedBox]) -> String {
    let drag = |thing: &RotatedBox| {
        let [from, _, to, _] = thing.corners();
        format!("drag {}>{}", place(from), place(to))
    };
    things.iter().map(drag).collect::<Vec<_>>().join(" ")
}

/// What was drawn on the first frame is moved, and turned by its handle, on these ones.
fn moves(things: Things, keyframes: &[u64]) -> String {
    let mut script = String::new();
    let mut before = things(0);
    for frame in keyframes {
        write!(script, "frame {frame} ").unwrap();
        for (old, new) in before.iter_mut().zip(things(*frame)) {
            write!(script, "drag {}>{} ", place(old.center), place(new.center)).unwrap();
            if (new.angle - old.angle).abs() > 0.5 {
                let handle = |turned: RotatedBox| {
                    let [left, right, ..] = RotatedBox { height: turned.height + 2.0 * HANDLE, ..turned }.corners();
                    left + (right - left) * 0.5
                };
                write!(script, "drag {}>{} ", place(handle(RotatedBox { center: new.center, ..*old })), place(handle(new))).unwrap();
            }
            *old = new;
        }
    }
    script
}

/// How far above a shape its handle for turning is, in points of the screen.
const HANDLE: f64 = 24.0;

fn place(pos: ImagePos) -> String {
    format!("{:.0},{:.0}", pos.x, pos.y)
}

/// A project with a video of its own.
fn project(dir: &Path) -> Project {
    let schema = Schema::from_document(r#"{"labels":[{"name":"car","key":"1"}]}"#).unwrap();
    let mut project = Project::create(dir, "effort", &schema, identity()).unwrap();
    let file = FileRecord {
        id: IdSource::new([1; 32]).file(1),
        name: "v.mp4".to_owned(),
        path: "media/v.mp4".to_owned(),
        kind: FileKind::Video,
        width: SIZE[0] as u32,
        height: SIZE[1] as u32,
        frames: FRAMES,
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let changes = vec![Change::FileAdd(Box::new(file))];
    project.commit(Gesture { kind: kind::FILES, title: "Add files".into(), target: None, changes }).unwrap();
    project
}

/// Tracks what the editor asked for, as the window does on a thread of its own.
fn track(session: &mut Session, video: &Path) {
    for (file, order) in std::mem::take(&mut session.orders) {
        let index = Arc::new(VideoIndex::build(video, &|_, _| {}, &AtomicBool::new(false)).unwrap());
        let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
        let results = limn_jobs::track(&Frames::Video(Footage::new(video, index, MediaFrames::default())), &order, &mut cx).unwrap();
        session.send(Event::Carried { file, order: Box::new(order), results });
    }
}

/// Mean and worst overlap with the truth of each sequence, in the order in which they were drawn.
fn overlaps(session: &Session, things: Things) -> Vec<[f64; 2]> {
    let one = |at: usize, track: &limn_core::sequence::Track| {
        let on = |frame: u64| track.shown(0, frame).map_or(0.0, |shown| video::overlap(&things(frame)[at], &shown.instance.geometry));
        let all: Vec<f64> = (0..FRAMES).map(on).collect();
        let in_sight = (0..FRAMES).zip(&all).filter(|(frame, _)| video::hidden(&things(*frame), at) <= 0.5);
        [all.iter().sum::<f64>() / all.len() as f64, in_sight.map(|(_, overlap)| *overlap).fold(1.0, f64::min)]
    };
    session.editor.sequences().tracks().enumerate().map(|(at, track)| one(at, track)).collect()
}

fn is_well(overlaps: &[[f64; 2]], things: Things) -> bool {
    overlaps.len() == things(0).len() && overlaps.iter().all(|[mean, worst]| *mean >= MEAN && *worst >= WORST)
}

#[test]
fn limn_does_its_jobs_in_videos() {
    let dir = tempfile::tempdir().unwrap();
    let mut wrong = String::new();
    for (number, job) in jobs().into_iter().enumerate() {
        let mut session = Session::over(false, project);
        session.play(&job.before);
        assert!(!is_well(&overlaps(&session, job.things), job.things), "{}: nothing is to be done", job.name);
        let mut stretches = job.limn.split("wait").peekable();
        let video = dir.path().join(format!("{number}.mp4"));
        if job.limn.contains("wait") && !video::write(&video, job.things) {
            eprintln!("there is no ffmpeg: left out");
            continue;
        }
        while let Some(stretch) = stretches.next() {
            session.play(stretch);
            assert_eq!(session.orders.len(), usize::from(stretches.peek().is_some()), "{}: waits for nothing", job.name);
            track(&mut session, &video);
            session.check();
        }
        let overlaps = overlaps(&session, job.things);
        println!("{}: mean and worst overlap {overlaps:.3?}", job.name);
        if !is_well(&overlaps, job.things) {
            wrong += &format!("\n  {}: {overlaps:.3?}, {:?}", job.name, session.notices);
        }
    }
    assert!(wrong.is_empty(), "mean and worst overlap with the truth:{wrong}");
}
