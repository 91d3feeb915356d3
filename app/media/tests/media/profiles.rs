//! Colour profiles: shown in sRGB, values the file's own.

use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use limn_media::{Picture, decode_image, probe};
use moxcms::ColorProfile;

fn png(dir: &Path, image: &[u8], size: (u32, u32), colour: ExtendedColorType, profile: Vec<u8>) -> PathBuf {
    let path = dir.join("a.png");
    let mut encoder = PngEncoder::new(std::fs::File::create(&path).unwrap());
    encoder.set_icc_profile(profile).unwrap();
    encoder.write_image(image, size.0, size.1, colour).unwrap();
    path
}

fn jpeg(dir: &Path, image: &RgbImage, profile: Vec<u8>) -> PathBuf {
    let path = dir.join("a.jpg");
    let mut encoder = JpegEncoder::new_with_quality(std::fs::File::create(&path).unwrap(), 92);
    encoder.set_icc_profile(profile).unwrap();
    encoder.write_image(image, image.width(), image.height(), ExtendedColorType::Rgb8).unwrap();
    path
}

fn colours() -> RgbImage {
    RgbImage::from_fn(48, 48, |x, y| image::Rgb([(x * 5) as u8, (y * 5) as u8, 255 - ((x / 8 * 8 + y / 8 * 8) * 5 / 2) as u8]))
}

/// The curve of sRGB and of Display P3, IEC 61966-2-1.
fn linear(v: f64) -> f64 {
    if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn curved(v: f64) -> f64 {
    let v = v.clamp(0.0, 1.0);
    if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 }
}

/// To linear light by `curve`, to the primaries of sRGB, to its curve.
fn expected(own: [u16; 4], curve: impl Fn(f64) -> f64, matrix: [[f64; 3]; 3]) -> [f64; 3] {
    let light = [0, 1, 2].map(|n| curve(f64::from(own[n]) / 255.0));
    matrix.map(|row| 255.0 * curved(row.iter().zip(light).map(|(a, b)| a * b).sum()))
}

/// Compares what is shown with what follows from the values.
fn check(picture: &Picture, curve: impl Fn(f64) -> f64, matrix: [[f64; 3]; 3]) {
    let mut moved = 0.0_f64;
    for (x, y) in (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (x, y))) {
        let own = picture.value_at(x, y).unwrap().samples;
        let shown = picture.rgba_at(x, y).unwrap();
        for (n, expected) in expected(own, &curve, matrix).into_iter().enumerate() {
            let off = (f64::from(shown[n]) - expected).abs();
            assert!(off <= 2.0, "{own:?} is shown as {shown:?}, channel {n} should be {expected:.1}");
            moved = moved.max((f64::from(shown[n]) - f64::from(own[n])).abs());
        }
        assert_eq!(shown[3], 255);
    }
    assert!(moved > 15.0, "the profile changes something");
}

const FROM_P3: [[f64; 3]; 3] = [[1.224_94, -0.224_94, 0.0], [-0.042_057, 1.042_057, 0.0], [-0.019_638, -0.078_636, 1.098_274]];
const FROM_ADOBE: [[f64; 3]; 3] = [[1.398_36, -0.398_36, 0.0], [0.0, 1.0, 0.0], [0.0, -0.042_93, 1.042_93]];

#[test]
fn wide_colours_are_shown_in_srgb() {
    let dir = tempfile::tempdir().unwrap();
    let image = colours();
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let adobe = ColorProfile::new_adobe_rgb().encode().unwrap();
    for path in [png(dir.path(), &image, (48, 48), ExtendedColorType::Rgb8, p3.clone()), jpeg(dir.path(), &image, p3)] {
        let picture = decode_image(&path).unwrap();
        check(&picture, linear, FROM_P3);
        assert!(picture.marks.len() == 1 && picture.marks[0].contains("applied"), "{:?}", picture.marks);
        assert_eq!(probe(&path).unwrap().marks, picture.marks);
        assert_eq!(picture.bytes(), 48 * 48 * 4 * 2, "shown and own");
        let (rgba, levels) = (picture.rgba().into_owned(), picture.into_levels());
        assert_eq!(levels, Picture::from_rgba(48, 48, rgba).into_levels());
    }
    for path in [png(dir.path(), &image, (48, 48), ExtendedColorType::Rgb8, adobe.clone()), jpeg(dir.path(), &image, adobe)] {
        check(&decode_image(&path).unwrap(), |v| v.powf(563.0 / 256.0), FROM_ADOBE);
    }
    let exact = decode_image(&dir.path().join("a.png")).unwrap();
    let own = image.enumerate_pixels().all(|(x, y, p)| exact.value_at(x, y).unwrap().samples[..3] == p.0.map(u16::from));
    assert!(own, "values are the file's own");
}

