//! Commands that change whole shapes, whatever tool is in hand.

use crate::event::ToolCx;
use crate::grips::is_allowed;
use crate::heading::{Headed, Turn};
use crate::keypoints::completed;
use crate::mask_work::is_of_frame;
use crate::motion::pointed;
use crate::output::ToolAction;
use crate::raster::{despeckled, filled_holes};
use limn_core::geometry::{
    Ellipse, ImageVec, Keypoint, Keypoints, MaskTiles, RotatedBox, from_own_coordinates, own_coordinates, rounded_angle,
};
use limn_core::template::Template;
use limn_core::{Geometry, ImagePos, InstanceId, Mask};

/// What can be done to the selected shapes by a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShapeCommand {
    /// Turn each about its middle by so many degrees, clockwise as seen.
    Rotate(f64),
    /// Mirror each from left to right; of keypoints, left and right change their names with that.
    Mirror,
    /// Keypoints that are named left become right, and the other way round; none moves.
    SwapSides,
    /// Keypoints that the label got after the instance was made are added to it, absent.
    Complete,
    /// The front face of a cuboid becomes its back face.
    SwapFaces,
    /// The face to the right of a cuboid's front becomes its front.
    NextFace,
    /// Fill the holes of masks.
    FillHoles,
    /// Remove the parts of masks that have fewer than so many pixels.
    Despeckle(u64),
}

/// The title of a turn that ended early, at the border of the image.
pub const ROTATE_TO_BORDER: &str = "Rotate up to the border";
/// How many places are looked at, at most, on the way of a turn that ends at the border.
const TURN_LOOKS: f64 = 360.0;

/// What a command does to the selection: one undo step, or nothing. What is pinned stays, and so do mirrored shapes that would
/// leave the image; turned ones end at its border. Directions turn with their shapes, also with those that look the same when
/// they are turned.
pub fn change_shapes(command: ShapeCommand, cx: &ToolCx<'_>) -> Vec<ToolAction> {
    let mut ids = cx.selection.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let change = |id: InstanceId| {
        let before = cx.editable_geometry(id).filter(|_| !cx.document.get(id).is_some_and(|instance| instance.marks.pinned))?;
        if matches!(before, Geometry::Mask(mask) if !is_of_frame(mask, cx)) {
            return None;
        }
        let (template, cx) = (cx.template_of(id), cx.holding(id));
        let (after, turn) = match (command, before, template) {
            (ShapeCommand::Rotate(degrees), ..) => turned_inside(before, degrees, &cx).map(|(after, by)| (after, Some(Turn::By(by))))?,
            (ShapeCommand::Complete, Geometry::Keypoints(keypoints), Some(template)) => (completed(template, keypoints, &cx)?, None),
            _ => (changed(command, before, template)?, (command == ShapeCommand::Mirror).then_some(Turn::Mirror)),
        };
        (after != *before && is_allowed(&after, &cx)).then_some((id, after, turn))
    };
    let done: Vec<(InstanceId, Geometry, Option<Turn>)> = ids.iter().filter_map(|id| change(*id)).collect();
    let whole = match command {
        ShapeCommand::Rotate(degrees) => Some(Turn::By(degrees)),
        ShapeCommand::Mirror => Some(Turn::Mirror),
        _ => None,
    };
    let is_even = |id: &InstanceId| {
        let free = cx.document.get(*id).filter(|instance| !instance.marks.pinned && (cx.editable)(instance.id));
        free.is_some_and(|instance| looks_the_same(command, &instance.geometry))
    };
    let mut headings: Vec<Headed> = done.iter().filter_map(|(id, _, turn)| Some(turn.as_ref()?.headings([*id], cx))).flatten().collect();
    headings.extend(whole.map(|turn| turn.headings(ids.iter().copied().filter(is_even), cx)).unwrap_or_default());
    let title = if done.iter().any(|(.., turn)| *turn != whole) { ROTATE_TO_BORDER } else { title(command) };
    pointed(title, done.into_iter().map(|(id, after, _)| (id, after)).collect(), headings)
}

/// The shape turned by as much of `degrees` as it may be, and that much: all of it when it may be there in the end, else up to
/// where it would leave the image on its way.
fn turned_inside(geometry: &Geometry, degrees: f64, cx: &ToolCx<'_>) -> Option<(Geometry, f64)> {
    let at = |by: f64| turned(geometry, by).filter(|after| is_allowed(after, cx)).map(|after| (after, by));
    if let Some(whole) = at(degrees) {
        return Some(whole);
    }
    if !degrees.is_finite() {
        return None;
    }
    // What comes after a full turn has been looked at.
    let degrees = degrees.clamp(-360.0, 360.0);
    let looks = degrees.abs().ceil().clamp(1.0, TURN_LOOKS);
    let (mut last, mut low, mut high) = (None, 0.0, degrees);
    for look in 1..=looks as u32 {
        let by = degrees * f64::from(look) / looks;
        let Some(found) = at(by) else {
            high = by;
            break;
        };
        (last, low) = (Some(found), by);
    }
    while (high - low).abs() > 0.01 {
        let middle = (low + high) / 2.0;
        match at((middle * 100.0).trunc() / 100.0) {
            Some(found) => (last, low) = (Some(found), middle),
            None => high = middle,
        }
    }
    last.filter(|(_, by)| *by != 0.0)
}

