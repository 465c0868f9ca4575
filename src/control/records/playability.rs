//! Control: whether a session is silent although packets of its peer come, and why.
//!
//! Looked at once a second. Told when [`ENOUGH`] such packets have come since anything was last taken, once; and again only
//! after the session was heard and ceased to be.

use crate::rtp::RtpFault;
use crate::session::Unplayable;
use crate::telemetry::counters::{LegGauges, TransportGauges};

/// So many packets are no accident.
const ENOUGH: u64 = 5;
/// What is not RTP of ours, but for keep-alives and RTCP.
const PROTOCOLS: [RtpFault; 6] = [
    RtpFault::TooShort,
    RtpFault::BadVersion,
    RtpFault::BadCsrc,
    RtpFault::BadExtension,
    RtpFault::Stun,
    RtpFault::Dtls,
];
const CAUSES: usize = 2 + PROTOCOLS.len();

/// What was counted when something was last taken.
#[derive(Debug, Default)]
pub(crate) struct Playability {
    taken: u64,
    causes: [u64; CAUSES],
    told: bool,
}

impl Playability {
    /// The cause of a session's silence, if there is one that is to be told.
    pub(crate) fn judge(&mut self, leg: &LegGauges, transport: &TransportGauges) -> Option<Unplayable> {
        let mut causes = [0; CAUSES];
        (causes[0], causes[1]) = (leg.unknown_payload_type.get(), leg.bad_payload.get());
        for (count, kind) in causes.iter_mut().skip(2).zip(PROTOCOLS) {
            *count = transport.faults(kind);
        }
        let taken = leg.packets_in.get();
        if taken != self.taken {
            let plenty = taken.wrapping_sub(self.taken) >= ENOUGH;
            *self = Playability { taken, causes, told: self.told && !plenty };
            return None;
        }
        let grown = |at: usize| causes[at].wrapping_sub(self.causes[at]);
        let most = (0..CAUSES).max_by_key(|&at| (grown(at), CAUSES - at))?;
        if self.told || grown(most) < ENOUGH {
            return None;
        }
        self.told = true;
        let payload_type = leg.unplayable_type.get() as u8;
        Some(match most {
            0 => Unplayable::PayloadType(payload_type),
            1 => Unplayable::Payload { payload_type, octets: leg.unplayable_octets.get() },
            at => Unplayable::Protocol(PROTOCOLS[at - 2]),
        })
    }
}
