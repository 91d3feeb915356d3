//! Several cameras: which videos go together, what is in the others, and one object through all of them.
//!
//! When which frame is shown is the window's to know, which has the videos' own times; here is what is written.

use crate::command::Command;
use crate::editor::{Editor, Place};
use crate::effect::{Dialog, Effect, Notice};
use limn_core::camera::{self, Seat};
use limn_core::log::{Change, FileSet, kind};
use limn_core::sequence::identity::Identities;
use limn_core::sequence::{Member, SequenceSet, Track, shown_id};
use limn_core::{FileId, FileKind, InstanceId, LabelId, Sequence, SequenceId, Sequences};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is told about cameras.
#[derive(Clone, Debug, PartialEq)]
pub enum CameraEvent {
    /// These videos go together from now on, each with what a common clock shows at its time 0, microseconds; one alone goes with
    /// no other.
    Link(Vec<(FileId, i64)>),
    /// What is in a linked video.
    Loaded(FileId, Sequences),
    /// Go to a frame of another video; what is selected here is selected there.
    Open(FileId, u64),
    /// A sequence of the open video is one object with one of another video.
    Same(SequenceId, SequenceId),
    /// Every sequence of the object that the first one is, and of that which the second one is; without a second one, the first
    /// one is an object of its own again.
    Found {
        /// Of the open video.
        one: SequenceId,
        /// What it is one with.
        other: Option<SequenceId>,
        /// In all files, deleted ones among them.
        all: Vec<Sequence>,
    },
}

/// What is to be done outside about cameras.
#[derive(Clone, Debug, PartialEq)]
pub enum CameraEffect {
    /// Read what is in a linked video; answer with [`CameraEvent::Loaded`].
    Load(FileId),
    /// Read whom this concerns; answer with [`CameraEvent::Found`].
    Find {
        /// Of the open video.
        one: SequenceId,
        /// What it is to be one with.
        other: Option<SequenceId>,
    },
    /// Both places show one moment; answer with [`CameraEvent::Link`].
    Meet(Place, Place),
    /// Go to the next camera at this moment, or back.
    Step(isize),
    /// Show all cameras, or one.
    SideBySide,
    /// Ask which one of another camera this sequence is.
    Pick(SequenceId),
}

/// An object that is drawn in the other cameras, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InHand {
    /// Its identity.
    pub object: SequenceId,
    /// What it is.
    pub label: LabelId,
    /// As it is called where it was taken.
    pub name: String,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Cameras {
    /// Those that go with the open video, which is among them.
    linked: Vec<(FileId, i64)>,
    others: BTreeMap<FileId, Sequences>,
    /// Identities of the open video's sequences that stand for no object themselves.
    identities: BTreeMap<SequenceId, SequenceId>,
    pub(crate) in_hand: Option<InHand>,
    /// A frame whose moment is to be found in another video.
    moment: Option<Place>,
    /// Grows whenever files or their links change.
    pub(crate) revision: u64,
    /// What `linked` and `others` were asked for.
    asked: Option<(FileId, u64, u64)>,
}

impl Editor {
    /// The videos that go with the open one, which is among them, each with what their clock shows at its time 0, microseconds; in
    /// the order of the list.
    pub fn linked(&self) -> &[(FileId, i64)] {
        &self.cameras.linked
    }

    /// What is in a linked video that is not open, as far as it was read.
    pub fn camera_sequences(&self, file: FileId) -> Option<&Sequences> {
        self.cameras.others.get(&file)
    }

    /// Grows when steps were taken back and when something changed elsewhere: what was read of other videos is old then.
    pub fn num_remade(&self) -> u64 {
        self.num_remade
    }

    /// The object in hand, which is drawn in the other cameras, too.
    pub fn in_hand(&self) -> Option<&InHand> {
        self.cameras.in_hand.as_ref()
    }

    /// The object that each sequence of the open video is, of those that do not stand for it themselves.
    pub fn identities(&self) -> &BTreeMap<SequenceId, SequenceId> {
        &self.cameras.identities
    }

