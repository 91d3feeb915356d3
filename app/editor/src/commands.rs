//! What each command does.

use crate::areas::{GROW_STEP, SMOOTH_PASSES};
use crate::arrange::Arrange;
use crate::asking::AskWay;
use crate::command::{Command, Group, When};
use crate::editor::{Editor, Tagged};
use crate::effect::{Aid, Dialog, Effect, Notice};
use crate::marks::{Order, Toggle};
use crate::painting::{BRUSH_STEP, SPECK_PIXELS};
use crate::playback::Speed;
use limn_core::log::{Change, FileSet, InstanceSet, kind};
use limn_core::looked::IN_FORCE;
use limn_core::schema::UsedFor;
use limn_core::{FileStatus, InstanceId, LabelId, Progress, Role, SpatialType};
use limn_tools::area::AreaOp;
use limn_tools::{AreaCommand, BrushMode, ShapeCommand, ToolCommand, ToolEvent, ToolKind};

/// Most steps that a person zooms by key.
const ZOOM_STEP: f64 = 1.25;
/// Most commands that wait for a frame: a key held down a little too long.
const MOST_AHEAD: usize = 32;

impl Editor {
    /// Whether a command can do something now.
    pub fn is_enabled(&self, command: Command) -> bool {
        match command.info().when {
            When::Always => true,
            When::Project => self.project.is_some(),
            When::File => self.current.is_some(),
            When::Video => self.is_video(),
            When::Selection if command == Command::Delete && self.selected_event().is_some() => true,
            When::Selection => !self.selection.is_empty(),
        }
    }

    /// Whether a command is about selected shapes that look different on this frame, which is still being read.
    fn comes_too_early(&self, command: Command) -> bool {
        let info = command.info();
        let is_of_shapes = info.when == When::Selection || info.group == Group::Move;
        let is_of_picture = matches!(info.group, Group::Move | Group::Convert | Group::Border);
        let waits = self.loaded.is_none() || (is_of_picture && !self.is_ready());
        is_of_shapes && waits && !self.selection.is_empty()
    }

    /// Does what was asked for too early, in its order, as soon as it can be done.
    pub(crate) fn catch_up(&mut self, out: &mut Vec<Effect>) {
        if self.selection.is_empty() && !self.ahead.is_empty() {
            self.ahead.clear();
            out.push(Effect::Notify(Notice::info("What was selected is not on this frame, so nothing was changed.")));
        }
        while let Some(command) = self.ahead.first().copied().filter(|command| !self.comes_too_early(*command)) {
            self.ahead.remove(0);
            self.run_command(command, out);
        }
    }

