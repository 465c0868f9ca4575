//! Real-time: the formats that a receive path takes, each with its decoder: the peer may change among what was answered from
//! one packet to the next (RFC 3264 section 8.3.2 and RFC 3551 section 4.1).
//!
//! All decoders are built with the path. One is at work; the others lie behind it untouched, so that they cost a leg
//! memory and no time.

use crate::buffer::Decoders;
use crate::codec::{AudioDecoder, Decoder};
use crate::types::{MediaTime, SampleRate};
use crate::worker::leg::inward::rated::RatedDecoder;
use std::time::Duration;

/// Formats in a path: as many as a payload's handle can name.
pub const MAX_FORMATS: usize = 16;

/// A decoder that was away for longer begins anew, as the peer's encoder does most likely. After less the two are still
/// in step.
const IN_STEP: Duration = Duration::from_millis(200);

/// A format that is accepted inward. Built by the control side.
#[derive(Debug)]
pub struct InwardFormat {
    /// RTP payload type.
    pub payload_type: u8,
    /// RTP clock rate, Hz.
    pub clock_rate: u32,
    /// The rate of the decoder's audio.
    pub rate: SampleRate,
    /// Its decoder.
    pub decoder: Decoder,
    /// Payload type of comfort noise at its clock rate.
    pub noise: Option<u8>,
    /// Payload type of packets that carry older ones again (RFC 2198).
    pub red: Option<u8>,
}

#[derive(Debug)]
struct Entry {
    format: u8,
    decoder: RatedDecoder,
    /// When the last packet came that it was put to work for.
    used: MediaTime,
}

/// Decoders by format.
#[derive(Debug)]
pub(in crate::worker) struct DecoderSet {
    active: Entry,
    others: Box<[Entry]>,
}

impl DecoderSet {
    /// Of the path's own format, 0, alone.
    pub(in crate::worker) fn one(decoder: Decoder, rate: SampleRate) -> Self {
        let decoder = RatedDecoder::new(decoder, rate, rate);
        Self { active: Entry { format: 0, decoder, used: MediaTime::ZERO }, others: Box::default() }
    }

    /// With decoders of formats 1 and up, whose audio comes at `rate`. Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(in crate::worker) fn with(
        mut self,
        others: impl Iterator<Item = (Decoder, SampleRate)>,
        rate: SampleRate,
    ) -> Self {
        let entry = |(n, (decoder, from)): (usize, _)| Entry {
            format: n as u8 + 1,
            decoder: RatedDecoder::new(decoder, from, rate),
            used: MediaTime::ZERO,
        };
        self.others = others.take(MAX_FORMATS - 1).enumerate().map(entry).collect();
        self
    }

    pub(in crate::worker) fn get(&self, format: u8) -> Option<&RatedDecoder> {
        let mut all = std::iter::once(&self.active).chain(&self.others);
        all.find(|entry| entry.format == format).map(|entry| &entry.decoder)
    }

    /// Samples at the start of the decoder at work that are no audio yet.
    pub(in crate::worker) fn pre_skip(&self) -> usize {
        self.active.decoder.pre_skip()
    }

    /// The format whose decoder is at work.
    pub(in crate::worker) const fn format(&self) -> u8 {
        self.active.format
    }
}

impl Decoders for DecoderSet {
    type Decoder = RatedDecoder;

    fn active(&mut self) -> &mut RatedDecoder {
        &mut self.active.decoder
    }

    fn select(&mut self, format: u8, at: MediaTime) -> Option<usize> {
        if format == self.active.format {
            self.active.used = self.active.used.max(at);
            return None;
        }
        let other = self.others.iter_mut().find(|entry| entry.format == format)?;
        std::mem::swap(&mut self.active, other);
        let away = at.nanos_since(self.active.used);
        let in_step = self.active.used != MediaTime::ZERO && u128::from(away) <= IN_STEP.as_nanos();
        self.active.used = self.active.used.max(at);
        if !in_step {
            self.active.decoder.reset();
        }
        // What it gives first is in either case no audio of this packet's.
        Some(self.active.decoder.pre_skip())
    }

    fn is_at(&self, format: u8) -> bool {
        self.active.format == format
    }
}
