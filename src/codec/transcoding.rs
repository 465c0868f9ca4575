//! Real-time: from one codec to another, sample rate, channels and packet time included, usable by itself.
//!
//! Data path: a payload is decoded at its codec's rate and waits in a queue; blocks of 10 ms leave it, change channels and
//! rate, and wait in a second queue until a packet of the other side is complete, which is then encoded. Delay: that of
//! both codecs and of the resampler, plus what the difference in packet times makes wait. A leg of the engine has a
//! jitter buffer and a mixer between its halves; this is for those who have packets in order and no engine.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod queue;

use std::time::Duration;

use self::queue::Queue;
use super::{AudioCodecParams, AudioDecoder, AudioEncoder, CodecError, CodecFault, Decoder, Encoder};
use crate::codec::format::CodecName;
use crate::processing::format::Resampler;
use crate::types::{BLOCK_MS, PtimeSet, SampleRate};

/// The longest packet that is taken, ms.
const LONGEST_MS: u32 = 120;

/// What a transcoder did.
///
/// Example: [`Transcoder`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranscoderCounters {
    /// Payloads decoded.
    pub decoded: u64,
    /// Payloads that could not be decoded; each counts as a lost packet too.
    pub malformed: u64,
    /// Lost packets recovered from their successor.
    pub recovered: u64,
    /// Lost packets concealed by the codec, or faded out where it has no concealment.
    pub concealed: u64,
    /// Packets given out, those that DTX leaves empty included.
    pub encoded: u64,
    /// Samples per channel dropped because nobody pulled.
    pub overrun: u64,
}

/// Decodes, converts and encodes one direction of a call. Real-time safe but for construction.
///
/// ```
/// use media_core::codec::{AudioCodecParams, CodecName};
/// use media_core::{CodecManager, SampleRate};
///
/// let from = AudioCodecParams::mono(SampleRate::Hz8000);
/// let to = AudioCodecParams::mono(SampleRate::Hz16000);
/// let codecs = CodecManager::default();
/// let mut wider = codecs.create_transcoder((&CodecName::Pcma, 8000, &from), (&CodecName::G722, 8000, &to))?;
/// let mut payload = [0; 160];
/// wider.push(&[0xD5; 160]).unwrap(); // 20 ms
/// wider.lost(None); // the next packet did not come: 20 ms are concealed
/// let mut packets = 0;
/// while let Ok(Some(160)) = wider.pull(&mut payload) {
///     packets += 1;
/// }
/// let counters = wider.counters();
/// assert_eq!((counters.decoded, counters.concealed, packets), (1, 1, counters.encoded));
/// # Ok::<(), media_core::codec::CodecError>(())
/// ```
#[derive(Debug)]
pub struct Transcoder {
    decoder: Decoder,
    encoder: Encoder,
    from: AudioCodecParams,
    to: AudioCodecParams,
    resampler: Resampler,
    source: Queue,
    sink: Queue,
    /// One decoded packet, or one to be encoded.
    packet: Box<[f32]>,
    /// One block before and after the channels change, and after the rate did.
    blocks: [Box<[f32]>; 3],
    /// Samples per channel of the last packet: how long a lost one is taken to be.
    last: usize,
    /// The last sample of each channel, and whether a gap was faded out.
    edge: [f32; 2],
    faded: bool,
    counters: TranscoderCounters,
}

