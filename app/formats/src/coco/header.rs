//! Entries of `images` and `categories`.

use super::keypoints::take_template;
use crate::json::ids::WholeNumber;
use limn_core::ids::hex;
use limn_core::{Label, LabelId, Template, palette};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// An entry of `images`.
pub(super) struct Image {
    pub(super) id: i64,
    pub(super) file_name: String,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Set when it is a frame of a video that Limn exported.
    pub(super) video: Option<VideoFrame>,
    /// What COCO does not define.
    pub(super) extra: Map<String, Value>,
}

/// What an image says of the video that it is a frame of.
pub(super) struct VideoFrame {
    /// The video's `file_name`.
    pub(super) video: String,
    /// 0-based.
    pub(super) frame: u64,
    /// Frames of the video.
    pub(super) frames: u64,
    /// It is a folder of images.
    pub(super) sequence: bool,
}

fn whole(fields: &mut Map<String, Value>, name: &str) -> Option<i64> {
    serde_json::from_value::<WholeNumber>(fields.remove(name)?).ok().map(|number| number.0)
}

impl Image {
    /// Reads the entry; `Err` says why it is none.
    /// `has_videos`: frames of videos that other programs wrote are taken for such.
    pub(super) fn read(mut fields: Map<String, Value>, has_videos: bool) -> Result<Self, &'static str> {
        let id = whole(&mut fields, "id").ok_or("an image has no whole number as id; left out")?;
        let Some(Value::String(file_name)) = fields.remove("file_name") else {
            return Err("an image has no file_name; left out");
        };
        let mut size = |name| whole(&mut fields, name).and_then(|len| u32::try_from(len).ok()).unwrap_or(0);
        let (width, height) = (size("width"), size("height"));
        let mut video = VideoFrame::read(&file_name, &mut fields);
        if has_videos {
            let of_ids = VideoFrame::of_ids(&file_name, &mut fields);
            video = video.or(of_ids);
        }
        Ok(Self { id, file_name, width, height, video, extra: fields })
    }
}

/// The name of a frame of a video.
pub(super) fn frame_name(video: &str, frame: u64) -> String {
    format!("{video}#frame={frame}")
}

impl VideoFrame {
    fn read(file_name: &str, fields: &mut Map<String, Value>) -> Option<Self> {
        let video = fields.get("video")?.as_str()?.to_owned();
        let frame = fields.get("frame")?.as_u64()?;
        let frames = fields.get("frames")?.as_u64()?;
        let sequence = fields.get("kind")?.as_str()? == "sequence";
        if file_name != frame_name(&video, frame) {
            return None;
        }
        ["video", "frame", "global_frame", "frames", "kind"].iter().for_each(|name| drop(fields.remove(*name)));
        Some(Self { video, frame, frames, sequence })
    }

    /// As other programs say it: the folder of the image is the video. Its number of frames is not told.
    fn of_ids(file_name: &str, fields: &mut Map<String, Value>) -> Option<Self> {
        fields.get("video_id").filter(|id| id.is_i64() || id.is_string())?;
        let (name, frame) = ["frame_id", "frame_index"].into_iter().find_map(|name| Some((name, fields.get(name)?.as_u64()?)))?;
        let video = file_name.rsplit_once(['/', '\\']).map(|(folder, _)| folder.to_owned());
        fields.remove("video_id");
        fields.remove(name);
        Some(Self { video: video.filter(|folder| !folder.is_empty())?, frame, frames: 0, sequence: true })
    }
}

/// The labels that the categories become, and which category became which.
#[derive(Default)]
pub(super) struct Categories {
    pub(super) labels: Vec<Label>,
    by_id: HashMap<i64, LabelId>,
    by_name: HashMap<String, LabelId>,
    templates: HashMap<LabelId, Template>,
    numbers: HashSet<u32>,
    /// The largest of them.
    last: u32,
}

impl Categories {
    /// The label of a category.
    pub(super) fn label(&self, id: i64) -> Option<LabelId> {
        self.by_id.get(&id).copied()
    }

    /// The keypoints that a category names.
    pub(super) fn template(&self, label: LabelId) -> Option<&Template> {
        self.templates.get(&label)
    }

    /// Adds an entry; `tell` hears what is odd about it.
    pub(super) fn add(&mut self, mut fields: Map<String, Value>, tell: &mut dyn FnMut(&str, String)) {
        let Some(id) = whole(&mut fields, "id") else {
            return tell("a category has no whole number as id; left out", String::new());
        };
        if self.by_id.contains_key(&id) {
            return tell("two categories have one id; the first counts", format!("category {id}"));
        }
        let name = match fields.remove("name") {
            Some(Value::String(name)) if !name.trim().is_empty() => name,
            _ => {
                tell("a category has no name; named by its id", format!("category {id}"));
                format!("category {id}")
            }
        };
        if let Some(label) = self.by_name.get(&name) {
            self.by_id.insert(id, *label);
            return tell("two categories have one name; they become one label", format!("category {id} \"{name}\""));
        }
        let Some(number) = self.number(id) else {
            return tell("there are more categories than numbers for labels; left out", format!("category {id}"));
        };
        if i64::from(number.0) != id {
            tell(
                "a category's id cannot be the number of a label, which is 1 or more and unique; it got the next free one",
                format!("category {id}"),
            );
        }
        let color = fields.get("color").and_then(color);
        if color.is_some() {
            fields.remove("color");
        }
        for field in ["color", "key", "shapes", "deprecated"] {
            if fields.remove(field).is_some() {
                tell(
                    &format!("a category has the field \"{field}\" in another form than Limn's; the field left out"),
                    format!("category {id}"),
                );
            }
        }
        let keypoints = take_template(&mut fields, &mut |text| tell(text, format!("category {id}")));
        if let Some(template) = &keypoints {
            self.templates.insert(number, template.clone());
        }
        let at = self.labels.len();
        self.numbers.insert(number.0);
        self.last = self.last.max(number.0);
        self.by_id.insert(id, number);
        self.by_name.insert(name.clone(), number);
        self.labels.push(Label {
            color: color.unwrap_or_else(|| palette::label_color(at)),
            key: char::from_digit(at as u32 + 1, 10).filter(|_| at < 9),
            keypoints,
            extra: fields,
            ..Label::new(number, &name)
        });
    }

    /// The category's own number, or the next free one.
    fn number(&self, id: i64) -> Option<LabelId> {
        let own = u32::try_from(id).ok().filter(|id| *id > 0 && !self.numbers.contains(id));
        own.or_else(|| self.last.checked_add(1)).map(LabelId)
    }
}

/// `[r, g, b]`, as panoptic COCO writes it, or `#rrggbb`.
fn color(value: &Value) -> Option<[u8; 3]> {
    if let Some(text) = value.as_str() {
        let bytes = text.strip_prefix('#').and_then(limn_core::ids::unhex)?;
        return bytes.try_into().ok().filter(|color: &[u8; 3]| format!("#{}", hex(color)) == text.to_lowercase());
    }
    serde_json::from_value(value.clone()).ok()
}
