//! Control: the engine in the embedder's hands: starts the threads, stops and joins them.

mod ending;

use crate::config::{MediaEngineConfig, Plan};
use crate::control::Supervisor;
use crate::control::records::identifiers::Identifiers;
use crate::engine::handle::MediaHandle;
use crate::engine::running::Running;
use crate::engine::shell::Shell;
use crate::engine::start::Parts;
use crate::engine::threads::{supervise, worker_setup};
use crate::engine::watchdog::Watchdog;
use crate::error::{Error, IoError};
use crate::rt::os::thread::allowed_cores;
use crate::rt::os::{Privilege, Privileges, clock};
use crate::rt::pacer::TickPeriod;
use crate::telemetry::health::{EngineHealth, ThreadState};
use crate::telemetry::interval_log::IntervalLogWriter;
use crate::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use crate::transport::io::{Machine, TransportAdvice, transport_advice};
use crate::types::{EngineThread, WorkerId};
use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

#[cfg(feature = "net")]
use crate::transport::io::IoThread;

/// The central orchestrator: media threads, I/O threads and supervisor of one node. Dropping it stops and joins them all;
/// handles answer [`EngineError::Stopped`](crate::error::EngineError::Stopped) from then on.
/// What runs in it: one pinned thread a worker, one a configured I/O thread, the supervisor and a watchdog; memory for all sessions
/// is allocated by [`start`](Self::start).
///
/// ```no_run
/// use media_core::{AudioFormat, MediaEngine, MediaEngineConfig, MediaSessionParams};
///
/// let engine = MediaEngine::start(MediaEngineConfig::default().workers(2))?;
/// let session = engine.handle().create_media_session("dialog", MediaSessionParams::new(AudioFormat::pcmu())).wait()?;
/// println!("for the SDP: {:?}", session.local_address());
/// engine.stop()?;
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct MediaEngine {
    handle: MediaHandle,
    supervisor: Option<JoinHandle<Option<Supervisor>>>,
    workers: Vec<Running>,
    #[cfg(feature = "net")]
    io: Vec<IoThread>,
    stats: Option<StatsSocket>,
    watchdog: Option<Watchdog>,
    privileges: Vec<Privileges>,
    advice: Vec<TransportAdvice>,
}

impl MediaEngine {
    /// Starts an engine. What the system refuses (real-time priority, locked memory, pinning) is logged once and reported
    /// by [`privileges`](Self::privileges); the engine runs without it.
    ///
    /// # Errors
    /// [`ConfigError`](crate::error::ConfigError) naming field and range; [`IoError`] for sockets, threads, files.
    pub fn start(config: MediaEngineConfig) -> Result<Self, Error> {
        let plan = config.plan()?;
        crate::rt::panic_hook::install();
        let advice = check_transport(&plan)?;
        let log = open_log(&plan)?;
        let mut parts = Parts::build(&plan, true, Arc::new(clock::now), Identifiers::System)?;
        parts.supervisor.attach_host_metrics(log);
        let mut engine = Self {
            handle: parts.handle,
            supervisor: None,
            workers: Vec::new(),
            #[cfg(feature = "net")]
            io: Vec::new(),
            stats: None,
            watchdog: None,
            privileges: Vec::new(),
            advice,
        };
        #[cfg(feature = "net")]
        for (index, port) in parts.io_ports.into_iter().enumerate() {
            let id = port.id();
            let mut core = parts.supervisor.io_core(port);
            core.set_departure_delay(Duration::from_micros(plan.config.departure_delay_us.into()));
            let setup = crate::engine::threads::io_setup(&plan, index);
            let pinned = setup.core;
            let thread = IoThread::start(core, setup).map_err(IoError::from)?;
            parts.supervisor.add_io_thread(thread.gauges().clone(), pinned);
            let waker = thread.waker();
            parts.supervisor.attach_port(id, || Some(Box::new(waker.clone())), |_| {});
            engine.io.push(thread);
        }
        let anchor = clock::now() + plan.period();
        let cores = allowed_cores();
        for (index, (seed, timing)) in parts.seeds.into_iter().zip(parts.timings).enumerate() {
            let setup = worker_setup(&plan, index, &cores);
            let core = setup.core;
            let stop = Arc::new(AtomicBool::new(false));
            let shell = Shell {
                id: WorkerId(index as u8),
                period: TickPeriod::from_ms(plan.config.tick_ms).unwrap_or_default(),
                // Workers share tick numbers, and begin their ticks apart where they share a machine's cores.
                anchor: anchor + Duration::from_micros(500 * index as u64),
                stop: stop.clone(),
                timing,
                hook: plan.config.thread_hook,
            };
            let pools = if plan.config.lock_memory { seed.lock_memory() } else { Privilege::NotAsked };
            let (granted_tx, granted_rx) = mpsc::sync_channel(1);
            let body = move |granted: Privileges| {
                let _ = granted_tx.send(granted);
                shell.run(seed)
            };
            let thread = setup.spawn(body).map_err(|e| system("a media thread", &e))?;
            engine.workers.push(Running { stop, thread: Some(thread) });
            let mut granted: Privileges = granted_rx.recv().unwrap_or_default();
            granted.memory_locked = granted.memory_locked.and(pools);
            parts.supervisor.set_privileges(index, core, granted.clone());
            engine.privileges.push(granted);
        }
        engine.report_privileges();
        if let Some(path) = &plan.config.stats_socket {
            let handle = engine.handle.clone();
            let socket = StatsSocket::start(StatsSocketConfig::at(path), handle);
            engine.stats = Some(socket.map_err(|e| system(&path.display().to_string(), &e))?);
        }
        let supervisor = parts.supervisor;
        let thread = std::thread::Builder::new().name("media-super".into());
        let thread = thread.spawn(move || supervise(supervisor)).map_err(|e| system("the supervisor", &e))?;
        engine.supervisor = Some(thread);
        engine.watchdog = Some(Watchdog::start(engine.handle()).map_err(|e| system("the watch", &e))?);
        Ok(engine)
    }

