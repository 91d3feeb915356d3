//! Searching while typing.

use super::error::CatalogueError;
use super::ids::Ids;
use super::open::{Catalogue, Entry, Kind, entry_of};
use super::slips;
use limn_core::schema::search::{Fit, Typed, Word, fold};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// While fewer than so many are found as they are typed, those that differ by a slip are looked for as well.
const FEW: usize = 20;
/// Entries that are compared with what is typed, at most so many times those that are asked for.
const POOL: usize = 2;
/// From when on in a search no more entries are looked for that differ by a slip: a frame of a screen, with what is left to do then.
const SLIPS_UNTIL: Duration = Duration::from_millis(10);
/// Places of lists that are looked at between two questions whether to go on.
const STEPS: usize = 256;

impl Catalogue {
    /// The offered entries that fit what is typed, at most so many: what is typed stands in their text as a whole, at its
    /// beginning, or in its words, each begun, in any order; and, while these are few, with one slip in each word of four letters
    /// or more. The key fits as a word. Best first, then by number. Nothing typed finds the first entries.
    ///
    /// # Errors
    /// `Damaged`, and `Cancelled` when `stop` says so.
    pub fn search(&self, typed: &str, most: usize, stop: &dyn Fn() -> bool) -> Result<Vec<Entry>, CatalogueError> {
        let slips_until = Instant::now() + SLIPS_UNTIL;
        let typed = Typed::new(typed);
        if typed.is_empty() {
            let sql = "SELECT id, key, text, detail, retired FROM entry WHERE retired = 0 ORDER BY id LIMIT ?1";
            return self.told((|| self.db.prepare_cached(sql)?.query_map([most as u64], entry_of)?.collect())());
        }
        let words = typed.words();
        let mut search = Search { catalogue: self, stop, until: None, ids: BTreeSet::new(), steps: 0 };
        let begun = |kind: Kind, word: &Word| Ids::of_beginning(self, kind, &word.text);
        let in_any_order = || words.iter().map(|word| begun(Kind::Word, word)).collect::<Result<Vec<Ids>, _>>();
        let is_all = search.common(in_any_order()?, most * POOL)?;
        if !is_all {
            // There are more than are asked for: those that are exactly these words and no others must be among them, and then
            // those that begin with the first.
            let whole = words.iter().map(|word| Ids::of_word(Kind::Word, &word.text));
            search.common(whole.chain([Ids::of_word(Kind::Count, &words.len().to_string())]).collect(), most)?;
            let mut first = words.iter().skip(1).map(|word| begun(Kind::Word, word)).collect::<Result<Vec<Ids>, _>>()?;
            first.extend(words.first().map(|word| begun(Kind::First, word)).transpose()?);
            search.common(first, most * POOL)?;
        }
        let mut found = search.entries(&typed)?;
        if typed.may_slip() && (found.is_empty() || (found.len() < FEW && words.len() == 1)) {
            self.slips(&mut search, words, most, slips_until)?;
            found = search.entries(&typed)?;
        }
        found.sort_by_key(|(fit, entry)| (*fit, entry.id));
        Ok(found.into_iter().take(most).map(|(_, entry)| entry).collect())
    }

    /// Adds entries that a slip keeps from fitting. A slip mostly makes a word that no entry has: then only such words are taken
    /// for others. What is not found in time is not found.
    fn slips(&self, search: &mut Search<'_>, words: &[Word], most: usize, until: Instant) -> Result<(), CatalogueError> {
        search.until = Some(until);
        let mut seeks = 0;
        let mut is_word = Vec::with_capacity(words.len());
        for word in words {
            is_word.push(slips::begins(self, &word.text, &mut seeks)?.is_some());
        }
        for only_others in [true, false] {
            if only_others && is_word.iter().all(|is_word| *is_word) {
                continue;
            }
            let mut lists = Vec::with_capacity(words.len());
            for (word, is_word) in words.iter().zip(&is_word) {
                lists.push(if only_others && *is_word {
                    Ids::of_beginning(self, Kind::Word, &word.text)?
                } else {
                    slips::of(self, word, until)?
                });
            }
            search.common(lists, most * POOL)?;
            if !search.ids.is_empty() {
                break;
            }
        }
        Ok(())
    }
}

struct Search<'a> {
    catalogue: &'a Catalogue,
    stop: &'a dyn Fn() -> bool,
    /// What is not found by then is not looked for.
    until: Option<Instant>,
    ids: BTreeSet<u32>,
    steps: usize,
}

impl Search<'_> {
    /// Adds the first entries that all lists hold, as long as there are not more than so many; says whether these are all.
    fn common(&mut self, mut lists: Vec<Ids>, most: usize) -> Result<bool, CatalogueError> {
        let (mut target, mut agree, mut found, mut at) = (0, 0, 0, 0);
        while found < most {
            let Some(list) = lists.get_mut(at) else { return Ok(true) };
            let Some(next) = list.seek(self.catalogue, target)? else { return Ok(true) };
            agree = if next == target { agree + 1 } else { 1 };
            target = next;
            at = if at + 1 == lists.len() { 0 } else { at + 1 };
            if agree == lists.len() {
                self.ids.insert(target);
                (agree, found, target) = (0, found + 1, target.saturating_add(1));
            }
            self.steps += 1;
            if self.steps.is_multiple_of(STEPS) {
                if (self.stop)() {
                    return Err(CatalogueError::Cancelled);
                }
                if self.until.is_some_and(|until| Instant::now() > until) {
                    return Ok(false);
                }
            }
        }
        Ok(false)
    }

    /// The entries, with how well each fits.
    fn entries(&self, typed: &Typed) -> Result<Vec<(Fit, Entry)>, CatalogueError> {
        let mut found = Vec::with_capacity(self.ids.len());
        for id in &self.ids {
            let Some(entry) = self.catalogue.entry(limn_core::schema::OptionId(*id))?.filter(|entry| !entry.retired) else { continue };
            let text = fold(&entry.text);
            let fit = typed.fit(&text).or_else(|| Some(typed.fit(&format!("{text} {}", fold(&entry.key)))?.max(Fit::Words)));
            found.extend(fit.map(|fit| (fit, entry)));
        }
        Ok(found)
    }
}
