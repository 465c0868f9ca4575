//! Control: a relay stream as it is now, and what it counted.

use crate::session::direction::Direction;
use crate::telemetry::counters::{RelayGauges, TransportGauges};
use crate::types::{SessionId, StreamId};
use std::net::SocketAddr;

/// A relay stream as it is now.
///
/// Example: [`RelayParams`](crate::RelayParams).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelayState {
    /// Which: 1 for the first of `MediaSessionParams::relays`, and so on.
    pub stream: StreamId,
    /// Where its datagrams are to be sent: the address for the SDP. RTCP goes to the port above, unless it shares this one.
    pub local: SocketAddr,
    /// RTCP goes by the RTP port.
    pub rtcp_mux: bool,
    /// Which ways media flows.
    pub direction: Direction,
    /// The stream that it is connected to.
    pub partner: Option<(SessionId, StreamId)>,
    /// Payload types of its peer that go to the partner, each with the one it goes as; empty without a partner, where nothing
    /// fits, or where datagrams are no RTP.
    pub passes: Vec<(u8, u8)>,
}

/// What a relay stream counted since it began. Of what its peer sent: `datagrams_in = taken + refused + rtcp_in + oversized
/// + malformed`; of that `taken = passed_on + held + unlinked + untranslated + far_held + far_unknown` and
/// `rtcp_in = rtcp_passed_on + rtcp_refused + rtcp_dropped`.
///
/// Example: [`RelayParams`](crate::RelayParams).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelayStatistics {
    /// Datagrams that arrived, whatever they were.
    pub datagrams_in: u64,
    /// Packets of the peer's.
    pub taken: u64,
    /// Octets of their payloads.
    pub taken_octets: u64,
    /// Packets of a source that was not taken.
    pub refused: u64,
    /// How often the remote address moved after it had been locked.
    pub relatched: u64,
    /// Handed to the partner's socket.
    pub passed_on: u64,
    /// Dropped: inward hold.
    pub held: u64,
    /// Dropped: no partner.
    pub unlinked: u64,
    /// Dropped: a payload type that the two sides have not in common.
    pub untranslated: u64,
    /// Dropped: the partner is on outward hold.
    pub far_held: u64,
    /// Dropped: it is not known yet where the partner's peer is.
    pub far_unknown: u64,
    /// RTCP that arrived, on either port.
    pub rtcp_in: u64,
    /// RTCP handed to the partner's socket.
    pub rtcp_passed_on: u64,
    /// RTCP from another host than the peer's.
    pub rtcp_refused: u64,
    /// RTCP dropped for want of a partner, or of its peer's address.
    pub rtcp_dropped: u64,
    /// Datagrams of more than 1,500 octets.
    pub oversized: u64,
    /// Datagrams that are neither RTP nor RTCP, where those are carried.
    pub malformed: u64,
    /// Packets of the partner's peer handed to the network; `send_errors` of them did not leave.
    pub sent: u64,
    /// Octets of them, headers included.
    pub sent_octets: u64,
    /// Packets that the kernel did not take, RTCP included.
    pub send_errors: u64,
    /// Answers of the network that a packet did not reach its address.
    pub unreachable: u64,
    /// Datagrams that the kernel dropped since the socket's receive buffer was full.
    pub kernel_dropped: u64,
}

impl RelayStatistics {
    pub(crate) fn read(transport: &TransportGauges, relay: &RelayGauges) -> Self {
        Self {
            datagrams_in: transport.datagrams_in.get(),
            taken: transport.packets_in.get(),
            taken_octets: transport.octets_in.get(),
            refused: transport.refused.get(),
            relatched: transport.relatched.get(),
            passed_on: relay.passed_on.get(),
            held: relay.held.get(),
            unlinked: relay.unlinked.get(),
            untranslated: relay.untranslated.get(),
            far_held: relay.far_held.get(),
            far_unknown: relay.far_unknown.get(),
            rtcp_in: transport.rtcp_in.get(),
            rtcp_passed_on: transport.rtcp_taken.get(),
            rtcp_refused: transport.rtcp_refused.get(),
            rtcp_dropped: transport.rtcp_unread.get(),
            oversized: transport.oversized.get(),
            malformed: transport.all_faults(),
            sent: transport.packets_out.get(),
            sent_octets: transport.octets_out.get(),
            send_errors: transport.send_errors.get(),
            unreachable: transport.unreachable.get(),
            kernel_dropped: transport.kernel_dropped.get(),
        }
    }
}
