//! A mask in hand: what was painted and taken away, kept off other masks or taken from them, and committed as one step.

use crate::event::ToolCx;
use crate::options::Overlap;
use crate::output::{PreviewMask, ToolAction};
use limn_core::geometry::MaskTiles;
use limn_core::{Geometry, InstanceId, Mask};
use std::collections::BTreeSet;

/// The mask that was committed last, in both forms: the next stroke on it need not take the run lengths apart again.
#[derive(Clone, Debug)]
pub(crate) struct MaskCache {
    mask: Mask,
    tiles: MaskTiles,
}

/// A mask being worked on.
#[derive(Clone, Debug)]
pub(crate) struct MaskWork {
    /// Whose it is; nobody's yet, for a new one.
    id: Option<InstanceId>,
    before: MaskTiles,
    tiles: MaskTiles,
    /// All that was painted, whether or not it was in the mask before.
    painted: MaskTiles,
    overlap: Overlap,
    /// Pixels of others that must not be painted, as far as others were looked at.
    blocked: MaskTiles,
    looked_at: BTreeSet<InstanceId>,
}

/// Width and height of the picture in whole pixels.
pub(crate) fn frame(cx: &ToolCx<'_>) -> (u32, u32) {
    // Conversions saturate.
    (cx.image[0] as u32, cx.image[1] as u32)
}

/// Whether a mask's frame is the picture. That of an imported one can be any size.
pub(crate) fn is_of_frame(mask: &Mask, cx: &ToolCx<'_>) -> bool {
    (mask.width(), mask.height()) == frame(cx)
}

/// The mask that is worked on: the selected one, if it is the only one and may be changed.
pub(crate) fn selected_mask<'a>(cx: &ToolCx<'a>) -> Option<(InstanceId, &'a Mask)> {
    let [id] = cx.selection else { return None };
    let instance = cx.document.get(*id).filter(|instance| (cx.editable)(instance.id))?;
    match &instance.geometry {
        Geometry::Mask(mask) => Some((*id, mask)),
        _ => None,
    }
}

impl MaskWork {
    /// Work on the selected mask, or on a new one.
    pub fn begin(cache: Option<&MaskCache>, cx: &ToolCx<'_>) -> Self {
        let (width, height) = frame(cx);
        let Some((id, mask)) = selected_mask(cx) else { return Self::new(cx) };
        let tiles = match cache.filter(|cache| cache.mask == *mask) {
            Some(cache) => cache.tiles.clone(),
            None => MaskTiles::of_mask(mask, width, height),
        };
        Self { id: Some(id), before: tiles.clone(), tiles, ..Self::new(cx) }
    }

    /// Work on a new mask.
    pub fn new(cx: &ToolCx<'_>) -> Self {
        let (width, height) = frame(cx);
        let empty = MaskTiles::new(width, height);
        Self {
            id: None,
            before: empty.clone(),
            tiles: empty.clone(),
            painted: empty.clone(),
            overlap: cx.options.overlap,
            blocked: empty,
            looked_at: BTreeSet::new(),
        }
    }

    /// The pixels now.
    pub fn tiles(&self) -> &MaskTiles {
        &self.tiles
    }

    /// Whether it becomes an instance of its own.
    pub fn is_new(&self) -> bool {
        self.id.is_none()
    }

    /// Whether anything was done.
    pub fn is_changed(&self) -> bool {
        self.tiles != self.before
    }

    /// Takes pixels in, except where others keep theirs.
    pub fn add(&mut self, mut area: MaskTiles, cx: &ToolCx<'_>) {
        if self.overlap != Overlap::Free {
            self.look_around(&area, cx);
            area.subtract(&self.blocked);
            self.painted.union(&area);
        }
        self.tiles.union(&area);
    }

    /// Takes pixels out.
    pub fn remove(&mut self, area: &MaskTiles) {
        self.tiles.subtract(area);
        self.painted.subtract(area);
    }

    /// Learns what others keep near an area that is to be painted.
    fn look_around(&mut self, area: &MaskTiles, cx: &ToolCx<'_>) {
        let Some(bounds) = area.bounds() else { return };
        for instance in cx.scene.near(cx.document, bounds, &|_| true) {
            let keeps = self.overlap == Overlap::Under || !(cx.editable)(instance.id);
            if let Geometry::Mask(mask) = &instance.geometry
                && Some(instance.id) != self.id
                && self.looked_at.insert(instance.id)
                && keeps
            {
                self.blocked.union(&MaskTiles::of_mask(mask, self.tiles.width(), self.tiles.height()));
            }
        }
    }

    /// What to show.
    pub fn preview(&self) -> PreviewMask {
        PreviewMask { id: self.id, tiles: self.tiles.clone() }
    }

    /// One undo step: the mask as it is now, gone if nothing is left of it, and others without what was taken from them.
    pub fn commit(self, title: &'static str, cache: &mut Option<MaskCache>, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let (mut edits, mut delete) = self.taken_from_others(cx);
        let mut create = None;
        match self.id {
            // Gone or locked in the middle of the work.
            Some(id) if cx.editable_geometry(id).is_none() => return Vec::new(),
            Some(id) if self.tiles.is_empty() => delete.push(id),
            Some(_) if self.tiles == self.before => {}
            None if self.tiles.is_empty() => {}
            id => {
                let mask = Mask::from(&self.tiles);
                *cache = Some(MaskCache { mask: mask.clone(), tiles: self.tiles });
                match id {
                    Some(id) if cx.editable_geometry(id) == Some(&Geometry::Mask(mask.clone())) => {}
                    Some(id) => edits.push((id, Geometry::Mask(mask))),
                    None => create = Some(Geometry::Mask(mask)),
                }
            }
        }
        together(title, create, edits, delete)
    }

    /// Others without what was painted over them, and those of which nothing is left.
    fn taken_from_others(&self, cx: &ToolCx<'_>) -> (Vec<(InstanceId, Geometry)>, Vec<InstanceId>) {
        let (mut edits, mut delete) = (Vec::new(), Vec::new());
        let Some(bounds) = self.painted.bounds().filter(|_| self.overlap == Overlap::Over) else { return (edits, delete) };
        for instance in cx.scene.near(cx.document, bounds, cx.editable).filter(|instance| Some(instance.id) != self.id) {
            let Geometry::Mask(mask) = &instance.geometry else { continue };
            let mut tiles = MaskTiles::of_mask(mask, self.tiles.width(), self.tiles.height());
            // A frame of another size would be cut to this one.
            if !tiles.intersects(&self.painted) || !is_of_frame(mask, cx) {
                continue;
            }
            tiles.subtract(&self.painted);
            match tiles.is_empty() {
                true => delete.push(instance.id),
                false => edits.push((instance.id, Geometry::Mask(Mask::from(&tiles)))),
            }
        }
        edits.sort_unstable_by_key(|(id, _)| *id);
        delete.sort_unstable();
        (edits, delete)
    }
}

/// The plainest action that says it.
fn together(title: &'static str, create: Option<Geometry>, edits: Vec<(InstanceId, Geometry)>, delete: Vec<InstanceId>) -> Vec<ToolAction> {
    match (create, edits.is_empty(), delete.is_empty()) {
        (None, true, true) => Vec::new(),
        (Some(geometry), true, true) => vec![ToolAction::Create { geometry, title }],
        (None, false, true) => vec![ToolAction::Edit { title, edits }],
        (create, ..) => vec![ToolAction::Together { title, create, edits, delete }],
    }
}
