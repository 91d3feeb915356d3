//! File dialogs: the desktop's own where one answers, else a path field inside the window.

use crate::session::{Mailbox, Message};
use limn_core::schema::{AttributeId, OptionId};
use std::path::{Path, PathBuf};

/// How long a portal may take to start before the path is asked for inside the window.
#[cfg(target_os = "linux")]
const PORTAL_STARTS: std::time::Duration = std::time::Duration::from_secs(5);

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Folder of a new project.
    NewProject,
    /// Folder of a project.
    OpenProject,
    /// Images and videos.
    AddFiles,
    /// A folder of them.
    AddFolder,
    /// A folder of numbered images, as one file.
    AddSequence,
    /// An annotation file.
    Import,
    /// Where an export goes, and what goes with it.
    Export(ExportChoice),
    /// A schema file.
    ImportSchema,
    /// Where a schema goes, and which of the formats it is written in.
    ExportSchema(u8),
    /// The picture of an option in the draft of the schema.
    OptionPicture(AttributeId, OptionId),
    /// What the catalogue of a question in the draft of the schema is made or refreshed from.
    Catalogue(AttributeId),
}

/// What is asked before an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportChoice {
    /// Files that are not complete go with it.
    pub incomplete: bool,
    /// Of videos, work frames alone.
    pub work_frames: bool,
    /// Clips of one video as that video.
    pub join_clips: bool,
}

impl Purpose {
    /// The question.
    pub fn title(self) -> &'static str {
        match self {
            Self::NewProject => "New project",
            Self::OpenProject => "Open a project",
            Self::AddFiles => "Add images and videos",
            Self::AddFolder => "Add a folder",
            Self::AddSequence => "Add a folder as an image sequence",
            Self::Import => "Import annotations",
            Self::Export(_) => "Export annotations",
            Self::ImportSchema => "Import a schema",
            Self::ExportSchema(_) => "Export the schema",
            Self::OptionPicture(..) => "Picture of an option",
            Self::Catalogue(_) => "Refresh a catalogue",
        }
    }

    /// What to write into the path field.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NewProject => "Folder to make, such as /home/me/streets.limn",
            Self::OpenProject => "A folder that ends in .limn",
            Self::AddFiles => "An image or a video",
            Self::AddFolder => "A folder; everything in it is added",
            Self::AddSequence => "A folder of numbered images",
            Self::Import => {
                "A COCO or YouTube-VIS .json, CVAT .xml, MOT, MOTS or KITTI .txt or Limn .jsonl file, or a folder of YOLO or MOTS"
            }
            Self::Export(_) => {
                "File to write: .json (COCO), .tracks.json (each frame), .vis.json, .xml (CVAT), .txt (MOT), .mots.txt, .kitti.txt, .yolo, .jsonl (Limn)"
            }
            Self::ImportSchema => "A schema of Limn, CVAT, Label Studio, YOLO, COCO, labelme or Datumaro",
            Self::ExportSchema(_) => "File to write, such as /home/me/schema.json",
            Self::Catalogue(_) => "A table (CSV) whose first line names the columns, such as id,name",
            Self::OptionPicture(..) => "A picture; it is copied into the project's folder guides",
        }
    }

    /// Whether what is chosen must exist.
    pub fn must_exist(self) -> bool {
        !matches!(self, Self::NewProject | Self::Export(_) | Self::ExportSchema(_))
    }
}

/// Asks with the desktop's dialog on a thread of its own; the answer comes as a message.
pub fn ask(purpose: Purpose, dialog: rfd::FileDialog, folder: Option<&Path>, mailbox: Mailbox) {
    let folder = folder.map(Path::to_owned);
    let run = move || {
        if !portal_answers() {
            return mailbox.send(Message::NoDialog(purpose));
        }
        let mut dialog = dialog.set_title(purpose.title());
        if let Some(folder) = &folder {
            dialog = dialog.set_directory(folder);
        }
        let one = |path: Option<PathBuf>| path.into_iter().collect::<Vec<_>>();
        let chosen = match purpose {
            Purpose::NewProject => one(dialog.set_file_name("project.limn").save_file()),
            Purpose::OpenProject | Purpose::AddFolder | Purpose::AddSequence => one(dialog.pick_folder()),
            Purpose::AddFiles => dialog.pick_files().unwrap_or_default(),
            Purpose::Import => one(dialog.add_filter("Annotations", &["json", "jsonl", "txt", "xml"]).pick_file()),
            Purpose::ImportSchema | Purpose::OptionPicture(..) | Purpose::Catalogue(_) => one(dialog.pick_file()),
            Purpose::ExportSchema(_) => one(dialog.set_file_name("schema.json").save_file()),
            Purpose::Export(_) => one(dialog.set_file_name("annotations.json").save_file()),
        };
        if !chosen.is_empty() {
            mailbox.send(Message::Chosen(purpose, chosen));
        }
    };
    if let Err(error) = std::thread::Builder::new().name("file-dialog".into()).spawn(run) {
        tracing::error!("no thread for the file dialog: {error}");
    }
}

/// Whether the desktop has a portal that shows file dialogs. Asked of the portal itself, which may have to be started first:
/// a dialog that cannot be shown gives no answer but "cancelled", and nothing would happen on the screen.
#[cfg(target_os = "linux")]
fn portal_answers() -> bool {
    if std::env::var_os("LIMN_NO_PORTAL").is_some() {
        return false;
    }
    let ask = async {
        let bus = zbus::connection::Builder::session()?.method_timeout(PORTAL_STARTS).build().await?;
        let version = ("org.freedesktop.portal.FileChooser", "version");
        let properties = Some("org.freedesktop.DBus.Properties");
        bus.call_method(Some("org.freedesktop.portal.Desktop"), "/org/freedesktop/portal/desktop", properties, "Get", &version).await
    };
    let answer: zbus::Result<zbus::Message> = pollster::block_on(ask);
    if let Err(error) = &answer {
        tracing::info!("no file dialogs of the desktop: {error}");
    }
    answer.is_ok()
}

#[cfg(not(target_os = "linux"))]
fn portal_answers() -> bool {
    true
}

/// Paths that complete what is written, folders first, at most `limit`.
pub fn complete(text: &str, limit: usize) -> Vec<PathBuf> {
    let path = expand(text);
    let (dir, start) = if text.ends_with('/') || text.is_empty() {
        (path.clone(), String::new())
    } else {
        let start = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        (path.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned), start)
    };
    let Ok(entries) = std::fs::read_dir(if dir.as_os_str().is_empty() { Path::new(".") } else { &dir }) else { return Vec::new() };
    // A folder of 100,000 images must not stall the field.
    let mut found: Vec<(bool, PathBuf)> = entries
        .take(20_000)
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            name.starts_with(&start) && (start.starts_with('.') || !name.starts_with('.'))
        })
        .map(|entry| (!entry.path().is_dir(), entry.path()))
        .collect();
    found.sort();
    found.truncate(limit);
    found.into_iter().map(|(_, path)| path).collect()
}

/// The path that is written, with `~` for the home folder.
pub fn expand(text: &str) -> PathBuf {
    match (text.strip_prefix('~'), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest.trim_start_matches('/')),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_completed_folders_first() {
        let dir = std::env::temp_dir().join(format!("limn-complete-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("apples")).unwrap();
        std::fs::write(dir.join("Ape.png"), "").unwrap();
        std::fs::write(dir.join("bear.png"), "").unwrap();
        let got = complete(&format!("{}/ap", dir.display()), 10);
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(got, [dir.join("apples"), dir.join("Ape.png")]);
    }
}
