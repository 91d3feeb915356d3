//! Work on masks: a frame's worth of a brush stroke, a move of the scissors, a move of the wand.

use super::clock::thread_cpu;
use super::input::Random;
use super::{Measured, Row};
use crate::error::CliError;
use limn_core::geometry::MaskTiles;
use limn_core::log::{Change, InstanceSet};
use limn_core::{Document, FileId, Geometry, IdSource, ImagePos, Instance, InstanceId, LabelId, Mask, Schema};
use limn_tools::{Modifiers, Pixels, Preview, Scene, Tool, ToolAction, ToolCx, ToolEvent, ToolKind, ToolOptions};

/// Moves of the pointer between two frames of the window: a mouse tells four times as many.
const MOVES_A_FRAME: usize = 4;

/// A frame with one mask, and a tool at work on it.
struct Stage {
    document: Document,
    scene: Scene,
    selection: Vec<InstanceId>,
    image: [f64; 2],
    px: f64,
    schema: Schema,
    options: ToolOptions,
    picture: Option<Painted>,
    tool: Box<dyn Tool>,
}

impl Stage {
    fn new(kind: ToolKind, image: [u32; 2], px: f64, geometry: Geometry) -> Self {
        let file = FileId::from_parts(1, [1; 10]);
        let id = IdSource::new([3; 32]).instance(1);
        Self {
            document: Document::new(vec![Instance::new(id, file, 0, LabelId(1), geometry)]),
            scene: Scene::new(),
            selection: vec![id],
            image: image.map(f64::from),
            px,
            schema: Schema::default(),
            options: ToolOptions::default(),
            picture: None,
            tool: kind.build(),
        }
    }

    fn cx(&self) -> ToolCx<'_> {
        ToolCx {
            document: &self.document,
            scene: &self.scene,
            selection: &self.selection,
            editable: &|_| true,
            image: self.image,
            px: self.px,
            schema: &self.schema,
            label: None,
            options: &self.options,
            snaps: true,
            hidden: &|_| false,
            guides: &[],
            held: None,
            headings: &|_| Vec::new(),
            pixels: self.picture.as_ref().map(|picture| picture as &dyn Pixels),
        }
    }

    /// Sends an event and carries out what it changes; gives the CPU time of the tool in ms.
    fn send(&mut self, event: ToolEvent) -> f64 {
        let mut tool = std::mem::replace(&mut self.tool, ToolKind::Select.build());
        self.scene.sync(&self.document);
        let start = thread_cpu();
        let actions = tool.handle(&event, &self.cx());
        let time = ms_since(start);
        self.tool = tool;
        for action in actions {
            if let ToolAction::Edit { edits, .. } = action {
                for (id, geometry) in edits {
                    let set = InstanceSet::Geometry(geometry);
                    self.document.apply(FileId::from_parts(1, [1; 10]), 0, &Change::InstanceSet { id, set });
                }
            }
        }
        time
    }

    fn press(&mut self, pos: ImagePos) -> f64 {
        self.send(ToolEvent::Press { pos, modifiers: Modifiers::default(), clicks: 1 })
    }

    fn moves(&mut self, pos: ImagePos, pressed: bool) -> f64 {
        self.send(ToolEvent::Move { pos, modifiers: Modifiers::default(), pressed })
    }

    fn release(&mut self, pos: ImagePos) -> f64 {
        self.send(ToolEvent::Release { pos, modifiers: Modifiers::default() })
    }

    fn preview(&self) -> (Preview, f64) {
        let start = thread_cpu();
        let preview = self.tool.preview(&self.cx());
        (preview, ms_since(start))
    }
}

fn ms_since(start: std::time::Duration) -> f64 {
    thread_cpu().saturating_sub(start).as_secs_f64() * 1e3
}

/// Width and height of a picture of so many megapixels, four to three.
fn size_of(megapixels: u64) -> [u32; 2] {
    let height = ((megapixels.min(200) * 1_000_000) as f64 * 0.75).sqrt().max(64.0);
    [(height * 4.0 / 3.0) as u32, height as u32]
}

/// A mask over a third of the frame, with a thousand holes.
fn large_mask([width, height]: [u32; 2]) -> Mask {
    let mut tiles = MaskTiles::from_stretches(width, height, (width / 6..width * 5 / 6).map(|x| (x, height / 4, height * 3 / 4)));
    let mut random = Random(7);
    for _ in 0..1000 {
        let (x, y) = ((random.unit() * f64::from(width)) as u32, (random.unit() * f64::from(height)) as u32);
        (x..x + 20).for_each(|x| tiles.set_column(x, y, y + 20, false));
    }
    Mask::from(&tiles)
}

