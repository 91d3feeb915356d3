//! Finding options by what is typed.

mod fold;
mod typed;

pub use fold::fold;
pub use typed::{Fit, Typed, Word};

use super::answer::OptionId;
use super::attribute::{Attribute, AttributeType};
use memchr::memmem::Finder;
use std::collections::BTreeMap;

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
    /// Where each stands among the attribute's options, and its number.
    options: Vec<(usize, OptionId)>,
}

/// Lines that fit, in order, the best fit first.
type Found = BTreeMap<Fit, Vec<usize>>;

impl OptionSearch {
    /// Of an attribute.
    pub fn new(attribute: &Attribute) -> Self {
        let mut search = Self::default();
        for (place, option) in attribute.options.iter().enumerate().filter(|(_, option)| !option.deprecated) {
            search.text.push('\n');
            search.starts.push(search.text.len());
            search.options.push((place, option.id));
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
        let held: Vec<Vec<Option<Fit>>> = typed.words().iter().map(|word| self.lines_with(word)).collect();
        let mut found = self.as_typed(&typed, &held);
        if found.values().map(Vec::len).sum::<usize>() < FEW && typed.may_slip() {
            self.with_slips(&typed, &held, &mut found);
        }
        let lines = || found.values().flatten().copied();
        let place = |line: usize| self.options.get(line).map(|(place, _)| *place);
        if recent.is_empty() {
            return lines().filter_map(place).collect();
        }
        let is_recent: Vec<bool> = self.options.iter().map(|(_, id)| recent.contains(id)).collect();
        let (first, rest): (Vec<usize>, Vec<usize>) = lines().partition(|line| is_recent.get(*line) == Some(&true));
        first.into_iter().chain(rest).filter_map(place).collect()
    }

    /// The lines that hold every word that is typed.
    fn as_typed(&self, typed: &Typed, held: &[Vec<Option<Fit>>]) -> Found {
        let mut found = Found::new();
        for line in 0..self.options.len() {
            let fit_of = |held: &Vec<Option<Fit>>| held.get(line).copied().flatten();
            if let Some(fit) = held.iter().try_fold(Fit::Words, |worst, held| Some(worst.max(fit_of(held)?))) {
                found.entry(typed.begins(self.name(line)).unwrap_or(fit)).or_default().push(line);
            }
        }
        found
    }

    /// How each line holds a word as it is typed: at the beginning of one of its own, or within.
    fn lines_with(&self, word: &Word) -> Vec<Option<Fit>> {
        let mut fits = vec![None; self.options.len()];
        let (text, finder) = (self.text.as_bytes(), Finder::new(&word.text));
        let (mut from, mut line) = (0, 0);
        // All names are searched as one text: one at a time, a search would be prepared for each.
        while let Some(at) = text.get(from..).and_then(|rest| finder.find(rest)).map(|at| from + at) {
            while self.starts.get(line + 1).is_some_and(|next| *next <= at) {
                line += 1;
            }
            let begins = at.checked_sub(1).and_then(|before| text.get(before)).is_none_or(|before| matches!(before, b' ' | b'\n'));
            if let Some(fit) = fits.get_mut(line) {
                *fit = Some(if begins { Fit::Words } else { Fit::Holds });
            }
            // Nothing better than a beginning can follow in this name.
            let next = self.starts.get(line + 1).copied().unwrap_or(text.len());
            from = if begins { next } else { at + 1 };
        }
        fits
    }

    /// Adds the lines that only a slip keeps from holding every word.
    fn with_slips(&self, typed: &Typed, held: &[Vec<Option<Fit>>], found: &mut Found) {
        let mut rest = MOST_SLIPS;
        let words: Vec<(&Word, Letters, &Vec<Option<Fit>>)> =
            typed.words().iter().zip(held).map(|(word, held)| (word, Letters::of(&word.text), held)).collect();
        for (line, letters) in self.letters.iter().enumerate() {
            let is_held = |held: &[Option<Fit>]| held.get(line).is_some_and(Option::is_some);
            let may_slip = |(word, wanted, held): &(&Word, Letters, &Vec<Option<Fit>>)| {
                is_held(held) || word.may_slip() && wanted.may_slip_in(*letters)
            };
            if !words.iter().all(may_slip) {
                continue;
            }
            let slipped = words.iter().filter(|(_, _, held)| !is_held(held));
            let slips = slipped.map(|(word, ..)| word.slips_in(self.name(line))).try_fold(0, |slips, slip| slip.then_some(slips + 1));
            if let Some(slips) = slips.filter(|slips| *slips > 0) {
                found.entry(Fit::Slips(slips)).or_default().push(line);
                rest -= 1;
            }
            if rest == 0 {
                break;
            }
        }
    }

    fn name(&self, line: usize) -> &str {
        let start = self.starts.get(line).copied().unwrap_or_default();
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end).unwrap_or_default()
    }

    fn all(&self, attribute: &Attribute, recent: &[OptionId]) -> Vec<usize> {
        let recent = if attribute.kind == AttributeType::Tree { &[] } else { recent };
        let rank_of = |id: &OptionId| recent.iter().position(|recent| recent == id);
        let mut first: Vec<(usize, usize)> = self.options.iter().filter_map(|(place, id)| Some((rank_of(id)?, *place))).collect();
        first.sort_unstable();
        let rest = self.options.iter().filter(|(_, id)| rank_of(id).is_none()).map(|(place, _)| *place);
        first.into_iter().map(|(_, place)| place).chain(rest).collect()
    }
}

/// A bit for each letter that a text holds; rare ones share bits.
fn letters_of(text: &str) -> u64 {
    text.chars().fold(0, |letters, letter| letters | bit_of(letter))
}

fn bit_of(letter: char) -> u64 {
    match letter {
        ' ' => 0,
        'a'..='z' => 1 << (letter as u32 - 'a' as u32),
        '0'..='9' => 1 << (26 + letter as u32 - '0' as u32),
        _ => 1 << (36 + letter as u32 % 28),
    }
}

/// The letters of a word that is typed: those that stand in it once, and those that do more often.
struct Letters {
    once: u64,
    often: u64,
}

impl Letters {
    fn of(word: &str) -> Self {
        word.chars().map(bit_of).fold(Self { once: 0, often: 0 }, |Self { once, often }, bit| {
            let often = often | once & bit;
            Self { once: (once | bit) & !often, often }
        })
    }

    /// Whether a name of these letters can hold the word but for one slip: that brings one letter that the name need not have.
    fn may_slip_in(&self, letters: u64) -> bool {
        self.often & !letters == 0 && (self.once & !letters).count_ones() <= 1
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