    pub(crate) fn run_command(&mut self, command: Command, out: &mut Vec<Effect>) {
        if !self.is_enabled(command) {
            return;
        }
        if self.match_command(command, out) {
            return;
        }
        if self.comes_too_early(command) {
            if self.ahead.len() < MOST_AHEAD {
                self.ahead.push(command);
            }
            return;
        }
        if let Some(digit) = command.label_digit() {
            let label = self.schema.offered().find(|label| label.key == Some(digit)).map(|label| label.id);
            match label {
                Some(label) => self.choose_label(label, out),
                None => out.push(Effect::Notify(Notice::info(format!("No label has the key {digit}.")))),
            }
            return;
        }
        match command {
            Command::NewProject => out.push(Effect::Ask(Dialog::NewProject)),
            Command::OpenProject => out.push(Effect::Ask(Dialog::OpenProject)),
            Command::OpenDemo => out.push(Effect::Ask(Dialog::Demo)),
            Command::AddFiles => out.push(Effect::Ask(Dialog::AddFiles)),
            Command::AddFolder => out.push(Effect::Ask(Dialog::AddFolder)),
            Command::AddSequence => out.push(Effect::Ask(Dialog::AddSequence)),
            Command::Import => out.push(Effect::Ask(Dialog::Import)),
            Command::Export => out.push(Effect::Ask(Dialog::Export)),
            Command::Snapshot => out.push(Effect::Ask(Dialog::Snapshot)),
            Command::Settings => out.push(Effect::Ask(Dialog::Settings)),
            Command::GoToFrame => out.push(Effect::Ask(Dialog::GoToFrame)),
            Command::Palette => out.push(Effect::Ask(Dialog::Palette)),
            Command::Keys => out.push(Effect::Ask(Dialog::Keys)),
            Command::Tour => out.push(Effect::Ask(Dialog::Tour)),
            Command::Manual => out.push(Effect::Ask(Dialog::Manual)),
            Command::Adjust => out.push(Effect::Ask(Dialog::Adjust)),
            Command::About => out.push(Effect::Ask(Dialog::About)),
            Command::Quit => out.push(Effect::Quit),
            Command::Panels => out.push(Effect::TogglePanels),
            Command::Strip => out.push(Effect::ToggleStrip),
            Command::MakeProxy => out.push(Effect::MakeProxy),
            Command::DeleteProxy => out.push(Effect::DeleteProxy),
            Command::NextPane => out.push(Effect::NextPane),
            Command::Theme => out.push(Effect::ToggleTheme),
            Command::Larger => out.push(Effect::Scale(1)),
            Command::Smaller => out.push(Effect::Scale(-1)),
            Command::FullScreen => out.push(Effect::ToggleFullScreen),
            Command::RestartGraphics => out.push(Effect::RestartGraphics),

            Command::Undo | Command::Redo => {
                // Undo in the middle of a drawing takes the last point back first.
                if command == Command::Undo && self.tool.is_busy() {
                    self.ask_tool(&ToolEvent::Command(ToolCommand::RemoveLast), out);
                } else {
                    out.push(if command == Command::Undo { Effect::Undo } else { Effect::Redo });
                }
            }
            Command::Copy => self.copy(out),
            Command::Paste => self.paste(false, out),
            Command::PasteInPlace => self.paste(true, out),
            Command::Duplicate => self.duplicate(out),
            Command::Delete => self.delete_selected(out),
            Command::SelectAll => {
                let all = self.document.instances().iter().map(|instance| instance.id);
                let all = all.filter(|id| !self.hidden.contains(id) && !self.locked.contains(id)).collect();
                self.select(all);
            }
            Command::SelectNext => self.select_along(1, out),
            Command::SelectPrevious => self.select_along(-1, out),
            Command::Cancel => self.cancel(out),
            Command::Finish => {
                self.ask_tool(&ToolEvent::Command(ToolCommand::Finish), out);
            }
            Command::RemoveLast => {
                self.ask_tool(&ToolEvent::Command(ToolCommand::RemoveLast), out);
            }
            Command::NudgeLeft => self.nudge(-1.0, 0.0, out),
            Command::NudgeRight => self.nudge(1.0, 0.0, out),
            Command::NudgeUp => self.nudge(0.0, -1.0, out),
            Command::NudgeDown => self.nudge(0.0, 1.0, out),
            Command::NudgeLeft10 => self.nudge(-10.0, 0.0, out),
            Command::NudgeRight10 => self.nudge(10.0, 0.0, out),
            Command::NudgeUp10 => self.nudge(0.0, -10.0, out),
            Command::NudgeDown10 => self.nudge(0.0, 10.0, out),
            Command::Find => out.push(Effect::Ask(Dialog::Find)),
            Command::CopyLook => self.copy_look(),
            Command::PasteLook => self.paste_look(out),
            Command::SameAsPrevious => self.copy_from_previous(false, out),
            Command::SameLabelAsPrevious => self.copy_from_previous(true, out),
            Command::PasteAhead => out.push(Effect::Ask(Dialog::PasteAhead)),
            Command::Redraw => self.redraw(out),
            Command::DrawAgain => self.draw_again(out),
            Command::Group => self.group(out),
            Command::Ungroup => self.ungroup(out),
            Command::SelectGroup => self.select_groups(),
            Command::Relate if self.selection.len() < 2 => {
                out.push(Effect::Notify(Notice::info("Select two or more: the first is related to the others.")));
            }
            Command::Relate => out.push(Effect::Ask(Dialog::Relate)),
            Command::Unrelate => self.unrelate(out),
            Command::ToFront => self.reorder(Order::Front, out),
            Command::Forward => self.reorder(Order::Forward, out),
            Command::Backward => self.reorder(Order::Backward, out),
            Command::ToBack => self.reorder(Order::Back, out),
            Command::AlignLeft => self.arrange(Arrange::Left, out),
            Command::AlignRight => self.arrange(Arrange::Right, out),
            Command::AlignTop => self.arrange(Arrange::Top, out),
            Command::AlignBottom => self.arrange(Arrange::Bottom, out),
            Command::AlignCenter => self.arrange(Arrange::Center, out),
            Command::AlignMiddle => self.arrange(Arrange::Middle, out),
            Command::DistributeAcross => self.arrange(Arrange::Across, out),
            Command::DistributeDown => self.arrange(Arrange::Down, out),
            Command::SkipPoint => {
                self.ask_tool(&ToolEvent::Command(ToolCommand::SkipPoint), out);
            }
            Command::RotateLeft => self.change_selected(ShapeCommand::Rotate(-1.0), out),
            Command::RotateRight => self.change_selected(ShapeCommand::Rotate(1.0), out),
            Command::RotateLeft15 => self.change_selected(ShapeCommand::Rotate(-15.0), out),
            Command::RotateRight15 => self.change_selected(ShapeCommand::Rotate(15.0), out),
            Command::Mirror => self.change_selected(ShapeCommand::Mirror, out),
            Command::SetDirection => self.set_direction(out),
            Command::SwapSides => self.change_selected(ShapeCommand::SwapSides, out),
            Command::CompleteKeypoints => self.change_selected(ShapeCommand::Complete, out),
            Command::SwapFaces => self.change_selected(ShapeCommand::SwapFaces, out),
            Command::NextFace => self.change_selected(ShapeCommand::NextFace, out),
            Command::ToBox => self.convert(SpatialType::Box, out),
            Command::ToRotatedBox => self.convert(SpatialType::RotatedBox, out),
            Command::ToPolygon => self.convert(SpatialType::Polygon, out),
            Command::ToPolyline => self.convert(SpatialType::Polyline, out),
            Command::ToEllipse => self.convert(SpatialType::Ellipse, out),
            Command::ToMask => self.convert(SpatialType::Mask, out),
            Command::ToPoint => self.convert(SpatialType::Point, out),
            Command::CursorClick => self.cursor_click(out),

            Command::ToolSelect => self.take_tool(ToolKind::Select, out),
            Command::ToolBox => self.take_tool(ToolKind::Box, out),
            Command::ToolRotatedBox => self.take_tool(ToolKind::RotatedBox, out),
            Command::ToolEllipse => self.take_tool(ToolKind::Ellipse, out),
            Command::ToolCuboid => self.take_tool(ToolKind::Cuboid, out),
            Command::ToolKeypoints => self.take_tool(ToolKind::Keypoints, out),
            Command::ToolPoint => self.take_tool(ToolKind::Point, out),
            Command::Tag => self.ask_tag(Tagged::Frame),
            Command::TagVideo => self.ask_tag(Tagged::Video),
            Command::ToolPolygon => self.take_tool(ToolKind::Polygon, out),
            Command::ToolStamp => self.take_stamp(out),
            Command::ToolBrush => self.take_tool(ToolKind::Brush, out),
            Command::ToolWand => self.take_tool(ToolKind::Wand, out),
            Command::ToolScissors => self.take_tool(ToolKind::Scissors, out),
            Command::BrushErase => self.toggle_eraser(out),
            Command::BrushLasso => self.toggle_brush_mode(BrushMode::Lasso, out),
            Command::BrushFill => self.toggle_brush_mode(BrushMode::Fill, out),
            Command::BrushLarger => self.scale_brush(BRUSH_STEP),
            Command::BrushSmaller => self.scale_brush(1.0 / BRUSH_STEP),
            Command::MaskOverlap => self.next_overlap(out),
            Command::FillHoles => self.change_selected(ShapeCommand::FillHoles, out),
            Command::Despeckle => self.change_selected(ShapeCommand::Despeckle(SPECK_PIXELS), out),
            Command::ToolPolyline => self.take_tool(ToolKind::Polyline, out),
            Command::ToolSlice => self.take_tool(ToolKind::Slice, out),
            Command::Combine => self.next_combine(out),
            Command::DragDraws => self.next_drag(out),
            Command::AutoBorder => self.toggle_path_option("Following borders", |options| &mut options.path.auto_border, out),
            Command::DrawOver => self.toggle_path_option("Drawing over others", |options| &mut options.path.draw_over, out),
            Command::Linked => self.toggle_path_option("Moving shared points together", |options| &mut options.path.linked, out),
            Command::AreaUnion => self.change_areas(AreaCommand::Combine(AreaOp::Union), out),
            Command::AreaSubtract => self.change_areas(AreaCommand::Combine(AreaOp::Subtract), out),
            Command::AreaIntersect => self.change_areas(AreaCommand::Combine(AreaOp::Intersect), out),
            Command::AreaExclude => self.change_areas(AreaCommand::Combine(AreaOp::Exclude), out),
            Command::AreaGrow => self.change_areas(AreaCommand::Grow(GROW_STEP), out),
            Command::AreaShrink => self.change_areas(AreaCommand::Grow(-GROW_STEP), out),
            Command::Coverage => out.push(Effect::Ask(Dialog::Coverage)),
            Command::AreaBorder => out.push(Effect::Ask(Dialog::Border)),
            Command::AreaSmooth => self.change_areas(AreaCommand::Smooth(SMOOTH_PASSES), out),
            Command::AreaCurve => self.change_areas(AreaCommand::Curve, out),
            Command::AreaStart => self.change_areas(AreaCommand::StartAt(self.pointer().unwrap_or(self.view.center)), out),
            Command::AreaReverse => self.change_areas(AreaCommand::Reverse, out),
            Command::AreaSplitParts => self.change_areas(AreaCommand::SplitParts, out),
            Command::AreaMergeParts => self.change_areas(AreaCommand::MergeParts, out),
            Command::LineJoin => self.change_areas(AreaCommand::JoinLines, out),
            Command::LineSplit => self.change_areas(AreaCommand::SplitLine(self.pointer().unwrap_or(self.view.center)), out),
            Command::LineClose => self.change_areas(AreaCommand::CloseOrOpen(self.pointer().unwrap_or(self.view.center)), out),
            Command::BendEdge => {
                self.ask_tool(&ToolEvent::Command(ToolCommand::Bend), out);
            }
            Command::ToolMeasure => self.take_tool(ToolKind::Measure, out),

            Command::EditSchema => out.push(Effect::Ask(Dialog::Schema)),
            Command::EditTemplate => {
                if self.active_label.is_none() {
                    self.name_label("object", out);
                }
                out.push(Effect::Ask(Dialog::Template));
            }
            Command::GoodExample => self.add_example(true, out),
            Command::BadExample => self.add_example(false, out),
            Command::AskLabel => self.asking_label = Some(self.pointer().unwrap_or(self.view.center)),
            Command::Hide => {
                let selection = self.selection.clone();
                self.set_hidden(&selection, true);
            }
            Command::HideOthers => {
                let all: Vec<InstanceId> = self.document.instances().iter().map(|instance| instance.id).collect();
                let any_hidden = all.iter().any(|id| self.hidden.contains(id));
                self.set_hidden(&all, !any_hidden);
            }
            Command::Lock => {
                let selection = self.selection.clone();
                let lock = !selection.iter().all(|id| self.locked.contains(id));
                self.set_locked(&selection, lock);
            }
            Command::UnlockAll => {
                let all: Vec<InstanceId> = self.document.instances().iter().map(|instance| instance.id).collect();
                self.set_locked(&all, false);
            }

            Command::Isolate => {
                self.isolated = !self.isolated;
                self.look += 1;
            }
            Command::MarkIgnore => self.toggle_mark(Toggle::Role(Role::Ignore), out),
            Command::MarkCrowd => self.toggle_mark(Toggle::Role(Role::Crowd), out),
            Command::MarkOccluded => self.toggle_mark(Toggle::Occluded, out),
            Command::MarkTruncated => self.toggle_mark(Toggle::Truncated, out),
            Command::MarkDifficult => self.toggle_mark(Toggle::Difficult, out),
            // Once marks, and again asks why; a third time is for the question to answer.
            Command::MarkUnsure if self.chosen().all(|instance| instance.marks.unsure.is_some()) => out.push(Effect::Ask(Dialog::Unsure)),
            Command::Problems => out.push(Effect::Ask(Dialog::Problems)),
            Command::NextProblem => out.push(Effect::StepProblem(1)),
            Command::PreviousProblem => out.push(Effect::StepProblem(-1)),
            Command::NextOpen => self.next_open(out),
            Command::AskInstances => self.ask(AskWay::Instances, out),
            Command::AskAttribute => self.ask(AskWay::Attribute, out),
            Command::AskPointing => self.ask(AskWay::Pointing, out),
            Command::MarkUnsure => self.toggle_mark(Toggle::Unsure, out),
            Command::MarkVisible => out.push(Effect::Ask(Dialog::Visible)),
            Command::Pin => self.toggle_mark(Toggle::Pinned, out),

            Command::Next | Command::Previous => self.step(command == Command::Next, out),
            Command::NextFile => drop(self.step_file(1, out)),
            Command::PreviousFile => drop(self.step_file(-1, out)),
            // What is behind is not opened again but complete anew.
            Command::Complete if self.file().is_some_and(|entry| entry.progress() == Progress::Complete) => {
                self.set_status(FileStatus::Open, out);
            }
            Command::NothingHere => self.toggle_absent(out),
            Command::Complete => self.complete(false, out),
            Command::CompleteAndNext => self.complete(true, out),
            Command::LookedToHere => self.look_through_to_here(out),
            Command::NotLookedFromHere => self.not_looked_from_here(out),
            Command::NextUnlooked => self.go_to_unlooked(out),
            Command::FirstFrame => self.go_to_frame(0, out),
            Command::LastFrame => self.go_to_frame(u64::MAX, out),
            Command::Forward10 => self.step_frames(true, 10, out),
            Command::Back10 => self.step_frames(false, 10, out),
            Command::Retime => out.push(Effect::Ask(Dialog::Retime)),
            Command::CutClips => out.push(Effect::Ask(Dialog::CutClips)),
            Command::WorkFrames => out.push(Effect::Ask(Dialog::WorkFrames)),
            Command::NextWork => self.step_work(true, out),
            Command::PreviousWork => self.step_work(false, out),
            Command::OneForward => self.step_one(true, out),
            Command::OneBack => self.step_one(false, out),
            Command::WorkSteps => self.toggle_work_steps(out),
            Command::Play => self.play_or_pause(out),
            Command::PlayBackward => self.play_backward_or_pause(out),
            Command::Faster => self.playback.speed = self.playback.speed.faster(),
            Command::Slower => self.playback.speed = self.playback.speed.slower(),
            Command::PlayStops => self.change_stops(out),
            Command::NormalSpeed => self.playback.speed = Speed::NORMAL,

            Command::DrawSequences => {
                self.draws_sequences = !self.draws_sequences;
                let told = if self.draws_sequences { "goes on through the frames" } else { "is of one frame only" };
                out.push(Effect::Notify(Notice::info(format!("What is drawn {told}."))));
            }
            Command::TrackForward => self.track(true, out),
            Command::TrackBackward => self.track(false, out),
            Command::WorstTracked => self.worst_tracked(out),
            Command::CheckSequences => out.push(Effect::Ask(Dialog::Doubts)),
            Command::ToSequence => self.make_sequences(out),
            Command::Keyframe => self.toggle_keyframe(out),
            Command::Outside => self.toggle_outside(out),
            Command::NextKeyframe => self.go_to_keyframe(true, out),
            Command::PreviousKeyframe => self.go_to_keyframe(false, out),
            Command::StartHere => self.start_here(out),
            Command::EndHere => self.end_here(out),
            Command::SplitSequence => self.split_here(out),
            Command::MergeSequences => self.merge(out),
            Command::LabelFromHere => self.ask_label_from_here(out),
            Command::Stitch => out.push(Effect::Ask(Dialog::Stitch)),
            Command::Identify | Command::NameSequence if self.told_tracks(out).is_empty() => {}
            Command::Identify => out.push(Effect::Ask(Dialog::Identity)),
            Command::NameSequence => out.push(Effect::Ask(Dialog::SequenceName)),
            Command::CopyStretch => self.mark_stretch(out),
            Command::PasteStretch => self.paste_stretch(out),
            Command::FilterLanes => out.push(Effect::Ask(Dialog::FilterLanes)),
            Command::SwapSequences => self.swap_from_here(out),
            Command::Motion => self.next_motion(out),
            Command::MatchVertices | Command::MatchReverse | Command::MatchClear => self.start_matching(command, out),
            Command::TakePrevious => self.take_as_at_keyframe(false, out),
            Command::TakeNext => self.take_as_at_keyframe(true, out),
            Command::Approve => self.approve(out),
            Command::OpenIssue => self.ask_issue(out),
            Command::NextIssue => self.step_issue(true, out),
            Command::PreviousIssue => self.step_issue(false, out),
            Command::ResolveIssue => self.resolve_issue(out),
            Command::Compare => out.push(Effect::Ask(Dialog::Compare)),
            Command::ToggleEvent => self.toggle_event(out),
            Command::BeginEvent => self.begin_event(true, out),
            Command::EventHere => self.begin_event(false, out),
            Command::EventStart => self.event_from_here(true, out),
            Command::EventEnd => self.event_from_here(false, out),
            Command::SplitEvent => self.split_event(out),
            Command::DeleteEvent => self.delete_event(out),
            Command::SelectEvent => self.event_at_hand(out),
            Command::NextEventEnd => self.go_to_event_end(true, out),
            Command::PreviousEventEnd => self.go_to_event_end(false, out),
            Command::TakePart => self.ask_role(out),
            Command::Cameras => out.push(Effect::Ask(Dialog::Cameras)),
            Command::SideBySide | Command::NextCamera | Command::PreviousCamera | Command::SameMoment => self.camera_command(command, out),
            Command::SameObject | Command::NotSame | Command::TakeIdentity => self.camera_command(command, out),
            Command::Ghosts => out.push(Effect::ToggleAid(Aid::Ghosts)),
            Command::DeleteFromHere => self.delete_from_here(out),
            Command::DeleteSequence => self.delete_sequences(out),

            Command::ZoomIn => self.zoom_by(ZOOM_STEP),
            Command::ZoomOut => self.zoom_by(1.0 / ZOOM_STEP),
            Command::Fit => {
                self.view.fit(self.image);
                self.look += 1;
            }
            Command::OneToOne => {
                let zoom = self.view.zoom;
                self.zoom_by(1.0 / zoom);
            }
            Command::FitSelection => self.fit_selection(),
            Command::Snap => {
                let snap = &mut self.options.snap;
                let on = !(snap.vertices || snap.edges || snap.image);
                (snap.vertices, snap.edges, snap.image) = (on, on, on);
                self.look += 1;
            }
            Command::SnapAngles => {
                self.options.snap.angles = !self.options.snap.angles;
                self.look += 1;
            }
            Command::Crosshair => out.push(Effect::ToggleAid(Aid::Crosshair)),
            Command::Magnifier => out.push(Effect::ToggleAid(Aid::Magnifier)),
            Command::SequenceColors => out.push(Effect::ToggleAid(Aid::SequenceColors)),
            Command::Lanes => out.push(Effect::ToggleAid(Aid::Lanes)),
            Command::KeyframeStrip => out.push(Effect::ToggleAid(Aid::Keyframes)),
            Command::Rulers => out.push(Effect::ToggleAid(Aid::Rulers)),
            Command::Guide => out.push(Effect::Ask(Dialog::Guide)),
            Command::History => out.push(Effect::Ask(Dialog::History)),
            // The digits are dealt with above.
            _ => {}
        }
    }

