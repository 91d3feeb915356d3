//! Reading YouTube-VIS.

use super::super::annotation::{Annotation, Segmentation};
use super::super::header::Categories;
use super::super::shape::{self, Size, Wrong};
use super::FORMAT;
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{ImportItem, ImportReport, ImportSink};
use crate::json::blocks::Blocks;
use crate::json::ids::WholeNumber;
use crate::json::stream::{JsonStream, Parsed};
use crate::problems::Effect;
use crate::tracking::{Gather, Out, Row};
use limn_core::{FileKind, Mark, Role, Schema};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;

type Json = JsonStream<File>;

/// An entry of `videos`.
#[derive(Deserialize)]
struct VideoEntry {
    id: WholeNumber,
    #[serde(default)]
    width: u32,
    #[serde(default)]
    height: u32,
    #[serde(default)]
    length: u64,
    #[serde(default)]
    file_names: Vec<String>,
    /// Ours.
    name: Option<String>,
    kind: Option<String>,
}

/// An entry of `annotations`.
#[derive(Deserialize)]
struct ObjectEntry {
    id: Option<WholeNumber>,
    video_id: Option<WholeNumber>,
    category_id: Option<WholeNumber>,
    iscrowd: Option<WholeNumber>,
    track_id: Option<WholeNumber>,
    keyframes: Option<Vec<u64>>,
    segmentations: Option<Vec<Option<Segmentation>>>,
    bboxes: Option<Vec<Option<Vec<f64>>>>,
}

#[derive(Clone, Copy)]
struct Target {
    file: usize,
    size: Size,
    frames: u64,
}

struct Reader<'a> {
    out: Out<'a>,
    total: u64,
    videos: HashMap<i64, Target>,
    has_videos: bool,
    categories: Option<Categories>,
    /// By the file's number.
    gathered: BTreeMap<usize, (u64, Gather)>,
}

/// Reads a file into the sink.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let file = File::open(path).map_err(|error| FormatError::read(path, error))?;
    let total = file.metadata().map_err(|error| FormatError::read(path, error))?.len();
    let mut json = JsonStream::new(Blocks::new(file, path), FORMAT);
    json.blocks().begin()?;
    let out = Out { sink, report, want };
    let mut reader = Reader { out, total, videos: HashMap::new(), has_videos: false, categories: None, gathered: BTreeMap::new() };
    reader.document(&mut json)?;
    let Reader { mut out, gathered, .. } = reader;
    gathered.into_iter().try_for_each(|(file, (frames, gather))| gather.give(file, frames, &mut out))
}

