//! Control: networks whose delay grows, or jitters by hundreds of ms, though nothing is lost.

use super::tests::{concealed, setup, voice};
use super::*;
use media_core::buffer::{JitterConfig, JitterStrategy};

/// A minute of packets that are `transit(ms sent, random)` ms under way.
fn trace(seed: u64, transit: impl Fn(f64, f64) -> f64) -> Trace {
    let mut state = seed;
    let packets = (0..3_000).map(|n| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (send_ms, random) = (f64::from(n) * 20.0, (state >> 40) as f64 / (1u64 << 24) as f64);
        Packet { sequence: n as u64, arrival_ms: Some(send_ms + transit(send_ms, random)), send_ms }
    });
    Trace(packets.collect())
}

/// Blocks of 10 ms of the minute that were made up, in percent.
fn percent(config: JitterConfig, trace: &Trace) -> f64 {
    concealed(&run(&setup(config), trace, &voice(60)).unwrap()) as f64 / 60.0
}

/// A queue in the network fills by so many ms a second, for ever: NetEq makes up 1.5 % at 80, 2.3 % at 160.
#[test]
fn a_delay_that_grows_is_made_up_by_stretching() {
    for (seed, per_second) in [(3, 20.0), (4, 40.0), (5, 80.0), (6, 160.0)] {
        let trace = trace(seed, |at, random| 30.0 + per_second * at / 1_000.0 + 2.0 * random);
        let made_up = percent(JitterConfig::new(8_000), &trace);
        assert!(made_up <= 1.0, "{per_second} ms/s: {made_up} %");
    }
}

/// It fills, and empties at once, or as slowly as it filled.
#[test]
fn a_queue_that_fills_and_empties_again_and_again_is_heard() {
    for (seed, per_second) in [(7, 30.0), (8, 80.0), (9, 160.0), (10, 300.0)] {
        let grown = |s: f64| (per_second * s).min(340.0);
        let at_once = trace(seed, |at, random| 30.0 + grown(at / 1_000.0 % 8.0) + 3.0 * random);
        let slowly = trace(seed, |at, random| 30.0 + grown(5.0 - (at / 1_000.0 % 10.0 - 5.0).abs()) + 5.0 * random);
        for (how, trace) in [("at once", at_once), ("slowly", slowly)] {
            let made_up = percent(JitterConfig::new(8_000), &trace);
            assert!(made_up <= 1.5, "{per_second} ms/s, empties {how}: {made_up} %");
        }
    }
}

/// `max_delay_ms` is what the estimate reaches, not 240 ms: 28 % and 68 % were made up then.
#[test]
fn jitter_up_to_the_greatest_delay_is_waited_for() {
    for (seed, ms, max_delay_ms, most) in
        [(11, 150.0, 400, 1.2), (12, 350.0, 400, 1.2), (13, 800.0, 1_000, 1.5), (14, 800.0, 1_000, 1.5)]
    {
        let trace = trace(seed, |_, random| 30.0 + ms * random);
        let made_up = percent(JitterConfig::new(8_000).max_delay_ms(max_delay_ms), &trace);
        assert!(made_up <= most, "0 to {ms} ms: {made_up} %");
    }
}

/// No constant was fitted to these networks, though a rule was kept for what it does to them. NetEq makes up 1.2 %.
#[test]
fn jitter_of_hundreds_of_ms_is_waited_for_on_most_networks() {
    let made_up = (201..217).map(|seed| {
        let trace = trace(seed, |_, random| 30.0 + 800.0 * random);
        percent(JitterConfig::new(8_000).max_delay_ms(1_000), &trace)
    });
    let made_up: Vec<f64> = made_up.collect();
    let mean = made_up.iter().sum::<f64>() / made_up.len() as f64;
    assert!(mean <= 1.2, "{mean} % of {made_up:.2?}");
}

/// The network stands still for 300 ms each 15 s. What is conservative pays for the first time only.
#[test]
fn what_is_conservative_waits_for_a_stall_that_comes_again() {
    let stall = |at: f64| if at > 5_000.0 { (300.0 - (at - 5_000.0) % 15_000.0).max(0.0) } else { 0.0 };
    let trace = trace(15, |at, random| 30.0 + random + stall(at));
    let made_up = |strategy| percent(JitterConfig::new(8_000).strategy(strategy), &trace);
    let (conservative, balanced) = (made_up(JitterStrategy::Conservative), made_up(JitterStrategy::Balanced));
    // 30 blocks are a twentieth of a percent each: the first stall alone is 0.5 %.
    assert!(conservative <= 0.75 && balanced >= 1.5, "{conservative} and {balanced} %");
}