    /// The objects that are selected.
    pub fn selected_objects(&self) -> BTreeSet<SequenceId> {
        let members = self.selection.iter().filter_map(|id| self.sequences.member(*id)).chain(self.followed);
        members.filter_map(|member| Some(self.sequences.get(member.sequence)?.sequence.identity())).collect()
    }

    /// As a sequence of this or of another camera is called; empty for one that is in none of them.
    pub fn told_of(&self, id: SequenceId) -> String {
        if let Some(track) = self.sequences.get(id) {
            return self.sequence_name(&track.sequence);
        }
        let found = self.cameras.others.iter().find_map(|(file, others)| Some((*file, others.get(id)?)));
        found.map(|(file, track)| format!("{} of {}", self.sequence_name(&track.sequence), self.name_of(file))).unwrap_or_default()
    }

    /// The sequences of the other cameras, without keyframes.
    pub fn in_other_cameras(&self) -> Vec<Sequence> {
        self.cameras.others.values().flat_map(Sequences::tracks).map(|track| track.sequence.clone()).collect()
    }

    fn name_of(&self, file: FileId) -> &str {
        self.files.iter().find(|entry| entry.file.id == file).map_or("a file that is gone", |entry| &entry.file.name)
    }

    /// The videos that go with a file, which is among them; their clock first.
    pub fn company(&self, file: FileId) -> Vec<(FileId, i64)> {
        let camera = self.files.iter().find(|entry| entry.file.id == file).and_then(|entry| entry.file.camera);
        let Some(camera) = camera else { return Vec::new() };
        let mut list = camera::linked(self.seats(), file, camera);
        list.sort_by_key(|(id, _)| *id != camera.clock);
        list
    }

