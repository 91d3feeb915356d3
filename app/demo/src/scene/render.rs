//! From a street to a picture and the parts that cover one another in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tiny_skia::{Path, Pixmap, Transform};

use super::actor::{Look, Pose};
use super::{Actor, Camera, Kind, Layout, Scene, Wall, facade, ground, sky, weather};
use crate::draw::stamp::{Area, Part, Shade, bounds, parts};
use crate::draw::{Art, Layer, Light, disc, hex};

/// One moment of a street.
pub(crate) struct Shot {
    pub picture: Pixmap,
    /// What covers what, far ones first.
    pub parts: Vec<Part>,
}

/// What does not change between frames, drawn once, and what comes again in them.
pub(crate) struct Backdrop {
    picture: Pixmap,
    /// For a video: pictures of actors by index and look, made when first needed.
    sprites: Option<Mutex<Sprites>>,
}

type Sprites = HashMap<(usize, Look), Arc<Sprite>>;

/// An actor's picture, shadow and parts, to be moved sideways by whole pixels.
struct Sprite {
    left: i32,
    top: i32,
    picture: Pixmap,
    shade: Vec<Shade>,
    parts: Vec<Part>,
}

const PLAIN: Light = Light { tint: [1.0; 3], haze: [0.0; 3], haze_amount: 0.0 };

/// How an actor comes into a picture.
enum Way {
    Drawn(Vec<Layer>),
    /// Moved right by so many pixels.
    Sprite(Arc<Sprite>, i32),
}

impl Backdrop {
    /// Draws sky, houses and ground. `None` when the size is 0 or too large for memory.
    pub(crate) fn new(scene: &Scene, video: bool) -> Option<Backdrop> {
        let (w, h) = (scene.camera.width as u32, scene.camera.height as u32);
        let mut picture = Pixmap::new(w, h)?;
        let mut art = Art::new(Some(&mut picture), None, PLAIN);
        sky::sky(&mut art, &scene.camera, &scene.mood, scene.seed);
        sky::skyline(&mut art, &scene.camera, &scene.mood, scene.seed);
        for (wall, shade, house) in &scene.houses {
            let z = match *wall {
                Wall::Front { z, .. } => z,
                Wall::Side { z, .. } => z + house.width / 2.0,
            };
            art.light = scene.mood.light(z);
            facade::house(&mut art, &scene.camera, *wall, *shade, house, &scene.mood);
        }
        ground::draw(&mut art, &scene.camera, &scene.mood, &scene.layout, scene.seed);
        if scene.mood.wet > 0.0 {
            let row = match scene.layout {
                Layout::Across { .. } => scene.camera.point(0.0, 0.0, ground::HOUSES).1,
                Layout::Along => scene.camera.horizon + scene.camera.height * 0.012,
            };
            ground::mirror(&mut picture, row, scene.mood.wet);
        }
        if video {
            for actor in scene.actors.iter().filter(|a| a.is_still()) {
                let pose = actor.pose(scene, 0.0);
                let layers = actor.layers(&scene.mood, &scene.camera, &pose, false);
                for shade in shadows(scene, &scene.camera, actor, &pose, &layers) {
                    shade.put(&mut picture, 0);
                }
            }
        }
        Some(Backdrop { picture, sprites: video.then(Mutex::default) })
    }

    /// The picture at `t` seconds.
    pub(crate) fn shoot(&self, scene: &Scene, t: f32) -> Shot {
        self.finish(self.picture.clone(), scene, t)
    }

    /// As `shoot`, once: a large still needs no copy of the backdrop.
    pub(crate) fn shoot_once(mut self, scene: &Scene, t: f32) -> Shot {
        let Some(empty) = Pixmap::new(1, 1) else { return self.shoot(scene, t) };
        let picture = std::mem::replace(&mut self.picture, empty);
        self.finish(picture, scene, t)
    }

