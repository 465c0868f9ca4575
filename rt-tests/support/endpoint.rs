//! An RTP endpoint of any codec on the virtual network: says a signal in packets of its own length, keeps every packet
//! that comes, and decodes them by timestamp.

use super::phone::{Phone, connect};
use media_core::MediaSessionHandle;
use media_core::codec::CodecName;
use media_core::codec::{AudioCodecParams, AudioDecoder, AudioEncoder, CodecManager, Decoder, Encoder};
use media_core::engine::virtual_engine::{Network, VirtualEngine};
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::{MediaTime, Ptime, SampleRate, timestamp_delta};
use std::time::Duration;

/// See the module text.
#[derive(Debug)]
pub struct Endpoint {
    pub phone: Phone,
    pub session: MediaSessionHandle,
    pub format: AudioFormat,
    /// Packet time of what it sends.
    pub ptime: Ptime,
    pub encoder: Encoder,
    pub decoder: Decoder,
    /// Samples said so far.
    pub said: usize,
    due: Option<MediaTime>,
}

/// An encoder and a decoder of that format.
pub fn codec(format: &AudioFormat, ptime: Ptime) -> (Encoder, Decoder) {
    let manager = CodecManager::default();
    let name = CodecName::parse(format.encoding());
    let params = AudioCodecParams::mono(format.sample_rate()).with_ptime(ptime);
    let encoder = manager.registry().encoder(&name, format.clock_rate(), &params).expect("an encoder");
    (encoder, manager.registry().decoder(&name, format.clock_rate(), &params).expect("a decoder"))
}

/// The tone that endpoints say: 1,013 Hz at -12 dBov.
pub fn tone(rate: SampleRate) -> impl Fn(usize) -> f32 {
    move |n| 0.25 * (n as f64 * std::f64::consts::TAU * 1_013.0 / f64::from(rate.hz())).sin() as f32
}

impl Endpoint {
    /// Creates the session of dialog `dialog-{number}`, which sends packets of `hears`, and its endpoint, which sends
    /// packets of `says`.
    pub fn new(engine: &mut VirtualEngine, number: u32, format: &AudioFormat, says: Ptime, hears: Ptime) -> Self {
        Self::with(engine, number, MediaSessionParams::new(format.clone()).ptime(hears), says)
    }

    /// The same with these parameters.
    pub fn with(engine: &mut VirtualEngine, number: u32, params: MediaSessionParams, says: Ptime) -> Self {
        let format = params.receive.clone();
        let (session, phone) = connect(engine, number, params);
        let (encoder, decoder) = codec(&format, says);
        Self { phone, session, format, ptime: says, encoder, decoder, said: 0, due: None }
    }

    /// Sends the packets of `signal` that are due at `now`, sample by number at the format's rate.
    pub fn speak(&mut self, network: &mut Network, now: MediaTime, signal: impl Fn(usize) -> f32) {
        while *self.due.get_or_insert(now) <= now {
            self.due = self.due.map(|due| due + Duration::from_millis(u64::from(self.ptime.ms())));
            let samples = self.format.sample_rate().block_samples() * usize::from(self.ptime.blocks());
            let pcm: Vec<f32> = (self.said..self.said + samples).map(&signal).collect();
            self.said += samples;
            let payload = self.encode(&pcm);
            if !payload.is_empty() {
                self.phone.post(network, now, self.phone.next, &payload);
                self.phone.next.sequence = self.phone.next.sequence.wrapping_add(1);
            }
            self.phone.next.marker = payload.is_empty();
            self.phone.next.timestamp = self.phone.next.timestamp.wrapping_add(self.units());
        }
    }

    /// Lets a packet's time pass for which something else was sent.
    pub fn skip(&mut self, now: MediaTime) {
        let due = *self.due.get_or_insert(now);
        self.due = Some(due + Duration::from_millis(u64::from(self.ptime.ms())));
        self.said += self.format.sample_rate().block_samples() * usize::from(self.ptime.blocks());
        self.phone.next.timestamp = self.phone.next.timestamp.wrapping_add(self.units());
    }

    /// Lets the time pass of all packets that are due at `now`: it says nothing.
    pub fn pause(&mut self, now: MediaTime) {
        while self.due.is_some_and(|due| due <= now) {
            self.skip(now);
        }
    }

    /// Units of the RTP clock in a packet that it says.
    pub fn units(&self) -> u32 {
        self.format.clock_rate() / 100 * u32::from(self.ptime.blocks())
    }

    fn encode(&mut self, pcm: &[f32]) -> Vec<u8> {
        let mut payload = vec![0; 4_000];
        let octets = self.encoder.encode_into(pcm, &mut payload).expect("a whole packet");
        payload.truncate(octets);
        payload
    }

    /// The packets of its format that came since the last call, decoded in order, each with its header.
    pub fn decode(&mut self) -> Vec<(RtpHeader, Vec<f32>)> {
        let packets = std::mem::take(&mut self.phone.got);
        let ours = packets.into_iter().filter(|p| p.header.payload_type == self.format.payload_type());
        let decoded = ours.map(|packet| {
            let mut pcm = vec![0.0; 12 * 480];
            let samples = self.decoder.decode_into(&packet.payload, &mut pcm).expect("a payload of the format");
            pcm.truncate(samples);
            (packet.header, pcm)
        });
        decoded.collect()
    }
}

/// What decoded packets hold, laid out by timestamp from the first on; silence where nothing came.
pub fn by_timestamp(packets: &[(RtpHeader, Vec<f32>)], format: &AudioFormat) -> Vec<f32> {
    let Some(base) = packets.first().map(|(header, _)| header.timestamp) else { return Vec::new() };
    let mut out = Vec::new();
    for (header, pcm) in packets {
        let units = i64::from(timestamp_delta(header.timestamp, base));
        let at = (units * i64::from(format.sample_rate().hz()) / i64::from(format.clock_rate())) as usize;
        out.resize(out.len().max(at + pcm.len()), 0.0);
        out[at..at + pcm.len()].copy_from_slice(pcm);
    }
    out
}

/// Signal to noise in dB of a tone of `hz` in `pcm`: what a sine of that frequency, best fit, leaves over is noise.
pub fn tone_snr(pcm: &[f32], rate: SampleRate, hz: f64) -> f64 {
    let angle = |n: usize| n as f64 * std::f64::consts::TAU * hz / f64::from(rate.hz());
    let (mut ss, mut cc, mut sc, mut xs, mut xc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, &x) in pcm.iter().enumerate() {
        let (sin, cos) = angle(n).sin_cos();
        (ss, cc, sc) = (ss + sin * sin, cc + cos * cos, sc + sin * cos);
        (xs, xc) = (xs + f64::from(x) * sin, xc + f64::from(x) * cos);
    }
    let determinant = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant);
    let (mut signal, mut noise) = (0.0, 1e-20);
    for (n, &x) in pcm.iter().enumerate() {
        let (sin, cos) = angle(n).sin_cos();
        let fit = a * sin + b * cos;
        signal += fit * fit;
        noise += (f64::from(x) - fit).powi(2);
    }
    10.0 * (signal / noise).log10()
}
