//! Using again what is there: the look of another instance, the shapes of another frame, the last tool, the place of a shape
//! that is drawn anew.

use crate::command::Command;
use crate::editor::{Editor, Place};
use crate::effect::{Effect, Notice};
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::{FileKind, Geometry, Instance, InstanceId, LabelId, Mark, Marks, SpatialType};
use limn_tools::ToolKind;
use std::collections::BTreeSet;

/// Most files or frames that one paste goes to: more is an import.
const MAX_TARGETS: u64 = 10_000;

/// Label and marks of an instance, to be given to others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CopiedLook {
    label: LabelId,
    marks: Marks,
}

/// What a paste to the next frames or files takes there, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// The selected.
    Selected(usize),
    /// What was copied, since nothing is selected.
    Copied(usize),
    /// All of the frame that is neither hidden nor locked, since nothing was copied.
    All(usize),
}

impl Editor {
    /// Keeps label and marks of the instance that was selected first.
    pub(crate) fn copy_look(&mut self) {
        let first = self.selection.first().and_then(|id| self.document.get(*id));
        self.copied_look = first.map(|instance| CopiedLook { label: instance.label, marks: instance.marks.clone() });
    }

    /// Gives the selection the label and marks that were copied; group and painting order stay.
    pub(crate) fn paste_look(&mut self, out: &mut Vec<Effect>) {
        let Some(look) = self.copied_look.clone() else {
            out.push(Effect::Notify(Notice::info("Copy the label and marks of an instance first.")));
            return;
        };
        let mut changes = Vec::new();
        for instance in self.chosen() {
            if instance.label != look.label {
                changes.push(Change::InstanceSet { id: instance.id, set: InstanceSet::Label(look.label) });
            }
            let mut marks = instance.marks.clone();
            let attributes: BTreeSet<_> = look.marks.answers.keys().chain(instance.marks.answers.keys()).collect();
            let answers = attributes.into_iter().map(|attribute| Mark::Answer(*attribute, look.marks.answers.get(attribute).cloned()));
            let of_look = [
                Mark::Role(look.marks.role),
                Mark::Occluded(look.marks.occluded),
                Mark::Truncated(look.marks.truncated),
                Mark::Difficult(look.marks.difficult),
                Mark::Pinned(look.marks.pinned),
                Mark::Visible(look.marks.visible),
                Mark::Unsure(look.marks.unsure.clone()),
            ];
            for mark in of_look.into_iter().chain(answers) {
                if marks.set(mark.clone()) != mark {
                    changes.push(Change::InstanceSet { id: instance.id, set: InstanceSet::Mark(mark) });
                }
            }
        }
        self.commit(kind::EDIT, "Paste label and marks", changes, out);
    }

    /// Asks for the shapes of the frame before, or of the file before; with `label`, only those of the active label.
    pub(crate) fn copy_from_previous(&mut self, label: bool, out: &mut Vec<Effect>) {
        let previous = match (self.file(), self.current) {
            (Some(entry), _) if self.is_video() && self.frame > 0 => {
                let frame = self.stepped(false, 1).unwrap_or(self.frame - 1);
                Some(Place { file: entry.file.id, frame })
            }
            (_, Some(at)) => at
                .checked_sub(1)
                .and_then(|at| self.files.get(at))
                .map(|entry| Place { file: entry.file.id, frame: entry.file.frames.max(1) - 1 }),
            _ => None,
        };
        match previous {
            Some(Place { file, frame }) => out.push(Effect::Fetch { file, frame, label: self.active_label.filter(|_| label) }),
            None => out.push(Effect::Notify(Notice::info("There is no file before this one."))),
        }
    }

