//! Tests of the crate from outside, on files made here.
#![allow(clippy::unwrap_used, reason = "clippy knows only functions marked as tests, not their helpers")]

mod bad_video;
mod clips;
mod damaged;
mod fields;
mod images;
mod index_file;
mod jpeg;
mod odd_video;
mod pool;
mod profiles;
mod proxies;
mod thumbs;
mod tiles;
mod video;
