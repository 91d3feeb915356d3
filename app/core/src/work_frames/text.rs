//! Frames as people write them: numbers and ranges.

use super::{MOST_LISTED, WorkFramesError};

/// The frames of a text such as `1, 5, 9-20`, in its order. `frames`: how many there are, if that is known.
///
/// # Errors
/// [`WorkFramesError`] with the sentence to show. Nothing is allocated for a range before it is known to be short enough.
pub fn parse_frames(text: &str, frames: Option<u64>) -> Result<Vec<u64>, WorkFramesError> {
    let mut found = Vec::new();
    for part in text.split([',', ';', '\n', ' ', '\t']).filter(|part| !part.is_empty()) {
        let wrong = || WorkFramesError::Text(part.chars().take(40).collect());
        let number = |text: &str| text.parse::<u64>().map_err(|_no_number| wrong());
        let (first, last) = match part.split_once(['-', '–']) {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(part)?, number(part)?),
        };
        if last < first {
            return Err(WorkFramesError::Backwards(first, last));
        }
        if let Some(frames) = frames.filter(|frames| last >= *frames) {
            return Err(WorkFramesError::Beyond { frame: last, last: frames.saturating_sub(1) });
        }
        if last - first >= (MOST_LISTED - found.len().min(MOST_LISTED)) as u64 {
            return Err(WorkFramesError::TooMany);
        }
        found.extend(first..=last);
    }
    if found.is_empty() { Err(WorkFramesError::Empty) } else { Ok(found) }
}

/// The text of frames that are in order: neighbours as ranges.
pub(super) fn text_of(frames: &[u64]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for run in frames.chunk_by(|a, b| a + 1 == *b) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if !text.is_empty() {
            text.push(',');
        }
        // Writing into a String cannot fail.
        let _ = if first == last { write!(text, "{first}") } else { write!(text, "{first}-{last}") };
    }
    text
}
