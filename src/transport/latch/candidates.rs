//! Pure: the sources that are looked at beside the one that is heard.

use crate::transport::latch::claim::{Claim, same};
use crate::transport::latch::source::{Shown, Source};
use crate::types::MediaTime;
use std::net::SocketAddr;
use std::time::Duration;

/// So many are compared at once.
const PLACES: usize = 4;
/// Who has not come for so long makes room.
const STALE: Duration = Duration::from_secs(1);

/// A fixed table. Whoever sprays packets from ever new addresses pushes out others like itself: a source whose address says
/// more, or that has sent in sequence already, keeps its place.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    places: [Option<Source>; PLACES],
    random: u32,
}

impl Candidates {
    /// Hears a packet of a source beside the one that is heard; `None`: there was no room for it.
    pub fn hear(&mut self, from: SocketAddr, shown: Shown, claim: Claim, now: MediaTime) -> Option<Source> {
        let fresh = Source::new(from, shown, claim, now);
        if let Some(known) = self.places.iter_mut().flatten().find(|known| same(known.address, from)) {
            if known.ssrc == shown.ssrc {
                known.hear(shown, now);
                known.claim = claim;
            } else {
                *known = fresh;
            }
            return Some(*known);
        }
        // Which of equals makes room is not for them to foresee.
        self.random = self.random.wrapping_mul(0x9e37_79b1).wrapping_add(now.as_nanos() as u32 | 1);
        let start = (self.random >> 24) as usize;
        let place = (0..PLACES).map(|at| (start + at) % PLACES).min_by_key(|&at| {
            self.places[at].as_ref().map_or((0, 0), |source| {
                let stale = now - source.heard > STALE;
                (1 + u16::from(source.rank()) * u16::from(!stale), source.run.min(2))
            })
        })?;
        let held = self.places[place].as_ref();
        let gives_way = held.is_none_or(|held| {
            now - held.heard > STALE || held.rank() < fresh.rank() || (held.rank() == fresh.rank() && held.run < 2)
        });
        gives_way.then(|| *self.places[place].insert(fresh))
    }

    /// Takes out what was known of an address.
    pub fn remove(&mut self, address: SocketAddr) {
        for place in &mut self.places {
            if place.is_some_and(|source| same(source.address, address)) {
                *place = None;
            }
        }
    }

    pub fn at(&self, address: SocketAddr) -> Option<&Source> {
        self.places.iter().flatten().find(|source| same(source.address, address))
    }
}
