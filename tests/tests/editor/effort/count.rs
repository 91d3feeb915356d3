//! What a script costs the hand.

use limn_core::ImagePos;
use limn_editor::Keys;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

/// Keys pressed, clicks, drags, and how far the pointer goes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effort {
    pub keys: usize,
    pub clicks: usize,
    pub drags: usize,
    /// Screen points.
    pub travel: f64,
}

impl Effort {
    pub fn actions(self) -> usize {
        self.keys + self.clicks + self.drags
    }
}

impl AddAssign for Effort {
    fn add_assign(&mut self, other: Self) {
        self.keys += other.keys;
        self.clicks += other.clicks;
        self.drags += other.drags;
        self.travel += other.travel;
    }
}

/// Places of a tool's window by name, such as a button of its tool bar; screen points from the picture's corner.
pub type Places = BTreeMap<String, ImagePos>;

/// A hand on keyboard and mouse.
struct Hand<'a> {
    places: &'a Places,
    at: ImagePos,
    /// The modifiers that are down.
    held: BTreeSet<String>,
    effort: Effort,
}

/// Counts a script that begins with the pointer at `from`. It must not hold words that no hand can do.
pub fn count(script: &str, places: &Places, from: ImagePos) -> Effort {
    let mut hand = Hand { places, at: from, held: BTreeSet::new(), effort: Effort::default() };
    let mut words = script.split_whitespace();
    while let Some(word) = words.next() {
        let (verb, held) = word.split_once('+').unwrap_or((word, ""));
        let mut next = || words.next().unwrap_or_else(|| panic!("{word} needs a word"));
        match verb {
            "click" | "double" | "right" => {
                hand.hold(held.split('+'));
                hand.go(next());
                hand.effort.clicks += if verb == "double" { 2 } else { 1 };
            }
            "drag" => {
                hand.hold(held.split('+'));
                next().split('>').for_each(|place| hand.go(place));
                hand.effort.drags += 1;
            }
            // What is held stays so.
            "move" => hand.go(next()),
            // On the timeline.
            "frame" => hand.go_to_frame(next().parse().unwrap()),
            // Until the tool is done: nothing is done by hand.
            "wait" => {}
            "type" => hand.write(next()),
            // A question for a number: a digit answers, others are typed between Tab and Enter.
            "ahead" => {
                let number = next();
                hand.write(number);
                hand.effort.keys += if number.len() == 1 { 0 } else { 2 };
            }
            _ => hand.press(word),
        }
    }
    hand.effort
}

impl Hand<'_> {
    /// Presses what is not down yet of these modifiers, and lets go of others.
    fn hold<'a>(&mut self, modifiers: impl Iterator<Item = &'a str>) {
        let wanted: BTreeSet<String> = modifiers.filter(|name| !name.is_empty()).map(str::to_lowercase).collect();
        assert!(wanted.iter().all(|name| ["ctrl", "shift", "alt"].contains(&name.as_str())), "{wanted:?} cannot be held");
        self.effort.keys += wanted.difference(&self.held).count();
        self.held = wanted;
    }

    fn press(&mut self, word: &str) {
        assert!(Keys::parse(word).is_some(), "{word:?} is neither a verb nor a key");
        let modifiers = word.rsplit_once('+').map_or("", |(modifiers, _)| modifiers);
        self.hold(modifiers.split('+'));
        self.effort.keys += 1;
    }

    /// A click on the line of all frames of a video.
    fn go_to_frame(&mut self, number: u32) {
        self.hold(std::iter::empty());
        let end = |name: &str| *self.places.get(name).unwrap_or_else(|| panic!("no place has the name {name}"));
        let (first, last) = (end("first-frame"), end("last-frame"));
        let to = first + (last - first) * (f64::from(number) / (super::video::FRAMES - 1) as f64);
        self.effort.travel += self.at.distance(to);
        self.at = to;
        self.effort.clicks += 1;
    }

    fn write(&mut self, text: &str) {
        self.hold(std::iter::empty());
        self.effort.keys += text.chars().count();
    }

    fn go(&mut self, place: &str) {
        let to = match place.strip_prefix('@') {
            Some(name) => *self.places.get(name).unwrap_or_else(|| panic!("no place has the name {name}")),
            None => pos(place),
        };
        self.effort.travel += self.at.distance(to);
        self.at = to;
    }
}

/// A place as `x,y`.
pub fn pos(text: &str) -> ImagePos {
    let (x, y) = text.split_once(',').unwrap_or_else(|| panic!("{text:?} is not a place"));
    ImagePos::new(x.parse().unwrap(), y.parse().unwrap())
}

#[test]
fn a_hand_is_counted() {
    let [list, first, last] = [("list", 30.0, 40.0), ("first-frame", 0.0, 40.0), ("last-frame", 299.0, 40.0)]
        .map(|(name, x, y)| (name.to_owned(), ImagePos::new(x, y)));
    let places = Places::from([list, first, last]);
    let counted = |script: &str| {
        let effort = count(script, &places, ImagePos::default());
        (effort.keys, effort.clicks, effort.drags, effort.travel)
    };
    assert_eq!(counted("B"), (1, 0, 0, 0.0));
    assert_eq!(counted("Ctrl+Shift+V"), (3, 0, 0, 0.0));
    // Ctrl stays down from the first word to the second, not over the third.
    assert_eq!(counted("Ctrl+A Ctrl+C B Ctrl+V"), (6, 0, 0, 0.0));
    assert_eq!(counted("click 3,4 double 3,4 right 3,4"), (0, 4, 0, 5.0));
    assert_eq!(counted("click+shift 3,4 move 6,8 click+shift 9,12 click 9,12"), (1, 3, 0, 15.0));
    assert_eq!(counted("drag+ctrl 3,4>3,14>13,14 Ctrl+3"), (2, 0, 1, 25.0));
    assert_eq!(counted("click @list type sign Enter"), (5, 1, 0, 50.0));
    assert_eq!(counted("frame 30 wait D"), (1, 1, 0, 50.0));
    assert_eq!(counted("Ctrl+Alt+V ahead 5"), (4, 0, 0, 0.0));
    assert_eq!(counted("Ctrl+Alt+V ahead 12"), (7, 0, 0, 0.0));
}
