//! The layer against a document that changes, with a software driver.

use super::super::shapes::State as Held;
use super::*;
use crate::theme::{self, ThemeKind};
use limn_core::log::{Change, InstanceSet};
use limn_core::{FileId, FileKind, FileRecord, FileStatus, LabelId, Mask, Rect};
use limn_editor::{Event, FileEntry, ProjectInfo, UndoneStep};
use limn_render::headless::HeadlessTarget;
use limn_render::{Camera, CanvasRenderer};
use std::time::{Duration, Instant};

const SIDE: f64 = 640.0;

fn look() -> Look {
    Look { scale: 1.0, colors: theme::colors_of(ThemeKind::Dark), patterns: false, sequences: false }
}

fn file() -> FileId {
    FileId::from_parts(1, [0; 10])
}

fn id(at: usize) -> InstanceId {
    InstanceId::from_parts(at as u64 + 1, [0; 10])
}

/// In a cell of its own, so that the order of painting does not show; each fifth is a mask.
fn geometry(at: usize, size: f64) -> Geometry {
    let (x, y) = ((at % 64) as f64 * 10.0 + 2.0, (at / 64) as f64 * 10.0 + 2.0);
    match at % 5 {
        1 => Geometry::Mask(square(x as u32, y as u32, size as u32)),
        _ => Geometry::Box(Rect::from_xywh(x, y, size, size)),
    }
}

fn square(x: u32, y: u32, size: u32) -> Mask {
    let mut tiles = MaskTiles::new(SIDE as u32, SIDE as u32);
    (x..x + size).for_each(|x| tiles.set_column(x, y, y + size, true));
    Mask::from(&tiles)
}

fn instance(at: usize) -> Instance {
    let (id, label, geometry) = (id(at), LabelId(1), geometry(at, 5.0));
    Instance::new(id, file(), 0, label, geometry)
}

struct Stage {
    editor: Editor,
    target: HeadlessTarget,
    renderer: CanvasRenderer,
    layer: ShapeLayer,
    masks: MaskLayer,
    stored: StoredShapes,
}

