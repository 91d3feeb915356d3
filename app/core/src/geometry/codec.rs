//! Geometry as bytes, for the log and its tables.
//!
//! First byte: the kind (1 box, 2 polygon of plain edges, 3 mask, 4 polygon, 5 rotated box, 6 polyline, 7 keypoints,
//! 8 ellipse, 9 cuboid, 10 point, 11 tag). But for masks and tags the second byte is the scale: `k` of 0..=4 means that
//! every coordinate equals an integer over 10^k *exactly* and is stored as the zigzag varint of its difference to the one
//! before (x to x, y to y); 255 means raw little-endian f64. Lossless either way; annotations drawn by hand or read from
//! most files take the short form, at a third of the bytes. Sizes, radii and angles are stored as if they were coordinates.

use super::{Bend, Cuboid, Edge, Ellipse, Geometry, ImagePos, Keypoint, Keypoints, Mask, Part, Path, Polygon, Rect, RotatedBox, Sight};

const RAW: u8 = 255;
const SCALES: [f64; 5] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0];
/// Above this an integer is no longer exact in an f64.
const MAX_SCALED: f64 = 4_503_599_627_370_496.0;

/// Bytes that are no geometry: damaged, or of a kind that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored geometry is damaged or was written by a newer version of Limn")]
pub struct GeometryCodecError;

impl Geometry {
    /// The bytes of this geometry (see the module).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        match self {
            Self::Box(rect) => {
                out.push(1);
                write_points(&mut out, &[&[rect.min, rect.max]], |_| {});
            }
            Self::Polygon(polygon) => write_polygon(&mut out, polygon),
            Self::RotatedBox(r) => {
                out.push(5);
                write_points(&mut out, &[&[r.center, ImagePos::new(r.width, r.height), ImagePos::new(r.angle, 0.0)]], |_| {});
            }
            Self::Polyline(line) => {
                out.push(6);
                let controls = controls(line);
                write_points(&mut out, &[line.points(), &controls], |out| {
                    write_varint(out, line.len() as u64);
                    write_edges(out, line);
                });
            }
            Self::Keypoints(keypoints) => {
                out.push(7);
                let places: Vec<ImagePos> = keypoints.points.iter().map(|point| point.pos).collect();
                write_points(&mut out, &[&places], |out| {
                    write_varint(out, places.len() as u64);
                    out.extend(keypoints.points.iter().map(|point| point.sight as u8));
                });
            }
            Self::Ellipse(e) => {
                out.push(8);
                write_points(&mut out, &[&[e.center, ImagePos::new(e.rx, e.ry), ImagePos::new(e.angle, 0.0)]], |_| {});
            }
            Self::Cuboid(cuboid) => {
                out.push(9);
                write_points(&mut out, &[&cuboid.front, &cuboid.back], |_| {});
            }
            Self::Point(pos) => {
                out.push(10);
                write_points(&mut out, &[&[*pos]], |_| {});
            }
            Self::Tag => out.push(11),
            Self::Mask(mask) => {
                out.push(3);
                write_varint(&mut out, u64::from(mask.width()));
                write_varint(&mut out, u64::from(mask.height()));
                for count in mask.counts() {
                    write_varint(&mut out, u64::from(*count));
                }
            }
        }
        out
    }

    /// The geometry in these bytes.
    ///
    /// # Errors
    /// [`GeometryCodecError`] for anything that [`Self::to_bytes`] did not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GeometryCodecError> {
        Reader { bytes }.geometry().ok_or(GeometryCodecError)
    }
}

/// Kind 2 while every edge is straight and seen; kind 4 adds, after the number of points of each ring, its other edges.
fn write_polygon(out: &mut Vec<u8>, polygon: &Polygon) {
    let is_plain = polygon.rings().all(|ring| ring.special_edges().next().is_none());
    out.push(if is_plain { 2 } else { 4 });
    let controls: Vec<ImagePos> = if is_plain { Vec::new() } else { polygon.rings().flat_map(controls).collect() };
    let mut rings: Vec<&[ImagePos]> = polygon.rings().map(Path::points).collect();
    rings.push(&controls);
    write_points(out, &rings, |out| {
        write_varint(out, polygon.parts.len() as u64);
        for part in &polygon.parts {
            write_varint(out, 1 + part.holes.len() as u64);
            for ring in part.rings() {
                write_varint(out, ring.len() as u64);
                if !is_plain {
                    write_edges(out, ring);
                }
            }
        }
    });
}

