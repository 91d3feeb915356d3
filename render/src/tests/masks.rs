use super::*;
use crate::masks::{MaskLayer, MaskTile, MaskTilePos};
use std::collections::BTreeMap;
use std::sync::Arc;

const RED: [u8; 4] = [255, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];
const BLUE: [u8; 4] = [0, 0, 255, 255];

type Tiles = BTreeMap<MaskTilePos, Arc<MaskTile>>;

/// Pixels one by one, in the plainest way.
#[derive(Clone)]
struct Pixels {
    side: i64,
    inside: Vec<bool>,
}

impl Pixels {
    fn new(side: i64, inside: impl Fn(f64, f64) -> bool) -> Self {
        let pixels = (0..side * side).map(|at| inside((at % side) as f64 + 0.5, (at / side) as f64 + 0.5));
        Self { side, inside: pixels.collect() }
    }

    fn at(&self, x: i64, y: i64) -> bool {
        (0..self.side).contains(&x) && (0..self.side).contains(&y) && self.inside[(y * self.side + x) as usize]
    }

    fn set(&mut self, x: i64, y: i64, inside: bool) {
        self.inside[(y * self.side + x) as usize] = inside;
    }

    fn tiles(&self) -> Tiles {
        let mut tiles: BTreeMap<MaskTilePos, MaskTile> = BTreeMap::new();
        for (x, y) in (0..self.side).flat_map(|y| (0..self.side).map(move |x| (x, y))).filter(|(x, y)| self.at(*x, *y)) {
            tiles.entry((x as u32 / 64, y as u32 / 64)).or_insert([0; 64])[x as usize % 64] |= 1 << (y % 64);
        }
        tiles.into_iter().map(|(pos, tile)| (pos, Arc::new(tile))).collect()
    }

    /// How much of a rectangle of image px is in the mask.
    fn coverage(&self, min: [f64; 2], max: [f64; 2]) -> f64 {
        let part = |at: i64, axis: usize| (max[axis].min(at as f64 + 1.0) - min[axis].max(at as f64)).max(0.0);
        let mut sum = 0.0;
        for y in min[1].floor() as i64..=max[1].floor() as i64 {
            for x in min[0].floor() as i64..=max[0].floor() as i64 {
                sum += part(x, 0) * part(y, 1) * f64::from(u8::from(self.at(x, y)));
            }
        }
        sum / ((max[0] - min[0]) * (max[1] - min[1]))
    }

    /// Image px to the nearest pixel of the other kind, if it is at most `reach` away.
    fn to_border(&self, p: [f64; 2], reach: i64) -> f64 {
        let at = p.map(|v| v.floor() as i64);
        let own = self.at(at[0], at[1]);
        let away = |v: f64, at: i64| (at as f64 - v).max(v - at as f64 - 1.0).max(0.0);
        let near = (at[1] - reach..=at[1] + reach).flat_map(|y| (at[0] - reach..=at[0] + reach).map(move |x| (x, y)));
        let others = near.filter(|(x, y)| self.at(*x, *y) != own);
        others.map(|(x, y)| away(p[0], x).hypot(away(p[1], y))).fold(f64::INFINITY, f64::min)
    }
}

/// A disc with a hole and some noise, over several tiles.
fn blob(side: i64) -> Pixels {
    let middle = side as f64 / 2.0;
    let noise = |x: f64, y: f64| ((x * 12.9898 + y * 78.233).sin() * 43_758.547).fract().abs() > 0.9;
    Pixels::new(side, |x, y| {
        let away = (x - middle).hypot(y - middle);
        away < middle * 0.9 && !(middle * 0.2..middle * 0.4).contains(&away) && !(x > middle && y > middle && noise(x, y))
    })
}

fn fill(fill: [u8; 4]) -> ShapeStyle {
    ShapeStyle { fill, ..ShapeStyle::HIDDEN }
}

fn line(stroke_px: f32) -> ShapeStyle {
    ShapeStyle { stroke: WHITE, stroke_px, ..ShapeStyle::HIDDEN }
}

