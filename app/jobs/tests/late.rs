//! Work that arrives after a migration, still as the version before had it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use limn_core::log::{Change, Gesture, InstanceSet, kind};
use limn_core::schema::mapping::Mapping;
use limn_core::{FileId, FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, InstanceId, LabelId, Mark, Rect, Schema};
use limn_jobs::{JobCx, late_work, migrate, preview_migration, schema_coverage, take_late_over};
use limn_store::{Identity, Project};
use std::sync::atomic::AtomicBool;

const CAR: LabelId = LabelId(1);
const BUS: LabelId = LabelId(2);
const SMALL: LabelId = LabelId(3);

struct Street {
    project: Project,
    ids: IdSource,
    file: FileId,
    _folder: tempfile::TempDir,
}

impl Street {
    /// A car of 20 × 20, under version 1.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut schema = Schema::default();
        schema.add_label("car");
        schema.add_label("bus");
        let project = Project::create(&folder.path().join("p.limn"), "p", &schema, Identity::from_seed([7; 32], "ada")).unwrap();
        let mut ids = IdSource::new([3; 32]);
        let file = FileRecord {
            id: ids.file(1),
            name: "a.png".into(),
            path: "a.png".into(),
            kind: FileKind::Image,
            width: 100,
            height: 100,
            frames: 1,
            bytes: 5,
            hash: None,
            status: FileStatus::Open,
            clip: None,
            camera: None,
        };
        let mut street = Self { project, file: file.id, ids, _folder: folder };
        street.commit(vec![Change::FileAdd(Box::new(file))]);
        street
    }

    fn commit(&mut self, changes: Vec<Change>) {
        self.project.commit(Gesture { kind: kind::EDIT, title: "Test".into(), target: None, changes }).unwrap();
    }

    fn draw(&mut self, label: LabelId, side: f64) -> InstanceId {
        let geometry = Geometry::Box(Rect::from_xywh(1.0, 1.0, side, side));
        let instance = Instance::new(self.ids.instance(1), self.file, 0, label, geometry);
        let id = instance.id;
        self.commit(vec![Change::InstanceAdd(Box::new(instance))]);
        id
    }

    fn label(&self, id: InstanceId) -> LabelId {
        self.project.instance(id).unwrap().unwrap().instance.label
    }

    fn late(&self) -> Vec<(u64, u64)> {
        let found = with(|cx| late_work(&self.project, cx)).unwrap();
        assert_eq!(with(|cx| schema_coverage(&self.project, cx)).unwrap().late, found);
        found.iter().map(|of| (of.version, of.instances.count)).collect()
    }
}

fn with<R>(work: impl FnOnce(&mut JobCx<'_>) -> R) -> R {
    work(&mut JobCx { progress: &mut |_| {}, cancel: &AtomicBool::new(false) })
}

const MAPPING: &str = r#"{"new_labels": ["small car"], "steps": [
    {"split": "car", "where": "area < 100", "into": "small car"}, {"merge": ["bus"], "into": "car"}]}"#;

#[test]
fn what_arrives_late_is_told_and_goes_the_same_way() {
    let mut street = Street::new();
    let old = street.draw(CAR, 5.0);
    let before = street.project.schema().clone();
    let plan = Mapping::from_document(MAPPING).unwrap().plan(&before).unwrap();
    assert_eq!(street.late(), []);
    with(|cx| migrate(&mut street.project, &plan, "Migrate", cx)).unwrap();
    let after = street.project.schema().clone();
    assert_eq!((street.label(old), street.late()), (SMALL, vec![]));
    // Drawn under the new version as what it is meant to be.
    let meant = street.draw(CAR, 5.0);
    assert_eq!(street.late(), []);
    // Another window has the version before; what it draws is saved as it was drawn.
    street.project.publish_schema(&before).unwrap();
    let [small, large, bus, touched] = [(CAR, 5.0), (CAR, 50.0), (BUS, 30.0), (CAR, 5.0)].map(|(label, side)| street.draw(label, side));
    street.project.publish_schema(&after).unwrap();
    street.commit(vec![Change::InstanceSet { id: touched, set: InstanceSet::Mark(Mark::Occluded(true)) }]);
    assert_eq!([small, large, bus, touched].map(|id| street.label(id)), [CAR, CAR, BUS, CAR]);
    assert_eq!(street.late(), [(1, 2)]);
    let number = street.project.schema_number().unwrap();
    let done = with(|cx| take_late_over(&mut street.project, "Late", cx)).unwrap();
    assert_eq!(done.steps.iter().map(|step| step.count).collect::<Vec<_>>(), [1, 1]);
    let labels = |street: &Street| [old, meant, small, large, bus, touched].map(|id| street.label(id));
    assert_eq!(labels(&street), [SMALL, CAR, SMALL, CAR, CAR, CAR]);
    assert_eq!((street.late(), street.project.schema_number().unwrap()), (vec![], number));
    assert!(with(|cx| take_late_over(&mut street.project, "Late", cx)).unwrap_err().to_string().contains("already"));
    // One step. What a condition asked for was touched by hand with it, and counts as meant from then on.
    assert_eq!(street.project.undo().unwrap().unwrap().title, "Late");
    assert_eq!((labels(&street), street.late()), ([SMALL, CAR, CAR, CAR, BUS, CAR], vec![(1, 1)]));
    assert_eq!(street.project.verify(false).unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_migration_that_was_taken_back_asks_nothing_of_late_work() {
    let mut street = Street::new();
    street.draw(CAR, 5.0);
    let plan = Mapping::from_document(MAPPING).unwrap().plan(street.project.schema()).unwrap();
    with(|cx| migrate(&mut street.project, &plan, "Migrate", cx)).unwrap();
    street.project.undo().unwrap().unwrap();
    assert_eq!((street.late(), street.project.schema().mappings.len()), (vec![], 0));
}

#[test]
fn a_split_into_labels_that_are_there_is_kept_too_and_nothing_is_published_for_nothing() {
    let mut street = Street::new();
    let text = r#"{"steps": [{"split": "car", "where": "area < 100", "into": "bus"}]}"#;
    let plan = Mapping::from_document(text).unwrap().plan(street.project.schema()).unwrap();
    let refused = with(|cx| preview_migration(&street.project, &plan, cx)).unwrap_err().to_string();
    assert!(refused.contains("changes nothing"), "{refused}");
    assert!(with(|cx| migrate(&mut street.project, &plan, "Migrate", cx)).is_err());
    street.draw(CAR, 5.0);
    let report = with(|cx| migrate(&mut street.project, &plan, "Migrate", cx)).unwrap();
    assert_eq!((report.version, street.project.schema().mappings.len()), (Some(2), 1));
}
