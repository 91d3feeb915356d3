//! Stepping and playing as the window does it, through the pool and without a screen: from asking for a frame until its
//! picture is there. Playing in the window itself is measured beside it.

use super::media::make_video;
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use crate::window::Window;
use limn_media::{Hardware, MediaEvent, MediaPool, Picture, PictureKey, PoolOptions, Request, RequestKind, VideoIndex};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

/// As the window has it: bytes of decoded pictures, frames decoded ahead and behind, pictures that make an event.
pub(super) const CACHE_BYTES: u64 = 512 << 20;
const AHEAD: u64 = 48;
const BEHIND: u64 = 2;
const NEAR: usize = 4;
/// Ten steps a second.
pub(super) const STEP: Duration = Duration::from_millis(100);
/// Steps until moving counts.
const WARM_UP: usize = 5;
/// Frames a second of the screen that is played on.
const SCREEN_RATE: f64 = 60.0;
/// How long is played.
const PLAYED: Duration = Duration::from_secs(5);
/// The longest wait for a picture.
const LIMIT: Duration = Duration::from_secs(60);

/// Where playing goes.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Forward,
    Backward,
}

/// A video in a pool, and the bell that the pool rings.
pub(super) struct Player {
    pool: MediaPool,
    bell: Receiver<()>,
    path: Arc<Path>,
    index: Arc<VideoIndex>,
    /// Frames of which a proxy gave a picture.
    seen: RefCell<BTreeSet<u64>>,
}

impl Player {
    pub fn open(path: &Path) -> Result<Self, CliError> {
        Self::open_in(path, None)
    }

    /// With a folder for what is kept, such as stepping proxies.
    pub fn open_in(path: &Path, cache_dir: Option<PathBuf>) -> Result<Self, CliError> {
        let (ring, bell) = sync_channel(1);
        let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
        let wake = Arc::new(move || {
            // A bell that rings already is enough.
            let _ = ring.try_send(());
        });
        let pool = MediaPool::new(PoolOptions { threads, cache_bytes: CACHE_BYTES, cache_dir, hardware: Hardware::from_env() }, wake)?;
        let path: Arc<Path> = path.into();
        pool.request(Request { key: PictureKey::new(path.clone(), 0), kind: RequestKind::Index, priority: 0 });
        let begun = Instant::now();
        let index = loop {
            if let Some(index) = pool.index(&path) {
                break index;
            }
            Self::rest(&pool, &bell, begun)?;
        };
        Ok(Self { pool, bell, path, index, seen: RefCell::default() })
    }

    fn rest(pool: &MediaPool, bell: &Receiver<()>, begun: Instant) -> Result<(), CliError> {
        while pool.try_recv().is_some() {}
        Self::pause(bell, begun)
    }

    fn pause(bell: &Receiver<()>, begun: Instant) -> Result<(), CliError> {
        if begun.elapsed() > LIMIT {
            return Err(CliError::Failed(format!(
                "a frame was not there after {} s. The machine may be too busy to measure",
                LIMIT.as_secs()
            )));
        }
        let _ = bell.recv_timeout(Duration::from_millis(20));
        Ok(())
    }

    fn key(&self, frame: u64) -> PictureKey {
        PictureKey::new(self.path.clone(), frame)
    }

    pub fn last(&self) -> u64 {
        self.index.frames().saturating_sub(1)
    }

    pub fn want(&self, frame: u64, way: Way, stride: u64) {
        let on = |steps: u64| Some(frame + steps * stride).filter(|frame| *frame <= self.last());
        let back = |steps: u64| frame.checked_sub(steps * stride);
        let mut wanted = vec![frame];
        wanted.extend((1..=AHEAD).filter_map(|steps| if matches!(way, Way::Forward) { on(steps) } else { back(steps) }));
        if stride == 1 {
            wanted.extend((1..=BEHIND).filter_map(|steps| if matches!(way, Way::Forward) { back(steps) } else { on(steps) }));
        }
        self.pool.set_wanted(wanted.into_iter().map(|frame| self.key(frame)).collect(), NEAR);
    }

    /// Waits until the frame is there.
    pub fn wait(&self, frame: u64) -> Result<Arc<Picture>, CliError> {
        let begun = Instant::now();
        loop {
            if let Some(picture) = self.pool.get(&self.key(frame)) {
                return Ok(picture);
            }
            Self::rest(&self.pool, &self.bell, begun)?;
        }
    }

    pub fn pool(&self) -> &MediaPool {
        &self.pool
    }

    pub fn index(&self) -> &Arc<VideoIndex> {
        &self.index
    }

    /// Waits until anything of the frame can be shown: a picture of a proxy, or the frame itself. As in the window, what a
    /// proxy gave of the next frames stays at hand.
    pub fn wait_for_sight(&self, frame: u64) -> Result<(), CliError> {
        let (begun, key) = (Instant::now(), self.key(frame));
        let mut seen = self.seen.borrow_mut();
        seen.retain(|other| other.abs_diff(frame) < NEAR as u64);
        loop {
            while let Some(event) = self.pool.try_recv() {
                if let MediaEvent::Coarse(ready) = event {
                    seen.insert(ready.key.frame);
                }
            }
            if seen.contains(&frame) || self.pool.get(&key).is_some() {
                return Ok(());
            }
            Self::pause(&self.bell, begun)?;
        }
    }

