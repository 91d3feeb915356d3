//! `data.yaml`: names of the classes, where what lies, and the number of keypoints.

use super::Task;
use crate::error::FormatError;
use crate::problems::{Effect, Problems};
use crate::schema::{SchemaFormat, read_schema, read_yaml, write_schema};
use crate::tracking::labels;
use crate::tracking::layout::side_file;
use limn_core::{LabelId, Schema};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Names of the data file, the likelier first; else any `.yaml` of the folder.
const USUAL: [&str; 4] = ["data.yaml", "dataset.yaml", "data.yml", "dataset.yml"];
/// Where names stand without a data file, a name a line.
const NAMES: [&str; 3] = ["classes.txt", "labels/classes.txt", "obj.names"];

/// What was read of it.
pub(super) struct Data {
    pub schema: Schema,
    /// The label of each class.
    pub classes: BTreeMap<u64, LabelId>,
    /// Number of keypoints and of numbers for each.
    pub keypoints: Option<(usize, usize)>,
}

/// The data file of a folder.
pub(super) fn data_file(root: &Path) -> Option<PathBuf> {
    let usual = USUAL.iter().map(|name| root.join(name)).find(|path| path.is_file());
    usual.or_else(|| {
        let entries = std::fs::read_dir(root).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let is_yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        entries.filter(is_yaml).filter(|path| side_file(path).is_some_and(|text| text.contains("names"))).min()
    })
}

/// The format of a folder that looks like YOLO: it has a data file or a folder of labels.
pub(crate) fn format_of_folder(path: &Path) -> Option<&'static str> {
    let file = if path.is_dir() { data_file(path) } else { Some(path.to_owned()) };
    let Some(text) = file.and_then(|path| side_file(&path)) else {
        let has_labels = path.join("labels").is_dir() || NAMES.iter().any(|name| path.join(name).is_file());
        return has_labels.then_some("yolo");
    };
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'));
    Some(match value("task").map(str::trim) {
        _ if value("kpt_shape").is_some() => "yolo-pose",
        Some("obb") => "yolo-obb",
        Some("segment") => "yolo-seg",
        Some("pose") => "yolo-pose",
        _ => "yolo",
    })
}

impl Data {
    /// Reads it. `used`: the classes of the lines; those without a name are called by their number.
    pub fn read(root: &Path, file: Option<&Path>, used: &BTreeSet<u64>, problems: &mut Problems) -> Result<Self, FormatError> {
        let mut data = match file {
            Some(path) => Self::of_file(path, problems)?,
            None => Self::of_names(root),
        };
        let mut next = data.schema.labels.iter().map(|label| label.id.0).max().unwrap_or(0);
        for class in used.iter().filter(|class| !data.classes.contains_key(class)).copied().collect::<Vec<_>>() {
            let mut name = format!("class {class}");
            while data.schema.labels.iter().any(|label| label.name == name) {
                name.push('\'');
            }
            problems.add(Effect::Changed, "a class has no name; named by its number", || name.clone());
            next += 1;
            data.classes.insert(class, LabelId(next));
            labels::add(&mut data.schema.labels, LabelId(next), &name);
        }
        Ok(data)
    }

    fn of_file(path: &Path, problems: &mut Problems) -> Result<Self, FormatError> {
        let missing = || FormatError::read(path, std::io::Error::other("it is not there, or longer than data files are"));
        let text = side_file(path).ok_or_else(missing)?;
        let wrong = |source| FormatError::Data { path: path.to_owned(), source: Box::new(source) };
        let read = read_schema(&text, Some(SchemaFormat::Yolo)).map_err(wrong)?;
        problems.join(&read.problems);
        let bad = |source| FormatError::Schema { path: path.to_owned(), source };
        let schema = Schema::from_document(&read.document.to_string()).map_err(bad)?;
        let whole = read_yaml(&text).map_err(wrong)?;
        let mut numbers: Vec<u64> = match whole.get("names") {
            Some(Value::Object(map)) => map.keys().filter_map(|key| key.parse().ok()).collect(),
            _ => (0..schema.labels.len() as u64).collect(),
        };
        numbers.sort_unstable();
        let classes = numbers.into_iter().zip(schema.labels.iter().map(|label| label.id)).collect();
        let shape: Vec<u64> = whole.get("kpt_shape").and_then(|shape| serde_json::from_value(shape.clone()).ok()).unwrap_or_default();
        let keypoints = match shape.as_slice() {
            [points, each @ (2 | 3)] if *points > 0 => usize::try_from(*points).ok().map(|points| (points, *each as usize)),
            _ => None,
        };
        Ok(Self { schema, classes, keypoints })
    }

    /// Of a file with a name a line, if there is one.
    fn of_names(root: &Path) -> Self {
        let text = NAMES.iter().find_map(|name| side_file(&root.join(name))).unwrap_or_default();
        let mut data = Self { schema: Schema::default(), classes: BTreeMap::new(), keypoints: None };
        for (class, name) in (0_u64..).zip(text.lines().map(str::trim)).filter(|(_, name)| !name.is_empty()) {
            if data.schema.labels.iter().all(|label| label.name != name) {
                let id = LabelId(data.schema.labels.len() as u32 + 1);
                labels::add(&mut data.schema.labels, id, name);
                data.classes.insert(class, id);
            }
        }
        data
    }
}

/// What is written of a schema.
pub(super) struct Classes {
    /// The class of each label.
    pub of: BTreeMap<LabelId, usize>,
    pub keypoints: usize,
    text: String,
}

impl Classes {
    /// Of the labels of a schema, and of those that shapes have and the schema lacks.
    pub fn new(task: Task, schema: &Schema, used: &BTreeSet<LabelId>, losses: &mut Problems) -> Self {
        let mut schema = schema.clone();
        for label in used.iter().filter(|label| schema.label(**label).is_none()).copied().collect::<Vec<_>>() {
            losses.add(Effect::Changed, "objects have a label that the schema does not name; named by its number", || {
                format!("label {label}")
            });
            let name = schema.shown(label).0;
            labels::add(&mut schema.labels, label, &name);
        }
        for label in &mut schema.labels {
            label.deprecated = false;
            if task != Task::Pose && label.keypoints.take().is_some() {
                losses.add(Effect::Left, "keypoints of labels are left out", || label.name.clone());
            }
        }
        let (text, lost) = write_schema(&schema, SchemaFormat::Yolo);
        losses.join(&lost);
        let of = schema.offered().zip(0..).map(|(label, class)| (label.id, class)).collect();
        let counts = schema.labels.iter().filter_map(|label| label.keypoints.as_ref()).map(|template| template.points.len());
        Self { of, keypoints: counts.max().unwrap_or(0), text }
    }

    /// The data file, with the parts whose labels are there.
    pub fn to_text(&self, task: Task, parts: &BTreeSet<String>) -> String {
        let first = parts.first().map_or("train", String::as_str);
        let folder = |wanted: &str| parts.get(wanted).map_or(first, String::as_str).to_owned();
        let mut text = "path: .\n".to_owned();
        let mut add = |name: &str, value: &str| {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{name}: {value}");
        };
        add("train", &format!("images/{}", folder("train")));
        add("val", &format!("images/{}", folder("val")));
        for part in parts.iter().filter(|part| !["train", "val"].contains(&part.as_str())) {
            add(part, &format!("images/{part}"));
        }
        add("task", task.name());
        text + &self.text
    }
}
