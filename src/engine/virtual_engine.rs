//! Control: the engine on virtual time: the same supervisor, workers and I/O machines, driven by hand over a seeded
//! network: hours in seconds, the same each run. Tests, benches and tools stand on it.

mod held;
mod network;
mod party;
mod place;
mod relayed;
mod timed;
mod timing;

pub use network::{Datagram, Impairment, Network};
pub use party::Party;

use crate::config::MediaEngineConfig;
use crate::control::{Pending, Supervisor};
use crate::engine::handle::MediaHandle;
use crate::engine::start::Parts;
use crate::error::{EngineError, Error};
use crate::rt::MediaScope;
use crate::telemetry::{PhaseMeter, TimingGauges};
use crate::transport::io::{IoAction, IoCore};
use crate::types::{MediaTime, TickNumber};
use crate::worker::{TickContext, Worker};
use held::Held;
use relayed::{send_on, send_out};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use timed::Timed;

/// Ticks that [`VirtualEngine::complete`] runs at most until it gives up.
const PATIENCE: usize = 1_000;

/// The engine on virtual time: the same supervisor, workers and I/O machines, driven by hand over a seeded network:
/// hours in seconds, the same each run. Tests, benches and tools stand on it.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let a = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let a = engine.complete(a)?;
/// assert!(a.local_address().is_some());
/// # Ok::<(), media_core::Error>(())
/// ```
///
/// Not `Send`: workers live where they were grown.
#[derive(Debug)]
pub struct VirtualEngine {
    supervisor: Supervisor,
    /// `None`: killed.
    workers: Vec<Option<Worker>>,
    held: Held,
    meters: Vec<PhaseMeter>,
    timed: Vec<Timed>,
    timings: Vec<Arc<TimingGauges>>,
    io: Vec<IoCore>,
    locals: HashMap<SocketAddr, (usize, u32)>,
    addresses: HashMap<(usize, u32), SocketAddr>,
    handle: MediaHandle,
    /// The network between engine and parties.
    pub network: Network,
    clock: Arc<AtomicU64>,
    period: Duration,
    blocks: u64,
    rtcp_mux: bool,
    now: MediaTime,
    number: TickNumber,
}

impl VirtualEngine {
    /// Builds an engine of that configuration; threads, priorities and logs of it are not used; what is recorded goes to
    /// real files. `seed` fixes all random numbers.
    ///
    /// # Errors
    /// As [`MediaEngine::start`](crate::engine::MediaEngine::start).
    pub fn new(config: MediaEngineConfig, seed: u64) -> Result<Self, Error> {
        let plan = place::placed(config).plan()?;
        // Well past zero, so that a time can lie before the start.
        let now = MediaTime::from_millis(1_000_000);
        let clock = Arc::new(AtomicU64::new(now.as_nanos()));
        let (told, numbers) = (clock.clone(), crate::control::records::identifiers::Identifiers::seeded(seed));
        let parts = Parts::build(&plan, false, Arc::new(move || MediaTime::from_nanos(told.load(Relaxed))), numbers)?;
        let mut supervisor = parts.supervisor;
        supervisor.playbacks.host.run_by_hand();
        let mut io = Vec::new();
        for port in parts.io_ports {
            let id = port.id();
            io.push(supervisor.io_core(port));
            supervisor.attach_port(id, || None, |_| {});
        }
        let workers: Vec<_> = parts.seeds.into_iter().map(|seed| Some(seed.grow())).collect();
        Ok(Self {
            meters: vec![PhaseMeter::off(); workers.len()],
            timed: parts.timings.iter().map(|gauges| Timed::new(plan.period(), gauges.clone())).collect(),
            supervisor,
            held: Held::new(workers.len(), io.len()),
            workers,
            timings: parts.timings,
            io,
            locals: HashMap::new(),
            addresses: HashMap::new(),
            handle: parts.handle,
            network: Network::new(seed),
            clock,
            period: plan.period(),
            blocks: u64::from(plan.blocks_per_tick()),
            rtcp_mux: plan.config.rtcp_mux,
            now,
            number: TickNumber(0),
        })
    }

    /// A handle. Its answers come while ticks run: use [`complete`](Self::complete), not `wait`.
    pub fn handle(&self) -> MediaHandle {
        self.handle.clone()
    }

    /// The time of the next tick.
    pub fn now(&self) -> MediaTime {
        self.now
    }

