//! How each thing in the street is drawn. Local metres, y down, the ground at y = 0.

mod art;
pub(crate) mod bicycle;
pub(crate) mod car_front;
pub(crate) mod car_side;
mod head;
pub(crate) mod person;
pub(crate) mod post;
mod rng;
mod shape;
pub(crate) mod stamp;
pub(crate) mod tree;
pub(crate) mod truck_side;

pub(crate) use art::{Art, Ink, Layer, Light, Rgb, across, clear, dark, down, flat, halo, hex, mix, pale};
pub(crate) use rng::Rng;
pub(crate) use shape::{disc, limb, oval, pill, poly, rect, smooth, svg, wire};
