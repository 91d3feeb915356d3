//! What breaks the schema's rules on a frame: found once for all of it, and after each change only where the change reaches.

mod pairs;
mod sequences;
mod single;
pub mod whole;

pub use sequences::{SequenceProblems, Video};

use crate::area::cut_to;
use crate::coverage::covered_by;
use limn_core::accepted::{look_of, look_of_track};
use limn_core::document::Instances;
use limn_core::schema::expression::Expression;
use limn_core::schema::questions::Questions;
use limn_core::schema::rule::{Check, Count, Overlap, Per, Rule, RuleId, Severity};
use limn_core::{ImagePos, Instance, InstanceId, LabelId, Marks, Polygon, Rect, Role, Schema, Sequences};
pub(crate) use pairs::common_area;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Coordinates beyond this many pixels are indexed as if they were here (a damaged import may hold 1e300).
const FARTHEST_PX: f64 = 1e9;

/// A schema's rules, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    schema: Schema,
    questions: Questions,
    /// Where in the schema each rule that is not off stands, with its expression where it has one.
    asked: Vec<(usize, Option<Expression>)>,
    /// How far, in image pixels, the farthest of those expressions looks that look at others.
    reach: Option<f64>,
}

/// Something that breaks a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The rule.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// Which instance breaks it; `None`: the frame or file as a whole.
    pub instance: Option<InstanceId>,
    /// The other one of a pair.
    pub other: Option<InstanceId>,
    /// Where, in image pixels, when it is at a place.
    pub area: Option<Rect>,
    /// The frame on which it is seen, and the last of a row of them; `None`: the frame that was looked at.
    pub frames: Option<(u64, u64)>,
    /// A sentence for people.
    pub message: String,
    /// Somebody looked at it and lets it stand, for this reason.
    pub accepted: Option<String>,
}

/// How many live instances each label has.
pub type Counts = BTreeMap<LabelId, u64>;

