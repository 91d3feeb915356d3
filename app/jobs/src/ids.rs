//! New identities, by this machine's clock and random numbers.

use crate::error::JobError;
use limn_core::{FileId, IdSource, InstanceId, RunId, SequenceId};
use std::time::{SystemTime, UNIX_EPOCH};

/// Makes ids. The clock is read once: within a job the counter in the ids keeps their order.
pub(crate) struct Ids {
    source: IdSource,
    now: u64,
}

impl Ids {
    pub fn new() -> Result<Self, JobError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| JobError::Refused(format!("the system gave no random numbers: {error}. Try again")))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
        Ok(Self { source: IdSource::new(seed), now })
    }

    pub fn file(&mut self) -> FileId {
        self.source.file(self.now)
    }

    pub fn instance(&mut self) -> InstanceId {
        self.source.instance(self.now)
    }

    pub fn sequence(&mut self) -> SequenceId {
        let (millis, random) = self.source.next_parts(self.now);
        SequenceId::from_parts(millis, random)
    }

    pub fn run(&mut self) -> RunId {
        let (millis, random) = self.source.next_parts(self.now);
        RunId::from_parts(millis, random)
    }
}