fn title(command: ShapeCommand) -> &'static str {
    match command {
        ShapeCommand::Rotate(_) => "Rotate",
        ShapeCommand::Mirror => "Mirror",
        ShapeCommand::SwapSides => "Swap left and right",
        ShapeCommand::Complete => "Add missing keypoints",
        ShapeCommand::SwapFaces => "Swap front and back",
        ShapeCommand::NextFace => "Turn the front",
        ShapeCommand::FillHoles => "Fill holes",
        ShapeCommand::Despeckle(_) => "Remove specks",
    }
}

/// Whether a shape that is turned or mirrored is the same as before.
fn looks_the_same(command: ShapeCommand, geometry: &Geometry) -> bool {
    match (command, geometry) {
        (ShapeCommand::Rotate(_) | ShapeCommand::Mirror, Geometry::Point(_)) | (ShapeCommand::Mirror, Geometry::Box(_)) => true,
        (ShapeCommand::Mirror, _) => mirrored(geometry, None).is_some_and(|after| after == *geometry),
        _ => false,
    }
}

fn changed(command: ShapeCommand, geometry: &Geometry, template: Option<&Template>) -> Option<Geometry> {
    match (command, geometry) {
        (ShapeCommand::Rotate(degrees), _) => turned(geometry, degrees),
        (ShapeCommand::Mirror, _) => mirrored(geometry, template),
        (ShapeCommand::SwapSides, Geometry::Keypoints(keypoints)) => Some(Geometry::Keypoints(swapped(keypoints, template))),
        (ShapeCommand::FillHoles, Geometry::Mask(mask)) => Some(Geometry::Mask(Mask::from(&filled_holes(&MaskTiles::from(mask))))),
        (ShapeCommand::Despeckle(least), Geometry::Mask(mask)) => {
            Some(Geometry::Mask(Mask::from(&despeckled(&MaskTiles::from(mask), least)))).filter(Geometry::is_sound)
        }
        (ShapeCommand::SwapFaces, Geometry::Cuboid(cuboid)) => {
            let mut cuboid = cuboid.clone();
            (cuboid.front, cuboid.back) = (cuboid.back, cuboid.front);
            Some(Geometry::Cuboid(cuboid))
        }
        (ShapeCommand::NextFace, Geometry::Cuboid(cuboid)) => {
            // The corners keep their places; each gets the name of the one a quarter turn on.
            let ([a, b, c, d], [e, f, g, h]) = (cuboid.front, cuboid.back);
            let mut cuboid = cuboid.clone();
            (cuboid.front, cuboid.back) = ([b, f, g, c], [a, e, h, d]);
            Some(Geometry::Cuboid(cuboid))
        }
        _ => None,
    }
}

/// The shape turned about its middle. A box becomes a turned box, and stays one when it is turned back.
pub(crate) fn turned(geometry: &Geometry, degrees: f64) -> Option<Geometry> {
    if !degrees.is_finite() {
        return None;
    }
    Some(match geometry {
        Geometry::Box(rect) => Geometry::RotatedBox(RotatedBox { angle: rounded_angle(degrees), ..RotatedBox::from(*rect) }),
        Geometry::RotatedBox(turned) => Geometry::RotatedBox(RotatedBox { angle: rounded_angle(turned.angle + degrees), ..*turned }),
        Geometry::Ellipse(ellipse) => Geometry::Ellipse(Ellipse { angle: rounded_angle(ellipse.angle + degrees), ..*ellipse }),
        Geometry::Polygon(_) | Geometry::Polyline(_) | Geometry::Keypoints(_) | Geometry::Cuboid(_) => {
            let center = middle(geometry);
            geometry.map(|pos| from_own_coordinates(own_coordinates(pos, center, 0.0), center, degrees).rounded())
        }
        Geometry::Mask(_) | Geometry::Point(_) | Geometry::Tag => return None,
    })
}

/// The mean of all places, which stays the same however often the shape is turned about it.
fn middle(geometry: &Geometry) -> ImagePos {
    let (mut sum, mut count) = (ImageVec::default(), 0.0);
    let mut take = |pos: ImagePos| {
        sum = sum + (pos - ImagePos::default());
        count += 1.0;
        pos
    };
    match geometry {
        // Where an absent one lies means nothing.
        Geometry::Keypoints(keypoints) => keypoints.present().for_each(|(_, point)| {
            take(point.pos);
        }),
        other => drop(other.map(take)),
    }
    ImagePos::default() + sum * (1.0 / f64::max(count, 1.0))
}