    /// A handle; clone it freely.
    pub fn handle(&self) -> MediaHandle {
        self.handle.clone()
    }

    /// What each media thread was granted.
    pub fn privileges(&self) -> &[Privileges] {
        &self.privileges
    }

    /// Which threads run. One that gives no sign of life for 2 s is told of by an event, a line of the log and a gauge
    /// (`/worker/0/stalled`, `/io/0/stalled`, `/engine/supervisor_stalled`), gets nothing new, and whoever waits for it is
    /// answered [`EngineError::ThreadStalled`](crate::error::EngineError::ThreadStalled); its sessions are told, and can be destroyed. One that comes back goes on.
    pub fn health(&self) -> EngineHealth {
        let mut health = self.handle.health();
        let ended = |worker: &Running| worker.thread.as_ref().is_none_or(JoinHandle::is_finished);
        for (index, _) in self.workers.iter().enumerate().filter(|(_, worker)| ended(worker)) {
            let thread = EngineThread::Worker(WorkerId(index as u8));
            let own = health.threads.iter_mut().find(|health| health.thread == thread);
            own.into_iter().for_each(|health| health.state = ThreadState::Ended);
        }
        health
    }

    /// What of this machine stands in the way of as many sessions as are configured, as found at the start: descriptors,
    /// ports, socket buffers. Each has its remedy; the engine runs without it.
    pub fn transport_advice(&self) -> &[TransportAdvice] {
        &self.advice
    }

    /// Ends all sessions, stops and joins all threads: within 8 s, whatever they do. One that does not end is left behind
    /// with what it holds.
    ///
    /// # Errors
    /// [`EngineError::TimedOut`](crate::error::EngineError::TimedOut) if a thread did not answer any more, or had ended by a panic.
    /// [`EngineError::SilentBridge`](crate::error::EngineError::SilentBridge) if everything ended but an `RtpBridge` of the embedder's took no orders within half a
    /// second.
    pub fn stop(mut self) -> Result<(), Error> {
        self.shut_down()
    }

    fn report_privileges(&self) {
        for (index, privileges) in self.privileges.iter().enumerate() {
            log::info!("media thread {index}: {privileges}");
        }
        if let Some(first) = self.privileges.first() {
            first.advice().for_each(|advice| log::warn!("{advice}"));
        }
    }
}

fn open_log(plan: &Plan) -> Result<Option<IntervalLogWriter<BufWriter<File>>>, Error> {
    let Some(path) = &plan.config.histogram_log else { return Ok(None) };
    let file = File::create(path).and_then(|f| IntervalLogWriter::begin(BufWriter::new(f), SystemTime::now()));
    Ok(Some(file.map_err(|e| system(&path.display().to_string(), &e))?))
}

fn check_transport(plan: &Plan) -> Result<Vec<TransportAdvice>, Error> {
    if plan.config.io_threads == 0 {
        return Ok(Vec::new());
    }
    let ports = crate::engine::start::ports(plan, true);
    let advice = transport_advice(&ports, plan.config.max_sessions, &Machine::read()).map_err(IoError::from)?;
    advice.iter().for_each(|advice| log::warn!("{advice}"));
    Ok(advice)
}

fn system(what: &str, why: &impl ToString) -> Error {
    IoError::System { what: what.to_owned(), why: why.to_string() }.into()
}
