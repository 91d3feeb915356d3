//! Pixels of masks: what brushes paint, what colours and edges say. Plain functions of numbers, without tools or events.

mod brush;
mod colour;
mod components;
mod gradient;
mod livewire;
mod smooth;
mod trace;

pub use brush::{Brush, BrushShape};
pub use colour::ColourArea;
pub use components::{despeckled, filled_holes, hole_at, part_at};
pub use livewire::LiveWire;
pub use smooth::closed;
pub use trace::traced;

#[cfg(test)]
pub(crate) mod tests {
    use crate::pixels::Pixels;

    /// A picture made of a function, for tests.
    pub(crate) struct Painted {
        width: u32,
        height: u32,
        paint: Box<dyn Fn(u32, u32) -> [u8; 3]>,
        /// Columns from here on are not at hand.
        pub(crate) known: u32,
    }

    impl Painted {
        pub(crate) fn new(width: u32, height: u32, paint: impl Fn(u32, u32) -> [u8; 3] + 'static) -> Self {
            Self { width, height, paint: Box::new(paint), known: width }
        }

        /// Squares of `coarse` pixels in colours without order.
        pub(crate) fn noise(width: u32, height: u32, seed: u32, coarse: u32) -> Self {
            Self::new(width, height, move |x, y| {
                let mut value = (x / coarse).wrapping_mul(0x9e37_79b1) ^ (y / coarse).wrapping_mul(0x85eb_ca77) ^ seed;
                value = (value ^ (value >> 15)).wrapping_mul(0x2c1b_3c6d);
                let [r, g, b, _] = (value ^ (value >> 12)).wrapping_mul(0x297a_2d39).to_le_bytes();
                [r / 2, g / 2, b / 2]
            })
        }
    }

    impl Pixels for Painted {
        fn size(&self) -> [u32; 2] {
            [self.width, self.height]
        }

        fn row(&self, x: u32, y: u32, out: &mut [[u8; 3]]) -> usize {
            let room = if y < self.height { self.known.saturating_sub(x) as usize } else { 0 };
            let len = out.len().min(room);
            out[..len].iter_mut().zip(x..).for_each(|(pixel, x)| *pixel = (self.paint)(x, y));
            len
        }
    }
}
