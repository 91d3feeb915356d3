//! Searching while typing.

use super::error::CatalogueError;
use super::ids::Ids;
use super::open::{Catalogue, Entry, Kind, entry_of};
use super::slips;
use limn_core::schema::search::{Fit, Typed, Word, fold};
use std::collections::BTreeSet;

/// While fewer than so many are found as they are typed, those that differ by a slip are looked for as well.
const FEW: usize = 20;
/// Entries that are compared with what is typed, at most so many times those that are asked for.
const POOL: usize = 2;
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
        let typed = Typed::new(typed);
        if typed.is_empty() {
            let sql = "SELECT id, key, text, detail, retired FROM entry WHERE retired = 0 ORDER BY id LIMIT ?1";
            return self.told((|| self.db.prepare_cached(sql)?.query_map([most as u64], entry_of)?.collect())());
        }
        let words = typed.words();
        let mut search = Search { catalogue: self, stop, ids: BTreeSet::new(), steps: 0 };
        // The whole text: exactly these words, and no others.
        let whole = words.iter().map(|word| Ids::of_word(Kind::Word, &word.text));
        let whole = whole.chain([Ids::of_word(Kind::Count, &words.len().to_string())]).collect();
        search.common(whole, most)?;
        let begun = |kind: Kind, word: &Word| Ids::of_beginning(self, kind, &word.text);
        let mut first: Vec<Ids> = words.iter().skip(1).map(|word| begun(Kind::Word, word)).collect::<Result<_, _>>()?;
        first.extend(words.first().map(|word| begun(Kind::First, word)).transpose()?);
        search.common(first, most * POOL)?;
        search.common(words.iter().map(|word| begun(Kind::Word, word)).collect::<Result<_, _>>()?, most * POOL)?;
        let mut found = search.entries(&typed)?;
        if found.len() < FEW && typed.may_slip() {
            let mut seeks = 0;
            search.common(words.iter().map(|word| slips::of(self, word, &mut seeks)).collect::<Result<_, _>>()?, most * POOL)?;
            found = search.entries(&typed)?;
        }
        found.sort_by_key(|(fit, entry)| (*fit, entry.id));
        Ok(found.into_iter().take(most).map(|(_, entry)| entry).collect())
    }
}

struct Search<'a> {
    catalogue: &'a Catalogue,
    stop: &'a dyn Fn() -> bool,
    ids: BTreeSet<u32>,
    steps: usize,
}

impl Search<'_> {
    /// Adds the first entries that all lists hold, as long as there are not more than so many.
    fn common(&mut self, mut lists: Vec<Ids>, most: usize) -> Result<(), CatalogueError> {
        let (mut target, mut agree, mut found) = (0, 0, 0);
        for at in (0..lists.len()).cycle() {
            found += usize::from(agree == lists.len());
            if agree == lists.len() {
                self.ids.insert(target);
                agree = 0;
                target += 1;
            }
            if found >= most {
                break;
            }
            let Some(next) = lists[at].seek(self.catalogue, target)? else { break };
            agree = if next == target { agree + 1 } else { 1 };
            target = next;
            self.steps += 1;
            if self.steps.is_multiple_of(STEPS) && (self.stop)() {
                return Err(CatalogueError::Cancelled);
            }
        }
        Ok(())
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
