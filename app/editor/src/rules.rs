//! What the labels of the schema say about shapes, obeyed at the one door through which every change of instances goes: which
//! kinds they may have, how many of them a frame may have, how small they may be, and what becomes of what lies outside the
//! picture. What is there already and breaks a rule may stay as it is, and may be changed as long as it gets no worse.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::geometry::ImageVec;
use limn_core::log::{Change, InstanceSet};
use limn_core::schema::{Outside, UsedFor};
use limn_core::{FileId, Geometry, ImagePos, Instance, InstanceId, Label, LabelId, SpatialType};
use limn_tools::{Fit, Preview, PreviewKind, ToolKind, fitted, reaches_outside};
use std::collections::{BTreeMap, BTreeSet};

/// Most moved shapes that are looked at for what will be refused, while they are moved.
const MOST_PREVIEWED: usize = 500;
/// Told when something was cut.
const CUT: &str = "Cut at the border of the picture.";

impl Editor {
    /// The changes as the labels let them be, cut where need be; `None` when a label refuses one of them. The person is told of
    /// both.
    pub(crate) fn admitted(&self, mut changes: Vec<Change>, out: &mut Vec<Effect>) -> Option<Vec<Change>> {
        let (mut labels, mut reshaped) = (BTreeMap::new(), BTreeSet::new());
        for change in &changes {
            match change {
                Change::InstanceSet { id, set: InstanceSet::Label(label) } => drop(labels.insert(*id, *label)),
                Change::InstanceSet { id, set: InstanceSet::Geometry(_) } => drop(reshaped.insert(*id)),
                _ => {}
            }
        }
        let (mut cut, mut refused, mut more) = (BTreeSet::new(), None, Vec::new());
        let mut take = |judged: Result<Option<Geometry>, String>, kind: SpatialType| match judged {
            Ok(None) => None,
            Ok(Some(geometry)) => {
                cut.insert(kind);
                Some(geometry)
            }
            Err(why) => {
                refused.get_or_insert(why);
                None
            }
        };
        for change in &mut changes {
            match change {
                Change::InstanceAdd(new) => {
                    let judged = self.judged(new.label, &new.geometry, None);
                    if let Some(geometry) = take(judged, new.geometry.spatial_type()) {
                        new.geometry = geometry;
                    }
                }
                Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) } => {
                    let Some(before) = self.document.get(*id) else { continue };
                    let label = labels.get(id).copied().unwrap_or(before.label);
                    if let Some(fit) = take(self.judged(label, geometry, Some(before)), geometry.spatial_type()) {
                        *geometry = fit;
                    }
                }
                // The shape stays, and must do for the new label.
                Change::InstanceSet { id, set: InstanceSet::Label(label) } if !reshaped.contains(id) => {
                    let Some(before) = self.document.get(*id).filter(|before| before.label != *label) else { continue };
                    if let Some(fit) = take(self.judged(*label, &before.geometry, Some(before)), before.geometry.spatial_type()) {
                        more.push(Change::InstanceSet { id: *id, set: InstanceSet::Geometry(fit) });
                    }
                }
                _ => {}
            }
        }
        changes.append(&mut more);
        if let Some(why) = refused.or_else(|| self.too_many(&changes)) {
            out.push(Effect::Notify(Notice::info(why)));
            return None;
        }
        if !cut.is_empty() {
            let line = if cut.contains(&SpatialType::Polyline) { " Of a line, the longest stretch inside was kept." } else { "" };
            let points = if cut.contains(&SpatialType::Keypoints) { " Keypoints outside are absent now." } else { "" };
            out.push(Effect::Notify(Notice::info(format!("{CUT}{line}{points}"))));
        }
        Some(changes)
    }

    /// What has to be cut of a shape of this label, if anything, or why it cannot be taken. `before`: the same instance as it is.
    fn judged(&self, label: LabelId, geometry: &Geometry, before: Option<&Instance>) -> Result<Option<Geometry>, String> {
        let known = self.schema.label(label);
        let same = before.filter(|before| before.label == label);
        if let Some(label) = known
            && !label.takes(geometry.spatial_type())
            && same.is_none_or(|before| before.geometry.spatial_type() != geometry.spatial_type())
        {
            return Err(format!("Not taken: {}", not_of_kind(label, geometry.spatial_type())));
        }
        let cut = self.inside(known, geometry, same)?;
        if let Some((label, least)) = known.and_then(|label| Some((label, label.min_size?)))
            && is_small(cut.as_ref().unwrap_or(geometry), least)
            && same.is_none_or(|before| !is_small(&before.geometry, least))
        {
            let name = &label.name;
            return Err(format!(
                "Not taken: \"{name}\" must be at least {least} pixels wide and high. Make it larger, or take another label."
            ));
        }
        Ok(cut)
    }

    /// The part inside the picture of what reaches outside, if it is to be cut.
    fn inside(&self, label: Option<&Label>, geometry: &Geometry, same: Option<&Instance>) -> Result<Option<Geometry>, String> {
        let outside = label.map(|label| label.outside).unwrap_or_default();
        let Some(image) = self.frame_size().filter(|_| outside != Outside::Allow) else { return Ok(None) };
        if !reaches_outside(geometry, image) || same.is_some_and(|before| is_no_farther(&before.geometry, geometry, image)) {
            return Ok(None);
        }
        if outside == Outside::Refuse {
            let name = label.map_or("", |label| &label.name);
            return Err(format!("Not taken: \"{name}\" must lie inside the picture, and this reaches outside. Put it inside."));
        }
        match fitted(geometry, image) {
            Fit::Whole => Ok(None),
            Fit::Cut(cut) => Ok(Some(cut)),
            Fit::Gone => Err("Not taken: it would lie outside the picture, and nothing would be left. Put it inside.".into()),
        }
    }

    /// Why what a preview shows will be refused, if it is left so.
    pub(crate) fn refusal_of(&self, preview: &Preview) -> Option<&'static str> {
        let refuses = |label: LabelId| self.schema.label(label).is_some_and(|label| label.outside == Outside::Refuse);
        let is_refused = |(id, geometry): &(InstanceId, Geometry)| {
            let before = self.document.get(*id).filter(|before| refuses(before.label))?;
            self.inside(self.schema.label(before.label), geometry, Some(before)).is_err().then_some(())
        };
        let moved = preview.replaced.iter().take(MOST_PREVIEWED).any(|edit| is_refused(edit).is_some());
        let [width, height] = self.image;
        let is_out = |pos: &ImagePos| pos.x < 0.0 || pos.y < 0.0 || pos.x > width || pos.y > height;
        let drawn = preview.shapes.iter().filter(|shape| shape.kind == PreviewKind::Drawing);
        let drawn = self.drawn_kind().is_some()
            && self.active_label.is_some_and(refuses)
            && drawn.flat_map(|shape| shape.rings.iter().flatten()).any(is_out);
        (moved || drawn).then_some("outside: not taken")
    }

    /// Width and height of the pictures that shapes are put on; `None` while nobody knows.
    fn frame_size(&self) -> Option<[f64; 2]> {
        if self.is_ready() {
            return Some(self.image);
        }
        let file = &self.file()?.file;
        (file.width > 0 && file.height > 0).then(|| [f64::from(file.width), f64::from(file.height)])
    }

    /// Why a frame would have too many of a label. Of other frames only what is added is known here.
    fn too_many(&self, changes: &[Change]) -> Option<String> {
        if self.schema.labels.iter().all(|label| label.max_count.is_none()) {
            return None;
        }
        let mut added: BTreeMap<(FileId, u64, LabelId), i64> = BTreeMap::new();
        for change in changes {
            match change {
                Change::InstanceAdd(new) => *added.entry((new.file, new.frame, new.label)).or_default() += 1,
                Change::InstanceSet { id, set } => {
                    let Some(before) = self.document.get(*id) else { continue };
                    let to = match set {
                        InstanceSet::Deleted(true) => None,
                        InstanceSet::Label(label) => Some(*label),
                        _ => continue,
                    };
                    *added.entry((before.file, before.frame, before.label)).or_default() -= 1;
                    if let Some(to) = to {
                        *added.entry((before.file, before.frame, to)).or_default() += 1;
                    }
                }
                _ => {}
            }
        }
        added.into_iter().find_map(|((file, frame, id), added)| {
            let label = self.schema.label(id)?;
            let most = label.max_count?;
            let here = self.document.instances().iter().filter(|one| (one.file, one.frame, one.label) == (file, frame, id)).count();
            (added > 0 && here as i64 + added > i64::from(most)).then(|| {
                let name = &label.name;
                format!("Not taken: a frame may have {most} of \"{name}\" and no more. Delete one, or take another label.")
            })
        })
    }

    /// The tool by which the active label is drawn, when it says so and nothing is under way.
    pub(crate) fn take_default_tool(&mut self, out: &mut Vec<Effect>) {
        let shape = self.active_label.and_then(|label| self.schema.label(label)).and_then(|label| label.default_shape);
        if let Some(kind) = shape.and_then(tool_of).filter(|_| !self.tool.is_busy()) {
            self.take_tool(kind, out);
        }
    }

    /// Tells at once when the tool in hand draws what the active label may not be.
    pub(crate) fn warn_of_kind(&self, out: &mut Vec<Effect>) {
        let label = self.active_label.and_then(|label| self.schema.label(label));
        let drawn = self.drawn_kind();
        if let Some((label, drawn)) = label.zip(drawn).filter(|(label, drawn)| !label.takes(*drawn)) {
            out.push(Effect::Notify(Notice::info(not_of_kind(label, drawn))));
        }
    }

    /// What the tool in hand draws.
    fn drawn_kind(&self) -> Option<SpatialType> {
        Some(match self.tool_kind {
            ToolKind::Box => SpatialType::Box,
            ToolKind::RotatedBox => SpatialType::RotatedBox,
            ToolKind::Polygon | ToolKind::Scissors => SpatialType::Polygon,
            ToolKind::Polyline => SpatialType::Polyline,
            ToolKind::Ellipse => SpatialType::Ellipse,
            ToolKind::Cuboid => SpatialType::Cuboid,
            ToolKind::Keypoints => SpatialType::Keypoints,
            ToolKind::Point => SpatialType::Point,
            ToolKind::Brush | ToolKind::Wand => SpatialType::Mask,
            ToolKind::Stamp => self.options.stamp.as_ref()?.spatial_type(),
            ToolKind::Select | ToolKind::Slice | ToolKind::Measure => return None,
        })
    }
}

