//! From the bits of a JPEG to its coefficients, kept without the zeros.

use super::bits::Bits;
use super::headers::Header;
use super::huffman::{END, KIND, LONG, LOOK, Table, UNUSUAL, VALUE_FOLLOWS, ZEROS, extend};

/// Place taken for a block before it is known how much it needs: 63 coefficients of two words, rounded up.
const MOST_WORDS: usize = 128;
/// A value that does not fit beside its place stands in the next word, and this in its stead.
pub(super) const ESCAPE: i16 = -512;
/// Most bytes of the stream that a unit of ten blocks can take: 31 bits a coefficient, each byte stuffed, a marker.
pub(super) const MOST_BYTES_OF_UNIT: usize = 10 * 64 * 8 + 64;

/// Coefficients in the order of the stream. A picture of 48 megapixels takes a third of what they would take with the zeros.
#[derive(Default)]
pub(crate) struct Coefficients {
    /// DC of each block, undivided.
    pub dc: Vec<i16>,
    /// Words of each block.
    pub counts: Vec<u8>,
    /// A word holds the place in zigzag order in its upper six bits, the value (or `ESCAPE`) in its lower ten.
    pub words: Vec<u16>,
    /// So many of `words` are in use.
    pub used: usize,
    /// First word and first block of each row of units.
    pub rows: Vec<(usize, usize)>,
}

impl Coefficients {
    pub fn clear(&mut self) {
        self.dc.clear();
        self.counts.clear();
        self.rows.clear();
        self.used = 0;
    }

    pub fn begin_row(&mut self) {
        self.rows.push((self.used, self.dc.len()));
    }
}

/// The data contradicts the tables, or ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// Decodes units one after the other.
pub(super) struct Entropy {
    pub bits: Bits,
    /// Component of each block of a unit.
    order: Vec<usize>,
    before: [i16; 3],
    to_restart: usize,
    next_marker: u8,
}

impl Entropy {
    pub fn new(header: &Header, data_at: usize) -> Entropy {
        let parts = header.components.iter().enumerate();
        let order = parts.flat_map(|(n, c)| std::iter::repeat_n(n, c.across * c.down)).collect();
        Entropy { bits: Bits::at(data_at), order, before: [0; 3], to_restart: header.restart, next_marker: 0 }
    }

    /// Decodes `units` units and puts their coefficients behind the others. What was whole before the damage stays there.
    #[inline(always)]
    pub fn units(&mut self, header: &Header, data: &[u8], units: usize, out: &mut Coefficients) -> Result<(), Damaged> {
        let blocks = self.order.len();
        out.dc.reserve(units * blocks);
        out.counts.reserve(units * blocks);
        let mut bits = self.bits;
        for _ in 0..units {
            if header.restart > 0 && self.to_restart == 0 {
                bits.restart(data, self.next_marker).ok_or(Damaged)?;
                self.next_marker = (self.next_marker + 1) & 7;
                self.to_restart = header.restart;
                self.before = [0; 3];
            }
            self.to_restart = self.to_restart.wrapping_sub(1);
            if out.words.len() - out.used < blocks * MOST_WORDS {
                let more = out.words.len().max(blocks * MOST_WORDS * 16);
                out.words.resize(out.words.len() + more, 0);
            }
            let (kept_words, kept_blocks) = (out.used, out.dc.len());
            for n in &self.order {
                let component = &header.components[*n];
                let words = out.words.get_mut(out.used..).and_then(|rest| rest.first_chunk_mut::<MOST_WORDS>()).ok_or(Damaged)?;
                let block = block(&mut bits, data, &component.dc, &component.ac, words);
                let Some((difference, count)) = block else {
                    out.used = kept_words;
                    out.dc.truncate(kept_blocks);
                    out.counts.truncate(kept_blocks);
                    return Err(Damaged);
                };
                self.before[*n] = self.before[*n].wrapping_add(difference);
                out.dc.push(self.before[*n]);
                out.counts.push(count as u8);
                out.used += count;
            }
            if bits.overran() {
                out.used = kept_words;
                out.dc.truncate(kept_blocks);
                out.counts.truncate(kept_blocks);
                return Err(Damaged);
            }
        }
        self.bits = bits;
        Ok(())
    }
}

