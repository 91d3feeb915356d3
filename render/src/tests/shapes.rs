use super::*;
use crate::RenderError;

const RED: [u8; 4] = [255, 0, 0, 255];
const GREEN: [u8; 4] = [0, 255, 0, 255];
const WHITE: [u8; 4] = [255; 4];

/// A closed ring with nothing but a solid outline.
fn outlined(ring: &[[f64; 2]], stroke: [u8; 4], stroke_px: f32) -> Shape {
    let mut shape = filled(ring, [0; 4]);
    shape.style.stroke = stroke;
    shape.style.stroke_px = stroke_px;
    shape
}

/// A regular polygon of many corners.
fn disc(center: [f64; 2], radius: f64, corners: usize) -> Vec<[f64; 2]> {
    let corner = |i: usize| {
        let (sin, cos) = (i as f64 / corners as f64 * std::f64::consts::TAU).sin_cos();
        [center[0] + radius * cos, center[1] + radius * sin]
    };
    (0..corners).map(corner).collect()
}

/// How much of a line's colour there is along a column, in px: its width if it is horizontal and opaque.
fn inked(picture: &Picture, x: u32) -> f64 {
    let ink = |y| (f64::from(picture.at(x, y)[0]) - f64::from(BACKGROUND[0])) / f64::from(255 - BACKGROUND[0]);
    (0..picture.height()).map(ink).sum()
}

#[test]
fn the_fill_is_inside_and_not_in_the_hole() {
    let mut shape = filled(&rect(10.0, 10.0, 50.0, 50.0), RED);
    shape.rings.push(rect(20.0, 20.0, 40.0, 40.0));
    shape.rings.push(rect(25.0, 25.0, 35.0, 35.0));
    shape.rings.push(rect(52.0, 10.0, 60.0, 20.0));
    let mut stage = Stage::new(64, 64);
    let layer = stage.layer(&[shape]);
    let picture = stage.draw(stage.camera([32.0, 32.0], 1.0), None, &[&layer]);
    for (x, y) in [(15, 15), (45, 30), (30, 30), (55, 15), (10, 10), (49, 49)] {
        assert_eq!(picture.at(x, y), RED, "{x} {y}");
    }
    for (x, y) in [(5, 5), (22, 30), (38, 22), (62, 15), (55, 30)] {
        assert_eq!(picture.at(x, y), BACKGROUND, "{x} {y}");
    }
}

#[test]
fn a_translucent_fill_blends_once() {
    let mut stage = Stage::new(16, 16);
    let layer = stage.layer(&[filled(&rect(0.0, 0.0, 16.0, 16.0), [255, 255, 255, 128])]);
    let picture = stage.draw(stage.camera([8.0, 8.0], 1.0), None, &[&layer]);
    let expected = 28.0 + (255.0 - 28.0) * 128.0 / 255.0;
    assert!((f64::from(picture.at(8, 8)[0]) - expected).abs() <= 1.0, "{:?}", picture.at(8, 8));
}

#[test]
fn the_outline_is_as_wide_at_every_zoom() {
    let mut stage = Stage::new(64, 64);
    for width in [0.5, 1.0, 1.5, 2.5, 6.0] {
        for zoom in [0.05, 0.4, 1.0, 3.3, 20.0, 300.0] {
            // Its top edge passes through the middle of the viewport, off the grid.
            let far = 4000.0 / zoom;
            let layer = stage.layer(&[outlined(&rect(-far, 10.0 + 0.13 / zoom, far, far + 20.0), WHITE, width)]);
            let picture = stage.draw(stage.camera([0.0, 10.0], zoom), None, &[&layer]);
            let found = inked(&picture, 20);
            assert!((found - f64::from(width)).abs() < 0.05, "{width} px at zoom {zoom}: {found}");
        }
    }
}

#[test]
fn a_slanted_outline_is_as_wide_as_a_straight_one() {
    let mut stage = Stage::new(64, 64);
    let layer = stage.layer(&[outlined(&[[-500.0, -500.0], [500.0, 500.0], [-500.0, 600.0]], WHITE, 3.0)]);
    let picture = stage.draw(stage.camera([0.0, 0.0], 1.0), None, &[&layer]);
    assert!((inked(&picture, 30) - 3.0 * std::f64::consts::SQRT_2).abs() < 0.15, "{}", inked(&picture, 30));
}

