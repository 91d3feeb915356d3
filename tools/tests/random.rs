//! Whatever comes in whatever order: nothing panics, nothing unsound is committed, Cancel always ends the gesture.

mod script;

use limn_core::geometry::ImageVec;
use limn_core::{Geometry, ImagePos, InstanceId, Rect};
use limn_tools::{
    BoxMode, BrushMode, Combine, CuboidMode, Draft, DragDraws, EllipseMode, Modifiers, Overlap, PathOptions, ShapeCommand, ToolAction,
    ToolCommand, ToolEvent, ToolKind, WandOptions, change_shapes,
};
use proptest::prelude::*;
use script::{IMAGE, Painted, Stage, id_of};

const SHAPES: &str = "a box 10,10 50,40; b box 0,0 200,100; c box 100,10 101,12; m mask 20,20 40,30; \
    p poly 60,20 120,20 120,80 20,80; q poly 30,30 90,30 90,90 30,90 hole 50,50 70,50 70,70 part 150,50 160,50 155,60; \
    r turned 60,50 40,20 30; e ellipse 120,50 30,10 -20; k points 100,20 120,30? 80,30 0,0-; \
    u cuboid 20,40 60,40 60,80 20,80 40,20 80,20 80,60 40,60; d point 150,90; \
    l line 10,60 60,60 60,90; s poly 120,20 160,20 160,80 120,80";
const NAMES: [&str; 11] = ["a", "b", "c", "m", "p", "q", "r", "e", "k", "u", "d"];

#[derive(Clone, Debug)]
enum Step {
    Event(ToolEvent),
    Px(f64),
    Path(PathOptions),
    Select(Vec<usize>),
    Lock(Option<usize>),
    Gone(usize),
    Resume(Vec<ImagePos>),
    Change(ShapeCommand),
    Mode(usize),
}

fn place() -> impl Strategy<Value = ImagePos> {
    let grid = (0..21_i32, 0..11_i32).prop_map(|(x, y)| ImagePos::new(f64::from(x) * 10.0, f64::from(y) * 10.0));
    let around = (-40.0..240.0, -40.0..140.0).prop_map(|(x, y)| ImagePos::new(x, y));
    let odd = prop::sample::select(vec![f64::NAN, f64::INFINITY, -1e300, 1e300, 0.0, 1e-300]);
    let wild = (odd.clone(), odd).prop_map(|(x, y)| ImagePos::new(x, y));
    prop_oneof![10 => grid, 6 => around, 1 => wild]
}

fn modifiers() -> impl Strategy<Value = Modifiers> {
    prop_oneof![
        3 => Just(Modifiers::default()),
        1 => (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(shift, ctrl, alt)| Modifiers { shift, ctrl, alt }),
    ]
}

fn command() -> impl Strategy<Value = ToolCommand> {
    prop_oneof![
        Just(ToolCommand::Finish),
        Just(ToolCommand::RemoveLast),
        Just(ToolCommand::Delete),
        Just(ToolCommand::NextHit),
        Just(ToolCommand::Bend),
        Just(ToolCommand::Aim),
        Just(ToolCommand::PreviousHit),
        Just(ToolCommand::SkipPoint),
        place().prop_map(|pos| ToolCommand::Nudge(ImageVec::new(pos.x, pos.y))),
    ]
}

fn change() -> impl Strategy<Value = ShapeCommand> {
    prop_oneof![
        prop::sample::select(vec![1.0, -15.0, 90.0, 0.0, f64::NAN, 1e300]).prop_map(ShapeCommand::Rotate),
        Just(ShapeCommand::Mirror),
        Just(ShapeCommand::SwapSides),
        Just(ShapeCommand::Complete),
        Just(ShapeCommand::SwapFaces),
        Just(ShapeCommand::NextFace),
        Just(ShapeCommand::FillHoles),
        Just(ShapeCommand::Despeckle(9)),
    ]
}

fn event() -> impl Strategy<Value = ToolEvent> {
    prop_oneof![
        6 => (place(), modifiers(), 1..3_u8).prop_map(|(pos, modifiers, clicks)| ToolEvent::Press { pos, modifiers, clicks }),
        8 => (place(), modifiers(), prop::bool::weighted(0.7))
            .prop_map(|(pos, modifiers, pressed)| ToolEvent::Move { pos, modifiers, pressed }),
        5 => (place(), modifiers()).prop_map(|(pos, modifiers)| ToolEvent::Release { pos, modifiers }),
        1 => Just(ToolEvent::Leave),
        3 => command().prop_map(ToolEvent::Command),
        1 => Just(ToolEvent::Cancel),
    ]
}

