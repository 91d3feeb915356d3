//! The picture on the canvas as the tools see it.

use limn_media::{Picture, Pixels as Stored};
use limn_tools::Pixels;
use std::sync::Arc;

/// A picture in memory. Of one in tiles, only the tiles that are decoded are at hand.
pub struct CanvasPixels(pub Arc<Picture>);

impl Pixels for CanvasPixels {
    fn size(&self) -> [u32; 2] {
        [self.0.width, self.0.height]
    }

    fn row(&self, x: u32, y: u32, out: &mut [[u8; 3]]) -> usize {
        let picture = &self.0;
        if x >= picture.width || y >= picture.height || picture.is_coarse() {
            return 0;
        }
        let len = out.len().min((picture.width - x) as usize);
        if let Stored::Levels(levels) = &picture.pixels {
            let start = y as usize * picture.width as usize + x as usize;
            let row = levels.first().and_then(|level| level.rgba.as_chunks::<4>().0.get(start..start + len));
            for (out, [r, g, b, _]) in out.iter_mut().zip(row.unwrap_or_default()) {
                *out = [*r, *g, *b];
            }
            return row.map_or(0, <[_]>::len);
        }
        for (at, out) in out[..len].iter_mut().enumerate() {
            let Some([r, g, b, _]) = picture.rgba_at(x + at as u32, y) else { return at };
            *out = [r, g, b];
        }
        len
    }
}
