use super::*;
use crate::picture::Picture;
use crate::turn::Turn;
use crate::yuv::{Layout, Plane, YuvFrame, YuvMatrix};

const MATRIX: YuvMatrix = YuvMatrix { kr: 0.2126, kb: 0.0722, full_range: false };

/// Planes with rows without padding; sample `at` of plane `number` is `value(number, x, y)`.
fn frame(size: [u32; 2], shift: [u32; 2], bits: u8, value: impl Fn(usize, u32, u32) -> u16) -> Picture {
    let sides = |number: usize| if number == 0 { size } else { [size[0].div_ceil(1 << shift[0]), size[1].div_ceil(1 << shift[1])] };
    let planes: Vec<Vec<u8>> = (0..3)
        .map(|number| {
            let [width, height] = sides(number);
            let samples = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| value(number, x, y));
            samples.flat_map(|sample| if bits == 8 { vec![sample as u8] } else { sample.to_le_bytes().to_vec() }).collect()
        })
        .collect();
    let stride = |number: usize| sides(number)[0] as usize * if bits == 8 { 1 } else { 2 };
    let plane = |number: usize| Plane { bytes: &planes[number], stride: stride(number) };
    let layout = Layout { size, shift, bits, matrix: MATRIX, turn: Turn::NONE };
    Picture::from_planes(YuvFrame::copy(layout, [plane(0), plane(1), plane(2)]).unwrap())
}

#[test]
fn each_sample_is_the_average_of_those_that_it_stands_for() {
    // All layouts, levels and odd sizes; the truth is counted one by one.
    for (shift, bits) in [([1, 1], 8), ([1, 0], 8), ([0, 0], 8), ([1, 1], 10), ([0, 0], 12)] {
        for (size, level) in [([37, 23], 1), ([64, 66], 2), ([1, 130], 1), ([131, 1], 3)] {
            let value = |number: usize, x: u32, y: u32| (((x * 37 + y * 91 + number as u32 * 50) % 251) << (bits - 8)) as u16;
            let small = planes::small(&frame(size, shift, bits, value), level).unwrap();
            assert_eq!(small.size, size.map(|side| side.div_ceil(1 << level)));
            for (number, plane) in small.planes.iter().enumerate() {
                let shift = if number == 0 { [0, 0] } else { shift };
                let of = size.map(f64::from);
                let full = [0, 1].map(|side| (of[side] / f64::from(1 << shift[side])).ceil() as u32);
                let by = [0, 1].map(|side| ((1 << level) * (if number == 0 { 1 } else { 2 })) >> shift[side]);
                let wide = full[0].div_ceil(by[0]);
                assert_eq!(plane.len() as u32, wide * full[1].div_ceil(by[1]));
                for (at, sample) in plane.iter().enumerate() {
                    let [x, y] = [at as u32 % wide * by[0], at as u32 / wide * by[1]];
                    let block = (y..(y + by[1]).min(full[1])).flat_map(|y| (x..(x + by[0]).min(full[0])).map(move |x| (x, y)));
                    let values: Vec<f64> = block.map(|(x, y)| f64::from(value(number, x, y))).collect();
                    let average = values.iter().sum::<f64>() / values.len() as f64 / f64::from(1 << (bits - 8));
                    assert!((f64::from(*sample) - average).abs() <= 0.51, "{shift:?} {bits} {size:?} plane {number} at {at}");
                }
            }
        }
    }
}

#[test]
fn colours_survive_rgba() {
    for color in [[200, 30, 40, 255], [10, 240, 90, 255], [255, 255, 255, 0], [0, 0, 0, 255]] {
        let picture = Picture::from_rgba(130, 70, color.repeat(130 * 70));
        let small = planes::small(&picture, 1).unwrap();
        let [y, u, v] = small.planes.each_ref().map(|plane| plane.as_slice());
        let planes = [(y, 65), (u, 33), (v, 33)].map(|(bytes, stride)| Plane { bytes, stride });
        let layout = Layout { size: small.size, shift: [1, 1], bits: 8, matrix: small.look.matrix, turn: Turn::NONE };
        let back = YuvFrame::copy(layout, planes).unwrap().rgba_at(60, 30).unwrap();
        assert!((0..3).all(|i| back[i].abs_diff(color[i]) <= 2), "{color:?} became {back:?}");
    }
}

