//! Whose packets are heard and where ours go, through the handle: phones as they are, and strangers as they come. Each row is
//! a bridged call on virtual time: who sends what, what signalling says meanwhile; asked is what the far phone hears, by the
//! octets, and what comes to whom.

mod support;

use media_core::MediaSessionHandle;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::integration::LatchMode;
use media_core::rtp::{self, RtpHeader};
use media_core::session::{AudioFormat, Direction, MediaSessionParams};
use std::collections::HashMap;
use std::net::SocketAddr;
use support::phone::{Phone, done, pcmu};

/// In the engine's own network.
const NEAR: &str = "10.0.0.1:4000";
const NEAR_OTHER_PORT: &str = "10.0.0.1:4444";
const NEAR_SECOND: &str = "10.1.0.1:4000";
const PRIVATE: &str = "192.168.1.20:4000";
const OUTSIDE: &str = "203.0.113.7:61000";
const MOVED: &str = "203.0.113.7:61044";
const PUBLIC: &str = "198.51.100.1:4000";
const PUBLIC_OTHER_PORT: &str = "198.51.100.1:4444";
const OTHER: &str = "192.0.2.50:6000";
const STRANGER: &str = "203.0.113.66:5060";
const NEIGHBOUR: &str = "10.0.0.66:5060";
const HOLD: &str = "0.0.0.0:4000";

fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

/// Sends a packet of `mark` octets each so many ms of a time.
#[derive(Debug, Clone, Copy)]
struct Source {
    from: &'static str,
    mark: u8,
    ssrc: u32,
    first: u16,
    payload_type: u8,
    every: u64,
    /// Of audio in a packet.
    ms: u64,
    time: (u64, u64),
}

fn phone(from: &'static str, mark: u8, time: (u64, u64)) -> Source {
    Source { from, mark, ssrc: 0x1000 + u32::from(mark), first: 700, payload_type: 0, every: 20, ms: 20, time }
}

impl Source {
    /// Each so many ms a packet that is as long, but of no more than 60 ms.
    fn every(self, every: u64) -> Self {
        Self { every, ms: every.min(60), ..self }
    }

    fn packets_of(self, ms: u64) -> Self {
        Self { every: ms, ms, ..self }
    }

    fn stream(self, ssrc: u32, first: u16) -> Self {
        Self { ssrc, first, ..self }
    }

    fn of(self, payload_type: u8) -> Self {
        Self { payload_type, ..self }
    }
}

