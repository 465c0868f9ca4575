//! Boundary: phones that each send one code of G.711 all the time, so that whose audio a packet has is seen from its octets.

use crate::support::phone::{Packet, Phone, connect};
use crate::support::stream::{Gap, check};
use media_core::codec::{AudioDecoder, G711Decoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngineConfig, Pending};
use media_core::{AudioFormat, Error, EventKind, Events, MediaSessionHandle, MediaSessionParams, SessionId, WorkerId};

/// Phones in an engine.
pub struct Calls {
    pub engine: VirtualEngine,
    pub sessions: Vec<MediaSessionHandle>,
    pub phones: Vec<Phone>,
    /// How loud each is now: the code that it sends.
    pub codes: Vec<u8>,
    pub events: Events,
    /// Blocks of a packet that they send.
    pub blocks: u64,
    laws: Vec<Law>,
    ticks: u64,
}

/// The level of a code, in 1/32,768 of full scale.
pub fn level(law: Law, code: u8) -> i32 {
    let mut block = [0.0f32; 80];
    G711Decoder::new(law).decode_into(&[code; 80], &mut block).unwrap();
    (block[0] * 32_768.0).round() as i32
}

/// The code whose level is nearest to that one.
pub fn code(law: Law, wanted: i32) -> u8 {
    (0..=255).min_by_key(|code| (level(law, *code) - wanted).abs()).unwrap_or(0)
}

impl Calls {
    /// So many phones, of µ-law or, where it is named, A-law; phone n on media thread n mod `workers`. They have been talking for
    /// half a second.
    pub fn new(workers: usize, laws: &[Law]) -> Self {
        let config = MediaEngineConfig::default().workers(workers).max_sessions(32usize);
        let mut engine = VirtualEngine::new(config, 5).unwrap();
        let events = engine.handle().subscribe();
        let (mut sessions, mut phones) = (Vec::new(), Vec::new());
        for (n, law) in laws.iter().enumerate() {
            let format = if *law == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() };
            let (session, phone) = connect(&mut engine, n as u32 + 1, MediaSessionParams::new(format));
            sessions.push(session);
            phones.push(phone);
        }
        let codes = (0..laws.len()).map(|n| 0x90 + 8 * n as u8).collect();
        let mut calls = Self { engine, sessions, phones, codes, events, blocks: 2, laws: laws.to_vec(), ticks: 0 };
        for n in 0..laws.len() {
            let moved = calls.sessions[n].move_to(WorkerId((n % workers) as u8));
            calls.ask(moved).unwrap();
        }
        calls.run(50);
        calls
    }

    pub fn tick(&mut self) {
        let now = self.engine.now();
        if self.ticks.is_multiple_of(self.blocks) {
            for (phone, code) in self.phones.iter_mut().zip(&self.codes) {
                phone.send(&mut self.engine.network, now, &[*code; 480][..80 * self.blocks as usize]);
            }
        }
        self.ticks += 1;
        self.engine.tick();
        for phone in &mut self.phones {
            phone.listen(&mut self.engine.network);
        }
    }

    pub fn run(&mut self, ticks: usize) {
        (0..ticks).for_each(|_| self.tick());
    }

    pub fn ask<T>(&mut self, mut pending: Pending<T>) -> Result<T, Error> {
        loop {
            if let Some(answer) = pending.poll_now() {
                return answer;
            }
            self.tick();
        }
    }

    /// The answer within so many ticks.
    pub fn ask_for<T>(&mut self, mut pending: Pending<T>, ticks: usize) -> Result<T, Error> {
        for _ in 0..ticks {
            if let Some(answer) = pending.poll_now() {
                return answer;
            }
            self.tick();
        }
        panic!("no answer in {ticks} ticks");
    }

    /// The session of a phone.
    pub fn session(&self, n: usize) -> MediaSessionHandle {
        self.sessions[n].clone()
    }

    pub fn id(&self, n: usize) -> SessionId {
        self.sessions[n].id()
    }

    pub fn bridge(&mut self, a: usize, b: usize) {
        let pending = self.engine.handle().bridge(&self.sessions[a], &self.sessions[b]);
        self.ask(pending).unwrap();
        self.run(20);
    }

    /// What a phone says, as a listener has it: its level.
    pub fn said(&self, n: usize) -> i32 {
        level(self.laws[n], self.codes[n])
    }

    /// What came to a phone since it had so many packets: level by level, with how many samples of it. Levels that differ by
    /// less than the step of the codes are one.
    pub fn heard(&self, n: usize, since: usize) -> Vec<(i32, usize)> {
        let mut runs: Vec<(i32, usize)> = Vec::new();
        for octet in self.phones[n].got[since..].iter().flat_map(|packet| &packet.payload) {
            let level = level(self.laws[n], *octet);
            match runs.last_mut() {
                Some((last, count)) if (*last - level).abs() <= 1 + last.abs() / 20 => *count += 1,
                _ => runs.push((level, 1)),
            }
        }
        runs
    }

    /// What came to a phone since it had so many packets, sample by sample.
    pub fn levels(&self, n: usize, since: usize) -> Vec<i32> {
        let octets = self.phones[n].got[since..].iter().flat_map(|packet| &packet.payload);
        octets.map(|octet| level(self.laws[n], *octet)).collect()
    }

    /// What a phone heard last.
    pub fn hears(&self, n: usize) -> i32 {
        let last = self.phones[n].got.last().and_then(|packet| packet.payload.last());
        last.map_or(0, |octet| level(self.laws[n], *octet))
    }

    pub fn packets(&self, n: usize) -> usize {
        self.phones[n].got.len()
    }

    /// What came to a phone is one stream, and these are its pauses.
    pub fn gaps(&self, n: usize) -> Vec<Gap> {
        check(&self.phones[n].got).unwrap_or_else(|broken| panic!("phone {n}: {broken}"))
    }

    /// When what a phone is sent ceases to be of that level, in ms: the time of that sample in the stream.
    pub fn ceases(&self, n: usize, since: usize, was: i32) -> f64 {
        let packets: &[Packet] = &self.phones[n].got[since..];
        for packet in packets {
            let other = |octet: &u8| (level(self.laws[n], *octet) - was).abs() > 1 + was.abs() / 20;
            if let Some(at) = packet.payload.iter().position(other) {
                return packet.at.as_nanos() as f64 / 1e6 - 20.0 + at as f64 / 8.0;
            }
        }
        panic!("phone {n} hears {was} all the time");
    }

    /// What was told of a session since this was asked last.
    pub fn told(&self) -> Vec<(SessionId, EventKind)> {
        let all = std::iter::from_fn(|| self.events.try_next());
        all.filter_map(|event| Some((event.session?.0, event.kind))).collect()
    }
}

/// Whether a level is that of what is said, as it comes through one codec and another.
pub fn is_near(heard: i32, said: i32) -> bool {
    (heard - said).abs() <= 1 + said.abs() / 20
}
