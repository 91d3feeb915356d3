//! Two instances: whether they are the same, and how much of one the other covers.

use super::{Check, Frame, Overlap, Problem, Rules, Told, percent};
use crate::area::{AreaOp, combined};
use crate::coverage::covered_by;
use limn_core::{Geometry, Instance, Mask, Rect};

/// What is wrong between two objects whose bounds meet; `first` is the earlier one.
pub(super) fn problems(rules: &Rules, frame: Frame<'_>, first: &Instance, second: &Instance) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut common = Common { a: &first.geometry, b: &second.geometry, area: None };
    for (rule, _) in rules.all() {
        match &rule.check {
            Check::Duplicates { iou } if first.label == second.label && rules.is_about(rule, first.label) => {
                let share = common.iou(*iou);
                if share >= *iou {
                    let told = Told { found: &percent(share), wanted: &percent(*iou), other: Some(first) };
                    found.push(rules.broken(rule, frame, second, "{label} is there twice: {found} the same", told));
                }
            }
            Check::Overlap(Overlap { with, most }) => {
                for (subject, other) in [(first, second), (second, first)] {
                    let is_of_rule = rules.is_about(rule, subject.label) && rules.questions.is_below(other.label, with);
                    let share = if is_of_rule { common.share_of(&subject.geometry, *most) } else { 0.0 };
                    if share > *most {
                        let told = Told { found: &percent(share), wanted: &percent(*most), other: Some(other) };
                        let usual = "{found} of {label} is covered by {other}, at most {wanted} may be";
                        found.push(rules.broken(rule, frame, subject, usual, told));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// How much of the first the second covers, 0 to 1.
pub(super) fn share(of: &Geometry, by: &Geometry) -> f64 {
    Common { a: of, b: by, area: None }.share_of(of, 0.0)
}

/// What two shapes have in common, found once and only when it matters.
struct Common<'a> {
    a: &'a Geometry,
    b: &'a Geometry,
    area: Option<f64>,
}

impl Common<'_> {
    fn area(&mut self) -> f64 {
        *self.area.get_or_insert_with(|| common_area(self.a, self.b))
    }

    /// Exactly from `least` on; something less, below it. What has no area is the same or not.
    fn iou(&mut self, least: f64) -> f64 {
        let (a, b) = (self.a.area(), self.b.area());
        if a <= 0.0 || b <= 0.0 {
            return if self.a == self.b { 1.0 } else { 0.0 };
        }
        let (small, large) = (a.min(b), a.max(b));
        let most = self.most().min(small);
        if small / large < least || most / (a + b - most) < least {
            return 0.0;
        }
        let common = self.area();
        common / (a + b - common)
    }

    /// Exactly above `most`; something less, below it.
    fn share_of(&mut self, subject: &Geometry, most: f64) -> f64 {
        let area = subject.area();
        if area <= 0.0 || self.most() / area <= most { 0.0 } else { self.area() / area }
    }

    /// No more than their bounds have in common.
    fn most(&self) -> f64 {
        let (Some(a), Some(b)) = (self.a.bounds(), self.b.bounds()) else { return 0.0 };
        rect_area(a, b)
    }
}

fn rect_area(a: Rect, b: Rect) -> f64 {
    let side = |low: f64, high: f64| (high - low).max(0.0);
    side(a.min.x.max(b.min.x), a.max.x.min(b.max.x)) * side(a.min.y.max(b.min.y), a.max.y.min(b.max.y))
}

/// The area that two shapes share, in square pixels.
pub(crate) fn common_area(a: &Geometry, b: &Geometry) -> f64 {
    match (a, b) {
        (Geometry::Box(a), Geometry::Box(b)) => rect_area(*a, *b),
        (Geometry::Mask(a), Geometry::Mask(b)) => mask_area(a, b),
        _ => match (covered_by(a), covered_by(b)) {
            (Some(a), Some(b)) => combined(AreaOp::Intersect, &a, &[&b]).area(),
            _ => 0.0,
        },
    }
}

/// Walks down the columns of both at once.
fn mask_area(a: &Mask, b: &Mask) -> f64 {
    let (mut first, mut second) = (a.stretches().peekable(), b.stretches().peekable());
    let mut area = 0_u64;
    while let (Some((x, top, bottom)), Some((other_x, other_top, other_bottom))) = (first.peek(), second.peek()) {
        if x == other_x {
            area += u64::from(bottom.min(other_bottom).saturating_sub(*top.max(other_top)));
        }
        // The one that ends first cannot meet anything else.
        if (x, bottom) <= (other_x, other_bottom) {
            first.next();
        } else {
            second.next();
        }
    }
    area as f64
}
