//! Whole shapes changed by keys and numbers, tags of the frame, and the keypoints of labels.

use crate::command::Command;
use crate::editor::{Editor, Tagged};
use crate::effect::{Effect, Notice};
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::{Geometry, ImagePos, Instance, InstanceId, LabelId, Rect, Schema, SpatialType, Template};
use limn_tools::{Converted, ROTATE_TO_BORDER, ShapeCommand, ToolAction, ToolOptions, change_shapes, converted};

impl Editor {
    /// Turns, mirrors or renames the faces of the selected shapes: one step.
    pub(crate) fn change_selected(&mut self, command: ShapeCommand, out: &mut Vec<Effect>) {
        if !self.is_ready() || self.tool.is_busy() {
            return;
        }
        let actions = self.with_cx(|_, cx| change_shapes(command, cx));
        if actions.is_empty() {
            out.push(Effect::Notify(Notice::info("Nothing was changed: the selected cannot be changed so, or would leave the image.")));
        }
        for action in actions {
            let ended = matches!(&action, ToolAction::Edit { title, .. } | ToolAction::Point { title, .. } if *title == ROTATE_TO_BORDER);
            let before = self.next_ticket;
            self.act(action, out);
            if ended && self.next_ticket != before {
                out.push(Effect::Notify(Notice::info("Turned up to the border of the picture only.").with(Command::Undo)));
            }
        }
    }

    /// Makes the selected shapes another kind: one step, and what is lost by it is told.
    pub(crate) fn convert(&mut self, to: SpatialType, out: &mut Vec<Effect>) {
        if !self.is_ready() || self.tool.is_busy() {
            return;
        }
        let (mut changes, mut losses, mut left) = (Vec::new(), Vec::new(), 0);
        for instance in self.chosen().filter(|instance| instance.geometry.spatial_type() != to) {
            let Some(Converted { geometry, loss }) = converted(&instance.geometry, to, self.image) else {
                left += 1;
                continue;
            };
            changes.push(Change::InstanceSet { id: instance.id, set: InstanceSet::Geometry(geometry) });
            losses.extend(loss.filter(|loss| !losses.contains(loss)));
        }
        let count = changes.len();
        let mut text = format!("{count} converted to {}.", to.title());
        for loss in losses {
            text += &format!(" Lost: {loss}.");
        }
        if left > 0 {
            text += &format!(" {left} cannot be a {} and stay as they are.", to.title());
        }
        let before = self.next_ticket;
        self.commit(kind::EDIT, &format!("Convert to {}", to.title()), changes, out);
        if count > 0 && self.next_ticket == before {
            return; // Why not was told.
        }
        let notice = Notice::info(text);
        out.push(Effect::Notify(if count > 0 { notice.with(Command::Undo) } else { notice }));
    }

