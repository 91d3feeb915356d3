//! The schema: the labels that a project may use. A published version never changes; each is a canonical JSON document
//! named by its hash.

use crate::geometry::SpatialType;
use crate::ids::LabelId;
use crate::palette::{self, Rgb};
use crate::template::Template;
use serde::{Deserialize, Serialize};

/// Of a label that the schema does not know.
const UNKNOWN: Rgb = [0x9a; 3];

/// A label: the top-level meaning of an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Its number: never changed, never used again. 0 or absent in a file that a person wrote means: give it one.
    #[serde(default = "unnumbered")]
    pub id: LabelId,
    /// Shown name; unique in the schema.
    pub name: String,
    /// Its colour as `#rrggbb`; absent means the next of the palette.
    #[serde(default, with = "hex_color")]
    pub color: Rgb,
    /// The key that chooses it, 1 to 9; absent means none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// The kinds of geometry it may have; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<SpatialType>,
    /// The points of its keypoints; absent means that it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keypoints: Option<Template>,
    /// No longer offered; old instances stay readable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// Fields of newer versions and of other programs, kept as they are.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A versioned set of labels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Shown name.
    #[serde(default)]
    pub name: String,
    /// In the order in which they are shown.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Fields of newer versions and of other programs, kept as they are.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Why a document is no schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Not JSON of this form.
    #[error("the schema is not valid JSON of the expected form: {0}. See the manual, \"Schema file\"")]
    Json(#[from] serde_json::Error),
    /// Two labels of one name.
    #[error("the label \"{0}\" stands twice in the schema. Give each label a name of its own")]
    TwiceName(String),
    /// Two labels of one number.
    #[error("two labels have the id {0}. Give each label a number of its own, or leave the ids out")]
    TwiceId(u32),
    /// A label without a name.
    #[error("a label has no name. Give each label a name")]
    NoName,
    /// The key of a label is not 1 to 9.
    #[error("the label \"{0}\" has the key \"{1}\"; only 1 to 9 choose labels")]
    BadKey(String, char),
    /// The keypoint template of a label contradicts itself.
    #[error("the label \"{0}\" has {1}. Correct its keypoints")]
    BadTemplate(String, String),
}

fn unnumbered() -> LabelId {
    LabelId(0)
}

impl Label {
    /// A label with the next number, colour and key.
    fn numbered(name: &str, id: u32) -> Self {
        Self {
            id: LabelId(id),
            name: name.to_owned(),
            color: palette::label_color(id as usize - 1),
            key: char::from_digit(id, 10).filter(|_| id <= 9),
            shapes: Vec::new(),
            keypoints: None,
            deprecated: false,
            extra: serde_json::Map::new(),
        }
    }
}

impl Schema {
    /// Reads a document; labels without number or colour get the next free ones.
    ///
    /// # Errors
    /// [`SchemaError`] with the sentence to show.
    pub fn from_document(text: &str) -> Result<Self, SchemaError> {
        let mut schema: Self = serde_json::from_str(text)?;
        let given: serde_json::Value = serde_json::from_str(text)?;
        for (at, label) in schema.labels.iter_mut().enumerate() {
            if given["labels"][at].get("color").is_none() {
                label.color = palette::label_color(at);
            }
        }
        schema.check()?;
        for at in 0..schema.labels.len() {
            if schema.labels[at].id.0 == 0 {
                schema.labels[at].id = LabelId(schema.next_id());
            }
        }
        Ok(schema)
    }

    /// Gives the first nine labels the keys 1 to 9 where no label has a key: for a file that a person wrote without any.
    pub fn fill_keys(&mut self) {
        if self.labels.iter().all(|label| label.key.is_none()) {
            for (label, key) in self.labels.iter_mut().filter(|label| !label.deprecated).zip('1'..='9') {
                label.key = Some(key);
            }
        }
    }

    fn check(&self) -> Result<(), SchemaError> {
        for (at, label) in self.labels.iter().enumerate() {
            if label.name.trim().is_empty() {
                return Err(SchemaError::NoName);
            }
            if self.labels[..at].iter().any(|other| other.name == label.name) {
                return Err(SchemaError::TwiceName(label.name.clone()));
            }
            if label.id.0 != 0 && self.labels[..at].iter().any(|other| other.id == label.id) {
                return Err(SchemaError::TwiceId(label.id.0));
            }
            if let Some(key) = label.key.filter(|key| !('1'..='9').contains(key)) {
                return Err(SchemaError::BadKey(label.name.clone(), key));
            }
            if let Some(problem) = label.keypoints.as_ref().and_then(Template::problem) {
                return Err(SchemaError::BadTemplate(label.name.clone(), problem));
            }
        }
        Ok(())
    }

    /// The canonical JSON document: the same schema always gives the same bytes.
    pub fn to_document(&self) -> String {
        // Serialising strings, numbers and maps with text keys cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// BLAKE3 hash of the canonical document, which operations name.
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(self.to_document().as_bytes()).as_bytes()
    }

