//! Matching vertices by hand: which vertex of a keyframe is which vertex of the next one. Both keyframes lie over the picture, each
//! vertex with its partner; what the person ties holds, and the rest goes by it.

use crate::command::{Command, Group};
use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::log::{InstanceSet, kind};
use limn_core::sequence::blend::{Blend, MOST_TIES, SAME, in_force};
use limn_core::sequence::tie::{Vertex, place_of, rings, vertex_at, vertices};
use limn_core::sequence::{Keyframe, Member, Tie};
use limn_core::{Geometry, ImagePos, Mark, SpatialType};
use limn_tools::{Cursor, ToolEvent};
use std::sync::Arc;

/// How near a vertex the pointer means it, in screen points.
const REACH: f64 = 10.0;
/// How far the pointer may slip in a click, in screen points.
const CLICK: f64 = 4.0;
/// Vertices that a partner is shifted by with Shift.
const MANY: isize = 10;

/// The stretch that is being matched, and where the person is in it.
pub(crate) struct Matching {
    member: Member,
    /// Which vertex of the earlier keyframe, counted through its rings.
    at: usize,
    drag: Option<Drag>,
    hover: Option<End>,
    /// What the drag would tie if it ended now, and how the stretch would be matched then.
    trial: Option<(Tie, Arc<Blend>)>,
}

/// A vertex of the earlier (0) or the later (1) keyframe.
type End = (usize, ImagePos);

struct Drag {
    from: End,
    to: ImagePos,
    /// Where the button went down; a click ties nothing, though both keyframes may have a vertex there.
    pressed: ImagePos,
    has_moved: bool,
}

/// A vertex of the earlier keyframe with its partner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatchedVertex {
    /// Its number, from 1, through all rings.
    pub number: usize,
    /// Where it is, in image pixels.
    pub place: ImagePos,
    /// Where its partner is at the later keyframe.
    pub partner: ImagePos,
    /// The number of the partner; `None` where it is no vertex but a place on a border.
    pub partner_number: Option<usize>,
    /// Whether a person said so.
    pub is_tied: bool,
}

/// What is shown while vertices are matched.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The frames of the two keyframes.
    pub frames: [u64; 2],
    /// Both keyframes, in image pixels.
    pub ends: [Geometry; 2],
    /// Places that are partners.
    pub links: Vec<[ImagePos; 2]>,
    /// Those that were tied by hand.
    pub ties: Vec<Tie>,
    /// The vertex in hand.
    pub current: Option<MatchedVertex>,
    /// Vertices of the earlier keyframe.
    pub num_vertices: usize,
    /// The shape between: at the open frame, or half way where a keyframe is open.
    pub between: Geometry,
    /// From a vertex to the pointer, while it is dragged.
    pub drag: Option<[ImagePos; 2]>,
    /// The vertex under the pointer.
    pub hover: Option<ImagePos>,
}

/// Two keyframes that are neighbours, as they are now.
struct Stretch {
    frames: [u64; 2],
    ends: [Keyframe; 2],
    blend: Arc<Blend>,
    /// Those that hold.
    ties: Vec<Tie>,
}

impl Stretch {
    fn geometry(&self, end: usize) -> &Geometry {
        &self.ends[end].geometry
    }

    fn vertex(&self, at: usize) -> Option<(Vertex, ImagePos)> {
        let count = vertices(self.geometry(0)).count();
        vertices(self.geometry(0)).nth(at % count.max(1))
    }

    /// The partner of a vertex: the one that it is tied to, else where the matching puts it. A vertex before a place on a border.
    fn partner(&self, place: ImagePos) -> Option<ImagePos> {
        if let Some(tie) = self.ties.iter().find(|tie| tie.from == place) {
            return Some(tie.to);
        }
        let near = self.blend.links().into_iter().filter(|[from, _]| from.distance(place) < SAME);
        let beside = |to: ImagePos| nearest(self.geometry(1), to).map_or(f64::INFINITY, |(_, pos)| pos.distance(to));
        let (to, far) = near.map(|[_, to]| (to, beside(to))).min_by(|one, other| one.1.total_cmp(&other.1))?;
        match nearest(self.geometry(1), to) {
            Some((_, exact)) if far < SAME => Some(exact),
            _ => Some(to),
        }
    }

    /// Whether the border through a vertex is gone along the same way (1) on the other side, or the other way (-1).
    fn direction(&self, place: ImagePos) -> isize {
        if self.blend.is_backwards(place, self.geometry(1)) { -1 } else { 1 }
    }

