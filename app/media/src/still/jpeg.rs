//! JPEGs by the decoder of this crate, a coarse picture first.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use image::ImageFormat;

use super::profile::{Profile, Samples};
use super::{LARGE, check_size, converted, plausible};
use crate::error::MediaError;
use crate::jpeg::{Jpeg, Stop};
use crate::kind;
use crate::mips;
use crate::picture::{Level, Picture, Pixels};
use crate::turn::Turn;

/// Decodes a JPEG; `None` where it is of a kind, or in a state, that another decoder must look at.
pub(super) fn decode(
    path: &Path,
    bytes: &[u8],
    cancel: &AtomicBool,
    coarse: &mut dyn FnMut(Picture),
) -> Result<Option<Picture>, MediaError> {
    let Some(jpeg) = Jpeg::open(bytes) else { return Ok(None) };
    let (width, height) = jpeg.size();
    check_size(path, width, height)?;
    let pixels = u64::from(width) * u64::from(height);
    if !plausible(ImageFormat::Jpeg, width, height, pixels, bytes.len() as u64) {
        return Ok(None);
    }
    let cancelled = || Err(MediaError::Cancelled { path: path.to_path_buf() });
    let coefficients = match jpeg.coefficients(cancel) {
        Ok(coefficients) => coefficients,
        Err(Stop::Damaged) => return Ok(None),
        Err(Stop::Cancelled) => return cancelled(),
    };
    let turn = jpeg.turn();
    let (width, height) = turn.size(width, height);
    let other_name = kind::extension_mark(path, Some(ImageFormat::Jpeg), kind::format_name(ImageFormat::Jpeg));
    let (samples, source_channels) = if jpeg.is_gray() { (Samples::Gray, 1) } else { (Samples::Rgb, 3) };
    let profile = Profile::of(jpeg.icc(), samples);
    let marks: Vec<String> = other_name.into_iter().chain(profile.mark.clone()).collect();
    let picture = |pixels: Pixels, own: Option<Vec<u8>>| Picture {
        width,
        height,
        pixels,
        deep: None,
        own,
        source_channels,
        bit_depth: 8,
        marks: marks.clone(),
    };
    let stopped = |stop: Stop| match stop {
        Stop::Cancelled => cancelled(),
        Stop::Damaged => Ok(None),
    };
    let to_srgb = profile.to_srgb.as_ref();
    if pixels > LARGE {
        let (levels, _) = converted(mips::chain_of(turned(jpeg.coarse(&coefficients), turn), true), to_srgb, true);
        coarse(picture(Pixels::Levels(levels), None));
        match jpeg.photo(&coefficients, cancel) {
            Ok(Some(mut photo)) => {
                let (smaller, _) = converted(turned_levels(photo.take_smaller(), turn), to_srgb, true);
                return Ok(Some(picture(Pixels::Photo(Arc::new(photo.shown(smaller, profile.to_srgb))), None)));
            }
            Ok(None) => {}
            Err(stop) => return stopped(stop),
        }
    }
    match jpeg.sharp(&coefficients, cancel) {
        Ok(levels) => {
            let (levels, own) = converted(turned_levels(levels, turn), to_srgb, true);
            Ok(Some(picture(Pixels::Levels(levels), own)))
        }
        Err(stop) => stopped(stop),
    }
}

fn turned(level: Level, turn: Turn) -> Level {
    if turn == Turn::NONE {
        return level;
    }
    let (width, height) = turn.size(level.width, level.height);
    Level { width, height, rgba: turn.apply_samples(&level.rgba, 4, level.width, level.height) }
}

/// All levels of the turned picture, from the first one that is given on.
fn turned_levels(mut levels: Vec<Level>, turn: Turn) -> Vec<Level> {
    if turn == Turn::NONE {
        return levels;
    }
    // Halved before or after the turn comes to the same where no odd row or column is left over.
    let is_even = |level: &Level| level.width.is_multiple_of(2) && level.height.is_multiple_of(2);
    let num_kept = levels.iter().take_while(|level| is_even(level)).count() + 1;
    levels.truncate(num_kept);
    let mut levels: Vec<Level> = levels.into_iter().map(|level| turned(level, turn)).collect();
    if let Some(smallest) = levels.pop() {
        levels.extend(mips::chain_of(smallest, true));
    }
    levels
}