/// The tool that draws shapes of this kind.
fn tool_of(shape: SpatialType) -> Option<ToolKind> {
    Some(match shape {
        SpatialType::Box => ToolKind::Box,
        SpatialType::RotatedBox => ToolKind::RotatedBox,
        SpatialType::Polygon => ToolKind::Polygon,
        SpatialType::Polyline => ToolKind::Polyline,
        SpatialType::Keypoints => ToolKind::Keypoints,
        SpatialType::Ellipse => ToolKind::Ellipse,
        SpatialType::Cuboid => ToolKind::Cuboid,
        SpatialType::Mask => ToolKind::Brush,
        SpatialType::Point => ToolKind::Point,
        SpatialType::Tag => return None,
    })
}

fn not_of_kind(label: &Label, kind: SpatialType) -> String {
    if label.used_for == UsedFor::Events {
        return format!("\"{}\" is for events, not for shapes. Take another label.", label.name);
    }
    let kinds: Vec<&str> = label.shapes.iter().map(|shape| shape.title()).collect();
    let (name, kinds, kind) = (&label.name, kinds.join(" or "), kind.title());
    format!("\"{name}\" may be {kinds}, not {kind}. Take another tool, or another label.")
}

/// Whether an area is less wide or less high than that. Lines and points have no size that could be too small.
fn is_small(geometry: &Geometry, least: f64) -> bool {
    match geometry {
        Geometry::Polyline(_) | Geometry::Keypoints(_) | Geometry::Point(_) | Geometry::Tag => false,
        area => area.bounds().is_some_and(|bounds| bounds.width() < least || bounds.height() < least),
    }
}

