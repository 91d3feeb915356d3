//! The demo as its users see it: files that can be read, and truth that fits them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first error")]

use std::path::Path;
use std::sync::atomic::AtomicBool;

use limn_demo::{DemoError, DemoFile, DemoOptions, LABELS, generate};

fn make(dir: &Path, options: &DemoOptions) -> Vec<DemoFile> {
    generate(dir, options, &mut |_, _, _| {}, &AtomicBool::new(false)).unwrap()
}

fn tiny(images: usize, videos: usize) -> DemoOptions {
    DemoOptions { scale: 0.1, images, videos, seconds: 1.0, ..DemoOptions::default() }
}

#[test]
fn every_still_reads_back_at_its_size_and_depth() {
    let dir = tempfile::tempdir().unwrap();
    let files = make(dir.path(), &tiny(12, 0));
    assert_eq!(files.len(), 12);
    for file in &files {
        let image = image::open(&file.path).unwrap();
        let stored = if file.name == "street_09_morning.jpg" { (file.height, file.width) } else { (file.width, file.height) };
        assert_eq!((image.width(), image.height()), stored, "{}", file.name);
        let deep = matches!(image.color(), image::ColorType::Rgb16);
        assert_eq!(deep, file.name.contains("16bit"), "{}", file.name);
        assert_eq!(file.frames, 1);
    }
}

#[test]
fn one_jpeg_is_stored_on_its_side_and_says_so() {
    use image::ImageDecoder;
    let dir = tempfile::tempdir().unwrap();
    let files = make(dir.path(), &tiny(9, 0));
    let turned: Vec<&str> = files
        .iter()
        .filter(|f| f.path.extension().is_some_and(|e| e == "jpg"))
        .filter(|f| {
            let reader = image::ImageReader::open(&f.path).unwrap();
            let mut decoder = reader.into_decoder().unwrap();
            decoder.orientation().unwrap() == image::metadata::Orientation::Rotate90
        })
        .map(|f| f.name.as_str())
        .collect();
    assert_eq!(turned, ["street_09_morning.jpg"]);
}

#[test]
fn truth_lies_inside_pictures_and_boxes() {
    let dir = tempfile::tempdir().unwrap();
    let files = make(dir.path(), &DemoOptions { scale: 0.25, ..tiny(6, 1) });
    let mut seen = std::collections::BTreeSet::new();
    let (mut occluded, mut truncated) = (0, 0);
    for file in &files {
        let (w, h) = (f64::from(file.width), f64::from(file.height));
        assert!(file.truth.len() > 15, "{} has only {} objects", file.name, file.truth.len());
        for o in &file.truth {
            seen.insert(o.label);
            occluded += usize::from(o.occluded);
            truncated += usize::from(o.truncated);
            let [x, y, bw, bh] = o.bbox;
            assert!(x >= 0.0 && y >= 0.0 && bw > 0.0 && bh > 0.0 && x + bw <= w && y + bh <= h, "{} {o:?}", file.name);
            assert!((3..=80).contains(&o.polygon.len()), "{} vertices", o.polygon.len());
            for p in o.polygon.iter().chain(o.parts.iter().flatten()) {
                assert!(p[0] >= x && p[0] <= x + bw && p[1] >= y && p[1] <= y + bh, "{} {o:?}", file.name);
            }
            assert!(o.amodal.iter().all(|p| p[0] >= 0.0 && p[1] >= 0.0 && p[0] <= w && p[1] <= h));
            assert!(o.frame < file.frames);
        }
        let mut keys: Vec<_> = file.truth.iter().map(|o| (o.frame, o.object)).collect();
        keys.dedup();
        assert_eq!(keys.len(), file.truth.len(), "an object twice in a frame of {}", file.name);
    }
    assert_eq!(seen.len(), LABELS.len(), "labels drawn: {seen:?}");
    assert!(occluded > 20 && truncated > 5, "occluded {occluded}, truncated {truncated}");
}

#[test]
fn a_seed_gives_the_same_truth_and_pixels() {
    let (a, b, c) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options = tiny(2, 1);
    let (first, second) = (make(a.path(), &options), make(b.path(), &options));
    let other = make(c.path(), &DemoOptions { seed: 7, ..options });
    for ((p, q), r) in first.iter().zip(&second).zip(&other) {
        assert_eq!(p.truth, q.truth, "{}", p.name);
        assert_ne!(p.truth, r.truth, "{}", p.name);
        if !p.video {
            assert_eq!(std::fs::read(&p.path).unwrap(), std::fs::read(&q.path).unwrap(), "{}", p.name);
        }
    }
}

