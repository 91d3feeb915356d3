//! Videos that go together, by the times of their frames. All frames and times are those of the file: of a clip, of its stretch.

use crate::Footage;
use limn_core::camera::{Moment, frame_at};

const MICROS: f64 = 1e6;

/// When a frame begins: microseconds from the file's first one.
pub fn frame_time_us(of: &Footage, frame: u64) -> i64 {
    // Saturates at what no video has.
    of.time_s(frame).map_or(0, |seconds| (seconds * MICROS).round() as i64)
}

/// What the other video shows while this one shows a frame. With each, what the common clock shows at its time 0, microseconds.
pub fn moment_in(here: (&Footage, i64), frame: u64, there: (&Footage, i64)) -> Moment {
    let clock = frame_time_us(here.0, frame).saturating_add(here.1);
    // A time is known to half a tick; two of each video stand between the frames: their own, and those that gave the offset.
    let slack = tick_us(here.0).saturating_add(tick_us(there.0)).saturating_add(2);
    frame_at(there.0.count(), clock.saturating_sub(there.1), slack, |frame| frame_time_us(there.0, frame))
}

/// What the clock shows at the other video's time 0 when both frames show one moment; `here` as in [`moment_in`].
pub fn offset_by_frames(here: (&Footage, i64), frame: u64, there: &Footage, there_frame: u64) -> i64 {
    frame_time_us(here.0, frame).saturating_add(here.1).saturating_sub(frame_time_us(there, there_frame))
}

/// The unit of a video's times in microseconds, rounded up.
fn tick_us(of: &Footage) -> i64 {
    let (num, den) = of.time_base();
    (i64::from(num.max(0)) * MICROS as i64).checked_div(i64::from(den.max(1))).unwrap_or(0).saturating_add(1)
}