    fn is_closed(&self) -> bool {
        matches!(self.geometry(0), Geometry::Polygon(_))
    }
}

fn nearest(geometry: &Geometry, pos: ImagePos) -> Option<(Vertex, ImagePos)> {
    vertices(geometry).min_by(|one, other| one.1.distance(pos).total_cmp(&other.1.distance(pos)))
}

fn ring_len(geometry: &Geometry, vertex: Vertex) -> usize {
    let rings = rings(geometry);
    rings.iter().find(|(part, ring, _)| (*part, *ring) == (vertex.part, vertex.ring)).map_or(0, |(.., path)| path.len())
}

impl Editor {
    /// Whether vertices are matched by hand.
    pub fn is_matching(&self) -> bool {
        self.matching.is_some()
    }

    /// What is shown while vertices are matched by hand.
    pub fn matching(&self) -> Option<Matched> {
        let matching = self.matching.as_ref()?;
        let stretch = self.stretch_of(matching.member)?;
        let blend = matching.trial.as_ref().map_or(&stretch.blend, |(_, blend)| blend);
        let [first, last] = stretch.frames;
        let is_inside = first < self.frame && self.frame < last;
        let t = if is_inside { (self.frame - first) as f64 / (last - first) as f64 } else { 0.5 };
        let number = |end: usize, place: ImagePos| vertices(stretch.geometry(end)).position(|(_, pos)| pos == place).map(|at| at + 1);
        let current = stretch.vertex(matching.at).and_then(|(_, place)| {
            let partner = stretch.partner(place)?;
            let is_tied = stretch.ties.iter().any(|tie| tie.from == place);
            Some(MatchedVertex { number: number(0, place)?, place, partner, partner_number: number(1, partner), is_tied })
        });
        Some(Matched {
            frames: stretch.frames,
            links: blend.links(),
            between: blend.at(t),
            current,
            num_vertices: vertices(stretch.geometry(0)).count(),
            drag: matching.drag.as_ref().map(|drag| [drag.from.1, drag.to]),
            hover: matching.hover.map(|(_, place)| place),
            ties: stretch.ties.clone(),
            ends: stretch.ends.map(|keyframe| keyframe.geometry),
        })
    }

    /// The stretch of a part that the open frame lies in; at its last keyframe and behind it, the last one.
    fn stretch_of(&self, member: Member) -> Option<Stretch> {
        let track = self.sequences.get(member.sequence).filter(|track| !track.sequence.is_deleted)?;
        let before_last = || track.keyframes(member.part).rev().nth(1).map(|(frame, _)| frame);
        let first = || track.keyframes(member.part).next().map(|(frame, _)| frame);
        let around = track.stretch(member.part, self.frame.max(first()?)).or_else(|| track.stretch(member.part, before_last()?));
        let ([from, to], blend) = around?;
        let of = |geometry: &Geometry| geometry.spatial_type();
        let kind = of(&from.1.geometry);
        if kind != of(&to.1.geometry) || !matches!(kind, SpatialType::Polygon | SpatialType::Polyline) {
            return None;
        }
        let all = &from.1.marks.ties;
        let ties = in_force(&from.1.geometry, &to.1.geometry, all).into_iter().filter_map(|(at, _)| all.get(at).copied()).collect();
        Some(Stretch { frames: [from.0, to.0], ends: [from.1.clone(), to.1.clone()], blend, ties })
    }

    /// Begins to match, and does what else was asked for.
    pub(crate) fn start_matching(&mut self, command: Command, out: &mut Vec<Effect>) {
        let members = self.members();
        let [member] = members[..] else {
            return out.push(Effect::Notify(Notice::info("Select one sequence to match the vertices of its keyframes.")));
        };
        if self.stretch_of(member).is_none() {
            let text = "There is nothing to match here: it takes two keyframes that are both polygons or both lines. Make one with \
                        Keyframe here, or convert.";
            return out.push(Effect::Notify(Notice::info(text)));
        }
        self.playback.is_playing = false;
        if self.tool.is_busy() {
            self.ask_tool(&ToolEvent::Cancel, out);
        }
        self.matching = Some(Matching { member, at: 0, drag: None, hover: None, trial: None });
        self.look += 1;
        if command != Command::MatchVertices {
            self.match_command(command, out);
        }
    }

