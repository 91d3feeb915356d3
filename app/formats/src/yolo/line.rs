//! What a line says.

use super::Task;
use super::geometry::turned;
use crate::tracking::{rounded, whole};
use limn_core::geometry::{Keypoint, Keypoints, Sight};
use limn_core::{Geometry, ImagePos, Polygon, Rect};

/// Largest class that is taken for one.
const MAX_CLASS: u64 = 65_535;
/// A share beyond this is none.
const MAX_SHARE: f64 = 2.0;
/// In pixels, how far the corners of a turned box may lie from those of a right-angled one.
const TOLERANCE: f64 = 0.01;

/// A line, read.
#[derive(Debug, PartialEq)]
pub(super) struct Parsed {
    pub class: u64,
    pub geometry: Geometry,
    pub track: Option<u64>,
    pub confidence: Option<f32>,
    pub extra: Option<String>,
    /// What is odd about it.
    pub odd: Option<&'static str>,
}

/// How lines are to be read.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub task: Task,
    pub size: (u32, u32),
    /// Number of keypoints and of numbers for each.
    pub keypoints: Option<(usize, usize)>,
    /// What one number behind the line is on a frame of a video may be that of an object.
    pub is_frame: bool,
}

/// The class of a line.
pub(super) fn class_of(text: &str) -> Option<u64> {
    whole(text.split_whitespace().next()?).filter(|class| *class <= MAX_CLASS)
}

