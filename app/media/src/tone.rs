//! From sample values to what the screen can show: a window of values stretched over the whole range, and histogram
//! equalisation. The samples themselves are never changed.

use crate::picture::{Picture, Pixels};

/// Which values are shown, and how they are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tone {
    /// Values that become black and white, 0 to 65,535 whatever the depth of the file, so that it means the same for each;
    /// `None`: the whole range.
    pub window: Option<[u16; 2]>,
    /// Spreads the values so that each is about as frequent.
    pub equalise: bool,
}

impl Tone {
    /// True when pictures are shown as they are.
    pub fn is_plain(self) -> bool {
        self == Self::default()
    }
}

impl Picture {
    /// What a step of this picture's samples is in a window's values: 257 for 8 bit, 1 where true samples are kept.
    pub fn window_step(&self) -> u16 {
        if self.deep.is_some() { 1 } else { 257 }
    }

    /// The largest value of a sample: 255, or 65,535 where true samples are kept.
    fn max_value(&self) -> u16 {
        u16::MAX / self.window_step()
    }

    /// A window without the darkest and the brightest half percent of the values. Of large pictures a quarter of a million
    /// pixels are looked at, some milliseconds of work.
    pub fn auto_window(&self) -> [u16; 2] {
        const ENOUGH: usize = 1 << 18;
        let histogram = self.histogram(self.num_pixels().div_ceil(ENOUGH));
        let total: u64 = histogram.iter().sum();
        let cut = total / 200;
        let at = |wanted: u64| {
            let mut sum = 0;
            let place = histogram.iter().position(|count| {
                sum += count;
                sum > wanted
            });
            place.unwrap_or(0) as u16
        };
        let (low, high) = (at(cut), at(total.saturating_sub(cut + 1)));
        let low = low.min(self.max_value() - 1);
        [low, high.max(low + 1)].map(|value| value * self.window_step())
    }

    /// What is shown for each value of 16 bit, 65,536 of them; samples of 8 bit count 257 each. `None`: values are shown as they
    /// are. To equalise, all pixels are looked at: work for a thread.
    pub fn tone_table(&self, tone: Tone) -> Option<Vec<u8>> {
        if tone.is_plain() {
            return None;
        }
        let table = self.table(tone);
        if table.len() > 256 {
            return Some(table);
        }
        // Between two values of 8 bit lie those that filtering makes.
        let between = |value: usize| {
            let (at, part) = (value / 257, value % 257);
            let (here, next) = (usize::from(table[at]), usize::from(table[(at + 1).min(255)]));
            ((here * (257 - part) + next * part + 128) / 257) as u8
        };
        Some((0..=usize::from(u16::MAX)).map(between).collect())
    }

    /// What each value of the samples becomes.
    fn table(&self, tone: Tone) -> Vec<u8> {
        let max = usize::from(self.max_value());
        let [low, high] = tone.window.unwrap_or([0, u16::MAX]).map(|value| usize::from(value / self.window_step()));
        let high = high.clamp(low + 1, max.max(low + 1));
        if !tone.equalise {
            let stretched = |value: usize| (value.clamp(low, high) - low) * 255 / (high - low);
            return (0..=max).map(|value| stretched(value) as u8).collect();
        }
        let histogram = self.histogram(1);
        let inside = |value: usize| if (low..=high).contains(&value) { histogram[value] } else { 0 };
        let total: u64 = (low..=high.min(max)).map(inside).sum();
        let mut below = 0;
        let mut table = Vec::with_capacity(max + 1);
        for value in 0..=max {
            let here = inside(value);
            // The middle of the step, so that a picture of one value stays in the middle.
            let shown = if value > high { 255 } else { (255 * (2 * below + here)).checked_div(2 * total).unwrap_or(0) };
            table.push(shown as u8);
            below += here;
        }
        table
    }

    fn num_pixels(&self) -> usize {
        let (width, height) = self.first_size();
        width as usize * height as usize
    }

