//! The area of a colour around a place: what the wand selects.

use crate::pixels::Pixels;
use limn_core::geometry::{MaskTiles, TILE, Tile, TilePos};
use std::collections::{BTreeMap, VecDeque};

/// How far from its place an area of all alike pixels may reach, in pixels each way: what is looked at stays a matter of
/// milliseconds.
const REACH: u32 = 2048;
/// How many tiles a connected area may touch, wherever they are: 8,192 are 33 million pixels, and 34 MB of differences.
const MOST_TILES: usize = 8192;
const SIDE: usize = TILE as usize;
/// The difference of a pixel that is not at hand: no tolerance takes it in.
const UNKNOWN: u8 = 255;

/// Differences from the colour of a place, found tile by tile as they are needed: another tolerance costs no look at the
/// picture.
#[derive(Clone, Debug)]
pub struct ColourArea {
    seed: [u32; 2],
    colour: [u8; 3],
    size: [u32; 2],
    /// First tile and tile behind the last, across and down.
    window: [(u32, u32); 2],
    /// Whether the last area may be a part only.
    is_part: bool,
    /// Row after row.
    differences: BTreeMap<TilePos, Box<[u8; SIDE * SIDE]>>,
}

impl ColourArea {
    /// The greatest tolerance: everything that is at hand.
    pub const MOST: u8 = 254;

    /// Around a pixel; `None` when it is not at hand.
    pub fn new(pixels: &dyn Pixels, x: u32, y: u32) -> Option<Self> {
        let (colour, size) = (pixels.rgb(x, y)?, pixels.size());
        let window = [(x, size[0]), (y, size[1])]
            .map(|(at, len)| (at.saturating_sub(REACH) / TILE, at.saturating_add(REACH).min(len).div_ceil(TILE)));
        Some(Self { seed: [x, y], colour, size, window, is_part: false, differences: BTreeMap::new() })
    }

    /// Whether the search for the last area came to its limit, so that there may be more of it.
    pub fn is_part(&self) -> bool {
        self.is_part
    }

    /// The pixels no channel of which differs by more than `tolerance` (0 to [`Self::MOST`]) from the colour: those that are
    /// connected with the place over pixel sides, in at most 8,192 tiles, or all at most 2,048 pixels away from it each way.
    pub fn within(&mut self, pixels: &dyn Pixels, tolerance: u8, contiguous: bool) -> MaskTiles {
        let tolerance = tolerance.min(Self::MOST);
        let mut area = MaskTiles::new(self.size[0], self.size[1]);
        let tiles = self.size.map(|len| len.div_ceil(TILE));
        // Areas of other tolerances may have been elsewhere.
        if self.differences.len() >= MOST_TILES {
            self.differences.clear();
        }
        if !contiguous {
            self.is_part = self.window != tiles.map(|end| (0, end));
            for across in self.window[0].0..self.window[0].1 {
                for down in self.window[1].0..self.window[1].1 {
                    area.set_tile((across, down), self.alike(pixels, (across, down), tolerance));
                }
            }
            return area;
        }
        self.is_part = false;
        let mut flood: BTreeMap<TilePos, Flooded> = BTreeMap::new();
        let mut start = [0; SIDE];
        start[(self.seed[0] % TILE) as usize] = 1 << (self.seed[1] % TILE);
        let first = (self.seed[0] / TILE, self.seed[1] / TILE);
        flood.insert(first, Flooded::new(self.alike(pixels, first, tolerance), start));
        // First come, first served: so a tile is seldom flooded again.
        let mut waiting = VecDeque::from([first]);
        while let Some(pos) = waiting.pop_front() {
            let Some(reached) = flood.get_mut(&pos).map(Flooded::run) else { continue };
            let mut left = [0; SIDE];
            left[SIDE - 1] = reached[0];
            let mut right = [0; SIDE];
            right[0] = reached[SIDE - 1];
            let (top, bottom) = (reached.map(|word| (word & 1) << 63), reached.map(|word| word >> 63));
            let near = |at: u32, by: i64, end: u32| u32::try_from(i64::from(at) + by).ok().filter(|at| *at < end);
            for (dx, dy, seeds) in [(0, -1, top), (0, 1, bottom), (-1, 0, left), (1, 0, right)] {
                let place = near(pos.0, dx, tiles[0]).zip(near(pos.1, dy, tiles[1]));
                let Some(place) = place.filter(|_| seeds != [0; SIDE]) else { continue };
                if flood.len() >= MOST_TILES && !flood.contains_key(&place) {
                    self.is_part = true;
                    continue;
                }
                let there = flood.entry(place).or_insert_with(|| Flooded::new(self.alike(pixels, place, tolerance), [0; SIDE]));
                if there.wants(&seeds) {
                    waiting.push_back(place);
                }
            }
        }
        for (pos, tile) in flood {
            area.set_tile(pos, tile.reached);
        }
        area
    }

