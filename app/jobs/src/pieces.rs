//! Pieces cut out of frames and made small: what an object looks like somewhere.

use crate::JobError;
use limn_core::Rect;
use limn_media::{Picture, VideoIndex, VideoReader, decode_image};
use limn_models::SmallFrame;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest side of a piece, in pixels.
const SIDE: f64 = 72.0;
/// Samples of a pixel across and down.
const SAMPLES: u32 = 2;
/// What is shown around the object, as a share of its sides.
const MARGIN: f64 = 0.15;

/// A small picture of an object.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Pixels across and down.
    pub size: [u32; 2],
    /// Row by row, four bytes a pixel.
    pub rgba: Vec<u8>,
    /// What is shown: the surroundings of the object, image pixels.
    pub area: Rect,
    look: SmallFrame,
}

impl Piece {
    /// Cuts the surroundings of a rectangle, in image pixels, out of a picture; `None` where they do not meet.
    pub fn of(picture: &Picture, bounds: Rect) -> Option<Self> {
        let whole = Rect::from_xywh(0.0, 0.0, f64::from(picture.width), f64::from(picture.height));
        let inside = bounds.grown((bounds.width().max(bounds.height()) * MARGIN).max(2.0));
        let inside = shared(inside, whole)?;
        let scale = (SIDE / inside.width().max(inside.height())).min(8.0);
        let side = |length: f64| ((length * scale).round() as u32).clamp(1, SIDE as u32);
        let size = [side(inside.width()), side(inside.height())];
        let color = |x: f64, y: f64| {
            let at = |value: f64, most: u32| (value.max(0.0) as u32).min(most.saturating_sub(1));
            picture.rgba_at(at(x, picture.width), at(y, picture.height)).unwrap_or([0, 0, 0, 255])
        };
        let mut rgba = Vec::with_capacity(size[0] as usize * size[1] as usize * 4);
        let place = |at: u32, of: u32, from: f64, length: f64| from + (f64::from(at) + 0.5) / f64::from(of) * length;
        for row in 0..size[1] {
            for column in 0..size[0] {
                let mut sum = [0_u32; 4];
                for sample in 0..SAMPLES * SAMPLES {
                    let x = place(column * SAMPLES + sample % SAMPLES, size[0] * SAMPLES, inside.min.x, inside.width());
                    let y = place(row * SAMPLES + sample / SAMPLES, size[1] * SAMPLES, inside.min.y, inside.height());
                    sum.iter_mut().zip(color(x, y)).for_each(|(sum, value)| *sum += u32::from(value));
                }
                rgba.extend(sum.map(|sum| (sum / (SAMPLES * SAMPLES)) as u8));
            }
        }
        // Of the object alone, not of what is around it.
        let inner = shared(bounds, whole).unwrap_or(inside);
        let look = SmallFrame::of(1000, 1000, |x, y| {
            let share = |at: u32| (f64::from(at) + 0.5) / 1000.0;
            let [r, g, b, _] = color(inner.min.x + share(x) * inner.width(), inner.min.y + share(y) * inner.height());
            [r, g, b]
        });
        Some(Self { size, rgba, area: inside, look })
    }

    /// How different two objects look, 0 to 1.5.
    pub fn distance(&self, other: &Self) -> f32 {
        self.look.distance(&other.look)
    }
}

/// What two rectangles share; `None` where that is nothing, or a number is not finite.
fn shared(a: Rect, b: Rect) -> Option<Rect> {
    let (left, top) = (a.min.x.max(b.min.x), a.min.y.max(b.min.y));
    let (width, height) = (a.max.x.min(b.max.x) - left, a.max.y.min(b.max.y) - top);
    (width > 0.0 && height > 0.0 && a.is_finite()).then(|| Rect::from_xywh(left, top, width, height))
}

/// Cuts pieces; keeps the last video open, since the next one is often of the same.
#[derive(Default)]
pub struct Cutter {
    reader: Option<(PathBuf, VideoReader)>,
}

impl Cutter {
    /// The surroundings of a rectangle on a frame of a video, or with no index on an image; `None` where they do not meet.
    ///
    /// # Errors
    /// `Media`: the frame cannot be read.
    pub fn cut(&mut self, path: &Path, index: Option<Arc<VideoIndex>>, frame: u64, bounds: Rect) -> Result<Option<Piece>, JobError> {
        let Some(index) = index else { return Ok(Piece::of(&decode_image(path)?, bounds)) };
        // Taken out, so that a reader that fails is not used again.
        let (path, mut reader) = match self.reader.take() {
            Some((open, reader)) if open == path => (open, reader),
            _ => (path.to_owned(), VideoReader::open(path, index)?),
        };
        let picture = reader.frame(frame)?;
        self.reader = Some((path, reader));
        Ok(Piece::of(&picture, bounds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_shows_the_object_and_tells_colours_apart() {
        // The left half red, the right half blue.
        let rgba = (0..100 * 60).flat_map(|at| if at % 100 < 50 { [200, 20, 20, 255] } else { [20, 20, 200, 255] }).collect();
        let picture = Picture::from_rgba(100, 60, rgba);
        let of = |x: f64, width: f64| Piece::of(&picture, Rect::from_xywh(x, 10.0, width, 20.0));
        let (red, also_red, blue) = (of(5.0, 20.0).unwrap(), of(10.0, 30.0).unwrap(), of(70.0, 20.0).unwrap());
        assert!(red.distance(&also_red) < 0.05 && red.distance(&blue) > 0.4, "{} {}", red.distance(&also_red), red.distance(&blue));
        assert_eq!(red.rgba.len(), red.size[0] as usize * red.size[1] as usize * 4);
        assert_eq!(red.rgba[..4], [200, 20, 20, 255]);
        // At the border, larger than the picture, and beside it.
        assert!(of(-15.0, 20.0).is_some() && of(-50.0, 300.0).is_some());
        assert!(of(500.0, 20.0).is_none());
        assert!(Piece::of(&picture, Rect::from_xywh(f64::NAN, 0.0, 1.0, 1.0)).is_none_or(|piece| piece.size[0] > 0));
    }
}
