//! Several cameras that saw the same at one time: videos that are linked, each with an offset, so that they go together.

use crate::ids::FileId;
use serde::{Deserialize, Serialize};

/// A video's place among the cameras that it is linked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Camera {
    /// The file whose clock all of them go by: the first of them, which names itself here too.
    pub clock: FileId,
    /// What the clock shows at this video's own time 0, in microseconds; may be negative.
    pub offset_us: i64,
}

impl Camera {
    /// What the clock shows at a time of this video, in microseconds.
    pub fn clock_at(&self, own_us: i64) -> i64 {
        own_us.saturating_add(self.offset_us)
    }

    /// The time of this video at which the clock shows this, in microseconds; before its beginning when negative.
    pub fn own_at(&self, clock_us: i64) -> i64 {
        clock_us.saturating_sub(self.offset_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_there_and_back_by_the_clock() {
        let clock = FileId::from_parts(1, [1; 10]);
        let (left, right) = (Camera { clock, offset_us: 0 }, Camera { clock, offset_us: -1_500_000 });
        assert_eq!(right.own_at(left.clock_at(2_000_000)), 3_500_000, "it began a second and a half earlier");
        assert_eq!(left.own_at(right.clock_at(0)), -1_500_000);
        assert_eq!(Camera { clock, offset_us: i64::MIN }.own_at(1), i64::MAX, "a foreign offset does not overflow");
    }
}
