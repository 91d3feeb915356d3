//! One object in several sequences: who gets which name when objects turn out to be one, or not to be.
//!
//! The sequence that stands for the object is named by all others of it and names none (see [`Sequence::identity`]), so that
//! whatever happens to one of them, all that happens is written in one step.

use super::{Sequence, SequenceSet};
use crate::ids::SequenceId;

/// What changes when all of the second object become the first. `all`: every sequence of both, deleted ones too, for they may come
/// back.
pub fn joined(all: &[Sequence], into: SequenceId, from: SequenceId) -> Vec<(SequenceId, SequenceSet)> {
    let moved = all.iter().filter(|sequence| sequence.identity() == from && from != into);
    moved.map(|sequence| (sequence.id, SequenceSet::SameAs((sequence.id != into).then_some(into)))).collect()
}

/// What changes when one is an object of its own again. `all`: every sequence of its object; the others stay one.
pub fn parted(all: &[Sequence], one: SequenceId) -> Vec<(SequenceId, SequenceSet)> {
    let Some(own) = all.iter().find(|sequence| sequence.id == one) else { return Vec::new() };
    if own.same_as.is_some() {
        return vec![(one, SequenceSet::SameAs(None))];
    }
    // It stood for the others: another one does from now on.
    let mut others: Vec<SequenceId> = all.iter().filter(|other| other.id != one && other.identity() == one).map(|other| other.id).collect();
    others.sort_unstable();
    let first = others.first().copied();
    others.into_iter().map(|other| (other, SequenceSet::SameAs(first.filter(|first| *first != other)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{FileId, LabelId};
    use proptest::prelude::*;

    fn id(n: u8) -> SequenceId {
        SequenceId::from_parts(u64::from(n), [n; 10])
    }

    proptest! {
        #[test]
        fn objects_are_joined_and_parted_as_sets_are(steps in prop::collection::vec((0..6_u8, prop::option::of(0..6_u8)), 0..20)) {
            let file = FileId::from_parts(1, [1; 10]);
            let mut all: Vec<Sequence> = (0..6).map(|n| Sequence::new(id(n), file, u32::from(n), LabelId(0))).collect();
            let mut want: Vec<u8> = (0..6).collect();
            for (one, other) in steps {
                let identity = |all: &[Sequence], n: u8| all[usize::from(n)].identity();
                let changes = match other {
                    Some(other) => joined(&all, identity(&all, one), identity(&all, other)),
                    None => parted(&all, id(one)),
                };
                let touched: Vec<SequenceId> = changes.iter().map(|(id, _)| *id).collect();
                for (of, set) in changes {
                    all.iter_mut().find(|sequence| sequence.id == of).unwrap().set(set);
                }
                match other {
                    Some(other) => {
                        let (into, from) = (want[usize::from(one)], want[usize::from(other)]);
                        want.iter_mut().filter(|object| **object == from).for_each(|object| *object = into);
                    }
                    None => want[usize::from(one)] = 100 + one,
                }
                // Fresh names, so that one that was parted is not taken for an old one.
                let mut names = std::collections::BTreeMap::new();
                let fresh: Vec<u8> = want.iter().map(|object| { let next = names.len() as u8; *names.entry(*object).or_insert(next) }).collect();
                want = fresh;
                for a in 0..6_u8 {
                    for b in 0..6_u8 {
                        prop_assert_eq!(identity(&all, a) == identity(&all, b), want[usize::from(a)] == want[usize::from(b)], "{} {}", a, b);
                    }
                    // One that stands for others names none.
                    let stands = identity(&all, a);
                    prop_assert!(all.iter().find(|sequence| sequence.id == stands).is_none_or(|sequence| sequence.same_as.is_none()));
                }
                prop_assert!(touched.len() <= 6);
            }
        }
    }

    #[test]
    fn one_that_is_named_though_it_is_gone_still_makes_one() {
        let file = FileId::from_parts(1, [1; 10]);
        let of = |n: u8| Sequence { same_as: Some(id(9)), ..Sequence::new(id(n), file, 1, LabelId(0)) };
        assert_eq!(parted(&[of(1), of(2)], id(1)), [(id(1), SequenceSet::SameAs(None))]);
        assert_eq!(joined(&[of(1), of(2)], id(3), id(9)).len(), 2);
        assert_eq!(joined(&[of(1)], id(9), id(9)), []);
        assert_eq!(parted(&[of(1)], id(7)), []);
    }
}
