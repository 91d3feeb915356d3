//! The other cameras of the video on the canvas: what they show at this moment. Their pictures come from the same pool as its own,
//! their shapes from the store's thread; the window only asks and looks.

use crate::ahead::Wanted;
use crate::app::LimnApp;
use crate::pictures::Shown;
use crate::session::Message;
use limn_core::camera::Moment;
use limn_core::clip::MediaFrames;
use limn_core::{FileId, Instance, SequenceId};
use limn_editor::{CameraEffect, CameraEvent, Event, Notice, Place, View};
use limn_jobs::Footage;
use limn_media::{PictureKey, VideoIndex};
use limn_store::writer::StoreRequest;
use std::path::Path;
use std::sync::Arc;

/// Frames that are decoded ahead when several videos are shown, in all of them together.
const AHEAD: usize = 64;
/// Frames of each that are put on the GPU ahead.
const NEAR: usize = 2;

/// Another camera.
pub(crate) struct Pane {
    pub file: FileId,
    pub path: Arc<Path>,
    /// Which frames of it are those of the file.
    frames: MediaFrames,
    /// What it shows; `None` while its frames or those of the open video are not known yet.
    pub moment: Option<Moment>,
    /// Why it cannot be shown.
    pub problem: Option<String>,
    /// Where the person zoomed to; else all of it is shown.
    pub view: Option<View>,
    offset_us: i64,
    /// Of which frame what belongs to no sequence was asked for, and what there is, with a number that grows with each answer.
    asked: Option<u64>,
    single: Option<(u64, Vec<Instance>)>,
    answers: u64,
    has_asked_index: bool,
}

/// Which one of another camera is asked for.
pub(crate) struct Pick {
    pub of: SequenceId,
    /// The row that the keys stand on.
    pub at: usize,
}

/// The other cameras.
#[derive(Default)]
pub(crate) struct Panes {
    pub list: Vec<Pane>,
    pub pick: Option<Pick>,
    /// What the shapes of each on the GPU were made of.
    pub made: Vec<Option<(crate::ui::PaneMade, Vec<limn_render::Shape>)>>,
    made_for: Option<MadeFor>,
}

/// For which links and edits the panes were made.
struct MadeFor {
    linked: Vec<(FileId, i64)>,
    own: FileId,
    remade: u64,
}

impl Pane {
    fn key(&self, frame: u64) -> Option<PictureKey> {
        Some(PictureKey { path: self.path.clone(), frame: self.frames.media(frame)? })
    }

    fn footage(&self, index: Arc<VideoIndex>) -> Footage {
        Footage::new(&*self.path, index, self.frames)
    }

    /// The frame that it shows.
    pub fn frame(&self) -> Option<u64> {
        self.moment.and_then(Moment::frame)
    }

    /// What belongs to no sequence on a frame, as far as it was read, and a number that is another one for other content.
    pub fn single(&self, frame: u64) -> (&[Instance], u64) {
        let there = self.single.as_ref().filter(|(of, _)| *of == frame);
        (there.map_or(&[], |(_, list)| list), self.answers)
    }
}

impl LimnApp {
    /// Whether the other cameras are shown beside the canvas.
    pub(crate) fn is_side_by_side(&self) -> bool {
        self.settings.side_by_side && !self.panes.list.is_empty()
    }

    /// Knows what the other cameras show at this moment.
    pub(crate) fn follow_cameras(&mut self) {
        let place = self.editor.place().filter(|_| !self.editor.linked().is_empty());
        let Some(place) = place else {
            (self.panes.list, self.panes.pick, self.panes.made_for) = (Vec::new(), None, None);
            return;
        };
        let remade = self.editor.num_remade();
        let is_made = |made: &MadeFor| made.own == place.file && made.remade == remade && made.linked == self.editor.linked();
        if !self.panes.made_for.as_ref().is_some_and(is_made) {
            self.make_panes(place.file, remade);
        }
        let own_offset = self.offset_of(place.file);
        let own = self.footage(place.file);
        for at in 0..self.panes.list.len() {
            let pane = &self.panes.list[at];
            let index = self.pictures.index(&pane.path);
            if index.is_none() && !pane.has_asked_index && pane.problem.is_none() {
                let is_asked = self.pictures.ask_index(&pane.path);
                self.panes.list[at].has_asked_index = is_asked;
            }
            let moment = own.as_ref().zip(index).map(|(own, index)| {
                let pane = &self.panes.list[at];
                limn_jobs::moment_in((own, own_offset), place.frame, (&pane.footage(index), pane.offset_us))
            });
            self.panes.list[at].moment = moment;
            self.ask_single(at);
        }
    }

