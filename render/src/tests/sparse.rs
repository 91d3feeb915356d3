//! Large pictures of which only some tiles are there, against the same picture drawn as a whole.

use super::*;
use crate::TileId;

const SIDE: u32 = 16;

/// A picture of odd sizes and its levels; the last two stand for the coarse ones.
fn chain(full: Vec<u8>, width: u32, height: u32) -> Vec<(Vec<u8>, u32, u32)> {
    let mut levels = vec![(full, width, height)];
    while let Some((rgba, width, height)) = levels.last().filter(|(_, width, _)| *width > 12) {
        let next = halved_up(rgba, *width, *height);
        levels.push((next, width.div_ceil(2), height.div_ceil(2)));
    }
    levels
}

/// As [`halved`], with an odd last column or row averaged with itself.
fn halved_up(rgba: &[u8], width: u32, height: u32) -> Vec<u8> {
    let at = |x: u32, y: u32, c: u32| u32::from(rgba[((y.min(height - 1) * width + x.min(width - 1)) * 4 + c) as usize]);
    let mean = |x, y, c| ((at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c) + 2) / 4) as u8;
    let texels = (0..height.div_ceil(2)).flat_map(|y| (0..width.div_ceil(2)).map(move |x| (2 * x, 2 * y)));
    texels.flat_map(|(x, y)| [0, 1, 2, 3].map(|c| mean(x, y, c))).collect()
}

/// Without the jump that a gradient of bytes has.
fn slope(side: u32) -> Vec<u8> {
    let value = |x: u32, y: u32| [(x * 255 / side) as u8, (y * 255 / side) as u8, ((x + y) * 127 / side) as u8, 255];
    (0..side).flat_map(|y| (0..side).flat_map(move |x| value(x, y))).collect()
}

struct Sparse {
    levels: Vec<(Vec<u8>, u32, u32)>,
    image: ImageTexture,
}

impl Sparse {
    /// Only the last two levels are there.
    fn new(stage: &Stage, levels: Vec<(Vec<u8>, u32, u32)>, max_bytes: u64) -> Self {
        let coarse: Vec<MipLevel<'_>> =
            levels[levels.len() - 2..].iter().map(|(rgba, width, height)| level(rgba, *width, *height)).collect();
        let size = [levels[0].1, levels[0].2];
        let image = ImageTexture::upload_sparse(stage.target.device(), stage.target.queue(), size, &coarse, SIDE, max_bytes);
        Self { image: image.unwrap(), levels }
    }

    fn insert(&self, stage: &Stage, id: TileId) {
        let (rgba, width, height) = &self.levels[id.level as usize];
        let from = [id.column, id.row].map(|v| (v * SIDE).saturating_sub(1));
        let to = [((id.column + 1) * SIDE + 1).min(*width), ((id.row + 1) * SIDE + 1).min(*height)];
        let rows = (from[1]..to[1]).flat_map(|y| &rgba[((y * width + from[0]) * 4) as usize..((y * width + to[0]) * 4) as usize]);
        let tile: Vec<u8> = rows.copied().collect();
        let pixels = level(&tile, to[0] - from[0], to[1] - from[1]);
        self.image.insert(stage.target.device(), stage.target.queue(), id, &pixels).unwrap();
    }

    fn insert_all(&self, stage: &Stage) {
        for (number, (_, width, height)) in (0..).zip(&self.levels[..self.levels.len() - 2]) {
            for (column, row) in (0..height.div_ceil(SIDE)).flat_map(|row| (0..width.div_ceil(SIDE)).map(move |column| (column, row))) {
                self.insert(stage, TileId { level: number, column, row });
            }
        }
    }
}

const PLENTY: u64 = 1 << 24;

#[test]
fn with_all_tiles_there_it_is_the_whole_picture_at_every_zoom() {
    // Tiles end within the picture, and levels of odd sizes are stretched over it.
    for (full, width, height) in [(gradient(101, 83), 101, 83), (noise(96, 70), 96, 70)] {
        let levels = chain(full, width, height);
        let mut stage = Stage::new(120, 90);
        let all: Vec<MipLevel<'_>> = levels.iter().map(|(rgba, width, height)| level(rgba, *width, *height)).collect();
        let whole = stage.upload(&all);
        let sparse = Sparse::new(&stage, levels.clone(), PLENTY);
        sparse.insert_all(&stage);
        assert_eq!(sparse.image.size(), [width, height]);
        for zoom in [0.1, 0.2, 0.25, 0.37, 0.5, 0.8, 1.0, 1.3, 1.7, 2.0, 5.5, 16.0, 30.0] {
            for center in [[47.3, 41.1], [3.0, 80.0], [95.5, 2.2]] {
                let camera = stage.camera(center, zoom);
                let expected = stage.draw(camera, Some(&whole), &[]);
                let picture = stage.draw(camera, Some(&sparse.image), &[]);
                // Filter positions round differently in small textures; a seam would be far more than 2.
                let most = expected.max_difference(&picture);
                assert!(most <= 2, "zoom {zoom} at {center:?}: {most}");
            }
        }
    }
}