#[test]
fn the_halo_is_outside_only() {
    let mut shape = outlined(&rect(10.0, 10.0, 30.0, 30.0), WHITE, 2.0);
    shape.style.halo = [0, 0, 255, 255];
    shape.style.halo_px = 2.0;
    // Both directions of travel.
    for ring in [rect(10.0, 10.0, 30.0, 30.0), rect(10.0, 10.0, 30.0, 30.0).into_iter().rev().collect()] {
        shape.rings = vec![ring];
        let mut stage = Stage::new(40, 40);
        let layer = stage.layer(&[shape.clone()]);
        let picture = stage.draw(stage.camera([20.0, 20.0], 1.0), None, &[&layer]);
        let row: Vec<[u8; 4]> = (5..15).map(|x| picture.at(x, 20)).collect();
        assert_eq!(row[0..2], [BACKGROUND; 2]);
        assert_eq!(row[2..4], [[0, 0, 255, 255]; 2]);
        assert_eq!(row[4..6], [WHITE; 2]);
        assert_eq!(row[6..], [BACKGROUND; 4]);
    }
}

#[test]
fn the_halo_of_a_line_is_on_both_sides() {
    let mut shape = outlined(&[[0.0, 20.0], [40.0, 20.0]], WHITE, 2.0);
    shape.closed = false;
    shape.style.halo = [0, 0, 255, 255];
    let mut stage = Stage::new(40, 40);
    let layer = stage.layer(&[shape]);
    let picture = stage.draw(stage.camera([20.0, 20.0], 1.0), None, &[&layer]);
    let column: Vec<[u8; 4]> = (17..23).map(|y| picture.at(20, y)).collect();
    let blue = [0, 0, 255, 255];
    assert_eq!(column, [BACKGROUND, blue, WHITE, WHITE, blue, BACKGROUND]);
}

#[test]
fn translucent_corners_are_not_darker() {
    let mut stage = Stage::new(64, 64);
    let layer = stage.layer(&[outlined(&disc([32.0, 32.0], 20.0, 40), [255, 255, 255, 128], 6.0)]);
    let picture = stage.draw(stage.camera([32.0, 32.0], 1.0), None, &[&layer]);
    let brightest = picture.rgba.chunks(4).map(|p| p[0]).max().unwrap();
    assert!(brightest.abs_diff(142) <= 1, "{brightest}");
    // And no gaps between the segments either: the middle of the line is covered all around.
    for i in 0..360 {
        let (sin, cos) = f64::from(i).to_radians().sin_cos();
        let at = picture.at((32.0 + 20.0 * cos) as u32, (32.0 + 20.0 * sin) as u32);
        assert!(at[0].abs_diff(142) <= 1, "{i}: {at:?}");
    }
}

#[test]
fn a_dense_outline_has_no_gaps_when_zoomed_out() {
    // A stair of single pixels, as a mask's outline is, far smaller than a screen px.
    let mut ring = vec![[0.0, 0.0]];
    for i in 0..800 {
        ring.push([f64::from(i + 1), f64::from(i)]);
        ring.push([f64::from(i + 1), f64::from(i + 1)]);
    }
    ring.push([800.0, 3000.0]);
    ring.push([-3000.0, 3000.0]);
    ring.push([-3000.0, 0.0]);
    let mut stage = Stage::new(64, 64);
    let layer = stage.layer(&[outlined(&ring, WHITE, 2.0)]);
    let picture = stage.draw(stage.camera([400.0, 400.0], 0.08), None, &[&layer]);
    for x in 8..56 {
        let found = inked(&picture, x);
        assert!((found - 2.0 * std::f64::consts::SQRT_2).abs() < 0.25, "{x}: {found}");
    }
}

#[test]
fn dashes_alternate_and_start_in_the_middle_of_one() {
    let mut shape = outlined(&[[4.0, 10.0], [300.0, 10.0]], WHITE, 2.0);
    shape.closed = false;
    shape.style.dash_px = 8.0;
    let mut stage = Stage::new(100, 20);
    let layer = stage.layer(&[shape]);
    let picture = stage.draw(stage.camera([50.0, 10.0], 1.0), None, &[&layer]);
    let on: Vec<bool> = (4..100).map(|x| picture.at(x, 9)[0] > 140).collect();
    assert!(on[..4].iter().all(|&v| v) && on[4..12].iter().all(|&v| !v) && on[12..20].iter().all(|&v| v));
    assert_eq!(on.iter().filter(|&&v| v).count(), 48);
}