    fn delete_selected(&mut self, out: &mut Vec<Effect>) {
        // A tool may have a use for the key: a hot vertex goes before the whole shape does.
        if !self.ask_tool(&ToolEvent::Command(ToolCommand::Delete), out) {
            if self.selection.is_empty() && self.selected_event().is_some() {
                return self.delete_event(out);
            }
            let selection = self.selection.clone();
            let follows = selection.iter().any(|id| self.sequences.member(*id).is_some());
            self.delete(&selection, out);
            if follows {
                let text = "Gone from this frame; on the others it stays. Alt+Delete: from here on.";
                out.push(Effect::Notify(Notice::info(text).with(Command::DeleteSequence)));
            }
        }
    }

    fn cancel(&mut self, out: &mut Vec<Effect>) {
        self.redrawing = None;
        (self.tagging, self.relabelling) = (None, false);
        if self.asking_label.take().is_none() {
            if self.selection.is_empty() && !self.tool.is_busy() {
                self.select_event(None);
            }
            self.ask_tool(&ToolEvent::Cancel, out);
        }
    }

    pub(crate) fn step(&mut self, forward: bool, out: &mut Vec<Effect>) {
        if self.is_video() {
            self.step_frames(forward, 1, out);
        } else {
            self.step_file(if forward { 1 } else { -1 }, out);
        }
    }