impl Stage {
    fn masks(&self, masks: &[(&Tiles, ShapeStyle)]) -> MaskLayer {
        let mut layer = MaskLayer::new(self.target.device()).unwrap();
        for (tiles, style) in masks {
            layer.push(self.target.device(), self.target.queue(), each(tiles), *style).unwrap();
        }
        layer
    }

    fn draw_masks(&mut self, camera: Camera, masks: &[&MaskLayer], layers: &[&ShapeLayer]) -> Picture {
        self.renderer.prepare(self.target.device(), self.target.queue(), &camera, None);
        let renderer = &self.renderer;
        let rgba = self.target.render(BACKGROUND, |pass| renderer.paint_with_masks(pass, None, masks, layers)).unwrap();
        Picture { rgba, width: self.size[0] }
    }
}

fn each(tiles: &Tiles) -> impl Iterator<Item = (MaskTilePos, &Arc<MaskTile>)> {
    tiles.iter().map(|(pos, tile)| (*pos, tile))
}

/// How much of a colour of full strength lies over the background, by one channel.
fn strength(value: u8, channel: usize, colour: u8) -> f64 {
    let ground = f64::from(BACKGROUND[channel]);
    (f64::from(value) - ground) / (f64::from(colour) - ground)
}

/// The largest difference between the strength of red at each pixel and what is expected there.
fn worst(picture: &Picture, camera: &Camera, expected: impl Fn([f64; 2]) -> f64) -> (f64, u32, u32) {
    let all = (0..picture.height()).flat_map(|y| (0..picture.width).map(move |x| (x, y)));
    let off = all.map(|(x, y)| {
        let p = camera.image_from_screen([f64::from(x) + 0.5, f64::from(y) + 0.5]);
        ((strength(picture.at(x, y)[0], 0, 255) - expected(p)).abs(), x, y)
    });
    off.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

#[test]
fn every_pixel_is_filled_at_its_own_size() {
    let pixels = blob(200);
    let mut stage = Stage::new(240, 240);
    let layer = stage.masks(&[(&pixels.tiles(), fill(RED))]);
    let camera = stage.camera([100.0, 100.0], 1.0);
    let picture = stage.draw_masks(camera, &[&layer], &[]);
    for (x, y) in (0..240).flat_map(|y| (0..240).map(move |x| (x, y))) {
        let expected = if pixels.at(i64::from(x) - 20, i64::from(y) - 20) { RED } else { BACKGROUND };
        assert_eq!(picture.at(x, y), expected, "{x} {y}");
    }
}

#[test]
fn a_fill_is_as_strong_as_the_part_of_a_pixel_that_it_covers() {
    let pixels = blob(400);
    let mut stage = Stage::new(160, 160);
    let layer = stage.masks(&[(&pixels.tiles(), fill(RED))]);
    // Off the grid of pixels, and of the squares from afar.
    for (zoom, allowed) in [(7.3, 0.01), (1.0, 0.01), (0.71, 0.01), (0.5, 0.01), (0.3, 0.01), (0.2, 0.2), (0.07, 0.2)] {
        let camera = stage.camera([171.37, 262.81], zoom);
        let picture = stage.draw_masks(camera, &[&layer], &[]);
        let half = 0.5 / zoom;
        let found = worst(&picture, &camera, |p| pixels.coverage(p.map(|v| v - half), p.map(|v| v + half)));
        assert!(found.0 <= allowed, "at zoom {zoom}: {found:?}");
    }
}

#[test]
fn from_afar_every_pixel_has_the_mean_of_what_it_covers() {
    let pixels = blob(512);
    let mut stage = Stage::new(40, 40);
    let layer = stage.masks(&[(&pixels.tiles(), fill(RED))]);
    let camera = stage.camera([256.0, 256.0], 1.0 / 16.0);
    let picture = stage.draw_masks(camera, &[&layer], &[]);
    let found = worst(&picture, &camera, |p| pixels.coverage(p.map(|v| v - 8.0), p.map(|v| v + 8.0)));
    assert!(found.0 <= 0.01, "{found:?}");
}

#[test]
fn the_outline_runs_along_the_borders_of_pixels() {
    let pixels = blob(200);
    let mut stage = Stage::new(400, 300);
    let layer = stage.masks(&[(&pixels.tiles(), line(3.0))]);
    for (center, zoom) in [([64.3, 64.4], 8.0), ([128.0, 120.0], 8.0), ([10.0, 100.0], 3.1), ([100.0, 100.0], 1.0), ([90.0, 60.0], 0.8)] {
        let camera = stage.camera(center, zoom);
        let picture = stage.draw_masks(camera, &[&layer], &[]);
        let expected = |p: [f64; 2]| (1.5 + 0.5 - pixels.to_border(p, 4) * zoom).clamp(0.0, 1.0);
        let found = worst(&picture, &camera, expected);
        assert!(found.0 <= 0.02, "at zoom {zoom}: {found:?}");
    }
}

#[test]
fn the_outline_is_as_wide_at_every_zoom() {
    // A straight border, far from others.
    let pixels = Pixels::new(1024, |_, y| (300.0..700.0).contains(&y));
    let mut stage = Stage::new(64, 64);
    for zoom in [0.11, 0.3, 0.77, 1.0, 2.6, 9.0, 70.0] {
        let layer = stage.masks(&[(&pixels.tiles(), line(2.5))]);
        let picture = stage.draw_masks(stage.camera([512.0, 300.0], zoom), &[&layer], &[]);
        let width: f64 = (0..64).map(|y| strength(picture.at(20, y)[0], 0, 255)).sum();
        let allowed = if zoom < 1.0 { 0.5 } else { 0.05 };
        assert!((width - 2.5).abs() < allowed, "at zoom {zoom}: {width}");
    }
}

#[test]
fn the_halo_is_outside_also_where_there_is_no_tile() {
    // Its edges are those of a tile.
    let pixels = Pixels::new(256, |x, y| (64.0..128.0).contains(&x) && (64.0..128.0).contains(&y));
    let style = ShapeStyle { halo: BLUE, halo_px: 2.0, ..line(2.0) };
    let mut stage = Stage::new(100, 100);
    let layer = stage.masks(&[(&pixels.tiles(), style)]);
    let picture = stage.draw_masks(stage.camera([96.0, 96.0], 1.0), &[&layer], &[]);
    let across: Vec<[u8; 4]> = (12..24).map(|x| picture.at(x, 50)).collect();
    assert_eq!(across[..5], [BACKGROUND, BACKGROUND, BACKGROUND, BLUE, BLUE]);
    assert_eq!(across[5..], [[WHITE; 2].as_slice(), &[BACKGROUND; 5]].concat());
    let down: Vec<[u8; 4]> = (76..88).map(|y| picture.at(50, y)).collect();
    assert_eq!(down[5..], [[WHITE; 2].as_slice(), &[BLUE; 2], &[BACKGROUND; 3]].concat());
    // Round the corner, in the tile that touches only there.
    assert!(strength(picture.at(16, 16)[2], 2, 255) > 0.3 && picture.at(14, 14) == BACKGROUND);
}

#[test]
fn the_first_pixels_of_the_picture_have_an_outline_too() {
    let pixels = Pixels::new(64, |x, y| x < 9.0 && y < 9.0);
    let mut stage = Stage::new(32, 32);
    let layer = stage.masks(&[(&pixels.tiles(), line(4.0))]);
    let picture = stage.draw_masks(stage.camera([0.0, 0.0], 1.0), &[&layer], &[]);
    assert_eq!([picture.at(14, 20), picture.at(20, 14), picture.at(17, 20), picture.at(13, 20)], [WHITE, WHITE, WHITE, BACKGROUND]);
}

#[test]
fn a_single_pixel_is_seen_from_afar_wherever_it_lies() {
    let mut stage = Stage::new(32, 32);
    for at in [0, 31, 63, 64, 100, 127] {
        let pixels = Pixels::new(128, |x, y| x as i64 == at && y as i64 == at);
        let layer = stage.masks(&[(&pixels.tiles(), line(1.5))]);
        for zoom in [0.6, 0.3, 0.12, 0.06, 0.03, 0.017, 0.011] {
            let mut seen = Vec::new();
            for step in 0..12 {
                let pan = f64::from(step) * 0.087 / zoom;
                let picture = stage.draw_masks(stage.camera([at as f64 + pan, at as f64 - pan], zoom), &[&layer], &[]);
                seen.push(picture.rgba.chunks(4).map(|p| strength(p[0], 0, 255)).sum::<f64>());
            }
            let (least, most) = seen.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), v| (low.min(*v), high.max(*v)));
            assert!(least > 0.5 && most < 2.5 * least, "at {at}, zoom {zoom}: {least} to {most}");
        }
    }
}

