//! Control: a leg's way in, as its session's parameters have it made.

use crate::buffer::JitterPlan;
use crate::codec::Decoder;
use crate::error::Error;
use crate::session::params::MediaSessionParams;
use crate::worker::LegReceiver;

impl MediaSessionParams {
    /// A leg's way in around the decoder of its first format. Comfort noise of different seeds is not alike; one is drawn only
    /// where there may be such noise. Control side.
    pub(crate) fn build_receiver(
        &self,
        decoder: Decoder,
        jitter: JitterPlan,
        seed: impl FnOnce() -> u32,
    ) -> Result<LegReceiver, Error> {
        let red = self.redundancy.map(|red| red.receive_payload_type);
        let receive = LegReceiver::new(decoder, self.receive.sample_rate(), jitter, self.most_bits());
        let receive = receive.with_redundancy(red);
        let receive = match self.comfort_noise {
            Some(noise) => receive.with_noise(noise.receive_payload_type, seed()),
            // Senders use the static payload type unasked.
            None if self.takes_static_noise() => receive.with_noise(13, seed()),
            // Of another of its formats.
            None if self.others.iter().any(|other| other.comfort_noise.is_some()) => {
                receive.with_noise_of_others(seed())
            }
            None => receive,
        };
        let formats = self.inward_formats(self.receive.sample_rate())?;
        Ok(receive.with_formats(self.receive.payload_type(), formats))
    }
}
