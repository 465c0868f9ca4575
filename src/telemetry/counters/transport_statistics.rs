//! Control: a session's transport at one moment: what its port counted, datagrams that are no RTP packets by kind.

use super::TransportGauges;
use crate::rtp::{RtpFault, SrtpFault};

macro_rules! statistics {
    ($($(#[$doc:meta])* $field:ident),+ $(,)?) => {
        /// What a session's port counted since it began. The counts close:
        /// `datagrams_in = packets_in + ring_full + flooded + refused + looped + collided + rtcp_in + oversized` and the faults of all kinds,
        /// those of SRTP too, and `handshakes_in + handshakes_dropped`, of which `rtcp_in = rtcp_taken + rtcp_refused + rtcp_unread`; what media threads emit is
        /// `packets_out + no_remote + stale + malformed_out + srtp_unsent`. What came to the socket is `datagrams_in + kernel_dropped`.
        ///
        /// From [`MediaSessionHandle::transport_statistics`](crate::MediaSessionHandle::transport_statistics).
        ///
        /// ```
        /// use media_core::rtp::RtpFault;
        /// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
        /// use std::time::Duration;
        ///
        /// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
        /// let session = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
        /// let session = engine.complete(session)?;
        /// let (from, now) = (([192, 0, 2, 10], 4000).into(), engine.now());
        /// engine.network.send(from, session.local_address().unwrap(), b"not RTP at all, but text", now);
        /// engine.run_for(Duration::from_millis(50));
        /// let counts = engine.complete(session.transport_statistics())?;
        /// assert_eq!((counts.datagrams_in, counts.packets_in, counts.faults(RtpFault::BadVersion)), (1, 0, 1));
        /// # Ok::<(), media_core::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct TransportStatistics {
            $($(#[$doc])* pub $field: u64,)+
            faults: [u64; RtpFault::ALL.len()],
            srtp_faults: [u64; SrtpFault::ALL.len()],
        }

        impl TransportStatistics {
            pub(crate) fn read(gauges: &TransportGauges) -> Self {
                Self {
                    $($field: gauges.$field.get(),)+
                    faults: RtpFault::ALL.map(|kind| gauges.faults(kind)),
                    srtp_faults: SrtpFault::ALL.map(|kind| gauges.srtp_faults(kind)),
                }
            }

            /// Name and value of each; at last the datagrams that were no RTP packets, for whatever reason.
            pub(crate) fn list(&self) -> impl Iterator<Item = (&'static str, u64)> {
                let faults = ("faults", self.all_faults() - self.keep_alives());
                let keep_alives = ("keep_alives", self.keep_alives());
                let srtp = [
                    ("srtp_bad_tag", self.srtp_faults(SrtpFault::BadTag)),
                    ("srtp_replayed", self.srtp_faults(SrtpFault::Replayed)),
                    ("srtp_faults", self.all_srtp_faults()),
                ];
                [$((stringify!($field), self.$field)),+].into_iter().chain([keep_alives, faults]).chain(srtp)
            }
        }
    };
}

statistics! {
    /// Datagrams that arrived, whatever they were.
    datagrams_in,
    /// RTP packets handed to the media thread.
    packets_in,
    /// Payload octets handed to the media thread.
    octets_in,
    /// RTP packets handed to the network.
    packets_out,
    /// Octets handed to the network, RTP headers included.
    octets_out,
    /// RTCP packets that arrived.
    rtcp_in,
    /// RTP packets of a source that was not taken.
    refused,
    /// RTP packets of our own SSRC that came back: a loop (RFC 3550 section 8.2).
    looped,
    /// RTP packets under our own SSRC that are not ours: another drew the same number (RFC 3550 section 8.2), and the session has
    /// another one since ([`SsrcCollision`](crate::session::EventKind::SsrcCollision)).
    collided,
    /// Keep-alives sent (RFC 6263).
    keep_alives_out,
    /// How often the remote address moved after it had been locked.
    relatched,
    /// Datagrams longer than a packet slot.
    oversized,
    /// Packets dropped since the media thread's ring was full.
    ring_full,
    /// The peer's packets dropped since more came than any stream has: beyond 128 at once and 1,000 a second.
    flooded,
    /// Outward packets dropped since no remote address is known yet.
    no_remote,
    /// Outward packets dropped since they had waited too long.
    stale,
    /// Outward packets that no RTP packet can be written from.
    malformed_out,
    /// Datagrams of a handshake (STUN, DTLS) that were taken.
    handshakes_in,
    /// Those that were not: more came than a handshake has.
    handshakes_dropped,
    /// Datagrams of a handshake that were sent; they are none of `packets_out`.
    handshakes_out,
    /// Outward RTP packets that could not be protected: there is no key yet, or it protected all that it may (RFC 3711
    /// section 9.2).
    srtp_unsent,
    /// RTCP packets and keep-alives that could not be protected.
    srtp_upkeep_unsent,
    /// Packets that the kernel did not take.
    send_errors,
    /// Answers of the network that a packet did not reach its address.
    unreachable,
    /// Datagrams that the kernel dropped since the socket's receive buffer was full.
    kernel_dropped,
    /// RTCP packets handed to the reader.
    rtcp_taken,
    /// RTCP packets from another host than the peer's.
    rtcp_refused,
    /// RTCP packets that nobody read.
    rtcp_unread,
}

impl TransportStatistics {
    /// How many datagrams were no RTP packets, for this reason. RTCP and oversized ones have counts of their own.
    pub fn faults(&self, kind: RtpFault) -> u64 {
        self.faults[kind.index()]
    }

    /// How many datagrams were keep-alives (RFC 6263) that are no RTP packets.
    pub fn keep_alives(&self) -> u64 {
        RtpFault::ALL.into_iter().filter(|kind| kind.is_keep_alive()).map(|kind| self.faults(kind)).sum()
    }

    /// How many datagrams, of RTP and RTCP, were not taken on a session that is protected by SRTP, for this reason. What is
    /// not protected at all has a wrong tag there.
    pub fn srtp_faults(&self, kind: SrtpFault) -> u64 {
        self.srtp_faults[kind.index()]
    }

    /// How many were not taken there, for any reason.
    pub fn all_srtp_faults(&self) -> u64 {
        self.srtp_faults.iter().sum()
    }

    /// How many datagrams were no RTP packets, for any reason but those two; keep-alives are among them.
    pub fn all_faults(&self) -> u64 {
        self.faults.iter().sum()
    }
}