/// Control points of all edges in order.
fn controls(path: &Path) -> Vec<ImagePos> {
    path.special_edges().flat_map(|(_, edge)| edge.bend.controls()).collect()
}

/// How many edges are not plainly straight; of each its number and a byte: number of control points, plus 4 if inferred.
fn write_edges(out: &mut Vec<u8>, path: &Path) {
    write_varint(out, path.special_edges().count() as u64);
    for (at, edge) in path.special_edges() {
        write_varint(out, at as u64);
        out.push(edge.bend.controls().count() as u8 + if edge.inferred { 4 } else { 0 });
    }
}

fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Scale byte, then what `header` writes, then the coordinates of all rings.
fn write_points(out: &mut Vec<u8>, rings: &[&[ImagePos]], header: impl FnOnce(&mut Vec<u8>)) {
    // Side by side in memory: an import of a million polygons does this two million times.
    let mut values = Vec::with_capacity(2 * rings.iter().map(|ring| ring.len()).sum::<usize>());
    for ring in rings {
        values.extend(ring.iter().flat_map(|pos| [pos.x, pos.y]));
    }
    let mut scaled = Vec::with_capacity(values.len());
    let scale = SCALES.iter().position(|scale| scaled_exactly(&values, *scale, &mut scaled));
    out.push(scale.map_or(RAW, |at| at as u8));
    header(out);
    if scale.is_none() {
        values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
        return;
    }
    out.reserve(2 * scaled.len());
    let mut last = [0_i64; 2];
    for (number, integer) in scaled.into_iter().enumerate() {
        let difference = integer - last[number % 2];
        last[number % 2] = integer;
        write_varint(out, ((difference << 1) ^ (difference >> 63)) as u64);
    }
}

/// Fills `scaled` with the integers that give the values exactly when they are divided by the scale; `false` if one has
/// none.
fn scaled_exactly(values: &[f64], scale: f64, scaled: &mut Vec<i64>) -> bool {
    scaled.clear();
    for value in values {
        let Some(integer) = exactly(*value, scale) else { return false };
        scaled.push(integer);
    }
    true
}

/// The integer that gives the value exactly when it is divided by the scale. Compared by bits: -0.0 must come back as
/// -0.0, so it has none.
#[inline]
fn exactly(value: f64, scale: f64) -> Option<i64> {
    let scaled = value * scale;
    // Rounds by truncation, since `round` is a call on x86-64; where the two differ, the comparison decides.
    let integer = (scaled + 0.5_f64.copysign(scaled)) as i64;
    (scaled.abs() < MAX_SCALED && (integer as f64 / scale).to_bits() == value.to_bits()).then_some(integer)
}

/// Number of points; number and kind of each edge that is not plainly straight.
type Ring = (usize, Vec<(usize, u8)>);

