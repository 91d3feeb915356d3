//! Ties: what a person says of which vertex of a keyframe is which vertex of the next one. Between ties, and where there is none,
//! vertices are matched by least travel (see [`super::blend`]).
//!
//! A tie names both vertices by their places. It holds where exactly one vertex of either end lies there, and nowhere else: so
//! whatever becomes of a keyframe (by whatever program), a tie never means another vertex than the one that it was made for.
//! Who moves a vertex says where it went ([`followed`]).

use crate::geometry::{Geometry, ImagePos, ImageVec, Path};
use minicbor::{Decoder, Encoder};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// That a vertex of a keyframe is this vertex of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tie {
    /// Where it is at the keyframe that has the tie, in image pixels.
    pub from: ImagePos,
    /// Where it is at the next keyframe.
    pub to: ImagePos,
}

/// Places are finite: JSON has no others, and the log refuses them.
impl Eq for Tie {}

impl Tie {
    pub(crate) fn write_all(ties: &[Self], e: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>> {
        e.array(ties.len() as u64)?;
        for tie in ties {
            e.array(4)?.f64(tie.from.x)?.f64(tie.from.y)?.f64(tie.to.x)?.f64(tie.to.y)?;
        }
        Ok(())
    }

    pub(crate) fn read_all(d: &mut Decoder<'_>) -> Result<Vec<Self>, minicbor::decode::Error> {
        let mut ties = Vec::new();
        for _ in 0..crate::log::definite(d.array()?)? {
            if crate::log::definite(d.array()?)? != 4 {
                return Err(minicbor::decode::Error::message("a tie has four coordinates"));
            }
            let tie = Self { from: ImagePos::new(d.f64()?, d.f64()?), to: ImagePos::new(d.f64()?, d.f64()?) };
            if !tie.from.is_finite() || !tie.to.is_finite() {
                return Err(minicbor::decode::Error::message("a tie's coordinates are numbers"));
            }
            ties.push(tie);
        }
        Ok(ties)
    }
}

/// A vertex of a polygon or a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vertex {
    /// Which part; 0 for a line.
    pub part: usize,
    /// Which ring of the part: 0 is the outer one, or the line; holes follow.
    pub ring: usize,
    /// Which point of the ring.
    pub at: usize,
}

/// The rings of a polygon, or a line, each with its part and its number there; none for anything else.
pub fn rings(geometry: &Geometry) -> Vec<(usize, usize, &Path)> {
    match geometry {
        Geometry::Polygon(polygon) => {
            let parts = polygon.parts.iter().enumerate();
            parts.flat_map(|(part, it)| it.rings().enumerate().map(move |(ring, path)| (part, ring, path))).collect()
        }
        Geometry::Polyline(path) => vec![(0, 0, path)],
        _ => Vec::new(),
    }
}

/// Every vertex with its place, ring by ring.
pub fn vertices(geometry: &Geometry) -> impl Iterator<Item = (Vertex, ImagePos)> + '_ {
    let of_ring = |(part, ring, path): (usize, usize, &'_ Path)| {
        path.points().iter().enumerate().map(move |(at, pos)| (Vertex { part, ring, at }, *pos)).collect::<Vec<_>>()
    };
    rings(geometry).into_iter().flat_map(of_ring)
}

/// The only vertex at a place.
pub fn vertex_at(geometry: &Geometry, place: ImagePos) -> Option<Vertex> {
    let mut there = vertices(geometry).filter(|(_, pos)| *pos == place).map(|(vertex, _)| vertex);
    there.next().filter(|_| there.next().is_none())
}

/// Where a vertex is.
pub fn place_of(geometry: &Geometry, vertex: Vertex) -> Option<ImagePos> {
    let rings = rings(geometry);
    let (.., path) = rings.iter().find(|(part, ring, _)| (*part, *ring) == (vertex.part, vertex.ring))?;
    path.points().get(vertex.at).copied()
}

/// Where the vertices of a geometry went when it was edited, asked again and again.
pub struct Followed<'a> {
    before: &'a Geometry,
    after: &'a Geometry,
    /// Both have their vertices in the same order.
    is_same_order: bool,
}

impl<'a> Followed<'a> {
    /// Compares both.
    pub fn new(before: &'a Geometry, after: &'a Geometry) -> Self {
        Self { before, after, is_same_order: is_same_order(before, after) }
    }