impl Rules {
    /// Of a schema.
    pub fn new(schema: &Schema) -> Self {
        let is_on = |(_, rule): &(usize, &Rule)| !rule.off;
        let asked: Vec<_> = schema
            .rules
            .iter()
            .enumerate()
            .filter(is_on)
            .filter_map(|(at, rule)| match &rule.check {
                // What cannot be read was refused with the schema.
                Check::Expression(text) => Some((at, Some(Expression::parse(text, schema).ok()?))),
                _ => Some((at, None)),
            })
            .collect();
        let reach = asked.iter().filter_map(|(_, expression)| expression.as_ref()?.reach()).reduce(f64::max);
        Self { questions: Questions::new(schema), schema: schema.clone(), asked, reach }
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// Whether some rule asks how much of the picture is covered.
    pub fn asks_cover(&self) -> bool {
        self.all().any(|(rule, _)| matches!(rule.check, Check::Covered { .. }))
    }

    fn all(&self) -> impl Iterator<Item = (&Rule, Option<&Expression>)> {
        self.asked.iter().filter_map(|(at, expression)| Some((self.schema.rules.get(*at)?, expression.as_ref())))
    }

    fn is_about(&self, rule: &Rule, label: LabelId) -> bool {
        rule.labels.is_empty() || self.questions.is_below(label, &rule.labels)
    }

    /// What is wrong with the numbers of instances in a file or on a frame.
    pub fn miscounts(&self, counts: &Counts, per: Per) -> Vec<Problem> {
        let mut found = Vec::new();
        for (rule, _) in self.all() {
            let Check::Count(Count { min, max, per: own }) = rule.check else { continue };
            if own != per {
                continue;
            }
            let count: u64 = counts.iter().filter(|(label, _)| self.is_about(rule, **label)).map(|(_, count)| count).sum();
            let wanted = match (min, max) {
                (Some(min), _) if count < min => format!("at least {min}"),
                (_, Some(max)) if count > max => format!("at most {max}"),
                _ => continue,
            };
            let on = if per == Per::File { "in the file" } else { "on the frame" };
            let usual = format!("{{found}} of {{label}} {on}, {{wanted}} wanted");
            let names = self.names(&rule.labels);
            let message = rule.told(&usual, |name| match name {
                "rule" => rule.name.clone(),
                "label" => names.clone(),
                "found" => count.to_string(),
                "wanted" => wanted.clone(),
                _ => String::new(),
            });
            let (instance, other, area, frames, accepted) = (None, None, None, None, None);
            found.push(Problem { rule: rule.id, severity: rule.severity, instance, other, area, frames, message, accepted });
        }
        found
    }

    /// Labels as a person reads them.
    fn names(&self, labels: &[LabelId]) -> String {
        let names: Vec<String> = labels.iter().map(|label| self.schema.shown(*label).0).collect();
        if names.is_empty() { "all labels".into() } else { names.join(", ") }
    }

    /// A broken rule about an instance. Numbers are rounded for people.
    fn broken(&self, rule: &Rule, frame: Frame<'_>, instance: &Instance, usual: &str, told: Told<'_>) -> Problem {
        let bounds = instance.geometry.bounds();
        let number = |value: Option<f64>| value.map_or_else(String::new, shown);
        let message = rule.told(usual, |name| match name {
            "rule" => rule.name.clone(),
            "label" => self.schema.shown(instance.label).0,
            "kind" => instance.geometry.spatial_type().as_str().to_owned(),
            "width" => number(bounds.map(|bounds| bounds.width())),
            "height" => number(bounds.map(|bounds| bounds.height())),
            "area" => shown(instance.geometry.area()),
            "x" => number(bounds.map(|bounds| bounds.center().x)),
            "y" => number(bounds.map(|bounds| bounds.center().y)),
            "points" => instance.geometry.num_points().to_string(),
            "found" => told.found.to_owned(),
            "wanted" => told.wanted.to_owned(),
            "other" => told.other.map_or_else(String::new, |other| self.schema.shown(other.label).0),
            "sequence" => {
                let track = frame.sequences.zip(instance.member).and_then(|(all, member)| all.get(member.sequence));
                track.map_or_else(String::new, |track| track.sequence.number.to_string())
            }
            _ => String::new(),
        });
        let other = told.other.map(|other| other.id);
        let frames = None;
        let track = || frame.sequences?.get(instance.member?.sequence);
        let look = || if instance.member.is_some() { track().map(|track| look_of_track(track)) } else { Some(look_of(instance)) };
        let accepted = accepted(rule, &instance.marks, look);
        Problem { rule: rule.id, severity: rule.severity, instance: Some(instance.id), other, area: bounds, frames, message, accepted }
    }
}

/// Why it may stand. What keeps a file from being complete has to be mended.
fn accepted(rule: &Rule, marks: &Marks, look: impl FnOnce() -> Option<u64>) -> Option<String> {
    if rule.severity == Severity::Blocks {
        return None;
    }
    marks.accepts(rule.id, look).map(str::to_owned)
}

/// What a message tells beside the instance.
#[derive(Clone, Copy, Default)]
struct Told<'a> {
    found: &'a str,
    wanted: &'a str,
    other: Option<&'a Instance>,
}

/// At most one digit behind the point.
fn shown(number: f64) -> String {
    ((number * 10.0).round() / 10.0).to_string()
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

type Place = GeomWithData<Rectangle<[f64; 2]>, InstanceId>;

/// What is known of an instance, so that what it was can be taken back.
#[derive(Clone, Copy, Debug)]
struct Known {
    bounds: Option<Rect>,
    label: LabelId,
    role: Role,
}

/// The problems of a frame.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    tree: RTree<Place>,
    known: BTreeMap<InstanceId, Known>,
    counts: Counts,
    /// Of each instance alone, and of it among its neighbours.
    own: BTreeMap<InstanceId, Vec<Arc<Problem>>>,
    /// Of two, by the one that is told first.
    pairs: BTreeMap<(InstanceId, InstanceId), Vec<Arc<Problem>>>,
    /// The other halves of those pairs, both ways.
    partners: BTreeMap<InstanceId, BTreeSet<InstanceId>>,
    counted: Vec<Arc<Problem>>,
    covered: Vec<Arc<Problem>>,
}

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The instances as they are now.
    pub instances: &'a Instances,
    /// The picture, in image pixels; empty when nobody knows its size, and then nothing is asked about it.
    pub picture: Rect,
    /// It is all of its file.
    pub is_file: bool,
    /// The sequences of the video that it is of; `None`: it is of no video.
    pub sequences: Option<&'a Sequences>,
}

