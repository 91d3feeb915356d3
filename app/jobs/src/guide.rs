//! Pictures of guides and of options: brought into the project's folder and read from it. Examples for guides are cut out of
//! a picture, kept in the project, published with the label's guide.

use crate::door::ProjectDoor;
use crate::error::JobError;
use limn_core::geometry::Rect;
use limn_core::schema::guide::{local_path, with_example};
use limn_core::{LabelId, Schema};
use limn_media::{Level, Picture};
use std::path::{Path, PathBuf};

/// The folder of a project that holds the pictures of its guides.
pub const GUIDES: &str = "guides";
/// Longest side of an example, in pixels.
const MAX_SIDE: u32 = 1024;
/// Longest side of what is cut out before it is made smaller: of larger ones every so many pixels are taken.
const MAX_CUT: u32 = 4096;
/// How much of the longer side is shown around the instance.
const MARGIN: f64 = 0.25;
/// The least margin, in image pixels.
const MIN_MARGIN: f64 = 16.0;
/// Side to which a file is read to see whether it is a picture.
const MIN_SHOWN: u32 = 16;
/// Longest file that is shown in a guide, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// An instance as an example of its label.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its label.
    pub label: LabelId,
    /// Whether it shows how it is done, or how not.
    pub is_good: bool,
    /// What is around it, in image pixels.
    pub bounds: Rect,
    /// What it says below the picture, such as the name of the file.
    pub text: String,
}

/// Cuts the example out of the picture into the project's guides and publishes the label's guide with it; gives the path of
/// the picture. The same example again adds nothing.
///
/// # Errors
/// The picture is not in memory there, the folder or the log cannot be written, or the guide becomes too long.
pub fn add_example(door: &mut impl ProjectDoor, picture: &Picture, example: Example) -> Result<PathBuf, JobError> {
    let level = cut(picture, example.bounds).ok_or_else(nothing_to_cut)?;
    let dir = door.with(|project| project.dir().to_owned())?;
    let (label, kind) = (example.label, if example.is_good { "good" } else { "bad" });
    let name = format!("label-{label}-{kind}-{}.png", short_hash(&level.rgba));
    // Refused before anything is written.
    door.with({
        let (example, name) = (example.clone(), name.clone());
        move |project| with(project.schema(), &example, &name).map(drop)
    })??;
    let path = write(&dir, &name, level)?;
    door.with(move |project| -> Result<(), JobError> {
        let schema = with(project.schema(), &example, &name)?;
        Ok(project.publish_schema(&schema)?)
    })??;
    Ok(path)
}

/// Cuts what is around the bounds out of the picture into the project's guides, as the picture of an option; gives its path for
/// the schema, such as `guides/option-1a2b.png`.
///
/// # Errors
/// The picture is not in memory there, or the folder cannot be written.
pub fn cut_option_picture(project: &Path, picture: &Picture, bounds: Rect) -> Result<String, JobError> {
    let level = cut(picture, bounds).ok_or_else(nothing_to_cut)?;
    let name = format!("option-{}.png", short_hash(&level.rgba));
    write(project, &name, level)?;
    Ok(format!("{GUIDES}/{name}"))
}

/// Copies a picture file into the project's guides, as the picture of an option; gives its path for the schema. One that lies
/// there already is taken as it is.
///
/// # Errors
/// The file is no picture, is too large, or the folder cannot be written.
pub fn copy_option_picture(project: &Path, file: &Path) -> Result<String, JobError> {
    let folder = project.join(GUIDES);
    let size = file.metadata().map_err(JobError::io("read", file))?;
    if !size.is_file() || size.len() > MAX_FILE {
        return Err(JobError::Refused(format!("{} is no file of at most {} MiB", file.display(), MAX_FILE >> 20)));
    }
    // What cannot be shown is not taken.
    limn_media::thumbnail(file, 0, MIN_SHOWN)?;
    if let Some(path) = below(&folder, file) {
        return Ok(path);
    }
    let bytes = std::fs::read(file).map_err(JobError::io("read", file))?;
    let end = file.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
    let end = end.filter(|end| end.len() <= 8 && end.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let name = format!("option-{}.{}", short_hash(&bytes), end.as_deref().unwrap_or("png"));
    std::fs::create_dir_all(&folder).map_err(JobError::io("make", &folder))?;
    // Renamed when it is whole, so that nobody ever sees half of it.
    let (path, part) = (folder.join(&name), folder.join(format!("{name}.{}.part", std::process::id())));
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    written.map_err(JobError::io("write", &path))?;
    Ok(format!("{GUIDES}/{name}"))
}

/// The path for the schema of a file that lies below the folder.
fn below(folder: &Path, file: &Path) -> Option<String> {
    let (folder, file) = (folder.canonicalize().ok()?, file.canonicalize().ok()?);
    let parts: Option<Vec<&str>> = file.strip_prefix(folder).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    let path = format!("{GUIDES}/{}", parts?.join("/"));
    local_path(&path).is_some().then_some(path)
}

fn nothing_to_cut() -> JobError {
    JobError::Refused("nothing can be cut out here: the picture is not all there yet, or the shape lies outside of it".into())
}

/// The same content has the same name, another content another one.
fn short_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().as_str().get(..12).unwrap_or_default().to_owned()
}

