//! Every shape with its fill and outline lies over all before it, at any number of shapes and after any changes.

use super::*;

const SIDE: u32 = 320;

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// A box, half filled, whose edges lie on no others and not so near that the lines meet.
    fn shape(&mut self, side: u32, most: usize) -> Shape {
        let cells = (side / 16) as usize;
        let mut edge = |most: usize| {
            let from = self.below(cells - 1);
            let to = (from + self.below(most)).min(cells - 1);
            [from as f64 * 16.0 + 2.0, to as f64 * 16.0 + 9.0]
        };
        let ([left, right], [top, bottom]) = (edge(most), edge(most));
        let color = [self.below(256) as u8, self.below(256) as u8, self.below(256) as u8];
        let [r, g, b] = color;
        let style = ShapeStyle { fill: [r, g, b, 120], stroke: [b, r, g, 255], ..Default::default() };
        Shape { rings: vec![rect(left, top, right, bottom)], closed: true, style, ..Default::default() }
    }
}

impl Stage {
    /// Shape by shape, each in a layer of its own.
    fn one_by_one(&mut self, shapes: &[Shape], camera: Camera) -> Picture {
        let layers: Vec<ShapeLayer> = shapes.iter().map(|shape| self.layer(std::slice::from_ref(shape))).collect();
        self.draw(camera, None, &layers.iter().collect::<Vec<_>>())
    }
}

#[test]
fn a_layer_looks_like_its_shapes_painted_one_by_one() {
    let mut stage = Stage::new(SIDE, SIDE);
    let mut random = Random(7);
    let camera = stage.camera([160.0, 160.0], 1.0);
    for (count, most) in [(2, 9), (12, 9), (100, 3), (300, 9)] {
        let shapes: Vec<Shape> = (0..count).map(|_| random.shape(SIDE, most)).collect();
        let layer = stage.layer(&shapes);
        let (expected, found) = (stage.one_by_one(&shapes, camera), stage.draw(camera, None, &[&layer]));
        assert_eq!(found.num_different(&expected), 0, "{count} shapes");
    }
}

#[test]
fn shapes_of_all_kinds_obey_the_order() {
    let mut stage = Stage::new(64, 64);
    let line = |y: f64, stroke| {
        let style = ShapeStyle { stroke, stroke_px: 6.0, halo: [0; 4], ..Default::default() };
        Shape { rings: vec![vec![[4.0, y], [60.0, y]]], style, ..Default::default() }
    };
    let (red, green, white) = ([255, 0, 0, 255], [0, 255, 0, 255], [255; 4]);
    let mark = crate::Marker { pos: [32.0, 30.0], kind: crate::MarkerKind::Disc };
    let dot =
        |stroke| Shape { markers: vec![mark], style: ShapeStyle { stroke, marker_px: 9.0, ..Default::default() }, ..Default::default() };
    let area = |fill| filled(&rect(20.0, 20.0, 44.0, 44.0), fill);
    for (shapes, top) in [
        (vec![line(30.0, red), area(green)], green),
        (vec![area(green), line(30.0, red)], red),
        (vec![line(30.0, red), line(30.0, white)], white),
        (vec![area(green), dot(red), area(white)], white),
        (vec![area(white), line(30.0, white), dot(red)], red),
    ] {
        let layer = stage.layer(&shapes);
        let picture = stage.draw(stage.camera([32.0, 32.0], 1.0), None, &[&layer]);
        assert_eq!(picture.at(32, 30), top);
    }
}

#[test]
fn changes_keep_their_place_in_the_order() {
    let mut stage = Stage::new(SIDE, SIDE);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let camera = stage.camera([160.0, 160.0], 1.0);
    let mut random = Random(3);
    let mut shapes: Vec<Shape> = (0..40).map(|_| random.shape(SIDE, 5)).collect();
    let mut layer = stage.layer(&shapes);
    let (mut builds, mut checks) = (0, 0);
    for round in 0..240 {
        let mut shape = random.shape(SIDE, 5);
        if random.below(2) == 0 {
            // More points than there is room for.
            let [a, b] = [shape.rings[0][0], shape.rings[0][1]];
            shape.rings[0].splice(1..1, (1..9).map(|at| [a[0] + (b[0] - a[0]) * f64::from(at) / 9.0, a[1]]));
        }
        if random.below(8) == 0 {
            assert_eq!(layer.push(&device, &queue, &shape).unwrap(), shapes.len());
            shapes.push(shape);
        } else {
            let at = random.below(shapes.len());
            layer.update_shape(&device, &queue, at, &shape).unwrap();
            shapes[at] = shape;
        }
        if layer.is_scattered() {
            builds += 1;
            layer.set(&device, &queue, &shapes).unwrap();
        }
        if round % 8 == 0 {
            checks += 1;
            let expected = stage.one_by_one(&shapes, camera);
            assert_eq!(stage.draw(camera, None, &[&layer]).num_different(&expected), 0, "after {round} changes");
        }
    }
    assert!(builds < 120 && checks == 30, "built anew {builds} times");
}