    fn zoom_by(&mut self, factor: f64) {
        let inside = |pos: &limn_core::ImagePos| self.view.visible().contains(*pos);
        let anchor = self.pointer().filter(inside).unwrap_or(self.view.center);
        self.view.zoom_at(self.view.canvas_from_image(anchor), factor, self.image);
        self.look += 1;
    }

    fn fit_selection(&mut self) {
        let bounds = self.selection.iter().filter_map(|id| self.document.get(*id)?.geometry.bounds());
        if let Some(bounds) = bounds.reduce(limn_core::Rect::union) {
            self.look_at(bounds);
        }
    }

    /// Shows a part of the picture with some room around it.
    pub(crate) fn look_at(&mut self, rect: limn_core::Rect) {
        let margin = rect.width().max(rect.height()) * 0.25;
        self.view.fit_rect(rect.grown(margin), 16.0);
        self.look += 1;
    }

    /// Tab: the next shape under the pointer; where there is none or only one, the next of the frame.
    fn select_along(&mut self, by: isize, out: &mut Vec<Effect>) {
        let command = if by > 0 { ToolCommand::NextHit } else { ToolCommand::PreviousHit };
        let before = self.selection.clone();
        self.ask_tool(&ToolEvent::Command(command), out);
        if self.selection != before || self.tool.is_busy() {
            return;
        }
        let shown: Vec<InstanceId> =
            self.document.instances().iter().map(|instance| instance.id).filter(|id| !self.hidden.contains(id)).collect();
        if shown.is_empty() {
            return;
        }
        let at = self.selection.last().and_then(|id| shown.iter().position(|other| other == id));
        let next = match at {
            Some(at) => (at as isize + by).rem_euclid(shown.len() as isize) as usize,
            None if by > 0 => 0,
            None => shown.len() - 1,
        };
        self.select(vec![shown[next]]);
        self.reveal(shown[next]);
    }

