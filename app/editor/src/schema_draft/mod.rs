//! A schema while it is being changed: nothing of it counts until it is published. Pure, so that a whole afternoon's work on
//! it can be a script in a test.

mod clashes;
mod edit;
mod order;
mod rebase;
mod references;
#[cfg(test)]
mod tests;

pub use clashes::{Clash, clashes};
pub use edit::Edit;
pub use order::{Branch, Spot, branches};

use edit::Touch;
use limn_core::Schema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Steps that can be taken back.
const MAX_STEPS: usize = 200;
/// Labels, attributes and options that all steps together may hold: one with 100,000 options must not fill the memory.
const MAX_WEIGHT: usize = 4_000_000;

/// A draft over the schema in force.
#[derive(Clone, Debug, Default)]
pub struct SchemaDraft {
    base: Arc<Schema>,
    now: Arc<Schema>,
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// What the last edit wrote into: typing on in the same field goes on with the same step.
    touch: Option<Touch>,
    revision: u64,
}

/// The draft before (or after) an edit, and what the edit was.
#[derive(Clone, Debug)]
struct Step {
    schema: Arc<Schema>,
    title: String,
}

/// As it is kept over a crash.
#[derive(Serialize, Deserialize)]
struct Kept {
    base: Schema,
    draft: Schema,
}

impl SchemaDraft {
    /// A draft that is still the schema in force.
    pub fn new(in_force: Schema) -> Self {
        let base = Arc::new(in_force);
        Self { now: base.clone(), base, ..Self::default() }
    }

    /// A draft that was kept, over the schema that is in force by now; `None` when the text is none.
    pub fn from_kept(text: &str, in_force: &Schema) -> Option<Self> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        let mut draft = Self { base: Arc::new(kept.base), now: Arc::new(kept.draft), ..Self::default() };
        draft.rebase(in_force);
        Some(draft)
    }

    /// What to keep, so that a crash loses nothing; both schemas as they are shared, so that another thread can write them.
    pub fn parts(&self) -> (Arc<Schema>, Arc<Schema>) {
        (self.base.clone(), self.now.clone())
    }

    /// The text of [`Self::parts`] that [`Self::from_kept`] reads.
    pub fn kept_text(base: &Schema, draft: &Schema) -> String {
        let kept = Kept { base: base.clone(), draft: draft.clone() };
        // Strings, numbers and maps with text keys cannot fail.
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// The schema as it would be published.
    pub fn schema(&self) -> &Schema {
        &self.now
    }

    /// The schema in force when the draft was begun.
    pub fn base(&self) -> &Schema {
        &self.base
    }

    /// Whether anything differs from the schema in force.
    pub fn is_changed(&self) -> bool {
        !Arc::ptr_eq(&self.base, &self.now) && self.base != self.now
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What undo takes back.
    pub fn undo_title(&self) -> Option<&str> {
        self.undo.last().map(|step| step.title.as_str())
    }

    /// What redo does again.
    pub fn redo_title(&self) -> Option<&str> {
        self.redo.last().map(|step| step.title.as_str())
    }

    /// Does an edit; says whether it changed anything.
    pub fn apply(&mut self, edit: Edit) -> bool {
        let mut next = (*self.now).clone();
        let title = edit.title(&self.now);
        let touch = edit.touch(&self.now);
        edit.carry_out(&mut next, &self.base);
        if next == *self.now {
            return false;
        }
        if touch.is_none() || touch != self.touch {
            self.undo.push(Step { schema: self.now.clone(), title });
            self.forget_old();
        }
        self.touch = touch;
        self.redo.clear();
        self.now = Arc::new(next);
        self.revision += 1;
        true
    }

    /// The next edit begins a step of its own, also in the same field.
    pub fn settle(&mut self) {
        self.touch = None;
    }

    /// Takes the last step back.
    pub fn undo(&mut self) {
        if let Some(step) = self.undo.pop() {
            let schema = std::mem::replace(&mut self.now, step.schema);
            self.redo.push(Step { schema, title: step.title });
            self.touch = None;
            self.revision += 1;
        }
    }

    /// Does it again.
    pub fn redo(&mut self) {
        if let Some(step) = self.redo.pop() {
            let schema = std::mem::replace(&mut self.now, step.schema);
            self.undo.push(Step { schema, title: step.title });
            self.touch = None;
            self.revision += 1;
        }
    }

    /// Takes over what came into force meanwhile; what the draft changed stays changed. Steps before it cannot be taken back.
    pub fn rebase(&mut self, in_force: &Schema) {
        if *self.base == *in_force {
            return;
        }
        self.now = Arc::new(rebase::rebased(&self.base, &self.now, in_force));
        self.base = Arc::new(in_force.clone());
        (self.undo, self.redo, self.touch) = (Vec::new(), Vec::new(), None);
        self.revision += 1;
    }

    fn forget_old(&mut self) {
        let mut weight = 0;
        let kept = self.undo.iter().rev().take(MAX_STEPS).take_while(|step| {
            weight += weight_of(&step.schema);
            weight <= MAX_WEIGHT
        });
        let kept = kept.count().max(1);
        self.undo.drain(..self.undo.len() - kept);
    }
}

fn weight_of(schema: &Schema) -> usize {
    schema.labels.len() + schema.attributes.iter().map(|attribute| 1 + attribute.options.len()).sum::<usize>()
}
