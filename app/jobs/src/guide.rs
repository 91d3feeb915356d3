//! Examples for guides: cut out of a picture, kept in the project, published with the label's guide.

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
    let level = cut(picture, example.bounds).ok_or_else(|| {
        JobError::Refused("nothing can be cut out here: the picture is not all there yet, or the shape lies outside of it".into())
    })?;
    let dir = door.with(|project| project.dir().to_owned())?;
    let (label, kind) = (example.label, if example.is_good { "good" } else { "bad" });
    let hash = blake3::hash(&level.rgba).to_hex();
    let name = format!("label-{label}-{kind}-{}.png", hash.as_str().get(..12).unwrap_or_default());
    let folder = dir.join(GUIDES);
    // Refused before anything is written.
    door.with({
        let (example, name) = (example.clone(), name.clone());
        move |project| with(project.schema(), &example, &name).map(drop)
    })??;
    std::fs::create_dir_all(&folder).map_err(JobError::io("make", &folder))?;
    let path = folder.join(&name);
    Picture::from_rgba(level.width, level.height, level.rgba).write_png(&path)?;
    door.with(move |project| -> Result<(), JobError> {
        let schema = with(project.schema(), &example, &name)?;
        Ok(project.publish_schema(&schema)?)
    })??;
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
