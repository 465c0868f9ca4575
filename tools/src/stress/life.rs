//! Control: what the lives of all engines have in common: their callers, and what must hold at the end.

use super::actor::Actor;
use super::codec;
use super::config::Size;
use super::dice::Dice;
use super::findings::{Findings, foreign_panics};
use super::waiting::Shared;
use crate::soak::ledger::Entry;
use media_core::engine::Events;
use media_core::session::{EventKind, SessionStatistics};
use media_core::types::SessionId;
use media_core::{MediaHandle, MediaSessionHandle, rt};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};

/// What is counted for the whole process, before a life.
#[derive(Debug)]
pub struct Before {
    parcels: u64,
    panics: u64,
}

impl Before {
    pub fn now() -> Self {
        Self { parcels: rt::leaked_parcels(), panics: foreign_panics() }
    }

    /// Looks whether all came home and nothing panicked.
    pub fn check(&self, life: u64, findings: &Findings) {
        let (parcels, panics) = (rt::leaked_parcels() - self.parcels, foreign_panics() - self.panics);
        for (what, count) in [("parcels did not come home", parcels), ("panics that nobody planted", panics)] {
            if count > 0 {
                findings.found(format!("#{life}: {count} {what}"));
            }
        }
        if codec::alive() != 0 {
            findings.found(format!("#{life}: {} halves of codecs were not freed", codec::alive()));
        }
    }
}

/// Callers of one engine.
pub fn callers(
    life: u64,
    dice: &mut Dice,
    (handle, size): (&MediaHandle, Size),
    (phones, count): (&Arc<[SocketAddr]>, u8),
    findings: &Arc<Findings>,
) -> (Arc<Shared>, Vec<Actor>) {
    let shared = Arc::new(Shared::new(handle.clone(), size));
    let actor =
        |n| Actor::new(format!("{life} caller {n}"), dice.split(), shared.clone(), phones.clone(), findings.clone());
    let actors = (0..count).map(actor).collect();
    (shared, actors)
}

/// Sessions as callers know them, and where they hear.
pub fn targets(shared: &Shared) -> Vec<(SessionId, SocketAddr)> {
    let sessions = shared.sessions.lock().unwrap_or_else(PoisonError::into_inner);
    sessions.iter().filter_map(|session| Some((session.id(), session.local_address()?))).collect()
}

/// Looks at what is told: a session whose codec keeps its contract is never parked.
pub fn watch(events: &Events, life: u64, findings: &Findings) {
    while let Some(event) = events.try_next() {
        let dialog = event.session.as_ref().map_or("", |(_, dialog)| dialog.as_str());
        match event.kind {
            EventKind::Parked if !dialog.starts_with("faithless") => {
                findings.found(format!("#{life}: {dialog} was parked: a panic of the engine's own"));
            }
            EventKind::ThreadEnded(thread) => findings.found(format!("#{life}: {thread:?} ended")),
            _ => {}
        }
    }
}

/// Looks whether the counts of a session that has fallen silent add up: of the leg at `first`, then of the port, then of
/// the leg again. One that sends on, say the rest of a long row of digits, is passed over.
pub fn balance(life: u64, session: &MediaSessionHandle, first: &SessionStatistics, entry: &Entry, findings: &Findings) {
    if (first.packets_in, first.packets_out) != (entry.leg.packets_in, entry.leg.packets_out) {
        return;
    }
    let (dialog, at) = (session.dialog(), session.local_address());
    for breach in entry.breaches(false) {
        findings.found(format!("#{life}: {dialog} at {at:?}: {breach}"));
    }
    findings.balanced();
}
