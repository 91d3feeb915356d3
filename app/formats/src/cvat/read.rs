//! Reading CVAT XML.

use super::meta::{self, Meta};
use super::shape;
use super::xml::{Element, Fields, Node, Xml, field};
use crate::Want;
use crate::error::FormatError;
use crate::exchange::{FileItem, ImportItem, ImportReport, ImportSink, InstanceItem, MemberItem, SequenceItem};
use crate::problems::Effect;
use limn_core::schema::attribute::Subject;
use limn_core::schema::questions::Questions;
use limn_core::schema::{Answer, Attribute, AttributeType};
use limn_core::sequence::Motion;
use limn_core::{FileKind, LabelId, Mark, Marks};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Bytes between two reports of progress.
const TICK: u64 = 1 << 20;

/// Reads a file into the sink.
pub(crate) fn import(path: &Path, sink: &mut dyn ImportSink, report: &mut ImportReport, want: Want) -> Result<(), FormatError> {
    let mut xml = Xml::open(path)?;
    match xml.next()? {
        Some(Node::Open(name, _)) if name == "annotations" => {}
        Some(Node::Open(name, _)) => return Err(xml.wrong(format!("<{name}>"), "<annotations>")),
        _ => return Err(xml.wrong("no tag", "<annotations>")),
    }
    let mut reader = Reader {
        path,
        sink,
        report,
        want,
        meta: None,
        labels: HashMap::new(),
        attributes: HashMap::new(),
        video: None,
        before: 0,
        next_tick: 0,
    };
    while let Some(Node::Open(name, fields)) = xml.next()? {
        match name.as_str() {
            "version" => {
                let version = xml.element(name, fields)?.text;
                if !version.trim().starts_with("1.") {
                    reader.report.problems.add(Effect::Kept, "the file is of another version than 1.1", || version.clone());
                }
            }
            "meta" if reader.meta.is_some() => {
                reader.left("a second meta left out", String::new);
                xml.skip()?;
            }
            "meta" => {
                let element = xml.element(name, fields)?;
                reader.begin(&element)?;
            }
            "track" => reader.track(&mut xml, &fields)?,
            "image" => reader.image(&mut xml, &fields)?,
            _ => {
                reader.left(&format!("an element <{}> is not known; left out", name.chars().take(60).collect::<String>()), String::new);
                xml.skip()?;
            }
        }
    }
    reader.ensure_meta()
}

struct Reader<'a> {
    path: &'a Path,
    sink: &'a mut dyn ImportSink,
    report: &'a mut ImportReport,
    want: Want,
    meta: Option<Meta>,
    labels: HashMap<String, LabelId>,
    /// Where the attributes of a label stand in the schema, by name.
    attributes: HashMap<(LabelId, String), usize>,
    /// Number of the video, once a track came.
    video: Option<usize>,
    /// What a frame of the stretch is less in the video that is meant here: it is a clip of just that stretch.
    before: u64,
    next_tick: u64,
}

/// Answers and flags of one shape.
struct Said {
    marks: Marks,
    /// Answers that hold for the whole track.
    fixed: Marks,
}

