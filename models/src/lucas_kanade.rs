//! Where a small window of one picture is in another one: Lucas and Kanade's method on pyramids.

use crate::image::{Plane, Pyramid};

/// Pixels from a window's middle to its border.
const REACH: i32 = 4;
const SIDE: usize = 2 * REACH as usize + 1;
const COUNT: usize = SIDE * SIDE;
const MOST_ROUNDS: usize = 10;
/// A step shorter than this is none, in pixels of a level.
const ENOUGH: f32 = 0.02;
/// Least change of brightness across a window, squared and per pixel, in which a place can be told from its neighbours.
const LEAST_TEXTURE: f32 = 1.0;

struct Window {
    values: [f32; COUNT],
    across: [f32; COUNT],
    down: [f32; COUNT],
    /// Sums of products of the slopes: xx, xy, yy.
    sums: [f32; 3],
}

impl Window {
    fn of(plane: &Plane, x: f32, y: f32) -> Self {
        const WIDE: usize = SIDE + 2;
        let mut wide = [0.0; WIDE * WIDE];
        for (at, value) in wide.iter_mut().enumerate() {
            let (dx, dy) = ((at % WIDE) as f32 - REACH as f32 - 1.0, (at / WIDE) as f32 - REACH as f32 - 1.0);
            *value = plane.at(x + dx, y + dy);
        }
        let mut window = Self { values: [0.0; COUNT], across: [0.0; COUNT], down: [0.0; COUNT], sums: [0.0; 3] };
        for at in 0..COUNT {
            let middle = (at / SIDE + 1) * WIDE + at % SIDE + 1;
            let (gx, gy) = ((wide[middle + 1] - wide[middle - 1]) * 0.5, (wide[middle + WIDE] - wide[middle - WIDE]) * 0.5);
            (window.values[at], window.across[at], window.down[at]) = (wide[middle], gx, gy);
            window.sums[0] += gx * gx;
            window.sums[1] += gx * gy;
            window.sums[2] += gy * gy;
        }
        window
    }

    /// The smaller eigenvalue, per pixel: large on corners, small on edges and flat ground.
    fn texture(&self) -> f32 {
        let [xx, xy, yy] = self.sums;
        let half = (xx + yy) * 0.5;
        (half - ((xx - yy) * 0.5).hypot(xy)) / COUNT as f32
    }
}

/// How well a place of the first level can be found again; 0 where it cannot.
pub(crate) fn texture(pyramid: &Pyramid, [x, y]: [f32; 2]) -> f32 {
    let Some(plane) = pyramid.levels.first().filter(|plane| plane.contains(x, y)) else { return 0.0 };
    let texture = Window::of(plane, x, y).texture();
    if texture < LEAST_TEXTURE { 0.0 } else { texture }
}

/// Where a place of one picture is in another one, both on their first level; `guess` is where it may be. `None`: not found.
pub(crate) fn find(from: &Pyramid, to: &Pyramid, place: [f32; 2], guess: [f32; 2]) -> Option<[f32; 2]> {
    let mut by = [guess[0] - place[0], guess[1] - place[1]];
    for level in (0..from.levels.len().min(to.levels.len())).rev() {
        let size = (1_u32 << level) as f32;
        // The middles of pixels: four of one level make one of the next.
        let own = |value: f32| (value + 0.5) / size - 0.5;
        let (x, y) = (own(place[0]), own(place[1]));
        let (plane, other) = (from.levels.get(level)?, to.levels.get(level)?);
        let window = Window::of(plane, x, y);
        if window.texture() < LEAST_TEXTURE * 0.2 {
            if level == 0 {
                return None;
            }
            continue;
        }
        let start = [by[0] / size, by[1] / size];
        let found = follow(&window, other, [x, y], start).filter(|found| {
            // A coarse level that runs away misleads all others.
            level == 0 || (found[0] - start[0]).hypot(found[1] - start[1]) < 3.0 * REACH as f32
        });
        match found {
            Some(found) => by = [found[0] * size, found[1] * size],
            None if level == 0 => return None,
            None => {}
        }
    }
    let found = [place[0] + by[0], place[1] + by[1]];
    to.levels.first()?.contains(found[0], found[1]).then_some(found)
}

fn follow(window: &Window, other: &Plane, [x, y]: [f32; 2], start: [f32; 2]) -> Option<[f32; 2]> {
    let [xx, xy, yy] = window.sums;
    let determinant = xx * yy - xy * xy;
    if determinant <= f32::EPSILON {
        return None;
    }
    let mean = window.values.iter().sum::<f32>() / COUNT as f32;
    let mut by = start;
    for _ in 0..MOST_ROUNDS {
        let mut values = [0.0_f32; COUNT];
        for (at, value) in values.iter_mut().enumerate() {
            let (dx, dy) = ((at % SIDE) as f32 - REACH as f32, (at / SIDE) as f32 - REACH as f32);
            *value = other.at(x + by[0] + dx, y + by[1] + dy);
        }
        // Light that changes evenly is not a movement.
        let lighter = values.iter().sum::<f32>() / COUNT as f32 - mean;
        let (mut bx, mut by_sum) = (0.0, 0.0);
        for (at, value) in values.iter().enumerate() {
            let difference = window.values[at] - value + lighter;
            bx += difference * window.across[at];
            by_sum += difference * window.down[at];
        }
        let (dx, dy) = ((yy * bx - xy * by_sum) / determinant, (xx * by_sum - xy * bx) / determinant);
        by = [by[0] + dx, by[1] + dy];
        if !by[0].is_finite() || !by[1].is_finite() {
            return None;
        }
        if dx.hypot(dy) < ENOUGH {
            break;
        }
    }
    Some(by)
}
