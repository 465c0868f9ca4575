//! Newcomers against a load that is known: each member costs the same from 0.3 s after it joined.

use super::Newcomers;
use crate::types::MediaTime;
use std::time::Duration;

fn at(ms: u64) -> MediaTime {
    MediaTime::ZERO + Duration::from_millis(ms)
}

/// `rate` members a second join, each of which costs `each` from 0.3 s on; the mean load of the last second at `ms`.
fn mean(rate: f32, each: f32, ms: u64) -> f32 {
    let cost = |ms: f32| (ms - 300.0).max(0.0) / 1000.0 * rate * each;
    (0..1000).map(|back| cost(ms as f32 - back as f32)).sum::<f32>() / 1000.0
}

#[test]
fn while_calls_come_fast_the_load_to_come_makes_up_for_the_lag() {
    let (mut newcomers, each) = (Newcomers::default(), 0.001);
    for n in 1..=800u64 {
        let now = at(n * 5);
        newcomers.join(now);
        let measured = mean(200.0, each, n * 5);
        let expected = measured + newcomers.load_to_come(measured + 0.01, n as usize, now);
        let truth = n as f32 * each;
        if n > 300 {
            assert!((expected / truth - 1.0).abs() < 0.02, "{n}: {expected} for {truth}, measured {measured}");
            assert!(measured < truth - 0.12, "the twin: the mean alone is {measured} of {truth}");
        }
    }
    // Nobody joins any more: the mean holds them all.
    assert_eq!(newcomers.load_to_come(0.8, 800, at(4_000 + 1_450)), 0.0);
}

#[test]
fn the_few_members_of_a_thread_with_nothing_to_do_are_no_measure() {
    let mut newcomers = Newcomers::default();
    (0..500).for_each(|_| newcomers.join(at(50)));
    assert_eq!(newcomers.load_to_come(0.3, 500 + 31, at(60)), 0.0);
    assert_eq!(newcomers.load_to_come(0.01, 500 + 100, at(60)), 0.0);
    assert!((newcomers.load_to_come(0.11, 500 + 100, at(60)) - 0.5).abs() < 1e-5);
}

#[test]
fn who_joined_long_ago_is_forgotten_however_long_nobody_did() {
    let mut newcomers = Newcomers::default();
    for ms in [0, 90, 1_350, 1_000_000, 1_000_100] {
        newcomers.join(at(ms));
    }
    assert_eq!(newcomers.unmeasured(at(1_000_150)), 2.0);
    assert_eq!(newcomers.unmeasured(at(1_000_000_000)), 0.0);
    // Times before the newest count as it.
    newcomers.join(at(5));
    assert_eq!(newcomers.unmeasured(at(1_000_150)), 3.0);
}
