//! The markers of a JPEG up to its picture data. Source: ITU-T T.81, annex B; JFIF 1.02; Adobe's technical note 5116.

use super::huffman::{Spec, Table, Use};

/// Most bytes of markers before the picture.
pub(super) const MAX_HEADER_BYTES: usize = 64 << 20;

/// Why a header was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The data ends before the picture begins.
    Short,
    /// A kind of JPEG that is decoded elsewhere.
    Unusual(&'static str),
    /// It contradicts itself.
    Broken(&'static str),
}

/// How the components make colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    Gray,
    YCbCr,
    Rgb,
}

/// One component of the picture.
pub(super) struct Component {
    /// Blocks of a unit across and down.
    pub across: usize,
    pub down: usize,
    /// Quantisation steps in the order of the stream.
    pub steps: [u16; 64],
    pub dc: Table,
    pub ac: Table,
}

/// Everything that is needed to decode.
pub(super) struct Header {
    pub width: usize,
    pub height: usize,
    pub colours: Colours,
    pub components: Vec<Component>,
    /// Units between restart markers; 0 for none.
    pub restart: usize,
    /// Where the entropy-coded data begins.
    pub data_at: usize,
    /// TIFF data of the EXIF segment.
    pub exif: Option<Vec<u8>>,
    pub icc: Option<Vec<u8>>,
}

impl Header {
    /// Most blocks of a unit across, and down.
    pub fn most(&self) -> (usize, usize) {
        let most = |of: fn(&Component) -> usize| self.components.iter().map(of).max().unwrap_or(1);
        (most(|c| c.across), most(|c| c.down))
    }

    /// Units across and down.
    pub fn units(&self) -> (usize, usize) {
        let (across, down) = self.most();
        (self.width.div_ceil(8 * across), self.height.div_ceil(8 * down))
    }

    pub fn blocks_of_unit(&self) -> usize {
        self.components.iter().map(|c| c.across * c.down).sum()
    }
}

/// What a frame header says about a component.
struct Frame {
    id: u8,
    across: usize,
    down: usize,
    steps: usize,
}

/// Reads the markers at the beginning of `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<Header, Refusal> {
    if bytes.get(..2).ok_or(Refusal::Short)? != [0xff, 0xd8] {
        return Err(Refusal::Broken("it does not begin as a JPEG"));
    }
    let mut found = Found::default();
    let mut at = 2;
    loop {
        if *bytes.get(at).ok_or(Refusal::Short)? != 0xff {
            return Err(Refusal::Broken("there is something between its markers"));
        }
        while *bytes.get(at).ok_or(Refusal::Short)? == 0xff {
            at += 1;
        }
        let marker = bytes[at];
        let length = bytes.get(at + 1..at + 3).ok_or(Refusal::Short)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let end = at + 1 + length;
        let segment = bytes.get(at + 3..end.max(at + 3)).ok_or(Refusal::Short)?;
        if length < 2 {
            return Err(Refusal::Broken("a marker is shorter than itself"));
        }
        if marker == 0xda {
            return found.into_header(segment, end);
        }
        found.take(marker, segment)?;
        at = end;
    }
}