impl Stage {
    fn new(num_shapes: usize) -> Self {
        let target = HeadlessTarget::new(SIDE as u32, SIDE as u32).unwrap();
        let mut editor = Editor::new([1; 32]);
        let schema = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).unwrap();
        let record = FileRecord {
            id: file(),
            path: "a.png".into(),
            name: "a.png".into(),
            kind: FileKind::Image,
            width: SIDE as u32,
            height: SIDE as u32,
            frames: 1,
            bytes: 1,
            hash: None,
            status: FileStatus::Open,
            clip: None,
            camera: None,
        };
        let files = vec![FileEntry {
            file: record,
            num_instances: 0,
            looked: limn_core::Looked::default(),
            work_frames: limn_core::WorkFrames::default(),
        }];
        editor.update(Event::ProjectOpened { info: ProjectInfo::default(), schema, files, place: None });
        let renderer = CanvasRenderer::new(target.device(), target.format());
        let layer = ShapeLayer::new(target.device()).unwrap();
        let masks = MaskLayer::new(target.device()).unwrap();
        let mut stage = Self { editor, target, renderer, layer, masks, stored: StoredShapes::default() };
        stage.load(num_shapes);
        stage
    }

    fn load(&mut self, num_shapes: usize) {
        let shapes = (0..num_shapes).map(instance).collect::<Vec<_>>().into();
        self.editor.update(Event::Loaded { file: file(), frame: 0, shapes, answers: Default::default(), sequences: None, draft: None });
        self.editor.update(Event::PictureShown { file: file(), frame: 0, size: [SIDE, SIDE] });
    }

    fn change(&mut self, changes: Vec<Change>) {
        let step = UndoneStep { title: "Edit".into(), changes, place: Some((file(), 0)) };
        self.editor.update(Event::Undone(Some(step)));
    }

    /// Bytes that went to the GPU.
    fn update(&mut self, live: &[InstanceId]) -> u64 {
        self.update_painting(live, None)
    }

    fn update_painting(&mut self, live: &[InstanceId], painted: Option<(Option<InstanceId>, &MaskTiles)>) -> u64 {
        let before = self.layer.uploaded_bytes() + self.masks.uploaded_bytes();
        let (device, queue) = (self.target.device(), self.target.queue());
        let mut cx = LayerCx { device, queue, layer: &mut self.layer, masks: &mut self.masks };
        self.stored.update(&self.editor, &MasksInHand { ids: live, moved: &[] }, look(), &mut cx, || {});
        self.stored.set_live_mask(&self.editor, painted, look(), &mut cx);
        (self.layer.uploaded_bytes() + self.masks.uploaded_bytes()).wrapping_sub(before)
    }

    fn settle(&mut self, live: &[InstanceId]) {
        let start = Instant::now();
        self.update(live);
        while !self.stored.is_settled() {
            assert!(start.elapsed() < Duration::from_secs(60), "no layer came");
            std::thread::sleep(Duration::from_millis(2));
            self.update(live);
        }
    }

    fn drawn(&mut self) -> Vec<u8> {
        Self::draw(&self.target, &mut self.renderer, &self.layer, &self.masks)
    }

    fn draw(target: &HeadlessTarget, renderer: &mut CanvasRenderer, layer: &ShapeLayer, masks: &MaskLayer) -> Vec<u8> {
        let camera = Camera { center: [SIDE / 2.0; 2], zoom: 1.0, viewport_px: [SIDE as f32; 2] };
        renderer.prepare(target.device(), target.queue(), &camera, None);
        target.render([0, 0, 0, 255], |pass| renderer.paint_with_masks(pass, None, &[masks], &[layer])).unwrap()
    }

    /// What layers made of the document as it is now look like.
    fn drawn_anew(&mut self, live: &[InstanceId]) -> Vec<u8> {
        let (device, queue) = (self.target.device(), self.target.queue());
        let mut layer = ShapeLayer::new(device).unwrap();
        let mut masks = MaskLayer::new(device).unwrap();
        let rules = Rules::of(&self.editor, look());
        for instance in self.editor.document().instances().iter() {
            let in_hand = live.binary_search(&instance.id).is_ok();
            if let Geometry::Mask(mask) = &instance.geometry {
                let style = rules.mask_style(instance, if in_hand { Held::Hovered } else { Held::Plain });
                masks.push(device, queue, MaskTiles::from(mask).tiles(), style).unwrap();
            }
        }
        let visible = self.editor.document().instances().iter().filter(|instance| live.binary_search(&instance.id).is_err());
        let shapes: Vec<Shape> = visible.map(|instance| stored_shape(instance, &rules)).collect();
        layer.set(device, queue, &shapes).unwrap();
        Self::draw(&self.target, &mut self.renderer, &layer, &masks)
    }

    fn check(&mut self, live: &[InstanceId], what: &str) {
        let (drawn, anew) = (self.drawn(), self.drawn_anew(live));
        let different = drawn.chunks(4).zip(anew.chunks(4)).filter(|(a, b)| a != b).count();
        assert_eq!(different, 0, "pixels are different {what}");
    }
}

#[test]
fn any_changes_show_what_a_layer_made_anew_shows() {
    let mut stage = Stage::new(60);
    let mut seed = 9_u64;
    let mut random = |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % end
    };
    for round in 0..300 {
        let at = random(120);
        match random(7) {
            0 | 1 => stage.change(vec![Change::InstanceAdd(Box::new(instance(at)))]),
            2 => stage.change(vec![Change::InstanceSet { id: id(at), set: InstanceSet::Deleted(true) }]),
            3 => {
                let set = InstanceSet::Geometry(geometry(at, 2.0 + random(5) as f64));
                stage.change(vec![Change::InstanceSet { id: id(at), set }]);
            }
            4 => stage.change(vec![Change::InstanceSet { id: id(at), set: InstanceSet::Label(LabelId(1 + random(2) as u32)) }]),
            5 => drop(stage.editor.update(Event::SetHidden(vec![id(at)], random(2) == 0))),
            _ => drop(stage.editor.update(Event::SetLocked(vec![id(at)], random(2) == 0))),
        }
        let mut live: Vec<InstanceId> = (0..random(3)).map(|_| id(random(120))).collect();
        live.sort_unstable();
        live.dedup();
        // Not after each: several changes often come between two frames.
        if random(3) > 0 {
            stage.update(&live);
        }
        if round % 25 == 24 {
            stage.update(&live);
            stage.check(&live, &format!("after {round} changes"));
        }
    }
    assert!(stage.stored.is_settled());
}

