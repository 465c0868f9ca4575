//! Pure: whose packets a session takes, and where its own go: symmetric RTP (RFC 4961) that a stranger cannot hijack.
//!
//! **Once locked, the remote address moves only by one of these rules; every other source is refused.**
//!
//! 1. Nothing is locked yet: a packet from the signalled address locks at once. Any other source locks with its
//!    [`LOCK_AFTER`]th packet in sequence from one address with one SSRC; until then the first of them to come keeps the
//!    seat, and packets still go to the signalled address.
//! 2. *The peer moved* (an address translator gave it a new mapping): the same SSRC, its sequence numbers continuing,
//!    from another address, after the locked one fell silent for [`REBIND_SILENCE`].
//! 3. *The peer's device changed*: another SSRC from another port of the locked or signalled host, after the locked
//!    address fell silent for [`SOURCE_SILENCE`].
//! 4. *The signalled address appears* for the first time while another is locked: whoever came before was not whom
//!    signalling promised.
//! 5. Signalling names a new address: learning begins anew.
//!
//! Rules 2 to 4 ask for [`LOCK_AFTER`] packets in sequence as well. In strict mode only the signalled address counts.
//! An SSRC that changes at the locked address is the jitter buffer's business, not the latch's. What no rule can tell
//! apart is a forger who knows SSRC and sequence number, or who comes before the peer does and nothing is signalled:
//! SRTP is the remedy.

use crate::integration::LatchMode;
use crate::rtp::RtpHeader;
use crate::types::{MediaTime, SequenceNumber};
use std::net::SocketAddr;
use std::time::Duration;

/// So many packets in sequence make a source trustworthy.
pub const LOCK_AFTER: u8 = 3;
/// So long the locked address must be silent before the same SSRC is taken from another.
pub const REBIND_SILENCE: Duration = Duration::from_millis(200);
/// So long the locked address must be silent before another SSRC is taken from another port of its host.
pub const SOURCE_SILENCE: Duration = Duration::from_secs(2);

// RFC 3550 appendix A.1: a larger step is no dropout any more.
const MAX_DROPOUT: i16 = 3000;
// Further than this a source that is on probation does not jump.
const MAX_STEP: i16 = 16;
const LATE: i16 = -MAX_STEP;

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the peer's.
    Taken,
    /// It is the peer's, and the remote address is now this packet's.
    Latched,
    /// Not the peer's.
    Refused,
}

#[derive(Debug, Clone, Copy)]
struct Source {
    address: SocketAddr,
    ssrc: u32,
    sequence: SequenceNumber,
    heard: MediaTime,
    in_sequence: u8,
}

impl Source {
    fn new(from: SocketAddr, header: &RtpHeader, heard: MediaTime) -> Self {
        Self { address: from, ssrc: header.ssrc, sequence: SequenceNumber(header.sequence), heard, in_sequence: 1 }
    }
}

/// One session's latch. See the module text.
#[derive(Debug)]
#[repr(C)]
pub struct Latch {
    locked: Option<Source>,
    candidate: Option<Source>,
    signalled: Option<SocketAddr>,
    mode: LatchMode,
    /// The signalled address was locked: if it is left by rule 2 or 3, it is as any other.
    promise_kept: bool,
}

impl Latch {
    /// A latch that has heard nobody yet.
    pub fn new(mode: LatchMode, signalled: Option<SocketAddr>) -> Self {
        Self { mode, signalled, locked: None, candidate: None, promise_kept: false }
    }

    /// Where to send: the locked address, else the signalled one.
    pub fn remote(&self) -> Option<SocketAddr> {
        self.locked.map(|s| s.address).or(self.signalled)
    }

    /// Whether an address is locked.
    pub fn is_locked(&self) -> bool {
        self.locked.is_some()
    }

    /// Signalling named an address. The same as before changes nothing, so that a session refresh does not open the
    /// latch.
    pub fn signal(&mut self, remote: SocketAddr) {
        if self.signalled == Some(remote) {
            return;
        }
        self.signalled = Some(remote);
        self.candidate = None;
        self.locked = self.locked.filter(|s| s.address == remote);
        self.promise_kept = self.locked.is_some();
    }

    /// Judges a well-formed packet that arrived at `now`. Real-time safe.
    pub fn judge(&mut self, from: SocketAddr, header: &RtpHeader, now: MediaTime) -> Verdict {
        if let Some(locked) = self.locked.as_mut().filter(|locked| locked.address == from) {
            *locked = Source::new(from, header, now);
            // A candidate for rules 2 and 3 lives on the silence that ends here.
            if self.candidate.is_some_and(|c| self.promise_kept || self.signalled != Some(c.address)) {
                self.candidate = None;
            }
            return Verdict::Taken;
        }
        let promised = self.signalled == Some(from) && !self.promise_kept;
        match &self.locked {
            None if promised => self.lock(Source::new(from, header, now)),
            _ if self.mode == LatchMode::Strict => Verdict::Refused,
            Some(locked) if !promised && !may_follow(locked, self.signalled, from, header, now) => Verdict::Refused,
            _ => self.probe(from, header, now, promised),
        }
    }

    /// Judges a datagram that is no RTP. It has neither SSRC nor sequence number that could tell a peer who moved from a
    /// stranger, so that rule 2 never holds: another address is followed by rules 3 to 5 only. Real-time safe.
    pub fn judge_plain(&mut self, from: SocketAddr, now: MediaTime) -> Verdict {
        let own = self.locked.map_or(0, |locked| if locked.address == from { locked.ssrc } else { !locked.ssrc });
        let sequence = self.candidate.map_or(0, |seated| seated.sequence.0.wrapping_add(1));
        self.judge(from, &RtpHeader { ssrc: own, sequence, ..RtpHeader::default() }, now)
    }

    fn lock(&mut self, source: Source) -> Verdict {
        self.promise_kept |= self.signalled == Some(source.address);
        self.locked = Some(source);
        self.candidate = None;
        Verdict::Latched
    }

    /// Hears a source that may become the peer.
    fn probe(&mut self, from: SocketAddr, header: &RtpHeader, now: MediaTime, promised: bool) -> Verdict {
        let mut source = Source::new(from, header, now);
        if let Some(seated) = &self.candidate {
            let same = seated.address == from && seated.ssrc == header.ssrc;
            let step = source.sequence.distance_from(seated.sequence);
            if !same && !promised && now - seated.heard < REBIND_SILENCE {
                return Verdict::Refused;
            }
            match step {
                1..=MAX_STEP if same => source.in_sequence = seated.in_sequence.saturating_add(1),
                // Doubled or overtaken on the way: neither for the source nor against it.
                LATE..=0 if same => source = Source { heard: now, ..*seated },
                _ => {}
            }
        }
        if source.in_sequence >= LOCK_AFTER {
            return self.lock(source);
        }
        self.candidate = Some(source);
        Verdict::Taken
    }
}

/// Rules 2 and 3: whether a packet from elsewhere may be the locked peer's.
fn may_follow(
    locked: &Source,
    signalled: Option<SocketAddr>,
    from: SocketAddr,
    header: &RtpHeader,
    now: MediaTime,
) -> bool {
    let silence = now - locked.heard;
    if locked.ssrc == header.ssrc {
        let step = SequenceNumber(header.sequence).distance_from(locked.sequence);
        return silence >= REBIND_SILENCE && (1..=MAX_DROPOUT).contains(&step);
    }
    let same_host = from.ip() == locked.address.ip() || signalled.is_some_and(|s| s.ip() == from.ip());
    silence >= SOURCE_SILENCE && same_host
}
