//! Other tools: what their documentation says a person does, step by step. Nothing of them is played.

use super::count::{Places, pos};
use super::scene::{PICTURE_AT, written_out};
use limn_core::geometry::ImageVec;

/// A tool that is compared.
pub struct Peer {
    pub name: &'static str,
    text: &'static str,
    /// Buttons and lists, from the picture's corner.
    pub places: Places,
}

/// How a peer does a job.
pub enum Way {
    Script(String),
    /// It has no means for it.
    Cannot,
}

/// The peers in the order of the tables.
pub fn peers() -> [Peer; 3] {
    [
        Peer::new("CVAT", include_str!("peers/cvat.txt")),
        Peer::new("labelme", include_str!("peers/labelme.txt")),
        Peer::new("X-AnyLabeling", include_str!("peers/x-anylabeling.txt")),
    ]
}

/// Those that have questions about shapes.
pub fn asking_peers() -> [Peer; 3] {
    let [cvat, _, x_any_labeling] = peers();
    [cvat, Peer::new("Label Studio", include_str!("peers/label-studio.txt")), x_any_labeling]
}

/// The one for videos.
pub fn video_peers() -> [Peer; 1] {
    [Peer::new("CVAT", include_str!("peers/cvat-videos.txt"))]
}

impl Peer {
    fn new(name: &'static str, text: &'static str) -> Self {
        let places = text.lines().filter_map(|line| line.strip_prefix("place ")).map(|line| {
            let (name, at) = line.split_once(' ').unwrap();
            (name.to_owned(), pos(at.trim()) + ImageVec::new(-PICTURE_AT[0], -PICTURE_AT[1]))
        });
        Self { name, text, places: places.collect() }
    }

    /// Its steps: words, and where they come from.
    fn steps(&self, job: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let heading = format!("job {job}");
        let lines = self.text.lines().skip_while(move |line| *line != heading).skip(1).take_while(|line| !line.starts_with("job "));
        lines.filter(|line| !line.is_empty()).map(|line| line.split_once(" # ").unwrap_or((line, "")))
    }

    /// How it does a job of this name.
    pub fn way(&self, job: &str) -> Way {
        let steps: Vec<&str> = self.steps(job).map(|(words, _)| words.trim()).collect();
        assert!(!steps.is_empty(), "{} says nothing about {job:?}", self.name);
        if steps == ["cannot"] { Way::Cannot } else { Way::Script(written_out(&steps.join(" "))) }
    }

    /// The names of its jobs.
    pub fn jobs(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines().filter_map(|line| line.strip_prefix("job "))
    }
}

#[test]
fn every_step_says_what_it_follows_from() {
    for peer in peers().into_iter().chain(asking_peers()).chain(video_peers()) {
        for job in peer.jobs() {
            let bare: Vec<&str> = peer.steps(job).filter(|(_, source)| source.trim().is_empty()).map(|(words, _)| words).collect();
            assert!(bare.is_empty(), "{}, {job}: {bare:?}", peer.name);
        }
    }
}