    /// Gives an instance the label, shape and marks that it had.
    pub(crate) fn restore(&mut self, then: &Instance, out: &mut Vec<Effect>) {
        let Some(now) = self.document.get(then.id).filter(|now| !self.locked.contains(&now.id)) else { return };
        let mut sets = Vec::new();
        if now.label != then.label {
            sets.push(InstanceSet::Label(then.label));
        }
        if now.geometry != then.geometry {
            sets.push(InstanceSet::Geometry(then.geometry.clone()));
        }
        let mut marks = now.marks.clone();
        let before: Vec<Mark> = now.marks.set_ones().map(|mark| unset(&mark)).chain(then.marks.set_ones()).collect();
        sets.extend(before.into_iter().filter(|mark| marks.set(mark.clone()) != *mark).map(InstanceSet::Mark));
        let changes = sets.into_iter().map(|set| Change::InstanceSet { id: then.id, set }).collect();
        self.commit(kind::EDIT, "Restore a version", changes, out);
    }

    /// The shapes of another frame came: copies of them are added here.
    pub(crate) fn take_fetched(&mut self, instances: Vec<Instance>, label: Option<LabelId>, out: &mut Vec<Effect>) {
        if !self.is_ready() {
            return;
        }
        let wanted: Vec<Instance> = instances.into_iter().filter(|instance| label.is_none_or(|label| instance.label == label)).collect();
        if wanted.is_empty() {
            out.push(Effect::Notify(Notice::info("There is nothing to copy from there.")));
            return;
        }
        self.add_copies("Same as before", &wanted, limn_core::geometry::ImageVec::default(), out);
    }

    /// What a paste to the next frames or files takes there.
    pub fn ahead(&self) -> Ahead {
        match (self.selection.len(), self.clipboard.len()) {
            (0, 0) => Ahead::All(self.document.instances().iter().filter(|instance| self.is_open(instance)).count()),
            (0, copied) => Ahead::Copied(copied),
            (selected, _) => Ahead::Selected(selected),
        }
    }

    fn is_open(&self, instance: &Instance) -> bool {
        !self.hidden.contains(&instance.id) && !self.locked.contains(&instance.id)
    }

    /// Pastes the selected, or what was copied, or else all of the frame to the next so many frames, or files where the open one
    /// is an image: one step.
    pub(crate) fn paste_ahead(&mut self, count: u64, out: &mut Vec<Effect>) {
        let copied: Vec<Instance> = match self.ahead() {
            Ahead::All(_) => self.document.instances().iter().filter(|instance| self.is_open(instance)).cloned().collect(),
            Ahead::Copied(_) => self.clipboard.clone(),
            Ahead::Selected(_) => self.selection.iter().filter_map(|id| self.document.get(*id)).cloned().collect(),
        };
        let places = self.places_ahead(count.min(MAX_TARGETS));
        if copied.is_empty() || places.is_empty() {
            out.push(Effect::Notify(Notice::info(
                "There must be shapes here, or copied ones, and files of the same size or frames after this one.",
            )));
            return;
        }
        let mut changes = Vec::with_capacity(copied.len() * places.len());
        for place in &places {
            for instance in &copied {
                let id = self.ids.instance(self.now);
                let (file, frame) = (place.file, place.frame);
                let copy = Instance { id, file, frame, run: None, confidence: None, ..instance.clone() };
                changes.push(Change::InstanceAdd(Box::new(copy)));
            }
        }
        let what = if self.is_video() { "frames" } else { "files" };
        let before = self.next_ticket;
        self.commit(kind::EDIT, &format!("Paste to {} {what}", places.len()), changes, out);
        if self.next_ticket == before {
            return; // Why not was told.
        }
        // None of them is on the canvas, where they would be counted.
        for place in &places {
            if let Some(entry) = self.files.iter_mut().find(|entry| entry.file.id == place.file) {
                entry.num_instances += copied.len() as u64;
            }
        }
        out.push(Effect::Notify(Notice::info(format!("{} shapes pasted to {} {what}.", copied.len(), places.len())).with(Command::Undo)));
    }

