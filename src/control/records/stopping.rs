//! Control: how far a stop has come.

use crate::types::{MediaTime, PortId};
use std::time::Duration;

/// How long a stop waits for embedders' ports once all else has come home.
const PORT_PATIENCE: Duration = Duration::from_millis(500);
/// How long it waits for recordings to be complete: no longer than a disk that stalls.
const RECORD_PATIENCE: Duration = Duration::from_secs(2);

/// How far a stop has come.
#[derive(Debug, Default)]
pub(crate) struct Stopping {
    /// A stop was asked for: further requests are refused.
    pub(crate) begun: bool,
    /// Everything came home.
    pub(crate) done: bool,
    pub(crate) ports_detached: bool,
    /// Until when it waits for recordings.
    recorded: Option<MediaTime>,
    /// Until when it waits for embedders' ports.
    awaited: Option<MediaTime>,
    /// Those that did not answer.
    silent: Vec<PortId>,
}

impl Stopping {
    /// Whether the embedders' ports that owe an answer had time enough for it.
    pub(crate) fn gives_up(&mut self, silent: Vec<PortId>, now: MediaTime) -> bool {
        if now < *self.awaited.get_or_insert(now + PORT_PATIENCE) {
            return false;
        }
        if self.silent != silent {
            log::warn!("stopping without the RtpBridges of ports {silent:?}: they take no orders");
            self.silent = silent;
        }
        true
    }

    /// Whether recordings had time enough to be complete.
    pub(crate) fn gives_up_recordings(&mut self, left: usize, now: MediaTime) -> bool {
        if now < *self.recorded.get_or_insert(now + RECORD_PATIENCE) {
            return false;
        }
        log::warn!("stopping without {left} recordings, whose disk does not answer: they are there as .part");
        true
    }

    /// A port whose owner did not answer before the end.
    pub(crate) fn silent_port(&self) -> Option<PortId> {
        self.silent.first().copied()
    }
}
