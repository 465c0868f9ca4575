//! A row of the table: a bridged call on virtual time, who sends what to it, and what is to come of it.

use crate::support::phone::{Phone, done, pcmu};
use media_core::MediaSessionHandle;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp::{self, RtpHeader};
use media_core::session::{AudioFormat, Direction, MediaSessionParams};
use media_core::transport::LatchMode;
use std::collections::HashMap;
use std::net::SocketAddr;

/// In the engine's own network.
pub const NEAR: &str = "10.0.0.1:4000";
pub const NEAR_OTHER_PORT: &str = "10.0.0.1:4444";
pub const NEAR_SECOND: &str = "10.1.0.1:4000";
pub const PRIVATE: &str = "192.168.1.20:4000";
pub const OUTSIDE: &str = "203.0.113.7:61000";
pub const MOVED: &str = "203.0.113.7:61044";
pub const PUBLIC: &str = "198.51.100.1:4000";
pub const PUBLIC_OTHER_PORT: &str = "198.51.100.1:4444";
pub const OTHER: &str = "192.0.2.50:6000";
pub const STRANGER: &str = "203.0.113.66:5060";
pub const NEIGHBOUR: &str = "10.0.0.66:5060";
pub const HOLD: &str = "0.0.0.0:4000";

pub fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

/// Sends a packet of `mark` octets each so many ms of a time.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    pub from: &'static str,
    pub mark: u8,
    pub ssrc: u32,
    pub first: u16,
    pub payload_type: u8,
    pub every: u64,
    /// Of audio in a packet.
    pub ms: u64,
    pub time: (u64, u64),
}

pub fn phone(from: &'static str, mark: u8, time: (u64, u64)) -> Source {
    Source { from, mark, ssrc: 0x1000 + u32::from(mark), first: 700, payload_type: 0, every: 20, ms: 20, time }
}

impl Source {
    /// Each so many ms a packet that is as long, but of no more than 60 ms.
    pub fn every(self, every: u64) -> Self {
        Self { every, ms: every.min(60), ..self }
    }

    pub fn packets_of(self, ms: u64) -> Self {
        Self { every: ms, ms, ..self }
    }

    pub fn stream(self, ssrc: u32, first: u16) -> Self {
        Self { ssrc, first, ..self }
    }

