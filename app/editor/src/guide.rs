//! The guide beside the picture: which label it is about, and instances as its examples.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::LabelId;
use limn_core::schema::guide::{Chapter, chapters};

impl Editor {
    /// The label at hand: of the instance that is asked about, else of what is selected, else the one that is drawn next.
    pub fn label_at_hand(&self) -> Option<LabelId> {
        let asked = self.asking.as_ref().and_then(|asking| asking.whom()?.instance());
        let instance = asked.or_else(|| self.selection.first().copied()).and_then(|id| self.document.get(id));
        instance.map(|instance| instance.label).or(self.active_label)
    }

    /// What the schema tells whoever works with this label.
    pub fn guide(&self, label: Option<LabelId>) -> Vec<Chapter<'_>> {
        chapters(&self.schema, &self.questions, label)
    }

    /// Makes the selected instance an example of its label.
    pub(crate) fn add_example(&mut self, is_good: bool, out: &mut Vec<Effect>) {
        let only = match self.selection[..] {
            [id] => self.document.get(id),
            _ => None,
        };
        let example = only.and_then(|instance| Some((instance.label, instance.geometry.bounds()?)));
        let Some((label, bounds)) = example else {
            let text = "Select one shape: what is around it becomes the example.";
            return out.push(Effect::Notify(Notice::info(text)));
        };
        if self.project.as_ref().is_none_or(|project| project.read_only) {
            return out.push(Effect::Notify(Notice::error("This project can only be read: its guide takes no example.")));
        }
        let mut text = self.file().map_or_else(String::new, |entry| entry.file.name.clone());
        if self.is_video() {
            text += &format!(", frame {}", self.frame);
        }
        out.push(Effect::AddExample { label, is_good, bounds, text });
    }
}
