//! The bytes of work frames in the log, and their JSON.

use super::{MOST_LISTED, Made, Pick, WorkFrames, parse_frames};
use crate::log::definite;
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::convert::Infallible;

type DecodeError = minicbor::decode::Error;

impl WorkFrames {
    /// Their bytes, as they stand in the log.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::new());
        match self.write(&mut e).map(drop) {
            Ok(()) => e.into_writer(),
            Err(error) => match error.into_write() {
                // Writing into a Vec cannot fail.
                None => Vec::new(),
            },
        }
    }

    /// What [`Self::to_bytes`] wrote; `None` for a form that this version does not know.
    ///
    /// # Errors
    /// When the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        Self::read(&mut Decoder::new(bytes))
    }

    /// `null`: all; `[made, step, offset]`: every n-th; `[made, distances]`: a list, each frame as the distance to the one before
    /// in bytes of 7 bits.
    pub(crate) fn write<'e>(&self, e: &'e mut Encoder<Vec<u8>>) -> Result<&'e mut Encoder<Vec<u8>>, minicbor::encode::Error<Infallible>> {
        match &self.pick {
            Pick::All => e.null(),
            Pick::Every { step, offset } => e.array(3)?.str(&self.made.to_string())?.u64(step.get())?.u64(*offset),
            Pick::List(frames) => e.array(2)?.str(&self.made.to_string())?.bytes(&distances(frames)),
        }
    }

    /// `None` (and all read) for a form that this version does not know.
    pub(crate) fn read(d: &mut Decoder<'_>) -> Result<Option<Self>, DecodeError> {
        if d.datatype()? == Type::Null {
            d.null()?;
            return Ok(Some(Self::default()));
        }
        let start = d.position();
        let len = definite(d.array()?)?;
        let made = |d: &mut Decoder<'_>| d.str().map(|text| text.parse().unwrap_or(Made::ByHand));
        let read = match len {
            3 => {
                let (made, step, offset) = (made(d)?, d.u64()?, d.u64()?);
                let of = Self::every(step, offset).map_err(DecodeError::custom)?;
                // Every frame is no choice, however it came about.
                Some(if of.is_all() { of } else { Self { made, ..of } })
            }
            2 => {
                let (made, frames) = (made(d)?, frames(d.bytes()?)?);
                Some(Self { made, pick: Pick::List(frames.into()) })
            }
            _ => None,
        };
        if read.is_none() {
            d.set_position(start);
            d.skip()?;
        }
        Ok(read)
    }
}

/// The first frame, and then how much further each next one is, less one.
fn distances(frames: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(frames.len());
    let mut next = 0;
    for frame in frames {
        let mut left = frame - next;
        while left >= 0x80 {
            bytes.push(left as u8 | 0x80);
            left >>= 7;
        }
        bytes.push(left as u8);
        next = frame.wrapping_add(1);
    }
    bytes
}

fn frames(bytes: &[u8]) -> Result<Vec<u64>, DecodeError> {
    let damaged = || DecodeError::message("damaged list of work frames");
    // A frame is a byte or more, so that the list is never longer than what is there.
    let count = bytes.iter().filter(|byte| **byte < 0x80).count();
    if count == 0 || count > MOST_LISTED || bytes.last().is_none_or(|last| *last >= 0x80) {
        return Err(damaged());
    }
    let mut frames = Vec::with_capacity(count);
    let (mut next, mut value, mut shift) = (Some(0_u64), 0_u64, 0_u32);
    for byte in bytes {
        let bits = u64::from(byte & 0x7f);
        if shift >= u64::BITS || (bits << shift) >> shift != bits {
            return Err(damaged());
        }
        value |= bits << shift;
        shift += 7;
        if *byte < 0x80 {
            let frame = next.and_then(|next| next.checked_add(value)).ok_or_else(damaged)?;
            frames.push(frame);
            (next, value, shift) = (frame.checked_add(1), 0, 0);
        }
    }
    Ok(frames)
}

/// As JSON: `null`, `{"every": 10, "offset": 0}` or `{"frames": "0,7,9-20"}`, each with `"made"` where it was not by hand.
#[derive(Serialize, Deserialize, Default)]
struct Json {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frames: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made: Option<String>,
}

impl Serialize for WorkFrames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let made = (self.made != Made::ByHand).then(|| self.made.to_string());
        let json = match &self.pick {
            Pick::All => return serializer.serialize_none(),
            Pick::Every { step, offset } => Json { every: Some(step.get()), offset: Some(*offset), made, ..Json::default() },
            Pick::List(frames) => Json { frames: Some(super::text::text_of(frames)), made, ..Json::default() },
        };
        json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WorkFrames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let Some(json) = Option::<Json>::deserialize(deserializer)? else { return Ok(Self::default()) };
        let of = match (json.every, json.frames) {
            (Some(step), None) => Self::every(step, json.offset.unwrap_or(0)),
            (None, Some(text)) => parse_frames(&text, None).and_then(Self::listed),
            _ => return Err(D::Error::custom("work frames have either \"every\" or \"frames\"")),
        };
        let of = of.map_err(D::Error::custom)?;
        let made = json.made.map_or(Made::ByHand, |text| text.parse().unwrap_or_default());
        Ok(if of.is_all() { of } else { Self { made, ..of } })
    }
}
