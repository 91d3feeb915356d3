//! Plays gestures written as text against a tool and a document, and writes down what the tool did.
//!
//! Setup: shapes separated by `;`, such as `a box 10,10 50,40; b poly 0,0 9,0 9,9 hole 2,2 3,2 3,3; m mask 0,0 2,2`.
//! Script: `select: click 20,20 drag+shift 5,5>9,9 enter ?cursor`; each verb is one or more events, a `?` asks.
#![allow(dead_code, reason = "every test file is a crate of its own and uses a part")]

use limn_core::geometry::{Cuboid, Ellipse, Keypoint, Keypoints, Path, RotatedBox, Sight};
use limn_core::log::{Change, InstanceSet};
use limn_core::schema::{Attribute, AttributeId, AttributeType};
use limn_core::{
    Document, FileId, Geometry, ImagePos, Instance, InstanceId, LabelId, Mask, Part, Polygon, Rect, Schema, Template, TemplatePoint,
};
use limn_tools::raster::BrushShape;
use limn_tools::{
    BoxMode, BrushMode, CuboidMode, DragDraws, EllipseMode, Heading, Modifiers, Overlap, Pixels, Scene, ShapeCommand, Tool, ToolAction,
    ToolCommand, ToolCx, ToolEvent, ToolKind, ToolOptions, change_shapes,
};

pub const IMAGE: [f64; 2] = [200.0, 100.0];

fn file() -> FileId {
    FileId::from_parts(0, [0; 10])
}

pub struct Stage {
    pub document: Document,
    pub scene: Scene,
    pub selection: Vec<InstanceId>,
    pub locked: Vec<InstanceId>,
    pub tool: Box<dyn Tool>,
    pub px: f64,
    pub options: ToolOptions,
    pub schema: Schema,
    pub snaps: bool,
    /// Whether the tool changes masks.
    pub paints: bool,
    /// Directions that are asked about shapes.
    pub headings: Vec<(InstanceId, Heading)>,
    /// The picture, if it is at hand.
    pub pixels: Option<Painted>,
    pressed: bool,
    num_created: u32,
    /// The log, entries separated by "; ".
    said: Vec<String>,
}

/// Plays a script, such as `box: drag 1,1>5,5`, over shapes; returns what was done.
pub fn replay(setup: &str, script: &str) -> String {
    let (kind, verbs) = script.split_once(':').expect("a script begins with its tool");
    let mut stage = Stage::new(setup, kind_of(kind));
    stage.play(verbs);
    stage.said.join("; ")
}

