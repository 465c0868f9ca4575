//! Control: events to any number of subscribers, each with a bounded queue of its own.
//!
//! A subscriber that does not keep up misses the newest; when it has room again, `Lagged(n)` tells it how many. Nobody
//! waits for it. What it missed last is told before its stream ends, in a place that is kept for that.

use crate::session::{EventKind, MediaEvent};
use crate::types::MediaTime;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug)]
struct Subscriber {
    /// With one place more than events may fill: for what was missed when the stream ends.
    queue: Sender<MediaEvent>,
    capacity: usize,
    missed: u64,
    /// When the newest of what was missed happened.
    missed_at: MediaTime,
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
        let (queue, receiver) = bounded(capacity + 1);
        let mut state = self.lock();
        // Without a sender the subscription has ended.
        if !state.closed {
            state.all.push(Subscriber { queue, capacity, missed: 0, missed_at: MediaTime::ZERO });
        }
        Events { receiver }
    }

    pub(crate) fn send(&self, event: &MediaEvent) {
        self.lock().all.retain_mut(|subscriber| subscriber.send(event));
    }

    /// Ends all subscriptions, and those that are still to come: iterators end, when they have told what was missed.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.all.drain(..).for_each(Subscriber::end);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber {
    /// False if the subscriber is gone.
    fn send(&mut self, event: &MediaEvent) -> bool {
        if self.missed > 0 {
            match self.put(self.lag(event.at)) {
                Ok(()) => self.missed = 0,
                Err(TrySendError::Full(_)) => return self.miss(event),
                Err(TrySendError::Disconnected(_)) => return false,
            }
        }
        match self.put(event.clone()) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => self.miss(event),
            Err(TrySendError::Disconnected(_)) => false,
        }
    }

    /// The last place is left free. It fills its queue alone, so that what it sees of it is room at least.
    fn put(&self, event: MediaEvent) -> Result<(), TrySendError<MediaEvent>> {
        if self.queue.len() >= self.capacity { Err(TrySendError::Full(event)) } else { self.queue.try_send(event) }
    }

    fn miss(&mut self, event: &MediaEvent) -> bool {
        self.missed += 1;
        self.missed_at = event.at;
        true
    }

    fn lag(&self, at: MediaTime) -> MediaEvent {
        MediaEvent { at, session: None, file: None, kind: EventKind::Lagged(self.missed) }
    }

    /// What it missed is told behind what it has; whoever is gone needs it no more.
    fn end(self) {
        if self.missed > 0 {
            let _ = self.queue.try_send(self.lag(self.missed_at));
        }
    }
}

/// A subscription: iterate it (blocking, ends with the engine), or take events as they are there.
/// It costs the engine a copy of each event; a subscriber that does not keep up misses the newest, and is told how many by
/// [`Lagged`](crate::EventKind::Lagged), at the latest before the subscription ends.
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
