//! Real-time: the Opus encoder of one stream.

use super::requested::{self, application, bandwidth};
use super::state::{AUTO, EncoderState, Repacketizer, request};
use super::{OpusPacket, OpusSettings};
use crate::codec::format::CodecName;
use crate::codec::{AudioEncoder, CodecError, CodecFault};
use crate::types::{Ptime, PtimeSet, SampleRate};

/// Octets of the largest frame (RFC 6716 section 3.2.1).
const MAX_FRAME: usize = 1_275;
/// What full scale may be exceeded by before it is clipped; beyond that libopus' arithmetic is not meant to work.
const MAX_AMPLITUDE: f32 = 4.0;

/// Opus encoder. One call takes one packet's samples. With DTX it returns 0 octets where nothing needs to be sent.
///
/// ```
/// use media_core::codec::{AudioDecoder, AudioEncoder, OpusDecoder, OpusEncoder, OpusSettings};
/// use media_core::{Ptime, SampleRate};
///
/// let rate = SampleRate::Hz16000;
/// let mut encoder = OpusEncoder::new(rate, 1, Ptime::MS20, OpusSettings::session())?;
/// let mut decoder = OpusDecoder::new(rate, 1)?;
/// let (mut payload, mut heard) = ([0; 1_275], [0.0; 320]);
/// let octets = encoder.encode_into(&[0.1; 320], &mut payload).unwrap();
/// assert_eq!(decoder.decode_into(&payload[..octets], &mut heard), Ok(320));
/// # Ok::<(), media_core::codec::CodecError>(())
/// ```
#[derive(Debug)]
pub struct OpusEncoder {
    pub(super) state: EncoderState,
    settings: OpusSettings,
    pub(super) rate: SampleRate,
    pub(super) channels: u8,
    pub(super) ptime: Ptime,
    /// What was encoded last was not sent.
    pub(super) follows_pre_roll: bool,
    low_complexity: bool,
    lookahead: usize,
    /// One packet, interleaved.
    input: Box<[f32]>,
    /// The three frames of a 30 ms packet.
    frames: Box<[[u8; MAX_FRAME]; 3]>,
    repacketizer: Repacketizer,
}

impl OpusEncoder {
    /// Control side: allocates. `channels` is 1 or 2.
    ///
    /// # Errors
    /// [`CodecError`] for 32 kHz, 50 ms, or other numbers of channels.
    #[expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "control side")]
    pub fn new(rate: SampleRate, channels: u8, ptime: Ptime, settings: OpusSettings) -> Result<Self, CodecError> {
        super::decoder::check(rate, channels)?;
        if !PtimeSet::OPUS.contains(ptime) {
            return Err(CodecError::Ptime { codec: CodecName::Opus, ptime, legal: PtimeSet::OPUS });
        }
        let state = EncoderState::new(rate.hz(), channels, application(settings.application));
        let longest = Ptime::MAX.blocks() as usize * rate.block_samples() * usize::from(channels);
        let mut encoder = Self {
            state: state.ok_or(CodecError::Refused { codec: CodecName::Opus })?,
            settings,
            rate,
            channels,
            ptime,
            follows_pre_roll: false,
            low_complexity: false,
            lookahead: 0,
            input: vec![0.0; longest].into_boxed_slice(),
            frames: Box::new([[0; MAX_FRAME]; 3]),
            repacketizer: Repacketizer::new(),
        };
        encoder.apply();
        Ok(encoder)
    }

    /// The settings in force.
    pub fn settings(&self) -> OpusSettings {
        self.settings
    }

    /// The rate of the audio that it takes, and its channels.
    pub(crate) fn shape(&self) -> (SampleRate, u8) {
        (self.rate, self.channels)
    }

    /// Changes the settings from the next packet on. Real-time safe. Another application restarts the encoder.
    pub fn configure(&mut self, settings: OpusSettings) {
        let restart = settings.application != self.settings.application;
        self.settings = settings;
        if restart {
            // libopus changes it only at the start of a stream.
            self.state.reset();
            self.state.set(request::APPLICATION, application(settings.application));
        }
        self.apply();
    }

