//! Real-time: what is heard while the sender is silent: the noise that it described (RFC 3389), else the background that
//! was heard of it.

use super::{BlockKind, PayloadSource, PlayoutReceiver};
use crate::buffer::packet::{Arrived, Due, Inserted};
use crate::codec::AudioDecoder;
use crate::codec::audio::comfort_noise::{ComfortNoise, ComfortNoiseGenerator};

impl<P: Copy> PlayoutReceiver<P> {
    /// With noise for a sender that describes its background. Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    #[must_use]
    pub fn with_noise(mut self, seed: u32) -> Self {
        self.noise = Some(Box::new(ComfortNoiseGenerator::new(seed)));
        self
    }

    /// Puts in a packet that describes noise; see [`JitterBuffer::insert_noise`](crate::buffer::JitterBuffer::insert_noise).
    pub fn insert_noise(&mut self, packet: Arrived<P>, mut released: impl FnMut(P)) -> Inserted {
        let inserted = self.jitter.insert_noise(packet, &mut released);
        if inserted == Inserted::Restarted {
            self.restart(released);
        }
        inserted
    }

    /// Puts in a packet with whose end the sender falls silent; see
    /// [`JitterBuffer::insert_last`](crate::buffer::JitterBuffer::insert_last).
    pub fn insert_last(&mut self, packet: Arrived<P>, mut released: impl FnMut(P)) -> Inserted {
        let inserted = self.jitter.insert_last(packet, &mut released);
        if inserted == Inserted::Restarted {
            self.restart(released);
        }
        inserted
    }

    /// Whether the sender's last word was a description of noise.
    pub fn is_in_noise(&self) -> bool {
        self.jitter.is_in_noise()
    }

    /// Takes a description over; what is none leaves the noise as it is.
    pub fn describe_noise(&mut self, payload: &[u8]) {
        if let (Some(noise), Ok(described)) = (&mut self.noise, ComfortNoise::parse(payload)) {
            noise.describe(&described);
        }
    }

    pub(super) fn begin_noise(&mut self, due: &Due<P>, payloads: &impl PayloadSource<P>) {
        self.mark_playout(due);
        self.describe_noise(payloads.octets(due.payload));
    }

    /// A block of what is heard while the sender is silent: what the codec makes of the sender's description, else noise
    /// like that which was described beside the codec, else like what was heard.
    pub(super) fn background<D: AudioDecoder + ?Sized>(&mut self, decoder: &mut D) -> BlockKind {
        self.look_at_hole();
        let own = self.timeline.append(self.block, |_, to| match decoder.background_into(to) {
            Ok(samples) if samples == to.len() => samples,
            _ => 0,
        });
        if own > 0 {
            self.own_noise = true;
            (self.broken, self.lost, self.good) = (false, 0, 0);
            return BlockKind::Silence;
        }
        (self.broken, self.lost, self.good) = (true, 0, 0);
        let (concealer, noise) = (&mut self.concealer, self.noise.as_deref_mut().filter(|noise| noise.is_described()));
        self.timeline.append(self.block, |_, to| match noise {
            Some(noise) => {
                noise.generate(to);
                to.len()
            }
            None => concealer.comfort(to),
        });
        BlockKind::Silence
    }

    pub(super) fn forget_noise(&mut self) {
        if let Some(noise) = &mut self.noise {
            noise.reset();
        }
    }
}
