//! Inputs that are the same in every run.

use crate::error::CliError;
use limn_core::ImagePos;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Numbers that look random (a linear congruential generator; Knuth's MMIX constants).
pub(super) struct Random(pub u64);

impl Random {
    /// At least 0, less than 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// At least 0, less than `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        ((self.unit() * end as f64) as u64).min(end.saturating_sub(1))
    }

    /// A polygon of 12 points, rounded to two digits as annotation files have them.
    pub fn polygon(&mut self, width: f64, height: f64, radius: f64) -> Vec<ImagePos> {
        let center = [radius + self.unit() * (width - 2.0 * radius), radius + self.unit() * (height - 2.0 * radius)];
        self.polygon_at(center, radius)
    }

    /// Number `at` of `size` of them in a grid over a picture, each in a cell of its own, as the peers were measured with.
    pub fn polygon_in_grid(&mut self, at: u64, size: u64, [width, height]: [f64; 2]) -> Vec<ImagePos> {
        let columns = (size as f64 * width / height).sqrt().ceil().max(1.0);
        let cell = [width / columns, height / (size as f64 / columns).ceil().max(1.0)];
        let place = [at as f64 % columns, (at as f64 / columns).floor()];
        let center = std::array::from_fn(|axis| (place[axis] + 0.5) * cell[axis]);
        self.polygon_at(center, 0.48 * cell[0].min(cell[1]))
    }

    fn polygon_at(&mut self, center: [f64; 2], radius: f64) -> Vec<ImagePos> {
        let round = |value: f64| (value * 100.0).round() / 100.0;
        (0..12)
            .map(|corner| {
                let (sin, cos) = (f64::from(corner) / 12.0 * std::f64::consts::TAU).sin_cos();
                let reach = radius * (0.5 + 0.5 * self.unit());
                ImagePos { x: round(center[0] + reach * cos), y: round(center[1] + reach * sin) }
            })
            .collect()
    }
}

/// Writes a COCO file of `polygons` polygons of 12 points, ten to an image of 1920 × 1080 that is not on the disk, as
/// pycocotools was measured with.
pub(super) fn write_coco(path: &Path, polygons: u64) -> Result<u64, CliError> {
    let images = polygons.div_ceil(10);
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    let mut random = Random(7);
    write!(out, "{{\"images\":[")?;
    for image in 0..images {
        let comma = if image == 0 { "" } else { "," };
        write!(out, "{comma}{{\"id\":{image},\"file_name\":\"{image:08}.jpg\",\"width\":1920,\"height\":1080}}")?;
    }
    write!(out, "],\"categories\":[")?;
    for category in 1..=10 {
        let comma = if category == 1 { "" } else { "," };
        write!(out, "{comma}{{\"id\":{category},\"name\":\"class {category}\"}}")?;
    }
    write!(out, "],\"annotations\":[")?;
    for number in 0..polygons {
        let points = random.polygon(1920.0, 1080.0, 60.0);
        let (low, high) = points.iter().fold(([f64::MAX; 2], [f64::MIN; 2]), |(low, high), pos| {
            ([low[0].min(pos.x), low[1].min(pos.y)], [high[0].max(pos.x), high[1].max(pos.y)])
        });
        let (image, category) = (number / 10, 1 + random.below(10));
        let comma = if number == 0 { "" } else { "," };
        write!(out, "{comma}{{\"id\":{},\"image_id\":{image},\"category_id\":{category},\"iscrowd\":0,\"segmentation\":[[", number + 1)?;
        for (at, pos) in points.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(out, "{comma}{:.2},{:.2}", pos.x, pos.y)?;
        }
        let (width, height) = (high[0] - low[0], high[1] - low[1]);
        write!(out, "]],\"bbox\":[{:.2},{:.2},{width:.2},{height:.2}],\"area\":{:.2}}}", low[0], low[1], width * height * 0.7)?;
    }
    write!(out, "]}}")?;
    out.flush()?;
    Ok(path.metadata()?.len())
}
