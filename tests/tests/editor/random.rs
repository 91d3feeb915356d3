//! Anything a person may do in any order: what is shown is what is stored.

use super::session::Session;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const KEYS: [&str; 83] = [
    "Ctrl+M",
    "Ctrl+Shift+M",
    "Ctrl+Alt+Shift+M",
    "Shift+P",
    "Shift+X",
    "Alt+J",
    "Alt+X",
    "Alt+N",
    "Alt+Shift+X",
    "Alt+Equals",
    "Alt+Minus",
    "Alt+W",
    "Alt+Shift+W",
    "Alt+Q",
    "Alt+Y",
    "Alt+Shift+J",
    "Alt+Shift+N",
    "Ctrl+J",
    "Ctrl+Shift+J",
    "Alt+Z",
    "Semicolon",
    "Alt+E",
    "Alt+B",
    "Alt+Shift+B",
    "Shift+B",
    "O",
    "U",
    "J",
    "Shift+O",
    "Shift+T",
    "Period",
    "Alt+Comma",
    "Alt+M",
    "Backtick",
    "B",
    "P",
    "V",
    "Ctrl+Z",
    "Ctrl+Z",
    "Ctrl+Shift+Z",
    "Ctrl+C",
    "Ctrl+V",
    "Ctrl+Shift+V",
    "Ctrl+D",
    "Delete",
    "Ctrl+A",
    "Tab",
    "Shift+Tab",
    "Escape",
    "Enter",
    "Backspace",
    "Left",
    "Right",
    "Up",
    "Down",
    "Shift+Left",
    "Shift+Down",
    "C",
    "T",
    "Alt+Shift+D",
    "1",
    "2",
    "3",
    "L",
    "H",
    "Shift+H",
    "Ctrl+L",
    "Ctrl+Shift+L",
    "D",
    "A",
    "PageDown",
    "PageUp",
    "X",
    "Shift+Enter",
    "Home",
    "End",
    "E",
    "Q",
    "Plus",
    "Minus",
    "F",
    "Z",
    "S",
];

fn place() -> impl Strategy<Value = String> {
    // Few places, so that clicks meet shapes; some outside the picture.
    (-1..=21_i32, -1..=16_i32).prop_map(|(x, y)| format!("{},{}", x * 20, y * 20))
}

fn word() -> impl Strategy<Value = String> {
    let held = prop_oneof![4 => Just(""), 1 => Just("+shift"), 1 => Just("+ctrl"), 1 => Just("+alt")];
    let verb = prop_oneof![4 => Just("click"), 1 => Just("click2"), 1 => Just("double"), 1 => Just("press"), 2 => Just("move"), 1 => Just("release")];
    prop_oneof![
        6 => proptest::sample::select(&KEYS[..]).prop_map(str::to_owned),
        4 => (verb, held.clone(), place()).prop_map(|(verb, held, place)| format!("{verb}{held} {place}")),
        4 => (held, place(), place()).prop_map(|(held, from, to)| format!("drag{held} {from}>{to}")),
        1 => prop_oneof![
            Just("leave"), Just("name car"), Just("name tree"), Just("template nose,left_eye,right_eye"), Just("vanishing"), Just("name dog"), Just("file 0"), Just("file 2"), Just("frame 3"),
            Just("refresh"), Just("restart")
        ].prop_map(str::to_owned),
    ]
}

/// The same cases on every run; LIMN_CASES and LIMN_SEED ask for more and for others.
fn config(seed: u64, cases: u32) -> ProptestConfig {
    let given = |name: &str| std::env::var(name).ok()?.parse().ok();
    let (seed, cases) = (given("LIMN_SEED").unwrap_or(seed), given("LIMN_CASES").map_or(cases, |cases| cases as u32));
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(seed), max_shrink_iters: 4000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(1, 40))]

    #[test]
    fn the_canvas_is_what_is_stored(words in prop::collection::vec(word(), 1..80)) {
        let script = words.join(" ");
        let mut session = Session::new(false);
        session.play(&script);
        session.play("restart");
    }

    /// Undo as far as it goes leaves nothing, redo as far as it goes brings all back.
    #[test]
    fn undo_and_redo_restore(words in prop::collection::vec(word(), 1..40)) {
        let mut session = Session::new(false);
        session.play(&words.join(" "));
        session.play("V Escape Escape");
        let before = session.all();
        let mut steps = 0;
        while session.project.undo().unwrap().is_some() {
            steps += 1;
        }
        prop_assert_eq!(session.all().len(), 0);
        for _ in 0..steps {
            prop_assert!(session.project.redo().unwrap().is_some());
        }
        // An undo that the script itself made may be done again, too.
        if !words.iter().any(|word| word == "Ctrl+Z") {
            prop_assert_eq!(session.all(), before);
        }
        prop_assert_eq!(session.project.verify(false).unwrap().problems, Vec::<String>::new());
    }

    /// The store answers late: whatever came between, the canvas ends up as what is stored.
    #[test]
    fn late_answers_change_nothing(words in prop::collection::vec(prop_oneof![5 => word(), 3 => Just("deliver".to_owned())], 1..60)) {
        let mut session = Session::new(true);
        session.play(&words.join(" "));
        session.play("settle");
    }
}
