//! Which tasks of machine learning the labels of a schema serve.

use super::super::Schema;
use super::super::attribute::{AttributeType, Subject};
use super::super::label::{Label, UsedFor};
use crate::geometry::SpatialType;

/// What a model can learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Which of some classes a whole picture is.
    Classification,
    /// Where things are, as boxes.
    Detection,
    /// The same as turned boxes.
    TurnedDetection,
    /// Which pixels each thing has.
    InstanceSegmentation,
    /// Of which label each pixel is.
    SemanticSegmentation,
    /// Where named points of a thing are.
    Keypoints,
    /// Where lines run.
    Lines,
    /// Where points are, and how many.
    Counting,
    /// Where each thing goes through a video.
    Tracking,
    /// What is going on in a stretch of a video.
    Action,
    /// What holds of a thing, of several answers at once.
    Attributes,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Classification,
        Self::Detection,
        Self::TurnedDetection,
        Self::InstanceSegmentation,
        Self::SemanticSegmentation,
        Self::Keypoints,
        Self::Lines,
        Self::Counting,
        Self::Tracking,
        Self::Action,
        Self::Attributes,
    ];

    /// Shown name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Classification => "classification of pictures",
            Self::Detection => "detection",
            Self::TurnedDetection => "detection of turned boxes",
            Self::InstanceSegmentation => "instance segmentation",
            Self::SemanticSegmentation => "semantic segmentation",
            Self::Keypoints => "keypoints",
            Self::Lines => "lines",
            Self::Counting => "counting by points",
            Self::Tracking => "tracking",
            Self::Action => "actions in video",
            Self::Attributes => "attributes of objects",
        }
    }

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Detection => "detection",
            Self::TurnedDetection => "turned-detection",
            Self::InstanceSegmentation => "instance-segmentation",
            Self::SemanticSegmentation => "semantic-segmentation",
            Self::Keypoints => "keypoints",
            Self::Lines => "lines",
            Self::Counting => "counting",
            Self::Tracking => "tracking",
            Self::Action => "action",
            Self::Attributes => "attributes",
        }
    }

    /// How well a kind of shape serves it.
    fn by(self, shape: SpatialType) -> Served {
        use SpatialType as S;
        let is_area = matches!(shape, S::Polygon | S::Mask | S::Ellipse);
        let has_bounds = !matches!(shape, S::Tag | S::Point);
        let (direct, converted) = match self {
            // That something is on a picture follows from any shape of it.
            Self::Classification => (shape == S::Tag, true),
            Self::Detection => (shape == S::Box, has_bounds && shape != S::Polyline),
            Self::TurnedDetection => (shape == S::RotatedBox, is_area || shape == S::Box),
            Self::InstanceSegmentation | Self::SemanticSegmentation => (matches!(shape, S::Polygon | S::Mask), shape == S::Ellipse),
            Self::Keypoints => (shape == S::Keypoints, false),
            Self::Lines => (shape == S::Polyline, false),
            Self::Counting => (shape == S::Point, has_bounds),
            Self::Tracking => (shape == S::Box, has_bounds && shape != S::Polyline),
            Self::Action => (shape == S::Tag, false),
            Self::Attributes => (false, false),
        };
        if direct {
            Served::Directly
        } else if converted {
            Served::Converted
        } else {
            Served::Not
        }
    }
}

/// How well something is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Served {
    /// Not at all.
    Not,
    /// When shapes are turned into others first.
    Converted,
    /// As they are.
    Directly,
}

impl Served {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Not => "no",
            Self::Converted => "by conversion",
            Self::Directly => "directly",
        }
    }
}

/// What a schema does for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskServed {
    /// The task.
    pub task: Task,
    /// Labels, or questions about objects, that serve it as they are.
    pub directly: usize,
    /// Those that do when shapes are turned into others.
    pub converted: usize,
    /// Out of how many.
    pub of: usize,
}

impl TaskServed {
    /// How well the best of them serve it.
    pub fn served(&self) -> Served {
        match (self.directly, self.converted) {
            (1.., _) => Served::Directly,
            (0, 1..) => Served::Converted,
            (0, 0) => Served::Not,
        }
    }
}

/// How well the labels that are offered serve each task.
pub fn tasks(schema: &Schema) -> Vec<TaskServed> {
    Task::ALL.map(|task| served(schema, task)).into()
}

fn served(schema: &Schema, task: Task) -> TaskServed {
    let mut found = TaskServed { task, directly: 0, converted: 0, of: 0 };
    if task == Task::Attributes {
        let questions = schema.attributes.iter().filter(|one| !one.deprecated && one.of == Subject::Instance);
        for attribute in questions {
            found.of += 1;
            found.directly += usize::from(!matches!(attribute.kind, AttributeType::Text | AttributeType::Date | AttributeType::Time));
        }
        return found;
    }
    // Labels of events alone say nothing about shapes.
    for label in schema.offered().filter(|label| task == Task::Action || label.used_for != UsedFor::Events) {
        found.of += 1;
        match best(label, task) {
            Served::Directly => found.directly += 1,
            Served::Converted => found.converted += 1,
            Served::Not => {}
        }
    }
    // A question about the picture, or the frame, with options is a class of its own.
    let of_picture = |subject| matches!(subject, Subject::File | Subject::Frame);
    let is_class = |kind| matches!(kind, AttributeType::Select | AttributeType::Multi | AttributeType::Tree | AttributeType::Boolean);
    if task == Task::Classification {
        let classes = schema.attributes.iter().filter(|one| !one.deprecated && of_picture(one.of) && is_class(one.kind)).count();
        (found.directly, found.of) = (found.directly + classes, found.of + classes);
    }
    found
}

fn best(label: &Label, task: Task) -> Served {
    if task == Task::Action && label.takes_events() {
        return Served::Directly;
    }
    let shapes = SpatialType::ALL.into_iter().filter(|shape| label.takes(*shape));
    // Keypoints mean something only by a template.
    let shapes = shapes.filter(|shape| *shape != SpatialType::Keypoints || label.keypoints.is_some());
    shapes.map(|shape| task.by(shape)).max().unwrap_or(Served::Not)
}
