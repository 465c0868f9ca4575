//! Rated load on virtual time: as many sessions as are configured, of every kind of codec and packet time, behind a network
//! with jitter: nothing is dropped for want of anything of ours.
//!
//! `cargo test --release --test rated_load -- --ignored --nocapture` runs a minute of each.

mod support;

use media_core::MediaSessionHandle;
use media_core::buffer::JitterStrategy;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::{AudioFormat, MediaSessionParams, RedundancyFormat, SessionStatistics};
use media_core::types::{Ptime, SampleRate, WorkerId};
use std::time::Duration;
use support::phone::{Phone, connect, done};

const SESSIONS: usize = 1_000;

/// What a session's peer sends.
struct Load {
    name: &'static str,
    params: MediaSessionParams,
    /// Octets a packet, RTP units a packet, ms.
    octets: usize,
    units: u32,
    ms: u64,
}

fn load(name: &'static str, format: AudioFormat, octets: usize, ms: u64) -> Load {
    let units = format.clock_rate() / 1_000 * ms as u32;
    Load { name, params: MediaSessionParams::new(format), octets, units, ms }
}

fn l16(rate: SampleRate, ms: u64) -> Load {
    load("L16", AudioFormat::l16(rate).unwrap(), rate.hz() as usize * 2 * ms as usize / 1_000, ms)
}

fn loads() -> Vec<Load> {
    let mut red = load("RED", AudioFormat::pcmu(), 160, 20);
    red.params = red.params.redundancy(RedundancyFormat::new(101, 2));
    vec![
        load("G.711 20 ms", AudioFormat::pcmu(), 160, 20),
        load("G.711 40 ms", AudioFormat::pcmu(), 320, 40),
        load("G.711 60 ms", AudioFormat::pcma(), 480, 60),
        l16(SampleRate::Hz16000, 20),
        red,
        #[cfg(feature = "opus")]
        load("Opus 128 kbit/s", AudioFormat::opus().at(SampleRate::Hz8000).unwrap(), 320, 20),
    ]
}

impl Load {
    /// The payload of packet `n`.
    fn payload(&self, n: u64) -> Vec<u8> {
        let sound = |octets: usize| (0..octets).map(|i| (i as u64 * 7 + n) as u8 | 0x40);
        match self.name {
            // One stereo frame of CELT at full band, 20 ms (RFC 6716 section 3.1).
            "Opus 128 kbit/s" => std::iter::once(0xf8).chain(sound(self.octets - 1)).collect(),
            // The payload before once more, and this one (RFC 2198 section 3).
            "RED" if n > 0 => {
                let block = (160u32 << 10) | 160;
                let header = [0x80, (block >> 16) as u8, (block >> 8) as u8, block as u8, 0];
                header.into_iter().chain(sound(160)).chain(sound(160)).collect()
            }
            "RED" => std::iter::once(0).chain(sound(160)).collect(),
            _ => sound(self.octets).collect(),
        }
    }

    fn payload_type(&self) -> u8 {
        self.params.redundancy.map_or(self.params.receive.payload_type(), |red| red.receive_payload_type)
    }
}

struct Node {
    engine: VirtualEngine,
    calls: Vec<(MediaSessionHandle, Phone)>,
}

impl Node {
    /// `SESSIONS` of them, each kind of `loads` in turn, bridged to one of its own kind.
    fn new(loads: &[Load], jitter_ms: u64, workers: usize) -> Self {
        let config = MediaEngineConfig::default().max_taps(0usize).workers(workers);
        let mut engine = VirtualEngine::new(config, 11).unwrap();
        engine.network.impairment.jitter = Duration::from_millis(jitter_ms);
        // All at once: a tick for each session would take longer than the test.
        let begin = |n: u32| {
            let load = &loads[n as usize / 2 % loads.len()];
            let params = load.params.clone().remote(support::phone::address(n + 1));
            engine.handle().create_media_session(&*format!("dialog-{n}"), params)
        };
        let sessions: Vec<_> = (0..SESSIONS as u32).map(begin).collect();
        let mut calls = Vec::new();
        for (n, pending) in (0..).zip(sessions) {
            let session = done(&mut engine, pending);
            let phone = Phone::new(n + 1, &session, loads[n as usize / 2 % loads.len()].payload_type());
            calls.push((session, phone));
        }
        let bridges: Vec<_> =
            calls.chunks_exact(2).map(|pair| engine.handle().bridge(&pair[0].0, &pair[1].0)).collect();
        for pending in bridges {
            done(&mut engine, pending);
        }
        Self { engine, calls }
    }

