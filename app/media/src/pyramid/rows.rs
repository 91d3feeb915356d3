//! Pictures that can only be decoded from top to bottom.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::error::MediaError;

/// Gives a picture row by row, in bounded memory.
pub(super) trait Rows {
    /// Adds the next rows to `rgba`, at most `most` of them; says how many. 0 after the last one.
    fn next(&mut self, most: u32, rgba: &mut Vec<u8>) -> Result<u32, MediaError>;
}

/// What the header of a row-by-row source says.
pub(super) struct RowsHead {
    pub size: [u32; 2],
    pub channels: u8,
    pub bit_depth: u8,
}

/// A PNG that is not interlaced.
pub(super) struct PngRows {
    path: PathBuf,
    reader: png::Reader<BufReader<File>>,
    channels: usize,
    is_deep: bool,
}

impl PngRows {
    /// Opens it. `Ok(Err)`: it cannot be decoded row by row, and why.
    pub fn open(path: &Path) -> Result<Result<(PngRows, RowsHead), String>, MediaError> {
        /// Most bytes that the decoder may take for what is not pixels.
        const MAX_BYTES: usize = 64 << 20;
        let file = File::open(path).map_err(MediaError::io(path))?;
        let mut decoder = png::Decoder::new_with_limits(BufReader::new(file), png::Limits { bytes: MAX_BYTES });
        decoder.set_transformations(png::Transformations::EXPAND);
        let reader = match decoder.read_info() {
            Ok(reader) => reader,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let info = reader.info();
        if info.interlaced {
            return Ok(Err("it is interlaced, so its rows do not come in order".to_owned()));
        }
        let size = [info.width, info.height];
        let (color, depth) = reader.output_color_type();
        let channels = color.samples();
        let is_deep = depth == png::BitDepth::Sixteen;
        let head = RowsHead { size, channels: channels as u8, bit_depth: if is_deep { 16 } else { 8 } };
        Ok(Ok((PngRows { path: path.to_path_buf(), reader, channels, is_deep }, head)))
    }
}

impl Rows for PngRows {
    fn next(&mut self, most: u32, rgba: &mut Vec<u8>) -> Result<u32, MediaError> {
        for n in 0..most {
            let row = self.reader.next_row();
            let row = row.map_err(|e| MediaError::BrokenImage { path: self.path.clone(), reason: e.to_string() })?;
            let Some(row) = row else { return Ok(n) };
            if self.is_deep {
                let to8 = |b: &[u8; 2]| ((u32::from(u16::from_be_bytes(*b)) + 128) / 257) as u8;
                widen(row.data().as_chunks::<2>().0, self.channels, to8, rgba);
            } else {
                widen(row.data(), self.channels, |v| *v, rgba);
            }
        }
        Ok(most)
    }
}

fn widen<S>(samples: &[S], channels: usize, to8: impl Fn(&S) -> u8, rgba: &mut Vec<u8>) {
    match channels {
        1 => rgba.extend(samples.iter().flat_map(|v| [to8(v), to8(v), to8(v), 255])),
        2 => rgba.extend(samples.as_chunks::<2>().0.iter().flat_map(|[v, a]| [to8(v), to8(v), to8(v), to8(a)])),
        3 => rgba.extend(samples.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [to8(r), to8(g), to8(b), 255])),
        _ => rgba.extend(samples.iter().map(to8)),
    }
}