    /// The pixels of a tile that differ by no more than the tolerance.
    fn alike(&mut self, pixels: &dyn Pixels, pos: TilePos, tolerance: u8) -> Tile {
        let found;
        let differences = match self.differences.get(&pos) {
            Some(known) => known,
            None => {
                let (differences, complete) = self.look(pixels, pos);
                if complete {
                    self.differences.entry(pos).or_insert(differences)
                } else {
                    // The rest may be at hand the next time.
                    found = differences;
                    &found
                }
            }
        };
        let mut rows = [0; SIDE];
        for (word, row) in rows.iter_mut().zip(differences.as_chunks::<SIDE>().0) {
            *word = within(row, tolerance);
        }
        transposed(rows)
    }

    /// The differences of a tile, and whether all of it was at hand.
    fn look(&self, pixels: &dyn Pixels, pos: TilePos) -> (Box<[u8; SIDE * SIDE]>, bool) {
        let mut differences = Box::new([UNKNOWN; SIDE * SIDE]);
        let mut complete = true;
        let (left, top) = (pos.0 * TILE, pos.1 * TILE);
        let width = self.size[0].saturating_sub(left).min(TILE) as usize;
        let mut row = [[0; 3]; SIDE];
        for down in 0..self.size[1].saturating_sub(top).min(TILE) as usize {
            let num_here = pixels.row(left, top + down as u32, &mut row[..width]);
            complete &= num_here == width;
            for (across, pixel) in row[..num_here.min(width)].iter().enumerate() {
                let [r, g, b] = self.colour;
                let difference = pixel[0].abs_diff(r).max(pixel[1].abs_diff(g)).max(pixel[2].abs_diff(b));
                differences[down * SIDE + across] = difference;
            }
        }
        (differences, complete)
    }
}

/// Which values of a row are at most `most`, the first as the lowest bit.
fn within(row: &[u8; SIDE], most: u8) -> u64 {
    let flags = row.map(|value| u8::from(value <= most));
    // The product gathers the lowest bits of eight bytes in its highest byte.
    let bits = flags.as_chunks::<8>().0.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56);
    bits.enumerate().fold(0, |word, (at, bits)| word | bits << (8 * at))
}

/// Rows as columns, by swapping ever smaller squares. Source: Warren, Hacker's Delight, 7-3.
fn transposed(mut words: Tile) -> Tile {
    let (mut side, mut low) = (SIDE / 2, u64::MAX >> (SIDE / 2));
    while side > 0 {
        for at in (0..SIDE).filter(|at| at & side == 0) {
            let differ = ((words[at] >> side) ^ words[at + side]) & low;
            words[at] ^= differ << side;
            words[at + side] ^= differ;
        }
        side /= 2;
        low ^= low << side;
    }
    words
}

/// A tile being flooded.
struct Flooded {
    free: Tile,
    reached: Tile,
    /// Pixels from which the flood has not run yet.
    seeds: Tile,
    waits: bool,
}

impl Flooded {
    fn new(free: Tile, seeds: Tile) -> Self {
        Self { free, reached: [0; SIDE], seeds, waits: false }
    }

    /// Takes more pixels to run from; says whether the tile must be put in the queue for them.
    fn wants(&mut self, seeds: &Tile) -> bool {
        let mut news = 0;
        for (at, seed) in seeds.iter().enumerate() {
            let new = seed & self.free[at] & !self.reached[at];
            self.seeds[at] |= new;
            news |= new;
        }
        let wants = news != 0 && !self.waits;
        self.waits |= wants;
        wants
    }

    /// Floods from the pixels that wait; gives all that is reached now.
    fn run(&mut self) -> &Tile {
        self.waits = false;
        self.reached.iter_mut().zip(&mut self.seeds).for_each(|(word, seed)| *word |= std::mem::take(seed));
        if self.free == [u64::MAX; SIDE] {
            self.reached = self.free;
            return &self.reached;
        }
        // To and fro over the columns, until a way changes nothing.
        self.sweep(false);
        let mut back = true;
        while self.sweep(back) {
            back = !back;
        }
        &self.reached
    }

    fn sweep(&mut self, back: bool) -> bool {
        let mut changed = false;
        let mut before = 0;
        for step in 0..SIDE {
            let at = if back { SIDE - 1 - step } else { step };
            let (free, reached) = (self.free[at], self.reached[at]);
            let seeds = reached | (before & free);
            let word = if seeds == free { free } else { along(seeds, free) };
            changed |= word != reached;
            self.reached[at] = word;
            before = word;
        }
        changed
    }
}