#[test]
fn a_missing_tile_is_the_coarser_picture_in_its_place() {
    let levels = chain(slope(128), 128, 128);
    let mut stage = Stage::new(128, 128);
    stage.renderer.options.border = [0; 4];
    let all: Vec<MipLevel<'_>> = levels.iter().map(|(rgba, width, height)| level(rgba, *width, *height)).collect();
    let whole = stage.upload(&all);
    let sparse = Sparse::new(&stage, levels.clone(), PLENTY);
    let camera = stage.camera([64.0, 64.0], 1.0);
    let expected = stage.draw(camera, Some(&whole), &[]);
    // Nothing but the coarse level: blurred, but of the right colours everywhere.
    let picture = stage.draw(camera, Some(&sparse.image), &[]);
    let coarse_alone = expected.max_difference(&picture);
    assert!((1..40).contains(&coarse_alone), "{coarse_alone}");
    assert_eq!(picture.num_different(&Picture { rgba: BACKGROUND.repeat(128 * 128), width: 128 }), 128 * 128, "no hole");
    // A level between comes nearer.
    for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        sparse.insert(&stage, TileId { level: 2, column, row });
    }
    let between = expected.max_difference(&stage.draw(camera, Some(&sparse.image), &[]));
    assert!(between < coarse_alone, "{between} < {coarse_alone}");
    // A sharp tile is exact, and only it.
    sparse.insert(&stage, TileId { level: 0, column: 2, row: 3 });
    let picture = stage.draw(camera, Some(&sparse.image), &[]);
    let inside = |x: u32, y: u32| (32..48).contains(&x) && (48..64).contains(&y);
    for (x, y) in (0..128).flat_map(|y| (0..128).map(move |x| (x, y))).filter(|(x, y)| inside(*x, *y)) {
        assert_eq!(picture.at(x, y), expected.at(x, y), "{x} {y}");
    }
    assert!(expected.num_different(&picture) > 1000);
}

#[test]
fn a_stand_in_far_in_is_smooth_and_has_no_pixel_grid() {
    let levels = chain(slope(128), 128, 128);
    let mut stage = Stage::new(100, 100);
    let sparse = Sparse::new(&stage, levels, PLENTY);
    let picture = stage.draw(stage.camera([64.0, 64.0], 30.0), Some(&sparse.image), &[]);
    for (x, y) in (1..100).flat_map(|y| (1..100).map(move |x| (x, y))) {
        let step = |a: [u8; 4], b: [u8; 4]| a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap();
        let most = step(picture.at(x, y), picture.at(x - 1, y)).max(step(picture.at(x, y), picture.at(x, y - 1)));
        assert!(most <= 2, "an edge of {most} at {x}, {y}");
    }
}

#[test]
fn tiles_in_sight_are_wanted_from_the_middle_outward() {
    let stage = Stage::new(40, 40);
    let sparse = Sparse::new(&stage, chain(noise(256, 256), 256, 256), PLENTY);
    let camera = stage.camera([136.0, 120.0], 1.0);
    let wanted = sparse.image.wanted_tiles(&camera);
    let level0: Vec<[u32; 2]> = wanted.iter().filter(|id| id.level == 0).map(|id| [id.column, id.row]).collect();
    // First what quickly gives a picture: one tile of eighth the size covers all.
    assert_eq!(wanted[0], TileId { level: 3, column: 1, row: 0 });
    assert_eq!(wanted.iter().filter(|id| id.level != 0).count(), 4, "{wanted:?}");
    assert_eq!(level0[0], [8, 7], "the one in the middle");
    // From 116 - 1 to 156 + 1: columns 7 to 9; and one around.
    let mut seen = level0[..9].to_vec();
    seen.sort_unstable();
    assert_eq!(seen, [[7, 6], [7, 7], [7, 8], [8, 6], [8, 7], [8, 8], [9, 6], [9, 7], [9, 8]]);
    assert_eq!(level0.len(), 25);
    // What is there is not wanted.
    sparse.insert(&stage, TileId { level: 0, column: 8, row: 7 });
    let wanted = sparse.image.wanted_tiles(&camera);
    assert!(!wanted.contains(&TileId { level: 0, column: 8, row: 7 }) && wanted.contains(&TileId { level: 0, column: 7, row: 7 }));
    // Far out the coarse level is enough; beside the picture nothing is seen.
    assert_eq!(sparse.image.wanted_tiles(&stage.camera([128.0, 128.0], 0.05)), []);
    assert_eq!(sparse.image.wanted_tiles(&stage.camera([-500.0, 128.0], 1.0)), []);
}

