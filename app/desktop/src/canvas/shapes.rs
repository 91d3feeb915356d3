//! Instances as shapes to draw, and the live ones (selected, hovered, being moved), which change with every move of the
//! hand.

use super::outline::{outline, rings};
use crate::theme::{self, Color};
use limn_core::compare::{Difference, Kind};
use limn_core::sequence::Member;
use limn_core::{Geometry, Instance, InstanceId, LabelId, Role, Schema, SequenceId};
use limn_editor::Editor;
use limn_render::{Dash, Marker, MarkerKind, Pattern, Shape, ShapeStyle};
use limn_tools::{Preview, PreviewKind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How far from the theme to the styles.
#[derive(Clone, Copy)]
pub struct Look {
    /// Physical pixels per point.
    pub scale: f32,
    /// The theme.
    pub colors: &'static theme::Colors,
    /// Whether labels have patterns beside their colours, and lines dashes.
    pub patterns: bool,
    /// Whether each sequence has a colour of its own.
    pub sequences: bool,
}

/// The first label has an even colour; rising lines mean a crowd, crossed ones an area to ignore.
const LABEL_PATTERNS: [Pattern; 6] = [Pattern::Plain, Pattern::Falling, Pattern::Standing, Pattern::Dots, Pattern::Lying, Pattern::Grid];

/// The same for what has no inside: how it is dashed and the step of that in points; 0 is a solid line. Even dashes are longer
/// than those that mean something else.
const LABEL_DASHES: [(Dash, f32); 6] =
    [(Dash::Even, 0.0), (Dash::Long, 4.0), (Dash::Dots, 5.0), (Dash::DashDot, 4.5), (Dash::Even, 11.0), (Dash::DashDotDot, 4.5)];

/// How the lines of a label are dashed if patterns are shown, and the step of that in points.
pub(super) fn label_dash(schema: &Schema, label: LabelId, patterns: bool) -> (Dash, f32) {
    of_label(schema, label, patterns, &LABEL_DASHES)
}

/// What a label has of these if patterns are shown, else what the first one has.
fn of_label<T: Copy>(schema: &Schema, label: LabelId, patterns: bool, all: &[T; 6]) -> T {
    let place = patterns.then(|| schema.labels.iter().position(|other| other.id == label)).flatten();
    all[place.unwrap_or(0) % all.len()]
}

impl PartialEq for Look {
    fn eq(&self, other: &Self) -> bool {
        self.scale == other.scale
            && self.patterns == other.patterns
            && self.sequences == other.sequences
            && std::ptr::eq(self.colors, other.colors)
    }
}

/// What an instance's style depends on, beside itself.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub schema: &'a Schema,
    pub hidden: &'a BTreeSet<InstanceId>,
    pub locked: &'a BTreeSet<InstanceId>,
    /// The objects of sequences that do not stand for them.
    pub identities: &'a BTreeMap<SequenceId, SequenceId>,
    pub look: Look,
}

impl<'a> Rules<'a> {
    pub fn of(editor: &'a Editor, look: Look) -> Self {
        Self { schema: &editor.schema, hidden: editor.hidden(), locked: editor.locked(), identities: editor.identities(), look }
    }

    /// The style of a mask, which is drawn in one layer in hand and out of it.
    pub fn mask_style(&self, instance: &Instance, state: State) -> ShapeStyle {
        if self.hidden.contains(&instance.id) || state == State::Elsewhere {
            return ShapeStyle::HIDDEN;
        }
        let style = self.style(instance, state);
        if state != State::Selected {
            return style;
        }
        // White along the border, and its colour around that.
        let sizes = &theme::tokens().size;
        ShapeStyle {
            stroke: opaque(self.look.colors.label_text),
            stroke_px: sizes.outline * self.look.scale,
            halo: style.stroke,
            halo_px: sizes.outline_selected * self.look.scale,
            ..style
        }
    }

