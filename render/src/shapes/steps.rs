//! The order in which the parts of a layer's pages are painted: in steps, in each of which shapes overlap nowhere, all fills
//! before all outlines.

use super::depth::Cover;
use super::page::Page;
use crate::camera::{Bounds, Camera};
use std::cmp::Ordering;
use std::ops::Range;

/// Between the ranks of steps that were built together. As many steps as there are depths fit into half of all ranks.
const APART: u32 = 1 << 24;
/// Between the ranks of what is added on top.
const ADDED_APART: u32 = 1 << 16;

/// Parts of pages that are painted together.
#[derive(Debug)]
pub(super) struct Step {
    /// Larger than those of all steps before, and than 0, which no step has.
    pub rank: u32,
    pub pieces: Vec<Piece>,
}

/// A part of a page.
#[derive(Debug)]
pub(super) struct Piece {
    pub page: u32,
    pub part: u32,
    pub bounds: Bounds,
    /// Indices of its shapes and what they cover; nothing where they have moved on since.
    pub members: Vec<(u32, Cover)>,
}

/// The ranks that a shape may be painted with, both excluded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub above: u32,
    pub below: u32,
}

impl Room {
    pub fn has(&self, rank: u32) -> bool {
        self.above < rank && rank < self.below
    }

    /// Whether what belongs below and what belongs above are painted the other way round.
    pub fn is_twisted(&self) -> bool {
        self.above >= self.below
    }
}

/// All steps, the first painted first.
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub all: Vec<Step>,
    num_built: usize,
    /// The rank of a step in which shapes may overlap, since more lie over each other than depths are told apart; else 0.
    mixed: u32,
}

/// What the caller has set up for painting.
#[derive(Clone, Debug)]
pub(crate) struct Pipelines {
    pub fill: wgpu::RenderPipeline,
    pub line: wgpu::RenderPipeline,
}

impl Steps {
    /// Adds a step on top while a layer is built, and gives its rank.
    pub fn build(&mut self, is_mixed: bool) -> u32 {
        let rank = self.all.last().map_or(0, |step| step.rank) + APART;
        self.all.push(Step { rank, pieces: Vec::new() });
        self.num_built = self.all.len();
        if is_mixed {
            self.mixed = rank;
        }
        rank
    }

    /// Steps of shapes that came or moved one by one.
    pub fn num_loose(&self) -> usize {
        self.all.len() - self.num_built
    }

    /// Where a shape can be painted: above all earlier ones that it overlaps and below all later ones.
    pub fn room(&self, index: usize, bounds: &Bounds) -> Room {
        let cover = Cover::of(bounds);
        let mut room = Room { above: 0, below: u32::MAX };
        for step in &self.all {
            let in_reach = step.pieces.iter().filter(|piece| piece.bounds.overlaps(bounds));
            for (other, _) in in_reach.flat_map(|piece| &piece.members).filter(|(_, other)| other.overlaps(&cover)) {
                // Where shapes may overlap, another one may come, too.
                let leeway = u32::from(step.rank == self.mixed);
                match (*other as usize).cmp(&index) {
                    Ordering::Less => room.above = room.above.max(step.rank - leeway),
                    Ordering::Greater => room.below = room.below.min(step.rank + leeway),
                    Ordering::Equal => {}
                }
            }
        }
        room
    }

    /// A step for a shape that comes to the end of the last page: one that ends there, else a new one. Gives its rank and
    /// whether it is new.
    pub fn for_loose(&mut self, room: Room, pages: &[Page]) -> (u32, bool) {
        let last = pages.len() as u32 - 1;
        let ends_there = |piece: &Piece| piece.page == last && piece.part as usize + 1 == pages[last as usize].num_parts();
        let open = self.all.iter().find(|step| room.has(step.rank) && step.pieces.iter().any(ends_there));
        if let Some(step) = open {
            return (step.rank, false);
        }
        let at = self.all.partition_point(|step| step.rank <= room.above);
        let before = at.checked_sub(1).map_or(0, |at| self.all[at].rank);
        let rank = match self.all.get(at) {
            Some(next) => before + (next.rank - before) / 2,
            None => before.saturating_add(ADDED_APART).min(u32::MAX - 1),
        };
        if rank == before && at > 0 {
            // No number is left between both: with the one before.
            self.all[at - 1].pieces.push(Piece::new(last, pages));
            return (rank, true);
        }
        self.all.insert(at, Step { rank, pieces: vec![Piece::new(last, pages)] });
        (rank, true)
    }

