//! Finding options by what is typed.

use super::answer::OptionId;
use super::attribute::{Attribute, AttributeType};
use std::collections::{HashMap, HashSet};

/// The names of an attribute's offered options, ready to be searched while typing.
#[derive(Clone, Debug, Default)]
pub struct OptionSearch {
    /// All names in lower case, each after a line break.
    text: String,
    /// Where each name starts in the text.
    starts: Vec<usize>,
    /// Where each stands among the attribute's options.
    places: Vec<usize>,
}

impl OptionSearch {
    /// Of an attribute.
    pub fn new(attribute: &Attribute) -> Self {
        let mut search = Self::default();
        for (place, option) in attribute.options.iter().enumerate().filter(|(_, option)| !option.deprecated) {
            search.text.push('\n');
            search.starts.push(search.text.len());
            search.places.push(place);
            search.text.extend(option.name.chars().filter(|c| *c != '\n').flat_map(char::to_lowercase));
        }
        search
    }

    /// Places of the options whose name holds what is typed, in any case: recent ones first, then those that begin with it,
    /// then the rest, each in the attribute's order. Nothing typed finds all: the recent ones, the last first, then the rest in
    /// order; of a tree, which would fall apart, all in order.
    pub fn find(&self, attribute: &Attribute, typed: &str, recent: &[OptionId]) -> Vec<usize> {
        let typed: String = typed.trim().chars().filter(|c| *c != '\n').flat_map(char::to_lowercase).collect();
        if typed.is_empty() {
            return self.all(attribute, recent);
        }
        let (mut begin, mut hold, mut next) = (Vec::new(), Vec::new(), 0);
        for (at, _) in self.text.match_indices(&typed) {
            // Matches come in order: whoever starts last before this one is the name; later matches in it are skipped.
            let line = next + self.starts.get(next..).map_or(0, |rest| rest.partition_point(|start| *start <= at));
            if let (true, Some(line)) = (line > next, line.checked_sub(1)) {
                let list = if self.starts.get(line) == Some(&at) { &mut begin } else { &mut hold };
                list.extend(self.places.get(line));
                next = line + 1;
            }
        }
        begin.append(&mut hold);
        if recent.is_empty() {
            return begin;
        }
        let recent: HashSet<OptionId> = recent.iter().copied().collect();
        let is_recent = |place: &usize| attribute.options.get(*place).is_some_and(|option| recent.contains(&option.id));
        let (mut first, rest): (Vec<usize>, Vec<usize>) = begin.into_iter().partition(is_recent);
        first.extend(rest);
        first
    }

    fn all(&self, attribute: &Attribute, recent: &[OptionId]) -> Vec<usize> {
        if recent.is_empty() || attribute.kind == AttributeType::Tree {
            return self.places.clone();
        }
        let rank: HashMap<OptionId, usize> = recent.iter().rev().copied().zip((0..recent.len()).rev()).collect();
        let rank_of = |place: &usize| attribute.options.get(*place).and_then(|option| rank.get(&option.id)).copied();
        let mut first: Vec<(usize, usize)> = self.places.iter().filter_map(|place| Some((rank_of(place)?, *place))).collect();
        first.sort_unstable();
        let rest = self.places.iter().copied().filter(|place| rank_of(place).is_none());
        first.into_iter().map(|(_, place)| place).chain(rest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::answer::AttributeId;
    use crate::schema::attribute::AttributeOption;

    fn of(names: impl Iterator<Item = String>) -> Attribute {
        let mut attribute = Attribute::new(AttributeId(1), "species", AttributeType::Select);
        attribute.options = names.zip(1..).map(|(name, id)| AttributeOption::new(OptionId(id), &name)).collect();
        attribute
    }

    #[test]
    fn beginnings_come_before_middles_and_recent_ones_before_both() {
        let mut attribute = of(["Grey owl", "Owl", "owlet", "Eagle", "Barn OWL owl"].map(String::from).into_iter());
        let search = OptionSearch::new(&attribute);
        assert_eq!(search.find(&attribute, " oWl", &[]), [1, 2, 0, 4]);
        assert_eq!(search.find(&attribute, "owl", &[OptionId(5), OptionId(4)]), [4, 1, 2, 0]);
        assert_eq!(search.find(&attribute, "", &[]), [0, 1, 2, 3, 4]);
        assert_eq!(search.find(&attribute, "", &[OptionId(5), OptionId(9), OptionId(2)]), [4, 1, 0, 2, 3]);
        attribute.kind = AttributeType::Tree;
        assert_eq!(search.find(&attribute, "", &[OptionId(5)]), [0, 1, 2, 3, 4]);
        assert!(search.find(&attribute, "l\no", &[]).is_empty());
        attribute.options[1].deprecated = true;
        assert_eq!(OptionSearch::new(&attribute).find(&attribute, "owl", &[]), [2, 0, 4]);
    }

    #[test]
    fn one_of_a_hundred_thousand_is_found() {
        let attribute = of((0..100_000).map(|number| format!("Species {number:06} of genus {}", number % 977)));
        let search = OptionSearch::new(&attribute);
        assert_eq!(search.find(&attribute, "species 099999", &[]), [99_999]);
        assert_eq!(search.find(&attribute, "genus 976", &[]).len(), 102);
        assert_eq!(search.find(&attribute, "s", &[]).len(), 100_000);
    }
}