    fn run(&mut self, loads: &[Load], ms: u64) {
        for tick in 0..ms / 10 {
            let now = self.engine.now();
            for (n, (_, phone)) in self.calls.iter_mut().enumerate() {
                let load = &loads[n / 2 % loads.len()];
                if (tick * 10).is_multiple_of(load.ms) {
                    let next = phone.next;
                    phone.post(&mut self.engine.network, now, next, &load.payload(tick * 10 / load.ms));
                    phone.next.sequence = next.sequence.wrapping_add(1);
                    phone.next.timestamp = next.timestamp.wrapping_add(load.units);
                    phone.next.marker = false;
                }
                while self.engine.network.receive(phone.address).is_some() {}
            }
            self.engine.tick();
        }
    }

    fn statistics(&mut self) -> Vec<SessionStatistics> {
        let Self { engine, calls } = self;
        // All at once, as above.
        let pending: Vec<_> = calls.iter().map(|(session, _)| session.statistics()).collect();
        pending.into_iter().map(|pending| done(engine, pending)).collect()
    }

    /// Nothing was dropped for want of anything of ours, and everybody heard what was sent.
    fn judge(mut self, what: &str, sent: impl Fn(usize) -> u64) {
        let statistics = self.statistics();
        for (n, s) in statistics.iter().enumerate() {
            let wants = (s.no_slot, s.no_frame, s.ring_full, s.bad_payload, s.unknown_payload_type);
            assert_eq!(wants, (0, 0, 0, 0, 0), "{what}, session {n}: {s:?}");
            assert!(s.packets_in + 12 >= sent(n), "{what}, session {n}: {} of {} came", s.packets_in, sent(n));
        }
        let in_all: u64 = statistics.iter().map(|s| s.packets_in).sum();
        println!("{what}: {in_all} packets, none dropped");
    }
}

fn judge_kind(load: Load, jitter_ms: u64, ms: u64) {
    let (name, length) = (load.name, load.ms);
    let loads = [load];
    let mut node = Node::new(&loads, jitter_ms, 1);
    node.run(&loads, ms);
    node.judge(&format!("{SESSIONS} sessions of {name}, {length} ms, jitter of 0 to {jitter_ms} ms"), |_| ms / length);
}

#[test]
fn a_node_full_of_one_codec_drops_nothing() {
    for load in loads() {
        judge_kind(load, 60, 600);
    }
}

#[test]
fn a_node_full_of_all_codecs_drops_nothing() {
    let loads = loads();
    let mut node = Node::new(&loads, 60, 1);
    node.run(&loads, 1_200);
    node.judge("a mix", |n| 1_200 / loads[n / 2 % loads.len()].ms);
}

/// Everybody plays at the greatest delay that is configured.
#[test]
fn a_node_at_its_greatest_delay_drops_nothing() {
    let fixed = |mut load: Load| {
        load.params.jitter.strategy = JitterStrategy::Fixed(400);
        load
    };
    let loads: Vec<_> = loads().into_iter().map(fixed).collect();
    let mut node = Node::new(&loads, 60, 1);
    node.run(&loads, 1_200);
    node.judge("at 400 ms", |n| 1_200 / loads[n / 2 % loads.len()].ms);
}

#[test]
#[ignore = "minutes: a release build's"]
fn a_minute_of_each() {
    for jitter_ms in [0, 20, 60] {
        for load in loads() {
            judge_kind(load, jitter_ms, 60_000);
        }
    }
}

