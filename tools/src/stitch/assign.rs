//! Which goes with which: the choice of pairs, each one at most once, of which the sum of likenesses is the largest.

use std::collections::BTreeMap;

/// Given for some of all pairs how much alike they are (more than 0, finite): the best choice, as places in `pairs`, in their order.
/// Groups that have nothing to do with each other are looked at one by one.
pub(super) fn best(pairs: &[(usize, usize, f64)]) -> Vec<usize> {
    let mut chosen: Vec<usize> = groups(pairs).iter().flat_map(|group| best_of(pairs, group)).collect();
    chosen.sort_unstable();
    chosen
}

/// Pairs that hang together by one of their members, as places in `pairs`.
fn groups(pairs: &[(usize, usize, f64)]) -> Vec<Vec<usize>> {
    // Each pair stands for itself at first, and points to an earlier one of its group.
    let mut first: Vec<usize> = (0..pairs.len()).collect();
    fn root(first: &mut [usize], mut at: usize) -> usize {
        while first[at] != at {
            first[at] = first[first[at]];
            at = first[at];
        }
        at
    }
    let (mut of_row, mut of_column) = (BTreeMap::new(), BTreeMap::new());
    for (at, (row, column, _)) in pairs.iter().enumerate() {
        for other in [*of_row.entry(*row).or_insert(at), *of_column.entry(*column).or_insert(at)] {
            let (a, b) = (root(&mut first, at), root(&mut first, other));
            first[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..pairs.len() {
        groups.entry(root(&mut first, at)).or_default().push(at);
    }
    groups.into_values().collect()
}

/// The Hungarian method over the rows and columns of one group: row by row, along the shortest way of exchanges.
fn best_of(pairs: &[(usize, usize, f64)], group: &[usize]) -> Vec<usize> {
    let mut rows: Vec<usize> = group.iter().map(|at| pairs[*at].0).collect();
    let mut columns: Vec<usize> = group.iter().map(|at| pairs[*at].1).collect();
    for list in [&mut rows, &mut columns] {
        list.sort_unstable();
        list.dedup();
    }
    // As many columns more as there are rows: to go with none costs nothing but what is missed.
    let (height, width) = (rows.len(), columns.len() + rows.len());
    let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for at in group {
        let (row, column, _) = pairs[*at];
        if let (Ok(row), Ok(column)) = (rows.binary_search(&row), columns.binary_search(&column)) {
            known.insert((row, column), *at);
        }
    }
    let cost = |row: usize, column: usize| known.get(&(row, column)).map_or(0.0, |at| -pairs[*at].2);
    // Places from 1; 0 is none.
    let (mut of_row, mut of_column) = (vec![0.0; height + 1], vec![0.0; width + 1]);
    let mut taken_by = vec![0_usize; width + 1];
    for row in 1..=height {
        let (mut least, mut way, mut is_done) = (vec![f64::INFINITY; width + 1], vec![0_usize; width + 1], vec![false; width + 1]);
        let mut column = 0;
        taken_by[0] = row;
        while taken_by[column] != 0 {
            is_done[column] = true;
            let (from, mut step, mut next) = (taken_by[column], f64::INFINITY, 0);
            for to in (1..=width).filter(|to| !is_done[*to]) {
                let left = cost(from - 1, to - 1) - of_row[from] - of_column[to];
                if left < least[to] {
                    (least[to], way[to]) = (left, column);
                }
                if least[to] < step {
                    (step, next) = (least[to], to);
                }
            }
            if next == 0 {
                break;
            }
            for to in 0..=width {
                if is_done[to] {
                    of_row[taken_by[to]] += step;
                    of_column[to] -= step;
                } else {
                    least[to] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            let before = way[column];
            taken_by[column] = taken_by[before];
            column = before;
        }
    }
    (1..=width).filter_map(|column| known.get(&(taken_by[column].checked_sub(1)?, column - 1)).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(pairs: &[(usize, usize, f64)], chosen: &[usize]) -> f64 {
        chosen.iter().map(|at| pairs[*at].2).sum()
    }

    /// Every choice, tried.
    fn most(pairs: &[(usize, usize, f64)], from: usize, rows: u32, columns: u32) -> f64 {
        let Some((row, column, likeness)) = pairs.get(from) else { return 0.0 };
        let without = most(pairs, from + 1, rows, columns);
        if rows >> row & 1 == 1 || columns >> column & 1 == 1 {
            return without;
        }
        without.max(likeness + most(pairs, from + 1, rows | 1 << row, columns | 1 << column))
    }

    #[test]
    fn the_sum_counts_not_the_first_best() {
        // The greedy one would take 0.9 and leave 0.1.
        let pairs = [(0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.8), (1, 1, 0.1), (7, 9, 0.3)];
        assert_eq!(best(&pairs), [1, 2, 4]);
        assert_eq!(best(&[]), Vec::<usize>::new());
        // One that goes with none is better than a pair that costs two.
        assert_eq!(best(&[(0, 0, 0.9), (0, 1, 0.2), (1, 0, 0.2)]), [0]);
    }

    proptest! {
        #[test]
        fn no_other_choice_is_better(given in proptest::collection::btree_map((0..5_usize, 0..5_usize), 1..100_u32, 0..14)) {
            let pairs: Vec<_> = given.into_iter().map(|((row, column), likeness)| (row, column, f64::from(likeness) / 100.0)).collect();
            let chosen = best(&pairs);
            let (mut rows, mut columns) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
            prop_assert!(chosen.iter().all(|at| rows.insert(pairs[*at].0) && columns.insert(pairs[*at].1)));
            prop_assert!((sum(&pairs, &chosen) - most(&pairs, 0, 0, 0)).abs() < 1e-9);
        }
    }
}
