//! Whether other pictures are built on the one in a packet, for the codecs whose headers say it near their beginning.

/// How the units of a packet are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Units {
    /// By start codes.
    StartCodes,
    /// By lengths of so many bytes (1 to 4) before each unit.
    Lengths(usize),
}

impl Units {
    /// From the codec's parameters in the container (`avcC`, `hvcC`, or none).
    pub fn of(codec: &str, extradata: &[u8]) -> Units {
        let at = match codec {
            "h264" => 4,
            "hevc" => 21,
            _ => return Units::StartCodes,
        };
        match (extradata.first(), extradata.get(at)) {
            (Some(1), Some(byte)) => Units::Lengths(usize::from(byte & 3) + 1),
            _ => Units::StartCodes,
        }
    }
}

/// True when the packet's header says that no other picture refers to it. Damaged packets may say anything; `false`, where
/// nothing is known, only means that more frames are marked than need be.
pub(super) fn is_disposable(codec: &str, units: Units, data: &[u8]) -> bool {
    let first = |is_picture: fn(u8) -> bool| match units {
        Units::StartCodes => start_codes(data).find(|unit| unit.first().is_some_and(|byte| is_picture(*byte))),
        Units::Lengths(length) => length_units(data, length).find(|unit| unit.first().is_some_and(|byte| is_picture(*byte))),
    };
    match codec {
        // Two bits of the unit's header: 0 is "not a reference".
        "h264" => first(|byte| matches!(byte & 0x1f, 1 | 5)).is_some_and(|unit| unit[0] & 0x60 == 0),
        // Even types below 16 are not referred to within their layer of time. Those layers refer to lower ones only, so
        // a picture of the highest layer is what may be left out; FFmpeg takes all even ones, and so is done here.
        "hevc" => first(|byte| byte >> 1 & 0x3f < 32).is_some_and(|unit| {
            let kind = unit[0] >> 1 & 0x3f;
            kind < 16 && kind % 2 == 0
        }),
        // Picture header: ten bits of order, then three of the type; 3 is B.
        "mpeg1video" | "mpeg2video" => first(|byte| byte == 0).and_then(|unit| unit.get(2)).is_some_and(|byte| byte >> 3 & 7 == 3),
        // Picture header 0xB6, then two bits of the type; 2 is B.
        "mpeg4" => first(|byte| byte == 0xb6).and_then(|unit| unit.get(1)).is_some_and(|byte| byte >> 6 == 2),
        _ => false,
    }
}

/// True when the units of a packet cannot be as their encoder wrote them: their lengths do not add up, or they hold three
/// zero bytes in a row, which these codecs forbid. A part of a file that was never written is zero.
pub(super) fn is_torn(units: Units, data: &[u8]) -> bool {
    // Between start codes zeros are padding.
    let Units::Lengths(length) = units else { return false };
    let used: usize = length_units(data, length).map(|unit| unit.len() + length).sum();
    used != data.len() || length_units(data, length).any(holds_zeros)
}

/// Three zero bytes in a row before the last byte that is none: at the end they may be padding.
fn holds_zeros(unit: &[u8]) -> bool {
    let end = unit.iter().rposition(|byte| *byte != 0).unwrap_or(0);
    // Every third byte: three in a row cannot lie between.
    let mut at = 2;
    while at < end {
        if unit[at] == 0 {
            let before = unit[..at].iter().rev().take(2).take_while(|byte| **byte == 0).count();
            let after = unit[at + 1..end].iter().take(2).take_while(|byte| **byte == 0).count();
            if before + after >= 2 {
                return true;
            }
        }
        at += 3;
    }
    false
}

fn start_codes(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.windows(3).enumerate().filter(|(_, code)| *code == [0, 0, 1]).map(|(at, _)| &data[at + 3..])
}

fn length_units(data: &[u8], length: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let (bytes, after) = rest.split_at_checked(length)?;
        let size = bytes.iter().fold(0_usize, |size, byte| size << 8 | usize::from(*byte));
        let (unit, next) = after.split_at_checked(size)?;
        rest = next;
        Some(unit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_encoder_writes_is_torn() {
        let units = Units::Lengths(4);
        let unit = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
        let good = [unit(&[0x41, 0, 0, 3, 1, 0, 0, 3, 0, 9]), unit(&[0x01, 7, 0, 0, 0, 0, 0])].concat();
        assert!(!is_torn(units, &good), "zeros at the end are padding");
        assert!(is_torn(units, &good[..good.len() - 1]));
        for at in 1..9 {
            let mut bytes = [0x55; 14];
            bytes[at..at + 3].fill(0);
            assert!(is_torn(units, &unit(&bytes)), "zeros at {at}");
        }
        assert!(!is_torn(Units::StartCodes, &[0; 9]));
    }

    #[test]
    fn headers_say_whether_a_picture_is_referred_to() {
        let h264 = |data: &[u8]| is_disposable("h264", Units::StartCodes, data);
        assert!(h264(&[0, 0, 0, 1, 0x09, 0xf0, 0, 0, 1, 0x01, 0x9a]), "behind a delimiter");
        assert!(!h264(&[0, 0, 1, 0x41, 0x9a]) && !h264(&[0, 0, 1, 0x65, 0x88]) && !h264(&[]) && !h264(&[0; 40]));
        let avc = Units::of("h264", &[1, 100, 0, 31, 0xff, 0xe1]);
        assert_eq!(avc, Units::Lengths(4));
        assert!(is_disposable("h264", avc, &[0, 0, 0, 1, 0x06, 0, 0, 0, 2, 0x01, 0x9e]));
        assert!(!is_disposable("h264", avc, &[0, 0, 0, 2, 0x41, 0x9e]));
        // A length beyond the end, as damage leaves it.
        assert!(!is_disposable("h264", avc, &[0xff, 0xff, 0xff, 0xff, 0x01]));
        assert!(
            is_disposable("hevc", Units::StartCodes, &[0, 0, 1, 0x00, 1]) && !is_disposable("hevc", Units::StartCodes, &[0, 0, 1, 0x02, 1])
        );
        assert!(is_disposable("mpeg2video", Units::StartCodes, &[0, 0, 1, 0, 0x12, 0x58]));
        assert!(!is_disposable("mpeg2video", Units::StartCodes, &[0, 0, 1, 0, 0x12, 0x50]));
        assert!(
            is_disposable("mpeg4", Units::StartCodes, &[0, 0, 1, 0xb6, 0x80])
                && !is_disposable("mpeg4", Units::StartCodes, &[0, 0, 1, 0xb6, 0x40])
        );
        assert!(!is_disposable("vp9", Units::StartCodes, &[0, 0, 1, 1]));
    }
}
