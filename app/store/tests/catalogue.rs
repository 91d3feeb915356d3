//! Catalogues: made, refreshed, searched, and refused when they are none.

#![allow(clippy::unwrap_used, reason = "a test")]

use limn_core::schema::OptionId;
use limn_core::schema::search::{Typed, fold};
use limn_store::catalogue::{Builder, Catalogue, CatalogueError, Entry, MOST_ENTRIES, QueryLimits, Refreshed, names, path_of, read_query};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn make(path: &Path, rows: &[(&str, &str)]) -> Refreshed {
    let mut builder = Builder::new(path, MOST_ENTRIES).unwrap();
    for (key, text) in rows {
        builder.add(key, text, "").unwrap();
    }
    builder.finish("test", 1, &mut |_, _| true).unwrap()
}

fn found(path: &Path, typed: &str) -> Vec<u32> {
    let found = Catalogue::open(path).unwrap().search(typed, 50, &|| false).unwrap();
    found.into_iter().map(|entry| entry.id.0).collect()
}

#[test]
fn what_is_typed_finds_best_first() {
    let dir = tempfile::tempdir().unwrap();
    let path = path_of(dir.path(), "parts").unwrap();
    let rows = [
        ("A-1", "Zinc bolt M8"),
        ("A-2", "Bolt"),
        ("A-3", "Bolt M8 zinc"),
        ("B-77", "Crème brûlée"),
        ("B-78", "Washer"),
        ("B-79", "Bölt ring"),
    ];
    assert_eq!(make(&path, &rows).offered, 6);
    assert_eq!(names(dir.path()), ["parts"]);
    assert_eq!(found(&path, "bolt"), [2, 3, 6, 1]);
    assert_eq!(found(&path, "m8 zinc"), [1, 3]);
    assert_eq!(found(&path, "creme"), [4]);
    assert_eq!(found(&path, "wahser"), [5]);
    assert_eq!(found(&path, "wsher"), [5]);
    assert_eq!(found(&path, "wasyer"), [5]);
    assert_eq!(found(&path, "wasshe"), [5]);
    assert_eq!(found(&path, "b 78"), [5]);
    assert_eq!(found(&path, "bolt wash"), [] as [u32; 0]);
    assert_eq!(found(&path, ""), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn numbers_stay_and_what_left_is_retired_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = path_of(dir.path(), "parts").unwrap();
    make(&path, &[("a", "Ape"), ("b", "Bear"), ("c", "Cat")]);
    let second = make(&path, &[("c", "Cat"), ("d", "Dog"), ("b", "Brown bear"), ("d", "Doubled")]);
    assert_eq!(second, Refreshed { offered: 3, added: 1, changed: 1, retired: 1, returned: 0, doubled: 1 });
    assert_eq!(found(&path, ""), [2, 3, 4]);
    let catalogue = Catalogue::open(&path).unwrap();
    let ape = catalogue.entry(OptionId(1)).unwrap().unwrap();
    assert_eq!((ape.text.as_str(), ape.retired), ("Ape", true));
    assert_eq!(catalogue.search("ape", 9, &|| false).unwrap(), []);
    assert_eq!((catalogue.info().unwrap().offered, catalogue.info().unwrap().retired), (3, 1));
    // All leave, one comes back: nobody else ever gets its number.
    make(&path, &[]);
    let last = make(&path, &[("e", "Eel"), ("a", "Ape")]);
    assert_eq!((last.added, last.returned), (1, 1));
    assert_eq!((found(&path, "ape"), found(&path, "eel")), (vec![1], vec![5]));
    // Who has it open reads on in the file that it was.
    assert_eq!(catalogue.search("dog", 9, &|| false).unwrap().len(), 1);
}

#[test]
fn a_refresh_that_is_stopped_or_has_too_many_rows_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = path_of(dir.path(), "parts").unwrap();
    make(&path, &[("a", "Ape")]);
    let before = std::fs::read(&path).unwrap();
    std::fs::write(path.with_file_name(".catalogue-of a program that was killed"), "half").unwrap();
    let mut builder = Builder::new(&path, 2).unwrap();
    builder.add("b", "Bear", "").unwrap();
    builder.add("c", "Cat", "").unwrap();
    assert!(matches!(builder.add("d", "Dog", ""), Err(CatalogueError::TooMany(2))));
    drop(builder);
    let mut builder = Builder::new(&path, 9).unwrap();
    assert!(matches!(Builder::new(&path, 9), Err(CatalogueError::Busy)));
    builder.add("b", "Bear", "").unwrap();
    assert!(matches!(builder.finish("test", 1, &mut |_, _| false), Err(CatalogueError::Cancelled)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
}

#[test]
fn very_many_words_that_begin_alike_are_found_by_any_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let path = path_of(dir.path(), "parts").unwrap();
    let rows: Vec<(String, String)> = (0..30_000).map(|n| (format!("K{n}"), format!("part sku{n:06} of {}", n % 3))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
    make(&path, &rows);
    assert_eq!(found(&path, "sku02999")[..10], (29_991..=30_000).collect::<Vec<u32>>());
    assert_eq!(found(&path, "sku029999")[0], 30_000);
    assert_eq!(found(&path, "sku029998x part")[0], 29_999);
    assert_eq!(found(&path, "k29999")[0], 30_000);
    assert_eq!(found(&path, "part sku 2")[..3], [3, 6, 9]);
    assert_eq!(found(&path, "sku0 part 1").len(), 50);
    // Two lists that are long and have nothing in common are gone through until somebody types on.
    assert!(matches!(Catalogue::open(&path).unwrap().search("0 1", 9, &|| true), Err(CatalogueError::Cancelled)));
    assert_eq!(found(&path, "skv029999 prat 2")[0], 30_000);
}

#[test]
fn files_that_are_no_catalogues_are_refused_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let path = path_of(dir.path(), "parts").unwrap();
    assert!(matches!(Catalogue::open(&path), Err(CatalogueError::Missing(name)) if name == "parts"));
    for name in ["", "../x", "a/b", "a b", "ä", &"a".repeat(61)] {
        assert!(matches!(path_of(dir.path(), name), Err(CatalogueError::Name(_))), "{name}");
    }
    let rows: Vec<(String, String)> = (0..20_000).map(|n| (format!("K{n}"), format!("word{n} bolt"))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
    make(&path, &rows);
    let whole = std::fs::read(&path).unwrap();
    let search = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let catalogue = Catalogue::open(&path)?;
        for typed in ["bolt", "word19", "wrod19999 blot", ""] {
            catalogue.search(typed, 50, &|| false)?;
        }
        Ok(())
    };
    search(&whole).unwrap();
    for bad in [&b""[..], b"id,name\n1,a\n", &whole[..100], &whole[..4096], &whole[..whole.len() / 2]] {
        assert!(matches!(search(bad), Err(CatalogueError::Damaged { .. })), "{}", bad.len());
    }
    let sql = |statement: &str| {
        std::fs::write(&path, &whole).unwrap();
        rusqlite::Connection::open(&path).unwrap().execute_batch(statement).unwrap();
        search(&std::fs::read(&path).unwrap())
    };
    for (statement, why) in [
        ("PRAGMA application_id = 7", "no catalogue"),
        ("DROP TABLE start; CREATE VIEW start AS SELECT 0 AS kind, 'bolt' AS word, 1 AS first, x'' AS ids", "tables"),
        ("CREATE TRIGGER t AFTER INSERT ON meta BEGIN SELECT 1; END", "tables"),
        ("UPDATE list SET ids = x'ffffffffffffffffff'", "broken"),
        ("UPDATE list SET first = 'many' || first WHERE word LIKE 'bolt%'", "nvalid"),
    ] {
        let error = sql(statement).unwrap_err().to_string();
        assert!(error.contains(why), "{statement}: {error}");
    }
    assert!(matches!(sql("PRAGMA user_version = 2"), Err(CatalogueError::Newer(_))));
    // Counts are only told; entries that a list names and the file has not are not found.
    sql("UPDATE meta SET value = 1000000000000 WHERE key = 'offered'; DELETE FROM entry WHERE id > 10").unwrap();
    assert_eq!(found(&path, "bolt").len(), 10);
}

#[test]
fn queries_only_read_and_end() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("shop 100%?#.sqlite");
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch("CREATE TABLE p (id INTEGER, name TEXT); INSERT INTO p VALUES (7, 'Bolt'), (8, NULL), (9, 3.5);").unwrap();
    let cancel = AtomicBool::new(false);
    let run = |file: &Path, sql: &str| {
        let mut rows = Vec::new();
        let limits = QueryLimits { wait: Duration::from_millis(300) };
        let mut take = |fields: &[String]| {
            rows.push(fields.join("|"));
            if rows.len() > 100 { Err(CatalogueError::TooMany(100)) } else { Ok(()) }
        };
        read_query(file, sql, limits, &cancel, &mut take).map(|()| rows)
    };
    let rows = run(&file, " /* all */ SELECT id, name AS title FROM p; -- end").unwrap();
    assert_eq!(rows, ["id|title", "7|Bolt", "8|", "9|3.5"]);
    let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    for (sql, why) in [
        ("DELETE FROM p", "no single SELECT"),
        ("DELETE FROM p RETURNING id", "no single SELECT"),
        ("SELECT 1; DELETE FROM p", "no single SELECT"),
        ("PRAGMA table_info(p)", "no single SELECT"),
        ("ATTACH 'x.db' AS x", "no single SELECT"),
        ("", "no single SELECT"),
        ("SELECT absent FROM p", "no such column"),
        (slow, "gave no row for 0.3 seconds"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", "more than 100 rows"),
        (&"x".repeat(70_000), "longer than 64 KiB"),
    ] {
        let error = run(&file, sql).unwrap_err().to_string();
        assert!(error.contains(why), "{sql}: {error}");
    }
    assert!(run(&dir.path().join("none.sqlite"), "SELECT 1").unwrap_err().to_string().contains("there is no file"));
    std::fs::write(dir.path().join("text.sqlite"), "not a database, but long enough to be read as one").unwrap();
    assert!(run(&dir.path().join("text.sqlite"), "SELECT * FROM p").unwrap_err().to_string().contains("failed"));
    cancel.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(matches!(run(&file, slow), Err(CatalogueError::Cancelled)));
    let rows: i64 = db.query_row("SELECT count(*) FROM p", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// The index finds what going through all finds: every entry in which each word begins a word, as typed; and while these
    /// are few, those with a slip.
    #[test]
    fn the_index_finds_what_looking_at_each_finds(
        texts in proptest::collection::vec("[abä]{1,6}( [ab]{1,5}){0,2}", 1..40),
        typed in "[abx]{1,6}( [abx]{1,5}){0,2}",
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = path_of(dir.path(), "c").unwrap();
        let mut builder = Builder::new(&path, MOST_ENTRIES).unwrap();
        let texts: BTreeSet<String> = texts.into_iter().collect();
        texts.iter().for_each(|text| builder.add(text, text, "").unwrap());
        builder.finish("test", 1, &mut |_, _| true).unwrap();
        let found: Vec<Entry> = Catalogue::open(&path).unwrap().search(&typed, 500, &|| false).unwrap();
        let words = Typed::new(&typed);
        // Within a word is what the index does not know.
        let begins = |text: &str, word: &str| text.split(' ').any(|own| own.starts_with(word));
        let all: Vec<&String> = texts.iter().filter(|text| words.words().iter().all(|word| begins(&fold(text), &word.text))).collect();
        let got: BTreeSet<&str> = found.iter().map(|entry| entry.text.as_str()).collect();
        prop_assert_eq!(got.len(), found.len());
        for text in &all {
            prop_assert!(got.contains(text.as_str()), "{} is not found by {}", text, typed);
        }
        let slips = |text: &str| words.words().iter().all(|word| {
            let alone = Typed::new(&word.text);
            fold(text).split(' ').any(|own| own.starts_with(&word.text) || (!own.contains(&word.text) && alone.fit(own).is_some()))
        });
        if all.is_empty() && texts.iter().any(|text| slips(text)) {
            prop_assert!(!found.is_empty(), "nothing is found by {} with a slip", typed);
        }
        if all.len() < 20 && words.words().len() == 1 {
            for text in texts.iter().filter(|text| slips(text)) {
                prop_assert!(got.contains(text.as_str()), "{} is not found by {} with a slip", text, typed);
            }
        }
        for entry in &found {
            prop_assert!(words.fit(&fold(&entry.text)).is_some());
        }
    }
}
