//! I/O: a thread that says and hears the packets of many streams by one socket. Each stream has its millisecond of the 20; how late
//! packets leave is measured, so that nobody else is blamed for it. Who a packet is of is told by where it comes from.

use super::heard::{Heard, times};
use super::sockets::pair;
use super::stream::Stream;
use anyhow::{Context as _, Result, anyhow};
use hdrhistogram::Histogram;
use media_core::MediaTime;
use media_core::rt::os::thread::ThreadSetup;
use media_core::rt::os::{clock, datagram};
use media_core::rtp;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Milliseconds between packets of a stream.
const SLOTS: usize = 20;
const SLOT: Duration = Duration::from_millis(1);
/// Below the media threads of an engine, above all else.
const PRIORITY: u8 = 20;
/// Loses packets on purpose, for tests: whether this one that has come of a stream is.
pub(super) type Dropper = Arc<dyn Fn(usize) -> bool + Send + Sync>;

enum Order {
    Add(Box<Stream>),
    Remove(usize),
    /// A window begins; these are listened to.
    Begin(Vec<usize>),
    End(Sender<Window>),
}

/// What one thread found in a window.
#[derive(Debug)]
pub(super) struct Window {
    /// By stream: what it heard, and when its own tone began.
    pub(super) streams: Vec<(usize, Heard, Vec<u64>)>,
    /// How late packets left, and how far those that came were from 20 ms behind the one before, in ns.
    pub(super) late: Histogram<u64>,
    pub(super) gaps: Histogram<u64>,
    /// How long it was, by this thread's clock.
    pub(super) lasted: Duration,
    /// Packets that have left, that the system did not take, and that came and were dropped here for want of room.
    pub(super) sent: u64,
    pub(super) unsent: u64,
    pub(super) dropped: u64,
}

/// A thread that runs; it ends when this goes.
#[derive(Debug)]
pub(super) struct Wire {
    /// Where its streams take RTP.
    pub(super) at: SocketAddr,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
    /// Takes RTCP, and lets it lie.
    _rtcp: UdpSocket,
}

impl Wire {
    /// # Errors
    /// The system has no pair of ports, or no thread.
    pub(super) fn start(ip: IpAddr, core: Option<usize>, dropper: Option<Dropper>) -> Result<Self> {
        let (socket, rtcp) = pair(ip)?;
        let at = socket.local_addr()?;
        let (orders, taken) = channel();
        let realtime_priority = Some(PRIORITY);
        let setup = ThreadSetup { name: "load-wire".into(), core, realtime_priority, ..ThreadSetup::default() };
        let thread = setup.spawn(move |_| Talk::new(socket, dropper).run(&taken))?;
        Ok(Self { at, orders: Some(orders), thread: Some(thread), _rtcp: rtcp })
    }

    fn order(&self, order: Order) -> Result<()> {
        let orders = self.orders.as_ref().context("it has ended")?;
        orders.send(order).map_err(|_| anyhow!("the thread of streams has ended"))
    }

    pub(super) fn add(&self, stream: Stream) -> Result<()> {
        self.order(Order::Add(Box::new(stream)))
    }

    pub(super) fn remove(&self, number: usize) -> Result<()> {
        self.order(Order::Remove(number))
    }

    pub(super) fn begin(&self, ears: Vec<usize>) -> Result<()> {
        self.order(Order::Begin(ears))
    }

