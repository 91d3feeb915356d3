//! JPEGs of the usual kind: sequential, Huffman-coded, 8 bit, one or three components in one scan.
//!
//! One pass over the bits gives all coefficients ([`entropy`]). Rows of units become samples ([`planes`], [`idct`]), and
//! samples become pixels ([`upsample`], [`colour`], [`strip`]), of large pictures
//! only where they are looked at ([`photo`]). The values are those of libjpeg-turbo's default decoder.

mod bands;
mod bits;
mod colour;
mod dispatch;
mod entropy;
mod headers;
mod huffman;
mod idct;
#[cfg(target_arch = "x86_64")]
mod idct_avx2;
mod photo;
mod planes;
mod rows;
mod strip;
mod upsample;
mod whole;

pub(crate) use headers::num_components;
pub use photo::Photo;
pub use rows::JpegRows;
pub(crate) use whole::{Jpeg, Stop};
