//! Still images: every sample layout, orientation, true values, limits.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::tiff::TiffEncoder;
use image::{DynamicImage, ExtendedColorType, ImageBuffer, ImageEncoder, ImageFormat, Rgb, RgbImage};
use limn_media::{MediaError, MediaKind, Picture, decode_image, decode_image_staged, probe};

fn save(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

pub fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

pub fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7 % 256) as u8, (y * 11 % 256) as u8, ((x + y) % 256) as u8]))
}

fn rgba_at(p: &Picture, x: u32, y: u32) -> [u8; 4] {
    let at = (y * p.width + x) as usize * 4;
    p.rgba()[at..at + 4].try_into().unwrap()
}

#[test]
fn lossless_formats_give_every_pixel() {
    let dir = tempfile::tempdir().unwrap();
    let image = gradient(37, 23);
    for (name, format) in
        [("a.png", ImageFormat::Png), ("a.webp", ImageFormat::WebP), ("a.tiff", ImageFormat::Tiff), ("a.bmp", ImageFormat::Bmp)]
    {
        let path = save(dir.path(), name, &encoded(&image.clone().into(), format));
        let picture = decode_image(&path).unwrap();
        assert_eq!((picture.width, picture.height, picture.source_channels, picture.bit_depth), (37, 23, 3, 8), "{name}");
        for (x, y, pixel) in image.enumerate_pixels() {
            let [r, g, b] = pixel.0;
            assert_eq!(rgba_at(&picture, x, y), [r, g, b, 255], "{name} {x},{y}");
        }
        let info = probe(&path).unwrap();
        assert_eq!((info.kind, info.width, info.height, info.frames), (MediaKind::Image, 37, 23, 1));
        assert_eq!((info.pixel_format.as_str(), info.marks.len()), ("rgb8", 0), "{name}");
    }
}

#[test]
fn true_values_of_16_bit_samples_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let gray = ImageBuffer::from_fn(30, 20, |x, y| image::Luma([(x * 2111 + y * 97) as u16]));
    let rgba = ImageBuffer::from_fn(30, 20, |x, y| image::Rgba([(x * 2000) as u16, (y * 3000) as u16, 12345, 65535 - x as u16]));
    let images: [DynamicImage; 2] = [gray.clone().into(), rgba.clone().into()];
    for (i, (image, channels)) in images.iter().zip([1, 4]).enumerate() {
        for (extension, format) in [("png", ImageFormat::Png), ("tif", ImageFormat::Tiff)] {
            let path = save(dir.path(), &format!("{i}.{extension}"), &encoded(image, format));
            let picture = decode_image(&path).unwrap();
            let value = picture.value_at(7, 5).unwrap();
            assert_eq!((value.channels, value.bit_depth), (channels, 16));
            if channels == 1 {
                assert_eq!(value.samples[0], gray.get_pixel(7, 5).0[0]);
                assert_eq!(value.to_string(), gray.get_pixel(7, 5).0[0].to_string());
            } else {
                assert_eq!(value.samples, rgba.get_pixel(7, 5).0);
                assert_eq!(value.to_string(), "14000, 15000, 12345, 65528");
            }
            assert_eq!(u32::from(rgba_at(&picture, 7, 5)[0]), (u32::from(value.samples[0]) + 128) / 257);
            assert_eq!(picture.value_at(30, 0), None);
            // Written out and read again nothing is lost.
            let copy = dir.path().join("copy.png");
            picture.write_png(&copy).unwrap();
            assert_eq!(decode_image(&copy).unwrap().deep, picture.deep);
        }
    }
}

#[test]
fn small_sample_sizes_are_shown_in_their_own_range() {
    let dir = tempfile::tempdir().unwrap();
    // A gray PNG of 2 bits, made by hand: one row of 0 1 2 3.
    let mut out = Vec::new();
    {
        let mut chunk = |name: &[u8; 4], data: &[u8]| {
            out.extend_from_slice(&(data.len() as u32).to_be_bytes());
            let body = [&name[..], data].concat();
            out.extend_from_slice(&body);
            out.extend_from_slice(&crc32(&body).to_be_bytes());
        };
        chunk(b"IHDR", &[0, 0, 0, 4, 0, 0, 0, 1, 2, 0, 0, 0, 0]);
        // zlib, one stored block: filter 0, then the four samples in one byte.
        chunk(b"IDAT", &[0x78, 0x01, 1, 2, 0, 0xfd, 0xff, 0, 0b0001_1011, 0, 0x1d, 0, 0x1c]);
        chunk(b"IEND", &[]);
    }
    let path = save(dir.path(), "two_bits.png", &[b"\x89PNG\r\n\x1a\n".as_slice(), &out].concat());
    let picture = decode_image(&path).unwrap();
    let values: Vec<u16> = (0..4).map(|x| picture.value_at(x, 0).unwrap().samples[0]).collect();
    assert_eq!((values, picture.bit_depth), (vec![0, 1, 2, 3], 2));
    assert_eq!(rgba_at(&picture, 3, 0), [255; 4]);
}

