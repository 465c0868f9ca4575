//! Control: how evenly packets leave a running engine, beside a metronome in the same run and on the same core: a thread
//! of the same priority that sleeps until an absolute time and sends as many packets by as many sockets, and does nothing else. Times are
//! the kernel's, of arrival on loopback.

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
use std::time::{Duration, Instant};

const FLOWS: usize = 100;
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
    let core = allowed_cores().last().copied();
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
        let setup = ThreadSetup { core, realtime_priority: Some(PRIORITY), lock_stack: true, ..ThreadSetup::default() };
        setup.spawn(move |_| beat(&targets, &stop, &phase)).expect("a thread")
    };
    let seconds = if bench.quick() { 3 } else { 20 };
    talk(&mut ours, &near, &mut metronomes, &phase, seconds);
    stop.store(true, Relaxed);
    metronome.join().expect("it does not panic");
    engine.stop().expect("a clean stop");
    report(bench, &ours, &metronomes);
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

/// Plays the sessions' peers for a while, from an ordinary thread: what comes in unevenly must leave evenly.
fn talk(ours: &mut [Ear], near: &[SocketAddr], metronomes: &mut [Ear], phase: &AtomicU64, seconds: u64) {
    let periods = seconds * 50;
    let begun = Instant::now();
    for period in 0..50 + periods {
        for (number, (ear, near)) in ours.iter_mut().zip(near).enumerate() {
            let mut packet = crate::fleet::packet(period as u16);
            // Payload type and time stamp of this packet.
            packet[1] = if number % 2 == 0 { 0 } else { 8 };
            packet[4..8].copy_from_slice(&(period as u32 * 160).to_be_bytes());
            let _ = ear.socket.send_to(&packet, near);
            ear.listen();
        }
        metronomes.iter_mut().for_each(Ear::listen);
        if period == 25 {
            // Five milliseconds from the engine's ticks, which are ten apart.
            let wall = i128::from(datagram::wall_clock()) - i128::from(clock::now().as_nanos());
            let tick = ours[0].last.map_or(0, |last| (i128::from(last) - wall).rem_euclid(10_000_000));
            phase.store((tick as u64 + 5_000_000) % 10_000_000, Relaxed);
        }
        if period == 50 {
            ours.iter_mut().chain(metronomes.iter_mut()).for_each(|ear| ear.gaps.clear());
        }
        std::thread::sleep((PTIME * (period as u32 + 1)).saturating_sub(begun.elapsed()));
    }
}

fn report(bench: &mut Bench, ours: &[Ear], metronomes: &[Ear]) {
    for i in (0..100).step_by(11) {
        let (a, b) = (Gaps::of(&ours[i..i + 1]), Gaps::of(&metronomes[i..i + 1]));
        eprintln!("{i} {:?} {:?}", a.off, b.off);
    }
    let (ours, theirs) = (Gaps::of(ours), Gaps::of(metronomes));
    let ms = |ns: u64| ns as f64 / 1e6;
    let us = |ns: u64| ns as f64 / 1e3;
    bench.figure(ROWS[0], ms(ours.median), "ms between packets of a flow", Some((PEER, Some(ms(theirs.median)))));
    for (row, (our, their)) in ROWS[1..].iter().zip(ours.off.into_iter().zip(theirs.off)) {
        bench.figure(row, us(our), "us from 20 ms", Some((PEER, Some(us(their)))));
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
