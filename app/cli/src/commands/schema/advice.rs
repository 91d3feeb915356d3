//! What a schema costs and what it is good for, as JSON and in words.

use limn_core::Schema;
use limn_core::schema::advice::{effort, hints, tasks};
use limn_formats::formats_served;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Advice {
    labels: Vec<LabelJson>,
    tasks: Vec<TaskJson>,
    formats: Vec<FormatJson>,
    hints: Vec<String>,
}

#[derive(Serialize)]
struct LabelJson {
    id: u32,
    label: String,
    least_questions: usize,
    most_questions: usize,
    required_questions: usize,
}

#[derive(Serialize)]
struct TaskJson {
    task: &'static str,
    served: &'static str,
    directly: usize,
    by_conversion: usize,
    of: usize,
}

#[derive(Serialize)]
struct FormatJson {
    format: &'static str,
    served: &'static str,
    directly: usize,
    by_conversion: usize,
    lost: usize,
}

impl Advice {
    pub(super) fn new(schema: &Schema) -> Self {
        let label = |of: &limn_core::schema::advice::Effort| LabelJson {
            id: of.label.0,
            label: schema.shown(of.label).0,
            least_questions: of.least,
            most_questions: of.most,
            required_questions: of.required,
        };
        let task = |of: &limn_core::schema::advice::TaskServed| TaskJson {
            task: of.task.as_str(),
            served: of.served().as_str(),
            directly: of.directly,
            by_conversion: of.converted,
            of: of.of,
        };
        let format = |of: &limn_formats::FormatServed| FormatJson {
            format: of.format.id,
            served: of.served().as_str(),
            directly: of.directly,
            by_conversion: of.converted,
            lost: of.lost,
        };
        Self {
            labels: effort(schema).iter().map(label).collect(),
            tasks: tasks(schema).iter().map(task).collect(),
            formats: formats_served(schema).iter().map(format).collect(),
            hints: hints(schema).into_iter().map(|hint| hint.text).collect(),
        }
    }

    /// Lines for people: the dearest labels first, then what is served, then the hints.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut labels: Vec<&LabelJson> = self.labels.iter().filter(|label| label.most_questions > 0).collect();
        labels.sort_by_key(|label| std::cmp::Reverse(label.most_questions));
        for LabelJson { label, least_questions, most_questions, required_questions, .. } in labels.iter().take(5) {
            text += &format!("\n{label}: {least_questions} to {most_questions} questions, {required_questions} required");
        }
        let list = |served: &str, all: &mut dyn Iterator<Item = (&'static str, &'static str)>| {
            all.filter(|(_, how)| *how == served).map(|(name, _)| name).collect::<Vec<_>>().join(", ")
        };
        for (what, all) in [
            ("Tasks", self.tasks.iter().map(|of| (of.task, of.served)).collect::<Vec<_>>()),
            ("Formats", self.formats.iter().map(|of| (of.format, of.served)).collect()),
        ] {
            for served in ["directly", "by conversion"] {
                let names = list(served, &mut all.iter().copied());
                if !names.is_empty() {
                    text += &format!("\n{what} {served}: {names}");
                }
            }
        }
        for hint in &self.hints {
            text += &format!("\nHint: {hint}");
        }
        text
    }
}
