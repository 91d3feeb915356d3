//! Finding options by what is typed.

mod fold;
mod typed;

pub use fold::fold;
pub use typed::{Fit, Typed, Word};

use super::answer::OptionId;
use super::attribute::{Attribute, AttributeType};
use std::collections::{HashMap, HashSet};

/// While fewer than so many are found as they are typed, those that differ by a slip are looked for as well.
const FEW: usize = 20;
/// Of those that differ by a slip, at most so many are looked for: nobody reads more of them, and each is compared letter by letter.
const MOST_SLIPS: usize = 500;

/// The names of an attribute's offered options, ready to be searched while typing.
#[derive(Clone, Debug, Default)]
pub struct OptionSearch {
    /// All names folded, each after a line break.
    text: String,
    /// Where each name starts in the text.
    starts: Vec<usize>,
    /// The letters that each name holds.
    letters: Vec<u64>,
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
            let name = fold(&option.name);
            search.letters.push(letters_of(&name));
            search.text += &name;
        }
        search
    }

    /// Places of the options that what is typed fits, in any case, without accents, its words in any order and with one slip in
    /// each of four letters or more: recent ones first, then those that fit best, each in the attribute's order. Nothing typed
    /// finds all: the recent ones, the last first, then the rest in order; of a tree, which would fall apart, all in order.
    pub fn find(&self, attribute: &Attribute, typed: &str, recent: &[OptionId]) -> Vec<usize> {
        let typed = Typed::new(typed);
        if typed.is_empty() {
            return self.all(attribute, recent);
        }
        let mut found = self.as_typed(&typed);
        if found.len() < FEW && typed.may_slip() {
            self.with_slips(&typed, &mut found);
        }
        // Nearly all fit alike; a stable sort of numbers that are sorted costs nothing.
        found.sort_by_key(|(fit, line)| (*fit, *line));
        let found = found.into_iter().filter_map(|(_, line)| self.places.get(line).copied());
        if recent.is_empty() {
            return found.collect();
        }
        let recent: HashSet<OptionId> = recent.iter().copied().collect();
        let is_recent = |place: &usize| attribute.options.get(*place).is_some_and(|option| recent.contains(&option.id));
        let (mut first, rest): (Vec<usize>, Vec<usize>) = found.partition(is_recent);
        first.extend(rest);
        first
    }

    /// The lines that hold every word that is typed.
    fn as_typed(&self, typed: &Typed) -> Vec<(Fit, usize)> {
        let Some(longest) = typed.words().iter().max_by_key(|word| word.text.len()) else { return Vec::new() };
        let others = || typed.words().iter().filter(|word| !std::ptr::eq(*word, longest));
        let (mut found, mut next) = (Vec::new(), 0);
        for (at, _) in self.text.match_indices(&longest.text) {
            // Matches come in order: whoever starts last before this one is the name; later matches in it are skipped.
            let line = next + self.starts.get(next..).map_or(0, |rest| rest.partition_point(|start| *start <= at));
            let Some(line) = line.checked_sub(1).filter(|_| line > next) else { continue };
            let name = self.name(line);
            if others().all(|word| name.contains(word.text.as_str())) {
                found.extend(typed.fit(name).map(|fit| (fit, line)));
            }
            next = line + 1;
        }
        found
    }

    /// Adds the lines that only a slip keeps from holding every word.
    fn with_slips(&self, typed: &Typed, found: &mut Vec<(Fit, usize)>) {
        let there: HashSet<usize> = found.iter().map(|(_, line)| *line).collect();
        let wanted: Vec<(u64, u32)> = typed.words().iter().map(|word| (letters_of(&word.text), u32::from(word.may_slip()))).collect();
        for (line, letters) in self.letters.iter().enumerate() {
            if found.len() >= MOST_SLIPS {
                break;
            }
            // A slip brings one letter that the name need not have.
            let may_fit = wanted.iter().all(|(wanted, most)| (wanted & !letters).count_ones() <= *most);
            if may_fit && !there.contains(&line) {
                found.extend(typed.fit(self.name(line)).map(|fit| (fit, line)));
            }
        }
    }

    fn name(&self, line: usize) -> &str {
        let start = self.starts.get(line).copied().unwrap_or_default();
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end).unwrap_or_default()
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

/// A bit for each letter that a text holds; rare ones share bits.
fn letters_of(text: &str) -> u64 {
    text.chars().fold(0, |letters, letter| match letter {
        ' ' => letters,
        'a'..='z' => letters | 1 << (letter as u32 - 'a' as u32),
        '0'..='9' => letters | 1 << (26 + letter as u32 - '0' as u32),
        _ => letters | 1 << (36 + letter as u32 % 28),
    })
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
        let mut attribute = of(["Grey owl", "Owl", "owlet", "Eagle", "Barn OWL owl", "fowl"].map(String::from).into_iter());
        let search = OptionSearch::new(&attribute);
        assert_eq!(search.find(&attribute, " oWl", &[]), [1, 2, 0, 4, 5]);
        assert_eq!(search.find(&attribute, "owl", &[OptionId(5), OptionId(4)]), [4, 1, 2, 0, 5]);
        assert_eq!(search.find(&attribute, "", &[]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(search.find(&attribute, "", &[OptionId(5), OptionId(9), OptionId(2)]), [4, 1, 0, 2, 3, 5]);
        attribute.kind = AttributeType::Tree;
        assert_eq!(search.find(&attribute, "", &[OptionId(5)]), [0, 1, 2, 3, 4, 5]);
        attribute.options[1].deprecated = true;
        assert_eq!(OptionSearch::new(&attribute).find(&attribute, "owl", &[]), [2, 0, 4, 5]);
    }

    #[test]
    fn slips_other_orders_and_accents_are_forgiven() {
        let attribute = of(["Crème brûlée", "Great grey owl", "Greylag goose", "Grebe"].map(String::from).into_iter());
        let search = OptionSearch::new(&attribute);
        let find = |typed: &str| search.find(&attribute, typed, &[]);
        assert_eq!(find("creme"), [0]);
        assert_eq!(find("owl grey"), [1]);
        assert_eq!(find("grey"), [2, 1, 3]);
        assert_eq!(find("gooze"), [2]);
        assert_eq!(find("gerbe"), [3]);
        assert_eq!(find("grety"), [1, 2]);
        assert_eq!(find("owk"), [] as [usize; 0]);
        assert_eq!(find("e\ng"), [1, 2, 3]);
    }

    #[test]
    fn one_of_a_hundred_thousand_is_found() {
        let attribute = of((0..100_000).map(|number| format!("Species {number:06} of genus {}", number % 977)));
        let search = OptionSearch::new(&attribute);
        assert_eq!(search.find(&attribute, "species 099999", &[])[0], 99_999);
        assert_eq!(search.find(&attribute, "spceies 099999", &[])[0], 99_999);
        assert_eq!(search.find(&attribute, "genus 976 sp", &[]).len(), 399);
        assert_eq!(search.find(&attribute, "s", &[]).len(), 100_000);
        assert_eq!(search.find(&attribute, "gneus", &[]), (0..MOST_SLIPS).collect::<Vec<_>>(), "not a hundred thousand");
    }
}
