//! Control: a life on virtual time: the same each time for a seed. Threads that hang for a while are part of it.

use super::actor::Actor;
use super::args::StressArgs;
use super::config::config;
use super::dice::Dice;
use super::findings::Findings;
use super::life::{Before, balance, callers, targets, watch};
use super::recordings::Folder;
use super::traffic::Traffic;
use crate::soak::ledger::Entry;
use anyhow::Result;
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Phones; one more is a stranger to all.
const PHONES: u32 = 24;
/// No verb takes longer, ms: a thread hangs for 1 s at most, and what it should have done is answered after 2 s.
const PATIENCE: u64 = 10_000;

fn impairment(dice: &mut Dice) -> Impairment {
    if dice.once_in(3) {
        return Impairment::default();
    }
    Impairment {
        delay: Duration::from_millis(dice.below(80)),
        jitter: Duration::from_millis(dice.below(60)),
        loss: dice.below(5) as f64 / 100.0,
        burst: 0.4,
        duplicate: dice.below(3) as f64 / 100.0,
        reorder: dice.below(3) as f64 / 100.0,
    }
}

struct Life<'a> {
    seed: u64,
    dice: Dice,
    engine: VirtualEngine,
    actors: Vec<Actor>,
    phones: Arc<[SocketAddr]>,
    findings: &'a Findings,
}

impl Life<'_> {
    fn ms(&self) -> u64 {
        self.engine.now().as_nanos() / 1_000_000
    }

    fn tick(&mut self) {
        self.engine.tick();
        let (ms, now) = (self.ms(), self.engine.now());
        for actor in &mut self.actors {
            actor.collect(ms, PATIENCE);
            actor.play(now);
        }
        for phone in self.phones.iter() {
            while self.engine.network.receive(*phone).is_some() {}
        }
    }

    fn run(&mut self, time: Duration) {
        let until = self.engine.now() + time;
        while self.engine.now() < until {
            self.tick();
        }
    }

    /// Everybody falls silent, everything is left; then the counts of each session must add up.
    fn balance(&mut self) {
        self.run(Duration::from_secs(4));
        let handle = self.engine.handle();
        for room in self.engine.complete(handle.conferences()).unwrap_or_default() {
            if let Ok(room) = self.engine.complete(handle.conference(room.id)) {
                let _ = self.engine.complete(room.destroy());
            }
        }
        let mut sessions = Vec::new();
        for summary in self.engine.complete(handle.sessions()).unwrap_or_default() {
            if let Ok(session) = self.engine.complete(handle.session(summary.id)) {
                let _ = self.engine.complete(handle.unbridge(&session));
                sessions.push((session, summary.state.parked));
            }
        }
        self.run(Duration::from_secs(4));
        for (session, parked) in sessions {
            let first = self.engine.complete(session.statistics());
            let port = self.engine.complete(session.transport_statistics());
            let leg = self.engine.complete(session.destroy());
            // What a panic interrupted was not counted to its end.
            if let (Ok(first), Ok(port), Ok(leg), false) = (first, port, leg, parked) {
                let entry = Entry { port, leg, ..Entry::default() };
                balance(self.seed, &session, &first, &entry, self.findings);
            }
        }
    }
}

/// Lives one engine; seconds of its clock. `beat` is called at each tick.
///
/// # Errors
/// The engine cannot be built.
pub fn life(seed: u64, args: &StressArgs, findings: &Arc<Findings>, beat: &dyn Fn()) -> Result<f64> {
    let before = Before::now();
    let mut dice = Dice::new(seed);
    let (config, size) = config(&mut dice);
    let (workers, io) = (size.workers, size.io);
    let folder = Folder::new();
    let mut engine = VirtualEngine::new(config.record_root(folder.path()), dice.next())?;
    engine.network.impairment = impairment(&mut dice);
    let phones: Arc<[SocketAddr]> = (1..=PHONES).map(|n| (Ipv4Addr::from(0x0a00_0000 + n), 4_000).into()).collect();
    let handle = engine.handle();
    let (shared, actors) = callers(seed, &mut dice, (&handle, size), (&phones, args.callers), findings);
    let events = handle.subscribe();
    let mut traffic = Traffic::new(dice.split(), phones.len());
    let mut life = Life { seed, engine, actors, phones, findings, dice };
    let begun = life.engine.now();
    let mut held = 0_u64;
    for _ in 0..50 + life.dice.below(3_000) {
        beat();
        let ms = life.ms();
        for actor in &mut life.actors {
            let verbs = if actor.dice.once_in(1_500) { 100 } else { u64::from(actor.dice.once_in(4)) };
            (0..verbs).for_each(|_| actor.act(ms));
        }
        let (now, network) = (life.engine.now(), &mut life.engine.network);
        traffic.speak(ms, &targets(&shared), |from, to, datagram| {
            network.send(life.phones[from % life.phones.len()], to, datagram, now);
        });
        if held == 0 && life.dice.once_in(400) {
            held = 1 + life.dice.below(100);
            let (worker, thread) = (life.dice.index(workers), life.dice.index(io));
            if life.dice.once_in(2) { life.engine.hold_worker(worker, true) } else { life.engine.hold_io(thread, true) }
        } else {
            held = held.saturating_sub(1);
        }
        if held == 0 {
            (0..workers).for_each(|worker| life.engine.hold_worker(worker, false));
            (0..io).for_each(|thread| life.engine.hold_io(thread, false));
        }
        if life.dice.once_in(1_000) {
            let ticks = life.dice.below(60);
            life.engine.skip(ticks);
        }
        life.tick();
        watch(&events, seed, findings);
    }
    (0..workers).for_each(|worker| life.engine.hold_worker(worker, false));
    (0..io).for_each(|thread| life.engine.hold_io(thread, false));
    if life.dice.once_in(2) {
        life.balance();
        watch(&events, seed, findings);
    }
    let lived = (life.engine.now() - begun).as_secs_f64();
    // A moment in which much is under way.
    let ms = life.ms();
    for actor in &mut life.actors {
        (0..actor.dice.below(30)).for_each(|_| actor.act(ms));
    }
    (0..life.dice.below(3)).for_each(|_| life.tick());
    let Life { engine, mut actors, mut dice, .. } = life;
    if dice.once_in(2) {
        actors.iter_mut().for_each(Actor::let_go);
    }
    if !engine.stop() {
        findings.found(format!("#{seed}: the engine did not stop: not all came home"));
    }
    for actor in &mut actors {
        actor.act(ms);
        actor.collect(ms + PATIENCE, PATIENCE);
    }
    drop((actors, shared, events, handle, traffic));
    before.check(seed, findings);
    Ok(lived)
}
