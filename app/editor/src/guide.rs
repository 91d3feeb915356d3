//! The guide beside the picture: which label it is about, and instances as its examples.

use crate::editor::Editor;
use crate::effect::{Effect, Notice};
use limn_core::LabelId;
use limn_core::geometry::Rect;
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

    /// Label and bounds, in image pixels, of what is selected, if it is one shape.
    pub fn selected_bounds(&self) -> Option<(LabelId, Rect)> {
        let [id] = self.selection[..] else { return None };
        let instance = self.document.get(id)?;
        Some((instance.label, instance.geometry.bounds()?))
    }

    /// Makes the selected instance an example of its label.
    pub(crate) fn add_example(&mut self, is_good: bool, out: &mut Vec<Effect>) {
        let Some((label, bounds)) = self.selected_bounds() else {
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