#[test]
fn panning_by_less_than_a_pixel_changes_little() {
    let pixels = blob(2000);
    let mut stage = Stage::new(64, 64);
    let layer = stage.masks(&[(&pixels.tiles(), ShapeStyle { fill: [255, 0, 0, 90], ..line(1.5) })]);
    for zoom in [0.6, 0.21, 0.034] {
        let sums: Vec<f64> = (0..10)
            .map(|step| {
                let pan = f64::from(step) * 0.1 / zoom;
                let picture = stage.draw_masks(stage.camera([1000.0 + pan, 1000.0], zoom), &[&layer], &[]);
                picture.rgba.chunks(4).map(|p| f64::from(p[0])).sum::<f64>() / (64.0 * 64.0 * 255.0)
            })
            .collect();
        let steps = sums.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f64::max);
        assert!(steps < 0.012, "at zoom {zoom}: {steps}");
    }
}

#[test]
fn any_changes_show_what_a_layer_made_anew_shows() {
    let mut seed = 5_u64;
    let mut random = |end: i64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as i64 % end
    };
    let mut stage = Stage::new(200, 200);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let styles = [ShapeStyle { halo: BLUE, halo_px: 1.5, ..line(2.0) }, fill([255, 0, 0, 120])];
    let mut pixels = [Pixels::new(384, |_, _| false), Pixels::new(384, |x, y| x > 250.0 && y > 130.0)];
    let mut layer = stage.masks(&[(&pixels[0].tiles(), styles[0]), (&pixels[1].tiles(), styles[1])]);
    for round in 0..60 {
        let which = random(2) as usize;
        let (x, y, inside) = (random(384), random(384), random(3) > 0);
        let size = [3, 40, 150][random(3) as usize];
        for (x, y) in (y..(y + size).min(384)).flat_map(|y| (x..(x + size).min(384)).map(move |x| (x, y))) {
            pixels[which].set(x, y, inside);
        }
        layer.set_tiles(&device, &queue, which, each(&pixels[which].tiles())).unwrap();
        if round % 6 == 5 {
            let mut again = stage.masks(&[(&pixels[0].tiles(), styles[0]), (&pixels[1].tiles(), styles[1])]);
            let camera = stage.camera([192.0, 192.0], 0.5);
            // One mask at a time: one that moved is painted last.
            for hidden in 0..2 {
                let drawn = [&mut layer, &mut again].map(|layer| {
                    layer.set_style(&queue, hidden, ShapeStyle::HIDDEN).unwrap();
                    layer.set_style(&queue, 1 - hidden, styles[1 - hidden]).unwrap();
                    let layer: &MaskLayer = layer;
                    stage.draw_masks(camera, &[layer], &[])
                });
                assert_eq!(drawn[0].num_different(&drawn[1]), 0, "after {round} changes");
            }
        }
    }
}

