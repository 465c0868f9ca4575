//! Pure: whose packets a session takes, and where its own go: symmetric RTP (RFC 4961) that a stranger cannot hijack.

mod candidates;
mod claim;
mod destination;
mod mode;
mod retired;
mod signalling;
mod source;

use crate::rtp::RtpHeader;
use crate::types::{MediaTime, SequenceNumber};
use candidates::Candidates;
use claim::{Claim, same};
use retired::Retired;
use source::{Shown, Source};
use std::net::SocketAddr;
use std::time::Duration;

pub use mode::LatchMode;
pub use signalling::Expectation;

/// So many packets in sequence let a source take over where its claim is better or its stream goes on.
pub const LOCK_AFTER: u8 = 3;
/// So long the heard address must be silent before its stream is taken from another.
pub const REBIND_SILENCE: Duration = Duration::from_millis(200);
/// So long the heard address must be silent before another source on the peer's host is taken.
pub const SOURCE_SILENCE: Duration = Duration::from_secs(2);
/// For so long after anything came of the signalled host no stranger is sent to: longer than between two RTCP reports.
pub const HOST_PRESENCE: Duration = Duration::from_secs(10);
/// For so long after its last packet an address that has not proven itself is sent to: longer than between two keep-alives.
pub const GRANT: Duration = Duration::from_secs(20);

const UNPROVEN_SILENCE: Duration = Duration::from_millis(500);
const COMPARED_AFTER: u8 = 5;
const PLAIN_PROOF: u8 = 16;
// Milliseconds of speech: until then a retired source may be what the former phone still sends.
const RETURN_AFTER: u16 = 5_000;

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

/// One session's latch.
///
/// Whose packets a session takes, and where its own go: symmetric RTP (RFC 4961) that a stranger cannot hijack.
///
/// Two questions that are asked apart: **who is heard** (one source at a time) and **where packets go** (to that source only
/// if it is entitled to them, else to the signalled address). RTP has no proof of origin, so both are decided by what a
/// source can show, strongest first: its *address* (the signalled one; another port of that host, as translators make of it;
/// any other), the *payload types* that were negotiated, the *stream* (SSRC and numbering go on), and its *packets over time*
/// (in sequence; as often as who speaks sends, or as long as the time between them; for two seconds: *proven*).
///
/// **Who is heard**
/// 1. While nobody is, the first that comes, so that no first word is lost (early media, a phone behind a translator). Who has
///    sent keep-alives only keeps nobody out, and takes its place back with the next one.
/// 2. *A better claim* takes over: the signalled address, or its host, from a stranger at any time (at once while that one
///    is not proven, else with its third packet in sequence); one that sends what was negotiated from one that does not, with
///    the fifth, while that one is not proven.
/// 3. *The same stream from elsewhere* (a new mapping of a translator) takes over with three packets in sequence once the old
///    address was silent for [`REBIND_SILENCE`], and inherits what spoke for it.
/// 4. *Another source on the peer's host* takes over with three packets in sequence after [`SOURCE_SILENCE`].
/// 5. *Who is not proven holds no seat*: it loses it to an equal claim after half a second of silence, or to one that sends much
///    more often. Three packets, or one each 150 ms, keep nobody out.
/// 6. A proven source that falls silent is lost to no stranger: a phone that is muted stays the peer.
/// 7. *Signalling names another address*: what was heard until then is retired, and not heard again before it is signalled
///    again. Only one that was never where signalling said, and is still on the signalled host or behind a translator, may
///    return, after five seconds. Naming the same address again changes nothing: a session refresh opens no latch.
///
/// **Where packets go.** To who is heard, if it is the signalled address, or continues its stream; if it is on that host, or
/// nothing is signalled, or the signalled address is one that cannot be reached from here ([RFC 1918] and its like, in a block
/// that we are not in ourselves) and the source is elsewhere: from three packets in sequence. A stranger beside a signalled address that can be reached must have
/// spoken for a second, with a negotiated payload type, while nothing (RTCP, keep-alives) came of the signalled host for
/// [`HOST_PRESENCE`], and while the session takes media at all: so a phone that only listens is not robbed. **An address that
/// has not proven itself is sent to for [`GRANT`] after its last packet**, then packets go to the signalled one again: that
/// bounds what a forged sender can direct at a victim to 20 s of one call for each burst of its own.
///
/// [`LatchMode::Strict`] takes the signalled address only, [`LatchMode::Asymmetric`] hears by the rules above and sends to the
/// signalled address. 0.0.0.0 or `::` is hold (RFC 3264 section 8.4): nothing is sent until an address is named.
///
/// **What cannot be had without SRTP**: to tell a forger who knows SSRC and sequence number, or sends from the peer's own
/// host, or speaks for two seconds before a peer does whose address says no more; nor to tell long packets from rare ones by
/// their octets where a codec's rate varies (Opus in packets of 100 ms and more is never proven). An SSRC that changes at the
/// same address is the jitter buffer's business.
///
/// [RFC 1918]: https://www.rfc-editor.org/rfc/rfc1918
#[derive(Debug)]
#[repr(C)]
pub struct Latch {
    heard: Option<Source>,
    signalled: Option<SocketAddr>,
    expectation: Expectation,
    /// Hold by 0.0.0.0.
    silenced: bool,
    mode: LatchMode,
    /// The address that was told of last.
    told: Option<SocketAddr>,
    /// When anything of the signalled host came last.
    host_present: Option<MediaTime>,
    /// A source that was proven, or kept its way open, under what is signalled now.
    known: Option<SocketAddr>,
    /// The signalled address itself was proven: packets leave it for no other source of its host.
    kept: bool,
    retired: Retired,
    candidates: Candidates,
}

