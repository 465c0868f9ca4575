//! Control: what a leg costs a media thread: whole ticks on virtual time, no sockets, all legs talking.
//!
//! Timed is `Worker::tick` and nothing else: orders, intake from the port's ring, jitter buffer, decoding, mixing,
//! encoding, packets into the port's ring. Filling and draining the rings is the I/O thread's work and not timed, but it
//! runs between the ticks and takes its share of the caches, as it would. The peer is a bridge of two streams of pjmedia a
//! call, in turn with ours in the same run where it is there (`tools/peers/pjmedia`).

#[path = "support/node.rs"]
mod node;
#[path = "support/pjmedia.rs"]
mod pjmedia;
mod support;

use media_core::engine::MediaEngineConfig;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::SampleRate;
use media_core::{AgentParams, AgentPort, MediaSessionHandle, SilenceParams};
use node::{Node, voiced};
use pjmedia::{Pjmedia, Room, in_turn};
use std::time::Duration;
use support::{Bench, Cost};

/// By then every jitter buffer has found its delay and no longer stretches time: ten seconds.
const SETTLED: u64 = 1_000;

const LEVEL: f32 = 0.4;

/// So many legs, in bridges of µ-law and `second`, all talking.
fn calls(legs: usize, second: &AudioFormat) -> Node {
    sessions_in_calls(MediaEngineConfig::default(), legs, second).0
}

fn calls_of(config: MediaEngineConfig, legs: usize, second: &AudioFormat) -> Node {
    sessions_in_calls(config, legs, second).0
}

fn sessions_in_calls(config: MediaEngineConfig, legs: usize, second: &AudioFormat) -> (Node, Vec<MediaSessionHandle>) {
    let mut node = Node::new(config.max_sessions(legs));
    let mut sessions = Vec::new();
    for number in 0..legs {
        let format = if number % 2 == 0 { &AudioFormat::pcmu() } else { second };
        let session = node.session(&format!("leg-{number}"), format);
        node.talks(&session, format, number, LEVEL);
        sessions.push(session);
    }
    for pair in sessions.chunks(2) {
        let pending = node.engine.handle().bridge(&pair[0], &pair[1]);
        node.complete(pending);
    }
    (node, sessions)
}

/// The same calls with their silence told and without that, in turn: the cost of a leg with it, without it, and the median of what
/// two turns next to each other differ by.
fn silence(legs: usize, second: &AudioFormat) -> (Cost, Cost, f64) {
    let (mut watched, sessions) = sessions_in_calls(MediaEngineConfig::default(), legs, second);
    for session in &sessions {
        let params = SilenceParams::new(Duration::from_secs(30));
        let pending = session.set_silence_detection(Some(params));
        watched.complete(pending);
    }
    let mut plain = calls(legs, second);
    watched.settle(SETTLED, true);
    plain.settle(SETTLED, true);
    let (mut with, mut without, mut differ) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..60 {
        let turns = [&mut watched, &mut plain].map(|node| node.periods(20, true));
        let [mine, other] = [&turns[0], &turns[1]].map(|turn| Cost::of(turn.clone()).median);
        differ.push((mine - other) / legs as f64);
        let [mine, other] = turns;
        with.extend(mine);
        without.extend(other);
    }
    let each = 1.0 / legs as f64;
    (Cost::of(with).times(each), Cost::of(without).times(each), Cost::of(differ).median)
}

/// Agents at `rate` in calls with µ-law phones, all talking; each has two minutes to say, of which no more are needed.
fn agents(calls: usize, rate: SampleRate) -> (Node, Vec<AgentPort>) {
    let mut node = Node::new(MediaEngineConfig::default().max_sessions(2 * calls));
    let (pcmu, mut ports) = (AudioFormat::pcmu(), Vec::new());
    let voice: Vec<f32> = (0..rate.hz() / 10).map(|n| (n as f32 * 0.1).sin() * LEVEL).collect();
    for number in 0..calls {
        let phone = node.session(&format!("phone-{number}"), &pcmu);
        node.talks(&phone, &pcmu, number, LEVEL);
        let params = MediaSessionParams::agent(AgentParams::new(rate));
        let agent = node.engine.handle().create_media_session(&*format!("agent-{number}"), params);
        let agent = node.complete(agent);
        let pending = node.engine.handle().bridge(&phone, &agent);
        node.complete(pending);
        let mut port = agent.take_agent_port().expect("an agent's");
        while port.writer.write(&voice) == Ok(voice.len()) {}
        ports.push(port);
    }
    (node, ports)
}

