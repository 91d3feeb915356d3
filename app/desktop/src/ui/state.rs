//! What only the window knows: which pop-ups are open, what is typed into them.

use super::label_popup::LabelPopup;
use super::palette::Palette;
use super::path_prompt::PathPrompt;
use super::toasts::Toasts;
use crate::dialogs::{ExportChoice, Purpose};
use crate::settings::Settings;
use egui::{Context, Id, ViewportCommand};
use limn_core::InstanceId;
use limn_editor::{Chord, Command, Dialog};
use limn_media::PictureKey;
use std::path::Path;

/// Things to be carried out by the next frame, and open pop-ups.
#[derive(Default)]
pub struct UiState {
    pub(crate) panels_hidden: bool,
    pub(crate) next_pane: bool,
    pub(crate) toggle_full_screen: bool,
    pub(crate) copy_text: Option<String>,
    pub(crate) quit: bool,
    /// Files wait for their hashes until all are added.
    pub(crate) hash_later: bool,
    pub(crate) restart_graphics: bool,
    /// The person was told that closing loses what could not be written.
    pub(crate) warned_of_loss: bool,
    pub(crate) window_title: String,
    pub(crate) toasts: Toasts,
    pub(crate) palette: Option<Palette>,
    pub(crate) label_popup: Option<LabelPopup>,
    pub(crate) path_prompt: Option<PathPrompt>,
    pub(crate) go_to_frame: Option<String>,
    pub(crate) snapshot_name: Option<String>,
    /// A sequence that gets a name.
    pub(crate) sequence_name: Option<(limn_core::SequenceId, String)>,
    /// Which other sequence the selected one is.
    pub(crate) identity: Option<super::identity::IdentityPanel>,
    /// Which videos go together.
    pub(crate) cameras: Option<super::cameras_sheet::CamerasSheet>,
    /// Which frames of the video are annotated.
    pub(crate) work_frames: Option<super::prompts::WorkFramesSheet>,
    /// Which stretches of the video become clips.
    pub(crate) replaced: super::retime::ReplacedVideos,
    pub(crate) cut_clips: Option<super::prompts::CutSheet>,
    /// Which sequences of clips that overlap are one object.
    pub(crate) stitch: Option<super::stitch::StitchSheet>,
    /// Which sequence of another file the selected one is.
    pub(crate) same_object: Option<super::same_object::SameSheet>,
    /// Before an export: whether files that are not complete go with it.
    pub(crate) export: Option<ExportChoice>,
    pub(crate) paste_ahead: Option<String>,
    pub(crate) unsure: Option<String>,
    pub(crate) visible: Option<String>,
    /// What is to be looked at again, and on which frames.
    pub(crate) issue: Option<super::issues::NewIssue>,
    pub(crate) issue_list: super::issues::IssueList,
    pub(crate) compare: Option<super::compare::ComparePanel>,
    /// In which role the selected take part in the event.
    pub(crate) role: Option<String>,
    pub(crate) relate: Option<String>,
    /// What relations meant last.
    pub(crate) relation_kind: String,
    pub(crate) find: Option<super::find::Find>,
    pub(crate) history: Option<super::history::History>,
    pub(crate) template: Option<super::template::TemplatePanel>,
    pub(crate) coverage: Option<super::coverage::CoveragePanel>,
    /// Which files are listed.
    pub(crate) files: super::files_filter::FilesFilter,
    pub(crate) doubts: Option<super::doubts::DoubtsPanel>,
    pub(crate) problems: Option<super::problems::ProblemsPanel>,
    /// Simplify, smooth or grow.
    pub(crate) border: super::border::BorderPanel,
    /// What the schema tells of the label at hand.
    pub(crate) guide: super::guide::GuidePanel,
    pub(crate) option_pictures: super::option_pictures::OptionPictures,
    /// The room in which the schema is changed.
    pub(crate) schema: Option<Box<super::schema::SchemaRoom>>,
    /// Answers to the schema's questions.
    pub(crate) attributes: super::attributes::AttributesPanel,
    /// The key that was pressed last took an option: its letter is no answer.
    pub(crate) digit_taken: bool,
    pub(crate) lanes: super::lanes::Lanes,
    /// Whose keyframe, and on which frame, the strip of keyframes brought into sight last.
    pub(crate) keyframes_at: Option<(limn_core::sequence::Member, u64)>,
    pub(crate) event_lanes: super::event_lanes::EventLanes,
    pub(crate) event_list: super::event_panel::EventList,
    pub(crate) keys_open: bool,
    pub(crate) settings_open: bool,
    pub(crate) manual_open: bool,
    pub(crate) manual_page: usize,
    pub(crate) about_open: bool,
    pub(crate) adjust_open: bool,
    /// Where the picture view stands: from the top right corner of the window to that of the canvas.
    pub(crate) adjust_offset: egui::Vec2,
    pub(crate) tour: Option<usize>,
    pub(crate) choosing_profile: bool,
    /// A command that waits for its new key, and what was pressed so far.
    pub(crate) rebinding: Option<(Command, Vec<Chord>)>,
    pub(crate) picture_problem: Option<(PictureKey, String)>,
    /// A file that is read through once: what for, how much is done, and how much there is.
    pub(crate) reading: Option<(&'static str, u64, u64)>,
    pub(crate) hashed_for: usize,
    /// The instance list scrolls to what is selected on the canvas, once.
    pub(crate) scrolled_to: Option<InstanceId>,
    pub(crate) tags: super::tags::Tags,
    pub(crate) instance_rows: super::instances::Rows,
    /// Row and height of the list that was scrolled so that the row is in sight.
    pub(crate) file_scrolled_to: Option<(usize, u32)>,
    /// Seconds at which the picture began to be late.
    pub(crate) waiting_since: Option<f64>,
    pub(crate) focus_canvas: bool,
    panes: Vec<Id>,
}

impl UiState {
    /// The state at start.
    pub fn new(settings: &Settings) -> Self {
        let choosing_profile = !settings.welcomed;
        Self { choosing_profile, focus_canvas: true, ..Self::default() }
    }