impl Latch {
    /// Judges a well-formed packet of so many octets of payload that arrived at `now`. Real-time safe.
    pub fn judge(&mut self, from: SocketAddr, header: &RtpHeader, octets: usize, now: MediaTime) -> Verdict {
        let (fits, sounds) = (self.expectation.takes(header.payload_type), self.expectation.sounds(octets));
        self.judge_as(from, Shown::rtp(header, fits, sounds), now)
    }

    /// Judges a datagram that is no RTP. It has neither SSRC nor sequence number that could tell a peer who moved from a
    /// stranger, so that rule 3 never holds. Real-time safe.
    pub fn judge_plain(&mut self, from: SocketAddr, now: MediaTime) -> Verdict {
        let verdict = self.judge_without_numbers(from, true, now);
        if let Some(heard) = &mut self.heard {
            // Datagrams of other protocols come when they come.
            heard.proven |= heard.longest_run >= PLAIN_PROOF;
        }
        verdict
    }

    /// A datagram that says nothing but that its sender is there: keep-alives (RFC 6263), RTCP. A keep-alive of a host of which
    /// nothing better is known may show where it is to be found behind its translator. Real-time safe.
    pub fn note_presence(&mut self, from: SocketAddr, is_rtcp: bool, now: MediaTime) -> Verdict {
        self.note_host(from, now);
        match &mut self.heard {
            // Its numbers are not touched: its stream may go on from elsewhere.
            Some(heard) if !is_rtcp && heard.speaks && same(heard.address, from) => {
                heard.present = now;
                self.taken(now)
            }
            _ if !is_rtcp => self.judge_without_numbers(from, false, now),
            Some(heard) if heard.address.ip() == from.ip() => {
                heard.present = now;
                Verdict::Taken
            }
            _ => Verdict::Refused,
        }
    }

    fn judge_without_numbers(&mut self, from: SocketAddr, speaks: bool, now: MediaTime) -> Verdict {
        let before = self.heard.as_ref().filter(|heard| same(heard.address, from));
        let stranger = self.heard.map_or(0, |heard| !heard.ssrc);
        let ssrc = before.map_or(stranger, |heard| heard.ssrc);
        let last = before.or(self.candidates.at(from)).map(|source| source.sequence.0.wrapping_add(1));
        let sequence = SequenceNumber(last.unwrap_or(0));
        self.judge_as(from, Shown { ssrc, sequence, fits: speaks, speaks, sounds: Duration::ZERO }, now)
    }

    fn judge_as(&mut self, from: SocketAddr, shown: Shown, now: MediaTime) -> Verdict {
        if self.mode == LatchMode::Strict && !self.signalled.is_some_and(|signalled| same(signalled, from)) {
            return Verdict::Refused;
        }
        self.note_host(from, now);
        if let Some(heard) = self.heard.as_mut().filter(|heard| same(heard.address, from)) {
            heard.hear(shown, now);
            return self.taken(now);
        }
        let claim = self.claim(from);
        let Some(candidate) = self.candidates.hear(from, shown, claim, now) else { return Verdict::Refused };
        let Some(candidate) = self.admitted(candidate) else { return Verdict::Refused };
        let Some(turn) = self.heard.as_ref().map_or(Some(Turn::at_once()), |heard| turn(heard, &candidate, now)) else {
            return Verdict::Refused;
        };
        if candidate.run < turn.after {
            // Where the other one is silent, nobody speaks between, and no word need be lost.
            return if turn.silent { Verdict::Taken } else { Verdict::Refused };
        }
        self.seat(candidate);
        self.taken(now)
    }

