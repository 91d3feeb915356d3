//! The demo project: our own street scenes, a schema with six labels, and a few pictures annotated already.

use crate::add::{AddOptions, AddReport, add_paths};
use crate::cx::{JobCx, Progress};
use crate::door::ProjectDoor as _;
use crate::error::JobError;
use crate::home;
use crate::ids::Ids;
use limn_core::log::{Change, Gesture, NewRun, kind};
use limn_core::{FileRecord, Geometry, ImagePos, Instance, LabelId, Part, Polygon, Rect, Schema};
use limn_demo::{DemoError, DemoFile, DemoOptions, LABELS, TruthObject};
use limn_store::{Access, Project};
use std::path::{Path, PathBuf};

/// The first so many stills come annotated, so that the canvas is not empty; the others are for the person.
const ANNOTATED: usize = 3;

/// What [`make_demo`] did.
#[derive(Clone, Debug, Default)]
pub struct DemoSummary {
    /// The project.
    pub project: PathBuf,
    /// False when a complete demo stood there already.
    pub is_new: bool,
    /// Its files.
    pub num_files: u64,
    /// Instances of the ground truth that it begins with.
    pub num_instances: u64,
    /// What the person should know.
    pub warnings: Vec<String>,
}

/// Makes the demo project in `dir`: media and `ground_truth.json` in its `media` folder. One that is there already is
/// left as it is; one that was begun is finished.
///
/// # Errors
/// [`JobError`]; what was made by then stays, and the next call goes on.
pub fn make_demo(dir: &Path, options: &DemoOptions, cx: &mut JobCx<'_>) -> Result<DemoSummary, JobError> {
    let identity = home::identity()?;
    if dir.join("project.db").is_file() {
        let project = Project::open(dir, identity.clone(), Access::Read)?;
        let num_files = project.files()?.len() as u64;
        if num_files > 0 {
            let num_instances = project.num_instances()?;
            return Ok(DemoSummary { project: dir.to_owned(), num_files, num_instances, ..DemoSummary::default() });
        }
    }
    let mut project = match Project::open(dir, identity.clone(), Access::Write) {
        Err(limn_store::StoreError::NotAProject { .. }) => {
            // An empty folder is as good as none.
            if dir.is_dir() {
                let _ = std::fs::remove_dir(dir);
            }
            Project::create(dir, "Street demo", &schema(), identity)?
        }
        opened => opened?,
    };
    let media = dir.join("media");
    let progress = &mut *cx.progress;
    let mut step = |_: &str, done: usize, total: usize| {
        progress(Progress { stage: "drawing scenes", done: done as u64, total: Some(total as u64) });
    };
    let scenes = limn_demo::generate(&media, options, &mut step, cx.cancel).map_err(|error| match error {
        DemoError::Cancelled => JobError::Cancelled,
        other => other.into(),
    })?;
    let paths: Vec<PathBuf> = scenes.iter().map(|scene| scene.path.clone()).collect();
    let report = add_paths(&mut project, &paths, AddOptions::default(), cx)?;
    let num_instances = annotate(&mut project, &scenes, &report.added)?;
    Ok(DemoSummary {
        project: dir.to_owned(),
        is_new: true,
        num_files: report.added.len() as u64,
        num_instances,
        warnings: warnings(scenes, report),
    })
}

fn warnings(scenes: Vec<DemoFile>, report: AddReport) -> Vec<String> {
    let skipped = report.skipped.into_iter().map(|(_, sentence)| sentence);
    scenes.into_iter().filter_map(|scene| scene.warning).chain(skipped).collect()
}

fn schema() -> Schema {
    let mut schema = Schema { name: "Street".into(), ..Schema::default() };
    for (name, color) in LABELS {
        schema.add_label(name);
        if let Some(label) = schema.labels.last_mut() {
            label.color = *color;
        }
    }
    schema
}

fn annotate(project: &mut Project, scenes: &[DemoFile], files: &[FileRecord]) -> Result<u64, JobError> {
    let mut ids = Ids::new()?;
    let run = ids.run();
    let mut changes = vec![Change::RunAdd(NewRun { id: run, name: "ground truth".into() })];
    let stills = scenes.iter().filter(|scene| !scene.video).take(ANNOTATED);
    for (scene, file) in stills.filter_map(|scene| Some((scene, files.iter().find(|file| file.name == scene.name)?))) {
        for object in &scene.truth {
            let Some(label) = project.schema().label_named(object.label).map(|label| label.id) else { continue };
            let instance = instance(&mut ids, file, label, object);
            changes.extend(instance.map(|instance| Change::InstanceAdd(Box::new(Instance { run: Some(run), ..instance }))));
        }
    }
    let num_instances = changes.len() as u64 - 1;
    if num_instances > 0 {
        let gesture = Gesture { kind: kind::IMPORT, title: "Ground truth of the first pictures".into(), target: Some(run.0), changes };
        project.with(move |project| project.commit(gesture))??;
    }
    Ok(num_instances)
}

/// Signs and lights as boxes, everything else by its outline.
fn instance(ids: &mut Ids, file: &FileRecord, label: LabelId, object: &TruthObject) -> Option<Instance> {
    let ring = |points: &Vec<[f64; 2]>| points.iter().map(|[x, y]| ImagePos { x: *x, y: *y }).collect::<Vec<_>>();
    let [x, y, width, height] = object.bbox;
    let geometry = if ["sign", "traffic light"].contains(&object.label) || object.polygon.len() < 3 {
        Geometry::Box(Rect::from_xywh(x, y, width, height))
    } else {
        let outlines = std::iter::once(&object.polygon).chain(&object.parts).filter(|points| points.len() >= 3);
        Geometry::Polygon(Polygon { parts: outlines.map(|points| Part { outer: ring(points).into(), holes: Vec::new() }).collect() })
    };
    let instance = Instance {
        id: ids.instance(),
        file: file.id,
        frame: 0,
        label,
        geometry,
        marks: limn_core::Marks::default(),
        run: None,
        confidence: None,
        extra: None,
        member: None,
    };
    instance.geometry.is_sound().then_some(instance)
}
