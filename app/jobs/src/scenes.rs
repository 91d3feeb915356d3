//! Where scenes begin in a video.

use crate::frames::Frames;
use crate::{JobCx, JobError};
use limn_media::{Picture, Pixels};
use limn_models::{CutFinder, SmallFrame};

/// The first frame of each scene but the first one: every frame is looked at once.
///
/// # Errors
/// `Cancelled`, and `Media` when the frames cannot be read at all.
pub fn find_scenes(frames: &Frames, cx: &mut JobCx<'_>) -> Result<Vec<u64>, JobError> {
    let total = Some(frames.count());
    let mut finder = CutFinder::default();
    let mut stopped = Ok(());
    frames.each(&mut |number, picture| {
        stopped = cx.step("finding scenes", number, total);
        if let Some(small) = small(&picture) {
            finder.see(number, small);
        }
        stopped.is_ok()
    })?;
    stopped.map(|()| finder.finish())
}

/// A picture made small; `None` for one that is too large to be in memory.
fn small(picture: &Picture) -> Option<SmallFrame> {
    match &picture.pixels {
        Pixels::Planes(planes) => {
            let (width, height) = planes.size();
            Some(SmallFrame::of(width, height, |x, y| planes.rgba_at(x, y).map_or([0; 3], |[r, g, b, _]| [r, g, b])))
        }
        Pixels::Levels(_) | Pixels::Photo(_) => {
            let level = picture.levels().1.first()?;
            let pixels = level.rgba.as_chunks::<4>().0;
            let at = |x: u32, y: u32| pixels.get(y as usize * level.width as usize + x as usize);
            Some(SmallFrame::of(level.width, level.height, |x, y| at(x, y).map_or([0; 3], |[r, g, b, _]| [*r, *g, *b])))
        }
        Pixels::Tiles(_) => None,
    }
}