/// Every stretch of `free` that holds a bit of `seeds`, whole: bits run up and down in doubling steps.
fn along(seeds: u64, free: u64) -> u64 {
    let (mut up, mut room_up) = (seeds, free);
    let (mut down, mut room_down) = (seeds, free);
    for step in [1, 2, 4, 8, 16, 32] {
        up |= room_up & (up << step);
        room_up &= room_up << step;
        down |= room_down & (down >> step);
        room_down &= room_down >> step;
    }
    up | down
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::tests::Painted;
    use proptest::prelude::*;

    fn plain(picture: &Painted, x: u32, y: u32, tolerance: u8, contiguous: bool) -> MaskTiles {
        let [width, height] = picture.size();
        let colour = picture.rgb(x, y).unwrap();
        let alike = |x: u32, y: u32| {
            let pixel = picture.rgb(x, y).unwrap();
            (0..3).all(|channel| pixel[channel].abs_diff(colour[channel]) <= tolerance)
        };
        let mut area = MaskTiles::new(width, height);
        let mut open = vec![(x, y)];
        if !contiguous {
            open = (0..width).flat_map(|x| (0..height).map(move |y| (x, y))).filter(|(x, y)| alike(*x, *y)).collect();
        }
        while let Some((x, y)) = open.pop() {
            if x >= width || y >= height || area.contains(x, y) || !alike(x, y) {
                continue;
            }
            area.set_column(x, y, y + 1, true);
            open.extend([(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)]);
        }
        area
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn words_flood_as_pixels_do(
            seed: u32, coarse in 1..6_u32, x in 0..140_u32, y in 0..130_u32, tolerance in 0..140_u8, more in 0..60_u8, contiguous: bool,
        ) {
            let picture = Painted::noise(140, 130, seed, coarse);
            let mut area = ColourArea::new(&picture, x, y).unwrap();
            for tolerance in [tolerance, tolerance.saturating_add(more), tolerance / 2] {
                prop_assert_eq!(area.within(&picture, tolerance, contiguous), plain(&picture, x, y, tolerance, contiguous));
            }
        }

        #[test]
        fn bits_run_along_their_stretches(seeds: u64, free: u64) {
            let mut want = seeds & free;
            for _ in 0..64 {
                want |= (want << 1 | want >> 1) & free;
            }
            prop_assert_eq!(along(seeds & free, free), want);
        }
    }

    #[test]
    fn all_alike_pixels_are_sought_in_a_window() {
        let picture = Painted::noise(5000, 3, 1, 9000);
        let mut area = ColourArea::new(&picture, 100, 1).unwrap();
        let bounds = area.within(&picture, 255, false).bounds().unwrap();
        assert_eq!((bounds.min.x, bounds.max.x, area.is_part()), (0.0, 2176.0, true));
        assert!(ColourArea::new(&picture, 5000, 1).is_none());
        let small = Painted::noise(2000, 3, 1, 9000);
        let mut area = ColourArea::new(&small, 100, 1).unwrap();
        assert_eq!((area.within(&small, 0, false).area(), area.is_part()), (6000, false));
    }

    #[test]
    fn a_connected_area_reaches_as_far_as_it_has_tiles() {
        // As a road goes through a large picture.
        let road = Painted::noise(60_000, 3, 1, 90_000);
        let mut area = ColourArea::new(&road, 100, 1).unwrap();
        assert_eq!((area.within(&road, 0, true).area(), area.is_part()), (180_000, false));
        let endless = Painted::noise(64 * MOST_TILES as u32 + 200, 1, 1, 1_000_000);
        let mut area = ColourArea::new(&endless, 0, 0).unwrap();
        assert_eq!((area.within(&endless, 0, true).area(), area.is_part()), (64 * MOST_TILES as u64, true));
        assert!(area.differences.len() <= MOST_TILES);
        let mut far = ColourArea::new(&endless, 64 * MOST_TILES as u32, 0).unwrap();
        far.within(&endless, 0, true);
        far.within(&endless, 9, true);
        assert!(far.differences.len() <= MOST_TILES);
    }

    #[test]
    fn what_is_not_at_hand_is_outside() {
        let mut picture = Painted::noise(100, 100, 1, 900);
        picture.known = 50;
        let mut area = ColourArea::new(&picture, 10, 10).unwrap();
        assert_eq!(area.within(&picture, 254, true).area(), 5000);
        picture.known = 100;
        assert_eq!(area.within(&picture, 0, true).area(), 10_000);
    }
}
