//! Puts houses, traffic and people into a street.

use super::ground::{FAR_KERB, HOUSES, NEAR_KERB, ROAD_HALF, WALK_HALF, ZEBRA};
use super::{Actor, Camera, House, Kind, Layout, Mood, Motion, Plan, Scene, Stop, Wall};
use crate::draw::car_front;
use crate::draw::car_side::{self, Finish, Style};
use crate::draw::person::Person;
use crate::draw::post::SIGNS;
use crate::draw::tree::{Tree, leaf_colour};
use crate::draw::truck_side::{self, Load};
use crate::draw::{Rgb, Rng, hex};

const PAINTS: [Rgb; 13] = [
    hex(0xC62F2B),
    hex(0x1F4E8C),
    hex(0xE8E9EA),
    hex(0x2A2D32),
    hex(0x9BA3AA),
    hex(0x3E7A58),
    hex(0xE0A526),
    hex(0x6C8FB5),
    hex(0x7B2D3B),
    hex(0x23767C),
    hex(0xD9D3C4),
    hex(0xD8642C),
    hex(0x4A5058),
];
const CABS: [Rgb; 5] = [hex(0xC8372E), hex(0x2B5FA3), hex(0xE39A25), hex(0x2F7D62), hex(0xE4E6E8)];
const FRAMES: [Rgb; 6] = [hex(0xC8372E), hex(0x1F7A8C), hex(0xE3B23C), hex(0x2A2D32), hex(0x6B9E4F), hex(0xE9ECEE)];
/// Traffic lanes of the street that runs across, metres from the camera.
const LANES: [(f32, f32); 2] = [(13.5, 1.0), (17.0, -1.0)];

struct Placer<'a> {
    rng: Rng,
    mood: Mood,
    camera: Camera,
    plan: &'a Plan,
    stop: Stop,
    next: u32,
    actors: Vec<Actor>,
}

impl Scene {
    /// The same plan gives the same street. The picture's size changes nothing but the size.
    pub(crate) fn new(plan: &Plan) -> Scene {
        let (w, h) = (plan.width as f32, plan.height as f32);
        let depth = if plan.layout == Layout::Along { 10.0 } else { LANES[0].0 };
        let camera =
            Camera { width: w, height: h, focal: w / plan.view * depth, horizon: h * plan.horizon, eye: plan.eye, x: plan.camera_x };
        let mut mood = Mood::by_name(plan.mood);
        if let (Layout::Along, Some(sun)) = (plan.layout, &mut mood.sun) {
            // Between the houses, or it could not be seen.
            sun.0 = 0.5 + (sun.0 - 0.5) * 0.30;
        }
        let stop = if plan.seconds > 0.0 {
            Stop { from: plan.seconds * 0.30, until: plan.seconds * 0.80 }
        } else if plan.seed.is_multiple_of(2) {
            // People cross.
            Stop { from: -8.0, until: 60.0 }
        } else {
            Stop { from: 40.0, until: 60.0 }
        };
        let mut p = Placer { rng: Rng::fork(plan.seed, 3), mood, camera, plan, stop, next: 1, actors: Vec::new() };
        let houses = match plan.layout {
            Layout::Across { crossing, gap } => {
                p.across(crossing, gap);
                p.houses_across(gap)
            }
            Layout::Along => {
                p.along();
                p.houses_along()
            }
        };
        Scene { seed: plan.seed, mood, layout: plan.layout, camera, stop, houses, actors: p.actors }
    }
}

