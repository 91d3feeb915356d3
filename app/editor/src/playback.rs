//! Playing: how fast and which way. When which frame is due is the window's to know, which has the clock.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use std::fmt;

/// How fast a video is played; 1× is as fast as its own times say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(usize);

/// The factors, rising.
const FACTORS: [f64; 7] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

impl Speed {
    /// As the video's own times say.
    pub const NORMAL: Self = Self(3);

    /// Every speed, the slowest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FACTORS.len()).map(Self)
    }

    /// Seconds of the video in one second.
    pub fn factor(self) -> f64 {
        FACTORS[self.0]
    }

    /// The next faster one; the fastest stays.
    #[must_use]
    pub fn faster(self) -> Self {
        Self((self.0 + 1).min(FACTORS.len() - 1))
    }

    /// The next slower one; the slowest stays.
    #[must_use]
    pub fn slower(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×", self.factor())
    }
}

/// What is shown when a video plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stops {
    /// Every frame, at its time.
    #[default]
    Frames,
    /// The keyframes of the selected sequences, or of all, each for a moment.
    Keyframes,
    /// The work frames, each for a moment.
    WorkFrames,
    /// The frames that differ from the state that is compared with, each for a moment.
    Differences,
}

impl Stops {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Frames, Self::Keyframes, Self::WorkFrames, Self::Differences];

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Frames => "all frames",
            Self::Keyframes => "keyframes",
            Self::WorkFrames => "work frames",
            Self::Differences => "frames that differ",
        }
    }
}

/// Whether, how fast and which way a video is played. Speed and way stay from file to file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Playback {
    pub is_playing: bool,
    pub is_backward: bool,
    pub speed: Speed,
    pub stops: Stops,
}

impl Default for Playback {
    fn default() -> Self {
        Self { is_playing: false, is_backward: false, speed: Speed::NORMAL, stops: Stops::Frames }
    }
}

impl Editor {
    /// Whether the video plays.
    pub fn is_playing(&self) -> bool {
        self.playback.is_playing
    }

    /// Whether the video plays, and from its end to its start.
    pub fn plays_backward(&self) -> bool {
        self.playback.is_playing && self.playback.is_backward
    }

    /// How fast it plays, or will.
    pub fn speed(&self) -> Speed {
        self.playback.speed
    }

    /// What playing shows.
    pub fn stops(&self) -> Stops {
        self.playback.stops
    }

    /// Lets playing show the next kind of frames.
    pub(crate) fn change_stops(&mut self, out: &mut Vec<Effect>) {
        let at = Stops::ALL.iter().position(|stops| *stops == self.playback.stops).unwrap_or(0);
        self.playback.stops = Stops::ALL[(at + 1) % Stops::ALL.len()];
        out.push(Effect::Notify(Notice::info(format!("Playing shows {}.", self.playback.stops.title()))));
    }

    /// Plays on if paused, and from the other end if nothing is left this way.
    pub(crate) fn play_or_pause(&mut self, out: &mut Vec<Effect>) {
        if self.playback.is_playing {
            self.playback.is_playing = false;
        } else {
            self.start_playing(false, out);
        }
    }

    /// The same from the end to the start; a video that plays the other way turns round.
    pub(crate) fn play_backward_or_pause(&mut self, out: &mut Vec<Effect>) {
        if self.plays_backward() {
            self.playback.is_playing = false;
        } else {
            self.start_playing(true, out);
        }
    }

