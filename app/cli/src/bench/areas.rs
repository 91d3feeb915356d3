//! Operations on areas beside their true size, and editing an area of very many points.

use super::clock::thread_cpu;
use super::input::Random;
use super::{Measured, Row};
use limn_core::geometry::{Bend, Edge, Path};
use limn_core::{Document, FileId, Geometry, IdSource, ImagePos, Instance, InstanceId, LabelId, Part, Polygon, Schema};
use limn_tools::area::{AreaOp, combined};
use limn_tools::{Modifiers, Scene, ToolCx, ToolEvent, ToolKind, ToolOptions};

/// Side of the square in which random areas lie, in pixels.
const SIDE: f64 = 200.0;
/// Rows in which the true area is added up.
const ROWS: usize = 4000;
/// Points are rounded to hundredths of a pixel: beside that, a border is where it should be.
const ROUNDING: f64 = 0.01;
/// Screen points per image pixel while many points are edited.
const ZOOM: f64 = 4.0;

pub(super) fn boolean(pairs: u64) -> Measured {
    let mut random = Random(11);
    let (mut times, mut errors, mut beyond) = (Vec::new(), Vec::new(), 0);
    for pair in 0..pairs {
        let (a, b) = (area(&mut random), area(&mut random));
        let op = [AreaOp::Union, AreaOp::Subtract, AreaOp::Intersect, AreaOp::Exclude][(pair % 4) as usize];
        let start = thread_cpu();
        let got = combined(op, &a, &[&b]);
        times.push(thread_cpu().saturating_sub(start).as_secs_f64() * 1e3);
        let want = in_rows(&[&a, &b], |inside| match op {
            AreaOp::Union => inside[0] || inside[1],
            AreaOp::Subtract => inside[0] && !inside[1],
            AreaOp::Intersect => inside[0] && inside[1],
            AreaOp::Exclude => inside[0] != inside[1],
        });
        let error = (in_rows(&[&got], |inside| inside[0]) - want).abs();
        errors.push(100.0 * error / want.max(1.0));
        let length: f64 = got.rings().flat_map(|ring| ring.segments(true, 0.5)).map(|(from, to, _)| from.distance(to)).sum();
        beyond += u32::from(error > 0.001 * want + ROUNDING * length + 0.01);
    }
    let rows = vec![
        Row::new("two areas combined, CPU", "ms", times, &[]),
        Row::new("area of the result: error", "%", errors, &[]).p95_within(0.1),
    ];
    (rows, vec![format!("{beyond} of {pairs} are off by more than 0.1 % and the rounding of points to hundredths")])
}

/// Straight and curved edges that cross each other, holes, and two parts now and then.
fn area(random: &mut Random) -> Polygon {
    let part = |random: &mut Random| {
        let holes = if random.unit() < 0.3 { vec![ring(random)] } else { Vec::new() };
        Part { outer: ring(random), holes }
    };
    let parts = if random.unit() < 0.25 { 2 } else { 1 };
    Polygon { parts: (0..parts).map(|_| part(random)).collect() }
}

fn ring(random: &mut Random) -> Path {
    let place = |random: &mut Random| {
        let pos = ImagePos::new(random.unit() * SIDE, random.unit() * SIDE);
        // Some lie on one another and in one line.
        if random.unit() < 0.3 { ImagePos::new((pos.x / 20.0).round() * 20.0, (pos.y / 20.0).round() * 20.0) } else { pos.rounded() }
    };
    let len = 3 + (random.unit() * 7.0) as usize;
    let points: Vec<ImagePos> = (0..len).map(|_| place(random)).collect();
    let edges = (0..len).map(|_| match random.unit() {
        kind if kind < 0.75 => Edge::default(),
        kind if kind < 0.88 => Edge { bend: Bend::Quadratic(place(random)), inferred: false },
        _ => Edge { bend: Bend::Cubic(place(random), place(random)), inferred: false },
    });
    let edges = edges.collect();
    Path::with_edges(points, edges)
}

