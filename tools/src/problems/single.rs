//! What is asked of each instance by itself, and of it among its neighbours.

use super::{Check, Frame, Problem, Problems, Rule, Rules, Told, pairs, shown};
use crate::outside::reaches_outside;
use limn_core::geometry::CURVE_TOLERANCE;
use limn_core::schema::attribute;
use limn_core::schema::expression::{Subject, Surroundings};
use limn_core::schema::questions::About;
use limn_core::schema::rule::Size;
use limn_core::schema::sequence_check::SequenceCheck;
use limn_core::{Geometry, ImagePos, Instance, LabelId, Polygon, Rect, Role};

/// The rules that it breaks. Areas to ignore, and crowds, only have to lie inside and not to cross themselves, and to do
/// what expressions say.
pub(super) fn problems(rules: &Rules, among: &Problems, frame: Frame<'_>, instance: &Instance) -> Vec<Problem> {
    let is_object = instance.marks.role == Role::Object;
    let mut found = Vec::new();
    for (rule, expression) in rules.all().filter(|(rule, _)| rules.is_about(rule, instance.label)) {
        match &rule.check {
            Check::Answered if is_object => found.extend(unanswered(rules, rule, frame, instance)),
            Check::Inside if frame.picture.area() > 0.0 => {
                let image = [frame.picture.width(), frame.picture.height()];
                if reaches_outside(&instance.geometry, image) {
                    found.push(rules.broken(rule, frame, instance, "{label} reaches outside the picture", Told::default()));
                }
            }
            Check::Simple => {
                if let Some(pos) = crossing(&instance.geometry) {
                    let mut problem = rules.broken(rule, frame, instance, "{label} crosses itself", Told::default());
                    problem.area = Some(Rect { min: pos, max: pos }.grown(1.0));
                    found.push(problem);
                }
            }
            Check::Size(size) if is_object => {
                if let Some((is, wanted)) = missized(&instance.geometry, size) {
                    found.push(rules.broken(
                        rule,
                        frame,
                        instance,
                        "{label} has {found}, {wanted} wanted",
                        Told { found: &is, wanted: &wanted, other: None },
                    ));
                }
            }
            Check::Sequence(SequenceCheck::Always) if is_object && frame.sequences.is_some() && instance.member.is_none() => {
                found.push(rules.broken(rule, frame, instance, "{label} is in no sequence", Told::default()));
            }
            Check::Expression(_) => {
                let around = Around { rules, among, frame, instance };
                let subject = Subject { instance, schema: &rules.schema, questions: &rules.questions, around: &around };
                if expression.is_some_and(|expression| !expression.holds(subject)) {
                    found.push(rules.broken(rule, frame, instance, "{label}: {rule}", Told::default()));
                }
            }
            _ => {}
        }
    }
    found
}

fn unanswered(rules: &Rules, rule: &Rule, frame: Frame<'_>, instance: &Instance) -> Option<Problem> {
    let about = About {
        subject: attribute::Subject::Instance,
        label: Some(instance.label),
        shape: Some(instance.geometry.spatial_type()),
        answers: &instance.marks.answers,
    };
    let open: Vec<&str> = rules.questions.open(&rules.schema, about).iter().map(|attribute| attribute.name.as_str()).collect();
    (!open.is_empty()).then(|| {
        rules.broken(rule, frame, instance, "{label} has no answer to: {found}", Told { found: &open.join(", "), ..Told::default() })
    })
}

/// What its size is and should be. Tags, points and keypoints have none; lines have no area.
fn missized(geometry: &Geometry, size: &Size) -> Option<(String, String)> {
    let bounds = match geometry {
        Geometry::Tag | Geometry::Point(_) | Geometry::Keypoints(_) => return None,
        other => other.bounds()?,
    };
    let (short, long) = (bounds.width().min(bounds.height()), bounds.width().max(bounds.height()));
    let is_line = matches!(geometry, Geometry::Polyline(_));
    let area = geometry.area();
    if let Some(min) = size.min_side.filter(|min| short < *min && !is_line) {
        return Some((format!("a side of {} px", shown(short)), format!("at least {} px", shown(min))));
    }
    if let Some(min) = size.min_side.filter(|min| long < *min && is_line) {
        return Some((format!("a side of {} px", shown(long)), format!("at least {} px", shown(min))));
    }
    if let Some(max) = size.max_side.filter(|max| long > *max) {
        return Some((format!("a side of {} px", shown(long)), format!("at most {} px", shown(max))));
    }
    if let Some(min) = size.min_area.filter(|min| area < *min && !is_line) {
        return Some((format!("an area of {} px²", shown(area)), format!("at least {} px²", shown(min))));
    }
    let max = size.max_area.filter(|max| area > *max && !is_line)?;
    Some((format!("an area of {} px²", shown(area)), format!("at most {} px²", shown(max))))
}

