//! The masks of the document on the GPU, each an entry of a mask layer. Run lengths become tiles on a thread, unless they
//! are few: until then a mask stays as it was. One being painted is shown as the tool has it.

use super::shapes::{Rules, State};
use super::stored::LayerCx;
use crossbeam_channel::{Receiver, bounded};
use limn_core::geometry::MaskTiles;
use limn_core::{Geometry, Instance, InstanceId, Instances, Mask};
use limn_editor::Editor;
use limn_render::{MaskLayer, MaskRank, RenderError, ShapeStyle};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Runs and words of tiles that are converted at once, in a few milliseconds.
pub(super) const WORK_AT_ONCE: u64 = 20_000;

/// Keeps the mask layer in step.
#[derive(Default)]
pub struct StoredMasks {
    /// Where in the layer each is.
    places: HashMap<InstanceId, usize>,
    /// Places of masks that are gone.
    free: Vec<usize>,
    /// Those whose pixels are others than those shown.
    wanted: BTreeSet<InstanceId>,
    job: Option<Receiver<Vec<(InstanceId, MaskTiles)>>>,
    /// Those that look different because they are in hand.
    in_hand: BTreeMap<InstanceId, State>,
    live: Option<Live>,
}

/// The mask that is being painted.
#[derive(Clone, Copy)]
struct Live {
    /// `None`: it is no instance yet.
    id: Option<InstanceId>,
    place: usize,
    /// The tool has let it go; it stays until the document's mask is there.
    let_go: bool,
}

/// Masks in hand: those shown as selected or hovered, and those that are drawn elsewhere.
pub struct MasksInHand<'a> {
    /// All of them, sorted.
    pub ids: &'a [InstanceId],
    /// Those drawn elsewhere, while they are moved.
    pub moved: &'a [(InstanceId, Geometry)],
}

impl MasksInHand<'_> {
    fn states(&self, editor: &Editor, is_mask: impl Fn(&InstanceId) -> bool) -> BTreeMap<InstanceId, State> {
        let mut states: BTreeMap<InstanceId, State> = self.ids.iter().filter(|id| is_mask(id)).map(|id| (*id, State::Hovered)).collect();
        let selected = editor.selection().iter().map(|id| (*id, State::Selected));
        for (id, state) in selected.chain(self.moved.iter().map(|(id, _)| (*id, State::Elsewhere))) {
            if let Some(known) = states.get_mut(&id) {
                *known = state;
            }
        }
        states
    }
}

impl StoredMasks {
    /// What a thread built is shown now, at these places.
    pub fn replace(&mut self, places: HashMap<InstanceId, usize>) {
        *self = Self { places, ..Self::default() };
    }

    /// Whether nothing is being converted.
    pub fn is_settled(&self) -> bool {
        self.job.is_none() && self.wanted.is_empty()
    }

    /// Whether there is something to convert that the next frame has to begin with.
    pub fn is_due(&self) -> bool {
        let live = self.live_id();
        self.job.is_none() && self.wanted.iter().any(|id| Some(*id) != live)
    }

    /// An instance was added, changed or removed. A mask that takes no more work than `budget` is converted at once.
    pub fn touch(
        &mut self,
        id: InstanceId,
        instance: Option<&Instance>,
        rules: &Rules<'_>,
        budget: &mut u64,
        cx: &mut LayerCx<'_>,
    ) -> Result<(), RenderError> {
        let Some((instance, mask)) = instance.and_then(|instance| Some((instance, mask_of(instance)?))) else {
            return self.remove(id, cx);
        };
        let style = self.style(instance, rules);
        match self.places.get(&id) {
            Some(place) => cx.masks.set_style(cx.queue, *place, style)?,
            None => {
                let place = self.place_for_new(cx)?;
                cx.masks.set_style(cx.queue, place, style)?;
                self.places.insert(id, place);
            }
        }
        if let Some(place) = self.places.get(&id) {
            cx.masks.set_rank(*place, rank(instance))?;
        }
        let work = work(mask);
        if work <= *budget && self.live_id() != Some(id) {
            *budget -= work;
            self.wanted.remove(&id);
            self.show(id, &MaskTiles::from(mask), cx)
        } else {
            self.wanted.insert(id);
            Ok(())
        }
    }

