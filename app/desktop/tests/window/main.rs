//! The window without a screen: what a person sees by name, does by mouse and key, and what the store then holds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cameras;
mod clips;
mod compare;
mod guide;
mod keyframes;
mod looked;
mod notes;
mod option_pictures;
mod panels;
mod playing;
mod problems;
mod proxy;
mod retime;
mod schema;
mod sequence_folder;
mod stitch;
mod videos;

use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::NodeT as _, kittest::Queryable as _};
use limn_core::log::{Change, FileSet, Gesture, kind};
use limn_core::{FileKind, FileRecord, FileStatus, Geometry, IdSource, Schema, WorkFrames};
use limn_desktop::{LimnApp, Start};
use limn_store::{Access, Identity, Project};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A home folder and a project with two small pictures.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("home")).unwrap();
        std::fs::write(dir.path().join("home/settings.toml"), "welcomed = true\nreduced_motion = true\n").unwrap();
        let mut schema = Schema::from_document(r#"{"labels":[{"name":"car"},{"name":"person"}]}"#).unwrap();
        schema.fill_keys();
        let mut project = Project::create(&dir.path().join("p.limn"), "streets", &schema, identity()).unwrap();
        let mut ids = IdSource::new([5; 32]);
        let changes = ["a.png", "b.png"].into_iter().map(|name| {
            let path = dir.path().join(name);
            image::RgbImage::from_fn(400, 300, |x, y| image::Rgb([(x / 2) as u8, (y / 2) as u8, 90])).save(&path).unwrap();
            Change::FileAdd(Box::new(FileRecord {
                id: ids.file(1),
                name: name.into(),
                path: format!("../{name}"),
                kind: FileKind::Image,
                width: 400,
                height: 300,
                frames: 1,
                bytes: 1,
                hash: None,
                status: FileStatus::Open,
                clip: None,
                camera: None,
            }))
        });
        project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes: changes.collect() }).unwrap();
        Self { dir }
    }

    fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    fn project(&self) -> PathBuf {
        self.dir.path().join("p.limn")
    }

    fn open(&self, size: Vec2, gpu: bool) -> Harness<'static, LimnApp> {
        let mut harness = window(&self.home(), Start { project: Some(self.project()), ..Start::default() }, size, gpu);
        wait_for(&mut harness, "a.png, new");
        wait_for(&mut harness, "Canvas, a.png");
        harness.run_steps(5);
        harness
    }
}

fn identity() -> Identity {
    Identity::from_seed([9; 32], "ada")
}

fn window(home: &Path, start: Start, size: Vec2, gpu: bool) -> Harness<'static, LimnApp> {
    let home = home.to_owned();
    let mut builder = Harness::builder().with_size(size).with_max_steps(64);
    if gpu {
        builder = builder.wgpu();
    }
    builder.build_eframe(move |cc| LimnApp::new(cc, &home, start).unwrap())
}

/// Steps until something of this name is there: answers come from threads.
fn wait_for(harness: &mut Harness<'static, LimnApp>, name: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while harness.query_all_by_label_contains(name).next().is_none() {
        assert!(Instant::now() < end, "nothing is called \"{name}\"");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
}

fn drag(harness: &mut Harness<'static, LimnApp>, from: Vec2, to: Vec2) {
    let canvas = harness.get_by_label_contains("Canvas, ").rect();
    harness.hover_at(canvas.center() + from);
    harness.step();
    harness.drag_at(canvas.center() + from);
    harness.step();
    harness.hover_at(canvas.center() + (from + to) / 2.0);
    harness.step();
    harness.hover_at(canvas.center() + to);
    harness.step();
    harness.drop_at(canvas.center() + to);
    harness.step();
}

fn press(harness: &mut Harness<'static, LimnApp>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.step();
    harness.step();
}

/// Runs a command by its name.
fn run(harness: &mut Harness<'static, LimnApp>, command: &str) {
    press(harness, Modifiers::COMMAND, Key::K);
    wait_for(harness, "Command palette");
    harness.event(egui::Event::Text(command.into()));
    harness.step();
    press(harness, Modifiers::NONE, Key::Enter);
}

