//! Control: what stands between phones and engine: a virtual network and virtual time, or sockets and the clock.

use anyhow::{Context as _, Result};
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::{MediaHandle, rt};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::args::SoakArgs;

/// A step of the soak.
pub const STEP: Duration = Duration::from_millis(10);

/// An engine, and how phones reach it.
pub trait Network {
    /// A phone's end.
    type Line: std::fmt::Debug;
    /// The engine's handle.
    fn handle(&self) -> MediaHandle;
    /// The end of phone `number`, and its address.
    fn line(&mut self, number: u32) -> Result<(Self::Line, SocketAddr)>;
    /// Sends a datagram.
    fn send(&mut self, from: &Self::Line, to: SocketAddr, datagram: &[u8]);
    /// Whether another datagram came for a phone; it is taken.
    fn receive(&mut self, line: &Self::Line) -> bool;
    /// Lets a step pass.
    fn step(&mut self);
    /// Datagrams sent and lost on the way so far, where the network knows; none is lost where it does not.
    fn counts(&self) -> Option<(u64, u64)>;
    /// Stops the engine; whether all came home.
    fn stop(self) -> Result<bool>;
}

fn config(args: &SoakArgs) -> MediaEngineConfig {
    let sessions = args.legs as usize;
    MediaEngineConfig::default()
        .workers(usize::from(args.workers))
        .io_threads(usize::from(args.io_threads))
        .max_sessions(sessions)
        .bind_address(Ipv4Addr::LOCALHOST)
        .rtp_ports(12_000..=32_699)
        .load_limit_percent(100u32)
        .shed_load_percent(None)
}

/// Virtual time.
#[derive(Debug)]
pub struct Virtual(VirtualEngine);

impl Virtual {
    pub fn new(args: &SoakArgs) -> Result<Self> {
        let mut engine = VirtualEngine::new(config(args), args.seed)?;
        engine.network.impairment = Impairment {
            delay: Duration::from_millis(15),
            jitter: Duration::from_millis(12),
            loss: 0.002,
            burst: 0.3,
            reorder: 0.001,
            ..Impairment::default()
        };
        Ok(Self(engine))
    }
}

impl Network for Virtual {
    type Line = SocketAddr;

    fn handle(&self) -> MediaHandle {
        self.0.handle()
    }

    fn line(&mut self, number: u32) -> Result<(SocketAddr, SocketAddr)> {
        let address = (Ipv4Addr::from(0x0a00_0000 + number), 4000).into();
        Ok((address, address))
    }

    fn send(&mut self, from: &SocketAddr, to: SocketAddr, datagram: &[u8]) {
        let now = self.0.now();
        self.0.network.send(*from, to, datagram, now);
    }

    fn receive(&mut self, line: &SocketAddr) -> bool {
        self.0.network.receive(*line).is_some()
    }

    fn step(&mut self) {
        self.0.tick();
    }

    fn counts(&self) -> Option<(u64, u64)> {
        Some(self.0.network.counts())
    }

    fn stop(self) -> Result<bool> {
        Ok(self.0.stop() && rt::leaked_parcels() == 0)
    }
}

/// Real threads and sockets.
#[derive(Debug)]
pub struct Real {
    engine: MediaEngine,
    next: Instant,
}

impl Real {
    pub fn new(args: &SoakArgs) -> Result<Self> {
        Ok(Self { engine: MediaEngine::start(config(args))?, next: Instant::now() })
    }
}

impl Network for Real {
    type Line = UdpSocket;

    fn handle(&self) -> MediaHandle {
        self.engine.handle()
    }

    fn line(&mut self, _: u32) -> Result<(UdpSocket, SocketAddr)> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("a phone's socket: see ulimit -n")?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok((socket, address))
    }

    fn send(&mut self, from: &UdpSocket, to: SocketAddr, datagram: &[u8]) {
        // What is not sent shows in the ledger: the session never had it.
        let _ = from.send_to(datagram, to);
    }

    fn receive(&mut self, line: &UdpSocket) -> bool {
        line.recv(&mut [0; 2048]).is_ok()
    }

    fn step(&mut self) {
        self.next += STEP;
        std::thread::sleep(self.next.saturating_duration_since(Instant::now()));
    }

    fn counts(&self) -> Option<(u64, u64)> {
        None
    }

    fn stop(self) -> Result<bool> {
        self.engine.stop()?;
        Ok(rt::leaked_parcels() == 0)
    }
}
