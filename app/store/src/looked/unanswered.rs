//! Which required questions came after a file, or a stretch of its frames, was called complete, and are open on it.

use crate::error::StoreError;
use crate::project::Project;
use crate::read::{FileRow, geometry, id, marks};
use limn_core::schema::AttributeId;
use limn_core::schema::attribute::{Attribute, Subject};
use limn_core::schema::later::LaterQuestions;
use limn_core::schema::questions::About;
use limn_core::{FileId, FileStatus, InstanceId, LabelId};
use rusqlite::params;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Frames that are said to be complete under a version.
struct Claim<'a> {
    first: u64,
    last: u64,
    /// Which of the file's stretches they are; `None`: all of the file.
    stretch: Option<usize>,
    later: &'a LaterQuestions<'a>,
}

impl Project {
    /// Adds to files the required questions that came later and are open, and to their stretches that they are behind by them.
    /// `asked`: by the version that each is complete under. Only instances of such files are read, one at a time.
    pub(super) fn add_unanswered(
        &self,
        files: &mut [FileRow],
        only: Option<FileId>,
        asked: &HashMap<u64, LaterQuestions<'_>>,
    ) -> Result<(), StoreError> {
        let mut claims: HashMap<FileId, (usize, Vec<Claim<'_>>)> = HashMap::new();
        for (at, row) in files.iter().enumerate() {
            let whole = row.looked.under.filter(|_| row.file.status == FileStatus::Complete).and_then(|under| asked.get(&under));
            let whole = whole.map(|later| Claim { first: 0, last: u64::MAX, stretch: None, later });
            let stretches = row.looked.stretches.iter().enumerate().filter(|(_, stretch)| !stretch.is_behind);
            let stretches = stretches.filter_map(|(of, stretch)| {
                Some(Claim { first: stretch.first, last: stretch.last, stretch: Some(of), later: asked.get(&stretch.under)? })
            });
            let of_file: Vec<Claim<'_>> = whole.into_iter().chain(stretches).collect();
            if !of_file.is_empty() {
                claims.insert(row.file.id, (at, of_file));
            }
        }
        let mut missing: BTreeMap<(usize, AttributeId), u64> = BTreeMap::new();
        self.of_files(files, &claims, &mut missing)?;
        self.of_instances(files, only, &claims, &mut missing)?;
        for ((at, attribute), count) in missing {
            files[at].looked.unanswered.push((attribute, count));
        }
        Ok(())
    }

    /// Questions about files as a whole.
    fn of_files(
        &self,
        files: &[FileRow],
        claims: &HashMap<FileId, (usize, Vec<Claim<'_>>)>,
        missing: &mut BTreeMap<(usize, AttributeId), u64>,
    ) -> Result<(), StoreError> {
        for (at, row) in files.iter().enumerate() {
            let claims = claims.get(&row.file.id).into_iter().flat_map(|(_, claims)| claims);
            for claim in claims.filter(|claim| claim.stretch.is_none() && claim.later.are_of(Subject::File)) {
                let answers = self.answers_at(row.file.id, 0)?.file;
                let about = About { subject: Subject::File, label: None, shape: None, answers: &answers };
                for one in claim.later.open(about) {
                    *missing.entry((at, one.id)).or_default() += 1;
                }
            }
        }
        Ok(())
    }

    fn of_instances(
        &self,
        files: &mut [FileRow],
        only: Option<FileId>,
        claims: &HashMap<FileId, (usize, Vec<Claim<'_>>)>,
        missing: &mut BTreeMap<(usize, AttributeId), u64>,
    ) -> Result<(), StoreError> {
        if !claims.values().flat_map(|(_, claims)| claims).any(|claim| claim.later.are_of(Subject::Instance)) {
            return Ok(());
        }
        let which = if only.is_some() { "file.id = ?1" } else { "?1 IS NULL" };
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT file.id, frame, coalesce(sequence.label, instance.label), geometry, instance.marks, instance.id, sequence.n,
             sequence.marks FROM file CROSS JOIN instance ON instance.file = file.n LEFT JOIN sequence ON sequence.n = instance.sequence
             WHERE {which} AND file.deleted = 0 AND instance.deleted = 0 AND coalesce(sequence.deleted, 0) = 0
             AND (complete_under IS NOT NULL OR EXISTS (SELECT 1 FROM stretch WHERE stretch.file = file.id))"
        ))?;
        // What is answered once for a whole sequence is missing once.
        let mut told: HashSet<(i64, AttributeId)> = HashSet::new();
        let mut rows = statement.query(params![only.as_ref().map(|file| file.as_bytes())])?;
        while let Some(row) = rows.next()? {
            let Some((at, claims)) = claims.get(&id(row, 0, FileId::from_slice)?) else { continue };
            let (frame, sequence): (u64, Option<i64>) = (row.get(1)?, row.get(6)?);
            let instance = id(row, 5, InstanceId::from_slice)?;
            let mut own = marks(row.get_ref(4)?.as_blob().ok(), instance)?;
            if let Ok(fixed) = row.get_ref(7)?.as_blob() {
                marks(Some(fixed), instance)?.set_ones().for_each(|mark| drop(own.set(mark)));
            }
            let shape = Some(geometry(row.get_ref(3)?.as_blob().unwrap_or_default(), instance)?.spatial_type());
            let about = About { subject: Subject::Instance, label: Some(LabelId(row.get(2)?)), shape, answers: &own.answers };
            for claim in claims.iter().filter(|claim| (claim.first..=claim.last).contains(&frame)) {
                let open = claim.later.open(about);
                match claim.stretch {
                    Some(stretch) => files[*at].looked.stretches[stretch].is_behind |= !open.is_empty(),
                    None => {
                        let mut is_new = |one: &&Attribute| one.per_frame || sequence.is_none_or(|of| told.insert((of, one.id)));
                        for one in open.into_iter().filter(|one| is_new(one)) {
                            *missing.entry((*at, one.id)).or_default() += 1;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