    /// The candidate with what speaks for it; `None` for a retired one that may not return, or not yet (rule 7).
    fn admitted(&self, candidate: Source) -> Option<Source> {
        if candidate.claim > Claim::Retired {
            return Some(candidate);
        }
        let claim = Claim::of(self.signalled, candidate.address);
        let may_return = self
            .signalled
            .is_none_or(|signalled| self.retired.may_return(candidate.address, signalled, self.expectation.near));
        (may_return && candidate.spoken >= RETURN_AFTER).then(|| candidate.claiming(claim))
    }

    fn claim(&self, from: SocketAddr) -> Claim {
        if self.retired.contains(from) {
            return Claim::Retired;
        }
        let known = self.known.is_some_and(|known| same(known, from));
        Claim::of(self.signalled, from).max(if known { Claim::Host } else { Claim::Stranger })
    }

    /// The candidate is heard from now on.
    fn seat(&mut self, mut candidate: Source) {
        self.candidates.remove(candidate.address);
        if self.known.is_some_and(|known| same(known, candidate.address)) {
            // It was sent to before.
            candidate.longest_run = candidate.longest_run.max(LOCK_AFTER);
        }
        if let Some(before) = self.heard {
            if candidate.continues(&before) {
                // What spoke for the stream speaks for it wherever it comes from.
                candidate.claim = candidate.claim.max(before.claim);
                candidate.proven |= before.proven;
            } else if (before.proven || before.listens()) && before.claim < Claim::Signalled {
                self.known = Some(before.address);
            }
            self.kept |= before.proven && before.claim == Claim::Signalled;
        }
        self.heard = Some(candidate);
    }

    fn note_host(&mut self, from: SocketAddr, now: MediaTime) {
        if self.signalled.is_some_and(|signalled| signalled.ip() == from.ip()) {
            self.host_present = Some(now);
        }
    }

    /// A packet of who is heard was taken; whether packets go there from now on.
    fn taken(&mut self, now: MediaTime) -> Verdict {
        let Some(heard) = &self.heard else { return Verdict::Taken };
        if !self.is_entitled(heard, now) || self.told.is_some_and(|told| same(told, heard.address)) {
            return Verdict::Taken;
        }
        self.told = Some(heard.address);
        Verdict::Latched
    }
}

/// When a candidate takes over.
struct Turn {
    /// With so many packets in sequence.
    after: u8,
    /// The one that is heard is silent meanwhile.
    silent: bool,
}

impl Turn {
    fn at_once() -> Self {
        Self { after: 1, silent: true }
    }
}

/// Rules 2 to 6: whether `candidate` is to be heard in place of `heard`.
fn turn(heard: &Source, candidate: &Source, now: MediaTime) -> Option<Turn> {
    let silence = now - heard.heard;
    if !heard.speaks && candidate.speaks && candidate.fits && candidate.claim >= heard.claim {
        // Keep-alives say where somebody is, not that nobody else is to be heard.
        return Some(Turn::at_once());
    }
    let (better, equal) = (candidate.rank() > heard.rank(), candidate.rank() >= heard.rank());
    if better && candidate.claim >= Claim::Host && candidate.claim > heard.claim {
        return Some(if heard.proven { Turn { after: LOCK_AFTER, silent: false } } else { Turn::at_once() });
    }
    if candidate.continues(heard) && silence >= REBIND_SILENCE {
        return Some(Turn { after: LOCK_AFTER, silent: true });
    }
    let same_host = candidate.claim >= Claim::Host || candidate.address.ip() == heard.address.ip();
    if same_host && silence >= SOURCE_SILENCE {
        return Some(Turn { after: LOCK_AFTER, silent: true });
    }
    let silent = silence >= UNPROVEN_SILENCE;
    let denser = candidate.fits && candidate.is_dense() && heard.is_sparse_beside(candidate);
    let weaker = better || silent || denser;
    // Who is gone for long is no better than who is there, whatever it sent.
    let no_worse = equal || silence >= SOURCE_SILENCE && candidate.claim >= heard.claim;
    (!heard.proven && no_worse && weaker).then_some(Turn { after: COMPARED_AFTER, silent })
}

#[cfg(test)]
mod tests;
