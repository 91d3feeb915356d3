//! Work that nobody waits for.

/// Lets the calling thread, and those that it starts from now on, go behind all others for the processor. Elsewhere than on
/// Linux, where this belongs to whole processes, nothing changes.
pub fn go_behind_others() {
    #[cfg(target_os = "linux")]
    {
        const NICE: i32 = 15;
        if let Err(error) = rustix::process::setpriority_process(None, NICE) {
            tracing::debug!(%error, "the system does not let a thread go behind others");
        }
    }
}
