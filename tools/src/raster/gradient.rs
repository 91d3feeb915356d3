//! How clearly the picture has an edge at a place, in blocks of cells.

use crate::pixels::Pixels;

/// Cells along each side of a block.
pub(super) const BLOCK: usize = 32;
/// Most places of a cell that are looked at, each way.
const SAMPLES: u32 = 4;
/// With the cells around.
const WIDE: usize = BLOCK + 2;

/// The step in value across each cell of a block, 0 to 255, rows after rows: the greatest of the three channels, by Sobel's
/// operator. A cell is `scale * scale` pixels; the block's first cell is `(x, y)` in cells. Where the picture ends or is not at
/// hand there is no edge.
pub(super) fn steps(pixels: &dyn Pixels, x: u32, y: u32, scale: u32) -> [u8; BLOCK * BLOCK] {
    let cells = averages(pixels, x, y, scale);
    let mut steps = [0; BLOCK * BLOCK];
    for (at, step) in steps.iter_mut().enumerate() {
        let (left, top) = (at % BLOCK, at / BLOCK);
        let cell = |dx: usize, dy: usize| &cells[(top + dy) * WIDE + left + dx];
        let around = [cell(0, 0), cell(1, 0), cell(2, 0), cell(0, 1), cell(2, 1), cell(0, 2), cell(1, 2), cell(2, 2)];
        if around.iter().any(|cell| cell.is_none()) {
            continue;
        }
        let [nw, n, ne, w, e, sw, s, se] = around.map(|cell| cell.unwrap_or_default());
        *step = (0..3)
            .map(|channel| {
                let of = |cell: [i16; 3]| i32::from(cell[channel]);
                let across = of(ne) + 2 * of(e) + of(se) - of(nw) - 2 * of(w) - of(sw);
                let down = of(sw) + 2 * of(s) + of(se) - of(nw) - 2 * of(n) - of(ne);
                // The weights add up to four; longest side and half the other is near enough to the length.
                let (across, down) = (across.abs(), down.abs());
                ((across.max(down) + across.min(down) / 2) / 4).min(255) as u8
            })
            .max()
            .unwrap_or(0);
    }
    steps
}

/// The mean colour of the cells of a block and of those around it; `None` where nothing is at hand.
fn averages(pixels: &dyn Pixels, x: u32, y: u32, scale: u32) -> Vec<Option<[i16; 3]>> {
    let [width, height] = pixels.size();
    let mut cells = vec![None; WIDE * WIDE];
    // Pixels from the cell before the block to the one behind it, as far as there are any.
    let first = x.saturating_sub(1) * scale;
    let end = (x + BLOCK as u32 + 1).saturating_mul(scale).min(width);
    let mut row = vec![[0; 3]; end.saturating_sub(first) as usize];
    let stride = scale.div_ceil(SAMPLES);
    for down in 0..WIDE as u32 {
        let Some(cell_y) = (y + down).checked_sub(1) else { continue };
        let mut sums = [[0_u32; 4]; WIDE];
        for sample in (cell_y * scale..((cell_y + 1) * scale).min(height)).step_by(stride as usize) {
            let num_here = pixels.row(first, sample, &mut row).min(row.len());
            for at in (0..num_here).step_by(stride as usize) {
                let across = ((first + at as u32) / scale + 1).saturating_sub(x) as usize;
                let sum = &mut sums[across.min(WIDE - 1)];
                let [r, g, b] = row[at].map(u32::from);
                *sum = [sum[0] + r, sum[1] + g, sum[2] + b, sum[3] + 1];
            }
        }
        for (across, [r, g, b, count]) in sums.into_iter().enumerate() {
            cells[down as usize * WIDE + across] = (count > 0).then(|| [r, g, b].map(|sum| (sum / count) as i16));
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::tests::Painted;

    #[test]
    fn an_edge_is_where_the_colour_changes() {
        for scale in [1, 3, 8] {
            let edge = 40 * scale;
            let picture = Painted::new(100 * scale, 80 * scale, move |x, _| if x < edge { [10, 20, 30] } else { [10, 120, 30] });
            let steps = steps(&picture, 32, 32, scale);
            for (at, step) in steps.iter().enumerate() {
                let (x, y) = (32 + at % BLOCK, 32 + at / BLOCK);
                assert_eq!(*step, if (39..=40).contains(&x) && y < 79 { 100 } else { 0 }, "{x},{y} at {scale}");
            }
        }
        let small = Painted::noise(5, 5, 1, 1);
        assert!(steps(&small, 32, 0, 1).iter().all(|step| *step == 0));
    }
}
