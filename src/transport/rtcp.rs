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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RtcpDatagram<'a> {
    /// Whose peer sent it.
    pub session: SessionId,
    /// When it arrived (monotonic).
    pub arrival: MediaTime,
    /// As it came. Its second octet names a packet type of RTCP; nothing else was looked at.
    pub octets: &'a [u8],
}

/// Reads the RTCP of all sessions, on sockets of the engine and through `RtpBridge`s. From [`MediaHandle::rtcp_reader`](crate::MediaHandle::rtcp_reader).
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
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_before_there_is_a_reader_nor_after() {
        let (mut door, ring) = rtcp_sender();
        let (session, at) = (SessionId::new(3, 9), MediaTime::from_millis(7));
        assert!(!door.hand_on(session, b"early", at));
        let mut reader = RtcpReader::new(vec![ring], RtcpReceivers::default());
        assert_eq!(reader.read(), None);
        assert!(door.hand_on(session, b"report", at));
        assert_eq!(reader.read(), Some(RtcpDatagram { session, arrival: at, octets: b"report" }));
        while door.hand_on(session, &[0; 1_000], at) {}
        assert!(reader.read().is_some(), "a slow reader loses the newest, and the thread does not wait");
        drop(reader);
        assert!(!door.hand_on(session, b"late", at));
    }

    #[test]
    fn a_ring_that_comes_later_is_read_too() {
        let (desk, at) = (RtcpReceivers::default(), MediaTime::ZERO);
        let (mut early, ring) = rtcp_sender();
        desk.add(ring);
        assert!(!early.hand_on(SessionId::new(1, 1), b"nobody reads", at));
        let mut reader = RtcpReader::new(Vec::new(), desk.clone());
        assert!(early.hand_on(SessionId::new(1, 1), b"early", at));
        assert_eq!(reader.read().map(|report| report.octets), Some(&b"early"[..]));
        let (mut late, ring) = rtcp_sender();
        desk.add(ring);
        assert!(late.hand_on(SessionId::new(2, 1), b"late", at));
        assert_eq!(reader.read().map(|report| report.session), Some(SessionId::new(2, 1)));
        drop(reader);
        assert!(!late.hand_on(SessionId::new(2, 1), b"nobody", at) && !early.hand_on(SessionId::new(1, 1), b"x", at));
    }

    #[test]
    fn every_ring_has_its_turn() {
        let (mut doors, rings): (Vec<_>, Vec<_>) = (0..3).map(|_| rtcp_sender()).unzip();
        let mut reader = RtcpReader::new(rings, RtcpReceivers::default());
        for (n, door) in doors.iter_mut().enumerate() {
            for _ in 0..2 {
                assert!(door.hand_on(SessionId::new(n as u32, 0), b"x", MediaTime::ZERO));
            }
        }
        let order: Vec<_> = std::iter::from_fn(|| reader.read().map(|d| d.session.index())).collect();
        assert_eq!(order, [0, 1, 2, 0, 1, 2]);
    }
}