    /// The part that a shape of this rank lies in.
    pub fn piece_mut(&mut self, rank: u32, page: u32) -> Option<&mut Piece> {
        let step = self.all.binary_search_by_key(&rank, |step| step.rank).ok()?;
        // What came last is looked for most.
        self.all[step].pieces.iter_mut().rev().find(|piece| piece.page == page)
    }

    /// Paints what may be seen; the caller has set the view and the styles.
    pub fn paint(&self, pass: &mut wgpu::RenderPass<'_>, pipelines: &Pipelines, pages: &[Page], seen: &Bounds, camera: &Camera) {
        let (mut fill_of, mut lines_of, mut filling) = (None, None, None);
        let mut start = |pass: &mut wgpu::RenderPass<'_>, fill: bool| {
            if filling != Some(fill) {
                pass.set_pipeline(if fill { &pipelines.fill } else { &pipelines.line });
                filling = Some(fill);
            }
        };
        for step in &self.all {
            let mut bind_fill = |pass: &mut wgpu::RenderPass<'_>, page: u32| {
                if fill_of.replace(page) != Some(page) {
                    pages[page as usize].bind_fill(pass, camera.zoom);
                }
            };
            let has_fill = |piece: &Piece| pages[piece.page as usize].has_fill(piece.part);
            for (page, parts) in runs(&step.pieces, |piece: &Piece| piece.bounds.overlaps(seen) && has_fill(piece)) {
                start(pass, true);
                bind_fill(pass, page);
                pages[page as usize].paint_fill(pass, parts, camera.zoom);
            }
            for (page, parts) in runs(&step.pieces, |piece: &Piece| piece.bounds.overlaps(seen)) {
                start(pass, false);
                bind_fill(pass, page);
                if lines_of.replace(page) != Some(page) {
                    pages[page as usize].bind_lines(pass, camera.zoom);
                }
                pages[page as usize].paint_lines(pass, parts, camera.zoom);
            }
        }
    }

    /// The number of all parts and of those in sight.
    #[cfg(test)]
    pub fn num_parts(&self, seen: &Bounds) -> (usize, usize) {
        let pieces = || self.all.iter().flat_map(|step| &step.pieces);
        (pieces().count(), pieces().filter(|piece| piece.bounds.overlaps(seen)).count())
    }
}

/// Those that are wanted, in stretches of parts that follow on one another on a page.
fn runs(pieces: &[Piece], wanted: impl Fn(&Piece) -> bool + Copy) -> impl Iterator<Item = (u32, Range<u32>)> {
    let chunks = pieces.chunk_by(move |a, b| a.page == b.page && a.part + 1 == b.part && wanted(a) == wanted(b));
    let wanted = chunks.filter_map(move |chunk| chunk.first().filter(|first| wanted(first)).zip(chunk.last()));
    wanted.map(|(first, last)| (first.page, first.part..last.part + 1))
}

impl Piece {
    /// A shape of it covers something else now, or nothing when it moves on.
    pub fn set_cover(&mut self, index: usize, cover: Cover) {
        let member = self.members.iter_mut().rev().find(|(member, _)| *member as usize == index);
        member.into_iter().for_each(|(_, old)| *old = cover);
    }

    /// The part that comes next on a page, without shapes yet.
    fn new(page: u32, pages: &[Page]) -> Self {
        Self { page, part: pages[page as usize].num_parts() as u32, bounds: Bounds::EMPTY, members: Vec::new() }
    }
}
