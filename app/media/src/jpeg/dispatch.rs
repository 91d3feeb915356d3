//! The same work compiled for what this processor can do.

use super::idct::{Idct, Portable};

/// Something to do whose inner loops gain from wide registers. Everything it calls must be inlined into `run`.
pub(super) trait Work {
    type Answer;
    fn run(self, idct: impl Idct) -> Self::Answer;
}

/// Does it the fastest way there is.
pub(super) fn fastest<W: Work>(work: W) -> W::Answer {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = super::idct_avx2::Avx2::new()
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
    {
        // SAFETY: the features that the function needs were looked for just before.
        #[expect(unsafe_code, reason = "a function for a processor with AVX2 is called")]
        return unsafe { wide(work, avx2) };
    }
    work.run(Portable)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn wide<W: Work>(work: W, avx2: super::idct_avx2::Avx2) -> W::Answer {
    work.run(avx2)
}