#[derive(Debug, Clone, Copy)]
enum Say {
    Signal(&'static str),
    Mode(LatchMode),
    /// An update to a peer that only listens.
    OnlyListens,
    /// Hold by verb.
    Hold,
    /// A datagram that is no RTP, to the RTP port: RTCP, a keep-alive.
    Post(&'static str, &'static [u8]),
}

const REPORT: &[u8] = &[0x80, 201, 0, 1, 0, 0, 0, 9];

#[derive(Debug)]
struct Row {
    name: &'static str,
    signalled: Option<&'static str>,
    sources: Vec<Source>,
    says: Vec<(u64, Say)>,
    /// Where packets are to go, from when and until.
    goes: Vec<(u64, u64, &'static str)>,
    /// What is to be heard, from when and until.
    hears: Vec<(u64, u64, u8)>,
    /// Addresses to which no more than so many packets may go.
    spared: Vec<(&'static str, usize)>,
    /// What may never be heard.
    deaf: Vec<u8>,
}

fn row(name: &'static str, signalled: impl Into<Option<&'static str>>, sources: &[Source]) -> Row {
    let (signalled, sources) = (signalled.into(), sources.to_vec());
    Row { name, signalled, sources, says: vec![], goes: vec![], hears: vec![], spared: vec![], deaf: vec![] }
}

impl Row {
    fn says(mut self, time: u64, say: Say) -> Self {
        self.says.push((time, say));
        self
    }

    fn goes(mut self, from: u64, until: u64, to: &'static str) -> Self {
        self.goes.push((from, until, to));
        self
    }

    fn hears(mut self, from: u64, until: u64, mark: u8) -> Self {
        self.hears.push((from, until, mark));
        self
    }

    fn spares(mut self, address: &'static str, packets: usize) -> Self {
        self.spared.push((address, packets));
        self
    }

    fn deaf(mut self, mark: u8) -> Self {
        self.deaf.push(mark);
        self
    }

    fn until(&self) -> u64 {
        let ends = self.goes.iter().map(|goes| goes.1).chain(self.hears.iter().map(|hears| hears.1));
        ends.max().unwrap_or(0) + 300
    }

    fn check(&self) {
        let heard_and_sent = run(self);
        let Outcome { heard, sent } = &heard_and_sent;
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
    fn times(self) -> impl Iterator<Item = u64> {
        (self.time.0..self.time.1).step_by(self.every as usize)
    }

    fn packet(&self, t: u64) -> Vec<u8> {
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

fn within(times: &[u64], from: u64, until: u64) -> usize {
    times.iter().filter(|t| (from..until).contains(t)).count()
}

struct Outcome {
    /// When which mark came out at the far phone.
    heard: Vec<(u64, u8)>,
    /// What came to whom.
    sent: HashMap<SocketAddr, Vec<u64>>,
}

fn say(engine: &mut VirtualEngine, a: &MediaSessionHandle, params: &mut MediaSessionParams, say: Say) {
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

fn run(row: &Row) -> Outcome {
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

fn outcome(engine: &mut VirtualEngine, row: &Row, start: media_core::types::MediaTime, far: &mut Phone) -> Outcome {
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

const P: u8 = 0x31;
const Q: u8 = 0x41;
const X: u8 = 0x51;
/// The whole call.
const CALL: (u64, u64) = (0, 6_000);

fn phones() -> Vec<Row> {
    let outside = phone(OUTSIDE, P, CALL);
    vec![
        row("as signalled", NEAR, &[phone(NEAR, P, CALL)]).goes(0, 6_000, NEAR).hears(0, 6_000, P),
        row("nothing signalled", None, &[phone(NEAR, P, CALL)]).goes(100, 6_000, NEAR).hears(0, 6_000, P),
        row("translator", PRIVATE, &[outside]).goes(100, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("translator's other port", PUBLIC, &[phone(PUBLIC_OTHER_PORT, P, CALL)])
            .goes(100, 6_000, PUBLIC_OTHER_PORT)
            .hears(0, 6_000, P),
        row("signalled public, is elsewhere", PUBLIC, &[outside]).goes(1_100, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("translator beside our own network", NEAR, &[outside]).goes(1_100, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("two interfaces", NEAR, &[phone(NEAR_SECOND, P, CALL)]).goes(1_100, 6_000, NEAR_SECOND).hears(0, 6_000, P),
        row("packets of 60 ms", PRIVATE, &[outside.every(60)]).goes(250, 6_000, OUTSIDE),
        row("packets of 100 ms", PRIVATE, &[outside.packets_of(100)]).goes(400, 6_000, OUTSIDE).hears(0, 6_000, P),
        row("packets of 200 ms, signalled public, is elsewhere", PUBLIC, &[outside.packets_of(200)])
            .goes(2_000, 6_000, OUTSIDE)
            .hears(0, 6_000, P),
        row("packets of 120 ms, then a long mute", PRIVATE, &[phone(OUTSIDE, P, (0, 3_000)).packets_of(120)])
            .goes(500, 30_000, OUTSIDE),
        row(
            "symmetric translator, new port in mid-call",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 3_000)).stream(7, 0), phone(MOVED, Q, (3_000, 6_000)).stream(7, 150)],
        )
        .goes(100, 3_000, OUTSIDE)
        .goes(3_300, 6_000, MOVED)
        .hears(0, 3_000, P)
        .hears(3_240, 6_000, Q),
        row(
            "new port after silence",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 2_500)).stream(7, 0), phone(MOVED, Q, (4_000, 6_000)).stream(7, 125)],
        )
        .goes(100, 4_000, OUTSIDE)
        .goes(4_100, 6_000, MOVED)
        .hears(4_000, 6_000, Q),
        row(
            "restart: new SSRC",
            NEAR,
            &[phone(NEAR, P, (0, 3_000)), phone(NEAR, Q, (3_000, 6_000)).stream(99, 40_000)],
        )
        .goes(0, 6_000, NEAR)
        .hears(0, 3_000, P)
        .hears(3_100, 6_000, Q),
        row("restart at another port", NEAR, &[phone(NEAR, P, (0, 2_000)), phone(NEAR_OTHER_PORT, Q, (4_100, 6_000))])
            .hears(4_100, 6_000, Q),
        row("transfer", NEAR, &[phone(NEAR, P, (0, 3_000)), phone(OTHER, Q, (3_200, 6_000))])
            .says(3_000, Say::Signal(OTHER))
            .goes(0, 3_000, NEAR)
            .goes(3_040, 6_000, OTHER)
            .hears(0, 2_900, P)
            .hears(3_200, 6_000, Q),
        row(
            "transfer to a phone behind a translator",
            NEAR,
            &[phone(NEAR, P, (0, 3_000)), phone(OUTSIDE, Q, (3_200, 6_000))],
        )
        .says(3_000, Say::Signal(PRIVATE))
        .goes(3_300, 6_000, OUTSIDE)
        .hears(3_200, 6_000, Q),
        row(
            "hold to a music server and back",
            PRIVATE,
            &[
                phone(OUTSIDE, P, (0, 2_000)),
                phone(OTHER, X, (2_100, 4_000)),
                phone(OUTSIDE, Q, (4_100, 6_000)).stream(5, 9),
            ],
        )
        .says(2_000, Say::Signal(OTHER))
        .says(4_000, Say::Signal(PRIVATE))
        .goes(2_040, 4_000, OTHER)
        .goes(4_100, 6_000, OUTSIDE)
        .hears(2_100, 3_900, X)
        .hears(4_100, 6_000, Q),
        row("hold by zero and back", PRIVATE, &[outside])
            .says(2_000, Say::Signal(HOLD))
            .says(4_000, Say::Signal(PRIVATE))
            .goes(100, 2_000, OUTSIDE)
            .goes(4_040, 6_000, OUTSIDE)
            .hears(0, 6_000, P)
            .spares(OUTSIDE, 220),
        row("refreshed twice", PRIVATE, &[outside])
            .says(2_000, Say::Signal(PRIVATE))
            .says(4_000, Say::Signal(PRIVATE))
            .goes(100, 6_000, OUTSIDE)
            .hears(0, 6_000, P),
        row("only listens", NEAR, &[]).says(0, Say::OnlyListens).goes(0, 6_000, NEAR),
        row("silent, then speaks", NEAR, &[phone(NEAR, P, (4_000, 6_000))]).goes(0, 6_000, NEAR).hears(4_000, 6_000, P),
        row(
            "muted for a while",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 2_500)), phone(OUTSIDE, Q, (5_000, 6_000)).stream(0x1031, 825)],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(5_000, 6_000, Q),
        row(
            "early media of another host, then the answer",
            NEAR,
            &[phone(OTHER, X, (0, 3_000)), phone(NEAR, P, (3_000, 6_000))],
        )
        .goes(3_100, 6_000, NEAR)
        .hears(0, 2_900, X)
        .hears(3_100, 6_000, P),
        row(
            "forking: the second branch answers",
            OTHER,
            &[phone(OTHER, X, (0, 3_500)), phone(NEAR, P, (3_100, 6_000))],
        )
        .says(3_000, Say::Signal(NEAR))
        .goes(0, 3_000, OTHER)
        .goes(3_040, 6_000, NEAR)
        .hears(3_100, 6_000, P),
        row("media before the answer", None, &[outside])
            .says(3_000, Say::Signal(PRIVATE))
            .goes(100, 2_980, OUTSIDE)
            .goes(3_200, 6_000, OUTSIDE)
            .hears(0, 6_000, P),
        row("RTCP first", PUBLIC, &[phone(PUBLIC_OTHER_PORT, P, (1_000, 6_000))])
            .says(0, Say::Post("198.51.100.1:4001", REPORT))
            .says(500, Say::Post(PUBLIC_OTHER_PORT, REPORT))
            .goes(0, 1_000, PUBLIC)
            .goes(1_100, 6_000, PUBLIC_OTHER_PORT)
            .hears(1_000, 6_000, P),
        (0..20).map(|n| (3_000 + n * 180, Say::Post(OUTSIDE, &[]))).fold(
            row(
                "new port after a mute with keep-alives",
                PRIVATE,
                &[phone(OUTSIDE, P, (0, 2_500)).stream(7, 0), phone(MOVED, Q, (7_000, 9_000)).stream(7, 125)],
            )
            .goes(100, 7_000, OUTSIDE)
            .goes(7_100, 9_000, MOVED)
            .hears(7_000, 9_000, Q),
            |row, (when, post)| row.says(when, post),
        ),
        row("keep-alives only, behind a translator", PRIVATE, &[])
            .says(0, Say::Post(OUTSIDE, &[]))
            .says(500, Say::Post(OUTSIDE, &[0, 0, 0, 0]))
            .says(1_000, Say::Post(OUTSIDE, b"\r\n"))
            .goes(1_040, 6_000, OUTSIDE),
        row(
            "a B2BUA's music beside its voice",
            NEAR,
            &[phone(NEAR, P, (0, 2_500)), phone("10.0.0.1:4600", Q, (4_600, 6_000))],
        )
        .goes(0, 6_000, NEAR)
        .hears(4_600, 6_000, Q),
        row("asymmetric ports", NEAR, &[phone(NEAR_OTHER_PORT, P, CALL)])
            .says(0, Say::Mode(LatchMode::Asymmetric))
            .goes(40, 6_000, NEAR)
            .hears(0, 6_000, P),
        row("a trunk, strictly", NEAR, &[phone(NEAR, P, CALL), phone(NEAR_OTHER_PORT, X, CALL)])
            .says(0, Say::Mode(LatchMode::Strict))
            .goes(0, 6_000, NEAR)
            .hears(200, 6_000, P)
            .deaf(X)
            .spares(NEAR_OTHER_PORT, 0),
        row("IPv6 is no IPv4", None, &[phone(NEAR, P, CALL)]).goes(100, 6_000, NEAR),
    ]
}

#[test]
fn phones_as_they_are() {
    phones().iter().for_each(Row::check);
}

/// Phones with what is said beside them by strangers who begin when they are there. Nothing goes to a stranger, and the phone
/// is heard and sent to as without them.
#[test]
fn strangers_beside_phones_change_nothing() {
    for begins in [7, 1_507] {
        for (from, name) in [(STRANGER, "far"), (NEIGHBOUR, "near")] {
            // Who only listens behind a translator shows no more than a stranger (a row of the attacks says what it gets back).
            for mut row in phones().into_iter().filter(|row| !row.sources.is_empty() || row.signalled != Some(PRIVATE))
            {
                let until = row.until();
                // A stranger's three packets may be heard where nobody else is there.
                row.sources.push(phone(from, 0x61, (begins, begins + 60)));
                row.sources.push(phone(from, 0x62, (begins + 400, until)).every(150).stream(3, 3));
                row.sources.push(phone("203.0.113.67:9", 0x63, (begins, until)).of(34));
                row.sources.push(
                    phone("203.0.113.68:9", 0x64, (begins, until)).stream(0x1000 + u32::from(P), 30_000).every(130),
                );
                row.says.push((begins / 10 * 10, Say::Post("203.0.113.69:9", REPORT)));
                row.says.push((begins / 10 * 10, Say::Post("203.0.113.69:9", &[])));
                println!("{} beside {name} strangers from {begins} ms", row.name);
                row.check();
            }
        }
    }
}

fn attacks() -> Vec<Row> {
    let x = |time| phone(STRANGER, X, time);
    let neighbour = |time| phone(NEIGHBOUR, X, time);
    vec![
        // A phone that only listens, at its reachable address.
        row("three packets at a silent phone", NEAR, &[x((500, 560))]).goes(0, 6_000, NEAR).spares(STRANGER, 0),
        row("three of a neighbour", NEAR, &[neighbour((500, 560))]).goes(0, 6_000, NEAR).spares(NEIGHBOUR, 0),
        row("ten packets", PUBLIC, &[x((500, 700))]).goes(0, 6_000, PUBLIC).spares(STRANGER, 0),
        row("speech at a phone that only listens", NEAR, &[x((500, 6_000))])
            .says(0, Say::OnlyListens)
            .goes(0, 6_000, NEAR)
            .spares(STRANGER, 0),
        row("speech at a phone on hold", NEAR, &[x((500, 6_000))])
            .says(0, Say::Hold)
            .goes(0, 6_000, NEAR)
            .spares(STRANGER, 0),
        row("speech at a phone whose RTCP comes", PUBLIC, &[x((500, 6_000))])
            .says(200, Say::Post("198.51.100.1:4001", REPORT))
            .says(5_200, Say::Post("198.51.100.1:4001", REPORT))
            .goes(0, 6_000, PUBLIC)
            .spares(STRANGER, 0),
        // Before the first packet of a phone behind a translator.
        row("three packets before the phone", PRIVATE, &[x((0, 60)), phone(OUTSIDE, P, (1_000, 6_000))])
            .goes(1_200, 6_000, OUTSIDE)
            .hears(1_000, 6_000, P),
        row(
            "one each 150 ms before the phone",
            PRIVATE,
            &[x((0, 6_000)).every(150), phone(OUTSIDE, P, (1_000, 6_000))],
        )
        .goes(1_300, 6_000, OUTSIDE)
        .hears(1_200, 6_000, P),
        row(
            "one each 150 ms before a phone of 60 ms",
            PRIVATE,
            &[x((0, 6_000)).every(150), phone(OUTSIDE, P, (1_000, 6_000)).every(60)],
        )
        .goes(1_600, 6_000, OUTSIDE),
        row(
            "another payload type before the phone",
            PRIVATE,
            &[x((0, 6_000)).of(34), phone(OUTSIDE, P, (1_000, 6_000))],
        )
        .goes(1_300, 6_000, OUTSIDE)
        .hears(1_200, 6_000, P),
        row(
            "speech before a phone at its signalled host",
            PUBLIC,
            &[x((0, 6_000)), phone(PUBLIC_OTHER_PORT, P, (3_000, 6_000))],
        )
        .goes(3_200, 6_000, PUBLIC_OTHER_PORT)
        .hears(3_200, 6_000, P),
        // After a new address.
        row("the old phone never stops", NEAR, &[phone(NEAR, X, (0, 6_000)), phone(OTHER, Q, (4_000, 6_000))])
            .says(2_000, Say::Signal(OTHER))
            .goes(2_040, 6_000, OTHER)
            .hears(4_000, 6_000, Q)
            .spares(NEAR, 105),
        row("the old phone never stops, the new one never begins", NEAR, &[phone(NEAR, X, (0, 6_000))])
            .says(2_000, Say::Signal(OTHER))
            .goes(2_040, 6_000, OTHER)
            .spares(NEAR, 105),
        row(
            "three packets after a new address",
            NEAR,
            &[phone(NEAR, P, (0, 2_000)), x((2_050, 2_110)), phone(OTHER, Q, (4_000, 6_000))],
        )
        .says(2_000, Say::Signal(OTHER))
        .goes(2_040, 6_000, OTHER)
        .hears(4_000, 6_000, Q)
        .spares(STRANGER, 0),
        row(
            "a stranger who was refused before, after a new address",
            NEAR,
            &[phone(NEAR, P, (0, 2_000)), x((1_000, 2_500)), phone(OTHER, Q, (2_500, 6_000))],
        )
        .says(2_000, Say::Signal(OTHER))
        .goes(2_040, 6_000, OTHER)
        .hears(2_600, 6_000, Q)
        .spares(STRANGER, 0),
        // Beside a phone that speaks.
        row("as good as the phone", PRIVATE, &[phone(OUTSIDE, P, CALL), x((500, 6_000))])
            .goes(100, 6_000, OUTSIDE)
            .hears(0, 6_000, P)
            .deaf(X)
            .spares(STRANGER, 0),
        row("as good as a phone of 100 ms", PRIVATE, &[phone(OUTSIDE, P, CALL).packets_of(100), x((2_500, 6_000))])
            .goes(400, 6_000, OUTSIDE)
            .hears(0, 6_000, P)
            .deaf(X)
            .spares(STRANGER, 0),
        row(
            "a flood of guessed SSRC",
            PRIVATE,
            &[phone(OUTSIDE, P, CALL), x((500, 6_000)).every(1).stream(0x1031, 725)],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(0, 6_000, P)
        .deaf(X)
        .spares(STRANGER, 0),
        row(
            "the phone's own packets from elsewhere, late",
            PRIVATE,
            &[phone(OUTSIDE, P, CALL), x((100, 6_100)).stream(0x1031, 700)],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(0, 6_000, P)
        .deaf(X)
        .spares(STRANGER, 0),
        row(
            "the phone's own packets, when it has gone silent",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 3_000)), x((3_500, 6_000)).stream(0x1031, 700)],
        )
        .goes(100, 6_000, OUTSIDE)
        .deaf(X)
        .spares(STRANGER, 0),
        row(
            "a silent phone's seat",
            PRIVATE,
            &[phone(OUTSIDE, P, (0, 3_000)), x((4_000, 9_000)), phone(OUTSIDE, Q, (9_000, 10_000))],
        )
        .goes(100, 10_000, OUTSIDE)
        .hears(9_000, 10_000, Q)
        .deaf(X)
        .spares(STRANGER, 0),
        row("RTCP and empty datagrams of a stranger", NEAR, &[phone(NEAR, P, (3_000, 6_000))])
            .says(500, Say::Post(STRANGER, REPORT))
            .says(1_000, Say::Post(STRANGER, &[]))
            .says(1_500, Say::Post(STRANGER, &[0]))
            .says(2_000, Say::Post(STRANGER, &[]))
            .says(2_500, Say::Post(STRANGER, &[]))
            .goes(0, 6_000, NEAR)
            .hears(3_000, 6_000, P)
            .spares(STRANGER, 0),
        row("three packets beside a phone that only listens behind its translator", PRIVATE, &[x((3_000, 3_060))])
            .says(0, Say::Post(OUTSIDE, &[]))
            .says(500, Say::Post(OUTSIDE, &[]))
            .says(1_000, Say::Post(OUTSIDE, &[]))
            .says(5_000, Say::Post(OUTSIDE, &[]))
            .says(20_000, Say::Post(OUTSIDE, &[]))
            .goes(1_040, 3_000, OUTSIDE)
            .goes(5_040, 30_000, OUTSIDE),
        row("empty datagrams before a phone's first word", PRIVATE, &[phone(OUTSIDE, P, (1_000, 1_200))])
            .says(300, Say::Post(STRANGER, &[]))
            .says(600, Say::Post(STRANGER, &[]))
            .says(900, Say::Post(STRANGER, &[]))
            .hears(1_000, 1_200, P),
        row(
            "two packets that go on the phone's stream in its pause",
            PRIVATE,
            &[
                phone(OUTSIDE, P, (0, 3_000)),
                x((3_400, 3_440)).stream(0x1031, 850),
                phone(OUTSIDE, Q, (4_000, 6_000)).stream(0x1031, 850),
            ],
        )
        .goes(100, 6_000, OUTSIDE)
        .hears(4_000, 6_000, Q)
        .spares(STRANGER, 0),
        row(
            "speech when a phone that has moved is silent",
            PRIVATE,
            &[
                phone(OUTSIDE, P, (0, 2_500)).stream(7, 0),
                phone(MOVED, Q, (3_000, 3_500)).stream(7, 125),
                x((4_500, 6_000)),
            ],
        )
        .goes(3_100, 6_000, MOVED)
        .deaf(X)
        .spares(STRANGER, 0),
        row("speech after a session refresh", PRIVATE, &[phone(OUTSIDE, P, (0, 3_000)), x((3_600, 6_000))])
            .says(3_500, Say::Signal(PRIVATE))
            .goes(100, 6_000, OUTSIDE)
            .deaf(X)
            .spares(STRANGER, 0),
        // What a forged sender can direct at a victim where nothing better is known: 20 s of one call.
        row("amplified, behind a translator", PRIVATE, &[x((0, 60))])
            .goes(22_000, 60_000, PRIVATE)
            .spares(STRANGER, 1_010),
        row("amplified, nothing signalled", None, &[x((0, 60))])
            .says(59_000, Say::Signal(NEAR))
            .goes(59_100, 60_000, NEAR)
            .spares(STRANGER, 1_010),
        row("Strict takes no stranger's word", NEAR, &[x((500, 6_000)), phone(NEAR_OTHER_PORT, X, (500, 6_000))])
            .says(0, Say::Mode(LatchMode::Strict))
            .goes(0, 6_000, NEAR)
            .deaf(X)
            .spares(STRANGER, 0),
    ]
}

#[test]
fn strangers_as_they_come() {
    attacks().iter().for_each(Row::check);
}

/// From ever new ports and hosts.
#[test]
fn a_scan_of_ports_holds_no_seat() {
    let ports: Vec<&'static str> =
        (0..40).map(|n| &*Box::leak(format!("203.0.113.{}:{}", 80 + n % 4, 5_000 + n).into_boxed_str())).collect();
    for (signalled, from) in [(Some(NEAR), NEAR), (Some(PRIVATE), OUTSIDE), (None, OUTSIDE)] {
        let scan = ports.iter().enumerate().map(|(n, port)| phone(port, X, (n as u64 * 7, 6_000)).every(280));
        let sources: Vec<_> = scan.chain([phone(from, P, (1_000, 6_000))]).collect();
        row("a scan", signalled, &sources).goes(1_600, 6_000, from).hears(1_500, 6_000, P).check();
    }
}
