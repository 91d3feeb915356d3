//! Identities. Entities are UUIDv7 made by the client, so that they sort by time and need no server; operations are
//! named by the hash of their bytes.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A UUIDv7 from a time in milliseconds since 1970 and ten random bytes.
            pub fn from_parts(millis: u64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The sixteen bytes, as stored.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// From sixteen stored bytes; `None` for any other length.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id!(
    /// One project.
    ProjectId
);
uuid_id!(
    /// One file (image, video or image sequence) of a project.
    FileId
);
uuid_id!(
    /// One annotation.
    InstanceId
);
uuid_id!(
    /// One sequence: an object followed through time.
    SequenceId
);
uuid_id!(
    /// One event: something that happens at a frame or over a range of frames.
    EventId
);
uuid_id!(
    /// One issue: something that somebody wants looked at.
    IssueId
);
uuid_id!(
    /// One comment of an issue.
    CommentId
);
uuid_id!(
    /// Instances that belong together.
    GroupId
);
uuid_id!(
    /// One model run or import of predictions.
    RunId
);

/// A label's number in its schema: never changed, never used again, and the id that exports write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LabelId(pub u32);

impl fmt::Display for LabelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A device: the first 16 bytes of the BLAKE3 hash of its Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId(pub [u8; 16]);

/// An operation: the BLAKE3 hash of its canonical bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpId(pub [u8; 32]);

impl OpId {
    /// The name of the operation with these canonical bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// From 32 stored bytes; `None` for any other length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// Makes entity ids in creation order: within one millisecond (or when the clock goes back) a counter in the UUID's
/// `rand_a` bits goes on, and spills into the next millisecond. Deterministic: the clock is passed in, the random bits are
/// hashed from a seed.
#[derive(Clone, Debug)]
pub struct IdSource {
    seed: [u8; 32],
    millis: u64,
    counter: u64,
    made: u64,
}

impl IdSource {
    /// A source whose random bits follow from the seed.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, millis: 0, counter: 0, made: 0 }
    }

    /// The next id's milliseconds and random bytes, for `from_parts` of any id.
    pub fn next_parts(&mut self, now_millis: u64) -> (u64, [u8; 10]) {
        if now_millis > self.millis {
            (self.millis, self.counter) = (now_millis, 0);
        } else {
            self.counter += 1;
            if self.counter == 1 << 12 {
                (self.millis, self.counter) = (self.millis + 1, 0);
            }
        }
        self.made += 1;
        let hash = blake3::keyed_hash(&self.seed, &self.made.to_le_bytes());
        let mut random = [0; 10];
        random.copy_from_slice(&hash.as_bytes()[..10]);
        random[..2].copy_from_slice(&(self.counter as u16).to_be_bytes());
        (self.millis, random)
    }

    /// A new instance's id.
    pub fn instance(&mut self, now_millis: u64) -> InstanceId {
        let (millis, random) = self.next_parts(now_millis);
        InstanceId::from_parts(millis, random)
    }

    /// A new file's id.
    pub fn file(&mut self, now_millis: u64) -> FileId {
        let (millis, random) = self.next_parts(now_millis);
        FileId::from_parts(millis, random)
    }
}

/// Lower-case hexadecimal digits of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes written as hexadecimal digits; `None` if the text is anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_the_order_of_creation() {
        let mut source = IdSource::new([1; 32]);
        let times = [5, 5, 5, 9, 3].into_iter().chain(std::iter::repeat_n(9, 10_000));
        let ids: Vec<_> = times.map(|millis| source.instance(millis)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn hex_there_and_back() {
        assert_eq!(unhex(&hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
        assert_eq!((unhex("0"), unhex("zz"), unhex("\u{e9}")), (None, None, None));
    }
}
