//! Control: what a conference costs a media thread: whole ticks on virtual time, no sockets; a few members talk, the others
//! listen and send nothing, as phones do that are muted.
//!
//! Timed is `Worker::tick` and nothing else, as in `leg`. Every member is sent its packets.

mod support;

use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::integration::RtpBridge;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams, Transport};
use media_core::types::{SampleRate, SessionId};
use std::time::{Duration, Instant};
use support::Bench;

struct Node {
    engine: VirtualEngine,
    port: RtpBridge,
    talkers: Vec<(SessionId, RtpHeader, [u8; 160])>,
}

impl Node {
    /// Rooms of so many members each, of whom so many talk, all in µ-law.
    fn new(rooms: usize, members: usize, talkers: usize) -> Self {
        let config = MediaEngineConfig::default()
            .max_sessions((rooms * members).max(1))
            .max_conferences(rooms)
            .io_threads(0usize)
            .ring_octets(64usize << 20);
        let mut engine = VirtualEngine::new(config, 3).expect("engine");
        let pending = engine.handle().rtp_bridge();
        // The port answers orders while ticks run: it is taken out by hand.
        let port = engine.complete(pending).expect("port");
        let mut node = Self { engine, port, talkers: Vec::new() };
        let mut encoder = G711Encoder::new(Law::Mu);
        for room in 0..rooms {
            let pending = node.engine.handle().create_conference(SampleRate::Hz8000);
            let conference = node.complete(pending);
            for member in 0..members {
                let params =
                    MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(node.port.port()));
                let pending = node.engine.handle().create_media_session(&*format!("{room}-{member}"), params);
                let session = node.complete(pending);
                let pending = conference.join(&session);
                node.complete(pending);
                if member < talkers {
                    // A whole number of periods in a packet: one voiced sound without end.
                    let turn = std::f32::consts::TAU * (2 + member % 30) as f32 / 160.0;
                    let pcm: Vec<f32> = (0..160).map(|i| (i as f32 * turn).sin() * 0.1).collect();
                    let mut payload = [0; 160];
                    encoder.encode_into(&pcm, &mut payload).expect("160 samples");
                    let ssrc = node.talkers.len() as u32;
                    let header = RtpHeader { marker: false, payload_type: 0, sequence: 0, timestamp: 0, ssrc };
                    node.talkers.push((session.id(), header, payload));
                }
            }
        }
        node
    }

    fn complete<T>(&mut self, mut pending: media_core::engine::Pending<T>) -> T {
        loop {
            self.engine.tick();
            self.port.take_orders();
            while self.port.poll_parsed().is_some() {}
            if let Some(answer) = pending.poll_now() {
                return answer.expect("request");
            }
        }
    }

    /// One tick; the time that the worker took.
    fn tick(&mut self, number: u64) -> Duration {
        let now = self.engine.now();
        for (at, (session, header, payload)) in self.talkers.iter_mut().enumerate() {
            if (at as u64 + number).is_multiple_of(2) {
                self.port.receive_parsed(*session, header, payload, now).expect("room in the ring");
                header.sequence = header.sequence.wrapping_add(1);
                header.timestamp = header.timestamp.wrapping_add(160);
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

    /// Floor and median of the worker's time over 20 ms, in percent of a core.
    fn measure(&mut self, periods: u64) -> (f64, f64) {
        for number in 0..500 {
            self.tick(number);
        }
        let two = |node: &mut Self, at: u64| node.tick(2 * at) + node.tick(2 * at + 1);
        let mut took: Vec<f64> = (0..periods).map(|at| two(self, at).as_nanos() as f64 / 20e6 * 100.0).collect();
        took.sort_by(f64::total_cmp);
        (took[0], took[took.len() / 2])
    }
}

fn main() {
    let mut bench = Bench::from_args("rooms: percent of a core");
    let rows = [
        ("pcmu_64_3_talkers", 1, 64, 3),
        ("pcmu_1000_5_talkers", 1, 1_000, 5),
        ("pcmu_1000_all_talk", 1, 1_000, 1_000),
        ("pcmu_250_rooms_of_4_1_talker", 250, 4, 1),
        ("idle_rooms_10000", 10_000, 0, 0),
    ];
    for (name, rooms, members, talkers) in rows {
        if !bench.wants(&format!("{name} ")) {
            continue;
        }
        let mut node = Node::new(rooms, members, talkers);
        let (floor, median) = node.measure(300);
        bench.figure(&format!("{name} "), median, "percent of a core", None);
        bench.figure(&format!("{name} _floor"), floor, "percent of a core", None);
    }
    bench.finish();
}
