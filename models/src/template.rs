//! What an object looked like, kept to see whether something is still it, and where exactly.

use crate::image::Gray;
use crate::pose::Pose;

/// Least deviation of brightness that is a look at all.
const LEAST_DEVIATION: f32 = 2.0;
const ROUNDS: usize = 8;

/// A grid of brightness over an object.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// Places from the middle of the object at pose 0, pixels.
    places: Vec<[f64; 2]>,
    /// Brightness there, of mean 0 and deviation 1.
    values: Vec<f32>,
    columns: usize,
    /// Pixels from place to place.
    step: f64,
}

impl Template {
    /// What is around `middle`, as wide and high as `size`, in pixels, where `inside` says that it is the object's (of places from
    /// the middle), in so many samples along the longer side. The object has this pose now. `None` where it is flat.
    pub fn of(
        frame: &Gray,
        middle: [f64; 2],
        pose: &Pose,
        size: [f64; 2],
        samples: usize,
        inside: impl Fn([f64; 2]) -> bool,
    ) -> Option<Self> {
        let step = (size[0].max(size[1]) / samples as f64).max(0.5);
        let count = |side: f64| ((side / step).round() as usize).clamp(3, samples * 2);
        let (columns, rows) = (count(size[0]), count(size[1]));
        let mut places = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let place = [(column as f64 + 0.5 - columns as f64 / 2.0) * step, (row as f64 + 0.5 - rows as f64 / 2.0) * step];
                if inside(place) {
                    places.push(place);
                }
            }
        }
        if places.len() < 9 {
            return None;
        }
        let mut template = Self { places, values: Vec::new(), columns, step };
        let mut values = template.look(frame, middle, pose);
        let deviation = normalise(&mut values);
        template.values = values;
        (deviation >= LEAST_DEVIATION).then_some(template)
    }

    fn look(&self, frame: &Gray, middle: [f64; 2], pose: &Pose) -> Vec<f32> {
        let (sine, cosine) = pose.degrees.to_radians().sin_cos();
        let (a, b) = (pose.scale * cosine, pose.scale * sine);
        let (x0, y0) = (middle[0] + pose.x, middle[1] + pose.y);
        // Several samples to a place where places lie far apart, else what is seen flickers.
        let apart = self.step * pose.scale;
        let fine = if apart > 2.0 { 2 } else { 1 };
        let share = 1.0 / (fine * fine) as f32;
        let offset = |at: usize| ((at as f64 + 0.5) / f64::from(fine) - 0.5) * self.step;
        let value = |[x, y]: [f64; 2]| frame.at((x0 + a * x - b * y) as f32, (y0 + b * x + a * y) as f32);
        let fine_places = |place: [f64; 2]| {
            let one = |at: i32| value([place[0] + offset((at % fine) as usize), place[1] + offset((at / fine) as usize)]);
            (0..fine * fine).map(one).sum::<f32>() * share
        };
        self.places.iter().map(|place| fine_places(*place)).collect()
    }

    /// How alike a frame is at a pose: 1 the same but for light, 0 nothing in common.
    pub fn likeness(&self, frame: &Gray, middle: [f64; 2], pose: &Pose) -> f64 {
        let mut values = self.look(frame, middle, pose);
        if normalise(&mut values) < LEAST_DEVIATION * 0.5 {
            return 0.0;
        }
        f64::from(self.values.iter().zip(&values).map(|(a, b)| a * b).sum::<f32>() / values.len() as f32)
    }

    /// The pose near this one at which it is most alike, with its likeness.
    pub fn refined(&self, frame: &Gray, middle: [f64; 2], pose: &Pose, turns: bool) -> (Pose, f64) {
        let radius = self.columns as f64 * self.step / 2.0;
        let mut best = (*pose, self.likeness(frame, middle, pose));
        let mut now = *pose;
        for _ in 0..ROUNDS {
            let Some(step) = self.newton(frame, middle, &now, radius, turns) else { break };
            now = Pose {
                x: now.x + step[0],
                y: now.y + step[1],
                scale: now.scale * (1.0 + step[2] / radius).clamp(0.9, 1.1),
                degrees: now.degrees + (step[3] / radius).clamp(-0.1, 0.1).to_degrees(),
            };
            let likeness = self.likeness(frame, middle, &now);
            if likeness > best.1 {
                best = (now, likeness);
            } else if likeness < best.1 - 0.1 {
                break;
            }
            if step.iter().all(|by| by.abs() < 0.02) {
                break;
            }
        }
        best
    }

    /// A step of Gauss and Newton: right, down, larger, turned; all in pixels (the last two at the border).
    fn newton(&self, frame: &Gray, middle: [f64; 2], pose: &Pose, radius: f64, turns: bool) -> Option<[f64; 4]> {
        let mut values = self.look(frame, middle, pose);
        if normalise(&mut values) < LEAST_DEVIATION * 0.5 {
            return None;
        }
        let small = (0.5 * self.step * pose.scale).max(0.5);
        let (larger, turned) = (small / radius, (small / radius).to_degrees());
        let tried = [
            Pose { x: pose.x + small, ..*pose },
            Pose { y: pose.y + small, ..*pose },
            Pose { scale: pose.scale * (1.0 + larger), ..*pose },
            Pose { degrees: pose.degrees + turned, ..*pose },
        ];
        let known = if turns { 4 } else { 3 };
        let mut slopes = Vec::with_capacity(known);
        for tried in tried.iter().take(known) {
            let mut there = self.look(frame, middle, tried);
            normalise(&mut there);
            slopes.push(there.iter().zip(&values).map(|(a, b)| f64::from(a - b) / small).collect::<Vec<f64>>());
        }
        let mut rows = [[0.0; 5]; 4];
        for (at, slope) in slopes.iter().enumerate() {
            for (other_at, other) in slopes.iter().enumerate() {
                rows[at][other_at] = slope.iter().zip(other).map(|(a, b)| a * b).sum();
            }
            rows[at][at] = rows[at][at] * 1.01 + 1e-9;
            rows[at][4] =
                slope.iter().zip(self.values.iter().zip(&values)).map(|(slope, (want, have))| slope * f64::from(want - have)).sum();
        }
        let mut step = solve(rows, known)?;
        let far = (step[0].hypot(step[1]) / (2.0 * self.step * pose.scale).max(1.0)).max(1.0);
        step.iter_mut().for_each(|by| *by /= far);
        Some(step)
    }

    /// The place within `reach` pixels of a pose where it is most alike, with its likeness. Tries a few sizes.
    pub fn search(&self, frame: &Gray, middle: [f64; 2], pose: &Pose, reach: f64) -> (Pose, f64) {
        let coarse = self.thinned(3);
        let step = (1.5 * self.step * pose.scale).max(1.0).max(reach / 20.0);
        let count = (reach / step).ceil().min(20.0) as i32;
        let mut best = (*pose, coarse.likeness(frame, middle, pose));
        for down in -count..=count {
            for right in -count..=count {
                let there = Pose { x: pose.x + f64::from(right) * step, y: pose.y + f64::from(down) * step, ..*pose };
                let likeness = coarse.likeness(frame, middle, &there);
                if likeness > best.1 {
                    best = (there, likeness);
                }
            }
        }
        self.refined(frame, middle, &best.0, false)
    }

    fn thinned(&self, every: usize) -> Self {
        let kept = |at: &usize| self.places.len() < 60 || at.is_multiple_of(every);
        let numbers: Vec<usize> = (0..self.places.len()).filter(kept).collect();
        let mut values: Vec<f32> = numbers.iter().map(|at| self.values[*at]).collect();
        normalise(&mut values);
        Self { places: numbers.iter().map(|at| self.places[*at]).collect(), values, ..*self }
    }
}

/// Makes the mean 0 and the deviation 1; gives the deviation that it was.
fn normalise(values: &mut [f32]) -> f32 {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count).sqrt();
    let share = if deviation > 0.01 { 1.0 / deviation } else { 0.0 };
    values.iter_mut().for_each(|value| *value = (*value - mean) * share);
    deviation
}

/// Elimination with the largest pivot; what is not known is 0.
fn solve(mut rows: [[f64; 5]; 4], known: usize) -> Option<[f64; 4]> {
    for at in 0..known {
        let pivot = (at..known).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        rows.swap(at, pivot);
        if rows[at][at].abs() < 1e-12 {
            return None;
        }
        for below in at + 1..known {
            let factor = rows[below][at] / rows[at][at];
            let upper = rows[at];
            rows[below].iter_mut().zip(upper).skip(at).for_each(|(value, above)| *value -= factor * above);
        }
    }
    let mut found = [0.0; 4];
    for at in (0..known).rev() {
        let rest: f64 = (at + 1..known).map(|column| rows[at][column] * found[column]).sum();
        found[at] = (rows[at][4] - rest) / rows[at][at];
    }
    found.iter().all(|value| value.is_finite()).then_some(found)
}
