//! Issues: what somebody wants looked at again, pinned to a thing and a range of frames, with what was said about it.

use crate::event::Frames;
use crate::geometry::ImagePos;
use crate::ids::{CommentId, FileId, InstanceId, IssueId, SequenceId};
use crate::log::Change;
use minicbor::{Decoder, Encoder};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest comment, in characters; a longer one is cut.
pub const MAX_COMMENT: usize = 4000;

/// What an issue is about, within its frames.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The file as a whole.
    File,
    /// A sequence; it may be gone.
    Sequence(SequenceId),
    /// An instance; it may be gone.
    Instance(InstanceId),
    /// A place of the picture, in image pixels.
    Place(ImagePos),
}

impl Target {
    /// As it stands in the log.
    pub fn to_bytes(self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::new());
        match crate::log::write_target(&mut e, self) {
            Ok(()) => e.into_writer(),
            Err(error) => match error.into_write() {
                // Writing into a Vec cannot fail.
                None => Vec::new(),
            },
        }
    }

    /// The target in bytes that [`Self::to_bytes`] wrote; `None` for a kind that this version does not know.
    ///
    /// # Errors
    /// When the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Option<Self>, minicbor::decode::Error> {
        crate::log::read_target(&mut Decoder::new(bytes))
    }
}

/// Something that was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// The words.
    pub text: String,
    /// Who said it: the user of its operation, which the store fills in. `None`: it was said here just now.
    pub author: Option<String>,
}

impl Comment {
    /// What a person wrote, without what is too long or no text; `None` for nothing.
    pub fn written(text: &str) -> Option<Self> {
        let is_text = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
        let text: String = text.trim().chars().filter(is_text).take(MAX_COMMENT).collect();
        (!text.is_empty()).then_some(Self { text, author: None })
    }
}

/// Something that is to be looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Its identity for ever.
    pub id: IssueId,
    /// The file.
    pub file: FileId,
    /// Where in time; an image has only frame 0.
    pub frames: Frames,
    /// What it is about.
    pub target: Target,
    /// Nothing is to be done any more.
    pub is_resolved: bool,
    /// What was said, the oldest first: identities sort by time.
    pub comments: BTreeMap<CommentId, Comment>,
    /// It was deleted.
    pub is_deleted: bool,
}

impl Issue {
    /// An issue about which nothing was said yet.
    pub fn new(id: IssueId, file: FileId, frames: Frames, target: Target) -> Self {
        Self { id, file, frames, target, is_resolved: false, comments: BTreeMap::new(), is_deleted: false }
    }

    /// Sets a register; gives what it was before.
    pub fn set(&mut self, set: IssueSet) -> IssueSet {
        use std::mem::replace;
        match set {
            IssueSet::Frames(new) => IssueSet::Frames(replace(&mut self.frames, new)),
            IssueSet::Resolved(new) => IssueSet::Resolved(replace(&mut self.is_resolved, new)),
            IssueSet::Deleted(new) => IssueSet::Deleted(replace(&mut self.is_deleted, new)),
            IssueSet::Comment(id, Some(new)) => IssueSet::Comment(id, self.comments.insert(id, new)),
            IssueSet::Comment(id, None) => IssueSet::Comment(id, self.comments.remove(&id)),
        }
    }

    /// What was said first, on one line.
    pub fn title(&self) -> &str {
        self.comments.values().next().and_then(|comment| comment.text.lines().next()).unwrap_or_default()
    }
}

/// A register of an issue, with its new value.
#[derive(Clone, Debug, PartialEq)]
pub enum IssueSet {
    /// See [`Issue::frames`].
    Frames(Frames),
    /// Nothing is to be done any more, or again.
    Resolved(bool),
    /// Something said, or taken back.
    Comment(CommentId, Option<Comment>),
    /// Deleted or restored.
    Deleted(bool),
}

/// Before the identity of a comment in the name of its register.
pub(crate) const COMMENT: &str = "comment ";

impl IssueSet {
    /// The register's name.
    pub fn register(&self) -> Cow<'static, str> {
        match self {
            Self::Frames(_) => "frames".into(),
            Self::Resolved(_) => "resolved".into(),
            Self::Comment(id, _) => format!("{COMMENT}{id}").into(),
            Self::Deleted(_) => "deleted".into(),
        }
    }
}

/// The issues of one file: a fold of changes. A copy shares them.
#[derive(Clone, Debug, Default)]
pub struct Issues {
    /// Deleted ones among them, for they may come back.
    all: BTreeMap<IssueId, Arc<Issue>>,
    revision: u64,
}

