//! What stands, drives and walks in a street, and where it is at a moment.

use tiny_skia::{Pixmap, Transform};

use super::{Camera, Mood, Scene};
use crate::draw::bicycle;
use crate::draw::car_front;
use crate::draw::car_side::{self, Finish, Style};
use crate::draw::person::{self, Person};
use crate::draw::post::{self, Sign, Signal};
use crate::draw::tree::{self, Tree};
use crate::draw::truck_side::{self, Load};
use crate::draw::{Art, Layer, Rgb};

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    CarSide(Style, Finish),
    TruckSide(Load, Finish),
    /// Seen along the street; true when its rear is nearer.
    Along(car_front::Kind, Finish, bool),
    Person(Person),
    Rider(Person, Rgb),
    Bicycle(Rgb, bool),
    /// The plate's middle is this many metres up.
    Sign(Sign, f32),
    Signal(f32),
    Tree(Tree),
    Lamp,
    Bollard,
    Bin,
    Bench,
    Planter(u64, Rgb),
}

#[derive(Clone, Debug)]
pub(crate) enum Motion {
    /// Stays; side views face in the direction of `facing`.
    Still { x: f32, z: f32, facing: f32 },
    /// In traffic along x: stands at `x` while traffic is stopped.
    TrafficX { x: f32, z: f32, facing: f32 },
    /// In traffic along z.
    TrafficZ { x: f32, z: f32, facing: f32 },
    /// At each (second, x, z) in turn.
    Walk(Vec<(f32, f32, f32)>),
    /// Along x with a steady speed in metres per second.
    Ride { x: f32, z: f32, speed: f32 },
}

#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// Stable over the frames; 0 for what has no label.
    pub object: u32,
    pub kind: Kind,
    pub motion: Motion,
}

/// Where an actor is, which way it goes, and what burns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pose {
    pub x: f32,
    pub z: f32,
    /// Direction along x and z, not normalised.
    pub dx: f32,
    pub dz: f32,
    /// Metres gone, for wheels and steps.
    pub gone: f32,
    pub moving: bool,
    pub brake: bool,
    pub signal: Signal,
}

const REST: Pose = Pose { x: 0.0, z: 10.0, dx: 1.0, dz: 0.0, gone: 0.0, moving: false, brake: false, signal: Signal::Red };

/// A pose that looks the same at another place in the picture: what a sprite is kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    step: u16,
    flags: u8,
}

impl Actor {
    pub(crate) fn is_still(&self) -> bool {
        matches!(self.motion, Motion::Still { .. }) && !matches!(self.kind, Kind::Signal(_))
    }

    pub(crate) fn pose(&self, scene: &Scene, t: f32) -> Pose {
        let rest = Pose { signal: scene.stop.signal(t), ..REST };
        match &self.motion {
            Motion::Still { x, z, facing } => Pose { x: *x, z: *z, dx: *facing, ..rest },
            Motion::TrafficX { x, z, facing } | Motion::TrafficZ { x, z, facing } => {
                let gone = scene.stop.shift(t);
                let traffic = Pose { x: *x, z: *z, gone, moving: true, brake: scene.stop.braking(t), ..rest };
                if matches!(self.motion, Motion::TrafficX { .. }) {
                    Pose { x: x + facing * gone, dx: *facing, ..traffic }
                } else {
                    Pose { z: z + facing * gone, dx: 0.0, dz: *facing, ..traffic }
                }
            }
            Motion::Ride { x, z, speed } => Pose { x: x + speed * t, z: *z, dx: *speed, gone: speed.abs() * t, moving: true, ..rest },
            Motion::Walk(stops) => walk(stops, t, rest),
        }
    }

