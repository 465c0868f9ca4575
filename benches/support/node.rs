//! Control: an engine on virtual time without sockets, over one port, with parties that say one voiced sound each.

#![allow(dead_code, reason = "each bench uses a part of it")]

use crate::support::Cost;
use media_core::MediaSessionHandle;
use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngineConfig, Pending};
use media_core::integration::RtpBridge;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams, Transport};
use media_core::types::SessionId;
use std::rc::Rc;
use std::time::{Duration, Instant};

pub struct Node {
    pub engine: VirtualEngine,
    port: RtpBridge,
    talkers: Vec<Talker>,
}

/// A party that says the same packets over and over, each of 20 ms.
struct Talker {
    session: SessionId,
    header: RtpHeader,
    packets: Rc<Vec<Vec<u8>>>,
    /// The next of them.
    at: usize,
    units: u32,
}

impl Node {
    pub fn new(config: MediaEngineConfig) -> Self {
        let mut engine = VirtualEngine::new(config.io_threads(0usize).ring_octets(64usize << 20), 3).expect("engine");
        let pending = engine.handle().rtp_bridge();
        // The port answers orders while ticks run: it is taken out by hand.
        let port = engine.complete(pending).expect("port");
        Self { engine, port, talkers: Vec::new() }
    }

    /// A session that sends and receives that format.
    pub fn session(&mut self, name: &str, format: &AudioFormat) -> MediaSessionHandle {
        let params = MediaSessionParams::new(format.clone()).transport(Transport::Bridge(self.port.port()));
        let pending = self.engine.handle().create_media_session(name, params);
        self.complete(pending)
    }

    /// Its party talks from now on, as the `number`th, at that level.
    pub fn talks(&mut self, session: &MediaSessionHandle, format: &AudioFormat, number: usize, level: f32) {
        self.says(session, format, &Rc::new(voiced(format, number, level)));
    }

    /// Its party says these packets from now on.
    pub fn says(&mut self, session: &MediaSessionHandle, format: &AudioFormat, packets: &Rc<Vec<Vec<u8>>>) {
        let (payload_type, ssrc) = (format.payload_type(), self.talkers.len() as u32);
        let header = RtpHeader { marker: false, payload_type, sequence: 0, timestamp: 0, ssrc };
        let (packets, units) = (Rc::clone(packets), format.clock_rate() / 50);
        self.talkers.push(Talker { session: session.id(), header, packets, at: 0, units });
    }

    /// The party that spoke first of those who do speaks no more.
    pub fn falls_silent(&mut self) {
        self.talkers.remove(0);
    }

    pub fn complete<T>(&mut self, mut pending: Pending<T>) -> T {
        loop {
            self.engine.tick();
            self.port.take_orders();
            while self.port.poll_parsed().is_some() {}
            if let Some(answer) = pending.poll_now() {
                return answer.expect("request");
            }
        }
    }

    fn receive(&mut self, number: u64) {
        let now = self.engine.now();
        for (at, talker) in self.talkers.iter_mut().enumerate() {
            // Half of the packets come in each tick.
            if (at as u64 / 2 + number).is_multiple_of(2) {
                let Talker { session, header, packets, at, units } = talker;
                self.port.receive_parsed(*session, header, &packets[*at], now).expect("room in the ring");
                *at = (*at + 1) % packets.len();
                header.sequence = header.sequence.wrapping_add(1);
                header.timestamp = header.timestamp.wrapping_add(*units);
            }
        }
    }

    /// One tick; the time that the workers took.
    pub fn tick(&mut self, number: u64, talking: bool) -> Duration {
        if talking {
            self.receive(number);
        }
        self.engine.control();
        let start = Instant::now();
        self.engine.run_workers();
        let took = start.elapsed();
        while self.port.poll_parsed().is_some() {}
        self.engine.advance(1);
        took
    }

    /// The median of the time over 20 ms of the one of so many workers that has the most to do, in ns, after so many ticks.
    pub fn measure_busiest(&mut self, workers: usize, settled: u64, periods: u64) -> f64 {
        for number in 0..settled {
            self.tick(number, true);
        }
        let mut took = vec![Vec::new(); workers];
        for period in 0..periods {
            let mut of = vec![0.0; workers];
            for number in [2 * period, 2 * period + 1] {
                self.receive(number);
                self.engine.control();
                for (worker, took) in of.iter_mut().enumerate() {
                    (0..workers).for_each(|other| self.engine.hold_worker(other, other != worker));
                    let start = Instant::now();
                    self.engine.run_workers();
                    *took += start.elapsed().as_nanos() as f64;
                }
                (0..workers).for_each(|worker| self.engine.hold_worker(worker, false));
                while self.port.poll_parsed().is_some() {}
                self.engine.advance(1);
            }
            took.iter_mut().zip(of).for_each(|(all, took)| all.push(took));
        }
        let median = |mut all: Vec<f64>| {
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        took.into_iter().map(median).fold(0.0, f64::max)
    }

    /// Floor and median of the workers' time over 20 ms, in ns, after so many ticks.
    pub fn measure(&mut self, settled: u64, periods: u64, talking: bool) -> Cost {
        self.settle(settled, talking);
        Cost::of(self.periods(periods, talking))
    }

    pub fn settle(&mut self, ticks: u64, talking: bool) {
        for number in 0..ticks {
            self.tick(number, talking);
        }
    }

    /// The workers' time over each of so many times 20 ms, in ns.
    pub fn periods(&mut self, periods: u64, talking: bool) -> Vec<f64> {
        let two = |node: &mut Self, at: u64| node.tick(2 * at, talking) + node.tick(2 * at + 1, talking);
        (0..periods).map(|period| two(self, period).as_nanos() as f64).collect()
    }
}

/// The one packet of 20 ms that the `number`th party says over and over, at that level: one voiced sound without end, as a
/// whole number of its periods fits.
pub fn voiced(format: &AudioFormat, number: usize, level: f32) -> Vec<Vec<u8>> {
    let law = if *format == AudioFormat::pcma() { Law::A } else { Law::Mu };
    let turn = std::f32::consts::TAU * (2 + number % 30) as f32 / 160.0;
    let pcm: Vec<f32> = (0..160).map(|i| (i as f32 * turn).sin() * level).collect();
    let mut payload = vec![0; 160];
    G711Encoder::new(law).encode_into(&pcm, &mut payload).expect("160 samples");
    vec![payload]
}
