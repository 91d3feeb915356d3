//! What drawn frames are made of.

/// Uneven brightness, different for each `of`, smooth from pixel to pixel.
pub fn noise(of: u32, x: f64, y: f64) -> f64 {
    let corner = |x: i64, y: i64| {
        let mut h = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ of.wrapping_mul(0xC2B2_AE3D);
        h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
        h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
        f64::from((h ^ (h >> 15)) & 0xFFFF) / 65535.0
    };
    let octave = |step: f64| {
        let (x, y) = (x / step, y / step);
        let (i, j) = (x.floor() as i64, y.floor() as i64);
        let ease = |t: f64| t * t * (3.0 - 2.0 * t);
        let (u, v) = (ease(x - x.floor()), ease(y - y.floor()));
        let top = corner(i, j) * (1.0 - u) + corner(i + 1, j) * u;
        let bottom = corner(i, j + 1) * (1.0 - u) + corner(i + 1, j + 1) * u;
        top * (1.0 - v) + bottom * v
    };
    0.6 * octave(9.0) + 0.4 * octave(4.0)
}
