//! Control: who watches the supervisor, which watches all other threads: an ordinary thread that looks twice a second, and
//! tells in the supervisor's place.

use crate::engine::handle::MediaHandle;
use crate::session::EventKind;
use crate::telemetry::health::{Pulse, ThreadState};
use crate::types::EngineThread;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The thread; it ends with this.
#[derive(Debug)]
pub(super) struct Watchdog {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    pub(super) fn start(handle: MediaHandle) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let watch = move || {
            let (mut pulse, mut looked) = (Pulse::new(), Instant::now());
            while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                // Time in which this thread did not run either says nothing.
                let passed = std::mem::replace(&mut looked, Instant::now()).elapsed().min(2 * LOOK_EVERY);
                let cell = handle.health_cell();
                if let Some(state) = pulse.look(cell.beats(), passed, cell.is_over()) {
                    tell(&handle, state);
                }
            }
        };
        let thread = std::thread::Builder::new().name("media-watch".into()).spawn(watch)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn tell(handle: &MediaHandle, state: ThreadState) {
    let thread = EngineThread::Supervisor;
    match state {
        ThreadState::Stalled => {
            log::error!("{thread} has not run for 2 s: requests wait, calls go on; does code of yours hang in it?");
            handle.tell(EventKind::ThreadStalled(thread));
        }
        ThreadState::Running => {
            log::warn!("{thread} runs again");
            handle.tell(EventKind::ThreadResumed(thread));
        }
        // It has told that itself.
        ThreadState::Ended => {}
    }
    handle.note_supervisor(state);
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
