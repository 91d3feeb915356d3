//! The guide beside the picture: what belongs to the label at hand and what does not, from the schema and offline.

use super::markdown::{Page, markdown_ui};
use super::widgets::icon_button;
use crate::app::LimnApp;
use crate::session::Message;
use crate::{icons, theme};
use egui::{ColorImage, Key, RichText, Role, ScrollArea, TextEdit, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo};
use limn_core::LabelId;
use limn_core::schema::guide::{Found, GuideOf, chapter, find};
use limn_editor::Command;
use std::collections::HashMap;

/// Longest side of a picture, in pixels.
const MAX_SIDE: u32 = 512;
/// Pictures that are kept.
const MAX_KEPT: usize = 64;
/// Height of the place of a picture that is still being read.
const PLACE: f32 = 96.0;

/// The panel.
#[derive(Default)]
pub struct GuidePanel {
    pub(crate) is_open: bool,
    typed: String,
    /// What was found for which text and which schema.
    found: (String, u64, Vec<Found>),
    /// What was chosen among it, instead of what the label at hand has.
    chosen: Option<Found>,
    /// The heading is scrolled to at the next look.
    scrolls: bool,
    /// The label at hand, the schema, and whose guides are shown for it.
    about: Option<(Option<LabelId>, u64)>,
    shown: Vec<GuideOf>,
    pictures: HashMap<String, Picture>,
    /// Grows when all pictures are forgotten: what was read before counts for nothing.
    generation: u64,
    /// One is read at a time.
    is_reading: bool,
}

enum Picture {
    Ready(TextureHandle),
    Failed(String),
}

impl GuidePanel {
    /// Another project, or another window: nothing that was read is there any more.
    pub fn forget(&mut self) {
        *self = Self { is_open: self.is_open, generation: self.generation + 1, ..Self::default() };
    }

    /// Looks again when the label at hand or the schema is another.
    fn look(&mut self, app: &LimnApp) {
        let now = (app.editor.label_at_hand(), app.editor.schema_revision());
        if self.about == Some(now) {
            return;
        }
        if self.about.is_some_and(|(_, schema)| schema != now.1) {
            // A picture that could not be read may be there now.
            self.pictures.retain(|_, picture| matches!(picture, Picture::Ready(_)));
        }
        if self.about.is_some_and(|(label, _)| label != now.0) {
            self.chosen = None;
        }
        self.shown = app.editor.guide(now.0).iter().map(|chapter| chapter.of).collect();
        self.about = Some(now);
    }
}

/// The panel.
pub fn guide_ui(app: &mut LimnApp, ui: &mut Ui) {
    let mut panel = std::mem::take(&mut app.ui.guide);
    panel.look(app);
    let mut missing = None;
    head_ui(app, &mut panel, ui);
    if !panel.typed.trim().is_empty() {
        found_ui(app, &mut panel, ui);
    } else if let Some(chosen) = panel.chosen.clone() {
        if ui.small_button("← Back to the label at hand").clicked() {
            panel.chosen = None;
        }
        let heading = chosen.heading.filter(|_| std::mem::take(&mut panel.scrolls));
        missing = chapters_ui(app, &panel, ui, &[chosen.of], heading.as_deref());
    } else {
        missing = chapters_ui(app, &panel, ui, &panel.shown, None);
    }
    if let Some(target) = missing.filter(|_| !panel.is_reading) {
        let generation = panel.generation;
        let taken = target.clone();
        panel.is_reading = read_picture(app, ui.ctx(), target, MAX_SIDE, move |app, picture| {
            let panel = &mut app.ui.guide;
            if panel.generation != generation {
                return;
            }
            panel.is_reading = false;
            if panel.pictures.len() >= MAX_KEPT {
                panel.pictures.clear();
            }
            panel.pictures.insert(taken, picture.map_or_else(Picture::Failed, Picture::Ready));
        });
    }
    app.ui.guide = panel;
}

fn head_ui(app: &mut LimnApp, panel: &mut GuidePanel, ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.heading("Guide");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let tooltip = app.caps.tooltip(&app.keymap, Command::Guide);
            if icon_button(ui, icons::X, "Close the guide", &tooltip, false, true).clicked() {
                panel.is_open = false;
                app.ui.focus_canvas = true;
            }
        });
    });
    let field = ui.add(TextEdit::singleline(&mut panel.typed).hint_text("Search labels and headings").desired_width(f32::INFINITY));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search the guide"));
    app.ui.add_pane(field.id);
    let (schema, key) = (app.editor.schema_revision(), panel.typed.trim());
    if (panel.found.0.as_str(), panel.found.1) != (key, schema) {
        panel.found = (key.to_owned(), schema, find(&app.editor.schema, key));
    }
    // Enter takes the first that was found.
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        if let Some(first) = panel.found.2.first().cloned() {
            choose(panel, first);
        }
        app.ui.focus_canvas = true;
    }
    ui.add_space(4.0);
}

