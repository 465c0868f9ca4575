//! Control: how evenly packets leave a running engine, beside a metronome in the same run: a thread on the core and with the
//! priority of the engine's I/O thread that sleeps until an absolute time, sends as many packets by as many sockets, and
//! does nothing else. Times are the kernel's, of arrival on loopback. Engine, metronome and the sessions' peers have their
//! turns at different times of the period, and figures are medians of rounds, since a noisy machine strikes either.

use crate::support::Bench;
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::rt::os::clock;
use media_core::rt::os::datagram;
use media_core::rt::os::thread::{ThreadSetup, allowed_cores};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::MediaTime;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

const FLOWS: usize = 100;
/// Packet times in a round: 3 s.
const ROUND: u64 = 150;
const PTIME: Duration = Duration::from_millis(20);
const PRIORITY: u8 = 50;
const PEER: &str = "metronome";
const ROWS: [&str; 3] = ["pacing_gap_p50", "pacing_gap_p99", "pacing_gap_p999"];

/// A receiver of one flow.
struct Ear {
    socket: UdpSocket,
    last: Option<u64>,
    gaps: Vec<u64>,
}

impl Ear {
    fn new() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("an ephemeral port");
        socket.set_nonblocking(true).expect("a non-blocking socket");
        datagram::stamp_arrivals(socket.as_fd()).expect("arrival times");
        Self { socket, last: None, gaps: Vec::new() }
    }

    fn address(&self) -> SocketAddr {
        self.socket.local_addr().expect("it is bound")
    }

    fn listen(&mut self) {
        let mut buffer = [0; 2048];
        while let Ok(heard) = datagram::receive(self.socket.as_fd(), &mut buffer) {
            let stamp = heard.stamp.expect("an arrival time");
            self.gaps.extend(self.last.map(|last| stamp.saturating_sub(last)));
            self.last = Some(stamp);
        }
    }
}

pub fn run(bench: &mut Bench) {
    if !ROWS.iter().any(|row| bench.wants(row)) {
        return;
    }
    let core = allowed_cores().first().copied();
    let config = MediaEngineConfig::default().max_sessions(FLOWS).bind_address(Ipv4Addr::LOCALHOST);
    let engine = MediaEngine::start(config.realtime_priority(PRIORITY)).expect("an engine");
    let (mut ours, near) = sessions(&engine);
    let mut metronomes: Vec<Ear> = (0..FLOWS).map(|_| Ear::new()).collect();
    let stop = Arc::new(AtomicBool::new(false));
    // Where in the period the metronome beats, in ns; it is moved away from the engine's ticks below.
    let phase = Arc::new(AtomicU64::new(0));
    let targets: Vec<SocketAddr> = metronomes.iter().map(Ear::address).collect();
    let metronome = {
        let (stop, phase) = (Arc::clone(&stop), Arc::clone(&phase));
        let realtime_priority = Some(PRIORITY - 1);
        let setup = ThreadSetup { core, realtime_priority, lock_stack: true, ..ThreadSetup::default() };
        setup.spawn(move |_| beat(&targets, &stop, &phase)).expect("a thread")
    };
    let rounds = if bench.quick() { 3 } else { 9 };
    // Below the engine and the metronome, above what else the machine does.
    let talking = ThreadSetup { realtime_priority: Some(5), ..ThreadSetup::default() };
    let found = talking.spawn(move |_| talk(&mut ours, &near, &mut metronomes, &phase, rounds)).expect("a thread");
    let found = found.join().expect("it does not panic");
    stop.store(true, Relaxed);
    metronome.join().expect("it does not panic");
    report(bench, &found);
    explain(bench, &engine);
    engine.stop().expect("a clean stop");
}

