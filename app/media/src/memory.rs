//! Memory for pictures.

/// From this size on it pays to ask for large pages.
const LARGE: usize = 4 << 20;

/// Zeros, of which the first `used` will be written to for certain: they are taken at once, of large ones in pages of 2 MiB
/// where the system has them and gives them quickly. Taking a picture of 48 megapixels in pages of 4 KiB costs two thirds of
/// the time of its decoding.
pub(crate) fn zeroed<T: Zero>(len: usize, used: usize) -> Vec<T> {
    let mut memory = vec![T::ZERO; len];
    if size_of_val(memory.as_slice()) >= LARGE {
        take_in_large_pages(&mut memory, used.min(len));
    }
    memory
}

/// Numbers whose bytes are all zero when they are.
pub(crate) trait Zero: Copy {
    const ZERO: Self;
}

impl Zero for u8 {
    const ZERO: u8 = 0;
}

impl Zero for u16 {
    const ZERO: u16 = 0;
}

#[cfg(target_os = "linux")]
fn take_in_large_pages<T: Zero>(memory: &mut [T], used: usize) {
    use rustix::mm::Advice;
    use rustix::time::{ClockId, clock_gettime};
    use std::time::Duration;

    const PAGE: usize = 2 << 20;
    /// What as much memory costs in small pages.
    const IN_SMALL_PAGES: Duration = Duration::from_micros(600);
    /// So much longer it may take before small ones are taken for the rest.
    const PATIENCE: Duration = Duration::from_millis(4);

    if !advise(memory, Advice::LinuxHugepage) {
        return;
    }
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
    };
    let begun = now();
    for (n, at) in (0..used).step_by(PAGE / size_of::<T>()).enumerate() {
        // The compiler must not see that the zero is there already.
        std::hint::black_box(&mut *memory)[at] = T::ZERO;
        // Machines that are simulated may have to ask for each large page outside, and take longer for it.
        if now().saturating_sub(begun) > IN_SMALL_PAGES * (n as u32 + 1) + PATIENCE {
            advise(memory, Advice::LinuxNoHugepage);
            return;
        }
    }
}

#[cfg(target_os = "linux")]
fn advise<T>(memory: &mut [T], advice: rustix::mm::Advice) -> bool {
    let bytes = size_of_val(memory);
    let start = memory.as_mut_ptr().cast::<u8>();
    let page = rustix::param::page_size();
    // Advice is for whole pages; others' memory may lie in the first and last.
    let skipped = start.align_offset(page);
    let Some(whole) = bytes.checked_sub(skipped).map(|rest| rest / page * page).filter(|whole| *whole > 0) else { return false };
    let first = start.wrapping_add(skipped);
    // SAFETY: the range lies within the slice. Both pieces of advice that are given change neither what is in the memory nor
    // who may use it.
    #[expect(unsafe_code, reason = "advice about memory is a system call that takes an address")]
    let advised = unsafe { rustix::mm::madvise(first.cast(), whole, advice) };
    if let Err(error) = &advised {
        // A system without large pages; small ones do.
        tracing::debug!(%error, "large pages are not to be had");
    }
    advised.is_ok()
}

#[cfg(not(target_os = "linux"))]
fn take_in_large_pages<T>(_memory: &mut [T], _used: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_zero_and_of_the_length_asked_for() {
        for len in [0, 1, 4096, LARGE - 1, LARGE, LARGE + 12_345] {
            let mut memory = zeroed::<u8>(len, len / 2);
            assert!(memory.len() == len && memory.iter().all(|byte| *byte == 0));
            memory.fill(1);
        }
        assert_eq!(zeroed::<u16>(LARGE, usize::MAX).len(), LARGE);
    }
}