    /// Ends matching when what was matched is no longer in hand.
    pub(crate) fn follow_matching(&mut self) {
        let Some(matching) = &self.matching else { return };
        // While the next frame is read, nothing is known of it.
        let is_in_hand = self.loaded.is_none() || self.members() == [matching.member];
        if !is_in_hand || self.stretch_of(matching.member).is_none() {
            self.matching = None;
            self.look += 1;
        }
    }

    /// Takes a command while vertices are matched; says whether it meant something for them.
    pub(crate) fn match_command(&mut self, command: Command, out: &mut Vec<Effect>) -> bool {
        let Some(matching) = &mut self.matching else { return false };
        let was_dragging = matching.drag.take().is_some();
        matching.trial = None;
        match command {
            Command::Cancel if was_dragging => {}
            Command::Cancel | Command::MatchVertices => self.matching = None,
            Command::SelectNext => self.step_vertex(1),
            Command::SelectPrevious => self.step_vertex(-1),
            Command::NudgeRight | Command::NudgeDown => self.shift_partner(1, out),
            Command::NudgeLeft | Command::NudgeUp => self.shift_partner(-1, out),
            Command::NudgeRight10 | Command::NudgeDown10 => self.shift_partner(MANY, out),
            Command::NudgeLeft10 | Command::NudgeUp10 => self.shift_partner(-MANY, out),
            Command::Finish => self.shift_partner(0, out),
            Command::Delete => self.untie(out),
            Command::MatchReverse | Command::AreaReverse => self.match_backwards(out),
            Command::MatchClear => self.untie_all(out),
            // Another tool is another piece of work.
            other if other.info().group == Group::Tools => {
                self.matching = None;
                return false;
            }
            _ => return false,
        }
        self.look += 1;
        true
    }

    fn vertex_in_hand(&self) -> Option<(Stretch, Vertex, ImagePos)> {
        let matching = self.matching.as_ref()?;
        let stretch = self.stretch_of(matching.member)?;
        let (vertex, place) = stretch.vertex(matching.at)?;
        Some((stretch, vertex, place))
    }

    fn step_vertex(&mut self, by: isize) {
        let count = self.vertex_in_hand().map_or(1, |(stretch, ..)| vertices(stretch.geometry(0)).count()) as isize;
        if let Some(matching) = &mut self.matching {
            matching.at = (matching.at as isize + by).rem_euclid(count.max(1)) as usize;
        }
    }

    /// Ties the vertex in hand to the one so many behind its partner, or before it.
    fn shift_partner(&mut self, by: isize, out: &mut Vec<Effect>) {
        let Some((stretch, _, place)) = self.vertex_in_hand() else { return };
        let Some(partner) = stretch.partner(place) else {
            let text = "Its ring has no partner at the other keyframe. Drag from it to a vertex there.";
            return out.push(Effect::Notify(Notice::info(text)));
        };
        let Some((to, exact)) = nearest(stretch.geometry(1), partner) else { return };
        let len = ring_len(stretch.geometry(1), to) as isize;
        // From a place on a border the first step is to the vertex beside it.
        let by = if exact == partner { by } else { by - by.signum() };
        let at = to.at as isize + stretch.direction(place) * by;
        let at = if stretch.is_closed() { at.rem_euclid(len.max(1)) } else { at.clamp(0, (len - 1).max(0)) };
        if let Some(to) = place_of(stretch.geometry(1), Vertex { at: at as usize, ..to }) {
            self.tie(&stretch, Tie { from: place, to }, out);
        }
    }

    /// Ties two vertices. What was tied and contradicts it is untied, and told.
    fn tie(&mut self, stretch: &Stretch, new: Tie, out: &mut Vec<Effect>) {
        let ends = [stretch.geometry(0), stretch.geometry(1)];
        let Some((from, to)) = vertex_at(ends[0], new.from).zip(vertex_at(ends[1], new.to)) else {
            let text = "Two vertices lie at that very place, so neither can be tied. Move one of them aside first.";
            return out.push(Effect::Notify(Notice::info(text)));
        };
        if (from.ring == 0) != (to.ring == 0) {
            return out.push(Effect::Notify(Notice::info("One of them is of an outer border and one of a hole: these are no partners.")));
        }
        if stretch.ties.len() >= MOST_TIES {
            return out
                .push(Effect::Notify(Notice::info(format!("There are {MOST_TIES} ties between these keyframes; untie some first."))));
        }
        let mut ties = stretch.ties.clone();
        if ties.contains(&new) {
            return;
        }
        ties.push(new);
        let held: Vec<Tie> = in_force(ends[0], ends[1], &ties).into_iter().map(|(at, _)| ties[at]).collect();
        // Another partner of the same vertex is what was asked for.
        let replaced = ties.iter().filter(|tie| **tie != new && tie.from == new.from).count();
        let gone = ties.len() - held.len() - replaced;
        self.set_ties(stretch, held, "Tie vertices", out);
        if gone > 0 {
            let what =
                if gone == 1 { "One tie that contradicted it was".to_owned() } else { format!("{gone} ties that contradicted it were") };
            out.push(Effect::Notify(Notice::info(format!("{what} untied."))));
        }
    }

