//! One street: camera, houses and everything that stands, drives or walks there.

mod actor;
mod camera;
mod facade;
mod ground;
mod mood;
mod place;
mod render;
mod sky;
mod weather;

pub(crate) use actor::{Actor, Kind, Motion};
pub(crate) use camera::{Camera, Wall};
pub(crate) use facade::House;
pub(crate) use mood::Mood;
pub(crate) use render::Backdrop;
pub(crate) use weather::Film;

use crate::draw::post::Signal;

/// How the camera stands to the street.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Layout {
    /// The street runs across the picture; `crossing` is the zebra's middle and `gap` the
    /// middle of a side street between the houses, in metres along x.
    Across { crossing: f32, gap: Option<f32> },
    /// The camera looks down the street.
    Along,
}

/// When traffic stands for the people on the zebra, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    pub from: f32,
    pub until: f32,
}

/// Free speed of traffic in metres per second.
pub(crate) const SPEED: f32 = 6.5;

impl Stop {
    /// Traffic's speed at a moment.
    fn speed(&self, t: f32) -> f32 {
        let ramp = |x: f32| {
            let x = x.clamp(0.0, 1.0);
            x * x * (3.0 - 2.0 * x)
        };
        SPEED * (1.0 - ramp((t - self.from + 2.6) / 2.6) + ramp((t - self.until) / 3.0))
    }

    /// Metres that traffic has moved at `t`, counted from where it stands while stopped.
    pub(crate) fn shift(&self, t: f32) -> f32 {
        const STEP: f32 = 1.0 / 60.0;
        let n = ((t - self.from).abs() / STEP) as usize;
        let sign = if t < self.from { -1.0 } else { 1.0 };
        (0..n).map(|i| sign * self.speed(self.from + sign * (i as f32 + 0.5) * STEP) * STEP).sum()
    }

    pub(crate) fn braking(&self, t: f32) -> bool {
        t > self.from - 2.6 && t < self.until
    }

    pub(crate) fn signal(&self, t: f32) -> Signal {
        if t > self.from - 2.6 && t < self.from - 1.4 {
            Signal::Amber
        } else if t >= self.from - 1.4 && t < self.until {
            Signal::Red
        } else {
            Signal::Green
        }
    }
}

/// Everything that decides a picture, but its size in pixels.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub seed: u64,
    pub mood: Mood,
    pub layout: Layout,
    pub camera: Camera,
    pub stop: Stop,
    /// Houses with the wall they stand on and how much the wall is in shade, far ones first.
    pub houses: Vec<(Wall, f32, House)>,
    pub actors: Vec<Actor>,
}

/// What to build; see `Scene::new`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub seed: u64,
    pub mood: &'static str,
    pub layout: Layout,
    pub width: u32,
    pub height: u32,
    /// Metres across the picture at the near lane (or 10 m ahead).
    pub view: f32,
    /// Height of the eye in metres.
    pub eye: f32,
    /// Row of the horizon as part of the height.
    pub horizon: f32,
    pub camera_x: f32,
    /// Length in seconds; 0 for a still.
    pub seconds: f32,
}
