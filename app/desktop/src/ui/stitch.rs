//! Which sequences of clips that overlap are one object: pairs with pictures, the most alike first. A person confirms or rejects.

use super::identity::picture;
use super::widgets::sheet;
use crate::app::LimnApp;
use crate::theme;
use egui::{Context, DragValue, Key, Modifiers, RichText, Role, ScrollArea, Ui, WidgetInfo};
use limn_core::{FileId, FileRecord, Geometry, Instance, InstanceId, SequenceId};
use limn_editor::{Command, Notice};
use limn_jobs::{StitchPair, StitchReport};

/// Per cent from which pairs are shown at first.
const FIRST_LEAST: u32 = 50;
/// Height of a row in points.
const ROW: f32 = 58.0;

/// The sheet.
pub(crate) struct StitchSheet {
    file: FileId,
    /// Files that share frames with it, and how many.
    others: Vec<(FileRecord, u64)>,
    at: usize,
    least: u32,
    found: Option<Result<StitchReport, String>>,
    /// Confirmed or rejected.
    done: Vec<SequenceId>,
    current: usize,
}

impl StitchSheet {
    /// Takes what was found with this other file, if it is still asked for.
    pub fn take(&mut self, with: FileId, found: Result<StitchReport, String>) {
        if self.other().is_some_and(|other| other.id == with) {
            self.found = Some(found);
        }
    }

    /// The comparison with this other file was stopped.
    pub fn stopped(&mut self, with: FileId) {
        if self.found.is_none() {
            self.take(with, Err("Comparing was stopped. Choose a clip to compare again.".into()));
        }
    }

    fn other(&self) -> Option<&FileRecord> {
        self.others.get(self.at).map(|(file, _)| file)
    }

    /// Those to be judged.
    fn open(&self) -> Vec<StitchPair> {
        let Some(Ok(report)) = &self.found else { return Vec::new() };
        let is_open = |pair: &&StitchPair| pair.pair.likeness * 100.0 >= f64::from(self.least) && !self.done.contains(&pair.pair.a);
        report.pairs.iter().filter(is_open).cloned().collect()
    }
}

/// What the person decides.
enum Judged {
    Same(usize),
    Not(usize),
    All,
    /// Two that a person said are not one object may be one after all.
    Back(SequenceId, SequenceId),
}

impl LimnApp {
    /// Asks which sequences of the open clip are those of another one.
    pub(crate) fn open_stitch(&mut self) {
        let Some(file) = self.editor.file().map(|entry| entry.file.clone()) else { return };
        let all: Vec<FileRecord> = self.editor.files.iter().map(|entry| entry.file.clone()).collect();
        let others = limn_jobs::overlapping(&file, &all);
        let Some((other, _)) = others.first() else {
            let text = "No other clip shows frames of this one. Cut the video into clips that overlap.";
            return self.ui.toasts.add(&Notice::info(text).with(Command::CutClips));
        };
        self.compare_sequences(file.id, other.id, None);
        let sheet = StitchSheet { file: file.id, others, at: 0, least: FIRST_LEAST, found: None, done: Vec::new(), current: 0 };
        self.ui.stitch = Some(sheet);
    }
}

/// The sheet, if it is open.
pub(super) fn stitch_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut state) = app.ui.stitch.take() else { return };
    let Some(file) = app.editor.file().map(|entry| entry.file.clone()).filter(|file| file.id == state.file) else { return };
    let pairs = state.open();
    let mut judged = ctx.input_mut(|input| {
        state.current = match (input.consume_key(Modifiers::NONE, Key::ArrowDown), input.consume_key(Modifiers::NONE, Key::ArrowUp)) {
            (true, _) => state.current + 1,
            (_, true) => state.current.saturating_sub(1),
            _ => state.current,
        };
        state.current = state.current.min(pairs.len().saturating_sub(1));
        let all = input.consume_key(Modifiers::COMMAND, Key::Enter).then_some(Judged::All);
        let same = input.consume_key(Modifiers::NONE, Key::Enter).then_some(Judged::Same(state.current));
        let not = input.consume_key(Modifiers::NONE, Key::Delete).then_some(Judged::Not(state.current));
        all.or(same).or(not)
    });
    let before = state.at;
    let open = sheet(ctx, "stitch", &format!("Stitch sequences of {}", file.name), 620.0, |ui| {
        others_ui(ui, &mut state);
        ui.separator();
        told_ui(ui, &mut state, &pairs, &mut judged);
        // As high as they are, up to half of the window: a sheet gives no more room than it is asked for.
        let height = (pairs.len() as f32 * ROW).min(ui.ctx().content_rect().height() * 0.5);
        ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            for (at, pair) in pairs.iter().enumerate() {
                ui.horizontal(|ui| row(app, ui, (&file, &state), at, pair, &mut judged));
            }
        });
        refused_ui(app, ui, &state, &mut judged);
    });
    let ids = |pair: &StitchPair| (pair.pair.a, pair.pair.b);
    match judged {
        Some(Judged::Same(at)) if at < pairs.len() => {
            state.done.push(pairs[at].pair.a);
            app.join_sequences(vec![ids(&pairs[at])]);
        }
        Some(Judged::Not(at)) if at < pairs.len() => {
            state.done.push(pairs[at].pair.a);
            app.refuse_pair(ids(&pairs[at]));
        }
        Some(Judged::All) if !pairs.is_empty() => {
            state.done.extend(pairs.iter().map(|pair| pair.pair.a));
            app.join_sequences(pairs.iter().map(ids).collect());
        }
        Some(Judged::Back(a, b)) => {
            if let Some(other) = state.other().map(|other| other.id) {
                (state.found, state.current) = (None, 0);
                state.done.clear();
                app.compare_sequences(file.id, other, Some((a, b)));
            }
        }
        _ => {}
    }
    if state.at != before
        && let Some(other) = state.other().map(|other| other.id)
    {
        (state.found, state.current) = (None, 0);
        state.done.clear();
        app.compare_sequences(file.id, other, None);
    }
    if open {
        app.ui.stitch = Some(state);
    } else {
        app.ui.focus_canvas = true;
    }
}