    fn untie(&mut self, out: &mut Vec<Effect>) {
        let Some((stretch, _, place)) = self.vertex_in_hand() else { return };
        let ties: Vec<Tie> = stretch.ties.iter().copied().filter(|tie| tie.from != place).collect();
        if ties.len() == stretch.ties.len() {
            return out.push(Effect::Notify(Notice::info("This vertex is not tied.")));
        }
        self.set_ties(&stretch, ties, "Untie vertices", out);
    }

    fn untie_all(&mut self, out: &mut Vec<Effect>) {
        let Some((stretch, ..)) = self.vertex_in_hand() else { return };
        if stretch.ends[0].marks.ties.is_empty() {
            return out.push(Effect::Notify(Notice::info("Nothing is tied between these keyframes.")));
        }
        self.set_ties(&stretch, Vec::new(), "Untie all vertices", out);
    }

    /// Lets the ring of the vertex in hand go the other way round, about this vertex and its partner; a line from its other end.
    fn match_backwards(&mut self, out: &mut Vec<Effect>) {
        let Some((stretch, vertex, place)) = self.vertex_in_hand() else { return };
        let Some(to) = stretch.partner(place).and_then(|partner| nearest(stretch.geometry(1), partner)).map(|(to, _)| to) else { return };
        let lens = [ring_len(stretch.geometry(0), vertex), ring_len(stretch.geometry(1), to)];
        let least = if stretch.is_closed() { 3 } else { 2 };
        if lens.iter().any(|len| *len < least) {
            return out.push(Effect::Notify(Notice::info("It has too few vertices to go the other way round.")));
        }
        let is_back = stretch.direction(place) > 0;
        let pairs: Vec<(usize, usize)> = if stretch.is_closed() {
            let third = |len: usize, part: usize| (len * part).div_ceil(3).clamp(part, len - 3 + part);
            let on = |by: usize| if is_back { lens[1] - by } else { by };
            (0..3).map(|part| ((vertex.at + third(lens[0], part)) % lens[0], (to.at + on(third(lens[1], part))) % lens[1])).collect()
        } else {
            let [last, other_last] = lens.map(|len| len - 1);
            if is_back { vec![(0, other_last), (last, 0)] } else { vec![(0, 0), (last, other_last)] }
        };
        let of_ring = |tie: &Tie| {
            let here = vertex_at(stretch.geometry(0), tie.from);
            here.is_some_and(|it| (it.part, it.ring) == (vertex.part, vertex.ring))
        };
        let mut ties: Vec<Tie> = stretch.ties.iter().copied().filter(|tie| !of_ring(tie)).collect();
        for (i, j) in pairs {
            let from = place_of(stretch.geometry(0), Vertex { at: i, ..vertex });
            let to = place_of(stretch.geometry(1), Vertex { at: j, ..to });
            ties.extend(from.zip(to).map(|(from, to)| Tie { from, to }));
        }
        self.set_ties(&stretch, ties, "Match the other way round", out);
    }

    fn set_ties(&mut self, stretch: &Stretch, ties: Vec<Tie>, title: &str, out: &mut Vec<Effect>) {
        let Some(member) = self.matching.as_ref().map(|matching| matching.member) else { return };
        let change = self.keyframe_set(member.sequence, stretch.ends[0].id, InstanceSet::Mark(Mark::Ties(ties)));
        self.commit(kind::EDIT, title, vec![change], out);
    }

    pub(crate) fn match_cursor(&self) -> Cursor {
        let is_on = self.matching.as_ref().is_some_and(|matching| matching.hover.is_some() || matching.drag.is_some());
        if is_on { Cursor::Vertex } else { Cursor::Arrow }
    }

