//! One picture with everything in it. Its pixels are spot-checked; with `LIMN_RENDER_SCENES` set to a folder
//! it is also written there, to be looked at.

use super::*;

#[test]
fn a_scene_with_everything() {
    let (width, height) = (160, 120);
    let rgba = gradient(width, height);
    let mut stage = Stage::new(640, 480);
    let image = stage.upload(&[level(&rgba, width, height)]);
    let blue = [60, 160, 255];
    let style = ShapeStyle { fill: [blue[0], blue[1], blue[2], 46], stroke: [blue[0], blue[1], blue[2], 255], ..Default::default() };
    let shape = |rings: Vec<Vec<[f64; 2]>>, closed, style| Shape { rings, closed, style, ..Default::default() };
    let star = |x: f64, y: f64, r: f64| -> Vec<[f64; 2]> {
        let corner = |i: u32| {
            let (sin, cos) = (f64::from(i) * std::f64::consts::PI / 7.0).sin_cos();
            let r = if i.is_multiple_of(2) { r } else { r * 0.55 };
            [x + r * cos, y + r * sin]
        };
        (0..14).map(corner).collect()
    };
    let wave = |y: f64| (0..60).map(move |i| [80.0 + f64::from(i), y + 5.0 * (f64::from(i) * 0.3).sin()]).collect();
    let thick = ShapeStyle { stroke: [255, 255, 255, 255], stroke_px: 2.5, halo: [0, 0, 0, 255], halo_px: 1.5, ..style };
    let layer = stage.layer(&[
        shape(vec![rect(8.0, 8.0, 46.0, 34.0)], true, style),
        shape(vec![star(74.0, 24.0, 18.0), rect(70.0, 20.0, 78.0, 28.0)], true, style),
        shape(vec![star(124.0, 26.0, 20.0)], true, ShapeStyle { dash_px: 6.0, stroke: [255, 180, 40, 255], ..style }),
        shape(vec![star(28.0, 66.0, 18.0)], true, thick),
        shape(vec![rect(56.0, 52.0, 76.0, 78.0)], true, ShapeStyle { pattern: Pattern::Rising, ..style }),
        shape(vec![wave(60.0)], false, ShapeStyle { stroke: [255, 80, 120, 255], ..style }),
        shape(vec![wave(74.0)], false, ShapeStyle { stroke: [255, 80, 120, 255], dash_px: 5.0, ..style }),
        shape(vec![star(30.0, 102.0, 14.0)], true, ShapeStyle { stroke: [0; 4], halo: [0; 4], fill: [255, 220, 0, 130], ..style }),
        shape(vec![star(66.0, 102.0, 14.0)], true, ShapeStyle { stroke: [255, 255, 255, 90], stroke_px: 6.0, halo: [0; 4], ..style }),
        shape(vec![vec![[95.0, 100.0]], vec![[105.0, 96.0]], vec![[112.0, 108.0]]], false, ShapeStyle { stroke_px: 7.0, ..thick }),
        shape(vec![vec![[125.0, 90.0], [155.0, 92.0], [126.0, 95.0]]], true, style),
        shape(vec![rect(128.3, 100.2, 129.6, 112.1), rect(140.0, 104.0, 152.0, 104.6)], true, style),
    ]);
    let picture = stage.draw(stage.camera([80.0, 60.0], 3.7), Some(&image), &[&layer]);
    assert_ne!(picture.at(320, 240), BACKGROUND);
    assert_eq!(picture.at(2, 2), BACKGROUND);
    let Ok(folder) = std::env::var("LIMN_RENDER_SCENES") else { return };
    let path = std::path::Path::new(&folder).join("scene.png");
    ::image::save_buffer(path, &picture.rgba, 640, 480, ::image::ColorType::Rgba8).unwrap();
    let picture = stage.draw(stage.camera([74.5, 24.5], 28.0), Some(&image), &[&layer]);
    let path = std::path::Path::new(&folder).join("close.png");
    ::image::save_buffer(path, &picture.rgba, 640, 480, ::image::ColorType::Rgba8).unwrap();
    let picture = stage.draw(stage.camera([80.0, 60.0], 1.0), Some(&image), &[&layer]);
    let path = std::path::Path::new(&folder).join("small.png");
    ::image::save_buffer(path, &picture.rgba, 640, 480, ::image::ColorType::Rgba8).unwrap();
}
