//! What a person has set, in `LIMN_HOME/settings.toml`. A file that cannot be read counts as empty and is kept aside.

use crate::theme::ThemeKind;
use limn_tools::{DragDraws, ToolOptions};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What the list of instances tells beside the names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListColumn {
    /// Width and height in pixels.
    #[default]
    Size,
    /// Square pixels, or square units where the scale is known.
    Area,
    /// Of the picture, in per cent.
    Percent,
    /// Number of points.
    Points,
}

/// The settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Colours.
    pub theme: ThemeKind,
    /// Scale of the interface, 1.0 as the system has it.
    pub scale: f32,
    /// Key profile.
    pub profile: String,
    /// A new shape stays selected, so that a digit names it.
    pub select_after_drawing: bool,
    /// An answer leads to the next question by itself while questions are gone through.
    pub answers_advance: bool,
    /// Where work frames are chosen, a step goes to the next one.
    pub steps_by_work_frames: bool,
    /// No motion that only explains.
    pub reduced_motion: bool,
    /// Names of labels on the picture.
    pub show_labels: bool,
    /// Labels have patterns beside their colours.
    pub label_patterns: bool,
    /// Small pictures of the video over its timeline.
    pub show_strip: bool,
    /// The lanes of sequences over the timeline.
    pub show_lanes: bool,
    /// Small pictures of the selected sequence at its keyframes.
    pub show_keyframes: bool,
    /// Each sequence has a colour of its own, so that a swapped identity is seen.
    pub sequence_colors: bool,
    /// Where the selected sequences are at the keyframes around.
    pub keyframe_ghosts: bool,
    /// Large videos with distant key frames get a stepping proxy without being asked for.
    pub auto_proxy: bool,
    /// Cameras that go together are shown side by side.
    pub side_by_side: bool,
    /// Lines through the pointer.
    pub crosshair: bool,
    /// What is around the pointer, enlarged.
    pub magnifier: bool,
    /// Scales along the borders of the canvas.
    pub rulers: bool,
    /// What a drag draws with the polygon, polyline and brush: "point", "side" or "freehand".
    pub drag_draws: String,
    /// What the list of instances tells beside the names.
    pub list_column: ListColumn,
    /// The first-run questions and the tour were seen.
    pub welcomed: bool,
    /// Projects opened last, newest first.
    pub recent: Vec<PathBuf>,
    /// Folder of the last dialog.
    pub last_folder: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeKind::Dark,
            scale: 1.0,
            profile: "limn".into(),
            select_after_drawing: true,
            answers_advance: true,
            steps_by_work_frames: true,
            reduced_motion: false,
            show_labels: true,
            label_patterns: false,
            show_strip: true,
            show_lanes: true,
            show_keyframes: true,
            sequence_colors: false,
            keyframe_ghosts: false,
            auto_proxy: false,
            side_by_side: true,
            crosshair: false,
            magnifier: false,
            rulers: false,
            drag_draws: "point".into(),
            list_column: ListColumn::Size,
            welcomed: false,
            recent: Vec::new(),
            last_folder: None,
        }
    }
}

/// Most projects in the list of the last ones.
const MAX_RECENT: usize = 8;

impl Settings {
    /// Reads the settings of a home folder.
    pub fn load(home: &Path) -> Self {
        let path = home.join("settings.toml");
        let Ok(text) = std::fs::read_to_string(&path) else { return Self::default() };
        toml::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!("settings.toml cannot be read and is kept as settings.toml.broken: {error}");
            let _ = std::fs::rename(&path, home.join("settings.toml.broken"));
            Self::default()
        })
    }

    /// Writes the settings; a failure is only logged, since nothing but comfort is lost.
    pub fn save(&self, home: &Path) {
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(home)?;
            let text = toml::to_string_pretty(self).map_err(std::io::Error::other)?;
            let new = home.join("settings.toml.new");
            std::fs::write(&new, text)?;
            std::fs::rename(new, home.join("settings.toml"))
        };
        if let Err(error) = write() {
            tracing::warn!("settings cannot be saved: {error}");
        }
    }

    /// The options of the tools as they were when the program ended.
    pub fn tool_options(&self) -> ToolOptions {
        let mut options = ToolOptions::default();
        options.path.drag = DragDraws::named(&self.drag_draws).unwrap_or_default();
        options
    }

    /// Takes over what is kept of the options of the tools; says whether anything is new.
    pub fn keep_options(&mut self, options: &ToolOptions) -> bool {
        let drag = options.path.drag;
        let is_new = DragDraws::named(&self.drag_draws) != Some(drag);
        if is_new {
            self.drag_draws = drag.name().to_lowercase();
        }
        is_new
    }

    /// Puts a project at the head of the list of the last ones.
    pub fn remember(&mut self, project: &Path) {
        self.recent.retain(|other| other != project);
        self.recent.insert(0, project.to_owned());
        self.recent.truncate(MAX_RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_drag_draws_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let mut options = ToolOptions::default();
        options.path.drag = DragDraws::Side;
        let mut settings = Settings::default();
        assert!(settings.keep_options(&options));
        assert!(!settings.keep_options(&options));
        settings.save(home.path());
        assert_eq!(Settings::load(home.path()).tool_options(), options);
        std::fs::write(home.path().join("settings.toml"), "drag_draws = \"circles\"").unwrap();
        assert_eq!(Settings::load(home.path()).tool_options(), ToolOptions::default());
    }
}