/// One session at its greatest delay, whose peer chooses each packet's length anew, behind a network that becomes faster.
fn packets_of_any_length(params: MediaSessionParams, octets_a_ms: usize, payload_type: u8, units_a_ms: u32) {
    let what = format!("{} as {payload_type}", params.receive);
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(2usize), 5).unwrap();
    engine.network.impairment.jitter = Duration::from_millis(60);
    engine.network.impairment.delay = Duration::from_millis(100);
    let params = params.remote(support::phone::address(1));
    let (session, mut phone) = connect(&mut engine, 1, jitter(params, 330));
    phone.next.payload_type = payload_type;
    let (mut sent, mut due, mut random) = (0, 0, 7u64);
    let begin = engine.now();
    while due < 60_000 {
        if due > 20_000 {
            engine.network.impairment.delay = Duration::ZERO;
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let ms = [20, 200, 10 * (1 + (random >> 33) % 20)][due as usize / 15_000 % 3];
        let next = phone.next;
        let at = begin + Duration::from_millis(due);
        while engine.now() < at {
            engine.tick();
        }
        phone.post(&mut engine.network, at, next, &vec![0x55; octets_a_ms * ms as usize]);
        phone.next.sequence = phone.next.sequence.wrapping_add(1);
        phone.next.timestamp = phone.next.timestamp.wrapping_add(units_a_ms * ms as u32);
        (sent, due) = (sent + 1, due + ms);
    }
    engine.run_for(Duration::from_secs(2));
    let s = done(&mut engine, session.statistics());
    // At the start, before the network's delay is known, one may be left out.
    assert_eq!((s.packets_in, s.no_slot, s.bad_payload, s.late), (sent, 0, 0, 0), "{what}: {s:?}");
    assert!(s.played_packets + 1 >= sent, "{what}: {s:?}");
}

fn jitter(mut params: MediaSessionParams, ms: u16) -> MediaSessionParams {
    params.jitter.strategy = JitterStrategy::Fixed(ms);
    params
}

#[test]
fn packets_of_any_length_have_room_in_whatever_order() {
    packets_of_any_length(MediaSessionParams::new(AudioFormat::pcmu()), 8, 0, 8);
    let l16 = AudioFormat::l16(SampleRate::Hz16000).unwrap().with_payload_type(97).unwrap();
    packets_of_any_length(MediaSessionParams::new(l16.clone()), 32, 97, 16);
    // The peer chooses the larger one of two codecs that were answered.
    packets_of_any_length(MediaSessionParams::new(AudioFormat::pcmu()).also(l16), 32, 97, 16);
}

/// What a moving leg has waiting goes along, whatever its codec: all that was sent is played, but for the tick of the move.
#[test]
fn a_leg_that_moves_loses_nothing_of_its_buffer() {
    for load in loads().into_iter().chain([l16(SampleRate::Hz48000, 10), l16(SampleRate::Hz48000, 60)]) {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(2usize), 3).unwrap();
        // What is sent fits a packet.
        let mut params = load.params.clone().ptime(Ptime::from_ms(10).unwrap());
        params.jitter = params.jitter.strategy(JitterStrategy::Fixed(200));
        let (session, mut phone) = connect(&mut engine, 1, params);
        phone.next.payload_type = load.payload_type();
        let mut node = Node { engine, calls: vec![(session, phone)] };
        let loads = [load];
        for round in 0..6u8 {
            node.run(&loads, 240);
            let moved = node.calls[0].0.move_to(WorkerId(1 - round % 2));
            // The peer does not wait for it.
            node.run(&loads, 360);
            assert_eq!(moved.wait(), Ok(()));
        }
        node.engine.run_for(Duration::from_secs(2));
        let s = node.statistics().remove(0);
        let sent = 6 * 600 / loads[0].ms;
        let why = format!("{} {} ms: {s:?}", loads[0].name, loads[0].ms);
        assert_eq!((s.packets_in, s.no_slot, s.bad_payload, s.lost), (sent, 0, 0, 0), "{why}");
        // The tick of a move is skipped, with the packet that lies in it whole.
        assert!(s.played_packets + s.refused == sent && s.refused <= 6 * 10 / loads[0].ms, "{why}");
    }
}
