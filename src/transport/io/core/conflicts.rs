//! I/O: who sent under an SSRC of ours (RFC 3550 section 8.2), and what has been said of it.

use crate::types::MediaTime;
use std::net::SocketAddr;
use std::time::Duration;

/// Addresses whose conflict is remembered.
const CONFLICTS: usize = 2;
/// After so long without a packet of it such an address is forgotten: ten intervals of reports.
const FORGOTTEN: Duration = Duration::from_secs(50);

/// An address that sent under an SSRC which was ours then.
#[derive(Debug, Clone, Copy)]
struct Conflict {
    from: SocketAddr,
    ssrc: u32,
    last: MediaTime,
}

/// What is known of our SSRC in the hands of others.
#[derive(Debug, Default)]
pub(super) struct Collisions {
    conflicts: [Option<Conflict>; CONFLICTS],
    /// The SSRC that is to be given up, and when the supervisor was told so.
    pub leaving: Option<(u32, MediaTime)>,
    pub loop_told: bool,
}

impl Collisions {
    /// Notes a packet of that address under our SSRC, with numbers that are not ours; whether it is a collision. Whoever took over
    /// our SSRC once and has our new one as well sends back what we send, if not as we sent it.
    pub fn collides(&mut self, from: SocketAddr, ssrc: u32, now: MediaTime) -> bool {
        let known = |place: &&mut Option<Conflict>| {
            place.is_some_and(|conflict| conflict.from == from && now - conflict.last < FORGOTTEN)
        };
        if let Some(Some(conflict)) = self.conflicts.iter_mut().find(known) {
            conflict.last = now;
            return conflict.ssrc == ssrc;
        }
        self.conflicts.rotate_right(1);
        self.conflicts[0] = Some(Conflict { from, ssrc, last: now });
        true
    }
}

#[cfg(test)]
mod tests;
