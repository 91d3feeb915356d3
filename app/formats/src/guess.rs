//! Which format a file is of, where nobody says it: by its name, and where several share an ending, by how it begins.

use crate::tracking::layout::Layout;
use crate::yolo::format_of_folder;
use crate::{FORMATS, mots};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Bytes that are looked at.
const HEAD: u64 = 1 << 20;

/// The format in which a file of this name is to be written; COCO where the ending is that of none. Of two endings the longer
/// one counts, so that `a.kitti.txt` is KITTI and `a.txt` MOT.
pub fn format_of_name(path: &Path) -> &'static str {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let has = |end: &str| name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
    let ends = FORMATS.iter().flat_map(|format| format.extensions.iter().map(move |end| (*end, format.id)));
    ends.filter(|(end, _)| has(end)).max_by_key(|(end, _)| end.len()).map_or("coco", |(_, id)| id)
}

/// The format that a file or folder is most likely of. It is looked at, not checked: reading it may still fail.
pub fn format_of_file(path: &Path) -> &'static str {
    let by_name = format_of_name(path);
    let is_yaml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"));
    if (is_yaml || (path.is_dir() && !Layout::to_read(path).rows.is_file()))
        && let Some(format) = format_of_folder(path)
    {
        return format;
    }
    if mots::png::is_there(path) {
        return "mots-png";
    }
    // A folder of MOT and of MOTS looks the same.
    let rows = if path.is_dir() { Layout::to_read(path).rows } else { path.to_owned() };
    let by_name = if path.is_dir() { "mot" } else { by_name };
    let mut head = Vec::new();
    // What cannot be read is told when it is imported.
    let _ = File::open(rows).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    match by_name {
        "mot" => first_row(&head).map_or(by_name, of_row),
        "coco" => of_document(&head).unwrap_or(by_name),
        _ => by_name,
    }
}

/// The format of a JSON document in which such fields stand.
fn of_document(head: &str) -> Option<&'static str> {
    let has = |name: &str| head.contains(&format!("\"{name}\""));
    if has("videos") && has("file_names") && !has("images") {
        return Some("youtube-vis");
    }
    (has("video_id") && has("images")).then_some("coco-tracks")
}

fn first_row(head: &str) -> Option<&str> {
    head.lines().find(|line| !line.trim().is_empty())
}

/// The format that has rows such as this.
fn of_row(line: &str) -> &'static str {
    let cells: Vec<&str> = line.split_whitespace().collect();
    let is_word = |at: usize| cells.get(at).is_some_and(|cell| cell.parse::<f64>().is_err());
    match cells.len() {
        10.. if is_word(2) => "kitti-tracking",
        6 if is_word(5) && !line.contains(',') => "mots",
        _ => "mot",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_ending_counts() {
        let names = [
            "a.json",
            "a.tracks.JSON",
            "a.xml",
            "a.jsonl",
            "a.limn.jsonl",
            "gt.txt",
            "0000.kitti.txt",
            "a",
            "a.png",
            "a.yolo",
            "a.seg.yolo",
            "a.mots",
            "a.mots.txt",
        ];
        let wanted = [
            "coco",
            "coco-tracks",
            "cvat",
            "limn",
            "limn",
            "mot",
            "kitti-tracking",
            "coco",
            "coco",
            "yolo",
            "yolo-seg",
            "mots-png",
            "mots",
        ];
        assert_eq!(names.map(|name| format_of_name(Path::new(name))), wanted);
    }

    #[test]
    fn files_of_one_ending_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("0000.txt");
        for (text, wanted) in [
            ("\n1,1,1,1,5,5,1,1,1\n", "mot"),
            ("0 0 Car 0 0 -10 1 1 5 5\n", "kitti-tracking"),
            ("1 1000 1 3 4 03N\n", "mots"),
            ("", "mot"),
            ("1 2 3", "mot"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(format_of_file(&path), wanted, "{text}");
        }
        let path = dir.path().join("a.json");
        for (text, wanted) in [
            (r#"{"images":[{"id":1}]}"#, "coco"),
            (r#"{"images":[{"id":1,"video_id":1}]}"#, "coco-tracks"),
            (r#"{"videos":[{"file_names":["a/0.jpg"]}]}"#, "youtube-vis"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(format_of_file(&path), wanted, "{text}");
        }
        assert_eq!(format_of_file(dir.path()), "mot");
        let data = dir.path().join("data.yaml");
        for (text, wanted) in [
            ("names: [a]\n", "yolo"),
            ("names: [a]\ntask: obb\n", "yolo-obb"),
            ("names: [a]\ntask: segment\n", "yolo-seg"),
            ("kpt_shape: [17, 3]\nnames: [a]\n", "yolo-pose"),
        ] {
            std::fs::write(&data, text).unwrap();
            assert_eq!((format_of_file(dir.path()), format_of_file(&data)), (wanted, wanted), "{text}");
        }
        assert_eq!(format_of_file(&dir.path().join("none.json")), "coco");
    }
}
