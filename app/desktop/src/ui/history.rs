//! What happened: the versions of the selected instance, or the steps on the file, each shown on the picture.

use super::corner::{Corner, corner_ui};
use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::session::Message;
use crate::{icons, theme};
use egui::{Context, RichText, Role, ScrollArea, Slider, Ui, WidgetInfo};
use limn_core::document::Stamp;
use limn_core::log::Change;
use limn_core::schema::Answer;
use limn_core::{Document, Instance, InstanceId, Mark, Marks};
use limn_editor::{Event, Place};
use limn_store::writer::StoreRequest;
use limn_store::{StepRow, Version};
use std::collections::BTreeSet;

/// Steps of a file that are looked at: the last ones.
const MAX_STEPS: u32 = 5000;
/// Seconds between two steps while the making of a file is played.
const STEP_SECONDS: f64 = 0.12;
/// Most shapes of an earlier state that are drawn.
const MAX_DRAWN: usize = 2000;

/// The open panel.
pub struct History {
    /// What it was read for.
    asked: Option<(Place, Option<InstanceId>, Stamp)>,
    told: Told,
    /// Number of the version or step that is shown; the last one is the present.
    at: usize,
    /// The other version that it is compared with.
    other: Option<usize>,
    /// What of it is drawn, made when another version or step is looked at: a file may have thousands of steps.
    drawn: Option<Drawn>,
    /// When the next step is due while it plays.
    plays: Option<f64>,
}

/// What is drawn of which version or step, beside which other one.
type Drawn = ((usize, Option<usize>), Vec<Instance>);

/// What was read.
enum Told {
    Versions(Vec<Version>),
    Steps(Vec<StepRow>),
}

impl Default for History {
    fn default() -> Self {
        Self { asked: None, told: Told::Steps(Vec::new()), at: 0, other: None, drawn: None, plays: None }
    }
}

impl History {
    fn len(&self) -> usize {
        match &self.told {
            Told::Versions(versions) => versions.len(),
            Told::Steps(steps) => steps.len(),
        }
    }

    /// Earlier states to be drawn over the picture, and whether they stand in for what is there now.
    pub fn drawn(&mut self) -> (&[Instance], bool) {
        let is_past = self.at + 1 < self.len();
        let wanted = (self.at, self.other);
        if self.drawn.as_ref().is_none_or(|(drawn, _)| *drawn != wanted) {
            let instances = match &self.told {
                Told::Versions(versions) => {
                    let shown = [Some(self.at).filter(|_| is_past), self.other].into_iter().flatten();
                    shown.filter_map(|at| versions.get(at)).map(|version| version.instance.clone()).collect()
                }
                Told::Steps(steps) if is_past => state_after(&steps[..=self.at.min(steps.len() - 1)]),
                Told::Steps(_) => Vec::new(),
            };
            self.drawn = Some((wanted, instances));
        }
        let alone = is_past && matches!(self.told, Told::Steps(_));
        (self.drawn.as_ref().map_or(&[], |(_, instances)| instances), alone)
    }
}

/// The shapes after some steps; those that were taken back later count for nothing.
fn state_after(steps: &[StepRow]) -> Vec<Instance> {
    let mut document = Document::default();
    let changes = || steps.iter().filter(|step| !step.undone).flat_map(|step| &step.changes);
    let place = changes().find_map(|change| match change {
        Change::InstanceAdd(instance) => Some((instance.file, instance.frame)),
        _ => None,
    });
    let Some((file, frame)) = place else { return Vec::new() };
    for change in changes() {
        document.apply(file, frame, change);
    }
    document.instances().iter().take(MAX_DRAWN).cloned().collect()
}

/// The small window at the canvas's top right.
pub fn history_ui(app: &mut LimnApp, ctx: &Context) {
    let Some(mut history) = app.ui.history.take() else { return };
    ask_again(app, &mut history);
    let colors = theme::colors(ctx);
    let mut restore = None;
    let title = if matches!(history.told, Told::Versions(_)) { "History of the selected" } else { "History of the file" };
    let look = Corner { name: "History", title, close: ["Close the history", "Close   Esc"], width: 320.0 };
    let is_closed = corner_ui(ctx, app.ui.adjust_offset, &look, |ui| {
        if history.len() == 0 {
            ui.label(RichText::new("Nothing happened here yet.").color(colors.text_weak.0));
            return;
        }
        slider_ui(&mut history, ui);
        rows_ui(app, &mut history, ui);
        restore = buttons_ui(&mut history, ui);
    });
    play(&mut history, ctx);
    if let Some(event) = restore {
        history.at = usize::MAX;
        app.tell(event);
    }
    if is_closed || app.editor.file().is_none() {
        app.ui.focus_canvas = true;
    } else {
        app.ui.history = Some(history);
    }
}

