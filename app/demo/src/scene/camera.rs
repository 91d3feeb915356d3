//! A level pinhole camera: metres in the street to pixels in the picture.

use tiny_skia::{Path, Transform};

use crate::draw::poly;

/// Looks along +z; x to the right, y up from the ground, all in metres.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Camera {
    pub width: f32,
    pub height: f32,
    /// Focal length in pixels.
    pub focal: f32,
    /// Row of the horizon in pixels.
    pub horizon: f32,
    /// Height of the eye.
    pub eye: f32,
    pub x: f32,
}

/// Nothing is drawn nearer than this.
pub(crate) const NEAR: f32 = 2.2;

impl Camera {
    /// Pixels per metre at a distance.
    pub(crate) fn scale(&self, z: f32) -> f32 {
        self.focal / z.max(NEAR)
    }

    pub(crate) fn point(&self, x: f32, y: f32, z: f32) -> (f32, f32) {
        let s = self.scale(z);
        (self.width / 2.0 + (x - self.x) * s, self.horizon + (self.eye - y) * s)
    }

    /// For a cut-out that stands at (x, z) and faces the camera: local metres, y down.
    pub(crate) fn stand(&self, x: f32, z: f32) -> Transform {
        let s = self.scale(z);
        let (px, py) = self.point(x, 0.0, z);
        Transform::from_row(s, 0.0, 0.0, s, px, py)
    }

    /// A rectangle on the ground.
    pub(crate) fn ground(&self, x0: f32, z0: f32, x1: f32, z1: f32) -> Option<Path> {
        poly(&[self.point(x0, 0.0, z0), self.point(x1, 0.0, z0), self.point(x1, 0.0, z1), self.point(x0, 0.0, z1)])
    }

    /// The metres that the picture shows to either side at a distance.
    pub(crate) fn half_view(&self, z: f32) -> f32 {
        self.width / 2.0 / self.scale(z)
    }
}

/// A facade's plane: along x (seen from the front) or along z (a street's side).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wall {
    Front {
        x: f32,
        z: f32,
    },
    /// `inward` is the direction to the street: +1 for the wall on the left.
    Side {
        x: f32,
        z: f32,
        inward: f32,
    },
}

impl Wall {
    /// `u` along, `v` up, `d` out of the wall, in metres.
    pub(crate) fn at(&self, camera: &Camera, u: f32, v: f32, d: f32) -> (f32, f32) {
        match *self {
            Wall::Front { x, z } => camera.point(x + u, v, z - d),
            Wall::Side { x, z, inward } => camera.point(x + inward * d, v, z + u),
        }
    }

    pub(crate) fn quad(&self, camera: &Camera, u0: f32, v0: f32, u1: f32, v1: f32) -> Option<Path> {
        poly(&[self.at(camera, u0, v0, 0.0), self.at(camera, u1, v0, 0.0), self.at(camera, u1, v1, 0.0), self.at(camera, u0, v1, 0.0)])
    }
}
