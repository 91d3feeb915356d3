//! Instances as shapes to draw: the stored ones, rebuilt when the document changes, and the live ones (selected, hovered,
//! being moved), rebuilt when the hand moves.

use crate::theme::{self, Color};
use limn_core::{Geometry, ImagePos, Instance, InstanceId};
use limn_editor::Editor;
use limn_render::{Shape, ShapeStyle};
use limn_tools::{Preview, PreviewKind};
use std::collections::BTreeSet;

/// Remembers what the stored layer was made of.
#[derive(Default)]
pub struct ShapeCache {
    made_of: Option<(u64, u64)>,
    /// The ids in the order of the layer, which is that of the document: sorted.
    ids: Vec<InstanceId>,
    /// Those that the live layer draws now, hidden in the stored one.
    muted: Vec<InstanceId>,
}

/// What the stored layer needs to be in step.
pub enum StoredUpdate {
    /// All shapes again: the document changed.
    All(Vec<Shape>),
    /// Other styles at these places: only what is in hand changed, and geometry stays where it is.
    Styles(Vec<(usize, ShapeStyle)>),
}

/// How far from the theme to the styles.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Physical pixels per point.
    pub scale: f32,
    /// The theme.
    pub colors: &'a theme::Colors,
}

impl ShapeCache {
    /// What has to be uploaded so that the stored layer shows the document without the shapes in hand.
    pub fn update(&mut self, editor: &Editor, live: &[InstanceId], look: Look<'_>) -> StoredUpdate {
        let stamp = (editor.document().revision(), editor.appearance());
        if self.made_of == Some(stamp) {
            return StoredUpdate::Styles(self.restyle(editor, live, look));
        }
        self.made_of = Some(stamp);
        self.muted = live.to_vec();
        let shown = || editor.document().instances().iter().filter(|instance| !editor.is_hidden(instance.id));
        self.ids = shown().map(|instance| instance.id).collect();
        let stored = shown().map(|instance| {
            let mut shape = shape(editor, instance, &instance.geometry, State::Plain, look);
            if live.binary_search(&instance.id).is_ok() {
                shape.style = INVISIBLE;
            }
            shape
        });
        StoredUpdate::All(stored.collect())
    }

    fn restyle(&mut self, editor: &Editor, live: &[InstanceId], look: Look<'_>) -> Vec<(usize, ShapeStyle)> {
        let place = |id: &InstanceId| self.ids.binary_search(id).ok();
        let shown_again = self.muted.iter().filter(|id| live.binary_search(id).is_err());
        let shown_again = shown_again.filter_map(|id| Some((place(id)?, style(editor, editor.document().get(*id)?, State::Plain, look))));
        let muted = live.iter().filter(|id| self.muted.binary_search(id).is_err()).filter_map(|id| Some((place(id)?, INVISIBLE)));
        let styles = shown_again.chain(muted).collect();
        self.muted = live.to_vec();
        styles
    }

    /// Forgets what was made (the theme changed).
    pub fn forget(&mut self) {
        self.made_of = None;
    }
}

const INVISIBLE: ShapeStyle =
    ShapeStyle { fill: [0; 4], stroke: [0; 4], stroke_px: 0.0, halo: [0; 4], halo_px: 0.0, dash_px: 0.0, hatched: false };

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
pub fn live(editor: &Editor, preview: &Preview, ids: &[InstanceId], look: Look<'_>) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let selection: BTreeSet<InstanceId> = editor.selection().iter().copied().collect();
    for instance in ids.iter().filter_map(|id| editor.document().get(*id)).filter(|instance| !editor.is_hidden(instance.id)) {
        let replaced = preview.replaced.iter().find(|(id, _)| *id == instance.id).map(|(_, geometry)| geometry);
        let geometry = replaced.unwrap_or(&instance.geometry);
        let selected = selection.contains(&instance.id);
        let state = if selected { State::Selected } else { State::Hovered };
        shapes.push(shape(editor, instance, geometry, state, look));
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
            shapes.push(Shape { rings: rings(&geometry.rings()), closed: true, style: line });
        }
    }
    shapes.extend(preview.shapes.iter().map(|shape| preview_shape(editor, shape, look)));
    shapes
}

fn preview_shape(editor: &Editor, shape: &limn_tools::PreviewShape, look: Look<'_>) -> Shape {
    let sizes = &theme::tokens().size;
    let label = editor.active_label().map_or([200; 3], |label| editor.schema.shown(label).1);
    let style = match shape.kind {
        PreviewKind::Drawing => ShapeStyle {
            fill: with_alpha(label, 40),
            stroke: with_alpha(label, 255),
            stroke_px: sizes.outline_selected * look.scale,
            halo: with_color(look.colors.label_ground, 160),
            halo_px: look.scale,
            ..ShapeStyle::default()
        },
        PreviewKind::RubberBand => ShapeStyle {
            fill: with_color(look.colors.accent, 30),
            stroke: opaque(look.colors.accent),
            stroke_px: look.scale,
            halo: [0; 4],
            halo_px: 0.0,
            dash_px: 4.0 * look.scale,
            hatched: false,
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
    Shape { rings: rings(&shape.rings), closed: shape.closed, style }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Plain,
    Hovered,
    Selected,
}

fn shape(editor: &Editor, instance: &Instance, geometry: &Geometry, state: State, look: Look<'_>) -> Shape {
    Shape { rings: rings(&geometry.rings()), closed: true, style: style(editor, instance, state, look) }
}

fn style(editor: &Editor, instance: &Instance, state: State, look: Look<'_>) -> ShapeStyle {
    let tokens = theme::tokens();
    let color = editor.schema.shown(instance.label).1;
    let percent = if state == State::Plain { tokens.shape.fill_percent } else { tokens.shape.fill_selected_percent };
    let locked = editor.is_locked(instance.id);
    let width = match state {
        _ if locked => 1.0,
        State::Plain => tokens.size.outline,
        State::Hovered => tokens.size.outline_hovered,
        // The white line over it shows its colour on both sides.
        State::Selected => tokens.size.outline_selected * 2.0 + 1.0,
    };
    ShapeStyle {
        fill: with_alpha(color, (u16::from(percent) * 255 / 100) as u8),
        stroke: with_alpha(color, if locked { 150 } else { 255 }),
        stroke_px: width * look.scale,
        halo: with_color(look.colors.label_ground, 150),
        halo_px: look.scale,
        dash_px: if instance.run.is_some() { 6.0 * look.scale } else { 0.0 },
        hatched: instance.crowd,
    }
}

fn rings(rings: &[Vec<ImagePos>]) -> Vec<Vec<[f64; 2]>> {
    rings.iter().map(|ring| ring.iter().map(|pos| [pos.x, pos.y]).collect()).collect()
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
