//! Boundary: RTCP on its way from an I/O thread to whoever reads it: the quality module, or an embedder.
//!
//! The I/O thread tells RTCP from RTP (RFC 5761 section 4), takes it from the peer's host only, and hands it on as it came:
//! what is in it is the reader's business. Until a reader is taken nothing is kept; what is not read is counted
//! ([`rtcp_unread`](crate::telemetry::counters::TransportGauges::rtcp_unread)), and holds up nobody. An [`RtpBridge`](crate::integration::RtpBridge) hands RTCP on
//! in the same way; one that is opened after the reader was taken joins it by a [`RtcpReceivers`].

use crate::rt::{PacketHeader, PacketRx, PacketTx, packet_ring};
use crate::types::{MediaTime, SessionId};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Octets of RTCP that wait at most, per I/O thread: reports of some 1,000 sessions.
const RING: usize = 256 << 10;

/// The I/O thread's end.
#[derive(Debug)]
pub struct RtcpSender {
    ring: PacketTx,
    open: Arc<AtomicBool>,
}

/// What can be made a part of an [`RtcpReader`].
#[derive(Debug)]
pub struct RtcpRing {
    ring: PacketRx,
    open: Arc<AtomicBool>,
}

/// Makes a door and its other side. Allocates: control side.
pub fn rtcp_sender() -> (RtcpSender, RtcpRing) {
    let (tx, rx) = packet_ring(RING);
    let open = Arc::new(AtomicBool::new(false));
    (RtcpSender { ring: tx, open: open.clone() }, RtcpRing { ring: rx, open })
}

impl RtcpRing {
    /// Whether its door is gone, and all that came was read.
    fn is_over(&self) -> bool {
        Arc::strong_count(&self.open) == 1 && self.ring.is_empty()
    }
}

impl RtcpSender {
    /// Hands a datagram on; `false` if nobody reads, or not fast enough. Never waits or allocates.
    pub(crate) fn hand_on(&mut self, session: SessionId, datagram: &[u8], arrival: MediaTime) -> bool {
        self.open.load(Relaxed) && self.ring.push(&PacketHeader::of_report(session, arrival), datagram)
    }
}

/// Where rings wait that were made after the reader was taken. Control side.
#[derive(Debug, Clone, Default)]
pub struct RtcpReceivers(Arc<Desk>);

#[derive(Debug, Default)]
struct Desk {
    /// There is a reader.
    attended: AtomicBool,
    fresh: AtomicBool,
    rings: Mutex<Vec<RtcpRing>>,
}

impl RtcpReceivers {
    /// A further ring for the reader, which takes it with its next call.
    pub(crate) fn add(&self, ring: RtcpRing) {
        let mut rings = self.0.rings.lock().unwrap_or_else(PoisonError::into_inner);
        ring.open.store(self.0.attended.load(Relaxed), Relaxed);
        // Those of bridges that are gone, if no reader has taken them.
        rings.retain(|ring| !ring.is_over());
        rings.push(ring);
        self.0.fresh.store(true, Relaxed);
    }

    fn take(&self) -> Vec<RtcpRing> {
        let mut rings = self.0.rings.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.fresh.store(false, Relaxed);
        std::mem::take(&mut rings)
    }

    fn attend(&self, attended: bool) {
        let rings = self.0.rings.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.attended.store(attended, Relaxed);
        rings.iter().for_each(|ring| ring.open.store(attended, Relaxed));
    }
}

/// An RTCP datagram, compound as a rule (RFC 3550 section 6.1).
///
/// Example: [`RtcpReader`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RtcpDatagram<'a> {
    /// Whose peer sent it.
    pub session: SessionId,
    /// When it arrived (monotonic).
    pub arrival: MediaTime,
    /// As it came. Its second octet names a packet type of RTCP; nothing else was looked at.
    pub octets: &'a [u8],
}

/// Reads the RTCP of all sessions, on sockets of the engine and through `RtpBridge`s. From [`MediaHandle::rtcp_reader`](crate::MediaHandle::rtcp_reader).
///
/// One for the whole engine, for one ordinary thread that polls it. Datagrams come as they were sent; what finds no room is counted
/// (`rtcp_unread`).
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default().rtcp_mux(true), 1)?;
/// let handle = engine.handle();
/// let mut reports = engine.complete(handle.rtcp_reader())?;
/// let phone = ([192, 0, 2, 10], 4000).into();
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(phone);
/// let session = engine.complete(handle.create_media_session("a", params))?;
/// let receiver_report = [0x80, 201, 0, 1, 0, 0, 0, 7]; // without a report block (RFC 3550 section 6.4.2)
/// let now = engine.now();
/// engine.network.send(phone, session.local_address().unwrap(), &receiver_report, now);
/// engine.run_for(Duration::from_millis(50));
/// let report = reports.read().unwrap();
/// assert_eq!((report.session, report.octets), (session.id(), &receiver_report[..]));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RtcpReader {
    rings: Vec<RtcpRing>,
    next: usize,
    desk: RtcpReceivers,
}

impl RtcpReader {
    /// A reader over one ring per I/O thread, and those that come to the desk; from now on datagrams are kept for it.
    pub(crate) fn new(rings: Vec<RtcpRing>, desk: RtcpReceivers) -> Self {
        rings.iter().for_each(|ring| ring.open.store(true, Relaxed));
        desk.attend(true);
        Self { rings, next: 0, desk }
    }

    /// The next datagram, if one waits; each session's in their order. Never waits for one; allocates only after an
    /// `RtpBridge` was opened.
    pub fn read(&mut self) -> Option<RtcpDatagram<'_>> {
        if self.desk.0.fresh.load(Relaxed) {
            self.rings.retain(|ring| !ring.is_over());
            self.rings.extend(self.desk.take());
        }
        let n = self.rings.len();
        let index = (0..n).map(|i| (self.next + i) % n).find(|&i| !self.rings[i].ring.is_empty())?;
        self.next = (index + 1) % n;
        let (header, octets) = self.rings.get_mut(index)?.ring.pop()?;
        Some(RtcpDatagram { session: header.key.session(), arrival: header.time, octets })
    }
}

impl Drop for RtcpReader {
    fn drop(&mut self) {
        self.rings.iter().for_each(|ring| ring.open.store(false, Relaxed));
        self.desk.attend(false);
    }
}

#[cfg(test)]
mod tests;