fn main() {
    let mut bench = Bench::from_args("leg: ns per leg and 20 ms");
    for (name, second) in [("bridge_pcmu_pcma", AudioFormat::pcma()), ("bridge_passthrough", AudioFormat::pcmu())] {
        for legs in [100, 1_000, 10_000] {
            let row = format!("{name}_{legs}");
            // A filter that ends with a space means this size only.
            if !bench.wants(&format!("{row} ")) {
                continue;
            }
            let said = [&AudioFormat::pcmu(), &second].map(|format| voiced(format, 0, LEVEL));
            let codec = if second == AudioFormat::pcma() { "PCMU+PCMA" } else { "PCMU" };
            let room = Room { rooms: legs / 2, members: 2, codec, options: &["streams"] };
            let peer = Pjmedia::start(room, &[&said[0], &said[1]]);
            let mut node = calls(legs, &second);
            node.settle(SETTLED, true);
            let periods = (2_000_000 / legs as u64).clamp(100, 2_000);
            let (ours, theirs) = in_turn(periods, &mut |periods| node.periods(periods, true), &mut [peer]);
            let each = 1.0 / legs as f64;
            let theirs = theirs[0].map(|cost| cost.times(each));
            bench.periods(&row, "ns per leg and 20 ms", ours.times(each), Some(("pjmedia's streams", theirs)));
        }
    }
    for (name, second) in [("silence_pcmu_pcma", AudioFormat::pcma()), ("silence_passthrough", AudioFormat::pcmu())] {
        for legs in [100, 1_000] {
            let row = format!("{name}_{legs}");
            if !bench.wants(&format!("{row} ")) {
                continue;
            }
            let (with, without, differ) = silence(legs, &second);
            bench.periods(&row, "ns per leg and 20 ms", with, Some(("without", Some(without))));
            bench.figure(&format!("{row} _more"), differ, "ns per leg and 20 ms, between turns side by side", None);
        }
    }
    for (name, second) in [("flight_pcmu_pcma", AudioFormat::pcma()), ("flight_passthrough", AudioFormat::pcmu())] {
        for legs in [100, 1_000] {
            let row = format!("{name}_{legs}");
            if !bench.wants(&format!("{row} ")) {
                continue;
            }
            // The same calls with the flight recorder and without, in turn.
            let recording = MediaEngineConfig::default().flight_seconds(30_u32).flight_octets(256_usize << 20);
            let mut nodes = [calls_of(recording, legs, &second), calls(legs, &second)];
            nodes.iter_mut().for_each(|node| node.settle(SETTLED, true));
            let mut took = [Vec::new(), Vec::new()];
            for round in 0..200 {
                for turn in 0..2 {
                    let side = (round + turn) % 2;
                    // What the other left in the caches is not its own.
                    nodes[side].settle(2, true);
                    took[side].extend(nodes[side].periods(10, true));
                }
            }
            let [with, without] = took.map(|took| Cost::of(took).times(1.0 / legs as f64));
            bench.periods(&row, "ns per leg and 20 ms", with, Some(("without the recorder", Some(without))));
        }
    }
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000] {
        let row = format!("agent_pcmu_{}", rate.hz());
        if !bench.wants(&format!("{row} ")) {
            continue;
        }
        let (mut node, ports) = agents(50, rate);
        node.settle(SETTLED, true);
        let (ours, _) = in_turn(2_000, &mut |periods| node.periods(periods, true), &mut []);
        assert!(ports.iter().all(|port| port.writer.waiting() > 0), "they said all that they had");
        bench.periods(&row, "ns per call of an agent and 20 ms", ours.times(1.0 / 50.0), None);
    }
    if bench.wants("idle_10000") {
        let mut node = calls(10_000, &AudioFormat::pcma());
        node.measure(SETTLED, 10, true);
        // Long enough for every stream to be over.
        for number in 0..400 {
            node.tick(number, false);
        }
        let median = node.measure(SETTLED, 500, false).median;
        bench.figure("idle_10000", median / 20e6 * 100.0, "percent of a core", None);
    }
    bench.finish();
}