/// Draws once the picture is there; drawing on one that is not shown yet does nothing, on purpose.
fn draw_first_box(harness: &mut Harness<'static, LimnApp>) {
    let end = Instant::now() + Duration::from_secs(30);
    press(harness, Modifiers::NONE, Key::B);
    while harness.query_all_by_label_contains("car 1, box").next().is_none() {
        assert!(Instant::now() < end, "no box was drawn");
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
        drag(harness, Vec2::new(-60.0, -40.0), Vec2::new(60.0, 40.0));
        harness.step();
    }
}

#[test]
fn a_box_is_drawn_labelled_undone_and_stored() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    wait_for(&mut harness, "person 1, box");
    wait_for(&mut harness, "Save state: saved here");
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    wait_for(&mut harness, "car 1, box");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    wait_for(&mut harness, "person 1, box");
    press(&mut harness, Modifiers::NONE, Key::D);
    wait_for(&mut harness, "Canvas, b.png, 0 instances");
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let files = project.files().unwrap();
    assert_eq!([files[0].num_instances, files[1].num_instances], [1, 0]);
    let stored = project.instances_at(files[0].file.id, 0).unwrap();
    let Geometry::Box(rect) = stored[0].geometry else { panic!("no box") };
    // 400 x 300 pixels are fitted; the drag is 120 x 80 points, whatever the zoom.
    assert!((rect.width() / rect.height() - 1.5).abs() < 0.01, "{rect:?}");
    assert!((rect.center().x - 200.0).abs() < 1.0 && (rect.center().y - 150.0).abs() < 1.0, "{rect:?}");
}

#[test]
fn the_palette_runs_a_command_by_name() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    press(&mut harness, Modifiers::COMMAND, Key::K);
    wait_for(&mut harness, "Command palette");
    harness.event(egui::Event::Text("next file".into()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "Canvas, b.png");
    assert!(harness.query_by_label("Command palette").is_none());
}

#[test]
fn a_label_is_asked_at_the_pointer_and_made_when_new() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), false);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::L);
    wait_for(&mut harness, "Search labels");
    harness.event(egui::Event::Text("tram".into()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait_for(&mut harness, "tram 1, box");
    wait_for(&mut harness, "Label: tram");
    // The key that stands beside a name takes it there, too.
    press(&mut harness, Modifiers::NONE, Key::L);
    wait_for(&mut harness, "Search labels");
    harness.event(egui::Event::Text("2".into()));
    harness.step();
    wait_for(&mut harness, "person 1, box");
    assert!(harness.query_by_label("Search labels").is_none());
}

#[test]
fn every_sheet_opens_and_closes_at_every_size() {
    for size in [Vec2::new(900.0, 560.0), Vec2::new(1366.0, 768.0), Vec2::new(3840.0, 2160.0)] {
        let place = Place::new();
        let mut harness = place.open(size, false);
        for (key, name) in [(Key::F1, "Change keys…"), (Key::F2, "Size of the interface")] {
            press(&mut harness, Modifiers::NONE, key);
            wait_for(&mut harness, name);
            press(&mut harness, Modifiers::NONE, Key::Escape);
            harness.step();
            assert!(harness.query_all_by_label_contains(name).next().is_none(), "{name} stays open at {size:?}");
        }
        press(&mut harness, Modifiers::NONE, Key::F8);
        assert!(harness.query_by_label("Tool: Box").is_none(), "panels stay");
        press(&mut harness, Modifiers::NONE, Key::F8);
        wait_for(&mut harness, "Tool: Box");
    }
}

#[test]
fn a_fresh_home_asks_for_keys_and_shows_the_tour() {
    let place = Place::new();
    std::fs::remove_file(place.home().join("settings.toml")).unwrap();
    let start = Start { project: Some(place.project()), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Which keys are you used to?");
    wait_for(&mut harness, "a.png, new");
    harness.get_by_label("CVAT").click();
    wait_for(&mut harness, "Skip the tour");
    for step in 2..=5 {
        harness.get_by_label("Next").click_accesskit();
        wait_for(&mut harness, &format!("{step} of 5"));
    }
    harness.get_by_label("Done").click_accesskit();
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::F);
    wait_for(&mut harness, "Canvas, b.png");
    drop(harness);
    assert!(std::fs::read_to_string(place.home().join("settings.toml")).unwrap().contains("profile = \"cvat\""));
}

#[test]
fn the_picture_and_its_shapes_are_drawn() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(900.0, 560.0), true);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    press(&mut harness, Modifiers::NONE, Key::V);
    let canvas = harness.get_by_label_contains("Canvas, ").rect();
    harness.remove_cursor();
    harness.run_steps(3);
    let picture = harness.render().unwrap();
    let at = |offset: Vec2| {
        let pos = canvas.center() + offset;
        let pixel = picture.get_pixel(pos.x as u32, pos.y as u32).0;
        [i32::from(pixel[0]), i32::from(pixel[1]), i32::from(pixel[2])]
    };
    // The gradient's middle is (100, 75, 90); the box fills with 18 % of the first label's light blue.
    let near = |got: [i32; 3], wanted: [i32; 3]| got.iter().zip(wanted).all(|(a, b)| (a - b).abs() <= 6);
    let inside = at(Vec2::new(20.0, 0.0));
    let outside = at(Vec2::new(100.0, 0.0));
    assert!(outside[2] >= 84 && outside[2] <= 96, "the picture is drawn: {outside:?}");
    assert!(near([inside[1], inside[2], 0], [91, 115, 0]), "the box is filled: {inside:?}");
}

