//! What breaks the schema's rules in the sequences of a video: each is measured once, and again when it changed.

use super::{Check, Problem, Rule, Rules, shown};
use limn_core::accepted::look_of_track;
use limn_core::schema::sequence_check::{SequenceCheck, frames};
use limn_core::sequence::measure::{self, Jump};
use limn_core::sequence::{Member, Track, shown_id};
use limn_core::{LabelId, Rect, Role, SequenceId, Sequences};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The video that is looked at.
#[derive(Clone, Copy)]
pub struct Video<'a> {
    /// Its sequences.
    pub sequences: &'a Sequences,
    /// The picture, in image pixels; empty when nobody knows its size, and then nothing is asked about it.
    pub picture: Rect,
    /// How many frames it has.
    pub frames: u64,
}

/// The problems of a video's sequences.
#[derive(Clone, Debug, Default)]
pub struct SequenceProblems {
    own: BTreeMap<SequenceId, Of>,
    /// Of two, and what takes a look at all.
    together: Vec<Arc<Problem>>,
    /// Of which state `together` is.
    looked: Option<Sequences>,
}

/// What was found of a sequence, and in which state.
#[derive(Clone, Debug)]
struct Of {
    track: Arc<Track>,
    problems: Vec<Arc<Problem>>,
    jumps: Vec<Jump>,
}

impl Rules {
    /// Whether some rule is about sequences as such.
    pub fn ask_sequences(&self) -> bool {
        self.of_sequences().next().is_some()
    }

    /// Those but [`SequenceCheck::Always`], which is about what is in none.
    fn of_sequences(&self) -> impl Iterator<Item = (&Rule, &SequenceCheck)> {
        self.all().filter_map(|(rule, _)| match &rule.check {
            Check::Sequence(check) if *check != SequenceCheck::Always => Some((rule, check)),
            _ => None,
        })
    }

    fn of_track<'a>(&'a self, track: &'a Track) -> impl Iterator<Item = (&'a Rule, &'a SequenceCheck)> {
        let is_object = track.sequence.marks.role == Role::Object;
        self.of_sequences().filter(move |(rule, _)| is_object && self.is_about(rule, track.sequence.label))
    }
}

/// What a message tells of a sequence.
#[derive(Default)]
struct Words<'a> {
    found: &'a str,
    wanted: &'a str,
    other: &'a str,
}

impl SequenceProblems {
    /// Looks at the sequences that are not as they were the last time (of the same video, under the same rules). `goes_on`
    /// is asked now and then; `false` when it said no on the way.
    pub fn update(&mut self, rules: &Rules, video: Video<'_>, mut goes_on: impl FnMut() -> bool) -> bool {
        if !rules.ask_sequences() {
            *self = Self::default();
            return true;
        }
        let known = std::mem::take(&mut self.own);
        for track in video.sequences.tracks() {
            if !goes_on() {
                return false;
            }
            let id = track.sequence.id;
            let of = match known.get(&id) {
                Some(of) if Arc::ptr_eq(&of.track, track) => of.clone(),
                _ => look_at(rules, video, track),
            };
            self.own.insert(id, of);
        }
        if self.looked.as_ref().is_none_or(|then| !then.is_same(video.sequences)) {
            self.looked = None;
            let Some(together) = together(rules, video, &self.own, goes_on) else { return false };
            (self.together, self.looked) = (together, Some(video.sequences.to_look_at()));
        }
        true
    }

    /// All of them, in the order of the sequences.
    pub fn list(&self) -> impl Iterator<Item = &Arc<Problem>> {
        self.own.values().flat_map(|of| &of.problems).chain(&self.together)
    }
}

fn look_at(rules: &Rules, video: Video<'_>, track: &Arc<Track>) -> Of {
    let (mut problems, mut jumps) = (Vec::new(), Vec::new());
    for (rule, check) in rules.of_track(track) {
        for part in track.parts() {
            problems.extend(of_part(rules, rule, check, video, track, part));
        }
    }
    let asks_jumps = |check: &SequenceCheck| matches!(check, SequenceCheck::Jumps | SequenceCheck::Exchanges);
    if rules.of_track(track).any(|(_, check)| asks_jumps(check)) {
        jumps.extend(track.parts().flat_map(|part| measure::jumps(track, part)));
    }
    Of { track: track.clone(), problems: problems.into_iter().map(Arc::new).collect(), jumps }
}