/// DC difference and words of one block.
#[inline(always)]
fn block(bits: &mut Bits, data: &[u8], dc: &Table, ac: &Table, words: &mut [u16; MOST_WORDS]) -> Option<(i16, usize)> {
    bits.refill(data);
    let entry = dc.look[bits.peek(LOOK) as usize];
    bits.skip(entry >> 16 & 31);
    let difference = if entry < UNUSUAL { entry as i16 } else { rare_dc(bits, dc, entry)? };
    let (mut place, mut count) = (0_u32, 0_usize);
    'block: loop {
        // At least 56 bits: enough for two complete looks and a third symbol of any kind.
        bits.refill(data);
        for _ in 0..3 {
            let entry = ac.look[bits.peek(LOOK) as usize];
            bits.skip(entry >> 16 & 31);
            if entry >= UNUSUAL {
                if entry & KIND == END {
                    break 'block;
                }
                let rare = if entry & KIND == ZEROS { Rare::Zeros } else { rare_ac(bits, ac, entry)? };
                let (steps, value) = match rare {
                    Rare::End => break 'block,
                    Rare::Zeros => (16, None),
                    Rare::After(steps, value) => (u32::from(steps), Some(value)),
                };
                place += steps << 10;
                if place >= 64 << 10 {
                    return None;
                }
                if let Some(value) = value {
                    count = put(words, count, place, value);
                    if place == 63 << 10 {
                        break 'block;
                    }
                }
                continue 'block;
            }
            let word = place + (entry & 0xffff);
            words[count & (MOST_WORDS - 1)] = word as u16;
            count += 1;
            if word >= 63 << 10 {
                if word >= 64 << 10 {
                    return None;
                }
                break 'block;
            }
            place = word & 0xfc00;
        }
    }
    Some((difference, count))
}

/// One coefficient of any size.
#[inline(always)]
fn put(words: &mut [u16; MOST_WORDS], count: usize, place: u32, value: i16) -> usize {
    if (-511..512).contains(&value) {
        words[count & (MOST_WORDS - 1)] = place as u16 | value as u16 & 0x3ff;
        return count + 1;
    }
    words[count & (MOST_WORDS - 1)] = place as u16 | ESCAPE as u16 & 0x3ff;
    words[(count + 1) & (MOST_WORDS - 1)] = value as u16;
    count + 2
}

enum Rare {
    End,
    Zeros,
    /// So many places on, a value.
    After(u8, i16),
}

/// An AC symbol that one look did not settle; the bits of the look were skipped already.
#[inline(always)]
fn rare_ac(bits: &mut Bits, table: &Table, entry: u32) -> Option<Rare> {
    let symbol = symbol_of(bits, table, entry)?;
    match (symbol >> 4, symbol & 15) {
        (15, 0) => Some(Rare::Zeros),
        (_, 0) => Some(Rare::End),
        (run, size) => Some(Rare::After(run + 1, value_of(bits, u32::from(size)))),
    }
}

fn rare_dc(bits: &mut Bits, table: &Table, entry: u32) -> Option<i16> {
    let size = symbol_of(bits, table, entry)?;
    Some(value_of(bits, u32::from(size)))
}

#[inline(always)]
fn symbol_of(bits: &mut Bits, table: &Table, entry: u32) -> Option<u8> {
    if entry & KIND == VALUE_FOLLOWS {
        return Some(entry as u8);
    }
    debug_assert_eq!(entry & KIND, LONG);
    let (symbol, length) = table.long(bits.peek(16))?;
    bits.skip(length);
    Some(symbol)
}

#[inline(always)]
fn value_of(bits: &mut Bits, size: u32) -> i16 {
    if size == 0 {
        return 0;
    }
    let value = extend(bits.peek(size), size);
    bits.skip(size);
    value as i16
}