fn mirrored(geometry: &Geometry, template: Option<&Template>) -> Option<Geometry> {
    let bounds = geometry.bounds()?;
    let flip = |pos: ImagePos| ImagePos::new(bounds.min.x + bounds.max.x - pos.x, pos.y).rounded();
    Some(match geometry {
        Geometry::RotatedBox(turned) => Geometry::RotatedBox(RotatedBox { angle: rounded_angle(-turned.angle), ..*turned }),
        Geometry::Ellipse(ellipse) => Geometry::Ellipse(Ellipse { angle: rounded_angle(-ellipse.angle), ..*ellipse }),
        Geometry::Keypoints(keypoints) => Geometry::Keypoints(swapped(&keypoints.map(flip), template)),
        Geometry::Cuboid(cuboid) => {
            // Corners keep their names, which go round the other way now.
            let mut cuboid = Box::new(cuboid.map(flip));
            for face in [&mut cuboid.front, &mut cuboid.back] {
                let [a, b, c, d] = *face;
                *face = [b, a, d, c];
            }
            Geometry::Cuboid(cuboid)
        }
        Geometry::Polygon(_) | Geometry::Polyline(_) => geometry.map(flip),
        Geometry::Box(_) | Geometry::Mask(_) | Geometry::Point(_) | Geometry::Tag => return None,
    })
}

/// Left and right change places.
fn swapped(keypoints: &Keypoints, template: Option<&Template>) -> Keypoints {
    let points = &keypoints.points;
    let other = |at: usize| template.map_or(at, |template| template.mirrored(at));
    let point = |at: usize| points.get(other(at)).copied().unwrap_or(Keypoint { sight: limn_core::geometry::Sight::Absent, ..points[at] });
    Keypoints { points: (0..points.len()).map(point).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limn_core::geometry::{Cuboid, Sight};
    use limn_core::{Rect, TemplatePoint};

    #[test]
    fn a_turned_box_turns_back_but_stays_turnable() {
        let rect = Rect::from_xywh(10., 20., 60., 30.);
        let once = turned(&Geometry::Box(rect), 30.0).unwrap();
        let Geometry::RotatedBox(there) = once else { panic!("{once:?}") };
        assert_eq!((there.center, there.width, there.height, there.angle), (rect.center(), 60., 30., 30.));
        assert_eq!(turned(&once, -30.0), Some(Geometry::RotatedBox(RotatedBox::from(rect))));
        assert_eq!(turned(&Geometry::Point(ImagePos::default()), 30.0), None);
    }

    #[test]
    fn many_small_turns_are_one_large_one() {
        let points = [[100., 100.], [180., 100.], [180., 120.]].map(ImagePos::from).to_vec();
        let given = Geometry::Polygon(limn_core::Polygon::simple(points));
        let round = (0..360).fold(given.clone(), |shape, _| turned(&shape, 1.0).unwrap());
        let (from, to) = (given.bounds().unwrap(), round.bounds().unwrap());
        assert!(from.min.distance(to.min) < 0.5 && from.max.distance(to.max) < 0.5, "{to:?}");
    }

    #[test]
    fn mirroring_keypoints_swaps_their_pairs() {
        let named = |name: &str| TemplatePoint { name: name.into(), x: 0., y: 0., color: None };
        let template = Template { points: ["nose", "left", "right"].map(named).to_vec(), edges: vec![], pairs: vec![[1, 2]] };
        let at = |x: f64, sight| Keypoint { pos: ImagePos::new(x, 5.), sight };
        let given = Keypoints { points: vec![at(12., Sight::Visible), at(10., Sight::Occluded), at(20., Sight::Visible)] };
        let want = vec![at(18., Sight::Visible), at(10., Sight::Visible), at(20., Sight::Occluded)];
        let got = mirrored(&Geometry::Keypoints(given.clone()), Some(&template));
        assert_eq!(got, Some(Geometry::Keypoints(Keypoints { points: want })));
        assert_eq!(swapped(&swapped(&given, Some(&template)), Some(&template)), given);
    }

    #[test]
    fn the_front_goes_round_a_cuboid() {
        let at = |x: f64, y: f64, w: f64, h: f64| Rect::from_xywh(x, y, w, h).corners();
        let cuboid = Geometry::Cuboid(Box::new(Cuboid { front: at(0., 20., 100., 60.), back: at(30., 0., 80., 50.) }));
        let next = |geometry: &Geometry| changed(ShapeCommand::NextFace, geometry, None).unwrap();
        let right = next(&cuboid);
        let Geometry::Cuboid(turned) = &right else { panic!("{right:?}") };
        assert_eq!(turned.front[0], ImagePos::new(100., 20.));
        assert_eq!(next(&next(&next(&right))), cuboid);
        let mirror = mirrored(&cuboid, None).unwrap();
        assert!(mirror.is_sound(), "{mirror:?}");
    }
}
