//! Aligning and distributing the selection.

use crate::editor::Editor;
use crate::effect::Effect;
use limn_core::geometry::ImageVec;
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::{Geometry, InstanceId, Rect};

/// How the selection is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrange {
    Left,
    Center,
    Right,
    Top,
    Middle,
    Bottom,
    /// Even gaps from left to right.
    Across,
    /// Even gaps from top to bottom.
    Down,
}

impl Arrange {
    fn title(self) -> &'static str {
        match self {
            Self::Left => "Align left",
            Self::Center => "Align centres across",
            Self::Right => "Align right",
            Self::Top => "Align top",
            Self::Middle => "Align middles",
            Self::Bottom => "Align bottom",
            Self::Across => "Distribute across",
            Self::Down => "Distribute down",
        }
    }
}

impl Editor {
    /// Moves the selected shapes to a common line, or to even gaps, inside the rectangle around them: one step.
    pub(crate) fn arrange(&mut self, arrange: Arrange, out: &mut Vec<Effect>) {
        let free = self.chosen().filter(|instance| !instance.marks.pinned);
        let shapes: Vec<(InstanceId, Rect)> = free.filter_map(|instance| Some((instance.id, instance.geometry.bounds()?))).collect();
        let Some(all) = shapes.iter().map(|(_, bounds)| *bounds).reduce(Rect::union) else { return };
        let moves = match arrange {
            Arrange::Across => distributed(shapes, |rect| (rect.min.x, rect.max.x), |by| ImageVec::new(by, 0.0)),
            Arrange::Down => distributed(shapes, |rect| (rect.min.y, rect.max.y), |by| ImageVec::new(0.0, by)),
            _ => shapes.into_iter().map(|(id, rect)| (id, to_line(arrange, rect, all))).collect(),
        };
        let changes = moves.into_iter().filter_map(|(id, by)| {
            let instance = self.document.get(id)?;
            let moved = match &instance.geometry {
                mask @ Geometry::Mask(_) => mask.translated(by),
                other => other.translated(by).map(limn_core::ImagePos::rounded),
            };
            let changed = moved != instance.geometry && moved.is_sound();
            changed.then_some(Change::InstanceSet { id, set: InstanceSet::Geometry(moved) })
        });
        self.commit(kind::EDIT, arrange.title(), changes.collect(), out);
    }
}

fn to_line(arrange: Arrange, rect: Rect, all: Rect) -> ImageVec {
    match arrange {
        Arrange::Left => ImageVec::new(all.min.x - rect.min.x, 0.0),
        Arrange::Center => ImageVec::new(all.center().x - rect.center().x, 0.0),
        Arrange::Right => ImageVec::new(all.max.x - rect.max.x, 0.0),
        Arrange::Top => ImageVec::new(0.0, all.min.y - rect.min.y),
        Arrange::Middle => ImageVec::new(0.0, all.center().y - rect.center().y),
        Arrange::Bottom => ImageVec::new(0.0, all.max.y - rect.max.y),
        Arrange::Across | Arrange::Down => ImageVec::default(),
    }
}

/// The moves that make the gaps between shapes even; the first and the last stay.
fn distributed(
    mut shapes: Vec<(InstanceId, Rect)>,
    extent: impl Fn(&Rect) -> (f64, f64),
    along: impl Fn(f64) -> ImageVec,
) -> Vec<(InstanceId, ImageVec)> {
    let middle = |rect: &Rect| extent(rect).0 + extent(rect).1;
    shapes.sort_by(|a, b| middle(&a.1).total_cmp(&middle(&b.1)));
    let (Some(first), Some(last)) = (shapes.first(), shapes.last()) else { return Vec::new() };
    let taken: f64 = shapes.iter().map(|(_, rect)| extent(rect).1 - extent(rect).0).sum();
    let gap = (extent(&last.1).1 - extent(&first.1).0 - taken) / (shapes.len().max(2) - 1) as f64;
    let mut at = extent(&first.1).0;
    let mut moves = Vec::with_capacity(shapes.len());
    for (id, rect) in &shapes {
        let (low, high) = extent(rect);
        moves.push((*id, along(at - low)));
        at += high - low + gap;
    }
    moves
}
