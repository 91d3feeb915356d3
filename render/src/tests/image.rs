use super::*;
use crate::{ChannelView, ImageAdjust};

fn texel(rgba: &[u8], width: u32, x: u32, y: u32) -> [u8; 4] {
    let first = ((y * width + x) * 4) as usize;
    rgba[first..first + 4].try_into().unwrap()
}

#[test]
fn every_value_comes_out_unchanged_at_one_to_one() {
    let rgba = noise(97, 61);
    // The viewport is even where the picture is odd, the centre lies off the grid: still no filtering.
    for (center, first) in [([30.0, 20.0], [10, 8]), ([30.3, 20.4], [10, 8]), ([48.5, 30.5], [29, 19])] {
        let mut stage = Stage::new(40, 24);
        let image = stage.upload(&[level(&rgba, 97, 61)]);
        let picture = stage.draw(stage.camera(center, 1.0), Some(&image), &[]);
        for (x, y) in (0..24).flat_map(|y| (0..40).map(move |x| (x, y))) {
            assert_eq!(picture.at(x, y), texel(&rgba, 97, x + first[0], y + first[1]), "{center:?} {x} {y}");
        }
    }
}

#[test]
fn an_srgb_target_stores_the_same_values() {
    let rgba: Vec<u8> = (0..=255).flat_map(|v| [v, 255 - v, v / 2, 255]).collect();
    let mut stage = Stage::with_format(256, 1, wgpu::TextureFormat::Rgba8UnormSrgb);
    stage.renderer.options.border = [0; 4];
    let image = stage.upload(&[level(&rgba, 256, 1)]);
    let picture = stage.draw(stage.camera([128.0, 0.5], 1.0), Some(&image), &[]);
    assert_eq!(picture.rgba, rgba);
}

#[test]
fn pixels_are_squares_at_zoom_8() {
    let rgba = noise(16, 16);
    let mut stage = Stage::new(64, 64);
    let image = stage.upload(&[level(&rgba, 16, 16)]);
    let picture = stage.draw(stage.camera([8.0, 8.0], 8.0), Some(&image), &[]);
    for (x, y) in (0..64).flat_map(|y| (0..64).map(move |x| (x, y))) {
        assert_eq!(picture.at(x, y), texel(&rgba, 16, x / 8 + 4, y / 8 + 4), "{x} {y}");
    }
}

#[test]
fn tiles_meet_without_a_seam_at_every_zoom() {
    let (rgba, half, quarter) = {
        let full = gradient(96, 80);
        let half = halved(&full, 96, 80);
        let quarter = halved(&half, 48, 40);
        (full, half, quarter)
    };
    let levels = [level(&rgba, 96, 80), level(&half, 48, 40), level(&quarter, 24, 20)];
    let mut stage = Stage::new(120, 90);
    let whole = stage.upload(&levels);
    let tiled = stage.upload_tiled(&levels, 11);
    for zoom in [0.2, 0.25, 0.37, 0.5, 0.8, 1.0, 1.3, 1.7, 2.0, 5.5, 16.0] {
        let camera = stage.camera([47.3, 41.1], zoom);
        let expected = stage.draw(camera, Some(&whole), &[]);
        let picture = stage.draw(camera, Some(&tiled), &[]);
        // Filter positions round differently in small textures; a seam would be far more than 2.
        assert!(expected.max_difference(&picture) <= 2, "zoom {zoom}: {}", expected.max_difference(&picture));
    }
}

#[test]
fn zoomed_out_pixels_are_means() {
    let rgba = noise(64, 64);
    let half = halved(&rgba, 64, 64);
    let quarter = halved(&half, 32, 32);
    let mut stage = Stage::new(16, 16);
    stage.renderer.options.border = [0; 4];
    let levels = [level(&rgba, 64, 64), level(&half, 32, 32), level(&quarter, 16, 16)];
    let image = stage.upload(&levels);
    let picture = stage.draw(stage.camera([32.0, 32.0], 0.25), Some(&image), &[]);
    assert_eq!(picture.rgba, quarter);
    // Without the quarter-size level the four taps must take the same means from the half-size one.
    let image = stage.upload(&levels[..2]);
    let filtered = stage.draw(stage.camera([32.0, 32.0], 0.25), Some(&image), &[]);
    assert!(filtered.max_difference(&picture) <= 1);
}

#[test]
fn transparent_pixels_show_the_checkerboard() {
    let rgba = [0, 0, 0, 0].repeat(32 * 32);
    let mut stage = Stage::new(32, 32);
    stage.renderer.options.checker = [[10, 20, 30, 255], [200, 210, 220, 255]];
    let image = stage.upload(&[level(&rgba, 32, 32)]);
    let picture = stage.draw(stage.camera([16.0, 16.0], 1.0), Some(&image), &[]);
    assert_eq!(picture.at(0, 0), [10, 20, 30, 255]);
    assert_eq!(picture.at(8, 0), [200, 210, 220, 255]);
    assert_eq!(picture.at(8, 8), [10, 20, 30, 255]);
    // It moves with the picture.
    let moved = stage.draw(stage.camera([11.0, 16.0], 1.0), Some(&image), &[]);
    assert_eq!(moved.at(12, 0), [10, 20, 30, 255]);
    assert_eq!(moved.at(13, 0), [200, 210, 220, 255]);
}

