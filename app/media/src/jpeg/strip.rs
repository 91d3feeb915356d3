//! Pixels of one row of units from its planes, and from the edges of those above and below.

use super::colour;
use super::headers::Header;
use super::planes::{Plane, Planes};
use super::upsample::{Near, higher, repeated, wider, wider_and_higher};

/// How a component is brought to the size of the picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Same,
    Wider,
    Higher,
    WiderAndHigher,
    /// Each sample so many times across and down.
    Repeated(usize, usize),
}

/// Makes pixels; holds the rows that are in work.
pub(super) struct Strips {
    ways: Vec<Way>,
    /// True samples across and down in each component, without the filling of its last unit.
    sizes: Vec<(usize, usize)>,
    rows_of_unit: usize,
    scratch: [Vec<u8>; 3],
}

/// The planes of three rows of units. Above the first and below the last there is the same one again.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub above: &'a Planes,
    pub here: &'a Planes,
    pub below: &'a Planes,
}

impl Strips {
    pub fn new(header: &Header) -> Strips {
        let (across, down) = header.most();
        let part = |c: &super::headers::Component| {
            let size = ((header.width * c.across).div_ceil(across), (header.height * c.down).div_ceil(down));
            let way = match (across / c.across, down / c.down) {
                (1, 1) => Way::Same,
                // libjpeg leaves very narrow ones as they are.
                (2, 1) if size.0 > 2 => Way::Wider,
                (2, 2) if size.0 > 2 => Way::WiderAndHigher,
                (1, 2) => Way::Higher,
                (h, v) => Way::Repeated(h, v),
            };
            (way, size)
        };
        let (ways, sizes) = header.components.iter().map(part).unzip();
        let (units, _) = header.units();
        let scratch = std::array::from_fn(|_| vec![0; units * across * 8]);
        Strips { ways, sizes, rows_of_unit: down * 8, scratch }
    }

    /// Rows of pixels that unit row `row` has.
    pub fn rows(&self, header: &Header, row: usize) -> usize {
        (header.height - (row * self.rows_of_unit).min(header.height)).min(self.rows_of_unit)
    }

    /// Components whose pixels at the edge of a row of units need samples of the next one.
    pub fn needs_neighbours(&self) -> [bool; 3] {
        std::array::from_fn(|n| matches!(self.ways.get(n), Some(Way::Higher | Way::WiderAndHigher)))
    }

    /// Row `y` of unit row `row`, into as many pixels as the picture is wide.
    #[inline(always)]
    pub fn pixels(&mut self, header: &Header, around: Around<'_>, row: usize, y: usize, out: &mut [[u8; 4]]) {
        for (n, scratch) in self.scratch.iter_mut().enumerate().take(header.components.len()) {
            let (width, height) = self.sizes[n];
            let plane = &around.here.0[n];
            let rows_here = plane.samples.len() / plane.stride.max(1);
            match self.ways[n] {
                Way::Same => {}
                Way::Wider => wider(&plane.row(y)[..width], scratch.as_chunks_mut().0),
                Way::Repeated(across, down) => repeated(plane.row(y / down), across, scratch),
                way @ (Way::Higher | Way::WiderAndHigher) => {
                    let below = y % 2 == 1;
                    let near = y / 2;
                    // Counted over the whole picture: below its last true row there is that row again.
                    let last = (height - 1).saturating_sub(row * rows_here);
                    let next = match (below, near) {
                        (false, 0) if row == 0 => plane.row(0),
                        (false, 0) => last_row(&around.above.0[n]),
                        (false, _) => plane.row(near - 1),
                        (true, _) if near >= last => plane.row(near),
                        (true, _) if near + 1 == rows_here => around.below.0[n].row(0),
                        (true, _) => plane.row(near + 1),
                    };
                    let near = Near { row: &plane.row(near)[..width], next: &next[..width], below };
                    if way == Way::Higher { higher(near, scratch) } else { wider_and_higher(near, scratch.as_chunks_mut().0) }
                }
            }
        }
        let samples = std::array::from_fn(|n| match self.ways.get(n) {
            Some(Way::Same) => around.here.0[n].row(y),
            _ => &self.scratch[n],
        });
        colour::row(header.colours, samples, out);
    }
}

fn last_row(plane: &Plane) -> &[u8] {
    plane.row(plane.samples.len() / plane.stride.max(1) - 1)
}
