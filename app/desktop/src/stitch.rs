//! Sequences of several files that are one object: found, said, taken back, and told of.

use crate::app::LimnApp;
use crate::session::Message;
use limn_core::{FileId, Sequence, SequenceId};
use limn_editor::{Command, Notice};
use limn_jobs::{JobError, StitchReport};
use std::collections::HashMap;
use std::sync::Arc;

/// Name of the work in the tray.
pub const COMPARE: &str = "Compare sequences";
/// Alike by less than this share is not shown at all.
const LEAST: f64 = 0.05;

/// Who is one object with whom, in all files.
#[derive(Default)]
pub struct Linked {
    by_identity: HashMap<SequenceId, Vec<Sequence>>,
}

impl Linked {
    /// As it is now; deleted ones are left out.
    pub fn set(&mut self, linked: Vec<Sequence>) {
        self.by_identity.clear();
        for sequence in linked.into_iter().filter(|sequence| !sequence.is_deleted) {
            self.by_identity.entry(sequence.identity()).or_default().push(sequence);
        }
    }

    /// The others that are one object with a sequence.
    fn others(&self, sequence: &Sequence) -> impl Iterator<Item = &Sequence> {
        let id = sequence.id;
        self.by_identity.get(&sequence.identity()).into_iter().flatten().filter(move |other| other.id != id)
    }
}

impl LimnApp {
    /// "= car 3 of street 0–299, car 9 of street 540–599"; `None` of one that is alone.
    pub(crate) fn same_told(&self, sequence: &Sequence) -> Option<String> {
        let file = |id: FileId| self.editor.files.iter().find(|entry| entry.file.id == id).map(|entry| entry.file.name.as_str());
        let told = |other: &Sequence| Some(format!("{} of {}", self.editor.sequence_name(other), file(other.file)?));
        let others: Vec<String> = self.linked.others(sequence).filter_map(told).collect();
        (!others.is_empty()).then(|| format!("= {}", others.join(", ")))
    }

    /// Compares the sequences of two files of one source, and gives the sheet what was found. `back`: two of which it is not said any
    /// more that they are not one object.
    pub(crate) fn compare_sequences(&mut self, a: FileId, b: FileId, back: Option<(SequenceId, SequenceId)>) {
        let Some(mut door) = self.session.as_ref().and_then(|session| session.jobs()) else { return };
        for task in self.tasks.running() {
            // The answer to an earlier question is not awaited any more.
            if task.title == COMPARE {
                task.cancel();
            }
        }
        let mailbox = self.mailbox.clone();
        self.tasks.start(COMPARE, Arc::new(self.mailbox.waker()), move |task| {
            let found: Result<StitchReport, JobError> = task.job(|mut cx| {
                if let Some((one, other)) = back {
                    limn_jobs::refuse_pair(&mut door, one, other, false)?;
                }
                limn_jobs::stitch_pairs(&mut door, a, b, LEAST, &mut cx)
            });
            let answer = move |app: &mut LimnApp| match found {
                Err(JobError::Cancelled) => {
                    if let Some(sheet) = &mut app.ui.stitch {
                        sheet.stopped(b);
                    }
                }
                found => {
                    if let Some(sheet) = &mut app.ui.stitch {
                        sheet.take(b, found.map_err(|error| error.to_string()));
                    }
                }
            };
            mailbox.send(Message::Answer(Box::new(answer)));
        });
    }

    /// Keeps in mind that two are not one object.
    pub(crate) fn refuse_pair(&mut self, (a, b): (SequenceId, SequenceId)) {
        self.job("Stitch sequences", move |mut door, _cx| {
            limn_jobs::refuse_pair(&mut door, a, b, true)?;
            Ok(Notice::info("It is kept in mind that they are not one object.").with(Command::Undo))
        });
    }

    /// Makes these pairs one object each, as one step.
    pub(crate) fn join_sequences(&mut self, pairs: Vec<(SequenceId, SequenceId)>) {
        self.job("Stitch sequences", move |mut door, _cx| {
            let count = limn_jobs::join_sequences(&mut door, pairs)?;
            let text = match count {
                0 => "They are one object already.".to_owned(),
                1 => "They are one object now.".to_owned(),
                many => format!("{many} pairs are one object each now."),
            };
            Ok(Notice::info(text).with(Command::Undo))
        });
    }
}
