//! Keypoint templates: which points an instance of a label has, and how they belong together.

use crate::palette::Rgb;
use serde::{Deserialize, Serialize};

/// A named point of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplatePoint {
    /// Shown name, such as "left wrist"; unique in the template.
    pub name: String,
    /// Where it lies in the template's own square, from 0 (left) to 1 (right).
    pub x: f64,
    /// From 0 (top) to 1 (bottom).
    pub y: f64,
    /// Its colour as `#rrggbb`; absent means the label's.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::schema::optional_hex_color")]
    pub color: Option<Rgb>,
}

/// The points of a label's keypoints, in an order that never changes: points are added at the end, and none is taken
/// away while instances have it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// In the order of [`crate::geometry::Keypoints::points`].
    pub points: Vec<TemplatePoint>,
    /// Pairs of numbers of points between which a line is drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<[usize; 2]>,
    /// Pairs that change places when the template is mirrored: left, right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<[usize; 2]>,
}

impl Template {
    /// What is wrong with it, as the end of a sentence about its label; `None` when nothing is.
    pub fn problem(&self) -> Option<String> {
        let named_twice = |at: usize| self.points[..at].iter().any(|other| other.name == self.points[at].name);
        if let Some(at) = (0..self.points.len()).find(|at| named_twice(*at)) {
            return Some(format!("two keypoints with the name \"{}\"", self.points[at].name));
        }
        if let Some(point) = self.points.iter().find(|point| !(point.x.is_finite() && point.y.is_finite())) {
            return Some(format!("the keypoint \"{}\" at a place that is no number", point.name));
        }
        let ends = self.edges.iter().chain(&self.pairs).flatten();
        ends.copied().find(|at| *at >= self.points.len()).map(|at| format!("an edge or a pair with the keypoint {at}, which it has not"))
    }

    /// The number of the point that a point becomes when left and right change places.
    pub fn mirrored(&self, at: usize) -> usize {
        let other = |[a, b]: &[usize; 2]| if *a == at { Some(*b) } else { (*b == at).then_some(*a) };
        self.pairs.iter().find_map(other).unwrap_or(at)
    }
}