fn sight(byte: u8) -> Option<Sight> {
    [Sight::Visible, Sight::Occluded, Sight::Absent].into_iter().find(|sight| *sight as u8 == byte)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn geometry(mut self) -> Option<Geometry> {
        let geometry = match self.byte()? {
            1 => {
                let scale = self.byte()?;
                let mut last = [0; 2];
                Geometry::Box(Rect { min: self.point(scale, &mut last)?, max: self.point(scale, &mut last)? })
            }
            kind @ (2 | 4) => Geometry::Polygon(self.polygon(kind == 4)?),
            kind @ (5 | 8) => {
                let [center, size, ImagePos { x: angle, .. }] = self.points()?;
                match kind {
                    5 => Geometry::RotatedBox(RotatedBox { center, width: size.x, height: size.y, angle }),
                    _ => Geometry::Ellipse(Ellipse { center, rx: size.x, ry: size.y, angle }),
                }
            }
            6 => {
                let scale = self.byte()?;
                let ring = self.ring(true)?;
                let mut last = [0; 2];
                let points = self.some_points(scale, ring.0, &mut last)?;
                Geometry::Polyline(self.path(scale, points, &ring.1, &mut last)?)
            }
            7 => {
                let scale = self.byte()?;
                let number = self.count()?;
                let sights = (0..number).map(|_| sight(self.byte()?)).collect::<Option<Vec<Sight>>>()?;
                let points = self.some_points(scale, number, &mut [0; 2])?;
                let points = points.into_iter().zip(sights).map(|(pos, sight)| Keypoint { pos, sight }).collect();
                Geometry::Keypoints(Keypoints { points })
            }
            9 => {
                let [a, b, c, d, e, f, g, h] = self.points()?;
                Geometry::Cuboid(Box::new(Cuboid { front: [a, b, c, d], back: [e, f, g, h] }))
            }
            10 => {
                let [pos] = self.points()?;
                Geometry::Point(pos)
            }
            11 => Geometry::Tag,
            3 => {
                let (width, height) = (u32::try_from(self.varint()?).ok()?, u32::try_from(self.varint()?).ok()?);
                let mut counts = Vec::new();
                while !self.bytes.is_empty() {
                    counts.push(u32::try_from(self.varint()?).ok()?);
                }
                Geometry::Mask(Mask::from_counts(width, height, counts).ok()?)
            }
            _ => return None,
        };
        self.bytes.is_empty().then_some(geometry)
    }

    fn polygon(&mut self, has_edges: bool) -> Option<Polygon> {
        let scale = self.byte()?;
        let num_parts = self.count()?;
        let mut shape: Vec<Vec<Ring>> = Vec::with_capacity(num_parts);
        for _ in 0..num_parts {
            let num_rings = self.count()?;
            shape.push((0..num_rings).map(|_| self.ring(has_edges)).collect::<Option<_>>()?);
        }
        let mut last = [0; 2];
        let mut points = Vec::with_capacity(num_parts);
        for (len, _) in shape.iter().flatten() {
            points.push(self.some_points(scale, *len, &mut last)?);
        }
        let mut points = points.into_iter();
        let mut parts = Vec::with_capacity(shape.len());
        for rings in shape {
            let paths = rings.iter().map(|(_, edges)| self.path(scale, points.next()?, edges, &mut last));
            let mut paths = paths.collect::<Option<Vec<Path>>>()?.into_iter();
            parts.push(Part { outer: paths.next()?, holes: paths.collect() });
        }
        Some(Polygon { parts })
    }

    /// Number of points and, where they are told, the edges that are not plainly straight.
    fn ring(&mut self, has_edges: bool) -> Option<Ring> {
        let len = self.count()?;
        let number = if has_edges { self.count()? } else { 0 };
        let edges = (0..number).map(|_| Some((usize::try_from(self.varint()?).ok()?, self.byte()?)));
        Some((len, edges.collect::<Option<_>>()?))
    }

    fn some_points(&mut self, scale: u8, number: usize, last: &mut [i64; 2]) -> Option<Vec<ImagePos>> {
        (0..number).map(|_| self.point(scale, last)).collect()
    }

    /// Scale byte and points of a known number.
    fn points<const N: usize>(&mut self) -> Option<[ImagePos; N]> {
        let scale = self.byte()?;
        self.some_points(scale, N, &mut [0; 2])?.try_into().ok()
    }

    /// The path of these points and edges, of which the control points follow.
    fn path(&mut self, scale: u8, points: Vec<ImagePos>, special: &[(usize, u8)], last: &mut [i64; 2]) -> Option<Path> {
        if special.is_empty() {
            return Some(points.into());
        }
        let mut edges = vec![Edge::default(); points.len()];
        for (at, kind) in special {
            let bend = match kind & 3 {
                0 => Bend::Straight,
                1 => Bend::Quadratic(self.point(scale, last)?),
                2 => Bend::Cubic(self.point(scale, last)?, self.point(scale, last)?),
                _ => return None,
            };
            *edges.get_mut(*at)? = Edge { bend, inferred: kind & 4 != 0 };
        }
        Some(Path::with_edges(points, edges))
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A number of things that are still to come. Each takes at least a byte, so a larger number is a lie.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.varint()?).ok()?;
        (count <= self.bytes.len()).then_some(count)
    }

    fn point(&mut self, scale: u8, last: &mut [i64; 2]) -> Option<ImagePos> {
        let mut coordinate = |axis: usize| {
            if scale == RAW {
                let (value, rest) = self.bytes.split_first_chunk::<8>()?;
                self.bytes = rest;
                return Some(f64::from_le_bytes(*value));
            }
            let zigzag = self.varint()?;
            let difference = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
            last[axis] = last[axis].checked_add(difference)?;
            Some(last[axis] as f64 / SCALES.get(usize::from(scale))?)
        };
        Some(ImagePos::new(coordinate(0)?, coordinate(1)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_pos() -> impl Strategy<Value = ImagePos> {
        let coordinate = prop_oneof![
            (-100_000_i64..100_000).prop_map(|value| value as f64 / 100.0),
            any::<f64>().prop_filter("finite", |value| value.is_finite()),
            Just(-0.0),
        ];
        (coordinate.clone(), coordinate).prop_map(|(x, y)| ImagePos::new(x, y))
    }

    fn any_edge() -> impl Strategy<Value = Edge> {
        let bend = prop_oneof![
            4 => Just(Bend::Straight),
            1 => any_pos().prop_map(Bend::Quadratic),
            1 => (any_pos(), any_pos()).prop_map(|(a, b)| Bend::Cubic(a, b)),
        ];
        (bend, any::<bool>()).prop_map(|(bend, inferred)| Edge { bend, inferred })
    }

    fn any_path() -> impl Strategy<Value = Path> {
        let straight = prop::collection::vec(any_pos(), 0..12).prop_map(Path::from);
        let bent = prop::collection::vec((any_pos(), any_edge()), 1..12).prop_map(|both| {
            let (points, edges) = both.into_iter().unzip();
            Path::with_edges(points, edges)
        });
        prop_oneof![straight, bent]
    }

    fn any_geometry() -> impl Strategy<Value = Geometry> {
        let part = (any_path(), prop::collection::vec(any_path(), 0..3)).prop_map(|(outer, holes)| Part { outer, holes });
        let sight = prop_oneof![Just(Sight::Visible), Just(Sight::Occluded), Just(Sight::Absent)];
        let keypoint = (any_pos(), sight).prop_map(|(pos, sight)| Keypoint { pos, sight });
        let turned = || (any_pos(), any_pos(), any_pos());
        prop_oneof![
            (any_pos(), any_pos()).prop_map(|(min, max)| Geometry::Box(Rect { min, max })),
            prop::collection::vec(part, 0..3).prop_map(|parts| Geometry::Polygon(Polygon { parts })),
            turned().prop_map(|(center, size, angle)| {
                Geometry::RotatedBox(RotatedBox { center, width: size.x, height: size.y, angle: angle.x })
            }),
            turned().prop_map(|(center, size, angle)| Geometry::Ellipse(Ellipse { center, rx: size.x, ry: size.y, angle: angle.x })),
            any_path().prop_map(Geometry::Polyline),
            prop::collection::vec(keypoint, 0..20).prop_map(|points| Geometry::Keypoints(Keypoints { points })),
            (prop::array::uniform4(any_pos()), prop::array::uniform4(any_pos()))
                .prop_map(|(front, back)| Geometry::Cuboid(Box::new(Cuboid { front, back }))),
            any_pos().prop_map(Geometry::Point),
            Just(Geometry::Tag),
        ]
    }

    proptest! {
        #[test]
        fn every_bit_comes_back(geometry in any_geometry()) {
            let again = Geometry::from_bytes(&geometry.to_bytes()).unwrap();
            // Debug text, since -0.0 == 0.0.
            prop_assert_eq!(format!("{again:?}"), format!("{geometry:?}"));
        }

        #[test]
        fn any_bytes_are_read_or_refused(kind in 0_u8..14, bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let bytes = [vec![kind], bytes].concat();
            let _ = Geometry::from_bytes(&bytes);
        }
    }

    #[test]
    fn hundredths_are_short() {
        let ring = (0..12).map(|at| ImagePos::new(1000.25 + f64::from(at), 800.5)).collect();
        assert!(Geometry::Polygon(Polygon::simple(ring)).to_bytes().len() < 50);
    }

    #[test]
    fn a_mask_comes_back() {
        let mask = Geometry::Mask(Mask::from_counts(3, 4, vec![2, 4, 4, 1, 1]).unwrap());
        assert_eq!(Geometry::from_bytes(&mask.to_bytes()), Ok(mask));
    }
}