impl Problems {
    /// Looks at everything, or, after changes, only at what these touched (all those since the last time, on the same
    /// frame and under the same rules). How much is covered is found anew by [`Self::look_at_cover`].
    pub fn update(&mut self, rules: &Rules, frame: Frame<'_>, touched: Option<&[InstanceId]>) {
        let mut changed: BTreeSet<InstanceId> = BTreeSet::new();
        let mut dirty: Vec<Rect> = Vec::new();
        match touched {
            Some(touched) => changed.extend(touched),
            None => {
                *self = Self::default();
                changed.extend(frame.instances.iter().map(|instance| instance.id));
                self.tree = RTree::bulk_load(frame.instances.iter().filter_map(place).collect());
            }
        }
        for id in &changed {
            dirty.extend(self.forget(*id));
            let Some(instance) = frame.instances.get(*id) else { continue };
            if touched.is_some() {
                place(instance).into_iter().for_each(|place| self.tree.insert(place));
            }
            let known = Known { bounds: bounds(instance), label: instance.label, role: instance.marks.role };
            dirty.extend(known.bounds);
            self.known.insert(*id, known);
            if known.role == Role::Object {
                *self.counts.entry(known.label).or_default() += 1;
            }
        }
        for id in &changed {
            if let Some(instance) = frame.instances.get(*id) {
                self.look_at(rules, frame, instance);
                self.look_at_pairs(rules, frame, instance, &changed);
            }
        }
        if let Some(reach) = rules.reach.filter(|_| touched.is_some()) {
            let around: BTreeSet<InstanceId> = dirty.iter().flat_map(|rect| self.near(rect.grown(reach))).collect();
            for instance in around.difference(&changed).filter_map(|id| frame.instances.get(*id)) {
                self.look_at(rules, frame, instance);
            }
        }
        self.counted = rules.miscounts(&self.counts, Per::Frame).into_iter().map(Arc::new).collect();
        if frame.is_file {
            self.counted.extend(rules.miscounts(&self.counts, Per::File).into_iter().map(Arc::new));
        }
    }

    /// Takes an instance out; gives where it was.
    fn forget(&mut self, id: InstanceId) -> Option<Rect> {
        let known = self.known.remove(&id)?;
        if known.role == Role::Object
            && let Some(count) = self.counts.get_mut(&known.label)
        {
            *count = count.saturating_sub(1);
        }
        if let Some(bounds) = known.bounds {
            self.tree.remove(&place_of(bounds, id));
        }
        self.own.remove(&id);
        for other in self.partners.remove(&id).unwrap_or_default() {
            self.pairs.remove(&(id.min(other), id.max(other)));
            if let Some(partners) = self.partners.get_mut(&other) {
                partners.remove(&id);
            }
        }
        known.bounds
    }

    /// The instances whose bounds meet the rectangle.
    fn near(&self, rect: Rect) -> impl Iterator<Item = InstanceId> {
        let [min, max] = indexed(rect);
        self.tree.locate_in_envelope_intersecting(AABB::from_corners(min, max)).map(|place| place.data)
    }

    fn look_at(&mut self, rules: &Rules, frame: Frame<'_>, instance: &Instance) {
        let found = single::problems(rules, self, frame, instance);
        if found.is_empty() {
            self.own.remove(&instance.id);
        } else {
            self.own.insert(instance.id, found.into_iter().map(Arc::new).collect());
        }
    }

