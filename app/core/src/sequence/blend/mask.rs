//! Masks between keyframes: the distances to both borders are blended, the middles laid on each other, and what is inside at the
//! moment is inside. Parts may appear, vanish, join and split on the way.

use super::{mix, pos};
use crate::geometry::{ImagePos, Mask, MaskTiles, Rect};

/// Cells along the longer side of a distance field. Larger masks are seen in coarser cells between their keyframes.
const MOST_CELLS: f64 = 320.0;

#[derive(Clone, Debug)]
pub struct MaskBlend {
    size: [u32; 2],
    ends: [Field; 2],
}

/// Signed distances to a mask's border, in image pixels, negative inside, at the middles of square cells.
#[derive(Clone, Debug)]
struct Field {
    bounds: Rect,
    middle: ImagePos,
    /// The outer corner of the first cell.
    origin: ImagePos,
    /// Side of a cell in image pixels.
    cell: f64,
    columns: usize,
    rows: usize,
    /// Row by row.
    distance: Vec<f32>,
}

impl MaskBlend {
    /// `None`: one of them is empty, or they are of frames of different sizes.
    pub fn new(a: &Mask, b: &Mask) -> Option<Self> {
        let size = [a.width(), a.height()];
        (size == [b.width(), b.height()]).then_some(())?;
        Some(Self { size, ends: [Field::new(a)?, Field::new(b)?] })
    }

    pub fn at(&self, t: f64) -> Mask {
        let [a, b] = &self.ends;
        let middle = pos(a.middle, b.middle, t);
        let bounds = a.bounds.translated(middle - a.middle).union(b.bounds.translated(middle - b.middle));
        let [width, height] = self.size;
        let limit = |value: f64, most: u32| value.clamp(0.0, f64::from(most)) as u32;
        let (left, right) = (limit(bounds.min.x.floor(), width), limit(bounds.max.x.ceil(), width));
        let (top, bottom) = (limit(bounds.min.y.floor(), height), limit(bounds.max.y.ceil(), height));
        let mut stretches = Vec::new();
        for x in left..right {
            let mut begun = None;
            for y in top..bottom {
                let by = ImagePos::new(f64::from(x) + 0.5, f64::from(y) + 0.5) - middle;
                let is_inside = mix(a.at(a.middle + by), b.at(b.middle + by), t) < 0.0;
                match (begun, is_inside) {
                    (None, true) => begun = Some(y),
                    (Some(from), false) => {
                        stretches.push((x, from, y));
                        begun = None;
                    }
                    _ => {}
                }
            }
            stretches.extend(begun.map(|from| (x, from, bottom)));
        }
        Mask::from(&MaskTiles::from_stretches(width, height, stretches))
    }
}

impl Field {
    fn new(mask: &Mask) -> Option<Self> {
        let bounds = mask.bounds()?;
        let cell = (bounds.width().max(bounds.height()) / MOST_CELLS).max(1.0);
        let cells = |side: f64| (side / cell).ceil() as usize + 2;
        let (columns, rows) = (cells(bounds.width()), cells(bounds.height()));
        let origin = ImagePos::new(bounds.min.x - cell, bounds.min.y - cell);
        // How much of each cell is inside: the middle of a cell lies on the border where it is half.
        let mut share = vec![0.0_f32; columns * rows];
        let (mut x, mut y, mut area) = (0.0, 0.0, 0.0);
        for (column, top, bottom) in mask.stretches() {
            let (top, bottom, across) = (f64::from(top), f64::from(bottom), f64::from(column) + 0.5);
            x += across * (bottom - top);
            y += (top + bottom) / 2.0 * (bottom - top);
            area += bottom - top;
            let at = (((across - origin.x) / cell) as usize).min(columns - 1);
            let (first, last) = ((top - origin.y) / cell, (bottom - origin.y) / cell);
            for row in first as usize..(last.ceil() as usize).min(rows) {
                let covered = (last.min(row as f64 + 1.0) - first.max(row as f64)).max(0.0);
                share[row * columns + at] += (covered / cell) as f32;
            }
        }
        let inside: Vec<bool> = share.iter().map(|share| *share >= 0.5).collect();
        let outside: Vec<bool> = inside.iter().map(|inside| !inside).collect();
        let (to_inside, to_outside) = (squared(&inside, columns, rows), squared(&outside, columns, rows));
        let distance = to_inside.iter().zip(&to_outside).map(|(to, from)| {
            // Between a cell and its neighbour across the border lies a whole cell; the border lies in the middle.
            let cells = if *to > 0.0 { to.sqrt() - 0.5 } else { 0.5 - from.sqrt() };
            cells * cell as f32
        });
        let distance = distance.collect();
        Some(Self { bounds, middle: ImagePos::new(x / area, y / area), origin, cell, columns, rows, distance })
    }

    /// The distance at a place, between cells by their four middles; beyond the field it grows with the way from it.
    fn at(&self, pos: ImagePos) -> f64 {
        let (x, y) = ((pos.x - self.origin.x) / self.cell - 0.5, (pos.y - self.origin.y) / self.cell - 0.5);
        let (in_x, in_y) = (x.clamp(0.0, (self.columns - 1) as f64), y.clamp(0.0, (self.rows - 1) as f64));
        let (column, row) = ((in_x as usize).min(self.columns - 2), (in_y as usize).min(self.rows - 2));
        let at = |column: usize, row: usize| f64::from(self.distance[row * self.columns + column]);
        let (part_x, part_y) = (in_x - column as f64, in_y - row as f64);
        let above = mix(at(column, row), at(column + 1, row), part_x);
        let below = mix(at(column, row + 1), at(column + 1, row + 1), part_x);
        mix(above, below, part_y) + (x - in_x).hypot(y - in_y) * self.cell
    }
}

/// The squared distance in cells from each cell to the nearest one that is set; exact, along columns and then along rows.
fn squared(set: &[bool], columns: usize, rows: usize) -> Vec<f32> {
    const FAR: f32 = 1e12;
    let mut field: Vec<f32> = set.iter().map(|set| if *set { 0.0 } else { FAR }).collect();
    let longest = columns.max(rows);
    let (mut line, mut lowest, mut from) = (vec![0.0; longest], vec![0_usize; longest], vec![0.0_f32; longest + 1]);
    let mut along = |field: &mut [f32], start: usize, step: usize, len: usize| {
        for (at, value) in line.iter_mut().take(len).enumerate() {
            *value = field[start + at * step];
        }
        // The lower envelope of the parabolas that stand on each cell.
        let mut last = 0;
        (lowest[0], from[0], from[1]) = (0, f32::NEG_INFINITY, f32::INFINITY);
        for at in 1..len {
            let meets = |other: usize| {
                let (p, q) = (at as f32, other as f32);
                ((line[at] + p * p) - (line[other] + q * q)) / (2.0 * (p - q))
            };
            let mut meeting = meets(lowest[last]);
            while meeting <= from[last] && last > 0 {
                last -= 1;
                meeting = meets(lowest[last]);
            }
            last += 1;
            (lowest[last], from[last], from[last + 1]) = (at, meeting, f32::INFINITY);
        }
        let mut piece = 0;
        for at in 0..len {
            while from[piece + 1] < at as f32 {
                piece += 1;
            }
            let way = at as f32 - lowest[piece] as f32;
            field[start + at * step] = way * way + line[lowest[piece]];
        }
    };
    for column in 0..columns {
        along(&mut field, column, columns, rows);
    }
    for row in 0..rows {
        along(&mut field, row * columns, 1, columns);
    }
    field
}
