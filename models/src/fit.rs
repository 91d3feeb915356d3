//! One movement of many places, whatever some of them do.

use crate::pose::Pose;

/// A place before and after, from the middle of the object, in pixels, and how much it is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub from: [f64; 2],
    pub to: [f64; 2],
    pub weight: f64,
}

const ROUNDS: usize = 8;

/// The movement that most pairs agree on, and the share of their weight that agrees. `turns`: whether it may turn.
/// `None` with fewer than three pairs.
pub(crate) fn similarity(pairs: &[Pair], turns: bool) -> Option<(Pose, f64)> {
    if pairs.len() < 3 {
        return None;
    }
    // The middle of all moves is a good start where up to half of them are wrong.
    let middle = |axis: usize| median(pairs.iter().map(|pair| pair.to[axis] - pair.from[axis]).collect());
    let mut pose = Pose { x: middle(0), y: middle(1), scale: 1.0, degrees: 0.0 };
    let far = |pose: &Pose, pair: &Pair| {
        let [x, y] = pose.place(pair.from);
        (x - pair.to[0]).hypot(y - pair.to[1])
    };
    let mut width = 1.0;
    for _ in 0..ROUNDS {
        let errors: Vec<f64> = pairs.iter().map(|pair| far(&pose, pair)).collect();
        width = (1.48 * median(errors.clone())).clamp(0.15, 8.0) * 2.0;
        let weights = errors.iter().zip(pairs).map(|(error, pair)| pair.weight / (1.0 + (error / width).powi(2)).powi(2));
        pose = least_squares(pairs, &weights.collect::<Vec<_>>(), turns)?;
    }
    let (mut agree, mut all) = (0.0, 0.0);
    for pair in pairs {
        all += pair.weight;
        agree += if far(&pose, pair) < (2.0 * width).max(1.0) { pair.weight } else { 0.0 };
    }
    Some((pose, agree / all.max(f64::MIN_POSITIVE)))
}

/// The movement that leaves least of the squares of what is missed, each by its weight.
pub(crate) fn least_squares(pairs: &[Pair], weights: &[f64], turns: bool) -> Option<Pose> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 || !total.is_finite() {
        return None;
    }
    let mean = |of: &dyn Fn(&Pair) -> f64| pairs.iter().zip(weights).map(|(pair, weight)| of(pair) * weight).sum::<f64>() / total;
    let from = [mean(&|pair| pair.from[0]), mean(&|pair| pair.from[1])];
    let to = [mean(&|pair| pair.to[0]), mean(&|pair| pair.to[1])];
    let (mut along, mut across, mut square) = (0.0, 0.0, 0.0);
    for (pair, weight) in pairs.iter().zip(weights) {
        let (a, b) = (pair.from[0] - from[0], pair.from[1] - from[1]);
        let (c, d) = (pair.to[0] - to[0], pair.to[1] - to[1]);
        along += weight * (a * c + b * d);
        across += weight * (a * d - b * c);
        square += weight * (a * a + b * b);
    }
    let (mut scale, mut degrees) = (1.0, 0.0);
    // All at one place tell nothing of scale.
    if square > total * 0.25 {
        let turned = if turns { across } else { 0.0 };
        scale = along.hypot(turned) / square;
        degrees = turned.atan2(along).to_degrees();
    }
    let pose = Pose { x: 0.0, y: 0.0, scale, degrees };
    let [x, y] = pose.place(from);
    (scale.is_finite() && scale > 0.0).then_some(Pose { x: to[0] - x, y: to[1] - y, ..pose })
}

/// The middle one; 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f64::total_cmp).1 }
}
