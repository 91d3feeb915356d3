//! Numbers: sums that stay decimals, and the shortest text that reads back as the same number.

const SCALES: [f64; 5] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0];
/// Below this a decimal has at most 15 digits, so that no shorter one reads as the same f64.
const MAX_SCALED: f64 = 1e15;

/// `value * scale` if that is a whole number exactly, such that dividing gives `value` again.
fn scaled(value: f64, scale: f64) -> Option<i64> {
    // Rounded by hand, since `f64::round` is a function call on plain x86-64; that the result is right is checked below.
    let whole = (value * scale + 0.5_f64.copysign(value)) as i64;
    (whole.unsigned_abs() < MAX_SCALED as u64 && whole as f64 / scale == value).then_some(whole)
}

fn decimal(a: f64, b: f64, join: impl Fn(f64, f64) -> f64) -> f64 {
    // Whole numbers of up to 15 digits are exact in an f64, and so is what comes of two of them.
    let exact = |scale: &f64| Some(join(scaled(a, *scale)? as f64, scaled(b, *scale)? as f64) / scale);
    SCALES.iter().find_map(exact).unwrap_or_else(|| join(a, b))
}

/// The sum; of numbers with up to four decimals the exact one: 10.1 + 20.2 is 30.3, not 30.299999999999997.
pub(crate) fn sum(a: f64, b: f64) -> f64 {
    decimal(a, b, |a, b| a + b)
}

/// The difference, as [`sum`]: `difference(sum(a, b), a)` is `b` for such numbers.
pub(crate) fn difference(a: f64, b: f64) -> f64 {
    decimal(a, b, |a, b| a - b)
}

/// Rounded to four decimals.
pub(crate) fn rounded(value: f64) -> f64 {
    let whole = (value * 10_000.0).round();
    if whole.abs() < MAX_SCALED { whole / 10_000.0 } else { value }
}

/// Writes a finite number by its shortest decimal, whole ones without a point; `null` for what is not finite.
pub(crate) fn write_f64(out: &mut Vec<u8>, value: f64) {
    let whole = value as i64;
    if whole as f64 == value && value.abs() < MAX_SCALED && (whole != 0 || value.is_sign_positive()) {
        write_sign(out, value);
        return write_u64(out, whole.unsigned_abs());
    }
    for (scale, digits) in [(100.0, 2), (10_000.0, 4)] {
        if let Some(scaled) = scaled(value, scale).filter(|scaled| *scaled != 0) {
            let (scaled, scale) = (scaled.unsigned_abs(), scale as u64);
            write_sign(out, value);
            write_u64(out, scaled / scale);
            out.push(b'.');
            let mut rest = scaled % scale;
            let mut unit = scale / 10;
            for _ in 0..digits {
                if rest == 0 {
                    break;
                }
                out.push(b'0' + (rest / unit) as u8);
                rest %= unit;
                unit = (unit / 10).max(1);
            }
            return;
        }
    }
    // Writing into a Vec cannot fail.
    let _ = serde_json::to_writer(out, &value);
}

fn write_sign(out: &mut Vec<u8>, value: f64) {
    if value < 0.0 {
        out.push(b'-');
    }
}

/// Writes a whole number.
pub(crate) fn write_u64(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a whole number with a sign.
pub(crate) fn write_i64(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    write_u64(out, value.unsigned_abs());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: f64) -> String {
        let mut out = Vec::new();
        write_f64(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_short() {
        let cases = [
            (30.0, "30"),
            (-30.0, "-30"),
            (0.0, "0"),
            (-0.0, "-0.0"),
            (0.5, "0.5"),
            (-0.05, "-0.05"),
            (12.34, "12.34"),
            (1.0625, "1.0625"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e300, "1e+300"),
            (1e15, "1000000000000000.0"),
            (5e-324, "5e-324"),
            (f64::NAN, "null"),
        ];
        for (value, wanted) in cases {
            assert_eq!(text(value), wanted);
        }
    }

    #[test]
    fn decimals_add_as_decimals() {
        assert_eq!(sum(10.1, 20.2), 30.3);
        assert_eq!(difference(30.3, 10.1), 20.2);
        assert_eq!(sum(0.1, f64::MAX), f64::MAX);
    }

    proptest! {
        #[test]
        fn every_bit_comes_back(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
            let again: f64 = serde_json::from_str(&text(value)).unwrap();
            prop_assert_eq!(again.to_bits(), value.to_bits());
        }

        #[test]
        fn decimals_are_as_short_as_the_reference(whole in -100_000_000_i64..100_000_000, places in 0..6) {
            let value = whole as f64 / 10_f64.powi(places);
            prop_assert_eq!(text(value), format!("{value}"));
        }

        #[test]
        fn a_length_comes_back(x in -10_000_000_i64..10_000_000, w in 1_i64..10_000_000, places in 0..5) {
            let scale = 10_f64.powi(places);
            let (x, w) = (x as f64 / scale, w as f64 / scale);
            prop_assert_eq!(difference(sum(x, w), x), w);
        }
    }
}
