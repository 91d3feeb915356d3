//! A person's work as scripts: the editor and its tools over a real project on disk.

mod answers;
mod areas;
mod asking;
mod catalogue;
mod drags;
mod effort;
mod events;
mod issues;
mod kinds;
mod looked;
mod masks;
mod random;
mod rules;
mod sequence_repair;
mod sequences;
mod session;
mod tables;
mod ties;
mod work_frames;
