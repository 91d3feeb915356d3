//! Keypoints followed one by one, each held to what the others do: limbs swing, and a point that nobody sees goes with its
//! neighbours.

use crate::fit::{Pair, least_squares, median, similarity};
use crate::image::{Gray, Pyramid};
use crate::lucas_kanade::find;
use crate::pose::Pose;
use crate::template::Template;
use crate::tracker::{Seen, Step, Tracker};
use limn_core::geometry::{Keypoint, Keypoints, Sight};
use limn_core::{Geometry, ImagePos, Rect};

/// The longer side of all points is looked at in at most so many samples.
const SAMPLES: f64 = 110.0;
/// What is looked at around a point: its radius as a share of the longer side, and samples across.
const RADIUS: f64 = 0.05;
const LOOK: usize = 13;
/// Least radius, pixels.
const LEAST_RADIUS: f64 = 6.0;
/// Frames of guesses of the whole until it is lost.
const PATIENCE: u32 = 20;
/// Frames that something may take to pass before a point.
const PASSING: u32 = 12;
/// Alike enough to be held to the first look; less alike than this it is something else; alike enough to be found again.
const ALIKE: f64 = 0.75;
const UNLIKE: f64 = 0.6;
const FOUND: f64 = 0.82;
/// How much more alike it has to be at the end of its reach.
const FARTHER: f64 = 0.14;
/// So much alike that no other place is tried.
const SURE: f64 = 0.92;
/// Angles at which what is lost is searched for, degrees.
const TURNS: [f64; 4] = [0.0, 20.0, 0.0, -20.0];
/// A point may leave what it was about to do by so much of the longer side in a frame, or so many times what is usual for all.
const JUMP: f64 = 0.06;
const UNUSUAL: f64 = 6.0;
/// Others count as neighbours up to about this share of the longer side.
const NEAR: f64 = 0.15;
/// What is left of its own way from one frame to the next, of a point that is not seen.
const FADES: f64 = 0.7;
/// What is left in each frame of the way from where it was among the others, of a point that is not seen.
const STAYS: f64 = 0.93;

/// One point.
#[derive(Debug)]
struct Own {
    /// As it was on the first frame.
    start: Keypoint,
    /// What happened to it since, about where it was.
    pose: Pose,
    /// What is around it. `None` for what goes with the others: hidden, not in the picture, or on flat ground.
    look: Option<Template>,
    /// By how much it went another way than its neighbours in the last frame, and than all, pixels.
    beside: [f64; 2],
    apart: Option<[f64; 2]>,
    /// Degrees that it turned by in the last frame.
    turn: f64,
    /// Frames in a row on which it was not seen, and on which it was seen but not alike enough.
    unseen: u32,
    changed: u32,
}

impl Own {
    fn middle(&self) -> [f64; 2] {
        [self.start.pos.x, self.start.pos.y]
    }

    fn now(&self) -> [f64; 2] {
        [self.start.pos.x + self.pose.x, self.start.pos.y + self.pose.y]
    }
}

/// Where a point seems to be on the next frame.
#[derive(Clone, Copy, Debug)]
struct Found {
    pose: Pose,
    /// Pixels by which the way back missed.
    miss: f64,
    likeness: f64,
}

/// Each point by pyramidal optical flow that is checked by going back, held to what it looked like; what is lost or jumps out of
/// the movement of all is carried by those around it, said to be hidden, and searched for.
pub struct PointsTracker {
    points: Vec<Own>,
    middle: ImagePos,
    /// The longer side of the bounds on the first frame, pixels.
    longer: f64,
    frame_size: [usize; 2],
    /// Of all.
    pose: Pose,
    velocity: [f64; 2],
    before: Option<Pyramid>,
    guesses: u32,
}

impl PointsTracker {
    /// Points on a frame. `None` where fewer than two can be told from what is around them: they are followed as a whole.
    pub fn new(frame: &Gray, points: Keypoints) -> Option<Self> {
        let whole = Geometry::Keypoints(points.clone());
        let bounds = whole.bounds().filter(|_| whole.is_finite())?;
        let longer = bounds.width().max(bounds.height()).max(16.0);
        if longer > 1e6 {
            return None;
        }
        let [width, height] = frame.size();
        let own =
            |start: Keypoint| Own { start, pose: Pose::STILL, look: None, beside: [0.0; 2], apart: None, turn: 0.0, unseen: 0, changed: 0 };
        let mut tracker = Self {
            points: points.points.into_iter().map(own).collect(),
            middle: bounds.center(),
            longer,
            frame_size: [width, height],
            pose: Pose::STILL,
            velocity: [0.0; 2],
            before: None,
            guesses: 0,
        };
        for at in 0..tracker.points.len() {
            let point = &tracker.points[at];
            if point.start.sight == Sight::Visible && tracker.is_in_picture(point.now()) {
                tracker.points[at].look = tracker.look(frame, point);
            }
        }
        tracker.before = tracker.piece(frame);
        (tracker.followed() >= 2).then_some(tracker)
    }

