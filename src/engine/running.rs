//! Control: a media thread that runs.

use crate::worker::RetiredWorker;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;

/// A media thread, and how it is stopped.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) stop: Arc<AtomicBool>,
    pub(super) thread: Option<JoinHandle<RetiredWorker>>,
}
