//! Jobs over a project that the store's thread owns, as the window runs them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::log::{Change, Gesture, kind};
use limn_core::{Geometry, IdSource, Instance, LabelId, Rect, Schema};
use limn_jobs::{AddOptions, ImportOptions, JobCx, JobError, ProjectDoor as _};
use limn_store::writer::StoreThread;
use limn_store::{Access, Identity, Project};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

static GO_ON: AtomicBool = AtomicBool::new(false);

fn identity() -> Identity {
    Identity::from_seed([7; 32], "ada")
}

fn project(dir: &Path) -> Project {
    Project::create(&dir.join("p.limn"), "p", &Schema::default(), identity()).unwrap()
}

/// Boxes on ten images that are nowhere.
fn coco(dir: &Path, boxes: usize) -> std::path::PathBuf {
    let mut text = String::from("{\"images\":[");
    for image in 0..10 {
        let comma = if image == 0 { "" } else { "," };
        write!(text, "{comma}{{\"id\":{image},\"file_name\":\"{image}.jpg\",\"width\":100,\"height\":100}}").unwrap();
    }
    text += "],\"categories\":[{\"id\":1,\"name\":\"car\"}],\"annotations\":[";
    for number in 0..boxes {
        let comma = if number == 0 { "" } else { "," };
        write!(text, "{comma}{{\"id\":{number},\"image_id\":{},\"category_id\":1,\"bbox\":[1,2,{},4]}}", number % 10, 1 + number % 50)
            .unwrap();
    }
    let path = dir.join("coco.json");
    std::fs::write(&path, text + "]}").unwrap();
    path
}

