//! Pictures that can only be decoded from top to bottom.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};

use crate::error::MediaError;
use crate::jpeg::JpegRows;
use crate::turn::Turn;

/// Gives a picture row by row, in bounded memory.
pub(super) trait Rows {
    /// Adds the next rows to `rgba`, about `most` of them; says how many. 0 after the last one.
    fn next(&mut self, most: u32, rgba: &mut Vec<u8>) -> Result<u32, MediaError>;
}

/// What the header of a row-by-row source says.
pub(super) struct RowsHead {
    pub size: [u32; 2],
    pub channels: u8,
    pub bit_depth: u8,
    pub turn: Turn,
    /// Colour profile.
    pub icc: Option<Vec<u8>>,
}

/// A source, or in words why the file cannot be decoded row by row.
type Opened = Result<(Box<dyn Rows>, RowsHead), String>;

/// Opens a file of a kind that may come row by row.
pub(super) fn open(path: &Path, format: ImageFormat) -> Result<Opened, MediaError> {
    match format {
        ImageFormat::Png => PngRows::open(path),
        ImageFormat::Jpeg => open_jpeg(path),
        _ => Ok(Err("it is of a kind that is only decoded whole".to_owned())),
    }
}

/// False when so few bytes cannot hold so many pixels: such files are made to exhaust time and disk.
fn is_plausible(path: &Path, size: [u32; 2], pixels_a_byte: u64) -> Result<bool, MediaError> {
    let bytes = path.metadata().map_err(MediaError::io(path))?.len();
    Ok(u64::from(size[0]) * u64::from(size[1]) <= bytes.saturating_mul(pixels_a_byte))
}

/// The turn is not worth failing for: it is that of the first megabyte, where it always is.
fn open_jpeg(path: &Path) -> Result<Opened, MediaError> {
    const HEAD: u64 = 1 << 20;
    let rows = match JpegRows::open(path) {
        Ok(rows) => rows,
        Err(MediaError::Io { path, source }) => return Err(MediaError::Io { path, source }),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let (width, height) = rows.size();
    // Each unit of 8 x 8 pixels takes at least one bit, of 16 x 16 where colours are sampled so.
    if !is_plausible(path, [width, height], 512)? {
        return Ok(Err("so few bytes cannot hold it".to_owned()));
    }
    let icc = rows.icc().map(<[u8]>::to_vec);
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)).map_err(MediaError::io(path))?;
    let decoder = ImageReader::with_format(Cursor::new(head), ImageFormat::Jpeg).into_decoder();
    let (channels, turn) = match decoder {
        Ok(mut decoder) => {
            let channels = decoder.color_type().channel_count();
            (channels, decoder.orientation().map(Turn::from_orientation).unwrap_or_default())
        }
        Err(_) => (3, Turn::NONE),
    };
    Ok(Ok((Box::new(rows), RowsHead { size: [width, height], channels, bit_depth: 8, turn, icc })))
}

impl Rows for JpegRows<File> {
    fn next(&mut self, _most: u32, rgba: &mut Vec<u8>) -> Result<u32, MediaError> {
        let mut strip = Vec::new();
        let rows = self.next_strip(&mut strip)?;
        rgba.extend_from_slice(&strip);
        Ok(rows)
    }
}

/// A PNG that is not interlaced.
struct PngRows {
    path: PathBuf,
    reader: png::Reader<BufReader<File>>,
    channels: usize,
    is_deep: bool,
}

impl PngRows {
    fn open(path: &Path) -> Result<Opened, MediaError> {
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
        // Deflate packs at most 1,032 to 1, and a byte holds at most 8 pixels.
        if !is_plausible(path, size, 8 * 1032)? {
            return Ok(Err("so few bytes cannot hold it".to_owned()));
        }
        let turn = info.exif_metadata.as_ref().and_then(|exif| Orientation::from_exif_chunk(exif)).map(Turn::from_orientation);
        let turn = turn.unwrap_or_default();
        let icc = info.icc_profile.as_ref().map(|icc| icc.to_vec());
        let head = RowsHead { size, channels: channels as u8, bit_depth: if is_deep { 16 } else { 8 }, turn, icc };
        Ok(Ok((Box::new(PngRows { path: path.to_path_buf(), reader, channels, is_deep }), head)))
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
