//! Control: seeded traces: loss, jitter, spikes, reordering, clock skew, route steps.

use super::trace::{Packet, Trace};

/// What a network does. All of it is deterministic for a seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impairment {
    /// Of the generator.
    pub seed: u64,
    /// Least transit, ms.
    pub base_ms: f64,
    /// Mean of an exponential jitter, ms.
    pub jitter_ms: f64,
    /// Standard deviation of a normal jitter, ms (its absolute value counts).
    pub normal_ms: f64,
    /// Standard deviation of a normal jitter around 2.5 times itself, ms: a cell's scheduler.
    pub spread_ms: f64,
    /// Stalls a second, at random: everything waits 20 to `stall_ms` and then comes at once, as from a busy radio cell.
    pub stalls: f64,
    /// The longest stall.
    pub stall_ms: f64,
    /// Share of packets lost in the long run, 0..1.
    pub loss: f64,
    /// Mean length of a burst of loss in packets (Gilbert-Elliott; 1 is nearly random).
    pub burst: f64,
    /// Every so many seconds everything waits `spike_ms` and then comes at once; 0 is never.
    pub spike_every_s: f64,
    /// How long.
    pub spike_ms: f64,
    /// Share of packets held up by 20 to 70 ms and so overtaken.
    pub reorder: f64,
    /// How much slower the sender's clock runs, parts per million.
    pub skew_ppm: f64,
    /// At half of the time the route gets longer by this, ms.
    pub step_ms: f64,
}

impl Default for Impairment {
    fn default() -> Self {
        Self {
            seed: 1,
            base_ms: 20.0,
            jitter_ms: 0.0,
            normal_ms: 0.3,
            spread_ms: 0.0,
            stalls: 0.0,
            stall_ms: 90.0,
            loss: 0.0,
            burst: 1.0,
            spike_every_s: 0.0,
            spike_ms: 300.0,
            reorder: 0.0,
            skew_ppm: 0.0,
            step_ms: 0.0,
        }
    }
}

/// A small generator of pseudo-random numbers (SplitMix64).
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ z >> 31) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// A trace of `packets` packets of `ptime_ms`.
pub fn impair(network: Impairment, packets: u64, ptime_ms: f64) -> Trace {
    let mut random = Random(network.seed);
    let mut bad = false;
    let leave = 1.0 / network.burst.max(1.0);
    let enter = leave * network.loss / (1.0 - network.loss).max(1e-9);
    // A network without reordering is a queue: nothing overtakes.
    let mut last = 0.0f64;
    let trace = (0..packets).map(|sequence| {
        let send_ms = sequence as f64 * ptime_ms;
        let real = send_ms * (1.0 + network.skew_ppm * 1e-6);
        bad = random.unit() < if bad { 1.0 - leave } else { enter };
        let mut transit = network.base_ms + network.normal_ms * random.normal().abs();
        transit += network.jitter_ms * -(1.0 - random.unit()).ln();
        transit += (network.spread_ms * (2.5 + random.normal())).max(0.0);
        if network.stalls > 0.0 && random.unit() < network.stalls * ptime_ms * 1e-3 {
            transit += 20.0 + (network.stall_ms - 20.0) * random.unit();
        }
        if sequence > packets / 2 {
            transit += network.step_ms;
        }
        let mut arrival = real + transit;
        if network.spike_every_s > 0.0 {
            let phase = send_ms.rem_euclid(network.spike_every_s * 1e3);
            if send_ms > phase && phase < network.spike_ms {
                arrival = arrival.max(real - phase + network.base_ms + network.spike_ms);
            }
        }
        arrival = arrival.max(last);
        last = arrival;
        if random.unit() < network.reorder {
            arrival += 20.0 + 50.0 * random.unit();
        }
        Packet { sequence, arrival_ms: (!bad).then_some(arrival), send_ms }
    });
    Trace(trace.collect())
}
