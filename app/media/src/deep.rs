//! Samples of 16 bit on their way to the screen: smaller levels, and their high and low bytes as two pictures.

use crate::mips;
use crate::picture::{Deep, Level, Picture};

/// High and low bytes of the samples of a level or of a part of one, both as RGBA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepLevel {
    /// High bytes: the picture in 8 bit.
    pub high: Level,
    /// Low bytes, of the same size.
    pub low: Vec<u8>,
}

/// RGBA of 16 bit.
struct Wide {
    width: u32,
    height: u32,
    pixels: Vec<[u16; 4]>,
}

impl Deep {
    fn pixel(&self, at: usize) -> [u16; 4] {
        let n = usize::from(self.channels.clamp(1, 4));
        match *self.samples.get(at * n..(at + 1) * n).unwrap_or_default() {
            [v] => [v, v, v, u16::MAX],
            [v, a] => [v, v, v, a],
            [r, g, b] => [r, g, b, u16::MAX],
            [r, g, b, a] => [r, g, b, a],
            _ => [0; 4],
        }
    }
}

/// Mean of some pixels, colours weighted by opacity.
fn mean(pixels: impl Iterator<Item = [u16; 4]>) -> [u16; 4] {
    let (mut sums, mut alpha, mut count) = ([0_u64; 3], 0_u64, 0_u64);
    for [r, g, b, a] in pixels {
        for (sum, value) in sums.iter_mut().zip([r, g, b]) {
            *sum += u64::from(value) * u64::from(a);
        }
        alpha += u64::from(a);
        count += 1;
    }
    let over = |sum: u64, by: u64| ((sum + by / 2) / by.max(1)) as u16;
    let [r, g, b] = sums.map(|sum| over(sum, alpha));
    [r, g, b, over(alpha, count)]
}

impl Wide {
    /// Pixels of a rectangle of `picture` halved `level` times.
    fn region(picture: &Picture, deep: &Deep, level: u32, [x, y, width, height]: [u32; 4]) -> Wide {
        let (full_width, full_height) = (picture.width, picture.height);
        let at = |x: u32, y: u32| deep.pixel(y as usize * full_width as usize + x as usize);
        let block = |x: u32, y: u32| {
            let span = |v: u32, most: u32| v << level..((v + 1) << level).min(most);
            let (columns, rows) = (span(x, full_width), span(y, full_height));
            mean(rows.flat_map(|y| columns.clone().map(move |x| (x, y))).map(|(x, y)| at(x, y)))
        };
        let pixel = |x: u32, y: u32| if level == 0 { at(x, y) } else { block(x, y) };
        let pixels = (y..y + height).flat_map(|y| (x..x + width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        Wide { width, height, pixels }
    }

    fn half(&self) -> Wide {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let at = |x: u32, y: u32| self.pixels[y.min(self.height - 1) as usize * self.width as usize + x.min(self.width - 1) as usize];
        let four =
            |x: u32, y: u32| mean([at(2 * x, 2 * y), at(2 * x + 1, 2 * y), at(2 * x, 2 * y + 1), at(2 * x + 1, 2 * y + 1)].into_iter());
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| four(x, y)).collect();
        Wide { width, height, pixels }
    }

    fn split(&self) -> DeepLevel {
        let bytes = |which: usize| self.pixels.iter().flat_map(|pixel| pixel.map(|value| value.to_be_bytes()[which])).collect();
        DeepLevel { high: Level { width: self.width, height: self.height, rgba: bytes(0) }, low: bytes(1) }
    }
}

impl Picture {
    /// A rectangle of a level in 16 bit; `None` where no true samples are kept, and outside.
    pub fn deep_region(&self, level: u32, [x, y, width, height]: [u32; 4]) -> Option<DeepLevel> {
        let deep = self.deep.as_ref()?;
        let size = *mips::sizes(self.width, self.height).get(level as usize)?;
        let is_inside = x.checked_add(width)? <= size.0 && y.checked_add(height)? <= size.1;
        is_inside.then(|| Wide::region(self, deep, level, [x, y, width, height]).split())
    }

    /// All levels from number `first` on in 16 bit; none where no true samples are kept.
    pub fn deep_levels(&self, first: u32) -> Vec<DeepLevel> {
        let sizes = mips::sizes(self.width, self.height);
        let (Some(deep), Some((width, height))) = (&self.deep, sizes.get(first as usize)) else { return Vec::new() };
        let largest = Wide::region(self, deep, first, [0, 0, *width, *height]);
        let more = sizes.len() - first as usize;
        let levels = std::iter::successors(Some(largest), |level| Some(level.half()));
        levels.take(more).map(|level| level.split()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, channels: u8, samples: Vec<u16>) -> Picture {
        let mut picture = Picture::from_rgba(width, height, Vec::new());
        picture.deep = Some(Deep { channels, samples });
        picture
    }

    fn values(level: &DeepLevel) -> Vec<u16> {
        level.high.rgba.iter().zip(&level.low).map(|(high, low)| u16::from_be_bytes([*high, *low])).collect()
    }

    #[test]
    fn smaller_levels_keep_what_eight_bits_cannot_hold() {
        let samples: Vec<u16> = (0..200 * 90).map(|n| 1000 + (n % 3) as u16).collect();
        let picture = picture(200, 90, 1, samples);
        let levels = picture.deep_levels(0);
        assert_eq!(levels.iter().map(|l| (l.high.width, l.high.height)).collect::<Vec<_>>(), [(200, 90), (100, 45), (50, 23)]);
        assert_eq!(values(&levels[0])[..8], [1000, 1000, 1000, 65_535, 1001, 1001, 1001, 65_535]);
        for level in &levels {
            assert!(values(level).as_chunks::<4>().0.iter().all(|p| (1000..=1002).contains(&p[0]) && p[3] == 65_535));
        }
        assert_eq!(picture.deep_levels(1)[0], levels[1]);
        assert_eq!(picture.deep_region(0, [0, 0, 200, 90]).as_ref(), Some(&levels[0]));
        let part = picture.deep_region(1, [98, 44, 2, 1]).unwrap();
        assert_eq!(values(&part), values(&levels[1])[(44 * 100 + 98) * 4..]);
        assert!(picture.deep_region(1, [99, 44, 2, 1]).is_none() && picture.deep_region(9, [0, 0, 1, 1]).is_none());
        assert!(picture.deep_region(0, [u32::MAX, 0, 2, 1]).is_none());
    }

    #[test]
    fn opacity_weighs_and_channels_are_told_apart() {
        let clear = picture(2, 1, 2, vec![50_000, u16::MAX, 7, 0]);
        assert_eq!(values(&clear.deep_region(0, [0, 0, 2, 1]).unwrap()), [50_000, 50_000, 50_000, 65_535, 7, 7, 7, 0]);
        assert_eq!(mean([[50_000, 1, 2, u16::MAX], [7, 9, 9, 0]].into_iter()), [50_000, 1, 2, 32_768]);
        let colour = picture(1, 1, 3, vec![300, 600, 900]);
        assert_eq!(values(&colour.deep_levels(0)[0]), [300, 600, 900, 65_535]);
        assert!(picture(4, 4, 1, vec![1, 2]).deep_levels(0).len() == 1, "too few samples are no reason to fail");
    }
}
