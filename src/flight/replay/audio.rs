//! Control: what the parties of a replay said and heard: packets, and samples decoded from them.

use crate::codec::AudioDecoder;
use crate::rt::PacketHeader;
use crate::session::AudioFormat;
use crate::types::{MediaTime, SampleRate, SessionId};

/// Samples of the longest packet.
const LONGEST: usize = 5_760 * 2;
/// A jump of the timestamps by more than this is a new stream, in s.
const JUMP: i64 = 10;

/// An RTP packet of a replay.
///
/// Example: [`Replay`](super::Replay).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayedPacket {
    /// When it came, or the tick that sent it, by the clock of the call.
    pub at: MediaTime,
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP synchronization source.
    pub ssrc: u32,
    /// RTP payload type.
    pub payload_type: u8,
    /// RTP marker bit.
    pub marker: bool,
    /// The payload.
    pub payload: Vec<u8>,
}

/// A leg of a replay: what its party sent and got.
///
/// Example: [`Replay`](super::Replay).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReplayedLeg {
    /// The session, as it was called.
    pub session: SessionId,
    /// Its dialog.
    pub dialog: String,
    /// What came from the party.
    pub received: Vec<ReplayedPacket>,
    /// What was sent to it.
    pub sent: Vec<ReplayedPacket>,
    formats: Vec<AudioFormat>,
    /// Of a session of samples: its rate, what came and what went.
    samples: Option<(SampleRate, Vec<f32>, Vec<f32>)>,
}

impl ReplayedLeg {
    pub(super) fn new(session: SessionId, dialog: String, samples: Option<SampleRate>) -> Self {
        let samples = samples.map(|rate| (rate, Vec::new(), Vec::new()));
        Self { session, dialog, received: Vec::new(), sent: Vec::new(), formats: Vec::new(), samples }
    }

    pub(super) fn note_format(&mut self, format: &AudioFormat) {
        if !self.formats.contains(format) {
            self.formats.push(format.clone());
        }
    }

    /// A packet came from the party.
    pub(super) fn note_received(&mut self, header: &PacketHeader, payload: &[u8]) {
        self.received.push(packet(header, payload));
    }

    /// One was sent to it.
    pub(super) fn note_sent(&mut self, header: &PacketHeader, payload: &[u8]) {
        self.sent.push(packet(header, payload));
    }

    /// Samples came from it, or went to it.
    pub(super) fn note_samples(&mut self, said: &[f32], heard: &[f32]) {
        if let Some((_, own, others)) = &mut self.samples {
            own.extend_from_slice(said);
            others.extend_from_slice(heard);
        }
    }

    /// What the party said, decoded as it came, without a jitter buffer: what is lost is silence.
    pub fn said(&self) -> (SampleRate, Vec<f32>) {
        match &self.samples {
            Some((rate, said, _)) => (*rate, said.clone()),
            None => decoded(&self.received, &self.formats),
        }
    }

    /// What was sent to the party, decoded.
    pub fn heard(&self) -> (SampleRate, Vec<f32>) {
        match &self.samples {
            Some((rate, _, heard)) => (*rate, heard.clone()),
            None => decoded(&self.sent, &self.formats),
        }
    }
}

fn packet(header: &PacketHeader, payload: &[u8]) -> ReplayedPacket {
    ReplayedPacket {
        at: header.time,
        sequence: header.sequence,
        timestamp: header.timestamp,
        ssrc: header.ssrc,
        payload_type: header.payload_type,
        marker: header.marker,
        payload: payload.to_vec(),
    }
}

fn decoded(packets: &[ReplayedPacket], formats: &[AudioFormat]) -> (SampleRate, Vec<f32>) {
    let of = |payload_type: u8| formats.iter().find(|format| format.payload_type() == payload_type);
    let first = packets.iter().find_map(|packet| of(packet.payload_type)).or(formats.first());
    let rate = first.map_or(SampleRate::Hz8000, AudioFormat::sample_rate);
    let (mut audio, mut buffer): (Vec<f32>, _) = (Vec::new(), vec![0.0; LONGEST]);
    let mut stream: Option<(AudioFormat, crate::codec::Decoder, u32, usize)> = None;
    for packet in packets {
        // A format of another rate of the audio is not put into the same samples.
        let Some(format) = of(packet.payload_type).filter(|format| format.sample_rate() == rate) else { continue };
        let goes_on = |at: u32| {
            let jump = i64::from(packet.timestamp.wrapping_sub(at) as i32);
            (0..JUMP * i64::from(format.clock_rate())).contains(&jump)
        };
        if stream.as_ref().is_none_or(|(known, _, at, _)| known != format || !goes_on(*at)) {
            let Ok(decoder) = format.decoder() else { continue };
            stream = Some((format.clone(), decoder, packet.timestamp, audio.len()));
        }
        let Some((_, decoder, begin, from)) = &mut stream else { continue };
        let units = u64::from(packet.timestamp.wrapping_sub(*begin));
        let at = *from + (units * u64::from(rate.hz()) / u64::from(format.clock_rate().max(1))) as usize;
        let Ok(samples) = decoder.decode_into(&packet.payload, &mut buffer) else { continue };
        audio.resize(audio.len().max(at + samples), 0.0);
        if let (Some(place), Some(samples)) = (audio.get_mut(at..at + samples), buffer.get(..samples)) {
            place.copy_from_slice(samples);
        }
        // The stream is measured from its last packet on, so that it may be as long as it likes.
        (*begin, *from) = (packet.timestamp, at);
    }
    (rate, audio)
}