    fn finish(&self, mut picture: Pixmap, scene: &Scene, t: f32) -> Shot {
        let camera = &scene.camera;
        let frame: Area = [0, 0, camera.width as i32, camera.height as i32];
        let mut cast: Vec<(&Actor, Pose, Way)> = Vec::new();
        let mut order: Vec<(usize, Pose)> =
            scene.actors.iter().map(|a| a.pose(scene, t)).enumerate().filter(|(_, p)| in_view(camera, p)).collect();
        order.sort_by(|a, b| b.1.z.total_cmp(&a.1.z).then(a.0.cmp(&b.0)));
        for (index, pose) in order {
            let actor = &scene.actors[index];
            let sprite = self.sprite(scene, index, actor, pose);
            let way = sprite.unwrap_or_else(|| Way::Drawn(actor.layers(&scene.mood, camera, &pose, false)));
            cast.push((actor, pose, way));
        }
        for (actor, pose, way) in &cast {
            match way {
                // A video's backdrop has the shadows of what stays.
                Way::Sprite(..) if actor.is_still() => {}
                Way::Sprite(sprite, dx) => sprite.shade.iter().for_each(|s| s.put(&mut picture, *dx)),
                Way::Drawn(_) if self.sprites.is_some() && actor.is_still() => {}
                Way::Drawn(layers) => shadows(scene, camera, actor, pose, layers).iter().for_each(|s| s.put(&mut picture, 0)),
            }
        }
        if scene.mood.wet > 0.0 {
            for (actor, pose, _) in &cast {
                if !matches!(actor.kind, Kind::Tree(_) | Kind::Lamp) {
                    reflect(&mut picture, scene, actor, pose);
                }
            }
        }
        let mut all = Vec::new();
        for (actor, pose, way) in cast {
            lights(&mut Art::new(Some(&mut picture), None, PLAIN), scene, actor, &pose);
            match way {
                Way::Sprite(sprite, dx) => {
                    sprite.put(&mut picture, dx);
                    all.extend(sprite.parts.iter().map(|p| Part { dx, ..p.clone() }));
                }
                Way::Drawn(layers) => {
                    actor.draw(&mut Art::new(Some(&mut picture), None, PLAIN), &scene.mood, camera, &pose, false);
                    all.extend(parts(&layers, frame));
                }
            }
        }
        weather::veil(&mut Art::new(Some(&mut picture), None, PLAIN), camera, &scene.mood, scene.seed, t);
        Shot { picture, parts: all }
    }

    /// The kept picture of an actor that looks like this; `None` when it is to be drawn.
    fn sprite(&self, scene: &Scene, index: usize, actor: &Actor, pose: Pose) -> Option<Way> {
        let sprites = self.sprites.as_ref()?;
        // Lamps add light to what is behind them: a sprite cannot.
        let shines = scene.mood.lamps && !matches!(actor.kind, Kind::Person(_) | Kind::Tree(_) | Kind::Sign(..));
        if shines || matches!(actor.kind, Kind::Signal(_)) {
            return None;
        }
        let (look, pose) = actor.look(pose)?;
        let column = scene.camera.point(pose.x, 0.0, pose.z).0.round() as i32;
        let known = sprites.lock().unwrap_or_else(PoisonError::into_inner).get(&(index, look)).cloned();
        let sprite = match known {
            Some(sprite) => sprite,
            None => {
                // Drawn without the lock: two threads may both draw it, and draw the same.
                let sprite = Arc::new(Sprite::new(scene, actor, pose)?);
                sprites.lock().unwrap_or_else(PoisonError::into_inner).insert((index, look), sprite.clone());
                sprite
            }
        };
        Some(Way::Sprite(sprite, column))
    }
}

fn in_view(camera: &Camera, pose: &Pose) -> bool {
    let reach = 4.2 * camera.scale(pose.z);
    let x = camera.point(pose.x, 0.0, pose.z).0;
    pose.z > super::camera::NEAR + 0.5 && pose.z < 230.0 && x + reach > 0.0 && x - reach < camera.width
}

