//! What the window reads of the session.

use crate::appearance::Appearance;
use crate::editor::{Editor, FileEntry, Place};
use crate::view::View;
use limn_core::{Document, ImagePos, Instance, InstanceId, LabelId, Relation};
use limn_tools::{Cursor, Guide, Handle, HandleKind, Hint, Input, Pixels, Preview, Scene, ToolCommandName, ToolKind, ToolOptions};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Editor {
    /// Number of the open file in the list.
    pub fn current(&self) -> Option<usize> {
        self.current
    }

    /// The open file.
    pub fn file(&self) -> Option<&FileEntry> {
        self.current.and_then(|at| self.files.get(at))
    }

    /// The frame that the person is at, though its picture may still be on its way.
    pub fn place(&self) -> Option<Place> {
        self.file().map(|entry| Place { file: entry.file.id, frame: self.frame })
    }

    /// Whether picture and instances of the place are both here, so that drawing means something.
    pub fn is_ready(&self) -> bool {
        let place = self.place();
        place.is_some() && self.loaded == place && self.picture == place
    }

    /// Whether the picture of the place itself could not be shown yet.
    pub fn waits_for_picture(&self) -> bool {
        self.place().is_some() && self.picture != self.place()
    }

    /// The instances of the frame.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What is selected, in the order of selecting.
    pub fn selection(&self) -> &[InstanceId] {
        &self.selection
    }

    /// Whether an instance is hidden.
    pub fn is_hidden(&self, id: InstanceId) -> bool {
        self.hidden.contains(&id)
    }

    /// Whether an instance is locked.
    pub fn is_locked(&self, id: InstanceId) -> bool {
        self.locked.contains(&id)
    }

    /// The tool in hand.
    pub fn tool(&self) -> ToolKind {
        self.tool_kind
    }

    /// What is drawn next.
    pub fn active_label(&self) -> Option<LabelId> {
        self.active_label
    }

    /// Where the label pop-up stands, if it is open.
    pub fn asking_label(&self) -> Option<ImagePos> {
        self.asking_label
    }

    /// The relations between instances of the frame.
    pub fn relations(&self) -> impl Iterator<Item = (&Instance, &Relation, &Instance)> {
        let from = self.related.iter().filter_map(|id| self.document.get(*id));
        let links = from.flat_map(|from| from.marks.relations.iter().map(move |relation| (from, relation)));
        links.filter_map(|(from, relation)| Some((from, relation, self.document.get(relation.to)?)))
    }

    /// Lines across the picture that points stick to.
    pub fn guides(&self) -> &[Guide] {
        &self.guides
    }

    /// The time: milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Whether all but the selected are to be drawn faint.
    pub fn is_isolated(&self) -> bool {
        self.isolated && !self.selection.is_empty()
    }

    /// What the person chose about the tools.
    pub fn options(&self) -> &ToolOptions {
        &self.options
    }

    /// Lets tools see the picture that is on the canvas; the window calls it whenever another one is.
    pub fn set_pixels(&mut self, pixels: Option<Arc<dyn Pixels + Send + Sync>>) {
        self.pixels = pixels;
    }

    /// Lets steps from file to file go through those that the list shows, by rising numbers; `None`: through all.
    pub fn set_shown_files(&mut self, shown: Option<Arc<[usize]>>) {
        self.shown_files = shown;
    }

    /// Where the canvas looks.
    pub fn view(&self) -> View {
        self.view
    }

    /// Size of the picture in pixels.
    pub fn image(&self) -> [f64; 2] {
        self.image
    }

    /// The place under the pointer, or the keyboard's cursor.
    pub fn pointer(&self) -> Option<ImagePos> {
        self.keyboard_cursor.or(self.pointer)
    }

    /// The cursor that the arrow keys move when nothing is selected.
    pub fn keyboard_cursor(&self) -> Option<ImagePos> {
        self.keyboard_cursor
    }

    /// Grows with every change of what is drawn, beside [`Document::revision`].
    pub fn look(&self) -> u64 {
        self.look
    }

    /// What the tool wants drawn over the shapes.
    pub fn preview(&self) -> Preview {
        if !self.is_ready() {
            return Preview::default();
        }
        if self.is_matching() {
            return Preview::default();
        }
        if let Some(trial) = self.trial() {
            return Preview { replaced: trial.edits.clone(), ..Preview::default() };
        }
        let mut preview = self.with_cx(|tool, cx| {
            let mut preview = tool.preview(cx);
            // Where the next point would stick, so that nobody is surprised.
            if let Some(pos) = self.pointer().filter(|_| self.tool_kind.draws()).and_then(|pos| cx.snapped(pos)) {
                preview.handles.push(Handle { pos, kind: HandleKind::Snap, hot: false });
            }
            preview
        });
        if let Some(why) = self.refusal_of(&preview) {
            preview.refused = true;
            preview.readout = Some(preview.readout.map_or(why.to_owned(), |text| format!("{text}, {why}")));
        }
        preview
    }

    /// The shape of the pointer.
    pub fn cursor(&self) -> Cursor {
        if self.is_matching() {
            return self.match_cursor();
        }
        if self.is_ready() { self.with_cx(|tool, cx| tool.cursor(cx)) } else { Cursor::Arrow }
    }

    /// What mouse and keys do now.
    pub fn hints(&self) -> Vec<Hint> {
        if self.asking.as_ref().is_some_and(crate::asking::Asking::is_pointing) {
            let hint = |input, text| Hint { input, text };
            return vec![hint(Input::Click, "give the answer in hand"), hint(Input::Drag, "give it to all on the way")];
        }
        if self.is_matching() {
            let hint = |input, text| Hint { input, text };
            return vec![
                hint(Input::Drag, "tie a vertex to one of the other keyframe"),
                hint(Input::Command(ToolCommandName::NextHit), "next vertex"),
                hint(Input::Command(ToolCommandName::Nudge), "another partner"),
                hint(Input::Command(ToolCommandName::Finish), "tie as it is"),
                hint(Input::Command(ToolCommandName::Delete), "untie"),
                hint(Input::Cancel, "leave"),
            ];
        }
        self.tool.hints()
    }

    /// Whether a drawing is under way.
    pub fn is_drawing(&self) -> bool {
        self.tool.is_busy()
    }

    /// Which stored shapes look different though the document is the same: hidden, locked, another schema.
    pub fn appearance(&self) -> &Appearance {
        &self.appearance
    }

    /// What is hidden, here or on another frame.
    pub fn hidden(&self) -> &BTreeSet<InstanceId> {
        &self.hidden
    }

    /// What is locked, here or on another frame.
    pub fn locked(&self) -> &BTreeSet<InstanceId> {
        &self.locked
    }

    /// The index over the document's shapes.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }
}
