//! Control: the events of one session, for who wants those of no other.

use crate::control::event_callbacks::Callbacks;
use crate::control::events::Subscribers;
use crate::control::events::queue::EventQueue;
use crate::session::MediaEvent;
use crate::types::{DialogId, SessionId};
use futures_core::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// The events of one session: an iterator that waits, a [`Stream`] (in any runtime, or none), or a callback
/// ([`on_event`](Self::on_event)). It ends with the session: [`Destroyed`](crate::EventKind::Destroyed) is the last event.
///
/// From [`MediaSessionHandle::events`](crate::MediaSessionHandle::events) for a session that exists, or from
/// [`MediaHandle::events_of`](crate::MediaHandle::events_of) before it does, so that none is missed. What concerns no session,
/// or all of the engine, comes to [`MediaHandle::subscribe`](crate::MediaHandle::subscribe) alone.
///
/// Up to 64 events wait, in memory that grows with them (about 150 octets each, 10 KiB at most, kept until the end). Beyond that
/// the newest are missed, and [`Lagged`](crate::EventKind::Lagged) says how many, before what comes next or behind the last. Dropped, it
/// is forgotten, and costs nothing more.
///
/// ```
/// use media_core::{AudioFormat, EventKind, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let events = handle.events_of("a"); // before it exists
/// let session = handle.create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let session = engine.complete(session)?;
/// engine.complete(session.destroy())?;
/// let kinds: Vec<_> = events.map(|event| event.kind).collect();
/// assert_eq!(kinds, [EventKind::Created, EventKind::Destroyed]);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct SessionEvents {
    dialog: DialogId,
    queue: Arc<EventQueue>,
    subscribers: Subscribers,
    callbacks: Arc<Callbacks>,
}

impl SessionEvents {
    /// Of a session, or of the one that is to be of that dialog.
    pub(crate) fn new(
        subscribers: &Subscribers,
        callbacks: &Arc<Callbacks>,
        dialog: DialogId,
        session: Option<SessionId>,
    ) -> Self {
        let queue = subscribers.subscribe_to(&dialog, session);
        Self { dialog, queue, subscribers: subscribers.clone(), callbacks: callbacks.clone() }
    }

    /// The next event, if one waits.
    pub fn try_next(&self) -> Option<MediaEvent> {
        self.queue.try_next()
    }

    /// The next event within `timeout`; `None` also if the session has ended.
    pub fn next_within(&self, timeout: Duration) -> Option<MediaEvent> {
        self.queue.wait(Some(timeout))
    }

    /// The next event, awaited in any runtime; `None` when the session has ended. Dropped before it has one, it takes none.
    pub async fn recv(&mut self) -> Option<MediaEvent> {
        std::future::poll_fn(|cx| self.queue.poll_next(cx)).await
    }

    /// Calls `handler` for each event until the session ends, on a thread that all callbacks of an engine have in common: it is none of
    /// the engine's own, and may call any verb, but should not wait long: the others wait behind it, and their queues may lag. A
    /// handler that panics is not called again.
    ///
    /// # Errors
    /// The system has no thread left to give.
    pub fn on_event(self, handler: impl FnMut(MediaEvent) + Send + 'static) -> std::io::Result<()> {
        // Its place among the subscribers is kept until it has ended.
        let (callbacks, queue) = (self.callbacks.clone(), self.queue.clone());
        let mut handler = handler;
        callbacks.add(queue, move |event| {
            let _subscribed = &self;
            handler(event);
        })
    }
}

impl Iterator for SessionEvents {
    type Item = MediaEvent;
    fn next(&mut self) -> Option<MediaEvent> {
        self.queue.wait(None)
    }
}

impl Stream for SessionEvents {
    type Item = MediaEvent;
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<MediaEvent>> {
        self.queue.poll_next(cx)
    }
}

impl Drop for SessionEvents {
    fn drop(&mut self) {
        self.subscribers.forget(&self.dialog, &self.queue);
    }
}