    /// Changes the packet time from the next packet on. Real-time safe.
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] for 50 ms.
    pub fn set_ptime(&mut self, ptime: Ptime) -> Result<(), CodecFault> {
        if !PtimeSet::OPUS.contains(ptime) {
            return Err(CodecFault::Unsupported);
        }
        self.ptime = ptime;
        Ok(())
    }

    /// Takes over another encoder's state and settings, so that this one goes on where that one is: for streams that
    /// shared an encoding and part. Real-time safe (a copy of some 25 to 50 KiB; 110 with
    /// feature `opus-dred`).
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] unless sample rate and channels are the same.
    pub fn copy_state_from(&mut self, other: &Self) -> Result<(), CodecFault> {
        if (self.rate, self.channels) != (other.rate, other.channels) || !self.state.copy_from(&other.state) {
            return Err(CodecFault::Unsupported);
        }
        (self.settings, self.ptime, self.lookahead) = (other.settings, other.ptime, other.lookahead);
        self.low_complexity = other.low_complexity;
        self.follows_pre_roll = other.follows_pre_roll;
        Ok(())
    }

    /// Takes over another encoder's state, but neither its settings, its packet time nor the effort that it was told to make.
    /// Real-time safe. Does nothing, and says so, unless sample rate and channels are the same.
    pub(crate) fn continue_from(&mut self, other: &Self) -> bool {
        let (settings, ptime, low_complexity) = (self.settings, self.ptime, self.low_complexity);
        let continues = settings.application == other.settings.application && self.copy_state_from(other).is_ok();
        if continues {
            (self.settings, self.ptime, self.low_complexity) = (settings, ptime, low_complexity);
            self.apply();
        }
        continues
    }

    /// The final range of the last frame (RFC 6716 section 4.1.7): equal to the decoder's where both are right.
    pub fn final_range(&mut self) -> u32 {
        self.state.final_range()
    }

    fn apply(&mut self) {
        for (request, value) in requested::values(self.settings, self.rate, self.low_complexity) {
            let taken = self.state.set(request, value);
            debug_assert!(taken, "libopus refused {value} for {request:?}");
        }
        self.lookahead = self.state.lookahead();
    }

    /// Interleaves into `input`, with what is not a number as silence.
    fn take(&mut self, pcm: &[f32], frame: usize) {
        let clean = |x: f32| if x.is_nan() { 0.0 } else { x.clamp(-MAX_AMPLITUDE, MAX_AMPLITUDE) };
        if self.channels == 1 {
            self.input.iter_mut().zip(pcm).for_each(|(to, &x)| *to = clean(x));
        } else if let Some((left, right)) = pcm.split_at_checked(frame) {
            let pairs = self.input.chunks_exact_mut(2).zip(left.iter().zip(right));
            pairs.for_each(|(to, (&l, &r))| to.copy_from_slice(&[clean(l), clean(r)]));
        }
    }

    /// Three frames of 10 ms as one packet. The frames of a packet have one mode (RFC 6716 section 3.2): what the encoder
    /// chose for the first is forced on the other two.
    fn encode_30_ms(&mut self, out: &mut [u8]) -> Option<usize> {
        let frame = self.rate.block_samples();
        let step = frame * usize::from(self.channels);
        let mut lengths = [0; 3];
        for (i, (buffer, length)) in self.frames.iter_mut().zip(&mut lengths).enumerate() {
            let room = out.len().saturating_sub(8).checked_div(3)?.min(MAX_FRAME);
            let pcm = self.input.get(i * step..(i + 1) * step)?;
            *length = self.state.encode(pcm, self.channels, frame, buffer.get_mut(..room)?)?;
            if i == 0 {
                let packet = OpusPacket::parse(buffer.get(..*length)?).ok()?;
                self.state.set(request::FORCE_MODE, packet.mode());
                self.state.set(request::BANDWIDTH, bandwidth(packet.bandwidth()));
                self.state.set(request::FORCE_CHANNELS, i32::from(packet.channels()));
            }
        }
        for request in [request::FORCE_MODE, request::BANDWIDTH, request::FORCE_CHANNELS] {
            self.state.set(request, AUTO);
        }
        if self.settings.dtx && lengths.iter().all(|&n| n <= 2) {
            return Some(0);
        }
        let [a, b, c] = &*self.frames;
        let [la, lb, lc] = lengths;
        self.repacketizer.join([a.get(..la)?, b.get(..lb)?, c.get(..lc)?], out)
    }
}

impl AudioEncoder for OpusEncoder {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        let frame = self.frame_samples();
        if pcm.len() != frame * usize::from(self.channels) {
            return Err(CodecFault::BadFrame);
        }
        if out.len() < 16 {
            return Err(CodecFault::ShortOutput);
        }
        self.take(pcm, frame);
        let octets = if self.ptime.ms() == 30 {
            self.encode_30_ms(out)
        } else {
            self.state.encode(&self.input, self.channels, frame, out)
        };
        self.end_pre_roll();
        match octets {
            // RFC 7587 section 3.1.3: a packet of two octets or less need not be sent.
            Some(n) if self.settings.dtx && n <= 2 => Ok(0),
            Some(n) => Ok(n),
            None => Err(CodecFault::ShortOutput),
        }
    }

    fn frame_samples(&self) -> usize {
        usize::from(self.ptime.blocks()) * self.rate.block_samples()
    }

    fn reset(&mut self) {
        self.state.reset();
    }

    fn set_low_complexity(&mut self, low_complexity: bool) {
        self.low_complexity = low_complexity;
        self.apply();
    }

    fn lookahead(&self) -> usize {
        self.lookahead
    }
}
