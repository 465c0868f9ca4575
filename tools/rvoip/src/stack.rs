//! I/O: an embedder's RTP stack: rvoip-rtp-core sends and receives what the engine's sessions say and hear, one RTP session for each.

use crate::phone::session;
use anyhow::Context;
use bytes::Bytes;
use media_core::integration::{RtpSessionCoordinator, RtpSessions};
use media_core::rtp::RtpHeader;
use media_core::{MediaEngine, MediaHandle, MediaTime, Pending, PortId, RtpBridge, SessionId};
use rvoip_rtp_core::{RtpPacket, RtpSession, RtpSessionEvent};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::broadcast::error::RecvError;

/// Packets that may wait for the bridge's thread: more are dropped and counted.
const WAITING: usize = 1_024;

/// What waits for the bridge's thread.
struct Arrival(SessionId, RtpPacket, MediaTime);

/// One thread's, as the bridge is.
pub struct Stack {
    sessions: RtpSessions<RtpSession>,
    engine: MediaHandle,
    runtime: Handle,
    post: SyncSender<Arrival>,
    arrivals: Receiver<Arrival>,
    overrun: Arc<AtomicU64>,
    refused: u64,
    failed: u64,
    unregistered: u64,
}

/// A stack at work in a thread of its own.
pub struct Running {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Stack>,
}

impl Running {
    pub fn stop(self) -> Stack {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the stack's thread does not panic")
    }
}

impl Stack {
    pub fn new(bridge: RtpBridge, engine: MediaHandle, runtime: Handle) -> Self {
        let (post, arrivals) = sync_channel(WAITING);
        let sessions = RtpSessions::new(bridge);
        let overrun = Arc::new(AtomicU64::new(0));
        Self { sessions, engine, runtime, post, arrivals, overrun, refused: 0, failed: 0, unregistered: 0 }
    }

    pub fn port(&self) -> PortId {
        self.sessions.port()
    }

    /// The engine's answer; meanwhile the stack takes orders.
    pub fn wait<T>(&mut self, mut pending: Pending<T>) -> anyhow::Result<T> {
        let began = Instant::now();
        loop {
            self.turn();
            if let Some(answer) = pending.poll_now() {
                return Ok(answer?);
            }
            anyhow::ensure!(began.elapsed() < Duration::from_secs(5), "the engine does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// An RTP session to that address carries the media session from now on; where it is.
    pub fn carry(&mut self, id: SessionId, payload_type: u8, remote: SocketAddr) -> anyhow::Result<SocketAddr> {
        let rtp = self.runtime.block_on(session(payload_type, Some(remote)))?;
        let address = rtp.local_addr().context("its address")?;
        let (mut events, post, engine) = (rtp.subscribe(), self.post.clone(), self.engine.clone());
        let overrun = Arc::clone(&self.overrun);
        self.runtime.spawn(async move {
            loop {
                match events.recv().await {
                    Ok(RtpSessionEvent::PacketReceived(packet)) => {
                        match post.try_send(Arrival(id, packet, engine.now())) {
                            Ok(()) => {}
                            Err(TrySendError::Full(_)) => drop(overrun.fetch_add(1, Ordering::Relaxed)),
                            Err(TrySendError::Disconnected(_)) => break,
                        }
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(missed)) => drop(overrun.fetch_add(missed, Ordering::Relaxed)),
                    Err(RecvError::Closed) => break,
                }
            }
        });
        self.sessions.register_media_session(id, rtp);
        Ok(address)
    }

    /// What came goes to the engine, what the engine says to the sessions that carry it. rvoip writes sequence numbers and SSRCs of its own.
    fn turn(&mut self) {
        while let Ok(Arrival(session, packet, at)) = self.arrivals.try_recv() {
            let from = &packet.header;
            let header = RtpHeader {
                payload_type: from.payload_type,
                sequence: from.sequence_number,
                timestamp: from.timestamp,
                ssrc: from.ssrc,
                marker: from.marker,
            };
            let taken = self.sessions.bridge_mut().receive_parsed(session, &header, &packet.payload, at);
            self.refused += u64::from(taken.is_err());
        }
        self.sessions.take_orders();
        while let Some((session, header, payload)) = self.sessions.bridge_mut().poll_parsed() {
            let payload = Bytes::copy_from_slice(payload);
            let Some(carrier) = self.sessions.carrier_of(session) else {
                self.unregistered += 1;
                self.sessions.bridge_mut().send_failed(session);
                continue;
            };
            let sends = carrier.send_packet_with_pt(header.timestamp, payload, header.marker, header.payload_type);
            if self.runtime.block_on(sends).is_err() {
                self.failed += 1;
                self.sessions.bridge_mut().send_failed(session);
            }
        }
    }

    pub fn run(mut self) -> Running {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                self.turn();
                std::thread::sleep(Duration::from_millis(1));
            }
            self
        });
        Running { stop, thread }
    }

    /// No RTP session carries that media session any more: what rvoip sent of it since, and what the engine said of it meanwhile.
    pub fn let_go(&mut self, id: SessionId, length: Duration) -> Option<(u64, u64)> {
        let rtp = self.sessions.unregister_media_session(id)?;
        let (sent, began) = (rtp.get_stats().packets_sent, Instant::now());
        while began.elapsed() < length {
            self.turn();
            std::thread::sleep(Duration::from_millis(1));
        }
        Some((rtp.get_stats().packets_sent - sent, self.unregistered))
    }

    /// Packets that the engine refused, rvoip refused, and that found no room on their way to the bridge's thread.
    pub fn faults(&self) -> [u64; 3] {
        [self.refused, self.failed, self.overrun.load(Ordering::Relaxed)]
    }

    /// Ends the engine; the stack takes its last orders meanwhile.
    pub fn end(mut self, engine: MediaEngine) -> anyhow::Result<()> {
        let ends = std::thread::spawn(move || engine.stop());
        while !ends.is_finished() {
            self.turn();
            std::thread::sleep(Duration::from_millis(1));
        }
        ends.join().expect("stopping does not panic")?;
        Ok(())
    }
}