    fn followed(&self) -> usize {
        self.points.iter().filter(|point| point.look.is_some()).count()
    }

    fn is_in_picture(&self, [x, y]: [f64; 2]) -> bool {
        let [width, height] = self.frame_size.map(|side| side as f64);
        (0.0..width).contains(&x) && (0.0..height).contains(&y)
    }

    fn look(&self, frame: &Gray, point: &Own) -> Option<Template> {
        let radius = (RADIUS * self.longer).max(LEAST_RADIUS);
        Template::of(frame, point.middle(), &point.pose, [2.0 * radius; 2], LOOK, |[x, y]| x.hypot(y) <= radius)
    }

    fn longer_now(&self) -> f64 {
        self.longer * self.pose.scale
    }

    /// The part of a frame that the points may be in on the next one, too.
    fn piece(&self, frame: &Gray) -> Option<Pyramid> {
        let places: Vec<ImagePos> = self.points.iter().filter(|it| it.look.is_some()).map(|it| ImagePos::from(it.now())).collect();
        let reach = (0.3 * self.longer_now()).max(40.0) + self.velocity[0].hypot(self.velocity[1]);
        let factor = (self.longer_now() / SAMPLES).ceil().clamp(1.0, 64.0) as usize;
        Pyramid::of(frame, Rect::around(places.iter())?.grown(reach), factor)
    }

    /// A point by flow, and its look there.
    fn flow(&self, point: &Own, [before, now]: [&Pyramid; 2], frame: &Gray) -> Option<Found> {
        let look = point.look.as_ref().filter(|_| point.unseen == 0)?;
        let [x, y] = point.now();
        let by = [self.velocity[0] + point.beside[0], self.velocity[1] + point.beside[1]];
        let flowed = flowed([before, now], [x, y], by).filter(|(_, miss)| *miss < (0.02 * self.longer_now()).max(2.0));
        let moved = |[to_x, to_y]: [f64; 2], turn: f64| Pose {
            x: point.pose.x + to_x - x,
            y: point.pose.y + to_y - y,
            degrees: point.pose.degrees + turn,
            ..point.pose
        };
        let near = (RADIUS * self.longer_now()).max(LEAST_RADIUS);
        // Where flow says, and where it would be if it went on as it went.
        let tries = [flowed, Some(([x + by[0], y + by[1]], 1.0))];
        let mut best: Option<Found> = None;
        for (there, miss) in tries.into_iter().flatten() {
            if best.is_some_and(|best| best.likeness > SURE) {
                break;
            }
            let start = moved(there, point.turn);
            let (pose, likeness) = look.refined(frame, point.middle(), &start, true);
            let is_near = (pose.x - start.x).hypot(pose.y - start.y) < near && self.is_plausible(&pose);
            if is_near && best.is_none_or(|best| likeness > best.likeness) {
                best = Some(Found { pose, miss, likeness });
            }
        }
        let is_inside = |found: &Found| self.is_in_picture([x + found.pose.x - point.pose.x, y + found.pose.y - point.pose.y]);
        if let Some(best) = best.filter(|best| best.likeness >= ALIKE) {
            return Some(best).filter(is_inside);
        }
        let (there, miss) = flowed.filter(|(_, miss)| *miss < (0.01 * self.longer_now()).max(1.0))?;
        let likeness = best.map_or(0.0, |best| best.likeness);
        Some(Found { pose: moved(there, 0.0), miss, likeness }).filter(|found| likeness >= UNLIKE && is_inside(found))
    }

    /// A point grows about as all of them do.
    fn is_plausible(&self, pose: &Pose) -> bool {
        (0.75..1.33).contains(&(pose.scale / self.pose.scale))
    }

    fn pair(&self, point: &Own, found: &Found) -> Pair {
        let (x0, y0) = (self.middle.x + self.pose.x, self.middle.y + self.pose.y);
        let [x, y] = point.now();
        let to = [x + found.pose.x - point.pose.x - x0, y + found.pose.y - point.pose.y - y0];
        Pair { from: [x - x0, y - y0], to, weight: found.likeness / (1.0 + found.miss * found.miss) }
    }

