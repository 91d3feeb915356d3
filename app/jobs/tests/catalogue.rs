//! Catalogues from tables and queries as people have them.

#![allow(clippy::unwrap_used, reason = "a test")]

use limn_jobs::{CatalogueReport, CatalogueSource, JobCx, JobError, Progress, catalogue_source, refresh_catalogue};
use limn_store::catalogue::{Catalogue, path_of};
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn refresh(project: &Path, source: &CatalogueSource) -> Result<CatalogueReport, String> {
    let mut cx = JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) };
    refresh_catalogue(project, "parts", source, &mut cx).map_err(|error| error.to_string())
}

fn table(project: &Path, bytes: &[u8]) -> Result<CatalogueReport, String> {
    let file = project.join("list.csv");
    std::fs::write(&file, bytes).unwrap();
    refresh(project, &CatalogueSource { file, ..CatalogueSource::default() })
}

/// `key text detail` of each entry that is offered.
fn entries(project: &Path) -> Vec<String> {
    let found = Catalogue::open(&path_of(project, "parts").unwrap()).unwrap().search("", 100, &|| false).unwrap();
    found.into_iter().map(|entry| format!("{} {} {}", entry.key, entry.text, entry.detail)).collect()
}

#[test]
fn tables_as_people_have_them_are_taken() {
    let dir = tempfile::tempdir().unwrap();
    let text =
        "\u{feff}ID;Name;Description\r\n7;\"Bolt; \"\"M8\"\"\";zinc\r\n\r\n8; Nut\tM8 ;\r\n9;ברגים;\r\n7;again;\r\n;no id;\r\n10;;\r\n";
    let mut text = text.as_bytes().to_vec();
    text.extend_from_slice(b"11;");
    text.extend(std::iter::repeat_n(b'x', 10 << 20));
    text.extend_from_slice(b";\r\n12;last;");
    let report = table(dir.path(), &text).unwrap();
    assert_eq!(entries(dir.path()), ["7 Bolt; \"M8\" zinc", "8 Nut M8 ", "9 ברגים ", "12 last "]);
    assert_eq!(report.refreshed.doubled, 1);
    let want = [("without an id", 1, 7), ("without a text", 1, 8), ("with a text of more than 400 characters", 1, 9)];
    assert_eq!(report.left_out, want);
    // One column is the text, by which its entries are known again.
    table(dir.path(), b"anything\r\nBolt\r\nNut\r\n").unwrap();
    assert_eq!(entries(dir.path()), ["Bolt Bolt ", "Nut Nut "]);
}

#[test]
fn tables_that_are_none_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), b"id,name\n1,Bolt\n").unwrap();
    for (bytes, why) in [
        (&b""[..], "is empty"),
        (b"id,label\n1,x\n", "no column is called name, text or title"),
        (b"id,name\n1,\xe9\n", "line 2 is not UTF-8"),
        (b"\xff\xfei\0d\0", "line 1 is not UTF-8"),
        (b"id,name\n1,\"Bolt\n2,Nut\n", "line 2: a quote is not closed"),
        (b"SQLite format 3\0 and so on", "is a SQLite file"),
    ] {
        let error = table(dir.path(), bytes).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
    let gone = CatalogueSource { file: dir.path().join("gone.csv"), ..CatalogueSource::default() };
    assert!(refresh(dir.path(), &gone).unwrap_err().contains("gone.csv"));
    let other = CatalogueSource { file: dir.path().join("list.csv"), text: Some("title".into()), ..CatalogueSource::default() };
    std::fs::write(&other.file, "id,name\n1,x\n").unwrap();
    assert!(refresh(dir.path(), &other).unwrap_err().contains("there is no column \"title\". There are \"id\", \"name\""));
    assert_eq!(entries(dir.path()), ["1 Bolt "]);
}

#[test]
fn a_refresh_remembers_its_source_and_stops_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), b"sku,name\n1,Bolt\n").unwrap();
    let source = catalogue_source(dir.path(), "parts").unwrap();
    assert_eq!(source.file, dir.path().join("list.csv"));
    let mut many = "id,name\n".to_owned();
    (0..50_000).for_each(|number| many += &format!("{number},Bolt {number}\n"));
    std::fs::write(&source.file, many).unwrap();
    for stage in ["reading", "sorting words"] {
        let cancel = AtomicBool::new(false);
        let mut progress = |progress: Progress| cancel.store(progress.stage == stage, std::sync::atomic::Ordering::Relaxed);
        let stopped = refresh_catalogue(dir.path(), "parts", &source, &mut JobCx { progress: &mut progress, cancel: &cancel });
        assert!(stopped.unwrap_err().to_string().contains("the catalogue is what it was"));
        assert_eq!(entries(dir.path()).len(), 1);
    }
    refresh(dir.path(), &source).unwrap();
    assert_eq!(entries(dir.path()).len(), 100);
    assert!(matches!(catalogue_source(dir.path(), "other"), Err(JobError::Catalogue(_))));
}