#[test]
fn one_gesture_uploads_one_shape() {
    let mut stage = Stage::new(1500);
    assert!(stage.update(&[]) > 1500 * 50);
    assert_eq!(stage.update(&[]), 0);
    stage.change(vec![Change::InstanceSet { id: id(7), set: InstanceSet::Geometry(geometry(7, 3.0)) }]);
    let one = stage.update(&[]);
    assert!((1..400).contains(&one), "{one} bytes");
    stage.change(vec![Change::InstanceAdd(Box::new(instance(1500)))]);
    assert!((1..400).contains(&stage.update(&[])));
    // In hand, and out again.
    assert_eq!(stage.update(&[id(3)]), 32);
    assert_eq!(stage.update(&[id(3)]), 0);
    assert_eq!(stage.update(&[]), 32);
    stage.editor.update(Event::SetHidden(vec![id(9), id(10)], true));
    assert_eq!(stage.update(&[]), 64);
    stage.check(&[], "after single changes");
}

#[test]
fn many_shapes_are_built_aside_and_swapped_in() {
    let mut stage = Stage::new(3000);
    stage.update(&[id(5)]);
    assert!(!stage.stored.is_shown(), "the window waited");
    // A change while the thread is at it is not lost.
    stage.change(vec![Change::InstanceAdd(Box::new(instance(3000)))]);
    stage.settle(&[id(5)]);
    stage.check(&[id(5)], "after building");
    // Read again: the old layer stays in sight until the new one is there.
    stage.load(2500);
    stage.update(&[]);
    assert!(stage.stored.is_shown() && !stage.stored.is_settled());
    stage.settle(&[]);
    stage.check(&[], "after reading again");
    // More at once than is remembered.
    stage.change((0..2500).map(|at| Change::InstanceSet { id: id(at), set: InstanceSet::Geometry(geometry(at, 3.0)) }).collect());
    stage.change((0..2500).map(|at| Change::InstanceSet { id: id(at), set: InstanceSet::Label(LabelId(2)) }).collect());
    stage.update(&[]);
    assert!(stage.stored.is_shown() && !stage.stored.is_settled());
    stage.settle(&[id(2)]);
    stage.check(&[id(2)], "after very many changes");
}

#[test]
fn a_mask_is_painted_over_its_stored_one_and_stays_when_let_go() {
    let mut stage = Stage::new(12);
    stage.update(&[]);
    // Noise: too much work for one frame.
    let mut tiles = MaskTiles::new(SIDE as u32, SIDE as u32);
    (0..SIDE as u32).for_each(|x| (x % 2..SIDE as u32).step_by(3).for_each(|y| tiles.set_column(x, y, y + 1, true)));
    let set = |tiles: &MaskTiles| Change::InstanceSet { id: id(6), set: InstanceSet::Geometry(Geometry::Mask(Mask::from(tiles))) };
    stage.change(vec![set(&tiles)]);
    let before = stage.drawn();
    stage.update(&[]);
    assert!(!stage.stored.is_settled() && stage.drawn() == before, "the window waited");
    stage.settle(&[]);
    stage.check(&[], "after a thread read the mask");

    // A stroke uploads what it touched, whatever else there is.
    stage.update_painting(&[], Some((Some(id(6)), &tiles)));
    tiles.set_column(100, 100, 120, true);
    let stroke = stage.update_painting(&[], Some((Some(id(6)), &tiles)));
    assert!((1..3 * 341 * 4).contains(&stroke), "{stroke} bytes");
    let painted = stage.drawn();
    assert!(painted != before);
    // Let go: the document has it a moment later, and nothing goes to the GPU again.
    stage.change(vec![set(&tiles)]);
    assert!(stage.update(&[]) < 200);
    assert!(stage.drawn() == painted);
    stage.settle(&[]);
    assert!(stage.drawn() == painted);
    stage.check(&[], "after painting");
    // Dropped: the stored one comes back.
    tiles.set_column(300, 0, 640, true);
    stage.update_painting(&[], Some((Some(id(6)), &tiles)));
    assert!(stage.drawn() != painted);
    stage.settle(&[]);
    assert!(stage.drawn() == painted);
}

