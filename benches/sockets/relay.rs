//! Control: packets received and sent by an I/O core that is driven by hand, beside `recv_from` and `send_to` of the same
//! packets on sockets of the same kind: one from each of 1,000 sockets, then one to each, as any relay does that keeps
//! packets for a tick. CPU time; filling the sockets and what a worker does is not timed on either side. Then the same on
//! two threads at once with half of the sockets each, and what an empty system call costs: the most that a way of sending
//! many packets with one call (io_uring) could save.

use crate::fleet::{self, Ends, Far};
use crate::support::Bench;
use media_core::rt::PacketHeader;
use media_core::rt::os::clock;
use media_core::transport::io::{IoDriver, PortAllocator, PortError};
use media_core::types::BindingKey;
use std::net::UdpSocket;
use std::time::Duration;

const LEGS: u32 = 1_000;
/// What comes with an SSRC of our own is a loop, and is not heard.
const OWN_SSRC: u32 = 8;
/// Nanoseconds from one packet of a leg to the next.
const PTIME: f64 = 20e6;
const PEER: &str = "recv_from + send_to";
const ROWS: [&str; 4] = ["relay_packet", "relay_calls_per_core", "relay_calls_two_cores", "system_call"];

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
    if !ROWS.iter().any(|row| bench.wants(row)) {
        return;
    }
    let rounds = if bench.quick() { 10 } else { 60 };
    let calls = |cost: f64| PTIME / (2.0 * cost);
    let mut ports = fleet::allocator();
    let (ours, bare) = match set_up(LEGS, &mut ports) {
        Ok(both) => measure(rounds, &mut [both]),
        Err(e) => return eprintln!("skipped: relay: {e}"),
    };
    bench.figure("relay_packet", ours, "ns received and sent", Some((PEER, Some(bare))));
    bench.figure("relay_calls_per_core", calls(ours), "calls of two legs", Some((PEER, Some(calls(bare)))));
    match (0..2).map(|_| set_up(LEGS / 2, &mut ports)).collect::<Result<Vec<_>, _>>() {
        Ok(mut halves) => {
            let (ours, bare) = measure(rounds, &mut halves);
            let both = |cost| 2.0 * calls(cost);
            bench.figure("relay_calls_two_cores", both(ours), "calls of two legs", Some((PEER, Some(both(bare)))));
        }
        Err(e) => eprintln!("skipped: relay on two cores: {e}"),
    }
    bench.figure("system_call", system_call(), "ns of a call that does nothing", None);
}

/// Medians of ours and of the bare calls, each pair on a thread of its own, all at once.
fn measure(rounds: u16, pairs: &mut [(Ours, Bare)]) -> (f64, f64) {
    let costs = std::thread::scope(|scope| {
        let run = move |(ours, bare): &mut (Ours, Bare)| {
            let costs: Vec<(f64, f64)> = (0..rounds + 2).map(|round| (ours.round(round), bare.round(round))).collect();
            // The first rounds lock the latches and warm the caches.
            costs.into_iter().skip(2).unzip::<f64, f64, Vec<_>, Vec<_>>()
        };
        let threads: Vec<_> = pairs.iter_mut().map(|pair| scope.spawn(move || run(pair))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect::<Vec<_>>()
    });
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for (a, b) in costs {
        ours.extend(a);
        bare.extend(b);
    }
    (median(&mut ours), median(&mut bare))
}

/// What it costs to enter the kernel and come back.
fn system_call() -> f64 {
    let mut costs: Vec<f64> = (0..200)
        .map(|_| {
            let begun = cpu_time();
            for _ in 0..1_000 {
                // SAFETY: a call without arguments that only tells a number.
                unsafe { libc::syscall(libc::SYS_getppid) };
            }
            (cpu_time() - begun).as_nanos() as f64 / 1_000.0
        })
        .collect();
    median(&mut costs)
}

fn set_up(legs: u32, ports: &mut PortAllocator) -> Result<(Ours, Bare), PortError> {
    let (core, ends, fars) = fleet::launch(legs, ports)?;
    let (driver, _) = IoDriver::new(core).map_err(|e| PortError::Thread(e.to_string()))?;
    let mut bare = Bare { sockets: Vec::new(), fars: Vec::new() };
    for _ in 0..legs {
        let (sockets, far) = fleet::place(ports)?;
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
        let legs = self.fars.len() as u64;
        while self.ends.depot.collect().is_some() {}
        self.turn();
        fill(&self.fars, sequence);
        let receiving = cpu_time();
        let before = self.driver.gauges().receives.get();
        while self.driver.gauges().receives.get() - before < legs {
            self.turn();
        }
        let receiving = cpu_time() - receiving;
        // What a worker would do: each packet out again by the binding of its leg.
        let mut looped = 0u64;
        while let Some((header, payload)) = self.ends.from_port.pop() {
            let key = BindingKey::new(header.key.leg().index(), 0).into();
            looped += u64::from(
                self.ends.to_port.push(&PacketHeader { key, time: clock::now(), ssrc: OWN_SSRC, ..header }, payload),
            );
        }
        assert_eq!(looped, legs);
        let sending = cpu_time();
        let before = self.driver.gauges().sends.get();
        while self.driver.gauges().sends.get() - before < legs {
            self.turn();
        }
        let sending = cpu_time() - sending;
        assert_eq!(self.fars.iter().map(Far::drain).sum::<usize>(), legs as usize);
        (receiving + sending).as_nanos() as f64 / legs as f64
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
        assert_eq!(self.fars.iter().map(Far::drain).sum::<usize>(), self.sockets.len());
        (receiving + sending).as_nanos() as f64 / self.sockets.len() as f64
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