/// A project whose only file is an image sequence of 40 frames.
fn place_with_frames() -> Place {
    let place = Place::new();
    let folder = place.dir.path().join("frames");
    std::fs::create_dir(&folder).unwrap();
    for frame in 0..40_u8 {
        image::RgbImage::from_pixel(64, 48, image::Rgb([frame * 6, 60, 200])).save(folder.join(format!("{frame:03}.png"))).unwrap();
    }
    let dir = place.dir.path().join("q.limn");
    let mut project = Project::create(&dir, "frames", &Schema::default(), identity()).unwrap();
    let file = FileRecord {
        id: IdSource::new([6; 32]).file(1),
        name: "frames".into(),
        path: "../frames".into(),
        kind: FileKind::Sequence,
        width: 64,
        height: 48,
        frames: 40,
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let changes = vec![Change::FileAdd(Box::new(file))];
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    place
}

fn frame_shown(harness: &Harness<'static, LimnApp>) -> f64 {
    let number = harness.get_by_label("Frame number");
    number.accesskit_node().numeric_value().unwrap()
}

/// Steps until the frame number is as wanted.
fn wait_for_frame(harness: &mut Harness<'static, LimnApp>, what: &str, wanted: impl Fn(f64) -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !wanted(frame_shown(harness)) {
        assert!(Instant::now() < end, "{what}: it is at frame {}", frame_shown(harness));
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
}

/// Playing goes through every work frame, through no other, and ends behind the last of them.
#[test]
fn work_frames_alone_are_played() {
    let place = place_with_frames();
    let mut project = Project::open(&place.dir.path().join("q.limn"), identity(), Access::Write).unwrap();
    let id = project.files().unwrap()[0].file.id;
    let set = FileSet::WorkFrames(WorkFrames::every(10, 0).unwrap());
    let changes = vec![Change::FileSet { id, set }];
    project.commit(Gesture { kind: kind::EDIT, title: "Work".into(), target: None, changes }).unwrap();
    drop(project);
    let start = Start { project: Some(place.dir.path().join("q.limn")), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, frames");
    for told in ["Speed: 1×, keyframes", "Speed: 1×, work frames"] {
        press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::K);
        wait_for(&mut harness, told);
    }
    for told in ["Speed: 2×", "Speed: 4×"] {
        press(&mut harness, Modifiers::SHIFT, Key::Period);
        wait_for(&mut harness, told);
    }
    press(&mut harness, Modifiers::NONE, Key::K);
    let (end, mut shown) = (Instant::now() + Duration::from_secs(30), vec![0.0]);
    while harness.query_by_label_contains("There are no more work frames that way.").is_none() {
        assert!(Instant::now() < end, "it plays on: {shown:?}");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
        shown.push(frame_shown(&harness));
        shown.dedup();
    }
    assert_eq!(shown, [0.0, 10.0, 20.0, 30.0]);
    assert!(harness.query_by_label("Pause").is_none(), "the end pauses");
}

#[test]
fn the_timeline_plays_both_ways_at_a_chosen_speed() {
    let place = place_with_frames();
    let start = Start { project: Some(place.dir.path().join("q.limn")), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1366.0, 768.0), false);
    wait_for(&mut harness, "Canvas, frames");
    harness.get_by_label("Speed: 1×").click();
    wait_for(&mut harness, "4×");
    harness.get_by_label("4×").click();
    wait_for(&mut harness, "Speed: 4×");
    press(&mut harness, Modifiers::SHIFT, Key::Comma);
    wait_for(&mut harness, "Speed: 2×");
    // Slow enough that a busy machine pauses before an end is reached.
    for slower in ["1×", "0.5×", "0.25×"] {
        press(&mut harness, Modifiers::SHIFT, Key::Comma);
        wait_for(&mut harness, &format!("Speed: {slower}"));
    }
    harness.get_by_label("Play or pause").click();
    wait_for_frame(&mut harness, "playing", |frame| frame >= 12.0);
    harness.get_by_label("Play backward, or pause").click();
    harness.step();
    wait_for_frame(&mut harness, "playing backward", |frame| frame <= 10.0);
    harness.get_by_label("Pause").click();
    harness.run_steps(3);
    let at = frame_shown(&harness);
    std::thread::sleep(Duration::from_millis(150));
    harness.run_steps(3);
    assert_eq!(frame_shown(&harness), at, "it is paused");
    for faster in ["0.5×", "1×", "2×", "4×"] {
        press(&mut harness, Modifiers::SHIFT, Key::Period);
        wait_for(&mut harness, &format!("Speed: {faster}"));
    }
    press(&mut harness, Modifiers::NONE, Key::K);
    wait_for_frame(&mut harness, "playing to the end", |frame| frame == 39.0);
    harness.run_steps(3);
    assert!(harness.query_by_label("Pause").is_none(), "the end pauses");
}