impl Sprite {
    /// Drawn around column 0.
    fn new(scene: &Scene, actor: &Actor, pose: Pose) -> Option<Sprite> {
        let pose = Pose { x: 0.0, ..pose };
        // With the actor straight ahead, column 0 is the picture's middle.
        let camera = Camera { width: 0.0, x: 0.0, ..scene.camera };
        let layers = actor.layers(&scene.mood, &camera, &pose, false);
        let paths: Vec<Path> = layers.iter().flat_map(|l| l.paths.iter().cloned()).collect();
        let [l, t, r, b] = bounds(&paths)?;
        let pad = 6.0 + (r - l) * 0.06;
        let (left, right) = ((l - pad).floor(), (r + pad).ceil());
        let (top, bottom) = ((t - pad).max(-64.0).floor(), (b + pad).min(scene.camera.height + 64.0).ceil());
        if bottom <= top {
            return None;
        }
        let mut picture = Pixmap::new((right - left) as u32, (bottom - top) as u32)?;
        let near = Camera { width: -2.0 * left, horizon: camera.horizon - top, ..camera };
        actor.draw(&mut Art::new(Some(&mut picture), None, PLAIN), &scene.mood, &near, &pose, false);
        let clip = [i32::MIN / 4, 0, i32::MAX / 4, scene.camera.height as i32];
        Some(Sprite {
            left: left as i32,
            top: top as i32,
            picture,
            shade: shadows(scene, &camera, actor, &pose, &layers),
            parts: parts(&layers, clip),
        })
    }

    /// Lays the sprite over a picture. Most of its pixels are empty or solid, which a
    /// general painter does not use.
    fn put(&self, picture: &mut Pixmap, dx: i32) {
        let (w, h) = (picture.width() as i32, picture.height() as i32);
        let (sw, sh) = (self.picture.width() as i32, self.picture.height() as i32);
        let left = self.left + dx;
        let (x0, x1) = ((-left).max(0), (w - left).min(sw));
        let (y0, y1) = ((-self.top).max(0), (h - self.top).min(sh));
        if x0 >= x1 {
            return;
        }
        let from = self.picture.data();
        let to = picture.data_mut();
        for y in y0..y1 {
            let a = ((y * sw + x0) * 4) as usize;
            let b = (((y + self.top) * w + x0 + left) * 4) as usize;
            let n = ((x1 - x0) * 4) as usize;
            for (src, dst) in from[a..a + n].chunks_exact(4).zip(to[b..b + n].chunks_exact_mut(4)) {
                match src[3] {
                    0 => {}
                    255 => dst.copy_from_slice(src),
                    alpha => {
                        let rest = 255 - u32::from(alpha);
                        for c in 0..4 {
                            dst[c] = (u32::from(src[c]) + (u32::from(dst[c]) * rest + 127) / 255).min(255) as u8;
                        }
                    }
                }
            }
        }
    }
}

/// The actor's image in the wet road: upside down, pale and smeared downwards.
fn reflect(picture: &mut Pixmap, scene: &Scene, actor: &Actor, pose: &Pose) {
    let camera = &scene.camera;
    let all: Vec<Path> = actor.layers(&scene.mood, camera, pose, true).into_iter().flat_map(|l| l.paths).collect();
    let Some([l, t, r, b]) = bounds(&all) else { return };
    let s = camera.scale(pose.z);
    let (left, top) = ((l - 2.0).max(0.0).floor(), (t - 2.0).max(0.0).floor());
    let (right, bottom) = ((r + 2.0).min(camera.width).ceil(), (b + s * 0.2).min(camera.height).ceil());
    if right <= left || bottom <= top {
        return;
    }
    let Some(mut image) = Pixmap::new((right - left) as u32, (bottom - top) as u32) else { return };
    let near = Camera { width: camera.width - 2.0 * left, horizon: camera.horizon - top, ..*camera };
    actor.draw(&mut Art::new(Some(&mut image), None, PLAIN), &scene.mood, &near, pose, true);
    let (w, h) = (image.width() as usize, image.height() as usize);
    let data = image.data_mut();
    // A running mean down each column.
    let keep = (256.0 * (1.0 - 1.0 / (1.0 + s * 0.05))) as u32;
    for i in w * 4..w * h * 4 {
        data[i] = ((u32::from(data[i - w * 4]) * keep + u32::from(data[i]) * (256 - keep)) >> 8) as u8;
    }
    let paint = tiny_skia::PixmapPaint { opacity: 0.26 * scene.mood.wet + 0.12, ..Default::default() };
    picture.draw_pixmap(left as i32, top as i32, image.as_ref(), &paint, Transform::identity(), None);
}