    /// The place of a vertex now; `None` where the edit does not tell it.
    pub fn place(&self, place: ImagePos) -> Option<ImagePos> {
        let vertex = vertex_at(self.before, place)?;
        let now = if self.is_same_order { place_of(self.after, vertex)? } else { place };
        vertex_at(self.after, now).map(|_| now)
    }
}

/// Whether an edit moved vertices and left them in their order. Some stay where they are, or all go the same way, or the whole is
/// moved, turned, stretched or mirrored. A shape drawn anew, which has as many points by chance, does none of it.
fn is_same_order(before: &Geometry, after: &Geometry) -> bool {
    if before.spatial_type() != after.spatial_type() {
        return false;
    }
    let (rings_before, rings_after) = (rings(before), rings(after));
    let form = |rings: &[(usize, usize, &Path)]| -> Vec<(usize, usize, usize)> {
        rings.iter().map(|(part, ring, path)| (*part, *ring, path.len())).collect()
    };
    if form(&rings_before) != form(&rings_after) {
        return false;
    }
    let points =
        |rings: Vec<(usize, usize, &Path)>| -> Vec<ImagePos> { rings.iter().flat_map(|(.., path)| path.points()).copied().collect() };
    let (a, b) = (points(rings_before), points(rings_after));
    // Written from another point on, or the other way round: nothing moved.
    let sorted = |points: &[ImagePos]| {
        let mut points = points.to_vec();
        points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
        points
    };
    if sorted(&a) == sorted(&b) {
        return false;
    }
    let stayed = a.iter().zip(&b).filter(|(a, b)| a == b).count();
    if stayed * 2 >= a.len() {
        return true;
    }
    let mut moves = a.iter().zip(&b).filter(|(a, b)| a != b).map(|(a, b)| *b - *a);
    let Some(first) = moves.next() else { return true };
    moves.all(|by| is_near(by, first)) || is_affine(&a, &b)
}

/// Coordinates are rounded to hundredths of a pixel after most edits.
const ROUNDED: f64 = 0.0101;

fn is_near(a: ImageVec, b: ImageVec) -> bool {
    (a.x - b.x).abs() <= 2.0 * ROUNDED && (a.y - b.y).abs() <= 2.0 * ROUNDED
}

