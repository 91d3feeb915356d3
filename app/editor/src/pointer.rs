//! The tool in hand: events to it, its actions carried out.

use crate::answers::headings_of;
use crate::editor::Editor;
use crate::effect::Effect;
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::{Geometry, ImagePos, Instance, InstanceId};
use limn_tools::{Pixels, Tool, ToolAction, ToolCommand, ToolCx, ToolEvent, ToolKind};

impl Editor {
    /// Gives an event to the tool and carries out what it says.
    pub(crate) fn tool_event(&mut self, event: &ToolEvent, out: &mut Vec<Effect>) {
        if let ToolEvent::Press { pos, modifiers, .. } | ToolEvent::Move { pos, modifiers, .. } | ToolEvent::Release { pos, modifiers } =
            event
        {
            self.pointer = Some(*pos);
            self.snaps = !modifiers.ctrl;
            if self.keyboard_cursor.is_some_and(|cursor| cursor != *pos) {
                self.keyboard_cursor = None;
            }
        }
        if self.point_answers(event, out) || self.point_matching(event, out) {
            return;
        }
        self.ask_tool(event, out);
    }

    /// As [`Self::tool_event`]; says whether the tool had a use for it.
    pub(crate) fn ask_tool(&mut self, event: &ToolEvent, out: &mut Vec<Effect>) -> bool {
        if !self.is_ready() {
            return false;
        }
        let was_busy = self.tool.is_busy();
        // A move of the pointer finishes nothing that could be refused and gone on with.
        let before = if matches!(event, ToolEvent::Move { .. }) { None } else { self.tool.unfinished() };
        let redrawing = self.redrawing;
        self.refused = false;
        let actions = self.with_tool(|tool, cx| tool.handle(event, cx)).unwrap_or_default();
        let used = !actions.is_empty() || was_busy;
        for action in actions {
            self.act(action, out);
        }
        if std::mem::take(&mut self.refused) {
            self.redrawing = redrawing.filter(|id| self.document.get(*id).is_some());
            self.tool.take_refusal();
            if let Some(draft) = before.filter(|_| !self.tool.is_busy()) {
                self.tool.resume(draft);
            }
        }
        self.keep_draft(out);
        self.look += 1;
        used
    }

