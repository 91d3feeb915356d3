//! Which instances of a project a query holds for.

use crate::error::JobError;
use crate::origin::Origin;
use limn_core::query::{Context, Query, Resolution};
use limn_core::schema::questions::{Answers, PlaceAnswers};
use limn_core::{FileId, FileStatus, LabelId, Looked};
use limn_store::{FileRow, InstanceRow, Project};
use std::collections::HashMap;

/// What a query may ask of a file.
#[derive(Debug)]
struct File {
    name: String,
    status: FileStatus,
    looked: Looked,
}

/// A query with the names and answers of a project that it asks about.
#[derive(Debug)]
pub struct Selection<'a> {
    query: Resolution<'a>,
    labels: HashMap<LabelId, String>,
    files: HashMap<FileId, File>,
    /// What is answered about files, and about those of their frames that have answers (then with those about the file).
    of_files: HashMap<FileId, PlaceAnswers>,
    of_frames: HashMap<(FileId, u64), PlaceAnswers>,
}

impl<'a> Selection<'a> {
    /// Of a project; nothing is looked up that the query does not ask about.
    ///
    /// # Errors
    /// The query names what the schema has not; the project cannot be read.
    pub fn new(project: &'a Project, query: &'a Query) -> Result<Self, JobError> {
        let labels = project.schema().labels.iter().map(|label| (label.id, label.name.clone())).collect();
        let rows = if query.is_empty() { Vec::new() } else { project.files()? };
        let mut selection = Self {
            query: query.resolve(project.schema())?,
            labels,
            files: rows
                .into_iter()
                .map(|FileRow { file, looked, .. }| (file.id, File { name: file.name, status: file.status, looked }))
                .collect(),
            of_files: HashMap::new(),
            of_frames: HashMap::new(),
        };
        if query.asks_answers() {
            selection.read_answers(project)?;
        }
        Ok(selection)
    }

    fn read_answers(&mut self, project: &Project) -> Result<(), JobError> {
        // Of each file, those about it as a whole come first.
        for row in project.answers()? {
            let answers: &mut Answers = match row.frame {
                None => &mut self.of_files.entry(row.file).or_default().file,
                Some(frame) => {
                    let whole = self.of_files.get(&row.file);
                    &mut self.of_frames.entry((row.file, frame)).or_insert_with(|| whole.cloned().unwrap_or_default()).frame
                }
            };
            answers.insert(row.attribute, row.answer);
        }
        Ok(())
    }

    /// Whether it holds for everything.
    pub fn is_all(&self) -> bool {
        self.query.is_empty()
    }

    /// Whether it holds for an instance.
    pub fn holds(&self, row: &InstanceRow) -> bool {
        if self.is_all() {
            return true;
        }
        let instance = &row.instance;
        let label = self.labels.get(&instance.label).map_or("", String::as_str);
        let answers = self.of_frames.get(&(instance.file, instance.frame)).or_else(|| self.of_files.get(&instance.file));
        self.query.matches(instance, Context { label, author: &Origin::of(row).author, answers, ..self.context(instance.file) })
    }

    /// Whether it speaks of files alone and holds for this one, whatever lies on it.
    pub fn holds_file(&self, file: FileId) -> bool {
        self.query.matches_file(self.context(file))
    }

    fn context(&self, file: FileId) -> Context<'_> {
        let file = self.files.get(&file);
        Context {
            label: "",
            file: file.map_or("", |file| &file.name),
            author: "",
            answers: None,
            looked: file.map(|file| (file.status, &file.looked)),
        }
    }
}
