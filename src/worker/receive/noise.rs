//! Real-time: packets of comfort noise (RFC 3389) on their way into a leg's receive path.

use super::Receive;
use super::entry::Kind;
use crate::codec::audio::comfort_noise::ComfortNoise;
use crate::rt::{PacketHeader, PayloadPool};
use crate::worker::gauges::Counters;

impl Receive {
    /// With comfort noise that the peer sends under that payload type; streams of different seeds are not alike. Control
    /// side: allocates.
    #[must_use]
    pub fn with_noise(mut self, payload_type: u8, seed: u32) -> Self {
        self.path = self.path.with_noise(seed);
        self.noise_payload_type = Some(payload_type);
        self
    }

    /// Whether packets of that payload type are comfort noise.
    pub(in crate::worker) fn takes_noise(&self, payload_type: u8) -> bool {
        self.noise_payload_type == Some(payload_type)
    }

    /// Takes a packet of comfort noise; false if it could not be kept at all.
    pub(in crate::worker) fn insert_noise(
        &mut self,
        header: &PacketHeader,
        payload: &[u8],
        pool: &mut PayloadPool,
        counters: &mut Counters,
    ) -> bool {
        if ComfortNoise::parse(payload).is_err() {
            counters.bad_payload += 1;
            return false;
        }
        let taken = self.put_in(header, payload, Kind::Noise, pool, counters);
        counters.noise_packets_in += u64::from(taken);
        taken
    }
}
