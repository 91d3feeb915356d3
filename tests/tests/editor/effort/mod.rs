//! How much a person must do for a job in Limn and in other tools. Limn's scripts are played and their results checked; those of
//! the others are written from their documentation and only counted. The tables of the manual's page are compared with this.
//!
//! `LIMN_WRITE_TABLE=1` writes the tables anew.

mod count;
mod jobs;
mod peers;
mod scene;
mod sequences;
mod table;
mod video;

use super::session::Session;
use count::{Effort, Places, count};
use jobs::{JOBS, Job, QUESTIONS, TRACED, answers, summary};
use limn_core::ImagePos;
use peers::{Peer, Way, asking_peers, peers, video_peers};
use scene::{PICTURE, written_out};
use sequences::{BY_KEYFRAMES, SequenceJob};

/// A job and what it costs: in Limn, then in each peer; `None` where that has no means for it.
pub struct Row {
    pub name: String,
    pub limn: Effort,
    pub peers: Vec<Option<Effort>>,
}

/// Every job begins with the pointer in the middle of the picture.
fn counted(script: &str, places: &Places) -> Effort {
    count(script, places, ImagePos::new(f64::from(PICTURE[0]) / 2.0, f64::from(PICTURE[1]) / 2.0))
}

fn rows<'a>(jobs: impl IntoIterator<Item = &'a Job>, peers: &[Peer]) -> Vec<Row> {
    let row = |job: &Job| Row {
        name: job.name.to_owned(),
        limn: counted(&written_out(job.limn), &Places::new()),
        peers: peers.iter().map(|peer| counted_of(peer, job.name)).collect(),
    };
    jobs.into_iter().map(row).collect()
}

/// Those in videos.
fn sequence_rows(peers: &[Peer]) -> Vec<Row> {
    // The line of all frames is below the picture.
    let ends = [("first-frame", 0.0), ("last-frame", f64::from(PICTURE[0]))];
    let places = ends.into_iter().map(|(name, x)| (name.to_owned(), ImagePos::new(x, f64::from(PICTURE[1]) + 40.0))).collect();
    let row = |job: SequenceJob| {
        // By keyframes alone it is the same job for the others.
        let name = job.name.trim_end_matches(BY_KEYFRAMES);
        let peers = peers.iter().map(|peer| counted_of(peer, name)).collect();
        Row { limn: counted(&job.limn, &places), peers, name: job.name }
    };
    sequences::jobs().into_iter().map(row).collect()
}

/// What a job costs in a peer.
fn counted_of(peer: &Peer, job: &str) -> Option<Effort> {
    match peer.way(job) {
        Way::Script(script) => Some(counted(&script, &peer.places)),
        Way::Cannot => None,
    }
}

fn all_jobs() -> impl Iterator<Item = &'static Job> {
    JOBS.iter().chain(&TRACED).chain(QUESTIONS.iter().map(|(_, _, job)| job))
}

#[test]
fn limn_does_each_job() {
    let mut wrong = String::new();
    for job in JOBS.iter().chain(&TRACED) {
        let mut session = Session::over(false, scene::make);
        session.play(&written_out(job.before));
        session.play(&written_out(job.limn));
        let all = session.all();
        let got = summary(&session, &all);
        if got != job.want {
            wrong += &format!("\n  {}\n    want {}\n    got  {got}", job.name, job.want);
        } else if !(job.exact)(&all) {
            wrong += &format!("\n  {}: not in the right places: {all:?}", job.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn limn_asks_its_questions() {
    for (shapes, attributes, job) in &QUESTIONS {
        let mut session = Session::over(false, |dir| scene::make_asked(dir, *shapes, attributes));
        session.play(job.before);
        session.play(job.limn);
        assert_eq!(answers(&session.all()), job.want, "{}", job.name);
    }
}

#[test]
fn the_page_of_the_manual_is_true() {
    let (peers, asking, videos) = (peers(), asking_peers(), video_peers());
    let in_videos = sequence_rows(&videos);
    for peer in peers.iter().chain(&asking).chain(&videos) {
        let known = |name: &str| all_jobs().any(|job| job.name == name) || in_videos.iter().any(|row| row.name == name);
        assert!(peer.jobs().all(known), "{} does a job that is none", peer.name);
    }
    let questions = rows(QUESTIONS.iter().map(|(_, _, job)| job), &asking);
    table::compare([(&rows(&JOBS, &peers), &peers), (&rows(&TRACED, &peers), &peers), (&questions, &asking), (&in_videos, &videos)]);
}