impl Transcoder {
    /// Control side: allocates. The parameters say what each was built from; 1 or 2 channels each.
    ///
    /// # Errors
    /// [`CodecError::Ptime`] where the packet time is no multiple of the encoder's frame, [`CodecError::Channels`].
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(from: (Decoder, AudioCodecParams), to: (Encoder, AudioCodecParams)) -> Result<Self, CodecError> {
        let ((decoder, from), (encoder, to)) = (from, to);
        for channels in [from.channels, to.channels] {
            if !(1..=2).contains(&channels) {
                let codec = CodecName::Other("transcoder".into());
                return Err(CodecError::Channels { codec, channels, legal: "1 or 2" });
            }
        }
        let frame = samples(to.rate, to.ptime.ms());
        if !frame.is_multiple_of(encoder.frame_samples().max(1)) {
            let fits =
                |p: &crate::types::Ptime| samples(to.rate, p.ms()).is_multiple_of(encoder.frame_samples().max(1));
            let legal = PtimeSet::ALL.iter().find(fits).map_or(PtimeSet::ALL, PtimeSet::multiples_of);
            return Err(CodecError::Ptime { codec: CodecName::Other("encoder".into()), ptime: to.ptime, legal });
        }
        let (from_channels, to_channels) = (usize::from(from.channels), usize::from(to.channels));
        let zeros = |n: usize| vec![0.0; n].into_boxed_slice();
        let longest = samples(from.rate, LONGEST_MS) * from_channels;
        let (block_in, block_out) = (from.rate.block_samples(), to.rate.block_samples());
        Ok(Self {
            resampler: Resampler::new(from.rate, to.rate, to_channels)?,
            source: Queue::new(from_channels, samples(from.rate, LONGEST_MS + BLOCK_MS)),
            sink: Queue::new(to_channels, samples(to.rate, 2 * LONGEST_MS)),
            packet: zeros(longest.max(frame * to_channels)),
            blocks: [zeros(block_in * from_channels), zeros(block_in * to_channels), zeros(block_out * to_channels)],
            last: samples(from.rate, 20),
            edge: [0.0; 2],
            faded: false,
            counters: TranscoderCounters::default(),
            decoder,
            encoder,
            from,
            to,
        })
    }

    /// What was done so far.
    pub fn counters(&self) -> TranscoderCounters {
        self.counters
    }

    /// Delay of the encoder and of the resampler; a decoder states none of its own.
    pub fn delay(&self) -> Duration {
        let encoder = Duration::from_secs_f64(self.encoder.lookahead() as f64 / f64::from(self.to.rate.hz()));
        self.resampler.delay() + encoder
    }

    /// Samples per channel of an outgoing packet, at the encoder's sample rate.
    pub fn packet_samples(&self) -> usize {
        samples(self.to.rate, self.to.ptime.ms())
    }

    /// Takes the next packet's payload.
    ///
    /// # Errors
    /// The decoder's fault; the packet then counts as lost and its time is filled, so that the stream goes on.
    pub fn push(&mut self, payload: &[u8]) -> Result<(), CodecFault> {
        match self.decoder.decode_into(payload, &mut self.packet) {
            Ok(samples @ 1..) => {
                self.counters.decoded += 1;
                self.last = samples;
                if std::mem::take(&mut self.faded) {
                    self.fade_in(samples);
                }
                self.accept(samples);
                Ok(())
            }
            outcome => {
                self.counters.malformed += 1;
                self.lost(None);
                Err(outcome.err().unwrap_or(CodecFault::BadPayload))
            }
        }
    }

    /// Fills the time of a lost packet: from `next`, its successor, if that holds it (which is still to be pushed), else
    /// by the codec's concealment, else by fading out.
    pub fn lost(&mut self, next: Option<&[u8]>) {
        let samples = self.last;
        let gap = samples * usize::from(self.from.channels);
        let Some(pcm) = self.packet.get_mut(..gap) else { return };
        if next.is_some_and(|next| self.decoder.fec_into(next, pcm) == Ok(samples)) {
            self.counters.recovered += 1;
        } else {
            self.counters.concealed += 1;
            if self.decoder.conceal_into(pcm) != Ok(samples) {
                self.fade_out(samples);
                self.faded = true;
            }
        }
        self.accept(samples);
    }

    /// Encodes the next packet into `out` if its samples are there; `Some(0)`: its time has passed, and nothing is to be
    /// sent (DTX). To be called until it gives `None`.
    ///
    /// # Errors
    /// The encoder's fault; the packet's samples are gone then, so that time goes on.
    pub fn pull(&mut self, out: &mut [u8]) -> Result<Option<usize>, CodecFault> {
        let frame = self.packet_samples();
        let Some(pcm) = self.packet.get_mut(..frame * usize::from(self.to.channels)) else { return Ok(None) };
        if !self.sink.pop(frame, pcm) {
            return Ok(None);
        }
        self.counters.encoded += 1;
        self.encoder.encode_into(pcm, out).map(Some)
    }