    fn start_playing(&mut self, is_backward: bool, out: &mut Vec<Effect>) {
        self.playback = Playback { is_playing: true, is_backward, ..self.playback };
        if is_backward && self.frame == 0 {
            self.go_to_frame(u64::MAX, out);
        } else if !is_backward && self.frame + 1 >= self.num_frames() {
            self.go_to_frame(0, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Event, FileEntry, ProjectInfo};
    use limn_core::{FileKind, FileRecord, FileStatus, IdSource, Looked, Schema, WorkFrames};

    fn editor_with_video(frames: u64) -> Editor {
        let mut ids = IdSource::new([1; 32]);
        let file = FileRecord {
            id: ids.file(1),
            name: "a.mp4".into(),
            path: "a.mp4".into(),
            kind: FileKind::Video,
            width: 64,
            height: 48,
            frames,
            bytes: 1,
            hash: None,
            status: FileStatus::Open,
            clip: None,
            camera: None,
        };
        let files = vec![
            FileEntry { file: file.clone(), num_instances: 0, looked: Looked::default(), work_frames: WorkFrames::default() },
            FileEntry {
                file: FileRecord { id: ids.file(1), ..file },
                num_instances: 0,
                looked: Looked::default(),
                work_frames: WorkFrames::default(),
            },
        ];
        let mut editor = Editor::new([2; 32]);
        editor.update(Event::ProjectOpened { info: ProjectInfo::default(), schema: Schema::default(), files, place: None });
        editor
    }

    #[test]
    fn each_way_has_a_key_that_also_pauses() {
        let mut editor = editor_with_video(100);
        editor.update(Event::GoToFrame(50));
        let mut after = |command| {
            editor.update(Event::Command(command));
            (editor.is_playing(), editor.plays_backward(), editor.frame())
        };
        assert_eq!(after(Command::Play), (true, false, 50));
        assert_eq!(after(Command::PlayBackward), (true, true, 50), "it turns round");
        assert_eq!(after(Command::PlayBackward), (false, false, 50));
        assert_eq!(after(Command::PlayBackward), (true, true, 50));
        assert_eq!(after(Command::Play), (false, false, 50), "the key of playing pauses whatever plays");
        assert_eq!(after(Command::Play), (true, false, 50));
        assert_eq!(after(Command::Next), (false, false, 51), "a step pauses");
    }

    #[test]
    fn playing_begins_at_the_other_end_when_nothing_is_left() {
        let mut editor = editor_with_video(100);
        editor.update(Event::Command(Command::PlayBackward));
        assert_eq!((editor.frame(), editor.plays_backward()), (99, true));
        editor.update(Event::Paused);
        editor.update(Event::Command(Command::Play));
        assert_eq!((editor.frame(), editor.is_playing()), (0, true));
    }

    #[test]
    fn speeds_have_ends_and_stay_from_file_to_file() {
        let mut editor = editor_with_video(100);
        let all: Vec<String> = Speed::all().map(|speed| speed.to_string()).collect();
        assert_eq!(all, ["0.1×", "0.25×", "0.5×", "1×", "2×", "4×", "8×"]);
        assert_eq!(editor.speed(), Speed::NORMAL);
        for _ in 0..9 {
            editor.update(Event::Command(Command::Faster));
        }
        assert_eq!(editor.speed().factor(), 8.0);
        editor.update(Event::Command(Command::Play));
        editor.update(Event::OpenFile(1));
        assert!(!editor.is_playing(), "another file is not played by itself");
        assert_eq!(editor.speed().factor(), 8.0);
        editor.update(Event::Command(Command::NormalSpeed));
        assert_eq!(editor.speed(), Speed::NORMAL);
        for _ in 0..9 {
            editor.update(Event::Command(Command::Slower));
        }
        assert_eq!(editor.speed().factor(), 0.1);
        editor.update(Event::SetSpeed(Speed::NORMAL.faster()));
        assert_eq!(editor.speed().factor(), 2.0);
    }

    #[test]
    fn nothing_is_drawn_while_another_frame_stands_in() {
        let mut editor = editor_with_video(100);
        let place = editor.place().unwrap();
        editor.update(Event::Loaded {
            file: place.file,
            frame: 0,
            shapes: Vec::new().into(),
            answers: Default::default(),
            sequences: None,
            draft: None,
        });
        editor.update(Event::PictureShown { file: place.file, frame: 0, size: [64.0, 48.0] });
        assert!(editor.is_ready());
        editor.update(Event::GoToFrame(30));
        editor.update(Event::StandInShown);
        editor.update(Event::GoToFrame(0));
        editor.update(Event::Loaded {
            file: place.file,
            frame: 0,
            shapes: Vec::new().into(),
            answers: Default::default(),
            sequences: None,
            draft: None,
        });
        assert!(!editor.is_ready(), "the canvas still has the other frame's picture");
        editor.update(Event::PictureShown { file: place.file, frame: 0, size: [64.0, 48.0] });
        assert!(editor.is_ready());
    }
}