    /// The movement of all, and what is found without what jumps out of it.
    fn whole(&self, found: &mut [Option<Found>]) -> Option<Pose> {
        let pairs: Vec<Option<Pair>> =
            self.points.iter().zip(found.iter()).map(|(point, found)| Some(self.pair(point, found.as_ref()?))).collect();
        let all: Vec<Pair> = pairs.iter().flatten().copied().collect();
        let moved = similarity(&all, true).map(|(pose, _)| pose).filter(|it| (0.8..1.25).contains(&it.scale) && it.degrees.abs() < 20.0);
        let mean = |axis: usize| median(all.iter().map(|pair| pair.to[axis] - pair.from[axis]).collect());
        let moved = moved.or_else(|| (!all.is_empty()).then(|| Pose { x: mean(0), y: mean(1), ..Pose::STILL }))?;
        let jumps: Vec<Option<f64>> = self
            .points
            .iter()
            .zip(&pairs)
            .map(|(point, pair)| {
                let pair = pair.as_ref()?;
                let [x, y] = moved.place(pair.from);
                let apart = [pair.to[0] - x, pair.to[1] - y];
                // Where it is not known how it went before, it may go twice as far.
                Some(point.apart.map_or(apart[0].hypot(apart[1]) / 2.0, |before| (apart[0] - before[0]).hypot(apart[1] - before[1])))
            })
            .collect();
        let most = (JUMP * self.longer_now()).max(UNUSUAL * median(jumps.iter().flatten().copied().collect())).max(3.0);
        for (found, jump) in found.iter_mut().zip(jumps) {
            if jump.is_some_and(|jump| jump > most) {
                *found = None;
            }
        }
        Some(moved)
    }

    /// Where the ones around a place take it, from the middle.
    fn carried(&self, pairs: &[Option<Pair>], at: usize, from: [f64; 2], whole: &Pose) -> [f64; 2] {
        let width = NEAR * self.longer_now();
        let (mut near, mut weights) = (Vec::with_capacity(pairs.len()), Vec::with_capacity(pairs.len()));
        for (other, pair) in pairs.iter().enumerate() {
            if let Some(pair) = pair.filter(|_| other != at) {
                let far = ((pair.from[0] - from[0]).hypot(pair.from[1] - from[1]) / width).powi(2);
                weights.push(pair.weight / (1.0 + far * far));
                near.push(pair);
            }
        }
        let fit = if near.len() >= 3 { least_squares(&near, &weights, true) } else { None };
        fit.filter(|fit| (0.8..1.25).contains(&fit.scale) && fit.degrees.abs() < 30.0).unwrap_or(*whole).place(from)
    }

    /// A point that was not found by flow: carried, and searched for around there. Gives how far it may be off.
    fn carry(&mut self, at: usize, to: [f64; 2], moved: &Pose, frame: &Gray, all_lost: bool) -> (Option<Found>, f64) {
        let point = &self.points[at];
        let [x, y] = point.now();
        let fades = FADES.powi(i32::try_from(point.unseen).unwrap_or(i32::MAX));
        // The longer nobody saw it, the nearer to where it was among all of them on the first frame.
        let rest = self.pose.then(moved).place([point.start.pos.x - self.middle.x, point.start.pos.y - self.middle.y]);
        let rest = [self.middle.x + rest[0], self.middle.y + rest[1]];
        let stays = STAYS.powi(i32::try_from(point.unseen).unwrap_or(i32::MAX));
        let by = [0, 1].map(|axis| rest[axis] + (to[axis] + point.beside[axis] * fades - rest[axis]) * stays - [x, y][axis]);
        let carried = Pose { x: point.pose.x + by[0], y: point.pose.y + by[1], scale: point.pose.scale * moved.scale, ..point.pose };
        let most = if all_lost { 0.3 } else { 0.2 };
        let reach = (0.03 * self.longer_now() * f64::from(point.unseen.saturating_add(1))).clamp(3.0, (most * self.longer_now()).max(3.0));
        // It may have turned meanwhile: each frame another angle is tried.
        let turned = Pose { degrees: carried.degrees + TURNS[point.unseen as usize % TURNS.len()], ..carried };
        let found = point.look.as_ref().map(|look| look.search(frame, point.middle(), &turned, reach));
        let found = found.filter(|(pose, likeness)| {
            let far = (pose.x - carried.x).hypot(pose.y - carried.y);
            // The farther from where the others carried it, the more alike it has to be.
            let least = FOUND + FARTHER * far / (most * self.longer_now());
            *likeness > least && far <= 1.5 * reach && self.is_in_picture([point.start.pos.x + pose.x, point.start.pos.y + pose.y])
        });
        let point = &mut self.points[at];
        point.unseen = point.unseen.saturating_add(1);
        point.pose = carried;
        (found.map(|(pose, likeness)| Found { pose, miss: 1.0, likeness }), reach)
    }

    fn is_there(&self) -> bool {
        self.is_in_picture([self.middle.x + self.pose.x, self.middle.y + self.pose.y]) && (0.05..20.0).contains(&self.pose.scale)
    }