/// The area of what `is_in` takes of the shapes, from how long it is in each of many rows.
fn in_rows(shapes: &[&Polygon], is_in: impl Fn(&[bool]) -> bool) -> f64 {
    let height = SIDE / ROWS as f64;
    let mut rows: Vec<Vec<(f64, usize, usize)>> = vec![Vec::new(); ROWS];
    for (number, shape) in shapes.iter().enumerate() {
        for (ring, path) in shape.rings().enumerate() {
            for (a, b, _) in path.segments(true, 0.004) {
                let (top, bottom) = (a.y.min(b.y) / height - 0.5, a.y.max(b.y) / height - 0.5);
                let (first, end) = (top.ceil().max(0.0) as usize, (bottom.ceil().max(0.0) as usize).min(ROWS));
                for (row, crossings) in rows.iter_mut().enumerate().take(end).skip(first) {
                    let y = (row as f64 + 0.5) * height;
                    crossings.push((a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y), number, ring));
                }
            }
        }
    }
    let mut inside: Vec<Vec<bool>> = shapes.iter().map(|shape| vec![false; shape.rings().count()]).collect();
    let mut members = vec![false; shapes.len()];
    let mut area = 0.0;
    for crossings in &mut rows {
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        for at in 0..crossings.len() {
            let (x, number, ring) = crossings[at];
            inside[number][ring] ^= true;
            members[number] = is_member(shapes[number], &inside[number]);
            if let Some((next, ..)) = crossings.get(at + 1).filter(|_| is_in(&members)) {
                area += (next - x) * height;
            }
        }
    }
    area
}

fn is_member(shape: &Polygon, rings: &[bool]) -> bool {
    let mut first = 0;
    shape.parts.iter().any(|part| {
        let own = &rings[first..=first + part.holes.len()];
        first += own.len();
        own[0] && !own[1..].contains(&true)
    })
}

/// What the tools take for a move of the pointer over and with one area of so many points.
pub(super) fn vertices(points: u64) -> Measured {
    let size = 8000.0;
    let turn = |at: u64| at as f64 / points.max(3) as f64 * std::f64::consts::TAU;
    let place = |at: u64| {
        let radius = size * (0.35 + 0.1 * (turn(at) * 37.0).sin() + 0.01 * (turn(at) * 2011.0).cos());
        ImagePos::new(size / 2.0 + radius * turn(at).cos(), size / 2.0 + radius * turn(at).sin()).rounded()
    };
    let ring: Vec<ImagePos> = (0..points.max(3)).map(place).collect();
    let id = IdSource::new([3; 32]).instance(1);
    let geometry = Geometry::Polygon(Polygon::simple(ring.clone()));
    let document = Document::new(vec![Instance::new(id, FileId::from_parts(1, [1; 10]), 0, LabelId(1), geometry)]);
    let mut scene = Scene::new();
    scene.sync(&document);
    let (schema, options) = (Schema::default(), ToolOptions::default());
    let cx = ToolCx {
        document: &document,
        scene: &scene,
        selection: &[id],
        editable: &|_: InstanceId| true,
        image: [size, size],
        px: 1.0 / ZOOM,
        schema: &schema,
        label: None,
        options: &options,
        snaps: true,
        hidden: &|_: InstanceId| false,
        guides: &[],
        held: None,
        headings: &|_| Vec::new(),
        pixels: None,
    };
    let modifiers = Modifiers::default();
    let mut rows = Vec::new();
    for (kind, name) in [(ToolKind::Select, "select"), (ToolKind::Polygon, "polygon")] {
        let mut tool = kind.build();
        let mut ask = |event: ToolEvent| {
            let start = thread_cpu();
            let _ = tool.handle(&event, &cx);
            let _ = (tool.preview(&cx), tool.cursor(&cx));
            thread_cpu().saturating_sub(start).as_secs_f64() * 1e3
        };
        let step = (ring.len() / 200).max(1);
        let over = ring.iter().step_by(step).map(|pos| ask(ToolEvent::Move { pos: *pos, modifiers, pressed: false })).collect();
        rows.push(Row::new(format!("pointer over the border, {name} tool, CPU"), "ms", over, &[]).p95_within(8.0));
        let from = ring[ring.len() / 3];
        ask(ToolEvent::Press { pos: from, modifiers, clicks: 1 });
        let along = (1..200).map(|at| from + limn_core::geometry::ImageVec::new(f64::from(at), 0.0) * 0.5);
        let drag = along.map(|pos| ask(ToolEvent::Move { pos, modifiers, pressed: true })).collect();
        rows.push(Row::new(format!("a point dragged, {name} tool, CPU"), "ms", drag, &[]).p95_within(8.0));
        ask(ToolEvent::Cancel);
    }
    (rows, Vec::new())
}
