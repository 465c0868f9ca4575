//! Control: what a leg costs a media thread: whole ticks on virtual time, no sockets, all legs talking.
//!
//! Timed is `Worker::tick` and nothing else: orders, intake from the port's ring, jitter buffer, decoding, mixing,
//! encoding, packets into the port's ring. Filling and draining the rings is the I/O thread's work and not timed, but it
//! runs between the ticks and takes its share of the caches, as it would.

mod support;

use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::integration::RtpBridge;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams, Transport};
use media_core::types::SessionId;
use std::time::{Duration, Instant};
use support::Bench;

/// What pjmedia's conference bridge costs a call of PCMU (PERFORMANCE.md), measured elsewhere: no peer of this run.
const PJMEDIA: Option<(&str, Option<f64>)> = Some(("pjmedia", None));

struct Node {
    engine: VirtualEngine,
    port: RtpBridge,
    legs: Vec<(SessionId, RtpHeader, [u8; 160])>,
}

impl Node {
    fn new(legs: usize, second: &AudioFormat, connected: bool) -> Self {
        let config = MediaEngineConfig::default().max_sessions(legs).io_threads(0usize).ring_octets(64usize << 20);
        let mut engine = VirtualEngine::new(config, 3).expect("engine");
        let pending = engine.handle().rtp_bridge();
        // The port answers orders while ticks run: it is taken out by hand.
        let port = engine.complete(pending).expect("port");
        let mut node = Self { engine, port, legs: Vec::new() };
        let mut encoders = [G711Encoder::new(Law::Mu), G711Encoder::new(Law::A)];
        let mut sessions = Vec::new();
        for number in 0..legs {
            let format = if number % 2 == 0 { AudioFormat::pcmu() } else { second.clone() };
            let law = usize::from(format == AudioFormat::pcma());
            let payload_type = format.payload_type();
            let params = MediaSessionParams::new(format).transport(Transport::Bridge(node.port.port()));
            let pending = node.engine.handle().create_media_session(&*format!("leg-{number}"), params);
            let session = node.complete(pending);
            // A whole number of periods in a packet: one voiced sound without end.
            let turn = std::f32::consts::TAU * (2 + number % 30) as f32 / 160.0;
            let pcm: Vec<f32> = (0..160).map(|i| (i as f32 * turn).sin() * 0.4).collect();
            let mut payload = [0; 160];
            encoders[law].encode_into(&pcm, &mut payload).expect("160 samples");
            let header = RtpHeader { marker: false, payload_type, sequence: 0, timestamp: 0, ssrc: number as u32 };
            node.legs.push((session.id(), header, payload));
            sessions.push(session);
        }
        for pair in sessions.chunks(2).filter(|_| connected) {
            let pending = node.engine.handle().bridge(&pair[0], &pair[1]);
            node.complete(pending);
        }
        node
    }

    fn complete<T>(&mut self, mut pending: media_core::engine::Pending<T>) -> T {
        loop {
            self.engine.tick();
            self.port.take_orders();
            if let Some(answer) = pending.poll_now() {
                return answer.expect("request");
            }
        }
    }

    /// One tick; the time that the workers took.
    fn tick(&mut self, number: u64, talking: bool) -> Duration {
        let now = self.engine.now();
        if talking {
            for (at, (session, header, payload)) in self.legs.iter_mut().enumerate() {
                // Half of the legs' packets come in each tick.
                if (at as u64 / 2 + number).is_multiple_of(2) {
                    self.port.receive_parsed(*session, header, payload, now).expect("room in the ring");
                    header.sequence = header.sequence.wrapping_add(1);
                    header.timestamp = header.timestamp.wrapping_add(160);
                }
            }
        }
        self.engine.control();
        let start = Instant::now();
        self.engine.run_workers();
        let took = start.elapsed();
        while self.port.poll_parsed().is_some() {}
        self.engine.advance(1);
        took
    }

    /// Floor and median of the workers' time over 20 ms, in ns.
    fn measure(&mut self, periods: u64, talking: bool) -> (f64, f64) {
        // Ten seconds: by then every jitter buffer has found its delay and no longer stretches time.
        for number in 0..1_000 {
            self.tick(number, talking);
        }
        let mut took: Vec<f64> = (0..periods)
            .map(|period| {
                let two = self.tick(2 * period, talking) + self.tick(2 * period + 1, talking);
                two.as_nanos() as f64
            })
            .collect();
        took.sort_by(f64::total_cmp);
        (took[0], took[took.len() / 2])
    }
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
            let mut node = Node::new(legs, &second, true);
            let (floor, median) = node.measure((2_000_000 / legs as u64).clamp(100, 2_000), true);
            bench.figure(&format!("{row} "), median / legs as f64, "ns per leg and 20 ms", PJMEDIA);
            bench.figure(&format!("{row} _floor"), floor / legs as f64, "ns per leg and 20 ms", PJMEDIA);
        }
    }
    if bench.wants("idle_10000") {
        let mut node = Node::new(10_000, &AudioFormat::pcma(), true);
        node.measure(10, true);
        // Long enough for every stream to be over.
        for number in 0..400 {
            node.tick(number, false);
        }
        let (_, median) = node.measure(500, false);
        bench.figure("idle_10000", median / 20e6 * 100.0, "percent of a core", None);
    }
    bench.finish();
}
