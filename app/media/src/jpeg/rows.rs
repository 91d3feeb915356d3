//! A JPEG from top to bottom in strips, whatever its size, in memory that grows with its width only.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::dispatch::{Work, fastest};
use super::entropy::{Coefficients, Entropy, MOST_BYTES_OF_UNIT};
use super::headers::{self, Header, MAX_HEADER_BYTES, Refusal};
use super::idct::Idct;
use super::planes::{Planes, Tables};
use super::strip::{Around, Strips};
use crate::error::MediaError;
use crate::still;

/// Bytes that are read ahead.
const AHEAD: usize = 1 << 20;

/// Reads a JPEG of up to 65,535 × 65,535 pixels strip by strip. The EXIF orientation is not applied.
///
/// Taken are baseline and extended sequential JPEGs of 8 bit with one or three components in one scan, which nearly all
/// are that are not progressive.
pub struct JpegRows<R> {
    path: PathBuf,
    input: Input<R>,
    header: Header,
    entropy: Entropy,
    coefficients: Coefficients,
    tables: Tables,
    strips: Strips,
    /// Planes of the rows of units above, at and below the next strip.
    planes: [Planes; 3],
    /// Row of units of the next strip.
    row: usize,
    damaged: bool,
}

impl JpegRows<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// `Io`; `Unsupported` for the other kinds of JPEG; `BrokenImage`.
    pub fn open(path: &Path) -> Result<JpegRows<File>, MediaError> {
        still::regular_file_len(path)?;
        JpegRows::new(path, File::open(path).map_err(MediaError::io(path))?)
    }
}

impl<R: Read> JpegRows<R> {
    /// Reads from anything; `path` is only for messages.
    ///
    /// # Errors
    /// As [`JpegRows::open`].
    pub fn new(path: &Path, reader: R) -> Result<JpegRows<R>, MediaError> {
        let mut input = Input { reader, bytes: Vec::new(), ended: false };
        let header = loop {
            input.read_more(AHEAD.max(input.bytes.len())).map_err(MediaError::io(path))?;
            match headers::read(&input.bytes) {
                Err(Refusal::Short) if !input.ended && input.bytes.len() < MAX_HEADER_BYTES => {}
                other => break other,
            }
        };
        let path = path.to_path_buf();
        let header = header.map_err(|refusal| match refusal {
            Refusal::Short => MediaError::BrokenImage { path: path.clone(), reason: "it ends before its picture begins".to_owned() },
            Refusal::Unusual(what) => MediaError::Unsupported { path: path.clone(), what: format!("reading {what} in strips") },
            Refusal::Broken(reason) => MediaError::BrokenImage { path: path.clone(), reason: reason.to_owned() },
        })?;
        let entropy = Entropy::new(&header, header.data_at);
        let planes = Planes::new(&header);
        let mut rows = JpegRows {
            path,
            input,
            entropy,
            coefficients: Coefficients::default(),
            tables: Tables::new(&header),
            strips: Strips::new(&header),
            planes: [planes.clone(), planes.clone(), planes],
            row: 0,
            damaged: false,
            header,
        };
        rows.decode_row(0, 1)?;
        Ok(rows)
    }

    /// Pixels across and down, before any turn that the file asks for.
    pub fn size(&self) -> (u32, u32) {
        (self.header.width as u32, self.header.height as u32)
    }

    /// The file's colour profile, which is not applied.
    pub(crate) fn icc(&self) -> Option<&[u8]> {
        self.header.icc.as_deref()
    }

