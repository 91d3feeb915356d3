//! Beginnings of words that differ by one slip from what is typed.

use super::error::CatalogueError;
use super::ids::Ids;
use super::open::{Catalogue, Kind};
use limn_core::schema::search::Word;
use rusqlite::OptionalExtension as _;
use std::collections::BTreeSet;
use std::time::Instant;

/// Most looks into the list of words for a word: scripts of very many letters have very many slips.
const MOST_SEEKS: usize = 3000;
/// Most letters that are tried in one place.
const MOST_LETTERS: usize = 64;

/// The entries that hold a word, as typed or with one slip.
pub(super) fn of(catalogue: &Catalogue, word: &Word, until: Instant) -> Result<Ids, CatalogueError> {
    let as_typed = Ids::of_beginning(catalogue, Kind::Word, &word.text)?;
    if !word.may_slip() {
        return Ok(as_typed);
    }
    let mut lists = vec![as_typed];
    for beginning in beginnings(catalogue, word, until)? {
        if Instant::now() > until {
            break;
        }
        lists.push(Ids::of_beginning(catalogue, Kind::Word, &beginning)?);
    }
    Ok(Ids::Any(lists))
}

fn beginnings(catalogue: &Catalogue, word: &Word, until: Instant) -> Result<BTreeSet<String>, CatalogueError> {
    let seeks = &mut 0;
    let letters = word.letters();
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut try_one = |beginning: String, seeks: &mut usize| -> Result<(), CatalogueError> {
        if *seeks < MOST_SEEKS && !found.contains(&beginning) && begins(catalogue, &beginning, seeks)?.is_some() {
            found.insert(beginning);
        }
        Ok(())
    };
    for at in 0..letters.len() {
        if Instant::now() > until {
            break;
        }
        let before: String = letters[..at].iter().collect();
        let (here, after) = (&letters[at..], &letters[at + 1..]);
        let rest = |letters: &[char]| letters.iter().collect::<String>();
        try_one(before.clone() + &rest(after), seeks)?;
        if let [first, second, tail @ ..] = here {
            try_one(format!("{before}{second}{first}{}", rest(tail)), seeks)?;
        }
        let mut from = before.clone();
        for _ in 0..MOST_LETTERS {
            let Some(next) = begins_from(catalogue, &before, &from, seeks)?.filter(|_| *seeks < MOST_SEEKS) else { break };
            // The beginning itself may be a word.
            let Some(letter) = next.get(before.len()..).and_then(|rest| rest.chars().next()) else {
                from = format!("{before}\0");
                continue;
            };
            try_one(format!("{before}{letter}{}", rest(after)), seeks)?;
            try_one(format!("{before}{letter}{}", rest(here)), seeks)?;
            let Some(above) = (letter..=char::MAX).nth(1) else { break };
            from = format!("{before}{above}");
        }
    }
    Ok(found)
}

/// The first word that begins so.
pub(super) fn begins(catalogue: &Catalogue, beginning: &str, seeks: &mut usize) -> Result<Option<String>, CatalogueError> {
    begins_from(catalogue, beginning, beginning, seeks)
}

/// The first word that begins so and is `from` or behind it.
fn begins_from(catalogue: &Catalogue, beginning: &str, from: &str, seeks: &mut usize) -> Result<Option<String>, CatalogueError> {
    *seeks += 1;
    let sql = "SELECT word FROM list WHERE kind = ?1 AND word >= ?2 ORDER BY word LIMIT 1";
    let read = catalogue.db.prepare_cached(sql).and_then(|mut one| {
        let word = |row: &rusqlite::Row<'_>| row.get_ref(0)?.as_str().map(str::to_owned).map_err(Into::into);
        one.query_row((Kind::Word as u8, from), word).optional()
    });
    Ok(catalogue.told(read)?.filter(|word| word.starts_with(beginning)))
}
