//! Boundary: what is counted about one session's packets.

use super::rtcp::RtcpGauges;
use crate::rt::Gauge;
use crate::rtp::{RtpFault, SrtpFault};

/// Counters of one session's packets.
///
/// Written by the one thread that owns the session's `RtpPort`, read by anyone. The counts close:
/// `datagrams_in = packets_in + ring_full + flooded + refused + looped + collided + rtcp_in + oversized + the sum of faults + the sum of SRTP faults
/// + handshakes_in + handshakes_dropped`,
/// of which
/// `rtcp_in = rtcp_taken + rtcp_refused + rtcp_unread`; what workers emit is
/// `packets_out + no_remote + stale + malformed_out + srtp_unsent`. What came to the socket is `datagrams_in + kernel_dropped`.
// What is counted with every packet comes first and shares one cache line: with many sessions it is not in the cache.
#[derive(Debug, Default)]
#[repr(C, align(64))]
pub struct TransportGauges {
    /// Datagrams that arrived, whatever they were.
    pub datagrams_in: Gauge,
    /// RTP packets handed to the worker.
    pub packets_in: Gauge,
    /// Payload octets handed to the worker.
    pub octets_in: Gauge,
    /// RTP packets handed to the network; `send_errors` of them did not leave.
    pub packets_out: Gauge,
    /// Octets handed to the network, RTP headers included.
    pub octets_out: Gauge,
    /// RTCP packets that arrived, on either port.
    pub rtcp_in: Gauge,
    /// RTP packets of a source that the latch did not take.
    pub refused: Gauge,
    /// RTP packets of our own SSRC that came back (a loop, RFC 3550 section 8.2): not handed on.
    pub looped: Gauge,
    /// Keep-alives sent (RFC 6263); they are none of `packets_out`.
    pub keep_alives_out: Gauge,
    /// How often the remote address moved after it had been locked.
    pub relatched: Gauge,
    /// Datagrams or payloads that are longer than a packet slot.
    pub oversized: Gauge,
    /// Packets dropped since the worker's ring was full.
    pub ring_full: Gauge,
    /// The peer's packets dropped since more came than any stream has: beyond 128 at once and 1,000 a second.
    pub flooded: Gauge,
    /// RTP packets under our own SSRC that are not ours: another drew the same (RFC 3550 section 8.2). Not handed on.
    pub collided: Gauge,
    /// Outward packets dropped since no remote address is known yet.
    pub no_remote: Gauge,
    /// Outward packets dropped since they had waited too long for the I/O thread.
    pub stale: Gauge,
    /// Outward packets that no RTP packet can be written from.
    pub malformed_out: Gauge,
    /// Packets that the kernel did not take (no route, no buffer).
    pub send_errors: Gauge,
    /// Answers of the network that a packet did not reach its address (ICMP): nobody listens there, no way to there.
    pub unreachable: Gauge,
    /// Datagrams that the kernel dropped since the socket's receive buffer was full; known with the next that is read.
    pub kernel_dropped: Gauge,
    /// RTCP packets handed to the [`RtcpReader`](crate::integration::RtcpReader).
    pub rtcp_taken: Gauge,
    /// RTCP packets from another host than the peer's.
    pub rtcp_refused: Gauge,
    /// RTCP packets that nobody read: no reader was taken, or it was behind.
    pub rtcp_unread: Gauge,
    /// Datagrams of a handshake (STUN, DTLS) that were handed to the supervisor.
    pub handshakes_in: Gauge,
    /// Those that were not: more came than a handshake has, or too many waited.
    pub handshakes_dropped: Gauge,
    /// Datagrams of a handshake that were handed to the network; they are none of `packets_out`.
    pub handshakes_out: Gauge,
    /// Outward RTP packets that could not be protected: there is no key yet, or it protected all that it may.
    pub srtp_unsent: Gauge,
    /// RTCP packets and keep-alives that could not be protected.
    pub srtp_upkeep_unsent: Gauge,
    faults: [Gauge; RtpFault::ALL.len()],
    srtp_faults: [Gauge; SrtpFault::ALL.len()],
    /// What is known by RTCP.
    pub rtcp: RtcpGauges,
}

impl TransportGauges {
    /// How many datagrams were no RTP packets, for this reason.
    pub fn faults(&self, kind: RtpFault) -> u64 {
        self.faults[kind.index()].get()
    }

    /// How many datagrams were no RTP packets, for any reason.
    pub fn all_faults(&self) -> u64 {
        self.faults.iter().map(Gauge::get).sum()
    }

    /// How many datagrams were not taken on a protected session, for this reason.
    pub fn srtp_faults(&self, kind: SrtpFault) -> u64 {
        self.srtp_faults[kind.index()].get()
    }

    /// How many datagrams were not taken on a protected session, for any reason.
    pub fn all_srtp_faults(&self) -> u64 {
        self.srtp_faults.iter().map(Gauge::get).sum()
    }

    /// How many of all faults were keep-alives (RFC 6263), with which nothing is wrong.
    pub fn keep_alives(&self) -> u64 {
        RtpFault::ALL.into_iter().filter(|kind| kind.is_keep_alive()).map(|kind| self.faults(kind)).sum()
    }

    /// Counts a datagram that is no RTP packet. Real-time safe; the owner of the port only.
    pub(crate) fn count_fault(&self, kind: RtpFault) {
        match kind {
            RtpFault::Rtcp => {
                self.rtcp_in.add(1);
                self.rtcp_unread.add(1);
            }
            RtpFault::TooLong => self.oversized.add(1),
            _ => self.faults[kind.index()].add(1),
        }
    }

    /// Counts a datagram that a protected session does not take. Real-time safe; the owner of the port only.
    pub(crate) fn count_srtp_fault(&self, kind: SrtpFault) {
        self.srtp_faults[kind.index()].add(1);
    }

    /// Counts a packet of `octets` payload octets that the worker's ring took, or that found it full. Real-time safe; the
    /// owner of the port only.
    pub(crate) fn count_delivery(&self, taken: bool, octets: usize) {
        if taken {
            self.packets_in.add(1);
            self.octets_in.add(octets as u64);
        } else {
            self.ring_full.add(1);
        }
    }

    /// Counts a packet of `octets` octets handed to the network. Real-time safe; the owner of the port only.
    pub(crate) fn count_sent(&self, octets: usize) {
        self.packets_out.add(1);
        self.octets_out.add(octets as u64);
    }
}