/// The beams in front of a vehicle.
fn lights(art: &mut Art, scene: &Scene, actor: &Actor, pose: &Pose) {
    if !scene.mood.lamps {
        return;
    }
    let strength = if scene.mood.night() { 1.0 } else { 0.4 };
    let stand = scene.camera.stand(pose.x, pose.z);
    art.light = scene.mood.light(pose.z);
    art.tf = if pose.dx < 0.0 { stand.pre_scale(-1.0, 1.0) } else { stand };
    match &actor.kind {
        Kind::CarSide(style, finish) if finish.lamps => {
            crate::draw::car_side::beam(art, crate::draw::car_side::length(*style) / 2.0 - 0.15, -0.66, strength);
        }
        Kind::TruckSide(_, finish) if finish.lamps => crate::draw::car_side::beam(art, 3.5, -0.86, strength),
        Kind::Along(_, finish, false) if finish.lamps => {
            art.tf = stand.pre_scale(1.0, 0.22);
            art.glow(disc(0.0, 0.4, 2.6), crate::draw::halo(0.0, 0.4, 2.6, hex(0xFFF0C4), 0.26 * strength));
        }
        _ => {}
    }
}

/// The dark where a thing touches the ground, and its shadow in the sun.
fn shadows(scene: &Scene, camera: &Camera, actor: &Actor, pose: &Pose, layers: &[Layer]) -> Vec<Shade> {
    let clear = 1.0 - scene.mood.light(pose.z).haze_amount;
    let s = camera.scale(pose.z);
    let clip = [i32::MIN / 4, 0, i32::MAX / 4, camera.height as i32];
    let (foot_x, foot_y) = camera.point(pose.x, 0.0, pose.z);
    let mut all = Vec::new();
    if scene.mood.shadow > 0.0 {
        // The outline laid on the ground: x' = x + dx * height, y' = foot + flat * height.
        let (dx, dy) = scene.mood.shadow_dir;
        let flat = dy * (camera.eye / pose.z).clamp(0.1, 0.5) * 3.0;
        let tf = Transform::from_row(1.0, 0.0, -dx, -flat, dx * foot_y, foot_y + flat * foot_y);
        let paths: Vec<Path> = layers.iter().flat_map(|l| &l.paths).filter_map(|p| p.clone().transform(tf)).collect();
        let blur = ((s * 0.035).round() as usize).clamp(1, 12);
        all.extend(Shade::new(&paths, scene.mood.shadow * clear, blur, clip));
    }
    let r = actor.shadow_radius();
    let soft = if scene.mood.snowy() { 0.5 } else { 0.8 } * clear;
    if let Kind::Along(kind, ..) = actor.kind {
        let half = r * 0.88;
        let under = camera.ground(pose.x - half, pose.z - 0.12, pose.x + half, pose.z + crate::draw::car_front::length(kind));
        all.extend(Shade::new(under.as_slice(), 0.9 * soft, ((s * 0.05) as usize).clamp(1, 16), clip));
    } else {
        let flatness = (camera.eye / pose.z).clamp(0.08, 0.30);
        let up = (r * flatness * 1.1).min(0.16) * s;
        let under = crate::draw::oval(foot_x, foot_y, r * 0.98 * s, up.max(0.6));
        all.extend(Shade::new(under.as_slice(), if r > 1.0 { 0.95 } else { 0.62 } * soft, ((up * 0.5) as usize).clamp(1, 12), clip));
    }
    all
}