    /// An instance looks different.
    pub fn restyle(&self, instance: &Instance, rules: &Rules<'_>, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        let Some(place) = self.places.get(&instance.id) else { return Ok(()) };
        cx.masks.set_style(cx.queue, *place, self.style(instance, rules))
    }

    /// Shows masks as what they are in hand.
    pub fn set_hand(
        &mut self,
        editor: &Editor,
        hand: &MasksInHand<'_>,
        rules: &Rules<'_>,
        cx: &mut LayerCx<'_>,
    ) -> Result<(), RenderError> {
        if self.places.is_empty() && self.in_hand.is_empty() {
            return Ok(());
        }
        let states = hand.states(editor, |id| self.places.contains_key(id));
        if states == self.in_hand {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.in_hand, states);
        let changed = before.keys().chain(self.in_hand.keys()).copied().collect::<BTreeSet<_>>();
        for id in changed.into_iter().filter(|id| before.get(id) != self.in_hand.get(id)) {
            if let Some(instance) = editor.document().get(id) {
                self.restyle(instance, rules, cx)?;
            }
        }
        Ok(())
    }

    /// Shows the mask that is being painted: instead of the one of an instance, or beside all others.
    pub fn set_live(
        &mut self,
        live: Option<(Option<InstanceId>, &MaskTiles)>,
        style_of_new: ShapeStyle,
        cx: &mut LayerCx<'_>,
    ) -> Result<(), RenderError> {
        let Some((id, tiles)) = live else { return self.let_go(cx) };
        if self.live.is_some_and(|live| live.id != id || live.let_go) {
            self.drop_live(cx)?;
        }
        let place = match (self.live, id) {
            (Some(live), _) => live.place,
            (None, Some(id)) => match self.places.get(&id) {
                Some(place) => *place,
                // It is no mask yet, or not there any more.
                None => return Ok(()),
            },
            (None, None) => {
                let place = self.free_place(cx)?;
                cx.masks.set_style(cx.queue, place, style_of_new)?;
                cx.masks.set_rank(place, NEWEST)?;
                place
            }
        };
        self.live = Some(Live { id, place, let_go: false });
        cx.masks.set_tiles(cx.device, cx.queue, place, tiles.tiles())
    }

    /// The tool has no mask any more: what was shown stays until the document's own is converted.
    fn let_go(&mut self, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        let Some(live) = &mut self.live else { return Ok(()) };
        match live.id {
            Some(id) => {
                self.wanted.insert(id);
                self.live = None;
                Ok(())
            }
            // The instance that it became comes with the same frame or the next one.
            None if !live.let_go => {
                live.let_go = true;
                Ok(())
            }
            None => self.drop_live(cx),
        }
    }

    fn drop_live(&mut self, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        match self.live.take() {
            Some(Live { id: Some(id), .. }) => drop(self.wanted.insert(id)),
            Some(Live { place, .. }) => {
                self.free.push(place);
                cx.masks.set_tiles(cx.device, cx.queue, place, std::iter::empty())?;
            }
            None => {}
        }
        Ok(())
    }

