//! Geometry as lines, areas and markers to draw, without looks.

use limn_core::geometry::{Cuboid, DRAWN_TOLERANCE, Path, Polygon, Sight};
use limn_core::{Geometry, ImagePos, Label};
use limn_render::{EdgeLook, EdgeMark, FillRule, Marker, MarkerKind, Shape, ShapeStyle};

/// The lines of a shape.
pub(super) struct Outline(Shape);

impl Outline {
    pub fn shape(&self, style: ShapeStyle) -> Shape {
        Shape { style, ..self.0.clone() }
    }
}

/// The lines of an instance's geometry. The label's template says which keypoints are connected.
pub(super) fn outline(geometry: &Geometry, label: Option<&Label>) -> Outline {
    let open = |lines: Vec<Vec<ImagePos>>| Shape { rings: rings(&lines), closed: false, ..Shape::default() };
    Outline(match geometry {
        Geometry::Polyline(line) => {
            let points = line.flattened(false, DRAWN_TOLERANCE);
            Shape { rings: vec![numbers(&points)], closed: false, edges: inferred(0, line, false), ..Shape::default() }
        }
        Geometry::Polygon(polygon) => area(polygon),
        Geometry::Cuboid(cuboid) => {
            let face = |[a, b, c, d]: [ImagePos; 4]| vec![a, b, c, d, a];
            let mut lines = vec![face(cuboid.front), face(cuboid.back)];
            lines.extend(cuboid.front.iter().zip(&cuboid.back).map(|(near, far)| vec![*near, *far]));
            Shape { edges: hidden_edges(cuboid), ..open(lines) }
        }
        Geometry::Keypoints(keypoints) => {
            let edges = label.and_then(|label| label.keypoints.as_ref()).map_or(&[][..], |template| &template.edges);
            let ends = edges.iter().filter_map(|[from, to]| Some(vec![keypoints.pos(*from)?, keypoints.pos(*to)?]));
            let markers = keypoints.present().map(|(_, point)| {
                let kind = if point.sight == Sight::Visible { MarkerKind::Disc } else { MarkerKind::Ring };
                Marker { pos: [point.pos.x, point.pos.y], kind }
            });
            Shape { markers: markers.collect(), ..open(ends.collect()) }
        }
        Geometry::Point(pos) => Shape { markers: vec![Marker { pos: [pos.x, pos.y], kind: MarkerKind::Disc }], ..open(Vec::new()) },
        Geometry::Ellipse(ellipse) => Shape { rings: vec![numbers(&ellipse.outline(DRAWN_TOLERANCE))], closed: true, ..Shape::default() },
        other => Shape { rings: rings(&other.rings()), closed: true, ..Shape::default() },
    })
}

/// An area. What lies in several parts is inside: outer borders go one way round, holes the other.
fn area(polygon: &Polygon) -> Shape {
    let rule = if polygon.parts.len() > 1 { FillRule::NonZero } else { FillRule::EvenOdd };
    let mut shape = Shape { closed: true, rule, ..Shape::default() };
    for part in &polygon.parts {
        for (path, is_hole) in std::iter::once((&part.outer, false)).chain(part.holes.iter().map(|hole| (hole, true))) {
            let mut ring = numbers(&path.flattened(true, DRAWN_TOLERANCE));
            let mut edges = inferred(shape.rings.len() as u32, path, true);
            if rule == FillRule::NonZero && (doubled_area(&ring) > 0.0) == is_hole {
                // The first point stays first.
                ring[1..].reverse();
                edges.iter_mut().for_each(|mark| mark.edge = ring.len() as u32 - 1 - mark.edge);
            }
            shape.rings.push(ring);
            shape.edges.append(&mut edges);
        }
    }
    shape
}

/// Marks for the inferred edges of a line that is ring `number` of a shape.
fn inferred(number: u32, path: &Path, closed: bool) -> Vec<EdgeMark> {
    if path.special_edges().all(|(_, edge)| !edge.inferred) {
        return Vec::new();
    }
    let segments = path.segments(closed, DRAWN_TOLERANCE).into_iter().enumerate();
    let inferred = segments.filter(|(_, (.., edge))| path.edge(*edge).inferred);
    inferred.map(|(at, _)| EdgeMark { ring: number, edge: at as u32, look: EdgeLook::Dashed }).collect()
}