#[test]
fn a_single_point_is_a_dot() {
    let mut stage = Stage::new(20, 20);
    let layer = stage.layer(&[outlined(&[[10.0, 10.0]], WHITE, 8.0)]);
    let picture = stage.draw(stage.camera([10.0, 10.0], 1.0), None, &[&layer]);
    assert_eq!([picture.at(10, 10), picture.at(7, 10), picture.at(10, 12)], [WHITE; 3]);
    assert_eq!([picture.at(6, 6), picture.at(15, 10)], [BACKGROUND; 2]);
}

#[test]
fn coordinates_of_100_000_px_do_not_jitter() {
    let shape = |x: f64, y: f64| {
        let mut shape = outlined(&disc([x, y], 0.9, 7), WHITE, 1.5);
        shape.style.fill = [255, 0, 0, 80];
        shape
    };
    let mut stage = Stage::new(80, 80);
    let near = stage.layer(&[shape(0.0, 0.0)]);
    let far = stage.layer(&[shape(100_000.0, 99_000.0)]);
    for step in 0..20 {
        let pan = f64::from(step) * 0.013;
        let expected = stage.draw(stage.camera([pan, -pan], 32.0), None, &[&near]);
        let picture = stage.draw(stage.camera([100_000.0 + pan, 99_000.0 - pan], 32.0), None, &[&far]);
        // One step of the fixed point is 1/64 screen px here.
        assert!(expected.max_difference(&picture) <= 6, "{step}: {}", expected.max_difference(&picture));
    }
}

#[test]
fn long_edges_do_not_jitter_far_from_their_ends() {
    let mut stage = Stage::new(64, 64);
    let layer = stage.layer(&[outlined(&rect(5.0, 7.5, 100_005.0, 100_007.5), WHITE, 2.0)]);
    let first = stage.draw(stage.camera([50_000.0, 7.5], 32.0), None, &[&layer]);
    assert_eq!(inked(&first, 10), 2.0);
    for step in 1..20 {
        let camera = stage.camera([50_000.0 + f64::from(step) * 101.7, 7.5], 32.0);
        assert!(stage.draw(camera, None, &[&layer]) == first, "{step}");
    }
}

#[test]
fn far_pages_are_skipped_and_the_picture_is_the_same() {
    let mut shapes = Vec::new();
    for i in 0..10_000_i32 {
        let center = [f64::from(i % 100) * 10.0, f64::from(i / 100) * 10.0];
        let mut shape = outlined(&disc(center, 4.0, 9), WHITE, 1.5);
        shape.style.fill = [(i % 251) as u8, (i % 127) as u8, 99, 255];
        shapes.push(shape);
    }
    let mut stage = Stage::new(60, 60);
    let layer = stage.layer(&shapes);
    for (center, zoom) in [([305.0, 207.0], 1.0), ([3.0, 3.0], 4.0), ([991.0, 400.0], 0.7)] {
        let camera = stage.camera(center, zoom);
        let (all, visible) = layer.num_parts(&camera);
        // Four pages, each in several parts.
        assert!(all >= 24 && visible * 4 < all, "{visible} of {all} parts");
        let seen = camera.visible(20.0);
        let near = |shape: &&Shape| {
            let p = shape.rings[0][0];
            (0..2).all(|i| p[i] > seen.min[i] && p[i] < seen.max[i])
        };
        let few: Vec<Shape> = shapes.iter().filter(near).cloned().collect();
        let few = stage.layer(&few);
        assert!(stage.draw(camera, None, &[&few]) == stage.draw(camera, None, &[&layer]), "{center:?}");
    }
}

#[test]
fn a_new_style_changes_that_shape_only() {
    let shape = |i: usize| filled(&rect(i as f64, 0.0, i as f64 + 1.0, 8.0), GREEN);
    let mut stage = Stage::new(64, 8);
    // Enough shapes that the one changed is in the second row of the style table.
    let shapes: Vec<Shape> = (0..2100).map(shape).collect();
    let mut layer = stage.layer(&shapes);
    let camera = stage.camera([1030.0, 4.0], 1.0);
    let before = stage.draw(camera, None, &[&layer]);
    layer.set_style(stage.target.queue(), 1040, filled(&[], RED).style).unwrap();
    let after = stage.draw(camera, None, &[&layer]);
    assert_eq!(before.num_different(&after), 8);
    assert_eq!(after.at(1040 - 998, 4), RED);

    let beyond = layer.set_style(stage.target.queue(), 2100, ShapeStyle::HIDDEN);
    assert!(matches!(beyond, Err(RenderError::NoSuchShape { index: 2100, len: 2100 })));
}

