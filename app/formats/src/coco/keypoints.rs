//! Keypoints: of categories (`keypoints`, their names; `skeleton`, pairs of numbers from 1) and of annotations (`keypoints`,
//! a flat list of x, y, v; `num_keypoints`). v is 0 for a point that is not labelled, 1 for one that is hidden, 2 for one
//! that is seen.

use super::shape::Wrong;
use crate::geometry_json::write_list;
use crate::json::number::{write_f64, write_u64};
use crate::json::write;
use crate::problems::{Effect, Problems};
use limn_core::built_in::BUILT_IN;
use limn_core::geometry::{Keypoint, Keypoints, Sight};
use limn_core::{ImagePos, Template, TemplatePoint};
use serde_json::{Map, Value};

/// The field of a category in which Limn keeps where a template's points lie in its square.
pub(super) const PLACES: &str = "keypoint_places";
/// More points than any template has; a longer list is no list of keypoints.
const MAX_POINTS: usize = 4096;

/// Takes the template out of a category's fields; what is no template stays a foreign field under another name.
pub(super) fn take_template(fields: &mut Map<String, Value>, tell: &mut dyn FnMut(&str)) -> Option<Template> {
    let given = fields.remove("keypoints")?;
    let names: Vec<String> = serde_json::from_value(given).ok().filter(|names: &Vec<String>| names.len() <= MAX_POINTS).or_else(|| {
        tell("the keypoints of a category are no list of names; left out");
        None
    })?;
    let ends = fields.remove("skeleton").map_or(Ok(Vec::new()), serde_json::from_value::<Vec<[usize; 2]>>);
    let places = fields.remove(PLACES).and_then(|places| serde_json::from_value::<Vec<[f64; 2]>>(places).ok());
    if names.is_empty() {
        return None;
    }
    let edges = ends.unwrap_or_else(|_| {
        tell("the skeleton of a category is no list of pairs of numbers; left out");
        Vec::new()
    });
    let count = names.len();
    let is_edge = |[a, b]: &[usize; 2]| (1..=count).contains(a) && (1..=count).contains(b) && a != b;
    if !edges.iter().all(is_edge) {
        tell("the skeleton of a category has a line to a keypoint that it has not; left out");
    }
    let edges = edges.iter().filter(|edge| is_edge(edge)).map(|[a, b]| [a - 1, b - 1]).collect();
    let places = places.filter(|places| places.len() == count && places.iter().flatten().all(|at| at.is_finite()));
    let places = places.unwrap_or_else(|| layout(&names));
    let points = names.into_iter().zip(places).map(|(name, [x, y])| TemplatePoint { name, x, y, color: None });
    let mut template = Template { points: points.collect(), edges, pairs: Vec::new() };
    template.pairs = template.pairs_by_name();
    if let Some(problem) = template.problem() {
        tell(&format!("a category has {problem}; its keypoints left out"));
        return None;
    }
    Some(template)
}

/// Where points of these names lie: as in a template that is known, else in a circle, since COCO does not say.
fn layout(names: &[String]) -> Vec<[f64; 2]> {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-'], " ");
    let known = BUILT_IN
        .iter()
        .map(|built_in| built_in.template().points)
        .find(|points| points.len() == names.len() && points.iter().zip(names).all(|(point, name)| point.name == plain(name)));
    if let Some(points) = known {
        return points.iter().map(|point| [point.x, point.y]).collect();
    }
    let hundredths = |value: f64| (value * 100.0).round() / 100.0;
    let place = |at: usize| {
        let (sin, cos) = (std::f64::consts::TAU * at as f64 / names.len() as f64).sin_cos();
        [hundredths(0.5 + 0.45 * sin), hundredths(0.5 - 0.45 * cos)]
    };
    (0..names.len()).map(place).collect()
}

/// The keypoints of an annotation of a category with this template; `None` when none is labelled.
pub(super) fn keypoints(list: &[f64], template: &Template, tell: &mut dyn FnMut(Wrong)) -> Option<Keypoints> {
    let shown = || format!("{} numbers", list.len());
    if !list.len().is_multiple_of(3) {
        tell(Wrong(Effect::Left, "the keypoints are not triples of x, y and v; left out", shown()));
        return None;
    }
    let (triples, _) = list.as_chunks::<3>();
    let count = template.points.len();
    if triples.len() > count {
        tell(Wrong(Effect::Left, "more keypoints than the category names; those too many left out", shown()));
    }
    if triples.iter().flatten().any(|number| !number.is_finite()) {
        tell(Wrong(Effect::Left, "a keypoint is at a place that is no number; the keypoints left out", shown()));
        return None;
    }
    if let Some([.., v]) = triples.iter().find(|[.., v]| ![0.0, 1.0, 2.0].contains(v)) {
        tell(Wrong(Effect::Changed, "the v of a keypoint is none of 0, 1, 2; above 0 it counts as seen", v.to_string()));
    }
    let point = |[x, y, v]: &[f64; 3]| {
        let sight = match *v {
            1.0 => Sight::Occluded,
            v if v > 0.0 => Sight::Visible,
            _ => Sight::Absent,
        };
        Keypoint { pos: ImagePos::new(*x, *y), sight }
    };
    let mut points: Vec<Keypoint> = triples.iter().take(count).map(point).collect();
    points.resize(count, Keypoint { sight: Sight::Absent, ..Keypoint::default() });
    let keypoints = Keypoints { points };
    keypoints.present().next()?;
    Some(keypoints)
}

