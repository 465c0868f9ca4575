//! A call whose first party sends packets bent to a script, and what its second party heard of each of them: the audio
//! is noise, so that a piece of it is found again at one place only.

use super::phone::{Packet, Phone, address, connect, done};
use super::random::Random;
use media_core::MediaSessionHandle;
use media_core::codec::{AudioDecoder, G711Decoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{Events, MediaEngineConfig, Pending};
use media_core::rtp::{self, RtpHeader};
use media_core::session::{AudioFormat, EventKind, MediaSessionParams, SessionStatistics};
use media_core::types::{SampleRate, timestamp_delta};
use std::collections::HashMap;
use std::time::Duration;

/// A packet to be sent, so many ms after the script begins.
#[derive(Debug, Clone)]
pub struct Shot {
    pub ms: f64,
    pub header: RtpHeader,
    pub payload: Vec<u8>,
}

/// A source of µ-law noise with right numbers.
#[derive(Debug, Clone)]
pub struct Source {
    pub next: RtpHeader,
    pub ms: f64,
    random: Random,
}

impl Source {
    pub fn new(ssrc: u32) -> Self {
        let next = RtpHeader {
            marker: true,
            payload_type: 0,
            sequence: ssrc as u16,
            timestamp: ssrc.wrapping_mul(77_777),
            ssrc,
        };
        Self { next, ms: 0.0, random: Random(u64::from(ssrc)) }
    }

    /// µ-law octets; not the two that are decoded to the same value.
    pub fn octets(&mut self, n: usize) -> Vec<u8> {
        self.random.octets(n).iter().map(|o| if *o == 0x7f { 0xff } else { *o }).collect()
    }

    /// The next packet of so many samples.
    pub fn packet(&mut self, samples: usize) -> Shot {
        let payload = self.octets(samples);
        let shot = Shot { ms: self.ms, header: self.next, payload };
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(samples as u32);
        self.next.marker = false;
        self.ms += samples as f64 / 8.0;
        shot
    }

    /// So many packets of 20 ms, each bent by its number.
    pub fn packets(&mut self, n: usize, mut bend: impl FnMut(usize, &mut Shot)) -> Vec<Shot> {
        let mut shots: Vec<Shot> = (0..n).map(|_| self.packet(160)).collect();
        shots.iter_mut().enumerate().for_each(|(n, shot)| bend(n, shot));
        shots
    }

    /// Time in which nothing is sent; whether timestamps know of it.
    pub fn pause(&mut self, ms: u32, told: bool) {
        self.ms += f64::from(ms);
        self.next.timestamp = self.next.timestamp.wrapping_add(if told { ms * 8 } else { 0 });
    }
}

/// How the second party hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In another codec that keeps each sample: linear, 8 kHz.
    Decoded,
    /// In the same codec.
    Passed,
}

pub const WAYS: [Way; 2] = [Way::Decoded, Way::Passed];

/// See the module text.
#[derive(Debug)]
pub struct Call {
    pub engine: VirtualEngine,
    pub session: MediaSessionHandle,
    pub other: MediaSessionHandle,
    pub phones: [Phone; 2],
    pub told: Vec<EventKind>,
    way: Way,
    events: Events,
}

impl Call {
    pub fn new(way: Way) -> Self {
        Self::with(way, MediaSessionParams::new(AudioFormat::pcmu()))
    }