pub fn crc32(data: &[u8]) -> u32 {
    !data
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 }))
}

#[test]
fn exif_orientations_1_to_8_are_applied() {
    let dir = tempfile::tempdir().unwrap();
    // Four quarters of different colours, larger than a JPEG block.
    let (w, h) = (64, 32);
    let quarter = |x: u32, y: u32| match (x < w / 2, y < h / 2) {
        (true, true) => [255, 0, 0],
        (false, true) => [0, 255, 0],
        (true, false) => [0, 0, 255],
        (false, false) => [255, 255, 255],
    };
    let image = RgbImage::from_fn(w, h, |x, y| Rgb(quarter(x, y)));
    // Which quarter is seen at top left, top right, bottom left, by the definition of the tag.
    let (a, b, c, d) = ([255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]);
    let seen = [[a, b, c], [b, a, d], [d, c, b], [c, d, a], [a, c, b], [c, a, d], [d, b, c], [b, d, a]];
    for orientation in 1..=8_u8 {
        let mut tiff_header = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        tiff_header.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
        let mut jpeg = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
        encoder.set_exif_metadata(tiff_header).unwrap();
        encoder.write_image(&image, w, h, ExtendedColorType::Rgb8).unwrap();
        let path = save(dir.path(), &format!("{orientation}.jpg"), &jpeg);
        let picture = decode_image(&path).unwrap();
        let expected = if orientation < 5 { (w, h) } else { (h, w) };
        assert_eq!((picture.width, picture.height), expected, "orientation {orientation}");
        let info = probe(&path).unwrap();
        assert_eq!((info.width, info.height), expected);
        let [top_left, top_right, bottom_left] = seen[usize::from(orientation) - 1];
        let (right, bottom) = (picture.width - 5, picture.height - 5);
        for ((x, y), colour) in [(4, 4), (right, 4), (4, bottom)].into_iter().zip([top_left, top_right, bottom_left]) {
            let got = rgba_at(&picture, x, y);
            for i in 0..3 {
                assert!(got[i].abs_diff(colour[i]) < 40, "orientation {orientation} at {x},{y}: {got:?} is not {colour:?}");
            }
        }
    }
}

#[test]
fn the_smallest_and_the_widest_images_work() {
    let dir = tempfile::tempdir().unwrap();
    for (i, (w, h)) in [(1, 1), (65_535, 1), (1, 3000), (65, 64)].into_iter().enumerate() {
        let path = save(dir.path(), &format!("{i}.png"), &encoded(&gradient(w, h).into(), ImageFormat::Png));
        let picture = decode_image(&path).unwrap();
        assert_eq!((picture.width, picture.height), (w, h));
        let levels = picture.into_levels();
        let last = levels.last().unwrap();
        assert!(last.width <= 64 && last.height <= 64);
        assert!(levels.iter().all(|l| l.rgba.len() == l.width as usize * l.height as usize * 4));
        let jpeg = save(dir.path(), &format!("{i}.jpg"), &encoded(&gradient(w, h).into(), ImageFormat::Jpeg));
        assert_eq!(decode_image(&jpeg).unwrap().width, w);
    }
}

#[test]
fn a_wrong_extension_is_used_by_content_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = save(dir.path(), "really_a_jpeg.png", &encoded(&gradient(20, 10).into(), ImageFormat::Jpeg));
    assert_eq!(decode_image(&path).unwrap().width, 20);
    let info = probe(&path).unwrap();
    assert_eq!(info.codec, "jpeg");
    assert!(info.marks[0].contains(".png"), "{:?}", info.marks);
}

#[test]
fn a_tiff_turned_by_its_tag_keeps_its_deep_samples_in_step() {
    let dir = tempfile::tempdir().unwrap();
    let gray = ImageBuffer::from_fn(5, 3, |x, y| image::Luma([(y * 1000 + x * 10) as u16]));
    let mut bytes = Cursor::new(Vec::new());
    let samples: Vec<u8> = gray.as_raw().iter().flat_map(|s| s.to_ne_bytes()).collect();
    TiffEncoder::new(&mut bytes).write_image(&samples, 5, 3, ExtendedColorType::L16).unwrap();
    let mut bytes = bytes.into_inner();
    // The encoder writes no orientation: put it in the place of a tag that means nothing here (resolution unit, 296).
    let tag = bytes.windows(4).position(|w| w == [0x28, 0x01, 3, 0]).expect("the tag to replace");
    bytes[tag..tag + 2].copy_from_slice(&[0x12, 0x01]);
    bytes[tag + 8] = 6;
    let Ok(picture) = decode_image(&save(dir.path(), "t.tif", &bytes)) else { panic!("the changed TIFF should still be readable") };
    assert_eq!((picture.width, picture.height), (3, 5));
    // Turned clockwise: the first column, read upwards, is the top row.
    let top: Vec<u16> = (0..3).map(|x| picture.value_at(x, 0).unwrap().samples[0]).collect();
    assert_eq!(top, [2000, 1000, 0]);
}