    /// Milliseconds of each step from frame to frame, ten a second.
    fn steps(&self, frames: impl Iterator<Item = u64>, way: Way) -> Result<Vec<f64>, CliError> {
        let mut took = Vec::new();
        for frame in frames {
            let asked = Instant::now();
            self.want(frame, way, 1);
            self.wait(frame)?;
            took.push(asked.elapsed().as_secs_f64() * 1e3);
            std::thread::sleep(STEP.saturating_sub(asked.elapsed()));
        }
        Ok(took.split_off(WARM_UP.min(took.len())))
    }

    /// Plays by the clock on a screen that shows 60 frames a second.
    fn play(&self, factor: f64, way: Way) -> Result<Played, CliError> {
        let seconds = |frame: u64| self.index.frame_time_s(frame).unwrap_or(frame as f64 / 30.0);
        let (first, end) = if matches!(way, Way::Forward) { (0, self.last()) } else { (self.last(), 0) };
        let rate = self.index.frames() as f64 / seconds(self.last()).max(0.1);
        let stride = ((factor * rate / SCREEN_RATE) as u64).max(1);
        self.want(first, way, stride);
        self.wait(first)?;
        let begun = Instant::now();
        let (mut shown, mut asked, mut num_shown, mut late, mut tick) = (first, first, 0, Vec::new(), 0_u32);
        while shown != end && begun.elapsed() < PLAYED {
            tick += 1;
            std::thread::sleep(Duration::from_secs_f64(f64::from(tick) / SCREEN_RATE).saturating_sub(begun.elapsed()));
            let now = begun.elapsed().as_secs_f64() * factor;
            let mut due = asked;
            while due != end {
                let next = if matches!(way, Way::Forward) { (due + stride).min(end) } else { due.saturating_sub(stride) };
                if (seconds(next) - seconds(first)).abs() > now {
                    break;
                }
                due = next;
            }
            // As in the window: another frame is asked for when the last one was shown.
            if due != asked && shown == asked {
                self.want(due, way, stride);
                asked = due;
            }
            if shown != asked && self.pool.get(&self.key(asked)).is_some() {
                shown = asked;
                num_shown += 1;
                late.push((now - (seconds(shown) - seconds(first)).abs()) / factor * 1e3);
            }
            while self.pool.try_recv().is_some() {}
        }
        let passed = shown.abs_diff(first);
        let last_late = late.last().copied().unwrap_or(0.0);
        Ok(Played { left_out: (passed / stride).saturating_sub(num_shown), passed, stride, late, drift: last_late * factor * rate / 1e3 })
    }
}

struct Played {
    /// Frames that were to be on the screen and were not.
    left_out: u64,
    /// Frames from the first to the last one shown.
    passed: u64,
    stride: u64,
    /// Milliseconds from when a frame was due until it was shown.
    late: Vec<f64>,
    /// Frames by which the last one shown was behind the clock.
    drift: f64,
}

/// Rows for stepping at ten steps a second once moving.
pub(super) fn step_rows(video: &Path) -> Result<Vec<Row>, CliError> {
    let player = Player::open(video)?;
    let last = player.last();
    let forward = player.steps(0..=last.min(70), Way::Forward)?;
    let from = last.saturating_sub(20);
    let backward = player.steps((from.saturating_sub(70)..=from).rev(), Way::Backward)?;
    Ok(vec![
        Row::new("step forward, ten a second, until it is there", "ms", forward, &[]).p95_within(5.0),
        Row::new("step backward, ten a second, until it is there", "ms", backward, &[]).p95_within(8.0),
    ])
}

pub(super) fn play(size: u64, window: &dyn Window, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let video = make_video(dir.path(), size, output)?;
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for (name, factor, way) in [
        ("1×", 1.0, Way::Forward),
        ("2×", 2.0, Way::Forward),
        ("8×", 8.0, Way::Forward),
        ("1× backward", 1.0, Way::Backward),
        ("2× backward", 2.0, Way::Backward),
        ("8× backward", 8.0, Way::Backward),
    ] {
        // Nothing decoded by the run before helps this one.
        let played = Player::open(&video.path)?.play(factor, way)?;
        rows.push(Row::new(format!("{name}: a frame on the screen after it is due"), "ms", played.late, &[]));
        rows.push(Row::new(format!("{name}: frames left out, goal 0"), "frames", vec![played.left_out as f64], &[]));
        rows.push(Row::new(format!("{name}: the last frame behind the clock"), "frames", vec![played.drift], &[]));
        notes.push(format!("{name}: {} frames passed, every {}. of them is for the screen", played.passed, played.stride));
    }
    notes.push(format!(
        "{}×{}, {SCREEN_RATE} frames a second on the screen, {} s at most each",
        video.width,
        video.height,
        PLAYED.as_secs()
    ));
    let (in_window, more) = super::playing::rows(&video.path, dir.path(), window, output)?;
    rows.extend(in_window);
    notes.extend(more);
    Ok((rows, notes))
}
