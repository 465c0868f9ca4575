//! Control: packets received and sent by an I/O core that is driven by hand, beside `recv_from` and `send_to` of the same
//! packets on sockets of the same kind: one from each of 1,000 sockets, then one to each, as any relay does that keeps
//! packets for a tick. CPU time; filling the sockets and what a worker does is not timed on either side.

use crate::fleet::{self, Ends, Far};
use crate::support::Bench;
use media_core::integration::io::{IoDriver, IoError};
use media_core::rt::PacketHeader;
use media_core::rt::os::clock;
use media_core::types::BindingKey;
use std::net::UdpSocket;
use std::time::Duration;

const LEGS: u32 = 1_000;
/// Nanoseconds from one packet of a leg to the next.
const PTIME: f64 = 20e6;
const PEER: &str = "recv_from + send_to";

struct Ours {
    driver: IoDriver,
    ends: Ends,
    fars: Vec<Far>,
}

struct Bare {
    sockets: Vec<UdpSocket>,
    fars: Vec<Far>,
}

pub fn run(bench: &mut Bench) {
    if !["relay_packet", "relay_calls_per_core"].iter().any(|row| bench.wants(row)) {
        return;
    }
    let (mut ours, mut bare) = match set_up() {
        Ok(both) => both,
        Err(e) => return eprintln!("skipped: relay: {e}"),
    };
    let rounds = if bench.quick() { 10 } else { 60 };
    let (mut our_costs, mut bare_costs) = (Vec::new(), Vec::new());
    for round in 0..rounds + 2 {
        let (a, b) = (ours.round(round), bare.round(round));
        // The first rounds lock the latches and warm the caches.
        if round >= 2 {
            our_costs.push(a);
            bare_costs.push(b);
        }
    }
    let (our_cost, bare_cost) = (median(&mut our_costs), median(&mut bare_costs));
    bench.figure("relay_packet", our_cost, "ns received and sent", Some((PEER, Some(bare_cost))));
    let calls = |cost: f64| PTIME / (2.0 * cost);
    bench.figure("relay_calls_per_core", calls(our_cost), "calls of two legs", Some((PEER, Some(calls(bare_cost)))));
}

fn set_up() -> Result<(Ours, Bare), IoError> {
    let mut ports = fleet::allocator();
    let (core, ends, fars) = fleet::launch(LEGS, &mut ports)?;
    let (driver, _) = IoDriver::new(core).map_err(IoError::Thread)?;
    let mut bare = Bare { sockets: Vec::new(), fars: Vec::new() };
    for _ in 0..LEGS {
        let (sockets, far) = fleet::place(&mut ports)?;
        bare.sockets.push(sockets.rtp);
        bare.fars.push(far);
    }
    Ok((Ours { driver, ends, fars }, bare))
}

fn fill(fars: &[Far], sequence: u16) {
    for far in fars {
        far.socket.send_to(&fleet::packet(sequence), far.near).expect("loopback takes it");
    }
}

impl Ours {
    /// Nanoseconds per packet received and sent.
    fn round(&mut self, sequence: u16) -> f64 {
        while self.ends.depot.collect().is_some() {}
        self.turn();
        fill(&self.fars, sequence);
        let receiving = cpu_time();
        let before = self.driver.gauges().receives.get();
        while self.driver.gauges().receives.get() - before < u64::from(LEGS) {
            self.turn();
        }
        let receiving = cpu_time() - receiving;
        // What a worker would do: each packet out again by the binding of its leg.
        let mut looped = 0;
        while let Some((header, payload)) = self.ends.from_port.pop() {
            let key = BindingKey::new(header.key.leg().index(), 0).into();
            looped += u32::from(self.ends.to_port.push(&PacketHeader { key, time: clock::now(), ..header }, payload));
        }
        assert_eq!(looped, LEGS);
        let sending = cpu_time();
        let before = self.driver.gauges().sends.get();
        while self.driver.gauges().sends.get() - before < u64::from(LEGS) {
            self.turn();
        }
        let sending = cpu_time() - sending;
        assert_eq!(self.fars.iter().map(Far::drain).sum::<usize>(), LEGS as usize);
        (receiving + sending).as_nanos() as f64 / f64::from(LEGS)
    }

    fn turn(&mut self) {
        self.driver.turn(Some(Duration::ZERO)).expect("events can be waited for");
    }
}

impl Bare {
    /// Receives from all, then sends to all, as a relay does that keeps packets for a tick.
    fn round(&mut self, sequence: u16) -> f64 {
        fill(&self.fars, sequence);
        let mut buffer = [0; 2048];
        let receiving = cpu_time();
        let mut received = Vec::with_capacity(self.sockets.len());
        for socket in &self.sockets {
            received.push(socket.recv_from(&mut buffer).expect("it was filled"));
        }
        let receiving = cpu_time() - receiving;
        let sending = cpu_time();
        for (socket, (length, from)) in self.sockets.iter().zip(received) {
            socket.send_to(&buffer[..length], from).expect("loopback takes it");
        }
        let sending = cpu_time() - sending;
        assert_eq!(self.fars.iter().map(Far::drain).sum::<usize>(), LEGS as usize);
        (receiving + sending).as_nanos() as f64 / f64::from(LEGS)
    }
}

/// What this thread has run: without what the machine's other work takes from it.
fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec that the call only writes to.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn median(costs: &mut [f64]) -> f64 {
    costs.sort_by(f64::total_cmp);
    costs[costs.len() / 2]
}
