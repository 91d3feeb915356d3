//! Many shapes from afar are drawn with fewer points, and look the same.

use super::*;

const SIDE: f64 = 4096.0;

/// Outlines of many points, as masks and models give them, of all sizes.
fn blobs(count: usize) -> Vec<Shape> {
    let blob = |at: usize| {
        let fraction = |seed: f64| (at as f64 * seed).fract();
        let (x, y) = (fraction(0.754_877_666) * SIDE, fraction(0.569_840_29) * SIDE);
        let radius = 1.0 + 60.0 * fraction(0.381_966).powi(3);
        let corner = |i: usize| {
            let turn = i as f64 / 64.0 * std::f64::consts::TAU;
            let r = radius * (1.0 + 0.25 * (turn * 5.0 + at as f64).sin());
            [x + r * turn.cos(), y + r * turn.sin()]
        };
        let mut shape = filled(&(0..64).map(corner).collect::<Vec<_>>(), [60, 160, 255, 46]);
        (shape.style.stroke, shape.style.stroke_px) = ([60, 160, 255, 255], 1.5);
        shape
    };
    (0..count).map(blob).collect()
}

/// The mean difference of all channels.
fn mean_difference(a: &Picture, b: &Picture) -> f64 {
    let sum: u64 = a.rgba.iter().zip(&b.rgba).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.rgba.len() as f64
}

#[test]
fn from_afar_fewer_points_look_the_same() {
    let shapes = blobs(1500);
    let mut stage = Stage::new(512, 512);
    let many = stage.layer(&shapes);
    // Parts that fill no page are never thinned.
    let parts: Vec<ShapeLayer> = shapes.chunks(300).map(|part| stage.layer(part)).collect();
    let whole: Vec<&ShapeLayer> = parts.iter().collect();
    for (zoom, most_points, most_difference) in [(1.0, 1.0, 0.01), (0.25, 0.5, 0.3), (0.125, 0.25, 1.5), (0.03, 0.15, 1.0)] {
        let (all, drawn) = (many.num_vertices_at(1e9) as f64, many.num_vertices_at(zoom) as f64);
        assert!(drawn <= most_points * all, "zoom {zoom}: {drawn} of {all}");
        let camera = stage.camera([SIDE / 2.0, SIDE / 2.0], zoom);
        let fine = stage.draw(camera, None, &whole);
        let coarse = stage.draw(camera, None, &[&many]);
        let difference = mean_difference(&fine, &coarse);
        assert!(difference <= most_difference, "zoom {zoom}: {difference}");
    }
}

#[test]
fn changes_show_from_near_and_from_afar() {
    let mut shapes = blobs(1500);
    let mut stage = Stage::new(512, 512);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let mut layer = stage.layer(&shapes);
    let red = |at: usize, radius: f64| {
        let (x, y) = (100.0 + 200.0 * at as f64, 2000.0);
        filled(&rect(x - radius, y - radius, x + radius, y + radius), [255, 0, 0, 255])
    };
    let middle = |shape: &Shape| {
        let ring = &shape.rings[0];
        [0, 1].map(|axis| ring.iter().map(|p| p[axis]).sum::<f64>() / ring.len() as f64)
    };
    // Moved, a large one moved twice, hidden after it was moved, hidden where it was.
    const LARGE: usize = 610;
    let was = middle(&shapes[LARGE]);
    for (at, shape) in [(0, red(3, 60.0)), (LARGE, red(7, 40.0)), (LARGE, red(9, 80.0)), (1499, red(12, 60.0))] {
        shapes[at] = shape;
        layer.update_shape(&device, &queue, at, &shapes[at]).unwrap();
    }
    for at in [1499, 20] {
        shapes[at].style = ShapeStyle::HIDDEN;
        layer.set_style(&queue, at, shapes[at].style).unwrap();
    }
    let again = stage.layer(&shapes);
    for zoom in [0.125, 0.5] {
        let camera = stage.camera([SIDE / 2.0, SIDE / 2.0], zoom);
        let (expected, found) = (stage.draw(camera, None, &[&again]), stage.draw(camera, None, &[&layer]));
        // What moved is drawn with all its points.
        assert!(mean_difference(&expected, &found) < 0.8, "zoom {zoom}: {}", mean_difference(&expected, &found));
        let at = |x: f64| ((x - SIDE / 2.0) * zoom + 256.0) as u32;
        if zoom < 0.5 {
            assert_eq!(found.at(at(700.0), at(2000.0))[0], 255);
            assert_ne!(found.at(at(was[0]), at(was[1])), [255, 0, 0, 255], "where it was at first");
            assert_ne!(found.at(at(1500.0), at(2000.0)), [255, 0, 0, 255], "where it was before it moved again");
            assert_ne!(found.at(at(2500.0), at(2000.0)), [255, 0, 0, 255], "hidden");
        }
    }
}