    /// Opens what is not a file dialog.
    pub fn open(&mut self, dialog: Dialog, frame: u64) {
        match dialog {
            Dialog::Palette => self.palette = Some(Palette::default()),
            Dialog::Keys => self.keys_open = !self.keys_open,
            Dialog::Settings => self.settings_open = !self.settings_open,
            Dialog::Manual => self.manual_open = true,
            Dialog::About => self.about_open = true,
            Dialog::Adjust => self.adjust_open = !self.adjust_open,
            Dialog::Tour => self.tour = Some(0),
            Dialog::GoToFrame => self.go_to_frame = Some(frame.to_string()),
            Dialog::Export => self.export = Some(ExportChoice::default()),
            Dialog::Snapshot => self.snapshot_name = Some(String::new()),
            Dialog::PasteAhead => self.paste_ahead = Some(String::new()),
            Dialog::Unsure => self.unsure = Some(String::new()),
            Dialog::Issue => self.issue = Some(super::issues::NewIssue::at(frame)),
            Dialog::Role => self.role = Some(String::new()),
            Dialog::Visible => self.visible = Some(String::new()),
            Dialog::Relate => self.relate = Some(self.relation_kind.clone()),
            Dialog::Find => self.find = Some(super::find::Find::default()),
            Dialog::Guide => self.guide.is_open = !self.guide.is_open,
            Dialog::Border => self.border.is_open = !self.border.is_open,
            Dialog::Compare if self.compare.is_some() => self.compare = None,
            Dialog::Compare => {
                (self.coverage, self.problems, self.doubts) = (None, None, None);
                self.compare = Some(super::compare::ComparePanel::default());
            }
            Dialog::Doubts if self.doubts.is_some() => self.doubts = None,
            Dialog::Doubts => {
                (self.coverage, self.problems, self.compare) = (None, None, None);
                self.doubts = Some(super::doubts::DoubtsPanel::default());
            }
            Dialog::Coverage if self.coverage.is_some() => self.coverage = None,
            // One of these stands in the corner.
            Dialog::Coverage => {
                (self.problems, self.doubts, self.compare) = (None, None, None);
                self.coverage = Some(super::coverage::CoveragePanel::default());
            }
            Dialog::Problems if self.problems.is_some() => self.problems = None,
            Dialog::Problems => {
                (self.coverage, self.doubts, self.compare) = (None, None, None);
                self.problems = Some(super::problems::ProblemsPanel::default());
            }
            Dialog::Template => self.template = Some(super::template::TemplatePanel::default()),
            Dialog::History if self.history.is_some() => self.history = None,
            Dialog::History => {
                (self.coverage, self.problems, self.doubts, self.compare) = (None, None, None, None);
                self.history = Some(super::history::History::default());
            }
            Dialog::NewProject
            | Dialog::OpenProject
            | Dialog::Demo
            | Dialog::AddFiles
            | Dialog::AddFolder
            | Dialog::AddSequence
            | Dialog::Schema
            | Dialog::WorkFrames
            | Dialog::CutClips
            | Dialog::Retime
            | Dialog::Stitch
            | Dialog::SameObject
            | Dialog::Cameras
            | Dialog::SequenceName
            | Dialog::Identity
            | Dialog::FilterLanes
            | Dialog::Import => {}
        }
    }