    fn places_ahead(&self, count: u64) -> Vec<Place> {
        let Some((at, entry)) = self.current.zip(self.file()) else { return Vec::new() };
        if self.is_video() {
            return (1..=count).map_while(|steps| self.stepped(true, steps)).map(|frame| Place { file: entry.file.id, frame }).collect();
        }
        let size = (entry.file.width, entry.file.height);
        // Shapes of a picture mean nothing on one of another size.
        let fits = |other: &&crate::editor::FileEntry| other.file.kind == FileKind::Image && (other.file.width, other.file.height) == size;
        self.files[at + 1..].iter().filter(fits).take(count as usize).map(|entry| Place { file: entry.file.id, frame: 0 }).collect()
    }

    /// The stamp in hand, with the selected shape as its template; without one, the template that it had.
    pub(crate) fn take_stamp(&mut self, out: &mut Vec<Effect>) {
        let selected = self.selection.first().and_then(|id| self.document.get(*id)).map(|instance| instance.geometry.clone());
        if let Some(geometry) = selected.filter(|geometry| !matches!(geometry, Geometry::Mask(_) | Geometry::Tag)) {
            self.options.stamp = Some(geometry.into());
        }
        if self.options.stamp.is_none() {
            out.push(Effect::Notify(Notice::info("Select a shape first: the stamp puts copies of it on the picture.")));
            return;
        }
        self.take_tool(ToolKind::Stamp, out);
    }

    /// The tool that draws the kind of shape that was drawn last, or of the selected one.
    pub(crate) fn draw_again(&mut self, out: &mut Vec<Effect>) {
        if let Some(kind) = self.last_drawn {
            self.take_tool(kind, out);
        }
    }

    /// The next shape that is drawn takes the place of the selected one, which keeps its identity, label, marks and history.
    pub(crate) fn redraw(&mut self, out: &mut Vec<Effect>) {
        let Some(instance) = self.chosen().next() else { return };
        let (id, kind) = (instance.id, drawn_by(instance.geometry.spatial_type()));
        self.take_tool(kind, out);
        self.redrawing = Some(id);
        out.push(Effect::Notify(Notice::info("Draw the shape anew. It keeps its label, marks and history; Esc leaves it as it was.")));
    }

    /// The instance whose shape is drawn anew, if it is still there.
    pub(crate) fn take_redrawing(&mut self) -> Option<InstanceId> {
        self.redrawing.take().filter(|id| self.document.get(*id).is_some() && !self.locked.contains(id))
    }
}

/// The same register as on an unmarked instance.
fn unset(mark: &Mark) -> Mark {
    match mark {
        Mark::Role(_) => Mark::Role(limn_core::Role::Object),
        Mark::Occluded(_) => Mark::Occluded(false),
        Mark::Truncated(_) => Mark::Truncated(false),
        Mark::Difficult(_) => Mark::Difficult(false),
        Mark::Pinned(_) => Mark::Pinned(false),
        Mark::Outside(_) => Mark::Outside(false),
        Mark::Visible(_) => Mark::Visible(None),
        Mark::Order(_) => Mark::Order(0),
        Mark::Approved(_) => Mark::Approved(false),
        Mark::Group(_) => Mark::Group(None),
        Mark::Unsure(_) => Mark::Unsure(None),
        Mark::Relations(_) => Mark::Relations(Vec::new()),
        Mark::Ties(_) => Mark::Ties(Vec::new()),
        Mark::Answer(attribute, _) => Mark::Answer(*attribute, None),
        Mark::Accepted(rule, _) => Mark::Accepted(*rule, None),
        Mark::NotSame(other, _) => Mark::NotSame(*other, false),
    }
}

/// The tool that draws this kind of shape.
fn drawn_by(spatial_type: SpatialType) -> ToolKind {
    match spatial_type {
        SpatialType::Box => ToolKind::Box,
        SpatialType::RotatedBox => ToolKind::RotatedBox,
        SpatialType::Ellipse => ToolKind::Ellipse,
        SpatialType::Cuboid => ToolKind::Cuboid,
        SpatialType::Keypoints => ToolKind::Keypoints,
        SpatialType::Point => ToolKind::Point,
        _ => ToolKind::Polygon,
    }
}
