//! What finds things in pictures: so far, following a shape from frame to frame by what the picture shows, without a model.
//!
//! Everything here takes pictures as numbers and gives shapes; nothing is read, written or shown.

mod fit;
mod image;
mod lucas_kanade;
mod pose;
mod template;
mod tracker;

pub use image::Gray;
pub use pose::Pose;
pub use tracker::{FlowTracker, Seen, Step, Tracker};
