//! A picture made smaller for its proxy: luma and chroma of 8 bits, 4:2:0, with what is needed to show them as before.

use crate::picture::{Level, Picture, Pixels};
use crate::yuv::{YuvFrame, YuvMatrix};

/// How RGBA, which has no matrix of its own, is kept.
const OF_RGBA: YuvMatrix = YuvMatrix { kr: 0.299, kb: 0.114, full_range: true };

/// How planes are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub matrix: YuvMatrix,
    /// In the numbers of EXIF, 1 to 8.
    pub orientation: u8,
}

/// A smaller frame, as stored (before the turn).
pub(super) struct Small {
    /// Luma samples across and down; chroma has half as many, rounded up.
    pub size: [u32; 2],
    /// Rows without padding.
    pub planes: [Vec<u8>; 3],
    pub look: Look,
}

/// `picture` halved `level` times, at least once. `None` for a picture that is no video's.
pub(super) fn small(picture: &Picture, level: u32) -> Option<Small> {
    match &picture.pixels {
        Pixels::Planes(frame) => Some(of_planes(frame, level)),
        Pixels::Levels(levels) => levels.get(level as usize).map(of_rgba),
        Pixels::Photo(_) => {
            let side = |pixels: u32| pixels.div_ceil(1 << level);
            picture.region(level, [0, 0, side(picture.width), side(picture.height)]).as_ref().map(of_rgba)
        }
        Pixels::Tiles(_) => None,
    }
}

fn of_planes(frame: &YuvFrame, level: u32) -> Small {
    let size = [frame.stored_width(), frame.stored_height()];
    let [shift_x, shift_y] = frame.chroma_shift();
    let mut number = 0;
    let planes = frame.planes().map(|(bytes, row_bytes)| {
        // Chroma is halved once more, and once less where the frame has it halved already.
        let (shift, by) = match number {
            0 => ([0, 0], [1 << level, 1 << level]),
            _ => ([shift_x, shift_y], [2 << level >> shift_x, 2 << level >> shift_y]),
        };
        number += 1;
        let [width, height] = [size[0].div_ceil(1 << shift[0]), size[1].div_ceil(1 << shift[1])].map(|side| side as usize);
        let mut out = Vec::with_capacity(width.div_ceil(by[0]) * height.div_ceil(by[1]));
        let (mut sums, mut wide) = (vec![0; width.div_ceil(by[0])], Vec::new());
        let rows: Vec<&[u8]> = bytes.chunks_exact(row_bytes.max(1)).take(height).collect();
        for rows in rows.chunks(by[1]) {
            sums.fill(0);
            for row in rows {
                if frame.bits() == 8 {
                    add(&mut sums, row, by[0]);
                } else {
                    wide.clear();
                    wide.extend(row.as_chunks::<2>().0.iter().map(|two| u16::from_le_bytes(*two)));
                    add(&mut sums, &wide, by[0]);
                }
            }
            average(&sums, width, by[0], rows.len(), frame.bits(), &mut out);
        }
        out
    });
    let look = Look { matrix: frame.matrix(), orientation: frame.orientation() };
    Small { size: size.map(|side| side.div_ceil(1 << level)), planes, look }
}

/// Adds each `by` neighbouring samples of a row to the sum of their column.
fn add<S: Copy + Into<u32>>(sums: &mut [u32], row: &[S], by: usize) {
    match by {
        1 => sums.iter_mut().zip(row).for_each(|(sum, sample)| *sum += (*sample).into()),
        2 => {
            let (pairs, rest) = row.as_chunks::<2>();
            sums.iter_mut().zip(pairs).for_each(|(sum, [a, b])| *sum += (*a).into() + (*b).into());
            if let (Some(sum), [last]) = (sums.last_mut(), rest) {
                *sum += (*last).into();
            }
        }
        _ => {
            let columns = sums.iter_mut().zip(row.chunks(by));
            columns.for_each(|(sum, samples)| *sum += samples.iter().map(|sample| (*sample).into()).sum::<u32>());
        }
    }
}

/// Sums of `by` columns and `rows` rows each to rounded averages of 8 bits; the last column may have fewer.
fn average(sums: &[u32], width: usize, by: usize, rows: usize, bits: u8, out: &mut Vec<u8>) {
    let step = 1_u32 << (bits.clamp(8, 16) - 8);
    let one = |sum: u32, count: u32| ((sum + count / 2) / count).min(255) as u8;
    let whole = (width / by).min(sums.len());
    let count = (by * rows) as u32 * step;
    if count.is_power_of_two() {
        let shift = count.trailing_zeros();
        out.extend(sums[..whole].iter().map(|sum| ((sum + count / 2) >> shift).min(255) as u8));
    } else {
        out.extend(sums[..whole].iter().map(|sum| one(*sum, count)));
    }
    out.extend(sums[whole..].iter().map(|sum| one(*sum, ((width - whole * by) * rows).max(1) as u32 * step)));
}

fn of_rgba(level: &Level) -> Small {
    let YuvMatrix { kr, kb, .. } = OF_RGBA;
    let (width, height) = (level.width as usize, level.height as usize);
    let (chroma_width, chroma_height) = (width.div_ceil(2), height.div_ceil(2));
    let mut luma = Vec::with_capacity(width * height);
    let mut sums = vec![[0.0_f32; 3]; chroma_width * chroma_height];
    for (at, [r, g, b, _]) in level.rgba.as_chunks::<4>().0.iter().enumerate() {
        let [r, g, b] = [r, g, b].map(|value| f32::from(*value));
        let y = kr * r + (1.0 - kr - kb) * g + kb * b;
        luma.push(y.round() as u8);
        let [u, v, count] = &mut sums[at / width / 2 * chroma_width + at % width / 2];
        *u += (b - y) / (2.0 * (1.0 - kb));
        *v += (r - y) / (2.0 * (1.0 - kr));
        *count += 1.0;
    }
    let chroma = |of: usize| sums.iter().map(|sum| (128.0 + sum[of] / sum[2].max(1.0)).round() as u8).collect();
    Small {
        size: [level.width, level.height],
        planes: [luma, chroma(0), chroma(1)],
        // It was turned when it became RGBA.
        look: Look { matrix: OF_RGBA, orientation: 1 },
    }
}
