//! Interlaced H.264 whose fields are pictures of their own (PAFF): no encoder at hand writes it, so it is written here, of
//! samples that stand in the stream as they are.

use std::path::{Path, PathBuf};

use crate::clips::{self, HEIGHT, WIDTH};
use crate::video::check;

/// Macroblocks across; and down in one field, whose last row is half below the picture.
const ACROSS: usize = WIDTH / 16;
const DOWN: usize = (HEIGHT / 2).div_ceil(16);
const FRAMES: u64 = 40;
/// Frames from key to key.
const GOP: u64 = 8;

/// Bits in the order of the stream.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

impl Bits {
    fn put(&mut self, value: u32, bits: usize) {
        for bit in (0..bits).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= ((value >> bit & 1) as u8) << (7 - self.used % 8);
            self.used += 1;
        }
    }

    /// Exp-Golomb codes one after another.
    fn golomb<const N: usize>(&mut self, values: [u32; N]) {
        for value in values {
            let bits = (value + 1).ilog2() as usize;
            self.put(0, bits);
            self.put(value + 1, bits + 1);
        }
    }

    fn align(&mut self) {
        self.used = self.bytes.len() * 8;
    }

    /// Ends the unit and gives it with its start code.
    fn unit(mut self, reference: u8, kind: u8) -> Vec<u8> {
        self.put(1, 1);
        let mut out = vec![0, 0, 0, 1, reference << 5 | kind];
        let mut zeros = 0;
        for byte in self.bytes {
            // Nothing in a unit may look like a start code.
            if zeros >= 2 && byte <= 3 {
                out.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            out.push(byte);
        }
        out
    }
}

/// Main profile; fields allowed; the 16 rows below the picture cut off; 25 frames a second; no reordering.
fn parameters() -> Vec<u8> {
    let mut sps = Bits::default();
    sps.put(77, 8);
    sps.put(0, 8);
    sps.put(40, 8);
    // Frame numbers of 4 bits, output in decoding order, one reference frame, none missing.
    sps.golomb([0, 0, 2, 1]);
    sps.put(0, 1);
    sps.golomb([ACROSS as u32 - 1, DOWN as u32 - 1]);
    // Not only frames, none that mix; direct inference, as it must be then; cut.
    sps.put(0b0011, 4);
    sps.golomb([0, 0, 0, (DOWN * 32 - HEIGHT) as u32 / 4]);
    // VUI: only the time of a field and the lack of reordering.
    sps.put(0b10_0001, 6);
    sps.put(1, 32);
    sps.put(50, 32);
    sps.put(0b10_0011, 6);
    sps.golomb([0, 0, 9, 9, 0, 1]);

    let mut pps = Bits::default();
    pps.golomb([0, 0]);
    pps.put(0, 2);
    pps.golomb([0, 0, 0]);
    pps.put(0, 3);
    pps.golomb([0, 0, 0]);
    pps.put(0b100, 3);
    [sps.unit(3, 7), pps.unit(3, 8)].concat()
}

/// One field of a frame as a slice, before it an access unit delimiter.
fn field(n: u64, picture: &[u8], bottom: bool) -> Vec<u8> {
    let key = n.is_multiple_of(GOP) && !bottom;
    let mut slice = Bits::default();
    slice.golomb([0, 7, 0]);
    slice.put((n % GOP) as u32, 4);
    slice.put(0b10 | u32::from(bottom), 2);
    if key {
        slice.golomb([(n / GOP % 2) as u32]);
        slice.put(0, 2);
    } else {
        slice.put(0, 1);
    }
    // No change of the quantizer; no deblocking.
    slice.golomb([0, 1]);
    let (luma, chroma) = picture.split_at(WIDTH * HEIGHT);
    let (cb, cr) = chroma.split_at(WIDTH * HEIGHT / 4);
    for macroblock in 0..ACROSS * DOWN {
        let (left, top) = (macroblock % ACROSS, macroblock / ACROSS);
        // Samples as they are.
        slice.golomb([25]);
        slice.align();
        for (plane, side) in [(luma, 16), (cb, 8), (cr, 8)] {
            let (width, rows) = (ACROSS * side, plane.len() / (ACROSS * side));
            for y in 0..side {
                let row = (2 * (top * side + y) + usize::from(bottom)).min(rows - 1);
                slice.bytes.extend_from_slice(&plane[row * width + left * side..][..side]);
            }
        }
        slice.align();
    }
    let mut delimiter = Bits::default();
    delimiter.put(0, 3);
    let mut out = delimiter.unit(0, 9);
    if key {
        out.extend(parameters());
    }
    out.extend(slice.unit(2, if key { 5 } else { 1 }));
    out
}

/// Numbered frames, each as two fields.
fn stream(dir: &Path) -> PathBuf {
    let mut bytes = Vec::new();
    for n in 0..FRAMES {
        let picture = clips::frame(n);
        bytes.extend(field(n, &picture, false));
        bytes.extend(field(n, &picture, true));
    }
    let path = dir.join("fields.h264");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn fields_that_are_pictures_of_their_own() {
    if !clips::have_ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let fields = stream(dir.path());
    for container in ["h264", "ts", "mkv", "mp4", "mov", "avi"] {
        let path = match container {
            "h264" => fields.clone(),
            _ => clips::convert(&fields, "-r 25", "-c copy", &format!("fields.{container}")),
        };
        let index = check(&path);
        assert_eq!(index.frames(), FRAMES, "{container}");
        assert_eq!(index.packets().len() as u64, 2 * FRAMES, "{container}: should have a packet for each field");
        assert!(index.reasons().iter().any(|reason| reason.contains("two fields")), "{container}: {:?}", index.reasons());
    }
}
