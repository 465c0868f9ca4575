//! Pure: when the next report is due (RFC 3550 section 6.3).
//!
//! A session of ours has two members: the peer and us. So nothing of the rules for crowds is needed: no reconsideration, no
//! estimate of the group; what is left is the bound of 5 % of the bandwidth, the minimum, and chance.

use crate::types::MediaTime;
use std::time::Duration;

/// Members of a session.
const MEMBERS: u64 = 2;
/// RTCP may take one part in so many of the session's bandwidth (section 6.2).
const SHARE: u64 = 20;
/// Octets of the headers of UDP and IP, which count too (section 6.2).
const HEADERS: u64 = 28;
/// e − 3/2: what reconsideration would make of an interval on average is made up for (section 6.3.1), for peers that time us
/// out by it.
const COMPENSATION: f64 = 1.218_28;

/// When the next report is due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval {
    minimum: Duration,
    /// Bits a second of the session.
    bandwidth: u64,
    /// Mean octets of an RTCP datagram with its headers.
    size: u64,
    random: u64,
    /// `None`: nothing is due until it begins.
    next: Option<MediaTime>,
    /// The rules are others than when that was drawn.
    changed: bool,
}

impl Interval {
    /// At least `minimum` between two, on average, in a session of so many bits a second.
    pub fn new(minimum: Duration, bandwidth: u64, seed: u64) -> Self {
        Self { minimum, bandwidth: bandwidth.max(1), size: 120 + HEADERS, random: seed, next: None, changed: false }
    }

    /// Other rules from now on.
    pub fn set(&mut self, minimum: Duration, bandwidth: u64) {
        (self.minimum, self.bandwidth, self.changed) = (minimum, bandwidth.max(1), true);
    }

    /// From now on something is there to report on. The first interval is half as long.
    pub fn begin(&mut self, now: MediaTime) {
        if self.next.is_none() {
            let first = self.draw() / 2;
            self.next = Some(now + first);
        }
        if std::mem::take(&mut self.changed) {
            // What was drawn by longer intervals is not waited for.
            let wait = self.draw();
            self.next = self.next.map(|next| next.min(now + wait));
        }
    }

    /// Whether a report is due.
    pub fn is_due(&self, now: MediaTime) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    /// A report of so many octets was sent.
    pub fn sent(&mut self, octets: usize, now: MediaTime) {
        self.size = (octets as u64 + HEADERS + 15 * self.size) / 16;
        let wait = self.draw();
        self.next = Some(now + wait);
    }

    /// The mean between two reports.
    pub fn mean(&self) -> Duration {
        let of_bandwidth = Duration::from_millis(MEMBERS * self.size * 8 * 1_000 * SHARE / self.bandwidth);
        self.minimum.max(of_bandwidth)
    }

    /// Between half the mean and one and a half of it (section 6.3.1).
    fn draw(&mut self) -> Duration {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let chance = (self.random >> 33) as f64 / (1u64 << 31) as f64;
        self.mean().mul_f64((0.5 + chance) / COMPENSATION)
    }
}