    fn seats(&self) -> impl Iterator<Item = Seat> + '_ {
        let videos = self.files.iter().filter(|entry| entry.file.kind == FileKind::Video);
        videos.map(|entry| (entry.file.id, entry.file.camera))
    }

    pub(crate) fn take_camera_event(&mut self, event: CameraEvent, out: &mut Vec<Effect>) {
        match event {
            CameraEvent::Link(group) => self.link(&group, out),
            CameraEvent::Loaded(file, sequences) => {
                let is_wanted = self.cameras.linked.iter().any(|(id, _)| *id == file) && self.place().is_none_or(|here| here.file != file);
                // What was read before gestures were written is read again when they are.
                if is_wanted {
                    self.cameras.others.insert(file, sequences);
                    self.look += 1;
                }
            }
            CameraEvent::Open(file, frame) => self.open_camera(file, frame, out),
            CameraEvent::Same(one, other) => out.push(Effect::Camera(CameraEffect::Find { one, other: Some(other) })),
            CameraEvent::Found { one, other, all } => self.take_found(one, other, &all, out),
        }
    }

    fn link(&mut self, group: &[(FileId, i64)], out: &mut Vec<Effect>) {
        let is_video = |id: FileId| self.files.iter().any(|entry| entry.file.id == id && entry.file.kind == FileKind::Video);
        if let Some((id, _)) = group.iter().find(|(id, _)| !is_video(*id)) {
            let text = format!("{} is no video with times of its own, so nothing was linked.", self.name_of(*id));
            return out.push(Effect::Notify(Notice::error(text)));
        }
        let all: Vec<Seat> = self.seats().collect();
        let changes = match camera::regroup(&all, group) {
            Ok(changes) => changes,
            Err(error) => return out.push(Effect::Notify(Notice::error(format!("Nothing was linked: {error}.")))),
        };
        let title = if group.len() > 1 { "Link cameras" } else { "Unlink cameras" };
        let changes = changes.into_iter().map(|(id, camera)| Change::FileSet { id, set: FileSet::Camera(camera) });
        self.commit(kind::EDIT, title, changes.collect(), out);
    }

    /// Goes to another camera. An object that is selected here is selected there, too.
    fn open_camera(&mut self, file: FileId, frame: u64, out: &mut Vec<Effect>) {
        let Some(at) = self.files.iter().position(|entry| entry.file.id == file) else { return };
        let objects = self.selected_objects();
        let there = self.cameras.others.get(&file).and_then(|others| {
            let same = others.tracks().filter(|track| objects.contains(&track.sequence.identity()));
            let seen = same.clone().find(|track| track.shown(0, frame).is_some());
            seen.or(same.clone().next()).map(|track| Member { sequence: track.sequence.id, part: 0 })
        });
        self.open_file(at, frame, out);
        self.followed = there.or(self.followed);
    }

    /// Applies changes to the links of files and to objects.
    pub(crate) fn show_cameras(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::FileSet { id, set: FileSet::Camera(camera) } => {
                    if let Some(entry) = self.files.iter_mut().find(|entry| entry.file.id == *id) {
                        entry.file.camera = *camera;
                    }
                    self.cameras.revision += 1;
                }
                Change::SequenceSet { id, set: SequenceSet::SameAs(same_as) } => {
                    for (file, others) in &mut self.cameras.others {
                        others.apply(*file, change);
                    }
                    self.take_identity(*id, *same_as);
                }
                Change::SequenceAdd(sequence) if sequence.same_as.is_some() => self.take_identity(sequence.id, sequence.same_as),
                _ => {}
            }
        }
    }

    fn take_identity(&mut self, id: SequenceId, same_as: Option<SequenceId>) {
        match same_as {
            Some(object) => self.cameras.identities.insert(id, object),
            None => self.cameras.identities.remove(&id),
        };
        if let Some(track) = self.sequences.get(id) {
            let shown: Vec<InstanceId> = track.parts().map(|part| shown_id(Member { sequence: id, part })).collect();
            self.appearance.change(&shown);
        }
        self.look += 1;
    }

    pub(crate) fn take_identities(&mut self) {
        let named = |track: &Arc<Track>| Some((track.sequence.id, track.sequence.same_as?));
        self.cameras.identities = self.sequences.tracks().filter_map(named).collect();
    }

    /// Knows which videos go with the open one, and asks for what is in them.
    pub(crate) fn refresh_cameras(&mut self, out: &mut Vec<Effect>) {
        let here = self.place().map(|place| place.file);
        let asked = here.map(|file| (file, self.cameras.revision, self.num_remade));
        if self.cameras.asked == asked {
            return;
        }
        self.cameras.asked = asked;
        let camera = self.file().and_then(|entry| entry.file.camera).zip(here);
        self.cameras.linked = camera.map_or(Vec::new(), |(camera, file)| camera::linked(self.seats(), file, camera));
        let others: Vec<FileId> = self.cameras.linked.iter().map(|(id, _)| *id).filter(|id| Some(*id) != here).collect();
        self.cameras.others.retain(|id, _| others.contains(id));
        out.extend(others.into_iter().map(|file| Effect::Camera(CameraEffect::Load(file))));
        self.look += 1;
    }

    pub(crate) fn camera_command(&mut self, command: Command, out: &mut Vec<Effect>) {
        let is_linked = !self.cameras.linked.is_empty();
        match command {
            Command::SameMoment => self.mark_moment(out),
            Command::SideBySide | Command::NextCamera | Command::PreviousCamera if !is_linked => {
                let text = "This video goes with no other one. Choose which, and how far apart they began.";
                out.push(Effect::Notify(Notice::info(text).with(Command::Cameras)));
            }
            Command::SideBySide => out.push(Effect::Camera(CameraEffect::SideBySide)),
            Command::NextCamera => out.push(Effect::Camera(CameraEffect::Step(1))),
            Command::PreviousCamera => out.push(Effect::Camera(CameraEffect::Step(-1))),
            Command::TakeIdentity => self.take_identity_in_hand(out),
            Command::SameObject | Command::NotSame => {
                let Some(track) = self.told_tracks(out).first().cloned() else { return };
                let one = track.sequence.id;
                let effect = match command {
                    Command::NotSame => CameraEffect::Find { one, other: None },
                    _ if is_linked => CameraEffect::Pick(one),
                    _ => return out.push(Effect::Ask(Dialog::SameObject)),
                };
                out.push(Effect::Camera(effect));
            }
            _ => {}
        }
    }

    /// The first time remembers the frame, the second time, in another video, says that both show one moment.
    fn mark_moment(&mut self, out: &mut Vec<Effect>) {
        let Some(here) = self.place() else { return };
        match self.cameras.moment.take_if(|first| first.file != here.file) {
            Some(first) => out.push(Effect::Camera(CameraEffect::Meet(first, here))),
            None => {
                self.cameras.moment = Some(here);
                let text = format!(
                    "Frame {} of {}: now open the other video, step to the same moment, and ask for this once more.",
                    here.frame,
                    self.name_of(here.file)
                );
                out.push(Effect::Notify(Notice::info(text)));
            }
        }
    }

    /// Takes the selected object in hand; what is in hand is put down by asking again, or with nothing selected.
    fn take_identity_in_hand(&mut self, out: &mut Vec<Effect>) {
        let selected = self.selection.first().and_then(|id| self.sequences.member(*id)).or(self.followed);
        let sequence = selected.and_then(|member| self.sequences.get(member.sequence)).map(|track| track.sequence.clone());
        let before = self.cameras.in_hand.take();
        self.look += 1;
        let told = match (sequence, before) {
            (Some(sequence), before) if before.as_ref().is_none_or(|before| before.object != sequence.identity()) => {
                let name = self.sequence_name(&sequence);
                self.active_label = Some(sequence.label);
                let text = format!("{name} is in hand: draw it in another camera, and it is one object there and here.");
                self.cameras.in_hand = Some(InHand { object: sequence.identity(), label: sequence.label, name });
                text
            }
            (_, Some(before)) => format!("{} is no longer in hand.", before.name),
            _ => "Select the object that is drawn in the other cameras, too.".to_owned(),
        };
        out.push(Effect::Notify(Notice::info(told)));
    }

    /// A sequence that is begun while an object is in hand is that object, where it can be.
    pub(crate) fn begin_in_hand(&self, changes: &mut [Change], out: &mut Vec<Effect>) {
        let Some(hand) = &self.cameras.in_hand else { return };
        let mut begun = changes.iter_mut().filter_map(|change| match change {
            Change::SequenceAdd(sequence) if sequence.same_as.is_none() => Some(sequence),
            _ => None,
        });
        // Of several at once none is meant more than the others.
        let (Some(new), None) = (begun.next(), begun.next()) else { return };
        let is_here = |track: &Arc<Track>| track.sequence.identity() == hand.object && track.shown(0, self.frame).is_some();
        let told = if new.label != hand.label {
            format!("It has another label than {}, which is in hand: it is an object of its own.", hand.name)
        } else if self.sequences.tracks().any(is_here) {
            format!("{} is on this frame already: what was drawn is an object of its own.", hand.name)
        } else {
            new.same_as = Some(hand.object);
            format!("It is one object with {}.", hand.name)
        };
        out.push(Effect::Notify(Notice::info(told)));
    }

    fn take_found(&mut self, one: SequenceId, other: Option<SequenceId>, all: &[Sequence], out: &mut Vec<Effect>) {
        let get = |id: SequenceId| all.iter().find(|sequence| sequence.id == id && !sequence.is_deleted);
        let Some(own) = get(one) else { return };
        let name = |sequence: &Sequence| format!("{} of {}", self.sequence_name(sequence), self.name_of(sequence.file));
        let (title, changes, told) = match other {
            None if all.iter().filter(|sequence| !sequence.is_deleted).count() < 2 => {
                let text = format!("{} is one object with no other.", self.sequence_name(own));
                return out.push(Effect::Notify(Notice::info(text)));
            }
            None => ("Not the same object", Identities::new(all).part(one), format!("{} is an object of its own again.", name(own))),
            Some(other) => {
                let Some(other) = get(other) else { return };
                if own.identity() == other.identity() {
                    return out.push(Effect::Notify(Notice::info(format!("{} and {} are one object already.", name(own), name(other)))));
                }
                let differ = if own.label == other.label { "" } else { " Their labels differ." };
                let told = format!("{} and {} are one object.{differ}", name(own), name(other));
                ("Same object", Identities::new(all).join(other.id, own.id), told)
            }
        };
        self.commit(kind::EDIT, title, changes, out);
        out.push(Effect::Notify(Notice::info(told)));
    }
}

#[cfg(test)]
mod tests;