fn path_options() -> impl Strategy<Value = PathOptions> {
    let one = (any::<[bool; 3]>(), prop::sample::select(Combine::ALL.to_vec()), prop::sample::select(DragDraws::ALL.to_vec()));
    one.prop_map(|([linked, auto_border, draw_over], combine, drag)| PathOptions { linked, auto_border, draw_over, combine, drag })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => event().prop_map(Step::Event),
        1 => (-4.0..4.0_f64).prop_map(|power| Step::Px(power.exp2())),
        2 => path_options().prop_map(Step::Path),
        2 => prop::collection::vec(0..NAMES.len(), 0..3).prop_map(Step::Select),
        1 => prop::option::of(0..NAMES.len()).prop_map(Step::Lock),
        1 => (0..NAMES.len()).prop_map(Step::Gone),
        1 => prop::collection::vec(place(), 0..4).prop_map(Step::Resume),
        1 => change().prop_map(Step::Change),
        1 => (0..4_usize).prop_map(Step::Mode),
    ]
}

fn shape(at: usize) -> InstanceId {
    id_of(NAMES[at])
}

/// What is turned or seen in perspective may reach beyond the border.
fn inside(geometry: &Geometry) -> bool {
    let image = Rect::from_xywh(0.0, 0.0, IMAGE[0], IMAGE[1]);
    let around = Rect::from_xywh(-IMAGE[0], -IMAGE[1], 3.0 * IMAGE[0], 3.0 * IMAGE[1]);
    let (room, middle) = match geometry {
        Geometry::RotatedBox(turned) => (around, Some(turned.center)),
        Geometry::Ellipse(ellipse) => (around, Some(ellipse.center)),
        Geometry::Cuboid(_) => (around, None),
        _ => (image, None),
    };
    let fits = |bounds: Rect| room.contains(bounds.min) && room.contains(bounds.max);
    geometry.bounds().is_some_and(fits) && middle.is_none_or(|middle| image.contains(middle))
}

fn carry_out(stage: &mut Stage, actions: &[ToolAction]) -> Result<(), TestCaseError> {
    for action in actions {
        match action {
            ToolAction::Create { geometry, .. } => check_geometry(stage, None, geometry)?,
            ToolAction::Edit { edits, .. } => {
                prop_assert!(!edits.is_empty());
                for (id, geometry) in edits {
                    check_geometry(stage, Some(*id), geometry)?;
                }
            }
            ToolAction::Point { edits, headings, .. } => {
                prop_assert!(!headings.is_empty());
                for (id, geometry) in edits {
                    check_geometry(stage, Some(*id), geometry)?;
                }
                for (id, attribute, degrees) in headings {
                    prop_assert!((0.0..360.0).contains(degrees), "{degrees}");
                    prop_assert!(!stage.locked.contains(id) && stage.document.get(*id).is_some());
                    let before = stage.headings.iter().find(|(own, heading)| (own, heading.attribute) == (id, *attribute));
                    prop_assert!(before.is_some_and(|(_, heading)| heading.degrees != Some(*degrees)), "a new answer to what is asked");
                }
            }
            ToolAction::Select(_) | ToolAction::AskLabel { .. } | ToolAction::SetVanishing(_) | ToolAction::AskTemplate => {}
            ToolAction::Options(_) => {}
            ToolAction::Derive { edits, copies, delete, .. } => {
                for (id, geometry) in edits.iter().chain(copies) {
                    // A piece that is cut off may be as narrow as the cut makes it.
                    prop_assert!(geometry.is_sound() && inside(geometry), "{geometry:?}");
                    prop_assert!(stage.document.get(*id).is_some() && !stage.locked.contains(id));
                }
                prop_assert!(delete.iter().all(|id| stage.document.get(*id).is_some() && edits.iter().all(|edit| edit.0 != *id)));
            }
            ToolAction::Together { create, edits, delete, .. } => {
                prop_assert!(create.is_some() || !edits.is_empty() || !delete.is_empty());
                if let Some(geometry) = create {
                    check_geometry(stage, None, geometry)?;
                }
                for (id, geometry) in edits {
                    prop_assert!(!delete.contains(id));
                    check_geometry(stage, Some(*id), geometry)?;
                }
                prop_assert!(delete.iter().all(|id| stage.document.get(*id).is_some() && !stage.locked.contains(id)));
            }
            ToolAction::DeleteInstances(_) => prop_assert!(false, "no tool deletes"),
        }
    }
    actions.iter().for_each(|action| stage.carry_out(action));
    Ok(())
}

