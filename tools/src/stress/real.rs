//! Control: a life on real threads: callers and phones of their own, sockets on loopback; another each time.

use super::actor::Actor;
use super::args::StressArgs;
use super::config::config;
use super::dice::Dice;
use super::findings::Findings;
use super::life::{Before, balance, callers, targets, watch};
use super::recordings::Folder;
use super::traffic::Traffic;
use super::waiting::Shared;
use crate::soak::ledger::Entry;
use anyhow::{Context as _, Result};
use media_core::error::{EngineError, Error};
use media_core::{MediaEngine, MediaEngineConfig, MediaHandle, rt};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What callers and phones do.
const TALK: u8 = 0;
/// Callers take answers, phones are silent.
const HUSH: u8 = 1;
/// The engine has ended; so do they.
const END: u8 = 2;
/// No answer takes longer, ms, on a machine that others use as well.
const PATIENCE: u64 = 30_000;
/// `MediaEngine::stop` promises 8 s.
const STOP: Duration = Duration::from_secs(10);

fn call(mut actor: Actor, phase: &AtomicU8, begun: Instant) {
    let ms = || begun.elapsed().as_millis() as u64;
    while phase.load(SeqCst) != END {
        if phase.load(SeqCst) == TALK {
            let verbs = if actor.dice.once_in(1_000) { 200 } else { actor.dice.below(3) };
            (0..verbs).for_each(|_| actor.act(ms()));
        }
        actor.collect(ms(), PATIENCE);
        actor.play(rt::os::clock::now());
        sleep(Duration::from_micros(actor.dice.below(6_000)));
    }
    // What was asked before the stop is answered by it, what is asked now at once.
    actor.act(ms());
    actor.collect(ms(), PATIENCE);
    if !actor.is_idle() {
        sleep(Duration::from_secs(1));
        actor.collect(ms(), 0);
    }
}

fn phones(sockets: &[UdpSocket], shared: &Shared, mut traffic: Traffic, phase: &AtomicU8, begun: Instant) {
    let mut buffer = [0; 2_048];
    while phase.load(SeqCst) != END {
        if phase.load(SeqCst) == TALK {
            traffic.speak(begun.elapsed().as_millis() as u64, &targets(shared), |from, to, datagram| {
                // What the kernel does not take is lost, as on any network.
                let _ = sockets[from % sockets.len()].send_to(datagram, to);
            });
        }
        for socket in sockets {
            while socket.recv(&mut buffer).is_ok() {}
        }
        sleep(Duration::from_millis(5));
    }
}

fn balance_all(life: u64, handle: &MediaHandle, findings: &Findings) -> Result<(), Error> {
    for room in handle.conferences().wait()? {
        if let Ok(room) = handle.conference(room.id).wait() {
            let _ = room.destroy().wait();
        }
    }
    let mut sessions = Vec::new();
    for summary in handle.sessions().wait()? {
        if let Ok(session) = handle.session(summary.id).wait() {
            let _ = handle.unbridge(&session).wait();
            sessions.push((session, summary.state.parked));
        }
    }
    sleep(Duration::from_secs(4));
    for (session, parked) in sessions {
        let first = session.statistics().wait();
        let (port, leg) = (session.transport_statistics().wait(), session.destroy().wait());
        if let (Ok(first), Ok(port), Ok(leg), false) = (first, port, leg, parked) {
            balance(life, &session, &first, &Entry { port, leg, ..Entry::default() }, findings);
        }
    }
    Ok(())
}

/// An engine of one media thread that does nothing.
///
/// # Errors
/// It cannot be started, or does not stop.
pub fn idle() -> Result<()> {
    let config = MediaEngineConfig::default().bind_address(Ipv4Addr::LOCALHOST).rtp_ports(10_000..=10_039);
    Ok(MediaEngine::start(config.max_sessions(16usize).pin_threads(false))?.stop()?)
}

/// Lives one engine; seconds of its clock. `beat` is called while it goes on.
///
/// # Errors
/// The engine cannot be started.
pub fn life(seed: u64, args: &StressArgs, findings: &Arc<Findings>, beat: &dyn Fn()) -> Result<f64> {
    let before = Before::now();
    let mut dice = Dice::new(seed);
    let (config, size) = config(&mut dice);
    let folder = Folder::new();
    let config = config.record_root(folder.path());
    let engine = MediaEngine::start(config.pin_threads(false).realtime_priority(None).lock_memory(false))?;
    let sockets: Vec<UdpSocket> =
        (0..8).map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))).collect::<Result<_, _>>()?;
    for socket in &sockets {
        socket.set_nonblocking(true).context("a phone's socket")?;
    }
    let addresses: Arc<[SocketAddr]> = sockets.iter().map(UdpSocket::local_addr).collect::<Result<_, _>>()?;
    let handle = engine.handle();
    let (shared, actors) = callers(seed, &mut dice, (&handle, size), (&addresses, args.callers), findings);
    let events = handle.subscribe();
    let traffic = Traffic::new(dice.split(), sockets.len());
    let (phase, begun) = (AtomicU8::new(TALK), Instant::now());
    let wait = |time: Duration| {
        let until = Instant::now() + time;
        while Instant::now() < until {
            beat();
            watch(&events, seed, findings);
            sleep(Duration::from_millis(20).min(until.saturating_duration_since(Instant::now())));
        }
    };
    std::thread::scope(|scope| {
        for actor in actors {
            scope.spawn(|| call(actor, &phase, begun));
        }
        scope.spawn(|| phones(&sockets, &shared, traffic, &phase, begun));
        // A short run is one short life.
        wait(Duration::from_millis(200 + dice.below(8_000).min(1_000 * u64::from(args.seconds))));
        if dice.once_in(2) && args.seconds >= 10 {
            phase.store(HUSH, SeqCst);
            wait(Duration::from_secs(4));
            if let Err(why) = balance_all(seed, &handle, findings) {
                findings.found(format!("#{seed}: the engine was asked what there is: {why}"));
            }
            phase.store(TALK, SeqCst);
            wait(Duration::from_millis(dice.below(300)));
        }
        let asked = Instant::now();
        if dice.once_in(3) {
            drop(engine);
        } else {
            match engine.stop() {
                // Bridges of callers that were at something else.
                Ok(()) | Err(Error::Engine(EngineError::SilentBridge(_))) => {}
                Err(why) => findings.found(format!("#{seed}: stop: {why}")),
            }
        }
        if asked.elapsed() > STOP {
            findings.found(format!("#{seed}: it took {:?} to stop", asked.elapsed()));
        }
        beat();
        wait(Duration::from_millis(100));
        phase.store(END, SeqCst);
    });
    let lived = begun.elapsed().as_secs_f64();
    drop((shared, events, handle));
    before.check(seed, findings);
    Ok(lived)
}
