//! Projects, files and frames: where the person is.

use crate::cameras::Cameras;
use crate::editor::{Editor, FileEntry, Place, ProjectInfo};
use crate::effect::{Effect, Notice};
use crate::frame_shapes::FrameShapes;
use crate::issues::FileIssues;
use crate::video_events::VideoEvents;
use limn_core::schema::UsedFor;
use limn_core::schema::questions::{PlaceAnswers, Questions};
use limn_core::sequence::shown_id;
use limn_core::{Camera, Events, FileId, FileKind, InstanceId, LabelId, Schema, Sequences};
use limn_tools::{Draft, ToolKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Shapes from which letting go of them is work for a thread.
const MANY: usize = 10_000;

impl Editor {
    pub(crate) fn open_project(
        &mut self,
        info: ProjectInfo,
        schema: Schema,
        files: Vec<FileEntry>,
        place: Option<(FileId, u64)>,
        out: &mut Vec<Effect>,
    ) {
        self.project = Some(info);
        self.files.clear();
        self.current = None;
        self.active_label = None;
        self.recent = Default::default();
        self.replace_schema(schema);
        // After the schema: what they say of its labels is up to date.
        self.files = files;
        self.cameras = Cameras::default();
        self.clear_canvas(out);
        // A copy of a project has the same files.
        (self.sequences, self.sequences_of, self.followed) = (Sequences::default(), None, None);
        self.happening = VideoEvents::default();
        self.issues = FileIssues::default();
        self.hidden.clear();
        self.locked.clear();
        self.unsaved.clear();
        self.save_problem = None;
        let kept = place.and_then(|(file, frame)| Some((self.files.iter().position(|entry| entry.file.id == file)?, frame)));
        if let Some((at, frame)) = kept.or((!self.files.is_empty()).then_some((0, 0))) {
            self.open_file(at, frame, out);
        }
    }

    pub(crate) fn replace_schema(&mut self, schema: Schema) {
        self.next_schema = None;
        self.note_new_labels(&schema);
        self.schema = schema;
        self.questions = Questions::new(&self.schema);
        self.schema_revision += 1;
        self.begin_place();
        self.take_skeletons();
        let offered = |label: &LabelId| self.schema.offered().any(|other| other.id == *label);
        self.appearance.change_all();
        self.active_label = self.active_label.filter(offered).or_else(|| {
            let is_for_shapes = |label: &&limn_core::Label| label.used_for != UsedFor::Events;
            self.schema.offered().find(is_for_shapes).map(|label| label.id)
        });
        self.look += 1;
    }

    pub(crate) fn replace_files(&mut self, files: Vec<FileEntry>, out: &mut Vec<Effect>) {
        let open = self.file().cloned();
        let before = std::mem::replace(&mut self.files, files);
        self.cameras.revision += 1;
        let linked = |entry: &FileEntry| entry.file.camera.is_some();
        if !self.unsaved.is_empty() && (before.iter().any(linked) || self.files.iter().any(linked)) {
            // Read before the last links were written.
            let before: BTreeMap<FileId, Option<Camera>> = before.iter().map(|old| (old.file.id, old.file.camera)).collect();
            for entry in &mut self.files {
                entry.file.camera = before.get(&entry.file.id).copied().unwrap_or(entry.file.camera);
            }
        }
        self.current = open.as_ref().and_then(|open| self.files.iter().position(|entry| entry.file.id == open.file.id));
        if let (Some(at), Some(open), false) = (self.current, open, self.unsaved.is_empty()) {
            // Read before the last gestures here were written.
            self.files[at].file.status = open.file.status;
            self.files[at].looked = open.looked;
            self.files[at].num_instances = open.num_instances;
        }
        if self.current.is_none() {
            self.clear_canvas(out);
            if !self.files.is_empty() {
                self.open_file(0, 0, out);
            }
        }
    }

    fn put_shapes(&mut self, shapes: FrameShapes, out: &mut Vec<Effect>) {
        let document = std::mem::replace(&mut self.document, shapes.document);
        let scene = std::mem::replace(&mut self.scene, shapes.scene);
        self.related = shapes.related;
        self.take_skeletons();
        // Does nothing, unless these shapes are a copy.
        self.scene.sync(&self.document);
        if document.instances().len() > MANY {
            out.push(Effect::LetGo(FrameShapes { document, scene, related: Vec::new() }));
        }
    }

    /// The lines between keypoints can be clicked, as the schema has them.
    pub(crate) fn take_skeletons(&mut self) {
        let edges = self.schema.labels.iter().filter_map(|label| Some((label.id, label.keypoints.as_ref()?.edges.clone())));
        self.scene.set_skeletons(Arc::new(edges.collect()));
    }

    fn clear_canvas(&mut self, out: &mut Vec<Effect>) {
        self.put_shapes(FrameShapes::default(), out);
        self.loaded = None;
        self.place_answers = PlaceAnswers::default();
        self.begin_place();
        self.picture = None;
        self.selection.clear();
        self.playback.is_playing = false;
        self.look += 1;
    }

    /// Opens a file of the list at a frame.
    pub(crate) fn open_file(&mut self, at: usize, frame: u64, out: &mut Vec<Effect>) {
        if at >= self.files.len() {
            return;
        }
        if self.current != Some(at) {
            self.playback.is_playing = false;
        }
        self.go_to(at, frame, out);
    }

    pub(crate) fn go_to_frame(&mut self, frame: u64, out: &mut Vec<Effect>) {
        if let Some(at) = self.current {
            self.go_to(at, frame, out);
        }
    }

    fn go_to(&mut self, at: usize, frame: u64, out: &mut Vec<Effect>) {
        let frame = frame.min(self.files[at].file.frames.saturating_sub(1));
        if self.current == Some(at) && self.frame == frame && self.loaded.is_some() {
            return;
        }
        if !self.ahead.is_empty() {
            self.ahead.clear();
            out.push(Effect::Notify(Notice::info("The frame was left before it was there, so nothing was changed on it.")));
        }
        self.put_drawing_aside(out);
        if self.current != Some(at) {
            self.followed = None;
        }
        self.current = Some(at);
        self.frame = frame;
        // What goes on through the frames stays selected.
        self.selection.retain(|id| self.sequences.member(*id).is_some());
        self.asking_label = None;
        (self.tagging, self.relabelling) = (None, false);
        self.take_up_vanishing();
        self.look += 1;
        self.reload(out);
        let file = self.files[at].file.id;
        out.push(Effect::KeepPlace { file, frame });
    }

    /// Reads the frame's instances again.
    pub(crate) fn reload(&mut self, out: &mut Vec<Effect>) {
        self.loaded = None;
        if let Some(Place { file, frame }) = self.place() {
            let with_sequences = self.is_video() && self.sequences_of != Some(file);
            if self.sequences_of != Some(file) {
                (self.sequences, self.sequences_of) = (Sequences::default(), None);
                self.happening.all = Events::default();
                self.happening.revision += 1;
            }
            out.push(Effect::Load { file, frame, with_sequences });
            self.want_issues(out);
        }
    }

    /// Reads the frame's instances and the file's sequences again.
    pub(crate) fn reload_all(&mut self, out: &mut Vec<Effect>) {
        self.sequences_of = None;
        self.issues.of = None;
        self.reload(out);
    }

    /// A drawing under way belongs to its frame: it is kept there and offered again when the person comes back.
    pub(crate) fn put_drawing_aside(&mut self, out: &mut Vec<Effect>) {
        self.keep_draft(out);
        self.tool = self.tool_kind.build();
        self.drafted = false;
        self.keyboard_cursor = None;
    }

    pub(crate) fn take_loaded(
        &mut self,
        place: Place,
        shapes: FrameShapes,
        answers: PlaceAnswers,
        draft: Option<(String, String)>,
        out: &mut Vec<Effect>,
    ) {
        if self.place() != Some(place) {
            return; // Late: the person has gone on.
        }
        if !self.unsaved.is_empty() {
            // Read before those gestures were written, and so without them.
            return self.reload(out);
        }
        if let Some(entry) = self.current.and_then(|at| self.files.get_mut(at)).filter(|entry| entry.file.frames == 1) {
            entry.num_instances = shapes.len() as u64;
        }
        let mut shapes = shapes;
        shapes.add(self.sequences.at(place.frame).into_iter());
        self.put_shapes(shapes, out);
        self.place_answers = answers;
        self.begin_place();
        self.selection.retain(|id| self.document.get(*id).is_some());
        let followed = self.followed.map(shown_id).filter(|id| self.document.get(*id).is_some());
        if self.selection.is_empty() {
            self.selection.extend(followed);
        }
        self.loaded = Some(place);
        self.select_wanted();
        self.look += 1;
        if let Some((tool, content)) = draft
            && let Some(kind) = ToolKind::ALL.iter().copied().find(|kind| kind.name() == tool)
            && let Some(draft) = Draft::from_text(&content)
            && !self.tool.is_busy()
        {
            self.tool_kind = kind;
            self.tool = kind.build();
            self.tool.resume(draft);
            self.drafted = true;
        }
    }

    pub(crate) fn take_picture(&mut self, place: Place, size: [f64; 2]) {
        if self.place() != Some(place) || self.picture == Some(place) {
            return;
        }
        self.picture = Some(place);
        // The canvas keeps its place between files of one size.
        if self.image != size {
            self.image = size;
            self.view.fit(size);
        }
        self.look += 1;
    }

    pub(crate) fn take_num_frames(&mut self, file: FileId, frames: u64, out: &mut Vec<Effect>) {
        if let Some(entry) = self.files.iter_mut().find(|entry| entry.file.id == file) {
            entry.file.frames = frames;
        }
        if self.file().is_some_and(|entry| entry.file.id == file) && self.frame >= frames {
            self.go_to_frame(frames.saturating_sub(1), out);
        }
    }

    /// What the source of a clip is called: by the name of its media where it is not in the project any more; `None` for other files.
    pub fn source_name(&self, at: usize) -> Option<String> {
        let file = &self.files.get(at)?.file;
        let clip = file.clip?;
        let source = self.files.iter().find(|entry| entry.file.id == clip.of).map(|entry| entry.file.name.as_str());
        Some(source.or_else(|| file.path.rsplit(['/', '\\']).next())?.to_owned())
    }

    pub(crate) fn resize(&mut self, size: [f64; 2]) {
        if size == self.view.size || size[0] < 1.0 || size[1] < 1.0 {
            return;
        }
        // Who sees the whole picture goes on to see it: in a larger window, beside a panel that came or went.
        let is_fitted = self.view.size == [1.0, 1.0] || self.view.is_fitted(self.image);
        self.view.size = size;
        if is_fitted {
            self.view.fit(self.image);
        }
        self.look += 1;
    }

    /// Makes sure that an instance can be seen without throwing the view about.
    pub(crate) fn reveal(&mut self, id: InstanceId) {
        let Some(bounds) = self.document.get(id).and_then(|instance| instance.geometry.bounds()) else { return };
        let visible = self.view.visible();
        if !(visible.contains(bounds.min) && visible.contains(bounds.max)) {
            if bounds.width() > visible.width() || bounds.height() > visible.height() {
                self.view.fit_rect(bounds, self.view.zoom);
            } else {
                self.view.center = bounds.center();
            }
            self.look += 1;
        }
    }

    /// Whether the open file has frames to step through.
    pub fn is_video(&self) -> bool {
        self.file().is_some_and(|entry| entry.file.kind != FileKind::Image)
    }

    /// The frame that the person is at.
    pub fn frame(&self) -> u64 {
        self.frame
    }

    /// Frames of the open file.
    pub fn num_frames(&self) -> u64 {
        self.file().map_or(0, |entry| entry.file.frames)
    }

    /// Steps by files; says whether there was one to go to.
    pub(crate) fn step_file(&mut self, by: isize, out: &mut Vec<Effect>) -> bool {
        let beside = |at: usize| match &self.shown_files {
            None => at.checked_add_signed(by),
            // From one that the list does not show any more, to the next that it does.
            Some(shown) if by > 0 => shown.get(shown.partition_point(|other| *other <= at)).copied(),
            Some(shown) => shown.partition_point(|other| *other < at).checked_sub(1).and_then(|before| shown.get(before)).copied(),
        };
        let to = self.current.and_then(beside).filter(|at| *at < self.files.len());
        if let Some(at) = to {
            self.open_file(at, 0, out);
        }
        to.is_some()
    }
}
