//! Pure: a frame of what an agent hears: a header of 24 octets and samples, all little-endian.

use super::event::Event;
use super::start::AudioForm;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_tungstenite::tungstenite::Message;

/// Octets of the header: tick `u64`, time in ns `u64`, voice `f32`, lost blocks `u32`. In Python: `struct.Struct("<QQfI")`.
pub(super) const HEADER: usize = 24;

/// What stands before the samples: of the first block of the frame, but `voice`, which is the highest of its blocks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Header {
    pub(super) tick: u64,
    pub(super) time_ns: u64,
    pub(super) voice: f32,
    /// Blocks of 10 ms that were lost before it.
    pub(super) lost: u32,
}

/// A frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    pub(super) header: Header,
    pub(super) samples: Vec<i16>,
}

impl Frame {
    /// As it is sent.
    pub(super) fn message(&self, form: AudioForm) -> Message {
        match form {
            AudioForm::Binary => Message::binary(self.octets()),
            AudioForm::Json => {
                let Header { tick, time_ns, voice, lost } = self.header;
                let payload = STANDARD.encode(self.payload());
                Message::text(Event::Media { tick, time_ns, voice, lost, payload }.text())
            }
        }
    }

    fn octets(&self) -> Vec<u8> {
        let Header { tick, time_ns, voice, lost } = self.header;
        let mut octets = Vec::with_capacity(HEADER + 2 * self.samples.len());
        octets.extend(tick.to_le_bytes());
        octets.extend(time_ns.to_le_bytes());
        octets.extend(voice.to_le_bytes());
        octets.extend(lost.to_le_bytes());
        octets.extend(self.payload());
        octets
    }

    fn payload(&self) -> Vec<u8> {
        self.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    /// What a client makes of a binary message.
    pub(super) fn parse(octets: &[u8]) -> Option<Self> {
        let (header, payload) = octets.split_at_checked(HEADER)?;
        let header = Header {
            tick: u64::from_le_bytes(header.get(..8)?.try_into().ok()?),
            time_ns: u64::from_le_bytes(header.get(8..16)?.try_into().ok()?),
            voice: f32::from_le_bytes(header.get(16..20)?.try_into().ok()?),
            lost: u32::from_le_bytes(header.get(20..)?.try_into().ok()?),
        };
        let samples = payload.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        Some(Self { header, samples })
    }
}

/// A sample of 16 bit: nearest, and never wrapped.
pub(super) fn linear16(sample: f32) -> i16 {
    // `as` saturates, and makes 0 of what is no number.
    (sample * 32_768.0).round() as i16
}

#[cfg(test)]
mod tests;
