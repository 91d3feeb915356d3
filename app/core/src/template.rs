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

    /// Pairs of points whose names differ in "left" and "right" alone, or in an `l` and an `r` before or behind a mark.
    pub fn pairs_by_name(&self) -> Vec<[usize; 2]> {
        let find = |name: &str| self.points.iter().position(|point| point.name.to_lowercase() == name);
        let pair = |(at, point): (usize, &TemplatePoint)| {
            let right = right_of(&point.name.to_lowercase())?;
            find(&right).filter(|other| *other != at).map(|other| [at, other])
        };
        self.points.iter().enumerate().filter_map(pair).collect()
    }
}

/// The name of the point on the right that belongs to one on the left.
fn right_of(name: &str) -> Option<String> {
    if name.contains("left") {
        return Some(name.replace("left", "right"));
    }
    let marks = ['_', '-', ' ', '.'];
    if let Some(rest) = name.strip_prefix('l').filter(|rest| rest.starts_with(marks)) {
        return Some(format!("r{rest}"));
    }
    name.strip_suffix('l').filter(|rest| rest.ends_with(marks)).map(|rest| format!("{rest}r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_left_and_right() {
        let rows = [("left wrist", Some("right wrist")), ("l_eye", Some("r_eye")), ("ear.l", Some("ear.r")), ("lip", None), ("tail", None)];
        for (left, right) in rows {
            assert_eq!(right_of(left).as_deref(), right, "{left}");
        }
        let point = |name: &str| TemplatePoint { name: name.to_owned(), x: 0.0, y: 0.0, color: None };
        let template = Template { points: ["Left eye", "nose", "right eye", "left ear"].map(point).to_vec(), ..Template::default() };
        assert_eq!(template.pairs_by_name(), [[0, 2]]);
    }
}
