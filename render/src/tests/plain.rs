//! What is made for pictures and shapes without extras draws what the rest draws, too.

use super::*;
use crate::{ImageAdjust, Marker, MarkerKind};

#[test]
fn a_picture_as_it_is_looks_as_one_that_is_adjusted_by_nothing() {
    let mut rgba = noise(96, 80);
    rgba.iter_mut().skip(3).step_by(12).for_each(|alpha| *alpha = 100);
    let half = halved(&rgba, 96, 80);
    let mut stage = Stage::new(120, 90);
    let image = stage.upload(&[level(&rgba, 96, 80), level(&half, 48, 40)]);
    let adjusted = ImageAdjust { brightness: 1e-9, ..ImageAdjust::default() };
    for zoom in [0.4, 0.5, 0.8, 1.0, 1.5, 3.0, 16.0] {
        let camera = stage.camera([47.3, 41.1], zoom);
        let found = stage.draw(camera, Some(&image), &[]);
        stage.renderer.options.adjust = adjusted;
        let expected = stage.draw(camera, Some(&image), &[]);
        stage.renderer.options.adjust = ImageAdjust::default();
        // Values are divided by their opacity on the way.
        assert!(found.max_difference(&expected) <= 1, "zoom {zoom}: {}", found.max_difference(&expected));
    }
}

#[test]
fn plain_shapes_look_the_same_beside_others_and_what_comes_later_is_drawn() {
    let style = ShapeStyle { fill: [60, 160, 255, 80], stroke: [60, 160, 255, 255], ..Default::default() };
    let shape = |points: Vec<[f64; 2]>, closed| Shape { rings: vec![points], closed, style, ..Default::default() };
    let line = vec![[5.0, 60.0], [30.0, 40.0], [58.0, 58.0]];
    let plain = [shape(rect(6.0, 6.0, 40.0, 30.0), true), shape(line, false), shape(vec![[50.0, 10.0]], false)];
    let far = rect(1000.0, 1000.0, 1010.0, 1010.0);
    let dashed = Shape { style: ShapeStyle { dash_px: 4.0, ..style }, ..shape(far.clone(), true) };
    let patterned = Shape { style: ShapeStyle { pattern: Pattern::Rising, ..style }, ..shape(far.clone(), true) };
    let marked = Shape { markers: vec![Marker { pos: [1000.0, 1000.0], kind: MarkerKind::Ring }], ..shape(far, true) };
    let mut stage = Stage::new(64, 64);
    let (device, queue) = (stage.target.device().clone(), stage.target.queue().clone());
    let camera = stage.camera([32.0, 32.0], 1.0);
    let layer = stage.layer(&plain);
    let expected = stage.draw(camera, None, &[&layer]);
    assert!(layer.is_plain());
    for other in [dashed, patterned, marked] {
        let layer = stage.layer(&[&plain[..], std::slice::from_ref(&other)].concat());
        assert!(!layer.is_plain());
        assert_eq!(stage.draw(camera, None, &[&layer]).num_different(&expected), 0);
        // What comes to a plain layer is drawn as in one that was made with it.
        let here = |shape: &Shape| Shape {
            rings: vec![rect(20.0, 20.0, 60.0, 50.0)],
            markers: shape.markers.iter().map(|marker| Marker { pos: [40.0, 35.0], ..*marker }).collect(),
            ..shape.clone()
        };
        let together = stage.layer(&[&plain[..], &[here(&other)]].concat());
        let mut pushed = stage.layer(&plain);
        pushed.push(&device, &queue, &here(&other)).unwrap();
        let with_it = stage.draw(camera, None, &[&together]);
        assert_eq!(stage.draw(camera, None, &[&pushed]).num_different(&with_it), 0);
        let mut restyled = stage.layer(&[&plain[..], &[Shape { style, ..here(&other) }]].concat());
        restyled.set_style(&queue, plain.len(), other.style).unwrap();
        assert_eq!(stage.draw(camera, None, &[&restyled]).num_different(&with_it), 0);
    }
}
