//! How many pictures an image file holds, from its structure alone.
//!
//! Sources: PNG specification, third edition (acTL); WebP container specification (ANMF); TIFF 6.0, section 2, and BigTIFF.

use std::io::{Read, Seek, SeekFrom};

use image::ImageFormat;

/// Where counting ends: a file of so many pictures is as good as endless, and a chain of directories may be a ring.
const MOST: u64 = 100_000;

/// A sentence when there are more pictures than the first; leaves the reader at its beginning.
pub(super) fn mark(reader: &mut (impl Read + Seek), format: ImageFormat) -> Option<String> {
    let count = count(reader, format).filter(|count| *count > 1);
    // Whatever could not be read will be told by the decoder.
    let _ = reader.seek(SeekFrom::Start(0));
    let count = count?;
    Some(match format {
        ImageFormat::Tiff => format!("The file holds {count} pictures; the first one is shown."),
        _ => format!("The picture is animated; the first of {count} pictures is shown. To see all, convert it to a video."),
    })
}

fn count(reader: &mut (impl Read + Seek), format: ImageFormat) -> Option<u64> {
    match format {
        ImageFormat::Png => png(reader),
        ImageFormat::WebP => webp(reader),
        ImageFormat::Tiff => tiff(reader),
        _ => None,
    }
}

fn bytes<const N: usize>(reader: &mut impl Read) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn skip(reader: &mut impl Seek, bytes: u64) -> Option<()> {
    reader.seek_relative(i64::try_from(bytes).ok()?).ok()
}

/// The animation's own number, which stands before the first picture.
fn png(reader: &mut (impl Read + Seek)) -> Option<u64> {
    skip(reader, 8)?;
    for _ in 0..MOST {
        let [a, b, c, d, kind @ ..] = bytes::<8>(reader)?;
        let length = u32::from_be_bytes([a, b, c, d]);
        match &kind {
            b"acTL" => return Some(u64::from(u32::from_be_bytes(bytes(reader)?))),
            b"IDAT" | b"IEND" => return None,
            _ => skip(reader, u64::from(length) + 4)?,
        }
    }
    None
}

fn webp(reader: &mut (impl Read + Seek)) -> Option<u64> {
    skip(reader, 12)?;
    let mut count = 0;
    for _ in 0..MOST {
        let Some([kind @ .., a, b, c, d]) = bytes::<8>(reader) else { break };
        let length = u64::from(u32::from_le_bytes([a, b, c, d]));
        match &kind {
            b"ANMF" => count += 1,
            // A still picture.
            b"VP8 " | b"VP8L" => return None,
            _ => {}
        }
        skip(reader, length.next_multiple_of(2))?;
    }
    Some(count)
}

fn tiff(reader: &mut (impl Read + Seek)) -> Option<u64> {
    let [order, _, a, b] = bytes::<4>(reader)?;
    let big_endian = order == b'M';
    let short = |v: [u8; 2]| u64::from(if big_endian { u16::from_be_bytes(v) } else { u16::from_le_bytes(v) });
    let long = |v: [u8; 4]| u64::from(if big_endian { u32::from_be_bytes(v) } else { u32::from_le_bytes(v) });
    let longest = |v: [u8; 8]| if big_endian { u64::from_be_bytes(v) } else { u64::from_le_bytes(v) };
    let is_big_tiff = short([a, b]) == 43;
    if is_big_tiff {
        skip(reader, 4)?;
    }
    let mut count = 0;
    while count < MOST {
        let at = if is_big_tiff { longest(bytes(reader)?) } else { long(bytes(reader)?) };
        if at == 0 {
            break;
        }
        reader.seek(SeekFrom::Start(at)).ok()?;
        let entries = if is_big_tiff { longest(bytes(reader)?) } else { short(bytes(reader)?) };
        let entry_bytes: u64 = if is_big_tiff { 20 } else { 12 };
        skip(reader, entries.checked_mul(entry_bytes)?)?;
        count += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_ring_of_directories_ends() {
        // A directory without entries at 8 whose next one is itself.
        let ring = b"II*\0\x08\0\0\0\0\0\x08\0\0\0";
        assert_eq!(tiff(&mut Cursor::new(ring)), Some(MOST));
        assert_eq!(tiff(&mut Cursor::new(b"MM\0*\0\0\0\x08\0\0\0\0\0\0")), Some(1));
    }

    #[test]
    fn pieces_of_files_are_no_pictures() {
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Bmp] {
            for bytes in
                [&b""[..], b"II", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"]
            {
                assert_eq!(mark(&mut Cursor::new(bytes), format), None);
            }
        }
    }
}
