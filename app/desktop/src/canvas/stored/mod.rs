//! The stored shapes on the GPU, kept in step with the document: a change uploads what it touched. A file opened, or very many
//! changes, build the layer anew; with many shapes on a thread of its own, since the window never waits.

use super::masks::{self, MasksInHand, StoredMasks, WORK_AT_ONCE};
use super::outline::outline;
use super::shapes::{Look, Rules, drawing_style};
use crossbeam_channel::{Receiver, bounded};
use egui_wgpu::wgpu;
use limn_core::document::Stamp;
use limn_core::geometry::MaskTiles;
use limn_core::{Geometry, Instance, InstanceId, Instances, Schema, SequenceId};
use limn_editor::{Editor, Place};
use limn_render::{MaskLayer, RenderError, Shape, ShapeLayer, ShapeStyle};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
        cx.masks.set_shapes_level(level_of_shapes(&instances));
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
            identities: editor.identities().clone(),
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
    identities: BTreeMap<SequenceId, SequenceId>,
    look: Look,
    stop: Arc<AtomicBool>,
}

impl Order {
    fn build(&self, device: &wgpu::Device, queue: &wgpu::Queue) -> Result<Built, RenderError> {
        let rules =
            Rules { schema: &self.schema, hidden: &self.hidden, locked: &self.locked, identities: &self.identities, look: self.look };
        let (instances, painted) = Painted::of(&self.instances);
        let mut layer = ShapeLayer::new(device)?;
        layer.set_with(device, queue, instances.len(), |at| match self.stop.load(Ordering::Relaxed) {
            // Nobody wants it any more: the rest costs nothing.
            true => Cow::Owned(Shape::default()),
            false => Cow::Owned(stored_shape(instances[at], &rules)),
        })?;
        let mut masks = MaskLayer::new(device)?;
        masks.set_shapes_level(level_of_shapes(&instances));
        let is_wanted = || !self.stop.load(Ordering::Relaxed);
        let places = masks::build(&self.instances, &rules, is_wanted, &mut masks, device, queue)?;
        // What is staged goes to the GPU from here, not with the window's next frame.
        queue.submit([]);
        Ok(Built { layer, painted, masks, places })
    }
}

/// The order of the topmost shape: masks of higher order are painted above all shapes, the others below.
fn level_of_shapes(instances: &[&Instance]) -> i32 {
    let shapes = instances.iter().filter(|instance| !matches!(instance.geometry, Geometry::Mask(_) | Geometry::Tag));
    shapes.map(|instance| instance.marks.order).max().unwrap_or(0)
}

/// Of a mask nothing: it has a layer of its own.
fn stored_shape(instance: &Instance, rules: &Rules<'_>) -> Shape {
    if matches!(instance.geometry, Geometry::Mask(_)) {
        return Shape { style: ShapeStyle::HIDDEN, ..Shape::default() };
    }
    outline(&instance.geometry, rules.schema.label(instance.label)).shape(rules.stored_style(instance))
}

#[cfg(test)]
mod tests;
