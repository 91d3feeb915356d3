//! Path builders for the forms that things in a street are made of.

use std::f32::consts::PI;

use tiny_skia::{Path, PathBuilder, Rect};

/// A path from SVG path data with absolute `M L H V Q C Z`. Shapes are easier to
/// read and change in this form than as builder calls. Unknown tokens are skipped.
pub(crate) fn svg(data: &str) -> Option<Path> {
    let spaced = data.replace([',', '\n'], " ");
    let mut tokens = spaced.split_ascii_whitespace().peekable();
    let mut b = PathBuilder::new();
    let mut command = 'M';
    let (mut x, mut y) = (0.0, 0.0);
    while let Some(&token) = tokens.peek() {
        if let Some(c) = token.chars().next()
            && c.is_ascii_alphabetic()
        {
            tokens.next();
            command = c;
            if c == 'Z' {
                b.close();
            }
            continue;
        }
        let mut n = || tokens.next().and_then(|t| t.parse::<f32>().ok()).unwrap_or(0.0);
        match command {
            'M' => {
                (x, y) = (n(), n());
                b.move_to(x, y);
                command = 'L';
            }
            'L' => {
                (x, y) = (n(), n());
                b.line_to(x, y);
            }
            'H' => {
                x = n();
                b.line_to(x, y);
            }
            'V' => {
                y = n();
                b.line_to(x, y);
            }
            'Q' => {
                let (cx, cy) = (n(), n());
                (x, y) = (n(), n());
                b.quad_to(cx, cy, x, y);
            }
            'C' => {
                let (ax, ay, bx, by) = (n(), n(), n(), n());
                (x, y) = (n(), n());
                b.cubic_to(ax, ay, bx, by, x, y);
            }
            _ => {
                n();
            }
        }
    }
    b.finish()
}

pub(crate) fn poly(points: &[(f32, f32)]) -> Option<Path> {
    let mut b = PathBuilder::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        if i == 0 { b.move_to(x, y) } else { b.line_to(x, y) }
    }
    b.close();
    b.finish()
}

/// An open line.
pub(crate) fn wire(points: &[(f32, f32)]) -> Option<Path> {
    let mut b = PathBuilder::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        if i == 0 { b.move_to(x, y) } else { b.line_to(x, y) }
    }
    b.finish()
}

pub(crate) fn rect(x0: f32, y0: f32, x1: f32, y1: f32) -> Option<Path> {
    Rect::from_ltrb(x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)).map(PathBuilder::from_rect)
}

pub(crate) fn disc(x: f32, y: f32, r: f32) -> Option<Path> {
    PathBuilder::from_circle(x, y, r)
}

pub(crate) fn oval(x: f32, y: f32, rx: f32, ry: f32) -> Option<Path> {
    Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry).and_then(PathBuilder::from_oval)
}

/// A rectangle with rounded corners.
pub(crate) fn pill(x0: f32, y0: f32, x1: f32, y1: f32, r: f32) -> Option<Path> {
    let r = r.min((x1 - x0).abs() / 2.0).min((y1 - y0).abs() / 2.0);
    let k = r * 0.4477;
    let mut b = PathBuilder::new();
    b.move_to(x0 + r, y0);
    b.line_to(x1 - r, y0);
    b.cubic_to(x1 - k, y0, x1, y0 + k, x1, y0 + r);
    b.line_to(x1, y1 - r);
    b.cubic_to(x1, y1 - k, x1 - k, y1, x1 - r, y1);
    b.line_to(x0 + r, y1);
    b.cubic_to(x0 + k, y1, x0, y1 - k, x0, y1 - r);
    b.line_to(x0, y0 + r);
    b.cubic_to(x0, y0 + k, x0 + k, y0, x0 + r, y0);
    b.close();
    b.finish()
}

/// A limb: the hull of two discs.
pub(crate) fn limb(a: (f32, f32), ra: f32, b: (f32, f32), rb: f32) -> Option<Path> {
    const HALF: usize = 8;
    let along = (b.1 - a.1).atan2(b.0 - a.0);
    let mut ring = Vec::with_capacity(2 * HALF + 2);
    for (centre, r, from) in [(b, rb, along - PI / 2.0), (a, ra, along + PI / 2.0)] {
        for i in 0..=HALF {
            let t = from + PI * i as f32 / HALF as f32;
            ring.push((centre.0 + r * t.cos(), centre.1 + r * t.sin()));
        }
    }
    poly(&ring)
}

/// A closed smooth curve through the points (Catmull-Rom).
pub(crate) fn smooth(points: &[(f32, f32)]) -> Option<Path> {
    let n = points.len();
    if n < 3 {
        return poly(points);
    }
    let at = |i: usize| points[i % n];
    let mut b = PathBuilder::new();
    b.move_to(points[0].0, points[0].1);
    for i in 0..n {
        let (p0, p1, p2, p3) = (at(i + n - 1), at(i), at(i + 1), at(i + 2));
        b.cubic_to(
            p1.0 + (p2.0 - p0.0) / 6.0,
            p1.1 + (p2.1 - p0.1) / 6.0,
            p2.0 - (p3.0 - p1.0) / 6.0,
            p2.1 - (p3.1 - p1.1) / 6.0,
            p2.0,
            p2.1,
        );
    }
    b.close();
    b.finish()
}