#[test]
fn the_timeline_is_scrubbed_with_and_without_its_pictures() {
    let place = place_with_frames();
    let start = Start { project: Some(place.dir.path().join("q.limn")), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1366.0, 768.0), true);
    wait_for(&mut harness, "Canvas, frames");
    // The panel finds its height while the frames become known.
    let bar = loop {
        let before = harness.get_by_label("Timeline").rect();
        std::thread::sleep(Duration::from_millis(100));
        harness.run_steps(5);
        if harness.get_by_label("Timeline").rect() == before {
            break before;
        }
    };
    let middle = bar.center();
    harness.hover_at(bar.left_bottom() + Vec2::new(40.0, -8.0));
    harness.step();
    harness.drag_at(bar.left_bottom() + Vec2::new(40.0, -8.0));
    wait_for_frame(&mut harness, "pressed at the left", |frame| frame < 5.0);
    harness.hover_at(middle);
    wait_for_frame(&mut harness, "dragged to the middle", |frame| (18.0..=21.0).contains(&frame));
    harness.drop_at(middle);
    harness.run_steps(3);
    // The strip's pictures come one by one, each with more red than the one before.
    harness.remove_cursor();
    let red = |harness: &mut Harness<'static, LimnApp>, x: f32| {
        let picture = harness.render().unwrap();
        picture.get_pixel((bar.left() + bar.width() * x) as u32, (bar.top() + 12.0) as u32).0
    };
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        harness.run_steps(3);
        let (left, right) = (red(&mut harness, 0.1), red(&mut harness, 0.9));
        if left[2] > 150 && right[2] > 150 {
            assert!(right[0] > left[0] + 100, "{left:?} {right:?}");
            break;
        }
        assert!(Instant::now() < end, "the pictures did not come: {left:?} {right:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    press(&mut harness, Modifiers::COMMAND, Key::K);
    wait_for(&mut harness, "Command palette");
    harness.event(egui::Event::Text("thumbnails".into()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.run_steps(3);
    assert!(harness.get_by_label("Timeline").rect().height() < bar.height() - 30.0, "the strip is hidden");
}

#[test]
fn the_picture_view_changes_what_is_shown_and_takes_it_back() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1000.0, 640.0), true);
    let corner = harness.get_by_label_contains("Canvas, ").rect().center() + Vec2::new(-150.0, 90.0);
    // Shown when it is made again, by a thread.
    let shown = |harness: &mut Harness<'static, LimnApp>, is_right: &dyn Fn([u8; 4]) -> bool| {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            harness.step();
            let pixel = harness.render().unwrap().get_pixel(corner.x as u32, corner.y as u32).0;
            if is_right(pixel) {
                return;
            }
            assert!(Instant::now() < end, "{pixel:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    shown(&mut harness, &|[_, _, blue, _]| (88..=92).contains(&blue));
    press(&mut harness, Modifiers::NONE, Key::I);
    wait_for(&mut harness, "Picture view");
    harness.get_by_label("Auto").click_accesskit();
    // Values from 0 to about 198 are stretched, so blue is brighter than 90.
    shown(&mut harness, &|[_, _, blue, _]| blue > 100);
    wait_for(&mut harness, "View adjusted");
    harness.get_by_label("Red").click_accesskit();
    shown(&mut harness, &|[red, green, blue, _]| red == green && green == blue);
    harness.get_by_label("Reset").click_accesskit();
    shown(&mut harness, &|[_, _, blue, _]| (88..=92).contains(&blue));
    assert!(harness.query_by_label("View adjusted").is_none());
}