#[test]
fn gray_and_deep_pictures_have_profiles_too() {
    let dir = tempfile::tempdir().unwrap();
    let values: Vec<u8> = (0..=255).collect();
    let gray = ColorProfile::new_gray_with_gamma(1.4).encode().unwrap();
    let picture = decode_image(&png(dir.path(), &values, (16, 16), ExtendedColorType::L8, gray)).unwrap();
    for value in 0..=255_u8 {
        let (x, y) = (u32::from(value) % 16, u32::from(value) / 16);
        assert_eq!(picture.value_at(x, y).unwrap().to_string(), value.to_string());
        let [r, g, b, a] = picture.rgba_at(x, y).unwrap();
        let expected = 255.0 * curved((f64::from(value) / 255.0).powf(1.4));
        assert!([r, g, b].iter().all(|v| (f64::from(*v) - expected).abs() <= 2.0) && a == 255, "{value}: {r} for {expected}");
    }

    let deep: Vec<u16> = colours().as_raw().iter().map(|v| (u16::from(*v) * 257).saturating_add(3)).collect();
    let bytes: Vec<u8> = deep.iter().flat_map(|v| v.to_ne_bytes()).collect();
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let picture = decode_image(&png(dir.path(), &bytes, (48, 48), ExtendedColorType::Rgb16, p3)).unwrap();
    assert_eq!(picture.value_at(5, 0).unwrap().samples[..3], deep[15..18]);
    let shown = picture.rgba_at(5, 40).unwrap();
    let own = picture.value_at(5, 40).unwrap().samples.map(|v| v / 257);
    for (n, expected) in expected(own, linear, FROM_P3).into_iter().enumerate() {
        assert!((f64::from(shown[n]) - expected).abs() <= 2.0);
    }
}

#[test]
fn srgb_is_left_alone_and_a_broken_profile_hides_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let image = colours();
    let same = |path: &Path| {
        let picture = decode_image(path).unwrap();
        assert!(image.enumerate_pixels().all(|(x, y, p)| picture.rgba_at(x, y).unwrap()[..3] == p.0));
        picture
    };
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    let picture = same(&png(dir.path(), &image, (48, 48), ExtendedColorType::Rgb8, srgb));
    assert!(picture.marks.is_empty() && picture.own.is_none());

    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let gray = ColorProfile::new_gray_with_gamma(1.8).encode().unwrap();
    for broken in [p3[..100].to_vec(), b"no profile at all".to_vec(), gray] {
        let picture = same(&png(dir.path(), &image, (48, 48), ExtendedColorType::Rgb8, broken));
        assert!(picture.marks.len() == 1 && picture.marks[0].contains("not applied"), "{:?}", picture.marks);
    }
    let mut state = 5_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for _ in 0..150 {
        let mut broken = p3.clone();
        for _ in 0..3 {
            let at = random() % broken.len();
            broken[at] = random() as u8;
        }
        decode_image(&png(dir.path(), &image, (48, 48), ExtendedColorType::Rgb8, broken)).unwrap();
    }
}

/// Colours for printing, made of x * 10, y * 15, 100 with all black taken out into its own component.
const CMYK: &[u8] = include_bytes!("data/cmyk.jpg");

#[test]
fn printing_colours_are_shown_as_everyone_shows_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.jpg");
    let adobe = CMYK.windows(2).position(|w| w == [0xff, 0xee]).unwrap();
    let length = usize::from(CMYK[adobe + 3]) + 2;
    let without = [&CMYK[..adobe], &CMYK[adobe + length..]].concat();
    let mut files = vec![CMYK.to_vec(), without];
    if let Some(program) = crate::jpeg::magick() {
        // Luma, chroma and black.
        std::fs::write(&path, CMYK).unwrap();
        let again = dir.path().join("b.jpg");
        crate::jpeg::run_magick(program, &[path.to_str().unwrap(), "-quality", "96", "-sampling-factor", "1x1", again.to_str().unwrap()]);
        files.push(std::fs::read(again).unwrap());
    }
    for (n, bytes) in files.iter().enumerate() {
        std::fs::write(&path, bytes).unwrap();
        let picture = decode_image(&path).unwrap();
        assert!(picture.is_opaque() && picture.marks.is_empty());
        for (x, y) in (0..16).flat_map(|y| (0..24).map(move |x| (x, y))) {
            let shown = picture.rgba_at(x, y).unwrap();
            let near = shown.iter().zip([x * 10, y * 15, 100]).all(|(a, b)| u32::from(*a).abs_diff(b) <= 12);
            assert!(near, "file {n} at {x}, {y}: {shown:?}");
        }
        assert_eq!(probe(&path).unwrap().pixel_format, "cmyk8");
    }
}