impl Placer<'_> {
    fn add(&mut self, kind: Kind, motion: Motion) {
        let labels = match kind {
            Kind::Tree(_) | Kind::Lamp | Kind::Bollard | Kind::Bin | Kind::Bench | Kind::Planter(..) => 0,
            Kind::Rider(..) => 2,
            _ => 1,
        };
        let object = if labels == 0 { 0 } else { self.next };
        self.next += labels;
        self.actors.push(Actor { object, kind, motion });
    }

    fn still(&mut self, kind: Kind, x: f32, z: f32, facing: f32) {
        self.add(kind, Motion::Still { x, z, facing });
    }

    fn finish(&mut self, parked: bool, taxi: bool) -> Finish {
        Finish {
            paint: if taxi { hex(0xF2B51D) } else { self.rng.pick(&PAINTS) },
            lamps: self.mood.lamps && !parked,
            brake: false,
            snow: self.mood.snowy() && (parked || self.rng.chance(0.5)),
            mirror: self.mood.sky_at(0.6),
        }
    }

    fn person(&mut self) -> Person {
        let cold = self.mood.snowy() || (self.mood.autumn > 0.0 && self.rng.chance(0.5));
        Person::random(&mut self.rng, cold, self.mood.rainy())
    }

    fn tree(&mut self, height: f32, crown: f32) -> Kind {
        let leaf = leaf_colour(&mut self.rng, self.mood.autumn);
        Kind::Tree(Tree { seed: self.rng.next(), height, crown, leaf, bare: self.mood.snowy(), snow: self.mood.snowy() })
    }

    fn style(&mut self) -> Style {
        self.rng.pick(&[Style::Sedan, Style::Hatch, Style::Suv, Style::Taxi, Style::Hatch, Style::Sedan, Style::Van, Style::Suv])
    }

    // ---- a street across the picture ----

    fn across(&mut self, crossing: f32, gap: Option<f32>) {
        let camera = self.camera;
        let open = |x: f32, room: f32| gap.is_none_or(|g| (x - g).abs() > 3.8 + room) && (x - crossing).abs() > 2.8 + room;
        if let Some(g) = gap {
            self.side_street(g);
        }
        for (z, facing) in LANES {
            self.lane(crossing, z, facing);
        }
        // Parked along the far kerb.
        let reach = camera.half_view(20.4) + 3.0;
        let mut x = camera.x - reach;
        while x < camera.x + reach {
            let style = self.style();
            let len = car_side::length(style);
            if open(x + len / 2.0, len / 2.0 + 0.6) && self.rng.chance(0.80) {
                let finish = self.finish(true, style == Style::Taxi);
                let facing = if self.rng.chance(0.85) { -1.0 } else { 1.0 };
                self.still(Kind::CarSide(style, finish), x + len / 2.0, 20.45, facing);
            }
            x += len + self.rng.range(0.6, 1.8);
        }
        self.furniture_across(crossing, &open);
        self.people_across(crossing);
        // Riders keep to the edge of the road.
        let n = if self.plan.seconds > 0.0 { 5 } else { 2 };
        for i in 0..n {
            let (z, facing) = if i % 2 == 0 { (12.35, 1.0) } else { (18.7, -1.0) };
            let rider = self.person();
            let rider = Person { umbrella: None, height: rider.height.max(1.6), ..rider };
            let paint = self.rng.pick(&FRAMES);
            if self.plan.seconds > 0.0 {
                let speed: f32 = 4.2 + 0.3 * i as f32;
                let x = camera.x - facing * (camera.half_view(z) + 1.5 + speed * (i as f32 * 3.6));
                self.add(Kind::Rider(rider, paint), Motion::Ride { x, z, speed: facing * speed });
            } else {
                let half = camera.half_view(z) * 0.8;
                let x = camera.x + self.rng.range(-half, half);
                let x = if self.stop.braking(0.0) && (x - crossing).abs() < 3.5 { crossing - facing * 4.2 } else { x };
                self.add(Kind::Rider(rider, paint), Motion::Ride { x, z, speed: facing * 4.2 });
            }
        }
    }

    /// Traffic in one lane: a queue before the zebra, and those who got through.
    fn lane(&mut self, crossing: f32, z: f32, facing: f32) {
        let reach = self.camera.half_view(z) + 6.0 + (self.camera.x - crossing).abs();
        let (ahead, behind) = if self.plan.seconds > 0.0 {
            let s = self.plan.seconds;
            (reach - self.stop.shift(0.0), reach + self.stop.shift(s))
        } else {
            (reach, reach)
        };
        let queue = self.plan.seconds > 0.0 || self.stop.braking(0.0);
        let mut vehicles = Vec::new();
        let mut x = -3.3;
        let mut n = 0;
        while -x < behind {
            let truck = self.rng.chance(0.17);
            let style = self.style();
            let len = if truck { truck_side::LENGTH } else { car_side::length(style) };
            vehicles.push((x - len / 2.0, truck, style));
            n += 1;
            x -= len + if queue && n < 4 { self.rng.range(1.3, 2.4) } else { self.rng.range(3.0, 9.0) };
        }
        let mut x = if queue { 3.2 + self.rng.range(0.3, 4.0) } else { self.rng.range(-2.0, 3.0) };
        while x < ahead {
            let truck = self.rng.chance(0.15);
            let style = self.style();
            let len = if truck { truck_side::LENGTH } else { car_side::length(style) };
            vehicles.push((x + len / 2.0, truck, style));
            x += len + self.rng.range(3.0, 9.5);
        }
        for (dx, truck, style) in vehicles {
            let mut finish = self.finish(false, style == Style::Taxi);
            let kind = if truck {
                finish.paint = self.rng.pick(&CABS[..4]);
                Kind::TruckSide(self.rng.pick(&[Load::Box, Load::Box, Load::Tipper, Load::Crates]), finish)
            } else {
                Kind::CarSide(style, finish)
            };
            let x = crossing + facing * dx;
            if self.plan.seconds > 0.0 {
                self.add(kind, Motion::TrafficX { x, z, facing });
            } else {
                self.still(kind, x, z, facing);
            }
        }
    }

    fn side_street(&mut self, g: f32) {
        for (x, z, behind) in
            [(g - 1.7, 30.5, false), (g + 1.7, 36.0, true), (g - 1.7, 47.0, false), (g + 1.7, 58.0, true), (g - 1.7, 66.0, false)]
        {
            if self.rng.chance(0.75) {
                let kind = self.rng.pick(&[car_front::Kind::Sedan, car_front::Kind::Hatch, car_front::Kind::Suv, car_front::Kind::Taxi]);
                let finish = self.finish(false, kind == car_front::Kind::Taxi);
                self.still(Kind::Along(kind, finish, behind), x, z, 1.0);
            }
        }
        for i in 0..4u8 {
            for s in [-1.0f32, 1.0] {
                let tree = self.tree(5.0, 1.7);
                self.still(tree, g + s * 4.5, 33.0 + f32::from(i) * 9.0, 1.0);
            }
        }
        for _ in 0..6 {
            let person = Kind::Person(self.person());
            let s = if self.rng.chance(0.5) { -1.0 } else { 1.0 };
            let (x, z) = (g + s * self.rng.range(4.4, 6.2), self.rng.range(28.0, 48.0));
            let dz: f32 = if self.rng.chance(0.5) { 30.0 } else { -30.0 };
            self.add(person, Motion::Walk(vec![(0.0, x, z), (60.0, x, z + dz.max(-(z - 27.0)))]));
        }
    }

    fn furniture_across(&mut self, crossing: f32, open: &dyn Fn(f32, f32) -> bool) {
        let camera = self.camera;
        let reach = camera.half_view(22.3) + 2.0;
        let mut x = camera.x - reach + self.rng.range(0.0, 3.0);
        let mut i = 0;
        while x < camera.x + reach {
            if open(x, 0.6) {
                match i % 3 {
                    0 | 2 => {
                        let tree = self.tree(5.6, 1.9);
                        self.still(tree, x, 22.35, 1.0);
                    }
                    _ => {
                        self.still(Kind::Lamp, x, 22.1, 1.0);
                    }
                }
            }
            i += 1;
            x += self.rng.range(3.6, 5.2);
        }
        for _ in 0..7 {
            let x = camera.x + self.rng.range(-reach, reach);
            let z = self.rng.range(22.6, 25.6);
            if open(x, 1.2) {
                let leaf = leaf_colour(&mut self.rng, self.mood.autumn * 0.6);
                let seed = self.rng.next();
                match self.rng.below(4) {
                    0 => self.still(Kind::Bench, x, 25.3, 1.0),
                    1 => self.still(Kind::Bin, x, z, 1.0),
                    2 => self.still(Kind::Planter(seed, leaf), x, 25.6, 1.0),
                    _ => {
                        let paint = self.rng.pick(&FRAMES);
                        let facing = if self.rng.chance(0.5) { 1.0 } else { -1.0 };
                        self.still(Kind::Bicycle(paint, seed.is_multiple_of(2)), x, 25.5, facing);
                    }
                }
            }
        }
        // Signs on both sides, lights at the zebra.
        for _ in 0..4 {
            let x = camera.x + self.rng.range(-reach, reach) * 0.9;
            if open(x, 0.3) {
                let kind = self.rng.pick(&SIGNS);
                let up = self.rng.range(2.2, 2.6);
                self.still(Kind::Sign(kind, up), x, 21.95, 1.0);
            }
        }
        let half = camera.half_view(11.2);
        let kind = self.rng.pick(&SIGNS);
        let x = camera.x + half * self.rng.range(-0.9, -0.5);
        self.still(Kind::Sign(kind, 2.35), x, 11.15, 1.0);
        let kind = self.rng.pick(&SIGNS);
        let x = camera.x + half * self.rng.range(0.55, 0.92);
        self.still(Kind::Sign(kind, 2.3), x, 11.05, 1.0);
        self.still(Kind::Signal(2.3), crossing - 2.55, 11.2, 1.0);
        self.still(Kind::Signal(2.4), crossing + 2.45, 21.95, 1.0);
        self.still(Kind::Sign(crate::draw::post::Sign::Crossing, 2.4), crossing - 2.45, 21.95, 1.0);
        for s in [-1.0f32, 1.0] {
            for k in 0..3 {
                self.still(Kind::Bollard, crossing + s * (3.2 + k as f32 * 1.3), 11.35, 1.0);
            }
        }
        // A tree at the edge frames the picture.
        let edge = if self.rng.chance(0.5) { -1.0f32 } else { 1.0 };
        let tree = self.tree(5.4, 1.7);
        self.still(tree, camera.x + edge * camera.half_view(10.9) * 0.98, 10.9, 1.0);
        if camera.point(0.0, 0.0, 10.0).1 < camera.height * 0.98 {
            let leaf = leaf_colour(&mut self.rng, self.mood.autumn * 0.6);
            let seed = self.rng.next();
            self.still(Kind::Planter(seed, leaf), camera.x - edge * half * 0.86, 10.7, 1.0);
        }
    }

    fn people_across(&mut self, crossing: f32) {
        let camera = self.camera;
        let video = self.plan.seconds > 0.0;
        let seconds = self.plan.seconds.max(1.0);
        // On the far pavement.
        let reach = camera.half_view(24.0) + if video { seconds * 0.8 } else { 0.5 };
        let n = if video { 22 } else { 13 };
        for i in 0..n {
            let x = camera.x - reach + 2.0 * reach * (i as f32 + self.rng.unit()) / n as f32;
            let z = self.rng.range(22.7, 25.7);
            self.stroll(x, z);
            if self.rng.chance(0.35) {
                // Company.
                let (dx, dz) = (self.rng.range(0.45, 0.7), self.rng.range(-0.25, 0.25));
                self.stroll(x + dx, (z + dz).clamp(22.6, 25.8));
            }
        }
        // On the near pavement, large.
        let lowest = camera.focal * camera.eye / (camera.height * 0.985 - camera.horizon).max(1.0);
        let near = lowest.clamp(8.2, 10.6);
        let reach = camera.half_view(9.6) + if video { seconds * 0.9 } else { -0.6 };
        let n = if video { 9 } else { 5 };
        for i in 0..n {
            let x = camera.x - reach + 2.0 * reach * (i as f32 + self.rng.range(0.15, 0.85)) / n as f32;
            let z = self.rng.range(near, 10.8);
            self.stroll(x, z);
        }
        // Over the zebra.
        let crossing_now = video || self.stop.braking(0.0);
        let n = if video { 9 } else { 6 };
        for i in 0..n {
            let x = crossing + self.rng.range(-1.5, 1.5);
            let away = i % 2 == 0;
            let (from, to) = if away { (10.9, FAR_KERB + 1.0) } else { (FAR_KERB + 1.0, 10.9) };
            let person = Kind::Person(self.person());
            let pace = self.rng.range(1.25, 1.5);
            let motion = if video {
                let start = self.stop.from + 0.2 + self.rng.range(0.0, 1.6);
                let end = start + (to - from).abs() / pace;
                let side = if self.rng.chance(0.5) { 1.0 } else { -1.0 };
                Motion::Walk(vec![
                    (-2.0, x - side, from),
                    (-1.0, x, from),
                    (start, x, from),
                    (end, x, to),
                    (end + 25.0, x + side * 30.0, to + if away { 1.2 } else { -1.0 }),
                ])
            } else if crossing_now {
                let z = NEAR_KERB + 0.5 + (FAR_KERB - NEAR_KERB - 1.0) * (i as f32 + self.rng.unit()) / n as f32;
                Motion::Walk(vec![(-5.0, x, z - if away { 7.0 } else { -7.0 }), (0.0, x, z), (5.0, x, z + if away { 7.0 } else { -7.0 })])
            } else {
                let z = if away { 10.75 } else { FAR_KERB + 0.7 };
                let dz = if away { 1.0 } else { -1.0 };
                Motion::Walk(vec![(-3.0, x, z - dz), (-1.0, x, z), (60.0, x, z)])
            };
            self.add(person, motion);
        }
    }

    /// Someone who walks along x, or stands.
    fn stroll(&mut self, x: f32, z: f32) {
        let person = Kind::Person(self.person());
        let way = if self.rng.chance(0.5) { 1.0 } else { -1.0 };
        let seconds = self.plan.seconds.max(1.0);
        if self.rng.chance(0.16) {
            let dz = if self.rng.chance(0.6) { -1.0 } else { 1.0 };
            self.add(person, Motion::Walk(vec![(-9.0, x, z - dz), (-8.0, x, z), (seconds + 60.0, x, z)]));
        } else {
            let pace = way * self.rng.range(1.15, 1.55);
            self.add(person, Motion::Walk(vec![(-30.0, x - pace * 30.0, z), (seconds + 30.0, x + pace * (seconds + 30.0), z)]));
        }
    }

    fn houses_across(&mut self, gap: Option<f32>) -> Vec<(Wall, f32, House)> {
        let camera = self.camera;
        let mut rng = Rng::fork(self.plan.seed, 11);
        let mut houses = Vec::new();
        if let Some(g) = gap {
            houses.extend(self.side_rows(&mut rng, g - 7.0, g + 7.0, HOUSES + 0.2, 46.0));
        }
        let reach = camera.half_view(HOUSES) + 3.0;
        let edges = match gap {
            Some(g) => vec![(g - 7.0, -1.0f32), (g + 7.0, 1.0)],
            None => vec![(camera.x - reach - rng.range(0.0, 6.0), 1.0)],
        };
        for (start, way) in edges {
            let mut x = start;
            while (x - camera.x) * way < reach && houses.len() < 60 {
                let house = House::random(&mut rng);
                let left = if way > 0.0 { x } else { x - house.width };
                x += way * house.width;
                houses.push((Wall::Front { x: left, z: HOUSES }, 0.0, house));
            }
        }
        houses
    }

    /// Both walls of a street that runs away from the camera, far houses first.
    fn side_rows(&mut self, rng: &mut Rng, left: f32, right: f32, from: f32, length: f32) -> Vec<(Wall, f32, House)> {
        let sun_right = self.mood.shadow_dir.0 < 0.0;
        let mut rows = Vec::new();
        for (x, inward, shade) in [(left, 1.0, if sun_right { 0.04 } else { 0.22 }), (right, -1.0, if sun_right { 0.24 } else { 0.04 })] {
            let mut z = from;
            while z < from + length {
                let house = House::random(rng);
                let shade = if self.mood.shadow > 0.0 { shade } else { 0.10 };
                rows.push((Wall::Side { x, z, inward }, shade, house.clone()));
                z += house.width;
            }
        }
        rows.sort_by(|a, b| {
            let z = |w: &Wall| match w {
                Wall::Side { z, .. } | Wall::Front { z, .. } => *z,
            };
            z(&b.0).total_cmp(&z(&a.0))
        });
        rows
    }

    // ---- a street that runs away ----

    fn houses_along(&mut self) -> Vec<(Wall, f32, House)> {
        let mut rng = Rng::fork(self.plan.seed, 12);
        self.side_rows(&mut rng, -WALK_HALF, WALK_HALF, 2.6, 112.0)
    }

    fn along(&mut self) {
        let video = self.plan.seconds > 0.0;
        let queue = video || self.stop.braking(0.0);
        let front_kinds = [
            car_front::Kind::Sedan,
            car_front::Kind::Hatch,
            car_front::Kind::Suv,
            car_front::Kind::Taxi,
            car_front::Kind::Sedan,
            car_front::Kind::Truck,
        ];
        // Oncoming on the left: stands behind the zebra when people cross.
        let mut z = if queue { ZEBRA.1 + 1.8 } else { self.rng.range(8.5, 11.0) };
        for _ in 0..if video { 9 } else { 6 } {
            let kind = self.rng.pick(&front_kinds);
            self.along_vehicle(kind, -1.75, z, false, -1.0);
            z += car_front::length(kind) + self.rng.range(2.2, if queue { 6.0 } else { 11.0 });
        }
        // Going away on the right: those ahead of the zebra; a truck or two among them.
        let mut z = if queue && !video {
            ZEBRA.1 + self.rng.range(7.0, 10.0)
        } else if video {
            ZEBRA.1 + 2.0 + 6.0
        } else {
            self.rng.range(9.0, 13.0)
        };
        for i in 0..5 {
            let kind = if i == 1 { car_front::Kind::Truck } else { self.rng.pick(&front_kinds) };
            self.along_vehicle(kind, 1.75, z, true, 1.0);
            z += car_front::length(kind) + self.rng.range(4.0, 11.0);
        }
        // Parked on both sides, none so near that the picture's edge cuts its wheels.
        let camera = self.camera;
        let nearest = (camera.focal * camera.eye / (camera.height * 0.97 - camera.horizon).max(1.0))
            .max(4.6 * camera.focal / (camera.width * 0.52))
            .max(6.5);
        for s in [-1.0f32, 1.0] {
            let mut z = nearest + self.rng.range(0.0, 1.5);
            while z < 85.0 {
                let kind = self.rng.pick(&front_kinds[..4]);
                let len = car_front::length(kind);
                let clear = z + len < ZEBRA.0 - 1.0 || z > ZEBRA.1 + 1.4;
                if clear && self.rng.chance(0.85) {
                    let finish = self.finish(true, kind == car_front::Kind::Taxi);
                    self.still(Kind::Along(kind, finish, s > 0.0), s * 4.50, z, 1.0);
                }
                z += len + self.rng.range(0.8, 2.2);
            }
        }
        self.furniture_along();
        self.people_along(queue, video);
    }

    fn along_vehicle(&mut self, kind: car_front::Kind, x: f32, z: f32, behind: bool, facing: f32) {
        let mut finish = self.finish(false, kind == car_front::Kind::Taxi);
        if kind == car_front::Kind::Truck {
            finish.paint = self.rng.pick(&CABS);
        }
        let kind = Kind::Along(kind, finish, behind);
        // Those who drive away have passed the zebra: they never stop.
        if self.plan.seconds > 0.0 && facing < 0.0 {
            self.add(kind, Motion::TrafficZ { x, z, facing });
        } else if self.plan.seconds > 0.0 {
            let s = self.plan.seconds;
            self.add(kind, Motion::Walk(vec![(0.0, x, z), (s, x, z + 7.0 * s)]));
        } else {
            self.still(kind, x, z, facing);
        }
    }

    fn furniture_along(&mut self) {
        for s in [-1.0f32, 1.0] {
            let mut z = self.rng.range(5.5, 8.0);
            let mut i = 0;
            while z < 90.0 {
                if i % 2 == 0 && (z > 9.0) {
                    let tree = self.tree(5.6, 1.75);
                    self.still(tree, s * (ROAD_HALF + 0.75), z, 1.0);
                } else if z > 7.0 {
                    self.still(Kind::Lamp, s * (ROAD_HALF + 0.5), z, -s);
                }
                z += self.rng.range(4.5, 6.5);
                i += 1;
            }
            for _ in 0..3 {
                let kind = self.rng.pick(&SIGNS);
                let z = self.rng.range(7.0, 30.0);
                self.still(Kind::Sign(kind, 2.35), s * (ROAD_HALF + 0.4), z, 1.0);
            }
            self.still(Kind::Signal(2.3), s * (ROAD_HALF + 0.45), if s > 0.0 { ZEBRA.0 - 0.5 } else { ZEBRA.1 + 0.4 }, 1.0);
            for k in 0..2 {
                self.still(Kind::Bollard, s * (ROAD_HALF + 0.35), ZEBRA.0 - 1.2 - k as f32 * 1.3, 1.0);
            }
            for _ in 0..3 {
                let z = self.rng.range(8.0, 26.0);
                let leaf = leaf_colour(&mut self.rng, self.mood.autumn * 0.6);
                let seed = self.rng.next();
                match self.rng.below(3) {
                    0 => self.still(Kind::Planter(seed, leaf), s * (WALK_HALF - 0.8), z, 1.0),
                    1 => self.still(Kind::Bin, s * (ROAD_HALF + 0.7), z, 1.0),
                    _ => {
                        let paint = self.rng.pick(&FRAMES);
                        self.still(Kind::Bicycle(paint, true), s * (WALK_HALF - 1.0), z, -s);
                    }
                }
            }
        }
        self.still(Kind::Sign(crate::draw::post::Sign::Crossing, 2.35), ROAD_HALF + 0.45, ZEBRA.1 + 0.6, 1.0);
    }

    fn people_along(&mut self, crossing: bool, video: bool) {
        for s in [-1.0f32, 1.0] {
            for i in 0..11 {
                let z = 6.4 + 40.0 * ((i as f32 + self.rng.unit()) / 11.0).powf(1.6);
                let x = s * self.rng.range(ROAD_HALF + 1.1, WALK_HALF - 0.6);
                let person = Kind::Person(self.person());
                let way = if self.rng.chance(0.5) { 1.0 } else { -1.0 };
                let pace = way * self.rng.range(1.1, 1.5);
                let seconds = self.plan.seconds.max(1.0);
                let end = (z + pace * seconds).max(4.2);
                self.add(person, Motion::Walk(vec![(-10.0, x, z - pace * 10.0), (0.0, x, z), (seconds, x, end)]));
            }
        }
        let n = if video { 8 } else { 6 };
        for i in 0..n {
            let way = if i % 2 == 0 { 1.0 } else { -1.0f32 };
            let z = self.rng.range(ZEBRA.0 + 0.3, ZEBRA.1 - 0.2);
            let person = self.person();
            let pace = self.rng.range(1.15, 1.5);
            let rider = i == 1;
            let kind = if rider {
                Kind::Rider(Person { umbrella: None, height: 1.75, ..person }, self.rng.pick(&FRAMES))
            } else {
                Kind::Person(person)
            };
            let motion = if video {
                let start = if rider { 1.5 } else { self.stop.from + self.rng.range(0.0, 1.5) };
                let pace = if rider { 3.6 } else { pace };
                let from = -way * (ROAD_HALF + self.rng.range(0.5, 1.4));
                Motion::Walk(vec![(-2.0, from - way, z), (-1.0, from, z), (start, from, z), (start + 17.0 / pace, from + way * 17.0, z)])
            } else if crossing {
                let x = -ROAD_HALF + 0.8 + (2.0 * ROAD_HALF - 1.6) * (i as f32 + self.rng.range(0.2, 0.8)) / n as f32;
                Motion::Walk(vec![(-6.0, x - way * 8.0, z), (6.0, x + way * 8.0, z)])
            } else {
                let x = -way * (ROAD_HALF + self.rng.range(0.4, 1.2));
                Motion::Walk(vec![(-3.0, x - way, z), (-1.0, x, z), (60.0, x, z)])
            };
            self.add(kind, motion);
        }
    }
}
