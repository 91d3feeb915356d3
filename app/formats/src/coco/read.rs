//! Reading COCO.

use super::COCO_ID;
use super::annotation::Annotation;
use super::fast;
use super::header::{Categories, Image};
use super::shape::{self, Size, Wrong};
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{FileItem, ImportItem, ImportReport, ImportSink, InstanceItem};
use crate::json::blocks::Blocks;
use crate::json::ids::IdSet;
use crate::json::stream::{JsonStream, Parsed};
use crate::problems::Effect;
use limn_core::{FileKind, Mark, Marks, Role, Schema};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::path::Path;

/// Bytes between two reports of progress.
const TICK: u64 = 1 << 20;
const FORMAT: &str = "COCO";

/// Reads a COCO file into the sink. `has_videos`: images with a `video_id` are frames of one.
pub(crate) fn import(
    path: &Path,
    sink: &mut dyn ImportSink,
    report: &mut ImportReport,
    want: Want,
    has_videos: bool,
) -> Result<(), FormatError> {
    let file = File::open(path).map_err(|error| FormatError::read(path, error))?;
    let size = file.metadata().map_err(|error| FormatError::read(path, error))?.len();
    let mut json = JsonStream::new(Blocks::new(file, path), FORMAT);
    json.blocks().begin()?;
    let mut reader = Reader {
        sink,
        report,
        want,
        has_videos,
        total: size,
        passed: 0,
        next_tick: 0,
        images: None,
        files: HashMap::new(),
        categories: None,
        annotation_ids: IdSet::default(),
    };
    reader.document(&mut json)
}

/// Where the annotations of an image go.
#[derive(Clone, Copy)]
struct Target {
    file: usize,
    frame: u64,
    size: Size,
}

struct Reader<'a> {
    sink: &'a mut dyn ImportSink,
    report: &'a mut ImportReport,
    want: Want,
    has_videos: bool,
    /// Bytes to read in all passes.
    total: u64,
    /// What is added to a position to give the bytes read in all passes.
    passed: u64,
    next_tick: u64,
    /// By id; `None` before the list.
    images: Option<HashMap<i64, Target>>,
    /// Videos by name, which several images share.
    files: HashMap<String, usize>,
    /// `None` before the list.
    categories: Option<Categories>,
    annotation_ids: IdSet,
}

type Json = JsonStream<File>;

