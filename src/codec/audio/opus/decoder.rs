//! Real-time: the Opus decoder of one stream, with libopus' concealment and the recovery of a lost packet from the next.
//!
//! libopus 1.6 can conceal by a neural network, too (complexity 5 of the decoder): 0.3 ms per 10 ms, in each leg of a node at once
//! where the network fails. That stays off.

use super::OpusPacket;
#[cfg(feature = "opus-dred")]
use super::dred::DredState;
use super::packet::MAX_MS;
use super::state::DecoderState;
use crate::codec::format::CodecName;
use crate::codec::{AudioDecoder, CodecError, CodecFault};
use crate::types::SampleRate;

/// What audio is made from.
#[derive(Clone, Copy)]
enum Source<'a> {
    Packet(&'a [u8]),
    /// What a packet holds of the one before it.
    Fec(&'a [u8]),
    /// What the redundancy read last holds from so many samples before its packet on.
    #[cfg(feature = "opus-dred")]
    Dred(usize),
    /// The past alone.
    Nothing,
}

/// Opus decoder. It renders any Opus stream at its own rate and number of channels.
///
/// Example: [`OpusEncoder`](crate::codec::OpusEncoder).
#[derive(Debug)]
pub struct OpusDecoder {
    state: DecoderState,
    rate: SampleRate,
    channels: u8,
    /// The longest packet, interleaved; empty for one channel.
    interleaved: Box<[f32]>,
    #[cfg(feature = "opus-dred")]
    dred: DredState,
    /// What was decoded last goes on from redundancy: libopus passes over that where speech is coded at 8 or 12 kHz.
    #[cfg(feature = "opus-dred")]
    takes_dred: bool,
}

impl OpusDecoder {
    /// Control side: allocates. `channels` is 1 or 2.
    ///
    /// # Errors
    /// [`CodecError`] for 32 kHz, or other numbers of channels.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(rate: SampleRate, channels: u8) -> Result<Self, CodecError> {
        check(rate, channels)?;
        let state = DecoderState::new(rate.hz(), channels).ok_or(CodecError::Refused { codec: CodecName::Opus })?;
        let longest = if channels == 2 { 2 * MAX_MS * rate.hz() as usize / 1_000 } else { 0 };
        Ok(Self {
            state,
            rate,
            channels,
            interleaved: vec![0.0; longest].into_boxed_slice(),
            #[cfg(feature = "opus-dred")]
            dred: DredState::new().ok_or(CodecError::Refused { codec: CodecName::Opus })?,
            #[cfg(feature = "opus-dred")]
            takes_dred: false,
        })
    }

    /// Takes over another decoder's state. Real-time safe (a copy of some 20 to 30 KiB; 90 with
    /// feature `opus-dred`).
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] unless sample rate and channels are the same.
    pub fn copy_state_from(&mut self, other: &Self) -> Result<(), CodecFault> {
        let same = (self.rate, self.channels) == (other.rate, other.channels) && self.state.copy_from(&other.state);
        #[cfg(feature = "opus-dred")]
        if same {
            self.takes_dred = other.takes_dred;
        }
        if same { Ok(()) } else { Err(CodecFault::Unsupported) }
    }

    /// The final range of the last packet (RFC 6716 section 4.1.7): equal to the encoder's where both are right.
    pub fn final_range(&mut self) -> u32 {
        self.state.final_range()
    }

    /// Runs libopus for up to `frame` samples per channel and leaves them planar in `pcm`, channel after channel.
    fn run(&mut self, what: Source<'_>, pcm: &mut [f32], frame: usize) -> Option<usize> {
        let samples = if self.channels == 1 {
            self.call(what, pcm, frame)?
        } else {
            let mut interleaved = std::mem::take(&mut self.interleaved);
            let samples = self.call(what, &mut interleaved, frame);
            self.interleaved = interleaved;
            let samples = samples?;
            let (left, right) = pcm.split_at_mut_checked(samples)?;
            for ((pair, l), r) in self.interleaved.chunks_exact(2).zip(left).zip(right) {
                (*l, *r) = (pair[0], pair[1]);
            }
            samples
        };
        let written = pcm.get_mut(..samples * usize::from(self.channels))?;
        // No packet is known to lead here; if one does, neither the state nor the samples go further.
        if !all_finite(written) {
            written.fill(0.0);
            self.state.reset();
        }
        Some(samples)
    }

    fn call(&mut self, what: Source<'_>, interleaved: &mut [f32], frame: usize) -> Option<usize> {
        match what {
            Source::Packet(payload) => self.state.decode(Some(payload), false, interleaved, self.channels, frame),
            Source::Fec(next) => self.state.decode(Some(next), true, interleaved, self.channels, frame),
            Source::Nothing => self.state.decode(None, false, interleaved, self.channels, frame),
            #[cfg(feature = "opus-dred")]
            Source::Dred(before) => self.dred.decode(&mut self.state, before, interleaved, self.channels, frame),
        }
    }

    /// Samples per channel of a gap to be filled: libopus wants a multiple of 2.5 ms, 120 ms at most.
    fn gap(&self, pcm: &[f32]) -> Result<usize, CodecFault> {
        let (frame, step) = (pcm.len() / usize::from(self.channels), self.rate.hz() as usize / 400);
        let fits = frame > 0 && frame.is_multiple_of(step) && frame <= step * 48;
        if fits && pcm.len().is_multiple_of(usize::from(self.channels)) { Ok(frame) } else { Err(CodecFault::BadFrame) }
    }
}

