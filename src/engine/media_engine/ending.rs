//! Control: the end of an engine: the supervisor first, then the threads that it ordered, each within a time.

use crate::control::Supervisor;
use crate::engine::media_engine::MediaEngine;
use crate::error::{EngineError, Error};
use crate::rt::contain::end;
use crate::rt::os::join::join_within;
use std::sync::atomic::Ordering::Release;
use std::time::{Duration, Instant};

/// How long a stop waits for the supervisor (which waits 5 s for the media threads), and then for all other threads.
const SUPERVISOR_PATIENCE: Duration = Duration::from_secs(6);
const THREAD_PATIENCE: Duration = Duration::from_secs(1);

impl MediaEngine {
    pub(super) fn shut_down(&mut self) -> Result<(), Error> {
        (self.stats, self.watchdog) = (None, None);
        let begun = Instant::now();
        self.handle.submit_stop();
        let home = self.supervisor.take().map(|thread| join_within(thread, begun + SUPERVISOR_PATIENCE));
        // What it did not answer is answered here, also where it hangs.
        self.handle.close();
        let mut all = true;
        let until = Instant::now() + THREAD_PATIENCE;
        self.workers.iter().for_each(|worker| worker.stop.store(true, Release));
        for worker in &mut self.workers {
            let Some(thread) = worker.thread.take() else { continue };
            let retired = join_within(thread, until);
            all &= retired.is_some();
            // Codecs and stages of the embedder's are freed here.
            end("what a media thread held", retired);
        }
        #[cfg(feature = "net")]
        for thread in &mut self.io {
            all &= thread.end_within(until);
        }
        let Some(home) = home else { return Ok(()) };
        let home = home.flatten();
        let stopped = home.as_ref().is_some_and(Supervisor::is_stopped);
        let silent = home.as_ref().and_then(Supervisor::silent_port);
        end("what the supervisor held", home);
        match silent {
            _ if !(stopped && all) => Err(EngineError::TimedOut.into()),
            Some(port) => Err(EngineError::SilentBridge(port).into()),
            None => Ok(()),
        }
    }
}

impl Drop for MediaEngine {
    fn drop(&mut self) {
        if let Err(error) = self.shut_down() {
            log::error!("stopping the engine: {error}");
        }
    }
}
