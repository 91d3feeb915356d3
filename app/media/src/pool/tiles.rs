//! Which tiles of a large picture are wanted, and the pass that makes them. No file is touched and no thread is known here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::pyramid::{Pyramid, TileId};

/// Longest list of wanted tiles.
const MAX_WANTED: usize = 512;

/// A tile to make.
pub(super) struct TileJob {
    pub pyramid: Arc<Pyramid>,
    pub id: TileId,
    pub stop: Arc<AtomicBool>,
}

/// A pass to make over a picture.
pub(super) struct PassJob {
    pub pyramid: Arc<Pyramid>,
    pub stop: Arc<AtomicBool>,
}

#[derive(Default)]
pub(super) struct TileQueue {
    of: Option<Arc<Pyramid>>,
    wanted: Vec<TileId>,
    /// Not made yet: asked for again when the pass has come further.
    waiting: BTreeSet<TileId>,
    in_work: BTreeMap<TileId, Arc<AtomicBool>>,
    /// The picture that a pass is under way for.
    pass: Option<(Arc<Pyramid>, Arc<AtomicBool>)>,
    /// Passes that failed are not tried again while the picture is looked at.
    failed: Option<Arc<Pyramid>>,
}

impl TileQueue {
    pub fn set(&mut self, pyramid: Arc<Pyramid>, mut wanted: Vec<TileId>) {
        wanted.truncate(MAX_WANTED);
        let is_same = self.of.as_ref().is_some_and(|other| Arc::ptr_eq(other, &pyramid));
        if !is_same {
            self.clear();
            // A pass goes on behind other pictures, unless one of them needs its own.
            let other = self.pass.as_ref().filter(|(other, _)| pyramid.needs_pass() && !Arc::ptr_eq(other, &pyramid));
            if let Some((_, stop)) = other {
                stop.store(true, Ordering::Relaxed);
            }
            self.of = Some(pyramid);
        }
        for (id, stop) in &self.in_work {
            stop.store(!wanted.contains(id), Ordering::Relaxed);
        }
        self.waiting.retain(|id| wanted.contains(id));
        self.wanted = wanted;
    }

    /// Nothing is wanted any more: the picture is no longer looked at.
    pub fn clear(&mut self) {
        self.in_work.values().for_each(|stop| stop.store(true, Ordering::Relaxed));
        self.in_work.clear();
        self.waiting.clear();
        self.wanted.clear();
        self.failed = None;
        if let Some(pyramid) = self.of.take() {
            pyramid.let_go();
        }
    }

    pub fn stop(&mut self) {
        self.clear();
        if let Some((_, stop)) = &self.pass {
            stop.store(true, Ordering::Relaxed);
        }
    }

    pub fn next_tile(&mut self) -> Option<TileJob> {
        let pyramid = self.of.as_ref()?;
        let is_open = |id: &&TileId| !self.waiting.contains(id) && !self.in_work.contains_key(id);
        let id = *self.wanted.iter().find(is_open)?;
        let stop = Arc::<AtomicBool>::default();
        self.in_work.insert(id, stop.clone());
        Some(TileJob { pyramid: pyramid.clone(), id, stop })
    }

    /// A thread is done with a tile; true when whoever wanted it is to be told. `is_made`: it exists, or never will.
    pub fn ended(&mut self, pyramid: &Arc<Pyramid>, id: TileId, is_made: bool) -> bool {
        if !self.of.as_ref().is_some_and(|other| Arc::ptr_eq(other, pyramid)) {
            return false;
        }
        self.in_work.remove(&id);
        let Some(at) = self.wanted.iter().position(|other| *other == id) else { return false };
        if is_made {
            self.wanted.remove(at);
        } else {
            self.waiting.insert(id);
        }
        is_made
    }

    /// A thread left a tile; wanted again since, it is begun again.
    pub fn stopped(&mut self, pyramid: &Arc<Pyramid>, id: TileId) {
        if self.of.as_ref().is_some_and(|other| Arc::ptr_eq(other, pyramid)) {
            self.in_work.remove(&id);
        }
    }

    /// The pass to make now: for the picture that is looked at.
    pub fn next_pass(&mut self) -> Option<PassJob> {
        let pyramid = self.of.as_ref()?;
        let has_failed = self.failed.as_ref().is_some_and(|failed| Arc::ptr_eq(failed, pyramid));
        if self.pass.is_some() || has_failed || !pyramid.needs_pass() {
            return None;
        }
        let stop = Arc::<AtomicBool>::default();
        self.pass = Some((pyramid.clone(), stop.clone()));
        Some(PassJob { pyramid: pyramid.clone(), stop })
    }

    /// The pass has made more tiles.
    pub fn grew(&mut self) {
        self.waiting.clear();
    }

    pub fn pass_ended(&mut self, pyramid: &Arc<Pyramid>, has_failed: bool) {
        self.pass = None;
        self.waiting.clear();
        if has_failed {
            self.failed = Some(pyramid.clone());
        }
    }
}