impl Reader<'_> {
    fn left(&mut self, text: &str, example: impl FnOnce() -> String) {
        self.report.problems.add(Effect::Left, text, example);
    }

    fn give(&mut self, item: ImportItem) -> Result<(), FormatError> {
        self.sink.item(item).map_err(FormatError::caller)
    }

    fn begin(&mut self, element: &Element) -> Result<(), FormatError> {
        let meta =
            meta::read(element, &mut self.report.problems).map_err(|source| FormatError::Schema { path: self.path.to_owned(), source })?;
        let questions = Questions::new(&meta.schema);
        for label in &meta.schema.labels {
            self.labels.insert(label.name.clone(), label.id);
            for attribute in questions.possible(&meta.schema, Subject::Instance, Some(label.id)) {
                let at = meta.schema.attributes.iter().position(|other| other.id == attribute.id);
                self.attributes.extend(at.map(|at| ((label.id, attribute.name.clone()), at)));
            }
        }
        self.report.labels = meta.schema.labels.len() as u64;
        self.give(ImportItem::Project(meta.name.clone()))?;
        self.give(ImportItem::Schema(meta.schema.clone()))?;
        self.meta = Some(meta);
        Ok(())
    }

    fn ensure_meta(&mut self) -> Result<(), FormatError> {
        if self.meta.is_none() {
            self.left("the file has no meta, and so no labels", String::new);
            self.meta = Some(Meta::default());
            self.give(ImportItem::Schema(limn_core::Schema::default()))?;
        }
        Ok(())
    }

    fn file(&mut self, item: FileItem) -> Result<usize, FormatError> {
        let number = self.report.files as usize;
        self.report.files += 1;
        self.give(ImportItem::File(item))?;
        Ok(number)
    }

    fn video(&mut self) -> Result<usize, FormatError> {
        if let Some(video) = self.video {
            return Ok(video);
        }
        let none = Meta::default();
        let meta = self.meta.as_ref().unwrap_or(&none);
        let path = [&meta.source, &meta.name].into_iter().find(|name| !name.is_empty()).map_or("video", String::as_str);
        let item = FileItem::new(path, FileKind::Video, (meta.width, meta.height), meta.end);
        let first = meta.first;
        self.before = self.sink.here(&item).map(|here| here.first).filter(|own| *own == first).unwrap_or(0);
        let video = self.file(item)?;
        self.video = Some(video);
        Ok(video)
    }

    fn tick(&mut self, xml: &Xml<'_>) -> Result<(), FormatError> {
        let (done, total) = xml.progress();
        if done < self.next_tick {
            return Ok(());
        }
        self.next_tick = done + TICK;
        if self.sink.progress(done, total) { Ok(()) } else { Err(FormatError::Cancelled) }
    }

    fn track(&mut self, xml: &mut Xml<'_>, fields: &Fields) -> Result<(), FormatError> {
        self.ensure_meta()?;
        let name = field(fields, "label").unwrap_or_default();
        let id = field(fields, "id").unwrap_or_default();
        let place = || format!("track {id}");
        let Some(label) = self.labels.get(name).copied() else {
            self.left("a track has a label that the meta does not name; left out", || format!("track {id}: {name}"));
            return xml.skip();
        };
        self.tell_group(fields, place());
        let file = self.video()?;
        let size = self.meta.as_ref().map_or((0, 0), |meta| (meta.width, meta.height));
        let end = self.meta.as_ref().map_or(0, |meta| meta.end);
        let mut sequence: Option<(usize, Marks)> = None;
        let mut frames = HashSet::new();
        while let Some(Node::Open(name, fields)) = xml.next()? {
            self.tick(xml)?;
            let element = xml.element(name, fields)?;
            // What lies between keyframes follows from them.
            if element.get("keyframe").is_some_and(|keyframe| keyframe == "0") {
                continue;
            }
            let Some(told) = element.get("frame").and_then(|frame| frame.trim().parse::<u64>().ok()) else {
                self.left("a shape of a track names no frame; left out", place);
                continue;
            };
            let place = || format!("track {id}, frame {told}");
            let Some(frame) = told.checked_sub(self.before) else {
                self.left("a shape lies before the first frame of the clip; left out", place);
                continue;
            };
            let template = self.meta.as_ref().and_then(|meta| meta.schema.label(label)?.keypoints.as_ref());
            let geometry = match shape::read(&element, template, size) {
                Ok(geometry) => geometry,
                Err(why) => {
                    self.left(&format!("a shape was left out: {why}"), place);
                    continue;
                }
            };
            let mut said = self.said(&element, label, true, &place);
            if shape::is_outside(&element) {
                said.marks.set(Mark::Outside(true));
            }
            if !frames.insert(frame) {
                self.report.problems.add(Effect::Kept, "a track has two shapes on one frame; the later one is seen", place);
            }
            if end > 0 && told >= end {
                self.report.problems.add(Effect::Kept, "a shape lies behind the last frame; kept, but not seen", place);
            }
            let number = match &sequence {
                Some((number, fixed)) => {
                    if said.fixed.answers.iter().any(|(attribute, answer)| fixed.answers.get(attribute) != Some(answer)) {
                        let text = "answers that hold for a whole track differ on it; those of its first shape are taken";
                        self.report.problems.add(Effect::Changed, text, place);
                    }
                    *number
                }
                None => {
                    let number = self.report.sequences as usize;
                    self.report.sequences += 1;
                    let item = SequenceItem {
                        id: None,
                        file,
                        number: id.trim().parse::<u32>().ok().and_then(|id| id.checked_add(1)).unwrap_or(0),
                        label,
                        name: None,
                        motion: Motion::Linear,
                        exit: None,
                        same_as: None,
                        marks: said.fixed.clone(),
                        extra: None,
                    };
                    self.give(ImportItem::Sequence(item))?;
                    sequence = Some((number, said.fixed));
                    number
                }
            };
            if self.want == Want::All {
                let member = Some(MemberItem { sequence: number, part: 0 });
                self.instance(InstanceItem { file, frame, label, geometry, member, ..empty(said.marks) })?;
            }
        }
        if sequence.is_none() {
            self.left("a track has no keyframes; left out", place);
        }
        Ok(())
    }

    fn image(&mut self, xml: &mut Xml<'_>, fields: &Fields) -> Result<(), FormatError> {
        self.ensure_meta()?;
        let path = field(fields, "name").unwrap_or_default().to_owned();
        let side = |name: &str| field(fields, name).and_then(|text| text.trim().parse::<u32>().ok()).unwrap_or(0);
        let size = (side("width"), side("height"));
        let file = self.file(FileItem::new(&path, FileKind::Image, size, 1))?;
        while let Some(Node::Open(name, fields)) = xml.next()? {
            self.tick(xml)?;
            let element = xml.element(name, fields)?;
            let place = || path.clone();
            let name = element.get("label").unwrap_or_default();
            let Some(label) = self.labels.get(name).copied() else {
                self.left("a shape has a label that the meta does not name; left out", || format!("{path}: {name}"));
                continue;
            };
            let template = self.meta.as_ref().and_then(|meta| meta.schema.label(label)?.keypoints.as_ref());
            let geometry = match shape::read(&element, template, size) {
                Ok(geometry) => geometry,
                Err(why) => {
                    self.left(&format!("a shape was left out: {why}"), place);
                    continue;
                }
            };
            self.tell_group(&element.fields, path.clone());
            let said = self.said(&element, label, false, &place);
            if self.want == Want::All {
                self.instance(InstanceItem { file, label, geometry, ..empty(said.marks) })?;
            }
        }
        Ok(())
    }

    fn instance(&mut self, item: InstanceItem) -> Result<(), FormatError> {
        self.report.instances += 1;
        self.give(ImportItem::Instance(item))
    }

    fn tell_group(&mut self, fields: &Fields, place: String) {
        if field(fields, "group_id").is_some_and(|group| !matches!(group, "" | "0")) {
            self.left("groups are left out", || place);
        }
    }

    fn said(&mut self, element: &Element, label: LabelId, in_track: bool, place: &dyn Fn() -> String) -> Said {
        let mut said = Said { marks: Marks::default(), fixed: Marks::default() };
        said.marks.set(Mark::Occluded(element.is("occluded")));
        match element.get("z_order").map_or(Ok(0), |order| order.trim().parse::<i32>()) {
            Ok(order) => drop(said.marks.set(Mark::Order(order))),
            Err(_no) => self.left("a z_order that is no whole number left out", place),
        }
        for child in element.children.iter().filter(|child| child.name == "attribute") {
            let name = child.get("name").unwrap_or_default();
            let at = self.attributes.get(&(label, name.to_owned())).copied();
            let attribute = at.and_then(|at| self.meta.as_ref()?.schema.attributes.get(at));
            let Some(attribute) = attribute else {
                self.left(&format!("an attribute \"{}\" that the meta does not name left out", short(name)), place);
                continue;
            };
            match answer(attribute, &child.text) {
                None => {}
                Some(answer) if attribute.problem_of(&answer).is_none() => {
                    let marks = if in_track && !attribute.per_frame { &mut said.fixed } else { &mut said.marks };
                    marks.set(Mark::Answer(attribute.id, Some(answer)));
                }
                Some(_) => {
                    let text = format!("a value of \"{}\" does not fit the attribute; left out", short(name));
                    self.left(&text, || format!("{}: {}", place(), short(&child.text)));
                }
            }
        }
        said
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn empty(marks: Marks) -> InstanceItem {
    InstanceItem {
        id: None,
        file: 0,
        frame: 0,
        label: LabelId(0),
        geometry: limn_core::Geometry::Tag,
        marks,
        run: None,
        confidence: None,
        author: None,
        created: None,
        extra: None,
        member: None,
    }
}

/// What a value of an attribute answers; nothing when it is empty. One that is of another kind is a text, which does not fit.
fn answer(attribute: &Attribute, text: &str) -> Option<Answer> {
    if text.is_empty() {
        return None;
    }
    let other = || Answer::Text(text.to_owned());
    let word = text.trim();
    Some(match attribute.kind {
        AttributeType::Boolean if word.eq_ignore_ascii_case("true") => Answer::Bool(true),
        AttributeType::Boolean if word.eq_ignore_ascii_case("false") => Answer::Bool(false),
        AttributeType::Integer => word.parse().map_or_else(|_no| other(), Answer::Integer),
        AttributeType::Float | AttributeType::Direction => word.parse().map_or_else(|_no| other(), Answer::Float),
        AttributeType::Select | AttributeType::Tree => {
            let option = attribute.options.iter().find(|option| option.name == text);
            option.and_then(|option| attribute.choice(option.id)).map_or_else(other, Answer::Choice)
        }
        _ => other(),
    })
}
