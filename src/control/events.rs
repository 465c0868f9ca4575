//! Control: events to any number of subscribers, each with a bounded queue of its own.
//!
//! A subscriber that does not keep up misses the newest; when it has room again, `Lagged(n)` tells it how many. Nobody
//! waits for it.

use crate::session::{EventKind, MediaEvent};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug)]
struct Subscriber {
    queue: Sender<MediaEvent>,
    missed: u64,
}

/// All subscribers; handles add, the supervisor sends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subscribers(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    all: Vec<Subscriber>,
    closed: bool,
}

impl Subscribers {
    pub(crate) fn subscribe(&self, capacity: usize) -> Events {
        let (queue, receiver) = bounded(capacity);
        let mut state = self.lock();
        // Without a sender the subscription has ended.
        if !state.closed {
            state.all.push(Subscriber { queue, missed: 0 });
        }
        Events { receiver }
    }

    pub(crate) fn send(&self, event: &MediaEvent) {
        self.lock().all.retain_mut(|subscriber| subscriber.send(event));
    }

    /// Ends all subscriptions, and those that are still to come: iterators end.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.all.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber {
    /// False if the subscriber is gone.
    fn send(&mut self, event: &MediaEvent) -> bool {
        if self.missed > 0 {
            let lagged = MediaEvent { at: event.at, session: None, kind: EventKind::Lagged(self.missed) };
            match self.queue.try_send(lagged) {
                Ok(()) => self.missed = 0,
                Err(TrySendError::Full(_)) => {
                    self.missed += 1;
                    return true;
                }
                Err(TrySendError::Disconnected(_)) => return false,
            }
        }
        match self.queue.try_send(event.clone()) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                self.missed += 1;
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}

/// A subscription: iterate it (blocking, ends with the engine), or take events as they are there.
/// It costs the engine a copy of each event; a subscriber that does not keep up misses the newest, and is told how many by
/// [`Lagged`](crate::EventKind::Lagged).
///
/// ```
/// use media_core::{AudioFormat, EventKind, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let events = handle.subscribe();
/// let session = handle.create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// engine.complete(session)?;
/// assert!(events.try_next().is_some_and(|event| event.kind == EventKind::Created));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Events {
    receiver: Receiver<MediaEvent>,
}

impl Events {
    /// The next event, if one waits.
    pub fn try_next(&self) -> Option<MediaEvent> {
        self.receiver.try_recv().ok()
    }

    /// The next event within `timeout`.
    pub fn next_within(&self, timeout: Duration) -> Option<MediaEvent> {
        self.receiver.recv_timeout(timeout).ok()
    }

    /// Calls `handler` for each event on an ordinary thread of its own, until the engine ends.
    ///
    /// # Errors
    /// The system has no thread left to give.
    pub fn for_each_on_thread(
        self,
        mut handler: impl FnMut(MediaEvent) + Send + 'static,
    ) -> std::io::Result<std::thread::JoinHandle<()>> {
        std::thread::Builder::new().name("media-events".into()).spawn(move || {
            for event in self {
                handler(event);
            }
        })
    }
}

impl Iterator for Events {
    type Item = MediaEvent;
    fn next(&mut self) -> Option<MediaEvent> {
        self.receiver.recv().ok()
    }
}
