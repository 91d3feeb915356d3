//! JPEGs by our own decoder: the values of libjpeg-turbo, strips, damaged data.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use limn_media::{JpegRows, MediaError, Picture, Pixels, Tone, decode_image, decode_image_staged};

use crate::images::{encoded, gradient};

const PLAIN: &[u8] = include_bytes!("data/plain.jpg");
/// The same picture with a restart marker after every third unit.
const RESTART: &[u8] = include_bytes!("data/restart.jpg");

/// ImageMagick's program, which decodes with libjpeg-turbo; says so when it is not there.
pub fn magick() -> Option<&'static str> {
    let works = |name: &&str| Command::new(name).arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    let found = ["magick", "convert"].into_iter().find(works);
    if found.is_none() {
        eprintln!("skipped: ImageMagick is not installed");
    }
    found
}

/// Runs it.
pub fn run_magick(program: &str, arguments: &[&str]) -> Vec<u8> {
    let out = Command::new(program).args(arguments).output().unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// All pixels in strips, from a reader.
fn strips(reader: impl Read) -> Result<(u32, u32, Vec<u8>, bool), MediaError> {
    let mut rows = JpegRows::new(Path::new("a.jpg"), reader)?;
    let (width, height) = rows.size();
    let (mut all, mut strip, mut count) = (Vec::new(), Vec::new(), 0);
    loop {
        let n = rows.next_strip(&mut strip)?;
        assert_eq!(strip.len(), n as usize * width as usize * 4);
        if n == 0 {
            assert_eq!(count, height);
            return Ok((width, height, all, rows.is_damaged()));
        }
        count += n;
        all.extend_from_slice(&strip);
    }
}

/// Gives a byte or a few at a time.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = out.len().min(7).min(self.0.len());
        out[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

#[test]
fn values_are_those_of_libjpeg_turbo() {
    let Some(program) = magick() else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| -> (PathBuf, String) {
        let path = dir.path().join(name);
        (path.clone(), path.to_str().unwrap().to_owned())
    };
    let ((source, source_name), (jpeg, jpeg_name)) = (file("a.ppm"), file("a.jpg"));
    let samplings = ["1x1", "2x1", "1x2", "2x2", "4x1", "gray"];
    let mut state = 3_u32;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    for (n, size) in [(1, 1), (2, 3), (5, 17), (8, 8), (16, 16), (17, 33), (70, 41), (90, 301)].into_iter().enumerate() {
        for (m, sampling) in samplings.into_iter().enumerate() {
            let noise = [2, 40, 255][(n + m) % 3];
            let image = RgbImage::from_fn(size.0, size.1, |x, y| {
                image::Rgb([x * 3, y * 5, (x + y) * 2].map(|v| (v + random(noise)).min(255) as u8))
            });
            write_ppm(&source, &image);
            let quality = [5, 40, 75, 90, 100][(n * 2 + m) % 5].to_string();
            let how = if sampling == "gray" { ["-colorspace", "Gray"] } else { ["-sampling-factor", sampling] };
            run_magick(program, &[&source_name, how[0], how[1], "-quality", &quality, &jpeg_name]);
            let bytes = std::fs::read(&jpeg).unwrap();
            let expected = run_magick(program, &[&jpeg_name, "-depth", "8", "rgb:-"]);
            let (width, height, rgba, damaged) = strips(bytes.as_slice()).unwrap();
            assert_eq!((width, height, damaged), (size.0, size.1, false));
            let made: Vec<u8> = rgba.as_chunks::<4>().0.iter().flat_map(|p| [p[0], p[1], p[2]]).collect();
            // Not one value differs, which also holds for 400 files of all samplings made with cjpeg.
            assert!(made == expected, "{size:?} {sampling} quality {quality}");
            let picture = decode_image(&jpeg).unwrap();
            assert_eq!(picture.source_channels, if sampling == "gray" { 1 } else { 3 });
            assert!(*picture.rgba() == *rgba, "{size:?} {sampling} at once");
            assert!(picture.into_levels() == Picture::from_rgba(width, height, rgba).into_levels());
        }
    }
}

fn write_ppm(path: &Path, image: &RgbImage) {
    let head = format!("P6\n{} {}\n255\n", image.width(), image.height());
    std::fs::write(path, [head.as_bytes(), image.as_raw()].concat()).unwrap();
}

#[test]
fn restart_markers_change_nothing() {
    let plain = strips(PLAIN).unwrap();
    assert_eq!((plain.0, plain.1, plain.3), (67, 45, false));
    assert_eq!(strips(RESTART).unwrap(), plain);
    assert_eq!(strips(Drip(RESTART)).unwrap(), plain);
}

#[test]
fn damaged_data_gives_what_came_before_it_and_never_panics() {
    let whole = strips(RESTART).unwrap();
    for length in 0..RESTART.len() {
        if let Ok((width, height, rgba, damaged)) = strips(&RESTART[..length]) {
            assert_eq!((width, height), (67, 45));
            let same = rgba.iter().zip(&whole.2).take_while(|(a, b)| a == b).count();
            assert!(damaged || same == rgba.len(), "cut at {length}");
            // A cut in the last row of units leaves the first strip as it was.
            assert!(length + 100 < RESTART.len() || same >= 67 * 4 * 16, "cut at {length}: {same}");
        }
    }
    let mut state = 1_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    let colours = encoded(&gradient(60, 50).into(), image::ImageFormat::Jpeg);
    for bytes in [RESTART, PLAIN, &colours] {
        for _ in 0..600 {
            let mut broken = bytes.to_vec();
            for _ in 0..1 + random() % 4 {
                let at = random() % broken.len();
                broken[at] = if random() % 3 == 0 { 0xff } else { broken[at] ^ 1 << (random() % 8) };
            }
            // Sizes that are only claimed would make the test slow.
            if let Ok(rows) = JpegRows::new(Path::new("a.jpg"), broken.as_slice())
                && u64::from(rows.size().0) * u64::from(rows.size().1) < 1 << 20
            {
                let _ = strips(broken.as_slice());
            }
        }
    }
}

#[test]
fn other_kinds_are_refused_in_a_sentence() {
    let mut progressive = PLAIN.to_vec();
    let frame = progressive.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    progressive[frame + 1] = 0xc2;
    let error = strips(progressive.as_slice()).unwrap_err();
    assert!(matches!(error, MediaError::Unsupported { .. }), "{error}");
    assert!(matches!(strips(&PLAIN[..30]), Err(MediaError::BrokenImage { .. })));
    assert!(matches!(strips(&b"GIF89a"[..]), Err(MediaError::BrokenImage { .. })));
}

/// With the turn that EXIF says by this number.
fn turned_jpeg(image: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut tiff_header = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff_header.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 80);
    encoder.set_exif_metadata(tiff_header).unwrap();
    encoder.write_image(image, image.width(), image.height(), ExtendedColorType::Rgb8).unwrap();
    jpeg
}

#[test]
fn smaller_levels_are_those_of_the_turned_picture() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.jpg");
    for (width, height) in [(333, 217), (160, 232)] {
        for orientation in 1..=8 {
            std::fs::write(&path, turned_jpeg(&gradient(width, height), orientation)).unwrap();
            let picture = decode_image(&path).unwrap();
            let (width, height, rgba) = (picture.width, picture.height, picture.rgba().into_owned());
            assert!(picture.into_levels() == Picture::from_rgba(width, height, rgba).into_levels(), "{width} turned by {orientation}");
        }
    }
}