/// Writes the fields of a category.
pub(super) fn write_template(out: &mut Vec<u8>, template: &Template, label: &str, losses: &mut Problems) {
    out.extend_from_slice(b",\"keypoints\":");
    write_list(out, &template.points, |out, point| write::text(out, &point.name));
    out.extend_from_slice(b",\"skeleton\":");
    write_list(out, &template.edges, |out, edge| write_list(out, edge, |out, end| write_u64(out, *end as u64 + 1)));
    out.extend_from_slice(format!(",\"{PLACES}\":").as_bytes());
    write_list(out, &template.points, |out, point| write_list(out, &[point.x, point.y], |out, at| write_f64(out, *at)));
    if template.points.iter().any(|point| point.color.is_some()) {
        losses.add(Effect::Left, "colours of keypoints left out", || label.to_owned());
    }
    if template.pairs != template.pairs_by_name() {
        losses.add(Effect::Left, "pairs of keypoints whose names do not tell left and right left out", || label.to_owned());
    }
}

/// Writes the fields of an annotation, as many points as the category names.
pub(super) fn write_keypoints(out: &mut Vec<u8>, keypoints: &Keypoints, template: &Template) {
    out.extend_from_slice(b",\"keypoints\":[");
    let mut labelled = 0;
    for at in 0..template.points.len() {
        if at > 0 {
            out.push(b',');
        }
        match keypoints.points.get(at).filter(|point| point.sight != Sight::Absent) {
            Some(point) => {
                labelled += 1;
                write_f64(out, point.pos.x);
                out.push(b',');
                write_f64(out, point.pos.y);
                out.extend_from_slice(if point.sight == Sight::Occluded { b",1" } else { b",2" });
            }
            // Of a point that is absent COCO knows no place.
            None => out.extend_from_slice(b"0,0,0"),
        }
    }
    out.extend_from_slice(b"],\"num_keypoints\":");
    write_u64(out, labelled);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(json: Value) -> (Option<Template>, Vec<String>) {
        let Value::Object(mut fields) = json else { panic!() };
        let mut told = Vec::new();
        let template = take_template(&mut fields, &mut |text| told.push(text.to_owned()));
        assert!(!fields.contains_key("keypoints"));
        (template, told)
    }

    #[test]
    fn names_and_skeleton_become_a_template() {
        let (template, told) = template(serde_json::json!({"keypoints": ["a", "left_b", "right_b"], "skeleton": [[1, 2], [3, 1]]}));
        let template = template.unwrap();
        assert_eq!((template.edges, template.pairs), (vec![[0, 1], [2, 0]], vec![[1, 2]]));
        assert_eq!((template.points[0].x, template.points[0].y), (0.5, 0.05));
        assert!(told.is_empty(), "{told:?}");
    }

    #[test]
    fn known_names_lie_where_they_belong() {
        let names: Vec<String> = BUILT_IN[0].template().points.iter().map(|point| point.name.replace(' ', "_")).collect();
        let (got, _) = template(serde_json::json!({"keypoints": names}));
        assert_eq!(got.unwrap().points[9].x, BUILT_IN[0].template().points[9].x);
    }

    #[test]
    fn what_is_no_template_is_told() {
        let rows = [
            (serde_json::json!({"keypoints": 3}), "no list of names"),
            (serde_json::json!({"keypoints": ["a", "a"]}), "two keypoints"),
            (serde_json::json!({"keypoints": ["a", "b"], "skeleton": [[0, 1]]}), "that it has not"),
            (serde_json::json!({"keypoints": ["a", "b"], "skeleton": "x"}), "no list of pairs"),
        ];
        for (json, want) in rows {
            let told = template(json).1;
            assert!(told.len() == 1 && told[0].contains(want), "{told:?}");
        }
    }

    #[test]
    fn odd_lists_of_keypoints() {
        let (template, _) = template(serde_json::json!({"keypoints": ["a", "b"]}));
        let template = template.unwrap();
        let read = |list: &[f64]| {
            let mut told = Vec::new();
            let got = keypoints(list, &template, &mut |Wrong(_, text, _)| told.push(text));
            (got.map(|got| got.points.iter().map(|point| point.sight).collect::<Vec<_>>()), told.len())
        };
        use Sight::{Absent, Occluded, Visible};
        assert_eq!(read(&[1., 2., 2., 3., 4., 1.]), (Some(vec![Visible, Occluded]), 0));
        assert_eq!(read(&[1., 2., 2.]), (Some(vec![Visible, Absent]), 0));
        assert_eq!(read(&[0., 0., 0., 0., 0., 0.]), (None, 0));
        assert_eq!(read(&[1., 2., 0.9, 3., 4., 0.]), (Some(vec![Visible, Absent]), 1));
        assert_eq!(read(&[1., 2.]), (None, 1));
        assert_eq!(read(&[1., 2., 2., 3., 4., 1., 5., 6., 2.]), (Some(vec![Visible, Occluded]), 1));
        assert_eq!(read(&[f64::NAN, 2., 2.]), (None, 1));
    }
}