    /// The nearest pose of a small number of poses, with its name; `None` for an actor whose
    /// size changes as it goes. The place keeps its exact value.
    pub(crate) fn look(&self, pose: Pose) -> Option<(Look, Pose)> {
        if pose.moving && pose.dz.abs() > 1e-4 {
            return None;
        }
        // Metres after which the pictures repeat, and pictures in that length.
        let (period, steps) = match &self.kind {
            Kind::Person(p) => (1.42 * p.height / 1.77, 20),
            Kind::Rider(..) => (0.9 * std::f32::consts::TAU, 24),
            Kind::CarSide(style, _) => (car_side::radius(*style) * std::f32::consts::TAU / 5.0, 6),
            Kind::TruckSide(..) => (truck_side::RADIUS * std::f32::consts::TAU / 5.0, 6),
            Kind::Along(..) => return (!pose.moving).then_some((Look { step: 0, flags: 0 }, pose)),
            _ => (1.0, 1),
        };
        let step = ((pose.gone / period).rem_euclid(1.0) * steps as f32) as u16 % steps;
        let flags = u8::from(pose.brake)
            | u8::from(pose.moving) << 1
            | u8::from(pose.dx < 0.0) << 2
            | u8::from(pose.dz > 0.0) << 3
            | (pose.signal as u8) << 4
            | u8::from(pose.dx.abs() > pose.dz.abs()) << 6;
        Some((Look { step, flags }, Pose { gone: step as f32 / steps as f32 * period, ..pose }))
    }

    /// Whether the wet road, shadows and so on know it as a thing with a foot on the ground.
    pub(crate) fn shadow_radius(&self) -> f32 {
        match &self.kind {
            Kind::CarSide(style, _) => car_side::length(*style) * 0.52,
            Kind::TruckSide(..) => 3.8,
            Kind::Along(kind, ..) => {
                if *kind == car_front::Kind::Truck {
                    1.45
                } else {
                    1.10
                }
            }
            Kind::Person(_) => 0.30,
            Kind::Rider(..) | Kind::Bicycle(..) => 0.95,
            Kind::Tree(_) => 0.55,
            Kind::Bench => 0.95,
            Kind::Planter(..) => 0.6,
            Kind::Bin => 0.32,
            _ => 0.16,
        }
    }