/// With which clip.
fn others_ui(ui: &mut Ui, state: &mut StitchSheet) {
    ui.label("Sequences of one label are compared on the frames that both clips have. With:");
    ScrollArea::vertical().id_salt("others").max_height(96.0).show(ui, |ui| {
        for (at, (other, frames)) in state.others.iter().enumerate() {
            let whole = if other.clip.is_none() { " (the whole video)" } else { "" };
            ui.radio_value(&mut state.at, at, format!("{}{whole}, {frames} frames of both", other.name));
        }
    });
}

fn told_ui(ui: &mut Ui, state: &mut StitchSheet, pairs: &[StitchPair], judged: &mut Option<Judged>) {
    let colors = theme::colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.label("At least alike by");
        let response = ui.add(DragValue::new(&mut state.least).range(1..=100).suffix(" %"));
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "At least alike by, per cent"));
        let all = ui.add_enabled(!pairs.is_empty(), egui::Button::new(format!("The same: all of them ({})   Ctrl+Enter", pairs.len())));
        if all.clicked() {
            *judged = Some(Judged::All);
        }
    });
    let text = match &state.found {
        None => "Comparing…".to_owned(),
        Some(Err(error)) => error.clone(),
        Some(Ok(_)) if pairs.is_empty() => "No more pairs that are so much alike.".to_owned(),
        Some(Ok(_)) => "Enter: the same. Delete: not. Arrows: another pair.".to_owned(),
    };
    let response = ui.label(RichText::new(&text).color(colors.text_weak.0));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}

/// Those of which a person said that they are not one object.
fn refused_ui(app: &LimnApp, ui: &mut Ui, state: &StitchSheet, judged: &mut Option<Judged>) {
    let Some(Ok(StitchReport { refused, .. })) = &state.found else { return };
    if refused.is_empty() {
        return;
    }
    ui.collapsing(format!("Said not to be the same: {}", refused.len()), |ui| {
        ScrollArea::vertical().id_salt("refused").max_height(96.0).show(ui, |ui| {
            for (a, b) in refused {
                let other = state.other().map_or("", |other| other.name.as_str());
                let told = format!("{} and {} of {other}", app.editor.sequence_name(a), app.editor.sequence_name(b));
                ui.horizontal(|ui| {
                    ui.label(&told);
                    let response = ui.button("compare again");
                    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{told}: compare again")));
                    if response.clicked() {
                        *judged = Some(Judged::Back(a.id, b.id));
                    }
                });
            }
        });
    });
}

fn row(
    app: &mut LimnApp,
    ui: &mut Ui,
    (file, state): (&FileRecord, &StitchSheet),
    at: usize,
    pair: &StitchPair,
    judged: &mut Option<Judged>,
) {
    let colors = theme::colors(ui.ctx());
    let mark = if at == state.current { "▶" } else { "" };
    ui.add_sized([14.0, 52.0], egui::Label::new(RichText::new(mark).color(colors.accent.0)));
    let other = state.other().map_or("", |other| other.name.as_str());
    let (a, b) = (app.editor.sequence_name(&pair.a), app.editor.sequence_name(&pair.b));
    let frame = file.media_frames().own(pair.pair.seen_at);
    for (sequence, bounds, name) in [(&pair.a, pair.bounds[0], &a), (&pair.b, pair.bounds[1], &b)] {
        // Both are seen on the same picture, which is one of the open clip.
        if let (Some(frame), Some(bounds)) = (frame, bounds) {
            let seen = Instance::new(InstanceId(sequence.id.0), file.id, frame, sequence.label, Geometry::Box(bounds));
            picture(app, ui, &seen, name);
        }
    }
    let measure = pair.pair.likeness * 100.0;
    let what = if pair.bounds.iter().flatten().any(|bounds| bounds.area() > 0.0) { "IoU" } else { "alike" };
    let told = format!("{a} = {b} of {other}");
    let how = format!("{what} {measure:.0} % · {} frames compared · frame {} of the source", pair.pair.frames, pair.pair.seen_at);
    ui.vertical(|ui| {
        ui.set_width(360.0);
        let response = ui.label(RichText::new(&told).strong());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{told}: {how}")));
        ui.label(RichText::new(how).small().color(colors.text_weak.0));
    });
    for (text, judge) in [("same", Judged::Same(at)), ("not", Judged::Not(at))] {
        let response = ui.button(text);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{told}: {text}")));
        if response.clicked() {
            *judged = Some(judge);
        }
    }
}
