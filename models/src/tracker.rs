//! A shape followed from frame to frame by optical flow, held to what it looked like in the beginning.

use crate::fit::{Pair, median, similarity};
use crate::image::{Gray, Pyramid};
use crate::lucas_kanade::{find, texture};
use crate::pose::Pose;
use crate::template::Template;
use limn_core::geometry::Keypoint;
use limn_core::{Geometry, ImagePos, Rect};

/// How surely an object was seen on a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// There it is.
    Surely,
    /// Something hides it, or it changed: where it is said to be is a guess from how it moved.
    Guessed,
    /// Its middle went over the border of the picture.
    Left,
    /// Not found for too long.
    Lost,
}

/// What a tracker says of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The shape's movement since the first frame.
    pub pose: Pose,
    /// How surely.
    pub seen: Seen,
    /// Pixels of the frame that the way there and back again missed the start by, in the middle of all places that were
    /// followed; of a guess, how far it may be off.
    pub disagreement: f64,
    /// 0 to 1: how alike it is to what it looked like before.
    pub likeness: f64,
    /// Of keypoints that are followed one by one, each; else empty.
    pub points: Vec<Keypoint>,
}

/// Follows one shape through frames in the order in which they are given.
pub trait Tracker {
    /// Where it is on the next frame.
    fn step(&mut self, frame: &Gray) -> Step;
    /// The shape of the first frame as it is after a step.
    fn shape(&self, step: &Step) -> Option<Geometry>;
}

/// The longer side of an object is looked at in at most so many samples.
const SAMPLES: f64 = 128.0;
/// Places looked at across and down, and how many of them are followed.
const GRID: usize = 14;
const MOST_POINTS: usize = 64;
/// Samples along the longer side of what it looked like.
const LOOK: usize = 28;
/// Guesses in a row until it is lost.
const PATIENCE: u32 = 20;
/// Frames that something may take to pass before it.
const PASSING: u32 = 12;
/// Alike enough to be held to the first look.
const ALIKE: f64 = 0.75;
/// Less alike than this it is something else.
const UNLIKE: f64 = 0.5;
/// Alike enough to be found again.
const FOUND: f64 = 0.65;

/// Pyramidal optical flow of many places, checked by going back, one movement fitted to them; drift is taken out against the
/// first look; what is hidden for a moment is searched for.
pub struct FlowTracker {
    shape: Geometry,
    middle: ImagePos,
    /// Width and height on the first frame, pixels.
    size: [f64; 2],
    frame_size: [usize; 2],
    turns: bool,
    pose: Pose,
    velocity: [f64; 2],
    before: Option<Pyramid>,
    template: Option<Template>,
    guesses: u32,
    /// Frames in a row on which it was seen, but not alike enough.
    changed: u32,
}

impl FlowTracker {
    /// A shape on a frame. `None` for what is nowhere or has no finite place.
    pub fn new(frame: &Gray, shape: Geometry) -> Option<Self> {
        let bounds = shape.bounds().filter(|_| shape.is_finite())?;
        let [width, height] = frame.size();
        let whole = Rect::from_xywh(0.0, 0.0, width as f64, height as f64);
        // A point or a thin line is what lies around it.
        let size = [bounds.width().max(16.0), bounds.height().max(16.0)];
        let middle = bounds.center();
        // A box stays upright, and what is in it turns all the same.
        let turns = !matches!(shape, Geometry::Point(_));
        let mut tracker = Self {
            shape,
            middle,
            size,
            frame_size: [width, height],
            turns,
            pose: Pose::STILL,
            velocity: [0.0; 2],
            before: None,
            template: None,
            guesses: 0,
            changed: 0,
        };
        if whole.intersects(bounds) && size[0] < 1e6 && size[1] < 1e6 {
            tracker.template = tracker.look(frame);
            tracker.before = tracker.piece(frame);
        }
        Some(tracker)
    }

    fn look(&self, frame: &Gray) -> Option<Template> {
        let middle = [self.middle.x, self.middle.y];
        Template::of(frame, middle, &self.pose, self.size, LOOK, |place| {
            let at = ImagePos::new(middle[0] + place[0], middle[1] + place[1]);
            let [width, height] = self.frame_size;
            let [x, y] = self.pose.place(place);
            let there = [x + middle[0], y + middle[1]];
            let in_frame = there[0] >= 0.0 && there[1] >= 0.0 && there[0] <= width as f64 && there[1] <= height as f64;
            in_frame && self.is_inside(at)
        })
    }