fn sessions(engine: &MediaEngine) -> (Vec<Ear>, Vec<SocketAddr>) {
    let handle = engine.handle();
    let (mut ears, mut near, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..FLOWS {
        let ear = Ear::new();
        let format = if number % 2 == 0 { AudioFormat::pcmu() } else { AudioFormat::pcma() };
        let params = MediaSessionParams::new(format).remote(ear.address());
        let session = handle.create_media_session(&*format!("flow-{number}"), params).wait().expect("a session");
        near.push(session.local_address().expect("it has a socket"));
        ears.push(ear);
        all.push(session);
    }
    for pair in all.chunks(2) {
        handle.bridge(&pair[0], &pair[1]).wait().expect("a bridge");
    }
    (ears, near)
}

fn beat(targets: &[SocketAddr], stop: &AtomicBool, phase: &AtomicU64) {
    let sockets: Vec<UdpSocket> = targets.iter().map(|_| Ear::new().socket).collect();
    let period = PTIME.as_nanos() as u64;
    let mut due = clock::now().as_nanos();
    while !stop.load(Relaxed) {
        due = (due / period + 1) * period + phase.load(Relaxed);
        clock::sleep_until(MediaTime::from_nanos(due));
        due -= phase.load(Relaxed);
        for (socket, target) in sockets.iter().zip(targets) {
            let _ = socket.send_to(&[0; 172], target);
        }
    }
}

/// Plays the sessions' peers, and listens to what leaves, for so many rounds: the gaps of ours and of the metronome.
fn talk(
    ours: &mut [Ear],
    near: &[SocketAddr],
    metronomes: &mut [Ear],
    phase: &AtomicU64,
    rounds: u64,
) -> Vec<(Gaps, Gaps)> {
    let mut found = Vec::new();
    let mut due = clock::now();
    // The first round is for jitter buffers, latches, and for finding the engine's ticks.
    for period in 0..(1 + rounds) * ROUND {
        for (number, (ear, near)) in ours.iter_mut().zip(near).enumerate() {
            let mut packet = crate::fleet::packet(period as u16);
            // Payload type and time stamp of this packet.
            packet[1] = if number % 2 == 0 { 0 } else { 8 };
            packet[4..8].copy_from_slice(&(period as u32 * 160).to_be_bytes());
            let _ = ear.socket.send_to(&packet, near);
            ear.listen();
        }
        metronomes.iter_mut().for_each(Ear::listen);
        if period == ROUND / 2 {
            // Departures are ten milliseconds apart: the peers talk 3 ms after one, the metronome beats 6.5 ms after.
            let wall = i128::from(datagram::wall_clock()) - i128::from(clock::now().as_nanos());
            let departure = ours[0].last.map_or(0, |last| (i128::from(last) - wall).rem_euclid(10_000_000)) as u64;
            phase.store((departure + 6_500_000) % 10_000_000, Relaxed);
            let behind = (due.as_nanos() % 10_000_000 + 10_000_000 - departure) % 10_000_000;
            due += Duration::from_nanos((13_000_000 - behind) % 10_000_000);
        }
        if (period + 1) % ROUND == 0 {
            if period > ROUND {
                found.push((Gaps::of(ours), Gaps::of(metronomes)));
            }
            ours.iter_mut().chain(metronomes.iter_mut()).for_each(|ear| ear.gaps.clear());
        }
        due += PTIME;
        clock::sleep_until(due);
    }
    found
}

fn report(bench: &mut Bench, rounds: &[(Gaps, Gaps)]) {
    let middle = |value: &dyn Fn(&(Gaps, Gaps)) -> u64| {
        let mut values: Vec<u64> = rounds.iter().map(value).collect();
        values.sort_unstable();
        values[values.len() / 2] as f64
    };
    let (ours, theirs) = (middle(&|r| r.0.median) / 1e6, middle(&|r| r.1.median) / 1e6);
    bench.figure(ROWS[0], ours, "ms between packets of a flow", Some((PEER, Some(theirs))));
    for (at, row) in ROWS[1..].iter().enumerate() {
        let (ours, theirs) = (middle(&|r| r.0.off[at]) / 1e3, middle(&|r| r.1.off[at]) / 1e3);
        bench.figure(row, ours, "us from 20 ms", Some((PEER, Some(theirs))));
    }
}

/// What departure stands on: a tick that is late and long by more than the departure delay (1 ms) shows in the gaps.
fn explain(bench: &mut Bench, engine: &MediaEngine) {
    let snapshot = engine.handle().snapshot();
    for worker in &snapshot.workers {
        for name in ["wake_up_lateness", "tick_work"] {
            if let Some(measure) = worker.total.iter().find(|measure| measure.name == name) {
                bench.figure(&format!("pacing_{name}_p99"), measure.p99_ns as f64 / 1e3, "us", None);
                bench.figure(&format!("pacing_{name}_p999"), measure.p999_ns as f64 / 1e3, "us", None);
            }
        }
    }
}

struct Gaps {
    median: u64,
    /// 99 and 99.9 percent of the gaps are no further from the packet time.
    off: [u64; 2],
}

impl Gaps {
    fn of(ears: &[Ear]) -> Self {
        let mut gaps: Vec<u64> = ears.iter().flat_map(|ear| ear.gaps.iter().copied()).collect();
        assert!(!gaps.is_empty(), "no packets came");
        gaps.sort_unstable();
        let median = gaps[gaps.len() / 2];
        let mut off: Vec<u64> = gaps.iter().map(|gap| gap.abs_diff(PTIME.as_nanos() as u64)).collect();
        off.sort_unstable();
        let at = |share: f64| off[((off.len() as f64 * share) as usize).min(off.len() - 1)];
        Self { median, off: [at(0.99), at(0.999)] }
    }
}
