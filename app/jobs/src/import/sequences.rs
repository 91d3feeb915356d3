//! Sequences of an annotation file and those of the project that they become.

use limn_core::log::Change;
use limn_core::sequence::{Member, SequenceSet};
use limn_core::{FileId, Sequence, SequenceId};
use limn_formats::{Effect, MemberItem, Problems};
use std::collections::{HashMap, HashSet};

/// See the module.
#[derive(Default)]
pub(super) struct SequenceTargets {
    /// By number in the annotation file; `None`: not taken.
    list: Vec<Option<(SequenceId, FileId)>>,
    ids: HashSet<SequenceId>,
    /// Ids that they came with and got, where these differ.
    renamed: HashMap<SequenceId, SequenceId>,
    /// New ones that stand for the object of another one, by the id that this one came with.
    same: Vec<(SequenceId, SequenceId)>,
    /// Numbers that are taken, of files on which sequences came.
    numbers: HashMap<FileId, HashSet<u32>>,
}

impl SequenceTargets {
    /// The next one is not taken.
    pub fn none(&mut self) {
        self.list.push(None);
    }

    pub fn has_numbers(&self, file: FileId) -> bool {
        self.numbers.contains_key(&file)
    }

    pub fn set_numbers(&mut self, file: FileId, numbers: HashSet<u32>) {
        self.numbers.insert(file, numbers);
    }

    /// What a keyframe on this file is a member of; `None` when its sequence was not taken.
    pub fn member(&self, member: MemberItem, file: FileId) -> Option<Member> {
        let (sequence, _) = self.list.get(member.sequence).copied().flatten().filter(|(_, of)| *of == file)?;
        Some(Member { sequence, part: member.part })
    }

    /// Gives the next one (which has a new id) the id that it came with, if that can be, and a free number. The changes that bring it: none when the project has it already. `known` is
    /// what the project knows of the id that it came with.
    pub fn add(
        &mut self,
        sequence: &mut Sequence,
        wanted: Option<SequenceId>,
        known: Option<Sequence>,
        problems: &mut Problems,
    ) -> Vec<Change> {
        let is_free = |id: &SequenceId| !self.ids.contains(id) && known.as_ref().is_none_or(|known| known.file == sequence.file);
        let id = wanted.filter(is_free);
        if id.is_none() && wanted.is_some() {
            let text = "the id of a sequence is that of another one; it got a new one";
            problems.add(Effect::Changed, text, || format!("number {}", sequence.number));
        }
        sequence.id = id.unwrap_or(sequence.id);
        self.ids.insert(sequence.id);
        self.renamed.extend(wanted.filter(|wanted| *wanted != sequence.id).map(|wanted| (wanted, sequence.id)));
        if known.as_ref().filter(|_| id.is_some()).is_none_or(|known| known.is_deleted) {
            self.same.extend(sequence.same_as.map(|other| (sequence.id, other)));
        }
        self.list.push(Some((sequence.id, sequence.file)));
        match known.filter(|_| id.is_some()) {
            Some(known) if known.is_deleted => restored(&known, sequence),
            Some(known) => {
                let text = "the sequence is in the project already; left as it is there";
                problems.add(Effect::Left, text, || format!("number {}", known.number));
                Vec::new()
            }
            None => {
                self.give_number(sequence, problems);
                vec![Change::SequenceAdd(Box::new(sequence.clone()))]
            }
        }
    }

    /// What is still to be said of identities, when all have come: those of sequences that got another id.
    pub fn same_as(&self) -> Vec<Change> {
        let set = |(id, other): &(SequenceId, SequenceId)| {
            let other = *self.renamed.get(other)?;
            Some(Change::SequenceSet { id: *id, set: SequenceSet::SameAs(Some(other)) })
        };
        self.same.iter().filter_map(set).collect()
    }

    fn give_number(&mut self, sequence: &mut Sequence, problems: &mut Problems) {
        let taken = self.numbers.entry(sequence.file).or_default();
        if sequence.number == 0 || taken.contains(&sequence.number) {
            let said = sequence.number;
            let next = taken.iter().max().map_or(1, |last| last.saturating_add(1));
            sequence.number = next;
            problems.add(Effect::Changed, "the number of a sequence is taken on its file; it got the next one", || {
                format!("{said} became {next}")
            });
        }
        taken.insert(sequence.number);
    }
}

/// A deleted one comes back with what the file says, but its number: that was kept for it.
fn restored(known: &Sequence, sequence: &Sequence) -> Vec<Change> {
    let mut sets = vec![
        SequenceSet::Deleted(false),
        SequenceSet::Label(sequence.label),
        SequenceSet::Name(sequence.name.clone()),
        SequenceSet::Motion(sequence.motion),
        SequenceSet::Exit(sequence.exit),
        SequenceSet::SameAs(sequence.same_as),
    ];
    sets.extend(sequence.marks.set_ones().map(SequenceSet::Mark));
    sets.into_iter().map(|set| Change::SequenceSet { id: known.id, set }).collect()
}