    /// True as soon as a part could not be decoded; what follows it is gray.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Puts the next rows into `out` in place of what it held: RGBA, 8 bit, row by row, the file's own values. The answer is
    /// how many rows they are, 8 or 16 except at the bottom; 0 when all were given.
    ///
    /// # Errors
    /// `Io`. Damaged data is no error, see [`JpegRows::is_damaged`].
    pub fn next_strip(&mut self, out: &mut Vec<u8>) -> Result<u32, MediaError> {
        out.clear();
        let (_, units_down) = self.header.units();
        if self.row >= units_down {
            return Ok(0);
        }
        if self.row + 1 < units_down {
            self.decode_row(self.row + 1, 2)?;
        }
        let rows = self.strips.rows(&self.header, self.row);
        out.resize(rows * self.header.width * 4, 0);
        fastest(Pixels { header: &self.header, strips: &mut self.strips, planes: &self.planes, row: self.row, out });
        self.planes.rotate_left(1);
        self.row += 1;
        Ok(rows as u32)
    }

    /// Decodes row `row` of the units into the planes of this place.
    fn decode_row(&mut self, row: usize, place: usize) -> Result<(), MediaError> {
        self.coefficients.clear();
        self.coefficients.begin_row();
        let (mut left, _) = self.header.units();
        while left > 0 && !self.damaged {
            self.input.refill(&mut self.entropy).map_err(MediaError::io(&self.path))?;
            let sure = if self.input.ended { left } else { (self.input.bytes.len() - self.entropy.bits.pos) / MOST_BYTES_OF_UNIT };
            let units = left.min(sure.max(1));
            let (header, data, out) = (&self.header, &self.input.bytes, &mut self.coefficients);
            let done = fastest(Units { entropy: &mut self.entropy, header, data, units, out });
            if done.is_err() {
                tracing::warn!(path = %self.path.display(), row, "the picture data of a JPEG is damaged or ends early");
                self.damaged = true;
            }
            left -= units;
        }
        fastest(Fill { header: &self.header, tables: &self.tables, from: &self.coefficients, planes: &mut self.planes[place] });
        Ok(())
    }
}

/// The part of the file that is in work.
struct Input<R> {
    reader: R,
    bytes: Vec<u8>,
    ended: bool,
}

impl<R: Read> Input<R> {
    fn read_more(&mut self, bytes: usize) -> std::io::Result<()> {
        let read = self.reader.by_ref().take(bytes as u64).read_to_end(&mut self.bytes)?;
        self.ended |= read < bytes;
        Ok(())
    }

    /// Lets go of what was used, and reads on where little is left.
    fn refill(&mut self, entropy: &mut Entropy) -> std::io::Result<()> {
        if self.ended || self.bytes.len() - entropy.bits.pos > AHEAD / 2 {
            return Ok(());
        }
        self.bytes.drain(..entropy.bits.pos);
        entropy.bits.pos = 0;
        self.read_more(AHEAD)
    }
}

/// [`Entropy::units`].
pub(super) struct Units<'a> {
    pub entropy: &'a mut Entropy,
    pub header: &'a Header,
    pub data: &'a [u8],
    pub units: usize,
    pub out: &'a mut Coefficients,
}

impl Work for Units<'_> {
    type Answer = Result<(), super::entropy::Damaged>;

    #[inline(always)]
    fn run(self, _: impl Idct) -> Self::Answer {
        self.entropy.units(self.header, self.data, self.units, self.out)
    }
}

struct Fill<'a> {
    header: &'a Header,
    tables: &'a Tables,
    from: &'a Coefficients,
    planes: &'a mut Planes,
}

impl Work for Fill<'_> {
    type Answer = ();

    #[inline(always)]
    fn run(self, idct: impl Idct) {
        self.planes.fill(self.header, self.tables, self.from, 0, [true; 3], idct);
    }
}

struct Pixels<'a> {
    header: &'a Header,
    strips: &'a mut Strips,
    planes: &'a [Planes; 3],
    row: usize,
    out: &'a mut [u8],
}

impl Work for Pixels<'_> {
    type Answer = ();

    #[inline(always)]
    fn run(self, _: impl Idct) {
        let [above, here, below] = self.planes;
        let rows = self.out.as_chunks_mut::<4>().0.chunks_exact_mut(self.header.width);
        for (y, out) in rows.enumerate() {
            self.strips.pixels(self.header, Around { above, here, below }, self.row, y, out);
        }
    }
}
