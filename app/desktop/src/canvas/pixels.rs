//! The picture on the canvas as the tools see it.

use limn_media::Picture;
use limn_tools::Pixels;
use std::sync::Arc;

/// A picture in memory. Of one in tiles, only the tiles that are decoded are at hand.
pub struct CanvasPixels(pub Arc<Picture>);

impl Pixels for CanvasPixels {
    fn size(&self) -> [u32; 2] {
        [self.0.width, self.0.height]
    }

    fn row(&self, x: u32, y: u32, out: &mut [[u8; 3]]) -> usize {
        let mut row = vec![[0; 4]; out.len().min(self.0.width as usize)];
        let len = self.0.row(x, y, &mut row);
        for (out, [r, g, b, _]) in out.iter_mut().zip(&row[..len]) {
            *out = [*r, *g, *b];
        }
        len
    }
}