    /// Asks for a path inside the window.
    pub fn ask_path(&mut self, purpose: Purpose, folder: Option<&Path>) {
        self.path_prompt = Some(PathPrompt::new(purpose, folder));
    }

    /// Whether something is open that takes all keys.
    pub fn is_modal(&self) -> bool {
        self.palette.is_some()
            || self.template.is_some()
            || self.schema.is_some()
            || self.path_prompt.is_some()
            || self.go_to_frame.is_some()
            || self.snapshot_name.is_some()
            || self.work_frames.is_some()
            || self.cut_clips.is_some()
            || self.stitch.is_some()
            || self.replaced.sheet.is_some()
            || self.same_object.is_some()
            || self.cameras.is_some()
            || self.sequence_name.is_some()
            || self.identity.is_some()
            || self.export.is_some()
            || self.paste_ahead.is_some()
            || self.unsure.is_some()
            || self.visible.is_some()
            || self.relate.is_some()
            || self.issue.is_some()
            || self.find.is_some()
            || self.label_popup.is_some()
            || self.manual_open
            || self.about_open
            || self.settings_open
            || self.choosing_profile
    }

    /// Closes the panel that lies over the picture, if there is one.
    pub fn close_panel(&mut self) -> bool {
        let in_the_corner = self.coverage.is_some() || self.problems.is_some() || self.doubts.is_some() || self.compare.is_some();
        let is_open = self.border.is_open || self.history.is_some() || in_the_corner;
        (self.border.is_open, self.history) = (false, None);
        (self.coverage, self.problems, self.doubts, self.compare) = (None, None, None, None);
        is_open
    }

    /// Takes a key for the command that waits for one; Esc gives up.
    pub fn take_rebind(&mut self, chord: &Chord) -> bool {
        let Some((_, pressed)) = &mut self.rebinding else { return false };
        if chord.key == "Escape" {
            self.rebinding = None;
        } else if pressed.len() < 2 {
            pressed.push(chord.clone());
        }
        true
    }

    /// Does what can be done only with egui's context.
    pub fn carry_out(&mut self, ctx: &Context) {
        if std::mem::take(&mut self.toggle_full_screen) {
            let full = ctx.input(|input| input.viewport().fullscreen.unwrap_or(false));
            ctx.send_viewport_cmd(ViewportCommand::Fullscreen(!full));
        }
        if let Some(text) = self.copy_text.take() {
            ctx.copy_text(text);
        }
        if std::mem::take(&mut self.quit) {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        self.panes.clear();
    }

    /// A panel's first widget, for the key that goes from panel to panel.
    pub fn add_pane(&mut self, id: Id) {
        self.panes.push(id);
    }

    /// Gives the keyboard to the next panel, or back to the canvas.
    pub fn give_focus(&mut self, ctx: &Context) {
        let canvas = crate::canvas::canvas_id();
        if std::mem::take(&mut self.next_pane) {
            let ring: Vec<Id> = std::iter::once(canvas).chain(self.panes.iter().copied()).collect();
            let at = ctx.memory(|memory| memory.focused()).and_then(|id| ring.iter().position(|other| *other == id)).unwrap_or(0);
            ctx.memory_mut(|memory| memory.request_focus(ring[(at + 1) % ring.len()]));
        } else if std::mem::take(&mut self.focus_canvas) {
            ctx.memory_mut(|memory| memory.request_focus(canvas));
        }
    }
}
