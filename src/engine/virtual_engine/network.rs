//! Control: a seeded bad network for virtual time: loss in bursts, jitter, reordering, duplication.

use crate::control::records::random::Random;
use crate::types::MediaTime;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

/// A datagram on its way.
///
/// Example: [`Party`](crate::engine::virtual_engine::Party).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Datagram {
    /// When it arrives.
    pub at: MediaTime,
    order: u64,
    /// From where.
    pub from: SocketAddr,
    /// To where.
    pub to: SocketAddr,
    /// What.
    pub octets: Vec<u8>,
}

/// How bad the network is. The default is perfect: nothing is lost, no delay.
///
/// Example: [`Network`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Impairment {
    /// Delay that every datagram has.
    pub delay: Duration,
    /// Further delay, uniformly random up to this; datagrams may overtake each other.
    pub jitter: Duration,
    /// Chance that a burst of losses begins at a datagram (Gilbert-Elliott).
    pub loss: f64,
    /// Chance that a burst goes on with the next datagram.
    pub burst: f64,
    /// Chance of a second copy.
    pub duplicate: f64,
    /// Chance that a datagram waits another 30 ms, behind its successors.
    pub reorder: f64,
}

/// A seeded bad network for virtual time: loss in bursts, jitter, reordering, duplication.
///
/// ```
/// use media_core::MediaTime;
/// use media_core::engine::virtual_engine::{Impairment, Network};
/// use media_core::{MediaEngineConfig, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 7)?;
/// let network: &mut Network = &mut engine.network;
/// let mut bad = Impairment::default();
/// (bad.loss, bad.burst, bad.jitter) = (0.02, 0.5, Duration::from_millis(30));
/// network.impairment = bad;
/// let (from, to) = (([192, 0, 2, 1], 4000).into(), ([192, 0, 2, 2], 4000).into());
/// for _ in 0..1_000 {
///     network.send(from, to, &[0; 172], MediaTime::ZERO);
/// }
/// let (sent, lost) = network.counts();
/// assert!(sent == 1_000 && (10..150).contains(&lost), "{lost}");
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Network {
    /// How bad it is, for datagrams sent from now on.
    pub impairment: Impairment,
    random: Random,
    under_way: BinaryHeap<Reverse<Datagram>>,
    arrived: HashMap<SocketAddr, VecDeque<Datagram>>,
    in_burst: bool,
    order: u64,
    sent: u64,
    lost: u64,
}

impl Network {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            impairment: Impairment::default(),
            random: Random::new(seed ^ 0x006e_6574),
            under_way: BinaryHeap::new(),
            arrived: HashMap::new(),
            in_burst: false,
            order: 0,
            sent: 0,
            lost: 0,
        }
    }

    /// Sends a datagram at `now`.
    pub fn send(&mut self, from: SocketAddr, to: SocketAddr, octets: &[u8], now: MediaTime) {
        self.sent += 1;
        let chance = if self.in_burst { self.impairment.burst } else { self.impairment.loss };
        self.in_burst = self.happens(chance);
        if self.in_burst {
            self.lost += 1;
            return;
        }
        let copies = 1 + u32::from(self.happens(self.impairment.duplicate));
        for _ in 0..copies {
            let spread = self.impairment.jitter.as_nanos() as u64;
            let mut at = now + self.impairment.delay + Duration::from_nanos(self.random.next() % (spread + 1));
            if self.happens(self.impairment.reorder) {
                at += Duration::from_millis(30);
            }
            self.order += 1;
            let octets = octets.to_vec();
            self.under_way.push(Reverse(Datagram { at, order: self.order, from, to, octets }));
        }
    }

    /// The next datagram that has arrived by `now`, in order of arrival.
    pub(super) fn arrived(&mut self, now: MediaTime) -> Option<Datagram> {
        if self.under_way.peek().is_none_or(|next| next.0.at > now) {
            return None;
        }
        self.under_way.pop().map(|next| next.0)
    }

    pub(super) fn keep(&mut self, datagram: Datagram) {
        self.arrived.entry(datagram.to).or_default().push_back(datagram);
    }

    /// The next datagram that has arrived for a party at `to`.
    pub fn receive(&mut self, to: SocketAddr) -> Option<Datagram> {
        self.arrived.get_mut(&to)?.pop_front()
    }

    /// Datagrams sent and lost so far.
    pub fn counts(&self) -> (u64, u64) {
        (self.sent, self.lost)
    }

    fn happens(&mut self, chance: f64) -> bool {
        chance > 0.0 && (self.random.next() >> 11) as f64 / (1u64 << 53) as f64 <= chance
    }
}
