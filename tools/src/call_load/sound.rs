//! Pure: what phones say: two seconds over and over, encoded once for all, and what is heard, decoded.

use anyhow::Result;
use media_core::codec::{
    AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, G722Decoder, G722Encoder, G722Mode, G729Decoder, G729Encoder,
    Law, OpusDecoder, OpusEncoder, OpusSettings,
};
use media_core::{Ptime, SampleRate};
use std::f64::consts::TAU;

/// Packets of 20 ms before it begins anew.
pub(super) const PACKETS: usize = 100;
/// Of these, silent ones at the begin, where the sound is marked: that the tone begins is seen in its arrival.
pub(super) const SILENT: usize = 5;
/// Of a tone that is heard alone: -10 dBov.
pub(super) const LOUD: f32 = 0.447;
/// Of one of several in a room.
pub(super) const SOFT: f32 = 0.112;

/// What a phone speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Pcmu,
    G722,
    Opus,
    G729,
}

impl Codec {
    /// As SDP names it.
    pub(super) fn rtpmap(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU/8000",
            Self::G722 => "G722/8000",
            Self::Opus => "opus/48000/2",
            Self::G729 => "G729/8000",
        }
    }

    /// The payload type of an offer of ours.
    pub(super) fn payload_type(self) -> u8 {
        match self {
            Self::Pcmu => 0,
            Self::G722 => 9,
            Self::Opus => 111,
            Self::G729 => 18,
        }
    }

    /// Units of RTP in a packet.
    pub(super) fn units(self) -> u32 {
        if self == Self::Opus { 960 } else { 160 }
    }

    /// Of its audio.
    pub(super) fn rate(self) -> SampleRate {
        match self {
            Self::Pcmu | Self::G729 => SampleRate::Hz8000,
            Self::G722 => SampleRate::Hz16000,
            Self::Opus => SampleRate::Hz48000,
        }
    }

    fn samples(self) -> usize {
        self.rate().hz() as usize / 50
    }

    fn encoder(self) -> Result<Box<dyn AudioEncoder>> {
        Ok(match self {
            Self::Pcmu => Box::new(G711Encoder::new(Law::Mu)),
            Self::G722 => Box::new(G722Encoder::new(G722Mode::default())),
            Self::Opus => Box::new(OpusEncoder::new(self.rate(), 1, Ptime::MS20, OpusSettings::default())?),
            Self::G729 => Box::new(G729Encoder::new(false, 2)),
        })
    }

    fn decoder(self) -> Result<Box<dyn AudioDecoder>> {
        Ok(match self {
            Self::Pcmu => Box::new(G711Decoder::new(Law::Mu)),
            Self::G722 => Box::new(G722Decoder::new(G722Mode::default())),
            Self::Opus => Box::new(OpusDecoder::new(self.rate(), 1)?),
            Self::G729 => Box::new(G729Decoder::new()),
        })
    }

    /// The samples of packets in a row, the same number for each; one that does not decode is silent.
    pub(super) fn decode<'p>(self, packets: impl Iterator<Item = &'p [u8]>) -> Result<Vec<f32>> {
        let (mut decoder, mut pcm) = (self.decoder()?, Vec::new());
        let mut piece = vec![0.0; 16_384];
        for packet in packets {
            let count = decoder.decode_into(packet, &mut piece).unwrap_or(0);
            pcm.extend_from_slice(piece.get(..count.min(self.samples())).unwrap_or_default());
            pcm.resize(pcm.len() + self.samples().saturating_sub(count), 0.0);
        }
        Ok(pcm)
    }
}

/// A tone as packets.
#[derive(Debug)]
pub(super) struct Sound {
    pub(super) codec: Codec,
    pub(super) marked: bool,
    packets: Vec<Vec<u8>>,
}

impl Sound {
    /// A tone of that frequency, a multiple of 5 Hz so that it goes on smoothly where it begins anew.
    ///
    /// # Errors
    /// There is no such codec here.
    pub(super) fn new(codec: Codec, hz: u32, level: f32, marked: bool) -> Result<Self> {
        let (samples, mut encoder) = (codec.samples(), codec.encoder()?);
        let silent = if marked { SILENT * samples } else { 0 };
        let sample = |n: usize| {
            let at = n as f64 / f64::from(codec.rate().hz());
            if n < silent { 0.0 } else { level * (TAU * f64::from(hz) * at).sin() as f32 }
        };
        let pcm: Vec<f32> = (0..PACKETS * samples).map(sample).collect();
        let mut octets = vec![0; 4_096];
        let mut round = |packets: &mut Vec<Vec<u8>>| -> Result<()> {
            packets.clear();
            for piece in pcm.chunks(samples) {
                let mut packet = Vec::new();
                // Of a codec whose frame is shorter, several.
                for frame in piece.chunks(encoder.frame_samples().clamp(1, samples)) {
                    let count = encoder.encode_into(frame, &mut octets)?;
                    packet.extend_from_slice(octets.get(..count).unwrap_or_default());
                }
                packets.push(packet);
            }
            Ok(())
        };
        let mut packets = Vec::new();
        // Twice: the second time its state is that which the end leaves behind.
        round(&mut packets)?;
        round(&mut packets)?;
        Ok(Self { codec, marked, packets })
    }

    /// Packet `n` of all that is said.
    pub(super) fn packet(&self, n: u64) -> &[u8] {
        self.packets.get(n as usize % PACKETS).map_or(&[], Vec::as_slice)
    }

    /// Whether its tone begins with packet `n`.
    pub(super) fn begins(&self, n: u64) -> bool {
        self.marked && n as usize % PACKETS == SILENT
    }
}