fn write(project: &Path, name: &str, level: Level) -> Result<PathBuf, JobError> {
    let folder = project.join(GUIDES);
    std::fs::create_dir_all(&folder).map_err(JobError::io("make", &folder))?;
    let path = folder.join(name);
    Picture::from_rgba(level.width, level.height, level.rgba).write_png(&path)?;
    Ok(path)
}

/// The schema with the example at the end of its label's guide.
fn with(schema: &Schema, example: &Example, name: &str) -> Result<Schema, JobError> {
    let mut schema = schema.clone();
    let label = schema.labels.iter_mut().find(|label| label.id == example.label);
    let label = label.ok_or_else(|| JobError::Refused("the schema has no such label any more".into()))?;
    let target = format!("{GUIDES}/{name}");
    if !label.guide.contains(&target) {
        label.guide = with_example(&label.guide, example.is_good, &example.text, &target);
    }
    // The bounds of a guide are those of a schema.
    Ok(Schema::from_document(&schema.to_document())?)
}

/// What is around the bounds, with a margin, at most [`MAX_SIDE`] a side.
fn cut(picture: &Picture, bounds: Rect) -> Option<Level> {
    let margin = (bounds.width().max(bounds.height()) * MARGIN).max(MIN_MARGIN);
    // From float to integer `as` keeps to the range.
    let first = |low: f64| (low - margin).floor().max(0.0) as u32;
    let last = |high: f64, size: u32| ((high + margin).ceil().max(0.0) as u32).min(size);
    let (left, right) = (first(bounds.min.x), last(bounds.max.x, picture.width));
    let (top, bottom) = (first(bounds.min.y), last(bounds.max.y, picture.height));
    let (width, height) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
    if width == 0 || height == 0 {
        return None;
    }
    let step = width.max(height).div_ceil(MAX_CUT);
    let mut rgba = Vec::new();
    for y in (top..bottom).step_by(step as usize) {
        for x in (left..right).step_by(step as usize) {
            rgba.extend_from_slice(&picture.rgba_at(x, y)?);
        }
    }
    let levels = Picture::from_rgba(width.div_ceil(step), height.div_ceil(step), rgba).into_levels();
    levels.into_iter().find(|level| level.width.max(level.height) <= MAX_SIDE)
}

/// A picture of a guide, at most `max_side` pixels a side; `target` as it stands in the guide.
///
/// # Errors
/// A sentence for the place of the picture: it lies outside of the folder, is not there, too large or no picture.
pub fn guide_picture(project: &Path, target: &str, max_side: u32) -> Result<Level, String> {
    let path = local_path(target).ok_or("only pictures in the project's folder \"guides\" are shown")?;
    let folder = project.join(GUIDES);
    let missing = |error: std::io::Error| format!("{GUIDES}/{path} cannot be read: {error}");
    let file = folder.join(path).canonicalize().map_err(missing)?;
    // A link may lead anywhere.
    if !folder.canonicalize().is_ok_and(|folder| file.starts_with(folder)) {
        return Err(format!("{GUIDES}/{path} lies outside of the folder"));
    }
    let size = file.metadata().map_err(missing)?;
    if !size.is_file() || size.len() > MAX_FILE {
        return Err(format!("{GUIDES}/{path} is no file of at most {} MiB", MAX_FILE >> 20));
    }
    limn_media::thumbnail(&file, 0, max_side).map_err(|error| error.to_string())
}
