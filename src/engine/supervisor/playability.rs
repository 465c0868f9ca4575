//! Control: silence has a voice: a session whose peer's packets come and cannot be played is told of, with cause and remedy.
//!
//! Looked at once a second. Told when [`ENOUGH`] such packets have come since anything was last taken, once; and again only
//! after the session was heard and ceased to be.

use super::Supervisor;
use super::session::Session;
use crate::rtp::RtpFault;
use crate::session::{EventKind, Unplayable};
use crate::types::SessionId;

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
pub(super) struct Playability {
    taken: u64,
    causes: [u64; CAUSES],
    told: bool,
}

impl Session {
    /// The cause of the silence, if there is one that is to be told.
    fn silence(&mut self) -> Option<Unplayable> {
        let leg = &self.gauges;
        let mut causes = [0; CAUSES];
        (causes[0], causes[1]) = (leg.unknown_payload_type.get(), leg.bad_payload.get());
        for (count, kind) in causes.iter_mut().skip(2).zip(PROTOCOLS) {
            *count = self.transport.faults(kind);
        }
        let (taken, before) = (leg.packets_in.get(), &mut self.playability);
        if taken != before.taken {
            let plenty = taken.wrapping_sub(before.taken) >= ENOUGH;
            *before = Playability { taken, causes, told: before.told && !plenty };
            return None;
        }
        let grown = |at: usize| causes[at].wrapping_sub(before.causes[at]);
        let most = (0..CAUSES).max_by_key(|&at| (grown(at), CAUSES - at))?;
        if before.told || grown(most) < ENOUGH {
            return None;
        }
        before.told = true;
        let payload_type = leg.unplayable_type.get() as u8;
        Some(match most {
            0 => Unplayable::PayloadType(payload_type),
            1 => Unplayable::Payload { payload_type, octets: leg.unplayable_octets.get() },
            at => Unplayable::Protocol(PROTOCOLS[at - 2]),
        })
    }
}

impl Supervisor {
    /// Tells of sessions that are silent although packets come.
    pub(super) fn tell_unplayable(&mut self) {
        let silent = |session: &mut Session| session.silence().map(|cause| (session.id, cause));
        let silent: Vec<(SessionId, Unplayable)> = self.sessions.values_mut().filter_map(silent).collect();
        for (id, cause) in silent {
            self.warn_of(id, format_args!("nothing is heard of its peer: {cause}"));
            self.tell(id, EventKind::Unplayable(cause));
        }
    }
}
