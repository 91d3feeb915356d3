//! The stored shapes on the GPU, kept in step with the document: a change uploads what it touched. A file opened, or very many
//! changes, build the layer anew; with many shapes on a thread of its own, since the window never waits.

use super::masks::{self, MasksInHand, StoredMasks, WORK_AT_ONCE};
use super::outline::outline;
use super::shapes::{Look, Rules, drawing_style};
use crossbeam_channel::{Receiver, bounded};
use egui_wgpu::wgpu;
use limn_core::document::Stamp;
use limn_core::geometry::MaskTiles;
use limn_core::{Geometry, Instance, InstanceId, Instances, Schema};
use limn_editor::{Editor, Place};
use limn_render::{MaskLayer, RenderError, Shape, ShapeLayer, ShapeStyle};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Up to so many shapes are built at once, in some milliseconds, instead of a frame later.
const AT_ONCE: usize = 2000;

/// Keeps the stored layer in step.
#[derive(Default)]
pub struct StoredShapes {
    shown: Option<Shown>,
    /// Those that the live layer draws now, invisible in the stored one; sorted.
    muted: Vec<InstanceId>,
    masks: StoredMasks,
    job: Option<Job>,
}

/// What a layer shows.
#[derive(Clone)]
struct State {
    place: Option<Place>,
    document: Stamp,
    appearance: u64,
    look: Look,
}

/// What the layer was made of, and where in it each shape is.
struct Shown {
    state: State,
    /// As the layer was built; deleted ones keep their place.
    built: Painted,
    /// Places of those that came later.
    added: HashMap<InstanceId, usize>,
}

/// Which shape was painted in which place.
enum Painted {
    /// In the order of their ids, as nearly always.
    Sorted(Vec<InstanceId>),
    /// A person has moved some in the painting order: place and order of each.
    ByHand(HashMap<InstanceId, (usize, i32)>),
}

impl Painted {
    /// The instances as they are painted, the topmost last.
    fn of(instances: &Instances) -> (Vec<&Instance>, Self) {
        let mut painted: Vec<&Instance> = instances.iter().collect();
        if painted.iter().all(|instance| instance.marks.order == 0) {
            let ids = painted.iter().map(|instance| instance.id).collect();
            return (painted, Self::Sorted(ids));
        }
        painted.sort_by_key(|instance| instance.marks.order);
        let places = painted.iter().enumerate().map(|(at, instance)| (instance.id, (at, instance.marks.order)));
        let places = places.collect();
        (painted, Self::ByHand(places))
    }

    fn place(&self, id: InstanceId) -> Option<usize> {
        match self {
            Self::Sorted(ids) => ids.binary_search(&id).ok(),
            Self::ByHand(places) => places.get(&id).map(|(at, _)| *at),
        }
    }

    /// Whether an instance is still painted where it belongs.
    fn holds(&self, instance: &Instance) -> bool {
        match self {
            Self::Sorted(_) => instance.marks.order == 0,
            // A new one belongs below those that were raised.
            Self::ByHand(places) => places.get(&instance.id).is_some_and(|(_, order)| *order == instance.marks.order),
        }
    }
}

/// A layer being built on a thread.
struct Job {
    state: State,
    stop: Arc<AtomicBool>,
    done: Receiver<Result<Built, RenderError>>,
}

struct Built {
    layer: ShapeLayer,
    painted: Painted,
    masks: MaskLayer,
    places: HashMap<InstanceId, usize>,
}

/// The layer, and what it takes to change it.
pub struct LayerCx<'a> {
    /// Draws.
    pub device: &'a wgpu::Device,
    /// Takes what is uploaded.
    pub queue: &'a wgpu::Queue,
    /// The stored shapes.
    pub layer: &'a mut ShapeLayer,
    /// The stored masks, and the one being painted.
    pub masks: &'a mut MaskLayer,
}

