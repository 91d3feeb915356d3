//! Components of fewer samples made as wide and high as the picture, with the same weights as libjpeg-turbo's default
//! ("fancy upsampling"): each new sample lies a quarter of the way to its neighbour.

/// A row of a component of half the height, and the row above or below that is next near to the row of the picture.
#[derive(Clone, Copy)]
pub(super) struct Near<'a> {
    pub row: &'a [u8],
    pub next: &'a [u8],
    /// True when `next` is below.
    pub below: bool,
}

/// Twice as wide. `row` ends with its last true sample; `out` holds as many pairs.
#[inline(always)]
pub(super) fn wider(row: &[u8], out: &mut [[u8; 2]]) {
    spread::<2>(row, row, |row, _| row, [1, 2], out);
}

/// Twice as wide and high.
#[inline(always)]
pub(super) fn wider_and_higher(near: Near<'_>, out: &mut [[u8; 2]]) {
    spread::<4>(near.row, near.next, |row, next| 3 * row + next, [8, 7], out);
}

/// Twice as high.
#[inline(always)]
pub(super) fn higher(near: Near<'_>, out: &mut [u8]) {
    let round = if near.below { 2 } else { 1 };
    for ((out, row), next) in out.iter_mut().zip(near.row).zip(near.next) {
        *out = ((u16::from(*row) * 3 + u16::from(*next) + round) >> 2) as u8;
    }
}

/// Each sample `times` times.
#[inline(always)]
pub(super) fn repeated(row: &[u8], times: usize, out: &mut [u8]) {
    for (out, sample) in out.chunks_mut(times).zip(row) {
        out.fill(*sample);
    }
}

/// Two samples for each of what `mix` makes of the two rows: three parts of it and one of its left or right neighbour.
#[inline(always)]
fn spread<const SHIFT: u32>(row: &[u8], next: &[u8], mix: impl Fn(u16, u16) -> u16, round: [u16; 2], out: &mut [[u8; 2]]) {
    let n = row.len().min(next.len()).min(out.len());
    let (row, next, out) = (&row[..n], &next[..n], &mut out[..n]);
    let mixed = |row: u8, next: u8| mix(u16::from(row), u16::from(next));
    let pair = |left: u16, here: u16, right: u16| {
        let both = (3 * here + left + round[0]) >> SHIFT | (3 * here + right + round[1]) >> SHIFT << 8;
        both.to_le_bytes()
    };
    let edge = |here: usize, left: usize, right: usize| {
        let at = |i: usize| mixed(row[i], next[i]);
        pair(at(left), at(here), at(right))
    };
    // The outermost samples are their own neighbours.
    let Some(last) = n.checked_sub(1) else { return };
    out[0] = edge(0, 0, last.min(1));
    out[last] = edge(last, last.saturating_sub(1), last);
    if n < 3 {
        return;
    }
    let rows = row[..n - 2].iter().zip(&row[1..n - 1]).zip(&row[2..]);
    let nexts = next[..n - 2].iter().zip(&next[1..n - 1]).zip(&next[2..]);
    for ((out, ((a, b), c)), ((d, e), f)) in out[1..n - 1].iter_mut().zip(rows).zip(nexts) {
        *out = pair(mixed(*a, *d), mixed(*b, *e), mixed(*c, *f));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_samples_lie_a_quarter_of_the_way_to_the_neighbour() {
        let mut out = [[0; 2]; 3];
        wider(&[0, 100, 200], &mut out);
        assert_eq!(out, [[0, 25], [75, 125], [175, 200]]);
        let mut out = [[0; 2]; 2];
        wider_and_higher(Near { row: &[0, 160], next: &[80, 160], below: true }, &mut out);
        assert_eq!(out, [[20, 55], [125, 160]]);
        // A half is rounded up to the left and down to the right.
        wider_and_higher(Near { row: &[0, 2], next: &[0, 2], below: true }, &mut out);
        assert_eq!(out, [[0, 0], [2, 2]]);
        let mut out = [0; 2];
        higher(Near { row: &[10, 20], next: &[11, 10], below: false }, &mut out);
        assert_eq!(out, [10, 17]);
    }

    #[test]
    fn one_column_is_its_own_neighbour() {
        let mut out = [[0; 2]; 1];
        wider(&[9], &mut out);
        assert_eq!(out, [[9, 9]]);
        wider(&[], &mut []);
    }
}