    /// Lets the tool look at the frame and remember what it saw; `None` when there is no frame to look at.
    pub(crate) fn with_tool<T>(&mut self, ask: impl FnOnce(&mut dyn Tool, &ToolCx<'_>) -> T) -> Option<T> {
        if !self.is_ready() {
            return None;
        }
        let (hidden, locked) = (&self.hidden, &self.locked);
        let editable = |id: InstanceId| !hidden.contains(&id) && !locked.contains(&id);
        let cx = ToolCx {
            document: &self.document,
            scene: &self.scene,
            selection: &self.selection,
            editable: &editable,
            image: self.image,
            px: self.view.px(),
            schema: &self.schema,
            label: self.active_label,
            options: &self.options,
            snaps: self.snaps,
            hidden: &|id: InstanceId| hidden.contains(&id),
            guides: &self.guides,
            held: None,
            headings: &|id| headings_of(&self.questions, &self.schema, self.document.get(id)),
            pixels: self.pixels.as_deref().map(|pixels| pixels as &dyn Pixels),
        };
        Some(ask(self.tool.as_mut(), &cx))
    }

    pub(crate) fn act(&mut self, action: ToolAction, out: &mut Vec<Effect>) {
        match action {
            ToolAction::Create { geometry, title } => {
                self.last_drawn = Some(self.tool_kind);
                if let Some(id) = self.take_redrawing() {
                    let change = Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) };
                    return self.commit(kind::EDIT, "Redraw", vec![change], out);
                }
                // A mask goes on with the next stroke, so it stays in hand.
                let selects = self.preferences.select_after_drawing || matches!(geometry, Geometry::Mask(_));
                if let Some(id) = self.create(title, vec![geometry], out).first()
                    && selects
                {
                    self.select(vec![*id]);
                }
            }
            ToolAction::Together { title, create, edits, delete } => self.act_together(title, create, edits, &delete, out),
            ToolAction::Derive { title, edits, copies, delete } => self.act_derive(title, edits, copies, &delete, out),
            ToolAction::Options(options) => self.set_options(*options),
            ToolAction::Edit { title, edits } => {
                let set = |(id, geometry)| Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) };
                self.commit(kind::EDIT, title, edits.into_iter().map(set).collect(), out);
            }
            ToolAction::Point { title, edits, headings } => self.point(title, edits, headings, out),
            ToolAction::Select(ids) => self.select(ids),
            ToolAction::AskLabel { pos } => self.asking_label = Some(pos),
            ToolAction::DeleteInstances(ids) => self.delete(&ids, out),
            ToolAction::SetVanishing(pos) => self.set_vanishing(Some(pos)),
            ToolAction::AskTemplate => self.ask_template(out),
        }
    }

    /// New instances of the active label; a project without labels gets its first one.
    fn create(&mut self, title: &str, geometries: Vec<Geometry>, out: &mut Vec<Effect>) -> Vec<InstanceId> {
        let new: Vec<Instance> = geometries.into_iter().filter_map(|geometry| self.new_instance(geometry, out)).collect();
        if new.is_empty() { Vec::new() } else { self.add(title, new, out) }
    }

    /// An instance of the active label that is nowhere yet.
    fn new_instance(&mut self, geometry: Geometry, out: &mut Vec<Effect>) -> Option<Instance> {
        let place = self.loaded?;
        if self.active_label.is_none() {
            self.name_label("object", out);
        }
        let mut instance = Instance::new(self.ids.instance(self.now), place.file, place.frame, self.active_label?, geometry);
        self.add_defaults(&mut instance);
        Some(instance)
    }

    /// Several things as one step.
    fn act_together(
        &mut self,
        title: &str,
        create: Option<Geometry>,
        edits: Vec<(InstanceId, Geometry)>,
        delete: &[InstanceId],
        out: &mut Vec<Effect>,
    ) {
        let set = |(id, geometry)| Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) };
        let mut changes: Vec<Change> = edits.into_iter().map(set).collect();
        changes.extend(delete.iter().map(|id| Change::InstanceSet { id: *id, set: InstanceSet::Deleted(true) }));
        let new = create.and_then(|geometry| match self.take_redrawing() {
            Some(id) => {
                changes.push(set((id, geometry)));
                None
            }
            None => self.new_instance(geometry, out),
        });
        let id = new.as_ref().map(|instance| instance.id);
        changes.extend(new.map(|instance| Change::InstanceAdd(Box::new(instance))));
        self.commit(kind::EDIT, title, changes, out);
        if let Some(id) = id.filter(|id| self.document.get(*id).is_some()) {
            self.last_drawn = Some(self.tool_kind);
            self.select(vec![id]);
        }
    }

    /// Adds instances to the frame as one step; gives their ids, none when they were refused.
    pub(crate) fn add(&mut self, title: &str, instances: Vec<Instance>, out: &mut Vec<Effect>) -> Vec<InstanceId> {
        let ids: Vec<InstanceId> = instances.iter().map(|instance| instance.id).collect();
        let changes = instances.into_iter().map(|instance| Change::InstanceAdd(Box::new(instance))).collect();
        self.commit(kind::EDIT, title, changes, out);
        ids.into_iter().filter(|id| self.document.get(*id).is_some()).collect()
    }

    /// Deletes instances that are not locked, as one step.
    pub(crate) fn delete(&mut self, ids: &[InstanceId], out: &mut Vec<Effect>) {
        let deleted = |id: &InstanceId| Change::InstanceSet { id: *id, set: InstanceSet::Deleted(true) };
        let changes: Vec<_> = ids.iter().filter(|id| !self.locked.contains(id)).map(deleted).collect();
        let title = if changes.len() == 1 { "Delete".to_owned() } else { format!("Delete {} instances", changes.len()) };
        self.commit(kind::EDIT, &title, changes, out);
    }

    /// Keeps the drawing under way in the store, or forgets a finished one.
    pub(crate) fn keep_draft(&mut self, out: &mut Vec<Effect>) {
        let Some(place) = self.loaded else { return };
        let content = self.tool.draft().map(|draft| draft.to_text()).unwrap_or_default();
        if content.is_empty() && !self.drafted {
            return;
        }
        self.drafted = !content.is_empty();
        let effect = Effect::SaveDraft { file: place.file, frame: place.frame, tool: self.tool_kind.name(), content };
        // A move of the pointer changes no draft; only news goes out.
        if self.last_draft.as_ref() != Some(&effect) {
            self.last_draft = Some(effect.clone());
            out.push(effect);
        }
    }

    pub(crate) fn take_tool(&mut self, kind: ToolKind, out: &mut Vec<Effect>) {
        if self.tool_kind == kind {
            return;
        }
        if self.tool.is_busy() {
            self.ask_tool(&ToolEvent::Cancel, out);
        }
        self.tool_kind = kind;
        self.tool = kind.build();
        if let Some(pos) = self.pointer {
            self.ask_tool(&ToolEvent::Move { pos, modifiers: limn_tools::Modifiers::default(), pressed: false }, out);
        }
        self.warn_of_kind(out);
        self.look += 1;
    }

    /// Arrow keys: move the selection, or the keyboard's cursor when nothing is selected.
    pub(crate) fn nudge(&mut self, dx: f64, dy: f64, out: &mut Vec<Effect>) {
        let by = limn_core::geometry::ImageVec::new(dx, dy);
        let drawing = self.tool_kind != ToolKind::Select && (self.tool.is_busy() || self.selection.is_empty());
        if !drawing && !self.selection.is_empty() {
            self.ask_tool(&ToolEvent::Command(ToolCommand::Nudge(by)), out);
            return;
        }
        // Four screen points a step, and never less than a pixel: the cursor crosses the canvas in a second or two.
        let step = (4.0 * self.view.px()).max(1.0).round();
        let from = self.keyboard_cursor.or(self.pointer).unwrap_or(self.view.center);
        let to = (from + by * step).clamped(self.image[0].max(0.0), self.image[1].max(0.0));
        let to = ImagePos::new(to.x.round(), to.y.round());
        self.keyboard_cursor = Some(to);
        self.ask_tool(&ToolEvent::Move { pos: to, modifiers: limn_tools::Modifiers::default(), pressed: false }, out);
    }

    /// A click at the keyboard's cursor.
    pub(crate) fn cursor_click(&mut self, out: &mut Vec<Effect>) {
        let Some(pos) = self.keyboard_cursor.or(self.pointer) else { return };
        let modifiers = limn_tools::Modifiers::default();
        self.ask_tool(&ToolEvent::Press { pos, modifiers, clicks: 1 }, out);
        self.ask_tool(&ToolEvent::Release { pos, modifiers }, out);
    }
}
