//! Areas and lines made out of the selected ones.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use crate::event::AreaEvent;
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::{Geometry, Instance, InstanceId, Mark};
use limn_tools::area::AreaOp;
use limn_tools::coverage::{Flaw, filled, mended};
use limn_tools::{AreaChange, AreaCommand, Combine, DragDraws, ToolKind, ToolOptions, area_change, change_areas};

/// Pixels by which a key grows and shrinks.
pub(crate) const GROW_STEP: f64 = 1.0;
/// Rounds of smoothing by a key.
pub(crate) const SMOOTH_PASSES: u32 = 2;

/// A command that is tried out on the selection, and what it does to it.
pub(crate) struct Trial {
    command: AreaCommand,
    /// Of the document, as it was.
    revision: u64,
    selection: Vec<InstanceId>,
    change: AreaChange,
}

impl Editor {
    /// What the selection would become by the command that is being tried out.
    pub fn trial(&self) -> Option<&AreaChange> {
        let trial = self.trial.as_ref().filter(|_| self.is_ready() && !self.tool.is_busy())?;
        (trial.revision == self.document.revision() && trial.selection == self.selection).then_some(&trial.change)
    }

    /// What is told about areas.
    pub(crate) fn take_areas(&mut self, event: AreaEvent, out: &mut Vec<Effect>) {
        match event {
            AreaEvent::Try(command) => self.try_areas(command),
            AreaEvent::Change(command) => self.change_areas(command, out),
            AreaEvent::Mend(flaws) => self.mend_coverage(&flaws, out),
            AreaEvent::Fill(flaw) if self.is_ready() && !self.tool.is_busy() => self.act(filled(&flaw), out),
            AreaEvent::Fill(_) => {}
        }
    }

    /// Whether a command is being tried out.
    pub fn is_trying(&self) -> bool {
        self.trial.is_some()
    }

    /// Shows what a command would do, until another is tried out, or none. Worked out anew only when something is different.
    fn try_areas(&mut self, command: Option<AreaCommand>) {
        let is_same = match (&self.trial, command) {
            (Some(trial), Some(command)) => trial.command == command && self.trial().is_some(),
            (None, None) => true,
            _ => false,
        };
        if is_same {
            return;
        }
        self.trial = command.filter(|_| self.is_ready()).map(|command| Trial {
            command,
            revision: self.document.revision(),
            selection: self.selection.clone(),
            change: self.with_cx(|_, cx| area_change(command, cx)),
        });
        self.look += 1;
    }

    /// Carries a command out on the selection: one step.
    pub(crate) fn change_areas(&mut self, command: AreaCommand, out: &mut Vec<Effect>) {
        self.trial = None;
        if !self.is_ready() || self.tool.is_busy() {
            return;
        }
        let actions = self.with_cx(|_, cx| change_areas(command, cx));
        if actions.is_empty() {
            out.push(Effect::Notify(Notice::info(nothing(command))));
        }
        for action in actions {
            self.act(action, out);
        }
    }

    /// Mends places that are not covered once.
    fn mend_coverage(&mut self, flaws: &[Flaw], out: &mut Vec<Effect>) {
        if !self.is_ready() || self.tool.is_busy() {
            return;
        }
        let actions = self.with_cx(|_, cx| mended(flaws, cx));
        if actions.is_empty() {
            let why = "Only polygons that are not locked or hidden can take or give there. Convert what is beside it, or fill the place.";
            out.push(Effect::Notify(Notice::info(why)));
        }
        for action in actions {
            self.act(action, out);
        }
    }