    /// A box by numbers: one step.
    pub(crate) fn set_box(&mut self, id: InstanceId, rect: Rect, out: &mut Vec<Effect>) {
        let is_box = self.document.get(id).is_some_and(|instance| matches!(instance.geometry, Geometry::Box(_)));
        if !is_box || !rect.is_finite() || self.locked.contains(&id) || !self.is_ready() {
            return;
        }
        let geometry = Geometry::Box(Rect { min: rect.min.rounded(), max: rect.max.rounded() });
        if !geometry.is_sound() || self.would_be_gone(id, &geometry) {
            out.push(Effect::Notify(Notice::info("A box needs a width and a height inside the image.")));
        } else if self.document.get(id).is_some_and(|instance| instance.geometry != geometry) {
            self.commit(kind::EDIT, "Resize box", vec![Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) }], out);
        }
    }

    /// Asks for the label that the whole frame gets.
    pub(crate) fn ask_tag(&mut self, whom: Tagged) {
        if self.is_ready() {
            self.tagging = Some(whom);
            self.asking_label = Some(self.view.visible().min);
        }
    }

    /// Tags the frame, or the video from its first frame on, with a label. A tag that is there already is selected.
    pub(crate) fn tag(&mut self, label: LabelId, whom: Tagged, out: &mut Vec<Effect>) {
        if let Tagged::Event { frame, is_open } = whom {
            return self.make_event(label, frame, is_open, out);
        }
        let Some(place) = self.loaded else { return };
        let of_video = whom == Tagged::Video && self.is_video();
        let is_same =
            |instance: &&Instance| instance.label == label && instance.geometry == Geometry::Tag && instance.member.is_some() == of_video;
        let same = self.document.instances().iter().find(is_same);
        let id = match same.map(|instance| instance.id) {
            Some(id) => id,
            None if of_video => {
                // A sequence that stays as it begins.
                let mut new = Instance::new(self.ids.instance(self.now), place.file, 0, label, Geometry::Tag);
                self.add_defaults(&mut new);
                let id = new.id;
                let changes = self.begun(new, self.sequences.next_number()).to_vec();
                self.commit(kind::EDIT, "Tag the video", changes, out);
                id
            }
            None => {
                let id = self.ids.instance(self.now);
                self.add("Tag", vec![Instance::new(id, place.file, place.frame, label, Geometry::Tag)], out);
                id
            }
        };
        self.select(vec![id]);
    }

    /// The file's vanishing point.
    pub(crate) fn set_vanishing(&mut self, pos: Option<ImagePos>) {
        if let Some(place) = self.place() {
            match pos {
                Some(pos) => self.vanishing.insert(place.file, pos),
                None => self.vanishing.remove(&place.file),
            };
        }
        self.options.cuboid.vanishing = pos;
        self.look += 1;
    }

    /// Another file is open: its own vanishing point counts.
    pub(crate) fn take_up_vanishing(&mut self) {
        self.options.cuboid.vanishing = self.place().and_then(|place| self.vanishing.get(&place.file)).copied();
    }

    pub(crate) fn set_options(&mut self, options: ToolOptions) {
        let vanishing = options.cuboid.vanishing;
        let is_new = vanishing != self.options.cuboid.vanishing;
        self.options = options;
        self.look += 1;
        if is_new {
            self.set_vanishing(vanishing);
        }
        self.with_tool(|tool, cx| tool.options_changed(cx));
    }

    /// The active label has no keypoints that could be placed.
    pub(crate) fn ask_template(&mut self, out: &mut Vec<Effect>) {
        if self.active_label.is_none() {
            self.name_label("object", out);
        }
        let name = self.active_label.map(|label| self.schema.shown(label).0).unwrap_or_default();
        let text = format!("The label \"{name}\" has no keypoints yet. Say which ones it has, then place them.");
        out.push(Effect::Notify(Notice::info(text).with(Command::EditTemplate)));
    }

    /// The schema in force, also while a drawing is still under way that was begun under the one before.
    pub(crate) fn newest_schema(&self) -> &Schema {
        self.next_schema.as_ref().unwrap_or(&self.schema)
    }

    /// Publishes the next version, unless it is the one in force or cannot be used.
    pub(crate) fn publish_schema(&mut self, schema: Schema, note: &str, out: &mut Vec<Effect>) {
        if schema == *self.newest_schema() {
            return;
        }
        if let Some(problem) = schema.problems(1).pop() {
            out.push(Effect::Notify(Notice::error(format!("The schema was not published: {}.", problem.error))));
            return;
        }
        let title = if note.is_empty() { "Publish schema".to_owned() } else { format!("Publish schema: {note}") };
        let change = Change::SchemaPublish { number: 0, document: schema.to_document() };
        let before = self.next_ticket;
        self.commit(kind::SCHEMA, &title, vec![change], out);
        // A project that can only be read stays as it is.
        if self.next_ticket != before {
            self.next_schema = Some(schema);
        }
    }

    /// Gives a label its keypoints: a new version of the schema. Points may be renamed, moved and added, not taken away:
    /// instances count them.
    pub(crate) fn set_template(&mut self, label: LabelId, template: Template, out: &mut Vec<Effect>) {
        let mut schema = self.newest_schema().clone();
        let Some(entry) = schema.labels.iter_mut().find(|entry| entry.id == label) else { return };
        if entry.keypoints.as_ref() == Some(&template) {
            return;
        }
        let problem = match &entry.keypoints {
            Some(before) if template.points.len() < before.points.len() => {
                Some(format!("fewer than its {} keypoints, which instances may have", before.points.len()))
            }
            _ => template.problem(),
        };
        if let Some(problem) = problem {
            let text = format!("The keypoints were not saved: the label \"{}\" would have {problem}.", entry.name);
            out.push(Effect::Notify(Notice::error(text)));
            return;
        }
        let grows = entry.keypoints.as_ref().is_some_and(|before| before.points.len() < template.points.len());
        entry.keypoints = Some(template);
        let title = format!("Keypoints of {}", entry.name);
        let change = Change::SchemaPublish { number: 0, document: schema.to_document() };
        let before = self.next_ticket;
        self.commit(kind::SCHEMA, &title, vec![change], out);
        // A project that can only be read stays as it is.
        if self.next_ticket != before {
            self.replace_schema(schema);
            if grows {
                let text = "Instances that are there lack the new points. Select them to add the points, as absent.";
                out.push(Effect::Notify(Notice::info(text).with(Command::CompleteKeypoints)));
            }
        }
    }
}