    /// The number of the next tick, in blocks of 10 ms.
    pub fn number(&self) -> TickNumber {
        self.number
    }

    /// The length of a tick.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// Runs one tick of everything.
    pub fn tick(&mut self) {
        self.control();
        self.receive();
        self.run_workers();
        self.transmit();
        self.advance(1);
    }

    /// Runs ticks for that much virtual time.
    pub fn run_for(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.tick();
        }
    }

    /// Lets time pass in which no tick runs: the machine was late by `ticks` periods and skips them.
    pub fn skip(&mut self, ticks: u64) {
        self.advance(ticks);
    }

    /// Runs ticks until the answer is there.
    ///
    /// # Errors
    /// What the request failed with, or [`EngineError::TimedOut`] after 1,000 ticks.
    pub fn complete<T>(&mut self, mut pending: Pending<T>) -> Result<T, Error> {
        for _ in 0..PATIENCE {
            if let Some(answer) = pending.poll_now() {
                return answer;
            }
            self.tick();
        }
        Err(EngineError::TimedOut.into())
    }

    /// The supervisor's and the I/O machines' part of a tick, before the workers'.
    pub fn control(&mut self) {
        self.supervisor.step(self.now);
        if !self.held.recorder {
            self.supervisor.pump_recorder();
        }
        for (index, io) in self.io.iter_mut().enumerate().filter(|(index, _)| !self.held.io[*index]) {
            io.take_orders(|action| {
                match action {
                    IoAction::Open { index: binding, local, .. } => {
                        self.locals.insert(*local, (index, binding));
                        self.addresses.insert((index, binding), *local);
                    }
                    IoAction::Send { transmit } => {
                        send_out(&transmit, index, &self.addresses, &mut self.network, self.now);
                    }
                    IoAction::Close { index: binding } => {
                        if let Some(local) = self.addresses.remove(&(index, binding)) {
                            self.locals.remove(&local);
                        }
                    }
                }
                None
            });
        }
    }

    /// Datagrams that have arrived by now go to the I/O machines.
    pub fn receive(&mut self) {
        while let Some(datagram) = self.network.arrived(self.now) {
            // RTCP has the odd port above, unless it shares one.
            let below = SocketAddr::new(datagram.to.ip(), datagram.to.port() & !1);
            if let Some(&(io, binding)) = self.locals.get(&datagram.to) {
                let relayed = self.io[io].receive(binding, datagram.from, &datagram.octets, datagram.at);
                send_on(relayed, io, &self.addresses, &mut self.network, self.now);
            } else if let (false, Some(&(io, binding))) = (self.rtcp_mux, self.locals.get(&below)) {
                let relayed = self.io[io].receive_rtcp(binding, datagram.from, &datagram.octets, datagram.at);
                send_on(relayed, io, &self.addresses, &mut self.network, self.now);
            } else {
                self.network.keep(datagram);
            }
        }
    }

    /// The workers' part of a tick, each in a media scope.
    pub fn run_workers(&mut self) {
        let workers = self.workers.iter_mut().zip(&self.held.workers);
        for (((worker, held), meter), timing) in workers.zip(&mut self.meters).zip(&mut self.timed) {
            let Some(worker) = worker.as_mut().filter(|_| !held) else { continue };
            meter.begin(self.now);
            let scope = MediaScope::enter();
            worker.tick(&mut TickContext::new(self.now, self.number, meter));
            drop(scope);
            let finished = meter.finish(worker.histograms());
            if meter.measures() {
                timing.record(self.now, finished);
            }
        }
    }

    /// What the workers emitted goes out on the network.
    pub fn transmit(&mut self) {
        for (index, io) in self.io.iter_mut().enumerate().filter(|(index, _)| !self.held.io[*index]) {
            while let Some(packet) = io.poll_transmit(self.now) {
                send_out(&packet, index, &self.addresses, &mut self.network, self.now);
            }
        }
    }

    /// Moves time on.
    pub fn advance(&mut self, ticks: u64) {
        self.now += self.period * ticks as u32;
        self.number = self.number + ticks * self.blocks;
        self.clock.store(self.now.as_nanos(), Relaxed);
    }

    /// Stops: all cargo comes home. True if it did.
    pub fn stop(mut self) -> bool {
        self.supervisor.stop();
        for _ in 0..PATIENCE {
            if self.supervisor.is_stopped() {
                return true;
            }
            self.tick();
        }
        false
    }
}
