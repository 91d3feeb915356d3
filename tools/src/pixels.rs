//! The picture as the tools see it that follow colours and edges.

/// The pixels of the frame that the person works on, as sRGB.
pub trait Pixels {
    /// Width and height in pixels.
    fn size(&self) -> [u32; 2];

    /// Fills `out` with pixels from `x` on to the right, of row `y`. What lies outside, or is not at hand, stays as it was;
    /// returns how many pixels were filled.
    fn row(&self, x: u32, y: u32, out: &mut [[u8; 3]]) -> usize;

    /// One pixel; `None` outside the picture, or where it is not at hand.
    fn rgb(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let mut pixel = [[0; 3]];
        (self.row(x, y, &mut pixel) == 1).then_some(pixel[0])
    }
}