    /// What the common clock shows at time 0 of a linked video, microseconds.
    fn offset_of(&self, file: FileId) -> i64 {
        self.editor.linked().iter().find(|(id, _)| *id == file).map_or(0, |(_, offset)| *offset)
    }

    fn make_panes(&mut self, own: FileId, remade: u64) {
        let linked = self.editor.linked().to_vec();
        let mut old = std::mem::take(&mut self.panes.list);
        for (file, offset_us) in linked.iter().copied().filter(|(id, _)| *id != own) {
            let record = self.editor.files.iter().find(|entry| entry.file.id == file).map(|entry| &entry.file);
            let Some((path, frames)) = record.and_then(|record| Some((self.path_of(&record.path)?, record.media_frames()))) else {
                continue;
            };
            let before = old.iter().position(|pane| pane.file == file && pane.path == path).map(|at| old.swap_remove(at));
            let view = before.and_then(|pane| pane.view);
            self.panes.list.push(Pane {
                file,
                path,
                frames,
                moment: None,
                problem: None,
                view,
                offset_us,
                asked: None,
                single: None,
                answers: remade << 20,
                has_asked_index: false,
            });
        }
        self.panes.made_for = Some(MadeFor { linked, own, remade });
    }

    /// Asks for what belongs to no sequence on the frame that a pane shows.
    fn ask_single(&mut self, at: usize) {
        if !self.settings.side_by_side {
            return;
        }
        let Some(frame) = self.panes.list[at].frame().filter(|frame| self.panes.list[at].asked != Some(*frame)) else { return };
        let (file, mailbox) = (self.panes.list[at].file, self.mailbox.clone());
        let read = move |project: &mut limn_store::Project| {
            let Ok(list) = project.instances_at(file, frame) else { return };
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
                if let Some(pane) = app.panes.list.iter_mut().find(|pane| pane.file == file && pane.asked == Some(frame)) {
                    (pane.single, pane.answers) = (Some((frame, list)), pane.answers + 1);
                }
            })));
        };
        if self.ask_store(StoreRequest::Run(Box::new(read))) {
            self.panes.list[at].asked = Some(frame);
        }
    }

    /// The picture of the frame that a pane is to show, once it is there.
    pub(crate) fn pane_picture(&self, at: usize) -> Option<&Shown> {
        let pane = self.panes.list.get(at)?;
        self.pictures.get(&pane.key(pane.frame()?)?)
    }

    /// Whether the picture of another camera is still on its way.
    pub(crate) fn awaits_pane(&self) -> bool {
        let is_late = |at: usize| {
            let pane = &self.panes.list[at];
            pane.problem.is_none() && pane.frame().is_some() && self.pane_picture(at).is_none()
        };
        self.is_side_by_side() && (0..self.panes.list.len()).any(is_late)
    }

    /// Adds what the other cameras need to what the canvas does: first what they show now, then what they will show.
    pub(crate) fn want_panes(&self, place: Place, wanted: &mut Wanted) {
        if !self.is_side_by_side() {
            return;
        }
        let shown: Vec<PictureKey> = self.panes.list.iter().filter_map(|pane| pane.key(pane.frame()?)).collect();
        let ahead: Vec<u64> = wanted.keys.iter().filter(|key| key.path == wanted.shown.path).map(|key| key.frame).collect();
        let each = AHEAD / (self.panes.list.len() + 1);
        let (mut keys, mut near) = (Vec::new(), Vec::new());
        let own_offset = self.offset_of(place.file);
        let own = self.footage(place.file);
        let own_frames = self.media_frames();
        let there: Vec<_> = self.panes.list.iter().map(|pane| Some(pane.footage(self.pictures.index(&pane.path)?))).collect();
        // Frame by frame through all of them, so that none runs away from the others.
        for (step, frame) in ahead.iter().enumerate().skip(1).take(each) {
            keys.push(PictureKey { frame: *frame, ..wanted.shown.clone() });
            let Some(frame) = own_frames.own(*frame) else { continue };
            for (pane, there) in self.panes.list.iter().zip(&there) {
                let both = own.as_ref().zip(there.as_ref());
                let moment = both.map(|(own, there)| limn_jobs::moment_in((own, own_offset), frame, (there, pane.offset_us)));
                if let Some(key) = moment.and_then(Moment::frame).and_then(|frame| pane.key(frame)).filter(|key| !keys.contains(key)) {
                    if step <= NEAR && !shown.contains(&key) {
                        near.push(key.clone());
                    }
                    keys.push(key);
                }
            }
        }
        let first = wanted.keys.first().cloned();
        wanted.keys = first.into_iter().chain(shown.iter().cloned()).chain(keys).collect();
        let rest = wanted.gpu.split_off(wanted.awaited.min(wanted.gpu.len()));
        wanted.awaited += shown.len();
        wanted.gpu.extend(shown.into_iter().chain(rest).chain(near));
        let mut seen = Vec::with_capacity(wanted.gpu.len());
        wanted.gpu.retain(|key| {
            !seen.contains(key) && {
                seen.push(key.clone());
                true
            }
        });
    }

    /// Takes the news that a picture cannot be shown, if it is one of another camera; says whether it was.
    pub(crate) fn take_pane_problem(&mut self, key: &PictureKey, problem: &str) -> bool {
        let own = self.editor.file().and_then(|entry| self.path_of(&entry.file.path));
        let mut panes = self.panes.list.iter_mut().filter(|pane| pane.path == key.path).peekable();
        let is_pane = panes.peek().is_some();
        panes.for_each(|pane| pane.problem = Some(problem.to_owned()));
        is_pane && own.is_none_or(|own| own != key.path)
    }

    pub(crate) fn carry_out_camera(&mut self, effect: CameraEffect) {
        match effect {
            CameraEffect::Load(file) => self.read_for_cameras(move |project| {
                let sequences = project.sequences(file)?;
                Ok(CameraEvent::Loaded(file, sequences))
            }),
            CameraEffect::Find { one, other } => self.read_for_cameras(move |project| {
                let mut objects = Vec::new();
                for id in [Some(one), other].into_iter().flatten() {
                    objects.extend(project.sequence(id)?.map(|sequence| sequence.identity()));
                }
                Ok(CameraEvent::Found { one, other, all: project.sequences_of_objects(&objects)? })
            }),
            CameraEffect::Meet(first, second) => self.meet(first, second),
            CameraEffect::Step(by) => self.step_camera(by),
            CameraEffect::SideBySide => self.settings.side_by_side = !self.settings.side_by_side,
            CameraEffect::Pick(of) => self.panes.pick = Some(Pick { of, at: 0 }),
        }
    }

    fn read_for_cameras(&self, read: impl FnOnce(&limn_store::Project) -> Result<CameraEvent, limn_store::StoreError> + Send + 'static) {
        let mailbox = self.mailbox.clone();
        let read = move |project: &mut limn_store::Project| match read(project) {
            Ok(event) => mailbox.send(Message::Loaded(Event::Camera(event))),
            Err(error) => mailbox.send(Message::Notice(Notice::error(error.to_string()))),
        };
        self.ask_store(StoreRequest::Run(Box::new(read)));
    }

    /// The frames of a video of the project, once its index is there.
    fn footage(&self, file: FileId) -> Option<Footage> {
        let record = &self.editor.files.iter().find(|entry| entry.file.id == file)?.file;
        let path = self.path_of(&record.path)?;
        Some(Footage::new(&*path, self.pictures.index(&path)?, record.media_frames()))
    }

    /// The same; the index is asked for where it is not made yet.
    pub(crate) fn footage_of(&self, file: FileId) -> Option<Footage> {
        let known = self.footage(file);
        if known.is_none() {
            let stored = self.editor.files.iter().find(|entry| entry.file.id == file).map(|entry| &entry.file.path);
            stored.and_then(|stored| self.path_of(stored)).map(|path| self.pictures.ask_index(&path));
        }
        known
    }

    /// Both frames show one moment: the second video goes with the first one from now on, so far apart.
    fn meet(&mut self, first: Place, second: Place) {
        let (Some(one), Some(other)) = (self.footage_of(first.file), self.footage_of(second.file)) else {
            let text = "The videos' frames are still being read, or cannot be. Open each once, and do it again.";
            return self.ui.toasts.add(&Notice::info(text));
        };
        let mut group = self.editor.company(first.file);
        if group.is_empty() {
            group.push((first.file, 0));
        }
        let own = group.iter().find(|(id, _)| *id == first.file).map_or(0, |(_, offset)| *offset);
        let offset = limn_jobs::offset_by_frames((&one, own), first.frame, &other, second.frame);
        group.retain(|(id, _)| *id != second.file);
        group.push((second.file, offset));
        self.tell(Event::Camera(CameraEvent::Link(group)));
        let begins = (offset - own) as f64 / 1e6;
        let name = |app: &Self, file| app.editor.files.iter().find(|entry| entry.file.id == file).map(|entry| entry.file.name.clone());
        let (first, second) = (name(self, first.file).unwrap_or_default(), name(self, second.file).unwrap_or_default());
        self.ui.toasts.add(&Notice::info(format!("{second} begins {begins:+.3} s after {first}.")));
    }

    /// Goes to the next camera, at this moment.
    fn step_camera(&mut self, by: isize) {
        let linked = self.editor.linked();
        let Some(here) = self.editor.place() else { return };
        let Some(at) = linked.iter().position(|(id, _)| *id == here.file) else { return };
        let next = (at as isize + by).rem_euclid(linked.len() as isize) as usize;
        let file = linked[next].0;
        self.go_to_camera(file);
    }

    /// Makes another camera the one on the canvas, at this moment or as near to it as it goes.
    pub(crate) fn go_to_camera(&mut self, file: FileId) {
        let Some(pane) = self.panes.list.iter().find(|pane| pane.file == file) else { return };
        let Some(moment) = pane.moment else {
            return self.ui.toasts.add(&Notice::info("The videos' frames are still being read. Ask again in a moment."));
        };
        let frames = self.footage(file).map_or(1, |footage| footage.count());
        let told = match moment {
            Moment::Before(_) => Some("It begins later: this is its first frame."),
            Moment::After(_) => Some("It has ended: this is its last frame."),
            Moment::At(_) => None,
        };
        self.tell(Event::Camera(CameraEvent::Open(file, moment.nearest(frames))));
        if let Some(told) = told {
            self.ui.toasts.add(&Notice::info(told));
        }
    }

    /// Those of the other cameras that can be the one that is asked about: of its label, on the screen now.
    pub(crate) fn pick_candidates(&self, of: SequenceId) -> Vec<(SequenceId, String)> {
        let Some(own) = self.editor.sequences().get(of) else { return Vec::new() };
        let mut found = Vec::new();
        for pane in &self.panes.list {
            let (Some(frame), Some(others)) = (pane.frame(), self.editor.camera_sequences(pane.file)) else { continue };
            let name = self.editor.files.iter().find(|entry| entry.file.id == pane.file).map_or("", |entry| &entry.file.name);
            for track in others.tracks().filter(|track| track.sequence.label == own.sequence.label) {
                if track.parts().any(|part| track.shown(part, frame).is_some()) {
                    let is_one = track.sequence.identity() == own.sequence.identity();
                    let already = if is_one { " — one already" } else { "" };
                    found.push((track.sequence.id, format!("{} of {name}{already}", self.editor.sequence_name(&track.sequence))));
                }
            }
        }
        found
    }

    /// The one that is asked about is one object with this one.
    pub(crate) fn pick(&mut self, other: SequenceId) {
        if let Some(pick) = self.panes.pick.take() {
            self.tell(Event::Camera(CameraEvent::Same(pick.of, other)));
        }
    }

    /// Takes a key while it is asked which one it is; says whether it meant something.
    pub(crate) fn take_pick_key(&mut self, event: &egui::Event) -> bool {
        let egui::Event::Key { key, pressed: true, modifiers, .. } = event else { return false };
        let Some(pick) = self.panes.pick.as_ref().filter(|_| modifiers.is_none() && !self.ui.is_modal()) else { return false };
        let candidates = self.pick_candidates(pick.of);
        let at = pick.at.min(candidates.len().saturating_sub(1));
        let digit = key.name().parse::<usize>().ok().and_then(|digit| digit.checked_sub(1));
        let chosen = match key {
            egui::Key::Escape => {
                self.panes.pick = None;
                return true;
            }
            egui::Key::Enter => candidates.get(at),
            egui::Key::ArrowDown | egui::Key::ArrowUp => {
                let next = if *key == egui::Key::ArrowDown { at + 1 } else { at.saturating_sub(1) };
                self.panes.pick.iter_mut().for_each(|pick| pick.at = next.min(candidates.len().saturating_sub(1)));
                return true;
            }
            _ => match digit {
                Some(digit) => candidates.get(digit),
                None => return false,
            },
        };
        if let Some((other, _)) = chosen {
            self.pick(*other);
        }
        true
    }
}
