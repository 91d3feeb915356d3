//! Huffman tables, laid out so that one look gives a whole coefficient.
//!
//! Source of code and symbol layout: ITU-T T.81, annexes C and F.

/// Bits of the stream that one look into a table covers. Most codes together with their value bits fit.
pub(super) const LOOK: u32 = 11;

/// Entries from here on are not complete coefficients.
pub(super) const UNUSUAL: u32 = 1 << 24;
/// No more coefficients in this block.
pub(super) const END: u32 = 1 << 24;
/// Sixteen zeros.
pub(super) const ZEROS: u32 = 2 << 24;
/// The code is known, its value bits are still in the stream; the symbol is in the low eight bits.
pub(super) const VALUE_FOLLOWS: u32 = 3 << 24;
/// The code is longer than one look, or there is no such code.
pub(super) const LONG: u32 = 4 << 24;
/// Which of them an entry is.
pub(super) const KIND: u32 = 0xff << 24;

/// A table as a file gives it.
#[derive(Clone)]
pub(super) struct Spec {
    /// How many codes there are of 1 to 16 bits.
    pub counts: [u8; 16],
    /// The symbols, in the order of their codes.
    pub symbols: Vec<u8>,
}

/// A table for looking up.
pub(super) struct Table {
    /// By the next `LOOK` bits: bits used in bits 16 to 20, kind from bit 24 on.
    /// Low half of an AC entry: zeros before it plus one in the upper six bits, value in the lower ten.
    /// Low half of a DC entry: the difference.
    pub look: Box<[u32; 1 << LOOK]>,
    /// First code of each length, put to the top of 16 bits, and one past the last.
    from: [u32; 17],
    to: [u32; 17],
    /// Place of the first symbol of each length.
    first: [usize; 17],
    symbols: Vec<u8>,
}

/// What a table is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Dc,
    Ac,
}

impl Table {
    /// `None` when the codes do not fit into their lengths, or a symbol makes no sense.
    pub fn new(spec: &Spec, what: Use) -> Option<Table> {
        let total: usize = spec.counts.iter().map(|n| usize::from(*n)).sum();
        if spec.symbols.len() != total || total == 0 || total > 256 {
            return None;
        }
        if what == Use::Dc && spec.symbols.iter().any(|size| *size > 15) {
            return None;
        }
        let mut table = Table {
            look: vec![LONG; 1 << LOOK].into_boxed_slice().try_into().ok()?,
            from: [0; 17],
            to: [0; 17],
            first: [0; 17],
            symbols: spec.symbols.clone(),
        };
        let (mut code, mut place) = (0_u32, 0);
        for length in 1..=16_u32 {
            let count = u32::from(spec.counts[length as usize - 1]);
            let at = length as usize;
            (table.from[at], table.first[at]) = (code << (16 - length), place);
            for _ in 0..count {
                if code >= 1 << length {
                    return None;
                }
                if length <= LOOK {
                    table.enter(code, length, *spec.symbols.get(place)?, what);
                }
                code += 1;
                place += 1;
            }
            table.to[at] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// Fills in all entries that begin with `code`.
    fn enter(&mut self, code: u32, length: u32, symbol: u8, what: Use) {
        let spare = LOOK - length;
        let (run, size) = match what {
            Use::Dc => (0, u32::from(symbol)),
            Use::Ac => (u32::from(symbol >> 4), u32::from(symbol & 15)),
        };
        for rest in 0..1_u32 << spare {
            let entry = if what == Use::Ac && size == 0 {
                (if run == 15 { ZEROS } else { END }) | length << 16
            } else if size > spare {
                VALUE_FOLLOWS | length << 16 | u32::from(symbol)
            } else {
                let value = extend(rest >> (spare - size), size);
                let low = match what {
                    Use::Dc => value as u32 & 0xffff,
                    Use::Ac => (run + 1) << 10 | value as u32 & 0x3ff,
                };
                (length + size) << 16 | low
            };
            self.look[(code << spare | rest) as usize] = entry;
        }
    }

    /// The symbol of a long code, and its length, from the next 16 bits.
    pub fn long(&self, next16: u32) -> Option<(u8, u32)> {
        let length = (1..17).find(|l| (self.from[*l]..self.to[*l]).contains(&next16))?;
        let place = self.first[length] + ((next16 - self.from[length]) >> (16 - length)) as usize;
        Some((*self.symbols.get(place)?, length as u32))
    }
}

/// The signed value that `size` bits stand for (T.81, F.2.2.1).
#[inline(always)]
pub(super) fn extend(bits: u32, size: u32) -> i32 {
    if size == 0 {
        return 0;
    }
    let negative = bits >> (size - 1) == 0;
    bits as i32 - if negative { (1 << size) - 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three codes: 0 for EOB, 10 for a value of one bit, 110 for a value of ten bits after two zeros.
    fn spec() -> Spec {
        let mut counts = [0; 16];
        counts[..3].fill(1);
        Spec { counts, symbols: vec![0x00, 0x01, 0x2a] }
    }

    #[test]
    fn one_look_gives_a_whole_coefficient() {
        let table = Table::new(&spec(), Use::Ac).unwrap();
        assert_eq!(table.look[0b011 << 8], END | 1 << 16);
        assert_eq!(table.look[0b101 << 8], 3 << 16 | 1 << 10 | 1);
        assert_eq!(table.look[0b100 << 8], 3 << 16 | 1 << 10 | 0x3ff);
        assert_eq!(table.look[0b110 << 8], VALUE_FOLLOWS | 3 << 16 | 0x2a);
        assert_eq!(table.look[0b111 << 8], LONG);
        assert_eq!(table.long(0b110 << 13), Some((0x2a, 3)));
        assert_eq!(table.long(0b111 << 13), None);
    }

    #[test]
    fn values_are_symmetric() {
        assert_eq!([0, 1, 2, 3].map(|bits| extend(bits, 2)), [-3, -2, 2, 3]);
        assert_eq!(extend(0, 0), 0);
    }

    #[test]
    fn too_many_codes_of_a_length_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Table::new(&Spec { counts, symbols: vec![0, 1, 2] }, Use::Dc).is_none());
    }
}
