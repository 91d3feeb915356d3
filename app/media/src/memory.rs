//! Memory for pictures.

/// From this size on it pays to ask for large pages.
const LARGE: usize = 4 << 20;

/// Zeros. Memory is only really taken where it is written to; of large ones in pages of 2 MiB where the system has them,
/// for taking a picture of 48 megapixels in pages of 4 KiB costs as much time as half of its decoding.
pub(crate) fn zeroed<T: Zero>(len: usize) -> Vec<T> {
    let mut memory = vec![T::ZERO; len];
    ask_for_large_pages(&mut memory);
    memory
}

/// Room for so many, in the same pages.
pub(crate) fn with_capacity<T>(len: usize) -> Vec<T> {
    let mut memory = Vec::with_capacity(len);
    ask_for_large_pages(&mut memory);
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
fn ask_for_large_pages<T>(memory: &mut Vec<T>) {
    let bytes = memory.capacity() * size_of::<T>();
    if bytes < LARGE {
        return;
    }
    let start = memory.as_mut_ptr().cast::<u8>();
    let page = rustix::param::page_size();
    // Advice is for whole pages; others' memory may lie in the first and last.
    let skipped = start.align_offset(page);
    let Some(whole) = bytes.checked_sub(skipped).map(|rest| rest / page * page).filter(|whole| *whole > 0) else { return };
    let first = start.wrapping_add(skipped);
    // SAFETY: the range lies within the memory that the vector holds. The advice changes neither what is in the memory nor who may use it.
    #[expect(unsafe_code, reason = "advice about memory is a system call that takes an address")]
    let advised = unsafe { rustix::mm::madvise(first.cast(), whole, rustix::mm::Advice::LinuxHugepage) };
    if let Err(error) = advised {
        // A system without large pages; small ones do.
        tracing::debug!(%error, "large pages are not to be had");
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages<T>(_memory: &mut Vec<T>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_zero_and_of_the_length_asked_for() {
        for len in [0, 1, 4096, LARGE - 1, LARGE, LARGE + 12_345] {
            let mut memory = zeroed::<u8>(len);
            assert!(memory.len() == len && memory.iter().all(|byte| *byte == 0));
            memory.fill(1);
        }
        assert_eq!(zeroed::<u16>(LARGE).len(), LARGE);
        let mut room = with_capacity::<[u8; 4]>(LARGE);
        assert!(room.is_empty() && room.capacity() >= LARGE);
        room.resize(LARGE, [7; 4]);
        assert_eq!(room.last(), Some(&[7; 4]));
    }
}