    /// Whether a place of the first frame is the object's.
    fn is_inside(&self, at: ImagePos) -> bool {
        match &self.shape {
            Geometry::Box(_) | Geometry::Point(_) | Geometry::Polyline(_) | Geometry::Keypoints(_) | Geometry::Tag => true,
            shape => shape.contains(at),
        }
    }

    /// The part of a frame that the object may be in on the next one, too.
    fn piece(&self, frame: &Gray) -> Option<Pyramid> {
        let [width, height] = self.size.map(|side| side * self.pose.scale);
        let longer = width.max(height);
        let factor = (longer / SAMPLES).ceil().clamp(1.0, 64.0) as usize;
        let reach = (0.5 * longer).max(40.0) + self.velocity[0].hypot(self.velocity[1]);
        let (x, y) = (self.middle.x + self.pose.x, self.middle.y + self.pose.y);
        Pyramid::of(frame, Rect::from_xywh(x - width / 2.0, y - height / 2.0, width, height).grown(reach), factor)
    }

    /// Places of the object that can be found again, from its middle as it is now, the best first, with their worth.
    fn places(&self, before: &Pyramid) -> Vec<([f64; 2], f64)> {
        let mut places = Vec::with_capacity(GRID * GRID);
        for at in 0..GRID * GRID {
            let share = |number: usize| (number as f64 + 0.5) / GRID as f64 - 0.5;
            let own = [share(at % GRID) * self.size[0] * 0.96, share(at / GRID) * self.size[1] * 0.96];
            if !self.is_inside(ImagePos::new(self.middle.x + own[0], self.middle.y + own[1])) {
                continue;
            }
            let [x, y] = self.pose.place(own);
            let worth = texture(before, before.to_own(self.middle.x + x, self.middle.y + y));
            if worth > 0.0 {
                places.push(([x - self.pose.x, y - self.pose.y], f64::from(worth)));
            }
        }
        places.sort_by(|a, b| b.1.total_cmp(&a.1));
        places.truncate(MOST_POINTS);
        places
    }

    /// By flow alone: the movement since the frame before, how far there and back disagree, and the share that agrees.
    fn flow(&self, before: &Pyramid, now: &Pyramid) -> Option<(Pose, f64, f64)> {
        let places = self.places(before);
        let tried = places.len();
        let (x0, y0) = (self.middle.x + self.pose.x, self.middle.y + self.pose.y);
        let mut pairs = Vec::with_capacity(tried);
        let mut misses = Vec::with_capacity(tried);
        for (place, worth) in places {
            let from = [x0 + place[0], y0 + place[1]];
            let own = before.to_own(from[0], from[1]);
            let guess = now.to_own(from[0] + self.velocity[0], from[1] + self.velocity[1]);
            let Some(found) = find(before, now, own, guess) else { continue };
            // By the usual move, as on the way there: begun at the answer it would always be found.
            let home = [found[0] + own[0] - guess[0], found[1] + own[1] - guess[1]];
            let Some(back) = find(now, before, found, home) else { continue };
            let miss = f64::from((back[0] - own[0]).hypot(back[1] - own[1])) * before.factor as f64;
            misses.push(miss);
            let there = now.to_frame(found);
            let weight = worth.sqrt() / (1.0 + miss * miss);
            pairs.push((miss, Pair { from: place, to: [there[0] - x0, there[1] - y0], weight }));
        }
        let middle = median(misses);
        let most = middle.max(0.5 * before.factor as f64);
        let kept: Vec<Pair> = pairs.into_iter().filter(|(miss, _)| *miss <= most).map(|(_, pair)| pair).collect();
        if kept.len() * 5 < tried {
            return None;
        }
        let (pose, agree) = similarity(&kept, self.turns)?;
        Some((pose, middle, agree))
    }

