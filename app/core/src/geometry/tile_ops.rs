//! Two masks in tiles combined, a word at a time, and measures of one.

use super::pos::ImagePos;
use super::rect::Rect;
use super::tiles::{EMPTY, MaskTiles, TILE, Tile, cut};
use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::sync::Arc;

impl MaskTiles {
    /// Takes the pixels of another mask in; what lies outside the own frame is left out. Tiles that were empty are shared with
    /// the other, and tiles that gain nothing stay as they are.
    pub fn union(&mut self, other: &Self) {
        for (pos, theirs) in &other.in_frame(self.width, self.height).tiles {
            match self.tiles.entry(*pos) {
                Entry::Vacant(place) => drop(place.insert(theirs.clone())),
                Entry::Occupied(mut place) => {
                    let mine = place.get_mut();
                    if gains(mine, theirs) {
                        each_word(Arc::make_mut(mine), theirs, |mine, theirs| mine | theirs);
                    }
                }
            }
        }
    }

    /// Takes the pixels of another mask out.
    pub fn subtract(&mut self, other: &Self) {
        // The fewer of both are looked up: a dab on a large mask must not cost what the mask has.
        for (pos, theirs) in &other.tiles {
            let Entry::Occupied(mut place) = self.tiles.entry(*pos) else { continue };
            let mine = place.get_mut();
            if !meets(mine, theirs) {
                continue;
            }
            if gains(theirs, mine) {
                each_word(Arc::make_mut(mine), theirs, |mine, theirs| mine & !theirs);
            } else {
                place.remove();
            }
        }
    }

    /// Keeps only the pixels that another mask holds, too.
    pub fn intersect(&mut self, other: &Self) {
        self.tiles.retain(|pos, mine| {
            let Some(theirs) = other.tiles.get(pos).filter(|theirs| meets(mine, theirs)) else { return false };
            if gains(theirs, mine) {
                each_word(Arc::make_mut(mine), theirs, |mine, theirs| mine & theirs);
            }
            true
        });
    }

    /// Whether both hold some pixel.
    pub fn intersects(&self, other: &Self) -> bool {
        let (few, many) = if self.tiles.len() < other.tiles.len() { (self, other) } else { (other, self) };
        few.tiles.iter().any(|(pos, tile)| many.tiles.get(pos).is_some_and(|theirs| meets(tile, theirs)))
    }

    /// The smallest rectangle around the pixels; `None` when there are none.
    pub fn bounds(&self) -> Option<Rect> {
        let (mut low, mut high) = ([u32::MAX; 2], [0; 2]);
        for ((across, down), tile) in &self.tiles {
            let (x, y) = (across * TILE, down * TILE);
            // Most tiles lie inside what is known already.
            if x >= low[0] && y >= low[1] && x + TILE <= high[0] && y + TILE <= high[1] {
                continue;
            }
            let rows = tile.iter().fold(0, |rows, word| rows | word);
            let first = tile.iter().position(|word| *word != 0).unwrap_or(0) as u32;
            let last = tile.iter().rposition(|word| *word != 0).unwrap_or(0) as u32;
            low = [low[0].min(x + first), low[1].min(y + rows.trailing_zeros())];
            high = [high[0].max(x + last + 1), high[1].max(y + TILE - rows.leading_zeros())];
        }
        let corner = |[x, y]: [u32; 2]| ImagePos::new(f64::from(x), f64::from(y));
        (!self.is_empty()).then(|| Rect { min: corner(low), max: corner(high) })
    }

    /// Borders along pixel edges, as [`super::Mask::outline`].
    pub fn outline(&self) -> Vec<Vec<ImagePos>> {
        super::outline::rings_of_runs(self.stretches())
    }

    /// The part of it that lies in a frame of this size.
    fn in_frame(&self, width: u32, height: u32) -> Cow<'_, Self> {
        if self.width <= width && self.height <= height {
            return Cow::Borrowed(self);
        }
        let mut tiles = self.tiles.clone();
        tiles.retain(|pos, tile| {
            if (pos.0 + 1) * TILE > width || (pos.1 + 1) * TILE > height {
                cut(Arc::make_mut(tile), *pos, width, height);
            }
            **tile != EMPTY
        });
        Cow::Owned(Self { width, height, tiles })
    }
}