#[test]
fn a_folder_of_numbered_images_is_a_sequence() {
    let dir = tempfile::tempdir().unwrap();
    for n in [1, 2, 4] {
        save(dir.path(), &format!("s_{n:03}.png"), &encoded(&gradient(8, 6).into(), ImageFormat::Png));
    }
    let info = probe(dir.path()).unwrap();
    assert_eq!((info.kind, info.width, info.height, info.frames), (MediaKind::Sequence, 8, 6, 3));
    assert!(info.marks[0].starts_with("1 numbers are missing"));
}

#[test]
fn opaque_pictures_are_written_as_rgb_and_others_as_rgba() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("o.png");
    let mut rgba = vec![200; 4 * 6];
    rgba.iter_mut().skip(3).step_by(4).for_each(|a| *a = 255);
    Picture::from_rgba(3, 2, rgba.clone()).write_png(&path).unwrap();
    assert_eq!(probe(&path).unwrap().pixel_format, "rgb8");
    rgba[3] = 0;
    Picture::from_rgba(3, 2, rgba.clone()).write_png(&path).unwrap();
    assert_eq!(probe(&path).unwrap().pixel_format, "rgba8");
    assert_eq!(decode_image(&path).unwrap().rgba(), rgba);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no part file may be left");
    let nowhere = dir.path().join("absent/o.png");
    assert!(matches!(Picture::from_rgba(1, 1, vec![0; 4]).write_png(&nowhere), Err(MediaError::Io { .. })));
}

#[test]
fn colour_jpegs_are_what_the_image_library_makes_of_them() {
    let dir = tempfile::tempdir().unwrap();
    // Sides that are no multiples of the blocks; whole and cut short.
    let whole = encoded(&gradient(333, 217).into(), ImageFormat::Jpeg);
    let cut = whole[..whole.len() * 2 / 3].to_vec();
    for (name, bytes) in [("whole.jpg", whole), ("cut.jpg", cut)] {
        let path = save(dir.path(), name, &bytes);
        let picture = decode_image(&path).unwrap();
        let reference = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap().into_rgba8();
        let most = picture.rgba().iter().zip(reference.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
        // Whole ones have the values of libjpeg-turbo, from which that library differs a little.
        let allowed = if name == "whole.jpg" { 4 } else { 0 };
        assert!(most.is_some_and(|most| most <= allowed), "{name}: {most:?}");
        assert_eq!(picture.marks.is_empty(), name == "whole.jpg");
    }
}

#[test]
fn further_pictures_of_a_file_are_told() {
    let dir = tempfile::tempdir().unwrap();
    // An animation's header behind that of the picture.
    let mut animated = encoded(&gradient(9, 7).into(), ImageFormat::Png);
    let body = b"acTL\0\0\0\x05\0\0\0\0";
    let chunk = [&8_u32.to_be_bytes()[..], body, &crc32(body).to_be_bytes()].concat();
    animated.splice(33..33, chunk);
    // The directory of the picture once more.
    let mut pages = encoded(&gradient(9, 7).into(), ImageFormat::Tiff);
    let at = u32::from_le_bytes(pages[4..8].try_into().unwrap()) as usize;
    let end = at + 2 + usize::from(u16::from_le_bytes([pages[at], pages[at + 1]])) * 12;
    let again = [&pages[at..end], &[0; 4]].concat();
    let length = (pages.len() as u32).to_le_bytes();
    pages[end..end + 4].copy_from_slice(&length);
    pages.extend_from_slice(&again);
    for (name, bytes, number) in [("a.png", animated, "first of 5"), ("b.tif", pages, "holds 2 pictures")] {
        let path = save(dir.path(), name, &bytes);
        let picture = decode_image(&path).unwrap();
        assert_eq!((picture.width, picture.height), (9, 7));
        assert!(picture.marks.len() == 1 && picture.marks[0].contains(number), "{:?}", picture.marks);
        assert_eq!(probe(&path).unwrap().marks, picture.marks);
    }
}

#[test]
fn what_nobody_wants_any_more_is_not_decoded_and_no_fault_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let kinds = [("a.png", ImageFormat::Png), ("a.tiff", ImageFormat::Tiff), ("a.bmp", ImageFormat::Bmp), ("a.webp", ImageFormat::WebP)];
    for (name, format) in kinds {
        let path = dir.path().join(name);
        std::fs::write(&path, encoded(&gradient(90, 70).into(), format)).unwrap();
        let answer = decode_image_staged(&path, &AtomicBool::new(true), &mut |_| {});
        assert!(matches!(answer, Err(MediaError::Cancelled { .. })), "{name}: {answer:?}");
        assert!(decode_image_staged(&path, &AtomicBool::new(false), &mut |_| {}).is_ok(), "{name}");
    }
}
