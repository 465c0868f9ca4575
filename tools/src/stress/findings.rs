//! Control: what was found wrong, and how much was done. Shared by all threads of a run.

use super::refusal::kind;
use media_core::error::Error;
use serde::Serialize;
use std::collections::BTreeMap;
use std::panic;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, Once, PoisonError};

/// A panic whose text begins so is ours.
pub const PLANTED: &str = "planted:";

static FOREIGN_PANICS: AtomicU64 = AtomicU64::new(0);

/// Counts panics that nobody planted, off media threads: what happens on those is told by events. Planted ones are silent.
pub fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let planted = info.payload().downcast_ref::<&str>().is_some_and(|text| text.starts_with(PLANTED));
            if !planted {
                FOREIGN_PANICS.fetch_add(1, Relaxed);
                before(info);
            }
        }));
    });
    media_core::rt::panic_hook::install();
}

/// Panics so far that nobody planted.
pub fn foreign_panics() -> u64 {
    FOREIGN_PANICS.load(Relaxed)
}

/// See the module text.
#[derive(Debug, Default)]
pub struct Findings {
    first: Mutex<Vec<String>>,
    count: AtomicU64,
    balanced: AtomicU64,
    rooms: AtomicU64,
    sharing: AtomicU64,
    answers: Mutex<BTreeMap<&'static str, Answers>>,
}

/// How a verb was answered.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Answers {
    /// With a value.
    pub done: u64,
    /// With an error.
    pub refused: u64,
    /// Those, by kind of error.
    pub kinds: BTreeMap<String, u64>,
}

impl Findings {
    /// Enters what is wrong; of many the first twenty are kept.
    pub fn found(&self, what: String) {
        self.count.fetch_add(1, Relaxed);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        if first.len() < 20 {
            first.push(what);
        }
    }

    /// Enters that a session's counts were looked at.
    pub fn balanced(&self) {
        self.balanced.fetch_add(1, Relaxed);
    }

    /// Sessions whose counts were looked at.
    pub fn sessions_balanced(&self) -> u64 {
        self.balanced.load(Relaxed)
    }

    /// Enters that a room's counts were looked at, and whether members of it had shared an encoder.
    pub fn looked_at_a_room(&self, shares: bool) {
        self.rooms.fetch_add(1, Relaxed);
        self.sharing.fetch_add(u64::from(shares), Relaxed);
    }

    /// Looks at the counts of rooms, and those of them in which members had shared an encoder.
    pub fn rooms_sharing(&self) -> (u64, u64) {
        (self.rooms.load(Relaxed), self.sharing.load(Relaxed))
    }

    /// Enters an answer.
    pub fn answered(&self, verb: &'static str, refusal: Option<&Error>) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = answers.entry(verb).or_default();
        match refusal {
            None => entry.done += 1,
            Some(error) => {
                entry.refused += 1;
                *entry.kinds.entry(kind(error)).or_default() += 1;
            }
        }
    }

    /// How much is wrong, and the first of it.
    pub fn all(&self) -> (u64, Vec<String>) {
        (self.count.load(Relaxed), self.first.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Answers by verb.
    pub fn answers(&self) -> BTreeMap<&'static str, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
