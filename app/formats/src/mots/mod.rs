//! MOTS as text (for its pictures see [`png`]): masks of objects, a row for each object and frame.
//!
//! ```text
//! time_frame id class height width rle
//! 52 1005 1 375 1242 WSV:2d;1O10000O10000O1O100O100…
//! ```
//!
//! The id is class × 1000 + the number of the object in its class, which is below 1000; 10000 is what nobody is scored on. The run
//! lengths are COCO's. Objects must not overlap: what lies under another one is cut off. `labels.txt` and `seqinfo.ini` lie where MOT
//! has them; where there is a `seqinfo.ini`, frames count from 1, as in the MOTS Challenge, else from 0, as in KITTI MOTS. Without
//! `labels.txt` class 1 is a car and class 2 a pedestrian.

mod cover;
pub(crate) mod png;
mod read;
mod write;

pub(crate) use read::import;
pub(crate) use write::export;

const FORMAT: &str = "MOTS";
/// The class of what nobody is scored on, and its id.
const IGNORED: u64 = 10;
/// Objects that a class has room for.
const ROOM: u64 = 1000;
