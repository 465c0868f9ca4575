//! Real-time: what of a packet is encoded, by the output's own encoder or by one that it shares, and what kind of packet that makes.

use super::{FAINT, OutputPlan};
use crate::codec::audio::comfort_noise::ComfortNoise;
use crate::codec::{AudioEncoder, CodecFault};
use crate::worker::leg::shared_encoder::Stream;
use crate::worker::leg::{PacketKind, Sharing};

impl OutputPlan {
    /// Encodes a block, or all that was collected, into the payload behind what is there; by the encoder that all share who hear the
    /// same, where this output is in step with it. Returns how many octets that made.
    pub(super) fn encode(&mut self, block: Option<&[f32]>, sharing: Option<Sharing<'_>>) -> Result<usize, CodecFault> {
        let (pcm, from) = block.map_or((&*self.collected, 0), |block| (block, self.filled));
        let room = self.payload.get_mut(from..).unwrap_or_default();
        // A collected packet is shared if each of its blocks is.
        let sharing = sharing.filter(|_| block.is_some() || self.alike == self.blocks);
        let anew = match sharing {
            None => self.follower.go_alone(),
            Some(Sharing { encoder: shared, tick }) => {
                let by = (&mut self.follower, &self.encoder);
                let put = |made: &[u8]| {
                    room.get_mut(..made.len()).ok_or(CodecFault::ShortOutput)?.copy_from_slice(made);
                    Ok(made.len())
                };
                match shared.encode_for(by, pcm, self.low_complexity, tick).map(|made| made.and_then(put)) {
                    Some(filled) => {
                        self.descriptor = shared.is_descriptor();
                        return filled;
                    }
                    None if self.follower.bus().is_none() => false,
                    None => !shared.hand_over(&mut self.follower, &mut self.encoder) && self.follower.go_alone(),
                }
            }
        };
        if anew {
            // It fell out of step, and what it followed has gone on: what its own encoder remembers is long past.
            self.encoder.reset();
        }
        let filled = self.encoder.encode_into(pcm, room)?;
        self.descriptor = self.encoder.is_descriptor();
        Ok(filled)
    }

    /// As what it might be encoded together with others.
    pub(in crate::worker::leg) fn stream(&self) -> Stream<'_> {
        Stream {
            follower: &self.follower,
            encoder: &self.encoder,
            rate: self.rate,
            unit: self.unit(),
            blocks: self.blocks,
            pauses_by_descriptions: self.pauses_by_descriptions(),
        }
    }

    /// Blocks that its encoder takes at once.
    pub(crate) fn unit(&self) -> u8 {
        if self.collected.is_empty() { 1 } else { self.ptime.blocks() }
    }

    /// Whether it describes the noise of pauses, and judges by itself what a pause is.
    pub(crate) fn pauses_by_descriptions(&self) -> bool {
        self.pauses.is_some()
    }

    /// Where the peer takes comfort noise and nobody has anything to say, a full packet describes noise in place of silence,
    /// so that the line does not sound dead. DtxController have rules of their own. The encoder was led through the silence.
    pub(super) fn describe_nothing(&mut self) {
        let full = self.blocks == self.ptime.blocks();
        if full
            && self.nothing
            && self.pauses.is_none()
            && self.noise_payload_type.is_some()
            && let Ok(filled) = ComfortNoise::new(FAINT, &[]).write(&mut self.payload)
        {
            (self.filled, self.kind) = (filled, PacketKind::Noise);
        }
    }

    pub(super) fn kind_of_audio(&self) -> PacketKind {
        if self.descriptor { PacketKind::Descriptor } else { PacketKind::Audio }
    }
}
