//! Where a long video is cut into clips.

use crate::event::Frames;

/// Most clips of one cut: more are no work for people, but a number that was mistyped.
pub const MOST_CLIPS: usize = 2000;

/// Why a video cannot be cut so. Frames count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// Nothing to cut.
    #[error("it has no frames that could be cut")]
    NoFrames,
    /// Clips without frames.
    #[error("a clip has at least 1 frame. Choose a length")]
    NoLength,
    /// Every clip would begin where the one before began.
    #[error("clips of {length} frames cannot share {overlap} with the next one. Choose an overlap below the length")]
    Overlap {
        /// Frames of a clip.
        length: u64,
        /// Frames that two neighbours share.
        overlap: u64,
    },
    /// See [`MOST_CLIPS`].
    #[error("that would be more than {MOST_CLIPS} clips. Choose longer ones")]
    TooMany,
    /// Part of a list that is no range.
    #[error("\"{0}\" is no range of frames such as 0-299. Write ranges with commas between them")]
    Text(String),
    /// A range that ends before it begins.
    #[error("the range {0}-{1} ends before it begins. Write the smaller number first")]
    Backwards(u64, u64),
    /// A range that reaches behind the end.
    #[error("there is no frame {frame}: the last one is {last}. Choose a range within the video")]
    Beyond {
        /// The frame that was asked for.
        frame: u64,
        /// The last one.
        last: u64,
    },
}

/// Clips of `length` frames that share `overlap` with the next one, over a video of `frames`; the last one may be shorter.
///
/// # Errors
/// [`CutError`] with the sentence to show.
pub fn by_length(frames: u64, length: u64, overlap: u64) -> Result<Vec<Frames>, CutError> {
    let last = frames.checked_sub(1).ok_or(CutError::NoFrames)?;
    if length == 0 {
        return Err(CutError::NoLength);
    }
    let step = length.checked_sub(overlap).filter(|step| *step > 0).ok_or(CutError::Overlap { length, overlap })?;
    // The first that reaches the end is the last one: what came after it would hold nothing of its own.
    let count = (frames.saturating_sub(overlap)).div_ceil(step).max(1);
    if count > MOST_CLIPS as u64 {
        return Err(CutError::TooMany);
    }
    Ok((0..count).map(|n| n * step).map(|first| Frames::new(first, first.saturating_add(length - 1).min(last))).collect())
}

/// One clip from each frame on which another scene begins to the next one; `begins` need not hold frame 0.
///
/// # Errors
/// [`CutError`] with the sentence to show.
pub fn at_scenes(frames: u64, begins: &[u64]) -> Result<Vec<Frames>, CutError> {
    let last = frames.checked_sub(1).ok_or(CutError::NoFrames)?;
    let mut begins: Vec<u64> = begins.iter().copied().filter(|begin| *begin <= last).chain([0]).collect();
    begins.sort_unstable();
    begins.dedup();
    if begins.len() > MOST_CLIPS {
        return Err(CutError::TooMany);
    }
    let ends = begins.iter().skip(1).map(|next| next - 1).chain([last]);
    Ok(begins.iter().zip(ends).map(|(begin, end)| Frames::new(*begin, end)).collect())
}

/// The ranges of a text such as `0-299, 270-599`, in its order, each once.
///
/// # Errors
/// [`CutError`] with the sentence to show.
pub fn listed(frames: u64, text: &str) -> Result<Vec<Frames>, CutError> {
    let last_there = frames.checked_sub(1).ok_or(CutError::NoFrames)?;
    let mut found = Vec::new();
    for part in text.split([',', ';', '\n', ' ', '\t']).filter(|part| !part.is_empty()) {
        let numbers = part.split_once(['-', '–']).and_then(|(first, last)| first.parse::<u64>().ok().zip(last.parse::<u64>().ok()));
        let (first, last) = numbers.ok_or_else(|| CutError::Text(part.chars().take(40).collect()))?;
        if last < first {
            return Err(CutError::Backwards(first, last));
        }
        if last > last_there {
            return Err(CutError::Beyond { frame: last, last: last_there });
        }
        let cut = Frames::new(first, last);
        if !found.contains(&cut) {
            found.push(cut);
        }
        if found.len() > MOST_CLIPS {
            return Err(CutError::TooMany);
        }
    }
    if found.is_empty() { Err(CutError::Text(String::new())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(cuts: &[Frames]) -> String {
        cuts.iter().map(|cut| format!("{}-{}", cut.first(), cut.last())).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn cuts_are_where_they_are_asked_for() {
        let cut = |frames, length, overlap| by_length(frames, length, overlap).map(|cuts| text(&cuts));
        assert_eq!(cut(600, 300, 0).unwrap(), "0-299,300-599");
        assert_eq!(cut(600, 300, 30).unwrap(), "0-299,270-569,540-599");
        assert_eq!(cut(570, 300, 30).unwrap(), "0-299,270-569", "a third would hold nothing of its own");
        assert_eq!(cut(10, 300, 30).unwrap(), "0-9");
        assert_eq!(cut(u64::MAX, u64::MAX, 0).unwrap(), format!("0-{}", u64::MAX - 1));
        assert_eq!(text(&at_scenes(100, &[40, 10, 40, 100, 7000]).unwrap()), "0-9,10-39,40-99");
        assert_eq!(text(&at_scenes(100, &[]).unwrap()), "0-99");
        assert_eq!(text(&listed(600, "270-599, 0–299 0-299").unwrap()), "270-599,0-299");
    }

    #[test]
    fn what_cannot_be_cut_says_why() {
        assert_eq!(by_length(0, 10, 0), Err(CutError::NoFrames));
        assert_eq!(by_length(100, 0, 0), Err(CutError::NoLength));
        for overlap in [10, 11, u64::MAX] {
            assert_eq!(by_length(100, 10, overlap), Err(CutError::Overlap { length: 10, overlap }));
        }
        assert_eq!(by_length(u64::MAX, 1, 0), Err(CutError::TooMany));
        assert_eq!(by_length(2001, 1, 0), Err(CutError::TooMany));
        assert_eq!(by_length(2000, 1, 0).unwrap().len(), MOST_CLIPS);
        assert_eq!(at_scenes(5000, &(0..5000).collect::<Vec<_>>()), Err(CutError::TooMany));
        assert_eq!(listed(100, "0-x"), Err(CutError::Text("0-x".into())));
        assert_eq!(listed(100, "7"), Err(CutError::Text("7".into())));
        assert_eq!(listed(100, " , "), Err(CutError::Text(String::new())));
        assert_eq!(listed(100, "9-3"), Err(CutError::Backwards(9, 3)));
        assert_eq!(listed(100, "0-100"), Err(CutError::Beyond { frame: 100, last: 99 }));
        assert!(listed(100, "0-99999999999999999999").is_err());
    }

    proptest! {
        #[test]
        fn every_frame_is_in_a_clip_and_neighbours_share_the_overlap(frames in 1u64..5000, length in 1u64..400, overlap in 0u64..400) {
            let Ok(cuts) = by_length(frames, length, overlap) else {
                prop_assert!(overlap >= length || frames / (length - overlap) > 1000);
                return Ok(());
            };
            prop_assert_eq!((cuts[0].first(), cuts[cuts.len() - 1].last()), (0, frames - 1));
            for two in cuts.windows(2) {
                prop_assert_eq!(two[0].count(), length);
                prop_assert!(two[1].last() > two[0].last());
                prop_assert_eq!((two[0].last() + 1) - two[1].first(), overlap);
            }
        }
    }
}