/// Whether one affine map takes all points to the others.
fn is_affine(a: &[ImagePos], b: &[ImagePos]) -> bool {
    // The triangle of three points that is largest, or nearly, says which.
    let Some(first) = a.first().copied() else { return false };
    let farthest = |from: &dyn Fn(&ImagePos) -> f64| (0..a.len()).max_by(|i, j| from(&a[*i]).total_cmp(&from(&a[*j]))).unwrap_or(0);
    let second = farthest(&|pos| pos.distance(first));
    let u = a[second] - first;
    let cross = |v: ImageVec, w: ImageVec| v.x * w.y - v.y * w.x;
    let third = farthest(&|pos| cross(u, *pos - first).abs());
    let (v, area) = (a[third] - first, cross(u, a[third] - first));
    if area == 0.0 || a.len() < 4 {
        // Any three points go to any three others: that says nothing.
        return false;
    }
    let (to_u, to_v) = (b[second] - b[0], b[third] - b[0]);
    a.iter().zip(b).all(|(from, to)| {
        let by = *from - first;
        let (along_u, along_v) = (cross(by, v) / area, cross(u, by) / area);
        let reached = b[0] + to_u * along_u + to_v * along_v;
        let slack = 2.0 * ROUNDED * (1.0 + along_u.abs() + along_v.abs());
        (reached.x - to.x).abs() <= slack && (reached.y - to.y).abs() <= slack
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Part, Polygon, Rect};
    use proptest::prelude::*;

    fn shape(points: &[[f64; 2]]) -> Geometry {
        Geometry::Polygon(Polygon::simple(points.iter().map(|pos| ImagePos::from(*pos)).collect()))
    }

    const HOUSE: [[f64; 2]; 5] = [[0., 40.], [0., 20.], [25., 0.], [50., 20.], [50., 40.]];

    fn went(before: &Geometry, after: &Geometry) -> Vec<Option<ImagePos>> {
        let followed = Followed::new(before, after);
        vertices(before).map(|(_, place)| followed.place(place)).collect()
    }

    fn all(points: &[[f64; 2]]) -> Vec<Option<ImagePos>> {
        points.iter().map(|pos| Some(ImagePos::from(*pos))).collect()
    }

    #[test]
    fn a_vertex_that_is_dragged_is_still_itself() {
        let mut moved = HOUSE;
        moved[2] = [30., -9.];
        assert_eq!(went(&shape(&HOUSE), &shape(&moved)), all(&moved));
    }

    #[test]
    fn what_is_moved_turned_and_stretched_as_a_whole_keeps_its_vertices() {
        // To where another vertex was.
        let moved = HOUSE.map(|[x, y]| [x + 50., y]);
        assert_eq!(went(&shape(&HOUSE), &shape(&moved)), all(&moved));
        let stretched = HOUSE.map(|[x, y]| [(x * 1.37 * 100.).round() / 100., y * 0.5]);
        assert_eq!(went(&shape(&HOUSE), &shape(&stretched)), all(&stretched));
        let mirrored = HOUSE.map(|[x, y]| [50. - x, y]);
        // The house looks the same from behind: every vertex has another place, or another one has its place.
        assert_eq!(went(&shape(&HOUSE), &shape(&mirrored)), all(&HOUSE));
        let turned = HOUSE.map(|[x, y]| [-y, x]);
        assert_eq!(went(&shape(&HOUSE), &shape(&turned)), all(&turned));
    }

    #[test]
    fn added_removed_and_renumbered_vertices_leave_the_others_themselves() {
        let added = [HOUSE[0], HOUSE[1], [10., 12.], HOUSE[2], HOUSE[3], HOUSE[4]];
        assert_eq!(went(&shape(&HOUSE), &shape(&added)), all(&HOUSE));
        let mut expected = all(&added);
        expected[2] = None;
        assert_eq!(went(&shape(&added), &shape(&HOUSE)), expected);
        let mut reversed = HOUSE;
        reversed.reverse();
        reversed.rotate_left(2);
        assert_eq!(went(&shape(&HOUSE), &shape(&reversed)), all(&HOUSE));
        // Half of them have their numbers still.
        let square = [[0., 0.], [9., 0.], [9., 9.], [0., 9.]];
        assert_eq!(went(&shape(&square), &shape(&[square[0], square[3], square[2], square[1]])), all(&square));
    }

    #[test]
    fn a_shape_drawn_anew_has_other_vertices_though_it_has_as_many() {
        let other = [[3., 41.], [-2., 17.], [22., 4.], [47., 22.], [52., 39.]];
        assert_eq!(went(&shape(&HOUSE), &shape(&other)), [None; 5]);
        let triangle = [[0., 0.], [10., 0.], [0., 10.]];
        assert_eq!(went(&shape(&triangle), &shape(&[[1., 1.], [9., 2.], [3., 12.]])), [None; 3], "three go anywhere");
        let boxed = Geometry::Box(Rect::from_xywh(0., 0., 50., 40.));
        assert_eq!(went(&shape(&HOUSE), &boxed), [None; 5]);
    }

    #[test]
    fn where_two_vertices_lie_neither_is_meant() {
        let square = |x: f64| Polygon::simple(Rect::from_xywh(x, 0., 10., 10.).corners().to_vec()).parts.remove(0);
        let touching = Geometry::Polygon(Polygon { parts: vec![square(0.), square(10.)] });
        assert_eq!(vertex_at(&touching, ImagePos::new(10., 0.)), None);
        assert_eq!(vertex_at(&touching, ImagePos::new(20., 0.)).map(|vertex| vertex.part), Some(1));
        let holed = Geometry::Polygon(Polygon {
            parts: vec![Part { outer: square(0.).outer, holes: vec![Path::from(vec![ImagePos::new(4., 4.)])] }],
        });
        assert_eq!(vertex_at(&holed, ImagePos::new(4., 4.)), Some(Vertex { part: 0, ring: 1, at: 0 }));
    }

    proptest! {
        #[test]
        fn a_vertex_never_becomes_one_that_lies_elsewhere_and_stayed(
            points in prop::collection::vec((0_u8..9, 0_u8..9), 3..8),
            other in prop::collection::vec((0_u8..9, 0_u8..9), 3..8),
        ) {
            let shape = |points: &[(u8, u8)]| {
                shape(&points.iter().map(|(x, y)| [f64::from(*x), f64::from(*y)]).collect::<Vec<_>>())
            };
            let (before, after) = (shape(&points), shape(&other));
            let followed = Followed::new(&before, &after);
            for (vertex, place) in vertices(&before) {
                if let Some(now) = followed.place(place) {
                    let there = vertex_at(&after, now);
                    prop_assert!(there.is_some());
                    prop_assert!(now == place || followed.is_same_order && there == Some(vertex));
                }
            }
        }
    }
}
