//! Real-time: packets of comfort noise (RFC 3389) on their way into a leg's receive path.

use crate::rt::PacketHeader;
use crate::telemetry::counters::LegCounters;
use crate::worker::leg::inward::LegReceiver;
use crate::worker::leg::inward::entry::Kind;

/// The static payload type (RFC 3551 section 6), for clocks of 8,000 Hz: senders use it unasked.
const COMFORT_NOISE: u8 = 13;

impl LegReceiver {
    /// With comfort noise that the peer sends under that payload type; streams of different seeds are not alike. Control
    /// side: allocates.
    #[must_use]
    pub fn with_noise(mut self, payload_type: u8, seed: u32) -> Self {
        self.path = self.path.with_noise(seed);
        self.noise_payload_type = Some(payload_type);
        self
    }

    /// With comfort noise of formats beside the first only. Control side: allocates.
    #[must_use]
    pub fn with_noise_of_others(mut self, seed: u32) -> Self {
        self.path = self.path.with_noise(seed);
        self
    }

    /// Whether packets of that payload type are comfort noise.
    pub(in crate::worker) fn takes_noise(&self, payload_type: u8) -> bool {
        let unasked = payload_type == COMFORT_NOISE && self.units == 80 && self.noise_payload_type.is_some();
        unasked || self.noise_payload_type == Some(payload_type) || self.noise_of(payload_type).is_some()
    }

    /// Takes a packet of comfort noise; false if it could not be kept at all.
    pub(in crate::worker) fn insert_noise(
        &mut self,
        header: &PacketHeader,
        payload: &[u8],
        counters: &mut LegCounters,
    ) -> bool {
        // Without an octet it says that the sender is silent, and no more: the noise stays what it was.
        let format = self.noise_of(header.payload_type).unwrap_or(0);
        let taken = self.put_in(header, payload, format, Kind::Noise, counters);
        counters.noise_packets_in += u64::from(taken);
        taken
    }
}
