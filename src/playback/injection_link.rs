//! Boundary: what is told between an injection's ends: that it is over, and that it ran dry.

use crate::rt::Gauge;
use crate::types::BLOCK_MS;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::time::Duration;

/// The number of an injection: no other of the engine's has it.
///
/// Example: [`Injection`](crate::Injection).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InjectionId(pub(crate) u64);

impl fmt::Display for InjectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "i{}", self.0)
    }
}

/// What a media thread tells of an injection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InjectionNews {
    /// It ran dry.
    Dry,
    /// That is over, after so many blocks.
    Refilled(u32),
}

/// Ends an injection, and counts how often it ran dry.
#[derive(Debug, Clone)]
pub(crate) struct InjectionControl(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ends: AtomicBool,
    /// One writer: the media thread.
    underruns: Gauge,
}

impl InjectionControl {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared { ends: AtomicBool::new(false), underruns: Gauge::new() }))
    }

    /// The next block that sounds is faded out, and is the last.
    pub(crate) fn end(&self) {
        self.0.ends.store(true, Release);
    }

    /// Whether it was ended. Real-time safe.
    pub(in crate::playback) fn ends(&self) -> bool {
        self.0.ends.load(Acquire)
    }

    /// How often it ran dry.
    pub(crate) fn underruns(&self) -> u64 {
        self.0.underruns.get()
    }

    /// It ran dry. Real-time safe.
    pub(in crate::playback) fn count_underrun(&self) {
        self.0.underruns.add(1);
    }
}

impl InjectionNews {
    /// How long it was dry, once that is over.
    pub(crate) fn lasted(self) -> Option<Duration> {
        match self {
            Self::Dry => None,
            Self::Refilled(blocks) => Some(Duration::from_millis(u64::from(blocks) * u64::from(BLOCK_MS))),
        }
    }
}
