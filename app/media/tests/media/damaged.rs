//! Files that lie, end early or are no media: sentences, no panics, little memory.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use image::ImageFormat;
use limn_media::{MediaError, VideoIndex, VideoReader, decode_image, probe};

use crate::clips;
use crate::images::{crc32, encoded, gradient};

fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The beginning of a PNG that claims a size and has no pixels.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut body = b"IHDR".to_vec();
    body.extend_from_slice(&width.to_be_bytes());
    body.extend_from_slice(&height.to_be_bytes());
    body.extend_from_slice(&[8, 6, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend_from_slice(&body);
    png.extend_from_slice(&crc32(&body).to_be_bytes());
    let idat = [b"IDAT".as_slice(), &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]].concat();
    png.extend_from_slice(&8_u32.to_be_bytes());
    png.extend_from_slice(&idat);
    png.extend_from_slice(&crc32(&idat).to_be_bytes());
    png
}

#[test]
fn bombs_are_refused_from_the_header() {
    let dir = tempfile::tempdir().unwrap();
    for (w, h) in [(60_000, 60_000), (200_000, 10), (0x7fff_ffff, 0x7fff_ffff)] {
        let path = write(dir.path(), "bomb.png", &png_claiming(w, h));
        for error in [decode_image(&path).unwrap_err(), probe(&path).unwrap_err()] {
            assert!(matches!(error, MediaError::TooLarge { .. }), "{w}x{h}: {error}");
            assert!(error.to_string().contains(&w.to_string()));
        }
    }
    // Within the limits, but impossible for so few bytes.
    let path = write(dir.path(), "thin.png", &png_claiming(15_000, 15_000));
    let error = decode_image(&path).unwrap_err();
    assert!(matches!(error, MediaError::Implausible { width: 15_000, .. }), "{error}");
    let mut jpeg = encoded(&gradient(16, 16).into(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x40, 0, 0x40, 0]);
    let path = write(dir.path(), "thin.jpg", &jpeg);
    assert!(matches!(decode_image(&path), Err(MediaError::Implausible { .. })));
    let mut bmp = encoded(&gradient(4, 4).into(), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0, 0, 1, 0, 0, 0, 1, 0]);
    assert!(decode_image(&write(dir.path(), "b.bmp", &bmp)).is_err());
}

#[test]
fn what_is_no_media_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let empty = write(dir.path(), "empty.png", b"");
    assert!(matches!(probe(&empty), Err(MediaError::Empty { .. })));
    assert!(matches!(decode_image(&empty), Err(MediaError::Empty { .. })));
    for (name, bytes) in [("a.png", b"hello, this is text\n".repeat(50)), ("a.mp4", vec![0; 5000]), ("a.avi", b"RIFF".to_vec())] {
        let path = write(dir.path(), name, &bytes);
        let error = probe(&path).unwrap_err();
        assert!(matches!(error, MediaError::NotMedia { .. } | MediaError::BrokenVideo { .. }), "{name}: {error:?}");
        assert!(matches!(decode_image(&path), Err(MediaError::NotMedia { .. })));
    }
    assert!(matches!(probe(&dir.path().join("absent.png")), Err(MediaError::Io { .. })));
    assert!(matches!(decode_image(dir.path()), Err(MediaError::NotAFile { .. })));
}

#[test]
fn lists_that_name_other_files_are_not_opened() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let clip = clips::encode(dir.path(), "a.ts", 5, "-c:v mpeg2video");
    let playlist = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n", clip.display());
    let path = write(dir.path(), "list.mp4", playlist.as_bytes());
    assert!(matches!(probe(&path), Err(MediaError::NotMedia { .. })));
    let path = write(dir.path(), "list.ffconcat", format!("ffconcat version 1.0\nfile '{}'\n", clip.display()).as_bytes());
    assert!(matches!(probe(&path), Err(MediaError::NotMedia { .. })));
}

#[cfg(unix)]
#[test]
fn names_of_any_bytes_can_be_opened() {
    use std::os::unix::ffi::OsStrExt;
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let clip = clips::encode(dir.path(), "a.mp4", 3, "-c:v mpeg4");
    for name in [&b"b\xff\xfe.mp4"[..], b"concat:a|b.mp4", b"http:x.mp4"] {
        let odd = dir.path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::copy(&clip, &odd).unwrap();
        assert_eq!(probe(&odd).unwrap().frames, 3);
    }
}

