//! From a gesture to its being on the disk, as the window does it: over the writer's thread.

use super::input::Random;
use super::{Measured, Row};
use crate::error::CliError;
use limn_core::log::{Change, Gesture, kind};
use limn_core::{FileKind, FileRecord, FileStatus, Geometry, IdSource, Instance, LabelId, Polygon, Schema};
use limn_store::writer::{StoreEvent, StoreRequest, StoreThread};
use limn_store::{Identity, Project};
use std::time::{Duration, Instant};

pub(super) fn run(size: u64) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let schema = Schema::from_document(r#"{"labels":[{"name":"car"}]}"#).map_err(limn_jobs::JobError::from)?;
    let mut project = Project::create(&dir.path().join("p.limn"), "bench", &schema, Identity::from_seed([1; 32], "bench"))?;
    let mut ids = IdSource::new([2; 32]);
    let file = FileRecord {
        id: ids.file(1),
        name: "a.jpg".into(),
        path: "media/a.jpg".into(),
        kind: FileKind::Image,
        width: 8000,
        height: 6000,
        frames: 1,
        bytes: 1,
        hash: None,
        status: FileStatus::Open,
        clip: None,
        camera: None,
    };
    let id = file.id;
    let added = Gesture { kind: kind::FILES, title: "Add a file".into(), target: None, changes: vec![Change::FileAdd(Box::new(file))] };
    project.commit(added)?;
    let (answers, answered) = crossbeam_channel::bounded(16);
    let thread = StoreThread::spawn(project, move |event| {
        let _ = answers.send(event);
    })?;
    let mut random = Random(3);
    let mut times = Vec::new();
    for ticket in 0..size {
        let instance = Instance {
            id: ids.instance(2),
            file: id,
            frame: 0,
            label: LabelId(1),
            geometry: Geometry::Polygon(Polygon::simple(random.polygon(8000.0, 6000.0, 60.0))),
            marks: limn_core::Marks::default(),
            run: None,
            confidence: None,
            extra: None,
            member: None,
        };
        let changes = vec![Change::InstanceAdd(Box::new(instance))];
        let gesture = Gesture { kind: kind::EDIT, title: "Draw polygon".into(), target: Some(id.0), changes };
        let sent = Instant::now();
        let failed = |why: String| CliError::Failed(format!("gesture {ticket} was not saved: {why}. Check the temporary folder's disk"));
        thread.send(StoreRequest::Commit { ticket, gesture }).map_err(|_full| failed("the writer is gone".into()))?;
        match answered.recv_timeout(Duration::from_secs(60)) {
            Ok(StoreEvent::Saved { .. }) => times.push(sent.elapsed().as_secs_f64() * 1e3),
            Ok(other) => return Err(failed(format!("{other:?}"))),
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    times.sort_by(f64::total_cmp);
    let p99 = times.get((times.len().saturating_sub(1)) * 99 / 100).copied().unwrap_or(0.0);
    // labelme 6.3.1 and X-AnyLabeling 4.2.1 write the whole file of an image again; SQLite 3.40.1: one row, WAL, FULL.
    let peers =
        [("labelme, image with 1,000 polygons", 35.0), ("X-AnyLabeling, image with 1,000 polygons", 80.0), ("SQLite, one row", 0.10)];
    let rows = vec![Row::new("gesture sent until saved, wall", "ms", times, &peers), Row::new("the same, p99", "ms", vec![p99], &[])];
    Ok((rows, Vec::new()))
}