impl Form {
    /// Reads a line; `Err` says why it is left out.
    pub fn read(self, text: &str) -> Result<Parsed, &'static str> {
        let class = class_of(text).ok_or("a line has no number of a class; left out")?;
        let mut numbers = Vec::new();
        for cell in text.split_whitespace().skip(1) {
            let number: f64 = cell.parse().map_err(|_no| "a line holds what is no number; left out")?;
            if !number.is_finite() {
                return Err("a line holds a number that is not finite; left out");
            }
            numbers.push(number);
        }
        let places = self.places(numbers.len())?;
        let (own, behind) = numbers.split_at(places);
        let (track, confidence) = self.behind(behind)?;
        let mut parsed = Parsed { class, geometry: Geometry::Tag, track, confidence, extra: None, odd: None };
        match (self.task, own.len()) {
            (Task::Detect | Task::Segment | Task::Obb, 4) => parsed.geometry = Geometry::Box(self.rect(own, &mut parsed.odd)?),
            (Task::Obb, 8) => {
                let corners = self.points(own, &mut parsed.odd)?;
                let corners = <[ImagePos; 4]>::try_from(corners).map_err(|_other| "a line has not four corners; left out")?;
                let (found, off) = turned(corners);
                if off > TOLERANCE {
                    parsed.odd = Some("the four corners are not those of a right-angled box; the nearest one was taken");
                }
                let geometry = Geometry::RotatedBox(found);
                if !geometry.is_sound() {
                    return Err("a box has no area; left out");
                }
                parsed.geometry = geometry;
            }
            (Task::Pose, _) => self.pose(own, &mut parsed)?,
            _ => {
                let mut points = self.points(own, &mut parsed.odd)?;
                if points.len() > 3 && points.first() == points.last() {
                    points.pop();
                }
                parsed.geometry = Geometry::Polygon(Polygon::simple(points));
            }
        }
        Ok(parsed)
    }

    /// How many of the numbers behind the class say where it is.
    fn places(self, count: usize) -> Result<usize, &'static str> {
        let wrong = "a line has another number of columns than its kind; left out";
        match (self.task, self.keypoints) {
            (Task::Pose, None) if !(4..=6).contains(&count) => Err("keypoints need kpt_shape in the data file; left out"),
            (Task::Pose, None) => Ok(4),
            (Task::Pose, Some((points, each))) => {
                let own = points.saturating_mul(each).saturating_add(4);
                // A box alone is an object without keypoints.
                [own, 4].into_iter().find(|own| (*own..=*own + 2).contains(&count)).ok_or(wrong)
            }
            (Task::Obb, _) if (8..=10).contains(&count) => Ok(8),
            (_, _) if count == 4 || count == 5 => Ok(4),
            (Task::Detect | Task::Segment, _) if count >= 6 => Ok(count - count % 2),
            _ => Err(wrong),
        }
    }

    /// The object's number and the confidence, of the numbers that stand behind.
    fn behind(self, behind: &[f64]) -> Result<(Option<u64>, Option<f32>), &'static str> {
        const MAX: f64 = 9_007_199_254_740_992.0;
        let is_number = |value: f64| (0.0..=MAX).contains(&value) && value.fract() == 0.0;
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        match behind {
            [] => Ok((None, None)),
            [track] if self.is_frame && is_number(*track) => Ok((Some(*track as u64), None)),
            [confidence] if is_share(*confidence) => Ok((None, Some(*confidence as f32))),
            [confidence, track] if is_share(*confidence) && is_number(*track) => Ok((Some(*track as u64), Some(*confidence as f32))),
            _ => Err("a line ends with what is neither a confidence nor the number of an object; left out"),
        }
    }

    fn share(value: f64, odd: &mut Option<&'static str>) -> Result<f64, &'static str> {
        if !(-MAX_SHARE..=MAX_SHARE).contains(&value) {
            return Err("a line holds places that are no shares of the picture, perhaps pixels; left out");
        }
        if !(0.0..=1.0).contains(&value) {
            *odd = Some("a place lies outside the picture; kept as it is");
        }
        Ok(value)
    }

    fn points(self, numbers: &[f64], odd: &mut Option<&'static str>) -> Result<Vec<ImagePos>, &'static str> {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let (pairs, _) = numbers.as_chunks::<2>();
        let exact = |value: f64| if self.task == Task::Obb { value } else { rounded(value) };
        let point = |[x, y]: &[f64; 2]| Ok(ImagePos::new(exact(Self::share(*x, odd)? * width), exact(Self::share(*y, odd)? * height)));
        pairs.iter().map(point).collect()
    }

    fn rect(self, numbers: &[f64], odd: &mut Option<&'static str>) -> Result<Rect, &'static str> {
        let [x, y, w, h] = numbers else { return Err("a line has another number of columns than its kind; left out") };
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        for value in [x, y, w, h] {
            Self::share(*value, odd)?;
        }
        let side = |middle: f64, half: f64, size: f64| rounded((middle + half) * size);
        let (min, max) = (
            ImagePos::new(side(*x, -w / 2.0, width), side(*y, -h / 2.0, height)),
            ImagePos::new(side(*x, w / 2.0, width), side(*y, h / 2.0, height)),
        );
        let rect = Rect { min, max };
        if rect.width() <= 0.0 || rect.height() <= 0.0 {
            return Err("a box has no area; left out");
        }
        Ok(rect)
    }

    fn pose(self, own: &[f64], parsed: &mut Parsed) -> Result<(), &'static str> {
        let (of_box, of_points) = own.split_at_checked(4).ok_or("a line has no box; left out")?;
        let rect = self.rect(of_box, &mut parsed.odd)?;
        let each = self.keypoints.map_or(3, |(_, each)| each);
        let mut points = Vec::new();
        for numbers in of_points.chunks_exact(each) {
            let place = numbers.get(..2).unwrap_or_default();
            let pos = self.points(place, &mut parsed.odd)?.pop().unwrap_or_default();
            let sight = match numbers.get(2) {
                Some(0.0) => Sight::Absent,
                Some(1.0) => Sight::Occluded,
                Some(seen) if *seen < 0.0 => Sight::Absent,
                // Without a third number, what lies in the corner is nowhere.
                None if place == [0.0, 0.0] => Sight::Absent,
                _ => Sight::Visible,
            };
            points.push(if sight == Sight::Absent { Keypoint { sight, ..Keypoint::default() } } else { Keypoint { pos, sight } });
        }
        let keypoints = Keypoints { points };
        if keypoints.present().next().is_none() {
            parsed.geometry = Geometry::Box(rect);
            return Ok(());
        }
        parsed.geometry = Geometry::Keypoints(keypoints);
        let (width, height) = (rounded(rect.width()), rounded(rect.height()));
        parsed.extra = Some(format!("{{\"bbox\":[{},{},{width},{height}]}}", rect.min.x, rect.min.y));
        Ok(())
    }
}