/// How many components the frame header at the beginning of `bytes` names, whatever kind of JPEG it is.
pub(crate) fn num_components(bytes: &[u8]) -> Option<u8> {
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = *bytes.get(at..)?.first_chunk::<4>()? else { return None };
        match marker {
            0xff => at += 1,
            0xda => return None,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => return bytes.get(at + 9).copied(),
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
}

/// The segments seen so far.
#[derive(Default)]
struct Found {
    size: Option<(usize, usize)>,
    frames: Vec<Frame>,
    steps: [Option<[u16; 64]>; 4],
    dc: [Option<Spec>; 4],
    ac: [Option<Spec>; 4],
    restart: usize,
    jfif: bool,
    /// The colour transform that an Adobe segment names.
    adobe: Option<u8>,
    exif: Option<Vec<u8>>,
    icc: Vec<(u8, Vec<u8>)>,
}

impl Found {
    fn take(&mut self, marker: u8, segment: &[u8]) -> Result<(), Refusal> {
        match marker {
            0xc0 | 0xc1 => self.frame(segment),
            0xc4 => self.huffman(segment),
            0xdb => self.quantisation(segment),
            0xdd => {
                let interval = segment.first_chunk().ok_or(Refusal::Broken("its restart interval is cut off"))?;
                self.restart = usize::from(u16::from_be_bytes(*interval));
                Ok(())
            }
            0xc2 | 0xc6 | 0xca | 0xce => Err(Refusal::Unusual("a progressive JPEG")),
            0xc3 | 0xc5 | 0xc7..=0xcd | 0xcf => Err(Refusal::Unusual("a JPEG that is lossless, hierarchical or arithmetic-coded")),
            0xe0 => {
                self.jfif |= segment.starts_with(b"JFIF\0");
                Ok(())
            }
            0xe1 => {
                if let Some(tiff) = segment.strip_prefix(b"Exif\0\0") {
                    self.exif.get_or_insert_with(|| tiff.to_vec());
                }
                Ok(())
            }
            0xe2 => {
                if let Some([number, _count, part @ ..]) = segment.strip_prefix(b"ICC_PROFILE\0") {
                    self.icc.push((*number, part.to_vec()));
                }
                Ok(())
            }
            0xee => {
                if segment.starts_with(b"Adobe") {
                    self.adobe = segment.get(11).copied();
                }
                Ok(())
            }
            0xdc | 0xde | 0xdf => Err(Refusal::Unusual("a JPEG of several parts")),
            0xe3..=0xef | 0xfe => Ok(()),
            _ => Err(Refusal::Unusual("a JPEG with an unknown marker")),
        }
    }

    fn frame(&mut self, segment: &[u8]) -> Result<(), Refusal> {
        let cut = Refusal::Broken("its frame header is cut off");
        let [bits, h1, h0, w1, w0, count, rest @ ..] = segment else { return Err(cut) };
        if *bits != 8 {
            return Err(Refusal::Unusual("a JPEG of more than 8 bit"));
        }
        if self.size.is_some() {
            return Err(Refusal::Broken("it has two frame headers"));
        }
        let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
        if width == 0 || height == 0 {
            return Err(Refusal::Unusual("a JPEG that does not say its size"));
        }
        if !matches!(count, 1 | 3) {
            return Err(Refusal::Unusual("a JPEG of other than one or three components"));
        }
        let parts = rest.as_chunks::<3>().0.get(..usize::from(*count)).ok_or(cut)?;
        for [id, factors, steps] in parts {
            let (across, down) = (usize::from(factors >> 4), usize::from(factors & 15));
            if !matches!(across, 1 | 2 | 4) || !matches!(down, 1 | 2) {
                return Err(Refusal::Unusual("a JPEG of rare sampling factors"));
            }
            self.frames.push(Frame { id: *id, across, down, steps: usize::from(*steps) });
        }
        self.size = Some((usize::from(width), usize::from(height)));
        Ok(())
    }

    fn huffman(&mut self, mut segment: &[u8]) -> Result<(), Refusal> {
        let cut = Refusal::Broken("a Huffman table is cut off");
        while let Some((class_and_place, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(cut)?;
            let total = counts.iter().map(|n| usize::from(*n)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or(cut)?;
            let tables = if class_and_place >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let table = tables.get_mut(usize::from(class_and_place & 15)).ok_or(Refusal::Broken("a Huffman table has no place"))?;
            *table = Some(Spec { counts: *counts, symbols: symbols.to_vec() });
            segment = rest;
        }
        Ok(())
    }

    fn quantisation(&mut self, mut segment: &[u8]) -> Result<(), Refusal> {
        let cut = Refusal::Broken("a quantisation table is cut off");
        while let Some((precision_and_place, rest)) = segment.split_first() {
            let bytes_of_step = if precision_and_place >> 4 == 0 { 1 } else { 2 };
            let (steps, rest) = rest.split_at_checked(64 * bytes_of_step).ok_or(cut)?;
            let table = self.steps.get_mut(usize::from(precision_and_place & 15));
            let mut values = steps.chunks_exact(bytes_of_step).map(|step| step.iter().fold(0, |v, b| v << 8 | u16::from(*b)));
            *table.ok_or(Refusal::Broken("a quantisation table has no place"))? = Some(std::array::from_fn(|_| values.next().unwrap_or(1)));
            segment = rest;
        }
        Ok(())
    }

    fn into_header(self, scan: &[u8], data_at: usize) -> Result<Header, Refusal> {
        let (width, height) = self.size.ok_or(Refusal::Broken("its picture comes before its frame header"))?;
        let (count, rest) = scan.split_first().ok_or(Refusal::Broken("its scan header is cut off"))?;
        if usize::from(*count) != self.frames.len() {
            return Err(Refusal::Unusual("a JPEG of several scans"));
        }
        let parts = rest.as_chunks::<2>().0.get(..self.frames.len()).ok_or(Refusal::Broken("its scan header is cut off"))?;
        let colours = self.colours();
        let mut components = Vec::new();
        for ([id, tables], frame) in parts.iter().zip(&self.frames) {
            if *id != frame.id {
                return Err(Refusal::Unusual("a JPEG whose components change places"));
            }
            let missing = Refusal::Broken("a table that it uses is missing or makes no sense");
            let table = |specs: &[Option<Spec>; 4], place: u8, what| {
                let spec = specs.get(usize::from(place)).and_then(Option::as_ref);
                spec.and_then(|spec| Table::new(spec, what)).ok_or(missing)
            };
            // Alone in its scan, a component is not grouped.
            let (across, down) = if self.frames.len() == 1 { (1, 1) } else { (frame.across, frame.down) };
            components.push(Component {
                across,
                down,
                steps: self.steps.get(frame.steps).copied().flatten().ok_or(missing)?,
                dc: table(&self.dc, tables >> 4, Use::Dc)?,
                ac: table(&self.ac, tables & 15, Use::Ac)?,
            });
        }
        let mut icc = self.icc;
        icc.sort_by_key(|(number, _)| *number);
        let icc: Vec<u8> = icc.into_iter().flat_map(|(_, part)| part).collect();
        let icc = (!icc.is_empty()).then_some(icc);
        let header = Header { width, height, colours, components, restart: self.restart, data_at, exif: self.exif, icc };
        if header.blocks_of_unit() > 10 {
            return Err(Refusal::Broken("its units are larger than the standard allows"));
        }
        Ok(header)
    }

    fn colours(&self) -> Colours {
        let ids: Vec<u8> = self.frames.iter().map(|frame| frame.id).collect();
        match (self.jfif, self.adobe, ids.as_slice()) {
            (_, _, [_]) => Colours::Gray,
            (true, ..) => Colours::YCbCr,
            (_, Some(0), _) | (_, None, b"RGB") => Colours::Rgb,
            _ => Colours::YCbCr,
        }
    }
}