    /// Draws (or outlines) the actor. `flip` mirrors it at the ground, for wet roads.
    pub(crate) fn draw(&self, art: &mut Art, mood: &Mood, camera: &Camera, pose: &Pose, flip: bool) {
        art.light = mood.light(pose.z);
        if mood.night() && !matches!(self.kind, Kind::Tree(_)) {
            // Street lamps and windows reach what stands in the street.
            let t = art.light.tint;
            art.light.tint = [t[0] * 1.2 + 0.16, t[1] * 1.2 + 0.12, t[2] * 1.1 + 0.04];
        }
        let up = if flip { -0.8 } else { 1.0 };
        let stand = camera.stand(pose.x, pose.z).pre_scale(1.0, up);
        let turned = if pose.dx < 0.0 { stand.pre_scale(-1.0, 1.0) } else { stand };
        let brake = pose.brake;
        match &self.kind {
            Kind::CarSide(style, finish) => {
                art.tf = turned;
                art.layer(Some("car"), self.object);
                car_side::draw(art, *style, &Finish { brake, ..*finish }, pose.gone);
            }
            Kind::TruckSide(load, finish) => {
                art.tf = turned;
                art.layer(Some("truck"), self.object);
                truck_side::draw(art, *load, &Finish { brake, ..*finish }, pose.gone);
            }
            Kind::Along(kind, finish, behind) => {
                art.layer(Some(if *kind == car_front::Kind::Truck { "truck" } else { "car" }), self.object);
                let place = |back: f32| -> Transform { camera.stand(pose.x, pose.z + back).pre_scale(1.0, up) };
                car_front::draw(art, *kind, &Finish { brake, ..*finish }, *behind, &place);
            }
            Kind::Person(p) => {
                art.layer(Some("person"), self.object);
                let phase = pose.gone / (1.42 * p.height / 1.77) * std::f32::consts::TAU + self.object as f32;
                let stride = if pose.moving { 1.0 } else { 0.0 };
                if pose.dx.abs() > pose.dz.abs() {
                    art.tf = turned;
                    person::side(art, p, phase, if pose.moving { 1.0 } else { 0.12 });
                } else {
                    art.tf = stand;
                    person::facing(art, p, phase, stride, pose.dz > 0.0);
                }
            }
            Kind::Rider(p, paint) => {
                art.tf = turned;
                let crank = pose.gone / 0.9;
                art.layer(Some("person"), self.object + 1);
                person::rider(art, p, crank, true);
                art.layer(Some("bicycle"), self.object);
                bicycle::draw(art, *paint, self.object.is_multiple_of(2), pose.gone, crank, mood.lamps);
                art.layer(Some("person"), self.object + 1);
                person::rider(art, p, crank, false);
            }
            Kind::Bicycle(paint, basket) => {
                art.tf = turned;
                art.layer(Some("bicycle"), self.object);
                bicycle::draw(art, *paint, *basket, 0.0, 0.6, false);
            }
            Kind::Sign(kind, y) => {
                art.tf = stand;
                art.layer(None, 0);
                post::pole(art, y + 0.38, 0.035, crate::draw::hex(0x8C9297));
                art.layer(Some("sign"), self.object);
                post::sign(art, *kind, *y);
            }
            Kind::Signal(y) => {
                art.tf = stand;
                art.layer(None, 0);
                post::pole(art, y + 0.9, 0.055, crate::draw::hex(0x4A5156));
                art.layer(Some("traffic light"), self.object);
                post::signal(art, pose.signal, *y);
            }
            Kind::Tree(tree) => {
                art.tf = stand;
                art.layer(None, 0);
                tree::draw(art, tree);
            }
            Kind::Lamp => {
                art.tf = turned;
                art.layer(None, 0);
                post::lamp(art, mood.lamps, mood.snowy());
            }
            Kind::Bollard | Kind::Bin | Kind::Bench | Kind::Planter(..) => {
                art.tf = stand;
                art.layer(None, 0);
                match &self.kind {
                    Kind::Bollard => post::bollard(art),
                    Kind::Bin => post::bin(art),
                    Kind::Bench => post::bench(art),
                    Kind::Planter(seed, leaf) => tree::planter(art, *seed, *leaf, mood.snowy()),
                    _ => {}
                }
            }
        }
    }

    /// The actor's parts as outlines in pixels.
    pub(crate) fn layers(&self, mood: &Mood, camera: &Camera, pose: &Pose, flip: bool) -> Vec<Layer> {
        let mut layers = Vec::new();
        self.draw(&mut Art::new(None::<&mut Pixmap>, Some(&mut layers), mood.light(10.0)), mood, camera, pose, flip);
        layers
    }
}

fn walk(stops: &[(f32, f32, f32)], t: f32, rest: Pose) -> Pose {
    let mut gone = 0.0;
    let mut last = rest;
    if let [first, second, ..] = stops {
        (last.x, last.z, last.dx, last.dz) = (first.1, first.2, second.1 - first.1, second.2 - first.2);
    }
    for pair in stops.windows(2) {
        let ((t0, x0, z0), (t1, x1, z1)) = (pair[0], pair[1]);
        let (dx, dz) = (x1 - x0, z1 - z0);
        let len = (dx * dx + dz * dz).sqrt();
        let k = ((t - t0) / (t1 - t0).max(1e-3)).clamp(0.0, 1.0);
        if t < t0 {
            break;
        }
        let moving = len > 0.05;
        // A stop keeps the direction of the walk before it.
        let (fx, fz) = if moving { (dx, dz) } else { (last.dx, last.dz) };
        last = Pose { x: x0 + dx * k, z: z0 + dz * k, dx: fx, dz: fz, gone: gone + len * k, moving: moving && k < 1.0, ..rest };
        gone += len;
    }
    last
}