    /// How often each value occurs in the colour channels of every so many-th pixel; opacity is left out.
    fn histogram(&self, every: usize) -> Vec<u64> {
        let mut counts = vec![0; usize::from(self.max_value()) + 1];
        let mut count = |value: usize| counts[value] += 1;
        if let Some(deep) = &self.deep {
            let channels = usize::from(deep.channels.max(1));
            let colours = if channels < 3 { 1 } else { 3 };
            for samples in deep.samples.chunks_exact(channels).step_by(every.max(1)) {
                samples[..colours].iter().for_each(|value| count(usize::from(*value)));
            }
            return counts;
        }
        let mut count_pixel = |[r, g, b, _]: [u8; 4]| [r, g, b].into_iter().for_each(|value| count(usize::from(value)));
        match &self.pixels {
            Pixels::Levels(levels) => {
                let pixels = levels.first().map_or(&[][..], |level| level.rgba.as_chunks::<4>().0);
                pixels.iter().step_by(every.max(1)).for_each(|pixel| count_pixel(*pixel));
            }
            Pixels::Photo(photo) => {
                // Of means of sixteen pixels each, so that no colours have to be made.
                let pixels = photo.smaller().first().map_or(&[][..], |level| level.rgba.as_chunks::<4>().0);
                pixels.iter().step_by(every.div_ceil(16).max(1)).for_each(|pixel| count_pixel(*pixel));
            }
            Pixels::Tiles(pyramid) => {
                pyramid.coarse().rgba.as_chunks::<4>().0.iter().step_by(every.max(1)).for_each(|pixel| count_pixel(*pixel));
            }
            Pixels::Planes(frame) => {
                let pixels = (0..self.num_pixels()).step_by(every.max(1));
                let at = |pixel: usize| frame.rgba_at((pixel % self.width as usize) as u32, (pixel / self.width as usize) as u32);
                pixels.filter_map(at).for_each(count_pixel);
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Deep;

    fn grey(values: &[u8]) -> Picture {
        let rgba = values.iter().flat_map(|v| [*v, *v, *v, 255]).collect();
        Picture::from_rgba(values.len() as u32, 1, rgba)
    }

    fn deep(values: &[u16]) -> Picture {
        let mut picture = grey(&values.iter().map(|v| (v >> 8) as u8).collect::<Vec<_>>());
        picture.deep = Some(Deep { channels: 1, samples: values.to_vec() });
        (picture.source_channels, picture.bit_depth) = (1, 16);
        picture
    }

    /// What is shown of the first channel of a picture.
    fn shown(picture: &Picture, tone: Tone) -> Vec<u8> {
        let table = picture.tone_table(tone);
        let value = |at: u32| picture.value_at(at, 0).unwrap().samples[0] * picture.window_step();
        (0..picture.width).map(value).map(|value| table.as_ref().map_or((value / 257) as u8, |table| table[usize::from(value)])).collect()
    }

    #[test]
    fn nothing_asked_changes_nothing() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(shown(&grey(&all), Tone::default()), all);
    }

    #[test]
    fn a_window_is_stretched_over_the_whole_range() {
        let tone = |low, high| Tone { window: Some([low, high]), equalise: false };
        assert_eq!(shown(&grey(&[10, 50, 75, 100, 200]), tone(50 * 257, 100 * 257)), [0, 0, 127, 255, 255]);
        // Differences that eight bits cannot hold become visible.
        assert_eq!(shown(&deep(&[1000, 1001, 1002]), tone(1000, 1002)), [0, 127, 255]);
        assert_eq!(shown(&grey(&[7, 8]), tone(8 * 257, 8 * 257)), [0, 0], "an empty window does not divide by zero");
        assert_eq!(shown(&grey(&[255]), tone(u16::MAX, 0)), [0]);
    }

    #[test]
    fn the_window_found_leaves_out_single_outliers() {
        let mut values = vec![0_u16; 1];
        values.extend((0..1000).map(|n| 20_000 + n));
        values.push(65_535);
        let [low, high] = deep(&values).auto_window();
        assert!((20_000..20_010).contains(&low) && (20_990..21_000).contains(&high), "{low} to {high}");
        assert_eq!(grey(&[9; 10]).auto_window(), [9 * 257, 10 * 257]);
        assert_eq!(grey(&[255; 10]).auto_window(), [254 * 257, u16::MAX]);
    }

    #[test]
    fn equalising_makes_values_about_equally_frequent() {
        // Dark, with most values close together.
        let values: Vec<u8> = (0..1000_u32).map(|n| ((n * n) / 16_000) as u8).collect();
        let out = shown(&grey(&values), Tone { window: None, equalise: true });
        assert!(out.is_sorted());
        let below_middle = out.iter().filter(|v| **v < 128).count();
        assert!((450..550).contains(&below_middle), "{below_middle} of 1000 below the middle");
        assert!(out[0] < 20 && out[999] > 235);
    }

    #[test]
    fn between_values_of_eight_bits_there_are_no_steps() {
        let table = grey(&[0, 255]).tone_table(Tone { window: Some([100 * 257, 104 * 257]), equalise: false }).unwrap();
        assert_eq!([100, 101, 102, 104].map(|v| table[v * 257]), [0, 63, 127, 255]);
        assert_eq!((table.len(), table[100 * 257 + 128], table[65_535]), (65_536, 31, 255));
    }
}