    pub(crate) fn set_status(&mut self, status: FileStatus, out: &mut Vec<Effect>) {
        let Some(entry) = self.file() else { return };
        let wanted = if status == FileStatus::Complete { Progress::Complete } else { Progress::Open };
        if entry.progress() != wanted {
            let id = entry.file.id;
            let title = if status == FileStatus::Complete { "Mark complete" } else { "Open again" };
            let mut changes = vec![Change::FileSet { id, set: FileSet::Status(status) }];
            if status == FileStatus::Complete {
                changes.push(Change::FileSet { id, set: FileSet::CompleteUnder(Some(IN_FORCE)) });
            }
            self.commit(kind::FILES, title, changes, out);
        }
    }

    /// The label for the selection, and for what is drawn next.
    pub(crate) fn choose_label(&mut self, label: LabelId, out: &mut Vec<Effect>) {
        self.asking_label = None;
        if let Some(whom @ Tagged::Event { .. }) = self.tagging {
            self.tagging = None;
            return self.tag(label, whom, out);
        }
        if self.tagging.is_none() && self.choose_event_label(label, out) {
            return;
        }
        self.active_label = Some(label);
        self.look += 1;
        if let Some(whom) = self.tagging.take() {
            return self.tag(label, whom, out);
        }
        if std::mem::take(&mut self.relabelling) {
            return self.label_from_here(label, out);
        }
        let differs =
            |id: &&InstanceId| !self.locked.contains(id) && self.document.get(**id).is_some_and(|instance| instance.label != label);
        let set = |id: &InstanceId| Change::InstanceSet { id: *id, set: InstanceSet::Label(label) };
        let mut changes: Vec<Change> = self.selection.iter().filter(differs).map(set).collect();
        changes.extend(self.selection.iter().filter(differs).flat_map(|id| self.defaults_after(*id, label)));
        if self.selection.is_empty() {
            self.take_default_tool(out);
            self.warn_of_kind(out);
        }
        let title = format!("Label {}", self.schema.shown(label).0);
        self.commit(kind::EDIT, &title, changes, out);
    }

    /// A label by name; a new name becomes a new label of the schema.
    pub(crate) fn name_label(&mut self, name: &str, out: &mut Vec<Effect>) {
        self.asking_label = None;
        if name.is_empty() {
            return;
        }
        if self.newest_schema().label_named(name).is_none() {
            let mut schema = self.newest_schema().clone();
            let id = schema.add_label(name);
            if self.names_event()
                && let Some(label) = schema.labels.iter_mut().find(|label| label.id == id)
            {
                label.used_for = UsedFor::Events;
            }
            let change = Change::SchemaPublish { number: 0, document: schema.to_document() };
            self.commit(kind::SCHEMA, &format!("Add label {name}"), vec![change], out);
            self.replace_schema(schema);
        }
        if let Some(label) = self.schema.label_named(name).map(|label| label.id) {
            self.choose_label(label, out);
        }
    }
}
