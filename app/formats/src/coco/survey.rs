//! What must be known before a COCO file can be written: which frames become images, which numbers are taken.

use super::coco_id;
use crate::error::FormatError;
use crate::exchange::{ExportProgress, ExportSource, FileItem};
use crate::json::ids::IdSet;
use limn_core::{FileKind, LabelId};
use std::collections::{BTreeMap, BTreeSet};

/// What is kept of a file.
pub(super) struct FileNote {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The number of its image; a video has none.
    image: Option<i64>,
    kind: FileKind,
}

/// See the module.
pub(super) struct Survey {
    pub(super) files: Vec<FileNote>,
    /// The number of the image of each annotated frame of a video: by file and frame.
    pub(super) frames: BTreeMap<(usize, u64), i64>,
    /// Labels that instances have.
    pub(super) labels: BTreeSet<LabelId>,
    pub(super) num_instances: u64,
    /// The next annotation number that no instance brings along.
    next_annotation: i64,
    annotations: IdSet,
}

impl Survey {
    /// Looks through files and instances.
    pub(super) fn of(source: &mut dyn ExportSource, progress: &mut ExportProgress<'_>) -> Result<Self, FormatError> {
        let mut survey = Self {
            files: Vec::new(),
            frames: BTreeMap::new(),
            labels: BTreeSet::new(),
            num_instances: 0,
            next_annotation: 1,
            annotations: IdSet::default(),
        };
        let mut taken = IdSet::default();
        let mut next_image = 1;
        source.for_each_file(&mut |file: FileItem| {
            let own = coco_id(file.extra.as_deref()).filter(|id| file.kind == FileKind::Image && taken.insert(*id));
            next_image = own.map_or(next_image, |id| next_image.max(id + 1));
            survey.files.push(FileNote { width: file.width, height: file.height, image: own, kind: file.kind });
            Ok(())
        })?;
        source.for_each_place(&mut |place| {
            survey.num_instances += 1;
            if survey.num_instances.is_multiple_of(4096) && !progress(0, 0) {
                return Err(FormatError::Cancelled);
            }
            survey.labels.insert(place.label);
            let file = survey.files.get(place.file).ok_or(FormatError::Changed)?;
            if file.kind != FileKind::Image {
                survey.frames.insert((place.file, place.frame), 0);
            }
            if let Some(id) = coco_id(place.extra) {
                survey.next_annotation = survey.next_annotation.max(id + 1);
            }
            Ok(())
        })?;
        for file in survey.files.iter_mut().filter(|file| file.kind == FileKind::Image && file.image.is_none()) {
            file.image = Some(next_image);
            next_image += 1;
        }
        for image in survey.frames.values_mut() {
            *image = next_image;
            next_image += 1;
        }
        Ok(survey)
    }

    /// The number of the image of an instance.
    pub(super) fn image(&self, file: usize, frame: u64) -> Option<i64> {
        let note = self.files.get(file)?;
        if note.kind == FileKind::Image { note.image } else { self.frames.get(&(file, frame)).copied() }
    }

    /// The number of the next annotation: the one that it brings along, unless another had it before.
    pub(super) fn annotation(&mut self, extra: Option<&str>) -> i64 {
        let own = coco_id(extra).filter(|id| self.annotations.insert(*id));
        own.unwrap_or_else(|| {
            let next = self.next_annotation;
            self.next_annotation += 1;
            next
        })
    }
}
