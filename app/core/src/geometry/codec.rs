//! Geometry as bytes, for the log and its tables.
//!
//! First byte: the spatial type (1 box, 2 polygon, 3 mask). For boxes and polygons the second byte is the scale: `k` of
//! 0..=4 means that every coordinate equals an integer over 10^k *exactly* and is stored as the zigzag varint of its
//! difference to the one before (x to x, y to y); 255 means raw little-endian f64. Lossless either way; annotations
//! drawn by hand or read from most files take the short form, at a third of the bytes.

use super::{Geometry, ImagePos, Mask, Part, Polygon, Rect};

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
            Self::Polygon(polygon) => {
                out.push(2);
                let rings: Vec<&[ImagePos]> = polygon.rings().map(Vec::as_slice).collect();
                write_points(&mut out, &rings, |out| {
                    write_varint(out, polygon.parts.len() as u64);
                    for part in &polygon.parts {
                        write_varint(out, 1 + part.holes.len() as u64);
                        for ring in std::iter::once(&part.outer).chain(&part.holes) {
                            write_varint(out, ring.len() as u64);
                        }
                    }
                });
            }
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
            2 => Geometry::Polygon(self.polygon()?),
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

    fn polygon(&mut self) -> Option<Polygon> {
        let scale = self.byte()?;
        let num_parts = self.count()?;
        let mut shape: Vec<Vec<usize>> = Vec::with_capacity(num_parts);
        for _ in 0..num_parts {
            let num_rings = self.count()?;
            shape.push((0..num_rings).map(|_| self.count()).collect::<Option<_>>()?);
        }
        let mut last = [0; 2];
        let mut parts = Vec::with_capacity(shape.len());
        for ring_lens in shape {
            let mut rings = Vec::with_capacity(ring_lens.len());
            for len in ring_lens {
                rings.push((0..len).map(|_| self.point(scale, &mut last)).collect::<Option<Vec<_>>>()?);
            }
            let mut rings = rings.into_iter();
            parts.push(Part { outer: rings.next()?, holes: rings.collect() });
        }
        Some(Polygon { parts })
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

    fn any_ring() -> impl Strategy<Value = Vec<ImagePos>> {
        prop::collection::vec(any_pos(), 3..12)
    }

    proptest! {
        #[test]
        fn every_bit_of_a_polygon_comes_back(outer in any_ring(), holes in prop::collection::vec(any_ring(), 0..3)) {
            let polygon = Geometry::Polygon(Polygon { parts: vec![Part { outer, holes }, Part::default()] });
            let again = Geometry::from_bytes(&polygon.to_bytes()).unwrap();
            // Debug text, since -0.0 == 0.0.
            prop_assert_eq!(format!("{again:?}"), format!("{polygon:?}"));
        }

        #[test]
        fn a_box_comes_back(a in any_pos(), b in any_pos()) {
            let rect = Geometry::Box(Rect { min: a, max: b });
            prop_assert_eq!(format!("{:?}", Geometry::from_bytes(&rect.to_bytes()).unwrap()), format!("{rect:?}"));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
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