/// Whether `more` has a bit that `tile` has not.
fn gains(tile: &Arc<Tile>, more: &Arc<Tile>) -> bool {
    !Arc::ptr_eq(tile, more) && tile.iter().zip(more.iter()).fold(0, |gain, (mine, theirs)| gain | (theirs & !mine)) != 0
}

fn meets(tile: &Tile, other: &Tile) -> bool {
    tile.iter().zip(other).fold(0, |both, (mine, theirs)| both | (mine & theirs)) != 0
}

fn each_word(mine: &mut Tile, theirs: &Tile, join: impl Fn(u64, u64) -> u64) {
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine = join(*mine, *theirs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: (u32, u32) = (100, 75);

    fn mask() -> impl Strategy<Value = MaskTiles> {
        let spans = prop::collection::vec((0..SIZE.0 + 9, 0..SIZE.1, 1..SIZE.1, any::<bool>()), 0..40);
        (spans, any::<bool>()).prop_map(|(spans, full)| {
            let mut tiles = MaskTiles::new(SIZE.0, SIZE.1);
            if full {
                tiles = MaskTiles::from_stretches(SIZE.0, SIZE.1, (0..SIZE.0).map(|x| (x, 0, SIZE.1)));
            }
            for (x, top, len, inside) in spans {
                tiles.set_column(x, top, top + len, inside);
            }
            tiles
        })
    }

    fn pixels(tiles: &MaskTiles) -> Vec<bool> {
        (0..SIZE.0).flat_map(|x| (0..SIZE.1).map(move |y| (x, y))).map(|(x, y)| tiles.contains(x, y)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn words_say_what_pixels_say(a in mask(), b in mask()) {
            let check = |change: fn(&mut MaskTiles, &MaskTiles), join: fn(bool, bool) -> bool| {
                let mut joined = a.clone();
                change(&mut joined, &b);
                let want: Vec<bool> = pixels(&a).into_iter().zip(pixels(&b)).map(|(a, b)| join(a, b)).collect();
                prop_assert_eq!(pixels(&joined), want);
                prop_assert!(joined.tiles().all(|(_, tile)| **tile != EMPTY));
                Ok(())
            };
            check(MaskTiles::union, |a, b| a || b)?;
            check(MaskTiles::subtract, |a, b| a && !b)?;
            check(MaskTiles::intersect, |a, b| a && b)?;
            prop_assert_eq!(a.intersects(&b), pixels(&a).into_iter().zip(pixels(&b)).any(|(a, b)| a && b));
            prop_assert_eq!(a.bounds(), super::super::Mask::from(&a).bounds());
        }

        #[test]
        fn another_frame_cuts(a in mask(), width in 1..120_u32, height in 1..120_u32) {
            let mut cut = MaskTiles::new(width, height);
            cut.union(&a);
            let want = a.stretches().filter(|stretch| stretch.0 < width);
            prop_assert_eq!(&cut, &MaskTiles::from_stretches(width, height, want));
            prop_assert_eq!(cut, MaskTiles::of_mask(&super::super::Mask::from(&a), width, height));
        }

        #[test]
        fn stretches_are_as_long_as_can_be(a in mask()) {
            let all: Vec<_> = a.stretches().collect();
            prop_assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0 || pair[0].2 < pair[1].1));
            prop_assert_eq!(MaskTiles::from_stretches(SIZE.0, SIZE.1, all), a);
        }
    }

    #[test]
    fn what_gains_nothing_stays_shared() {
        let large = MaskTiles::from_stretches(300, 300, (0..300).map(|x| (x, 0, 300)));
        let dab = MaskTiles::from_stretches(300, 300, (60..70).map(|x| (x, 60, 70)));
        let mut both = large.clone();
        both.union(&dab);
        assert!(large.tiles().zip(both.tiles()).all(|(a, b)| Arc::ptr_eq(a.1, b.1)));
        both.subtract(&dab);
        assert_eq!(large.tiles().zip(both.tiles()).filter(|(a, b)| !Arc::ptr_eq(a.1, b.1)).count(), 4);
        let mut tiles = MaskTiles::new(70, 70);
        tiles.set_tile((1, 1), [u64::MAX; 64]);
        assert_eq!(tiles.area(), 36);
        tiles.set_tile((1, 1), EMPTY);
        assert!(tiles.is_empty());
    }
}