#[test]
fn half_transparent_pixels_mix_with_the_checkerboard() {
    let rgba = [200, 100, 0, 128].repeat(4 * 4);
    let mut stage = Stage::new(4, 4);
    stage.renderer.options.checker = [[0, 0, 0, 255], [0, 0, 0, 255]];
    let image = stage.upload(&[level(&rgba, 4, 4)]);
    let picture = stage.draw(stage.camera([2.0, 2.0], 1.0), Some(&image), &[]);
    assert_eq!(picture.at(2, 2), [100, 50, 0, 255]);
}

#[test]
fn outside_the_picture_nothing_is_painted_but_a_hairline() {
    let rgba = [255; 4].repeat(8 * 8);
    let mut stage = Stage::new(24, 24);
    stage.renderer.options.border = [255, 0, 0, 255];
    let image = stage.upload(&[level(&rgba, 8, 8)]);
    let picture = stage.draw(stage.camera([4.0, 4.0], 1.0), Some(&image), &[]);
    assert_eq!([picture.at(8, 8), picture.at(15, 15)], [[255; 4]; 2]);
    for (x, y) in [(7, 7), (7, 12), (16, 12), (12, 7), (12, 16), (16, 16)] {
        assert_eq!(picture.at(x, y), [255, 0, 0, 255], "{x} {y}");
    }
    for (x, y) in [(6, 12), (17, 12), (12, 6), (12, 17), (0, 0), (23, 23)] {
        assert_eq!(picture.at(x, y), BACKGROUND, "{x} {y}");
    }
}

#[test]
fn the_pixel_grid_appears_when_zoomed_in_and_can_be_switched_off() {
    let rgba = [0, 0, 0, 255].repeat(8 * 8);
    let mut stage = Stage::new(64, 64);
    let image = stage.upload(&[level(&rgba, 8, 8)]);
    let with_grid = stage.draw(stage.camera([4.0, 4.0], 24.0), Some(&image), &[]);
    assert!(with_grid.at(32, 20)[0] > 20, "a line between pixels");
    assert_eq!(with_grid.at(20, 20), [0, 0, 0, 255], "the middle of a pixel");
    let before = stage.draw(stage.camera([4.0, 4.0], 12.0), Some(&image), &[]);
    assert_eq!(before.at(32, 20), [0, 0, 0, 255]);
    stage.renderer.options.pixel_grid = false;
    let without = stage.draw(stage.camera([4.0, 4.0], 24.0), Some(&image), &[]);
    assert_eq!(without.at(32, 20), [0, 0, 0, 255]);
}

#[test]
fn another_picture_than_the_prepared_one_is_not_drawn() {
    let mut stage = Stage::new(8, 8);
    let rgba = noise(8, 8);
    let prepared = stage.upload(&[level(&rgba, 8, 8)]);
    let other = stage.upload(&[level(&rgba, 8, 8)]);
    let camera = stage.camera([4.0, 4.0], 1.0);
    stage.renderer.prepare(stage.target.device(), stage.target.queue(), &camera, Some(&prepared));
    let renderer = &stage.renderer;
    let drawn = stage.target.render(BACKGROUND, |pass| renderer.paint(pass, Some(&other), &[])).unwrap();
    assert_eq!(drawn, BACKGROUND.repeat(64));
}

#[test]
fn adjustments_change_the_view() {
    let rgba = [100, 150, 200, 255].repeat(4);
    let mut stage = Stage::new(2, 2);
    let image = stage.upload(&[level(&rgba, 2, 2)]);
    let mut seen = |adjust| {
        stage.renderer.options.adjust = adjust;
        stage.draw(stage.camera([1.0, 1.0], 1.0), Some(&image), &[]).at(0, 0)
    };
    let neutral = ImageAdjust::default();
    assert_eq!(seen(neutral), [100, 150, 200, 255]);
    assert_eq!(seen(ImageAdjust { channel: ChannelView::Green, ..neutral }), [150, 150, 150, 255]);
    assert_eq!(seen(ImageAdjust { channel: ChannelView::Alpha, ..neutral }), [255; 4]);
    assert_eq!(seen(ImageAdjust { brightness: 0.2, ..neutral }), [151, 201, 251, 255]);
    let gamma = seen(ImageAdjust { gamma: 2.0, ..neutral });
    assert!(gamma[0].abs_diff(160) <= 1, "{gamma:?}");
}