#[test]
fn a_large_photograph_keeps_its_planes_and_shows_the_same_values() {
    let Some(program) = magick() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (source, jpeg) = (dir.path().join("a.ppm"), dir.path().join("a.jpg"));
    for (sampling, (width, height)) in
        ["1x1", "2x1", "1x2", "2x2"].into_iter().zip([(2301, 1777), (2300, 1777), (2301, 1776), (2301, 1777)])
    {
        let image = RgbImage::from_fn(width, height, |x, y| {
            let grain = (x * 7 + y * 13) % 32;
            let blue = if (x / 200 + y / 150) % 2 == 0 { 20 } else { 200 };
            image::Rgb([x / 11, y / 9, blue].map(|v| (v + grain).min(255) as u8))
        });
        write_ppm(&source, &image);
        let names = [&source, &jpeg].map(|path| path.to_str().unwrap().to_owned());
        run_magick(program, &[&names[0], "-sampling-factor", sampling, "-quality", "80", &names[1]]);
        let (_, _, expected, _) = strips(std::fs::read(&jpeg).unwrap().as_slice()).unwrap();
        let picture = decode_image(&jpeg).unwrap();
        assert!(matches!(picture.pixels, Pixels::Photo(_)) && !picture.is_coarse(), "{sampling}");
        assert!(*picture.rgba() == *expected, "{sampling}");
        let at = |x: u32, y: u32| expected.as_chunks::<4>().0[(y * width + x) as usize];
        for [x, y, w, h] in [[0, 0, 1, 1], [1, 1, 7, 5], [512, 511, 33, 2], [width - 2, height - 3, 2, 3], [width - 1, 0, 1, height]] {
            let part = picture.region(0, [x, y, w, h]).unwrap();
            let wanted: Vec<u8> = (y..y + h).flat_map(|y| (x..x + w).flat_map(move |x| at(x, y))).collect();
            assert!(part.rgba == wanted, "{sampling}: {w} x {h} at {x}, {y}");
            for (x, y) in [(x, y), (x + w - 1, y + h - 1)] {
                assert_eq!(picture.rgba_at(x, y), Some(at(x, y)), "{sampling} {x} {y}");
            }
            let mut row = [[0; 4]; 7];
            assert_eq!(picture.row(x, y, &mut row), 7.min((width - x) as usize));
            assert_eq!(row[0], at(x, y));
        }
        // Single pixels are reckoned by themselves.
        for (x, y) in [0, 1, 2, height - 1].into_iter().flat_map(|y| (0..width).map(move |x| (x, y))) {
            assert_eq!(picture.rgba_at(x, y), Some(at(x, y)), "{sampling} {x} {y}");
        }
        assert!(picture.region(0, [width - 1, 0, 2, 1]).is_none() && picture.rgba_at(width, 0).is_none());
        // Smaller levels are halved luma with the chroma of the file: on edges of colours a little sharper than halved pixels.
        let halves = Picture::from_rgba(width, height, expected.clone()).into_levels();
        let levels = picture.clone().into_levels();
        let size = |level: &limn_media::Level| (level.width, level.height);
        assert_eq!(levels.iter().map(size).collect::<Vec<_>>(), halves.iter().map(size).collect::<Vec<_>>());
        for (level, half) in levels.iter().zip(&halves).skip(1) {
            let sum: u64 = level.rgba.iter().zip(&half.rgba).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            assert!(sum * 10 < level.rgba.len() as u64 * 6, "{sampling} {:?}: {}", size(level), sum as f64 / level.rgba.len() as f64);
        }
        assert!(picture.bytes() < expected.len() as u64 * 11 / 10, "{sampling}: {} bytes", picture.bytes());
    }
}