#[test]
fn a_new_mask_becomes_the_instance_and_one_that_is_dropped_goes() {
    let mut stage = Stage::new(12);
    stage.update(&[]);
    let empty = stage.drawn();
    let mut tiles = MaskTiles::new(SIDE as u32, SIDE as u32);
    (300..400).for_each(|x| tiles.set_column(x, 300, 400, true));
    stage.update_painting(&[], Some((None, &tiles)));
    assert!(stage.drawn() != empty);
    stage.update(&[]);
    stage.update(&[]);
    assert!(stage.drawn() == empty);

    stage.update_painting(&[], Some((None, &tiles)));
    let mut new = instance(60);
    new.geometry = Geometry::Mask(Mask::from(&tiles));
    stage.change(vec![Change::InstanceAdd(Box::new(new))]);
    // A style and the shape layer's empty place: no tiles.
    let bytes = stage.update(&[]);
    assert!(bytes < 200, "{bytes}");
    stage.check(&[], "after a new mask");
    // Deleted, and another one in its place.
    stage.change(vec![Change::InstanceSet { id: id(60), set: InstanceSet::Deleted(true) }]);
    stage.update(&[]);
    assert!(stage.drawn() == empty);
    stage.change(vec![Change::InstanceAdd(Box::new(instance(61)))]);
    stage.update(&[]);
    assert_eq!(stage.masks.len(), 4);
    stage.check(&[], "after another mask");
}

/// Colour of a label where a mask or box of it is the topmost: its fill is stronger than what is below.
#[test]
fn masks_obey_the_painting_order() {
    let mut stage = Stage::new(0);
    let add = |at: usize, label: u32, order: i32, geometry: Geometry| {
        let marks = limn_core::Marks::one(limn_core::Mark::Order(order));
        Change::InstanceAdd(Box::new(Instance { label: LabelId(label), geometry, marks, ..instance(at) }))
    };
    let mask = || Geometry::Mask(square(100, 100, 50));
    // Drawn as one layer after the other, the last on top.
    let anew = |stage: &mut Stage, order: &[usize]| {
        let (device, queue) = (stage.target.device(), stage.target.queue());
        let rules = Rules::of(&stage.editor, look());
        let (mut low, mut high) = (MaskLayer::new(device).unwrap(), MaskLayer::new(device).unwrap());
        let mut shapes = Vec::new();
        for at in order {
            let instance = stage.editor.document().get(id(*at)).unwrap();
            match &instance.geometry {
                Geometry::Mask(mask) => {
                    let layer = if shapes.is_empty() { &mut low } else { &mut high };
                    layer.push(device, queue, MaskTiles::from(mask).tiles(), rules.mask_style(instance, Held::Plain)).unwrap();
                }
                _ => shapes.push(stored_shape(instance, &rules)),
            }
        }
        high.set_shapes_level(-1);
        let mut layer = ShapeLayer::new(device).unwrap();
        layer.set(device, queue, &shapes).unwrap();
        let camera = Camera { center: [SIDE / 2.0; 2], zoom: 1.0, viewport_px: [SIDE as f32; 2] };
        stage.renderer.prepare(device, queue, &camera, None);
        let renderer = &stage.renderer;
        stage.target.render([0, 0, 0, 255], |pass| renderer.paint_with_masks(pass, None, &[&low, &high], &[&layer])).unwrap()
    };
    let mut expect = |changes: Vec<Change>, order: &[usize], what: &str| {
        stage.change(changes);
        stage.settle(&[]);
        assert!(stage.drawn() == anew(&mut stage, order), "{what}");
    };
    let rect = Geometry::Box(Rect::from_xywh(90., 90., 40., 40.));
    // The younger one comes first, and takes the first place.
    expect(vec![add(2, 1, 0, mask())], &[2], "one mask");
    expect(vec![add(1, 2, 0, mask())], &[1, 2], "by id");
    expect(vec![add(3, 1, 0, rect)], &[1, 2, 3], "shapes above masks of their order");
    let raise = |at: usize, order: i32| vec![Change::InstanceSet { id: id(at), set: InstanceSet::Mark(limn_core::Mark::Order(order)) }];
    expect(raise(2, -1), &[2, 1, 3], "one is lowered");
    expect(raise(1, 1), &[2, 3, 1], "one is raised above the shape");
    expect(raise(3, 2), &[2, 1, 3], "the shape is raised");
}