#[test]
fn a_corner_of_a_huge_picture_is_exact() {
    // One row is enough to reach x = 12,000 in several tiles.
    let width = 12_000;
    let rgba = noise(width, 1);
    let mut stage = Stage::new(64, 32);
    stage.renderer.options.pixel_grid = false;
    let image = stage.upload(&[level(&rgba, width, 1)]);
    let picture = stage.draw(stage.camera([11_999.0, 0.5], 32.0), Some(&image), &[]);
    assert_eq!(picture.at(0, 16), texel(&rgba, width, 11_998, 0));
    assert_eq!(picture.at(31, 16), texel(&rgba, width, 11_998, 0));
    assert_eq!(picture.at(32, 16), texel(&rgba, width, 11_999, 0));
    assert_eq!(picture.at(63, 16), texel(&rgba, width, 11_999, 0));
}

/// What shows each value of 16 bit as `shown` says.
fn table(shown: impl Fn(u32) -> u8) -> std::sync::Arc<[u8]> {
    (0..=65_535).map(shown).collect()
}

#[test]
fn a_table_says_what_is_shown_for_each_value() {
    let rgba: Vec<u8> = (0..=255).flat_map(|v| [v, 255 - v, v / 2, 255]).collect();
    let mut stage = Stage::new(256, 1);
    stage.renderer.options.border = [0; 4];
    let image = stage.upload(&[level(&rgba, 256, 1)]);
    let camera = stage.camera([128.0, 0.5], 1.0);
    let inverse = table(|value| 255 - (value / 257) as u8);
    stage.renderer.set_tone(stage.target.queue(), Some(&inverse));
    let picture = stage.draw(camera, Some(&image), &[]);
    let expected: Vec<u8> = (0..=255).flat_map(|v| [255 - v, v, 255 - v / 2, 255]).collect();
    assert_eq!(picture.rgba, expected);
    // Brightness comes after it, and so does the choice of a channel.
    stage.renderer.options.adjust = ImageAdjust { channel: ChannelView::Green, ..ImageAdjust::default() };
    assert_eq!(stage.draw(camera, Some(&image), &[]).at(9, 0), [9, 9, 9, 255]);
    stage.renderer.options.adjust = ImageAdjust::default();
    // Another table, and none again.
    let window = table(|value| (value.clamp(100 * 257, 102 * 257) - 100 * 257).div_ceil(3) as u8);
    stage.renderer.set_tone(stage.target.queue(), Some(&window));
    let picture = stage.draw(camera, Some(&image), &[]);
    assert_eq!([99, 100, 101, 102].map(|x| picture.at(x, 0)[0]), [0, 0, 86, 172]);
    stage.renderer.set_tone(stage.target.queue(), None);
    assert_eq!(stage.draw(camera, Some(&image), &[]).rgba, rgba);
}

#[test]
fn low_bytes_are_told_apart_at_every_zoom() {
    // 64 values of 16 bit from 1000 on, which are all the same in eight.
    let values: Vec<u16> = (0..64 * 16).map(|n| 1000 + n % 64).collect();
    let bytes = |which: usize| -> Vec<u8> { values.iter().flat_map(|v| [v.to_be_bytes()[which]; 3].into_iter().chain([255])).collect() };
    let (high, low) = (bytes(0), bytes(1));
    let mut stage = Stage::new(64, 16);
    stage.renderer.options.border = [0; 4];
    let levels = [MipLevel { fine: Some(&low), ..level(&high, 64, 16) }];
    let window = table(|value| ((value.clamp(1000, 1063) - 1000) * 4) as u8);
    stage.renderer.set_tone(stage.target.queue(), Some(&window));
    let whole = stage.upload(&levels);
    let picture = stage.draw(stage.camera([32.0, 8.0], 1.0), Some(&whole), &[]);
    for x in 0..64 {
        assert_eq!(picture.at(x, 5), [x as u8 * 4, x as u8 * 4, x as u8 * 4, 255]);
    }
    // Enlarged, values between the samples appear; in tiles as in one piece.
    let tiled = stage.upload_tiled(&levels, 20);
    for zoom in [0.7, 1.5, 4.0] {
        let camera = stage.camera([32.3, 8.1], zoom);
        let picture = stage.draw(camera, Some(&whole), &[]);
        let row: Vec<u8> = (20..40).map(|x| picture.at(x, 8)[0]).collect();
        assert!(row.is_sorted() && row[19] > row[0] + 10, "{zoom}: {row:?}");
        assert!(picture.max_difference(&stage.draw(camera, Some(&tiled), &[])) <= 4, "{zoom}");
    }
    assert_eq!(whole.bytes(), 64 * 16 * 8);
    let whole = ImageTexture::upload_sparse(stage.target.device(), stage.target.queue(), [128, 32], &levels, 32, 1 << 20).unwrap();
    let tile = crate::TileId { level: 0, column: 1, row: 0 };
    assert_eq!(whole.tile_rect(tile), Some([31, 0, 34, 32]));
    let plain = vec![3; 34 * 32 * 4];
    let insert =
        |fine| whole.insert(stage.target.device(), stage.target.queue(), tile, &MipLevel { width: 34, height: 32, rgba: &plain, fine });
    assert!(insert(None).is_err(), "a tile without low bytes among others with them");
    insert(Some(plain.as_slice())).unwrap();
}
