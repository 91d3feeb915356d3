//! Where each number stands in a list.

/// The places of a list by the numbers of what stands there. Built by sorting and not by hashing: nearly all lists are in the
/// order of their numbers, and whoever wrote the list cannot choose numbers that make it slow.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Number and place, in order.
    sorted: Vec<(u32, usize)>,
}

impl Places {
    /// Of the numbers of a list, in its order.
    pub(super) fn new(numbers: impl Iterator<Item = u32>) -> Self {
        let mut sorted: Vec<(u32, usize)> = numbers.zip(0..).collect();
        sorted.sort_unstable();
        Self { sorted }
    }

    /// Where a number stands first. At once where the numbers go up by one.
    pub(super) fn at(&self, number: u32) -> Option<usize> {
        let first = self.sorted.first()?.0;
        let guess = number.checked_sub(first)? as usize;
        // Of a number that stands twice the guess may be the later one.
        let is_first = guess == 0 || self.sorted.get(guess - 1).is_some_and(|(before, _)| *before != number);
        if let Some((_, at)) = self.sorted.get(guess).filter(|(own, _)| *own == number && is_first) {
            return Some(*at);
        }
        let found = self.sorted.partition_point(|(own, _)| *own < number);
        self.sorted.get(found).filter(|(own, _)| *own == number).map(|(_, at)| *at)
    }

    /// Those that have the number of one before them, in the order of the list.
    pub(super) fn twice(&self) -> Vec<usize> {
        let mut twice: Vec<usize> = self.sorted.windows(2).filter(|two| two[0].0 == two[1].0).map(|two| two[1].1).collect();
        twice.sort_unstable();
        twice
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_place_of_each_number_is_found(list in proptest::collection::vec(0u32..12, 0..12), number in 0u32..14) {
            let places = Places::new(list.iter().copied());
            prop_assert_eq!(places.at(number), list.iter().position(|one| *one == number));
            let again = |at: &usize| list[..*at].contains(&list[*at]);
            prop_assert_eq!(places.twice(), (0..list.len()).filter(again).collect::<Vec<_>>());
        }
    }
}
