//! The scene finds what looking at every shape would find, after any changes.

mod script;

use limn_core::log::{Change, InstanceSet};
use limn_core::{Document, FileId, Geometry, ImagePos, InstanceId, Polygon, Rect};
use limn_tools::Scene;
use proptest::prelude::*;
use script::{id_of, instance};

fn point() -> impl Strategy<Value = ImagePos> {
    (0..60_i32, 0..60_i32).prop_map(|(x, y)| ImagePos::new(f64::from(x), f64::from(y)))
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let rect = (point(), 0..20_i32, 0..20_i32)
        .prop_map(|(min, width, height)| Geometry::Box(Rect::from_xywh(min.x, min.y, f64::from(width), f64::from(height))));
    let polygon = prop::collection::vec(point(), 3..7).prop_map(|ring| Geometry::Polygon(Polygon::simple(ring)));
    let odd = prop::sample::select(vec![
        Geometry::Box(Rect::from_xywh(f64::NAN, 0.0, 1.0, 1.0)),
        Geometry::Box(Rect::from_xywh(-1e300, -1e300, 2e300, 2e300)),
        Geometry::Box(Rect::from_xywh(0.0, 0.0, f64::INFINITY, 5.0)),
        Geometry::Polygon(Polygon::default()),
        Geometry::Polygon(Polygon::simple(vec![ImagePos::new(5.0, 5.0), ImagePos::new(f64::NAN, 9.0), ImagePos::new(9.0, 5.0)])),
    ]);
    prop_oneof![6 => rect, 6 => polygon, 1 => odd]
}

#[derive(Clone, Debug)]
enum Edit {
    Set(usize, Geometry),
    Remove(usize),
    Add(usize, Geometry),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        2 => (0..300_usize, geometry()).prop_map(|(at, geometry)| Edit::Set(at, geometry)),
        1 => (0..300_usize).prop_map(Edit::Remove),
        2 => (0..300_usize, geometry()).prop_map(|(at, geometry)| Edit::Add(at, geometry)),
    ]
}

fn id(at: usize) -> InstanceId {
    id_of(&format!("i{at}"))
}

fn change(edit: Edit) -> Change {
    match edit {
        Edit::Set(at, geometry) => Change::InstanceSet { id: id(at), set: InstanceSet::Geometry(geometry) },
        Edit::Remove(at) => Change::InstanceSet { id: id(at), set: InstanceSet::Deleted(true) },
        Edit::Add(at, geometry) => Change::InstanceAdd(Box::new(instance(id(at), geometry))),
    }
}

fn file() -> FileId {
    FileId::from_parts(0, [0; 10])
}

fn finite(geometry: &Geometry) -> bool {
    geometry.bounds().is_some_and(Rect::is_finite) && geometry.rings().iter().flatten().all(|pos| pos.is_finite())
}

fn hits_by_looking_at_all(document: &Document, pos: ImagePos, tolerance: f64, odd_only: bool) -> Vec<InstanceId> {
    let hit = |geometry: &Geometry| finite(geometry) && (geometry.contains(pos) || geometry.border_distance(pos) <= tolerance);
    let mut found: Vec<_> =
        document.instances().iter().filter(|instance| passes(instance.id, odd_only) && hit(&instance.geometry)).collect();
    found.reverse();
    found.sort_by(|a, b| a.geometry.area().total_cmp(&b.geometry.area()));
    found.into_iter().map(|instance| instance.id).collect()
}

fn passes(id: InstanceId, odd_only: bool) -> bool {
    !odd_only || id.as_bytes()[15] % 2 == 1
}

/// By orientations instead of clipping. Exact for these numbers, and nothing here touches at a mere point.
fn meets(geometry: &Geometry, rect: Rect) -> bool {
    let corners = rect.corners();
    let turn = |a: ImagePos, b: ImagePos, c: ImagePos| ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).signum();
    let cross = |a, b, c, d| turn(a, b, c) != turn(a, b, d) && turn(c, d, a) != turn(c, d, b);
    let rings = geometry.rings();
    let edges: Vec<(ImagePos, ImagePos)> =
        rings.iter().flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))).collect();
    edges.iter().any(|(a, b)| rect.contains(*a) || (0..4).any(|at| cross(*a, *b, corners[at], corners[(at + 1) % 4])))
        || corners.iter().any(|corner| geometry.contains(*corner))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn finds_what_looking_at_all_finds(
        shapes in prop::collection::vec(geometry(), 0..150),
        edits in prop::collection::vec((edit(), any::<bool>()), 0..150),
        places in prop::collection::vec(point(), 1..8),
        tolerance in 0.0..6.0_f64,
        size in (0.0..30.0_f64, 0.0..30.0_f64),
        odd_only: bool,
    ) {
        let shapes = shapes.into_iter().enumerate().map(|(at, geometry)| instance(id(at), geometry));
        let mut document = Document::new(shapes.collect());
        let mut scene = Scene::new();
        scene.sync(&document);
        for (edit, sync) in edits {
            document.apply(file(), 0, &change(edit));
            if sync {
                scene.sync(&document);
            }
        }
        scene.sync(&document);
        let filter = |id: InstanceId| passes(id, odd_only);
        for place in places {
            let want = hits_by_looking_at_all(&document, place, tolerance, odd_only);
            prop_assert_eq!(scene.hits(&document, place, tolerance, &filter), want);
            // Off the grid, so that no two borders merely touch.
            let rect = Rect::from_xywh(place.x + 0.31347, place.y + 0.27183, size.0, size.1);
            let want: Vec<InstanceId> = document.instances().iter()
                .filter(|instance| filter(instance.id) && finite(&instance.geometry) && meets(&instance.geometry, rect))
                .map(|instance| instance.id).collect();
            prop_assert_eq!(scene.in_rect(&document, rect, &filter), want);
        }
    }
}

#[test]
fn another_document_is_noticed() {
    let at = |x: f64| Geometry::Box(Rect::from_xywh(x, 0.0, 10.0, 10.0));
    let all = |_: InstanceId| true;
    let one = Document::new(vec![instance(id(1), at(0.0))]);
    let mut scene = Scene::new();
    scene.sync(&one);
    // A copy with another shape in it has the same revision, ids and file, but lies elsewhere.
    let other = Document::new(vec![instance(id(1), at(50.0))]);
    scene.sync(&other);
    assert_eq!(scene.hits(&other, ImagePos::new(55.0, 5.0), 0.0, &all), [id(1)]);
    assert!(scene.hits(&other, ImagePos::new(5.0, 5.0), 0.0, &all).is_empty());
    scene.invalidate();
    scene.sync(&one);
    assert_eq!(scene.hits(&one, ImagePos::new(5.0, 5.0), 0.0, &all), [id(1)]);
    scene.sync(&Document::default());
    assert!(scene.hits(&Document::default(), ImagePos::new(5.0, 5.0), 0.0, &all).is_empty());
}

#[test]
fn nonsense_finds_nothing() {
    let document = Document::new(vec![instance(id(1), Geometry::Box(Rect::from_xywh(0.0, 0.0, 10.0, 10.0)))]);
    let mut scene = Scene::new();
    scene.sync(&document);
    let all = |_: InstanceId| true;
    assert!(scene.hits(&document, ImagePos::new(f64::NAN, 5.0), 1.0, &all).is_empty());
    assert!(scene.hits(&document, ImagePos::new(5.0, 5.0), f64::NAN, &all).is_empty());
    assert!(scene.in_rect(&document, Rect::from_xywh(0.0, 0.0, f64::INFINITY, 1.0), &all).is_empty());
}