/// Numbers that look random and are the same in every run.
fn random(seed: &mut u64, end: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize % end
}

/// Of equally large shapes; of others the smaller one is taken first, wherever it lies.
#[test]
fn what_a_click_takes_first_is_what_lies_on_top() {
    let mut stage = Stage::new(0);
    let mut seed = 21;
    let middle = limn_core::ImagePos::new(320.0, 320.0);
    for round in 0..10 {
        let count = 2 + random(&mut seed, 9);
        let instance = |at: usize, seed: &mut u64| {
            // All lie over one another, in the middle at least.
            let (x, y) = (200.0 + 7.0 * random(seed, 16) as f64, 220.0 + 7.0 * random(seed, 14) as f64);
            let geometry = Geometry::Box(Rect::from_xywh(x, y, 160.0, 140.0));
            let marks = limn_core::Marks::one(limn_core::Mark::Order(random(seed, 4) as i32 - 1));
            Instance { label: LabelId(1 + random(seed, 2) as u32), geometry, marks, ..instance(at) }
        };
        let shapes = (0..count).map(|at| instance(at, &mut seed)).collect::<Vec<_>>().into();
        stage.editor.update(Event::Loaded { file: file(), frame: 0, shapes, answers: Default::default(), sequences: None, draft: None });
        stage.settle(&[]);
        for change in 0..3 {
            let mut scene = limn_tools::Scene::new();
            scene.sync(stage.editor.document());
            let mut order = scene.hits(stage.editor.document(), middle, 0.0, &|_| true);
            assert_eq!(order.len(), count);
            // Painted the other way round, each alone.
            order.reverse();
            let rules = Rules::of(&stage.editor, look());
            let (device, queue) = (stage.target.device(), stage.target.queue());
            let layer = |id: &InstanceId| {
                let mut layer = ShapeLayer::new(device).unwrap();
                layer.set(device, queue, &[stored_shape(stage.editor.document().get(*id).unwrap(), &rules)]).unwrap();
                layer
            };
            let layers: Vec<ShapeLayer> = order.iter().map(layer).collect();
            let camera = Camera { center: [SIDE / 2.0; 2], zoom: 1.0, viewport_px: [SIDE as f32; 2] };
            stage.renderer.prepare(device, queue, &camera, None);
            let renderer = &stage.renderer;
            let all: Vec<&ShapeLayer> = layers.iter().collect();
            let expected = stage.target.render([0, 0, 0, 255], |pass| renderer.paint(pass, None, &all)).unwrap();
            assert!(stage.drawn() == expected, "round {round}, change {change}");
            // One is raised or lowered.
            let (at, order) = (random(&mut seed, count), random(&mut seed, 9) as i32 - 4);
            stage.change(vec![Change::InstanceSet { id: id(at), set: InstanceSet::Mark(limn_core::Mark::Order(order)) }]);
            stage.settle(&[]);
        }
    }
}

/// The farthest that a drawn line lies from `y_at` (in image px by x), in screen px, as seen at the largest zoom around `x`.
fn stray(stage: &mut Stage, instance: Instance, x: f64, y_at: impl Fn(f64) -> f64) -> f64 {
    const ZOOM: f64 = 128.0;
    stage.change(vec![Change::InstanceAdd(Box::new(instance))]);
    stage.settle(&[]);
    let camera = Camera { center: [x, y_at(x)], zoom: ZOOM, viewport_px: [SIDE as f32; 2] };
    stage.renderer.prepare(stage.target.device(), stage.target.queue(), &camera, None);
    let (renderer, layer) = (&stage.renderer, &stage.layer);
    let rgba = stage.target.render([0, 0, 0, 255], |pass| renderer.paint(pass, None, &[layer])).unwrap();
    let side = SIDE as usize;
    let off = (0..side).map(|column| {
        let light = |row: usize| f64::from(rgba[(row * side + column) * 4..][..3].iter().map(|v| u32::from(*v)).sum::<u32>());
        let (sum, moment) = (0..side).fold((0.0, 0.0), |(sum, moment), row| (sum + light(row), moment + light(row) * (row as f64 + 0.5)));
        assert!(sum > 0.0, "no line in column {column}");
        let here = camera.image_from_screen([column as f64 + 0.5, moment / sum]);
        (here[1] - y_at(here[0])).abs() * ZOOM
    });
    off.fold(0.0, f64::max)
}

