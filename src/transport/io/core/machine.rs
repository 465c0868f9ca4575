//! I/O: what the transport machine owns.

use crate::rt::{LaneTx, prefetch_entry};
use crate::rtp;
use crate::transport::io::core::notice::TransportNotice;
use crate::transport::io::core::session::IoSession;
use crate::transport::io::core::sweep::Sweep;
use crate::transport::io::core::turns::Turns;
use crate::transport::{HandshakeSender, OwnStreams, RtcpSender, RtpPort};
use crate::types::MediaTime;
use std::time::Duration;

/// 2026-01-01, in seconds since 1970.
const VIRTUAL_ORIGIN: Duration = Duration::from_secs(1_767_225_600);

/// The transport machine: a table of sessions over an [`RtpPort`], without clock or socket.
///
/// An I/O thread (or a virtual network) owns one and drives it: [`take_orders`](Self::take_orders) when woken,
/// [`receive`](Self::receive) for each datagram, [`poll_transmit`](Self::poll_transmit) until it is empty. None of them
/// allocates, frees, waits or panics.
#[derive(Debug)]
pub struct IoCore {
    pub(super) port: RtpPort,
    pub(super) sessions: Box<[Option<IoSession>]>,
    pub(super) notices: LaneTx<TransportNotice>,
    pub(super) reports: Option<RtcpSender>,
    pub(super) handshakes: Option<HandshakeSender>,
    pub(super) own: OwnStreams,
    pub(super) packet: Box<[u8; rtp::MAX_PACKET]>,
    pub(super) sweep: Sweep,
    /// Sessions with something to ask for, or to send again.
    pub(super) turns: Turns,
    /// Sessions that are open.
    pub(super) open: usize,
    pub(super) sent: Option<(u32, usize)>,
    pub(super) departure_delay: Duration,
    /// The time since 1970 at the origin of the monotonic clock.
    pub(super) wall: Duration,
    /// When it was asked last for what is to be sent.
    pub(super) now: MediaTime,
}

impl IoCore {
    /// The machine over a port; notices go to the supervisor. Allocates: control side.
    pub fn new(port: RtpPort, notices: LaneTx<TransportNotice>) -> Self {
        let sessions = std::iter::repeat_with(|| None).take(port.capacity()).collect();
        let turns = Turns::new(port.capacity());
        Self {
            port,
            sessions,
            notices,
            reports: None,
            handshakes: None,
            own: OwnStreams::default(),
            packet: Box::new([0; rtp::MAX_PACKET]),
            sweep: Sweep::default(),
            turns,
            open: 0,
            sent: None,
            departure_delay: Duration::ZERO,
            wall: VIRTUAL_ORIGIN,
            now: MediaTime::ZERO,
        }
    }

    /// Lets packets leave `delay` after the time at which the tick that emitted them was due, instead of at once: what a
    /// tick's work takes, up to `delay`, no longer shows in the gaps between packets. Default zero.
    pub fn set_departure_delay(&mut self, delay: Duration) {
        self.departure_delay = delay;
    }

    /// The time since 1970 at the origin of the monotonic clock, for reports. It is set once: a step of the wall clock is none
    /// of theirs. Default: 2026-01-01, for virtual time.
    pub fn set_wall_clock(&mut self, origin: Duration) {
        self.wall = origin;
    }

    /// The streams of the engine that this is part of.
    pub fn set_own_streams(&mut self, own: OwnStreams) {
        self.own = own;
    }

    /// Where RTCP goes; without it RTCP is counted as unread.
    pub fn set_rtcp_sender(&mut self, door: RtcpSender) {
        self.reports = Some(door);
    }

    /// Where datagrams of handshakes go; without it they are dropped, and counted.
    pub fn set_handshake_sender(&mut self, door: HandshakeSender) {
        self.handshakes = Some(door);
    }

    /// How many sessions it can hold.
    pub fn capacity(&self) -> usize {
        self.sessions.len()
    }

    /// Emitted packets that were dropped since their session had just ended.
    pub fn unbound_out(&self) -> u64 {
        self.port.unbound_out()
    }

    pub(super) fn session(&mut self, index: u32) -> Option<&mut IoSession> {
        self.sessions.get_mut(index as usize)?.as_mut()
    }

    /// Asks for the memory of a session whose datagram will come soon. Changes nothing but time.
    pub fn expect(&self, index: u32) {
        self.port.expect(index);
        prefetch_entry(&self.sessions, index as usize);
    }
}