/// Checks rows of (setup, script, what is done).
pub fn check(rows: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(setup, script, want)| (setup, script, want, replay(setup, script)))
        .filter(|(.., want, got)| *want != got)
        .map(|(setup, script, want, got)| format!("\n  {setup} | {script}\n    want {want}\n    got  {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

fn kind_of(name: &str) -> ToolKind {
    let given = name.trim().replace('_', " ");
    ToolKind::ALL.iter().copied().find(|kind| kind.name().eq_ignore_ascii_case(&given)).expect("a tool")
}

/// One label, with the keypoints of a face: nose in the middle, eyes left and right above it, mouth below.
pub fn schema() -> Schema {
    let mut schema = Schema::default();
    schema.add_label("face");
    let point = |(name, x, y): (&str, f64, f64)| TemplatePoint { name: name.to_owned(), x, y, color: None };
    let points = [("nose", 0.5, 0.5), ("left eye", 0.75, 0.25), ("right eye", 0.25, 0.25), ("mouth", 0.5, 1.0)].map(point).to_vec();
    schema.labels[0].keypoints = Some(Template { points, edges: vec![[0, 1], [0, 2], [0, 3]], pairs: vec![[1, 2]] });
    schema.attributes.push(Attribute::new(AttributeId(2), "gaze", AttributeType::Direction));
    schema
}

impl Stage {
    pub fn new(setup: &str, kind: ToolKind) -> Self {
        let instances = setup.split(';').map(str::trim).filter(|line| !line.is_empty()).map(|line| {
            let (name, shape) = line.split_once(' ').expect("name and shape");
            (id_of(name), geometry(shape))
        });
        Self::of(instances.collect(), kind)
    }

    /// What was done so far.
    pub fn said(&self) -> String {
        self.said.join("; ")
    }

    pub fn of(shapes: Vec<(InstanceId, Geometry)>, kind: ToolKind) -> Self {
        Self {
            document: Document::new(shapes.into_iter().map(|(id, geometry)| instance(id, geometry)).collect()),
            scene: Scene::new(),
            selection: Vec::new(),
            locked: Vec::new(),
            tool: kind.build(),
            px: 1.0,
            options: ToolOptions::default(),
            schema: schema(),
            snaps: true,
            paints: false,
            headings: Vec::new(),
            pixels: None,
            pressed: false,
            num_created: 0,
            said: Vec::new(),
        }
    }

    pub fn with_cx<T>(&mut self, look: impl FnOnce(&mut dyn Tool, &ToolCx<'_>) -> T) -> T {
        self.scene.sync(&self.document);
        let (locked, headings) = (&self.locked, &self.headings);
        let editable = |id: InstanceId| !locked.contains(&id);
        let cx = ToolCx {
            document: &self.document,
            scene: &self.scene,
            selection: &self.selection,
            editable: &editable,
            image: IMAGE,
            px: self.px,
            schema: &self.schema,
            label: Some(LabelId(1)),
            options: &self.options,
            snaps: self.snaps,
            hidden: &|_| false,
            guides: &[],
            held: None,
            headings: &|id| headings.iter().filter(|(own, _)| *own == id).map(|(_, heading)| *heading).collect(),
            pixels: self.pixels.as_ref().map(|pixels| pixels as &dyn Pixels),
        };
        look(self.tool.as_mut(), &cx)
    }

    /// What was done so far.
    pub fn log(&self) -> String {
        self.said.join("; ")
    }

    /// Sends one event and does what the tool asks for, as the editor would.
    pub fn send(&mut self, event: ToolEvent) -> Vec<ToolAction> {
        let actions = self.with_cx(|tool, cx| tool.handle(&event, cx));
        for action in &actions {
            self.carry_out(action);
        }
        actions
    }

    pub fn carry_out(&mut self, action: &ToolAction) {
        let said = match action {
            ToolAction::Create { geometry, .. } => {
                self.num_created += 1;
                let id = id_of(&format!("n{}", self.num_created));
                let change = Change::InstanceAdd(Box::new(instance(id, geometry.clone())));
                assert!(self.document.apply(file(), 0, &change));
                self.selection = vec![id];
                format!("create {}", text_of(geometry))
            }
            ToolAction::Edit { title, edits } => {
                for (id, geometry) in edits {
                    let set = InstanceSet::Geometry(geometry.clone());
                    assert!(self.document.apply(file(), 0, &Change::InstanceSet { id: *id, set }), "edits a shape that is there");
                }
                let edits: Vec<String> = edits.iter().map(|(id, geometry)| format!("{} {}", name_of(*id), text_of(geometry))).collect();
                format!("{title}: {}", edits.join(", "))
            }
            ToolAction::Point { title, edits, headings } => {
                for (id, attribute, degrees) in headings {
                    let asked = self.headings.iter_mut().find(|(own, heading)| (own, heading.attribute) == (id, *attribute));
                    asked.expect("answers what is asked").1.degrees = Some(*degrees);
                }
                let said = headings.iter().map(|(id, _, degrees)| format!("{} {degrees}°", name_of(*id))).collect::<Vec<_>>().join(", ");
                if edits.is_empty() {
                    format!("{title}: {said}")
                } else {
                    self.carry_out(&ToolAction::Edit { title, edits: edits.clone() });
                    format!("{}, {said}", self.said.pop().unwrap_or_default())
                }
            }
            ToolAction::Select(ids) => {
                self.selection.clone_from(ids);
                format!("select {}", names(ids))
            }
            ToolAction::AskLabel { pos } => format!("ask {}", pos_text(*pos)),
            ToolAction::Derive { title, edits, copies, delete } => {
                for (id, geometry) in edits {
                    let set = InstanceSet::Geometry(geometry.clone());
                    assert!(self.document.apply(file(), 0, &Change::InstanceSet { id: *id, set }), "edits a shape that is there");
                }
                let said = |(id, geometry): &(InstanceId, Geometry)| format!("{} {}", name_of(*id), text_of(geometry));
                let mut text = format!("{title}: {}", edits.iter().map(said).collect::<Vec<_>>().join(", "));
                for (id, geometry) in copies {
                    self.num_created += 1;
                    let new = id_of(&format!("n{}", self.num_created));
                    self.document.apply(file(), 0, &Change::InstanceAdd(Box::new(instance(new, geometry.clone()))));
                    text += &format!(" + like {}", said(&(*id, geometry.clone())));
                }
                for id in delete {
                    self.remove(*id);
                    text += &format!(" - {}", name_of(*id));
                }
                text
            }
            ToolAction::Together { title, create, edits, delete } => {
                for id in delete {
                    assert!(self.document.get(*id).is_some(), "deletes a shape that is there");
                    self.remove(*id);
                }
                let mut parts: Vec<String> = delete.iter().map(|id| format!("{} gone", name_of(*id))).collect();
                if !edits.is_empty() {
                    self.carry_out(&ToolAction::Edit { title, edits: edits.clone() });
                    parts.extend(self.said.pop());
                }
                if let Some(geometry) = create {
                    self.carry_out(&ToolAction::Create { geometry: geometry.clone(), title });
                    parts.extend(self.said.pop());
                }
                format!("{title} [{}]", parts.join(" + "))
            }
            ToolAction::Options(options) => {
                self.options = (**options).clone();
                format!("tolerance {}", options.wand.tolerance)
            }
            ToolAction::DeleteInstances(ids) => format!("delete {}", names(ids)),
            ToolAction::SetVanishing(pos) => {
                self.options.cuboid.vanishing = Some(*pos);
                format!("vanishing {}", pos_text(*pos))
            }
            ToolAction::AskTemplate => "ask for keypoints".to_owned(),
        };
        self.said.push(said);
    }

    /// As if someone else had deleted it.
    pub fn remove(&mut self, id: InstanceId) {
        self.document.apply(file(), 0, &Change::InstanceSet { id, set: InstanceSet::Deleted(true) });
    }

    /// Asks a direction of every shape; every other one is answered.
    pub fn ask_directions(&mut self) {
        let shapes = self.document.instances().iter().zip(1_u32..);
        let heading = |at: u32| Heading { attribute: AttributeId(at), degrees: at.is_multiple_of(2).then_some(f64::from(at) * 40.0) };
        self.headings = shapes.map(|(instance, at)| (instance.id, heading(at))).collect();
    }

    fn pin(&mut self, id: InstanceId) {
        let set = InstanceSet::Mark(limn_core::Mark::Pinned(true));
        assert!(self.document.apply(file(), 0, &Change::InstanceSet { id, set }), "pins a shape that is there");
    }

    pub fn play(&mut self, verbs: &str) {
        let mut words = verbs.split_whitespace();
        while let Some(word) = words.next() {
            let (verb, keys) = word.split_once('+').unwrap_or((word, ""));
            let modifiers = Modifiers { shift: keys.contains("shift"), ctrl: keys.contains("ctrl"), alt: keys.contains("alt") };
            let mut next = || words.next().expect("the verb needs a word");
            match verb {
                "press" => self.press(pos(next()), modifiers, 1),
                "press2" => self.press(pos(next()), modifiers, 2),
                "move" => self.moves(pos(next()), modifiers),
                "release" => self.release(pos(next()), modifiers),
                "click" => self.click(pos(next()), modifiers, 1),
                "click2" => self.click(pos(next()), modifiers, 2),
                "double" => {
                    let pos = pos(next());
                    self.click(pos, modifiers, 1);
                    self.click(pos, modifiers, 2);
                }
                "drag" => {
                    let path: Vec<ImagePos> = next().split('>').map(pos).collect();
                    self.moves(path[0], modifiers);
                    self.press(path[0], modifiers, 1);
                    for pair in path.windows(2) {
                        for step in 1..=8 {
                            self.moves(pair[0] + (pair[1] - pair[0]) * (f64::from(step) / 8.0), modifiers);
                        }
                    }
                    self.release(path[path.len() - 1], modifiers);
                }
                "enter" => self.command(ToolCommand::Finish),
                "aim" => self.command(ToolCommand::Aim),
                "asks" => {
                    let given = next();
                    let (name, degrees) = given.split_once('=').expect("a shape and its direction");
                    let heading = Heading { attribute: AttributeId(self.headings.len() as u32 + 1), degrees: degrees.parse().ok() };
                    self.headings.push((id_of(name), heading));
                }
                "bend" => self.command(ToolCommand::Bend),
                "backspace" => self.command(ToolCommand::RemoveLast),
                "delete" => self.command(ToolCommand::Delete),
                "tab" => self.command(ToolCommand::NextHit),
                "backtab" => self.command(ToolCommand::PreviousHit),
                "nudge" => self.command(ToolCommand::Nudge(pos(next()) - ImagePos::default())),
                "space" => self.command(ToolCommand::SkipPoint),
                "rotate" => self.change(ShapeCommand::Rotate(next().parse().expect("degrees"))),
                "mirror" => self.change(ShapeCommand::Mirror),
                "swap" => self.change(ShapeCommand::SwapSides),
                "complete" => self.change(ShapeCommand::Complete),
                "faces" => self.change(ShapeCommand::SwapFaces),
                "front" => self.change(ShapeCommand::NextFace),
                "mode" => self.set_mode(next()),
                "untemplate" => self.schema.labels[0].keypoints = None,
                "esc" => drop(self.send(ToolEvent::Cancel)),
                "leave" => drop(self.send(ToolEvent::Leave)),
                "lost" => self.pressed = false,
                "px" => self.px = next().parse().expect("a number"),
                "select" => self.selection = ids(next()),
                "pin" => ids(next()).into_iter().for_each(|id| self.pin(id)),
                "lock" => self.locked = ids(next()),
                "option" => {
                    self.set_option(next());
                    self.with_cx(|tool, cx| tool.options_changed(cx));
                }
                "pressure" => self.tool.set_pressure(next().parse().expect("a number")),
                "picture" => self.pixels = Some(Painted),
                "gone" => self.remove(id_of(next())),
                "resume" => {
                    let draft = limn_tools::Draft::from_text(&next().replace('/', " ")).expect("a draft");
                    self.tool.resume(draft);
                }
                question => {
                    let answer = self.answer(question);
                    self.said.push(answer);
                }
            }
        }
    }

    fn answer(&mut self, question: &str) -> String {
        self.with_cx(|tool, cx| {
            let preview = tool.preview(cx);
            match question {
                "?cursor" => format!("{:?}", tool.cursor(cx)),
                "?busy" => if tool.is_busy() { "busy" } else { "idle" }.to_owned(),
                "?readout" => preview.readout.unwrap_or_default(),
                "?headings" => preview.headings.iter().map(|(id, _, degrees)| format!("{} {degrees}°", name_of(*id))).collect(),
                "?hovered" => preview.hovered.map_or("-".to_owned(), name_of),
                "?hot" => {
                    let hot = preview.handles.iter().find(|handle| handle.hot);
                    hot.map_or("-".to_owned(), |handle| format!("{:?} {}", handle.kind, pos_text(handle.pos)))
                }
                "?mask" => preview.mask.map_or("no mask".to_owned(), |mask| {
                    let whose = mask.id.map_or("new".to_owned(), name_of);
                    format!("{whose} {}", text_of(&Geometry::Mask(Mask::from(&mask.tiles))))
                }),
                "?handles" => format!("{} handles", preview.handles.len()),
                "?replaced" => {
                    let shown = preview.replaced.iter().map(|(id, geometry)| format!("{} {}", name_of(*id), text_of(geometry)));
                    format!("shows {}", shown.collect::<Vec<_>>().join(", "))
                }
                "?shapes" => {
                    let shown = preview.shapes.iter().map(|shape| {
                        let rings: Vec<String> = shape.rings.iter().map(|ring| points_text(ring)).collect();
                        format!("{:?}{} {}", shape.kind, if shape.closed { " closed" } else { "" }, rings.join(" & "))
                    });
                    shown.collect::<Vec<_>>().join(" + ")
                }
                "?draft" => tool.draft().map_or("no draft".to_owned(), |draft| format!("draft {}", draft.to_text())),
                "?hint" => tool.hints().iter().map(|hint| hint.text).collect::<Vec<_>>().join(", "),
                other => panic!("unknown verb {other}"),
            }
        })
    }

    fn set_option(&mut self, word: &str) {
        let (name, value) = word.split_once('=').expect("an option is name=value");
        let options = &mut self.options;
        match (name, value) {
            ("size", size) => options.brush.diameter = size.parse().expect("a number"),
            ("shape", "square") => options.brush.shape = BrushShape::Square,
            ("shape", "round") => options.brush.shape = BrushShape::Round,
            ("mode", "stroke") => options.brush.mode = BrushMode::Stroke,
            ("mode", "lasso") => options.brush.mode = BrushMode::Lasso,
            ("mode", "fill") => options.brush.mode = BrushMode::Fill,
            ("erase", on) => options.brush.erases = on == "on",
            ("overlap", "under") => options.overlap = Overlap::Under,
            ("overlap", "over") => options.overlap = Overlap::Over,
            ("tolerance", tolerance) => options.wand.tolerance = tolerance.parse().expect("a number"),
            ("contiguous", on) => options.wand.contiguous = on == "on",
            ("smooth", pixels) => options.wand.smooth = pixels.parse().expect("a number"),
            ("drag", name) => options.path.drag = DragDraws::named(name).expect("what a drag draws"),
            ("polygon", on) => options.wand.polygon = on == "on",
            _ => panic!("unknown option {word}"),
        }
    }

    fn press(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8) {
        self.snaps = !modifiers.ctrl;
        self.pressed = true;
        self.send(ToolEvent::Press { pos, modifiers, clicks });
    }

    fn moves(&mut self, pos: ImagePos, modifiers: Modifiers) {
        self.snaps = !modifiers.ctrl;
        self.send(ToolEvent::Move { pos, modifiers, pressed: self.pressed });
    }

    fn release(&mut self, pos: ImagePos, modifiers: Modifiers) {
        self.pressed = false;
        self.send(ToolEvent::Release { pos, modifiers });
    }

    fn click(&mut self, pos: ImagePos, modifiers: Modifiers, clicks: u8) {
        self.moves(pos, modifiers);
        self.press(pos, modifiers, clicks);
        self.release(pos, modifiers);
    }

    fn change(&mut self, command: ShapeCommand) {
        let actions = self.with_cx(|_, cx| change_shapes(command, cx));
        actions.iter().for_each(|action| self.carry_out(action));
    }

    fn set_mode(&mut self, name: &str) {
        let options = &mut self.options;
        match name {
            "extreme" => options.bbox.mode = BoxMode::Extreme,
            "fixed" => (options.bbox.mode, options.bbox.size) = (BoxMode::Fixed, [20.0, 10.0]),
            "center" => options.ellipse = EllipseMode::Center,
            "three" => options.ellipse = EllipseMode::ThreePoints,
            "four" => options.cuboid.mode = CuboidMode::FourCorners,
            "vanishing" => options.cuboid.mode = CuboidMode::Vanishing,
            other => panic!("unknown mode {other}"),
        }
    }

    fn command(&mut self, command: ToolCommand) {
        self.send(ToolEvent::Command(command));
    }
}

/// A picture of 200 × 100: grey, with a bright box at 40,20 to 80,60 that has a dark pixel at 50,30; a light one at
/// 120,20 to 160,60.
pub struct Painted;

impl Pixels for Painted {
    fn size(&self) -> [u32; 2] {
        [IMAGE[0] as u32, IMAGE[1] as u32]
    }

    fn row(&self, x: u32, y: u32, out: &mut [[u8; 3]]) -> usize {
        let len = out.len().min(200_u32.saturating_sub(x) as usize);
        if y >= 100 {
            return 0;
        }
        for (pixel, x) in out[..len].iter_mut().zip(x..) {
            *pixel = match (x, y) {
                (50, 30) => [0; 3],
                (40..80, 20..60) => [200; 3],
                (120..160, 20..60) => [170; 3],
                _ => [90; 3],
            };
        }
        len
    }
}

/// Names are letters with a digit or none; their order is the painting order.
pub fn id_of(name: &str) -> InstanceId {
    let number = name.bytes().fold(0_u128, |number, byte| number << 8 | u128::from(byte));
    InstanceId::from_slice(&number.to_be_bytes()).expect("sixteen bytes")
}

pub fn name_of(id: InstanceId) -> String {
    id.as_bytes().iter().filter(|byte| **byte > 0).map(|byte| char::from(*byte)).collect()
}

fn ids(names: &str) -> Vec<InstanceId> {
    names.split(',').filter(|name| *name != "-").map(id_of).collect()
}

fn names(ids: &[InstanceId]) -> String {
    if ids.is_empty() { "-".to_owned() } else { ids.iter().map(|id| name_of(*id)).collect::<Vec<_>>().join(" ") }
}

pub fn instance(id: InstanceId, geometry: Geometry) -> Instance {
    Instance::new(id, file(), 0, LabelId(1), geometry)
}

fn pos(text: &str) -> ImagePos {
    let (x, y) = text.split_once(',').expect("a place is x,y");
    ImagePos::new(x.parse().expect("a number"), y.parse().expect("a number"))
}

fn geometry(text: &str) -> Geometry {
    let (kind, rest) = text.split_once(' ').expect("kind and numbers");
    match kind {
        "line" => Geometry::Polyline(rest.split_whitespace().map(pos).collect::<Vec<_>>().into()),
        "turned" => {
            let [center, size, angle]: [&str; 3] = rest.split(' ').collect::<Vec<_>>().try_into().expect("middle, size, angle");
            let (center, size) = (pos(center), pos(size));
            Geometry::RotatedBox(RotatedBox { center, width: size.x, height: size.y, angle: angle.parse().expect("degrees") })
        }
        "ellipse" => {
            let [center, radii, angle]: [&str; 3] = rest.split(' ').collect::<Vec<_>>().try_into().expect("middle, radii, angle");
            let (center, radii) = (pos(center), pos(radii));
            Geometry::Ellipse(Ellipse { center, rx: radii.x, ry: radii.y, angle: angle.parse().expect("degrees") })
        }
        "cuboid" => {
            let corners: Vec<ImagePos> = rest.split_whitespace().map(pos).collect();
            let face = |at: usize| <[ImagePos; 4]>::try_from(&corners[at..at + 4]).expect("four corners");
            Geometry::Cuboid(Box::new(Cuboid { front: face(0), back: face(4) }))
        }
        "points" => {
            let point = |word: &str| {
                let (at, sight) = match word.strip_suffix('?') {
                    Some(at) => (at, Sight::Occluded),
                    None => word.strip_suffix('-').map_or((word, Sight::Visible), |at| (at, Sight::Absent)),
                };
                Keypoint { pos: pos(at), sight }
            };
            Geometry::Keypoints(Keypoints { points: rest.split_whitespace().map(point).collect() })
        }
        "point" => Geometry::Point(pos(rest)),
        "box" => {
            let corners: Vec<ImagePos> = rest.split_whitespace().map(pos).collect();
            Geometry::Box(Rect { min: corners[0], max: corners[1] })
        }
        "poly" => {
            let parts = rest.split("part").map(|part| {
                let mut rings = part.split("hole").map(|ring| ring.split_whitespace().map(pos).collect::<Vec<_>>().into());
                Part { outer: rings.next().expect("an outer ring"), holes: rings.collect() }
            });
            Geometry::Polygon(Polygon { parts: parts.collect() })
        }
        "mask" => {
            // The pixels of a rectangle, in a frame as large as the image.
            let corners: Vec<ImagePos> = rest.split_whitespace().map(pos).collect();
            let size = corners[1] - corners[0];
            let (width, height) = (IMAGE[0] as u32, IMAGE[1] as u32);
            let mut counts = vec![corners[0].x as u32 * height + corners[0].y as u32];
            for column in 0..size.x as u32 {
                if column > 0 {
                    counts.push(height - size.y as u32);
                }
                counts.push(size.y as u32);
            }
            let sum: u32 = counts.iter().sum();
            counts.push(width * height - sum);
            Geometry::Mask(Mask::from_counts(width, height, counts).expect("a mask"))
        }
        other => panic!("unknown shape {other}"),
    }
}

fn pos_text(pos: ImagePos) -> String {
    format!("{},{}", pos.x, pos.y)
}

fn points_text(points: &[ImagePos]) -> String {
    points.iter().map(|pos| pos_text(*pos)).collect::<Vec<_>>().join(" ")
}

/// Points, each with the control points of the curve that leaves it.
fn path_text(path: &Path) -> String {
    let point = |(at, pos): (usize, &ImagePos)| {
        let controls = path.edge(at).bend.controls().map(|control| format!("~{}", pos_text(control)));
        format!("{}{}", pos_text(*pos), controls.collect::<String>())
    };
    path.points().iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
}

fn text_of(geometry: &Geometry) -> String {
    match geometry {
        Geometry::Polyline(line) => format!("line {}", path_text(line)),
        Geometry::Box(rect) => format!("box {}", points_text(&[rect.min, rect.max])),
        Geometry::Polygon(polygon) => {
            let part = |part: &Part| {
                let rings: Vec<String> = part.rings().map(path_text).collect();
                rings.join(" hole ")
            };
            format!("poly {}", polygon.parts.iter().map(part).collect::<Vec<_>>().join(" part "))
        }
        Geometry::Mask(mask) => {
            let bounds = mask.bounds().unwrap_or(Rect::from_xywh(0.0, 0.0, 0.0, 0.0));
            format!("mask {} of {} pixels", points_text(&[bounds.min, bounds.max]), mask.area())
        }
        Geometry::RotatedBox(RotatedBox { center, width, height, angle }) => {
            format!("turned {} {width},{height} {angle}", pos_text(*center))
        }
        Geometry::Ellipse(Ellipse { center, rx, ry, angle }) => format!("ellipse {} {rx},{ry} {angle}", pos_text(*center)),
        Geometry::Cuboid(cuboid) => format!("cuboid {}", points_text(&cuboid.corners().collect::<Vec<_>>())),
        Geometry::Keypoints(keypoints) => {
            let mark = |sight| match sight {
                Sight::Visible => "",
                Sight::Occluded => "?",
                Sight::Absent => "-",
            };
            let points = keypoints.points.iter().map(|point| format!("{}{}", pos_text(point.pos), mark(point.sight)));
            format!("points {}", points.collect::<Vec<_>>().join(" "))
        }
        Geometry::Point(pos) => format!("point {}", pos_text(*pos)),
        other => format!("{other:?}"),
    }
}
