//! I/O: the sockets of one I/O thread, which of them may have something to read, and since when they were empty.
//!
//! Readiness is edge-triggered: a socket is told ready once, whatever waits there. Each is read once in its turn, and
//! those that were read are then asked together whether more waits; if so they queue again, behind the others.

use crate::rt::prefetch_entry;
use crate::transport::PortSockets;
use crate::types::MediaTime;
use mio::unix::SourceFd;
use mio::{Interest, Registry, Token};
use std::collections::VecDeque;
use std::io;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

/// Which socket of which session, as mio's token: twice the session's index, plus one for RTCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(usize);

impl Place {
    pub fn of(token: Token) -> Self {
        Self(token.0)
    }

    fn rtp(index: u32) -> Self {
        Self(index as usize * 2)
    }

    fn rtcp(index: u32) -> Self {
        Self(index as usize * 2 + 1)
    }

    pub fn index(self) -> u32 {
        (self.0 / 2) as u32
    }

    pub fn is_rtcp(self) -> bool {
        self.0 % 2 == 1
    }
}

#[derive(Debug, Default)]
struct Watched {
    socket: Option<UdpSocket>,
    empty: MediaTime,
    queued: bool,
    /// Datagrams that the kernel has dropped here, modulo 2^32.
    dropped: u32,
}

#[derive(Debug)]
pub(super) struct Table {
    watched: Box<[Watched]>,
    // Each place is in it once at most, so it never grows.
    ready: VecDeque<Place>,
}

impl Table {
    /// For `sessions` sessions. Allocates: control side.
    pub fn new(sessions: usize) -> Self {
        let places = sessions * 2;
        let watched = std::iter::repeat_with(Watched::default).take(places).collect();
        Self { watched, ready: VecDeque::with_capacity(places) }
    }

    /// Watches a session's sockets.
    ///
    /// # Errors
    /// Gives them back if the system cannot watch more.
    pub fn open(
        &mut self,
        index: u32,
        sockets: PortSockets,
        now: MediaTime,
        registry: &Registry,
    ) -> Result<(), PortSockets> {
        let PortSockets { rtp, rtcp } = sockets;
        if self.watch(Place::rtp(index), &rtp, registry).is_err() {
            return Err(PortSockets { rtp, rtcp });
        }
        if rtcp.as_ref().is_some_and(|rtcp| self.watch(Place::rtcp(index), rtcp, registry).is_err()) {
            unwatch(&rtp, registry);
            return Err(PortSockets { rtp, rtcp });
        }
        for (place, socket) in [(Place::rtp(index), Some(rtp)), (Place::rtcp(index), rtcp)] {
            if let Some(watched) = self.watched.get_mut(place.0) {
                (watched.socket, watched.empty, watched.dropped) = (socket, now, 0);
            }
        }
        Ok(())
    }

    fn watch(&self, place: Place, socket: &UdpSocket, registry: &Registry) -> io::Result<()> {
        if place.0 >= self.watched.len() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        registry.register(&mut SourceFd(&socket.as_raw_fd()), Token(place.0), Interest::READABLE)
    }

    /// Stops watching a session's sockets.
    pub fn close(&mut self, index: u32, registry: &Registry) -> Option<PortSockets> {
        let mut take = |place: Place| {
            let socket = self.watched.get_mut(place.0)?.socket.take()?;
            unwatch(&socket, registry);
            Some(socket)
        };
        let (rtp, rtcp) = (take(Place::rtp(index)), take(Place::rtcp(index)));
        Some(PortSockets { rtp: rtp?, rtcp })
    }

    /// The socket that a session's RTP leaves by, or its RTCP.
    pub fn outlet(&self, index: u32, rtcp: bool) -> Option<&UdpSocket> {
        self.socket(if rtcp { Place::rtcp(index) } else { Place::rtp(index) })
    }

    /// The socket at a place, if one is open there.
    pub fn socket(&self, place: Place) -> Option<&UdpSocket> {
        self.watched.get(place.0)?.socket.as_ref()
    }

    /// What waits at the socket came later than this.
    pub fn empty_since(&self, place: Place) -> MediaTime {
        self.watched.get(place.0).map_or(MediaTime::ZERO, |w| w.empty)
    }

    /// What will wait at the socket comes later than `time`.
    pub fn set_empty_since(&mut self, place: Place, time: MediaTime) {
        if let Some(watched) = self.watched.get_mut(place.0) {
            watched.empty = time;
        }
    }

    /// The kernel has dropped so many there; how many since this was last told.
    pub fn count_dropped(&mut self, place: Place, dropped: u32) -> u32 {
        let Some(watched) = self.watched.get_mut(place.0) else { return 0 };
        dropped.wrapping_sub(std::mem::replace(&mut watched.dropped, dropped))
    }

    /// Something may wait there: it queues, once.
    pub fn queue(&mut self, place: Place) {
        if let Some(watched) = self.watched.get_mut(place.0).filter(|w| !w.queued) {
            watched.queued = true;
            self.ready.push_back(place);
        }
    }

    /// The socket whose turn it is.
    pub fn next_ready(&mut self) -> Option<Place> {
        let place = self.ready.pop_front()?;
        if let Some(watched) = self.watched.get_mut(place.0) {
            watched.queued = false;
        }
        Some(place)
    }

    /// The socket whose turn comes next, and its memory asked for.
    pub fn upcoming(&self) -> Option<Place> {
        let place = *self.ready.front()?;
        prefetch_entry(&self.watched, place.0);
        Some(place)
    }

    /// Asks for the memory of a session's outlet.
    pub fn expect_outlet(&self, index: u32) {
        prefetch_entry(&self.watched, Place::rtp(index).0);
    }

    /// Whether a socket waits for its turn.
    pub fn any_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}

fn unwatch(socket: &UdpSocket, registry: &Registry) {
    // Fails only if it was not registered.
    let _ = registry.deregister(&mut SourceFd(&socket.as_raw_fd()));
}

#[cfg(test)]
mod tests;
