//! I/O: the turns of an I/O thread: wait, take orders, send, receive.
//!
//! Sending goes first, since outward packets have a time to keep: a timer wakes the thread for it
//! ([`IoCore::next_departure`]), a little early, and turns do not wait any more until it has left, so that the time that
//! waking up takes does not show in the gaps between packets; a long list of receives is broken off. Arrivals carry the kernel's time whenever they
//! are read. Both are bounded per turn, so that neither a flood nor a burst holds up the other, **and of each port a turn
//! reads one datagram at most**: one that is flooded waits with the others. A packet that the kernel does
//! not take is counted and forgotten: nothing waits for a socket. What the network answers to packets (nobody listens
//! there) is taken from the sockets that have such news, and counted.

mod orders;

use crate::rt::os::clock;
use crate::rt::os::datagram::{self, ReadableCheck};
use crate::rt::os::socket_errors::take_error;
use crate::rt::os::thread::current_id;
use crate::rt::os::timer::Timer;
use crate::transport::io::thread::arrival::ArrivalClock;
use crate::transport::io::thread::outlet;
use crate::transport::io::thread::table::{Place, Table};
use crate::transport::io::thread::waker::IoWaker;
use crate::transport::io::{IoCore, IoThreadGauges, Relayed};
use crate::types::MediaTime;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire};
use std::time::Duration;

const WAKER: Token = Token(usize::MAX);
const TIMER: Token = Token(usize::MAX - 1);

const RECEIVES: usize = 128;
const SENDS: usize = 512;
// After so many receives of a turn, packets to send go first.
const UNINTERRUPTED: usize = 8;
// So long before a packet leaves the thread is up and about: waking up takes a virtual machine 30 to 130 µs, and each time
// another. At most 1 % of a core, and only while there is something to send.
const BUSY_POLL_LEAD: Duration = Duration::from_micros(100);
// Answers of the network that are taken from a socket in a turn.
const ANSWERS: usize = 16;
// More than the longest packet taken, so that one too long shows.
const LONGEST: usize = crate::rtp::MAX_PACKET + 1;

/// An [`IoCore`] with its sockets and its clock, for [`IoThread`](crate::transport::io::thread::IoThread) or a thread of the embedder's own,
/// which calls [`turn`](Self::turn) over and over.
#[derive(Debug)]
pub struct IoDriver {
    poll: Poll,
    events: Events,
    core: IoCore,
    table: Table,
    clock: ArrivalClock,
    check: ReadableCheck,
    // What was read this turn, and when the datagram had arrived; parallel to `check`.
    read: Box<[(Place, MediaTime)]>,
    buffer: Box<[u8; LONGEST]>,
    more_to_send: bool,
    timer: Timer,
    timer_set: MediaTime,
    gauges: Arc<IoThreadGauges>,
}

impl IoDriver {
    /// A driver over `core`, and what wakes it. Allocates: control side.
    ///
    /// # Errors
    /// Those of epoll_create(2) and eventfd(2): no descriptors left.
    pub fn new(mut core: IoCore) -> io::Result<(Self, IoWaker)> {
        let since_1970 = datagram::wall_clock().saturating_sub(clock::now().as_nanos());
        core.set_wall_clock(Duration::from_nanos(since_1970));
        let poll = Poll::new()?;
        let waker = IoWaker::new(poll.registry(), WAKER)?;
        let timer = Timer::new()?;
        poll.registry().register(&mut SourceFd(&timer.as_raw_fd()), TIMER, Interest::READABLE)?;
        let driver = Self {
            poll,
            events: Events::with_capacity(RECEIVES),
            table: Table::new(core.capacity()),
            core,
            clock: ArrivalClock::default(),
            check: ReadableCheck::new(RECEIVES),
            read: vec![(Place::of(WAKER), MediaTime::ZERO); RECEIVES].into_boxed_slice(),
            buffer: Box::new([0; LONGEST]),
            more_to_send: false,
            timer,
            timer_set: MediaTime::ZERO,
            gauges: Arc::default(),
        };
        Ok((driver, waker))
    }

    /// What it counts of itself.
    pub fn gauges(&self) -> &Arc<IoThreadGauges> {
        &self.gauges
    }