fn quietly<R>(run: impl FnOnce(&mut JobCx<'_>) -> R) -> R {
    run(&mut JobCx { progress: &mut |_| {}, cancel: &GO_ON })
}

#[test]
fn gestures_made_during_an_import_stay_when_it_is_undone() {
    let dir = tempfile::tempdir().unwrap();
    let path = coco(dir.path(), 25_000);
    let thread = StoreThread::spawn(project(dir.path()), |_| {}).unwrap();
    let mut door = thread.jobs().unwrap();
    let mut hand = thread.jobs().unwrap();
    let mut drawn = None;
    // Progress comes between two batches: there the person draws, on a file that the import brought.
    let mut draw = |_| {
        if drawn.is_some() {
            return;
        }
        drawn = hand
            .with(|project| {
                let file = project.files().unwrap().first()?.file.id;
                let id = IdSource::new([1; 32]).instance(5);
                let geometry = Geometry::Box(Rect::from_xywh(1., 1., 5., 5.));
                let instance = Instance {
                    id,
                    file,
                    frame: 0,
                    label: LabelId(1),
                    geometry,
                    marks: limn_core::Marks::default(),
                    run: None,
                    confidence: None,
                    extra: None,
                    member: None,
                };
                let changes = vec![Change::InstanceAdd(Box::new(instance))];
                project.commit(Gesture { kind: kind::EDIT, title: "Draw box".into(), target: None, changes }).unwrap();
                Some(id)
            })
            .unwrap();
    };
    let done =
        limn_jobs::import(&mut door, "coco", &path, &ImportOptions::default(), &mut JobCx { progress: &mut draw, cancel: &GO_ON }).unwrap();
    assert!(done.stopped_by.is_none(), "{done:?}");
    assert_eq!((done.instances, done.files_missing, done.operations), (25_000, 10, 26));
    let drawn = drawn.expect("the person came between two batches");
    let left = door
        .with(move |project| {
            assert_eq!(project.num_instances().unwrap(), 25_001);
            // The person's own step is the later one.
            assert_eq!(project.undo().unwrap().unwrap().title, "Draw box");
            assert_eq!(project.redo().unwrap().unwrap().title, "Draw box");
            assert_eq!(project.undo().unwrap().unwrap().title, "Draw box");
            assert_eq!(project.undo().unwrap().unwrap().title, "Import coco.json");
            assert_eq!(project.redo().unwrap().unwrap().title, "Import coco.json");
            assert_eq!(project.redo().unwrap().unwrap().title, "Draw box");
            assert!(project.verify(false).unwrap().problems.is_empty());
            (project.num_instances().unwrap(), project.is_deleted(drawn).unwrap())
        })
        .unwrap();
    assert_eq!(left, (25_001, Some(false)));
}

#[test]
fn a_stopped_import_is_one_step() {
    let dir = tempfile::tempdir().unwrap();
    let path = coco(dir.path(), 60_000);
    let mut project = project(dir.path());
    let stop = AtomicBool::new(false);
    let mut far = |progress: limn_jobs::Progress| {
        if progress.done * 2 > progress.total.unwrap() {
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    };
    let cx = &mut JobCx { progress: &mut far, cancel: &stop };
    let done = limn_jobs::import(&mut project, "coco", &path, &ImportOptions::default(), cx).unwrap();
    assert!(matches!(done.stopped_by, Some(JobError::Cancelled)), "{done:?}");
    assert!((1_000..60_000).contains(&done.instances), "{}", done.instances);
    assert_eq!(project.num_instances().unwrap(), done.instances);
    project.undo().unwrap().unwrap();
    assert_eq!((project.num_instances().unwrap(), project.files().unwrap().len()), (0, 0));
}

#[test]
fn files_are_hashed_and_found_where_they_were_moved() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old"), dir.path().join("new/deep"));
    std::fs::create_dir_all(&old).unwrap();
    std::fs::create_dir_all(&new).unwrap();
    for (number, name) in (0_u8..).zip(["a.png", "b.png", "c.png"]) {
        image::RgbImage::from_pixel(8, 8, image::Rgb([number; 3])).save(old.join(name)).unwrap();
    }
    let mut project = project(dir.path());
    let added = quietly(|cx| limn_jobs::add_paths(&mut project, std::slice::from_ref(&old), AddOptions::default(), cx)).unwrap();
    assert_eq!(added.added.len(), 3);
    assert_eq!(quietly(|cx| limn_jobs::hash_files(&mut project, cx)).unwrap().hashed, 3);
    assert_eq!(quietly(|cx| limn_jobs::hash_files(&mut project, cx)).unwrap().hashed, 0);
    std::fs::rename(old.join("b.png"), new.join("other.png")).unwrap();
    std::fs::remove_file(old.join("c.png")).unwrap();
    let report = quietly(|cx| limn_jobs::find_moved(&mut project, &[dir.path().join("new")], cx)).unwrap();
    assert_eq!((report.found.len(), report.missing.len()), (1, 1));
    assert_eq!((report.found[0].name.as_str(), report.found[0].path.as_str()), ("b.png", "../new/deep/other.png"));
    assert_eq!(report.missing[0].name, "c.png");
    assert_eq!(project.files().unwrap()[1].file.path, "../new/deep/other.png");
}

#[test]
fn a_folder_of_numbered_images_is_one_sequence_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("walk");
    std::fs::create_dir(&folder).unwrap();
    for number in 1..=4 {
        image::RgbImage::from_pixel(8, 6, image::Rgb([9; 3])).save(folder.join(format!("walk_{number:03}.png"))).unwrap();
    }
    let mut project = project(dir.path());
    let options = AddOptions { sequence: true, copy: false };
    let report = quietly(|cx| limn_jobs::add_paths(&mut project, &[folder], options, cx)).unwrap();
    let file = &report.added[0];
    assert_eq!((report.added.len(), file.kind.as_str(), file.frames, file.width), (1, "sequence", 4, 8));
}