/// Whether a shape that reached outside before reaches no farther now.
fn is_no_farther(before: &Geometry, after: &Geometry, image: [f64; 2]) -> bool {
    let (Some(then), Some(now)) = (before.bounds(), after.bounds()) else { return true };
    let room = then.union(limn_core::Rect::from_xywh(0.0, 0.0, image[0], image[1]));
    reaches_outside(before, image) && room.contains(now.min) && room.contains(now.max)
}

impl Editor {
    /// Whether whole shapes of these instances may be put partly outside the picture.
    pub(crate) fn may_go_outside<'a>(&self, mut instances: impl Iterator<Item = &'a Instance>) -> bool {
        instances.all(|instance| self.schema.label(instance.label).is_some_and(|label| label.outside == Outside::Allow))
    }

    /// Masks lose what leaves their frame when they are moved: tells of it, or why that cannot be. Says whether it can.
    pub(crate) fn tells_of_lost_pixels(&self, instances: &[Instance], by: ImageVec, out: &mut Vec<Effect>) -> bool {
        let lost = instances.iter().filter_map(|instance| {
            let (Geometry::Mask(mask), Geometry::Mask(moved)) = (&instance.geometry, instance.geometry.translated(by)) else { return None };
            (by != ImageVec::default() && moved.area() < mask.area()).then(|| (instance, moved.area()))
        });
        let mut lost = lost.peekable();
        if lost.peek().is_none() {
            return true;
        }
        let refuses = |label| self.schema.label(label).is_some_and(|label| label.outside == Outside::Refuse);
        let refused = lost.any(|(instance, left)| left == 0 || refuses(instance.label));
        let text = if refused { "Not taken: pixels of a mask would lie outside the picture. Put it inside." } else { CUT };
        out.push(Effect::Notify(Notice::info(text)));
        !refused
    }

    /// Whether nothing would be left of a shape of this instance.
    pub(crate) fn would_be_gone(&self, id: InstanceId, geometry: &Geometry) -> bool {
        let clips = self.document.get(id).and_then(|instance| self.schema.label(instance.label)).map(|label| label.outside);
        clips.unwrap_or_default() == Outside::Clip && fitted(geometry, self.image) == Fit::Gone
    }
}
