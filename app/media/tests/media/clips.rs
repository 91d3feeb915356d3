//! Small videos whose frame number can be read back from the pixels: 16 cells across the top hold
//! 8 bits of the number and 8 bits of check, white for 1, over a moving background.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use limn_media::Picture;

pub const WIDTH: usize = 320;
pub const HEIGHT: usize = 240;
pub const FRAMES: u64 = 120;
const CELL: usize = 20;

fn code(n: u64) -> u16 {
    let n = n as u16 & 0xff;
    n | (n.wrapping_mul(167) ^ 0x5a) << 8
}

/// One frame in planar YUV 4:2:0.
pub fn frame(n: u64) -> Vec<u8> {
    let t = n as usize;
    let mut out = vec![0; WIDTH * HEIGHT * 3 / 2];
    let (luma, chroma) = out.split_at_mut(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            // A pattern that moves, so that frames really refer to each other.
            let wave = ((x + 3 * t) % 64) + ((y + t) % 48) + ((x * y / 37 + 5 * t) % 31);
            luma[y * WIDTH + x] = 60 + wave as u8;
        }
    }
    for y in 0..CELL {
        for x in 0..WIDTH {
            luma[y * WIDTH + x] = if code(n) >> (x / CELL) & 1 == 1 { 235 } else { 16 };
        }
    }
    for (i, c) in chroma.iter_mut().enumerate() {
        *c = 118 + ((i + 2 * t) % 20) as u8;
    }
    chroma[..WIDTH / 2 * CELL / 2].fill(128);
    out
}

/// The number in a row-by-row picture; `at` gives the brightness of a pixel. `None` when the check fails.
fn read(at: impl Fn(usize, usize) -> u8) -> Option<u64> {
    let mut value = 0_u16;
    for bit in 0..16 {
        let mut sum = 0_u32;
        for y in 6..14 {
            for x in 6..14 {
                sum += u32::from(at(bit * CELL + x, y));
            }
        }
        value |= u16::from(sum / 64 > 125) << bit;
    }
    let n = u64::from(value & 0xff);
    (code(n) == value).then_some(n)
}

/// The number in a decoded picture.
pub fn number_in(picture: &Picture) -> Option<u64> {
    assert_eq!((picture.width as usize, picture.height as usize), (WIDTH, HEIGHT));
    let rgba = picture.rgba();
    read(|x, y| rgba[(y * WIDTH + x) * 4])
}

/// True when the ffmpeg command line is there; says so when not.
pub fn have_ffmpeg() -> bool {
    let found = Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none(), "ffmpeg is missing. Run packaging/check, which installs it");
        eprintln!("skipped: the ffmpeg command line is not installed");
    }
    found
}

/// Encodes `frames` numbered frames at 25 a second with the given output options.
pub fn encode(dir: &Path, name: &str, frames: u64, options: &str) -> PathBuf {
    let path = dir.join(name);
    let mut child = Command::new("ffmpeg")
        .args(["-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "320x240", "-r", "25", "-i", "-"])
        .args(options.split_whitespace())
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for n in 0..frames {
        stdin.write_all(&frame(n)).unwrap();
    }
    drop(stdin);
    assert!(child.wait().unwrap().success(), "ffmpeg could not make {name}");
    path
}

/// Runs ffmpeg on an existing file.
pub fn convert(from: &Path, before: &str, after: &str, to: &str) -> PathBuf {
    let path = from.with_file_name(to);
    let status = Command::new("ffmpeg")
        .args(["-y", "-v", "error"])
        .args(before.split_whitespace())
        .arg("-i")
        .arg(from)
        .args(after.split_whitespace())
        .arg(&path)
        .status()
        .unwrap();
    assert!(status.success(), "ffmpeg could not make {to}");
    path
}

/// How this ffmpeg wants to hear that frames are neither doubled nor dropped: the name changed with 5.1.
pub fn sync_option() -> &'static str {
    static OPTION: std::sync::LazyLock<&str> = std::sync::LazyLock::new(|| {
        let help = Command::new("ffmpeg").args(["-hide_banner", "-h", "long"]).output().unwrap().stdout;
        if String::from_utf8_lossy(&help).contains("-fps_mode") { "-fps_mode" } else { "-vsync" }
    });
    *OPTION
}

/// What the ffmpeg command line shows, in order: the truth that frames are compared with.
pub fn numbers_by_command_line(path: &Path) -> Vec<Option<u64>> {
    let out = Command::new("ffmpeg")
        .args(["-v", "quiet", "-i"])
        .arg(path)
        .args(["-map", "0:v:0", sync_option(), "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
        .output()
        .unwrap();
    let frames = out.stdout.chunks_exact(WIDTH * HEIGHT);
    frames.map(|gray| read(|x, y| gray[y * WIDTH + x])).collect()
}