#[test]
fn an_export_sees_one_state_beside_a_writer() {
    let dir = tempfile::tempdir().unwrap();
    let path = coco(dir.path(), 50);
    let mut project = project(dir.path());
    quietly(|cx| limn_jobs::import(&mut project, "coco", &path, &ImportOptions::default(), cx)).unwrap();
    let reader = Project::open(&dir.path().join("p.limn"), identity(), Access::Read).unwrap();
    let out = dir.path().join("out.jsonl");
    let mut undo = Some(&mut project);
    let mut meddle = |_| drop(undo.take().map(|project| project.undo().unwrap()));
    let cx = &mut JobCx { progress: &mut meddle, cancel: &GO_ON };
    let done = limn_jobs::export(&reader, "limn", &out, &limn_jobs::ExportOptions::default(), cx).unwrap();
    assert_eq!((done.files[0].report.instances, done.files[0].report.files), (50, 10));
}

/// Answers about files and frames travel with Limn's own format; what is answered already stays.
#[test]
fn answers_about_files_come_back_and_do_not_overwrite() {
    use limn_core::log::FileSet;
    use limn_core::schema::{Answer, AttributeId};
    let dir = tempfile::tempdir().unwrap();
    let path = coco(dir.path(), 10);
    let mut first = project(dir.path());
    quietly(|cx| limn_jobs::import(&mut first, "coco", &path, &ImportOptions::default(), cx)).unwrap();
    let asked = r#"{"labels":[{"name":"car"}],"attributes":[{"name":"night","type":"boolean","of":"file"},
        {"name":"note","type":"text","of":"frame","max_length":9}]}"#;
    let schema = Schema::from_written(serde_json::from_str(asked).unwrap(), first.schema()).unwrap();
    first.publish_schema(&schema).unwrap();
    let file = first.files().unwrap()[0].file.id;
    let set = |frame, attribute, answer| Change::FileSet {
        id: file,
        set: FileSet::Answer { frame, attribute: AttributeId(attribute), answer: Some(answer) },
    };
    let changes = vec![set(None, 1, Answer::Bool(true)), set(Some(0), 2, Answer::Text("dusk".into()))];
    first.commit(Gesture { kind: kind::EDIT, title: "Answer".into(), target: None, changes }).unwrap();
    let told = |project: &Project| {
        let rows = project.answers().unwrap();
        rows.iter().map(|row| (row.file, row.frame, row.attribute.0, row.answer.text())).collect::<Vec<_>>()
    };
    let before = told(&first);
    let out = dir.path().join("out.jsonl");
    quietly(|cx| limn_jobs::export(&first, "limn", &out, &limn_jobs::ExportOptions::default(), cx)).unwrap();

    let mut second = Project::create(&dir.path().join("q.limn"), "q", &Schema::default(), identity()).unwrap();
    quietly(|cx| limn_jobs::import(&mut second, "limn", &out, &ImportOptions::default(), cx)).unwrap();
    assert_eq!(told(&second), before);
    assert_eq!(before.len(), 2);
    let changes = vec![set(None, 1, Answer::Bool(false))];
    second.commit(Gesture { kind: kind::EDIT, title: "Answer".into(), target: None, changes }).unwrap();
    let kept = told(&second);
    quietly(|cx| limn_jobs::import(&mut second, "limn", &out, &ImportOptions::default(), cx)).unwrap();
    assert_eq!(told(&second), kept);
    assert_eq!(second.verify(false).unwrap().problems, Vec::<String>::new());

    // What does not fit the schema is left out and told.
    let text = std::fs::read_to_string(&out).unwrap().replace("\"dusk\"", "\"far too long a text\"");
    std::fs::write(&out, text).unwrap();
    let mut third = Project::create(&dir.path().join("r.limn"), "r", &Schema::default(), identity()).unwrap();
    let done = quietly(|cx| limn_jobs::import(&mut third, "limn", &out, &ImportOptions::default(), cx)).unwrap();
    assert_eq!(told(&third).len(), 1);
    assert!(done.problems.iter().any(|kind| kind.text.contains("does not fit the schema")), "{:?}", done.problems);
}