impl Reader<'_> {
    fn document(&mut self, json: &mut Json) -> Result<(), FormatError> {
        match json.peek()? {
            None => return Err(FormatError::Empty { path: json.blocks().path().to_owned() }),
            Some(b'[') => return Err(FormatError::Results { path: json.blocks().path().to_owned() }),
            _ => json.expect(b'{', "the file", "an object")?,
        }
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
        if json.peek()?.is_some() {
            let position = json.position();
            self.tell(Effect::Left, "something stands behind the end of the document; left out", || format!("byte {position}"));
        }
        if self.images.is_none() {
            return Err(FormatError::NoImages { path: json.blocks().path().to_owned() });
        }
        if self.categories.is_none() {
            self.finish_categories(Categories::default())?;
            if !later.is_empty() {
                self.tell(Effect::Left, "the file has no list \"categories\"", String::new);
            }
        }
        self.total = json.position() + later.iter().map(|(start, end)| end - start).sum::<u64>();
        let mut done = json.position();
        for (start, end) in later {
            self.passed = done - start;
            done += end - start;
            json.blocks().seek(start)?;
            self.annotations(json)?;
        }
        Ok(())
    }

    fn member(&mut self, json: &mut Json, later: &mut Vec<(u64, u64)>) -> Result<(), FormatError> {
        if json.peek()? != Some(b'"') {
            return Err(json.unexpected("the file", "the name of a field"));
        }
        let name = match json.value::<String>("a field name")? {
            Parsed::Value(name) => name,
            Parsed::Bad(reason) => reason,
        };
        json.expect(b':', "the file", "a colon")?;
        match name.as_str() {
            "images" => self.images(json),
            "categories" => self.read_categories(json),
            "annotations" if self.want == Want::All => {
                if self.images.is_some() && self.categories.is_some() {
                    return self.annotations(json);
                }
                json.peek()?;
                let start = json.position();
                self.skip(json, "the list \"annotations\"")?;
                later.push((start, json.position()));
                Ok(())
            }
            "annotations" => self.skip(json, "the list \"annotations\""),
            "videos" if self.has_videos => self.skip(json, "the list \"videos\""),
            other => self.foreign_member(json, other),
        }
    }

    fn foreign_member(&mut self, json: &mut Json, name: &str) -> Result<(), FormatError> {
        let start = json.peek()?.map(|_| json.position());
        self.skip(json, &format!("\"{name}\""))?;
        // `{}`, `[]`, `""`, `null` hold nothing to lose.
        if start.is_some_and(|start| json.position() - start > 4) {
            let name: String = name.chars().take(60).collect();
            self.tell(Effect::Left, &format!("the field \"{name}\" of the file left out"), String::new);
        }
        Ok(())
    }

    fn skip(&mut self, json: &mut Json, inside: &str) -> Result<(), FormatError> {
        json.skip(inside, &mut |position| self.tick(position))
    }

    /// Walks a list of objects; a broken one is told and left out.
    fn list<T: serde::de::DeserializeOwned>(
        &mut self,
        json: &mut Json,
        inside: &'static str,
        fast: impl Fn(&[u8]) -> Option<(T, usize)>,
        mut each: impl FnMut(&mut Self, T, u64) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        json.expect(b'[', inside, "a list")?;
        if json.eat(b']')? {
            return Ok(());
        }
        let mut number = 0;
        loop {
            let start = json.position();
            match json.value_by(inside, &fast)? {
                Parsed::Value(value) => each(self, value, number)?,
                Parsed::Bad(reason) => {
                    let text = format!("an entry of {inside} cannot be read; left out");
                    self.tell(Effect::Left, &text, || format!("entry {number} at byte {start}: {reason}"));
                }
            }
            number += 1;
            self.tick(json.position())?;
            if !json.eat(b',')? {
                return json.expect(b']', inside, "a comma or the end of the list");
            }
        }
    }

    fn tick(&mut self, position: u64) -> Result<(), FormatError> {
        let done = position + self.passed;
        if done < self.next_tick {
            return Ok(());
        }
        self.next_tick = done + TICK;
        if self.sink.progress(done, self.total) { Ok(()) } else { Err(FormatError::Cancelled) }
    }

    fn tell(&mut self, effect: Effect, text: &str, example: impl FnOnce() -> String) {
        self.report.problems.add(effect, text, example);
    }

    fn give(&mut self, item: ImportItem) -> Result<(), FormatError> {
        self.sink.item(item).map_err(FormatError::caller)
    }

    fn images(&mut self, json: &mut Json) -> Result<(), FormatError> {
        self.images.get_or_insert_default();
        // How long the videos of other programs are is known from the last frame of each.
        let mut held: Vec<Image> = Vec::new();
        let mut lengths: HashMap<String, u64> = HashMap::new();
        self.list(
            json,
            "the list \"images\"",
            |_| None,
            |this, fields: Map<String, Value>, number| match Image::read(fields, this.has_videos) {
                Ok(image) => match &image.video {
                    Some(video) if video.frames == 0 => {
                        let length = lengths.entry(video.video.clone()).or_default();
                        *length = (*length).max(video.frame.saturating_add(1));
                        held.push(image);
                        Ok(())
                    }
                    _ => this.image(image),
                },
                Err(text) => {
                    this.tell(Effect::Left, text, || format!("image number {number}"));
                    Ok(())
                }
            },
        )?;
        held.into_iter().try_for_each(|mut image| {
            if let Some(video) = &mut image.video {
                video.frames = lengths.get(&video.video).copied().unwrap_or(1);
            }
            self.image(image)
        })
    }

    fn image(&mut self, image: Image) -> Result<(), FormatError> {
        let size = Size { width: image.width, height: image.height };
        if size.width == 0 || size.height == 0 {
            self.tell(Effect::Kept, "an image has no width or height; to be taken from the image itself", || format!("image {}", image.id));
        }
        let id = image.id;
        let (file, frame) = match &image.video {
            Some(video) => {
                let known = self.files.get(&video.video).copied();
                let frame = video.frame;
                let file = match known {
                    Some(file) => file,
                    None => {
                        let kind = if video.sequence { FileKind::Sequence } else { FileKind::Video };
                        let (path, frames) = (video.video.clone(), video.frames);
                        let file = self.file(path.clone(), kind, size, frames, None)?;
                        self.files.insert(path, file);
                        file
                    }
                };
                (file, frame)
            }
            None => {
                let extra = self.image_extra(id, image.extra);
                (self.file(image.file_name, FileKind::Image, size, 1, Some(extra))?, 0)
            }
        };
        let images = self.images.get_or_insert_default();
        match images.entry(id) {
            Entry::Vacant(place) => drop(place.insert(Target { file, frame, size })),
            Entry::Occupied(_) => self.tell(Effect::Kept, "two images have one id; annotations go to the first", || format!("image {id}")),
        }
        Ok(())
    }

    fn image_extra(&mut self, id: i64, mut extra: Map<String, Value>) -> String {
        self.report.file_fields.add(Effect::Left, "id", || id.to_string());
        for (name, value) in &extra {
            self.report.file_fields.add(Effect::Left, name, || value.to_string());
        }
        extra.insert(COCO_ID.to_owned(), id.into());
        Value::Object(extra).to_string()
    }

    fn file(&mut self, path: String, kind: FileKind, size: Size, frames: u64, extra: Option<String>) -> Result<usize, FormatError> {
        let number = self.report.files as usize;
        self.report.files += 1;
        let item = FileItem { extra, ..FileItem::new(&path, kind, (size.width, size.height), frames) };
        self.give(ImportItem::File(item))?;
        Ok(number)
    }

    fn read_categories(&mut self, json: &mut Json) -> Result<(), FormatError> {
        if self.categories.is_some() {
            self.tell(Effect::Left, "the file has two lists \"categories\"; the second left out", String::new);
            return self.skip(json, "the list \"categories\"");
        }
        let mut categories = Categories::default();
        self.list(
            json,
            "the list \"categories\"",
            |_| None,
            |this, fields: Map<String, Value>, _| {
                categories.add(fields, &mut |text, example| this.tell(Effect::Changed, text, || example));
                Ok(())
            },
        )?;
        self.finish_categories(categories)
    }

    fn finish_categories(&mut self, mut categories: Categories) -> Result<(), FormatError> {
        let labels = std::mem::take(&mut categories.labels);
        self.report.labels += labels.len() as u64;
        self.categories = Some(categories);
        self.give(ImportItem::Schema(Schema { labels, ..Schema::default() }))
    }

    fn annotations(&mut self, json: &mut Json) -> Result<(), FormatError> {
        self.list(json, "the list \"annotations\"", fast::annotation, Self::annotation)
    }

    fn annotation(&mut self, mut annotation: Annotation, number: u64) -> Result<(), FormatError> {
        let id = annotation.id;
        let place = |shown: &str| {
            let name = id.map_or_else(|| format!("annotation number {number}, which has no id"), |id| format!("annotation {id}"));
            if shown.is_empty() { name } else { format!("{name}: {shown}") }
        };
        if id.is_some_and(|id| !self.annotation_ids.insert(id)) {
            self.tell(Effect::Kept, "two annotations have one id; both kept", || place(""));
        }
        let target = annotation.image.and_then(|id| self.images.as_ref()?.get(&id).copied());
        let Some(target) = target else {
            let shown = annotation.image.map_or_else(|| "no image_id".to_owned(), |id| format!("image {id}"));
            self.tell(Effect::Left, "the annotation lies on an image that the file does not name; left out", || place(&shown));
            return Ok(());
        };
        let label = annotation.category.and_then(|id| self.categories.as_ref()?.label(id));
        let Some(label) = label else {
            let shown = annotation.category.map_or_else(|| "no category_id".to_owned(), |id| format!("category {id}"));
            self.tell(Effect::Left, "the annotation has a category that the file does not name; left out", || place(&shown));
            return Ok(());
        };
        let problems = &mut self.report.problems;
        let mut tell = |Wrong(effect, text, shown): Wrong| problems.add(effect, text, || place(&shown));
        let template = self.categories.as_ref().and_then(|categories| categories.template(label));
        let geometry = match shape::geometry(&mut annotation, template, target.size, &mut tell) {
            Ok(geometry) => geometry,
            Err(wrong) => {
                tell(wrong);
                return Ok(());
            }
        };
        let confidence = annotation.score.filter(|score| (0.0..=1.0).contains(score)).map(|score| score as f32);
        if let (Some(score), None) = (annotation.score, confidence) {
            tell(Wrong(Effect::Kept, "the score is not between 0 and 1; kept as a foreign field", score.to_string()));
            annotation.extra.insert("score".to_owned(), score.into());
        }
        self.report.instances += 1;
        self.give(ImportItem::Instance(InstanceItem {
            id: None,
            file: target.file,
            frame: target.frame,
            label,
            geometry,
            marks: if annotation.crowd { Marks::one(Mark::Role(Role::Crowd)) } else { Marks::default() },
            run: None,
            confidence,
            author: None,
            created: None,
            extra: extra(id, annotation.extra),
            member: None,
        }))
    }
}

/// The foreign fields and the number in the file, as a JSON object.
fn extra(id: Option<i64>, mut extra: Map<String, Value>) -> Option<String> {
    match id {
        Some(id) if extra.is_empty() => Some(["{\"", COCO_ID, "\":", &id.to_string(), "}"].concat()),
        Some(id) => {
            extra.insert(COCO_ID.to_owned(), id.into());
            Some(Value::Object(extra).to_string())
        }
        None => (!extra.is_empty()).then(|| Value::Object(extra).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::coco_id;
    use super::*;

    #[test]
    fn the_number_in_the_file_is_kept_beside_foreign_fields() {
        let fields = || Map::from_iter([("note".to_owned(), Value::from("x"))]);
        assert_eq!(extra(Some(7), Map::new()).as_deref(), Some(r#"{"coco_id":7}"#));
        assert_eq!(extra(Some(7), fields()).as_deref(), Some(r#"{"coco_id":7,"note":"x"}"#));
        assert_eq!(extra(None, Map::new()), None);
        assert_eq!(coco_id(extra(Some(-7), fields()).as_deref()), Some(-7));
        assert_eq!(coco_id(Some(r#"{"note":"coco_id"}"#)), None);
    }
}