/// A tiled TIFF of 10,240 pixels a side in which black and white pixels alternate: from afar, and blurred, it is gray.
fn write_large_tiff(path: &Path) {
    const SIDE: u32 = 10_240;
    const TILE: u32 = 512;
    let num = SIDE.div_ceil(TILE).pow(2);
    let mut out = b"II\x2a\0".to_vec();
    let lists_at = 8 + TILE * TILE;
    out.extend((lists_at + 8 * num).to_le_bytes());
    out.extend((0..TILE * TILE).map(|n| if (n % TILE + n / TILE).is_multiple_of(2) { 0 } else { 255_u8 }));
    (0..num).for_each(|_| out.extend(8_u32.to_le_bytes()));
    (0..num).for_each(|_| out.extend((TILE * TILE).to_le_bytes()));
    let entries = [
        (256, 1, SIDE),
        (257, 1, SIDE),
        (258, 1, 8),
        (259, 1, 1),
        (262, 1, 1),
        (277, 1, 1),
        (322, 1, TILE),
        (323, 1, TILE),
        (324, num, lists_at),
        (325, num, lists_at + 4 * num),
    ];
    out.extend((entries.len() as u16).to_le_bytes());
    for (tag, count, value) in entries {
        out.extend(u16::to_le_bytes(tag));
        out.extend(4_u16.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend([0; 4]);
    std::fs::write(path, out).unwrap();
}

#[test]
fn a_picture_larger_than_memory_is_coarse_from_afar_and_sharp_from_near() {
    let place = Place::new();
    write_large_tiff(&place.dir.path().join("large.tif"));
    let dir = place.dir.path().join("l.limn");
    let mut project = Project::create(&dir, "large", &Schema::default(), identity()).unwrap();
    let file = FileRecord {
        id: IdSource::new([7; 32]).file(1),
        name: "large.tif".into(),
        path: "../large.tif".into(),
        kind: FileKind::Image,
        width: 10_240,
        height: 10_240,
        frames: 1,
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let changes = vec![Change::FileAdd(Box::new(file))];
    project.commit(Gesture { kind: kind::FILES, title: "Add".into(), target: None, changes }).unwrap();
    drop(project);
    let start = Start { project: Some(dir), ..Start::default() };
    let mut harness = window(&place.home(), start, Vec2::new(1000.0, 640.0), true);
    wait_for(&mut harness, "Canvas, large.tif");
    let canvas = harness.get_by_label_contains("Canvas, ").rect();
    let until = |harness: &mut Harness<'static, LimnApp>, what: &str, is_right: &dyn Fn([u8; 4]) -> bool| {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            harness.step();
            let pixel = harness.render().unwrap().get_pixel(canvas.center().x as u32, canvas.center().y as u32).0;
            if is_right(pixel) {
                return;
            }
            assert!(Instant::now() < end, "{what}: {pixel:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    until(&mut harness, "from afar", &|[red, green, blue, _]| red == green && green == blue && (120..=135).contains(&red));
    press(&mut harness, Modifiers::NONE, Key::Z);
    wait_for(&mut harness, "Zoom: 100 %");
    until(&mut harness, "from near", &|[red, ..]| red == 0 || red == 255);
}

/// The brush paints while the button is down, and again after it; the bar shows what belongs to it.
#[test]
fn a_mask_is_painted_and_the_bar_follows_the_tool() {
    let place = Place::new();
    let mut harness = place.open(Vec2::new(1366.0, 768.0), true);
    draw_first_box(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    let canvas = harness.get_by_label_contains("Canvas, ").rect();
    let blue = |harness: &mut Harness<'static, LimnApp>, offset: Vec2| {
        let pos = canvas.center() + offset;
        i32::from(harness.render().unwrap().get_pixel(pos.x as u32, pos.y as u32).0[2])
    };
    let ground = blue(&mut harness, Vec2::new(100.0, 40.0));
    press(&mut harness, Modifiers::NONE, Key::R);
    wait_for(&mut harness, "Size of the brush in pixels");
    harness.hover_at(canvas.center() - Vec2::new(60.0, 0.0));
    harness.step();
    harness.drag_at(canvas.center() - Vec2::new(60.0, 0.0));
    harness.step();
    harness.hover_at(canvas.center() + Vec2::new(60.0, 0.0));
    harness.run_steps(3);
    let painting = blue(&mut harness, Vec2::new(0.0, 5.0));
    assert!(painting > ground + 10, "the stroke is seen while it is painted: {painting} on {ground}");
    harness.drop_at(canvas.center() + Vec2::new(60.0, 0.0));
    harness.step();
    wait_for(&mut harness, "car 1, mask");
    harness.remove_cursor();
    harness.run_steps(4);
    let painted = blue(&mut harness, Vec2::new(0.0, 5.0));
    assert!(painted > ground + 10, "the mask stays: {painted} on {ground}");
    press(&mut harness, Modifiers::NONE, Key::W);
    wait_for(&mut harness, "Tolerance of the wand");
    wait_for(&mut harness, "Save state: saved here");
    drop(harness);

    let project = Project::open(&place.project(), identity(), Access::Read).unwrap();
    let stored = project.instances_at(project.files().unwrap()[0].file.id, 0).unwrap();
    let [Geometry::Mask(mask)] = stored.iter().map(|instance| &instance.geometry).collect::<Vec<_>>()[..] else { panic!("no mask") };
    // 40 pixels wide, in the middle of 400 by 300.
    let bounds = mask.bounds().unwrap();
    assert!((bounds.height() - 40.0).abs() < 0.1 && (bounds.center().x - 200.0).abs() < 1.0, "{bounds:?}");
}