    /// The style of an instance that is not in hand.
    pub fn stored_style(&self, instance: &Instance) -> ShapeStyle {
        if self.hidden.contains(&instance.id) { ShapeStyle::HIDDEN } else { self.style(instance, State::Plain) }
    }
}

/// The colour of an object where each has one of its own: the same in every session and camera, and others for neighbours in time.
pub fn object_color(object: SequenceId) -> limn_core::palette::Rgb {
    let bytes = object.as_bytes();
    limn_core::palette::label_color(bytes[6..].iter().fold(0, |sum: usize, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte))))
}

/// The instances that the live layer draws, sorted.
pub fn live_ids(editor: &Editor, preview: &Preview) -> Vec<InstanceId> {
    let mut ids: Vec<InstanceId> = editor.selection().to_vec();
    ids.extend(preview.replaced.iter().map(|(id, _)| *id));
    ids.extend(preview.hovered);
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The live shapes: instances in hand, then what the tool draws.
pub fn live(editor: &Editor, preview: &Preview, ids: &[InstanceId], look: Look) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let rules = Rules::of(editor, look);
    let selection: BTreeSet<InstanceId> = editor.selection().iter().copied().collect();
    let moved: HashMap<InstanceId, &Geometry> = preview.replaced.iter().map(|(id, geometry)| (*id, geometry)).collect();
    for instance in ids.iter().filter_map(|id| editor.document().get(*id)).filter(|instance| !editor.is_hidden(instance.id)) {
        let geometry = moved.get(&instance.id).copied().unwrap_or(&instance.geometry);
        // The mask layer draws those in hand too, unless they move.
        if matches!(geometry, Geometry::Mask(_)) && !moved.contains_key(&instance.id) {
            continue;
        }
        let selected = selection.contains(&instance.id);
        let state = if selected { State::Selected } else { State::Hovered };
        let outline = outline(geometry, rules.schema.label(instance.label));
        let mut style = rules.style(instance, state);
        if preview.refused && moved.contains_key(&instance.id) {
            refused(&mut style, look);
            shapes.push(outline.shape(style));
            continue;
        }
        shapes.push(outline.shape(style));
        if selected {
            let sizes = &theme::tokens().size;
            let line = ShapeStyle {
                fill: [0; 4],
                stroke: opaque(look.colors.label_text),
                stroke_px: sizes.outline * look.scale,
                halo: opaque(look.colors.label_ground),
                halo_px: look.scale,
                ..ShapeStyle::default()
            };
            shapes.push(outline.shape(line));
        }
    }
    shapes.extend(preview.shapes.iter().map(|shape| preview_shape(editor, shape, preview.refused, look)));
    shapes
}

/// Earlier states of instances. `alone`: they stand in for what is there now; else they lie over it, dashed.
pub fn ghosts(editor: &Editor, instances: &[Instance], alone: bool, look: Look) -> Vec<Shape> {
    let rules = Rules::of(editor, look);
    let shape = |instance: &Instance| {
        let mut style = rules.style(instance, State::Hovered);
        if !alone {
            (style.fill, style.dash_px, style.dash) = ([0; 4], 5.0 * look.scale, Dash::Even);
            (style.stroke, style.halo) = (opaque(look.colors.accent), opaque(look.colors.label_ground));
        }
        outline(&instance.geometry, rules.schema.label(instance.label)).shape(style)
    };
    instances.iter().map(shape).collect()
}