    /// Takes what a thread has converted, and has the next ones converted. `wake` is called from the thread.
    pub fn convert(&mut self, instances: &Instances, cx: &mut LayerCx<'_>, wake: impl Fn() + Send + 'static) -> Result<(), RenderError> {
        if let Some(converted) = self.job.as_ref().and_then(|job| job.try_recv().ok()) {
            self.job = None;
            for (id, tiles) in converted {
                // Another change came meanwhile, or the person paints on it.
                if !self.wanted.contains(&id) && self.live_id() != Some(id) {
                    self.show(id, &tiles, cx)?;
                }
            }
        }
        let live = self.live_id();
        if self.job.is_some() || self.wanted.iter().all(|id| Some(*id) == live) {
            return Ok(());
        }
        let ids: Vec<InstanceId> = self.wanted.iter().copied().filter(|id| Some(*id) != live).collect();
        self.wanted.retain(|id| Some(*id) == live);
        let (send, done) = bounded(1);
        let instances = instances.clone();
        let again = ids.clone();
        let work = move || {
            let masks = ids.into_iter().filter_map(|id| Some((id, MaskTiles::from(mask_of(instances.get(id)?)?))));
            // Nobody waits for it any more when the person has gone on.
            let _ = send.send(masks.collect());
            wake();
        };
        match std::thread::Builder::new().name("limn-masks".into()).spawn(work) {
            Ok(_) => self.job = Some(done),
            Err(error) => {
                tracing::error!("the system gives no thread to read masks: {error}");
                self.wanted.extend(again);
            }
        }
        Ok(())
    }

    fn live_id(&self) -> Option<InstanceId> {
        self.live.and_then(|live| live.id)
    }

    fn show(&mut self, id: InstanceId, tiles: &MaskTiles, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        let Some(place) = self.places.get(&id) else { return Ok(()) };
        cx.masks.set_tiles(cx.device, cx.queue, *place, tiles.tiles())
    }

    fn style(&self, instance: &Instance, rules: &Rules<'_>) -> ShapeStyle {
        rules.mask_style(instance, self.in_hand.get(&instance.id).copied().unwrap_or(State::Plain))
    }

    /// A new instance takes over what the person has just painted.
    fn place_for_new(&mut self, cx: &mut LayerCx<'_>) -> Result<usize, RenderError> {
        if let Some(Live { id: None, place, .. }) = self.live {
            self.live = None;
            return Ok(place);
        }
        self.free_place(cx)
    }

    fn free_place(&mut self, cx: &mut LayerCx<'_>) -> Result<usize, RenderError> {
        match self.free.pop() {
            Some(place) => Ok(place),
            None => cx.masks.push(cx.device, cx.queue, std::iter::empty(), ShapeStyle::HIDDEN),
        }
    }

    fn remove(&mut self, id: InstanceId, cx: &mut LayerCx<'_>) -> Result<(), RenderError> {
        let Some(place) = self.places.remove(&id) else { return Ok(()) };
        if self.live_id() == Some(id) {
            self.live = None;
        }
        self.wanted.remove(&id);
        self.in_hand.remove(&id);
        self.free.push(place);
        cx.masks.set_tiles(cx.device, cx.queue, place, std::iter::empty())
    }
}

/// A layer of all masks, made on a thread; `is_wanted` says whether anybody still waits for it.
pub(super) fn build(
    instances: &Instances,
    rules: &Rules<'_>,
    is_wanted: impl Fn() -> bool,
    layer: &mut MaskLayer,
    device: &egui_wgpu::wgpu::Device,
    queue: &egui_wgpu::wgpu::Queue,
) -> Result<HashMap<InstanceId, usize>, RenderError> {
    let mut places = HashMap::new();
    for instance in instances.iter() {
        let Some(mask) = mask_of(instance) else { continue };
        if !is_wanted() {
            break;
        }
        let style = rules.mask_style(instance, State::Plain);
        let place = layer.push(device, queue, MaskTiles::from(mask).tiles(), style)?;
        layer.set_rank(place, rank(instance))?;
        places.insert(instance.id, place);
    }
    Ok(places)
}

/// Of a mask that is no instance yet: above those that nobody raised.
const NEWEST: MaskRank = (0, u128::MAX);

/// As shapes are painted: by order, then by id.
fn rank(instance: &Instance) -> MaskRank {
    (instance.marks.order, u128::from_be_bytes(*instance.id.as_bytes()))
}

fn mask_of(instance: &Instance) -> Option<&Mask> {
    match &instance.geometry {
        Geometry::Mask(mask) => Some(mask),
        _ => None,
    }
}

/// About how much there is to do to get the tiles of a mask.
fn work(mask: &Mask) -> u64 {
    mask.counts().len() as u64 + mask.area() / 64
}
