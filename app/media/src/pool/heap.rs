//! Keeping large pictures out of the heap, so that their memory goes back to the system with them.

/// Allocations from so many bytes on have pages of their own: frames of more than 1080p, not smaller ones, for which new
/// pages would cost more than they are worth.
const OWN_PAGES_FROM: i32 = 8 << 20;

/// Tells the allocator, once.
///
/// glibc learns from each large piece that is freed to take the next ones of that size from the heaps of the threads. With
/// frames of 12 MB that come and go in several threads these keep hundreds of megabytes that nobody uses.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn keep_small() {
    const M_MMAP_THRESHOLD: i32 = -3;
    #[expect(unsafe_code, reason = "glibc's allocator is set by a C function")]
    // SAFETY: the signature is glibc's; the function may be called at any time and from any thread.
    unsafe extern "C" {
        fn mallopt(parameter: std::ffi::c_int, value: std::ffi::c_int) -> std::ffi::c_int;
    }
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        #[expect(unsafe_code, reason = "as above")]
        // SAFETY: as above.
        let taken = unsafe { mallopt(M_MMAP_THRESHOLD, OWN_PAGES_FROM) };
        if taken == 0 {
            tracing::debug!("the allocator does not take the size of large pieces");
        }
    });
}

/// Other allocators give large pieces back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn keep_small() {
    let _ = OWN_PAGES_FROM;
}
