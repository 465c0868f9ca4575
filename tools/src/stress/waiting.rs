//! Control: requests that wait for their answers, and what came with these.

use super::config::Size;
use media_core::engine::{Conference, Pending, Recording, Tap};
use media_core::error::Error;
use media_core::integration::RtpBridge;
use media_core::session::ConferenceStatistics;
use media_core::{Injection, MediaHandle, MediaSessionHandle, SessionEvents};
use std::sync::atomic::AtomicI64;

/// What an answer brought.
#[derive(Debug)]
pub enum Brought {
    Nothing,
    Session(MediaSessionHandle),
    Room(Conference),
    Counts(ConferenceStatistics),
    Tap(Tap),
    Injection(Injection),
    Recording(Recording),
    Bridge(Box<RtpBridge>),
    Events(SessionEvents),
}

/// A request on its way.
pub struct Waiting {
    /// The verb.
    pub verb: &'static str,
    /// When it was asked, on the run's clock, ms.
    pub asked: u64,
    /// Nothing is wrong with it: only the engine's state is a reason to refuse it.
    pub sound: bool,
    poll: Box<dyn FnMut() -> Option<Result<Brought, Error>> + Send>,
}

impl Waiting {
    pub fn new<T: Send + 'static>(
        verb: &'static str,
        asked: u64,
        mut pending: Pending<T>,
        bring: impl Fn(T) -> Brought + Send + 'static,
    ) -> Self {
        Self { verb, asked, sound: false, poll: Box::new(move || pending.poll_now().map(|answer| answer.map(&bring))) }
    }

    pub fn sound(self, sound: bool) -> Self {
        Self { sound, ..self }
    }

    pub fn poll(&mut self) -> Option<Result<Brought, Error>> {
        (self.poll)()
    }
}

/// What callers share: the handle, and what exists as far as they know.
#[derive(Debug)]
pub struct Shared {
    pub handle: MediaHandle,
    pub size: Size,
    /// Sessions that exist or were asked for, as far as answers have told.
    pub alive: AtomicI64,
    pub sessions: std::sync::Mutex<Vec<MediaSessionHandle>>,
    pub rooms: std::sync::Mutex<Vec<Conference>>,
}

impl Shared {
    pub fn new(handle: MediaHandle, size: Size) -> Self {
        let (sessions, rooms) = <_>::default();
        Self { handle, size, alive: AtomicI64::new(0), sessions, rooms }
    }
}