    /// Those that are looked at too find the pairs with earlier ones themselves.
    fn look_at_pairs(&mut self, rules: &Rules, frame: Frame<'_>, instance: &Instance, changed: &BTreeSet<InstanceId>) {
        let is_of_pairs = |rule: &Rule| matches!(rule.check, Check::Duplicates { .. } | Check::Overlap(_));
        if !rules.all().any(|(rule, _)| is_of_pairs(rule)) || instance.marks.role != Role::Object {
            return;
        }
        let Some(bounds) = bounds(instance) else { return };
        let others: Vec<InstanceId> =
            self.near(bounds).filter(|other| *other > instance.id || (*other != instance.id && !changed.contains(other))).collect();
        for other in others.into_iter().filter_map(|id| frame.instances.get(id)).filter(|other| other.marks.role == Role::Object) {
            let (first, second) = if instance.id < other.id { (instance, other) } else { (other, instance) };
            let found: Vec<Arc<Problem>> = pairs::problems(rules, frame, first, second).into_iter().map(Arc::new).collect();
            if !found.is_empty() {
                self.partners.entry(first.id).or_default().insert(second.id);
                self.partners.entry(second.id).or_default().insert(first.id);
                self.pairs.insert((first.id, second.id), found);
            }
        }
    }

    /// Finds how much of the picture is covered, where a rule asks; takes longer than all else. `false` when
    /// `is_cancelled` said so on the way.
    pub fn look_at_cover(&mut self, rules: &Rules, frame: Frame<'_>, is_cancelled: &dyn Fn() -> bool) -> bool {
        self.covered.clear();
        let picture = frame.picture;
        if picture.area() <= 0.0 {
            return true;
        }
        for (rule, _) in rules.all() {
            let Check::Covered { least } = rule.check else { continue };
            let mut areas = Vec::new();
            for instance in frame.instances.iter() {
                if is_cancelled() {
                    return false;
                }
                // What is to be ignored needs no cover.
                if instance.marks.role == Role::Object && !rules.is_about(rule, instance.label) {
                    continue;
                }
                areas.extend(covered_by(&instance.geometry).filter(|area| area.bounds().is_some_and(|bounds| bounds.intersects(picture))));
            }
            let whole = Polygon::simple(picture.corners().to_vec());
            let open = cut_to(&whole, &areas.iter().collect::<Vec<_>>());
            // What rounding leaves is no gap.
            let open_area = open.area();
            let share = if open_area <= picture.area() * 1e-9 { 1.0 } else { 1.0 - open_area / picture.area() };
            if share >= least {
                continue;
            }
            let parts = open.parts.into_iter().map(|part| Polygon { parts: vec![part] });
            let largest = parts.max_by(|a, b| a.area().total_cmp(&b.area())).and_then(|part| part.bounds());
            let names = rules.names(&rule.labels);
            // 99.996 % is not all.
            let found = format!("{} %", (share * 10_000.0).floor() / 100.0);
            let message = rule.told("{found} of the picture is covered by {label}, {wanted} wanted", |name| match name {
                "rule" => rule.name.clone(),
                "label" => names.clone(),
                "found" => found.clone(),
                "wanted" => format!("{} %", least * 100.0),
                _ => String::new(),
            });
            let (instance, other, frames, accepted) = (None, None, None, None);
            let problem = Problem { rule: rule.id, severity: rule.severity, instance, other, area: largest, frames, message, accepted };
            self.covered.push(Arc::new(problem));
        }
        true
    }

    /// How many live objects each label has.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// All of them: the worst first, then by rule, then in painting order.
    pub fn list(&self) -> Vec<Arc<Problem>> {
        let groups = self.own.values().chain(self.pairs.values()).flatten();
        let mut all: Vec<Arc<Problem>> = self.counted.iter().chain(&self.covered).chain(groups).cloned().collect();
        all.sort_by_key(|problem| (problem.severity, problem.rule, problem.instance, problem.other));
        all
    }
}

fn indexed(rect: Rect) -> [[f64; 2]; 2] {
    let near = |pos: ImagePos| [pos.x.clamp(-FARTHEST_PX, FARTHEST_PX), pos.y.clamp(-FARTHEST_PX, FARTHEST_PX)];
    [near(rect.min), near(rect.max)]
}

/// `None` for what is nowhere: tags, empty shapes, and coordinates that are no numbers.
fn bounds(instance: &Instance) -> Option<Rect> {
    instance.geometry.bounds().filter(|bounds| bounds.is_finite())
}

fn place(instance: &Instance) -> Option<Place> {
    Some(place_of(bounds(instance)?, instance.id))
}

fn place_of(bounds: Rect, id: InstanceId) -> Place {
    let [min, max] = indexed(bounds);
    Place::new(Rectangle::from_corners(min, max), id)
}
