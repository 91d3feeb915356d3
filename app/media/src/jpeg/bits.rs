//! Bits out of the entropy-coded part of a JPEG.

/// A place in the stream. The next bits are at the top of `buffer`; zeros follow where the data ends or a marker stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Bits {
    /// Below `count` bits there may be further bits of the stream, or zeros.
    pub buffer: u64,
    /// Bits of `buffer` that count; at least 56 after a refill.
    count: u32,
    /// Zeros that were put in for lack of data.
    made_up: u32,
    /// Next byte that is not in the buffer.
    pub pos: usize,
}

impl Bits {
    pub fn at(pos: usize) -> Bits {
        Bits { pos, ..Bits::default() }
    }

    /// Makes at least 56 bits ready.
    #[inline(always)]
    pub fn refill(&mut self, data: &[u8]) {
        const ONES: u64 = 0x0101_0101_0101_0101;
        if let Some(next) = data.get(self.pos..).and_then(|rest| rest.first_chunk::<8>()) {
            let next = u64::from_be_bytes(*next);
            // No byte of 0xff among them (after which there would be a stuffed zero or a marker).
            if (!next).wrapping_sub(ONES) & next & (ONES << 7) == 0 {
                self.buffer |= next >> (self.count & 63);
                let bytes = (63 - self.count) >> 3;
                self.pos += bytes as usize;
                self.count += bytes * 8;
                return;
            }
        }
        *self = self.refilled_slowly(data);
    }

    #[inline(never)]
    fn refilled_slowly(mut self, data: &[u8]) -> Bits {
        while self.count < 56 {
            let byte = match (data.get(self.pos), data.get(self.pos + 1)) {
                (Some(0xff), Some(0)) => {
                    self.pos += 2;
                    0xff
                }
                (Some(0xff), Some(0xff)) => {
                    self.pos += 1;
                    continue;
                }
                (Some(0xff), _) | (None, _) => {
                    self.made_up += 8;
                    0
                }
                (Some(&byte), _) => {
                    self.pos += 1;
                    byte
                }
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        self
    }

    /// Leaves `n` bits behind; so many must be there.
    #[inline(always)]
    pub fn skip(&mut self, n: u32) {
        self.buffer <<= n;
        self.count = self.count.wrapping_sub(n);
    }

    /// The next `n` bits, 1 to 32.
    #[inline(always)]
    pub fn peek(&self, n: u32) -> u32 {
        (self.buffer >> (64 - n)) as u32
    }

    /// True when bits were used that are not in the data.
    #[inline(always)]
    pub fn overran(&self) -> bool {
        self.count < self.made_up
    }

    /// Goes on after the restart marker of this number, which must be next.
    pub fn restart(&mut self, data: &[u8], number: u8) -> Option<()> {
        let mut pos = self.pos;
        // Whole bytes that were not used belong to nothing known.
        let unused = self.count.saturating_sub(self.made_up);
        if unused >= 8 || *data.get(pos)? != 0xff {
            return None;
        }
        while *data.get(pos)? == 0xff {
            pos += 1;
        }
        if data[pos] != 0xd0 + number {
            return None;
        }
        *self = Bits::at(pos + 1);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_bytes_are_bits_and_markers_are_not() {
        let data = [0x12, 0xff, 0x00, 0x34, 0xff, 0xff, 0xd3, 0x56];
        let mut bits = Bits::at(0);
        bits.refill(&data);
        assert_eq!(bits.peek(32), 0x12ff_3400);
        bits.skip(24);
        assert!(!bits.overran());
        let mut too_far = bits;
        too_far.skip(1);
        assert!(too_far.overran());
        assert!(bits.restart(&data, 2).is_none());
        bits.restart(&data, 3).unwrap();
        bits.refill(&data);
        assert_eq!(bits.peek(8), 0x56);
    }

    #[test]
    fn both_ways_of_refilling_agree() {
        let data: Vec<u8> = (0..200_u32).map(|n| (n * 77 % 251) as u8).collect();
        let (mut bits, mut used) = (Bits::at(0), 0_usize);
        while used + 64 < data.len() * 8 {
            bits.refill(&data);
            let n = 1 + (used % 31) as u32;
            let expected = (0..n as usize).fold(0, |v, i| v << 1 | u32::from(data[(used + i) / 8] >> (7 - (used + i) % 8) & 1));
            assert_eq!(bits.peek(n), expected, "at bit {used}");
            bits.skip(n);
            used += n as usize;
        }
    }
}