    pub fn of(self, payload_type: u8) -> Self {
        Self { payload_type, ..self }
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Say {
    Signal(&'static str),
    Mode(LatchMode),
    /// An update to a peer that only listens.
    OnlyListens,
    /// Hold by verb.
    Hold,
    /// A datagram that is no RTP, to the RTP port: RTCP, a keep-alive.
    Post(&'static str, &'static [u8]),
}

pub const REPORT: &[u8] = &[0x80, 201, 0, 1, 0, 0, 0, 9];

#[derive(Debug, Clone)]
pub struct Row {
    pub name: &'static str,
    pub signalled: Option<&'static str>,
    pub sources: Vec<Source>,
    pub says: Vec<(u64, Say)>,
    /// Where packets are to go, from when and until.
    pub goes: Vec<(u64, u64, &'static str)>,
    /// What is to be heard, from when and until.
    pub hears: Vec<(u64, u64, u8)>,
    /// Addresses to which no more than so many packets may go.
    pub spared: Vec<(&'static str, usize)>,
    /// What may never be heard.
    pub deaf: Vec<u8>,
}

pub fn row(name: &'static str, signalled: impl Into<Option<&'static str>>, sources: &[Source]) -> Row {
    let (signalled, sources) = (signalled.into(), sources.to_vec());
    Row { name, signalled, sources, says: vec![], goes: vec![], hears: vec![], spared: vec![], deaf: vec![] }
}

impl Row {
    pub fn says(mut self, time: u64, say: Say) -> Self {
        self.says.push((time, say));
        self
    }

    pub fn goes(mut self, from: u64, until: u64, to: &'static str) -> Self {
        self.goes.push((from, until, to));
        self
    }

    pub fn hears(mut self, from: u64, until: u64, mark: u8) -> Self {
        self.hears.push((from, until, mark));
        self
    }

    pub fn spares(mut self, address: &'static str, packets: usize) -> Self {
        self.spared.push((address, packets));
        self
    }

    pub fn deaf(mut self, mark: u8) -> Self {
        self.deaf.push(mark);
        self
    }

    pub fn until(&self) -> u64 {
        let ends = self.goes.iter().map(|goes| goes.1).chain(self.hears.iter().map(|hears| hears.1));
        ends.max().unwrap_or(0) + 300
    }

    pub fn check(&self) {
        self.judge(&run(self));
    }

    pub fn judge(&self, Outcome { heard, sent }: &Outcome) {
        for &(from, until, to) in &self.goes {
            let came = sent.get(&at(to)).map_or(0, |times| within(times, from, until));
            let share = came as f64 / ((until - from) / 20) as f64;
            let where_to: Vec<_> = sent.iter().map(|(to, times)| (to, within(times, from, until))).collect();
            assert!(share > 0.95, "{}: {share:.2} go to {to} from {from} to {until} ms: {where_to:?}", self.name);
        }
        for &(from, until, mark) in &self.hears {
            let source = self.sources.iter().find(|source| source.mark == mark).expect("a source of that mark");
            let said = source.times().filter(|t| (from..until).contains(t)).count();
            // It takes its time through the jitter buffer.
            let came = heard.iter().filter(|(t, what)| *what == mark && (from..until + 200).contains(t)).count();
            let share = came as f64 / said as f64;
            assert!(share > 0.95, "{}: {share:.2} of {mark:02x} heard from {from} to {until} ms", self.name);
        }
        for &(address, packets) in &self.spared {
            let came = sent.get(&at(address)).map_or(0, Vec::len);
            assert!(came <= packets, "{}: {came} packets go to {address}", self.name);
        }
        for mark in &self.deaf {
            let came = heard.iter().filter(|(_, what)| what == mark).count();
            assert_eq!(came, 0, "{}: {mark:02x} is heard", self.name);
        }
    }
}

impl Source {
    pub fn times(self) -> impl Iterator<Item = u64> {
        (self.time.0..self.time.1).step_by(self.every as usize)
    }

    pub fn packet(&self, t: u64) -> Vec<u8> {
        let n = (t - self.time.0) / self.every;
        let header = RtpHeader {
            marker: n == 0,
            payload_type: self.payload_type,
            sequence: self.first.wrapping_add(n as u16),
            timestamp: (t * 8) as u32,
            ssrc: self.ssrc,
        };
        let mut octets = vec![0; 12 + 8 * self.ms as usize];
        let payload = vec![self.mark; octets.len() - 12];
        rtp::write(&header, &payload, &mut octets).unwrap();
        octets
    }
}

pub fn within(times: &[u64], from: u64, until: u64) -> usize {
    times.iter().filter(|t| (from..until).contains(t)).count()
}

pub struct Outcome {
    /// When which mark came out at the far phone.
    pub heard: Vec<(u64, u8)>,
    /// What came to whom.
    pub sent: HashMap<SocketAddr, Vec<u64>>,
}

pub fn say(engine: &mut VirtualEngine, a: &MediaSessionHandle, params: &mut MediaSessionParams, say: Say) {
    match say {
        Say::Signal(address) => {
            params.remote = Some(at(address));
            drop(a.set_remote(at(address)));
        }
        Say::Mode(mode) => {
            params.latch = mode;
            drop(a.update(params.clone()));
        }
        Say::OnlyListens => {
            params.direction = Direction::SendOnly;
            drop(a.update(params.clone()));
        }
        Say::Hold => drop(a.hold_inward()),
        Say::Post(from, octets) => {
            let now = engine.now();
            engine.network.send(at(from), a.local_address().unwrap(), octets, now);
        }
    }
}

pub fn run(row: &Row) -> Outcome {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    let mut params = MediaSessionParams::new(AudioFormat::pcmu());
    params.remote = row.signalled.map(at);
    let pending = engine.handle().create_media_session("a", params.clone());
    let a = done(&mut engine, pending);
    let (b, mut far) = pcmu(&mut engine, 9_000);
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    let (start, to) = (engine.now(), a.local_address().unwrap());
    for t in (0..row.until()).step_by(10) {
        row.says.iter().filter(|(when, _)| *when == t).for_each(|&(_, what)| say(&mut engine, &a, &mut params, what));
        if t % 20 == 0 {
            let now = engine.now();
            far.send(&mut engine.network, now, &[0x22; 160]);
        }
        for source in &row.sources {
            for time in source.times().filter(|time| (t..t + 10).contains(time)) {
                let when = start + std::time::Duration::from_millis(time);
                engine.network.send(at(source.from), to, &source.packet(time), when);
            }
        }
        engine.tick();
    }
    outcome(&mut engine, row, start, &mut far)
}

pub fn outcome(engine: &mut VirtualEngine, row: &Row, start: media_core::types::MediaTime, far: &mut Phone) -> Outcome {
    let since = |at: media_core::types::MediaTime| (at - start).as_millis() as u64;
    far.listen(&mut engine.network);
    let mut heard = Vec::new();
    for packet in &far.got {
        if let Some(&mark) = packet.payload.first()
            && packet.payload.iter().all(|&octet| octet == mark)
        {
            heard.push((since(packet.at), mark));
        }
    }
    let addresses = row.signalled.into_iter().chain(row.sources.iter().map(|source| source.from));
    let addresses = addresses.chain(row.goes.iter().map(|goes| goes.2)).chain(row.spared.iter().map(|spared| spared.0));
    let mut sent: HashMap<SocketAddr, Vec<u64>> = HashMap::new();
    for address in addresses.map(at) {
        while let Some(datagram) = engine.network.receive(address) {
            sent.entry(address).or_default().push(since(datagram.at));
        }
    }
    Outcome { heard, sent }
}

pub const P: u8 = 0x31;
pub const Q: u8 = 0x41;
pub const X: u8 = 0x51;
/// The whole call.
pub const CALL: (u64, u64) = (0, 6_000);
