//! Events of clips on the frames of their video.

use super::group::Group;
use limn_core::Frames;
use limn_formats::EventItem;
use std::collections::BTreeMap;

/// An event of a clip on the frames of the video.
struct Taken {
    item: EventItem,
    /// Its clip counts on some of its frames.
    counts: bool,
    /// The clips that it is of.
    members: Vec<usize>,
    /// It begins with its clip, and ends with it.
    is_cut: [bool; 2],
}

/// Events, by the numbers of their files.
#[derive(Default)]
pub(super) struct Events(BTreeMap<usize, Vec<Taken>>);

impl Events {
    /// Takes one; its participants are numbered as in the export.
    pub fn take(&mut self, group: &Group, member: usize, item: EventItem) {
        let frames = Frames::new(group.global(member, item.frames.first()), group.global(member, item.frames.last()));
        let counts = group.counts_within(member, frames);
        let is_cut = group.clip(member).map_or([false; 2], |clip| [clip.first() == frames.first(), clip.last() == frames.last()]);
        let item = EventItem { file: group.number, frames, ..item };
        self.0.entry(group.number).or_default().push(Taken { item, counts, members: vec![member], is_cut });
    }

    /// Those of different clips and one label, with the same participants and answers, are one where they meet, or where a cut parted
    /// them. The others count where their clip counts; how many are left out.
    pub fn joined(self) -> (Vec<EventItem>, u64) {
        let (mut joined, mut left) = (Vec::new(), 0);
        for mut list in self.0.into_values() {
            list.sort_by_key(|taken| (taken.item.frames.first(), taken.item.id));
            let mut found: Vec<Taken> = Vec::new();
            for taken in list {
                let follows = |other: &&mut Taken| {
                    let (a, b) = (&other.item, &taken.item);
                    let is_parted = other.is_cut[1] && taken.is_cut[0] && b.frames.first() == a.frames.last().saturating_add(1);
                    let is_near = is_parted || b.frames.first() <= a.frames.last();
                    let is_other = taken.members.iter().all(|member| !other.members.contains(member));
                    is_near
                        && is_other
                        && (a.label, &a.participants, a.missing, &a.marks) == (b.label, &b.participants, b.missing, &b.marks)
                };
                match found.iter_mut().find(follows) {
                    Some(other) => {
                        if taken.item.frames.last() >= other.item.frames.last() {
                            other.item.frames = Frames::new(other.item.frames.first(), taken.item.frames.last());
                            other.is_cut[1] = taken.is_cut[1];
                        }
                        other.counts |= taken.counts;
                        other.members.extend(taken.members);
                    }
                    None => found.push(taken),
                }
            }
            left += found.iter().filter(|taken| !taken.counts).count() as u64;
            joined.extend(found.into_iter().filter(|taken| taken.counts).map(|taken| taken.item));
        }
        (joined, left)
    }
}