#[test]
fn a_large_photograph_is_turned_where_it_is_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.jpg");
    let image = RgbImage::from_fn(2300, 1776, |x, y| image::Rgb([(x / 11) as u8, (y / 7) as u8, ((x + y) / 17) as u8]));
    std::fs::write(&path, turned_jpeg(&image, 1)).unwrap();
    let upright = decode_image(&path).unwrap();
    for orientation in 2..=8 {
        std::fs::write(&path, turned_jpeg(&image, orientation)).unwrap();
        let picture = decode_image(&path).unwrap();
        let Pixels::Photo(photo) = &picture.pixels else { panic!("no planes") };
        // What is shown at the top left lies here in the file; and so on, to the right and down.
        let (swapped, [from_right, from_bottom]) = match orientation {
            2 => (false, [true, false]),
            3 => (false, [true, true]),
            4 => (false, [false, true]),
            5 => (true, [false, false]),
            6 => (true, [false, true]),
            7 => (true, [true, true]),
            _ => (true, [true, false]),
        };
        let stored = |x: u32, y: u32| {
            let (x, y) = if swapped { (y, x) } else { (x, y) };
            (if from_right { 2299 - x } else { x }, if from_bottom { 1775 - y } else { y })
        };
        assert_eq!(photo.size(), if swapped { (1776, 2300) } else { (2300, 1776) });
        let part = photo.region(false, [301, 77, 5, 3]).unwrap();
        for (n, pixel) in part.rgba.as_chunks::<4>().0.iter().enumerate() {
            let (x, y) = (301 + n as u32 % 5, 77 + n as u32 / 5);
            let (from_x, from_y) = stored(x, y);
            assert_eq!(Some(*pixel), upright.rgba_at(from_x, from_y), "{orientation}: {x} {y}");
            assert_eq!(Some(*pixel), picture.rgba_at(x, y));
        }
        let levels = picture.into_levels();
        let middle = |level: &limn_media::Level| {
            let at = (level.height / 3 * level.width + level.width / 4) as usize;
            level.rgba.as_chunks::<4>().0[at]
        };
        assert_eq!((levels[1].width, levels[1].height), (levels[0].width / 2, levels[0].height / 2));
        assert!(middle(&levels[0]).iter().zip(middle(&levels[2])).all(|(a, b)| a.abs_diff(b) < 9), "{orientation}");
    }
}

