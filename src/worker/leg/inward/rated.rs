//! Real-time: a decoder whose audio comes at the rate of its leg, whatever its own rate is.
//!
//! Where both are the same nothing is done. Else blocks of 10 ms are converted as they are decoded; packets that are no
//! whole number of blocks come through a queue that begins with a block of silence.

use crate::codec::{AudioDecoder, CodecFault, Decoder};
use crate::processing::format::Resampler;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::SampleRate;

/// The longest packet that is decoded whole, in blocks.
const MAX_WHOLE_BLOCKS: usize = 12;

/// A decoder and what brings its audio to another rate.
#[derive(Debug)]
pub(in crate::worker) struct RatedDecoder {
    decoder: Decoder,
    adapter: Option<Box<Adapter>>,
}

#[derive(Debug)]
struct Adapter {
    resampler: Resampler,
    /// Samples of a block, before and after.
    from: usize,
    to: usize,
    /// What was decoded, at the decoder's rate, and how much of it is not converted yet.
    decoded: Box<[f32]>,
    pending: usize,
    /// What is converted and waits; only where packets are no whole number of blocks.
    ready: Box<[f32]>,
    waits: usize,
    odd: bool,
}

impl RatedDecoder {
    /// `decoder` works at `from`, its audio comes at `to`. Allocates: control side.
    #[expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "control side")]
    pub(in crate::worker) fn new(decoder: Decoder, from: SampleRate, to: SampleRate) -> Self {
        // One channel is always possible.
        let resampler = if from == to { None } else { Resampler::new(from, to, 1).ok() };
        let adapter = resampler.map(|resampler| {
            let (from, to) = (from.block_samples(), to.block_samples());
            let room = |block: usize| vec![0.0; (MAX_WHOLE_BLOCKS + 1) * block].into_boxed_slice();
            let (decoded, ready) = (room(from), room(to));
            Box::new(Adapter { resampler, from, to, decoded, pending: 0, ready, waits: 0, odd: false })
        });
        Self { decoder, adapter }
    }
}

impl Adapter {
    /// Converts all whole blocks of what is decoded to the end of what is ready.
    fn convert(&mut self) {
        let mut at = 0;
        let mut block = [0.0; MAX_BLOCK_SAMPLES];
        while at + self.from <= self.pending {
            let room = self.ready.get_mut(self.waits..).unwrap_or_default();
            let Some(decoded) = self.decoded.get(at..at + self.from) else { break };
            if self.resampler.process_block(decoded, &mut block).is_err() {
                break;
            }
            room.iter_mut().zip(&block).take(self.to).for_each(|(to, from)| *to = *from);
            self.waits = (self.waits + self.to).min(self.ready.len());
            at += self.from;
        }
        self.decoded.copy_within(at..self.pending, 0);
        self.pending -= at;
    }

    /// `samples` of the decoder's were added: as much of the leg's goes to `pcm`.
    fn deliver(&mut self, samples: usize, pcm: &mut [f32]) -> usize {
        if !self.odd && !samples.is_multiple_of(self.from) {
            self.odd = true;
            let silence = self.to.min(self.ready.len());
            self.ready.get_mut(..silence).unwrap_or_default().fill(0.0);
            self.waits = silence;
        }
        self.pending += samples;
        self.convert();
        let wanted = samples * self.to / self.from;
        let given = wanted.min(self.waits).min(pcm.len());
        if let (Some(to), Some(from)) = (pcm.get_mut(..given), self.ready.get(..given)) {
            to.copy_from_slice(from);
        }
        self.ready.copy_within(given..self.waits, 0);
        self.waits -= given;
        given
    }
}

impl AudioDecoder for RatedDecoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let Some(adapter) = self.adapter.as_deref_mut() else { return self.decoder.decode_into(payload, pcm) };
        let octets = self.decoder.block_octets().unwrap_or(payload.len()).max(1);
        let mut given = 0;
        for part in payload.chunks(octets) {
            let room = adapter.decoded.get_mut(adapter.pending..).unwrap_or_default();
            let samples = self.decoder.decode_into(part, room)?;
            given += adapter.deliver(samples, pcm.get_mut(given..).unwrap_or_default());
        }
        Ok(given)
    }

    fn conceal_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        if self.adapter.is_some() { Err(CodecFault::Unsupported) } else { self.decoder.conceal_into(pcm) }
    }

    fn background_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        if self.adapter.is_some() { Err(CodecFault::Unsupported) } else { self.decoder.background_into(pcm) }
    }

    fn ends_in_silence(&self, payload: &[u8]) -> bool {
        self.decoder.ends_in_silence(payload)
    }

    fn carries_fec(&self, payload: &[u8]) -> bool {
        self.adapter.is_none() && self.decoder.carries_fec(payload)
    }

    fn fec_into(&mut self, next_payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        if self.adapter.is_some() { Err(CodecFault::Unsupported) } else { self.decoder.fec_into(next_payload, pcm) }
    }

    fn read_redundancy(&mut self, payload: &[u8], wanted: usize) -> usize {
        if self.adapter.is_some() { 0 } else { self.decoder.read_redundancy(payload, wanted) }
    }

    fn redundancy_into(&mut self, before: usize, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        if self.adapter.is_some() { Err(CodecFault::Unsupported) } else { self.decoder.redundancy_into(before, pcm) }
    }

    fn reset(&mut self) {
        self.decoder.reset();
        if let Some(adapter) = &mut self.adapter {
            adapter.resampler.reset();
            (adapter.pending, adapter.waits, adapter.odd) = (0, 0, false);
        }
    }

    fn pre_skip(&self) -> usize {
        let own = self.decoder.pre_skip();
        self.adapter.as_ref().map_or(own, |adapter| {
            let delay = adapter.resampler.delay().as_micros() as usize * adapter.to / 10_000;
            own * adapter.to / adapter.from + delay + 1
        })
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        let own = self.decoder.payload_samples(payload)?;
        Ok(self.adapter.as_ref().map_or(own, |adapter| own * adapter.to / adapter.from))
    }

    fn block_octets(&self) -> Option<usize> {
        self.decoder.block_octets()
    }
}