#[test]
fn a_stroke_uploads_the_tiles_under_it() {
    let mut pixels = blob(1024);
    let stage = Stage::new(16, 16);
    let (device, queue) = (stage.target.device(), stage.target.queue());
    let tiles = pixels.tiles();
    let mut layer = stage.masks(&[(&tiles, line(2.0))]);
    let mut costs = |tiles: &Tiles| {
        let before = layer.uploaded_bytes();
        layer.set_tiles(device, queue, 0, each(tiles)).unwrap();
        layer.uploaded_bytes() - before
    };
    // The same pixels, in other allocations.
    assert_eq!((costs(&tiles), costs(&pixels.tiles())), (0, 0));
    let mut stroke = tiles.clone();
    let tile = stroke.get_mut(&(12, 12)).unwrap();
    Arc::make_mut(tile)[3] ^= 0b1000;
    assert_eq!(costs(&stroke), 341 * 4);
    // A tile where there was none: its slot, and the quads of nine.
    stroke.insert((0, 0), Arc::new([1; 64]));
    assert!((341 * 4 + 48..341 * 4 + 40 * 48).contains(&costs(&stroke)));
    // Full ones share a slot.
    for (x, y) in (0..64).flat_map(|y| (0..64).map(move |x| (x, y))) {
        pixels.set(12 * 64 + x, 12 * 64 + y, true);
    }
    assert!(costs(&pixels.tiles()) < 40 * 48);
}