#[test]
fn a_coarse_picture_comes_first_and_says_no_values() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.jpg");
    let image = RgbImage::from_fn(2601, 1703, |x, y| image::Rgb([(x / 11) as u8, (y / 7) as u8, ((x + y) / 17) as u8]));
    std::fs::write(&path, turned_jpeg(&image, 6)).unwrap();
    let mut coarse = Vec::new();
    let never = AtomicBool::new(false);
    let full = decode_image_staged(&path, &never, &mut |picture| coarse.push(picture)).unwrap();
    let [coarse] = coarse.as_slice() else { panic!("{} coarse pictures", coarse.len()) };
    assert!(coarse.is_coarse() && !full.is_coarse());
    assert_eq!((coarse.width, coarse.height, coarse.source_channels), (1703, 2601, 3));
    assert!(coarse.rgba_at(3, 3).is_none() && coarse.value_at(3, 3).is_none() && full.value_at(3, 3).is_some());
    let Pixels::Levels(levels) = &coarse.pixels else { panic!("no levels") };
    assert_eq!((levels[0].width, levels[0].height, levels[0].rgba.len()), (213, 326, 213 * 326 * 4));
    assert_eq!((levels[1].width, levels.last().unwrap().height), (107, 41));
    // Blocks are counted from the corner that is at the top right after this turn.
    for (x, y) in [(0, 0), (100, 7), (212, 300), (3, 325)] {
        let pixel = &levels[0].rgba[(y * 213 + x) * 4..][..4];
        let shown = full.rgba_at((x as u32 * 8).min(1702), (y as u32 * 8 + 4).min(2600)).unwrap();
        assert!(pixel.iter().zip(shown).all(|(a, b)| a.abs_diff(b) < 6), "{pixel:?} for {shown:?} at {x}, {y}");
    }
    assert!(coarse.tone_table(Tone { window: Some(coarse.auto_window()), equalise: false }).is_some());

    let stop = AtomicBool::new(false);
    let stopped = decode_image_staged(&path, &stop, &mut |_| stop.store(true, Ordering::Relaxed));
    assert!(matches!(stopped, Err(MediaError::Cancelled { .. })));
    let stopped = decode_image_staged(&path, &stop, &mut |_| panic!("nothing may be shown after the stop"));
    assert!(matches!(stopped, Err(MediaError::Cancelled { .. })));
}
