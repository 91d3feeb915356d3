//! Dragging, adding and removing the handles of the only selected shape; the same in all tools.

use crate::consts::{HANDLE_DRAG_THRESHOLD, HANDLE_HIT, HANDLE_HIT_EXACT};
use crate::event::{Modifiers, ToolCx};
use crate::grips::{
    Grip, Reach, cycled, edge_at, grip_at, next_bend, own_box, paths, removed, reshaped, shown_grips, turn_handle, with_path,
};
use crate::heading::{Headed, Heading, Turn, arrow, told, towards};
use crate::links;
use crate::motion::{edit, pointed};
use crate::output::{Cursor, Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint, size_text};
use limn_core::geometry::{Bend, ImageVec, Sight};
use limn_core::schema::AttributeId;
use limn_core::{Geometry, ImagePos, InstanceId};
use std::collections::HashSet;

/// The handle being held, if any, and how near one must press to hold one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandleEdit {
    reach: Reach,
    held: Option<Held>,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    id: InstanceId,
    grip: Grip,
    press: ImagePos,
    /// From the pointer to the handle, kept while dragging so that nothing jumps.
    offset: ImageVec,
    pos: ImagePos,
    modifiers: Modifiers,
    moved: bool,
}

impl HandleEdit {
    pub(crate) fn new(reach: Reach) -> Self {
        Self { reach, held: None }
    }

