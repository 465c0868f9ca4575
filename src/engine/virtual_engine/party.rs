//! Control: a phone on the virtual network: sends what it says as G.711 RTP, decodes and keeps what it hears.

use crate::codec::{AudioDecoder, AudioEncoder, Decoder, Encoder, G711Decoder, G711Encoder, Law};
use crate::engine::virtual_engine::network::Network;
use crate::rtp::{self, RtpHeader};
use crate::types::{MediaTime, timestamp_delta};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// A phone on the virtual network: sends what it says as G.711 RTP, decodes and keeps what it hears.
///
/// ```
/// use media_core::codec::Law;
/// use media_core::engine::virtual_engine::Party;
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let phone_at = ([192, 0, 2, 10], 4000).into();
/// let params = MediaSessionParams::new(AudioFormat::pcma()).remote(phone_at);
/// let session = engine.handle().create_media_session("phone", params);
/// let session = engine.complete(session)?;
/// let mut phone = Party::new(phone_at, session.local_address().unwrap(), Law::A, 0x51);
/// for _ in 0..50 {
///     let now = engine.now();
///     phone.step(&mut engine.network, now, &[0.1; 80]); // says 10 ms, hears what came
///     engine.tick();
/// }
/// let statistics = engine.complete(session.statistics())?;
/// assert!((20..=25).contains(&statistics.packets_in) && statistics.lost == 0, "{statistics}");
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Party {
    /// Where it is.
    pub address: SocketAddr,
    /// Where it sends.
    pub peer: SocketAddr,
    /// Header of the next packet; tests change SSRC, numbers, payload type at will.
    pub next: RtpHeader,
    /// Packets of that many samples.
    pub packet: usize,
    /// Clock skew of its sender in ppm.
    pub skew_ppm: f64,
    encoder: Encoder,
    decoder: Decoder,
    said: usize,
    next_send: Option<f64>,
    /// Headers of what it received, in order of arrival, with the time of arrival.
    pub received: Vec<(MediaTime, RtpHeader, usize)>,
    heard: BTreeMap<i64, Vec<f32>>,
    base: Option<u32>,
}

impl Party {
    /// A phone at `address` that speaks `law` to `peer`, 20 ms a packet.
    pub fn new(address: SocketAddr, peer: SocketAddr, law: Law, ssrc: u32) -> Self {
        let payload_type = if law == Law::Mu { 0 } else { 8 };
        Self {
            address,
            peer,
            next: RtpHeader { marker: true, payload_type, sequence: 65_000, timestamp: u32::MAX - 8_000, ssrc },
            packet: 160,
            skew_ppm: 0.0,
            encoder: Encoder::G711(G711Encoder::new(law)),
            decoder: Decoder::G711(G711Decoder::new(law)),
            said: 0,
            next_send: None,
            received: Vec::new(),
            heard: BTreeMap::new(),
            base: None,
        }
    }

    /// Sends the packets that are due at `now` of `speech` (8 kHz, repeated), and takes what arrived.
    pub fn step(&mut self, network: &mut Network, now: MediaTime, speech: &[f32]) {
        self.speak(network, now, speech);
        self.listen(network);
    }

    /// Sends the packets that are due at `now` of `speech` (8 kHz, repeated).
    pub fn speak(&mut self, network: &mut Network, now: MediaTime, speech: &[f32]) {
        if speech.is_empty() {
            return;
        }
        let due = *self.next_send.get_or_insert(now.as_nanos() as f64);
        if due > now.as_nanos() as f64 {
            return;
        }
        let length = Duration::from_micros(self.packet as u64 * 125).as_nanos() as f64;
        self.next_send = Some(due + length * (1.0 - self.skew_ppm * 1e-6));
        let pcm: Vec<f32> = (0..self.packet).map(|i| speech[(self.said + i) % speech.len()]).collect();
        self.said += self.packet;
        let mut payload = vec![0; self.packet];
        if self.encoder.encode_into(&pcm, &mut payload).is_ok() {
            self.send(network, MediaTime::from_nanos(due as u64), &payload);
        }
    }

    /// Sends one packet with this payload and goes on in the numbering.
    pub fn send(&mut self, network: &mut Network, at: MediaTime, payload: &[u8]) {
        let mut datagram = vec![0; payload.len() + 12];
        if let Ok(length) = rtp::write(&self.next, payload, &mut datagram) {
            network.send(self.address, self.peer, &datagram[..length], at);
        }
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(self.packet as u32);
        self.next.marker = false;
    }

    /// Says nothing for so many samples: the timestamp goes on, the next packet has the marker (DTX).
    pub fn pause(&mut self, samples: u32) {
        self.next.timestamp = self.next.timestamp.wrapping_add(samples);
        self.next.marker = true;
        if let Some(next) = &mut self.next_send {
            *next += f64::from(samples) * 125_000.0;
        }
    }

    /// Takes what arrived.
    pub fn listen(&mut self, network: &mut Network) {
        while let Some(datagram) = network.receive(self.address) {
            let Ok((header, payload)) = rtp::parse(&datagram.octets) else { continue };
            self.received.push((datagram.at, header, payload.len()));
            let base = *self.base.get_or_insert(header.timestamp);
            let mut pcm = vec![0.0; payload.len()];
            if self.decoder.decode_into(payload, &mut pcm).is_ok() {
                self.heard.insert(i64::from(timestamp_delta(header.timestamp, base)), pcm);
            }
        }
    }

    /// What it heard, laid out by RTP timestamp from the first packet on; silence where nothing came.
    pub fn heard(&self) -> Vec<f32> {
        let mut out = Vec::new();
        for (&at, pcm) in &self.heard {
            let Ok(at) = usize::try_from(at) else { continue };
            if out.len() < at + pcm.len() {
                out.resize(at + pcm.len(), 0.0);
            }
            out[at..at + pcm.len()].copy_from_slice(pcm);
        }
        out
    }

    /// Samples said so far.
    pub fn said(&self) -> usize {
        self.said
    }
}