/// What differs from another state: what was then dashed, what is new with a line around it.
pub fn compared(editor: &Editor, found: &[Difference], look: Look) -> Vec<Shape> {
    let rules = Rules::of(editor, look);
    let shape = |difference: &Difference| {
        let instance = difference.then.as_ref().or(difference.now.as_ref())?;
        let mut style = rules.style(instance, State::Hovered);
        let (color, dash) = match difference.kind {
            Kind::Added => (look.colors.ok, 0.0),
            Kind::Removed => (look.colors.error, 5.0),
            Kind::Changed => (look.colors.warn, 5.0),
        };
        (style.fill, style.dash_px, style.stroke) = ([0; 4], dash * look.scale, opaque(color));
        style.dash = Dash::Even;
        (style.stroke_px, style.halo) = (theme::tokens().size.outline_selected * look.scale, opaque(look.colors.label_ground));
        Some(outline(&instance.geometry, rules.schema.label(instance.label)).shape(style))
    };
    found.iter().filter_map(shape).collect()
}

/// What another camera shows, by what each of its sequences is; objects that are selected on the canvas stand out.
pub fn in_pane(editor: &Editor, instances: &[Instance], identity: impl Fn(SequenceId) -> Option<SequenceId>, look: Look) -> Vec<Shape> {
    let member = |instance: &Instance| instance.member.map(|member| member.sequence);
    let identities = instances.iter().filter_map(member).filter_map(|id| Some((id, identity(id)?))).collect();
    let rules = Rules { identities: &identities, ..Rules::of(editor, look) };
    let selected = editor.selected_objects();
    let shape = |instance: &Instance| {
        let object = member(instance).and_then(|id| identities.get(&id));
        let state = if object.is_some_and(|object| selected.contains(object)) { State::Selected } else { State::Plain };
        outline(&instance.geometry, rules.schema.label(instance.label)).shape(rules.style(instance, state))
    };
    instances.iter().map(shape).collect()
}

/// The selected sequences as they are at the keyframes around: dashed before, dotted behind.
pub fn around(editor: &Editor, look: Look) -> Vec<Shape> {
    let rules = Rules::of(editor, look);
    let [before, behind] = editor.around();
    let shape = |instance: &Instance, dash: f32| {
        let mut style = rules.style(instance, State::Hovered);
        (style.fill, style.dash_px, style.stroke_px) = ([0; 4], dash * look.scale, look.scale);
        style.dash = Dash::Even;
        outline(&instance.geometry, rules.schema.label(instance.label)).shape(style)
    };
    let before = before.iter().map(|instance| shape(instance, 7.0));
    before.chain(behind.iter().map(|instance| shape(instance, 2.5))).collect()
}

/// The style of what is being drawn: the colour of the active label.
pub(super) fn drawing_style(editor: &Editor, look: Look) -> ShapeStyle {
    let label = editor.active_label().map_or([200; 3], |label| editor.schema.shown(label).1);
    ShapeStyle {
        fill: with_alpha(label, 40),
        stroke: with_alpha(label, 255),
        stroke_px: theme::tokens().size.outline_selected * look.scale,
        halo: with_color(look.colors.label_ground, 160),
        halo_px: look.scale,
        ..ShapeStyle::default()
    }
}

/// What will not be taken as it is: dashed, in the colour of warnings.
fn refused(style: &mut ShapeStyle, look: Look) {
    (style.stroke, style.fill) = (opaque(look.colors.warn), with_color(look.colors.warn, 40));
    (style.stroke_px, style.dash_px) = (theme::tokens().size.outline_selected * look.scale, 6.0 * look.scale);
    style.dash = Dash::Even;
}