    pub(crate) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// What a press here would hold.
    pub(crate) fn grip_under(&self, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Grip> {
        let (id, geometry) = cx.sole_selected()?;
        tip_at(id, geometry, pos, cx).or_else(|| grip_at(geometry, pos, cx.px, self.reach))
    }

    /// Takes hold of what is under a press; says whether there was something. With Alt, on a polygon or polyline: a point is
    /// removed at once, an edge gets a new point.
    pub(crate) fn press(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let (id, geometry) = cx.sole_selected()?;
        let grip = self.grip_under(pos, cx);
        if modifiers.alt && has_points(geometry) {
            if let Some(Grip::Vertex { .. }) = grip {
                return Some(self.remove_vertex(pos, cx).unwrap_or_default());
            }
            let (grip, on) = (self.reach == Reach::Near).then(|| edge_at(geometry, pos, HANDLE_HIT * cx.px))??;
            self.held = Some(Held { id, grip, press: pos, offset: on - pos, pos, modifiers, moved: true });
            return Some(Vec::new());
        }
        let grip = grip?;
        if let Grip::Keypoint(at) = grip
            // Many window managers take Alt for themselves.
            && (modifiers.shift || modifiers.alt)
        {
            let cycled = cycled(geometry, at, cx).filter(|cycled| cycled != geometry);
            return Some(edit("Change how a point is seen", cycled.map(|cycled| (id, cycled)).into_iter().collect()));
        }
        let offset = place(grip, id, geometry, cx)? - pos;
        self.held = Some(Held { id, grip, press: pos, offset, pos, modifiers, moved: false });
        Some(Vec::new())
    }

    /// Takes hold of a point of a shape that need not be selected.
    pub(crate) fn hold(&mut self, id: InstanceId, grip: Grip, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        let at = cx.editable_geometry(id).and_then(|geometry| grip.pos(geometry, cx.px));
        self.held = at.map(|at| Held { id, grip, press: pos, offset: at - pos, pos, modifiers, moved: false });
    }

    /// The pointer moved with the button down.
    pub(crate) fn drag(&mut self, pos: ImagePos, modifiers: Modifiers, cx: &ToolCx<'_>) {
        if let Some(held) = &mut self.held {
            held.pos = pos;
            held.modifiers = modifiers;
            held.moved |= held.press.distance(pos) > HANDLE_DRAG_THRESHOLD * cx.px;
        }
    }

    /// Lets go: the edit, or `None` if the handle was only clicked.
    pub(crate) fn release(&mut self, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let held = self.held.take()?;
        let title = match held.grip {
            Grip::Box { .. } => match cx.editable_geometry(held.id) {
                Some(Geometry::Ellipse(_)) => "Resize ellipse",
                _ => "Resize box",
            },
            Grip::Vertex { .. } | Grip::Keypoint(_) => "Move point",
            Grip::Edge { .. } if held.modifiers.shift => "Bend edge",
            Grip::Edge { .. } => "Add point",
            Grip::Control { .. } => "Bend edge",
            Grip::Turn => "Rotate",
            Grip::Heading(_) => "Set direction",
            Grip::Corners(_) => "Reshape cuboid",
        };
        held.moved.then(|| {
            let mut edits = held.result(cx).unwrap_or_default();
            edits.retain(|(id, geometry)| cx.editable_geometry(*id) != Some(geometry));
            pointed(title, edits, held.headings(cx))
        })
    }

    /// Lets go without an edit.
    pub(crate) fn cancel(&mut self) {
        self.held = None;
    }

    /// The edit that removes the point under `pos`; `None` when no point is there or the shape would not survive.
    fn remove_vertex(&self, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let (id, _) = cx.sole_selected()?;
        let Some(Grip::Vertex { ring, at }) = self.grip_under(pos, cx) else { return None };
        Some(edit("Remove point", links::without(id, ring, at, cx)?))
    }

    /// The edit that takes the keypoint under `pos` out of the picture, or brings it back.
    fn remove_keypoint(&self, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let (id, geometry) = cx.sole_selected()?;
        let Some(Grip::Keypoint(at)) = self.grip_under(pos, cx) else { return None };
        Some(edit("Change how a point is seen", vec![(id, removed(geometry, at, cx)?)]))
    }

    /// The Delete key over a point. When the point must stay, the answer is the selection as it is: any action at all
    /// keeps the editor from deleting the whole shape instead.
    pub(crate) fn delete(&self, pos: Option<ImagePos>, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let grip = pos.and_then(|pos| Some((pos, self.grip_under(pos, cx)?)));
        let removed = match grip {
            Some((pos, Grip::Vertex { .. })) => self.remove_vertex(pos, cx),
            Some((pos, Grip::Keypoint(_))) => self.remove_keypoint(pos, cx),
            _ => return Vec::new(),
        };
        removed.unwrap_or_else(|| vec![ToolAction::Select(cx.selection.to_vec())])
    }

    /// Another form for the edge under `pos`.
    pub(crate) fn bend(&self, pos: Option<ImagePos>, cx: &ToolCx<'_>) -> Vec<ToolAction> {
        let edits = || {
            let (id, geometry) = cx.sole_selected()?;
            let (grip, _) = edge_at(geometry, pos?, HANDLE_HIT * cx.px)?;
            let Grip::Edge { ring, at } = grip else { return None };
            let edge = next_bend(paths(geometry).nth(ring)?.0, at, cx)?;
            let bent = with_path(geometry, ring, |path| {
                path.set_edge(at, edge);
                Some(())
            });
            links::together(id, bent.filter(Geometry::is_sound)?, Grip::Control { ring, at, second: false }, cx)
        };
        edit("Bend edge", edits().unwrap_or_default())
    }

    /// Adds the handles, and while dragging the shape as it would become.
    pub(crate) fn show(&self, preview: &mut Preview, pos: Option<ImagePos>, cx: &ToolCx<'_>) {
        let replaced = self.held.filter(|held| held.moved).and_then(|held| held.result(cx));
        if let Some((held, mut edits)) = self.held.zip(replaced.filter(|edits| !edits.is_empty())) {
            let (id, geometry) = edits.remove(0);
            preview.replaced = edits;
            preview.headings = held.headings(cx);
            let target = held.target();
            preview.handles = shown_handles(&geometry, cx.px, Some(target));
            show_tips(id, &geometry, preview, cx);
            show_control_lines(&geometry, preview);
            // The shape may have turned over: the handle under the hand is the nearest one of its kind.
            let kind = if matches!(held.grip, Grip::Edge { .. }) && !held.modifiers.shift {
                HandleKind::Vertex
            } else {
                held.grip.handle_kind(&geometry)
            };
            let same = preview.handles.iter_mut().filter(|handle| handle.kind == kind);
            if let Some(hot) = same.min_by(|a, b| a.pos.distance(target).total_cmp(&b.pos.distance(target))) {
                hot.hot = true;
            }
            preview.readout = match (held.grip, &geometry) {
                (Grip::Turn, _) => own_box(&geometry).map(|own| format!("{}°", own.angle)),
                (Grip::Keypoint(at), _) => point_text(id, &geometry, at, cx),
                (_, Geometry::Box(_) | Geometry::RotatedBox(_) | Geometry::Ellipse(_)) => {
                    own_box(&geometry).map(|own| size_text(own.width, own.height))
                }
                _ => None,
            };
            show_turn_line(&geometry, preview, cx);
            preview.replaced.push((id, geometry));
        } else if let Some((id, geometry)) = cx.sole_selected() {
            preview.handles = shown_handles(geometry, cx.px, pos);
            preview.headings = self.held.filter(|held| held.moved).map(|held| held.headings(cx)).unwrap_or_default();
            preview.readout = preview.headings.first().map(|heading| told(heading, cx)).or(preview.readout.take());
            show_tips(id, geometry, preview, cx);
            show_turn_line(geometry, preview, cx);
            show_control_lines(geometry, preview);
            let held = self.held.map(|held| held.grip).filter(|grip| matches!(grip, Grip::Heading(_)));
            let hot = held.or_else(|| self.grip_under(pos?, cx));
            if let Some(Grip::Heading(attribute)) = hot {
                let degrees = shown_headings(id, preview, cx).into_iter().find(|(own, _)| *own == attribute).map(|(_, degrees)| degrees);
                // Under the pointer, too: which of them it is.
                preview.readout = degrees.map(|degrees| told(&(id, attribute, degrees), cx)).or(preview.readout.take());
                let tip = degrees.and_then(|degrees| arrow(geometry, degrees, cx.px)).map(|[_, tip]| tip);
                if let Some(handle) =
                    preview.handles.iter_mut().find(|handle| handle.kind == HandleKind::Direction && Some(handle.pos) == tip)
                {
                    handle.hot = true;
                }
            } else if let Some((grip, at)) = hot.and_then(|grip| Some((grip, grip.pos(geometry, cx.px)?))) {
                let kind = grip.handle_kind(geometry);
                match preview.handles.iter_mut().find(|handle| handle.kind == kind && handle.pos == at) {
                    Some(handle) => handle.hot = true,
                    None => preview.handles.push(Handle { pos: at, kind, hot: true }),
                }
                if let Grip::Keypoint(number) = grip {
                    preview.readout = point_text(id, geometry, number, cx);
                }
            }
        }
    }

    /// The cursor over or holding a handle.
    pub(crate) fn cursor(&self, pos: Option<ImagePos>, modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Cursor> {
        if let Some(held) = self.held {
            return Some(held.cursor(cx));
        }
        let pos = pos?;
        let grip = self.grip_under(pos, cx);
        let (_, geometry) = cx.sole_selected()?;
        match (modifiers.alt && has_points(geometry), grip) {
            (true, Some(Grip::Vertex { .. })) => {
                Some(if self.remove_vertex(pos, cx).is_some() { Cursor::Remove } else { Cursor::Forbidden })
            }
            (true, _) if self.reach == Reach::Near => edge_at(geometry, pos, HANDLE_HIT * cx.px).map(|_| Cursor::Add),
            _ => grip.map(|grip| grip.cursor(geometry)),
        }
    }

    /// What can be done with this grip.
    pub(crate) fn hints(grip: Grip) -> Vec<Hint> {
        match grip {
            Grip::Box { .. } => {
                vec![hint(Input::Drag, "resize"), hint(Input::ShiftDrag, "keep the proportions"), hint(Input::AltDrag, "keep the centre")]
            }
            Grip::Vertex { .. } => vec![
                hint(Input::Drag, "move the point"),
                hint(Input::AltClick, "remove the point"),
                hint(Input::Command(ToolCommandName::Delete), "remove the point"),
            ],
            Grip::Edge { .. } => vec![
                hint(Input::Drag, "add a point"),
                hint(Input::ShiftDrag, "bend the edge"),
                hint(Input::Command(ToolCommandName::Bend), "straight or curved"),
            ],
            Grip::Control { .. } => {
                vec![hint(Input::Drag, "bend the edge"), hint(Input::Command(ToolCommandName::Bend), "straight or curved")]
            }
            Grip::Heading(_) => vec![hint(Input::Drag, "point another way"), hint(Input::ShiftDrag, "in steps of 15°")],
            Grip::Turn => vec![hint(Input::Drag, "rotate"), hint(Input::ShiftDrag, "rotate in steps of 15°")],
            Grip::Corners(corners) => match corners.count_ones() {
                1 => vec![hint(Input::Drag, "move the corner")],
                2 => vec![hint(Input::Drag, "move the edge")],
                _ => vec![hint(Input::Drag, "move the face")],
            },
            Grip::Keypoint(_) => vec![
                hint(Input::Drag, "move the point"),
                hint(Input::ShiftClick, "visible, occluded, absent"),
                hint(Input::Command(ToolCommandName::Delete), "absent, or back"),
            ],
        }
    }

    /// What can be done while a handle is held.
    pub(crate) fn held_hints(&self) -> Vec<Hint> {
        let put_back = hint(Input::Cancel, "put it back");
        match self.held {
            Some(Held { grip: Grip::Box { .. }, .. }) => {
                vec![hint(Input::ShiftDrag, "keep the proportions"), hint(Input::AltDrag, "keep the centre"), put_back]
            }
            Some(Held { grip: Grip::Heading(_), .. }) => vec![hint(Input::ShiftDrag, "in steps of 15°"), put_back],
            Some(Held { grip: Grip::Turn, .. }) => vec![hint(Input::ShiftDrag, "rotate in steps of 15°"), put_back],
            _ => vec![put_back],
        }
    }
}

impl Held {
    fn target(self) -> ImagePos {
        self.pos + self.offset
    }

    /// The directions as they become: the one that is held, or those that turn with the shape.
    fn headings(self, cx: &ToolCx<'_>) -> Vec<Headed> {
        let found = || match self.grip {
            Grip::Heading(attribute) => {
                let [center, _] = arrow(cx.editable_geometry(self.id)?, 0.0, cx.px)?;
                let degrees = towards(center, self.target(), self.modifiers)?;
                let is_new =
                    (cx.headings)(self.id).iter().any(|heading| heading.attribute == attribute && heading.degrees != Some(degrees));
                is_new.then(|| vec![(self.id, attribute, degrees)])
            }
            Grip::Turn => {
                let angle = |geometry: &Geometry| own_box(geometry).map(|own| own.angle);
                let (_, after) = self.result(cx)?.into_iter().next()?;
                let by = angle(&after)? - angle(cx.editable_geometry(self.id)?)?;
                Some(Turn::By(by).headings([self.id], cx))
            }
            _ => None,
        };
        found().unwrap_or_default()
    }

    /// The shape as it becomes, and those that are linked to it. `None`: it must stay.
    fn result(self, cx: &ToolCx<'_>) -> Option<Vec<(InstanceId, Geometry)>> {
        let geometry = cx.editable_geometry(self.id)?;
        let cx = cx.holding(self.id);
        let after = reshaped(geometry, self.grip, self.target(), self.modifiers, &cx)?;
        links::together(self.id, after, self.grip, &cx)
    }

    /// A corner dragged past one neighbour points the other way.
    fn cursor(self, cx: &ToolCx<'_>) -> Cursor {
        let Some(geometry) = cx.editable_geometry(self.id) else { return Cursor::Arrow };
        if matches!(self.grip, Grip::Heading(_)) {
            return Cursor::Turn;
        }
        if self.moved && self.result(cx).is_none() {
            return Cursor::Forbidden;
        }
        let (Grip::Box { x: Some(_), y: Some(_) }, Geometry::Box(rect)) = (self.grip, geometry) else {
            return if matches!(self.grip, Grip::Edge { .. }) { Cursor::Vertex } else { self.grip.cursor(geometry) };
        };
        let Some(from) = self.grip.pos(geometry, cx.px) else { return self.grip.cursor(geometry) };
        let to = cx.holding(self.id).clamped(self.target());
        let base = if self.modifiers.alt { rect.center() } else { rect.min + (rect.max - from) };
        let turned = ((from.x - base.x) * (to.x - base.x) < 0.0) != ((from.y - base.y) * (to.y - base.y) < 0.0);
        match (self.grip.cursor(geometry), turned) {
            (Cursor::ResizeNwSe, true) => Cursor::ResizeNeSw,
            (Cursor::ResizeNeSw, true) => Cursor::ResizeNwSe,
            (cursor, _) => cursor,
        }
    }
}

/// Where the handle of a grip is, be it one of the shape or of a direction.
fn place(grip: Grip, id: InstanceId, geometry: &Geometry, cx: &ToolCx<'_>) -> Option<ImagePos> {
    let Grip::Heading(attribute) = grip else { return grip.pos(geometry, cx.px) };
    let heading = (cx.headings)(id).into_iter().find(|heading| heading.attribute == attribute)?;
    arrow(geometry, heading.degrees?, cx.px).map(|[_, tip]| tip)
}

/// The tip of an arrow under a press. It goes before everything else, but one must be on it.
fn tip_at(id: InstanceId, geometry: &Geometry, pos: ImagePos, cx: &ToolCx<'_>) -> Option<Grip> {
    let answered = (cx.headings)(id).into_iter().filter_map(|heading| Some((heading.attribute, heading.degrees?)));
    let tips = answered.filter_map(|(attribute, degrees)| Some((attribute, arrow(geometry, degrees, cx.px)?[1].distance(pos))));
    let near = tips.filter(|(_, distance)| *distance <= HANDLE_HIT_EXACT * cx.px);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(attribute, _)| Grip::Heading(attribute))
}

/// The answered directions of a shape, as they are shown now.
fn shown_headings(id: InstanceId, preview: &Preview, cx: &ToolCx<'_>) -> Vec<(AttributeId, f64)> {
    let turned = |attribute: AttributeId| {
        preview.headings.iter().find(|(other, own, _)| (*other, *own) == (id, attribute)).map(|(.., degrees)| *degrees)
    };
    let shown = |heading: Heading| Some((heading.attribute, turned(heading.attribute).or(heading.degrees)?));
    (cx.headings)(id).into_iter().filter_map(shown).collect()
}

/// The handles of the arrows.
fn show_tips(id: InstanceId, geometry: &Geometry, preview: &mut Preview, cx: &ToolCx<'_>) {
    for (_, degrees) in shown_headings(id, preview, cx) {
        if let Some([_, pos]) = arrow(geometry, degrees, cx.px) {
            preview.handles.push(Handle { pos, kind: HandleKind::Direction, hot: false });
        }
    }
}

/// The line from a shape to the handle that turns it.
fn show_turn_line(geometry: &Geometry, preview: &mut Preview, cx: &ToolCx<'_>) {
    if preview.handles.iter().any(|handle| handle.kind == HandleKind::Turn)
        && let Some(own) = own_box(geometry)
    {
        let (handle, side) = turn_handle(&own, cx.px);
        preview.add(PreviewKind::Guide, false, vec![vec![side, handle]]);
    }
}

/// The lines from the ends of curves to the control points whose handles are shown.
fn show_control_lines(geometry: &Geometry, preview: &mut Preview) {
    let key = |pos: ImagePos| [pos.x.to_bits(), pos.y.to_bits()];
    let controls = preview.handles.iter().filter(|handle| handle.kind == HandleKind::Control);
    let controls: HashSet<[u64; 2]> = controls.map(|handle| key(handle.pos)).collect();
    if controls.is_empty() {
        return;
    }
    let shown = |pos: ImagePos| controls.contains(&key(pos));
    let mut lines = Vec::new();
    for (path, closed) in paths(geometry) {
        for (at, edge) in path.special_edges().filter(|(at, _)| *at < path.num_edges(closed)) {
            let (from, to) = (path.points()[at], path.points()[(at + 1) % path.len()]);
            match edge.bend {
                Bend::Straight => {}
                Bend::Quadratic(control) if shown(control) => lines.push(vec![from, control, to]),
                Bend::Cubic(first, second) => {
                    lines.extend(shown(first).then(|| vec![from, first]));
                    lines.extend(shown(second).then(|| vec![second, to]));
                }
                Bend::Quadratic(_) => {}
            }
        }
    }
    preview.add(PreviewKind::Guide, false, lines);
}

/// "left wrist, occluded": the name of a keypoint and how it is seen.
fn point_text(id: InstanceId, geometry: &Geometry, at: usize, cx: &ToolCx<'_>) -> Option<String> {
    let Geometry::Keypoints(keypoints) = geometry else { return None };
    let name = cx.template_of(id).and_then(|template| template.points.get(at)).map(|point| point.name.clone());
    let name = name.unwrap_or_else(|| format!("point {}", at + 1));
    Some(match keypoints.points.get(at)?.sight {
        Sight::Visible => name,
        Sight::Occluded => format!("{name}, occluded"),
        Sight::Absent => format!("{name}, absent"),
    })
}

/// Whether single points can be added and removed.
fn has_points(geometry: &Geometry) -> bool {
    matches!(geometry, Geometry::Polygon(_) | Geometry::Polyline(_))
}

fn shown_handles(geometry: &Geometry, px: f64, pointer: Option<ImagePos>) -> Vec<Handle> {
    shown_grips(geometry, px, pointer).into_iter().map(|(grip, pos)| Handle { pos, kind: grip.handle_kind(geometry), hot: false }).collect()
}