impl AudioDecoder for OpusDecoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let samples = self.payload_samples(payload)?;
        if pcm.len() < samples * usize::from(self.channels) {
            return Err(CodecFault::ShortOutput);
        }
        let decoded = self.run(Source::Packet(payload), pcm, samples).ok_or(CodecFault::BadPayload);
        #[cfg(feature = "opus-dred")]
        if decoded.is_ok() {
            self.takes_dred = OpusPacket::parse(payload).is_ok_and(OpusPacket::takes_dred);
        }
        decoded
    }

    fn conceal_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let frame = self.gap(pcm)?;
        self.run(Source::Nothing, pcm, frame).ok_or(CodecFault::Unsupported)
    }

    fn carries_fec(&self, payload: &[u8]) -> bool {
        OpusPacket::parse(payload).is_ok_and(OpusPacket::has_fec)
    }

    fn fec_into(&mut self, next_payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let (packet, frame) = (OpusPacket::parse(next_payload)?, self.gap(pcm)?);
        // libopus would conceal instead, without saying so.
        if !packet.has_fec() || packet.frame_samples(self.rate.hz()) > frame {
            return Err(CodecFault::Unsupported);
        }
        self.run(Source::Fec(next_payload), pcm, frame).ok_or(CodecFault::BadPayload)
    }

    #[cfg(feature = "opus-dred")]
    fn read_redundancy(&mut self, payload: &[u8], wanted: usize) -> usize {
        let reach = self.dred.read(payload, wanted, self.rate.hz());
        if self.takes_dred { reach } else { 0 }
    }

    #[cfg(feature = "opus-dred")]
    fn redundancy_into(&mut self, before: usize, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let frame = self.gap(pcm)?;
        if !self.takes_dred {
            return Err(CodecFault::Unsupported);
        }
        self.run(Source::Dred(before), pcm, frame).ok_or(CodecFault::Unsupported)
    }

    fn reset(&mut self) {
        self.state.reset();
        #[cfg(feature = "opus-dred")]
        {
            self.takes_dred = false;
        }
    }

    /// An encoder's usual look-ahead, 6.5 ms (RFC 7845 section 5.1 calls for as much to be skipped).
    fn pre_skip(&self) -> usize {
        self.rate.hz() as usize * 13 / 2_000
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(OpusPacket::parse(payload)?.samples(self.rate.hz()))
    }

    fn block_octets(&self) -> Option<usize> {
        None
    }
}

/// Control side: what libopus cannot do.
#[expect(clippy::disallowed_methods, reason = "control side")]
pub(super) fn check(rate: SampleRate, channels: u8) -> Result<(), CodecError> {
    if rate == SampleRate::Hz32000 {
        let legal = SampleRate::ALL.into_iter().filter(|&r| r != SampleRate::Hz32000).collect();
        return Err(CodecError::SampleRate { codec: CodecName::Opus, rate, legal });
    }
    if !(1..=2).contains(&channels) {
        return Err(CodecError::Channels { codec: CodecName::Opus, channels, legal: "1 or 2" });
    }
    Ok(())
}

/// Without an early end, so that it is a few vector instructions: the magnitude's bits of infinity and NaN are the
/// largest.
fn all_finite(pcm: &[f32]) -> bool {
    let largest = pcm.iter().fold(0, |m: i32, x| m.max((x.to_bits() & 0x7fff_ffff).cast_signed()));
    largest < f32::INFINITY.to_bits().cast_signed()
}