#[test]
fn hidden_shapes_are_not_drawn() {
    let mut stage = Stage::new(16, 16);
    let mut layer = stage.layer(&[outlined(&rect(2.0, 2.0, 12.0, 12.0), WHITE, 2.0)]);
    layer.set_style(stage.target.queue(), 0, filled(&[], [0; 4]).style).unwrap();
    let picture = stage.draw(stage.camera([8.0, 8.0], 1.0), None, &[&layer]);
    assert_eq!(picture.rgba, BACKGROUND.repeat(256));
}

#[test]
fn an_updated_shape_looks_as_if_the_layer_were_set_again() {
    let ring = |corners| disc([20.0, 20.0], 12.0, corners);
    let start = vec![
        outlined(&disc([10.0, 10.0], 6.0, 5), RED, 2.0),
        outlined(&ring(9), WHITE, 2.0),
        outlined(&disc([30.0, 30.0], 6.0, 6), GREEN, 2.0),
    ];
    let mut stage = Stage::new(60, 60);
    let mut layer = stage.layer(&start);
    // Fewer points, the same, more than there is room for, yet more within the new room, few again, none.
    for corners in [4, 9, 30, 55, 3, 0] {
        let mut shapes = start.clone();
        shapes[1] = outlined(&ring(corners), WHITE, 3.0);
        shapes[1].style.fill = [0, 0, 255, 255];
        layer.update_shape(stage.target.device(), stage.target.queue(), 1, &shapes[1]).unwrap();
        let again = stage.layer(&shapes);
        let camera = stage.camera([40.0, 18.0], 1.0);
        let expected = stage.draw(camera, None, &[&again]);
        let picture = stage.draw(camera, None, &[&layer]);
        assert_eq!(picture.num_different(&expected), 0, "{corners} corners");
    }
    let beyond = layer.update_shape(stage.target.device(), stage.target.queue(), 3, &start[0]);
    assert!(matches!(beyond, Err(RenderError::NoSuchShape { index: 3, len: 3 })));
}

#[test]
fn a_shape_moved_far_by_an_update_is_not_culled() {
    let mut stage = Stage::new(16, 16);
    let mut layer = stage.layer(&[filled(&rect(0.0, 0.0, 8.0, 8.0), RED)]);
    let moved = filled(&rect(5000.0, 0.0, 5008.0, 8.0), RED);
    layer.update_shape(stage.target.device(), stage.target.queue(), 0, &moved).unwrap();
    let picture = stage.draw(stage.camera([5004.0, 4.0], 1.0), None, &[&layer]);
    assert_eq!(picture.at(8, 8), RED);
}

#[test]
fn every_pattern_is_told_from_the_others_and_moves_with_the_image() {
    const ALL: [Pattern; 8] = [
        Pattern::Plain,
        Pattern::Rising,
        Pattern::Falling,
        Pattern::Lying,
        Pattern::Standing,
        Pattern::Grid,
        Pattern::Dots,
        Pattern::Crossed,
    ];
    let mut stage = Stage::new(64, 64);
    let mut drawn: Vec<Picture> = Vec::new();
    for pattern in ALL {
        let mut shape = filled(&rect(-100.0, -100.0, 200.0, 200.0), [255, 255, 255, 60]);
        shape.style.pattern = pattern;
        let layer = stage.layer(&[shape]);
        let still = stage.draw(stage.camera([32.0, 32.0], 1.0), None, &[&layer]);
        let moved = stage.draw(stage.camera([29.0, 35.0], 1.0), None, &[&layer]);
        for (x, y) in (4..60).flat_map(|y| (4..60).map(move |x| (x, y))) {
            assert!(still.at(x, y)[0].abs_diff(moved.at(x + 3, y - 3)[0]) <= 1, "{pattern:?} at {x} {y}");
        }
        for other in &drawn {
            assert!(still.num_different(other) > 300, "{pattern:?} looks like another");
        }
        drawn.push(still);
    }
    // Only one of the two leads up to the right: along it nothing changes.
    let changes = |at: usize, step: i32| {
        (8..40).filter(|i| drawn[at].at(*i, 30) != drawn[at].at((*i as i32 + 3) as u32, (30 + 3 * step) as u32)).count()
    };
    assert_eq!((changes(1, -1), changes(2, 1), changes(3, 0)), (0, 0, 0));
    assert!(changes(1, 1) > 8 && changes(2, -1) > 8);
}