/// What a part of a sequence breaks by itself.
fn of_part(rules: &Rules, rule: &Rule, check: &SequenceCheck, video: Video<'_>, track: &Track, part: u16) -> Vec<Problem> {
    let end = video.frames;
    let member = Member { sequence: track.sequence.id, part };
    let broken = |at: (u64, u64), area, usual: &str, found: &str, wanted: &str| {
        rules.broken_by(rule, track, member, (at, area), usual, &Words { found, wanted, other: "" })
    };
    match check {
        SequenceCheck::Frames(limits) => {
            let seen = measure::seen(track, part, end);
            let first = track.keyframes(part).find(|(_, keyframe)| !keyframe.marks.outside).map(|(frame, _)| frame);
            // What is never in the picture has no length.
            let Some((first, wanted)) = first.zip(limits.wanted(seen)).filter(|_| seen > 0) else { return Vec::new() };
            vec![broken((first, first), None, "{label} {sequence} is in the picture on {found}, {wanted} wanted", &frames(seen), &wanted)]
        }
        SequenceCheck::Gaps(limits) => {
            let gaps = measure::gaps(track, part, end).into_iter().filter_map(|gap| Some((limits.wanted(gap.end - gap.start)?, gap)));
            gaps.map(|(wanted, gap)| {
                let usual = "{label} {sequence} is gone for {found}, {wanted} wanted";
                broken((gap.start, gap.end - 1), None, usual, &frames(gap.end - gap.start), &wanted)
            })
            .collect()
        }
        SequenceCheck::Keyframes { most } => {
            let long = measure::unlooked(track, part, end).into_iter().filter(|row| row.end - row.start > *most);
            long.map(|row| {
                let usual = "{label} {sequence} has no keyframe for {found}, {wanted} wanted";
                broken((row.start, row.end), None, usual, &frames(row.end - row.start), &format!("at most {}", frames(*most)))
            })
            .collect()
        }
        SequenceCheck::Speed { most } => {
            let fast = measure::steps(track, part).into_iter().filter(|step| step.speed() > *most);
            fast.map(|step| {
                let usual = "{label} {sequence} moves {found} times its size in a frame, {wanted} wanted";
                broken((step.end, step.end), Some(step.to), usual, &shown(step.speed()), &format!("at most {}", shown(*most)))
            })
            .collect()
        }
        SequenceCheck::Growth { most } => {
            let grown = measure::steps(track, part).into_iter().filter(|step| step.growth() > *most);
            grown
                .map(|step| {
                    let usual = "{label} {sequence} changes its size {found} times in a frame, {wanted} wanted";
                    broken((step.end, step.end), Some(step.to), usual, &shown(step.growth()), &format!("at most {}", shown(*most)))
                })
                .collect()
        }
        SequenceCheck::Marked if video.picture.area() > 0.0 => measure::beyond(track, part, video.picture)
            .map(|(frame, area)| {
                let usual = "{label} {sequence} lies beyond the picture and is not marked as outside";
                broken((frame, frame), Some(area), usual, "", "")
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What takes a look at all; `None` when `goes_on` said no.
fn together(
    rules: &Rules,
    video: Video<'_>,
    own: &BTreeMap<SequenceId, Of>,
    mut goes_on: impl FnMut() -> bool,
) -> Option<Vec<Arc<Problem>>> {
    let mut found = Vec::new();
    let is_asked = |wanted: &SequenceCheck| rules.of_sequences().any(|(_, check)| check == wanted);
    if is_asked(&SequenceCheck::Jumps) || is_asked(&SequenceCheck::Exchanges) {
        let mut jumps: Vec<Jump> = own.values().flat_map(|of| of.jumps.iter().copied()).collect();
        let exchanges = measure::exchanges(&mut jumps);
        for (rule, check) in rules.of_sequences() {
            match check {
                SequenceCheck::Exchanges => found.extend(exchanges.iter().filter_map(|(one, other)| {
                    let usual = "{label} {sequence} may have changed places with {other}";
                    of_two(rules, rule, video, [one.member, other.member], (one.step.end, one.step.to), usual, "")
                })),
                SequenceCheck::Jumps => found.extend(jumps.iter().filter_map(|jump| {
                    let track = video.sequences.get(jump.member.sequence).filter(|_| rules.is_about(rule, jump.label))?;
                    let at = ((jump.step.end, jump.step.end), Some(jump.step.to));
                    Some(rules.broken_by(rule, track, jump.member, at, "{label} {sequence} jumps", &Words::default()))
                })),
                _ => {}
            }
        }
    }
    for (rule, check) in rules.of_sequences() {
        let SequenceCheck::Doubles { iou } = check else { continue };
        let wanted = |label: LabelId| rules.is_about(rule, label);
        let doubles = measure::doubles(video.sequences, video.frames, *iou, wanted, &mut goes_on)?;
        found.extend(doubles.into_iter().filter_map(|double| {
            let usual = "{label} {sequence} lies on {other} ({found})";
            of_two(rules, rule, video, double.members, (double.frame, double.area), usual, &super::percent(double.shared))
        }));
    }
    Some(found.into_iter().map(Arc::new).collect())
}

fn of_two(
    rules: &Rules,
    rule: &Rule,
    video: Video<'_>,
    [one, other]: [Member; 2],
    (frame, area): (u64, Rect),
    usual: &str,
    found: &str,
) -> Option<Problem> {
    let (track, other_track) = (video.sequences.get(one.sequence)?, video.sequences.get(other.sequence)?);
    let is_object = |track: &Track| track.sequence.marks.role == Role::Object;
    if !(is_object(track) && is_object(other_track) && rules.is_about(rule, track.sequence.label)) {
        return None;
    }
    let name = format!("{} {}", rules.schema.shown(other_track.sequence.label).0, other_track.sequence.number);
    let words = Words { found, wanted: "", other: &name };
    let problem = rules.broken_by(rule, track, one, ((frame, frame), Some(area)), usual, &words);
    Some(Problem { other: Some(shown_id(other)), ..problem })
}

impl Rules {
    /// A rule that a part of a sequence breaks.
    fn broken_by(
        &self,
        rule: &Rule,
        track: &Track,
        member: Member,
        (frames, area): ((u64, u64), Option<Rect>),
        usual: &str,
        words: &Words<'_>,
    ) -> Problem {
        let state = track.state(member.part, frames.0);
        let bounds = area.or_else(|| state.as_ref()?.instance.geometry.bounds());
        let number = |value: Option<f64>| value.map_or_else(String::new, shown);
        let message = rule.told(usual, |name| match name {
            "rule" => rule.name.clone(),
            "label" => self.schema.shown(track.sequence.label).0,
            "sequence" => track.sequence.number.to_string(),
            "kind" => state.as_ref().map_or("", |state| state.instance.geometry.spatial_type().as_str()).to_owned(),
            "width" => number(bounds.map(|bounds| bounds.width())),
            "height" => number(bounds.map(|bounds| bounds.height())),
            "area" => number(state.as_ref().map(|state| state.instance.geometry.area())),
            "x" => number(bounds.map(|bounds| bounds.center().x)),
            "y" => number(bounds.map(|bounds| bounds.center().y)),
            "points" => state.as_ref().map_or_else(String::new, |state| state.instance.geometry.num_points().to_string()),
            "found" => words.found.to_owned(),
            "wanted" => words.wanted.to_owned(),
            "other" => words.other.to_owned(),
            _ => String::new(),
        });
        let (instance, other) = (Some(shown_id(member)), None);
        let accepted = super::accepted(rule, &track.sequence.marks, || Some(look_of_track(track)));
        Problem { rule: rule.id, severity: rule.severity, instance, other, area: bounds, frames: Some(frames), message, accepted }
    }
}