#[test]
fn tiles_seen_longest_ago_leave_and_the_budget_holds() {
    let mut stage = Stage::new(40, 40);
    let tile_bytes = u64::from(SIDE + 2).pow(2) * 4;
    let sparse = Sparse::new(&stage, chain(noise(256, 256), 256, 256), 16 * tile_bytes);
    let base = sparse.image.bytes();
    let look = |stage: &mut Stage, center: [f64; 2]| {
        let camera = stage.camera(center, 1.0);
        for _ in 0..3 {
            // No more is asked for than fits: in the end nothing is.
            for id in sparse.image.wanted_tiles(&camera) {
                sparse.insert(stage, id);
                assert!(sparse.image.bytes() - base <= 16 * tile_bytes);
            }
            stage.draw(camera, Some(&sparse.image), &[]);
        }
        sparse.image.wanted_tiles(&camera)
    };
    assert_eq!(look(&mut stage, [40.0, 40.0]), []);
    assert_eq!(look(&mut stage, [200.0, 200.0]), []);
    // The first place was left: its tiles are wanted again, those of the second one are all there.
    assert!(!sparse.image.wanted_tiles(&stage.camera([40.0, 40.0], 1.0)).is_empty());
    assert_eq!(sparse.image.wanted_tiles(&stage.camera([200.0, 200.0], 1.0)), []);
}

#[test]
fn the_coarse_levels_can_be_renewed() {
    let levels = chain(slope(128), 128, 128);
    let mut stage = Stage::new(32, 32);
    let sparse = Sparse::new(&stage, levels.clone(), PLENTY);
    let camera = stage.camera([64.0, 64.0], 0.1);
    let before = stage.draw(camera, Some(&sparse.image), &[]);
    let white: Vec<(Vec<u8>, u32, u32)> = levels[levels.len() - 2..].iter().map(|(rgba, w, h)| (vec![255; rgba.len()], *w, *h)).collect();
    let white: Vec<MipLevel<'_>> = white.iter().map(|(rgba, width, height)| level(rgba, *width, *height)).collect();
    sparse.image.rewrite(stage.target.device(), stage.target.queue(), &white).unwrap();
    let after = stage.draw(camera, Some(&sparse.image), &[]);
    assert_eq!(after.at(16, 16), [255; 4]);
    assert_ne!(before.at(16, 16), [255; 4]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let stage = Stage::new(8, 8);
    let (device, queue) = (stage.target.device(), stage.target.queue());
    let rgba = noise(32, 32);
    let refused = ImageTexture::upload_sparse(device, queue, [200, 200], &[level(&rgba, 32, 32)], SIDE, PLENTY);
    assert!(matches!(refused, Err(crate::RenderError::LevelSize { .. })), "no level of it has that size");
    let sparse = Sparse::new(&stage, chain(noise(64, 64), 64, 64), PLENTY);
    let put = |level_number, column, pixels: &MipLevel<'_>| {
        sparse.image.insert(device, queue, TileId { level: level_number, column, row: 0 }, pixels)
    };
    assert!(put(0, 0, &level(&noise(17, 17), 17, 17)).is_ok());
    assert!(put(0, 1, &level(&noise(17, 17), 17, 17)).is_err(), "this one has neighbours on both sides");
    assert!(put(0, 4, &level(&noise(17, 17), 17, 17)).is_err(), "there is no such column");
    assert!(put(9, 0, &level(&noise(17, 17), 17, 17)).is_err(), "there is no such level");
    assert!(put(0, 0, &level(&noise(17, 17)[4..], 17, 17)).is_err(), "too few bytes");
    let whole = stage.upload(&[level(&rgba, 32, 32)]);
    assert!(whole.insert(device, queue, TileId { level: 0, column: 0, row: 0 }, &level(&rgba, 32, 32)).is_err());
    assert_eq!(whole.wanted_tiles(&stage.camera([4.0, 4.0], 1.0)), []);
}