    /// Takes turns until told to stop, then sends what is left.
    pub(super) fn run(&mut self, stop: &AtomicBool) -> io::Result<()> {
        self.gauges.thread.set(current_id().into());
        while !stop.load(Acquire) {
            self.turn(None)?;
        }
        self.core.set_departure_delay(Duration::ZERO);
        while self.send() {}
        self.gauges.unbound_out.set(self.core.unbound_out());
        self.take_orders();
        Ok(())
    }

    /// One turn: waits at most `wait` (`None`: for as long as it takes) until there is something to do, and does a bounded
    /// part of it. A turn that leaves work over makes the next one not wait.
    ///
    /// # Errors
    /// The system cannot wait for events any more.
    pub fn turn(&mut self, wait: Option<Duration>) -> io::Result<()> {
        let busy = self.core.next_departure().is_some_and(|at| at <= clock::now() + BUSY_POLL_LEAD);
        self.gauges.busy_polls.add(u64::from(busy));
        let upkeep = self.core.next_upkeep();
        let wait = wait.map_or(upkeep, |wait| Some(upkeep.map_or(wait, |upkeep| upkeep.min(wait))));
        let busy = busy || self.more_to_send || self.table.any_ready();
        match self.poll.poll(&mut self.events, if busy { Some(Duration::ZERO) } else { wait }) {
            Err(e) if e.kind() != io::ErrorKind::Interrupted => return Err(e),
            _ => {}
        }
        self.gauges.turns.add(1);
        self.clock.turn(clock::now(), datagram::wall_clock(), clock::now());
        for event in self.events.iter().filter(|e| e.token() < TIMER) {
            let place = Place::of(event.token());
            self.table.queue(place);
            if event.is_error()
                && let Some(socket) = self.table.socket(place)
            {
                let answers = (0..ANSWERS).take_while(|_| take_error(socket.as_fd())).count();
                self.core.unreachable(place.index(), place.is_rtcp(), answers as u64);
            }
        }
        self.take_orders();
        self.more_to_send = self.send();
        self.gauges.unbound_out.set(self.core.unbound_out());
        self.receive();
        Ok(())
    }

    /// Sends what workers emitted; whether more waits.
    fn send(&mut self) -> bool {
        let now = clock::now();
        for _ in 0..SENDS {
            let Some(packet) = self.core.poll_transmit(now) else {
                self.wait_for_departure();
                return false;
            };
            let index = packet.index;
            if let Some(next) = packet.upcoming {
                self.table.expect_outlet(next);
            }
            let outlet = self.table.outlet(index, packet.rtcp);
            let report = packet.rtcp;
            if !outlet::send(outlet, packet.octets, packet.to, &self.gauges) && !report {
                self.core.send_failed(index);
            }
        }
        true
    }

    /// Sets the timer to a little before the time of the next packet, if one waits for it.
    fn wait_for_departure(&mut self) {
        let wake = self.core.next_departure().map(|at| at.earlier_by(BUSY_POLL_LEAD));
        if let Some(at) = wake.filter(|&at| at != self.timer_set) {
            self.timer.set(at);
            self.timer_set = at;
        }
    }

    /// Reads each ready socket once, then asks those that gave something whether more waits.
    fn receive(&mut self) {
        let mut reads = 0;
        for received in 0..RECEIVES {
            if received >= UNINTERRUPTED && self.core.next_departure().is_some_and(|at| at <= clock::now()) {
                break;
            }
            let Some(place) = self.table.next_ready() else { break };
            if let Some(next) = self.table.upcoming() {
                self.core.expect(next.index());
            }
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
                if found.dropped != 0 {
                    let dropped = self.table.count_dropped(place, found.dropped);
                    self.core.kernel_dropped(place.index(), dropped.into());
                }
                let relayed = if place.is_rtcp() {
                    self.core.receive_rtcp(place.index(), found.from, octets, arrival)
                } else {
                    self.core.receive(place.index(), found.from, octets, arrival)
                };
                if let Some(Relayed { index, rtcp, to, octets }) = relayed
                    && !outlet::send(self.table.outlet(index, rtcp), octets, to, &self.gauges)
                {
                    self.core.send_failed(index);
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
