//! Control: what anyone may read of an engine without asking it: the newest snapshot, the sessions' gauges, its health.

use crate::telemetry::Directory;
use crate::telemetry::health::HealthCell;
use crate::telemetry::snapshot::Snapshot;
use crate::types::EngineThread;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the newest snapshot lies, and the sessions' gauges are found.
#[derive(Debug, Clone, Default)]
pub(crate) struct SnapshotCell {
    newest: Arc<Mutex<Arc<Snapshot>>>,
    pub(crate) directory: Directory,
    pub(crate) health: HealthCell,
}

impl SnapshotCell {
    /// Of an engine of these threads.
    pub(crate) fn of(threads: impl Iterator<Item = EngineThread>) -> Self {
        Self { health: HealthCell::new(threads), ..Self::default() }
    }

    /// The newest.
    pub(crate) fn get(&self) -> Arc<Snapshot> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes a gauge of the newest in the supervisor's place.
    pub(crate) fn amend(&self, gauge: &str, value: i64) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut newest).gauges.insert(gauge.to_owned(), value);
    }

    /// The newest from now on.
    pub(crate) fn set(&self, snapshot: Snapshot) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }
}
