//! Calling a file complete: only when nothing on the frame breaks a rule that blocks.

use crate::command::Command;
use crate::editor::{Editor, Place};
use crate::effect::{Effect, Notice};
use limn_core::FileStatus;
use limn_core::document::Stamp;
use limn_core::schema::Severity;

impl Editor {
    /// Whether the schema has a rule that may keep a file from being complete.
    fn may_be_blocked(&self) -> bool {
        self.schema.rules.iter().any(|rule| !rule.off && rule.severity == Severity::Blocks)
    }

    /// Calls the file complete, now or as soon as the rules were asked of what is on the canvas; or tells why not.
    pub(crate) fn complete(&mut self, and_next: bool, out: &mut Vec<Effect>) {
        self.completing = None;
        if self.may_be_blocked() {
            let now = self.checked.as_ref().filter(|(place, stamp, _)| Some(*place) == self.place() && stamp == self.document.stamp());
            match now {
                None => {
                    self.completing = self.place().map(|place| (place, and_next));
                    return;
                }
                Some((_, _, 0)) => {}
                Some((_, _, blocking)) => {
                    let problems = if *blocking == 1 { "1 problem blocks" } else { &format!("{blocking} problems block") };
                    let text = format!("Not complete: {problems} it. Mend what breaks the rules, or change the rules.");
                    out.push(Effect::Notify(Notice::info(text).with(Command::NextProblem)));
                    return;
                }
            }
        }
        self.set_status(FileStatus::Complete, out);
        if and_next && !self.step_file(1, out) {
            out.push(Effect::Notify(Notice::info("That was the last file.")));
        }
    }

    pub(crate) fn take_checked(&mut self, checked: (Place, Stamp, usize), out: &mut Vec<Effect>) {
        self.checked = Some(checked);
        // Who went on to another file meanwhile did not mean that one.
        if let Some((place, and_next)) = self.completing.take()
            && self.place() == Some(place)
        {
            self.complete(and_next, out);
        }
    }
}
