//! Pure: where packets go.

use crate::transport::latch::claim::{Claim, is_translated, same};
use crate::transport::latch::mode::LatchMode;
use crate::transport::latch::source::Source;
use crate::transport::latch::{GRANT, HOST_PRESENCE, LOCK_AFTER, Latch};
use crate::types::MediaTime;
use std::net::{IpAddr, SocketAddr};

// Milliseconds.
const SPOKEN: u16 = 1_000;

impl Latch {
    /// Where to send at `now`: to who is heard, if that one is entitled to it, else to the signalled address. Real-time safe.
    pub fn remote(&self, now: MediaTime) -> Option<SocketAddr> {
        if self.silenced {
            return None;
        }
        let entitled = self.heard.as_ref().filter(|heard| self.is_entitled(heard, now)).map(|heard| heard.address);
        match self.mode {
            LatchMode::Symmetric => entitled.or(self.signalled),
            LatchMode::Asymmetric | LatchMode::Strict => self.signalled.or(entitled),
        }
    }

    /// Whether anything but RTP may be taken from that host: it is signalled, or heard.
    pub fn knows_host(&self, host: IpAddr) -> bool {
        let known = |address: SocketAddr| address.ip() == host;
        self.signalled.is_some_and(known) || self.heard.is_some_and(|heard| known(heard.address))
    }

    /// Whether packets may go to who is heard.
    pub(super) fn is_entitled(&self, heard: &Source, now: MediaTime) -> bool {
        if heard.claim == Claim::Signalled || self.mode == LatchMode::Strict {
            return true;
        }
        let Some(signalled) = self.signalled else {
            return heard.longest_run >= LOCK_AFTER && in_time(heard, now);
        };
        if self.mode == LatchMode::Asymmetric {
            return false;
        }
        if heard.claim >= Claim::Host || same(signalled, heard.address) {
            return !self.kept && heard.longest_run >= LOCK_AFTER && in_time(heard, now);
        }
        if self.host_present.is_some_and(|present| now - present < HOST_PRESENCE) {
            return false;
        }
        let spoken = heard.spoken >= SPOKEN && (heard.is_dense() || heard.proven) && heard.fits;
        let vouched = match !self.expectation.near && is_translated(signalled, heard.address) {
            true => heard.longest_run >= LOCK_AFTER,
            // Hold takes nothing from who had it before.
            false => self.told.is_some_and(|told| same(told, heard.address)) || spoken && self.expectation.receives,
        };
        vouched && in_time(heard, now)
    }
}

fn in_time(heard: &Source, now: MediaTime) -> bool {
    heard.proven || now - heard.present < GRANT
}