/// Marks for the edges of a cuboid that lie behind it: those at a far corner that is not on its border.
fn hidden_edges(cuboid: &Cuboid) -> Vec<EdgeMark> {
    let silhouette = cuboid.silhouette();
    let mut marks = Vec::new();
    for at in (0..4).filter(|at| !silhouette.contains(&cuboid.back[*at])) {
        let edges = [(1, (at + 3) % 4), (1, at), (2 + at, 0)];
        marks.extend(edges.map(|(ring, edge)| EdgeMark { ring: ring as u32, edge: edge as u32, look: EdgeLook::Dashed }));
    }
    marks
}

/// Twice the area; positive if, seen with y down, the ring goes clockwise.
fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    edges.map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
}

pub(super) fn rings(rings: &[Vec<ImagePos>]) -> Vec<Vec<[f64; 2]>> {
    rings.iter().map(|ring| numbers(ring)).collect()
}

fn numbers(ring: &[ImagePos]) -> Vec<[f64; 2]> {
    ring.iter().map(|pos| [pos.x, pos.y]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::geometry::{Bend, Edge, Keypoint, Keypoints, Part};

    fn ring(corners: &[(f64, f64)]) -> Vec<ImagePos> {
        corners.iter().map(|(x, y)| ImagePos::new(*x, *y)).collect()
    }

    fn shape(geometry: Geometry) -> Shape {
        outline(&geometry, None).shape(ShapeStyle::default())
    }

    #[test]
    fn inferred_stretches_are_dashed_also_where_they_bend() {
        let inferred = |bend| Edge { bend, inferred: true };
        let mut path: Path = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]).into();
        path.set_edge(1, inferred(Bend::Straight));
        assert_eq!(shape(Geometry::Polyline(path.clone())).edges, [EdgeMark { ring: 0, edge: 1, look: EdgeLook::Dashed }]);
        path.set_edge(0, inferred(Bend::Quadratic(ImagePos::new(5.0, 9.0))));
        let curved = shape(Geometry::Polyline(path));
        assert_eq!(curved.edges.len(), curved.rings[0].len() - 1);
    }

    #[test]
    fn parts_go_one_way_round_and_holes_the_other() {
        let square = |from: f64, to: f64| ring(&[(from, from), (to, from), (to, to), (from, to)]);
        let back = |mut ring: Vec<ImagePos>| {
            ring.reverse();
            ring
        };
        let mut second: Path = back(square(5.0, 20.0)).into();
        second.set_edge(0, Edge { bend: Bend::Straight, inferred: true });
        let (from, to) = (second.points()[0], second.points()[1]);
        let parts =
            vec![Part { outer: square(0.0, 9.0).into(), holes: vec![square(1.0, 2.0).into()] }, Part { outer: second, holes: vec![] }];
        let shape = shape(Geometry::Polygon(Polygon { parts }));
        assert_eq!(shape.rule, FillRule::NonZero);
        let signs: Vec<bool> = shape.rings.iter().map(|ring| doubled_area(ring) > 0.0).collect();
        assert_eq!(signs, [true, false, true]);
        // The mark is still on the same edge.
        let [mark] = shape.edges[..] else { panic!("{:?}", shape.edges) };
        let turned = &shape.rings[mark.ring as usize];
        let ends = [turned[mark.edge as usize], turned[(mark.edge as usize + 1) % 4]];
        assert_eq!(ends, [[to.x, to.y], [from.x, from.y]]);
    }

    #[test]
    fn what_is_behind_a_cuboid_is_dashed_and_hidden_keypoints_are_rings() {
        let front = [(0.0, 10.0), (10.0, 10.0), (10.0, 20.0), (0.0, 20.0)].map(|(x, y)| ImagePos::new(x, y));
        let back = front.map(|pos| ImagePos::new(pos.x + 4.0, pos.y - 3.0));
        // Only the lower left far corner is behind.
        let marks = shape(Geometry::Cuboid(Box::new(Cuboid { front, back }))).edges;
        assert_eq!(marks.iter().map(|mark| (mark.ring, mark.edge)).collect::<Vec<_>>(), [(1, 2), (1, 3), (5, 0)]);
        let point = |sight| Keypoint { pos: ImagePos::new(1.0, 1.0), sight };
        let points = vec![point(Sight::Visible), point(Sight::Absent), point(Sight::Occluded)];
        let kinds: Vec<MarkerKind> = shape(Geometry::Keypoints(Keypoints { points })).markers.iter().map(|marker| marker.kind).collect();
        assert_eq!(kinds, [MarkerKind::Disc, MarkerKind::Ring]);
    }

    #[test]
    fn keypoints_are_joined_as_their_template_says_and_faces_of_a_cuboid_are_closed() {
        let template = r#"{"points":[{"name":"a","x":0,"y":0},{"name":"b","x":1,"y":0},{"name":"c","x":1,"y":1}],"edges":[[0,1],[2,0]]}"#;
        let schema = limn_core::Schema::from_document(&format!(r#"{{"labels":[{{"name":"hand","keypoints":{template}}}]}}"#)).unwrap();
        let at = |x: f64, sight| Keypoint { pos: ImagePos::new(x, 2.0 * x), sight };
        let lines = |sight| {
            let points = vec![at(1.0, Sight::Visible), at(2.0, Sight::Occluded), at(3.0, sight)];
            outline(&Geometry::Keypoints(Keypoints { points }), schema.labels.first()).shape(ShapeStyle::default()).rings
        };
        assert_eq!(lines(Sight::Visible), [[[1.0, 2.0], [2.0, 4.0]], [[3.0, 6.0], [1.0, 2.0]]]);
        assert_eq!(lines(Sight::Absent), [[[1.0, 2.0], [2.0, 4.0]]], "a line to a point that is not there");

        let front = [(0.0, 10.0), (10.0, 10.0), (10.0, 20.0), (0.0, 20.0)].map(|(x, y)| ImagePos::new(x, y));
        let back = front.map(|pos| ImagePos::new(pos.x + 4.0, pos.y - 3.0));
        let lines = shape(Geometry::Cuboid(Box::new(Cuboid { front, back })));
        assert_eq!((lines.closed, lines.rings.iter().map(Vec::len).collect::<Vec<_>>()), (false, vec![5, 5, 2, 2, 2, 2]));
        assert_eq!((lines.rings[0][0], lines.rings[0][4], lines.rings[1][2]), ([0.0, 10.0], [0.0, 10.0], [14.0, 17.0]));
        assert_eq!(lines.rings[4], [[10.0, 20.0], [14.0, 17.0]]);
    }

    #[test]
    fn no_curve_is_a_quarter_point_off_at_the_largest_zoom() {
        use limn_core::geometry::{Ellipse, segment_distance};
        let stray = |ring: &[[f64; 2]], exact: &mut dyn Iterator<Item = ImagePos>| {
            let points: Vec<ImagePos> = ring.iter().map(|[x, y]| ImagePos::new(*x, *y)).collect();
            let near = |pos: ImagePos| {
                let sides = (0..points.len()).map(|at| segment_distance(pos, points[at], points[(at + 1) % points.len()]));
                sides.fold(f64::INFINITY, f64::min)
            };
            exact.map(near).fold(0.0, f64::max) * 128.0
        };
        let ellipse = Ellipse { center: ImagePos::new(900.0, 800.0), rx: 700.0, ry: 300.0, angle: 30.0 };
        let drawn = shape(Geometry::Ellipse(ellipse));
        let found = stray(&drawn.rings[0], &mut (0..3000).map(|at| ellipse.at(f64::from(at) * 0.002_1)));
        assert!(found <= 0.25, "ellipse: {found}");
        let mut path: Path = ring(&[(0.0, 0.0), (400.0, 0.0), (400.0, 300.0)]).into();
        let bend = Bend::Cubic(ImagePos::new(500.0, 300.0), ImagePos::new(-200.0, 350.0));
        path.set_edge(1, Edge { bend, inferred: false });
        let ends = (path.points()[1], path.points()[2]);
        let drawn = shape(Geometry::Polygon(Polygon { parts: vec![Part { outer: path, holes: vec![] }] }));
        let found = stray(&drawn.rings[0], &mut (0..3000).map(|at| bend.at(ends.0, ends.1, f64::from(at) / 3000.0)));
        assert!(found <= 0.25, "curve: {found}");
    }
}
