//! Place the keypoints of the active label's template: all by one drag, or one after the other.

use crate::draft::Draft;
use crate::event::{Modifiers, ToolCx};
use crate::output::{Handle, HandleKind, Hint, Input, Preview, PreviewKind, ToolAction, ToolCommandName, hint};
use crate::sketch::{Sketch, Stage};
use limn_core::geometry::{ImageVec, Keypoint, Keypoints, Sight};
use limn_core::template::Template;
use limn_core::{Geometry, ImagePos, Rect};

/// Places keypoints.
#[derive(Debug, Default)]
pub(crate) struct KeypointsSketch {
    has_template: bool,
}

impl Sketch for KeypointsSketch {
    fn title(&self) -> &'static str {
        "Place keypoints"
    }

    fn num_points(&self, cx: &ToolCx<'_>) -> usize {
        cx.template().map_or(0, |template| template.points.len())
    }

    fn shape(&self, points: &Draft, _modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
        let template = cx.template().filter(|template| template.points.len() <= points.points.len())?;
        placed(template, points, cx)
    }

    fn dragged(&self, from: ImagePos, to: ImagePos, _modifiers: Modifiers, cx: &ToolCx<'_>) -> Option<Geometry> {
        let template = cx.template()?;
        let (from, to) = (cx.clamped(from), cx.clamped(to));
        let rect = Rect::from_corners(from, to);
        let mirrored = to.x < from.x;
        let point = |at: usize| {
            let point = &template.points[if mirrored { template.mirrored(at) } else { at }];
            let x = if mirrored { 1.0 - point.x } else { point.x };
            let pos = rect.min + ImageVec::new(x * rect.width(), point.y * rect.height());
            Keypoint { pos: cx.rounded(pos), sight: Sight::Visible }
        };
        Some(Geometry::Keypoints(Keypoints { points: (0..template.points.len()).map(point).collect() }))
    }

    fn early(&self, points: &Draft, cx: &ToolCx<'_>) -> Option<Geometry> {
        placed(cx.template()?, points, cx)
    }

    fn sight(&self, modifiers: Modifiers) -> Sight {
        if modifiers.shift || modifiers.alt { Sight::Occluded } else { Sight::Visible }
    }

    fn skips(&self) -> bool {
        true
    }

    fn instead(&self, _pos: ImagePos, cx: &ToolCx<'_>) -> Option<Vec<ToolAction>> {
        (self.num_points(cx) == 0).then(|| vec![ToolAction::AskTemplate])
    }

    /// The points that are placed and no others: those would jump about with each move.
    fn show(&self, points: &Draft, _modifiers: Modifiers, cx: &ToolCx<'_>, preview: &mut Preview) {
        let Some(template) = cx.template() else { return };
        let Some(next) = points.points.len().checked_sub(1) else { return };
        if let Some(point) = template.points.get(next) {
            preview.shapes.clear();
            preview.handles.clear();
            let present = |at: &usize| *at < points.points.len() && points.sight(*at) != Sight::Absent;
            let lines = template.edges.iter().filter(|edge| edge.iter().all(present));
            let lines = lines.map(|[a, b]| vec![points.points[*a], points.points[*b]]);
            preview.add(PreviewKind::Drawing, false, lines.collect());
            let handle = |at: usize| Handle { pos: points.points[at], kind: kind_of(points.sight(at)), hot: at == next };
            preview.handles.extend((0..points.points.len()).filter(|at| present(at)).map(handle));
            preview.readout = Some(format!("{} / {} {}", next + 1, template.points.len(), point.name));
        }
    }

    fn remember(&mut self, cx: &ToolCx<'_>) {
        self.has_template = self.num_points(cx) > 0;
    }

    fn start_hint(&self) -> &'static str {
        "place the first point here"
    }

    fn hints(&self, stage: Stage) -> Vec<Hint> {
        let key = |name, text| hint(Input::Command(name), text);
        match stage {
            _ if !self.has_template => vec![hint(Input::Click, "give the label its keypoints: it has none yet")],
            Stage::Nothing => vec![
                hint(Input::Drag, "place all points; from right to left mirrored"),
                hint(Input::Click, "place the points one by one"),
                key(ToolCommandName::SkipPoint, "leave the first point out"),
            ],
            Stage::Dragging => vec![hint(Input::Cancel, "drop the points")],
            Stage::Points(_) => vec![
                hint(Input::Click, "place the next point"),
                hint(Input::ShiftClick, "place it as occluded"),
                key(ToolCommandName::SkipPoint, "it is absent"),
                key(ToolCommandName::RemoveLast, "take the last point back"),
                key(ToolCommandName::Finish, "finish, the rest absent"),
                hint(Input::Cancel, "drop the points"),
            ],
        }
    }
}

/// How a handle shows the way in which a point is seen.
pub(crate) fn kind_of(sight: Sight) -> HandleKind {
    match sight {
        Sight::Visible => HandleKind::Vertex,
        Sight::Occluded => HandleKind::Occluded,
        Sight::Absent => HandleKind::Absent,
    }
}

/// The instance of these points; those that are absent or were not placed lie where the template has them among the others.
fn placed(template: &Template, points: &Draft, cx: &ToolCx<'_>) -> Option<Geometry> {
    let fit = Fit::of(template, points)?;
    let point = |at: usize| {
        let sight = if at < points.points.len() { points.sight(at) } else { Sight::Absent };
        let pos = if sight == Sight::Absent { cx.rounded(fit.pos(template, at)) } else { points.points[at] };
        Keypoint { pos, sight }
    };
    Some(Geometry::Keypoints(Keypoints { points: (0..template.points.len()).map(point).collect() }))
}

/// The same keypoints with those that the template has more; `None` when it has no more.
pub(crate) fn completed(template: &Template, keypoints: &Keypoints, cx: &ToolCx<'_>) -> Option<Geometry> {
    if keypoints.points.len() >= template.points.len() {
        return None;
    }
    let mut points = Draft::default();
    keypoints.points.iter().for_each(|point| points.push(point.pos, point.sight));
    placed(template, &points, cx)
}

/// A template laid over points that are placed: moved and scaled so that their middles and their spreads are the same.
struct Fit {
    middle: ImagePos,
    template_middle: ImageVec,
    scale: f64,
}

impl Fit {
    /// `None` when no point is in the picture.
    fn of(template: &Template, points: &Draft) -> Option<Self> {
        let present = points.points.iter().zip(&template.points).enumerate().filter(|(at, _)| points.sight(*at) != Sight::Absent);
        let pairs: Vec<(ImagePos, ImageVec)> = present.map(|(_, (pos, point))| (*pos, ImageVec::new(point.x, point.y))).collect();
        let count = pairs.len() as f64;
        if pairs.is_empty() {
            return None;
        }
        let sum =
            pairs.iter().fold((ImageVec::default(), ImageVec::default()), |(a, b), (pos, at)| (a + (*pos - ImagePos::default()), b + *at));
        let middle = ImagePos::default() + sum.0 * (1.0 / count);
        let template_middle = sum.1 * (1.0 / count);
        let spread = pairs
            .iter()
            .fold((0.0, 0.0), |(a, b), (pos, at)| (a + (*pos - middle).length().powi(2), b + (*at + -template_middle).length().powi(2)));
        let scale = if spread.1 > 1e-12 { (spread.0 / spread.1).sqrt() } else { 0.0 };
        Some(Self { middle, template_middle, scale })
    }

    fn pos(&self, template: &Template, at: usize) -> ImagePos {
        let point = &template.points[at];
        self.middle + (ImageVec::new(point.x, point.y) + -self.template_middle) * self.scale
    }
}
