//! Control: events to any number of subscribers, each with a bounded queue of its own.
//!
//! A subscriber that does not keep up misses the newest; when it has room again, `Lagged(n)` tells it how many. Nobody
//! waits for it. What it missed last is told before its stream ends, in a place that is kept for that.

use crate::rt::contain::contained;
use crate::session::{EventKind, MediaEvent};
use crate::types::{DialogId, MediaTime, SessionId};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use queue::EventQueue;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

pub(crate) mod queue;

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
    /// Those of one session.
    of: HashMap<DialogId, Vec<OfSession>>,
    closed: bool,
}

/// A subscriber to one session.
#[derive(Debug)]
struct OfSession {
    /// Which; `None`: the next of that dialog.
    session: Option<SessionId>,
    queue: Arc<EventQueue>,
}

impl Subscribers {
    /// Events of a session, or of the next one of that dialog, until it ends.
    pub(crate) fn subscribe_to(&self, dialog: &DialogId, session: Option<SessionId>) -> Arc<EventQueue> {
        let queue = Arc::new(EventQueue::default());
        let mut state = self.lock();
        match state.closed {
            // Nobody waits for it yet.
            true => drop(queue.end()),
            false => state.of.entry(dialog.clone()).or_default().push(OfSession { session, queue: queue.clone() }),
        }
        queue
    }

    /// That subscriber is gone.
    pub(crate) fn forget(&self, dialog: &DialogId, queue: &Arc<EventQueue>) {
        let mut state = self.lock();
        let Some(subscribers) = state.of.get_mut(dialog) else { return };
        subscribers.retain(|subscriber| !Arc::ptr_eq(&subscriber.queue, queue));
        if subscribers.is_empty() {
            state.of.remove(dialog);
        }
    }

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
        let mut state = self.lock();
        state.all.retain_mut(|subscriber| subscriber.send(event));
        let wakers = state.send_of_session(event);
        drop(state);
        wake(wakers);
    }

    /// Ends all subscriptions, and those that are still to come: iterators end, when they have told what was missed.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.all.drain(..).for_each(Subscriber::end);
        let of_sessions = std::mem::take(&mut state.of);
        drop(state);
        wake(of_sessions.into_values().flatten().filter_map(|subscriber| subscriber.queue.end()).collect());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whom to wake.
    fn send_of_session(&mut self, event: &MediaEvent) -> Vec<Waker> {
        let mut wakers = Vec::new();
        let Some((id, dialog)) = &event.session else { return wakers };
        let Some(subscribers) = self.of.get_mut(dialog) else { return wakers };
        for subscriber in subscribers.iter_mut().filter(|of| of.session.is_none_or(|session| session == *id)) {
            subscriber.session = Some(*id);
            wakers.extend(subscriber.queue.put(event));
        }
        if event.kind == EventKind::Destroyed {
            let (ended, others) =
                std::mem::take(subscribers).into_iter().partition::<Vec<_>, _>(|of| of.session == Some(*id));
            *subscribers = others;
            if subscribers.is_empty() {
                self.of.remove(dialog);
            }
            wakers.extend(ended.into_iter().filter_map(|of| of.queue.end()));
        }
        wakers
    }
}

fn wake(wakers: Vec<Waker>) {
    // They are of the embedder's runtime.
    wakers.into_iter().for_each(|waker| _ = contained("the waker of a session's events", || waker.wake()));
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