#[test]
fn pictures_are_halved_until_they_are_small() {
    assert_eq!(level_of((3840, 2160)), Some((1, (1920, 1080))));
    assert_eq!(level_of((1920, 1080)), Some((1, (960, 540))));
    assert_eq!(level_of((7680, 4320)), Some((2, (1920, 1080))));
    assert_eq!(level_of((4097, 1)), Some((2, (1025, 1))));
    assert_eq!([level_of((64, 64)), level_of((1, 1))], [None, None]);
}

#[test]
fn the_disk_is_not_filled() {
    let dir = tempfile::tempdir().unwrap();
    let video = dir.path().join("a.mkv");
    let made = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-frames:v", "60", "-c:v", "ffv1"])
        .arg(&video)
        .status();
    assert!(made.is_ok() || std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
    if made.is_err() {
        return eprintln!("skipped: the ffmpeg command line is not installed");
    }
    let go = AtomicBool::new(false);
    let index = Arc::new(VideoIndex::build(&video, &|_, _| {}, &go).unwrap());
    let folder = dir.path().join("proxies");
    let make =
        |max_bytes, min_free| Proxies { dir: folder.clone(), bounds: Bounds { max_bytes, min_free } }.make(&video, &index, &|_, _| {}, &go);
    let left = || fs::read_dir(&folder).map_or(0, Iterator::count);
    assert!(matches!(make(20_000, 0), Err(MediaError::NoRoom { .. })));
    assert_eq!(left(), 0);
    if cfg!(target_os = "linux") {
        assert!(matches!(make(u64::MAX, u64::MAX), Err(MediaError::NoRoom { .. })));
        assert_eq!(left(), 0);
    }
    // Another one goes when both are too much.
    fs::create_dir_all(&folder).unwrap();
    let old = folder.join("old.proxy");
    fs::write(&old, [0; 1000]).unwrap();
    fs::File::options().write(true).open(&old).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    let bytes = make(u64::MAX, 0).unwrap().bytes;
    assert_eq!((left(), Proxies::new(&folder).bytes()), (2, bytes + 1000));
    make(bytes + 500, 0).unwrap();
    assert!(left() == 1 && !old.exists());
    assert_eq!((Proxies::new(&folder).remove_all(), left()), (bytes, 0));
}

#[test]
fn no_frame_stands_for_another() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.proxy");
    let stamp = crate::info::FileStamp { bytes: 5, modified_ns: 6 };
    let head = file::Head { stamp, frames: 2, index: [7; 32], size: (9, 9) };
    let look = planes::Look { matrix: MATRIX, orientation: 6 };
    let mut writer = file::Writer::create(&path).unwrap();
    for frame in [b"first", b"other"] {
        writer.put(Some((frame, look))).unwrap();
    }
    writer.finish(&path, &head).unwrap();
    let mut whole = file::ProxyFile::open(&path, &head).unwrap();
    assert_eq!(whole.get(1).unwrap(), Some((b"other".to_vec(), look)));
    assert!(file::ProxyFile::open(&path, &file::Head { index: [8; 32], ..head.clone() }).is_err());
    // Each is sound by itself, and of the length that is expected in its place.
    let mut bytes = fs::read(&path).unwrap();
    bytes[8..18].rotate_left(5);
    fs::write(&path, bytes).unwrap();
    let mut swapped = file::ProxyFile::open(&path, &head).unwrap();
    assert!((0..2).all(|n| matches!(swapped.get(n), Err(MediaError::IndexFile { .. }))));
}
