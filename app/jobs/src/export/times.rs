//! The times of the frames of videos whose rate varies, beside an export: foreign formats number frames, and say one rate or none.

use crate::cx::JobCx;
use crate::error::JobError;
use crate::retime::{index, times};
use limn_store::FileRow;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Writes `OUT.times.csv` of rows that are videos, with the video as the export calls it, the frame as it numbers it, and its seconds from the video's first frame;
/// `None` where the rate of no video varies. What cannot be read is left out: an export does not need the videos. `joined`: the names of
/// the videos in whose frames clips are written.
///
/// # Errors
/// It cannot be written; `Cancelled`.
pub(super) fn write(
    project: &Path,
    rows: &[FileRow],
    joined: Option<&HashMap<limn_core::FileId, String>>,
    index_dir: &Path,
    out: &Path,
    cx: &mut JobCx<'_>,
) -> Result<Option<PathBuf>, JobError> {
    let mut text = String::from("video,frame,seconds\n");
    let empty = text.len();
    let mut known: HashMap<PathBuf, Option<Vec<f64>>> = HashMap::new();
    let mut told = BTreeSet::new();
    for row in rows {
        let media = limn_store::resolve(project, &row.file.path);
        if !known.contains_key(&media) {
            let read = match index(&media, index_dir, cx) {
                Ok(index) => Some(times(&index)).filter(|times| is_varying(times)),
                Err(JobError::Cancelled) => return Err(JobError::Cancelled),
                Err(_unreadable) => None,
            };
            known.insert(media.clone(), read);
        }
        let Some(Some(times)) = known.get(&media) else { continue };
        let frames = row.file.media_frames();
        let source = row.file.clip.and_then(|clip| joined?.get(&clip.of));
        let (name, is_whole) = (source.unwrap_or(&row.file.name), source.is_some() || row.file.clip.is_none());
        // Several clips are one video.
        if is_whole && !told.insert(name.clone()) {
            continue;
        }
        for (media_frame, seconds) in (0_u64..).zip(times) {
            let number = if is_whole { Some(media_frame) } else { frames.own(media_frame) };
            if let Some(number) = number {
                let _ = writeln!(text, "{},{number},{seconds:.6}", quoted(name));
            }
        }
    }
    if text.len() == empty {
        return Ok(None);
    }
    let mut path = out.as_os_str().to_owned();
    path.push(".times.csv");
    let path = PathBuf::from(path);
    std::fs::write(&path, text).map_err(JobError::io("write", &path))?;
    Ok(Some(path))
}

/// Whether a frame is shown more than half a frame from where a constant rate would have it.
fn is_varying(times: &[f64]) -> bool {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return false };
    let usual = (last - first) / times.len().saturating_sub(1).max(1) as f64;
    (0_u32..).zip(times).any(|(at, time)| (time - first - usual * f64::from(at)).abs() > usual * 0.5)
}

/// A field of CSV.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_drifts_varies_and_rounding_does_not() {
        let at = |times: &[f64]| is_varying(times);
        assert!(!at(&[]) && !at(&[0.0]) && !at(&[0.0, 0.04, 0.08]));
        let ntsc: Vec<f64> = (0..900).map(|n| (f64::from(n) * 1001.0 / 30.0).round() / 1000.0).collect();
        assert!(!at(&ntsc), "milliseconds of 29.97");
        assert!(at(&[0.0, 0.04, 0.2, 0.24, 0.28]));
    }

    #[test]
    fn names_are_fields() {
        assert_eq!([quoted("a b"), quoted("a,b"), quoted("a\"b")], ["a b", "\"a,b\"", "\"a\"\"b\""]);
    }
}