    /// The nearest vertex of either keyframe, or of one, within reach.
    fn hit_vertex(&self, stretch: &Stretch, pos: ImagePos, of: Option<usize>) -> Option<End> {
        let ends = [0, 1].into_iter().filter(|end| of.is_none_or(|of| of == *end));
        let near = ends.filter_map(|end| nearest(stretch.geometry(end), pos).map(|(_, place)| (end, place)));
        let found = near.min_by(|one, other| one.1.distance(pos).total_cmp(&other.1.distance(pos)));
        found.filter(|(_, place)| place.distance(pos) <= REACH * self.view.px())
    }

    /// Takes what the pointer does while vertices are matched; says whether they are.
    pub(crate) fn point_matching(&mut self, event: &ToolEvent, out: &mut Vec<Effect>) -> bool {
        let Some(stretch) = self.matching.as_ref().and_then(|matching| self.stretch_of(matching.member)) else { return false };
        match event {
            ToolEvent::Press { pos, .. } => {
                let hit = self.hit_vertex(&stretch, *pos, None);
                let earlier = hit.and_then(|(end, place)| if end == 0 { Some(place) } else { earlier_of(&stretch, place) });
                let at = earlier.and_then(|place| vertices(stretch.geometry(0)).position(|(_, other)| other == place));
                if let Some(matching) = &mut self.matching {
                    matching.at = at.unwrap_or(matching.at);
                    matching.drag = hit.map(|from| Drag { from, to: *pos, pressed: *pos, has_moved: false });
                }
            }
            ToolEvent::Move { pos, pressed: true, .. } => self.drag_tie(&stretch, *pos),
            ToolEvent::Release { pos, .. } => {
                self.drag_tie(&stretch, *pos);
                let tied = self.matching.as_mut().and_then(|matching| {
                    matching.drag = None;
                    matching.trial.take()
                });
                if let Some((tie, _)) = tied {
                    let at = vertices(stretch.geometry(0)).position(|(_, place)| place == tie.from);
                    if let Some((matching, at)) = self.matching.as_mut().zip(at) {
                        matching.at = at;
                    }
                    self.tie(&stretch, tie, out);
                }
            }
            ToolEvent::Move { pos, pressed: false, .. } => {
                let hover = self.hit_vertex(&stretch, *pos, None);
                if let Some(matching) = &mut self.matching {
                    (matching.hover, matching.drag, matching.trial) = (hover, None, None);
                }
            }
            _ => {}
        }
        self.look += 1;
        true
    }

    /// Shows what would be tied if the drag ended here.
    fn drag_tie(&mut self, stretch: &Stretch, pos: ImagePos) {
        let click = CLICK * self.view.px();
        let Some(drag) = self.matching.as_mut().and_then(|matching| matching.drag.as_mut()) else { return };
        drag.has_moved |= drag.pressed.distance(pos) > click;
        if !drag.has_moved {
            return;
        }
        let from = drag.from;
        let over = self.hit_vertex(stretch, pos, Some(1 - from.0));
        let wanted = over.map(|(_, place)| if from.0 == 0 { Tie { from: from.1, to: place } } else { Tie { from: place, to: from.1 } });
        let Some(matching) = &mut self.matching else { return };
        matching.hover = over;
        if let Some(drag) = &mut matching.drag {
            drag.to = over.map_or(pos, |(_, place)| place);
        }
        if matching.trial.as_ref().map(|(tie, _)| *tie) != wanted {
            matching.trial = wanted.map(|tie| {
                let mut ties = stretch.ties.clone();
                ties.push(tie);
                (tie, Arc::new(Blend::tied(stretch.geometry(0), stretch.geometry(1), &ties)))
            });
        }
    }
}

/// The vertex of the earlier keyframe whose partner is a vertex of the later one.
fn earlier_of(stretch: &Stretch, place: ImagePos) -> Option<ImagePos> {
    let tied = stretch.ties.iter().find(|tie| tie.to == place).map(|tie| tie.from);
    let linked = || {
        let links = stretch.blend.links();
        let ends = links.iter().filter(|[_, to]| to.distance(place) < SAME).map(|[from, _]| *from);
        ends.filter_map(|from| nearest(stretch.geometry(0), from).filter(|(_, exact)| exact.distance(from) < SAME)).next()
    };
    tied.or_else(|| linked().map(|(_, exact)| exact))
}
