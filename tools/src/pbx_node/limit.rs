//! Pure: how many messages one address may send: a bucket of tokens for each, in a table of fixed size.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Instant;

/// Addresses that are told apart. Where there are more, those whose buckets have filled up again are forgotten; where that is none, all.
const ADDRESSES: usize = 4_096;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Limiter {
    rate: f64,
    most: f64,
    buckets: HashMap<IpAddr, (f64, Instant)>,
}

impl Limiter {
    /// So many a second, and so many at once.
    pub(super) fn new(rate: u32, burst: u32) -> Self {
        Self { rate: rate.into(), most: f64::from(rate.max(burst)), buckets: HashMap::new() }
    }

    /// Whether another one of that address is taken.
    pub(super) fn allows(&mut self, address: IpAddr, now: Instant) -> bool {
        // An address of IPv6 is one of 2^64 that its owner has.
        let address = network(address);
        if self.buckets.len() >= ADDRESSES && !self.buckets.contains_key(&address) {
            self.forget(now);
        }
        let (tokens, before) = self.buckets.entry(address).or_insert((self.most, now));
        let passed = now.saturating_duration_since(*before).as_secs_f64();
        *tokens = (*tokens + passed * self.rate).min(self.most);
        *before = now;
        let allowed = *tokens >= 1.0;
        if allowed {
            *tokens -= 1.0;
        }
        allowed
    }

    fn forget(&mut self, now: Instant) {
        let full = self.most / self.rate;
        self.buckets.retain(|_, (_, before)| now.saturating_duration_since(*before).as_secs_f64() < full);
        if self.buckets.len() >= ADDRESSES {
            self.buckets.clear();
        }
    }
}

/// Whose an address is: of IPv6 its owner has 2^64.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Limiter;
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    #[test]
    fn one_address_is_held_to_its_rate_and_others_are_not() {
        let (mut limiter, begin) = (Limiter::new(10, 20), Instant::now());
        let [flood, phone]: [IpAddr; 2] = ["127.0.0.2".parse().unwrap(), "127.0.0.1".parse().unwrap()];
        let taken = (0..5_000).filter(|n| limiter.allows(flood, begin + Duration::from_millis(*n))).count();
        assert!((69..=71).contains(&taken), "{taken}: 20 at once and 10 a second");
        assert!((0..20).all(|_| limiter.allows(phone, begin + Duration::from_secs(5))));
    }

    #[test]
    fn a_network_of_ipv6_is_one_and_who_waited_long_makes_room() {
        let (mut limiter, begin) = (Limiter::new(10, 20), Instant::now());
        let of = |n: u64| IpAddr::V6(std::net::Ipv6Addr::from(0x2001_0db8_u128 << 96 | u128::from(n)));
        assert_eq!((0..100).filter(|n| limiter.allows(of(*n), begin)).count(), 20);
        // The table is full of those who sent all they may; two seconds later their buckets are full, and the one who sends now stays.
        let one = |n: u32| IpAddr::from(std::net::Ipv4Addr::from(n));
        (1..super::ADDRESSES as u32).for_each(|n| (0..20).for_each(|_| assert!(limiter.allows(one(n), begin))));
        let (flood, later) = (one(1), begin + Duration::from_secs(3));
        while limiter.allows(flood, later) {}
        assert!(limiter.allows(one(u32::MAX), later) && !limiter.allows(flood, later));
        assert_eq!(limiter.buckets.len(), 2);
    }

    #[test]
    fn the_table_does_not_grow_without_end() {
        let (mut limiter, begin) = (Limiter::new(10, 20), Instant::now());
        for n in 0..100_000_u32 {
            limiter.allows(std::net::Ipv4Addr::from(n).into(), begin);
        }
        assert!(limiter.buckets.len() <= super::ADDRESSES);
    }
}
