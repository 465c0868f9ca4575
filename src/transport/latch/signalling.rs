//! Pure: what signalling says to a latch: the address, payload types, direction.

use crate::transport::latch::claim::{Claim, same};
use crate::transport::latch::mode::LatchMode;
use crate::transport::latch::{Candidates, Latch, Retired, Source};
use std::net::SocketAddr;
use std::time::Duration;

/// What a session expects of its peer. Plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// Payload types that it may send, a bit each; 0: any.
    pub payload_types: u128,
    /// Whether it is to send at all (hold, or a peer that only listens, says no).
    pub receives: bool,
    /// The signalled address is private, and of a network that this machine is in as well: it is reached without a translator.
    pub near: bool,
    /// How it is heard and sent to from now on; `None`: as before.
    pub mode: Option<LatchMode>,
    /// Octets of payload a second that it sends at most while it speaks; 0: not known.
    pub octets_a_second: u32,
}

impl Default for Expectation {
    fn default() -> Self {
        Self { payload_types: 0, receives: true, near: false, mode: None, octets_a_second: 0 }
    }
}

impl Expectation {
    /// Of these payload types; of none: any.
    pub fn new(payload_types: impl IntoIterator<Item = u8>, receives: bool) -> Self {
        let bits = payload_types.into_iter().map(|payload_type| 1 << (payload_type & 0x7f));
        Self { payload_types: bits.fold(0, |all: u128, one: u128| all | one), receives, ..Self::default() }
    }

    /// With the signalled address in a network of our own, or not.
    #[must_use]
    pub fn near(self, near: bool) -> Self {
        Self { near, ..self }
    }

    /// With this mode from now on.
    #[must_use]
    pub fn mode(self, mode: LatchMode) -> Self {
        Self { mode: Some(mode), ..self }
    }

    /// With so many bits a second at most.
    #[must_use]
    pub fn most_bits(self, bits_a_second: u32) -> Self {
        Self { octets_a_second: bits_a_second / 8, ..self }
    }

    /// For how long so many octets of payload sound at least.
    pub(super) fn sounds(&self, octets: usize) -> Duration {
        let nanos = (octets as u64 * 1_000_000_000).checked_div(self.octets_a_second.into());
        Duration::from_nanos(nanos.unwrap_or(0))
    }

    pub(super) fn takes(&self, payload_type: u8) -> bool {
        self.payload_types == 0 || self.payload_types >> (payload_type & 0x7f) & 1 == 1
    }
}

impl Latch {
    /// A latch that has heard nobody yet.
    pub fn new(mode: LatchMode, signalled: Option<SocketAddr>) -> Self {
        let silenced = signalled.is_some_and(|signalled| signalled.ip().is_unspecified());
        Self {
            heard: None,
            signalled: signalled.filter(|_| !silenced),
            expectation: Expectation::default(),
            silenced,
            mode,
            told: None,
            host_present: None,
            known: None,
            kept: false,
            retired: Retired::default(),
            candidates: Candidates::default(),
        }
    }

    /// Whether packets go, or would go but for hold, to an address that was learnt.
    pub fn is_locked(&self) -> bool {
        self.told.is_some()
    }

    /// The address that was told of last.
    pub(in crate::transport) fn told(&self) -> Option<SocketAddr> {
        self.told
    }

    /// What the session expects of its peer from now on.
    pub fn expect(&mut self, expectation: Expectation) {
        self.expectation = expectation;
        self.mode = expectation.mode.unwrap_or(self.mode);
    }

    /// Signalling named an address (rule 7); the unspecified one is hold, and forgets nothing.
    pub fn signal(&mut self, remote: SocketAddr) {
        self.silenced = remote.ip().is_unspecified();
        if self.silenced || self.signalled.is_some_and(|signalled| same(signalled, remote)) {
            return;
        }
        if let Some(before) = self.signalled {
            self.retired.add(before, before);
            if let Some(heard) = self.heard {
                self.retired.add(heard.address, before);
            }
            self.heard = self.heard.filter(|heard| same(heard.address, remote));
        }
        // What came before anything was signalled may be this peer: its answer comes by a longer way than its media.
        self.heard = self.heard.map(|heard: Source| match same(heard.address, remote) {
            true => heard.claiming(Claim::Signalled),
            false => heard.on_probation(Claim::of(Some(remote), heard.address)),
        });
        self.told = self.told.filter(|told| same(*told, remote));
        self.known = self.retired.restore(remote);
        (self.signalled, self.kept) = (Some(remote), false);
        self.host_present = None;
        self.candidates = Candidates::default();
    }
}