/// Where a polygon crosses itself.
fn crossing(geometry: &Geometry) -> Option<ImagePos> {
    let Geometry::Polygon(polygon) = geometry else { return None };
    polygon.parts.iter().find_map(|part| crossing_of(&Polygon { parts: vec![part.clone()] }))
}

fn crossing_of(polygon: &Polygon) -> Option<ImagePos> {
    let sides = polygon.rings().flat_map(|ring| ring.segments(true, CURVE_TOLERANCE)).map(|(a, b, _)| (a, b));
    let mut sides: Vec<(ImagePos, ImagePos)> = sides.collect();
    // By their left ends, so that each is compared only with those that begin before it ends.
    sides.sort_by(|a, b| a.0.x.min(a.1.x).total_cmp(&b.0.x.min(b.1.x)));
    sides.iter().enumerate().find_map(|(at, (a, b))| {
        let right = a.x.max(b.x);
        let next = sides.get(at + 1..).unwrap_or_default().iter().take_while(|(c, d)| c.x.min(d.x) < right);
        next.filter_map(|(c, d)| crossing_at(*a, *b, *c, *d)).next()
    })
}

/// Where two sides cross in their middles; those that only touch do not.
fn crossing_at(a: ImagePos, b: ImagePos, c: ImagePos, d: ImagePos) -> Option<ImagePos> {
    if a.y.max(b.y) < c.y.min(d.y) || c.y.max(d.y) < a.y.min(b.y) {
        return None;
    }
    let side = |from: ImagePos, to: ImagePos, pos: ImagePos| (to.x - from.x) * (pos.y - from.y) - (to.y - from.y) * (pos.x - from.x);
    let (c_side, d_side) = (side(a, b, c), side(a, b, d));
    let crosses = c_side * d_side < 0.0 && side(c, d, a) * side(c, d, b) < 0.0;
    crosses.then(|| c + (d - c) * (c_side / (c_side - d_side)))
}

/// The neighbours of an instance.
struct Around<'a> {
    rules: &'a Rules,
    among: &'a Problems,
    frame: Frame<'a>,
    instance: &'a Instance,
}

impl Around<'_> {
    /// Those of the label whose bounds lie within so many pixels of its own, with the distance.
    fn of_label(&self, label: LabelId, px: f64) -> impl Iterator<Item = (&Instance, f64)> {
        let bounds = super::bounds(self.instance);
        let others = bounds.into_iter().flat_map(move |bounds| self.among.near(bounds.grown(px)).map(move |id| (id, bounds)));
        others.filter(|(id, _)| *id != self.instance.id).filter_map(move |(id, bounds)| {
            let known = self.among.known.get(&id)?;
            let is_wanted = known.role == Role::Object && self.rules.questions.is_below(known.label, &[label]);
            let distance = distance(bounds, known.bounds.filter(|_| is_wanted)?);
            Some((self.frame.instances.get(id).filter(|_| distance <= px)?, distance))
        })
    }
}

impl Surroundings for Around<'_> {
    fn near(&self, label: LabelId, px: f64) -> usize {
        self.of_label(label, px).count()
    }

    fn overlap(&self, label: LabelId) -> f64 {
        self.of_label(label, 0.0).map(|(other, _)| pairs::share(&self.instance.geometry, &other.geometry)).fold(0.0, f64::max)
    }
}

/// Between the nearest points of two rectangles, in image pixels.
fn distance(a: Rect, b: Rect) -> f64 {
    let gap = |low: f64, high: f64| (low - high).max(0.0);
    let x = gap(a.min.x, b.max.x).max(gap(b.min.x, a.max.x));
    let y = gap(a.min.y, b.max.y).max(gap(b.min.y, a.max.y));
    x.hypot(y)
}
