//! CVAT XML 1.1, as "CVAT for video" writes it; of "CVAT for images" it is read as well.
//!
//! ```text
//! <annotations><version>1.1</version>
//! <meta><task>name, size, mode, labels with their attributes, original_size</task><source>a.mp4</source></meta>
//! <track id="0" label="car" source="manual">
//!   <box frame="10" keyframe="1" outside="0" occluded="0" xtl="1" ytl="2" xbr="3" ybr="4" z_order="0">
//!     <attribute name="parked">false</attribute>
//!   </box>
//! </track>
//! </annotations>
//! ```
//!
//! A track is a sequence and its elements are keyframes; those with `keyframe="0"` follow from the others and are neither
//! written nor taken. After its last element a track stays to the end of the video unless that element is `outside="1"`: an
//! exit frame is written as such an element, and read as an outside keyframe. Answers to attributes that CVAT calls immutable
//! stand on every element there and are those of the sequence here. A track's `id` is one less than the sequence's number.
//! Numbers are written in full; CVAT itself writes two decimals.
//!
//! A file is read tag by tag; no tag, text or shape may be longer than 64 MiB. Document types are refused, and so is any entity
//! but the five of XML. An export holds the keyframes of its one video in memory.

mod mask;
mod meta;
mod read;
mod shape;
mod write;
mod xml;

pub(crate) use read::import;
pub(crate) use write::export;