#[test]
fn curves_are_curves_at_the_largest_zoom() {
    use limn_core::geometry::{Bend, Edge, Path};
    let mut stage = Stage::new(0);
    let pos = limn_core::ImagePos::new;
    // A parabola: its slope at the middle is none.
    let mut path = Path::from(vec![pos(20.0, 500.0), pos(620.0, 500.0)]);
    path.set_edge(0, Edge { bend: Bend::Quadratic(pos(320.0, -100.0)), inferred: false });
    let parabola = |x: f64| {
        let t = (x - 20.0) / 600.0;
        500.0 - 1200.0 * t * (1.0 - t)
    };
    for (at, x) in [(0, 320.0), (1, 300.37), (2, 411.3)] {
        let found = stray(&mut stage, Instance { geometry: Geometry::Polyline(path.clone()), ..instance(at) }, x, parabola);
        // A quarter between the points; the rest is rounding, of points to a 2,048th and of lines to pixels.
        assert!(found < 0.45, "{found} px off at {x}");
    }
}

#[test]
fn lines_of_labels_are_told_apart_without_colours() {
    let stage = Stage::new(0);
    let look = Look { patterns: true, ..look() };
    let points = vec![limn_core::ImagePos::new(10.0, 320.0), limn_core::ImagePos::new(630.0, 320.0)];
    let keypoints = limn_core::geometry::Keypoints {
        points: points.iter().map(|pos| limn_core::geometry::Keypoint { pos: *pos, sight: limn_core::geometry::Sight::Visible }).collect(),
    };
    let template = r#"{"points":[{"name":"a","x":0,"y":0},{"name":"b","x":1,"y":0}],"edges":[[0,1]]}"#;
    let labels: Vec<String> = (0..6).map(|at| format!(r##"{{"name":"{at}","color":"#ffffff","keypoints":{template}}}"##)).collect();
    let schema = Schema::from_document(&format!(r#"{{"labels":[{}]}}"#, labels.join(","))).unwrap();
    let rules = Rules { schema: &schema, look, ..Rules::of(&stage.editor, look) };
    let mut renderer = CanvasRenderer::new(stage.target.device(), stage.target.format());
    // Where along the line there is any.
    let mut drawn = |geometry: &Geometry, label: usize| {
        let instance = Instance { label: schema.labels[label].id, geometry: geometry.clone(), ..instance(1) };
        let (device, queue) = (stage.target.device(), stage.target.queue());
        let mut layer = ShapeLayer::new(device).unwrap();
        layer.set(device, queue, &[stored_shape(&instance, &rules)]).unwrap();
        let rgba = Stage::draw(&stage.target, &mut renderer, &layer, &MaskLayer::new(device).unwrap());
        (30..600).map(|x| rgba[(320 * SIDE as usize + x) * 4] > 120).collect::<Vec<bool>>()
    };
    for geometry in [Geometry::Polyline(points.clone().into()), Geometry::Keypoints(keypoints)] {
        let all: Vec<Vec<bool>> = (0..6).map(|label| drawn(&geometry, label)).collect();
        assert!(all[0].iter().all(|on| *on), "the first label is solid");
        for (at, one) in all.iter().enumerate() {
            for other in &all[..at] {
                let different = one.iter().zip(other).filter(|(a, b)| a != b).count();
                assert!(different > 80, "label {at} looks like another: {different}");
            }
        }
    }
    // What has an inside has patterns there and a solid border, and without patterns all is solid.
    let dash = |geometry: Geometry, look| {
        let label = schema.labels[3].id;
        Rules { look, ..rules }.stored_style(&Instance { label, geometry, ..instance(1) }).dash_px
    };
    assert_eq!(dash(Geometry::Box(Rect::from_xywh(0.0, 0.0, 9.0, 9.0)), look), 0.0);
    assert_eq!(dash(Geometry::Polyline(points.clone().into()), self::look()), 0.0);
    assert!(dash(Geometry::Polyline(points.into()), look) > 0.0);
}
