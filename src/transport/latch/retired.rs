//! Pure: addresses that were the peer's until signalling named another.

use crate::transport::latch::claim::{is_translated, same};
use std::net::SocketAddr;

const PLACES: usize = 4;

#[derive(Debug, Clone, Copy)]
struct Former {
    address: SocketAddr,
    /// What was signalled while it was the peer's.
    under: SocketAddr,
    /// It was where signalling said.
    kept: bool,
}

/// The last few of them.
#[derive(Debug, Default)]
pub(super) struct Retired {
    places: [Option<Former>; PLACES],
    next: usize,
}

impl Retired {
    pub fn add(&mut self, address: SocketAddr, under: SocketAddr) {
        if self.find(address).is_some() {
            return;
        }
        if let Some(place) = self.places.get_mut(self.next) {
            *place = Some(Former { address, under, kept: same(address, under) });
        }
        self.next = (self.next + 1) % PLACES;
    }

    /// Signalling names `remote` (again): what belonged to it is retired no more. Where its packets came from then, if from
    /// elsewhere.
    pub fn restore(&mut self, remote: SocketAddr) -> Option<SocketAddr> {
        let mut source = None;
        for place in &mut self.places {
            if let Some(former) = place.filter(|former| same(former.under, remote) || same(former.address, remote)) {
                source = source.or((!former.kept).then_some(former.address));
                *place = None;
            }
        }
        source
    }

    pub fn contains(&self, address: SocketAddr) -> bool {
        self.find(address).is_some()
    }

    /// Whether the present peer may still be there: what was signalled then was not where it sent from, and what is signalled
    /// now names the same host, or no host that could be reached.
    pub fn may_return(&self, address: SocketAddr, signalled: SocketAddr, near: bool) -> bool {
        let same_party = signalled.ip() == address.ip() || !near && is_translated(signalled, address);
        self.find(address).is_some_and(|former| !former.kept) && same_party
    }

    fn find(&self, address: SocketAddr) -> Option<&Former> {
        self.places.iter().flatten().find(|former| same(former.address, address))
    }
}
