//! I/O: the turn of an I/O thread: wait, take orders, send, receive.
//!
//! Sending goes first, since outward packets have a time to keep; arrivals carry the kernel's time whenever they are
//! read. Both are bounded per turn, so that neither a flood nor a burst holds up the other. A packet that the kernel does
//! not take is counted and forgotten: nothing waits for a socket.

use super::arrival::ArrivalClock;
use super::gauges::IoThreadGauges;
use super::table::{Place, Table};
use crate::integration::io::{IoAction, IoCore};
use crate::rt::os::clock;
use crate::rt::os::datagram::{self, ReadableCheck};
use crate::types::MediaTime;
use mio::{Events, Poll, Token};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire};
use std::time::Duration;

pub(super) const WAKER: Token = Token(usize::MAX);

const RECEIVES: usize = 128;
const SENDS: usize = 512;
// More than the longest packet taken, so that one too long shows.
const LONGEST: usize = 2048;

#[derive(Debug)]
pub(super) struct Shell {
    poll: Poll,
    events: Events,
    core: IoCore,
    table: Table,
    clock: ArrivalClock,
    check: ReadableCheck,
    // What was read this turn, and when the datagram had arrived; parallel to `check`.
    read: Box<[(Place, MediaTime)]>,
    buffer: Box<[u8; LONGEST]>,
    gauges: Arc<IoThreadGauges>,
}

impl Shell {
    /// Allocates: control side.
    pub fn new(poll: Poll, core: IoCore, gauges: Arc<IoThreadGauges>) -> Self {
        Self {
            poll,
            events: Events::with_capacity(RECEIVES),
            table: Table::new(core.capacity()),
            core,
            clock: ArrivalClock::default(),
            check: ReadableCheck::new(RECEIVES),
            read: vec![(Place::of(WAKER), MediaTime::ZERO); RECEIVES].into_boxed_slice(),
            buffer: Box::new([0; LONGEST]),
            gauges,
        }
    }

    /// Takes turns until told to stop, then sends what is left.
    ///
    /// # Errors
    /// The system cannot wait for events any more.
    pub fn run(&mut self, stop: &AtomicBool) -> io::Result<()> {
        let mut more_to_send = false;
        while !stop.load(Acquire) {
            more_to_send = self.turn(more_to_send)?;
        }
        while self.send() {}
        self.take_orders();
        Ok(())
    }

    fn turn(&mut self, more_to_send: bool) -> io::Result<bool> {
        let busy = more_to_send || self.table.any_ready();
        match self.poll.poll(&mut self.events, busy.then_some(Duration::ZERO)) {
            Err(e) if e.kind() != io::ErrorKind::Interrupted => return Err(e),
            _ => {}
        }
        self.gauges.turns.add(1);
        self.clock.turn(clock::now(), datagram::wall_clock(), clock::now());
        for event in self.events.iter().filter(|e| e.token() != WAKER) {
            self.table.queue(Place::of(event.token()));
        }
        self.take_orders();
        let more = self.send();
        self.receive();
        Ok(more)
    }

    fn take_orders(&mut self) {
        let Self { core, table, poll, clock, gauges, .. } = self;
        core.take_orders(|action| match action {
            IoAction::Open { index, sockets: Some(sockets), .. } => {
                let unwatched = table.open(index, sockets, clock.now(), poll.registry()).err();
                gauges.unwatched.add(u64::from(unwatched.is_some()));
                unwatched
            }
            IoAction::Open { sockets: None, .. } => None,
            IoAction::Close { index } => table.close(index, poll.registry()),
        });
    }

    /// Sends what workers emitted; whether more waits.
    fn send(&mut self) -> bool {
        let now = clock::now();
        for _ in 0..SENDS {
            let Some(packet) = self.core.poll_transmit(now) else { return false };
            let index = packet.index;
            let sent = self.table.outlet(index).is_some_and(|s| s.send_to(packet.octets, packet.to).is_ok());
            self.gauges.sends.add(1);
            if !sent {
                self.core.send_failed(index);
            }
        }
        true
    }

    /// Reads each ready socket once, then asks those that gave something whether more waits.
    fn receive(&mut self) {
        let mut reads = 0;
        for _ in 0..RECEIVES {
            let Some(place) = self.table.next_ready() else { break };
            reads += usize::from(self.receive_one(place, reads));
        }
        self.check.ask();
        for (asked, &(place, arrival)) in self.read.iter().take(reads).enumerate() {
            let more = self.check.readable(asked);
            self.table.set_empty_since(place, if more { arrival } else { self.clock.now() });
            if more {
                self.table.queue(place);
            }
        }
    }

    /// Whether the socket is to be asked for more, as number `reads`.
    fn receive_one(&mut self, place: Place, reads: usize) -> bool {
        let Some(socket) = self.table.socket(place) else { return false };
        self.gauges.receives.add(1);
        let descriptor = socket.as_raw_fd();
        let arrival = match datagram::receive(socket.as_fd(), &mut self.buffer[..]) {
            Ok(found) => {
                let arrival = self.clock.arrival(found.stamp, self.table.empty_since(place), clock::now);
                let octets = self.buffer.get(..found.length).unwrap_or(&[]);
                if place.is_rtcp() {
                    self.core.receive_rtcp(place.index(), octets);
                } else {
                    self.core.receive(place.index(), found.from, octets, arrival);
                }
                arrival
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                self.gauges.empty_receives.add(1);
                return false;
            }
            // An error of an earlier send; a datagram may still wait behind it.
            Err(_) => self.clock.now(),
        };
        if let Some(entry) = self.read.get_mut(reads) {
            *entry = (place, arrival);
        }
        self.check.add(descriptor).is_some()
    }
}