    /// The stream is over: fills up with silence what waits for a whole packet, with as much more as the conversion delays
    /// by, so that the end of the last packet pushed comes out of [`pull`](Self::pull) too. To be called once all that was
    /// there has been pulled.
    pub fn finish(&mut self) {
        let rate = f64::from(self.from.rate.hz());
        let (waiting, late) = (self.source.waiting(), (self.delay().as_secs_f64() * rate).ceil() as usize);
        self.silence((waiting + late).next_multiple_of(self.from.rate.block_samples()) - waiting);
        let (waiting, frame) = (self.sink.waiting(), self.packet_samples());
        let missing = waiting.next_multiple_of(frame) - waiting;
        let Some(pcm) = self.packet.get_mut(..missing * usize::from(self.to.channels)) else { return };
        pcm.fill(0.0);
        self.counters.overrun += self.sink.push(missing, pcm) as u64;
    }

    /// Takes in so much silence, samples per channel.
    fn silence(&mut self, samples: usize) {
        let Some(pcm) = self.packet.get_mut(..samples * usize::from(self.from.channels)) else { return };
        pcm.fill(0.0);
        self.accept(samples);
    }

    /// Forgets the stream so far, as after construction; the counters go on.
    pub fn reset(&mut self) {
        self.decoder.reset();
        self.encoder.reset();
        self.resampler.reset();
        self.source.clear();
        self.sink.clear();
        (self.edge, self.faded) = ([0.0; 2], false);
    }

    /// Queues the decoded packet and sends whole blocks on.
    fn accept(&mut self, samples: usize) {
        let channels = usize::from(self.from.channels);
        for (edge, plane) in self.edge.iter_mut().zip(self.packet.chunks_exact(samples.max(1))).take(channels) {
            *edge = plane.last().copied().unwrap_or(0.0);
        }
        let Some(pcm) = self.packet.get(..samples * channels) else { return };
        self.counters.overrun += self.source.push(samples, pcm) as u64;
        let [taken, mixed, converted] = &mut self.blocks;
        while self.source.pop(self.from.rate.block_samples(), taken) {
            change_channels(taken, mixed);
            // Blocks have the sizes that the resampler was built for.
            if let Ok(samples) = self.resampler.process_block(mixed, converted) {
                self.counters.overrun += self.sink.push(samples, converted) as u64;
            }
        }
    }

    /// From the last sample to silence in 5 ms.
    fn fade_out(&mut self, samples: usize) {
        let ramp = self.from.rate.block_samples() / 2;
        for (edge, plane) in self.edge.iter().zip(self.packet.chunks_exact_mut(samples.max(1))) {
            let gain = |i: usize| 1.0 - ((i + 1) as f32 / ramp as f32).min(1.0);
            plane.iter_mut().enumerate().for_each(|(i, x)| *x = edge * gain(i));
        }
    }

    /// From silence to the decoded packet in 5 ms.
    fn fade_in(&mut self, samples: usize) {
        let ramp = self.from.rate.block_samples() / 2;
        for plane in self.packet.chunks_exact_mut(samples.max(1)).take(usize::from(self.from.channels)) {
            plane.iter_mut().take(ramp).enumerate().for_each(|(i, x)| *x *= (i + 1) as f32 / ramp as f32);
        }
    }
}

/// One block from one number of channels to another: mono goes to both sides, two sides are averaged.
fn change_channels(from: &[f32], to: &mut [f32]) {
    match (from.len(), to.len()) {
        (a, b) if a == b => to.copy_from_slice(from),
        (a, b) if a < b => to.chunks_exact_mut(a.max(1)).for_each(|side| side.copy_from_slice(from)),
        (_, mono) => {
            let (left, right) = from.split_at(mono);
            to.iter_mut().zip(left.iter().zip(right)).for_each(|(x, (l, r))| *x = 0.5 * (l + r));
        }
    }
}

fn samples(rate: SampleRate, ms: u32) -> usize {
    rate.block_samples() * ms as usize / BLOCK_MS as usize
}

#[cfg(test)]
mod tests;
