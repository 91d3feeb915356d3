//! Copy, paste, duplicate.

use crate::editor::Editor;
use crate::effect::Effect;
use limn_core::geometry::ImageVec;
use limn_core::{GroupId, Instance, InstanceId, Mark, Rect, Relation};
use std::collections::HashMap;

impl Editor {
    /// Copies the selection, and its boxes as text for other programs ("car 10 20 30 40": x, y, width, height).
    pub(crate) fn copy(&mut self, out: &mut Vec<Effect>) {
        self.clipboard = self.selection.iter().filter_map(|id| self.document.get(*id)).cloned().collect();
        let line = |instance: &Instance| {
            let rect = instance.geometry.bounds()?;
            let name = self.schema.shown(instance.label).0;
            Some(format!("{name} {} {} {} {}\n", rect.min.x, rect.min.y, rect.width(), rect.height()))
        };
        out.push(Effect::CopyText(self.clipboard.iter().filter_map(line).collect()));
    }

    /// Pastes: `in_place` where it was, else with its middle at the pointer.
    pub(crate) fn paste(&mut self, in_place: bool, out: &mut Vec<Effect>) {
        let around = |found: Option<Rect>, instance: &Instance| match (found, instance.geometry.bounds()) {
            (Some(rect), Some(bounds)) => Some(rect.union(bounds)),
            (found, bounds) => found.or(bounds),
        };
        let Some(bounds) = self.clipboard.iter().fold(None, around) else { return };
        let mut by = match self.pointer() {
            Some(pos) if !in_place => pos - bounds.center(),
            _ => ImageVec::default(),
        };
        // The whole stays inside the picture, as far as it fits and unless the labels say otherwise.
        if !self.may_go_outside(self.clipboard.iter()) {
            by.x = by.x.clamp(-bounds.min.x, (self.image[0] - bounds.max.x).max(-bounds.min.x));
            by.y = by.y.clamp(-bounds.min.y, (self.image[1] - bounds.max.y).max(-bounds.min.y));
        }
        if in_place {
            by = ImageVec::default();
        }
        let copied = std::mem::take(&mut self.clipboard);
        self.add_copies("Paste", &copied, ImageVec::new(by.x.round(), by.y.round()), out);
        self.clipboard = copied;
    }

    pub(crate) fn duplicate(&mut self, out: &mut Vec<Effect>) {
        let copied: Vec<Instance> = self.selection.iter().filter_map(|id| self.document.get(*id)).cloned().collect();
        // A little aside, so that the copy is seen; to the other side at the border.
        let step = (8.0 * self.view.px()).max(1.0).round();
        let bounds = copied.iter().filter_map(|instance| instance.geometry.bounds()).reduce(Rect::union);
        let is_free = self.may_go_outside(copied.iter());
        let aside = |low: f64, high: f64, limit: f64| if !is_free && high + step > limit && low >= step { -step } else { step };
        let by = bounds.map(|b| ImageVec::new(aside(b.min.x, b.max.x, self.image[0]), aside(b.min.y, b.max.y, self.image[1])));
        self.add_copies("Duplicate", &copied, by.unwrap_or_default(), out);
    }

    pub(crate) fn add_copies(&mut self, title: &str, copied: &[Instance], by: ImageVec, out: &mut Vec<Effect>) {
        let Some(place) = self.loaded else { return };
        if !self.tells_of_lost_pixels(copied, by, out) {
            return;
        }
        let new_ids: HashMap<InstanceId, InstanceId> = copied.iter().map(|instance| (instance.id, self.ids.instance(self.now))).collect();
        let mut groups: HashMap<GroupId, GroupId> = HashMap::new();
        let mut copies = Vec::with_capacity(copied.len());
        for instance in copied {
            let geometry = instance.geometry.translated(by);
            let mut marks = instance.marks.clone();
            if let Some(group) = marks.group {
                // The copies are a group of their own.
                let new = *groups.entry(group).or_insert_with(|| GroupId(self.ids.instance(self.now).0));
                marks.set(Mark::Group(Some(new)));
            }
            if !marks.relations.is_empty() {
                let among = |relation: &Relation| Some(Relation { to: *new_ids.get(&relation.to)?, ..relation.clone() });
                let relations = marks.relations.iter().filter_map(among).collect();
                marks.set(Mark::Relations(relations));
            }
            let (file, frame) = (place.file, place.frame);
            let id = new_ids.get(&instance.id).copied().unwrap_or(instance.id);
            copies.push(Instance { id, file, frame, geometry, marks, run: None, confidence: None, ..instance.clone() });
        }
        let ids = self.add(title, copies, out);
        if !ids.is_empty() {
            self.select(ids);
        }
    }
}