fn choose(panel: &mut GuidePanel, found: Found) {
    panel.scrolls = found.heading.is_some();
    panel.chosen = Some(found);
    panel.typed.clear();
}

fn found_ui(app: &mut LimnApp, panel: &mut GuidePanel, ui: &mut Ui) {
    if panel.found.2.is_empty() {
        ui.label(RichText::new("No label and no heading holds these words").color(theme::colors(ui.ctx()).text_weak.0));
    }
    let mut chosen = None;
    ScrollArea::vertical().id_salt("guide-found").auto_shrink(false).show(ui, |ui| {
        for found in &panel.found.2 {
            let text = found.heading.as_ref().map_or_else(|| found.title.clone(), |heading| format!("{} › {heading}", found.title));
            if ui.selectable_label(false, text).clicked() {
                chosen = Some(found.clone());
            }
        }
    });
    if let Some(found) = chosen {
        choose(panel, found);
        app.ui.focus_canvas = true;
    }
}

/// Shows some guides; gives the first picture that is in sight and not read yet.
fn chapters_ui(app: &LimnApp, panel: &GuidePanel, ui: &mut Ui, all: &[GuideOf], scroll_to: Option<&str>) -> Option<String> {
    let colors = theme::colors(ui.ctx());
    let mut missing = None;
    ScrollArea::vertical().id_salt(("guide", all.first())).auto_shrink(false).show(ui, |ui| {
        let mut is_empty = true;
        for chapter in all.iter().filter_map(|of| chapter(&app.editor.schema, *of)) {
            ui.add_space(6.0);
            let title = ui.label(RichText::new(&chapter.title).size(theme::tokens().size.title).color(colors.text.0));
            title.widget_info(|| WidgetInfo::labeled(Role::Heading, true, format!("Guide of {}", chapter.title)));
            if !chapter.description.is_empty() {
                ui.label(RichText::new(chapter.description).color(colors.text_weak.0));
            }
            is_empty &= chapter.is_empty();
            let mut picture = |ui: &mut Ui, text: &str, target: &str| {
                if !picture_ui(panel, ui, text, target) {
                    missing.get_or_insert_with(|| target.to_owned());
                }
            };
            markdown_ui(ui, chapter.guide, &mut Page { picture: &mut picture, scroll_to });
        }
        if is_empty {
            let text = "Nothing is written about this label yet. Write its guide in the schema editor (menu Label); a selected shape is \
                        added as an example by command.";
            ui.label(RichText::new(text).color(colors.text_weak.0));
        }
    });
    missing
}

/// A picture, or what is wrong with it; says no while it is in sight and still has to be read.
fn picture_ui(panel: &GuidePanel, ui: &mut Ui, text: &str, target: &str) -> bool {
    let colors = theme::colors(ui.ctx());
    match panel.pictures.get(target) {
        Some(Picture::Ready(texture)) => {
            let size = texture.size_vec2();
            let shown = size * (ui.available_width() / size.x).min(1.0);
            let image = ui.add(egui::Image::new((texture.id(), shown)));
            image.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Picture: {text}")));
            ui.label(RichText::new(text).small().color(colors.text_weak.0));
            true
        }
        Some(Picture::Failed(why)) => {
            ui.label(RichText::new(format!("No picture \"{text}\": {why}")).small().color(colors.warn.0));
            true
        }
        None => {
            let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), PLACE), egui::Sense::hover());
            ui.painter().rect_filled(rect, egui::CornerRadius::same(theme::tokens().size.corner), colors.panel_low.0);
            !ui.is_rect_visible(rect)
        }
    }
}

/// Reads a picture of the project's guides on a thread of its own, at most `max_side` pixels a side; says whether it is under
/// way. What is wrong with it comes as a sentence.
pub(super) fn read_picture(
    app: &LimnApp,
    ctx: &egui::Context,
    target: String,
    max_side: u32,
    take: impl FnOnce(&mut LimnApp, Result<TextureHandle, String>) + Send + 'static,
) -> bool {
    let Some(dir) = app.session.as_ref().map(|session| session.dir.clone()) else { return false };
    let (mailbox, ctx) = (app.mailbox.clone(), ctx.clone());
    let work = move || {
        let picture = limn_jobs::guide_picture(&dir, &target, max_side).map(|level| {
            let image = ColorImage::from_rgba_unmultiplied([level.width as usize, level.height as usize], &level.rgba);
            ctx.load_texture("guide", image, TextureOptions::LINEAR)
        });
        mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| take(app, picture))));
    };
    std::thread::Builder::new().name("limn-guide".into()).spawn(work).is_ok()
}
