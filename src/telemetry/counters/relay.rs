//! Boundary: what a relay stream counts.

use crate::rt::Gauge;

/// What became of the packets that a relay stream took (RTCP apart), beside its
/// [`TransportGauges`](super::TransportGauges). The counts close: `packets_in = passed_on + held + unlinked + untranslated +
/// far_held + far_unknown`.
#[derive(Debug, Default)]
pub struct RelayGauges {
    /// Handed to the partner's socket.
    pub passed_on: Gauge,
    /// Dropped: inward hold.
    pub held: Gauge,
    /// Dropped: no partner.
    pub unlinked: Gauge,
    /// Dropped: a payload type that the two sides have not in common.
    pub untranslated: Gauge,
    /// Dropped: the partner is on outward hold.
    pub far_held: Gauge,
    /// Dropped: it is not known yet where the partner's peer is.
    pub far_unknown: Gauge,
}
