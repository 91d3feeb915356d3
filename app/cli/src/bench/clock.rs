//! Time and memory that this process has used.

use std::time::Duration;

/// CPU time of all threads, where the system tells it; else the time since the first call.
#[cfg(unix)]
pub(super) fn process_cpu() -> Duration {
    clock(rustix::time::ClockId::ProcessCPUTime)
}

/// CPU time of this thread, where the system tells it; else the time since the first call.
#[cfg(unix)]
pub(super) fn thread_cpu() -> Duration {
    clock(rustix::time::ClockId::ThreadCPUTime)
}

#[cfg(unix)]
fn clock(id: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(id);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

#[cfg(not(unix))]
pub(super) fn process_cpu() -> Duration {
    thread_cpu()
}

#[cfg(not(unix))]
pub(super) fn thread_cpu() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// CPU and wall seconds of some work.
pub(super) fn timed<R>(work: impl FnOnce() -> R) -> (R, f64, f64) {
    let (cpu, wall) = (process_cpu(), std::time::Instant::now());
    let answer = work();
    (answer, process_cpu().saturating_sub(cpu).as_secs_f64(), wall.elapsed().as_secs_f64())
}

/// The most memory that this process ever had resident, where the system tells it.
pub(super) fn peak_rss_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