    /// Shapes edited, others made like one of them, and some gone, as one step; what results is selected.
    pub(crate) fn act_derive(
        &mut self,
        title: &str,
        edits: Vec<(InstanceId, Geometry)>,
        copies: Vec<(InstanceId, Geometry)>,
        delete: &[InstanceId],
        out: &mut Vec<Effect>,
    ) {
        let mut results: Vec<InstanceId> = edits.iter().map(|(id, _)| *id).collect();
        let set = |(id, geometry)| Change::InstanceSet { id, set: InstanceSet::Geometry(geometry) };
        let mut changes: Vec<Change> = edits.into_iter().map(set).collect();
        for (from, geometry) in copies {
            let Some(whole) = self.document.get(from).cloned() else { continue };
            let mut marks = whole.marks.clone();
            if !marks.relations.is_empty() {
                // What was said of the whole is said of the one that keeps its identity.
                marks.set(Mark::Relations(Vec::new()));
            }
            let id = self.ids.instance(self.now);
            results.push(id);
            changes.push(Change::InstanceAdd(Box::new(Instance { id, geometry, marks, run: None, confidence: None, ..whole })));
        }
        changes.extend(delete.iter().map(|id| Change::InstanceSet { id: *id, set: InstanceSet::Deleted(true) }));
        let before = self.next_ticket;
        self.commit(kind::EDIT, title, changes, out);
        if self.next_ticket != before {
            self.select(results);
        }
    }

    /// What a drawn area does to the selected one: the next of all.
    pub(crate) fn next_combine(&mut self, out: &mut Vec<Effect>) {
        let at = Combine::ALL.iter().position(|combine| *combine == self.options.path.combine).unwrap_or(0);
        let next = Combine::ALL[(at + 1) % Combine::ALL.len()];
        self.change_path_options(|options| options.path.combine = next);
        out.push(Effect::Notify(Notice::info(format!("{}.", next.about()))));
        if !matches!(self.tool_kind, ToolKind::Polygon | ToolKind::Polyline) {
            self.take_tool(ToolKind::Polygon, out);
        }
    }

    /// What a drag draws: the next of all.
    pub(crate) fn next_drag(&mut self, out: &mut Vec<Effect>) {
        let at = DragDraws::ALL.iter().position(|drag| *drag == self.options.path.drag).unwrap_or(0);
        let next = DragDraws::ALL[(at + 1) % DragDraws::ALL.len()];
        self.change_path_options(|options| options.path.drag = next);
        out.push(Effect::Notify(Notice::info(format!("{}.", next.about()))));
    }

    /// Turns one of the options of drawing on or off, and says which it is now.
    pub(crate) fn toggle_path_option(&mut self, what: &str, option: fn(&mut ToolOptions) -> &mut bool, out: &mut Vec<Effect>) {
        let mut is_on = false;
        self.change_path_options(|options| {
            let value = option(options);
            *value = !*value;
            is_on = *value;
        });
        let state = if is_on { "on" } else { "off" };
        out.push(Effect::Notify(Notice::info(format!("{what}: {state}."))));
    }

    fn change_path_options(&mut self, change: impl FnOnce(&mut ToolOptions)) {
        let mut options = self.options.clone();
        change(&mut options);
        self.set_options(options);
    }
}

/// Why a command did nothing.
fn nothing(command: AreaCommand) -> &'static str {
    match command {
        AreaCommand::Combine(AreaOp::Union) => "Select areas that can be united.",
        AreaCommand::Combine(_) => "Select two or more areas, the one that stays first; something must be left of it.",
        AreaCommand::SplitParts => "The selected has only one part.",
        AreaCommand::MergeParts => "Select two or more areas.",
        AreaCommand::JoinLines => "Select two lines.",
        AreaCommand::SplitLine(_) => "Select a line of three or more points, and point at the one where it is to be split.",
        AreaCommand::CloseOrOpen(_) => "Select a line of three or more points, or an area of one part without holes.",
        AreaCommand::Grow(_) => "Nothing would be left, or there is no room.",
        AreaCommand::Simplify(_) => "There is no point that could be left out.",
        AreaCommand::Smooth(_) | AreaCommand::Curve | AreaCommand::Reverse | AreaCommand::StartAt(_) => "Select a polygon.",
    }
}
