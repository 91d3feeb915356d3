//! Keypoint templates that many projects begin with.

use crate::template::{Template, TemplatePoint};

/// A template with the name under which it is offered.
pub struct BuiltIn {
    /// Shown name.
    pub name: &'static str,
    points: &'static [(&'static str, f64, f64)],
    edges: &'static [[usize; 2]],
}

impl BuiltIn {
    /// The template, with the pairs that its names tell.
    pub fn template(&self) -> Template {
        let point = |(name, x, y): &(&str, f64, f64)| TemplatePoint { name: (*name).to_owned(), x: *x, y: *y, color: None };
        let mut template = Template { points: self.points.iter().map(point).collect(), edges: self.edges.to_vec(), pairs: Vec::new() };
        template.pairs = template.pairs_by_name();
        template
    }
}

/// Seen from the front: a person's left is to the right.
pub const BUILT_IN: [BuiltIn; 4] = [
    BuiltIn {
        name: "Person, 17 points (COCO)",
        points: &[
            ("nose", 0.5, 0.08),
            ("left eye", 0.54, 0.05),
            ("right eye", 0.46, 0.05),
            ("left ear", 0.59, 0.07),
            ("right ear", 0.41, 0.07),
            ("left shoulder", 0.66, 0.2),
            ("right shoulder", 0.34, 0.2),
            ("left elbow", 0.76, 0.36),
            ("right elbow", 0.24, 0.36),
            ("left wrist", 0.8, 0.52),
            ("right wrist", 0.2, 0.52),
            ("left hip", 0.6, 0.53),
            ("right hip", 0.4, 0.53),
            ("left knee", 0.61, 0.75),
            ("right knee", 0.39, 0.75),
            ("left ankle", 0.62, 0.97),
            ("right ankle", 0.38, 0.97),
        ],
        edges: &[
            [15, 13],
            [13, 11],
            [16, 14],
            [14, 12],
            [11, 12],
            [5, 11],
            [6, 12],
            [5, 6],
            [5, 7],
            [6, 8],
            [7, 9],
            [8, 10],
            [1, 2],
            [0, 1],
            [0, 2],
            [1, 3],
            [2, 4],
            [3, 5],
            [4, 6],
        ],
    },
    BuiltIn {
        name: "Hand, 21 points",
        points: &[
            ("wrist", 0.45, 1.0),
            ("thumb 1", 0.62, 0.88),
            ("thumb 2", 0.77, 0.74),
            ("thumb 3", 0.88, 0.62),
            ("thumb 4", 0.98, 0.53),
            ("forefinger 1", 0.62, 0.48),
            ("forefinger 2", 0.67, 0.3),
            ("forefinger 3", 0.7, 0.18),
            ("forefinger 4", 0.72, 0.07),
            ("middle finger 1", 0.47, 0.45),
            ("middle finger 2", 0.48, 0.25),
            ("middle finger 3", 0.49, 0.12),
            ("middle finger 4", 0.49, 0.0),
            ("ring finger 1", 0.32, 0.48),
            ("ring finger 2", 0.29, 0.3),
            ("ring finger 3", 0.27, 0.18),
            ("ring finger 4", 0.26, 0.07),
            ("little finger 1", 0.19, 0.54),
            ("little finger 2", 0.12, 0.41),
            ("little finger 3", 0.07, 0.32),
            ("little finger 4", 0.03, 0.23),
        ],
        edges: &[
            [0, 1],
            [1, 2],
            [2, 3],
            [3, 4],
            [0, 5],
            [5, 6],
            [6, 7],
            [7, 8],
            [5, 9],
            [9, 10],
            [10, 11],
            [11, 12],
            [9, 13],
            [13, 14],
            [14, 15],
            [15, 16],
            [13, 17],
            [0, 17],
            [17, 18],
            [18, 19],
            [19, 20],
        ],
    },
    BuiltIn {
        name: "Face, 5 points",
        points: &[
            ("left eye", 0.75, 0.2),
            ("right eye", 0.25, 0.2),
            ("nose", 0.5, 0.52),
            ("left mouth corner", 0.7, 0.82),
            ("right mouth corner", 0.3, 0.82),
        ],
        edges: &[[0, 1], [0, 2], [1, 2], [2, 3], [2, 4], [3, 4]],
    },
    BuiltIn {
        name: "Four corners",
        points: &[("top left", 0.0, 0.0), ("top right", 1.0, 0.0), ("bottom right", 1.0, 1.0), ("bottom left", 0.0, 1.0)],
        edges: &[[0, 1], [1, 2], [2, 3], [3, 0]],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_is_sound_and_has_its_pairs() {
        let pairs = [8, 0, 2, 2];
        for (built_in, pairs) in BUILT_IN.iter().zip(pairs) {
            let template = built_in.template();
            assert_eq!(template.problem(), None, "{}", built_in.name);
            assert_eq!(template.pairs.len(), pairs, "{}", built_in.name);
            assert!(template.points.iter().all(|point| (0.0..=1.0).contains(&point.x) && (0.0..=1.0).contains(&point.y)));
            let is_tied = |at: usize| template.edges.iter().flatten().any(|end| *end == at);
            assert!((0..template.points.len()).all(is_tied), "{}", built_in.name);
        }
    }
}
