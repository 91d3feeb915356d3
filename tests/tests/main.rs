//! Tests of the whole program: what the crates are to each other, faults, the scripted editor, the built command line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checkout;
mod editor;
mod faults;
mod helper;
mod kill;
mod layers;
mod videos;