/// An example is cut out with a margin, kept beside the log, and in the next version of the schema; a bad picture is a sentence.
#[test]
fn an_example_is_cut_out_and_published_with_the_guide() {
    use limn_core::geometry::Rect;
    use limn_jobs::{Example, add_example, guide_picture};
    use limn_media::Picture;
    let dir = tempfile::tempdir().unwrap();
    let schema = Schema::from_document(r#"{"labels":[{"name":"car","guide":"Four wheels."}]}"#).unwrap();
    let mut project = Project::create(&dir.path().join("p.limn"), "p", &schema, identity()).unwrap();
    let label = schema.labels[0].id;
    let rgba = (0..100 * 80).flat_map(|at: u32| [(at % 100) as u8, (at / 100) as u8, 7, 255]).collect();
    let picture = Picture::from_rgba(100, 80, rgba);
    let example = |is_good, x| Example { label, is_good, bounds: Rect::from_xywh(x, 30.0, 20.0, 10.0), text: "a.png".into() };
    let path = add_example(&mut project, &picture, example(true, 0.0)).unwrap();
    add_example(&mut project, &picture, example(true, 0.0)).unwrap();
    add_example(&mut project, &picture, example(false, 60.0)).unwrap();
    let guide = project.schema().labels[0].guide.clone();
    let pictures = limn_core::schema::guide::pictures(&guide);
    assert_eq!(pictures.len(), 2, "{guide}");
    assert!(guide.starts_with("Four wheels.\n\n## Good examples\n\n![a.png](guides/label-1-good-"), "{guide}");
    assert_eq!(project.schema_before().unwrap().unwrap().labels[0].guide.lines().count(), 5);
    // 20 × 10 with the least margin of 16, cut at the left border of the picture.
    let level = guide_picture(project.dir(), pictures[0], 512).unwrap();
    assert_eq!((level.width, level.height, &level.rgba[..4]), (36, 42, &[0, 14, 7, 255][..]));
    assert_eq!(guide_picture(project.dir(), "guides/gone.png", 9).unwrap_err().lines().count(), 1);
    add_example(&mut project, &picture, example(true, 300.0)).unwrap_err();

    std::fs::write(path.with_file_name("bad.png"), b"\x89PNG\r\n\x1a\nnonsense").unwrap();
    std::fs::copy(&path, dir.path().join("out.png")).unwrap();
    for target in ["bad.png", "../../out.png", "..", "", "/etc/passwd", "https://example.org/a.png"] {
        assert!(guide_picture(project.dir(), target, 64).is_err(), "{target}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("out.png"), path.with_file_name("link.png")).unwrap();
        assert!(guide_picture(project.dir(), "link.png", 64).unwrap_err().contains("outside"));
    }
    assert_eq!(project.verify(false).unwrap().problems, Vec::<String>::new());
}

/// Pictures of options come into the folder once each, under a name that the schema takes; what is no picture does not.
#[test]
fn pictures_of_options_are_copied_and_cut_into_the_guides() {
    use limn_core::geometry::Rect;
    use limn_core::schema::guide::local_path;
    use limn_jobs::{copy_option_picture, cut_option_picture, guide_picture};
    use limn_media::Picture;
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("p.limn");
    let rgba = (0..100 * 80).flat_map(|at: u32| [(at % 100) as u8, (at / 100) as u8, 7, 255]).collect();
    let picture = Picture::from_rgba(100, 80, rgba);
    let outside = dir.path().join("Red Car.PNG");
    picture.write_png(&outside).unwrap();
    let copied = copy_option_picture(&project, &outside).unwrap();
    assert!(copied.starts_with("guides/option-") && copied.ends_with(".png") && local_path(&copied).is_some(), "{copied}");
    assert_eq!(copy_option_picture(&project, &outside).unwrap(), copied);
    assert_eq!(copy_option_picture(&project, &project.join(&copied)).unwrap(), copied, "one that is there is not copied");
    let level = guide_picture(&project, &copied, 50).unwrap();
    assert_eq!((level.width, level.height), (50, 40));
    let cut = cut_option_picture(&project, &picture, Rect::from_xywh(40.0, 30.0, 20.0, 10.0)).unwrap();
    let level = guide_picture(&project, &cut, 512).unwrap();
    assert_eq!((level.width, level.height), (52, 42));
    assert_eq!(std::fs::read_dir(project.join("guides")).unwrap().count(), 2, "nothing half written stays");
    cut_option_picture(&project, &picture, Rect::from_xywh(300.0, 30.0, 20.0, 10.0)).unwrap_err();
    let text = dir.path().join("notes.png");
    std::fs::write(&text, "no picture").unwrap();
    for bad in [text.as_path(), dir.path(), &dir.path().join("gone.png")] {
        let why = copy_option_picture(&project, bad).unwrap_err().to_string();
        assert_eq!(why.lines().count(), 1, "{why}");
    }
    assert_eq!(std::fs::read_dir(project.join("guides")).unwrap().count(), 2);
}

/// What is answered about instances, files and frames chooses what is exported.
#[test]
fn instances_are_exported_by_what_is_answered() {
    use limn_core::Mark;
    use limn_core::log::{FileSet, InstanceSet};
    use limn_core::query::Query;
    use limn_core::schema::{Answer, AttributeId};
    let dir = tempfile::tempdir().unwrap();
    let path = coco(dir.path(), 10);
    let mut project = project(dir.path());
    quietly(|cx| limn_jobs::import(&mut project, "coco", &path, &ImportOptions::default(), cx)).unwrap();
    let asked = r#"{"labels":[{"name":"car"}],"attributes":[{"name":"night","type":"boolean","of":"file"},
        {"name":"doors","type":"integer"},{"name":"note","type":"text","of":"frame"}]}"#;
    let schema = Schema::from_written(serde_json::from_str(asked).unwrap(), project.schema()).unwrap();
    project.publish_schema(&schema).unwrap();
    let mut instances = Vec::new();
    project
        .for_each_instance(|row| -> Result<(), limn_store::StoreError> {
            instances.push(row.instance);
            Ok(())
        })
        .unwrap();
    let (first, last) = (&instances[0], &instances[instances.len() - 1]);
    assert_ne!(first.file, last.file);
    let of_file = |frame, attribute, answer| {
        let set = FileSet::Answer { frame, attribute: AttributeId(attribute), answer: Some(answer) };
        Change::FileSet { id: first.file, set }
    };
    let doors = |id, count| {
        let mark = Mark::Answer(AttributeId(2), Some(Answer::Integer(count)));
        Change::InstanceSet { id, set: InstanceSet::Mark(mark) }
    };
    let changes = vec![
        of_file(None, 1, Answer::Bool(true)),
        of_file(Some(first.frame), 3, Answer::Text("dusk".into())),
        doors(first.id, 3),
        doors(last.id, 5),
    ];
    let on_first = instances.iter().filter(|instance| instance.file == first.file).count() as u64;
    let gesture = Gesture { kind: kind::EDIT, title: "Answer".into(), target: None, changes };
    project.commit(gesture).unwrap();
    let count = |text: &str| {
        let options = limn_jobs::ExportOptions { query: Query::parse(text).unwrap(), ..Default::default() };
        let done = quietly(|cx| limn_jobs::export(&project, "limn", &dir.path().join("out.jsonl"), &options, cx));
        done.map(|done| done.files[0].report.instances)
    };
    assert_eq!(count("attribute.doors > 2").unwrap(), 2);
    assert_eq!(count("attribute.doors > 3").unwrap(), 1);
    assert_eq!(count("attribute.night = yes").unwrap(), on_first);
    assert_eq!(count("attribute.night = yes and attribute.note ~ DUSK and attribute.doors").unwrap(), 1);
    assert!(count("attribute.dors > 3").unwrap_err().to_string().contains("no attribute called \"dors\""));
}