    /// The label with this number.
    pub fn label(&self, id: LabelId) -> Option<&Label> {
        self.labels.iter().find(|label| label.id == id)
    }

    /// The label with this name.
    pub fn label_named(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == name)
    }

    /// The labels that are offered for new instances.
    pub fn offered(&self) -> impl Iterator<Item = &Label> {
        self.labels.iter().filter(|label| !label.deprecated)
    }

    /// Name and colour to show for a label number, also for one that the schema does not hold.
    pub fn shown(&self, id: LabelId) -> (String, Rgb) {
        self.label(id).map_or_else(|| (format!("label {id}"), UNKNOWN), |label| (label.name.clone(), label.color))
    }

    /// The colour of a label that need not be offered any more.
    pub fn color(&self, id: LabelId) -> Rgb {
        self.label(id).map_or(UNKNOWN, |label| label.color)
    }

    fn next_id(&self) -> u32 {
        self.labels.iter().map(|label| label.id.0).max().unwrap_or(0) + 1
    }

    /// Adds a label with the next number, colour and free key; the number of the one that has this name already.
    pub fn add_label(&mut self, name: &str) -> LabelId {
        if let Some(label) = self.label_named(name) {
            return label.id;
        }
        let mut label = Label::numbered(name, self.next_id());
        if self.labels.iter().any(|other| other.key == label.key) {
            label.key = ('1'..='9').find(|key| self.labels.iter().all(|other| other.key != Some(*key)));
        }
        self.labels.push(label);
        self.labels[self.labels.len() - 1].id
    }
}

/// A colour that may be absent.
pub(crate) mod optional_hex_color {
    use super::{Rgb, hex_color};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(color: &Option<Rgb>, serializer: S) -> Result<S::Ok, S::Error> {
        match color {
            Some(color) => hex_color::serialize(color, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Rgb>, D::Error> {
        #[derive(Deserialize)]
        struct Color(#[serde(with = "hex_color")] Rgb);
        Ok(Option::<Color>::deserialize(deserializer)?.map(|color| color.0))
    }
}

mod hex_color {
    use super::Rgb;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(color: &Rgb, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("#{}", crate::ids::hex(color)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rgb, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = text.strip_prefix('#').and_then(crate::ids::unhex);
        bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| D::Error::custom(format!("\"{text}\" is no colour like #56b4e9")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_file_is_completed() {
        let schema =
            Schema::from_document(r##"{"labels":[{"name":"car"},{"name":"person","id":7,"color":"#ff0000"},{"name":"dog"}]}"##).unwrap();
        let got: Vec<_> = schema.labels.iter().map(|label| (label.id.0, label.name.as_str(), label.color)).collect();
        assert_eq!(got, [(8, "car", palette::label_color(0)), (7, "person", [255, 0, 0]), (9, "dog", palette::label_color(2))]);
        assert_eq!(Schema::from_document(&schema.to_document()).unwrap(), schema);
    }

    #[test]
    fn foreign_fields_are_kept() {
        let schema = Schema::from_document(r#"{"owner":"x","labels":[{"name":"car","wheels":4}]}"#).unwrap();
        let document = schema.to_document();
        assert!(document.contains("wheels") && document.contains("owner"));
    }

    #[test]
    fn mistakes_are_named() {
        let error = |text: &str| Schema::from_document(text).unwrap_err().to_string();
        assert!(error(r#"{"labels":[{"name":"a"},{"name":"a"}]}"#).contains("\"a\" stands twice"));
        assert!(error(r#"{"labels":[{"name":"a","id":3},{"name":"b","id":3}]}"#).contains("the id 3"));
        assert!(error(r#"{"labels":[{"name":"a","color":"red"}]}"#).contains("no colour"));
        assert!(error(r#"{"labels":[{"name":"a","key":"x"}]}"#).contains("1 to 9"));
        let template = |points: &str, edges: &str| {
            error(&format!(r#"{{"labels":[{{"name":"a","keypoints":{{"points":[{points}],"edges":[{edges}]}}}}]}}"#))
        };
        assert!(template(r#"{"name":"n","x":0,"y":0}"#, "[0,1]").contains("the keypoint 1"));
        assert!(template(r#"{"name":"n","x":0,"y":0},{"name":"n","x":0,"y":0}"#, "").contains("two keypoints"));
        assert!(template(r#"{"name":"n","x":0,"y":0,"color":"red"}"#, "").contains("no colour"));
    }

    #[test]
    fn labels_added_while_drawing_get_the_next_key() {
        let mut schema = Schema::default();
        for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
            schema.add_label(name);
        }
        assert_eq!(schema.labels[8].key, Some('9'));
        assert_eq!(schema.labels[9].key, None);
        assert_eq!(schema.add_label("a"), LabelId(1));
    }
}