impl State {
    fn of(editor: &Editor, look: Look) -> Self {
        let (document, appearance) = (editor.document().stamp().clone(), editor.appearance().revision());
        Self { place: editor.place(), document, appearance, look }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.document == other.document && self.appearance == other.appearance && self.look == other.look
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl StoredShapes {
    /// Makes the layers show the document without the shapes in hand, and masks in hand as such, as far as that can be done
    /// at once. `wake` asks for another frame; it is called from a thread.
    pub fn update(
        &mut self,
        editor: &Editor,
        hand: &MasksInHand<'_>,
        look: Look,
        cx: &mut LayerCx<'_>,
        wake: impl Fn() + Clone + Send + 'static,
    ) {
        let live = hand.ids;
        let now = State::of(editor, look);
        self.take_built(cx);
        if self.shown.as_ref().is_some_and(|shown| shown.state.place != now.place) {
            self.shown = None;
        }
        let done = self.catch_up(editor, &now, live, cx).and_then(|in_step| {
            if in_step && !cx.layer.is_scattered() {
                self.job = None;
                self.restyle(editor, live, look, cx)
            } else if editor.document().instances().len() <= AT_ONCE {
                self.build_at_once(editor, now, live, cx)
            } else {
                self.build_aside(editor, now, cx, wake.clone());
                self.restyle(editor, live, look, cx)
            }
        });
        let masks = self.masks.set_hand(editor, hand, &Rules::of(editor, look), cx);
        let masks = masks.and_then(|()| self.masks.convert(editor.document().instances(), cx, wake));
        for error in [done, masks].into_iter().filter_map(Result::err) {
            tracing::error!("{error}");
        }
    }

    /// Shows the mask that a tool is at work on, with the instance that it belongs to, if it is one. Only tiles that are not
    /// the same ones as the last time go to the GPU. Says whether another frame is due: a mask that the tool let go is to be
    /// shown as the document has it.
    pub fn set_live_mask(
        &mut self,
        editor: &Editor,
        live: Option<(Option<InstanceId>, &MaskTiles)>,
        look: Look,
        cx: &mut LayerCx<'_>,
    ) -> bool {
        if let Err(error) = self.masks.set_live(live, drawing_style(editor, look), cx) {
            tracing::error!("{error}");
        }
        self.masks.is_due()
    }

    /// Whether the layer belongs to the file and frame that the person is at.
    pub fn is_shown(&self) -> bool {
        self.shown.is_some()
    }

    /// Whether nothing is being built.
    pub fn is_settled(&self) -> bool {
        self.shown.is_some() && self.job.is_none() && self.masks.is_settled()
    }

    /// Uploads what was touched since the layer was in step. `false`: that is not known, or too much.
    fn catch_up(&mut self, editor: &Editor, now: &State, live: &[InstanceId], cx: &mut LayerCx<'_>) -> Result<bool, RenderError> {
        let Some(shown) = &mut self.shown else { return Ok(false) };
        if shown.state.is_same(now) {
            return Ok(true);
        }
        let touched = editor.document().touched_since(&shown.state.document);
        let changed = editor.appearance().changed_since(shown.state.appearance);
        let (Some(touched), Some(changed), true) = (touched, changed, shown.state.look == now.look) else { return Ok(false) };
        let touched: BTreeSet<InstanceId> = touched.collect();
        let changed: BTreeSet<InstanceId> = changed.filter(|id| !touched.contains(id)).collect();
        if touched.iter().filter_map(|id| editor.document().get(*id)).any(|instance| !shown.built.holds(instance)) {
            return Ok(false);
        }
        shown.state = now.clone();
        let rules = Rules::of(editor, now.look);
        let mut budget = WORK_AT_ONCE;
        for id in touched {
            let instance = editor.document().get(id);
            self.masks.touch(id, instance, &rules, &mut budget, cx)?;
            let Some(instance) = instance else {
                shown.set_style(id, ShapeStyle::HIDDEN, cx)?;
                continue;
            };
            let mut shape = stored_shape(instance, &rules);
            if live.binary_search(&id).is_ok() {
                shape.style = ShapeStyle::HIDDEN;
            }
            shown.set_shape(id, &shape, cx)?;
        }
        for instance in changed.into_iter().filter_map(|id| editor.document().get(id)) {
            self.masks.restyle(instance, &rules, cx)?;
            let style = if live.binary_search(&instance.id).is_ok() { ShapeStyle::HIDDEN } else { rules.stored_style(instance) };
            shown.set_style(instance.id, style, cx)?;
        }
        Ok(true)
    }

    /// Hides what came into the hand and shows what left it.
    fn restyle(&mut self, editor: &Editor, live: &[InstanceId], look: Look, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        let Some(shown) = self.shown.as_ref().filter(|_| self.muted != live) else { return Ok(()) };
        let rules = Rules::of(editor, look);
        for id in self.muted.iter().filter(|id| live.binary_search(id).is_err()) {
            if let Some(instance) = editor.document().get(*id) {
                shown.set_style(*id, rules.stored_style(instance), cx)?;
            }
        }
        for id in live.iter().filter(|id| self.muted.binary_search(id).is_err()) {
            shown.set_style(*id, ShapeStyle::HIDDEN, cx)?;
        }
        self.muted = live.to_vec();
        Ok(())
    }

    fn build_at_once(&mut self, editor: &Editor, now: State, live: &[InstanceId], cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        self.job = None;
        self.shown = None;
        let rules = Rules::of(editor, now.look);
        let (instances, painted) = Painted::of(editor.document().instances());
        cx.layer.set_with(cx.device, cx.queue, instances.len(), |at| Cow::Owned(stored_shape(instances[at], &rules)))?;
        self.take_layer(now.clone(), painted);
        *cx.masks = MaskLayer::new(cx.device)?;
        self.masks.replace(HashMap::new());
        let mut budget = WORK_AT_ONCE;
        for instance in instances.into_iter().filter(|instance| matches!(instance.geometry, Geometry::Mask(_))) {
            self.masks.touch(instance.id, Some(instance), &rules, &mut budget, cx)?;
        }
        self.restyle(editor, live, now.look, cx)
    }

    /// Starts a thread that builds the layer, unless one does already.
    fn build_aside(&mut self, editor: &Editor, now: State, cx: &LayerCx<'_>, wake: impl Fn() + Send + 'static) {
        let is_under_way = |job: &Job| job.state.document.is_of_same_document(&now.document) && job.state.look == now.look;
        if self.job.as_ref().is_some_and(is_under_way) {
            return;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let order = Order {
            instances: editor.document().instances().clone(),
            schema: editor.schema.clone(),
            hidden: editor.hidden().clone(),
            locked: editor.locked().clone(),
            look: now.look,
            stop: stop.clone(),
        };
        let (device, queue) = (cx.device.clone(), cx.queue.clone());
        let (send, done) = bounded(1);
        let work = move || {
            let built = order.build(&device, &queue);
            // Nobody waits for it any more when the person has gone on.
            let _ = send.send(built);
            wake();
        };
        match std::thread::Builder::new().name("limn-shapes".into()).spawn(work) {
            Ok(_) => self.job = Some(Job { state: now, stop, done }),
            Err(error) => tracing::error!("the system gives no thread to build shapes: {error}"),
        }
    }

    /// Puts a layer that a thread has built in the place of the old one.
    fn take_built(&mut self, cx: &mut LayerCx<'_>) {
        let Some(built) = self.job.as_ref().and_then(|job| job.done.try_recv().ok()) else { return };
        let Some(job) = self.job.take() else { return };
        match built {
            Ok(built) => {
                let old = (std::mem::replace(cx.layer, built.layer), std::mem::replace(cx.masks, built.masks));
                self.masks.replace(built.places);
                // A thousand buffers are not freed in the time of a frame.
                let _ = std::thread::Builder::new().name("limn-shapes".into()).spawn(move || drop(old));
                self.take_layer(job.state.clone(), built.painted);
            }
            Err(error) => tracing::error!("{error}"),
        }
    }

    /// The layer shows this now, and nothing of it is in hand yet.
    fn take_layer(&mut self, state: State, built: Painted) {
        self.muted.clear();
        self.shown = Some(Shown { state, built, added: HashMap::new() });
    }
}

impl Shown {
    fn place(&self, id: InstanceId) -> Option<usize> {
        self.built.place(id).or_else(|| self.added.get(&id).copied())
    }

    fn set_style(&self, id: InstanceId, style: ShapeStyle, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        self.place(id).map_or(Ok(()), |at| cx.layer.set_style(cx.queue, at, style))
    }

    fn set_shape(&mut self, id: InstanceId, shape: &Shape, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        if let Some(at) = self.place(id) {
            return cx.layer.update_shape(cx.device, cx.queue, at, shape);
        }
        let at = cx.layer.push(cx.device, cx.queue, shape)?;
        self.added.insert(id, at);
        Ok(())
    }
}

/// What a thread builds a layer from.
struct Order {
    instances: Instances,
    schema: Schema,
    hidden: BTreeSet<InstanceId>,
    locked: BTreeSet<InstanceId>,
    look: Look,
    stop: Arc<AtomicBool>,
}

impl Order {
    fn build(&self, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<Built, RenderError> {
        let rules = Rules { schema: &self.schema, hidden: &self.hidden, locked: &self.locked, look: self.look };
        let (instances, painted) = Painted::of(&self.instances);
        let mut layer = ShapeLayer::new(device)?;
        layer.set_with(device, queue, instances.len(), |at| match self.stop.load(Ordering::Relaxed) {
            // Nobody wants it any more: the rest costs nothing.
            true => Cow::Owned(Shape::default()),
            false => Cow::Owned(stored_shape(instances[at], &rules)),
        })?;
        let mut masks = MaskLayer::new(device)?;
        let is_wanted = || !self.stop.load(Ordering::Relaxed);
        let places = masks::build(&self.instances, &rules, is_wanted, &mut masks, device, queue)?;
        // What is staged goes to the GPU from here, not with the window's next frame.
        queue.submit([]);
        Ok(Built { layer, painted, masks, places })
    }
}

/// Of a mask nothing: it has a layer of its own.
fn stored_shape(instance: &Instance, rules: &Rules<'_>) -> Shape {
    if matches!(instance.geometry, Geometry::Mask(_)) {
        return Shape { style: ShapeStyle::HIDDEN, ..Shape::default() };
    }
    outline(&instance.geometry, rules.schema.label(instance.label)).shape(rules.stored_style(instance))
}

#[cfg(test)]
mod tests {
    use super::super::shapes::State as Held;
    use super::*;
    use crate::theme::{self, ThemeKind};
    use limn_core::log::{Change, InstanceSet};
    use limn_core::{FileId, FileKind, FileRecord, FileStatus, LabelId, Mask, Rect};
    use limn_editor::{Event, FileEntry, ProjectInfo, UndoneStep};
    use limn_render::headless::HeadlessTarget;
    use limn_render::{Camera, CanvasRenderer};
    use std::time::{Duration, Instant};

    const SIDE: f64 = 640.0;

    fn look() -> Look {
        Look { scale: 1.0, colors: theme::colors_of(ThemeKind::Dark), patterns: false }
    }

    fn file() -> FileId {
        FileId::from_parts(1, [0; 10])
    }

    fn id(at: usize) -> InstanceId {
        InstanceId::from_parts(at as u64 + 1, [0; 10])
    }

    /// In a cell of its own, so that the order of painting does not show; each fifth is a mask.
    fn geometry(at: usize, size: f64) -> Geometry {
        let (x, y) = ((at % 64) as f64 * 10.0 + 2.0, (at / 64) as f64 * 10.0 + 2.0);
        match at % 5 {
            1 => Geometry::Mask(square(x as u32, y as u32, size as u32)),
            _ => Geometry::Box(Rect::from_xywh(x, y, size, size)),
        }
    }

    fn square(x: u32, y: u32, size: u32) -> Mask {
        let mut tiles = MaskTiles::new(SIDE as u32, SIDE as u32);
        (x..x + size).for_each(|x| tiles.set_column(x, y, y + size, true));
        Mask::from(&tiles)
    }

    fn instance(at: usize) -> Instance {
        let (id, label, geometry) = (id(at), LabelId(1), geometry(at, 5.0));
        Instance {
            id,
            file: file(),
            frame: 0,
            label,
            geometry,
            marks: limn_core::Marks::default(),
            run: None,
            confidence: None,
            extra: None,
        }
    }

    struct Stage {
        editor: Editor,
        target: HeadlessTarget,
        renderer: CanvasRenderer,
        layer: ShapeLayer,
        masks: MaskLayer,
        stored: StoredShapes,
    }

    impl Stage {
        fn new(num_shapes: usize) -> Self {
            let target = HeadlessTarget::new(SIDE as u32, SIDE as u32).unwrap();
            let mut editor = Editor::new([1; 32]);
            let schema = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).unwrap();
            let record = FileRecord {
                id: file(),
                path: "a.png".into(),
                name: "a.png".into(),
                kind: FileKind::Image,
                width: SIDE as u32,
                height: SIDE as u32,
                frames: 1,
                bytes: 1,
                hash: None,
                status: FileStatus::Open,
            };
            let files = vec![FileEntry { file: record, num_instances: 0 }];
            editor.update(Event::ProjectOpened { info: ProjectInfo::default(), schema, files, place: None });
            let renderer = CanvasRenderer::new(target.device(), target.format());
            let layer = ShapeLayer::new(target.device()).unwrap();
            let masks = MaskLayer::new(target.device()).unwrap();
            let mut stage = Self { editor, target, renderer, layer, masks, stored: StoredShapes::default() };
            stage.load(num_shapes);
            stage
        }

        fn load(&mut self, num_shapes: usize) {
            let shapes = (0..num_shapes).map(instance).collect::<Vec<_>>().into();
            self.editor.update(Event::Loaded { file: file(), frame: 0, shapes, draft: None });
            self.editor.update(Event::PictureShown { file: file(), frame: 0, size: [SIDE, SIDE] });
        }

        fn change(&mut self, changes: Vec<Change>) {
            let step = UndoneStep { title: "Edit".into(), changes, place: Some((file(), 0)) };
            self.editor.update(Event::Undone(Some(step)));
        }

        /// Bytes that went to the GPU.
        fn update(&mut self, live: &[InstanceId]) -> u64 {
            self.update_painting(live, None)
        }

        fn update_painting(&mut self, live: &[InstanceId], painted: Option<(Option<InstanceId>, &MaskTiles)>) -> u64 {
            let before = self.layer.uploaded_bytes() + self.masks.uploaded_bytes();
            let (device, queue) = (self.target.device(), self.target.queue());
            let mut cx = LayerCx { device, queue, layer: &mut self.layer, masks: &mut self.masks };
            self.stored.update(&self.editor, &MasksInHand { ids: live, moved: &[] }, look(), &mut cx, || {});
            self.stored.set_live_mask(&self.editor, painted, look(), &mut cx);
            (self.layer.uploaded_bytes() + self.masks.uploaded_bytes()).wrapping_sub(before)
        }

        fn settle(&mut self, live: &[InstanceId]) {
            let start = Instant::now();
            self.update(live);
            while !self.stored.is_settled() {
                assert!(start.elapsed() < Duration::from_secs(60), "no layer came");
                std::thread::sleep(Duration::from_millis(2));
                self.update(live);
            }
        }

        fn drawn(&mut self) -> Vec<u8> {
            Self::draw(&self.target, &mut self.renderer, &self.layer, &self.masks)
        }

        fn draw(target: &HeadlessTarget, renderer: &mut CanvasRenderer, layer: &ShapeLayer, masks: &MaskLayer) -> Vec<u8> {
            let camera = Camera { center: [SIDE / 2.0; 2], zoom: 1.0, viewport_px: [SIDE as f32; 2] };
            renderer.prepare(target.device(), target.queue(), &camera, None);
            target.render([0, 0, 0, 255], |pass| renderer.paint_with_masks(pass, None, &[masks], &[layer])).unwrap()
        }

        /// What layers made of the document as it is now look like.
        fn drawn_anew(&mut self, live: &[InstanceId]) -> Vec<u8> {
            let (device, queue) = (self.target.device(), self.target.queue());
            let mut layer = ShapeLayer::new(device).unwrap();
            let mut masks = MaskLayer::new(device).unwrap();
            let rules = Rules::of(&self.editor, look());
            for instance in self.editor.document().instances().iter() {
                let in_hand = live.binary_search(&instance.id).is_ok();
                if let Geometry::Mask(mask) = &instance.geometry {
                    let style = rules.mask_style(instance, if in_hand { Held::Hovered } else { Held::Plain });
                    masks.push(device, queue, MaskTiles::from(mask).tiles(), style).unwrap();
                }
            }
            let visible = self.editor.document().instances().iter().filter(|instance| live.binary_search(&instance.id).is_err());
            let shapes: Vec<Shape> = visible.map(|instance| stored_shape(instance, &rules)).collect();
            layer.set(device, queue, &shapes).unwrap();
            Self::draw(&self.target, &mut self.renderer, &layer, &masks)
        }

        fn check(&mut self, live: &[InstanceId], what: &str) {
            let (drawn, anew) = (self.drawn(), self.drawn_anew(live));
            let different = drawn.chunks(4).zip(anew.chunks(4)).filter(|(a, b)| a != b).count();
            assert_eq!(different, 0, "pixels are different {what}");
        }
    }

    #[test]
    fn any_changes_show_what_a_layer_made_anew_shows() {
        let mut stage = Stage::new(60);
        let mut seed = 9_u64;
        let mut random = |end: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % end
        };
        for round in 0..300 {
            let at = random(120);
            match random(7) {
                0 | 1 => stage.change(vec![Change::InstanceAdd(Box::new(instance(at)))]),
                2 => stage.change(vec![Change::InstanceSet { id: id(at), set: InstanceSet::Deleted(true) }]),
                3 => {
                    let set = InstanceSet::Geometry(geometry(at, 2.0 + random(5) as f64));
                    stage.change(vec![Change::InstanceSet { id: id(at), set }]);
                }
                4 => stage.change(vec![Change::InstanceSet { id: id(at), set: InstanceSet::Label(LabelId(1 + random(2) as u32)) }]),
                5 => drop(stage.editor.update(Event::SetHidden(vec![id(at)], random(2) == 0))),
                _ => drop(stage.editor.update(Event::SetLocked(vec![id(at)], random(2) == 0))),
            }
            let mut live: Vec<InstanceId> = (0..random(3)).map(|_| id(random(120))).collect();
            live.sort_unstable();
            live.dedup();
            // Not after each: several changes often come between two frames.
            if random(3) > 0 {
                stage.update(&live);
            }
            if round % 25 == 24 {
                stage.update(&live);
                stage.check(&live, &format!("after {round} changes"));
            }
        }
        assert!(stage.stored.is_settled());
    }

    #[test]
    fn one_gesture_uploads_one_shape() {
        let mut stage = Stage::new(1500);
        assert!(stage.update(&[]) > 1500 * 50);
        assert_eq!(stage.update(&[]), 0);
        stage.change(vec![Change::InstanceSet { id: id(7), set: InstanceSet::Geometry(geometry(7, 3.0)) }]);
        let one = stage.update(&[]);
        assert!((1..400).contains(&one), "{one} bytes");
        stage.change(vec![Change::InstanceAdd(Box::new(instance(1500)))]);
        assert!((1..400).contains(&stage.update(&[])));
        // In hand, and out again.
        assert_eq!(stage.update(&[id(3)]), 32);
        assert_eq!(stage.update(&[id(3)]), 0);
        assert_eq!(stage.update(&[]), 32);
        stage.editor.update(Event::SetHidden(vec![id(9), id(10)], true));
        assert_eq!(stage.update(&[]), 64);
        stage.check(&[], "after single changes");
    }

    #[test]
    fn many_shapes_are_built_aside_and_swapped_in() {
        let mut stage = Stage::new(3000);
        stage.update(&[id(5)]);
        assert!(!stage.stored.is_shown(), "the window waited");
        // A change while the thread is at it is not lost.
        stage.change(vec![Change::InstanceAdd(Box::new(instance(3000)))]);
        stage.settle(&[id(5)]);
        stage.check(&[id(5)], "after building");
        // Read again: the old layer stays in sight until the new one is there.
        stage.load(2500);
        stage.update(&[]);
        assert!(stage.stored.is_shown() && !stage.stored.is_settled());
        stage.settle(&[]);
        stage.check(&[], "after reading again");
        // More at once than is remembered.
        stage.change((0..2500).map(|at| Change::InstanceSet { id: id(at), set: InstanceSet::Geometry(geometry(at, 3.0)) }).collect());
        stage.change((0..2500).map(|at| Change::InstanceSet { id: id(at), set: InstanceSet::Label(LabelId(2)) }).collect());
        stage.update(&[]);
        assert!(stage.stored.is_shown() && !stage.stored.is_settled());
        stage.settle(&[id(2)]);
        stage.check(&[id(2)], "after very many changes");
    }

    #[test]
    fn a_mask_is_painted_over_its_stored_one_and_stays_when_let_go() {
        let mut stage = Stage::new(12);
        stage.update(&[]);
        // Noise: too much work for one frame.
        let mut tiles = MaskTiles::new(SIDE as u32, SIDE as u32);
        (0..SIDE as u32).for_each(|x| (x % 2..SIDE as u32).step_by(3).for_each(|y| tiles.set_column(x, y, y + 1, true)));
        let set = |tiles: &MaskTiles| Change::InstanceSet { id: id(6), set: InstanceSet::Geometry(Geometry::Mask(Mask::from(tiles))) };
        stage.change(vec![set(&tiles)]);
        let before = stage.drawn();
        stage.update(&[]);
        assert!(!stage.stored.is_settled() && stage.drawn() == before, "the window waited");
        stage.settle(&[]);
        stage.check(&[], "after a thread read the mask");

        // A stroke uploads what it touched, whatever else there is.
        stage.update_painting(&[], Some((Some(id(6)), &tiles)));
        tiles.set_column(100, 100, 120, true);
        let stroke = stage.update_painting(&[], Some((Some(id(6)), &tiles)));
        assert!((1..3 * 341 * 4).contains(&stroke), "{stroke} bytes");
        let painted = stage.drawn();
        assert!(painted != before);
        // Let go: the document has it a moment later, and nothing goes to the GPU again.
        stage.change(vec![set(&tiles)]);
        assert!(stage.update(&[]) < 200);
        assert!(stage.drawn() == painted);
        stage.settle(&[]);
        assert!(stage.drawn() == painted);
        stage.check(&[], "after painting");
        // Dropped: the stored one comes back.
        tiles.set_column(300, 0, 640, true);
        stage.update_painting(&[], Some((Some(id(6)), &tiles)));
        assert!(stage.drawn() != painted);
        stage.settle(&[]);
        assert!(stage.drawn() == painted);
    }

    #[test]
    fn a_new_mask_becomes_the_instance_and_one_that_is_dropped_goes() {
        let mut stage = Stage::new(12);
        stage.update(&[]);
        let empty = stage.drawn();
        let mut tiles = MaskTiles::new(SIDE as u32, SIDE as u32);
        (300..400).for_each(|x| tiles.set_column(x, 300, 400, true));
        stage.update_painting(&[], Some((None, &tiles)));
        assert!(stage.drawn() != empty);
        stage.update(&[]);
        stage.update(&[]);
        assert!(stage.drawn() == empty);

        stage.update_painting(&[], Some((None, &tiles)));
        let mut new = instance(60);
        new.geometry = Geometry::Mask(Mask::from(&tiles));
        stage.change(vec![Change::InstanceAdd(Box::new(new))]);
        // A style and the shape layer's empty place: no tiles.
        let bytes = stage.update(&[]);
        assert!(bytes < 200, "{bytes}");
        stage.check(&[], "after a new mask");
        // Deleted, and another one in its place.
        stage.change(vec![Change::InstanceSet { id: id(60), set: InstanceSet::Deleted(true) }]);
        stage.update(&[]);
        assert!(stage.drawn() == empty);
        stage.change(vec![Change::InstanceAdd(Box::new(instance(61)))]);
        stage.update(&[]);
        assert_eq!(stage.masks.len(), 4);
        stage.check(&[], "after another mask");
    }
}