impl PartialEq for Issues {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Issues {
    /// Issues in any order.
    pub fn new(issues: impl IntoIterator<Item = Issue>) -> Self {
        Self { all: issues.into_iter().map(|issue| (issue.id, Arc::new(issue))).collect(), revision: 0 }
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// An issue that is not deleted.
    pub fn get(&self, id: IssueId) -> Option<&Arc<Issue>> {
        self.all.get(&id).filter(|issue| !issue.is_deleted)
    }

    /// Those that are not deleted, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Issue>> + Clone {
        self.all.values().filter(|issue| !issue.is_deleted)
    }

    /// Those about which something is to be done, the oldest first.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &Arc<Issue>> + Clone {
        self.iter().filter(|issue| !issue.is_resolved)
    }

    /// Applies a change as far as it concerns this file; says which issue is different now.
    pub fn apply(&mut self, file: FileId, change: &Change) -> Option<IssueId> {
        let id = match change {
            Change::IssueAdd(issue) if issue.file == file && !self.all.contains_key(&issue.id) => {
                self.all.insert(issue.id, Arc::new((**issue).clone()));
                issue.id
            }
            Change::IssueSet { id, set } => {
                Arc::make_mut(self.all.get_mut(id)?).set(set.clone());
                *id
            }
            _ => return None,
        };
        self.revision += 1;
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{changes_from_bytes, changes_to_bytes};
    use proptest::prelude::*;

    fn id(at: u8) -> IssueId {
        IssueId::from_parts(u64::from(at), [at; 10])
    }

    fn comment(at: u64) -> CommentId {
        CommentId::from_parts(at, [7; 10])
    }

    fn file() -> FileId {
        FileId::from_parts(1, [1; 10])
    }

    fn said(text: &str) -> Option<Comment> {
        Comment::written(text)
    }

    fn targets() -> impl Strategy<Value = Target> {
        let sequence = SequenceId::from_parts(3, [3; 10]);
        let instance = InstanceId::from_parts(4, [4; 10]);
        prop_oneof![
            Just(Target::File),
            Just(Target::Sequence(sequence)),
            Just(Target::Instance(instance)),
            (-1e6..1e6_f64, -1e6..1e6_f64).prop_map(|(x, y)| Target::Place(ImagePos::new(x, y)))
        ]
    }

    fn sets() -> impl Strategy<Value = IssueSet> {
        prop_oneof![
            (0..99_u64, 0..99_u64).prop_map(|(a, b)| IssueSet::Frames(Frames::new(a, b))),
            any::<bool>().prop_map(IssueSet::Resolved),
            any::<bool>().prop_map(IssueSet::Deleted),
            (0..4_u64, proptest::option::of("[a-zäж ]{1,9}"))
                .prop_map(|(at, text)| IssueSet::Comment(comment(at), text.and_then(|text| said(&text)))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_and_goes_back_by_its_inverse(target in targets(), first in "[a-z]{1,20}", sets in prop::collection::vec(sets(), 0..20)) {
            let mut issue = Issue::new(id(1), file(), Frames::new(3, 9), target);
            issue.set(IssueSet::Comment(comment(0), said(&first)));
            let mut changes = vec![Change::IssueAdd(Box::new(issue.clone()))];
            changes.extend(sets.iter().map(|set| Change::IssueSet { id: id(1), set: set.clone() }));
            prop_assert_eq!(&changes_from_bytes(&changes_to_bytes(&changes)).unwrap(), &changes);
            let mut issues = Issues::default();
            for change in &changes {
                issues.apply(file(), change);
            }
            let mut back: Vec<IssueSet> = Vec::new();
            let mut now = issue.clone();
            sets.iter().for_each(|set| back.push(now.set(set.clone())));
            prop_assert_eq!(issues.get(id(1)).is_some(), !now.is_deleted);
            prop_assert_eq!(issues.open().count(), usize::from(!now.is_deleted && !now.is_resolved));
            back.into_iter().rev().for_each(|set| drop(now.set(set)));
            prop_assert_eq!(now, issue);
        }
    }

    #[test]
    fn damaged_words_are_errors_and_never_more() {
        let mut issue = Issue::new(id(1), file(), Frames::new(3, 9), Target::Place(ImagePos::new(1.0, 2.0)));
        issue.set(IssueSet::Comment(comment(0), said("too loose")));
        let bytes = changes_to_bytes(&[Change::IssueAdd(Box::new(issue))]);
        for len in 0..bytes.len() {
            assert!(changes_from_bytes(&bytes[..len]).is_err(), "cut at {len}");
        }
    }

    #[test]
    fn a_comment_is_text_of_some_length() {
        assert_eq!(Comment::written(" \n "), None);
        assert_eq!(Comment::written(" a\u{7}b\nc ").unwrap().text, "ab\nc");
        assert_eq!(Comment::written(&"ä".repeat(9000)).unwrap().text.chars().count(), MAX_COMMENT);
    }
}