pub(super) fn brush(megapixels: u64) -> Result<Measured, CliError> {
    let image = size_of(megapixels);
    let [width, height] = image.map(f64::from);
    let mut rows = Vec::new();
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    for diameter in [40.0, 300.0, 1500.0] {
        let mut stage = Stage::new(ToolKind::Brush, image, 4.0, Geometry::Mask(large_mask(image)));
        stage.options.brush.diameter = diameter;
        let mut frames = Vec::new();
        for stroke in 0..6 {
            // A quick wave across the picture: sixty frames.
            let at = |step: usize| {
                let share = step as f64 / (60 * MOVES_A_FRAME) as f64;
                let wave = (share * 20.0 + f64::from(stroke)).sin() * height * 0.3;
                ImagePos::new(width * (0.1 + 0.8 * share), height / 2.0 + wave)
            };
            begins.push(stage.press(at(0)));
            // The window keeps what it showed last, to tell what changed.
            let mut shown = Preview::default();
            for frame in 0..60 {
                let steps = frame * MOVES_A_FRAME..(frame + 1) * MOVES_A_FRAME;
                let moved: f64 = steps.map(|step| stage.moves(at(step + 1), true)).sum();
                let (preview, time) = stage.preview();
                frames.push(moved + time);
                shown = preview;
            }
            drop(shown);
            ends.push(stage.release(at(60 * MOVES_A_FRAME)));
        }
        rows.push(Row::new(format!("a frame's worth of a stroke, {diameter} px wide, CPU"), "ms", frames, &[]).within(4.0));
    }
    rows.push(Row::new("the first press on a mask, CPU", "ms", begins, &[]));
    rows.push(Row::new("the end of a stroke: run lengths of the whole, CPU", "ms", ends, &[]));
    let note = format!("{} by {} pixels; {MOVES_A_FRAME} moves of the pointer and the preview count as one frame", image[0], image[1]);
    Ok((rows, vec![note]))
}

pub(super) fn livewire(megapixels: u64) -> Result<Measured, CliError> {
    let image = size_of(megapixels);
    let mut rows = Vec::new();
    let (mut anchors, mut wand) = (Vec::new(), Vec::new());
    for (px, what) in [(1.0, "at 1:1"), (4.0, "zoomed out to a quarter")] {
        let mut stage = Stage::new(ToolKind::Scissors, image, px, Geometry::Tag);
        stage.picture = Some(Painted::new(image));
        let mut random = Random(23);
        let mut moves = Vec::new();
        for _ in 0..20 {
            let room = 400.0 * px;
            let from = ImagePos::new(
                room + random.unit() * (stage.image[0] - 2.0 * room).max(0.0),
                room + random.unit() * (stage.image[1] - 2.0 * room).max(0.0),
            );
            stage.send(ToolEvent::Cancel);
            anchors.push(stage.press(from));
            stage.release(from);
            // Away from the anchor and around it, as far as people go between two clicks.
            for step in 0..90 {
                let (turn, far) = (f64::from(step) * 0.05, f64::from(step) * 3.0 * px);
                let pos = ImagePos::new(from.x + turn.cos() * far, from.y + turn.sin() * far);
                let moved = stage.moves(pos, false);
                moves.push(moved + stage.preview().1);
            }
        }
        rows.push(Row::new(format!("a move of the scissors, {what}, CPU"), "ms", moves, &[]).p95_within(10.0));
    }
    let mut stage = Stage::new(ToolKind::Wand, image, 1.0, Geometry::Tag);
    stage.picture = Some(Painted::new(image));
    let middle = ImagePos::new(stage.image[0] / 2.0, stage.image[1] / 2.0);
    let first = stage.press(middle);
    for step in 0..60 {
        wand.push(stage.moves(ImagePos::new(middle.x + f64::from(step) * 3.0, middle.y), true) + stage.preview().1);
    }
    rows.push(Row::new("a click of the scissors, CPU", "ms", anchors, &[]));
    rows.push(Row::new("the wand's first look at an area, CPU", "ms", vec![first], &[]));
    rows.push(Row::new("another tolerance of the wand, CPU", "ms", wand, &[]));
    Ok((rows, vec![format!("{} by {} pixels", image[0], image[1])]))
}

/// A picture of many soft and hard blobs with grain, as RGBA.
struct Painted {
    size: [u32; 2],
    rgba: Vec<u8>,
}

impl Painted {
    fn new(size: [u32; 2]) -> Self {
        let mut random = Random(11);
        let mut rgba = vec![0; size[0] as usize * size[1] as usize * 4];
        for (at, pixel) in rgba.chunks_exact_mut(4).enumerate() {
            let (x, y) = ((at % size[0] as usize) as f64, (at / size[0] as usize) as f64);
            let wave = (x / 61.0).sin() * (y / 47.0).cos() * 40.0 + 120.0;
            let inside = (x / 230.0).sin() + (y / 190.0).sin() > 0.4;
            let value = (wave + if inside { 60.0 } else { 0.0 } + random.unit() * 12.0) as u8;
            pixel.copy_from_slice(&[value, value / 2 + 40, value / 3 + 60, 255]);
        }
        Self { size, rgba }
    }
}

impl Pixels for Painted {
    fn size(&self) -> [u32; 2] {
        self.size
    }

    fn row(&self, x: u32, y: u32, out: &mut [[u8; 3]]) -> usize {
        let [width, height] = self.size;
        if x >= width || y >= height {
            return 0;
        }
        let len = out.len().min((width - x) as usize);
        let start = y as usize * width as usize + x as usize;
        let row = self.rgba.as_chunks::<4>().0.get(start..start + len).unwrap_or_default();
        out.iter_mut().zip(row).for_each(|(out, [r, g, b, _])| *out = [*r, *g, *b]);
        row.len()
    }
}