/// Reads anew what the panel shows when something else is selected or something happened.
fn ask_again(app: &mut LimnApp, history: &mut History) {
    let Some(place) = app.editor.place() else { return };
    let one = app.editor.selection().first().copied().filter(|_| app.editor.selection().len() == 1);
    let member = one.and_then(|id| app.editor.member(id));
    let asked = (place, one, app.editor.document().stamp().clone());
    if history.asked.as_ref() == Some(&asked) || app.editor.num_unsaved() > 0 {
        return;
    }
    history.asked = Some(asked);
    let mailbox = app.mailbox.clone();
    let read = move |project: &mut limn_store::Project| {
        let told = match one {
            Some(id) => match member {
                Some(member) => project.versions_at(member, place.frame).map(Told::Versions),
                None => project.versions(id).map(Told::Versions),
            },
            None => project
                .steps_on(place.file, MAX_STEPS)
                .map(|steps| Told::Steps(steps.into_iter().filter(|step| step.frame == place.frame).collect())),
        };
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| match (told, &mut app.ui.history) {
            (Ok(told), Some(history)) => {
                (history.told, history.other, history.drawn) = (told, None, None);
                history.at = history.len().saturating_sub(1);
            }
            (Err(error), _) => app.ui.toasts.add(&limn_editor::Notice::error(error.to_string())),
            (Ok(_), None) => {}
        })));
    };
    app.ask_store(StoreRequest::Run(Box::new(read)));
}

fn slider_ui(history: &mut History, ui: &mut Ui) {
    let last = history.len() - 1;
    history.at = history.at.min(last);
    ui.horizontal(|ui| {
        let playing = history.plays.is_some();
        let icon = if playing { icons::PAUSE } else { icons::PLAY };
        if icon_button(ui, icon, "Play how it was made", "Play how it was made", playing, last > 0).clicked() {
            history.plays = if playing { None } else { Some(f64::NEG_INFINITY) };
            if !playing && history.at == last {
                history.at = 0;
            }
        }
        ui.spacing_mut().slider_width = 180.0;
        let response = ui.add(Slider::new(&mut history.at, 0..=last).show_value(false));
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, "Version"));
        ui.label(format!("{} / {}", history.at + 1, last + 1));
    });
}

fn rows_ui(app: &LimnApp, history: &mut History, ui: &mut Ui) {
    let colors = theme::colors(ui.ctx());
    let (len, shown) = (history.len(), history.at);
    let (row, now) = (theme::tokens().size.row, app.editor.now());
    let mut chosen = None;
    ScrollArea::vertical().max_height(row * 8.0).auto_shrink([false, true]).show_rows(ui, row, len, |ui, range| {
        // The newest on top.
        for at in range.map(|from_top| len - 1 - from_top) {
            let (title, user, wall, weak) = match &history.told {
                Told::Versions(versions) => (&versions[at].title, &versions[at].user, versions[at].wall, versions[at].deleted),
                Told::Steps(steps) => (&steps[at].title, &steps[at].user, steps[at].wall, steps[at].undone),
            };
            let when = ago(now.saturating_sub(wall.max(0).cast_unsigned()));
            let text = RichText::new(format!("{title}   {user}, {when}")).small();
            let text = if weak { text.strikethrough().color(colors.text_weak.0) } else { text };
            let response = ui.add(egui::Button::selectable(at == shown, text).truncate());
            response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, at == shown, format!("{title}, {user}, {when}")));
            if response.clicked() {
                chosen = Some((at, ui.input(|input| input.modifiers.shift)));
            }
        }
    });
    match chosen {
        Some((at, true)) => history.other = Some(at).filter(|at| history.other != Some(*at)),
        Some((at, false)) => history.at = at,
        None => {}
    }
    if let Told::Versions(versions) = &history.told {
        let compared = history.other.or_else(|| versions.len().checked_sub(1)).and_then(|at| versions.get(at));
        if let (Some(one), Some(other)) = (versions.get(history.at), compared) {
            for line in differences(app, one, other) {
                ui.label(RichText::new(line).small().color(colors.text_weak.0));
            }
        }
        ui.label(
            RichText::new("Shift+click another version to compare with it instead of the last one.").small().color(colors.text_weak.0),
        );
    }
}