impl Reader<'_> {
    fn document(&mut self, json: &mut Json) -> Result<(), FormatError> {
        json.expect(b'{', "the file", "an object")?;
        // Lists of annotations that came before what they refer to.
        let mut later = Vec::new();
        if !json.eat(b'}')? {
            loop {
                self.member(json, &mut later)?;
                if !json.eat(b',')? {
                    break;
                }
            }
            json.expect(b'}', "the file", "a comma or the end of the object")?;
        }
        if !self.has_videos {
            return Err(FormatError::NoVideos { path: json.blocks().path().to_owned() });
        }
        if self.categories.is_none() {
            self.out.left("the file has no list \"categories\"", String::new);
            self.finish_categories(Categories::default())?;
        }
        for start in later {
            json.blocks().seek(start)?;
            self.annotations(json)?;
        }
        Ok(())
    }

    fn member(&mut self, json: &mut Json, later: &mut Vec<u64>) -> Result<(), FormatError> {
        if json.peek()? != Some(b'"') {
            return Err(json.unexpected("the file", "the name of a field"));
        }
        let name = match json.value::<String>("a field name")? {
            Parsed::Value(name) => name,
            Parsed::Bad(reason) => reason,
        };
        json.expect(b':', "the file", "a colon")?;
        match name.as_str() {
            "videos" => {
                self.has_videos = true;
                self.list(json, "the list \"videos\"", Self::video)
            }
            "categories" if self.categories.is_none() => {
                let mut categories = Categories::default();
                self.list(json, "the list \"categories\"", |this, fields: Map<String, Value>, _| {
                    categories.add(fields, &mut |text, example| this.out.tell(Effect::Changed, text, || example));
                    Ok(())
                })?;
                self.finish_categories(categories)
            }
            "annotations" if self.has_videos && self.categories.is_some() => self.annotations(json),
            "annotations" => {
                json.peek()?;
                later.push(json.position());
                json.skip("the list \"annotations\"", &mut |_| Ok(()))
            }
            other => {
                let inside = format!("\"{other}\"");
                let start = json.peek()?.map(|_| json.position());
                json.skip(&inside, &mut |_| Ok(()))?;
                if start.is_some_and(|start| json.position() - start > 4) && other != "info" && other != "licenses" {
                    let name: String = other.chars().take(60).collect();
                    self.out.left(&format!("the field \"{name}\" of the file left out"), String::new);
                }
                Ok(())
            }
        }
    }

    fn finish_categories(&mut self, mut categories: Categories) -> Result<(), FormatError> {
        let labels = std::mem::take(&mut categories.labels);
        self.out.report.labels += labels.len() as u64;
        self.categories = Some(categories);
        self.out.give(ImportItem::Schema(Schema { labels, ..Schema::default() }))
    }

    /// Walks a list of objects; a broken one is told and left out.
    fn list<T: DeserializeOwned>(
        &mut self,
        json: &mut Json,
        inside: &'static str,
        mut each: impl FnMut(&mut Self, T, u64) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        json.expect(b'[', inside, "a list")?;
        if json.eat(b']')? {
            return Ok(());
        }
        let mut number = 0;
        loop {
            match json.value(inside)? {
                Parsed::Value(value) => each(self, value, number)?,
                Parsed::Bad(reason) => {
                    let text = format!("an entry of {inside} cannot be read; left out");
                    self.out.left(&text, || format!("entry {number}: {reason}"));
                }
            }
            number += 1;
            if !self.out.sink.progress(json.position(), self.total) {
                return Err(FormatError::Cancelled);
            }
            if !json.eat(b',')? {
                return json.expect(b']', inside, "a comma or the end of the list");
            }
        }
    }

    fn video(&mut self, video: VideoEntry, _: u64) -> Result<(), FormatError> {
        let id = video.id.0;
        if self.videos.contains_key(&id) {
            self.out.left("two videos have one id; the second left out", || format!("video {id}"));
            return Ok(());
        }
        let kind = video.kind.as_deref().and_then(FileKind::from_name).filter(|kind| *kind != FileKind::Image);
        let folder = video.file_names.first().and_then(|name| name.rsplit_once(['/', '\\'])).map(|(folder, _)| folder.to_owned());
        let path = video.name.filter(|name| !name.is_empty() && kind.is_some()).or(folder).unwrap_or_else(|| format!("video {id}"));
        let frames = if video.length > 0 { video.length } else { video.file_names.len() as u64 };
        let size = Size { width: video.width, height: video.height };
        let file = self.out.file(&path, kind.unwrap_or(FileKind::Sequence), (size.width, size.height), frames)?;
        self.videos.insert(id, Target { file, size, frames });
        Ok(())
    }

    fn annotations(&mut self, json: &mut Json) -> Result<(), FormatError> {
        self.list(json, "the list \"annotations\"", Self::object)
    }

    fn object(&mut self, object: ObjectEntry, number: u64) -> Result<(), FormatError> {
        let name = object.id.map_or_else(|| format!("annotation number {number}"), |id| format!("annotation {}", id.0));
        let Some(target) = object.video_id.and_then(|id| self.videos.get(&id.0)).copied() else {
            self.out.left("an annotation lies on a video that the file does not name; left out", || name);
            return Ok(());
        };
        let Some(label) = object.category_id.and_then(|id| self.categories.as_ref()?.label(id.0)) else {
            self.out.left("an annotation has a category that the file does not name; left out", || name);
            return Ok(());
        };
        let Some(track) = object.track_id.or(object.id).and_then(|id| u64::try_from(id.0).ok()) else {
            self.out.left("an annotation has no whole number as id; left out", || name);
            return Ok(());
        };
        let keyframes: Option<BTreeSet<u64>> = object.keyframes.map(|list| list.into_iter().collect());
        let (mut segmentations, mut bboxes) = (object.segmentations.unwrap_or_default(), object.bboxes.unwrap_or_default());
        let places = segmentations.len().max(bboxes.len());
        if !segmentations.is_empty() && !bboxes.is_empty() && segmentations.len() != bboxes.len() {
            self.out.tell(Effect::Kept, "the lists of an annotation are not of one length", || name.clone());
        }
        let mut num_rows = 0;
        for at in 0..places {
            let segmentation = segmentations.get_mut(at).and_then(Option::take).unwrap_or_default();
            let bbox = bboxes.get_mut(at).and_then(Option::take);
            if matches!(segmentation, Segmentation::None) && bbox.is_none() {
                continue;
            }
            let frame = at as u64;
            let mut annotation = Annotation { segmentation, bbox, ..Annotation::default() };
            let problems = &mut self.out.report.problems;
            let mut tell = |Wrong(effect, text, shown): Wrong| problems.add(effect, text, || format!("{name}, frame {frame}: {shown}"));
            match shape::geometry(&mut annotation, None, target.size, &mut tell) {
                Ok(geometry) => {
                    let mut row = Row::new(frame, geometry);
                    row.is_between = keyframes.as_ref().is_some_and(|list| !list.contains(&frame));
                    if object.iscrowd.is_some_and(|crowd| crowd.0 != 0) {
                        row.marks.set(Mark::Role(Role::Crowd));
                    }
                    num_rows += 1;
                    self.gathered.entry(target.file).or_insert_with(|| (target.frames, Gather::default())).1.add(track, label, row);
                }
                Err(wrong) => tell(wrong),
            }
        }
        if num_rows == 0 {
            self.out.left("an annotation is on no frame; left out", || name);
        }
        Ok(())
    }
}