    fn guess(&mut self, frame: &Gray, likeness: f64) -> Step {
        self.guesses += 1;
        let middle = [self.middle.x, self.middle.y];
        let longer = self.size[0].max(self.size[1]) * self.pose.scale;
        let moved = Pose { x: self.pose.x + self.velocity[0], y: self.pose.y + self.velocity[1], ..self.pose };
        let reach = (0.25 * longer).max(8.0) * f64::from(self.guesses).sqrt() + 0.5 * self.velocity[0].hypot(self.velocity[1]);
        let found = self.template.as_ref().map(|template| template.search(frame, middle, &moved, reach));
        if let Some((pose, likeness)) = found.filter(|(pose, likeness)| *likeness > FOUND && self.is_there(pose)) {
            (self.pose, self.guesses) = (pose, 0);
            self.before = self.piece(frame);
            return Step { pose, seen: Seen::Surely, disagreement: 1.0, likeness, points: Vec::new() };
        }
        self.pose = moved;
        self.velocity = self.velocity.map(|by| by * 0.9);
        self.before = self.piece(frame);
        let is_lost = self.guesses > PATIENCE || self.template.is_none() || !self.is_there(&moved);
        let seen = match is_lost {
            true if !self.is_inside_picture(&moved) => Seen::Left,
            true => Seen::Lost,
            false => Seen::Guessed,
        };
        Step { pose: moved, seen, disagreement: reach, likeness: likeness.clamp(0.0, 1.0), points: Vec::new() }
    }

    /// Its middle is in the picture, and it has a size.
    fn is_there(&self, pose: &Pose) -> bool {
        self.is_inside_picture(pose) && (0.05..20.0).contains(&pose.scale)
    }

    fn is_inside_picture(&self, pose: &Pose) -> bool {
        let (x, y) = (self.middle.x + pose.x, self.middle.y + pose.y);
        let [width, height] = self.frame_size.map(|side| side as f64);
        (0.0..width).contains(&x) && (0.0..height).contains(&y)
    }
}

impl Tracker for FlowTracker {
    fn step(&mut self, frame: &Gray) -> Step {
        let lost = Step { pose: self.pose, seen: Seen::Lost, disagreement: 0.0, likeness: 0.0, points: Vec::new() };
        if frame.size() != self.frame_size || self.template.is_none() {
            return lost;
        }
        let middle = [self.middle.x, self.middle.y];
        let before = self.before.take();
        // Read at the same place as the frame before, so that both have the same levels.
        let now = self.piece(frame);
        let flow = before.as_ref().zip(now.as_ref()).and_then(|(before, now)| self.flow(before, now));
        let Some((moved, disagreement, agree)) = flow else { return self.guess(frame, 0.0) };
        let usual = (0.75..1.33).contains(&moved.scale) && moved.degrees.abs() < 30.0;
        let flowed = self.pose.then(&moved);
        let Some(template) = self.template.as_ref().filter(|_| usual && agree > 0.4 && self.is_there(&flowed)) else {
            return self.guess(frame, 0.0);
        };
        let (refined, likeness) = template.refined(frame, middle, &flowed, self.turns);
        let longer = self.size[0].max(self.size[1]) * self.pose.scale;
        let by = (refined.x - flowed.x).hypot(refined.y - flowed.y);
        let is_near = by < 0.12 * longer + 1.0 && (0.88..1.14).contains(&(refined.scale / flowed.scale));
        let is_sure = disagreement < (0.03 * longer).max(1.5) && agree > 0.5;
        let pose = if likeness >= ALIKE && is_near { refined } else { flowed };
        if likeness < UNLIKE || (likeness < 0.6 && !is_sure) || self.guesses > 0 && likeness < FOUND {
            return self.guess(frame, likeness);
        }
        let went = [pose.x - self.pose.x, pose.y - self.pose.y];
        (self.velocity, self.pose, self.guesses) = (went, pose, 0);
        self.changed = if likeness < ALIKE { self.changed + 1 } else { 0 };
        // It has changed, and nothing is only passing before it: what it looks like now is what is looked for from here on.
        if self.changed > PASSING && is_sure {
            self.changed = 0;
            self.template = self.look(frame).or(self.template.take());
        }
        self.before = self.piece(frame);
        Step { pose, seen: Seen::Surely, disagreement, likeness: likeness.clamp(0.0, 1.0), points: Vec::new() }
    }

    fn shape(&self, step: &Step) -> Option<Geometry> {
        let size = self.frame_size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        step.pose.moved(&self.shape, self.middle, size)
    }
}
