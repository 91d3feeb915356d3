//! What comes of a drawing.

use super::{Drawing, Onto};
use crate::area::{AreaOp, append, combined};
use crate::area_change::area_of;
use crate::border::{Spot, drawn_over, length, ways, welded};
use crate::consts::MIN_POLYGON_AREA_PX;
use crate::event::ToolCx;
use crate::grips::{is_allowed, paths, with_path};
use crate::motion::edit;
use crate::options::Combine;
use crate::output::ToolAction;
use limn_core::geometry::{Bend, Edge, Path};
use limn_core::{Geometry, ImagePos, InstanceId, Polygon};

impl Drawing {
    /// The drawn path where the label lets it be, without points that are there twice.
    fn cleaned(&self, cx: &ToolCx<'_>) -> Path {
        let mut path = Path::default();
        for (at, pos) in self.path.points().iter().enumerate() {
            // Points of others stay exactly what they are.
            let pos = if cx.clamped(*pos) == *pos { *pos } else { cx.rounded(*pos) };
            let leads = if at == 0 { Edge::default() } else { self.path.edge(at - 1) };
            if path.points().last() != Some(&pos) || leads.bend != Bend::Straight {
                path.push(pos, Edge { bend: leads.bend.map(|pos| cx.clamped(pos)), ..leads });
            }
        }
        path
    }

    pub(super) fn finish_ring(&self, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let mut ring = self.cleaned(cx);
        while ring.len() > 1 && ring.points().first() == ring.points().last() {
            let last = ring.edge(ring.len() - 2);
            ring.pop();
            if last.bend != Bend::Straight {
                let end = ring.len() - 1;
                ring.set_edge(end, last);
                break;
            }
        }
        let drawn = Polygon::of_ring(ring);
        let is_area = |area: &Polygon| Geometry::Polygon(area.clone()).is_sound() && area.area() >= MIN_POLYGON_AREA_PX;
        if !is_area(&drawn) {
            return None;
        }
        if let Some(actions) = self.combined(&drawn, cx) {
            return Some(actions);
        }
        let options = &cx.options.path;
        let mut area = if options.draw_over { drawn_over(&drawn, cx) } else { drawn };
        if !is_area(&area) {
            return None;
        }
        let mut edits = Vec::new();
        if options.draw_over || options.auto_border {
            (area, edits) = welded(area, cx);
        }
        let (geometry, title) = (Geometry::Polygon(area), "Draw polygon");
        Some(if edits.is_empty() {
            vec![ToolAction::Create { geometry, title }]
        } else {
            vec![ToolAction::Together { title, create: Some(geometry), edits, delete: Vec::new() }]
        })
    }

    /// What the drawn area does to the selected ones; `None` when it is to be one of its own.
    fn combined(&self, drawn: &Polygon, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let (op, title) = match cx.options.path.combine {
            Combine::New | Combine::Reshape => return None,
            Combine::Add => (AreaOp::Union, "Add to polygon"),
            Combine::Subtract => (AreaOp::Subtract, "Cut out of polygon"),
            Combine::Intersect => (AreaOp::Intersect, "Keep what is inside"),
        };
        let areas = cx.selection.iter().filter_map(|id| Some((*id, cx.editable_geometry(*id)?)));
        let mut areas: Vec<(InstanceId, Polygon)> = areas.filter_map(|(id, geometry)| Some((id, area_of(geometry)?))).collect();
        areas.sort_by_key(|(id, _)| *id);
        areas.dedup_by_key(|(id, _)| *id);
        if areas.is_empty() {
            return None;
        }
        let result = |(id, area): (InstanceId, Polygon)| (id, Geometry::Polygon(combined(op, &area, &[drawn])));
        let changes =
            |(id, geometry): &(InstanceId, Geometry)| is_allowed(geometry, &cx.holding(*id)) && cx.editable_geometry(*id) != Some(geometry);
        Some(edit(title, areas.into_iter().map(result).filter(changes).collect()))
    }

    pub(super) fn finish_line(&self, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let drawn = self.cleaned(cx);
        let geometry = |line: Path| Some(Geometry::Polyline(line)).filter(|geometry| is_allowed(geometry, cx));
        if let Onto::Line { id, at_start } = self.onto
            && let Some(Geometry::Polyline(line)) = cx.editable_geometry(id)
        {
            let mut line = line.clone();
            if at_start {
                line.reverse(false);
            }
            append(&mut line, &drawn);
            if at_start {
                line.reverse(false);
            }
            return Some(edit("Continue line", vec![(id, geometry(line).filter(|_| drawn.len() > 1)?)]));
        }
        let has_length = drawn.len() >= 2 && length(&drawn) > 0.0;
        Some(vec![ToolAction::Create { geometry: geometry(drawn).filter(|_| has_length)?, title: "Draw line" }])
    }

    pub(super) fn finish_reshape(&self, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        let mut line = self.cleaned(cx);
        let end = self.pos.and_then(|pos| self.border_end(pos, cx))?;
        if line.points().last() != Some(&end.pos) {
            line.push(end.pos, Edge::default());
        }
        Some(edit("Reshape border", vec![self.reshaped(&line, cx)?]))
    }

    /// The selected shape with its border replaced by the line, which ends where the pointer is.
    pub(super) fn reshaped(&self, line: &Path, cx: &ToolCx<'_>) -> Option<(InstanceId, Geometry)> {
        let Onto::Border(start) = self.onto else { return None };
        let end = self.pos.and_then(|pos| self.border_end(pos, cx))?;
        let geometry = cx.editable_geometry(start.id)?;
        let (path, closed) = paths(geometry).nth(start.ring)?;
        let new = if closed {
            let (ahead, back) = ways(path, true, &start, &end)?;
            let (ahead, back) = (ahead?, back?);
            // The shorter way is replaced: from the end of the line the other one leads back.
            let keeps_ahead = (length(&ahead) > length(&back)) != self.long;
            let mut kept = if keeps_ahead { ahead } else { back };
            kept.reverse(false);
            let mut ring = line.clone();
            append(&mut ring, &kept);
            let last = ring.edge(ring.len().checked_sub(2)?);
            ring.pop();
            ring.set_edge(ring.len() - 1, last);
            // Walked as it was.
            if keeps_ahead {
                ring.reverse(true);
            }
            ring
        } else {
            let (first, last) = (*path.points().first()?, *path.points().last()?);
            let spot = |at: usize, pos: ImagePos| Spot { at, t: 0.0, pos, ..start };
            let lies_ahead = (start.at, start.t) <= (end.at, end.t);
            let (low, high) = if lies_ahead { (start, end) } else { (end, start) };
            let head = ways(path, false, &spot(0, first), &low).and_then(|(ahead, _)| ahead);
            let tail = ways(path, false, &high, &spot(path.len() - 1, last)).and_then(|(ahead, _)| ahead);
            let mut middle = line.clone();
            if !lies_ahead {
                middle.reverse(false);
            }
            let mut whole = head.unwrap_or_else(|| Path::from(vec![low.pos]));
            append(&mut whole, &middle);
            if let Some(tail) = tail {
                append(&mut whole, &tail);
            }
            whole
        };
        let changed = with_path(geometry, start.ring, |path| {
            *path = new;
            Some(())
        })?;
        (is_allowed(&changed, &cx.holding(start.id)) && changed != *geometry && (!closed || changed.area() >= MIN_POLYGON_AREA_PX))
            .then_some((start.id, changed))
    }
}