fn check_geometry(stage: &Stage, id: Option<InstanceId>, geometry: &Geometry) -> Result<(), TestCaseError> {
    prop_assert!(geometry.is_sound(), "{geometry:?}");
    prop_assert!(inside(geometry), "{geometry:?}");
    if let Geometry::Box(rect) = geometry {
        prop_assert!(rect.width() >= 0.99 && rect.height() >= 0.99, "{rect:?}");
    }
    let Some(id) = id else { return Ok(()) };
    let before = stage.document.get(id).map(|instance| &instance.geometry);
    prop_assert!(before.is_some() && !stage.locked.contains(&id), "edits only what is there and unlocked");
    prop_assert!(before != Some(geometry), "an edit changes something");
    if let Some(mask @ Geometry::Mask(_)) = before.filter(|_| !stage.paints) {
        prop_assert_eq!(mask.area(), geometry.area());
    }
    Ok(())
}

fn run(kind: ToolKind, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut stage = Stage::new(SHAPES, kind);
    stage.ask_directions();
    stage.pixels = Some(Painted);
    stage.paints = matches!(kind, ToolKind::Brush | ToolKind::Wand);
    for step in steps {
        match step {
            Step::Event(event) => {
                let busy = stage.tool.is_busy();
                let actions = stage.with_cx(|tool, cx| tool.handle(&event, cx));
                if event == ToolEvent::Cancel {
                    prop_assert!(!stage.tool.is_busy());
                    prop_assert!(!busy || actions.is_empty(), "{actions:?}");
                }
                carry_out(&mut stage, &actions)?;
            }
            Step::Path(path) => stage.options.path = path,
            Step::Px(px) => stage.px = px,
            Step::Select(which) => stage.selection = which.into_iter().map(shape).collect(),
            Step::Lock(which) => stage.locked = which.map(shape).into_iter().collect(),
            Step::Gone(which) => stage.remove(shape(which)),
            Step::Resume(points) => stage.tool.resume(Draft { points, ..Draft::default() }),
            Step::Change(command) => {
                let actions = stage.with_cx(|_, cx| change_shapes(command, cx));
                carry_out(&mut stage, &actions)?;
            }
            Step::Mode(at) => {
                stage.options.bbox.mode = [BoxMode::Corners, BoxMode::Extreme, BoxMode::Fixed, BoxMode::Corners][at];
                stage.options.ellipse = [EllipseMode::Bounds, EllipseMode::Center, EllipseMode::ThreePoints, EllipseMode::Bounds][at];
                stage.options.brush.mode = [BrushMode::Stroke, BrushMode::Lasso, BrushMode::Fill, BrushMode::Stroke][at];
                stage.options.brush.diameter = [7.0, 1.0, 30.0, 4000.0][at];
                stage.options.overlap = [Overlap::Free, Overlap::Under, Overlap::Over, Overlap::Over][at];
                stage.options.wand = WandOptions { tolerance: at as u8 * 80, contiguous: at % 2 == 0, smooth: at as u32, polygon: at > 1 };
                stage.with_cx(|tool, cx| tool.options_changed(cx));
                stage.options.cuboid.mode =
                    [CuboidMode::FrontAndDepth, CuboidMode::FourCorners, CuboidMode::Vanishing, CuboidMode::FrontAndDepth][at];
            }
        }
        if let Some(draft) = stage.tool.draft() {
            prop_assert!(stage.tool.is_busy());
            prop_assert_eq!(Draft::from_text(&draft.to_text()), Some(draft));
        }
        prop_assert!(!stage.tool.hints().is_empty());
        let (preview, _cursor) = stage.with_cx(|tool, cx| (tool.preview(cx), tool.cursor(cx)));
        prop_assert!(preview.handles.iter().filter(|handle| handle.hot).count() <= 1);
        for (_, geometry) in &preview.replaced {
            prop_assert!(geometry.is_sound() && inside(geometry), "{geometry:?}");
        }
    }
    stage.send(ToolEvent::Cancel);
    prop_assert!(!stage.tool.is_busy());
    prop_assert_eq!(stage.tool.draft(), None);
    Ok(())
}

proptest! {
    #[test]
    fn select_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Select, steps)?;
    }

    #[test]
    fn box_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Box, steps)?;
    }

    #[test]
    fn rotated_box_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::RotatedBox, steps)?;
    }

    #[test]
    fn ellipse_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Ellipse, steps)?;
    }

    #[test]
    fn cuboid_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Cuboid, steps)?;
    }

    #[test]
    fn keypoints_survive_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Keypoints, steps)?;
    }

    #[test]
    fn point_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Point, steps)?;
    }

    #[test]
    fn brush_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Brush, steps)?;
    }

    #[test]
    fn wand_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Wand, steps)?;
    }

    #[test]
    fn scissors_survive_anything(steps in prop::collection::vec(step(), 1..40)) {
        run(ToolKind::Scissors, steps)?;
    }

    #[test]
    fn polyline_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Polyline, steps)?;
    }

    #[test]
    fn slice_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Slice, steps)?;
    }

    #[test]
    fn polygon_survives_anything(steps in prop::collection::vec(step(), 1..60)) {
        run(ToolKind::Polygon, steps)?;
    }
}
