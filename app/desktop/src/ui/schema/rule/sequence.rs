//! What a rule about sequences looks at.

use super::super::SchemaRoom;
use super::super::fields::{choice, named, row};
use super::{share, whole};
use egui::emath::Numeric;
use egui::{DragValue, Role, Ui};
use limn_core::schema::sequence_check::{Frames, SequenceCheck};
use std::ops::RangeInclusive;

/// What can be looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Always,
    Frames,
    Gaps,
    Keyframes,
    Speed,
    Growth,
    Jumps,
    Exchanges,
    Doubles,
    Marked,
}

const KINDS: [(Kind, &str); 10] = [
    (Kind::Always, "it is in a sequence"),
    (Kind::Frames, "how long it is in the picture"),
    (Kind::Gaps, "how long it is gone in between"),
    (Kind::Keyframes, "how often somebody looks at it"),
    (Kind::Speed, "how far it moves in a frame"),
    (Kind::Growth, "how much its size changes in a frame"),
    (Kind::Jumps, "it does not jump"),
    (Kind::Exchanges, "no two change places"),
    (Kind::Doubles, "no two lie on each other"),
    (Kind::Marked, "it is marked where it is outside"),
];

fn kind_of(check: &SequenceCheck) -> Kind {
    match check {
        SequenceCheck::Always => Kind::Always,
        SequenceCheck::Frames(_) => Kind::Frames,
        SequenceCheck::Gaps(_) => Kind::Gaps,
        SequenceCheck::Keyframes { .. } => Kind::Keyframes,
        SequenceCheck::Speed { .. } => Kind::Speed,
        SequenceCheck::Growth { .. } => Kind::Growth,
        SequenceCheck::Jumps => Kind::Jumps,
        SequenceCheck::Exchanges => Kind::Exchanges,
        SequenceCheck::Doubles { .. } => Kind::Doubles,
        SequenceCheck::Marked => Kind::Marked,
    }
}

fn first_of(kind: Kind) -> SequenceCheck {
    let least = |min| Frames { min: Some(min), max: None };
    match kind {
        Kind::Always => SequenceCheck::Always,
        Kind::Frames => SequenceCheck::Frames(least(2)),
        Kind::Gaps => SequenceCheck::Gaps(least(10)),
        Kind::Keyframes => SequenceCheck::Keyframes { most: 50 },
        Kind::Speed => SequenceCheck::Speed { most: 1.5 },
        Kind::Growth => SequenceCheck::Growth { most: 1.6 },
        Kind::Jumps => SequenceCheck::Jumps,
        Kind::Exchanges => SequenceCheck::Exchanges,
        Kind::Doubles => SequenceCheck::Doubles { iou: 0.8 },
        Kind::Marked => SequenceCheck::Marked,
    }
}

/// The fields of the check. Says whether it changed.
pub(super) fn check_ui(room: &mut SchemaRoom, ui: &mut Ui, check: &mut SequenceCheck) -> bool {
    let mut kind = kind_of(check);
    let mut changed = choice(room, ui, "That", "sequence", &mut kind, &KINDS.map(|(one, name)| (one, name.to_owned())));
    if changed {
        *check = first_of(kind);
    }
    changed |= match check {
        SequenceCheck::Always | SequenceCheck::Jumps | SequenceCheck::Exchanges | SequenceCheck::Marked => false,
        SequenceCheck::Frames(frames) | SequenceCheck::Gaps(frames) => {
            let changed = whole(room, ui, "Frames, at least", "min", &mut frames.min);
            changed | whole(room, ui, "Frames, at most", "max", &mut frames.max)
        }
        SequenceCheck::Keyframes { most } => drag(room, ui, "Keyframe every", most, (1..=1_000_000, 1.0), " frames"),
        SequenceCheck::Speed { most } => drag(room, ui, "At most", most, (0.0..=1000.0, 0.05), " times its own size"),
        SequenceCheck::Growth { most } => drag(room, ui, "At most", most, (1.0..=1000.0, 0.05), " times"),
        SequenceCheck::Doubles { iou } => share(room, ui, "Shared, at least", "iou", iou),
    };
    changed
}

/// A number that has to be there, with the least and the greatest one, and how fast a drag changes it.
fn drag<N: Numeric>(
    room: &mut SchemaRoom,
    ui: &mut Ui,
    name: &str,
    value: &mut N,
    (range, speed): (RangeInclusive<N>, f64),
    unit: &str,
) -> bool {
    row(room, ui, name, "most", |room, ui| {
        let drag = ui.add(DragValue::new(value).range(range).speed(speed).suffix(unit));
        named(room, &drag, Role::SpinButton, name, "most");
        drag.changed()
    })
}
