//! The bodies of the pool's threads.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::proxies::ProxyJob;
use super::state::{Job, RunJob, State};
use super::tiles::{PassJob, TileJob};
use super::{MediaEvent, PictureKey, Shared};
use crate::error::MediaError;
use crate::limits::{MAX_PROXY_FILE_BYTES, MAX_TILE_FILE_BYTES};
use crate::proxy::{self, ProxyReader};
use crate::pyramid;
use crate::still;
use crate::thumb::{self, ThumbCache, ThumbMaker, ThumbOf};
use crate::video::{RunOrder, VideoIndex, VideoReader};

/// Bytes of kept thumbnails that are left when a pool starts; one takes some ten thousand.
const MAX_THUMB_BYTES: u64 = 256 << 20;

/// Waits for the next piece of work; `None` when the pool ends.
fn next<T>(shared: &Shared, take: impl Fn(&mut State) -> Option<T>) -> Option<T> {
    let mut state = shared.lock();
    loop {
        if state.stopping() {
            return None;
        }
        let before = state.num_events();
        let work = take(&mut state);
        let news = state.num_events() > before;
        if news {
            drop(state);
            (shared.wake)();
            state = shared.lock();
        }
        if work.is_some() {
            return work;
        }
        if !news {
            state = shared.work.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }
}

/// Changes the state, then tells the other threads and the owner.
fn report(shared: &Shared, change: impl FnOnce(&mut State)) {
    let news = {
        let mut state = shared.lock();
        change(&mut state);
        state.num_events() > 0
    };
    shared.work.notify_all();
    if news {
        (shared.wake)();
    }
}

pub(super) fn decode_thread(shared: &Shared) {
    while let Some(job) = next(shared, State::next_job) {
        match job {
            Job::Still(key, abort) => decode_still(shared, key, &abort),
            Job::Run(job) => decode_run(shared, job),
            Job::Tile(job) => make_tile(shared, job),
            Job::Proxy(job) => read_proxy(shared, job),
        }
    }
}

fn decode_still(shared: &Shared, key: PictureKey, abort: &AtomicBool) {
    let path = key.path.clone();
    let looked_at = still::guarded(&path, || {
        still::regular_file_len(&path)?;
        still::sniff(&path)
    });
    match looked_at {
        Ok(None) => report(shared, |state| state.is_video(&key)),
        Ok(Some(_)) => {
            report(shared, |state| state.is_image(&path));
            let decoded = match key.frame {
                0 => match still::open_large(&path, shared.tile_dir.as_deref(), abort) {
                    Ok(None) => still::decode_image_staged(&path, abort, &mut |coarse| report(shared, |state| state.coarse(&key, coarse))),
                    Ok(Some(large)) => Ok(large),
                    Err(error) => Err(error),
                },
                frame => Err(MediaError::FrameOutOfRange { path: path.to_path_buf(), frame, frames: 1 }),
            };
            report(shared, |state| match decoded {
                Ok(picture) => state.decoded(key, picture),
                Err(MediaError::Cancelled { .. }) => state.cancelled(&key),
                Err(error) => state.failed(key, Arc::new(error)),
            });
        }
        Err(error) => report(shared, |state| {
            // Not remembered as what the file is: it may be there the next time.
            state.run_ended(&path, key.frame, None);
            state.failed(key, Arc::new(error));
        }),
    }
}

fn make_tile(shared: &Shared, job: TileJob) {
    let TileJob { pyramid, id, stop } = job;
    let made = still::guarded(pyramid.path(), || pyramid.tile(id, &stop));
    report(shared, |state| match made {
        Ok(Some(tile)) => state.tile_ended(&pyramid, id, Some(Ok(Arc::new(tile)))),
        // Stopped, it is not wanted; wanted again since, it is begun again.
        Ok(None) => state.tile_ended(&pyramid, id, None),
        Err(MediaError::Cancelled { .. }) => state.tile_stopped(&pyramid, id),
        Err(error) => state.tile_ended(&pyramid, id, Some(Err(Arc::new(error)))),
    });
}

fn read_proxy(shared: &Shared, job: ProxyJob) {
    let ProxyJob { key, index, reader } = job;
    let read = || {
        let reader = match (reader, &shared.proxy_dir) {
            (Some(reader), _) => Some(reader),
            (None, Some(dir)) => ProxyReader::open(&key.path, &index, dir)?.map(Box::new),
            (None, None) => None,
        };
        let Some(mut reader) = reader else { return Ok((None, None)) };
        let picture = reader.frame(key.frame)?;
        Ok((Some(reader), picture))
    };
    // The frame itself comes all the same: that the proxy is of no use is only logged.
    let (reader, picture) = still::guarded(&key.path, read).unwrap_or_else(|error| {
        tracing::warn!(%error, "a stepping proxy is not used");
        (None, None)
    });
    report(shared, |state| state.proxy_ended(&key, &index, reader, picture));
}

/// Makes what only a pass over a whole picture can make.
pub(super) fn pass_thread(shared: &Shared) {
    const EVERY: Duration = Duration::from_millis(400);
    if let Some(dir) = &shared.tile_dir {
        pyramid::prune(dir, "tiles", MAX_TILE_FILE_BYTES);
    }
    if let Some(dir) = &shared.proxy_dir {
        proxy::prune(dir, MAX_PROXY_FILE_BYTES);
    }
    while let Some(PassJob { pyramid, stop }) = next(shared, State::next_pass) {
        let last = std::cell::Cell::new(Instant::now());
        let progress = |done, total| {
            if last.get().elapsed() >= EVERY {
                last.set(Instant::now());
                report(shared, |state| state.pass_progress(&pyramid, done, total));
            }
        };
        let result = still::guarded(pyramid.path(), || pyramid.pass(&progress, &stop));
        report(shared, |state| state.pass_ended(&pyramid, result));
    }
}

fn decode_run(shared: &Shared, mut job: RunJob) {
    let path = job.path.clone();
    let target = job.target();
    let mut reader = job.reader.take();
    let answer = still::guarded(&path, || run_frames(shared, &job, &mut reader));
    let error = match answer {
        Ok(()) | Err(MediaError::Cancelled { .. }) => None,
        Err(error) => {
            if matches!(error, MediaError::Panicked { .. }) {
                // What state it is in is not known.
                reader = None;
            }
            Some(error)
        }
    };
    report(shared, |state| {
        if let Some(error) = error {
            if matches!(error, MediaError::Changed { .. } | MediaError::Io { .. } | MediaError::Empty { .. } | MediaError::NotAFile { .. })
            {
                // Another file, or none for now: the next time it is wanted it is looked at anew.
                reader = None;
                state.forget(&path);
            }
            // Forward, the run stopped at the first frame that is not there yet.
            let frames = job.first..=job.last;
            let mut missing = frames.map(|frame| PictureKey { path: path.clone(), frame });
            let failed = match job.order {
                RunOrder::Forward => missing.find(|key| state.cached(key).is_none()),
                RunOrder::NewestFirst { .. } => Some(PictureKey { path: path.clone(), frame: target }),
            };
            if let Some(key) = failed {
                state.failed(key, Arc::new(error));
            }
        }
        state.run_ended(&path, target, reader);
    });
}

fn run_frames(shared: &Shared, job: &RunJob, slot: &mut Option<Box<VideoReader>>) -> Result<(), MediaError> {
    let reader = match slot {
        Some(reader) => reader,
        None => slot.insert(Box::new(VideoReader::open_with_hardware(&job.path, job.index.clone(), shared.hardware)?)),
    };
    reader.set_abort(Some(job.abort.clone()));
    reader.frames(job.first, job.last, job.order, &mut |frame, picture| {
        let (first, last) = match job.order {
            RunOrder::Forward => (frame + 1, Some(job.last)),
            RunOrder::NewestFirst { step } => (job.first, frame.checked_sub(step)),
        };
        let rest = last.filter(|last| first <= *last).map(|last| first..=last);
        let mut goes_on = false;
        report(shared, |state| {
            state.decoded(PictureKey { path: job.path.clone(), frame }, picture);
            goes_on = state.goes_on(&job.path, rest, job.order);
        });
        goes_on
    })
}

pub(super) fn index_thread(shared: &Shared) {
    while let Some((path, cancel)) = next(shared, State::next_index_job) {
        let result = still::guarded(&path, || make_index(shared, &path, &cancel));
        report(shared, |state| state.index_ended(path, result));
    }
}

fn make_index(shared: &Shared, path: &Arc<Path>, cancel: &AtomicBool) -> Result<VideoIndex, MediaError> {
    const EVERY: Duration = Duration::from_millis(50);
    let last = std::cell::Cell::new(Instant::now());
    let progress = |done, total| {
        if last.get().elapsed() >= EVERY {
            last.set(Instant::now());
            report(shared, |state| state.index_progress(path.clone(), done, total));
        }
    };
    match &shared.index_dir {
        Some(dir) => VideoIndex::load_or_build(path, dir, &progress, cancel),
        None => VideoIndex::build(path, &progress, cancel),
    }
}

/// Shows what is awaited by the small pictures that are kept for lists: other threads may be busy for seconds.
pub(super) fn glance_thread(shared: &Shared) {
    let Some(dir) = shared.thumb_dir.as_deref() else { return };
    while let Some((key, side)) = next(shared, State::next_glance) {
        let glance = || match thumb::kept_poster(dir, &key.path, side) {
            Some(small) => still::blurred(&key.path, small),
            None => Ok(None),
        };
        // What is wrong with the file is told when it is decoded.
        if let Ok(Some(picture)) = still::guarded(&key.path, glance) {
            report(shared, |state| state.coarse(&key, picture));
        }
    }
}

pub(super) fn thumb_thread(shared: &Shared) {
    let cache = shared.thumb_dir.as_ref().map(|dir| ThumbCache::new(dir));
    let mut cache = match cache {
        Some(Ok(cache)) => Some(cache.keep_in(shared.index_dir.clone(), shared.tile_dir.clone())),
        Some(Err(error)) => {
            tracing::warn!(%error, "thumbnails will not be kept");
            None
        }
        None => None,
    };
    let mut maker = ThumbMaker::default();
    maker.index_dir.clone_from(&shared.index_dir);
    maker.tile_dir.clone_from(&shared.tile_dir);
    if let Some(cache) = &cache
        && let Err(error) = cache.prune(MAX_THUMB_BYTES)
    {
        tracing::warn!(%error, "old thumbnails could not be removed");
    }
    while let Some((key, of, max_side)) = next(shared, State::next_thumb) {
        let made = still::guarded(&key.path, || match &mut cache {
            Some(cache) => cache.of(&key.path, of, max_side),
            None => maker.make(&key.path, of, max_side),
        });
        let result = made.map(Arc::new).map_err(Arc::new);
        report(shared, |state| {
            state.thumb_ended(match of {
                ThumbOf::Frame(_) => MediaEvent::Thumbnail { key, max_side, result },
                ThumbOf::File => MediaEvent::Poster { path: key.path, max_side, result },
            });
        });
    }
}