/// Twenty thousand points and more: thinned, and ordered by place.
#[test]
fn five_thousand_boxes_lie_as_they_were_drawn_and_a_raised_one_on_top() {
    const WIDE: u32 = 1024;
    let mut stage = Stage::new(WIDE, WIDE);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let camera = stage.camera([512.0, 512.0], 1.0);
    let mut random = Random(11);
    let mut shapes: Vec<Shape> = (0..5000).map(|_| random.shape(WIDE, 6)).collect();
    let raised = filled(&rect(304.0, 304.0, 720.0, 720.0), [255, 0, 0, 255]);
    shapes[17] = raised.clone();
    // As the window does it: what is raised comes last.
    let last = shapes.remove(17);
    shapes.push(last);
    let mut layer = stage.layer(&shapes);
    let expected = stage.one_by_one(&shapes, camera);
    let found = stage.draw(camera, None, &[&layer]);
    assert_eq!(found.at(512, 512), [255, 0, 0, 255]);
    assert_eq!(found.num_different(&expected), 0);

    // One in the middle of all changes its size, and one goes below all.
    shapes[2500] = Shape { rings: vec![rect(98.0, 98.0, 201.0, 201.0)], ..shapes[2500].clone() };
    layer.update_shape(&device, &queue, 2500, &shapes[2500]).unwrap();
    shapes[0] = filled(&rect(0.0, 0.0, 1024.0, 1024.0), [0, 0, 255, 255]);
    layer.update_shape(&device, &queue, 0, &shapes[0]).unwrap();
    if layer.is_scattered() {
        layer.set(&device, &queue, &shapes).unwrap();
    }
    let expected = stage.one_by_one(&shapes, camera);
    assert_eq!(stage.draw(camera, None, &[&layer]).num_different(&expected), 0);
}

#[test]
fn what_is_edited_among_thinned_shapes_keeps_its_place_from_near_and_from_afar() {
    let mut stage = Stage::new(256, 256);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let disc = |radius: f64, fill: [u8; 4]| {
        let corner = |at: usize| (at as f64 / 400.0 * std::f64::consts::TAU).sin_cos();
        filled(&(0..400).map(corner).map(|(sin, cos)| [512.0 + radius * cos, 512.0 + radius * sin]).collect::<Vec<_>>(), fill)
    };
    // A pile of a hundred, and the three at its top.
    let mut shapes: Vec<Shape> = (0..100).map(|at| disc(400.0 - f64::from(at), [90, 90, at as u8, 255])).collect();
    shapes.extend([disc(200.0, [255, 0, 0, 255]), disc(150.0, [0, 255, 0, 255]), disc(100.0, [0, 0, 255, 255])]);
    let mut layer = stage.layer(&shapes);
    assert!(layer.num_vertices_at(0.25) * 2 < layer.num_vertices_at(4.0), "nothing is thinned");
    layer.update_shape(&device, &queue, 101, &disc(170.0, [255, 255, 0, 255])).unwrap();
    assert!(!layer.is_scattered());
    for (zoom, yellow) in [(0.25, 128 + 33), (1.0, 128 + 120)] {
        let camera = stage.camera([if zoom < 1.0 { 512.0 } else { 542.0 }, 512.0], zoom);
        let picture = stage.draw(camera, None, &[&layer]);
        assert_eq!(picture.at(yellow - if zoom < 1.0 { 0 } else { 20 }, 128), [255, 255, 0, 255], "zoom {zoom}");
        let middle = if zoom < 1.0 { 128 } else { 98 };
        assert_eq!(picture.at(middle, 128), [0, 0, 255, 255], "zoom {zoom}: the topmost is covered");
    }
}

#[test]
fn very_high_piles_keep_their_topmost() {
    let mut stage = Stage::new(32, 32);
    let shapes: Vec<Shape> =
        (0..1000_u32).map(|at| filled(&rect(8.0, 8.0, 24.0, 24.0), [(at % 256) as u8, (at / 256) as u8, 7, 255])).collect();
    for shown in [1, 100, 500, 1000] {
        let layer = stage.layer(&shapes[..shown]);
        let expected = shapes[shown - 1].style.fill;
        assert_eq!(stage.draw(stage.camera([16.0, 16.0], 1.0), None, &[&layer]).at(16, 16), expected, "{shown}");
        assert!(layer.num_parts(&stage.camera([16.0, 16.0], 1.0)).0 <= 128);
    }
}