fn preview_shape(editor: &Editor, shape: &limn_tools::PreviewShape, is_refused: bool, look: Look) -> Shape {
    let style = match shape.kind {
        PreviewKind::Drawing => {
            let mut style = drawing_style(editor, look);
            if is_refused {
                refused(&mut style, look);
            }
            style
        }
        PreviewKind::RubberBand => ShapeStyle {
            fill: with_color(look.colors.accent, 30),
            stroke: opaque(look.colors.accent),
            stroke_px: look.scale,
            halo: [0; 4],
            halo_px: 0.0,
            dash_px: 4.0 * look.scale,
            ..ShapeStyle::default()
        },
        PreviewKind::Brush => ShapeStyle {
            fill: [0; 4],
            stroke: opaque(look.colors.label_text),
            stroke_px: look.scale,
            halo: with_color(look.colors.label_ground, 200),
            halo_px: look.scale,
            ..ShapeStyle::default()
        },
        PreviewKind::Tape => ShapeStyle {
            fill: [0; 4],
            stroke: opaque(look.colors.accent),
            stroke_px: 1.5 * look.scale,
            halo: with_color(look.colors.label_ground, 160),
            halo_px: look.scale,
            marker_px: 9.0 * look.scale,
            ..ShapeStyle::default()
        },
        PreviewKind::Guide => ShapeStyle {
            fill: [0; 4],
            stroke: with_color(look.colors.label_text, 110),
            stroke_px: look.scale,
            halo: with_color(look.colors.label_ground, 70),
            halo_px: look.scale,
            ..ShapeStyle::default()
        },
    };
    let rings = rings(&shape.rings);
    // Both ends of a line that is measured point outwards.
    let markers = match (shape.kind, rings.first().map(Vec::as_slice)) {
        (PreviewKind::Tape, Some(line @ [first, second, ..])) if !shape.closed => {
            let before_last = line[line.len() - 2];
            let ends = [(*first, *second), (line[line.len() - 1], before_last)];
            ends.map(|(pos, from)| Marker { pos, kind: MarkerKind::Arrow { from } }).to_vec()
        }
        _ => Vec::new(),
    };
    Shape { rings, closed: shape.closed, markers, style, ..Shape::default() }
}

/// How an instance is held.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum State {
    Plain,
    Hovered,
    Selected,
    /// Another layer draws it.
    Elsewhere,
}

impl Rules<'_> {
    fn style(&self, instance: &Instance, state: State) -> ShapeStyle {
        let (tokens, look) = (theme::tokens(), self.look);
        let color = match instance.member.filter(|_| look.sequences) {
            Some(Member { sequence, .. }) => object_color(self.identities.get(&sequence).copied().unwrap_or(sequence)),
            None => self.schema.color(instance.label),
        };
        let percent = if state == State::Plain { tokens.shape.fill_percent } else { tokens.shape.fill_selected_percent };
        let locked = self.locked.contains(&instance.id);
        let width = match state {
            _ if locked => 1.0,
            State::Plain | State::Elsewhere => tokens.size.outline,
            State::Hovered => tokens.size.outline_hovered,
            // The white line over it shows its colour on both sides.
            State::Selected => tokens.size.outline_selected * 2.0 + 1.0,
        };
        let (dash, step) = match &instance.geometry {
            _ if instance.run.is_some() => (Dash::Even, 6.0),
            Geometry::Polyline(_) | Geometry::Keypoints(_) => label_dash(self.schema, instance.label, look.patterns),
            _ => (Dash::Even, 0.0),
        };
        ShapeStyle {
            fill: with_alpha(color, (u16::from(percent) * 255 / 100) as u8),
            stroke: with_alpha(color, if locked { 150 } else { 255 }),
            stroke_px: width * look.scale,
            halo: with_color(look.colors.label_ground, 150),
            halo_px: look.scale,
            dash_px: step * look.scale,
            dash,
            pattern: match instance.marks.role {
                Role::Object => of_label(self.schema, instance.label, look.patterns, &LABEL_PATTERNS),
                Role::Ignore => Pattern::Crossed,
                Role::Crowd => Pattern::Rising,
            },
            edge_dash_px: 4.0 * look.scale,
            marker_px: tokens.size.handle * look.scale,
        }
    }
}

fn with_alpha([r, g, b]: [u8; 3], alpha: u8) -> [u8; 4] {
    [r, g, b, alpha]
}

fn with_color(color: Color, alpha: u8) -> [u8; 4] {
    [color.0.r(), color.0.g(), color.0.b(), alpha]
}

fn opaque(color: Color) -> [u8; 4] {
    with_color(color, 255)
}
