//! Labels: what an instance can be.

use super::color::hex_color;
use crate::geometry::SpatialType;
use crate::ids::LabelId;
use crate::palette::{self, Rgb};
use crate::template::Template;
use serde::{Deserialize, Serialize};

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
    /// The label that it is a kind of ("car" of "vehicle"); any depth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<LabelId>,
    /// What it means, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What belongs to it and what does not: Markdown, with pictures from the project's folder `guides`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guide: String,
    /// Whether it is for shapes, for events, or for both.
    #[serde(default, skip_serializing_if = "UsedFor::is_both")]
    pub used_for: UsedFor,
    /// The roles of those who take part in an event of it, in the order in which the selected fill them; empty means
    /// [`crate::event::ROLES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The kinds of geometry it may have; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<SpatialType>,
    /// The kind that it is drawn as unless the person takes another; absent means the tool that is in the hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_shape: Option<SpatialType>,
    /// What happens to the part of a shape that lies outside the picture.
    #[serde(default, skip_serializing_if = "Outside::is_clip")]
    pub outside: Outside,
    /// The least width and height of its bounds, in image pixels; absent means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_size: Option<f64>,
    /// The most instances of it on one frame; absent means any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_count: Option<u32>,
    /// A sequence of it may have several parts on one frame.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub several_parts: bool,
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

/// What a label is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UsedFor {
    /// Shapes and events.
    #[default]
    Both,
    /// Shapes alone.
    Shapes,
    /// Events alone.
    Events,
}

impl UsedFor {
    fn is_both(&self) -> bool {
        *self == Self::Both
    }
}

/// What happens to the part of a shape that lies outside the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outside {
    /// It is cut off at the border.
    #[default]
    Clip,
    /// It stays: what goes on outside is drawn to its guessed end.
    Allow,
    /// The shape is not taken; the person is told.
    Refuse,
}

impl Outside {
    fn is_clip(&self) -> bool {
        *self == Self::Clip
    }
}

fn unnumbered() -> LabelId {
    LabelId(0)
}

impl Label {
    /// A label of this number and name, with the colour of its number and nothing else.
    pub fn new(id: LabelId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            color: palette::label_color((id.0 as usize).saturating_sub(1)),
            key: None,
            parent: None,
            description: String::new(),
            guide: String::new(),
            used_for: UsedFor::Both,
            roles: Vec::new(),
            shapes: Vec::new(),
            default_shape: None,
            outside: Outside::Clip,
            min_size: None,
            max_count: None,
            several_parts: false,
            keypoints: None,
            deprecated: false,
            extra: serde_json::Map::new(),
        }
    }

    /// Whether it may have this kind of geometry.
    pub fn takes(&self, shape: SpatialType) -> bool {
        self.used_for != UsedFor::Events && (self.shapes.is_empty() || self.shapes.contains(&shape))
    }

    /// Whether an event may have it.
    pub fn takes_events(&self) -> bool {
        self.used_for != UsedFor::Shapes
    }

    /// The roles of those who take part in an event of it, in order.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let own = self.roles.iter().map(String::as_str);
        own.chain(crate::event::ROLES.into_iter().filter(|_| self.roles.is_empty()))
    }
}
