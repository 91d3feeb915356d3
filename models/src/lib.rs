//! What finds things in pictures, without a model: following a shape from frame to frame by what the picture shows, and where
//! another scene begins.
//!
//! Everything here takes pictures as numbers and gives shapes; nothing is read, written or shown.

mod fit;
mod image;
mod lucas_kanade;
mod points;
mod pose;
mod scenes;
mod template;
mod tracker;

pub use image::Gray;
pub use points::PointsTracker;
pub use pose::Pose;
pub use scenes::{CutFinder, SmallFrame};
pub use tracker::{FlowTracker, Seen, Step, Tracker};