/// What tells two versions apart, a line each.
fn differences(app: &LimnApp, one: &Version, other: &Version) -> Vec<String> {
    let name = |version: &Version| app.editor.schema.shown(version.instance.label).0;
    let mut lines = Vec::new();
    if one.instance.label != other.instance.label {
        lines.push(format!("label: {} → {}", name(one), name(other)));
    }
    if one.instance.geometry != other.instance.geometry {
        let size = |version: &Version| {
            let bounds = version.instance.geometry.bounds();
            bounds.map_or_else(String::new, |rect| format!("{:.0} × {:.0} px", rect.width(), rect.height()))
        };
        let points = |version: &Version| version.instance.geometry.num_points();
        lines.push(format!("shape: {}, {} points → {}, {} points", size(one), points(one), size(other), points(other)));
    }
    // Marks by name, those that both have left out; answers in words, each on a line of its own.
    let (marks, others) = (&one.instance.marks, &other.instance.marks);
    let only = |of: &Marks, not: &Marks| {
        let in_both: Vec<Mark> = not.set_ones().collect();
        let names = of.set_ones().filter(|mark| !matches!(mark, Mark::Answer(..)) && !in_both.contains(mark));
        let names: Vec<_> = names.map(|mark| mark.register()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let (before, after) = (only(marks, others), only(others, marks));
    if before != after || before != "none" {
        lines.push(format!("marks: {before} → {after}"));
    }
    for id in marks.answers.keys().chain(others.answers.keys()).collect::<BTreeSet<_>>() {
        let (before, after) = (marks.answers.get(id), others.answers.get(id));
        if before != after {
            let name = app.editor.attribute(*id).map_or_else(|| format!("attribute {id}"), |attribute| attribute.name.clone());
            let text = |answer: Option<&Answer>| answer.map_or_else(|| "no answer".to_owned(), Answer::text);
            lines.push(format!("{name}: {} → {}", text(before), text(after)));
        }
    }
    lines
}

fn buttons_ui(history: &mut History, ui: &mut Ui) -> Option<Event> {
    let Told::Versions(versions) = &history.told else { return None };
    let version = versions.get(history.at).filter(|_| history.at + 1 < versions.len())?;
    let response = ui.button("Restore this version").on_hover_text("The shape, label and marks of this version, as a new step");
    response.clicked().then(|| Event::Restore(Box::new(version.instance.clone())))
}

/// Goes on to the next step when it is due.
fn play(history: &mut History, ctx: &Context) {
    let Some(due) = history.plays else { return };
    let now = ctx.input(|input| input.time);
    if now >= due {
        if due.is_finite() {
            history.at += 1;
        }
        history.plays = (history.at + 1 < history.len()).then_some(now + STEP_SECONDS);
    }
    ctx.request_repaint_after(std::time::Duration::from_secs_f64(STEP_SECONDS));
}

/// How long ago something happened: nearer to what a person remembers than a time of day.
fn ago(millis: u64) -> String {
    let minutes = millis / 60_000;
    match minutes {
        0 => "just now".into(),
        1..60 => format!("{minutes} min ago"),
        60..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::log::InstanceSet;
    use limn_core::{FileId, Geometry, LabelId, Rect};

    fn step(undone: bool, changes: Vec<Change>) -> StepRow {
        StepRow { title: "Test".into(), user: "ada".into(), wall: 0, frame: 0, undone, changes }
    }

    #[test]
    fn an_earlier_state_is_the_fold_of_the_steps_that_still_count() {
        let instance = |at: u64| {
            let (id, file) = (InstanceId::from_parts(at, [0; 10]), FileId::from_parts(0, [0; 10]));
            Instance::new(id, file, 0, LabelId(1), Geometry::Box(Rect::from_xywh(at as f64, 0.0, 1.0, 1.0)))
        };
        let add = |at| Change::InstanceAdd(Box::new(instance(at)));
        let set = |at, set| Change::InstanceSet { id: instance(at).id, set };
        let steps = [
            step(false, vec![add(1)]),
            step(true, vec![add(2)]),
            step(false, vec![add(3), set(1, InstanceSet::Label(LabelId(7)))]),
            step(false, vec![set(3, InstanceSet::Deleted(true))]),
        ];
        let told =
            |count: usize| state_after(&steps[..count]).iter().map(|i| (i.geometry.bounds().unwrap().min.x, i.label.0)).collect::<Vec<_>>();
        assert_eq!(told(1), [(1.0, 1)]);
        assert_eq!(told(2), [(1.0, 1)]);
        assert_eq!(told(3), [(1.0, 7), (3.0, 1)]);
        assert_eq!(told(4), [(1.0, 7)]);
    }

    #[test]
    fn times_are_told_by_how_long_ago_they_are() {
        let rows = [(0, "just now"), (59_999, "just now"), (61_000, "1 min ago"), (7_200_000, "2 h ago"), (864_000_000, "10 days ago")];
        for (millis, want) in rows {
            assert_eq!(ago(millis), want);
        }
    }
}