#[test]
fn layers_are_painted_in_the_order_given() {
    let mut stage = Stage::new(8, 8);
    let red = stage.layer(&[filled(&rect(0.0, 0.0, 8.0, 8.0), RED)]);
    let green = stage.layer(&[filled(&rect(0.0, 0.0, 8.0, 8.0), GREEN)]);
    let camera = stage.camera([4.0, 4.0], 1.0);
    assert_eq!(stage.draw(camera, None, &[&red, &green]).at(4, 4), GREEN);
    assert_eq!(stage.draw(camera, None, &[&green, &red]).at(4, 4), RED);
}

#[test]
fn setting_again_replaces_all_shapes() {
    let mut stage = Stage::new(8, 8);
    let mut layer = stage.layer(&[filled(&rect(0.0, 0.0, 8.0, 8.0), RED)]);
    layer.set(stage.target.device(), stage.target.queue(), &[filled(&rect(4.0, 0.0, 8.0, 8.0), GREEN)]).unwrap();
    let camera = stage.camera([4.0, 4.0], 1.0);
    let picture = stage.draw(camera, None, &[&layer]);
    assert_eq!((picture.at(1, 4), picture.at(6, 4)), (BACKGROUND, GREEN));
    layer.set(stage.target.device(), stage.target.queue(), &[]).unwrap();
    assert_eq!(stage.draw(camera, None, &[&layer]).rgba, BACKGROUND.repeat(64));
}

#[test]
fn an_outline_of_more_points_than_a_page_is_drawn() {
    let mut stage = Stage::new(64, 64);
    let mut shape = outlined(&disc([32.0, 32.0], 20.0, 70_000), WHITE, 2.0);
    shape.style.fill = RED;
    let layer = stage.layer(&[shape]);
    let picture = stage.draw(stage.camera([32.0, 32.0], 1.0), None, &[&layer]);
    assert_eq!((picture.at(32, 32), picture.at(32, 12), picture.at(2, 2)), (RED, WHITE, BACKGROUND));
}

/// A shape in a cell of its own, so that the order of painting does not show.
fn in_cell(cell: usize, corners: usize, color: [u8; 4]) -> Shape {
    let center = [(cell % 12) as f64 * 16.0 + 8.0, (cell / 12) as f64 * 16.0 + 8.0];
    let mut shape = outlined(&disc(center, 6.0, corners), color, 1.5);
    shape.style.fill = [color[0], color[1], color[2], 90];
    shape
}

#[test]
fn any_changes_one_by_one_look_as_if_the_layer_were_set_again() {
    let mut stage = Stage::new(192, 192);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let mut seed = 5_u64;
    let mut random = |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % end
    };
    let colors = [RED, GREEN, WHITE];
    let mut shapes: Vec<Shape> = (0..20).map(|cell| in_cell(cell, 5, RED)).collect();
    let mut layer = stage.layer(&shapes);
    for round in 0..400 {
        let shape = |cell: usize, random: &mut dyn FnMut(usize) -> usize| in_cell(cell, 3 + random(20), colors[random(3)]);
        match random(4) {
            0 if shapes.len() < 144 => {
                shapes.push(shape(shapes.len(), &mut random));
                assert_eq!(layer.push(&device, &queue, &shapes[shapes.len() - 1]).unwrap(), shapes.len() - 1);
            }
            1 => {
                let at = random(shapes.len());
                shapes[at].style = ShapeStyle { fill: [0; 4], stroke: [0; 4], halo: [0; 4], ..ShapeStyle::default() };
                layer.set_style(&queue, at, shapes[at].style).unwrap();
            }
            _ => {
                let at = random(shapes.len());
                shapes[at] = shape(at, &mut random);
                layer.update_shape(&device, &queue, at, &shapes[at]).unwrap();
            }
        }
        if round % 40 == 39 {
            let again = stage.layer(&shapes);
            let camera = stage.camera([96.0, 96.0], 1.0);
            let expected = stage.draw(camera, None, &[&again]);
            assert_eq!(stage.draw(camera, None, &[&layer]).num_different(&expected), 0, "after {round} changes");
        }
    }
}