    pub fn with(way: Way, params: MediaSessionParams) -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
        let events = engine.handle().subscribe();
        let hears = match way {
            Way::Decoded => AudioFormat::l16(SampleRate::Hz8000).unwrap(),
            Way::Passed => AudioFormat::pcmu(),
        };
        let (session, one) = connect(&mut engine, 1, params);
        let (other, two) = connect(&mut engine, 2, MediaSessionParams::new(hears));
        let pending = engine.handle().bridge(&session, &other);
        done(&mut engine, pending);
        Self { engine, session, other, phones: [one, two], told: Vec::new(), way, events }
    }

    fn tick(&mut self) {
        self.engine.tick();
        for phone in &mut self.phones {
            phone.listen(&mut self.engine.network);
        }
        self.told.extend(std::iter::from_fn(|| self.events.try_next()).map(|event| event.kind));
    }

    /// Plays a script from now on and goes on for `tail_ms`.
    pub fn play(&mut self, script: &[Shot], tail_ms: f64) {
        let last = script.iter().map(|shot| shot.ms).fold(0.0, f64::max);
        self.play_part(script, 0.0, (last / 10.0).ceil() * 10.0 + 10.0 + tail_ms);
    }

    /// Plays what a script has from one moment of it to another.
    pub fn play_part(&mut self, script: &[Shot], from_ms: f64, to_ms: f64) {
        let mut script: Vec<&Shot> = script.iter().filter(|shot| (from_ms..to_ms).contains(&shot.ms)).collect();
        script.sort_by(|x, y| x.ms.total_cmp(&y.ms));
        let start = self.engine.now();
        let after = |ms: f64| start + Duration::from_secs_f64((ms - from_ms) / 1e3);
        let mut waiting = script.into_iter().peekable();
        while self.engine.now() < after(to_ms) {
            let now = self.engine.now();
            while let Some(shot) = waiting.next_if(|shot| after(shot.ms) <= now) {
                self.send(shot, after(shot.ms));
            }
            self.tick();
        }
    }

    fn send(&mut self, shot: &Shot, at: media_core::types::MediaTime) {
        let mut datagram = vec![0; shot.payload.len() + 12];
        let length = rtp::write(&shot.header, &shot.payload, &mut datagram).expect("a packet that can be written");
        self.engine.network.send(address(1), self.phones[0].peer, &datagram[..length], at);
    }

    pub fn ask<T>(&mut self, mut pending: Pending<T>) -> T {
        loop {
            if let Some(answer) = pending.poll_now() {
                return answer.expect("the request is carried out");
            }
            self.tick();
        }
    }

    pub fn statistics(&mut self) -> SessionStatistics {
        let pending = self.session.statistics();
        self.ask(pending)
    }

    /// How often that was told of the first party.
    pub fn times(&self, kind: EventKind) -> u64 {
        self.told.iter().filter(|told| **told == kind).count() as u64
    }

    fn samples(&self, payload: &[u8]) -> Vec<i16> {
        match self.way {
            Way::Decoded => payload.chunks_exact(2).map(|two| i16::from_be_bytes([two[0], two[1]])).collect(),
            Way::Passed => decoded(payload),
        }
    }

    /// What the second party heard, laid out by timestamp.
    pub fn heard(&self) -> Vec<i16> {
        by_time(&self.phones[1].got, |payload| self.samples(payload))
    }

    /// The same, one packet after another.
    pub fn heard_by_arrival(&self) -> Vec<i16> {
        self.phones[1].got.iter().flat_map(|packet| self.samples(&packet.payload)).collect()
    }
}

/// µ-law octets as samples.
pub fn decoded(octets: &[u8]) -> Vec<i16> {
    let mut pcm = vec![0.0; octets.len()];
    G711Decoder::new(Law::Mu).decode_into(octets, &mut pcm).expect("any octets are samples");
    pcm.iter().map(|sample| (sample * 32_768.0) as i16).collect()
}

fn by_time(packets: &[Packet], decode: impl Fn(&[u8]) -> Vec<i16>) -> Vec<i16> {
    let Some(first) = packets.first() else { return Vec::new() };
    let mut out: Vec<i16> = Vec::new();
    for packet in packets {
        let at = timestamp_delta(packet.header.timestamp, first.header.timestamp) as usize;
        let pcm = decode(&packet.payload);
        out.resize(out.len().max(at + pcm.len()), 0);
        out[at..at + pcm.len()].copy_from_slice(&pcm);
    }
    out
}

/// Where the middle of each packet's audio lies in what was heard, in samples of its first one; `None` if it is not there.
pub fn places(shots: &[Shot], heard: &[i16]) -> Vec<Option<i64>> {
    const PIECE: usize = 6;
    let mut found: HashMap<&[i16], usize> = HashMap::new();
    for (at, piece) in heard.windows(PIECE).enumerate() {
        found.entry(piece).or_insert(at);
    }
    let place = |shot: &Shot| {
        // A packet of a few samples holds no piece of its own.
        let said = decoded(&shot.payload);
        let middle = said.len() / 2 - PIECE / 2;
        let at = *found.get(said.get(middle..middle + PIECE)?)?;
        Some(at as i64 - middle as i64)
    };
    shots.iter().map(place).collect()
}

/// How many of them were not heard.
pub fn missed(places: &[Option<i64>]) -> usize {
    places.iter().filter(|place| place.is_none()).count()
}

/// How often two packets heard one after the other do not join.
pub fn cuts(shots: &[Shot], places: &[Option<i64>]) -> usize {
    let joined = |at: usize| match (places[at], places[at + 1]) {
        (Some(one), Some(next)) => next - one == shots[at].payload.len() as i64,
        _ => false,
    };
    (0..places.len().saturating_sub(1)).filter(|at| !joined(*at)).count()
}
