//! What every file of the checkout keeps to.

use std::path::{Path, PathBuf};

/// Longer files hold more than one idea.
const MAX_LINES: usize = 600;

/// The text files of the checkout, with their path from its root.
fn text_files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let (path, name) = (entry.path(), entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                if name != ".git" && name != "target" && name != "__pycache__" {
                    folders.push(path);
                }
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.push((path.strip_prefix(&root).unwrap().to_owned(), text));
            }
        }
    }
    assert!(files.len() > 50, "the checkout is not where it was");
    files
}

#[test]
fn no_source_file_is_too_long() {
    let long: Vec<String> = text_files()
        .into_iter()
        .filter(|(path, text)| path.extension().is_some_and(|end| end == "rs") && text.lines().count() > MAX_LINES)
        .map(|(path, text)| format!("{}: {} lines, at most {MAX_LINES}", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_file_names_the_place_where_it_was_written() {
    // Put together here, so that this file passes its own check.
    let places = [["/", "work", "/"].concat(), ["/", "root", "/"].concat(), ["../", "shared"].concat(), ["/home/", "user"].concat()];
    let mut found = Vec::new();
    for (path, text) in text_files() {
        for (at, line) in text.lines().enumerate() {
            if let Some(place) = places.iter().find(|place| names_place(line, place)) {
                found.push(format!("{}:{}: {place}", path.display(), at + 1));
            }
        }
    }
    assert!(found.is_empty(), "a path of one machine helps nobody else:\n{}", found.join("\n"));
}

/// Whether a line holds the place as a path of its own, not as the middle of a longer word.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place)
        .any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '.'))
}
