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
use media_core::session::AudioFormat;
use node::{Node, voiced};
use pjmedia::{Pjmedia, Room, in_turn};
use support::Bench;

/// By then every jitter buffer has found its delay and no longer stretches time: ten seconds.
const SETTLED: u64 = 1_000;

const LEVEL: f32 = 0.4;

/// So many legs, in bridges of µ-law and `second`, all talking.
fn calls(legs: usize, second: &AudioFormat) -> Node {
    let mut node = Node::new(MediaEngineConfig::default().max_sessions(legs));
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
    node
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