#[test]
fn objects_keep_their_id_and_move_little_between_frames() {
    let dir = tempfile::tempdir().unwrap();
    let files = make(dir.path(), &DemoOptions { scale: 0.2, ..tiny(0, 1) });
    let truth = &files[0].truth;
    let mut followed = 0;
    for o in truth.iter().filter(|o| o.frame == 0 && !o.truncated && !o.occluded) {
        let mut last = o;
        for frame in 1..10 {
            let Some(next) = truth.iter().find(|n| n.frame == frame && n.object == o.object) else { break };
            assert_eq!(next.label, o.label);
            if next.occluded || next.truncated {
                break;
            }
            let step = (next.bbox[0] - last.bbox[0]).abs().max((next.bbox[1] - last.bbox[1]).abs());
            assert!(step < 12.0, "{} {} jumped {step} px at frame {frame}", o.label, o.object);
            last = next;
            followed += 1;
        }
    }
    assert!(followed > 50, "{followed}");
}

#[test]
fn videos_have_their_frames_times_and_b_frames() {
    let dir = tempfile::tempdir().unwrap();
    let files = make(dir.path(), &DemoOptions { seconds: 2.0, ..tiny(0, 2) });
    let ticks: Vec<Vec<f64>> = files.iter().map(|f| packets(&f.path)).collect();
    assert_eq!(files[0].frames, 60);
    for (file, times) in files.iter().zip(&ticks) {
        assert!(file.warning.is_none() || !file.warning.as_deref().unwrap_or("").is_empty());
        assert_eq!(times.len() as u64, file.frames, "{}", file.name);
    }
    let gaps = |times: &[f64]| -> Vec<i64> {
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.windows(2).map(|w| ((w[1] - w[0]) * 30.0).round() as i64).collect()
    };
    assert!(gaps(&ticks[0]).iter().all(|g| *g == 1));
    assert_eq!(gaps(&ticks[1])[..8], [1, 1, 2, 3, 1, 1, 2, 3]);
    if files[0].warning.is_none() {
        // Packets in file order are not in presentation order: there are B-frames.
        assert!(ticks[0].windows(2).any(|w| w[1] < w[0]));
    }
}

/// Presentation times in seconds, in file order.
fn packets(path: &Path) -> Vec<f64> {
    let mut input = ffmpeg_next::format::input(path).unwrap();
    let base = f64::from(input.stream(0).unwrap().time_base());
    let mut times = Vec::new();
    let mut packet = ffmpeg_next::Packet::empty();
    while packet.read(&mut input).is_ok() {
        times.push(packet.pts().unwrap() as f64 * base);
    }
    times
}

#[test]
fn coco_has_every_still_and_its_objects() {
    let dir = tempfile::tempdir().unwrap();
    let files = make(dir.path(), &tiny(3, 1));
    let text = std::fs::read_to_string(dir.path().join("ground_truth.json")).unwrap();
    let coco: serde_json::Value = serde_json::from_str(&text).unwrap();
    let stills: Vec<_> = files.iter().filter(|f| !f.video).collect();
    assert_eq!(coco["images"].as_array().unwrap().len(), stills.len());
    assert_eq!(coco["annotations"].as_array().unwrap().len(), stills.iter().map(|f| f.truth.len()).sum::<usize>());
    assert_eq!(coco["categories"].as_array().unwrap().len(), 6);
    for a in coco["annotations"].as_array().unwrap() {
        assert!((1..=6).contains(&a["category_id"].as_u64().unwrap()));
        assert!(a["area"].as_f64().unwrap() > 0.0);
        assert!(a["segmentation"][0].as_array().unwrap().len() >= 6);
    }
}

#[test]
fn progress_ends_at_its_total_and_cancel_stops() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = (0, 0);
    generate(dir.path(), &tiny(2, 1), &mut |_, done, total| last = (done, total), &AtomicBool::new(false)).unwrap();
    assert_eq!(last, (5, 5));
    let stopped = generate(dir.path(), &tiny(2, 1), &mut |_, _, _| {}, &AtomicBool::new(true));
    assert!(matches!(stopped, Err(DemoError::Cancelled)));
}

#[test]
fn a_file_in_the_folders_place_is_an_error_that_helps() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("taken");
    std::fs::write(&place, b"x").unwrap();
    let error = generate(&place, &tiny(1, 0), &mut |_, _, _| {}, &AtomicBool::new(false)).unwrap_err();
    assert!(error.to_string().contains("Choose another folder"), "{error}");
}
