//! Makes the demo's files, two at a time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::out::stills;
use crate::out::truth::IdMask;
use crate::out::{coco, video};
use crate::plan::{self, Clip, DemoOptions, Still};
use crate::scene::{Backdrop, Film, Scene};
use crate::{DemoError, DemoFile, TruthObject};

/// Pictures and frames are drawn on this many threads.
const THREADS: usize = 2;

/// Draws the demo's pictures and videos into `dir` (made if missing) together with
/// `ground_truth.json`, and returns every file with its truth, stills first.
///
/// `progress` hears the file in the making and how many steps of how many are done. When
/// `cancel` becomes true the work stops at the next picture or frame with
/// `DemoError::Cancelled`; files that were complete stay.
pub fn generate(
    dir: &Path,
    options: &DemoOptions,
    progress: &mut dyn FnMut(&str, usize, usize),
    cancel: &AtomicBool,
) -> Result<Vec<DemoFile>, DemoError> {
    std::fs::create_dir_all(dir).map_err(|source| DemoError::Write { path: dir.to_path_buf(), source })?;
    let stills = plan::stills(options);
    let clips = plan::clips(options);
    // A step is a still or ten frames.
    let total = stills.len() + clips.iter().map(|c| c.ticks().len().div_ceil(10)).sum::<usize>();
    let mut done = 0;
    let mut files = draw_stills(dir, &stills, cancel, &mut |name| {
        done += 1;
        progress(name, done, total);
    })?;
    for clip in &clips {
        files.push(draw_clip(dir, clip, cancel, &mut |name| {
            done += 1;
            progress(name, done, total);
        })?);
    }
    let path = dir.join("ground_truth.json");
    let text = coco::document(&files).to_string();
    std::fs::write(&path, text).map_err(|source| DemoError::Write { path, source })?;
    Ok(files)
}

fn draw_stills(dir: &Path, stills: &[Still], cancel: &AtomicBool, step: &mut dyn FnMut(&str)) -> Result<Vec<DemoFile>, DemoError> {
    let next = AtomicUsize::new(0);
    // Large pictures first, so that no thread is left with the largest at the end.
    let mut order: Vec<usize> = (0..stills.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(u64::from(stills[*i].plan.width) * u64::from(stills[*i].plan.height)));
    let mut made: Vec<Option<DemoFile>> = stills.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..THREADS {
            let (send, next, order) = (send.clone(), &next, &order);
            scope.spawn(move || {
                while let Some(&i) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = if cancel.load(Ordering::Relaxed) { Err(DemoError::Cancelled) } else { draw_still(dir, &stills[i]) };
                    let failed = result.is_err();
                    if send.send((i, result)).is_err() || failed {
                        return;
                    }
                }
            });
        }
        drop(send);
        for (i, result) in receive {
            match result {
                Ok(file) => {
                    step(stills[i].name);
                    made[i] = Some(file);
                }
                Err(error) => {
                    // Let the other thread stop at its next picture.
                    next.store(usize::MAX / 2, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
        Ok(())
    })?;
    Ok(made.into_iter().flatten().collect())
}

fn draw_still(dir: &Path, still: &Still) -> Result<DemoFile, DemoError> {
    let (width, height) = (still.plan.width, still.plan.height);
    let scene = Scene::new(&still.plan);
    let backdrop = Backdrop::new(&scene, false).ok_or(DemoError::Size { width, height })?;
    let shot = backdrop.shoot_once(&scene, 0.0);
    let truth = IdMask::new(width, height, &shot.parts).truth(0);
    let film = Film::new(&scene.mood, &scene.camera, scene.seed, 2.6);
    let path = dir.join(still.name);
    stills::write(&path, still.format, &shot.picture, &film)?;
    Ok(DemoFile { name: still.name.to_owned(), path, video: false, width, height, frames: 1, truth, warning: None })
}

struct Frame {
    rgb: Vec<u8>,
    truth: Vec<TruthObject>,
}

fn draw_clip(dir: &Path, clip: &Clip, cancel: &AtomicBool, step: &mut dyn FnMut(&str)) -> Result<DemoFile, DemoError> {
    let (width, height) = (clip.plan.width, clip.plan.height);
    let path = dir.join(clip.name);
    let ticks = clip.ticks();
    let scene = Scene::new(&clip.plan);
    let backdrop = Backdrop::new(&scene, true).ok_or(DemoError::Size { width, height })?;
    let film = Film::new(&scene.mood, &scene.camera, scene.seed, 1.3);
    let mut writer = video::Writer::create(&path, width, height)?;
    let warning = (!writer.codec.contains("264"))
        .then(|| format!("{} is encoded with {}, because libavcodec has no H.264 encoder here", clip.name, writer.codec));
    let mut truth = Vec::new();
    let stop = AtomicBool::new(false);
    let draw = |i: usize| -> Frame {
        let t = ticks[i] as f32 / video::TICKS_PER_SECOND as f32;
        let shot = backdrop.shoot(&scene, t);
        let mut rgb = vec![0u8; width as usize * height as usize * 3];
        film.develop(&shot.picture, i as u64, &mut rgb, |v| (v + 0.5) as u8);
        Frame { rgb, truth: IdMask::new(width, height, &shot.parts).truth(i as u64) }
    };
    std::thread::scope(|scope| -> Result<(), DemoError> {
        // Each thread draws every second frame; the short queues bound the memory.
        let mut queues = Vec::new();
        for worker in 0..THREADS {
            let (send, receive) = mpsc::sync_channel::<Frame>(2);
            queues.push(receive);
            let (draw, stop, count) = (&draw, &stop, ticks.len());
            scope.spawn(move || {
                for i in (worker..count).step_by(THREADS) {
                    if stop.load(Ordering::Relaxed) || send.send(draw(i)).is_err() {
                        return;
                    }
                }
            });
        }
        let result = (0..ticks.len()).try_for_each(|i| {
            if cancel.load(Ordering::Relaxed) {
                return Err(DemoError::Cancelled);
            }
            let frame = queues[i % THREADS].recv().map_err(|_closed| DemoError::Cancelled)?;
            writer.push(&frame.rgb, ticks[i])?;
            truth.extend(frame.truth);
            if i % 10 == 9 || i + 1 == ticks.len() {
                step(clip.name);
            }
            Ok(())
        });
        stop.store(true, Ordering::Relaxed);
        drop(queues);
        result
    })?;
    writer.finish()?;
    Ok(DemoFile { name: clip.name.to_owned(), path, video: true, width, height, frames: ticks.len() as u64, truth, warning })
}