    /// What is told of a frame.
    fn told(&self, seen: Seen, disagreement: f64, likeness: f64) -> Step {
        let points = self.points.iter().map(|point| {
            let [x, y] = point.now();
            let sight = match point.start.sight {
                Sight::Absent => Sight::Absent,
                _ if !self.is_in_picture([x, y]) => Sight::Absent,
                _ if point.look.is_some() && point.unseen > 0 => Sight::Occluded,
                sight => sight,
            };
            Keypoint { pos: ImagePos::new(x, y), sight }
        });
        Step { pose: self.pose, seen, disagreement, likeness: likeness.clamp(0.0, 1.0), points: points.collect() }
    }
}

/// Where a place goes by flow, in frame pixels, and by how much the way back misses it; `by` is how it may have moved.
fn flowed([before, now]: [&Pyramid; 2], [x, y]: [f64; 2], by: [f64; 2]) -> Option<([f64; 2], f64)> {
    let own = before.to_own(x, y);
    let guess = now.to_own(x + by[0], y + by[1]);
    let there = find(before, now, own, guess)?;
    // By the usual move, as on the way there: begun at the answer it would always be found.
    let home = [there[0] + own[0] - guess[0], there[1] + own[1] - guess[1]];
    let back = find(now, before, there, home)?;
    let miss = f64::from((back[0] - own[0]).hypot(back[1] - own[1])) * before.factor as f64;
    Some((now.to_frame(there), miss))
}

impl Tracker for PointsTracker {
    fn step(&mut self, frame: &Gray) -> Step {
        if frame.size() != self.frame_size {
            return self.told(Seen::Lost, 0.0, 0.0);
        }
        let before = self.before.take();
        // Read at the same place as the frame before, so that both have the same levels.
        let now = self.piece(frame);
        let flow = |point: &Own| self.flow(point, [before.as_ref()?, now.as_ref()?], frame);
        let mut found: Vec<Option<Found>> = self.points.iter().map(flow).collect();
        let whole = self.whole(&mut found);
        let moved = whole.unwrap_or(Pose { x: self.velocity[0] * 0.9, y: self.velocity[1] * 0.9, ..Pose::STILL });
        let pairs: Vec<Option<Pair>> =
            self.points.iter().zip(&found).map(|(point, found)| Some(self.pair(point, found.as_ref()?))).collect();
        let (x0, y0) = (self.middle.x + self.pose.x, self.middle.y + self.pose.y);
        let (mut off, mut likeness, mut count) = (0.0_f64, 0.0, 0_usize);
        for at in 0..self.points.len() {
            let [x, y] = self.points[at].now();
            let [to_x, to_y] = self.carried(&pairs, at, [x - x0, y - y0], &moved);
            let to = [x0 + to_x, y0 + to_y];
            let now = found[at].or_else(|| {
                let (found, reach) = self.carry(at, to, &moved, frame, whole.is_none());
                if found.is_none() && self.points[at].look.is_some() {
                    off = off.max(reach);
                }
                found
            });
            let Some(now) = now else { continue };
            let [whole_x, whole_y] = moved.place([x - x0, y - y0]);
            let point = &mut self.points[at];
            point.turn = if point.unseen == 0 { now.pose.degrees - point.pose.degrees } else { 0.0 };
            point.pose = now.pose;
            let [x, y] = point.now();
            if point.unseen == 0 {
                point.beside = [x - to[0], y - to[1]];
                point.apart = Some([x - x0 - whole_x, y - y0 - whole_y]);
            } else {
                // It was found again: how it moves is not known.
                (point.beside, point.apart) = ([0.0; 2], None);
            }
            point.unseen = 0;
            point.changed = if now.likeness < ALIKE { point.changed + 1 } else { 0 };
            // It has changed, and nothing is only passing before it: what it looks like now is what is looked for from here on.
            if point.changed > PASSING {
                point.changed = 0;
                let look = self.look(frame, &self.points[at]);
                self.points[at].look = look.or(self.points[at].look.take());
            }
            (off, likeness, count) = (off.max(now.miss), likeness + now.likeness, count + 1);
        }
        self.pose = self.pose.then(&moved);
        self.velocity = [0, 1].map(|axis| 0.5 * (self.velocity[axis] + [moved.x, moved.y][axis]));
        self.before = self.piece(frame);
        let is_seen = count * 3 >= self.followed() && self.is_there();
        self.guesses = if is_seen { 0 } else { self.guesses + 1 };
        let seen = match is_seen {
            true => Seen::Surely,
            false if self.guesses <= PATIENCE && self.is_there() => Seen::Guessed,
            false if !self.is_in_picture([self.middle.x + self.pose.x, self.middle.y + self.pose.y]) => Seen::Left,
            false => Seen::Lost,
        };
        self.told(seen, off, likeness / count.max(1) as f64)
    }

    fn shape(&self, step: &Step) -> Option<Geometry> {
        Some(Geometry::Keypoints(Keypoints { points: step.points.clone() }))
    }
}
