//! From luma and chroma to colours, with the rounding of libjpeg. Source: JFIF 1.02 (ITU-R BT.601, full range).

use super::headers::Colours;

/// One pixel. The weights are in 16 bit fixed point.
#[inline(always)]
pub(super) fn pixel(y: u8, cb: u8, cr: u8) -> [u8; 4] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((91_881 * cr + HALF) >> 16);
    let green = y + ((-22_554 * cb - 46_802 * cr + HALF) >> 16);
    let blue = y + ((116_130 * cb + HALF) >> 16);
    let [red, green, blue] = [red, green, blue].map(|v| v.clamp(0, 255) as u32);
    (red | green << 8 | blue << 16 | 0xff00_0000).to_le_bytes()
}

/// A row of pixels from as many samples of each component; of a gray picture only the first is looked at.
#[inline(always)]
pub(super) fn row(colours: Colours, samples: [&[u8]; 3], out: &mut [[u8; 4]]) {
    let [first, second, third] = samples;
    match colours {
        Colours::Gray => {
            for (out, v) in out.iter_mut().zip(first) {
                *out = ((u32::from(*v) * 0x01_0101) | 0xff00_0000).to_le_bytes();
            }
        }
        Colours::YCbCr => {
            for (out, ((y, cb), cr)) in out.iter_mut().zip(first.iter().zip(second).zip(third)) {
                *out = pixel(*y, *cb, *cr);
            }
        }
        Colours::Rgb => {
            for (out, ((r, g), b)) in out.iter_mut().zip(first.iter().zip(second).zip(third)) {
                *out = [*r, *g, *b, 255];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_formula() {
        for y in (0..=255_u8).step_by(5) {
            for cb in (0..=255_u8).step_by(3) {
                for cr in (0..=255_u8).step_by(3) {
                    let (l, b, r) = (f64::from(y), f64::from(cb) - 128.0, f64::from(cr) - 128.0);
                    let exact = [l + 1.402 * r, l - 0.344_136 * b - 0.714_136 * r, l + 1.772 * b].map(|v| v.clamp(0.0, 255.0));
                    let made = pixel(y, cb, cr);
                    for n in 0..3 {
                        assert!((f64::from(made[n]) - exact[n]).abs() < 0.51, "{y} {cb} {cr}: {made:?}");
                    }
                    assert_eq!(made[3], 255);
                }
            }
        }
    }
}