    pub(super) fn end(&self) -> Result<Window> {
        let (found, window) = channel();
        self.order(Order::End(found))?;
        window.recv().context("the thread of streams has ended")
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

struct Talk {
    socket: UdpSocket,
    dropper: Option<Dropper>,
    streams: Vec<Stream>,
    /// By slot: streams.
    slots: [Vec<usize>; SLOTS],
    by_address: HashMap<SocketAddr, usize>,
    window: Option<Window>,
    begun: MediaTime,
    /// Dropped by the kernel so far, and when the window began.
    dropped: (u32, u32),
}

impl Talk {
    fn new(socket: UdpSocket, dropper: Option<Dropper>) -> Self {
        let (streams, by_address) = (Vec::new(), HashMap::new());
        Self {
            socket,
            dropper,
            streams,
            slots: Default::default(),
            by_address,
            window: None,
            begun: clock::now(),
            dropped: (0, 0),
        }
    }

    fn run(mut self, orders: &Receiver<Order>) {
        let (mut due, mut slot) = (clock::now(), 0);
        loop {
            clock::sleep_until(due);
            loop {
                match orders.try_recv() {
                    Ok(order) => self.take(order),
                    Err(std::sync::mpsc::TryRecvError::Empty) => break,
                    Err(std::sync::mpsc::TryRecvError::Disconnected) => return,
                }
            }
            self.speak(slot, due.as_nanos());
            (due, slot) = (due + SLOT, (slot + 1) % SLOTS);
            while clock::now() < due && self.listen(64) {}
        }
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Add(stream) => {
                self.place(self.streams.len(), (stream.number, stream.to));
                self.streams.push(*stream);
            }
            Order::Remove(number) => {
                self.streams.retain(|stream| stream.number != number);
                self.slots.iter_mut().for_each(Vec::clear);
                self.by_address.clear();
                for place in 0..self.streams.len() {
                    let Some(stream) = self.streams.get(place) else { continue };
                    self.place(place, (stream.number, stream.to));
                }
            }
            Order::Begin(ears) => {
                self.streams.iter_mut().for_each(|stream| stream.begin(ears.contains(&stream.number)));
                self.dropped.1 = self.dropped.0;
                let (late, gaps, lasted) = (times(), times(), Duration::ZERO);
                self.begun = clock::now();
                self.window = Some(Window { streams: Vec::new(), late, gaps, lasted, sent: 0, unsent: 0, dropped: 0 });
            }
            Order::End(found) => {
                let Some(mut window) = self.window.take() else { return };
                window.lasted = Duration::from_nanos(clock::now().nanos_since(self.begun));
                window.dropped = self.dropped.0.wrapping_sub(self.dropped.1).into();
                let streams = self.streams.iter_mut();
                window.streams = streams.map(|s| (s.number, std::mem::take(&mut s.heard), s.marks.clone())).collect();
                let _ = found.send(window);
            }
        }
    }

    fn place(&mut self, place: usize, (number, to): (usize, SocketAddr)) {
        // Streams keep their millisecond, whoever comes and goes.
        if let Some(slot) = self.slots.get_mut(number * 7 % SLOTS) {
            slot.push(place);
        }
        self.by_address.insert(to, place);
    }

    fn speak(&mut self, slot: usize, due: u64) {
        let mut octets = [0; 1_500];
        for place in self.slots.get(slot).map_or(&[][..], Vec::as_slice) {
            let Some(stream) = self.streams.get_mut(*place) else { continue };
            let length = stream.speak(datagram::wall_clock(), &mut octets);
            let left = self.socket.send_to(octets.get(..length).unwrap_or_default(), stream.to).is_ok();
            if let Some(window) = &mut self.window {
                window.late.saturating_record(clock::now().as_nanos().saturating_sub(due));
                window.sent += u64::from(left);
                window.unsent += u64::from(!left);
            }
        }
    }

    /// Takes so many packets that have come; whether there may be more.
    fn listen(&mut self, most: usize) -> bool {
        let mut octets = [0; 2_048];
        for _ in 0..most {
            let Ok(found) = datagram::receive(self.socket.as_fd(), &mut octets) else { return false };
            self.dropped.0 = self.dropped.0.max(found.dropped);
            let Some(window) = &mut self.window else { continue };
            let place = self.by_address.get(&found.from);
            let Some(stream) = place.and_then(|place| self.streams.get_mut(*place)) else { continue };
            let Ok((header, payload)) = rtp::parse(octets.get(..found.length).unwrap_or_default()) else { continue };
            if self.dropper.as_ref().is_some_and(|drops| drops(stream.number)) {
                continue;
            }
            stream.heard.take(&header, payload, found.stamp.unwrap_or_default(), &mut window.gaps);
        }
        true
    }
}