#[test]
fn tiles_without_room_are_shown_as_a_whole_until_there_is_room() {
    let half = |x: u32| Arc::new(std::array::from_fn(|column| if column < x as usize { u64::MAX } else { 0 }));
    let mostly: Tiles = (0..40_u32).map(|at| ((at % 10, at / 10), half(if at % 2 == 0 { 48 } else { 16 }))).collect();
    let mut stage = Stage::new(64, 64);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    // Two rows of slots, of which two are shared: room for ten.
    let mut layer = MaskLayer::with_max_bytes(&device, 2 * 6 * 341 * 4).unwrap();
    layer.push(&device, &queue, each(&mostly), fill(RED)).unwrap();
    assert_eq!(layer.num_coarse(), 30);
    // The last column of tiles was too late.
    let camera = stage.camera([9.0 * 64.0 + 32.0, 32.0], 1.0);
    assert_eq!(stage.draw_masks(camera, &[&layer], &[]).at(8, 32), BACKGROUND);
    let few: Tiles = mostly.iter().filter(|(pos, _)| pos.0 > 7).map(|(pos, tile)| (*pos, tile.clone())).collect();
    layer.set_tiles(&device, &queue, 0, each(&few)).unwrap();
    layer.set_tiles(&device, &queue, 0, each(&few)).unwrap();
    assert_eq!(layer.num_coarse(), 0);
    let picture = stage.draw_masks(camera, &[&layer], &[]);
    assert_eq!([picture.at(8, 32), picture.at(20, 32)], [RED, BACKGROUND]);
}

#[test]
fn many_masks_fill_many_rows_and_each_has_its_own_look() {
    let mut stage = Stage::new(320, 320);
    let square = Pixels::new(8, |_, _| true).tiles()[&(0, 0)].clone();
    let mut layer = MaskLayer::new(stage.target.device()).unwrap();
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    for at in 0..1200_u32 {
        let tiles: Tiles = [((at % 40, at / 40), square.clone())].into();
        layer.push(&device, &queue, each(&tiles), fill([(at % 250) as u8, (at / 250) as u8, 77, 255])).unwrap();
    }
    // As large as a tile at 1/8.
    let picture = stage.draw_masks(stage.camera([1280.0, 1280.0], 0.125), &[&layer], &[]);
    for at in 0..1200_u32 {
        let found = picture.at(at % 40 * 8, at / 40 * 8);
        assert_eq!(found, [(at % 250) as u8, (at / 250) as u8, 77, 255], "{at}");
    }
    // Gone, and another one in its place.
    layer.set_tiles(&device, &queue, 41, std::iter::empty()).unwrap();
    let other: Tiles = [((1, 1), square.clone())].into();
    layer.set_tiles(&device, &queue, 3, each(&other)).unwrap();
    let picture = stage.draw_masks(stage.camera([1280.0, 1280.0], 0.125), &[&layer], &[]);
    assert_eq!((picture.at(24, 0), picture.at(8, 8)), (BACKGROUND, [3, 0, 77, 255]));
    let beyond = layer.set_style(&queue, 1200, ShapeStyle::HIDDEN);
    assert!(matches!(beyond, Err(crate::RenderError::NoSuchMask { index: 1200, len: 1200 })));
}

#[test]
fn masks_lie_below_shapes_and_hidden_ones_are_not_drawn() {
    let all = Pixels::new(64, |_, _| true).tiles();
    let mut stage = Stage::new(16, 16);
    let mut masks = stage.masks(&[(&all, fill(RED))]);
    let shapes = stage.layer(&[filled(&rect(0.0, 0.0, 8.0, 64.0), BLUE)]);
    let camera = stage.camera([8.0, 8.0], 1.0);
    let picture = stage.draw_masks(camera, &[&masks], &[&shapes]);
    assert_eq!((picture.at(4, 8), picture.at(12, 8)), (BLUE, RED));
    masks.set_style(stage.target.queue(), 0, ShapeStyle::HIDDEN).unwrap();
    assert_eq!(stage.draw_masks(camera, &[&masks], &[]).rgba, BACKGROUND.repeat(256));
}