#[test]
fn images_cut_at_any_length_never_panic() {
    let dir = tempfile::tempdir().unwrap();
    let image = gradient(90, 70);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Bmp] {
        let whole = encoded(&image.clone().into(), format);
        assert!(decode_image(&write(dir.path(), "whole", &whole)).unwrap().marks.is_empty(), "{format:?}");
        for length in (0..whole.len()).step_by(whole.len() / 60 + 1).chain(whole.len() - 3..whole.len()) {
            let path = write(dir.path(), "cut", &whole[..length]);
            let _ = probe(&path);
            match decode_image(&path) {
                Ok(picture) => {
                    assert_eq!((picture.width, picture.height), (90, 70));
                    // Only a JPEG may come out in part, and must say so. Lengths that lack nothing but an end mark are whole.
                    let lacks_pixels = length + 16 < whole.len();
                    assert!(!lacks_pixels || !picture.marks.is_empty(), "{format:?} cut at {length} says nothing");
                }
                Err(error) => {
                    assert!(!matches!(error, MediaError::Panicked { .. }), "{format:?} cut at {length}: {error}");
                }
            }
        }
    }
}

#[test]
fn changed_bytes_never_panic() {
    let dir = tempfile::tempdir().unwrap();
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Bmp] {
        let whole = encoded(&gradient(40, 30).into(), format);
        for round in 0..80 {
            let mut bytes = whole.clone();
            for _ in 0..3 {
                // Half of the changes in the headers, where the numbers are.
                let range = if round % 2 == 0 { bytes.len().min(200) } else { bytes.len() };
                let at = random() as usize % range;
                bytes[at] = random() as u8;
            }
            let path = write(dir.path(), "changed", &bytes);
            for error in [decode_image(&path).err(), probe(&path).err()].into_iter().flatten() {
                assert!(!matches!(error, MediaError::Panicked { .. }), "{format:?} round {round}: {error}");
            }
        }
    }
}

#[test]
fn videos_cut_at_many_lengths_give_frames_or_sentences() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let go_on = AtomicBool::new(false);
    let x264 = "-c:v libx264 -preset ultrafast -g 10 -bf 2";
    for name in ["a.mkv", "a.ts", "a.mp4", "a.avi"] {
        let whole = std::fs::read(clips::encode(dir.path(), name, 30, x264)).unwrap();
        for part in [0.0001, 0.01, 0.1, 0.35, 0.6, 0.9, 0.99] {
            let length = (whole.len() as f64 * part) as usize;
            let path = write(dir.path(), &format!("cut_{name}"), &whole[..length]);
            let _ = probe(&path);
            let index = match VideoIndex::build(&path, &|_, _| {}, &go_on) {
                Ok(index) => index,
                Err(error) => {
                    assert!(!matches!(error, MediaError::Panicked { .. }));
                    continue;
                }
            };
            let frames = index.frames();
            assert!(frames <= 30, "{name} cut at {part}");
            let mut reader = VideoReader::open(&path, index.into()).unwrap();
            for n in 0..frames {
                if let Ok(picture) = reader.frame(n) {
                    // The last packet may be cut in its middle and show anything.
                    let expected = clips::number_in(&picture);
                    assert!(expected == Some(n) || n + 4 >= frames, "{name} cut at {part}: frame {n} is {expected:?}");
                }
            }
        }
    }
}

#[test]
fn a_stream_without_its_parameters_has_no_decodable_frame() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = clips::encode(dir.path(), "a.h264", 60, "-c:v libx264 -preset ultrafast -g 250 -bf 0 -x264-params repeat-headers=0");
    let whole = std::fs::read(&path).unwrap();
    // Cut in the middle of the only GOP, at the start of a NAL unit.
    let from = whole.len() / 2;
    let nal = whole[from..].windows(4).position(|w| w == [0, 0, 0, 1] || w[..3] == [0, 0, 1]).unwrap() + from;
    let cut = write(dir.path(), "cut.h264", &whole[nal..]);
    let error = VideoIndex::build(&cut, &|_, _| {}, &AtomicBool::new(false)).unwrap_err();
    assert!(
        matches!(error, MediaError::NoDecodableFrame { .. } | MediaError::NotMedia { .. } | MediaError::BrokenVideo { .. }),
        "{error:?}"
    );
}