#[test]
fn a_table_of_styles_grows_with_the_shapes_added() {
    let mut stage = Stage::new(16, 16);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let mut layer = stage.layer(&[filled(&rect(0.0, 0.0, 8.0, 16.0), RED)]);
    for _ in 0..4000 {
        layer.push(&device, &queue, &filled(&rect(100.0, 0.0, 108.0, 8.0), GREEN)).unwrap();
    }
    layer.push(&device, &queue, &filled(&rect(8.0, 0.0, 16.0, 16.0), WHITE)).unwrap();
    let picture = stage.draw(stage.camera([8.0, 8.0], 1.0), None, &[&layer]);
    assert_eq!((picture.at(3, 8), picture.at(12, 8), layer.len()), (RED, WHITE, 4002));
}

#[test]
fn one_change_uploads_one_shape() {
    let stage = Stage::new(8, 8);
    let (device, queue) = (stage.target.device(), stage.target.queue());
    let mut layer = stage.layer(&(0..5000).map(|cell| in_cell(cell, 12, RED)).collect::<Vec<_>>());
    let mut costs = |change: &mut dyn FnMut(&mut ShapeLayer)| {
        let before = layer.uploaded_bytes();
        change(&mut layer);
        layer.uploaded_bytes() - before
    };
    // Twelve points, three of them twice, at 16 bytes; ten triangles; one style, and one more that hides it where it was.
    let most = 15 * 16 + 30 * 2 + 2 * 32;
    assert!((1..=most).contains(&costs(&mut |layer| layer.update_shape(device, queue, 7, &in_cell(9, 12, GREEN)).unwrap())));
    assert!((1..=most).contains(&costs(&mut |layer| assert_eq!(layer.push(device, queue, &in_cell(3, 12, GREEN)).unwrap(), 5000))));
    assert_eq!(costs(&mut |layer| layer.set_style(queue, 3, ShapeStyle::default()).unwrap()), 32);
    // Into more room, with as much again to grow into, and the old place blanked.
    assert!((1..=6 * most).contains(&costs(&mut |layer| layer.update_shape(device, queue, 7, &in_cell(9, 24, GREEN)).unwrap())));
}

#[test]
fn a_layer_of_single_shapes_asks_to_be_built_anew() {
    let mut stage = Stage::new(8, 8);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let mut layer = ShapeLayer::new(&device).unwrap();
    let shapes: Vec<Shape> = (0..3000).map(|cell| in_cell(cell % 144, 12, RED)).collect();
    for shape in &shapes {
        layer.push(&device, &queue, shape).unwrap();
    }
    assert!(layer.is_scattered());
    layer.set(&device, &queue, &shapes).unwrap();
    assert!(!layer.is_scattered());
    let (camera, again) = (stage.camera([96.0, 96.0], 0.5), stage.layer(&shapes));
    let expected = stage.draw(camera, None, &[&again]);
    assert_eq!(stage.draw(camera, None, &[&layer]).num_different(&expected), 0);
}

#[test]
fn a_small_layer_set_every_frame_shows_the_last_only() {
    let mut stage = Stage::new(192, 192);
    let mut layer = stage.layer(&[]);
    let camera = stage.camera([96.0, 96.0], 1.0);
    for count in [0, 1, 9, 2, 0, 144, 3] {
        let shapes: Vec<Shape> = (0..count).map(|cell| in_cell(cell, 4 + count, GREEN)).collect();
        layer.set(stage.target.device(), stage.target.queue(), &shapes).unwrap();
        let again = stage.layer(&shapes);
        let expected = stage.draw(camera, None, &[&again]);
        assert_eq!(stage.draw(camera, None, &[&layer]).num_different(&expected), 0, "{count} shapes");
    }
}

#[test]
fn all_layers_but_the_last_are_dimmed() {
    let mut stage = Stage::new(32, 16);
    let others = stage.layer(&[filled(&rect(0.0, 0.0, 16.0, 16.0), [228, 228, 230, 255])]);
    let in_hand = stage.layer(&[filled(&rect(16.0, 0.0, 32.0, 16.0), RED)]);
    let camera = stage.camera([16.0, 8.0], 1.0);
    stage.renderer.options.others_opacity = 0.25;
    let picture = stage.draw(camera, None, &[&others, &in_hand]);
    assert_eq!((picture.at(8, 8), picture.at(24, 8)), ([78, 78, 80, 255], RED));
    stage.renderer.options.others_opacity = 1.0;
    let picture = stage.draw(camera, None, &[&others, &in_hand]);
    assert_eq!((picture.at(8, 8), picture.at(24, 8)), ([228, 228, 230, 255], RED));
}