#[test]
fn far_out_masks_are_exact_and_those_out_of_sight_or_bounds_are_skipped() {
    let tile: Arc<MaskTile> = Arc::new(std::array::from_fn(|column| if column % 2 == 0 { u64::MAX } else { 0 }));
    let tiles: Tiles = [((1562, 1562), tile.clone()), ((9000, 9000), tile.clone()), ((u32::MAX, 0), tile)].into();
    let mut stage = Stage::new(64, 64);
    let layer = stage.masks(&[(&tiles, fill(RED))]);
    let picture = stage.draw_masks(stage.camera([99_968.0 + 32.0 + 0.25, 100_000.0], 8.0), &[&layer], &[]);
    let row: Vec<bool> = (0..64).map(|x| picture.at(x, 32) == RED).collect();
    let expected: Vec<bool> = (0..64).map(|x| ((x - 32 + 2) as f64 / 8.0).floor() as i64 % 2 == 0).collect();
    assert_eq!(row, expected);
}

#[test]
fn dashes_break_the_outline_in_every_direction() {
    let pixels = Pixels::new(256, |x, y| (20.0..180.0).contains(&x) && (20.0..180.0).contains(&y) && x + y < 300.0);
    let style = ShapeStyle { dash_px: 6.0, ..line(2.0) };
    let mut stage = Stage::new(200, 200);
    let layer = stage.masks(&[(&pixels.tiles(), style)]);
    let picture = stage.draw_masks(stage.camera([100.0, 100.0], 1.0), &[&layer], &[]);
    let runs: [Vec<bool>; 3] = [
        (30..110).map(|at| picture.at(at, 19)[0] > 140).collect(),
        (30..110).map(|at| picture.at(19, at)[0] > 140).collect(),
        (125..175).map(|at| picture.at(at, 299 - at)[0] > 140 || picture.at(at, 300 - at)[0] > 140).collect(),
    ];
    for run in runs {
        let on = run.iter().filter(|on| **on).count() as f64 / run.len() as f64;
        let changes = run.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!((0.25..0.8).contains(&on) && changes >= 5, "{on} {changes}");
    }
}

#[test]
fn masks_lie_by_their_ranks_and_above_shapes_of_lower_levels() {
    let tiles = Pixels::new(100, |_, _| true).tiles();
    let mut stage = Stage::new(100, 100);
    let mut masks = stage.masks(&[(&tiles, fill(RED)), (&tiles, fill(WHITE))]);
    let shape = Shape {
        rings: vec![vec![[0.0, 0.0], [100.0, 0.0], [100.0, 50.0], [0.0, 50.0]]],
        closed: true,
        style: fill(BLUE),
        ..Shape::default()
    };
    let mut shapes = ShapeLayer::new(stage.target.device()).unwrap();
    shapes.set(stage.target.device(), stage.target.queue(), &[shape]).unwrap();
    let camera = stage.camera([50.0, 50.0], 1.0);
    let mut seen = |masks: &MaskLayer| {
        let picture = stage.draw_masks(camera, &[masks], &[&shapes]);
        [picture.at(50, 20), picture.at(50, 80)]
    };
    assert_eq!(seen(&masks), [BLUE, WHITE], "in the order they came, below the shape");
    masks.set_rank(0, (0, 7)).unwrap();
    assert_eq!(seen(&masks), [BLUE, RED], "a higher number");
    masks.set_rank(1, (1, 0)).unwrap();
    assert_eq!(seen(&masks), [WHITE, WHITE], "a higher level than that of the shapes");
    masks.set_shapes_level(1);
    assert_eq!(seen(&masks), [BLUE, WHITE]);
    masks.set_shapes_level(-1);
    masks.set_rank(1, (-1, 0)).unwrap();
    assert_eq!(seen(&masks), [RED, RED], "the one above the shape, the other one below");
    assert!(masks.set_rank(2, (0, 0)).is_err());
}
