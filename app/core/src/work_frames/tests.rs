use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn some() -> impl Strategy<Value = WorkFrames> {
    let made = prop_oneof![Just(Made::ByHand), Just(Made::Scenes), (1..9_000_000_u32).prop_map(Made::Rate)];
    let pick = prop_oneof![
        Just(WorkFrames::default()),
        (1..40_u64, 0..60_u64).prop_map(|(step, offset)| WorkFrames::every(step, offset).unwrap()),
        prop::collection::vec(0..400_u64, 1..80).prop_map(|frames| WorkFrames::listed(frames).unwrap()),
        prop::collection::vec(any::<u64>(), 1..20).prop_map(|frames| WorkFrames::listed(frames).unwrap()),
    ];
    (pick, made).prop_map(|(pick, made)| if pick.is_all() { pick } else { WorkFrames { made, ..pick } })
}

/// What is meant, written down slowly.
fn slow(of: &WorkFrames, frames: u64) -> Vec<u64> {
    let is_one = |frame: &u64| match &of.pick {
        Pick::All => true,
        Pick::Every { step, offset } => frame >= offset && (frame - offset).is_multiple_of(step.get()),
        Pick::List(list) => list.contains(frame),
    };
    (0..frames).filter(is_one).collect()
}

proptest! {
    #[test]
    fn numbers_and_neighbours_are_those_of_a_plain_list(of in some(), frames in 0..500_u64, at in 0..500_u64) {
        let all = slow(&of, frames);
        prop_assert_eq!(of.count_before(frames), all.len() as u64);
        prop_assert_eq!(of.within(0..frames).collect::<Vec<_>>(), all.clone());
        let within = |frame: Option<u64>| frame.filter(|frame| *frame < frames);
        prop_assert_eq!(within(of.after(at)), all.iter().copied().find(|frame| *frame > at));
        if at < frames {
            prop_assert_eq!(of.before(at), all.iter().copied().rfind(|frame| *frame < at));
            prop_assert_eq!(of.at_or_before(at), all.iter().copied().rfind(|frame| *frame <= at));
            prop_assert_eq!(of.contains(at), all.contains(&at));
            prop_assert_eq!(of.number_of(at), all.iter().position(|frame| *frame == at).map(|n| n as u64));
        }
        prop_assert_eq!(of.nearest(at, frames), all.iter().copied().min_by_key(|frame| frame.abs_diff(at)));
        for (n, frame) in all.iter().enumerate() {
            prop_assert_eq!(of.nth(n as u64), Some(*frame));
        }
    }

    #[test]
    fn nothing_overflows(of in some(), at in any::<u64>(), n in any::<u64>()) {
        of.nth(n);
        of.nearest(at, u64::MAX);
        prop_assert!(of.after(at).is_none_or(|after| after > at));
        prop_assert!(of.before(at).is_none_or(|before| before < at));
    }

    #[test]
    fn bytes_and_json_come_back(of in some()) {
        prop_assert_eq!(WorkFrames::from_bytes(&of.to_bytes()).unwrap(), Some(of.clone()));
        let json = serde_json::to_string(&of).unwrap();
        prop_assert_eq!(serde_json::from_str::<WorkFrames>(&json).unwrap(), of);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = WorkFrames::from_bytes(&bytes);
        // A list with any content.
        let mut list = vec![0x82, 0x60, 0x58, bytes.len() as u8];
        list.extend(&bytes);
        if let Ok(Some(of)) = WorkFrames::from_bytes(&list) {
            prop_assert!(of.list().unwrap().is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn a_rate_takes_the_first_frame_of_each_turn(
        gaps in prop::collection::vec(1..90_u32, 1..300), thousandths in 200..40_000_u32,
    ) {
        let times: Vec<f64> = std::iter::once(0.5).chain(gaps.iter().scan(0.5, |t, gap| {
            *t += f64::from(*gap) / 1000.0;
            Some(*t)
        })).collect();
        let rate = f64::from(thousandths) / 1000.0;
        let of = WorkFrames::at_rate(rate, times.len() as u64, |frame| times[frame as usize]).unwrap();
        let turns: BTreeSet<i64> = times.iter().map(|time| ((time - 0.5) * rate + NEARLY).floor() as i64).collect();
        let chosen: Vec<u64> = of.within(0..times.len() as u64).collect();
        prop_assert!(chosen.contains(&0));
        // One for each turn that has a frame.
        prop_assert_eq!(chosen.len(), turns.len());
    }
}

#[test]
fn a_rate_of_an_even_video_is_every_nth() {
    let at = |fps: f64, rate: f64, frames: u64| WorkFrames::at_rate(rate, frames, move |frame| frame as f64 / fps).unwrap();
    assert_eq!(at(480.0, 2.0, 48_000).step(), Some((240, 0)));
    assert_eq!(at(25.0, 5.0, 100).describe(), "5 per second (every 5th frame)");
    assert_eq!(at(25.0, 100.0, 100).count_before(100), 100, "there are no more than all");
    // An hour at 480 frames a second: more frames than a list holds.
    assert_eq!(at(480.0, 480.0, 1_728_000).count_before(1_728_000), 1_728_000);
    assert_eq!(at(480.0, 240.0, 1_728_000).step(), Some((2, 0)));
    // 2.5 frames go on each turn: no step, so a list.
    assert_eq!(at(25.0, 10.0, 11).list(), Some(&[0, 3, 5, 8, 10][..]));
    assert_eq!(WorkFrames::at_rate(0.0, 9, |_| 0.0), Err(WorkFramesError::Rate("0".into())));
    assert!(WorkFrames::at_rate(f64::NAN, 9, |_| 0.0).is_err());
    assert!(WorkFrames::at_rate(1.0, 0, |_| 0.0).is_err());
}

#[test]
fn what_people_write() {
    let read = |text: &str| parse_frames(text, Some(30)).map(|frames| WorkFrames::listed(frames).unwrap());
    assert_eq!(read("1,5,9-12").unwrap().list(), Some(&[1, 5, 9, 10, 11, 12][..]));
    assert_eq!(read(" 9 – 12 "), Err(WorkFramesError::Text("–".into())));
    assert_eq!(read("12 3;3\n12").unwrap().list(), Some(&[3, 12][..]));
    assert_eq!(read("1,x"), Err(WorkFramesError::Text("x".into())));
    assert_eq!(read("-3"), Err(WorkFramesError::Text("-3".into())));
    assert_eq!(read("9-2"), Err(WorkFramesError::Backwards(9, 2)));
    assert_eq!(read("3,30"), Err(WorkFramesError::Beyond { frame: 30, last: 29 }));
    assert_eq!(read(" , "), Err(WorkFramesError::Empty));
    assert_eq!(parse_frames("0-18446744073709551615", None), Err(WorkFramesError::TooMany));
    assert_eq!(parse_frames("0-1048575,7", None), Err(WorkFramesError::TooMany));
    assert_eq!(parse_frames("0-1048575", None).unwrap().len(), MOST_LISTED);
    assert_eq!(WorkFrames::every(0, 3), Err(WorkFramesError::Step));
    assert!(WorkFrames::every(1, 0).unwrap().is_all());
}

#[test]
fn what_a_damaged_log_says_is_refused() {
    // Every 0th.
    assert!(WorkFrames::from_bytes(&[0x83, 0x60, 0, 0]).is_err());
    let list = |bytes: &[u8]| {
        let mut e = minicbor::Encoder::new(Vec::new());
        e.array(2).unwrap().str("").unwrap().bytes(bytes).unwrap();
        WorkFrames::from_bytes(&e.into_writer())
    };
    assert!(list(&[]).is_err());
    assert!(list(&[0x80]).is_err(), "cut off");
    assert!(list(&[0xff; 40]).is_err());
    assert!(list(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]).is_err(), "more than a frame's number holds");
    assert!(list(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0]).is_err(), "behind the last number");
    // Ten million.
    assert!(list(&vec![0; 10_000_000]).is_err());
    assert_eq!(list(&vec![0; MOST_LISTED]).unwrap().unwrap().count_before(u64::MAX), MOST_LISTED as u64);
    // A length that is not there.
    assert!(WorkFrames::from_bytes(&[0x82, 0x60, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
    // A form of a later version.
    assert_eq!(WorkFrames::from_bytes(&[0x84, 0x60, 1, 2, 3]).unwrap(), None);
    // A way of choosing of a later version.
    let later = WorkFrames::from_bytes(&[0x83, 0x61, b'?', 10, 0]).unwrap().unwrap();
    assert_eq!((later.made(), later.step()), (Made::ByHand, Some((10, 0))));
}
